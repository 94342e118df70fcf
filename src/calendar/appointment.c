/*
 * appointment.c
 *		Booking, moving, changing, cancelling.
 *
 * Every rule here takes the agenda's lock first and then looks, so that what
 * it sees is what it writes upon.  The exclusion constraint is the guarantee
 * behind it; under a snapshot that is older than the lock, the head of the
 * agenda's activity chain is, and says 40001.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "utils/timestamp.h"

#include "base/activity.h"
#include "base/authority.h"
#include "base/facts.h"
#include "base/fields.h"
#include "base/lock.h"
#include "base/outbox.h"
#include "calendar/appointment.h"
#include "calendar/appointment_store.h"
#include "calendar/hold.h"
#include "errors.h"
#include "pure/period.h"
#include "pure/uuid.h"
#include "reader/view.h"

static const char *const statuses[] = {
	"booked", "arrived", "done", "no_show", "cancelled"
};

/* What a reason may take in the record. */
#define REASON_MAX_CHARS 1000

static PaclRefusal *
reason_too_long(void)
{
	return pacl_refuse(ERRCODE_STRING_DATA_RIGHT_TRUNCATION,
					   psprintf("reason is longer than %d characters",
								REASON_MAX_CHARS), NULL, NULL);
}

static bool
is_blank(const char *words)
{
	return words == NULL || words[strspn(words, " \t\r\n")] == '\0';
}

/* The level check, and other people's holds; *held tells of the caller's own. */
static PaclRefusal *
check_time(const PaclBookingContext *context, TimestampTz starts_at, TimestampTz ends_at,
		   bool *held)
{
	PaclRefusal *refusal = pacl_booking_check_level(context, starts_at, ends_at);

	if (refusal == NULL)
		refusal = pacl_hold_check(context, starts_at, ends_at, held);
	return refusal;
}

/*
 * A private appointment is for those who see it afterwards: anyone else would
 * lose sight of what they have just written.
 */
static PaclRefusal *
check_private(const PaclBookingContext *context)
{
	return pacl_booking_check_rights(context, PACL_RIGHTS_SEE_PRIVATE);
}

/*
 * Whether the time is free, or may be booked over: a right of its own, which
 * wants to be asked for and wants a reason.  Only what really overlaps is
 * marked.
 */
static PaclRefusal *
check_overlap(const PaclBookingContext *context, TimestampTz starts_at,
			  TimestampTz ends_at, const pg_uuid_t *except, bool overbook,
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
	if (is_blank(reason))
		return pacl_refuse(ERRCODE_INVALID_PARAMETER_VALUE,
						   "overbooking needs a reason", NULL,
						   "Say why in the argument reason.");
	*overbooked = true;
	return NULL;
}

/*
 * A client that did not hear our answer asks again with the same id.  True if
 * that very booking stands; a refusal if the id means something else.
 */
static bool
is_retry(const PaclBookingContext *context, const PaclBooking *booking,
		 TimestampTz ends_at, PaclRefusal **refusal)
{
	PaclAppointment *found;
	int			count;

	*refusal = NULL;
	found = pacl_appointment_store_find(booking->appointment_id, &count);
	for (int i = 0; i < count; i++)
	{
		PaclAppointment *a = &found[i];

		if (!pacl_uuid_equal(&a->organization_id,
							 &context->agenda.organization_id))
			continue;
		if (pacl_uuid_equal(&a->agenda_id, &context->agenda.id) &&
			pacl_uuid_equal(&a->created_by, &context->caller->account_id) &&
			a->starts_at == booking->starts_at && a->ends_at == ends_at &&
			strcmp(a->status, "cancelled") != 0)
			return true;
		*refusal = pacl_refuse(ERRCODE_UNIQUE_VIOLATION,
							   "appointment_id is already in use",
							   NULL,
							   "Make a new identifier for each booking.");
	}
	return false;
}

static void
require_short_reason(const char *reason)
{
	if (reason != NULL && pg_mbstrlen(reason) > REASON_MAX_CHARS)
		pacl_refusal_raise(reason_too_long());
}

