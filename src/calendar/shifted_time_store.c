/*
 * shifted_time_store.c
 *		Rows that a change of a time zone's rules has shifted.
 */
#include "postgres.h"

#include "base/statement.h"
#include "calendar/shifted_time_store.h"

static PaclStatement select_agendas = {
	"SELECT DISTINCT agenda_id FROM practiceacl.shifted_times"
	" WHERE $1::uuid IS NULL OR agenda_id = $1 ORDER BY agenda_id"
};

static PaclStatement select_further = {
	"SELECT DISTINCT p.agenda_id FROM practiceacl.shifted_times t"
	" JOIN practiceacl.appointment p ON p.organization_id = t.organization_id"
	"   AND p.part_of = t.id"
	" WHERE $1::uuid IS NULL OR t.agenda_id = $1 ORDER BY 1"
};

static PaclStatement select_parts = {
	"SELECT agenda_id, id FROM practiceacl.appointment"
	" WHERE organization_id = $1 AND part_of = $2 ORDER BY agenda_id"
};

static PaclStatement select_shifted = {
	"SELECT organization_id, id, kind, starts_at, ends_at, local_start, local_end"
	" FROM practiceacl.shifted_times WHERE agenda_id = $1"
	" ORDER BY starts_at, id"
};

static PaclStatement select_overlap = {
	"SELECT o.id FROM practiceacl.appointment o, practiceacl.appointment p"
	" WHERE p.organization_id = $1 AND (p.id = $2 OR p.part_of = $2)"
	"   AND o.id <> p.id AND o.agenda_id = p.agenda_id"
	"   AND practiceacl.slot(o.agenda_id, o.occupied_from, o.occupied_until, o.overbooked)"
	"     OPERATOR(practiceacl.&&) practiceacl.slot(p.agenda_id,"
	"       $3::timestamptz - interval '1 minute' * p.minutes_before,"
	"       $4::timestamptz + interval '1 minute' * p.minutes_after, false)"
	"   AND o.cancelled_at IS NULL"
	"   AND NOT ((o.overbooked OR p.overbooked)"
	"     AND coalesce(o.local_start - interval '1 minute' * (o.minutes_before + p.minutes_after)"
	"         < p.local_end"
	"       AND o.local_end + interval '1 minute' * (o.minutes_after + p.minutes_before)"
	"         > p.local_start, false))"
	" ORDER BY o.starts_at, o.id LIMIT 1"
};

static PaclStatement place_appointment = {
	"UPDATE practiceacl.appointment SET starts_at = $3, ends_at = $4,"
	"   version = version + 1, updated_at = practiceacl.reading_time()"
	" WHERE organization_id = $1 AND (id = $2 OR part_of = $2)"
};

static PaclStatement place_absence = {
	"UPDATE practiceacl.absence SET starts_at = $3, ends_at = $4"
	" WHERE organization_id = $1 AND id = $2"
};

#define ACCEPT(table) \
	"UPDATE practiceacl." table " t" \
	" SET local_start = practiceacl.wall_clock(t.starts_at, g.time_zone)," \
	"   local_end = practiceacl.wall_clock(t.ends_at, g.time_zone)" \
	" FROM practiceacl.agenda g" \
	" WHERE g.organization_id = t.organization_id AND g.id = t.agenda_id" \
	"   AND t.agenda_id = $1 AND t.ends_at > practiceacl.reading_time()"

static PaclStatement accept_appointments = {ACCEPT("appointment")};
static PaclStatement accept_absences = {ACCEPT("absence")};

pg_uuid_t *
pacl_shifted_time_store_agendas(const pg_uuid_t *agenda_id, int *count)
{
	PaclRows	rows;

	pacl_query(&rows, &select_agendas, PACL_ARGS(pacl_uuid(agenda_id)));
	return pacl_rows_uuids(&rows, count);
}

