/*
 * moment.c
 *		When an iCalendar time is.
 */
#include "postgres.h"

#include "utils/datetime.h"

#include "compat.h"
#include "moment.h"

/*
 * Only yearly rules by day, month and weekday change clocks.  Others would have
 * the library expand a change for every second.
 */
static bool
is_of_clocks(const char *block)
{
	const char *rule = block;

	if (pg_strcasecmp(block, "") == 0 || strlen(block) > 65536)
		return false;
	while ((rule = strstr(rule, "RRULE")) != NULL)
	{
		size_t		length = strcspn(rule, "\r\n");
		char	   *text = pnstrdup(rule, length);

		if (strstr(text, "FREQ=YEARLY") == NULL ||
			strstr(text, "BYSECOND") != NULL ||
			strstr(text, "BYMINUTE") != NULL ||
			strstr(text, "BYHOUR") != NULL ||
			strchr("\r\n ", rule[length]) == NULL ||
			strncmp(rule + length, "\r\n ", 3) == 0 ||
			strncmp(rule + length, "\n ", 2) == 0)
			return false;
		rule += length;
	}
	return true;
}

bool
pacl_zones_add(PaclZones *zones, const char *block)
{
	icalcomponent *component;
	icaltimezone *zone;
	icalproperty *name;

	if (zones->count == PACL_ICAL_MOST_ZONES || !is_of_clocks(block))
		return false;
	component = icalparser_parse_string(block);
	name = component == NULL ? NULL :
		icalcomponent_get_first_property(component, ICAL_TZID_PROPERTY);
	if (name == NULL || icalproperty_get_tzid(name) == NULL)
	{
		if (component != NULL)
			icalcomponent_free(component);
		return false;
	}
	zones->names[zones->count] = pstrdup(icalproperty_get_tzid(name));
	zone = icaltimezone_new();
	if (!icaltimezone_set_component(zone, component))
	{
		icalcomponent_free(component);
		icaltimezone_free(zone, 1);
		return false;
	}
	zones->custom[zones->count++] = zone;
	return true;
}

void
pacl_zones_free(PaclZones *zones)
{
	for (int i = 0; i < zones->count; i++)
		icaltimezone_free(zones->custom[i], 1);
	zones->count = 0;
}

/*
 * The server's zone of this name.  Programs put their own name in front of
 * IANA's: /citadel.org/20220101_1/Europe/Paris.
 */
static pg_tz *
known_zone(const char *name)
{
	if (strcmp(name, "UTC") == 0 || strcmp(name, "GMT") == 0)
		return pg_tzset("UTC");
	while (strchr(name, '/') != NULL)
	{
		pg_tz	   *zone = strlen(name) > TZ_STRLEN_MAX || name[0] == '/' ?
			NULL : pg_tzset(name);

		if (zone != NULL)
			return zone;
		name = strchr(name, '/') + 1;
	}
	return NULL;
}

bool
pacl_zones_of(PaclZones *zones, icalproperty * property,
			  struct icaltimetype time, PaclZone *zone, const char **name)
{
	icalparameter *parameter = icalproperty_get_first_parameter(property,
																ICAL_TZID_PARAMETER);

	*zone = zones->local;
	*name = "";
	if (icaltime_is_utc(time))
	{
		*name = "UTC";
		zone->rules = pg_tzset("UTC");
		return true;
	}
	if (parameter == NULL || time.is_date)
		return true;
	*name = icalparameter_get_tzid(parameter);
	zone->rules = known_zone(*name);
	if (zone->rules != NULL)
		return true;
	for (int i = 0; i < zones->count; i++)
		if (strcmp(zones->names[i], *name) == 0)
		{
			zone->custom = zones->custom[i];
			return true;
		}
	return false;
}

/* As if the clocks showed UTC. */
static pg_time_t
naive(struct icaltimetype shown)
{
	if (shown.is_date)
		shown.hour = shown.minute = shown.second = 0;
	return (pg_time_t) (date2j(shown.year, shown.month, shown.day) -
						UNIX_EPOCH_JDATE) * SECS_PER_DAY +
		shown.hour * SECS_PER_HOUR + shown.minute * SECS_PER_MINUTE +
		shown.second;
}

pg_time_t
pacl_zone_moment(const PaclZone *zone, struct icaltimetype shown)
{
	struct pg_tm clocks = {0};
	int			daylight;

	if (zone->rules == NULL)
		return naive(shown) -
			icaltimezone_get_utc_offset(zone->custom, &shown, &daylight);
	clocks.tm_year = shown.year;
	clocks.tm_mon = shown.month;
	clocks.tm_mday = shown.day;
	if (!shown.is_date)
	{
		clocks.tm_hour = shown.hour;
		clocks.tm_min = shown.minute;
		clocks.tm_sec = shown.second;
	}
	return naive(shown) + DetermineTimeZoneOffset(&clocks, zone->rules);
}

struct icaltimetype
pacl_zone_shown(const PaclZone *zone, pg_time_t at)
{
	struct icaltimetype shown = icaltime_null_time();
	struct pg_tm *clocks;

	if (zone->rules == NULL)
	{
		shown = icaltime_from_timet_with_zone((time_t) at, 0, zone->custom);
		shown.zone = NULL;
		return shown;
	}
	clocks = pg_localtime(&at, zone->rules);
	shown.year = clocks->tm_year + 1900;
	shown.month = clocks->tm_mon + 1;
	shown.day = clocks->tm_mday;
	shown.hour = clocks->tm_hour;
	shown.minute = clocks->tm_min;
	shown.second = clocks->tm_sec;
	return shown;
}
