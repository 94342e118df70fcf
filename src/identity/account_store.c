/*
 * account_store.c
 *		Rows of accounts, and of their passwords and tokens.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "base/address.h"
#include "base/statement.h"
#include "identity/account_store.h"
#include "pure/uuid.h"
#include "reader/access.h"

static PaclStatement select_password = {
	"SELECT hash, temporary_until FROM practiceacl.password"
	" WHERE account_id = $1"
};

static PaclStatement select_client = {
	"SELECT EXISTS (SELECT FROM practiceacl.session"
	"   WHERE account_id = $1 AND client = $2 AND opened_at > $3)"
};

static PaclStatement upsert_password = {
	"INSERT INTO practiceacl.password"
	"  (account_id, hash, changed_at, temporary_until)"
	" VALUES ($1, $2, $3, $4)"
	" ON CONFLICT (account_id) DO UPDATE SET hash = excluded.hash,"
	"   changed_at = excluded.changed_at,"
	"   temporary_until = excluded.temporary_until"
};

static PaclStatement update_hash = {
	"UPDATE practiceacl.password SET hash = $2 WHERE account_id = $1"
};

static PaclStatement select_active = {
	"SELECT 1 FROM practiceacl.account WHERE id = $1 AND status = 'active'"
};

static PaclStatement update_status = {
	"UPDATE practiceacl.account SET status = $3 WHERE id = $1 AND status = $2"
};

static PaclStatement select_may_log_in = {
	"SELECT 1 FROM practiceacl.account a WHERE id = $1 AND status = 'active'"
	"   AND (EXISTS (SELECT FROM practiceacl.membership"
	"       WHERE account_id = $1 AND " PACL_SQL_IS_ACTIVE ")"
	"     OR NOT EXISTS (SELECT FROM practiceacl.membership"
	"       WHERE account_id = $1 AND status = 'disabled'))"
};

static PaclStatement update_first_used = {
	"UPDATE practiceacl.account SET first_used_at = $2"
	" WHERE id = $1 AND first_used_at IS NULL"
};

/*
 * Rows of what another cell has are not touched: what a move still carries would
 * undo what was changed there meanwhile.
 */
#define NOT_ELSEWHERE(table) \
	" AND NOT EXISTS (SELECT FROM practiceacl.organization_move v" \
	"   WHERE v.organization_id = " table ".organization_id" \
	"     AND v.state NOT IN ('published', 'received'))"

static PaclStatement update_only_membership = {
	"UPDATE practiceacl.membership o SET last_log_in_at = $2"
	" WHERE account_id = $1 AND " PACL_SQL_IS_ACTIVE NOT_ELSEWHERE("o")
	"   AND (SELECT count(*) FROM practiceacl.membership m"
	"     WHERE m.account_id = $1 AND m." PACL_SQL_IS_ACTIVE ") = 1"
};

static PaclStatement update_membership = {
	"UPDATE practiceacl.membership o SET last_log_in_at = $3"
	" WHERE account_id = $1 AND organization_id = $2"
	"   AND (last_log_in_at IS NULL OR last_log_in_at < $3)" NOT_ELSEWHERE("o")
};

static PaclStatement update_invitations = {
	"UPDATE practiceacl.invitation o SET email = $2 WHERE email = $1" NOT_ELSEWHERE("o")
};

static PaclStatement insert_token = {
	"INSERT INTO practiceacl.account_token"
	"  (digest, account_id, kind, new_email, created_at, expires_at)"
	" VALUES ($1, $2, $3, $4, $5, $6)"
};

static PaclStatement select_token = {
	"SELECT account_id FROM practiceacl.account_token"
	" WHERE digest = $1 AND kind = $2 AND expires_at > $3"
};

static PaclStatement delete_token = {
	"DELETE FROM practiceacl.account_token"
	" WHERE digest = $1 AND kind = $2 AND expires_at > $3"
	" RETURNING new_email"
};

static PaclStatement delete_tokens = {
	"DELETE FROM practiceacl.account_token WHERE account_id = $1 AND kind = $2"
};

static PaclStatement upsert_blocked = {
	"INSERT INTO practiceacl.blocked_email (digest, reason, blocked_at)"
	" VALUES ($1, $2, $3)"
	" ON CONFLICT (digest) DO UPDATE SET reason = excluded.reason,"
	"   blocked_at = excluded.blocked_at"
	" WHERE blocked_email.reason IS DISTINCT FROM excluded.reason"
};

