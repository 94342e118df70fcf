/*
 * cell_directory.h
 *		The directory: which organization is in which cell.
 *
 * One cell keeps it, the others follow it by a publication of the one table.
 * It is a hint: a cell that does not have an organization refuses, whatever
 * the directory says, and names the cell to which it gave the organization.
 */
#ifndef PACL_CELL_DIRECTORY_H
#define PACL_CELL_DIRECTORY_H

#include "postgres.h"
#include "utils/jsonb.h"
#include "utils/uuid.h"

/* Lets this cell keep it; 55000 if it follows another's. */
extern char *pacl_cell_directory_publish(void);

/*
 * The statement that subscribes, with nothing in the way of the copy; null if
 * this cell follows already, 55000 if it keeps the directory.
 */
extern char *pacl_cell_directory_follow(const char *connection);

/* The organizations, or the one, that are open in this cell. */
extern Jsonb *pacl_cell_directory_here(const pg_uuid_t *organization_id);

/* Notes that they are in the cell; how many of them is news. */
extern int64 pacl_cell_directory_set(const char *cell, Jsonb *organizations);

/* The cell that the directory has for it, palloc'd, or null. */
extern char *pacl_cell_directory_look(const pg_uuid_t *organization_id);

#endif							/* PACL_CELL_DIRECTORY_H */
