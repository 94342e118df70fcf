/*
 * own_table.h
 *		Tables of an application, by OID.
 */
#ifndef PACL_OWN_TABLE_H
#define PACL_OWN_TABLE_H

#include "postgres.h"

/* Raises 42P01, of the argument "target", if there is none. */
extern void pacl_own_table_require(Oid table);

/* Its name with its schema, quoted as SQL needs it; palloc'd. */
extern char *pacl_own_table_name(Oid table);

/* Whether it is no application's, but a table of this extension. */
extern bool pacl_own_table_is_ours(Oid table);

#endif							/* PACL_OWN_TABLE_H */
