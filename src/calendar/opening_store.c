/*
 * opening_store.c
 *		Rows of openings.
 */
#include "postgres.h"

#include "base/statement.h"
#include "calendar/opening_store.h"

#define SELECT_OPENINGS \
	"SELECT a.time_zone, o.weekday::integer, o.opens_at, o.closes_at," \
	"   o.valid_from, o.valid_until" \
	" FROM practiceacl.agenda a" \
	" LEFT JOIN practiceacl.opening o ON o.agenda_id = a.id" \
	" WHERE a.id = $1" \
	" ORDER BY o.weekday, o.opens_at, o.valid_from"

static PaclStatement select_openings = {SELECT_OPENINGS};

static PaclStatement select_openings_as_reader = {
	SELECT_OPENINGS, .as_reader = true
};

static PaclStatement delete_openings = {
	"DELETE FROM practiceacl.opening WHERE agenda_id = $1"
};

static PaclStatement insert_opening = {
	"INSERT INTO practiceacl.opening (organization_id, agenda_id, weekday,"
	"   opens_at, closes_at, valid_from, valid_until)"
	" VALUES ($1, $2, $3::smallint, $4, $5, $6, $7)"
};

char *
pacl_opening_store_load(const pg_uuid_t *agenda_id, bool reader,
						PaclOpening **openings, int *count)
{
	PaclRows	rows;
	char	   *zone = NULL;

	*count = 0;
	pacl_query(&rows, reader ? &select_openings_as_reader : &select_openings,
			   PACL_ARGS(pacl_uuid(agenda_id)));
	*openings = palloc(Max(rows.count, 1) * sizeof(PaclOpening));
	while (pacl_next(&rows))
	{
		PaclOpening *opening = &(*openings)[*count];
		bool		isnull;

		if (zone == NULL)
			zone = pacl_column_text(&rows, 1);
		if (pacl_column_isnull(&rows, 2))
			break;				/* an agenda without openings */
		opening->weekday = pacl_column_int(&rows, 2);
		opening->opens_at = DatumGetTimeADT(pacl_column_datum(&rows, 3, &isnull));
		opening->closes_at = DatumGetTimeADT(pacl_column_datum(&rows, 4, &isnull));
		opening->valid_from = DatumGetDateADT(pacl_column_datum(&rows, 5, &isnull));
		opening->valid_until = DatumGetDateADT(pacl_column_datum(&rows, 6, &isnull));
		(*count)++;
	}
	pacl_done(&rows);
	return zone;
}

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
						   pacl_datum(DATEOID, DateADTGetDatum(openings[i].valid_until), false)));
}

PACL_STATEMENTS(opening,
	PACL_ONE(select_openings),
	PACL_ONE(select_openings_as_reader),
	PACL_ONE(delete_openings),
	PACL_ONE(insert_opening));
