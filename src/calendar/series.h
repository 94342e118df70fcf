/*
 * series.h
 *		Series: appointments that recur.
 */
#ifndef PACL_SERIES_H
#define PACL_SERIES_H

#include "postgres.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

#include "calendar/appointment.h"
#include "calendar/repeat.h"

/*
 * What became of one: the id is null for what was never booked, the refusal
 * is null for what was done.
 */
typedef void (*PaclSeriesCallback) (void *state, TimestampTz starts_at,
									const pg_uuid_t *appointment_id,
									const PaclRefusal *refusal);

/*
 * Books the appointment and its repetitions, each from and to the same times
 * of the local clock; calls back for each, in order.  What does not fit is
 * left out and named.  One entry in the activity.  With the booking's
 * appointment_id as the first one's, the same series can be asked for again.
 */
extern void pacl_series_book(const pg_uuid_t *agenda_id,
							 const PaclBooking *first,
							 const PaclRepeat *repeat,
							 PaclSeriesCallback visit, void *state);

/*
 * Cancels the appointments of a series that begin at a moment or later; calls
 * back for each, in order.  PT404 if the caller may see none of the series.
 */
extern void pacl_series_cancel(const pg_uuid_t *series_id, TimestampTz from,
							   const char *reason, PaclSeriesCallback visit,
							   void *state);

/* Moves them by an interval of local time, which may go back. */
extern void pacl_series_move(const pg_uuid_t *series_id, TimestampTz from,
							 const Interval *by, PaclSeriesCallback visit,
							 void *state);

#endif							/* PACL_SERIES_H */
