/*
 * account_store.h
 *		Rows of people, and of the secrets that prove them.
 */
#ifndef PACL_ACCOUNT_STORE_H
#define PACL_ACCOUNT_STORE_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/uuid.h"

typedef struct PaclPassword
{
	char	   *hash;
	bool		temporary;
	TimestampTz temporary_until;	/* if temporary */
} PaclPassword;

/* The account's password, palloc'd; false if it has none. */
extern bool pacl_account_store_password(const pg_uuid_t *account_id,
										PaclPassword *password);

/* Sets or replaces it. */
extern void pacl_account_store_set_password(const pg_uuid_t *account_id,
											const char *hash,
											TimestampTz changed_at,
											bool temporary,
											TimestampTz temporary_until);

/* Whether there is such an account, neither blocked nor deleted. */
extern bool pacl_account_store_is_active(const pg_uuid_t *account_id);

/*
 * Notes a log-in: the account's first use, and the last log-in in the
 * organization if the person belongs to exactly one.
 */
extern void pacl_account_store_note_log_in(const pg_uuid_t *account_id,
										   TimestampTz at);

/*
 * Makes a database role an account's own, in place of whatever the role, or
 * an older role of its name, was before.
 */
extern void pacl_account_store_map_role(Oid role, const char *role_name,
										const pg_uuid_t *account_id,
										TimestampTz at);

/*
 * Takes the mapping of a role away; returns the account that it was, or null
 * if it was none.
 */
extern pg_uuid_t *pacl_account_store_unmap_role(Oid role);

#endif							/* PACL_ACCOUNT_STORE_H */
