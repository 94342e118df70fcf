/*
 * iso8601.c
 *		Days and times in documents, as ISO 8601 writes them.
 */
#include "postgres.h"

#include "datatype/timestamp.h"

#include "pure/iso8601.h"

#define DATE_LENGTH 10
#define MINUTES_LENGTH 5
#define SECONDS_LENGTH 8
#define MOST_ZONE_HOURS 15

/* Days from 0000-03-01, where the era of the formula begins, to 2000-01-01. */
#define DAYS_TO_EPOCH 730425

static bool
digits(const char *text, int count, int *number)
{
	*number = 0;
	for (int i = 0; i < count; i++)
	{
		if (text[i] < '0' || text[i] > '9')
			return false;
		*number = *number * 10 + (text[i] - '0');
	}
	return true;
}

static int
days_in(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool		leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return month == 2 && leap ? 29 : days[month - 1];
}

/*
 * The year begins in March here, so that the leap day is its last: see H.
 * Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil.
 */
static int32
days_of(int year, int month, int day)
{
	int			y = month > 2 ? year : year - 1;
	int			of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;

	return y * 365 + y / 4 - y / 100 + y / 400 + of_year - DAYS_TO_EPOCH;
}

bool
pacl_iso_date(const char *text, size_t length, int32 *days)
{
	int			year;
	int			month;
	int			day;

	if (length != DATE_LENGTH ||
		!digits(text, 4, &year) || text[4] != '-' ||
		!digits(text + 5, 2, &month) || text[7] != '-' ||
		!digits(text + 8, 2, &day) ||
		year < 1 || month < 1 || month > 12 || day < 1 ||
		day > days_in(year, month))
		return false;
	*days = days_of(year, month, day);
	return true;
}

bool
pacl_iso_time(const char *text, size_t length, int64 *microseconds)
{
	int			hour;
	int			minute;
	int			second = 0;

	if ((length != MINUTES_LENGTH && length != SECONDS_LENGTH) ||
		!digits(text, 2, &hour) || text[2] != ':' ||
		!digits(text + 3, 2, &minute))
		return false;
	if (length == SECONDS_LENGTH &&
		(text[5] != ':' || !digits(text + 6, 2, &second)))
		return false;
	if (minute > 59 || second > 59 || hour > 24 ||
		(hour == 24 && (minute > 0 || second > 0)))
		return false;
	*microseconds = ((hour * INT64CONST(60) + minute) * 60 + second) * USECS_PER_SEC;
	return true;
}

/* ".5" to ".123456"; returns how many characters it takes, 0 for none. */
static size_t
read_fraction(const char *text, size_t length, int64 *microseconds)
{
	int64		unit = USECS_PER_SEC;
	size_t		used = 1;

	*microseconds = 0;
	if (length < 2 || text[0] != '.')
		return 0;
	for (; used < length && used <= 6 && text[used] >= '0' && text[used] <= '9'; used++)
	{
		unit /= 10;
		*microseconds += (text[used] - '0') * unit;
	}
	return used > 1 ? used : 0;
}

/* All of the text is a zone; sets how far its clocks are ahead of UTC. */
static bool
read_zone(const char *text, size_t length, int64 *ahead)
{
	int			hours;
	int			minutes = 0;

	*ahead = 0;
	if (length == 1 && (text[0] == 'Z' || text[0] == 'z'))
		return true;
	if ((length != 3 && length != 5 && length != 6) ||
		(text[0] != '+' && text[0] != '-') || !digits(text + 1, 2, &hours) ||
		(length == 5 && !digits(text + 3, 2, &minutes)) ||
		(length == 6 && (text[3] != ':' || !digits(text + 4, 2, &minutes))) ||
		hours > MOST_ZONE_HOURS || minutes > 59)
		return false;
	*ahead = (hours * INT64CONST(60) + minutes) * USECS_PER_MINUTE *
		(text[0] == '-' ? -1 : 1);
	return true;
}

bool
pacl_iso_moment(const char *text, size_t length, PaclMoment *moment)
{
	const char *end = text + length;
	int32		days;
	int64		time = 0;
	int64		fraction = 0;
	int64		ahead = 0;

	moment->has_zone = false;
	if (length < DATE_LENGTH || !pacl_iso_date(text, DATE_LENGTH, &days))
		return false;
	text += DATE_LENGTH;
	if (text < end)
	{
		size_t		of_time = MINUTES_LENGTH;

		if (*text != 'T' && *text != 't' && *text != ' ')
			return false;
		text++;
		if (end - text >= SECONDS_LENGTH && text[5] == ':')
			of_time = SECONDS_LENGTH;
		if (end - text < (ptrdiff_t) of_time ||
			!pacl_iso_time(text, of_time, &time))
			return false;
		text += of_time;
		if (of_time == SECONDS_LENGTH)
			text += read_fraction(text, end - text, &fraction);
	}
	if (text < end)
	{
		moment->has_zone = true;
		if (!read_zone(text, end - text, &ahead))
			return false;
	}
	moment->microseconds = days * USECS_PER_DAY + time + fraction - ahead;
	return true;
}
