/*
 * moment.h
 *		When an iCalendar time is: by the server's rules of a zone, or by those
 *		that a file brings.
 */
#ifndef PACL_ICAL_MOMENT_H
#define PACL_ICAL_MOMENT_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "pgtime.h"

#include <libical/ical.h>

/* Zones that one file may define. */
#define PACL_ICAL_MOST_ZONES	100

/* What a TZID stands for: one of the two is not null. */
typedef struct PaclZone
{
	pg_tz	   *rules;			/* the server's */
	icaltimezone *custom;		/* of the file's VTIMEZONE */
} PaclZone;

/* The zones of a file, and the one that is meant where none is named. */
typedef struct PaclZones
{
	PaclZone	local;
	int			count;
	char	   *names[PACL_ICAL_MOST_ZONES];
	icaltimezone *custom[PACL_ICAL_MOST_ZONES];
} PaclZones;

/* Takes a VTIMEZONE over; false if its rules are not ones of clocks. */
extern bool pacl_zones_add(PaclZones *zones, const char *block);

/* Frees what the library allocated. */
extern void pacl_zones_free(PaclZones *zones);

/* The zone of a property's time; false if nobody knows its TZID. */
extern bool pacl_zones_of(PaclZones *zones, icalproperty * property,
						  struct icaltimetype time, PaclZone *zone,
						  const char **name);

/* When clocks in the zone show a time; a date is its midnight. */
extern pg_time_t pacl_zone_moment(const PaclZone *zone,
								  struct icaltimetype shown);

/* What clocks in the zone show at a moment. */
extern struct icaltimetype pacl_zone_shown(const PaclZone *zone, pg_time_t at);

#endif							/* PACL_ICAL_MOMENT_H */
