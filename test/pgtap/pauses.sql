-- Pauses around appointments: what an appointment occupies is its time and its
-- pauses, and that is what nothing else may overlap, on every path.
BEGIN;
\ir ../setup/clinic.sql
SELECT record.begin_all() \g /dev/null
SELECT plan(61);

INSERT INTO practiceacl.opening (organization_id, agenda_id, weekday, opens_at, closes_at)
VALUES (org('north'), agenda('anna'), 1, '09:00', '13:00'),     -- 08:00 to 12:00 in UTC
       (org('north'), agenda('bert'), 1, '09:00', '13:00');
-- From ten to half past, with a quarter before and ten minutes after.
INSERT INTO practiceacl.appointment (organization_id, agenda_id, id, starts_at, ends_at, created_by, minutes_before, minutes_after)
VALUES (org('north'), agenda('anna'), id(1), at('10:00'), at('10:30'), account('anna'), 15, 10);

SELECT results_eq(
    $$ SELECT occupied_from, occupied_until FROM practiceacl.appointment WHERE id = id(1) $$,
    $$ VALUES (at('09:45'), at('10:40')) $$,
    'an appointment occupies its time and its pauses');
SELECT is(code($$ UPDATE practiceacl.appointment SET occupied_from = starts_at $$), '428C9', 'which nobody writes by hand');
SELECT is(code(format($$ UPDATE practiceacl.appointment SET minutes_%s = %s $$, which, minutes)), '23514', 'a pause of ' || minutes || ' minutes is refused')
FROM (VALUES ('before', -1), ('before', 1441), ('after', -1), ('after', 1441)) AS v (which, minutes);

-- By constraint, whoever inserts.
CREATE FUNCTION clinic.insert(from_time time, until_time time, minutes_before int, minutes_after int) RETURNS text LANGUAGE sql AS $$
    SELECT code(format($q$
        INSERT INTO practiceacl.appointment (organization_id, agenda_id, starts_at, ends_at, created_by, minutes_before, minutes_after)
        VALUES (org('north'), agenda('anna'), at(%L), at(%L), account('anna'), %s, %s)$q$,
        from_time, until_time, minutes_before, minutes_after))
$$;
SELECT is(insert('10:35', '10:45', 0, 0), '23P01', 'a visit in a pause');
SELECT is(insert('10:45', '11:00', 10, 0), '23P01', 'a pause in a pause');
SELECT is(insert('10:45', '11:00', 15, 0), '23P01', 'a pause in a visit');
SELECT is(insert('09:15', '09:50', 0, 0), '23P01', 'a visit in the pause before');
SELECT is(insert('09:00', '09:40', 0, 10), '23P01', 'a pause in the pause before');
SELECT is(insert('10:40', '10:45', 0, 0), 'done', 'what begins when the pause ends');
SELECT is(insert('09:30', '09:40', 0, 5), 'done', 'a pause that ends when the other begins');
DELETE FROM practiceacl.appointment WHERE id <> id(1);

-- As the application does it.
SELECT may('lena', 'book_in_hours+overbook', 'anna'), may('lena', 'book_in_hours', 'bert') \g /dev/null
SET LOCAL ROLE clinic_app;
SELECT enter('lena') \g /dev/null
SELECT is(refusal($$ SELECT practiceacl.book(agenda('anna'), at('10:30')) $$),
    E'23P01 this slot is already taken\n  DETAIL: Appointment ' || id(1) || ' takes it from 2065-03-02 09:45:00+00 to 2065-03-02 10:40:00+00 with its pauses.',
    'book() into a pause names what is occupied');
SELECT is(code($$ SELECT practiceacl.book(agenda('anna'), at('09:40'), at('09:50')) $$), '23P01', 'book() into the pause before');
SELECT is(practiceacl.book(agenda('anna'), at('10:40'), at('11:00'), appointment_id => id(2)), id(2), 'book() when the pause ends');
SELECT is(code($$ SELECT practiceacl.hold_slot(agenda('anna'), at('10:30')) $$), '23P01', 'hold_slot() in a pause');
SELECT is(code($$ SELECT practiceacl.move_appointment(id(2), at('10:35')) $$), '23P01', 'move_appointment() into a pause');
SELECT is(code($$ SELECT practiceacl.move_appointment(id(1), at('10:05')) $$), '23P01', 'moving the pause into the next');
SELECT is(code($$ SELECT practiceacl.move_appointment(id(1), at('09:50')) $$), 'done', 'an appointment is not in the way of itself');
SELECT results_eq(
    $$ SELECT occupied_from, occupied_until FROM practiceacl.appointment WHERE id = id(1) $$,
    $$ VALUES (at('09:35'), at('10:30')) $$,
    'its pauses move with it');
