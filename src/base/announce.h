/*
 * announce.h
 *		Telling listeners that there is something new in the record.
 */
#ifndef PACL_ANNOUNCE_H
#define PACL_ANNOUNCE_H

#include "postgres.h"
#include "utils/uuid.h"

/*
 * Announces an entry on the channel practiceacl_activity when the transaction
 * commits, if practiceacl.notify is on: its id and, where an operator has
 * switched that on, the id of the agenda that it is about, if it is about one.  A hint, never in the way: it is left
 * out when the server's queue is half full or others keep it busy, and of a
 * transaction that is prepared.
 */
extern void pacl_announce(const pg_uuid_t *id, const pg_uuid_t *agenda_id);

#endif							/* PACL_ANNOUNCE_H */
