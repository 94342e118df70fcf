/*
 * activity_store.c
 *		Rows of the record.
 */
#include "postgres.h"

#include "utils/array.h"
#include "utils/lsyscache.h"
#include "utils/snapmgr.h"

#include "base/activity_store.h"
#include "compat.h"
#include "pure/uuid.h"
#include "reader/relation.h"
#include "reader/view.h"

/* What is read of a chain at once: an agenda has some thousand entries a year. */
#define ROWS_OF_PAGE 1000
#define HOURS_OF_PAGE (30 * 24)

static PaclStatement append_first = {
	"WITH head AS ("
	"  INSERT INTO practiceacl.activity_chain"
	"    (organization_id, chain, entries, head)"
	"  SELECT $1, $2, $3::bigint, $16 WHERE $3 = 1"
	"  ON CONFLICT DO NOTHING RETURNING 1)"
	" INSERT INTO practiceacl.activity_entry"
	"  (organization_id, chain, sequence, id, recorded_at, agenda_id, actor_id,"
	"   session_id, account_id, subject_id, act, operator, client, facts,"
	"   detail_digest, hash, salt, detail, erased_with)"
	" SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,"
	"   $15, $16, $17, $18, $19 FROM head"
};

static PaclStatement append_next = {
	"WITH head AS ("
	"  UPDATE practiceacl.activity_chain SET entries = $3, head = $16"
	"   WHERE organization_id = $1 AND chain = $2 AND entries = $3 - 1"
	"   RETURNING 1)"
	" INSERT INTO practiceacl.activity_entry"
	"  (organization_id, chain, sequence, id, recorded_at, agenda_id, actor_id,"
	"   session_id, account_id, subject_id, act, operator, client, facts,"
	"   detail_digest, hash, salt, detail, erased_with)"
	" SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,"
	"   $15, $16, $17, $18, $19 FROM head"
};

/* The chains' own parts travel as arrays; $1 to $9 are common to all. */
static PaclStatement append_all = {
	"WITH entry AS MATERIALIZED ("
	"  SELECT * FROM unnest($10::uuid[], $11::int8[], $12::uuid[],"
	"    $13::jsonb[], $14::bytea[]) AS e (chain, sequence, id, facts, hash)),"
	" begun AS ("
	"  INSERT INTO practiceacl.activity_chain"
	"    (organization_id, chain, entries, head)"
	"  SELECT $1, chain, sequence, hash FROM entry WHERE sequence = 1"
	"  ON CONFLICT DO NOTHING RETURNING chain),"
	" moved AS ("
	"  UPDATE practiceacl.activity_chain c"
	"  SET entries = e.sequence, head = e.hash FROM entry e"
	"  WHERE c.organization_id = $1 AND c.chain = e.chain"
	"    AND c.entries = e.sequence - 1 AND e.sequence > 1"
	"  RETURNING c.chain),"
	" head AS (SELECT chain FROM begun UNION ALL SELECT chain FROM moved)"
	" INSERT INTO practiceacl.activity_entry"
	"  (organization_id, chain, sequence, id, recorded_at, agenda_id, actor_id,"
	"   session_id, account_id, subject_id, act, operator, client, facts, hash)"
	" SELECT $1, e.chain, e.sequence, e.id, $2, e.chain, $3, $4, $5, $6, $7,"
	"   $8, $9, e.facts, e.hash"
	" FROM entry e JOIN head USING (chain)"
};

/*
 * Entries and head in one statement, so in one snapshot: otherwise an entry
 * added between the two would look like one put in by hand.
 */
static PaclStatement select_heads_of = {
	"SELECT chain, entries, head FROM practiceacl.activity_chain"
	" WHERE organization_id = $1 AND chain = ANY ($2) ORDER BY chain"
};

