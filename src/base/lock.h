/*
 * lock.h
 *		Locks: their classes and their order.
 *
 * Transaction-scoped locks of a class that no SQL function can reach, so that
 * contenders queue instead of deadlocking.  A rule takes all that it needs
 * before it looks, in this order: account, organizations ascending, agendas
 * ascending, the chain of the database.  A constraint is the guarantee; locks
 * give the better message.
 *
 * Whoever loses something cannot keep that from happening by an open
 * transaction: those that act for them are given a second to finish, and then
 * their connections are ended.
 */
#ifndef PACL_LOCK_H
#define PACL_LOCK_H

#include "postgres.h"
#include "utils/uuid.h"

#include "pure/token.h"

/* 25006 on a standby, where nothing is locked or counted. */
extern void pacl_require_primary(void);

/*
 * PA050 if the organization, or the agenda's, is in another cell: whoever
 * writes for an organization holds one of these, so nobody writes for one that
 * was handed over.
 */
extern void pacl_lock_organization(const pg_uuid_t *organization_id);
extern void pacl_lock_agenda(const pg_uuid_t *agenda_id);

/* The agenda's, unless somebody has it; false also for one that is not there. */
extern bool pacl_try_lock_agenda(const pg_uuid_t *agenda_id);

/*
 * For whoever writes rows of the organization in other tables than ours; they
 * do not wait for each other.
 */
extern void pacl_lock_organization_rows(const pg_uuid_t *organization_id);

/* The organization and all that is in it, wherever it is open. */
extern void pacl_lock_organization_to_move(const pg_uuid_t *organization_id);

/*
 * All of them, in ascending order; sorts the array.  Of many, one lock for all
 * agendas of each of their organizations: a server has room for some thousand
 * locks, and other databases need theirs.
 */
extern void pacl_lock_agendas(pg_uuid_t *agenda_ids, int count);

/*
 * This transaction writes for the account, on its behalf.  False if it had to
 * wait for somebody who evicts the account: then the caller looks again who
 * they are.
 */
extern bool pacl_lock_acting(const pg_uuid_t *account_id);

/*
 * Nobody acts for the accounts any more, and nobody begins to before the end
 * of this transaction.  A notice tells how many connections were ended.
 */
extern void pacl_lock_evict(const pg_uuid_t *account_ids, int count);

/*
 * Between these two, a transaction of one of the accounts is evicted if it
 * holds a lock that is waited for; an error ends it, too.  The array stays the
 * caller's, and where it is.
 */
extern void pacl_lock_begin_taking(const pg_uuid_t *account_ids, int count);
extern void pacl_lock_end_taking(void);

/* One account: its password, its log-ins, its deletion. */
extern void pacl_lock_account(const pg_uuid_t *account_id);

/*
 * A chain of the record of what belongs to no organization, whose id is
 * returned: a static one.  There are as many as are written at once, so that
 * nobody waits for somebody who was refused and does not commit.
 */
extern const pg_uuid_t *pacl_lock_database_chain(void);

/* What is counted under a digest; false while somebody else has it. */
extern bool pacl_try_lock_count(const PaclDigest *digest);

/*
 * One of the practiceacl.hash_slots, waiting for it if all are taken; let go
 * by number, or by the end of the (sub)transaction.  A holder of one takes no
 * other lock, so it stands outside the order.
 */
extern int	pacl_lock_hash_slot(void);
extern void pacl_unlock_hash_slot(int slot);

/*
 * From before an entry of the record gets its id until its row is inserted.
 * Writers share it, so nobody waits for it, and it is let go at once,
 * not at the end of the transaction.
 */
extern void pacl_lock_record(void);
extern void pacl_unlock_record(void);

/*
 * Waits until everyone who is between id and row at this moment has left
 * that; false if somebody stays there for long.
 */
extern bool pacl_lock_record_settled(void);

#endif							/* PACL_LOCK_H */
