/*
 * slot_offer_store.c
 *		Rows of offers, and of the times that became free.
 *
 * The message of an offer has the offer's id.
 */
#include "postgres.h"

#include "base/statement.h"
#include "calendar/slot_offer_store.h"

static PaclStatement select_terms = {
	"SELECT CASE WHEN n.closed_at IS NULL THEN coalesce(g.offer_minutes, 0) ELSE 0 END,"
	"   n.country"
	" FROM practiceacl.agenda g JOIN practiceacl.organization n ON n.id = g.organization_id"
	" WHERE g.id = $1"
};

/* Whatever the clock of the agenda shows. */
static PaclStatement select_awaited = {
	"SELECT min(e.from_date - 1)::timestamptz, max(e.until_date + 2)::timestamptz"
	" FROM practiceacl.waiting_list_agenda w"
	" JOIN practiceacl.waiting_list_entry e"
	"   ON e.organization_id = w.organization_id AND e.id = w.entry_id"
	" WHERE w.agenda_id = $1 AND e.contact IS NOT NULL"
	" HAVING count(*) > 0"
};

#define FREE_TIME \
	"INSERT INTO practiceacl.freed_time (organization_id, agenda_id, from_time," \
	"   until_time, due_at, freed_at)" \
	" SELECT g.organization_id, g.id, $2, $3, $4, $4" \
	" FROM practiceacl.agenda g" \
	" WHERE g.organization_id = $1 AND g.offer_minutes IS NOT NULL" \
	"   AND EXISTS (SELECT FROM practiceacl.waiting_list_agenda w" \
	"     JOIN practiceacl.waiting_list_entry e" \
	"       ON e.organization_id = w.organization_id AND e.id = w.entry_id" \
	"     WHERE w.agenda_id = g.id AND e.contact IS NOT NULL)"

#define OR_AGAIN \
	" ON CONFLICT ON CONSTRAINT freed_time_once" \
	" DO UPDATE SET due_at = excluded.due_at, freed_at = excluded.freed_at"

static PaclStatement free_agenda = {
	FREE_TIME " AND g.id = $5" OR_AGAIN
};

static PaclStatement free_all = {
	FREE_TIME OR_AGAIN
};

static PaclStatement select_freed = {
	"SELECT from_time, until_time, freed_at FROM practiceacl.freed_time"
	" WHERE agenda_id = $1 AND until_time > $2 AND due_at <= $2"
	" ORDER BY from_time, until_time, id"
};

/*
 * An entry that is booked on one agenda has what it was offered on another
 * looked at, whose lock it has not.  So nobody waits for these rows: one that
 * somebody has is looked at the next time.
 */
#define NOT_LOCKED(condition) \
	" WHERE (organization_id, id) IN (" \
	"   SELECT organization_id, id FROM practiceacl.freed_time" \
	"   WHERE " condition " FOR UPDATE SKIP LOCKED)"
#define LOOK(condition) \
	"UPDATE practiceacl.freed_time SET due_at = $1" \
	NOT_LOCKED("due_at > $1 AND " condition)

static PaclStatement set_due = {
	"UPDATE practiceacl.freed_time SET due_at = $3"
	NOT_LOCKED("agenda_id = $1 AND due_at <= $2")
};

static PaclStatement look_at_agenda = {
	LOOK("agenda_id = $2")
};

static PaclStatement look_at_organization = {
	LOOK("organization_id = $2")
};

static PaclStatement delete_freed = {
	"DELETE FROM practiceacl.freed_time"
	NOT_LOCKED("agenda_id = $1 AND until_time <= $2")
};

/* What belongs to an organization that is not open here is its other cell's. */
static PaclStatement select_due = {
	"SELECT DISTINCT t.agenda_id FROM practiceacl.freed_time t"
	" WHERE t.due_at <= $1 AND NOT EXISTS ("
	"   SELECT FROM practiceacl.organization_move v"
	"   WHERE v.organization_id = t.organization_id"
	"     AND v.state IN ('adopting', 'handed_over', 'released'))"
	" ORDER BY t.agenda_id LIMIT $2"
};

#define OFFER_COLUMNS \
	"SELECT f.organization_id, f.agenda_id, f.id, f.entry_id, f.starts_at, f.ends_at," \
	"   f.occupied_from, f.occupied_until, f.expires_at, f.state = 'offered'," \
	"   f.state = 'withdrawn', e.appointment_type, f.ended_at" \
	" FROM practiceacl.slot_offer f" \
	" JOIN practiceacl.waiting_list_entry e" \
	"   ON e.organization_id = f.organization_id AND e.id = f.entry_id"

