/*
 * shared_count.c
 *		Counts that no rollback undoes.
 */
#include "postgres.h"

#include <sodium.h>

#include "access/xact.h"
#include "miscadmin.h"
#include "storage/spin.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "base/shared_count.h"
#include "compat.h"

/*
 * A cache of sets: a key has its place in one of them, and there the lowest
 * count gives way, of several the one that was added to longest ago.  The keys
 * are keyed hashes, so that nobody can choose whom they push out: to be rid of
 * a count one has to fill all, and with higher ones.
 */
#define WAYS			8
#define SETS			4096	/* one MiB of counts */
#define SETS_SMALL		128		/* what fits beside everything else */

/* The part of the sets that is for PACL_COUNT_MESSAGES. */
#define MESSAGES_PART	4

typedef struct Count
{
	uint64		key[2];			/* zero in an empty place */
	TimestampTz last_at;
	int32		settled;
	int32		begun;
} Count;

typedef struct Counts
{
	slock_t		mutex;
	uint32		sets;
	uint8		seed[crypto_generichash_KEYBYTES];
	Count		places[FLEXIBLE_ARRAY_MEMBER];
} Counts;

/* What the end of a (sub)transaction is to do. */
typedef enum Pending
{
	WRITTEN,					/* commit: one less */
	IF_UNDONE,					/* abort: one more */
	BEGUN,						/* abort: it is settled as counted */
	TAKEN						/* abort: all of them back */
} Pending;

typedef struct PendingCount
{
	struct PendingCount *next;
	Pending		kind;
	PaclDigest	key;
	int			number;
	SubTransactionId subtransaction;
} PendingCount;

static Counts *counts = NULL;
static bool asked = false;
static bool preloaded = false;
static PendingCount *pending = NULL;	/* newest first */

static uint32
sets_wanted(void)
{
	return preloaded || PACL_SHARED_MEMORY_ON_DEMAND ? SETS : SETS_SMALL;
}

static Size
size_wanted(void)
{
	return offsetof(Counts, places) +
		(Size) sets_wanted() * WAYS * sizeof(Count);
}

static void
initialise(void *memory)
{
	Counts	   *fresh = memory;

	memset(fresh, 0, size_wanted());
	SpinLockInit(&fresh->mutex);
	fresh->sets = sets_wanted();
	randombytes_buf(fresh->seed, sizeof(fresh->seed));
}

#if !PACL_SHARED_MEMORY_ON_DEMAND
static shmem_request_hook_type previous_request = NULL;

static void
request_memory(void)
{
	if (previous_request != NULL)
		previous_request();
	RequestAddinShmemSpace(size_wanted());
}
#endif

void
pacl_shared_count_startup(void)
{
#if !PACL_SHARED_MEMORY_ON_DEMAND
	if (!process_shared_preload_libraries_in_progress)
		return;
	preloaded = true;
	previous_request = shmem_request_hook;
	shmem_request_hook = request_memory;
#endif
}

/* A key of this database, as nobody can foresee it. */
typedef struct HiddenKey
{
	uint64		key[2];
	uint32		set;
} HiddenKey;

void
pacl_shared_count_assign(PaclDigest *key, PaclCountArea area)
{
	key->data[PACL_DIGEST_BYTES - 1] &= ~1;
	key->data[PACL_DIGEST_BYTES - 1] |= area;
}

static uint32
set_of(const PaclDigest *key, uint64 hash)
{
	uint32		messages = counts->sets / MESSAGES_PART;
	uint32		others = counts->sets - messages;

	if ((key->data[PACL_DIGEST_BYTES - 1] & 1) == PACL_COUNT_MESSAGES)
		return others + hash % messages;
	return hash % others;
}

static void
hide_key(const PaclDigest *key, HiddenKey *hidden)
{
	crypto_generichash_state state;

	crypto_generichash_init(&state, counts->seed, sizeof(counts->seed),
							sizeof(hidden->key));
	crypto_generichash_update(&state, (unsigned char *) &MyDatabaseId,
							  sizeof(MyDatabaseId));
	crypto_generichash_update(&state, key->data, PACL_DIGEST_BYTES);
	crypto_generichash_final(&state, (unsigned char *) hidden->key,
							 sizeof(hidden->key));
	hidden->set = set_of(key, hidden->key[0]);
}

