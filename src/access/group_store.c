/*
 * group_store.c
 *		Rows of groups of agendas, and of rights on them.
 */
#include "postgres.h"

#include "access/group_store.h"
#include "access/membership_store.h"
#include "base/statement.h"

/* Moves rows of "ended" into the history, as ended by $1 at the time $2. */
#define GRANTS_INTO_HISTORY \
	"INSERT INTO practiceacl.access_history (organization_id, group_id," \
	"   account_id, kind, rights, granted_by, ended_by, recorded_during," \
	"   valid_during)" \
	" SELECT organization_id, group_id, account_id, 'group_grant', rights," \
	"   granted_by, $1, tstzrange(granted_at, $2), valid_during" \
	" FROM ended WHERE granted_at < $2"
#define AGENDAS_INTO_HISTORY \
	"INSERT INTO practiceacl.access_history (organization_id, group_id," \
	"   agenda_id, kind, rights, granted_by, ended_by, recorded_during)" \
	" SELECT organization_id, group_id, agenda_id, 'group_agenda', 'none'," \
	"   added_by, $1, tstzrange(since, $2)" \
	" FROM ended WHERE since < $2"
#define RIGHTS_INTO_HISTORY \
	"INSERT INTO practiceacl.access_history (organization_id, profile_id," \
	"   group_id, agenda_id, kind, rights, granted_by, ended_by," \
	"   recorded_during)" \
	" SELECT organization_id, profile_id, group_id, agenda_id," \
	"   'profile_right', rights, granted_by, $1, tstzrange(granted_at, $2)" \
	" FROM ended WHERE granted_at < $2"

/* A period's bounds travel as times; the infinite ones are no bounds. */
#define PERIOD(from, until) \
	"tstzrange(nullif(" from "::timestamptz, '-infinity')," \
	" nullif(" until "::timestamptz, 'infinity'))"
#define LASTING(at) \
	"(upper_inf(valid_during) OR upper(valid_during) > " at ")"
#define TAKES "$6::practiceacl.rights OPERATOR(practiceacl.=) 'none'"
/* Rows on a group, whose id is null for the group of everything. */
#define ON_GROUP(group) "group_id IS NOT DISTINCT FROM " group "::uuid"

static PaclStatement select_group = {
	"SELECT organization_id, id, name, false FROM practiceacl.agenda_group"
	" WHERE id = $1"
	" UNION ALL"
	" SELECT id, id, 'all', true FROM practiceacl.organization WHERE id = $1"
};

static PaclStatement find_group = {
	"SELECT organization_id, id, name, false FROM practiceacl.agenda_group"
	" WHERE organization_id = $1 AND lower(name) = lower($2)"
};

static PaclStatement insert_group = {
	"INSERT INTO practiceacl.agenda_group (organization_id, name, created_by,"
	"   created_at) VALUES ($1, $2, $3, $4) RETURNING id"
};

static PaclStatement rename_group = {
	"UPDATE practiceacl.agenda_group SET name = $3"
	" WHERE organization_id = $1 AND id = $2"
};

static PaclStatement select_agendas = {
	"SELECT agenda_id FROM practiceacl.agenda_group_member"
	" WHERE organization_id = $1 AND group_id = $2"
	" UNION ALL"
	" SELECT id FROM practiceacl.agenda"
	" WHERE organization_id = $1 AND $2::uuid IS NULL"
	" ORDER BY 1"
};

static PaclStatement select_people = {
	"SELECT account_id FROM practiceacl.shared_grant"
	" WHERE organization_id = $1 AND agenda_id IS NULL AND " ON_GROUP("$2")
	" GROUP BY 1 ORDER BY 1"
};

static PaclStatement select_rights = {
	"SELECT coalesce(practiceacl.rights_union(rights), 'none')"
	" FROM practiceacl.shared_grant"
	" WHERE organization_id = $1 AND agenda_id IS NULL AND " ON_GROUP("$2")
	"   AND ($3::uuid IS NULL OR account_id = $3 AND source = 'group')"
	"   AND " LASTING("$4")
};

static PaclStatement add_agendas = {
	"INSERT INTO practiceacl.agenda_group_member (organization_id, group_id,"
	"   agenda_id, added_by, since)"
	" SELECT $1, $2, unnest($3::uuid[]), $4, $5"
};

