/*
 * address_store.h
 *		The row that holds the key of addresses' digests.
 */
#ifndef PACL_ADDRESS_STORE_H
#define PACL_ADDRESS_STORE_H

#include "postgres.h"

#include "pure/token.h"

/*
 * The key in clear or, with *sealed set, sealed and palloc'd.  False if there
 * is none yet, as far as this transaction sees.
 */
extern bool pacl_email_store_key(PaclDigest *key, bytea **sealed);

/*
 * Keeps a key, in clear or, unless that is null, sealed; nothing is done if
 * somebody else's is kept already.
 */
extern void pacl_email_store_keep_key(const PaclDigest *key,
									  const bytea *sealed);

/* The kept key is sealed like this from now on. */
extern void pacl_email_store_seal_key(const bytea *sealed);

/* Whether anything was digested with a key. */
extern bool pacl_email_store_has_digests(void);

#endif							/* PACL_ADDRESS_STORE_H */
