/*
 * request_store.c
 *		Rows of requests for rights.
 */
#include "postgres.h"

#include "access/request_store.h"
#include "base/statement.h"

/* A period's bounds travel as times; the infinite ones are no bounds. */
#define PERIOD(from, until) \
	"tstzrange(nullif(" from "::timestamptz, '-infinity')," \
	" nullif(" until "::timestamptz, 'infinity'))"

static PaclStatement insert_request = {
	"INSERT INTO practiceacl.rights_request (organization_id, id, agenda_id,"
	"   account_id, requested_by, rights, valid_during, source, consent,"
	"   requested_at, expires_at, reason)"
	" VALUES ($1, $2, $3, $4, $5, $6::practiceacl.rights, "
	PERIOD("$7", "$8") ", $9, $10, $11, $12, $13)"
};

static PaclStatement select_request = {
	"SELECT organization_id, agenda_id, account_id, requested_by, rights,"
	"   coalesce(lower(valid_during), '-infinity'),"
	"   coalesce(upper(valid_during), 'infinity'),"
	"   source, consent, expires_at, status"
	" FROM practiceacl.rights_request WHERE id = $1"
};

static PaclStatement settle_request = {
	"UPDATE practiceacl.rights_request SET status = $2, answered_by = $3,"
	"   granted = CASE WHEN $4::practiceacl.rights"
	"     OPERATOR(practiceacl.<>) 'none' THEN $4::practiceacl.rights END,"
	"   answer = $5, answered_at = $6"
	" WHERE id = $1 AND status = 'pending'"
};

static PaclStatement await_consent = {
	"UPDATE practiceacl.rights_request"
	" SET consent = true, rights = $2::practiceacl.rights"
	" WHERE id = $1 AND status = 'pending'"
};

#define END_PENDING(status) \
	"UPDATE practiceacl.rights_request r" \
	" SET status = '" status "', answered_at = $1" \
	" WHERE r.status = 'pending' AND r.organization_id = $2"

static PaclStatement replace_request = {
	END_PENDING("replaced")
	" AND r.agenda_id = $3 AND r.account_id = $4 AND r.source = 'request'"
};

static PaclStatement replace_consents = {
	END_PENDING("replaced")
	" AND r.agenda_id = $3 AND r.account_id = $4 AND r.consent"
	" AND r.source <> 'colleague'"
	" AND r.valid_during && " PERIOD("$5", "$6")
};

static PaclStatement replace_for_colleagues = {
	END_PENDING("replaced")
	" AND r.agenda_id = $3 AND r.source = 'colleague'"
};

static PaclStatement lapse_given = {
	END_PENDING("lapsed") " AND r.account_id = $3 AND r.source <> 'colleague'"
	" AND (EXISTS (SELECT FROM practiceacl.every_grant g"
	"     WHERE g.account_id = r.account_id AND g.agenda_id = r.agenda_id"
	"       AND g.source <> 'break_glass'"
	"       AND g.valid_during @> (r.valid_during * tstzrange($1, NULL))"
	"       AND g.rights OPERATOR(practiceacl.@>) r.rights)"
	"   OR EXISTS (SELECT FROM practiceacl.agenda a"
	"     WHERE a.organization_id = $2 AND a.id = r.agenda_id"
	"       AND a.holder_id = r.account_id))"
};

static PaclStatement lapse_of_member = {
	END_PENDING("lapsed") " AND r.account_id = $3"
};

static PaclStatement lapse_of_agenda = {
	END_PENDING("lapsed") " AND r.agenda_id = $3"
};

static PaclStatement count_requests = {
	"SELECT count(*)::int FROM practiceacl.rights_request"
	" WHERE account_id = $1 AND source = 'request' AND requested_at > $2"
};

static PaclStatement select_owners = {
	"SELECT holder_id FROM practiceacl.agenda"
	" WHERE id = $1 AND holder_id IS NOT NULL"
	" UNION"
	" SELECT account_id FROM practiceacl.access_grant"
	" WHERE agenda_id = $1 AND source <> 'break_glass'"
	"   AND practiceacl.level(rights) = 'owner'"
	"   AND (upper_inf(valid_during) OR upper(valid_during) > $2)"
};

void
pacl_request_store_insert(const PaclRightsRequest *request, TimestampTz at)
{
	const PaclGrant *grant = &request->grant;

	pacl_run(&insert_request,
			 PACL_ARGS(pacl_uuid(&grant->organization_id),
					   pacl_uuid(&request->id), pacl_uuid(&grant->agenda_id),
					   pacl_uuid(&grant->account_id),
					   pacl_uuid(&request->requested_by),
					   pacl_rights(grant->rights),
					   pacl_time(grant->period.from),
					   pacl_time(grant->period.until),
					   pacl_text(grant->source), pacl_bool(request->consent),
					   pacl_time(at), pacl_time(request->expires_at),
					   pacl_text(request->reason)));
}

