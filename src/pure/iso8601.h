/*
 * iso8601.h
 *		Days and times in documents, as ISO 8601 writes them.
 *
 * What a document says is the same for everybody, on every connection: nothing
 * here depends on DateStyle or TimeZone, and no word such as "tomorrow" is read.
 */
#ifndef PACL_ISO8601_H
#define PACL_ISO8601_H

#include "postgres.h"

/* A moment on the wall clock, and perhaps where the clock hangs. */
typedef struct PaclMoment
{
	int64		microseconds;	/* since 2000-01-01; of UTC if has_zone */
	bool		has_zone;
} PaclMoment;

/* YYYY-MM-DD, of the years 1 to 9999: days since 2000-01-01. */
extern bool pacl_iso_date(const char *text, size_t length, int32 *days);

/* HH:MM or HH:MM:SS, from 00:00 to 24:00: microseconds since midnight. */
extern bool pacl_iso_time(const char *text, size_t length,
						  int64 *microseconds);

/*
 * A day, alone or with a time after "T" or a blank, that with a fraction of up to
 * six digits and with a zone: "Z", +HH, +HHMM or +HH:MM.
 */
extern bool pacl_iso_moment(const char *text, size_t length,
							PaclMoment *moment);

#endif							/* PACL_ISO8601_H */
