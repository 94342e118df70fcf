/*
 * cell_directory_store.c
 *		Rows of the directory.
 */
#include "postgres.h"

#include "base/statement.h"
#include "operations/cell_directory_store.h"
#include "operations/cell_store.h"

static PaclStatement select_is_published = {
	"SELECT EXISTS (SELECT FROM pg_catalog.pg_publication WHERE pubname = $1)"
};

static PaclStatement select_publication = {
	"SELECT format('CREATE PUBLICATION %I FOR TABLE practiceacl.organization_cell', $1::text)"
};

static PaclStatement select_subscription = {
	"SELECT format('CREATE SUBSCRIPTION %I CONNECTION %L PUBLICATION %1$I"
	" WITH (slot_name = %3$L)', $1::text, " PACL_WITHOUT_ROW_SECURITY("$2::text") ","
	"   format('%s_%s_%s', $1::text, (SELECT system_identifier"
	"     FROM pg_catalog.pg_control_system()), (SELECT oid FROM pg_catalog.pg_database"
	"     WHERE datname = current_database())))"
};

static PaclStatement delete_all = {
	"DELETE FROM practiceacl.organization_cell"
};

static PaclStatement select_here = {
	"SELECT coalesce(jsonb_agg(jsonb_build_object('organization_id', o.id,"
	"   'generation', c.entries) ORDER BY o.id), '[]')"
	" FROM practiceacl.organization o"
	" JOIN practiceacl.activity_chain c"
	"   ON c.organization_id = o.id AND c.chain = o.id"
	" LEFT JOIN practiceacl.organization_move m ON m.organization_id = o.id"
	" WHERE (o.id = $1 OR $1 IS NULL)"
	"   AND (m.state IS NULL OR m.state IN ('published', 'received'))"
};

static PaclStatement upsert_cells = {
	"INSERT INTO practiceacl.organization_cell AS c (organization_id, cell, generation)"
	" SELECT o.organization_id, $1, max(o.generation)"
	" FROM jsonb_to_recordset($2::jsonb) AS o (organization_id uuid, generation bigint)"
	" WHERE o.organization_id IS NOT NULL AND o.generation IS NOT NULL"
	" GROUP BY 1 ORDER BY 1"
	" ON CONFLICT (organization_id) DO UPDATE SET cell = excluded.cell,"
	"   generation = excluded.generation, since = now()"
	" WHERE excluded.generation > c.generation AND excluded.cell <> c.cell"
	" RETURNING 1"
};

static PaclStatement select_cell = {
	"SELECT cell FROM practiceacl.organization_cell WHERE organization_id = $1"
};

bool
pacl_directory_store_is_published(const char *name)
{
	PaclRows	rows;

	pacl_query(&rows, &select_is_published, PACL_ARGS(pacl_text(name)));
	return pacl_rows_bool(&rows);
}

void
pacl_directory_store_publish(const char *name)
{
	pacl_run_text(pacl_query_text(&select_publication, PACL_ARGS(pacl_text(name))));
}

char *
pacl_directory_store_subscription(const char *name, const char *connection)
{
	return pacl_query_text(&select_subscription,
						   PACL_ARGS(pacl_text(name), pacl_text(connection)));
}

void
pacl_directory_store_clear(void)
{
	pacl_run(&delete_all, PACL_NO_ARGS);
}

Jsonb *
pacl_directory_store_here(const pg_uuid_t *organization_id)
{
	return pacl_query_jsonb(&select_here,
							PACL_ARGS(pacl_uuid(organization_id)));
}

int64
pacl_directory_store_set(const char *cell, Jsonb *organizations)
{
	PaclRows	rows;
	int64		count = 0;

	pacl_query(&rows, &upsert_cells,
			   PACL_ARGS(pacl_text(cell), pacl_jsonb(organizations)));
	while (pacl_next(&rows))
		count++;
	pacl_done(&rows);
	return count;
}

char *
pacl_directory_store_look(const pg_uuid_t *organization_id)
{
	return pacl_query_text(&select_cell, PACL_ARGS(pacl_uuid(organization_id)));
}

PACL_STATEMENTS(cell_directory,
	PACL_ONE(select_is_published),
	PACL_ONE(select_publication),
	PACL_ONE(select_subscription),
	PACL_ONE(delete_all),
	PACL_ONE(select_here),
	PACL_ONE(upsert_cells),
	PACL_ONE(select_cell));
