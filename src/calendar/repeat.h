/*
 * repeat.h
 *		Recurrence: an interval of local time, and how often.
 */
#ifndef PACL_REPEAT_H
#define PACL_REPEAT_H

#include "postgres.h"
#include "pgtime.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

#define PACL_REPEAT_MAX_TIMES 500

typedef struct PaclRepeat
{
	const Interval *every;
	int			times;
} PaclRepeat;

/*
 * Raises 22023 for a step that does not go forward or is longer than 10 years,
 * and for a number of times outside 1 to PACL_REPEAT_MAX_TIMES.
 */
extern void pacl_repeat_check(const PaclRepeat *repeat);

/*
 * Where the n-th stands, the first being number 0: it begins and ends at the
 * times of the first on the local clock.  Counted from the first and not from
 * the one before, so that what repeats on the 31st comes back to the 31st
 * after a shorter month.  Where a clock change would leave nothing of it, it
 * is as long as the first.
 */
extern void pacl_repeat_place(const PaclRepeat *repeat, pg_tz *zone, int n,
							  TimestampTz *starts_at, TimestampTz *ends_at);

/* The same after any interval, which may go back. */
extern void pacl_repeat_shift(pg_tz *zone, const Interval *by,
							  TimestampTz *starts_at, TimestampTz *ends_at);

/* The zone of an agenda that is locked. */
extern pg_tz *pacl_repeat_zone(const pg_uuid_t *agenda_id);

/* ISO 8601, whatever the session's settings; palloc'd. */
extern char *pacl_repeat_text(const Interval *every);

/*
 * The identifier of the n-th that goes with a client's identifier of the
 * first: the same whenever it is asked, so that all can be retried.
 */
extern void pacl_repeat_id(const pg_uuid_t *first, int n, pg_uuid_t *id);

#endif							/* PACL_REPEAT_H */
