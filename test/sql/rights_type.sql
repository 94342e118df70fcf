-- The type rights: words, order, algebra, indexes and plans.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS practiceacl;
RESET client_min_messages;
SET search_path = public, practiceacl;
\set SHOW_CONTEXT never

-- What goes in, and how it comes out again.
SELECT t AS written, t::rights AS reads
FROM unnest(ARRAY[
    'none', 'freebusy', 'read', 'book_in_hours', 'book', 'absences',
    'openings', 'owner',
    'messaging', 'NONE+Messaging',
    'messaging+overbook+book',
    E' \tBook + OVERBOOK\n+ messaging ',
    'read+read+private+private',
    'owner+public_profile+export+statistics+billing+messaging+documents+patient_file+private+edit_past+overbook'
]) AS t;

-- What does not.
SELECT ''::rights;  -- fails
SELECT '  '::rights;  -- fails
SELECT 'read+'::rights;  -- fails
SELECT '+'::rights;  -- fails
SELECT 'read++private'::rights;  -- fails
SELECT 'Write'::rights;  -- fails
SELECT 'read + prívate'::rights;  -- fails
SELECT 'read private'::rights;  -- fails
SELECT 'read+book'::rights;  -- fails
SELECT 'none+owner'::rights;  -- fails
SELECT repeat('é', 45)::rights;  -- fails, with whole characters
\set VERBOSITY sqlstate
SELECT ''::rights;  -- fails
SELECT 'read+'::rights;  -- fails
SELECT 'Write'::rights;  -- fails
SELECT 'read+book'::rights;  -- fails
\set VERBOSITY terse
SELECT repeat('x', 1024 * 1024)::rights;  -- fails
SELECT repeat('read+', 200000)::rights;  -- fails
SELECT repeat(' ', 1024 * 1024)::rights;  -- fails
\set VERBOSITY default

-- The binary form: level in the first byte, flags in the last. It may not
-- change, and is the only one that no word protects.
SELECT rights_send('none'), rights_send('book+overbook+messaging'),
       rights_send('owner+public_profile');

CREATE TEMP TABLE every AS
SELECT l || coalesce('+' || f, '') AS written,
       (l || coalesce('+' || f, ''))::rights AS rights
FROM unnest(ARRAY['none', 'freebusy', 'read', 'book_in_hours', 'book',
                  'absences', 'openings', 'owner']) AS l,
     (SELECT string_agg(f, '+' ORDER BY bit) AS f
      FROM generate_series(0, 1023, 3) AS n
      LEFT JOIN unnest(ARRAY['overbook', 'edit_past', 'private',
          'patient_file', 'documents', 'messaging', 'billing', 'statistics',
          'export', 'public_profile']) WITH ORDINALITY AS flag (f, bit)
      ON n & (1 << (bit::int - 1)) <> 0
      GROUP BY n) AS sets;
ANALYZE every;
SELECT count(*), count(DISTINCT rights), count(DISTINCT written),
       bool_and(rights::text = written) AS same_text,
       bool_and(level(rights) || coalesce('+' ||
           nullif(array_to_string(flags(rights), '+'), ''), '') = written)
           AS same_words
FROM every;

-- Through the binary form and back, by way of a file.
\getenv results PG_ABS_BUILDDIR
\set there '\\copy every to ''' :results '/results/rights_type.bin'' with (format binary)'
\set back '\\copy returned from ''' :results '/results/rights_type.bin'' with (format binary)'
CREATE TEMP TABLE returned (LIKE every);
:there
:back
SELECT count(*), bool_and(rights::text = written) AS same FROM returned;

