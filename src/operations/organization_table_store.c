/*
 * organization_table_store.c
 *		Tables beside the core's that move with organizations.
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "base/statement.h"
#include "operations/organization_table_store.h"

static PaclStatement select_has = {
	"SELECT EXISTS (SELECT FROM practiceacl.registered_table"
	" WHERE relation::oid::bigint = $1)"
};

static PaclStatement select_problems = {
	"SELECT string_agg(format('%s %s.', relation, problem), ' ' ORDER BY relation::text, problem)"
	" FROM practiceacl.organization_table_problems"
	" WHERE $1 = 0 OR relation::oid::bigint = $1"
};

static PaclStatement select_unpublished = {
	"SELECT string_agg(r.qualified_name, ', ' ORDER BY r.qualified_name)"
	" FROM practiceacl.registered_table r"
	" WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_publication_rel t"
	"   JOIN pg_catalog.pg_publication p ON p.oid = t.prpubid"
	"   WHERE p.pubname = $1 AND t.prrelid = r.relation)"
};

/* What is published of them; a generated column is made where the row is. */
#define TABLES \
	"SELECT r.qualified_name AS name, r.organization_column," \
	"   (SELECT min(x.extname::text) FROM pg_catalog.pg_depend d" \
	"    JOIN pg_catalog.pg_extension x ON x.oid = d.refobjid" \
	"    WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = r.relation" \
	"      AND d.refclassid = 'pg_catalog.pg_extension'::regclass AND d.deptype = 'e') AS extension," \
	"   (SELECT jsonb_object_agg(a.attname, concat_ws(' ', format_type(a.atttypid, a.atttypmod)," \
	"      CASE WHEN a.attgenerated <> '' THEN 'generated' END))" \
	"    FROM pg_catalog.pg_attribute a" \
	"    WHERE a.attrelid = r.relation AND a.attnum > 0 AND NOT a.attisdropped) AS columns" \
	" FROM practiceacl.registered_table r"

static PaclStatement select_columns = {
	"SELECT coalesce(jsonb_agg(to_jsonb(t) ORDER BY t.name), '[]') FROM (" TABLES ") AS t"
};

static PaclStatement select_differences = {
	"SELECT string_agg(there.name || CASE"
	"   WHEN here.name IS NULL THEN ' is not registered here'"
	"     || coalesce(' (extension ' || there.extension || ')', '')"
	"   WHEN here.organization_column <> there.organization_column"
	"     THEN ' has the organization in another column here'"
	"   ELSE ' has other columns here: ' || (SELECT string_agg(name, ', ' ORDER BY name)"
	"     FROM (SELECT key AS name, value FROM jsonb_each(here.columns)"
	"           FULL JOIN jsonb_each(there.columns) AS other USING (key, value)"
	"           WHERE jsonb_each.key IS NULL OR other.key IS NULL) AS differing)"
	"   END || '.', ' ' ORDER BY there.name)"
	" FROM jsonb_to_recordset($1::jsonb -> 'tables') AS there"
	"   (name text, organization_column text, extension text, columns jsonb)"
	" LEFT JOIN (" TABLES ") AS here ON here.name = there.name"
	" WHERE here.name IS NULL OR here.organization_column <> there.organization_column"
	"   OR here.columns <> there.columns"
};

static PaclStatement select_people = {
	"SELECT string_agg(format('SELECT %I FROM %s WHERE %I = %L AND %1$I IS NOT NULL',"
	"   a.attname, r.qualified_name, r.organization_column, $1::text), ' UNION ')"
	" FROM practiceacl.registered_table r"
	" JOIN pg_catalog.pg_constraint f ON f.conrelid = r.relation AND f.contype = 'f'"
	"   AND f.confrelid = 'practiceacl.account'::regclass"
	" JOIN pg_catalog.pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = f.conkey[1]"
};

/*
 * Rows whose foreign key leads nowhere: replication does not check it, and
 * what is sent may be forged, such as a feed of another organization's agenda.
 */