static PaclStatement select_offers = {
	OFFER_COLUMNS " WHERE f.agenda_id = $1 AND (f.state = 'offered' OR f.starts_at > $2)"
	" ORDER BY f.starts_at, f.id"
};

static PaclStatement select_offer = {
	OFFER_COLUMNS " WHERE f.id = $1"
};

/* Whoever did not answer comes after those who have yet to be asked. */
static PaclStatement select_waiting = {
	"SELECT e.id, e.from_date, e.until_date, e.appointment_type, e.contact,"
	"   coalesce((SELECT bit_or(1 << d) FROM unnest(e.weekdays) AS d), 0),"
	"   e.day_from, e.day_until,"
	"   EXISTS (SELECT FROM practiceacl.slot_offer f"
	"     WHERE f.organization_id = e.organization_id AND f.entry_id = e.id"
	"       AND f.state = 'offered')"
	" FROM practiceacl.waiting_list_agenda w"
	" JOIN practiceacl.waiting_list_entry e"
	"   ON e.organization_id = w.organization_id AND e.id = w.entry_id"
	" WHERE w.agenda_id = $1 AND e.contact IS NOT NULL"
	" ORDER BY (SELECT count(*) FROM practiceacl.slot_offer f"
	"     WHERE f.organization_id = e.organization_id AND f.entry_id = e.id"
	"       AND f.state = 'lapsed'),"
	"   e.joined_at, e.id"
};

/*
 * An entry may wait on agendas that others have locked.  Nobody waits for whom
 * is offering it a time elsewhere, or books it: it is passed over.
 */
static PaclStatement insert_offer = {
	"WITH entry AS ("
	"  SELECT organization_id, id FROM practiceacl.waiting_list_entry"
	"  WHERE organization_id = $1 AND id = $4 FOR UPDATE SKIP LOCKED)"
	" INSERT INTO practiceacl.slot_offer (organization_id, agenda_id, id, entry_id,"
	"   starts_at, ends_at, occupied_from, occupied_until, expires_at, offered_at)"
	" SELECT e.organization_id, $2, $3, e.id, $5, $6, $7, $8, $9, $10 FROM entry e"
	" ON CONFLICT DO NOTHING"
};

static PaclStatement lock_offer = {
	"SELECT FROM practiceacl.slot_offer"
	" WHERE organization_id = $1 AND id = $2 AND state = 'offered'"
	" FOR UPDATE SKIP LOCKED"
};

static PaclStatement end_offer = {
	"UPDATE practiceacl.slot_offer SET state = $3, ended_at = $4"
	" WHERE organization_id = $1 AND id = $2"
};

/* Nobody waits for a sender that keeps its transaction open. */
#define UNSENT(ids) \
	"DELETE FROM practiceacl.outbox WHERE id IN (" \
	"  SELECT id FROM practiceacl.outbox" \
	"  WHERE id IN (" ids ") AND kind = 'slot_offer' AND sent_at IS NULL" \
	"    AND (claim IS NULL OR claimed_until < $1)" \
	"  FOR UPDATE SKIP LOCKED)"

static PaclStatement withdraw = {
	UNSENT("$2") " AND attempts = 0"
};

static PaclStatement withdraw_of_entry = {
	UNSENT("SELECT id FROM practiceacl.slot_offer"
		   " WHERE organization_id = $2 AND entry_id = $3")
};

static PaclStatement look_again = {
	LOOK("agenda_id IN (SELECT agenda_id FROM practiceacl.slot_offer"
		 " WHERE organization_id = $2 AND entry_id = $3 AND state = 'offered')")
};

void
pacl_slot_offer_store_terms(const pg_uuid_t *agenda_id, PaclOfferTerms *terms)
{
	PaclRows	rows;

	terms->minutes = 0;
	terms->country = NULL;
	if (pacl_query_row(&rows, &select_terms, PACL_ARGS(pacl_uuid(agenda_id))))
	{
		terms->minutes = pacl_column_int(&rows, 1);
		terms->country = pacl_column_text(&rows, 2);
	}
	pacl_done(&rows);
}

bool
pacl_slot_offer_store_awaited(const pg_uuid_t *agenda_id, TimestampTz *from,
							  TimestampTz *until)
{
	PaclRows	rows;
	bool		found = pacl_query_row(&rows, &select_awaited,
									   PACL_ARGS(pacl_uuid(agenda_id)));

	if (found)
	{
		*from = pacl_column_time(&rows, 1);
		*until = pacl_column_time(&rows, 2);
	}
	pacl_done(&rows);
	return found;
}

