/*
 * slot.c
 *		Time slots: what an index weighs, and the text form.
 *
 * The text is "agenda [start,end)", with " overbooked" after it where that
 * holds.  Times are written as PostgreSQL writes them in the ISO style and in
 * UTC, whatever DateStyle and TimeZone say, and are read with the offset that
 * stands with them: so neither direction depends on a setting, and a dump
 * reads the same everywhere.
 */
#include "postgres.h"

#include "datatype/timestamp.h"

#include "pure/slot.h"

/* Days from 0000-03-01, where the leap day ends a year, to 2000-01-01. */
#define EPOCH_FROM_MARCH_0	730425
#define DAYS_IN_400_YEARS	146097

/* What is left to read of a text that a zero byte closes. */
typedef struct Scanner
{
	const char *next;
} Scanner;

/* A day of the proleptic Gregorian calendar; the year 0 is 1 BC. */
typedef struct CivilDay
{
	int			year;
	int			month;
	int			day;
} CivilDay;

/*
 * pacl_slot_make
 *		Fills *slot, padding included, with an agenda's id (PACL_UUID_LEN
 *		bytes), two times in microseconds since 2000 and the mark.  Whatever
 *		the times are: the rule that a slot has a length is the table's.
 */
void
pacl_slot_make(PaclSlot *slot, const uint8 *agenda, int64 starts_at,
			   int64 ends_at, bool overbooked)
{
	memset(slot, 0, sizeof(*slot));
	memcpy(slot->agenda, agenda, PACL_UUID_LEN);
	slot->starts_at = starts_at;
	slot->ends_at = ends_at;
	slot->overbooked = overbooked ? 1 : 0;
}

/*
 * pacl_slot_time_valid
 *		Whether a number from outside is a time that a timestamptz can hold,
 *		the infinities among them.
 */
bool
pacl_slot_time_valid(int64 time)
{
	return IS_VALID_TIMESTAMP(time) || TIMESTAMP_NOT_FINITE(time);
}

/*
 * pacl_box_penalty
 *		What it costs to let "more" into "box": nothing if it is inside
 *		already, below 1 if only time grows, from 1 on if hashes grow.
 *
 * An index is searched by one agenda and a short time, so a page that
 * stretches over more agendas is read by more searches than one that
 * stretches over more time of the same.
 */
float
pacl_box_penalty(const PaclSlotBox *box, const PaclSlotBox *more)
{
	double		growth = 0;

	if (more->hash_low < box->hash_low)
		growth += (double) box->hash_low - more->hash_low;
	if (more->hash_high > box->hash_high)
		growth += (double) more->hash_high - box->hash_high;
	if (growth > 0)
		return (float) (1 + growth);

	/* In floating point: the distance of two times may not fit an int64. */
	if (more->from < box->from)
		growth += (double) box->from - (double) more->from;
	if (more->until > box->until)
		growth += (double) more->until - (double) box->until;
	return (float) (growth / (growth + (double) USECS_PER_DAY * 365));
}

/*
 * pacl_box_abbreviate
 *		The box in 64 bits, for sorting: never greater than that of a box
 *		that pacl_box_compare puts behind it.
 *
 * The hash, and under it the start in units of 2^20 microseconds, a little
 * more than a second; beyond 71 years around 2000 all starts look alike.
 */
uint64
pacl_box_abbreviate(const PaclSlotBox *box)
{
	int64		start = box->from / (INT64CONST(1) << 20);

	start = Max(start, PG_INT32_MIN);
	start = Min(start, PG_INT32_MAX);
	start -= PG_INT32_MIN;
	return ((uint64) box->hash_low << 32) | (uint64) start;
}

/* The number of days from 2000-01-01 to a day. */
static int64
days_of_day(CivilDay day)
{
	int			year = day.month > 2 ? day.year : day.year - 1;
	int			month = day.month > 2 ? day.month - 3 : day.month + 9;
	int			era = (year >= 0 ? year : year - 399) / 400;
	int			in_era = year - era * 400;

	return (int64) era * DAYS_IN_400_YEARS +
		in_era * 365 + in_era / 4 - in_era / 100 +
		(153 * month + 2) / 5 + day.day - 1 -
		EPOCH_FROM_MARCH_0;
}