static PaclStatement delete_blocked = {
	"DELETE FROM practiceacl.blocked_email WHERE digest = $1"
};

static PaclStatement select_role_use = {
	"SELECT CASE WHEN r.rolsuper THEN 'superuser'"
	"   WHEN has_function_privilege(r.oid,"
	"     'practiceacl.open_session(uuid,interval,text)', 'EXECUTE')"
	"     THEN 'authenticator'"
	"   WHEN has_function_privilege(r.oid,"
	"     'practiceacl.claim_messages(integer,interval)', 'EXECUTE')"
	"     THEN 'mailer'"
	"   WHEN has_function_privilege(r.oid,"
	"     'practiceacl.log_in(text,text,text)', 'EXECUTE')"
	"     THEN 'application' END,"
	"  EXISTS (SELECT FROM practiceacl.role_account m"
	"   WHERE m.role_name = r.rolname AND m.account_id = $2),"
	"  NOT EXISTS (SELECT FROM pg_roles o"
	"   WHERE o.oid <> r.oid AND NOT o.rolsuper"
	"     AND o.oid <> (SELECT extowner FROM pg_extension"
	"       WHERE extname = 'practiceacl')"
	"     AND NOT pg_has_role(o.oid, r.oid, 'MEMBER')"
	"     AND has_function_privilege(o.oid,"
	"       'practiceacl.log_in(text,text,text)', 'EXECUTE'))"
	" FROM pg_roles r WHERE r.oid = $1"
};

static PaclStatement delete_older_role = {
	"DELETE FROM practiceacl.role_account"
	" WHERE role_name = $2 AND role_oid <> $1"
};

static PaclStatement upsert_role = {
	"INSERT INTO practiceacl.role_account"
	"  (role_oid, role_name, account_id, mapped_at)"
	" VALUES ($1, $2, $3, $4)"
	" ON CONFLICT (role_oid) DO UPDATE SET role_name = excluded.role_name,"
	"   account_id = excluded.account_id, mapped_at = excluded.mapped_at"
	" WHERE (role_account.role_name, role_account.account_id)"
	"   IS DISTINCT FROM (excluded.role_name, excluded.account_id)"
};

static PaclStatement delete_role = {
	"DELETE FROM practiceacl.role_account WHERE role_oid = $1"
	" RETURNING account_id"
};

bool
pacl_account_store_password(const pg_uuid_t *account_id,
							PaclPassword *password)
{
	PaclRows	rows;
	bool		found;

	found = pacl_query_row(&rows, &select_password,
						   PACL_ARGS(pacl_uuid(account_id)));
	if (found)
	{
		password->hash = pacl_column_text(&rows, 1);
		password->temporary = !pacl_column_isnull(&rows, 2);
		password->temporary_until = pacl_column_time(&rows, 2);
	}
	pacl_done(&rows);
	return found;
}

bool
pacl_account_store_knows_client(const pg_uuid_t *account_id,
								const char *client, TimestampTz since)
{
	PaclRows	rows;

	pacl_query(&rows, &select_client,
			   PACL_ARGS(pacl_uuid(account_id), pacl_text(client),
						 pacl_time(since)));
	return pacl_rows_bool(&rows);
}

void
pacl_account_store_set_password(const pg_uuid_t *account_id,
								const char *hash, TimestampTz changed_at,
								bool temporary, TimestampTz temporary_until)
{
	pacl_run(&upsert_password,
			 PACL_ARGS(pacl_uuid(account_id), pacl_text(hash),
					   pacl_time(changed_at),
					   pacl_time_if(temporary, temporary_until)));
}

void
pacl_account_store_rehash_password(const pg_uuid_t *account_id,
								   const char *hash)
{
	pacl_run(&update_hash, PACL_ARGS(pacl_uuid(account_id), pacl_text(hash)));
}

bool
pacl_account_store_is_active(const pg_uuid_t *account_id)
{
	PaclRows	rows;
	bool		active;

	active = pacl_query_row(&rows, &select_active,
							PACL_ARGS(pacl_uuid(account_id)));
	pacl_done(&rows);
	return active;
}

bool
pacl_account_store_set_status(const pg_uuid_t *account_id, const char *from,
							  const char *to)
{
	return pacl_run(&update_status,
					PACL_ARGS(pacl_uuid(account_id), pacl_text(from),
							  pacl_text(to))) == 1;
}

bool
pacl_account_store_may_log_in(const pg_uuid_t *account_id)
{
	PaclRows	rows;
	bool		may;

	may = pacl_query_row(&rows, &select_may_log_in,
						 PACL_ARGS(pacl_uuid(account_id)));
	pacl_done(&rows);
	return may;
}

