/*
 * calendar_row.c
 *		Rows of the view calendar, read directly.
 *
 * A query for what overlaps a range has no index that knows both ends of an
 * appointment and may be asked under a policy: it would read all that began
 * before.  The index of the exclusion constraint knows both.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "nodes/pg_list.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/timestamp.h"

#include "pure/uuid.h"
#include "reader/access.h"
#include "reader/calendar_row.h"
#include "reader/overlap.h"
#include "reader/reading_note.h"
#include "reader/relation.h"
#include "reader/timetable.h"

/* What is read, and what all rows of a kind have in common. */
typedef struct Reading
{
	TimestampTz from;
	TimestampTz until;
	PaclCalendarCallback visit;
	void	   *state;
	bool		given;			/* a row of the present agenda */
	Datum		appointment;
	Datum		busy;
	Datum		absence;
	Datum		absent;
	Datum		hold;
	Datum		held;
	List	   *types;			/* ShownType, as they are met */
} Reading;

/* What is shown of a type of appointments; a color may be missing. */
typedef struct ShownType
{
	pg_uuid_t	id;
	Datum		name;
	Datum color;
	bool		has_color;
} ShownType;

void
pacl_calendar_row_put(PaclCalendarRow *row, int column, Datum value)
{
	row->values[column] = value;
	row->nulls[column] = false;
}

void
pacl_calendar_row_begin(PaclCalendarRow *row, Datum kind,
						const pg_uuid_t *agenda_id, Datum starts_at,
						Datum ends_at, Datum status, bool private)
{
	memset(row->nulls, true, sizeof(row->nulls));
	pacl_calendar_row_put(row, PACL_CALENDAR_KIND, kind);
	pacl_calendar_row_put(row, PACL_CALENDAR_AGENDA_ID, UUIDPGetDatum(agenda_id));
	pacl_calendar_row_put(row, PACL_CALENDAR_STARTS_AT, starts_at);
	pacl_calendar_row_put(row, PACL_CALENDAR_ENDS_AT, ends_at);
	pacl_calendar_row_put(row, PACL_CALENDAR_OCCUPIED_FROM, starts_at);
	pacl_calendar_row_put(row, PACL_CALENDAR_OCCUPIED_UNTIL, ends_at);
	pacl_calendar_row_put(row, PACL_CALENDAR_STATUS, status);
	pacl_calendar_row_put(row, PACL_CALENDAR_PRIVATE, BoolGetDatum(private));
}

/* What a private appointment does not show. */
static void
add_details(PaclCalendarRow *row, TupleTableSlot *from)
{
	static const struct
	{
		int			to;
		AttrNumber	from;
	}			columns[] = {
		{PACL_CALENDAR_ID, Anum_appointment_id},
		{PACL_CALENDAR_STATUS, Anum_appointment_status},
		{PACL_CALENDAR_OVERBOOKED, Anum_appointment_overbooked},
		{PACL_CALENDAR_PATIENT, Anum_appointment_patient},
		{PACL_CALENDAR_NOTE, Anum_appointment_note},
		{PACL_CALENDAR_ATTRIBUTES, Anum_appointment_attributes},
		{PACL_CALENDAR_SERIES_ID, Anum_appointment_series_id},
		{PACL_CALENDAR_PART_OF, Anum_appointment_part_of},
	};

	for (int i = 0; i < (int) lengthof(columns); i++)
		row->values[columns[i].to] = slot_getattr(from, columns[i].from,
												  &row->nulls[columns[i].to]);
}

/* An organization has few types, so all are soon met. */
static const ShownType *
find_type(Reading *reading, Datum organization_id, Datum id)
{
	Datum		keys[2] = {organization_id, id};
	ShownType  *type;
	ListCell   *cell;
	PaclScan	scan;
	HeapTuple	row;
	bool		isnull;

	foreach(cell, reading->types)
	{
		type = lfirst(cell);
		if (pacl_uuid_equal(&type->id, DatumGetUUIDP(id)))
			return type;
	}
	type = palloc0(sizeof(ShownType));
	type->id = *DatumGetUUIDP(id);
	pacl_scan_begin(&scan, PACL_TYPE_BY_KEY, 2, keys);
	if ((row = pacl_scan_next(&scan)) == NULL)
		elog(ERROR, "an appointment has a type that does not exist");
	type->name = datumCopy(pacl_scan_value(&scan, row, Anum_appointment_type_name),
						   false, -1);
	type->color = pacl_scan_column(&scan, row, Anum_appointment_type_color,
								   &isnull);
	type->has_color = !isnull;
	if (type->has_color)
		type->color = datumCopy(type->color, false, -1);
	pacl_scan_end(&scan);
	reading->types = lappend(reading->types, type);
	return type;
}

