/*
 * absence.c
 *		Absences: when an agenda may not be booked.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "utils/timestamp.h"

#include "access/membership.h"
#include "base/activity.h"
#include "base/authority.h"
#include "base/facts.h"
#include "base/lock.h"
#include "calendar/absence.h"
#include "calendar/absence_store.h"
#include "calendar/slot_offer.h"
#include "errors.h"
#include "pure/uuid.h"
#include "reader/timetable.h"
#include "reader/view.h"

#define REASON_MAX_CHARS 1000
#define MAX_YEARS 10

bool
pacl_absence_overlaps(const pg_uuid_t *agenda_id, TimestampTz starts_at,
					  TimestampTz ends_at)
{
	PaclBusyTimes absent = {0};

	pacl_view_push_latest();
	pacl_timetable_absences(agenda_id, starts_at, ends_at, &absent);
	pacl_view_pop();
	return absent.count > 0;
}

static void
check_period(TimestampTz starts_at, TimestampTz ends_at)
{
	if (TIMESTAMP_NOT_FINITE(starts_at) || TIMESTAMP_NOT_FINITE(ends_at))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("not_finite"),
				 errmsg("absence must begin and end at finite times")));
	if (ends_at <= starts_at)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("ends_before_start"),
				 errargument("ends_at"),
				 errmsg("absence must end after it begins")));
	if (ends_at - starts_at > MAX_YEARS * INT64CONST(366) * USECS_PER_DAY)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("out_of_range"),
				 errargument("ends_at"),
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
	   const PaclRepeat *repeat, int conflict_count)
{
	PaclFacts	facts;
	PaclEntry	entry = {0};

	pacl_facts_begin(&facts);
	pacl_facts_time(&facts, "starts_at", absence->starts_at);
	pacl_facts_time(&facts, "ends_at", absence->ends_at);
	if (repeat != NULL && repeat->every != NULL)
	{
		pacl_facts_text(&facts, "every", pacl_repeat_text(repeat->every));
		pacl_facts_int(&facts, "times", repeat->times);
	}
	if (absence->substitute != NULL)
		pacl_facts_uuid(&facts, "substitute", absence->substitute);
	if (conflict_count > 0)
		pacl_facts_int(&facts, "conflicts", conflict_count);
	entry.act = act;
	entry.organization_id = &agenda->organization_id;
	entry.agenda_id = &agenda->id;
	entry.account_id = &agenda->holder_id;
	entry.subject_id = &absence->id;
	entry.facts = pacl_facts_end(&facts);
	entry.detail = reason_detail(absence->reason);
	(void) pacl_activity_record(&entry);
}

static void
check_request(const PaclAbsenceRequest *request)
{
	check_period(request->starts_at, request->ends_at);
	if (request->reason != NULL &&
		pg_mbstrlen(request->reason) > REASON_MAX_CHARS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("too_long"),
				 errargument("reason"),
				 errmsg("reason is too long"),
				 errdetail("It has %d characters; %d are allowed.",
						   pg_mbstrlen(request->reason), REASON_MAX_CHARS)));
	if (request->repeat.every != NULL)
		pacl_repeat_check(&request->repeat);
	else if (request->repeat.times != 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("every_missing"),
				 errargument("every"),
				 errmsg("times needs an interval"),
				 errhint("Give every, as in interval '1 week'.")));
}

static bool
same_substitute(const pg_uuid_t *one, const pg_uuid_t *other)
{
	return one == other ||
		(one != NULL && other != NULL && pacl_uuid_equal(one, other));
}

/*
 * That somebody can stand in for the holder.  Naming them gives no rights:
 * practiceacl.substitute() does.
 */
static void
check_substitute(const PaclAgenda *agenda, const pg_uuid_t *substitute)
{
	PaclMembershipRow member;

	if (substitute == NULL)
		return;
	if (pacl_uuid_equal(substitute, &agenda->holder_id))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("own_substitute"),
				 errargument("substitute"),
				 errmsg("nobody stands in for themselves")));
	pacl_membership_require(&agenda->organization_id, substitute, &member);
	if (member.status == PACL_MEMBER_DISABLED)
		pacl_raise_unknown("user");
}

/*
 * Whether a client asks again for what it has; raises 23505 if the id is of
 * something else.
 */
