/*
 * substitute.c
 *		Standing in for somebody who is away.
 */
#include "postgres.h"

#include "access/consent.h"
#include "access/grant.h"
#include "access/grant_store.h"
#include "access/membership.h"
#include "access/request_store.h"
#include "access/substitute.h"
#include "base/activity.h"
#include "base/authority.h"
#include "base/facts.h"
#include "base/lock.h"
#include "base/outbox.h"
#include "errors.h"
#include "pure/uuid.h"
#include "reader/view.h"

/* One organization in which the caller may arrange it. */
typedef struct Place
{
	pg_uuid_t	organization_id;
	PaclGrantor *grantor;
	bool		only_owned;		/* the caller is no administrator */
} Place;

static void
check_request(const PaclSubstitution *substitution)
{
	if (pacl_uuid_equal(&substitution->for_account, &substitution->by_account))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("same_account"),
				 errargument("by_account"),
				 errmsg("for_account and by_account must differ")));
	if (substitution->period.from >= substitution->period.until)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("empty_period"),
				 errargument("during"),
				 errmsg("during must not be empty")));
	if (substitution->period.until == DT_NOEND)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("endless_period"),
				 errargument("during"),
				 errmsg("during must have an end"),
				 errhint("For good, use practiceacl.clone_rights() or practiceacl.transfer_agenda().")));
	if (substitution->period.until <= pacl_view_time())
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("period_over"),
				 errargument("during"),
				 errmsg("during is in the past")));
}

/*
 * Where the caller may arrange it: as an administrator, or as the one who is
 * away.  42501 for a colleague of both, PT404 for anyone else, who does not
 * learn who works where.
 */
static Place *
find_places(const PaclSubstitution *substitution, int *count)
{
	PaclCaller *caller = pacl_require_caller();
	bool		away = pacl_uuid_equal(&caller->account_id,
									   &substitution->for_account);
	int			shared;
	pg_uuid_t  *ids = pacl_substitute_store_organizations(substitution, &shared);
	Place	   *places = palloc(Max(shared, 1) * sizeof(Place));
	const pg_uuid_t *common = NULL;

	*count = 0;
	for (int i = 0; i < shared; i++)
	{
		PaclGrantor *grantor = pacl_grantor_of(&ids[i], &caller->account_id);

		if (grantor == NULL)
			continue;
		common = &ids[i];
		if (grantor->admin == PACL_ADMIN_NONE && !away)
			continue;
		grantor->fresh = pacl_identity_is_fresh(caller);
		places[*count].organization_id = ids[i];
		places[*count].grantor = grantor;
		places[*count].only_owned = grantor->admin == PACL_ADMIN_NONE;
		(*count)++;
	}
	if (common == NULL)
		pacl_raise_unknown("user");
	if (*count == 0)
		pacl_raise_not_admin(common, PACL_ADMIN_USERS);
	return places;
}

static void
check_target(const PaclSubstitution *substitution, const Place *place)
{
	PaclMembershipRow target;

	pacl_membership_require(&place->organization_id,
							&substitution->by_account, &target);
	if (place->only_owned)
		return;
	if (pacl_uuid_equal(&place->grantor->account_id, &substitution->by_account))
		pacl_grantor_check_fresh(place->grantor);
	else
		pacl_membership_check_touch(place->grantor, &target);
}

/* The agendas of all places, ascending within each; each named one is there. */
static pg_uuid_t *
find_agendas(const PaclSubstitution *substitution, const Place *places,
			 int count, int *found)
{
	pg_uuid_t  *all = palloc(sizeof(pg_uuid_t));

	*found = 0;
	for (int i = 0; i < count; i++)
	{
		int			more;
		pg_uuid_t  *ids = pacl_substitute_store_agendas(substitution,
														&places[i].organization_id,
														places[i].only_owned,
														&more);

		all = repalloc(all, (*found + more + 1) * sizeof(pg_uuid_t));
		memcpy(all + *found, ids, more * sizeof(pg_uuid_t));
		*found += more;
	}
	for (int i = 0; i < substitution->agenda_count; i++)
	{
		bool		there = false;

		for (int j = 0; j < *found && !there; j++)
			there = pacl_uuid_equal(&substitution->agendas[i], &all[j]);
		if (!there)
			pacl_raise_unknown("agenda");
	}
	return all;
}

static void
put_period(PaclFacts *facts, const PaclPeriod *period)
{
	if (period->from != DT_NOBEGIN)
		pacl_facts_time(facts, "valid_from", period->from);
	pacl_facts_time(facts, "valid_until", period->until);
}

static void
record(const PaclSubstitution *substitution, const Place *place,
	   const PaclSubstituted *given, int count)
{
	pg_uuid_t  *agendas = palloc(count * sizeof(pg_uuid_t));
	const char **facts = palloc(count * sizeof(char *));
	PaclEntry	entry = {
		.act = "rights.substituted",
		.organization_id = &place->organization_id,
		.account_id = &substitution->by_account,
	};

	for (int i = 0; i < count; i++)
	{
		PaclFacts	said;

		agendas[i] = given[i].agenda_id;
		pacl_facts_begin(&said);
		pacl_facts_uuid(&said, "for_account", &substitution->for_account);
		pacl_facts_rights(&said, "rights", given[i].rights);
		put_period(&said, &substitution->period);
		facts[i] = pacl_facts_end(&said);
	}
	pacl_activity_record_agendas(&entry, agendas, facts, count);
}

