-- The rule "no two appointments at once", enforced in two ways: by this
-- extension's compact slot, and by btree_gist with a range of times. Builds
-- the index of both over the same rows, then inserts the same further rows
-- into both by turns, and prints the ratios. All in one run: the two measure
-- the same machine at the same time. Rows keep pauses around them as
-- appointments do, and the keys are made from the time with its pauses; what
-- that costs is told by a third table, without pauses.
--
--     psql -X -d DATABASE -f bench/exclusion.sql
--     psql -X -d DATABASE -v rows=200000 -v inserts=50000 -f bench/exclusion.sql
--
-- The database needs nothing but a superuser; what is made is dropped again.

\set ON_ERROR_STOP on
\set QUIET on
\if :{?rows} \else \set rows 2000000 \endif
\if :{?agendas} \else \set agendas 5000 \endif
\if :{?inserts} \else \set inserts 200000 \endif

SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS practiceacl;
CREATE EXTENSION IF NOT EXISTS btree_gist;
DROP SCHEMA IF EXISTS exclusion_bench CASCADE;
CREATE SCHEMA exclusion_bench;
SET search_path = exclusion_bench, public, pg_catalog;
SET maintenance_work_mem = '256MB';
SET max_parallel_maintenance_workers = 0;
SET jit = off;

-- A quarter of an hour every half hour, in no particular order; what is
-- inserted later fits into the gaps. The rows of the turns are as many as
-- :inserts, in ten parts.
SELECT setseed(0.5) \g /dev/null
CREATE UNLOGGED TABLE existing AS
SELECT md5('agenda ' || n % :agendas)::uuid AS agenda_id,
       timestamptz '2026-01-05 08:00Z' + n / :agendas * interval '30 min' AS starts_at,
       timestamptz '2026-01-05 08:15Z' + n / :agendas * interval '30 min' AS ends_at
FROM generate_series(0, :rows - 1) AS n
ORDER BY random();
CREATE UNLOGGED TABLE further AS
SELECT agenda_id,
       starts_at + interval '15 min' AS starts_at,
       ends_at + interval '15 min' AS ends_at,
       row_number() OVER () % 10 AS part
FROM (SELECT * FROM existing ORDER BY random() LIMIT :inserts) AS chosen;

CREATE TABLE compact (agenda_id uuid NOT NULL, starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL, overbooked boolean NOT NULL DEFAULT false,
    minutes_before integer NOT NULL DEFAULT 0,
    minutes_after integer NOT NULL DEFAULT 0,
    occupied_from timestamptz NOT NULL GENERATED ALWAYS AS (
        ((starts_at AT TIME ZONE interval '0') - interval '1 minute' * minutes_before)
            AT TIME ZONE interval '0') STORED,
    occupied_until timestamptz NOT NULL GENERATED ALWAYS AS (
        ((ends_at AT TIME ZONE interval '0') + interval '1 minute' * minutes_after)
            AT TIME ZONE interval '0') STORED);
CREATE TABLE ranges (LIKE compact INCLUDING DEFAULTS INCLUDING GENERATED);
CREATE TABLE bare (LIKE compact INCLUDING DEFAULTS INCLUDING GENERATED);
CREATE TABLE plain (agenda_id uuid NOT NULL, starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL, overbooked boolean NOT NULL DEFAULT false);
INSERT INTO compact SELECT * FROM existing;
INSERT INTO ranges SELECT * FROM existing;
INSERT INTO plain SELECT * FROM existing;
VACUUM ANALYZE existing, further, compact, ranges, plain;
CHECKPOINT;

CREATE UNLOGGED TABLE taken (what text, form text, ms float8);

-- The index alone.
SELECT clock_timestamp() AS t0 \gset
CREATE INDEX compact_alone ON compact USING gist (
    practiceacl.slot(agenda_id, occupied_from, occupied_until, overbooked));
INSERT INTO taken VALUES ('build', 'compact',
    1000 * extract(epoch FROM clock_timestamp() - :'t0'));
CHECKPOINT;

SELECT clock_timestamp() AS t0 \gset
CREATE INDEX ranges_alone ON ranges USING gist (
    agenda_id, tstzrange(occupied_from, occupied_until)) WHERE (NOT overbooked);
INSERT INTO taken VALUES ('build', 'ranges',
    1000 * extract(epoch FROM clock_timestamp() - :'t0'));
SELECT pg_relation_size('compact_alone') AS compact_built,
       pg_relation_size('ranges_alone') AS ranges_built \gset
DROP INDEX compact_alone, ranges_alone;
CHECKPOINT;

