/*
 * appointment_store.c
 *		Rows of appointments.
 */
#include "postgres.h"

#include "access/xact.h"

#include "base/statement.h"
#include "calendar/appointment_store.h"
#include "errors.h"

#define SELECT_FROM(table, archived) \
	"SELECT organization_id, agenda_id, id, starts_at, ends_at, created_by," \
	"   private, overbooked, status, patient, note, attributes, series_id," \
	"   patient_ref, contact, version, updated_at, minutes_before, minutes_after," \
	"   appointment_type, part_of, " archived \
	" FROM practiceacl." table

/* From where it is: one snapshot has it in one of the two. */
#define SELECT_APPOINTMENT(condition) \
	SELECT_FROM("appointment", "false AS archived") condition \
	" UNION ALL " \
	SELECT_FROM("appointment_archive", "true") condition

static PaclStatement select_by_id = {SELECT_APPOINTMENT(" WHERE id = $1")};

static PaclStatement select_by_key = {
	SELECT_APPOINTMENT(" WHERE organization_id = $1 AND id = $2")
};

static PaclStatement select_parts = {
	SELECT_APPOINTMENT(" WHERE organization_id = $1 AND part_of = $2")
	" ORDER BY agenda_id, id"
};

static PaclStatement bring_back = {
	"WITH gone AS (DELETE FROM practiceacl.appointment_archive"
	"   WHERE organization_id = $1 AND (id = $2 OR part_of = $2) RETURNING *)"
	" INSERT INTO practiceacl.appointment (" PACL_APPOINTMENT_COLUMNS ")"
	" SELECT " PACL_APPOINTMENT_COLUMNS " FROM gone"
};

/*
 * Wherever an appointment is placed, so is what the agenda's wall clock shows
 * there: what it was meant to be, if the zone's rules change (shifted_time.h).
 */
#define WALL_CLOCK(instant) "practiceacl.wall_clock(" instant ", g.time_zone)"

static PaclStatement insert = {
	"INSERT INTO practiceacl.appointment (organization_id, agenda_id, id,"
	"   starts_at, ends_at, created_by, private, overbooked, patient, note,"
	"   attributes, series_id, patient_ref, contact, local_start, local_end,"
	"   minutes_before, minutes_after, appointment_type, part_of)"
	" SELECT $1, $2, $3::uuid, $4::timestamptz, $5::timestamptz, $6::uuid,"
	"   $7::boolean, $8::boolean, $9::text, $10::text,"
	"   coalesce($11::jsonb, '{}'), $12::uuid, $13::text, $14::text,"
	"   " WALL_CLOCK("$4") ", " WALL_CLOCK("$5") ", $15::integer, $16::integer,"
	"   $17::uuid, $18::uuid"
	" FROM practiceacl.agenda g"
	" WHERE g.organization_id = $1::uuid AND g.id = $2::uuid"
};

#define NEXT_VERSION \
	" version = version + 1, updated_at = practiceacl.reading_time()"

static PaclStatement place = {
	"UPDATE practiceacl.appointment p"
	" SET agenda_id = $3, starts_at = $4, ends_at = $5, overbooked = $6,"
	"   local_start = " WALL_CLOCK("$4") ", local_end = " WALL_CLOCK("$5") ","
	"   status = $7,"
	"   cancelled_at = CASE WHEN $7 = 'cancelled' THEN practiceacl.reading_time() END,"
	"   status_since = CASE WHEN status = $7 THEN status_since"
	"     ELSE practiceacl.reading_time() END,"
	NEXT_VERSION
	" FROM practiceacl.agenda g"
	" WHERE p.organization_id = $1 AND p.id = $2"
	"   AND g.organization_id = $1 AND g.id = $3"
};

