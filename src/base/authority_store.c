/*
 * authority_store.c
 *		Rows that a refusal names.
 */
#include "postgres.h"

#include "base/authority_store.h"
#include "base/statement.h"
#include "reader/access.h"

static PaclStatement select_admin_names = {
	"SELECT string_agg(name, ', ' ORDER BY name) FROM ("
	"  SELECT btrim(a.first_name || ' ' || a.last_name) AS name"
	"  FROM practiceacl.membership m"
	"  JOIN practiceacl.account a ON a.id = m.account_id"
	"  WHERE m.organization_id = $1 AND m.admin = 'full'"
	"    AND m." PACL_SQL_IS_ACTIVE
	"  ORDER BY 1 LIMIT 5) AS administrators"
};

char *
pacl_authority_store_admin_names(const pg_uuid_t *organization_id)
{
	PaclRows	rows;
	char	   *names;

	pacl_query_row(&rows, &select_admin_names,
				   PACL_ARGS(pacl_uuid(organization_id)));
	names = pacl_column_text(&rows, 1);
	pacl_done(&rows);
	return names;
}

PACL_STATEMENTS(authority,
	PACL_ONE(select_admin_names));
