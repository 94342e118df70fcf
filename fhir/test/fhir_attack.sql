-- Somebody with free SQL against the FHIR views: conditions, plans, and the
-- functions of which the views are made.
BEGIN;
\ir ../../test/pgtap/support/clinic.psql
SELECT plan(8);

SELECT join_clinic('anna'), hold_agenda('anna') \g /dev/null
SELECT join_clinic('rene'), may('rene', 'read', 'anna') \g /dev/null
SELECT join_clinic('mall') \g /dev/null
SELECT log_everybody_in(), practiceacl.grant_fhir('clinic_application') \g /dev/null
SET LOCAL ROLE clinic_application;
SELECT enter('anna') \g /dev/null
INSERT INTO kept VALUES
    ('plain', practiceacl.book(agenda('anna'), now() + interval '2 days', patient => 'Plain')),
    ('secret', practiceacl.book(agenda('anna'), now() + interval '3 days', patient => 'Secret', private => true)),
    ('gone', practiceacl.book(agenda('anna'), now() + interval '4 days', patient => 'Gone', private => true));
SELECT practiceacl.cancel_appointment(kept('gone')) \g /dev/null
CREATE FUNCTION clinic.leak(anything text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS $$
BEGIN
    IF anything ~ 'Secret|Gone' THEN RAISE EXCEPTION 'seen'; END IF;
    RETURN true;
END $$;
CREATE FUNCTION clinic.shape(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    line text;
    lines text := '';
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF, BUFFERS OFF) ' || query LOOP
        lines := lines || regexp_replace(line, '[0-9a-f]{8}-[0-9a-f-]{27}|Memory.*', '', 'g') || E'\n';
    END LOOP;
    RETURN lines;
END $$;

SELECT is(refusal('SELECT count(*) FROM practiceacl.fhir_appointment WHERE clinic.leak(resource::text)'), 'P0001', 'there is something to be seen');
SELECT enter('rene') \g /dev/null
SELECT is(refusal('SELECT count(*) FROM practiceacl.fhir_appointment WHERE clinic.leak(resource::text) AND clinic.leak(status)'), NULL, 'no function of the caller''s sees a private one');
SELECT is(refusal('SELECT count(*) FROM practiceacl.fhir_slot WHERE clinic.leak(resource::text)'), NULL, 'nor in a slot');
SELECT is((SELECT count(*)::int FROM practiceacl.fhir_appointment WHERE id IN (kept('secret'), kept('gone'))), 0, 'nor is it found by its id');
SELECT is(practiceacl.fhir_appointments(last_updated => now() - interval '1 day') #>> '{entry,1}', NULL, 'when it was changed is not to be had: a bundle of changes leaves it out');
SELECT enter('mall') \g /dev/null
SELECT is((SELECT shape(format('SELECT * FROM practiceacl.fhir_schedule WHERE agenda_id = %L', agenda('anna')))),
          (SELECT shape(format('SELECT * FROM practiceacl.fhir_schedule WHERE agenda_id = %L', practiceacl.new_id()))), 'a plan is the same for an agenda that there is and one that there is not');
SELECT is((SELECT count(*)::int FROM practiceacl.fhir_slot WHERE agenda_id = agenda('anna')), 0, 'whose slots are not seen');
SELECT is(refusal(format('INSERT INTO practiceacl.fhir_appointment (id) VALUES (%L)', practiceacl.new_id())) IN ('55000', '42501'), true, 'and nothing is written through a view');
SELECT * FROM finish();
ROLLBACK;
