/*
 * changes.c
 *		What changed on the calendars that somebody may read.
 *
 * The record has it all, in the order of ids, and activity_since.c says up to
 * where it is complete.  Only what is on the caller's own calendars is
 * waited for.
 *
 * A cursor is sealed: which past somebody may ask about is what they were
 * given.  It names the database and its timeline, since an entry that was seen
 * before a restore may be gone after it, and the calendars that its reader
 * could read: if those are others now, what happened on them meanwhile is not
 * in what was shown, and the reader begins again.
 */
#include "postgres.h"

#include <sodium.h>

#include "access/xlog.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/timestamp.h"

#include "base/activity.h"
#include "base/activity_store.h"
#include "base/address.h"
#include "base/authority.h"
#include "base/facts.h"
#include "base/pretence.h"
#include "calendar/booking.h"
#include "compat.h"
#include "errors.h"
#include "operations/activity_since.h"
#include "operations/changes.h"
#include "operations/changes_store.h"
#include "pure/cursor.h"
#include "pure/token.h"
#include "pure/uuid.h"
#include "reader/access.h"
#include "reader/record.h"
#include "reader/view.h"

#define FUNCTION "changes_since"

/* Which calendars somebody reads, and on which of them what is private. */
typedef struct Calendars
{
	pg_uuid_t  *agendas;
	int			count;
	pg_uuid_t  *private_agendas;
	int			private_count;
	pg_uuid_t  *organizations;
	int			organization_count;
} Calendars;

typedef struct Reading
{
	PaclDigest	key;			/* what seals the caller's cursors */
	Calendars	calendars;
	PaclCursor	cursor;			/* where it begins */
	bool		begins;			/* without a cursor */
	bool		fresh;			/* so, or with the cursor of other calendars */
	int			max_rows;
	bool		known;			/* whether the end could be found */
	bool		news;			/* whether anything has been written since */
	pg_uuid_t	end;			/* what is below is complete */
	PaclRows	rows;			/* if there is news that is to be shown */
} Reading;

static void
find_calendars(Calendars *calendars)
{
	pacl_view_push_latest();
	calendars->agendas = pacl_access_agendas(PACL_RIGHTS_READ,
											 &calendars->count);
	calendars->private_agendas = pacl_access_agendas(PACL_RIGHTS_SEE_PRIVATE,
													 &calendars->private_count);
	pacl_view_pop();
}

static void
digest_calendars(const Calendars *calendars, uint8 *access)
{
	StringInfoData ids;
	PaclDigest	digest;

	initStringInfo(&ids);
	appendBinaryStringInfo(&ids, (const char *) calendars->agendas,
						   calendars->count * sizeof(pg_uuid_t));
	appendBinaryStringInfo(&ids, (const char *) &pacl_nil_uuid,
						   sizeof(pg_uuid_t));
	appendBinaryStringInfo(&ids, (const char *) calendars->private_agendas,
						   calendars->private_count * sizeof(pg_uuid_t));
	pacl_digest_bytes(ids.data, ids.len, &digest);
	memcpy(access, digest.data, PACL_CURSOR_ACCESS_BYTES);
	pfree(ids.data);
}

/* What a restore and the promotion of a standby change. */
static void
digest_database(uint8 *database)
{
	struct
	{
		uint64		system;
		uint64		timeline;
		uint64		oid;
	}			identity = {GetSystemIdentifier(), GetWALInsertionTimeLine(), MyDatabaseId};
	PaclDigest	digest;

	pacl_digest_bytes(&identity, sizeof(identity), &digest);
	memcpy(database, digest.data, PACL_CURSOR_DATABASE_BYTES);
}

/* A key of its own for each account: a cursor is nobody else's. */
static void
make_key(const pg_uuid_t *account_id, PaclDigest *key)
{
	struct
	{
		char		purpose[16];
		pg_uuid_t	account_id;
	}			whose = {"pacl cursor", *account_id};

	pacl_address_key_sign(&whose, sizeof(whose), key);
}

