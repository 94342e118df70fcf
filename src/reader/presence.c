/*
 * presence.c
 *		Whether anybody has slots of an agenda open, or waits for some.
 */
#include "postgres.h"

#include "reader/presence.h"
#include "reader/relation.h"
#include "reader/view.h"

static bool
has_any(PaclLookup lookup, const pg_uuid_t *agenda_id)
{
	Datum		key = UUIDPGetDatum(agenda_id);
	PaclScan	scan;
	bool		found;

	pacl_view_push_latest();
	pacl_scan_begin(&scan, lookup, 1, &key);
	found = pacl_scan_next(&scan) != NULL;
	pacl_scan_end(&scan);
	pacl_view_pop();
	return found;
}

bool
pacl_presence_has_holds(const pg_uuid_t *agenda_id)
{
	return has_any(PACL_HOLD_BY_AGENDA, agenda_id);
}

bool
pacl_presence_has_freed(const pg_uuid_t *agenda_id)
{
	return has_any(PACL_FREED_BY_AGENDA, agenda_id);
}