-- Malformed binary forms: an unknown level, an unknown flag, seven bytes.
\set head 'PGCOPY\\n\\377\\r\\n\\000\\000\\000\\000\\000\\000\\000\\000\\000\\000\\001\\000\\000\\000'
CREATE TEMP TABLE received (rights rights);
\set good 'printf ''' :head '\\010\\004\\000\\000\\000\\000\\000\\000\\041\\377\\377'''
COPY received FROM PROGRAM :'good' (FORMAT binary);
\set level 'printf ''' :head '\\010\\010\\000\\000\\000\\000\\000\\000\\000\\377\\377'''
COPY received FROM PROGRAM :'level' (FORMAT binary);  -- fails
\set flag 'printf ''' :head '\\010\\002\\000\\000\\000\\000\\000\\004\\000\\377\\377'''
COPY received FROM PROGRAM :'flag' (FORMAT binary);  -- fails
\set short 'printf ''' :head '\\007\\002\\000\\000\\000\\000\\000\\000\\377\\377'''
COPY received FROM PROGRAM :'short' (FORMAT binary);  -- fails
\set VERBOSITY sqlstate
COPY received FROM PROGRAM :'level' (FORMAT binary);  -- fails
\set VERBOSITY default
SELECT * FROM received;

-- Words of a value.
SELECT level('none'), flags('none'), level('book+billing+overbook'),
       flags('book+billing+overbook'), level(NULL), flags(NULL);

-- The operators.
SELECT a, b, a @> b AS covers, a <@ b AS covered, a | b AS "union",
       a & b AS both, a - b AS without
FROM (VALUES
    ('book+overbook'::rights, 'read'::rights),
    ('read', 'book'),
    ('read+private', 'read+private+billing'),
    ('owner', 'none+overbook'),
    ('none', 'none'),
    ('absences+overbook+messaging', 'book+messaging+billing')
) AS pair (a, b);

-- The order is total, and what covers another is never less.
CREATE TEMP TABLE sample AS SELECT rights FROM every WHERE md5(written) < '2';
SELECT count(*) > 100000 AS many,
       count(*) FILTER (WHERE a.rights @> b.rights) > 1000 AS many_cover,
       bool_and(a.rights >= b.rights) FILTER (WHERE a.rights @> b.rights)
           AS order_agrees,
       bool_and((a.rights < b.rights) = (b.rights > a.rights)
           AND (a.rights <= b.rights) = NOT (a.rights > b.rights)
           AND (a.rights = b.rights) = NOT (a.rights <> b.rights)
           AND (a.rights = b.rights) =
               (a.rights <= b.rights AND a.rights >= b.rights)
           AND rights_cmp(a.rights, b.rights) =
               (a.rights > b.rights)::int - (a.rights < b.rights)::int)
           AS total,
       bool_and((a.rights | b.rights) @> a.rights
           AND a.rights @> (a.rights & b.rights)
           AND (a.rights | b.rights) = (b.rights | a.rights)
           AND (a.rights & b.rights) = (b.rights & a.rights)
           AND NOT flags(a.rights - b.rights) && flags(b.rights)
           AND level(a.rights - b.rights) = level(a.rights)
           AND (a.rights @> b.rights) = (b.rights <@ a.rights)
           AND (a.rights @> b.rights) = ((a.rights | b.rights) = a.rights))
           AS lawful
FROM sample AS a, sample AS b;

-- Sorting by value is sorting by level, then flags.
SELECT string_agg(rights::text, ' < ' ORDER BY rights)
FROM unnest(ARRAY['owner', 'read+billing', 'none', 'read+overbook', 'read',
                  'none+public_profile', 'freebusy']::rights[]) AS rights;

-- The aggregate: nothing is no rights.
SELECT rights_union(r) FROM unnest(ARRAY['read+private', 'book', NULL,
                                         'none+billing']::rights[]) AS r;
SELECT rights_union(r) FROM unnest(ARRAY[NULL]::rights[]) AS r;
SELECT rights_union(rights) FROM every WHERE false;
SELECT rights_union(rights) FROM every;

-- Indexes and plans.
CREATE TABLE rights_plans AS
SELECT rights, n FROM every, generate_series(1, 10) AS n;
CREATE INDEX rights_plans_btree ON rights_plans USING btree (rights);
ANALYZE rights_plans;
SET enable_seqscan = off;
SET enable_bitmapscan = off;
EXPLAIN (COSTS OFF) SELECT n FROM rights_plans WHERE rights = 'read+private';
EXPLAIN (COSTS OFF) SELECT rights FROM rights_plans WHERE rights > 'owner+export' ORDER BY rights;
SELECT count(*) FROM rights_plans WHERE rights > 'owner+export';
SELECT count(*) FROM rights_plans WHERE rights = 'read+private+edit_past';
DROP INDEX rights_plans_btree;
CREATE INDEX rights_plans_hash ON rights_plans USING hash (rights);
EXPLAIN (COSTS OFF) SELECT n FROM rights_plans WHERE rights = 'read+private+edit_past';
SELECT count(*) FROM rights_plans WHERE rights = 'read+private+edit_past';
RESET enable_seqscan;
RESET enable_bitmapscan;

