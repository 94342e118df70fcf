/*
 * protect.h
 *		protect(): the application's own tables under row security.
 */
#ifndef PACL_PROTECT_H
#define PACL_PROTECT_H

#include "postgres.h"

#include "pure/rights.h"

/*
 * Gives a table, its partitions and the tables that inherit from it policies
 * that ask for rights on the agenda named in a column, enables row security
 * and forces it on the owner.  Repeated, it replaces what it made.  With the
 * current user's privileges: 42501 unless they own all of them, 42809 for
 * anything but a table of the application, 42703 and 42804 for a column that
 * is missing or no uuid, 22023 for required rights without a level, 55000 if
 * another permissive policy would let rows through beside these.  A notice
 * names the table's indexes that do not begin with the column.
 */
extern void pacl_protect_table(Oid table, const char *agenda_column,
							   PaclRights read, PaclRights write);

/*
 * Takes the policies away again, and row security where no other policy
 * stays.  Says so with a notice if a table has none.
 */
extern void pacl_protect_undo(Oid table);

#endif							/* PACL_PROTECT_H */
