/*
 * reminder.c
 *		Reminders of appointments, queued when they are booked and due later.
 *
 * "Two days before" is the same wall-clock time two days earlier, as the
 * agenda's zone has it, whatever the clocks do in between; hours are hours.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/timestamp.h"

#include "base/contact.h"
#include "base/fields.h"
#include "base/outbox.h"
#include "base/time_zone.h"
#include "base/wallclock.h"
#include "calendar/reminder.h"
#include "calendar/reminder_store.h"
#include "compat.h"
#include "errors.h"
#include "reader/identity.h"
#include "reader/view.h"

#define LONGEST_DAYS 366

static bool
is_within_limits(const Interval *before)
{
	int64		length = before->day * USECS_PER_DAY + before->time;

	return before->month == 0 && before->day >= 0 && before->time >= 0 &&
		before->day <= LONGEST_DAYS &&
		before->time <= LONGEST_DAYS * USECS_PER_DAY &&
		length >= USECS_PER_MINUTE && length <= LONGEST_DAYS * USECS_PER_DAY;
}

static Interval *
read_interval(Jsonb *item)
{
	JsonbValue	value;
	Datum		interval;

	if (!JB_ROOT_IS_SCALAR(item) || !JsonbExtractScalar(&item->root, &value) ||
		value.type != jbvString ||
		!pacl_input(interval_in, pnstrdup(value.val.string.val,
										  value.val.string.len),
					InvalidOid, -1, &interval))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("wrong_type"),
				 errargument("reminders"),
				 errmsg("\"reminders\" must be an array of intervals"),
				 errhint("Write each as a string, as in \"2 days\" or \"2 hours\".")));
	if (!is_within_limits(DatumGetIntervalP(interval)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("out_of_range"),
				 errargument("reminders"),
				 errmsg("\"reminders\" must be between one minute and %d days before the start",
						LONGEST_DAYS),
				 errhint("Count in days, hours and minutes.")));
	return DatumGetIntervalP(interval);
}

static int
compare_descending(const void *a, const void *b)
{
	return -DatumGetInt32(DirectFunctionCall2(interval_cmp, *(const Datum *) a,
											  *(const Datum *) b));
}

ArrayType *
pacl_reminder_read(Jsonb *json)
{
	int			count;
	Jsonb	  **items = pacl_fields_items("\"reminders\"", json, &count);
	Datum	   *intervals = palloc(Max(count, 1) * sizeof(Datum));

	if (count > PACL_REMINDERS_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("too_many_items"),
				 errargument("reminders"),
				 errmsg("\"reminders\" must be %d at most", PACL_REMINDERS_MAX)));
	for (int i = 0; i < count; i++)
		intervals[i] = IntervalPGetDatum(read_interval(items[i]));
	qsort(intervals, count, sizeof(Datum), compare_descending);
	for (int i = 1; i < count; i++)
		if (compare_descending(&intervals[i - 1], &intervals[i]) == 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errword("named_twice"),
					 errargument("reminders"),
					 errmsg("\"reminders\" must not have the same interval twice")));
	return construct_array(intervals, count, INTERVALOID, sizeof(Interval),
						   false, TYPALIGN_DOUBLE);
}

/* A zone that the server knows no more is taken for UTC. */
static TimestampTz
due_before(TimestampTz starts_at, const Interval *before, const char *zone_name)
{
	pg_tz	   *zone = pacl_time_zone_find(zone_name);
	DateADT		date;
	TimeADT		time;

	if (before->day == 0 || zone == NULL)
		return starts_at - before->day * USECS_PER_DAY - before->time;
	pacl_wallclock_read(zone, starts_at, &date, &time);
	return pacl_wallclock_instant(zone, date - before->day, time) -
		before->time;
}

