/*
 * grant.c
 *		Giving, changing and taking rights on an agenda.
 */
#include "postgres.h"

#include "utils/timestamp.h"

#include "access/consent.h"
#include "access/grant.h"
#include "access/grant_store.h"
#include "access/group_store.h"
#include "access/profile_store.h"
#include "access/request_store.h"
#include "base/activity.h"
#include "base/authority.h"
#include "base/facts.h"
#include "base/lock.h"
#include "base/outbox.h"
#include "base/outbox_store.h"
#include "errors.h"
#include "pure/uuid.h"
#include "reader/view.h"

void
pacl_grant_check_rights(PaclRights rights)
{
	char		text[PACL_RIGHTS_TEXT_MAX];
	char		better[PACL_RIGHTS_TEXT_MAX];

	if (rights == PACL_RIGHTS_NONE)
		return;
	pacl_rights_format(rights, text);
	pacl_rights_format(pacl_rights_required(rights), better);
	if (pacl_rights_level(rights) == PACL_LEVEL_NONE)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("level_missing"),
				 errargument("rights"),
				 errmsg("rights without a level allow nothing: \"%s\"", text),
				 errhint("Name a level too, as in \"%s\"; flags that hold on every agenda are set with practiceacl.set_features().",
						 better)));
	if (pacl_rights_flags(rights) & PACL_FLAG_PUBLIC_PROFILE)
		ereport(ERROR,
				(errcode(ERRCODE_PACL_MORE_THAN_YOURS),
				 errword("holders_flag"),
				 errargument("rights"),
				 errmsg("only the holder of an agenda can have public_profile"),
				 errhint("Give the rights without it.")));
}

void
pacl_grant_check_period(const PaclPeriod *period)
{
	if (period->from >= period->until)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("empty_period"),
				 errargument("valid_during"),
				 errmsg("valid_during must not be empty"),
				 errhint("It is half-open: the end must be later than the beginning.")));
	if (period->until <= pacl_view_time())
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("period_over"),
				 errargument("valid_during"),
				 errmsg("valid_during is in the past"),
				 errdetail("It ended at %s.",
						   timestamptz_to_str(period->until))));
}

/*
 * Until when, from a moment on, an account's own grants cover what is needed
 * without a break; the moment itself if they do not cover it then.
 */
static TimestampTz
covered_until(const PaclGrant *grants, int count, PaclRights features,
			  PaclRights needed, TimestampTz from)
{
	while (from < DT_NOEND)
	{
		PaclRights	rights = features;
		TimestampTz changes = DT_NOEND;

		for (int i = 0; i < count; i++)
		{
			const PaclPeriod *period = &grants[i].period;

			if (period->from > from)
				changes = Min(changes, period->from);
			else if (period->until > from)
			{
				changes = Min(changes, period->until);
				rights = pacl_rights_union(rights, grants[i].rights);
			}
		}
		if (!pacl_rights_cover(rights, needed))
			break;
		from = changes;
	}
	return from;
}

bool
pacl_grant_has(const PaclAgenda *agenda, const pg_uuid_t *account_id,
			   PaclRights rights, const PaclPeriod *period)
{
	TimestampTz now = pacl_view_time();
	PaclGrant  *grants;
	int			count;

	if (pacl_uuid_equal(account_id, &agenda->holder_id))
		return true;
	grants = pacl_grant_store_list(account_id, &agenda->id, now, &count);
	return covered_until(grants, count, PACL_RIGHTS_NONE, rights,
						 Max(period->from, now)) >= period->until;
}

static void
refuse_more(PaclRights have, PaclRights given)
{
	char		have_text[PACL_RIGHTS_TEXT_MAX];
	char		given_text[PACL_RIGHTS_TEXT_MAX];

	pacl_rights_format(have, have_text);
	pacl_rights_format(given, given_text);
	ereport(ERROR,
			(errcode(ERRCODE_PACL_MORE_THAN_YOURS),
			 errword("more_than_yours"),
			 errargument("rights"),
			 errmsg("cannot grant rights that exceed your own"),
			 errdetail("You may give up to %s; this would be %s.", have_text,
					   given_text)));
}

/*
 * What keeps an owner of the agenda from giving these rights: nothing, or an
 * error that is raised unless "try" is set.
 */