-- The constraint: PostgreSQL builds the index, then searches it for every
-- row that is there already. So does a restore.
SELECT clock_timestamp() AS t0 \gset
ALTER TABLE compact ADD CONSTRAINT compact_no_overlap EXCLUDE USING gist (
    practiceacl.slot(agenda_id, occupied_from, occupied_until, overbooked)
    WITH OPERATOR(practiceacl.#));
INSERT INTO taken VALUES ('add', 'compact',
    1000 * extract(epoch FROM clock_timestamp() - :'t0'));
CHECKPOINT;

SELECT clock_timestamp() AS t0 \gset
ALTER TABLE ranges ADD CONSTRAINT ranges_no_overlap EXCLUDE USING gist (
    agenda_id WITH =, tstzrange(occupied_from, occupied_until) WITH &&)
    WHERE (NOT overbooked);
INSERT INTO taken VALUES ('add', 'ranges',
    1000 * extract(epoch FROM clock_timestamp() - :'t0'));
CHECKPOINT;

ALTER TABLE plain ADD CONSTRAINT plain_no_overlap EXCLUDE USING gist (
    practiceacl.slot(agenda_id, starts_at, ends_at, overbooked)
    WITH OPERATOR(practiceacl.#));
CHECKPOINT;

-- Indexes that never saw a build: grown row by row from nothing.
CREATE TABLE compact_grown (LIKE compact INCLUDING DEFAULTS INCLUDING GENERATED,
    CONSTRAINT compact_grown_no_overlap EXCLUDE USING gist (
        practiceacl.slot(agenda_id, occupied_from, occupied_until, overbooked)
        WITH OPERATOR(practiceacl.#)));
CREATE TABLE ranges_grown (LIKE compact INCLUDING DEFAULTS INCLUDING GENERATED,
    CONSTRAINT ranges_grown_no_overlap EXCLUDE USING gist (
        agenda_id WITH =, tstzrange(occupied_from, occupied_until) WITH &&)
        WHERE (NOT overbooked));

-- Each part goes into all of them; the first changes from part to part.
CREATE PROCEDURE take_turns() LANGUAGE plpgsql AS $$
DECLARE
    forms text[] := ARRAY['compact', 'ranges', 'plain', 'bare',
                          'compact_grown', 'ranges_grown'];
    backwards text[] := ARRAY['ranges_grown', 'compact_grown', 'bare',
                              'plain', 'ranges', 'compact'];
    turn int;
    form text;
    began timestamptz;
BEGIN
    FOR turn IN 0..9 LOOP
        FOREACH form IN ARRAY
            CASE turn % 2 WHEN 0 THEN forms ELSE backwards END
        LOOP
            began := clock_timestamp();
            EXECUTE format('INSERT INTO exclusion_bench.%I '
                'SELECT agenda_id, starts_at, ends_at '
                'FROM exclusion_bench.further WHERE part = %s', form, turn);
            COMMIT;
            INSERT INTO exclusion_bench.taken VALUES ('insert', form,
                1000 * extract(epoch FROM clock_timestamp() - began));
        END LOOP;
    END LOOP;
END $$;
CALL take_turns();

-- The same twice is refused by both, or the figures mean nothing.
DO $$
DECLARE
    form text;
BEGIN
    FOREACH form IN ARRAY ARRAY['compact', 'ranges'] LOOP
        BEGIN
            EXECUTE format('INSERT INTO exclusion_bench.%I '
                'SELECT agenda_id, starts_at, ends_at '
                'FROM exclusion_bench.existing LIMIT 1', form);
            RAISE 'the constraint on % let a collision in', form;
        EXCEPTION WHEN exclusion_violation THEN
            NULL;
        END;
    END LOOP;
END $$;

\pset footer off
\pset title 'exclusion constraint: compact slot against btree_gist and tstzrange'
WITH total AS (
    SELECT what, form, sum(ms) AS ms FROM taken GROUP BY what, form
), bare AS (
    SELECT ms FROM total WHERE form = 'bare'
), figure (place, measure, compact, ranges, unit, target) AS (
    SELECT 1, 'index: build', c.ms, r.ms, 'ms', 0.125
    FROM total AS c JOIN total AS r USING (what)
    WHERE what = 'build' AND c.form = 'compact' AND r.form = 'ranges'
    UNION ALL
    SELECT 2, 'index: size', :compact_built / 1048576.0,
        :ranges_built / 1048576.0, 'MB', 0.5
    UNION ALL
    SELECT 3, 'constraint: build and check of all rows', c.ms, r.ms, 'ms', NULL
    FROM total AS c JOIN total AS r USING (what)
    WHERE what = 'add' AND c.form = 'compact' AND r.form = 'ranges'
    UNION ALL
    SELECT 4, 'insert', c.ms, r.ms, 'ms', 0.85
    FROM total AS c JOIN total AS r USING (what)
    WHERE what = 'insert' AND c.form = 'compact' AND r.form = 'ranges'
    UNION ALL
    SELECT 5, 'insert, without what a bare table takes', c.ms - bare.ms,
        r.ms - bare.ms, 'ms', NULL
    FROM bare, total AS c JOIN total AS r USING (what)
    WHERE what = 'insert' AND c.form = 'compact' AND r.form = 'ranges'
    UNION ALL
    SELECT 6, 'size after the inserts',
        pg_relation_size('compact_no_overlap') / 1048576.0,
        pg_relation_size('ranges_no_overlap') / 1048576.0, 'MB', NULL
    UNION ALL
    SELECT 7, 'insert into an empty table', c.ms, r.ms, 'ms', 0.85
    FROM total AS c JOIN total AS r USING (what)
    WHERE c.form = 'compact_grown' AND r.form = 'ranges_grown'
    UNION ALL
    SELECT 8, 'size so grown',
        pg_relation_size('compact_grown_no_overlap') / 1048576.0,
        pg_relation_size('ranges_grown_no_overlap') / 1048576.0, 'MB', 0.5
    UNION ALL
    SELECT 9, 'insert, against rows without pauses (second column)', c.ms,
        r.ms, 'ms', NULL
    FROM total AS c JOIN total AS r USING (what)
    WHERE what = 'insert' AND c.form = 'compact' AND r.form = 'plain'
)
SELECT measure, round(compact::numeric, 1) AS compact,
       round(ranges::numeric, 1) AS ranges, unit,
       round((compact / ranges)::numeric, 3) AS ratio,
       target,
       CASE WHEN target IS NULL THEN ''
            WHEN compact / ranges <= target THEN 'reached'
            ELSE 'missed' END AS verdict
FROM figure ORDER BY place;

DROP SCHEMA exclusion_bench CASCADE;
