-- Absences: who may enter them, what they collide with, whom they keep out.
BEGIN;
\ir support/clinic.psql
SELECT plan(31);

SELECT join_clinic('anna'), hold_agenda('anna') \g /dev/null
SELECT join_clinic('bert'), hold_agenda('bert') \g /dev/null
SELECT join_clinic('abel'), may('abel', 'absences', 'anna') \g /dev/null
SELECT join_clinic('bona'), may('bona', 'book', 'anna') \g /dev/null
SELECT join_clinic('hugo'), may('hugo', 'book_in_hours', 'anna') \g /dev/null
SELECT join_clinic('fred'), may('fred', 'freebusy', 'anna') \g /dev/null
SELECT join_clinic('sven', 'elsewhere') \g /dev/null
SELECT log_everybody_in() \g /dev/null
SET LOCAL ROLE clinic_application;
SELECT enter('anna') \g /dev/null
SELECT practiceacl.set_openings(agenda('anna'), '[{"weekday": 1, "from": "08:00", "to": "18:00"}]') \g /dev/null
INSERT INTO kept VALUES ('nine', practiceacl.book(agenda('anna'), at('2030-03-04 09:00'), at('2030-03-04 10:00'))),
    ('ten', practiceacl.book(agenda('anna'), at('2030-03-04 10:00'), at('2030-03-04 11:00'), private => true)),
    ('eleven', practiceacl.book(agenda('anna'), at('2030-03-04 11:00'), at('2030-03-04 12:00'))),
    ('gone', practiceacl.book(agenda('anna'), at('2030-03-04 12:00'), at('2030-03-04 13:00')));
SELECT practiceacl.cancel_appointment(kept('gone')) \g /dev/null

-- Who may.
CREATE FUNCTION clinic.absence(whose text, from_time timestamp, until timestamp) RETURNS text LANGUAGE sql AS $$
    SELECT refusal(format('SELECT practiceacl.add_absence(%L, %L, %L)', agenda(whose), at(from_time), at(until)));
$$;
SELECT enter('bona') \g /dev/null
SELECT is(absence('anna', '2030-03-04 09:30', '2030-03-04 11:30'), '42501', 'who may only book may not');
SELECT enter('abel') \g /dev/null
SELECT is(absence('bert', '2030-03-04 09:30', '2030-03-04 11:30'), 'PT404', 'on a colleague''s agenda that is not hers to see');
SELECT is(absence('anna', '2030-03-04 11:30', '2030-03-04 09:30'), '22023', 'not backwards');
SELECT is(absence('anna', '2030-03-04 11:30', '2030-03-04 11:30'), '22023', 'not for no time');
SELECT is(absence('anna', '2030-03-04 11:30', 'infinity'), '22023', 'not for ever');
SELECT is(absence('anna', '2030-03-04 11:30', '2045-03-04 11:30'), '22023', 'not for 15 years');
SELECT throws_ok($$SELECT practiceacl.add_absence(agenda('anna'), NULL, now())$$, '22004', 'starts_at must not be null');
SELECT throws_ok($$SELECT practiceacl.add_absence(agenda('anna'), at('2030-03-04'), at('2030-03-05'), repeat('x', 1001))$$,
    '22023', 'reason is too long');

-- The collisions.
CREATE TEMPORARY TABLE added AS
    SELECT * FROM practiceacl.add_absence(agenda('anna'), at('2030-03-04 09:30'), at('2030-03-04 11:00'), 'training');
SELECT is((SELECT conflicts FROM added), ARRAY[kept('nine'), kept('ten')],
    'it names what it collides with, in order, a private one too; not what touches it, nor what is cancelled');
SELECT is((SELECT status FROM practiceacl.appointment WHERE id = kept('nine')), 'booked', 'and leaves it as it is');
SELECT is((SELECT conflicts FROM practiceacl.add_absence(agenda('anna'), at('2030-03-04 12:30'), at('2030-03-04 12:45'))),
    '{}'::uuid[], 'no collision is an empty array');
SELECT is((SELECT reason FROM practiceacl.absence WHERE id = (SELECT absence_id FROM added)), 'training', 'the reason stands');