static PaclRefusal *
check_texts(const PaclBooking *booking)
{
	if (booking->patient != NULL && pg_mbstrlen(booking->patient) > 500)
		return pacl_refuse(ERRCODE_STRING_DATA_RIGHT_TRUNCATION,
						   "patient is longer than 500 characters", NULL, NULL);
	if (booking->note != NULL && pg_mbstrlen(booking->note) > 10000)
		return pacl_refuse(ERRCODE_STRING_DATA_RIGHT_TRUNCATION,
						   "note is longer than 10000 characters", NULL, NULL);
	if (booking->reason != NULL &&
		pg_mbstrlen(booking->reason) > REASON_MAX_CHARS)
		return reason_too_long();
	if (booking->attributes != NULL &&
		!JB_ROOT_IS_OBJECT(booking->attributes))
		return pacl_refuse(ERRCODE_INVALID_PARAMETER_VALUE,
						   "attributes must be a JSON object", NULL, NULL);
	return NULL;
}

static TimestampTz
end_of(const PaclBookingContext *context, const PaclBooking *booking)
{
	if (booking->has_end)
		return booking->ends_at;
	return pacl_period_end(booking->starts_at,
						   context->agenda.slot_minutes * USECS_PER_MINUTE);
}

/*
 * Decides about a booking, without writing anything.
 */
static PaclRefusal *
decide(const PaclBookingContext *context, const PaclBooking *booking, TimestampTz ends_at,
	   bool *overbooked, bool *retried, bool *held)
{
	PaclRefusal *refusal;

	*retried = false;
	refusal = pacl_booking_check_bounds(booking->starts_at, ends_at);
	if (refusal == NULL)
		refusal = check_texts(booking);
	if (refusal == NULL && booking->appointment_id != NULL)
	{
		*retried = is_retry(context, booking, ends_at, &refusal);
		if (*retried)
			return NULL;
	}
	if (refusal == NULL)
		refusal = check_time(context, booking->starts_at, ends_at, held);
	if (refusal == NULL && booking->private)
		refusal = check_private(context);
	if (refusal == NULL)
		refusal = check_overlap(context, booking->starts_at, ends_at, NULL,
								booking->overbook, booking->reason,
								overbooked);
	return refusal;
}

static void
insert(const PaclBookingContext *context, const PaclBooking *booking, TimestampTz ends_at,
	   const pg_uuid_t *id, bool overbooked, bool held)
{
	PaclAppointment row = {0};

	row.organization_id = context->agenda.organization_id;
	row.agenda_id = context->agenda.id;
	row.id = *id;
	row.starts_at = booking->starts_at;
	row.ends_at = ends_at;
	row.created_by = context->caller->account_id;
	row.private = booking->private;
	row.overbooked = overbooked;
	row.patient = booking->patient;
	row.note = booking->note;
	row.attributes = booking->attributes;
	row.series_id = booking->series_id;
	pacl_appointment_store_insert(&row);
	if (held)
		pacl_hold_consume(context->caller, &context->agenda, booking->starts_at,
						  ends_at);
}

static void
choose_id(const PaclBooking *booking, pg_uuid_t *id)
{
	if (booking->appointment_id != NULL)
		*id = *booking->appointment_id;
	else
		pacl_uuid_make(id);
}

PaclRefusal *
pacl_appointment_try(const PaclBookingContext *context, const PaclBooking *booking,
					 pg_uuid_t *appointment_id, bool *overbooked,
					 bool *retried)
{
	TimestampTz ends_at = end_of(context, booking);
	bool		again;
	bool		held = false;
	PaclRefusal *refusal;

	refusal = decide(context, booking, ends_at, overbooked, &again, &held);
	if (retried != NULL)
		*retried = again;
	if (refusal != NULL)
		return refusal;
	choose_id(booking, appointment_id);
	if (!again)
		insert(context, booking, ends_at, appointment_id, *overbooked, held);
	return NULL;
}

/* Records an act upon an appointment on its agenda's chain. */
static void
record(const char *act, const PaclAgenda *agenda,
	   const pg_uuid_t *appointment_id, const char *facts, const char *detail)
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
static char *
personal_detail(const char *patient, const char *note, const char *reason)
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

