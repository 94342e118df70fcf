/*
 * beside_store.c
 *		Which functions extensions beside the core have for the core to call.
 */
#include "postgres.h"

#include "base/beside_store.h"

/* Nobody but the owner of the schema and of an extension makes a member there. */
static PaclStatement select_functions = {
	"SELECT p.oid::bigint"
	" FROM pg_catalog.pg_extension x"
	" JOIN pg_catalog.pg_depend d ON d.refobjid = x.oid AND d.deptype = 'e'"
	"   AND d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass"
	"   AND d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass"
	" JOIN pg_catalog.pg_proc p ON p.oid = d.objid"
	" WHERE p.pronamespace = 'practiceacl'::pg_catalog.regnamespace"
	"   AND p.proname = x.extname || $1"
	"   AND p.pronargs = 1"
	"   AND p.proargtypes[0] = 'uuid'::pg_catalog.regtype"
	"   AND p.prokind = 'f' AND NOT p.proretset"
	"   AND p.prorettype = $2::pg_catalog.regtype"
	" ORDER BY x.extname"
};

static PaclStatement select_acts = {
	"SELECT string_agg(format('SELECT act::text, meaning::text FROM practiceacl.%I()',"
	"   p.proname), ' UNION ALL ' ORDER BY x.extname)"
	" FROM pg_catalog.pg_extension x"
	" JOIN pg_catalog.pg_depend d ON d.refobjid = x.oid AND d.deptype = 'e'"
	"   AND d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass"
	"   AND d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass"
	" JOIN pg_catalog.pg_proc p ON p.oid = d.objid"
	" WHERE p.pronamespace = 'practiceacl'::pg_catalog.regnamespace"
	"   AND p.proname = x.extname || '_acts' AND p.pronargs = 0"
	"   AND p.prokind = 'f' AND p.proretset AND p.proargnames = '{act,meaning}'"
};

static PaclStatement join_objects = {"SELECT $1::jsonb || $2::jsonb"};

Oid *
pacl_beside_store_functions(const char *ending, const char *result,
							int *count)
{
	PaclRows	rows;
	Oid		   *functions;

	*count = 0;
	pacl_query(&rows, &select_functions, PACL_ARGS(pacl_text(ending), pacl_text(result)));
	functions = palloc(Max(rows.count, 1) * sizeof(Oid));
	while (pacl_next(&rows))
		functions[(*count)++] = (Oid) pacl_column_bigint(&rows, 1);
	pacl_done(&rows);
	return functions;
}

typedef struct Acts
{
	PaclActReader reader;
	void	   *state;
} Acts;

static void
read_act(void *state, Datum *values, bool *nulls, TupleDesc descriptor)
{
	Acts	   *acts = state;

	acts->reader(acts->state, values, nulls);
}

void
pacl_beside_store_acts(PaclActReader reader, void *state)
{
	char	   *query = pacl_query_text(&select_acts, PACL_NO_ARGS);
	Acts		acts = {reader, state};

	if (query != NULL)
		pacl_read_text(query, read_act, &acts);
}

Jsonb *
pacl_beside_store_join(Jsonb *one, Jsonb *other)
{
	PaclRows	rows;
	Jsonb	   *both;

	pacl_query_row(&rows, &join_objects,
				   PACL_ARGS(pacl_jsonb(one), pacl_jsonb(other)));
	both = pacl_column_jsonb(&rows, 1);
	pacl_done(&rows);
	return both;
}

PACL_STATEMENTS(beside,
	PACL_ONE(select_functions),
	PACL_ONE(select_acts),
	PACL_ONE(join_objects));