/* Leaves the columns of the exclusion constraint alone, so it can be HOT. */
static PaclStatement set_status = {
	"UPDATE practiceacl.appointment SET status = $3,"
	"   status_since = CASE WHEN status = $3 THEN status_since"
	"     ELSE practiceacl.reading_time() END,"
	NEXT_VERSION
	" WHERE organization_id = $1 AND id = $2"
	"   AND (status = 'cancelled') = ($3 = 'cancelled')"
	"   AND agenda_id = $4 AND starts_at = $5 AND ends_at = $6"
	"   AND overbooked = $7"
};

static PaclStatement describe = {
	"UPDATE practiceacl.appointment"
	" SET patient = $3, note = $4, private = $5,"
	"   attributes = coalesce($6::jsonb, '{}'), patient_ref = $7, contact = $8,"
	"   appointment_type = $9, minutes_before = $10, minutes_after = $11,"
	NEXT_VERSION
	" WHERE organization_id = $1 AND id = $2"
};

static PaclStatement lift = {
	"UPDATE practiceacl.appointment SET overbooked = true"
	" WHERE organization_id = $1 AND id = $2"
};

static PaclStatement select_series = {
	"SELECT id FROM practiceacl.every_appointment"
	" WHERE series_id = $1 AND starts_at >= $2"
	"   AND ($3 OR cancelled_at IS NULL)"
	" ORDER BY starts_at, id"
};

/* Each change of the row is one entry; a fact is named as its column is. */
static PaclStatement select_changes = {
	"SELECT string_agg(DISTINCT k.key, ', ') FROM ("
	"  SELECT facts FROM practiceacl.activity_entry"
	"  WHERE agenda_id = $1 AND subject_id = $2 AND act LIKE 'appointment.%'"
	"    AND practiceacl.id_hour(id) >= practiceacl.id_hour($2)"
	"  ORDER BY practiceacl.id_hour(id) DESC, id DESC LIMIT $3) AS f,"
	" LATERAL jsonb_object_keys(f.facts) AS k (key)"
	" WHERE k.key NOT LIKE '%\\_before'"
};

/* All rows of a query, and closes it; palloc'd. */
static PaclAppointment *
read_appointments(PaclRows *rows, int *count)
{
	PaclAppointment *found = palloc0(Max(rows->count, 1) * sizeof(PaclAppointment));

	for (*count = 0; pacl_next(rows); (*count)++)
	{
		PaclAppointment *a = &found[*count];

		a->organization_id = *pacl_column_uuid(rows, 1);
		a->agenda_id = *pacl_column_uuid(rows, 2);
		a->id = *pacl_column_uuid(rows, 3);
		a->starts_at = pacl_column_time(rows, 4);
		a->ends_at = pacl_column_time(rows, 5);
		a->created_by = *pacl_column_uuid(rows, 6);
		a->private = pacl_column_bool(rows, 7);
		a->overbooked = pacl_column_bool(rows, 8);
		a->status = pacl_column_text(rows, 9);
		a->patient = pacl_column_text(rows, 10);
		a->note = pacl_column_text(rows, 11);
		a->attributes = pacl_column_jsonb(rows, 12);
		a->series_id = pacl_column_uuid(rows, 13);
		a->patient_ref = pacl_column_text(rows, 14);
		a->contact = pacl_column_text(rows, 15);
		a->version = pacl_column_int(rows, 16);
		a->updated_at = pacl_column_time(rows, 17);
		a->minutes_before = pacl_column_int(rows, 18);
		a->minutes_after = pacl_column_int(rows, 19);
		a->appointment_type = pacl_column_uuid(rows, 20);
		a->part_of = pacl_column_uuid(rows, 21);
		a->archived = pacl_column_bool(rows, 22);
		a->named = -1;
	}
	pacl_done(rows);
	return found;
}

PaclAppointment *
pacl_appointment_store_find(const pg_uuid_t *id, int *count)
{
	PaclRows	rows;

	pacl_query(&rows, &select_by_id, PACL_ARGS(pacl_uuid(id)));
	return read_appointments(&rows, count);
}

