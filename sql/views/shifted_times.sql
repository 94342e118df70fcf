/*
 * What is to come and was placed by other rules of its time zone than the server
 * has now: zones are changed by law, and their rules by updates of the system.
 */
CREATE VIEW practiceacl.shifted_times WITH (security_barrier) AS
    SELECT t.organization_id,
           t.agenda_id,
           g.time_zone,
           t.kind,
           t.id,
           t.starts_at,
           t.ends_at,
           t.local_start,
           t.local_end,
           shown.local_start AS shown_start,
           shown.local_end AS shown_end
    FROM (
        SELECT p.organization_id, p.agenda_id, 'appointment' AS kind, p.id,
               p.starts_at, p.ends_at, p.local_start, p.local_end
        FROM practiceacl.appointment p
        WHERE p.cancelled_at IS NULL
          AND p.part_of IS NULL
          AND p.ends_at > practiceacl.reading_time()
        UNION ALL
        SELECT b.organization_id, b.agenda_id, 'absence', b.id,
               b.starts_at, b.ends_at, b.local_start, b.local_end
        FROM practiceacl.absence b
        WHERE b.ends_at > practiceacl.reading_time()
    ) AS t
    JOIN practiceacl.agenda g ON g.organization_id = t.organization_id AND g.id = t.agenda_id
    CROSS JOIN LATERAL (
        SELECT practiceacl.wall_clock(t.starts_at, g.time_zone) AS local_start,
               practiceacl.wall_clock(t.ends_at, g.time_zone) AS local_end
    ) AS shown
    WHERE t.local_start <> shown.local_start
       OR t.local_end <> shown.local_end;
COMMENT ON VIEW practiceacl.shifted_times IS
    'appointments and absences to come that the wall clock of their agenda shows at another time than when they were placed, because the rules of its time zone have changed: restore_wall_clock() moves them';
COMMENT ON COLUMN practiceacl.shifted_times.kind IS
    'appointment or absence';
COMMENT ON COLUMN practiceacl.shifted_times.local_start IS
    'what the wall clock was to show at the start';
COMMENT ON COLUMN practiceacl.shifted_times.shown_start IS
    'what it will show';
