-- What went wrong elsewhere, tried here: failures that users of other scheduling
-- systems have reported in public.
BEGIN;
\ir ../setup/clinic.sql
SELECT record.begin_all() \g /dev/null
SELECT plan(30);
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

-- The preview says that it is free and booking fails, or the other way round: what is
-- searched for, explained and booked, told together.
RESET ROLE;
INSERT INTO clinic.thing SELECT 'exact', practiceacl.set_appointment_type(org('north'), 'Exact', '{"duration": 45}') FROM enter('carl')
UNION ALL SELECT 'tidy', practiceacl.set_appointment_type(org('north'), 'Tidy', '{"duration": 60, "buffer_before": 15, "buffer_after": 15}') FROM enter('carl');
SELECT practiceacl.offer_type(agenda('bert'), thing(t)) FROM enter('carl'), unnest('{exact,tidy}'::text[]) AS t \g /dev/null
SELECT may('lena', 'book_in_hours', 'bert') \g /dev/null
CREATE FUNCTION clinic.answers(starts_at timestamptz, type uuid DEFAULT NULL) RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(', ',
        CASE WHEN EXISTS (SELECT FROM practiceacl.find_slots(answers.starts_at, answers.starts_at + interval '1 day', ARRAY[agenda('bert')], type) f WHERE f.starts_at = answers.starts_at) THEN 'free' ELSE 'not free' END,
        (SELECT coalesce(string_agg(word, '+'), 'nothing in the way') FROM practiceacl.explain_slot(agenda('bert'), answers.starts_at, appointment_type => type) WHERE severity = 'refused'),
        code(format($q$ SELECT practiceacl.cancel_appointment(practiceacl.book(agenda('bert'), %L, appointment_type => %L)) $q$, answers.starts_at, type)))
$$;
SELECT practiceacl.cancel_appointment(id(6)) FROM enter('lena') \g /dev/null
SELECT practiceacl.set_openings(agenda('bert'), '[{"weekday": 1, "from": "09:00", "to": "09:45"}, {"weekday": 1, "from": "14:00", "to": "16:00"}]') FROM enter('bert') \g /dev/null
SELECT practiceacl.add_absence(agenda('bert'), at('13:30') + interval '7 days', at('14:00') + interval '7 days', every => '1 week', times => 3) FROM enter('bert') \g /dev/null
SELECT practiceacl.add_absence(agenda('bert'), at('20:00') + interval '34 days', at('07:30') + interval '35 days') FROM enter('bert') \g /dev/null
SET LOCAL ROLE clinic_app;
SELECT enter('lena') \g /dev/null
-- betagouv/rdv-service-public, issue 3974: an opening of 45 minutes for a reason of 45;
-- the search showed it, the form called the agent unavailable.
SELECT is(answers(at('08:00'), thing('exact')), 'free, nothing in the way, done', 'a visit as long as its opening');
SELECT is(answers(at('08:01'), thing('exact')), 'not free, outside_openings, PA020', 'a minute later it is not');
-- calcom/cal.diy, issues 5384 and 2078: the last time of the day was offered and refused,
-- or, with a pause and a finer grid, offered beyond the end of the day.
SELECT is(answers(at('14:00'), thing('tidy')), 'free, nothing in the way, done', 'the last hour of the day, whose pause lasts longer');
SELECT is(answers(at('14:15'), thing('tidy')), 'not free, outside_openings, PA020', 'and none that ends later');
SELECT is(code($$ SELECT practiceacl.book(agenda('bert'), at('13:00'), appointment_type => thing('exact'), appointment_id => id(7)); SELECT practiceacl.move_appointment(id(7), at('14:15')) $$), 'done', 'nor is moving to the last time refused');
SELECT is(code($$ SELECT practiceacl.move_appointment(id(7), at('14:16')) $$), 'PA020', 'but to a later one');
SELECT is(answers(at('13:15'), thing('tidy')), 'not free, appointment_no_overlap, 23P01', 'what is too near is told as taken');
-- betagouv/rdv-service-public, pull request 368: a cancelled appointment kept its time.
SELECT is(code($$ SELECT practiceacl.cancel_appointment(id(7)) $$), 'done', 'cancelled');
SELECT is(answers(at('14:15'), thing('exact')), 'free, nothing in the way, done', 'its time is free again, for all three');
-- calcom/cal.diy, issue 17278: what recurs in the calendar was shown as free.
SELECT is(answers(at('13:30') + n * interval '7 days'), CASE WHEN n BETWEEN 1 AND 3 THEN 'not free, holder_absent, PA021' ELSE 'free, nothing in the way, done' END, 'an absence that recurs, week ' || n)
FROM generate_series(0, 4) AS n;
-- Bahmni/openmrs-module-appointments, pull request 201: an absence over midnight was
-- compared by the hours of one day.
SELECT is(answers(at('07:00') + interval '35 days'), 'not free, holder_absent, PA021', 'an absence that began the evening before');
SELECT is(answers(at('07:30') + interval '35 days'), 'free, nothing in the way, done', 'and ends in the morning');
-- onehashai/Cal-ID, issues 1325 and 1334: one sentence for whatever the reason is.
SELECT is((SELECT string_agg(word, ' ') FROM practiceacl.explain_slot(agenda('bert'), at('13:00') + interval '7 days' + interval '40 minutes', duration => '3 hours', overbook => true, private => true)),
    'outside_openings rights_missing', 'all that stands in the way is told, each by its word');
SELECT is((SELECT string_agg(word, ' ' ORDER BY word) FROM practiceacl.explain_slot(agenda('bert'), at('13:00') + interval '7 days' + interval '40 minutes', duration => '15 minutes', private => true)),
    'holder_absent rights_missing', 'whatever comes first');
SELECT * FROM finish();
ROLLBACK;