pg_uuid_t *
pacl_appointment_book(const pg_uuid_t *agenda_id, const PaclBooking *booking)
{
	pg_uuid_t  *id = palloc(sizeof(pg_uuid_t));
	PaclBookingContext	context;
	TimestampTz ends_at;
	PaclRefusal *refusal;
	PaclFacts	facts;
	bool		overbooked;
	bool		retried;
	bool		held = false;

	pacl_booking_open(agenda_id, &context);
	ends_at = end_of(&context, booking);
	refusal = decide(&context, booking, ends_at, &overbooked, &retried, &held);
	if (refusal != NULL)
		pacl_refusal_raise(refusal);
	choose_id(booking, id);
	if (retried)
		return id;

	pacl_facts_begin(&facts);
	pacl_facts_time(&facts, "starts_at", booking->starts_at);
	pacl_facts_time(&facts, "ends_at", ends_at);
	if (booking->private)
		pacl_facts_bool(&facts, "private", true);
	if (overbooked)
		pacl_facts_bool(&facts, "overbooked", true);

	/* First the record: a stale snapshot ends here, in 40001. */
	record("appointment.booked", &context.agenda, id, pacl_facts_end(&facts),
		   personal_detail(booking->patient, booking->note,
						   overbooked ? booking->reason : NULL));
	insert(&context, booking, ends_at, id, overbooked, held);
	pacl_outbox_copy_appointment(&context.agenda, id, &context.caller->account_id,
								 "booked", booking->starts_at, ends_at);
	return id;
}

/*
 * The appointment that the caller means, among those with its id: on an
 * agenda that they may read, and not private unless they may read that.
 * Raises PT404.
 */
static PaclAppointment *
find_readable(const pg_uuid_t *appointment_id)
{
	PaclAppointment *found;
	PaclAppointment *readable = NULL;
	int			count;

	found = pacl_appointment_store_find(appointment_id, &count);
	pacl_view_push_latest();
	for (int i = 0; i < count && readable == NULL; i++)
		if (pacl_access_can(&found[i].agenda_id,
							found[i].private ? PACL_RIGHTS_SEE_PRIVATE :
							PACL_RIGHTS_READ))
			readable = &found[i];
	pacl_view_pop();
	if (readable == NULL)
		pacl_raise_unknown("appointment");
	return readable;
}

/*
 * Finds it, locks its agenda and, if given, another one, and finds it again:
 * it may have been moved or hidden while we waited.
 */
static PaclAppointment *
lock_appointment(const pg_uuid_t *appointment_id,
				 const pg_uuid_t *other_agenda, PaclBookingContext *context)
{
	PaclAppointment *a;
	pg_uuid_t	agendas[2];
	int			count = 0;

	(void) pacl_require_caller();
	a = find_readable(appointment_id);
	agendas[count++] = a->agenda_id;
	if (other_agenda != NULL)
	{
		(void) pacl_require_agenda(other_agenda, &context->agenda);
		agendas[count++] = *other_agenda;
	}
	pacl_lock_agendas(agendas, count);

	context->caller = pacl_require_caller();
	a = find_readable(appointment_id);
	context->rights = pacl_require_agenda(&a->agenda_id, &context->agenda);
	for (int i = 0; i < count; i++)
		if (pacl_uuid_equal(&agendas[i], &a->agenda_id))
			return a;
	ereport(ERROR,
			(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
			 errmsg("the appointment was moved to another agenda meanwhile"),
			 errhint("Retry the transaction.")));
}

static bool
is_cancelled(const PaclAppointment *a)
{
	return strcmp(a->status, "cancelled") == 0;
}

static void
refuse_cancelled(const PaclAppointment *a)
{
	if (is_cancelled(a))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("appointment is cancelled"),
				 errhint("Take it back with set_status(appointment_id, 'booked') first.")));
}

/*
 * The level check of a move applies to what is newly taken, and not to what
 * the appointment has already: one that has begun may be made longer.
 */
static PaclRefusal *
check_new_time(const PaclAppointment *a, const PaclBookingContext *to,
			   bool elsewhere, TimestampTz starts_at, TimestampTz ends_at)
{
	bool		begins_inside = !elsewhere &&
		starts_at >= a->starts_at && starts_at < a->ends_at;
	bool		ends_inside = !elsewhere &&
		ends_at > a->starts_at && ends_at <= a->ends_at;

	if (begins_inside && ends_inside)
		return NULL;
	if (begins_inside)
		starts_at = a->ends_at;
	else if (ends_inside)
		ends_at = a->starts_at;
	return pacl_booking_check_level(to, starts_at, ends_at);
}

