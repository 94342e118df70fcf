/*
 * lock.c
 *		Locks: their classes and their order.
 */
#include "postgres.h"

#include <signal.h>
#include <sodium.h>

#include "access/xact.h"
#include "access/xlog.h"
#include "miscadmin.h"
#include "storage/lock.h"
#include "storage/proc.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/resowner.h"

#include "base/elsewhere.h"
#include "base/lock.h"
#include "compat.h"
#include "errors.h"
#include "pure/uuid.h"
#include "reader/access.h"
#include "reader/view.h"
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
	LOCK_COUNT,
	LOCK_AGENDAS,
	LOCK_ACTING
} LockClass;

/* So many agendas are locked one by one. */
#define AGENDAS_ONE_BY_ONE 64

/* How long those who are to lose something may finish what they began. */
#define GRACE_MS 1000

/*
 * More chains of the database than this are never written at once; whoever
 * comes then waits for one of them.
 */
#define DATABASE_CHAINS 1024

static void
set_tag(LOCKTAG *tag, LockClass class, uint64 key)
{
	SET_LOCKTAG_ADVISORY(*tag, MyDatabaseId, (uint32) (key >> 32),
						 (uint32) key, class);
}

/* Every act begins with a lock, and a standby acts on nothing. */
void
pacl_require_primary(void)
{
	if (RecoveryInProgress())
		ereport(ERROR,
				(errcode(ERRCODE_READ_ONLY_SQL_TRANSACTION),
				 errword("standby"),
				 errmsg("cannot write on a standby"),
				 errhint("Write on the primary.")));
}

static bool
try(const LOCKTAG *tag, LOCKMODE mode)
{
	return LockAcquire(tag, mode, false, true) != LOCKACQUIRE_NOT_AVAIL;
}

/*
 * The accounts that are about to lose something; for one epoch, which every
 * error ends.
 */
static struct
{
	bool		set;
	uint64		epoch;
	const pg_uuid_t *account_ids;
	int			count;
}			taking;

/*
 * Waits for as long as others are given to finish, or for as long as the
 * caller's lock_timeout if that is shorter.  In a subtransaction, since
 * running out of time is an error.
 */
static bool
wait_patiently(const LOCKTAG *tag, LOCKMODE mode)
{
	MemoryContext memory = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	bool		acting_epoch = taking.set && taking.epoch == pacl_view_epoch;
	volatile bool acquired = true;

	if (try(tag, mode))
		return true;
	BeginInternalSubTransaction(NULL);
	PG_TRY();
	{
		int			level = NewGUCNestLevel();

		if (LockTimeout == 0 || LockTimeout > GRACE_MS)
			(void) set_config_option("lock_timeout", psprintf("%d", GRACE_MS),
									 PGC_USERSET, PGC_S_SESSION,
									 GUC_ACTION_SAVE, true, 0, false);
		(void) LockAcquire(tag, mode, false, false);
		AtEOXact_GUC(false, level);
		ReleaseCurrentSubTransaction();
	}
	PG_CATCH();
	{
		ErrorData  *error;

		MemoryContextSwitchTo(memory);
		error = CopyErrorData();
		FlushErrorState();
		RollbackAndReleaseCurrentSubTransaction();
		if (error->sqlerrcode != ERRCODE_LOCK_NOT_AVAILABLE)
		{
			MemoryContextSwitchTo(memory);
			CurrentResourceOwner = owner;
			ReThrowError(error);
		}
		acquired = false;
	}
	PG_END_TRY();
	MemoryContextSwitchTo(memory);
	CurrentResourceOwner = owner;
	if (acting_epoch)
		taking.epoch = pacl_view_epoch;
	return acquired;
}

static bool
is_among(VirtualTransactionId one, const VirtualTransactionId *list)
{
	for (; VirtualTransactionIdIsValid(*list); list++)
		if (VirtualTransactionIdEquals(one, *list))
			return true;
	return false;
}

static void
set_acting_tag(LOCKTAG *tag, const pg_uuid_t *account_id)
{
	set_tag(tag, LOCK_ACTING, pacl_uuid_hash(account_id));
}

/*
 * Ends the connections that act for an account; returns how many there were.
 * One whose transaction has ended meanwhile is left: behind a pooler it may be
 * somebody else's by now.
 */
