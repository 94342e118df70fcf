/*
 * opening_json.c
 *		Openings in documents: parsing, with errors that name what is valid.
 */
#include "postgres.h"

#include "lib/qunique.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/numeric.h"

#include "base/wallclock.h"
#include "calendar/opening.h"
#include "compat.h"
#include "errors.h"
#include "pure/iso8601.h"
#include "pure/uuid.h"

/* Seven days of five-minute patterns would be less: more is a mistake. */
#define MAX_OPENINGS 1000

/* A pattern that comes back less than once a year is a mistake. */
#define MAX_WEEKS 52

#define MAX_TYPES 100

#define SHOWN_CHARS 40

/* What of one array element has been read, and where it stands. */
typedef struct Element
{
	int			number;			/* from 1, for the messages */
	bool		has_weekday;
	bool		has_date;
	bool		has_validity;
	bool		has_from;
	bool		has_to;
	PaclOpening opening;
} Element;

#define BAD_OPENINGS(word, ...) \
	ereport(ERROR, \
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE), \
			 errword(word), \
			 errargument("openings"), \
			 __VA_ARGS__))

static char *
shown(const JsonbValue *value)
{
	char	   *text;

	switch (value->type)
	{
		case jbvString:
			return psprintf("\"%.*s\"",
							pg_mbcliplen(value->val.string.val,
										 value->val.string.len, SHOWN_CHARS),
							value->val.string.val);
		case jbvNumeric:
			text = DatumGetCString(DirectFunctionCall1(numeric_out,
													   NumericGetDatum(value->val.numeric)));
			return pnstrdup(text, SHOWN_CHARS);
		case jbvBool:
			return pstrdup(value->val.boolean ? "true" : "false");
		case jbvNull:
			return pstrdup("null");
		default:
			return pstrdup("an array or an object");
	}
}

/* Whether it is a whole number from 1 to most, and then which. */
static bool
is_number(const JsonbValue *value, int most, int *number)
{
	bool		failed = false;

	if (value->type != jbvNumeric)
		return false;
	*number = numeric_int4_opt_error(value->val.numeric, &failed);
	return !failed && *number >= 1 && *number <= most &&
		DatumGetBool(DirectFunctionCall2(numeric_eq,
										 NumericGetDatum(value->val.numeric),
										 NumericGetDatum(int64_to_numeric(*number))));
}

static void
read_weekday(const JsonbValue *value, Element *element)
{
	int			day;

	if (!is_number(value, 7, &day))
		BAD_OPENINGS("wrong_type",
					 errmsg("opening %d: %s is not a day of the week",
							element->number, shown(value)),
					 errhint("Monday is 1 and Sunday is 7."));
	element->opening.weekday = day;
	element->has_weekday = true;
}

static void
read_time(const JsonbValue *value, const char *key, Element *element,
		  TimeADT *time)
{
	if (value->type != jbvString ||
		!pacl_iso_time(value->val.string.val, value->val.string.len, time))
		BAD_OPENINGS("wrong_type",
					 errmsg("opening %d: %s is not a time of day for \"%s\"",
							element->number, shown(value), key),
					 errhint("Write hours and minutes, from \"00:00\" to \"24:00\"."));
}

static void
read_date(const JsonbValue *value, const char *key, Element *element,
		  DateADT *date)
{
	if (value->type == jbvNull)
		return;
	if (value->type != jbvString ||
		!pacl_iso_date(value->val.string.val, value->val.string.len, date))
		BAD_OPENINGS("wrong_type",
					 errmsg("opening %d: %s is not a date for \"%s\"",
							element->number, shown(value), key),
					 errhint("Write year, month and day, as in \"2026-09-01\"; leave it out for no limit."));
}

static void
read_weeks(const JsonbValue *value, Element *element)
{
	if (!is_number(value, MAX_WEEKS, &element->opening.every_weeks))
		BAD_OPENINGS("wrong_type",
					 errmsg("opening %d: %s is not a number of weeks",
							element->number, shown(value)),
					 errhint("Write how many weeks there are from one to the next, from 1 to %d.",
							 MAX_WEEKS));
}

