/*
 * erasure.c
 *		A person's right to be erased, and to know what is held about them.
 */
#include "postgres.h"

#include "access/grant.h"
#include "access/grant_store.h"
#include "access/membership.h"
#include "access/membership_store.h"
#include "access/organization_store.h"
#include "access/request_store.h"
#include "base/activity.h"
#include "base/address.h"
#include "base/authority.h"
#include "base/beside.h"
#include "base/facts.h"
#include "base/outbox.h"
#include "calendar/agenda_store.h"
#include "errors.h"
#include "identity/account_store.h"
#include "identity/throttle.h"
#include "people/account_lock.h"
#include "people/erasure.h"
#include "people/erasure_store.h"
#include "pure/uuid.h"
#include "reader/view.h"

/* Who erases whom. */
typedef struct Erasure
{
	const pg_uuid_t *account_id;
	const pg_uuid_t *by;		/* null: an operator */
	PaclAccountRow person;
	pg_uuid_t  *organizations;	/* ascending */
	int			organization_count;
} Erasure;

static void
record(const Erasure *erasure, const char *act,
	   const pg_uuid_t *organization_id, const pg_uuid_t *agenda_id,
	   const pg_uuid_t *subject_id)
{
	PaclEntry	entry = {0};

	entry.act = act;
	entry.organization_id = organization_id;
	entry.agenda_id = agenda_id;
	entry.account_id = erasure->account_id;
	entry.subject_id = subject_id;
	entry.by_operator = erasure->by == NULL;
	entry.facts = "{\"reason\": \"account_deleted\"}";
	(void) pacl_activity_record(&entry);
}

static bool
is_last_administrator(const PaclMembershipRow *membership)
{
	return membership->admin == PACL_ADMIN_FULL &&
		membership->status <= PACL_MEMBER_UNLISTED &&
		pacl_membership_store_other_full(&membership->organization_id,
										 &membership->account_id,
										 pacl_view_time()) == 0;
}

/* An organization that nobody can lead any more would be lost. */
static void
check_not_last(const Erasure *erasure)
{
	StringInfoData names;

	initStringInfo(&names);
	for (int i = 0; i < erasure->organization_count; i++)
	{
		PaclMembershipRow membership;
		PaclOrganization organization;

		if (pacl_membership_store_read(&erasure->organizations[i],
									   erasure->account_id, &membership) &&
			is_last_administrator(&membership) &&
			pacl_organization_store_read(&erasure->organizations[i],
										 &organization) &&
			!organization.closed)
			appendStringInfo(&names, "%s%s", names.len == 0 ? "" : ", ",
							 organization.name);
	}
	if (names.len > 0)
		ereport(ERROR,
				(errcode(ERRCODE_PACL_LAST_ADMINISTRATOR),
				 errword("last_administrator"),
				 errmsg("cannot remove the last full administrator"),
				 errdetail("Nobody else administers %s.", names.data),
				 errhint("Make somebody else a full administrator first, or have the organization closed.")));
}

/* Takes what the person had in one organization. */
static void
leave(const Erasure *erasure, const pg_uuid_t *organization_id)
{
	TimestampTz now = pacl_view_time();
	PaclMembershipRow membership;
	PaclFacts	payload;
	pg_uuid_t  *agendas;
	pg_uuid_t  *invitations;
	pg_uuid_t  *holders;
	int			count;

	invitations = pacl_erasure_store_invitations(organization_id,
												 erasure->account_id, &count);
	for (int i = 0; i < count; i++)
		record(erasure, "invitation.revoked", organization_id, NULL,
			   &invitations[i]);

	if (!pacl_membership_store_read(organization_id, erasure->account_id,
									&membership) ||
		membership.status == PACL_MEMBER_REMOVED)
		return;
	agendas = pacl_membership_store_agendas(organization_id,
											erasure->account_id, &count);
	record(erasure, "user.removed", organization_id, NULL, NULL);
	for (int i = 0; i < count; i++)
		record(erasure, "rights.taken", organization_id, &agendas[i], NULL);
	pacl_grant_take_all(organization_id, erasure->account_id, erasure->by,
						now);
	pacl_request_store_lapse_of_member(organization_id, erasure->account_id,
									   now);
	membership.status = PACL_MEMBER_REMOVED;
	membership.admin = PACL_ADMIN_NONE;
	membership.features = PACL_RIGHTS_NONE;
	pacl_membership_store_update(&membership, erasure->by, now);

	/* Told by id: a name in a message would outlive the erasure. */
	pacl_facts_begin(&payload);
	pacl_facts_uuid(&payload, "account_id", erasure->account_id);
	pacl_facts_text(&payload, "reason", "account_deleted");
	holders = pacl_grant_store_holders(agendas, count, &count);
	pacl_outbox_tell_administrators("user_removed", organization_id,
									holders, count, pacl_facts_end(&payload));
}

