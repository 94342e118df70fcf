/*
 * invitation.c
 *		Invitations: made, sent again, revoked.
 */
#include "postgres.h"

#include "utils/timestamp.h"

#include "base/activity.h"
#include "base/authority.h"
#include "base/facts.h"
#include "base/lock.h"
#include "base/outbox.h"
#include "errors.h"
#include "identity/account_store.h"
#include "people/invitation.h"
#include "pure/uuid.h"
#include "reader/view.h"

#define LONGEST_DAYS	366

static void
check_lifetime(int64 lifetime)
{
	if (lifetime < USECS_PER_SEC || lifetime > LONGEST_DAYS * USECS_PER_DAY)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("out_of_range"),
				 errargument("lifetime"),
				 errmsg("lifetime of an invitation must be between one second and %d days",
						LONGEST_DAYS)));
}

/* Two open ones could give somebody more than either was meant to. */
static void
check_none_other(const pg_uuid_t *organization_id, const char *email,
				 const pg_uuid_t *except)
{
	TimestampTz expires_at;

	if (!pacl_invitation_store_other(organization_id, email, except,
									 pacl_view_time(), &expires_at))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_UNIQUE_VIOLATION),
			 errword("invitation_open"),
			 errmsg("an open invitation to this address already exists"),
			 errdetail("It can be accepted until %s.",
					   timestamptz_to_str(expires_at)),
			 errhint("Send it again with practiceacl.resend_invitation(), or revoke it first with practiceacl.revoke_invitation().")));
}

void
pacl_invitation_check_none_open(const PaclUserRequest *request)
{
	check_none_other(&request->organization_id, request->email, NULL);
}

PaclUserRequest *
pacl_invitation_request(const PaclInvitation *invitation)
{
	PaclUserRequest *request = palloc0(sizeof(PaclUserRequest));

	request->organization_id = invitation->organization_id;
	request->email = invitation->email;
	request->first_name = invitation->first_name;
	request->last_name = invitation->last_name;
	pacl_user_request_from_offer(request, invitation->offer);
	pacl_user_request_read(request);
	return request;
}

void
pacl_invitation_record(const char *act, const PaclInvitation *invitation,
					   const pg_uuid_t *account_id,
					   const pg_uuid_t *actor_id)
{
	PaclFacts	facts;
	PaclEntry	entry = {0};

	pacl_facts_begin(&facts);
	pacl_facts_int(&facts, "times_sent", invitation->times_sent);
	pacl_facts_time(&facts, "expires_at", invitation->expires_at);
	pacl_facts_uuid(&facts, "invited_by", &invitation->invited_by);
	entry.act = act;
	entry.organization_id = &invitation->organization_id;
	entry.account_id = account_id;
	entry.subject_id = &invitation->id;
	entry.actor_id = actor_id;
	entry.facts = pacl_facts_end(&facts);
	(void) pacl_activity_record(&entry);
}

/*
 * Whom it is for stands in the invitation alone: they may never have an
 * account with which their name would be erased.
 */
static void
record_creation(const PaclInvitation *invitation,
				const PaclUserRequest *request)
{
	PaclFacts	facts;
	PaclEntry	entry = {0};

	pacl_facts_begin(&facts);
	pacl_facts_time(&facts, "expires_at", invitation->expires_at);
	pacl_facts_text(&facts, "admin", pacl_admin_name(request->admin));
	pacl_facts_rights(&facts, "features", request->features);
	pacl_facts_bool(&facts, "agenda", request->agenda != NULL);
	pacl_facts_uuid(&facts, "clone_from", request->clone_from);
	if (request->profile != NULL)
		pacl_facts_uuid(&facts, "profile", request->profile);
	pacl_facts_int(&facts, "access", request->access_count);
	if (request->holds != NULL)
		pacl_facts_json(&facts, "holds", request->holds);
	entry.act = "invitation.created";
	entry.organization_id = &invitation->organization_id;
	entry.subject_id = &invitation->id;
	entry.facts = pacl_facts_end(&facts);
	(void) pacl_activity_record(&entry);
}

/*
 * The message names the inviter (account_id, first_name, last_name) and the
 * invitee.  It goes by address alone: the address may have no account yet.
 */
static PaclInvited
send_out(const PaclInvitation *invitation, const char *token)
{
	PaclInvited invited;
	PaclFacts	payload;

	pacl_membership_payload(&payload, &invitation->organization_id,
							&invitation->invited_by);
	pacl_facts_uuid(&payload, "invitation_id", &invitation->id);
	pacl_facts_text(&payload, "invited_first_name", invitation->first_name);
	pacl_facts_text(&payload, "invited_last_name", invitation->last_name);
	pacl_facts_time(&payload, "expires_at", invitation->expires_at);
	pacl_outbox_send_secret_by(&invitation->invited_by, "invitation",
							   &invitation->organization_id, NULL,
							   invitation->email, pacl_facts_end(&payload),
							   token);
	invited.id = invitation->id;
	invited.token = pacl_outbox_returned_secret(token);
	invited.expires_at = invitation->expires_at;
	return invited;
}

PaclInvited
pacl_invitation_offer(const PaclUserRequest *request, const PaclGrantor *grantor,
					  int64 lifetime)
{
	char	   *token = palloc(PACL_TOKEN_LENGTH + 1);
	PaclInvitation invitation = {{{0}}};
	PaclDigest	digest;

	pacl_user_request_check_absent(request);
	pacl_invitation_check_none_open(request);

	invitation.organization_id = request->organization_id;
	pacl_uuid_make(&invitation.id);
	invitation.email = request->email;
	invitation.first_name = request->first_name;
	invitation.last_name = request->last_name;
	invitation.invited_by = grantor->account_id;
	invitation.last_sent_at = pacl_view_time();
	invitation.expires_at = invitation.last_sent_at + lifetime;
	invitation.times_sent = 1;
	pacl_token_make(PACL_TOKEN_INVITATION, token, &digest);
	pacl_invitation_store_insert(&invitation, pacl_user_request_offer(request),
								 &digest);
	record_creation(&invitation, request);
	return send_out(&invitation, token);
}

