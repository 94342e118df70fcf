/*
 * profile_store.c
 *		Rows of profiles, of what they give, and of who has them.
 */
#include "postgres.h"

#include "access/membership_store.h"
#include "access/profile_store.h"

/* Moves rows of "ended" into the history, as ended by $1 at the time $2. */
#define RIGHTS_INTO_HISTORY \
	"INSERT INTO practiceacl.access_history (organization_id, profile_id," \
	"   group_id, agenda_id, kind, rights, granted_by, ended_by," \
	"   recorded_during)" \
	" SELECT organization_id, profile_id, group_id, agenda_id," \
	"   'profile_right', rights, granted_by, $1, tstzrange(granted_at, $2)" \
	" FROM ended WHERE granted_at < $2"
#define PEOPLE_INTO_HISTORY \
	"INSERT INTO practiceacl.access_history (organization_id, profile_id," \
	"   account_id, kind, rights, granted_by, ended_by, recorded_during," \
	"   valid_during)" \
	" SELECT organization_id, profile_id, account_id, 'profile_member'," \
	"   'none', given_by, $1, tstzrange(since, $2)," \
	"   tstzrange(NULL, valid_until)" \
	" FROM ended WHERE since < $2"
#define FEATURES_INTO_HISTORY \
	"INSERT INTO practiceacl.access_history (organization_id, profile_id," \
	"   kind, rights, granted_by, ended_by, recorded_during)" \
	" SELECT organization_id, id, 'profile_features', features," \
	"   features_by, $1, tstzrange(features_since, $2)" \
	" FROM practiceacl.profile" \
	" WHERE organization_id = $3 AND id = $4 AND features_since < $2" \
	"   AND features OPERATOR(practiceacl.<>) 'none'::practiceacl.rights"

/* The rights of a JSON array, and whether a row gives the same on the same. */
#define ITEMS(json) \
	"(SELECT group_id, agenda_id, rights::practiceacl.rights AS rights" \
	"   FROM jsonb_to_recordset(" json "::jsonb)" \
	"     AS item (group_id uuid, agenda_id uuid, rights text))"
#define SAME(a, b) \
	a ".group_id IS NOT DISTINCT FROM " b ".group_id" \
	" AND " a ".agenda_id IS NOT DISTINCT FROM " b ".agenda_id" \
	" AND " a ".rights OPERATOR(practiceacl.=) " b ".rights"
#define UNION "practiceacl.rights_union"
#define NONE "'none'::practiceacl.rights"

static PaclStatement select_profile = {
	"SELECT organization_id, id, name, features FROM practiceacl.profile"
	" WHERE id = $1"
};

static PaclStatement find_profile = {
	"SELECT organization_id, id, name, features FROM practiceacl.profile"
	" WHERE organization_id = $1 AND lower(name) = lower($2)"
};

static PaclStatement insert_profile = {
	"INSERT INTO practiceacl.profile (organization_id, name, created_by,"
	"   created_at, features_since) VALUES ($1, $2, $3, $4, $4) RETURNING id"
};

static PaclStatement rename_profile = {
	"UPDATE practiceacl.profile SET name = $3"
	" WHERE organization_id = $1 AND id = $2"
};

static PaclStatement set_features = {
	"WITH history AS (" FEATURES_INTO_HISTORY ")"
	" UPDATE practiceacl.profile SET features = $5::practiceacl.rights,"
	"   features_by = $1, features_since = greatest(features_since, $2)"
	" WHERE organization_id = $3 AND id = $4"
};

static PaclStatement set_rights = {
	"WITH wanted AS MATERIALIZED " ITEMS("$5") ","
	" had AS MATERIALIZED ("
	"  SELECT * FROM practiceacl.profile_right"
	"  WHERE organization_id = $3 AND profile_id = $4),"
	" ended AS ("
	"  DELETE FROM practiceacl.profile_right r USING had h"
	"  WHERE r.organization_id = $3 AND r.id = h.id"
	"    AND NOT EXISTS (SELECT FROM wanted w WHERE " SAME("w", "h") ")"
	"  RETURNING r.*),"
	" history AS (" RIGHTS_INTO_HISTORY "),"
	" given AS ("
	"  INSERT INTO practiceacl.profile_right (organization_id, profile_id,"
	"    group_id, agenda_id, rights, granted_at, granted_by)"
	"  SELECT $3, $4, w.group_id, w.agenda_id, w.rights, $2, $1"
	"  FROM wanted w"
	"  WHERE NOT EXISTS (SELECT FROM had h WHERE " SAME("w", "h") ")"
	"  RETURNING 1)"
	" SELECT ((SELECT count(*) FROM ended)"
	"   + (SELECT count(*) FROM given))::int"
};

