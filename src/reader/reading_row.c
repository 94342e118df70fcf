/*
 * reading_row.c
 *		Rows of readings, written directly.
 *
 * All that a reader's transaction has to do for being on record is this: it
 * appends a row, waits for nobody and fails in no isolation level.  An INSERT
 * through the executor costs three times as much.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/indexing.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "storage/lmgr.h"
#include "utils/array.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

#include "pure/uuid.h"
#include "reader/reading_row.h"
#include "reader/relation.h"
#include "reader/view.h"

static Oid
find_table(void)
{
	Oid			schema = get_namespace_oid("practiceacl", true);

	return OidIsValid(schema) ? get_relname_relid("reading_note", schema) :
		InvalidOid;
}

const char *
pacl_reading_row_obstacle(void)
{
	Oid			table = find_table();

	if (!OidIsValid(table))
		return "extension not updated";
	if (!ConditionalLockRelationOid(table, RowExclusiveLock))
		return "table is locked";
	return NULL;
}

static Datum
make_array(const pg_uuid_t *ids, int count)
{
	Datum	   *items = palloc(count * sizeof(Datum));

	for (int i = 0; i < count; i++)
		items[i] = UUIDPGetDatum(&ids[i]);
	return PointerGetDatum(construct_array(items, count, UUIDOID, UUID_LEN,
										   false, TYPALIGN_CHAR));
}

/* Columns that somebody added since, or dropped again, are null. */
static HeapTuple
make_row(TupleDesc descriptor, const PaclReadingNote *note)
{
	Datum	   *values = palloc0(descriptor->natts * sizeof(Datum));
	bool	   *nulls = palloc(descriptor->natts * sizeof(bool));
	pg_uuid_t	id;

	pacl_uuid_make(&id);
	for (int i = 0; i < descriptor->natts; i++)
		nulls[i] = i >= Natts_reading_note;
	values[Anum_reading_note_organization_id - 1] = UUIDPGetDatum(&note->organization_id);
	values[Anum_reading_note_id - 1] = UUIDPGetDatum(&id);
	values[Anum_reading_note_account_id - 1] = UUIDPGetDatum(&note->account_id);
	values[Anum_reading_note_noted_at - 1] = TimestampTzGetDatum(note->at);
	values[Anum_reading_note_emergency - 1] = BoolGetDatum(note->emergency);
	values[Anum_reading_note_agendas - 1] = make_array(note->agendas, note->count);
	return heap_form_tuple(descriptor, values, nulls);
}

void
pacl_reading_row_append(const PaclReadingNote *note)
{
	Relation	table;
	Oid			index;

	table = pacl_relation_open(PACL_READING_NOTE_BY_KEY, &index);
	/* What is long is stored out of line, which wants a snapshot. */
	pacl_view_push_latest();
	CatalogTupleInsert(table, make_row(RelationGetDescr(table), note));
	pacl_view_pop();
	table_close(table, NoLock);
}
