-- The type slot: text, operators, the index class, the exclusion constraint.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS practiceacl;
RESET client_min_messages;
SET search_path = public, practiceacl;
\set SHOW_CONTEXT never
\set a '''0190a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b'''
\set b '''0190a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2c'''

-- What goes in, and how it comes out, whatever the settings are.
SET timezone = 'America/St_Johns';
SET datestyle = 'German';
SELECT slot(:a, '2026-03-02 09:00Z', '2026-03-02 09:30Z');
SELECT slot(:a, '2026-03-02 09:00:00.25Z', 'infinity', true);
SELECT slot(:a, '-infinity', '4714-11-24 00:00Z BC');
SELECT slot(:a, '294276-12-31 23:59:59.999999Z', '2026-03-02 09:30Z', false);
SELECT slot(NULL, now(), now()) IS NULL AS strict,
       slot(:a, now(), now(), NULL) IS NULL AS strict_to_the_end;
SELECT '0190A1B2-C3D4-7E5F-8A6B-7C8D9E0F1A2B [2026-03-02T10:00+01, 2026-03-02 10:30+01) Overbooked'::slot;
RESET timezone;
RESET datestyle;

-- What does not.
SELECT ''::slot;  -- fails
SELECT '0190a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b'::slot;  -- fails
SELECT '0190a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b [2026-03-02 09:00,2026-03-02 09:30)'::slot;  -- fails: no offset
SELECT '0190a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b [2026-02-30 09:00Z,infinity)'::slot;  -- fails
SELECT '0190a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b [2026-03-02 09:00Z,294277-01-01 00:00Z)'::slot;  -- fails
SELECT repeat('é', 500000)::slot;  -- fails
\set VERBOSITY sqlstate
SELECT ''::slot;  -- fails
SELECT '0190a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b [2026-03-02 09:00Z,294277-01-01 00:00Z)'::slot;  -- fails
SELECT '1'::slot_box;  -- fails
\set VERBOSITY default
SELECT '1'::slot_box;  -- fails

-- The operators.
SELECT what, x && y AS overlaps, x # y AS collides,
       y && x AS overlaps_too, y # x AS collides_too
FROM (VALUES
    ('same', slot(:a, '2026-03-02 09:00Z', '2026-03-02 09:30Z'),
             slot(:a, '2026-03-02 09:00Z', '2026-03-02 09:30Z')),
    ('shared', slot(:a, '2026-03-02 09:00Z', '2026-03-02 09:30Z'),
               slot(:a, '2026-03-02 09:15Z', '2026-03-02 09:45Z')),
    ('inside', slot(:a, '2026-03-02 09:00Z', '2026-03-02 09:30Z'),
               slot(:a, '2026-03-02 09:10Z', '2026-03-02 09:11Z')),
    ('adjacent', slot(:a, '2026-03-02 09:00Z', '2026-03-02 09:30Z'),
                 slot(:a, '2026-03-02 09:30Z', '2026-03-02 10:00Z')),
    ('other agenda', slot(:a, '2026-03-02 09:00Z', '2026-03-02 09:30Z'),
                     slot(:b, '2026-03-02 09:00Z', '2026-03-02 09:30Z')),
    ('one overbooked', slot(:a, '2026-03-02 09:00Z', '2026-03-02 09:30Z'),
                       slot(:a, '2026-03-02 09:00Z', '2026-03-02 09:30Z', true)),
    ('both overbooked', slot(:a, '2026-03-02 09:00Z', '2026-03-02 09:30Z', true),
                        slot(:a, '2026-03-02 09:00Z', '2026-03-02 09:30Z', true)),
    ('empty inside', slot(:a, '2026-03-02 09:00Z', '2026-03-02 09:30Z'),
                     slot(:a, '2026-03-02 09:15Z', '2026-03-02 09:15Z')),
    ('backwards inside', slot(:a, '2026-03-02 09:00Z', '2026-03-02 09:30Z'),
                         slot(:a, '2026-03-02 09:20Z', '2026-03-02 09:10Z')),
    ('always', slot(:a, '-infinity', 'infinity'),
               slot(:a, '2026-03-02 09:00Z', '2026-03-02 09:01Z')),
    ('always, both', slot(:a, '-infinity', 'infinity'),
                     slot(:a, '-infinity', 'infinity')),
    ('until, from', slot(:a, '-infinity', '2026-03-02 09:00Z'),
                    slot(:a, '2026-03-02 09:00Z', 'infinity')),
    ('first and last', slot(:a, '4714-11-24 00:00Z BC', '294276-12-31 23:59:59.999999Z'),
                       slot(:a, '294276-12-31 23:59:59.999998Z', 'infinity')),
    ('after the last', slot(:a, '4714-11-24 00:00Z BC', '294276-12-31 23:59:59.999999Z'),
                       slot(:a, '294276-12-31 23:59:59.999999Z', 'infinity'))
) AS pair (what, x, y);

