-- Booking as people do it: what each rung of the ladder may, retries,
-- overbooking, moving, taking back, private rows, and what is on record.
BEGIN;
\ir ../setup/clinic.sql
SELECT record.begin_all() \g /dev/null
SELECT plan(109);

INSERT INTO practiceacl.opening (organization_id, agenda_id, weekday, opens_at, closes_at)
VALUES (org('north'), agenda('anna'), 1, '09:00', '18:00');     -- 08:00 to 17:00 in UTC
INSERT INTO practiceacl.absence (organization_id, agenda_id, starts_at, ends_at, created_by)
VALUES (org('north'), agenda('anna'), at('12:00'), at('13:00'), account('anna'));
-- One that has begun already, to be written upon again and again.
INSERT INTO practiceacl.appointment (organization_id, agenda_id, id, starts_at, ends_at, created_by, patient)
VALUES (org('north'), agenda('anna'), id(80), '2020-03-02 09:00Z', '2020-03-02 09:30Z', account('anna'), 'Past'),
       (org('north'), agenda('anna'), id(81), at('14:00'), at('14:30'), account('anna'), 'Open');

-- What somebody with certain rights meets in each act.  Each books and
-- cancels, so that nothing is in the way of the next.
CREATE FUNCTION clinic.acts() RETURNS TABLE (act text, code text) LANGUAGE sql VOLATILE AS $$
    VALUES
    ('see', (SELECT count(*)::text FROM practiceacl.appointment WHERE id = id(81))),
    ('see busy', (SELECT count(*)::text FROM practiceacl.busy WHERE starts_at = at('14:00'))),
    ('book in hours', code($q$ SELECT practiceacl.cancel_appointment(practiceacl.book(agenda('anna'), at('15:00'))) $q$)),
    ('book in the evening', code($q$ SELECT practiceacl.cancel_appointment(practiceacl.book(agenda('anna'), at('17:00'))) $q$)),
    ('book into the evening', code($q$ SELECT practiceacl.cancel_appointment(practiceacl.book(agenda('anna'), at('16:50'))) $q$)),
    ('book an absence', code($q$ SELECT practiceacl.cancel_appointment(practiceacl.book(agenda('anna'), at('12:45'))) $q$)),
    ('book the past', code($q$ SELECT practiceacl.cancel_appointment(practiceacl.book(agenda('anna'), '2020-03-02 10:00Z')) $q$)),
    ('write the past', code($q$ SELECT practiceacl.update_appointment(id(80), '{"note": "late"}') $q$)),
    ('write', code($q$ SELECT practiceacl.update_appointment(id(81), '{"note": "today"}') $q$)),
    ('overbook', code($q$ SELECT practiceacl.cancel_appointment(practiceacl.book(agenda('anna'), at('14:15'), overbook => true, reason => 'urgent')) $q$)),
    ('arrive', code($q$ SELECT practiceacl.set_status(id(81), 'arrived') $q$)),
    ('move', code($q$ SELECT practiceacl.move_appointment(id(81), at('14:00')) $q$))
$$;
CREATE TABLE clinic.expected (rights practiceacl.rights, codes text[]);
INSERT INTO clinic.expected VALUES
    --                         see busy  in hours  evening  into evening absent  past   write past write overbook arrive move
    ('none',                '{0,0,PT404,PT404,PT404,PT404,PT404,PT404,PT404,PT404,PT404,PT404}'),
    ('freebusy',            '{0,1,42501,42501,42501,42501,42501,PT404,PT404,42501,PT404,PT404}'),
    ('read',                '{1,1,42501,42501,42501,42501,42501,42501,42501,42501,42501,42501}'),
    ('read+overbook+edit_past', '{1,1,42501,42501,42501,42501,42501,42501,42501,42501,42501,42501}'),
    ('book_in_hours',       '{1,1,done,PA020,PA020,PA021,PA022,PA022,done,42501,done,done}'),
    ('book_in_hours+overbook', '{1,1,done,PA020,PA020,PA021,PA022,PA022,done,done,done,done}'),
    ('book_in_hours+edit_past', '{1,1,done,PA020,PA020,PA021,done,done,done,42501,done,done}'),
    ('book',                '{1,1,done,done,done,done,PA022,PA022,done,42501,done,done}'),
    ('book+overbook+edit_past', '{1,1,done,done,done,done,done,done,done,done,done,done}'),
    ('absences',            '{1,1,done,done,done,done,PA022,PA022,done,42501,done,done}'),
    ('openings',            '{1,1,done,done,done,done,PA022,PA022,done,42501,done,done}'),
    ('owner',               '{1,1,done,done,done,done,PA022,PA022,done,42501,done,done}'),
    ('owner+overbook+edit_past', '{1,1,done,done,done,done,done,done,done,done,done,done}');

