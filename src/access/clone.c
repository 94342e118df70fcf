/*
 * clone.c
 *		Cloning: granting one colleague the rights of another.
 */
#include "postgres.h"

#include "access/clone.h"
#include "access/consent.h"
#include "access/grant.h"
#include "access/grant_store.h"
#include "access/group_store.h"
#include "access/profile_store.h"
#include "access/reach.h"
#include "access/request_store.h"
#include "base/activity.h"
#include "base/facts.h"
#include "base/lock.h"
#include "base/outbox.h"
#include "errors.h"
#include "pure/uuid.h"
#include "reader/view.h"

/*
 * The agendas on which the copy waits for the holder's consent, ascending: all
 * of it there, so that a part does not take the place of what is still to come.
 */
static pg_uuid_t *
list_withheld(const PaclGrant *grants, int grant_count, const pg_uuid_t *by,
			  int *count)
{
	pg_uuid_t  *withheld = palloc(Max(grant_count, 1) * sizeof(pg_uuid_t));

	*count = 0;
	for (int i = 0; i < grant_count; i++)
	{
		const PaclGrant *grant = &grants[i];
		PaclAgenda	agenda;
		bool		found;

		if (*count > 0 &&
			pacl_uuid_equal(&withheld[*count - 1], &grant->agenda_id))
			continue;
		pacl_view_push_latest();
		found = pacl_access_agenda(&grant->agenda_id, &agenda);
		pacl_view_pop();
		if (found && pacl_consent_is_needed(&agenda, by, grant))
			withheld[(*count)++] = grant->agenda_id;
	}
	return withheld;
}

/* The requests for what a copy gives on the agendas that are withheld. */
static void
ask_for(const PaclGrant *grants, int grant_count, const pg_uuid_t *withheld,
		int count, const pg_uuid_t *by)
{
	PaclConsents consents = {0};
	int			at = 0;

	for (int i = 0; i < grant_count; i++)
	{
		const PaclGrant *grant = &grants[i];
		PaclGrant	always = *grant;
		PaclAgenda	agenda;

		while (at < count &&
			   pacl_uuid_compare(&withheld[at], &grant->agenda_id) < 0)
			at++;
		if (at == count || !pacl_uuid_equal(&withheld[at], &grant->agenda_id))
			continue;
		pacl_view_push_latest();
		(void) pacl_access_agenda(&grant->agenda_id, &agenda);
		pacl_view_pop();
		always.period = pacl_period_always();
		if (i == 0 || !pacl_uuid_equal(&grants[i - 1].agenda_id,
									   &grant->agenda_id))
			pacl_request_store_replace_consents(&always, pacl_view_time());
		if (!pacl_grant_has(&agenda, &grant->account_id, grant->rights,
							&grant->period))
			pacl_consent_ask(&agenda, by, grant, &consents);
	}
	pacl_consent_tell(&consents);
}

/* What of the copy waits for consent becomes requests. */
static pg_uuid_t *
withhold(const PaclClone *clone, const pg_uuid_t *by, int *count)
{
	pg_uuid_t  *withheld;
	PaclGrant  *grants;
	int			grant_count;

	*count = 0;
	if (!clone->one_by_one)
		return NULL;
	grants = pacl_clone_store_wanted(clone, pacl_view_time(), &grant_count);
	withheld = list_withheld(grants, grant_count, by, count);
	ask_for(grants, grant_count, withheld, *count, by);
	return withheld;
}

/* Copies what names one agenda, agenda by agenda. */
static PaclCloned *
copy_grants(const PaclClone *clone, const pg_uuid_t *by, int *count)
{
	PaclRows	rows;
	int			withheld_count;
	pg_uuid_t  *withheld = withhold(clone, by, &withheld_count);
	PaclCloned *cloned;

	pacl_clone_store_run(&rows, clone, withheld, withheld_count, by,
						 pacl_view_time());
	cloned = palloc(Max(rows.count, 1) * sizeof(PaclCloned));
	for (*count = 0; pacl_next(&rows); (*count)++)
	{
		PaclCloned *one = &cloned[*count];

		one->agenda_id = *pacl_column_uuid(&rows, 1);
		one->before = pacl_column_rights(&rows, 2);
		one->after = pacl_column_rights(&rows, 3);
	}
	pacl_done(&rows);
	return cloned;
}

