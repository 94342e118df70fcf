/*
 * booking.c
 *		The booking context: who books on an agenda, and which of its times.
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "base/authority.h"
#include "base/facts.h"
#include "base/time_zone.h"
#include "base/wallclock.h"
#include "calendar/absence.h"
#include "calendar/absence_store.h"
#include "calendar/agenda_store.h"
#include "calendar/booking.h"
#include "calendar/closing.h"
#include "calendar/opening.h"
#include "errors.h"
#include "pure/uuid.h"
#include "reader/overlap.h"
#include "reader/view.h"

/*
 * Longer stays are many appointments; a slip of the century must not block an
 * agenda for ever.
 */
#define LONGEST_DAYS 366

void
pacl_booking_open(const pg_uuid_t *agenda_id, PaclBookingContext *context)
{
	context->rights = pacl_require_locked_agenda(agenda_id, &context->agenda);
	context->caller = pacl_require_caller();
}

void
pacl_booking_look(const pg_uuid_t *agenda_id, PaclBookingContext *context)
{
	context->caller = pacl_require_caller();
	context->rights = pacl_require_agenda(agenda_id, &context->agenda);
}

PaclRefusal *
pacl_booking_check_bounds(TimestampTz starts_at, TimestampTz ends_at)
{
	if (TIMESTAMP_NOT_FINITE(starts_at) || TIMESTAMP_NOT_FINITE(ends_at))
		return pacl_refuse(ERRCODE_INVALID_PARAMETER_VALUE, "not_finite",
						   "the times must be finite", NULL, NULL);
	if (!IS_VALID_TIMESTAMP(starts_at) || !IS_VALID_TIMESTAMP(ends_at))
		return pacl_refuse(ERRCODE_DATETIME_FIELD_OVERFLOW, "out_of_range",
						   "the time is out of range", NULL, NULL);
	if (ends_at <= starts_at)
		return pacl_refuse_argument("ends_at", ERRCODE_INVALID_PARAMETER_VALUE,
									"ends_before_start",
									"ends_at must be after starts_at", NULL, NULL);
	if (ends_at - starts_at > LONGEST_DAYS * USECS_PER_DAY)
		return pacl_refuse_argument("ends_at", ERRCODE_INVALID_PARAMETER_VALUE,
									"out_of_range",
									"that is too long",
									psprintf("An appointment takes %d days at the most.",
											 LONGEST_DAYS),
									NULL);
	return NULL;
}

PaclRefusal *
pacl_booking_check_rights(const PaclBookingContext *context, PaclRights needed)
{
	return pacl_refuse_rights(context->rights, needed);
}

PaclRefusal *
pacl_booking_find_outside(const PaclBookingContext *context,
						  const pg_uuid_t *type_id, TimestampTz starts_at,
						  TimestampTz ends_at)
{
	char	   *unknown_zone;
	bool		covered;

	covered = pacl_opening_covers(&context->agenda.id, type_id, starts_at,
								  ends_at, &unknown_zone);
	if (unknown_zone != NULL)
		return pacl_refuse(ERRCODE_INVALID_PARAMETER_VALUE,
						   "time_zone_unknown",
						   psprintf("the server knows no time zone \"%s\"",
									unknown_zone),
						   "Nobody can tell when the agenda is open.",
						   "Give the agenda the name of an IANA zone, as in Europe/Paris.");
	if (covered)
		return NULL;
	return pacl_refuse(ERRCODE_PACL_OUTSIDE_OPENINGS, "outside_openings",
					   "the agenda is not open at this time",
					   NULL,
					   "Choose one of free_slots(), or ask for the level book.");
}

PaclRefusal *
pacl_booking_find_closing(const PaclBookingContext *context,
						  TimestampTz starts_at, TimestampTz ends_at)
{
	PaclClosing *closing = pacl_closing_find(&context->agenda.organization_id,
											 &context->agenda.id, starts_at,
											 ends_at);
	PaclRefusal *refusal;
	PaclFacts	facts;

	if (closing == NULL)
		return NULL;
	refusal = pacl_refuse(ERRCODE_PACL_ABSENT, "closed",
						  "the organization is closed at this time",
						  pacl_closing_text(closing),
						  "Choose one of free_slots(), or ask for the level book.");
	pacl_facts_begin(&facts);
	pacl_facts_uuid(&facts, "closing_id", &closing->id);
	pacl_facts_text(&facts, "name", text_to_cstring(closing->name));
	refusal->facts = pacl_facts_end(&facts);
	return refusal;
}

