\set n random(0, 999)
\set k random(0, 100000000)
SELECT token FROM bench.desk WHERE n = :n \gset
BEGIN;
SELECT length(:token);
INSERT INTO bench.plain (organization_id, agenda_id, starts_at, ends_at, created_by, patient) VALUES (bench.id(1, 0), bench.id(3, :n), timestamptz '2059-01-01 00:00Z' + :k * interval '1 minute', timestamptz '2059-01-01 00:01Z' + :k * interval '1 minute', bench.id(2, :n), 'patient') ON CONFLICT DO NOTHING;
COMMIT;
