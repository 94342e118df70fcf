/*
 * membership_store.c
 *		Rows of memberships.
 */
#include "postgres.h"

#include "access/membership_store.h"
#include "base/statement.h"
#include "reader/access.h"

static PaclStatement select_membership = {
	"SELECT features, status, admin, job_title, work_mobile"
	" FROM practiceacl.membership"
	" WHERE organization_id = $1 AND account_id = $2"
};

static PaclStatement insert_membership = {
	"INSERT INTO practiceacl.membership (organization_id, account_id,"
	"   features, status, admin, job_title, work_mobile, state_since, joined_at)"
	" VALUES ($1, $2, $3::practiceacl.rights, $4, $5, $6, $7, $8, $8)"
};

/* A state that began and ended in one moment was never anybody's. */
#define MEMBERSHIP_HISTORY(ended_by, at) \
	"INSERT INTO practiceacl.access_history (organization_id, account_id," \
	"   kind, rights, status, admin, ended_by, recorded_during)" \
	" SELECT organization_id, account_id, 'membership', features, status," \
	"   admin, " ended_by ", tstzrange(state_since, " at ")" \
	" FROM practiceacl.membership"

static PaclStatement change_membership = {
	"WITH before AS (" MEMBERSHIP_HISTORY("$6", "$7")
	"   WHERE organization_id = $1 AND account_id = $2 AND state_since < $7"
	"     AND (features OPERATOR(practiceacl.<>) $3::practiceacl.rights"
	"          OR status <> $4 OR admin <> $5))"
	" UPDATE practiceacl.membership"
	" SET features = $3::practiceacl.rights, status = $4, admin = $5,"
	"   state_since = greatest(state_since, $7)"
	" WHERE organization_id = $1 AND account_id = $2"
	"   AND (features OPERATOR(practiceacl.<>) $3::practiceacl.rights"
	"        OR status <> $4 OR admin <> $5)"
};

static PaclStatement describe_membership = {
	"UPDATE practiceacl.membership SET job_title = $3, work_mobile = $4"
	" WHERE organization_id = $1 AND account_id = $2"
};

static PaclStatement note_sharing = {
	"UPDATE practiceacl.membership SET shares = true"
	" WHERE organization_id = $1 AND account_id = $2 AND NOT shares"
};

static PaclStatement disable_all = {
	"WITH before AS (" MEMBERSHIP_HISTORY("NULL", "$2")
	"   WHERE organization_id = $1 AND state_since < $2"
	"     AND " PACL_SQL_IS_ACTIVE ")"
	" UPDATE practiceacl.membership"
	" SET status = 'disabled', state_since = greatest(state_since, $2)"
	" WHERE organization_id = $1 AND " PACL_SQL_IS_ACTIVE
};

/* The history tells whose state ended in the moment of the closing. */
static PaclStatement enable_closed = {
	"WITH former AS MATERIALIZED ("
	"   SELECT DISTINCT ON (h.account_id) h.account_id, h.status"
	"   FROM practiceacl.access_history h"
	"   JOIN practiceacl.organization o ON o.id = h.organization_id"
	"   WHERE h.organization_id = $1 AND h.kind = 'membership'"
	"     AND h." PACL_SQL_IS_ACTIVE
	"     AND upper(h.recorded_during) = o.closed_at"
	"   ORDER BY h.account_id, lower(h.recorded_during) DESC),"
	" before AS (" MEMBERSHIP_HISTORY("NULL", "$2")
	"   WHERE organization_id = $1 AND state_since < $2"
	"     AND status = 'disabled'"
	"     AND account_id IN (SELECT account_id FROM former))"
	" UPDATE practiceacl.membership m"
	" SET status = f.status, state_since = greatest(m.state_since, $2)"
	" FROM former f"
	" WHERE m.organization_id = $1 AND m.account_id = f.account_id"
	"   AND m.status = 'disabled'"
};

static PaclStatement select_removed_since = {
	"SELECT EXISTS (SELECT FROM practiceacl.membership"
	"   WHERE organization_id = $1 AND account_id = $2"
	"     AND status = 'removed' AND state_since > $3)"
};

static PaclStatement select_organizations = {
	"SELECT organization_id FROM practiceacl.membership"
	" WHERE account_id = $1 AND status <> 'removed' ORDER BY organization_id"
};

static PaclStatement select_accounts = {
	"SELECT account_id FROM practiceacl.membership"
	" WHERE organization_id = $1 ORDER BY account_id"
};

