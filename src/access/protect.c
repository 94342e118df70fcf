/*
 * protect.c
 *		protect(): the application's own tables under row security.
 *
 * A partition or a child can be read by its own name, and then its own
 * policies count, not its parent's: so all of them get the same.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/catalog.h"
#include "catalog/indexing.h"
#include "catalog/namespace.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_class.h"
#include "catalog/pg_index.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_policy.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/relcache.h"
#include "utils/syscache.h"

#include "compat.h"
#include "access/protect.h"
#include "base/own_table.h"
#include "base/statement.h"
#include "errors.h"

typedef struct Command
{
	const char *suffix;			/* of the policy's name */
	const char *command;
	bool		reads;			/* asks for the rights to read, not to write */
	bool		old_row;
	bool		new_row;
} Command;

static const Command commands[] = {
	{"read", "SELECT", true, true, false},
	{"insert", "INSERT", false, false, true},
	{"update", "UPDATE", false, true, true},
	{"delete", "DELETE", false, true, false},
};

/* The policies that a table has. */
typedef struct Policies
{
	bool		ours[lengthof(commands)];
	bool		any_of_ours;
	bool		any_other;
	char	   *permissive;		/* names of others that let rows through */
} Policies;

static char *
policy_name(const Command *command)
{
	return psprintf("practiceacl_%s", command->suffix);
}

static void
require_table(Oid table)
{
	char		kind = get_rel_relkind(table);

	pacl_own_table_require(table);
	if (!object_ownercheck(RelationRelationId, table, GetUserId()))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errword("not_owner_of_table"),
				 errargument("target"),
				 errmsg("must be owner of table %s", pacl_own_table_name(table))));
	if (kind == RELKIND_FOREIGN_TABLE)
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errword("not_a_table"),
				 errargument("target"),
				 errmsg("%s is a foreign table", pacl_own_table_name(table)),
				 errdetail("Row security is enforced where the rows are.")));
	if (kind != RELKIND_RELATION && kind != RELKIND_PARTITIONED_TABLE)
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errword("not_a_table"),
				 errargument("target"),
				 errmsg("%s is not a table", pacl_own_table_name(table)),
				 kind != RELKIND_VIEW ? 0 :
				 errhint("Protect the tables beneath it, and give the view the option security_invoker.")));
	if (pacl_own_table_is_ours(table) || IsCatalogRelationOid(table))
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errword("not_a_table"),
				 errargument("target"),
				 errmsg("%s is not a table of the application",
						pacl_own_table_name(table))));
}

static void
require_column(Oid table, const char *column)
{
	AttrNumber	number = get_attnum(table, column);

	if (number == InvalidAttrNumber)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_COLUMN),
				 errword("column_unknown"),
				 errargument("agenda_column"),
				 errmsg("column \"%s\" of table %s does not exist",
						column, pacl_own_table_name(table)),
				 errhint("Name the column that holds the agenda's id in agenda_column.")));
	if (get_atttype(table, number) != UUIDOID)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errword("wrong_type"),
				 errargument("agenda_column"),
				 errmsg("column \"%s\" of table %s is not a uuid",
						column, pacl_own_table_name(table))));
}

static void
require_level(PaclRights rights, const char *argument)
{
	char		text[PACL_RIGHTS_TEXT_MAX];

	if (pacl_rights_level(rights) > PACL_LEVEL_NONE)
		return;
	pacl_rights_format(rights, text);
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errword("level_missing"),
			 errargument(argument),
			 errmsg("the rights in argument \"%s\" name no level", argument),
			 errdetail("They are %s.", text),
			 errhint("The levels are %s.", PACL_LEVEL_WORDS)));
}