/* The substitute, who is away, the holders and the administrators hear of it. */
static void
tell(const PaclSubstitution *substitution, const Place *place,
	 const PaclSubstituted *given, int count)
{
	int			holder_count;
	pg_uuid_t  *agendas = palloc(count * sizeof(pg_uuid_t));
	pg_uuid_t  *holders;
	pg_uuid_t  *others;
	PaclFacts	facts;

	for (int i = 0; i < count; i++)
		agendas[i] = given[i].agenda_id;
	holders = pacl_grant_store_holders(agendas, count, &holder_count);
	others = palloc((holder_count + 2) * sizeof(pg_uuid_t));

	memcpy(others, holders, holder_count * sizeof(pg_uuid_t));
	others[holder_count] = substitution->for_account;
	others[holder_count + 1] = substitution->by_account;
	pacl_membership_payload(&facts, &place->organization_id,
							&substitution->by_account);
	pacl_facts_uuid(&facts, "substitutes_for", &substitution->for_account);
	pacl_facts_int(&facts, "agendas", count);
	put_period(&facts, &substitution->period);
	pacl_outbox_tell_administrators("rights_changed", &place->organization_id,
									others, holder_count + 2,
									pacl_facts_end(&facts));
}

/* Whether it was given, and not left to the holder's consent. */
static bool
give_one(const Place *place, const PaclGrant *grant, PaclConsents *consents)
{
	PaclAgenda	agenda;

	if (!pacl_access_agenda(&grant->agenda_id, &agenda))
		pacl_raise_unknown("agenda");
	if (pacl_consent_is_needed(&agenda, &place->grantor->account_id, grant))
	{
		pacl_request_store_replace_consents(grant, pacl_view_time());
		pacl_consent_ask(&agenda, &place->grantor->account_id, grant, consents);
		return false;
	}
	pacl_grant_store_insert(grant, &place->grantor->account_id,
							pacl_view_time());
	return true;
}

/* Adds an agenda, or rights to the last one. */
static void
note(PaclSubstituted *substituted, int *count, const PaclGrant *grant)
{
	PaclSubstituted *last = &substituted[*count - 1];

	if (*count > 0 && pacl_uuid_equal(&last->agenda_id, &grant->agenda_id))
		last->rights = pacl_rights_union(last->rights, grant->rights);
	else
		substituted[(*count)++] = (PaclSubstituted)
	{
		grant->agenda_id, grant->rights
	};
}

/* Gives what is to be given in one place; appends what the substitute has. */
static void
give(const PaclSubstitution *substitution, const Place *place,
	 PaclSubstituted *substituted, int *count, PaclConsents *consents)
{
	int			grant_count;
	PaclSubstituteGrant *grants =
		pacl_substitute_store_grants(substitution, &place->organization_id,
									 place->only_owned, &grant_count);
	PaclSubstituted *given = palloc(Max(grant_count, 1) * sizeof(PaclSubstituted));
	int			given_count = 0;

	for (int i = 0; i < grant_count; i++)
	{
		const PaclGrant *grant = &grants[i].grant;

		if (grants[i].missing && !give_one(place, grant, consents))
			continue;
		note(substituted, count, grant);
		if (grants[i].missing)
			note(given, &given_count, grant);
	}
	if (given_count == 0)
		return;
	record(substitution, place, given, given_count);
	pacl_request_store_lapse_given(&place->organization_id,
								   &substitution->by_account,
								   pacl_view_time());
	pacl_membership_settle(&place->organization_id, &substitution->by_account,
						   &place->grantor->account_id);
	tell(substitution, place, given, given_count);
}

PaclSubstituted *
pacl_substitute(const PaclSubstitution *substitution, int *count)
{
	Place	   *places;
	pg_uuid_t  *agendas;
	PaclSubstituted *substituted;
	PaclConsents consents = {0};
	int			place_count;
	int			agenda_count;

	(void) pacl_require_caller();
	check_request(substitution);
	places = find_places(substitution, &place_count);
	for (int i = 0; i < place_count; i++)
		pacl_organization_lock(&places[i].organization_id);

	/* Once these stand still, who is what is asked again. */
	pacl_view_push_latest();
	places = find_places(substitution, &place_count);
	for (int i = 0; i < place_count; i++)
		check_target(substitution, &places[i]);
	agendas = find_agendas(substitution, places, place_count, &agenda_count);
	pacl_view_pop();
	substituted = palloc(Max(agenda_count, 1) * sizeof(PaclSubstituted));
	pacl_lock_agendas(agendas, agenda_count);

	*count = 0;
	for (int i = 0; i < place_count; i++)
		give(substitution, &places[i], substituted, count, &consents);
	pacl_consent_tell(&consents);
	return substituted;
}
