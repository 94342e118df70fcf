-- What stands in the way of a booking, before one books: all of it, with facts
-- for programs; and it never says anything else than book() does.
BEGIN;
\ir support/clinic.psql
SELECT plan(31);
SELECT join_clinic('anna'), hold_agenda('anna'), join_clinic('bert'), hold_agenda('bert') \g /dev/null
SELECT join_clinic('bona'), may('bona', 'book', 'anna'), may('bona', 'read', 'bert') \g /dev/null
SELECT join_clinic('over'), may('over', 'book+overbook+private', 'anna'), may('over', 'book+overbook', 'bert') \g /dev/null
SELECT join_clinic('hugo'), may('hugo', 'book_in_hours', 'anna'), may('hugo', 'freebusy', 'bert') \g /dev/null
SELECT join_clinic('rita'), may('rita', 'read', 'anna') \g /dev/null
SELECT join_clinic('sven', 'elsewhere') \g /dev/null
SELECT log_everybody_in() \g /dev/null
UPDATE practiceacl.membership SET admin = 'full' WHERE account_id = account('anna');
CREATE FUNCTION why(whose text, at timestamptz, who text DEFAULT NULL) RETURNS TABLE (severity text, code text, word text) LANGUAGE sql STABLE AS
    $$SELECT severity, code, word FROM practiceacl.explain_slot(agenda(whose), at)$$;
SET LOCAL ROLE clinic_application;
SELECT enter('anna') \g /dev/null
SELECT practiceacl.set_openings(agenda('anna'), '[{"weekday": 1, "from": "08:00", "to": "18:00"}]') \g /dev/null
SELECT practiceacl.add_absence(agenda('anna'), at('2058-03-11 12:00'), at('2058-03-11 14:00'), substitute => account('bert')) \g /dev/null
SELECT practiceacl.add_agenda((SELECT organization_id FROM practiceacl.my_agendas LIMIT 1), NULL, '{"kind": "room", "name": "Room 1"}') AS room_1 \gset
SELECT practiceacl.add_agenda((SELECT organization_id FROM practiceacl.my_agendas LIMIT 1), NULL, '{"kind": "room", "name": "Room 2"}') AS room_2 \gset
RESET ROLE;
INSERT INTO kept VALUES ('room 1', :'room_1'), ('room 2', :'room_2');
INSERT INTO practiceacl.access_grant (organization_id, agenda_id, account_id, rights)
    SELECT g.organization_id, g.id, account(who), CASE who WHEN 'hugo' THEN 'book_in_hours' WHEN 'rita' THEN 'freebusy' ELSE 'book' END::practiceacl.rights
    FROM practiceacl.agenda g, unnest('{bona,over,hugo,rita}'::text[]) AS who WHERE g.id IN (:'room_1', :'room_2');
INSERT INTO practiceacl.access_grant (organization_id, agenda_id, account_id, rights)
    SELECT g.organization_id, g.id, account('anna'), 'openings' FROM practiceacl.agenda g WHERE g.id IN (:'room_1', :'room_2');
SET LOCAL ROLE clinic_application;
SELECT practiceacl.set_openings(:'room_2', '[{"weekday": 1, "from": "08:00", "to": "16:00"}]') \g /dev/null
SELECT practiceacl.add_absence(:'room_1', at('2058-03-04 07:00'), at('2058-03-04 13:00')) \g /dev/null
SELECT practiceacl.add_absence(:'room_2', at('2058-03-04 11:00'), at('2058-03-04 13:00')) \g /dev/null
SELECT practiceacl.close_days((SELECT organization_id FROM practiceacl.my_agendas LIMIT 1), '2058-03-18', '2058-03-18', 'Works') AS works \gset
SELECT practiceacl.book(agenda('anna'), at('2058-03-04 09:00'), at('2058-03-04 09:30'), patient => 'Marie', patient_ref => 'p1') AS marie \gset
SELECT practiceacl.book(agenda('anna'), at('2058-03-04 10:00'), at('2058-03-04 10:30'), patient => 'Paul', private => true) AS paul \gset

