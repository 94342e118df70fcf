/*
 * outbox_store.c
 *		Rows of the outbox.
 */
#include "postgres.h"

#include "base/outbox_store.h"
#include "base/statement.h"
#include "compat.h"
#include "pure/uuid.h"
#include "reader/access.h"

static PaclStatement insert_message = {
	"INSERT INTO practiceacl.outbox (id, kind, channel, organization_id,"
	"   account_id, recipient, payload, sealed_secret, sent_by)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
};

static PaclStatement delete_unsent = {
	"DELETE FROM practiceacl.outbox WHERE account_id = $1 AND recipient = $2"
	"   AND sent_at IS NULL AND claim IS NULL AND kind <> 'patient_message'"
};

#define NTH_SINCE(condition, since, n) \
	"SELECT created_at FROM practiceacl.outbox" \
	" WHERE sent_by IS NOT NULL AND " condition " AND created_at > " since \
	" ORDER BY created_at DESC OFFSET " n " LIMIT 1"

static PaclStatement select_sent_to = {
	NTH_SINCE("organization_id = $1 AND recipient = $4", "$2", "$3")
};

static PaclStatement select_sent_from = {
	NTH_SINCE("organization_id = $1", "$2", "$3")
};

static PaclStatement select_sent_by = {
	NTH_SINCE("sent_by = $1", "$2", "$3")
};

static PaclStatement insert_for_accounts = {
	"INSERT INTO practiceacl.outbox (kind, organization_id, account_id,"
	"   recipient, payload)"
	" SELECT $1, $2, a.id, a.email, $4"
	" FROM practiceacl.account a"
	" WHERE a.id = ANY ($3) AND a.email IS NOT NULL AND a.status = 'active'"
	"   AND ($2 IS NULL OR EXISTS (SELECT FROM practiceacl.membership m"
	"     WHERE m.organization_id = $2 AND m.account_id = a.id"
	"       AND m.status IN ('active', 'unlisted')))"
};

/* The holder of agenda $2, if they asked for copies. */
#define HOLDER_WITH_COPIES \
	" FROM practiceacl.agenda g" \
	" JOIN practiceacl.account a ON a.id = g.holder_id" \
	" JOIN practiceacl.membership m ON m.organization_id = g.organization_id" \
	"   AND m.account_id = a.id AND m." PACL_SQL_IS_ACTIVE \
	" WHERE g.organization_id = $1 AND g.id = $2" \
	"   AND a.status = 'active' AND a.sms_copies AND a.mobile IS NOT NULL"

static PaclStatement select_holder = {
	"SELECT EXISTS (SELECT" HOLDER_WITH_COPIES ")"
};

#define HOLDER_AND_PAYLOAD \
	"WITH holder AS (" \
	"  SELECT g.organization_id, a.id, a.mobile," \
	"    $3 || jsonb_build_object('agenda', g.name, 'time_zone', g.time_zone) AS payload" \
	HOLDER_WITH_COPIES ")"

#define COPY_FOR(source, payload) \
	" INSERT INTO practiceacl.outbox (kind, channel, organization_id," \
	"   account_id, recipient, payload)" \
	" SELECT 'appointment_copy', 'sms', organization_id, id, mobile, " payload \
	" FROM " source

/* Of what has just been made nothing can have been said. */
static PaclStatement insert_first_for_holder = {
	HOLDER_AND_PAYLOAD COPY_FOR("holder", "payload")
};

/*
 * An unsent message that no longer holds is withdrawn.  A holder who was
 * never told of a booking is told of it where it is now, and not at all if it
 * is gone; one who was never told of a cancellation is not told that it was
 * taken back.
 */
static PaclStatement insert_for_holder = {
	HOLDER_AND_PAYLOAD ","
	" overtaken AS ("
	"  DELETE FROM practiceacl.outbox o USING holder h"
	"  WHERE o.account_id = h.id AND o.kind = 'appointment_copy'"
	"    AND o.payload ->> 'appointment_id' = h.payload ->> 'appointment_id'"
	"    AND o.sent_at IS NULL AND o.attempts = 0"
	"  RETURNING o.payload ->> 'event' AS event),"
	" news AS ("
	"  SELECT h.*, h.payload ->> 'event' AS event,"
	"    EXISTS (SELECT FROM overtaken WHERE event = 'booked') AS unheard,"
	"    EXISTS (SELECT FROM overtaken WHERE event = 'cancelled') AS unlost"
	"  FROM holder h)"
	COPY_FOR("news", "CASE WHEN unheard THEN payload || '{\"event\": \"booked\"}' ELSE payload END")
	" WHERE NOT (unheard AND event IN ('cancelled', 'moved_away'))"
	"   AND NOT (unlost AND event = 'booked')"
};

