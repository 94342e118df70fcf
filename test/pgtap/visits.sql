-- Appointments that take several agendas: a second doctor, a room, a device.
-- All or nothing, one time, one status; the patient where the first is read.
BEGIN;
\ir ../setup/clinic.sql
SELECT record.begin_all() \g /dev/null
SELECT plan(98);

CREATE TABLE clinic.room (name text, id uuid);
GRANT ALL ON clinic.room TO clinic_app;
CREATE FUNCTION clinic.room(name text) RETURNS uuid LANGUAGE sql STABLE
RETURN (SELECT r.id FROM clinic.room r WHERE r.name = room.name);
INSERT INTO clinic.room SELECT 'r' || n, practiceacl.add_agenda(org('north'), NULL, format('{"kind": "room", "name": "Room %s"}', n)::jsonb) FROM enter('carl'), generate_series(1, 3) AS n;
INSERT INTO clinic.room SELECT 'south', practiceacl.add_agenda(org('south'), NULL, '{"kind": "room", "name": "Theirs"}') FROM enter('olga');
INSERT INTO clinic.room SELECT 'check-up', practiceacl.set_appointment_type(org('north'), 'Check-up', '{"duration": 30, "buffer_after": 15, "color": "#00ff00"}') FROM enter('carl');
SELECT practiceacl.offer_type(agenda('anna'), room('check-up')) FROM enter('carl') \g /dev/null
CREATE FUNCTION clinic.grant_room(who text, rights practiceacl.rights, name text) RETURNS void LANGUAGE sql SECURITY DEFINER AS $$
    DELETE FROM practiceacl.access_grant WHERE account_id = clinic.account(who) AND agenda_id = clinic.room(name);
    INSERT INTO practiceacl.access_grant (organization_id, agenda_id, account_id, rights)
    SELECT clinic.org('north'), clinic.room(name), clinic.account(who), rights WHERE rights IS NOT NULL;
$$;
SELECT may('lena', 'book', 'anna'), may('lena', 'book', 'bert'), grant_room('lena', 'book', name) FROM room WHERE name IN ('r1', 'r2', 'r3') \g /dev/null
SELECT may('sara', NULL, 'anna'), may('sara', NULL, 'bert'), grant_room('sara', 'book', 'r1') \g /dev/null
-- The rows of an appointment, wherever they are.
CREATE FUNCTION clinic.rows_of(which uuid) RETURNS TABLE (place text, from_time time, until_time time, status text, version int) LANGUAGE sql SECURITY DEFINER AS $$
    SELECT coalesce(r.name, g.name), (a.starts_at AT TIME ZONE 'UTC')::time, (a.ends_at AT TIME ZONE 'UTC')::time, a.status, a.version
    FROM practiceacl.appointment a JOIN practiceacl.agenda g ON g.id = a.agenda_id LEFT JOIN clinic.room r ON r.id = g.id
    WHERE a.id = which OR a.part_of = which ORDER BY a.part_of IS NOT NULL, 1
$$;
CREATE FUNCTION clinic.part(which uuid, name text) RETURNS uuid LANGUAGE sql SECURITY DEFINER AS $$
    SELECT id FROM practiceacl.appointment WHERE part_of = which AND agenda_id = coalesce(clinic.room(name), clinic.agenda(name))
$$;

-- Booking.
SET LOCAL ROLE clinic_app;
SELECT enter('lena') \g /dev/null
SELECT is(practiceacl.book(agenda('anna'), at('09:00'), at('09:30'), patient => 'Marie', note => 'knee', patient_ref => 'p1', contact => '+331', attributes => '{"a": 1}',
    also => ARRAY[room('r1'), agenda('bert')], appointment_id => id(1)), id(1), 'with a room and a second doctor');
SELECT results_eq('SELECT * FROM rows_of(id(1))', $$ VALUES ('Anna', time '09:00', time '09:30', 'booked', 1), ('Bert', '09:00', '09:30', 'booked', 1), ('r1', '09:00', '09:30', 'booked', 1) $$, 'there is a row on each');
SELECT is_empty($$ SELECT FROM practiceacl.appointment WHERE part_of = id(1) AND num_nonnulls(patient, note, patient_ref, contact, nullif(attributes, '{}'), appointment_type, series_id) > 0 $$, 'which has nothing of the patient');
SELECT is(practiceacl.book(agenda('anna'), at('09:00'), at('09:30'), patient => 'Marie', note => 'knee', patient_ref => 'p1', contact => '+331', attributes => '{"a": 1}',
    also => ARRAY[agenda('bert'), room('r1')], appointment_id => id(1)), id(1), 'asked again it is the same, in any order');
