/*
 * installation_store.c
 *		What the catalog says of the extension's schema and objects.
 *
 * Whether an object is new is told by the row that makes it a member of the
 * extension: replacing it later does not write that row again.
 */
#include "postgres.h"

#include "access/xact.h"

#include "base/statement.h"
#include "operations/installation_store.h"

/*
 * Everything that stands in a schema depends on it.  What depends on it and
 * is a member of the extension is ours.  While there is no table of ours yet,
 * the script is that of an installation, and nothing else may be there.
 */
static PaclStatement select_schema = {
	"WITH place AS ("
	"  SELECT n.oid, n.nspowner, n.nspacl, n.xmin AS made_by, r.rolname,"
	"    n.nspowner = current_user::regrole OR r.rolsuper AS trusted"
	"  FROM pg_namespace n JOIN pg_roles r ON r.oid = n.nspowner"
	"  WHERE n.nspname = 'practiceacl'),"
	" member AS ("
	"  SELECT d.classid, d.objid FROM pg_depend d"
	"  JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'practiceacl'"
	"  WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e'),"
	" stranger AS ("
	"  SELECT pg_describe_object(d.classid, d.objid, 0) AS what,"
	"    coalesce(r.rolsuper, true) AS trusted"
	"  FROM place p"
	"  JOIN pg_depend d ON d.refclassid = 'pg_namespace'::regclass"
	"    AND d.refobjid = p.oid"
	"  LEFT JOIN pg_shdepend s ON s.dbid = (SELECT oid FROM pg_database"
	"      WHERE datname = current_database())"
	"    AND s.classid = d.classid AND s.objid = d.objid AND s.deptype = 'o'"
	"  LEFT JOIN pg_roles r ON r.oid = s.refobjid"
	"  WHERE d.classid <> 'pg_extension'::regclass"
	"    AND NOT EXISTS (SELECT FROM member m"
	"      WHERE m.classid = d.classid AND m.objid = d.objid))"
	" SELECT p.rolname::text, p.trusted, p.made_by,"
	"   (SELECT string_agg(CASE a.grantee WHEN 0 THEN 'PUBLIC'"
	"       ELSE a.grantee::regrole::text END, ', ')"
	"     FROM aclexplode(p.nspacl) a"
	"     LEFT JOIN pg_roles r ON r.oid = a.grantee"
	"     WHERE a.privilege_type = 'CREATE' AND a.grantee <> p.nspowner"
	"       AND NOT coalesce(r.rolsuper, false)),"
	"   (SELECT string_agg(s.what, ', ') FROM stranger s"
	"     WHERE NOT s.trusted OR NOT EXISTS (SELECT FROM member"
	"       WHERE classid = 'pg_class'::regclass))"
	" FROM place p"
};

/*
 * PUBLIC has the types as it has all types, also where others have them.  The
 * function that notes where a script begins is of that script.
 */
