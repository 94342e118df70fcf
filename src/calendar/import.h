/*
 * import.h
 *		Import: bookings by the thousand, from a table of the caller's.
 */
#ifndef PACL_IMPORT_H
#define PACL_IMPORT_H

#include "postgres.h"
#include "utils/uuid.h"

/* What became of one staged row. */
typedef struct PaclImported
{
	const char *key;			/* or null */
	const pg_uuid_t *appointment_id;	/* null when refused */
	const char *outcome;		/* "booked" or "refused" */
	const char *detail;			/* why it was refused, or null */
	const char *word;			/* the same for programs: see errwords.txt */
} PaclImported;

typedef void (*PaclImportCallback) (void *state, const PaclImported *row);

/*
 * Books every row of the relation that may be booked, in the order starts_at,
 * ends_at, key, and calls back for each row in that order, once.  Reads the
 * relation with the privileges of the current user, then acts as the
 * extension's owner.  One activity entry for each agenda that got a booking.
 * With copies, the holders hear of each booking that has not ended, as of any
 * other.
 */
extern void pacl_import(Oid relation, bool copies, PaclImportCallback visit,
						void *state);

#endif							/* PACL_IMPORT_H */
