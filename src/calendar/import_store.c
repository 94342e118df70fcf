/*
 * import_store.c
 *		Rows of the caller's table that are to be imported.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/relation.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "executor/tuptable.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "parser/parse_coerce.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/timestamp.h"
#include "utils/tuplesort.h"
#include "utils/typcache.h"

#include "base/statement.h"
#include "base/wallclock.h"
#include "calendar/import_store.h"
#include "compat.h"
#include "errors.h"
#include "pure/iso8601.h"
#include "pure/uuid.h"

#define COLUMNS_SHOWN 20
#define SHOWN_BYTES 60

/* The columns of a relation, and what is kept of each row beside them. */
enum
{
	KEY, AGENDA_ID, STARTS_AT, ENDS_AT, PATIENT, NOTE, APPOINTMENT_TYPE,
	COLUMNS,
	PROBLEM = COLUMNS, KEPT
};

typedef struct Column
{
	const char *name;
	const char *type;
	Oid			oid;
	bool		required;
} Column;

static const Column columns[COLUMNS] = {
	[KEY] = {"key", "text", TEXTOID, true},
	[AGENDA_ID] = {"agenda_id", "uuid", UUIDOID, true},
	[STARTS_AT] = {"starts_at", "timestamptz", TIMESTAMPTZOID, true},
	[ENDS_AT] = {"ends_at", "timestamptz", TIMESTAMPTZOID, true},
	[PATIENT] = {"patient", "text", TEXTOID, false},
	[NOTE] = {"note", "text", TEXTOID, false},
	[APPOINTMENT_TYPE] = {"appointment_type", "uuid", UUIDOID, false},
};

struct PaclImportSource
{
	MemoryContext scratch;		/* of one row */
	PaclImportSetClock set_clock;
	HTAB	   *clocks;			/* of the agendas that are named */
	Tuplesortstate *rows;
	TupleTableSlot *slot;
	pg_uuid_t  *agendas;
	int			agenda_count;
	int			agenda_room;
};

static int
column_of(const char *name)
{
	for (int i = 0; i < COLUMNS; i++)
		if (strcmp(columns[i].name, name) == 0)
			return i;
	return -1;
}

static void
refuse_columns(Relation relation)
{
	TupleDesc	descriptor = RelationGetDescr(relation);
	StringInfoData found;
	int			count = 0;

	initStringInfo(&found);
	for (int i = 0; i < descriptor->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(descriptor, i);

		if (attribute->attisdropped || ++count > COLUMNS_SHOWN)
			continue;
		appendStringInfo(&found, "%s%s", count == 1 ? "" : ", ",
						 quote_identifier(NameStr(attribute->attname)));
	}
	if (count > COLUMNS_SHOWN)
		appendStringInfo(&found, " and %d more", count - COLUMNS_SHOWN);
	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_COLUMN),
			 errword("import_columns"),
			 errargument("staging"),
			 errmsg("relation \"%s\" does not have the columns of an import",
					RelationGetRelationName(relation)),
			 errdetail("Expected are key, agenda_id, starts_at, ends_at, and patient, note and appointment_type where they are known; found are %s.",
					   count == 0 ? "none" : found.data),
			 errhint("A view can give a table these columns.")));
}

/*
 * The types of the columns that an import reads, invalid for one that is not
 * there.  A column by another name would be a fact that gets lost in silence.
 */
static void
check_columns(Relation relation, Oid *types)
{
	TupleDesc	descriptor = RelationGetDescr(relation);

	memset(types, 0, COLUMNS * sizeof(Oid));
	for (int i = 0; i < descriptor->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(descriptor, i);
		int			column;

		if (attribute->attisdropped)
			continue;
		column = column_of(NameStr(attribute->attname));
		if (column < 0)
			refuse_columns(relation);
		types[column] = getBaseType(attribute->atttypid);
	}
	for (int i = 0; i < COLUMNS; i++)
		if (columns[i].required && !OidIsValid(types[i]))
			refuse_columns(relation);
}

