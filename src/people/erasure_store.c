/*
 * erasure_store.c
 *		All rows about a person: found, told and erased.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "utils/memutils.h"

#include "base/statement.h"
#include "people/erasure_store.h"

static PaclStatement select_organizations = {
	"SELECT organization_id FROM practiceacl.membership"
	" WHERE account_id = $1 AND status <> 'removed'"
	" UNION SELECT i.organization_id FROM practiceacl.invitation i"
	" JOIN practiceacl.account a ON a.email = i.email"
	" WHERE a.id = $1 AND i.status = 'pending'"
	" ORDER BY 1"
};

static PaclStatement select_invitations = {
	"SELECT i.id FROM practiceacl.invitation i"
	" JOIN practiceacl.account a ON a.email = i.email"
	" WHERE i.organization_id = $1 AND a.id = $2 AND i.status = 'pending'"
	" ORDER BY i.id"
};

static PaclStatement select_clients = {
	"SELECT DISTINCT client FROM practiceacl.session"
	" WHERE account_id = $1 AND client IS NOT NULL"
};

/* The ids under which the record knows an account. */
#define EVERY_ID \
	"SELECT $1 UNION ALL SELECT id FROM practiceacl.account WHERE merged_into = $1"

/* $1 is the account. */
static PaclStatement erase_by_id[] = {
	{"DELETE FROM practiceacl.password WHERE account_id = $1"},
	{"DELETE FROM practiceacl.account_email WHERE account_id = $1"},
	{"DELETE FROM practiceacl.second_factor WHERE account_id = $1"},
	{"DELETE FROM practiceacl.recovery_code WHERE account_id = $1"},
	{"DELETE FROM practiceacl.account_token WHERE account_id = $1"},
	{"DELETE FROM practiceacl.awaited_credential WHERE account_id = $1"},
	{"DELETE FROM practiceacl.session_token WHERE session_id IN"
	"   (SELECT id FROM practiceacl.session WHERE account_id = $1)"},
	{"DELETE FROM practiceacl.slot_hold WHERE account_id = $1"},
	{"DELETE FROM practiceacl.session WHERE account_id = $1"},
	{"DELETE FROM practiceacl.role_account WHERE account_id = $1"},
	{"DELETE FROM practiceacl.notice_read WHERE account_id = $1"},
	{"UPDATE practiceacl.activity_entry"
		" SET salt = NULL, detail = NULL, erased_with = NULL"
	" WHERE erased_with = $1"},
	{"UPDATE practiceacl.activity_entry SET client = NULL"
	" WHERE actor_id IN (" EVERY_ID ") AND client IS NOT NULL"},
	/* Messages to patients are still delivered. */
	{"DELETE FROM practiceacl.outbox WHERE account_id = $1"
	"   AND sent_at IS NULL AND kind <> 'patient_message'"},
	{"UPDATE practiceacl.outbox SET recipient = '', payload = '{}',"
		"   sealed_secret = NULL, last_error = NULL"
	" WHERE account_id = $1 AND kind <> 'patient_message'"},
	/* What others were told of them. */
	{"UPDATE practiceacl.outbox"
		" SET payload = payload - 'first_name' - 'last_name' - 'email'"
		"   - 'request_reason' - 'answer'"
	" WHERE payload ->> 'account_id' = $1::text"},
	{"UPDATE practiceacl.outbox"
		" SET payload = payload - 'requested_by' - 'request_reason'"
	" WHERE payload ->> 'requested_by_id' = $1::text"},
	/* What they wrote, and what others wrote to them. */
	{"UPDATE practiceacl.rights_request SET reason = NULL"
	" WHERE requested_by = $1 AND reason IS NOT NULL"},
	{"UPDATE practiceacl.rights_request SET answer = NULL"
	" WHERE (answered_by = $1 OR account_id = $1) AND answer IS NOT NULL"},
	{"UPDATE practiceacl.membership SET job_title = NULL, work_mobile = NULL"
	" WHERE account_id = $1"},
	{"UPDATE practiceacl.agenda SET public_profile = '{}'"
	" WHERE holder_id = $1"},
	/* Why they were away. */
	{"UPDATE practiceacl.absence SET reason = NULL"
		" WHERE reason IS NOT NULL AND agenda_id IN"
	"   (SELECT id FROM practiceacl.agenda WHERE holder_id = $1)"},
	{"UPDATE practiceacl.account SET status = 'deleted', email = NULL,"
		"   first_name = 'Deleted', last_name = 'account', mobile = NULL,"
		"   country = DEFAULT, time_zone = DEFAULT, sms_copies = DEFAULT,"
		"   first_used_at = NULL, second_factor_id = NULL"
	" WHERE id = $1"},
	{"UPDATE practiceacl.account SET first_name = 'Deleted',"
		"   last_name = 'account', country = DEFAULT, time_zone = DEFAULT"
	" WHERE merged_into = $1"},
};