/* Those of one appointment that are still to come. */
static void
add_reminders(PaclReminders *reminders, PaclRows *rows,
			  const PaclContactAddress *to, TimestampTz now)
{
	bool		isnull;
	Datum		array = pacl_column_datum(rows, 6, &isnull);
	Datum	   *intervals;
	int			count;

	deconstruct_array(DatumGetArrayTypeP(array), INTERVALOID, sizeof(Interval),
					  false, TYPALIGN_DOUBLE, &intervals, NULL, &count);
	for (int i = 0; i < count; i++)
	{
		TimestampTz due = due_before(pacl_column_time(rows, 2),
									 DatumGetIntervalP(intervals[i]),
									 pacl_column_text(rows, 5));
		int			n = reminders->count;

		if (due <= now)
			continue;
		reminders->appointment_ids[n] = *pacl_column_uuid(rows, 1);
		reminders->due[n] = due;
		reminders->recipients[n] = CStringGetTextDatum(to->address);
		reminders->channels[n] = CStringGetTextDatum(to->channel);
		reminders->count++;
	}
}

static void
make_room(PaclReminders *reminders, int appointments)
{
	int			room = Max(appointments, 1) * PACL_REMINDERS_MAX;

	reminders->appointment_ids = palloc(room * sizeof(pg_uuid_t));
	reminders->due = palloc(room * sizeof(TimestampTz));
	reminders->recipients = palloc(room * sizeof(Datum));
	reminders->channels = palloc(room * sizeof(Datum));
	reminders->count = 0;
}

/* What these appointments are to have. */
static void
find_reminders(const pg_uuid_t *organization_id,
			   const pg_uuid_t *appointment_ids, int count, TimestampTz now,
			   PaclReminders *reminders)
{
	PaclRows	rows;

	pacl_reminder_store_standing(&rows, organization_id, appointment_ids,
								 count, now);
	make_room(reminders, (int) rows.count);
	while (pacl_next(&rows))
	{
		PaclContactAddress to;

		if (pacl_contact_first(pacl_column_text(&rows, 3),
							   pacl_column_text(&rows, 4), &to))
			add_reminders(reminders, &rows, &to, now);
		else if (count == 1)
			ereport(WARNING,
					(errcode(ERRCODE_WARNING),
					 errword("no_reminder"),
					 errmsg("nobody can be reminded of this appointment"),
					 errdetail("Its contact names neither an e-mail address nor a phone number.")));
	}
	pacl_done(&rows);
}

/* What is too much for one recipient is not queued, and that is told. */
static void
queue(const pg_uuid_t *organization_id, const PaclReminders *reminders)
{
	const PaclCaller *caller = pacl_identity_caller();
	PaclRows	rows;
	int			withheld = 0;

	if (reminders->count == 0)
		return;
	pacl_reminder_store_queue(&rows, organization_id, reminders,
							  caller == NULL ? NULL : &caller->account_id,
							  PACL_OUTBOX_CAUSED_MOST);
	while (pacl_next(&rows))
	{
		int			count = pacl_column_int(&rows, 3);

		pacl_outbox_record_withheld(organization_id,
									pacl_column_uuid(&rows, 2),
									pacl_column_uuid(&rows, 1), "reminder",
									count);
		withheld += count;
	}
	pacl_done(&rows);
	if (withheld > 0)
		ereport(WARNING,
				(errcode(ERRCODE_WARNING),
				 errword("reminder_limit"),
				 errmsg_plural("%d reminder is not sent",
							   "%d reminders are not sent", withheld, withheld),
				 errdetail("You have caused %d messages to this contact within a day.",
						   PACL_OUTBOX_CAUSED_MOST)));
}

void
pacl_reminder_settle(const pg_uuid_t *organization_id,
					 const pg_uuid_t *appointment_ids, int count)
{
	TimestampTz now = pacl_view_time();
	PaclReminders reminders;

	if (count == 0)
		return;
	find_reminders(organization_id, appointment_ids, count, now, &reminders);
	pacl_reminder_store_withdraw(organization_id, appointment_ids, count, now,
								 &reminders);
	queue(organization_id, &reminders);
}

void
pacl_reminder_begin(const pg_uuid_t *organization_id,
					const pg_uuid_t *appointment_id)
{
	PaclReminders reminders;

	find_reminders(organization_id, appointment_id, 1, pacl_view_time(),
				   &reminders);
	queue(organization_id, &reminders);
}

void
pacl_reminder_settle_agenda(const pg_uuid_t *organization_id,
							const pg_uuid_t *agenda_id)
{
	int			count;
	pg_uuid_t  *ids = pacl_reminder_store_coming(agenda_id, pacl_view_time(),
												 &count);

	pacl_reminder_settle(organization_id, ids, count);
}
