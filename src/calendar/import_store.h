/*
 * import_store.h
 *		Rows of the caller's table that are to be imported.
 */
#ifndef PACL_IMPORT_STORE_H
#define PACL_IMPORT_STORE_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "pgtime.h"
#include "utils/uuid.h"

/* One staged row; what was null there is null or not given here. */
typedef struct PaclImportRow
{
	const char *key;
	const pg_uuid_t *agenda_id;
	bool		has_start;
	bool		has_end;
	TimestampTz starts_at;
	TimestampTz ends_at;
	const char *patient;
	const char *note;
	const pg_uuid_t *appointment_type;
	const char *problem;		/* a value that is none of its column's, or
								 * null */
} PaclImportRow;

typedef struct PaclImportSource PaclImportSource;

/* On which wall clock the times of an agenda are that have no zone. */
typedef struct PaclImportClock
{
	pg_uuid_t	agenda_id;		/* first: clocks are found by it */
	const char *name;			/* null: nobody's business, so UTC's */
	pg_tz	   *zone;			/* null: one that the server does not know */
} PaclImportClock;

/* Fills in the clock of an agenda, once for each; what it points to stays. */
typedef void (*PaclImportSetClock) (PaclImportClock *clock);

/*
 * Reads all rows of a relation with columns key, agenda_id, starts_at,
 * ends_at and perhaps patient, note and appointment_type, in the order
 * starts_at, ends_at, key,
 * with the privileges of the current user, who thereby runs whatever is
 * behind the relation; they wait on disk where they are many.  Ids and times
 * may be text: a row tells which of them is none.  Times without a zone are on
 * the agenda's wall clock, whatever the connection's settings are; one that it
 * skips or shows twice is none.  Raises 42703 for a column that is missing or
 * unknown.
 */
extern PaclImportSource *pacl_import_store_read(Oid relation,
												PaclImportSetClock set_clock);

/* The agendas that are named there, each once, ascending; palloc'd. */
extern pg_uuid_t *pacl_import_store_agendas(PaclImportSource *staging, int *count);

/* The next row, valid until the next call; false after the last. */
extern bool pacl_import_store_next(PaclImportSource *staging, PaclImportRow *row);

extern void pacl_import_store_end(PaclImportSource *staging);

#endif							/* PACL_IMPORT_STORE_H */
