/*
 * activity.c
 *		The record of who did what, when, on whose behalf.
 *
 * An entry's hash covers its predecessor's hash and every column of its row,
 * so that nothing in a chain can be changed, left out or put in without every
 * later hash being wrong.  What names people stands beside that, and the hash
 * covers only a salted digest of it: it can be erased, and the chain still
 * verifies, while nobody can guess the name from the digest.  The client, an
 * address perhaps, is beside the chain for the same reason.
 */
#include "postgres.h"

#include <sodium.h>

#include "access/xact.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "port/pg_bswap.h"
#include "tcop/utility.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "base/activity.h"
#include "base/activity_store.h"
#include "base/announce.h"
#include "base/lock.h"
#include "compat.h"
#include "errors.h"
#include "pure/token.h"
#include "pure/uuid.h"
#include "reader/identity.h"
#include "reader/record.h"
#include "reader/view.h"

#define SALT_BYTES 16

/*
 * The form that is hashed is frozen: each field is a presence byte, its
 * length in four bytes and its content, integers big-endian, times in
 * microseconds since 2000-01-01, JSON as jsonb writes it.
 */
static void
append_field(StringInfo form, const void *bytes, size_t length)
{
	uint32		size = pg_hton32((uint32) length);

	appendStringInfoChar(form, bytes == NULL ? 0 : 1);
	if (bytes == NULL)
		return;
	appendBinaryStringInfo(form, (const char *) &size, sizeof(size));
	appendBinaryStringInfo(form, bytes, (int) length);
}

static void
append_id(StringInfo form, const pg_uuid_t *id)
{
	append_field(form, id == NULL ? NULL : id->data, UUID_LEN);
}

static void
append_string(StringInfo form, const char *string)
{
	append_field(form, string, string == NULL ? 0 : strlen(string));
}

static void
append_number(StringInfo form, int64 number)
{
	uint64		bytes = pg_hton64((uint64) number);

	append_field(form, &bytes, sizeof(bytes));
}

void
pacl_activity_form(const PaclActivityRow *row, StringInfo form)
{
	append_id(form, row->organization_id);
	append_id(form, row->chain);
	append_number(form, row->sequence);
	append_id(form, row->id);
	append_number(form, row->recorded_at);
	append_id(form, row->agenda_id);
	append_id(form, row->actor_id);
	append_id(form, row->session_id);
	append_id(form, row->account_id);
	append_id(form, row->subject_id);
	append_string(form, row->act);
	append_string(form, row->operator);
	append_string(form, JsonbToCString(NULL, &row->facts->root,
									   VARSIZE(row->facts)));
	append_field(form, row->detail_digest, PACL_DIGEST_BYTES);
}

static void
hash_row(const PaclActivityRow *row, const PaclDigest *previous,
		 PaclDigest *hash)
{
	StringInfoData form;

	initStringInfo(&form);
	append_field(&form, previous->data, PACL_DIGEST_BYTES);
	pacl_activity_form(row, &form);
	pacl_digest_bytes(form.data, form.len, hash);
	pfree(form.data);
}

static void
hash_detail(const PaclActivityRow *row, PaclDigest *digest)
{
	StringInfoData form;

	initStringInfo(&form);
	append_field(&form, VARDATA_ANY(row->salt), VARSIZE_ANY_EXHDR(row->salt));
	append_string(&form, row->detail);
	pacl_digest_bytes(form.data, form.len, digest);
	pfree(form.data);
}

/* Locks the chain that an entry belongs to, and returns its id. */
static const pg_uuid_t *
lock_chain(const PaclEntry *entry)
{
	if (entry->agenda_id != NULL)
	{
		pacl_lock_agenda(entry->agenda_id);
		return entry->agenda_id;
	}
	if (entry->organization_id == NULL)
		return pacl_lock_database_chain();
	pacl_lock_organization(entry->organization_id);
	return entry->organization_id;
}

/*
 * The account that acts without a session.  It holds for one epoch, which
 * every error ends: nobody is left to act for whoever comes next.
 */
static struct
{
	bool		set;
	uint64		epoch;
	pg_uuid_t	account_id;
}			acting;

void
pacl_activity_begin_acting(const pg_uuid_t *account_id)
{
	acting.account_id = *account_id;
	acting.epoch = pacl_view_epoch;
	acting.set = true;
}

void
pacl_activity_end_acting(void)
{
	acting.set = false;
}

