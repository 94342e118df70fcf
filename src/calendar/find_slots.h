/*
 * find_slots.h
 *		Search: the first times that are free on any of many agendas.
 */
#ifndef PACL_FIND_SLOTS_H
#define PACL_FIND_SLOTS_H

#include "postgres.h"
#include "pgtime.h"
#include "utils/date.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

#define PACL_FIND_SLOTS_MOST_AGENDAS 10000
#define PACL_FIND_SLOTS_MOST_BESIDE 100
#define PACL_FIND_SLOTS_MOST_RESULTS 1000

/* Null pointers are what was not given. */
typedef struct PaclSlotSearch
{
	TimestampTz from;
	TimestampTz until;
	pg_uuid_t  *agendas;		/* null: all on which the caller may book */
	int			agenda_count;
	const pg_uuid_t *type_id;
	const Interval *duration;
	pg_uuid_t  *also;			/* all of them are free, too */
	int			also_count;
	pg_uuid_t  *also_any;		/* and one of these, the first that is */
	int			also_any_count;
	int			weekdays;		/* bits 1 (Monday) to 7; 0 is any day */
	TimeADT		day_from;		/* on the clock of the agenda */
	TimeADT		day_until;
	int			most;
} PaclSlotSearch;

typedef struct PaclFoundSlot
{
	pg_uuid_t	agenda_id;
	TimestampTz starts_at;
	TimestampTz ends_at;
	int			chosen;			/* which of also_any; -1 if none was asked for */
} PaclFoundSlot;

/*
 * The first times that are free (see free_time.h), by time and then by agenda,
 * palloc'd, at most as many as are wanted.  Reads no further into the future
 * than it has to, and of each agenda no further than the last that it would
 * still take.  On an agenda that is given the level freebusy is needed, as
 * for free_slots; PT404 for any that the caller may not know of, and for a
 * type of another organization.  Agendas that nobody serves, that do not offer
 * the type or on which the caller may not book it have no slots.  Raises 22023
 * for what is out of range.
 */
extern PaclFoundSlot *pacl_find_slots(PaclSlotSearch *search, int *count);

/*
 * Whether a time is on a day (bits 1 to 7, or 0 for any) and within the hours
 * that are wanted, by the clock of a zone.
 */
extern bool pacl_find_slots_is_wanted(int weekdays, TimeADT day_from,
									  TimeADT day_until, pg_tz *zone,
									  TimestampTz starts_at,
									  TimestampTz ends_at);

#endif							/* PACL_FIND_SLOTS_H */
