/*
 * appointment.h
 *		Appointments: booking, changing, cancelling.
 */
#ifndef PACL_APPOINTMENT_H
#define PACL_APPOINTMENT_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/jsonb.h"
#include "utils/uuid.h"

#include "calendar/appointment_store.h"
#include "calendar/appointment_type.h"
#include "calendar/booking.h"

struct PaclFurther;				/* further.h */

/* What is asked for.  Pointers may be null. */
typedef struct PaclBooking
{
	TimestampTz starts_at;
	bool		has_end;		/* without either: the agenda's slot length */
	TimestampTz ends_at;
	bool		has_duration;
	int64		duration;		/* in microseconds */
	const char *patient;
	const char *note;
	bool		private;
	bool		overbook;		/* deliberately, if the slot is taken */
	const char *reason;			/* for overbooking */
	Jsonb	   *attributes;
	const pg_uuid_t *appointment_id;	/* made by the client, for retries */
	const pg_uuid_t *series_id;
	const char *patient_ref;
	const char *contact;
	const pg_uuid_t *appointment_type;
	const pg_uuid_t *also;		/* further agendas, see further.h */
	int			also_count;
	const pg_uuid_t *also_any;
	int			also_any_count;
	const pg_uuid_t *waiting_list_entry;	/* whose patient this is */

	/* What pacl_appointment_complete() adds. */
	const PaclAppointmentType *type;
	bool		end_of_type;	/* nobody said how long, but the type */
	int			minutes_before; /* the pauses around it */
	int			minutes_after;
} PaclBooking;

/*
 * What was asked for, with its end and its pauses, by ends_at, duration, the
 * type or the agenda's slot length; or why they do not say that (22023,
 * PT404).  Whether the type may be booked is asked when it is.
 */
extern PaclRefusal *pacl_appointment_complete(const PaclBookingContext *context,
											  const PaclBooking *asked,
											  PaclBooking *booking);

/*
 * Books, and records nothing: for rules that record many bookings as one
 * act; further agendas are those that were opened, or null.  Returns null and writes *appointment_id and *overbooked, or returns
 * why not.  *retried, if not null, tells that it was booked before.
 */
extern PaclRefusal *pacl_appointment_try(const PaclBookingContext *context,
										 struct PaclFurther *further,
										 const PaclBooking *booking,
										 pg_uuid_t *appointment_id,
										 bool *overbooked, bool *retried);

/*
 * A client that did not hear our answer asks again with the same id.  True if
 * that very booking stands; a refusal if the id means something else.  What
 * differs is told only to those who made it.
 */
extern bool pacl_appointment_is_retry(const PaclBookingContext *context,
									  const PaclBooking *booking,
									  PaclRefusal **refusal);

/* Why what a booking says is too long, or of no use; or null. */
extern PaclRefusal *pacl_appointment_check_texts(const PaclBooking *booking);

/* Books and records it; returns the id, palloc'd.  Raises the refusal. */
extern pg_uuid_t *pacl_appointment_book(const pg_uuid_t *agenda_id,
										const PaclBooking *booking);

/*
 * Changes patient, note, private, attributes, patient_ref, contact and
 * appointment_type, as the object's keys say.  What changes nothing writes nothing.  Raises 40001 for
 * another version than is expected (or PACL_ANY_VERSION).
 */
extern void pacl_appointment_update(const pg_uuid_t *appointment_id,
									Jsonb *changes, int expected_version);

/*
 * Sets the status of one that is open (see appointment_guard.h), or says why
 * not.
 */
extern PaclRefusal *pacl_appointment_try_status(const PaclBookingContext *context,
												PaclAppointment *appointment,
												const char *status,
												const char *reason);

/*
 * Sets its status; to 'cancelled' frees the slot, from 'cancelled' takes it
 * again if it is still free.  The reason may be null.
 */
extern void pacl_appointment_set_status(const pg_uuid_t *appointment_id,
										const char *status,
										const char *reason);

#endif							/* PACL_APPOINTMENT_H */
