/*
 * directory.h
 *		The directory: finding colleagues.
 */
#ifndef PACL_DIRECTORY_H
#define PACL_DIRECTORY_H

#include "postgres.h"
#include "utils/uuid.h"

#include "people/directory_store.h"

/*
 * A page of the organization's members for the caller, who must be one of
 * them (PT404 otherwise); columns as pacl_directory_store_search has them.
 * 22023 for a page of less than 1 or more than 1,000 rows.
 */
extern void pacl_directory_search(PaclRows *rows,
								  const pg_uuid_t *organization_id,
								  const char *query, const pg_uuid_t *after,
								  int page_size);

#endif							/* PACL_DIRECTORY_H */
