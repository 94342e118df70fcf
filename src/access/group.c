/*
 * group.c
 *		Groups of agendas: a site, a speciality, all of an organization.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "utils/timestamp.h"

#include "access/grant.h"
#include "access/group.h"
#include "access/group_store.h"
#include "access/reach.h"
#include "base/authority.h"
#include "base/fields.h"
#include "base/lock.h"
#include "errors.h"
#include "pure/uuid.h"
#include "reader/view.h"

/* In characters. */
#define MAX_NAME 100

char *
pacl_group_check_name(char *name)
{
	pacl_text_check_visible("name", name);
	name = pacl_text_trim(name);
	if (name[0] == '\0')
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("blank"),
				 errargument("name"),
				 errmsg("name must not be blank")));
	if (pg_mbstrlen(name) > MAX_NAME)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("too_long"),
				 errargument("name"),
				 errmsg("name is too long"),
				 errdetail("It may have %d characters.", MAX_NAME)));
	return name;
}

static void
check_free(const PaclGroup *group, const char *name)
{
	PaclGroup	other;

	if (pg_strcasecmp(name, "all") != 0 &&
		(!pacl_group_store_find(&group->organization_id, name, &other) ||
		 pacl_uuid_equal(&other.id, &group->id)))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_UNIQUE_VIOLATION),
			 errword("agenda_group_name_key"),
			 errargument("name"),
			 errmsg("there is a group \"%s\" already", name),
			 errhint("See practiceacl.agenda_groups; its group_id changes it.")));
}

/* A group of an organization whose administrator the caller is. */
static PaclGrantor *
require_group(const pg_uuid_t *group_id, PaclGroup *group)
{
	(void) pacl_require_caller();
	if (!pacl_group_store_read(group_id, group))
		pacl_raise_unknown("group");
	return pacl_reach_grantor(&group->organization_id, "group");
}

static void
check_named(const PaclGroup *group)
{
	if (group->everything)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("group_of_all"),
				 errargument("group_id"),
				 errmsg("the group of all agendas is as it is"),
				 errdetail("It has every agenda of the organization, and always will.")));
}

static bool
contains(const pg_uuid_t *sorted, int count, const pg_uuid_t *id)
{
	return count > 0 &&
		bsearch(id, sorted, count, sizeof(pg_uuid_t),
				pacl_uuid_qsort_compare) != NULL;
}

/* Those of one sorted list that are not in another. */
static pg_uuid_t *
without(const pg_uuid_t *list, int count, const pg_uuid_t *other,
		int other_count, int *left)
{
	pg_uuid_t  *rest = palloc(Max(count, 1) * sizeof(pg_uuid_t));

	*left = 0;
	for (int i = 0; i < count; i++)
		if (!contains(other, other_count, &list[i]))
			rest[(*left)++] = list[i];
	return rest;
}

/* Whom it concerns that these agendas join or leave a group. */
static PaclReach
reach_of(const PaclGroup *group)
{
	PaclReach	reach = {.organization_id = group->organization_id};

	reach.people = pacl_group_store_people(group, &reach.people_count);
	return reach;
}

/* Groups are made of agendas of their own organization, and of nothing else. */
static void
check_agendas(const PaclGroup *group, const pg_uuid_t *agendas, int count)
{
	for (int i = 0; i < count; i++)
	{
		PaclAgenda	agenda;

		pacl_view_push_latest();
		if (!pacl_access_agenda(&agendas[i], &agenda) ||
			!pacl_uuid_equal(&agenda.organization_id,
							 &group->organization_id))
			pacl_raise_unknown("agenda");
		pacl_view_pop();
	}
}

static void
begin_facts(PaclFacts *facts, const PaclGroup *group)
{
	pacl_facts_begin(facts);
	pacl_facts_uuid(facts, "group_id", &group->id);
}

static void
record(const PaclReach *reach, const PaclGroup *group, const char *act,
	   PaclFacts *facts)
{
	PaclEntry	entry = {
		.act = act,
		.subject_id = &group->id,
		.facts = pacl_facts_end(facts),
	};

	pacl_reach_record(reach, &entry);
}

static void
tell_of_agendas(const PaclReach *reach, const PaclGroup *group,
				const pg_uuid_t *by, int added, int dropped)
{
	PaclFacts	facts;

	pacl_membership_payload(&facts, &group->organization_id, by);
	pacl_facts_text(&facts, "group", group->name);
	pacl_facts_int(&facts, "agendas_added", added);
	pacl_facts_int(&facts, "agendas_removed", dropped);
	pacl_reach_tell(reach, pacl_facts_end(&facts));
}

