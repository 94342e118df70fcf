/*
 * appointment.c
 *		Appointments: booking, changing, cancelling.
 *
 * Every rule here takes the agenda's lock first and then looks, so that what
 * it sees is what it writes upon.  The exclusion constraint is the guarantee
 * behind it; under a snapshot that is older than the lock, the head of the
 * agenda's activity chain is, and says 40001.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "utils/timestamp.h"

#include "base/authority.h"
#include "base/facts.h"
#include "base/fields.h"
#include "base/outbox.h"
#include "calendar/appointment.h"
#include "calendar/appointment_guard.h"
#include "calendar/decision.h"
#include "calendar/elsewhere.h"
#include "calendar/further.h"
#include "calendar/hold.h"
#include "calendar/reminder.h"
#include "calendar/slot_offer.h"
#include "calendar/waiting_list.h"
#include "compat.h"
#include "errors.h"
#include "pure/period.h"
#include "pure/uuid.h"

static const char *const statuses[] = {
	"booked", "arrived", "done", "no_show", "cancelled"
};

/* None are the same as an empty object. */
static bool
same_attributes(Jsonb *a, Jsonb *b)
{
	if (a == NULL || b == NULL)
		return (a == NULL || JB_ROOT_COUNT(a) == 0) &&
			(b == NULL || JB_ROOT_COUNT(b) == 0);
	return pacl_json_same(a, b);
}

static bool
same_id(const pg_uuid_t *a, const pg_uuid_t *b)
{
	return a == NULL || b == NULL ? a == b : pacl_uuid_equal(a, b);
}

/*
 * Which arguments of a booking say something else than what stands.  How long
 * the type takes may have changed since.
 */
static char *
differences(const PaclBooking *booking, const PaclAppointment *a)
{
	const struct
	{
		const char *name;
		bool		same;
	}			arguments[] = {
		{"starts_at", a->starts_at == booking->starts_at},
		{"ends_at", booking->end_of_type || a->ends_at == booking->ends_at},
		{"patient", pacl_text_same(a->patient, booking->patient)},
		{"note", pacl_text_same(a->note, booking->note)},
		{"private", a->private == booking->private},
		{"attributes", same_attributes(a->attributes, booking->attributes)},
		{"patient_ref", pacl_text_same(a->patient_ref, booking->patient_ref)},
		{"contact", pacl_text_same(a->contact, booking->contact)},
		{"appointment_type", same_id(a->appointment_type, booking->appointment_type)},
		{"also", pacl_further_same(booking, a)},
	};
	StringInfoData list;

	initStringInfo(&list);
	for (int i = 0; i < (int) lengthof(arguments); i++)
		if (!arguments[i].same)
			appendStringInfo(&list, "%s%s", list.len > 0 ? ", " : "",
							 arguments[i].name);
	return list.data;
}

bool
pacl_appointment_is_retry(const PaclBookingContext *context,
						  const PaclBooking *booking, PaclRefusal **refusal)
{
	PaclAppointment *found;
	int			count;

	*refusal = NULL;
	found = pacl_appointment_store_find(booking->appointment_id, &count);
	for (int i = 0; i < count; i++)
	{
		PaclAppointment *a = &found[i];
		char	   *detail = NULL;

		if (!pacl_uuid_equal(&a->organization_id,
							 &context->agenda.organization_id))
			continue;
		if (pacl_uuid_equal(&a->agenda_id, &context->agenda.id) &&
			pacl_uuid_equal(&a->created_by, &context->caller->account_id))
		{
			detail = differences(booking, a);
			if (detail[0] == '\0' && !pacl_appointment_is_cancelled(a))
				return true;
			detail = detail[0] == '\0' ? pstrdup("That appointment is cancelled.") :
				psprintf("That appointment differs in: %s.", detail);
		}
		*refusal = pacl_refuse_argument("appointment_id",
										ERRCODE_UNIQUE_VIOLATION, "id_in_use",
										"appointment_id is already in use", detail,
										"Make a new identifier for each booking.");
	}
	return false;
}

