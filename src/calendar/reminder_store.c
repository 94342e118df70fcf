/*
 * reminder_store.c
 *		Rows of reminders.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/array.h"

#include "calendar/reminder_store.h"

static PaclStatement select_coming = {
	"SELECT id FROM practiceacl.appointment"
	" WHERE agenda_id = $1 AND starts_at > $2 AND contact IS NOT NULL"
};

/* Whoever has come, or did not, needs no reminder. */
static PaclStatement select_standing = {
	"SELECT p.id, p.starts_at, p.contact, o.country, g.time_zone, g.reminders"
	" FROM practiceacl.appointment p"
	" JOIN practiceacl.organization o ON o.id = p.organization_id"
	" JOIN practiceacl.agenda g ON g.organization_id = p.organization_id"
	"   AND g.id = p.agenda_id"
	" WHERE p.organization_id = $1 AND p.id = ANY ($2) AND p.starts_at > $3"
	"   AND p.status = 'booked' AND p.contact IS NOT NULL"
	"   AND g.archived_at IS NULL AND g.reminders <> '{}'"
};

/*
 * Nobody who cancels waits for a sender that keeps its transaction open: what
 * it has locked is looked at again when it is claimed.
 */
static PaclStatement withdraw = {
	"DELETE FROM practiceacl.outbox WHERE id IN ("
	"  SELECT id FROM practiceacl.outbox"
	"  WHERE kind = 'reminder' AND organization_id = $1"
	"    AND appointment_id = ANY ($2) AND sent_at IS NULL"
	"    AND (claim IS NULL OR claimed_until < $3)"
	"  FOR UPDATE SKIP LOCKED)"
};

/* What a sender has in hand cannot be taken back, but is not handed out again. */
static PaclStatement give_up = {
	"UPDATE practiceacl.outbox SET appointment_id = NULL WHERE id IN ("
	"  SELECT id FROM practiceacl.outbox"
	"  WHERE kind = 'reminder' AND organization_id = $1"
	"    AND appointment_id = ANY ($2) AND sent_at IS NULL"
	"    AND (appointment_id, due_at) NOT IN (SELECT w.id, w.due"
	"      FROM unnest($3::uuid[], $4::timestamptz[]) AS w (id, due))"
	"  FOR UPDATE SKIP LOCKED)"
};

/*
 * The time it was queued for tells whether it has been moved since, and who
 * caused it is counted (outbox.h): those of this statement as if one were
 * queued after the other.  Returns of which appointments some were not queued.
 */
static PaclStatement queue = {
	"WITH wanted AS ("
	"  SELECT w.*, p.agenda_id, p.starts_at,"
	"    count(*) OVER (PARTITION BY w.recipient ORDER BY w.due"
	"      RANGE BETWEEN interval '24 hours' PRECEDING AND CURRENT ROW) AS nth"
	"  FROM unnest($2::uuid[], $3::timestamptz[], $4::text[], $5::text[])"
	"    AS w (id, due, recipient, channel)"
	"  JOIN practiceacl.appointment p ON p.organization_id = $1 AND p.id = w.id"
	"  WHERE NOT EXISTS (SELECT FROM practiceacl.outbox o"
	"    WHERE o.kind = 'reminder' AND o.appointment_id = w.id"
	"      AND o.organization_id = $1 AND o.due_at = w.due)),"
	" counted AS ("
	"  SELECT w.*, $6::uuid IS NULL OR w.nth + (SELECT count(*)"
	"    FROM practiceacl.outbox o"
	"    WHERE o.organization_id = $1 AND o.recipient = w.recipient"
	"      AND o.kind IN ('reminder', 'slot_offer') AND o.payload ->> 'by' = $6::uuid::text"
	"      AND o.due_at > w.due - interval '24 hours'"
	"      AND o.due_at < w.due + interval '24 hours') <= $7 AS fits"
	"  FROM wanted w),"
	" queued AS ("
	"  INSERT INTO practiceacl.outbox (kind, channel, organization_id,"
	"    appointment_id, recipient, due_at, available_at, payload)"
	"  SELECT 'reminder', c.channel, $1, c.id, c.recipient, c.due, c.due,"
	"    jsonb_strip_nulls(jsonb_build_object('starts_at', c.starts_at, 'by', $6::uuid))"
	"  FROM counted c WHERE c.fits)"
	" SELECT c.id, c.agenda_id, count(*)::integer FROM counted c"
	" WHERE NOT c.fits GROUP BY c.id, c.agenda_id ORDER BY c.agenda_id, c.id"
};

pg_uuid_t *
pacl_reminder_store_coming(const pg_uuid_t *agenda_id, TimestampTz now,
						   int *count)
{
	PaclRows	rows;

	pacl_query(&rows, &select_coming,
			   PACL_ARGS(pacl_uuid(agenda_id), pacl_time(now)));
	return pacl_rows_uuids(&rows, count);
}

void
pacl_reminder_store_standing(PaclRows *rows, const pg_uuid_t *organization_id,
							 const pg_uuid_t *appointment_ids, int count,
							 TimestampTz now)
{
	pacl_query(rows, &select_standing,
			   PACL_ARGS(pacl_uuid(organization_id),
						 pacl_uuids(appointment_ids, count), pacl_time(now)));
}

static PaclArg
texts(Datum *values, int count)
{
	return pacl_datum(TEXTARRAYOID,
					  PointerGetDatum(construct_array(values, count, TEXTOID,
													  -1, false,
													  TYPALIGN_INT)),
					  false);
}

void
pacl_reminder_store_withdraw(const pg_uuid_t *organization_id,
							 const pg_uuid_t *appointment_ids, int count,
							 TimestampTz now, const PaclReminders *reminders)
{
	pacl_run(&withdraw,
			 PACL_ARGS(pacl_uuid(organization_id),
					   pacl_uuids(appointment_ids, count), pacl_time(now)));
	pacl_run(&give_up,
			 PACL_ARGS(pacl_uuid(organization_id),
					   pacl_uuids(appointment_ids, count),
					   pacl_uuids(reminders->appointment_ids, reminders->count),
					   pacl_times(reminders->due, reminders->count)));
}

void
pacl_reminder_store_queue(PaclRows *rows, const pg_uuid_t *organization_id,
						  const PaclReminders *reminders,
						  const pg_uuid_t *account_id, int most)
{
	pacl_query(rows, &queue,
			   PACL_ARGS(pacl_uuid(organization_id),
						 pacl_uuids(reminders->appointment_ids, reminders->count),
						 pacl_times(reminders->due, reminders->count),
						 texts(reminders->recipients, reminders->count),
						 texts(reminders->channels, reminders->count),
						 pacl_uuid(account_id), pacl_int(most)));
}

PACL_STATEMENTS(reminder,
	PACL_ONE(select_coming),
	PACL_ONE(select_standing),
	PACL_ONE(withdraw),
	PACL_ONE(give_up),
	PACL_ONE(queue));
