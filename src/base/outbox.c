/*
 * outbox.c
 *		The outbox: queueing messages for the mailer.
 */
#include "postgres.h"

#include <sodium.h>

#include "utils/timestamp.h"

#include "base/activity.h"
#include "base/facts.h"
#include "base/outbox.h"
#include "base/outbox_store.h"
#include "errors.h"
#include "pure/uuid.h"
#include "reader/identity.h"
#include "reader/view.h"
#include "settings.h"

/*
 * A day, to one address of one organization: somebody who missed ten messages
 * is not helped by an eleventh.
 */
#define ADDRESS_MOST	10

/* Administrators are easily made, so all of them together have a limit too. */
#define ORGANIZATION_TIMES	2

static void
raise_too_many(const char *word, TimestampTz nth, int64 period,
			   const char *hint)
{
	/* The clock may have been set back since. */
	TimestampTz now = pacl_view_time();
	int64		left = Min(nth, now) + period - now;

	ereport(ERROR,
			(errcode(ERRCODE_PACL_TOO_MANY_ATTEMPTS),
			 errword(word),
			 errmsg("too many invitations"),
			 errdetail("Wait %d seconds before the next one.",
					   (int) ((left + USECS_PER_SEC - 1) / USECS_PER_SEC)),
			 errhint("%s", hint)));
}

/*
 * The rows of the outbox are counted: a message that is rolled back
 * was never sent, and deleting the invitation does not delete it.
 */
static void
check_limits(const pg_uuid_t *sent_by, const pg_uuid_t *organization_id,
			 const char *recipient)
{
	TimestampTz now = pacl_view_time();
	int			most = pacl_invitations_per_hour;
	TimestampTz nth;

	if (pacl_outbox_store_sent_to(organization_id, recipient,
								  now - USECS_PER_DAY, ADDRESS_MOST - 1, &nth))
		raise_too_many("invitations_to_address", nth, USECS_PER_DAY,
					   "Ask the person to look among unwanted mail, or correct the address.");
	if (most == 0)
		return;
	if (pacl_outbox_store_sent_by(sent_by, now - USECS_PER_HOUR, most - 1,
								  &nth))
		raise_too_many("invitations_by_inviter", nth, USECS_PER_HOUR,
					   "An operator can raise practiceacl.invitations_per_hour.");
	if (pacl_outbox_store_sent_from(organization_id, now - USECS_PER_HOUR,
									most * ORGANIZATION_TIMES - 1, &nth))
		raise_too_many("invitations_of_organization", nth, USECS_PER_HOUR,
					   "An operator can raise practiceacl.invitations_per_hour.");
}

static void
send_secret(const char *kind, const pg_uuid_t *organization_id,
			const pg_uuid_t *account_id, const pg_uuid_t *sent_by,
			const char *recipient, const char *payload, const char *secret)
{
	size_t		length = strlen(secret);
	size_t		sealed_length = length + crypto_box_SEALBYTES;
	uint8	   *sealed = NULL;
	uint8	   *key = pacl_outbox_store_key();

	if (key != NULL)
	{
		sealed = palloc(sealed_length);
		if (crypto_box_seal(sealed, (const unsigned char *) secret, length,
							key) != 0)
			ereport(ERROR,
					(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
					 errword("mailer_key"),
					 errmsg("mailer's public key is not usable"),
					 errhint("Set the mailer's key again.")));
	}
	else if (!pacl_return_secrets)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errword("mailer_key"),
				 errmsg("no public key of the mailer is set and secrets are not returned"),
				 errdetail("There is no mailer's key to seal it to, and "
						   "practiceacl.return_secrets is off."),
				 errhint("Set the mailer's key with practiceacl.set_mailer_key(), "
						 "or switch practiceacl.return_secrets on.")));

	(void) pacl_outbox_store_insert(kind, "email", organization_id, account_id,
									sent_by, recipient, payload, sealed,
									sealed == NULL ? 0 : sealed_length);
}

void
pacl_outbox_send_secret(const char *kind, const pg_uuid_t *organization_id,
						const pg_uuid_t *account_id, const char *recipient,
						const char *payload, const char *secret)
{
	send_secret(kind, organization_id, account_id, NULL, recipient, payload,
				secret);
}

void
pacl_outbox_send_secret_by(const pg_uuid_t *sent_by, const char *kind,
						   const pg_uuid_t *organization_id,
						   const pg_uuid_t *account_id, const char *recipient,
						   const char *payload, const char *secret)
{
	check_limits(sent_by, organization_id, recipient);
	send_secret(kind, organization_id, account_id, sent_by, recipient, payload,
				secret);
}

bool
pacl_outbox_can_send(void)
{
	if (pacl_outbox_store_key() != NULL)
		return true;
	ereport(WARNING,
			(errcode(ERRCODE_WARNING),
			 errmsg("no public key of the mailer is set: messages with secrets cannot be delivered"),
			 errhint("Set the mailer's key with practiceacl.set_mailer_key().")));
	return pacl_return_secrets;
}

