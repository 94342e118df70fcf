/*
 * time_zone.c
 *		Names of time zones, as people give them.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "pgtime.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "base/time_zone.h"
#include "errors.h"

#define FIXED_ZONES "Etc/GMT"
#define POSIX_COPIES "posix/"
#define SHOWN_BYTES 60

/*
 * The server also takes POSIX rules, as in "ABC-3", which no file describes
 * and which know no change of the clocks.  A rule cannot do without a digit,
 * and of the files' names only those of fixed zones have one.
 */
static bool
is_file_name(const char *name)
{
	const char *rest;
	char	   *end;
	long		hours;

	if (name[strcspn(name, "0123456789")] == '\0')
		return true;
	if (pg_strncasecmp(name, FIXED_ZONES, strlen(FIXED_ZONES)) != 0)
		return false;
	rest = name + strlen(FIXED_ZONES);
	hours = strtol(rest, &end, 10);
	return *end == '\0' && hours >= -14 && hours <= 12 &&
		(rest[0] == '+' || rest[0] == '-' || hours == 0);
}

/*
 * Files beside the places: what this server happens to have set, what nobody
 * has set yet, and abbreviations, which look like a place's time and leave out
 * its past or its summer.  UTC and its other names say what they are.
 */
static bool
is_no_place(const char *name)
{
	static const char *const others[] = {
		"localtime", "Factory", "posixrules",
		"CET", "EET", "EST", "HST", "MET", "MST", "WET"
	};

	for (int i = 0; i < lengthof(others); i++)
		if (pg_strcasecmp(name, others[i]) == 0)
			return true;
	return pg_strncasecmp(name, POSIX_COPIES, strlen(POSIX_COPIES)) == 0;
}

pg_tz *
pacl_time_zone_find(const char *name)
{
	pg_tz	   *zone = NULL;

	if (strlen(name) <= TZ_STRLEN_MAX && name[0] != '\0')
		zone = pg_tzset(name);
	return zone != NULL && pg_tz_acceptable(zone) ? zone : NULL;
}

char *
pacl_time_zone_check(const char *argument, const char *name)
{
	pg_tz	   *zone = NULL;

	if (is_file_name(name) && !is_no_place(name))
		zone = pacl_time_zone_find(name);
	if (zone == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("time_zone_unknown"),
				 errargument(argument),
				 errmsg("%s is not a time zone: \"%.*s\"", argument,
						pg_mbcliplen(name, strlen(name), SHOWN_BYTES), name),
				 errhint("Use a name of the IANA database, as in \"Europe/Paris\".")));
	return pstrdup(pg_get_timezone_name(zone));
}

TimestampTz
pacl_time_zone_moment(const char *zone, Timestamp shown)
{
	return DatumGetTimestampTz(DirectFunctionCall2(timestamp_zone,
												   CStringGetTextDatum(zone),
												   TimestampGetDatum(shown)));
}

char *
pacl_country_check(const char *argument, const char *code)
{
	char	   *country;

	if (strlen(code) == 2 &&
		strspn(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") == 2)
	{
		country = pstrdup(code);
		country[0] = pg_ascii_toupper((unsigned char) country[0]);
		country[1] = pg_ascii_toupper((unsigned char) country[1]);
		return country;
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errword("country_unknown"),
			 errargument(argument),
			 errmsg("%s is not a country: \"%.*s\"", argument,
					pg_mbcliplen(code, strlen(code), SHOWN_BYTES), code),
			 errhint("Use the two letters of ISO 3166-1, as in \"FR\".")));
	return NULL;
}