/* A single day: of its weekday, and valid on that day alone. */
static void
read_day(const JsonbValue *value, Element *element)
{
	PaclOpening *opening = &element->opening;
	DateADT		date = DATEVAL_NOBEGIN;

	read_date(value, "date", element, &date);
	if (DATE_NOT_FINITE(date))
		BAD_OPENINGS("wrong_type",
					 errmsg("opening %d: %s is not a date for \"%s\"",
							element->number, shown(value), "date"));
	opening->weekday = pacl_wallclock_weekday(date);
	opening->valid_from = opening->valid_until = date;
	element->has_date = true;
}

static void
read_type(const JsonbValue *value, Element *element, pg_uuid_t *type)
{
	Datum		id;
	bool		valid = false;

	if (value->type == jbvString)
		valid = pacl_input(uuid_in,
						   pnstrdup(value->val.string.val, value->val.string.len),
						   InvalidOid, -1, &id);
	if (!valid)
		BAD_OPENINGS("wrong_type",
					 errmsg("opening %d: %s is not the id of a type of appointment",
							element->number, shown(value)),
					 errhint("The view appointment_types has them."));
	*type = *DatumGetUUIDP(id);
}

/* Sorted, each once: in the order in which the record tells them. */
static void
read_types(const JsonbValue *value, Element *element)
{
	PaclOpening *opening = &element->opening;
	JsonbContainer *array = value->val.binary.data;

	if (value->type != jbvBinary || !JsonContainerIsArray(array) ||
		JsonContainerSize(array) < 1 || JsonContainerSize(array) > MAX_TYPES)
		BAD_OPENINGS("wrong_type",
					 errmsg("opening %d: \"types\" is not an array of up to %d types",
							element->number, MAX_TYPES),
					 errhint("Leave it out for appointments of any type."));
	opening->type_count = JsonContainerSize(array);
	opening->types = palloc(opening->type_count * sizeof(pg_uuid_t));
	for (int i = 0; i < opening->type_count; i++)
		read_type(getIthJsonbValueFromContainer(array, i), element,
				  &opening->types[i]);
	qsort(opening->types, opening->type_count, sizeof(pg_uuid_t),
		  pacl_uuid_qsort_compare);
	opening->type_count = qunique(opening->types, opening->type_count,
								  sizeof(pg_uuid_t), pacl_uuid_qsort_compare);
}

static void
read_field(const char *key, const JsonbValue *value, Element *element)
{
	PaclOpening *opening = &element->opening;

	if (strcmp(key, "weekday") == 0)
		read_weekday(value, element);
	else if (strcmp(key, "from") == 0)
	{
		read_time(value, key, element, &opening->opens_at);
		element->has_from = true;
	}
	else if (strcmp(key, "to") == 0)
	{
		read_time(value, key, element, &opening->closes_at);
		element->has_to = true;
	}
	else if (strcmp(key, "valid_from") == 0)
	{
		read_date(value, key, element, &opening->valid_from);
		element->has_validity = true;
	}
	else if (strcmp(key, "valid_until") == 0)
	{
		read_date(value, key, element, &opening->valid_until);
		element->has_validity = true;
	}
	else if (strcmp(key, "every_weeks") == 0)
		read_weeks(value, element);
	else if (strcmp(key, "from_week") == 0)
		read_date(value, key, element, &opening->from_week);
	else if (strcmp(key, "date") == 0)
		read_day(value, element);
	else if (strcmp(key, "types") == 0)
		read_types(value, element);
	else
		BAD_OPENINGS("unknown_key",
					 errmsg("opening %d: unknown key \"%.*s\"",
							element->number,
							pg_mbcliplen(key, strlen(key), SHOWN_CHARS), key),
					 errhint("The keys are weekday, from, to, valid_from, valid_until, every_weeks, from_week, date and types."));
}