pg_uuid_t *
pacl_shifted_time_store_further(const pg_uuid_t *agenda_id, int *count)
{
	PaclRows	rows;

	pacl_query(&rows, &select_further, PACL_ARGS(pacl_uuid(agenda_id)));
	return pacl_rows_uuids(&rows, count);
}

PaclShiftedTime *
pacl_shifted_time_store_parts(const PaclShiftedTime *shifted, int *count)
{
	PaclRows	rows;
	PaclShiftedTime *parts;

	pacl_query(&rows, &select_parts,
			   PACL_ARGS(pacl_uuid(&shifted->organization_id),
						 pacl_uuid(&shifted->id)));
	parts = palloc(Max(rows.count, 1) * sizeof(PaclShiftedTime));
	for (*count = 0; pacl_next(&rows); (*count)++)
	{
		parts[*count] = *shifted;
		parts[*count].agenda_id = *pacl_column_uuid(&rows, 1);
		parts[*count].id = *pacl_column_uuid(&rows, 2);
	}
	pacl_done(&rows);
	return parts;
}

static Timestamp
column_timestamp(PaclRows *rows, int column)
{
	bool		isnull;

	return DatumGetTimestamp(pacl_column_datum(rows, column, &isnull));
}

PaclShiftedTime *
pacl_shifted_time_store_list(const pg_uuid_t *agenda_id, int *count)
{
	PaclRows	rows;
	PaclShiftedTime *all;

	pacl_query(&rows, &select_shifted, PACL_ARGS(pacl_uuid(agenda_id)));
	all = palloc(Max(rows.count, 1) * sizeof(PaclShiftedTime));
	for (*count = 0; pacl_next(&rows); (*count)++)
	{
		PaclShiftedTime *one = &all[*count];

		one->agenda_id = *agenda_id;
		one->organization_id = *pacl_column_uuid(&rows, 1);
		one->id = *pacl_column_uuid(&rows, 2);
		one->kind = pacl_column_text(&rows, 3);
		one->is_absence = strcmp(one->kind, "absence") == 0;
		one->starts_at = pacl_column_time(&rows, 4);
		one->ends_at = pacl_column_time(&rows, 5);
		one->local_start = column_timestamp(&rows, 6);
		one->local_end = column_timestamp(&rows, 7);
	}
	pacl_done(&rows);
	return all;
}

pg_uuid_t *
pacl_shifted_time_store_overlap(const PaclShiftedTime *shifted,
								TimestampTz starts_at, TimestampTz ends_at)
{
	PaclRows	rows;
	pg_uuid_t  *id = NULL;

	if (pacl_query_row(&rows, &select_overlap,
					   PACL_ARGS(pacl_uuid(&shifted->organization_id),
								 pacl_uuid(&shifted->id),
								 pacl_time(starts_at), pacl_time(ends_at))))
		id = pacl_column_uuid(&rows, 1);
	pacl_done(&rows);
	return id;
}

void
pacl_shifted_time_store_place(const PaclShiftedTime *shifted)
{
	pacl_run(shifted->is_absence ? &place_absence : &place_appointment,
			 PACL_ARGS(pacl_uuid(&shifted->organization_id),
					   pacl_uuid(&shifted->id),
					   pacl_time(shifted->starts_at),
					   pacl_time(shifted->ends_at)));
}

void
pacl_shifted_time_store_accept(const pg_uuid_t *agenda_id)
{
	pacl_run(&accept_appointments, PACL_ARGS(pacl_uuid(agenda_id)));
	pacl_run(&accept_absences, PACL_ARGS(pacl_uuid(agenda_id)));
}

PACL_STATEMENTS(shifted_time,
	PACL_ONE(select_agendas),
	PACL_ONE(select_further),
	PACL_ONE(select_parts),
	PACL_ONE(select_shifted),
	PACL_ONE(select_overlap),
	PACL_ONE(place_appointment),
	PACL_ONE(place_absence),
	PACL_ONE(accept_appointments),
	PACL_ONE(accept_absences));