bool
pacl_request_store_read(const pg_uuid_t *id, PaclRightsRequest *request)
{
	PaclRows	rows;
	PaclGrant  *grant = &request->grant;
	bool		found = pacl_query_row(&rows, &select_request,
									   PACL_ARGS(pacl_uuid(id)));

	if (found)
	{
		request->id = *id;
		grant->organization_id = *pacl_column_uuid(&rows, 1);
		grant->agenda_id = *pacl_column_uuid(&rows, 2);
		grant->account_id = *pacl_column_uuid(&rows, 3);
		request->requested_by = *pacl_column_uuid(&rows, 4);
		grant->rights = pacl_column_rights(&rows, 5);
		grant->period.from = pacl_column_time(&rows, 6);
		grant->period.until = pacl_column_time(&rows, 7);
		grant->source = pacl_column_text(&rows, 8);
		request->consent = pacl_column_bool(&rows, 9);
		request->expires_at = pacl_column_time(&rows, 10);
		request->status = pacl_column_text(&rows, 11);
		request->reason = NULL;
	}
	pacl_done(&rows);
	return found;
}

void
pacl_request_store_settle(const pg_uuid_t *id, const char *status,
						  const pg_uuid_t *by, PaclRights granted,
						  const char *answer, TimestampTz at)
{
	pacl_run(&settle_request,
			 PACL_ARGS(pacl_uuid(id), pacl_text(status), pacl_uuid(by),
					   pacl_rights(granted), pacl_text(answer),
					   pacl_time(at)));
}

void
pacl_request_store_await_consent(const pg_uuid_t *id, PaclRights rights)
{
	pacl_run(&await_consent,
			 PACL_ARGS(pacl_uuid(id), pacl_rights(rights)));
}

void
pacl_request_store_replace(const PaclGrant *grant, TimestampTz at)
{
	pacl_run(&replace_request,
			 PACL_ARGS(pacl_time(at), pacl_uuid(&grant->organization_id),
					   pacl_uuid(&grant->agenda_id),
					   pacl_uuid(&grant->account_id)));
}

void
pacl_request_store_replace_consents(const PaclGrant *grant, TimestampTz at)
{
	pacl_run(&replace_consents,
			 PACL_ARGS(pacl_time(at), pacl_uuid(&grant->organization_id),
					   pacl_uuid(&grant->agenda_id),
					   pacl_uuid(&grant->account_id),
					   pacl_time(grant->period.from),
					   pacl_time(grant->period.until)));
}

void
pacl_request_store_replace_for_colleagues(const PaclGrant *grant,
										  TimestampTz at)
{
	pacl_run(&replace_for_colleagues,
			 PACL_ARGS(pacl_time(at), pacl_uuid(&grant->organization_id),
					   pacl_uuid(&grant->agenda_id)));
}

static void
lapse(PaclStatement *statement, const pg_uuid_t *organization_id,
	  const pg_uuid_t *whose, TimestampTz at)
{
	pacl_run(statement,
			 PACL_ARGS(pacl_time(at), pacl_uuid(organization_id),
					   pacl_uuid(whose)));
}

void
pacl_request_store_lapse_given(const pg_uuid_t *organization_id,
							   const pg_uuid_t *account_id, TimestampTz at)
{
	lapse(&lapse_given, organization_id, account_id, at);
}

void
pacl_request_store_lapse_of_member(const pg_uuid_t *organization_id,
								   const pg_uuid_t *account_id,
								   TimestampTz at)
{
	lapse(&lapse_of_member, organization_id, account_id, at);
}

void
pacl_request_store_lapse_of_agenda(const pg_uuid_t *organization_id,
								   const pg_uuid_t *agenda_id, TimestampTz at)
{
	lapse(&lapse_of_agenda, organization_id, agenda_id, at);
}

int
pacl_request_store_count(const pg_uuid_t *account_id, TimestampTz since)
{
	PaclRows	rows;
	int			made;

	pacl_query_row(&rows, &count_requests,
				   PACL_ARGS(pacl_uuid(account_id), pacl_time(since)));
	made = pacl_column_int(&rows, 1);
	pacl_done(&rows);
	return made;
}

pg_uuid_t *
pacl_request_store_owners(const pg_uuid_t *agenda_id, TimestampTz at,
						  int *count)
{
	PaclRows	rows;

	pacl_query(&rows, &select_owners,
			   PACL_ARGS(pacl_uuid(agenda_id), pacl_time(at)));
	return pacl_rows_uuids(&rows, count);
}

PACL_STATEMENTS(request,
	PACL_ONE(insert_request),
	PACL_ONE(select_request),
	PACL_ONE(settle_request),
	PACL_ONE(await_consent),
	PACL_ONE(replace_request),
	PACL_ONE(replace_consents),
	PACL_ONE(replace_for_colleagues),
	PACL_ONE(lapse_given),
	PACL_ONE(lapse_of_member),
	PACL_ONE(lapse_of_agenda),
	PACL_ONE(count_requests),
	PACL_ONE(select_owners));
