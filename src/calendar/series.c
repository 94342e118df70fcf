/*
 * series.c
 *		Appointments that recur.
 */
#include "postgres.h"

#include "utils/fmgrprotos.h"

#include "base/activity.h"
#include "base/authority.h"
#include "base/facts.h"
#include "base/wallclock.h"
#include "calendar/appointment.h"
#include "calendar/opening.h"
#include "calendar/series.h"
#include "pure/period.h"
#include "pure/uuid.h"

static void
check_series(const PaclSeries *series)
{
	const Interval *every = series->every;
	bool		forward = every->month >= 0 && every->day >= 0 &&
		every->time >= 0 &&
		(every->month > 0 || every->day > 0 || every->time > 0);

	if (!forward || every->month > 120 || every->day > 3660 ||
		every->time > 3660 * USECS_PER_DAY)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("interval of a series must be greater than zero and at most 10 years"),
				 errhint("As in interval '1 week'.")));
	if (series->times < 1 || series->times > PACL_SERIES_MAX_TIMES)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("number of appointments in a series must be between 1 and %d",
						PACL_SERIES_MAX_TIMES)));
	pacl_refusal_raise_if(pacl_booking_check_bounds(series->starts_at,
												 series->ends_at));
}

/*
 * When the n-th begins, the first being number 0: counted from the first and
 * not from the one before, so that a series on the 31st comes back to the 31st after
 * a shorter month.
 */
static TimestampTz
nth_start(const PaclSeries *series, pg_tz *zone, int n)
{
	Interval	step = *series->every;
	Timestamp	local;
	DateADT		date;
	TimeADT		time;

	if (n == 0)
		return series->starts_at;
	step.month *= n;
	step.day *= n;
	step.time *= n;
	pacl_wallclock_read(zone, series->starts_at, &date, &time);
	local = date * USECS_PER_DAY + time;
	local = DatumGetTimestamp(DirectFunctionCall2(timestamp_pl_interval,
												  TimestampGetDatum(local),
												  IntervalPGetDatum(&step)));
	date = local / USECS_PER_DAY;
	time = local % USECS_PER_DAY;
	if (time < 0)
	{
		time += USECS_PER_DAY;
		date--;
	}
	return pacl_wallclock_instant(zone, date, time);
}

static pg_tz *
zone_of(const pg_uuid_t *agenda_id)
{
	PaclOpening *openings;
	int			count;
	char	   *name = pacl_opening_store_load(agenda_id, false, &openings,
											   &count);

	if (name == NULL)
		elog(ERROR, "the agenda has gone while it was locked");
	return pacl_wallclock_zone(name);
}

/* ISO 8601, whatever the session's settings; palloc'd. */
static char *
step_text(const Interval *every)
{
	return psprintf("P%dM%dDT%d.%06dS", every->month, every->day,
					(int) (every->time / USECS_PER_SEC),
					(int) (every->time % USECS_PER_SEC));
}

static void
record(const PaclBookingContext *context, const PaclSeries *series,
	   const pg_uuid_t *series_id, int booked)
{
	PaclFacts	facts;
	PaclFacts	detail;

	pacl_facts_begin(&facts);
	pacl_facts_time(&facts, "starts_at", series->starts_at);
	pacl_facts_time(&facts, "ends_at", series->ends_at);
	pacl_facts_text(&facts, "every", step_text(series->every));
	pacl_facts_int(&facts, "times", series->times);
	pacl_facts_int(&facts, "booked", booked);
	pacl_facts_begin(&detail);
	pacl_facts_text(&detail, "patient", series->patient);
	pacl_facts_text(&detail, "note", series->note);
	(void) pacl_activity_record(&(PaclEntry) {
		.act = "series.booked",
		.organization_id = &context->agenda.organization_id,
		.agenda_id = &context->agenda.id,
		.account_id = &context->agenda.holder_id,
		.subject_id = series_id,
		.facts = pacl_facts_end(&facts),
		.detail = series->patient == NULL && series->note == NULL ? NULL :
			pacl_facts_end(&detail)
	});
}

void
pacl_series_book(const pg_uuid_t *agenda_id, const PaclSeries *series,
				 PaclSeriesCallback visit, void *state)
{
	PaclBookingContext	context;
	PaclBooking booking = {0};
	pg_uuid_t	series_id;
	pg_tz	   *zone;
	int			booked = 0;

	(void) pacl_require_caller();
	check_series(series);
	pacl_booking_open(agenda_id, &context);
	pacl_check_rights(context.rights, PACL_RIGHTS_OF(PACL_LEVEL_BOOK_IN_HOURS, 0));
	zone = zone_of(agenda_id);
	pacl_uuid_make(&series_id);

	booking.has_end = true;
	booking.patient = series->patient;
	booking.note = series->note;
	booking.series_id = &series_id;
	for (int n = 0; n < series->times; n++)
	{
		PaclRefusal *refusal;
		pg_uuid_t	id;
		bool		overbooked;

		booking.starts_at = nth_start(series, zone, n);
		booking.ends_at = pacl_period_end(booking.starts_at,
										  series->ends_at - series->starts_at);
		refusal = pacl_appointment_try(&context, &booking, &id, &overbooked,
									   NULL);
		if (refusal == NULL)
			booked++;
		visit(state, booking.starts_at, refusal == NULL ? &id : NULL,
			  refusal);
	}
	if (booked > 0)
		record(&context, series, &series_id, booked);
}
