-- An index that has the hours of ids is built by several processes, in a
-- connection that has called nothing of ours before: only the workers load the
-- library.
INSERT INTO practiceacl.activity_entry (organization_id, chain, sequence, id, recorded_at, act, facts, hash)
SELECT gen_random_uuid(), gen_random_uuid(), n, gen_random_uuid(), now(), 'x.y', '{}', 'x' FROM generate_series(1, 1000) AS n;
ALTER TABLE practiceacl.activity_entry SET (parallel_workers = 2);
\connect
BEGIN;
SET LOCAL min_parallel_table_scan_size = 0;
SELECT plan(1);
SELECT lives_ok('REINDEX TABLE practiceacl.activity_entry', 'the indexes of the record are built again');
SELECT * FROM finish();
ROLLBACK;