SELECT is(code($$ SELECT practiceacl.book(agenda('anna'), at('09:00'), at('09:30'), patient => 'Marie', note => 'knee', patient_ref => 'p1', contact => '+331', attributes => '{"a": 1}',
    also => ARRAY[room('r1')], appointment_id => id(1)) $$), '23505', 'with less it is another');
SELECT is(refusal($$ SELECT practiceacl.book(agenda('anna'), at('09:30'), at('10:00'), also => ARRAY[room('r2'), agenda('bert'), room('r2')]) $$), '22023 an agenda is named twice', 'no agenda is named twice');
SELECT is(code($$ SELECT practiceacl.book(agenda('anna'), at('09:30'), also => ARRAY[agenda('anna')]) $$), '22023', 'nor is the first');
SELECT is(code($$ SELECT practiceacl.book(agenda('anna'), at('09:30'), also => ARRAY[room('r1')], also_any => ARRAY[room('r1')]) $$), '22023', 'nor in both lists');
SELECT is(code($$ SELECT practiceacl.book(agenda('anna'), at('09:30'), also => ARRAY[NULL]::uuid[]) $$), '22004', 'null names none');
SELECT is(code($$ SELECT practiceacl.book(agenda('anna'), at('09:30'), also => array_agg(practiceacl.new_id())) FROM generate_series(1, 21) $$), '22023', 'there are bounds');
SELECT is(code($$ SELECT practiceacl.book(agenda('anna'), at('09:30'), also_any => array_agg(practiceacl.new_id())) FROM generate_series(1, 101) $$), '22023', 'for the choice as well');
SELECT is(code($$ SELECT practiceacl.cancel_appointment(practiceacl.book(agenda('anna'), at('09:30'), also => '{}', also_any => '{}')) $$), 'done', 'none are none');

-- What is not the caller's to see, or to book.
SELECT is(refusal(format($$ SELECT practiceacl.book(agenda('anna'), at('09:30'), %s => ARRAY[%L::uuid]) $$, argument, which)), 'PT404 agenda does not exist or is not visible to you', argument || ': ' || what || ' is unknown')
FROM (VALUES ('also', room('south'), 'a room of another organization'), ('also', agenda('nobody'), 'what does not exist'), ('also_any', room('south'), 'a room of another organization')) AS v (argument, which, what);
RESET ROLE;
INSERT INTO practiceacl.membership (organization_id, account_id) VALUES (org('south'), account('lena'));
INSERT INTO practiceacl.access_grant (organization_id, agenda_id, account_id, rights) VALUES (org('south'), room('south'), account('lena'), 'book');
SET LOCAL ROLE clinic_app;
SELECT enter('lena') \g /dev/null
SELECT is(code($$ SELECT practiceacl.book(room('south'), at('09:30')) $$), 'done', 'whoever may book a room elsewhere');
SELECT is(code($$ SELECT practiceacl.book(agenda('anna'), at('10:30'), also => ARRAY[room('south')]) $$), 'PT404', 'does not take it into this organization');
SELECT enter('sara') \g /dev/null
SELECT is(code($$ SELECT practiceacl.book(room('r1'), at('09:30'), also => ARRAY[agenda('anna')]) $$), 'PT404', 'an agenda that one does not see');
RESET ROLE;
SELECT may('sara', 'read', 'bert') \g /dev/null
SET LOCAL ROLE clinic_app;
SELECT enter('sara') \g /dev/null
SELECT is(refusal($$ SELECT practiceacl.book(room('r1'), at('09:30'), also => ARRAY[agenda('bert')]) $$) ~ '^42501 .*It is about the agenda "Bert"', true, 'or may only read');
RESET ROLE;
SELECT may('sara', NULL, 'bert') \g /dev/null
SET LOCAL ROLE clinic_app;

-- All or nothing.
SELECT enter('lena') \g /dev/null
SELECT is(refusal($$ SELECT practiceacl.book(agenda('anna'), at('10:00'), at('10:30'), also => ARRAY[room('r2')]) IS NULL FROM practiceacl.book(room('r2'), at('10:15'), patient => 'Secret Name', appointment_id => id(2)) $$),
    E'23P01 this slot is already taken\n  DETAIL: It is about the agenda "Room 2". Appointment ' || id(2) || ' takes it from 2065-03-02 10:15:00+00 to 2065-03-02 10:30:00+00.', 'a taken room is named, and not who is in it');
