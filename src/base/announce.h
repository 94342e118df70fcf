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
 * commits, if practiceacl.notify is on.  A hint, never in the way: it is left
 * out when the server's queue is half full or others keep it busy, and of a
 * transaction that is prepared.
 */
extern void pacl_announce(const pg_uuid_t *id);

#endif							/* PACL_ANNOUNCE_H */