#define SELECT_ENTRIES(entries, key) \
	"SELECT a.organization_id, a.chain, a.sequence, a.id, a.recorded_at," \
	"   a.agenda_id, a.actor_id, a.session_id, a.account_id, a.subject_id," \
	"   a.act, a.operator, a.client, a.facts, a.detail_digest, a.hash," \
	"   a.salt, a.detail, coalesce(c.entries, 0), c.head" \
	" FROM (VALUES ($1::uuid, $2::uuid)) AS k (organization_id, chain)" \
	" LEFT JOIN practiceacl.activity_chain c USING (organization_id, chain)" \
	" LEFT JOIN LATERAL (" entries ") a ON true" \
	" ORDER BY a." key

#define IN_SEQUENCE(whose) \
	"SELECT e.* FROM practiceacl.activity_entry e" \
	" WHERE e.organization_id = k.organization_id AND " whose \
	"   AND e.sequence > $3 ORDER BY e.sequence LIMIT $4"

/*
 * The index has the hours of ids: a page is what comes in so many from the next
 * entry on.  A comparison of ids that the planner could look up in an index of
 * its own would have it read that index, which is of all agendas.
 */
static PaclStatement select_entries_by_id = {
	SELECT_ENTRIES("SELECT e.* FROM"
				   "  (SELECT practiceacl.id_hour(f.id) AS hour"
				   "   FROM practiceacl.activity_entry f WHERE f.agenda_id = k.chain"
				   "     AND practiceacl.id_hour(f.id) >= practiceacl.id_hour($3)"
				   "     AND (f.id > $3) IS TRUE"
				   "   ORDER BY practiceacl.id_hour(f.id) LIMIT 1) AS first"
				   " JOIN practiceacl.activity_entry e ON e.agenda_id = k.chain"
				   "   AND practiceacl.id_hour(e.id) >= first.hour"
				   "   AND practiceacl.id_hour(e.id) < first.hour + $4"
				   " WHERE e.organization_id = k.organization_id"
				   "   AND (e.id > $3) IS TRUE", "id")
};

static PaclStatement select_entries_by_sequence = {
	SELECT_ENTRIES(IN_SEQUENCE("e.agenda_id = k.chain"), "sequence")
};

static PaclStatement select_entries_of_none = {
	SELECT_ENTRIES(IN_SEQUENCE("e.agenda_id IS NULL AND e.chain = k.chain"),
				   "sequence")
};

static PaclStatement select_seals = {
	"SELECT chain, first_entry, last_entry, previous, hash"
	" FROM practiceacl.activity_seal"
	" WHERE organization_id = $1 AND chain = $2 ORDER BY first_entry"
};

static PaclStatement select_stretches = {
	"SELECT s.chain, min(s.sequence),"
	"   max(s.sequence) FILTER (WHERE s.sequence < s.open),"
	"   coalesce((SELECT l.hash FROM practiceacl.activity_seal l"
	"     WHERE l.organization_id = $1 AND l.chain = s.chain"
	"     ORDER BY l.first_entry DESC LIMIT 1), decode(repeat('00', 32), 'hex')),"
	"   bool_and(s.ordered)"
	" FROM (SELECT a.chain, a.sequence, a.sequence > coalesce(lag(a.sequence)"
	"       OVER (PARTITION BY a.chain ORDER BY a.id), -1) AS ordered,"
	"     coalesce(min(a.sequence) FILTER (WHERE a.recorded_at >= $2)"
	"       OVER (PARTITION BY a.chain), 9223372036854775807) AS open"
	"   FROM practiceacl.activity_entry a WHERE a.organization_id = $1) s"
	" GROUP BY s.chain HAVING min(s.sequence) < min(s.open) ORDER BY s.chain"
};

static PaclStatement insert_seal = {
	"INSERT INTO practiceacl.activity_seal"
	"  (organization_id, chain, first_entry, last_entry, previous, hash,"
	"   digest, sealed_before, sealed_at)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
};