bool
pacl_slot_offer_store_free(const pg_uuid_t *organization_id,
						   const pg_uuid_t *agenda_id, TimestampTz from,
						   TimestampTz until, TimestampTz now)
{
	return pacl_run(&free_agenda,
					PACL_ARGS(pacl_uuid(organization_id), pacl_time(from),
							  pacl_time(until), pacl_time(now),
							  pacl_uuid(agenda_id))) > 0;
}

void
pacl_slot_offer_store_free_all(const pg_uuid_t *organization_id,
							   TimestampTz from, TimestampTz until,
							   TimestampTz now)
{
	pacl_run(&free_all,
			 PACL_ARGS(pacl_uuid(organization_id), pacl_time(from),
					   pacl_time(until), pacl_time(now)));
}

void
pacl_slot_offer_store_look(const pg_uuid_t *agenda_id, TimestampTz now)
{
	pacl_run(&look_at_agenda, PACL_ARGS(pacl_time(now), pacl_uuid(agenda_id)));
}

void
pacl_slot_offer_store_look_at_all(const pg_uuid_t *organization_id,
								  TimestampTz now)
{
	pacl_run(&look_at_organization,
			 PACL_ARGS(pacl_time(now), pacl_uuid(organization_id)));
}

PaclFreed *
pacl_slot_offer_store_freed(const pg_uuid_t *agenda_id, TimestampTz now,
							int *count)
{
	PaclRows	rows;
	PaclFreed  *freed;

	*count = 0;
	pacl_query(&rows, &select_freed,
			   PACL_ARGS(pacl_uuid(agenda_id), pacl_time(now)));
	freed = palloc(Max(rows.count, 1) * sizeof(PaclFreed));
	while (pacl_next(&rows))
	{
		freed[*count].from = pacl_column_time(&rows, 1);
		freed[*count].until = pacl_column_time(&rows, 2);
		freed[*count].freed_at = pacl_column_time(&rows, 3);
		(*count)++;
	}
	pacl_done(&rows);
	return freed;
}

void
pacl_slot_offer_store_due(const pg_uuid_t *agenda_id, TimestampTz now,
						  TimestampTz due)
{
	pacl_run(&delete_freed, PACL_ARGS(pacl_uuid(agenda_id), pacl_time(now)));
	pacl_run(&set_due,
			 PACL_ARGS(pacl_uuid(agenda_id), pacl_time(now), pacl_time(due)));
}

void
pacl_slot_offer_store_forget(const pg_uuid_t *agenda_id)
{
	pacl_run(&delete_freed,
			 PACL_ARGS(pacl_uuid(agenda_id), pacl_time(DT_NOEND)));
}

pg_uuid_t *
pacl_slot_offer_store_due_agendas(TimestampTz now, int most, int *count)
{
	PaclRows	rows;

	pacl_query(&rows, &select_due, PACL_ARGS(pacl_time(now), pacl_int(most)));
	return pacl_rows_uuids(&rows, count);
}

static void
read_offer(PaclRows *rows, PaclSlotOffer *offer)
{
	offer->organization_id = *pacl_column_uuid(rows, 1);
	offer->agenda_id = *pacl_column_uuid(rows, 2);
	offer->id = *pacl_column_uuid(rows, 3);
	offer->entry_id = *pacl_column_uuid(rows, 4);
	offer->starts_at = pacl_column_time(rows, 5);
	offer->ends_at = pacl_column_time(rows, 6);
	offer->occupied_from = pacl_column_time(rows, 7);
	offer->occupied_until = pacl_column_time(rows, 8);
	offer->expires_at = pacl_column_time(rows, 9);
	offer->stands = pacl_column_bool(rows, 10);
	offer->withdrawn = pacl_column_bool(rows, 11);
	offer->appointment_type = pacl_column_uuid(rows, 12);
	offer->ended_at = pacl_column_time(rows, 13);
}

PaclSlotOffer *
pacl_slot_offer_store_of(const pg_uuid_t *agenda_id, TimestampTz now,
						 int *count)
{
	PaclRows	rows;
	PaclSlotOffer *offers;

	*count = 0;
	pacl_query(&rows, &select_offers,
			   PACL_ARGS(pacl_uuid(agenda_id), pacl_time(now)));
	offers = palloc(Max(rows.count, 1) * sizeof(PaclSlotOffer));
	while (pacl_next(&rows))
		read_offer(&rows, &offers[(*count)++]);
	pacl_done(&rows);
	return offers;
}