static int
end_acting(const pg_uuid_t *account_id)
{
	LOCKTAG		tag;
	int			ended = 0;

	set_acting_tag(&tag, account_id);
	for (VirtualTransactionId *one = GetLockConflicts(&tag, ExclusiveLock, NULL);
		 VirtualTransactionIdIsValid(*one); one++)
	{
		PGPROC	   *process = pacl_process_of(*one);

		if (process != NULL && process->pid != 0 &&
			pacl_transaction_of(process) == one->localTransactionId &&
			kill(process->pid, SIGTERM) == 0)
			ended++;
	}
	return ended;
}

static void
tell_ended(int ended)
{
	if (ended > 0)
		ereport(NOTICE,
				(errmsg_plural("ended %d connection with an open transaction of the user",
							   "ended %d connections with open transactions of the user",
							   ended, ended)));
}

void
pacl_lock_begin_taking(const pg_uuid_t *account_ids, int count)
{
	taking.account_ids = account_ids;
	taking.count = count;
	taking.epoch = pacl_view_epoch;
	taking.set = true;
}

void
pacl_lock_end_taking(void)
{
	taking.set = false;
}

/* Whether one of those who have the lock acts for the account. */
static bool
is_held_by(const LOCKTAG *tag, LOCKMODE mode, const pg_uuid_t *account_id)
{
	LOCKTAG		acting;
	VirtualTransactionId *actors;

	set_acting_tag(&acting, account_id);
	actors = GetLockConflicts(&acting, ExclusiveLock, NULL);
	for (VirtualTransactionId *one = GetLockConflicts(tag, mode, NULL);
		 VirtualTransactionIdIsValid(*one); one++)
		if (is_among(*one, actors))
			return true;
	return false;
}

/* Ends the connections of those who lose something and have the lock. */
static void
end_holders(const LOCKTAG *tag, LOCKMODE mode)
{
	int			ended = 0;

	for (int i = 0; i < taking.count; i++)
		if (is_held_by(tag, mode, &taking.account_ids[i]))
			ended += end_acting(&taking.account_ids[i]);
	tell_ended(ended);
}

/* Different ids with one hash only wait for each other needlessly. */
static void
acquire(LockClass class, uint64 key, LOCKMODE mode)
{
	LOCKTAG		tag;

	pacl_require_primary();
	set_tag(&tag, class, key);
	if (taking.set && taking.epoch == pacl_view_epoch)
	{
		if (wait_patiently(&tag, mode))
			return;
		end_holders(&tag, mode);
	}
	(void) LockAcquire(&tag, mode, false, false);
}

static bool
try_acquire(LockClass class, uint64 key)
{
	LOCKTAG		tag;

	pacl_require_primary();
	set_tag(&tag, class, key);
	return try(&tag, ExclusiveLock);
}

bool
pacl_lock_acting(const pg_uuid_t *account_id)
{
	LOCKTAG		tag;

	if (RecoveryInProgress())
		return true;
	set_acting_tag(&tag, account_id);
	if (try(&tag, ShareLock))
		return true;
	(void) LockAcquire(&tag, ShareLock, false, false);
	return false;
}

void
pacl_lock_evict(const pg_uuid_t *account_ids, int count)
{
	int			ended = 0;

	pacl_require_primary();
	for (int i = 0; i < count; i++)
	{
		LOCKTAG		tag;

		set_acting_tag(&tag, &account_ids[i]);
		if (ended > 0 ? try(&tag, ExclusiveLock) :
			wait_patiently(&tag, ExclusiveLock))
			continue;
		ended += end_acting(&account_ids[i]);
		(void) LockAcquire(&tag, ExclusiveLock, false, false);
	}
	tell_ended(ended);
}

void
pacl_lock_organization(const pg_uuid_t *organization_id)
{
	acquire(LOCK_ORGANIZATION, pacl_uuid_hash(organization_id), ExclusiveLock);
	pacl_require_here(organization_id);
}

/* Asked for every row: whoever has a lock of theirs has been told already. */
void
pacl_lock_organization_rows(const pg_uuid_t *organization_id)
{
	LOCKTAG		all;
	uint64		key = pacl_uuid_hash(organization_id);

	set_tag(&all, LOCK_AGENDAS, key);
	if (pacl_lock_held_by_me(&all, ShareLock) ||
		pacl_lock_held_by_me(&all, ExclusiveLock))
		return;
	acquire(LOCK_AGENDAS, key, ShareLock);
	pacl_require_here(organization_id);
}

/* Whoever has an agenda has a share of LOCK_AGENDAS. */
void
pacl_lock_organization_to_move(const pg_uuid_t *organization_id)
{
	acquire(LOCK_ORGANIZATION, pacl_uuid_hash(organization_id), ExclusiveLock);
	acquire(LOCK_AGENDAS, pacl_uuid_hash(organization_id), ExclusiveLock);
}

