/*
 * repeat.c
 *		Recurrence: an interval of local time, and how often.
 */
#include "postgres.h"

#include "utils/fmgrprotos.h"

#include "base/wallclock.h"
#include "calendar/agenda_store.h"
#include "calendar/repeat.h"
#include "errors.h"
#include "pure/period.h"
#include "pure/token.h"

void
pacl_repeat_check(const PaclRepeat *repeat)
{
	const Interval *every = repeat->every;
	bool		forward = every->month >= 0 && every->day >= 0 &&
		every->time >= 0 &&
		(every->month > 0 || every->day > 0 || every->time > 0);

	if (!forward || every->month > 120 || every->day > 3660 ||
		every->time > 3660 * USECS_PER_DAY)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("out_of_range"),
				 errargument("every"),
				 errmsg("interval of a series must be greater than zero and at most 10 years"),
				 errhint("As in interval '1 week'.")));
	if (repeat->times < 1 || repeat->times > PACL_REPEAT_MAX_TIMES)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("out_of_range"),
				 errargument("times"),
				 errmsg("number of times in a series must be between 1 and %d",
						PACL_REPEAT_MAX_TIMES)));
}

static TimestampTz
shift(pg_tz *zone, TimestampTz instant, const Interval *by)
{
	Timestamp	local;
	DateADT		date;
	TimeADT		time;

	pacl_wallclock_read(zone, instant, &date, &time);
	local = date * USECS_PER_DAY + time;
	local = DatumGetTimestamp(DirectFunctionCall2(timestamp_pl_interval,
												  TimestampGetDatum(local),
												  IntervalPGetDatum(by)));
	if (TIMESTAMP_NOT_FINITE(local))
		return local;
	date = local / USECS_PER_DAY;
	time = local % USECS_PER_DAY;
	if (time < 0)
	{
		time += USECS_PER_DAY;
		date--;
	}
	return pacl_wallclock_instant(zone, date, time);
}

void
pacl_repeat_shift(pg_tz *zone, const Interval *by, TimestampTz *starts_at,
				  TimestampTz *ends_at)
{
	int64		length = *ends_at - *starts_at;

	*starts_at = shift(zone, *starts_at, by);
	*ends_at = shift(zone, *ends_at, by);
	if (*ends_at <= *starts_at)
		*ends_at = pacl_period_end(*starts_at, length);
}

void
pacl_repeat_place(const PaclRepeat *repeat, pg_tz *zone, int n,
				  TimestampTz *starts_at, TimestampTz *ends_at)
{
	Interval	step = *repeat->every;

	if (n == 0)
		return;
	step.month *= n;
	step.day *= n;
	step.time *= n;
	pacl_repeat_shift(zone, &step, starts_at, ends_at);
}

pg_tz *
pacl_repeat_zone(const pg_uuid_t *agenda_id)
{
	PaclAgendaRow agenda;

	if (!pacl_agenda_store_read(agenda_id, &agenda))
		elog(ERROR, "the agenda has gone while it was locked");
	return pacl_wallclock_zone(agenda.time_zone);
}

char *
pacl_repeat_text(const Interval *every)
{
	return psprintf("P%dM%dDT%d.%06dS", every->month, every->day,
					(int) (every->time / USECS_PER_SEC),
					(int) (every->time % USECS_PER_SEC));
}

/*
 * The time stands in the first bytes of an identifier of version 7 and is
 * kept, so that all stand together in an index; the rest is a digest.
 */
#define TIME_BYTES 6

void
pacl_repeat_id(const pg_uuid_t *first, int n, pg_uuid_t *id)
{
	unsigned char input[UUID_LEN + 4];
	PaclDigest	digest;

	*id = *first;
	if (n == 0)
		return;
	memcpy(input, first->data, UUID_LEN);
	for (int i = 0; i < 4; i++)
		input[UUID_LEN + i] = (n >> (8 * i)) & 0xff;
	pacl_digest_bytes(input, sizeof(input), &digest);
	memcpy(id->data + TIME_BYTES, digest.data, UUID_LEN - TIME_BYTES);
	id->data[6] = (id->data[6] & 0x0f) | 0x70;
	id->data[8] = (id->data[8] & 0x3f) | 0x80;
}
