/*
 * acceptance.h
 *		What the holder of an invitation's token may do with it.
 *
 * The token proves that the invitee reads the mail of the address; for an
 * account that exists, that is not enough: they prove that it is theirs.
 */
#ifndef PACL_ACCEPTANCE_H
#define PACL_ACCEPTANCE_H

#include "postgres.h"
#include "utils/uuid.h"

/* Everything but the token may be null. */
typedef struct PaclAcceptance
{
	const char *token;
	const char *password;
	const char *first_name;		/* the names are for a new account alone */
	const char *last_name;
	const char *client;
} PaclAcceptance;

typedef struct PaclAccepted
{
	pg_uuid_t  *account_id;		/* null: the password was wrong */
	pg_uuid_t  *organization_id;
	pg_uuid_t  *agenda_id;		/* null: without an agenda */
	const char *session;		/* null: accepted in a session of their own */
} PaclAccepted;

/*
 * Accepts.  A new account gets the password; for one that exists it is
 * verified, unless the caller is in a session of that account.  Nothing at
 * all is returned for a wrong password, so that the attempt is on record.
 *
 * 28000 for an unknown token; PA001 lapsed; PA002 accepted or declined;
 * PA003 revoked or superseded; 42501 if the inviter may no longer give the
 * place that was offered, and then the invitation stays open (rights that can
 * no longer be given are left out and reported); PA030 for an address that
 * was blocked meanwhile; PA031 for a temporary password, which is not the
 * person's own; PA040 after too many attempts; 22004 without a password that
 * is needed, 22023 for one that nobody may have.
 */
extern PaclAccepted pacl_invitation_accept(const PaclAcceptance *acceptance);

/* Declines; raises as accepting does for a token that is not open. */
extern void pacl_invitation_decline(const char *token);

#endif							/* PACL_ACCEPTANCE_H */
