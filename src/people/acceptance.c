/*
 * acceptance.c
 *		What the holder of an invitation's token may do with it.
 */
#include "postgres.h"

#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "base/activity.h"
#include "base/authority.h"
#include "base/lock.h"
#include "base/outbox.h"
#include "errors.h"
#include "identity/account_store.h"
#include "identity/log_in.h"
#include "identity/password.h"
#include "identity/second_factor.h"
#include "identity/session.h"
#include "people/acceptance.h"
#include "people/invitation.h"
#include "pure/uuid.h"
#include "reader/identity.h"
#include "reader/view.h"
#include "settings.h"

static void
raise_revoked(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_PACL_INVITATION_REVOKED),
			 errword("invitation_revoked"),
			 errmsg("invitation has been revoked"),
			 errhint("Ask to be invited again.")));
}

static void
check_open(const PaclInvitation *invitation, bool superseded)
{
	if (superseded)
		ereport(ERROR,
				(errcode(ERRCODE_PACL_INVITATION_REVOKED),
				 errword("invitation_superseded"),
				 errmsg("invitation has been superseded"),
				 errhint("Use the latest message.")));
	switch (invitation->status)
	{
		case PACL_INVITATION_ACCEPTED:
			ereport(ERROR,
					(errcode(ERRCODE_PACL_INVITATION_USED),
					 errword("invitation_accepted"),
					 errmsg("invitation has been accepted"),
					 errhint("Log in.")));
			break;
		case PACL_INVITATION_DECLINED:
			ereport(ERROR,
					(errcode(ERRCODE_PACL_INVITATION_USED),
					 errword("invitation_declined"),
					 errmsg("invitation has been declined"),
					 errhint("Ask to be invited again.")));
			break;
		case PACL_INVITATION_REVOKED:
			raise_revoked();
			break;
		case PACL_INVITATION_PENDING:
			break;
	}
	if (invitation->expires_at <= pacl_view_time())
		ereport(ERROR,
				(errcode(ERRCODE_PACL_INVITATION_EXPIRED),
				 errword("invitation_expired"),
				 errmsg("invitation has expired"),
				 errdetail("It could be accepted until %s.",
						   timestamptz_to_str(invitation->expires_at)),
				 errhint("Ask for it to be sent again.")));
}

/* The invitation of a token that may be used. */
static void
require_open(const char *token, PaclInvitation *invitation)
{
	PaclDigest	digest;
	bool		superseded;

	if (!pacl_token_digest(PACL_TOKEN_INVITATION, token, &digest) ||
		!pacl_invitation_store_find(&digest, invitation, &superseded))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION),
				 errword("token"),
				 errargument("token"),
				 errmsg("invitation token is not valid")));
	check_open(invitation, superseded);
}

/* The account that accepts, before and after the locks. */
typedef struct Invitee
{
	bool		known;			/* the address has an account */
	pg_uuid_t	account_id;
	bool		present;		/* this is a session of that account */
	PaclLogInAttempt *attempt;	/* known, and not present */
	char	   *hash;			/* of the new password, if not known */
} Invitee;

static void
look_up(Invitee *invitee, const char *email)
{
	PaclAccountRow person;
	const PaclCaller *caller = pacl_identity_caller();

	memset(invitee, 0, sizeof(Invitee));
	invitee->known = pacl_account_store_find(email, &person);
	if (!invitee->known)
		return;
	invitee->account_id = person.id;
	invitee->present = caller != NULL &&
		pacl_uuid_equal(&caller->account_id, &person.id);
}

static void
require_password(const char *password, bool known)
{
	if (password == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errword("null_argument"),
				 errargument("password"),
				 errmsg("password must not be null"),
				 known ?
				 errdetail("The address has an account, whose password proves that it is yours.") :
				 errdetail("It will be the password of the new account.")));
}

