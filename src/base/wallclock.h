/*
 * wallclock.h
 *		Wall-clock times: conversion between instants and local times.
 *
 * Openings and series are said in local time; everything that is stored and
 * compared is an instant.  The conversion is PostgreSQL's own, so it agrees
 * with AT TIME ZONE to the microsecond: a time that the clock skips in spring
 * is read with the offset before the change, a time that it shows twice in
 * autumn is the later one.
 */
#ifndef PACL_WALLCLOCK_H
#define PACL_WALLCLOCK_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "pgtime.h"
#include "utils/date.h"

/*
 * The zone of an agenda; it lives as long as the backend.  Raises 22023 if
 * the server knows none of that name (any more).
 */
extern pg_tz *pacl_wallclock_zone(const char *name);

/*
 * The instant at which the clock of a zone shows a date and a time; 24:00 is
 * the next day's midnight.  Raises 22008 beyond what a timestamptz holds.
 */
extern TimestampTz pacl_wallclock_instant(pg_tz *zone, DateADT date,
										  TimeADT time);

/* How often the clock of a zone shows a date and a time. */
typedef enum PaclShown
{
	PACL_SHOWN_NEVER,			/* skipped when the clock was put forward */
	PACL_SHOWN_ONCE,
	PACL_SHOWN_TWICE			/* again after the clock was put back */
} PaclShown;

/* Tells that; *instant is as above. */
extern PaclShown pacl_wallclock_count(pg_tz *zone, Timestamp shown,
									  TimestampTz *instant);

/* What the clock of a zone shows at an instant, as a date and time in one. */
extern Timestamp pacl_wallclock_shown(pg_tz *zone, TimestampTz instant);

/* What the clock of a zone shows at an instant. */
extern void pacl_wallclock_read(pg_tz *zone, TimestampTz instant,
								DateADT *date, TimeADT *time);

/* ISO 8601: Monday is 1, Sunday 7. */
extern int	pacl_wallclock_weekday(DateADT date);

#endif							/* PACL_WALLCLOCK_H */