SELECT is_empty($$SELECT * FROM practiceacl.explain_slot(agenda('anna'), at('2058-03-04 11:00'))$$, 'nothing stands in the way');
SELECT results_eq($$SELECT severity, code, word, facts FROM practiceacl.explain_slot(agenda('anna'), at('2058-03-04 09:15'))$$,
    format($$VALUES ('refused', '23P01', 'appointment_no_overlap', jsonb_build_object('appointment_id', %L::text, 'occupied_from', '2058-03-04T08:00:00Z', 'occupied_until', '2058-03-04T08:30:00Z'))$$, :'marie'),
    'a taken slot, by what, in UTC');
SELECT enter('hugo') \g /dev/null
SELECT results_eq($$SELECT * FROM why('anna', at('2058-03-11 12:00'))$$, $$VALUES ('refused', 'PA021', 'holder_absent')$$, 'an absence');
SELECT is((SELECT facts ->> 'substitute' FROM practiceacl.explain_slot(agenda('anna'), at('2058-03-11 12:00'))), 'Bert Test', 'and who stands in');
SELECT results_eq($$SELECT severity, code, word, facts ->> 'name' FROM practiceacl.explain_slot(agenda('anna'), at('2058-03-18 09:00'))$$, $$VALUES ('refused', 'PA021', 'closed', 'Works')$$, 'a closed day, by its name');
SELECT results_eq($$SELECT * FROM why('anna', at('2058-03-05 09:00'))$$, $$VALUES ('refused', 'PA020', 'outside_openings')$$, 'outside the openings');
SELECT set_eq($$SELECT code, word FROM practiceacl.explain_slot(agenda('anna'), at('2058-03-04 10:00'), private => true, patient => repeat('x', 600))$$,
    $$VALUES ('22001', 'too_long'), ('42501', 'rights_missing'), ('23P01', 'appointment_no_overlap')$$, 'all that there is, not only the first');
SELECT is((SELECT facts ? 'appointment_id' FROM practiceacl.explain_slot(agenda('anna'), at('2058-03-04 10:00')) WHERE word = 'appointment_no_overlap'), false, 'a private appointment has no id');
SELECT results_eq($$SELECT severity, code, facts ->> 'needed', facts ->> 'rights' FROM practiceacl.explain_slot(agenda('bert'), at('2058-03-04 10:00')) WHERE word = 'rights_missing'$$,
    $$VALUES ('refused', '42501', 'book_in_hours', 'freebusy')$$, 'rights that are missing');
SELECT results_eq($$SELECT code, word, facts FROM practiceacl.explain_slot(agenda('anna'), at('2058-03-04 11:00'), at('2058-03-04 10:00'))$$,
    $$VALUES ('22023', 'ends_before_start', '{"argument": "ends_at"}'::jsonb)$$, 'times that are none, and nothing more');
SELECT enter('bona') \g /dev/null
SELECT results_eq($$SELECT * FROM why('anna', at('2058-03-05 09:00'))$$, $$VALUES ('warning', 'PA020', 'outside_openings')$$, 'who may do it is warned');
SELECT set_eq($$SELECT * FROM why('anna', at('2058-03-11 12:00'))$$, $$VALUES ('warning', 'PA021', 'holder_absent')$$, 'of an absence');
SELECT set_eq($$SELECT * FROM why('anna', at('2058-03-18 09:00'))$$, $$VALUES ('warning', 'PA021', 'closed')$$, 'and of a closed day');
SELECT set_eq($$SELECT severity, code, facts ->> 'appointment_id' FROM practiceacl.explain_slot(agenda('anna'), at('2058-03-04 09:00'), patient_ref => 'p1') WHERE word = 'patient_elsewhere'$$,
    format('VALUES (%L, %L, %L)', 'warning', '01000', :'marie'), 'of a patient who is to be somewhere else');
