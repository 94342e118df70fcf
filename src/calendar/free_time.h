/*
 * free_time.h
 *		Free time: when an appointment fits on an agenda.
 *
 * What free_slots and find_slots offer: a time on the grid that the beginning
 * of each opening sets, in the openings all through, in no closing or absence,
 * and, with the pauses before and after, on no appointment and on no hold of
 * others.  Booking asks the same of one time (booking.h), from the same rows
 * (reader/timetable.h).
 */
#ifndef PACL_FREE_TIME_H
#define PACL_FREE_TIME_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "pgtime.h"
#include "utils/uuid.h"

#include "reader/access.h"
#include "reader/timetable.h"

/* What a search has to know of an agenda once. */
typedef struct PaclFreeAgenda
{
	PaclAgenda	agenda;
	pg_tz	   *zone;
	PaclOpening *openings;
	int			opening_count;
	bool		always_open;	/* without openings it is open at any time */
} PaclFreeAgenda;

/* What is to fit, and where. */
typedef struct PaclFreeWish
{
	TimestampTz from;			/* it begins in [from, before) */
	TimestampTz before;
	TimestampTz until;			/* and has ended by then */
	int64		length;
	int64		pause_before;	/* what is kept free around it */
	int64		pause_after;
	const pg_uuid_t *account_id;	/* whose holds do not count */
} PaclFreeWish;

/* When an agenda is open in a range of time, and when it is taken. */
typedef struct PaclFreeRange
{
	PaclBusyTimes open;
	PaclBusyTimes taken;
} PaclFreeRange;

/* Returns whether to go on. */
typedef bool (*PaclFreeVisit) (void *state, const PaclFreeAgenda *agenda,
							   TimestampTz starts_at, TimestampTz ends_at);

/*
 * Reads what does not depend on the time, with the openings that take a type
 * of appointment (null: any appointment).  False if nothing is ever offered
 * on the agenda: nobody serves it, it has no openings, or the server does not
 * know its zone.
 */
extern bool pacl_free_time_open(const PaclAgenda *agenda,
								const pg_uuid_t *type_id,
								PaclFreeAgenda *opened);

/*
 * Reads when an agenda is open and taken, as far as it matters to what begins
 * in the wish's range.  Sees what the statement sees, through an open scan of
 * appointments.
 */
extern void pacl_free_time_read(PaclOverlapScan *scan,
								const PaclFreeAgenda *agenda,
								const PaclFreeWish *wish,
								PaclFreeRange *range);

/* Whether what begins and ends then fits into what was read. */
extern bool pacl_free_time_fits(const PaclFreeRange *range,
								const PaclFreeWish *wish,
								TimestampTz starts_at, TimestampTz ends_at);

/*
 * Calls back for every time that fits, in order, until that has had enough.
 * Reads what the statement sees, through an open scan of appointments.  Leaves
 * memory behind in the current context, as much as there are openings and
 * obstacles in the range.
 */
extern void pacl_free_time_visit(PaclOverlapScan *scan,
								 const PaclFreeAgenda *agenda,
								 const PaclFreeWish *wish,
								 PaclFreeVisit visit, void *state);

/*
 * Narrows a range of time to what an agenda is open with the openings after
 * and was not with those before, from the first to the last of it.  False if
 * there is nothing of it.
 */
extern bool pacl_free_time_opened(const PaclAgenda *agenda,
								  PaclOpening *before, int before_count,
								  PaclOpening *after, int after_count,
								  TimestampTz *from, TimestampTz *until);

#endif							/* PACL_FREE_TIME_H */