static void
add_type(PaclCalendarRow *row, Reading *reading, TupleTableSlot *from)
{
	bool		isnull;
	Datum		organization_id = slot_getattr(from, Anum_appointment_organization_id, &isnull);
	Datum		id = slot_getattr(from, Anum_appointment_appointment_type, &isnull);
	const ShownType *type;

	if (isnull)
		return;
	type = find_type(reading, organization_id, id);
	pacl_calendar_row_put(row, PACL_CALENDAR_APPOINTMENT_TYPE, id);
	pacl_calendar_row_put(row, PACL_CALENDAR_TYPE_NAME, type->name);
	if (type->has_color)
		pacl_calendar_row_put(row, PACL_CALENDAR_COLOR, type->color);
}

static void
give(Reading *reading, const pg_uuid_t *agenda_id, PaclCalendarRow *row)
{
	if (!reading->given)
		pacl_reading_note(agenda_id);
	reading->given = true;
	reading->visit(reading->state, row);
}

static void
visit_appointments(Reading *reading, PaclOverlapScan *scan,
				   const pg_uuid_t *agenda_id, bool sees_private)
{
	PaclCalendarRow row;
	TupleTableSlot *from;
	bool		isnull;

	pacl_overlap_ask(scan, agenda_id, reading->from, reading->until);
	while ((from = pacl_overlap_next(scan)) != NULL)
	{
		bool		private = DatumGetBool(slot_getattr(from, Anum_appointment_private, &isnull));

		pacl_calendar_row_begin(&row, reading->appointment, agenda_id,
								slot_getattr(from, Anum_appointment_starts_at, &isnull),
								slot_getattr(from, Anum_appointment_ends_at, &isnull),
								reading->busy, private);
		pacl_calendar_row_put(&row, PACL_CALENDAR_OCCUPIED_FROM,
							  slot_getattr(from, Anum_appointment_occupied_from, &isnull));
		pacl_calendar_row_put(&row, PACL_CALENDAR_OCCUPIED_UNTIL,
							  slot_getattr(from, Anum_appointment_occupied_until, &isnull));
		if (!private || sees_private)
		{
			add_details(&row, from);
			add_type(&row, reading, from);
		}
		give(reading, agenda_id, &row);
	}
}

/* A person's name, as views have it: null for a missing row. */
static void
put_name(PaclCalendarRow *row, int column, const pg_uuid_t *account_id)
{
	Datum		key = UUIDPGetDatum(account_id);
	PaclScan	scan;
	HeapTuple	person;

	pacl_scan_begin_unseen(&scan, PACL_ACCOUNT_BY_ID, 1, &key);
	person = pacl_scan_next(&scan);
	if (person != NULL)
	{
		Datum		name = CStringGetTextDatum(psprintf("%s %s",
														TextDatumGetCString(pacl_scan_value(&scan, person, Anum_account_first_name)),
														TextDatumGetCString(pacl_scan_value(&scan, person, Anum_account_last_name))));

		pacl_calendar_row_put(row, column, DirectFunctionCall1(btrim1, name));
	}
	pacl_scan_end(&scan);
}

static void
put_substitute(PaclCalendarRow *row, const PaclScan *scan, HeapTuple absence)
{
	bool		isnull;
	Datum		substitute = pacl_scan_column(scan, absence,
											  Anum_absence_substitute_id,
											  &isnull);

	if (isnull)
		return;
	pacl_calendar_row_put(row, PACL_CALENDAR_SUBSTITUTE_ID, substitute);
	put_name(row, PACL_CALENDAR_SUBSTITUTE_NAME, DatumGetUUIDP(substitute));
}

