/*
 * clone_store.c
 *		Copying one account's grants to another, as sets.
 */
#include "postgres.h"

#include "utils/guc.h"

#include "access/clone_store.h"

/* Neither lapsed nor emergency reading. */
#define LASTING(at) \
	" AND source <> 'break_glass'" \
	" AND (upper_inf(valid_during) OR upper(valid_during) > " at ")"

static PaclStatement select_agendas = {
	"SELECT DISTINCT agenda_id FROM practiceacl.every_grant"
	" WHERE organization_id = $1"
	"   AND (account_id = $2 OR ($4 AND account_id = $3))" LASTING("$5")
	" ORDER BY agenda_id"
};

static PaclStatement select_wanted = {
	"SELECT DISTINCT g.agenda_id,"
	"   g.rights OPERATOR(practiceacl.&) $4::practiceacl.rights,"
	"   coalesce(lower(valid_during), '-infinity'),"
	"   coalesce(upper(valid_during), 'infinity')"
	" FROM practiceacl.every_grant g"
	" WHERE g.organization_id = $1 AND g.account_id = $2" LASTING("$5")
	"   AND NOT EXISTS (SELECT FROM practiceacl.agenda a"
	"     WHERE a.organization_id = $1 AND a.id = g.agenda_id"
	"       AND a.holder_id = $3)"
	" ORDER BY 1"
};

/*
 * $1 by, $2 at, $3 organization, $4 from, $5 to, $6 replace, $7 the most,
 * $8 source, $9 the agendas that stay as they are.  The grants are those that
 * name an agenda, or, to give them agenda by agenda, those by groups and
 * profiles as well.
 */
#define RUN_CLONE(grants) \
	"WITH wanted AS MATERIALIZED (" \
	"  SELECT DISTINCT g.agenda_id, g.valid_during," \
	"    g.rights OPERATOR(practiceacl.&) $7::practiceacl.rights AS rights" \
	"  FROM " grants " g" \
	"  WHERE g.organization_id = $3 AND g.account_id = $4" LASTING("$2") \
	"    AND NOT EXISTS (SELECT FROM practiceacl.agenda a" \
	"      WHERE a.organization_id = $3 AND a.id = g.agenda_id" \
	"        AND a.holder_id = $5)" \
	"    AND g.agenda_id <> ALL ($9))," \
	" had AS MATERIALIZED (" \
	"  SELECT id, agenda_id, valid_during, rights" \
	"  FROM practiceacl.access_grant" \
	"  WHERE organization_id = $3 AND account_id = $5" LASTING("$2") \
	"    AND agenda_id <> ALL ($9))," \
	" missing AS MATERIALIZED (" \
	"  SELECT * FROM wanted w WHERE NOT EXISTS (" \
	"    SELECT FROM had h WHERE h.agenda_id = w.agenda_id" \
	"      AND CASE WHEN $6 THEN h.valid_during = w.valid_during" \
	"            AND h.rights OPERATOR(practiceacl.=) w.rights" \
	"          ELSE h.valid_during @> w.valid_during" \
	"            AND h.rights OPERATOR(practiceacl.@>) w.rights END))," \
	" ended AS (" \
	"  DELETE FROM practiceacl.access_grant g USING had h" \
	"  WHERE $6 AND g.organization_id = $3 AND g.account_id = $5" \
	"    AND g.id = h.id" \
	"    AND NOT EXISTS (SELECT FROM wanted w" \
	"      WHERE w.agenda_id = h.agenda_id" \
	"        AND w.valid_during = h.valid_during" \
	"        AND w.rights OPERATOR(practiceacl.=) h.rights)" \
	"  RETURNING g.*)," \
	" history AS (" \
	"  INSERT INTO practiceacl.access_history (organization_id, agenda_id," \
	"    account_id, kind, rights, granted_by, ended_by, recorded_during," \
	"    valid_during, source, reason)" \
	"  SELECT organization_id, agenda_id, account_id, 'grant', rights," \
	"    granted_by, $1, tstzrange(granted_at, $2), valid_during, source," \
	"    reason" \
	"  FROM ended WHERE granted_at < $2)," \
	" given AS (" \
	"  INSERT INTO practiceacl.access_grant (organization_id, agenda_id," \
	"    account_id, rights, granted_at, granted_by, valid_during, source)" \
	"  SELECT $3, agenda_id, $5, rights, $2, $1, valid_during, $8" \
	"  FROM missing RETURNING agenda_id)," \
	" touched AS (" \
	"  SELECT agenda_id FROM missing UNION SELECT agenda_id FROM ended)," \
	" before AS (" \
	"  SELECT agenda_id, practiceacl.rights_union(rights) AS rights" \
	"  FROM had GROUP BY agenda_id)," \
	" after AS (" \
	"  SELECT agenda_id, practiceacl.rights_union(rights) AS rights FROM (" \
	"    SELECT agenda_id, rights FROM wanted" \
	"    UNION ALL SELECT agenda_id, rights FROM had WHERE NOT $6) AS all_of" \
	"  GROUP BY agenda_id)" \
	" SELECT t.agenda_id," \
	"   coalesce(before.rights, 'none'::practiceacl.rights)," \
	"   coalesce(after.rights, 'none'::practiceacl.rights)" \
	" FROM touched t" \
	" LEFT JOIN before USING (agenda_id)" \
	" LEFT JOIN after USING (agenda_id)" \
	" ORDER BY t.agenda_id"

