/*
 * event.c
 *		The events of a calendar file, repetitions expanded.
 *
 * The file is cut into its components here, and libical reads one at a time:
 * so a file takes the memory of its largest event, and a broken event spoils
 * no other.  libical allocates outside of memory contexts; what it holds is
 * freed however this ends.
 */
#include "postgres.h"

#include <ctype.h>

#include "common/hashfn.h"
#include "miscadmin.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"

#include "compat.h"
#include "errors.h"
#include "event.h"
#include "moment.h"

typedef struct FileReading
{
	PaclZones	zones;
	pg_time_t	since;
	pg_time_t	until;
	HTAB	   *replaced;		/* repetitions that an event of their own
								 * replaces */
	PaclEventReceiver receive;
	void	   *state;
	int			rows;
	icalcomponent *component;	/* that libical holds, or null */
	icalrecur_iterator *iterator;
	MemoryContext context;		/* of one event */
} FileReading;

/* Which repetition of which event. */
typedef struct Repetition
{
	uint64		uid;
	pg_time_t	at;
} Repetition;

/* An event, as far as all of its repetitions have it in common. */
typedef struct Series
{
	const char *uid;
	struct icaltimetype start;
	PaclZone	zone;
	int			shown_seconds;	/* by the clocks */
	int			exact_seconds;
	bool		has_end;
	PaclEvent	event;
} Series;

static bool
is_line(const char *line, const char *wanted)
{
	size_t		length = strlen(wanted);

	return pg_strncasecmp(line, wanted, length) == 0 &&
		(line[length] == '\0' || line[length] == '\r' || line[length] == '\n');
}

static const char *
next_line(const char *line)
{
	const char *end = strchr(line, '\n');

	return end == NULL ? NULL : end + 1;
}

/*
 * The next component of this name from *line on, palloc'd; *line is behind it.
 * Null if there is none.  *whole tells whether it has an end.
 */
static char *
next_component(const char **line, const char *name, bool *whole)
{
	char	   *begin = psprintf("BEGIN:%s", name);
	char	   *end = psprintf("END:%s", name);
	const char *first = NULL;
	const char *at;

	for (at = *line; at != NULL; at = next_line(at))
	{
		CHECK_FOR_INTERRUPTS();
		if (first == NULL && is_line(at, begin))
			first = at;
		else if (first != NULL && is_line(at, end))
		{
			const char *behind = next_line(at);

			*line = behind;
			*whole = true;
			return behind == NULL ? pstrdup(first) :
				pnstrdup(first, behind - first);
		}
		else if (first != NULL && is_line(at, begin))
			break;
	}
	*line = at;
	*whole = false;
	return first == NULL ? NULL :
		at == NULL ? pstrdup(first) : pnstrdup(first, at - first);
}

static void
hand_over(FileReading *reading, const PaclEvent *event)
{
	if (++reading->rows > PACL_ICAL_MOST_ROWS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errword("calendar_too_large"),
				 err_generic_string(PG_DIAG_COLUMN_NAME, "ics"),
				 errmsg("calendar has more than %d events and repetitions",
						PACL_ICAL_MOST_ROWS),
				 errhint("Import it in parts.")));
	reading->receive(event, reading->state);
}

static void
hand_over_note(FileReading *reading, const Series *series, const char *kind,
			   const char *detail)
{
	PaclEvent	note = series->event;

	note.kind = kind;
	note.key = series->uid;
	note.detail = detail;
	hand_over(reading, &note);
}

static void
release(FileReading *reading)
{
	if (reading->iterator != NULL)
		icalrecur_iterator_free(reading->iterator);
	reading->iterator = NULL;
	if (reading->component != NULL)
		icalcomponent_free(reading->component);
	reading->component = NULL;
}

static icalproperty *
property(FileReading *reading, icalproperty_kind kind)
{
	return icalcomponent_get_first_property(reading->component, kind);
}

/* The text of a property, or null. */
static const char *
words(FileReading *reading, icalproperty_kind kind)
{
	icalproperty *found = property(reading, kind);
	const char *text = found == NULL ? NULL :
		icalvalue_get_text(icalproperty_get_value(found));

	return text == NULL || text[strspn(text, " \t\r\n")] == '\0' ? NULL :
		pstrdup(text);
}