static PaclStatement select_most = {
	"SELECT coalesce(" UNION "(rights), 'none')"
	" FROM practiceacl.profile_right"
	" WHERE organization_id = $1 AND profile_id = $2"
};

/* What covers a right on the same agendas is no news. */
static PaclStatement select_new = {
	"SELECT coalesce(" UNION "(w.rights), 'none') FROM " ITEMS("$3") " AS w"
	" WHERE NOT EXISTS (SELECT FROM practiceacl.profile_right h"
	"   WHERE h.organization_id = $1 AND h.profile_id = $2"
	"     AND h.group_id IS NOT DISTINCT FROM w.group_id"
	"     AND h.agenda_id IS NOT DISTINCT FROM w.agenda_id"
	"     AND h.rights OPERATOR(practiceacl.@>) w.rights)"
};

/* Whether what names a group, an agenda, or neither, reaches an agenda. */
#define REACHES(right, agenda) \
	"(CASE WHEN " right ".agenda_id IS NOT NULL" \
	"        THEN " right ".agenda_id = " agenda ".id" \
	"      WHEN " right ".group_id IS NULL THEN true" \
	"      ELSE EXISTS (SELECT FROM practiceacl.agenda_group_member x" \
	"        WHERE x.organization_id = " agenda ".organization_id" \
	"          AND x.group_id = " right ".group_id" \
	"          AND x.agenda_id = " agenda ".id) END)"

static PaclStatement select_agendas = {
	"SELECT a.id FROM practiceacl.agenda a"
	" WHERE a.organization_id = $1"
	"   AND EXISTS (SELECT FROM practiceacl.profile_right r"
	"     WHERE r.organization_id = $1 AND r.profile_id = $2"
	"       AND " REACHES("r", "a") ")"
	" ORDER BY 1"
};

static PaclStatement select_people = {
	"SELECT account_id FROM practiceacl.profile_member"
	" WHERE organization_id = $1 AND profile_id = $2"
	"   AND (valid_until IS NULL OR valid_until > $3) ORDER BY 1"
};

static PaclStatement give_profile = {
	"INSERT INTO practiceacl.profile_member (organization_id, profile_id,"
	"   account_id, given_by, since) VALUES ($3, $4, $5, $1, $2)"
	" ON CONFLICT DO NOTHING"
};

/* One that ends with a review, or has ended so, is given again. */
static PaclStatement end_ending = {
	"WITH ended AS ("
	"  DELETE FROM practiceacl.profile_member"
	"  WHERE organization_id = $3 AND profile_id = $4 AND account_id = $5"
	"    AND valid_until IS NOT NULL"
	"  RETURNING *)"
	" " PEOPLE_INTO_HISTORY
};

static PaclStatement take_profile = {
	"WITH ended AS ("
	"  DELETE FROM practiceacl.profile_member"
	"  WHERE organization_id = $3 AND profile_id = $4 AND account_id = $5"
	"  RETURNING *),"
	" history AS (" PEOPLE_INTO_HISTORY ")"
	" SELECT EXISTS (SELECT FROM ended)"
};

static PaclStatement copy_profiles = {
	"WITH ended AS ("
	"  DELETE FROM practiceacl.profile_member h"
	"  WHERE $6 AND h.organization_id = $3 AND h.account_id = $5"
	"    AND NOT EXISTS (SELECT FROM practiceacl.profile_member w"
	"      WHERE w.organization_id = $3 AND w.account_id = $4"
	"        AND w.profile_id = h.profile_id)"
	"  RETURNING *),"
	" history AS (" PEOPLE_INTO_HISTORY "),"
	" given AS ("
	" INSERT INTO practiceacl.profile_member (organization_id, profile_id,"
	"   account_id, given_by, since)"
	" SELECT $3, profile_id, $5, $1, $2 FROM practiceacl.profile_member"
	" WHERE organization_id = $3 AND account_id = $4"
	"   AND (valid_until IS NULL OR valid_until > $2)"
	" ON CONFLICT DO NOTHING RETURNING 1)"
	" SELECT ((SELECT count(*) FROM ended) + (SELECT count(*) FROM given)) > 0"
};