/* What an update may change, as JSON has it, and a booking may say. */
enum
{
	PATIENT, NOTE, PRIVATE, ATTRIBUTES, PATIENT_REF, CONTACT,
	APPOINTMENT_TYPE, FIELDS
};

static const PaclField update_fields[FIELDS] = {
	[PATIENT] = {"patient", PACL_FIELD_TEXT,
	PACL_FIELD_NULLABLE | PACL_FIELD_LINES, 500},
	[NOTE] = {"note", PACL_FIELD_TEXT,
	PACL_FIELD_NULLABLE | PACL_FIELD_LINES, 10000},
	[PRIVATE] = {"private", PACL_FIELD_BOOL},
	[ATTRIBUTES] = {"attributes", PACL_FIELD_JSON},
	[PATIENT_REF] = {"patient_ref", PACL_FIELD_TEXT, PACL_FIELD_NULLABLE, 200},
	[CONTACT] = {"contact", PACL_FIELD_TEXT, PACL_FIELD_NULLABLE, 500},
	[APPOINTMENT_TYPE] = {"appointment_type", PACL_FIELD_UUID, PACL_FIELD_NULLABLE},
};

static PaclRefusal *
check_length(int field, const char *text)
{
	const PaclField *limit = &update_fields[field];

	if (text == NULL || pg_mbstrlen(text) <= limit->max_length)
		return NULL;
	return pacl_refuse_argument(limit->key,
								ERRCODE_STRING_DATA_RIGHT_TRUNCATION,
								"too_long",
								psprintf("%s is longer than %d characters", limit->key,
										 limit->max_length), NULL, NULL);
}

PaclRefusal *
pacl_appointment_check_texts(const PaclBooking *booking)
{
	PaclRefusal *refusal;

	if ((refusal = check_length(PATIENT, booking->patient)) != NULL ||
		(refusal = check_length(NOTE, booking->note)) != NULL ||
		(refusal = check_length(PATIENT_REF, booking->patient_ref)) != NULL ||
		(refusal = check_length(CONTACT, booking->contact)) != NULL)
		return refusal;
	if (booking->attributes != NULL &&
		!JB_ROOT_IS_OBJECT(booking->attributes))
		return pacl_refuse_argument("attributes",
									ERRCODE_INVALID_PARAMETER_VALUE,
									"not_an_object",
									"attributes must be a JSON object", NULL, NULL);
	return pacl_appointment_check_reason(booking->reason);
}

static PaclRefusal *
check_given_length(const PaclBooking *booking)
{
	if (booking->has_end && booking->has_duration)
		return pacl_refuse_argument("duration",
									ERRCODE_INVALID_PARAMETER_VALUE,
									"end_given_twice",
									"ends_at and duration must not both be given",
									NULL, NULL);
	if (booking->has_duration && booking->duration <= 0)
		return pacl_refuse_argument("duration",
									ERRCODE_INVALID_PARAMETER_VALUE,
									"out_of_range",
									"duration must be greater than zero", NULL, NULL);
	return NULL;
}

PaclRefusal *
pacl_appointment_complete(const PaclBookingContext *context,
						  const PaclBooking *asked, PaclBooking *booking)
{
	int64		length = context->agenda.slot_minutes * USECS_PER_MINUTE;
	PaclRefusal *refusal = check_given_length(asked);

	*booking = *asked;
	if (refusal == NULL && asked->appointment_type != NULL &&
		asked->type == NULL)
	{
		PaclAppointmentType *type = palloc(sizeof(PaclAppointmentType));

		refusal = pacl_appointment_type_find(context, asked->appointment_type,
											 type);
		if (refusal != NULL)
			return refusal;
		booking->type = type;
		booking->minutes_before = type->minutes_before;
		booking->minutes_after = type->minutes_after;
		booking->end_of_type = !asked->has_end && !asked->has_duration;
		length = type->minutes * USECS_PER_MINUTE;
	}
	if (refusal != NULL || asked->has_end)
		return refusal;
	booking->ends_at = pacl_period_end(asked->starts_at,
									   asked->has_duration ? asked->duration : length);
	booking->has_end = true;
	booking->has_duration = false;
	return NULL;
}

