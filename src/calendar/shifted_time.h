/*
 * shifted_time.h
 *		What a change of a time zone's rules has shifted.
 *
 * What is stored and compared is an instant, and beside it what the agenda's
 * wall clock was to show: that is what people were told.  The two part when the
 * zone's rules change; then an operator moves the instants, or leaves them.
 */
#ifndef PACL_SHIFTED_TIME_H
#define PACL_SHIFTED_TIME_H

#include "postgres.h"

#include "base/refusal.h"
#include "calendar/shifted_time_store.h"

/* Where it is now; null refusal for what was moved. */
typedef void (*PaclShiftedCallback) (void *state, const PaclShiftedTime *shifted,
									 const PaclRefusal *refusal);

/*
 * The operator's: moves what was shifted on an agenda, or on all for null, back
 * to what the wall clock was to show, and calls back for each.  Nothing is moved
 * onto what it did not overlap on the wall clock; what is refused stays where it
 * is, and so does what has begun.  PT404 if there is no such agenda.
 */
extern void pacl_shifted_time_restore(const pg_uuid_t *agenda_id,
									  PaclShiftedCallback visit, void *state);

/*
 * The operator's: leaves it there, as if it had been placed by the new rules;
 * returns how many there were.  PT404 if there is no such agenda.
 */
extern int64 pacl_shifted_time_accept(const pg_uuid_t *agenda_id);

#endif							/* PACL_SHIFTED_TIME_H */
