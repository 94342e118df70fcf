/*
 * delivery.h
 *		The mailer's side of the outbox: claims, receipts, failures.
 *
 * Every message is sent at least once: a sender claims it for a while, sends
 * it, and says so.  If it dies in between, the claim lapses, and another
 * sends the message again, under the same id.
 */
#ifndef PACL_DELIVERY_H
#define PACL_DELIVERY_H

#include "postgres.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

#include "base/statement.h"

#define PACL_DELIVERY_BATCH_MAX		1000

/* After so many failed attempts a message is put aside. */
#define PACL_DELIVERY_ATTEMPTS		12

/*
 * Claims messages for so long: rows as pacl_delivery_store_claim gives them.
 * Raises 22023 for a batch or a lease out of bounds (one second to a day).
 */
extern void pacl_delivery_claim(PaclRows *rows, int batch,
								const Interval *lease);

/*
 * Settles a message under its claim.  Raises PT404 for a message that does
 * not exist and 55000 if the claim has lapsed; a receipt that is repeated is
 * taken again.  A failed message waits a minute, then twice as long each
 * time, up to 12 hours; after PACL_DELIVERY_ATTEMPTS it is put aside, where
 * health() tells of it, until pacl_delivery_retry.
 */
extern void pacl_delivery_sent(const pg_uuid_t *message_id,
							   const pg_uuid_t *claim);
extern void pacl_delivery_failed(const pg_uuid_t *message_id,
								 const pg_uuid_t *claim, const char *error);

/* Takes up again what was put aside, by an operator; returns how many. */
extern int64 pacl_delivery_retry(void);

/*
 * Takes a new public key of the mailer, by an operator: 32 bytes of an X25519
 * key that secrets can be sealed to, otherwise 22023.
 */
extern void pacl_delivery_set_key(const uint8 *key, size_t length);

#endif							/* PACL_DELIVERY_H */
