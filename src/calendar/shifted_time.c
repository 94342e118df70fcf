/*
 * shifted_time.c
 *		What a change of a time zone's rules has shifted.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/timestamp.h"

#include "base/activity.h"
#include "base/authority.h"
#include "base/facts.h"
#include "base/lock.h"
#include "base/outbox.h"
#include "base/wallclock.h"
#include "calendar/agenda_store.h"
#include "calendar/reminder.h"
#include "calendar/shifted_time.h"
#include "calendar/slot_offer.h"
#include "errors.h"
#include "pure/uuid.h"
#include "reader/access.h"
#include "reader/view.h"

/* The agenda, which is locked, and its zone as the server has it now. */
static pg_tz *
open_agenda(const pg_uuid_t *agenda_id, PaclAgenda *agenda)
{
	PaclAgendaRow row;
	bool		found;

	pacl_view_push_latest();
	found = pacl_access_agenda(agenda_id, agenda);
	pacl_view_pop();
	if (!found || !pacl_agenda_store_read(agenda_id, &row))
		pacl_raise_unknown("agenda");
	return pacl_wallclock_zone(row.time_zone);
}

/* The moment at which the clock shows what it was to show, if there is just one. */
static PaclRefusal *
find_moment(pg_tz *zone, Timestamp shown, TimestampTz *moment)
{
	PaclShown	times = pacl_wallclock_count(zone, shown, moment);

	if (times == PACL_SHOWN_ONCE)
		return NULL;
	return pacl_refuse(ERRCODE_INVALID_PARAMETER_VALUE, "clocks_change",
					   psprintf("the clocks of %s %s",
								pg_get_timezone_name(zone),
								times == PACL_SHOWN_NEVER ?
								"skip this time" : "show this time twice"),
					   NULL, "Move it by hand.");
}

/* Finds where it was to be, or why it cannot go there. */
static PaclRefusal *
check(const PaclShiftedTime *shifted, pg_tz *zone, TimestampTz *starts_at,
	  TimestampTz *ends_at)
{
	PaclRefusal *refusal = find_moment(zone, shifted->local_start, starts_at);
	const pg_uuid_t *other;

	if (refusal == NULL)
		refusal = find_moment(zone, shifted->local_end, ends_at);
	if (refusal != NULL)
		return refusal;
	if (*starts_at != shifted->starts_at &&
		shifted->starts_at <= pacl_view_time())
		return pacl_refuse(ERRCODE_PACL_IN_THE_PAST, "in_the_past",
						   "it has begun", NULL,
						   NULL);
	if (*ends_at <= *starts_at)
		return pacl_refuse(ERRCODE_INVALID_PARAMETER_VALUE,
						   "ends_before_start",
						   "it would end before it begins", NULL, NULL);
	other = shifted->is_absence ? NULL :
		pacl_shifted_time_store_overlap(shifted, *starts_at, *ends_at);
	if (other == NULL)
		return NULL;
	return pacl_refuse(ERRCODE_EXCLUSION_VIOLATION, "appointment_no_overlap",
					   "this slot is already taken",
					   psprintf("Appointment %s takes it.",
								pacl_uuid_text(other)), NULL);
}

static void
record(const PaclShiftedTime *before, const pg_uuid_t *part_of,
	   TimestampTz starts_at, TimestampTz ends_at)
{
	PaclFacts	facts;
	PaclEntry	entry = {0};

	pacl_facts_begin(&facts);
	pacl_facts_time(&facts, "starts_at_before", before->starts_at);
	pacl_facts_time(&facts, "ends_at_before", before->ends_at);
	pacl_facts_time(&facts, "starts_at", starts_at);
	pacl_facts_time(&facts, "ends_at", ends_at);
	pacl_facts_text(&facts, "reason", "time_zone_rules");
	if (part_of != NULL)
		pacl_facts_uuid(&facts, "part_of", part_of);
	entry.act = before->is_absence ? "absence.moved" : "appointment.moved";
	entry.organization_id = &before->organization_id;
	entry.agenda_id = &before->agenda_id;
	entry.subject_id = &before->id;
	entry.by_operator = true;
	entry.facts = pacl_facts_end(&facts);
	(void) pacl_activity_record(&entry);
}