SELECT is(code($$ SELECT practiceacl.book(room('r2'), at('10:15'), patient => 'Secret Name', appointment_id => id(2)) $$), 'done', 'the room is booked');
SELECT is(code($$ SELECT practiceacl.book(agenda('anna'), at('10:00'), at('10:30'), also => ARRAY[room('r1'), room('r2')]) $$), '23P01', 'one that is taken');
SELECT is((SELECT count(*) FROM practiceacl.appointment WHERE starts_at = at('10:00')), 0::bigint, 'leaves nothing anywhere');
SELECT is(practiceacl.book(agenda('anna'), at('10:00'), at('10:30'), also_any => ARRAY[room('r2'), room('r3'), room('r1')], appointment_id => id(3)), id(3), 'the first that is free');
SELECT results_eq('SELECT place FROM rows_of(id(3))', $$ VALUES ('Anna'), ('r3') $$, 'is the second');
SELECT is(practiceacl.book(agenda('anna'), at('10:00'), at('10:30'), also_any => ARRAY[room('r2'), room('r3'), room('r1')], appointment_id => id(3)), id(3), 'asked again it is the same');
SELECT is(refusal($$ SELECT practiceacl.book(agenda('bert'), at('10:00'), at('10:30'), also_any => ARRAY[room('r2'), room('r3')]) $$),
    E'23P01 none of these agendas is free\n  DETAIL: The first of them: this slot is already taken: It is about the agenda "Room 2". Appointment ' || id(2) || E' takes it from 2065-03-02 10:15:00+00 to 2065-03-02 10:30:00+00..\n  HINT: Choose another time, or name more agendas.', 'where none is free, that is said');

SELECT is(code($$ SELECT practiceacl.book(agenda('bert'), at('10:00'), at('10:30'), overbook => true, reason => 'x', also => ARRAY[room('r1')], also_any => ARRAY[room('r2')]) $$), '23P01', 'none of a choice is booked over');

-- Pauses hold on all of them.
SELECT is(practiceacl.book(agenda('anna'), at('11:00'), appointment_type => room('check-up'), patient => 'Nina', also => ARRAY[room('r1')], appointment_id => id(5)), id(5), 'a type with a pause');
SELECT is(code($$ SELECT practiceacl.book(room('r1'), at('11:30')) $$), '23P01', 'which the room has, too');
SELECT is(code($$ SELECT practiceacl.book(agenda('bert'), at('11:30'), also_any => ARRAY[room('r1'), room('r2')], appointment_id => id(6)) $$), 'done', 'so the next takes another room');
SELECT results_eq('SELECT place FROM rows_of(id(6))', $$ VALUES ('Bert'), ('r2') $$, 'as it should');
SELECT is(code($$ SELECT practiceacl.update_appointment(id(6), jsonb_build_object('appointment_type', room('check-up'))) $$), '22023', 'a type that the first agenda does not offer');
RESET ROLE;
SELECT practiceacl.offer_type(agenda('bert'), room('check-up')) FROM enter('carl') \g /dev/null
SET LOCAL ROLE clinic_app;
SELECT enter('lena') \g /dev/null
SELECT is(code($$ SELECT practiceacl.book(room('r2'), at('11:50'), appointment_id => id(7)) $$), 'done', 'somebody has the room soon after');
SELECT is(refusal($$ SELECT practiceacl.update_appointment(id(6), jsonb_build_object('appointment_type', room('check-up'))) $$) ~ '^23P01 .*"Room 2"', true, 'then the pause does not fit there');
SELECT is(code($$ SELECT practiceacl.move_appointment(id(7), at('12:00')) $$), 'done', 'later');
SELECT is(code($$ SELECT practiceacl.update_appointment(id(6), jsonb_build_object('appointment_type', room('check-up'), 'private', false, 'patient', 'Paul')) $$), 'done', 'it does');
SELECT is((SELECT array_agg(occupied_until ORDER BY part_of NULLS FIRST) FROM practiceacl.appointment WHERE id(6) IN (id, part_of)), ARRAY[at('12:00'), at('12:00')], 'on both');

