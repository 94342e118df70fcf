/*
 * delivery.c
 *		The mailer's side of the outbox: claims, receipts, failures.
 */
#include "postgres.h"

#include <sodium.h>

#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "base/activity.h"
#include "base/authority.h"
#include "base/facts.h"
#include "base/outbox_store.h"
#include "errors.h"
#include "operations/delivery.h"
#include "operations/delivery_store.h"
#include "pure/uuid.h"
#include "reader/view.h"

#define ERROR_BYTES 2000
#define FIRST_WAIT USECS_PER_MINUTE
#define LONGEST_WAIT (12 * USECS_PER_HOUR)

static TimestampTz
end_of_lease(TimestampTz now, const Interval *lease)
{
	TimestampTz until;

	until = DatumGetTimestampTz(DirectFunctionCall2(timestamptz_pl_interval,
													TimestampTzGetDatum(now),
													IntervalPGetDatum(lease)));
	if (until < now + USECS_PER_SEC || until > now + 25 * USECS_PER_HOUR)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("out_of_range"),
				 errargument("lease"),
				 errmsg("lease must be between one second and one day")));
	return until;
}

void
pacl_delivery_claim(PaclRows *rows, int batch, const Interval *lease)
{
	TimestampTz now = pacl_view_time();
	TimestampTz until;
	pg_uuid_t	claim;

	if (batch < 1 || batch > PACL_DELIVERY_BATCH_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("out_of_range"),
				 errargument("batch"),
				 errmsg("batch must be between 1 and %d",
						PACL_DELIVERY_BATCH_MAX)));
	until = end_of_lease(now, lease);
	pacl_uuid_make(&claim);
	pacl_delivery_store_put_aside(now, PACL_DELIVERY_ATTEMPTS);
	pacl_delivery_store_drop_reminders(now);
	pacl_delivery_store_drop_offers(now);
	pacl_delivery_store_claim(rows, &claim, now, until, batch);
}

/*
 * The clock of the moment and not of the statement: it may have waited for
 * the row.
 */
static PaclDelivery
require_claim(const pg_uuid_t *message_id, const pg_uuid_t *claim,
			  int *attempts)
{
	PaclDelivery delivery;

	delivery = pacl_delivery_store_lock(message_id, claim,
										GetCurrentTimestamp(), attempts);
	if (delivery == PACL_DELIVERY_UNKNOWN)
		pacl_raise_unknown("message");
	if (delivery == PACL_DELIVERY_LAPSED)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errword("claim_lapsed"),
				 errmsg("the claim on this message has lapsed"),
				 errdetail("Another sender has claimed it, or can claim it."),
				 errhint("Claim smaller batches or for longer, and give the message id to the provider as idempotency key.")));
	return delivery;
}

void
pacl_delivery_sent(const pg_uuid_t *message_id, const pg_uuid_t *claim)
{
	int			attempts;

	if (require_claim(message_id, claim, &attempts) == PACL_DELIVERY_CLAIMED)
		pacl_delivery_store_sent(message_id, GetCurrentTimestamp());
}

static int64
wait_after(int attempts)
{
	int64		wait = FIRST_WAIT;

	for (int i = 1; i < attempts && wait < LONGEST_WAIT; i++)
		wait *= 2;
	return Min(wait, LONGEST_WAIT);
}

void
pacl_delivery_failed(const pg_uuid_t *message_id, const pg_uuid_t *claim,
					 const char *error)
{
	int			length = strlen(error);
	int			attempts;
	char	   *words;

	if (require_claim(message_id, claim, &attempts) == PACL_DELIVERY_SENT)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errword("message_sent"),
				 errmsg("message has already been sent")));
	words = pnstrdup(error, pg_mbcliplen(error, length, ERROR_BYTES));
	pacl_delivery_store_failed(message_id,
							   attempts >= PACL_DELIVERY_ATTEMPTS ? DT_NOEND :
							   GetCurrentTimestamp() + wait_after(attempts),
							   words);
}

int64
pacl_delivery_retry(void)
{
	PaclEntry	entry = {.act = "messages.retried", .by_operator = true};
	PaclFacts	facts;
	int64		retried = pacl_delivery_store_retry(pacl_view_time());

	pacl_facts_begin(&facts);
	pacl_facts_int(&facts, "messages", retried);
	entry.facts = pacl_facts_end(&facts);
	(void) pacl_activity_record(&entry);
	return retried;
}

void
pacl_delivery_set_key(const uint8 *key, size_t length)
{
	PaclEntry	entry = {.act = "mailer_key.set", .by_operator = true};
	PaclFacts	facts;
	uint8		sealed[1 + crypto_box_SEALBYTES];
	char		hex[2 * crypto_box_PUBLICKEYBYTES + 1];
	uint8	   *current;

	/* A key of low order seals nothing, and the library refuses it. */
	if (length != crypto_box_PUBLICKEYBYTES ||
		crypto_box_seal(sealed, (const unsigned char *) "", 1, key) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("wrong_form"),
				 errargument("public_key"),
				 errmsg("public_key is not an X25519 public key"),
				 errdetail("It has %zu bytes; a key has %d and is not of low order.",
						   length, crypto_box_PUBLICKEYBYTES),
				 errhint("Make a pair with crypto_box_keypair() of libsodium, and keep the secret key with the mailer.")));
	current = pacl_outbox_store_key();
	if (current != NULL && memcmp(current, key, length) == 0)
		return;
	pacl_delivery_store_add_key(key, length);
	sodium_bin2hex(hex, sizeof(hex), key, length);
	pacl_facts_begin(&facts);
	pacl_facts_text(&facts, "public_key", hex);
	entry.facts = pacl_facts_end(&facts);
	(void) pacl_activity_record(&entry);
}
