/*
 * outbox.h
 *		The outbox: queueing messages for the mailer.
 *
 * A message is queued in the transaction of the act that it tells of: it is
 * sent if, and only if, that commits.
 */
#ifndef PACL_OUTBOX_H
#define PACL_OUTBOX_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/uuid.h"

#include "reader/access.h"

/*
 * A message that carries a secret (a token, a temporary password) to a
 * person: sealed to the mailer's key, if there is one.  Raises 55000 if the
 * secret could reach nobody: no key, and practiceacl.return_secrets off.
 */
extern void pacl_outbox_send_secret(const char *kind,
									const pg_uuid_t *organization_id,
									const pg_uuid_t *account_id,
									const char *recipient,
									const char *payload,
									const char *secret);

/*
 * The same by an administrator's act, to an address whose owner need
 * not have asked for it: an invitation, a welcome.  PA040 if they, the
 * organization or the address have had enough of them.  The organization is
 * locked, so nobody counts at the same time.
 */
extern void pacl_outbox_send_secret_by(const pg_uuid_t *sent_by,
									   const char *kind,
									   const pg_uuid_t *organization_id,
									   const pg_uuid_t *account_id,
									   const char *recipient,
									   const char *payload,
									   const char *secret);

/*
 * For functions that return no secret: a warning, if there is no mailer's
 * key, that what is asked for by mail reaches nobody.  False if
 * pacl_outbox_send_secret would raise for that reason.
 */
extern bool pacl_outbox_can_send(void);

/* The secret itself while it may be returned to the back end, else null. */
extern const char *pacl_outbox_returned_secret(const char *secret);

/* A message without a secret, to an account's own address. */
extern void pacl_outbox_tell(const char *kind,
							 const pg_uuid_t *organization_id,
							 const pg_uuid_t *account_id,
							 const char *payload);

/* The same to many. */
extern void pacl_outbox_tell_accounts(const char *kind,
									  const pg_uuid_t *organization_id,
									  const pg_uuid_t *account_ids, int count,
									  const char *payload);

/*
 * To the organization's administrators and to further accounts (holders of
 * the agendas concerned); each person once.
 */
extern void pacl_outbox_tell_administrators(const char *kind,
											const pg_uuid_t *organization_id,
											const pg_uuid_t *others,
											int other_count,
											const char *payload);

/*
 * A text message to the holder of an agenda about an appointment that
 * somebody else has moved, cancelled or reinstated ("event", such as "moved"),
 * if the holder asked for copies and has a mobile number; otherwise nothing.
 * It says when the appointment is and in which zone, never whose it is.
 * "actor" is the account that acted.
 */
extern void pacl_outbox_copy_appointment(const PaclAgenda *agenda,
										 const pg_uuid_t *appointment_id,
										 const pg_uuid_t *actor,
										 const char *event,
										 TimestampTz starts_at,
										 TimestampTz ends_at);

/* The same of an appointment that has just been made. */
extern void pacl_outbox_copy_booking(const PaclAgenda *agenda,
									 const pg_uuid_t *appointment_id,
									 const pg_uuid_t *actor,
									 TimestampTz starts_at,
									 TimestampTz ends_at);

/* Whether such a message would be queued; for acts on many appointments. */
extern bool pacl_outbox_wants_copies(const PaclAgenda *agenda,
									 const pg_uuid_t *actor);

/*
 * How many reminders and offers one account may cause for one address in an
 * organization, due within a day of each other: whoever books and cancels in a
 * loop floods nobody, and learns nothing of what others have booked.
 */
#define PACL_OUTBOX_CAUSED_MOST 20

/*
 * Whether the caller may cause one more, of a kind, about something on a
 * locked agenda; puts it on record if not.  Nobody who is no account is counted.
 */
extern bool pacl_outbox_may_cause(const PaclAgenda *agenda,
								  const pg_uuid_t *subject_id,
								  const char *kind, const char *recipient,
								  TimestampTz due_at, bool by_operator);

/* Puts on record that so many were not queued. */
extern void pacl_outbox_record_withheld(const pg_uuid_t *organization_id,
										const pg_uuid_t *agenda_id,
										const pg_uuid_t *subject_id,
										const char *kind, int count);

/*
 * The message of an offer, with the offer's id, due at a time: what it says is
 * read when it is handed out.
 */
extern void pacl_outbox_offer_slot(const pg_uuid_t *offer_id,
								   const pg_uuid_t *organization_id,
								   const char *channel, const char *recipient,
								   TimestampTz due_at, bool by_operator);

#endif							/* PACL_OUTBOX_H */
