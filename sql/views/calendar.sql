/*
 * Row security can hide a row but not a column of it, so this view is its
 * owner's, and asks itself: can() in every arm comes first, and becomes a
 * condition of every index that conditions from outside may use.  What masks a
 * column asks rights_on(): a condition on the column holds it, and with can()
 * in it could come before the first.  The two tables of appointments are an arm
 * each: of a subquery with both, conditions from outside would come before can().
 */
CREATE VIEW practiceacl.calendar WITH (security_barrier) AS
    SELECT 'appointment'::text AS kind,
           a.agenda_id,
           CASE WHEN masked.private THEN NULL ELSE a.id END AS id,
           a.starts_at,
           a.ends_at,
           CASE WHEN masked.private THEN 'busy' ELSE a.status END AS status,
           a.private,
           CASE WHEN masked.private THEN NULL ELSE a.overbooked END AS overbooked,
           CASE WHEN masked.private THEN NULL ELSE a.patient END AS patient,
           CASE WHEN masked.private THEN NULL ELSE a.note END AS note,
           CASE WHEN masked.private THEN NULL ELSE a.attributes END AS attributes,
           CASE WHEN masked.private THEN NULL ELSE a.series_id END AS series_id,
           a.occupied_from,
           a.occupied_until,
           CASE WHEN masked.private THEN NULL ELSE a.appointment_type END AS appointment_type,
           CASE WHEN masked.private OR a.appointment_type IS NULL THEN NULL ELSE (
               SELECT t.name FROM practiceacl.appointment_type t
               WHERE t.organization_id = a.organization_id AND t.id = a.appointment_type) END AS type_name,
           CASE WHEN masked.private OR a.appointment_type IS NULL THEN NULL ELSE (
               SELECT t.color FROM practiceacl.appointment_type t
               WHERE t.organization_id = a.organization_id AND t.id = a.appointment_type) END AS color,
           NULL::uuid AS substitute_id,
           NULL::text AS substitute_name,
           CASE WHEN masked.private THEN NULL ELSE a.part_of END AS part_of
    FROM practiceacl.appointment a
    CROSS JOIN LATERAL (
        SELECT a.private AND NOT practiceacl.rights_on(a.agenda_id)
               OPERATOR(practiceacl.@>) 'read+private' AS private
    ) AS masked
    WHERE practiceacl.can(a.agenda_id, 'read')
      AND a.cancelled_at IS NULL
    UNION ALL
    SELECT 'appointment'::text AS kind,
           a.agenda_id,
           CASE WHEN masked.private THEN NULL ELSE a.id END AS id,
           a.starts_at,
           a.ends_at,
           CASE WHEN masked.private THEN 'busy' ELSE a.status END AS status,
           a.private,
           CASE WHEN masked.private THEN NULL ELSE a.overbooked END AS overbooked,
           CASE WHEN masked.private THEN NULL ELSE a.patient END AS patient,
           CASE WHEN masked.private THEN NULL ELSE a.note END AS note,
           CASE WHEN masked.private THEN NULL ELSE a.attributes END AS attributes,
           CASE WHEN masked.private THEN NULL ELSE a.series_id END AS series_id,
           a.occupied_from,
           a.occupied_until,
           CASE WHEN masked.private THEN NULL ELSE a.appointment_type END AS appointment_type,
           CASE WHEN masked.private OR a.appointment_type IS NULL THEN NULL ELSE (
               SELECT t.name FROM practiceacl.appointment_type t
               WHERE t.organization_id = a.organization_id AND t.id = a.appointment_type) END AS type_name,
           CASE WHEN masked.private OR a.appointment_type IS NULL THEN NULL ELSE (
               SELECT t.color FROM practiceacl.appointment_type t
               WHERE t.organization_id = a.organization_id AND t.id = a.appointment_type) END AS color,
           NULL::uuid AS substitute_id,
           NULL::text AS substitute_name,
           CASE WHEN masked.private THEN NULL ELSE a.part_of END AS part_of
    FROM practiceacl.appointment_archive a
    CROSS JOIN LATERAL (
        SELECT a.private AND NOT practiceacl.rights_on(a.agenda_id)
               OPERATOR(practiceacl.@>) 'read+private' AS private
    ) AS masked
    WHERE practiceacl.can(a.agenda_id, 'read')
      AND a.cancelled_at IS NULL
    UNION ALL
    SELECT 'absence', b.agenda_id, b.id, b.starts_at, b.ends_at, 'absent',
           false, NULL, NULL,
           CASE WHEN practiceacl.rights_on(b.agenda_id)
                     OPERATOR(practiceacl.@>) 'read+private' THEN b.reason END,
           NULL, NULL, b.starts_at, b.ends_at,
           NULL, NULL, NULL, b.substitute_id,
           CASE WHEN b.substitute_id IS NULL THEN NULL ELSE (
               SELECT btrim(x.first_name || ' ' || x.last_name) FROM practiceacl.account x
               WHERE x.id = b.substitute_id) END,
           NULL
    FROM practiceacl.absence b
    WHERE practiceacl.can(b.agenda_id, 'read')
    UNION ALL
    SELECT 'hold', h.agenda_id, h.id, h.starts_at, h.ends_at, 'held',
           false, NULL, NULL, NULL, NULL, NULL, h.occupied_from, h.occupied_until,
           NULL, NULL, NULL, NULL, NULL, NULL
    FROM practiceacl.slot_hold h
    WHERE practiceacl.can(h.agenda_id, 'read')
      AND h.expires_at > practiceacl.reading_time()
      AND h.created_at < practiceacl.reading_time() + interval '15 min'
    UNION ALL
    SELECT 'closing', g.id, k.id, span.starts_at, span.ends_at, 'closed',
           false, NULL, NULL, k.name, NULL, NULL, span.starts_at, span.ends_at,
           NULL, NULL, NULL, NULL, NULL, NULL
    FROM practiceacl.agenda g
    JOIN practiceacl.closing k ON k.organization_id = g.organization_id
    CROSS JOIN LATERAL (
        SELECT k.from_date::timestamp AT TIME ZONE practiceacl.known_zone(g.time_zone) AS starts_at,
               (k.until_date + 1)::timestamp AT TIME ZONE practiceacl.known_zone(g.time_zone) AS ends_at
    ) AS span
    WHERE practiceacl.can(g.id, 'read')
      AND practiceacl.is_member(k.organization_id);