/* The day that is so many days from 2000-01-01. */
static CivilDay
day_of_days(int64 days)
{
	CivilDay	day;
	int64		since = days + EPOCH_FROM_MARCH_0;
	int64		era = (since >= 0 ? since : since - (DAYS_IN_400_YEARS - 1)) /
		DAYS_IN_400_YEARS;
	int			in_era = (int) (since - era * DAYS_IN_400_YEARS);
	int			year = (in_era - in_era / 1460 + in_era / 36524 -
						in_era / 146096) / 365;
	int			in_year = in_era - (365 * year + year / 4 - year / 100);
	int			month = (5 * in_year + 2) / 153;

	day.day = in_year - (153 * month + 2) / 5 + 1;
	day.month = month < 10 ? month + 3 : month - 9;
	day.year = (int) (era * 400) + year + (day.month <= 2 ? 1 : 0);
	return day;
}

/* Writes a word; returns its length. */
static size_t
put_word(char *buf, const char *word)
{
	size_t		len = strlen(word);

	memcpy(buf, word, len);
	return len;
}

/* Writes a number of at least so many digits; returns how many there were. */
static size_t
put_number(char *buf, int number, int least)
{
	char		backwards[16];
	int			len = 0;
	int			i;

	while (number > 0 || len < least)
	{
		backwards[len++] = '0' + number % 10;
		number /= 10;
	}
	for (i = 0; i < len; i++)
		buf[i] = backwards[len - 1 - i];
	return len;
}

/* Writes a time; returns the number of bytes written. */
static size_t
put_time(char *buf, int64 time)
{
	int64		days;
	int64		in_day;
	int			second;
	int			fraction;
	CivilDay	day;
	size_t		len;

	if (TIMESTAMP_IS_NOBEGIN(time))
		return put_word(buf, "-infinity");
	if (TIMESTAMP_IS_NOEND(time))
		return put_word(buf, "infinity");

	days = time / USECS_PER_DAY;
	in_day = time % USECS_PER_DAY;
	if (in_day < 0)
	{
		days--;
		in_day += USECS_PER_DAY;
	}
	day = day_of_days(days);
	second = (int) (in_day / USECS_PER_SEC);
	fraction = (int) (in_day % USECS_PER_SEC);

	len = put_number(buf, day.year > 0 ? day.year : 1 - day.year, 4);
	buf[len++] = '-';
	len += put_number(buf + len, day.month, 2);
	buf[len++] = '-';
	len += put_number(buf + len, day.day, 2);
	buf[len++] = ' ';
	len += put_number(buf + len, second / SECS_PER_HOUR, 2);
	buf[len++] = ':';
	len += put_number(buf + len,
					  second / SECS_PER_MINUTE % MINS_PER_HOUR, 2);
	buf[len++] = ':';
	len += put_number(buf + len, second % SECS_PER_MINUTE, 2);
	if (fraction != 0)
	{
		buf[len++] = '.';
		len += put_number(buf + len, fraction, 6);
		while (buf[len - 1] == '0')
			len--;
	}
	len += put_word(buf + len, day.year > 0 ? "+00" : "+00 BC");
	return len;
}

/*
 * pacl_slot_format
 *		Writes the text of a slot, with a closing zero byte, into a buffer of
 *		at least PACL_SLOT_TEXT_MAX bytes; returns its length without that.
 */
size_t
pacl_slot_format(const PaclSlot *slot, char *buf)
{
	static const char digits[] = "0123456789abcdef";
	size_t		len = 0;
	int			i;

	for (i = 0; i < PACL_UUID_LEN; i++)
	{
		if (i == 4 || i == 6 || i == 8 || i == 10)
			buf[len++] = '-';
		buf[len++] = digits[slot->agenda[i] >> 4];
		buf[len++] = digits[slot->agenda[i] & 15];
	}
	buf[len++] = ' ';
	buf[len++] = '[';
	len += put_time(buf + len, slot->starts_at);
	buf[len++] = ',';
	len += put_time(buf + len, slot->ends_at);
	len += put_word(buf + len, slot->overbooked ? ") overbooked" : ")");
	buf[len] = '\0';
	return len;
}

