-- Patients by the application's own key: found by an index, erased, forgotten.
BEGIN;
\ir support/clinic.psql
SELECT plan(48);
CREATE ROLE clinic_support;
SELECT practiceacl.grant_operator('clinic_support') \g /dev/null
GRANT USAGE ON SCHEMA clinic TO clinic_support;
GRANT SELECT ON place TO clinic_support;

SELECT join_clinic('anna'), hold_agenda('anna') \g /dev/null
SELECT join_clinic('bert'), hold_agenda('bert') \g /dev/null
SELECT join_clinic('rene'), may('rene', 'read', 'anna') \g /dev/null
SELECT join_clinic('ada', admin => 'full'), join_clinic('uma', admin => 'users') \g /dev/null
SELECT join_clinic('sven', 'elsewhere'), hold_agenda('sven', organization => 'elsewhere') \g /dev/null
SELECT join_clinic('alma', 'elsewhere', 'full') \g /dev/null
INSERT INTO practiceacl.membership (organization_id, account_id) SELECT id, account('anna') FROM place WHERE name = 'elsewhere';
SELECT may('anna', 'read', 'sven') \g /dev/null
SELECT record.begin_all() \g /dev/null
SELECT log_everybody_in() \g /dev/null

CREATE FUNCTION clinic.visit(whose text, local timestamp, patient text, ref text, contact text DEFAULT NULL,
                            private boolean DEFAULT false, zone text DEFAULT 'Europe/Paris')
RETURNS uuid LANGUAGE sql AS $$
    SELECT practiceacl.book(agenda(whose), local AT TIME ZONE zone, duration => '15 minutes', patient => patient, note => 'knee of ' || patient,
        private => private, patient_ref => ref, contact => contact, attributes => jsonb_build_object('name', patient));
$$;
CREATE FUNCTION clinic.plan_of(statement text, options text DEFAULT 'COSTS OFF') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    line   text;
    result text := '';
BEGIN
    FOR line IN EXECUTE format('EXPLAIN (%s) %s', options, statement) LOOP
        result := result || line || E'\n';
    END LOOP;
    RETURN result;
END $$;
CREATE FUNCTION clinic.erased(ref text, organization text DEFAULT 'clinic') RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(what || ' ' || rows, ', ' ORDER BY what) FROM practiceacl.erase_patient((SELECT id FROM place WHERE name = organization), ref);
$$;
CREATE FUNCTION clinic.erase_refused(organization text DEFAULT 'clinic') RETURNS text LANGUAGE sql AS $$
    SELECT refusal(format('SELECT erased(%L, %L)', 'p1', organization));
$$;

SET LOCAL ROLE clinic_application;
SELECT enter('sven') \g /dev/null
INSERT INTO kept SELECT 'elsewhere', visit('sven', '2058-03-05 09:00', 'Petra', 'p1', 'petra@example.org') \g /dev/null
SELECT enter('bert') \g /dev/null
INSERT INTO kept SELECT 'berts', visit('bert', '2058-03-06 09:00', 'Petra', 'p1') \g /dev/null
SELECT practiceacl.send_message(agenda('bert'), 'quentin@example.org', 'Visit', 'Dear Quentin') \g /dev/null
SELECT practiceacl.send_message(agenda('bert'), '+33 6 12 34 56 78', NULL, 'Dear Petra') \g /dev/null
SELECT enter('anna') \g /dev/null
INSERT INTO kept SELECT 'second', visit('anna', '2058-03-07 09:00', 'Petra', 'p1', 'Petra <Petra@Example.org>; mobile: +33 6 12 34 56 78') \g /dev/null
INSERT INTO kept SELECT 'first', visit('anna', '2058-03-04 09:00', 'Petra', 'p1', 'old@example.org') \g /dev/null
INSERT INTO kept SELECT 'private', visit('anna', '2058-03-04 10:00', 'Petra', 'p1', private => true) \g /dev/null
INSERT INTO kept SELECT 'other', visit('anna', '2058-03-04 11:00', 'Quentin', 'p2', 'quentin@example.org') \g /dev/null
INSERT INTO kept SELECT 'given', visit('anna', '2058-03-04 12:00', 'Petra', 'p1') \g /dev/null
SELECT practiceacl.update_appointment(kept('given'), '{"patient": "Quentin", "note": null, "attributes": {}, "patient_ref": "p2"}') \g /dev/null
SELECT practiceacl.update_appointment(kept('given'), '{"note": "hip of Quentin"}') \g /dev/null
SELECT practiceacl.update_appointment(kept('first'), '{"contact": null}') \g /dev/null
SELECT practiceacl.move_appointment(kept('first'), at('2058-03-04 09:30')) \g /dev/null
SELECT practiceacl.cancel_appointment(kept('first'), 'Petra has the flu') \g /dev/null
SELECT practiceacl.send_message(agenda('anna'), 'petra@example.org', 'Visit', 'Dear Petra') \g /dev/null
SELECT practiceacl.send_message(agenda('anna'), 'old@example.org', 'Visit', 'Dear Petra') \g /dev/null
SELECT enter('sven') \g /dev/null
SELECT practiceacl.send_message(agenda('sven'), 'petra@example.org', 'Visit', 'Dear Petra') \g /dev/null