/* What was counted of the address, from wherever it was tried. */
static void
forget_attempts(const Erasure *erasure)
{
	int			count;
	char	  **clients = pacl_erasure_store_clients(erasure->account_id,
													 &count);

	for (int i = 0; i < count; i++)
	{
		PaclAttempt attempt;

		pacl_throttle_describe(&attempt, erasure->person.email, clients[i]);
		pacl_throttle_passed(&attempt);
	}
	pacl_throttle_forget(erasure->person.email);
	pacl_throttle_forget_messages("password_reset", erasure->person.email);
	pacl_throttle_forget_messages("email_change",
								  pacl_uuid_text(erasure->account_id));
}

static void
erase(Erasure *erasure)
{
	TimestampTz now = pacl_view_time();
	PaclDigest	digest;

	erasure->organizations =
		pacl_account_lock_all(erasure->account_id,
							  &erasure->organization_count);
	if (!pacl_account_store_read(erasure->account_id, &erasure->person) ||
		erasure->person.email == NULL)
		pacl_raise_unknown("account");
	check_not_last(erasure);

	for (int i = 0; i < erasure->organization_count; i++)
		leave(erasure, &erasure->organizations[i]);
	record(erasure, "account.deleted", NULL, NULL, NULL);

	pacl_email_digest(erasure->person.email, &digest);
	(void) pacl_account_store_block_email(&digest, "deleted", now);
	forget_attempts(erasure);
	pacl_erasure_store_erase(erasure->account_id, erasure->person.email, now);
	pacl_beside_erase(erasure->account_id);
}

void
pacl_erasure_delete_own(void)
{
	PaclCaller *caller = pacl_require_caller();
	Erasure		erasure = {&caller->account_id, &caller->account_id};

	pacl_require_fresh(caller);
	erase(&erasure);
}

void
pacl_erasure_delete(const pg_uuid_t *account_id)
{
	Erasure		erasure = {account_id, NULL};

	erase(&erasure);
}

static Jsonb *
export(const pg_uuid_t *account_id)
{
	PaclAccountRow person;
	PaclAttempt attempt;

	if (!pacl_account_store_read(account_id, &person))
		pacl_raise_unknown("account");
	if (person.email != NULL)
		pacl_throttle_describe(&attempt, person.email, NULL);
	return pacl_beside_add_data(pacl_erasure_store_export(account_id,
														  person.email == NULL ? NULL : &attempt.address),
								account_id);
}

Jsonb *
pacl_erasure_export_own(void)
{
	PaclCaller *caller = pacl_require_caller();
	PaclEntry	entry = {0};

	entry.act = "account.exported";
	entry.account_id = &caller->account_id;
	(void) pacl_activity_record(&entry);
	return export(&caller->account_id);
}

Jsonb *
pacl_erasure_export(const pg_uuid_t *account_id)
{
	Jsonb	   *all = export(account_id);
	PaclEntry	entry = {0};

	entry.act = "account.exported";
	entry.account_id = account_id;
	entry.by_operator = true;
	(void) pacl_activity_record(&entry);
	return all;
}
