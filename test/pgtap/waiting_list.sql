-- The waiting list: who waits, what has become free for them, and who gets it.
BEGIN;
\ir ../setup/clinic.sql
SELECT plan(49);
INSERT INTO practiceacl.opening (organization_id, agenda_id, weekday, opens_at, closes_at)
SELECT organization_id, id, 1, '09:00', '10:00' FROM practiceacl.agenda;
SELECT may('lena', 'read', 'anna');
SELECT record.begin_all() \g /dev/null
-- Sara may book on anna's agenda and reads bert's.  Monday the 2nd of March 2065 is full.
SELECT enter('anna') \g /dev/null
SELECT practiceacl.book(agenda('anna'), at('08:00') + n * interval '15 min', appointment_id => id(n)) FROM generate_series(0, 3) AS n \g /dev/null
SELECT enter('bert') \g /dev/null
SELECT practiceacl.book(agenda('bert'), at('08:00') + n * interval '15 min', appointment_id => id(10 + n)) FROM generate_series(0, 3) AS n \g /dev/null

SET LOCAL ROLE clinic_app;
SELECT enter('sara') \g /dev/null
-- What cannot be.
SELECT is(code(format('SELECT practiceacl.join_waiting_list(%s, %L, %L%s)', agendas, f, u, more)), expected, what)
FROM (VALUES
    ($$'{}'::uuid[]$$, '2065-03-02', '2065-03-02', '', '22023', 'on no agenda'),
    ('NULL', '2065-03-02', '2065-03-02', '', '22004', 'on nothing'),
    ($$ARRAY[NULL]::uuid[]$$, '2065-03-02', '2065-03-02', '', '22004', 'on null'),
    ($$ARRAY[agenda('bert')]$$, '2065-03-02', '2065-03-02', '', '42501', 'where one only reads'),
    ($$ARRAY[agenda('olga')]$$, '2065-03-02', '2065-03-02', '', 'PT404', 'in another organization'),
    ($$ARRAY[agenda('anna'), agenda('bert')]$$, '2065-03-02', '2065-03-02', '', '42501', 'on one that one may book on and one not'),
    ($$ARRAY[practiceacl.new_id()]$$, '2065-03-02', '2065-03-02', '', 'PT404', 'on none that there is'),
    ($$ARRAY(SELECT practiceacl.new_id() FROM generate_series(1, 101))$$, '2065-03-02', '2065-03-02', '', '22023', 'on too many'),
    ($$ARRAY[agenda('anna')]$$, '2065-03-02', '2065-03-01', '', '22023', 'until before it begins'),
    ($$ARRAY[agenda('anna')]$$, '2065-03-02', '2066-03-10', '', '22023', 'for more than a year'),
    ($$ARRAY[agenda('anna')]$$, '2025-03-02', '2025-03-02', '', '22023', 'for what is over'),
    ($$ARRAY[agenda('anna')]$$, '-infinity', '2065-03-02', '', '22023', 'from ever'),
    ($$ARRAY[agenda('anna')]$$, '2065-03-02', 'infinity', '', '22023', 'for ever'),
    ($$ARRAY[agenda('anna')]$$, '2065-03-02', '2065-03-02', $$, patient => repeat('x', 501)$$, '22001', 'with a long name'),
    ($$ARRAY[agenda('anna')]$$, '2065-03-02', '2065-03-02', $$, note => repeat('x', 10001)$$, '22001', 'with a long note'),
    ($$ARRAY[agenda('anna')]$$, '2065-03-02', '2065-03-02', $$, appointment_type => practiceacl.new_id()$$, 'PT404', 'for a type that is none'),
    ($$ARRAY[agenda('anna')]$$, '2065-03-02', '2065-03-02', $$, day_from => '10:00', day_until => '10:00'$$, '22023', 'at no hour'),
    ($$ARRAY[agenda('anna')]$$, '2065-03-02', '2065-03-02', $$, weekdays => '{}'$$, '22023', 'on no weekday'),
    ($$ARRAY[agenda('anna')]$$, '2065-03-02', '2065-03-02', $$, weekdays => '{8}'$$, '22023', 'on what is none')
) AS v (agendas, f, u, more, expected, what);