static void
insert(const PaclBookingContext *context, PaclFurther *further,
	   const PaclBooking *booking, const pg_uuid_t *id, bool overbooked,
	   bool held)
{
	PaclAppointment row = {0};

	row.organization_id = context->agenda.organization_id;
	row.agenda_id = context->agenda.id;
	row.id = *id;
	row.starts_at = booking->starts_at;
	row.ends_at = booking->ends_at;
	row.created_by = context->caller->account_id;
	row.private = booking->private;
	row.overbooked = overbooked;
	row.patient = booking->patient;
	row.note = booking->note;
	row.attributes = booking->attributes;
	row.series_id = booking->series_id;
	row.patient_ref = booking->patient_ref;
	row.contact = booking->contact;
	row.minutes_before = booking->minutes_before;
	row.minutes_after = booking->minutes_after;
	row.appointment_type = booking->appointment_type;
	pacl_appointment_store_insert(&row);
	if (held)
		pacl_hold_consume(context->caller, &context->agenda,
						  booking->starts_at, booking->ends_at);
	if (row.contact != NULL)
		pacl_reminder_begin(&row.organization_id, &row.id);
	if (further != NULL)
		pacl_further_insert(further, booking, id);
	pacl_slot_offer_touched(&row.agenda_id);
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
pacl_appointment_try(const PaclBookingContext *context, PaclFurther *further,
					 const PaclBooking *asked, pg_uuid_t *appointment_id,
					 bool *overbooked, bool *retried)
{
	PaclBooking booking;
	PaclDecision d = {0};
	PaclRefusal *refusal;

	refusal = pacl_appointment_complete(context, asked, &booking);
	if (refusal == NULL)
	{
		pacl_decision_begin(&d, context, further, &booking);
		refusal = pacl_decision_make(&d);
	}
	*overbooked = d.overbooked;
	if (retried != NULL)
		*retried = d.retried;
	if (refusal != NULL)
		return refusal;
	choose_id(&booking, appointment_id);
	if (!d.retried)
		insert(context, further, &booking, appointment_id, d.overbooked,
			   d.held);
	return NULL;
}

/* What is on record of a booking, apart from what names people. */
static char *
booking_facts(const PaclBooking *booking, const PaclFurther *further,
			  bool overbooked)
{
	PaclFacts	facts;

	pacl_facts_begin(&facts);
	pacl_facts_time(&facts, "starts_at", booking->starts_at);
	pacl_facts_time(&facts, "ends_at", booking->ends_at);
	if (booking->private)
		pacl_facts_bool(&facts, "private", true);
	if (overbooked)
		pacl_facts_bool(&facts, "overbooked", true);
	if (booking->appointment_type != NULL)
		pacl_facts_uuid(&facts, "appointment_type", booking->appointment_type);
	if (booking->waiting_list_entry != NULL)
		pacl_facts_uuid(&facts, "waiting_list_entry",
						booking->waiting_list_entry);
	if (further != NULL)
		pacl_facts_json(&facts, "also", pacl_further_ids(further));
	return pacl_facts_end(&facts);
}

/*
 * An entry of the waiting list goes with the booking, so a retry has nothing to
 * compare what it said with: the same id, made by the caller for this time.
 */
static bool
has_booked(const PaclBookingContext *context, const PaclBooking *asked)
{
	PaclAppointment *found;
	int			count;

	if (asked->appointment_id == NULL)
		return false;
	found = pacl_appointment_store_find(asked->appointment_id, &count);
	for (int i = 0; i < count; i++)
		if (pacl_uuid_equal(&found[i].agenda_id, &context->agenda.id) &&
			pacl_uuid_equal(&found[i].created_by, &context->caller->account_id) &&
			found[i].starts_at == asked->starts_at &&
			!pacl_appointment_is_cancelled(&found[i]))
			return true;
	return false;
}

pg_uuid_t *
pacl_appointment_book(const pg_uuid_t *agenda_id, const PaclBooking *asked)
{
	pg_uuid_t  *id = palloc(sizeof(pg_uuid_t));
	PaclBookingContext context;
	PaclFurther *further;
	PaclBooking wanted = *asked;
	PaclBooking booking;
	PaclDecision d;

	further = pacl_further_open(agenda_id, asked, &context);
	if (asked->waiting_list_entry != NULL)
	{
		PaclRefusal *refusal = pacl_waiting_list_take(&context,
													  asked->waiting_list_entry,
													  &wanted);

		if (refusal != NULL && has_booked(&context, asked))
		{
			*id = *asked->appointment_id;
			return id;
		}
		pacl_refusal_raise_if(refusal);
	}
	pacl_refusal_raise_if(pacl_appointment_complete(&context, &wanted, &booking));
	pacl_decision_begin(&d, &context, further, &booking);
	pacl_refusal_raise_if(pacl_decision_make(&d));
	choose_id(&booking, id);
	if (d.retried)
		return id;

	/* First the record: a stale snapshot ends here, in 40001. */
	pacl_appointment_record("appointment.booked", &context.agenda, id,
							booking_facts(&booking, further, d.overbooked),
							pacl_appointment_detail(booking.patient, booking.note,
													d.overbooked ? booking.reason : NULL));
	if (further != NULL)
		pacl_further_record(further, &booking, id);
	insert(&context, further, &booking, id, d.overbooked, d.held);
	pacl_outbox_copy_booking(&context.agenda, id, &context.caller->account_id,
							 booking.starts_at, booking.ends_at);
	if (further != NULL)
		pacl_further_tell(further, &booking);
	pacl_elsewhere_warn(&context.agenda, booking.starts_at, booking.ends_at);
	pacl_slot_offer_settle();
	return id;
}

/* What was changed, apart from what names people. */
typedef struct Changes
{
	PaclFacts	facts;
	PaclFacts	detail;
} Changes;

static void
change_text(Changes *changes, const PaclValue *value, int field,
			const char **text)
{
	const char *key = update_fields[field].key;
	const char *after;

	if (!value->given)
		return;
	after = pacl_value_text(value, NULL);
	if (pacl_text_same(*text, after))
		return;
	pacl_facts_bool(&changes->facts, key, true);
	pacl_facts_text(&changes->detail, psprintf("%s_before", key), *text);
	pacl_facts_text(&changes->detail, key, after);
	*text = after;
}

static void
change_private(Changes *changes, const PaclValue *value,
			   const PaclBookingContext *context, PaclAppointment *a)
{
	if (!value->given || value->boolean == a->private)
		return;
	if (value->boolean)
		pacl_refusal_raise_if(pacl_appointment_check_private(context));
	pacl_facts_bool(&changes->facts, "private_before", a->private);
	a->private = value->boolean;
	pacl_facts_bool(&changes->facts, "private", a->private);
}

static void
change_attributes(Changes *changes, const PaclValue *value,
				  PaclAppointment *a)
{
	if (!value->given || same_attributes(a->attributes, value->json))
		return;
	pacl_facts_bool(&changes->facts, "attributes", true);
	pacl_facts_json(&changes->detail, "attributes_before",
					JsonbToCString(NULL, &a->attributes->root,
								   VARSIZE(a->attributes)));
	a->attributes = value->json;
	pacl_facts_json(&changes->detail, "attributes",
					JsonbToCString(NULL, &a->attributes->root,
								   VARSIZE(a->attributes)));
}

/*
 * The openings must take the type, as for a booking; what else would be taken
 * must be free, unless it is booked over anyway.  That the agenda has been
 * closed since does not matter: the visit stays where it is.
 */
static PaclRefusal *
check_type_at(const PaclBookingContext *context, const pg_uuid_t *type_id,
			  const PaclAppointment *a)
{
	TimestampTz from = pacl_occupied_from(a->starts_at, a->minutes_before);
	TimestampTz until = pacl_occupied_until(a->ends_at, a->minutes_after);
	PaclRefusal *refusal;
	bool		held;

	refusal = pacl_booking_check_bounds(from, until);
	if (refusal == NULL)
		refusal = pacl_booking_check_openings(context, type_id, a->starts_at,
											  a->ends_at);
	if (refusal == NULL)
		refusal = pacl_hold_check(context, from, until, &held);
	if (refusal == NULL && !a->overbooked)
		refusal = pacl_booking_check_free(context, from, until, &a->id);
	return refusal;
}

static void
set_pauses(PaclAppointment *a, int minutes_before, int minutes_after)
{
	a->minutes_before = minutes_before;
	a->minutes_after = minutes_after;
	for (int i = 0; i < a->part_count; i++)
		set_pauses(&a->parts[i], minutes_before, minutes_after);
}

/* Another type brings other pauses; the time stays. */
static PaclRefusal *
check_type(const PaclBookingContext *context, const pg_uuid_t *type_id,
		   PaclAppointment *a)
{
	PaclAppointmentType type = {0};
	PaclRefusal *refusal = NULL;

	if (type_id != NULL)
	{
		refusal = pacl_appointment_type_find(context, type_id, &type);
		if (refusal == NULL)
			refusal = pacl_appointment_type_check(context, &type);
	}
	if (refusal != NULL)
		return refusal;
	set_pauses(a, type.minutes_before, type.minutes_after);
	refusal = check_type_at(context, type_id, a);
	for (int i = 0; i < a->part_count && refusal == NULL; i++)
	{
		PaclBookingContext there;

		pacl_appointment_open_part(&a->parts[i], context->caller, &there);
		refusal = pacl_appointment_name_agenda(&there,
											   check_type_at(&there, type_id,
															 &a->parts[i]));
	}
	return refusal;
}

/* What the rows on other agendas have of it: its pauses, and that it is private. */
static void
describe_parts(const PaclBookingContext *context, PaclAppointment *a,
			   const PaclAppointment *before)
{
	if (a->private == before->private &&
		a->minutes_before == before->minutes_before &&
		a->minutes_after == before->minutes_after)
		return;
	for (int i = 0; i < a->part_count; i++)
	{
		PaclBookingContext there;
		PaclFacts	facts;

		pacl_appointment_open_part(&a->parts[i], context->caller, &there);
		pacl_facts_begin(&facts);
		pacl_facts_uuid(&facts, "part_of", &a->id);
		pacl_facts_bool(&facts, "private", a->private);
		pacl_facts_int(&facts, "minutes_before", a->minutes_before);
		pacl_facts_int(&facts, "minutes_after", a->minutes_after);
		pacl_appointment_record("appointment.updated", &there.agenda,
								&a->parts[i].id, pacl_facts_end(&facts), NULL);
		a->parts[i].private = a->private;
		pacl_appointment_store_describe(&a->parts[i]);
	}
}

/* A shorter pause frees, a longer one takes. */
static void
note_pauses(const PaclAppointment *a, const PaclAppointment *before)
{
	TimestampTz from = pacl_occupied_from(a->starts_at, before->minutes_before);
	TimestampTz until = pacl_occupied_until(a->ends_at, before->minutes_after);

	if (a->minutes_before == before->minutes_before &&
		a->minutes_after == before->minutes_after)
		return;
	for (int i = -1; i < a->part_count; i++)
	{
		const pg_uuid_t *agenda_id = i < 0 ? &a->agenda_id :
			&a->parts[i].agenda_id;

		pacl_slot_offer_freed(&a->organization_id, agenda_id, from, until);
		pacl_slot_offer_touched(agenda_id);
	}
}

static void
change_type(Changes *changes, PaclValue *value,
			const PaclBookingContext *context, PaclAppointment *a)
{
	const pg_uuid_t *after = value->isnull ? NULL : &value->uuid;

	if (!value->given || same_id(a->appointment_type, after))
		return;
	pacl_refusal_raise_if(check_type(context, after, a));
	pacl_facts_uuid(&changes->facts, "appointment_type_before",
					a->appointment_type);
	pacl_facts_uuid(&changes->facts, "appointment_type", after);
	a->appointment_type = after;
}

void
pacl_appointment_update(const pg_uuid_t *appointment_id, Jsonb *json,
						int expected_version)
{
	PaclValue	values[FIELDS];
	PaclBookingContext context;
	PaclAppointment *a;
	PaclAppointment before;
	Changes		changes;
	const char *contact;

	(void) pacl_require_caller();
	pacl_fields_read("changes", json, update_fields, FIELDS, values);
	if (values[ATTRIBUTES].given && !JB_ROOT_IS_OBJECT(values[ATTRIBUTES].json))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("not_an_object"),
				 errargument("attributes"),
				 errmsg("key \"attributes\" of changes must be a JSON object")));
	a = pacl_appointment_lock(appointment_id, &context);
	pacl_refusal_raise_if(pacl_appointment_check_version(pacl_appointment_named(a),
														 expected_version));
	pacl_refusal_raise_if(pacl_appointment_check_stands(a));
	pacl_refusal_raise_if(pacl_booking_check_given(&context, a->ends_at));
	contact = a->contact;

	before = *a;
	pacl_facts_begin(&changes.facts);
	pacl_facts_begin(&changes.detail);
	change_text(&changes, &values[PATIENT], PATIENT, &a->patient);
	change_text(&changes, &values[NOTE], NOTE, &a->note);
	change_private(&changes, &values[PRIVATE], &context, a);
	change_attributes(&changes, &values[ATTRIBUTES], a);
	change_text(&changes, &values[PATIENT_REF], PATIENT_REF, &a->patient_ref);
	change_text(&changes, &values[CONTACT], CONTACT, &a->contact);
	change_type(&changes, &values[APPOINTMENT_TYPE], &context, a);
	if (changes.facts.fields == 0)
		return;
	pacl_appointment_record("appointment.updated", &context.agenda, &a->id,
							pacl_facts_end(&changes.facts),
							changes.detail.fields == 0 ? NULL :
							pacl_facts_end(&changes.detail));
	pacl_appointment_store_describe(a);
	if (!pacl_text_same(contact, a->contact))
		pacl_reminder_settle(&a->organization_id, &a->id, 1);
	describe_parts(&context, a, &before);
	if (values[APPOINTMENT_TYPE].given)
	{
		note_pauses(a, &before);
		pacl_slot_offer_settle();
	}
}

