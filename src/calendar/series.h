/*
 * series.h
 *		Appointments that recur.
 */
#ifndef PACL_SERIES_H
#define PACL_SERIES_H

#include "postgres.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

#include "base/refusal.h"

#define PACL_SERIES_MAX_TIMES 500

typedef struct PaclSeries
{
	TimestampTz starts_at;		/* of the first */
	TimestampTz ends_at;
	const Interval *every;
	int			times;
	const char *patient;		/* or null */
	const char *note;			/* or null */
} PaclSeries;

/* Null appointment_id, and why not, for what did not fit. */
typedef void (*PaclSeriesCallback) (void *state, TimestampTz starts_at,
								   const pg_uuid_t *appointment_id,
								   const PaclRefusal *refusal);

/*
 * Books the appointment and its repetitions at the same time of the clock on
 * the wall, each as long as the first; calls back for each, in order.  What
 * does not fit is left out and named.  One entry in the activity.  Raises
 * 22023 for a step that does not go forward or a number of times outside 1
 * to PACL_SERIES_MAX_TIMES.
 */
extern void pacl_series_book(const pg_uuid_t *agenda_id,
							 const PaclSeries *series,
							 PaclSeriesCallback visit, void *state);

#endif							/* PACL_SERIES_H */
