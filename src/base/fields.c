/*
 * fields.c
 *		Reading JSON objects whose keys are known.
 */
#include "postgres.h"

#include "fmgr.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/numeric.h"
#include "utils/timestamp.h"

#include "compat.h"
#include "base/fields.h"
#include "pure/iso8601.h"
#include "errors.h"
#include "pure/name.h"

#define MAX_TEXT 10000
#define SHOWN_BYTES 60
#define BLANKS " \t\r\n"

static const char *const type_words[] = {
	[PACL_FIELD_TEXT] = "a string",
	[PACL_FIELD_INT] = "a whole number",
	[PACL_FIELD_BOOL] = "true or false",
	[PACL_FIELD_UUID] = "a UUID in a string",
	[PACL_FIELD_TIME] = "a time of day in a string, as in \"08:30\"",
	[PACL_FIELD_TIMESTAMP] = "a date and time with a zone in a string, as in \"2027-03-01T08:30+01:00\"",
	[PACL_FIELD_RIGHTS] = "rights in a string, as in \"book+overbook\"",
	[PACL_FIELD_MINUTES] = "whole minutes, as a number or an interval in a string, as in \"20 minutes\"",
	[PACL_FIELD_JSON] = "a value",
};

/* The start of a text from outside, for a message. */
static char *
shown(const char *text, int length)
{
	return pnstrdup(text, pg_mbcliplen(text, length, SHOWN_BYTES));
}

static void
refuse_type(const char *what, const PaclField *field)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errword("wrong_type"),
			 errargument(field->key),
			 errmsg("\"%s\" in %s is not of the right kind", field->key, what),
			 errdetail("It must be %s.", type_words[field->type])));
}

static char *
known_keys(const PaclField *fields, int count)
{
	StringInfoData list;

	initStringInfo(&list);
	for (int i = 0; i < count; i++)
		appendStringInfo(&list, "%s%s", i > 0 ? ", " : "", fields[i].key);
	return list.data;
}

static int
find_field(const char *what, const JsonbValue *key, const PaclField *fields,
		   int count)
{
	for (int i = 0; i < count; i++)
		if ((size_t) key->val.string.len == strlen(fields[i].key) &&
			memcmp(key->val.string.val, fields[i].key,
				   key->val.string.len) == 0)
			return i;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errword("unknown_key"),
			 errargument(shown(key->val.string.val, key->val.string.len)),
			 errmsg("unknown key \"%s\" in %s",
					shown(key->val.string.val, key->val.string.len), what),
			 errhint("The keys are %s.", known_keys(fields, count))));
	return -1;
}

char *
pacl_text_trim(char *text)
{
	size_t		length;

	if (GetDatabaseEncoding() == PG_UTF8)
		return pacl_name_trim(text);
	text += strspn(text, BLANKS);
	length = strlen(text);
	while (length > 0 && strchr(BLANKS, text[length - 1]) != NULL)
		length--;
	text[length] = '\0';
	return text;
}

static bool
is_one_line(const char *text)
{
	for (const char *c = text; *c != '\0'; c++)
		if ((unsigned char) *c < ' ' || *c == 0x7f)
			return false;
	return true;
}

void
pacl_text_check_line(const char *what, const char *text)
{
	if (!is_one_line(text))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("not_one_line"),
				 errargument(what),
				 errmsg("%s must be one line", what)));
}

void
pacl_text_check_visible(const char *what, const char *text)
{
	uint32		character = 0;

	pacl_text_check_line(what, text);
	if (GetDatabaseEncoding() == PG_UTF8)
		character = pacl_name_invisible(text);
	if (character != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("invisible_character"),
				 errargument(what),
				 errmsg("%s must not contain invisible characters", what),
				 errdetail("It contains U+%04X.", character),
				 errhint("Type the text instead of copying it.")));
}

static void
read_text(const char *what, const PaclField *field, char *text,
		  PaclValue *value)
{
	int			limit = field->max_length > 0 ? field->max_length : MAX_TEXT;

	if (field->flags & PACL_FIELD_NOT_BLANK)
		text = pacl_text_trim(text);
	if (pg_mbstrlen(text) > limit)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("too_long"),
				 errargument(field->key),
				 errmsg("\"%s\" in %s is too long", field->key, what),
				 errdetail("It may have %d characters.", limit)));
	if ((field->flags & PACL_FIELD_NOT_BLANK) && text[0] == '\0')
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("blank"),
				 errargument(field->key),
				 errmsg("\"%s\" in %s must not be blank", field->key, what)));
	if (!(field->flags & PACL_FIELD_LINES) && !is_one_line(text))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("not_one_line"),
				 errargument(field->key),
				 errmsg("\"%s\" in %s must be one line", field->key, what)));
	if (field->flags & PACL_FIELD_NAME)
		pacl_text_check_visible(psprintf("\"%s\" in %s", field->key, what),
								text);
	value->text = text;
}

