/*
 * decision.c
 *		Whether a booking can be made, and all that stands in its way.
 *
 * Booking ends with the first refusal; an explanation goes through the same
 * checks to their end, so that the two cannot disagree.
 */
#include "postgres.h"

#include "base/facts.h"
#include "calendar/appointment_guard.h"
#include "calendar/appointment_store.h"
#include "calendar/appointment_type.h"
#include "calendar/decision.h"
#include "calendar/elsewhere.h"
#include "calendar/hold.h"
#include "calendar/opening.h"
#include "errors.h"
#include "pure/period.h"

void
pacl_decision_begin(PaclDecision *d, const PaclBookingContext *context,
					PaclFurther *further, const PaclBooking *booking)
{
	memset(d, 0, sizeof(PaclDecision));
	d->context = context;
	d->further = further;
	d->booking = booking;
	d->from = pacl_occupied_from(booking->starts_at, booking->minutes_before);
	d->until = pacl_occupied_until(booking->ends_at, booking->minutes_after);
}

static PaclRefusal *
check_bounds(PaclDecision *d)
{
	PaclRefusal *refusal = pacl_booking_check_bounds(d->booking->starts_at,
													 d->booking->ends_at);

	if (refusal == NULL && d->booking->type != NULL)
		refusal = pacl_booking_check_bounds(d->from, d->until);
	return refusal;
}

static PaclRefusal *
check_what_it_says(PaclDecision *d)
{
	return pacl_appointment_check_texts(d->booking);
}

static PaclRefusal *
check_id(PaclDecision *d)
{
	PaclRefusal *refusal = NULL;

	if (d->booking->appointment_id != NULL)
		d->retried = pacl_appointment_is_retry(d->context, d->booking, &refusal);
	return refusal;
}

static PaclRefusal *
check_rights(PaclDecision *d)
{
	return pacl_booking_check_rights(d->context, PACL_RIGHTS_BOOK_IN_HOURS);
}

static PaclRefusal *
check_start(PaclDecision *d)
{
	return pacl_booking_check_start(d->context, d->booking->starts_at);
}

static PaclRefusal *
check_served(PaclDecision *d)
{
	return pacl_booking_check_served(&d->context->agenda);
}

static PaclRefusal *
check_hours(PaclDecision *d)
{
	return pacl_booking_check_hours(d->context, d->booking->appointment_type,
									d->booking->starts_at,
									d->booking->ends_at);
}

static PaclRefusal *
check_type(PaclDecision *d)
{
	return d->booking->type == NULL ? NULL :
		pacl_appointment_type_check(d->context, d->booking->type);
}

static PaclRefusal *
check_holds(PaclDecision *d)
{
	return pacl_hold_check(d->context, d->from, d->until, &d->held);
}

static PaclRefusal *
check_private(PaclDecision *d)
{
	return d->booking->private ? pacl_appointment_check_private(d->context) :
		NULL;
}

static PaclRefusal *
check_overlap(PaclDecision *d)
{
	return pacl_appointment_check_overlap(d->context, d->from, d->until, NULL,
										  d->booking->overbook,
										  d->booking->reason, &d->overbooked);
}

static PaclRefusal *
check_further(PaclDecision *d)
{
	return d->further == NULL ? NULL :
		pacl_further_check(d->further, d->booking);
}

/*
 * All that there is to check, in the order in which a booking is refused.
 * Beyond what ends the first nothing can be said.
 */
typedef PaclRefusal *(*Check) (PaclDecision *d);

static const Check checks[] = {
	check_bounds, check_what_it_says, check_id, check_rights, check_start,
	check_served, check_hours, check_type, check_holds, check_private,
	check_overlap, check_further
};

PaclRefusal *
pacl_decision_make(PaclDecision *d)
{
	PaclRefusal *refusal = NULL;

	for (int i = 0; i < (int) lengthof(checks) && refusal == NULL &&
		 !d->retried; i++)
		refusal = checks[i] (d);
	return refusal;
}

