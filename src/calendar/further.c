/*
 * further.c
 *		The further agendas that an appointment takes: a second doctor, a room,
 *		a device.
 */
#include "postgres.h"

#include "lib/stringinfo.h"

#include "base/authority.h"
#include "base/facts.h"
#include "base/lock.h"
#include "base/outbox.h"
#include "calendar/appointment_guard.h"
#include "calendar/further.h"
#include "calendar/hold.h"
#include "calendar/slot_offer.h"
#include "errors.h"
#include "pure/uuid.h"

static void
check_count(const char *argument, int count, int most)
{
	if (count > most)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("out_of_range"),
				 errargument(argument),
				 errmsg("%s must not name more than %d agendas", argument,
						most)));
}

static const pg_uuid_t *
named(const PaclBooking *booking, int n)
{
	return n < booking->also_count ? &booking->also[n] :
		&booking->also_any[n - booking->also_count];
}

static void
check_named_once(const pg_uuid_t *agenda_id, const PaclBooking *booking,
				 int count)
{
	for (int i = 0; i < count; i++)
	{
		bool		twice = pacl_uuid_equal(named(booking, i), agenda_id);

		for (int j = 0; j < i && !twice; j++)
			twice = pacl_uuid_equal(named(booking, i), named(booking, j));
		if (twice)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errword("agenda_named_twice"),
					 errargument(i < booking->also_count ? "also" : "also_any"),
					 errmsg("an agenda is named twice")));
	}
}

/* One of another organization is as unknown as none at all. */
static void
find(const pg_uuid_t *agenda_id, const PaclBookingContext *context,
	 PaclFurtherAgenda *further)
{
	if (!pacl_find_agenda(agenda_id, &further->context.agenda,
						  &further->context.rights) ||
		!pacl_uuid_equal(&further->context.agenda.organization_id,
						 &context->agenda.organization_id))
		pacl_raise_unknown("agenda");
	further->context.caller = context->caller;
}

/* Finds them without a lock; null if the booking names none. */
static PaclFurther *
look(const pg_uuid_t *agenda_id, const PaclBooking *booking,
	 PaclBookingContext *context)
{
	int			count = booking->also_count + booking->also_any_count;
	PaclFurther *further;

	if (count == 0)
		return NULL;
	context->caller = pacl_require_caller();
	check_count("also", booking->also_count, PACL_ALSO_MAX);
	check_count("also_any", booking->also_any_count, PACL_ALSO_ANY_MAX);
	check_named_once(agenda_id, booking, count);
	further = palloc0(sizeof(PaclFurther));
	further->agendas = palloc0(count * sizeof(PaclFurtherAgenda));
	further->count = count;
	further->required = booking->also_count;

	context->rights = pacl_require_agenda(agenda_id, &context->agenda);
	for (int i = 0; i < count; i++)
		find(named(booking, i), context, &further->agendas[i]);
	return further;
}

PaclFurther *
pacl_further_look(const pg_uuid_t *agenda_id, const PaclBooking *booking,
				  PaclBookingContext *context)
{
	PaclFurther *further = look(agenda_id, booking, context);

	if (further == NULL)
		pacl_booking_look(agenda_id, context);
	return further;
}

/* Nobody makes others wait for an agenda that is not theirs to see. */
PaclFurther *
pacl_further_open(const pg_uuid_t *agenda_id, const PaclBooking *booking,
				  PaclBookingContext *context)
{
	PaclFurther *further = look(agenda_id, booking, context);
	pg_uuid_t  *ids;

	if (further == NULL)
	{
		pacl_booking_open(agenda_id, context);
		return NULL;
	}
	ids = palloc((further->count + 1) * sizeof(pg_uuid_t));
	ids[further->count] = *agenda_id;
	for (int i = 0; i < further->count; i++)
		ids[i] = *named(booking, i);
	pacl_lock_agendas(ids, further->count + 1);
	pacl_booking_open(agenda_id, context);
	for (int i = 0; i < further->count; i++)
		find(named(booking, i), context, &further->agendas[i]);
	return further;
}

/* What lies in the way on one of them. */
static PaclRefusal *
check_one(PaclFurtherAgenda *further, const PaclBooking *booking,
		  bool overbook)
{
	TimestampTz from = pacl_occupied_from(booking->starts_at,
										  booking->minutes_before);
	TimestampTz until = pacl_occupied_until(booking->ends_at,
											booking->minutes_after);
	PaclRefusal *refusal;

	refusal = pacl_booking_check_level(&further->context,
									   booking->appointment_type,
									   booking->starts_at, booking->ends_at);
	if (refusal == NULL)
		refusal = pacl_hold_check(&further->context, from, until,
								  &further->held);
	if (refusal == NULL)
		refusal = pacl_appointment_check_overlap(&further->context, from,
												 until, NULL, overbook,
												 booking->reason,
												 &further->overbooked);
	further->taken = refusal == NULL;
	return pacl_appointment_name_agenda(&further->context, refusal);
}

/* Below book that has been asked. */
static bool
is_in_hours(const PaclBookingContext *context, const PaclBooking *booking)
{
	return pacl_rights_level(context->rights) < PACL_LEVEL_BOOK ||
		pacl_booking_is_in_hours(context, booking->appointment_type,
								 booking->starts_at, booking->ends_at);
}

/*
 * The first that is free is taken, and none is booked over.  Whoever may book
 * at any time is given one that is open, as the search gives it, before one
 * that is closed or absent.
 */
