/*
 * period.h
 *		When a right holds: half-open, and perhaps without an end.
 */
#ifndef PACL_PERIOD_H
#define PACL_PERIOD_H

#include "postgres.h"
#include "common/int.h"
#include "datatype/timestamp.h"

typedef struct PaclPeriod
{
	TimestampTz from;			/* DT_NOBEGIN: has always held */
	TimestampTz until;			/* DT_NOEND: holds for good */
} PaclPeriod;

static inline PaclPeriod
pacl_period_always(void)
{
	PaclPeriod	always = {DT_NOBEGIN, DT_NOEND};

	return always;
}

static inline bool
pacl_period_overlaps(const PaclPeriod *a, const PaclPeriod *b)
{
	return a->from < b->until && b->from < a->until;
}

static inline bool
pacl_period_covers(const PaclPeriod *a, const PaclPeriod *b)
{
	return a->from <= b->from && a->until >= b->until;
}

/*
 * When something ends that begins at a time, finite or not, and takes so many
 * microseconds, not fewer than 0.  Past the last time that PostgreSQL knows
 * it is END_TIMESTAMP, which is no valid time.
 */
static inline TimestampTz
pacl_period_end(TimestampTz starts_at, int64 length)
{
	TimestampTz ends_at;

	if (TIMESTAMP_NOT_FINITE(starts_at))
		return starts_at;
	if (pg_add_s64_overflow(starts_at, length, &ends_at))
		return END_TIMESTAMP;
	return Min(ends_at, END_TIMESTAMP);
}

#endif							/* PACL_PERIOD_H */
