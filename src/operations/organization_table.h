/*
 * organization_table.h
 *		Tables beside the core's that move with organizations.
 *
 * Their rows are published, copied, counted and deleted as the core's are.
 * The trigger that registers a table also keeps rows of an organization from
 * being written where it is not open: what is written after the hand-over
 * would be lost.
 */
#ifndef PACL_ORGANIZATION_TABLE_H
#define PACL_ORGANIZATION_TABLE_H

#include "postgres.h"
#include "utils/jsonb.h"
#include "utils/uuid.h"

/*
 * Registers a table, or with another column again; 42501 unless the caller is
 * a superuser, 55000 says why the table cannot move.
 */
extern void pacl_organization_table_add(Oid table, const char *column);

/* Nothing if it is not registered. */
extern void pacl_organization_table_remove(Oid table);

/* 55000 names the tables that keep organizations from moving, and why. */
extern void pacl_organization_table_require_movable(void);

/* The same for those that were registered after the publication was made. */
extern void pacl_organization_table_require_published(const char *publication);

/* The same for those that are not here as they are in the source. */
extern void pacl_organization_table_require_same(Jsonb *parcel);

/* The same for rows of an organization that refer to what is not there. */
extern void pacl_organization_table_require_whole(const pg_uuid_t *organization_id);

#endif							/* PACL_ORGANIZATION_TABLE_H */
