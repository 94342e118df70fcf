/*
 * timetable.c
 *		When an agenda is open, and what stands in the way.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "pgtime.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "pure/uuid.h"
#include "reader/timetable.h"
#include "reader/view.h"

/* A hold from further ahead than this is from before the clock was set back. */
#define LONGEST_HOLD (15 * USECS_PER_MINUTE)

void
pacl_busy_add(PaclBusyTimes *times, TimestampTz starts_at,
			  TimestampTz ends_at)
{
	if (times->count >= times->room)
	{
		times->room = Max(64, times->room * 2);
		times->items = times->items == NULL ?
			palloc(times->room * sizeof(PaclBusyTime)) :
			repalloc_huge(times->items, times->room * sizeof(PaclBusyTime));
	}
	times->items[times->count].starts_at = starts_at;
	times->items[times->count].ends_at = ends_at;
	times->count++;
}

bool
pacl_timetable_zone(const pg_uuid_t *agenda_id, char *name)
{
	Datum		key = UUIDPGetDatum(agenda_id);
	PaclScan	scan;
	HeapTuple	row;
	bool		found;

	pacl_scan_begin(&scan, PACL_AGENDA_BY_ID, 1, &key);
	row = pacl_scan_next(&scan);
	found = row != NULL;
	if (found)
		text_to_cstring_buffer(DatumGetTextPP(pacl_scan_value(&scan, row,
															  Anum_agenda_time_zone)),
							   name, TZ_STRLEN_MAX + 1);
	pacl_scan_end(&scan);
	return found;
}

static void
read_types(Datum types, PaclOpening *opening)
{
	Datum	   *items;

	deconstruct_array(DatumGetArrayTypeP(types), UUIDOID, UUID_LEN, false,
					  TYPALIGN_CHAR, &items, NULL, &opening->type_count);
	opening->types = palloc(Max(opening->type_count, 1) * sizeof(pg_uuid_t));
	for (int i = 0; i < opening->type_count; i++)
		opening->types[i] = *DatumGetUUIDP(items[i]);
}

/* Taken apart at once: behind columns that are null each is dear to find. */
static void
read_opening(const PaclScan *scan, HeapTuple row, Datum *values, bool *nulls,
			 PaclOpening *opening)
{
	heap_deform_tuple(row, scan->descriptor, values, nulls);
	opening->weekday = DatumGetInt16(values[Anum_opening_weekday - 1]);
	opening->opens_at = DatumGetTimeADT(values[Anum_opening_opens_at - 1]);
	opening->closes_at = DatumGetTimeADT(values[Anum_opening_closes_at - 1]);
	opening->valid_from = DatumGetDateADT(values[Anum_opening_valid_from - 1]);
	opening->valid_until = DatumGetDateADT(values[Anum_opening_valid_until - 1]);
	opening->every_weeks = DatumGetInt16(values[Anum_opening_every_weeks - 1]);
	opening->from_week = nulls[Anum_opening_from_week - 1] ? DATEVAL_NOBEGIN :
		DatumGetDateADT(values[Anum_opening_from_week - 1]);
	opening->types = NULL;
	opening->type_count = 0;
	if (!nulls[Anum_opening_types - 1])
		read_types(values[Anum_opening_types - 1], opening);
}

/* An agenda is open at some times of the week: seldom more than at so many. */
#define USUAL_OPENINGS 16

PaclOpening *
pacl_timetable_openings(const pg_uuid_t *agenda_id, int *count)
{
	Datum		key = UUIDPGetDatum(agenda_id);
	int			room = USUAL_OPENINGS;
	PaclOpening *openings = palloc(room * sizeof(PaclOpening));
	PaclScan	scan;
	HeapTuple	row;
	Datum	   *values;
	bool	   *nulls;

	*count = 0;
	pacl_scan_begin(&scan, PACL_OPENING_BY_AGENDA, 1, &key);
	values = palloc(scan.descriptor->natts * sizeof(Datum));
	nulls = palloc(scan.descriptor->natts * sizeof(bool));
	while ((row = pacl_scan_next(&scan)) != NULL)
	{
		if (*count >= room)
		{
			room *= 2;
			openings = repalloc(openings, room * sizeof(PaclOpening));
		}
		read_opening(&scan, row, values, nulls, &openings[(*count)++]);
	}
	pacl_scan_end(&scan);
	return openings;
}