-- The ladder, by plans made for each question and by plans made once.
CREATE FUNCTION clinic.ladder(rights practiceacl.rights) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
    codes text[];
BEGIN
    PERFORM may('lena', rights, 'anna');
    SET LOCAL ROLE clinic_app;
    PERFORM enter('lena');
    SELECT array_agg(a.code) INTO codes FROM acts() a;
    RESET ROLE;
    RETURN codes;
END $$;
SELECT is(ladder(rights), codes, 'can(), each call planned afresh: ' || rights) FROM clinic.expected;
SET LOCAL plan_cache_mode = force_generic_plan;
SELECT is(ladder(rights), codes, 'can(), one generic plan: ' || rights) FROM clinic.expected;
SET LOCAL plan_cache_mode = auto;
-- Down the ladder again in one statement: nothing is remembered.
SELECT is(array_agg(ladder(rights) = codes), array_agg(true), 'up and down at random')
FROM (SELECT * FROM clinic.expected ORDER BY md5(rights::text)) AS shuffled;

-- A client's own id.
SELECT may('lena', 'book', 'anna'), may('lena', 'book', 'bert') \g /dev/null
SET LOCAL ROLE clinic_app;
SELECT enter('lena') \g /dev/null
SELECT is(practiceacl.book(agenda('anna'), at('09:00'), patient => 'Marie', appointment_id => id(1)), id(1), 'the appointment_id that the client gives is used');
SELECT is((SELECT ends_at FROM practiceacl.appointment WHERE id = id(1)), at('09:15'), 'without an end an appointment takes one slot');
SELECT is(practiceacl.book(agenda('anna'), at('09:00'), patient => 'Marie', appointment_id => id(1)), id(1), 'repeating the same booking is no error');
SELECT is(practiceacl.book(agenda('anna'), at('09:00'), at('09:15'), patient => 'Marie', appointment_id => id(1)), id(1), 'nor is it with the end written out');
SELECT is(count(*), 1::bigint, 'it is booked once') FROM practiceacl.appointment WHERE starts_at = at('09:00');
SELECT is(code($$ SELECT practiceacl.book(agenda('anna'), at('09:15'), appointment_id => id(1)) $$), '23505', 'the same id at another time is refused');
SELECT is(code($$ SELECT practiceacl.book(agenda('anna'), at('09:00'), at('09:20'), appointment_id => id(1)) $$), '23505', 'the same id with another length is refused');
SELECT is(code($$ SELECT practiceacl.book(agenda('bert'), at('09:00'), appointment_id => id(1)) $$), '23505', 'the same id on another agenda is refused');
SELECT enter('anna') \g /dev/null
SELECT is(code($$ SELECT practiceacl.book(agenda('anna'), at('09:00'), appointment_id => id(1)) $$), '23505', 'the id of another''s appointment is refused');
SELECT enter('olga') \g /dev/null
SELECT is(practiceacl.book(agenda('olga'), at('09:00'), appointment_id => id(1)), id(1),
    'another practice cannot even tell that the id is in use');
RESET ROLE;
SELECT is(count(*), 1::bigint, 'a retry makes no second entry') FROM practiceacl.activity
WHERE subject_id = id(1) AND organization_id = org('north');