static bool
owner_may(const PaclGrantor *grantor, const PaclAgenda *agenda,
		  PaclRights rights, const PaclPeriod *period, bool try)
{
	TimestampTz now = pacl_view_time();
	PaclRights	own;
	PaclRights	needed;
	PaclMembership member;
	PaclGrant  *grants;
	TimestampTz until;
	int			count;

	if (pacl_uuid_equal(&grantor->account_id, &agenda->holder_id) ||
		rights == PACL_RIGHTS_NONE)
		return true;

	own = pacl_access_rights_of(&grantor->account_id, &agenda->id, now, NULL);
	if (!pacl_rights_cover(own, rights))
	{
		if (!try)
			refuse_more(own, rights);
		return false;
	}

	/* A grantor whose own right ends on Friday gives nothing beyond Friday. */
	needed = pacl_rights_make(PACL_LEVEL_OWNER, pacl_rights_flags(rights));
	if (!pacl_access_member_of(&grantor->account_id, &agenda->organization_id,
							   &member))
		return false;
	grants = pacl_grant_store_list(&grantor->account_id, &agenda->id, now,
								   &count);
	until = covered_until(grants, count, member.features, needed,
						  Max(period->from, now));
	if (until >= period->until)
		return true;
	if (!try)
		ereport(ERROR,
				(errcode(ERRCODE_PACL_MORE_THAN_YOURS),
				 errword("longer_than_yours"),
				 errargument("valid_during"),
				 errmsg("cannot grant rights for longer than you have them"),
				 errdetail("Your own rights do not reach beyond %s.",
						   timestamptz_to_str(until)),
				 errhint("Give the rights for a period that ends by then.")));
	return false;
}

static void
check_as_administrator(const PaclGrantor *grantor, const PaclMembershipRow *target,
					   PaclRights rights)
{
	bool		self = pacl_uuid_equal(&grantor->account_id,
									   &target->account_id);

	if (!self)
		pacl_membership_check_touch(grantor, target);
	if (!pacl_rights_cover(PACL_RIGHTS_BELOW_OWNER, rights))
		refuse_more(PACL_RIGHTS_BELOW_OWNER, rights);
	if (self && rights != PACL_RIGHTS_NONE)
		pacl_grantor_check_fresh(grantor);
}

void
pacl_grant_check(const PaclGrantor *grantor, const PaclAgenda *agenda,
				 const PaclMembershipRow *target, PaclRights rights,
				 const PaclPeriod *period)
{
	PaclRights	own;
	bool		administrator = grantor->admin != PACL_ADMIN_NONE;

	pacl_view_push_latest();
	own = pacl_access_rights_of(&grantor->account_id, &agenda->id,
								pacl_view_time(), NULL);
	if (pacl_rights_level(own) == PACL_LEVEL_OWNER)
	{
		if (!owner_may(grantor, agenda, rights, period, administrator))
			check_as_administrator(grantor, target, rights);
	}
	else if (administrator)
		check_as_administrator(grantor, target, rights);
	else
		pacl_check_rights(own, pacl_rights_make(PACL_LEVEL_OWNER, 0));
	pacl_view_pop();
}

void
pacl_grant_take_all(const pg_uuid_t *organization_id,
					const pg_uuid_t *account_id, const pg_uuid_t *by,
					TimestampTz at)
{
	pacl_grant_store_take_all(organization_id, account_id, by, at);
	pacl_group_store_take_all(organization_id, account_id, by, at);
	pacl_profile_store_take_all(organization_id, account_id, by, at);
}

void
pacl_grant_end_lost_holds(const pg_uuid_t *agendas, int agenda_count)
{
	int			count;
	PaclGrant  *holding = pacl_grant_store_holding(agendas, agenda_count,
												   &count);

	pacl_view_push_latest();
	for (int i = 0; i < count; i++)
		if (pacl_rights_level(pacl_access_rights_of(&holding[i].account_id,
													&holding[i].agenda_id,
													pacl_view_time(), NULL)) <
			PACL_LEVEL_BOOK_IN_HOURS)
			pacl_grant_store_end_holds(&holding[i].account_id,
									   &holding[i].agenda_id);
	pacl_view_pop();
}

bool
pacl_grant_may_take(const PaclGrantor *grantor, const PaclAgenda *agenda,
					const PaclMembershipRow *target)
{
	PaclRights	own;

	pacl_view_push_latest();
	own = pacl_access_rights_of(&grantor->account_id, &agenda->id,
								pacl_view_time(), NULL);
	pacl_view_pop();
	return pacl_rights_level(own) == PACL_LEVEL_OWNER ||
		(grantor->admin != PACL_ADMIN_NONE &&
		 pacl_membership_may_touch(grantor, target));
}