static PaclStatement delete_sealed = {
	"DELETE FROM practiceacl.activity_entry a"
	" USING practiceacl.activity_seal s"
	" WHERE s.organization_id = $1 AND s.digest = $2"
	"   AND a.organization_id = $1 AND a.chain = s.chain"
	"   AND a.sequence BETWEEN s.first_entry AND s.last_entry"
};

static PaclStatement select_seals_digest = {
	"SELECT practiceacl.seals_digest($1)"
};

static PaclStatement select_since = {
	"SELECT e.* FROM practiceacl.activity e"
	" WHERE e.id > $1 AND e.id < $2"
	"   AND practiceacl.id_hour(e.id) >= practiceacl.id_hour($1)"
	" ORDER BY e.id LIMIT $3"
};

static PaclStatement select_prepared = {
	"SELECT EXISTS (SELECT FROM pg_catalog.pg_prepared_xacts"
	"   WHERE database = current_database())"
};

/*
 * Those that are there, and those that must be: an organization and an agenda
 * are not made without an entry.
 */
static PaclStatement select_chains = {
	"SELECT chain FROM practiceacl.activity_chain"
	" WHERE organization_id = $1"
	" UNION"
	" SELECT coalesce(a.agenda_id, a.chain)"
	" FROM practiceacl.activity_entry a"
	" WHERE a.organization_id = $1 AND NOT EXISTS ("
	"   SELECT FROM practiceacl.activity_chain c"
	"   WHERE c.organization_id = a.organization_id"
	"     AND c.chain = coalesce(a.agenda_id, a.chain))"
	" UNION"
	" SELECT chain FROM practiceacl.activity_seal WHERE organization_id = $1"
	" UNION"
	" SELECT id FROM practiceacl.organization WHERE id = $1"
	" UNION"
	" SELECT id FROM practiceacl.agenda WHERE organization_id = $1"
	" UNION"
	" SELECT $1 WHERE $1 = '00000000-0000-0000-0000-000000000000'"
	" ORDER BY chain"
};

/*
 * What stands and has its entry in the chain of the database only, or had it
 * there until it was sealed.  Sessions are purged, but that an account was used
 * stays with it until it is erased.
 */
static PaclStatement select_untold = {
	"WITH sealed AS MATERIALIZED ("
	"  SELECT max(s.sealed_before) AS before FROM practiceacl.activity_seal s"
	"  WHERE s.organization_id = '00000000-0000-0000-0000-000000000000'),"
	" told AS MATERIALIZED ("
	"  SELECT a.act, a.account_id FROM practiceacl.activity_entry a"
	"  WHERE a.organization_id = '00000000-0000-0000-0000-000000000000'"
	"    AND a.act IN ('session.opened', 'account.registered', 'notice.published',"
	"      'mailer_key.set', 'service_offer.set'))"
	" SELECT EXISTS (SELECT FROM practiceacl.account p"
	"     WHERE p.first_used_at >= coalesce((SELECT s.before FROM sealed s), '-infinity')"
	"     AND p.id NOT IN ("
	"       SELECT t.account_id FROM told t"
	"       WHERE t.act IN ('session.opened', 'account.registered')"
	"         AND t.account_id IS NOT NULL))"
	"   OR (SELECT s.before FROM sealed s) IS NULL AND ("
	"     EXISTS (SELECT FROM practiceacl.notice)"
	"     AND NOT EXISTS (SELECT FROM told t WHERE t.act = 'notice.published')"
	"   OR EXISTS (SELECT FROM practiceacl.mailer_key)"
	"     AND NOT EXISTS (SELECT FROM told t WHERE t.act = 'mailer_key.set')"
	"   OR EXISTS (SELECT FROM practiceacl.service_offer)"
	"     AND NOT EXISTS (SELECT FROM told t WHERE t.act = 'service_offer.set'))"
};