static void
check_weeks(const Element *element)
{
	const PaclOpening *opening = &element->opening;
	bool		has_week = !DATE_NOT_FINITE(opening->from_week);

	if ((opening->every_weeks > 1) != has_week)
		BAD_OPENINGS("missing_key",
					 errmsg("opening %d: \"%s\" needs \"%s\"", element->number,
							has_week ? "from_week" : "every_weeks",
							has_week ? "every_weeks" : "from_week"),
					 errhint("As in \"every_weeks\": 2, \"from_week\": \"2026-01-05\"."));
	if (has_week && pacl_wallclock_weekday(opening->from_week) != 1)
		BAD_OPENINGS("not_a_monday",
					 errmsg("opening %d: \"from_week\" is not a Monday",
							element->number),
					 errhint("Name the Monday of the first week."));
}

static void
check_element(const Element *element)
{
	const PaclOpening *opening = &element->opening;

	if (element->has_date &&
		(element->has_weekday || element->has_validity ||
		 opening->every_weeks > 1))
		BAD_OPENINGS("single_day_repeats",
					 errmsg("opening %d: \"date\" is a single day, and does not repeat",
							element->number),
					 errhint("Leave out weekday, valid_from, valid_until and every_weeks, or the date."));
	check_weeks(element);
	if ((!element->has_weekday && !element->has_date) || !element->has_from || !element->has_to)
		BAD_OPENINGS("missing_key",
					 errmsg("opening %d: \"%s\" is missing", element->number,
							!element->has_weekday && !element->has_date ? "weekday" :
							!element->has_from ? "from" : "to"));
	if (opening->closes_at <= opening->opens_at)
		BAD_OPENINGS("ends_before_start",
					 errmsg("opening %d ends before it begins",
							element->number),
					 errhint("One that passes midnight is two: until \"24:00\", and from \"00:00\" on the next weekday."));
	if (opening->valid_until < opening->valid_from)
		BAD_OPENINGS("ends_before_start",
					 errmsg("opening %d: \"valid_until\" is before \"valid_from\"",
							element->number));
}

/*
 * Whether both hold in one week.  After as many of its own weeks as the other
 * has between two of its, an opening meets what it has met before.
 */
static bool
share_a_week(const PaclOpening *a, const PaclOpening *b)
{
	DateADT		from = Max(a->valid_from, b->valid_from);
	DateADT		until = Min(a->valid_until, b->valid_until);
	DateADT		day;

	if (a->every_weeks == 1 && b->every_weeks == 1)
		return from <= until;
	from = Max(from, Max(a->from_week, b->from_week));
	day = from + (a->weekday + 7 - pacl_wallclock_weekday(from)) % 7;
	while (!pacl_opening_in_week(a, day))
		day += 7;
	for (int i = 0; i < b->every_weeks && day <= until;
		 i++, day += 7 * a->every_weeks)
		if (pacl_opening_in_week(b, day))
			return true;
	return false;
}

static bool
overlap(const PaclOpening *a, const PaclOpening *b)
{
	return a->weekday == b->weekday &&
		a->opens_at < b->closes_at && b->opens_at < a->closes_at &&
		share_a_week(a, b);
}

static void
check_overlaps(const PaclOpening *openings, int count)
{
	for (int i = 1; i < count; i++)
		for (int j = 0; j < i; j++)
			if (overlap(&openings[i], &openings[j]))
				BAD_OPENINGS("openings_overlap",
							 errmsg("openings %d and %d overlap", j + 1, i + 1),
							 errhint("Give each day's openings without overlap, or periods of validity that do not meet."));
}

