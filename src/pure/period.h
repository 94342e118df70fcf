/*
 * period.h
 *		When a right holds: half-open, and perhaps without an end.
 */
#ifndef PACL_PERIOD_H
#define PACL_PERIOD_H

#include "postgres.h"
#include "datatype/timestamp.h"

typedef struct PaclPeriod
{
	TimestampTz from;			/* DT_NOBEGIN: has always held */
	TimestampTz until;			/* DT_NOEND: holds for good */
} PaclPeriod;

static inline PaclPeriod
pacl_period_always(void)
{
	return (PaclPeriod) {DT_NOBEGIN, DT_NOEND};
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

#endif							/* PACL_PERIOD_H */
