/*
 * api.c
 *		Entry points of practiceacl_ical: what SQL cannot do, or not as fast.
 */
#include "postgres.h"

#include <libical/ical.h>

#include "common/base64.h"
#include "fmgr.h"
#include "funcapi.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "compat.h"
#include "errors.h"
#include "event.h"
#include "line.h"
#include "zone.h"

#define TOKEN_BYTES		32
#define TOKEN_LENGTH	43

PG_MODULE_MAGIC;

PG_FUNCTION_INFO_V1(practiceacl_ical_line);
PG_FUNCTION_INFO_V1(practiceacl_ical_zone);
PG_FUNCTION_INFO_V1(practiceacl_ical_token);
PG_FUNCTION_INFO_V1(practiceacl_ical_events);

void		_PG_init(void);

/* By default the library ends the process where it cannot go on. */
void
_PG_init(void)
{
	icalerror_set_errors_are_fatal(0);
}

/* In the encoding that iCalendar has, and back: the same where it is ours. */
static text *
from_utf8(StringInfo lines)
{
	char	   *converted = pg_any_to_server(lines->data, lines->len, PG_UTF8);

	return converted == lines->data ?
		cstring_to_text_with_len(lines->data, lines->len) :
		cstring_to_text(converted);
}

static char *
to_utf8(text * words)
{
	char	   *given = text_to_cstring(words);

	return pg_server_to_any(given, (int) strlen(given), PG_UTF8);
}

static pg_tz *
zone_of(text * name)
{
	char		known[TZ_STRLEN_MAX + 1];
	pg_tz	   *zone;

	text_to_cstring_buffer(name, known, sizeof(known));
	zone = pg_tzset(known);
	if (zone == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("time_zone_unknown"),
				 errmsg("time zone \"%s\" is not known", known)));
	return zone;
}

/* A null value is no line at all. */
Datum
practiceacl_ical_line(PG_FUNCTION_ARGS)
{
	StringInfoData lines;
	char	   *value;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_TEXT_P(cstring_to_text(""));
	value = to_utf8(PG_GETARG_TEXT_PP(1));
	initStringInfo(&lines);
	pacl_ical_line(&lines, to_utf8(PG_GETARG_TEXT_PP(0)), value,
				   (int) strlen(value));
	PG_RETURN_TEXT_P(from_utf8(&lines));
}

Datum
practiceacl_ical_zone(PG_FUNCTION_ARGS)
{
	StringInfoData lines;
	text	   *name = PG_GETARG_TEXT_PP(0);

	initStringInfo(&lines);
	pacl_ical_zone(&lines, text_to_cstring(name), zone_of(name),
				   timestamptz_to_time_t(PG_GETARG_TIMESTAMPTZ(1)),
				   timestamptz_to_time_t(PG_GETARG_TIMESTAMPTZ(2)));
	PG_RETURN_TEXT_P(from_utf8(&lines));
}

/* 256 random bits in base64url, as the core's tokens are. */
Datum
practiceacl_ical_token(PG_FUNCTION_ARGS)
{
	uint8		secret[TOKEN_BYTES];
	char		token[TOKEN_LENGTH + 2];

	if (!pg_strong_random(secret, sizeof(secret)))
		ereport(ERROR,
				(errcode(ERRCODE_INTERNAL_ERROR),
				 errword("randomness"),
				 errmsg("could not generate random values")));
	if (pg_b64_encode((const void *) secret, sizeof(secret), token,
					  sizeof(token)) < 0)
		elog(ERROR, "could not encode a token");
	for (int i = 0; i < TOKEN_LENGTH; i++)
	{
		if (token[i] == '+')
			token[i] = '-';
		else if (token[i] == '/')
			token[i] = '_';
	}
	PG_RETURN_TEXT_P(cstring_to_text_with_len(token, TOKEN_LENGTH));
}

static Datum
text_or_null(const char *utf8, bool *isnull)
{
	*isnull = utf8 == NULL;
	return utf8 == NULL ? (Datum) 0 :
		CStringGetTextDatum(pg_any_to_server(utf8, (int) strlen(utf8), PG_UTF8));
}

static Datum
moment_or_null(pg_time_t at, bool given, bool *isnull)
{
	*isnull = !given;
	return given ? TimestampTzGetDatum(time_t_to_timestamptz(at)) : (Datum) 0;
}

static void
put_row(const PaclEvent *event, void *state)
{
	ReturnSetInfo *result = state;
	Datum		values[8];
	bool		nulls[8] = {false};

	values[0] = text_or_null(event->key, &nulls[0]);
	values[1] = text_or_null(event->kind, &nulls[1]);
	values[2] = moment_or_null(event->starts_at, event->has_start, &nulls[2]);
	values[3] = moment_or_null(event->ends_at, event->has_end, &nulls[3]);
	values[4] = text_or_null(event->summary, &nulls[4]);
	values[5] = text_or_null(event->description, &nulls[5]);
	values[6] = BoolGetDatum(event->private);
	values[7] = text_or_null(event->detail, &nulls[7]);
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

Datum
practiceacl_ical_events(PG_FUNCTION_ARGS)
{
	InitMaterializedSRF(fcinfo, 0);
	pacl_events_read(to_utf8(PG_GETARG_TEXT_PP(0)),
					 zone_of(PG_GETARG_TEXT_PP(1)),
					 timestamptz_to_time_t(PG_GETARG_TIMESTAMPTZ(2)),
					 timestamptz_to_time_t(PG_GETARG_TIMESTAMPTZ(3)),
					 put_row, fcinfo->resultinfo);
	return (Datum) 0;
}
