-- What grows with the bookings of a cell, and what does not: a booking, a week,
-- a search, a check, what changed, as each agenda goes from 200 bookings to
-- 4,000, all of them on record; and what a booking takes on disk and in the
-- write-ahead log.  More bookings are more agendas, up to five thousand.
--
--     make bench TESTS=bookings
--     BOOKINGS=20000000 make bench TESTS=bookings     (16 GB of disk, half an hour)
--
-- What activity_since() reads are the caller's entries of the hour of its cursor,
-- which grow while this runs.

\set ON_ERROR_STOP on
\set QUIET on
\set most 400000
\getenv most BOOKINGS
\pset footer off
SET client_min_messages = warning;
SET synchronous_commit = off;
SET timezone = 'Europe/Paris';
SELECT greatest(:most / 20, 20000) AS first, least(5000, greatest(:most / 4000, 50)) AS agendas \gset

CREATE SCHEMA bench;
CREATE FUNCTION bench.id(kind int, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE
    RETURN (lpad(kind::text, 8, '0') || '-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid;
CREATE FUNCTION bench.agendas() RETURNS bigint LANGUAGE sql IMMUTABLE RETURN :agendas;
-- Whose turn the n-th booking is: neighbours are not of one practice.  387 has no
-- divisor in common with the number of agendas, so each has as many.
CREATE FUNCTION bench.turn(n bigint) RETURNS bigint LANGUAGE sql IMMUTABLE RETURN n * 387 % bench.agendas();
-- Agendas' ids are as scattered as real ones: bookings on many come in turn.
CREATE FUNCTION bench.agenda(n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE
    RETURN (substr(md5(n::text), 1, 12) || '7' || substr(md5(n::text), 14, 3) || '8' || substr(md5(n::text), 18, 15))::uuid;
INSERT INTO practiceacl.organization (id, name) SELECT bench.id(1, n), 'practice' FROM generate_series(0, 99) AS n;
INSERT INTO practiceacl.account (id, email, first_name, last_name)
SELECT bench.id(2, n), n || '@bench.example', 'First', 'Last' FROM generate_series(0, :agendas - 1) AS n;
INSERT INTO practiceacl.membership (organization_id, account_id)
SELECT bench.id(1, n / 50), bench.id(2, n) FROM generate_series(0, :agendas - 1) AS n;
INSERT INTO practiceacl.agenda (organization_id, id, holder_id, time_zone, name, data_controller, slot_minutes)
SELECT bench.id(1, n / 50), bench.agenda(n), bench.id(2, n), 'Europe/Paris', 'agenda ' || n, 'controller', 20
FROM generate_series(0, :agendas - 1) AS n;
INSERT INTO practiceacl.opening (organization_id, agenda_id, weekday, opens_at, closes_at)
SELECT organization_id, id, d, '08:00', '18:00' FROM practiceacl.agenda, generate_series(1, 5) AS d;
-- The user who is watched books on 15 agendas of theirs.
INSERT INTO practiceacl.access_grant (organization_id, agenda_id, account_id, rights)
SELECT bench.id(1, 0), bench.agenda(n), bench.id(2, 1), 'book' FROM generate_series(2, 15) AS n;
\ir ../test/setup/record.sql
SELECT record.begin_all() \g /dev/null
CREATE ROLE bench_bookings;
SELECT practiceacl.grant_application('bench_bookings') \g /dev/null
GRANT USAGE ON SCHEMA bench TO bench_bookings;

-- Bookings of the past, from the newest back: 24 a day on each agenda, those of one
-- practice not side by side; with their entries, whose hashes are of nothing.
CREATE PROCEDURE bench.fill(have bigint, want bigint) LANGUAGE sql AS $$
    INSERT INTO practiceacl.appointment (organization_id, agenda_id, starts_at, ends_at, created_by, patient)
    SELECT bench.id(1, g / 50), bench.agenda(g), at, at + interval '20 minutes', bench.id(2, g), 'Patient ' || n
    FROM generate_series(have, want - 1) AS n, LATERAL (SELECT bench.turn(n) AS g, n / bench.agendas() AS slot) AS k,
         LATERAL (SELECT timestamptz '2025-12-31 08:00Z' - slot / 24 * interval '1 day' + slot % 24 * interval '20 minutes' AS at) AS t;
    INSERT INTO practiceacl.activity_entry (organization_id, chain, sequence, id, recorded_at, agenda_id, actor_id, session_id, subject_id, act, facts, detail_digest, hash)
    SELECT bench.id(1, g / 50), bench.agenda(g), n / bench.agendas() + 2,
           (lpad(to_hex(1735689600000 + n), 12, '0') || '7' || substr(md5(n::text), 14, 3) || '8' || substr(md5(n::text), 18, 15))::uuid,
           timestamptz '2025-01-01Z' + n * interval '1 ms', bench.agenda(g), bench.id(2, g), bench.id(5, g), bench.agenda(-n), 'appointment.booked',
           '{"ends_at": "2058-01-05T08:30:00Z", "starts_at": "2058-01-05T08:15:00Z"}', sha256(int8send(n)), sha256(int8send(-n))
    FROM generate_series(have, want - 1) AS n, LATERAL (SELECT bench.turn(n) AS g) AS k;
    UPDATE practiceacl.activity_chain c SET entries = entries + (want - have) / bench.agendas() WHERE chain <> organization_id;
$$;
-- Rows come faster where indexes are made afterwards.
CREATE TABLE bench.later AS
SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS gone,
       format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) AS made
FROM pg_constraint WHERE conname IN ('appointment_no_overlap', 'appointment_agenda_fkey')
UNION ALL
SELECT format('DROP INDEX %s', indexrelid::regclass), pg_get_indexdef(indexrelid)
FROM pg_index WHERE indrelid IN ('practiceacl.appointment'::regclass, 'practiceacl.activity_entry'::regclass)
  AND NOT indisprimary AND NOT indisexclusion;
SET maintenance_work_mem = '512MB';

CREATE TABLE bench.taken (bookings bigint, task text, ms float8, cpu float8);
GRANT INSERT, SELECT ON bench.taken TO bench_bookings;
-- Nanoseconds that this connection has computed, where the system is Linux, to
-- some milliseconds: others at work on the machine do not change it.
CREATE FUNCTION bench.cpu() RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    RETURN split_part(pg_read_file('/proc/self/schedstat'), ' ', 1);
EXCEPTION WHEN OTHERS THEN
    RETURN NULL;
END $$;
-- The median of so many readings, each in a transaction of its own.
CREATE PROCEDURE bench.watch(bookings bigint, task text, query text, token text) LANGUAGE plpgsql AS $$
DECLARE
    times float8[] := '{}';
    cpu bigint := bench.cpu();
    began timestamptz;
    found text;
BEGIN
    FOR turn IN 1 .. 301 LOOP
        PERFORM set_config('practiceacl.session', token, true);
        began := clock_timestamp();
        EXECUTE query INTO found USING turn;
        times := times || extract(epoch FROM clock_timestamp() - began) * 1000;
        COMMIT;
    END LOOP;
    INSERT INTO bench.taken SELECT bookings, task, percentile_cont(0.5) WITHIN GROUP (ORDER BY t), (bench.cpu() - cpu) / 301e6 FROM unnest(times) AS t;
    COMMIT;
END $$;
SELECT practiceacl.open_session(bench.id(2, 1)) AS token \gset
GRANT EXECUTE ON FUNCTION bench.agenda TO bench_bookings;

CREATE FUNCTION bench.watched(bookings bigint, token text, year int) RETURNS SETOF text LANGUAGE sql AS $$
    SELECT format('CALL bench.watch(%s, %L, %L, %L)', bookings, task, replace(query, 'YEAR', year::text), token)
    FROM (VALUES
        ('one check', 'SELECT practiceacl.can(bench.agenda(3), ''book'')'),
        ('a day, calendar_between()', 'SELECT count(patient) FROM practiceacl.calendar_between(''2025-12-30Z'', ''2025-12-31Z'')'),
        ('a week of 15 agendas', 'SELECT count(patient) FROM practiceacl.appointment WHERE starts_at >= ''2025-12-25Z'' AND starts_at < ''2026-01-01Z'''),
        ('find_slots(), first 20', 'SELECT count(*) FROM practiceacl.find_slots(''2058-03-01Z'', ''2058-04-01Z'')'),
        ('changes_since(), nothing new', 'SELECT count(*) FROM practiceacl.changes_since((SELECT c.cursor FROM practiceacl.changes_since() AS c))'),
        ('activity_since(), nothing new', 'SELECT count(*) FROM practiceacl.activity_since(practiceacl.new_id())'),
        ('book()', 'SELECT practiceacl.book(bench.agenda(2 + $1 % 14), timestamptz ''YEAR-01-05 00:00Z'' + $1 * interval ''1 hour'', patient => ''Somebody'')')
    ) AS tasks (task, query)
$$;
GRANT EXECUTE ON ALL ROUTINES IN SCHEMA bench TO bench_bookings;
CREATE FUNCTION bench.bytes() RETURNS TABLE (relation text, bytes bigint) LANGUAGE sql AS $$
    SELECT relname, pg_total_relation_size(oid) FROM pg_class
    WHERE oid IN ('practiceacl.appointment'::regclass, 'practiceacl.activity_entry'::regclass)
$$;


\echo 'Filling ...'
SELECT gone FROM bench.later \gexec
CALL bench.fill(0, :first);
SELECT made FROM bench.later ORDER BY made ~ 'ADD CONSTRAINT' DESC \gexec
VACUUM ANALYZE practiceacl.appointment, practiceacl.activity_entry, practiceacl.activity_chain;
CREATE TABLE bench.size AS SELECT * FROM bench.bytes();
-- The first round is not counted: it leaves bookings after the time that is
-- searched, as there always are some.
SET ROLE bench_bookings;
SELECT bench.watched(0, :'token', 2060) \gexec
SELECT bench.watched(:first, :'token', 2061) \gexec
RESET ROLE;
DELETE FROM bench.taken WHERE bookings = 0;
SELECT gone FROM bench.later \gexec
CALL bench.fill(:first, :most);
SELECT made FROM bench.later ORDER BY made ~ 'ADD CONSTRAINT' DESC \gexec
VACUUM ANALYZE practiceacl.appointment, practiceacl.activity_entry, practiceacl.activity_chain;
CREATE TABLE bench.size_then AS SELECT * FROM bench.bytes();
SELECT pg_current_wal_insert_lsn() AS before \gset
SET ROLE bench_bookings;
SELECT bench.watched(:most, :'token', 2062) \gexec
RESET ROLE;
SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), :'before') / 301 AS wal \gset

\echo 'The same with few bookings and with many (target: flat within 20 %):'
SELECT task, bookings, round(ms::numeric, 3) AS ms,
       round((ms / first_value(ms) OVER (PARTITION BY task ORDER BY bookings))::numeric, 2) AS "times the first",
       round(cpu::numeric, 3) AS "ms computed",
       round((cpu / nullif(first_value(cpu) OVER (PARTITION BY task ORDER BY bookings), 0))::numeric, 2) AS "times the first's"
FROM bench.taken ORDER BY task, bookings;
\echo 'Bytes of a booking, with indexes that are packed, and of its write-ahead log:'
SELECT relation, round((t.bytes - s.bytes)::numeric / (:most - :first)) AS bytes
FROM bench.size s JOIN bench.size_then t USING (relation)
UNION ALL SELECT 'write-ahead log', round(:wal) ORDER BY 1;

DROP OWNED BY bench_bookings;
DROP ROLE bench_bookings;
DROP SCHEMA bench CASCADE;
