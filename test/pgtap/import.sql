-- Importing more than fits into work_mem, and what it locks.
BEGIN;
\ir ../setup/clinic.sql
SELECT record.begin_all() \g /dev/null
SELECT plan(8);
CREATE TABLE clinic.staging AS
SELECT lpad(n::text, 6, '0') AS key,
    CASE n % 10 WHEN 1 THEN NULL WHEN 3 THEN gen_random_uuid() WHEN 5 THEN agenda('olga') ELSE agenda('anna') END AS agenda_id,
    at('00:00') + n / 2 * interval '15 min' AS starts_at, at('00:15') + n / 2 * interval '15 min' AS ends_at,
    repeat('name ', 20) || n AS patient, CASE WHEN n % 4 = 0 THEN repeat('note ', 500) END AS note
FROM generate_series(0, 5999) AS n;
GRANT SELECT ON clinic.staging TO clinic_app;
SET LOCAL work_mem = '64kB';
SET LOCAL ROLE clinic_app;
SELECT enter('anna') \g /dev/null
CREATE TEMP TABLE imported AS SELECT * FROM practiceacl.import_appointments('clinic.staging');
SELECT is((SELECT count(DISTINCT key) FROM imported), 6000::bigint, 'one row out for each row in, from a file too');
SELECT is((SELECT count(*) FROM imported), 6000::bigint, 'and no more');
SELECT results_eq($$ SELECT outcome, split_part(detail, ':', 1), count(*) FROM imported GROUP BY 1, 2 ORDER BY 1, 2 $$,
    $$ VALUES ('booked', NULL, 3000::bigint), ('refused', 'agenda does not exist or is not visible to you', 1200),
              ('refused', 'agenda_id is null', 600), ('refused', 'this slot is already taken', 1200) $$, 'as they were made');
SELECT is_empty($$ SELECT * FROM imported i JOIN clinic.staging s USING (key) LEFT JOIN practiceacl.appointment a ON a.id = i.appointment_id
    WHERE i.outcome = 'booked' AND (a.starts_at, a.patient, a.note) IS DISTINCT FROM (s.starts_at, s.patient, s.note) $$,
    'each with its own time and texts');
SELECT is_empty($$ SELECT * FROM imported i JOIN clinic.staging s USING (key)
    WHERE detail ~ 'taken' AND NOT EXISTS (SELECT FROM practiceacl.appointment a WHERE detail LIKE '%' || a.id || '%'
        AND a.agenda_id = s.agenda_id AND a.starts_at < s.ends_at AND s.starts_at < a.ends_at) $$,
    'each refusal names what it collides with');
SELECT is((SELECT facts - '{first_starts_at,last_starts_at}'::text[] FROM practiceacl.activity WHERE act = 'appointment.imported'),
    '{"booked": 3000, "refused": 1200}', 'one entry for the agenda');
RESET ROLE;
-- The fourth field of the lock's tag is its class: agendas (see base/lock.c).
SELECT is((SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'advisory'
           AND objsubid = x'5002'::int), 1::bigint,
    'nothing is locked but the agenda that is the caller''s to see');
SELECT is_empty($$ SELECT * FROM practiceacl.verify_activity(org('north')) WHERE first_broken IS NOT NULL $$, 'and the record is whole');
SELECT * FROM finish();
ROLLBACK;
