/*
 * facts.c
 *		Small JSON objects, built field by field.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/datetime.h"
#include "utils/json.h"
#include "utils/timestamp.h"

#include "base/facts.h"
#include "pure/uuid.h"

void
pacl_facts_begin(PaclFacts *facts)
{
	initStringInfo(&facts->json);
	appendStringInfoChar(&facts->json, '{');
	facts->fields = 0;
}

void
pacl_facts_begin_with(PaclFacts *facts, const char *object)
{
	int			length = (int) strlen(object);

	Assert(object[0] == '{' && object[length - 1] == '}');
	initStringInfo(&facts->json);
	appendBinaryStringInfo(&facts->json, object, length - 1);
	facts->fields = length > 2 ? 1 : 0;
}

static void
append_key(PaclFacts *facts, const char *key)
{
	if (facts->fields++ > 0)
		appendStringInfoChar(&facts->json, ',');
	escape_json(&facts->json, key);
	appendStringInfoChar(&facts->json, ':');
}

void
pacl_facts_json(PaclFacts *facts, const char *key, const char *json)
{
	append_key(facts, key);
	appendStringInfoString(&facts->json, json == NULL ? "null" : json);
}

void
pacl_facts_text(PaclFacts *facts, const char *key, const char *value)
{
	if (value == NULL)
	{
		pacl_facts_json(facts, key, NULL);
		return;
	}
	append_key(facts, key);
	escape_json(&facts->json, value);
}

void
pacl_facts_uuid(PaclFacts *facts, const char *key, const pg_uuid_t *id)
{
	pacl_facts_text(facts, key, id == NULL ? NULL : pacl_uuid_text(id));
}

void
pacl_facts_int(PaclFacts *facts, const char *key, int64 value)
{
	append_key(facts, key);
	appendStringInfo(&facts->json, INT64_FORMAT, value);
}

void
pacl_facts_bool(PaclFacts *facts, const char *key, bool value)
{
	pacl_facts_json(facts, key, value ? "true" : "false");
}

void
pacl_facts_rights(PaclFacts *facts, const char *key, PaclRights rights)
{
	char		words[PACL_RIGHTS_TEXT_MAX];

	pacl_rights_format(rights, words);
	pacl_facts_text(facts, key, words);
}

void
pacl_facts_time(PaclFacts *facts, const char *key, TimestampTz time)
{
	struct pg_tm tm;
	fsec_t		fsec;
	char		text[MAXDATELEN + 2];

	if (TIMESTAMP_IS_NOBEGIN(time))
		pacl_facts_text(facts, key, "-infinity");
	else if (TIMESTAMP_IS_NOEND(time))
		pacl_facts_text(facts, key, "infinity");
	else if (timestamp2tm(time, NULL, &tm, &fsec, NULL, NULL) == 0)
	{
		/* Without a zone given, the fields are UTC's. */
		EncodeDateTime(&tm, fsec, false, 0, NULL, USE_XSD_DATES, text);
		strlcat(text, "Z", sizeof(text));
		pacl_facts_text(facts, key, text);
	}
	else
		pacl_facts_json(facts, key, NULL);
}

char *
pacl_facts_end(PaclFacts *facts)
{
	appendStringInfoChar(&facts->json, '}');
	return facts->json.data;
}
