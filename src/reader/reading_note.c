/*
 * reading_note.c
 *		Which agendas' rows a transaction was given, on whose behalf.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/memutils.h"
#include "utils/rangetypes.h"
#include "utils/timestamp.h"
#include "utils/typcache.h"

#include "pure/uuid.h"
#include "reader/access.h"
#include "reader/identity.h"
#include "reader/reading_note.h"
#include "reader/relation.h"
#include "reader/view.h"
#include "settings.h"

/* An agenda that was noted for an account. */
typedef struct NotedKey
{
	pg_uuid_t	agenda_id;
	uint32		whose;			/* place of the account, twice; one more for
								 * an emergency */
} NotedKey;

typedef struct NotedAgenda
{
	NotedKey	key;
	uint32		status;			/* simplehash's */
} NotedAgenda;

#define SH_PREFIX noted
#define SH_ELEMENT_TYPE NotedAgenda
#define SH_KEY_TYPE NotedKey
#define SH_KEY key
#define SH_HASH_KEY(tb, key) \
	((uint32) (pacl_uuid_hash(&(key).agenda_id) >> 32) + (key).whose)
#define SH_EQUAL(tb, a, b) \
	((a).whose == (b).whose && pacl_uuid_equal(&(a).agenda_id, &(b).agenda_id))
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

/* All in the memory of the transaction. */
static noted_hash * noted = NULL;
static PaclReadingNote *notes = NULL;
static int	note_count = 0;
static pg_uuid_t *accounts = NULL;	/* that asked, or were given rows */
static int	account_count = 0;

/* Whether the caller has emergency access anywhere, as one view has it. */
typedef struct Emergency
{
	PaclView	view;
	pg_uuid_t	account_id;
	bool		exists;
} Emergency;

static Emergency emergency_memo;

static bool
is_in_force(const PaclScan *scan, HeapTuple row)
{
	Datum		period = pacl_scan_value(scan, row,
										 Anum_access_grant_valid_during);
	TypeCacheEntry *type = lookup_type_cache(TSTZRANGEOID,
											 TYPECACHE_RANGE_INFO);

	return range_contains_elem_internal(type, DatumGetRangeTypeP(period),
										TimestampTzGetDatum(pacl_view_time()));
}

/* Emergency access of an account to an agenda, or to any if that is null. */
static bool
has_emergency(const pg_uuid_t *account_id, const pg_uuid_t *agenda_id)
{
	Datum		keys[2] = {UUIDPGetDatum(account_id), UUIDPGetDatum(agenda_id)};
	PaclScan	scan;
	HeapTuple	row;
	bool		found = false;

	pacl_scan_begin_unseen(&scan, PACL_EMERGENCY_BY_ACCOUNT,
						   agenda_id == NULL ? 1 : 2, keys);
	while (!found && (row = pacl_scan_next(&scan)) != NULL)
		found = is_in_force(&scan, row);
	pacl_scan_end(&scan);
	return found;
}

/*
 * Most people have none, and are asked once a view.  A moment that passes in
 * it changes nothing: a statement has one time.
 */
static bool
may_be_emergency(const pg_uuid_t *account_id)
{
	Emergency  *memo = &emergency_memo;

	if (!pacl_view_is_current(&memo->view) ||
		!pacl_uuid_equal(&memo->account_id, account_id))
	{
		memo->view.taken = false;
		memo->exists = has_emergency(account_id, NULL);
		memo->account_id = *account_id;
		pacl_view_take(&memo->view);
	}
	return memo->exists;
}

bool
pacl_reading_is_noted(void)
{
	const PaclCaller *caller = pacl_identity_reader(NULL);

	return caller != NULL &&
		(pacl_record_reading == PACL_RECORD_ALL ||
		 may_be_emergency(&caller->account_id));
}

/* The place of an account among those of the transaction. */
static uint32
place_of(const pg_uuid_t *account_id)
{
	for (int i = 0; i < account_count; i++)
		if (pacl_uuid_equal(&accounts[i], account_id))
			return i;
	accounts = accounts == NULL ?
		MemoryContextAlloc(TopTransactionContext, sizeof(pg_uuid_t)) :
		repalloc(accounts, (account_count + 1) * sizeof(pg_uuid_t));
	accounts[account_count] = *account_id;
	return account_count++;
}

void
pacl_reading_asked(void)
{
	const PaclCaller *caller = pacl_identity_reader(NULL);

	if (caller != NULL)
		(void) place_of(&caller->account_id);
}

/*
 * The organization of an agenda: that of the caller's memberships if they have
 * just one, which needs no look at the agenda.
 */
