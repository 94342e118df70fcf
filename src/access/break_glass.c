/*
 * break_glass.c
 *		Emergency access (break-glass): at once, for a while, never in secret.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"

#include "access/break_glass.h"
#include "access/break_glass_store.h"
#include "access/membership.h"
#include "base/activity.h"
#include "base/activity_store.h"
#include "base/authority.h"
#include "base/facts.h"
#include "base/lock.h"
#include "base/outbox.h"
#include "base/outbox_store.h"
#include "errors.h"
#include "reader/view.h"

#define ACT "access.broken_glass"
#define REASON_MAX_CHARS 1000

static const PaclRights emergency_rights =
PACL_RIGHTS_OF(PACL_LEVEL_READ, PACL_FLAG_PRIVATE | PACL_FLAG_PATIENT_FILE);

static void
check_reason(const char *reason)
{
	if (reason[strspn(reason, " \t\r\n")] == '\0')
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("reason_missing"),
				 errargument("reason"),
				 errmsg("emergency access requires a reason"),
				 errhint("Say in the argument reason what happened; the holder and the administrators will read it.")));
	if (pg_mbstrlen(reason) > REASON_MAX_CHARS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("too_long"),
				 errargument("reason"),
				 errmsg("reason is too long"),
				 errdetail("It has %d characters; %d are allowed.",
						   pg_mbstrlen(reason), REASON_MAX_CHARS)));
}

/* In microseconds. */
static int64
checked_duration(const Interval *duration)
{
	int64		most = PACL_BREAK_GLASS_MAX_HOURS * USECS_PER_HOUR;
	bool		fits = duration->month == 0 && duration->day == 0 &&
		duration->time > 0 && duration->time <= most;

	if (!fits)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("out_of_range"),
				 errargument("duration"),
				 errmsg("duration of emergency access must be between zero and %d hours",
						PACL_BREAK_GLASS_MAX_HOURS)));
	return duration->time;
}

/*
 * The agenda, if the caller belongs to its organization: else it does not
 * exist for them.
 */
static void
require_colleague(const pg_uuid_t *agenda_id, PaclAgenda *agenda)
{
	bool		belongs;

	pacl_view_push_latest();
	belongs = pacl_access_agenda(agenda_id, agenda) &&
		pacl_access_is_colleague(&agenda->organization_id);
	pacl_view_pop();
	if (!belongs)
		pacl_raise_unknown("agenda");
}

static void
check_count(const PaclCaller *caller)
{
	int			used = pacl_activity_store_count_by_actor(ACT, &caller->account_id,
														  pacl_view_time() - USECS_PER_DAY);

	if (used >= PACL_BREAK_GLASS_A_DAY)
		ereport(ERROR,
				(errcode(ERRCODE_PACL_TOO_MANY_ATTEMPTS),
				 errword("emergency_readings"),
				 errmsg("too many emergency accesses within a day"),
				 errdetail("You have read in an emergency %d times in the last 24 hours; %d are allowed.",
						   used, PACL_BREAK_GLASS_A_DAY),
				 errhint("Ask the holder of the agenda or an administrator for the rights.")));
}

static void
tell(const PaclAgenda *agenda, const PaclCaller *caller, const char *reason,
	 TimestampTz until)
{
	PaclMessageNames names;
	PaclFacts	payload;

	pacl_outbox_store_names(&agenda->id, &caller->account_id, &names);
	pacl_facts_begin(&payload);
	pacl_facts_uuid(&payload, "agenda_id", &agenda->id);
	pacl_facts_text(&payload, "agenda", names.agenda);
	pacl_facts_uuid(&payload, "account_id", &caller->account_id);
	pacl_facts_text(&payload, "name", names.actor);
	pacl_facts_text(&payload, "reason", reason);
	pacl_facts_time(&payload, "until", until);
	pacl_outbox_tell_administrators("break_glass", &agenda->organization_id,
									&agenda->holder_id, 1,
									pacl_facts_end(&payload));
}

static void
record(const PaclAgenda *agenda, const PaclCaller *caller,
	   const char *reason, TimestampTz until)
{
	PaclFacts	facts;
	PaclFacts	detail;
	PaclEntry	entry = {0};

	pacl_facts_begin(&facts);
	pacl_facts_rights(&facts, "rights", emergency_rights);
	pacl_facts_time(&facts, "until", until);
	pacl_facts_begin(&detail);
	pacl_facts_text(&detail, "reason", reason);
	entry.act = ACT;
	entry.organization_id = &agenda->organization_id;
	entry.agenda_id = &agenda->id;
	entry.account_id = &caller->account_id;
	entry.facts = pacl_facts_end(&facts);
	entry.detail = pacl_facts_end(&detail);
	(void) pacl_activity_record(&entry);
}

/*
 * The account is locked so that one person's emergencies count one after the
 * other, on whichever agendas they are; nobody else waits for it.
 */
TimestampTz
pacl_break_glass(const pg_uuid_t *agenda_id, const char *reason,
				 const Interval *duration)
{
	PaclCaller *caller = pacl_require_caller();
	int64		microseconds = checked_duration(duration);
	TimestampTz now = pacl_view_time();
	TimestampTz until = now + microseconds;
	PaclAgenda	agenda;

	check_reason(reason);
	require_colleague(agenda_id, &agenda);
	pacl_lock_account(&caller->account_id);
	pacl_lock_agenda(agenda_id);
	require_colleague(agenda_id, &agenda);
	check_count(caller);

	record(&agenda, caller, reason, until);
	pacl_break_glass_store_grant(&agenda.organization_id, agenda_id,
								 &caller->account_id, emergency_rights, now,
								 until, reason);
	tell(&agenda, caller, reason, until);
	return until;
}
