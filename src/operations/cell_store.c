/*
 * cell_store.c
 *		Rows of organizations that move between cells.
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/guc.h"

#include "base/statement.h"
#include "operations/cell_store.h"

static PaclStatement select_move = {
	"SELECT state, seal, moved_to, proof FROM practiceacl.organization_move"
	" WHERE organization_id = $1"
};

static PaclStatement select_since = {
	"SELECT since FROM practiceacl.organization_move"
	" WHERE organization_id = $1"
};

static PaclStatement select_exists = {
	"SELECT EXISTS (SELECT FROM practiceacl.organization WHERE id = $1)"
};

static PaclStatement begin_move = {
	"INSERT INTO practiceacl.organization_move"
	"  (organization_id, state, seal, key, since) VALUES ($1, $2, $3, $4, $5)"
	" ON CONFLICT (organization_id) DO UPDATE SET state = excluded.state,"
	"   seal = excluded.seal, key = excluded.key, since = excluded.since,"
	"   moved_to = NULL, proof = NULL, heads = NULL, credential_key = NULL,"
	"   credentials_at = NULL"
};

static PaclStatement set_move = {
	"UPDATE practiceacl.organization_move"
	" SET state = $2, moved_to = $3, proof = $4, since = $5"
	" WHERE organization_id = $1"
};

static PaclStatement delete_move = {
	"DELETE FROM practiceacl.organization_move WHERE organization_id = $1"
};

static PaclStatement select_seal = {
	"SELECT encode(sha256(convert_to($1::text, 'UTF8')), 'hex')"
};

/*
 * Without TRUNCATE, which no row filter confines: the target would empty its
 * tables, of all organizations.
 */
static PaclStatement select_publication = {
	"SELECT format('CREATE PUBLICATION %I FOR TABLE ', $2::text)"
	"  || string_agg(format('%s WHERE (%s)', qualified_name,"
	"    format(moved_rows, $1::text)), ', ' ORDER BY position)"
	"  || ' WITH (publish = ''insert, update, delete'', publish_via_partition_root = true)'"
	" FROM practiceacl.organization_tables WHERE on_move = 'replicated'"
};

/*
 * Tables whose replica identity lacks a column that a publication filters by:
 * once published, nobody could change their rows any more.
 */
static PaclStatement select_unidentified = {
	"SELECT string_agg(DISTINCT t.table_name, ', ')"
	" FROM practiceacl.organization_tables t"
	" JOIN pg_catalog.pg_class c ON c.relname = t.table_name"
	"   AND c.relnamespace = 'practiceacl'::regnamespace"
	" JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0"
	"   AND NOT a.attisdropped AND t.moved_rows ~ ('\\m' || a.attname || '\\M')"
	" WHERE t.on_move = 'replicated' AND c.relreplident <> 'f'"
	"   AND NOT EXISTS (SELECT FROM pg_catalog.pg_index i"
	"     WHERE i.indrelid = c.oid AND a.attnum = ANY (i.indkey)"
	"       AND CASE c.relreplident WHEN 'd' THEN i.indisprimary"
	"         WHEN 'i' THEN i.indisreplident ELSE false END)"
};

static PaclStatement select_no_publication = {
	"SELECT format('DROP PUBLICATION IF EXISTS %I', $1::text)"
};

/*
 * A publisher's policies would filter the copy without a word, were the role
 * of the connection bound by them: with row_security off it is an error.
 */
static PaclStatement select_subscription = {
	"SELECT format('CREATE SUBSCRIPTION %I CONNECTION %L PUBLICATION %1$I', $1::text,"
	"   " PACL_WITHOUT_ROW_SECURITY("$2::text") ")"
};

static PaclStatement select_has_subscription = {
	"SELECT EXISTS (SELECT FROM pg_catalog.pg_subscription s"
	"   JOIN pg_catalog.pg_database d ON d.oid = s.subdbid"
	"   WHERE d.datname = current_database() AND s.subname = $1)"
};

static PaclStatement drop_slot = {
	"SELECT pg_catalog.pg_drop_replication_slot(slot_name)"
	" FROM pg_catalog.pg_replication_slots"
	" WHERE slot_name = $1 AND database = current_database() AND NOT active"
};

