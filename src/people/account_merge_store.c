/*
 * account_merge_store.c
 *		Rows that name an account which becomes another one.
 */
#include "postgres.h"

#include "utils/guc.h"

#include "base/statement.h"
#include "identity/account_store.h"
#include "people/account_merge_store.h"

static PaclStatement select_alias = {
	"SELECT merged_into FROM practiceacl.account"
	" WHERE id = $1 AND merged_into IS NOT NULL"
};

static PaclStatement delete_alias = {
	"DELETE FROM practiceacl.account WHERE id = $1 AND merged_into = $2"
};

/* From here on $1 is the account that ends, $2 the one that stays. */
#define OF_EITHER(account) account " IN ($1, $2)"

#define HAS_PART(table) \
	"EXISTS (SELECT FROM practiceacl." table " t" \
	"   WHERE t.organization_id = m.organization_id AND " OF_EITHER("t.account_id") ")"

static PaclStatement select_moving = {
	"SELECT string_agg(m.organization_id::text, ', ' ORDER BY m.organization_id)"
	" FROM practiceacl.organization_move m"
	" WHERE m.state NOT IN ('received', 'forgotten')"
	"   AND (" HAS_PART("membership") " OR " HAS_PART("invitation")
	"     OR " HAS_PART("reading") ")"
};

/* Their memberships where both have one: e ends, s stays. */
#define IN_BOTH \
	" FROM practiceacl.membership e JOIN practiceacl.membership s" \
	"   ON s.organization_id = e.organization_id AND s.account_id = $2"

static PaclStatement select_differ = {
	"SELECT string_agg(o.name, ', ' ORDER BY o.name)" IN_BOTH
	" JOIN practiceacl.organization o ON o.id = e.organization_id"
	" WHERE e.account_id = $1 AND 'removed' NOT IN (e.status, s.status)"
	"   AND (e.status = 'disabled') <> (s.status = 'disabled')"
};

/*
 * What both have, before everything follows; $3 is the time.  Rights that an
 * account had on a calendar that is its own now end.
 */
