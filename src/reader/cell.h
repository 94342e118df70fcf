/*
 * cell.h
 *		Whether an organization is open in this cell.
 *
 * An organization that moves between cells is open for writing in exactly one
 * of them, and read in no other once it is open there.
 */
#ifndef PACL_CELL_H
#define PACL_CELL_H

#include "postgres.h"
#include "utils/uuid.h"

typedef enum PaclCellState
{
	PACL_CELL_OPEN,
	PACL_CELL_FROZEN,			/* read here, and written nowhere */
	PACL_CELL_AWAY				/* neither */
} PaclCellState;

/*
 * The state as the active snapshot has it.  *moved_to, unless null, is set to
 * the name of the other cell, palloc'd, or null.
 */
extern PaclCellState pacl_cell_state(const pg_uuid_t *organization_id,
									 char **moved_to);

/*
 * Whether an organization other than this has an agenda of this id, as only
 * rows that were not made here can.
 */
extern bool pacl_cell_agenda_is_of_another(const pg_uuid_t *agenda_id,
										   const pg_uuid_t *organization_id);

#endif							/* PACL_CELL_H */