static PaclStatement run_clone = {RUN_CLONE("practiceacl.access_grant")};
static PaclStatement run_one_by_one = {RUN_CLONE("practiceacl.every_grant")};

static PaclStatement select_is_shared = {
	"SELECT EXISTS (SELECT FROM practiceacl.group_grant"
	"     WHERE organization_id = $1 AND account_id IN ($2, $3))"
	"   OR EXISTS (SELECT FROM practiceacl.profile_member"
	"     WHERE organization_id = $1 AND account_id IN ($2, $3))"
};

static PaclStatement select_united = {
	"SELECT g.agenda_id, practiceacl.rights_union(g.rights)"
	" FROM practiceacl.every_grant g"
	" JOIN practiceacl.agenda a ON a.organization_id = $1"
	"   AND a.id = g.agenda_id AND a.holder_id IS DISTINCT FROM $2"
	" WHERE g.organization_id = $1 AND g.account_id = $2" LASTING("$3")
	" GROUP BY 1 ORDER BY 1"
};

pg_uuid_t *
pacl_clone_store_agendas(const PaclClone *clone, TimestampTz at, int *count)
{
	PaclRows	rows;

	pacl_query(&rows, &select_agendas,
			   PACL_ARGS(pacl_uuid(&clone->organization_id),
						 pacl_uuid(&clone->from_account),
						 pacl_uuid(&clone->to_account),
						 pacl_bool(clone->replace), pacl_time(at)));
	return pacl_rows_uuids(&rows, count);
}

PaclGrant *
pacl_clone_store_wanted(const PaclClone *clone, TimestampTz at, int *count)
{
	PaclRows	rows;
	PaclGrant  *grants;

	pacl_query(&rows, &select_wanted,
			   PACL_ARGS(pacl_uuid(&clone->organization_id),
						 pacl_uuid(&clone->from_account),
						 pacl_uuid(&clone->to_account),
						 pacl_rights(clone->most), pacl_time(at)));
	grants = palloc0(Max(rows.count, 1) * sizeof(PaclGrant));
	for (*count = 0; pacl_next(&rows); (*count)++)
	{
		PaclGrant  *grant = &grants[*count];

		grant->organization_id = clone->organization_id;
		grant->account_id = clone->to_account;
		grant->source = clone->source;
		grant->agenda_id = *pacl_column_uuid(&rows, 1);
		grant->rights = pacl_column_rights(&rows, 2);
		grant->period.from = pacl_column_time(&rows, 3);
		grant->period.until = pacl_column_time(&rows, 4);
	}
	pacl_done(&rows);
	return grants;
}

/*
 * Few accounts have many grants, so the planner expects few rows and would
 * join the parts by comparing all pairs; by hash it stays linear.
 */
void
pacl_clone_store_run(PaclRows *rows, const PaclClone *clone,
					 const pg_uuid_t *withheld, int withheld_count,
					 const pg_uuid_t *by, TimestampTz at)
{
	int			nest_level = NewGUCNestLevel();

	(void) set_config_option("enable_nestloop", "off", PGC_USERSET,
							 PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	pacl_query(rows, clone->one_by_one ? &run_one_by_one : &run_clone,
			   PACL_ARGS(pacl_uuid(by), pacl_time(at),
						 pacl_uuid(&clone->organization_id),
						 pacl_uuid(&clone->from_account),
						 pacl_uuid(&clone->to_account),
						 pacl_bool(clone->replace), pacl_rights(clone->most),
						 pacl_text(clone->source),
						 pacl_uuids(withheld, withheld_count)));
	AtEOXact_GUC(false, nest_level);
}

bool
pacl_clone_store_is_shared(const PaclClone *clone)
{
	PaclRows	rows;

	pacl_query(&rows, &select_is_shared,
			   PACL_ARGS(pacl_uuid(&clone->organization_id),
						 pacl_uuid(&clone->from_account),
						 pacl_uuid(&clone->to_account)));
	return pacl_rows_bool(&rows);
}

PaclGrant *
pacl_clone_store_united(const PaclClone *clone, TimestampTz at, int *count)
{
	PaclRows	rows;
	PaclGrant  *grants;

	pacl_query(&rows, &select_united,
			   PACL_ARGS(pacl_uuid(&clone->organization_id),
						 pacl_uuid(&clone->to_account), pacl_time(at)));
	grants = palloc0(Max(rows.count, 1) * sizeof(PaclGrant));
	for (*count = 0; pacl_next(&rows); (*count)++)
	{
		grants[*count].agenda_id = *pacl_column_uuid(&rows, 1);
		grants[*count].rights = pacl_column_rights(&rows, 2);
	}
	pacl_done(&rows);
	return grants;
}

PACL_STATEMENTS(clone,
	PACL_ONE(select_agendas),
	PACL_ONE(select_wanted),
	PACL_ONE(run_clone),
	PACL_ONE(run_one_by_one),
	PACL_ONE(select_is_shared),
	PACL_ONE(select_united));
