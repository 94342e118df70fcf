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
	bool		one_by_one;		/* what comes by groups and profiles is given
								 * agenda by agenda, so that holders consent */
	bool		shared;			/* groups or profiles were copied as such */
} PaclClone;

/* Whether either of the two has something by a group or a profile. */
extern bool pacl_clone_store_is_shared(const PaclClone *clone);

/*
 * What the receiver has on each agenda that is not theirs, now and to come, by
 * grants, groups and profiles: agenda and rights only, ascending; palloc'd.
 */
extern PaclGrant *pacl_clone_store_united(const PaclClone *clone,
										  TimestampTz at, int *count);

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
 * Nothing changes on the agendas that are withheld.  What comes by groups and
 * profiles is not copied, unless one_by_one.
 */
extern void pacl_clone_store_run(PaclRows *rows, const PaclClone *clone,
								 const pg_uuid_t *withheld,
								 int withheld_count,
								 const pg_uuid_t *by, TimestampTz at);

#endif							/* PACL_CLONE_STORE_H */