static PaclStatement drop_agendas = {
	"WITH ended AS ("
	"  DELETE FROM practiceacl.agenda_group_member"
	"  WHERE organization_id = $3 AND group_id = $4 AND agenda_id = ANY ($5)"
	"  RETURNING *)"
	" " AGENDAS_INTO_HISTORY
};

static PaclStatement replace_grants = {
	"WITH there AS MATERIALIZED ("
	"  SELECT FROM practiceacl.group_grant"
	"  WHERE organization_id = $3 AND " ON_GROUP("$4") " AND account_id = $5"
	"    AND valid_during && " PERIOD("$7", "$8")
	"  HAVING count(*) = 1 AND bool_and(valid_during = " PERIOD("$7", "$8")
	"    AND rights OPERATOR(practiceacl.=) $6::practiceacl.rights)),"
	" ended AS ("
	"  DELETE FROM practiceacl.group_grant"
	"  WHERE organization_id = $3 AND " ON_GROUP("$4") " AND account_id = $5"
	"    AND valid_during && " PERIOD("$7", "$8")
	"    AND NOT EXISTS (SELECT FROM there)"
	"  RETURNING *),"
	" history AS (" GRANTS_INTO_HISTORY "),"
	" rest AS ("
	"  INSERT INTO practiceacl.group_grant (organization_id, group_id,"
	"    account_id, rights, granted_at, granted_by, valid_during)"
	"  SELECT organization_id, group_id, account_id, rights, granted_at,"
	"    granted_by, piece"
	"  FROM ended, unnest(tstzmultirange(valid_during)"
	"    - tstzmultirange(" PERIOD("$7", "$8") ")) AS piece"
	"  WHERE upper_inf(piece) OR upper(piece) > $2),"
	" given AS ("
	"  INSERT INTO practiceacl.group_grant (organization_id, group_id,"
	"    account_id, rights, granted_at, granted_by, valid_during)"
	"  SELECT $3, $4, $5, $6::practiceacl.rights, $2, $1, "
	PERIOD("$7", "$8")
	"  WHERE NOT " TAKES " AND NOT EXISTS (SELECT FROM there)"
	"  RETURNING 1)"
	" SELECT ((SELECT count(*) FROM ended)"
	"   + (SELECT count(*) FROM given))::int"
};

static PaclStatement copy_grants = {
	"WITH wanted AS MATERIALIZED ("
	"  SELECT DISTINCT group_id, rights, valid_during"
	"  FROM practiceacl.group_grant"
	"  WHERE organization_id = $3 AND account_id = $4 AND " LASTING("$2") "),"
	" had AS MATERIALIZED ("
	"  SELECT * FROM practiceacl.group_grant"
	"  WHERE organization_id = $3 AND account_id = $5 AND " LASTING("$2") "),"
	" ended AS ("
	"  DELETE FROM practiceacl.group_grant g USING had h"
	"  WHERE $6 AND g.organization_id = $3 AND g.id = h.id"
	"    AND NOT EXISTS (SELECT FROM wanted w"
	"      WHERE w.group_id IS NOT DISTINCT FROM h.group_id"
	"        AND w.valid_during = h.valid_during"
	"        AND w.rights OPERATOR(practiceacl.=) h.rights)"
	"  RETURNING g.*),"
	" history AS (" GRANTS_INTO_HISTORY "),"
	" given AS ("
	" INSERT INTO practiceacl.group_grant (organization_id, group_id,"
	"   account_id, rights, granted_at, granted_by, valid_during)"
	" SELECT $3, w.group_id, $5, w.rights, $2, $1, w.valid_during"
	" FROM wanted w"
	" WHERE NOT EXISTS (SELECT FROM had h"
	"   WHERE h.group_id IS NOT DISTINCT FROM w.group_id"
	"     AND CASE WHEN $6 THEN h.valid_during = w.valid_during"
	"           AND h.rights OPERATOR(practiceacl.=) w.rights"
	"         ELSE h.valid_during @> w.valid_during"
	"           AND h.rights OPERATOR(practiceacl.@>) w.rights END)"
	" RETURNING 1)"
	" SELECT ((SELECT count(*) FROM ended) + (SELECT count(*) FROM given)) > 0"
};

