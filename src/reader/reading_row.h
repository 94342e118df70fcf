/*
 * reading_row.h
 *		Rows of readings, written directly.
 */
#ifndef PACL_READING_ROW_H
#define PACL_READING_ROW_H

#include "postgres.h"

#include "reader/reading_note.h"

/*
 * Whether there is a table for them: not in a database that was not yet
 * updated, nor where the extension was dropped in this transaction.
 */
extern bool pacl_reading_row_possible(void);

/*
 * Appends a row to reading_note.  Waits for nobody: raises an error if the table
 * is locked.
 */
extern void pacl_reading_row_append(const PaclReadingNote *note);

#endif							/* PACL_READING_ROW_H */
