/*
 * hold.h
 *		Holds: somebody is booking this slot, others wait until it lapses.
 *
 * A hold belongs to a session.  It refuses other people.  It does not refuse
 * the same account in another session, since that is the same person in a
 * second window; or two people with one log-in, and then they are to be seen,
 * so both are flagged and recorded.
 */
#ifndef PACL_HOLD_H
#define PACL_HOLD_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

#include "calendar/booking.h"

#define PACL_HOLD_MAX_MINUTES 15
#define PACL_HOLD_MAX_OF_SESSION 5
#define PACL_HOLD_MAX_OF_ACCOUNT 20

/*
 * PA023, with who holds it and until when, if another account has a live hold
 * that overlaps [starts_at, ends_at) with its pauses, else null.  *own, unless null, tells
 * whether the caller's own account has one, so that pacl_hold_consume has
 * something to do.  The caller holds the agenda's lock, and their right to
 * book there has been checked.
 */
extern PaclRefusal *pacl_hold_check(const PaclBookingContext *context,
									TimestampTz starts_at,
									TimestampTz ends_at, bool *own);

/*
 * Uses up the caller's holds that overlap what they have booked.  Holds of the
 * same account in other sessions are flagged as a shared log-in, and that is
 * recorded.
 */
extern void pacl_hold_consume(const PaclCaller *caller,
							  const PaclAgenda *agenda,
							  TimestampTz starts_at, TimestampTz ends_at);

/* What is to be held. */
typedef struct PaclHoldWish
{
	TimestampTz starts_at;
	bool		has_end;		/* without: as long as the type, or the
								 * agenda's slot length */
	TimestampTz ends_at;
	const Interval *lifetime;
	const pg_uuid_t *appointment_type;	/* with its pauses; null: it is open
										 * for what */
} PaclHoldWish;

/*
 * Holds a slot for the caller's session, as a booking would be allowed to
 * take it; returns the hold's id, palloc'd.
 */
extern pg_uuid_t *pacl_hold_take(const pg_uuid_t *agenda_id,
								 const PaclHoldWish *wish);

/*
 * Releases one of the caller's own, from whichever session; one that has
 * lapsed or been used up counts as released.  Raises PT404 for others' holds.
 */
extern void pacl_hold_release(const pg_uuid_t *hold_id);

#endif							/* PACL_HOLD_H */