static void
read_element(JsonbContainer *container, Element *element)
{
	JsonbIterator *iterator = JsonbIteratorInit(container);
	JsonbValue	key;
	JsonbValue	value;
	JsonbIteratorToken token;

	element->opening.valid_from = DATEVAL_NOBEGIN;
	element->opening.valid_until = DATEVAL_NOEND;
	element->opening.every_weeks = 1;
	element->opening.from_week = DATEVAL_NOBEGIN;
	while ((token = JsonbIteratorNext(&iterator, &key, true)) != WJB_DONE)
	{
		if (token != WJB_KEY)
			continue;
		(void) JsonbIteratorNext(&iterator, &value, true);
		read_field(pnstrdup(key.val.string.val, key.val.string.len), &value,
				   element);
	}
	check_element(element);
}

PaclOpening *
pacl_opening_read(Jsonb *json, int *count)
{
	PaclOpening *openings;

	if (!JB_ROOT_IS_ARRAY(json) || JB_ROOT_IS_SCALAR(json))
		BAD_OPENINGS("not_an_array", errmsg("openings must be a JSON array"),
					 errhint("As in [{\"weekday\": 1, \"from\": \"08:00\", \"to\": \"12:30\"}]."));
	*count = JB_ROOT_COUNT(json);
	if (*count > MAX_OPENINGS)
		BAD_OPENINGS("too_many_items", errmsg("too many openings"),
					 errdetail("There are %d; an agenda may have %d.",
							   *count, MAX_OPENINGS));

	openings = palloc(Max(*count, 1) * sizeof(PaclOpening));
	for (int i = 0; i < *count; i++)
	{
		JsonbValue *value = getIthJsonbValueFromContainer(&json->root, i);
		Element		element = {.number = i + 1};

		if (value->type != jbvBinary ||
			!JsonContainerIsObject(value->val.binary.data))
			BAD_OPENINGS("not_an_object", errmsg("opening %d is not a JSON object", i + 1));
		read_element(value->val.binary.data, &element);
		openings[i] = element.opening;
	}
	check_overlaps(openings, *count);
	return openings;
}

static void
append_date(StringInfo json, const char *key, DateADT date)
{
	int			year;
	int			month;
	int			day;

	if (DATE_NOT_FINITE(date))
		return;
	j2date(date + POSTGRES_EPOCH_JDATE, &year, &month, &day);
	appendStringInfo(json, ", \"%s\": \"%04d-%02d-%02d\"", key, year, month,
					 day);
}

static void
append_time(StringInfo json, const char *key, TimeADT time)
{
	int			second = (int) (time / USECS_PER_SEC);

	appendStringInfo(json, ", \"%s\": \"%02d:%02d", key, second / 3600,
					 second / 60 % 60);
	if (second % 60 != 0)
		appendStringInfo(json, ":%02d", second % 60);
	appendStringInfoChar(json, '"');
}

static void
append_types(StringInfo json, const PaclOpening *opening)
{
	if (opening->type_count == 0)
		return;
	appendStringInfoString(json, ", \"types\": [");
	for (int i = 0; i < opening->type_count; i++)
		appendStringInfo(json, "%s\"%s\"", i > 0 ? ", " : "",
						 pacl_uuid_text(&opening->types[i]));
	appendStringInfoChar(json, ']');
}

char *
pacl_opening_text(const PaclOpening *openings, int count)
{
	StringInfoData json;

	initStringInfo(&json);
	appendStringInfoChar(&json, '[');
	for (int i = 0; i < count; i++)
	{
		const PaclOpening *opening = &openings[i];

		appendStringInfo(&json, "%s{\"weekday\": %d", i > 0 ? ", " : "",
						 opening->weekday);
		append_time(&json, "from", opening->opens_at);
		append_time(&json, "to", opening->closes_at);
		append_date(&json, "valid_from", opening->valid_from);
		append_date(&json, "valid_until", opening->valid_until);
		if (opening->every_weeks > 1)
		{
			appendStringInfo(&json, ", \"every_weeks\": %d",
							 opening->every_weeks);
			append_date(&json, "from_week", opening->from_week);
		}
		append_types(&json, opening);
		appendStringInfoChar(&json, '}');
	}
	appendStringInfoChar(&json, ']');
	return json.data;
}