SELECT practiceacl.join_waiting_list(ARRAY[agenda('anna')], '2065-03-02', '2065-03-02', patient => 'Marie', patient_ref => 'P1', contact => 'marie@x.test', note => 'knee') AS marie \gset
SELECT practiceacl.join_waiting_list(ARRAY[agenda('anna'), agenda('anna')], '2065-03-01', '2065-03-03', patient => 'Paul') AS paul \gset
SELECT results_eq('SELECT patient, contact, note FROM practiceacl.waiting_list ORDER BY joined_at, patient', $$ VALUES ('Marie', 'marie@x.test', 'knee'), ('Paul', NULL, NULL) $$, 'they wait, each once');
SELECT is_empty('SELECT * FROM practiceacl.waiting_list_matches', 'there is nothing free');
SELECT enter('lena') \g /dev/null
SELECT is_empty('SELECT * FROM practiceacl.waiting_list', 'who reads the calendar does not see who waits');
SELECT is(code(format('SELECT practiceacl.leave_waiting_list(%L)', :'marie')), 'PT404', 'nor takes anybody off the list');
SELECT enter('olga') \g /dev/null
SELECT is_empty('SELECT * FROM practiceacl.waiting_list', 'nor does another organization');
SELECT is(code(format('SELECT practiceacl.leave_waiting_list(%L)', :'marie')), 'PT404', '... at all');
SELECT enter('carl') \g /dev/null
SELECT is_empty('SELECT * FROM practiceacl.waiting_list', 'an administrator sees no patients there, either');

-- Something becomes free, in four ways.
SELECT enter('sara') \g /dev/null
SELECT practiceacl.cancel_appointment(id(2)) \g /dev/null
SELECT results_eq('SELECT patient, starts_at, place FROM practiceacl.waiting_list_matches ORDER BY place', $$ VALUES ('Marie', at('08:30'), 1::bigint), ('Paul', at('08:30'), 2) $$, 'cancelled: those it suits, in their order');
SELECT practiceacl.set_status(id(2), 'booked') \g /dev/null
SELECT is_empty('SELECT * FROM practiceacl.waiting_list_matches', 'booked again, nothing is free');
SELECT practiceacl.move_appointment(id(1), at('15:00')) \g /dev/null
SELECT is((SELECT min(starts_at) FROM practiceacl.waiting_list_matches), at('08:15'), 'moved away');
SELECT practiceacl.move_appointment(id(1), at('08:15')) \g /dev/null
SELECT enter('anna') \g /dev/null
SELECT practiceacl.set_openings(agenda('anna'), '[{"weekday": 1, "from": "09:00", "to": "11:00"}]') \g /dev/null
SELECT is((SELECT min(starts_at) FROM practiceacl.waiting_list_matches), at('09:00'), 'an opening');
SELECT (practiceacl.add_absence(agenda('anna'), at('09:00'), at('10:00'))).absence_id AS absence \gset
SELECT is_empty('SELECT * FROM practiceacl.waiting_list_matches', 'an absence takes it away');
SELECT practiceacl.remove_absence(:'absence') \g /dev/null
SELECT is((SELECT min(starts_at) FROM practiceacl.waiting_list_matches), at('09:00'), 'an absence that is removed');

-- Booked from the list: with what the entry says, unless it is said otherwise.
SELECT enter('sara') \g /dev/null
SELECT is(code(format('SELECT practiceacl.book(agenda(%L), at(%L), waiting_list_entry => %L)', 'anna', '08:00', :'marie')), '23P01', 'what is taken is refused');
SELECT is((SELECT count(*) FROM practiceacl.waiting_list WHERE entry_id = :'marie'), 1::bigint, '... and the patient waits on');
SELECT practiceacl.book(agenda('anna'), at('09:00'), waiting_list_entry => :'marie', note => 'comes with a son', appointment_id => id(20)) \g /dev/null
SELECT is(ROW(patient, patient_ref, contact, note), ROW('Marie'::text, 'P1'::text, 'marie@x.test'::text, 'comes with a son'::text), 'the patient is who waited') FROM practiceacl.appointment WHERE id = id(20);
SELECT is((SELECT string_agg(patient, ',') FROM practiceacl.waiting_list), 'Paul', 'and is off the list');
SELECT is(practiceacl.book(agenda('anna'), at('09:00'), waiting_list_entry => :'marie', note => 'comes with a son', appointment_id => id(20)), id(20), 'a retry is the same booking');
SELECT is(code(format('SELECT practiceacl.book(agenda(%L), at(%L), waiting_list_entry => %L)', 'anna', '09:15', :'marie')), 'PT404', 'nobody is booked twice');
SELECT is(code(format('SELECT practiceacl.leave_waiting_list(%L)', :'marie')), 'PT404', 'nor leaves what they have left');
RESET ROLE;
SELECT is((SELECT facts ->> 'waiting_list_entry' FROM practiceacl.activity WHERE subject_id = id(20)), :'marie', 'the record has where it came from');
SELECT is_empty($$ SELECT FROM practiceacl.activity_detail d JOIN practiceacl.activity a USING (organization_id, chain, sequence) WHERE a.act LIKE 'waiting_list.%' AND d.detail IS NOT NULL $$, 'and of the list no names');
SET LOCAL ROLE clinic_app;
SELECT enter('sara') \g /dev/null
SELECT practiceacl.leave_waiting_list(:'paul') \g /dev/null
SELECT is_empty('SELECT * FROM practiceacl.waiting_list', 'whoever leaves is gone');

