/*
 * credentials_store.c
 *		Rows of passwords and second factors that move with an organization.
 */
#include "postgres.h"

#include "base/statement.h"
#include "compat.h"
#include "operations/credentials_store.h"

static PaclStatement select_key = {
	"SELECT credential_key FROM practiceacl.organization_move"
	" WHERE organization_id = $1"
};

static PaclStatement update_key = {
	"UPDATE practiceacl.organization_move SET credential_key = $2"
	" WHERE organization_id = $1"
};

static PaclStatement select_keys = {
	"SELECT organization_id, credential_key FROM practiceacl.organization_move"
	" WHERE credential_key IS NOT NULL"
};

static PaclStatement update_noted = {
	"UPDATE practiceacl.organization_move SET credentials_at = $2"
	" WHERE organization_id = $1 RETURNING key"
};

static PaclStatement select_noted = {
	"SELECT EXISTS (SELECT FROM practiceacl.organization_move"
	"   WHERE organization_id = $1 AND credentials_at IS NOT NULL)"
};

static PaclStatement select_credentials = {
	"SELECT a.id, p.hash, p.changed_at, p.temporary_until,"
	"   f.id, f.sealed, f.enrolled_at, f.last_step, f.confirmed_at,"
	"   (SELECT string_agg(r.digest, '' ORDER BY r.digest)"
	"    FROM practiceacl.recovery_code r WHERE r.account_id = a.id)"
	" FROM practiceacl.account a"
	" LEFT JOIN practiceacl.password p ON p.account_id = a.id"
	" LEFT JOIN practiceacl.second_factor f ON f.account_id = a.id"
	"   AND f.id = a.second_factor_id"
	" WHERE a.status = 'active' AND (p.hash IS NOT NULL OR f.id IS NOT NULL)"
	"   AND a.second_factor_id IS NOT DISTINCT FROM f.id"
	"   AND EXISTS (SELECT FROM practiceacl.membership m"
	"     WHERE m.organization_id = $1 AND m.account_id = a.id"
	"       AND m.status <> 'removed')"
	" ORDER BY a.id"
};

#define BELONGS(operator) \
	"EXISTS (SELECT FROM practiceacl.membership m" \
	"   WHERE m.account_id = a.id AND m.status <> 'removed'" \
	"     AND m.organization_id " operator " $1)"

#define ACTS_BY_ROLE \
	"EXISTS (SELECT FROM practiceacl.role_account r WHERE r.account_id = a.id)"

#define AWAITED_IN_PARCEL \
	" FROM practiceacl.awaited_credential w" \
	" JOIN jsonb_to_recordset($2::jsonb -> 'people') AS p (id uuid, status text)" \
	"   ON p.id = w.account_id"

static PaclStatement select_awaited = {
	"SELECT a.id" AWAITED_IN_PARCEL
	" JOIN practiceacl.account a ON a.id = w.account_id"
	" WHERE w.comes_with = $1"
	"   AND a.status = 'active' AND p.status = 'active'"
	"   AND a.second_factor_id IS NULL"
	"   AND NOT EXISTS (SELECT FROM practiceacl.password h"
	"     WHERE h.account_id = a.id)"
	"   AND NOT EXISTS (SELECT FROM practiceacl.second_factor f"
	"     WHERE f.account_id = a.id)"
	"   AND " BELONGS("=") " AND NOT " BELONGS("<>") " AND NOT " ACTS_BY_ROLE
	" ORDER BY a.id"
};

static PaclStatement update_blocked = {
	"UPDATE practiceacl.account a SET status = 'blocked'" AWAITED_IN_PARCEL
	" WHERE a.id = w.account_id AND w.comes_with = $1"
	"   AND a.status = 'active' AND p.status = 'blocked'"
	" RETURNING a.id"
};

static PaclStatement delete_awaited = {
	"DELETE FROM practiceacl.awaited_credential WHERE comes_with = $1"
};

static PaclStatement select_leaving = {
	"SELECT a.id FROM practiceacl.account a"
	" WHERE a.status = 'active'"
	"   AND " BELONGS("=") " AND NOT " BELONGS("<>") " AND NOT " ACTS_BY_ROLE
	" ORDER BY a.id"
};

static PaclStatement take_credential[] = {
	{"DELETE FROM practiceacl.password WHERE account_id = $1"},
	{"DELETE FROM practiceacl.account_token WHERE account_id = $1"},
};

static PaclStatement insert_awaited = {
	"INSERT INTO practiceacl.awaited_credential"
	"  (account_id, comes_with, since) VALUES ($1, $2, $3)"
	" ON CONFLICT (account_id) DO UPDATE"
	"   SET comes_with = excluded.comes_with, since = excluded.since"
};

static PaclArg
bytes_arg(const bytea *bytes)
{
	return pacl_datum(BYTEAOID, PointerGetDatum(bytes), bytes == NULL);
}

bytea *
pacl_credentials_store_key(const pg_uuid_t *organization_id)
{
	PaclRows	rows;
	bytea	   *key = NULL;

	if (pacl_query_row(&rows, &select_key,
					   PACL_ARGS(pacl_uuid(organization_id))))
		key = pacl_column_bytes(&rows, 1);
	pacl_done(&rows);
	return key;
}

