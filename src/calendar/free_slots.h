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

typedef void (*PaclSlotCallback) (void *state, TimestampTz starts_at,
								  TimestampTz ends_at);

/*
 * Calls back, in order of time, for every slot within [from, until) that is
 * free: it begins on the grid that each opening's beginning sets, lies in
 * the openings all through, and meets no appointment, absence or hold of
 * others.  A null duration is one slot of the grid.  Nothing is offered that
 * book would refuse: on an agenda that nobody serves there is nothing, and the
 * past is only for those who may write it.  Level freebusy; writes
 * nothing and sees what the statement sees.  Raises 22023 for a range that
 * is empty or longer than PACL_FREE_SLOTS_MAX_DAYS.
 */
extern void pacl_free_slots(const pg_uuid_t *agenda_id, TimestampTz from,
							TimestampTz until, const Interval *duration,
							PaclSlotCallback visit, void *state);

#endif							/* PACL_FREE_SLOTS_H */
