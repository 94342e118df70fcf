/*
 * lock.c
 *		Who waits for whom.
 */
#include "postgres.h"

#include <sodium.h>

#include "access/xlog.h"
#include "miscadmin.h"
#include "storage/lock.h"

#include "base/lock.h"
#include "pure/uuid.h"
#include "settings.h"

/* How often those who write an entry are waited for, a millisecond each. */
#define RECORD_WAITS 100

/*
 * The fourth field of an advisory lock's tag: SQL's functions use 1 and 2
 * there and can make no other.
 */
typedef enum LockClass
{
	LOCK_ORGANIZATION = 0x5001,
	LOCK_AGENDA,
	LOCK_DATABASE_CHAIN,
	LOCK_ACCOUNT,
	LOCK_HASH_SLOT,
	LOCK_RECORD,
	LOCK_COUNT
} LockClass;

/*
 * More chains of the database than this are never written at once; whoever
 * comes then waits for one of them.
 */
#define DATABASE_CHAINS 1024

/*
 * Different ids with one hash only wait for each other needlessly.  False if
 * somebody else has it and it is not to be waited for.
 */
static bool
acquire_or(LockClass class, uint64 key, bool wait)
{
	LOCKTAG		tag;

	/* Every act begins with a lock, and a standby acts on nothing. */
	if (RecoveryInProgress())
		ereport(ERROR,
				(errcode(ERRCODE_READ_ONLY_SQL_TRANSACTION),
				 errmsg("cannot write on a standby"),
				 errhint("Write on the primary.")));

	SET_LOCKTAG_ADVISORY(tag, MyDatabaseId, (uint32) (key >> 32),
						 (uint32) key, class);
	return LockAcquire(&tag, ExclusiveLock, false, !wait) != LOCKACQUIRE_NOT_AVAIL;
}

static void
acquire(LockClass class, uint64 key)
{
	(void) acquire_or(class, key, true);
}

void
pacl_lock_organization(const pg_uuid_t *organization_id)
{
	acquire(LOCK_ORGANIZATION, pacl_uuid_hash(organization_id));
}

void
pacl_lock_agenda(const pg_uuid_t *agenda_id)
{
	acquire(LOCK_AGENDA, pacl_uuid_hash(agenda_id));
}

void
pacl_lock_agendas(pg_uuid_t *agenda_ids, int count)
{
	qsort(agenda_ids, count, sizeof(pg_uuid_t), pacl_uuid_qsort_compare);
	for (int i = 0; i < count; i++)
		if (i == 0 || !pacl_uuid_equal(&agenda_ids[i - 1], &agenda_ids[i]))
			pacl_lock_agenda(&agenda_ids[i]);
}

void
pacl_lock_account(const pg_uuid_t *account_id)
{
	acquire(LOCK_ACCOUNT, pacl_uuid_hash(account_id));
}

/* The first that is free; the nil UUID and those that count up from it. */
const pg_uuid_t *
pacl_lock_database_chain(void)
{
	static pg_uuid_t chain;
	uint32		number;

	for (number = 0; number < DATABASE_CHAINS; number++)
		if (acquire_or(LOCK_DATABASE_CHAIN, number, false))
			break;
	if (number == DATABASE_CHAINS)
	{
		number = randombytes_uniform(DATABASE_CHAINS);
		acquire(LOCK_DATABASE_CHAIN, number);
	}
	chain.data[UUID_LEN - 2] = number >> 8;
	chain.data[UUID_LEN - 1] = number & 0xff;
	return &chain;
}

bool
pacl_try_lock_count(const PaclDigest *digest)
{
	uint64		key;

	memcpy(&key, digest->data, sizeof(key));
	return acquire_or(LOCK_COUNT, key, false);
}

/*
 * The memory of Argon2id is the machine's, not a database's: the tag names
 * none.
 */
static void
tag_hash_slot(LOCKTAG *tag, int slot)
{
	SET_LOCKTAG_ADVISORY(*tag, InvalidOid, 0, (uint32) slot, LOCK_HASH_SLOT);
}

/*
 * When all are taken, each who waits picks one at random: the queues are of
 * about the same length without anybody keeping count.
 */
int
pacl_lock_hash_slot(void)
{
	LOCKTAG		tag;
	int			slot;

	for (slot = 0; slot < pacl_hash_slots; slot++)
	{
		tag_hash_slot(&tag, slot);
		if (LockAcquire(&tag, ExclusiveLock, false, true) != LOCKACQUIRE_NOT_AVAIL)
			return slot;
	}
	slot = (int) randombytes_uniform(pacl_hash_slots);
	tag_hash_slot(&tag, slot);
	(void) LockAcquire(&tag, ExclusiveLock, false, false);
	return slot;
}

void
pacl_unlock_hash_slot(int slot)
{
	LOCKTAG		tag;

	tag_hash_slot(&tag, slot);
	(void) LockRelease(&tag, ExclusiveLock, false);
}

static void
tag_record(LOCKTAG *tag)
{
	SET_LOCKTAG_ADVISORY(*tag, MyDatabaseId, 0, 0, LOCK_RECORD);
}

void
pacl_lock_record(void)
{
	LOCKTAG		tag;

	tag_record(&tag);
	(void) LockAcquire(&tag, ShareLock, false, false);
}

void
pacl_unlock_record(void)
{
	LOCKTAG		tag;

	tag_record(&tag);
	(void) LockRelease(&tag, ShareLock, false);
}

static bool
is_among(VirtualTransactionId one, const VirtualTransactionId *list)
{
	for (; VirtualTransactionIdIsValid(*list); list++)
		if (VirtualTransactionIdEquals(one, *list))
			return true;
	return false;
}

/*
 * They are looked at and not queued behind: a lock that is asked for would
 * stop those who come after.
 */
bool
pacl_lock_record_settled(void)
{
	LOCKTAG		tag;
	VirtualTransactionId *first;

	tag_record(&tag);
	first = GetLockConflicts(&tag, ExclusiveLock, NULL);
	for (int i = 0; i < RECORD_WAITS; i++)
	{
		VirtualTransactionId *now = GetLockConflicts(&tag, ExclusiveLock, NULL);
		bool		any = false;

		for (VirtualTransactionId *one = first;
			 !any && VirtualTransactionIdIsValid(*one); one++)
			any = is_among(*one, now);
		pfree(now);
		if (!any)
			return true;
		CHECK_FOR_INTERRUPTS();
		pg_usleep(1000);
	}
	return false;
}