bool
pacl_grant_may_offer(const PaclGrantor *grantor, const PaclAgenda *agenda,
					 PaclRights rights, const PaclPeriod *period)
{
	bool		may = grantor->admin != PACL_ADMIN_NONE &&
		pacl_rights_cover(PACL_RIGHTS_BELOW_OWNER, rights);

	if (may)
		return true;
	pacl_view_push_latest();
	may = pacl_rights_level(pacl_access_rights_of(&grantor->account_id,
												  &agenda->id,
												  pacl_view_time(), NULL)) ==
		PACL_LEVEL_OWNER &&
		owner_may(grantor, agenda, rights, period, true);
	pacl_view_pop();
	return may;
}

/*
 * Tells the account, if it does not hear otherwise; and the holder and the
 * administrators, who hear of the first right as of a new user and of the last
 * one as of a departure.
 */
static void
tell(const PaclGrant *grant, const PaclAgenda *agenda, PaclRights before,
	 PaclRights after, bool account_too)
{
	const char *kind = "rights_changed";
	PaclMessageNames names;
	PaclFacts	facts;
	char	   *payload;

	pacl_membership_payload(&facts, &grant->organization_id,
							&grant->account_id);
	pacl_facts_uuid(&facts, "agenda_id", &grant->agenda_id);
	pacl_outbox_store_names(&grant->agenda_id, &grant->account_id, &names);
	pacl_facts_text(&facts, "agenda", names.agenda);
	pacl_facts_rights(&facts, "before", before);
	pacl_facts_rights(&facts, "after", after);
	if (!TIMESTAMP_NOT_FINITE(grant->period.from))
		pacl_facts_time(&facts, "valid_from", grant->period.from);
	if (!TIMESTAMP_NOT_FINITE(grant->period.until))
		pacl_facts_time(&facts, "valid_until", grant->period.until);
	payload = pacl_facts_end(&facts);

	if (account_too)
		pacl_outbox_tell(kind, &grant->organization_id, &grant->account_id,
						 payload);
	if (before == PACL_RIGHTS_NONE)
		kind = "user_added";
	else if (after == PACL_RIGHTS_NONE)
		kind = "user_removed";
	pacl_outbox_tell_administrators(kind, &grant->organization_id,
									&agenda->holder_id, 1, payload);
}

static void
record(const PaclGrant *grant, PaclRights before, PaclRights after)
{
	PaclFacts	facts;
	PaclEntry	entry = {0};

	pacl_facts_begin(&facts);
	pacl_facts_rights(&facts, "rights", grant->rights);
	pacl_facts_rights(&facts, "before", before);
	pacl_facts_rights(&facts, "after", after);
	if (!TIMESTAMP_NOT_FINITE(grant->period.from))
		pacl_facts_time(&facts, "valid_from", grant->period.from);
	if (!TIMESTAMP_NOT_FINITE(grant->period.until))
		pacl_facts_time(&facts, "valid_until", grant->period.until);
	entry.act = "rights.set";
	entry.organization_id = &grant->organization_id;
	entry.agenda_id = &grant->agenda_id;
	entry.account_id = &grant->account_id;
	entry.facts = pacl_facts_end(&facts);
	(void) pacl_activity_record(&entry);
}

/* The caller, whatever their place in the agenda's organization. */
static PaclGrantor *
caller_as_grantor(const PaclAgenda *agenda)
{
	PaclCaller *caller = pacl_require_caller();
	PaclGrantor *grantor = pacl_grantor_of(&agenda->organization_id,
										   &caller->account_id);

	if (grantor == NULL)
		pacl_raise_unknown("agenda");
	grantor->fresh = pacl_identity_is_fresh(caller);
	return grantor;
}

/*
 * That the caller may give this grant; sets its organization.  Asked before
 * anything is locked, since a transaction in the way then loses its
 * connection, and again when it is.
 */
