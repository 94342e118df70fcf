/*
 * free_slots.h
 *		Free slots: when an agenda could be booked.
 */
#ifndef PACL_FREE_SLOTS_H
#define PACL_FREE_SLOTS_H

#include "postgres.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

#define PACL_FREE_SLOTS_MAX_DAYS 366

/* Raises 22023 for a range that is empty, infinite or longer than that. */
extern void pacl_free_slots_check_range(TimestampTz from, TimestampTz until);

/*
 * In microseconds: a slot is real time, so a day of it has 24 hours.  Raises
 * 22023 for a duration that is none.
 */
extern int64 pacl_free_slots_length(const Interval *duration);

typedef void (*PaclSlotCallback) (void *state, TimestampTz starts_at,
								  TimestampTz ends_at);

/*
 * Calls back, in order of time, for every slot within [from, until) that is
 * free (see free_time.h).  A null duration is one slot of the grid.  Nothing is offered that
 * book would refuse: on an agenda that nobody serves there is nothing, and the
 * past is only for those who may write it.  Level freebusy; writes
 * nothing and sees what the statement sees.  Raises 22023 for a range that
 * is empty or longer than PACL_FREE_SLOTS_MAX_DAYS.
 */
extern void pacl_free_slots(const pg_uuid_t *agenda_id, TimestampTz from,
							TimestampTz until, const Interval *duration,
							PaclSlotCallback visit, void *state);

#endif							/* PACL_FREE_SLOTS_H */