static PaclStatement count_other_full = {
	"SELECT count(*)::int FROM practiceacl.membership m"
	" JOIN practiceacl.account a ON a.id = m.account_id"
	" WHERE m.organization_id = $1 AND m.account_id <> $2"
	"   AND m.admin = 'full' AND m." PACL_SQL_IS_ACTIVE
	"   AND a.status = 'active'"
	"   AND (EXISTS (SELECT FROM practiceacl.role_account r"
	"       WHERE r.account_id = a.id)"
	"     OR (a.first_used_at IS NOT NULL AND NOT EXISTS ("
	"       SELECT FROM practiceacl.password p"
	"       WHERE p.account_id = a.id AND p.temporary_until <= $3)))"
};

static PaclStatement select_has_access = {
	"SELECT EXISTS (SELECT FROM practiceacl.agenda"
	"     WHERE organization_id = $1 AND (holder_id = $2 OR"
	"       colleague_rights OPERATOR(practiceacl.<>) 'none'::practiceacl.rights))"
	"   OR EXISTS (SELECT FROM practiceacl.member_grant"
	"     WHERE organization_id = $1 AND account_id = $2"
	"       AND source <> 'break_glass'"
	"       AND (upper_inf(valid_during) OR upper(valid_during) > $3))"
};

static PaclStatement select_works_elsewhere = {
	"SELECT EXISTS (SELECT FROM practiceacl.membership m"
	"   JOIN practiceacl.organization o ON o.id = m.organization_id"
	"   WHERE m.account_id = $1 AND m.organization_id <> $2"
	"     AND m." PACL_SQL_IS_ACTIVE " AND o.closed_at IS NULL)"
};

static PaclStatement select_known_elsewhere = {
	"SELECT EXISTS (SELECT FROM practiceacl.membership"
	"   WHERE account_id = $1 AND organization_id <> $2)"
};

static PaclStatement select_agendas = {
	"SELECT id FROM practiceacl.agenda"
	" WHERE organization_id = $1 AND holder_id = $2"
	" UNION"
	" SELECT agenda_id FROM practiceacl.every_grant"
	" WHERE organization_id = $1 AND account_id = $2"
	" ORDER BY 1"
};

static const char *const status_names[] = {
	[PACL_MEMBER_ACTIVE] = "active",
	[PACL_MEMBER_UNLISTED] = "unlisted",
	[PACL_MEMBER_DISABLED] = "disabled",
	[PACL_MEMBER_REMOVED] = "removed",
};

static PaclMemberStatus
parse_status(const char *word)
{
	for (int i = 0; i < (int) lengthof(status_names); i++)
		if (strcmp(word, status_names[i]) == 0)
			return (PaclMemberStatus) i;
	elog(ERROR, "unknown status of a membership: %s", word);
}

bool
pacl_membership_store_read(const pg_uuid_t *organization_id,
						   const pg_uuid_t *account_id,
						   PaclMembershipRow *membership)
{
	PaclRows	rows;
	bool		found = pacl_query_row(&rows, &select_membership,
									   PACL_ARGS(pacl_uuid(organization_id),
												 pacl_uuid(account_id)));

	if (found)
	{
		membership->organization_id = *organization_id;
		membership->account_id = *account_id;
		membership->features = pacl_column_rights(&rows, 1);
		membership->status = parse_status(pacl_column_text(&rows, 2));
		(void) pacl_admin_parse(pacl_column_text(&rows, 3),
								&membership->admin);
		membership->job_title = pacl_column_text(&rows, 4);
		membership->work_mobile = pacl_column_text(&rows, 5);
	}
	pacl_done(&rows);
	return found;
}

void
pacl_membership_store_insert(const PaclMembershipRow *membership, TimestampTz at)
{
	pacl_run(&insert_membership,
			 PACL_ARGS(pacl_uuid(&membership->organization_id),
					   pacl_uuid(&membership->account_id),
					   pacl_rights(membership->features),
					   pacl_text(status_names[membership->status]),
					   pacl_text(pacl_admin_name(membership->admin)),
					   pacl_text(membership->job_title),
					   pacl_text(membership->work_mobile),
					   pacl_time(at)));
}

void
pacl_membership_store_update(const PaclMembershipRow *membership,
							 const pg_uuid_t *by, TimestampTz at)
{
	pacl_run(&change_membership,
			 PACL_ARGS(pacl_uuid(&membership->organization_id),
					   pacl_uuid(&membership->account_id),
					   pacl_rights(membership->features),
					   pacl_text(status_names[membership->status]),
					   pacl_text(pacl_admin_name(membership->admin)),
					   pacl_uuid(by), pacl_time(at)));
}

