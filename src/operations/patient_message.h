/*
 * patient_message.h
 *		Writing to patients on behalf of the holder of an agenda.
 */
#ifndef PACL_PATIENT_MESSAGE_H
#define PACL_PATIENT_MESSAGE_H

#include "postgres.h"
#include "utils/uuid.h"

/* How many may leave an agenda, whoever writes them. */
#define PACL_MESSAGES_AN_HOUR 60
#define PACL_MESSAGES_A_DAY 300

/*
 * Queues a message to an e-mail address or, as a text message, to a phone
 * number in international form; returns its id, palloc'd.  Needs the flag
 * messaging.  The subject may be null for a phone number.  Raises 22023 for
 * a recipient that is neither, PA040 above the limits.
 */
extern pg_uuid_t *pacl_patient_message_send(const pg_uuid_t *agenda_id,
											const char *recipient,
											const char *subject,
											const char *body);

#endif							/* PACL_PATIENT_MESSAGE_H */
