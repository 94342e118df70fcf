-- What it costs to find free slots: find_slots() against free_slots() of each
-- agenda and against a query by hand without any rights; free_slots() of a
-- week against reading that week.
--
--     make bench TESTS=search

\set ON_ERROR_STOP on
\set QUIET on
\pset footer off
SET client_min_messages = warning;
SET synchronous_commit = off;
SET timezone = 'Europe/Paris';

CREATE SCHEMA bench;
CREATE FUNCTION bench.id(kind int, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE
    RETURN (lpad(kind::text, 8, '0') || '-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid;
INSERT INTO practiceacl.organization (id, name) VALUES (bench.id(1, 0), 'practice');
INSERT INTO practiceacl.account (id, email, first_name, last_name)
SELECT bench.id(2, n), n || '@bench.example', 'First', 'Last' FROM generate_series(0, 4) AS n;
INSERT INTO practiceacl.membership (organization_id, account_id)
SELECT bench.id(1, 0), bench.id(2, n) FROM generate_series(0, 4) AS n;
-- 300 agendas that are 95 % full for a year, and 300 without an appointment.
INSERT INTO practiceacl.agenda (organization_id, id, holder_id, time_zone, name, data_controller, slot_minutes)
SELECT bench.id(1, 0), bench.id(3, n), bench.id(2, 0), 'Europe/Paris', 'agenda ' || n, 'controller', 20
FROM generate_series(0, 599) AS n;
INSERT INTO practiceacl.opening (organization_id, agenda_id, weekday, opens_at, closes_at)
SELECT bench.id(1, 0), bench.id(3, n), d, f, f + interval '4 hours'
FROM generate_series(0, 599) AS n, generate_series(1, 5) AS d, unnest('{08:00,14:00}'::time[]) AS f;
INSERT INTO practiceacl.access_grant (organization_id, agenda_id, account_id, rights)
SELECT bench.id(1, 0), bench.id(3, n), bench.id(2, who), 'book_in_hours'
FROM (VALUES (1, 0, 14), (2, 0, 299), (3, 300, 314), (4, 300, 599)) AS a (who, first, last), generate_series(first, last) AS n;
SELECT setseed(0.4) \g /dev/null
INSERT INTO practiceacl.appointment (organization_id, agenda_id, starts_at, ends_at, created_by)
SELECT bench.id(1, 0), bench.id(3, n), at, at + interval '20 minutes', bench.id(2, 0)
FROM generate_series(0, 299) AS n, generate_series(timestamptz '2060-01-05', '2061-01-06', '1 day') AS d,
     unnest('{08:00,14:00}'::interval[]) AS f, generate_series(d + f, d + f + interval '3 hours 40 minutes', '20 minutes') AS at
WHERE extract(isodow FROM d) < 6 AND random() < 0.95;
INSERT INTO practiceacl.absence (organization_id, agenda_id, starts_at, ends_at, created_by)
SELECT bench.id(1, 0), bench.id(3, n), d, d + interval '3 days', bench.id(2, 0)
FROM generate_series(0, 599) AS n, generate_series(timestamptz '2060-01-15', '2061-01-06', '3 months') AS d;
VACUUM ANALYZE practiceacl.appointment;
VACUUM ANALYZE practiceacl.absence;
VACUUM ANALYZE practiceacl.opening;
VACUUM ANALYZE practiceacl.access_grant;

CREATE ROLE bench_search;
SELECT practiceacl.grant_application('bench_search') \g /dev/null
GRANT USAGE ON SCHEMA bench TO bench_search;
CREATE TABLE bench.taken (calendars text, agendas int, days int, way text, ms float8, found text);
GRANT INSERT, SELECT ON bench.taken TO bench_search;

/* The median of as many turns as a second or two allow. */
CREATE PROCEDURE bench.watch(calendars text, agendas int, days int, way text, query text, token text) LANGUAGE plpgsql AS $$
DECLARE
    times float8[] := '{}';
    began timestamptz;
    spent float8 := 0;
    found text;
BEGIN
    FOR turn IN 1 .. 41 LOOP
        EXIT WHEN spent > 1500;
        PERFORM set_config('practiceacl.session', token, true);
        PERFORM practiceacl.can(bench.id(3, 0));
        began := clock_timestamp();
        EXECUTE query INTO found;
        times := times || extract(epoch FROM clock_timestamp() - began) * 1000;
        spent := spent + times[turn];
        COMMIT;
    END LOOP;
    INSERT INTO bench.taken SELECT calendars, agendas, days, way, percentile_cont(0.5) WITHIN GROUP (ORDER BY t), found FROM unnest(times) AS t;
    COMMIT;
END $$;
CREATE TABLE bench.person AS
SELECT n AS who, CASE WHEN n < 3 THEN '95 % full' ELSE 'empty' END AS calendars, CASE n % 2 WHEN 1 THEN 15 ELSE 300 END AS agendas,
       CASE WHEN n < 3 THEN 0 ELSE 300 END AS first, practiceacl.open_session(bench.id(2, n)) AS token
FROM generate_series(1, 4) AS n;

/*
 * By hand, as the owner of the tables: no rights, no holds, no closed days; as
 * subqueries, since the planner makes a join of NOT EXISTS that takes minutes.
 */
CREATE FUNCTION bench.by_hand(first int, agendas int, days int) RETURNS text LANGUAGE sql AS $$
    SELECT format($q$
        SELECT string_agg(id || ' ' || at, ',') FROM (
            SELECT g.id, s.at
            FROM practiceacl.agenda g
            CROSS JOIN generate_series(timestamp '2060-01-05', timestamp '2060-01-05' + interval '%3$s days', interval '1 day') AS d
            JOIN practiceacl.opening o ON o.agenda_id = g.id AND o.weekday = extract(isodow FROM d)
            CROSS JOIN LATERAL generate_series((d + o.opens_at) AT TIME ZONE g.time_zone,
                (d + o.closes_at - interval '20 minutes') AT TIME ZONE g.time_zone, interval '20 minutes') AS s (at)
            WHERE g.id BETWEEN bench.id(3, %1$s) AND bench.id(3, %1$s + %2$s - 1)
              AND s.at < timestamptz '2060-01-05' + interval '%3$s days'
              AND (SELECT p.id FROM practiceacl.appointment p
                  WHERE p.agenda_id = g.id AND p.starts_at > s.at - interval '4 hours'
                    AND p.starts_at < s.at + interval '20 minutes' AND p.ends_at > s.at AND p.cancelled_at IS NULL LIMIT 1) IS NULL
              AND (SELECT b.id FROM practiceacl.absence b
                  WHERE b.agenda_id = g.id AND b.ends_at > s.at AND b.starts_at < s.at + interval '20 minutes' LIMIT 1) IS NULL
            ORDER BY s.at, g.id LIMIT 10) AS f$q$, first, agendas, days)
$$;
CREATE FUNCTION bench.searches(way text) RETURNS SETOF text LANGUAGE sql AS $$
    SELECT format('CALL bench.watch(%L, %s, %s, %L, %L, %L)', p.calendars, p.agendas, days, way,
        CASE way
        WHEN 'find_slots' THEN format($q$SELECT string_agg(agenda_id || ' ' || starts_at, ',') FROM practiceacl.find_slots('2060-01-05', timestamptz '2060-01-05' + interval '%s days', max_results => 10)$q$, days)
        WHEN 'free_slots of each' THEN format($q$SELECT string_agg(id || ' ' || starts_at, ',') FROM (SELECT a.id, s.starts_at FROM unnest(practiceacl.agendas('book_in_hours')) AS a (id), LATERAL practiceacl.free_slots(a.id, '2060-01-05', timestamptz '2060-01-05' + interval '%s days') AS s ORDER BY s.starts_at, a.id LIMIT 10) AS f$q$, days)
        ELSE bench.by_hand(p.first, p.agendas, days) END, p.token)
    FROM bench.person p, unnest('{30,365}'::int[]) AS days
    ORDER BY p.who, days
$$;
GRANT SELECT ON bench.person TO bench_search;
GRANT EXECUTE ON ALL ROUTINES IN SCHEMA bench TO bench_search;
SET ROLE bench_search;
SELECT bench.searches('find_slots') \gexec
SELECT bench.searches('free_slots of each') \gexec
RESET ROLE;
SELECT bench.searches('by hand, without rights') \gexec

\echo 'The first 10 free slots (target: flat in the horizon; free_slots of each took 124 ms for 15 agendas and 30 days before it read directly):'
SELECT calendars, agendas, days, way, round(ms::numeric, 3) AS ms,
       round((ms / first_value(ms) OVER (PARTITION BY calendars, agendas, days ORDER BY way = 'find_slots' DESC))::numeric, 1) AS "times find_slots",
       CASE WHEN found IS NOT DISTINCT FROM first_value(found) OVER (PARTITION BY calendars, agendas, days ORDER BY way = 'find_slots' DESC) THEN 'same' ELSE 'other' END AS slots
FROM bench.taken ORDER BY calendars DESC, agendas, days, way <> 'find_slots', way;

TRUNCATE bench.taken;
SELECT token FROM bench.person WHERE who = 1 \gset
SET ROLE bench_search;
CALL bench.watch('95 % full', 1, 7, 'by hand', $q$SELECT count(ends_at) FROM (SELECT starts_at, ends_at FROM practiceacl.appointment WHERE agenda_id = bench.id(3, 7) AND starts_at >= '2060-02-02' AND starts_at < '2060-02-09' ORDER BY starts_at) AS r$q$, :'token');
CALL bench.watch('95 % full', 1, 7, 'free_slots', $q$SELECT count(ends_at) FROM practiceacl.free_slots(bench.id(3, 7), '2060-02-02', '2060-02-09')$q$, :'token');
CALL bench.watch('95 % full', 1, 7, 'find_slots, all', $q$SELECT count(ends_at) FROM practiceacl.find_slots('2060-02-02', '2060-02-09', ARRAY[bench.id(3, 7)], max_results => 1000)$q$, :'token');
CALL bench.watch('95 % full', 1, 30, 'by hand', $q$SELECT count(ends_at) FROM (SELECT starts_at, ends_at FROM practiceacl.appointment WHERE agenda_id = bench.id(3, 7) AND starts_at >= '2060-02-02' AND starts_at < '2060-03-03' ORDER BY starts_at) AS r$q$, :'token');
CALL bench.watch('95 % full', 1, 30, 'free_slots', $q$SELECT count(ends_at) FROM practiceacl.free_slots(bench.id(3, 7), '2060-02-02', '2060-03-03')$q$, :'token');
CALL bench.watch('95 % full', 1, 30, 'find_slots, all', $q$SELECT count(ends_at) FROM practiceacl.find_slots('2060-02-02', '2060-03-03', ARRAY[bench.id(3, 7)], max_results => 1000)$q$, :'token');
RESET ROLE;
\echo 'One agenda (target: free_slots at most 3 times the reading of its rows):'
SELECT days, way, found, round(ms::numeric, 3) AS ms,
       round((ms / first_value(ms) OVER (PARTITION BY days ORDER BY way = 'by hand' DESC))::numeric, 2) AS "times by hand"
FROM bench.taken ORDER BY days, way;

DROP OWNED BY bench_search;
DROP ROLE bench_search;
DROP SCHEMA bench CASCADE;
