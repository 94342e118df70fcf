/*
 * changes_store.c
 *		Entries of the record that tell of changes on calendars.
 */
#include "postgres.h"

#include "operations/changes_store.h"

static PaclStatement select_organizations = {
	"SELECT DISTINCT organization_id FROM practiceacl.agenda"
	" WHERE id = ANY ($1)"
};

static PaclStatement select_entry = {
	"SELECT EXISTS (SELECT FROM practiceacl.activity_entry WHERE id = $1)"
};

/*
 * An entry of a kind that no calendar shows has no word, and is left out.  An
 * appointment that was moved away is told of on both agendas.
 */
#define CHANGE \
	"CASE e.act" \
	"  WHEN 'appointment.booked' THEN 'booked'" \
	"  WHEN 'appointment.moved' THEN" \
	"    CASE WHEN e.facts ->> 'agenda_before' = e.agenda_id::text" \
	"    THEN 'moved_away' ELSE 'moved' END" \
	"  WHEN 'appointment.updated' THEN 'updated'" \
	"  WHEN 'appointment.status_set' THEN" \
	"    CASE WHEN e.facts ->> 'status_before' = 'cancelled'" \
	"    THEN 'booked' ELSE 'status' END" \
	"  WHEN 'appointment.cancelled' THEN 'cancelled'" \
	"  WHEN 'appointment.imported' THEN 'imported'" \
	"  WHEN 'series.booked' THEN 'series'" \
	"  WHEN 'absence.added' THEN 'absence'" \
	"  WHEN 'absence.moved' THEN 'absence'" \
	"  WHEN 'absence.removed' THEN 'absence'" \
	"  WHEN 'slot.held' THEN 'hold'" \
	"  WHEN 'slot.released' THEN 'hold'" \
	"  WHEN 'openings.changed' THEN 'openings'" \
	"  WHEN 'agenda.changed' THEN 'agenda'" \
	"  WHEN 'agenda.archived' THEN 'agenda'" \
	"  WHEN 'agenda.restored' THEN 'agenda'" \
	"  WHEN 'agenda.transferred' THEN 'agenda'" \
	" END"

/*
 * What the view calendar shows of a private appointment does not change with
 * who it is for or whether they came.
 */
#define HIDDEN \
	"c.change IN ('updated', 'status') AND NOT e.facts ? 'private_before'"

/* Nor when it has been archived since; null of what is no appointment. */
#define PRIVATE \
	"coalesce(p.private, (SELECT v.private FROM practiceacl.appointment_archive v" \
	"   WHERE v.organization_id = e.organization_id AND v.id = e.subject_id), false)"

/*
 * The index by agenda has the hours of ids: a bare comparison of ids would let
 * the planner read the one that has the ids of all agendas.
 */
static PaclStatement select_changes = {
	"SELECT x.id, x.agenda_id,"
	"   CASE WHEN NOT x.masked THEN x.subject_id END,"
	"   CASE WHEN x.masked THEN 'busy' ELSE x.change END, x.recorded_at"
	" FROM (SELECT one.* FROM unnest($1::uuid[]) AS a (id),"
	"   LATERAL (SELECT e.id, e.agenda_id, c.change, e.recorded_at,"
	"       CASE WHEN e.act LIKE 'appointment.%' THEN e.subject_id END AS subject_id,"
	"       a.id <> ALL ($2::uuid[]) AND " PRIVATE " AS masked"
	"     FROM practiceacl.activity_entry e"
	"     CROSS JOIN LATERAL (SELECT " CHANGE " AS change) AS c"
	"     LEFT JOIN practiceacl.appointment p ON p.id = e.subject_id"
	"       AND p.organization_id = e.organization_id"
	"     WHERE e.agenda_id = a.id AND (e.id > $4 AND e.id < $5) IS TRUE"
	"       AND practiceacl.id_hour(e.id) >= practiceacl.id_hour($4)"
	"       AND practiceacl.id_hour(e.id) <= practiceacl.id_hour($5)"
	"       AND c.change IS NOT NULL"
	"       AND NOT (a.id <> ALL ($2::uuid[]) AND " PRIVATE
	"         AND " HIDDEN ")"
	"     ORDER BY practiceacl.id_hour(e.id), e.id LIMIT $6) AS one"
	"   UNION ALL"
	"   SELECT every.* FROM unnest($3::uuid[]) AS o (id),"
	"   LATERAL (SELECT e.id, NULL::uuid,"
	"       CASE e.act WHEN 'patient.erased' THEN 'several' ELSE 'days' END,"
	"       e.recorded_at, NULL::uuid, false"
	"     FROM practiceacl.activity_entry e"
	"     WHERE e.organization_id = o.id AND e.id > $4 AND e.id < $5"
	"       AND e.agenda_id IS NULL AND e.act IN ('patient.erased', 'days.closed', 'days.reopened')"
	"     ORDER BY e.id LIMIT $6) AS every"
	"   ORDER BY 1 LIMIT $6) AS x"
	" ORDER BY 1"
};

pg_uuid_t *
pacl_changes_store_organizations(const pg_uuid_t *agenda_ids, int count,
								 int *found)
{
	PaclRows	rows;

	pacl_query(&rows, &select_organizations,
			   PACL_ARGS(pacl_uuids(agenda_ids, count)));
	return pacl_rows_uuids(&rows, found);
}

bool
pacl_changes_store_is_there(const pg_uuid_t *id)
{
	PaclRows	rows;

	pacl_query(&rows, &select_entry, PACL_ARGS(pacl_uuid(id)));
	return pacl_rows_bool(&rows);
}

void
pacl_changes_store_query(PaclRows *rows, const pg_uuid_t *agendas, int count,
						 const pg_uuid_t *private_agendas, int private_count,
						 const pg_uuid_t *organizations,
						 int organization_count, const pg_uuid_t *above,
						 const pg_uuid_t *below, int limit)
{
	pacl_query(rows, &select_changes,
			   PACL_ARGS(pacl_uuids(agendas, count),
						 pacl_uuids(private_agendas, private_count),
						 pacl_uuids(organizations, organization_count),
						 pacl_uuid(above), pacl_uuid(below),
						 pacl_int(limit)));
}

PACL_STATEMENTS(changes,
	PACL_ONE(select_organizations),
	PACL_ONE(select_entry),
	PACL_ONE(select_changes));