static PaclStatement erase_invitations = {
	"UPDATE practiceacl.invitation SET email = '', first_name = 'Deleted',"
	"   last_name = 'account', offer = offer - 'mobile',"
	"   settled_at = coalesce(settled_at, $3),"
	"   status = CASE status WHEN 'pending' THEN 'revoked' ELSE status END"
	" WHERE account_id = $1 OR email = $2"
};

static PaclStatement erase_messages = {
	"DELETE FROM practiceacl.outbox WHERE recipient = $1"
	"   AND kind <> 'patient_message'"
};

static PaclStatement select_person = {
	"SELECT jsonb_build_object("
	"   'account', (SELECT to_jsonb(a) FROM practiceacl.account a"
	"     WHERE a.id = $1),"
	"   'password', (SELECT jsonb_build_object('changed_at', changed_at,"
	"       'temporary_until', temporary_until)"
	"     FROM practiceacl.password WHERE account_id = $1),"
	"   'refused_log_ins', (SELECT jsonb_build_object('count', failures,"
	"       'last_at', last_at)"
	"     FROM practiceacl.log_in_failure WHERE digest = $2))"
};

/*
 * One list a table.  Of what is also about others (an appointment that they
 * made, a right that they gave) only what they did themselves is told.
 */
#define ROWS_AS_LIST(key, rows) \
	{"SELECT jsonb_build_object('" key "'," \
	" coalesce(jsonb_agg(to_jsonb(r)), '[]')) FROM (" rows ") AS r"}