static PaclRefusal *
try_restore(PaclShiftedTime *shifted, const PaclAgenda *agenda, pg_tz *zone)
{
	TimestampTz starts_at;
	TimestampTz ends_at;
	PaclRefusal *refusal = check(shifted, zone, &starts_at, &ends_at);
	PaclShiftedTime *parts = NULL;
	int			part_count = 0;

	if (refusal != NULL)
		return refusal;
	if (!shifted->is_absence)
		parts = pacl_shifted_time_store_parts(shifted, &part_count);
	record(shifted, NULL, starts_at, ends_at);
	for (int i = 0; i < part_count; i++)
		record(&parts[i], &shifted->id, starts_at, ends_at);
	shifted->starts_at = starts_at;
	shifted->ends_at = ends_at;
	pacl_shifted_time_store_place(shifted);
	if (shifted->is_absence)
		return NULL;
	pacl_slot_offer_touched(&shifted->agenda_id);
	pacl_reminder_settle(&shifted->organization_id, &shifted->id, 1);
	pacl_outbox_copy_appointment(agenda, &shifted->id, &pacl_nil_uuid,
								 "moved", starts_at, ends_at);
	return NULL;
}

/*
 * All go the same way, so one that goes to where its neighbour is waits until
 * that has gone: one pass from either end settles a row of them.
 */
static void
restore_agenda(const pg_uuid_t *agenda_id, PaclShiftedCallback visit,
			   void *state)
{
	PaclAgenda	agenda;
	pg_tz	   *zone = open_agenda(agenda_id, &agenda);
	int			count;
	PaclShiftedTime *all = pacl_shifted_time_store_list(agenda_id, &count);
	PaclRefusal **refusals = palloc0(Max(count, 1) * sizeof(PaclRefusal *));
	bool	   *settled = palloc0(Max(count, 1) * sizeof(bool));
	bool		progress = true;

	for (int pass = 0; progress || pass < 2; pass++)
	{
		progress = false;
		for (int n = 0; n < count; n++)
		{
			int			i = pass % 2 == 0 ? n : count - 1 - n;

			if (settled[i])
				continue;
			CHECK_FOR_INTERRUPTS();
			refusals[i] = try_restore(&all[i], &agenda, zone);
			settled[i] = refusals[i] == NULL ||
				refusals[i]->sqlstate != ERRCODE_EXCLUSION_VIOLATION;
			progress |= refusals[i] == NULL;
		}
	}
	for (int i = 0; i < count; i++)
		visit(state, &all[i], refusals[i]);
}

static void
require_agenda(const pg_uuid_t *agenda_id)
{
	PaclAgendaRow row;

	if (!pacl_agenda_store_read(agenda_id, &row))
		pacl_raise_unknown("agenda");
}

/* The locks of both lists, in their order. */
static void
lock_agendas(const pg_uuid_t *agendas, int count, const pg_uuid_t *further,
			 int further_count)
{
	pg_uuid_t  *all = palloc(Max(count + further_count, 1) * sizeof(pg_uuid_t));

	memcpy(all, agendas, count * sizeof(pg_uuid_t));
	memcpy(all + count, further, further_count * sizeof(pg_uuid_t));
	pacl_lock_agendas(all, count + further_count);
}

void
pacl_shifted_time_restore(const pg_uuid_t *agenda_id,
						  PaclShiftedCallback visit, void *state)
{
	pg_uuid_t  *agendas;
	pg_uuid_t  *further;
	int			count;
	int			further_count;

	if (agenda_id != NULL)
		require_agenda(agenda_id);
	agendas = pacl_shifted_time_store_agendas(agenda_id, &count);
	further = pacl_shifted_time_store_further(agenda_id, &further_count);
	lock_agendas(agendas, count, further, further_count);
	for (int i = 0; i < count; i++)
		restore_agenda(&agendas[i], visit, state);
	pacl_slot_offer_settle();
}

int64
pacl_shifted_time_accept(const pg_uuid_t *agenda_id)
{
	PaclAgenda	agenda;
	PaclFacts	facts;
	int			count;
	PaclEntry	entry = {0};

	require_agenda(agenda_id);
	pacl_lock_agenda(agenda_id);
	(void) open_agenda(agenda_id, &agenda);
	(void) pacl_shifted_time_store_list(agenda_id, &count);
	if (count == 0)
		return 0;

	pacl_facts_begin(&facts);
	pacl_facts_int(&facts, "times", count);
	entry.act = "wall_clock.accepted";
	entry.organization_id = &agenda.organization_id;
	entry.agenda_id = agenda_id;
	entry.by_operator = true;
	entry.facts = pacl_facts_end(&facts);
	(void) pacl_activity_record(&entry);
	pacl_shifted_time_store_accept(agenda_id);
	return count;
}