PaclRefusal *
pacl_booking_find_absence(const PaclBookingContext *context,
						  TimestampTz starts_at, TimestampTz ends_at)
{
	PaclRefusal *refusal;
	PaclFacts	facts;
	char	   *substitute;

	if (!pacl_absence_overlaps(&context->agenda.id, starts_at, ends_at))
		return NULL;
	substitute = pacl_absence_store_substitute(&context->agenda.id, starts_at,
											   ends_at);
	refusal = pacl_refuse(ERRCODE_PACL_ABSENT, "holder_absent",
						  pacl_access_has_holder(&context->agenda) ?
						  "the agenda's holder is absent at this time" :
						  "the room or device cannot be used at this time",
						  substitute == NULL ? NULL :
						  psprintf("%s stands in.", substitute),
						  "Choose one of free_slots(), or ask for the level book.");
	pacl_facts_begin(&facts);
	pacl_facts_text(&facts, "substitute", substitute);
	refusal->facts = pacl_facts_end(&facts);
	return refusal;
}

/* Below book, only the openings count. */
PaclRefusal *
pacl_booking_check_openings(const PaclBookingContext *context,
							const pg_uuid_t *type_id, TimestampTz starts_at,
							TimestampTz ends_at)
{
	if (pacl_rights_level(context->rights) >= PACL_LEVEL_BOOK)
		return NULL;
	return pacl_booking_find_outside(context, type_id, starts_at, ends_at);
}

bool
pacl_booking_is_in_hours(const PaclBookingContext *context,
						 const pg_uuid_t *type_id, TimestampTz starts_at,
						 TimestampTz ends_at)
{
	return (!pacl_opening_any(&context->agenda.id) ||
			pacl_booking_find_outside(context, type_id, starts_at,
									  ends_at) == NULL) &&
		pacl_booking_find_closing(context, starts_at, ends_at) == NULL &&
		pacl_booking_find_absence(context, starts_at, ends_at) == NULL;
}

/* And then no closing or absence may be in the way. */
PaclRefusal *
pacl_booking_check_hours(const PaclBookingContext *context,
						 const pg_uuid_t *type_id, TimestampTz starts_at,
						 TimestampTz ends_at)
{
	PaclRefusal *refusal;

	if (pacl_rights_level(context->rights) >= PACL_LEVEL_BOOK)
		return NULL;
	refusal = pacl_booking_check_openings(context, type_id, starts_at, ends_at);
	if (refusal == NULL)
		refusal = pacl_booking_find_closing(context, starts_at, ends_at);
	if (refusal == NULL)
		refusal = pacl_booking_find_absence(context, starts_at, ends_at);
	return refusal;
}

static bool
may_rewrite_history(const PaclBookingContext *context)
{
	return (pacl_rights_flags(context->rights) & PACL_FLAG_EDIT_PAST) != 0;
}

static PaclRefusal *
past(const char *message, const char *verb, TimestampTz at)
{
	return pacl_refuse(ERRCODE_PACL_IN_THE_PAST, "in_the_past", message,
					   psprintf("It %s at %s.", verb, timestamptz_to_str(at)),
					   "Ask for the flag edit_past to write what is past.");
}

/* Anyone who walks in is served in the slot that is running. */
PaclRefusal *
pacl_booking_check_start(const PaclBookingContext *context, TimestampTz starts_at)
{
	int64		slot = context->agenda.slot_minutes * USECS_PER_MINUTE;

	if (starts_at >= pacl_view_time() - slot || may_rewrite_history(context))
		return NULL;
	return past("this time is in the past", "began", starts_at);
}

/* The end of the local day in which a time ends; of UTC's, if nobody knows. */
static TimestampTz
end_of_day(const pg_uuid_t *agenda_id, TimestampTz ends_at)
{
	PaclAgendaRow agenda;
	DateADT		date;
	TimeADT		ignored;
	pg_tz	   *zone;

	if (!pacl_agenda_store_read(agenda_id, &agenda))
		elog(ERROR, "the agenda has gone while it was locked");
	zone = pacl_time_zone_find(agenda.time_zone);
	if (zone == NULL)
		zone = pg_tzset("GMT");
	pacl_wallclock_read(zone, ends_at - 1, &date, &ignored);
	return pacl_wallclock_instant(zone, date + 1, 0);
}

/* Today is not the past, and most of what is changed has not ended yet. */
static PaclRefusal *
check_day(const PaclBookingContext *context, TimestampTz ends_at)
{
	TimestampTz now = pacl_view_time();

	if (ends_at > now || may_rewrite_history(context) ||
		end_of_day(&context->agenda.id, ends_at) > now)
		return NULL;
	return past("this appointment is in the past", "ended", ends_at);
}

bool
pacl_booking_is_served(const PaclAgenda *agenda)
{
	PaclMembership holder;

	if (agenda->archived || !pacl_access_has_holder(agenda))
		return !agenda->archived;
	return pacl_access_member_of(&agenda->holder_id, &agenda->organization_id,
								 &holder) &&
		holder.active && pacl_identity_is_active(&agenda->holder_id);
}

