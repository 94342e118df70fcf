-- The FHIR views show what the core's views show, to each as much.
BEGIN;
\ir ../../test/pgtap/support/clinic.psql
SELECT plan(28);

SELECT join_clinic('anna'), hold_agenda('anna') \g /dev/null
SELECT join_clinic('bert'), hold_agenda('bert') \g /dev/null
SELECT join_clinic('pris'), may('pris', 'read+private', 'anna') \g /dev/null
SELECT join_clinic('rene'), may('rene', 'read', 'anna') \g /dev/null
SELECT join_clinic('fred'), may('fred', 'freebusy', 'anna') \g /dev/null
SELECT join_clinic('adam', admin => 'full'), join_clinic('sven', 'elsewhere') \g /dev/null
SELECT log_everybody_in(), practiceacl.grant_fhir('clinic_application') \g /dev/null
CREATE FUNCTION clinic.soon(hours integer) RETURNS timestamptz LANGUAGE sql AS $$
    SELECT date_trunc('day', now()) + interval '2 days' + make_interval(hours => hours)
$$;
CREATE FUNCTION clinic.seen() RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(concat_ws('/', status, resource ->> 'status', resource #>> '{participant,1,actor,display}', resource ->> 'comment', CASE WHEN id IS NULL THEN 'no id' END), ' ' ORDER BY starts_at)
    FROM practiceacl.fhir_appointment;
$$;
SET LOCAL ROLE clinic_application;
SELECT enter('anna') \g /dev/null
INSERT INTO kept VALUES
    ('plain', practiceacl.book(agenda('anna'), soon(9), patient => 'Plain', note => 'n1')),
    ('secret', practiceacl.book(agenda('anna'), soon(10), patient => 'Secret', note => 'n2', private => true)),
    ('gone', practiceacl.book(agenda('anna'), soon(11), patient => 'Gone')),
    ('hidden', practiceacl.book(agenda('anna'), soon(12), patient => 'Hidden', private => true));
SELECT practiceacl.cancel_appointment(kept('gone')), practiceacl.cancel_appointment(kept('hidden')) \g /dev/null
SELECT practiceacl.set_openings(agenda('anna'), (SELECT jsonb_agg(jsonb_build_object('weekday', d, 'from', '08:00', 'to', '12:00')) FROM generate_series(1, 7) d)) \g /dev/null
SELECT practiceacl.add_absence(agenda('anna'), soon(30), soon(31), 'dentist') \g /dev/null

SELECT is(seen(), 'booked/booked/Plain/n1 booked/booked/Secret/n2 cancelled/cancelled/Gone cancelled/cancelled/Hidden', 'the holder sees all');
SELECT enter('pris') \g /dev/null
SELECT is(seen(), 'booked/booked/Plain/n1 booked/booked/Secret/n2 cancelled/cancelled/Gone cancelled/cancelled/Hidden', 'so does a reader of private ones');
SELECT enter('rene') \g /dev/null
SELECT is(seen(), 'booked/booked/Plain/n1 busy/booked/no id cancelled/cancelled/Gone', 'a reader sees private ones as taken time, and nothing of a cancelled one');
SELECT ok((SELECT string_agg(resource::text, '') FROM practiceacl.fhir_appointment) !~ ('Secret|n2|Hidden|' || kept('secret')), 'no word of them');
SELECT is((SELECT count(*)::int FROM practiceacl.fhir_appointment WHERE resource::text LIKE '%Secret%' OR id = kept('secret')), 0, 'no condition reveals it');
SELECT enter('fred') \g /dev/null
SELECT is(seen(), NULL, 'with freebusy no appointments');
SELECT is((SELECT count(*)::int FROM practiceacl.fhir_slot WHERE status = 'busy'), 3, 'but busy slots');
SELECT ok((SELECT count(*) FROM practiceacl.fhir_slot WHERE status = 'free') > 100, 'and free ones');
SELECT ok((SELECT string_agg(resource::text, '') FROM practiceacl.fhir_slot) !~ 'Plain|Secret|dentist', 'without a name or a reason');
SELECT is((SELECT count(*)::int - count(DISTINCT id)::int FROM practiceacl.fhir_slot), 0, 'each with an id of its own');
SELECT is((SELECT string_agg(resource ->> 'comment', ' ') FROM practiceacl.fhir_schedule), 'Anna', 'and the schedule');
SELECT enter('adam') \g /dev/null
SELECT is(seen(), NULL, 'being an administrator gives no sight of an agenda');
SELECT is((SELECT count(*)::int FROM practiceacl.fhir_slot), 0, 'nor of when it is busy');
SELECT is((SELECT count(*)::int FROM practiceacl.fhir_practitioner WHERE resource ? 'telecom'), 6, 'but of people''s addresses');
SELECT enter('fred') \g /dev/null
SELECT is((SELECT count(*)::int FROM practiceacl.fhir_practitioner WHERE resource ? 'telecom'), 1, 'of which others see their own');
SELECT enter('sven') \g /dev/null
SELECT is((SELECT count(*)::int FROM practiceacl.fhir_schedule) + (SELECT count(*)::int FROM practiceacl.fhir_slot), 0, 'a stranger sees nothing');
SELECT is((SELECT count(*)::int FROM practiceacl.fhir_practitioner WHERE organization_id = (SELECT id FROM place WHERE name = 'clinic')), 0, 'and nobody');
SELECT set_config('practiceacl.session', '', true) \g /dev/null
SELECT is((SELECT count(*)::int FROM practiceacl.fhir_appointment) + (SELECT count(*)::int FROM practiceacl.fhir_slot) + (SELECT count(*)::int FROM practiceacl.fhir_practitioner)
    + (SELECT count(*)::int FROM practiceacl.fhir_practitioner_role) + (SELECT count(*)::int FROM practiceacl.fhir_location) + (SELECT count(*)::int FROM practiceacl.fhir_schedule), 0, 'without a session there is nothing, and no error');
SELECT is(practiceacl.fhir_appointments() -> 'entry', NULL, 'nor in a bundle');
SELECT is(refusal('SELECT practiceacl.fhir_changes()'), '28000', 'changes need one');

SELECT enter('anna') \g /dev/null
SELECT is((SELECT id FROM practiceacl.fhir_appointment WHERE id = kept('plain')), kept('plain'), 'one is found by its id');
SELECT is(jsonb_array_length(practiceacl.fhir_appointments(agenda_id => agenda('bert')) -> 'entry'), NULL, 'a bundle of another agenda is empty');
SELECT is(jsonb_array_length(practiceacl.fhir_appointments(from_time => soon(10), until_time => soon(11)) -> 'entry'), 1, 'a range has what overlaps it');
SELECT is(jsonb_array_length(practiceacl.fhir_appointments(max_rows => 2) -> 'entry'), 2, 'a bundle has so many at most');
RESET ROLE;
SELECT is((SELECT string_agg(c.relname, ' ' ORDER BY c.relname) FROM pg_class c JOIN pg_depend d ON d.objid = c.oid AND d.classid = 'pg_class'::regclass AND d.deptype = 'e'
           JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'practiceacl_fhir'
           WHERE NOT ('security_invoker=true' = ANY (c.reloptions) AND 'security_barrier=true' = ANY (c.reloptions))), NULL, 'every view runs as its caller, and is a barrier');
SELECT is((SELECT count(*)::int FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'practiceacl_fhir'
           WHERE d.deptype = 'e' AND d.classid IN ('pg_proc'::regclass, 'pg_class'::regclass) AND obj_description(d.objid, d.classid::regclass::text::name) IS NULL), 0, 'every object has a comment');
RESET ROLE;
INSERT INTO practiceacl.appointment_archive (organization_id, agenda_id, starts_at, ends_at, created_by, patient)
SELECT organization_id, id, '2020-03-04 09:00Z', '2020-03-04 09:15Z', holder_id, 'Long ago' FROM practiceacl.agenda WHERE id = agenda('anna');
SET LOCAL ROLE clinic_application;
SELECT enter('anna') \g /dev/null
SELECT is((SELECT resource #>> '{participant,1,actor,display}' FROM practiceacl.fhir_appointment WHERE starts_at < '2021-01-01Z'), 'Long ago', 'what is archived is there');
RESET ROLE;
SELECT practiceacl.revoke_fhir('clinic_application') \g /dev/null
SELECT is(has_table_privilege('clinic_application', 'practiceacl.fhir_appointment', 'SELECT'), false, 'what was granted is taken back');
SELECT * FROM finish();
ROLLBACK;