/* Says who acted: the caller, or the role that a database operator is. */
static void
sign(PaclActivityRow *row, const PaclEntry *entry)
{
	const PaclCaller *caller;

	if (entry->by_nobody)
		return;
	if (entry->by_operator)
	{
		row->operator = GetUserNameFromId(GetOuterUserId(), false);
		return;
	}
	if (acting.set && acting.epoch == pacl_view_epoch)
	{
		row->actor_id = &acting.account_id;
		return;
	}
	caller = pacl_identity_caller();
	if (caller != NULL)
	{
		row->actor_id = &caller->account_id;
		row->session_id = caller->has_session ? &caller->session_id : NULL;
		row->client = caller->client;
	}
	if (entry->actor_id != NULL)
		row->actor_id = entry->actor_id;
}

/* What an entry says, but for its place in the chain; makes its id. */
static void
fill(PaclActivityRow *row, const PaclEntry *entry, const pg_uuid_t *chain,
	 const pg_uuid_t *agenda_id, const char *facts, uint64 *tick,
	 pg_uuid_t *id)
{
	row->organization_id = entry->organization_id != NULL ?
		entry->organization_id : &pacl_nil_uuid;
	row->chain = chain;
	row->agenda_id = agenda_id;

	/*
	 * A room or device has no holder whom an act on it would be about.  In
	 * the database's chain the nil UUID stays: it is an address that nobody
	 * has, and a row without it would be shorter.
	 */
	row->account_id = agenda_id != NULL && entry->account_id != NULL &&
		pacl_uuid_is_nil(entry->account_id) ? NULL : entry->account_id;
	row->subject_id = entry->subject_id;
	row->act = entry->act;
	row->recorded_at = pacl_view_time();
	row->facts = DatumGetJsonbP(DirectFunctionCall1(jsonb_in,
													CStringGetDatum(facts != NULL ? facts : "{}")));

	pacl_uuid_make(id);
	*tick = Max(*tick + 1, pacl_uuid_tick(id));
	pacl_uuid_set_tick(id, *tick);
	row->id = id;
}

/* What names people, and the digest of it that the entry holds. */
static void
add_detail(PaclActivityRow *row, const char *detail, PaclDigest *digest)
{
	row->salt = palloc(VARHDRSZ + SALT_BYTES);
	SET_VARSIZE(row->salt, VARHDRSZ + SALT_BYTES);
	randombytes_buf(VARDATA(row->salt), SALT_BYTES);
	row->detail = detail;
	row->erased_with = row->account_id;
	hash_detail(row, digest);
	row->detail_digest = digest->data;
}

/*
 * The order of ids is the order in which readers go on (activity_since.c),
 * and the clock may be set back.  So an id is above all that are in the
 * record, and not below the start of its own transaction.  Returns what the
 * first one is to be above; until end_writing() readers wait for the row.
 */
static uint64
begin_writing(void)
{
	pg_uuid_t	start;
	pg_uuid_t	newest;
	uint64		tick;

	PreventCommandIfReadOnly("INSERT");
	(void) GetCurrentTransactionId();
	pacl_lock_record();
	pacl_uuid_floor(&start, GetCurrentTransactionStartTimestamp());
	tick = pacl_uuid_tick(&start);
	if (pacl_record_newest(&newest))
		tick = Max(tick, pacl_uuid_tick(&newest));
	return tick;
}

static void
end_writing(void)
{
	pacl_unlock_record();
}

static void
raise_stale(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
			 errword("concurrent_update"),
			 errmsg("could not serialize access due to concurrent activity"),
			 errhint("Retry the transaction.")));
}

pg_uuid_t *
pacl_activity_record(const PaclEntry *entry)
{
	PaclActivityRow row = {0};
	pg_uuid_t  *id = palloc(sizeof(pg_uuid_t));
	const pg_uuid_t *chain;
	PaclDigest	previous = {{0}};
	PaclDigest	detail_digest;
	PaclDigest	hash;
	int64		entries = 0;
	uint64		tick;

	chain = lock_chain(entry);
	sign(&row, entry);
	tick = begin_writing();
	fill(&row, entry, chain, entry->agenda_id, entry->facts, &tick, id);

	if (entry->detail != NULL)
		add_detail(&row, entry->detail, &detail_digest);

	(void) pacl_activity_store_head(row.organization_id, row.chain,
									&entries, &previous);
	row.sequence = entries + 1;
	hash_row(&row, &previous, &hash);
	row.hash = hash.data;
	if (!pacl_activity_store_append(&row))
		raise_stale();
	end_writing();
	pacl_announce(id, entry->agenda_id);
	pacl_activity_sum_up();
	return id;
}

