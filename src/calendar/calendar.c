/*
 * calendar.c
 *		The calendar of a range of time.
 */
#include "postgres.h"

#include "lib/qunique.h"
#include "utils/builtins.h"

#include "base/time_zone.h"
#include "calendar/booking.h"
#include "calendar/calendar.h"
#include "calendar/closing.h"
#include "errors.h"
#include "pure/uuid.h"
#include "reader/access.h"

/* What is asked, and the closings of one organization after the other. */
typedef struct Asked
{
	TimestampTz from;
	TimestampTz until;
	PaclCalendarCallback visit;
	void	   *state;
	pg_uuid_t	organization_id;	/* whose these are */
	PaclClosing *closings;
	int			closing_count;
} Asked;

static void
visit_closing(const Asked *asked, const pg_uuid_t *agenda_id, pg_tz *zone,
			  const PaclClosing *closing)
{
	PaclCalendarRow row;
	TimestampTz starts_at;
	TimestampTz ends_at;

	pacl_closing_place(closing, zone, &starts_at, &ends_at);
	if (starts_at >= asked->until || ends_at <= asked->from)
		return;
	pacl_calendar_row_begin(&row, CStringGetTextDatum("closing"), agenda_id,
							TimestampTzGetDatum(starts_at),
							TimestampTzGetDatum(ends_at),
							CStringGetTextDatum("closed"), false);
	pacl_calendar_row_put(&row, PACL_CALENDAR_ID, UUIDPGetDatum(&closing->id));
	pacl_calendar_row_put(&row, PACL_CALENDAR_NOTE,
						  PointerGetDatum(closing->name));
	asked->visit(asked->state, &row);
}

static void
visit_closings_of(Asked *asked, const pg_uuid_t *agenda_id)
{
	char		name[TZ_STRLEN_MAX + 1];
	PaclAgenda	agenda;
	pg_tz	   *zone = NULL;

	if (!pacl_access_can(agenda_id, PACL_RIGHTS_READ) ||
		!pacl_access_agenda(agenda_id, &agenda))
		return;
	if (!pacl_uuid_equal(&asked->organization_id, &agenda.organization_id))
	{
		asked->organization_id = agenda.organization_id;
		asked->closings = pacl_closing_load(&agenda.organization_id,
											asked->from, asked->until,
											&asked->closing_count);
	}
	if (asked->closing_count == 0)
		return;
	if (pacl_timetable_zone(agenda_id, name))
		zone = pacl_time_zone_find(name);
	if (zone == NULL)
		zone = pg_tzset("GMT");
	for (int i = 0; i < asked->closing_count; i++)
		visit_closing(asked, agenda_id, zone, &asked->closings[i]);
}

/* Most of the time nothing is closed, and no agenda's row need be read. */
static bool
has_closings(const Asked *asked)
{
	int			count;
	pg_uuid_t  *organizations = pacl_access_organizations(PACL_ADMIN_NONE, &count);
	int			found = 0;

	for (int i = 0; i < count && found == 0; i++)
		(void) pacl_closing_load(&organizations[i], asked->from, asked->until,
								 &found);
	return found > 0;
}

void
pacl_calendar_between(TimestampTz from, TimestampTz until,
					  pg_uuid_t *agenda_ids, int count,
					  PaclCalendarCallback visit, void *state)
{
	Asked		asked = {from, until, visit, state};

	if (until <= from)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("ends_before_start"),
				 errargument("until_time"),
				 errmsg("until_time must be after from_time")));
	if (agenda_ids == NULL)
		agenda_ids = pacl_access_agendas(PACL_RIGHTS_READ, &count);
	else
	{
		qsort(agenda_ids, count, sizeof(pg_uuid_t), pacl_uuid_qsort_compare);
		count = qunique(agenda_ids, count, sizeof(pg_uuid_t),
						pacl_uuid_qsort_compare);
	}
	pacl_calendar_row_visit(agenda_ids, count, from, until, visit, state);
	if (has_closings(&asked))
		for (int i = 0; i < count; i++)
			visit_closings_of(&asked, &agenda_ids[i]);
}
