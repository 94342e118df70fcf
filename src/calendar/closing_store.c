/*
 * closing_store.c
 *		Rows of closings.
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "base/statement.h"
#include "calendar/closing_store.h"

static PaclStatement select_closing = {
	"SELECT organization_id, from_date, until_date, name"
	" FROM practiceacl.closing WHERE id = $1"
};

static PaclStatement insert_closing = {
	"INSERT INTO practiceacl.closing (organization_id, id, from_date,"
	"   until_date, name, created_by)"
	" VALUES ($1, $2, $3, $4, $5, $6)"
};

static PaclStatement delete_closing = {
	"DELETE FROM practiceacl.closing WHERE organization_id = $1 AND id = $2"
};

bool
pacl_closing_store_load(const pg_uuid_t *id, pg_uuid_t *organization_id,
						PaclClosing *closing)
{
	PaclRows	rows;
	bool		isnull;
	bool		found;

	found = pacl_query_row(&rows, &select_closing, PACL_ARGS(pacl_uuid(id)));
	if (found)
	{
		*organization_id = *pacl_column_uuid(&rows, 1);
		closing->id = *id;
		closing->from_date = DatumGetDateADT(pacl_column_datum(&rows, 2, &isnull));
		closing->until_date = DatumGetDateADT(pacl_column_datum(&rows, 3, &isnull));
		closing->name = cstring_to_text(pacl_column_text(&rows, 4));
	}
	pacl_done(&rows);
	return found;
}

void
pacl_closing_store_insert(const pg_uuid_t *organization_id,
						  const PaclClosing *closing,
						  const pg_uuid_t *created_by)
{
	pacl_run(&insert_closing,
			 PACL_ARGS(pacl_uuid(organization_id), pacl_uuid(&closing->id),
					   pacl_datum(DATEOID, DateADTGetDatum(closing->from_date), false),
					   pacl_datum(DATEOID, DateADTGetDatum(closing->until_date), false),
					   pacl_text(text_to_cstring(closing->name)),
					   pacl_uuid(created_by)));
}

void
pacl_closing_store_delete(const pg_uuid_t *organization_id,
						  const pg_uuid_t *id)
{
	pacl_run(&delete_closing,
			 PACL_ARGS(pacl_uuid(organization_id), pacl_uuid(id)));
}

PACL_STATEMENTS(closing,
	PACL_ONE(select_closing),
	PACL_ONE(insert_closing),
	PACL_ONE(delete_closing));
