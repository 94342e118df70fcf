/*
 * role_store.c
 *		What the catalog says of privileges on the extension's objects.
 */
#include "postgres.h"

#include "base/statement.h"
#include "operations/role_store.h"

static PaclStatement select_is_owner = {
	"SELECT pg_catalog.pg_has_role(current_user, extowner, 'USAGE')"
	" FROM pg_catalog.pg_extension WHERE extname = 'practiceacl'"
};

static PaclStatement select_may_run = {
	"SELECT pg_catalog.has_function_privilege($1, $2, 'EXECUTE')"
};

#define OBJECT_LISTS \
	"SELECT string_agg(name, ', ' ORDER BY name)" \
	"     FILTER (WHERE privilege = 'EXECUTE')," \
	"   string_agg(name, ', ' ORDER BY name)" \
	"     FILTER (WHERE privilege = 'SELECT')" \
	" FROM practiceacl.intended_privileges i" \
	" WHERE audience = $1"

static PaclStatement select_needs = {
	OBJECT_LISTS
};

static PaclStatement select_needs_alone = {
	"WITH intended AS MATERIALIZED ("
	"  SELECT * FROM practiceacl.intended_privileges),"
	" given AS MATERIALIZED ("
	"  SELECT * FROM practiceacl.given_privileges WHERE grantee = $2),"
	" missing AS ("
	"  SELECT i.audience FROM intended i"
	"  WHERE NOT EXISTS (SELECT FROM given g WHERE g.catalog = i.catalog"
	"      AND g.object = i.object AND g.privilege = i.privilege)),"
	" apart AS ("
	"  SELECT i.audience FROM intended i"
	"  WHERE NOT EXISTS (SELECT FROM intended mine"
	"    WHERE mine.audience = $1 AND mine.catalog = i.catalog"
	"      AND mine.object = i.object)),"
	" kept AS ("
	"  SELECT i.catalog, i.object FROM intended i"
	"  WHERE i.audience <> $1"
	"    AND i.audience NOT IN (SELECT audience FROM missing)"
	"    AND i.audience IN (SELECT audience FROM apart)) "
	OBJECT_LISTS
	" AND NOT EXISTS (SELECT FROM kept k"
	"   WHERE k.catalog = i.catalog AND k.object = i.object)"
};

bool
pacl_role_store_is_owner(void)
{
	PaclRows	rows;
	bool		owner;

	owner = pacl_query_row(&rows, &select_is_owner, PACL_NO_ARGS) &&
		pacl_column_bool(&rows, 1);
	pacl_done(&rows);
	return owner;
}

bool
pacl_role_store_may_run(Oid role, const char *function)
{
	PaclRows	rows;
	bool		may;

	pacl_query_row(&rows, &select_may_run,
				   PACL_ARGS(pacl_datum(OIDOID, ObjectIdGetDatum(role), false),
							 pacl_text(function)));
	may = pacl_column_bool(&rows, 1);
	pacl_done(&rows);
	return may;
}

void
pacl_role_store_needs(const char *audience, char **functions,
					  char **relations)
{
	PaclRows	rows;

	pacl_query_row(&rows, &select_needs, PACL_ARGS(pacl_text(audience)));
	*functions = pacl_column_text(&rows, 1);
	*relations = pacl_column_text(&rows, 2);
	pacl_done(&rows);
}

void
pacl_role_store_needs_alone(const char *audience, Oid role,
							char **functions, char **relations)
{
	PaclRows	rows;

	pacl_query_row(&rows, &select_needs_alone,
				   PACL_ARGS(pacl_text(audience),
							 pacl_datum(OIDOID, ObjectIdGetDatum(role),
										false)));
	*functions = pacl_column_text(&rows, 1);
	*relations = pacl_column_text(&rows, 2);
	pacl_done(&rows);
}

PACL_STATEMENTS(role,
	PACL_ONE(select_is_owner),
	PACL_ONE(select_may_run),
	PACL_ONE(select_needs),
	PACL_ONE(select_needs_alone));