static PaclStatement unite[] = {
	/* What was true where both were members stays under the two ids. */
	{"INSERT INTO practiceacl.access_history (organization_id, account_id,"
		"   kind, rights, status, admin, recorded_during)"
		" SELECT e.organization_id, e.account_id, 'membership', e.features,"
		"   e.status, e.admin, tstzrange(e.state_since, $3)" IN_BOTH
	" WHERE e.account_id = $1 AND e.state_since < $3"},
	/* The higher level, all flags; a removed one gives way. */
	{"WITH united AS MATERIALIZED ("
		"   SELECT e.organization_id,"
		"     s.features OPERATOR(practiceacl.|) e.features AS features,"
		"     CASE WHEN s.status = 'removed' THEN e.status"
		"       WHEN 'active' IN (e.status, s.status) THEN 'active'"
		"       ELSE s.status END AS status,"
		"     CASE WHEN 'full' IN (e.admin, s.admin) THEN 'full'"
		"       WHEN 'users' IN (e.admin, s.admin) THEN 'users'"
		"       ELSE 'none' END AS admin,"
		"     least(e.joined_at, s.joined_at) AS joined_at,"
		"     greatest(e.last_log_in_at, s.last_log_in_at) AS last_log_in_at,"
		"     coalesce(s.job_title, e.job_title) AS job_title,"
		"     coalesce(s.work_mobile, e.work_mobile) AS work_mobile,"
		"     e.shares OR s.shares AS shares,"
		"     s.features AS former_features, s.status AS former_status,"
		"     s.admin AS former_admin, s.state_since" IN_BOTH
		"   WHERE e.account_id = $1"
		" ), changed AS MATERIALIZED ("
		"   SELECT * FROM united"
		"   WHERE features OPERATOR(practiceacl.<>) former_features"
		"     OR status <> former_status OR admin <> former_admin"
		" ), before AS ("
		"   INSERT INTO practiceacl.access_history (organization_id, account_id,"
		"     kind, rights, status, admin, recorded_during)"
		"   SELECT organization_id, $2, 'membership', former_features,"
		"     former_status, former_admin, tstzrange(state_since, $3)"
		"   FROM changed WHERE state_since < $3)"
		" UPDATE practiceacl.membership m"
		" SET features = u.features, status = u.status, admin = u.admin,"
		"   joined_at = u.joined_at, last_log_in_at = u.last_log_in_at,"
		"   job_title = u.job_title, work_mobile = u.work_mobile,"
		"   shares = u.shares,"
		"   state_since = CASE WHEN u.organization_id IN"
		"     (SELECT organization_id FROM changed)"
		"     THEN greatest(m.state_since, $3) ELSE m.state_since END"
		" FROM united u"
	" WHERE m.organization_id = u.organization_id AND m.account_id = $2"},
	{"WITH ended AS ("
		"  DELETE FROM practiceacl.access_grant x USING practiceacl.agenda a"
		"  WHERE a.organization_id = x.organization_id AND a.id = x.agenda_id"
		"    AND " OF_EITHER("x.account_id") " AND " OF_EITHER("a.holder_id")
		"  RETURNING x.*)"
		" INSERT INTO practiceacl.access_history (organization_id, agenda_id,"
		"   account_id, kind, rights, granted_by, recorded_during,"
		"   valid_during, source, reason)"
		" SELECT organization_id, agenda_id, account_id, 'grant', rights,"
		"   granted_by, tstzrange(granted_at, $3), valid_during, source, reason"
	" FROM ended WHERE granted_at < $3"},
	{"WITH ended AS ("
		"  DELETE FROM practiceacl.profile_member e"
		"  USING practiceacl.profile_member s"
		"  WHERE e.account_id = $1 AND s.account_id = $2"
		"    AND s.organization_id = e.organization_id"
		"    AND s.profile_id = e.profile_id"
		"  RETURNING e.*),"
		" kept AS ("
		"  UPDATE practiceacl.profile_member s"
		"  SET valid_until = CASE WHEN e.valid_until IS NOT NULL"
		"    THEN greatest(s.valid_until, e.valid_until) END"
		"  FROM ended e"
		"  WHERE s.organization_id = e.organization_id"
		"    AND s.profile_id = e.profile_id AND s.account_id = $2"
		"    AND s.valid_until IS NOT NULL)"
		" INSERT INTO practiceacl.access_history (organization_id, profile_id,"
		"   account_id, kind, rights, granted_by, recorded_during, valid_during)"
		" SELECT organization_id, profile_id, account_id, 'profile_member', 'none',"
		"   given_by, tstzrange(since, $3), tstzrange(NULL, valid_until)"
	" FROM ended WHERE since < $3"},
	{"UPDATE practiceacl.rights_request e"
		" SET status = 'replaced', answered_at = $3"
		" WHERE e.account_id = $1 AND e.status = 'pending'"
		"   AND EXISTS (SELECT FROM practiceacl.rights_request s"
		"     WHERE s.organization_id = e.organization_id"
		"       AND s.agenda_id = e.agenda_id AND s.account_id = $2"
	"       AND s.status = 'pending')"},
	{"UPDATE practiceacl.rights_request r"
		" SET status = 'lapsed', answered_at = $3"
		" FROM practiceacl.agenda a"
		" WHERE a.organization_id = r.organization_id AND a.id = r.agenda_id"
		"   AND " OF_EITHER("r.account_id") " AND " OF_EITHER("a.holder_id")
	"   AND r.status = 'pending'"},
	{"WITH ended AS ("
		"  DELETE FROM practiceacl.notice_read WHERE account_id = $1 RETURNING *)"
		" INSERT INTO practiceacl.notice_read (notice_id, account_id, read_at)"
	" SELECT notice_id, $2, read_at FROM ended ON CONFLICT DO NOTHING"},
	{"WITH ended AS ("
		"  DELETE FROM practiceacl.reading WHERE account_id = $1 RETURNING *)"
		" INSERT INTO practiceacl.reading (organization_id, agenda_id, account_id,"
		"   day, emergency, times)"
		" SELECT organization_id, agenda_id, $2, day, emergency, times FROM ended"
		" ON CONFLICT (organization_id, agenda_id, account_id, day, emergency)"
	" DO UPDATE SET times = reading.times + excluded.times"},
	/* Links and passwords for an address that is nobody's any more. */
	{"DELETE FROM practiceacl.outbox WHERE account_id = $1"
		"   AND sent_at IS NULL AND sealed_secret IS NOT NULL"
	"   AND kind <> 'invitation'"},
	/* A temporary password is known to whoever made the account. */
	{"DELETE FROM practiceacl.password"
	" WHERE account_id = $2 AND temporary_until IS NOT NULL"},
	/* And nobody else may set it, or correct the name, from now on. */
	{"UPDATE practiceacl.account SET first_used_at = $3"
	" WHERE id = $2 AND first_used_at IS NULL"},
	{"DELETE FROM practiceacl.membership e WHERE e.account_id = $1"
		"   AND EXISTS (SELECT FROM practiceacl.membership s"
	"     WHERE s.organization_id = e.organization_id AND s.account_id = $2)"},
};

