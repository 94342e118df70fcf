/*
 * address_store.h
 *		The row that holds the key of addresses' digests.
 */
#ifndef PACL_ADDRESS_STORE_H
#define PACL_ADDRESS_STORE_H

#include "postgres.h"

#include "pure/token.h"

/* False if there is none yet, as far as this transaction sees. */
extern bool pacl_email_store_key(PaclDigest *key);

/* Keeps it, unless somebody else's is kept already. */
extern void pacl_email_store_keep_key(const PaclDigest *key);

#endif							/* PACL_ADDRESS_STORE_H */
