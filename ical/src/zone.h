/*
 * zone.h
 *		A time zone's rules as iCalendar writes them, and local times by them.
 */
#ifndef PACL_ICAL_ZONE_H
#define PACL_ICAL_ZONE_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "lib/stringinfo.h"
#include "pgtime.h"

/*
 * Appends a VTIMEZONE with every change of the clocks between two moments, by
 * the rules that the server has: so that a client shows what the server means.
 */
extern void pacl_ical_zone(StringInfo lines, const char *name, pg_tz *zone,
						   pg_time_t from_time, pg_time_t until_time);

#endif							/* PACL_ICAL_ZONE_H */
