/*
 * calendar_row.h
 *		Rows of the view calendar, read directly.
 *
 * The view says what they are, and a test compares the two.
 */
#ifndef PACL_CALENDAR_ROW_H
#define PACL_CALENDAR_ROW_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/uuid.h"

/* The columns of the view, in their order. */
enum
{
	PACL_CALENDAR_KIND,
	PACL_CALENDAR_AGENDA_ID,
	PACL_CALENDAR_ID,
	PACL_CALENDAR_STARTS_AT,
	PACL_CALENDAR_ENDS_AT,
	PACL_CALENDAR_STATUS,
	PACL_CALENDAR_PRIVATE,
	PACL_CALENDAR_OVERBOOKED,
	PACL_CALENDAR_PATIENT,
	PACL_CALENDAR_NOTE,
	PACL_CALENDAR_ATTRIBUTES,
	PACL_CALENDAR_SERIES_ID,
	PACL_CALENDAR_OCCUPIED_FROM,
	PACL_CALENDAR_OCCUPIED_UNTIL,
	PACL_CALENDAR_APPOINTMENT_TYPE,
	PACL_CALENDAR_TYPE_NAME,
	PACL_CALENDAR_COLOR,
	PACL_CALENDAR_SUBSTITUTE_ID,
	PACL_CALENDAR_SUBSTITUTE_NAME,
	PACL_CALENDAR_PART_OF,
	PACL_CALENDAR_COLUMNS
};

typedef struct PaclCalendarRow
{
	Datum		values[PACL_CALENDAR_COLUMNS];
	bool		nulls[PACL_CALENDAR_COLUMNS];
} PaclCalendarRow;

/* Fills what every row has; the other columns are null. */
extern void pacl_calendar_row_begin(PaclCalendarRow *row, Datum kind,
									const pg_uuid_t *agenda_id,
									Datum starts_at, Datum ends_at,
									Datum status, bool private);

/* Fills one column. */
extern void pacl_calendar_row_put(PaclCalendarRow *row, int column,
								  Datum value);

/* The row stays ours: valid during the call. */
typedef void (*PaclCalendarCallback) (void *state, PaclCalendarRow *row);

/*
 * Calls back, in no order, for the appointments that are not cancelled, the
 * absences and the live holds that overlap [from, until), pauses included, on
 * these agendas, as far as the caller may read them, each masked for them as the view masks it.
 * What is over before is not read, however much there is.
 */
extern void pacl_calendar_row_visit(const pg_uuid_t *agenda_ids, int count,
									TimestampTz from, TimestampTz until,
									PaclCalendarCallback visit, void *state);

#endif							/* PACL_CALENDAR_ROW_H */