PaclClosing *
pacl_timetable_closings(const pg_uuid_t *organization_id, DateADT from,
						DateADT until, int *count)
{
	Datum		keys[2] = {UUIDPGetDatum(organization_id),
	DateADTGetDatum(from)};
	int			room = 0;
	PaclClosing *closings = NULL;
	PaclScan	scan;
	HeapTuple	row;

	*count = 0;
	pacl_scan_begin(&scan, PACL_CLOSING_BY_ORGANIZATION, 2, keys);
	while ((row = pacl_scan_next(&scan)) != NULL)
	{
		PaclClosing closing;

		closing.from_date = DatumGetDateADT(pacl_scan_value(&scan, row, Anum_closing_from_date));
		if (closing.from_date > until)
			continue;
		closing.id = *DatumGetUUIDP(pacl_scan_value(&scan, row, Anum_closing_id));
		closing.until_date = DatumGetDateADT(pacl_scan_value(&scan, row, Anum_closing_until_date));
		closing.name = DatumGetTextPCopy(pacl_scan_value(&scan, row, Anum_closing_name));
		if (*count >= room)
		{
			room = Max(16, room * 2);
			closings = closings == NULL ? palloc(room * sizeof(PaclClosing)) :
				repalloc(closings, room * sizeof(PaclClosing));
		}
		closings[(*count)++] = closing;
	}
	pacl_scan_end(&scan);
	return closings;
}

void
pacl_timetable_absences(const pg_uuid_t *agenda_id, TimestampTz from,
						TimestampTz until, PaclBusyTimes *times)
{
	Datum		keys[2] = {UUIDPGetDatum(agenda_id), TimestampTzGetDatum(from)};
	PaclScan	scan;
	HeapTuple	row;

	pacl_scan_begin(&scan, PACL_ABSENCE_BY_AGENDA, 2, keys);
	while ((row = pacl_scan_next(&scan)) != NULL)
	{
		TimestampTz starts_at = DatumGetTimestampTz(pacl_scan_value(&scan, row, Anum_absence_starts_at));

		if (starts_at < until)
			pacl_busy_add(times, starts_at,
						  DatumGetTimestampTz(pacl_scan_value(&scan, row, Anum_absence_ends_at)));
	}
	pacl_scan_end(&scan);
}

bool
pacl_timetable_hold_is_live(const PaclScan *scan, HeapTuple hold)
{
	TimestampTz now = pacl_view_time();

	return DatumGetTimestampTz(pacl_scan_value(scan, hold, Anum_slot_hold_expires_at)) > now &&
		DatumGetTimestampTz(pacl_scan_value(scan, hold, Anum_slot_hold_created_at)) < now + LONGEST_HOLD;
}

void
pacl_timetable_holds(const pg_uuid_t *agenda_id, TimestampTz from,
					 TimestampTz until, const pg_uuid_t *account_id,
					 PaclBusyTimes *times)
{
	Datum		keys[2] = {UUIDPGetDatum(agenda_id), TimestampTzGetDatum(from)};
	PaclScan	scan;
	HeapTuple	row;

	pacl_scan_begin(&scan, PACL_HOLD_BY_AGENDA, 2, keys);
	while ((row = pacl_scan_next(&scan)) != NULL)
	{
		TimestampTz occupied_from = DatumGetTimestampTz(pacl_scan_value(&scan, row, Anum_slot_hold_occupied_from));

		if (occupied_from < until &&
			pacl_timetable_hold_is_live(&scan, row) &&
			!pacl_uuid_equal(DatumGetUUIDP(pacl_scan_value(&scan, row, Anum_slot_hold_account_id)),
							 account_id))
			pacl_busy_add(times, occupied_from,
						  DatumGetTimestampTz(pacl_scan_value(&scan, row, Anum_slot_hold_occupied_until)));
	}
	pacl_scan_end(&scan);
}

void
pacl_timetable_appointments(PaclOverlapScan *scan,
							const pg_uuid_t *agenda_id, TimestampTz from,
							TimestampTz until, PaclBusyTimes *times)
{
	TupleTableSlot *row;
	bool		isnull;

	pacl_overlap_ask(scan, agenda_id, from, until);
	while ((row = pacl_overlap_next(scan)) != NULL)
		pacl_busy_add(times,
					  DatumGetTimestampTz(slot_getattr(row, Anum_appointment_occupied_from, &isnull)),
					  DatumGetTimestampTz(slot_getattr(row, Anum_appointment_occupied_until, &isnull)));
}
