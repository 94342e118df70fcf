/*
 * invitation_store.h
 *		Rows of invitations, and of their tokens' digests.
 */
#ifndef PACL_INVITATION_STORE_H
#define PACL_INVITATION_STORE_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/jsonb.h"
#include "utils/uuid.h"

#include "pure/token.h"

typedef enum PaclInvitationStatus
{
	PACL_INVITATION_PENDING,
	PACL_INVITATION_ACCEPTED,
	PACL_INVITATION_DECLINED,
	PACL_INVITATION_REVOKED
} PaclInvitationStatus;

/* The strings and the offer are palloc'd. */
typedef struct PaclInvitation
{
	pg_uuid_t	organization_id;
	pg_uuid_t	id;
	PaclInvitationStatus status;
	char	   *email;			/* folded */
	char	   *first_name;
	char	   *last_name;
	pg_uuid_t	invited_by;
	TimestampTz last_sent_at;
	TimestampTz expires_at;
	int			times_sent;
	Jsonb	   *offer;			/* see user_request.h */
} PaclInvitation;

extern const char *pacl_invitation_status_name(PaclInvitationStatus status);

/* By id; false if there is none. */
extern bool pacl_invitation_store_read(const pg_uuid_t *id,
									   PaclInvitation *invitation);

/*
 * By one of its tokens; false if there is none.  *superseded tells whether a
 * later token has taken its place.
 */
extern bool pacl_invitation_store_find(const PaclDigest *token,
									   PaclInvitation *invitation,
									   bool *superseded);

/*
 * Makes a pending one, sent for the first time at last_sent_at; the offer is
 * given as JSON text, whatever invitation->offer is.
 */
extern void pacl_invitation_store_insert(const PaclInvitation *invitation,
										 const char *offer,
										 const PaclDigest *token);

/*
 * Writes its last sender, the time and its end, and counts one more sending.
 */
extern void pacl_invitation_store_send_again(const PaclInvitation *invitation,
											 const PaclDigest *token);

/*
 * Settles a pending one; account_id is the accepting account, left_out a JSON
 * array of what they did not get, else null.  False, and nothing done, if it
 * is settled.
 */
extern bool pacl_invitation_store_settle(const PaclInvitation *invitation,
										 PaclInvitationStatus status,
										 const pg_uuid_t *account_id,
										 const char *left_out,
										 TimestampTz at);

/*
 * Revokes what is pending in the organization, lapsed or not, for the address
 * of an account; returns which, palloc'd.
 */
extern pg_uuid_t *pacl_invitation_store_revoke_open(const pg_uuid_t *organization_id,
													const pg_uuid_t *account_id,
													TimestampTz at, int *count);

/*
 * One was accepted: what the organization offered the account before, be it
 * lapsed or long accepted, is revoked.
 */
extern void pacl_invitation_store_revoke_older(const PaclInvitation *accepted,
											   const pg_uuid_t *account_id,
											   TimestampTz at);

extern void pacl_invitation_store_delete(const PaclInvitation *invitation);

/*
 * Until when an open invitation of the address to the organization, other
 * than the one given (or null), may be accepted; false if there is none.
 */
extern bool pacl_invitation_store_other(const pg_uuid_t *organization_id,
										const char *email,
										const pg_uuid_t *except,
										TimestampTz at,
										TimestampTz *expires_at);

#endif							/* PACL_INVITATION_STORE_H */