/* Whether a property of any name has a value, or one in a list. */
static bool
says(FileReading *reading, const char *name, const char *value)
{
	icalproperty *each;

	for (each = property(reading, ICAL_ANY_PROPERTY); each != NULL;
		 each = icalcomponent_get_next_property(reading->component,
												ICAL_ANY_PROPERTY))
	{
		const char *its_name = icalproperty_get_property_name(each);
		const char *its_value = icalproperty_get_value_as_string(each);

		if (its_name != NULL && its_value != NULL &&
			pg_strcasecmp(its_name, name) == 0 &&
			pg_strcasecmp(its_value, value) == 0)
			return true;
	}
	return false;
}

/* Its UID; a program that gives none gets one of what the event says. */
static const char *
uid_of(FileReading *reading, const char *block)
{
	icalproperty *found = property(reading, ICAL_UID_PROPERTY);
	const char *uid = found == NULL ? NULL : icalproperty_get_uid(found);

	if (uid != NULL && uid[0] != '\0')
		return pstrdup(uid);
	return psprintf("%016llx",
					(unsigned long long) DatumGetUInt64(hash_any_extended((const unsigned char *) block,
																		  (int) strlen(block), 0)));
}

static uint64
hash_of(const char *text)
{
	return DatumGetUInt64(hash_any_extended((const unsigned char *) text,
											(int) strlen(text), 0));
}

/* What a file says of an event's end: false if it ends before it begins. */
static bool
read_end(FileReading *reading, Series *series, const char *zone_name)
{
	icalproperty *end = property(reading, ICAL_DTEND_PROPERTY);
	icalproperty *duration = property(reading, ICAL_DURATION_PROPERTY);

	series->has_end = true;
	if (end != NULL)
	{
		struct icaltimetype time = icalproperty_get_dtend(end);
		const char *name;
		PaclZone	zone;
		pg_time_t	length;
		PaclZone	utc = {pg_tzset("UTC"), NULL};
		bool		same;

		if (icaltime_is_null_time(time) ||
			!pacl_zones_of(&reading->zones, end, time, &zone, &name))
			return false;
		same = strcmp(name, zone_name) == 0;
		length = same ?
			pacl_zone_moment(&utc, time) - pacl_zone_moment(&utc, series->start) :
			pacl_zone_moment(&zone, time) -
			pacl_zone_moment(&series->zone, series->start);
		if (length <= 0 || length > (pg_time_t) 10 * 366 * SECS_PER_DAY)
			return false;
		if (same)
			series->shown_seconds = (int) length;
		else
			series->exact_seconds = (int) length;
		return true;
	}
	if (duration != NULL)
	{
		struct icaldurationtype given = icalproperty_get_duration(duration);

		if (given.is_neg || given.weeks > 520 || given.days > 3660 ||
			given.hours > 87840 || given.minutes > 5270400 ||
			given.seconds > 316224000)
			return false;
		series->shown_seconds = (given.weeks * 7 + given.days) * SECS_PER_DAY;
		series->exact_seconds = given.hours * SECS_PER_HOUR +
			given.minutes * SECS_PER_MINUTE + given.seconds;
		return series->shown_seconds + series->exact_seconds > 0;
	}
	if (series->start.is_date)
		series->shown_seconds = SECS_PER_DAY;
	else
		series->has_end = false;
	return true;
}

/* When a repetition is that begins at a time on the clocks. */
static void
place(const Series *series, struct icaltimetype start, PaclEvent *event)
{
	struct icaltimetype end = start;

	event->starts_at = pacl_zone_moment(&series->zone, start);
	event->has_start = true;
	event->has_end = series->has_end;
	end.is_date = 0;
	if (start.is_date)
		end.hour = end.minute = end.second = 0;
	icaltime_adjust(&end, 0, 0, 0, series->shown_seconds);
	event->ends_at = pacl_zone_moment(&series->zone, end) +
		series->exact_seconds;
}

