/*
 * grant_store.c
 *		Rows of access grants and of their history.
 */
#include "postgres.h"

#include "access/grant_store.h"
#include "base/statement.h"

/* Moves rows of "ended" into the history, as ended by $1 at the time $2. */
#define ENDED_INTO_HISTORY \
	"INSERT INTO practiceacl.access_history (organization_id, agenda_id," \
	"   account_id, kind, rights, granted_by, ended_by, recorded_during," \
	"   valid_during, source, reason)" \
	" SELECT organization_id, agenda_id, account_id, 'grant', rights," \
	"   granted_by, $1, tstzrange(granted_at, $2), valid_during, source," \
	"   reason" \
	" FROM ended WHERE granted_at < $2"

/* A period's bounds travel as times; the infinite ones are no bounds. */
#define PERIOD(from, until) \
	"tstzrange(nullif(" from "::timestamptz, '-infinity')," \
	" nullif(" until "::timestamptz, 'infinity'))"

#define TAKES "$6::practiceacl.rights OPERATOR(practiceacl.=) 'none'"

/*
 * What is left of a grant keeps its grantor and its time; what is past goes.
 * A grant that is there already, alone in its period, stays as it is.
 */
static PaclStatement replace_grants = {
	"WITH there AS MATERIALIZED ("
	"  SELECT FROM practiceacl.access_grant"
	"  WHERE organization_id = $3 AND agenda_id = $4 AND account_id = $5"
	"    AND valid_during && " PERIOD("$7", "$8")
	"    AND source <> 'break_glass'"
	"  HAVING count(*) = 1 AND bool_and(valid_during = " PERIOD("$7", "$8")
	"    AND rights OPERATOR(practiceacl.=) $6::practiceacl.rights)),"
	" ended AS ("
	"  DELETE FROM practiceacl.access_grant"
	"  WHERE organization_id = $3 AND agenda_id = $4 AND account_id = $5"
	"    AND valid_during && " PERIOD("$7", "$8")
	"    AND (source <> 'break_glass' OR " TAKES ")"
	"    AND NOT EXISTS (SELECT FROM there)"
	"  RETURNING *),"
	" history AS (" ENDED_INTO_HISTORY "),"
	" rest AS ("
	"  INSERT INTO practiceacl.access_grant (organization_id, agenda_id,"
	"    account_id, rights, granted_at, granted_by, valid_during, source,"
	"    reason)"
	"  SELECT organization_id, agenda_id, account_id, rights, granted_at,"
	"    granted_by, piece, source, reason"
	"  FROM ended, unnest(tstzmultirange(valid_during)"
	"    - tstzmultirange(" PERIOD("$7", "$8") ")) AS piece"
	"  WHERE upper_inf(piece) OR upper(piece) > $2),"
	" given AS ("
	"  INSERT INTO practiceacl.access_grant (organization_id, agenda_id,"
	"    account_id, rights, granted_at, granted_by, valid_during, source)"
	"  SELECT $3, $4, $5, $6::practiceacl.rights, $2, $1, "
	PERIOD("$7", "$8") ", $9"
	"  WHERE NOT " TAKES " AND NOT EXISTS (SELECT FROM there)"
	"  RETURNING 1)"
	" SELECT ((SELECT count(*) FROM ended)"
	"   + (SELECT count(*) FROM given))::int"
};

static PaclStatement insert_grant = {
	"INSERT INTO practiceacl.access_grant (organization_id, agenda_id,"
	"   account_id, rights, granted_at, granted_by, valid_during, source)"
	" VALUES ($3, $4, $5, $6::practiceacl.rights, $2, $1, "
	PERIOD("$7", "$8") ", $9)"
};

static PaclStatement select_grants = {
	"SELECT rights, coalesce(lower(valid_during), '-infinity'),"
	"   coalesce(upper(valid_during), 'infinity')"
	" FROM practiceacl.every_grant"
	" WHERE account_id = $1 AND agenda_id = $2 AND source <> 'break_glass'"
	"   AND (upper_inf(valid_during) OR upper(valid_during) > $3)"
};

static PaclStatement delete_holds = {
	"DELETE FROM practiceacl.slot_hold"
	" WHERE account_id = $1 AND agenda_id = $2"
};

static PaclStatement select_holding = {
	"SELECT DISTINCT agenda_id, account_id FROM practiceacl.slot_hold"
	" WHERE agenda_id = ANY ($1) ORDER BY 1, 2"
};

static PaclStatement take_all = {
	"WITH ended AS ("
	"  DELETE FROM practiceacl.access_grant"
	"  WHERE organization_id = $3 AND account_id = $4 RETURNING *)"
	" " ENDED_INTO_HISTORY
};

