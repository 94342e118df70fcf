/*
 * delivery_store.c
 *		Rows of the outbox, as the mailer claims and settles them.
 *
 * A claim moves available_at to its own end: a claim that lapses needs
 * nobody to notice it, and one index finds all that can be claimed.
 */
#include "postgres.h"

#include "operations/delivery_store.h"

/*
 * A message whose last sender never answered may be what ended that sender.
 * It is handed out alone, so that it takes no other message with it, and it
 * is put aside once it has used up its attempts.
 */
static PaclStatement put_aside = {
	"UPDATE practiceacl.outbox SET available_at = 'infinity', claim = NULL,"
	"   claimed_until = NULL,"
	"   last_error = coalesce(last_error, 'no sender answered')"
	" WHERE id IN (SELECT id FROM practiceacl.outbox"
	"   WHERE sent_at IS NULL AND available_at <= $1 AND attempts >= $2"
	"   FOR UPDATE SKIP LOCKED)"
};

/*
 * What is to be said of an appointment is read when the message is handed out:
 * when and where it is then.
 */
#define REMINDED \
	" JOIN practiceacl.appointment p" \
	"   ON p.organization_id = o.organization_id AND p.id = o.appointment_id" \
	" JOIN practiceacl.agenda g ON g.organization_id = p.organization_id" \
	"   AND g.id = p.agenda_id" \
	" JOIN practiceacl.organization n ON n.id = p.organization_id" \
	" LEFT JOIN practiceacl.account h ON h.id = g.holder_id"

#define STANDS \
	" p.status = 'booked' AND p.starts_at > $1 AND p.contact IS NOT NULL" \
	" AND g.archived_at IS NULL AND n.closed_at IS NULL"

/*
 * What belongs to an organization that is not open here is its other cell's to
 * send, but for secrets that are sealed for this cell's mailer.
 */
#define NOT_ELSEWHERE(secret) \
	" AND NOT EXISTS (SELECT FROM practiceacl.organization_move v" \
	"   WHERE v.organization_id = o.organization_id AND (v.state = 'adopting'" \
	"     OR v.state IN ('handed_over', 'released')" secret "))"

/*
 * Reminders of what does not stand any more, or has begun; those that a sender
 * had when the appointment was moved, which has others since; and of two of one
 * appointment that have both become due, the earlier.
 */
static PaclStatement drop_reminders = {
	"DELETE FROM practiceacl.outbox d WHERE d.id IN ("
	"  SELECT o.id FROM practiceacl.outbox o"
	"  WHERE o.kind = 'reminder' AND o.sent_at IS NULL AND o.available_at <= $1"
	NOT_ELSEWHERE("")
	"    AND (NOT EXISTS (SELECT FROM (SELECT o.organization_id, o.appointment_id) AS o"
	REMINDED " WHERE" STANDS
	"      AND (attempts = 0 OR (payload ->> 'starts_at')::timestamptz = p.starts_at))"
	"      OR EXISTS (SELECT FROM practiceacl.outbox l"
	"        WHERE l.kind = 'reminder' AND l.appointment_id = o.appointment_id"
	"          AND l.organization_id = o.organization_id"
	"          AND l.due_at > o.due_at AND l.due_at <= $1))"
	"  FOR UPDATE SKIP LOCKED)"
};

/* Offers that have ended, or that nobody could answer any more. */
static PaclStatement drop_offers = {
	"DELETE FROM practiceacl.outbox d WHERE d.id IN ("
	"  SELECT o.id FROM practiceacl.outbox o"
	"  WHERE o.kind = 'slot_offer' AND o.sent_at IS NULL AND o.available_at <= $1"
	NOT_ELSEWHERE("")
	"    AND NOT EXISTS (SELECT FROM practiceacl.slot_offer f"
	"      JOIN practiceacl.agenda g"
	"        ON g.organization_id = f.organization_id AND g.id = f.agenda_id"
	"      JOIN practiceacl.organization n ON n.id = f.organization_id"
	"      WHERE f.organization_id = o.organization_id AND f.id = o.id"
	"        AND f.state = 'offered' AND f.expires_at > $1"
	"        AND g.archived_at IS NULL AND n.closed_at IS NULL)"
	"  FOR UPDATE SKIP LOCKED)"
};

