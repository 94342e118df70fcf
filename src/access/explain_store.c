/*
 * explain_store.c
 *		Who has which access, where from, and since when.
 */
#include "postgres.h"

#include "access/explain_store.h"
#include "reader/access.h"

#define NAME(account) \
	"btrim(" account ".first_name || ' ' || " account ".last_name)"
#define UNION "practiceacl.rights_union"
/* The holder's own flag holds on no other holder's agenda. */
#define FOLLOWING(features) \
	"(" features " OPERATOR(practiceacl.-) 'public_profile'::practiceacl.rights)"
#define SOME(rights) \
	rights " OPERATOR(practiceacl.<>) 'none'::practiceacl.rights"
/*
 * Whether a member is a colleague at a moment, as reader/access.c has it, from
 * the grants that stand then: columns account_id, valid_during and source.
 */
#define IS_COLLEAGUE(m, agendas, grants, at) \
	"(" m ".status = 'active' AND (" m ".admin <> 'none'" \
	"   OR EXISTS (SELECT FROM " agendas " c" \
	"     WHERE c.organization_id = " m ".organization_id" \
	"       AND c.holder_id = " m ".account_id)" \
	"   OR EXISTS (SELECT FROM " grants " c" \
	"     WHERE c.organization_id = " m ".organization_id" \
	"       AND c.account_id = " m ".account_id AND (upper_inf(c.valid_during)" \
	"         OR upper(c.valid_during) > " at "))" \
	"   OR NOT EXISTS (SELECT FROM " grants " c" \
	"     WHERE c.organization_id = " m ".organization_id" \
	"       AND c.account_id = " m ".account_id" \
	"       AND c.source <> 'break_glass')))"
#define COVERS(rights, needed) \
	rights " OPERATOR(practiceacl.@>) '" needed "'::practiceacl.rights"

/* Rows of the history that stood in their table at $1. */
#define OF_KIND(kind) \
	"practiceacl.access_history h" \
	"    ON h.organization_id = p.organization_id AND h.kind = '" kind "'" \
	"    AND h.recorded_during @> $1::timestamptz"
/* Whether what names a group, or none for all agendas, reaches the agenda. */
#define REACHES(given) \
	"(" given ".group_id IS NULL AND p.created_at <= $1" \
	"   OR " given ".group_id IN (SELECT group_id FROM in_group))"

static PaclStatement select_candidates = {
	.sql = "SELECT a.id, " NAME("a")
	" FROM (SELECT account_id FROM practiceacl.every_grant"
	"         WHERE agenda_id = $1"
	"       UNION"
	"       SELECT holder_id FROM practiceacl.agenda WHERE id = $1"
	"       UNION"
	"       SELECT m.account_id FROM practiceacl.agenda g"
	"       JOIN practiceacl.membership m"
	"         ON m.organization_id = g.organization_id AND m.status = 'active'"
	"       WHERE g.id = $1 AND " SOME("g.colleague_rights") ") AS c"
	" JOIN practiceacl.account a ON a.id = c.account_id"
	" WHERE a.status = 'active' AND ($2::uuid IS NULL OR a.id = $2)"
	" ORDER BY 2, 1",
	.as_reader = true
};

/*
 * What lies in the way of all sources at once comes first, and then what is
 * wrong with each.  The last taking is told only where nothing is left.
 */