/*
 * By what the view has decided, and, of the extensions beside this one, by
 * what refers to accounts.  $3 is whether both accounts were there.
 */
static PaclStatement select_rewrites = {
	"WITH decided AS ("
	"  SELECT table_name, column_name, on_merge FROM practiceacl.account_columns"
	"  UNION ALL"
	"  SELECT c.relname, a.attname, 'follows'"
	"  FROM pg_catalog.pg_constraint f"
	"  JOIN pg_catalog.pg_class c ON c.oid = f.conrelid"
	"    AND c.relnamespace = 'practiceacl'::regnamespace"
	"  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid"
	"    AND a.attnum = f.conkey[1]"
	"  WHERE f.contype = 'f' AND f.confrelid = 'practiceacl.account'::regclass"
	"    AND c.relname NOT IN (SELECT table_name FROM practiceacl.account_columns))"
	" SELECT format(CASE WHEN $3 AND on_merge = 'ends'"
	"   THEN 'WITH done AS (DELETE FROM practiceacl.%1$I WHERE %2$I = %3$L"
	" RETURNING 1) SELECT 0::bigint FROM done LIMIT 1'"
	"   ELSE 'WITH done AS (UPDATE practiceacl.%1$I SET %2$I = %4$L"
	" WHERE %2$I = %3$L%5$s RETURNING 1) SELECT count(*) FROM done' END,"
	"   table_name, column_name, $1::text, $2::text,"
	"   CASE WHEN $3 AND (table_name, column_name) = ('access_history', 'account_id')"
	"     THEN format(' AND organization_id NOT IN"
	" (SELECT h.organization_id FROM practiceacl.access_history h"
	" WHERE h.account_id = %1$L AND h.kind = %2$L"
	" UNION SELECT p.organization_id FROM practiceacl.membership p"
	" WHERE p.account_id = %1$L)', $2::text, 'membership') END)"
	" FROM decided WHERE on_merge <> 'stays'"
	" ORDER BY table_name, column_name"
};

/* What names an account within a value. */
static PaclStatement rename_in_values[] = {
	{"UPDATE practiceacl.outbox"
		" SET payload = jsonb_set(payload, '{account_id}', to_jsonb($2::text))"
	" WHERE payload ->> 'account_id' = $1::text"},
	{"UPDATE practiceacl.outbox"
		" SET payload = jsonb_set(payload, '{requested_by_id}', to_jsonb($2::text))"
	" WHERE payload ->> 'requested_by_id' = $1::text"},
	{"UPDATE practiceacl.invitation"
		" SET offer = jsonb_set(offer, '{clone_from}', to_jsonb($2::text))"
	" WHERE offer ->> 'clone_from' = $1::text"},
};

