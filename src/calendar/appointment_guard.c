/*
 * appointment_guard.c
 *		Checks before a change of an appointment, and its record.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "utils/timestamp.h"

#include "base/activity.h"
#include "base/authority.h"
#include "base/facts.h"
#include "base/fields.h"
#include "base/lock.h"
#include "calendar/agenda_store.h"
#include "calendar/appointment_guard.h"
#include "errors.h"
#include "pure/uuid.h"
#include "reader/view.h"

/* What a reason may take in the record. */
#define REASON_MAX_CHARS 1000

PaclRefusal *
pacl_appointment_check_reason(const char *reason)
{
	if (reason == NULL || pg_mbstrlen(reason) <= REASON_MAX_CHARS)
		return NULL;
	return pacl_refuse_argument("reason", ERRCODE_STRING_DATA_RIGHT_TRUNCATION,
								"too_long",
								psprintf("reason is longer than %d characters",
										 REASON_MAX_CHARS), NULL, NULL);
}

/*
 * A private appointment is for those who see it afterwards: anyone else would
 * lose sight of what they have just written.
 */
PaclRefusal *
pacl_appointment_check_private(const PaclBookingContext *context)
{
	return pacl_booking_check_rights(context, PACL_RIGHTS_SEE_PRIVATE);
}

/*
 * Whether the time is free, or may be booked over: a right of its own, which
 * wants to be asked for and wants a reason.  Only what really overlaps is
 * marked.
 */
PaclRefusal *
pacl_appointment_check_overlap(const PaclBookingContext *context,
							   TimestampTz starts_at, TimestampTz ends_at,
							   const pg_uuid_t *except, bool overbook,
							   const char *reason, bool *overbooked)
{
	PaclRefusal *refusal;

	*overbooked = false;
	refusal = pacl_booking_check_free(context, starts_at, ends_at, except);
	if (refusal == NULL || !overbook)
		return refusal;
	refusal = pacl_booking_check_rights(context, PACL_RIGHTS_OVERBOOK);
	if (refusal != NULL)
		return refusal;
	if (pacl_text_is_blank(reason))
		return pacl_refuse_argument("reason", ERRCODE_INVALID_PARAMETER_VALUE,
									"reason_missing",
									"overbooking needs a reason", NULL,
									"Say why in the argument reason.");
	*overbooked = true;
	return NULL;
}

/* Records an act upon an appointment on its agenda's chain. */
void
pacl_appointment_record(const char *act, const PaclAgenda *agenda,
						const pg_uuid_t *appointment_id, const char *facts,
						const char *detail)
{
	PaclEntry	entry = {0};

	entry.act = act;
	entry.organization_id = &agenda->organization_id;
	entry.agenda_id = &agenda->id;
	entry.subject_id = appointment_id;
	entry.facts = facts;
	entry.detail = detail;
	pfree(pacl_activity_record(&entry));
}

/* The name, the note and the reason, or null when nothing names anybody. */
char *
pacl_appointment_detail(const char *patient, const char *note, const char *reason)
{
	PaclFacts	detail;

	if (patient == NULL && note == NULL && reason == NULL)
		return NULL;
	pacl_facts_begin(&detail);
	if (patient != NULL)
		pacl_facts_text(&detail, "patient", patient);
	if (note != NULL)
		pacl_facts_text(&detail, "note", note);
	if (reason != NULL)
		pacl_facts_text(&detail, "reason", reason);
	return pacl_facts_end(&detail);
}

static bool
is_readable(const PaclAppointment *a)
{
	return pacl_access_can(&a->agenda_id, a->private ? PACL_RIGHTS_SEE_PRIVATE :
						   PACL_RIGHTS_READ);
}

PaclAppointment *
pacl_appointment_find(const pg_uuid_t *appointment_id)
{
	PaclAppointment *found;
	PaclAppointment *readable = NULL;
	int			count;

	found = pacl_appointment_store_find(appointment_id, &count);
	pacl_view_push_latest();
	for (int i = 0; i < count && readable == NULL; i++)
		if (is_readable(&found[i]))
			readable = &found[i];
	pacl_view_pop();
	return readable;
}