/* A list of times that are taken out or added, as moments. */
static bool
is_listed(FileReading *reading, const Series *series, icalproperty_kind kind,
		  pg_time_t at)
{
	icalproperty *each;

	for (each = property(reading, kind); each != NULL;
		 each = icalcomponent_get_next_property(reading->component, kind))
	{
		struct icaltimetype time = icalproperty_get_exdate(each);
		const char *name;
		PaclZone	zone;

		if (pacl_zones_of(&reading->zones, each, time, &zone, &name) &&
			pacl_zone_moment(&zone, time) == at)
			return true;
	}
	return false;
}

static bool
is_replaced(FileReading *reading, const Series *series, pg_time_t at)
{
	Repetition	wanted = {hash_of(series->uid), at};

	return hash_search(reading->replaced, &wanted, HASH_FIND, NULL) != NULL;
}

/* UNTIL is in UTC, the library compares it with what the clocks show. */
static void
localize_until(const Series *series, struct icalrecurrencetype *rule)
{
	PaclZone	utc = {pg_tzset("UTC"), NULL};

	if (icaltime_is_null_time(rule->until))
		return;
	if (icaltime_is_utc(rule->until) && !series->start.is_date)
		rule->until = pacl_zone_shown(&series->zone,
									  pacl_zone_moment(&utc, rule->until));
	else if (rule->until.is_date && !series->start.is_date)
	{
		rule->until.is_date = 0;
		rule->until.hour = 23;
		rule->until.minute = rule->until.second = 59;
	}
	rule->until.zone = NULL;
}

static void
hand_over_repetition(FileReading *reading, const Series *series,
					 struct icaltimetype start, int *given)
{
	PaclEvent	event = series->event;

	place(series, start, &event);
	if ((event.has_end ? event.ends_at : event.starts_at) <= reading->since ||
		is_listed(reading, series, ICAL_EXDATE_PROPERTY, event.starts_at) ||
		is_replaced(reading, series, event.starts_at))
		return;
	event.key = psprintf("%s/%04d%02d%02dT%02d%02d%02d", series->uid,
						 start.year, start.month, start.day, start.hour,
						 start.minute, start.second);
	hand_over(reading, &event);
	(*given)++;
}

/* Every repetition of a rule that is not over. */
static void
expand(FileReading *reading, Series *series, struct icalrecurrencetype rule)
{
	bool		endless = rule.count == 0 && icaltime_is_null_time(rule.until);
	struct icaltimetype start = series->start;
	struct icaltimetype next;
	pg_time_t	until;
	int			given = 0;
	int			steps = 0;

	if (rule.freq < ICAL_DAILY_RECURRENCE || rule.freq > ICAL_YEARLY_RECURRENCE)
	{
		hand_over_note(reading, series, "refused",
					   "it repeats more often than daily, or by a rule that cannot be read");
		return;
	}
	localize_until(series, &rule);
	until = Max(reading->until, pacl_zone_moment(&series->zone, start) +
				reading->until - reading->since);
	start.zone = NULL;
	reading->iterator = icalrecur_iterator_new(rule, start);
	while (reading->iterator != NULL)
	{
		CHECK_FOR_INTERRUPTS();
		next = icalrecur_iterator_next(reading->iterator);
		if (icaltime_is_null_time(next))
			break;
		if (++steps > PACL_ICAL_MOST_STEPS || given == PACL_ICAL_MOST_REPETITIONS ||
			(endless && pacl_zone_moment(&series->zone, next) >= until))
		{
			hand_over_note(reading, series, "shortened",
						   endless ? "it repeats without end: those of a year are imported" :
						   psprintf("of its repetitions the first %d are imported", given));
			return;
		}
		hand_over_repetition(reading, series, next, &given);
	}
	if (given == 0)
		hand_over_note(reading, series, "skipped", "it is over");
}

