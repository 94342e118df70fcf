/*
 * erasure_store.h
 *		All rows about a person: found, told and erased.
 */
#ifndef PACL_ERASURE_STORE_H
#define PACL_ERASURE_STORE_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/jsonb.h"
#include "utils/uuid.h"

#include "pure/token.h"

/*
 * The organizations in which the account has a place, or to which its address
 * has an open invitation; ascending, palloc'd.
 */
extern pg_uuid_t *pacl_erasure_store_organizations(const pg_uuid_t *account_id,
												   int *count);

/* Its open invitations in an organization, palloc'd. */
extern pg_uuid_t *pacl_erasure_store_invitations(const pg_uuid_t *organization_id,
												 const pg_uuid_t *account_id,
												 int *count);

/* From where the person has logged in, each once; palloc'd strings. */
extern char **pacl_erasure_store_clients(const pg_uuid_t *account_id,
										 int *count);

/*
 * Erases what all tables say of the person; the rows that others' rows rest
 * on stay, with nothing in them but ids.  Address is the one that it has, at
 * is the moment at which open invitations are revoked.
 */
extern void pacl_erasure_store_erase(const pg_uuid_t *account_id,
									 const char *address, TimestampTz at);

/*
 * All that all tables say of the person, and how often log-ins at its address
 * were refused lately, counted under this digest unless it is null.
 */
extern Jsonb *pacl_erasure_store_export(const pg_uuid_t *account_id,
										const PaclDigest *address);

#endif							/* PACL_ERASURE_STORE_H */