void
pacl_credentials_store_set_key(const pg_uuid_t *organization_id,
							   const bytea *key)
{
	pacl_run(&update_key, PACL_ARGS(pacl_uuid(organization_id), bytes_arg(key)));
}

int64
pacl_credentials_store_reseal(PaclResealKey reseal)
{
	PaclRows	rows;
	int64		count = 0;

	pacl_query(&rows, &select_keys, PACL_NO_ARGS);
	while (pacl_next(&rows))
	{
		const pg_uuid_t *organization_id = pacl_column_uuid(&rows, 1);
		const bytea *again = reseal(organization_id, pacl_column_bytes(&rows, 2));

		if (again != NULL)
			count += pacl_run(&update_key,
							  PACL_ARGS(pacl_uuid(organization_id),
										bytes_arg(again)));
	}
	pacl_done(&rows);
	return count;
}

char *
pacl_credentials_store_note(const pg_uuid_t *organization_id, TimestampTz at)
{
	return pacl_query_text(&update_noted,
						   PACL_ARGS(pacl_uuid(organization_id), pacl_time(at)));
}

bool
pacl_credentials_store_is_noted(const pg_uuid_t *organization_id)
{
	PaclRows	rows;

	pacl_query(&rows, &select_noted, PACL_ARGS(pacl_uuid(organization_id)));
	return pacl_rows_bool(&rows);
}

static void
read_codes(PaclCredential *credential, const bytea *digests)
{
	if (digests == NULL)
		return;
	credential->code_count = Min(VARSIZE_ANY_EXHDR(digests) / PACL_DIGEST_BYTES,
								 PACL_RECOVERY_CODES);
	memcpy(credential->codes, VARDATA_ANY(digests),
		   credential->code_count * PACL_DIGEST_BYTES);
}

void
pacl_credentials_store_read(const pg_uuid_t *organization_id,
							PaclCredentialVisitor visit, void *state)
{
	PaclRows	rows;

	pacl_query(&rows, &select_credentials,
			   PACL_ARGS(pacl_uuid(organization_id)));
	while (pacl_next(&rows))
	{
		PaclCredential credential = {{{0}}};

		credential.account_id = *pacl_column_uuid(&rows, 1);
		credential.password.hash = pacl_column_text(&rows, 2);
		credential.changed_at = pacl_column_time(&rows, 3);
		credential.password.temporary = !pacl_column_isnull(&rows, 4);
		credential.password.temporary_until = pacl_column_time(&rows, 4);
		credential.has_factor = !pacl_column_isnull(&rows, 5);
		if (credential.has_factor)
		{
			credential.factor.id = *pacl_column_uuid(&rows, 5);
			credential.factor.sealed = pacl_column_bytes(&rows, 6);
			credential.factor.enrolled_at = pacl_column_time(&rows, 7);
			credential.factor.last_step = pacl_column_bigint(&rows, 8);
			credential.factor.confirmed = true;
			credential.confirmed_at = pacl_column_time(&rows, 9);
			read_codes(&credential, pacl_column_bytes(&rows, 10));
		}
		visit(state, &credential);
	}
	pacl_done(&rows);
}

pg_uuid_t *
pacl_credentials_store_awaited(const pg_uuid_t *organization_id, Jsonb *parcel,
							   int *count)
{
	PaclRows	rows;

	pacl_query(&rows, &select_awaited, PACL_ARGS(pacl_uuid(organization_id),
												 pacl_jsonb(parcel)));
	return pacl_rows_uuids(&rows, count);
}

pg_uuid_t *
pacl_credentials_store_block(const pg_uuid_t *organization_id, Jsonb *parcel,
							 int *count)
{
	PaclRows	rows;

	pacl_query(&rows, &update_blocked, PACL_ARGS(pacl_uuid(organization_id),
												 pacl_jsonb(parcel)));
	return pacl_rows_uuids(&rows, count);
}

void
pacl_credentials_store_end(const pg_uuid_t *organization_id)
{
	pacl_run(&delete_awaited, PACL_ARGS(pacl_uuid(organization_id)));
}

pg_uuid_t *
pacl_credentials_store_leaving(const pg_uuid_t *organization_id, int *count)
{
	PaclRows	rows;

	pacl_query(&rows, &select_leaving, PACL_ARGS(pacl_uuid(organization_id)));
	return pacl_rows_uuids(&rows, count);
}

void
pacl_credentials_store_take(const pg_uuid_t *account_id,
							const pg_uuid_t *organization_id, TimestampTz at)
{
	for (int i = 0; i < lengthof(take_credential); i++)
		pacl_run(&take_credential[i], PACL_ARGS(pacl_uuid(account_id)));
	pacl_second_factor_store_delete(account_id);
	pacl_run(&insert_awaited, PACL_ARGS(pacl_uuid(account_id),
										pacl_uuid(organization_id),
										pacl_time(at)));
}

PACL_STATEMENTS(credentials,
	PACL_ONE(select_key),
	PACL_ONE(update_key),
	PACL_ONE(select_keys),
	PACL_ONE(update_noted),
	PACL_ONE(select_noted),
	PACL_ONE(select_credentials),
	PACL_ONE(select_awaited),
	PACL_ONE(update_blocked),
	PACL_ONE(delete_awaited),
	PACL_ONE(select_leaving),
	PACL_EACH(take_credential),
	PACL_ONE(insert_awaited));