/* The times that are added to a rule. */
static void
add_dates(FileReading *reading, Series *series)
{
	icalproperty *each;
	int			given = 0;

	for (each = property(reading, ICAL_RDATE_PROPERTY); each != NULL;
		 each = icalcomponent_get_next_property(reading->component,
												ICAL_RDATE_PROPERTY))
	{
		struct icaldatetimeperiodtype date = icalproperty_get_rdate(each);
		struct icaltimetype time = icaltime_is_null_time(date.time) ?
			date.period.start : date.time;
		PaclZone	zone;
		const char *name;

		if (icaltime_is_null_time(time) ||
			!pacl_zones_of(&reading->zones, each, time, &zone, &name))
			continue;
		hand_over_repetition(reading, series,
							 pacl_zone_shown(&series->zone,
											 pacl_zone_moment(&zone, time)),
							 &given);
	}
}

/* Why nothing is to be done for the event, or null. */
static const char *
reason_to_skip(FileReading *reading)
{
	if (says(reading, "STATUS", "CANCELLED"))
		return "it is cancelled";
	if (says(reading, "TRANSP", "TRANSPARENT") ||
		says(reading, "X-MICROSOFT-CDO-BUSYSTATUS", "FREE"))
		return "it takes no time";
	return NULL;
}

/* Start, zone and end; null, or what is wrong with them. */
static const char *
read_times(FileReading *reading, Series *series)
{
	icalproperty *start = property(reading, ICAL_DTSTART_PROPERTY);
	const char *zone_name;

	if (start == NULL)
		return "it has no start that can be read";
	series->start = icalproperty_get_dtstart(start);
	if (icaltime_is_null_time(series->start) ||
		!icaltime_is_valid_time(series->start) ||
		series->start.year < 1900 || series->start.year > 9000)
		return "it has no start that can be read";
	if (!pacl_zones_of(&reading->zones, start, series->start, &series->zone,
					   &zone_name))
		return psprintf("nobody knows its time zone \"%s\"", zone_name);
	if (!read_end(reading, series, zone_name))
		return "its end cannot be read, or is not after its start";
	return NULL;
}

static void
read_words(FileReading *reading, Series *series)
{
	PaclEvent  *event = &series->event;
	bool		away = series->start.is_date ||
		says(reading, "X-MICROSOFT-CDO-BUSYSTATUS", "OOF") ||
		says(reading, "CATEGORIES", "ABSENCE");

	event->kind = away ? "absence" : "appointment";
	event->summary = words(reading, ICAL_SUMMARY_PROPERTY);
	event->description = words(reading, ICAL_DESCRIPTION_PROPERTY);
	event->private = says(reading, "CLASS", "PRIVATE") ||
		says(reading, "CLASS", "CONFIDENTIAL");
}

static void
read_series(FileReading *reading, Series *series)
{
	icalproperty *rule = property(reading, ICAL_RRULE_PROPERTY);
	icalproperty *which = property(reading, ICAL_RECURRENCEID_PROPERTY);
	PaclEvent	event;

	if (rule != NULL)
	{
		expand(reading, series, icalproperty_get_rrule(rule));
		add_dates(reading, series);
		return;
	}
	event = series->event;
	event.key = which == NULL ? series->uid :
		psprintf("%s/%s", series->uid,
				 icaltime_as_ical_string(icalproperty_get_recurrenceid(which)));
	place(series, series->start, &event);
	if ((event.has_end ? event.ends_at : event.starts_at) <= reading->since)
	{
		event.kind = "skipped";
		event.detail = "it is over";
	}
	hand_over(reading, &event);
	add_dates(reading, series);
}

/* libical's reading of a block, or null: it is the reading's. */
static bool
parse(FileReading *reading, const char *block)
{
	reading->component = icalparser_parse_string(block);
	return reading->component != NULL &&
		icalcomponent_isa(reading->component) == ICAL_VEVENT_COMPONENT;
}

static void
read_event(FileReading *reading, const char *block, bool whole)
{
	Series		series = {0};
	const char *reason;

	series.uid = psprintf("event %d", reading->rows + 1);
	if (!whole || strlen(block) > PACL_ICAL_EVENT_BYTES ||
		!parse(reading, block))
	{
		hand_over_note(reading, &series, "refused", whole ?
					   "it cannot be read" : "the file breaks off in it");
		return;
	}
	series.uid = uid_of(reading, block);
	reason = read_times(reading, &series);
	if (reason != NULL)
	{
		hand_over_note(reading, &series, "refused", reason);
		return;
	}
	read_words(reading, &series);
	reason = reason_to_skip(reading);
	if (reason != NULL)
		hand_over_note(reading, &series, "skipped", reason);
	else
		read_series(reading, &series);
}

