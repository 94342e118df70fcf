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

#include "calendar/booking.h"

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

/*
 * Books, and records nothing: for rules that record many bookings as one
 * act.  Returns null and writes *appointment_id and *overbooked, or returns
 * why not.  *retried, if not null, tells that it was booked before.
 */
extern PaclRefusal *pacl_appointment_try(const PaclBookingContext *context,
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