/* As ISO 8601 has them: the same whatever the connection's settings are. */
static bool
read_moment(const PaclField *field, const char *text, PaclValue *value)
{
	PaclMoment	moment;

	if (field->type == PACL_FIELD_TIME)
		return pacl_iso_time(text, strlen(text), &value->time);
	if (!pacl_iso_moment(text, strlen(text), &moment) ||
		!(moment.has_zone || (field->flags & PACL_FIELD_WALL_CLOCK)))
		return false;
	value->timestamp = moment.microseconds;
	value->is_local = !moment.has_zone;
	return true;
}

/* A length of time: of a month nobody knows how many minutes it has. */
static bool
read_interval(char *text, PaclValue *value)
{
	Datum		result;
	Interval   *interval;
	int64		length;

	if (!pacl_input(interval_in, text, InvalidOid, -1, &result))
		return false;
	interval = DatumGetIntervalP(result);
	if (interval->month != 0 || abs(interval->day) > 10000 ||
		interval->time % USECS_PER_MINUTE != 0)
		return false;
	length = (int64) interval->day * HOURS_PER_DAY * MINS_PER_HOUR + interval->time / USECS_PER_MINUTE;
	if (length < PG_INT32_MIN || length > PG_INT32_MAX)
		return false;
	value->integer = (int32) length;
	return true;
}

static bool
read_string(const char *what, const PaclField *field, const JsonbValue *from,
			PaclValue *value)
{
	char	   *text;
	Datum		result;
	const char *word;
	size_t		word_length;

	if (from->type != jbvString)
		return false;
	text = pnstrdup(from->val.string.val, from->val.string.len);
	switch (field->type)
	{
		case PACL_FIELD_TEXT:
			read_text(what, field, text, value);
			return true;
		case PACL_FIELD_UUID:
			if (!pacl_input(uuid_in, text, InvalidOid, -1, &result))
				return false;
			value->uuid = *DatumGetUUIDP(result);
			return true;
		case PACL_FIELD_RIGHTS:
			if (pacl_rights_parse(text, strlen(text), &value->rights, &word,
								  &word_length) == PACL_RIGHTS_OK)
				return true;
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errword("unknown_word"),
					 errargument(field->key),
					 errmsg("\"%s\" in %s does not name rights: \"%s\"", field->key,
							what, shown(text, strlen(text))),
					 errhint("Write a level (%s) and flags (%s), joined by \"+\".",
							 PACL_LEVEL_WORDS, PACL_FLAG_WORDS)));
			return false;
		case PACL_FIELD_MINUTES:
			return read_interval(text, value);
		default:
			return read_moment(field, text, value);
	}
}

static bool
read_integer(const JsonbValue *from, PaclValue *value)
{
	Datum		number;
	Datum		whole;
	Datum		narrow;

	if (from->type != jbvNumeric)
		return false;
	number = NumericGetDatum(from->val.numeric);
	whole = DirectFunctionCall2(numeric_trunc, number, Int32GetDatum(0));
	if (!DatumGetBool(DirectFunctionCall2(numeric_eq, number, whole)))
		return false;
	narrow = DirectFunctionCall1(int4_numeric, Int32GetDatum(PG_INT32_MAX));
	if (DatumGetBool(DirectFunctionCall2(numeric_gt, whole, narrow)))
		return false;
	narrow = DirectFunctionCall1(int4_numeric, Int32GetDatum(PG_INT32_MIN));
	if (DatumGetBool(DirectFunctionCall2(numeric_lt, whole, narrow)))
		return false;
	value->integer = DatumGetInt32(DirectFunctionCall1(numeric_int4, whole));
	return true;
}

static void
read_value(const char *what, const PaclField *field, JsonbValue *from,
		   PaclValue *value)
{
	bool		fits;

	value->given = true;
	value->isnull = false;
	if (from->type == jbvNull)
	{
		if (!(field->flags & PACL_FIELD_NULLABLE))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errword("null_argument"),
					 errargument(field->key),
					 errmsg("\"%s\" in %s must not be null", field->key,
							what)));
		value->isnull = true;
		return;
	}
	switch (field->type)
	{
		case PACL_FIELD_JSON:
			value->json = JsonbValueToJsonb(from);
			fits = true;
			break;
		case PACL_FIELD_BOOL:
			fits = from->type == jbvBool;
			value->boolean = fits && from->val.boolean;
			break;
		case PACL_FIELD_INT:
			fits = read_integer(from, value);
			break;
		case PACL_FIELD_MINUTES:
			fits = from->type == jbvNumeric ? read_integer(from, value) :
				read_string(what, field, from, value);
			break;
		default:
			fits = read_string(what, field, from, value);
			break;
	}
	if (!fits)
		refuse_type(what, field);
}

