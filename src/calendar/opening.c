/*
 * opening.c
 *		Openings: when an agenda may be booked.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "base/activity.h"
#include "base/authority.h"
#include "base/facts.h"
#include "base/time_zone.h"
#include "base/wallclock.h"
#include "calendar/opening.h"
#include "calendar/slot_offer.h"
#include "errors.h"
#include "pure/uuid.h"
#include "reader/view.h"

#define LONGEST_DAYS INT64CONST(366)

/*
 * Weeks are counted from the Monday of the first, and not by the number that
 * ISO 8601 gives them: after a week 53 an odd week would follow an odd one.
 */
bool
pacl_opening_in_week(const PaclOpening *opening, DateADT date)
{
	return opening->every_weeks == 1 ||
		(date >= opening->from_week &&
		 (date - opening->from_week) / 7 % opening->every_weeks == 0);
}

bool
pacl_opening_on(const PaclOpening *opening, pg_tz *zone, DateADT date,
				TimestampTz *opens_at, TimestampTz *closes_at)
{
	if (opening->weekday != pacl_wallclock_weekday(date) ||
		date < opening->valid_from || date > opening->valid_until ||
		!pacl_opening_in_week(opening, date))
		return false;
	*opens_at = pacl_wallclock_instant(zone, date, opening->opens_at);
	*closes_at = pacl_wallclock_instant(zone, date, opening->closes_at);
	return *closes_at > *opens_at;
}

/*
 * One step: the latest end of the openings that are open at an instant, or
 * the instant itself.  A clock change near midnight can move an opening into
 * the neighbouring date, so its neighbours are asked too.
 */
static TimestampTz
reach(const PaclOpening *openings, int count, const pg_uuid_t *type_id,
	  pg_tz *zone, TimestampTz from)
{
	TimestampTz until = from;
	DateADT		today;
	TimeADT		ignored;

	pacl_wallclock_read(zone, from, &today, &ignored);
	for (DateADT date = today - 1; date <= today + 1; date++)
		for (int i = 0; i < count; i++)
		{
			TimestampTz opens_at;
			TimestampTz closes_at;

			if (pacl_opening_takes(&openings[i], type_id) &&
				pacl_opening_on(&openings[i], zone, date, &opens_at,
								&closes_at) &&
				opens_at <= from && closes_at > until)
				until = closes_at;
		}
	return until;
}

/*
 * Until when the openings are open without a break from an instant on, but
 * no later than "enough"; the instant itself if they are closed then.
 */
static TimestampTz
open_until(const PaclOpening *openings, int count, const pg_uuid_t *type_id,
		   pg_tz *zone, TimestampTz from, TimestampTz enough)
{
	while (from < enough)
	{
		TimestampTz until = reach(openings, count, type_id, zone, from);

		CHECK_FOR_INTERRUPTS();
		if (until == from)
			break;
		from = until;
	}
	return Min(from, enough);
}

const pg_uuid_t pacl_any_type = {{0}};

bool
pacl_opening_takes(const PaclOpening *opening, const pg_uuid_t *type_id)
{
	if (opening->type_count == 0 || type_id == &pacl_any_type)
		return true;
	for (int i = 0; i < opening->type_count && type_id != NULL; i++)
		if (pacl_uuid_equal(&opening->types[i], type_id))
			return true;
	return false;
}

/* As they are told; no two are equal. */
static int
compare_openings(const void *a, const void *b)
{
	const PaclOpening *one = a;
	const PaclOpening *other = b;

	if (one->weekday != other->weekday)
		return one->weekday < other->weekday ? -1 : 1;
	if (one->opens_at != other->opens_at)
		return one->opens_at < other->opens_at ? -1 : 1;
	if (one->valid_from != other->valid_from)
		return one->valid_from < other->valid_from ? -1 : 1;
	return (one->from_week > other->from_week) -
		(one->from_week < other->from_week);
}

char *
pacl_opening_load(const pg_uuid_t *agenda_id, PaclOpening **openings,
				  int *count)
{
	char		zone[TZ_STRLEN_MAX + 1];

	*count = 0;
	if (!pacl_timetable_zone(agenda_id, zone))
		return NULL;
	*openings = pacl_timetable_openings(agenda_id, count);
	qsort(*openings, *count, sizeof(PaclOpening), compare_openings);
	return pstrdup(zone);
}

