/*
 * session_store.c
 *		Rows of sessions and of their tokens' digests.
 */
#include "postgres.h"

#include "base/statement.h"
#include "identity/session_store.h"
#include "settings.h"

static PaclStatement insert_session = {
	"INSERT INTO practiceacl.session"
	"  (id, account_id, opened_at, expires_at, last_seen_at, limited, client,"
	"   second_factor_elsewhere)"
	" VALUES ($1, $2, $3, $4, $3, $5, $6, $7)"
};

static PaclStatement insert_token = {
	"INSERT INTO practiceacl.session_token (digest, session_id)"
	" VALUES ($1, $2)"
};

static PaclStatement select_of_token = {
	"SELECT s.id, s.account_id"
	" FROM practiceacl.session_token t"
	" JOIN practiceacl.session s ON s.id = t.session_id"
	" JOIN practiceacl.account a ON a.id = s.account_id"
	" WHERE t.digest = $1 AND a.status = 'active' AND s.ended_at IS NULL"
	"   AND s.expires_at > $2"
	"   AND ($3 = 0 OR s.last_seen_at > $2 - $3 * interval '1 s')"
};

static PaclStatement update_seen = {
	"UPDATE practiceacl.session SET last_seen_at = $2"
	" WHERE id = (SELECT id FROM practiceacl.session"
	"   WHERE id = $1 AND last_seen_at < $2 FOR NO KEY UPDATE SKIP LOCKED)"
};

static PaclStatement update_confirmed = {
	"UPDATE practiceacl.session SET confirmed_until = $2 WHERE id = $1"
};

static PaclStatement update_unlimited = {
	"UPDATE practiceacl.session SET limited = false WHERE id = $1 AND limited"
};

static PaclStatement update_factor = {
	"UPDATE practiceacl.session SET second_factor_id = $2 WHERE id = $1"
};

static PaclStatement update_agenda = {
	"UPDATE practiceacl.session SET agenda_id = $2 WHERE id = $1"
	" RETURNING opened_at"
};

static PaclStatement delete_tokens = {
	"DELETE FROM practiceacl.session_token t USING practiceacl.session s"
	" WHERE s.id = t.session_id AND s.account_id = $1"
	"   AND ($2::uuid IS NULL OR s.id = $2)"
	"   AND ($3::uuid IS NULL OR s.id <> $3)"
};

/* Of two log-ins at once, one ends a session and the other passes it over. */
static PaclStatement delete_surplus = {
	"DELETE FROM practiceacl.session_token WHERE digest IN ("
	"  SELECT t.digest FROM practiceacl.session_token t"
	"  WHERE t.session_id IN ("
	"    SELECT s.id FROM practiceacl.session s"
	"    JOIN practiceacl.session_token k ON k.session_id = s.id"
	"    WHERE s.account_id = $1 AND s.expires_at > $2"
	"    ORDER BY s.last_seen_at DESC, s.id DESC OFFSET $3)"
	"  FOR UPDATE SKIP LOCKED)"
};

/* With a session end its holds: nobody is about to book these slots any more. */
static PaclStatement update_ended = {
	"WITH ended AS ("
	"  UPDATE practiceacl.session SET ended_at = $2"
	"  WHERE id IN (SELECT id FROM practiceacl.session s"
	"    WHERE s.account_id = $1 AND s.ended_at IS NULL AND NOT EXISTS ("
	"      SELECT FROM practiceacl.session_token t WHERE t.session_id = s.id)"
	"    FOR NO KEY UPDATE SKIP LOCKED) RETURNING id)"
	" DELETE FROM practiceacl.slot_hold h USING ended e"
	" WHERE h.session_id = e.id AND h.account_id = $1"
};

void
pacl_session_store_insert(const PaclNewSession *session,
						  const PaclDigest *token)
{
	pacl_run(&insert_session,
			 PACL_ARGS(pacl_uuid(session->id), pacl_uuid(session->account_id),
					   pacl_time(session->opened_at),
					   pacl_time(session->expires_at),
					   pacl_bool(session->limited),
					   pacl_text(session->client),
					   pacl_bool(session->factor_elsewhere)));
	pacl_run(&insert_token,
			 PACL_ARGS(pacl_bytes(token->data, PACL_DIGEST_BYTES),
					   pacl_uuid(session->id)));
}

