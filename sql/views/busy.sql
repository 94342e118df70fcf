/* The one thing that freebusy shows: when, and nothing else. */
CREATE VIEW practiceacl.busy WITH (security_barrier) AS
    SELECT a.agenda_id, a.starts_at, a.ends_at, a.occupied_from, a.occupied_until
    FROM practiceacl.appointment a
    WHERE practiceacl.can(a.agenda_id, 'freebusy')
      AND a.cancelled_at IS NULL
    UNION ALL
    SELECT a.agenda_id, a.starts_at, a.ends_at, a.occupied_from, a.occupied_until
    FROM practiceacl.appointment_archive a
    WHERE practiceacl.can(a.agenda_id, 'freebusy')
      AND a.cancelled_at IS NULL
    UNION ALL
    SELECT b.agenda_id, b.starts_at, b.ends_at, b.starts_at, b.ends_at
    FROM practiceacl.absence b
    WHERE practiceacl.can(b.agenda_id, 'freebusy')
    UNION ALL
    SELECT g.id, span.starts_at, span.ends_at, span.starts_at, span.ends_at
    FROM practiceacl.agenda g
    JOIN practiceacl.closing k ON k.organization_id = g.organization_id
    CROSS JOIN LATERAL (
        SELECT k.from_date::timestamp AT TIME ZONE practiceacl.known_zone(g.time_zone) AS starts_at,
               (k.until_date + 1)::timestamp AT TIME ZONE practiceacl.known_zone(g.time_zone) AS ends_at
    ) AS span
    WHERE practiceacl.can(g.id, 'freebusy')
      AND practiceacl.is_member(k.organization_id);
COMMENT ON VIEW practiceacl.busy IS
    'when an agenda is booked or closed or its holder absent, for those with freebusy or more on it; overlapping times stand as they are';
COMMENT ON COLUMN practiceacl.busy.occupied_from IS
    'since when the agenda is taken: of an appointment with its pauses';
COMMENT ON COLUMN practiceacl.busy.occupied_until IS 'and until when';
