/*
 * account_store.c
 *		Rows of people, and of the secrets that prove them.
 */
#include "postgres.h"

#include "store/account_store.h"
#include "store/statement.h"

static PaclStatement select_password = {
	"SELECT hash, temporary_until FROM practiceacl.password"
	" WHERE account_id = $1"
};

static PaclStatement upsert_password = {
	"INSERT INTO practiceacl.password"
	"  (account_id, hash, changed_at, temporary_until)"
	" VALUES ($1, $2, $3, $4)"
	" ON CONFLICT (account_id) DO UPDATE SET hash = excluded.hash,"
	"   changed_at = excluded.changed_at,"
	"   temporary_until = excluded.temporary_until"
};

static PaclStatement select_active = {
	"SELECT 1 FROM practiceacl.account WHERE id = $1 AND status = 'active'"
};

static PaclStatement update_first_used = {
	"UPDATE practiceacl.account SET first_used_at = $2"
	" WHERE id = $1 AND first_used_at IS NULL"
};

static PaclStatement update_only_membership = {
	"UPDATE practiceacl.membership SET last_log_in_at = $2"
	" WHERE account_id = $1 AND status IN ('active', 'unlisted')"
	"   AND (SELECT count(*) FROM practiceacl.membership m"
	"     WHERE m.account_id = $1 AND m.status IN ('active', 'unlisted')) = 1"
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

void
pacl_account_store_note_log_in(const pg_uuid_t *account_id, TimestampTz at)
{
	pacl_run(&update_first_used,
			 PACL_ARGS(pacl_uuid(account_id), pacl_time(at)));
	pacl_run(&update_only_membership,
			 PACL_ARGS(pacl_uuid(account_id), pacl_time(at)));
}

static PaclArg
role_oid(Oid role)
{
	return pacl_datum(OIDOID, ObjectIdGetDatum(role), false);
}

void
pacl_account_store_map_role(Oid role, const char *role_name,
							const pg_uuid_t *account_id, TimestampTz at)
{
	pacl_run(&delete_older_role,
			 PACL_ARGS(role_oid(role), pacl_text(role_name)));
	pacl_run(&upsert_role,
			 PACL_ARGS(role_oid(role), pacl_text(role_name),
					   pacl_uuid(account_id), pacl_time(at)));
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