-- Some hours and weekdays only, by the agenda's clock: in winter nine o'clock in Paris is eight in Greenwich.
SELECT practiceacl.cancel_appointment(id(2)) \g /dev/null
SELECT practiceacl.join_waiting_list(ARRAY[agenda('anna')], '2065-03-02', '2065-03-02', patient => v[1], weekdays => v[2]::int[], day_from => v[3]::time, day_until => v[4]::time) AS hours
FROM unnest(ARRAY['before', 'in', 'after', 'day', 'days', 'early', 'never', 'always'], ARRAY[NULL, NULL, NULL, '{2}', '{1,2}', '{1}', '{7}', NULL],
    ARRAY[NULL, '09:30', '09:31', NULL, '09:30', NULL, NULL, '00:00'], ARRAY['09:45', '09:45', '24:00', NULL, NULL, '09:29', NULL, '24:00']) AS u (a, b, c, d), LATERAL (SELECT ARRAY[a, b, c, d]) AS l (v) \g /dev/null
SELECT results_eq($$ SELECT patient, starts_at FROM practiceacl.waiting_list_matches WHERE starts_at < at('09:00') ORDER BY patient $$,
    $$ VALUES ('always', at('08:30')), ('before', at('08:30')), ('days', at('08:30')), ('in', at('08:30')) $$, 'a time at hours and on days that would do');
SELECT is((SELECT starts_at FROM practiceacl.waiting_list_matches WHERE patient = 'after'), at('09:15'), 'a minute later it is the next');
SELECT results_eq($$ SELECT weekdays, day_from, day_until FROM practiceacl.waiting_list WHERE patient IN ('always', 'days') ORDER BY patient $$,
    $$ VALUES (NULL::int[], '00:00'::time, '24:00'::time), ('{1,2}', '09:30', '24:00') $$, 'the list has what was said');
-- The night of the 25th of October 2065 has three o'clock twice.
SELECT enter('anna') \g /dev/null
SELECT practiceacl.set_openings(agenda('anna'), '[{"date": "2065-10-25", "from": "02:00", "to": "04:00"}]') \g /dev/null
SELECT enter('sara') \g /dev/null
SELECT practiceacl.join_waiting_list(ARRAY[agenda('anna')], '2065-10-25', '2065-10-25', patient => 'Night ' || f, day_from => f::time, day_until => u::time) FROM (VALUES ('02:30', '02:45'), ('03:00', '03:15')) AS v (f, u) \g /dev/null
SELECT results_eq($$ SELECT patient, starts_at FROM practiceacl.waiting_list_matches WHERE patient LIKE 'Night%' ORDER BY patient $$,
    $$ VALUES ('Night 02:30', '2065-10-25 01:30Z'::timestamptz), ('Night 03:00', '2065-10-25 02:00Z') $$, 'an hour that there is twice is that of the openings');
SELECT practiceacl.leave_waiting_list(entry_id) FROM practiceacl.waiting_list \g /dev/null
SELECT is_empty('SELECT * FROM practiceacl.waiting_list', 'they have all left');

-- Erased, purged.
SELECT practiceacl.join_waiting_list(ARRAY[agenda('anna')], '2065-03-02', '2065-03-02', patient => 'Zoe', patient_ref => 'P2') AS zoe \gset
RESET ROLE;
UPDATE practiceacl.membership SET admin = 'full' WHERE account_id = account('carl');
SELECT practiceacl.confirm_session(token) FROM clinic.token WHERE name = 'carl' \g /dev/null
SELECT enter('carl') \g /dev/null
SELECT practiceacl.erase_patient(org('north'), 'P2') \g /dev/null
SELECT is((SELECT count(*) FROM practiceacl.waiting_list_entry), 0::bigint, 'an erased patient waits no more');
INSERT INTO practiceacl.waiting_list_entry (organization_id, joined_by, from_date, until_date, patient) VALUES (org('north'), account('sara'), '2020-01-01', '2020-01-31', 'Old');
INSERT INTO practiceacl.waiting_list_agenda SELECT organization_id, id, agenda('anna') FROM practiceacl.waiting_list_entry;
SELECT results_eq($$ SELECT rows FROM practiceacl.purge_patients('1 year') WHERE what = 'waiting_list' $$, ARRAY[1::bigint], 'nor is kept whose period is long over');
SELECT * FROM finish();
ROLLBACK;