static PaclRefusal *
choose(PaclFurther *further, const PaclBooking *booking)
{
	PaclRefusal *first = NULL;
	PaclFurtherAgenda *closed = NULL;

	for (int i = further->required; i < further->count; i++)
	{
		PaclFurtherAgenda *agenda = &further->agendas[i];
		PaclRefusal *refusal = check_one(agenda, booking, false);

		if (refusal == NULL && is_in_hours(&agenda->context, booking))
		{
			if (closed != NULL)
				closed->taken = false;
			return NULL;
		}
		if (refusal == NULL && closed == NULL)
			closed = agenda;
		else
			agenda->taken = false;
		if (first == NULL)
			first = refusal;
	}
	if (closed != NULL)
		return NULL;
	if (first == NULL || further->count - further->required == 1)
		return first;
	return pacl_refuse(ERRCODE_EXCLUSION_VIOLATION, "none_free",
					   "none of these agendas is free",
					   psprintf("The first of them: %s.",
								pacl_refusal_text(first)),
					   "Choose another time, or name more agendas.");
}

PaclRefusal *
pacl_further_check(PaclFurther *further, const PaclBooking *booking)
{
	PaclRefusal *refusal = NULL;

	for (int i = 0; i < further->count; i++)
	{
		further->agendas[i].taken = false;
		further->agendas[i].part_id = pacl_nil_uuid;
	}
	for (int i = 0; i < further->required && refusal == NULL; i++)
		refusal = check_one(&further->agendas[i], booking, booking->overbook);
	return refusal != NULL ? refusal : choose(further, booking);
}

char *
pacl_further_ids(const PaclFurther *further)
{
	StringInfoData json;

	initStringInfo(&json);
	for (int i = 0; i < further->count; i++)
		if (further->agendas[i].taken)
			appendStringInfo(&json, "%s\"%s\"", json.len == 0 ? "[" : ", ",
							 pacl_uuid_text(&further->agendas[i].context.agenda.id));
	appendStringInfoChar(&json, ']');
	return json.data;
}

void
pacl_further_record(PaclFurther *further, const PaclBooking *booking,
					const pg_uuid_t *whole_id)
{
	for (int i = 0; i < further->count; i++)
	{
		PaclFurtherAgenda *agenda = &further->agendas[i];
		PaclFacts	facts;

		if (!agenda->taken)
			continue;
		pacl_uuid_make(&agenda->part_id);
		pacl_facts_begin(&facts);
		pacl_facts_time(&facts, "starts_at", booking->starts_at);
		pacl_facts_time(&facts, "ends_at", booking->ends_at);
		pacl_facts_uuid(&facts, "part_of", whole_id);
		if (agenda->overbooked)
			pacl_facts_bool(&facts, "overbooked", true);
		pacl_appointment_record("appointment.booked", &agenda->context.agenda,
								&agenda->part_id, pacl_facts_end(&facts),
								NULL);
	}
}

void
pacl_further_insert(PaclFurther *further, const PaclBooking *booking,
					const pg_uuid_t *whole_id)
{
	for (int i = 0; i < further->count; i++)
	{
		PaclFurtherAgenda *agenda = &further->agendas[i];
		PaclAppointment row = {0};

		if (!agenda->taken)
			continue;
		if (pacl_uuid_is_nil(&agenda->part_id))
			pacl_uuid_make(&agenda->part_id);
		row.organization_id = agenda->context.agenda.organization_id;
		row.agenda_id = agenda->context.agenda.id;
		row.id = agenda->part_id;
		row.starts_at = booking->starts_at;
		row.ends_at = booking->ends_at;
		row.minutes_before = booking->minutes_before;
		row.minutes_after = booking->minutes_after;
		row.created_by = agenda->context.caller->account_id;
		row.private = booking->private;
		row.overbooked = agenda->overbooked;
		row.part_of = whole_id;
		pacl_appointment_store_insert(&row);
		pacl_slot_offer_touched(&row.agenda_id);
		agenda->booked++;
		if (agenda->held)
			pacl_hold_consume(agenda->context.caller, &agenda->context.agenda,
							  booking->starts_at, booking->ends_at);
	}
}

void
pacl_further_tell(const PaclFurther *further, const PaclBooking *booking)
{
	for (int i = 0; i < further->count; i++)
	{
		const PaclFurtherAgenda *agenda = &further->agendas[i];

		if (agenda->taken)
			pacl_outbox_copy_booking(&agenda->context.agenda, &agenda->part_id,
									 &agenda->context.caller->account_id,
									 booking->starts_at, booking->ends_at);
	}
}

bool
pacl_further_same(const PaclBooking *booking, const PaclAppointment *a)
{
	int			count;
	PaclAppointment *parts = pacl_appointment_store_parts(a, &count);
	int			chosen = 0;

	if (count != booking->also_count + (booking->also_any_count > 0))
		return false;
	for (int i = 0; i < count; i++)
	{
		bool		found = false;

		for (int j = 0; j < booking->also_count && !found; j++)
			found = pacl_uuid_equal(&parts[i].agenda_id, &booking->also[j]);
		for (int j = 0; j < booking->also_any_count && !found; j++)
			if (pacl_uuid_equal(&parts[i].agenda_id, &booking->also_any[j]))
			{
				found = true;
				chosen++;
			}
		if (!found)
			return false;
	}
	return chosen == (booking->also_any_count > 0);
}