/* A digest as the table has it, or null if it is not one. */
static const uint8 *
digest_column(PaclRows *rows, int column)
{
	bytea	   *value = pacl_column_bytes(rows, column);

	return value == NULL || VARSIZE_ANY_EXHDR(value) != PACL_DIGEST_BYTES ?
		NULL : (const uint8 *) VARDATA_ANY(value);
}

bool
pacl_activity_store_head(const pg_uuid_t *organization_id,
						 const pg_uuid_t *chain, int64 *entries,
						 PaclDigest *head)
{
	Datum		keys[2] = {UUIDPGetDatum(organization_id), UUIDPGetDatum(chain)};
	PaclScan	scan;
	HeapTuple	row;
	bool		found;

	pacl_view_push_latest();
	pacl_scan_begin(&scan, PACL_CHAIN_BY_KEY, 2, keys);
	row = pacl_scan_next(&scan);
	found = row != NULL;
	if (found)
	{
		bytea	   *stored = DatumGetByteaPP(pacl_scan_value(&scan, row,
															 Anum_activity_chain_head));

		*entries = DatumGetInt64(pacl_scan_value(&scan, row,
												 Anum_activity_chain_entries));
		memset(head, 0, sizeof(*head));
		memcpy(head->data, VARDATA_ANY(stored),
			   Min(VARSIZE_ANY_EXHDR(stored), PACL_DIGEST_BYTES));
	}
	pacl_scan_end(&scan);
	pacl_view_pop();
	return found;
}

void
pacl_activity_store_heads_of(PaclRows *rows,
							 const pg_uuid_t *organization_id,
							 const pg_uuid_t *chains, int count)
{
	pacl_query(rows, &select_heads_of,
			   PACL_ARGS(pacl_uuid(organization_id),
						 pacl_uuids(chains, count)));
}

void
pacl_activity_store_digest(PaclRows *rows, int column, PaclDigest *digest)
{
	const uint8 *bytes = digest_column(rows, column);

	memset(digest, 0, sizeof(*digest));
	if (bytes != NULL)
		memcpy(digest->data, bytes, PACL_DIGEST_BYTES);
}

bool
pacl_activity_store_append(const PaclActivityRow *row)
{
	return pacl_run(row->sequence == 1 ? &append_first : &append_next,
					PACL_ARGS(pacl_uuid(row->organization_id),
							  pacl_uuid(row->chain),
							  pacl_bigint(row->sequence),
							  pacl_uuid(row->id),
							  pacl_time(row->recorded_at),
							  pacl_uuid(row->agenda_id),
							  pacl_uuid(row->actor_id),
							  pacl_uuid(row->session_id),
							  pacl_uuid(row->account_id),
							  pacl_uuid(row->subject_id),
							  pacl_text(row->act),
							  pacl_text(row->operator),
							  pacl_text(row->client),
							  pacl_jsonb(row->facts),
							  pacl_bytes(row->detail_digest, PACL_DIGEST_BYTES),
							  pacl_bytes(row->hash, PACL_DIGEST_BYTES),
							  pacl_datum(BYTEAOID, PointerGetDatum(row->salt),
										 row->salt == NULL),
							  pacl_text(row->detail),
							  pacl_uuid(row->erased_with))) == 1;
}

static PaclArg
array_of(Oid array, Oid type, Datum *items, int count)
{
	int16		length;
	bool		byval;
	char		align;

	get_typlenbyvalalign(type, &length, &byval, &align);
	return pacl_datum(array,
					  PointerGetDatum(construct_array(items, count, type,
													  length, byval, align)),
					  false);
}

