/*
 * lock.c
 *		Who waits for whom.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "storage/lock.h"

#include "domain/lock.h"
#include "pure/uuid.h"

/*
 * The fourth field of an advisory lock's tag: SQL's functions use 1 and 2
 * there and can make no other.
 */
typedef enum LockClass
{
	LOCK_ORGANIZATION = 0x5001,
	LOCK_AGENDA,
	LOCK_DATABASE_CHAIN,
	LOCK_ACCOUNT
} LockClass;

/* Different ids with one hash only wait for each other needlessly. */
static void
acquire(LockClass class, uint64 key)
{
	LOCKTAG		tag;

	SET_LOCKTAG_ADVISORY(tag, MyDatabaseId, (uint32) (key >> 32),
						 (uint32) key, class);
	(void) LockAcquire(&tag, ExclusiveLock, false, false);
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

void
pacl_lock_database_chain(void)
{
	acquire(LOCK_DATABASE_CHAIN, 0);
}
