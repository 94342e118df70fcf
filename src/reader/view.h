/*
 * view.h
 *		What a statement sees: the identity of its snapshot.
 *
 * Whatever the reader remembers, it remembers for one view: the same set of
 * committed transactions, the same command of our own, the same token, the
 * same database role.  Two snapshots with an equal view see the same rows,
 * so a memo outlives a statement exactly as long as nothing has changed, and
 * not a moment longer.
 */
#ifndef PACL_VIEW_H
#define PACL_VIEW_H

#include "postgres.h"
#include "access/xact.h"
#include "datatype/timestamp.h"
#include "miscadmin.h"
#include "utils/snapmgr.h"

#include "settings.h"

typedef struct PaclView
{
	bool		taken;
	bool		in_recovery;
	bool		overflowed;
	TransactionId xmin;
	TransactionId xmax;
	uint32		running;
	int32		running_children;
	CommandId	command;
	Oid			role;
	uint64		token_changes;
	uint64		epoch;			/* counts transactions and aborted savepoints */
} PaclView;

/* Registers the callbacks that end an epoch or begin a plan; once, at load. */
extern void pacl_view_startup(void);

/* Counts the ends of transactions and the aborts of subtransactions. */
extern uint64 pacl_view_epoch;

/* The snapshot that this statement reads with.  Raises nothing. */
static inline Snapshot
pacl_view_snapshot(void)
{
	return ActiveSnapshotSet() ? GetActiveSnapshot() : GetTransactionSnapshot();
}

/* Writes the view of the active snapshot. */
extern void pacl_view_take(PaclView *view);

/*
 * Whether what was remembered for this view still holds for this statement.
 * Asked for every row, so it is here and not in view.c.
 *
 * Below one xmax the set of running transactions can only shrink, because a
 * new one takes a number above it.  So xmax and the counts tell the whole set
 * without comparing it member by member.
 */
static inline bool
pacl_view_is_current(const PaclView *view)
{
	Snapshot	snapshot;

	if (!view->taken ||
		view->epoch != pacl_view_epoch ||
		view->token_changes != pacl_session_token_changes)
		return false;

	snapshot = pacl_view_snapshot();
	return view->xmax == snapshot->xmax &&
		view->xmin == snapshot->xmin &&
		view->running == snapshot->xcnt &&
		view->running_children == snapshot->subxcnt &&
		view->command == snapshot->curcid &&
		view->overflowed == snapshot->suboverflowed &&
		view->in_recovery == snapshot->takenDuringRecovery &&
		view->role == GetSessionUserId();
}

/* What was read from the clock last, and for which snapshot. */
typedef struct PaclReading
{
	uint32		mark;			/* that the snapshot carries; 0 is none */
	TimestampTz statement;		/* when the client's statement began */
	TimestampTz time;
} PaclReading;

extern PaclReading pacl_view_reading;

/* Reads the clock for a snapshot that is new, or for a new statement. */
extern TimestampTz pacl_view_read_clock(void);

/*
 * The time that every period is compared with.  The clock is read once for
 * each snapshot and each statement of the client: so a statement has one time
 * however long it runs, and the next one has a later time, also inside a DO
 * block or a procedure, where the start of the client's statement stands
 * still.  A parallel worker has the leader's time.
 */
static inline TimestampTz
pacl_view_time(void)
{
	if (likely(ActiveSnapshotSet() && pacl_view_reading.mark != 0 &&
			   GetActiveSnapshot()->speculativeToken == pacl_view_reading.mark &&
			   GetCurrentStatementStartTimestamp() == pacl_view_reading.statement))
		return pacl_view_reading.time;
	return pacl_view_read_clock();
}

/*
 * Reads from here on with the latest snapshot that the isolation level
 * allows: after waiting for a lock, a rule looks again.  Each call wants its
 * pop; an error pops by itself.
 */
extern void pacl_view_push_latest(void);
extern void pacl_view_pop(void);

#endif							/* PACL_VIEW_H */
