/*
 * purge.h
 *		Purging rows that ended long ago.
 */
#ifndef PACL_PURGE_H
#define PACL_PURGE_H

#include "postgres.h"
#include "utils/timestamp.h"

/*
 * Deletes what ended at least so long ago, by an operator, records how much,
 * and calls back with each kind and its number of rows.  Raises 22023 for
 * less than a day: what ended today may still be asked about.
 */
typedef void (*PaclPurgeCallback) (void *state, const char *what, int64 rows);
extern void pacl_purge(const Interval *older_than, PaclPurgeCallback visit,
					   void *state);

/*
 * The same for what names patients: takes it out of appointments that ended
 * at least so long ago, which stay, of the record and of the outbox.
 */
extern void pacl_purge_patients(const Interval *older_than,
								PaclPurgeCallback visit, void *state);

#endif							/* PACL_PURGE_H */