static void
tell(const PaclRefusal *refusal, const char *severity,
	 PaclExplanation visit, void *state)
{
	if (refusal != NULL)
		visit(state, severity, refusal);
}

/*
 * What a level that may do it should know of, nevertheless.  That a room is
 * never opened says nothing.
 */
static void
warn_of_hours(const PaclBookingContext *context, const PaclBooking *booking,
			  bool further, PaclExplanation visit, void *state)
{
	PaclRefusal *found[3] = {NULL};

	if (pacl_rights_level(context->rights) < PACL_LEVEL_BOOK)
		return;
	if (!further || pacl_opening_any(&context->agenda.id))
		found[0] = pacl_booking_find_outside(context,
											 booking->appointment_type,
											 booking->starts_at,
											 booking->ends_at);
	found[1] = pacl_booking_find_closing(context, booking->starts_at,
										 booking->ends_at);
	found[2] = pacl_booking_find_absence(context, booking->starts_at,
										 booking->ends_at);
	for (int i = 0; i < (int) lengthof(found); i++)
		tell(further ? pacl_appointment_name_agenda(context, found[i]) :
			 found[i], "warning", visit, state);
}

/* The same patient, somewhere else where the caller may see them. */
static PaclRefusal *
find_patient(const PaclBookingContext *context, const PaclBooking *booking)
{
	PaclRefusal *refusal;
	PaclFacts	facts;
	pg_uuid_t	agenda_id;
	pg_uuid_t	appointment_id;

	if (booking->patient_ref == NULL ||
		!pacl_appointment_store_find_patient(&context->agenda.organization_id,
											 booking->patient_ref,
											 booking->starts_at,
											 booking->ends_at, &agenda_id,
											 &appointment_id))
		return NULL;
	refusal = pacl_refuse(ERRCODE_WARNING, "patient_elsewhere",
						  "the patient has another appointment at this time",
						  NULL, NULL);
	pacl_facts_begin(&facts);
	pacl_facts_uuid(&facts, "agenda_id", &agenda_id);
	pacl_facts_uuid(&facts, "appointment_id", &appointment_id);
	refusal->facts = pacl_facts_end(&facts);
	return refusal;
}

/* Those that the booking would take beside. */
static void
warn_of_further(const PaclFurther *further, const PaclBooking *booking,
				PaclExplanation visit, void *state)
{
	for (int i = 0; i < further->count; i++)
		if (further->agendas[i].taken)
			warn_of_hours(&further->agendas[i].context, booking, true, visit,
						  state);
}

static void
warn(const PaclDecision *d, PaclExplanation visit, void *state)
{
	warn_of_hours(d->context, d->booking, false, visit, state);
	if (d->further != NULL)
		warn_of_further(d->further, d->booking, visit, state);
	if (d->overbooked)
		tell(pacl_booking_check_free(d->context, d->from, d->until, NULL),
			 "warning", visit, state);
	tell(pacl_elsewhere_check(&d->context->agenda, d->booking->starts_at,
							  d->booking->ends_at),
		 "warning", visit, state);
	tell(find_patient(d->context, d->booking), "warning",
		 visit, state);
}

void
pacl_decision_explain(const pg_uuid_t *agenda_id, const PaclBooking *asked,
					  PaclExplanation visit, void *state)
{
	PaclBookingContext context;
	PaclBooking booking;
	PaclFurther *further = pacl_further_look(agenda_id, asked, &context);
	PaclRefusal *refusal = pacl_appointment_complete(&context, asked,
													 &booking);
	PaclDecision d;

	if (refusal != NULL)
	{
		visit(state, "refused", refusal);
		return;
	}
	pacl_decision_begin(&d, &context, further, &booking);
	for (int i = 0; i < (int) lengthof(checks) && !d.retried; i++)
	{
		refusal = checks[i] (&d);
		tell(refusal, "refused", visit, state);
		if (refusal != NULL && checks[i] == check_bounds)
			return;
	}
	if (!d.retried)
		warn(&d, visit, state);
}