static PaclStatement select_revokes = {
	"WITH member AS MATERIALIZED ("
	"  SELECT d.classid, d.objid, d.xmin AS made_by,"
	"    CASE WHEN d.objid = 'practiceacl.check_schema()'::regprocedure"
	"      THEN '4294967294'::cid ELSE d.cmin END AS made_at"
	"  FROM pg_depend d"
	"  JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'practiceacl'"
	"  WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e'),"
	" meant AS MATERIALIZED ("
	"  SELECT object FROM practiceacl.intended_privileges"
	"  WHERE audience = 'public' AND catalog = 'pg_proc'::regclass),"
	" given AS ("
	"  SELECT m.made_by, m.made_at, 'ROUTINE ' || p.oid::regprocedure AS what, a.grantee"
	"  FROM member m JOIN pg_proc p ON p.oid = m.objid,"
	"    aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a"
	"  WHERE m.classid = 'pg_proc'::regclass AND a.grantee <> p.proowner"
	"    AND NOT (a.grantee = 0 AND p.oid IN (SELECT object FROM meant))"
	"  UNION SELECT m.made_by, m.made_at, CASE c.relkind WHEN 'S' THEN 'SEQUENCE '"
	"    ELSE 'TABLE ' END || c.oid::regclass, a.grantee"
	"  FROM member m JOIN pg_class c ON c.oid = m.objid,"
	"    aclexplode(c.relacl) a"
	"  WHERE m.classid = 'pg_class'::regclass AND a.grantee <> c.relowner"
	"  UNION SELECT m.made_by, m.made_at, 'TYPE ' || t.oid::regtype, a.grantee"
	"  FROM member m JOIN pg_type t ON t.oid = m.objid,"
	"    aclexplode(t.typacl) a"
	"  WHERE m.classid = 'pg_type'::regclass"
	"    AND a.grantee NOT IN (t.typowner, 0)"
	"  UNION SELECT m.made_by, m.made_at, 'SCHEMA practiceacl', a.grantee"
	"  FROM member m, pg_namespace n, aclexplode(n.nspacl) a"
	"  WHERE m.classid = 'pg_class'::regclass"
	"    AND m.objid = to_regclass('practiceacl.account')"
	"    AND n.nspname = 'practiceacl' AND a.grantee <> n.nspowner)"
	" SELECT made_by, made_at, 'REVOKE ALL ON ' || what || ' FROM '"
	"   || CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END"
	"   || ' CASCADE'"
	" FROM given"
	" UNION ALL SELECT m.made_by, m.made_at, 'GRANT USAGE ON TYPE ' || t.oid::regtype"
	"   || ' TO PUBLIC'"
	" FROM member m JOIN pg_type t ON t.oid = m.objid"
	" WHERE m.classid = 'pg_type'::regclass AND t.typacl IS NOT NULL"
};

/* Where in its transaction the script began: what is older is not of it. */
static TransactionId script_transaction = InvalidTransactionId;
static CommandId script_began = FirstCommandId;

static void
note_beginning(void)
{
	script_transaction = GetTopTransactionId();
	script_began = GetCurrentCommandId(true);
}

static bool
is_by_this_transaction(PaclRows *rows, int column)
{
	bool		isnull;

	return TransactionIdIsCurrentTransactionId(
											   DatumGetTransactionId(pacl_column_datum(rows, column, &isnull)));
}

/* The row's transaction and command, in two columns. */
static bool
is_by_this_script(PaclRows *rows, int column)
{
	bool		isnull;
	CommandId	made_at = DatumGetCommandId(pacl_column_datum(rows, column + 1,
															  &isnull));

	return is_by_this_transaction(rows, column) &&
		(script_transaction != GetTopTransactionId() ||
		 made_at >= script_began);
}

void
pacl_installation_store_schema(PaclSchema *schema)
{
	PaclRows	rows;

	note_beginning();
	if (!pacl_query_row(&rows, &select_schema, PACL_NO_ARGS))
		elog(ERROR, "there is no schema \"practiceacl\"");
	schema->owner = pacl_column_text(&rows, 1);
	schema->trusted = pacl_column_bool(&rows, 2);
	/* What default privileges gave on a schema that nobody sees yet. */
	schema->creators = is_by_this_transaction(&rows, 3) ? NULL :
		pacl_column_text(&rows, 4);
	schema->strangers = pacl_column_text(&rows, 5);
	pacl_done(&rows);
}

char	  **
pacl_installation_store_revokes(int *count)
{
	PaclRows	rows;
	char	  **statements;

	*count = 0;
	pacl_query(&rows, &select_revokes, PACL_NO_ARGS);
	statements = palloc(Max(rows.count, 1) * sizeof(char *));
	while (pacl_next(&rows))
		if (is_by_this_script(&rows, 1))
			statements[(*count)++] = pacl_column_text(&rows, 3);
	pacl_done(&rows);
	return statements;
}

void
pacl_installation_store_run(const char *statement)
{
	pacl_run_text(statement);
}

PACL_STATEMENTS(installation,
	PACL_ONE(select_schema),
	PACL_ONE(select_revokes));