static PaclStatement take_all = {
	"WITH ended AS ("
	"  DELETE FROM practiceacl.group_grant"
	"  WHERE organization_id = $3 AND account_id = $4 RETURNING *)"
	" " GRANTS_INTO_HISTORY
};

/* What refers to it, and then it. */
static PaclStatement delete_rows[] = {
	{"WITH ended AS ("
		"  DELETE FROM practiceacl.group_grant"
		"  WHERE organization_id = $3 AND group_id = $4 RETURNING *)"
	" " GRANTS_INTO_HISTORY},
	{"WITH ended AS ("
		"  DELETE FROM practiceacl.profile_right"
		"  WHERE organization_id = $3 AND group_id = $4 RETURNING *)"
	" " RIGHTS_INTO_HISTORY},
	{"WITH ended AS ("
		"  DELETE FROM practiceacl.agenda_group_member"
		"  WHERE organization_id = $3 AND group_id = $4 RETURNING *)"
	" " AGENDAS_INTO_HISTORY},
};

static PaclStatement delete_group = {
	"DELETE FROM practiceacl.agenda_group WHERE organization_id = $1 AND id = $2"
};

/* As the rows have it: null for the group of everything. */
static PaclArg
stored_id(const PaclGroup *group)
{
	return pacl_uuid(group->everything ? NULL : &group->id);
}

static bool
read_row(PaclRows *rows, bool found, PaclGroup *group)
{
	if (found)
	{
		group->organization_id = *pacl_column_uuid(rows, 1);
		group->id = *pacl_column_uuid(rows, 2);
		group->name = pacl_column_text(rows, 3);
		group->everything = pacl_column_bool(rows, 4);
	}
	pacl_done(rows);
	return found;
}

bool
pacl_group_store_read(const pg_uuid_t *id, PaclGroup *group)
{
	PaclRows	rows;
	bool		found = pacl_query_row(&rows, &select_group,
									   PACL_ARGS(pacl_uuid(id)));

	return read_row(&rows, found, group);
}

bool
pacl_group_store_find(const pg_uuid_t *organization_id, const char *name,
					  PaclGroup *group)
{
	PaclRows	rows;
	bool		found = pacl_query_row(&rows, &find_group,
									   PACL_ARGS(pacl_uuid(organization_id),
												 pacl_text(name)));

	return read_row(&rows, found, group);
}

void
pacl_group_store_insert(PaclGroup *group, const pg_uuid_t *by, TimestampTz at)
{
	PaclRows	rows;

	(void) pacl_query_row(&rows, &insert_group,
						  PACL_ARGS(pacl_uuid(&group->organization_id),
									pacl_text(group->name), pacl_uuid(by),
									pacl_time(at)));
	group->id = *pacl_column_uuid(&rows, 1);
	pacl_done(&rows);
}

void
pacl_group_store_rename(const PaclGroup *group)
{
	pacl_run(&rename_group,
			 PACL_ARGS(pacl_uuid(&group->organization_id),
					   pacl_uuid(&group->id), pacl_text(group->name)));
}

pg_uuid_t *
pacl_group_store_agendas(const PaclGroup *group, int *count)
{
	PaclRows	rows;

	pacl_query(&rows, &select_agendas,
			   PACL_ARGS(pacl_uuid(&group->organization_id),
						 stored_id(group)));
	return pacl_rows_uuids(&rows, count);
}

pg_uuid_t *
pacl_group_store_people(const PaclGroup *group, int *count)
{
	PaclRows	rows;

	pacl_query(&rows, &select_people,
			   PACL_ARGS(pacl_uuid(&group->organization_id),
						 stored_id(group)));
	return pacl_rows_uuids(&rows, count);
}

static PaclRights
rights_on(const PaclGroup *group, const pg_uuid_t *account_id, TimestampTz at)
{
	PaclRows	rows;
	PaclRights	rights;

	(void) pacl_query_row(&rows, &select_rights,
						  PACL_ARGS(pacl_uuid(&group->organization_id),
									stored_id(group), pacl_uuid(account_id),
									pacl_time(at)));
	rights = pacl_column_rights(&rows, 1);
	pacl_done(&rows);
	return rights;
}

