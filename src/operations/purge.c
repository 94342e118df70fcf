/*
 * purge.c
 *		Purging rows that ended long ago.
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "base/activity.h"
#include "base/facts.h"
#include "errors.h"
#include "operations/purge.h"
#include "operations/purge_store.h"
#include "people/patient_store.h"
#include "reader/view.h"

static TimestampTz
moment_before(const Interval *older_than)
{
	TimestampTz now = pacl_view_time();
	TimestampTz before;

	before = DatumGetTimestampTz(DirectFunctionCall2(timestamptz_mi_interval,
													 TimestampTzGetDatum(now),
													 IntervalPGetDatum(older_than)));
	/* A day of the calendar may have 23 hours. */
	if (before > now - 23 * USECS_PER_HOUR)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("out_of_range"),
				 errargument("older_than"),
				 errmsg("older_than must be at least one day"),
				 errhint("What ended today may still be asked about.")));
	return before;
}

static void
record(const char *act, PaclFacts *facts)
{
	PaclEntry	entry = {0};

	entry.act = act;
	entry.by_operator = true;
	entry.facts = pacl_facts_end(facts);
	(void) pacl_activity_record(&entry);
}

void
pacl_purge(const Interval *older_than, PaclPurgeCallback visit, void *state)
{
	TimestampTz before = moment_before(older_than);
	PaclFacts	facts;

	pacl_facts_begin(&facts);
	pacl_facts_time(&facts, "before", before);
	for (int kind = 0; kind < PACL_PURGE_KINDS; kind++)
	{
		const char *what = pacl_purge_store_word(kind);
		int64		rows = pacl_purge_store_delete(kind, before);

		pacl_facts_int(&facts, what, rows);
		visit(state, what, rows);
	}
	record("database.purged", &facts);
}

/*
 * No agenda is locked for it: whoever corrects an old appointment at the same
 * instant may write its name back, and the next time it goes.
 */
void
pacl_purge_patients(const Interval *older_than, PaclPurgeCallback visit,
					void *state)
{
	TimestampTz before = moment_before(older_than);
	static const struct
	{
		const char *what;
		int64		(*purge) (TimestampTz before);
	}			kinds[] = {
		{"appointments", pacl_patient_store_purge_appointments},
		{"details", pacl_patient_store_purge_details},
		{"messages", pacl_patient_store_purge_messages},
		{"waiting_list", pacl_patient_store_purge_waiting},
	};
	PaclFacts	facts;

	pacl_facts_begin(&facts);
	pacl_facts_time(&facts, "before", before);
	for (int i = 0; i < lengthof(kinds); i++)
	{
		int64		rows = kinds[i].purge(before);

		pacl_facts_int(&facts, kinds[i].what, rows);
		visit(state, kinds[i].what, rows);
	}
	record("patients.purged", &facts);
}
