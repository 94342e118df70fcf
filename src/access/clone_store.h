/*
 * clone_store.h
 *		Copying one account's grants to another, as sets.
 */
#ifndef PACL_CLONE_STORE_H
#define PACL_CLONE_STORE_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/uuid.h"

#include "access/grant_store.h"
#include "base/statement.h"
#include "pure/rights.h"

typedef struct PaclClone
{
	pg_uuid_t	organization_id;
	pg_uuid_t	from_account;
	pg_uuid_t	to_account;
	bool		replace;		/* what the source does not have is taken */
	PaclRights	most;			/* nothing above this is copied */
	const char *source;			/* by which act: clone, creation, invitation */
} PaclClone;

/* The agendas that the copy may touch, ascending, palloc'd. */
extern pg_uuid_t *pacl_clone_store_agendas(const PaclClone *clone,
										   TimestampTz at, int *count);

/* What would be copied, by agenda, palloc'd; its source is the clone's. */
extern PaclGrant *pacl_clone_store_wanted(const PaclClone *clone,
										  TimestampTz at, int *count);

/*
 * Copies, and returns a row (agenda, rights before, rights after) for every
 * agenda on which anything changed, ascending.  Grants that have lapsed and
 * emergency reading are not copied, nor is anything on what the receiver
 * holds; periods are kept; what they have already is not given twice.
 * Nothing changes on the agendas that are withheld.
 */
extern void pacl_clone_store_run(PaclRows *rows, const PaclClone *clone,
								 const pg_uuid_t *withheld,
								 int withheld_count,
								 const pg_uuid_t *by, TimestampTz at);

#endif							/* PACL_CLONE_STORE_H */
