/*
 * reading_note.h
 *		Which agendas' rows a transaction was given, on whose behalf.
 *
 * A note is made for each account and agenda when the first row is given, and
 * lives to the end of the transaction, through whatever is rolled back within
 * it: what was read stays read.  See base/reading.h for what becomes of it.
 */
#ifndef PACL_READING_NOTE_H
#define PACL_READING_NOTE_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/uuid.h"

/* What one account was given of one organization. */
typedef struct PaclReadingNote
{
	pg_uuid_t	account_id;
	pg_uuid_t	organization_id;
	bool		emergency;		/* under emergency access to these agendas */
	TimestampTz at;				/* the first time in the transaction */
	pg_uuid_t  *agendas;
	int			count;
	int			room;
} PaclReadingNote;

/*
 * Whether the caller's readings may have to be noted: always with
 * practiceacl.record_reading = all, otherwise while they have emergency access
 * to some agenda.  False for nobody.
 */
extern bool pacl_reading_is_noted(void);

/*
 * The caller has asked for all their agendas at once.  Rows are fetched by them
 * later, when the statement may have become somebody else's.
 */
extern void pacl_reading_asked(void);

/*
 * A row of the agenda is about to be given.  Notes it unless the caller is its
 * holder or it need not be noted.  If the caller has no rights on it, it was
 * fetched for another account that asked in this transaction: then for those
 * that have.
 */
extern void pacl_reading_note(const pg_uuid_t *agenda_id);

/* The notes of this transaction, their number into *count. */
extern const PaclReadingNote *pacl_reading_notes(int *count);

/* Forgets them: at the end of a transaction, whose memory they are in. */
extern void pacl_reading_forget(void);

#endif							/* PACL_READING_NOTE_H */