-- Touching is not overlapping.
SET LOCAL ROLE clinic_app;
SELECT enter('lena') \g /dev/null
SELECT is(code($$ SELECT practiceacl.book(agenda('anna'), at('09:15'), at('09:30'), appointment_id => id(2)) $$), 'done', 'the next may begin when one ends');
SELECT is(code($$ SELECT practiceacl.book(agenda('anna'), at('08:45'), at('09:00')) $$), 'done', 'and one may end when it begins');
SELECT is(code($$ SELECT practiceacl.book(agenda('anna'), at('09:14'), at('09:15')) $$), '23P01', 'an overlap of a minute is refused');
SELECT is(code($$ SELECT practiceacl.book(agenda('anna'), at('08:00'), at('10:00')) $$), '23P01', 'a booking that covers another is refused');
SELECT is(code($$ SELECT practiceacl.book(agenda('anna'), at('09:14:59.999999'), at('09:15')) $$), '23P01', 'an overlap of a microsecond is refused');
SELECT is(code($$ SELECT practiceacl.book(agenda('bert'), at('09:00')) $$), 'done', 'the same time on another agenda is free');

-- Overbooking is marked, has to be asked for, and counts for later bookings.
RESET ROLE;
SELECT may('lena', 'book+overbook', 'anna') \g /dev/null
SET LOCAL ROLE clinic_app;
SELECT enter('lena') \g /dev/null
SELECT is(code($$ SELECT practiceacl.book(agenda('anna'), at('09:00')) $$), '23P01', 'the flag overbook alone does not overbook');
SELECT is(practiceacl.book(agenda('anna'), at('09:20'), at('09:40'), overbook => true, reason => 'urgent', appointment_id => id(3)), id(3), 'with overbook => true and a reason it does');
SELECT is((SELECT overbooked FROM practiceacl.appointment WHERE id = id(3)), true, 'the overbooking appointment is marked');
SELECT is((SELECT overbooked FROM practiceacl.appointment WHERE id = id(2)), false, 'the appointment below it is not marked');
SELECT is(code($$ SELECT practiceacl.book(agenda('anna'), at('09:30'), at('09:45')) $$), '23P01', 'a plain booking over an overbooked time is refused');
SELECT is(code($$ SELECT practiceacl.move_appointment(id(1), at('09:30')) $$), '23P01', 'so is a move over it');
SELECT is(code($$ SELECT practiceacl.book(agenda('anna'), at('10:00'), overbook => true, appointment_id => id(4)) $$), 'done', 'where it is free, overbook changes nothing');
SELECT is((SELECT overbooked FROM practiceacl.appointment WHERE id = id(4)), false, 'and the appointment is not marked');
SELECT is(code($$ SELECT practiceacl.book(agenda('anna'), at('09:20'), at('09:40'), overbook => true, reason => 'urgent too', appointment_id => id(5)) $$), 'done', 'a third appointment at the same time is possible');
SELECT practiceacl.move_appointment(id(3), at('10:30')) \g /dev/null
SELECT is((SELECT overbooked FROM practiceacl.appointment WHERE id = id(3)), false, 'moved to a free time, it is no longer marked');
SELECT is((SELECT ends_at FROM practiceacl.appointment WHERE id = id(3)), at('10:50'), 'and keeps its length');
SELECT is(code($$ SELECT practiceacl.move_appointment(id(3), at('09:00'), overbook => true, reason => 'urgent again') $$), 'done', 'a move with overbook may overlap others');
SELECT is((SELECT overbooked FROM practiceacl.appointment WHERE id = id(3)), true, 'it is marked again');
SELECT practiceacl.cancel_appointment(id(3)), practiceacl.cancel_appointment(id(5)) \g /dev/null
SELECT is(code($$ SELECT practiceacl.book(agenda('anna'), at('09:30'), at('09:45')) $$), 'done', 'a cancelled appointment does not block its time');
SELECT is(code($$ SELECT practiceacl.set_status(id(5), 'booked') $$), '23P01', 'it cannot be reinstated over a later booking');
SELECT practiceacl.cancel_appointment(id(2)) \g /dev/null
SELECT is(code($$ SELECT practiceacl.set_status(id(2), 'arrived') $$), 'done', 'it can be reinstated at a free time');
SELECT is((SELECT (status, cancelled_at IS NULL) FROM practiceacl.appointment WHERE id = id(2)), ROW('arrived'::text, true), 'and is as it was');
SELECT is(code($$ SELECT practiceacl.book(agenda('anna'), at('09:15')) $$), '23P01', 'and blocks its time again');

