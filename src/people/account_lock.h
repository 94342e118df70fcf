/*
 * account_lock.h
 *		Everything in which an account has a part, locked.
 */
#ifndef PACL_ACCOUNT_LOCK_H
#define PACL_ACCOUNT_LOCK_H

#include "postgres.h"
#include "utils/uuid.h"

/*
 * Nobody acts for the account any more, and what it belongs to stands still:
 * the account, its organizations and those that have invited it, the agendas
 * that it holds or has rights on.  For who ends or changes what it may do
 * everywhere.  The organizations are ascending, palloc'd.
 */
extern pg_uuid_t *pacl_account_lock_all(const pg_uuid_t *account_id,
										int *organization_count);

/* The same of several accounts, in the order of lock.h. */
extern pg_uuid_t *pacl_account_lock_several(const pg_uuid_t *account_ids,
											int account_count,
											int *organization_count);

#endif							/* PACL_ACCOUNT_LOCK_H */