static PaclGrantor *
require_may_give(PaclGrant *grant, PaclAgenda *agenda)
{
	PaclGrantor *grantor;
	PaclMembershipRow target;

	(void) pacl_require_agenda(&grant->agenda_id, agenda);
	grantor = caller_as_grantor(agenda);
	grant->organization_id = agenda->organization_id;

	/* A caller who may not act here does not learn who is a member. */
	if (grantor->admin == PACL_ADMIN_NONE)
		(void) pacl_require_rights(&grant->agenda_id,
								   pacl_rights_make(PACL_LEVEL_OWNER, 0),
								   agenda);
	pacl_grant_check_rights(grant->rights);
	pacl_grant_check_period(&grant->period);
	pacl_membership_require(&agenda->organization_id, &grant->account_id,
							&target);
	pacl_grant_check(grantor, agenda, &target, grant->rights, &grant->period);
	return grantor;
}

void
pacl_grant_add(const PaclGrant *grant, const PaclAgenda *agenda,
			   const pg_uuid_t *by)
{
	TimestampTz now = pacl_view_time();
	PaclRights	before;
	PaclRights	after;

	if (pacl_grant_has(agenda, &grant->account_id, grant->rights,
					   &grant->period))
		return;
	before = pacl_grant_store_union(&grant->account_id, &grant->agenda_id,
									now);
	pacl_grant_store_insert(grant, by, now);
	after = pacl_grant_store_union(&grant->account_id, &grant->agenda_id, now);
	record(grant, before, after);
	pacl_request_store_lapse_given(&grant->organization_id,
								   &grant->account_id, now);
	pacl_membership_settle(&grant->organization_id, &grant->account_id, by);
	tell(grant, agenda, before, after, false);
}

/* Whether the rights wait for the holder instead of being given. */
static bool
await_consent(const PaclGrant *grant, const PaclAgenda *agenda,
			  const PaclGrantor *grantor)
{
	PaclConsents consents = {0};

	if (!pacl_consent_is_needed(agenda, &grantor->account_id, grant))
		return false;
	pacl_consent_ask(agenda, &grantor->account_id, grant, &consents);
	pacl_consent_tell(&consents);
	return true;
}

/* Who takes rights shall not believe that nothing is left. */
static void
tell_what_remains(const PaclGrant *grant, PaclRights after)
{
	char		text[PACL_RIGHTS_TEXT_MAX];

	if (pacl_rights_cover(grant->rights, after))
		return;
	pacl_rights_format(after, text);
	ereport(NOTICE,
			(errword("rights_remain"),
			 errmsg("what a group or a profile gives remains"),
			 errdetail("The user still has, now or later, %s.", text),
			 errhint("See practiceacl.explain_access(account_id, agenda_id).")));
}

void
pacl_grant_set(const pg_uuid_t *agenda_id, const pg_uuid_t *account_id,
			   PaclRights rights, const PaclPeriod *period)
{
	TimestampTz now = pacl_view_time();
	PaclGrant	grant = {.source = "hand"};
	PaclAgenda	agenda;
	PaclGrantor *grantor;
	PaclRights	before;
	PaclRights	after;

	grant.agenda_id = *agenda_id;
	grant.account_id = *account_id;
	grant.rights = rights;
	grant.period = period != NULL ? *period : pacl_period_always();

	(void) require_may_give(&grant, &agenda);
	pacl_lock_begin_taking(account_id, 1);
	pacl_organization_lock(&agenda.organization_id);
	pacl_lock_agenda(agenda_id);
	pacl_lock_end_taking();
	grantor = require_may_give(&grant, &agenda);
	if (pacl_uuid_equal(&agenda.holder_id, account_id))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("holders_rights"),
				 errargument("account_id"),
				 errmsg("cannot change the rights of an agenda's holder"),
				 errhint("To give the agenda to somebody else, use practiceacl.transfer_agenda().")));

	/* What was to be given in this period is decided again. */
	pacl_request_store_replace_consents(&grant, now);
	if (await_consent(&grant, &agenda, grantor))
		return;
	before = pacl_grant_store_union(account_id, agenda_id, now);
	if (pacl_grant_store_replace(&grant, &grantor->account_id, now) == 0)
	{
		if (period == NULL)
			tell_what_remains(&grant, before);
		return;
	}
	after = pacl_grant_store_union(account_id, agenda_id, now);
	if (period == NULL)
		tell_what_remains(&grant, after);

	pacl_grant_end_lost_holds(agenda_id, 1);
	record(&grant, before, after);
	pacl_request_store_lapse_given(&agenda.organization_id, account_id, now);
	pacl_membership_settle(&agenda.organization_id, account_id,
						   &grantor->account_id);
	tell(&grant, &agenda, before, after, true);
}
