/*
 * second_factor_store.c
 *		Rows of second factors, and of the codes that stand for them.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "base/statement.h"
#include "identity/second_factor_store.h"

static PaclStatement select_factor = {
	"SELECT f.id, f.sealed, f.enrolled_at, f.last_step,"
	"   a.second_factor_id IS NOT DISTINCT FROM f.id"
	" FROM practiceacl.second_factor f"
	" JOIN practiceacl.account a ON a.id = f.account_id"
	" WHERE f.account_id = $1"
};

static PaclStatement upsert_factor = {
	"INSERT INTO practiceacl.second_factor (account_id, id, sealed, enrolled_at)"
	" VALUES ($1, $2, $3, $4)"
	" ON CONFLICT (account_id) DO UPDATE SET id = excluded.id,"
	"   sealed = excluded.sealed, enrolled_at = excluded.enrolled_at,"
	"   confirmed_at = NULL, last_step = DEFAULT"
};

static PaclStatement confirm_factor = {
	"WITH confirmed AS ("
	"   UPDATE practiceacl.second_factor SET confirmed_at = $3"
	"   WHERE account_id = $1 AND id = $2 RETURNING id)"
	" UPDATE practiceacl.account a SET second_factor_id = c.id"
	" FROM confirmed c WHERE a.id = $1"
};

static PaclStatement update_step = {
	"UPDATE practiceacl.second_factor SET last_step = $2"
	" WHERE account_id = $1 AND last_step < $2"
};

static PaclStatement select_named = {
	"SELECT second_factor_id IS NOT NULL FROM practiceacl.account WHERE id = $1"
};

static PaclStatement delete_factor = {
	"WITH gone AS ("
	"   DELETE FROM practiceacl.second_factor WHERE account_id = $1),"
	" codes AS ("
	"   DELETE FROM practiceacl.recovery_code WHERE account_id = $1)"
	" UPDATE practiceacl.account SET second_factor_id = NULL WHERE id = $1"
};

static PaclStatement delete_codes = {
	"DELETE FROM practiceacl.recovery_code WHERE account_id = $1"
};

static PaclStatement insert_code = {
	"INSERT INTO practiceacl.recovery_code (digest, account_id)"
	" VALUES ($2, $1)"
};

static PaclStatement delete_code = {
	"DELETE FROM practiceacl.recovery_code"
	" WHERE account_id = $1 AND digest = $2"
};

static PaclStatement count_codes = {
	"SELECT count(*)::integer FROM practiceacl.recovery_code"
	" WHERE account_id = $1"
};

/* One that demands it comes before the one to which they belong longest. */
static PaclStatement select_issuer = {
	"SELECT o.name FROM practiceacl.membership m"
	" JOIN practiceacl.organization o ON o.id = m.organization_id"
	" WHERE m.account_id = $1 AND m.status IN ('active', 'unlisted')"
	" ORDER BY o.second_factor = 'everyone' DESC,"
	"   o.second_factor = 'administrators' AND m.admin <> 'none' DESC,"
	"   m.joined_at, o.id LIMIT 1"
};

static PaclStatement select_all = {
	"SELECT account_id, sealed FROM practiceacl.second_factor"
};

/* A person may have enrolled another one meanwhile. */
static PaclStatement update_sealed = {
	"UPDATE practiceacl.second_factor SET sealed = $3"
	" WHERE account_id = $1 AND sealed = $2"
};

static PaclArg
digest_arg(const PaclDigest *digest)
{
	return pacl_bytes(digest->data, PACL_DIGEST_BYTES);
}

static PaclArg
sealed_arg(const bytea *sealed)
{
	return pacl_datum(BYTEAOID, PointerGetDatum(sealed), false);
}

bool
pacl_second_factor_store_read(const pg_uuid_t *account_id,
							  PaclSecondFactor *factor)
{
	PaclRows	rows;
	bool		found = pacl_query_row(&rows, &select_factor,
									   PACL_ARGS(pacl_uuid(account_id)));

	if (found)
	{
		factor->id = *pacl_column_uuid(&rows, 1);
		factor->sealed = pacl_column_bytes(&rows, 2);
		factor->enrolled_at = pacl_column_time(&rows, 3);
		factor->last_step = pacl_column_bigint(&rows, 4);
		factor->confirmed = pacl_column_bool(&rows, 5);
	}
	pacl_done(&rows);
	return found;
}