PaclRefusal *
pacl_booking_check_served(const PaclAgenda *agenda)
{
	bool		served;

	pacl_view_push_latest();
	served = pacl_booking_is_served(agenda);
	pacl_view_pop();
	if (served)
		return NULL;
	if (agenda->archived)
		return pacl_refuse(ERRCODE_PACL_NOT_SERVED, "agenda_archived",
						   "agenda takes no new appointments",
						   "The agenda is archived.",
						   "An administrator can bring it back with practiceacl.restore_agenda().");
	return pacl_refuse(ERRCODE_PACL_NOT_SERVED, "holder_gone",
					   "agenda takes no new appointments",
					   "Its holder is disabled or blocked, or no longer belongs to the organization.",
					   "An administrator can give it to a colleague with practiceacl.transfer_agenda().");
}

/* What there is to check of a time that is taken, but for when it begins. */
static PaclRefusal *
check_place(const PaclBookingContext *context, const pg_uuid_t *type_id,
			TimestampTz starts_at, TimestampTz ends_at)
{
	PaclRefusal *refusal = pacl_booking_check_served(&context->agenda);

	if (refusal == NULL)
		refusal = pacl_booking_check_hours(context, type_id, starts_at, ends_at);
	return refusal;
}

PaclRefusal *
pacl_booking_check_level(const PaclBookingContext *context,
						 const pg_uuid_t *type_id, TimestampTz starts_at,
						 TimestampTz ends_at)
{
	PaclRefusal *refusal;

	refusal = pacl_booking_check_rights(context, PACL_RIGHTS_BOOK_IN_HOURS);
	if (refusal == NULL)
		refusal = pacl_booking_check_start(context, starts_at);
	if (refusal == NULL)
		refusal = check_place(context, type_id, starts_at, ends_at);
	return refusal;
}

PaclRefusal *
pacl_booking_check_retaken(const PaclBookingContext *context,
						   const pg_uuid_t *type_id, TimestampTz starts_at,
						   TimestampTz ends_at)
{
	PaclRefusal *refusal = pacl_booking_check_given(context, ends_at);

	if (refusal == NULL)
		refusal = check_place(context, type_id, starts_at, ends_at);
	return refusal;
}

PaclRefusal *
pacl_booking_check_given(const PaclBookingContext *context,
						 TimestampTz ends_at)
{
	PaclRefusal *refusal;

	refusal = pacl_booking_check_rights(context, PACL_RIGHTS_BOOK_IN_HOURS);
	if (refusal == NULL)
		refusal = check_day(context, ends_at);
	return refusal;
}

static char *
taken_facts(const PaclBookingContext *context, const PaclOverlap *overlap)
{
	PaclFacts	facts;

	pacl_facts_begin(&facts);
	pacl_facts_time(&facts, "occupied_from", overlap->occupied_from);
	pacl_facts_time(&facts, "occupied_until", overlap->occupied_until);
	if (!overlap->private ||
		pacl_rights_cover(context->rights, PACL_RIGHTS_SEE_PRIVATE))
		pacl_facts_uuid(&facts, "appointment_id", &overlap->appointment_id);
	return pacl_facts_end(&facts);
}

/* The conflicting appointment is named to those who may read it. */
static PaclRefusal *
taken(const PaclBookingContext *context, const PaclOverlap *overlap)
{
	char	   *from = pstrdup(timestamptz_to_str(overlap->occupied_from));
	char	   *until = pstrdup(timestamptz_to_str(overlap->occupied_until));
	char	   *detail;
	PaclRefusal *refusal;

	if (!pacl_rights_cover(context->rights, PACL_RIGHTS_READ))
		detail = NULL;
	else if (overlap->private && !pacl_rights_cover(context->rights, PACL_RIGHTS_SEE_PRIVATE))
		detail = psprintf("The agenda is busy from %s to %s.", from, until);
	else
		detail = psprintf("Appointment %s takes it from %s to %s%s.",
						  pacl_uuid_text(&overlap->appointment_id),
						  from, until,
						  overlap->pauses ? " with its pauses" : "");
	refusal = pacl_refuse(ERRCODE_EXCLUSION_VIOLATION,
						  "appointment_no_overlap",
						  "this slot is already taken", detail, NULL);
	if (detail != NULL)
		refusal->facts = taken_facts(context, overlap);
	return refusal;
}

PaclRefusal *
pacl_booking_check_free(const PaclBookingContext *context, TimestampTz from,
						TimestampTz until, const pg_uuid_t *except)
{
	PaclOverlap overlap;

	if (!pacl_overlap_find(&context->agenda.id, from, until, except, &overlap))
		return NULL;
	return taken(context, &overlap);
}