static PaclStatement select_sources = {
	.sql = "WITH place AS ("
	"  SELECT g.organization_id, g.id AS agenda_id, g.holder_id, g.held_since,"
	"    m.account_id, " FOLLOWING("m.features") " AS features, m.state_since,"
	"    g.colleague_rights, g.colleague_rights_since, g.colleague_rights_by,"
	"    " IS_COLLEAGUE("m", "practiceacl.agenda",
						"practiceacl.member_grant", "$3") " AS colleague,"
	"    CASE WHEN m.account_id IS NULL"
	"           THEN 'not a member of the organization'"
	"         WHEN m.status = 'disabled' THEN 'disabled in the organization'"
	"         WHEN m.status = 'removed' THEN 'removed from the organization'"
	"         WHEN a.status = 'blocked' THEN 'the account is blocked'"
	"         WHEN a.status <> 'active' THEN 'the account was deleted'"
	"    END AS barred"
	"  FROM practiceacl.agenda g"
	"  LEFT JOIN practiceacl.membership m"
	"    ON m.organization_id = g.organization_id AND m.account_id = $1"
	"  LEFT JOIN practiceacl.account a ON a.id = m.account_id"
	"  WHERE g.id = $2"
	"), given AS ("
	"  SELECT CASE WHEN x.source = ANY ('{break_glass, group, profile}')"
	"           THEN x.source ELSE 'grant' END AS source,"
	"    x.rights, x.valid_during, x.granted_by, x.granted_at,"
	"    CASE WHEN x.source <> ALL ('{group, profile}') THEN x.source END"
	"      AS act, x.reason,"
	"    CASE WHEN p.barred IS NOT NULL THEN p.barred"
	"         WHEN NOT upper_inf(x.valid_during)"
	"           AND upper(x.valid_during) <= $3 THEN 'lapsed'"
	"         WHEN NOT x.valid_during @> $3::timestamptz THEN 'not yet'"
	"    END AS why_not"
	"  FROM place p"
	"  JOIN practiceacl.every_grant x"
	"    ON x.organization_id = p.organization_id"
	"    AND x.account_id = p.account_id AND x.agenda_id = p.agenda_id"
	"  UNION ALL"
	"  SELECT 'holder', $4::practiceacl.rights, tstzrange(NULL, NULL),"
	"    NULL, p.held_since, NULL, NULL, p.barred"
	"  FROM place p WHERE p.holder_id = p.account_id"
	"  UNION ALL"
	"  SELECT 'colleague', p.colleague_rights, tstzrange(NULL, NULL),"
	"    p.colleague_rights_by, p.colleague_rights_since, NULL, NULL,"
	"    CASE WHEN p.barred IS NOT NULL THEN p.barred"
	"         WHEN NOT p.colleague THEN 'a former colleague' END"
	"  FROM place p WHERE " SOME("p.colleague_rights")
	"    AND p.account_id IS DISTINCT FROM p.holder_id"
	"), following AS ("
	"  SELECT p.features, NULL::uuid AS given_by, p.state_since AS since,"
	"    NULL::text AS name, NULL::timestamptz AS until"
	"  FROM place p"
	"  UNION ALL"
	"  SELECT " FOLLOWING("f.features") ", x.given_by,"
	"    greatest(x.since, f.features_since), f.name, x.valid_until"
	"  FROM place p"
	"  JOIN practiceacl.profile_member x"
	"    ON x.organization_id = p.organization_id"
	"    AND x.account_id = p.account_id"
	"  JOIN practiceacl.profile f"
	"    ON f.organization_id = x.organization_id AND f.id = x.profile_id"
	"), source AS ("
	"  SELECT g.* FROM given g"
	"  UNION ALL"
	"  SELECT 'features', f.features, tstzrange(NULL, f.until), f.given_by,"
	"    f.since, NULL, f.name,"
	"    CASE WHEN p.barred IS NOT NULL THEN p.barred"
	"         WHEN f.until <= $3 THEN 'lapsed'"
	"         WHEN NOT EXISTS (SELECT FROM given g WHERE g.why_not IS NULL"
	"           AND " COVERS("g.rights", "read") ")"
	"         THEN 'features hold from read upwards'"
	"    END"
	"  FROM place p, following f"
	"  WHERE " SOME("f.features")
	"), told AS ("
	"  SELECT s.*, NULL::uuid AS taken_by FROM source s"
	"  UNION ALL"
	"  SELECT 'none', 'none'::practiceacl.rights, NULL, NULL, NULL, NULL, NULL,"
	"    coalesce(p.barred, 'taken ' || to_char(upper(h.recorded_during)"
	"      AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI\" UTC\"')"
	"      || coalesce(' by ' || (SELECT " NAME("b")
	"        FROM practiceacl.account b WHERE b.id = h.ended_by), ''),"
	"      'no rights were ever given'), h.ended_by"
	"  FROM place p LEFT JOIN LATERAL ("
	"    SELECT * FROM practiceacl.access_history h"
	"    WHERE h.agenda_id = p.agenda_id AND h.account_id = $1"
	"    ORDER BY upper(h.recorded_during) DESC, h.id DESC LIMIT 1) AS h ON true"
	"  WHERE NOT EXISTS (SELECT FROM given))"
	" SELECT t.source, t.rights, t.valid_during, t.why_not IS NULL,"
	"   t.granted_by, " NAME("b") ", t.granted_at, t.act, t.reason, t.why_not"
	" FROM told t LEFT JOIN practiceacl.account b ON b.id = t.granted_by"
	" ORDER BY t.why_not IS NOT NULL, array_position("
	"   ARRAY['holder', 'grant', 'group', 'profile', 'break_glass', 'colleague',"
	"     'features', 'none'],"
	"   t.source), t.granted_at, t.valid_during, t.reason",
	.as_reader = true
};

