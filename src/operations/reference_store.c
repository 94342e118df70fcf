/*
 * reference_store.c
 *		Rows with references to rows that do not exist.
 */
#include "postgres.h"

#include "base/statement.h"
#include "operations/reference_store.h"

/*
 * Of each foreign key between members of the extension its name, its tables
 * and a query that counts the rows that break it.  All of ours are MATCH
 * SIMPLE: a null refers to nothing.
 */
static PaclStatement select_references = {
	"SELECT quote_ident(c.conname), c.conrelid::regclass::text,"
	"   c.confrelid::regclass::text,"
	"   format('SELECT count(*) FROM %s r WHERE (%s) IS NOT NULL AND NOT EXISTS"
	" (SELECT FROM %s t WHERE (%s) = (%s))', c.conrelid::regclass, k.referring,"
	"     c.confrelid::regclass, k.referred, k.referring)"
	" FROM pg_constraint c"
	" JOIN pg_depend d ON d.classid = 'pg_class'::regclass"
	"   AND d.objid = c.conrelid AND d.deptype = 'e'"
	" JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass"
	"   AND e.oid = d.refobjid AND e.extname = 'practiceacl'"
	" CROSS JOIN LATERAL ("
	"   SELECT string_agg(format('r.%I', f.attname), ', ' ORDER BY u.n) AS referring,"
	"     string_agg(format('t.%I', p.attname), ', ' ORDER BY u.n) AS referred"
	"   FROM unnest(c.conkey, c.confkey) WITH ORDINALITY AS u (referring, referred, n)"
	"   JOIN pg_attribute f ON f.attrelid = c.conrelid AND f.attnum = u.referring"
	"   JOIN pg_attribute p ON p.attrelid = c.confrelid AND p.attnum = u.referred) k"
	" WHERE c.contype = 'f' ORDER BY c.conname"
};

static void
read_count(void *state, Datum *values, bool *nulls, TupleDesc descriptor)
{
	*(int64 *) state = DatumGetInt64(values[0]);
}

void
pacl_reference_store_broken(PaclBrokenReference report, void *state)
{
	PaclRows	rows;

	pacl_query(&rows, &select_references, PACL_NO_ARGS);
	while (pacl_next(&rows))
	{
		int64		broken = 0;

		pacl_read_text(pacl_column_text(&rows, 4), read_count, &broken);
		if (broken > 0)
			report(state, pacl_column_text(&rows, 1), pacl_column_text(&rows, 2),
				   pacl_column_text(&rows, 3), broken);
	}
	pacl_done(&rows);
}

PACL_STATEMENTS(reference,
	PACL_ONE(select_references));
