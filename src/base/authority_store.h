/*
 * authority_store.h
 *		Rows that a refusal names.
 */
#ifndef PACL_AUTHORITY_STORE_H
#define PACL_AUTHORITY_STORE_H

#include "postgres.h"
#include "utils/uuid.h"

/*
 * The names of an organization's full administrators, joined for a hint; at
 * most five.  Null if there is none.
 */
extern char *pacl_authority_store_admin_names(const pg_uuid_t *organization_id);

#endif							/* PACL_AUTHORITY_STORE_H */
