/*
 * invitation_store.c
 *		Rows of invitations, and of their tokens' digests.
 */
#include "postgres.h"

#include "base/statement.h"
#include "people/invitation_store.h"

#define INVITATION_COLUMNS \
	"i.organization_id, i.id, i.status, i.email, i.first_name, i.last_name," \
	" i.invited_by, i.last_sent_at, i.expires_at, i.times_sent, i.offer"

static PaclStatement select_by_id = {
	"SELECT " INVITATION_COLUMNS " FROM practiceacl.invitation i"
	" WHERE i.id = $1"
};

static PaclStatement select_by_token = {
	"SELECT " INVITATION_COLUMNS ", t.superseded"
	" FROM practiceacl.invitation_token t"
	" JOIN practiceacl.invitation i"
	"   ON i.organization_id = t.organization_id AND i.id = t.invitation_id"
	" WHERE t.digest = $1"
};

static PaclStatement insert_invitation = {
	"INSERT INTO practiceacl.invitation (organization_id, id, email,"
	"   first_name, last_name, invited_by, created_at, last_sent_at,"
	"   expires_at, offer)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8, $9)"
};

static PaclStatement insert_token = {
	"INSERT INTO practiceacl.invitation_token"
	"  (digest, organization_id, invitation_id)"
	" VALUES ($1, $2, $3)"
};

static PaclStatement update_tokens = {
	"UPDATE practiceacl.invitation_token SET superseded = true"
	" WHERE organization_id = $1 AND invitation_id = $2 AND NOT superseded"
};

static PaclStatement update_sent = {
	"UPDATE practiceacl.invitation SET invited_by = $3, last_sent_at = $4,"
	"   expires_at = $5, times_sent = times_sent + 1"
	" WHERE organization_id = $1 AND id = $2"
};

static PaclStatement update_settled = {
	"UPDATE practiceacl.invitation SET status = $3, account_id = $4,"
	"   settled_at = $5, left_out = $6"
	" WHERE organization_id = $1 AND id = $2 AND status = 'pending'"
};

static PaclStatement update_older = {
	"UPDATE practiceacl.invitation SET status = 'revoked', settled_at = $5"
	" WHERE organization_id = $1 AND id <> $2"
	"   AND ((status = 'accepted' AND account_id = $3)"
	"     OR (status = 'pending' AND email = $4))"
};

static PaclStatement update_open = {
	"UPDATE practiceacl.invitation i SET status = 'revoked', settled_at = $3"
	" FROM practiceacl.account a"
	" WHERE i.organization_id = $1 AND a.id = $2 AND i.email = a.email"
	"   AND i.status = 'pending' RETURNING i.id"
};

static PaclStatement delete_tokens = {
	"DELETE FROM practiceacl.invitation_token"
	" WHERE organization_id = $1 AND invitation_id = $2"
};

static PaclStatement delete_invitation = {
	"DELETE FROM practiceacl.invitation"
	" WHERE organization_id = $1 AND id = $2"
};

static PaclStatement select_other = {
	"SELECT expires_at FROM practiceacl.invitation"
	" WHERE organization_id = $1 AND email = $2 AND status = 'pending'"
	"   AND ($3::uuid IS NULL OR id <> $3) AND expires_at > $4"
	" LIMIT 1"
};

static const char *const status_names[] = {
	[PACL_INVITATION_PENDING] = "pending",
	[PACL_INVITATION_ACCEPTED] = "accepted",
	[PACL_INVITATION_DECLINED] = "declined",
	[PACL_INVITATION_REVOKED] = "revoked",
};

const char *
pacl_invitation_status_name(PaclInvitationStatus status)
{
	return status_names[status];
}

static PaclInvitationStatus
read_status(const char *name)
{
	for (int i = 0; i < lengthof(status_names); i++)
		if (strcmp(name, status_names[i]) == 0)
			return (PaclInvitationStatus) i;
	elog(ERROR, "unknown status of an invitation: %s", name);
}

static void
read_row(PaclRows *rows, PaclInvitation *invitation)
{
	invitation->organization_id = *pacl_column_uuid(rows, 1);
	invitation->id = *pacl_column_uuid(rows, 2);
	invitation->status = read_status(pacl_column_text(rows, 3));
	invitation->email = pacl_column_text(rows, 4);
	invitation->first_name = pacl_column_text(rows, 5);
	invitation->last_name = pacl_column_text(rows, 6);
	invitation->invited_by = *pacl_column_uuid(rows, 7);
	invitation->last_sent_at = pacl_column_time(rows, 8);
	invitation->expires_at = pacl_column_time(rows, 9);
	invitation->times_sent = pacl_column_int(rows, 10);
	invitation->offer = pacl_column_jsonb(rows, 11);
}

bool
pacl_invitation_store_read(const pg_uuid_t *id, PaclInvitation *invitation)
{
	PaclRows	rows;
	bool		found = pacl_query_row(&rows, &select_by_id,
									   PACL_ARGS(pacl_uuid(id)));

	if (found)
		read_row(&rows, invitation);
	pacl_done(&rows);
	return found;
}

