/*
 * import_store.c
 *		Rows that a caller staged for import.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_type.h"
#include "executor/tuptable.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"
#include "utils/tuplestore.h"

#include "base/statement.h"
#include "calendar/import_store.h"
#include "pure/uuid.h"

enum
{
	KEY, AGENDA_ID, STARTS_AT, ENDS_AT, PATIENT, NOTE, COLUMNS
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
};

struct PaclImportSource
{
	MemoryContext context;		/* lives as long as the staging itself */
	Tuplestorestate *rows;
	TupleTableSlot *slot;
	pg_uuid_t  *agendas;
	int			agenda_count;
	int			agenda_room;
};

/* The query that reads the relation into built-in types. */
static char *
staging_query(Oid relation)
{
	StringInfoData sql;

	initStringInfo(&sql);
	appendStringInfoString(&sql, "SELECT * FROM (SELECT ");
	for (int i = 0; i < COLUMNS; i++)
	{
		const Column *column = &columns[i];

		if (i > 0)
			appendStringInfoString(&sql, ", ");
		if (get_attnum(relation, column->name) != InvalidAttrNumber)
			appendStringInfo(&sql, "s.%s::pg_catalog.%s AS %s", column->name,
							 column->type, column->name);
		else if (!column->required)
			appendStringInfo(&sql, "NULL::pg_catalog.%s AS %s", column->type,
							 column->name);
		else
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_COLUMN),
					 errmsg("relation \"%s\" has no column \"%s\"",
							get_rel_name(relation), column->name),
					 errhint("An import reads the columns key, agenda_id, starts_at and ends_at, and patient and note if they are there.")));
	}
	appendStringInfo(&sql, " FROM %s AS s) AS r"
					 " ORDER BY starts_at, ends_at, key COLLATE pg_catalog.\"C\"",
					 quote_qualified_identifier(get_namespace_name(get_rel_namespace(relation)),
												get_rel_name(relation)));
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

static void
keep_row(void *state, Datum *values, bool *nulls,
		 TupleDesc descriptor)
{
	PaclImportSource *staging = state;

	tuplestore_putvalues(staging->rows, staging->slot->tts_tupleDescriptor,
						 values, nulls);
	if (!nulls[AGENDA_ID])
		note_agenda(staging, DatumGetUUIDP(values[AGENDA_ID]));
}

PaclImportSource *
pacl_import_store_read(Oid relation)
{
	PaclImportSource *staging = palloc0(sizeof(PaclImportSource));
	TupleDesc	descriptor = CreateTemplateTupleDesc(COLUMNS);

	staging->context = CurrentMemoryContext;
	for (int i = 0; i < COLUMNS; i++)
		TupleDescInitEntry(descriptor, i + 1, columns[i].name,
						   columns[i].oid, -1, 0);
	staging->slot = MakeSingleTupleTableSlot(descriptor, &TTSOpsMinimalTuple);
	staging->rows = tuplestore_begin_heap(false, false, work_mem);
	staging->agenda_room = 1024;
	staging->agendas = palloc(staging->agenda_room * sizeof(pg_uuid_t));

	if (!OidIsValid(get_rel_namespace(relation)))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("relation with OID %u does not exist", relation)));
	pacl_read_text(staging_query(relation), keep_row, staging);
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
	MemoryContext outer;
	Datum		value;
	bool		isnull;
	bool		found;

	/* A row read back from disk is the slot's, until it takes the next. */
	outer = MemoryContextSwitchTo(staging->context);
	found = tuplestore_gettupleslot(staging->rows, true, false, slot);
	MemoryContextSwitchTo(outer);
	if (!found)
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
	return true;
}

void
pacl_import_store_end(PaclImportSource *staging)
{
	ExecDropSingleTupleTableSlot(staging->slot);
	tuplestore_end(staging->rows);
	pfree(staging);
}
