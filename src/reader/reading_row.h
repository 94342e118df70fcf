/*
 * reading_row.h
 *		Rows of readings, written directly.
 */
#ifndef PACL_READING_ROW_H
#define PACL_READING_ROW_H

#include "postgres.h"

#include "reader/reading_note.h"

/*
 * Prepares for writing: null, or why nothing can be written.  Waits for nobody:
 * the table may be locked, or missing where a database was not yet updated.
 */
extern const char *pacl_reading_row_obstacle(void);

/* Appends a row to reading_note. */
extern void pacl_reading_row_append(const PaclReadingNote *note);

#endif							/* PACL_READING_ROW_H */
