/*
 * view.c
 *		What a statement sees: the identity of its snapshot.
 */
#include "postgres.h"

#include "reader/view.h"

uint64		pacl_view_epoch = 0;

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

void
pacl_view_startup(void)
{
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
