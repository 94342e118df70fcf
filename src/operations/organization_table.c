/*
 * organization_table.c
 *		Tables beside the core's that move with organizations.
 */
#include "postgres.h"

#include "catalog/catalog.h"
#include "catalog/pg_class.h"
#include "miscadmin.h"
#include "utils/lsyscache.h"

#include "base/own_table.h"
#include "errors.h"
#include "operations/organization_table.h"
#include "operations/organization_table_store.h"

/* Whoever registers a table vouches for what runs when its rows are written. */
static void
require_superuser(void)
{
	if (superuser())
		return;
	ereport(ERROR,
			(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			 errword("not_superuser"),
			 errmsg("must be superuser to say which tables move with organizations"),
			 errdetail("Their rows are written by a subscription, which is a superuser's.")));
}

static void
require_table(Oid table)
{
	char		kind = get_rel_relkind(table);

	pacl_own_table_require(table);
	if ((kind != RELKIND_RELATION && kind != RELKIND_PARTITIONED_TABLE) ||
		pacl_own_table_is_ours(table) || IsCatalogRelationOid(table))
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errword("not_a_table"),
				 errargument("target"),
				 errmsg("%s is not a table of an application", pacl_own_table_name(table))));
}

void
pacl_organization_table_add(Oid table, const char *column)
{
	char	   *problems;

	require_superuser();
	require_table(table);
	pacl_organization_table_store_add(pacl_own_table_name(table), column);
	problems = pacl_organization_table_store_problems(table);
	if (problems != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errword("table_cannot_move"),
				 errargument("target"),
				 errmsg("table %s cannot move with organizations", pacl_own_table_name(table)),
				 errdetail("%s", problems)));
}

void
pacl_organization_table_remove(Oid table)
{
	require_superuser();
	require_table(table);
	if (pacl_organization_table_store_has(table))
		pacl_organization_table_store_remove(pacl_own_table_name(table));
}

void
pacl_organization_table_require_movable(void)
{
	char	   *problems = pacl_organization_table_store_problems(InvalidOid);

	if (problems == NULL)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errword("table_cannot_move"),
			 errmsg("tables of this cell keep organizations from moving"),
			 errdetail("%s", problems),
			 errhint("What has to move is registered with practiceacl.add_organization_table().")));
}

void
pacl_organization_table_require_published(const char *publication)
{
	char	   *names = pacl_organization_table_store_unpublished(publication);

	if (names == NULL)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errword("table_cannot_move"),
			 errmsg("tables were made or registered after the move began"),
			 errdetail("They are %s.", names),
			 errhint("Call the move off and begin again.")));
}

void
pacl_organization_table_require_same(Jsonb *parcel)
{
	char	   *differences = pacl_organization_table_store_differences(parcel);

	if (differences == NULL)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errword("tables_differ"),
			 errmsg("this cell lacks tables that move with the organization"),
			 errdetail("%s", differences),
			 errhint("Install here what makes them in the source, and register them with practiceacl.add_organization_table().")));
}

void
pacl_organization_table_require_whole(const pg_uuid_t *organization_id)
{
	char	   *strays = pacl_organization_table_store_strays(organization_id);

	if (strays == NULL)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errword("stray_rows"),
			 errmsg("some rows refer to what is not in this cell"),
			 errdetail("Tables, with the foreign key: %s.", strays),
			 errhint("What belongs to no organization has to be in each cell: add it here, and go on.")));
}
