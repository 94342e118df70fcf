/*
 * facts.h
 *		Small JSON objects, built field by field: the facts of an activity
 *		entry, the payload of a message.
 *
 * Every function takes the key and appends; a null value appends JSON null.
 * The text is in the memory context in which pacl_facts_begin was called.
 */
#ifndef PACL_FACTS_H
#define PACL_FACTS_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "lib/stringinfo.h"
#include "utils/uuid.h"

#include "pure/rights.h"

typedef struct PaclFacts
{
	StringInfoData json;
	int			fields;
} PaclFacts;

extern void pacl_facts_begin(PaclFacts *facts);

/* The same, beginning with the fields of an object that was finished. */
extern void pacl_facts_begin_with(PaclFacts *facts, const char *object);

extern void pacl_facts_uuid(PaclFacts *facts, const char *key,
							const pg_uuid_t *id);
extern void pacl_facts_text(PaclFacts *facts, const char *key,
							const char *value);
extern void pacl_facts_int(PaclFacts *facts, const char *key, int64 value);
extern void pacl_facts_bool(PaclFacts *facts, const char *key, bool value);
extern void pacl_facts_rights(PaclFacts *facts, const char *key,
							  PaclRights rights);

/* ISO 8601 in UTC, whatever the session's settings. */
extern void pacl_facts_time(PaclFacts *facts, const char *key,
							TimestampTz time);

/* A value that is JSON text already. */
extern void pacl_facts_json(PaclFacts *facts, const char *key,
							const char *json);

/* The finished object. */
extern char *pacl_facts_end(PaclFacts *facts);

#endif							/* PACL_FACTS_H */
