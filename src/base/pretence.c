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

/* What was counted before. */
typedef struct Counts
{
	bool		track;
	BufferUsage buffers;
} Counts;

static void
restore(const Counts *counts)
{
	pgstat_track_counts = counts->track;
	pgBufferUsage = counts->buffers;
}

/*
 * What is read, inserted and dead is everybody's to know afterwards, and
 * EXPLAIN tells of buffers.
 */
void
pacl_do_uncounted(PaclWork work, void *state)
{
	Counts		counts = {pgstat_track_counts, pgBufferUsage};

	pgstat_track_counts = false;
	PG_TRY();
	{
		work(state);
	}
	PG_CATCH();
	{
		restore(&counts);
		PG_RE_THROW();
	}
	PG_END_TRY();
	restore(&counts);
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