int
pacl_activity_store_append_all(const PaclActivityRow *rows, int count)
{
	Datum	   *columns[5];
	const PaclActivityRow *first = &rows[0];

	for (int i = 0; i < (int) lengthof(columns); i++)
		columns[i] = palloc(count * sizeof(Datum));
	for (int i = 0; i < count; i++)
	{
		columns[0][i] = UUIDPGetDatum(rows[i].chain);
		columns[1][i] = Int64GetDatum(rows[i].sequence);
		columns[2][i] = UUIDPGetDatum(rows[i].id);
		columns[3][i] = JsonbPGetDatum(rows[i].facts);
		columns[4][i] = pacl_bytes(rows[i].hash, PACL_DIGEST_BYTES).value;
	}
	return (int) pacl_run(&append_all,
						  PACL_ARGS(pacl_uuid(first->organization_id),
									pacl_time(first->recorded_at),
									pacl_uuid(first->actor_id),
									pacl_uuid(first->session_id),
									pacl_uuid(first->account_id),
									pacl_uuid(first->subject_id),
									pacl_text(first->act),
									pacl_text(first->operator),
									pacl_text(first->client),
									array_of(UUIDARRAYOID, UUIDOID, columns[0], count),
									array_of(INT8ARRAYOID, INT8OID, columns[1], count),
									array_of(UUIDARRAYOID, UUIDOID, columns[2], count),
									array_of(JSONBARRAYOID, JSONBOID, columns[3], count),
									array_of(BYTEAARRAYOID, BYTEAOID, columns[4], count)));
}

void
pacl_activity_store_query(PaclRows *rows, PaclChainOrder order,
						  const pg_uuid_t *organization_id,
						  const pg_uuid_t *chain,
						  const PaclChainPlace *after)
{
	bool		of_agenda = !pacl_uuid_equal(organization_id, chain) &&
		!pacl_uuid_is_nil(organization_id);
	bool		by_id = of_agenda && order == PACL_CHAIN_BY_ID;

	pacl_query(rows, by_id ? &select_entries_by_id :
			   of_agenda ? &select_entries_by_sequence :
			   &select_entries_of_none,
			   PACL_ARGS(pacl_uuid(organization_id), pacl_uuid(chain),
						 by_id ? pacl_uuid(&after->id) :
						 pacl_bigint(after->sequence),
						 pacl_int(by_id ? HOURS_OF_PAGE : ROWS_OF_PAGE)));
}

void
pacl_activity_store_read(PaclRows *rows, PaclActivityRow *row)
{
	row->organization_id = pacl_column_uuid(rows, 1);
	row->chain = pacl_column_uuid(rows, 2);
	row->sequence = pacl_column_bigint(rows, 3);
	row->id = pacl_column_uuid(rows, 4);
	row->recorded_at = pacl_column_time(rows, 5);
	row->agenda_id = pacl_column_uuid(rows, 6);
	row->actor_id = pacl_column_uuid(rows, 7);
	row->session_id = pacl_column_uuid(rows, 8);
	row->account_id = pacl_column_uuid(rows, 9);
	row->subject_id = pacl_column_uuid(rows, 10);
	row->act = pacl_column_text(rows, 11);
	row->operator = pacl_column_text(rows, 12);
	row->client = pacl_column_text(rows, 13);
	row->facts = pacl_column_jsonb(rows, 14);
	row->detail_digest = digest_column(rows, 15);
	row->hash = digest_column(rows, 16);
	row->salt = pacl_column_bytes(rows, 17);
	row->detail = pacl_column_text(rows, 18);
	row->erased_with = NULL;
}

void
pacl_activity_store_seals(PaclRows *rows, const pg_uuid_t *organization_id,
						  const pg_uuid_t *chain)
{
	pacl_query(rows, &select_seals,
			   PACL_ARGS(pacl_uuid(organization_id), pacl_uuid(chain)));
}

void
pacl_activity_store_read_seal(PaclRows *rows, PaclStretch *stretch)
{
	memset(stretch, 0, sizeof(*stretch));
	stretch->chain = *pacl_column_uuid(rows, 1);
	stretch->first = pacl_column_bigint(rows, 2);
	stretch->last = pacl_column_bigint(rows, 3);
	pacl_activity_store_digest(rows, 4, &stretch->previous);
	pacl_activity_store_digest(rows, 5, &stretch->hash);
}