/* What takes long is done before others have to wait for us. */
static void
prepare(Invitee *invitee, const PaclAcceptance *acceptance, const char *email)
{
	look_up(invitee, email);
	if (invitee->present)
		return;
	require_password(acceptance->password, invitee->known);
	if (invitee->known)
		invitee->attempt = pacl_log_in_begin(email, acceptance->password,
											 acceptance->client);
	else
	{
		pacl_password_check_new(acceptance->password);
		invitee->hash = pacl_password_hash(acceptance->password);
	}
}

static void
raise_changed(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
			 errword("concurrent_update"),
			 errmsg("the account of this address changed meanwhile"),
			 errhint("Try again.")));
}

/* Somebody may have taken the address, or given it up, while we waited. */
static void
check_unchanged(const Invitee *invitee, const char *email)
{
	Invitee		now;

	look_up(&now, email);
	if (now.known != invitee->known || now.present != invitee->present ||
		!pacl_uuid_equal(&now.account_id, &invitee->account_id))
		raise_changed();
}

/*
 * Whether the account is the invitee's.  A temporary password is known to
 * whoever made the account and might wait for this: the invitee first chooses
 * their own.
 */
static bool
prove(Invitee *invitee)
{
	if (invitee->present)
		(void) pacl_require_caller();
	if (invitee->attempt == NULL)
		return true;
	if (!pacl_log_in_admit(invitee->attempt, true))
		return false;
	if (pacl_log_in_is_temporary(invitee->attempt))
		ereport(ERROR,
				(errcode(ERRCODE_PACL_TEMPORARY_PASSWORD),
				 errword("password_change"),
				 errmsg("temporary password must be changed first"),
				 errdetail("Somebody else has made the account and knows it."),
				 errhint("Log in and call practiceacl.change_password(), or have a new one sent with practiceacl.request_password_reset().")));
	pacl_second_factor_refuse_without(&invitee->account_id);
	return true;
}

static void
raise_no_longer_given(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			 errword("offer_void"),
			 errmsg("the rights offered by this invitation can no longer be granted"),
			 errdetail("The inviter may no longer grant them, or what they apply to no longer exists."),
			 errhint("Ask an administrator of the organization to invite you again.")));
}

/*
 * What would tell an administrator what is wrong is not for the invitee, who
 * has no part in the organization yet.
 */
static void
check_offer(PaclUserRequest *request, const PaclGrantor *inviter)
{
	MemoryContext context = CurrentMemoryContext;

	PG_TRY();
	{
		pacl_user_request_check(request, inviter);
	}
	PG_CATCH();
	{
		switch (geterrcode())
		{
			case ERRCODE_INSUFFICIENT_PRIVILEGE:
			case ERRCODE_PACL_MORE_THAN_YOURS:
			case ERRCODE_PACL_NOT_FOUND:
			case ERRCODE_INVALID_PARAMETER_VALUE:
				MemoryContextSwitchTo(context);
				FlushErrorState();
				raise_no_longer_given();
				break;
			default:
				PG_RE_THROW();
		}
	}
	PG_END_TRY();
}

/*
 * The inviter, who is still an administrator who may give the place that was
 * offered.  What they can no longer give beside it is left out: a link that a
 * lapsed period makes worthless is of no use to anybody.
 */
static PaclGrantor *
require_inviter(const PaclInvitation *invitation, PaclUserRequest *request)
{
	PaclGrantor *inviter = pacl_grantor_of(&invitation->organization_id,
										   &invitation->invited_by);

	if (inviter == NULL || inviter->admin < PACL_ADMIN_USERS)
		raise_no_longer_given();
	pacl_user_request_prune(request, inviter);
	check_offer(request, inviter);
	return inviter;
}

static void
make_account(Invitee *invitee, const PaclUserRequest *request)
{
	PaclAccountRow person;

	if (!pacl_user_request_person(request, &person))
		raise_no_longer_given();
	if (!pacl_account_store_insert(&person))
		raise_changed();
	invitee->account_id = person.id;
	pacl_password_store(&person.id, invitee->hash);
}