#define UTC(moment) \
	"to_char(" moment " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"
#define LOCAL(moment) \
	"to_char(practiceacl.wall_clock(" moment ", g.time_zone), 'YYYY-MM-DD\"T\"HH24:MI')"

/* When, where and with whom: p is an appointment or an offer. */
#define WHEN_AND_WHERE \
	"'agenda_id', g.id," \
	"  'starts_at', " UTC("p.starts_at") ", 'ends_at', " UTC("p.ends_at") "," \
	"  'time_zone', g.time_zone, 'local_start', " LOCAL("p.starts_at") "," \
	"  'organization', n.name, 'holder', btrim(h.first_name || ' ' || h.last_name)," \
	"  'location', CASE WHEN g.location_name IS NOT NULL OR g.location_address IS NOT NULL" \
	"    THEN jsonb_build_object('name', g.location_name, 'address', g.location_address) END"

#define REMINDER \
	"jsonb_build_object('appointment_id', p.id, " WHEN_AND_WHERE ")"

#define OFFER \
	"SELECT jsonb_build_object('offer_id', p.id, 'waiting_list_entry', p.entry_id," \
	"  'expires_at', " UTC("p.expires_at") ", 'local_expiry', " LOCAL("p.expires_at") ", " \
	WHEN_AND_WHERE ")" \
	" FROM practiceacl.slot_offer p" \
	" JOIN practiceacl.agenda g ON g.organization_id = p.organization_id" \
	"   AND g.id = p.agenda_id" \
	" JOIN practiceacl.organization n ON n.id = p.organization_id" \
	" LEFT JOIN practiceacl.account h ON h.id = g.holder_id" \
	" WHERE p.organization_id = o.organization_id AND p.id = o.id"

/*
 * A message that was made while the clock was ahead is not kept waiting until
 * the clock is there again; how far ahead is looked up first, so that what is
 * due later is not looked at.  Of copies about one appointment the next is
 * handed out when the one before has been sent: nobody hears of a
 * cancellation first.
 */
static PaclStatement claim_waiting = {
	"WITH waiting AS ("
	"  SELECT id, claim IS NOT NULL AS unanswered,"
	"    row_number() OVER (ORDER BY available_at, id) AS place"
	"  FROM (SELECT id, claim, available_at FROM practiceacl.outbox o"
	"    WHERE sent_at IS NULL AND available_at < 'infinity'"
	NOT_ELSEWHERE(" AND o.sealed_secret IS NULL")
	"      AND available_at <= (SELECT greatest($2, max(a.available_at))"
	"        FROM practiceacl.outbox a"
	"        WHERE a.sent_at IS NULL AND a.created_at > $2"
	"          AND a.available_at <= a.created_at)"
	"      AND (available_at <= $2"
	"        OR (created_at > $2 AND available_at <= created_at))"
	"      AND NOT (kind = 'appointment_copy' AND EXISTS ("
	"        SELECT FROM practiceacl.outbox e"
	"        WHERE e.account_id = o.account_id AND e.kind = o.kind"
	"          AND e.payload ->> 'appointment_id' = o.payload ->> 'appointment_id'"
	"          AND e.sent_at IS NULL AND e.available_at < 'infinity'"
	"          AND (e.created_at, e.id) < (o.created_at, o.id)))"
	"    ORDER BY available_at, id LIMIT $4 FOR UPDATE SKIP LOCKED) AS first),"
	" batch AS ("
	"  SELECT id FROM waiting WHERE CASE"
	"    WHEN (SELECT unanswered FROM waiting WHERE place = 1) THEN place = 1"
	"    ELSE NOT unanswered END),"
	" claimed AS ("
	"  UPDATE practiceacl.outbox o SET claim = $1, claimed_until = $3,"
	"    available_at = $3, attempts = attempts + 1"
	"  FROM batch b WHERE o.id = b.id RETURNING o.*)"
	" SELECT o.id, o.claim, o.kind, o.channel, o.organization_id, o.recipient,"
	"   CASE WHEN o.kind = 'reminder' THEN (SELECT " REMINDER
	"     FROM (SELECT o.organization_id, o.appointment_id) AS o" REMINDED ")"
	"   WHEN o.kind = 'slot_offer' THEN (" OFFER ")"
	"   ELSE o.payload END AS payload,"
	"   o.sealed_secret, o.attempts, o.created_at"
	" FROM claimed o ORDER BY o.created_at, o.id"
};

