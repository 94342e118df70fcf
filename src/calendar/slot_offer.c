/*
 * slot_offer.c
 *		Offers of times that became free to patients who wait for one.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "base/activity.h"
#include "base/authority.h"
#include "base/contact.h"
#include "base/facts.h"
#include "base/lock.h"
#include "base/outbox.h"
#include "base/wallclock.h"
#include "calendar/absence.h"
#include "calendar/appointment_type_store.h"
#include "calendar/booking.h"
#include "calendar/closing.h"
#include "calendar/find_slots.h"
#include "calendar/free_time.h"
#include "calendar/opening.h"
#include "calendar/slot_offer.h"
#include "calendar/slot_offer_store.h"
#include "errors.h"
#include "pure/uuid.h"
#include "reader/presence.h"
#include "reader/view.h"

/* Nobody is written to at night, by the clock of the agenda. */
#define FIRST_HOUR (8 * USECS_PER_HOUR)
#define LAST_HOUR (20 * USECS_PER_HOUR)

/* It takes time to come: what begins sooner is a matter of the telephone. */
#define SHORTEST_NOTICE USECS_PER_HOUR
#define LAST_ANSWER (USECS_PER_HOUR / 2)

/* Somebody may be booking: a hold lasts no longer. */
#define LONGEST_HOLD (15 * USECS_PER_MINUTE)

/* So far is looked for what openings bring. */
#define LONGEST_DAYS 3660

/* So many agendas are looked at in one call for all. */
#define MOST_AGENDAS 1000

/*
 * The agendas of this transaction to which something has happened; for one
 * epoch, which every error ends: what was noted is looked up in the rows.
 */
static struct
{
	uint64		epoch;
	int			count;
	int			room;
	pg_uuid_t  *agenda_ids;
}			noted;

static void
note(const pg_uuid_t *agenda_id)
{
	if (noted.epoch != pacl_view_epoch)
		noted.count = 0;
	noted.epoch = pacl_view_epoch;
	for (int i = 0; i < noted.count; i++)
		if (pacl_uuid_equal(&noted.agenda_ids[i], agenda_id))
			return;
	if (noted.count >= noted.room)
	{
		int			room = noted.room * 2 + 8;

		noted.agenda_ids = noted.agenda_ids == NULL ?
			MemoryContextAlloc(TopMemoryContext, room * sizeof(pg_uuid_t)) :
			repalloc(noted.agenda_ids, room * sizeof(pg_uuid_t));
		noted.room = room;
	}
	noted.agenda_ids[noted.count++] = *agenda_id;
}

void
pacl_slot_offer_freed(const pg_uuid_t *organization_id,
					  const pg_uuid_t *agenda_id, TimestampTz from,
					  TimestampTz until)
{
	from = Max(from, pacl_view_time());
	if (from < until &&
		pacl_slot_offer_store_free(organization_id, agenda_id, from, until,
								   pacl_view_time()))
		note(agenda_id);
}

void
pacl_slot_offer_opened(const PaclAgenda *agenda, PaclOpening *before,
					   int before_count, PaclOpening *after, int after_count)
{
	TimestampTz from;
	TimestampTz until;

	pacl_slot_offer_touched(&agenda->id);
	if (!pacl_slot_offer_store_awaited(&agenda->id, &from, &until))
		return;
	from = Max(from, pacl_view_time());
	until = Min(until, from + LONGEST_DAYS * USECS_PER_DAY);
	if (from < until &&
		pacl_free_time_opened(agenda, before, before_count, after,
							  after_count, &from, &until))
		pacl_slot_offer_freed(&agenda->organization_id, &agenda->id, from,
							  until);
}

void
pacl_slot_offer_freed_everywhere(const pg_uuid_t *organization_id,
								 TimestampTz from, TimestampTz until)
{
	from = Max(from, pacl_view_time());
	if (from < until)
		pacl_slot_offer_store_free_all(organization_id, from, until,
									   pacl_view_time());
}

