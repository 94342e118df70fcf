/*
 * wallclock.c
 *		Wall-clock times: conversion between instants and local times.
 */
#include "postgres.h"

#include "utils/datetime.h"
#include "utils/timestamp.h"

#include "base/time_zone.h"
#include "base/wallclock.h"
#include "errors.h"

pg_tz *
pacl_wallclock_zone(const char *name)
{
	pg_tz	   *zone = pacl_time_zone_find(name);

	if (zone == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("time_zone_unknown"),
				 errmsg("the server knows no time zone \"%s\"", name),
				 errhint("Give the agenda the name of an IANA zone, as in Europe/Paris.")));
	return zone;
}

TimestampTz
pacl_wallclock_instant(pg_tz *zone, DateADT date, TimeADT time)
{
	struct pg_tm tm = {0};
	fsec_t		fsec;
	int			offset;
	TimestampTz instant;

	if (time >= USECS_PER_DAY)
	{
		date++;
		time -= USECS_PER_DAY;
	}
	j2date(date + POSTGRES_EPOCH_JDATE, &tm.tm_year, &tm.tm_mon, &tm.tm_mday);
	time2tm(time, &tm, &fsec);
	tm.tm_isdst = -1;
	offset = DetermineTimeZoneOffset(&tm, zone);
	if (tm2timestamp(&tm, fsec, &offset, &instant) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errword("out_of_range"),
				 errmsg("time out of range")));
	return instant;
}

void
pacl_wallclock_read(pg_tz *zone, TimestampTz instant, DateADT *date,
					TimeADT *time)
{
	struct pg_tm tm;
	fsec_t		fsec;
	int			offset;

	if (timestamp2tm(instant, &offset, &tm, &fsec, NULL, zone) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errword("out_of_range"),
				 errmsg("time out of range")));
	*date = date2j(tm.tm_year, tm.tm_mon, tm.tm_mday) - POSTGRES_EPOCH_JDATE;
	(void) tm2time(&tm, fsec, time);
}

Timestamp
pacl_wallclock_shown(pg_tz *zone, TimestampTz instant)
{
	DateADT		date;
	TimeADT		time;

	pacl_wallclock_read(zone, instant, &date, &time);
	return date * USECS_PER_DAY + time;
}

/*
 * Of two instants that look the same, pacl_wallclock_instant() gives the
 * later; the earlier has the offset of the day before.  No zone puts its
 * clock back twice in a day.
 */
PaclShown
pacl_wallclock_count(pg_tz *zone, Timestamp shown, TimestampTz *instant)
{
	DateADT		date = shown / USECS_PER_DAY;
	TimeADT		time = shown % USECS_PER_DAY;
	TimestampTz day_before;
	TimestampTz earlier;

	if (time < 0)
	{
		time += USECS_PER_DAY;
		date--;
	}
	*instant = pacl_wallclock_instant(zone, date, time);
	if (pacl_wallclock_shown(zone, *instant) != shown)
		return PACL_SHOWN_NEVER;
	day_before = *instant - USECS_PER_DAY;
	earlier = shown - (pacl_wallclock_shown(zone, day_before) - day_before);
	return earlier < *instant && pacl_wallclock_shown(zone, earlier) == shown ?
		PACL_SHOWN_TWICE : PACL_SHOWN_ONCE;
}

int
pacl_wallclock_weekday(DateADT date)
{
	int			day = j2day(date + POSTGRES_EPOCH_JDATE);

	return day == 0 ? 7 : day;
}