static PaclStatement select_slot = {
	"SELECT EXISTS (SELECT FROM pg_catalog.pg_replication_slots"
	"   WHERE slot_name = $1 AND database = current_database())"
};

#define PEOPLE \
	"SELECT account_id FROM practiceacl.membership WHERE organization_id = $1" \
	" UNION SELECT account_id FROM practiceacl.invitation WHERE organization_id = $1" \
	" UNION SELECT account_id FROM practiceacl.reading WHERE organization_id = $1"

static PaclStatement select_parcel = {
	"SELECT jsonb_build_object('organization_id', m.organization_id,"
	"  'version', (SELECT extversion FROM pg_catalog.pg_extension"
	"    WHERE extname = 'practiceacl'),"
	"  'seal', m.seal, 'proof', m.proof,"
	"  'key', CASE WHEN m.state IN ('released', 'forgotten') THEN m.key END,"
	"  'service_offers', (SELECT coalesce(jsonb_agg(DISTINCT service_offer), '[]')"
	"    FROM practiceacl.agenda WHERE organization_id = $1"
	"      AND service_offer IS NOT NULL),"
	"  'people', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', a.id,"
	"      'status', a.status, 'email', a.email, 'first_name', a.first_name,"
	"      'last_name', a.last_name, 'mobile', a.mobile, 'country', a.country,"
	"      'time_zone', a.time_zone, 'sms_copies', a.sms_copies) ORDER BY a.id), '[]')"
	"    FROM practiceacl.account a WHERE a.id IN (" PEOPLE ") OR a.id = ANY ($3)),"
	"  'tables', $2::jsonb)"
	" FROM practiceacl.organization_move m WHERE m.organization_id = $1"
};

static PaclStatement select_opened = {
	"SELECT $1::jsonb ->> 'organization_id', $1::jsonb ->> 'version', $1::jsonb ->> 'seal',"
	"   $1::jsonb ->> 'key', $1::jsonb ->> 'proof',"
	"   encode(sha256(convert_to($1::jsonb ->> 'key', 'UTF8')), 'hex'),"
	"   (SELECT string_agg(code, ', ' ORDER BY code)"
	"    FROM jsonb_array_elements_text($1::jsonb -> 'service_offers') AS c (code)"
	"    WHERE code NOT IN (SELECT o.code FROM practiceacl.service_offer o))"
};

static PaclStatement select_people = {
	"SELECT p.id, p.status, p.email, p.first_name, p.last_name, p.mobile,"
	"   p.country, p.time_zone, p.sms_copies"
	" FROM jsonb_to_recordset($1::jsonb -> 'people') AS p (id uuid, status text,"
	"   email text, first_name text, last_name text, mobile text, country text,"
	"   time_zone text, sms_copies boolean) ORDER BY p.id"
};

static PaclStatement select_proof = {
	"SELECT 'SELECT encode(sha256(convert_to(string_agg(line, E''\\n'' ORDER BY line"
	" COLLATE \"C\"), ''UTF8'')), ''hex'') FROM (SELECT format(''%s %s %s'', chain,"
	" entries, encode(head, ''hex'')) FROM practiceacl.activity_chain"
	" WHERE organization_id = ' || quote_literal($1) || ' '"
	"  || string_agg(format('UNION ALL SELECT %L || count(*) FROM %s WHERE %s HAVING count(*) > 0 ',"
	"    qualified_name || ' ', qualified_name, format(moved_rows, $1::text)), '' ORDER BY position)"
	"  || ') AS l (line)'"
	" FROM practiceacl.organization_tables WHERE compared"
};

/*
 * What speaks of an agenda that the organization does not have: it would come
 * to life with the agenda of another one that moves here later.
 */