void
pacl_slot_offer_touched_everywhere(const pg_uuid_t *organization_id)
{
	pacl_slot_offer_store_look_at_all(organization_id, pacl_view_time());
}

/* Booking is nearly always where nothing is offered: then one probe is all. */
void
pacl_slot_offer_touched(const pg_uuid_t *agenda_id)
{
	if (pacl_presence_has_freed(agenda_id))
		note(agenda_id);
}

void
pacl_slot_offer_changed(const pg_uuid_t *agenda_id)
{
	if (!pacl_presence_has_freed(agenda_id))
		return;
	pacl_slot_offer_store_look(agenda_id, pacl_view_time());
	note(agenda_id);
}

void
pacl_slot_offer_leave(const pg_uuid_t *organization_id,
					  const pg_uuid_t *entry_id)
{
	pacl_slot_offer_store_leave(organization_id, entry_id, pacl_view_time());
}

/* One agenda whose offers are being made. */
typedef struct Settling
{
	PaclAgenda	agenda;
	PaclOfferTerms terms;
	bool		by_operator;
	TimestampTz now;
	TimestampTz due;			/* when to look again */
	PaclSlotOffer *offers;
	int			offer_count;
	int			offer_room;
	PaclWaiting *waiting;
	int			waiting_count;
	int64		made;

	/* For the entry that is being looked at. */
	const PaclFreed *freed;
	const PaclWaiting *entry;
	PaclFreeWish wish;
	TimestampTz starts_at;
	TimestampTz ends_at;
	bool		found;
} Settling;

static void
record(const Settling *s, const char *act, const PaclSlotOffer *offer,
	   const char *outcome)
{
	PaclFacts	facts;
	PaclEntry	entry = {0};

	pacl_facts_begin(&facts);
	pacl_facts_text(&facts, "outcome", outcome);
	pacl_facts_uuid(&facts, "waiting_list_entry", &offer->entry_id);
	pacl_facts_time(&facts, "starts_at", offer->starts_at);
	pacl_facts_time(&facts, "ends_at", offer->ends_at);
	if (outcome == NULL)
		pacl_facts_time(&facts, "expires_at", offer->expires_at);
	entry.act = act;
	entry.organization_id = &s->agenda.organization_id;
	entry.agenda_id = &s->agenda.id;
	entry.account_id = &s->agenda.holder_id;
	entry.subject_id = &offer->id;
	entry.by_operator = s->by_operator;
	entry.facts = pacl_facts_end(&facts);
	(void) pacl_activity_record(&entry);
}

/* What became free is then looked at again. */
static void
end_offer(Settling *s, PaclSlotOffer *offer, const char *outcome)
{
	bool		unheard;

	/* Whoever has it locked ends it, or it is looked at the next time. */
	if (!pacl_slot_offer_store_lock(offer))
	{
		s->due = s->now;
		return;
	}
	unheard = pacl_slot_offer_store_withdraw(offer, s->now);

	/* Who was never told has not let anything lapse. */
	if (unheard && strcmp(outcome, "lapsed") == 0)
		outcome = "withdrawn";
	record(s, "slot.offer_ended", offer, outcome);
	pacl_slot_offer_store_end(offer, outcome, s->now);
	pacl_slot_offer_store_look(&offer->agenda_id, s->now);
	offer->stands = false;
	offer->ended_at = s->now;
	offer->withdrawn = strcmp(outcome, "withdrawn") == 0;
}

/*
 * Whether somebody who books in hours could still take it.  A hold is no
 * obstacle: it may be that of whoever is just booking it for the patient.
 */
static bool
is_free(const Settling *s, const PaclSlotOffer *offer)
{
	char	   *unknown_zone;
	PaclOverlap overlap;

	return s->terms.minutes > 0 &&
		pacl_booking_check_served(&s->agenda) == NULL &&
		pacl_opening_covers(&s->agenda.id, offer->appointment_type,
							offer->starts_at, offer->ends_at, &unknown_zone) &&
		pacl_closing_find(&s->agenda.organization_id, &s->agenda.id,
						  offer->starts_at, offer->ends_at) == NULL &&
		!pacl_absence_overlaps(&s->agenda.id, offer->starts_at,
							   offer->ends_at) &&
		!pacl_overlap_find(&s->agenda.id, offer->occupied_from,
						   offer->occupied_until, NULL, &overlap);
}

