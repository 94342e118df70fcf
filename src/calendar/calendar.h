/*
 * calendar.h
 *		The calendar of a range of time.
 */
#ifndef PACL_CALENDAR_H
#define PACL_CALENDAR_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/uuid.h"

#include "reader/calendar_row.h"

/*
 * Calls back, in no order, for the rows of the view calendar that overlap
 * [from, until), pauses included, on these agendas, or, for a null pointer, on all that the
 * caller may read.  As with the view, agendas that are not theirs to read have
 * no rows, and nobody has none.  Either end may be infinite; raises 22023 if
 * the range is empty.  The array is sorted.
 */
extern void pacl_calendar_between(TimestampTz from, TimestampTz until,
								  pg_uuid_t *agenda_ids, int count,
								  PaclCalendarCallback visit, void *state);

#endif							/* PACL_CALENDAR_H */
