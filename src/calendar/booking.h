/*
 * booking.h
 *		The booking context: who books on an agenda, and which of its times.
 *
 * Booking, holding and importing ask the same questions in the same order:
 * the level check, then other people's holds (hold.h), then whether the
 * time is taken.
 */
#ifndef PACL_BOOKING_H
#define PACL_BOOKING_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/uuid.h"

#include "base/refusal.h"
#include "pure/rights.h"
#include "reader/access.h"
#include "reader/identity.h"

#define PACL_RIGHTS_READ \
	PACL_RIGHTS_OF(PACL_LEVEL_READ, 0)
#define PACL_RIGHTS_SEE_PRIVATE \
	PACL_RIGHTS_OF(PACL_LEVEL_READ, PACL_FLAG_PRIVATE)
#define PACL_RIGHTS_BOOK_IN_HOURS \
	PACL_RIGHTS_OF(PACL_LEVEL_BOOK_IN_HOURS, 0)
#define PACL_RIGHTS_OVERBOOK \
	PACL_RIGHTS_OF(PACL_LEVEL_BOOK_IN_HOURS, PACL_FLAG_OVERBOOK)

/* What a rule obtains once for all that is asked of one agenda. */
typedef struct PaclBookingContext
{
	PaclCaller *caller;
	PaclAgenda	agenda;
	PaclRights	rights;
} PaclBookingContext;

/*
 * Locks the agenda, and then finds out who the caller is and what they may do
 * there.  Raises 28000, PA031, and PT404 for an agenda that they may not see.
 */
extern void pacl_booking_open(const pg_uuid_t *agenda_id, PaclBookingContext *context);

/* The same without a lock, for whoever writes nothing. */
extern void pacl_booking_look(const pg_uuid_t *agenda_id,
							  PaclBookingContext *context);

/* Why [starts_at, ends_at) is no time (22008, 22023), or null. */
extern PaclRefusal *pacl_booking_check_bounds(TimestampTz starts_at,
											  TimestampTz ends_at);

/*
 * Why the caller may not (42501), or null if their rights cover what it
 * needs.
 */
extern PaclRefusal *pacl_booking_check_rights(const PaclBookingContext *context,
											  PaclRights needed);

/*
 * Whether somebody serves the agenda: it is not archived, and its holder, if
 * it is not a room's or device's, is an active member whose account is not
 * blocked.  Reads what the current view sees.
 */
extern bool pacl_booking_is_served(const PaclAgenda *agenda);

/*
 * Why the caller may not take this time on the agenda at all, or null: the
 * level (42501), an agenda that nobody serves (PA024), a start more than one
 * slot length ago (PA022), and below the level book the openings (PA020), closings
 * and absences (PA021).  Openings may be for some types of appointments: null is
 * one without a type, &pacl_any_type whatever it is to be.
 */
extern PaclRefusal *pacl_booking_check_level(const PaclBookingContext *context,
											 const pg_uuid_t *type_id,
											 TimestampTz starts_at,
											 TimestampTz ends_at);

/*
 * The parts of that: a start that is past, an agenda that nobody serves, hours;
 * and what stands in the way of whoever is below the level book, whatever the
 * caller's is.
 */
extern PaclRefusal *pacl_booking_check_start(const PaclBookingContext *context,
											 TimestampTz starts_at);
extern PaclRefusal *pacl_booking_check_served(const PaclAgenda *agenda);
extern PaclRefusal *pacl_booking_check_hours(const PaclBookingContext *context,
											 const pg_uuid_t *type_id,
											 TimestampTz starts_at,
											 TimestampTz ends_at);
extern PaclRefusal *pacl_booking_check_openings(const PaclBookingContext *context,
												const pg_uuid_t *type_id,
												TimestampTz starts_at,
												TimestampTz ends_at);
extern PaclRefusal *pacl_booking_find_outside(const PaclBookingContext *context,
											  const pg_uuid_t *type_id,
											  TimestampTz starts_at,
											  TimestampTz ends_at);
extern PaclRefusal *pacl_booking_find_closing(const PaclBookingContext *context,
											  TimestampTz starts_at,
											  TimestampTz ends_at);
extern PaclRefusal *pacl_booking_find_absence(const PaclBookingContext *context,
											  TimestampTz starts_at,
											  TimestampTz ends_at);

/*
 * Whether a search would offer the agenda beside another one (find_slots.h): it
 * is open, all the time without openings, and neither closed nor absent.
 */
extern bool pacl_booking_is_in_hours(const PaclBookingContext *context,
									 const pg_uuid_t *type_id,
									 TimestampTz starts_at,
									 TimestampTz ends_at);

/* The same of a time that belonged to an appointment of today or later. */
extern PaclRefusal *pacl_booking_check_retaken(const PaclBookingContext *context,
											   const pg_uuid_t *type_id,
											   TimestampTz starts_at,
											   TimestampTz ends_at);

/*
 * Why the caller may not give back or describe this time, or null: the level
 * book_in_hours (42501), and PA022 once the local day on which it ends is
 * over.  Openings and absences do not matter: nothing is taken.
 */
extern PaclRefusal *pacl_booking_check_given(const PaclBookingContext *context,
											 TimestampTz ends_at);

/*
 * Why the time is taken (23P01), or null; it is asked for with the pauses
 * that come with it.  An appointment whose id is given, or null, does not
 * count.
 */
extern PaclRefusal *pacl_booking_check_free(const PaclBookingContext *context,
											TimestampTz from,
											TimestampTz until,
											const pg_uuid_t *except);

#endif							/* PACL_BOOKING_H */