static void
check_status(const char *status)
{
	for (int i = 0; i < (int) lengthof(statuses); i++)
		if (strcmp(status, statuses[i]) == 0)
			return;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errword("unknown_word"),
			 errargument("status"),
			 errmsg("\"%.*s\" is not a status of an appointment",
					pg_mbcliplen(status, strlen(status), 40), status),
			 errhint("The statuses are booked, arrived, done, no_show and cancelled.")));
}

/* What was freed is taken again like any other time of the day. */
static PaclRefusal *
check_retaken(const PaclBookingContext *context, const pg_uuid_t *type_id,
			  PaclAppointment *a)
{
	TimestampTz from = pacl_occupied_from(a->starts_at, a->minutes_before);
	TimestampTz until = pacl_occupied_until(a->ends_at, a->minutes_after);
	PaclRefusal *refusal;
	bool		held;

	refusal = pacl_booking_check_retaken(context, type_id, a->starts_at,
										 a->ends_at);
	if (refusal == NULL)
		refusal = pacl_appointment_type_check_kept(context,
												   a->appointment_type, false);
	if (refusal == NULL)
		refusal = pacl_hold_check(context, from, until, &held);
	if (refusal == NULL)
		refusal = pacl_booking_check_free(context, from, until, &a->id);
	a->overbooked = false;
	return refusal;
}

