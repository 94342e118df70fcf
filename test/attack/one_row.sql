-- Attack: a single hidden row, picked by its place in the table or by a sample,
-- is put before the policy.  Whether the policy's answer was looked up or
-- remembered, and what was found on the way, would show in counters, buffers
-- and locks: of which agenda the row is, whether of any, whether two rows are
-- of the same.
BEGIN;
\ir ../setup/clinic.sql
SELECT plan(9);
SET LOCAL jit = off;
SET LOCAL client_min_messages = error;
-- Hidden from sara, who may book on anna's and read bert's agenda.
CREATE TABLE clinic.kind (number int PRIMARY KEY, agenda_id uuid, what text);
INSERT INTO clinic.kind VALUES (1, agenda('anna'), 'may book'), (2, agenda('anna'), 'the same again'), (3, agenda('bert'), 'may read'),
    (4, agenda('olga'), 'another organization'), (5, agenda('olga'), 'the same again'), (6, NULL, 'none'), (7, agenda('nobody'), 'no agenda');
INSERT INTO practiceacl.activity_entry (organization_id, chain, sequence, id, recorded_at, agenda_id, actor_id, account_id, act, facts, hash)
SELECT CASE WHEN number IN (4, 5) THEN org('south') ELSE org('north') END, coalesce(agenda_id, org('north')), 1000 + number, practiceacl.new_id(), now(),
       agenda_id, CASE number WHEN 3 THEN NULL ELSE account('olga') END, NULL, 'kind', '{}', 'x'
FROM clinic.kind ORDER BY number;
-- The same under a policy that remembers as one would.
CREATE TABLE clinic.allowed AS SELECT agenda('anna') AS agenda_id;
CREATE FUNCTION clinic.allows(agenda_id uuid) RETURNS boolean LANGUAGE sql STABLE STRICT SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS 'SELECT EXISTS (SELECT FROM clinic.allowed a WHERE a.agenda_id = $1 AND a.agenda_id IS NULL)';
CREATE TABLE clinic.ordinary AS SELECT * FROM clinic.kind ORDER BY number;
ALTER TABLE clinic.ordinary ENABLE ROW LEVEL SECURITY;
CREATE POLICY ordinary ON clinic.ordinary USING (clinic.allows(agenda_id));
CREATE TABLE clinic.place AS
SELECT 'practiceacl.activity' AS relation, sequence - 1000 AS number, ctid AS place FROM practiceacl.activity WHERE act = 'kind'
UNION ALL SELECT 'clinic.ordinary', number, ctid FROM clinic.ordinary;
GRANT SELECT ON ALL TABLES IN SCHEMA clinic TO PUBLIC;

CREATE TABLE clinic.watched AS
SELECT array_agg(c.oid ORDER BY c.oid) AS oids FROM pg_class c LEFT JOIN pg_index i ON i.indexrelid = c.oid
WHERE c.relkind IN ('r', 'i') AND (c.relnamespace = 'practiceacl'::regnamespace OR c.oid = 'clinic.allowed'::regclass);
GRANT SELECT ON clinic.watched TO PUBLIC;
CREATE FUNCTION clinic.observe(places tid[]) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    plan text;
    before bigint[];
    after bigint[];
    locks text[];
    watched oid[] := (SELECT oids FROM clinic.watched);
BEGIN
    before := ARRAY(SELECT unnest(ARRAY[pg_stat_get_xact_numscans(o), pg_stat_get_xact_tuples_returned(o), pg_stat_get_xact_tuples_fetched(o), pg_stat_get_xact_blocks_fetched(o)])
                    FROM unnest(watched) o);
    EXECUTE format('EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, SUMMARY OFF, FORMAT JSON) EXECUTE probe(%L)', places) INTO plan;
    after := ARRAY(SELECT unnest(ARRAY[pg_stat_get_xact_numscans(o), pg_stat_get_xact_tuples_returned(o), pg_stat_get_xact_tuples_fetched(o), pg_stat_get_xact_blocks_fetched(o)])
                    FROM unnest(watched) o);
    locks := ARRAY(SELECT l.relation::regclass || l.mode FROM pg_locks l WHERE l.pid = pg_backend_pid() AND l.relation = ANY (watched) ORDER BY 1);
    RAISE EXCEPTION USING ERRCODE = 'T0001', MESSAGE = concat(
        regexp_replace(split_part(plan, '"Planning":', 1), '^ *"[A-Za-z -]*(Filter|Cond)": ".*\n', '', 'gn'),
        (SELECT array_agg(a - b ORDER BY n) FROM unnest(after, before) WITH ORDINALITY AS u (a, b, n)), locks);
EXCEPTION WHEN SQLSTATE 'T0001' THEN
    RETURN SQLERRM;
END $$;
-- The different things that one sees of all the rows, or of all pairs of them.
CREATE FUNCTION clinic.answers(relation text, often int) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    seen text[] := '{}';
    p record;
BEGIN
    EXECUTE format('PREPARE probe(tid[]) AS SELECT * FROM %s WHERE ctid = ANY ($1)', relation);
    FOR attempt IN 1 .. 2 LOOP              -- the first time may find nothing in its caches
        seen := '{}';
        FOR p IN SELECT a.place AS one, b.place AS two FROM clinic.place a, clinic.place b 
            WHERE a.relation = answers.relation AND b.relation = answers.relation AND CASE often WHEN 1 THEN a.number = b.number ELSE a.number < b.number END LOOP
            seen := seen || observe(CASE often WHEN 1 THEN ARRAY[p.one] ELSE ARRAY[p.one, p.two] END);
        END LOOP;
    END LOOP;
    DEALLOCATE probe;
    RETURN (SELECT count(DISTINCT s) FROM unnest(seen) s);
END $$;

SET LOCAL ROLE clinic_app;
SET LOCAL plan_cache_mode = force_generic_plan;   -- planning asks who is calling
SET LOCAL enable_seqscan = off;
SET LOCAL enable_bitmapscan = off;
SET LOCAL enable_indexscan = off;
SELECT is((SELECT count(*) FROM clinic.place WHERE relation = 'practiceacl.activity'), 7::bigint, 'seven rows');
PREPARE probe(tid[]) AS SELECT * FROM practiceacl.activity WHERE ctid = ANY ($1);
SELECT matches(observe((SELECT array_agg(place) FROM clinic.place WHERE relation = 'practiceacl.activity')), 'Tid Scan.*"Rows Removed by Filter": 7', 'are put before the policy');
DEALLOCATE probe;
SELECT is(answers('practiceacl.activity', 1), 1::bigint, 'nobody learns 0 bits of one');
SELECT is(answers('practiceacl.activity', 2), 1::bigint, 'or of two');
SELECT enter('sara') \g /dev/null
SELECT is(answers('practiceacl.activity', 1), 1::bigint, 'nor does a secretary, of one');
SELECT is(answers('practiceacl.activity', 2), 1::bigint, 'or of two');
SELECT enter('lena') \g /dev/null
SELECT is(answers('practiceacl.activity', 2), 1::bigint, 'nor a colleague without rights');
SELECT is((SELECT count(*) FROM practiceacl.activity TABLESAMPLE BERNOULLI (50) REPEATABLE (1) WHERE act = 'kind'), 0::bigint, 'a sample shows nothing');
SELECT cmp_ok(answers('clinic.ordinary', 1), '>', 1::bigint, 'an ordinary policy tells them apart');
SELECT * FROM finish();
ROLLBACK;
