/*
 * record.c
 *		The newest end of the record, with what is not committed yet.
 *
 * Snapshots show what is committed.  A reader that goes on from the last id
 * must know of the others too: here entries are read whatever has become of
 * their transactions.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/stratnum.h"
#include "access/table.h"
#include "access/xact.h"
#include "miscadmin.h"
#include "utils/fmgroids.h"
#include "utils/rls.h"
#include "utils/snapmgr.h"

#include "pure/uuid.h"
#include "reader/record.h"
#include "reader/relation.h"

/* The scan goes by id; the ends it wants are given as its one key, if any. */
typedef struct RecordScan
{
	PaclScan	scan;
	Relation	index;
} RecordScan;

static void
begin(RecordScan *by_id, Snapshot snapshot, const pg_uuid_t *above)
{
	ScanKeyData key;
	Oid			index;

	by_id->scan.relation = pacl_relation_open(PACL_ACTIVITY_BY_ID, &index);
	by_id->scan.descriptor = RelationGetDescr(by_id->scan.relation);
	by_id->index = index_open(index, AccessShareLock);
	if (above != NULL)
		ScanKeyInit(&key, Anum_activity_id, BTGreaterStrategyNumber,
					F_UUID_GT, UUIDPGetDatum(above));
	by_id->scan.scan = systable_beginscan_ordered(by_id->scan.relation,
												  by_id->index, snapshot,
												  above != NULL ? 1 : 0, &key);
}

static void
end(RecordScan *by_id)
{
	systable_endscan_ordered(by_id->scan.scan);
	index_close(by_id->index, NoLock);
	table_close(by_id->scan.relation, NoLock);
}

bool
pacl_record_newest(pg_uuid_t *id)
{
	RecordScan	by_id;
	HeapTuple	row;

	begin(&by_id, SnapshotAny, NULL);
	row = systable_getnext_ordered(by_id.scan.scan, BackwardScanDirection);
	if (row != NULL)
		*id = *DatumGetUUIDP(pacl_scan_value(&by_id.scan, row,
											 Anum_activity_id));
	end(&by_id);
	return row != NULL;
}

/* Whether the row's transaction may still be rolled back: another's or ours. */
static bool
is_pending(const SnapshotData *dirty, HeapTuple row)
{
	return TransactionIdIsValid(dirty->xmin) ||
		TransactionIdIsCurrentTransactionId(HeapTupleHeaderGetXmin(row->t_data));
}

static bool
passes(const RecordScan *by_id, HeapTuple row, PaclRecordFilter filter)
{
	bool		isnull;
	Datum		actor = pacl_scan_column(&by_id->scan, row,
										 Anum_activity_actor_id, &isnull);

	return filter(DatumGetUUIDP(pacl_scan_value(&by_id->scan, row,
												Anum_activity_organization_id)),
				  isnull ? NULL : DatumGetUUIDP(actor));
}

bool
pacl_record_first_pending(const pg_uuid_t *above, const pg_uuid_t *last,
						  PaclRecordFilter filter, pg_uuid_t *id)
{
	SnapshotData dirty;
	RecordScan	by_id;
	HeapTuple	row;
	bool		found = false;

	InitDirtySnapshot(dirty);
	begin(&by_id, &dirty, above);
	while (!found &&
		   (row = systable_getnext_ordered(by_id.scan.scan,
										   ForwardScanDirection)) != NULL)
	{
		const pg_uuid_t *entry = DatumGetUUIDP(pacl_scan_value(&by_id.scan, row,
															   Anum_activity_id));

		CHECK_FOR_INTERRUPTS();
		if (pacl_uuid_compare(entry, last) > 0)
			break;
		if (is_pending(&dirty, row) && passes(&by_id, row, filter))
		{
			*id = *entry;
			found = true;
		}
	}
	end(&by_id);
	return found;
}

/*
 * The first key column of these indexes is whose the entries are; entries of
 * others are not looked at, however many there are.  The second key, which the
 * caller has set, bounds the id from below, perhaps only roughly, and the
 * entries do not come in the order of ids.
 */
static bool
first_pending_of(PaclLookup lookup, AttrNumber whose, const pg_uuid_t *owner,
				 ScanKeyData *bound, const pg_uuid_t *above,
				 const pg_uuid_t *last, pg_uuid_t *id)
{
	ScanKeyData keys[2];
	SnapshotData dirty;
	RecordScan	of;
	HeapTuple	row;
	Oid			index;
	bool		found = false;

	InitDirtySnapshot(dirty);
	of.scan.relation = pacl_relation_open(lookup, &index);
	of.scan.descriptor = RelationGetDescr(of.scan.relation);
	of.index = index_open(index, AccessShareLock);
	ScanKeyInit(&keys[0], whose, BTEqualStrategyNumber, F_UUID_EQ,
				UUIDPGetDatum(owner));
	keys[1] = *bound;
	of.scan.scan = systable_beginscan_ordered(of.scan.relation, of.index,
											  &dirty, 2, keys);
	while ((row = systable_getnext_ordered(of.scan.scan,
										   ForwardScanDirection)) != NULL)
	{
		const pg_uuid_t *entry = DatumGetUUIDP(pacl_scan_value(&of.scan, row,
															   Anum_activity_id));

		CHECK_FOR_INTERRUPTS();
		if (pacl_uuid_compare(entry, above) <= 0 ||
			pacl_uuid_compare(entry, found ? id : last) > 0)
			continue;
		if (is_pending(&dirty, row))
		{
			*id = *entry;
			found = true;
		}
	}
	end(&of);
	return found;
}

bool
pacl_record_first_pending_on(const pg_uuid_t *agenda_id,
							 const pg_uuid_t *above, const pg_uuid_t *last,
							 pg_uuid_t *id)
{
	ScanKeyData hour;

	/* An index lists an expression of its own as column 0 of the table. */
	ScanKeyInit(&hour, 0, BTGreaterEqualStrategyNumber, F_INT4GE,
				Int32GetDatum(pacl_uuid_hour(above)));
	return first_pending_of(PACL_ACTIVITY_BY_AGENDA, Anum_activity_agenda_id,
							agenda_id, &hour, above, last, id);
}

bool
pacl_record_first_pending_in(const pg_uuid_t *organization_id,
							 const pg_uuid_t *above, const pg_uuid_t *last,
							 pg_uuid_t *id)
{
	ScanKeyData later;

	ScanKeyInit(&later, Anum_activity_id, BTGreaterStrategyNumber, F_UUID_GT,
				UUIDPGetDatum(above));
	return first_pending_of(PACL_ACTIVITY_OF_CALENDARS,
							Anum_activity_organization_id, organization_id,
							&later, above, last, id);
}

bool
pacl_record_is_partial(void)
{
	Oid			index;
	Relation	relation = pacl_relation_open(PACL_ACTIVITY_BY_ID, &index);
	Oid			record = RelationGetRelid(relation);

	table_close(relation, NoLock);
	return check_enable_rls(record, InvalidOid, true) == RLS_ENABLED;
}
