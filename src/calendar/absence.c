/*
 * absence.c
 *		When an agenda may not be booked.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "utils/timestamp.h"

#include "base/activity.h"
#include "base/authority.h"
#include "base/facts.h"
#include "base/lock.h"
#include "calendar/absence.h"
#include "calendar/absence_store.h"
#include "pure/uuid.h"

#define REASON_MAX_CHARS 1000
#define MAX_YEARS 10

bool
pacl_absence_overlaps(const pg_uuid_t *agenda_id, TimestampTz starts_at,
					  TimestampTz ends_at)
{
	return pacl_absence_store_overlaps(agenda_id, starts_at, ends_at);
}

static void
check_period(TimestampTz starts_at, TimestampTz ends_at)
{
	if (TIMESTAMP_NOT_FINITE(starts_at) || TIMESTAMP_NOT_FINITE(ends_at))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("absence must begin and end at finite times")));
	if (ends_at <= starts_at)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("absence must end after it begins")));
	if (ends_at - starts_at > MAX_YEARS * INT64CONST(366) * USECS_PER_DAY)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("absence must not last longer than %d years", MAX_YEARS)));
}

static char *
reason_detail(const char *reason)
{
	PaclFacts	detail;

	if (reason == NULL)
		return NULL;
	pacl_facts_begin(&detail);
	pacl_facts_text(&detail, "reason", reason);
	return pacl_facts_end(&detail);
}

static void
record(const char *act, const PaclAgenda *agenda, const PaclAbsence *absence,
	   int conflict_count)
{
	PaclFacts	facts;

	pacl_facts_begin(&facts);
	pacl_facts_time(&facts, "starts_at", absence->starts_at);
	pacl_facts_time(&facts, "ends_at", absence->ends_at);
	if (conflict_count > 0)
		pacl_facts_int(&facts, "conflicts", conflict_count);
	(void) pacl_activity_record(&(PaclEntry) {
		.act = act,
		.organization_id = &agenda->organization_id,
		.agenda_id = &agenda->id,
		.account_id = &agenda->holder_id,
		.subject_id = &absence->id,
		.facts = pacl_facts_end(&facts),
		.detail = reason_detail(absence->reason)
	});
}

pg_uuid_t *
pacl_absence_add(const pg_uuid_t *agenda_id, TimestampTz starts_at,
				 TimestampTz ends_at, const char *reason,
				 pg_uuid_t **conflicts, int *conflict_count)
{
	PaclCaller *caller = pacl_require_caller();
	PaclAgenda	agenda;
	PaclAbsence absence;
	pg_uuid_t  *id = palloc(sizeof(pg_uuid_t));

	pacl_check_rights(pacl_require_locked_agenda(agenda_id, &agenda),
					  PACL_RIGHTS_OF(PACL_LEVEL_ABSENCES, 0));
	check_period(starts_at, ends_at);
	if (reason != NULL && pg_mbstrlen(reason) > REASON_MAX_CHARS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("reason is too long"),
				 errdetail("It has %d characters; %d are allowed.",
						   pg_mbstrlen(reason), REASON_MAX_CHARS)));

	pacl_uuid_make(id);
	absence.id = *id;
	absence.agenda_id = *agenda_id;
	absence.starts_at = starts_at;
	absence.ends_at = ends_at;
	absence.reason = unconstify(char *, reason);

	*conflicts = pacl_absence_store_conflicts(agenda_id, starts_at, ends_at,
											  conflict_count);
	record("absence.added", &agenda, &absence, *conflict_count);
	pacl_absence_store_insert(&agenda.organization_id, &absence,
							  &caller->account_id);
	return id;
}

/* Who may not see absences must not learn that this one exists. */
static PaclRights
require_readable(const pg_uuid_t *absence_id, PaclAbsence *absence,
				 PaclAgenda *agenda)
{
	PaclRights	rights;

	if (!pacl_absence_store_load(absence_id, absence) ||
		!pacl_find_agenda(&absence->agenda_id, agenda, &rights) ||
		!pacl_rights_cover(rights, PACL_RIGHTS_OF(PACL_LEVEL_READ, 0)))
		pacl_raise_unknown("absence");
	return rights;
}

/*
 * Which agenda's lock is needed is known only from the row, so the row is
 * read twice: it may be gone once the lock is ours.
 */
void
pacl_absence_remove(const pg_uuid_t *absence_id)
{
	PaclAbsence absence;
	PaclAgenda	agenda;
	PaclRights	rights;

	(void) pacl_require_caller();
	(void) require_readable(absence_id, &absence, &agenda);
	pacl_lock_agenda(&absence.agenda_id);
	rights = require_readable(absence_id, &absence, &agenda);
	pacl_check_rights(rights, PACL_RIGHTS_OF(PACL_LEVEL_ABSENCES, 0));
	record("absence.removed", &agenda, &absence, 0);
	if (!pacl_absence_store_delete(&agenda.organization_id, absence_id))
		pacl_raise_unknown("absence");
}
