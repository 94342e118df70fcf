/*
 * reminder.h
 *		Reminders of appointments, queued when they are booked and due later.
 *
 * An agenda says how long before an appointment its reminders go out, an
 * appointment's contact says where to.  They are messages in the outbox that
 * nobody is handed before they are due, and the mailer is given only those whose
 * appointment still stands: what is to be said is read then.
 */
#ifndef PACL_REMINDER_H
#define PACL_REMINDER_H

#include "postgres.h"
#include "utils/array.h"
#include "utils/jsonb.h"
#include "utils/uuid.h"

/* As many as an agenda may have. */
#define PACL_REMINDERS_MAX	10

/*
 * The intervals of a JSON array of strings, the longest first: an array of the
 * type interval, palloc'd; empty for null.  Raises 22023 for what is no array of
 * intervals of days, hours and minutes between one minute and 366 days, for
 * more than PACL_REMINDERS_MAX, and for one that is there twice.
 */
extern ArrayType *pacl_reminder_read(Jsonb *json);

/*
 * Queues the reminders that these appointments of an organization are to have
 * now and withdraws all others of theirs: to be called after every change of an
 * appointment's time, place, status or contact.  What has been sent is not
 * queued again.  A warning tells of a single one whose contact names no address.
 */
extern void pacl_reminder_settle(const pg_uuid_t *organization_id,
								 const pg_uuid_t *appointment_ids, int count);

/* The same of one that has just been booked, of which nothing is queued. */
extern void pacl_reminder_begin(const pg_uuid_t *organization_id,
								const pg_uuid_t *appointment_id);

/* The same as the first for everything to come on an agenda. */
extern void pacl_reminder_settle_agenda(const pg_uuid_t *organization_id,
										const pg_uuid_t *agenda_id);

#endif							/* PACL_REMINDER_H */
