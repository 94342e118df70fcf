/*
 * throttle_store.c
 *		Rows of the throttle's counters.
 */
#include "postgres.h"

#include "base/lock.h"
#include "base/statement.h"
#include "identity/throttle_store.h"

static PaclStatement select_count = {
	"SELECT failures, last_at FROM practiceacl.log_in_failure"
	" WHERE digest = $1 AND last_at > $2"
};

static PaclStatement upsert_count = {
	"INSERT INTO practiceacl.log_in_failure AS f (digest, failures, last_at)"
	" VALUES ($1, 1, $2)"
	" ON CONFLICT (digest) DO UPDATE SET last_at = excluded.last_at,"
	"   failures = CASE WHEN f.last_at > $3 THEN f.failures + 1 ELSE 1 END"
};

static PaclStatement delete_count = {
	"DELETE FROM practiceacl.log_in_failure WHERE digest = $1"
};

static PaclArg
digest_arg(const PaclDigest *digest)
{
	return pacl_bytes(digest->data, PACL_DIGEST_BYTES);
}

void
pacl_throttle_store_read(const PaclDigest *digest, TimestampTz since,
						 PaclCount *count)
{
	PaclRows	rows;

	count->count = 0;
	if (pacl_query_row(&rows, &select_count,
					   PACL_ARGS(digest_arg(digest), pacl_time(since))))
	{
		count->count = pacl_column_int(&rows, 1);
		count->last_at = pacl_column_time(&rows, 2);
	}
	pacl_done(&rows);
}

bool
pacl_throttle_store_add(const PaclDigest *digest, TimestampTz at,
						TimestampTz since)
{
	if (!pacl_try_lock_count(digest))
		return false;
	pacl_run(&upsert_count,
			 PACL_ARGS(digest_arg(digest), pacl_time(at), pacl_time(since)));
	return true;
}

void
pacl_throttle_store_clear(const PaclDigest *digest)
{
	if (pacl_try_lock_count(digest))
		pacl_run(&delete_count, PACL_ARGS(digest_arg(digest)));
}

PACL_STATEMENTS(throttle,
	PACL_ONE(select_count),
	PACL_ONE(upsert_count),
	PACL_ONE(delete_count));