/* Passes over blanks; says whether there were any. */
static bool
skip_blanks(Scanner *scanner)
{
	const char *start = scanner->next;

	while (*scanner->next == ' ' ||
		   (*scanner->next >= '\t' && *scanner->next <= '\r'))
		scanner->next++;
	return scanner->next > start;
}

/* Passes over one character if it is the next. */
static bool
skip_char(Scanner *scanner, char c)
{
	if (*scanner->next != c)
		return false;
	scanner->next++;
	return true;
}

/* Passes over a word, given in lower case, if it is the next in any case. */
static bool
skip_word(Scanner *scanner, const char *word)
{
	size_t		i;

	for (i = 0; word[i] != '\0'; i++)
	{
		char		c = scanner->next[i];

		if (c >= 'A' && c <= 'Z')
			c += 'a' - 'A';
		if (c != word[i])
			return false;
	}
	scanner->next += i;
	return true;
}

/*
 * Reads a number of "least" to "most" digits (at most nine); returns how
 * many there were, or 0 if too few.  A further digit is left for the caller
 * to stumble over.
 */
static int
read_number(Scanner *scanner, int least, int most, int *number)
{
	int			count = 0;

	*number = 0;
	while (count < most && *scanner->next >= '0' && *scanner->next <= '9')
	{
		*number = *number * 10 + (*scanner->next++ - '0');
		count++;
	}
	return count < least ? 0 : count;
}

/* Reads one hexadecimal digit, or returns -1. */
static int
read_hex(Scanner *scanner)
{
	char		c = *scanner->next;

	if (c >= '0' && c <= '9')
		c = c - '0';
	else if (c >= 'a' && c <= 'f')
		c = c - 'a' + 10;
	else if (c >= 'A' && c <= 'F')
		c = c - 'A' + 10;
	else
		return -1;
	scanner->next++;
	return c;
}

/* Reads an agenda's id in the form with four hyphens. */
static bool
read_agenda(Scanner *scanner, uint8 *agenda)
{
	int			i;

	for (i = 0; i < PACL_UUID_LEN; i++)
	{
		int			high;
		int			low;

		if ((i == 4 || i == 6 || i == 8 || i == 10) &&
			!skip_char(scanner, '-'))
			return false;
		if ((high = read_hex(scanner)) < 0 || (low = read_hex(scanner)) < 0)
			return false;
		agenda[i] = (uint8) (high << 4 | low);
	}
	return true;
}

/* The number of days of a month of a year; the year 0 is 1 BC. */
static int
days_in_month(int year, int month)
{
	static const int lengths[] = {31, 28, 31, 30, 31, 30,
	31, 31, 30, 31, 30, 31};

	if (month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0))
		return 29;
	return lengths[month - 1];
}

/* Reads the time of day, in microseconds, without an offset. */
static bool
read_clock(Scanner *scanner, int64 *in_day)
{
	int			hour;
	int			minute;
	int			second = 0;
	int			fraction = 0;
	int			digits;

	if (!read_number(scanner, 2, 2, &hour) || !skip_char(scanner, ':') ||
		!read_number(scanner, 2, 2, &minute))
		return false;
	if (skip_char(scanner, ':'))
	{
		if (!read_number(scanner, 2, 2, &second))
			return false;
		if (skip_char(scanner, '.'))
		{
			if (!(digits = read_number(scanner, 1, 6, &fraction)))
				return false;
			for (; digits < 6; digits++)
				fraction *= 10;
		}
	}
	if (hour >= HOURS_PER_DAY || minute >= MINS_PER_HOUR ||
		second >= SECS_PER_MINUTE)
		return false;
	*in_day = (int64) hour * USECS_PER_HOUR +
		(int64) minute * USECS_PER_MINUTE +
		(int64) second * USECS_PER_SEC + fraction;
	return true;
}

