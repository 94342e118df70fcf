/*
 * appointment_archive_store.c
 *		Rows of appointments, on their way into the archive or back.
 */
#include "postgres.h"

#include "base/statement.h"
#include "calendar/appointment_store.h"
#include "operations/appointment_archive_store.h"

/* No appointment is longer than 366 days: booking.c. */
#define LONG_OVER "p.starts_at < $1 AND p.ends_at < $1"
#define OVER_SINCE "p.starts_at >= $1::timestamptz - interval '366 days' AND p.ends_at >= $1"

/* Of an organization that is being moved, rows stay where they are. */
#define SELECT_AGENDAS(table, time) \
	{"SELECT g.organization_id, g.id FROM practiceacl.agenda g" \
	" WHERE ($2::uuid IS NULL OR g.id = $2)" \
	"   AND NOT EXISTS (SELECT FROM practiceacl.organization_move v" \
	"     WHERE v.organization_id = g.organization_id" \
	"       AND v.state NOT IN ('published', 'received'))" \
	"   AND EXISTS (SELECT FROM practiceacl." table " p" \
	"     WHERE p.agenda_id = g.id AND " time " AND p.part_of IS NULL)" \
	" ORDER BY g.id"}

static PaclStatement select_agendas[PACL_ARCHIVE_WAYS] = {
	SELECT_AGENDAS("appointment", LONG_OVER),
	SELECT_AGENDAS("appointment_archive", OVER_SINCE)
};

#define SELECT_FIRST(table, time, more) \
	"SELECT p.id FROM practiceacl." table " p" \
	" WHERE p.organization_id = $2 AND p.agenda_id = $3 AND " time \
	"   AND p.part_of IS NULL" more \
	" ORDER BY p.starts_at, p.id LIMIT $4"

#define SELECT_FURTHER(table, time) \
	{"SELECT DISTINCT q.agenda_id" \
	" FROM (" SELECT_FIRST(table, time, "") ") AS w" \
	" JOIN practiceacl." table " q ON q.organization_id = $2 AND q.part_of = w.id" \
	" ORDER BY q.agenda_id"}

static PaclStatement select_further[PACL_ARCHIVE_WAYS] = {
	SELECT_FURTHER("appointment", LONG_OVER),
	SELECT_FURTHER("appointment_archive", OVER_SINCE)
};

/* In order of time, so that a week of an agenda lies on few pages. */
#define MOVE(from, into, time) \
	{"WITH whole AS MATERIALIZED (" SELECT_FIRST(from, time, \
	"   AND NOT EXISTS (SELECT FROM practiceacl." from " q" \
	"     WHERE q.organization_id = $2 AND q.part_of = p.id" \
	"       AND q.agenda_id <> ALL ($5))") ")," \
	" wanted AS (SELECT id FROM whole UNION ALL" \
	"   SELECT q.id FROM whole w JOIN practiceacl." from " q" \
	"     ON q.organization_id = $2 AND q.part_of = w.id)," \
	" gone AS (DELETE FROM practiceacl." from " d USING wanted w" \
	"   WHERE d.organization_id = $2 AND d.id = w.id RETURNING d.*)" \
	" INSERT INTO practiceacl." into " (" PACL_APPOINTMENT_COLUMNS ")" \
	" SELECT " PACL_APPOINTMENT_COLUMNS " FROM gone" \
	" ORDER BY agenda_id, starts_at, id"}

static PaclStatement move_rows[PACL_ARCHIVE_WAYS] = {
	MOVE("appointment", "appointment_archive", LONG_OVER),
	MOVE("appointment_archive", "appointment", OVER_SINCE)
};

PaclArchiveAgenda *
pacl_appointment_archive_store_agendas(PaclArchiveWay way, TimestampTz time,
									   const pg_uuid_t *agenda_id, int *count)
{
	PaclRows	rows;
	PaclArchiveAgenda *agendas;

	pacl_query(&rows, &select_agendas[way],
			   PACL_ARGS(pacl_time(time), pacl_uuid(agenda_id)));
	agendas = palloc(Max(rows.count, 1) * sizeof(PaclArchiveAgenda));
	for (*count = 0; pacl_next(&rows); (*count)++)
	{
		agendas[*count].organization_id = *pacl_column_uuid(&rows, 1);
		agendas[*count].id = *pacl_column_uuid(&rows, 2);
	}
	pacl_done(&rows);
	return agendas;
}

pg_uuid_t *
pacl_appointment_archive_store_further(PaclArchiveWay way,
									   const PaclArchiveAgenda *agenda,
									   TimestampTz time, int max_rows,
									   int *count)
{
	PaclRows	rows;

	pacl_query(&rows, &select_further[way],
			   PACL_ARGS(pacl_time(time), pacl_uuid(&agenda->organization_id),
						 pacl_uuid(&agenda->id), pacl_int(max_rows)));
	return pacl_rows_uuids(&rows, count);
}

int64
pacl_appointment_archive_store_move(PaclArchiveWay way,
									const PaclArchiveAgenda *agenda,
									TimestampTz time, int max_rows,
									const pg_uuid_t *further, int count)
{
	return (int64) pacl_run(&move_rows[way],
							PACL_ARGS(pacl_time(time),
									  pacl_uuid(&agenda->organization_id),
									  pacl_uuid(&agenda->id),
									  pacl_int(max_rows),
									  pacl_uuids(further, count)));
}

PACL_STATEMENTS(appointment_archive,
	PACL_EACH(select_agendas),
	PACL_EACH(select_further),
	PACL_EACH(move_rows));
