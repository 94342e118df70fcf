/*
 * A week of a calendar for a terminal.  It runs with its caller's privileges
 * on calendar_between(), so it shows what that shows; ten characters a cell
 * make a line of 98.  A week is too little to compile anything for.
 */

CREATE FUNCTION practiceacl.week(
    agenda_id uuid, day date DEFAULT NULL,
    step interval DEFAULT '30 minutes'
) RETURNS TABLE (
    hour text, monday text, tuesday text, wednesday text, thursday text,
    friday text, saturday text, sunday text
)
    LANGUAGE sql STABLE ROWS 30 SET search_path = pg_catalog, pg_temp
    SET jit = off
BEGIN ATOMIC
    WITH frame AS (
        SELECT g.id, zone.time_zone, g.day_start, g.day_end,
               date_trunc('week', coalesce(week.day::timestamp,
                   practiceacl.reading_time() AT TIME ZONE zone.time_zone))::date AS monday
        FROM practiceacl.agenda g
        CROSS JOIN LATERAL (SELECT practiceacl.known_zone(g.time_zone) AS time_zone) AS zone
        WHERE g.id = week.agenda_id
          AND practiceacl.can(g.id, 'read')
          AND week.step >= '1 minute' AND week.step <= '1 day'
    ), bounds AS MATERIALIZED (
        SELECT f.*, f.monday::timestamp AT TIME ZONE f.time_zone AS from_time,
               (f.monday + 7)::timestamp AT TIME ZONE f.time_zone AS until_time
        FROM frame f
    ), entry AS MATERIALIZED (
        SELECT c.kind, c.starts_at, c.ends_at,
               CASE c.kind WHEN 'absence' THEN '(absent)' WHEN 'hold' THEN '(held)' WHEN 'closing' THEN '(closed)'
                    ELSE CASE WHEN c.status = 'busy' THEN 'busy' ELSE coalesce(nullif(btrim(regexp_replace(c.patient, '[[:space:][:cntrl:]]+', ' ', 'g')), ''), 'booked') END
               END AS words,
               c.starts_at AT TIME ZONE b.time_zone AS local_start,
               c.ends_at AT TIME ZONE b.time_zone AS local_end
        FROM bounds b
        CROSS JOIN LATERAL practiceacl.calendar_between(b.from_time, b.until_time, ARRAY[b.id]) c
    ), shown AS MATERIALIZED (
        SELECT least(date_trunc('hour', b.day_start - time '00:00'),
                     (SELECT min(date_trunc('hour', e.local_start::time - time '00:00'))
                      FROM entry e WHERE e.kind = 'appointment')) AS first,
               greatest(b.day_end - time '00:00',
                        (SELECT max(e.local_start::time - time '00:00') + interval '1 minute'
                         FROM entry e WHERE e.kind = 'appointment')) AS last
        FROM bounds b
    ), cell AS MATERIALIZED (
        SELECT line.number, d.number AS day,
               s.first + line.number * week.step AS at,
               b.monday + d.number - 1 AS date,
               (b.monday + d.number - 1)::timestamp + s.first + line.number * week.step AS local_from,
               ((b.monday + d.number - 1)::timestamp + s.first + line.number * week.step)
                   AT TIME ZONE b.time_zone AS from_time,
               ((b.monday + d.number - 1)::timestamp
                   + least(s.first + (line.number + 1) * week.step, interval '24 hours'))
                   AT TIME ZONE b.time_zone AS until_time
        FROM bounds b
        CROSS JOIN shown s
        CROSS JOIN generate_series(0, ceil(extract(epoch FROM s.last - s.first)
            / extract(epoch FROM week.step))::integer - 1) AS line (number)
        CROSS JOIN generate_series(1, 7) AS d (number)
    ), filled AS (
        SELECT c.number, c.at, c.day,
               CASE
                   WHEN e.starting > 1 THEN rpad(left(e.words, 7), 7) || ' +' || least(e.starting - 1, 9)
                   WHEN e.starting = 1 THEN left(e.words, 10)
                   WHEN e.running THEN ':'
                   WHEN NOT open.open THEN '.'
                   ELSE ''
               END AS words
        FROM cell c
        CROSS JOIN LATERAL (
            SELECT count(*) FILTER (WHERE x.begins) AS starting,
                   (array_agg(x.words ORDER BY x.rank, x.starts_at, x.words) FILTER (WHERE x.begins))[1] AS words,
                   count(*) > 0 AS running
            FROM (SELECT e.words, e.starts_at, (e.kind <> 'appointment')::integer AS rank,
                         e.starts_at >= c.from_time OR c.number = 0 AS begins
                  FROM entry e
                  WHERE e.starts_at < c.until_time AND e.ends_at > c.from_time) AS x
        ) AS e
        CROSS JOIN LATERAL (
            SELECT EXISTS (
                SELECT FROM practiceacl.opening o
                WHERE o.agenda_id = week.agenda_id
                  AND o.weekday = c.day
                  AND c.date BETWEEN o.valid_from AND o.valid_until
                  AND (o.from_week IS NULL
                       OR (c.date >= o.from_week AND (c.date - o.from_week) / 7 % o.every_weeks = 0))
                  AND o.opens_at - time '00:00' < c.at + week.step
                  AND o.closes_at - time '00:00' > c.at) AS open
        ) AS open
    )
    SELECT table_of_week.hour, table_of_week.monday, table_of_week.tuesday,
           table_of_week.wednesday, table_of_week.thursday, table_of_week.friday,
           table_of_week.saturday, table_of_week.sunday
    FROM (
        SELECT -1 AS number, '' AS hour, to_char(b.monday, 'YYYY-MM-DD') AS monday,
               to_char(b.monday + 1, 'YYYY-MM-DD') AS tuesday, to_char(b.monday + 2, 'YYYY-MM-DD') AS wednesday,
               to_char(b.monday + 3, 'YYYY-MM-DD') AS thursday, to_char(b.monday + 4, 'YYYY-MM-DD') AS friday,
               to_char(b.monday + 5, 'YYYY-MM-DD') AS saturday, to_char(b.monday + 6, 'YYYY-MM-DD') AS sunday
        FROM bounds b
        UNION ALL
        SELECT f.number, to_char(f.at, 'HH24:MI'),
               max(f.words) FILTER (WHERE f.day = 1), max(f.words) FILTER (WHERE f.day = 2),
               max(f.words) FILTER (WHERE f.day = 3), max(f.words) FILTER (WHERE f.day = 4),
               max(f.words) FILTER (WHERE f.day = 5), max(f.words) FILTER (WHERE f.day = 6),
               max(f.words) FILTER (WHERE f.day = 7)
        FROM filled f
        GROUP BY f.number, f.at
    ) AS table_of_week
    ORDER BY table_of_week.number;
END;
COMMENT ON FUNCTION practiceacl.week(uuid, date, interval) IS
    'a week of a calendar that the caller may read, hours down and days across, in the agenda''s local time; day is any day of it (today by default). A cell names the patient whose appointment begins in it (+2: two more), : goes on, . is closed';