static bool
find_organization(const pg_uuid_t *agenda_id, pg_uuid_t *organization_id)
{
	int			count;
	pg_uuid_t  *organizations = pacl_access_organizations(PACL_ADMIN_NONE,
														  &count);
	PaclAgenda	agenda;

	if (count == 1)
		*organization_id = organizations[0];
	if (organizations != NULL)
		pfree(organizations);
	if (count == 1)
		return true;
	if (!pacl_access_agenda(agenda_id, &agenda))
		return false;
	*organization_id = agenda.organization_id;
	return true;
}

/* False if the agenda was noted before. */
static bool
is_new(const pg_uuid_t *account_id, const pg_uuid_t *agenda_id, bool emergency)
{
	NotedKey	key = {*agenda_id, place_of(account_id) * 2 + emergency};
	bool		found;

	if (noted == NULL)
		noted = noted_create(TopTransactionContext, 32, NULL);
	(void) noted_insert(noted, key, &found);
	return !found;
}

/* The note of an account and organization: a transaction has few. */
static PaclReadingNote *
find_note(const pg_uuid_t *account_id, const pg_uuid_t *organization_id,
		  bool emergency)
{
	PaclReadingNote *note;

	for (int i = 0; i < note_count; i++)
		if (notes[i].emergency == emergency &&
			pacl_uuid_equal(&notes[i].account_id, account_id) &&
			pacl_uuid_equal(&notes[i].organization_id, organization_id))
			return &notes[i];
	notes = notes == NULL ?
		MemoryContextAlloc(TopTransactionContext, sizeof(PaclReadingNote)) :
		repalloc(notes, (note_count + 1) * sizeof(PaclReadingNote));
	note = &notes[note_count++];
	note->account_id = *account_id;
	note->organization_id = *organization_id;
	note->emergency = emergency;
	note->at = pacl_view_time();
	note->count = 0;
	note->room = 16;
	note->agendas = MemoryContextAlloc(TopTransactionContext,
									   note->room * sizeof(pg_uuid_t));
	return note;
}

static void
add(const pg_uuid_t *account_id, const pg_uuid_t *organization_id,
	const pg_uuid_t *agenda_id, bool emergency)
{
	PaclReadingNote *note = find_note(account_id, organization_id, emergency);

	if (note->count == note->room)
	{
		note->room *= 2;
		note->agendas = repalloc_huge(note->agendas,
									  note->room * sizeof(pg_uuid_t));
	}
	note->agendas[note->count++] = *agenda_id;
}

static bool
is_wanted(bool emergency)
{
	return emergency || pacl_record_reading == PACL_RECORD_ALL;
}

/* The flag that only holders have tells the caller's own agenda. */
static void
note_for_caller(const pg_uuid_t *account_id, const pg_uuid_t *agenda_id,
				PaclRights rights)
{
	bool		emergency = may_be_emergency(account_id) &&
		has_emergency(account_id, agenda_id);
	pg_uuid_t	organization_id;

	if (is_wanted(emergency) &&
		(pacl_rights_flags(rights) & PACL_FLAG_PUBLIC_PROFILE) == 0 &&
		is_new(account_id, agenda_id, emergency) &&
		find_organization(agenda_id, &organization_id))
		add(account_id, &organization_id, agenda_id, emergency);
}

static void
note_for(const pg_uuid_t *account_id, const pg_uuid_t *agenda_id)
{
	bool		emergency = has_emergency(account_id, agenda_id);
	PaclAgenda	agenda;

	if (is_wanted(emergency) &&
		pacl_access_agenda(agenda_id, &agenda) &&
		!pacl_uuid_equal(&agenda.holder_id, account_id) &&
		pacl_access_rights_of(account_id, agenda_id, pacl_view_time(),
							  NULL) != PACL_RIGHTS_NONE &&
		is_new(account_id, agenda_id, emergency))
		add(account_id, &agenda.organization_id, agenda_id, emergency);
}

/* The list of accounts may move, so each is copied. */
void
pacl_reading_note(const pg_uuid_t *agenda_id)
{
	const PaclCaller *caller = pacl_identity_reader(NULL);
	PaclRights	rights = caller == NULL ? PACL_RIGHTS_NONE :
		pacl_access_rights(agenda_id);

	if (rights != PACL_RIGHTS_NONE)
		note_for_caller(&caller->account_id, agenda_id, rights);
	else
		for (int i = 0; i < account_count; i++)
		{
			pg_uuid_t	account_id = accounts[i];

			note_for(&account_id, agenda_id);
		}
}

const PaclReadingNote *
pacl_reading_notes(int *count)
{
	*count = note_count;
	return notes;
}

void
pacl_reading_forget(void)
{
	noted = NULL;
	notes = NULL;
	accounts = NULL;
	note_count = account_count = 0;
}
