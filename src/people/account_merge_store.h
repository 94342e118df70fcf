/*
 * account_merge_store.h
 *		Rows that name an account which becomes another one.
 *
 * Of two accounts the first one ends, the second one stays.
 */
#ifndef PACL_ACCOUNT_MERGE_STORE_H
#define PACL_ACCOUNT_MERGE_STORE_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/uuid.h"

/* Whether this is a former id of an account, and of which. */
extern bool pacl_account_merge_store_alias(const pg_uuid_t *id,
										   pg_uuid_t *account_id);

/* Forgets a former id; false if it is not one of this account. */
extern bool pacl_account_merge_store_drop_alias(const pg_uuid_t *id,
												const pg_uuid_t *account_id);

/* The ids of their organizations that are moving, palloc'd; null for none. */
extern char *pacl_account_merge_store_moving(const pg_uuid_t *accounts);

/*
 * The names of the organizations in which one of them is disabled and the
 * other is not, palloc'd; null for none.
 */
extern char *pacl_account_merge_store_differ(const pg_uuid_t *accounts);

/*
 * Everything of both becomes the second one's, whose password, address and
 * name stay.  Returns how many rows followed.
 */
extern int64 pacl_account_merge_store_unite(const pg_uuid_t *accounts,
											const char *ending_email,
											const char *staying_email,
											TimestampTz at);

/*
 * Makes the second account as the first one is, without a second factor; and
 * then has everything follow.  Returns as above.
 */
extern void pacl_account_merge_store_copy(const pg_uuid_t *accounts);
extern int64 pacl_account_merge_store_rename(const pg_uuid_t *accounts);

#endif							/* PACL_ACCOUNT_MERGE_STORE_H */
