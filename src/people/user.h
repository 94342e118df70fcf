/*
 * user.h
 *		Users of an organization, and what its administrators do with them.
 */
#ifndef PACL_USER_H
#define PACL_USER_H

#include "postgres.h"
#include "utils/jsonb.h"
#include "utils/uuid.h"

#include "identity/account_store.h"
#include "people/user_request.h"
#include "pure/rights.h"

/* What making a user came to; null where there is nothing of the kind. */
typedef struct PaclNewUser
{
	pg_uuid_t  *account_id;
	pg_uuid_t  *agenda_id;
	const char *temporary_password; /* if it may be returned */
	pg_uuid_t  *invitation_id;
	const char *token;			/* the invitation's, if it may be returned */
} PaclNewUser;

/*
 * The caller, an administrator, makes a user.  If the address has an account
 * it becomes an invitation, and nothing of the account is told.
 */
extern PaclNewUser pacl_user_create(PaclUserRequest *request);

/*
 * An account for an address that has none, with the hash of a temporary
 * password; null if somebody has the address.  Checks nothing else.
 */
extern pg_uuid_t *pacl_user_make_account(const PaclAccountRow *person,
										 const char *password_hash);

/*
 * Queues the welcome to somebody new, with the temporary password for the
 * mailer's eyes alone; by is the administrator, PA040 if they have sent too
 * many, or null for an operator.
 */
extern void pacl_user_welcome(const pg_uuid_t *by,
							  const pg_uuid_t *organization_id,
							  const pg_uuid_t *account_id, const char *email,
							  const char *temporary_password);

/*
 * A new temporary password in place of whatever password the account has,
 * sent with a welcome; returned if it may be, else null.  An administrator's,
 * for an account that was never used and belongs to their organization alone:
 * 42501 otherwise, PT404 for anyone who is no member, PA010 for an
 * administrator's account without a fresh authentication.
 */
extern const char *pacl_user_renew_password(const pg_uuid_t *account_id);

/* The operator's, for any account; its sessions end. */
extern const char *pacl_user_renew_password_by_operator(const pg_uuid_t *account_id);

/*
 * An administrator changes a member's job title or mobile number at work;
 * and corrects name, address, mobile, country or zone of an account that has
 * never been used and belongs to no other organization.
 */
extern void pacl_user_update(const pg_uuid_t *organization_id,
							 const pg_uuid_t *account_id, Jsonb *changes);

extern void pacl_user_set_features(const pg_uuid_t *organization_id,
								   const pg_uuid_t *account_id,
								   PaclRights features);

extern void pacl_user_set_admin(const pg_uuid_t *organization_id,
								const pg_uuid_t *account_id, PaclAdmin admin);

#endif							/* PACL_USER_H */