/* The invitee has proved what they must, and joins. */
static pg_uuid_t *
join(const PaclInvitation *invitation, const PaclUserRequest *request,
	 const PaclGrantor *inviter, const Invitee *invitee)
{
	TimestampTz now = pacl_view_time();
	PaclFacts	payload;
	pg_uuid_t  *agenda_id;

	(void) pacl_invitation_store_settle(invitation, PACL_INVITATION_ACCEPTED,
										&invitee->account_id,
										request->left_out, now);
	pacl_invitation_store_revoke_older(invitation, &invitee->account_id, now);
	pacl_invitation_record("invitation.accepted", invitation,
						   &invitee->account_id, NULL);
	agenda_id = pacl_user_request_apply(request, &invitee->account_id, inviter,
										"invitation");
	pacl_membership_payload(&payload, &request->organization_id,
							&invitee->account_id);
	pacl_outbox_tell("welcome", &request->organization_id,
					 &invitee->account_id, pacl_facts_end(&payload));
	return agenda_id;
}

static char *
open_session(const PaclUserRequest *request, const Invitee *invitee,
			 const char *client)
{
	PaclSessionRequest opening = {0};
	char	   *token;

	opening.account_id = &invitee->account_id;
	opening.lifetime = pacl_session_lifetime * USECS_PER_SEC;
	opening.client = client;
	token = pacl_session_open(&opening);
	pacl_account_store_note_log_in_there(&invitee->account_id,
										 &request->organization_id,
										 pacl_view_time());
	return token;
}

static PaclAccepted
accepted(const PaclUserRequest *request, const Invitee *invitee,
		 pg_uuid_t *agenda_id, const char *session)
{
	PaclAccepted result;

	result.account_id = palloc(sizeof(pg_uuid_t));
	*result.account_id = invitee->account_id;
	result.organization_id = palloc(sizeof(pg_uuid_t));
	*result.organization_id = request->organization_id;
	result.agenda_id = agenda_id;
	result.session = session;
	return result;
}

PaclAccepted
pacl_invitation_accept(const PaclAcceptance *acceptance)
{
	PaclInvitation invitation;
	PaclUserRequest *request;
	PaclGrantor *inviter;
	Invitee		invitee;
	pg_uuid_t  *agenda_id;
	char	   *session = NULL;
	PaclAccepted refused = {0};

	require_open(acceptance->token, &invitation);
	prepare(&invitee, acceptance, invitation.email);
	if (!invitee.known && acceptance->first_name != NULL)
		invitation.first_name = pstrdup(acceptance->first_name);
	if (!invitee.known && acceptance->last_name != NULL)
		invitation.last_name = pstrdup(acceptance->last_name);
	request = pacl_invitation_request(&invitation);

	/* Nobody erases an account that is about to join. */
	if (invitee.known)
		pacl_lock_account(&invitee.account_id);
	pacl_user_request_lock(request);
	require_open(acceptance->token, &invitation);
	pacl_user_request_check_address(request);
	check_unchanged(&invitee, invitation.email);
	if (!prove(&invitee))
		return refused;

	/* Sent to another address of somebody who was removed since. */
	if (invitee.known &&
		pacl_membership_store_removed_since(&invitation.organization_id,
											&invitee.account_id,
											invitation.last_sent_at))
		raise_revoked();
	inviter = require_inviter(&invitation, request);

	if (!invitee.known)
		make_account(&invitee, request);
	if (!invitee.present)
		pacl_activity_begin_acting(&invitee.account_id);
	agenda_id = join(&invitation, request, inviter, &invitee);
	if (!invitee.present)
	{
		pacl_activity_end_acting();
		session = open_session(request, &invitee, acceptance->client);
	}
	return accepted(request, &invitee, agenda_id, session);
}

void
pacl_invitation_decline(const char *token)
{
	PaclInvitation invitation;

	require_open(token, &invitation);
	pacl_organization_lock(&invitation.organization_id);
	require_open(token, &invitation);
	(void) pacl_invitation_store_settle(&invitation,
										PACL_INVITATION_DECLINED, NULL, NULL,
										pacl_view_time());
	pacl_invitation_record("invitation.declined", &invitation, NULL, NULL);
}
