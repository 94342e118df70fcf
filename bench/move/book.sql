-- Ends with the move: then the source refuses.
\set n random(0, 29)
\set k random(0, 10000000)
SELECT token FROM bench.desk WHERE n = :n \gset
BEGIN;
SELECT practiceacl.enter(:token);
SELECT practiceacl.book(bench.id(3, :n), timestamptz '2059-01-01 00:00Z' + :k * interval '1 minute', timestamptz '2059-01-01 00:01Z' + :k * interval '1 minute', 'patient');
COMMIT;
