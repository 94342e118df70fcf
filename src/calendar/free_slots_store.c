/*
 * free_slots_store.c
 *		What stands in the way of a free slot.
 */
#include "postgres.h"

#include "base/statement.h"
#include "calendar/free_slots_store.h"

static PaclStatement select_busy = {
	"SELECT occupied_from AS starts_at, occupied_until AS ends_at"
	" FROM practiceacl.appointment"
	" WHERE practiceacl.slot(agenda_id, occupied_from, occupied_until, overbooked)"
	"   OPERATOR(practiceacl.&&) practiceacl.slot($1, $2, $3, false)"
	"   AND cancelled_at IS NULL"
	" UNION ALL "
	"SELECT starts_at, ends_at FROM practiceacl.absence"
	" WHERE agenda_id = $1 AND ends_at > $2 AND starts_at < $3"
	" UNION ALL "
	"SELECT starts_at, ends_at FROM practiceacl.slot_hold"
	" WHERE agenda_id = $1 AND ends_at > $2 AND starts_at < $3"
	"   AND expires_at > $4 AND created_at < $4 + interval '15 min'"
	"   AND account_id <> $5"
	" ORDER BY 1",
	.as_reader = true
};

PaclBusyTime *
pacl_free_slots_store_load(const pg_uuid_t *agenda_id, TimestampTz starts_at,
						   TimestampTz ends_at, TimestampTz at,
						   const pg_uuid_t *account_id, int *count)
{
	PaclRows	rows;
	PaclBusyTime *periods;

	*count = 0;
	pacl_query(&rows, &select_busy,
			   PACL_ARGS(pacl_uuid(agenda_id), pacl_time(starts_at),
						 pacl_time(ends_at), pacl_time(at),
						 pacl_uuid(account_id)));
	periods = palloc_extended(Max(rows.count, 1) * sizeof(PaclBusyTime),
							  MCXT_ALLOC_HUGE);
	while (pacl_next(&rows))
	{
		periods[*count].starts_at = pacl_column_time(&rows, 1);
		periods[*count].ends_at = pacl_column_time(&rows, 2);
		(*count)++;
	}
	pacl_done(&rows);
	return periods;
}

PACL_STATEMENTS(free_slots,
	PACL_ONE(select_busy));