void
pacl_account_store_note_log_in(const pg_uuid_t *account_id, TimestampTz at)
{
	pacl_run(&update_first_used,
			 PACL_ARGS(pacl_uuid(account_id), pacl_time(at)));
	pacl_run(&update_only_membership,
			 PACL_ARGS(pacl_uuid(account_id), pacl_time(at)));
}

void
pacl_account_store_note_log_in_there(const pg_uuid_t *account_id,
									 const pg_uuid_t *organization_id,
									 TimestampTz at)
{
	pacl_run(&update_membership,
			 PACL_ARGS(pacl_uuid(account_id), pacl_uuid(organization_id),
					   pacl_time(at)));
}

void
pacl_account_store_move_invitations(const char *from, const char *to)
{
	pacl_run(&update_invitations, PACL_ARGS(pacl_text(from), pacl_text(to)));
}

static PaclArg
errand_arg(PaclTokenPurpose purpose)
{
	return pacl_text(purpose == PACL_TOKEN_FOR_PASSWORD_RESET ?
					 "password_reset" : "email_change");
}

static PaclArg
digest_arg(const PaclDigest *digest)
{
	return pacl_bytes(digest->data, PACL_DIGEST_BYTES);
}

void
pacl_account_store_keep_token(const pg_uuid_t *account_id,
							  PaclTokenPurpose purpose, const PaclDigest *digest,
							  const char *new_email,
							  TimestampTz at, TimestampTz until)
{
	pacl_run(&insert_token,
			 PACL_ARGS(digest_arg(digest), pacl_uuid(account_id),
					   errand_arg(purpose), pacl_text(new_email),
					   pacl_time(at), pacl_time(until)));
}

pg_uuid_t *
pacl_account_store_token_account(PaclTokenPurpose purpose, const PaclDigest *digest,
								 TimestampTz at)
{
	PaclRows	rows;
	pg_uuid_t  *account_id = NULL;

	if (pacl_query_row(&rows, &select_token,
					   PACL_ARGS(digest_arg(digest), errand_arg(purpose),
								 pacl_time(at))))
		account_id = pacl_column_uuid(&rows, 1);
	pacl_done(&rows);
	return account_id;
}

bool
pacl_account_store_use_token(PaclTokenPurpose purpose, const PaclDigest *digest,
							 TimestampTz at, char **new_email)
{
	PaclRows	rows;
	bool		used;

	used = pacl_query_row(&rows, &delete_token,
						  PACL_ARGS(digest_arg(digest), errand_arg(purpose),
									pacl_time(at)));
	if (used && new_email != NULL)
		*new_email = pacl_column_text(&rows, 1);
	pacl_done(&rows);
	return used;
}

void
pacl_account_store_drop_tokens(const pg_uuid_t *account_id,
							   PaclTokenPurpose purpose)
{
	pacl_run(&delete_tokens,
			 PACL_ARGS(pacl_uuid(account_id), errand_arg(purpose)));
}

bool
pacl_account_store_block_email(const PaclDigest *digest, const char *reason,
							   TimestampTz at)
{
	return pacl_run(&upsert_blocked,
					PACL_ARGS(digest_arg(digest), pacl_text(reason),
							  pacl_time(at))) > 0;
}

bool
pacl_account_store_unblock_email(const PaclDigest *digest)
{
	return pacl_run(&delete_blocked, PACL_ARGS(digest_arg(digest))) > 0;
}

static PaclArg
role_oid(Oid role)
{
	return pacl_datum(OIDOID, ObjectIdGetDatum(role), false);
}

void
pacl_account_store_role_use(Oid role, const pg_uuid_t *account_id,
							PaclRoleUse *use)
{
	PaclRows	rows;

	memset(use, 0, sizeof(PaclRoleUse));
	if (pacl_query_row(&rows, &select_role_use,
					   PACL_ARGS(role_oid(role), pacl_uuid(account_id))))
	{
		use->audience = pacl_column_text(&rows, 1);
		use->mapped = pacl_column_bool(&rows, 2);
		use->only_one = pacl_column_bool(&rows, 3);
	}
	pacl_done(&rows);
}

bool
pacl_account_store_map_role(Oid role, const char *role_name,
							const pg_uuid_t *account_id, TimestampTz at)
{
	pacl_run(&delete_older_role,
			 PACL_ARGS(role_oid(role), pacl_text(role_name)));
	return pacl_run(&upsert_role,
					PACL_ARGS(role_oid(role), pacl_text(role_name),
							  pacl_uuid(account_id), pacl_time(at))) > 0;
}

