/*
 * opening_store.c
 *		Rows of openings.
 */
#include "postgres.h"

#include "base/statement.h"
#include "calendar/opening_store.h"

static PaclStatement delete_openings = {
	"DELETE FROM practiceacl.opening WHERE agenda_id = $1"
};

static PaclStatement insert_opening = {
	"INSERT INTO practiceacl.opening (organization_id, agenda_id, weekday,"
	"   opens_at, closes_at, valid_from, valid_until, every_weeks, from_week,"
	"   types)"
	" VALUES ($1, $2, $3::smallint, $4, $5, $6, $7, $8::smallint, $9,"
	"   nullif($10::uuid[], '{}'))"
};

static PaclStatement select_unknown_type = {
	"SELECT u.id FROM unnest($2::uuid[]) AS u (id)"
	" WHERE NOT EXISTS (SELECT FROM practiceacl.appointment_type t"
	"   WHERE t.organization_id = $1 AND t.id = u.id)"
	" LIMIT 1"
};

int
pacl_opening_store_delete(const pg_uuid_t *agenda_id)
{
	return (int) pacl_run(&delete_openings, PACL_ARGS(pacl_uuid(agenda_id)));
}

void
pacl_opening_store_insert(const pg_uuid_t *organization_id,
						  const pg_uuid_t *agenda_id,
						  const PaclOpening *openings, int count)
{
	for (int i = 0; i < count; i++)
		pacl_run(&insert_opening,
				 PACL_ARGS(pacl_uuid(organization_id), pacl_uuid(agenda_id),
						   pacl_int(openings[i].weekday),
						   pacl_datum(TIMEOID, TimeADTGetDatum(openings[i].opens_at), false),
						   pacl_datum(TIMEOID, TimeADTGetDatum(openings[i].closes_at), false),
						   pacl_datum(DATEOID, DateADTGetDatum(openings[i].valid_from), false),
						   pacl_datum(DATEOID, DateADTGetDatum(openings[i].valid_until), false),
						   pacl_int(openings[i].every_weeks),
						   pacl_datum(DATEOID, DateADTGetDatum(openings[i].from_week),
									  openings[i].every_weeks == 1),
						   pacl_uuids(openings[i].types,
									  openings[i].type_count)));
}

pg_uuid_t *
pacl_opening_store_unknown_type(const pg_uuid_t *organization_id,
								const pg_uuid_t *types, int count)
{
	PaclRows	rows;
	pg_uuid_t  *found = NULL;

	if (pacl_query_row(&rows, &select_unknown_type,
					   PACL_ARGS(pacl_uuid(organization_id),
								 pacl_uuids(types, count))))
		found = pacl_column_uuid(&rows, 1);
	pacl_done(&rows);
	return found;
}

PACL_STATEMENTS(opening,
	PACL_ONE(delete_openings),
	PACL_ONE(insert_opening),
	PACL_ONE(select_unknown_type));