-- Moving: the whole, by whichever row it is named.
SELECT is(code($$ SELECT practiceacl.move_appointment(id(1), at('09:15')) $$), 'done', 'the whole moves');
SELECT results_eq('SELECT * FROM rows_of(id(1))', $$ VALUES ('Anna', time '09:15', time '09:45', 'booked', 2), ('Bert', '09:15', '09:45', 'booked', 2), ('r1', '09:15', '09:45', 'booked', 2) $$, 'everywhere');
SELECT is(code($$ SELECT practiceacl.move_appointment(part(id(1), 'r1'), at('09:00'), expected_version => 2) $$), 'done', 'named by what the room has of it');
SELECT results_eq('SELECT place, from_time FROM rows_of(id(1))', $$ VALUES ('Anna', time '09:00'), ('Bert', '09:00'), ('r1', '09:00') $$, 'as well');
SELECT is(code($$ SELECT practiceacl.move_appointment(part(id(1), 'r1'), at('09:10'), expected_version => 2) $$), '40001', 'but not if that has changed');
SELECT is(code($$ SELECT practiceacl.book(room('r1'), at('14:00'), appointment_id => id(8)) $$), 'done', 'the room is taken later');
SELECT is(refusal($$ SELECT practiceacl.move_appointment(id(1), at('14:00')) $$) ~ '^23P01 .*"Room 1"', true, 'so it does not move there');
SELECT results_eq('SELECT DISTINCT from_time FROM rows_of(id(1))', $$ VALUES (time '09:00') $$, 'not even a part of it');
SELECT is(code($$ SELECT practiceacl.move_appointment(part(id(1), 'r1'), at('14:00'), agenda_id => room('r2')) $$), 'done', 'into another room');
SELECT results_eq('SELECT place, from_time FROM rows_of(id(1))', $$ VALUES ('Anna', time '14:00'), ('Bert', '14:00'), ('r2', '14:00') $$, 'it does');
SELECT is(code($$ SELECT practiceacl.move_appointment(part(id(1), 'r2'), at('14:00'), agenda_id => room('r3')) $$), 'done', 'a room can be changed alone');
SELECT results_eq('SELECT place, version FROM rows_of(id(1))', $$ VALUES ('Anna', 4), ('Bert', 4), ('r3', 5) $$, 'and the others stay as they are');
SELECT is(code($$ SELECT practiceacl.move_appointment(part(id(1), 'r3'), at('14:00'), agenda_id => agenda('bert')) $$), '22023', 'not to an agenda that it takes already');
SELECT is(code($$ SELECT practiceacl.move_appointment(id(1), at('14:00'), agenda_id => room('r3')) $$), '22023', 'nor the whole to its room');
SELECT is(code($$ SELECT practiceacl.swap_appointments(id(1), id(5)) $$), '55000', 'such are not swapped');
SELECT results_eq($$ SELECT outcome FROM practiceacl.move_appointments(jsonb_build_array(
        jsonb_build_object('appointment_id', id(1), 'starts_at', at('10:00'), 'ends_at', at('10:30')),
        jsonb_build_object('appointment_id', id(3), 'starts_at', at('15:00')),
        jsonb_build_object('appointment_id', id(5), 'starts_at', at('15:00')))) $$,
    $$ VALUES ('moved'), ('moved'), ('refused') $$, 'move_appointments() moves wholes, one into the place of another');

-- Whoever may not see the whole.
SELECT enter('sara') \g /dev/null
SELECT is((SELECT count(*) FROM practiceacl.appointment WHERE patient IS NOT NULL OR note IS NOT NULL), 0::bigint, 'whoever has the room alone sees no patient');
SELECT results_eq($$ SELECT status, patient, type_name, part_of FROM practiceacl.calendar WHERE agenda_id = room('r1') AND starts_at = at('11:00') $$,
    $$ VALUES ('booked', NULL::text, NULL::text, id(5)) $$, 'in the calendar neither');
SELECT is(refusal(format($$ SELECT practiceacl.%s $$, act)), E'42501 this time belongs to an appointment on another agenda\n  DETAIL: The whole appointment is changed together, by those who may read it there.', act || ' is not for them')
FROM (VALUES (format('cancel_appointment(%L)', part(id(5), 'r1'))), (format('set_status(%L, ''arrived'')', part(id(5), 'r1'))),
    (format('move_appointment(%L, %L)', part(id(5), 'r1'), at('16:00'))), (format('update_appointment(%L, ''{"note": "x"}'')', part(id(5), 'r1')))) AS v (act);