static PaclStatement select_concerns = {
	.sql = "SELECT EXISTS (SELECT FROM practiceacl.every_grant"
	"     WHERE account_id = $1 AND agenda_id = $2)"
	"   OR EXISTS (SELECT FROM practiceacl.agenda"
	"     WHERE holder_id = $1 AND id = $2)"
	"   OR EXISTS (SELECT FROM practiceacl.access_history"
	"     WHERE account_id = $1 AND agenda_id = $2)",
	.as_reader = true
};

/*
 * A living row stands since it was given; what it was before, and what is no
 * more, stands in the history for as long as it stood in its table.  That
 * support blocked an account is not dated, so it counts from now on only.
 */
static PaclStatement select_at = {
	.sql = "WITH place AS ("
	"  SELECT organization_id, id, created_at, colleague_rights,"
	"    colleague_rights_since"
	"  FROM practiceacl.agenda WHERE id = $2"
	"), membership AS ("
	"  SELECT m.organization_id, m.account_id, m.features, m.status, m.admin"
	"  FROM place p"
	"  JOIN practiceacl.membership m"
	"    ON m.organization_id = p.organization_id AND m.state_since <= $1"
	"  UNION ALL"
	"  SELECT h.organization_id, h.account_id, h.rights, h.status, h.admin"
	"  FROM place p"
	"  JOIN practiceacl.access_history h"
	"    ON h.organization_id = p.organization_id AND h.kind = 'membership'"
	"    AND h.recorded_during @> $1::timestamptz"
	"), holding AS ("
	"  SELECT g.organization_id, g.id AS agenda_id, g.holder_id"
	"  FROM place p"
	"  JOIN practiceacl.agenda g"
	"    ON g.organization_id = p.organization_id AND g.held_since <= $1"
	"  UNION ALL"
	"  SELECT h.organization_id, h.agenda_id, h.account_id"
	"  FROM place p"
	"  JOIN practiceacl.access_history h"
	"    ON h.organization_id = p.organization_id AND h.kind = 'holder'"
	"    AND h.recorded_during @> $1::timestamptz"
	"), given AS ("
	"  SELECT x.organization_id, x.agenda_id, x.account_id, x.rights,"
	"    x.valid_during, x.source"
	"  FROM place p"
	"  JOIN practiceacl.access_grant x"
	"    ON x.organization_id = p.organization_id AND x.granted_at <= $1"
	"  UNION ALL"
	"  SELECT h.organization_id, h.agenda_id, h.account_id, h.rights,"
	"    h.valid_during, h.source"
	"  FROM place p"
	"  JOIN practiceacl.access_history h"
	"    ON h.organization_id = p.organization_id AND h.kind = 'grant'"
	"    AND h.recorded_during @> $1::timestamptz"
	"), group_given AS ("
	"  SELECT x.organization_id, x.group_id, x.account_id, x.rights,"
	"    x.valid_during"
	"  FROM place p"
	"  JOIN practiceacl.group_grant x"
	"    ON x.organization_id = p.organization_id AND x.granted_at <= $1"
	"  UNION ALL"
	"  SELECT h.organization_id, h.group_id, h.account_id, h.rights,"
	"    h.valid_during"
	"  FROM place p"
	"  JOIN " OF_KIND("group_grant")
	"), profile_given AS ("
	"  SELECT x.organization_id, x.profile_id, x.account_id,"
	"    tstzrange(NULL, x.valid_until) AS valid_during"
	"  FROM place p"
	"  JOIN practiceacl.profile_member x"
	"    ON x.organization_id = p.organization_id AND x.since <= $1"
	"  UNION ALL"
	"  SELECT h.organization_id, h.profile_id, h.account_id, h.valid_during"
	"  FROM place p"
	"  JOIN " OF_KIND("profile_member")
	"), profile_right AS ("
	"  SELECT x.profile_id, x.group_id, x.agenda_id, x.rights"
	"  FROM place p"
	"  JOIN practiceacl.profile_right x"
	"    ON x.organization_id = p.organization_id AND x.granted_at <= $1"
	"  UNION ALL"
	"  SELECT h.profile_id, h.group_id, h.agenda_id, h.rights"
	"  FROM place p"
	"  JOIN " OF_KIND("profile_right")
	"), profile_features AS ("
	"  SELECT x.id AS profile_id, x.features"
	"  FROM place p"
	"  JOIN practiceacl.profile x"
	"    ON x.organization_id = p.organization_id AND x.features_since <= $1"
	"  UNION ALL"
	"  SELECT h.profile_id, h.rights"
	"  FROM place p"
	"  JOIN " OF_KIND("profile_features")
	"), in_group AS ("
	"  SELECT x.group_id"
	"  FROM place p"
	"  JOIN practiceacl.agenda_group_member x"
	"    ON x.organization_id = p.organization_id AND x.agenda_id = p.id"
	"    AND x.since <= $1"
	"  UNION ALL"
	"  SELECT h.group_id"
	"  FROM place p"
	"  JOIN " OF_KIND("group_agenda") " AND h.agenda_id = p.id"
	"), promised AS ("
	"  SELECT organization_id, account_id, valid_during, source FROM given"
	"  UNION ALL"
	"  SELECT organization_id, account_id, valid_during, 'group'"
	"  FROM group_given"
	"  UNION ALL"
	"  SELECT organization_id, account_id, valid_during, 'profile'"
	"  FROM profile_given"
	"), member AS ("
	"  SELECT m.organization_id, m.account_id, m.status, m.admin,"
	"    m.features OPERATOR(practiceacl.|) coalesce((SELECT " UNION "(f.features)"
	"      FROM profile_given g JOIN profile_features f USING (profile_id)"
	"      WHERE g.account_id = m.account_id"
	"        AND g.valid_during @> $1::timestamptz),"
	"      'none'::practiceacl.rights)"
	"      AS features"
	"  FROM membership m"
	"), shared AS ("
	"  SELECT p.colleague_rights AS rights FROM place p"
	"  WHERE p.colleague_rights_since <= $1"
	"  UNION ALL"
	"  SELECT h.rights FROM place p"
	"  JOIN practiceacl.access_history h"
	"    ON h.agenda_id = p.id AND h.kind = 'colleagues'"
	"    AND h.recorded_during @> $1::timestamptz"
	"), source AS ("
	"  SELECT h.holder_id AS account_id, $3::practiceacl.rights AS rights,"
	"    'holder' AS source"
	"  FROM holding h WHERE h.agenda_id = $2"
	"  UNION ALL"
	"  SELECT account_id, rights, source FROM given"
	"  WHERE agenda_id = $2 AND valid_during @> $1::timestamptz"
	"  UNION ALL"
	"  SELECT g.account_id, g.rights, 'group'"
	"  FROM place p, group_given g"
	"  WHERE g.valid_during @> $1::timestamptz AND " REACHES("g")
	"  UNION ALL"
	"  SELECT g.account_id, r.rights, 'profile'"
	"  FROM place p, profile_given g JOIN profile_right r USING (profile_id)"
	"  WHERE g.valid_during @> $1::timestamptz"
	"    AND (r.agenda_id = p.id OR r.agenda_id IS NULL AND " REACHES("r") ")"
	"  UNION ALL"
	"  SELECT m.account_id, s.rights, 'colleague'"
	"  FROM shared s, member m"
	"  WHERE " SOME("s.rights") " AND " IS_COLLEAGUE("m", "holding", "promised", "$1")
	"    AND NOT EXISTS (SELECT FROM holding h"
	"      WHERE h.agenda_id = $2 AND h.holder_id = m.account_id)"
	"), united AS ("
	"  SELECT account_id, " UNION "(rights) AS rights,"
	"    array_agg(DISTINCT source ORDER BY source) AS sources"
	"  FROM source WHERE $5::uuid IS NULL OR account_id = $5"
	"  GROUP BY account_id)"
	" SELECT u.account_id, " NAME("a") ","
	"   CASE WHEN " COVERS("u.rights", "read")
	"     THEN u.rights OPERATOR(practiceacl.|) " FOLLOWING("m.features")
	"     ELSE u.rights END,"
	"   CASE WHEN " COVERS("u.rights", "read")
	"       AND NOT u.rights OPERATOR(practiceacl.@>) " FOLLOWING("m.features")
	"     THEN u.sources || 'features'::text ELSE u.sources END"
	" FROM united u"
	" JOIN member m ON m.account_id = u.account_id"
	" JOIN practiceacl.account a ON a.id = u.account_id"
	" WHERE m." PACL_SQL_IS_ACTIVE
	"   AND (a.status = 'active' OR $1 < $4)"
	"   AND " COVERS("u.rights", "freebusy")
	" ORDER BY 2, 1",
	.as_reader = true
};