COMMENT ON VIEW practiceacl.calendar IS
    'appointments that are not cancelled, absences, live holds and closings of the agendas that the caller may read; a private appointment as busy for those without the flag private';
COMMENT ON COLUMN practiceacl.calendar.kind IS 'appointment, absence, hold or closing';
COMMENT ON COLUMN practiceacl.calendar.status IS
    'of an appointment its status, or busy where it is private; absent; held; closed';
COMMENT ON COLUMN practiceacl.calendar.occupied_from IS
    'since when the agenda is taken: of an appointment or a hold with its pauses';
COMMENT ON COLUMN practiceacl.calendar.occupied_until IS 'and until when';
COMMENT ON COLUMN practiceacl.calendar.part_of IS
    'the appointment that takes this agenda as well, and has the patient';
COMMENT ON COLUMN practiceacl.calendar.type_name IS 'of the type of the appointment';
COMMENT ON COLUMN practiceacl.calendar.color IS 'of its type: #rrggbb';
COMMENT ON COLUMN practiceacl.calendar.substitute_name IS
    'of an absence: who stands in for the holder';
COMMENT ON COLUMN practiceacl.calendar.note IS
    'of an absence its reason, for those with the flag private; of a closing its name';

/*
 * Whoever closes some days asks afterwards what stands there; private
 * appointments as in calendar.
 */
CREATE VIEW practiceacl.closing_conflicts WITH (security_barrier) AS
    SELECT k.organization_id, k.id AS closing_id, k.name,
           a.agenda_id,
           CASE WHEN masked.private THEN NULL ELSE a.id END AS appointment_id,
           a.starts_at, a.ends_at
    FROM practiceacl.closing k
    JOIN practiceacl.agenda g ON g.organization_id = k.organization_id
    CROSS JOIN LATERAL (
        SELECT k.from_date::timestamp AT TIME ZONE practiceacl.known_zone(g.time_zone) AS starts_at,
               (k.until_date + 1)::timestamp AT TIME ZONE practiceacl.known_zone(g.time_zone) AS ends_at
    ) AS span
    JOIN practiceacl.appointment a ON a.agenda_id = g.id
        AND a.starts_at < span.ends_at
        AND a.starts_at > span.starts_at - interval '366 days'
        AND a.ends_at > span.starts_at
    CROSS JOIN LATERAL (
        SELECT a.private AND NOT practiceacl.rights_on(a.agenda_id)
               OPERATOR(practiceacl.@>) 'read+private' AS private
    ) AS masked
    WHERE practiceacl.can(g.id, 'read')
      AND practiceacl.can(a.agenda_id, 'read')
      AND practiceacl.is_member(k.organization_id)
      AND a.cancelled_at IS NULL;
COMMENT ON VIEW practiceacl.closing_conflicts IS
    'appointments that are not cancelled and lie on days that the organization has closed, of the agendas that the caller may read';
COMMENT ON COLUMN practiceacl.closing_conflicts.appointment_id IS
    'null of a private appointment for those without the flag private';
