/*
 * free_slots.c
 *		Free slots: when an agenda could be booked.
 */
#include "postgres.h"

#include "common/int.h"

#include "base/authority.h"
#include "calendar/free_slots.h"
#include "calendar/free_time.h"
#include "errors.h"
#include "reader/view.h"

/* Whom to tell. */
typedef struct Listener
{
	PaclSlotCallback visit;
	void	   *state;
} Listener;

static bool
tell(void *state, const PaclFreeAgenda *agenda, TimestampTz starts_at,
	 TimestampTz ends_at)
{
	const Listener *listener = state;

	listener->visit(listener->state, starts_at, ends_at);
	return true;
}

void
pacl_free_slots_check_range(TimestampTz from, TimestampTz until)
{
	if (TIMESTAMP_NOT_FINITE(from) || TIMESTAMP_NOT_FINITE(until) ||
		until <= from)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("ends_before_start"),
				 errargument("until_time"),
				 errmsg("until_time must be after from_time, and both finite")));
	if (until - from > PACL_FREE_SLOTS_MAX_DAYS * USECS_PER_DAY)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("out_of_range"),
				 errargument("until_time"),
				 errmsg("range must not be longer than %d days",
						PACL_FREE_SLOTS_MAX_DAYS),
				 errhint("Ask in parts.")));
}

/* In microseconds: a slot is real time, so a day of it has 24 hours. */
int64
pacl_free_slots_length(const Interval *duration)
{
	int64		length;

	if (duration->month != 0 || duration->day < -PACL_FREE_SLOTS_MAX_DAYS ||
		duration->day > PACL_FREE_SLOTS_MAX_DAYS ||
		pg_add_s64_overflow(duration->day * USECS_PER_DAY, duration->time,
							&length) ||
		length <= 0 || length > PACL_FREE_SLOTS_MAX_DAYS * USECS_PER_DAY)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("out_of_range"),
				 errargument("duration"),
				 errmsg("duration must be greater than zero and less than %d days",
						PACL_FREE_SLOTS_MAX_DAYS)));
	return length;
}

void
pacl_free_slots(const pg_uuid_t *agenda_id, TimestampTz from,
				TimestampTz until, const Interval *duration,
				PaclSlotCallback visit, void *state)
{
	PaclCaller *caller = pacl_require_caller();
	PaclAgenda	agenda;
	PaclRights	rights;
	PaclFreeAgenda opened = {0};
	PaclFreeWish wish = {0};
	PaclOverlapScan scan;
	Listener	listener = {visit, state};

	rights = pacl_require_rights(agenda_id,
								 PACL_RIGHTS_OF(PACL_LEVEL_FREEBUSY, 0),
								 &agenda);
	pacl_free_slots_check_range(from, until);
	wish.length = duration == NULL ? agenda.slot_minutes * USECS_PER_MINUTE :
		pacl_free_slots_length(duration);
	if ((pacl_rights_flags(rights) & PACL_FLAG_EDIT_PAST) == 0)
		from = Max(from, pacl_view_time());
	wish.from = from;
	wish.before = until;
	wish.until = until;
	wish.account_id = &caller->account_id;
	if (from >= until || !pacl_free_time_open(&agenda, NULL, &opened))
		return;
	pacl_overlap_begin(&scan);
	pacl_free_time_visit(&scan, &opened, &wish, tell, &listener);
	pacl_overlap_end(&scan);
}