pg_uuid_t *
pacl_account_store_unmap_role(Oid role)
{
	PaclRows	rows;
	pg_uuid_t  *account_id = NULL;

	if (pacl_query_row(&rows, &delete_role, PACL_ARGS(role_oid(role))))
		account_id = pacl_column_uuid(&rows, 1);
	pacl_done(&rows);
	return account_id;
}

#define PERSON_COLUMNS \
	"id, status, email, first_name, last_name, mobile, country, time_zone," \
	" first_used_at IS NOT NULL, sms_copies"

static PaclStatement select_by_id = {
	"SELECT " PERSON_COLUMNS " FROM practiceacl.account WHERE id = $1"
};

static PaclStatement select_by_email = {
	"SELECT " PERSON_COLUMNS " FROM practiceacl.account WHERE id ="
	"  (SELECT account_id FROM practiceacl.account_email WHERE digest = $1)"
};

/*
 * The digests form a circle.  The second scan goes on at its beginning, or
 * else beyond its end, so that there are always two, and one row.
 */
static PaclStatement select_nearest = {
	"WITH next AS MATERIALIZED ("
	"  SELECT digest, account_id FROM practiceacl.account_email"
	"  WHERE digest >= $1 ORDER BY digest LIMIT 1),"
	" first AS MATERIALIZED ("
	"  SELECT digest, account_id FROM practiceacl.account_email"
	"  WHERE digest >= CASE WHEN EXISTS (SELECT FROM next)"
	"    THEN decode(repeat('ff', 33), 'hex') ELSE '' END"
	"  ORDER BY digest LIMIT 1)"
	" SELECT " PERSON_COLUMNS ", n.digest = $1"
	" FROM (SELECT * FROM next UNION ALL SELECT * FROM first) n"
	" JOIN practiceacl.account ON id = n.account_id"
};

/* The reference to the account is checked at the end of the statement. */
static PaclStatement insert_account = {
	"WITH address AS ("
	"   INSERT INTO practiceacl.account_email (digest, account_id)"
	"   VALUES ($8, $1) ON CONFLICT (digest) DO NOTHING RETURNING 1)"
	" INSERT INTO practiceacl.account (id, email, first_name, last_name,"
	"   mobile, country, time_zone, sms_copies)"
	" SELECT $1, $2, $3, $4, $5, $6, $7, $9 FROM address"
};

static PaclStatement update_account = {
	"WITH address AS ("
	"   INSERT INTO practiceacl.account_email (digest, account_id)"
	"   SELECT $8, $1 WHERE NOT EXISTS ("
	"     SELECT FROM practiceacl.account_email"
	"     WHERE digest = $8 AND account_id <> $1)"
	"   ON CONFLICT (account_id) DO UPDATE SET digest = excluded.digest"
	"   RETURNING 1)"
	" UPDATE practiceacl.account SET email = $2, first_name = $3,"
	"   last_name = $4, mobile = $5, country = $6, time_zone = $7,"
	"   sms_copies = $9"
	" FROM address WHERE id = $1"
};

static PaclStatement select_undigested = {
	"SELECT id, email FROM practiceacl.account a WHERE email IS NOT NULL"
	"   AND NOT EXISTS (SELECT FROM practiceacl.account_email e"
	"                   WHERE e.account_id = a.id)"
};

static PaclStatement insert_digest = {
	"INSERT INTO practiceacl.account_email (digest, account_id)"
	" VALUES ($1, $2)"
};

/* Reads one row, be it another one: as select_nearest. */
static PaclStatement select_blocked = {
	"WITH next AS MATERIALIZED ("
	"  SELECT digest FROM practiceacl.blocked_email"
	"  WHERE digest >= $1 ORDER BY digest LIMIT 1),"
	" first AS MATERIALIZED ("
	"  SELECT digest FROM practiceacl.blocked_email"
	"  WHERE digest >= CASE WHEN EXISTS (SELECT FROM next)"
	"    THEN decode(repeat('ff', 33), 'hex') ELSE '' END"
	"  ORDER BY digest LIMIT 1)"
	" SELECT true FROM (SELECT * FROM next UNION ALL SELECT * FROM first) n"
	" WHERE n.digest = $1"
};

