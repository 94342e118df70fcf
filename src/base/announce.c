/*
 * announce.c
 *		Telling listeners that there is something new in the record.
 *
 * A transaction that has called NOTIFY fails when the server's queue is full,
 * which anyone who may connect can bring about, and it cannot be prepared.  So
 * what is to be announced is kept aside until the commit is certain, and then
 * the queue is looked at first.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_database.h"
#include "commands/async.h"
#include "fmgr.h"
#include "storage/lock.h"
#include "utils/fmgroids.h"
#include "utils/memutils.h"

#include "base/activity_store.h"
#include "base/announce.h"
#include "pure/uuid.h"
#include "settings.h"

#define CHANNEL "practiceacl_activity"

/* The share of the queue that announcements leave to others. */
#define FULLEST 0.5

/* Of a transaction that makes more, the first and the last. */
#define MOST 1000

/* How often the queue is asked for, a millisecond each. */
#define TRIES 20

typedef struct Announcement
{
	pg_uuid_t	id;
	bool		names_agenda;
	pg_uuid_t	agenda_id;
	SubTransactionId made_in;
} Announcement;

/* In the transaction's memory; null while there is none. */
static Announcement *waiting = NULL;
static int	count = 0;
static int	room = 0;
static bool watching = false;

/* Whether agendas are named; asked once in a transaction. */
static bool asked = false;
static bool naming = false;

static bool
queue_has_room(void)
{
	return DatumGetFloat8(OidFunctionCall0(F_PG_NOTIFICATION_QUEUE_USAGE)) <
		FULLEST;
}

/*
 * The lock under which NOTIFY writes to the queue: with it in hand nobody can
 * fill the queue between our look and our commit.  Whoever keeps it is not
 * waited for longer than a person would notice.
 */
static bool
lock_queue(void)
{
	LOCKTAG		tag;

	SET_LOCKTAG_OBJECT(tag, InvalidOid, DatabaseRelationId, InvalidOid, 0);
	for (int i = 0; i < TRIES; i++)
	{
		if (LockAcquire(&tag, AccessExclusiveLock, false, true) !=
			LOCKACQUIRE_NOT_AVAIL)
			return true;
		pg_usleep(1000);
	}
	return false;
}

static void
announce_all(void)
{
	if (count == 0 || !queue_has_room() || !lock_queue() || !queue_has_room())
		return;
	for (int i = 0; i < count; i++)
	{
		char	   *payload = pacl_uuid_text(&waiting[i].id);

		if (waiting[i].names_agenda)
			payload = psprintf("%s %s", payload,
							   pacl_uuid_text(&waiting[i].agenda_id));
		Async_Notify(CHANNEL, payload);
	}
}

static void
forget_all(void)
{
	waiting = NULL;
	count = 0;
	room = 0;
	asked = false;
}

static void
transaction_ends(XactEvent event, void *arg)
{
	switch (event)
	{
		case XACT_EVENT_PRE_COMMIT:
			announce_all();
			forget_all();
			break;
		case XACT_EVENT_PRE_PREPARE:
		case XACT_EVENT_COMMIT:
		case XACT_EVENT_ABORT:
		case XACT_EVENT_PREPARE:
			forget_all();
			break;
		default:
			break;
	}
}

/* What was begun inside a subtransaction has a greater number than it has. */
static void
subtransaction_ends(SubXactEvent event, SubTransactionId mine,
					SubTransactionId parent, void *arg)
{
	if (event != SUBXACT_EVENT_ABORT_SUB)
		return;
	while (count > 0 && waiting[count - 1].made_in >= mine)
		count--;
}

/* A place for one more; when there are too many, the newest takes the last. */
static Announcement *
next_place(void)
{
	if (count == MOST)
		return &waiting[MOST - 1];
	if (waiting == NULL)
	{
		room = 4;
		waiting = MemoryContextAlloc(TopTransactionContext,
									 room * sizeof(Announcement));
	}
	else if (count == room)
	{
		room *= 2;
		waiting = repalloc(waiting, room * sizeof(Announcement));
	}
	return &waiting[count++];
}

static bool
names_agendas(void)
{
	if (!asked)
		naming = pacl_activity_store_names_agendas();
	asked = true;
	return naming;
}

void
pacl_announce(const pg_uuid_t *id, const pg_uuid_t *agenda_id)
{
	Announcement *place;
	bool		last;

	if (!pacl_notify)
		return;
	if (!watching)
	{
		RegisterXactCallback(transaction_ends, NULL);
		RegisterSubXactCallback(subtransaction_ends, NULL);
		watching = true;
	}
	last = count == MOST;
	place = next_place();
	place->id = *id;
	/* The last stands for all that had no place: no agenda but any. */
	place->names_agenda = agenda_id != NULL && !last && names_agendas();
	if (place->names_agenda)
		place->agenda_id = *agenda_id;
	place->made_in = GetCurrentSubTransactionId();
}