static void
make_seal(const PaclDigest *key, const PaclCursor *cursor, uint8 *seal)
{
	PaclDigest	digest;

	pacl_digest_bytes(cursor, offsetof(PaclCursor, seal), &digest);
	pacl_digest_keyed(key, &digest);
	memcpy(seal, digest.data, PACL_CURSOR_SEAL_BYTES);
}

#define BEGIN_AGAIN "Begin again without a cursor, and read the calendars."

static void
raise_unknown_cursor(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errword("cursor_unknown"),
			 errargument("cursor"),
			 errmsg("cursor is not one that changes_since() has given to you"),
			 errhint("%s", BEGIN_AGAIN)));
}

/* A cursor that somebody presents, if it is one that they were given here. */
static void
read_cursor(Reading *reading, const char *text)
{
	PaclCursor *cursor = &reading->cursor;
	uint8		database[PACL_CURSOR_DATABASE_BYTES];
	uint8		seal[PACL_CURSOR_SEAL_BYTES];

	if (!pacl_cursor_read(text, cursor))
		raise_unknown_cursor();
	digest_database(database);
	if (memcmp(cursor->database, database, sizeof(database)) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("cursor_of_another_database"),
				 errargument("cursor"),
				 errmsg("cursor is of another database"),
				 errdetail("Or the database was restored, or its standby promoted, since: what the cursor has seen may be gone."),
				 errhint("%s", BEGIN_AGAIN)));
	make_seal(&reading->key, cursor, seal);
	if (sodium_memcmp(cursor->seal, seal, sizeof(seal)) != 0)
		raise_unknown_cursor();
}

/* The cursor behind an entry, or at a moment. */
static char *
write_cursor(const Reading *reading, PaclCursorKind kind,
			 const pg_uuid_t *position)
{
	PaclCursor	cursor = reading->cursor;
	char	   *text = palloc(PACL_CURSOR_LENGTH + 1);

	cursor.kind = kind;
	cursor.position = *position;
	make_seal(&reading->key, &cursor, cursor.seal);
	pacl_cursor_write(&cursor, text);
	return text;
}

/*
 * Nothing that a cursor names is ever deleted, nor is there a position that no
 * clock has reached and no entry, unless an older state of the files has come
 * back.
 */
static void
check_future(const PaclCursor *cursor, const pg_uuid_t *newest)
{
	pg_uuid_t	now;
	bool		gone;

	if (cursor->kind == PACL_CURSOR_ENTRY)
		gone = !pacl_changes_store_is_there(&cursor->position);
	else
	{
		pacl_uuid_floor(&now, GetCurrentTimestamp());
		gone = pacl_uuid_tick(&cursor->position) >
			Max(pacl_uuid_tick(newest) + 1, pacl_uuid_tick(&now));
	}
	if (gone)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("cursor_of_the_future"),
				 errargument("cursor"),
				 errmsg("cursor is of the future"),
				 errdetail("The database has gone back to an earlier state: what the cursor has seen is gone."),
				 errhint("%s", BEGIN_AGAIN)));
}

/* The first entry on the calendars that is not committed, if there is one. */
static void
find_pending(Calendars *calendars, const pg_uuid_t *above,
			 const pg_uuid_t *newest, pg_uuid_t *end)
{
	pg_uuid_t	last = *newest;

	calendars->organizations =
		pacl_changes_store_organizations(calendars->agendas, calendars->count,
										 &calendars->organization_count);
	for (int i = 0; i < calendars->count; i++)
		if (pacl_record_first_pending_on(&calendars->agendas[i], above, &last,
										 end))
			last = *end;
	for (int i = 0; i < calendars->organization_count; i++)
		if (pacl_record_first_pending_in(&calendars->organizations[i], above,
										 &last, end))
			last = *end;
}

/*
 * Up to where what is on these calendars is complete.  Whose they are is
 * settled before; what is read, after.
 */