/*
 * One column, of its type; where its values may be none of that type, as text
 * that read_row() looks at.  JSON writes days and times as ISO 8601, whatever
 * DateStyle is.
 */
static void
append_column(StringInfo sql, const Column *column, Oid type)
{
	if (!OidIsValid(type))
		appendStringInfo(sql, "NULL::pg_catalog.%s", column->type);
	else if (column->oid == TIMESTAMPTZOID &&
			 (type == DATEOID || type == TIMESTAMPOID))
		appendStringInfo(sql, "pg_catalog.to_jsonb(s.%s)"
						 " OPERATOR(pg_catalog.#>>) '{}'::pg_catalog.text[]",
						 column->name);
	else
		appendStringInfo(sql, "s.%s::pg_catalog.%s", column->name,
						 TypeCategory(type) == TYPCATEGORY_STRING ? "text" :
						 column->type);
	appendStringInfo(sql, " AS %s", column->name);
}

static char *
staging_query(Oid relation_id)
{
	Relation	relation = try_relation_open(relation_id, AccessShareLock);
	StringInfoData sql;
	Oid			types[COLUMNS];

	if (relation == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errword("table_unknown"),
				 errargument("staging"),
				 errmsg("relation with OID %u does not exist", relation_id)));
	check_columns(relation, types);
	initStringInfo(&sql);
	for (int i = 0; i < COLUMNS; i++)
	{
		appendStringInfoString(&sql, i == 0 ? "SELECT " : ", ");
		append_column(&sql, &columns[i], types[i]);
	}
	appendStringInfo(&sql, " FROM %s AS s",
					 quote_qualified_identifier(get_namespace_name(RelationGetNamespace(relation)),
												RelationGetRelationName(relation)));
	relation_close(relation, AccessShareLock);
	return sql.data;
}

/*
 * Sorts the agendas collected so far and drops repetitions, so that a million
 * rows of ten agendas need room for few.
 */
static void
distinct_agendas(PaclImportSource *staging)
{
	int			kept = 0;

	qsort(staging->agendas, staging->agenda_count, sizeof(pg_uuid_t),
		  pacl_uuid_qsort_compare);
	for (int i = 0; i < staging->agenda_count; i++)
		if (i == 0 || !pacl_uuid_equal(&staging->agendas[i],
									   &staging->agendas[kept - 1]))
			staging->agendas[kept++] = staging->agendas[i];
	staging->agenda_count = kept;
}

static void
note_agenda(PaclImportSource *staging, const pg_uuid_t *agenda_id)
{
	if (staging->agenda_count == staging->agenda_room)
	{
		distinct_agendas(staging);
		if (staging->agenda_count > staging->agenda_room / 2)
		{
			staging->agenda_room *= 2;
			staging->agendas = repalloc(staging->agendas,
										staging->agenda_room * sizeof(pg_uuid_t));
		}
	}
	staging->agendas[staging->agenda_count++] = *agenda_id;
}

static bool
read_uuid(char *word, Datum *value)
{
	return pacl_input(uuid_in, word, InvalidOid, -1, value);
}

