/*
 * series.c
 *		Series: appointments that recur.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "base/activity.h"
#include "base/authority.h"
#include "base/facts.h"
#include "base/outbox.h"
#include "calendar/appointment_guard.h"
#include "calendar/further.h"
#include "calendar/move.h"
#include "calendar/series.h"
#include "calendar/slot_offer.h"
#include "errors.h"
#include "pure/period.h"
#include "pure/uuid.h"

static void
record(const PaclBookingContext *context, const PaclBooking *first,
	   const PaclRepeat *repeat, const pg_uuid_t *series_id, int booked,
	   int overbooked)
{
	PaclFacts	facts;
	PaclEntry	entry = {0};

	pacl_facts_begin(&facts);
	pacl_facts_time(&facts, "starts_at", first->starts_at);
	pacl_facts_time(&facts, "ends_at", first->ends_at);
	pacl_facts_text(&facts, "every", pacl_repeat_text(repeat->every));
	pacl_facts_int(&facts, "times", repeat->times);
	pacl_facts_int(&facts, "booked", booked);
	if (first->private)
		pacl_facts_bool(&facts, "private", true);
	if (overbooked > 0)
		pacl_facts_int(&facts, "overbooked", overbooked);
	if (first->appointment_type != NULL)
		pacl_facts_uuid(&facts, "appointment_type", first->appointment_type);
	entry.act = "series.booked";
	entry.organization_id = &context->agenda.organization_id;
	entry.agenda_id = &context->agenda.id;
	entry.account_id = &context->agenda.holder_id;
	entry.subject_id = series_id;
	entry.facts = pacl_facts_end(&facts);
	entry.detail = pacl_appointment_detail(first->patient, first->note,
										   overbooked > 0 ? first->reason : NULL);
	(void) pacl_activity_record(&entry);
}

/* The first of them, with its end, whichever way it was given. */
static PaclBooking
complete(const PaclBookingContext *context, const PaclBooking *first)
{
	PaclBooking booking;

	pacl_refusal_raise_if(pacl_appointment_complete(context, first, &booking));
	pacl_refusal_raise_if(pacl_booking_check_bounds(booking.starts_at,
													booking.ends_at));
	return booking;
}

/* The n-th of them, booked, or why not. */
static PaclRefusal *
book_nth(const PaclBookingContext *context, PaclFurther *further,
		 PaclBooking *booking, const pg_uuid_t *first_id, int n, pg_uuid_t *id,
		 bool *overbooked, bool *retried)
{
	PaclRefusal *refusal;
	pg_uuid_t	wanted;

	if (first_id != NULL)
	{
		pacl_repeat_id(first_id, n, &wanted);
		booking->appointment_id = &wanted;
	}
	refusal = pacl_appointment_try(context, further, booking, id, overbooked,
								   retried);
	if (refusal != NULL || *retried)
		return refusal;
	pacl_outbox_copy_booking(&context->agenda, id,
							 &context->caller->account_id,
							 booking->starts_at, booking->ends_at);
	if (further != NULL)
		pacl_further_tell(further, booking);
	return NULL;
}

void
pacl_series_book(const pg_uuid_t *agenda_id, const PaclBooking *first,
				 const PaclRepeat *repeat, PaclSeriesCallback visit,
				 void *state)
{
	PaclBookingContext context;
	PaclFurther *further;
	PaclBooking whole;
	PaclBooking anonymous = {0};
	pg_uuid_t	series_id;
	pg_tz	   *zone;
	int			booked = 0;
	int			overbookings = 0;

	(void) pacl_require_caller();
	pacl_repeat_check(repeat);
	further = pacl_further_open(agenda_id, first, &context);
	pacl_check_rights(context.rights, PACL_RIGHTS_OF(PACL_LEVEL_BOOK_IN_HOURS, 0));
	whole = complete(&context, first);
	zone = pacl_repeat_zone(agenda_id);
	/* The record of further agendas names nobody. */
	anonymous.starts_at = whole.starts_at;
	anonymous.ends_at = whole.ends_at;
	if (first->appointment_id != NULL)
		series_id = *first->appointment_id;
	else
		pacl_uuid_make(&series_id);

	for (int n = 0; n < repeat->times; n++)
	{
		PaclBooking booking = whole;
		PaclRefusal *refusal;
		pg_uuid_t	id;
		bool		overbooked = false;
		bool		retried;

		CHECK_FOR_INTERRUPTS();
		booking.series_id = &series_id;
		pacl_repeat_place(repeat, zone, n, &booking.starts_at,
						  &booking.ends_at);
		refusal = book_nth(&context, further, &booking, first->appointment_id,
						   n, &id, &overbooked, &retried);
		if (refusal == NULL && !retried)
		{
			booked++;
			overbookings += overbooked;
		}
		visit(state, booking.starts_at, refusal == NULL ? &id : NULL,
			  refusal);
	}
	if (booked > 0)
		record(&context, &whole, repeat, &series_id, booked, overbookings);
	for (int i = 0; further != NULL && i < further->count; i++)
		if (further->agendas[i].booked > 0)
			record(&further->agendas[i].context, &anonymous, repeat,
				   &series_id, further->agendas[i].booked, 0);
	pacl_slot_offer_settle();
}

