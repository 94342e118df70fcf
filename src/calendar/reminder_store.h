/*
 * reminder_store.h
 *		Rows of reminders.
 */
#ifndef PACL_REMINDER_STORE_H
#define PACL_REMINDER_STORE_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/uuid.h"

#include "base/statement.h"

/* What is to be queued: one element each. */
typedef struct PaclReminders
{
	pg_uuid_t  *appointment_ids;
	TimestampTz *due;
	Datum	   *recipients;		/* text */
	Datum	   *channels;		/* text */
	int			count;
} PaclReminders;

/* The appointments on an agenda that have not begun and have a contact. */
extern pg_uuid_t *pacl_reminder_store_coming(const pg_uuid_t *agenda_id,
											 TimestampTz now, int *count);

/*
 * Those of these appointments that are to be reminded of: appointment_id,
 * starts_at, contact, the organization's country, time_zone, reminders.
 */
extern void pacl_reminder_store_standing(PaclRows *rows,
										 const pg_uuid_t *organization_id,
										 const pg_uuid_t *appointment_ids,
										 int count, TimestampTz now);

/*
 * Withdraws what is queued for these appointments.  Of what a sender has at
 * this moment, only the reminders given are handed out again if that fails.
 */
extern void pacl_reminder_store_withdraw(const pg_uuid_t *organization_id,
										 const pg_uuid_t *appointment_ids,
										 int count, TimestampTz now,
										 const PaclReminders *reminders);

/*
 * Queues these, but for those that a sender has or has sent, and those that
 * would be more than so many of an account's (null: of nobody's, who is not
 * counted).  The rows tell of these: appointment_id, agenda_id, how many.
 */
extern void pacl_reminder_store_queue(PaclRows *rows,
									  const pg_uuid_t *organization_id,
									  const PaclReminders *reminders,
									  const pg_uuid_t *account_id, int most);

#endif							/* PACL_REMINDER_STORE_H */