-- Moving.
SELECT is(code($$ SELECT practiceacl.move_appointment(id(4), at('10:05')) $$), 'done', 'a move may overlap the appointment''s own old time');
SELECT is(code($$ SELECT practiceacl.move_appointment(id(4), at('10:00'), at('11:00')) $$), 'done', 'a move may make it longer');
SELECT is(code($$ SELECT practiceacl.move_appointment(id(4), at('10:00'), at('10:15'), agenda('bert')) $$), 'done', 'a move may go to another agenda');
SELECT is((SELECT agenda_id FROM practiceacl.appointment WHERE id = id(4)), agenda('bert'), 'where the appointment then is');
SELECT is(code($$ SELECT practiceacl.book(agenda('anna'), at('10:00')) $$), 'done', 'the old time is free');
SELECT is(code($$ SELECT practiceacl.move_appointment(id(4), at('10:00'), agenda_id => agenda('anna')) $$), '23P01', 'a move back to a taken time is refused');
SELECT is(code($$ SELECT practiceacl.move_appointment(id(4), at('11:00'), agenda_id => agenda('olga')) $$), 'PT404', 'an agenda of another practice does not exist for the caller');
RESET ROLE;
SELECT may('lena', 'read', 'bert') \g /dev/null
SET LOCAL ROLE clinic_app;
SELECT enter('lena') \g /dev/null
SELECT is(code($$ SELECT practiceacl.move_appointment(id(4), at('11:00'), agenda_id => agenda('anna')) $$), '42501', 'moving away needs more than read');
SELECT is(code($$ SELECT practiceacl.move_appointment(id(1), at('11:00'), agenda_id => agenda('bert')) $$), '42501', 'so does moving to an agenda');
RESET ROLE;
INSERT INTO practiceacl.membership (organization_id, account_id) VALUES (org('south'), account('anna'));
INSERT INTO practiceacl.access_grant (organization_id, agenda_id, account_id, rights)
VALUES (org('south'), agenda('olga'), account('anna'), 'owner');
SET LOCAL ROLE clinic_app;
SELECT enter('anna') \g /dev/null
SELECT is(code($$ SELECT practiceacl.move_appointment(id(2), at('19:00'), agenda_id => agenda('olga')) $$), '22023', 'nobody can move between practices, not even a member of both');

-- Private ones.
SELECT practiceacl.book(agenda('anna'), at('15:00'), patient => 'Discreet', note => 'Nobody', private => true,
    attributes => '{"room": 7}', appointment_id => id(6)) \g /dev/null
SELECT is((SELECT patient FROM practiceacl.appointment WHERE id = id(6)), 'Discreet', 'the holder sees their own private appointment');
SELECT enter('sara') \g /dev/null
SELECT is_empty('SELECT * FROM practiceacl.appointment WHERE id = id(6)', 'a colleague without private does not');
SELECT is_empty($$ SELECT * FROM practiceacl.appointment WHERE private OR patient = 'Discreet' $$, 'by whatever condition');
SELECT results_eq($$ SELECT kind, status, id, patient, note, attributes FROM practiceacl.calendar WHERE starts_at = at('15:00') $$,
    $$ VALUES ('appointment', 'busy', NULL::uuid, NULL::text, NULL::text, NULL::jsonb) $$, 'the calendar shows it as busy');
