/*
 * acceptance.c
 *		What who has an invitation's token may do with it.
 */
#include "postgres.h"

#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "domain/acceptance.h"
#include "domain/activity.h"
#include "domain/authority.h"
#include "domain/invitation.h"
#include "domain/lock.h"
#include "domain/log_in.h"
#include "domain/outbox.h"
#include "domain/password.h"
#include "domain/session.h"
#include "errors.h"
#include "pure/uuid.h"
#include "reader/identity.h"
#include "reader/view.h"
#include "settings.h"
#include "store/account_store.h"
#include "store/person_store.h"

static void
check_open(const PaclInvitation *invitation, bool superseded)
{
	if (superseded)
		ereport(ERROR,
				(errcode(ERRCODE_PACL_INVITATION_REVOKED),
				 errmsg("this invitation was sent again"),
				 errhint("Use the latest message.")));
	switch (invitation->status)
	{
		case PACL_INVITATION_ACCEPTED:
			ereport(ERROR,
					(errcode(ERRCODE_PACL_INVITATION_USED),
					 errmsg("this invitation has been accepted"),
					 errhint("Log in.")));
			break;
		case PACL_INVITATION_DECLINED:
			ereport(ERROR,
					(errcode(ERRCODE_PACL_INVITATION_USED),
					 errmsg("this invitation has been declined"),
					 errhint("Ask to be invited anew.")));
			break;
		case PACL_INVITATION_REVOKED:
			ereport(ERROR,
					(errcode(ERRCODE_PACL_INVITATION_REVOKED),
					 errmsg("this invitation has been revoked"),
					 errhint("Ask to be invited anew.")));
			break;
		case PACL_INVITATION_PENDING:
			break;
	}
	if (invitation->expires_at <= pacl_view_time())
		ereport(ERROR,
				(errcode(ERRCODE_PACL_INVITATION_EXPIRED),
				 errmsg("this invitation has expired"),
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
				 errmsg("this invitation token is not valid")));
	check_open(invitation, superseded);
}

/* Who accepts, before and after the locks. */
typedef struct Guest
{
	bool		known;			/* the address has an account */
	pg_uuid_t	account_id;
	bool		present;		/* this is a session of that account */
	PaclVisitor *visitor;		/* known, and not present */
	char	   *hash;			/* of the new password, if not known */
} Guest;

static void
look_up(Guest *guest, const char *email)
{
	PaclPerson	person;
	const PaclCaller *caller = pacl_identity_caller();

	memset(guest, 0, sizeof(Guest));
	guest->known = pacl_person_store_find(email, &person);
	if (!guest->known)
		return;
	guest->account_id = person.id;
	guest->present = caller != NULL &&
		pacl_uuid_equal(&caller->account_id, &person.id);
}

static void
require_password(const char *password, bool known)
{
	if (password == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("password must not be null"),
				 known ?
				 errdetail("The address has an account, whose password proves that it is yours.") :
				 errdetail("It will be the password of the new account.")));
}

/* What takes long is done before others have to wait for us. */
static void
prepare(Guest *guest, const PaclAcceptance *acceptance, const char *email)
{
	look_up(guest, email);
	if (guest->present)
		return;
	require_password(acceptance->password, guest->known);
	if (guest->known)
		guest->visitor = pacl_visitor_ask(email, acceptance->password,
										  acceptance->client);
	else
	{
		pacl_password_check_new(acceptance->password);
		guest->hash = pacl_password_hash(acceptance->password);
	}
}

static void
raise_changed(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
			 errmsg("the account of this address changed meanwhile"),
			 errhint("Try again.")));
}

/* Somebody may have taken the address, or given it up, while we waited. */
static void
check_unchanged(const Guest *guest, const char *email)
{
	Guest		now;

	look_up(&now, email);
	if (now.known != guest->known || now.present != guest->present ||
		!pacl_uuid_equal(&now.account_id, &guest->account_id))
		raise_changed();
}

/*
 * Whether the account is the guest's.  A temporary password is known to who
 * made the account, who might wait for just this: she first chooses her own.
 */
static bool
prove(Guest *guest)
{
	if (guest->present)
		(void) pacl_require_caller();
	if (guest->visitor == NULL)
		return true;
	if (!pacl_visitor_admit(guest->visitor, true))
		return false;
	if (pacl_visitor_is_temporary(guest->visitor))
		ereport(ERROR,
				(errcode(ERRCODE_PACL_TEMPORARY_PASSWORD),
				 errmsg("the temporary password must be changed first"),
				 errdetail("Somebody else has made the account and knows it."),
				 errhint("Log in and call practiceacl.change_password(), or have a new one sent with practiceacl.request_password_reset().")));
	return true;
}