void
pacl_activity_record_agendas(const PaclEntry *entry,
							 const pg_uuid_t *agenda_ids,
							 const char *const *facts, int count)
{
	PaclActivityRow *rows = palloc0(Max(count, 1) * sizeof(PaclActivityRow));
	pg_uuid_t  *ids = palloc(Max(count, 1) * sizeof(pg_uuid_t));
	PaclDigest *hashes = palloc(Max(count, 1) * sizeof(PaclDigest));
	PaclActivityRow signature = {0};
	PaclRows	heads;
	bool		more;
	uint64		tick;

	if (count == 0)
		return;
	for (int i = 0; i < count; i++)
		pacl_lock_agenda(&agenda_ids[i]);
	sign(&signature, entry);
	pacl_activity_store_heads_of(&heads, entry->organization_id, agenda_ids,
								 count);
	more = pacl_next(&heads);
	tick = begin_writing();
	for (int i = 0; i < count; i++)
	{
		PaclActivityRow *row = &rows[i];
		PaclDigest	previous = {{0}};
		int64		entries = 0;

		row->actor_id = signature.actor_id;
		row->session_id = signature.session_id;
		row->operator = signature.operator;
		row->client = signature.client;
		fill(row, entry, &agenda_ids[i], &agenda_ids[i],
			 facts != NULL ? facts[i] : entry->facts, &tick, &ids[i]);
		if (more && pacl_uuid_equal(pacl_column_uuid(&heads, 1), row->chain))
		{
			entries = pacl_column_bigint(&heads, 2);
			pacl_activity_store_digest(&heads, 3, &previous);
			more = pacl_next(&heads);
		}
		row->sequence = entries + 1;
		hash_row(row, &previous, &hashes[i]);
		row->hash = hashes[i].data;
	}
	pacl_done(&heads);
	if (pacl_activity_store_append_all(rows, count) != count)
		raise_stale();
	end_writing();
	for (int i = 0; i < count; i++)
		pacl_announce(&ids[i], &agenda_ids[i]);
}

/*
 * Whether a chain may begin with this entry: nothing is recorded of an
 * organization or an agenda before that it was made.  What begins otherwise
 * was begun again, after all before had been deleted.
 */
static bool
may_begin(const PaclActivityRow *row)
{
	if (pacl_uuid_equal(row->organization_id, &pacl_nil_uuid))
		return true;
	return strcmp(row->act, pacl_uuid_equal(row->chain, row->organization_id) ?
				  "organization.created" : "agenda.created") == 0;
}

/* Whether an entry is what its predecessor's hash and its own row make it. */
static bool
entry_holds(const PaclActivityRow *row, const pg_uuid_t *chain,
			int64 expected, const PaclDigest *previous)
{
	PaclDigest	digest;

	if (row->sequence != expected || row->hash == NULL ||
		!pacl_uuid_equal(row->chain, chain) ||
		(expected == 1 && !may_begin(row)))
		return false;
	hash_row(row, previous, &digest);
	if (memcmp(digest.data, row->hash, PACL_DIGEST_BYTES) != 0)
		return false;
	if (row->detail == NULL)
		return true;
	if (row->detail_digest == NULL || row->salt == NULL)
		return false;
	hash_detail(row, &digest);
	return memcmp(digest.data, row->detail_digest, PACL_DIGEST_BYTES) == 0;
}

/*
 * Goes past what stands in files: each stretch goes on from the one before, and
 * the entries that are here from the last.
 */
static void
go_past_seals(const pg_uuid_t *organization_id, PaclChainState *chain,
			  PaclDigest *previous)
{
	PaclRows	rows;

	pacl_activity_store_seals(&rows, organization_id, &chain->chain);
	while (pacl_next(&rows))
	{
		PaclStretch stretch;

		pacl_activity_store_read_seal(&rows, &stretch);
		if (chain->first_broken == 0 &&
			(stretch.first != chain->entries + 1 ||
			 stretch.last < stretch.first ||
			 memcmp(&stretch.previous, previous, PACL_DIGEST_BYTES) != 0))
			chain->first_broken = chain->entries + 1;
		chain->entries = stretch.last;
		*previous = stretch.hash;
	}
	pacl_done(&rows);
}

/*
 * A page at a time, so that a chain of any length takes little memory.  No
 * entry but the last can change under our feet, and the last page brings the
 * head as of its own snapshot.
 */
