/*
 * account.h
 *		Accounts as persons: what only the person, or an operator,
 *		may do with one.
 */
#ifndef PACL_ACCOUNT_H
#define PACL_ACCOUNT_H

#include "postgres.h"
#include "utils/jsonb.h"
#include "utils/uuid.h"

/*
 * The caller changes their own entry: first_name, last_name, mobile,
 * country, time_zone, sms_copies.  22023 names a key or value that is wrong.
 */
extern void pacl_account_update_own(Jsonb *changes);

/*
 * The caller wants another address: a token goes there, unless somebody has
 * it or it is blocked, which nobody learns.  PA010 without a fresh
 * authentication: whoever has the address can reset the password.
 */
extern void pacl_account_request_email_change(const char *new_email);

/*
 * The caller has the mail that was sent there: the address is theirs.  28000
 * for a token that is not theirs or not valid, 23505 if somebody took the
 * address meanwhile, PA030 if it was blocked.
 */
extern void pacl_account_confirm_email_change(const char *token);

/*
 * The operator's: a connection as this database role is this account.  42704
 * if there is no such role, PT404 if there is no such active account, 55000
 * of a role that may be many people's: a superuser, an authenticator, a
 * mailer, and the only one of an application unless it is said to be personal or is this
 * account's already.
 */
extern void pacl_account_map_role(Oid role, const pg_uuid_t *account_id,
								  bool personal);

/* The operator's: the role is nobody again.  PT404 if it was nobody. */
extern void pacl_account_unmap_role(Oid role);

/*
 * The operator's: no account may take the address.  An account that has it
 * already keeps it, which a warning says.
 */
extern void pacl_account_block_email(const char *email, const char *reason);

/* The operator's: the address may be taken.  PT404 if it was not blocked. */
extern void pacl_account_unblock_email(const char *email);

#endif							/* PACL_ACCOUNT_H */
