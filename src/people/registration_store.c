/*
 * registration_store.c
 *		Rows of people of other cells.
 */
#include "postgres.h"

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

static PaclStatement insert_awaited = {
	"INSERT INTO practiceacl.awaited_credential"
	"  (account_id, comes_with, since) VALUES ($1, $2, $3)"
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

void
pacl_registration_store_await(const pg_uuid_t *account_id,
							  const pg_uuid_t *organization_id,
							  TimestampTz at)
{
	pacl_run(&insert_awaited,
			 PACL_ARGS(pacl_uuid(account_id), pacl_uuid(organization_id),
					   pacl_time(at)));
}

PACL_STATEMENTS(registration,
	PACL_ONE(insert_person),
	PACL_ONE(insert_awaited));
