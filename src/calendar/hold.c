/*
 * hold.c
 *		Holds: somebody is booking this slot, others wait until it lapses.
 */
#include "postgres.h"

#include "utils/timestamp.h"

#include "base/activity.h"
#include "base/authority.h"
#include "base/facts.h"
#include "base/lock.h"
#include "calendar/appointment_guard.h"
#include "calendar/appointment_type.h"
#include "calendar/booking.h"
#include "calendar/hold.h"
#include "calendar/hold_store.h"
#include "calendar/opening.h"
#include "errors.h"
#include "pure/period.h"
#include "pure/uuid.h"
#include "reader/presence.h"
#include "reader/view.h"

static TimestampTz
occupied_from(const PaclHold *hold)
{
	return pacl_occupied_from(hold->starts_at, hold->minutes_before);
}

static TimestampTz
occupied_until(const PaclHold *hold)
{
	return pacl_occupied_until(hold->ends_at, hold->minutes_after);
}

static bool
is_own_session(const PaclHold *hold, const PaclCaller *caller)
{
	return caller->has_session &&
		pacl_uuid_equal(&hold->session_id, &caller->session_id);
}

static bool
is_own_account(const PaclHold *hold, const PaclCaller *caller)
{
	return pacl_uuid_equal(&hold->account_id, &caller->account_id);
}

static PaclRefusal *
held_by(const PaclHold *hold)
{
	PaclRefusal *refusal = pacl_refuse(ERRCODE_PACL_SLOT_HELD, "slot_held",
									   "somebody else is booking this slot",
									   psprintf("%s holds it until %s.",
												hold->name,
												timestamptz_to_str(hold->expires_at)),
									   "Choose another time, or wait.");
	PaclFacts	facts;

	pacl_facts_begin(&facts);
	pacl_facts_text(&facts, "held_by", hold->name);
	pacl_facts_time(&facts, "held_until", hold->expires_at);
	refusal->facts = pacl_facts_end(&facts);
	return refusal;
}

PaclRefusal *
pacl_hold_check(const PaclBookingContext *context, TimestampTz starts_at,
				TimestampTz ends_at, bool *own)
{
	PaclHold   *holds;
	int			count;
	bool		found_own = false;
	PaclRefusal *refusal = NULL;

	if (own != NULL)
		*own = false;
	/* Booking is nearly always without: then one index probe is all. */
	if (!pacl_presence_has_holds(&context->agenda.id))
		return NULL;

	holds = pacl_hold_store_overlapping(&context->agenda.id, starts_at, ends_at,
										pacl_view_time(), &count);
	for (int i = 0; i < count; i++)
	{
		if (is_own_account(&holds[i], context->caller))
			found_own = true;
		else if (refusal == NULL)
			refusal = held_by(&holds[i]);
	}
	if (own != NULL)
		*own = found_own;
	return refusal;
}

/*
 * The act is about the holder of the agenda, or the person of a shared
 * log-in.
 */
static void
record(const char *act, const PaclHold *hold, const pg_uuid_t *account_id,
	   const pg_uuid_t *other_session)
{
	PaclFacts	facts;
	PaclEntry	entry = {0};

	pacl_facts_begin(&facts);
	pacl_facts_time(&facts, "starts_at", hold->starts_at);
	pacl_facts_time(&facts, "ends_at", hold->ends_at);
	pacl_facts_time(&facts, "expires_at", hold->expires_at);
	if (hold->minutes_before > 0)
		pacl_facts_int(&facts, "minutes_before", hold->minutes_before);
	if (hold->minutes_after > 0)
		pacl_facts_int(&facts, "minutes_after", hold->minutes_after);
	if (other_session != NULL)
		pacl_facts_uuid(&facts, "other_session", other_session);
	entry.act = act;
	entry.organization_id = &hold->organization_id;
	entry.agenda_id = &hold->agenda_id;
	entry.account_id = account_id;
	entry.subject_id = &hold->id;
	entry.facts = pacl_facts_end(&facts);
	(void) pacl_activity_record(&entry);
}

/* One log-in, two sessions, one slot: the other session's hold says so. */
static void
flag_shared(const PaclHold *hold)
{
	pacl_hold_store_flag_shared(&hold->organization_id, &hold->id);
	record("log_in.shared", hold, &hold->account_id, &hold->session_id);
}

void
pacl_hold_consume(const PaclCaller *caller, const PaclAgenda *agenda,
				  TimestampTz starts_at, TimestampTz ends_at)
{
	int			count;
	PaclHold   *holds = pacl_hold_store_overlapping(&agenda->id, starts_at,
													ends_at, pacl_view_time(),
													&count);

	for (int i = 0; i < count; i++)
	{
		if (is_own_session(&holds[i], caller))
			(void) pacl_hold_store_delete(&agenda->organization_id,
										  &holds[i].id);
		else if (is_own_account(&holds[i], caller) &&
				 caller->has_session && !holds[i].shared_log_in)
			flag_shared(&holds[i]);
	}
}

/* In microseconds; a hold is short, so a month in it needs no calendar. */
static int64
checked_lifetime(const Interval *lifetime)
{
	int64		most = PACL_HOLD_MAX_MINUTES * USECS_PER_MINUTE;
	bool		short_enough = lifetime->month == 0 && lifetime->day == 0 &&
		lifetime->time > 0 && lifetime->time <= most;

	if (!short_enough)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("out_of_range"),
				 errargument("lifetime"),
				 errmsg("lifetime of a hold must be between zero and %d minutes",
						PACL_HOLD_MAX_MINUTES)));
	return lifetime->time;
}

