/*
 * account_merge.h
 *		Two accounts of one person become one.
 */
#ifndef PACL_ACCOUNT_MERGE_H
#define PACL_ACCOUNT_MERGE_H

#include "postgres.h"
#include "utils/uuid.h"

/*
 * The operator's: the person of one account has the other id from now on, be
 * it new here or that of a second account of theirs; then both are logged out.
 * Returns how many rows followed.  PT404 without such accounts, 22023 for one
 * and the same, 55000 if one is blocked, or disabled where the other one works,
 * or has a part in an organization that is moving.
 */
extern int64 pacl_account_merge(const pg_uuid_t *from_account,
								const pg_uuid_t *into_account);

#endif							/* PACL_ACCOUNT_MERGE_H */