static void
visit_absences(Reading *reading, const pg_uuid_t *agenda_id,
			   bool sees_private)
{
	Datum		keys[2] = {UUIDPGetDatum(agenda_id),
	TimestampTzGetDatum(reading->from)};
	PaclCalendarRow row;
	PaclScan	scan;
	HeapTuple	from;

	pacl_scan_begin(&scan, PACL_ABSENCE_BY_AGENDA, 2, keys);
	while ((from = pacl_scan_next(&scan)) != NULL)
	{
		Datum		starts_at = pacl_scan_value(&scan, from, Anum_absence_starts_at);

		if (DatumGetTimestampTz(starts_at) >= reading->until)
			continue;
		pacl_calendar_row_begin(&row, reading->absence, agenda_id, starts_at,
								pacl_scan_value(&scan, from, Anum_absence_ends_at),
								reading->absent, false);
		pacl_calendar_row_put(&row, PACL_CALENDAR_ID, pacl_scan_value(&scan, from, Anum_absence_id));
		if (sees_private)
			row.values[PACL_CALENDAR_NOTE] =
				pacl_scan_column(&scan, from, Anum_absence_reason,
								 &row.nulls[PACL_CALENDAR_NOTE]);
		put_substitute(&row, &scan, from);
		give(reading, agenda_id, &row);
	}
	pacl_scan_end(&scan);
}

static void
visit_holds(Reading *reading, const pg_uuid_t *agenda_id)
{
	Datum		keys[2] = {UUIDPGetDatum(agenda_id),
	TimestampTzGetDatum(reading->from)};
	PaclCalendarRow row;
	PaclScan	scan;
	HeapTuple	from;

	pacl_scan_begin(&scan, PACL_HOLD_BY_AGENDA, 2, keys);
	while ((from = pacl_scan_next(&scan)) != NULL)
	{
		Datum		occupied_from = pacl_scan_value(&scan, from, Anum_slot_hold_occupied_from);

		if (DatumGetTimestampTz(occupied_from) >= reading->until ||
			!pacl_timetable_hold_is_live(&scan, from))
			continue;
		pacl_calendar_row_begin(&row, reading->hold, agenda_id,
								pacl_scan_value(&scan, from, Anum_slot_hold_starts_at),
								pacl_scan_value(&scan, from, Anum_slot_hold_ends_at),
								reading->held, false);
		pacl_calendar_row_put(&row, PACL_CALENDAR_OCCUPIED_FROM, occupied_from);
		pacl_calendar_row_put(&row, PACL_CALENDAR_OCCUPIED_UNTIL,
							  pacl_scan_value(&scan, from, Anum_slot_hold_occupied_until));
		pacl_calendar_row_put(&row, PACL_CALENDAR_ID, pacl_scan_value(&scan, from, Anum_slot_hold_id));
		give(reading, agenda_id, &row);
	}
	pacl_scan_end(&scan);
}

static void
begin_reading(Reading *reading)
{
	reading->appointment = CStringGetTextDatum("appointment");
	reading->busy = CStringGetTextDatum("busy");
	reading->absence = CStringGetTextDatum("absence");
	reading->absent = CStringGetTextDatum("absent");
	reading->hold = CStringGetTextDatum("hold");
	reading->held = CStringGetTextDatum("held");
}

void
pacl_calendar_row_visit(const pg_uuid_t *agenda_ids, int count,
						TimestampTz from, TimestampTz until,
						PaclCalendarCallback visit, void *state)
{
	Reading		reading = {from, until, visit, state, false};
	PaclOverlapScan scan;

	begin_reading(&reading);
	pacl_overlap_begin(&scan);
	for (int i = 0; i < count; i++)
	{
		bool		sees_private;

		CHECK_FOR_INTERRUPTS();
		if (!pacl_access_can(&agenda_ids[i], PACL_RIGHTS_OF(PACL_LEVEL_READ, 0)))
			continue;
		reading.given = false;
		sees_private = pacl_access_can(&agenda_ids[i],
									   PACL_RIGHTS_OF(PACL_LEVEL_READ, PACL_FLAG_PRIVATE));
		visit_appointments(&reading, &scan, &agenda_ids[i], sees_private);
		visit_absences(&reading, &agenda_ids[i], sees_private);
		visit_holds(&reading, &agenda_ids[i]);
	}
	pacl_overlap_end(&scan);
}
