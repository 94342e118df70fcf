/*
 * account.h
 *		Accounts as persons: what only the person herself, or an operator,
 *		may do with one.
 */
#ifndef PACL_ACCOUNT_H
#define PACL_ACCOUNT_H

#include "postgres.h"
#include "utils/uuid.h"

/*
 * The operator's: who connects as this database role is this account.  42704
 * if there is no such role, P0002 if there is no such active account.
 */
extern void pacl_account_map_role(Oid role, const pg_uuid_t *account_id);

/* The operator's: the role is nobody again.  P0002 if it was nobody. */
extern void pacl_account_unmap_role(Oid role);

#endif							/* PACL_ACCOUNT_H */
