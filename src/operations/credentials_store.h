/*
 * credentials_store.h
 *		Rows of passwords and second factors that move with an organization.
 */
#ifndef PACL_CREDENTIALS_STORE_H
#define PACL_CREDENTIALS_STORE_H

#include "postgres.h"
#include "utils/jsonb.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

#include "identity/account_store.h"
#include "identity/second_factor_store.h"
#include "pure/recovery_code.h"

/* What proves one person. */
typedef struct PaclCredential
{
	pg_uuid_t	account_id;
	PaclPassword password;		/* without one, hash is null */
	TimestampTz changed_at;
	bool		has_factor;
	PaclSecondFactor factor;	/* confirmed */
	TimestampTz confirmed_at;
	int			code_count;		/* recovery codes */
	PaclDigest	codes[PACL_RECOVERY_CODES];
} PaclCredential;

/* The private key as it is kept, palloc'd, or null. */
extern bytea *pacl_credentials_store_key(const pg_uuid_t *organization_id);
extern void pacl_credentials_store_set_key(const pg_uuid_t *organization_id,
										   const bytea *key);

/* Calls back with each key, and keeps what is returned unless it is null. */
typedef bytea *(*PaclResealKey) (const pg_uuid_t *organization_id,
								 const bytea *sealed);
extern int64 pacl_credentials_store_reseal(PaclResealKey reseal);

/*
 * Notes that people's passwords and second factors went with it, or came;
 * returns the source's key that releases it, palloc'd, or null.
 */
extern char *pacl_credentials_store_note(const pg_uuid_t *organization_id,
										 TimestampTz at);
extern bool pacl_credentials_store_is_noted(const pg_uuid_t *organization_id);

/*
 * Calls back with each active member who has something.  One whose second
 * factor is lost has nothing: a password alone is not to be enough elsewhere.
 */
typedef void (*PaclCredentialVisitor) (void *state,
									   const PaclCredential *credential);
extern void pacl_credentials_store_read(const pg_uuid_t *organization_id,
										PaclCredentialVisitor visit,
										void *state);

/*
 * The people of the parcel who may get something, ascending, palloc'd: accounts
 * that are awaited with this organization and have nothing of their own.
 */
extern pg_uuid_t *pacl_credentials_store_awaited(const pg_uuid_t *organization_id,
												 Jsonb *parcel, int *count);

/* Blocks, of those awaited, whoever the source has blocked; palloc'd. */
extern pg_uuid_t *pacl_credentials_store_block(const pg_uuid_t *organization_id,
											   Jsonb *parcel, int *count);

/* Nobody is awaited with this organization any more. */
extern void pacl_credentials_store_end(const pg_uuid_t *organization_id);

/* Active members who belong to nobody else here, palloc'd. */
extern pg_uuid_t *pacl_credentials_store_leaving(const pg_uuid_t *organization_id,
												 int *count);

/* Takes what proves a person, and awaits it with this organization. */
extern void pacl_credentials_store_take(const pg_uuid_t *account_id,
										const pg_uuid_t *organization_id,
										TimestampTz at);

#endif							/* PACL_CREDENTIALS_STORE_H */