-- Whose appointments they are.
SELECT enter('anna') \g /dev/null
SELECT results_eq($$SELECT appointment_id FROM practiceacl.appointments_of('p1')$$,
    $$SELECT id FROM unnest(ARRAY['first', 'private', 'elsewhere', 'second']) WITH ORDINALITY u (name, n) JOIN kept USING (name) ORDER BY n$$,
    'what one may see, of all one''s organizations, by time; of bert''s agenda nothing');
SELECT results_eq($$SELECT status, private, patient, note, contact, attributes, version FROM practiceacl.appointments_of('p1') WHERE appointment_id = kept('private')$$,
    $$VALUES ('booked', true, 'Petra', 'knee of Petra', NULL::text, '{"name": "Petra"}'::jsonb, 1)$$, 'with what they say');
SELECT enter('rene') \g /dev/null
SELECT results_eq($$SELECT appointment_id FROM practiceacl.appointments_of('p1')$$, $$VALUES (kept('first')), (kept('second'))$$, 'no private one without the flag');
SELECT is_empty($$SELECT FROM practiceacl.appointments_of('p3')$$, 'nobody, none');
SELECT is_empty($$SELECT FROM practiceacl.appointments_of(NULL)$$, 'null, none');
SELECT enter('ada') \g /dev/null
SELECT is_empty($$SELECT FROM practiceacl.appointments_of('p1')$$, 'an administrator sees no appointment');
SELECT set_config('practiceacl.session', '', true) \g /dev/null
SELECT is_empty($$SELECT FROM practiceacl.appointments_of('p1')$$, 'nor does nobody');

-- By which index.
RESET ROLE;
INSERT INTO practiceacl.appointment (organization_id, agenda_id, starts_at, ends_at, created_by, overbooked, patient_ref)
    SELECT g.organization_id, g.id, t, t + interval '1 minute', g.holder_id, true, 'q' || extract(epoch FROM t)
    FROM practiceacl.agenda g, generate_series(at('2059-01-01'), at('2059-03-01'), '20 minutes') t;
ANALYZE practiceacl.appointment;
SELECT is((SELECT count(*)::int FROM pg_stats WHERE schemaname = 'practiceacl' AND tablename = 'appointment' AND attname = 'patient_ref'), 0, 'the planner knows no keys');
SET LOCAL ROLE clinic_application;
SELECT enter('rene') \g /dev/null
SELECT matches(plan_of($$SELECT * FROM practiceacl.appointment WHERE patient_ref = 'p1' AND NOT private$$),
    'appointment_patient_idx.*Index Cond: \(\(agenda_id = ANY[^\n]*patient_ref = ''p1''', 'by agenda and key');
SET LOCAL enable_seqscan = off;
SELECT doesnt_match(plan_of($$SELECT * FROM practiceacl.appointment WHERE patient_ref = 'p1' AND private$$), 'Index Cond: [^\n]*patient_ref', 'but not private ones');
RESET enable_seqscan;
CREATE FUNCTION clinic.removed(condition text) RETURNS text LANGUAGE sql AS $$
    SELECT coalesce((regexp_match(plan_of('SELECT FROM practiceacl.appointment WHERE ' || condition, 'ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF'),
        'Removed by Filter: (\d+)'))[1], '0');