static PaclStatement take_all = {
	"WITH ended AS ("
	"  DELETE FROM practiceacl.profile_member"
	"  WHERE organization_id = $3 AND account_id = $4 RETURNING *)"
	" " PEOPLE_INTO_HISTORY
};

/* What refers to it, and then it. */
static PaclStatement delete_rows[] = {
	{"WITH ended AS ("
		"  DELETE FROM practiceacl.profile_member"
		"  WHERE organization_id = $3 AND profile_id = $4 RETURNING *)"
	" " PEOPLE_INTO_HISTORY},
	{"WITH ended AS ("
		"  DELETE FROM practiceacl.profile_right"
		"  WHERE organization_id = $3 AND profile_id = $4 RETURNING *)"
	" " RIGHTS_INTO_HISTORY},
	{FEATURES_INTO_HISTORY},
};

static PaclStatement delete_profile = {
	"DELETE FROM practiceacl.profile WHERE organization_id = $1 AND id = $2"
};

/* With flags from read upwards, as reader/access.c has it. */
#define EFFECTIVE(rights, features) \
	"CASE WHEN " rights " OPERATOR(practiceacl.@>) 'read'::practiceacl.rights" \
	"   THEN " rights " OPERATOR(practiceacl.|) (" features \
	"     OPERATOR(practiceacl.-) 'public_profile'::practiceacl.rights)" \
	"   ELSE " rights " END"

static PaclStatement select_preview = {
	.sql = "WITH now_given AS ("
	"  SELECT group_id, agenda_id, rights FROM practiceacl.profile_right"
	"  WHERE organization_id = $1 AND profile_id = $2"
	"), then_given AS ("
	"  SELECT * FROM " ITEMS("$3") " AS w WHERE $3 IS NOT NULL"
	"  UNION ALL"
	"  SELECT * FROM now_given WHERE $3 IS NULL"
	"), reached AS MATERIALIZED ("
	"  SELECT a.id AS agenda_id, a.holder_id, a.colleague_rights,"
	"    coalesce((SELECT " UNION "(r.rights) FROM now_given r"
	"      WHERE " REACHES("r", "a") "), " NONE ") AS now_rights,"
	"    coalesce((SELECT " UNION "(r.rights) FROM then_given r"
	"      WHERE " REACHES("r", "a") "), " NONE ") AS then_rights"
	"  FROM practiceacl.agenda a WHERE a.organization_id = $1"
	"), person AS MATERIALIZED ("
	"  SELECT m.account_id, p.features AS now_features,"
	"    practiceacl.is_colleague($1, m.account_id) AS colleague,"
	"    m.features OPERATOR(practiceacl.|) coalesce(("
	"      SELECT " UNION "(o.features)"
	"      FROM practiceacl.profile_member y"
	"      JOIN practiceacl.profile o ON o.organization_id = $1"
	"        AND o.id = y.profile_id AND o.id <> $2"
	"      WHERE y.organization_id = $1 AND y.account_id = m.account_id"
	"        AND (y.valid_until IS NULL OR y.valid_until > $5)),"
	"      " NONE ") AS other_features"
	"  FROM practiceacl.profile_member x"
	"  JOIN practiceacl.profile p ON p.organization_id = $1 AND p.id = $2"
	"  JOIN practiceacl.membership m ON m.organization_id = $1"
	"    AND m.account_id = x.account_id"
	"  WHERE x.organization_id = $1 AND x.profile_id = $2"
	"    AND (x.valid_until IS NULL OR x.valid_until > $5)"
	"    AND m.status IN ('active', 'unlisted')"
	"), other AS MATERIALIZED ("
	"  SELECT g.account_id, g.agenda_id, " UNION "(g.rights) AS rights"
	"  FROM practiceacl.every_grant g JOIN person USING (account_id)"
	"  WHERE g.organization_id = $1 AND g.profile_id IS DISTINCT FROM $2"
	"    AND g.valid_during @> $5::timestamptz"
	"  GROUP BY 1, 2"
	"), united AS ("
	"  SELECT p.account_id, r.agenda_id, p.now_features, p.other_features,"
	"    u.rights OPERATOR(practiceacl.|) r.now_rights AS now_rights,"
	"    u.rights OPERATOR(practiceacl.|) r.then_rights AS then_rights"
	"  FROM person p JOIN reached r ON r.holder_id IS DISTINCT FROM p.account_id"
	"  LEFT JOIN other o ON o.account_id = p.account_id"
	"    AND o.agenda_id = r.agenda_id"
	"  CROSS JOIN LATERAL (SELECT coalesce(o.rights, " NONE ")"
	"    OPERATOR(practiceacl.|) CASE WHEN p.colleague"
	"      THEN r.colleague_rights ELSE " NONE " END AS rights) AS u"
	"), effective AS ("
	"  SELECT account_id, agenda_id, " EFFECTIVE("now_rights",
												 "(other_features OPERATOR(practiceacl.|) now_features)")
	"    AS before, " EFFECTIVE("then_rights",
								"(other_features OPERATOR(practiceacl.|) $4::practiceacl.rights)")
	"    AS after"
	"  FROM united)"
	" SELECT account_id, agenda_id, before, after FROM effective"
	" WHERE before OPERATOR(practiceacl.<>) after ORDER BY 1, 2",
	.as_reader = true
};