void
pacl_activity_store_stretches(PaclRows *rows,
							  const pg_uuid_t *organization_id,
							  TimestampTz before)
{
	pacl_query(rows, &select_stretches,
			   PACL_ARGS(pacl_uuid(organization_id), pacl_time(before)));
}

void
pacl_activity_store_read_stretch(PaclRows *rows, PaclStretch *stretch)
{
	memset(stretch, 0, sizeof(*stretch));
	stretch->chain = *pacl_column_uuid(rows, 1);
	stretch->first = pacl_column_bigint(rows, 2);
	stretch->last = pacl_column_bigint(rows, 3);
	pacl_activity_store_digest(rows, 4, &stretch->previous);
	stretch->order = pacl_column_bool(rows, 5) ? PACL_CHAIN_BY_ID :
		PACL_CHAIN_BY_SEQUENCE;
}

void
pacl_activity_store_seal(const pg_uuid_t *organization_id,
						 const PaclStretch *stretch,
						 const PaclDigest *digest, TimestampTz before,
						 TimestampTz at)
{
	pacl_run(&insert_seal,
			 PACL_ARGS(pacl_uuid(organization_id), pacl_uuid(&stretch->chain),
					   pacl_bigint(stretch->first), pacl_bigint(stretch->last),
					   pacl_bytes(&stretch->previous, PACL_DIGEST_BYTES),
					   pacl_bytes(&stretch->hash, PACL_DIGEST_BYTES),
					   pacl_bytes(digest, PACL_DIGEST_BYTES),
					   pacl_time(before), pacl_time(at)));
}

int64
pacl_activity_store_delete_sealed(const pg_uuid_t *organization_id,
								  const PaclDigest *digest)
{
	return (int64) pacl_run(&delete_sealed,
							PACL_ARGS(pacl_uuid(organization_id),
									  pacl_bytes(digest, PACL_DIGEST_BYTES)));
}

char *
pacl_activity_store_seals_digest(const pg_uuid_t *organization_id)
{
	return pacl_query_text(&select_seals_digest,
						   PACL_ARGS(pacl_uuid(organization_id)));
}

int64
pacl_activity_store_read_head(PaclRows *rows, const uint8 **head)
{
	*head = digest_column(rows, 20);
	return pacl_column_bigint(rows, 19);
}

bool
pacl_activity_store_has_entry(PaclRows *rows)
{
	return !pacl_column_isnull(rows, 3);
}

void
pacl_activity_store_chains(PaclRows *rows, const pg_uuid_t *organization_id)
{
	pacl_query(rows, &select_chains, PACL_ARGS(pacl_uuid(organization_id)));
}

bool
pacl_activity_store_is_told(void)
{
	PaclRows	rows;
	bool		untold;

	pacl_query_row(&rows, &select_untold, PACL_NO_ARGS);
	untold = pacl_column_bool(&rows, 1);
	pacl_done(&rows);
	return !untold;
}

void
pacl_activity_store_since(PaclRows *rows, const pg_uuid_t *cursor,
						  const pg_uuid_t *horizon, int limit)
{
	pacl_query(rows, &select_since,
			   PACL_ARGS(pacl_uuid(cursor), pacl_uuid(horizon),
						 pacl_int(limit)));
}

bool
pacl_activity_store_any_prepared(void)
{
	PaclRows	rows;
	bool		any;

	pacl_query_row(&rows, &select_prepared, PACL_NO_ARGS);
	any = pacl_column_bool(&rows, 1);
	pacl_done(&rows);
	return any;
}

static PaclStatement count_by_actor = {
	"SELECT count(*)::integer FROM practiceacl.activity_entry"
	" WHERE actor_id = $1 AND act = $3 AND recorded_at >= $4"
	"   AND practiceacl.id_hour(id) >= practiceacl.id_hour($2::uuid)",
	.as_reader = true
};