static void
read_policies(Oid table, Policies *policies)
{
	Relation	catalog = table_open(PolicyRelationId, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	row;

	memset(policies, 0, sizeof(*policies));
	ScanKeyInit(&key, Anum_pg_policy_polrelid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(table));
	scan = systable_beginscan(catalog, PolicyPolrelidPolnameIndexId, true,
							  NULL, 1, &key);
	while ((row = systable_getnext(scan)) != NULL)
	{
		Form_pg_policy policy = (Form_pg_policy) GETSTRUCT(row);
		bool		mine = false;

		for (int i = 0; i < lengthof(commands); i++)
			if (strcmp(NameStr(policy->polname),
					   policy_name(&commands[i])) == 0)
				mine = policies->ours[i] = policies->any_of_ours = true;
		if (mine)
			continue;
		policies->any_other = true;
		if (policy->polpermissive)
			policies->permissive = policies->permissive == NULL ?
				pstrdup(NameStr(policy->polname)) :
				psprintf("%s, %s", policies->permissive,
						 NameStr(policy->polname));
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
}

/* A table and all below it, locked as ALTER TABLE locks. */
static List *
family(Oid table)
{
	List	   *tables;
	ListCell   *cell;

	require_table(table);
	LockRelationOid(table, AccessExclusiveLock);
	tables = find_all_inheritors(table, AccessExclusiveLock, NULL);
	foreach(cell, tables)
		require_table(lfirst_oid(cell));
	return tables;
}

static void
drop_policies(const char *table, const Policies *policies)
{
	for (int i = 0; i < lengthof(commands); i++)
		if (policies->ours[i])
			pacl_run_text(psprintf("DROP POLICY %s ON %s",
								   policy_name(&commands[i]), table));
}

static void
create_policy(const char *table, const Command *command, const char *column,
			  PaclRights required)
{
	char		text[PACL_RIGHTS_TEXT_MAX];
	char	   *condition;
	char	   *name = policy_name(command);

	pacl_rights_format(required, text);
	condition = psprintf("(practiceacl.can(%s, %s::practiceacl.rights))",
						 quote_identifier(column), quote_literal_cstr(text));
	pacl_run_text(psprintf("CREATE POLICY %s ON %s FOR %s TO PUBLIC%s%s%s%s",
						   name, table, command->command,
						   command->old_row ? " USING " : "",
						   command->old_row ? condition : "",
						   command->new_row ? " WITH CHECK " : "",
						   command->new_row ? condition : ""));
	pacl_run_text(psprintf("COMMENT ON POLICY %s ON %s IS"
						   " 'made by practiceacl.protect()'",
						   name, table));
}

static void
protect_one(Oid table, const char *column, PaclRights read, PaclRights write)
{
	char	   *name = pacl_own_table_name(table);
	Policies	policies;

	require_column(table, column);
	read_policies(table, &policies);
	if (policies.permissive != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errword("other_policies"),
				 errargument("target"),
				 errmsg("table %s has other permissive policies", name),
				 errdetail("Rows that these policies admit would be visible regardless of rights: %s.",
						   policies.permissive),
				 errhint("Drop them, or make them restrictive.")));
	drop_policies(name, &policies);
	for (int i = 0; i < lengthof(commands); i++)
		create_policy(name, &commands[i], column,
					  commands[i].reads ? read : write);
	pacl_run_text(psprintf("ALTER TABLE ONLY %s ENABLE ROW LEVEL SECURITY,"
						   " FORCE ROW LEVEL SECURITY", name));
}

/*
 * Whether the planner uses an index for those whom the policies bind: see
 * src/api/index_guard.c.  Of a primary key it depends on the query.
 */
static bool
serves_callers(const FormData_pg_index *index, AttrNumber column)
{
	return index->indisprimary || index->indkey.values[0] == column;
}

/* Names the indexes that serve nobody but the owner's own programs. */
static void
tell_of_indexes(Oid table, const char *agenda_column)
{
	Relation	relation = table_open(table, NoLock);
	AttrNumber	column = get_attnum(table, agenda_column);
	char	   *names = NULL;
	ListCell   *cell;

	foreach(cell, RelationGetIndexList(relation))
	{
		Relation	index = index_open(lfirst_oid(cell), AccessShareLock);

		if (!serves_callers(index->rd_index, column))
			names = psprintf("%s%s%s", names == NULL ? "" : names,
							 names == NULL ? "" : ", ",
							 RelationGetRelationName(index));
		index_close(index, AccessShareLock);
	}
	table_close(relation, NoLock);
	if (names != NULL)
		ereport(NOTICE,
				(errmsg("no query under the policies of table %s uses its indexes that do not begin with \"%s\"",
						pacl_own_table_name(table), agenda_column),
				 errdetail("How many rows such an index finds would tell of rows that are hidden. They are %s.",
						   names),
				 errhint("Make indexes begin with \"%s\".", agenda_column)));
}

void
pacl_protect_table(Oid table, const char *agenda_column, PaclRights read,
				   PaclRights write)
{
	List	   *tables = family(table);
	ListCell   *cell;

	require_level(read, "read");
	require_level(write, "write");
	foreach(cell, tables)
		protect_one(lfirst_oid(cell), agenda_column, read, write);
	tell_of_indexes(table, agenda_column);
}

static void
unprotect_one(Oid table)
{
	char	   *name = pacl_own_table_name(table);
	Policies	policies;

	read_policies(table, &policies);
	if (!policies.any_of_ours)
	{
		ereport(NOTICE,
				(errmsg("table %s is not protected, skipping", name)));
		return;
	}
	drop_policies(name, &policies);
	if (!policies.any_other)
		pacl_run_text(psprintf("ALTER TABLE ONLY %s DISABLE ROW LEVEL SECURITY,"
							   " NO FORCE ROW LEVEL SECURITY", name));
}

void
pacl_protect_undo(Oid table)
{
	List	   *tables = family(table);
	ListCell   *cell;

	foreach(cell, tables)
		unprotect_one(lfirst_oid(cell));
}