static void
read_object(const char *what, Jsonb *object, const PaclField *fields,
			int count, PaclValue *values)
{
	JsonbIterator *iterator;
	JsonbIteratorToken token;
	JsonbValue	item;
	int			position = 0;

	if (!JB_ROOT_IS_OBJECT(object))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("not_an_object"),
				 errargument(what),
				 errmsg("%s must be a JSON object", what)));
	iterator = JsonbIteratorInit(&object->root);
	while ((token = JsonbIteratorNext(&iterator, &item, true)) != WJB_DONE)
	{
		if (token == WJB_KEY)
			position = find_field(what, &item, fields, count);
		else if (token == WJB_VALUE)
			read_value(what, &fields[position], &item, &values[position]);
	}
}

void
pacl_fields_read(const char *what, Jsonb *object, const PaclField *fields,
				 int count, PaclValue *values)
{
	memset(values, 0, count * sizeof(PaclValue));
	for (int i = 0; i < count; i++)
		values[i].isnull = true;
	if (object != NULL)
		read_object(what, object, fields, count, values);
	for (int i = 0; i < count; i++)
		if ((fields[i].flags & PACL_FIELD_REQUIRED) && !values[i].given)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errword("missing_key"),
					 errargument(fields[i].key),
					 errmsg("\"%s\" is missing in %s", fields[i].key, what),
					 errdetail("It must be %s.",
							   type_words[fields[i].type])));
}

bool
pacl_text_is_blank(const char *text)
{
	return text == NULL || text[strspn(text, " \t\r\n")] == '\0';
}

bool
pacl_text_same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

bool
pacl_json_same(Jsonb *a, Jsonb *b)
{
	return a == NULL || b == NULL ? a == b :
		compareJsonbContainers(&a->root, &b->root) == 0;
}

void
pacl_value_apply_text(PaclValue *value, char **column, const char *after)
{
	if (!value->given)
		return;
	value->given = !pacl_text_same(*column, after);
	if (value->given)
		*column = unconstify(char *, after);
}

void
pacl_value_apply_int(PaclValue *value, int *column)
{
	if (!value->given)
		return;
	value->given = *column != value->integer;
	*column = value->integer;
}

void
pacl_value_apply_bool(PaclValue *value, bool *column)
{
	if (!value->given)
		return;
	value->given = *column != value->boolean;
	*column = value->boolean;
}

void
pacl_value_apply_time(PaclValue *value, TimeADT *column)
{
	if (!value->given)
		return;
	value->given = *column != value->time;
	*column = value->time;
}

void
pacl_value_apply_json(PaclValue *value, Jsonb **column)
{
	if (!value->given)
		return;
	value->given = !pacl_json_same(*column, value->json);
	if (value->given)
		*column = value->json;
}

int
pacl_fields_given(const PaclValue *values, int count)
{
	int			given = 0;

	for (int i = 0; i < count; i++)
		given += values[i].given;
	return given;
}

char *
pacl_fields_given_keys(const PaclField *fields, const PaclValue *values,
					   int count)
{
	StringInfoData keys;

	initStringInfo(&keys);
	appendStringInfoChar(&keys, '[');
	for (int i = 0; i < count; i++)
		if (values[i].given)
			appendStringInfo(&keys, "%s\"%s\"", keys.len > 1 ? ", " : "",
							 fields[i].key);
	appendStringInfoChar(&keys, ']');
	return keys.data;
}

Jsonb	  **
pacl_fields_items(const char *what, Jsonb *array, int *count)
{
	JsonbIterator *iterator;
	JsonbIteratorToken token;
	JsonbValue	item;
	Jsonb	  **items;

	*count = 0;
	if (array == NULL)
		return NULL;
	if (!JB_ROOT_IS_ARRAY(array) || JB_ROOT_IS_SCALAR(array))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("not_an_array"),
				 errargument(what),
				 errmsg("%s must be a JSON array", what)));
	items = palloc(Max(JB_ROOT_COUNT(array), 1) * sizeof(Jsonb *));
	iterator = JsonbIteratorInit(&array->root);
	while ((token = JsonbIteratorNext(&iterator, &item, true)) != WJB_DONE)
		if (token == WJB_ELEM)
			items[(*count)++] = JsonbValueToJsonb(&item);
	return items;
}
