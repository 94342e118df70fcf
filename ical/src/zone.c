/*
 * zone.c
 *		A time zone's rules as iCalendar writes them.
 */
#include "postgres.h"

#include "line.h"
#include "zone.h"

/* What the clocks show at a moment if they are so far from UTC. */
static void
append_start(StringInfo lines, pg_time_t at, long offset)
{
	pg_time_t	shifted = at + offset;
	struct pg_tm *shown = pg_gmtime(&shifted);

	appendStringInfo(lines, "DTSTART:%04d%02d%02dT%02d%02d%02d\r\n",
					 shown->tm_year + 1900, shown->tm_mon + 1, shown->tm_mday,
					 shown->tm_hour, shown->tm_min, shown->tm_sec);
}

/* +hhmm, with seconds only where there are some. */
static void
append_offset(StringInfo lines, const char *name, long offset)
{
	long		size = labs(offset);

	appendStringInfo(lines, "%s:%c%02ld%02ld", name, offset < 0 ? '-' : '+',
					 size / SECS_PER_HOUR,
					 size / SECS_PER_MINUTE % MINS_PER_HOUR);
	if (size % SECS_PER_MINUTE != 0)
		appendStringInfo(lines, "%02ld", size % SECS_PER_MINUTE);
	appendStringInfoString(lines, "\r\n");
}

/* From a moment on the clocks are so far from UTC. */
static void
append_observance(StringInfo lines, pg_tz *zone, pg_time_t at, long before,
				  long after, bool daylight)
{
	const char *kind = daylight ? "DAYLIGHT" : "STANDARD";
	struct pg_tm *shown = pg_localtime(&at, zone);
	const char *name = shown == NULL ? NULL : shown->tm_zone;

	/* What shown points to is the next conversion's. */
	appendStringInfo(lines, "BEGIN:%s\r\n", kind);
	append_start(lines, at, before);
	append_offset(lines, "TZOFFSETFROM", before);
	append_offset(lines, "TZOFFSETTO", after);
	if (name != NULL)
		pacl_ical_line(lines, "TZNAME", name, (int) strlen(name));
	appendStringInfo(lines, "END:%s\r\n", kind);
}

void
pacl_ical_zone(StringInfo lines, const char *name, pg_tz *zone,
			   pg_time_t from_time, pg_time_t until_time)
{
	struct pg_tm *first = pg_localtime(&from_time, zone);
	pg_time_t	at = from_time;
	pg_time_t	boundary;
	long		before;
	long		after;
	int			daylight_before;
	int			daylight_after;

	appendStringInfoString(lines, "BEGIN:VTIMEZONE\r\n");
	pacl_ical_line(lines, "TZID", name, (int) strlen(name));
	append_observance(lines, zone, from_time, first->tm_gmtoff,
					  first->tm_gmtoff, first->tm_isdst > 0);
	while (pg_next_dst_boundary(&at, &before, &daylight_before, &boundary,
								&after, &daylight_after, zone) == 1 &&
		   boundary < until_time)
	{
		append_observance(lines, zone, boundary, before, after,
						  daylight_after > 0);
		at = boundary;
	}
	appendStringInfoString(lines, "END:VTIMEZONE\r\n");
}
