/*
 * registration_store.c
 *		Rows of people of other cells.
 */
#include "postgres.h"

#include "utils/guc.h"

#include "base/address.h"
#include "base/statement.h"
#include "people/registration_store.h"

static PaclStatement insert_person = {
	"WITH address AS ("
	"   INSERT INTO practiceacl.account_email (digest, account_id)"
	"   SELECT $9, $1 WHERE $9 IS NOT NULL"
	"   ON CONFLICT (digest) DO NOTHING RETURNING 1)"
	" INSERT INTO practiceacl.account (id, status, email, first_name, last_name,"
	"   mobile, country, time_zone, sms_copies, first_used_at)"
	" SELECT $1, $2, $3, $4, $5, $6, $7, $8, $10, $11"
	" WHERE $9 IS NULL OR EXISTS (SELECT FROM address)"
};

/*
 * By their names, which tables share.  What is hashed into the chains of the
 * record keeps the id that it was hashed with.
 */
static PaclStatement select_renames = {
	"SELECT format('WITH done AS (UPDATE practiceacl.%I SET %I = %L WHERE %2$I = %4$L"
	" RETURNING 1) SELECT count(*) FROM done', c.relname, a.attname, $2::text, $1::text)"
	" FROM pg_catalog.pg_attribute a"
	" JOIN pg_catalog.pg_class c ON c.oid = a.attrelid AND c.relkind = 'r'"
	" JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
	"   AND n.nspname = 'practiceacl'"
	" WHERE a.attnum > 0 AND NOT a.attisdropped"
	"   AND a.atttypid = 'pg_catalog.uuid'::pg_catalog.regtype"
	"   AND c.relname <> 'activity'"
	"   AND (a.attname IN ('account_id', 'holder_id', 'substitute_id')"
	"     OR a.attname LIKE '%\\_by' OR (c.relname = 'account' AND a.attname = 'id'))"
	" ORDER BY c.relname, a.attname"
};

bool
pacl_registration_store_insert(const PaclAccountRow *person, TimestampTz at)
{
	PaclDigest	digest;

	if (person->email != NULL)
		pacl_email_digest(person->email, &digest);
	return pacl_run(&insert_person,
					PACL_ARGS(pacl_uuid(&person->id), pacl_text(person->status),
							  pacl_text(person->email),
							  pacl_text(person->first_name),
							  pacl_text(person->last_name),
							  pacl_text(person->mobile),
							  pacl_text(person->country),
							  pacl_text(person->time_zone),
							  pacl_bytes(person->email == NULL ? NULL : digest.data,
										 PACL_DIGEST_BYTES),
							  pacl_bool(person->sms_copies),
							  pacl_time(at))) == 1;
}

static void
add_count(void *state, Datum *values, bool *nulls, TupleDesc descriptor)
{
	*(int64 *) state += DatumGetInt64(values[0]);
}

/* Parents and children change in turn; in the end every reference is whole. */
int64
pacl_registration_store_rename(const pg_uuid_t *from_account,
							   const pg_uuid_t *into_account)
{
	PaclRows	rows;
	int64		count = 0;
	int			level = NewGUCNestLevel();

	(void) set_config_option("session_replication_role", "replica", PGC_SUSET,
							 PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	pacl_query(&rows, &select_renames,
			   PACL_ARGS(pacl_uuid(from_account), pacl_uuid(into_account)));
	while (pacl_next(&rows))
		pacl_read_text(pacl_column_text(&rows, 1), add_count, &count);
	pacl_done(&rows);
	AtEOXact_GUC(false, level);
	return count;
}

PACL_STATEMENTS(registration,
	PACL_ONE(insert_person),
	PACL_ONE(select_renames));