PaclAppointment *
pacl_appointment_store_read(const pg_uuid_t *organization_id,
							const pg_uuid_t *id)
{
	PaclRows	rows;
	PaclAppointment *found;
	int			count;

	pacl_query(&rows, &select_by_key,
			   PACL_ARGS(pacl_uuid(organization_id), pacl_uuid(id)));
	found = read_appointments(&rows, &count);
	return count == 0 ? NULL : found;
}

PaclAppointment *
pacl_appointment_store_parts(const PaclAppointment *whole, int *count)
{
	PaclRows	rows;

	pacl_query(&rows, &select_parts,
			   PACL_ARGS(pacl_uuid(&whole->organization_id),
						 pacl_uuid(&whole->id)));
	return read_appointments(&rows, count);
}

/*
 * What only a constraint could see: somebody wrote without the agenda's lock,
 * or a client's id was used on another agenda in the same instant.  The
 * constraints' own messages would show the other's time.
 */
static void
raise_in_our_words(int sqlstate)
{
	if (IsolationUsesXactSnapshot())
		ereport(ERROR,
				(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
				 errword("concurrent_update"),
				 errmsg("could not serialize access due to a concurrent booking"),
				 errhint("Retry the transaction.")));
	if (sqlstate == ERRCODE_UNIQUE_VIOLATION)
		ereport(ERROR,
				(errcode(ERRCODE_UNIQUE_VIOLATION),
				 errword("id_in_use"),
				 errargument("appointment_id"),
				 errmsg("appointment_id is already in use"),
				 errhint("Make a new identifier for each booking.")));
	ereport(ERROR,
			(errcode(ERRCODE_EXCLUSION_VIOLATION),
			 errword("appointment_no_overlap"),
			 errmsg("this slot is already taken"),
			 errhint("Choose another time, or try again.")));
}

static void
run_guarded(PaclStatement *statement, int nargs, const PaclArg *args)
{
	PG_TRY();
	{
		pacl_run(statement, nargs, args);
	}
	PG_CATCH();
	{
		int			sqlstate = geterrcode();

		if (sqlstate != ERRCODE_EXCLUSION_VIOLATION &&
			sqlstate != ERRCODE_UNIQUE_VIOLATION)
			PG_RE_THROW();
		FlushErrorState();
		raise_in_our_words(sqlstate);
	}
	PG_END_TRY();
}

void
pacl_appointment_store_bring_back(PaclAppointment *whole)
{
	run_guarded(&bring_back, PACL_ARGS(pacl_uuid(&whole->organization_id),
									   pacl_uuid(&whole->id)));
	whole->archived = false;
	for (int i = 0; i < whole->part_count; i++)
		whole->parts[i].archived = false;
}

void
pacl_appointment_store_insert(const PaclAppointment *a)
{
	run_guarded(&insert,
				PACL_ARGS(pacl_uuid(&a->organization_id),
						  pacl_uuid(&a->agenda_id),
						  pacl_uuid(&a->id),
						  pacl_time(a->starts_at),
						  pacl_time(a->ends_at),
						  pacl_uuid(&a->created_by),
						  pacl_bool(a->private),
						  pacl_bool(a->overbooked),
						  pacl_text(a->patient),
						  pacl_text(a->note),
						  pacl_jsonb(a->attributes),
						  pacl_uuid(a->series_id),
						  pacl_text(a->patient_ref),
						  pacl_text(a->contact),
						  pacl_int(a->minutes_before),
						  pacl_int(a->minutes_after),
						  pacl_uuid(a->appointment_type),
						  pacl_uuid(a->part_of)));
}