static void
end_offers(Settling *s)
{
	for (int i = 0; i < s->offer_count; i++)
	{
		PaclSlotOffer *offer = &s->offers[i];

		if (!offer->stands)
			continue;
		if (!is_free(s, offer))
			end_offer(s, offer, "withdrawn");
		else if (offer->expires_at <= s->now)
			end_offer(s, offer, "lapsed");
		else
			s->due = Min(s->due, offer->expires_at);
	}
}

static bool
overlaps(const PaclSlotOffer *offer, TimestampTz from, TimestampTz until)
{
	return offer->occupied_from < until && offer->occupied_until > from;
}

/*
 * Whether somebody has it on offer, or this patient has let it pass since it
 * became free: what was taken meanwhile is another chance.
 */
static bool
is_on_offer(const Settling *s, TimestampTz from, TimestampTz until)
{
	for (int i = 0; i < s->offer_count; i++)
	{
		const PaclSlotOffer *offer = &s->offers[i];

		if (overlaps(offer, from, until) &&
			(offer->stands ||
			 (!offer->withdrawn && offer->ended_at >= s->freed->freed_at &&
			  pacl_uuid_equal(&offer->entry_id, &s->entry->id))))
			return true;
	}
	return false;
}

static bool
consider(void *state, const PaclFreeAgenda *agenda, TimestampTz starts_at,
		 TimestampTz ends_at)
{
	Settling   *s = state;

	if (!pacl_find_slots_is_wanted(s->entry->weekdays, s->entry->day_from,
								   s->entry->day_until, agenda->zone,
								   starts_at, ends_at) ||
		is_on_offer(s, starts_at - s->wish.pause_before,
					ends_at + s->wish.pause_after))
		return true;
	s->starts_at = starts_at;
	s->ends_at = ends_at;
	s->found = true;
	return false;
}

/* How long it takes; false if what the patient waits for is not to be had. */
static bool
measure(Settling *s)
{
	const PaclWaiting *entry = s->entry;
	PaclAppointmentType type;

	memset(&s->wish, 0, sizeof(s->wish));
	s->wish.account_id = &pacl_nil_uuid;
	s->wish.length = s->agenda.slot_minutes * USECS_PER_MINUTE;
	if (entry->appointment_type == NULL)
		return true;
	if (!pacl_appointment_type_store_read_on(&s->agenda.organization_id,
											 &s->agenda.id,
											 entry->appointment_type, &type) ||
		type.archived || !type.offered)
		return false;
	s->wish.length = type.minutes * USECS_PER_MINUTE;
	s->wish.pause_before = type.minutes_before * USECS_PER_MINUTE;
	s->wish.pause_after = type.minutes_after * USECS_PER_MINUTE;
	return true;
}

/* When a message may go out: now, or in the morning. */
static TimestampTz
hour_to_write(pg_tz *zone, TimestampTz now)
{
	DateADT		date;
	TimeADT		time;

	pacl_wallclock_read(zone, now, &date, &time);
	if (time < FIRST_HOUR)
		return Max(now, pacl_wallclock_instant(zone, date, FIRST_HOUR));
	if (time >= LAST_HOUR)
		return pacl_wallclock_instant(zone, date + 1, FIRST_HOUR);
	return now;
}

/*
 * The first time that the entry could have of what became free: it would have
 * collided with what was there, pauses included.
 */
