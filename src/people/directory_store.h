/*
 * directory_store.h
 *		Rows of the directory.
 */
#ifndef PACL_DIRECTORY_STORE_H
#define PACL_DIRECTORY_STORE_H

#include "postgres.h"
#include "utils/uuid.h"

#include "base/statement.h"

typedef struct PaclSearch
{
	pg_uuid_t	organization_id;
	const char *query;			/* part of a name or address; empty: all */
	const pg_uuid_t *after;		/* the last of the page before, or null */
	int			page_size;
	bool		administrator;	/* sees addresses and disabled users */
} PaclSearch;

/*
 * One page of the listed members in whose name every word of the query stands
 * (or, for an administrator, in whose address the query does), accents, case,
 * hyphens, apostrophes and commas ignored: account, first
 * name, last name, address, job title, administrator level, status; by last
 * and first name.  The last three but the job title are null for others than
 * administrators.
 */
extern void pacl_directory_store_search(PaclRows *rows,
										const PaclSearch *search);

#endif							/* PACL_DIRECTORY_STORE_H */
