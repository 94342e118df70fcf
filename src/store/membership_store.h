/*
 * membership_store.h
 *		Rows of who belongs to which organization.
 */
#ifndef PACL_MEMBERSHIP_STORE_H
#define PACL_MEMBERSHIP_STORE_H

#include "postgres.h"
#include "utils/uuid.h"

/*
 * The names of an organization's full administrators, joined for a hint; at
 * most five.  Null if there is none.
 */
extern char *pacl_membership_store_admin_names(const pg_uuid_t *organization_id);

#endif							/* PACL_MEMBERSHIP_STORE_H */
