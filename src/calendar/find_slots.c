/*
 * find_slots.c
 *		Search: the first times that are free on any of many agendas.
 *
 * The future is gone through in pieces of a day, two, four and so on, or longer
 * ones from the beginning if much is wanted of few agendas; within a piece one
 * agenda after the other.  What has been found is kept in order, and
 * once there is enough of it no agenda is read beyond the last of it.  After a
 * piece with enough the search is over: whatever is further off comes later.
 */
#include "postgres.h"

#include "lib/qunique.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#include "base/authority.h"
#include "base/wallclock.h"
#include "calendar/booking.h"
#include "calendar/find_slots.h"
#include "calendar/find_slots_store.h"
#include "calendar/free_slots.h"
#include "calendar/free_time.h"
#include "errors.h"
#include "pure/uuid.h"
#include "reader/view.h"

/* So much is read at first, and at the most, of an agenda at once. */
#define FIRST_PIECE (1 * USECS_PER_DAY)
#define LAST_PIECE (32 * USECS_PER_DAY)

/* What an agenda that is free has to offer on a day, about. */
#define SLOTS_OF_DAY 24

/* An agenda that is searched. */
typedef struct Candidate
{
	PaclFreeAgenda opened;
	PaclFreeWish wish;			/* with what does not change */
	TimestampTz from;			/* the past is not for everybody */
	bool		bookable;		/* by the caller */
} Candidate;

/* One that has to be free as well; what was read of it, in this piece. */
typedef struct Beside
{
	PaclFreeAgenda opened;
	TimestampTz from;
	bool		bookable;
	bool		serves;
	bool		read;
	PaclFreeRange range;
} Beside;

typedef struct Search
{
	const PaclSlotSearch *asked;
	PaclCaller *caller;
	Candidate  *candidates;
	int			count;
	Beside	   *also;
	Beside	   *also_any;
	PaclFoundSlot *found;		/* in order */
	int			found_count;
	PaclOverlapScan scan;
	MemoryContext piece;		/* of what is read beside, for a piece */
	TimestampTz piece_from;
	TimestampTz piece_until;
	const Candidate *candidate; /* that is being searched */
	PaclFreeWish widest;		/* with the greatest length and pauses of all */
} Search;

static void
check_number(const char *argument, int count, int most)
{
	if (count > most)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("too_many_items"),
				 errargument(argument),
				 errmsg("%s must not be more than %d", argument, most),
				 errdetail("There are %d.", count)));
}

static void
check_search(PaclSlotSearch *asked)
{
	pacl_free_slots_check_range(asked->from, asked->until);
	if (asked->most < 1 || asked->most > PACL_FIND_SLOTS_MOST_RESULTS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("out_of_range"),
				 errargument("max_results"),
				 errmsg("max_results must be between 1 and %d",
						PACL_FIND_SLOTS_MOST_RESULTS)));
	if (asked->day_until <= asked->day_from)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("ends_before_start"),
				 errargument("day_until"),
				 errmsg("day_until must be after day_from")));
	check_number("agendas", asked->agenda_count, PACL_FIND_SLOTS_MOST_AGENDAS);
	check_number("also", asked->also_count, PACL_FIND_SLOTS_MOST_BESIDE);
	check_number("also_any", asked->also_any_count,
				 PACL_FIND_SLOTS_MOST_BESIDE);
	if (asked->agendas == NULL)
		return;
	qsort(asked->agendas, asked->agenda_count, sizeof(pg_uuid_t),
		  pacl_uuid_qsort_compare);
	asked->agenda_count = qunique(asked->agendas, asked->agenda_count,
								  sizeof(pg_uuid_t), pacl_uuid_qsort_compare);
}

/* A type of another organization is none. */
static void
load_offers(const PaclSlotSearch *asked, PaclOffers *offers)
{
	const PaclMembership *member;

	if (!pacl_find_slots_store_offers(asked->type_id, asked->agendas,
									  asked->agenda_count, offers))
		pacl_raise_unknown("appointment type");
	member = pacl_access_member(&offers->organization_id);
	if (member == NULL || !member->active)
		pacl_raise_unknown("appointment type");
}