static PaclStatement copy_account = {
	"INSERT INTO practiceacl.account"
	" SELECT (jsonb_populate_record(a,"
	"   jsonb_build_object('id', $2, 'second_factor_id', NULL))).*"
	" FROM practiceacl.account a WHERE id = $1"
};

static PaclStatement end_account = {
	"UPDATE practiceacl.account SET status = 'deleted', email = NULL,"
	"   mobile = NULL, sms_copies = false, first_used_at = NULL,"
	"   second_factor_id = NULL, merged_into = $2"
	" WHERE id = $1"
};

#define BOTH(accounts) pacl_uuid(&(accounts)[0]), pacl_uuid(&(accounts)[1])

bool
pacl_account_merge_store_alias(const pg_uuid_t *id, pg_uuid_t *account_id)
{
	PaclRows	rows;
	bool		found = pacl_query_row(&rows, &select_alias,
									   PACL_ARGS(pacl_uuid(id)));

	if (found)
		*account_id = *pacl_column_uuid(&rows, 1);
	pacl_done(&rows);
	return found;
}

bool
pacl_account_merge_store_drop_alias(const pg_uuid_t *id,
									const pg_uuid_t *account_id)
{
	return pacl_run(&delete_alias, PACL_ARGS(pacl_uuid(id),
											 pacl_uuid(account_id))) == 1;
}

char *
pacl_account_merge_store_moving(const pg_uuid_t *accounts)
{
	return pacl_query_text(&select_moving, PACL_ARGS(BOTH(accounts)));
}

char *
pacl_account_merge_store_differ(const pg_uuid_t *accounts)
{
	return pacl_query_text(&select_differ, PACL_ARGS(BOTH(accounts)));
}

/* Parents and children change in turn; in the end every reference is whole. */
static int
begin_rewriting(void)
{
	int			level = NewGUCNestLevel();

	(void) set_config_option("session_replication_role", "replica", PGC_SUSET,
							 PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	return level;
}

static void
add_count(void *state, Datum *values, bool *nulls, TupleDesc descriptor)
{
	*(int64 *) state += DatumGetInt64(values[0]);
}

static int64
rewrite(const pg_uuid_t *accounts, bool both_existed)
{
	PaclRows	rows;
	int64		count = 0;

	pacl_query(&rows, &select_rewrites,
			   PACL_ARGS(BOTH(accounts), pacl_bool(both_existed)));
	while (pacl_next(&rows))
		pacl_read_text(pacl_column_text(&rows, 1), add_count, &count);
	pacl_done(&rows);
	for (int i = 0; i < lengthof(rename_in_values); i++)
		pacl_run(&rename_in_values[i], PACL_ARGS(BOTH(accounts)));
	pacl_run(&end_account, PACL_ARGS(BOTH(accounts)));
	return count;
}

int64
pacl_account_merge_store_unite(const pg_uuid_t *accounts,
							   const char *ending_email,
							   const char *staying_email, TimestampTz at)
{
	int			level = begin_rewriting();
	int64		count;

	for (int i = 0; i < lengthof(unite); i++)
		pacl_run(&unite[i], PACL_ARGS(BOTH(accounts), pacl_time(at)));
	count = rewrite(accounts, true);
	pacl_account_store_move_invitations(ending_email, staying_email);
	AtEOXact_GUC(false, level);
	return count;
}

void
pacl_account_merge_store_copy(const pg_uuid_t *accounts)
{
	pacl_run(&copy_account, PACL_ARGS(BOTH(accounts)));
}

int64
pacl_account_merge_store_rename(const pg_uuid_t *accounts)
{
	int			level = begin_rewriting();
	int64		count = rewrite(accounts, false);

	AtEOXact_GUC(false, level);
	return count;
}

PACL_STATEMENTS(account_merge,
	PACL_ONE(select_alias),
	PACL_ONE(delete_alias),
	PACL_ONE(select_moving),
	PACL_ONE(select_differ),
	PACL_EACH(unite),
	PACL_ONE(select_rewrites),
	PACL_EACH(rename_in_values),
	PACL_ONE(copy_account),
	PACL_ONE(end_account));
