/*
 * organization_table_store.h
 *		Tables beside the core's that move with organizations.
 */
#ifndef PACL_ORGANIZATION_TABLE_STORE_H
#define PACL_ORGANIZATION_TABLE_STORE_H

#include "postgres.h"
#include "utils/jsonb.h"
#include "utils/uuid.h"

/* Makes, or makes again, the trigger that registers a table; drops it. */
extern void pacl_organization_table_store_add(const char *table,
											  const char *column);
extern void pacl_organization_table_store_remove(const char *table);
extern bool pacl_organization_table_store_has(Oid table);

/* Why it cannot move; of all tables if none is given; null if all can. */
extern char *pacl_organization_table_store_problems(Oid table);

/* Those that a publication does not have; null if there is none. */
extern char *pacl_organization_table_store_unpublished(const char *publication);

/* What the target has to have, and in what this cell's differ from that. */
extern Jsonb *pacl_organization_table_store_columns(void);
extern char *pacl_organization_table_store_differences(Jsonb *parcel);

/* The accounts to which rows of an organization refer, palloc'd. */
extern pg_uuid_t *pacl_organization_table_store_people(const pg_uuid_t *organization_id,
													   int *count);

/*
 * The tables, with the foreign keys, of which rows of an organization refer to
 * what is not there; null if there is none.
 */
extern char *pacl_organization_table_store_strays(const pg_uuid_t *organization_id);

/* Sequences go on after what has come. */
extern void pacl_organization_table_store_advance(const pg_uuid_t *organization_id);

#endif							/* PACL_ORGANIZATION_TABLE_STORE_H */