static PaclStatement select_strays = {
	"SELECT 'SELECT string_agg(name, '', '') FROM (' || string_agg(format("
	"   'SELECT %1$L AS name WHERE EXISTS (SELECT FROM practiceacl.%1$I r"
	"      WHERE r.organization_id = %2$L AND r.agenda_id IS NOT NULL"
	"        AND NOT EXISTS (SELECT FROM practiceacl.agenda g"
	"          WHERE g.organization_id = %2$L AND g.id = r.agenda_id))',"
	"   t.table_name, $1::text), ' UNION ALL ' ORDER BY t.position) || ') AS s'"
	" FROM practiceacl.organization_tables t"
	" JOIN pg_catalog.pg_class c ON c.relname = t.table_name"
	"   AND c.relnamespace = 'practiceacl'::regnamespace"
	" WHERE t.compared AND EXISTS (SELECT FROM pg_catalog.pg_constraint k"
	"   WHERE k.conrelid = c.oid AND k.confrelid = 'practiceacl.agenda'::regclass)"
};

static PaclStatement select_progress = {
	"SELECT (SELECT count(*) FROM practiceacl.activity_chain c"
	"    WHERE c.organization_id = $1),"
	"  (SELECT coalesce(sum(c.entries), 0)::bigint FROM practiceacl.activity_chain c"
	"    WHERE c.organization_id = $1),"
	"  (SELECT count(*) FROM pg_catalog.pg_subscription_rel r"
	"    JOIN pg_catalog.pg_subscription s ON s.oid = r.srsubid"
	"    WHERE s.subname = $2 AND r.srsubstate = 'r'),"
	"  (SELECT count(*) FROM pg_catalog.pg_subscription_rel r"
	"    JOIN pg_catalog.pg_subscription s ON s.oid = r.srsubid"
	"    WHERE s.subname = $2),"
	"  (SELECT (CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_replay_lsn()"
	"      ELSE pg_catalog.pg_current_wal_insert_lsn() END - confirmed_flush_lsn)::bigint"
	"    FROM pg_catalog.pg_replication_slots"
	"    WHERE slot_name = $2 AND database = current_database())"
};

static PaclStatement select_problem = {
	"SELECT string_agg(problem, E'\n' ORDER BY problem)"
	" FROM practiceacl.move_problem WHERE organization_id = $1"
};

static PaclStatement keep_heads = {
	"UPDATE practiceacl.organization_move SET heads = ("
	"   SELECT jsonb_agg(jsonb_build_array(chain, entries, encode(head, 'hex'))"
	"     ORDER BY chain)"
	"   FROM practiceacl.activity_chain c WHERE c.organization_id = $1)"
	" WHERE organization_id = $1"
};

static PaclStatement select_deletions = {
	"SELECT format('WITH gone AS (DELETE FROM %s WHERE %s RETURNING 1)"
	" SELECT count(*) FROM gone', qualified_name, format(forgotten_rows, $1::text)),"
	"   qualified_name IN (SELECT r.qualified_name FROM practiceacl.registered_table r)"
	" FROM practiceacl.organization_tables WHERE forgotten_rows IS NOT NULL"
	" ORDER BY position DESC"
};

bool
pacl_cell_store_read(const pg_uuid_t *organization_id, PaclMove *move)
{
	PaclRows	rows;
	bool		found = pacl_query_row(&rows, &select_move,
									   PACL_ARGS(pacl_uuid(organization_id)));

	memset(move, 0, sizeof(*move));
	if (found)
	{
		move->state = pacl_column_text(&rows, 1);
		move->seal = pacl_column_text(&rows, 2);
		move->moved_to = pacl_column_text(&rows, 3);
		move->proof = pacl_column_text(&rows, 4);
	}
	pacl_done(&rows);
	return found;
}

TimestampTz
pacl_cell_store_since(const pg_uuid_t *organization_id)
{
	PaclRows	rows;
	TimestampTz since = 0;

	if (pacl_query_row(&rows, &select_since,
					   PACL_ARGS(pacl_uuid(organization_id))))
		since = pacl_column_time(&rows, 1);
	pacl_done(&rows);
	return since;
}

bool
pacl_cell_store_exists(const pg_uuid_t *organization_id)
{
	PaclRows	rows;

	pacl_query(&rows, &select_exists, PACL_ARGS(pacl_uuid(organization_id)));
	return pacl_rows_bool(&rows);
}

