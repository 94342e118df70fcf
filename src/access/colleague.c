/*
 * colleague.c
 *		What every colleague may do on an agenda without a grant.
 */
#include "postgres.h"

#include "utils/timestamp.h"

#include "access/colleague.h"
#include "access/colleague_store.h"
#include "access/consent.h"
#include "access/grant.h"
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
pacl_colleague_check_rights(PaclRights rights)
{
	pacl_grant_check_rights(rights);
	if (pacl_rights_level(rights) == PACL_LEVEL_OWNER)
		ereport(ERROR,
				(errcode(ERRCODE_PACL_MORE_THAN_YOURS),
				 errword("colleagues_as_owners"),
				 errargument("rights"),
				 errmsg("colleagues cannot all be owners of an agenda"),
				 errhint("The highest level for all of them is openings; name an owner with practiceacl.set_rights().")));
}

/*
 * That the caller may do it.  They are among the colleagues, so an
 * administrator gives rights to themselves.  Asked before anything is locked,
 * since a transaction in the way then loses its connection, and again when it
 * is.
 */
static PaclGrantor *
require_may_set(const pg_uuid_t *agenda_id, PaclRights rights,
				PaclAgenda *agenda)
{
	PaclPeriod	always = pacl_period_always();
	PaclCaller *caller = pacl_require_caller();
	PaclMembershipRow own;
	PaclGrantor *grantor;

	(void) pacl_require_agenda(agenda_id, agenda);
	grantor = pacl_grantor_of(&agenda->organization_id, &caller->account_id);
	if (grantor == NULL)
		pacl_raise_unknown("agenda");
	grantor->fresh = pacl_identity_is_fresh(caller);
	if (grantor->admin == PACL_ADMIN_NONE)
		(void) pacl_require_rights(agenda_id,
								   pacl_rights_make(PACL_LEVEL_OWNER, 0),
								   agenda);
	pacl_colleague_check_rights(rights);
	pacl_membership_require(&agenda->organization_id, &caller->account_id,
							&own);
	pacl_grant_check(grantor, agenda, &own, rights, &always);
	return grantor;
}

/* Of an agenda that fewer may book: the members of its organization. */
static pg_uuid_t *
losers(const PaclAgenda *agenda, PaclRights rights, int *count)
{
	*count = 0;
	if (pacl_rights_cover(rights, agenda->colleague_rights))
		return NULL;
	return pacl_membership_store_accounts(&agenda->organization_id, count);
}

static void
record(const PaclAgenda *agenda, PaclRights rights)
{
	PaclFacts	facts;
	PaclEntry	entry = {0};

	pacl_facts_begin(&facts);
	pacl_facts_rights(&facts, "before", agenda->colleague_rights);
	pacl_facts_rights(&facts, "after", rights);
	entry.act = "colleague_rights.set";
	entry.organization_id = &agenda->organization_id;
	entry.agenda_id = &agenda->id;
	entry.account_id = &agenda->holder_id;
	entry.facts = pacl_facts_end(&facts);
	(void) pacl_activity_record(&entry);
}

/* The holder hears of what somebody else has opened or closed to all. */
static void
tell(const PaclAgenda *agenda, PaclRights rights, const pg_uuid_t *by)
{
	PaclMessageNames names;
	PaclFacts	facts;

	if (!pacl_access_has_holder(agenda) ||
		pacl_uuid_equal(by, &agenda->holder_id))
		return;
	pacl_membership_payload(&facts, &agenda->organization_id, by);
	pacl_facts_uuid(&facts, "agenda_id", &agenda->id);
	pacl_outbox_store_names(&agenda->id, by, &names);
	pacl_facts_text(&facts, "agenda", names.agenda);
	pacl_facts_bool(&facts, "all_colleagues", true);
	pacl_facts_rights(&facts, "before", agenda->colleague_rights);
	pacl_facts_rights(&facts, "after", rights);
	pacl_outbox_tell("rights_changed", &agenda->organization_id,
					 &agenda->holder_id, pacl_facts_end(&facts));
}

void
pacl_colleague_apply(const PaclAgenda *agenda, PaclRights rights,
					 const pg_uuid_t *by)
{
	pacl_colleague_store_set(&agenda->organization_id, &agenda->id, rights,
							 by, pacl_view_time());
	pacl_grant_end_lost_holds(&agenda->id, 1);
	record(agenda, rights);
	tell(agenda, rights, by);
}

/*
 * Whether the rights wait for the holder instead of being given.  Whatever
 * waited for all colleagues before is decided again.
 */
static bool
await_consent(const PaclAgenda *agenda, PaclRights rights,
			  const pg_uuid_t *by)
{
	PaclConsents consents = {0};
	PaclGrant	grant = {
		.organization_id = agenda->organization_id,
		.agenda_id = agenda->id,
		.account_id = *by,
		.rights = rights,
		.period = pacl_period_always(),
		.source = PACL_REQUEST_FOR_COLLEAGUES,
	};

	pacl_request_store_replace_for_colleagues(&grant, pacl_view_time());
	if (pacl_rights_cover(agenda->colleague_rights, rights) ||
		!pacl_consent_is_needed(agenda, by, &grant))
		return false;
	pacl_consent_ask(agenda, by, &grant, &consents);
	pacl_consent_tell(&consents);
	return true;
}

void
pacl_colleague_set_rights(const pg_uuid_t *agenda_id, PaclRights rights)
{
	PaclAgenda	agenda;
	PaclGrantor *grantor;
	pg_uuid_t  *accounts;
	int			count;

	(void) require_may_set(agenda_id, rights, &agenda);
	accounts = losers(&agenda, rights, &count);
	pacl_lock_begin_taking(accounts, count);
	pacl_organization_lock(&agenda.organization_id);
	pacl_lock_agenda(agenda_id);
	pacl_lock_end_taking();
	grantor = require_may_set(agenda_id, rights, &agenda);
	if (!await_consent(&agenda, rights, &grantor->account_id) &&
		agenda.colleague_rights != rights)
		pacl_colleague_apply(&agenda, rights, &grantor->account_id);
}
