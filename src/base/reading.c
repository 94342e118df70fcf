/*
 * reading.c
 *		Readings on record: who was given rows of which agenda.
 */
#include "postgres.h"

#include "access/xact.h"
#include "access/xlog.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/resowner.h"

#include "base/authority.h"
#include "base/reading.h"
#include "base/reading_store.h"
#include "pure/uuid.h"
#include "reader/reading_note.h"
#include "reader/reading_row.h"

/* A line of the log names so many agendas; more take more lines. */
#define AGENDAS_A_LINE 100

/* What synchronous_commit was, while a transaction commits without it. */
static int	waits;
static bool does_not_wait = false;

/* The server's log alone: a client neither needs it nor can turn it off. */
static void
log_line(const char *why, const PaclReadingNote *note, int from, int until)
{
	StringInfoData agendas;

	initStringInfo(&agendas);
	for (int i = from; i < until; i++)
		appendStringInfo(&agendas, "%s%s", i == from ? "" : ", ",
						 pacl_uuid_text(&note->agendas[i]));
	ereport(LOG_SERVER_ONLY,
			(errmsg("reading not on record (%s): account %s, %sagendas %s",
					why, pacl_uuid_text(&note->account_id),
					note->emergency ? "emergency, " : "", agendas.data),
			 errhidestmt(true), errhidecontext(true)));
}

static void
log_notes(const char *why)
{
	int			count;
	const PaclReadingNote *notes = pacl_reading_notes(&count);

	for (int i = 0; i < count; i++)
		for (int from = 0; from < notes[i].count; from += AGENDAS_A_LINE)
			log_line(why, &notes[i], from,
					 Min(from + AGENDAS_A_LINE, notes[i].count));
}

/*
 * In a subtransaction: that a note could not be written, to a disk that is full,
 * is no reason for the reader's transaction to fail.  Null, or why it could
 * not.  (An assertion of PostgreSQL's does not know of subtransactions that are
 * rolled back within COMMIT, as triggers may do there, too.)
 */
static const char *
try_to_insert(const PaclReadingNote *notes, int count)
{
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	const char *volatile problem = NULL;

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(context);
	PG_TRY();
	{
		for (int i = 0; i < count; i++)
			pacl_reading_row_append(&notes[i]);
		ReleaseCurrentSubTransaction();
	}
	PG_CATCH();
	{
		ErrorData  *error;

		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		FlushErrorState();
		RollbackAndReleaseCurrentSubTransaction();
		problem = error->message;
	}
	PG_END_TRY();
	MemoryContextSwitchTo(context);
	CurrentResourceOwner = owner;
	return problem;
}

/*
 * A transaction that has written nothing else need not wait for the disk: a
 * crash may take the notes of its last moment, but never of an emergency.  The
 * setting is put back before anybody can look at it.
 */
static void
commit_without_waiting(const PaclReadingNote *notes, int count)
{
	if (TransactionIdIsValid(GetTopTransactionIdIfAny()))
		return;
	for (int i = 0; i < count; i++)
		if (notes[i].emergency)
			return;
	waits = synchronous_commit;
	does_not_wait = true;
	synchronous_commit = SYNCHRONOUS_COMMIT_OFF;
}

static void
restore_waiting(void)
{
	if (does_not_wait)
		synchronous_commit = waits;
	does_not_wait = false;
}

static const char *
why_not_written(void)
{
	if (RecoveryInProgress())
		return "standby";
	if (XactReadOnly)
		return "read-only transaction";
	return pacl_reading_row_obstacle();
}

static void
write_notes(void)
{
	int			count;
	const PaclReadingNote *notes = pacl_reading_notes(&count);
	const char *why;
	MemoryContext work;
	MemoryContext outer;

	if (count == 0)
		return;
	work = AllocSetContextCreate(TopTransactionContext, "practiceacl readings",
								 ALLOCSET_SMALL_SIZES);
	outer = MemoryContextSwitchTo(work);
	why = why_not_written();
	if (why == NULL)
	{
		commit_without_waiting(notes, count);
		why = try_to_insert(notes, count);
	}
	if (why != NULL)
		log_notes(why);
	MemoryContextSwitchTo(outer);
	MemoryContextDelete(work);
}

/*
 * What a prepared transaction wrote may be rolled back by anybody later, so
 * the log has it, too.
 */
static void
transaction_ends(XactEvent event, void *arg)
{
	switch (event)
	{
		case XACT_EVENT_PRE_COMMIT:
			write_notes();
			return;
		case XACT_EVENT_PRE_PREPARE:
			write_notes();
			log_notes("prepared");
			return;
		case XACT_EVENT_PARALLEL_PRE_COMMIT:
			log_notes("parallel worker");
			return;
		case XACT_EVENT_ABORT:
		case XACT_EVENT_PARALLEL_ABORT:
			log_notes("rolled back");
			break;
		default:
			break;
	}
	restore_waiting();
	pacl_reading_forget();
}

void
pacl_reading_startup(void)
{
	RegisterXactCallback(transaction_ends, NULL);
}

/*
 * Being an administrator gives no sight of an agenda, but who has looked is
 * not its content: somebody must be able to answer a patient, or an authority.
 */
void
pacl_readings(PaclRows *rows, const pg_uuid_t *agenda_id, TimestampTz since)
{
	PaclAgenda	agenda;
	PaclRights	rights;

	(void) pacl_require_caller();
	rights = pacl_require_agenda(agenda_id, &agenda);
	if (!pacl_access_is_admin(&agenda.organization_id, PACL_ADMIN_FULL))
		pacl_check_rights(rights, PACL_RIGHTS_OF(PACL_LEVEL_OWNER, 0));
	pacl_reading_store_list(rows, &agenda.organization_id, agenda_id, since);
}
