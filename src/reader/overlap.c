/*
 * overlap.c
 *		Appointments that overlap a time on an agenda.
 *
 * A query would be planned once, perhaps while the table was empty, and scan
 * it ever after; this goes by the index always.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/table.h"
#include "access/tableam.h"
#include "catalog/pg_type.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/timestamp.h"

#include "compat.h"
#include "pure/uuid.h"
#include "reader/overlap.h"
#include "reader/relation.h"
#include "reader/view.h"

/*
 * The index's column that is a slot: the only one, or beside
 * organization_id where a sharded deployment put that in front.
 */
static int
slot_column(Relation index)
{
	for (int i = 0; i < IndexRelationGetNumberOfKeyAttributes(index); i++)
		if (index->rd_opcintype[i] != UUIDOID)
			return i;
	elog(ERROR, "index \"%s\" has no slot", RelationGetRelationName(index));
}

/* The function of the operator by which the index is asked. */
static RegProcedure
overlap_function(Relation index, int column)
{
	Oid			family = index->rd_opfamily[column];
	Oid			type = index->rd_opcintype[column];

	return get_opcode(get_opfamily_member(family, type, type,
										  PACL_SLOT_OVERLAPS));
}

static Datum
column(TupleTableSlot *row, int number)
{
	bool		isnull;

	return slot_getattr(row, number, &isnull);
}

void
pacl_overlap_begin(PaclOverlapScan *scan)
{
	Oid			index_oid;

	scan->table = pacl_relation_open(PACL_APPOINTMENT_BY_SLOT, &index_oid);
	scan->index = index_open(index_oid, AccessShareLock);
	scan->slot_number = slot_column(scan->index);
	scan->row = table_slot_create(scan->table, NULL);
	scan->scan = pacl_index_beginscan(scan->table, scan->index,
									  pacl_view_snapshot(), 1);
}

void
pacl_overlap_ask(PaclOverlapScan *scan, const pg_uuid_t *agenda_id,
				 TimestampTz from, TimestampTz until)
{
	ScanKeyData key;

	pacl_slot_make(&scan->wanted, agenda_id->data, from, until, false);
	ScanKeyInit(&key, scan->slot_number + 1, PACL_SLOT_OVERLAPS,
				overlap_function(scan->index, scan->slot_number),
				PointerGetDatum(&scan->wanted));
	index_rescan(scan->scan, &key, 1, NULL, 0);
}

/* The index keeps only a hash of the agenda, so the row decides. */
static bool
is_wanted(TupleTableSlot *row, const PaclSlot *wanted)
{
	return memcmp(DatumGetUUIDP(column(row, Anum_appointment_agenda_id))->data,
				  wanted->agenda, UUID_LEN) == 0 &&
		DatumGetTimestampTz(column(row, Anum_appointment_occupied_from)) < wanted->ends_at &&
		wanted->starts_at < DatumGetTimestampTz(column(row, Anum_appointment_occupied_until));
}

TupleTableSlot *
pacl_overlap_next(PaclOverlapScan *scan)
{
	while (index_getnext_slot(scan->scan, ForwardScanDirection, scan->row))
		if (is_wanted(scan->row, &scan->wanted))
			return scan->row;
	return NULL;
}

void
pacl_overlap_end(PaclOverlapScan *scan)
{
	index_endscan(scan->scan);
	ExecDropSingleTupleTableSlot(scan->row);
	index_close(scan->index, NoLock);
	table_close(scan->table, NoLock);
}

static void
read_overlap(TupleTableSlot *row, PaclOverlap *overlap)
{
	overlap->appointment_id = *DatumGetUUIDP(column(row, Anum_appointment_id));
	overlap->occupied_from = DatumGetTimestampTz(column(row, Anum_appointment_occupied_from));
	overlap->occupied_until = DatumGetTimestampTz(column(row, Anum_appointment_occupied_until));
	overlap->pauses =
		overlap->occupied_from != DatumGetTimestampTz(column(row, Anum_appointment_starts_at)) ||
		overlap->occupied_until != DatumGetTimestampTz(column(row, Anum_appointment_ends_at));
	overlap->private = DatumGetBool(column(row, Anum_appointment_private));
}

bool
pacl_overlap_find(const pg_uuid_t *agenda_id, TimestampTz from,
				  TimestampTz until, const pg_uuid_t *except,
				  PaclOverlap *found)
{
	PaclOverlapScan scan;
	PaclOverlap candidate;
	TupleTableSlot *row;
	bool		any = false;

	pacl_view_push_latest();
	pacl_overlap_begin(&scan);
	pacl_overlap_ask(&scan, agenda_id, from, until);
	while ((row = pacl_overlap_next(&scan)) != NULL)
	{
		read_overlap(row, &candidate);
		if ((except == NULL ||
			 !pacl_uuid_equal(&candidate.appointment_id, except)) &&
			(!any || candidate.occupied_from < found->occupied_from))
		{
			*found = candidate;
			any = true;
		}
	}
	pacl_overlap_end(&scan);
	pacl_view_pop();
	return any;
}