static PaclStatement lock_message = {
	"SELECT claim, claimed_until, sent_at IS NOT NULL, attempts"
	" FROM practiceacl.outbox WHERE id = $1 FOR UPDATE"
};

static PaclStatement settle_sent = {
	"UPDATE practiceacl.outbox SET sent_at = $2, sealed_secret = NULL,"
	"   claimed_until = NULL, last_error = NULL"
	" WHERE id = $1"
};

static PaclStatement settle_failed = {
	"UPDATE practiceacl.outbox SET available_at = $2, last_error = $3,"
	"   claim = NULL, claimed_until = NULL"
	" WHERE id = $1"
};

static PaclStatement retry_aside = {
	"UPDATE practiceacl.outbox SET available_at = $1, attempts = 0"
	" WHERE sent_at IS NULL AND available_at = 'infinity'"
};

static PaclStatement insert_key = {
	"INSERT INTO practiceacl.mailer_key (public_key, created_at)"
	" VALUES ($1, clock_timestamp())"
};

void
pacl_delivery_store_put_aside(TimestampTz now, int attempts)
{
	pacl_run(&put_aside, PACL_ARGS(pacl_time(now), pacl_int(attempts)));
}

void
pacl_delivery_store_drop_reminders(TimestampTz now)
{
	pacl_run(&drop_reminders, PACL_ARGS(pacl_time(now)));
}

void
pacl_delivery_store_drop_offers(TimestampTz now)
{
	pacl_run(&drop_offers, PACL_ARGS(pacl_time(now)));
}

void
pacl_delivery_store_claim(PaclRows *rows, const pg_uuid_t *claim,
						  TimestampTz now, TimestampTz until, int batch)
{
	pacl_query(rows, &claim_waiting,
			   PACL_ARGS(pacl_uuid(claim), pacl_time(now), pacl_time(until),
						 pacl_int(batch)));
}

PaclDelivery
pacl_delivery_store_lock(const pg_uuid_t *message_id, const pg_uuid_t *claim,
						 TimestampTz now, int *attempts)
{
	PaclRows	rows;
	PaclDelivery delivery = PACL_DELIVERY_UNKNOWN;

	if (pacl_query_row(&rows, &lock_message,
					   PACL_ARGS(pacl_uuid(message_id))))
	{
		pg_uuid_t  *holder = pacl_column_uuid(&rows, 1);
		bool		same = holder != NULL &&
			memcmp(holder->data, claim->data, UUID_LEN) == 0;

		*attempts = pacl_column_int(&rows, 4);
		if (same && pacl_column_bool(&rows, 3))
			delivery = PACL_DELIVERY_SENT;
		else if (same && pacl_column_time(&rows, 2) > now)
			delivery = PACL_DELIVERY_CLAIMED;
		else
			delivery = PACL_DELIVERY_LAPSED;
	}
	pacl_done(&rows);
	return delivery;
}

void
pacl_delivery_store_sent(const pg_uuid_t *message_id, TimestampTz now)
{
	pacl_run(&settle_sent, PACL_ARGS(pacl_uuid(message_id), pacl_time(now)));
}

void
pacl_delivery_store_failed(const pg_uuid_t *message_id,
						   TimestampTz available_at, const char *error)
{
	pacl_run(&settle_failed,
			 PACL_ARGS(pacl_uuid(message_id), pacl_time(available_at),
					   pacl_text(error)));
}

int64
pacl_delivery_store_retry(TimestampTz now)
{
	return (int64) pacl_run(&retry_aside, PACL_ARGS(pacl_time(now)));
}

void
pacl_delivery_store_add_key(const uint8 *key, size_t length)
{
	pacl_run(&insert_key, PACL_ARGS(pacl_bytes(key, length)));
}

PACL_STATEMENTS(delivery,
	PACL_ONE(put_aside),
	PACL_ONE(drop_reminders),
	PACL_ONE(drop_offers),
	PACL_ONE(claim_waiting),
	PACL_ONE(lock_message),
	PACL_ONE(settle_sent),
	PACL_ONE(settle_failed),
	PACL_ONE(retry_aside),
	PACL_ONE(insert_key));
