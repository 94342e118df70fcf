/*
 * appointment_type.h
 *		Types of appointments: how long they take, with which pauses, where,
 *		and who may book them.
 *
 * An appointment keeps its length and its pauses when its type changes.
 */
#ifndef PACL_APPOINTMENT_TYPE_H
#define PACL_APPOINTMENT_TYPE_H

#include "postgres.h"
#include "utils/jsonb.h"
#include "utils/uuid.h"

#include "calendar/appointment_type_store.h"
#include "calendar/booking.h"

/*
 * Finds a type of the agenda's organization, with its duration there; any
 * other is PT404.
 */
extern PaclRefusal *pacl_appointment_type_find(const PaclBookingContext *context,
											   const pg_uuid_t *type_id,
											   PaclAppointmentType *type);

/*
 * Why the caller may not book the type on the agenda, or null: it is archived
 * (55000), not offered there (22023), or needs other rights (42501).
 */
extern PaclRefusal *pacl_appointment_type_check(const PaclBookingContext *context,
												const PaclAppointmentType *type);

/*
 * The same for an appointment that has the type already and is to take
 * another time there, or the agenda's if it comes from elsewhere; an archived
 * type is no obstacle.
 */
extern PaclRefusal *pacl_appointment_type_check_kept(const PaclBookingContext *context,
													 const pg_uuid_t *type_id,
													 bool from_elsewhere);

/*
 * Makes a type (type_id is null), or changes one as the settings say; the
 * name may then be null.  Returns its id.
 */
extern const pg_uuid_t *pacl_appointment_type_set(const pg_uuid_t *organization_id,
												  char *name, Jsonb *settings,
												  const pg_uuid_t *type_id);

/* Archives it, or brings it back. */
extern void pacl_appointment_type_archive(const pg_uuid_t *type_id,
										  bool archived);

/* Microseconds on this agenda; without has_duration as long as anywhere. */
extern void pacl_appointment_type_offer(const pg_uuid_t *agenda_id,
										const pg_uuid_t *type_id,
										bool has_duration, int64 duration);
extern void pacl_appointment_type_withdraw(const pg_uuid_t *agenda_id,
										   const pg_uuid_t *type_id);

#endif							/* PACL_APPOINTMENT_TYPE_H */
