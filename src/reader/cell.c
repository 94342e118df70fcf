/*
 * cell.c
 *		Whether an organization is open in this cell.
 */
#include "postgres.h"

#include "access/table.h"
#include "storage/bufmgr.h"
#include "utils/builtins.h"

#include "pure/uuid.h"
#include "reader/cell.h"
#include "reader/relation.h"

static PaclCellState
read_state(const PaclScan *scan, HeapTuple row)
{
	if (pacl_scan_text_is(scan, row, Anum_organization_move_state, "published") ||
		pacl_scan_text_is(scan, row, Anum_organization_move_state, "received"))
		return PACL_CELL_OPEN;
	if (pacl_scan_text_is(scan, row, Anum_organization_move_state, "handed_over"))
		return PACL_CELL_FROZEN;
	return PACL_CELL_AWAY;
}

/*
 * Whether no organization has ever moved here: what has no page has no row
 * that any snapshot sees.  Every statement of everybody asks, and this is a
 * tenth of what a search in an empty index takes.
 */
static bool
nothing_moves(void)
{
	Oid			index;
	Relation	relation = pacl_relation_open(PACL_MOVE_BY_ORGANIZATION, &index);
	bool		is_empty = RelationGetNumberOfBlocks(relation) == 0;

	table_close(relation, NoLock);
	return is_empty;
}

PaclCellState
pacl_cell_state(const pg_uuid_t *organization_id, char **moved_to)
{
	Datum		key = UUIDPGetDatum(organization_id);
	PaclCellState state = PACL_CELL_OPEN;
	PaclScan	scan;
	HeapTuple	row;

	if (moved_to != NULL)
		*moved_to = NULL;
	if (nothing_moves())
		return PACL_CELL_OPEN;
	pacl_scan_begin_unseen(&scan, PACL_MOVE_BY_ORGANIZATION, 1, &key);
	row = pacl_scan_next(&scan);
	if (row != NULL)
		state = read_state(&scan, row);
	if (row != NULL && moved_to != NULL)
	{
		bool		isnull;
		Datum		name = pacl_scan_column(&scan, row,
											Anum_organization_move_moved_to,
											&isnull);

		if (!isnull)
			*moved_to = TextDatumGetCString(name);
	}
	pacl_scan_end(&scan);
	return state;
}

bool
pacl_cell_agenda_is_of_another(const pg_uuid_t *agenda_id,
							   const pg_uuid_t *organization_id)
{
	Datum		key = UUIDPGetDatum(agenda_id);
	bool		is_of_another = false;
	PaclScan	scan;
	HeapTuple	row;

	pacl_scan_begin(&scan, PACL_AGENDA_BY_ID, 1, &key);
	while (!is_of_another && (row = pacl_scan_next(&scan)) != NULL)
		is_of_another = !pacl_uuid_equal(organization_id,
										 DatumGetUUIDP(pacl_scan_value(&scan, row,
																	   Anum_agenda_organization_id)));
	pacl_scan_end(&scan);
	return is_of_another;
}
