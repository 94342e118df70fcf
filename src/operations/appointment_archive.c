/*
 * appointment_archive.c
 *		Moving appointments of long ago into the archive, and back.
 *
 * Whoever changes an appointment holds its agenda's lock, from before it is
 * looked at; so does this.  It waits for nobody: an agenda that somebody has
 * is left for the next call, and one call is one short transaction.  Nothing is
 * told to those who follow a calendar, for nothing on it has changed.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/timestamp.h"

#include "base/activity.h"
#include "base/facts.h"
#include "base/lock.h"
#include "errors.h"
#include "operations/appointment_archive.h"
#include "operations/appointment_archive_store.h"
#include "reader/overlap.h"
#include "reader/view.h"

/* A server has room for some thousand locks; two an agenda. */
#define MOST_AGENDAS 200
#define MOST_ROWS 100000

static void
check_max_rows(int max_rows)
{
	if (max_rows < 1 || max_rows > MOST_ROWS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("out_of_range"),
				 errargument("max_rows"),
				 errmsg("max_rows must be between 1 and %d", MOST_ROWS)));
}

/*
 * What ended a few weeks ago is still worked on: bills, notes, who did not
 * come.  And so readers know which times they need not look for in the archive.
 */
static void
check_before(TimestampTz before)
{
	if (before <= pacl_view_time() - PACL_ARCHIVED_DAYS * USECS_PER_DAY)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errword("out_of_range"),
			 errargument("before"),
			 errmsg("before must be at least %d days ago", PACL_ARCHIVED_DAYS),
			 errhint("What ended since then is still worked on.")));
}

static void
record(const char *act, const char *fact, TimestampTz time, int64 rows,
	   int agendas)
{
	PaclEntry	entry = {.act = act, .by_operator = true};
	PaclFacts	facts;

	if (rows == 0)
		return;
	pacl_facts_begin(&facts);
	pacl_facts_time(&facts, fact, time);
	pacl_facts_int(&facts, "appointments", rows);
	pacl_facts_int(&facts, "agendas", agendas);
	entry.facts = pacl_facts_end(&facts);
	(void) pacl_activity_record(&entry);
}

/* Those that nobody has, in front. */
static int
lock_those_free(pg_uuid_t *agenda_ids, int count)
{
	int			locked = 0;

	for (int i = 0; i < count; i++)
		if (pacl_try_lock_agenda(&agenda_ids[i]))
			agenda_ids[locked++] = agenda_ids[i];
	return locked;
}

/* Moves what one agenda has, with the parts on agendas that are free as well. */
static int64
move(PaclArchiveWay way, const PaclArchiveAgenda *agenda, TimestampTz time,
	 int max_rows)
{
	pg_uuid_t  *further;
	int			count;

	if (!pacl_try_lock_agenda(&agenda->id))
		return 0;
	further = pacl_appointment_archive_store_further(way, agenda, time,
													 max_rows, &count);
	count = lock_those_free(further, count);
	return pacl_appointment_archive_store_move(way, agenda, time, max_rows,
											   further, count);
}

static int64
move_all(PaclArchiveWay way, const PaclArchiveAgenda *agendas, int count,
		 TimestampTz time, int max_rows, int *touched)
{
	int64		rows = 0;

	*touched = 0;
	for (int i = 0; i < count && rows < max_rows && *touched < MOST_AGENDAS; i++)
	{
		int64		moved;

		CHECK_FOR_INTERRUPTS();
		moved = move(way, &agendas[i], time, max_rows - (int) rows);
		rows += moved;
		*touched += moved > 0;
	}
	return rows;
}

int64
pacl_appointment_archive(TimestampTz before, int max_rows)
{
	PaclArchiveAgenda *agendas;
	int64		rows;
	int			count;

	check_max_rows(max_rows);
	check_before(before);
	agendas = pacl_appointment_archive_store_agendas(PACL_ARCHIVE_AWAY, before,
													 NULL, &count);
	rows = move_all(PACL_ARCHIVE_AWAY, agendas, count, before, max_rows,
					&count);
	record("appointments.archived", "before", before, rows, count);
	return rows;
}

int64
pacl_appointment_restore(TimestampTz ended_since, const pg_uuid_t *agenda_id,
						 int max_rows)
{
	PaclArchiveAgenda *agendas;
	int64		rows;
	int			count;

	check_max_rows(max_rows);
	agendas = pacl_appointment_archive_store_agendas(PACL_ARCHIVE_BACK,
													 ended_since, agenda_id,
													 &count);
	rows = move_all(PACL_ARCHIVE_BACK, agendas, count, ended_since, max_rows,
					&count);
	record("appointments.restored", "ended_since", ended_since, rows, count);
	return rows;
}