/*
 * The whole to which a row that the caller may read belongs, with its parts;
 * null if they may not read that.
 */
static PaclAppointment *
find_whole(PaclAppointment *named)
{
	PaclAppointment *whole = named;
	bool		readable = true;

	if (named->part_of != NULL)
	{
		whole = pacl_appointment_store_read(&named->organization_id,
											named->part_of);
		pacl_view_push_latest();
		readable = whole != NULL && is_readable(whole);
		pacl_view_pop();
	}
	if (!readable)
		return NULL;
	whole->parts = pacl_appointment_store_parts(whole, &whole->part_count);
	for (int i = 0; i < whole->part_count; i++)
		if (pacl_uuid_equal(&whole->parts[i].id, &named->id))
			whole->named = i;
	return whole;
}

static void
add_agenda(PaclLockedAgendas *locked, const pg_uuid_t *agenda_id)
{
	if (locked->count == locked->room)
	{
		locked->room = Max(16, locked->room * 2);
		locked->ids = locked->ids == NULL ?
			palloc(locked->room * sizeof(pg_uuid_t)) :
			repalloc(locked->ids, locked->room * sizeof(pg_uuid_t));
	}
	locked->ids[locked->count++] = *agenda_id;
}

void
pacl_appointment_lock_all(PaclLockedAgendas *locked,
						  const pg_uuid_t *appointment_ids, int count,
						  const pg_uuid_t *agenda_ids, int agenda_count)
{
	PaclAgenda	agenda;
	PaclRights	rights;

	memset(locked, 0, sizeof(*locked));
	for (int i = 0; i < count; i++)
	{
		PaclAppointment *named = pacl_appointment_find(&appointment_ids[i]);
		PaclAppointment *whole = named == NULL ? NULL : find_whole(named);

		if (whole == NULL)
			continue;
		add_agenda(locked, &whole->agenda_id);
		for (int j = 0; j < whole->part_count; j++)
			add_agenda(locked, &whole->parts[j].agenda_id);
	}
	/* Nobody makes others wait for an agenda that is not theirs to see. */
	for (int i = 0; i < agenda_count; i++)
		if (pacl_find_agenda(&agenda_ids[i], &agenda, &rights))
			add_agenda(locked, &agenda_ids[i]);
	pacl_lock_agendas(locked->ids, locked->count);
}

bool
pacl_appointment_is_locked(const PaclLockedAgendas *locked,
						   const pg_uuid_t *agenda_id)
{
	for (int i = 0; i < locked->count; i++)
		if (pacl_uuid_equal(&locked->ids[i], agenda_id))
			return true;
	return false;
}

static void
require_locked(const PaclLockedAgendas *locked, const pg_uuid_t *agenda_id)
{
	if (!pacl_appointment_is_locked(locked, agenda_id))
		ereport(ERROR,
				(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
				 errword("concurrent_update"),
				 errmsg("the appointment was moved to another agenda meanwhile"),
				 errhint("Retry the transaction.")));
}

PaclAppointment *
pacl_appointment_open(const PaclLockedAgendas *locked,
					  const pg_uuid_t *appointment_id,
					  PaclBookingContext *context, PaclRefusal **refusal)
{
	PaclAppointment *named;
	PaclAppointment *whole;

	context->caller = pacl_require_caller();
	*refusal = NULL;
	named = pacl_appointment_find(appointment_id);
	if (named == NULL)
	{
		*refusal = pacl_appointment_refuse_unknown();
		return NULL;
	}
	whole = find_whole(named);
	if (whole == NULL)
	{
		*refusal = pacl_refuse(ERRCODE_INSUFFICIENT_PRIVILEGE,
							   "part_of_appointment",
							   "this time belongs to an appointment on another agenda",
							   "The whole appointment is changed together, by those who may read it there.",
							   NULL);
		return NULL;
	}
	require_locked(locked, &whole->agenda_id);
	for (int i = 0; i < whole->part_count; i++)
		require_locked(locked, &whole->parts[i].agenda_id);
	context->rights = pacl_require_agenda(&whole->agenda_id, &context->agenda);
	/* Whoever will be refused, as every change begins, moves nothing. */
	if (whole->archived &&
		pacl_booking_check_given(context, whole->ends_at) == NULL)
		pacl_appointment_store_bring_back(whole);
	return whole;
}

