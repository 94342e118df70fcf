-- What went wrong elsewhere, tried here: failures that users of other scheduling
-- systems have reported in public.
BEGIN;
\ir ../setup/clinic.sql
SELECT record.begin_all() \g /dev/null
SELECT plan(12);
CREATE TABLE clinic.thing (name text, id uuid);
GRANT ALL ON clinic.thing TO clinic_app;
CREATE FUNCTION clinic.thing(name text) RETURNS uuid LANGUAGE sql STABLE RETURN (SELECT t.id FROM clinic.thing t WHERE t.name = thing.name);
INSERT INTO clinic.thing
SELECT 'short', practiceacl.set_appointment_type(org('north'), 'Short', '{"duration": 30, "buffer_before": 60}') FROM enter('carl')
UNION ALL SELECT 'long', practiceacl.set_appointment_type(org('north'), 'Long', '{"duration": 120, "buffer_before": 15, "buffer_after": 30}') FROM enter('carl')
UNION ALL SELECT 'room', practiceacl.add_agenda(org('north'), NULL, '{"kind": "room", "name": "Room"}') FROM enter('carl');
SELECT practiceacl.offer_type(agenda('anna'), id) FROM enter('carl'), clinic.thing WHERE name <> 'room' \g /dev/null
INSERT INTO practiceacl.access_grant (organization_id, agenda_id, account_id, rights) VALUES
    (org('north'), thing('room'), account('lena'), 'book'), (org('north'), agenda('anna'), account('lena'), 'book'), (org('north'), agenda('bert'), account('lena'), 'book');
SET LOCAL ROLE clinic_app;
SELECT enter('lena') \g /dev/null

-- cal.diy, pull request 14871: the list of free slots knew the pauses, booking did
-- not, so that a time changed by hand in the address went through.
SELECT is(practiceacl.book(agenda('anna'), at('12:00'), appointment_type => thing('short'), appointment_id => id(1)), id(1), 'with an hour before it');
SELECT is(code($$ SELECT practiceacl.book(agenda('anna'), at('11:45')) $$), '23P01', 'no time in the pause is booked, whatever a program was offered');
SELECT is(code($$ SELECT practiceacl.book(agenda('anna'), at('13:00'), appointment_type => thing('short')) $$), '23P01', 'and the pause before the next needs its room, too');

-- SergeyMosin/Appointments, issues 328 and 409: only the beginning of what was
-- booked was looked at, and pauses of different length before and after met wrongly.
SELECT is(practiceacl.book(agenda('anna'), at('08:00'), appointment_type => thing('long'), appointment_id => id(2)), id(2), 'two hours, and half an hour after');
SELECT is(code($$ SELECT practiceacl.book(agenda('anna'), at('10:15')) $$), '23P01', 'the pause counts from the end');
SELECT is(code($$ SELECT practiceacl.move_appointment(id(1), at('11:25')) $$), '23P01', 'both pauses are kept: 30 minutes after the one, 60 before the other');
SELECT is(code($$ SELECT practiceacl.move_appointment(id(1), at('11:30')) $$), 'done', 'and not more');

-- alextselegidis/easyappointments, pull request 1746: pauses were entries of their
-- own, which stayed where they were when the appointment moved or went.
SELECT is(code($$ SELECT practiceacl.book(agenda('anna'), at('12:00'), appointment_id => id(3)) $$), 'done', 'where it was nothing is left of it');
SELECT is(code($$ SELECT practiceacl.cancel_appointment(id(1)); SELECT practiceacl.book(agenda('anna'), at('10:30'), at('11:30'), appointment_id => id(4)) $$), 'done', 'nor after it is cancelled');

-- nextcloud/calendar, issue 7772: a room was chosen while it was free, and then the
-- time was changed to one at which somebody else had it.
SELECT is(practiceacl.book(agenda('anna'), at('14:00'), also => ARRAY[thing('room')], appointment_id => id(5)), id(5), 'a room for the one');
SELECT is(practiceacl.book(agenda('bert'), at('15:00'), also => ARRAY[thing('room')], appointment_id => id(6)), id(6), 'and later for another');
SELECT is(code($$ SELECT practiceacl.move_appointment(id(6), at('14:00')) $$), '23P01', 'who does not get it by moving');
SELECT * FROM finish();
ROLLBACK;
