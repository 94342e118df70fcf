-- What the archive gives and what it costs: bytes of a booking, a week of long ago,
-- this week, a booking, with everything in one table and with what is old apart.
--
--     make bench TESTS=archive
--     BOOKINGS=4000000 make bench TESTS=archive

\set ON_ERROR_STOP on
\set QUIET on
\set most 400000
\getenv most BOOKINGS
\pset footer off
SET client_min_messages = warning;
SET synchronous_commit = off;
SET timezone = 'Europe/Paris';
SELECT greatest(:most / 4000, 50) AS agendas \gset

CREATE SCHEMA bench;
CREATE FUNCTION bench.id(kind int, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE
    RETURN (lpad(kind::text, 8, '0') || '-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid;
CREATE FUNCTION bench.agenda(n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE
    RETURN (substr(md5(n::text), 1, 12) || '7' || substr(md5(n::text), 14, 3) || '8' || substr(md5(n::text), 18, 15))::uuid;
INSERT INTO practiceacl.organization (id, name) SELECT bench.id(1, n), 'practice' FROM generate_series(0, (:agendas - 1) / 50) AS n;
INSERT INTO practiceacl.account (id, email, first_name, last_name)
SELECT bench.id(2, n), n || '@bench.example', 'First', 'Last' FROM generate_series(0, :agendas - 1) AS n;
INSERT INTO practiceacl.membership (organization_id, account_id)
SELECT bench.id(1, n / 50), bench.id(2, n) FROM generate_series(0, :agendas - 1) AS n;
INSERT INTO practiceacl.agenda (organization_id, id, holder_id, time_zone, name, data_controller, slot_minutes)
SELECT bench.id(1, n / 50), bench.agenda(n), bench.id(2, n), 'Europe/Paris', 'agenda ' || n, 'controller', 20
FROM generate_series(0, :agendas - 1) AS n;
INSERT INTO practiceacl.access_grant (organization_id, agenda_id, account_id, rights)
SELECT bench.id(1, 0), bench.agenda(n), bench.id(2, 1), 'book' FROM generate_series(2, 15) AS n;
INSERT INTO practiceacl.opening (organization_id, agenda_id, weekday, opens_at, closes_at)
SELECT organization_id, id, d, '08:00', '18:00' FROM practiceacl.agenda, generate_series(1, 5) AS d;
\ir ../test/setup/record.sql
SELECT record.begin_all() \g /dev/null
CREATE ROLE bench_archive;
SELECT practiceacl.grant_application('bench_archive') \g /dev/null
GRANT USAGE ON SCHEMA bench TO bench_archive;

-- 24 a day on each agenda, up to last night, in the order in which they were booked:
-- day by day, on all agendas in turn.
CREATE FUNCTION bench.days() RETURNS int LANGUAGE sql IMMUTABLE RETURN (:most / :agendas / 24)::int;
CREATE FUNCTION bench.day(n int) RETURNS timestamptz LANGUAGE sql STABLE
    RETURN (now() AT TIME ZONE 'UTC')::date::timestamp AT TIME ZONE 'UTC' - n * interval '24 hours';
\echo 'Filling ...'
INSERT INTO practiceacl.appointment (organization_id, agenda_id, starts_at, ends_at, created_by, patient)
SELECT bench.id(1, g / 50), bench.agenda(g), at, at + interval '20 minutes', bench.id(2, g), 'Patient ' || d * 24 + slot
FROM generate_series(bench.days(), 1, -1) AS d, generate_series(0, 23) AS slot, generate_series(0, :agendas - 1) AS g,
     LATERAL (SELECT bench.day(d) + interval '8 hours' + slot * interval '20 minutes' AS at) AS t;
VACUUM ANALYZE practiceacl.appointment;

CREATE TABLE bench.taken (stage text, task text, ms float8, pages bigint);
GRANT INSERT, SELECT ON bench.taken TO bench_archive;
-- The median of so many readings, each in a transaction of its own; and the pages of one.
CREATE PROCEDURE bench.watch(stage text, task text, query text, token text) LANGUAGE plpgsql AS $$
DECLARE
    times float8[] := '{}';
    began timestamptz;
    found text;
    plan json;
BEGIN
    FOR turn IN 1 .. 301 LOOP
        PERFORM set_config('practiceacl.session', token, true);
        began := clock_timestamp();
        EXECUTE query INTO found USING turn;
        times := times || extract(epoch FROM clock_timestamp() - began) * 1000;
        COMMIT;
    END LOOP;
    PERFORM set_config('practiceacl.session', token, true);
    EXECUTE 'EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ' || replace(query, '$1', '302') INTO plan;
    INSERT INTO bench.taken SELECT stage, task, percentile_cont(0.5) WITHIN GROUP (ORDER BY t),
        (plan #>> '{0,Plan,Shared Hit Blocks}')::bigint + (plan #>> '{0,Plan,Shared Read Blocks}')::bigint FROM unnest(times) AS t;
    COMMIT;
END $$;
SELECT practiceacl.open_session(bench.id(2, 1)) AS token \gset
CREATE FUNCTION bench.watched(stage text, token text) RETURNS SETOF text LANGUAGE sql AS $$
    SELECT format('CALL bench.watch(%L, %L, %L, %L)', stage, task, query, token)
    FROM (VALUES
        ('this week of 15 agendas, calendar_between()', 'SELECT count(patient) FROM practiceacl.calendar_between(bench.day(6), bench.day(-1))'),
        ('this week of 15 agendas, calendar', 'SELECT count(patient) FROM practiceacl.calendar WHERE starts_at >= bench.day(6) AND starts_at < bench.day(-1)'),
        ('this week of 15 agendas, appointment', 'SELECT count(patient) FROM practiceacl.appointment WHERE starts_at >= bench.day(6) AND starts_at < bench.day(-1)'),
        ('a week of long ago, calendar_between()', 'SELECT count(patient) FROM practiceacl.calendar_between(bench.day(107), bench.day(100))'),
        ('a week of long ago, calendar', 'SELECT count(patient) FROM practiceacl.calendar WHERE starts_at >= bench.day(107) AND starts_at < bench.day(100)'),
        ('find_slots(), the first 20', 'SELECT count(*) FROM practiceacl.find_slots(''2059-03-01Z'', ''2059-04-01Z'')'),
        ('today on 15 agendas, calendar_between()', 'SELECT count(patient) FROM practiceacl.calendar_between(bench.day(1), bench.day(0))'),
        ('a booking', format('SELECT practiceacl.book(bench.agenda(2 + $1 %% 14), timestamptz ''%s-01-05 00:00Z'' + $1 * interval ''1 hour'', patient => ''Somebody'')', 2060 + length(stage)))
    ) AS tasks (task, query)
$$;
GRANT EXECUTE ON ALL ROUTINES IN SCHEMA bench TO bench_archive;

SET ROLE bench_archive;
SELECT bench.watched('one table', :'token') \gexec
RESET ROLE;
CREATE TABLE bench.sizes AS SELECT 'as it grew' AS stage, relname::text AS relation, pg_relation_size(oid)::float8 / :most AS bytes
FROM pg_class WHERE oid = 'practiceacl.appointment'::regclass OR oid IN (SELECT indexrelid FROM pg_index WHERE indrelid = 'practiceacl.appointment'::regclass);

\echo 'Archiving what ended 60 days ago, 5,000 at a time ...'
CREATE TABLE bench.calls (rows bigint, ms float8);
CREATE PROCEDURE bench.archive() LANGUAGE plpgsql AS $$
DECLARE
    began timestamptz;
    moved bigint;
BEGIN
    LOOP
        began := clock_timestamp();
        moved := practiceacl.archive_appointments(bench.day(60), 5000);
        INSERT INTO bench.calls VALUES (moved, extract(epoch FROM clock_timestamp() - began) * 1000);
        COMMIT;
        EXIT WHEN moved = 0;
    END LOOP;
END $$;
SELECT pg_current_wal_insert_lsn() AS before \gset
CALL bench.archive();
SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), :'before') / sum(rows) AS wal FROM bench.calls \gset
VACUUM ANALYZE practiceacl.appointment;
VACUUM ANALYZE practiceacl.appointment_archive;
CREATE FUNCTION bench.size_archive(stage text) RETURNS void LANGUAGE sql AS $$
    INSERT INTO bench.sizes SELECT stage, relname::text, pg_relation_size(oid)::float8 / (SELECT count(*) FROM practiceacl.appointment_archive)
    FROM pg_class WHERE oid = 'practiceacl.appointment_archive'::regclass OR oid IN (SELECT indexrelid FROM pg_index WHERE indrelid = 'practiceacl.appointment_archive'::regclass)
$$;
SELECT bench.size_archive('archived') \g /dev/null
SET ROLE bench_archive;
SELECT bench.watched('archived', :'token') \gexec
RESET ROLE;

REINDEX TABLE practiceacl.appointment_archive;
SELECT bench.size_archive('archived, REINDEX') \g /dev/null

\echo 'Bytes of an appointment:'
SELECT * FROM (SELECT stage, relation, round(bytes::numeric, 1) AS bytes FROM bench.sizes WHERE bytes > 0.5
    UNION ALL SELECT stage, 'all', round(sum(bytes)::numeric, 1) FROM bench.sizes GROUP BY stage) AS s ORDER BY stage, bytes DESC;
\echo 'Archiving:'
SELECT count(*) AS calls, sum(rows) AS rows, round((sum(ms) / sum(rows) * 1000)::numeric, 1) AS "us a row", round(max(ms)::numeric) AS "ms of the longest call", round(:wal) AS "bytes of WAL a row" FROM bench.calls WHERE rows > 0;
\echo 'Before and after (this week, a booking: target flat within 20 %):'
SELECT task, round(min(ms) FILTER (WHERE stage = 'one table')::numeric, 3) AS "ms before", round(min(ms) FILTER (WHERE stage = 'archived')::numeric, 3) AS "ms after",
    min(pages) FILTER (WHERE stage = 'one table') AS "pages before", min(pages) FILTER (WHERE stage = 'archived') AS "pages after"
FROM bench.taken GROUP BY task ORDER BY task;

DROP OWNED BY bench_archive;
DROP ROLE bench_archive;
DROP SCHEMA bench CASCADE;