/* Makes these the agendas of a group, as its lock has it. */
static void
set_agendas(const PaclGroup *group, pg_uuid_t *agendas, int count,
			const PaclGrantor *grantor)
{
	TimestampTz now = pacl_view_time();
	PaclReach	reach = reach_of(group);
	int			had_count;
	pg_uuid_t  *had = pacl_group_store_agendas(group, &had_count);
	int			added_count;
	pg_uuid_t  *added = without(agendas, count, had, had_count, &added_count);
	int			dropped_count;
	pg_uuid_t  *dropped = without(had, had_count, agendas, count,
								  &dropped_count);
	PaclFacts	facts;

	if (added_count == 0 && dropped_count == 0)
		return;
	reach.agenda_count = added_count + dropped_count;
	reach.agendas = palloc(reach.agenda_count * sizeof(pg_uuid_t));
	memcpy(reach.agendas, added, added_count * sizeof(pg_uuid_t));
	memcpy(reach.agendas + added_count, dropped,
		   dropped_count * sizeof(pg_uuid_t));
	pacl_reach_sort(reach.agendas, &reach.agenda_count);
	pacl_lock_agendas(reach.agendas, reach.agenda_count);
	check_agendas(group, added, added_count);
	pacl_reach_check(&reach, grantor, added_count > 0);
	if (added_count > 0)
		pacl_reach_check_consent(&group->organization_id,
								 pacl_group_store_rights(group, now));

	pacl_group_store_add(group, added, added_count, &grantor->account_id, now);
	pacl_group_store_drop(group, dropped, dropped_count,
						  &grantor->account_id, now);
	begin_facts(&facts, group);
	pacl_facts_int(&facts, "added", added_count);
	pacl_facts_int(&facts, "removed", dropped_count);
	record(&reach, group, "group.changed", &facts);
	pacl_reach_settle(&reach, &grantor->account_id);
	if (reach.people_count > 0)
		tell_of_agendas(&reach, group, &grantor->account_id, added_count,
						dropped_count);
}

static void
set_name(PaclGroup *group, char *name)
{
	PaclReach	reach = {.organization_id = group->organization_id};
	PaclFacts	facts;

	check_free(group, name);
	if (strcmp(group->name, name) == 0)
		return;
	group->name = name;
	pacl_group_store_rename(group);
	begin_facts(&facts, group);
	pacl_facts_bool(&facts, "renamed", true);
	record(&reach, group, "group.changed", &facts);
}

static void
make(PaclGroup *group, char *name, const PaclGrantor *grantor)
{
	PaclReach	reach = {.organization_id = group->organization_id};
	PaclFacts	facts;

	if (name == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errword("null_argument"),
				 errargument("name"),
				 errmsg("name must not be null")));
	memset(&group->id, 0, sizeof(pg_uuid_t));
	check_free(group, name);
	group->name = name;
	group->everything = false;
	pacl_group_store_insert(group, &grantor->account_id, pacl_view_time());
	begin_facts(&facts, group);
	record(&reach, group, "group.created", &facts);
}

/* Nobody acts for whom the change may take rights from. */
static void
lock_organization(const PaclReach *reach)
{
	pacl_lock_begin_taking(reach->people, reach->people_count);
	pacl_organization_lock(&reach->organization_id);
}

pg_uuid_t *
pacl_group_set(const pg_uuid_t *organization_id, char *name,
			   const pg_uuid_t *agendas, int agenda_count,
			   const pg_uuid_t *group_id)
{
	PaclGrantor *grantor = pacl_reach_grantor(organization_id,
											  "organization");
	PaclGroup  *group = palloc0(sizeof(PaclGroup));
	PaclReach	reach = {.organization_id = *organization_id};
	pg_uuid_t  *wanted = NULL;

	if (name != NULL)
		name = pacl_group_check_name(name);
	group->organization_id = *organization_id;
	if (group_id != NULL)
	{
		if (!pacl_group_store_read(group_id, group) ||
			!pacl_uuid_equal(&group->organization_id, organization_id))
			pacl_raise_unknown("group");
		check_named(group);
		reach = reach_of(group);
	}
	if (agendas != NULL)
	{
		wanted = palloc(Max(agenda_count, 1) * sizeof(pg_uuid_t));
		memcpy(wanted, agendas, agenda_count * sizeof(pg_uuid_t));
		pacl_reach_sort(wanted, &agenda_count);
		check_agendas(group, wanted, agenda_count);
	}

	lock_organization(&reach);
	grantor = pacl_reach_grantor(organization_id, "organization");
	if (group_id == NULL)
		make(group, name, grantor);
	else if (!pacl_group_store_read(group_id, group))
		pacl_raise_unknown("group");
	else if (name != NULL)
		set_name(group, name);
	if (agendas != NULL)
		set_agendas(group, wanted, agenda_count, grantor);
	pacl_lock_end_taking();
	return &group->id;
}