SELECT is(code($$ SELECT practiceacl.move_appointment(id(1), at('11:55'), at('12:00')) $$), 'done', 'a pause may stick out of the opening');
SELECT is(code($$ SELECT practiceacl.move_appointment(id(1), at('11:55'), at('12:05')) $$), 'PA020', 'the visit may not');
SELECT is(code($$ SELECT practiceacl.move_appointment(id(1), at('08:00'), at('08:30')) $$), 'done', 'in the morning, too');
SELECT is(code($$ SELECT practiceacl.move_appointment(id(1), at('10:00')) $$), 'done', 'and back');

SELECT results_eq(
    $$ SELECT appointment_id, outcome FROM practiceacl.move_appointments(jsonb_build_array(
         jsonb_build_object('appointment_id', id(2), 'starts_at', at('10:30')),
         jsonb_build_object('appointment_id', id(1), 'starts_at', at('09:50')))) $$,
    $$ VALUES (id(2), 'moved'), (id(1), 'moved') $$,
    'move_appointments() waits for a pause that gets out of the way');
SELECT results_eq(
    $$ SELECT outcome FROM practiceacl.move_appointments(jsonb_build_array(
         jsonb_build_object('appointment_id', id(2), 'starts_at', at('10:25')))) $$,
    $$ VALUES ('refused') $$,
    'and refuses one that stays');

-- Free slots, busy times, the calendar.
SELECT is(array_agg(starts_at::time ORDER BY starts_at), '{08:00,08:15,08:30,08:45,09:00,09:15,11:00,11:15,11:30,11:45}'::time[], 'free_slots() leaves the pauses out')
FROM practiceacl.free_slots(agenda('anna'), at('08:00'), at('12:00'));
SELECT results_eq(
    $$ SELECT starts_at, ends_at, occupied_from, occupied_until FROM practiceacl.busy WHERE agenda_id = agenda('anna') ORDER BY 1 $$,
    $$ VALUES (at('09:50'), at('10:20'), at('09:35'), at('10:30')), (at('10:30'), at('10:50'), at('10:30'), at('10:50')) $$,
    'busy shows both times');
SELECT results_eq(
    $$ SELECT occupied_from, occupied_until FROM practiceacl.calendar WHERE id = id(1) $$,
    $$ VALUES (at('09:35'), at('10:30')) $$,
    'and so does the calendar');

-- Cancelled and taken back.
SELECT is(code($$ SELECT practiceacl.cancel_appointment(id(1)) $$), 'done', 'a cancelled appointment');
SELECT is(practiceacl.book(agenda('anna'), at('09:40'), at('09:45'), appointment_id => id(3)), id(3), 'gives its pauses back');
SELECT is(code($$ SELECT practiceacl.set_status(id(1), 'booked') $$), '23P01', 'and is not taken back into a visit');
SELECT is(code($$ SELECT practiceacl.cancel_appointment(id(3)) $$), 'done', 'unless that goes');
SELECT is(code($$ SELECT practiceacl.set_status(id(1), 'booked') $$), 'done', 'then it is');

-- Other people's holds, overbooking, swapping.
SELECT enter('anna') \g /dev/null
SELECT isnt(practiceacl.hold_slot(agenda('anna'), at('09:15'), at('09:30')), NULL, 'the holder holds a slot beside it');
SELECT enter('lena') \g /dev/null
SELECT is(code($$ SELECT practiceacl.move_appointment(id(1), at('09:40'), at('10:10')) $$), 'PA023', 'a pause does not go into somebody''s hold');
SELECT is(code($$ SELECT practiceacl.book(agenda('anna'), at('10:20'), at('10:25'), overbook => true, reason => 'urgent', appointment_id => id(4)) $$), 'done', 'a pause can be booked over deliberately');
SELECT is((SELECT overbooked FROM practiceacl.appointment WHERE id = id(4)), true, 'which is marked');
SELECT is(code($$ SELECT practiceacl.cancel_appointment(id(4)) $$), 'done', 'and taken back');
SELECT is(practiceacl.book(agenda('bert'), at('09:00'), at('09:30'), appointment_id => id(5)), id(5), 'on another agenda');
SELECT is(practiceacl.book(agenda('bert'), at('09:30'), at('10:00'), appointment_id => id(6)), id(6), 'two in a row');
SELECT is(refusal($$ SELECT practiceacl.swap_appointments(id(1), id(5)) $$),
    E'23P01 this slot is already taken\n  HINT: Choose another time, or try again.',
    'swapping takes the pauses along, and the next is in the way');
RESET ROLE;