/* Whether the caller may see any of a series, cancelled or not. */
static bool
is_visible(const pg_uuid_t *series_id)
{
	int			count;
	pg_uuid_t  *ids = pacl_appointment_store_series(series_id, DT_NOBEGIN,
													true, &count);

	for (int i = 0; i < count; i++)
		if (pacl_appointment_find(&ids[i]) != NULL)
			return true;
	return false;
}

/*
 * Those of a series that the caller may see and that stand, from a moment on.
 */
static pg_uuid_t *
members(const pg_uuid_t *series_id, TimestampTz from, int *count)
{
	pg_uuid_t  *ids;
	int			all;

	(void) pacl_require_caller();
	if (!is_visible(series_id))
		pacl_raise_unknown("series");
	ids = pacl_appointment_store_series(series_id, from, false, &all);
	*count = 0;
	for (int i = 0; i < all; i++)
		if (pacl_appointment_find(&ids[i]) != NULL)
			ids[(*count)++] = ids[i];
	return ids;
}

void
pacl_series_cancel(const pg_uuid_t *series_id, TimestampTz from,
				   const char *reason, PaclSeriesCallback visit, void *state)
{
	PaclLockedAgendas locked;
	int			count;
	pg_uuid_t  *ids = members(series_id, from, &count);

	pacl_appointment_lock_all(&locked, ids, count, NULL, 0);
	for (int i = 0; i < count; i++)
	{
		PaclBookingContext context;
		PaclRefusal *refusal;
		PaclAppointment *a = pacl_appointment_open(&locked, &ids[i], &context,
												   &refusal);

		CHECK_FOR_INTERRUPTS();
		if (a != NULL)
			visit(state, a->starts_at, &ids[i],
				  pacl_appointment_try_status(&context, a, "cancelled",
											  reason));
	}
	pacl_slot_offer_settle();
}

static void
check_shift(const Interval *by)
{
	if (abs(by->month) > 120 || abs(by->day) > 3660 ||
		by->time > 3660 * USECS_PER_DAY || by->time < -3660 * USECS_PER_DAY)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("out_of_range"),
				 errargument("by"),
				 errmsg("series must not be moved by more than 10 years")));
}

void
pacl_series_move(const pg_uuid_t *series_id, TimestampTz from,
				 const Interval *by, PaclSeriesCallback visit, void *state)
{
	int			count;
	pg_uuid_t  *ids = members(series_id, from, &count);
	PaclMove   *moves = palloc0(Max(count, 1) * sizeof(PaclMove));
	PaclRefusal **refusals = palloc(Max(count, 1) * sizeof(PaclRefusal *));
	TimestampTz *before = palloc(Max(count, 1) * sizeof(TimestampTz));
	PaclLockedAgendas locked;
	int			kept = 0;

	check_shift(by);
	pacl_appointment_lock_all(&locked, ids, count, NULL, 0);
	for (int i = 0; i < count; i++)
	{
		PaclBookingContext context;
		PaclRefusal *refusal;
		PaclAppointment *a = pacl_appointment_open(&locked, &ids[i], &context,
												   &refusal);
		PaclMove   *move = &moves[kept];

		if (a == NULL)
			continue;
		move->appointment_id = ids[i];
		move->has_end = true;
		move->starts_at = before[kept] = a->starts_at;
		move->ends_at = a->ends_at;
		move->expected_version = PACL_ANY_VERSION;
		pacl_repeat_shift(pacl_repeat_zone(&a->agenda_id), by,
						  &move->starts_at, &move->ends_at);
		kept++;
	}
	pacl_move_many(moves, kept, refusals);
	for (int i = 0; i < kept; i++)
		visit(state, refusals[i] == NULL ? moves[i].starts_at : before[i],
			  &moves[i].appointment_id, refusals[i]);
}