SELECT results_eq($$ SELECT starts_at, ends_at FROM practiceacl.busy WHERE starts_at = at('15:00') $$,
    $$ VALUES (at('15:00'), at('15:15')) $$, 'and so does busy');
SELECT is(code(format('SELECT practiceacl.%s', call)), 'PT404', 'a private appointment cannot be changed without private: ' || call)
FROM unnest(ARRAY['cancel_appointment(id(6))', 'move_appointment(id(6), at(''16:00''))', 'set_status(id(6), ''done'')',
    'update_appointment(id(6), ''{"private": false}'')']) AS call;
SELECT is(refusal($$ SELECT practiceacl.book(agenda('anna'), at('15:00')) $$),
    E'23P01 this slot is already taken\n  DETAIL: The agenda is busy from 2065-03-02 15:00:00+00 to 2065-03-02 15:15:00+00.',
    'a taken slot does not tell more');
SELECT is(code($$ SELECT practiceacl.book(agenda('anna'), at('15:15'), private => true, patient => 'Mine', appointment_id => id(7)) $$), '42501', 'booking a private appointment needs private');
SELECT is_empty('SELECT * FROM practiceacl.appointment WHERE id = id(7)', 'and no row was written');
SELECT is(code($$ SELECT practiceacl.update_appointment(id(2), '{"private": true}') $$), '42501', 'so does making one private');
SELECT is(code($$ SELECT practiceacl.update_appointment(id(2), '{"private": false}') $$), 'done', '"private": false is allowed without it');
RESET ROLE;
SELECT may('sara', 'book+private', 'anna') \g /dev/null
SET LOCAL ROLE clinic_app;
SELECT enter('sara') \g /dev/null
SELECT is(refusal($$ SELECT practiceacl.book(agenda('anna'), at('15:00')) $$),
    format(E'23P01 this slot is already taken\n  DETAIL: Appointment %s takes it from 2065-03-02 15:00:00+00 to 2065-03-02 15:15:00+00.', id(6)),
    'a caller with private is told which appointment');
SELECT is((SELECT attributes FROM practiceacl.appointment WHERE id = id(6)), '{"room": 7}', 'and can read its attributes');

-- What an appointment says.
SELECT is((SELECT attributes FROM practiceacl.appointment WHERE id = id(1)), '{}', 'attributes are an empty object by default');
SELECT practiceacl.update_appointment(id(6), '{"attributes": {"a": [1, null, {"b": "é"}]}, "note": null, "patient": "Renamed"}') \g /dev/null
SELECT results_eq('SELECT patient, note, attributes, private FROM practiceacl.appointment WHERE id = id(6)',
    $$ VALUES ('Renamed', NULL::text, '{"a": [1, null, {"b": "é"}]}'::jsonb, true) $$, 'what is named is changed, and nothing else');
SELECT practiceacl.update_appointment(id(6), '{"attributes": {}}') \g /dev/null
SELECT is((SELECT attributes FROM practiceacl.appointment WHERE id = id(6)), '{}', 'attributes are replaced, not merged');
SELECT is(code($$ SELECT practiceacl.update_appointment(id(6), '{}') $$), 'done', 'an empty change is no error');

-- On record.
RESET ROLE;
SELECT results_eq($$ SELECT act, actor_id, agenda_id FROM practiceacl.activity
    WHERE subject_id = id(6) ORDER BY sequence $$,
    $$ VALUES ('appointment.booked', account('anna'), agenda('anna')),
              ('appointment.updated', account('sara'), agenda('anna')),
              ('appointment.updated', account('sara'), agenda('anna')) $$, 'the record has every act with its actor');
SELECT results_eq($$ SELECT act, chain FROM practiceacl.activity WHERE subject_id = id(4) ORDER BY id $$,
    $$ VALUES ('appointment.booked', agenda('anna')), ('appointment.moved', agenda('anna')), ('appointment.moved', agenda('anna')),
              ('appointment.moved', agenda('anna')), ('appointment.moved', agenda('bert')) $$,
    'a move between agendas is on record with both');
