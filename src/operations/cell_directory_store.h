/*
 * cell_directory_store.h
 *		Rows of the directory.
 */
#ifndef PACL_CELL_DIRECTORY_STORE_H
#define PACL_CELL_DIRECTORY_STORE_H

#include "postgres.h"
#include "utils/jsonb.h"
#include "utils/uuid.h"

extern bool pacl_directory_store_is_published(const char *name);
extern void pacl_directory_store_publish(const char *name);

/* The CREATE SUBSCRIPTION for it, with a slot that no other cell's has. */
extern char *pacl_directory_store_subscription(const char *name,
											   const char *connection);

/* Deletes all rows: a subscription copies them. */
extern void pacl_directory_store_clear(void);

/* What is open here: an array of ids with their generations. */
extern Jsonb *pacl_directory_store_here(const pg_uuid_t *organization_id);

/* How many rows are new, or newer than what there was. */
extern int64 pacl_directory_store_set(const char *cell, Jsonb *organizations);

/* Palloc'd, or null. */
extern char *pacl_directory_store_look(const pg_uuid_t *organization_id);

#endif							/* PACL_CELL_DIRECTORY_STORE_H */
