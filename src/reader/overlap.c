/*
 * overlap.c
 *		Appointments that overlap a time on an agenda.
 *
 * A query would be planned once, perhaps while the table was empty, and scan
 * it ever after; this goes by the index always.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/relscan.h"
#include "access/table.h"
#include "access/tableam.h"
#include "catalog/pg_type.h"
#include "executor/tuptable.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/timestamp.h"

#include "compat.h"
#include "pure/slot.h"
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

/* The index keeps only a hash of the agenda, so the row decides. */
static bool
read_overlap(TupleTableSlot *row, const PaclSlot *wanted,
			 const pg_uuid_t *except, PaclOverlap *overlap)
{
	overlap->appointment_id = *DatumGetUUIDP(column(row, Anum_appointment_id));
	overlap->occupied_from = DatumGetTimestampTz(column(row, Anum_appointment_occupied_from));
	overlap->occupied_until = DatumGetTimestampTz(column(row, Anum_appointment_occupied_until));
	overlap->pauses =
		overlap->occupied_from != DatumGetTimestampTz(column(row, Anum_appointment_starts_at)) ||
		overlap->occupied_until != DatumGetTimestampTz(column(row, Anum_appointment_ends_at));
	overlap->private = DatumGetBool(column(row, Anum_appointment_private));

	return memcmp(DatumGetUUIDP(column(row, Anum_appointment_agenda_id))->data,
				  wanted->agenda, UUID_LEN) == 0 &&
		overlap->occupied_from < wanted->ends_at &&
		wanted->starts_at < overlap->occupied_until &&
		(except == NULL ||
		 !pacl_uuid_equal(&overlap->appointment_id, except));
}

bool
pacl_overlap_find(const pg_uuid_t *agenda_id, TimestampTz from,
				  TimestampTz until, const pg_uuid_t *except,
				  PaclOverlap *found)
{
	PaclSlot	wanted = {{0}};
	PaclOverlap candidate;
	bool		any = false;
	Oid			index_oid;
	Relation	table;
	Relation	index;
	IndexScanDesc scan;
	ScanKeyData key;
	TupleTableSlot *row;
	int			slot_number;

	memcpy(wanted.agenda, agenda_id->data, UUID_LEN);
	wanted.starts_at = from;
	wanted.ends_at = until;

	pacl_view_push_latest();
	table = pacl_relation_open(PACL_APPOINTMENT_BY_SLOT, &index_oid);
	index = index_open(index_oid, AccessShareLock);
	slot_number = slot_column(index);
	ScanKeyInit(&key, slot_number + 1, PACL_SLOT_OVERLAPS,
				overlap_function(index, slot_number),
				PointerGetDatum(&wanted));
	row = table_slot_create(table, NULL);
	scan = pacl_index_beginscan(table, index, pacl_view_snapshot(), 1);
	index_rescan(scan, &key, 1, NULL, 0);
	while (index_getnext_slot(scan, ForwardScanDirection, row))
		if (read_overlap(row, &wanted, except, &candidate) &&
			(!any || candidate.occupied_from < found->occupied_from))
		{
			*found = candidate;
			any = true;
		}
	index_endscan(scan);
	ExecDropSingleTupleTableSlot(row);
	index_close(index, NoLock);
	table_close(table, NoLock);
	pacl_view_pop();
	return any;
}