#define GRANT_ARGS(grant, by, at) \
	pacl_uuid(by), \
	pacl_time(at), \
	pacl_uuid(&(grant)->organization_id), \
	pacl_uuid(&(grant)->agenda_id), \
	pacl_uuid(&(grant)->account_id), \
	pacl_rights((grant)->rights), \
	pacl_time((grant)->period.from), \
	pacl_time((grant)->period.until), \
	pacl_text((grant)->source)

int
pacl_grant_store_replace(const PaclGrant *grant, const pg_uuid_t *by,
						 TimestampTz at)
{
	PaclRows	rows;
	int			changed;

	pacl_query_row(&rows, &replace_grants,
				   PACL_ARGS(GRANT_ARGS(grant, by, at)));
	changed = pacl_column_int(&rows, 1);
	pacl_done(&rows);
	return changed;
}

void
pacl_grant_store_end_holds(const pg_uuid_t *account_id,
						   const pg_uuid_t *agenda_id)
{
	pacl_run(&delete_holds,
			 PACL_ARGS(pacl_uuid(account_id), pacl_uuid(agenda_id)));
}

PaclGrant *
pacl_grant_store_holding(const pg_uuid_t *agendas, int agenda_count,
						 int *count)
{
	PaclRows	rows;
	PaclGrant  *holding;

	pacl_query(&rows, &select_holding,
			   PACL_ARGS(pacl_uuids(agendas, agenda_count)));
	holding = palloc0(Max(rows.count, 1) * sizeof(PaclGrant));
	for (*count = 0; pacl_next(&rows); (*count)++)
	{
		holding[*count].agenda_id = *pacl_column_uuid(&rows, 1);
		holding[*count].account_id = *pacl_column_uuid(&rows, 2);
	}
	pacl_done(&rows);
	return holding;
}

void
pacl_grant_store_insert(const PaclGrant *grant, const pg_uuid_t *by,
						TimestampTz at)
{
	pacl_run(&insert_grant, PACL_ARGS(GRANT_ARGS(grant, by, at)));
}

PaclGrant *
pacl_grant_store_list(const pg_uuid_t *account_id, const pg_uuid_t *agenda_id,
					  TimestampTz at, int *count)
{
	PaclRows	rows;
	PaclGrant  *grants;

	pacl_query(&rows, &select_grants,
			   PACL_ARGS(pacl_uuid(account_id), pacl_uuid(agenda_id),
						 pacl_time(at)));
	grants = palloc0(Max(rows.count, 1) * sizeof(PaclGrant));
	for (*count = 0; pacl_next(&rows); (*count)++)
	{
		PaclGrant  *grant = &grants[*count];

		grant->agenda_id = *agenda_id;
		grant->account_id = *account_id;
		grant->rights = pacl_column_rights(&rows, 1);
		grant->period.from = pacl_column_time(&rows, 2);
		grant->period.until = pacl_column_time(&rows, 3);
	}
	pacl_done(&rows);
	return grants;
}

PaclRights
pacl_grant_store_union(const pg_uuid_t *account_id,
					   const pg_uuid_t *agenda_id, TimestampTz at)
{
	int			count;
	PaclGrant  *grants = pacl_grant_store_list(account_id, agenda_id, at,
											   &count);
	PaclRights	rights = PACL_RIGHTS_NONE;

	for (int i = 0; i < count; i++)
		rights = pacl_rights_union(rights, grants[i].rights);
	return rights;
}

void
pacl_grant_store_take_all(const pg_uuid_t *organization_id,
						  const pg_uuid_t *account_id, const pg_uuid_t *by,
						  TimestampTz at)
{
	pacl_run(&take_all,
			 PACL_ARGS(pacl_uuid(by), pacl_time(at),
					   pacl_uuid(organization_id), pacl_uuid(account_id)));
}

static PaclStatement select_holders = {
	"SELECT DISTINCT holder_id FROM practiceacl.agenda"
	" WHERE id = ANY ($1) AND holder_id IS NOT NULL"
};

pg_uuid_t *
pacl_grant_store_holders(const pg_uuid_t *ids, int count, int *found)
{
	PaclRows	rows;

	pacl_query(&rows, &select_holders, PACL_ARGS(pacl_uuids(ids, count)));
	return pacl_rows_uuids(&rows, found);
}

PACL_STATEMENTS(grant,
	PACL_ONE(replace_grants),
	PACL_ONE(insert_grant),
	PACL_ONE(select_grants),
	PACL_ONE(delete_holds),
	PACL_ONE(select_holding),
	PACL_ONE(take_all),
	PACL_ONE(select_holders));