$$;
SELECT is(removed($$NOT private AND patient_ref = 'p1'$$), '0', 'nothing hidden is fetched');
SELECT is(removed($$patient_ref = 'p1'$$), removed($$patient_ref = 'p3'$$), 'what is fetched tells nothing of whom one has not');
SELECT is(removed($$private AND patient_ref = 'p1'$$), removed($$private AND patient_ref = 'p3'$$), 'nor whose a private one is');

-- Who may not erase.
RESET ROLE;
CREATE TABLE clinic.before AS SELECT * FROM practiceacl.appointment;
SET LOCAL ROLE clinic_application;
SELECT set_config('practiceacl.session', '', true) \g /dev/null
SELECT is(erase_refused(), '28000', 'nobody');
SELECT enter('anna') \g /dev/null
SELECT is(erase_refused(), '42501', 'no holder');
SELECT enter('uma') \g /dev/null
SELECT is(erase_refused(), '42501', 'no administrator of users');
SELECT enter('ada') \g /dev/null
SELECT is(erase_refused(), 'PA010', 'no full administrator who has not reauthenticated');
SELECT is(erase_refused('elsewhere'), 'PT404', 'and of no other organization');
SELECT is(refusal($$SELECT practiceacl.purge_patients('1 day')$$), '42501', 'nor purges the application');
RESET ROLE;
SELECT practiceacl.confirm_session(token) FROM presence WHERE name IN ('ada', 'uma') \g /dev/null
SET LOCAL ROLE clinic_application;
SELECT enter('uma') \g /dev/null
SELECT is(erase_refused(), '42501', 'reauthenticated or not');
SELECT enter('ada') \g /dev/null
SELECT is(erase_refused('elsewhere'), 'PT404', 'the same elsewhere');
SELECT throws_ok($$SELECT practiceacl.erase_patient(NULL, 'p1')$$, '22004', 'organization_id must not be null', 'of no organization');
SELECT throws_ok($$SELECT erased(NULL)$$, '22004', 'patient_ref must not be null', 'not whoever has no key');
RESET ROLE;
SELECT is_empty('TABLE clinic.before EXCEPT TABLE practiceacl.appointment', 'by then nothing has changed');
CREATE TABLE clinic.heads AS SELECT * FROM practiceacl.activity;

-- What is erased.
SET LOCAL ROLE clinic_application;
SELECT enter('ada') \g /dev/null
SELECT is(erased('p1'), 'appointments 4, details 11, messages 3', 'what is erased is counted');
RESET ROLE;
SELECT results_eq($$SELECT id, patient, note, contact, patient_ref, attributes, version FROM practiceacl.appointment WHERE id IN (SELECT id FROM kept WHERE name IN ('first', 'second', 'private', 'berts')) ORDER BY id$$,
    $$SELECT id, NULL::text, NULL::text, NULL::text, NULL::text, '{}'::jsonb, version + 1 FROM clinic.before WHERE id IN (SELECT id FROM kept WHERE name IN ('first', 'second', 'private', 'berts')) ORDER BY id$$,
    'the appointments name nobody');
SELECT is_empty($$SELECT organization_id, agenda_id, id, starts_at, ends_at, created_at, created_by, private, overbooked, status, cancelled_at, series_id FROM clinic.before
    EXCEPT SELECT organization_id, agenda_id, id, starts_at, ends_at, created_at, created_by, private, overbooked, status, cancelled_at, series_id FROM practiceacl.appointment$$,
    'they stay as they were');
SELECT is_empty($$SELECT * FROM clinic.before WHERE patient_ref IS DISTINCT FROM 'p1' OR organization_id <> (SELECT id FROM place WHERE name = 'clinic') EXCEPT SELECT * FROM practiceacl.appointment$$,
    'and so do others, and the other organization''s');
SELECT is((SELECT count(*)::int FROM practiceacl.activity_detail WHERE organization_id = (SELECT id FROM place WHERE name = 'clinic') AND detail ~* 'petra|p1|flu|old@|3361'), 0, 'the record says no word');
SELECT is((SELECT count(*)::int FROM practiceacl.activity_detail WHERE detail ~ 'Quentin'), 2, 'of others it does, also of whom the appointment was given to');
SELECT is((SELECT count(*)::int FROM practiceacl.activity_detail WHERE organization_id = (SELECT id FROM place WHERE name = 'elsewhere') AND detail ~* 'petra'), 2, 'and elsewhere');
SELECT results_eq($$SELECT recipient, count(*)::int FROM practiceacl.outbox WHERE kind = 'patient_message' GROUP BY 1 ORDER BY 1$$,
    $$VALUES ('petra@example.org', 1), ('quentin@example.org', 1)$$, 'messages go, others'' stay');
