\set n random(0, 999)
\set k random(0, 100000000)
SELECT token FROM bench.desk WHERE n = :n \gset
BEGIN;
SELECT practiceacl.enter(:token);
SELECT practiceacl.book(bench.id(3, :n), timestamptz '2069-01-01 00:00Z' + :k * interval '1 minute', timestamptz '2069-01-01 00:01Z' + :k * interval '1 minute', 'patient', also => ARRAY[bench.id(4, 2 * :n), bench.id(4, 2 * :n + 1)]);
COMMIT;
