/*
 * appointment_guard.h
 *		Checks before a change of an appointment, and its record.
 */
#ifndef PACL_APPOINTMENT_GUARD_H
#define PACL_APPOINTMENT_GUARD_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/uuid.h"

#include "calendar/appointment_store.h"
#include "calendar/booking.h"

/* As an expected version: none is expected. */
#define PACL_ANY_VERSION PG_INT32_MIN

/* The agendas whose locks this transaction has taken for an act. */
typedef struct PaclLockedAgendas
{
	pg_uuid_t  *ids;
	int			count;
	int			room;
} PaclLockedAgendas;

/*
 * The appointment that the caller means, among those with its id: on an
 * agenda that they may read, and not private unless they may read that; null
 * if there is none.
 */
extern PaclAppointment *pacl_appointment_find(const pg_uuid_t *appointment_id);

/*
 * Locks all agendas of these appointments, and these agendas, as far as the
 * caller may know of them.
 */
extern void pacl_appointment_lock_all(PaclLockedAgendas *locked,
									  const pg_uuid_t *appointment_ids,
									  int count, const pg_uuid_t *agenda_ids,
									  int agenda_count);
extern bool pacl_appointment_is_locked(const PaclLockedAgendas *locked,
									   const pg_uuid_t *agenda_id);

/*
 * Finds it again once its agendas are locked, with the caller's rights on the
 * one that has the patient.  What is named may be a part of it: whoever may
 * read the whole acts on that.  It may have been hidden while we waited (null,
 * and why), or moved (40001).
 */
extern PaclAppointment *pacl_appointment_open(const PaclLockedAgendas *locked,
											  const pg_uuid_t *appointment_id,
											  PaclBookingContext *context,
											  PaclRefusal **refusal);

/* The row by which it was named. */
extern PaclAppointment *pacl_appointment_named(PaclAppointment *appointment);

/* The context of a part's agenda, which the caller may know nothing of. */
extern void pacl_appointment_open_part(const PaclAppointment *part,
									   PaclCaller *caller,
									   PaclBookingContext *context);

/*
 * The refusal, if it is one, with the name of the agenda on which it arose,
 * as far as the caller may know of that.
 */
extern PaclRefusal *pacl_appointment_name_agenda(const PaclBookingContext *context,
												 PaclRefusal *refusal);

/* All of that for one appointment.  Raises PT404. */
extern PaclAppointment *pacl_appointment_lock(const pg_uuid_t *appointment_id,
											  PaclBookingContext *context);

/* PT404 as a value. */
extern PaclRefusal *pacl_appointment_refuse_unknown(void);

extern bool pacl_appointment_is_cancelled(const PaclAppointment *appointment);

/* 55000 if it is cancelled, else null. */
extern PaclRefusal *pacl_appointment_check_stands(const PaclAppointment *appointment);

/* 40001, with what was changed, if it has another version; else null. */
extern PaclRefusal *pacl_appointment_check_version(const PaclAppointment *appointment,
												   int expected);

/* 22001 for a reason that is too long, else null. */
extern PaclRefusal *pacl_appointment_check_reason(const char *reason);

/*
 * 42501 for anyone who would lose sight of a private appointment, else null.
 */
extern PaclRefusal *pacl_appointment_check_private(const PaclBookingContext *context);

/*
 * Why the time is taken (23P01), or may not be booked over (42501, 22023), or
 * null; *overbooked tells that it is booked over something.
 */
extern PaclRefusal *pacl_appointment_check_overlap(const PaclBookingContext *context,
												   TimestampTz starts_at,
												   TimestampTz ends_at,
												   const pg_uuid_t *except,
												   bool overbook,
												   const char *reason,
												   bool *overbooked);

/* Records an act upon an appointment on its agenda's chain. */
extern void pacl_appointment_record(const char *act, const PaclAgenda *agenda,
									const pg_uuid_t *appointment_id,
									const char *facts, const char *detail);

/* The name, the note and the reason, or null when nothing names anybody. */
extern char *pacl_appointment_detail(const char *patient, const char *note,
									 const char *reason);

#endif							/* PACL_APPOINTMENT_GUARD_H */
