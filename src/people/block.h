/*
 * block.h
 *		Accounts that support keeps out.
 */
#ifndef PACL_BLOCK_H
#define PACL_BLOCK_H

#include "postgres.h"
#include "utils/uuid.h"

/*
 * The operator's: the account is blocked, for a reason that is not blank;
 * sessions and tokens end, a log-in is refused as with a wrong password, and
 * the agendas that it holds take no new appointments.  Open transactions that
 * act for the account are ended.  Blocking twice is nothing.  PT404 if there is
 * no such account.
 */
extern void pacl_block_account(const pg_uuid_t *account_id,
							   const char *reason);

/* The operator's: the person may log in again.  55000 if not blocked. */
extern void pacl_block_lift(const pg_uuid_t *account_id);

#endif							/* PACL_BLOCK_H */