static PaclRefusal *
check_all_retaken(const PaclBookingContext *context, PaclAppointment *a)
{
	PaclRefusal *refusal = check_retaken(context, a->appointment_type, a);

	for (int i = 0; i < a->part_count && refusal == NULL; i++)
	{
		PaclBookingContext there;

		pacl_appointment_open_part(&a->parts[i], context->caller, &there);
		refusal = pacl_appointment_name_agenda(&there,
											   check_retaken(&there, a->appointment_type,
															 &a->parts[i]));
	}
	return refusal;
}

/* One row of an appointment gets the status; the record comes first. */
static void
set_status(const PaclBookingContext *context, PaclAppointment *a,
		   const char *status, const char *detail)
{
	bool		cancels = strcmp(status, "cancelled") == 0;
	bool		reinstates = pacl_appointment_is_cancelled(a);
	PaclFacts	facts;

	pacl_facts_begin(&facts);
	pacl_facts_text(&facts, "status_before", a->status);
	pacl_facts_text(&facts, "status", status);
	if (a->part_of != NULL)
		pacl_facts_uuid(&facts, "part_of", a->part_of);
	pacl_appointment_record(cancels ? "appointment.cancelled" :
							"appointment.status_set",
							&context->agenda, &a->id, pacl_facts_end(&facts),
							detail);
	a->status = status;
	pacl_appointment_store_place(a);
	if (a->contact != NULL)
		pacl_reminder_settle(&a->organization_id, &a->id, 1);
	if (cancels)
		pacl_slot_offer_freed(&a->organization_id, &a->agenda_id,
							  pacl_occupied_from(a->starts_at, a->minutes_before),
							  pacl_occupied_until(a->ends_at, a->minutes_after));
	else if (reinstates)
		pacl_slot_offer_touched(&a->agenda_id);
	if (cancels || reinstates)
		pacl_outbox_copy_appointment(&context->agenda, &a->id,
									 &context->caller->account_id,
									 cancels ? "cancelled" : "booked",
									 a->starts_at, a->ends_at);
}

