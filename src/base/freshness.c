/*
 * freshness.c
 *		Reading on a standby what was written on the primary.
 */
#include "postgres.h"

#include "access/xact.h"
#include "access/xlog.h"
#include "miscadmin.h"
#include "storage/latch.h"
#include "tcop/pquery.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"
#include "utils/wait_event.h"

#include "base/freshness.h"
#include "base/lock.h"
#include "errors.h"

#define LONGEST_WAIT (60 * USECS_PER_SEC)

/* Milliseconds between two looks: from the first on twice as long each time. */
#define FIRST_PAUSE 1
#define LONGEST_PAUSE 50

/* No transaction runs while so many others begin: the server would stop first. */
#define TRANSACTIONS_AT_ONCE (UINT64CONST(1) << 31)

FullTransactionId
pacl_freshness_position(void)
{
	pacl_require_primary();
	return GetTopFullTransactionId();
}

/*
 * Whether the next statement sees the end of the transaction.  The snapshot is
 * let go of at once, and with it what it keeps from being replayed.
 */
static bool
is_shown(FullTransactionId position)
{
	uint64		next = U64FromFullTransactionId(ReadNextFullTransactionId());
	uint64		number = U64FromFullTransactionId(position);
	bool		shown;

	if (number >= next)
		return false;
	if (next - number >= TRANSACTIONS_AT_ONCE)
		return true;
	PushActiveSnapshot(GetLatestSnapshot());
	shown = !XidInMVCCSnapshot(XidFromFullTransactionId(position),
							   GetActiveSnapshot());
	PopActiveSnapshot();
	return shown;
}

/*
 * A snapshot can stop the replay, which then waits for us as we wait for it.
 * So the one that CALL has taken goes; the next statement takes its own.
 */
static void
release_snapshot(void)
{
	if (ActiveSnapshotSet())
	{
		if (ActivePortal != NULL &&
			ActivePortal->portalSnapshot == GetActiveSnapshot())
			ActivePortal->portalSnapshot = NULL;
		PopActiveSnapshot();
	}
	InvalidateCatalogSnapshot();
	if (IsolationUsesXactSnapshot() || HaveRegisteredOrActiveSnapshot())
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errword("isolation_level"),
				 errmsg("cannot wait for the primary while a snapshot is held"),
				 errdetail("It would show what was true before the wait, and could stop the replay."),
				 errhint("CALL it in READ COMMITTED, by itself and with no cursor open.")));
}

static void
pause_for(int milliseconds)
{
	(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH,
					 milliseconds, PG_WAIT_EXTENSION);
	ResetLatch(MyLatch);
	CHECK_FOR_INTERRUPTS();
}

static void
raise_not_fresh(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_PACL_NOT_FRESH),
			 errword("not_fresh"),
			 errmsg("the standby does not show the transaction yet"),
			 errhint("Read from the primary, or repeat it later.")));
}

void
pacl_freshness_require(FullTransactionId position, int64 wait)
{
	TimestampTz until;
	int			pause = FIRST_PAUSE;

	if (wait < 0 || wait > LONGEST_WAIT)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("out_of_range"),
				 errargument("wait"),
				 errmsg("wait must be between 0 and 60 seconds")));
	if (!RecoveryInProgress())
		return;
	release_snapshot();
	until = GetCurrentTimestamp() + wait;
	/* A standby that is promoted meanwhile shows all that there is. */
	while (RecoveryInProgress() && !is_shown(position))
	{
		if (GetCurrentTimestamp() >= until)
			raise_not_fresh();
		pause_for(pause);
		pause = Min(2 * pause, LONGEST_PAUSE);
	}
}