bool
pacl_slot_offer_store_read(const pg_uuid_t *id, PaclSlotOffer *offer)
{
	PaclRows	rows;
	bool		found = pacl_query_row(&rows, &select_offer,
									   PACL_ARGS(pacl_uuid(id)));

	if (found)
		read_offer(&rows, offer);
	pacl_done(&rows);
	return found;
}

PaclWaiting *
pacl_slot_offer_store_waiting(const pg_uuid_t *agenda_id, int *count)
{
	PaclRows	rows;
	PaclWaiting *waiting;
	bool		isnull;

	*count = 0;
	pacl_query(&rows, &select_waiting, PACL_ARGS(pacl_uuid(agenda_id)));
	waiting = palloc(Max(rows.count, 1) * sizeof(PaclWaiting));
	while (pacl_next(&rows))
	{
		PaclWaiting *entry = &waiting[(*count)++];

		entry->id = *pacl_column_uuid(&rows, 1);
		entry->from_date = DatumGetDateADT(pacl_column_datum(&rows, 2, &isnull));
		entry->until_date = DatumGetDateADT(pacl_column_datum(&rows, 3, &isnull));
		entry->appointment_type = pacl_column_uuid(&rows, 4);
		entry->contact = pacl_column_text(&rows, 5);
		entry->weekdays = pacl_column_int(&rows, 6);
		entry->day_from = DatumGetTimeADT(pacl_column_datum(&rows, 7, &isnull));
		entry->day_until = DatumGetTimeADT(pacl_column_datum(&rows, 8, &isnull));
		entry->offered = pacl_column_bool(&rows, 9);
	}
	pacl_done(&rows);
	return waiting;
}

bool
pacl_slot_offer_store_insert(const PaclSlotOffer *offer, TimestampTz now)
{
	return pacl_run(&insert_offer,
					PACL_ARGS(pacl_uuid(&offer->organization_id),
							  pacl_uuid(&offer->agenda_id),
							  pacl_uuid(&offer->id), pacl_uuid(&offer->entry_id),
							  pacl_time(offer->starts_at),
							  pacl_time(offer->ends_at),
							  pacl_time(offer->occupied_from),
							  pacl_time(offer->occupied_until),
							  pacl_time(offer->expires_at), pacl_time(now))) > 0;
}

bool
pacl_slot_offer_store_lock(const PaclSlotOffer *offer)
{
	return pacl_run(&lock_offer,
					PACL_ARGS(pacl_uuid(&offer->organization_id),
							  pacl_uuid(&offer->id))) > 0;
}

void
pacl_slot_offer_store_end(const PaclSlotOffer *offer, const char *state,
						  TimestampTz now)
{
	pacl_run(&end_offer,
			 PACL_ARGS(pacl_uuid(&offer->organization_id),
					   pacl_uuid(&offer->id), pacl_text(state),
					   pacl_time(now)));
}

bool
pacl_slot_offer_store_withdraw(const PaclSlotOffer *offer, TimestampTz now)
{
	return pacl_run(&withdraw,
					PACL_ARGS(pacl_time(now), pacl_uuid(&offer->id))) > 0;
}

void
pacl_slot_offer_store_leave(const pg_uuid_t *organization_id,
							const pg_uuid_t *entry_id, TimestampTz now)
{
	pacl_run(&withdraw_of_entry,
			 PACL_ARGS(pacl_time(now), pacl_uuid(organization_id),
					   pacl_uuid(entry_id)));
	pacl_run(&look_again,
			 PACL_ARGS(pacl_time(now), pacl_uuid(organization_id),
					   pacl_uuid(entry_id)));
}

PACL_STATEMENTS(slot_offer,
	PACL_ONE(select_terms),
	PACL_ONE(select_awaited),
	PACL_ONE(free_agenda),
	PACL_ONE(free_all),
	PACL_ONE(select_freed),
	PACL_ONE(set_due),
	PACL_ONE(look_at_agenda),
	PACL_ONE(look_at_organization),
	PACL_ONE(delete_freed),
	PACL_ONE(select_due),
	PACL_ONE(select_offers),
	PACL_ONE(select_offer),
	PACL_ONE(select_waiting),
	PACL_ONE(insert_offer),
	PACL_ONE(lock_offer),
	PACL_ONE(end_offer),
	PACL_ONE(withdraw),
	PACL_ONE(withdraw_of_entry),
	PACL_ONE(look_again));