void
pacl_cell_store_begin(const pg_uuid_t *organization_id, const char *state,
					  const char *seal, const char *key, TimestampTz at)
{
	pacl_run(&begin_move, PACL_ARGS(pacl_uuid(organization_id),
									pacl_text(state), pacl_text(seal),
									pacl_text(key), pacl_time(at)));
}

void
pacl_cell_store_set(const pg_uuid_t *organization_id, const char *state,
					const char *moved_to, const char *proof, TimestampTz at)
{
	pacl_run(&set_move, PACL_ARGS(pacl_uuid(organization_id),
								  pacl_text(state), pacl_text(moved_to),
								  pacl_text(proof), pacl_time(at)));
}

void
pacl_cell_store_end(const pg_uuid_t *organization_id)
{
	pacl_run(&delete_move, PACL_ARGS(pacl_uuid(organization_id)));
}

static bool
read_bool(PaclStatement *statement, const char *name)
{
	PaclRows	rows;

	pacl_query(&rows, statement, PACL_ARGS(pacl_text(name)));
	return pacl_rows_bool(&rows);
}

char *
pacl_cell_store_seal(const char *text)
{
	return pacl_query_text(&select_seal, PACL_ARGS(pacl_text(text)));
}

void
pacl_cell_store_publish(const pg_uuid_t *organization_id,
						const char *publication)
{
	pacl_run_text(pacl_query_text(&select_publication,
								  PACL_ARGS(pacl_uuid(organization_id),
											pacl_text(publication))));
}

char *
pacl_cell_store_unidentified(void)
{
	return pacl_query_text(&select_unidentified, 0, NULL);
}

void
pacl_cell_store_unpublish(const char *publication)
{
	pacl_run_text(pacl_query_text(&select_no_publication,
								  PACL_ARGS(pacl_text(publication))));
}

char *
pacl_cell_store_subscription(const char *publication, const char *connection)
{
	return pacl_query_text(&select_subscription,
						   PACL_ARGS(pacl_text(publication), pacl_text(connection)));
}

bool
pacl_cell_store_has_subscription(const char *name)
{
	return read_bool(&select_has_subscription, name);
}

bool
pacl_cell_store_drop_slot(const char *name)
{
	pacl_run(&drop_slot, PACL_ARGS(pacl_text(name)));
	return !read_bool(&select_slot, name);
}

Jsonb *
pacl_cell_store_parcel(const pg_uuid_t *organization_id, Jsonb *tables,
					   const pg_uuid_t *people, int count)
{
	return pacl_query_jsonb(&select_parcel,
							PACL_ARGS(pacl_uuid(organization_id), pacl_jsonb(tables),
									  pacl_uuids(people, count)));
}

void
pacl_cell_store_open_parcel(Jsonb *parcel, PaclParcel *opened)
{
	PaclRows	rows;

	(void) pacl_query_row(&rows, &select_opened, PACL_ARGS(pacl_jsonb(parcel)));
	opened->organization_id = pacl_column_text(&rows, 1);
	opened->version = pacl_column_text(&rows, 2);
	opened->seal = pacl_column_text(&rows, 3);
	opened->key = pacl_column_text(&rows, 4);
	opened->proof = pacl_column_text(&rows, 5);
	opened->key_seal = pacl_column_text(&rows, 6);
	opened->missing_offers = pacl_column_text(&rows, 7);
	pacl_done(&rows);
}

void
pacl_cell_store_people(Jsonb *parcel, PaclPersonVisitor visit, void *state)
{
	PaclRows	rows;

	pacl_query(&rows, &select_people, PACL_ARGS(pacl_jsonb(parcel)));
	while (pacl_next(&rows))
	{
		PaclAccountRow person = {{{0}}};

		if (pacl_column_isnull(&rows, 1))
			continue;
		person.id = *pacl_column_uuid(&rows, 1);
		person.status = pacl_column_text(&rows, 2);
		person.email = pacl_column_text(&rows, 3);
		person.first_name = pacl_column_text(&rows, 4);
		person.last_name = pacl_column_text(&rows, 5);
		person.mobile = pacl_column_text(&rows, 6);
		person.country = pacl_column_text(&rows, 7);
		person.time_zone = pacl_column_text(&rows, 8);
		person.sms_copies = pacl_column_bool(&rows, 9);
		visit(state, &person);
	}
	pacl_done(&rows);
}