static PaclStatement select_strays = {
	"WITH key (relation, column_name, parent, conname, given, same) AS ("
	"   SELECT r.qualified_name, r.organization_column, format('%I.%I', n.nspname, c.relname), f.conname,"
	"     string_agg(format('c.%I IS NOT NULL', here.attname), ' AND '),"
	"     string_agg(format('p.%I OPERATOR(%I.%s) c.%I', there.attname, m.nspname, o.oprname, here.attname), ' AND ')"
	"   FROM practiceacl.registered_table r"
	"   JOIN pg_catalog.pg_constraint f ON f.conrelid = r.relation AND f.contype = 'f' AND f.conparentid = 0"
	"   JOIN pg_catalog.pg_class c ON c.oid = f.confrelid"
	"   JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
	"   CROSS JOIN LATERAL unnest(f.conkey, f.confkey, f.conpfeqop) AS k (here, there, operator)"
	"   JOIN pg_catalog.pg_attribute here ON here.attrelid = f.conrelid AND here.attnum = k.here"
	"   JOIN pg_catalog.pg_attribute there ON there.attrelid = f.confrelid AND there.attnum = k.there"
	"   JOIN pg_catalog.pg_operator o ON o.oid = k.operator"
	"   JOIN pg_catalog.pg_namespace m ON m.oid = o.oprnamespace"
	"   GROUP BY r.qualified_name, r.organization_column, n.nspname, c.relname, f.conname)"
	" SELECT string_agg(format("
	"   'SELECT %L WHERE EXISTS (SELECT FROM %s c WHERE c.%I = %L AND %s"
	"      AND NOT EXISTS (SELECT FROM %s p WHERE %s))',"
	"   format('%s (%s)', relation, conname), relation, column_name, $1::text, given, parent, same),"
	"   ' UNION ALL ' ORDER BY relation, conname)"
	" FROM key"
};

/*
 * Values of sequences are not replicated.  Others may be taking values: what
 * lies between keeps the sequence from being set back.
 */
#define GAP "1000"

static PaclStatement select_advances = {
	"SELECT format('SELECT setval(%1$L, least(%2$s, last_value + %3$s * (ceil((top - last_value) / %3$s)"
	"   + " GAP ")::bigint)) FROM %1$s,"
	"   (SELECT max(%4$I)::numeric AS top FROM %5$s WHERE %6$I = %7$L) AS here WHERE top >= last_value',"
	"   s.seqrelid::regclass, s.seqmax, s.seqincrement,"
	"   a.attname, r.qualified_name, r.organization_column, $1::text)"
	" FROM practiceacl.registered_table r"
	" JOIN pg_catalog.pg_attribute a ON a.attrelid = r.relation AND a.attnum > 0 AND NOT a.attisdropped"
	"   AND a.atttypid IN ('smallint'::regtype, 'integer'::regtype, 'bigint'::regtype)"
	" JOIN pg_catalog.pg_sequence s ON s.seqincrement > 0 AND s.seqrelid IN ("
	"   SELECT d.objid FROM pg_catalog.pg_depend d"
	"   WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.refclassid = 'pg_catalog.pg_class'::regclass"
	"     AND d.refobjid = r.relation AND d.refobjsubid = a.attnum AND d.deptype = 'i'"
	"   UNION ALL"
	"   SELECT d.refobjid FROM pg_catalog.pg_attrdef e"
	"   JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_attrdef'::regclass AND d.objid = e.oid"
	"     AND d.refclassid = 'pg_catalog.pg_class'::regclass"
	"   WHERE e.adrelid = r.relation AND e.adnum = a.attnum)"
};

/* What another cell sends is looked at as in the core's tables: sql/arrival.sql. */
static void
watch_arrival(const char *table, const char *column)
{
	const char *check = psprintf("practiceacl.check_arrival('replicated', 't', %s)",
								 quote_literal_cstr(column));

	pacl_run_text(psprintf("CREATE OR REPLACE TRIGGER practiceacl_arrival"
						   " AFTER INSERT OR UPDATE OR DELETE ON %s FOR EACH ROW"
						   " EXECUTE FUNCTION %s", table, check));
	pacl_run_text(psprintf("CREATE OR REPLACE TRIGGER practiceacl_arrival_of_truncate"
						   " BEFORE TRUNCATE ON %s EXECUTE FUNCTION %s", table, check));
	pacl_run_text(psprintf("ALTER TABLE %s ENABLE REPLICA TRIGGER practiceacl_arrival,"
						   " ENABLE REPLICA TRIGGER practiceacl_arrival_of_truncate", table));
}