static PaclStatement select_lists[] = {
	ROWS_AS_LIST("former_ids",
				 "SELECT id FROM practiceacl.account WHERE merged_into = $1"),
	ROWS_AS_LIST("sessions",
				 "SELECT id, opened_at, last_seen_at, expires_at, ended_at, limited, "
				 "confirmed_until, agenda_id, client FROM practiceacl.session WHERE "
				 "account_id = $1"),
	ROWS_AS_LIST("second_factors",
				 "SELECT f.enrolled_at, f.confirmed_at, (SELECT count(*) FROM "
				 "practiceacl.recovery_code r WHERE r.account_id = f.account_id) AS "
				 "recovery_codes FROM practiceacl.second_factor f WHERE f.account_id = "
				 "$1"),
	ROWS_AS_LIST("tokens",
				 "SELECT kind, new_email, created_at, expires_at FROM "
				 "practiceacl.account_token WHERE account_id = $1"),
	ROWS_AS_LIST("roles",
				 "SELECT role_name, mapped_at FROM practiceacl.role_account WHERE "
				 "account_id = $1"),
	ROWS_AS_LIST("memberships",
				 "SELECT m.*, o.name AS organization FROM practiceacl.membership m "
				 "JOIN practiceacl.organization o ON o.id = m.organization_id WHERE "
				 "m.account_id = $1"),
	ROWS_AS_LIST("agendas",
				 "SELECT * FROM practiceacl.agenda WHERE holder_id = $1"),
	ROWS_AS_LIST("grants",
				 "SELECT * FROM practiceacl.access_grant WHERE account_id = $1"),
	ROWS_AS_LIST("grants_given",
				 "SELECT id, organization_id, agenda_id, account_id, granted_at FROM "
				 "practiceacl.access_grant WHERE granted_by = $1 AND account_id <> "
				 "$1"),
	ROWS_AS_LIST("group_grants",
				 "SELECT g.*, n.name AS group_name FROM practiceacl.group_grant g "
				 "LEFT JOIN practiceacl.agenda_group n ON n.id = g.group_id "
				 "WHERE g.account_id = $1"),
	ROWS_AS_LIST("group_grants_given",
				 "SELECT id, organization_id, group_id, account_id, granted_at FROM "
				 "practiceacl.group_grant WHERE granted_by = $1 AND account_id <> "
				 "$1"),
	ROWS_AS_LIST("profiles",
				 "SELECT m.*, p.name AS profile FROM practiceacl.profile_member m "
				 "JOIN practiceacl.profile p ON p.organization_id = "
				 "m.organization_id AND p.id = m.profile_id WHERE m.account_id = $1"),
	ROWS_AS_LIST("profiles_given",
				 "SELECT organization_id, profile_id, account_id, since FROM "
				 "practiceacl.profile_member WHERE given_by = $1 AND account_id <> "
				 "$1"),
	ROWS_AS_LIST("history",
				 "SELECT * FROM practiceacl.access_history WHERE account_id IN (" EVERY_ID ")"),
	ROWS_AS_LIST("history_of_others",
				 "SELECT id, organization_id, agenda_id, kind, recorded_during FROM "
				 "practiceacl.access_history WHERE (granted_by = $1 OR ended_by = "
				 "$1) AND account_id IS DISTINCT FROM $1"),
	ROWS_AS_LIST("requests",
				 "SELECT * FROM practiceacl.rights_request WHERE account_id = $1"),
	ROWS_AS_LIST("requests_of_others",
				 "SELECT id, organization_id, agenda_id, source, requested_at, "
				 "answered_at, CASE WHEN answered_by = $1 THEN answer END AS answer "
				 "FROM practiceacl.rights_request WHERE (requested_by = $1 OR "
				 "answered_by = $1) AND account_id <> $1"),
	ROWS_AS_LIST("invitations",
				 "SELECT i.* FROM practiceacl.invitation i WHERE i.account_id = $1 "
				 "OR i.email = (SELECT email FROM practiceacl.account WHERE id = $1)"),
	ROWS_AS_LIST("invitations_sent",
				 "SELECT id, organization_id, created_at, status FROM "
				 "practiceacl.invitation WHERE invited_by = $1"),
	ROWS_AS_LIST("absences",
				 "SELECT * FROM practiceacl.absence b WHERE b.created_by = $1 OR "
				 "b.substitute_id = $1 OR "
				 "b.agenda_id IN (SELECT id FROM practiceacl.agenda WHERE holder_id "
				 "= $1)"),
	ROWS_AS_LIST("closings",
				 "SELECT * FROM practiceacl.closing WHERE created_by = $1"),
	ROWS_AS_LIST("appointments_made",
				 "SELECT id, organization_id, agenda_id, starts_at, ends_at, "
				 "created_at FROM practiceacl.every_appointment WHERE created_by = $1"),
	ROWS_AS_LIST("holds",
				 "SELECT * FROM practiceacl.slot_hold WHERE account_id = $1"),
	ROWS_AS_LIST("activity",
				 "SELECT a.organization_id, a.id, a.recorded_at, a.act, a.agenda_id, "
				 "a.actor_id, a.account_id, a.subject_id, a.session_id, a.client, "
				 "a.facts, CASE WHEN a.erased_with = $1 THEN a.detail END AS detail "
				 "FROM practiceacl.activity_entry a "
				 "WHERE a.actor_id IN (" EVERY_ID ") OR "
				 "a.account_id IN (" EVERY_ID ")"),
	ROWS_AS_LIST("readings",
				 "SELECT organization_id, agenda_id, day, sum(times) AS times, "
				 "emergency FROM practiceacl.reading_by_day WHERE account_id = $1 "
				 "GROUP BY organization_id, agenda_id, day, emergency "
				 "ORDER BY day, agenda_id, emergency"),
	ROWS_AS_LIST("messages",
	/* What was written to patients is theirs: that it was, and when. */
				 "SELECT id, kind, channel, created_at, sent_at, "
				 "CASE WHEN kind <> 'patient_message' THEN recipient END AS recipient, "
				 "CASE WHEN kind <> 'patient_message' THEN payload END AS payload "
				 "FROM practiceacl.outbox WHERE account_id = $1"),
	ROWS_AS_LIST("notices_read",
				 "SELECT notice_id, read_at FROM practiceacl.notice_read WHERE "
				 "account_id = $1")
};

