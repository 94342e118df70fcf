/*
 * delivery_store.h
 *		Rows of the outbox, as the mailer claims and settles them.
 */
#ifndef PACL_DELIVERY_STORE_H
#define PACL_DELIVERY_STORE_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/uuid.h"

#include "base/statement.h"

/*
 * Puts aside what waits although it has been claimed so many times: each of
 * these senders ended without an answer.
 */
extern void pacl_delivery_store_put_aside(TimestampTz now, int attempts);

/*
 * Deletes what is due and not to be said any more: reminders of appointments
 * that do not stand, and of two of one appointment the earlier.
 */
extern void pacl_delivery_store_drop_reminders(TimestampTz now);

/* The same of offers of times that stand no more. */
extern void pacl_delivery_store_drop_offers(TimestampTz now);

/*
 * Claims up to so many of the messages that wait, the longest-waiting first,
 * until a time; what others are claiming at this moment is passed over.  One
 * whose last sender never answered is claimed alone.
 * Columns: message_id, claim, kind, channel, organization_id, recipient,
 * payload, sealed_secret, attempts (this one included), created_at.
 */
extern void pacl_delivery_store_claim(PaclRows *rows, const pg_uuid_t *claim,
									  TimestampTz now, TimestampTz until,
									  int batch);

/* How a message stands to a claim. */
typedef enum PaclDelivery
{
	PACL_DELIVERY_UNKNOWN,		/* no such message */
	PACL_DELIVERY_LAPSED,		/* claimed by nobody, or by another claim */
	PACL_DELIVERY_SENT,			/* under this very claim, already */
	PACL_DELIVERY_CLAIMED		/* under this claim, which is in force */
} PaclDelivery;

/* Locks the message's row; its attempts into *attempts. */
extern PaclDelivery pacl_delivery_store_lock(const pg_uuid_t *message_id,
											 const pg_uuid_t *claim,
											 TimestampTz now, int *attempts);

/* Marks it sent; its secret goes. */
extern void pacl_delivery_store_sent(const pg_uuid_t *message_id,
									 TimestampTz now);

/* Gives the claim back, until a time; DT_NOEND puts it aside. */
extern void pacl_delivery_store_failed(const pg_uuid_t *message_id,
									   TimestampTz available_at,
									   const char *error);

/* Lets all that was put aside wait again from now; returns how many. */
extern int64 pacl_delivery_store_retry(TimestampTz now);

extern void pacl_delivery_store_add_key(const uint8 *key, size_t length);

#endif							/* PACL_DELIVERY_STORE_H */
