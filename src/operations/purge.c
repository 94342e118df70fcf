/*
 * purge.c
 *		Deleting what has had its time.
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "base/activity.h"
#include "base/facts.h"
#include "operations/purge.h"
#include "operations/purge_store.h"
#include "reader/view.h"

void
pacl_purge(const Interval *older_than, PaclPurgeCallback visit, void *state)
{
	PaclEntry	entry = {.act = "database.purged",.by_operator = true};
	PaclFacts	facts;
	TimestampTz now = pacl_view_time();
	TimestampTz before;

	before = DatumGetTimestampTz(DirectFunctionCall2(timestamptz_mi_interval,
													 TimestampTzGetDatum(now),
													 IntervalPGetDatum(older_than)));
	/* A day of the calendar may have 23 hours. */
	if (before > now - 23 * USECS_PER_HOUR)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("older_than must be at least one day"),
				 errhint("What ended today may still be asked about.")));

	pacl_facts_begin(&facts);
	pacl_facts_time(&facts, "before", before);
	for (int kind = 0; kind < PACL_PURGE_KINDS; kind++)
	{
		const char *what = pacl_purge_store_word(kind);
		int64		rows = pacl_purge_store_delete(kind, before);

		pacl_facts_int(&facts, what, rows);
		visit(state, what, rows);
	}
	entry.facts = pacl_facts_end(&facts);
	(void) pacl_activity_record(&entry);
}
