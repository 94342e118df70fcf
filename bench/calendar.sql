-- What a day of the calendar costs as the past grows: calendar_between()
-- against a condition on both ends of the view calendar.
--
--     make bench TESTS=calendar

\set ON_ERROR_STOP on
\set QUIET on
\pset footer off
SET client_min_messages = warning;
SET synchronous_commit = off;

CREATE SCHEMA bench;
CREATE FUNCTION bench.id(kind int, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE
    RETURN (lpad(kind::text, 8, '0') || '-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid;
INSERT INTO practiceacl.organization (id, name) VALUES (bench.id(1, 0), 'practice');
INSERT INTO practiceacl.account (id, email, first_name, last_name)
SELECT bench.id(2, n), n || '@bench.example', 'First', 'Last' FROM generate_series(0, 1) AS n;
INSERT INTO practiceacl.membership (organization_id, account_id)
SELECT bench.id(1, 0), bench.id(2, n) FROM generate_series(0, 1) AS n;
INSERT INTO practiceacl.agenda (organization_id, id, holder_id, time_zone, name, data_controller)
SELECT bench.id(1, 0), bench.id(3, n), bench.id(2, 0), 'Europe/Paris', 'agenda ' || n, 'controller'
FROM generate_series(0, 29) AS n;
-- The user who is watched reads 15 of 30.
INSERT INTO practiceacl.access_grant (organization_id, agenda_id, account_id, rights)
SELECT bench.id(1, 0), bench.id(3, n), bench.id(2, 1), 'read' FROM generate_series(0, 14) AS n;
CREATE ROLE bench_calendar;
SELECT practiceacl.grant_application('bench_calendar') \g /dev/null
GRANT USAGE ON SCHEMA bench TO bench_calendar;

-- A year of appointments: 24 a day, five days a week, and a day's absence a month.
CREATE PROCEDURE bench.add_year(year int) LANGUAGE sql AS $$
    INSERT INTO practiceacl.appointment (organization_id, agenda_id, starts_at, ends_at, created_by, patient)
    SELECT bench.id(1, 0), bench.id(3, n), at, at + interval '20 minutes', bench.id(2, 0), 'Patient ' || n
    FROM generate_series(0, 29) AS n, generate_series(make_date(year, 1, 1)::timestamptz, make_date(year, 12, 31), '1 day') AS d,
         generate_series(d + interval '8 hours', d + interval '15 hours 40 minutes', '20 minutes') AS at
    WHERE extract(isodow FROM d) < 6;
    INSERT INTO practiceacl.absence (organization_id, agenda_id, starts_at, ends_at, created_by)
    SELECT bench.id(1, 0), bench.id(3, n), d, d + interval '1 day', bench.id(2, 0)
    FROM generate_series(0, 29) AS n, generate_series(make_date(year, 1, 1)::timestamptz, make_date(year, 12, 31), '1 month') AS d;
$$;
CREATE TABLE bench.taken (years int, way text, ms float8, found bigint);
GRANT INSERT, SELECT ON bench.taken TO bench_calendar;

-- The median of so many readings, each in a transaction of its own.
CREATE PROCEDURE bench.watch(years int, way text, query text, token text) LANGUAGE plpgsql AS $$
DECLARE
    times float8[] := '{}';
    began timestamptz;
    found bigint;
BEGIN
    FOR turn IN 1 .. 41 LOOP
        PERFORM set_config('practiceacl.session', token, true);
        PERFORM practiceacl.can(bench.id(3, 0));
        began := clock_timestamp();
        EXECUTE query INTO found;
        times := times || extract(epoch FROM clock_timestamp() - began) * 1000;
        COMMIT;
    END LOOP;
    INSERT INTO bench.taken SELECT years, way, percentile_cont(0.5) WITHIN GROUP (ORDER BY t), found FROM unnest(times) AS t;
    COMMIT;
END $$;
SELECT practiceacl.open_session(bench.id(2, 1)) AS token \gset

CREATE FUNCTION bench.watched(years int, token text) RETURNS SETOF text LANGUAGE sql AS $$
    SELECT format('CALL bench.watch(%s, %L, %L, %L)', years, way, query, token)
    FROM (VALUES
        ('calendar_between()', $q$SELECT count(patient) FROM practiceacl.calendar_between('2060-06-15Z', '2060-06-16Z')$q$),
        ('calendar, both ends', $q$SELECT count(patient) FROM practiceacl.calendar WHERE ends_at > '2060-06-15Z' AND starts_at < '2060-06-16Z'$q$),
        ('calendar, starts alone', $q$SELECT count(patient) FROM practiceacl.calendar WHERE starts_at >= '2060-06-15Z' AND starts_at < '2060-06-16Z'$q$)
    ) AS ways (way, query)
$$;
GRANT EXECUTE ON ALL ROUTINES IN SCHEMA bench TO bench_calendar;
CALL bench.add_year(2060);
VACUUM ANALYZE practiceacl.appointment;
VACUUM ANALYZE practiceacl.absence;
SET ROLE bench_calendar;
SELECT bench.watched(1, :'token') \gexec
RESET ROLE;
SELECT format('CALL bench.add_year(%s)', y) FROM generate_series(2051, 2059) AS y \gexec
VACUUM ANALYZE practiceacl.appointment;
VACUUM ANALYZE practiceacl.absence;
SET ROLE bench_calendar;
SELECT bench.watched(10, :'token') \gexec
RESET ROLE;

\echo 'A day of 15 agendas, with one year of history and with ten (target: flat within 20 %):'
SELECT way, years, found, round(ms::numeric, 3) AS ms,
       round((ms / first_value(ms) OVER (PARTITION BY way ORDER BY years))::numeric, 2) AS "times the first year's"
FROM bench.taken ORDER BY way, years;

DROP OWNED BY bench_calendar;
DROP ROLE bench_calendar;
DROP SCHEMA bench CASCADE;