/* Settled without being sent: the row still counts for its sender. */
static PaclStatement settle_of_member = {
	"UPDATE practiceacl.outbox SET sent_at = $3, payload = '{}',"
	"   sealed_secret = NULL, claim = NULL, claimed_until = NULL,"
	"   last_error = 'withdrawn'"
	" WHERE organization_id = $1 AND account_id = $2 AND sent_at IS NULL"
	"   AND kind <> 'patient_message'"
	"   AND (claim IS NULL OR claimed_until < $3)"
};

static PaclStatement select_admins = {
	"SELECT account_id FROM practiceacl.membership"
	" WHERE organization_id = $1 AND admin <> 'none'"
	"   AND " PACL_SQL_IS_ACTIVE
	" ORDER BY account_id"
};

static PaclStatement select_key = {
	"SELECT public_key FROM practiceacl.mailer_key"
	" ORDER BY created_at DESC, id DESC LIMIT 1"
};

pg_uuid_t *
pacl_outbox_store_insert(const char *kind, const char *channel,
						 const pg_uuid_t *organization_id,
						 const pg_uuid_t *account_id,
						 const pg_uuid_t *sent_by, const char *recipient,
						 const char *payload, const void *sealed,
						 size_t sealed_length)
{
	pg_uuid_t  *id = palloc(sizeof(pg_uuid_t));

	pacl_uuid_make(id);
	pacl_run(&insert_message,
			 PACL_ARGS(pacl_uuid(id), pacl_text(kind), pacl_text(channel),
					   pacl_uuid(organization_id), pacl_uuid(account_id),
					   pacl_text(recipient), pacl_json(payload),
					   pacl_bytes(sealed, sealed_length),
					   pacl_uuid(sent_by)));
	return id;
}

void
pacl_outbox_store_withdraw(const pg_uuid_t *account_id, const char *recipient)
{
	pacl_run(&delete_unsent,
			 PACL_ARGS(pacl_uuid(account_id), pacl_text(recipient)));
}

static bool
read_time(PaclRows *rows, bool found, TimestampTz *time)
{
	if (found)
		*time = pacl_column_time(rows, 1);
	pacl_done(rows);
	return found;
}

bool
pacl_outbox_store_sent_to(const pg_uuid_t *organization_id,
						  const char *recipient, TimestampTz since, int n,
						  TimestampTz *created_at)
{
	PaclRows	rows;
	bool		found = pacl_query_row(&rows, &select_sent_to,
									   PACL_ARGS(pacl_uuid(organization_id),
												 pacl_time(since),
												 pacl_int(n),
												 pacl_text(recipient)));

	return read_time(&rows, found, created_at);
}

bool
pacl_outbox_store_sent_from(const pg_uuid_t *organization_id,
							TimestampTz since, int n, TimestampTz *created_at)
{
	PaclRows	rows;
	bool		found = pacl_query_row(&rows, &select_sent_from,
									   PACL_ARGS(pacl_uuid(organization_id),
												 pacl_time(since),
												 pacl_int(n)));

	return read_time(&rows, found, created_at);
}

bool
pacl_outbox_store_sent_by(const pg_uuid_t *account_id, TimestampTz since,
						  int n, TimestampTz *created_at)
{
	PaclRows	rows;
	bool		found = pacl_query_row(&rows, &select_sent_by,
									   PACL_ARGS(pacl_uuid(account_id),
												 pacl_time(since),
												 pacl_int(n)));

	return read_time(&rows, found, created_at);
}

void
pacl_outbox_store_tell_accounts(const char *kind,
								const pg_uuid_t *organization_id,
								const pg_uuid_t *account_ids, int count,
								const char *payload)
{
	pacl_run(&insert_for_accounts,
			 PACL_ARGS(pacl_text(kind), pacl_uuid(organization_id),
					   pacl_uuids(account_ids, count), pacl_json(payload)));
}

void
pacl_outbox_store_copy_to_holder(const pg_uuid_t *organization_id,
								 const pg_uuid_t *agenda_id,
								 const char *payload, bool first)
{
	pacl_run(first ? &insert_first_for_holder : &insert_for_holder,
			 PACL_ARGS(pacl_uuid(organization_id), pacl_uuid(agenda_id),
					   pacl_json(payload)));
}

bool
pacl_outbox_store_wants_copies(const pg_uuid_t *organization_id,
							   const pg_uuid_t *agenda_id)
{
	PaclRows	rows;

	pacl_query(&rows, &select_holder,
			   PACL_ARGS(pacl_uuid(organization_id), pacl_uuid(agenda_id)));
	return pacl_rows_bool(&rows);
}