/* The rights on an agenda in a list that ascends, from *at on. */
static PaclRights
rights_in(const PaclGrant *list, int count, int *at, const pg_uuid_t *id)
{
	while (*at < count && pacl_uuid_compare(&list[*at].agenda_id, id) < 0)
		(*at)++;
	return *at < count && pacl_uuid_equal(&list[*at].agenda_id, id) ?
		list[*at].rights : PACL_RIGHTS_NONE;
}

/* What changed from one list of all rights to another. */
static PaclCloned *
compare(const PaclGrant *had, int had_count, const PaclGrant *has,
		int has_count, int *count)
{
	int			all = had_count + has_count;
	pg_uuid_t  *agendas = palloc(Max(all, 1) * sizeof(pg_uuid_t));
	PaclCloned *changed = palloc(Max(all, 1) * sizeof(PaclCloned));
	int			had_at = 0;
	int			has_at = 0;

	for (int i = 0; i < had_count; i++)
		agendas[i] = had[i].agenda_id;
	for (int i = 0; i < has_count; i++)
		agendas[had_count + i] = has[i].agenda_id;
	pacl_reach_sort(agendas, &all);
	*count = 0;
	for (int i = 0; i < all; i++)
	{
		PaclCloned *one = &changed[*count];

		one->agenda_id = agendas[i];
		one->before = rights_in(had, had_count, &had_at, &agendas[i]);
		one->after = rights_in(has, has_count, &has_at, &agendas[i]);
		if (one->before != one->after)
			(*count)++;
	}
	return changed;
}

/*
 * Copies everything: grants, and with them groups and profiles as such, so
 * that what becomes of those becomes of the receiver's rights, too.
 */
static PaclCloned *
copy_all(PaclClone *clone, const pg_uuid_t *by, int *count)
{
	TimestampTz now = pacl_view_time();
	int			had_count;
	PaclGrant  *had = pacl_clone_store_united(clone, now, &had_count);
	int			has_count;
	PaclGrant  *has;

	(void) copy_grants(clone, by, count);
	clone->shared = pacl_group_store_copy(&clone->organization_id,
										  &clone->from_account,
										  &clone->to_account, clone->replace,
										  by, now);
	if (pacl_profile_store_copy(&clone->organization_id, &clone->from_account,
								&clone->to_account, clone->replace, by, now))
		clone->shared = true;
	has = pacl_clone_store_united(clone, now, &has_count);
	return compare(had, had_count, has, has_count, count);
}

static void
record_agendas(const PaclClone *clone, const PaclCloned *cloned, int count)
{
	pg_uuid_t  *agendas = palloc(Max(count, 1) * sizeof(pg_uuid_t));
	const char **facts = palloc(Max(count, 1) * sizeof(char *));
	PaclEntry	entry = {0};

	for (int i = 0; i < count; i++)
	{
		PaclFacts	said;

		agendas[i] = cloned[i].agenda_id;
		pacl_facts_begin(&said);
		pacl_facts_uuid(&said, "from_account", &clone->from_account);
		pacl_facts_rights(&said, "before", cloned[i].before);
		pacl_facts_rights(&said, "after", cloned[i].after);
		facts[i] = pacl_facts_end(&said);
	}
	entry.act = "rights.cloned";
	entry.organization_id = &clone->organization_id;
	entry.account_id = &clone->to_account;
	pacl_activity_record_agendas(&entry, agendas, facts, count);
}

PaclCloned *
pacl_clone_apply(PaclClone *clone, const pg_uuid_t *by, int *count)
{
	PaclCloned *cloned;

	clone->one_by_one = pacl_consent_is_on(&clone->organization_id);
	clone->shared = false;
	cloned = !clone->one_by_one && pacl_clone_store_is_shared(clone) ?
		copy_all(clone, by, count) : copy_grants(clone, by, count);
	record_agendas(clone, cloned, *count);
	pacl_request_store_lapse_given(&clone->organization_id,
								   &clone->to_account, pacl_view_time());
	return cloned;
}

