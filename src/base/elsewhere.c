/*
 * elsewhere.c
 *		Refusing to write for an organization that another cell has.
 */
#include "postgres.h"

#include "utils/snapmgr.h"

#include "base/elsewhere.h"
#include "errors.h"
#include "reader/access.h"
#include "reader/cell.h"
#include "reader/view.h"

static void
raise_moved(const char *moved_to)
{
	ereport(ERROR,
			(errcode(ERRCODE_PACL_MOVED),
			 errword("organization_moved"),
			 errmsg("the organization is not open in this cell"),
			 moved_to == NULL ? errdetail("It is on its way here.") :
			 errdetail("It has moved to \"%s\".", moved_to),
			 moved_to == NULL ? 0 : errhint("Repeat the transaction there.")));
}

/*
 * In the latest snapshot whatever the isolation level: an older one would
 * write what nobody takes along any more.
 */
void
pacl_require_here(const pg_uuid_t *organization_id)
{
	PaclCellState state;
	char	   *moved_to;

	PushActiveSnapshot(GetLatestSnapshot());
	state = pacl_cell_state(organization_id, &moved_to);
	PopActiveSnapshot();
	if (state != PACL_CELL_OPEN)
		raise_moved(moved_to);
}

void
pacl_tell_elsewhere(const pg_uuid_t *organization_id)
{
	bool		away;
	char	   *moved_to;

	pacl_view_push_latest();
	away = pacl_access_is_away(organization_id);
	(void) pacl_cell_state(organization_id, &moved_to);
	pacl_view_pop();
	if (away && moved_to != NULL)
		raise_moved(moved_to);
}