-- The binary form, and through it and back by way of a file.
SELECT slot_send(slot(:a, '2000-01-01 00:00:00.000001Z', 'infinity', true));

-- Four hundred agendas, enough short slots close together for an index of
-- three levels: many overlap, some are overbooked, empty, backwards or
-- without end.
CREATE TABLE slots AS
SELECT n,
       md5('agenda ' || n % 400)::uuid AS agenda_id,
       starts_at,
       CASE n % 97 WHEN 1 THEN starts_at
                   WHEN 2 THEN starts_at - interval '1 hour'
                   WHEN 3 THEN 'infinity'
                   ELSE starts_at + (5 + n * 13 % 90) * interval '1 min'
       END AS ends_at,
       n % 11 = 0 AS overbooked
FROM (SELECT n, CASE WHEN n % 101 = 0 THEN '-infinity'
                     ELSE timestamptz '2026-03-02 08:00Z'
                         + n::bigint * 7919 % 2003 * interval '3 min' END AS starts_at
      FROM generate_series(1, 60000) AS n) AS generated;
ALTER TABLE slots ADD slot slot;
UPDATE slots SET slot = slot(agenda_id, starts_at, ends_at, overbooked);

\getenv results PG_ABS_BUILDDIR
\set there '\\copy (select n, slot from slots) to ''' :results '/results/slot_type.bin'' with (format binary)'
\set back '\\copy returned from ''' :results '/results/slot_type.bin'' with (format binary)'
CREATE TEMP TABLE returned (n int, slot slot);
:there
:back
SELECT count(*), bool_and(r.slot::text = s.slot::text) AS same,
       bool_and(s.slot::text::slot::text = s.slot::text) AS same_text
FROM returned AS r JOIN slots AS s USING (n);

-- Malformed binary forms: a mark of 2, a time beyond the last, a byte short.
\set head 'PGCOPY\\n\\377\\r\\n\\000\\000\\000\\000\\000\\000\\000\\000\\000\\000\\001\\000\\000\\000'
\set id 'agendaagendaagen'
\set eight '\\000\\000\\000\\000\\000\\000\\000'
CREATE TEMP TABLE received (slot slot);
\set good 'printf ''' :head '\\041' :id :eight '\\001' :eight '\\002\\001\\377\\377'''
COPY received FROM PROGRAM :'good' (FORMAT binary);
\set mark 'printf ''' :head '\\041' :id :eight '\\001' :eight '\\002\\002\\377\\377'''
COPY received FROM PROGRAM :'mark' (FORMAT binary);  -- fails
\set late 'printf ''' :head '\\041' :id '\\177\\377\\377\\377\\377\\377\\377\\376' :eight '\\002\\001\\377\\377'''
COPY received FROM PROGRAM :'late' (FORMAT binary);  -- fails
\set short 'printf ''' :head '\\040' :id :eight '\\001' :eight '\\002\\377\\377'''
COPY received FROM PROGRAM :'short' (FORMAT binary);  -- fails
SELECT * FROM received;

-- The truth about some of these slots, worked out from the columns alone.
CREATE TABLE truth AS
SELECT x.n AS x, y.n AS y, NOT x.overbooked AND NOT y.overbooked AS collide
FROM slots AS x JOIN slots AS y USING (agenda_id)
WHERE x.ends_at > x.starts_at AND y.ends_at > y.starts_at
  AND x.starts_at < y.ends_at AND y.starts_at < x.ends_at
  AND x.n <= 4000;
