/*
 * free_slots.c
 *		Free slots: when an agenda could be booked.
 *
 * The openings of the range become instants once; what is left of them after
 * everything busy is a list of free stretches, and the grid's points are
 * walked along it.  So the work is that of sorting what there is.
 */
#include "postgres.h"

#include "common/int.h"
#include "miscadmin.h"

#include "base/authority.h"
#include "base/time_zone.h"
#include "base/wallclock.h"
#include "calendar/booking.h"
#include "calendar/free_slots.h"
#include "calendar/free_slots_store.h"
#include "calendar/opening.h"
#include "errors.h"
#include "reader/view.h"

/* Periods, grown as they come. */
typedef struct Periods
{
	PaclBusyTime *items;
	int			count;
	int			room;
} Periods;

static void
add_period(Periods *periods, TimestampTz starts_at, TimestampTz ends_at)
{
	if (periods->count >= periods->room)
	{
		periods->room = Max(64, periods->room * 2);
		periods->items = periods->items == NULL ?
			palloc(periods->room * sizeof(PaclBusyTime)) :
			repalloc_huge(periods->items,
						  periods->room * sizeof(PaclBusyTime));
	}
	periods->items[periods->count].starts_at = starts_at;
	periods->items[periods->count].ends_at = ends_at;
	periods->count++;
}

static int
compare_periods(const void *a, const void *b)
{
	TimestampTz left = ((const PaclBusyTime *) a)->starts_at;
	TimestampTz right = ((const PaclBusyTime *) b)->starts_at;

	return (left > right) - (left < right);
}

static int
compare_times(const void *a, const void *b)
{
	TimestampTz left = *(const TimestampTz *) a;
	TimestampTz right = *(const TimestampTz *) b;

	return (left > right) - (left < right);
}

/* What overlaps or touches becomes one; sorts. */
static void
join_periods(Periods *periods)
{
	int			kept = 0;

	if (periods->count == 0)
		return;
	qsort(periods->items, periods->count, sizeof(PaclBusyTime),
		  compare_periods);
	for (int i = 1; i < periods->count; i++)
	{
		PaclBusyTime *last = &periods->items[kept];

		if (periods->items[i].starts_at <= last->ends_at)
			last->ends_at = Max(last->ends_at, periods->items[i].ends_at);
		else
			periods->items[++kept] = periods->items[i];
	}
	periods->count = kept + 1;
}

/*
 * Every opening of the range as instants.  Two dates more on either side,
 * since a clock change near midnight moves an opening into the next date.
 */
static Periods
place_openings(const PaclOpening *openings, int count, pg_tz *zone,
			   TimestampTz from, TimestampTz until)
{
	Periods		placed = {0};
	DateADT		first;
	DateADT		last;
	TimeADT		ignored;

	pacl_wallclock_read(zone, from, &first, &ignored);
	pacl_wallclock_read(zone, until, &last, &ignored);
	for (DateADT date = first - 2; date <= last + 2; date++)
	{
		CHECK_FOR_INTERRUPTS();
		for (int i = 0; i < count; i++)
		{
			TimestampTz opens_at;
			TimestampTz closes_at;

			if (pacl_opening_on(&openings[i], zone, date, &opens_at,
								&closes_at) &&
				opens_at < until && closes_at > from)
				add_period(&placed, opens_at, closes_at);
		}
	}
	return placed;
}

/* The points of the openings' grids within [from, until), each once. */
static TimestampTz *
grid_points(const Periods *placed, int64 step, TimestampTz from,
			TimestampTz until, int *count)
{
	TimestampTz *points;
	Size		room = 0;
	int			kept = 0;

	for (int i = 0; i < placed->count; i++)
		room += (placed->items[i].ends_at - placed->items[i].starts_at) / step + 1;
	points = palloc_extended(Max(room, 1) * sizeof(TimestampTz),
							 MCXT_ALLOC_HUGE);

	*count = 0;
	for (int i = 0; i < placed->count; i++)
	{
		TimestampTz point = placed->items[i].starts_at;

		CHECK_FOR_INTERRUPTS();
		if (point < from)
			point += (from - point + step - 1) / step * step;
		for (; point < Min(until, placed->items[i].ends_at); point += step)
			points[(*count)++] = point;
	}
	qsort(points, *count, sizeof(TimestampTz), compare_times);
	for (int i = 0; i < *count; i++)
		if (i == 0 || points[i] != points[i - 1])
			points[kept++] = points[i];
	*count = kept;
	return points;
}

