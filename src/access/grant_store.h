/*
 * grant_store.h
 *		Rows of access grants and of their history.
 *
 * Whatever is taken or replaced goes into the history first: with the living
 * rows that is all that was ever true.  An act's moment is the statement's,
 * so that what one statement gives and takes again was never anybody's.
 */
#ifndef PACL_GRANT_STORE_H
#define PACL_GRANT_STORE_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/uuid.h"

#include "pure/period.h"
#include "pure/rights.h"

/* Rights of one account on one agenda. */
typedef struct PaclGrant
{
	pg_uuid_t	organization_id;
	pg_uuid_t	agenda_id;
	pg_uuid_t	account_id;
	PaclRights	rights;
	PaclPeriod	period;
	const char *source;			/* hand, creation, invitation, clone, request */
} PaclGrant;

/*
 * Puts this grant in the place of whatever overlaps its period: grants that
 * reach beyond keep their rights there, rights of none only take.  Emergency
 * reading stays, unless rights are taken.  Returns how many rows changed.
 */
extern int	pacl_grant_store_replace(const PaclGrant *grant,
									 const pg_uuid_t *by, TimestampTz at);

/*
 * The slots that an account holds on an agenda which it may not book any
 * more.
 */
extern void pacl_grant_store_end_holds(const pg_uuid_t *account_id,
									   const pg_uuid_t *agenda_id);

/* Who holds a time on which of these agendas: ids only; palloc'd. */
extern PaclGrant *pacl_grant_store_holding(const pg_uuid_t *agendas,
										   int agenda_count, int *count);

/* Adds a grant beside whatever there is. */
extern void pacl_grant_store_insert(const PaclGrant *grant,
									const pg_uuid_t *by, TimestampTz at);

/*
 * The union of an account's grants on an agenda that have not lapsed, those
 * to come and those by groups and profiles included, emergency reading not.
 */
extern PaclRights pacl_grant_store_union(const pg_uuid_t *account_id,
										 const pg_uuid_t *agenda_id,
										 TimestampTz at);

/* The same grants one by one: rights and period only; palloc'd. */
extern PaclGrant *pacl_grant_store_list(const pg_uuid_t *account_id,
										const pg_uuid_t *agenda_id,
										TimestampTz at, int *count);

/* Takes all grants of an account in an organization, emergency reading too. */
extern void pacl_grant_store_take_all(const pg_uuid_t *organization_id,
									  const pg_uuid_t *account_id,
									  const pg_uuid_t *by, TimestampTz at);

/* The holders of agendas, each once, palloc'd. */
extern pg_uuid_t *pacl_grant_store_holders(const pg_uuid_t *ids, int count,
										   int *found);

#endif							/* PACL_GRANT_STORE_H */
