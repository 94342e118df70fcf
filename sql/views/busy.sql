/* The one thing that freebusy shows: when, and nothing else. */
CREATE VIEW practiceacl.busy WITH (security_barrier) AS
    SELECT a.agenda_id, a.starts_at, a.ends_at, a.occupied_from, a.occupied_until
    FROM practiceacl.appointment a
    WHERE practiceacl.can(a.agenda_id, 'freebusy')
      AND a.cancelled_at IS NULL
    UNION ALL
    SELECT b.agenda_id, b.starts_at, b.ends_at, b.starts_at, b.ends_at
    FROM practiceacl.absence b
    WHERE practiceacl.can(b.agenda_id, 'freebusy');
COMMENT ON VIEW practiceacl.busy IS
    'when an agenda is booked or its holder absent, for those with freebusy or more on it; overlapping times stand as they are';
COMMENT ON COLUMN practiceacl.busy.occupied_from IS
    'since when the agenda is taken: of an appointment with its pauses';
COMMENT ON COLUMN practiceacl.busy.occupied_until IS 'and until when';
