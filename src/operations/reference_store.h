/*
 * reference_store.h
 *		Rows with references to rows that do not exist.
 */
#ifndef PACL_REFERENCE_STORE_H
#define PACL_REFERENCE_STORE_H

#include "postgres.h"

/* Called for each foreign key with broken references; names are quoted. */
typedef void (*PaclBrokenReference) (void *state, const char *constraint,
									 const char *from_table,
									 const char *to_table, int64 rows);

/*
 * Holds every foreign key of the extension against the rows, which a restore
 * with triggers off, or a superuser, may have made without it.  Reads all of
 * them, with the current user's privileges.
 */
extern void pacl_reference_store_broken(PaclBrokenReference report,
										void *state);

#endif							/* PACL_REFERENCE_STORE_H */
