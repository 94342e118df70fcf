/*
 * appointment.h
 *		Booking, moving, changing, cancelling.
 */
#ifndef PACL_APPOINTMENT_H
#define PACL_APPOINTMENT_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/jsonb.h"
#include "utils/uuid.h"

#include "domain/refusal.h"
#include "pure/rights.h"
#include "reader/access.h"
#include "reader/identity.h"

/* What is asked for.  Pointers may be null. */
typedef struct PaclBooking
{
	TimestampTz starts_at;
	bool		has_end;		/* without: the agenda's slot length */
	TimestampTz ends_at;
	const char *patient;
	const char *note;
	bool		private;
	bool		overbook;		/* deliberately, if the slot is taken */
	const char *reason;			/* for overbooking */
	Jsonb	   *attributes;
	const pg_uuid_t *appointment_id;	/* made by the client, for retries */
	const pg_uuid_t *series_id;
} PaclBooking;

/* Who books where: what a rule obtains once for many bookings. */
typedef struct PaclDesk
{
	PaclCaller *caller;
	PaclAgenda	agenda;
	PaclRights	rights;
} PaclDesk;

/*
 * Locks the agenda, and then finds out who the caller is and what she may do
 * there.  Raises 28000, PA031, and P0002 for what is not hers to see.
 */
extern void pacl_appointment_open_desk(const pg_uuid_t *agenda_id,
									   PaclDesk *desk);

/*
 * Why the caller may not have this time on the agenda at all, or null: the
 * ladder of levels, the past, openings, absences, other people's holds.  Not
 * asked: whether the time is taken.  *held tells of holds of her own.
 */
extern PaclRefusal *pacl_appointment_check_time(const PaclDesk *desk,
												TimestampTz starts_at,
												TimestampTz ends_at,
												bool *held);

/*
 * Why the time is taken, or null.  *except, an appointment's id or null, does
 * not count.
 */
extern PaclRefusal *pacl_appointment_check_free(const PaclDesk *desk,
												TimestampTz starts_at,
												TimestampTz ends_at,
												const pg_uuid_t *except);

/* Raises 22007, 22008 or 22023 unless [starts_at, ends_at) is a finite time. */
extern void pacl_appointment_check_bounds(TimestampTz starts_at,
										  TimestampTz ends_at);

/*
 * Books, and records nothing: for rules that record many bookings as one
 * act.  Returns null and writes *appointment_id and *overbooked, or returns
 * why not.  *retried, if not null, tells that it was booked before.
 */
extern PaclRefusal *pacl_appointment_try(const PaclDesk *desk,
										 const PaclBooking *booking,
										 pg_uuid_t *appointment_id,
										 bool *overbooked, bool *retried);

/* Books and records it; returns the id, palloc'd.  Raises the refusal. */
extern pg_uuid_t *pacl_appointment_book(const pg_uuid_t *agenda_id,
										const PaclBooking *booking);

/*
 * Moves it to another time, and to another agenda unless that is null.
 * Without an end it keeps its length.
 */
extern void pacl_appointment_move(const pg_uuid_t *appointment_id,
								  const pg_uuid_t *agenda_id,
								  TimestampTz starts_at, bool has_end,
								  TimestampTz ends_at, bool overbook,
								  const char *reason);

/* Changes patient, note, private and attributes, as the object's keys say. */
extern void pacl_appointment_update(const pg_uuid_t *appointment_id,
									Jsonb *changes);

/*
 * Sets its status; to 'cancelled' frees the slot, from 'cancelled' takes it
 * again if it is still free.  The reason may be null.
 */
extern void pacl_appointment_set_status(const pg_uuid_t *appointment_id,
										const char *status,
										const char *reason);

#endif							/* PACL_APPOINTMENT_H */