void
pacl_membership_store_describe(const PaclMembershipRow *membership)
{
	pacl_run(&describe_membership,
			 PACL_ARGS(pacl_uuid(&membership->organization_id),
					   pacl_uuid(&membership->account_id),
					   pacl_text(membership->job_title),
					   pacl_text(membership->work_mobile)));
}

void
pacl_membership_store_note_sharing(const pg_uuid_t *organization_id,
								   const pg_uuid_t *account_id)
{
	pacl_run(&note_sharing,
			 PACL_ARGS(pacl_uuid(organization_id), pacl_uuid(account_id)));
}

void
pacl_membership_store_disable_all(const pg_uuid_t *organization_id,
								  TimestampTz at)
{
	pacl_run(&disable_all,
			 PACL_ARGS(pacl_uuid(organization_id), pacl_time(at)));
}

void
pacl_membership_store_enable_closed(const pg_uuid_t *organization_id,
									TimestampTz at)
{
	pacl_run(&enable_closed,
			 PACL_ARGS(pacl_uuid(organization_id), pacl_time(at)));
}

bool
pacl_membership_store_removed_since(const pg_uuid_t *organization_id,
									const pg_uuid_t *account_id,
									TimestampTz since)
{
	PaclRows	rows;

	pacl_query(&rows, &select_removed_since,
			   PACL_ARGS(pacl_uuid(organization_id), pacl_uuid(account_id),
						 pacl_time(since)));
	return pacl_rows_bool(&rows);
}

pg_uuid_t *
pacl_membership_store_organizations(const pg_uuid_t *account_id, int *count)
{
	PaclRows	rows;

	pacl_query(&rows, &select_organizations, PACL_ARGS(pacl_uuid(account_id)));
	return pacl_rows_uuids(&rows, count);
}

pg_uuid_t *
pacl_membership_store_accounts(const pg_uuid_t *organization_id, int *count)
{
	PaclRows	rows;

	pacl_query(&rows, &select_accounts, PACL_ARGS(pacl_uuid(organization_id)));
	return pacl_rows_uuids(&rows, count);
}

int
pacl_membership_store_other_full(const pg_uuid_t *organization_id,
								 const pg_uuid_t *account_id, TimestampTz at)
{
	PaclRows	rows;
	int			count;

	pacl_query_row(&rows, &count_other_full,
				   PACL_ARGS(pacl_uuid(organization_id),
							 pacl_uuid(account_id), pacl_time(at)));
	count = pacl_column_int(&rows, 1);
	pacl_done(&rows);
	return count;
}

bool
pacl_membership_store_has_access(const pg_uuid_t *organization_id,
								 const pg_uuid_t *account_id, TimestampTz at)
{
	PaclRows	rows;

	pacl_query(&rows, &select_has_access,
			   PACL_ARGS(pacl_uuid(organization_id), pacl_uuid(account_id),
						 pacl_time(at)));
	return pacl_rows_bool(&rows);
}

bool
pacl_membership_store_works_elsewhere(const pg_uuid_t *account_id,
									  const pg_uuid_t *organization_id)
{
	PaclRows	rows;

	pacl_query(&rows, &select_works_elsewhere,
			   PACL_ARGS(pacl_uuid(account_id), pacl_uuid(organization_id)));
	return pacl_rows_bool(&rows);
}

bool
pacl_membership_store_known_elsewhere(const pg_uuid_t *account_id,
									  const pg_uuid_t *organization_id)
{
	PaclRows	rows;

	pacl_query(&rows, &select_known_elsewhere,
			   PACL_ARGS(pacl_uuid(account_id), pacl_uuid(organization_id)));
	return pacl_rows_bool(&rows);
}

pg_uuid_t *
pacl_membership_store_agendas(const pg_uuid_t *organization_id,
							  const pg_uuid_t *account_id, int *count)
{
	PaclRows	rows;

	pacl_query(&rows, &select_agendas,
			   PACL_ARGS(pacl_uuid(organization_id), pacl_uuid(account_id)));
	return pacl_rows_uuids(&rows, count);
}

PACL_STATEMENTS(membership,
	PACL_ONE(select_membership),
	PACL_ONE(insert_membership),
	PACL_ONE(change_membership),
	PACL_ONE(describe_membership),
	PACL_ONE(note_sharing),
	PACL_ONE(disable_all),
	PACL_ONE(enable_closed),
	PACL_ONE(select_removed_since),
	PACL_ONE(select_organizations),
	PACL_ONE(select_accounts),
	PACL_ONE(count_other_full),
	PACL_ONE(select_has_access),
	PACL_ONE(select_works_elsewhere),
	PACL_ONE(select_known_elsewhere),
	PACL_ONE(select_agendas));