static const PaclOffer *
find_offer(const PaclOffers *offers, const pg_uuid_t *agenda_id)
{
	int			low = 0;
	int			high = offers->archived ? 0 : offers->count;

	while (low < high)
	{
		int			middle = (low + high) / 2;
		int			order = pacl_uuid_compare(&offers->offers[middle].agenda_id,
											  agenda_id);

		if (order == 0)
			return &offers->offers[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

/*
 * How long it takes on an agenda unless the caller says, and with which pauses; false if the type is
 * not to be had there.  Whoever may not book at all is shown what there is.
 */
static bool
measure(const PaclSlotSearch *asked, const PaclOffers *offers, int64 length,
		const PaclAgenda *agenda, PaclRights rights, PaclFreeWish *wish)
{
	const PaclOffer *offer;

	wish->length = agenda->slot_minutes * USECS_PER_MINUTE;
	if (asked->type_id != NULL)
	{
		offer = find_offer(offers, &agenda->id);
		if (offer == NULL ||
			(pacl_rights_cover(rights, PACL_RIGHTS_BOOK_IN_HOURS) &&
			 !pacl_rights_cover(rights, offers->rights)))
			return false;
		wish->length = offer->minutes * USECS_PER_MINUTE;
		wish->pause_before = offers->minutes_before * USECS_PER_MINUTE;
		wish->pause_after = offers->minutes_after * USECS_PER_MINUTE;
	}
	if (length > 0)
		wish->length = length;
	return true;
}

static void
widen(PaclFreeWish *widest, const PaclFreeWish *wish)
{
	widest->until = wish->until;
	widest->account_id = wish->account_id;
	widest->length = Max(widest->length, wish->length);
	widest->pause_before = Max(widest->pause_before, wish->pause_before);
	widest->pause_after = Max(widest->pause_after, wish->pause_after);
}

static TimestampTz
earliest(const PaclSlotSearch *asked, PaclRights rights)
{
	if ((pacl_rights_flags(rights) & PACL_FLAG_EDIT_PAST) != 0)
		return asked->from;
	return Max(asked->from, pacl_view_time());
}

static void
add_candidate(Search *search, const PaclOffers *offers, int64 length,
			  const PaclAgenda *agenda, PaclRights rights)
{
	const PaclSlotSearch *asked = search->asked;
	Candidate  *candidate = &search->candidates[search->count];

	memset(candidate, 0, sizeof(*candidate));
	if (!measure(asked, offers, length, agenda, rights, &candidate->wish) ||
		!pacl_free_time_open(agenda, asked->type_id, &candidate->opened))
		return;
	candidate->from = earliest(asked, rights);
	candidate->bookable = pacl_rights_cover(rights, PACL_RIGHTS_BOOK_IN_HOURS);
	candidate->wish.until = asked->until;
	candidate->wish.account_id = &search->caller->account_id;
	widen(&search->widest, &candidate->wish);
	search->count++;
}

/* Each is asked for before any is read. */
static void
open_candidates(Search *search, const PaclSlotSearch *asked, bool given,
				const PaclOffers *offers)
{
	int64		length = asked->duration == NULL ? 0 :
		pacl_free_slots_length(asked->duration);
	PaclAgenda	agenda;

	search->candidates = palloc_extended(Max(asked->agenda_count, 1) * sizeof(Candidate),
										 MCXT_ALLOC_HUGE);
	for (int i = 0; i < asked->agenda_count; i++)
	{
		PaclRights	rights;

		CHECK_FOR_INTERRUPTS();
		if (given)
			rights = pacl_require_rights(&asked->agendas[i],
										 PACL_RIGHTS_OF(PACL_LEVEL_FREEBUSY, 0),
										 &agenda);
		else if (pacl_access_agenda(&asked->agendas[i], &agenda))
			rights = pacl_access_rights(&asked->agendas[i]);
		else
			continue;
		add_candidate(search, offers, length, &agenda, rights);
	}
}

/*
 * A room without openings is open for whoever may book at any time, as book
 * has it.
 */
static Beside *
open_beside(Search *search, const pg_uuid_t *agenda_ids, int count)
{
	Beside	   *beside = palloc0(Max(count, 1) * sizeof(Beside));

	for (int i = 0; i < count; i++)
	{
		PaclAgenda	agenda;
		PaclRights	rights;

		rights = pacl_require_rights(&agenda_ids[i],
									 PACL_RIGHTS_OF(PACL_LEVEL_FREEBUSY, 0),
									 &agenda);
		beside[i].from = earliest(search->asked, rights);
		beside[i].bookable = pacl_rights_cover(rights, PACL_RIGHTS_BOOK_IN_HOURS);
		beside[i].opened.always_open = pacl_rights_level(rights) >= PACL_LEVEL_BOOK;
		beside[i].serves = pacl_free_time_open(&agenda, search->asked->type_id,
											   &beside[i].opened);
	}
	return beside;
}

/* Reads it for all that begins in this piece, however long it takes. */
static void
read_beside(Search *search, Beside *beside)
{
	PaclFreeWish wish = search->widest;
	MemoryContext outer = MemoryContextSwitchTo(search->piece);

	wish.from = search->piece_from;
	wish.before = search->piece_until;
	pacl_free_time_read(&search->scan, &beside->opened, &wish, &beside->range);
	beside->read = true;
	MemoryContextSwitchTo(outer);
}

/*
 * Whether book would take it beside the candidate; who may not book there is
 * shown what is free.
 */
static bool
is_free(Search *search, Beside *beside, TimestampTz starts_at,
		TimestampTz ends_at)
{
	const Candidate *candidate = search->candidate;
	const PaclAgenda *agenda = &beside->opened.agenda;

	if (!beside->serves || starts_at < beside->from ||
		(candidate->bookable && !beside->bookable) ||
		pacl_uuid_equal(&agenda->id, &candidate->opened.agenda.id) ||
		!pacl_uuid_equal(&agenda->organization_id,
						 &candidate->opened.agenda.organization_id))
		return false;
	if (!beside->read)
		read_beside(search, beside);
	return pacl_free_time_fits(&beside->range, &candidate->wish, starts_at,
							   ends_at);
}

/* Whether all that is needed beside is free; chooses one of those that may be. */
static bool
is_free_beside(Search *search, TimestampTz starts_at, TimestampTz ends_at,
			   int *chosen)
{
	const PaclSlotSearch *asked = search->asked;

	*chosen = -1;
	for (int i = 0; i < asked->also_count; i++)
		if (!is_free(search, &search->also[i], starts_at, ends_at))
			return false;
	if (asked->also_any == NULL)
		return true;
	for (int i = 0; i < asked->also_any_count; i++)
		if (is_free(search, &search->also_any[i], starts_at, ends_at))
		{
			*chosen = i;
			return true;
		}
	return false;
}

bool
pacl_find_slots_is_wanted(int weekdays, TimeADT day_from, TimeADT day_until,
						  pg_tz *zone, TimestampTz starts_at,
						  TimestampTz ends_at)
{
	DateADT		first;
	DateADT		last;
	TimeADT		begins;
	TimeADT		ends;

	if (weekdays == 0 && day_from == 0 &&
		day_until == USECS_PER_DAY)
		return true;
	pacl_wallclock_read(zone, starts_at, &first, &begins);
	if (weekdays != 0 &&
		(weekdays & (1 << pacl_wallclock_weekday(first))) == 0)
		return false;
	if (day_until == USECS_PER_DAY)
		return begins >= day_from;
	pacl_wallclock_read(zone, ends_at, &last, &ends);
	return begins >= day_from && last == first &&
		ends <= day_until;
}

static bool
has_enough(const Search *search)
{
	return search->found_count >= search->asked->most;
}

static int
compare_slots(const PaclFoundSlot *slot, TimestampTz starts_at,
			  const pg_uuid_t *agenda_id)
{
	if (slot->starts_at != starts_at)
		return slot->starts_at < starts_at ? -1 : 1;
	return pacl_uuid_compare(&slot->agenda_id, agenda_id);
}

/* Puts it in its place; the last falls out if there is enough without it. */
static void
keep(Search *search, const PaclFoundSlot *slot)
{
	int			place = has_enough(search) ? search->found_count - 1 :
		search->found_count++;

	while (place > 0 &&
		   compare_slots(&search->found[place - 1], slot->starts_at,
						 &slot->agenda_id) > 0)
	{
		search->found[place] = search->found[place - 1];
		place--;
	}
	search->found[place] = *slot;
}

static bool
consider(void *state, const PaclFreeAgenda *agenda, TimestampTz starts_at,
		 TimestampTz ends_at)
{
	Search	   *search = state;
	PaclFoundSlot slot = {agenda->agenda.id, starts_at, ends_at, -1};

	if (has_enough(search) &&
		compare_slots(&search->found[search->found_count - 1], starts_at,
					  &agenda->agenda.id) <= 0)
		return false;
	if (pacl_find_slots_is_wanted(search->asked->weekdays,
								  search->asked->day_from,
								  search->asked->day_until, agenda->zone,
								  starts_at, ends_at) &&
		is_free_beside(search, starts_at, ends_at, &slot.chosen))
		keep(search, &slot);
	return true;
}

static void
search_agenda(Search *search, const Candidate *candidate)
{
	PaclFreeWish wish = candidate->wish;

	wish.from = Max(search->piece_from, candidate->from);
	wish.before = search->piece_until;
	/* At the same time the agendas before this one come first. */
	if (has_enough(search))
		wish.before = Min(wish.before,
						  search->found[search->found_count - 1].starts_at);
	if (wish.from >= wish.before)
		return;
	search->candidate = candidate;
	pacl_free_time_visit(&search->scan, &candidate->opened, &wish, consider,
						 search);
}

static void
forget(Beside *beside, int count)
{
	for (int i = 0; i < count; i++)
		beside[i].read = false;
}

/* Everything that begins in [from, until), with memory that it gives back. */
static void
search_piece(Search *search, TimestampTz from, TimestampTz until,
			 MemoryContext agenda)
{
	search->piece_from = from;
	search->piece_until = until;
	forget(search->also, search->asked->also_count);
	forget(search->also_any, search->asked->also_any_count);
	MemoryContextReset(search->piece);
	for (int i = 0; i < search->count; i++)
	{
		MemoryContext outer = MemoryContextSwitchTo(agenda);

		CHECK_FOR_INTERRUPTS();
		search_agenda(search, &search->candidates[i]);
		MemoryContextSwitchTo(outer);
		MemoryContextReset(agenda);
	}
}

/* Days in which there is hardly more than what is wanted. */
static int64
first_piece(const Search *search)
{
	int			days = search->asked->most /
		(Max(search->count, 1) * SLOTS_OF_DAY);

	return Min(FIRST_PIECE * Max(days, 1), LAST_PIECE);
}

static void
search_all(Search *search)
{
	MemoryContext agenda = AllocSetContextCreate(CurrentMemoryContext,
												 "practiceacl search, one agenda",
												 ALLOCSET_DEFAULT_SIZES);
	TimestampTz from = search->asked->from;
	int64		length = first_piece(search);

	search->piece = AllocSetContextCreate(CurrentMemoryContext,
										  "practiceacl search, a piece",
										  ALLOCSET_DEFAULT_SIZES);
	pacl_overlap_begin(&search->scan);
	while (from < search->asked->until && !has_enough(search))
	{
		TimestampTz until = Min(from + length, search->asked->until);

		search_piece(search, from, until, agenda);
		from = until;
		length = Min(length * 2, LAST_PIECE);
	}
	pacl_overlap_end(&search->scan);
	MemoryContextDelete(search->piece);
	MemoryContextDelete(agenda);
}

PaclFoundSlot *
pacl_find_slots(PaclSlotSearch *asked, int *count)
{
	Search		search = {asked};
	PaclOffers	offers = {0};
	bool		given = asked->agendas != NULL;

	search.caller = pacl_require_caller();
	check_search(asked);
	if (!given)
		asked->agendas = pacl_access_agendas(PACL_RIGHTS_BOOK_IN_HOURS,
											 &asked->agenda_count);
	if (asked->type_id != NULL)
		load_offers(asked, &offers);
	open_candidates(&search, asked, given, &offers);
	search.also = open_beside(&search, asked->also, asked->also_count);
	search.also_any = open_beside(&search, asked->also_any,
								  asked->also_any_count);
	search.found = palloc(asked->most * sizeof(PaclFoundSlot));
	search_all(&search);
	*count = search.found_count;
	return search.found;
}
