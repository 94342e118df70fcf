/*
 * credentials.h
 *		Passwords and second factors that move with an organization.
 *
 * They travel sealed for the target, whose private key is sealed with its key
 * file: neither a file, a statement nor a log on the way has anything that opens
 * them.  The target takes them over only for accounts that this organization's
 * move has made there, or that left with it, and that have nothing of their own.
 */
#ifndef PACL_CREDENTIALS_H
#define PACL_CREDENTIALS_H

#include "postgres.h"
#include "utils/jsonb.h"
#include "utils/uuid.h"

/* The target's public key, made if there is none.  55000 without a key file. */
extern bytea *pacl_credentials_accept(const pg_uuid_t *organization_id);

/*
 * The source's: what its people have now, sealed for this key.  22023 if that
 * is none, 55000 if a second factor does not open.
 */
extern bytea *pacl_credentials_seal(const pg_uuid_t *organization_id,
									const bytea *public_key);

/*
 * The target has just opened: takes over what came along, if anything did, for
 * people of the parcel, whose accounts are locked, and blocks those who were
 * blocked meanwhile.  22023 if it was not sealed for this move.
 */
extern void pacl_credentials_receive(const pg_uuid_t *organization_id,
									 const char *move_key, Jsonb *parcel,
									 const bytea *credentials);

/* Whether, in this move, any were sealed here or taken over. */
extern bool pacl_credentials_went(const pg_uuid_t *organization_id);

/* Locks the accounts of which pacl_credentials_leave() may take something. */
extern void pacl_credentials_lock_leaving(const pg_uuid_t *organization_id);

/*
 * The source is about to forget, and the target has taken them over: takes them
 * from whoever belongs to nobody else here.  Returns from how many people.
 */
extern int64 pacl_credentials_leave(const pg_uuid_t *organization_id);

/* Seals private keys again with the key file's first key; returns how many. */
extern int64 pacl_credentials_reseal(void);

#endif							/* PACL_CREDENTIALS_H */