static bool
read_row(PaclRows *rows, bool found, PaclProfile *profile)
{
	if (found)
	{
		profile->organization_id = *pacl_column_uuid(rows, 1);
		profile->id = *pacl_column_uuid(rows, 2);
		profile->name = pacl_column_text(rows, 3);
		profile->features = pacl_column_rights(rows, 4);
	}
	pacl_done(rows);
	return found;
}

bool
pacl_profile_store_read(const pg_uuid_t *id, PaclProfile *profile)
{
	PaclRows	rows;
	bool		found = pacl_query_row(&rows, &select_profile,
									   PACL_ARGS(pacl_uuid(id)));

	return read_row(&rows, found, profile);
}

bool
pacl_profile_store_find(const pg_uuid_t *organization_id, const char *name,
						PaclProfile *profile)
{
	PaclRows	rows;
	bool		found = pacl_query_row(&rows, &find_profile,
									   PACL_ARGS(pacl_uuid(organization_id),
												 pacl_text(name)));

	return read_row(&rows, found, profile);
}

void
pacl_profile_store_insert(PaclProfile *profile, const pg_uuid_t *by,
						  TimestampTz at)
{
	PaclRows	rows;

	(void) pacl_query_row(&rows, &insert_profile,
						  PACL_ARGS(pacl_uuid(&profile->organization_id),
									pacl_text(profile->name), pacl_uuid(by),
									pacl_time(at)));
	profile->id = *pacl_column_uuid(&rows, 1);
	pacl_done(&rows);
}

void
pacl_profile_store_rename(const PaclProfile *profile)
{
	pacl_run(&rename_profile,
			 PACL_ARGS(pacl_uuid(&profile->organization_id),
					   pacl_uuid(&profile->id), pacl_text(profile->name)));
}

/* What every statement that changes one begins with. */
#define PROFILE_ARGS(profile, by, at) \
	pacl_uuid(by), \
	pacl_time(at), \
	pacl_uuid(&(profile)->organization_id), \
	pacl_uuid(&(profile)->id)

void
pacl_profile_store_set_features(const PaclProfile *profile,
								const pg_uuid_t *by, TimestampTz at)
{
	pacl_run(&set_features,
			 PACL_ARGS(PROFILE_ARGS(profile, by, at),
					   pacl_rights(profile->features)));
}

int
pacl_profile_store_set_rights(const PaclProfile *profile, const char *rights,
							  const pg_uuid_t *by, TimestampTz at)
{
	PaclRows	rows;
	int			changed;

	pacl_query_row(&rows, &set_rights,
				   PACL_ARGS(PROFILE_ARGS(profile, by, at),
							 pacl_text(rights)));
	changed = pacl_column_int(&rows, 1);
	pacl_done(&rows);
	return changed;
}

static PaclRights
read_rights(PaclRows *rows)
{
	PaclRights	rights = pacl_column_rights(rows, 1);

	pacl_done(rows);
	return rights;
}

PaclRights
pacl_profile_store_most(const PaclProfile *profile)
{
	PaclRows	rows;

	(void) pacl_query_row(&rows, &select_most,
						  PACL_ARGS(pacl_uuid(&profile->organization_id),
									pacl_uuid(&profile->id)));
	return read_rights(&rows);
}

PaclRights
pacl_profile_store_new(const PaclProfile *profile, const char *rights)
{
	PaclRows	rows;

	(void) pacl_query_row(&rows, &select_new,
						  PACL_ARGS(pacl_uuid(&profile->organization_id),
									pacl_uuid(&profile->id),
									pacl_text(rights)));
	return read_rights(&rows);
}

