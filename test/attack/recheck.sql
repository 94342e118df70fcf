-- Attack: a bitmap that does not fit into work_mem knows pages, not rows, and
-- all rows of a page are rechecked, hidden ones too.  EXPLAIN tells apart what
-- the recheck and what the filter removed, and the recheck's conditions are the
-- caller's.  Rows of two agendas lie on the same pages; a reader of one asks
-- for both, from before the other's time on, and from after it.
BEGIN;
\ir ../setup/clinic.sql
SELECT plan(7);
SET LOCAL jit = off;
SET LOCAL client_min_messages = error;
ALTER TABLE practiceacl.appointment ALTER COLUMN note SET STORAGE PLAIN;
INSERT INTO practiceacl.appointment (organization_id, agenda_id, starts_at, ends_at, note, created_by)
SELECT CASE whose WHEN 'bert' THEN org('north') ELSE org('south') END, agenda(whose), starts_at, starts_at + interval '15 min',
       repeat('x', 1500), account('olga')
FROM generate_series(1, 4000) n, unnest(ARRAY['bert', 'olga']) whose,
     LATERAL (SELECT CASE whose WHEN 'bert' THEN at('08:00') ELSE at('08:00') - interval '1000 days' END + n * interval '1 hour') t (starts_at)
ORDER BY n, whose;
CREATE FUNCTION clinic.allows(agenda_id uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN agenda_id = clinic.agenda('bert'); END $$;
CREATE TABLE clinic.ordinary AS SELECT * FROM practiceacl.appointment ORDER BY ends_at - starts_at;
ALTER TABLE clinic.ordinary ENABLE ROW LEVEL SECURITY;
CREATE INDEX ON clinic.ordinary (agenda_id, starts_at);
CREATE POLICY ordinary ON clinic.ordinary USING (clinic.allows(agenda_id));
GRANT SELECT ON clinic.ordinary TO PUBLIC;
ANALYZE practiceacl.appointment, clinic.ordinary;

-- Removed by the filter, removed by the recheck, and pages of which it knew no rows.
CREATE FUNCTION clinic.removed(relation text, since timestamptz) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    plan jsonb;
BEGIN
    EXECUTE format('EXPLAIN (ANALYZE, TIMING OFF, SUMMARY OFF, FORMAT JSON) SELECT * FROM %s WHERE agenda_id = ANY (ARRAY[%L, %L]::uuid[]) AND starts_at > %L',
                   relation, agenda('bert'), agenda('olga'), since) INTO plan;
    plan := jsonb_path_query_first(plan, '$.** ? (@."Node Type" == "Bitmap Heap Scan" && exists (@."Lossy Heap Blocks"))');
    RETURN format('filter %s, recheck %s, lossy %s', coalesce(plan ->> 'Rows Removed by Filter', '0'), plan ->> 'Rows Removed by Index Recheck', plan ->> 'Lossy Heap Blocks');
END $$;

SET LOCAL work_mem = '64kB';
SET LOCAL enable_seqscan = off;
SET LOCAL enable_indexscan = off;
SET LOCAL max_parallel_workers_per_gather = 0;
SET LOCAL ROLE clinic_app;
SELECT enter('sara') \g /dev/null
SELECT is((SELECT count(*) FROM practiceacl.appointment), 4000::bigint, 'the caller may read one agenda of two');
SELECT matches(removed('practiceacl.appointment', at('08:00') - interval '1001 days'), 'lossy [1-9]', 'a bitmap of pages');
SELECT is(removed('practiceacl.appointment', at('08:00') - interval '1001 days'), removed('practiceacl.appointment', at('08:00')),
    'does not tell when the other agenda has appointments: 0 bits');
SELECT matches(removed('practiceacl.appointment', at('08:00')), '^filter 0, recheck [1-9]', 'since the recheck asks the policy');
SELECT matches(removed('practiceacl.busy', at('08:00') - interval '1001 days'), 'lossy [1-9]', 'the same');
SELECT is(removed('practiceacl.busy', at('08:00') - interval '1001 days'), removed('practiceacl.busy', at('08:00')),
    'of a view: 0 bits');
SELECT isnt(removed('clinic.ordinary', at('08:00') - interval '1001 days'), removed('clinic.ordinary', at('08:00')),
    'an ordinary policy gives it away');
SELECT * FROM finish();
ROLLBACK;
