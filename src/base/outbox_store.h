/*
 * outbox_store.h
 *		Rows of the outbox.
 */
#ifndef PACL_OUTBOX_STORE_H
#define PACL_OUTBOX_STORE_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/uuid.h"

/*
 * One message to an address; secret is sealed already, or null; sent_by is
 * the account whose messages to others are counted, or null.  Returns the
 * message's id, palloc'd.
 */
extern pg_uuid_t *pacl_outbox_store_insert(const char *kind,
										   const char *channel,
										   const pg_uuid_t *organization_id,
										   const pg_uuid_t *account_id,
										   const pg_uuid_t *sent_by,
										   const char *recipient,
										   const char *payload,
										   const void *sealed,
										   size_t sealed_length);

/*
 * Takes back what is still to be sent to an account at an address that is no
 * longer its own, and that no mailer has claimed.
 */
extern void pacl_outbox_store_withdraw(const pg_uuid_t *account_id,
									   const char *recipient);

/*
 * When the last but n of the counted messages since a moment was queued:
 * those of an organization to an address, of an organization, of an account.
 * False if there are no more than n.
 */
extern bool pacl_outbox_store_sent_to(const pg_uuid_t *organization_id,
									  const char *recipient,
									  TimestampTz since, int n,
									  TimestampTz *created_at);
extern bool pacl_outbox_store_sent_from(const pg_uuid_t *organization_id,
										TimestampTz since, int n,
										TimestampTz *created_at);
extern bool pacl_outbox_store_sent_by(const pg_uuid_t *account_id,
									  TimestampTz since, int n,
									  TimestampTz *created_at);

/*
 * The same message to accounts, at their own addresses; none to those who are
 * deleted or blocked, or work in the organization no more.
 */
extern void pacl_outbox_store_tell_accounts(const char *kind,
											const pg_uuid_t *organization_id,
											const pg_uuid_t *account_ids,
											int count, const char *payload);

/*
 * A text message to the holder of an agenda who asked for copies and still
 * works there; the agenda's name and time zone are added to the payload.
 * Earlier ones about the same appointment that were never handed out are
 * withdrawn, and the new one says what they would not have said; of one that
 * has just been made there are none, so nobody looks ("first").
 */
extern void pacl_outbox_store_copy_to_holder(const pg_uuid_t *organization_id,
											 const pg_uuid_t *agenda_id,
											 const char *payload, bool first);

/* Whether the holder of an agenda is one of those. */
extern bool pacl_outbox_store_wants_copies(const pg_uuid_t *organization_id,
										   const pg_uuid_t *agenda_id);

/* The ids of an organization's administrators, palloc'd. */
extern pg_uuid_t *pacl_outbox_store_admins(const pg_uuid_t *organization_id,
										   int *count);

/*
 * What the account was to be sent of the organization, and nobody is sending.
 */
extern void pacl_outbox_store_withdraw_of_member(const pg_uuid_t *organization_id,
												 const pg_uuid_t *account_id,
												 TimestampTz at);

/* The newest public key of the mailer, palloc'd, or null. */
extern uint8 *pacl_outbox_store_key(void);

typedef struct PaclMessageNames
{
	char	   *agenda;			/* its name */
	char	   *holder;			/* first and last name */
	char	   *actor;			/* the same of the actor */
} PaclMessageNames;

/* All palloc'd; null where there is no such agenda or account. */
extern void pacl_outbox_store_names(const pg_uuid_t *agenda_id,
									const pg_uuid_t *actor_id,
									PaclMessageNames *behalf);

/*
 * How many reminders and offers to an address of an organization that an
 * account has caused are due within a day of a moment, sent or not.
 */
extern int	pacl_outbox_store_caused(const pg_uuid_t *organization_id,
									 const char *recipient,
									 const pg_uuid_t *account_id,
									 TimestampTz due_at);

/* The message of an offer of a time, caused by an account or by none. */
extern void pacl_outbox_store_offer_slot(const pg_uuid_t *offer_id,
										 const pg_uuid_t *organization_id,
										 const char *channel,
										 const char *recipient,
										 TimestampTz due_at,
										 const pg_uuid_t *account_id);

#endif							/* PACL_OUTBOX_STORE_H */