-- A room that is closed or absent is taken last, and one is told.
SELECT is_empty(format($$SELECT * FROM practiceacl.explain_slot(agenda('anna'), at('2058-03-04 10:45'), also_any => ARRAY[%L, %L]::uuid[])$$, :'room_1', :'room_2'), 'a room in repair is not chosen while there is another');
SELECT results_eq(format($$SELECT severity, word, message LIKE 'the room or device cannot be used%%', facts - 'substitute' FROM practiceacl.explain_slot(agenda('anna'), at('2058-03-04 12:00'), also_any => ARRAY[%L, %L]::uuid[])$$, :'room_1', :'room_2'),
    format($$VALUES ('warning', 'holder_absent', true, jsonb_build_object('agenda_id', %L::text))$$, :'room_1'), 'if there is none the first is, with a warning that names it');
SELECT results_eq(format($$SELECT severity, word, facts ->> 'agenda_id' FROM practiceacl.explain_slot(agenda('anna'), at('2058-03-04 17:00'), also => ARRAY[%L]::uuid[])$$, :'room_2'),
    format($$VALUES ('warning', 'outside_openings', %L)$$, :'room_2'), 'and of one that has openings when it is not open');
SELECT is_empty(format($$SELECT * FROM practiceacl.explain_slot(agenda('anna'), at('2058-03-04 17:00'), also => ARRAY[%L]::uuid[])$$, :'room_1'), 'but not of one that has none');
SELECT enter('rita') \g /dev/null
SELECT results_eq($$SELECT word FROM why('anna', at('2058-03-05 09:00')) WHERE severity = 'refused' LIMIT 1$$, ARRAY['rights_missing'], 'the first is the one that book would raise');
SELECT throws_ok($$SELECT * FROM practiceacl.explain_slot(agenda('anna'), at('2058-03-04 11:00'), also => ARRAY[practiceacl.new_id()])$$, 'PT404', NULL, 'an agenda that is not there');
SELECT enter('over') \g /dev/null
SELECT set_eq($$SELECT severity, word FROM practiceacl.explain_slot(agenda('anna'), at('2058-03-04 09:00'), overbook => true, reason => 'urgent')$$, $$VALUES ('warning', 'appointment_no_overlap')$$, 'what is booked over');
SELECT set_eq($$SELECT severity, word FROM practiceacl.explain_slot(agenda('anna'), at('2058-03-04 09:00'), overbook => true)$$, $$VALUES ('refused', 'reason_missing')$$, 'needs a reason');
SELECT practiceacl.hold_slot(agenda('anna'), at('2058-03-04 13:00')) \g /dev/null
SELECT enter('bona') \g /dev/null
SELECT results_eq($$SELECT severity, code, word, facts ->> 'held_by' FROM practiceacl.explain_slot(agenda('anna'), at('2058-03-04 13:00'))$$, $$VALUES ('refused', 'PA023', 'slot_held', 'Over Test')$$, 'who has it open');
SELECT results_eq($$SELECT severity, word FROM practiceacl.explain_slot(agenda('anna'), now() - interval '1 day') WHERE severity = 'refused'$$, $$VALUES ('refused', 'in_the_past')$$, 'the past');
SELECT enter('sven') \g /dev/null
SELECT throws_ok($$SELECT * FROM practiceacl.explain_slot(agenda('anna'), at('2058-03-04 11:00'))$$, 'PT404', NULL, 'other organizations learn nothing');
SELECT set_config('practiceacl.session', '', false) \g /dev/null
SELECT throws_ok($$SELECT * FROM practiceacl.explain_slot(agenda('anna'), at('2058-03-04 11:00'))$$, '28000', NULL, 'nor does nobody');

