/*
 * substitute_store.h
 *		Grants for a period, of what somebody who is away may do.
 */
#ifndef PACL_SUBSTITUTE_STORE_H
#define PACL_SUBSTITUTE_STORE_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/uuid.h"

#include "access/grant_store.h"
#include "pure/period.h"
#include "pure/rights.h"

typedef struct PaclSubstitution
{
	pg_uuid_t	for_account;
	pg_uuid_t	by_account;
	PaclPeriod	period;
	const pg_uuid_t *agendas;	/* null: all on which for_account works */
	int			agenda_count;
	PaclRights	most;			/* nothing above this is given */
} PaclSubstitution;

typedef struct PaclSubstituteGrant
{
	PaclGrant	grant;
	bool		missing;		/* by_account does not have as much already */
} PaclSubstituteGrant;

/* The organizations of which both are members, ascending, palloc'd. */
extern pg_uuid_t *pacl_substitute_store_organizations(const PaclSubstitution *substitution,
													  int *count);

/*
 * The agendas of an organization that the substitution is about, ascending,
 * palloc'd: those that for_account holds or has grants on in the period and
 * by_account does not hold.  With only_owned those alone that for_account holds
 * or owns throughout the period.
 */
extern pg_uuid_t *pacl_substitute_store_agendas(const PaclSubstitution *substitution,
												const pg_uuid_t *organization_id,
												bool only_owned, int *count);

/*
 * What by_account is to have on the same agendas, one after the other,
 * palloc'd.
 */
extern PaclSubstituteGrant *pacl_substitute_store_grants(const PaclSubstitution *substitution,
														 const pg_uuid_t *organization_id,
														 bool only_owned,
														 int *count);

#endif							/* PACL_SUBSTITUTE_STORE_H */
