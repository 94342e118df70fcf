/*
 * iso8601_test.c
 *		Days and times of documents: good ones, bad ones, all days.
 */
#include "postgres.h"

#include "datatype/timestamp.h"
#include "pure/iso8601.h"

/* The server's port.h would have these from a library of its own. */
#undef printf
#undef snprintf
#include "tap.h"

static bool
is_moment(const char *text, int64 microseconds, bool has_zone)
{
	PaclMoment	moment;

	return pacl_iso_moment(text, strlen(text), &moment) &&
		moment.microseconds == microseconds && moment.has_zone == has_zone;
}

static bool
refused(const char *text)
{
	PaclMoment	moment;

	return !pacl_iso_moment(text, strlen(text), &moment);
}

static bool
is_day(const char *text, int expected)
{
	int32		days;

	return pacl_iso_date(text, strlen(text), &days) && days == expected;
}

/* Counting day by day gives the same as the formula, for eight centuries. */
static bool
days_follow(void)
{
	static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int			expected = -146097; /* 1600-01-01 */

	for (int year = 1600; year < 2400; year++)
		for (int month = 1; month <= 12; month++)
		{
			bool		leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
			int			length = lengths[month - 1] + (month == 2 && leap);

			for (int day = 1; day <= 31; day++)
			{
				char		text[32];
				int32		days;
				bool		read;

				sprintf(text, "%04d-%02d-%02d", year, month, day);
				read = pacl_iso_date(text, strlen(text), &days);
				if (read != (day <= length) || (read && days != expected))
					return false;
				expected += read;
			}
		}
	return true;
}

int
main(void)
{
	tap_begin();
	ok(is_day("2000-01-01", 0), "the first day");
	ok(is_day("1999-12-31", -1), "the one before");
	ok(is_day("0001-01-01", -730119), "the first of all");
	ok(days_follow(), "every day of eight centuries, and no other");
	ok(is_moment("2000-01-01", 0, false), "a day is its midnight");
	ok(is_moment("2000-01-01T00:00Z", 0, true), "in UTC");
	ok(is_moment("2000-01-01 01:30", 90 * USECS_PER_MINUTE, false), "a blank for the T");
	ok(is_moment("2000-01-01T01:30:15.25+01:30", 15250000, true), "a fraction, and a zone");
	ok(is_moment("2000-01-01T00:00:00.123456-0530", 330 * USECS_PER_MINUTE + 123456, true), "west of Greenwich");
	ok(is_moment("2000-01-01 02:00:00+02", 0, true), "as the server writes it");
	ok(is_moment("2000-01-01T24:00", USECS_PER_DAY, false), "the end of a day");
	ok(refused("01/02/2031"), "a day that may be another one");
	ok(refused("tomorrow") && refused("infinity") && refused(""), "words");
	ok(refused("2031-02-29") && refused("2031-13-01") && refused("0000-01-01"), "no such day");
	ok(refused("2031-01-01T25:00") && refused("2031-01-01T08:60") && refused("2031-01-01T24:01"), "no such time");
	ok(refused("2031-01-01T08") && refused("2031-01-01T8:00") && refused("2031-01-01T"), "half a time");
	ok(refused("2031-01-01T08:00 ") && refused("2031-01-01T08:00Zulu") && refused("2031-01-01T08:00+1"), "more behind it");
	ok(refused("2031-01-01T08:00+16") && refused("2031-01-01T08:00+01:60"), "no such zone");
	ok(refused("2031-01-01T08:00 Europe/Paris"), "a name of a zone");
	ok(refused("2031-01-01T08:00:00.Z"), "a point without a fraction");
	return tap_end();
}