static void
read_text(void *state, Datum *values, bool *nulls, TupleDesc descriptor)
{
	*(char **) state = nulls[0] ? NULL : TextDatumGetCString(values[0]);
}

char *
pacl_cell_store_proof(const pg_uuid_t *organization_id)
{
	char	   *proof = NULL;

	pacl_read_text(pacl_query_text(&select_proof, PACL_ARGS(pacl_uuid(organization_id))),
				   read_text, &proof);
	return proof;
}

char *
pacl_cell_store_strays(const pg_uuid_t *organization_id)
{
	char	   *tables = NULL;

	pacl_read_text(pacl_query_text(&select_strays, PACL_ARGS(pacl_uuid(organization_id))),
				   read_text, &tables);
	return tables;
}

void
pacl_cell_store_progress(const pg_uuid_t *organization_id, const char *name,
						 PaclMoveProgress *progress)
{
	PaclRows	rows;

	(void) pacl_query_row(&rows, &select_progress,
						  PACL_ARGS(pacl_uuid(organization_id),
									pacl_text(name)));
	progress->chains = pacl_column_bigint(&rows, 1);
	progress->entries = pacl_column_bigint(&rows, 2);
	progress->tables_ready = pacl_column_bigint(&rows, 3);
	progress->tables = pacl_column_bigint(&rows, 4);
	progress->has_slot = !pacl_column_isnull(&rows, 5);
	progress->lag_bytes = pacl_column_bigint(&rows, 5);
	pacl_done(&rows);
}

char *
pacl_cell_store_problem(const pg_uuid_t *organization_id)
{
	return pacl_query_text(&select_problem, PACL_ARGS(pacl_uuid(organization_id)));
}

void
pacl_cell_store_keep_heads(const pg_uuid_t *organization_id)
{
	pacl_run(&keep_heads, PACL_ARGS(pacl_uuid(organization_id)));
}

static void
add_count(void *state, Datum *values, bool *nulls, TupleDesc descriptor)
{
	*(int64 *) state += DatumGetInt64(values[0]);
}

/*
 * Rows of tables beside the core's have moved and are not deleted: no trigger
 * may take it for that.  All that refers to them is deleted, too.
 */
static int64
delete_rows(const char *deletion, bool have_moved)
{
	int			level = NewGUCNestLevel();
	int64		count = 0;

	if (have_moved)
		(void) set_config_option("session_replication_role", "replica", PGC_SUSET,
								 PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	pacl_read_text(deletion, add_count, &count);
	AtEOXact_GUC(true, level);
	return count;
}

int64
pacl_cell_store_delete(const pg_uuid_t *organization_id)
{
	PaclRows	rows;
	int64		count = 0;

	pacl_query(&rows, &select_deletions, PACL_ARGS(pacl_uuid(organization_id)));
	while (pacl_next(&rows))
		count += delete_rows(pacl_column_text(&rows, 1), pacl_column_bool(&rows, 2));
	pacl_done(&rows);
	return count;
}

PACL_STATEMENTS(cell,
	PACL_ONE(select_move),
	PACL_ONE(select_since),
	PACL_ONE(select_exists),
	PACL_ONE(begin_move),
	PACL_ONE(set_move),
	PACL_ONE(delete_move),
	PACL_ONE(select_seal),
	PACL_ONE(select_publication),
	PACL_ONE(select_unidentified),
	PACL_ONE(select_no_publication),
	PACL_ONE(select_subscription),
	PACL_ONE(select_has_subscription),
	PACL_ONE(drop_slot),
	PACL_ONE(select_slot),
	PACL_ONE(select_parcel),
	PACL_ONE(select_opened),
	PACL_ONE(select_people),
	PACL_ONE(select_proof),
	PACL_ONE(select_strays),
	PACL_ONE(select_progress),
	PACL_ONE(select_problem),
	PACL_ONE(keep_heads),
	PACL_ONE(select_deletions));
