/*
 * closing.c
 *		Closings: days on which all agendas of an organization are closed.
 *
 * No agenda is locked: who books meanwhile either sees the closing or is
 * before it, and then stands among its conflicts.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/datetime.h"

#include "access/membership.h"
#include "base/activity.h"
#include "base/authority.h"
#include "base/facts.h"
#include "base/fields.h"
#include "base/time_zone.h"
#include "base/wallclock.h"
#include "calendar/closing.h"
#include "calendar/closing_store.h"
#include "calendar/slot_offer.h"
#include "errors.h"
#include "pure/uuid.h"
#include "reader/view.h"

#define LONGEST_DAYS 366
#define NAME_MAX_CHARS 200

/* No zone is further from UTC than its clock is from a day. */
#define ZONES_DAYS 1

static DateADT
utc_date(TimestampTz at)
{
	if (TIMESTAMP_IS_NOBEGIN(at))
		return DATEVAL_NOBEGIN;
	if (TIMESTAMP_IS_NOEND(at))
		return DATEVAL_NOEND;
	return (DateADT) (at / USECS_PER_DAY - (at % USECS_PER_DAY < 0 ? 1 : 0));
}

PaclClosing *
pacl_closing_load(const pg_uuid_t *organization_id, TimestampTz from,
				  TimestampTz until, int *count)
{
	DateADT		first = utc_date(from);
	DateADT		last = utc_date(until);

	return pacl_timetable_closings(organization_id,
								   DATE_NOT_FINITE(first) ? first : first - ZONES_DAYS,
								   DATE_NOT_FINITE(last) ? last : last + ZONES_DAYS,
								   count);
}

void
pacl_closing_place(const PaclClosing *closing, pg_tz *zone,
				   TimestampTz *starts_at, TimestampTz *ends_at)
{
	*starts_at = pacl_wallclock_instant(zone, closing->from_date, 0);
	*ends_at = pacl_wallclock_instant(zone, closing->until_date + 1, 0);
}

static pg_tz *
zone_of(const pg_uuid_t *agenda_id)
{
	char		name[TZ_STRLEN_MAX + 1];
	pg_tz	   *zone = NULL;

	if (pacl_timetable_zone(agenda_id, name))
		zone = pacl_time_zone_find(name);
	return zone == NULL ? pg_tzset("GMT") : zone;
}

PaclClosing *
pacl_closing_find(const pg_uuid_t *organization_id,
				  const pg_uuid_t *agenda_id, TimestampTz starts_at,
				  TimestampTz ends_at)
{
	PaclClosing *closings;
	PaclClosing *found = NULL;
	pg_tz	   *zone;
	int			count;

	pacl_view_push_latest();
	closings = pacl_closing_load(organization_id, starts_at, ends_at, &count);
	zone = count == 0 ? NULL : zone_of(agenda_id);
	for (int i = 0; i < count; i++)
	{
		TimestampTz from;
		TimestampTz until;

		pacl_closing_place(&closings[i], zone, &from, &until);
		if (from < ends_at && until > starts_at &&
			(found == NULL || closings[i].from_date < found->from_date))
			found = &closings[i];
	}
	pacl_view_pop();
	return found;
}

static char *
date_text(DateADT date)
{
	int			year;
	int			month;
	int			day;

	j2date(date + POSTGRES_EPOCH_JDATE, &year, &month, &day);
	return psprintf("%04d-%02d-%02d", year, month, day);
}

char *
pacl_closing_text(const PaclClosing *closing)
{
	char	   *from = date_text(closing->from_date);
	char	   *name = text_to_cstring(closing->name);

	if (closing->from_date == closing->until_date)
		return psprintf("%s, on %s.", name, from);
	return psprintf("%s, from %s to %s.", name, from,
					date_text(closing->until_date));
}