void
pacl_appointment_store_place(const PaclAppointment *a)
{
	if (pacl_run(&set_status,
				 PACL_ARGS(pacl_uuid(&a->organization_id),
						   pacl_uuid(&a->id),
						   pacl_text(a->status),
						   pacl_uuid(&a->agenda_id),
						   pacl_time(a->starts_at),
						   pacl_time(a->ends_at),
						   pacl_bool(a->overbooked))) == 1)
		return;
	run_guarded(&place,
				PACL_ARGS(pacl_uuid(&a->organization_id),
						  pacl_uuid(&a->id),
						  pacl_uuid(&a->agenda_id),
						  pacl_time(a->starts_at),
						  pacl_time(a->ends_at),
						  pacl_bool(a->overbooked),
						  pacl_text(a->status)));
}

void
pacl_appointment_store_describe(const PaclAppointment *a)
{
	run_guarded(&describe,
				PACL_ARGS(pacl_uuid(&a->organization_id),
						  pacl_uuid(&a->id),
						  pacl_text(a->patient),
						  pacl_text(a->note),
						  pacl_bool(a->private),
						  pacl_jsonb(a->attributes),
						  pacl_text(a->patient_ref),
						  pacl_text(a->contact),
						  pacl_uuid(a->appointment_type),
						  pacl_int(a->minutes_before),
						  pacl_int(a->minutes_after)));
}

void
pacl_appointment_store_lift(const PaclAppointment *a)
{
	pacl_run(&lift, PACL_ARGS(pacl_uuid(&a->organization_id),
							  pacl_uuid(&a->id)));
}

pg_uuid_t *
pacl_appointment_store_series(const pg_uuid_t *series_id, TimestampTz from,
							  bool cancelled, int *count)
{
	PaclRows	rows;

	pacl_query(&rows, &select_series,
			   PACL_ARGS(pacl_uuid(series_id), pacl_time(from),
						 pacl_bool(cancelled)));
	return pacl_rows_uuids(&rows, count);
}

char *
pacl_appointment_store_changes(const PaclAppointment *a, int since_version)
{
	PaclRows	rows;
	char	   *columns = NULL;

	if (pacl_query_row(&rows, &select_changes,
					   PACL_ARGS(pacl_uuid(&a->agenda_id), pacl_uuid(&a->id),
								 pacl_int(a->version - since_version))))
		columns = pacl_column_text(&rows, 1);
	pacl_done(&rows);
	return columns;
}

static PaclStatement select_patient = {
	.sql = "SELECT agenda_id, id FROM practiceacl.appointment"
	" WHERE organization_id = $1 AND patient_ref = $2"
	"   AND starts_at < $4 AND ends_at > $3 AND cancelled_at IS NULL"
	"   AND practiceacl.can(agenda_id, CASE WHEN private THEN 'read+private'"
	"     ELSE 'read' END::practiceacl.rights)"
	" ORDER BY starts_at, id LIMIT 1",
	.as_reader = true
};

bool
pacl_appointment_store_find_patient(const pg_uuid_t *organization_id,
									const char *patient_ref,
									TimestampTz starts_at,
									TimestampTz ends_at, pg_uuid_t *agenda_id,
									pg_uuid_t *appointment_id)
{
	PaclRows	rows;
	bool		found = pacl_query_row(&rows, &select_patient,
									   PACL_ARGS(pacl_uuid(organization_id),
												 pacl_text(patient_ref),
												 pacl_time(starts_at),
												 pacl_time(ends_at)));

	if (found)
	{
		*agenda_id = *pacl_column_uuid(&rows, 1);
		*appointment_id = *pacl_column_uuid(&rows, 2);
	}
	pacl_done(&rows);
	return found;
}

PACL_STATEMENTS(appointment,
	PACL_ONE(select_patient),
	PACL_ONE(select_by_id),
	PACL_ONE(select_by_key),
	PACL_ONE(select_parts),
	PACL_ONE(bring_back),
	PACL_ONE(insert),
	PACL_ONE(place),
	PACL_ONE(set_status),
	PACL_ONE(describe),
	PACL_ONE(lift),
	PACL_ONE(select_series),
	PACL_ONE(select_changes));