-- Whom it keeps out.
CREATE FUNCTION clinic.booked(from_time timestamp, until timestamp) RETURNS text LANGUAGE sql AS $$
    SELECT refusal(format('SELECT practiceacl.cancel_appointment(practiceacl.book(agenda(''anna''), %L, %L))', at(from_time), at(until)));
$$;
SELECT enter('anna') \g /dev/null
SELECT practiceacl.cancel_appointment(kept('nine')) \g /dev/null
SELECT enter('hugo') \g /dev/null
SELECT is(booked('2030-03-04 09:00', '2030-03-04 09:30'), NULL, 'a booking may end when the absence begins');
SELECT is(booked('2030-03-04 09:15', '2030-03-04 09:31'), 'PA021', 'but not a minute later, in hours');
SELECT is(absence('anna', '2030-03-04 14:00', '2030-03-04 15:00'), '42501');
SELECT throws_ok($$SELECT practiceacl.remove_absence((SELECT absence_id FROM added))$$, '42501', NULL,
    'who sees it and may not remove it is told so');
SELECT enter('bona') \g /dev/null
SELECT is(booked('2030-03-04 09:15', '2030-03-04 09:31'), NULL, 'the level book may');
SELECT is((SELECT count(*)::int FROM practiceacl.absence), 2, 'who may read sees it');
SELECT enter('fred') \g /dev/null
SELECT is((SELECT count(*)::int FROM practiceacl.absence), 0, 'with freebusy nobody sees it');
SELECT enter('sven') \g /dev/null
SELECT is((SELECT count(*)::int FROM practiceacl.absence), 0, 'a stranger does not');
SELECT throws_ok(format('SELECT practiceacl.remove_absence(%L)', (SELECT absence_id FROM added)), 'PT404',
    'absence does not exist or is not visible to you', 'nor can he remove it, or learn that it is there');
SELECT throws_ok('SELECT practiceacl.remove_absence(practiceacl.new_id())', 'PT404',
    'absence does not exist or is not visible to you', 'which sounds just like this');
SELECT enter('fred') \g /dev/null
SELECT throws_ok(format('SELECT practiceacl.remove_absence(%L)', (SELECT absence_id FROM added)), 'PT404', NULL,
    'freebusy learns nothing either');

-- Removing.
SELECT enter('abel') \g /dev/null
SELECT lives_ok(format('SELECT practiceacl.remove_absence(%L)', (SELECT absence_id FROM added)), 'the level absences removes');
SELECT throws_ok(format('SELECT practiceacl.remove_absence(%L)', (SELECT absence_id FROM added)), 'PT404', NULL, 'once');
SELECT enter('hugo') \g /dev/null
SELECT is(booked('2030-03-04 09:15', '2030-03-04 09:31'), NULL, 'and the time can be booked again');

-- The record: on whose behalf, and what; the reason apart.
SELECT enter('anna') \g /dev/null
SELECT results_eq(
    $$SELECT act, actor_id, account_id, facts ->> 'conflicts' FROM practiceacl.activity
      WHERE subject_id = (SELECT absence_id FROM added) ORDER BY sequence$$,
    $$VALUES ('absence.added', account('abel'), account('anna'), '2'),
             ('absence.removed', account('abel'), account('anna'), NULL)$$,
    'who did it, and on whose behalf');
SELECT is((SELECT count(*)::int FROM practiceacl.activity WHERE facts::text LIKE '%training%'), 0, 'the reason is no fact');
SELECT is((SELECT count(*)::int FROM practiceacl.activity_detail WHERE detail LIKE '%training%'), 2, 'it stands in the detail');
SELECT results_eq(
    $$SELECT kind, status, note FROM practiceacl.calendar WHERE agenda_id = agenda('anna') AND kind = 'absence'$$,
    $$VALUES ('absence', 'absent', NULL::text)$$, 'the calendar shows what is left');
SELECT is((SELECT count(*)::int FROM practiceacl.busy WHERE agenda_id = agenda('anna')), 3, 'and so does busy');

SELECT * FROM finish();
ROLLBACK;
