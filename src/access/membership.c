/*
 * membership.c
 *		Memberships: what every act on an organization's people needs.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"

#include "access/membership.h"
#include "access/organization_store.h"
#include "base/activity.h"
#include "base/activity_store.h"
#include "base/authority.h"
#include "base/facts.h"
#include "base/lock.h"
#include "errors.h"
#include "identity/account_store.h"
#include "identity/session.h"
#include "pure/uuid.h"
#include "reader/view.h"

void
pacl_organization_lock(const pg_uuid_t *organization_id)
{
	pacl_lock_organization(organization_id);
	pacl_activity_store_touch_organization(organization_id);
}

PaclGrantor *
pacl_grantor_require(const pg_uuid_t *organization_id, PaclAdmin level)
{
	PaclMembership *member = pacl_require_admin(organization_id, level);
	PaclCaller *caller = pacl_require_caller();
	PaclGrantor *grantor = palloc(sizeof(PaclGrantor));

	grantor->account_id = caller->account_id;
	grantor->admin = member->admin;
	grantor->fresh = pacl_identity_is_fresh(caller);
	return grantor;
}

PaclGrantor *
pacl_grantor_of(const pg_uuid_t *organization_id, const pg_uuid_t *account_id)
{
	PaclGrantor *grantor = palloc(sizeof(PaclGrantor));
	PaclMembership member;
	PaclAccountRow person;
	bool		found;

	pacl_view_push_latest();
	found = pacl_access_member_of(account_id, organization_id, &member);
	pacl_view_pop();
	if (!found || !member.active ||
		!pacl_account_store_read(account_id, &person) ||
		strcmp(person.status, "active") != 0)
		return NULL;
	grantor->account_id = *account_id;
	grantor->admin = member.admin;
	grantor->fresh = true;
	return grantor;
}

void
pacl_grantor_check_fresh(const PaclGrantor *grantor)
{
	if (!grantor->fresh)
		pacl_raise_not_fresh();
}

void
pacl_grantor_check_full(const PaclGrantor *grantor,
						const pg_uuid_t *organization_id)
{
	if (grantor->admin < PACL_ADMIN_FULL)
		pacl_raise_not_admin(organization_id, PACL_ADMIN_FULL);
}

void
pacl_membership_require(const pg_uuid_t *organization_id,
						const pg_uuid_t *account_id,
						PaclMembershipRow *membership)
{
	if (!pacl_membership_store_read(organization_id, account_id, membership) ||
		membership->status == PACL_MEMBER_REMOVED)
		pacl_raise_unknown("user");
}

bool
pacl_membership_may_touch(const PaclGrantor *grantor,
						  const PaclMembershipRow *membership)
{
	return membership->admin == PACL_ADMIN_NONE ||
		grantor->admin == PACL_ADMIN_FULL;
}

void
pacl_membership_check_touch(const PaclGrantor *grantor,
							const PaclMembershipRow *membership)
{
	if (!pacl_membership_may_touch(grantor, membership))
		pacl_grantor_check_full(grantor, &membership->organization_id);
}

void
pacl_membership_require_touch(const pg_uuid_t *organization_id,
							  const pg_uuid_t *account_id)
{
	PaclGrantor *grantor = pacl_grantor_require(organization_id,
												PACL_ADMIN_USERS);
	PaclMembershipRow target;

	pacl_membership_require(organization_id, account_id, &target);
	if (!pacl_uuid_equal(&grantor->account_id, account_id))
		pacl_membership_check_touch(grantor, &target);
}

void
pacl_membership_check_not_last(const PaclMembershipRow *membership)
{
	if (membership->admin != PACL_ADMIN_FULL ||
		membership->status > PACL_MEMBER_UNLISTED ||
		pacl_membership_store_other_full(&membership->organization_id,
										 &membership->account_id,
										 pacl_view_time()) > 0)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_PACL_LAST_ADMINISTRATOR),
			 errword("last_administrator"),
			 errmsg("cannot remove the last full administrator"),
			 errdetail("No other full administrator can log in."),
			 errhint("Make somebody else a full administrator first, with practiceacl.set_admin().")));
}

void
pacl_membership_settle(const pg_uuid_t *organization_id,
					   const pg_uuid_t *account_id, const pg_uuid_t *by)
{
	TimestampTz now = pacl_view_time();
	PaclMembershipRow membership;
	PaclEntry	entry = {0};
	bool		listed;

	if (!pacl_membership_store_read(organization_id, account_id,
									&membership) ||
		membership.status > PACL_MEMBER_UNLISTED)
		return;
	listed = membership.admin != PACL_ADMIN_NONE ||
		pacl_membership_store_has_access(organization_id, account_id, now);
	if (listed == (membership.status == PACL_MEMBER_ACTIVE))
		return;

	membership.status = listed ? PACL_MEMBER_ACTIVE : PACL_MEMBER_UNLISTED;
	pacl_membership_store_update(&membership, by, now);
	entry.act = listed ? "user.listed" : "user.unlisted";
	entry.organization_id = organization_id;
	entry.account_id = account_id;
	(void) pacl_activity_record(&entry);
}

void
pacl_membership_end_sessions(const pg_uuid_t *organization_id,
							 const pg_uuid_t *account_id)
{
	if (!pacl_membership_store_works_elsewhere(account_id, organization_id))
		(void) pacl_session_end_all(account_id, NULL);
}

PaclAdmin
pacl_membership_read_admin(const char *word)
{
	PaclAdmin	level;

	if (!pacl_admin_parse(word, &level))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("unknown_word"),
				 errargument("admin"),
				 errmsg("\"%.*s\" is not an administrator level",
						pg_mbcliplen(word, strlen(word), 40), word),
				 errhint("The levels are none, users and full.")));
	return level;
}

void
pacl_membership_check_features(PaclRights features, bool holder)
{
	if (pacl_rights_level(features) != PACL_LEVEL_NONE)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("level_in_features"),
				 errargument("features"),
				 errmsg("features must not include a level"),
				 errdetail("They hold on every agenda where the member has at least read."),
				 errhint("Give a level on an agenda with practiceacl.set_rights().")));
	if ((pacl_rights_flags(features) & PACL_FLAG_PUBLIC_PROFILE) && !holder)
		ereport(ERROR,
				(errcode(ERRCODE_PACL_MORE_THAN_YOURS),
				 errword("holders_flag"),
				 errargument("features"),
				 errmsg("only the holder of an agenda can have public_profile"),
				 errhint("Give the user an agenda first.")));
}

void
pacl_membership_payload(PaclFacts *facts, const pg_uuid_t *organization_id,
						const pg_uuid_t *account_id)
{
	PaclOrganization organization;
	PaclAccountRow person;

	pacl_facts_begin(facts);
	if (pacl_organization_store_read(organization_id, &organization))
		pacl_facts_text(facts, "organization", organization.name);
	pacl_facts_uuid(facts, "account_id", account_id);
	if (pacl_account_store_read(account_id, &person))
	{
		pacl_facts_text(facts, "first_name", person.first_name);
		pacl_facts_text(facts, "last_name", person.last_name);
	}
}
