/*
 * held.c
 *		The agendas that somebody holds.
 */
#include "postgres.h"

#include "reader/held.h"
#include "reader/relation.h"

pg_uuid_t *
pacl_held_agendas(const pg_uuid_t *holder_id, int *count)
{
	int			room = 4;
	pg_uuid_t  *ids = palloc(room * sizeof(pg_uuid_t));
	Datum		key = UUIDPGetDatum(holder_id);
	PaclScan	scan;
	HeapTuple	row;

	*count = 0;
	pacl_scan_begin_unseen(&scan, PACL_AGENDA_BY_HOLDER, 1, &key);
	while ((row = pacl_scan_next(&scan)) != NULL)
	{
		if (*count == room)
		{
			room *= 2;
			ids = repalloc(ids, room * sizeof(pg_uuid_t));
		}
		ids[(*count)++] = *DatumGetUUIDP(pacl_scan_value(&scan, row,
														 Anum_agenda_id));
	}
	pacl_scan_end(&scan);
	return ids;
}
