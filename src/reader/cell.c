/*
 * cell.c
 *		Whether an organization is open in this cell.
 */
#include "postgres.h"

#include "utils/builtins.h"

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

PaclCellState
pacl_cell_state(const pg_uuid_t *organization_id, char **moved_to)
{
	Datum		key = UUIDPGetDatum(organization_id);
	PaclCellState state = PACL_CELL_OPEN;
	PaclScan	scan;
	HeapTuple	row;

	pacl_scan_begin_unseen(&scan, PACL_MOVE_BY_ORGANIZATION, 1, &key);
	row = pacl_scan_next(&scan);
	if (row != NULL)
		state = read_state(&scan, row);
	if (moved_to != NULL)
	{
		bool		isnull = true;
		Datum		name = (Datum) 0;

		if (row != NULL)
			name = pacl_scan_column(&scan, row, Anum_organization_move_moved_to,
									&isnull);
		*moved_to = isnull ? NULL : TextDatumGetCString(name);
	}
	pacl_scan_end(&scan);
	return state;
}