void
pacl_outbox_store_withdraw_of_member(const pg_uuid_t *organization_id,
									 const pg_uuid_t *account_id, TimestampTz at)
{
	pacl_run(&settle_of_member,
			 PACL_ARGS(pacl_uuid(organization_id), pacl_uuid(account_id),
					   pacl_time(at)));
}

pg_uuid_t *
pacl_outbox_store_admins(const pg_uuid_t *organization_id, int *count)
{
	PaclRows	rows;
	pg_uuid_t  *ids;

	*count = 0;
	pacl_query(&rows, &select_admins, PACL_ARGS(pacl_uuid(organization_id)));
	ids = palloc(Max(rows.count, 1) * sizeof(pg_uuid_t));
	while (pacl_next(&rows))
		ids[(*count)++] = *pacl_column_uuid(&rows, 1);
	pacl_done(&rows);
	return ids;
}

uint8 *
pacl_outbox_store_key(void)
{
	PaclRows	rows;
	uint8	   *key = NULL;

	if (pacl_query_row(&rows, &select_key, PACL_NO_ARGS))
		key = (uint8 *) VARDATA_ANY(pacl_column_bytes(&rows, 1));
	pacl_done(&rows);
	return key;
}

static PaclStatement select_names = {
	"SELECT"
	" (SELECT name FROM practiceacl.agenda WHERE id = $1),"
	" (SELECT btrim(h.first_name || ' ' || h.last_name)"
	"   FROM practiceacl.agenda a"
	"   JOIN practiceacl.account h ON h.id = a.holder_id WHERE a.id = $1),"
	" (SELECT btrim(first_name || ' ' || last_name)"
	"   FROM practiceacl.account WHERE id = $2)"
};

void
pacl_outbox_store_names(const pg_uuid_t *agenda_id, const pg_uuid_t *actor_id,
						PaclMessageNames *behalf)
{
	PaclRows	rows;

	(void) pacl_query_row(&rows, &select_names,
						  PACL_ARGS(pacl_uuid(agenda_id),
									pacl_uuid(actor_id)));
	behalf->agenda = pacl_column_text(&rows, 1);
	behalf->holder = pacl_column_text(&rows, 2);
	behalf->actor = pacl_column_text(&rows, 3);
	pacl_done(&rows);
}

static PaclStatement count_caused = {
	"SELECT count(*)::integer FROM practiceacl.outbox"
	" WHERE organization_id = $1 AND recipient = $2"
	"   AND kind IN ('reminder', 'slot_offer') AND payload ->> 'by' = $3::uuid::text"
	"   AND due_at > $4::timestamptz - interval '24 hours'"
	"   AND due_at < $4 + interval '24 hours'"
};

int
pacl_outbox_store_caused(const pg_uuid_t *organization_id,
						 const char *recipient, const pg_uuid_t *account_id,
						 TimestampTz due_at)
{
	PaclRows	rows;
	int			count;

	(void) pacl_query_row(&rows, &count_caused,
						  PACL_ARGS(pacl_uuid(organization_id),
									pacl_text(recipient),
									pacl_uuid(account_id), pacl_time(due_at)));
	count = pacl_column_int(&rows, 1);
	pacl_done(&rows);
	return count;
}

static PaclStatement offer_slot = {
	"INSERT INTO practiceacl.outbox (id, kind, channel, organization_id,"
	"   recipient, due_at, available_at, payload)"
	" VALUES ($1, 'slot_offer', $2, $3, $4, $5, $5,"
	"   jsonb_strip_nulls(jsonb_build_object('by', $6::uuid)))"
};

void
pacl_outbox_store_offer_slot(const pg_uuid_t *offer_id,
							 const pg_uuid_t *organization_id,
							 const char *channel, const char *recipient,
							 TimestampTz due_at, const pg_uuid_t *account_id)
{
	pacl_run(&offer_slot,
			 PACL_ARGS(pacl_uuid(offer_id), pacl_text(channel),
					   pacl_uuid(organization_id), pacl_text(recipient),
					   pacl_time(due_at), pacl_uuid(account_id)));
}

PACL_STATEMENTS(outbox,
	PACL_ONE(insert_message),
	PACL_ONE(delete_unsent),
	PACL_ONE(select_sent_to),
	PACL_ONE(select_sent_from),
	PACL_ONE(select_sent_by),
	PACL_ONE(insert_for_accounts),
	PACL_ONE(select_holder),
	PACL_ONE(insert_first_for_holder),
	PACL_ONE(insert_for_holder),
	PACL_ONE(settle_of_member),
	PACL_ONE(select_admins),
	PACL_ONE(select_key),
	PACL_ONE(select_names),
	PACL_ONE(count_caused),
	PACL_ONE(offer_slot));