SELECT is((SELECT organization_id FROM practiceacl.outbox WHERE recipient = 'petra@example.org'), (SELECT id FROM place WHERE name = 'elsewhere'), 'and the other organization''s');
SELECT is_empty('TABLE clinic.heads EXCEPT TABLE practiceacl.activity', 'no entry is touched');
SELECT results_eq($$SELECT act, organization_id, actor_id, agenda_id, subject_id, facts, detail_digest FROM practiceacl.activity EXCEPT SELECT act, organization_id, actor_id, agenda_id, subject_id, facts, detail_digest FROM clinic.heads$$,
    $$SELECT 'patient.erased', id, account('ada'), NULL::uuid, NULL::uuid, '{"appointments": 4, "details": 11, "messages": 3}'::jsonb, NULL::bytea FROM place WHERE name = 'clinic'$$,
    'one entry is added, of counts');
SELECT is_empty($$SELECT v.* FROM place p, practiceacl.verify_activity(p.id) v WHERE v.first_broken IS NOT NULL OR v.entries = 0$$, 'the chains verify');
SET LOCAL ROLE clinic_application;
SELECT enter('ada') \g /dev/null
SELECT is(erased('p1'), 'appointments 0, details 0, messages 0', 'and nothing twice');
SELECT enter('anna') \g /dev/null
SELECT results_eq($$SELECT appointment_id FROM practiceacl.appointments_of('p1')$$, $$VALUES (kept('elsewhere'))$$, 'a patient erased in one organization is still found in another');
SELECT lives_ok($$SELECT practiceacl.update_appointment(kept('second'), '{"note": "again"}')$$, 'an appointment goes on');

-- What has had its time.
RESET ROLE;
UPDATE practiceacl.appointment SET starts_at = now() - interval '401 days', ends_at = now() - interval '400 days' WHERE id = kept('other');
UPDATE practiceacl.outbox SET sent_at = now() - interval '400 days' WHERE recipient = 'petra@example.org';
UPDATE practiceacl.outbox SET created_at = now() - interval '400 days' WHERE recipient = 'quentin@example.org';
DELETE FROM clinic.before;
INSERT INTO clinic.before SELECT * FROM practiceacl.appointment;
SET LOCAL ROLE clinic_support;
SELECT throws_ok($$SELECT practiceacl.purge_patients('1 hour')$$, '22023', NULL, 'not what ended today');
SELECT throws_ok($$SELECT practiceacl.purge_patients(NULL)$$, '22004', 'older_than must not be null', 'not an unknown age');
SELECT results_eq($$SELECT * FROM practiceacl.purge_patients('1 year')$$, $$VALUES ('appointments', 1::bigint), ('details', 1), ('messages', 1), ('waiting_list', 0)$$, 'what ended a year ago is counted');
SELECT results_eq($$SELECT * FROM practiceacl.purge_patients('1 year')$$, $$VALUES ('appointments', 0::bigint), ('details', 0), ('messages', 0), ('waiting_list', 0)$$, 'once');
RESET ROLE;
SELECT results_eq($$SELECT patient, note, contact, patient_ref, attributes FROM practiceacl.appointment WHERE id = kept('other')$$,
    $$VALUES (NULL::text, NULL::text, NULL::text, NULL::text, '{}'::jsonb)$$, 'it names nobody');
SELECT is_empty($$SELECT * FROM clinic.before WHERE id <> kept('other') EXCEPT SELECT * FROM practiceacl.appointment$$, 'what is to come does');
SELECT is((SELECT count(*)::int FROM practiceacl.outbox WHERE recipient = 'quentin@example.org'), 1, 'what was not sent stays');
SELECT results_eq($$SELECT operator, facts - 'before' FROM practiceacl.activity WHERE act = 'patients.purged' ORDER BY id LIMIT 1$$,
    $$VALUES ('clinic_support', '{"appointments": 1, "details": 1, "messages": 1, "waiting_list": 0}'::jsonb)$$, 'and is on record');
SELECT is_empty($$SELECT v.* FROM place p, practiceacl.verify_activity(p.id) v WHERE v.first_broken IS NOT NULL$$, 'the chains verify');

SELECT * FROM finish();
ROLLBACK;