static PaclStatement count_on_agenda = {
	"SELECT count(*)::integer FROM practiceacl.activity_entry"
	" WHERE agenda_id = $1 AND act = $3 AND recorded_at >= $4"
	"   AND practiceacl.id_hour(id) >= practiceacl.id_hour($2::uuid)",
	.as_reader = true
};

/*
 * The id of an entry is made after its time is taken, so a bound on its hour
 * loses none, and the index stops there.  Counted is what is there now, also
 * where the transaction has an older snapshot.
 */
static int
count_acts(PaclStatement *statement, const char *act, const pg_uuid_t *whose,
		   TimestampTz since)
{
	PaclRows	rows;
	pg_uuid_t	floor;
	int			found;

	pacl_uuid_floor(&floor, since);
	PushActiveSnapshot(GetLatestSnapshot());
	(void) pacl_query_row(&rows, statement,
						  PACL_ARGS(pacl_uuid(whose), pacl_uuid(&floor),
									pacl_text(act), pacl_time(since)));
	PopActiveSnapshot();
	found = pacl_column_int(&rows, 1);
	pacl_done(&rows);
	return found;
}

int
pacl_activity_store_count_by_actor(const char *act, const pg_uuid_t *actor_id,
								   TimestampTz since)
{
	return count_acts(&count_by_actor, act, actor_id, since);
}

int
pacl_activity_store_count_on_agenda(const char *act, const pg_uuid_t *agenda_id,
									TimestampTz since)
{
	return count_acts(&count_on_agenda, act, agenda_id, since);
}

static PaclStatement touch_chain = {
	"UPDATE practiceacl.activity_chain SET entries = entries"
	" WHERE organization_id = $1 AND chain = $1"
};

void
pacl_activity_store_touch_organization(const pg_uuid_t *id)
{
	pacl_run(&touch_chain, PACL_ARGS(pacl_uuid(id)));
}

#define NAME_AGENDAS "'announce_agendas'"

static PaclStatement select_switch = {
	"SELECT EXISTS (SELECT FROM practiceacl.database_switch"
	" WHERE name = " NAME_AGENDAS ")"
};

static PaclStatement switch_on = {
	"INSERT INTO practiceacl.database_switch (name) VALUES (" NAME_AGENDAS ")"
	" ON CONFLICT DO NOTHING"
};

static PaclStatement switch_off = {
	"DELETE FROM practiceacl.database_switch WHERE name = " NAME_AGENDAS
};

bool
pacl_activity_store_names_agendas(void)
{
	PaclRows	rows;

	pacl_query(&rows, &select_switch, PACL_NO_ARGS);
	return pacl_rows_bool(&rows);
}

bool
pacl_activity_store_name_agendas(bool named)
{
	return pacl_run(named ? &switch_on : &switch_off, PACL_NO_ARGS) == 1;
}

PACL_STATEMENTS(activity,
	PACL_ONE(select_switch),
	PACL_ONE(switch_on),
	PACL_ONE(switch_off),
	PACL_ONE(append_first),
	PACL_ONE(append_next),
	PACL_ONE(append_all),
	PACL_ONE(select_heads_of),
	PACL_ONE(select_entries_by_id),
	PACL_ONE(select_seals),
	PACL_ONE(select_stretches),
	PACL_ONE(insert_seal),
	PACL_ONE(delete_sealed),
	PACL_ONE(select_seals_digest),
	PACL_ONE(select_entries_by_sequence),
	PACL_ONE(select_entries_of_none),
	PACL_ONE(select_since),
	PACL_ONE(select_prepared),
	PACL_ONE(select_chains),
	PACL_ONE(select_untold),
	PACL_ONE(count_by_actor),
	PACL_ONE(count_on_agenda),
	PACL_ONE(touch_chain));
