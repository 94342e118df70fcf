/*
 * pretence.c
 *		Work of which nobody may see whether it was done.
 */
#include "postgres.h"

#include "access/xact.h"
#include "executor/instrument.h"
#include "pgstat.h"
#include "utils/resowner.h"

#include "base/pretence.h"

/*
 * What is read, inserted and dead is everybody's to know afterwards, and
 * EXPLAIN tells of buffers.
 */
void
pacl_do_uncounted(PaclWork work, void *state)
{
	bool		counts = pgstat_track_counts;
	BufferUsage buffers = pgBufferUsage;

	pgstat_track_counts = false;
	PG_TRY();
	{
		work(state);
	}
	PG_FINALLY();
	{
		pgstat_track_counts = counts;
		pgBufferUsage = buffers;
	}
	PG_END_TRY();
}

/*
 * Either way there is a subtransaction, with a number of its own, that is
 * rolled back: transaction numbers and locks do not tell them apart.
 */
void
pacl_do_or_pretend(PaclWork work, void *state, bool really)
{
	MemoryContext memory = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;

	BeginInternalSubTransaction(NULL);
	(void) GetCurrentTransactionId();
	if (!really)
		pacl_do_uncounted(work, state);
	RollbackAndReleaseCurrentSubTransaction();
	MemoryContextSwitchTo(memory);
	CurrentResourceOwner = owner;
	if (really)
		pacl_do_uncounted(work, state);
}
