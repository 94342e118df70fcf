/*
 * view.c
 *		What a statement sees: the identity of its snapshot.
 */
#include "postgres.h"

#include "access/parallel.h"
#include "executor/executor.h"
#include "utils/timestamp.h"

#include "reader/view.h"
#include "settings.h"

/* Enough for the statements that are under way inside one another. */
#define READINGS 16

uint64		pacl_view_epoch = 0;
PaclReading pacl_view_reading = {0};

static PaclReading readings[READINGS];
static uint32 last_mark = 0;
static ExecutorStart_hook_type next_executor_start = NULL;

static void
transaction_ended(XactEvent event, void *arg)
{
	switch (event)
	{
		case XACT_EVENT_COMMIT:
		case XACT_EVENT_PARALLEL_COMMIT:
		case XACT_EVENT_ABORT:
		case XACT_EVENT_PARALLEL_ABORT:
		case XACT_EVENT_PREPARE:
			pacl_view_epoch++;
			break;
		default:
			break;
	}
}

/* A command id comes back after ROLLBACK TO, with other rows behind it. */
static void
subtransaction_ended(SubXactEvent event, SubTransactionId mine,
					 SubTransactionId parent, void *arg)
{
	if (event == SUBXACT_EVENT_ABORT_SUB)
		pacl_view_epoch++;
}

/*
 * The executor tells workers nothing of ours once they run, so that the
 * leader must know the time before it starts them.
 */
static void
executor_start(QueryDesc *query, int flags)
{
	if (query->plannedstmt->parallelModeNeeded && ActiveSnapshotSet())
		(void) pacl_view_time();
	if (next_executor_start != NULL)
		next_executor_start(query, flags);
	else
		standard_ExecutorStart(query, flags);
}

void
pacl_view_startup(void)
{
	next_executor_start = ExecutorStart_hook;
	ExecutorStart_hook = executor_start;
	RegisterXactCallback(transaction_ended, NULL);
	RegisterSubXactCallback(subtransaction_ended, NULL);
}

void
pacl_view_take(PaclView *view)
{
	Snapshot	snapshot = pacl_view_snapshot();

	view->taken = true;
	view->in_recovery = snapshot->takenDuringRecovery;
	view->overflowed = snapshot->suboverflowed;
	view->xmin = snapshot->xmin;
	view->xmax = snapshot->xmax;
	view->running = snapshot->xcnt;
	view->running_children = snapshot->subxcnt;
	view->command = snapshot->curcid;
	view->role = GetSessionUserId();
	view->token_changes = pacl_session_token_changes;
	view->epoch = pacl_view_epoch;
}

static TimestampTz
read_clock_in_worker(void)
{
	static TimestampTz time = 0;

	if (time == 0)
		time = pacl_worker_time != 0 ? (TimestampTz) pacl_worker_time :
			GetCurrentTimestamp();
	return time;
}

/*
 * A snapshot has no name, and its address comes back for the next one.  So it
 * is marked, in a field that only dirty snapshots use otherwise; copies keep
 * the mark, and are of the same statement.  A static snapshot is refilled in
 * place and never marked: without a snapshot of its own a question has the
 * clock as it is.
 */
TimestampTz
pacl_view_read_clock(void)
{
	TimestampTz statement = GetCurrentStatementStartTimestamp();
	Snapshot	snapshot = ActiveSnapshotSet() ? GetActiveSnapshot() : NULL;
	PaclReading *reading;
	TimestampTz time;

	if (IsParallelWorker())
		return read_clock_in_worker();
	if (snapshot == NULL || !snapshot->copied)
		return GetCurrentTimestamp();

	reading = &readings[snapshot->speculativeToken % READINGS];
	if (snapshot->speculativeToken != 0 &&
		reading->mark == snapshot->speculativeToken &&
		reading->statement == statement)
		time = reading->time;
	else
		time = GetCurrentTimestamp();

	/* Marked again even if known: what is in use is overwritten last. */
	if (++last_mark == 0)
		last_mark = 1;
	reading = &readings[last_mark % READINGS];
	reading->mark = last_mark;
	reading->statement = statement;
	reading->time = time;
	snapshot->speculativeToken = last_mark;
	pacl_view_reading = *reading;
	pacl_settings_worker_time((double) time);
	return time;
}

void
pacl_view_push_latest(void)
{
	PushActiveSnapshot(GetTransactionSnapshot());
}

void
pacl_view_pop(void)
{
	PopActiveSnapshot();
}