PaclAppointment *
pacl_appointment_named(PaclAppointment *a)
{
	return a->named < 0 ? a : &a->parts[a->named];
}

void
pacl_appointment_open_part(const PaclAppointment *part, PaclCaller *caller,
						   PaclBookingContext *context)
{
	context->caller = caller;
	if (pacl_find_agenda(&part->agenda_id, &context->agenda, &context->rights))
		return;
	context->rights = PACL_RIGHTS_NONE;
	pacl_view_push_latest();
	if (!pacl_access_agenda(&part->agenda_id, &context->agenda))
		elog(ERROR, "the agenda of a part has gone while it was locked");
	pacl_view_pop();
}

PaclRefusal *
pacl_appointment_name_agenda(const PaclBookingContext *context,
							 PaclRefusal *refusal)
{
	PaclAgendaRow agenda;
	char	   *where = "It is about another agenda that the appointment takes.";

	if (refusal == NULL)
		return NULL;
	if (context->rights != PACL_RIGHTS_NONE &&
		pacl_agenda_store_read(&context->agenda.id, &agenda))
	{
		where = psprintf("It is about the agenda \"%s\".", agenda.name);
		refusal->agenda_id = &context->agenda.id;
	}
	refusal->detail = refusal->detail == NULL ? where :
		psprintf("%s %s", where, refusal->detail);
	return refusal;
}

PaclAppointment *
pacl_appointment_lock(const pg_uuid_t *appointment_id,
					  PaclBookingContext *context)
{
	PaclLockedAgendas locked;
	PaclAppointment *a;
	PaclRefusal *refusal;

	(void) pacl_require_caller();
	if (pacl_appointment_find(appointment_id) == NULL)
		pacl_raise_unknown("appointment");
	pacl_appointment_lock_all(&locked, appointment_id, 1, NULL, 0);
	a = pacl_appointment_open(&locked, appointment_id, context, &refusal);
	pacl_refusal_raise_if(refusal);
	return a;
}

PaclRefusal *
pacl_appointment_refuse_unknown(void)
{
	return pacl_refuse(ERRCODE_PACL_NOT_FOUND, "not_found",
					   "appointment does not exist or is not visible to you",
					   NULL, NULL);
}

bool
pacl_appointment_is_cancelled(const PaclAppointment *a)
{
	return strcmp(a->status, "cancelled") == 0;
}

PaclRefusal *
pacl_appointment_check_stands(const PaclAppointment *a)
{
	if (!pacl_appointment_is_cancelled(a))
		return NULL;
	return pacl_refuse(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
					   "appointment_cancelled",
					   "appointment is cancelled", NULL,
					   "Take it back with set_status(appointment_id, 'booked') first.");
}

PaclRefusal *
pacl_appointment_check_version(const PaclAppointment *a, int expected)
{
	char	   *changes = NULL;

	if (expected == PACL_ANY_VERSION || expected == a->version)
		return NULL;
	if (expected >= 1 && expected < a->version)
		changes = pacl_appointment_store_changes(a, expected);
	return pacl_refuse_argument("expected_version",
								ERRCODE_T_R_SERIALIZATION_FAILURE,
								"appointment_changed",
								"appointment was changed meanwhile",
								psprintf("It has version %d since %s, and not %d%s%s.",
										 a->version,
										 timestamptz_to_str(a->updated_at), expected,
										 changes == NULL ? "" : "; changed since: ",
										 changes == NULL ? "" : changes),
								"Read it again before you change it.");
}
