/*
 * reach.c
 *		Whom, and which agendas, an act on a group or a profile concerns.
 */
#include "postgres.h"

#include "access/consent.h"
#include "access/grant.h"
#include "access/grant_store.h"
#include "access/reach.h"
#include "access/request_store.h"
#include "base/authority.h"
#include "base/outbox.h"
#include "errors.h"
#include "pure/uuid.h"
#include "reader/view.h"

PaclGrantor *
pacl_reach_grantor(const pg_uuid_t *organization_id, const char *noun)
{
	bool		belongs;

	(void) pacl_require_caller();
	pacl_view_push_latest();
	belongs = pacl_access_member(organization_id) != NULL;
	pacl_view_pop();
	if (!belongs)
		pacl_raise_unknown(noun);
	return pacl_grantor_require(organization_id, PACL_ADMIN_USERS);
}

void
pacl_reach_check(const PaclReach *reach, const PaclGrantor *grantor,
				 bool gains)
{
	for (int i = 0; i < reach->people_count; i++)
	{
		PaclMembershipRow member;

		if (pacl_uuid_equal(&reach->people[i], &grantor->account_id))
		{
			if (gains)
				pacl_grantor_check_fresh(grantor);
		}
		else if (pacl_membership_store_read(&reach->organization_id,
											&reach->people[i], &member))
			pacl_membership_check_touch(grantor, &member);
	}
}

void
pacl_reach_check_rights(PaclRights rights)
{
	pacl_grant_check_rights(rights);
	if (!pacl_rights_cover(PACL_RIGHTS_BELOW_OWNER, rights))
		ereport(ERROR,
				(errcode(ERRCODE_PACL_MORE_THAN_YOURS),
				 errword("owner_of_many"),
				 errargument("rights"),
				 errmsg("groups and profiles make nobody an owner"),
				 errhint("The highest level that they give is openings; name an owner of an agenda with practiceacl.set_rights().")));
}

void
pacl_reach_check_consent(const pg_uuid_t *organization_id, PaclRights rights)
{
	if (pacl_rights_level(rights) < PACL_LEVEL_READ ||
		!pacl_consent_is_on(organization_id))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			 errword("holder_consents"),
			 errmsg("rights that show patients need the consent of each holder"),
			 errdetail("The organization has holder_consents on; groups and profiles give at most freebusy there."),
			 errhint("Give them on each agenda with practiceacl.set_rights(), which asks its holder.")));
}

void
pacl_reach_sort(pg_uuid_t *agendas, int *count)
{
	int			kept = 0;

	if (*count == 0)
		return;
	qsort(agendas, *count, sizeof(pg_uuid_t), pacl_uuid_qsort_compare);
	for (int i = 0; i < *count; i++)
		if (kept == 0 || !pacl_uuid_equal(&agendas[kept - 1], &agendas[i]))
			agendas[kept++] = agendas[i];
	*count = kept;
}

void
pacl_reach_settle(const PaclReach *reach, const pg_uuid_t *by)
{
	pacl_grant_end_lost_holds(reach->agendas, reach->agenda_count);
	for (int i = 0; i < reach->people_count; i++)
	{
		pacl_request_store_lapse_given(&reach->organization_id,
									   &reach->people[i], pacl_view_time());
		pacl_membership_settle(&reach->organization_id, &reach->people[i],
							   by);
	}
}

void
pacl_reach_record(const PaclReach *reach, PaclEntry *entry)
{
	entry->organization_id = &reach->organization_id;
	(void) pacl_activity_record(entry);
	pacl_activity_record_agendas(entry, reach->agendas, NULL,
								 reach->agenda_count);
}

void
pacl_reach_tell(const PaclReach *reach, char *payload)
{
	int			holder_count;
	pg_uuid_t  *holders = pacl_grant_store_holders(reach->agendas,
												   reach->agenda_count,
												   &holder_count);
	pg_uuid_t  *told = palloc((holder_count + reach->people_count + 1) *
							  sizeof(pg_uuid_t));

	memcpy(told, holders, holder_count * sizeof(pg_uuid_t));
	memcpy(told + holder_count, reach->people,
		   reach->people_count * sizeof(pg_uuid_t));
	pacl_outbox_tell_administrators("rights_changed", &reach->organization_id,
									told, holder_count + reach->people_count,
									payload);
}
