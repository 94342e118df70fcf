/*
 * calendar.c
 *		The calendar of a range of time.
 */
#include "postgres.h"

#include "lib/qunique.h"

#include "calendar/booking.h"
#include "calendar/calendar.h"
#include "errors.h"
#include "pure/uuid.h"
#include "reader/access.h"

void
pacl_calendar_between(TimestampTz from, TimestampTz until,
					  pg_uuid_t *agenda_ids, int count,
					  PaclCalendarCallback visit, void *state)
{
	if (until <= from)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("until_time must be after from_time"),
				 errword("ends_before_start")));
	if (agenda_ids == NULL)
		agenda_ids = pacl_access_agendas(PACL_RIGHTS_READ, &count);
	else
	{
		qsort(agenda_ids, count, sizeof(pg_uuid_t), pacl_uuid_qsort_compare);
		count = qunique(agenda_ids, count, sizeof(pg_uuid_t),
						pacl_uuid_qsort_compare);
	}
	pacl_calendar_row_visit(agenda_ids, count, from, until, visit, state);
}