static bool
find_time(Settling *s, const PaclFreed *freed, TimestampTz *sent_at)
{
	const PaclWaiting *entry = s->entry;
	PaclFreeAgenda opened = {.always_open = false};
	PaclFreeWish *wish = &s->wish;
	PaclOverlapScan scan;

	if (!measure(s) ||
		!pacl_free_time_open(&s->agenda, entry->appointment_type, &opened))
		return false;
	*sent_at = hour_to_write(opened.zone, s->now);
	wish->from = freed->from - wish->length - wish->pause_after + 1;
	wish->from = Max(wish->from,
					 pacl_wallclock_instant(opened.zone, entry->from_date, 0));
	wish->from = Max(wish->from, *sent_at + SHORTEST_NOTICE);
	wish->until = pacl_wallclock_instant(opened.zone, entry->until_date + 1, 0);
	wish->before = Min(wish->until, freed->until + wish->pause_before);
	if (wish->from >= wish->before)
		return false;
	s->found = false;
	pacl_overlap_begin(&scan);
	pacl_free_time_visit(&scan, &opened, wish, consider, s);
	pacl_overlap_end(&scan);
	return s->found;
}

static PaclSlotOffer *
add_offer(Settling *s)
{
	if (s->offer_count >= s->offer_room)
	{
		s->offer_room = s->offer_room * 2 + 8;
		s->offers = repalloc(s->offers, s->offer_room * sizeof(PaclSlotOffer));
	}
	return &s->offers[s->offer_count];
}

/* Whether the time is now offered to the entry. */
static bool
offer_time(Settling *s, PaclWaiting *entry, TimestampTz sent_at,
		   const PaclContactAddress *to)
{
	PaclSlotOffer *offer = add_offer(s);

	memset(offer, 0, sizeof(*offer));
	offer->organization_id = s->agenda.organization_id;
	offer->agenda_id = s->agenda.id;
	pacl_uuid_make(&offer->id);
	offer->entry_id = entry->id;
	offer->starts_at = s->starts_at;
	offer->ends_at = s->ends_at;
	offer->occupied_from = s->starts_at - s->wish.pause_before;
	offer->occupied_until = s->ends_at + s->wish.pause_after;
	offer->expires_at = Min(sent_at + s->terms.minutes * USECS_PER_MINUTE,
							s->starts_at - LAST_ANSWER);
	offer->appointment_type = entry->appointment_type;
	if (!pacl_outbox_may_cause(&s->agenda, &entry->id, "slot_offer",
							   to->address, sent_at, s->by_operator))
		return false;
	if (!pacl_slot_offer_store_insert(offer, s->now))
	{
		s->due = s->now;
		return false;
	}
	record(s, "slot.offered", offer, NULL);
	pacl_outbox_offer_slot(&offer->id, &offer->organization_id, to->channel,
						   to->address, sent_at, s->by_operator);
	offer->stands = true;
	entry->offered = true;
	s->offer_count++;
	s->made++;
	s->due = Min(s->due, offer->expires_at);
	return true;
}

/* Whether nothing of it is left to offer. */
static bool
is_covered(const Settling *s, const PaclFreed *freed)
{
	for (int i = 0; i < s->offer_count; i++)
		if (s->offers[i].stands &&
			s->offers[i].occupied_from <= freed->from &&
			s->offers[i].occupied_until >= freed->until)
			return true;
	return false;
}

static void
offer_freed(Settling *s, const PaclFreed *freed)
{
	MemoryContext memory = AllocSetContextCreate(CurrentMemoryContext,
												 "practiceacl offers, one entry",
												 ALLOCSET_DEFAULT_SIZES);

	for (int i = 0; i < s->waiting_count && !is_covered(s, freed); i++)
	{
		PaclWaiting *entry = &s->waiting[i];
		MemoryContext outer = MemoryContextSwitchTo(memory);
		PaclContactAddress to;
		TimestampTz sent_at;
		bool		fits;

		CHECK_FOR_INTERRUPTS();
		s->freed = freed;
		s->entry = entry;
		pacl_view_push_latest();
		fits = !entry->offered &&
			pacl_contact_first(entry->contact, s->terms.country, &to) &&
			find_time(s, freed, &sent_at);
		pacl_view_pop();
		if (fits)
			(void) offer_time(s, entry, sent_at, &to);
		MemoryContextSwitchTo(outer);
		MemoryContextReset(memory);
	}
	MemoryContextDelete(memory);
}