SELECT is(code(format($$ SELECT practiceacl.cancel_appointment(%L) $$, id(5))), 'PT404', 'the whole does not exist for them');
SELECT is((SELECT count(*) FROM practiceacl.appointments_of('p1')), 0::bigint, 'nor does the patient');

-- Status, and cancelling.
SELECT enter('lena') \g /dev/null
SELECT is(code($$ SELECT practiceacl.set_status(part(id(5), 'r1'), 'arrived') $$), 'done', 'who may, says so at either place');
SELECT results_eq('SELECT place, status FROM rows_of(id(5))', $$ VALUES ('Anna', 'arrived'), ('r1', 'arrived') $$, 'and it is so at both');
SELECT is(code($$ SELECT practiceacl.update_appointment(part(id(5), 'r1'), '{"note": "late"}') $$), 'done', 'a note');
SELECT is((SELECT note FROM practiceacl.appointment WHERE id = id(5)), 'late', 'goes to the patient''s row');
SELECT is(code($$ SELECT practiceacl.cancel_appointment(part(id(5), 'r1'), 'ill') $$), 'done', 'cancelled');
SELECT results_eq('SELECT place, status FROM rows_of(id(5))', $$ VALUES ('Anna', 'cancelled'), ('r1', 'cancelled') $$, 'as a whole');
SELECT is(code($$ SELECT practiceacl.book(room('r1'), at('11:00'), appointment_id => id(9)) $$), 'done', 'the room is free again');
SELECT is(refusal($$ SELECT practiceacl.set_status(id(5), 'booked') $$) ~ '^23P01 .*"Room 1"', true, 'so it cannot be taken back');
SELECT results_eq('SELECT place, status FROM rows_of(id(5))', $$ VALUES ('Anna', 'cancelled'), ('r1', 'cancelled') $$, 'not by half');
SELECT is(code($$ SELECT practiceacl.cancel_appointment(id(9)) $$), 'done', 'without the other');
SELECT is(code($$ SELECT practiceacl.set_status(id(5), 'booked') $$), 'done', 'it is');
RESET ROLE;
SELECT may('lena', NULL, 'bert') \g /dev/null
SELECT grant_room('lena', NULL, 'r1'), grant_room('lena', NULL, 'r3') \g /dev/null
SET LOCAL ROLE clinic_app;
SELECT enter('lena') \g /dev/null
SELECT is(refusal($$ SELECT practiceacl.move_appointment(id(5), at('16:00')) $$) ~ '^42501 .*It is about another agenda that the appointment takes', true, 'whoever lost the room cannot move with it');
SELECT is(code($$ SELECT practiceacl.cancel_appointment(id(5)) $$), 'done', 'but give it back');
SELECT is(code($$ SELECT practiceacl.set_status(id(5), 'booked') $$), '42501', 'and not take it again');

-- Series.
RESET ROLE;
SELECT grant_room('lena', 'book', name) FROM room WHERE name IN ('r1', 'r3') \g /dev/null
SET LOCAL ROLE clinic_app;
SELECT enter('lena') \g /dev/null
SELECT is(code($$ SELECT practiceacl.book(room('r1'), at('17:00') + interval '14 days') $$), 'done', 'a room is taken in two weeks');
SELECT results_eq($$ SELECT outcome FROM practiceacl.book_series(agenda('anna'), at('17:00'), at('17:30'), '1 week', 4, patient => 'Remy', also_any => ARRAY[room('r1'), room('r3')], appointment_id => id(20)) $$,
    $$ VALUES ('booked'), ('booked'), ('booked'), ('booked') $$, 'a series takes rooms');
SELECT results_eq($$ SELECT r.name FROM practiceacl.appointment a JOIN practiceacl.appointment p ON p.part_of = a.id JOIN clinic.room r ON r.id = p.agenda_id WHERE a.series_id = id(20) ORDER BY a.starts_at $$,
    $$ VALUES ('r1'), ('r1'), ('r3'), ('r1') $$, 'each the first that is free');
SELECT results_eq($$ SELECT outcome FROM practiceacl.book_series(agenda('anna'), at('17:00'), at('17:30'), '1 week', 4, patient => 'Remy', also_any => ARRAY[room('r1'), room('r3')], appointment_id => id(20)) $$,
    $$ VALUES ('booked'), ('booked'), ('booked'), ('booked') $$, 'asked again it is the same');