void
pacl_group_remove(const pg_uuid_t *group_id)
{
	PaclGroup	group;
	PaclGrantor *grantor = require_group(group_id, &group);
	PaclReach	reach;
	PaclFacts	facts;

	check_named(&group);
	reach = reach_of(&group);
	lock_organization(&reach);
	grantor = require_group(group_id, &group);
	reach = reach_of(&group);
	reach.agendas = pacl_group_store_agendas(&group, &reach.agenda_count);
	pacl_lock_agendas(reach.agendas, reach.agenda_count);
	pacl_lock_end_taking();
	pacl_reach_check(&reach, grantor, false);

	pacl_group_store_delete(&group, &grantor->account_id, pacl_view_time());
	begin_facts(&facts, &group);
	record(&reach, &group, "group.removed", &facts);
	pacl_reach_settle(&reach, &grantor->account_id);
	if (reach.people_count > 0)
		tell_of_agendas(&reach, &group, &grantor->account_id, 0,
						reach.agenda_count);
}

static void
record_rights(const PaclReach *reach, const PaclGroupGrant *grant,
			  PaclRights before, PaclRights after)
{
	PaclEntry	entry = {
		.act = "group_rights.set",
		.account_id = &grant->account_id,
		.subject_id = &grant->group->id,
	};
	PaclFacts	facts;

	begin_facts(&facts, grant->group);
	pacl_facts_rights(&facts, "rights", grant->rights);
	pacl_facts_rights(&facts, "before", before);
	pacl_facts_rights(&facts, "after", after);
	if (!TIMESTAMP_NOT_FINITE(grant->period.from))
		pacl_facts_time(&facts, "valid_from", grant->period.from);
	if (!TIMESTAMP_NOT_FINITE(grant->period.until))
		pacl_facts_time(&facts, "valid_until", grant->period.until);
	entry.facts = pacl_facts_end(&facts);
	pacl_reach_record(reach, &entry);
}

static void
tell_of_rights(const PaclReach *reach, const PaclGroupGrant *grant,
			   PaclRights before, PaclRights after)
{
	PaclFacts	facts;

	pacl_membership_payload(&facts, &grant->group->organization_id,
							&grant->account_id);
	pacl_facts_text(&facts, "group", grant->group->name);
	pacl_facts_rights(&facts, "before", before);
	pacl_facts_rights(&facts, "after", after);
	if (!TIMESTAMP_NOT_FINITE(grant->period.from))
		pacl_facts_time(&facts, "valid_from", grant->period.from);
	if (!TIMESTAMP_NOT_FINITE(grant->period.until))
		pacl_facts_time(&facts, "valid_until", grant->period.until);
	pacl_reach_tell(reach, pacl_facts_end(&facts));
}

/* That the caller may make these the rights of a member on the group. */
static PaclGrantor *
require_may_give(const pg_uuid_t *group_id, PaclGroup *group,
				 const PaclGroupGrant *grant, const PaclReach *reach)
{
	PaclGrantor *grantor = require_group(group_id, group);
	PaclMembershipRow target;

	pacl_reach_check_rights(grant->rights);
	pacl_grant_check_period(&grant->period);
	pacl_membership_require(&group->organization_id, &grant->account_id,
							&target);
	pacl_reach_check(reach, grantor, grant->rights != PACL_RIGHTS_NONE);
	if (!pacl_rights_cover(pacl_group_store_rights_of(group,
													  &grant->account_id,
													  pacl_view_time()),
						   grant->rights))
		pacl_reach_check_consent(&group->organization_id, grant->rights);
	return grantor;
}

void
pacl_group_set_rights(const pg_uuid_t *group_id, const pg_uuid_t *account_id,
					  PaclRights rights, const PaclPeriod *period)
{
	TimestampTz now = pacl_view_time();
	PaclGroup	group;
	PaclGroupGrant grant = {
		.group = &group,
		.account_id = *account_id,
		.rights = rights,
		.period = period != NULL ? *period : pacl_period_always(),
	};
	pg_uuid_t	person = *account_id;
	PaclReach	reach = {.people = &person, .people_count = 1};
	PaclGrantor *grantor;
	PaclRights	before;
	PaclRights	after;

	(void) require_group(group_id, &group);
	reach.organization_id = group.organization_id;
	(void) require_may_give(group_id, &group, &grant, &reach);
	lock_organization(&reach);
	reach.agendas = pacl_group_store_agendas(&group, &reach.agenda_count);
	pacl_lock_agendas(reach.agendas, reach.agenda_count);
	pacl_lock_end_taking();
	grantor = require_may_give(group_id, &group, &grant, &reach);

	before = pacl_group_store_rights_of(&group, account_id, now);
	if (pacl_group_store_replace(&grant, &grantor->account_id, now) == 0)
		return;
	after = pacl_group_store_rights_of(&group, account_id, now);
	record_rights(&reach, &grant, before, after);
	pacl_reach_settle(&reach, &grantor->account_id);
	tell_of_rights(&reach, &grant, before, after);
}