SET enable_sort = off;
SET enable_nestloop = off;
SET enable_mergejoin = off;
EXPLAIN (COSTS OFF) SELECT rights, count(*) FROM rights_plans GROUP BY rights;
EXPLAIN (COSTS OFF) SELECT count(*) FROM rights_plans AS a JOIN every AS b USING (rights);
SELECT count(*) FROM rights_plans AS a JOIN every AS b USING (rights);
SELECT count(*) FROM (SELECT DISTINCT rights FROM rights_plans) AS d;
RESET enable_sort;
RESET enable_nestloop;
SET enable_hashjoin = off;
SET enable_mergejoin = on;
SELECT count(*) FROM rights_plans AS a JOIN every AS b USING (rights);
RESET enable_hashjoin;

-- Hash partitions go by the hash with a seed.
CREATE TABLE rights_parts (rights rights) PARTITION BY HASH (rights);
CREATE TABLE rights_parts_0 PARTITION OF rights_parts
FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE rights_parts_1 PARTITION OF rights_parts
FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO rights_parts SELECT rights FROM every;
SELECT count(*) > 1000 AS spread FROM rights_parts_0
UNION ALL
SELECT count(*) > 1000 FROM rights_parts_1;
SELECT rights_hash('read') = rights_hash(' READ ') AS equal,
       rights_hash_extended('read', 0) <> rights_hash_extended('read', 1) AS seeded,
       rights_hash_extended('read', 0) & 4294967295 =
           rights_hash('read')::bigint & 4294967295 AS agreeing;

-- The planner's guess for @> comes from the statistics of the column.
CREATE FUNCTION rights_guess(condition text) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    plan json;
BEGIN
    EXECUTE 'EXPLAIN (FORMAT json) SELECT FROM public.rights_guessed WHERE '
        || condition INTO plan;
    RETURN plan -> 0 -> 'Plan' ->> 'Plan Rows';
END $$;
CREATE TABLE rights_guessed AS
SELECT (CASE WHEN n % 10 = 0 THEN 'owner' ELSE 'read' END)::rights AS rights
FROM generate_series(1, 10000) AS n;
ANALYZE rights_guessed;
SELECT rights_guess($$rights @> 'read'$$) AS all_rows,
       rights_guess($$rights @> 'book'$$) BETWEEN 500 AND 2000 AS a_tenth,
       rights_guess($$rights <@ 'read'$$) BETWEEN 8000 AND 9500 AS the_others;

-- Parallel workers unite what they found.
SET max_parallel_workers_per_gather = 2;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
EXPLAIN (COSTS OFF) SELECT rights_union(rights) FROM rights_plans;
SELECT rights_union(rights) FROM rights_plans;
RESET max_parallel_workers_per_gather;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;

-- What the functions promise: nothing that reads settings, and nothing in an
-- operator that could leak or fail.
SELECT p.oid::regprocedure
FROM pg_proc AS p
WHERE 'practiceacl.rights'::regtype = ANY (p.proargtypes)
  AND p.proname LIKE 'rights\_%' AND p.prokind = 'f'
  AND (p.provolatile <> 'i' OR NOT p.proisstrict OR p.proparallel <> 's');
SELECT o.oid::regoperator
FROM pg_operator AS o JOIN pg_proc AS p ON p.oid = o.oprcode
WHERE o.oprleft = 'practiceacl.rights'::regtype AND NOT p.proleakproof;
SELECT amname, opcname, amvalidate(c.oid) AS valid
FROM pg_opclass AS c JOIN pg_am AS a ON a.oid = c.opcmethod
WHERE opcintype = 'practiceacl.rights'::regtype ORDER BY 1;

DROP TABLE rights_plans, rights_parts, rights_guessed;
DROP FUNCTION rights_guess(text);
