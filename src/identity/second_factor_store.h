/*
 * second_factor_store.h
 *		Rows of second factors, and of the codes that stand for them.
 */
#ifndef PACL_SECOND_FACTOR_STORE_H
#define PACL_SECOND_FACTOR_STORE_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/uuid.h"

#include "pure/token.h"

typedef struct PaclSecondFactor
{
	pg_uuid_t	id;
	bytea	   *sealed;
	TimestampTz enrolled_at;
	bool		confirmed;		/* and the account names it */
	int64		last_step;
} PaclSecondFactor;

/* False if the account has none, confirmed or not. */
extern bool pacl_second_factor_store_read(const pg_uuid_t *account_id,
										  PaclSecondFactor *factor);

/* Keeps one that is not confirmed yet, in place of any other. */
extern void pacl_second_factor_store_enrol(const pg_uuid_t *account_id,
										   const pg_uuid_t *id,
										   const bytea *sealed,
										   TimestampTz at);

/* From now on it is the account's. */
extern void pacl_second_factor_store_confirm(const pg_uuid_t *account_id,
											 const pg_uuid_t *id,
											 TimestampTz at);

/* The code of a step is used up; false if that, or a later one, was. */
extern bool pacl_second_factor_store_use_step(const pg_uuid_t *account_id,
											  int64 step);

/* Whether the account names a second factor, be it there or not. */
extern bool pacl_second_factor_store_is_named(const pg_uuid_t *account_id);

/* The account has none any more, and no recovery codes. */
extern void pacl_second_factor_store_delete(const pg_uuid_t *account_id);

/* Recovery codes in place of those that there are. */
extern void pacl_second_factor_store_set_codes(const pg_uuid_t *account_id,
											   const PaclDigest *digests,
											   int count);

/* Uses a recovery code up; false if the account has none of this digest. */
extern bool pacl_second_factor_store_use_code(const pg_uuid_t *account_id,
											  const PaclDigest *digest);

/* How many are left. */
extern int	pacl_second_factor_store_count_codes(const pg_uuid_t *account_id);

/* What a person's entry in an app is named after: an organization, or null. */
extern char *pacl_second_factor_store_issuer(const pg_uuid_t *account_id);

/*
 * Calls back with each sealed secret, and keeps what is returned in its
 * place; null for what stays.  Returns how many were replaced.
 */
typedef bytea *(*PaclReseal) (const pg_uuid_t *account_id,
							  const bytea *sealed);
extern int64 pacl_second_factor_store_reseal(PaclReseal reseal);

#endif							/* PACL_SECOND_FACTOR_STORE_H */
