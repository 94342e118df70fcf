/*
 * address_store.c
 *		The row that holds the key of addresses' digests.
 */
#include "postgres.h"

#include "base/address_store.h"
#include "base/statement.h"
#include "compat.h"

static PaclStatement select_key = {
	"SELECT key, sealed FROM practiceacl.email_key"
};

static PaclStatement insert_key = {
	"INSERT INTO practiceacl.email_key (key, sealed) VALUES ($1, $2)"
	" ON CONFLICT DO NOTHING"
};

static PaclStatement seal_key = {
	"UPDATE practiceacl.email_key SET key = NULL, sealed = $1"
};

static PaclStatement select_digests = {
	"SELECT EXISTS (SELECT FROM practiceacl.account_email)"
	"   OR EXISTS (SELECT FROM practiceacl.blocked_email)"
};

static PaclArg
sealed_arg(const bytea *sealed)
{
	return pacl_datum(BYTEAOID, PointerGetDatum(sealed), sealed == NULL);
}

bool
pacl_email_store_key(PaclDigest *key, bytea **sealed)
{
	PaclRows	rows;
	bool		found = pacl_query_row(&rows, &select_key, PACL_NO_ARGS);

	if (found)
	{
		bytea	   *clear = pacl_column_bytes(&rows, 1);

		*sealed = pacl_column_bytes(&rows, 2);
		if (clear != NULL && VARSIZE_ANY_EXHDR(clear) != PACL_DIGEST_BYTES)
			elog(ERROR, "the key of addresses' digests has another length");
		if (clear != NULL)
			memcpy(key->data, VARDATA_ANY(clear), PACL_DIGEST_BYTES);
	}
	pacl_done(&rows);
	return found;
}

void
pacl_email_store_keep_key(const PaclDigest *key, const bytea *sealed)
{
	(void) pacl_run(&insert_key,
					PACL_ARGS(pacl_bytes(sealed == NULL ? key->data : NULL,
										 PACL_DIGEST_BYTES),
							  sealed_arg(sealed)));
}

void
pacl_email_store_seal_key(const bytea *sealed)
{
	(void) pacl_run(&seal_key, PACL_ARGS(sealed_arg(sealed)));
}

bool
pacl_email_store_has_digests(void)
{
	PaclRows	rows;

	pacl_query(&rows, &select_digests, PACL_NO_ARGS);
	return pacl_rows_bool(&rows);
}

PACL_STATEMENTS(address,
	PACL_ONE(select_key),
	PACL_ONE(insert_key),
	PACL_ONE(seal_key),
	PACL_ONE(select_digests));
