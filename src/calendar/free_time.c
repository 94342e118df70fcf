/*
 * free_time.c
 *		Free time: when an appointment fits on an agenda.
 *
 * The openings of the range become instants once; what is left of them after
 * closings and absences is a list of open stretches, what is taken another,
 * and the grid's points are walked along both.  So the work is that of sorting
 * what there is, and where nothing opens nothing is read.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "base/time_zone.h"
#include "base/wallclock.h"
#include "calendar/booking.h"
#include "calendar/closing.h"
#include "calendar/free_time.h"
#include "calendar/opening.h"

static int
compare_busy_times(const void *a, const void *b)
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
join_times(PaclBusyTimes *times)
{
	int			kept = 0;

	if (times->count == 0)
		return;
	qsort(times->items, times->count, sizeof(PaclBusyTime),
		  compare_busy_times);
	for (int i = 1; i < times->count; i++)
	{
		PaclBusyTime *last = &times->items[kept];

		if (times->items[i].starts_at <= last->ends_at)
			last->ends_at = Max(last->ends_at, times->items[i].ends_at);
		else
			times->items[++kept] = times->items[i];
	}
	times->count = kept + 1;
}

/*
 * Every opening of the range as instants.  Two dates more on either side,
 * since a clock change near midnight moves an opening into the next date.
 */
static PaclBusyTimes
place_openings(const PaclFreeAgenda *agenda, TimestampTz from,
			   TimestampTz until)
{
	PaclBusyTimes placed = {0};
	DateADT		first;
	DateADT		last;
	TimeADT		ignored;

	pacl_wallclock_read(agenda->zone, from, &first, &ignored);
	pacl_wallclock_read(agenda->zone, until, &last, &ignored);
	for (DateADT date = first - 2; date <= last + 2; date++)
	{
		int			weekday = pacl_wallclock_weekday(date);

		CHECK_FOR_INTERRUPTS();
		for (int i = 0; i < agenda->opening_count; i++)
		{
			TimestampTz opens_at;
			TimestampTz closes_at;

			if (agenda->openings[i].weekday == weekday &&
				pacl_opening_on(&agenda->openings[i], agenda->zone, date,
								&opens_at, &closes_at) &&
				opens_at < until && closes_at > from)
				pacl_busy_add(&placed, opens_at, closes_at);
		}
	}
	return placed;
}

/* The points of the openings' grids within [from, before), each once. */
static TimestampTz *
grid_points(const PaclBusyTimes *placed, int64 step, TimestampTz from,
			TimestampTz before, int *count)
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
		for (; point < Min(before, placed->items[i].ends_at); point += step)
			points[(*count)++] = point;
	}
	qsort(points, *count, sizeof(TimestampTz), compare_times);
	for (int i = 0; i < *count; i++)
		if (i == 0 || points[i] != points[i - 1])
			points[kept++] = points[i];
	*count = kept;
	return points;
}

/* What is open and not closed; both lists are joined. */
static PaclBusyTimes
subtract(const PaclBusyTimes *open, const PaclBusyTimes *closed)
{
	PaclBusyTimes left = {0};
	int			b = 0;

	for (int i = 0; i < open->count; i++)
	{
		TimestampTz from = open->items[i].starts_at;
		TimestampTz until = open->items[i].ends_at;

		while (b < closed->count && closed->items[b].ends_at <= from)
			b++;
		for (int j = b; j < closed->count && closed->items[j].starts_at < until; j++)
		{
			if (closed->items[j].starts_at > from)
				pacl_busy_add(&left, from, closed->items[j].starts_at);
			from = closed->items[j].ends_at;
		}
		if (from < until)
			pacl_busy_add(&left, from, until);
	}
	return left;
}

static PaclBusyTimes
read_closed(const PaclFreeAgenda *agenda, TimestampTz from, TimestampTz until)
{
	PaclBusyTimes closed = {0};
	PaclClosing *closings;
	int			count;

	closings = pacl_closing_load(&agenda->agenda.organization_id, from, until,
								 &count);
	for (int i = 0; i < count; i++)
	{
		TimestampTz starts_at;
		TimestampTz ends_at;

		pacl_closing_place(&closings[i], agenda->zone, &starts_at, &ends_at);
		pacl_busy_add(&closed, starts_at, ends_at);
	}
	pacl_timetable_absences(&agenda->agenda.id, from, until, &closed);
	join_times(&closed);
	return closed;
}

static PaclBusyTimes
read_taken(PaclOverlapScan *scan, const PaclFreeAgenda *agenda,
		   const PaclFreeWish *wish, TimestampTz from, TimestampTz until)
{
	PaclBusyTimes taken = {0};

	pacl_timetable_appointments(scan, &agenda->agenda.id, from, until, &taken);
	pacl_timetable_holds(&agenda->agenda.id, from, until, wish->account_id,
						 &taken);
	join_times(&taken);
	return taken;
}

/* Of openings for some types only those remain that take this one. */
static int
keep_openings_of(PaclOpening *openings, int count, const pg_uuid_t *type_id)
{
	int			kept = 0;

	for (int i = 0; i < count; i++)
		if (pacl_opening_takes(&openings[i], type_id))
			openings[kept++] = openings[i];
	return kept;
}

