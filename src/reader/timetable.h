/*
 * timetable.h
 *		When an agenda is open, and what stands in the way.
 *
 * Read directly and with the active snapshot.  Booking pushes the latest
 * first and asks about one time, a search asks about many days: what either
 * of them takes into account comes from here.
 */
#ifndef PACL_TIMETABLE_H
#define PACL_TIMETABLE_H

#include "postgres.h"
#include "pgtime.h"
#include "utils/date.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

#include "reader/overlap.h"
#include "reader/relation.h"

typedef struct PaclOpening
{
	int			weekday;		/* ISO 8601: Monday is 1, Sunday 7 */
	TimeADT		opens_at;		/* microseconds of the local day */
	TimeADT		closes_at;		/* 24:00 is the day's end */
	DateADT		valid_from;		/* DATEVAL_NOBEGIN: always has been */
	DateADT		valid_until;	/* the last day; DATEVAL_NOEND: for good */
	int			every_weeks;	/* 1: every week */
	DateADT		from_week;		/* the Monday of the first; DATEVAL_NOBEGIN
								 * for every week */
	pg_uuid_t  *types;			/* of appointments that it takes, ascending */
	int			type_count;		/* 0: any */
} PaclOpening;

/* Days on which all agendas of an organization are closed. */
typedef struct PaclClosing
{
	pg_uuid_t	id;
	DateADT		from_date;
	DateADT		until_date;		/* the last of them */
	text	   *name;
} PaclClosing;

typedef struct PaclBusyTime
{
	TimestampTz starts_at;
	TimestampTz ends_at;
} PaclBusyTime;

/* Times, grown as they come. */
typedef struct PaclBusyTimes
{
	PaclBusyTime *items;
	int			count;
	int			room;
} PaclBusyTimes;

extern void pacl_busy_add(PaclBusyTimes *times, TimestampTz starts_at,
						  TimestampTz ends_at);

/*
 * The name of an agenda's zone, in a buffer of TZ_STRLEN_MAX + 1 bytes; false
 * if there is no such agenda.
 */
extern bool pacl_timetable_zone(const pg_uuid_t *agenda_id, char *name);

/* The openings of an agenda, palloc'd, ordered by the day of the week. */
extern PaclOpening *pacl_timetable_openings(const pg_uuid_t *agenda_id,
											int *count);

/* The closings of an organization that meet these days, both included. */
extern PaclClosing *pacl_timetable_closings(const pg_uuid_t *organization_id,
											DateADT from, DateADT until,
											int *count);

/* Adds the absences of an agenda that overlap [from, until). */
extern void pacl_timetable_absences(const pg_uuid_t *agenda_id,
									TimestampTz from, TimestampTz until,
									PaclBusyTimes *times);

/* The same of live holds that are not the account's own, with their pauses. */
extern void pacl_timetable_holds(const pg_uuid_t *agenda_id,
								 TimestampTz from, TimestampTz until,
								 const pg_uuid_t *account_id,
								 PaclBusyTimes *times);

/*
 * The same of appointments that are not cancelled, with their pauses; the
 * scan is open.
 */
extern void pacl_timetable_appointments(PaclOverlapScan *scan,
										const pg_uuid_t *agenda_id,
										TimestampTz from, TimestampTz until,
										PaclBusyTimes *times);

/* Whether a hold's row, in a scan of PACL_HOLD_BY_AGENDA, has not lapsed. */
extern bool pacl_timetable_hold_is_live(const PaclScan *scan, HeapTuple hold);

#endif							/* PACL_TIMETABLE_H */