-- A hold for a type: as long as that takes, with its pauses.
CREATE TABLE clinic.type AS SELECT 'scan' AS name, practiceacl.set_appointment_type(org('north'), 'Scan', '{"duration": 20, "buffer_before": 5, "buffer_after": 10}') AS id FROM enter('carl');
INSERT INTO clinic.type SELECT 'surgery', practiceacl.set_appointment_type(org('north'), 'Surgery', '{"duration": 30, "rights": "private"}') FROM enter('carl');
INSERT INTO clinic.type SELECT 'theirs', practiceacl.set_appointment_type(org('south'), 'Theirs', '{"duration": 30}') FROM enter('olga');
CREATE FUNCTION clinic.type(name text) RETURNS uuid LANGUAGE sql STABLE RETURN (SELECT t.id FROM clinic.type t WHERE t.name = type.name);
SELECT practiceacl.offer_type(agenda('bert'), type('scan'), '25 minutes'), practiceacl.offer_type(agenda('bert'), type('surgery')) FROM enter('carl') \g /dev/null
SELECT may('sara', 'book', 'bert') \g /dev/null
SET LOCAL ROLE clinic_app;
SELECT enter('lena') \g /dev/null
SELECT is(code($$ SELECT practiceacl.hold_slot(agenda('bert'), at('11:00'), appointment_type => type('scan')) $$), 'done', 'a slot is held for a type');
SELECT results_eq($$ SELECT starts_at, ends_at, occupied_from, occupied_until FROM practiceacl.slot_hold WHERE agenda_id = agenda('bert') $$,
    $$ VALUES (at('11:00'), at('11:25'), at('10:55'), at('11:35')) $$, 'as long as it takes there, with its pauses');
SELECT results_eq($$ SELECT starts_at, ends_at, occupied_from, occupied_until FROM practiceacl.calendar WHERE kind = 'hold' AND agenda_id = agenda('bert') $$,
    $$ VALUES (at('11:00'), at('11:25'), at('10:55'), at('11:35')) $$, 'so has the calendar');
SELECT results_eq($$ SELECT occupied_from, occupied_until FROM practiceacl.calendar_between(at('11:30'), at('11:35'), ARRAY[agenda('bert')]) $$,
    $$ VALUES (at('10:55'), at('11:35')) $$, 'also where one looks at its pause alone');
SELECT is(code(format($$ SELECT practiceacl.hold_slot(agenda('bert'), at('08:00'), appointment_type => type(%L)) $$, type)), expected, 'not for a type that is ' || why)
FROM (VALUES ('surgery', '42501', 'for others to book'), ('theirs', 'PT404', 'another organization''s')) AS v (type, expected, why);
SELECT is(code($$ SELECT practiceacl.hold_slot(agenda('anna'), at('08:00'), appointment_type => type('scan')) $$), '22023', 'nor one that the agenda does not offer');
SELECT is(code($$ SELECT practiceacl.hold_slot(agenda('bert'), at('10:05'), appointment_type => type('scan')) $$), 'done', 'the pause before may begin when the next ends');
SELECT is(code($$ SELECT practiceacl.hold_slot(agenda('bert'), at('10:00'), appointment_type => type('scan')) $$), '23P01', 'not earlier');
SELECT enter('sara') \g /dev/null
SELECT is(code($$ SELECT practiceacl.book(agenda('bert'), at('11:25'), at('11:30')) $$), 'PA023', 'the pause is held against others');
SELECT is(code($$ SELECT practiceacl.hold_slot(agenda('bert'), at('10:45'), at('11:00')) $$), 'PA023', 'the one before, too');
SELECT is((SELECT count(*) FROM practiceacl.free_slots(agenda('bert'), at('10:45'), at('11:30'))), 0::bigint, 'nobody is offered it');
SELECT is(code($$ SELECT practiceacl.book(agenda('bert'), at('11:35'), at('11:40'), appointment_id => id(7)) $$), 'done', 'what begins after it goes');
SELECT enter('lena') \g /dev/null
SELECT is(code($$ SELECT practiceacl.book(agenda('bert'), at('11:00'), appointment_type => type('scan'), appointment_id => id(8)) $$), 'done', 'and what is held fits');
SELECT is((SELECT count(*) FROM practiceacl.slot_hold WHERE agenda_id = agenda('bert') AND starts_at = at('11:00')), 0::bigint, 'and uses the hold up');
RESET ROLE;

-- An absence may begin in a pause: nobody is seen then.
SELECT is((SELECT conflicts FROM (SELECT (practiceacl.add_absence(agenda('anna'), at('10:20'), at('10:30'))).conflicts FROM enter('anna')) AS added), '{}'::uuid[], 'an absence collides with visits, not with their pauses');
SELECT is((SELECT conflicts FROM (SELECT (practiceacl.add_absence(agenda('anna'), at('10:15'), at('10:30'))).conflicts FROM enter('anna')) AS added), ARRAY[id(1)], 'with a visit it does');
SELECT is(count(*), 0::bigint, 'health() finds no overlap') FROM practiceacl.health() WHERE check_name = 'appointments' AND NOT ok;
SELECT * FROM finish();
ROLLBACK;
