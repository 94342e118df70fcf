/*
 * person_store.c
 *		Rows of accounts, as far as they tell who somebody is.
 */
#include "postgres.h"

#include "pure/uuid.h"
#include "store/person_store.h"
#include "store/statement.h"

#define PERSON_COLUMNS \
	"id, status, email, first_name, last_name, mobile, country, time_zone," \
	" first_used_at IS NOT NULL"

static PaclStatement select_by_id = {
	"SELECT " PERSON_COLUMNS " FROM practiceacl.account WHERE id = $1"
};

static PaclStatement select_by_email = {
	"SELECT " PERSON_COLUMNS " FROM practiceacl.account WHERE email = $1"
};

static PaclStatement insert_account = {
	"INSERT INTO practiceacl.account (id, email, first_name, last_name, mobile,"
	"   country, time_zone)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7)"
	" ON CONFLICT (email) DO NOTHING"
};

static PaclStatement update_account = {
	"UPDATE practiceacl.account SET email = $2, first_name = $3,"
	"   last_name = $4, mobile = $5, country = $6, time_zone = $7"
	" WHERE id = $1 AND NOT EXISTS ("
	"   SELECT FROM practiceacl.account WHERE email = $2 AND id <> $1)"
};

static PaclStatement select_blocked = {
	"SELECT true FROM practiceacl.blocked_email WHERE digest = $1"
};

static bool
read_person(PaclRows *rows, bool found, PaclPerson *person)
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
	}
	pacl_done(rows);
	return found;
}

bool
pacl_person_store_read(const pg_uuid_t *id, PaclPerson *person)
{
	PaclRows	rows;
	bool		found = pacl_query_row(&rows, &select_by_id,
									   PACL_ARGS(pacl_uuid(id)));

	return read_person(&rows, found, person);
}

bool
pacl_person_store_find(const char *email, PaclPerson *person)
{
	PaclRows	rows;
	bool		found = pacl_query_row(&rows, &select_by_email,
									   PACL_ARGS(pacl_text(email)));

	return read_person(&rows, found, person);
}

bool
pacl_person_store_insert(PaclPerson *person)
{
	pacl_uuid_make(&person->id);
	return pacl_run(&insert_account,
					PACL_ARGS(pacl_uuid(&person->id),
							  pacl_text(person->email),
							  pacl_text(person->first_name),
							  pacl_text(person->last_name),
							  pacl_text(person->mobile),
							  pacl_text(person->country),
							  pacl_text(person->time_zone))) == 1;
}

bool
pacl_person_store_update(const PaclPerson *person)
{
	return pacl_run(&update_account,
					PACL_ARGS(pacl_uuid(&person->id),
							  pacl_text(person->email),
							  pacl_text(person->first_name),
							  pacl_text(person->last_name),
							  pacl_text(person->mobile),
							  pacl_text(person->country),
							  pacl_text(person->time_zone))) == 1;
}

bool
pacl_person_store_is_blocked(const PaclDigest *digest)
{
	PaclRows	rows;

	pacl_query(&rows, &select_blocked,
			   PACL_ARGS(pacl_bytes(digest->data,
						 PACL_DIGEST_BYTES)));
	return pacl_rows_bool(&rows);
}
