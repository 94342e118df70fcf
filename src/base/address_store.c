/*
 * address_store.c
 *		The row that holds the key of addresses' digests.
 */
#include "postgres.h"

#include "base/address_store.h"
#include "base/statement.h"
#include "compat.h"

static PaclStatement select_key = {
	"SELECT key FROM practiceacl.email_key"
};

static PaclStatement insert_key = {
	"INSERT INTO practiceacl.email_key (key) VALUES ($1)"
	" ON CONFLICT DO NOTHING"
};

bool
pacl_email_store_key(PaclDigest *key)
{
	PaclRows	rows;
	bool		found = pacl_query_row(&rows, &select_key, PACL_NO_ARGS);

	if (found)
	{
		bytea	   *stored = pacl_column_bytes(&rows, 1);

		if (VARSIZE_ANY_EXHDR(stored) != PACL_DIGEST_BYTES)
			elog(ERROR, "the key of addresses' digests has another length");
		memcpy(key->data, VARDATA_ANY(stored), PACL_DIGEST_BYTES);
	}
	pacl_done(&rows);
	return found;
}

void
pacl_email_store_keep_key(const PaclDigest *key)
{
	(void) pacl_run(&insert_key,
					PACL_ARGS(pacl_bytes(key->data, PACL_DIGEST_BYTES)));
}

PACL_STATEMENTS(address,
	PACL_ONE(select_key),
	PACL_ONE(insert_key));