static void
find_end(Reading *reading)
{
	const pg_uuid_t *after = reading->fresh ? &pacl_nil_uuid :
		&reading->cursor.position;
	pg_uuid_t	newest = pacl_nil_uuid;
	pg_uuid_t	settled;

	(void) pacl_activity_settled(FUNCTION, after, &newest, &settled,
								 &reading->known);
	if (!reading->begins)
		check_future(&reading->cursor, &newest);
	if (!reading->known)
		return;
	pacl_activity_end(&newest, &reading->end);
	/* Mostly nothing is new, and then there is nothing to look for. */
	reading->news = pacl_uuid_compare(&newest, after) > 0;
	if (reading->news)
		find_pending(&reading->calendars, &settled, &newest,
					 &reading->end);
}

/* What is read for it depends on what the caller may not see. */
static void
read_changes(void *state)
{
	Reading    *reading = state;
	Calendars  *calendars = &reading->calendars;
	uint8		access[PACL_CURSOR_ACCESS_BYTES];

	find_calendars(calendars);
	digest_calendars(calendars, access);
	reading->fresh = reading->begins ||
		memcmp(access, reading->cursor.access, sizeof(access)) != 0;
	find_end(reading);
	memcpy(reading->cursor.access, access, sizeof(access));
	if (!reading->fresh && reading->known && reading->news)
		pacl_changes_store_query(&reading->rows, calendars->agendas,
								 calendars->count, calendars->private_agendas,
								 calendars->private_count,
								 calendars->organizations,
								 calendars->organization_count,
								 &reading->cursor.position, &reading->end,
								 reading->max_rows);
}

static void
show_beginning(const Reading *reading, PaclChangeCallback visit, void *state)
{
	PaclChange	change = {0};

	if (!reading->known)
		ereport(ERROR,
				(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
				 errword("concurrent_update"),
				 errmsg("no cursor can be given at this moment"),
				 errhint("Retry the transaction.")));
	change.cursor = write_cursor(reading, PACL_CURSOR_MOMENT, &reading->end);
	change.change = reading->begins ? "begin" : "reload";
	change.at = pacl_view_time();
	visit(state, &change);
}

static void
show_changes(Reading *reading, PaclChangeCallback visit, void *state)
{
	PaclRows   *rows = &reading->rows;

	if (!reading->known || !reading->news)
		return;
	while (pacl_next(rows))
	{
		PaclChange	change;

		change.cursor = write_cursor(reading, PACL_CURSOR_ENTRY,
									 pacl_column_uuid(rows, 1));
		change.agenda_id = pacl_column_uuid(rows, 2);
		change.appointment_id = pacl_column_uuid(rows, 3);
		change.change = pacl_column_text(rows, 4);
		change.at = pacl_column_time(rows, 5);
		visit(state, &change);
	}
	pacl_done(rows);
}

void
pacl_changes_since(const char *cursor, int max_rows, PaclChangeCallback visit,
				   void *state)
{
	Reading		reading = {.begins = cursor == NULL, .max_rows = max_rows};
	const PaclCaller *caller = pacl_require_caller();

	if (max_rows < 1 || max_rows > PACL_CHANGES_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("out_of_range"),
				 errargument("max_rows"),
				 errmsg("max_rows must be between 1 and %d", PACL_CHANGES_MAX)));
	pacl_activity_require_latest(FUNCTION);
	make_key(&caller->account_id, &reading.key);
	if (cursor != NULL)
		read_cursor(&reading, cursor);
	else
		digest_database(reading.cursor.database);
	pacl_do_uncounted(read_changes, &reading);
	if (reading.fresh)
		show_beginning(&reading, visit, state);
	else
		show_changes(&reading, visit, state);
	explicit_bzero(&reading.key, sizeof(reading.key));
}

void
pacl_changes_announce_agendas(bool enabled)
{
	PaclEntry	entry = {.act = "announcements.set", .by_operator = true};
	PaclFacts	facts;

	if (!pacl_activity_store_name_agendas(enabled))
		return;
	pacl_facts_begin(&facts);
	pacl_facts_bool(&facts, "agendas", enabled);
	entry.facts = pacl_facts_end(&facts);
	(void) pacl_activity_record(&entry);
}