PaclInvited
pacl_invitation_make(PaclUserRequest *request, int64 lifetime)
{
	PaclGrantor *grantor;

	(void) pacl_require_admin(&request->organization_id, PACL_ADMIN_USERS);
	pacl_user_request_read(request);
	check_lifetime(lifetime);

	pacl_user_request_lock(request);
	grantor = pacl_grantor_require(&request->organization_id, PACL_ADMIN_USERS);
	pacl_user_request_check(request, grantor);
	pacl_user_request_check_address(request);
	return pacl_invitation_offer(request, grantor, lifetime);
}

/*
 * The caller's authority over an invitation.  One who does not administer the
 * organization does not learn that it exists.
 */
static PaclGrantor *
require_own(const pg_uuid_t *id, PaclInvitation *invitation)
{
	bool		allowed;

	(void) pacl_require_caller();
	if (!pacl_invitation_store_read(id, invitation))
		pacl_raise_unknown("invitation");
	pacl_view_push_latest();
	allowed = pacl_access_is_admin(&invitation->organization_id,
								   PACL_ADMIN_USERS);
	pacl_view_pop();
	if (!allowed)
		pacl_raise_unknown("invitation");
	return pacl_grantor_require(&invitation->organization_id, PACL_ADMIN_USERS);
}

/* The same, once the organization is locked and everything is what it is. */
static PaclGrantor *
require_own_locked(const pg_uuid_t *id, PaclInvitation *invitation)
{
	PaclGrantor *grantor;
	PaclUserRequest request = {{{0}}};

	(void) require_own(id, invitation);
	pacl_organization_lock(&invitation->organization_id);
	grantor = require_own(id, invitation);
	pacl_user_request_from_offer(&request, invitation->offer);
	if (request.admin_word != NULL &&
		pacl_membership_read_admin(request.admin_word) != PACL_ADMIN_NONE)
		pacl_grantor_check_full(grantor, &invitation->organization_id);
	return grantor;
}

static void
check_pending(const PaclInvitation *invitation)
{
	if (invitation->status == PACL_INVITATION_PENDING)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errword("invitation_settled"),
			 errmsg("invitation is no longer open"),
			 errdetail("It has been %s.",
					   pacl_invitation_status_name(invitation->status)),
			 invitation->status == PACL_INVITATION_ACCEPTED ?
			 errhint("A user is disabled with practiceacl.disable_user() and removed with practiceacl.remove_user().") :
			 errhint("Invite the person again with practiceacl.invite_user().")));
}

PaclInvited
pacl_invitation_send_again(const pg_uuid_t *id)
{
	char	   *token = palloc(PACL_TOKEN_LENGTH + 1);
	PaclInvitation invitation;
	PaclUserRequest *request;
	PaclGrantor *grantor;
	PaclDigest	digest;
	int64		lifetime;

	(void) require_own(id, &invitation);
	check_pending(&invitation);
	request = pacl_invitation_request(&invitation);
	pacl_user_request_lock(request);
	grantor = require_own(id, &invitation);
	check_pending(&invitation);
	pacl_user_request_prune(request, NULL);
	pacl_user_request_check(request, grantor);
	pacl_user_request_check_address(request);
	pacl_user_request_check_absent(request);
	check_none_other(&invitation.organization_id, invitation.email, id);

	lifetime = invitation.expires_at - invitation.last_sent_at;
	invitation.invited_by = grantor->account_id;
	invitation.last_sent_at = pacl_view_time();
	invitation.expires_at = invitation.last_sent_at + lifetime;
	invitation.times_sent++;
	pacl_token_make(PACL_TOKEN_INVITATION, token, &digest);
	pacl_invitation_store_send_again(&invitation, &digest);
	pacl_invitation_record("invitation.resent", &invitation, NULL, NULL);
	return send_out(&invitation, token);
}

void
pacl_invitation_revoke(const pg_uuid_t *id)
{
	PaclInvitation invitation;

	(void) require_own_locked(id, &invitation);
	check_pending(&invitation);
	(void) pacl_invitation_store_settle(&invitation, PACL_INVITATION_REVOKED,
										NULL, NULL, pacl_view_time());
	pacl_invitation_record("invitation.revoked", &invitation, NULL, NULL);
}

void
pacl_invitation_revoke_open(const pg_uuid_t *organization_id,
							const pg_uuid_t *account_id, const char *reason)
{
	PaclFacts	facts;
	PaclEntry	entry = {0};
	int			count;
	pg_uuid_t  *ids = pacl_invitation_store_revoke_open(organization_id,
														account_id,
														pacl_view_time(),
														&count);

	pacl_facts_begin(&facts);
	pacl_facts_text(&facts, "reason", reason);
	entry.act = "invitation.revoked";
	entry.organization_id = organization_id;
	entry.account_id = account_id;
	entry.facts = pacl_facts_end(&facts);
	for (int i = 0; i < count; i++)
	{
		entry.subject_id = &ids[i];
		(void) pacl_activity_record(&entry);
	}
}

void
pacl_invitation_delete(const pg_uuid_t *id)
{
	PaclInvitation invitation;

	(void) require_own_locked(id, &invitation);
	pacl_invitation_store_delete(&invitation);
	pacl_invitation_record("invitation.deleted", &invitation, NULL, NULL);
}
