/*
 * reading_store.c
 *		Rows of readings; reader/reading_row.c writes them.
 */
#include "postgres.h"

#include "base/reading_store.h"

static PaclStatement select_days = {
	"SELECT r.account_id, btrim(a.first_name || ' ' || a.last_name), r.day,"
	"   sum(r.times)::bigint, r.emergency"
	" FROM practiceacl.reading_by_day AS r"
	" JOIN practiceacl.account AS a ON a.id = r.account_id"
	" WHERE r.organization_id = $1 AND r.agenda_id = $2"
	"   AND ($3::timestamptz = '-infinity'"
	"        OR r.day >= (SELECT ($3 AT TIME ZONE practiceacl.known_zone(g.time_zone))::date"
	"                     FROM practiceacl.agenda AS g"
	"                     WHERE g.organization_id = $1 AND g.id = $2))"
	" GROUP BY r.account_id, a.first_name, a.last_name, r.day, r.emergency"
	" ORDER BY r.day DESC, a.last_name, a.first_name, r.account_id, r.emergency"
};

void
pacl_reading_store_list(PaclRows *rows, const pg_uuid_t *organization_id,
						const pg_uuid_t *agenda_id, TimestampTz since)
{
	pacl_query(rows, &select_days,
			   PACL_ARGS(pacl_uuid(organization_id), pacl_uuid(agenda_id),
						 pacl_time(since)));
}

PACL_STATEMENTS(reading,
	PACL_ONE(select_days));
