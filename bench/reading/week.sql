BEGIN;
SELECT practiceacl.enter(:token);
SELECT * FROM practiceacl.calendar
WHERE starts_at >= timestamptz '2058-03-04 00:00Z' AND starts_at < timestamptz '2058-03-11 00:00Z';
COMMIT;