void
pacl_appointment_move(const pg_uuid_t *appointment_id,
					  const pg_uuid_t *agenda_id, TimestampTz starts_at,
					  bool has_end, TimestampTz ends_at, bool overbook,
					  const char *reason)
{
	PaclBookingContext	from;
	PaclBookingContext	to;
	PaclAppointment *a;
	PaclFacts	facts;
	char	   *told;
	char	   *detail;
	TimestampTz was_from;
	TimestampTz was_until;
	bool		elsewhere;
	bool		overbooked;
	bool		held = false;

	a = lock_appointment(appointment_id, agenda_id, &from);
	refuse_cancelled(a);
	require_short_reason(reason);
	if (!has_end)
		ends_at = pacl_period_end(starts_at, a->ends_at - a->starts_at);
	pacl_refusal_raise_if(pacl_booking_check_bounds(starts_at, ends_at));
	pacl_refusal_raise_if(pacl_booking_check_given(&from, a->ends_at));

	elsewhere = agenda_id != NULL &&
		!pacl_uuid_equal(agenda_id, &a->agenda_id);
	to = from;
	if (elsewhere)
	{
		to.rights = pacl_require_agenda(agenda_id, &to.agenda);
		if (!pacl_uuid_equal(&to.agenda.organization_id,
							 &a->organization_id))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("cannot move an appointment to another organization"),
					 errhint("Cancel it here and book it there.")));
	}
	if (a->private && elsewhere)
		pacl_refusal_raise_if(check_private(&to));
	pacl_refusal_raise_if(check_new_time(a, &to, elsewhere, starts_at, ends_at));
	pacl_refusal_raise_if(pacl_hold_check(&to, starts_at, ends_at, &held));
	pacl_refusal_raise_if(check_overlap(&to, starts_at, ends_at, &a->id, overbook, reason,
						   &overbooked));

	pacl_facts_begin(&facts);
	pacl_facts_time(&facts, "starts_at_before", a->starts_at);
	pacl_facts_time(&facts, "ends_at_before", a->ends_at);
	pacl_facts_time(&facts, "starts_at", starts_at);
	pacl_facts_time(&facts, "ends_at", ends_at);
	if (elsewhere)
	{
		pacl_facts_uuid(&facts, "agenda_before", &a->agenda_id);
		pacl_facts_uuid(&facts, "agenda", agenda_id);
	}
	if (overbooked)
		pacl_facts_bool(&facts, "overbooked", true);
	told = pacl_facts_end(&facts);
	detail = personal_detail(NULL, NULL, reason);
	record("appointment.moved", &from.agenda, &a->id, told, detail);
	if (elsewhere)
		record("appointment.moved", &to.agenda, &a->id, told, detail);

	was_from = a->starts_at;
	was_until = a->ends_at;
	a->agenda_id = to.agenda.id;
	a->starts_at = starts_at;
	a->ends_at = ends_at;
	a->overbooked = overbooked;
	pacl_appointment_store_place(a);
	if (held)
		pacl_hold_consume(to.caller, &to.agenda, starts_at, ends_at);

	pacl_outbox_copy_appointment(&to.agenda, &a->id, &to.caller->account_id,
								 "moved", starts_at, ends_at);
	if (elsewhere)
		pacl_outbox_copy_appointment(&from.agenda, &a->id,
									 &from.caller->account_id, "moved_away",
									 was_from, was_until);
}