SELECT is((SELECT count(*) FROM practiceacl.appointment WHERE part_of IN (SELECT id FROM practiceacl.appointment WHERE series_id = id(20))), 4::bigint, 'and nothing is booked twice');
SELECT is((SELECT string_agg(DISTINCT outcome, ' ') FROM practiceacl.move_series(id(20), at('08:00'), '30 minutes')), 'moved', 'a series moves with them');
SELECT is((SELECT string_agg(DISTINCT outcome, ' ') FROM practiceacl.cancel_series(id(20), at('08:00'))), 'cancelled', 'and is cancelled with them');
SELECT is((SELECT count(*) FROM practiceacl.calendar WHERE starts_at > at('17:20') AND kind = 'appointment' AND part_of IS NOT NULL), 0::bigint, 'nothing of it is left');

-- Private ones, and what is on record.
RESET ROLE;
SELECT may('lena', 'book+private', 'anna') \g /dev/null
SET LOCAL ROLE clinic_app;
SELECT enter('lena') \g /dev/null
SELECT is(code($$ SELECT practiceacl.book(agenda('anna'), at('18:00'), patient => 'Hidden', private => true, also => ARRAY[room('r1')], appointment_id => id(10)) $$), 'done', 'a private one');
SELECT is((SELECT status FROM practiceacl.calendar WHERE agenda_id = room('r1') AND starts_at = at('18:00')), 'busy', 'is only busy for others, in its room, too');
SELECT is(code($$ SELECT practiceacl.update_appointment(id(10), '{"private": false}') $$), 'done', 'it becomes public');
SELECT is((SELECT part_of FROM practiceacl.calendar WHERE agenda_id = room('r1') AND starts_at = at('18:00')), id(10), 'there, too');
RESET ROLE;
SELECT is((SELECT array_agg(act ORDER BY id) FROM practiceacl.activity WHERE subject_id = part(id(10), 'r1')), '{appointment.booked,appointment.updated}'::text[], 'each agenda has its own record');
SELECT is((SELECT count(*) FROM practiceacl.activity_detail d JOIN practiceacl.activity e USING (organization_id, chain, sequence) WHERE e.agenda_id = room('r1') AND d.detail::text ~ 'Hidden|Marie|Nina|Remy'), 0::bigint, 'and the room''s names nobody');
SELECT is(code(format($$ UPDATE practiceacl.appointment SET patient = 'X' WHERE id = %L $$, part(id(10), 'r1'))), '23514', 'by constraint');
SELECT is((SELECT string_agg(check_name || ': ' || detail, ' ') FROM practiceacl.health() WHERE NOT ok AND check_name NOT IN ('settings', 'secrets', 'administrators')), NULL, 'health() is content');
-- What new rules of a time zone have shifted goes back as a whole.
UPDATE practiceacl.appointment SET local_start = local_start - interval '15 min', local_end = local_end - interval '15 min' WHERE id(10) IN (id, part_of);
SELECT results_eq('SELECT id FROM practiceacl.shifted_times', $$ VALUES (id(10)) $$, 'what is shifted is named once');
SELECT is(code($$ SELECT practiceacl.book(room('r1'), at('17:45'), appointment_id => id(11)) FROM enter('lena') $$), 'done', 'while its room is taken');
SELECT results_eq('SELECT id, outcome FROM practiceacl.restore_wall_clock()', $$ VALUES (id(10), 'refused') $$, 'it stays where it is');
SELECT practiceacl.cancel_appointment(id(11)) FROM enter('lena') \g /dev/null
SELECT results_eq('SELECT id, outcome FROM practiceacl.restore_wall_clock(agenda(''anna''))', $$ VALUES (id(10), 'moved') $$, 'then it goes back');
SELECT results_eq('SELECT place, from_time FROM rows_of(id(10))', $$ VALUES ('Anna', time '17:45'), ('r1', '17:45') $$, 'with its room');
UPDATE practiceacl.appointment SET starts_at = starts_at - interval '1 minute' WHERE id = part(id(10), 'r1');
SELECT is((SELECT detail ~ 'not as the one that it is part of' FROM practiceacl.health() WHERE check_name = 'appointments'), true, 'and tells of a part that has come apart');
SELECT * FROM finish();
ROLLBACK;
