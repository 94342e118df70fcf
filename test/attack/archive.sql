-- Attack: the archive as a way around row security.  Its rows are those that the
-- table of appointments hid: read through a leaky condition, a view, a refusal's
-- words, statistics, an error of a change, or moved by somebody who may only read.
BEGIN;
\ir ../setup/clinic.sql
SELECT record.begin_all() \g /dev/null
SELECT plan(22);
SET LOCAL jit = off;
CREATE TABLE clinic.room AS SELECT practiceacl.add_agenda(org('north'), NULL, '{"kind": "room", "name": "Room"}') AS id FROM enter('carl');
INSERT INTO practiceacl.access_grant (organization_id, agenda_id, account_id, rights)
SELECT org('north'), id, account(who), 'book+edit_past' FROM clinic.room, unnest(ARRAY['anna', 'bert']) AS who;
-- lena sees when anna is busy; sara books there and sees nothing private.
SELECT may('lena', 'freebusy', 'anna'), may('sara', NULL, 'bert'), may('sara', 'book+edit_past', 'anna') \g /dev/null
SET LOCAL ROLE clinic_app;
SELECT enter('anna') \g /dev/null
SELECT practiceacl.book(agenda('anna'), '2020-03-04 09:00Z', '2020-03-04 09:20Z', patient => 'open secret', appointment_id => id(1), also => ARRAY[(SELECT id FROM room)]),
    practiceacl.book(agenda('anna'), '2020-03-04 10:00Z', '2020-03-04 10:20Z', patient => 'private secret', note => 'private secret', private => true, patient_ref => 'p9', appointment_id => id(2)) \g /dev/null
RESET ROLE;
-- Bert's are shared with nobody, and enough for estimates to tell them apart.
INSERT INTO practiceacl.appointment (organization_id, agenda_id, starts_at, ends_at, created_by, patient, private, patient_ref)
SELECT org('north'), agenda('bert'), '2020-03-04 09:00Z'::timestamptz + n * interval '1 hour', '2020-03-04 09:30Z'::timestamptz + n * interval '1 hour', account('bert'), 'hidden secret', n % 2 = 0, 'p9'
FROM generate_series(1, 500) AS n;
SELECT is(practiceacl.archive_appointments('2021-01-01Z'), 503::bigint, 'there is something to learn');
ANALYZE practiceacl.appointment, practiceacl.appointment_archive;
SELECT is_empty($$ SELECT a.attname FROM pg_statistic s JOIN pg_attribute a ON a.attrelid = s.starelid AND a.attnum = s.staattnum
    WHERE s.starelid = 'practiceacl.appointment_archive'::regclass AND a.attname IN ('patient', 'note', 'attributes', 'patient_ref', 'contact') $$, 'no statistics of what names people');

-- A condition that tells what it is given, and costs nothing.
CREATE TABLE clinic.overheard (what text);
GRANT ALL ON clinic.overheard TO PUBLIC;
CREATE FUNCTION clinic.listens(what text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS $$ BEGIN INSERT INTO clinic.overheard VALUES (what); RETURN true; END $$;
CREATE FUNCTION clinic.heard() RETURNS text LANGUAGE sql AS $$
    WITH gone AS (DELETE FROM clinic.overheard RETURNING what) SELECT coalesce(string_agg(DISTINCT what, ', ' ORDER BY what), 'nothing') FROM gone
$$;
-- What the second time shows: the first one reads catalogs as well.
CREATE FUNCTION clinic.plan_of(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    line text;
    result text;
BEGIN
    FOR turn IN 1 .. 2 LOOP
        result := '';
        FOR line IN EXECUTE 'EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, SUMMARY OFF) ' || statement LOOP
            result := result || line || E'\n';
        END LOOP;
    END LOOP;
    RETURN regexp_replace(result, '(p[0-9]|[0-9a-f-]{36})', 'X', 'g');
END $$;
SET LOCAL ROLE clinic_app;
SELECT enter('lena') \g /dev/null
SELECT is((SELECT count(*) FROM practiceacl.appointment_archive WHERE listens(patient)) + (SELECT count(*) FROM practiceacl.every_appointment WHERE listens(patient))
    + (SELECT count(*) FROM practiceacl.calendar WHERE kind = 'appointment' AND listens(patient)) + (SELECT count(*) FROM practiceacl.appointments_of('p9') WHERE listens(patient)), 0::bigint,
    'who sees when it is busy reads nothing');
SELECT is(heard(), 'nothing', 'and overhears nothing');
SELECT is((SELECT count(*) FROM practiceacl.busy WHERE listens(starts_at::text)), 2::bigint, 'but that it was busy');
SELECT matches(heard(), '^2020-03-04 09:00:00.00, 2020-03-04 10:00:00.00$', 'on this agenda alone');
SELECT enter('sara') \g /dev/null
SELECT is((SELECT count(*) FROM practiceacl.every_appointment WHERE listens(patient)) + (SELECT count(*) FROM practiceacl.appointment_archive WHERE listens(note)), 2::bigint, 'who sees nothing private');
SELECT is(heard(), 'open secret', 'overhears nothing private');
SELECT is((SELECT count(*) FROM practiceacl.calendar WHERE kind = 'appointment' AND listens(patient) AND listens(note) AND listens(id::text)), 2::bigint, 'in the calendar it is busy');
SELECT is(heard(), id(1)::text || ', open secret', 'without id, name and note');

-- What a plan tells: the same of those who are there and of those who are not.
SELECT is(plan_of(format(q, 'p9')), plan_of(format(q, 'p8')), 'by a patient''s key, 0 bits: ' || q)
FROM unnest(ARRAY['SELECT FROM practiceacl.appointment_archive WHERE patient_ref = %L', 'SELECT FROM practiceacl.every_appointment WHERE patient_ref = %L',
    'SELECT FROM practiceacl.appointments_of(%L)']) AS q;

-- The words of a refusal.
SELECT unalike(refusal(format('SELECT practiceacl.book(%L, ''2020-03-04 10:05Z'')', agenda('anna'))), '%' || id(2) || '%', 'a private appointment that is in the way is not named');
SELECT is(replace(refusal(format('SELECT practiceacl.update_appointment(%L, ''{"note": "x"}'')', id(2))), id(2)::text, ''), replace(refusal(format('SELECT practiceacl.update_appointment(%L, ''{"note": "x"}'')', id(77))), id(77)::text, ''),
    'nor is there one for those who may not see it');
SELECT is(code(format('SELECT practiceacl.book(%L, ''2019-01-01 10:00Z'', appointment_id => %L)', agenda('anna'), id(2))), '23505', 'but an id is used once, as ever');

-- Moving rows: by a change that will be refused, or by hand.
SELECT enter('bert') \g /dev/null
SELECT is(code(format('SELECT practiceacl.cancel_appointment((SELECT id FROM practiceacl.every_appointment WHERE part_of = %L))', id(1))), '42501', 'whoever has the room alone does not change the visit');
RESET ROLE;
SELECT is((SELECT count(*) FROM practiceacl.appointment), 0::bigint, 'and nothing has moved');
SELECT throws_ok(format('SET LOCAL ROLE clinic_app; %s practiceacl.appointment_archive %s', before, after), '42501', NULL, before || ' by hand')
FROM (VALUES ('INSERT INTO', 'DEFAULT VALUES'), ('UPDATE', 'SET note = ''x'''), ('DELETE FROM', ''), ('TRUNCATE', '')) AS tries (before, after);
RESET ROLE;
SELECT * FROM finish();
ROLLBACK;
