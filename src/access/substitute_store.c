/*
 * substitute_store.c
 *		Grants for a period, of what somebody who is away may do.
 */
#include "postgres.h"

#include "access/substitute_store.h"
#include "base/statement.h"
#include "reader/access.h"

static PaclStatement select_organizations = {
	"SELECT a.organization_id FROM practiceacl.membership a"
	" JOIN practiceacl.membership b USING (organization_id)"
	" JOIN practiceacl.organization o ON o.id = a.organization_id"
	" WHERE a.account_id = $1 AND a.status <> 'removed'"
	"   AND b.account_id = $2 AND b." PACL_SQL_IS_ACTIVE
	"   AND o.closed_at IS NULL ORDER BY 1"
};

/*
 * $1 organization, $2 for whom, $3 by whom, $4 and $5 the period's bounds,
 * $6 the most, $7 only what for whom owns, $8 the agendas, or null.
 */
#define PERIOD "tstzrange(nullif($4::timestamptz, '-infinity'), $5::timestamptz)"
#define WANTED \
	"WITH wanted AS MATERIALIZED (" \
	"  SELECT DISTINCT w.* FROM (" \
	"    SELECT id AS agenda_id, " PERIOD " AS valid_during," \
	"      $6::practiceacl.rights AS rights" \
	"    FROM practiceacl.agenda" \
	"    WHERE organization_id = $1 AND holder_id = $2" \
	"    UNION ALL" \
	"    SELECT agenda_id, valid_during * " PERIOD "," \
	"      rights OPERATOR(practiceacl.&) $6::practiceacl.rights" \
	"    FROM practiceacl.every_grant" \
	"    WHERE organization_id = $1 AND account_id = $2" \
	"      AND source <> 'break_glass' AND valid_during && " PERIOD \
	"      AND (NOT $7 OR valid_during @> " PERIOD \
	"        AND rights OPERATOR(practiceacl.@>) 'owner'::practiceacl.rights)) AS w" \
	"  JOIN practiceacl.agenda g ON g.organization_id = $1" \
	"    AND g.id = w.agenda_id AND g.holder_id IS DISTINCT FROM $3" \
	"    AND g.archived_at IS NULL" \
	"  WHERE $8::uuid[] IS NULL OR g.id = ANY ($8))"

static PaclStatement select_agendas = {
	WANTED " SELECT DISTINCT agenda_id FROM wanted ORDER BY 1"
};

/* The grants of one agenda follow each other. */
static PaclStatement select_grants = {
	WANTED " SELECT agenda_id, rights,"
	"   coalesce(lower(valid_during), '-infinity'), upper(valid_during),"
	"   NOT EXISTS (SELECT FROM practiceacl.every_grant h"
	"     WHERE h.organization_id = $1 AND h.account_id = $3"
	"       AND h.agenda_id = w.agenda_id AND h.source <> 'break_glass'"
	"       AND h.valid_during @> w.valid_during"
	"       AND h.rights OPERATOR(practiceacl.@>) w.rights)"
	" FROM wanted w ORDER BY agenda_id, valid_during, rights"
};

#define WANTED_ARGS(s, organization_id, only_owned) \
	pacl_uuid(organization_id), \
	pacl_uuid(&(s)->for_account), \
	pacl_uuid(&(s)->by_account), \
	pacl_time((s)->period.from), \
	pacl_time((s)->period.until), \
	pacl_rights((s)->most), \
	pacl_bool(only_owned), \
	agendas_of(s)

static PaclArg
agendas_of(const PaclSubstitution *s)
{
	PaclArg		none = {UUIDARRAYOID, (Datum) 0, true};

	return s->agendas == NULL ? none :
		pacl_uuids(s->agendas, s->agenda_count);
}

pg_uuid_t *
pacl_substitute_store_organizations(const PaclSubstitution *substitution,
									int *count)
{
	PaclRows	rows;

	pacl_query(&rows, &select_organizations,
			   PACL_ARGS(pacl_uuid(&substitution->for_account),
						 pacl_uuid(&substitution->by_account)));
	return pacl_rows_uuids(&rows, count);
}

pg_uuid_t *
pacl_substitute_store_agendas(const PaclSubstitution *substitution,
							  const pg_uuid_t *organization_id,
							  bool only_owned, int *count)
{
	PaclRows	rows;

	pacl_query(&rows, &select_agendas,
			   PACL_ARGS(WANTED_ARGS(substitution, organization_id, only_owned)));
	return pacl_rows_uuids(&rows, count);
}

PaclSubstituteGrant *
pacl_substitute_store_grants(const PaclSubstitution *substitution,
							 const pg_uuid_t *organization_id,
							 bool only_owned, int *count)
{
	PaclRows	rows;
	PaclSubstituteGrant *grants;

	*count = 0;
	pacl_query(&rows, &select_grants,
			   PACL_ARGS(WANTED_ARGS(substitution, organization_id, only_owned)));
	grants = palloc0(Max(rows.count, 1) * sizeof(PaclSubstituteGrant));
	while (pacl_next(&rows))
	{
		PaclSubstituteGrant *one = &grants[(*count)++];

		one->grant.organization_id = *organization_id;
		one->grant.agenda_id = *pacl_column_uuid(&rows, 1);
		one->grant.account_id = substitution->by_account;
		one->grant.rights = pacl_column_rights(&rows, 2);
		one->grant.period.from = pacl_column_time(&rows, 3);
		one->grant.period.until = pacl_column_time(&rows, 4);
		one->grant.source = "substitute";
		one->missing = pacl_column_bool(&rows, 5);
	}
	pacl_done(&rows);
	return grants;
}

PACL_STATEMENTS(substitute,
	PACL_ONE(select_organizations),
	PACL_ONE(select_agendas),
	PACL_ONE(select_grants));