SELECT count(*), count(*) FILTER (WHERE collide) AS collide FROM truth;
SELECT count(*) AS wrong
FROM slots AS x CROSS JOIN generate_series(0, 1) AS further
JOIN slots AS y ON y.n % 400 = (x.n + further) % 400
LEFT JOIN truth AS t ON t.x = x.n AND t.y = y.n
WHERE x.n <= 4000 AND ((x.slot && y.slot) <> (t.x IS NOT NULL)
   OR (x.slot # y.slot) <> coalesce(t.collide, false));

-- An index that was built (sorted), one that was built by inserting, and one
-- that grew, with its half deleted, vacuumed away and inserted again.
CREATE TABLE built AS SELECT * FROM slots;
CREATE INDEX built_slot ON built USING gist (slot);
CREATE TABLE buffered AS SELECT * FROM slots;
CREATE INDEX buffered_slot ON buffered USING gist (slot) WITH (buffering = on);
CREATE TABLE grown (LIKE slots);
CREATE INDEX grown_slot ON grown USING gist (slot);
INSERT INTO grown SELECT * FROM slots;
DELETE FROM grown WHERE n % 2 = 0;
VACUUM grown;
INSERT INTO grown SELECT * FROM slots WHERE n % 2 = 0 ORDER BY n DESC;
ANALYZE slots, built, buffered, grown;

SET enable_bitmapscan = off;
EXPLAIN (COSTS OFF)
SELECT x.n, y.n FROM slots AS x JOIN built AS y ON x.slot && y.slot WHERE x.n <= 4000;
SET enable_seqscan = off;
CREATE TEMP TABLE found AS
SELECT 'built' AS how, x.n AS x, y.n AS y, x.slot # y.slot AS collide
FROM slots AS x JOIN built AS y ON x.slot && y.slot WHERE x.n <= 4000
UNION ALL
SELECT 'buffered', x.n, y.n, x.slot # y.slot
FROM slots AS x JOIN buffered AS y ON x.slot && y.slot WHERE x.n <= 4000
UNION ALL
SELECT 'grown', x.n, y.n, x.slot # y.slot
FROM slots AS x JOIN grown AS y ON x.slot && y.slot WHERE x.n <= 4000;
CREATE TEMP TABLE found_colliding AS
SELECT 'built' AS how, x.n AS x, y.n AS y
FROM slots AS x JOIN built AS y ON x.slot # y.slot WHERE x.n <= 4000
UNION ALL
SELECT 'buffered', x.n, y.n
FROM slots AS x JOIN buffered AS y ON x.slot # y.slot WHERE x.n <= 4000
UNION ALL
SELECT 'grown', x.n, y.n
FROM slots AS x JOIN grown AS y ON x.slot # y.slot WHERE x.n <= 4000;
RESET enable_seqscan;
RESET enable_bitmapscan;
SELECT how, count(t.x) = (SELECT count(*) FROM truth) AS all_found,
       count(*) = count(t.x) AS nothing_else
FROM found AS f LEFT JOIN truth AS t USING (x, y, collide)
GROUP BY how ORDER BY how;
SELECT how, count(t.x) = (SELECT count(*) FROM truth WHERE collide) AS all_found,
       count(*) = count(t.x) AS nothing_else
FROM found_colliding AS f LEFT JOIN truth AS t ON (t.x, t.y) = (f.x, f.y) AND t.collide
GROUP BY how ORDER BY how;

-- The constraint.
CREATE TABLE appointments (
    n int GENERATED ALWAYS AS IDENTITY,
    agenda_id uuid NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    overbooked boolean NOT NULL DEFAULT false,
    cancelled_at timestamptz,
    CONSTRAINT appointments_no_overlap EXCLUDE USING gist (
        practiceacl.slot(agenda_id, starts_at, ends_at, overbooked)
        WITH OPERATOR(practiceacl.#)) WHERE (cancelled_at IS NULL)
);
SELECT pg_get_constraintdef(oid) FROM pg_constraint
WHERE conname = 'appointments_no_overlap';
SET timezone = 'UTC';
INSERT INTO appointments (agenda_id, starts_at, ends_at)
VALUES (:a, '2026-03-02 09:00Z', '2026-03-02 09:30Z');
INSERT INTO appointments (agenda_id, starts_at, ends_at)
VALUES (:a, '2026-03-02 09:15Z', '2026-03-02 09:45Z');  -- fails
INSERT INTO appointments (agenda_id, starts_at, ends_at)
VALUES (:a, '2026-03-02 09:30Z', '2026-03-02 10:00Z'),
       (:a, '2026-03-02 08:30Z', '2026-03-02 09:00Z'),
       (:b, '2026-03-02 09:00Z', '2026-03-02 09:30Z');
-- One that is overbooked gets in, and is not in the way of a later one that
-- collides with nothing else.
INSERT INTO appointments (agenda_id, starts_at, ends_at, overbooked)
VALUES (:a, '2026-03-02 09:00Z', '2026-03-02 12:00Z', true),
       (:a, '2026-03-02 09:00Z', '2026-03-02 12:00Z', true);
INSERT INTO appointments (agenda_id, starts_at, ends_at)
VALUES (:a, '2026-03-02 11:00Z', '2026-03-02 11:30Z');
-- To take the mark away is to be checked.
UPDATE appointments SET overbooked = false
WHERE overbooked AND agenda_id = :a;  -- fails
-- What was cancelled is out of the way, until it is taken back.
UPDATE appointments SET cancelled_at = now() WHERE n = 1;
INSERT INTO appointments (agenda_id, starts_at, ends_at)
VALUES (:a, '2026-03-02 09:10Z', '2026-03-02 09:20Z');
UPDATE appointments SET cancelled_at = NULL WHERE n = 1;  -- fails
-- Two in one statement.
INSERT INTO appointments (agenda_id, starts_at, ends_at)
VALUES (:b, '2026-03-03 09:00Z', '2026-03-03 09:30Z'),
       (:b, '2026-03-03 09:29Z', '2026-03-03 09:31Z');  -- fails
INSERT INTO appointments (agenda_id, starts_at, ends_at)
SELECT :b::uuid, t, t + interval '30 min'
FROM generate_series(timestamptz '2026-03-03 09:00Z',
                     '2026-03-03 12:00Z', '20 min') AS t
ON CONFLICT DO NOTHING;
SELECT starts_at, ends_at FROM appointments
WHERE agenda_id = :b AND starts_at >= '2026-03-03' ORDER BY 1;
-- Without end, and at the ends of time.
INSERT INTO appointments (agenda_id, starts_at, ends_at)
VALUES (:b, '2058-01-01 00:00Z', 'infinity');
INSERT INTO appointments (agenda_id, starts_at, ends_at)
VALUES (:b, '294276-12-31 23:59:59Z', '294276-12-31 23:59:59.999999Z');  -- fails
INSERT INTO appointments (agenda_id, starts_at, ends_at)
VALUES (:b, '4714-11-24 00:00Z BC', '4714-11-24 00:01Z BC');
INSERT INTO appointments (agenda_id, starts_at, ends_at)
VALUES (:b, '-infinity', '4714-11-24 00:00:00.000001Z BC');  -- fails
INSERT INTO appointments (agenda_id, starts_at, ends_at)
VALUES (:b, '-infinity', '4714-11-24 00:00Z BC');
-- An empty slot is in nobody's way: a table that wants a length says so.
INSERT INTO appointments (agenda_id, starts_at, ends_at)
VALUES (:b, '2026-03-03 09:10Z', '2026-03-03 09:10Z');

-- Added to rows that collide, the constraint is refused.
\set VERBOSITY sqlstate
ALTER TABLE slots ADD CONSTRAINT slots_no_overlap EXCLUDE USING gist (
    slot WITH OPERATOR(practiceacl.#));  -- fails
\set VERBOSITY default
RESET timezone;

-- What the functions promise.
SELECT p.oid::regprocedure
FROM pg_proc AS p
WHERE (p.proname LIKE 'slot\_%' OR p.proname = 'slot')
  AND p.pronamespace = 'practiceacl'::regnamespace
  AND (p.provolatile <> 'i' OR NOT p.proisstrict OR p.proparallel <> 's');
SELECT p.oid::regprocedure FROM pg_proc AS p
WHERE p.pronamespace = 'practiceacl'::regnamespace
  AND p.proname IN ('slot', 'slot_overlaps', 'slot_collides') AND p.proleakproof
ORDER BY 1;
SELECT amname, opcname, amvalidate(c.oid) AS valid
FROM pg_opclass AS c JOIN pg_am AS a ON a.oid = c.opcmethod
WHERE opcintype = 'practiceacl.slot'::regtype;

DROP TABLE slots, truth, built, buffered, grown, appointments;
