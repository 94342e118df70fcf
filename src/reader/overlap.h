/*
 * overlap.h
 *		Appointments that overlap a time on an agenda.
 */
#ifndef PACL_OVERLAP_H
#define PACL_OVERLAP_H

#include "postgres.h"
#include "access/genam.h"
#include "datatype/timestamp.h"
#include "executor/tuptable.h"
#include "utils/rel.h"
#include "utils/uuid.h"

#include "pure/slot.h"

/*
 * What ended less than 8 weeks ago is never archived; a week less is the margin
 * for clocks that differ.
 */
#define PACL_ARCHIVED_DAYS		56
#define PACL_ARCHIVE_READ_DAYS	49

/* The indexes of the archive: one of all by their start, one of long stays. */
#define PACL_ARCHIVE_INDEXES	2

/*
 * A scan of the appointments that overlap a time with their pauses, agenda
 * after agenda; those of long ago are read where the time is long ago.
 */
typedef struct PaclOverlapScan
{
	Relation	table;
	Relation	index;
	IndexScanDesc scan;
	TupleTableSlot *row;
	int			slot_number;
	PaclSlot	wanted;
	TimestampTz archived_before;	/* what is asked of later times is not in
									 * it */
	int			left;			/* indexes of the archive still to be read */
	Relation	archive;		/* null until it is needed */
	Relation	archive_indexes[PACL_ARCHIVE_INDEXES];
	IndexScanDesc archive_scans[PACL_ARCHIVE_INDEXES];
	TupleTableSlot *archive_row;
} PaclOverlapScan;

/*
 * Begins one, with the active snapshot, through the index of
 * appointment_no_overlap; ask it for as many times as there are, and end it.
 */
extern void pacl_overlap_begin(PaclOverlapScan *scan);

/* From here on it gives what overlaps [from, until) on an agenda. */
extern void pacl_overlap_ask(PaclOverlapScan *scan,
							 const pg_uuid_t *agenda_id,
							 TimestampTz from, TimestampTz until);

/*
 * The next appointment that is not cancelled, in no order, or null; deliberately
 * overbooked ones count.  Valid until the next call.
 */
extern TupleTableSlot *pacl_overlap_next(PaclOverlapScan *scan);

extern void pacl_overlap_end(PaclOverlapScan *scan);

typedef struct PaclOverlap
{
	pg_uuid_t	appointment_id;
	TimestampTz occupied_from;
	TimestampTz occupied_until;
	bool		private;
	bool		pauses;			/* it occupies more than its own time */
} PaclOverlap;

/*
 * The first appointment (by start) of the agenda that, with its pauses,
 * overlaps the time, is not cancelled and is not the one that is passed (or
 * null); deliberately overbooked ones count.  Reads with the latest snapshot
 * the isolation level allows.  False if there is none.
 */
extern bool pacl_overlap_find(const pg_uuid_t *agenda_id,
							  TimestampTz from, TimestampTz until,
							  const pg_uuid_t *except, PaclOverlap *found);

#endif							/* PACL_OVERLAP_H */