static PaclStatement concatenate = {"SELECT $1::jsonb || $2::jsonb"};

pg_uuid_t *
pacl_erasure_store_organizations(const pg_uuid_t *account_id, int *count)
{
	PaclRows	rows;

	pacl_query(&rows, &select_organizations, PACL_ARGS(pacl_uuid(account_id)));
	return pacl_rows_uuids(&rows, count);
}

pg_uuid_t *
pacl_erasure_store_invitations(const pg_uuid_t *organization_id,
							   const pg_uuid_t *account_id, int *count)
{
	PaclRows	rows;

	pacl_query(&rows, &select_invitations,
			   PACL_ARGS(pacl_uuid(organization_id), pacl_uuid(account_id)));
	return pacl_rows_uuids(&rows, count);
}

char	  **
pacl_erasure_store_clients(const pg_uuid_t *account_id, int *count)
{
	PaclRows	rows;
	char	  **clients;

	*count = 0;
	pacl_query(&rows, &select_clients, PACL_ARGS(pacl_uuid(account_id)));
	clients = palloc(Max(rows.count, 1) * sizeof(char *));
	while (pacl_next(&rows))
		clients[(*count)++] = pacl_column_text(&rows, 1);
	pacl_done(&rows);
	return clients;
}

void
pacl_erasure_store_erase(const pg_uuid_t *account_id, const char *address,
						 TimestampTz at)
{
	pacl_run(&erase_invitations,
			 PACL_ARGS(pacl_uuid(account_id), pacl_text(address),
					   pacl_time(at)));
	pacl_run(&erase_messages, PACL_ARGS(pacl_text(address)));
	for (int i = 0; i < lengthof(erase_by_id); i++)
		pacl_run(&erase_by_id[i], PACL_ARGS(pacl_uuid(account_id)));
}

Jsonb *
pacl_erasure_store_export(const pg_uuid_t *account_id,
						  const PaclDigest *address)
{
	Jsonb	   *all = pacl_query_jsonb(&select_person,
									   PACL_ARGS(pacl_uuid(account_id),
												 pacl_bytes(address, PACL_DIGEST_BYTES)));

	for (int i = 0; i < lengthof(select_lists); i++)
	{
		Jsonb	   *list = pacl_query_jsonb(&select_lists[i],
											PACL_ARGS(pacl_uuid(account_id)));

		all = pacl_query_jsonb(&concatenate,
							   PACL_ARGS(pacl_jsonb(all), pacl_jsonb(list)));
	}
	return all;
}

PACL_STATEMENTS(erasure,
	PACL_ONE(select_organizations),
	PACL_ONE(select_invitations),
	PACL_ONE(select_clients),
	PACL_EACH(erase_by_id),
	PACL_ONE(erase_invitations),
	PACL_ONE(erase_messages),
	PACL_ONE(select_person),
	PACL_EACH(select_lists),
	PACL_ONE(concatenate));