static bool
read_person(PaclRows *rows, bool found, PaclAccountRow *person)
{
	if (found)
	{
		person->id = *pacl_column_uuid(rows, 1);
		person->status = pacl_column_text(rows, 2);
		person->email = pacl_column_text(rows, 3);
		person->first_name = pacl_column_text(rows, 4);
		person->last_name = pacl_column_text(rows, 5);
		person->mobile = pacl_column_text(rows, 6);
		person->country = pacl_column_text(rows, 7);
		person->time_zone = pacl_column_text(rows, 8);
		person->used = pacl_column_bool(rows, 9);
		person->sms_copies = pacl_column_bool(rows, 10);
	}
	pacl_done(rows);
	return found;
}

bool
pacl_account_store_read(const pg_uuid_t *id, PaclAccountRow *person)
{
	PaclRows	rows;
	bool		found = pacl_query_row(&rows, &select_by_id,
									   PACL_ARGS(pacl_uuid(id)));

	return read_person(&rows, found, person);
}

static PaclArg
digest_of(const char *email)
{
	PaclDigest *digest = palloc(sizeof(PaclDigest));

	pacl_email_digest(email, digest);
	return pacl_bytes(digest->data, PACL_DIGEST_BYTES);
}

bool
pacl_account_store_find(const char *email, PaclAccountRow *person)
{
	PaclRows	rows;
	bool		found = pacl_query_row(&rows, &select_by_email,
									   PACL_ARGS(digest_of(email)));

	return read_person(&rows, found, person);
}

bool
pacl_account_store_find_nearest(const char *email, PaclAccountRow *person,
								bool *has_address)
{
	PaclRows	rows;
	bool		found = pacl_query_row(&rows, &select_nearest,
									   PACL_ARGS(digest_of(email)));

	*has_address = found && pacl_column_bool(&rows, 11);
	return read_person(&rows, found, person);
}

static bool
write_person(PaclStatement *statement, const PaclAccountRow *person)
{
	return pacl_run(statement,
					PACL_ARGS(pacl_uuid(&person->id),
							  pacl_text(person->email),
							  pacl_text(person->first_name),
							  pacl_text(person->last_name),
							  pacl_text(person->mobile),
							  pacl_text(person->country),
							  pacl_text(person->time_zone),
							  digest_of(person->email),
							  pacl_bool(person->sms_copies))) == 1;
}

bool
pacl_account_store_insert(PaclAccountRow *person)
{
	pacl_uuid_make(&person->id);
	return write_person(&insert_account, person);
}

bool
pacl_account_store_update(const PaclAccountRow *person)
{
	return write_person(&update_account, person);
}

uint64
pacl_account_store_digest_emails(void)
{
	PaclRows	rows;
	uint64		count = 0;

	pacl_query(&rows, &select_undigested, PACL_NO_ARGS);
	while (pacl_next(&rows))
	{
		CHECK_FOR_INTERRUPTS();
		count += pacl_run(&insert_digest,
						  PACL_ARGS(digest_of(pacl_column_text(&rows, 2)),
									pacl_uuid(pacl_column_uuid(&rows, 1))));
	}
	pacl_done(&rows);
	return count;
}

bool
pacl_account_store_is_blocked(const PaclDigest *digest)
{
	PaclRows	rows;

	pacl_query(&rows, &select_blocked,
			   PACL_ARGS(pacl_bytes(digest->data,
									PACL_DIGEST_BYTES)));
	return pacl_rows_bool(&rows);
}

PACL_STATEMENTS(account,
	PACL_ONE(select_password),
	PACL_ONE(select_client),
	PACL_ONE(upsert_password),
	PACL_ONE(update_hash),
	PACL_ONE(select_active),
	PACL_ONE(update_status),
	PACL_ONE(select_may_log_in),
	PACL_ONE(update_first_used),
	PACL_ONE(update_only_membership),
	PACL_ONE(update_membership),
	PACL_ONE(update_invitations),
	PACL_ONE(insert_token),
	PACL_ONE(select_token),
	PACL_ONE(delete_token),
	PACL_ONE(delete_tokens),
	PACL_ONE(upsert_blocked),
	PACL_ONE(delete_blocked),
	PACL_ONE(select_role_use),
	PACL_ONE(delete_older_role),
	PACL_ONE(upsert_role),
	PACL_ONE(delete_role),
	PACL_ONE(select_by_id),
	PACL_ONE(select_by_email),
	PACL_ONE(select_nearest),
	PACL_ONE(insert_account),
	PACL_ONE(update_account),
	PACL_ONE(select_undigested),
	PACL_ONE(insert_digest),
	PACL_ONE(select_blocked));
