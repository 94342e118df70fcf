/*
 * invitation.h
 *		Invitations: made, sent again, revoked.
 *
 * An invitation is pending until it is accepted or declined with its
 * token, or revoked by an administrator, all of which are final.  While
 * pending it lapses by the clock, and sending it again gives it the same time
 * again.  It is always on the authority of its last sender, checked then and
 * at acceptance.
 */
#ifndef PACL_INVITATION_H
#define PACL_INVITATION_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/uuid.h"

#include "access/membership.h"
#include "people/invitation_store.h"
#include "people/user_request.h"

#define PACL_INVITATION_DAYS	7

typedef struct PaclInvited
{
	pg_uuid_t	id;
	const char *token;			/* null if it may not be returned */
	TimestampTz expires_at;
} PaclInvited;

/*
 * The caller, an administrator, invites somebody; the lifetime is in
 * microseconds.  Raises what making a user raises, 23505 for a member
 * or has an open invitation, 22023 for a lifetime out of bounds.
 */
extern PaclInvited pacl_invitation_make(PaclUserRequest *request,
										int64 lifetime);

/*
 * The last step of it, for a rule that has read and checked the request and
 * has its locks.
 */
extern PaclInvited pacl_invitation_offer(const PaclUserRequest *request,
										 const PaclGrantor *grantor,
										 int64 lifetime);

/* 23505 if the address has an open invitation to the organization. */
extern void pacl_invitation_check_none_open(const PaclUserRequest *request);

/* What an invitation offers, to whom, ready to be checked and applied. */
extern PaclUserRequest *pacl_invitation_request(const PaclInvitation *invitation);

/* Records what became of one; account_id is the accepting account, or null. */
extern void pacl_invitation_record(const char *act,
								   const PaclInvitation *invitation,
								   const pg_uuid_t *account_id,
								   const pg_uuid_t *actor_id);

/*
 * An administrator's.  PT404 for an invitation that is not their
 * organization's, 42501 if it makes an administrator and they are not a full
 * one, 55000 if it is settled.  Sending again checks all that inviting does,
 * but for what has lapsed or gone since, which acceptance leaves out; and the
 * caller answers for it from then on.
 */
extern PaclInvited pacl_invitation_send_again(const pg_uuid_t *id);
extern void pacl_invitation_revoke(const pg_uuid_t *id);

/*
 * What the organization has on offer for an account ends with its place
 * there: whoever is removed or disabled does not come back by an older link.
 * The organization is locked; the reason goes into the record.
 */
extern void pacl_invitation_revoke_open(const pg_uuid_t *organization_id,
										const pg_uuid_t *account_id,
										const char *reason);

/* In any state: it leaves the lists, and its tokens are unknown. */
extern void pacl_invitation_delete(const pg_uuid_t *id);

#endif							/* PACL_INVITATION_H */