/* Reads the offset from UTC, in microseconds; it must be there. */
static bool
read_offset(Scanner *scanner, int64 *offset)
{
	bool		negative;
	int			hours;
	int			minutes = 0;

	*offset = 0;
	if (skip_word(scanner, "z"))
		return true;
	negative = *scanner->next == '-';
	if (!skip_char(scanner, '-') && !skip_char(scanner, '+'))
		return false;
	if (!read_number(scanner, 2, 2, &hours))
		return false;
	if (skip_char(scanner, ':') && !read_number(scanner, 2, 2, &minutes))
		return false;
	if (hours > MAX_TZDISP_HOUR || minutes >= MINS_PER_HOUR)
		return false;
	*offset = (int64) hours * USECS_PER_HOUR +
		(int64) minutes * USECS_PER_MINUTE;
	if (negative)
		*offset = -*offset;
	return true;
}

/* Reads a time. */
static PaclSlotStatus
read_time(Scanner *scanner, int64 *time)
{
	CivilDay	day;
	int64		days;
	int64		in_day;
	int64		offset;
	const char *before_blanks;

	if (skip_word(scanner, "-infinity"))
	{
		TIMESTAMP_NOBEGIN(*time);
		return PACL_SLOT_OK;
	}
	if (skip_word(scanner, "infinity"))
	{
		TIMESTAMP_NOEND(*time);
		return PACL_SLOT_OK;
	}

	if (!read_number(scanner, 4, 6, &day.year) || !skip_char(scanner, '-') ||
		!read_number(scanner, 2, 2, &day.month) || !skip_char(scanner, '-') ||
		!read_number(scanner, 2, 2, &day.day))
		return PACL_SLOT_MALFORMED;
	if (!skip_word(scanner, "t") && !skip_blanks(scanner))
		return PACL_SLOT_MALFORMED;
	if (!read_clock(scanner, &in_day) || !read_offset(scanner, &offset))
		return PACL_SLOT_MALFORMED;

	before_blanks = scanner->next;
	if (day.year == 0)
		return PACL_SLOT_MALFORMED;
	if (skip_blanks(scanner) && skip_word(scanner, "bc"))
		day.year = 1 - day.year;
	else
		scanner->next = before_blanks;

	if (day.month < 1 || day.month > MONTHS_PER_YEAR || day.day < 1 ||
		day.day > days_in_month(day.year, day.month))
		return PACL_SLOT_MALFORMED;

	/* Of whole days first: six-digit years would not fit microseconds. */
	days = days_of_day(day);
	if (days < MIN_TIMESTAMP / USECS_PER_DAY - 1 ||
		days > END_TIMESTAMP / USECS_PER_DAY)
		return PACL_SLOT_OUT_OF_RANGE;
	/* An int64 reaches eight days beyond the last: nothing overflows here. */
	*time = days * USECS_PER_DAY + in_day - offset;
	return IS_VALID_TIMESTAMP(*time) ? PACL_SLOT_OK : PACL_SLOT_OUT_OF_RANGE;
}

/*
 * pacl_slot_parse
 *		Reads the text of a slot, closed by a zero byte, into *out, which is
 *		left alone unless all is well.  Never raises.
 *
 * A time needs its offset ("+02", "+05:30" or "Z").  Blanks are allowed
 * around the whole, around each time and before the mark.
 */
PaclSlotStatus
pacl_slot_parse(const char *text, PaclSlot *out)
{
	Scanner		scanner = {text};
	uint8		agenda[PACL_UUID_LEN];
	int64		times[2];
	bool		overbooked;
	int			i;

	skip_blanks(&scanner);
	if (!read_agenda(&scanner, agenda) || !skip_blanks(&scanner))
		return PACL_SLOT_MALFORMED;

	for (i = 0; i < 2; i++)
	{
		PaclSlotStatus status;

		if (!skip_char(&scanner, i == 0 ? '[' : ','))
			return PACL_SLOT_MALFORMED;
		skip_blanks(&scanner);
		status = read_time(&scanner, &times[i]);
		if (status != PACL_SLOT_OK)
			return status;
		skip_blanks(&scanner);
	}
	if (!skip_char(&scanner, ')'))
		return PACL_SLOT_MALFORMED;

	skip_blanks(&scanner);
	overbooked = skip_word(&scanner, "overbooked");
	skip_blanks(&scanner);
	if (*scanner.next != '\0')
		return PACL_SLOT_MALFORMED;

	pacl_slot_make(out, agenda, times[0], times[1], overbooked);
	return PACL_SLOT_OK;
}