bool
pacl_session_store_of_token(const PaclDigest *token, TimestampTz at,
							pg_uuid_t **id, pg_uuid_t **account_id)
{
	PaclRows	rows;
	bool		found;

	found = pacl_query_row(&rows, &select_of_token,
						   PACL_ARGS(pacl_bytes(token->data, PACL_DIGEST_BYTES),
									 pacl_time(at),
									 pacl_int(pacl_session_idle_timeout)));
	if (found)
	{
		*id = pacl_column_uuid(&rows, 1);
		*account_id = pacl_column_uuid(&rows, 2);
	}
	pacl_done(&rows);
	return found;
}

void
pacl_session_store_touch(const pg_uuid_t *id, TimestampTz at)
{
	pacl_run(&update_seen, PACL_ARGS(pacl_uuid(id), pacl_time(at)));
}

void
pacl_session_store_confirm(const pg_uuid_t *id, TimestampTz until)
{
	pacl_run(&update_confirmed, PACL_ARGS(pacl_uuid(id), pacl_time(until)));
}

void
pacl_session_store_unlimit(const pg_uuid_t *id)
{
	pacl_run(&update_unlimited, PACL_ARGS(pacl_uuid(id)));
}

void
pacl_session_store_give_factor(const pg_uuid_t *id,
							   const pg_uuid_t *factor_id)
{
	pacl_run(&update_factor, PACL_ARGS(pacl_uuid(id), pacl_uuid(factor_id)));
}

TimestampTz
pacl_session_store_choose(const pg_uuid_t *id, const pg_uuid_t *agenda_id)
{
	PaclRows	rows;
	TimestampTz opened_at = DT_NOBEGIN;

	if (pacl_query_row(&rows, &update_agenda,
					   PACL_ARGS(pacl_uuid(id), pacl_uuid(agenda_id))))
		opened_at = pacl_column_time(&rows, 1);
	pacl_done(&rows);
	return opened_at;
}

static int
end_sessions(const pg_uuid_t *account_id, const pg_uuid_t *only,
			 const pg_uuid_t *except, TimestampTz at)
{
	int			ended;

	ended = (int) pacl_run(&delete_tokens,
						   PACL_ARGS(pacl_uuid(account_id), pacl_uuid(only),
									 pacl_uuid(except)));
	if (ended > 0)
		pacl_run(&update_ended,
				 PACL_ARGS(pacl_uuid(account_id), pacl_time(at)));
	return ended;
}

int
pacl_session_store_end_surplus(const pg_uuid_t *account_id, int most,
							   TimestampTz at)
{
	int			ended;

	ended = (int) pacl_run(&delete_surplus,
						   PACL_ARGS(pacl_uuid(account_id), pacl_time(at),
									 pacl_int(most)));
	if (ended > 0)
		pacl_run(&update_ended,
				 PACL_ARGS(pacl_uuid(account_id), pacl_time(at)));
	return ended;
}

bool
pacl_session_store_end(const pg_uuid_t *account_id, const pg_uuid_t *id,
					   TimestampTz at)
{
	return end_sessions(account_id, id, NULL, at) > 0;
}

int
pacl_session_store_end_all(const pg_uuid_t *account_id,
						   const pg_uuid_t *except, TimestampTz at)
{
	return end_sessions(account_id, NULL, except, at);
}

PACL_STATEMENTS(session,
	PACL_ONE(insert_session),
	PACL_ONE(insert_token),
	PACL_ONE(select_of_token),
	PACL_ONE(update_seen),
	PACL_ONE(update_confirmed),
	PACL_ONE(update_unlimited),
	PACL_ONE(update_factor),
	PACL_ONE(update_agenda),
	PACL_ONE(delete_tokens),
	PACL_ONE(delete_surplus),
	PACL_ONE(update_ended));