/* What is open and not busy; both lists are joined. */
static Periods
subtract(const Periods *open, const Periods *busy)
{
	Periods		left = {0};
	int			b = 0;

	for (int i = 0; i < open->count; i++)
	{
		TimestampTz from = open->items[i].starts_at;
		TimestampTz until = open->items[i].ends_at;

		while (b < busy->count && busy->items[b].ends_at <= from)
			b++;
		for (int j = b; j < busy->count && busy->items[j].starts_at < until; j++)
		{
			if (busy->items[j].starts_at > from)
				add_period(&left, from, busy->items[j].starts_at);
			from = busy->items[j].ends_at;
		}
		if (from < until)
			add_period(&left, from, until);
	}
	return left;
}

static void
check_range(TimestampTz from, TimestampTz until)
{
	if (TIMESTAMP_NOT_FINITE(from) || TIMESTAMP_NOT_FINITE(until) ||
		until <= from)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("ends_before_start"),
				 errargument("until_time"),
				 errmsg("until_time must be after from_time, and both finite")));
	if (until - from > PACL_FREE_SLOTS_MAX_DAYS * USECS_PER_DAY)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("out_of_range"),
				 errargument("until_time"),
				 errmsg("range must not be longer than %d days",
						PACL_FREE_SLOTS_MAX_DAYS),
				 errhint("Ask in parts.")));
}

/* In microseconds: a slot is real time, so a day of it has 24 hours. */
static int64
slot_length(const Interval *duration, int slot_minutes)
{
	int64		length;

	if (duration == NULL)
		return slot_minutes * USECS_PER_MINUTE;
	if (duration->month != 0 || duration->day < -PACL_FREE_SLOTS_MAX_DAYS ||
		duration->day > PACL_FREE_SLOTS_MAX_DAYS ||
		pg_add_s64_overflow(duration->day * USECS_PER_DAY, duration->time,
							&length) ||
		length <= 0 || length > PACL_FREE_SLOTS_MAX_DAYS * USECS_PER_DAY)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("out_of_range"),
				 errargument("duration"),
				 errmsg("duration must be greater than zero and less than %d days",
						PACL_FREE_SLOTS_MAX_DAYS)));
	return length;
}

void
pacl_free_slots(const pg_uuid_t *agenda_id, TimestampTz from,
				TimestampTz until, const Interval *duration,
				PaclSlotCallback visit, void *state)
{
	PaclCaller *caller = pacl_require_caller();
	PaclAgenda	agenda;
	PaclRights	rights;
	PaclOpening *openings;
	Periods		open;
	Periods		busy;
	Periods		left;
	TimestampTz *points;
	int64		length;
	int			opening_count;
	int			point_count;
	int			p = 0;
	char	   *zone;
	pg_tz	   *wall;

	rights = pacl_require_rights(agenda_id,
								 PACL_RIGHTS_OF(PACL_LEVEL_FREEBUSY, 0),
								 &agenda);
	check_range(from, until);
	length = slot_length(duration, agenda.slot_minutes);
	if (!pacl_booking_is_served(&agenda))
		return;
	if ((pacl_rights_flags(rights) & PACL_FLAG_EDIT_PAST) == 0)
		from = Max(from, pacl_view_time());
	if (from >= until)
		return;
	zone = pacl_opening_store_load(agenda_id, true, &openings,
								   &opening_count);
	if (zone == NULL || opening_count == 0)
		return;

	/*
	 * Nothing is offered that would be refused, nor other agendas' slots
	 * lost.
	 */
	wall = pacl_time_zone_find(zone);
	if (wall == NULL)
		return;
	open = place_openings(openings, opening_count, wall, from, until);
	points = grid_points(&open, agenda.slot_minutes * USECS_PER_MINUTE, from,
						 until, &point_count);
	join_periods(&open);
	busy.items = pacl_free_slots_store_load(agenda_id, from, until,
											pacl_view_time(), &caller->account_id,
											&busy.count);
	busy.room = busy.count;
	join_periods(&busy);
	left = subtract(&open, &busy);

	for (int i = 0; i < point_count; i++)
	{
		TimestampTz ends_at = points[i] + length;

		while (p < left.count && left.items[p].ends_at <= points[i])
			p++;
		if (p >= left.count || ends_at > until)
			break;
		if (left.items[p].starts_at <= points[i] &&
			ends_at <= left.items[p].ends_at)
			visit(state, points[i], ends_at);
	}
}
