/*
 * statement_check.h
 *		Whether the module's statements fit the objects of this database.
 */
#ifndef PACL_STATEMENT_CHECK_H
#define PACL_STATEMENT_CHECK_H

/* Called for each statement that does not fit, with the file that holds it. */
typedef void (*PaclBrokenStatement) (void *state, const char *file,
									 const char *sql, const char *problem);

/* Parses every statement of every file of rows, and runs none. */
extern void pacl_statement_check(PaclBrokenStatement report, void *state);

#endif							/* PACL_STATEMENT_CHECK_H */