SELECT results_eq($$ SELECT facts ->> 'agenda_before', facts ->> 'agenda' FROM practiceacl.activity
    WHERE subject_id = id(4) AND facts ? 'agenda' $$,
    $$ SELECT agenda('anna')::text, agenda('bert')::text FROM generate_series(1, 2) $$, 'from where, and to where');
SELECT results_eq($$ SELECT act, facts ->> 'status_before', facts ->> 'status' FROM practiceacl.activity
    WHERE subject_id = id(2) AND facts ? 'status' ORDER BY sequence $$,
    $$ VALUES ('appointment.cancelled', 'booked', 'cancelled'), ('appointment.status_set', 'cancelled', 'arrived') $$,
    'every change of status');
SELECT results_eq($$ SELECT d.detail::jsonb ->> 'reason', (a.facts ->> 'overbooked')::boolean
    FROM practiceacl.activity a JOIN practiceacl.activity_detail d USING (organization_id, chain, sequence)
    WHERE subject_id = id(3) AND d.detail IS NOT NULL ORDER BY sequence $$,
    $$ VALUES ('urgent', true), ('urgent again', true) $$, 'overbooking, and why');
SELECT is_empty($$ SELECT * FROM practiceacl.activity WHERE facts::text ~ 'Discreet|Renamed|Marie|urgent' $$, 'names and reasons are in activity_detail only');
SELECT results_eq($$ SELECT detail::jsonb FROM practiceacl.activity_detail d JOIN practiceacl.activity a USING (organization_id, chain, sequence)
    WHERE subject_id = id(6) ORDER BY sequence LIMIT 2 $$,
    $$ VALUES ('{"patient": "Discreet", "note": "Nobody"}'::jsonb),
              ('{"patient_before": "Discreet", "patient": "Renamed", "note_before": "Nobody", "note": null, "attributes_before": {"room": 7},
                "attributes": {"a": [1, null, {"b": "é"}]}}') $$, 'with what was before');
SELECT ok(entries > 0 AND first_broken IS NULL, 'the chain verifies')
FROM practiceacl.verify_activity(org('north'));
SET LOCAL ROLE clinic_app;
SELECT enter('lena') \g /dev/null
SELECT results_eq($$ SELECT DISTINCT actor_id FROM practiceacl.activity $$, $$ VALUES (account('lena')) $$, 'a caller reads their own acts');
SELECT is_empty('SELECT * FROM practiceacl.activity_detail', 'and no names of patients');
SELECT enter('anna') \g /dev/null
SELECT bag_hasnt('SELECT organization_id FROM practiceacl.activity WHERE agenda_id = agenda(''bert'')', $$ VALUES (org('north')) $$,
    'the holder sees the activity of their own agenda, and nothing of a colleague''s');
SELECT set_has('SELECT actor_id FROM practiceacl.activity', $$ VALUES (account('lena')), (account('sara')), (account('anna')) $$, 'whoever did it');
SELECT ok(EXISTS (SELECT FROM practiceacl.activity_detail WHERE detail ~ 'Discreet'), 'with the names of patients');

-- The holder's own constraint of last resort.
RESET ROLE;
SELECT throws_ok($$ INSERT INTO practiceacl.appointment (organization_id, agenda_id, starts_at, ends_at, created_by)
    VALUES (org('north'), agenda('anna'), at('15:05'), at('15:10'), account('anna')) $$, '23P01', NULL,
    'not even a superuser stores an overlap');
SELECT is_empty($$ SELECT a.id, b.id FROM practiceacl.appointment a JOIN practiceacl.appointment b
    ON a.agenda_id = b.agenda_id AND a.id < b.id AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at
    WHERE a.cancelled_at IS NULL AND b.cancelled_at IS NULL AND NOT a.overbooked AND NOT b.overbooked $$,
    'and there is none');

SELECT * FROM finish();
ROLLBACK;