bool
pacl_invitation_store_find(const PaclDigest *token,
						   PaclInvitation *invitation, bool *superseded)
{
	PaclRows	rows;
	bool		found;

	found = pacl_query_row(&rows, &select_by_token,
						   PACL_ARGS(pacl_bytes(token->data,
												PACL_DIGEST_BYTES)));
	if (found)
	{
		read_row(&rows, invitation);
		*superseded = pacl_column_bool(&rows, 12);
	}
	pacl_done(&rows);
	return found;
}

static void
store_token(const PaclInvitation *invitation, const PaclDigest *token)
{
	pacl_run(&insert_token,
			 PACL_ARGS(pacl_bytes(token->data, PACL_DIGEST_BYTES),
					   pacl_uuid(&invitation->organization_id),
					   pacl_uuid(&invitation->id)));
}

void
pacl_invitation_store_insert(const PaclInvitation *invitation,
							 const char *offer, const PaclDigest *token)
{
	pacl_run(&insert_invitation,
			 PACL_ARGS(pacl_uuid(&invitation->organization_id),
					   pacl_uuid(&invitation->id),
					   pacl_text(invitation->email),
					   pacl_text(invitation->first_name),
					   pacl_text(invitation->last_name),
					   pacl_uuid(&invitation->invited_by),
					   pacl_time(invitation->last_sent_at),
					   pacl_time(invitation->expires_at),
					   pacl_json(offer)));
	store_token(invitation, token);
}

void
pacl_invitation_store_send_again(const PaclInvitation *invitation,
								 const PaclDigest *token)
{
	pacl_run(&update_tokens,
			 PACL_ARGS(pacl_uuid(&invitation->organization_id),
					   pacl_uuid(&invitation->id)));
	pacl_run(&update_sent,
			 PACL_ARGS(pacl_uuid(&invitation->organization_id),
					   pacl_uuid(&invitation->id),
					   pacl_uuid(&invitation->invited_by),
					   pacl_time(invitation->last_sent_at),
					   pacl_time(invitation->expires_at)));
	store_token(invitation, token);
}

bool
pacl_invitation_store_settle(const PaclInvitation *invitation,
							 PaclInvitationStatus status,
							 const pg_uuid_t *account_id,
							 const char *left_out, TimestampTz at)
{
	return pacl_run(&update_settled,
					PACL_ARGS(pacl_uuid(&invitation->organization_id),
							  pacl_uuid(&invitation->id),
							  pacl_text(status_names[status]),
							  pacl_uuid(account_id), pacl_time(at),
							  pacl_json(left_out))) == 1;
}

pg_uuid_t *
pacl_invitation_store_revoke_open(const pg_uuid_t *organization_id,
								  const pg_uuid_t *account_id,
								  TimestampTz at, int *count)
{
	PaclRows	rows;

	pacl_query(&rows, &update_open,
			   PACL_ARGS(pacl_uuid(organization_id), pacl_uuid(account_id),
						 pacl_time(at)));
	return pacl_rows_uuids(&rows, count);
}

void
pacl_invitation_store_revoke_older(const PaclInvitation *accepted,
								   const pg_uuid_t *account_id,
								   TimestampTz at)
{
	pacl_run(&update_older,
			 PACL_ARGS(pacl_uuid(&accepted->organization_id),
					   pacl_uuid(&accepted->id), pacl_uuid(account_id),
					   pacl_text(accepted->email), pacl_time(at)));
}

void
pacl_invitation_store_delete(const PaclInvitation *invitation)
{
	pacl_run(&delete_tokens,
			 PACL_ARGS(pacl_uuid(&invitation->organization_id),
					   pacl_uuid(&invitation->id)));
	pacl_run(&delete_invitation,
			 PACL_ARGS(pacl_uuid(&invitation->organization_id),
					   pacl_uuid(&invitation->id)));
}

bool
pacl_invitation_store_other(const pg_uuid_t *organization_id,
							const char *email, const pg_uuid_t *except,
							TimestampTz at, TimestampTz *expires_at)
{
	PaclRows	rows;
	bool		found;

	found = pacl_query_row(&rows, &select_other,
						   PACL_ARGS(pacl_uuid(organization_id),
									 pacl_text(email), pacl_uuid(except),
									 pacl_time(at)));
	if (found)
		*expires_at = pacl_column_time(&rows, 1);
	pacl_done(&rows);
	return found;
}

PACL_STATEMENTS(invitation,
	PACL_ONE(select_by_id),
	PACL_ONE(select_by_token),
	PACL_ONE(insert_invitation),
	PACL_ONE(insert_token),
	PACL_ONE(update_tokens),
	PACL_ONE(update_sent),
	PACL_ONE(update_settled),
	PACL_ONE(update_older),
	PACL_ONE(update_open),
	PACL_ONE(delete_tokens),
	PACL_ONE(delete_invitation),
	PACL_ONE(select_other));