static void
record_clone(const PaclClone *clone, int changed)
{
	PaclFacts	facts;
	PaclEntry	entry = {0};

	pacl_facts_begin(&facts);
	pacl_facts_uuid(&facts, "from_account", &clone->from_account);
	pacl_facts_bool(&facts, "replace", clone->replace);
	pacl_facts_int(&facts, "agendas", changed);
	entry.act = "rights.cloned";
	entry.organization_id = &clone->organization_id;
	entry.account_id = &clone->to_account;
	entry.facts = pacl_facts_end(&facts);
	(void) pacl_activity_record(&entry);
}

typedef enum Change
{
	GAINED,
	LOST,
	CHANGED
} Change;

static Change
change_of(const PaclCloned *cloned)
{
	if (cloned->before == PACL_RIGHTS_NONE)
		return GAINED;
	return cloned->after == PACL_RIGHTS_NONE ? LOST : CHANGED;
}

/* The administrators hear of it once, each holder in one message a kind. */
static void
tell(const PaclClone *clone, const PaclCloned *cloned, int count)
{
	static const char *const kinds[] = {
		[GAINED] = "user_added",
		[LOST] = "user_removed",
		[CHANGED] = "rights_changed",
	};
	pg_uuid_t  *agendas = palloc(Max(count, 1) * sizeof(pg_uuid_t));
	PaclFacts	facts;
	char	   *payload;

	pacl_membership_payload(&facts, &clone->organization_id,
							&clone->to_account);
	pacl_facts_uuid(&facts, "cloned_from", &clone->from_account);
	pacl_facts_int(&facts, "agendas", count);
	payload = pacl_facts_end(&facts);

	pacl_outbox_tell_administrators("rights_changed",
									&clone->organization_id,
									&clone->to_account, 1, payload);
	for (int kind = GAINED; kind <= CHANGED; kind++)
	{
		int			concerned = 0;
		int			holder_count;
		pg_uuid_t  *holders;

		for (int i = 0; i < count; i++)
			if (change_of(&cloned[i]) == (Change) kind)
				agendas[concerned++] = cloned[i].agenda_id;
		if (concerned == 0)
			continue;
		holders = pacl_grant_store_holders(agendas, concerned,
										   &holder_count);
		pacl_outbox_tell_accounts(kinds[kind], &clone->organization_id,
								  holders, holder_count, payload);
	}
}

PaclCloned *
pacl_clone_rights(const pg_uuid_t *organization_id,
				  const pg_uuid_t *from_account,
				  const pg_uuid_t *to_account, bool replace, int *count)
{
	PaclClone	clone = {
		.organization_id = *organization_id,
		.from_account = *from_account,
		.to_account = *to_account,
		.replace = replace,
		.most = PACL_RIGHTS_BELOW_OWNER,
		.source = "clone",
	};
	PaclGrantor *grantor = pacl_grantor_require(organization_id, PACL_ADMIN_USERS);
	PaclMembershipRow from;
	PaclMembershipRow to;
	PaclCloned *cloned;
	pg_uuid_t  *agendas;
	int			agenda_count;
	bool		self;

	if (pacl_uuid_equal(from_account, to_account))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("same_account"),
				 errargument("to_account"),
				 errmsg("from_account and to_account must differ")));
	pacl_membership_require_touch(organization_id, to_account);
	pacl_lock_begin_taking(to_account, 1);
	pacl_organization_lock(organization_id);
	agendas = pacl_clone_store_agendas(&clone, pacl_view_time(),
									   &agenda_count);
	pacl_lock_agendas(agendas, agenda_count);
	pacl_lock_end_taking();

	grantor = pacl_grantor_require(organization_id, PACL_ADMIN_USERS);
	pacl_membership_require(organization_id, from_account, &from);
	pacl_membership_require(organization_id, to_account, &to);
	self = pacl_uuid_equal(&grantor->account_id, to_account);
	if (self)
		pacl_grantor_check_fresh(grantor);
	else
		pacl_membership_check_touch(grantor, &to);

	cloned = pacl_clone_apply(&clone, &grantor->account_id, count);
	if (*count == 0 && !clone.shared)
		return cloned;
	record_clone(&clone, *count);
	pacl_membership_settle(organization_id, to_account, &grantor->account_id);
	tell(&clone, cloned, *count);
	return cloned;
}
