/*
 * time_zone.h
 *		Names of time zones, as people give them.
 */
#ifndef PACL_TIME_ZONE_H
#define PACL_TIME_ZONE_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "pgtime.h"

/*
 * The zone of a name that was checked once, which lives as long as the
 * backend; null if the server knows it no more.
 */
extern pg_tz *pacl_time_zone_find(const char *name);

/* The moment at which the clocks of a zone show something. */
extern TimestampTz pacl_time_zone_moment(const char *zone, Timestamp shown);

/*
 * The name as the IANA database writes it, palloc'd; raises 22023, naming the
 * argument, for whatever it does not have, and for abbreviations.
 */
extern char *pacl_time_zone_check(const char *argument, const char *name);

/* An ISO 3166-1 country code in capitals, palloc'd; raises 22023. */
extern char *pacl_country_check(const char *argument, const char *code);

#endif							/* PACL_TIME_ZONE_H */
