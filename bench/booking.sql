-- What booking costs: the writing function with its checks, its lock and its
-- record, against a plain INSERT of the same row under the same constraints;
-- and sixteen clients that want the same slots of one agenda.
--
--     make bench TESTS=booking

\set ON_ERROR_STOP on
\set QUIET on
\if :{?seconds} \else \set seconds 8 \endif
\if :{?clients} \else \set clients 16 \endif
\pset footer off
SET client_min_messages = warning;

CREATE SCHEMA bench;
CREATE FUNCTION bench.id(kind int, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE
    RETURN (lpad(kind::text, 8, '0') || '-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid;
INSERT INTO practiceacl.organization (id, name) VALUES (bench.id(1, 0), 'practice');
INSERT INTO practiceacl.account (id, email, first_name, last_name)
SELECT bench.id(2, n), n || '@bench.example', 'First', 'Last' FROM generate_series(0, 999) AS n;
INSERT INTO practiceacl.membership (organization_id, account_id)
SELECT bench.id(1, 0), bench.id(2, n) FROM generate_series(0, 999) AS n;
INSERT INTO practiceacl.agenda (organization_id, id, holder_id, time_zone, name, data_controller)
SELECT bench.id(1, 0), bench.id(3, n), bench.id(2, n % 1000), 'Europe/Paris', 'agenda ' || n, 'controller'
FROM generate_series(0, 1000) AS n;
\ir ../test/setup/record.sql
SELECT record.begin_all() \g /dev/null
-- Two rooms for each of them.
INSERT INTO practiceacl.agenda (organization_id, id, time_zone, name, data_controller, kind)
SELECT bench.id(1, 0), bench.id(4, n), 'Europe/Paris', 'room ' || n, 'controller', 'room'
FROM generate_series(0, 1999) AS n;
INSERT INTO practiceacl.access_grant (organization_id, agenda_id, account_id, rights)
SELECT bench.id(1, 0), bench.id(4, n), bench.id(2, n / 2), 'book' FROM generate_series(0, 1999) AS n;
SELECT record.begin_all() \g /dev/null
CREATE TABLE bench.desk AS
SELECT n, practiceacl.open_session(bench.id(2, n)) AS token FROM generate_series(0, 999) AS n;
CREATE UNIQUE INDEX ON bench.desk (n);

-- The same row, the same indexes, the same constraints, the same foreign key.
CREATE TABLE bench.plain (LIKE practiceacl.appointment INCLUDING ALL);
ALTER TABLE bench.plain
    ADD FOREIGN KEY (organization_id, agenda_id) REFERENCES practiceacl.agenda (organization_id, id),
    ADD EXCLUDE USING gist (practiceacl.slot(agenda_id, occupied_from, occupied_until, overbooked)
        WITH OPERATOR(practiceacl.#)) WHERE (cancelled_at IS NULL);

-- A taken slot is an answer here, not an error.
CREATE FUNCTION bench.try_to_book(agenda uuid, starts timestamptz) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    PERFORM practiceacl.book(agenda, starts);
    RETURN true;
EXCEPTION WHEN exclusion_violation THEN
    RETURN false;
END $$;
VACUUM ANALYZE;

CREATE TABLE bench.taken (what text, turn int, tps float8);
\setenv CLIENTS :clients
\setenv SECONDS_EACH :seconds
\echo 'Booking on 1,000 agendas and inserting, by turns ...'
\set tps `pgbench -n -M prepared -c $CLIENTS -j 2 -T $SECONDS_EACH -f booking/spread.sql | awk '/^tps/ { print $3 }'`
INSERT INTO bench.taken VALUES ('book()', 1, :tps);
\set tps `pgbench -n -M prepared -c $CLIENTS -j 2 -T $SECONDS_EACH -f booking/plain.sql | awk '/^tps/ { print $3 }'`
INSERT INTO bench.taken VALUES ('INSERT', 1, :tps);
\set tps `pgbench -n -M prepared -c $CLIENTS -j 2 -T $SECONDS_EACH -f booking/spread.sql | awk '/^tps/ { print $3 }'`
INSERT INTO bench.taken VALUES ('book()', 2, :tps);
\set tps `pgbench -n -M prepared -c $CLIENTS -j 2 -T $SECONDS_EACH -f booking/plain.sql | awk '/^tps/ { print $3 }'`
INSERT INTO bench.taken VALUES ('INSERT', 2, :tps);
\set tps `pgbench -n -M prepared -c $CLIENTS -j 2 -T $SECONDS_EACH -f booking/rooms.sql | awk '/^tps/ { print $3 }'`
INSERT INTO bench.taken VALUES ('book() with two rooms', 1, :tps);
\set tps `pgbench -n -M prepared -c $CLIENTS -j 2 -T $SECONDS_EACH -f booking/spread.sql | awk '/^tps/ { print $3 }'`
INSERT INTO bench.taken VALUES ('book()', 3, :tps);
\set tps `pgbench -n -M prepared -c $CLIENTS -j 2 -T $SECONDS_EACH -f booking/rooms.sql | awk '/^tps/ { print $3 }'`
INSERT INTO bench.taken VALUES ('book() with two rooms', 2, :tps);

SELECT round(((SELECT max(tps) FROM bench.taken WHERE what = 'book()')
              / (SELECT max(tps) FROM bench.taken WHERE what = 'book() with two rooms'))::numeric, 2)
           AS "time of a booking with two rooms, times book()",
       2.0 AS "target at most";
SELECT what, round(max(tps)) AS "transactions a second, best of two",
       round((max(tps) / (SELECT max(tps) FROM bench.taken WHERE what = 'INSERT'))::numeric, 2) AS "times INSERT",
       CASE what WHEN 'book()' THEN 0.5 END AS "target at least"
FROM bench.taken GROUP BY what ORDER BY what DESC;

\echo 'Sixteen clients, 750 slots of one agenda ...'
\set failures `pgbench -n -M prepared -c $CLIENTS -j 2 -t 600 -f booking/contended.sql 2>&1 | grep -cE 'ERROR|deadlock|aborted'`
SELECT count(*) AS booked, 750 - count(*) AS left_free, :failures AS errors,
       (SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()) AS deadlocks,
       (SELECT count(*) FROM practiceacl.appointment AS a JOIN practiceacl.appointment AS b
        ON a.agenda_id = b.agenda_id AND a.id < b.id
        AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at
        WHERE a.agenda_id = bench.id(3, 1000)) AS overlaps
FROM practiceacl.appointment WHERE agenda_id = bench.id(3, 1000);

\echo 'The record of all that holds:'
SELECT count(*) AS chains, sum(entries) AS entries, count(*) FILTER (WHERE first_broken <> 0) AS broken
FROM practiceacl.verify_activity(bench.id(1, 0));

DROP SCHEMA bench CASCADE;