-- Whoever it is and whatever is asked: the same answer as book's, and nothing is written.
CREATE FUNCTION pg_temp.booked(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE word text;
BEGIN
    BEGIN
        EXECUTE 'SELECT practiceacl.book(' || statement || ')';
        RAISE EXCEPTION USING ERRCODE = 'ZZ000';
    EXCEPTION WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS word = CONSTRAINT_NAME;
        RETURN CASE WHEN SQLSTATE = 'ZZ000' THEN 'booked' ELSE SQLSTATE || ' ' || word END;
    END;
END $$;
CREATE FUNCTION pg_temp.explained(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE first text; word text;
BEGIN
    EXECUTE 'SELECT code || '' '' || word FROM practiceacl.explain_slot(' || statement || ') WITH ORDINALITY WHERE severity = ''refused'' ORDER BY ordinality LIMIT 1' INTO first;
    RETURN coalesce(first, 'booked');
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS word = CONSTRAINT_NAME;
    RETURN SQLSTATE || ' ' || word;
END $$;
SELECT setseed(0.7) \g /dev/null
CREATE TEMP TABLE asked AS
SELECT n, (ARRAY['anna', 'bona', 'over', 'hugo', 'rita', 'sven'])[1 + n % 6] AS who,
       format('%L, %L, duration => %L, private => %L, overbook => %L, reason => %L, also => %s, also_any => %s, patient => %L',
           agenda((ARRAY['anna', 'anna', 'anna', 'bert'])[1 + floor(random() * 4)]),
           at('2058-03-04') + (ARRAY[0, 1, 7, 14])[1 + floor(random() * 4)] * interval '1 day' + (28 + floor(random() * 50)) * interval '15 min',
           (ARRAY['15 min', '15 min', '40 min', '2 hours', '-1 min'])[1 + floor(random() * 5)]::interval,
           random() < 0.2, random() < 0.3, CASE WHEN random() < 0.7 THEN 'why' END,
           CASE WHEN random() < 0.2 THEN format('ARRAY[%L::uuid]', agenda('bert')) ELSE 'NULL' END,
           CASE WHEN random() < 0.3 THEN format('ARRAY[%L, %L]::uuid[]', kept('room 1'), kept('room 2')) ELSE 'NULL' END,
           CASE WHEN random() < 0.05 THEN repeat('x', 501) ELSE 'x' END) AS statement
FROM generate_series(1, 3000) AS n;
CREATE FUNCTION pg_temp.compare() RETURNS TABLE (who text, statement text, booked text, explained text) LANGUAGE plpgsql AS $$
DECLARE a record;
BEGIN
    FOR a IN SELECT * FROM asked ORDER BY asked.who LOOP
        PERFORM enter(a.who);
        who := a.who;
        statement := a.statement;
        explained := pg_temp.explained(a.statement);
        booked := pg_temp.booked(a.statement);
        RETURN NEXT;
    END LOOP;
END $$;
CREATE TEMP TABLE compared AS SELECT * FROM pg_temp.compare();
SELECT cmp_ok((SELECT count(DISTINCT booked) FROM compared), '>=', 9::bigint, 'many answers are among them');
SELECT cmp_ok((SELECT count(*) FROM compared WHERE booked = 'booked'), '>=', 200::bigint, 'and bookings that succeed');
SELECT is_empty('SELECT * FROM compared WHERE booked <> explained LIMIT 5', 'three thousand bookings by six people: the explanation and book agree');
SELECT enter('anna') \g /dev/null
SELECT is((SELECT count(*) FROM practiceacl.appointment WHERE starts_at > '2058-01-01'), 2::bigint, 'nothing was written');
SET LOCAL transaction_read_only = on;
SELECT lives_ok($$SELECT * FROM practiceacl.explain_slot(agenda('anna'), at('2058-03-04 09:15'))$$, 'a read-only transaction can ask');
SELECT * FROM finish();
ROLLBACK;