PaclRights
pacl_group_store_rights(const PaclGroup *group, TimestampTz at)
{
	return rights_on(group, NULL, at);
}

PaclRights
pacl_group_store_rights_of(const PaclGroup *group,
						   const pg_uuid_t *account_id, TimestampTz at)
{
	return rights_on(group, account_id, at);
}

void
pacl_group_store_add(const PaclGroup *group, const pg_uuid_t *agendas,
					 int count, const pg_uuid_t *by, TimestampTz at)
{
	pacl_run(&add_agendas,
			 PACL_ARGS(pacl_uuid(&group->organization_id),
					   pacl_uuid(&group->id), pacl_uuids(agendas, count),
					   pacl_uuid(by), pacl_time(at)));
}

void
pacl_group_store_drop(const PaclGroup *group, const pg_uuid_t *agendas,
					  int count, const pg_uuid_t *by, TimestampTz at)
{
	pacl_run(&drop_agendas,
			 PACL_ARGS(pacl_uuid(by), pacl_time(at),
					   pacl_uuid(&group->organization_id),
					   pacl_uuid(&group->id), pacl_uuids(agendas, count)));
}

int
pacl_group_store_replace(const PaclGroupGrant *grant, const pg_uuid_t *by,
						 TimestampTz at)
{
	PaclRows	rows;
	int			changed;

	pacl_query_row(&rows, &replace_grants,
				   PACL_ARGS(pacl_uuid(by), pacl_time(at),
							 pacl_uuid(&grant->group->organization_id),
							 stored_id(grant->group),
							 pacl_uuid(&grant->account_id),
							 pacl_rights(grant->rights),
							 pacl_time(grant->period.from),
							 pacl_time(grant->period.until)));
	changed = pacl_column_int(&rows, 1);
	pacl_done(&rows);
	pacl_membership_store_note_sharing(&grant->group->organization_id,
									   &grant->account_id);
	return changed;
}

bool
pacl_group_store_copy(const pg_uuid_t *organization_id,
					  const pg_uuid_t *from_account,
					  const pg_uuid_t *to_account, bool replace,
					  const pg_uuid_t *by, TimestampTz at)
{
	PaclRows	rows;
	bool		changed;

	pacl_query(&rows, &copy_grants,
			   PACL_ARGS(pacl_uuid(by), pacl_time(at),
						 pacl_uuid(organization_id), pacl_uuid(from_account),
						 pacl_uuid(to_account), pacl_bool(replace)));
	changed = pacl_rows_bool(&rows);
	if (changed)
		pacl_membership_store_note_sharing(organization_id, to_account);
	return changed;
}

void
pacl_group_store_take_all(const pg_uuid_t *organization_id,
						  const pg_uuid_t *account_id, const pg_uuid_t *by,
						  TimestampTz at)
{
	pacl_run(&take_all,
			 PACL_ARGS(pacl_uuid(by), pacl_time(at),
					   pacl_uuid(organization_id), pacl_uuid(account_id)));
}

void
pacl_group_store_delete(const PaclGroup *group, const pg_uuid_t *by,
						TimestampTz at)
{
	for (int i = 0; i < (int) lengthof(delete_rows); i++)
		pacl_run(&delete_rows[i],
				 PACL_ARGS(pacl_uuid(by), pacl_time(at),
						   pacl_uuid(&group->organization_id),
						   pacl_uuid(&group->id)));
	pacl_run(&delete_group,
			 PACL_ARGS(pacl_uuid(&group->organization_id),
					   pacl_uuid(&group->id)));
}

PACL_STATEMENTS(group,
	PACL_ONE(select_group),
	PACL_ONE(find_group),
	PACL_ONE(insert_group),
	PACL_ONE(rename_group),
	PACL_ONE(select_agendas),
	PACL_ONE(select_people),
	PACL_ONE(select_rights),
	PACL_ONE(add_agendas),
	PACL_ONE(drop_agendas),
	PACL_ONE(replace_grants),
	PACL_ONE(copy_grants),
	PACL_ONE(take_all),
	PACL_EACH(delete_rows),
	PACL_ONE(delete_group));