/* Of a locked agenda; returns how many offers were made. */
static int64
settle(const pg_uuid_t *agenda_id, bool by_operator)
{
	Settling	s = {.by_operator = by_operator,
		.now = pacl_view_time(),
	.due = DT_NOEND};
	PaclFreed  *freed;
	int			freed_count;
	bool		known;

	pacl_view_push_latest();
	known = pacl_access_agenda(agenda_id, &s.agenda);
	pacl_view_pop();
	if (!known)
		return 0;
	pacl_slot_offer_store_terms(agenda_id, &s.terms);
	s.offers = pacl_slot_offer_store_of(agenda_id, s.now, &s.offer_count);
	s.offer_room = Max(s.offer_count, 1);
	end_offers(&s);
	freed = pacl_slot_offer_store_freed(agenda_id, s.now, &freed_count);
	if (freed_count == 0)
	{
		/* What is over is due for ever, until it is deleted. */
		if (by_operator)
			pacl_slot_offer_store_due(agenda_id, s.now, s.due);
		return 0;
	}
	s.waiting = pacl_slot_offer_store_waiting(agenda_id, &s.waiting_count);
	if (s.waiting_count == 0)
	{
		pacl_slot_offer_store_forget(agenda_id);
		return 0;
	}
	if (pacl_presence_has_holds(agenda_id))
		s.due = Min(s.due, s.now + LONGEST_HOLD);
	if (s.terms.minutes > 0)
		for (int i = 0; i < freed_count; i++)
			offer_freed(&s, &freed[i]);
	pacl_slot_offer_store_due(agenda_id, s.now, s.due);
	return s.made;
}

void
pacl_slot_offer_settle(void)
{
	pg_uuid_t  *agenda_ids;
	int			count = noted.epoch == pacl_view_epoch ? noted.count : 0;

	if (count == 0)
		return;
	agenda_ids = palloc(count * sizeof(pg_uuid_t));
	memcpy(agenda_ids, noted.agenda_ids, count * sizeof(pg_uuid_t));
	noted.count = 0;
	for (int i = 0; i < count; i++)
		(void) settle(&agenda_ids[i], false);
}

int64
pacl_slot_offer_all(void)
{
	int			count;
	pg_uuid_t  *agenda_ids = pacl_slot_offer_store_due_agendas(pacl_view_time(),
															   MOST_AGENDAS,
															   &count);
	int64		made = 0;

	for (int i = 0; i < count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (pacl_try_lock_agenda(&agenda_ids[i]))
			made += settle(&agenda_ids[i], true);
	}
	return made;
}

/* PT404 unless the caller may book on its agenda. */
static void
require_offer(const pg_uuid_t *offer_id, PaclSlotOffer *offer,
			  PaclAgenda *agenda)
{
	PaclRights	rights;

	if (!pacl_slot_offer_store_read(offer_id, offer) ||
		!pacl_find_agenda(&offer->agenda_id, agenda, &rights) ||
		!pacl_rights_cover(rights, PACL_RIGHTS_BOOK_IN_HOURS))
		pacl_raise_unknown("offer");
}

void
pacl_slot_offer_decline(const pg_uuid_t *offer_id)
{
	Settling	s = {.now = pacl_view_time()};
	PaclSlotOffer offer;

	(void) pacl_require_caller();
	require_offer(offer_id, &offer, &s.agenda);
	pacl_lock_agenda(&offer.agenda_id);
	require_offer(offer_id, &offer, &s.agenda);
	if (!offer.stands)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errword("offer_ended"),
				 errmsg("the offer has ended already"),
				 errdetail("It has lapsed, was declined, or somebody else has the time.")));
	end_offer(&s, &offer, "declined");
	note(&offer.agenda_id);
	pacl_slot_offer_settle();
}