static void
raise_no_longer_given(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			 errmsg("what this invitation offers can no longer be given"),
			 errdetail("Who sent it may not give it any more, or it is not there any more."),
			 errhint("Ask an administrator of the organization to invite you anew.")));
}

/*
 * What would tell an administrator what is wrong is not for the guest, who
 * has no part in the organization yet.
 */
static void
check_offer(const PaclUserRequest *request, const PaclGiver *inviter)
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
			case ERRCODE_NO_DATA_FOUND:
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

/* The inviter, who is still somebody who may invite just this. */
static PaclGiver *
require_inviter(const PaclInvitation *invitation,
				const PaclUserRequest *request)
{
	PaclGiver  *inviter = pacl_giver_of(&invitation->organization_id,
										&invitation->invited_by);

	if (inviter == NULL || inviter->admin < PACL_ADMIN_USERS)
		raise_no_longer_given();
	check_offer(request, inviter);
	return inviter;
}

static void
make_account(Guest *guest, const PaclUserRequest *request)
{
	PaclPerson	person;

	if (!pacl_user_request_person(request, &person))
		raise_no_longer_given();
	if (!pacl_person_store_insert(&person))
		raise_changed();
	guest->account_id = person.id;
	pacl_password_store(&person.id, guest->hash);
}

/* The guest has proved what she must: she joins. */
static pg_uuid_t *
join(const PaclInvitation *invitation, const PaclUserRequest *request,
	 const PaclGiver *inviter, const Guest *guest)
{
	TimestampTz now = pacl_view_time();
	PaclFacts	payload;
	pg_uuid_t  *agenda_id;

	(void) pacl_invitation_store_settle(invitation, PACL_INVITATION_ACCEPTED,
										&guest->account_id, now);
	pacl_invitation_store_revoke_older(invitation, &guest->account_id, now);
	pacl_invitation_record("invitation.accepted", invitation,
						   &guest->account_id, NULL);
	agenda_id = pacl_user_request_apply(request, &guest->account_id, inviter,
										"invitation");
	pacl_membership_payload(&payload, &request->organization_id,
							&guest->account_id);
	pacl_outbox_tell("welcome", &request->organization_id,
					 &guest->account_id, pacl_facts_end(&payload));
	return agenda_id;
}

static char *
open_session(const PaclUserRequest *request, const Guest *guest,
			 const char *client)
{
	PaclOpening opening = {0};
	char	   *token;

	opening.account_id = &guest->account_id;
	opening.lifetime = pacl_session_lifetime * USECS_PER_SEC;
	opening.client = client;
	token = pacl_session_open(&opening);
	pacl_account_store_note_log_in_there(&guest->account_id,
										 &request->organization_id,
										 pacl_view_time());
	return token;
}

static PaclAccepted
accepted(const PaclUserRequest *request, const Guest *guest,
		 pg_uuid_t *agenda_id, const char *session)
{
	PaclAccepted result;

	result.account_id = palloc(sizeof(pg_uuid_t));
	*result.account_id = guest->account_id;
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
	PaclGiver  *inviter;
	Guest		guest;
	pg_uuid_t  *agenda_id;
	char	   *session = NULL;

	require_open(acceptance->token, &invitation);
	prepare(&guest, acceptance, invitation.email);
	request = pacl_invitation_request(&invitation);
	if (!guest.known)
		pacl_user_request_rename(request, acceptance->first_name,
								 acceptance->last_name);

	/* Nobody erases an account that is about to join. */
	if (guest.known)
		pacl_lock_account(&guest.account_id);
	pacl_user_request_lock(request);
	require_open(acceptance->token, &invitation);
	pacl_user_request_check_address(request);
	check_unchanged(&guest, invitation.email);
	if (!prove(&guest))
		return (PaclAccepted) {0};
	inviter = require_inviter(&invitation, request);

	if (!guest.known)
		make_account(&guest, request);
	if (!guest.present)
		pacl_activity_begin_acting(&guest.account_id);
	agenda_id = join(&invitation, request, inviter, &guest);
	if (!guest.present)
	{
		pacl_activity_end_acting();
		session = open_session(request, &guest, acceptance->client);
	}
	return accepted(request, &guest, agenda_id, session);
}

void
pacl_invitation_decline(const char *token)
{
	PaclInvitation invitation;

	require_open(token, &invitation);
	pacl_organization_lock(&invitation.organization_id);
	require_open(token, &invitation);
	(void) pacl_invitation_store_settle(&invitation,
										PACL_INVITATION_DECLINED, NULL,
										pacl_view_time());
	pacl_invitation_record("invitation.declined", &invitation, NULL, NULL);
}