static bool
is_retry(const PaclAgenda *agenda, const PaclAbsence *wanted,
		 const pg_uuid_t *account_id)
{
	PaclAbsence found;

	if (!pacl_absence_store_load_of(&agenda->organization_id, &wanted->id,
									&found))
		return false;
	if (pacl_uuid_equal(&found.agenda_id, &agenda->id) &&
		pacl_uuid_equal(&found.created_by, account_id) &&
		found.starts_at == wanted->starts_at &&
		found.ends_at == wanted->ends_at &&
		same_substitute(found.substitute, wanted->substitute) &&
		strcmp(found.reason == NULL ? "" : found.reason,
			   wanted->reason == NULL ? "" : wanted->reason) == 0)
		return true;
	ereport(ERROR,
			(errcode(ERRCODE_UNIQUE_VIOLATION),
			 errword("id_in_use"),
			 errargument("absence_id"),
			 errmsg("absence_id is already in use"),
			 errhint("Make a new identifier for each absence.")));
}

/* The absence and its repetitions, palloc'd. */
static PaclAbsence *
place_all(const pg_uuid_t *agenda_id, const PaclAbsenceRequest *request)
{
	int			times = request->repeat.times;
	PaclAbsence *absences = palloc0(times * sizeof(PaclAbsence));
	pg_uuid_t  *first = palloc(sizeof(pg_uuid_t));
	pg_tz	   *zone = times > 1 ? pacl_repeat_zone(agenda_id) : NULL;

	if (request->absence_id != NULL)
		*first = *request->absence_id;
	else
		pacl_uuid_make(first);
	for (int n = 0; n < times; n++)
	{
		PaclAbsence *absence = &absences[n];

		pacl_repeat_id(first, n, &absence->id);
		absence->agenda_id = *agenda_id;
		absence->starts_at = request->starts_at;
		absence->ends_at = request->ends_at;
		absence->reason = unconstify(char *, request->reason);
		absence->substitute = request->substitute;
		absence->series_id = times > 1 ? first : NULL;
		if (n > 0)
			pacl_repeat_place(&request->repeat, zone, n, &absence->starts_at,
							  &absence->ends_at);
		check_period(absence->starts_at, absence->ends_at);
	}
	return absences;
}

/*
 * With what they collide, each appointment once, in order of time; private
 * ones are only counted, in *total, unless the rights are to see them.
 */
static pg_uuid_t *
conflicts_of(const PaclAbsence *absences, int times, PaclRights rights,
			 int *count, int *total)
{
	TimestampTz *starts = palloc(times * sizeof(TimestampTz));
	TimestampTz *ends = palloc(times * sizeof(TimestampTz));

	for (int n = 0; n < times; n++)
	{
		starts[n] = absences[n].starts_at;
		ends[n] = absences[n].ends_at;
	}
	return pacl_absence_store_conflicts(&absences[0].agenda_id, starts, ends,
										times,
										(pacl_rights_flags(rights) & PACL_FLAG_PRIVATE) != 0,
										count, total);
}

pg_uuid_t *
pacl_absence_add(const pg_uuid_t *agenda_id,
				 const PaclAbsenceRequest *request,
				 pg_uuid_t **conflicts, int *conflict_count)
{
	PaclCaller *caller = pacl_require_caller();
	PaclAgenda	agenda;
	PaclAbsence *absences;
	PaclRights	rights;
	int			times = request->repeat.times;
	int			total;

	rights = pacl_require_locked_agenda(agenda_id, &agenda);
	pacl_check_rights(rights, PACL_RIGHTS_OF(PACL_LEVEL_ABSENCES, 0));
	check_request(request);
	check_substitute(&agenda, request->substitute);
	absences = place_all(agenda_id, request);
	*conflicts = conflicts_of(absences, times, rights, conflict_count, &total);
	if (request->absence_id != NULL &&
		is_retry(&agenda, &absences[0], &caller->account_id))
		return &absences[0].id;

	record("absence.added", &agenda, &absences[0], &request->repeat, total);
	for (int n = 0; n < times; n++)
		pacl_absence_store_insert(&agenda.organization_id, &absences[n],
								  &caller->account_id);
	pacl_slot_offer_touched(agenda_id);
	pacl_slot_offer_settle();
	return &absences[0].id;
}

/* A caller who may not see absences must not learn that this one exists. */
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
	record("absence.removed", &agenda, &absence, NULL, 0);
	if (!pacl_absence_store_delete(&agenda.organization_id, absence_id))
		pacl_raise_unknown("absence");
	pacl_slot_offer_freed(&agenda.organization_id, &agenda.id,
						  absence.starts_at, absence.ends_at);
	pacl_slot_offer_settle();
}