static void
verify_in_order(PaclChainOrder order, const pg_uuid_t *organization_id,
				PaclChainState *chain)
{
	PaclDigest	previous = {{0}};
	const uint8 *head = NULL;
	int64		entries_of_head = 0;
	PaclChainPlace last = {{{0}}, PG_INT64_MIN};
	uint64		found;
	MemoryContext outer;
	MemoryContext scratch;

	chain->entries = 0;
	chain->first_broken = 0;
	go_past_seals(organization_id, chain, &previous);
	scratch = AllocSetContextCreate(CurrentMemoryContext,
									"practiceacl page of entries",
									ALLOCSET_DEFAULT_SIZES);
	outer = MemoryContextSwitchTo(scratch);
	do
	{
		PaclRows	rows;

		MemoryContextReset(scratch);
		found = 0;
		pacl_activity_store_query(&rows, order, organization_id,
								  &chain->chain, &last);
		while (pacl_next(&rows))
		{
			PaclActivityRow row;

			CHECK_FOR_INTERRUPTS();
			entries_of_head = pacl_activity_store_read_head(&rows, &head);
			if (!pacl_activity_store_has_entry(&rows))
				break;
			found++;
			pacl_activity_store_read(&rows, &row);
			chain->entries++;
			if (chain->first_broken == 0 &&
				!entry_holds(&row, &chain->chain, chain->entries, &previous))
				chain->first_broken = chain->entries;
			if (row.hash != NULL)
				memcpy(previous.data, row.hash, PACL_DIGEST_BYTES);
			last.sequence = row.sequence;
			last.id = *row.id;
		}
		pacl_done(&rows);
	} while (found > 0);

	/* Entries cut off at the end are known by the head alone. */
	if (chain->first_broken == 0 &&
		(head == NULL || entries_of_head != chain->entries ||
		 memcmp(head, previous.data, PACL_DIGEST_BYTES) != 0))
		chain->first_broken = Min(chain->entries, entries_of_head) + 1;
	MemoryContextSwitchTo(outer);
	MemoryContextDelete(scratch);
}

/* Also a second time if a stretch was sealed while we read. */
static void
verify_chain(const pg_uuid_t *organization_id, PaclChainState *chain)
{
	verify_in_order(PACL_CHAIN_BY_ID, organization_id, chain);
	if (chain->first_broken != 0)
		verify_in_order(PACL_CHAIN_BY_SEQUENCE, organization_id, chain);
}

/* As much of a stretch as this page has; where it ended, in last. */
static bool
walk_page(const pg_uuid_t *organization_id, PaclStretch *stretch,
		  PaclChainPlace *last, PaclEntryVisitor visit, void *state)
{
	PaclRows	rows;
	bool		more = true;

	pacl_activity_store_query(&rows, stretch->order, organization_id,
							  &stretch->chain, last);
	while (more && pacl_next(&rows))
	{
		PaclActivityRow row;

		CHECK_FOR_INTERRUPTS();
		if (!pacl_activity_store_has_entry(&rows))
			break;
		pacl_activity_store_read(&rows, &row);
		if (!entry_holds(&row, &stretch->chain, last->sequence + 1,
						 &stretch->hash))
			break;
		memcpy(stretch->hash.data, row.hash, PACL_DIGEST_BYTES);
		last->sequence = row.sequence;
		last->id = *row.id;
		visit(state, &row);
		more = row.sequence < stretch->last;
	}
	pacl_done(&rows);
	return more;
}

void
pacl_activity_walk(const pg_uuid_t *organization_id, PaclStretch *stretch,
				   PaclEntryVisitor visit, void *state)
{
	PaclChainPlace last = {{{0}}, stretch->first - 1};
	MemoryContext scratch = AllocSetContextCreate(CurrentMemoryContext,
												  "practiceacl page of entries",
												  ALLOCSET_DEFAULT_SIZES);
	MemoryContext outer = MemoryContextSwitchTo(scratch);
	bool		more = true;

	stretch->hash = stretch->previous;
	while (more)
	{
		int64		before = last.sequence;

		MemoryContextReset(scratch);
		more = walk_page(organization_id, stretch, &last, visit, state);
		if (more && last.sequence == before)
			ereport(ERROR,
					(errcode(ERRCODE_DATA_CORRUPTED),
					 errword("chain_broken"),
					 errmsg("chain %s is broken at entry " INT64_FORMAT,
							pacl_uuid_text(&stretch->chain),
							last.sequence + 1),
					 errhint("verify_activity() tells which chains are whole.")));
	}
	MemoryContextSwitchTo(outer);
	MemoryContextDelete(scratch);
}

/*
 * A chain of the database begins with whatever is done first, or is not there
 * yet.  So they are held against what only they tell of, which counts for the
 * first.
 */
static bool
verify_database_chain(PaclChainState *chain)
{
	bool		told = pacl_activity_store_is_told();

	verify_chain(&pacl_nil_uuid, chain);
	if (!told)
		chain->first_broken = 1;
	else if (chain->entries == 0 && chain->first_broken == 1)
		return false;
	return true;
}

void
pacl_activity_verify(const pg_uuid_t *organization_id,
					 PaclChainCallback visit, void *state)
{
	PaclRows	rows;

	pacl_activity_store_chains(&rows, organization_id);
	while (pacl_next(&rows))
	{
		PaclChainState chain;

		chain.chain = *pacl_column_uuid(&rows, 1);
		if (!pacl_uuid_equal(&chain.chain, &pacl_nil_uuid))
			verify_chain(organization_id, &chain);
		else if (!verify_database_chain(&chain))
			continue;
		visit(state, &chain);
	}
	pacl_done(&rows);
}