static void
check_days(DateADT from_date, DateADT until_date)
{
	DateADT		first = date2j(1, 1, 1) - POSTGRES_EPOCH_JDATE;
	DateADT		last = date2j(9999, 12, 31) - POSTGRES_EPOCH_JDATE;

	if (from_date < first || until_date > last)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("out_of_range"),
				 errargument("from_date"),
				 errmsg("the days must be between the years 1 and 9999")));
	if (until_date < from_date)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("ends_before_start"),
				 errargument("until_date"),
				 errmsg("until_date must not be before from_date")));
	if (until_date - from_date >= LONGEST_DAYS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("too_long"),
				 errargument("until_date"),
				 errmsg("an organization must not be closed for more than %d days",
						LONGEST_DAYS),
				 errhint("Close it in parts, or archive its agendas.")));
}

static void
check_name(const char *name)
{
	if (pacl_text_is_blank(name))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("blank"),
				 errargument("name"),
				 errmsg("name must not be blank"),
				 errhint("Say what the days are closed for.")));
	if (pg_mbstrlen(name) > NAME_MAX_CHARS)
		ereport(ERROR,
				(errcode(ERRCODE_STRING_DATA_RIGHT_TRUNCATION),
				 errword("too_long"),
				 errargument("name"),
				 errmsg("name is longer than %d characters", NAME_MAX_CHARS)));
}

static void
record(const char *act, const pg_uuid_t *organization_id,
	   const PaclClosing *closing)
{
	PaclFacts	facts;
	PaclFacts	detail;
	PaclEntry	entry = {0};

	pacl_facts_begin(&facts);
	pacl_facts_text(&facts, "from_date", date_text(closing->from_date));
	pacl_facts_text(&facts, "until_date", date_text(closing->until_date));
	pacl_facts_begin(&detail);
	pacl_facts_text(&detail, "name", text_to_cstring(closing->name));
	entry.act = act;
	entry.organization_id = organization_id;
	entry.subject_id = &closing->id;
	entry.facts = pacl_facts_end(&facts);
	entry.detail = pacl_facts_end(&detail);
	(void) pacl_activity_record(&entry);
}

pg_uuid_t *
pacl_closing_add(const pg_uuid_t *organization_id, DateADT from_date,
				 DateADT until_date, const char *name)
{
	PaclCaller *caller = pacl_require_caller();
	PaclClosing *closing = palloc(sizeof(PaclClosing));

	(void) pacl_require_admin(organization_id, PACL_ADMIN_FULL);
	check_days(from_date, until_date);
	check_name(name);
	pacl_organization_lock(organization_id);
	(void) pacl_require_admin(organization_id, PACL_ADMIN_FULL);

	pacl_uuid_make(&closing->id);
	closing->from_date = from_date;
	closing->until_date = until_date;
	closing->name = cstring_to_text(name);
	record("days.closed", organization_id, closing);
	pacl_closing_store_insert(organization_id, closing, &caller->account_id);
	pacl_slot_offer_touched_everywhere(organization_id);
	return &closing->id;
}

/* A closing of another organization is none. */
static void
require_known(const pg_uuid_t *closing_id, pg_uuid_t *organization_id,
			  PaclClosing *closing)
{
	bool		member;

	if (!pacl_closing_store_load(closing_id, organization_id, closing))
		pacl_raise_unknown("closing");
	pacl_view_push_latest();
	member = pacl_access_member(organization_id) != NULL;
	pacl_view_pop();
	if (!member)
		pacl_raise_unknown("closing");
}

void
pacl_closing_remove(const pg_uuid_t *closing_id)
{
	pg_uuid_t	organization_id;
	PaclClosing closing;

	(void) pacl_require_caller();
	require_known(closing_id, &organization_id, &closing);
	(void) pacl_require_admin(&organization_id, PACL_ADMIN_FULL);
	pacl_organization_lock(&organization_id);
	require_known(closing_id, &organization_id, &closing);
	(void) pacl_require_admin(&organization_id, PACL_ADMIN_FULL);
	record("days.reopened", &organization_id, &closing);
	pacl_closing_store_delete(&organization_id, closing_id);

	/* Whatever the clocks of its agendas show. */
	pacl_slot_offer_freed_everywhere(&organization_id,
									 (closing.from_date - INT64CONST(1)) * USECS_PER_DAY,
									 (closing.until_date + INT64CONST(2)) * USECS_PER_DAY);
}