void
pacl_second_factor_store_enrol(const pg_uuid_t *account_id,
							   const pg_uuid_t *id, const bytea *sealed,
							   TimestampTz at)
{
	pacl_run(&upsert_factor,
			 PACL_ARGS(pacl_uuid(account_id), pacl_uuid(id),
					   sealed_arg(sealed), pacl_time(at)));
}

void
pacl_second_factor_store_confirm(const pg_uuid_t *account_id,
								 const pg_uuid_t *id, TimestampTz at)
{
	pacl_run(&confirm_factor,
			 PACL_ARGS(pacl_uuid(account_id), pacl_uuid(id), pacl_time(at)));
}

bool
pacl_second_factor_store_use_step(const pg_uuid_t *account_id, int64 step)
{
	return pacl_run(&update_step,
					PACL_ARGS(pacl_uuid(account_id), pacl_bigint(step))) == 1;
}

bool
pacl_second_factor_store_is_named(const pg_uuid_t *account_id)
{
	PaclRows	rows;

	pacl_query(&rows, &select_named, PACL_ARGS(pacl_uuid(account_id)));
	return pacl_rows_bool(&rows);
}

void
pacl_second_factor_store_delete(const pg_uuid_t *account_id)
{
	pacl_run(&delete_factor, PACL_ARGS(pacl_uuid(account_id)));
}

void
pacl_second_factor_store_set_codes(const pg_uuid_t *account_id,
								   const PaclDigest *digests, int count)
{
	pacl_run(&delete_codes, PACL_ARGS(pacl_uuid(account_id)));
	for (int i = 0; i < count; i++)
		pacl_run(&insert_code,
				 PACL_ARGS(pacl_uuid(account_id), digest_arg(&digests[i])));
}

bool
pacl_second_factor_store_use_code(const pg_uuid_t *account_id,
								  const PaclDigest *digest)
{
	return pacl_run(&delete_code,
					PACL_ARGS(pacl_uuid(account_id), digest_arg(digest))) == 1;
}

int
pacl_second_factor_store_count_codes(const pg_uuid_t *account_id)
{
	PaclRows	rows;
	int			count = 0;

	if (pacl_query_row(&rows, &count_codes, PACL_ARGS(pacl_uuid(account_id))))
		count = pacl_column_int(&rows, 1);
	pacl_done(&rows);
	return count;
}

char *
pacl_second_factor_store_issuer(const pg_uuid_t *account_id)
{
	PaclRows	rows;
	char	   *name = NULL;

	if (pacl_query_row(&rows, &select_issuer, PACL_ARGS(pacl_uuid(account_id))))
		name = pacl_column_text(&rows, 1);
	pacl_done(&rows);
	return name;
}

int64
pacl_second_factor_store_reseal(PaclReseal reseal)
{
	PaclRows	rows;
	int64		count = 0;

	pacl_query(&rows, &select_all, PACL_NO_ARGS);
	while (pacl_next(&rows))
	{
		const pg_uuid_t *account_id = pacl_column_uuid(&rows, 1);
		const bytea *sealed = pacl_column_bytes(&rows, 2);
		const bytea *again = reseal(account_id, sealed);

		CHECK_FOR_INTERRUPTS();
		if (again != NULL)
			count += pacl_run(&update_sealed,
							  PACL_ARGS(pacl_uuid(account_id),
										sealed_arg(sealed),
										sealed_arg(again)));
	}
	pacl_done(&rows);
	return count;
}

PACL_STATEMENTS(second_factor,
	PACL_ONE(select_factor),
	PACL_ONE(upsert_factor),
	PACL_ONE(confirm_factor),
	PACL_ONE(update_step),
	PACL_ONE(select_named),
	PACL_ONE(delete_factor),
	PACL_ONE(delete_codes),
	PACL_ONE(insert_code),
	PACL_ONE(delete_code),
	PACL_ONE(count_codes),
	PACL_ONE(select_issuer),
	PACL_ONE(select_all),
	PACL_ONE(update_sealed));