bool
pacl_free_time_open(const PaclAgenda *agenda, const pg_uuid_t *type_id,
					PaclFreeAgenda *opened)
{
	char	   *zone;

	opened->agenda = *agenda;
	opened->opening_count = 0;
	if (!pacl_booking_is_served(agenda))
		return false;
	zone = pacl_opening_load(&agenda->id, &opened->openings,
							 &opened->opening_count);
	if (zone == NULL ||
		(opened->opening_count == 0 && !opened->always_open))
		return false;
	if (opened->opening_count > 0)
		opened->always_open = false;
	opened->opening_count = keep_openings_of(opened->openings,
											 opened->opening_count, type_id);

	/*
	 * Nothing is offered that would be refused, nor other agendas' slots
	 * lost.
	 */
	opened->zone = pacl_time_zone_find(zone);
	return opened->zone != NULL;
}

/* Until when something matters that begins in the wish's range. */
static TimestampTz
horizon_of(const PaclFreeWish *wish)
{
	return Min(wish->until, wish->before + wish->length);
}

/* Joins the openings, and reads what is in their way. */
static void
read_range(PaclOverlapScan *scan, const PaclFreeAgenda *agenda,
		   const PaclFreeWish *wish, TimestampTz from, PaclBusyTimes *open,
		   PaclFreeRange *range)
{
	TimestampTz horizon = horizon_of(wish);
	PaclBusyTimes closed;

	memset(range, 0, sizeof(*range));
	join_times(open);
	closed = read_closed(agenda, from, horizon);
	range->open = subtract(open, &closed);
	if (range->open.count > 0)
		range->taken = read_taken(scan, agenda, wish,
								  from - wish->pause_before,
								  horizon + wish->pause_after);
}

void
pacl_free_time_read(PaclOverlapScan *scan, const PaclFreeAgenda *agenda,
					const PaclFreeWish *wish, PaclFreeRange *range)
{
	PaclBusyTimes open = {0};

	if (agenda->always_open)
		pacl_busy_add(&open, wish->from, horizon_of(wish));
	else
		open = place_openings(agenda, wish->from, horizon_of(wish));
	read_range(scan, agenda, wish, wish->from, &open, range);
}

/* The first of joined times that has not ended at a moment. */
static int
first_after(const PaclBusyTimes *times, TimestampTz moment)
{
	int			low = 0;
	int			high = times->count;

	while (low < high)
	{
		int			middle = (low + high) / 2;

		if (times->items[middle].ends_at <= moment)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool
pacl_free_time_fits(const PaclFreeRange *range, const PaclFreeWish *wish,
					TimestampTz starts_at, TimestampTz ends_at)
{
	int			o = first_after(&range->open, starts_at);
	int			t;

	if (o >= range->open.count ||
		range->open.items[o].starts_at > starts_at ||
		range->open.items[o].ends_at < ends_at)
		return false;
	t = first_after(&range->taken, starts_at - wish->pause_before);
	return t >= range->taken.count ||
		range->taken.items[t].starts_at >= ends_at + wish->pause_after;
}

void
pacl_free_time_visit(PaclOverlapScan *scan, const PaclFreeAgenda *agenda,
					 const PaclFreeWish *wish, PaclFreeVisit visit,
					 void *state)
{
	PaclBusyTimes open = place_openings(agenda, wish->from, horizon_of(wish));
	PaclFreeRange range;
	TimestampTz *points;
	int			count;

	points = grid_points(&open,
						 agenda->agenda.slot_minutes * USECS_PER_MINUTE,
						 wish->from, wish->before, &count);
	if (count == 0)
		return;
	read_range(scan, agenda, wish, points[0], &open, &range);
	for (int i = 0; i < count; i++)
	{
		TimestampTz ends_at = points[i] + wish->length;

		if (ends_at > wish->until)
			break;
		if (pacl_free_time_fits(&range, wish, points[i], ends_at) &&
			!visit(state, agenda, points[i], ends_at))
			break;
	}
}

bool
pacl_free_time_opened(const PaclAgenda *agenda, PaclOpening *before,
					  int before_count, PaclOpening *after, int after_count,
					  TimestampTz *from, TimestampTz *until)
{
	char		name[TZ_STRLEN_MAX + 1];
	PaclFreeAgenda one = {.agenda = *agenda, .openings = before,
	.opening_count = before_count};
	PaclFreeAgenda other = {.agenda = *agenda, .openings = after,
	.opening_count = after_count};
	PaclBusyTimes was_open;
	PaclBusyTimes is_open;

	one.zone = !pacl_timetable_zone(&agenda->id, name) ? NULL :
		pacl_time_zone_find(name);
	if (one.zone == NULL)
		return false;
	other.zone = one.zone;
	was_open = place_openings(&one, *from, *until);
	is_open = place_openings(&other, *from, *until);
	join_times(&was_open);
	join_times(&is_open);
	is_open = subtract(&is_open, &was_open);
	if (is_open.count == 0)
		return false;
	*from = is_open.items[0].starts_at;
	*until = is_open.items[is_open.count - 1].ends_at;
	return true;
}