static HTAB *
make_clocks(void)
{
	HASHCTL		form = {
		.keysize = sizeof(pg_uuid_t),
		.entrysize = sizeof(PaclImportClock),
		.hcxt = CurrentMemoryContext,
	};

	return hash_create("practiceacl import clocks", 64, &form,
					   HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
}

/* The clock of the row's agenda, once that has been read. */
static const PaclImportClock *
find_clock(PaclImportSource *staging, const Datum *values, const bool *nulls)
{
	static const PaclImportClock nobodys;
	PaclImportClock *clock;
	bool		found;

	if (nulls[AGENDA_ID])
		return &nobodys;
	clock = hash_search(staging->clocks, DatumGetUUIDP(values[AGENDA_ID]),
						HASH_ENTER, &found);
	if (!found)
	{
		MemoryContext row = MemoryContextSwitchTo(GetMemoryChunkContext(staging));

		clock->name = NULL;
		clock->zone = NULL;
		staging->set_clock(clock);
		MemoryContextSwitchTo(row);
	}
	return clock;
}

/* Reads what a wall clock shows; why it is no time of it, or null. */
static const char *
read_wall_clock(const PaclImportClock *clock, int64 shown, Datum *value)
{
	TimestampTz instant = shown;

	if (clock->name != NULL && clock->zone == NULL)
		return psprintf("has no zone, and the server knows no time zone \"%s\"",
						clock->name);
	if (clock->name != NULL)
		switch (pacl_wallclock_count(clock->zone, shown, &instant))
		{
			case PACL_SHOWN_NEVER:
				return psprintf("is a time that the clocks of %s skip",
								clock->name);
			case PACL_SHOWN_TWICE:
				return psprintf("is a time that the clocks of %s show twice, so it needs an offset",
								clock->name);
			case PACL_SHOWN_ONCE:
				break;
		}
	*value = TimestampTzGetDatum(instant);
	return NULL;
}

static const char *
read_time(const PaclImportClock *clock, const char *word, Datum *value)
{
	PaclMoment	moment;

	if (!pacl_iso_moment(word, strlen(word), &moment))
		return "is not a time as ISO 8601 has it";
	if (!moment.has_zone)
		return read_wall_clock(clock, moment.microseconds, value);
	*value = TimestampTzGetDatum(moment.microseconds);
	return NULL;
}

/*
 * Makes of one value what its column wants, if it came as text; null, and
 * says why, where it is none.
 */
static void
read_value(PaclImportSource *staging, int column, Datum *values, bool *nulls,
		   char **problem)
{
	const char *why;
	char	   *word;

	if (nulls[column])
		return;
	word = TextDatumGetCString(values[column]);
	if (columns[column].oid == UUIDOID)
		why = read_uuid(word, &values[column]) ? NULL : "is not a UUID";
	else
		why = read_time(find_clock(staging, values, nulls), word,
						&values[column]);
	if (why == NULL)
		return;
	nulls[column] = true;
	if (*problem == NULL)
		*problem = psprintf("%s %s: \"%.*s\"", columns[column].name, why,
							pg_mbcliplen(word, strlen(word), SHOWN_BYTES), word);
}

static void
keep_row(void *state, Datum *values, bool *nulls,
		 TupleDesc descriptor)
{
	PaclImportSource *staging = state;
	TupleTableSlot *slot = ExecClearTuple(staging->slot);
	MemoryContext outer = MemoryContextSwitchTo(staging->scratch);
	char	   *problem = NULL;

	for (int i = 0; i < COLUMNS; i++)
	{
		if (columns[i].oid != TupleDescAttr(descriptor, i)->atttypid)
			read_value(staging, i, values, nulls, &problem);
		slot->tts_values[i] = values[i];
		slot->tts_isnull[i] = nulls[i];
	}
	slot->tts_isnull[PROBLEM] = problem == NULL;
	if (problem != NULL)
		slot->tts_values[PROBLEM] = CStringGetTextDatum(problem);
	ExecStoreVirtualTuple(slot);
	tuplesort_puttupleslot(staging->rows, slot);
	if (!nulls[AGENDA_ID])
		note_agenda(staging, DatumGetUUIDP(values[AGENDA_ID]));
	ExecClearTuple(slot);
	MemoryContextSwitchTo(outer);
	MemoryContextReset(staging->scratch);
}

static TupleDesc
kept_columns(void)
{
	TupleDesc	descriptor = CreateTemplateTupleDesc(KEPT);

	for (int i = 0; i < COLUMNS; i++)
		TupleDescInitEntry(descriptor, i + 1, columns[i].name,
						   columns[i].oid, -1, 0);
	TupleDescInitEntry(descriptor, PROBLEM + 1, "problem", TEXTOID, -1, 0);
	return descriptor;
}

/* By starts_at, ends_at and key. */
static Tuplesortstate *
begin_sort(TupleDesc descriptor)
{
	AttrNumber	keys[] = {STARTS_AT + 1, ENDS_AT + 1, KEY + 1};
	Oid			collations[] = {InvalidOid, InvalidOid, C_COLLATION_OID};
	bool		nulls_first[] = {false, false, false};
	Oid			operators[lengthof(keys)];

	for (int i = 0; i < lengthof(keys); i++)
		operators[i] = lookup_type_cache(columns[keys[i] - 1].oid,
										 TYPECACHE_LT_OPR)->lt_opr;
	return tuplesort_begin_heap(descriptor, lengthof(keys), keys, operators,
								collations, nulls_first, work_mem, NULL,
								TUPLESORT_NONE);
}

PaclImportSource *
pacl_import_store_read(Oid relation, PaclImportSetClock set_clock)
{
	PaclImportSource *staging = palloc0(sizeof(PaclImportSource));
	TupleDesc	descriptor = kept_columns();
	char	   *sql = staging_query(relation);

	staging->scratch = AllocSetContextCreate(CurrentMemoryContext,
											 "practiceacl staged row",
											 ALLOCSET_DEFAULT_SIZES);
	staging->slot = MakeSingleTupleTableSlot(descriptor, &TTSOpsVirtual);
	staging->rows = begin_sort(descriptor);
	staging->set_clock = set_clock;
	staging->clocks = make_clocks();
	staging->agenda_room = 1024;
	staging->agendas = palloc(staging->agenda_room * sizeof(pg_uuid_t));

	pacl_read_text(sql, keep_row, staging);
	tuplesort_performsort(staging->rows);
	ExecDropSingleTupleTableSlot(staging->slot);
	staging->slot = MakeSingleTupleTableSlot(descriptor, &TTSOpsMinimalTuple);
	distinct_agendas(staging);
	return staging;
}

pg_uuid_t *
pacl_import_store_agendas(PaclImportSource *staging, int *count)
{
	*count = staging->agenda_count;
	return staging->agendas;
}

static char *
text_of(TupleTableSlot *slot, int column)
{
	bool		isnull;
	Datum		value = slot_getattr(slot, column + 1, &isnull);

	return isnull ? NULL : TextDatumGetCString(value);
}

bool
pacl_import_store_next(PaclImportSource *staging, PaclImportRow *row)
{
	TupleTableSlot *slot = staging->slot;
	Datum		value;
	bool		isnull;

	if (!tuplesort_gettupleslot(staging->rows, true, false, slot, NULL))
		return false;
	row->key = text_of(slot, KEY);
	value = slot_getattr(slot, AGENDA_ID + 1, &isnull);
	row->agenda_id = isnull ? NULL : DatumGetUUIDP(value);
	value = slot_getattr(slot, STARTS_AT + 1, &isnull);
	row->has_start = !isnull;
	row->starts_at = isnull ? 0 : DatumGetTimestampTz(value);
	value = slot_getattr(slot, ENDS_AT + 1, &isnull);
	row->has_end = !isnull;
	row->ends_at = isnull ? 0 : DatumGetTimestampTz(value);
	row->patient = text_of(slot, PATIENT);
	row->note = text_of(slot, NOTE);
	value = slot_getattr(slot, APPOINTMENT_TYPE + 1, &isnull);
	row->appointment_type = isnull ? NULL : DatumGetUUIDP(value);
	row->problem = text_of(slot, PROBLEM);
	return true;
}

void
pacl_import_store_end(PaclImportSource *staging)
{
	ExecDropSingleTupleTableSlot(staging->slot);
	tuplesort_end(staging->rows);
	hash_destroy(staging->clocks);
	MemoryContextDelete(staging->scratch);
	pfree(staging);
}