const char *
pacl_outbox_returned_secret(const char *secret)
{
	return pacl_return_secrets ? secret : NULL;
}

void
pacl_outbox_tell(const char *kind, const pg_uuid_t *organization_id,
				 const pg_uuid_t *account_id, const char *payload)
{
	pacl_outbox_store_tell_accounts(kind, organization_id, account_id, 1,
									payload);
}

void
pacl_outbox_tell_accounts(const char *kind, const pg_uuid_t *organization_id,
						  const pg_uuid_t *account_ids, int count,
						  const char *payload)
{
	pacl_outbox_store_tell_accounts(kind, organization_id, account_ids, count,
									payload);
}

void
pacl_outbox_tell_administrators(const char *kind,
								const pg_uuid_t *organization_id,
								const pg_uuid_t *others, int other_count,
								const char *payload)
{
	int			count;
	pg_uuid_t  *ids = pacl_outbox_store_admins(organization_id, &count);

	ids = repalloc(ids, Max(count + other_count, 1) * sizeof(pg_uuid_t));
	if (other_count > 0)
		memcpy(ids + count, others, other_count * sizeof(pg_uuid_t));
	pacl_outbox_store_tell_accounts(kind, organization_id, ids,
									count + other_count, payload);
}

static void
copy_appointment(const PaclAgenda *agenda, const pg_uuid_t *appointment_id,
				 const pg_uuid_t *actor, const char *event, bool first,
				 TimestampTz starts_at, TimestampTz ends_at)
{
	PaclFacts	payload;

	if (!pacl_access_has_holder(agenda) ||
		pacl_uuid_equal(&agenda->holder_id, actor))
		return;
	pacl_facts_begin(&payload);
	pacl_facts_text(&payload, "event", event);
	pacl_facts_uuid(&payload, "agenda_id", &agenda->id);
	pacl_facts_uuid(&payload, "appointment_id", appointment_id);
	pacl_facts_time(&payload, "starts_at", starts_at);
	pacl_facts_time(&payload, "ends_at", ends_at);
	pacl_outbox_store_copy_to_holder(&agenda->organization_id, &agenda->id,
									 pacl_facts_end(&payload), first);
}

void
pacl_outbox_copy_appointment(const PaclAgenda *agenda,
							 const pg_uuid_t *appointment_id,
							 const pg_uuid_t *actor, const char *event,
							 TimestampTz starts_at, TimestampTz ends_at)
{
	copy_appointment(agenda, appointment_id, actor, event, false, starts_at,
					 ends_at);
}

void
pacl_outbox_copy_booking(const PaclAgenda *agenda,
						 const pg_uuid_t *appointment_id,
						 const pg_uuid_t *actor, TimestampTz starts_at,
						 TimestampTz ends_at)
{
	copy_appointment(agenda, appointment_id, actor, "booked", true, starts_at,
					 ends_at);
}

bool
pacl_outbox_wants_copies(const PaclAgenda *agenda, const pg_uuid_t *actor)
{
	return pacl_access_has_holder(agenda) &&
		!pacl_uuid_equal(&agenda->holder_id, actor) &&
		pacl_outbox_store_wants_copies(&agenda->organization_id, &agenda->id);
}

/* The account that is counted; null for an operator, and for nobody. */
static const pg_uuid_t *
account_that_causes(bool by_operator)
{
	const PaclCaller *caller = by_operator ? NULL : pacl_identity_caller();

	return caller == NULL ? NULL : &caller->account_id;
}

void
pacl_outbox_record_withheld(const pg_uuid_t *organization_id,
							const pg_uuid_t *agenda_id,
							const pg_uuid_t *subject_id, const char *kind,
							int count)
{
	PaclFacts	facts;
	PaclEntry	entry = {0};

	pacl_facts_begin(&facts);
	pacl_facts_text(&facts, "kind", kind);
	pacl_facts_int(&facts, "messages", count);
	entry.act = "messages.withheld";
	entry.organization_id = organization_id;
	entry.agenda_id = agenda_id;
	entry.subject_id = subject_id;
	entry.facts = pacl_facts_end(&facts);
	(void) pacl_activity_record(&entry);
}

bool
pacl_outbox_may_cause(const PaclAgenda *agenda, const pg_uuid_t *subject_id,
					  const char *kind, const char *recipient,
					  TimestampTz due_at, bool by_operator)
{
	const pg_uuid_t *by = account_that_causes(by_operator);

	if (by == NULL ||
		pacl_outbox_store_caused(&agenda->organization_id, recipient, by,
								 due_at) < PACL_OUTBOX_CAUSED_MOST)
		return true;
	pacl_outbox_record_withheld(&agenda->organization_id, &agenda->id,
								subject_id, kind, 1);
	return false;
}

void
pacl_outbox_offer_slot(const pg_uuid_t *offer_id,
					   const pg_uuid_t *organization_id, const char *channel,
					   const char *recipient, TimestampTz due_at,
					   bool by_operator)
{
	pacl_outbox_store_offer_slot(offer_id, organization_id, channel, recipient,
								 due_at, account_that_causes(by_operator));
}
