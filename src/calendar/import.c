/*
 * import.c
 *		Import: bookings by the thousand, from a table of the caller's.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "base/activity.h"
#include "base/authority.h"
#include "base/facts.h"
#include "base/lock.h"
#include "base/outbox.h"
#include "base/statement.h"
#include "base/time_zone.h"
#include "calendar/agenda_store.h"
#include "calendar/appointment.h"
#include "calendar/import.h"
#include "calendar/import_store.h"
#include "calendar/slot_offer.h"
#include "pure/uuid.h"
#include "reader/view.h"

/* One agenda of the import. */
typedef struct Target
{
	pg_uuid_t	agenda_id;		/* first: targets are searched by it */
	bool		known;
	bool		copies;			/* its holder wants to hear of bookings */
	PaclBookingContext context;
	int64		booked;
	int64		refused;
	TimestampTz first;
	TimestampTz last;
} Target;

/*
 * Whoever may not know of an agenda does not learn its zone from what becomes
 * of the times either.
 */
static void
set_clock(PaclImportClock *clock)
{
	PaclOwnerScope scope;
	PaclAgendaRow row;
	PaclAgenda	agenda;
	PaclRights	rights;

	pacl_owner_begin(&scope);
	if (pacl_find_agenda(&clock->agenda_id, &agenda, &rights) &&
		pacl_agenda_store_read(&clock->agenda_id, &row))
	{
		clock->name = row.time_zone;
		clock->zone = pacl_time_zone_find(row.time_zone);
	}
	pacl_owner_end(&scope);
}

static Target *
open_targets(PaclImportSource *staging, bool copies, int *count)
{
	pg_uuid_t  *agendas = pacl_import_store_agendas(staging, count);
	Target	   *targets = palloc0(Max(*count, 1) * sizeof(Target));
	pg_uuid_t  *visible = palloc(Max(*count, 1) * sizeof(pg_uuid_t));
	int			visible_count = 0;
	PaclCaller *caller;

	/*
	 * Nobody makes others wait for an agenda that is not theirs to see, nor
	 * fills the lock table with ids of nothing.
	 */
	for (int i = 0; i < *count; i++)
	{
		targets[i].agenda_id = agendas[i];
		targets[i].known = pacl_find_agenda(&agendas[i],
											&targets[i].context.agenda,
											&targets[i].context.rights);
		if (targets[i].known)
			visible[visible_count++] = agendas[i];
	}
	pacl_lock_agendas(visible, visible_count);
	caller = pacl_require_caller();
	for (int i = 0; i < *count; i++)
	{
		targets[i].context.caller = caller;
		targets[i].known = targets[i].known &&
			pacl_find_agenda(&agendas[i], &targets[i].context.agenda,
							 &targets[i].context.rights);
		targets[i].copies = copies && targets[i].known &&
			pacl_outbox_wants_copies(&targets[i].context.agenda,
									 &caller->account_id);
	}
	return targets;
}

/* Why a row cannot even be tried, or null; and the word for it. */
static const char *
check_row(const PaclImportRow *row, const Target *target, const char **word)
{
	*word = row->problem != NULL ? "wrong_type" :
		row->agenda_id != NULL && !target->known ? "not_found" :
		"null_argument";
	if (row->problem != NULL)
		return row->problem;
	if (row->agenda_id == NULL)
		return "agenda_id is null";
	if (!target->known)
		return "agenda does not exist or is not visible to you";
	if (!row->has_start)
		return "starts_at is null";
	if (!row->has_end && row->appointment_type == NULL)
		return "ends_at is null";
	*word = NULL;
	return NULL;
}

/* Of what is over nobody needs to hear. */
static void
tell(const PaclBooking *booking, const Target *target,
	 const pg_uuid_t *appointment_id)
{
	if (target->copies && booking->ends_at > pacl_view_time())
		pacl_outbox_copy_booking(&target->context.agenda, appointment_id,
								 &target->context.caller->account_id,
								 booking->starts_at, booking->ends_at);
}

static void
import_row(const PaclImportRow *row, Target *target, PaclImported *result,
		   pg_uuid_t *appointment_id)
{
	PaclBooking asked = {0};
	PaclBooking booking;
	PaclRefusal *refusal;
	bool		overbooked;

	result->key = row->key;
	result->appointment_id = NULL;
	result->outcome = "refused";
	result->detail = check_row(row, target, &result->word);
	if (result->detail == NULL)
	{
		asked.starts_at = row->starts_at;
		asked.has_end = row->has_end;
		asked.ends_at = row->ends_at;
		asked.patient = row->patient;
		asked.note = row->note;
		asked.appointment_type = row->appointment_type;
		refusal = pacl_appointment_complete(&target->context, &asked,
											&booking);
		if (refusal == NULL)
			refusal = pacl_appointment_try(&target->context, NULL, &booking,
										   appointment_id, &overbooked, NULL);
		if (refusal == NULL)
		{
			result->appointment_id = appointment_id;
			result->outcome = "booked";
			if (target->booked++ == 0)
				target->first = row->starts_at;
			target->last = row->starts_at;
			tell(&booking, target, appointment_id);
			return;
		}
		result->detail = pacl_refusal_text(refusal);
		result->word = refusal->word;
	}
	if (target != NULL)
		target->refused++;
}

static void
record_import(const Target *target)
{
	PaclEntry	entry = {0};
	PaclFacts	facts;

	pacl_facts_begin(&facts);
	pacl_facts_int(&facts, "booked", target->booked);
	pacl_facts_int(&facts, "refused", target->refused);
	pacl_facts_time(&facts, "first_starts_at", target->first);
	pacl_facts_time(&facts, "last_starts_at", target->last);
	entry.act = "appointment.imported";
	entry.organization_id = &target->context.agenda.organization_id;
	entry.agenda_id = &target->agenda_id;
	entry.facts = pacl_facts_end(&facts);
	(void) pacl_activity_record(&entry);
}

void
pacl_import(Oid relation, bool copies, PaclImportCallback visit, void *state)
{
	PaclImportSource *staging;
	PaclOwnerScope scope;
	PaclImportRow row;
	Target	   *targets;
	MemoryContext outer;
	MemoryContext scratch;
	int			count;

	(void) pacl_require_caller();
	staging = pacl_import_store_read(relation, set_clock);

	pacl_owner_begin(&scope);
	targets = open_targets(staging, copies, &count);
	scratch = AllocSetContextCreate(CurrentMemoryContext,
									"practiceacl import row",
									ALLOCSET_DEFAULT_SIZES);
	outer = MemoryContextSwitchTo(scratch);
	while (pacl_import_store_next(staging, &row))
	{
		Target	   *target = NULL;
		PaclImported result;
		pg_uuid_t	appointment_id;

		CHECK_FOR_INTERRUPTS();
		if (row.agenda_id != NULL)
			target = bsearch(row.agenda_id, targets, count, sizeof(Target),
							 pacl_uuid_qsort_compare);
		import_row(&row, target, &result, &appointment_id);
		visit(state, &result);
		MemoryContextReset(scratch);
	}
	MemoryContextSwitchTo(outer);
	MemoryContextDelete(scratch);

	for (int i = 0; i < count; i++)
		if (targets[i].booked > 0)
			record_import(&targets[i]);
	pacl_slot_offer_settle();
	pacl_owner_end(&scope);
	pacl_import_store_end(staging);
}