/* What is counted at a place, as far as it has not faded. */
static int32
count_at(const Count *place, TimestampTz now)
{
	return place->last_at <= now - PACL_COUNT_MEMORY ? 0 :
		place->settled + place->begun;
}

static bool
gives_way(const Count *place, const Count *other, TimestampTz now)
{
	int32		count = count_at(place, now);
	int32		of_other = count_at(other, now);

	return count < of_other ||
		(count == of_other && place->last_at < other->last_at);
}

/*
 * The key's place, or null; always one if there is a time to make it at.  The
 * caller has the mutex.
 */
static Count *
find(const HiddenKey *hidden, TimestampTz now)
{
	Count	   *set = &counts->places[hidden->set * WAYS];
	Count	   *least = set;

	for (int i = 0; i < WAYS; i++)
		if (set[i].key[0] == hidden->key[0] && set[i].key[1] == hidden->key[1])
			return &set[i];
	if (now == 0)
		return NULL;
	for (int i = 1; i < WAYS; i++)
		if (gives_way(&set[i], least, now))
			least = &set[i];
	memset(least, 0, sizeof(Count));
	least->key[0] = hidden->key[0];
	least->key[1] = hidden->key[1];
	return least;
}

/*
 * Adds to what is settled and to what is begun; neither falls below zero,
 * since a place may have been given away meanwhile.  Zero for "now" leaves the
 * time as it is.  Cannot fail: it runs at the end of transactions, too.
 */
static void
change(const PaclDigest *key, TimestampTz now, int settled, int begun)
{
	HiddenKey	hidden;
	Count	   *place;

	hide_key(key, &hidden);
	SpinLockAcquire(&counts->mutex);
	place = find(&hidden, now);
	if (place != NULL)
	{
		if (now != 0 && place->last_at <= now - PACL_COUNT_MEMORY)
			place->settled = 0;
		place->settled = Max(place->settled + settled, 0);
		place->begun = Max(place->begun + begun, 0);
		if (now != 0)
			place->last_at = now;
	}
	SpinLockRelease(&counts->mutex);
}

static bool
is_key(const PendingCount *one, const PaclDigest *key)
{
	return memcmp(one->key.data, key->data, PACL_DIGEST_BYTES) == 0;
}

static void
undo(const PendingCount *one)
{
	switch (one->kind)
	{
		case WRITTEN:
			break;
		case BEGUN:
			change(&one->key, 0, 1, -1);
			break;
		case IF_UNDONE:
		case TAKEN:
			if (one->number > 0)
				change(&one->key, GetCurrentTimestamp(), one->number, 0);
			break;
	}
}

/*
 * A prepared transaction may yet be rolled back when nobody of this process
 * hears of it: for the counts it is undone.
 */
static void
transaction_ends(XactEvent event, void *arg)
{
	if (event != XACT_EVENT_COMMIT && event != XACT_EVENT_ABORT &&
		event != XACT_EVENT_PREPARE)
		return;
	for (PendingCount *one = pending; one != NULL; one = one->next)
	{
		if (event != XACT_EVENT_COMMIT)
			undo(one);
		else if (one->kind == WRITTEN)
			change(&one->key, 0, -one->number, 0);
		else if (one->kind == BEGUN)
			undo(one);
	}
	pending = NULL;
}

static void
subtransaction_ends(SubXactEvent event, SubTransactionId mine,
					SubTransactionId parent, void *arg)
{
	PendingCount **link = &pending;

	if (event != SUBXACT_EVENT_ABORT_SUB && event != SUBXACT_EVENT_COMMIT_SUB)
		return;
	while (*link != NULL)
	{
		PendingCount *one = *link;

		if (one->subtransaction != mine)
			link = &one->next;
		else if (event == SUBXACT_EVENT_COMMIT_SUB)
		{
			one->subtransaction = parent;
			link = &one->next;
		}
		else
		{
			undo(one);
			*link = one->next;
		}
	}
}

