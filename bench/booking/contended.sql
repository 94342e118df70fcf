\set k random(0, 749)
SELECT token FROM bench.desk WHERE n = 0 \gset
BEGIN;
SELECT practiceacl.enter(:token);
SELECT bench.try_to_book(bench.id(3, 1000), timestamptz '2059-01-01 00:00Z' + :k * interval '15 minutes');
COMMIT;