/* Sessions cost nothing, so the account has a bound as well. */
static void
check_count(const PaclCaller *caller)
{
	int			of_account;
	int			of_session;

	pacl_hold_store_count(&caller->account_id, &caller->session_id,
						  pacl_view_time(), &of_account, &of_session);
	if (of_session < PACL_HOLD_MAX_OF_SESSION &&
		of_account < PACL_HOLD_MAX_OF_ACCOUNT)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_PACL_TOO_MANY_ATTEMPTS),
			 errword("holds"),
			 errmsg("too many slots held"),
			 errdetail("A session may hold %d at once, an account %d in all its sessions.",
					   PACL_HOLD_MAX_OF_SESSION, PACL_HOLD_MAX_OF_ACCOUNT),
			 errhint("Release one with practiceacl.release_hold(hold_id), or wait until one lapses.")));
}

/*
 * The caller's own holds of the slot: those of this session make way for the
 * new one, those of another session are flagged.  Returns whether there was
 * one of another.
 */
static bool
settle_own(const PaclCaller *caller, const PaclHold *wanted)
{
	int			count;
	PaclHold   *holds = pacl_hold_store_overlapping(&wanted->agenda_id,
													occupied_from(wanted),
													occupied_until(wanted),
													pacl_view_time(), &count);
	bool		shared = false;

	for (int i = 0; i < count; i++)
	{
		if (is_own_session(&holds[i], caller))
			(void) pacl_hold_store_delete(&holds[i].organization_id,
										  &holds[i].id);
		else if (is_own_account(&holds[i], caller))
		{
			shared = true;
			flag_shared(&holds[i]);
		}
	}
	return shared;
}

/* How long it is, and its pauses, by its type or the agenda's slot length. */
static void
measure(const PaclBookingContext *context, const PaclHoldWish *wish,
		PaclHold *hold)
{
	int			minutes = context->agenda.slot_minutes;

	if (wish->appointment_type != NULL)
	{
		PaclAppointmentType type;

		pacl_refusal_raise_if(pacl_appointment_type_find(context,
														 wish->appointment_type,
														 &type));
		pacl_refusal_raise_if(pacl_appointment_type_check(context, &type));
		minutes = type.minutes;
		hold->minutes_before = type.minutes_before;
		hold->minutes_after = type.minutes_after;
	}
	hold->starts_at = wish->starts_at;
	hold->ends_at = wish->has_end ? wish->ends_at :
		pacl_period_end(wish->starts_at, minutes * USECS_PER_MINUTE);
}

/* As a booking would be allowed to take it; of which type may be open yet. */
static void
check_take(const PaclBookingContext *context, const PaclHoldWish *wish,
		   const PaclHold *hold)
{
	const pg_uuid_t *type_id = wish->appointment_type != NULL ?
		wish->appointment_type : &pacl_any_type;
	TimestampTz from = occupied_from(hold);
	TimestampTz until = occupied_until(hold);

	pacl_refusal_raise_if(pacl_booking_check_bounds(hold->starts_at,
													hold->ends_at));
	pacl_refusal_raise_if(pacl_booking_check_bounds(from, until));
	pacl_refusal_raise_if(pacl_booking_check_level(context, type_id,
												   hold->starts_at,
												   hold->ends_at));
	pacl_refusal_raise_if(pacl_hold_check(context, from, until, NULL));
	pacl_refusal_raise_if(pacl_booking_check_free(context, from, until, NULL));
}

pg_uuid_t *
pacl_hold_take(const pg_uuid_t *agenda_id, const PaclHoldWish *wish)
{
	int64		microseconds;
	pg_uuid_t  *id = palloc(sizeof(pg_uuid_t));
	PaclBookingContext context;
	PaclHold	hold = {{{0}}};

	(void) pacl_require_caller();
	microseconds = checked_lifetime(wish->lifetime);
	pacl_booking_open(agenda_id, &context);
	if (!context.caller->has_session)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION),
				 errword("no_session"),
				 errmsg("cannot hold a slot without a session"),
				 errhint("Log in, and call practiceacl.enter(token) in the same transaction.")));
	measure(&context, wish, &hold);
	check_take(&context, wish, &hold);

	pacl_uuid_make(id);
	hold.id = *id;
	hold.organization_id = context.agenda.organization_id;
	hold.agenda_id = context.agenda.id;
	hold.session_id = context.caller->session_id;
	hold.account_id = context.caller->account_id;
	hold.expires_at = pacl_view_time() + microseconds;

	record("slot.held", &hold, &context.agenda.holder_id, NULL);
	pacl_hold_store_delete_lapsed(agenda_id, pacl_view_time());
	hold.shared_log_in = settle_own(context.caller, &hold);
	check_count(context.caller);
	pacl_hold_store_insert(&hold);
	return id;
}

/*
 * Read before the lock to know which agenda's it is, and again after it: the
 * hold may be gone by then, and then there is nothing left to do.
 */
void
pacl_hold_release(const pg_uuid_t *hold_id)
{
	PaclCaller *caller = pacl_require_caller();
	PaclAgenda	agenda;
	PaclHold	hold;

	if (!pacl_hold_store_load(hold_id, &hold) ||
		!is_own_account(&hold, caller))
		pacl_raise_unknown("hold");
	pacl_lock_agenda(&hold.agenda_id);
	if (!pacl_hold_store_load(hold_id, &hold) ||
		!pacl_access_agenda(&hold.agenda_id, &agenda))
		return;
	record("slot.released", &hold, &agenda.holder_id, NULL);
	(void) pacl_hold_store_delete(&hold.organization_id, hold_id);
}