/*
 * The organization of an agenda, which never changes; false if there is none.
 */
static bool
organization_of(const pg_uuid_t *agenda_id, pg_uuid_t *organization_id)
{
	PaclAgenda	agenda;
	bool		found;

	pacl_view_push_latest();
	found = pacl_access_agenda(agenda_id, &agenda);
	pacl_view_pop();
	if (found)
		*organization_id = agenda.organization_id;
	return found;
}

/*
 * One agenda is locked in its own name, and its organization's agendas are
 * shared; a transaction that has them all has it already.
 */
void
pacl_lock_agenda(const pg_uuid_t *agenda_id)
{
	pg_uuid_t	organization_id;

	if (organization_of(agenda_id, &organization_id))
	{
		LOCKTAG		all;
		uint64		key = pacl_uuid_hash(&organization_id);

		set_tag(&all, LOCK_AGENDAS, key);
		if (pacl_lock_held_by_me(&all, ExclusiveLock))
			return;
		acquire(LOCK_AGENDAS, key, ShareLock);
		pacl_require_here(&organization_id);
	}
	acquire(LOCK_AGENDA, pacl_uuid_hash(agenda_id), ExclusiveLock);
}

bool
pacl_try_lock_agenda(const pg_uuid_t *agenda_id)
{
	pg_uuid_t	organization_id;
	LOCKTAG		all;

	pacl_require_primary();
	if (!organization_of(agenda_id, &organization_id))
		return false;
	set_tag(&all, LOCK_AGENDAS, pacl_uuid_hash(&organization_id));
	if (pacl_lock_held_by_me(&all, ExclusiveLock))
		return true;
	if (!try(&all, ShareLock))
		return false;
	pacl_require_here(&organization_id);
	return try_acquire(LOCK_AGENDA, pacl_uuid_hash(agenda_id));
}

/* All agendas of the organizations of these; those of none are left. */
static int
lock_all_agendas(pg_uuid_t *agenda_ids, int count)
{
	pg_uuid_t  *organizations = palloc(count * sizeof(pg_uuid_t));
	int			found = 0;
	int			left = 0;

	for (int i = 0; i < count; i++)
		if (organization_of(&agenda_ids[i], &organizations[found]))
			found++;
		else
			agenda_ids[left++] = agenda_ids[i];
	qsort(organizations, found, sizeof(pg_uuid_t), pacl_uuid_qsort_compare);
	for (int i = 0; i < found; i++)
		if (i == 0 || !pacl_uuid_equal(&organizations[i - 1], &organizations[i]))
		{
			acquire(LOCK_AGENDAS, pacl_uuid_hash(&organizations[i]), ExclusiveLock);
			pacl_require_here(&organizations[i]);
		}
	pfree(organizations);
	return left;
}

void
pacl_lock_agendas(pg_uuid_t *agenda_ids, int count)
{
	qsort(agenda_ids, count, sizeof(pg_uuid_t), pacl_uuid_qsort_compare);
	if (count > AGENDAS_ONE_BY_ONE)
	{
		pg_uuid_t  *rest = palloc(count * sizeof(pg_uuid_t));

		memcpy(rest, agenda_ids, count * sizeof(pg_uuid_t));
		count = lock_all_agendas(rest, count);
		agenda_ids = rest;
	}
	for (int i = 0; i < count; i++)
		if (i == 0 || !pacl_uuid_equal(&agenda_ids[i - 1], &agenda_ids[i]))
			pacl_lock_agenda(&agenda_ids[i]);
}

void
pacl_lock_account(const pg_uuid_t *account_id)
{
	acquire(LOCK_ACCOUNT, pacl_uuid_hash(account_id), ExclusiveLock);
}

/* The first that is free; the nil UUID and those that count up from it. */
const pg_uuid_t *
pacl_lock_database_chain(void)
{
	static pg_uuid_t chain;
	uint32		number;

	for (number = 0; number < DATABASE_CHAINS; number++)
		if (try_acquire(LOCK_DATABASE_CHAIN, number))
			break;
	if (number == DATABASE_CHAINS)
	{
		number = randombytes_uniform(DATABASE_CHAINS);
		acquire(LOCK_DATABASE_CHAIN, number, ExclusiveLock);
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
	return try_acquire(LOCK_COUNT, key);
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
 * When all are taken, each waiter picks one at random: the queues are of
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