static void
remember(Pending kind, const PaclDigest *key, int number)
{
	PendingCount *one = MemoryContextAlloc(TopTransactionContext,
										   sizeof(PendingCount));

	one->kind = kind;
	one->key = *key;
	one->number = number;
	one->subtransaction = GetCurrentSubTransactionId();
	one->next = pending;
	pending = one;
}

/* Forgets the newest of a kind; false if there is none. */
static bool
forget(Pending kind, const PaclDigest *key)
{
	for (PendingCount **link = &pending; *link != NULL; link = &(*link)->next)
		if ((*link)->kind == kind && is_key(*link, key))
		{
			*link = (*link)->next;
			return true;
		}
	return false;
}

/* The memory, at the first call; null if there is none. */
static Counts *
attach(void)
{
	/* An error on the way, of memory perhaps, is not the answer. */
	if (!asked)
	{
		counts = pacl_shared_memory("practiceacl counts", size_wanted(),
									initialise);
		asked = true;
		RegisterXactCallback(transaction_ends, NULL);
		RegisterSubXactCallback(subtransaction_ends, NULL);
	}
	return counts;
}

bool
pacl_shared_count_works(void)
{
	return attach() != NULL;
}

void
pacl_shared_count_read(const PaclDigest *key, TimestampTz now,
					   PaclCount *count)
{
	HiddenKey	hidden;
	Count	   *place;

	memset(count, 0, sizeof(PaclCount));
	if (attach() == NULL)
		return;
	hide_key(key, &hidden);
	SpinLockAcquire(&counts->mutex);
	place = find(&hidden, 0);
	if (place != NULL)
	{
		count->count = count_at(place, now);
		count->last_at = place->last_at;
	}
	SpinLockRelease(&counts->mutex);
	for (PendingCount *one = pending; one != NULL; one = one->next)
		if (one->kind == WRITTEN && is_key(one, key))
			count->count = Max(count->count - one->number, 0);
}

void
pacl_shared_count_add(const PaclDigest *key, TimestampTz now)
{
	if (attach() != NULL)
		change(key, now, 1, 0);
}

void
pacl_shared_count_add_written(const PaclDigest *key, TimestampTz now)
{
	if (attach() == NULL)
		return;
	remember(WRITTEN, key, 1);
	change(key, now, 1, 0);
}

void
pacl_shared_count_if_undone(const PaclDigest *key)
{
	if (attach() != NULL)
		remember(IF_UNDONE, key, 1);
}

void
pacl_shared_count_begin(const PaclDigest *key, TimestampTz now)
{
	if (attach() == NULL)
		return;
	remember(BEGUN, key, 1);
	change(key, now, 0, 1);
}

void
pacl_shared_count_settle(const PaclDigest *key)
{
	if (attach() != NULL && forget(BEGUN, key))
		change(key, 0, 0, -1);
}

void
pacl_shared_count_clear(const PaclDigest *key)
{
	if (attach() == NULL)
		return;
	while (forget(WRITTEN, key))
		;
	change(key, 0, -PG_INT32_MAX, 0);
}

bool
pacl_shared_count_add_below(const PaclDigest *key, TimestampTz now, int limit)
{
	HiddenKey	hidden;
	Count	   *place;
	bool		below;

	if (attach() == NULL)
		return true;
	hide_key(key, &hidden);
	SpinLockAcquire(&counts->mutex);
	place = find(&hidden, now);
	below = count_at(place, now) < limit;
	if (below)
	{
		place->settled = count_at(place, now) + 1;
		place->last_at = now;
	}
	SpinLockRelease(&counts->mutex);
	return below;
}

int
pacl_shared_count_take(const PaclDigest *key, TimestampTz now)
{
	HiddenKey	hidden;
	Count	   *place;
	int			taken = 0;

	if (attach() == NULL)
		return 0;
	hide_key(key, &hidden);
	remember(TAKEN, key, 0);	/* what may fail comes first */
	SpinLockAcquire(&counts->mutex);
	place = find(&hidden, 0);
	if (place != NULL)
	{
		taken = count_at(place, now);
		place->settled = 0;
	}
	SpinLockRelease(&counts->mutex);
	pending->number = taken;
	return taken;
}