void
pacl_explain_store_candidates(PaclRows *rows, const pg_uuid_t *agenda_id,
							  const pg_uuid_t *only)
{
	pacl_query(rows, &select_candidates,
			   PACL_ARGS(pacl_uuid(agenda_id), pacl_uuid(only)));
}

void
pacl_explain_store_sources(PaclRows *rows, const pg_uuid_t *account_id,
						   const pg_uuid_t *agenda_id, TimestampTz at)
{
	pacl_query(rows, &select_sources,
			   PACL_ARGS(pacl_uuid(account_id), pacl_uuid(agenda_id),
						 pacl_time(at), pacl_rights(PACL_RIGHTS_ALL)));
}

bool
pacl_explain_store_concerns(const pg_uuid_t *account_id,
							const pg_uuid_t *agenda_id)
{
	PaclRows	rows;

	pacl_query(&rows, &select_concerns,
			   PACL_ARGS(pacl_uuid(account_id), pacl_uuid(agenda_id)));
	return pacl_rows_bool(&rows);
}

void
pacl_explain_store_at(PaclRows *rows, TimestampTz at,
					  const pg_uuid_t *agenda_id, TimestampTz now,
					  const pg_uuid_t *only)
{
	pacl_query(rows, &select_at,
			   PACL_ARGS(pacl_time(at), pacl_uuid(agenda_id),
						 pacl_rights(PACL_RIGHTS_ALL), pacl_time(now),
						 pacl_uuid(only)));
}

PACL_STATEMENTS(explain,
	PACL_ONE(select_candidates),
	PACL_ONE(select_sources),
	PACL_ONE(select_concerns),
	PACL_ONE(select_at));