/* The same with the latest snapshot. */
static char *
load_latest(const pg_uuid_t *agenda_id, PaclOpening **openings, int *count)
{
	char	   *zone;

	pacl_view_push_latest();
	zone = pacl_opening_load(agenda_id, openings, count);
	pacl_view_pop();
	return zone;
}

bool
pacl_opening_any(const pg_uuid_t *agenda_id)
{
	PaclOpening *openings;
	int			count;

	(void) load_latest(agenda_id, &openings, &count);
	return count > 0;
}

bool
pacl_opening_covers(const pg_uuid_t *agenda_id, const pg_uuid_t *type_id,
					TimestampTz starts_at, TimestampTz ends_at,
					char **unknown_zone)
{
	PaclOpening *openings;
	pg_tz	   *wall;
	int			count;
	char	   *zone;
	bool		covers;

	*unknown_zone = NULL;
	if (ends_at - starts_at > LONGEST_DAYS * USECS_PER_DAY)
		return false;
	zone = load_latest(agenda_id, &openings, &count);
	if (zone == NULL || count == 0)
		return false;
	wall = pacl_time_zone_find(zone);
	if (wall == NULL)
	{
		*unknown_zone = zone;
		return false;
	}
	covers = open_until(openings, count, type_id, wall, starts_at,
						ends_at) == ends_at;
	pfree(openings);
	pfree(zone);
	return covers;
}

static void
check_types(const pg_uuid_t *organization_id, const PaclOpening *openings,
			int count)
{
	for (int i = 0; i < count; i++)
	{
		pg_uuid_t  *unknown = openings[i].type_count == 0 ? NULL :
			pacl_opening_store_unknown_type(organization_id,
											openings[i].types,
											openings[i].type_count);

		if (unknown != NULL)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errword("type_unknown"),
					 errargument("openings"),
					 errmsg("opening %d: the organization has no type of appointment %s",
							i + 1, pacl_uuid_text(unknown)),
					 errhint("The view appointment_types has them.")));
	}
}

static void
replace(const pg_uuid_t *organization_id, const pg_uuid_t *agenda_id,
		const PaclOpening *openings, int count)
{
	(void) pacl_opening_store_delete(agenda_id);
	pacl_opening_store_insert(organization_id, agenda_id, openings, count);
}

int
pacl_opening_replace(const pg_uuid_t *organization_id, const pg_uuid_t *agenda_id,
					 Jsonb *json)
{
	int			count;
	PaclOpening *openings = pacl_opening_read(json, &count);

	check_types(organization_id, openings, count);
	replace(organization_id, agenda_id, openings, count);
	return count;
}

void
pacl_opening_set(const pg_uuid_t *agenda_id, Jsonb *json)
{
	PaclAgenda	agenda;
	PaclFacts	facts;
	PaclOpening *before;
	PaclOpening *after;
	int			before_count;
	int			after_count;
	char	   *before_text;
	char	   *after_text;
	PaclEntry	entry = {0};

	pacl_check_rights(pacl_require_locked_agenda(agenda_id, &agenda),
					  PACL_RIGHTS_OF(PACL_LEVEL_OPENINGS, 0));
	after = pacl_opening_read(json, &after_count);
	check_types(&agenda.organization_id, after, after_count);
	(void) load_latest(agenda_id, &before, &before_count);
	before_text = pacl_opening_text(before, before_count);
	qsort(after, after_count, sizeof(PaclOpening), compare_openings);
	after_text = pacl_opening_text(after, after_count);
	if (strcmp(before_text, after_text) == 0)
		return;
	replace(&agenda.organization_id, agenda_id, after, after_count);
	pacl_slot_offer_opened(&agenda, before, before_count, after, after_count);

	pacl_facts_begin(&facts);
	pacl_facts_json(&facts, "before", before_text);
	pacl_facts_json(&facts, "after", after_text);
	entry.act = "openings.changed";
	entry.organization_id = &agenda.organization_id;
	entry.agenda_id = agenda_id;
	entry.account_id = &agenda.holder_id;
	entry.facts = pacl_facts_end(&facts);
	(void) pacl_activity_record(&entry);
	pacl_slot_offer_settle();
}