void
pacl_organization_table_store_add(const char *table, const char *column)
{
	pacl_run_text(psprintf("CREATE OR REPLACE TRIGGER practiceacl_organization"
						   " AFTER INSERT OR UPDATE OR DELETE ON %s FOR EACH ROW"
						   " EXECUTE FUNCTION practiceacl.require_organization_here(%s)",
						   table, quote_literal_cstr(column)));
	pacl_run_text(psprintf("COMMENT ON TRIGGER practiceacl_organization ON %s IS"
						   " 'made by practiceacl.add_organization_table()'", table));
	watch_arrival(table, column);
}

void
pacl_organization_table_store_remove(const char *table)
{
	pacl_run_text(psprintf("DROP TRIGGER practiceacl_organization ON %s", table));
	pacl_run_text(psprintf("DROP TRIGGER IF EXISTS practiceacl_arrival ON %s", table));
	pacl_run_text(psprintf("DROP TRIGGER IF EXISTS practiceacl_arrival_of_truncate ON %s", table));
}

bool
pacl_organization_table_store_has(Oid table)
{
	PaclRows	rows;

	pacl_query(&rows, &select_has, PACL_ARGS(pacl_bigint(table)));
	return pacl_rows_bool(&rows);
}

char *
pacl_organization_table_store_problems(Oid table)
{
	return pacl_query_text(&select_problems, PACL_ARGS(pacl_bigint(table)));
}

char *
pacl_organization_table_store_unpublished(const char *publication)
{
	return pacl_query_text(&select_unpublished, PACL_ARGS(pacl_text(publication)));
}

Jsonb *
pacl_organization_table_store_columns(void)
{
	return pacl_query_jsonb(&select_columns, PACL_NO_ARGS);
}

char *
pacl_organization_table_store_differences(Jsonb *parcel)
{
	return pacl_query_text(&select_differences, PACL_ARGS(pacl_jsonb(parcel)));
}

typedef struct People
{
	pg_uuid_t  *ids;
	int			count;
	int			room;
} People;

static void
add_person(void *state, Datum *values, bool *nulls, TupleDesc descriptor)
{
	People	   *people = state;

	if (people->count == people->room)
	{
		people->room *= 2;
		people->ids = repalloc(people->ids, people->room * sizeof(pg_uuid_t));
	}
	people->ids[people->count++] = *DatumGetUUIDP(values[0]);
}

pg_uuid_t *
pacl_organization_table_store_people(const pg_uuid_t *organization_id,
									 int *count)
{
	char	   *query = pacl_query_text(&select_people,
										PACL_ARGS(pacl_uuid(organization_id)));
	People		people = {.room = 16};

	people.ids = palloc(people.room * sizeof(pg_uuid_t));
	if (query != NULL)
		pacl_read_text(query, add_person, &people);
	*count = people.count;
	return people.ids;
}

static void
add_name(void *state, Datum *values, bool *nulls, TupleDesc descriptor)
{
	char	  **names = state;
	char	   *name = TextDatumGetCString(values[0]);

	*names = *names == NULL ? name : psprintf("%s, %s", *names, name);
}

char *
pacl_organization_table_store_strays(const pg_uuid_t *organization_id)
{
	char	   *query = pacl_query_text(&select_strays,
										PACL_ARGS(pacl_uuid(organization_id)));
	char	   *names = NULL;

	if (query != NULL)
		pacl_read_text(query, add_name, &names);
	return names;
}

static void
ignore(void *state, Datum *values, bool *nulls, TupleDesc descriptor)
{
}

void
pacl_organization_table_store_advance(const pg_uuid_t *organization_id)
{
	PaclRows	rows;

	pacl_query(&rows, &select_advances, PACL_ARGS(pacl_uuid(organization_id)));
	while (pacl_next(&rows))
		pacl_read_text(pacl_column_text(&rows, 1), ignore, NULL);
	pacl_done(&rows);
}

PACL_STATEMENTS(organization_table,
	PACL_ONE(select_has),
	PACL_ONE(select_problems),
	PACL_ONE(select_unpublished),
	PACL_ONE(select_columns),
	PACL_ONE(select_differences),
	PACL_ONE(select_people),
	PACL_ONE(select_strays),
	PACL_ONE(select_advances));
