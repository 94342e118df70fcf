/*
 * appointment_type_store.h
 *		Rows of types of appointments, and of the agendas that offer them.
 */
#ifndef PACL_APPOINTMENT_TYPE_STORE_H
#define PACL_APPOINTMENT_TYPE_STORE_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/jsonb.h"
#include "utils/uuid.h"

#include "pure/rights.h"

typedef struct PaclAppointmentType
{
	pg_uuid_t	organization_id;
	pg_uuid_t	id;
	char	   *name;
	int			minutes;		/* on the agenda that was asked for, if one
								 * was */
	int			minutes_before;
	int			minutes_after;
	PaclRights	rights;			/* needed on an agenda to book it there */
	char	   *color;			/* or null */
	Jsonb	   *attributes;
	bool		archived;
	bool		offered;		/* on the agenda that was asked for */
} PaclAppointmentType;

/* False if there is none; palloc'd. */
extern bool pacl_appointment_type_store_read(const pg_uuid_t *id,
											 PaclAppointmentType *type);

/* The same of an organization's, as an agenda of it has it. */
extern bool pacl_appointment_type_store_read_on(const pg_uuid_t *organization_id,
												const pg_uuid_t *agenda_id,
												const pg_uuid_t *id,
												PaclAppointmentType *type);

/* Whether another in use has the name, in whatever case. */
extern bool pacl_appointment_type_store_is_named(const PaclAppointmentType *type);

extern void pacl_appointment_type_store_insert(const PaclAppointmentType *type);
extern void pacl_appointment_type_store_update(const PaclAppointmentType *type);

/* Archives it at a moment, or takes it back. */
extern void pacl_appointment_type_store_archive(const PaclAppointmentType *type,
												bool archived, TimestampTz at);

/*
 * Offers it on an agenda, or changes how long it takes there: null for as long
 * as anywhere.  False if that is so already.
 */
extern bool pacl_appointment_type_store_offer(const PaclAppointmentType *type,
											  const pg_uuid_t *agenda_id,
											  const int *minutes);

/* False if it was not offered. */
extern bool pacl_appointment_type_store_withdraw(const PaclAppointmentType *type,
												 const pg_uuid_t *agenda_id);

#endif							/* PACL_APPOINTMENT_TYPE_STORE_H */