void
pacl_appointment_update(const pg_uuid_t *appointment_id, Jsonb *changes)
{
	enum
	{
		PATIENT, NOTE, PRIVATE, ATTRIBUTES, FIELDS
	};
	static const PaclField fields[FIELDS] = {
		[PATIENT] = {"patient", PACL_FIELD_TEXT,
		PACL_FIELD_NULLABLE | PACL_FIELD_LINES, 500},
		[NOTE] = {"note", PACL_FIELD_TEXT,
		PACL_FIELD_NULLABLE | PACL_FIELD_LINES, 10000},
		[PRIVATE] = {"private", PACL_FIELD_BOOL},
		[ATTRIBUTES] = {"attributes", PACL_FIELD_JSON},
	};
	PaclValue	values[FIELDS];
	PaclBookingContext	context;
	PaclAppointment *a;
	PaclFacts	facts;
	PaclFacts	detail;
	bool		names_people = false;

	(void) pacl_require_caller();
	pacl_fields_read("changes", changes, fields, FIELDS, values);
	if (values[ATTRIBUTES].given && !JB_ROOT_IS_OBJECT(values[ATTRIBUTES].json))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("key \"attributes\" of changes must be a JSON object")));
	a = lock_appointment(appointment_id, NULL, &context);
	refuse_cancelled(a);
	pacl_refusal_raise_if(pacl_booking_check_given(&context, a->ends_at));
	if (pacl_fields_given(values, FIELDS) == 0)
		return;

	pacl_facts_begin(&facts);
	pacl_facts_begin(&detail);
	if (values[PATIENT].given)
	{
		pacl_facts_bool(&facts, "patient", true);
		pacl_facts_text(&detail, "patient_before", a->patient);
		a->patient = pacl_value_text(&values[PATIENT], NULL);
		pacl_facts_text(&detail, "patient", a->patient);
		names_people = true;
	}
	if (values[NOTE].given)
	{
		pacl_facts_bool(&facts, "note", true);
		pacl_facts_text(&detail, "note_before", a->note);
		a->note = pacl_value_text(&values[NOTE], NULL);
		pacl_facts_text(&detail, "note", a->note);
		names_people = true;
	}
	if (values[PRIVATE].given)
	{
		pacl_facts_bool(&facts, "private_before", a->private);
		if (values[PRIVATE].boolean)
			pacl_refusal_raise_if(check_private(&context));
		a->private = values[PRIVATE].boolean;
		pacl_facts_bool(&facts, "private", a->private);
	}
	if (values[ATTRIBUTES].given)
	{
		pacl_facts_bool(&facts, "attributes", true);
		pacl_facts_json(&detail, "attributes_before",
						JsonbToCString(NULL, &a->attributes->root,
									   VARSIZE(a->attributes)));
		a->attributes = values[ATTRIBUTES].json;
		pacl_facts_json(&detail, "attributes",
						JsonbToCString(NULL, &a->attributes->root,
									   VARSIZE(a->attributes)));
		names_people = true;
	}
	record("appointment.updated", &context.agenda, &a->id,
		   pacl_facts_end(&facts),
		   names_people ? pacl_facts_end(&detail) : NULL);
	pacl_appointment_store_describe(a);
}

static void
check_status(const char *status)
{
	for (int i = 0; i < (int) lengthof(statuses); i++)
		if (strcmp(status, statuses[i]) == 0)
			return;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("\"%.*s\" is not a status of an appointment",
					pg_mbcliplen(status, strlen(status), 40), status),
			 errhint("The statuses are booked, arrived, done, no_show and cancelled.")));
}

void
pacl_appointment_set_status(const pg_uuid_t *appointment_id,
							const char *status, const char *reason)
{
	PaclBookingContext	context;
	PaclAppointment *a;
	PaclFacts	facts;
	bool		held;

	a = lock_appointment(appointment_id, NULL, &context);
	check_status(status);
	require_short_reason(reason);
	pacl_refusal_raise_if(pacl_booking_check_given(&context, a->ends_at));
	if (strcmp(a->status, status) == 0)
		return;
	if (is_cancelled(a))
	{
		/* What was freed is taken again like any other time of the day. */
		pacl_refusal_raise_if(pacl_booking_check_retaken(&context, a->starts_at,
														 a->ends_at));
		pacl_refusal_raise_if(pacl_hold_check(&context, a->starts_at,
											  a->ends_at, &held));
		pacl_refusal_raise_if(pacl_booking_check_free(&context, a->starts_at, a->ends_at,
											 &a->id));
		a->overbooked = false;
	}

	pacl_facts_begin(&facts);
	pacl_facts_text(&facts, "status_before", a->status);
	pacl_facts_text(&facts, "status", status);
	record(strcmp(status, "cancelled") == 0 ? "appointment.cancelled" :
		   "appointment.status_set",
		   &context.agenda, &a->id, pacl_facts_end(&facts),
		   personal_detail(NULL, NULL, reason));
	a->status = status;
	pacl_appointment_store_place(a);
	if (strcmp(status, "cancelled") == 0)
		pacl_outbox_copy_appointment(&context.agenda, &a->id,
									 &context.caller->account_id, "cancelled",
									 a->starts_at, a->ends_at);
}