pg_uuid_t *
pacl_profile_store_agendas(const PaclProfile *profile, int *count)
{
	PaclRows	rows;

	pacl_query(&rows, &select_agendas,
			   PACL_ARGS(pacl_uuid(&profile->organization_id),
						 pacl_uuid(&profile->id)));
	return pacl_rows_uuids(&rows, count);
}

pg_uuid_t *
pacl_profile_store_people(const PaclProfile *profile, TimestampTz at,
						  int *count)
{
	PaclRows	rows;

	pacl_query(&rows, &select_people,
			   PACL_ARGS(pacl_uuid(&profile->organization_id),
						 pacl_uuid(&profile->id), pacl_time(at)));
	return pacl_rows_uuids(&rows, count);
}

bool
pacl_profile_store_give(const PaclProfile *profile,
						const pg_uuid_t *account_id, const pg_uuid_t *by,
						TimestampTz at)
{
	pacl_run(&end_ending,
			 PACL_ARGS(PROFILE_ARGS(profile, by, at), pacl_uuid(account_id)));
	pacl_membership_store_note_sharing(&profile->organization_id, account_id);
	return pacl_run(&give_profile,
					PACL_ARGS(PROFILE_ARGS(profile, by, at),
							  pacl_uuid(account_id))) > 0;
}

bool
pacl_profile_store_take(const PaclProfile *profile,
						const pg_uuid_t *account_id, const pg_uuid_t *by,
						TimestampTz at)
{
	PaclRows	rows;

	pacl_query(&rows, &take_profile,
			   PACL_ARGS(PROFILE_ARGS(profile, by, at),
						 pacl_uuid(account_id)));
	return pacl_rows_bool(&rows);
}

bool
pacl_profile_store_copy(const pg_uuid_t *organization_id,
						const pg_uuid_t *from_account,
						const pg_uuid_t *to_account, bool replace,
						const pg_uuid_t *by, TimestampTz at)
{
	PaclRows	rows;
	bool		changed;

	pacl_query(&rows, &copy_profiles,
			   PACL_ARGS(pacl_uuid(by), pacl_time(at),
						 pacl_uuid(organization_id), pacl_uuid(from_account),
						 pacl_uuid(to_account), pacl_bool(replace)));
	changed = pacl_rows_bool(&rows);
	if (changed)
		pacl_membership_store_note_sharing(organization_id, to_account);
	return changed;
}

void
pacl_profile_store_take_all(const pg_uuid_t *organization_id,
							const pg_uuid_t *account_id, const pg_uuid_t *by,
							TimestampTz at)
{
	pacl_run(&take_all,
			 PACL_ARGS(pacl_uuid(by), pacl_time(at),
					   pacl_uuid(organization_id), pacl_uuid(account_id)));
}

void
pacl_profile_store_delete(const PaclProfile *profile, const pg_uuid_t *by,
						  TimestampTz at)
{
	for (int i = 0; i < (int) lengthof(delete_rows); i++)
		pacl_run(&delete_rows[i],
				 PACL_ARGS(PROFILE_ARGS(profile, by, at)));
	pacl_run(&delete_profile,
			 PACL_ARGS(pacl_uuid(&profile->organization_id),
					   pacl_uuid(&profile->id)));
}

void
pacl_profile_store_preview(PaclRows *rows, const PaclProfile *profile,
						   const char *rights, PaclRights features,
						   TimestampTz at)
{
	pacl_query(rows, &select_preview,
			   PACL_ARGS(pacl_uuid(&profile->organization_id),
						 pacl_uuid(&profile->id), pacl_text(rights),
						 pacl_rights(features), pacl_time(at)));
}

PACL_STATEMENTS(profile,
	PACL_ONE(select_profile),
	PACL_ONE(find_profile),
	PACL_ONE(insert_profile),
	PACL_ONE(rename_profile),
	PACL_ONE(set_features),
	PACL_ONE(set_rights),
	PACL_ONE(select_most),
	PACL_ONE(select_new),
	PACL_ONE(select_agendas),
	PACL_ONE(select_people),
	PACL_ONE(give_profile),
	PACL_ONE(end_ending),
	PACL_ONE(take_profile),
	PACL_ONE(copy_profiles),
	PACL_ONE(take_all),
	PACL_EACH(delete_rows),
	PACL_ONE(delete_profile),
	PACL_ONE(select_preview));