PaclRefusal *
pacl_appointment_try_status(const PaclBookingContext *context,
							PaclAppointment *a, const char *status,
							const char *reason)
{
	PaclRefusal *refusal;

	refusal = pacl_appointment_check_reason(reason);
	if (refusal == NULL)
		refusal = pacl_booking_check_given(context, a->ends_at);
	if (refusal != NULL || strcmp(a->status, status) == 0)
		return refusal;
	if (pacl_appointment_is_cancelled(a))
		refusal = check_all_retaken(context, a);
	if (refusal != NULL)
		return refusal;
	set_status(context, a, status, pacl_appointment_detail(NULL, NULL, reason));
	for (int i = 0; i < a->part_count; i++)
	{
		PaclBookingContext there;

		pacl_appointment_open_part(&a->parts[i], context->caller, &there);
		set_status(&there, &a->parts[i], status, NULL);
	}
	return NULL;
}

void
pacl_appointment_set_status(const pg_uuid_t *appointment_id,
							const char *status, const char *reason)
{
	PaclBookingContext context;
	PaclAppointment *a = pacl_appointment_lock(appointment_id, &context);

	check_status(status);
	pacl_refusal_raise_if(pacl_appointment_try_status(&context, a, status,
													  reason));
	pacl_slot_offer_settle();
}
