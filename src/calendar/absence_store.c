/*
 * absence_store.c
 *		Rows of absences.
 */
#include "postgres.h"

#include "base/statement.h"
#include "calendar/absence_store.h"
#include "reader/access.h"

static PaclStatement select_absence = {
	"SELECT agenda_id, starts_at, ends_at, reason, created_by, id, substitute_id"
	" FROM practiceacl.absence WHERE id = $1"
};

static PaclStatement select_absence_of = {
	"SELECT agenda_id, starts_at, ends_at, reason, created_by, id, substitute_id"
	" FROM practiceacl.absence WHERE organization_id = $1 AND id = $2"
};

static PaclStatement insert_absence = {
	"INSERT INTO practiceacl.absence (organization_id, id, agenda_id,"
	"   starts_at, ends_at, created_by, reason, series_id, substitute_id,"
	"   local_start, local_end)"
	" SELECT $1, $2::uuid, $3, $4::timestamptz, $5::timestamptz, $6::uuid,"
	"   $7::text, $8::uuid, $9::uuid, practiceacl.wall_clock($4, g.time_zone),"
	"   practiceacl.wall_clock($5, g.time_zone)"
	" FROM practiceacl.agenda g"
	" WHERE g.organization_id = $1::uuid AND g.id = $3::uuid"
};

static PaclStatement select_substitute = {
	"SELECT btrim(a.first_name || ' ' || a.last_name)"
	" FROM practiceacl.absence b"
	" JOIN practiceacl.membership m ON m.organization_id = b.organization_id"
	"   AND m.account_id = b.substitute_id AND m." PACL_SQL_IS_ACTIVE
	" JOIN practiceacl.account a ON a.id = m.account_id"
	"   AND a.status = 'active'"
	" WHERE b.agenda_id = $1 AND b.starts_at < $3 AND b.ends_at > $2"
	" ORDER BY b.starts_at, b.id LIMIT 1"
};

static PaclStatement delete_absence = {
	"DELETE FROM practiceacl.absence WHERE organization_id = $1 AND id = $2"
};

static PaclStatement select_conflicts = {
	"SELECT id, private FROM (SELECT DISTINCT p.id, p.starts_at, p.private"
	"  FROM unnest($2::timestamptz[], $3::timestamptz[]) AS a (starts_at, ends_at)"
	"  JOIN practiceacl.appointment p"
	"    ON practiceacl.slot(p.agenda_id, p.occupied_from, p.occupied_until, p.overbooked)"
	"      OPERATOR(practiceacl.&&)"
	"      practiceacl.slot($1, a.starts_at, a.ends_at, false)"
	"    AND p.starts_at < a.ends_at AND p.ends_at > a.starts_at"
	"    AND p.cancelled_at IS NULL) AS found"
	" ORDER BY starts_at, id"
};

static bool
read_absence(PaclRows *rows, PaclAbsence *absence)
{
	bool		found = pacl_next(rows);

	if (found)
	{
		memset(absence, 0, sizeof(*absence));
		absence->id = *pacl_column_uuid(rows, 6);
		absence->created_by = *pacl_column_uuid(rows, 5);
		absence->agenda_id = *pacl_column_uuid(rows, 1);
		absence->starts_at = pacl_column_time(rows, 2);
		absence->ends_at = pacl_column_time(rows, 3);
		absence->reason = pacl_column_text(rows, 4);
		absence->substitute = pacl_column_uuid(rows, 7);
	}
	pacl_done(rows);
	return found;
}

bool
pacl_absence_store_load(const pg_uuid_t *id, PaclAbsence *absence)
{
	PaclRows	rows;

	pacl_query(&rows, &select_absence, PACL_ARGS(pacl_uuid(id)));
	return read_absence(&rows, absence);
}

bool
pacl_absence_store_load_of(const pg_uuid_t *organization_id,
						   const pg_uuid_t *id, PaclAbsence *absence)
{
	PaclRows	rows;

	pacl_query(&rows, &select_absence_of,
			   PACL_ARGS(pacl_uuid(organization_id), pacl_uuid(id)));
	return read_absence(&rows, absence);
}

void
pacl_absence_store_insert(const pg_uuid_t *organization_id,
						  const PaclAbsence *absence,
						  const pg_uuid_t *created_by)
{
	pacl_run(&insert_absence,
			 PACL_ARGS(pacl_uuid(organization_id), pacl_uuid(&absence->id),
					   pacl_uuid(&absence->agenda_id),
					   pacl_time(absence->starts_at),
					   pacl_time(absence->ends_at), pacl_uuid(created_by),
					   pacl_text(absence->reason),
					   pacl_uuid(absence->series_id),
					   pacl_uuid(absence->substitute)));
}

char *
pacl_absence_store_substitute(const pg_uuid_t *agenda_id,
							  TimestampTz starts_at, TimestampTz ends_at)
{
	PaclRows	rows;
	char	   *name = NULL;

	if (pacl_query_row(&rows, &select_substitute,
					   PACL_ARGS(pacl_uuid(agenda_id), pacl_time(starts_at),
								 pacl_time(ends_at))))
		name = pacl_column_text(&rows, 1);
	pacl_done(&rows);
	return name;
}

bool
pacl_absence_store_delete(const pg_uuid_t *organization_id,
						  const pg_uuid_t *id)
{
	return pacl_run(&delete_absence,
					PACL_ARGS(pacl_uuid(organization_id),
							  pacl_uuid(id))) > 0;
}

pg_uuid_t *
pacl_absence_store_conflicts(const pg_uuid_t *agenda_id,
							 const TimestampTz *starts_at,
							 const TimestampTz *ends_at, int times,
							 bool with_private, int *count, int *total)
{
	PaclRows	rows;
	pg_uuid_t  *ids;

	*count = 0;
	pacl_query(&rows, &select_conflicts,
			   PACL_ARGS(pacl_uuid(agenda_id), pacl_times(starts_at, times),
						 pacl_times(ends_at, times)));
	*total = rows.count;
	ids = palloc(Max(rows.count, 1) * sizeof(pg_uuid_t));
	while (pacl_next(&rows))
		if (with_private || !pacl_column_bool(&rows, 2))
			ids[(*count)++] = *pacl_column_uuid(&rows, 1);
	pacl_done(&rows);
	return ids;
}

PACL_STATEMENTS(absence,
	PACL_ONE(select_absence),
	PACL_ONE(select_absence_of),
	PACL_ONE(insert_absence),
	PACL_ONE(select_substitute),
	PACL_ONE(delete_absence),
	PACL_ONE(select_conflicts));