/* Notes that an event stands for one repetition of another one. */
static void
note_replacement(FileReading *reading, const char *block, bool whole)
{
	Repetition	repetition = {0};
	icalproperty *which;
	struct icaltimetype time;
	PaclZone	zone;
	const char *name;

	if (!whole || strlen(block) > PACL_ICAL_EVENT_BYTES ||
		strstr(block, "RECURRENCE-ID") == NULL || !parse(reading, block))
		return;
	which = property(reading, ICAL_RECURRENCEID_PROPERTY);
	if (which == NULL)
		return;
	time = icalproperty_get_recurrenceid(which);
	if (icaltime_is_null_time(time) ||
		!pacl_zones_of(&reading->zones, which, time, &zone, &name))
		return;
	repetition.uid = hash_of(uid_of(reading, block));
	repetition.at = pacl_zone_moment(&zone, time);
	(void) hash_search(reading->replaced, &repetition, HASH_ENTER, NULL);
}

static void
for_each_event(FileReading *reading, const char *file,
			   void (*act) (FileReading *, const char *, bool))
{
	const char *line = file;
	bool		whole;
	char	   *block;

	do
	{
		MemoryContext outer = MemoryContextSwitchTo(reading->context);

		block = line == NULL ? NULL : next_component(&line, "VEVENT", &whole);
		if (block != NULL)
			act(reading, block, whole);
		release(reading);
		MemoryContextSwitchTo(outer);
		MemoryContextReset(reading->context);
	} while (block != NULL);
}

static void
read_zones(FileReading *reading, const char *file)
{
	const char *line = file;
	bool		whole;
	char	   *block;

	while (line != NULL &&
		   (block = next_component(&line, "VTIMEZONE", &whole)) != NULL)
		if (whole)
			(void) pacl_zones_add(&reading->zones, block);
}

static void
check_file(const char *file)
{
	if (strlen(file) > PACL_ICAL_MOST_BYTES)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errword("calendar_too_large"),
				 err_generic_string(PG_DIAG_COLUMN_NAME, "ics"),
				 errmsg("calendar is larger than %d MiB",
						PACL_ICAL_MOST_BYTES / 1024 / 1024),
				 errhint("Import it in parts.")));
	if (!is_line(file + strspn(file, "\xef\xbb\xbf \t\r\n"), "BEGIN:VCALENDAR"))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errword("calendar_unreadable"),
				 err_generic_string(PG_DIAG_COLUMN_NAME, "ics"),
				 errmsg("this is no calendar file"),
				 errdetail("A calendar file begins with the line BEGIN:VCALENDAR.")));
}

void
pacl_events_read(const char *file, pg_tz *zone, pg_time_t since,
				 pg_time_t until, PaclEventReceiver receive, void *state)
{
	FileReading *reading = palloc0(sizeof(FileReading));
	HASHCTL		table = {0};

	check_file(file);
	reading->zones.local.rules = zone;
	reading->since = since;
	reading->until = until;
	reading->receive = receive;
	reading->state = state;
	reading->context = AllocSetContextCreate(CurrentMemoryContext,
											 "event of a calendar file",
											 ALLOCSET_DEFAULT_SIZES);
	table.keysize = sizeof(Repetition);
	table.entrysize = sizeof(Repetition);
	table.hcxt = CurrentMemoryContext;
	reading->replaced = hash_create("replaced repetitions", 64, &table,
									HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	PG_TRY();
	{
		read_zones(reading, file);
		for_each_event(reading, file, note_replacement);
		for_each_event(reading, file, read_event);
	}
	PG_FINALLY();
	{
		release(reading);
		pacl_zones_free(&reading->zones);
	}
	PG_END_TRY();
}
