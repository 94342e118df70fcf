/*
 * overlap.c
 *		Appointments that overlap a time on an agenda.
 *
 * A query would be planned once, perhaps while the table was empty, and scan
 * it ever after; this goes by the index always.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/stratnum.h"
#include "access/table.h"
#include "access/tableam.h"
#include "catalog/pg_type.h"
#include "utils/fmgroids.h"
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
	scan->archived_before = pacl_view_time() -
		PACL_ARCHIVE_READ_DAYS * USECS_PER_DAY;
	scan->left = 0;
	scan->archive = NULL;
}

/* In the order in which they are read, from the last. */
static const PaclLookup archive_lookups[PACL_ARCHIVE_INDEXES] = {
	PACL_ARCHIVE_LONG, PACL_ARCHIVE_BY_START
};

/* How many conditions each is asked with. */
static const int archive_keys[PACL_ARCHIVE_INDEXES] = {2, 3};

static void
open_archive(PaclOverlapScan *scan)
{
	for (int i = 0; i < PACL_ARCHIVE_INDEXES; i++)
	{
		Oid			index_oid;
		Relation	archive = pacl_relation_open(archive_lookups[i], &index_oid);

		if (i == 0)
			scan->archive = archive;
		else
			table_close(archive, NoLock);
		scan->archive_indexes[i] = index_open(index_oid, AccessShareLock);
		scan->archive_scans[i] = pacl_index_beginscan(scan->archive,
													  scan->archive_indexes[i],
													  pacl_view_snapshot(),
													  archive_keys[i]);
	}
	scan->archive_row = table_slot_create(scan->archive, NULL);
}

static TimestampTz
shifted(TimestampTz time, int64 by)
{
	return TIMESTAMP_NOT_FINITE(time) ? time : time + by;
}

/*
 * There is no index of the archive that knows both ends.  Whoever takes a day at
 * the most begins within a day of the time; the others are few.
 */
static void
ask_archive(PaclOverlapScan *scan)
{
	const PaclSlot *wanted = &scan->wanted;
	Datum		agenda = PointerGetDatum(wanted->agenda);
	ScanKeyData keys[3];

	if (scan->archive == NULL)
		open_archive(scan);
	scan->left = PACL_ARCHIVE_INDEXES;
	ScanKeyInit(&keys[0], 1, BTEqualStrategyNumber, F_UUID_EQ, agenda);
	ScanKeyInit(&keys[1], 2, BTGreaterStrategyNumber, F_TIMESTAMPTZ_GT,
				TimestampTzGetDatum(wanted->starts_at));
	index_rescan(scan->archive_scans[0], keys, 2, NULL, 0);
	ScanKeyInit(&keys[1], 2, BTGreaterStrategyNumber, F_TIMESTAMPTZ_GT,
				TimestampTzGetDatum(shifted(wanted->starts_at, -USECS_PER_DAY)));
	ScanKeyInit(&keys[2], 2, BTLessStrategyNumber, F_TIMESTAMPTZ_LT,
				TimestampTzGetDatum(shifted(wanted->ends_at, USECS_PER_DAY)));
	index_rescan(scan->archive_scans[1], keys, 3, NULL, 0);
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
	scan->left = 0;
	if (from < scan->archived_before)
		ask_archive(scan);
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

/* The archive has what was cancelled; a long stay is in both its indexes. */
static bool
is_wanted_of(TupleTableSlot *row, const PaclSlot *wanted, bool is_long)
{
	bool		isnull;

	(void) slot_getattr(row, Anum_appointment_cancelled_at, &isnull);
	return isnull && is_wanted(row, wanted) &&
		is_long == (DatumGetTimestampTz(column(row, Anum_appointment_occupied_until)) -
					DatumGetTimestampTz(column(row, Anum_appointment_occupied_from)) >
					USECS_PER_DAY);
}

TupleTableSlot *
pacl_overlap_next(PaclOverlapScan *scan)
{
	while (index_getnext_slot(scan->scan, ForwardScanDirection, scan->row))
		if (is_wanted(scan->row, &scan->wanted))
			return scan->row;
	for (; scan->left > 0; scan->left--)
	{
		int			i = scan->left - 1;

		while (index_getnext_slot(scan->archive_scans[i], ForwardScanDirection,
								  scan->archive_row))
			if (is_wanted_of(scan->archive_row, &scan->wanted,
							 archive_lookups[i] == PACL_ARCHIVE_LONG))
				return scan->archive_row;
	}
	return NULL;
}

static void
close_archive(PaclOverlapScan *scan)
{
	for (int i = 0; i < PACL_ARCHIVE_INDEXES; i++)
	{
		index_endscan(scan->archive_scans[i]);
		index_close(scan->archive_indexes[i], NoLock);
	}
	ExecDropSingleTupleTableSlot(scan->archive_row);
	table_close(scan->archive, NoLock);
}

void
pacl_overlap_end(PaclOverlapScan *scan)
{
	if (scan->archive != NULL)
		close_archive(scan);
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
