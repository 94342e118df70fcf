/*
 * hold.c
 *		Somebody has this slot open: others wait until it lapses.
 */
#include "postgres.h"

#include "utils/timestamp.h"

#include "domain/activity.h"
#include "domain/authority.h"
#include "domain/hold.h"
#include "domain/lock.h"
#include "errors.h"
#include "domain/facts.h"
#include "pure/uuid.h"
#include "reader/view.h"
#include "store/hold_store.h"

static bool
is_own_session(const PaclHold *hold, const PaclCaller *caller)
{
	return caller->has_session &&
		pacl_uuid_equal(&hold->session_id, &caller->session_id);
}

static bool
is_own_account(const PaclHold *hold, const PaclCaller *caller)
{
	return pacl_uuid_equal(&hold->account_id, &caller->account_id);
}

char *
pacl_hold_find(const PaclCaller *caller, const PaclAgenda *agenda,
			   TimestampTz starts_at, TimestampTz ends_at, bool *own)
{
	int			count;
	PaclHold   *holds = pacl_hold_store_overlapping(&agenda->id, starts_at,
													ends_at, pacl_view_time(),
													&count);
	bool		found_own = false;
	char	   *refusal = NULL;

	for (int i = 0; i < count; i++)
	{
		if (is_own_account(&holds[i], caller))
			found_own = true;
		else if (refusal == NULL)
			refusal = psprintf("%s holds it until %s.", holds[i].name,
							   timestamptz_to_str(holds[i].expires_at));
	}
	if (own != NULL)
		*own = found_own;
	return refusal;
}

bool
pacl_hold_check(const PaclCaller *caller, const PaclAgenda *agenda,
				TimestampTz starts_at, TimestampTz ends_at)
{
	bool		own;
	char	   *refusal = pacl_hold_find(caller, agenda, starts_at, ends_at,
										 &own);

	if (refusal != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_PACL_SLOT_HELD),
				 errmsg("this slot is being booked by somebody else"),
				 errdetail("%s", refusal),
				 errhint("Wait until it lapses, or choose another slot.")));
	return own;
}

static void
record(const char *act, const PaclHold *hold, const pg_uuid_t *holder_id,
	   const char *key, const pg_uuid_t *other_session)
{
	PaclFacts	facts;

	pacl_facts_begin(&facts);
	pacl_facts_time(&facts, "starts_at", hold->starts_at);
	pacl_facts_time(&facts, "ends_at", hold->ends_at);
	pacl_facts_time(&facts, "expires_at", hold->expires_at);
	if (other_session != NULL)
		pacl_facts_uuid(&facts, key, other_session);
	(void) pacl_activity_record(&(PaclEntry) {
		.act = act,
		.organization_id = &hold->organization_id,
		.agenda_id = &hold->agenda_id,
		.account_id = holder_id,
		.subject_id = &hold->id,
		.facts = pacl_facts_end(&facts)
	});
}

/* One log-in, two sessions, one slot: the other session's hold says so. */
static void
flag_shared(const PaclHold *hold)
{
	pacl_hold_store_flag_shared(&hold->organization_id, &hold->id);
	record("log_in.shared", hold, &hold->account_id, "other_session",
		   &hold->session_id);
}

void
pacl_hold_consume(const PaclCaller *caller, const PaclAgenda *agenda,
				  TimestampTz starts_at, TimestampTz ends_at)
{
	int			count;
	PaclHold   *holds = pacl_hold_store_overlapping(&agenda->id, starts_at,
													ends_at, pacl_view_time(),
													&count);

	for (int i = 0; i < count; i++)
	{
		if (is_own_session(&holds[i], caller))
			(void) pacl_hold_store_delete(&agenda->organization_id,
										  &holds[i].id);
		else if (is_own_account(&holds[i], caller) &&
				 caller->has_session && !holds[i].shared_log_in)
			flag_shared(&holds[i]);
	}
}
