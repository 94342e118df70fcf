/*
 * reading.h
 *		Readings on record: who was given rows of which agenda.
 *
 * What a transaction noted (reader/reading_note.h) is written just before it
 * commits.  Where nothing can be written, in a read-only transaction, on a
 * standby, in one that is rolled back, the server's log gets a line instead:
 *
 *		reading not on record (rolled back): account A, emergency, agendas B, C
 */
#ifndef PACL_READING_H
#define PACL_READING_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/uuid.h"

#include "base/statement.h"

/* Registers what happens at the end of a transaction; once, at load. */
extern void pacl_reading_startup(void);

/*
 * Who was given rows of an agenda, since the day of a moment unless that is
 * -infinity, newest first: account, name, day of the agenda, how many
 * transactions, and whether under emergency access.  For owners of the agenda and
 * full administrators: PT404 for whoever may not know of it, 42501 for
 * others.
 */
extern void pacl_readings(PaclRows *rows, const pg_uuid_t *agenda_id,
						  TimestampTz since);

#endif							/* PACL_READING_H */
