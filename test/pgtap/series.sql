-- Appointments that recur, at the same time of the clock on the wall.
BEGIN;
\ir support/clinic.psql
SELECT plan(27);

SELECT join_clinic('anna'), hold_agenda('anna') \g /dev/null
SELECT join_clinic('bona'), may('bona', 'book', 'anna') \g /dev/null
SELECT join_clinic('hugo'), may('hugo', 'book_in_hours', 'anna') \g /dev/null
SELECT join_clinic('rene'), may('rene', 'read', 'anna') \g /dev/null
SELECT join_clinic('sven', 'elsewhere') \g /dev/null
SELECT join_clinic('adam', admin => 'full') \g /dev/null
SELECT log_everybody_in() \g /dev/null
SET LOCAL ROLE clinic_application;
SELECT enter('anna') \g /dev/null
SELECT practiceacl.set_openings(agenda('anna'), '[{"weekday": 1, "from": "08:00", "to": "12:00", "valid_until": "2030-04-08"}]') \g /dev/null
INSERT INTO kept VALUES ('taken', practiceacl.book(agenda('anna'), at('2030-03-18 09:10'), at('2030-03-18 09:40')));
INSERT INTO kept SELECT 'absence', absence_id FROM practiceacl.add_absence(agenda('anna'), at('2030-03-25'), at('2030-03-26'));

CREATE FUNCTION clinic.series(from_time timestamp, every interval, times int, until timestamp DEFAULT NULL) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(to_char(starts_at AT TIME ZONE 'Europe/Paris', 'MM-DD HH24:MI') || ' ' || outcome, ', ' ORDER BY ordinality)
    FROM practiceacl.book_series(agenda('anna'), at(from_time), at(coalesce(until, from_time + interval '30 min')), every, times, 'Pat') WITH ORDINALITY;
$$;
CREATE FUNCTION clinic.series_refusal(every text, times int) RETURNS text LANGUAGE sql AS $$
    SELECT refusal(format('SELECT practiceacl.book_series(agenda(''anna''), at(''2030-03-04 09:00''), at(''2030-03-04 09:30''), %L, %s)', every, times));
$$;

-- What makes no sense.
SELECT enter('bona') \g /dev/null
SELECT is(series_refusal('0', 3), '22023', 'every now and now');
SELECT is(series_refusal('-1 week', 3), '22023', 'backwards');
SELECT is(series_refusal('1 month -1 day', 3), '22023', 'forwards and backwards');
SELECT is(series_refusal('1000 years', 3), '22023', 'beyond all planning');
SELECT is(series_refusal('1 week', 0), '22023', 'no times');
SELECT is(series_refusal('1 week', -1), '22023', 'fewer');
SELECT is(series_refusal('1 week', 501), '22023', 'too many');
SELECT throws_ok($$SELECT practiceacl.book_series(agenda('anna'), at('2030-03-04'), at('2030-03-05'), NULL, 2)$$, '22004', 'every must not be null');
SELECT throws_ok($$SELECT practiceacl.book_series(agenda('anna'), at('2030-03-05'), at('2030-03-04'), '1 week', 2)$$, '22023');

-- Who may not.
SELECT enter('rene') \g /dev/null
SELECT is(series_refusal('1 week', 3), '42501', 'who may only read');
SELECT enter('sven') \g /dev/null
SELECT is(series_refusal('1 week', 3), 'PT404', 'a stranger');

-- In hours: what fits is booked, what does not is named.
SELECT enter('hugo') \g /dev/null
CREATE TEMPORARY TABLE made AS
    SELECT * FROM practiceacl.book_series(agenda('anna'), at('2030-03-04 09:00'), at('2030-03-04 09:30'), '1 week', 7, 'Pat', 'knee')
    WITH ORDINALITY AS s(starts_at, appointment_id, outcome, detail, number);
SELECT results_eq(
    $$SELECT to_char(starts_at AT TIME ZONE 'Europe/Paris', 'MM-DD HH24:MI'), outcome FROM made ORDER BY number$$,
    $$VALUES ('03-04 09:00', 'booked'), ('03-11 09:00', 'booked'), ('03-18 09:00', 'refused'), ('03-25 09:00', 'refused'),
             ('04-01 09:00', 'booked'), ('04-08 09:00', 'booked'), ('04-15 09:00', 'refused')$$,
    'the same time on the wall, over the change of the clock; taken, absent and closed are left out');
SELECT is((SELECT count(*)::int FROM made WHERE (appointment_id IS NULL) <> (outcome = 'refused')), 0, 'an id for each that was booked');
SELECT is((SELECT count(*)::int FROM made WHERE (detail IS NULL) <> (outcome = 'booked')), 0, 'a reason for each that was not');
SELECT matches((SELECT detail FROM made WHERE number = 3), 'already taken', 'taken');
SELECT matches((SELECT detail FROM made WHERE number = 4), 'absent', 'absent');
SELECT matches((SELECT detail FROM made WHERE number = 7), 'not open', 'closed');
SELECT results_eq(
    $$SELECT count(*)::int, count(DISTINCT series_id)::int, bool_and(patient = 'Pat' AND note = 'knee' AND ends_at - starts_at = interval '30 min')
      FROM practiceacl.appointment WHERE id IN (SELECT appointment_id FROM made)$$,
    $$VALUES (4, 1, true)$$, 'they are one series');

-- At any time.
SELECT enter('bona') \g /dev/null
SELECT is(series('2030-01-31 20:00', '1 month', 4), '01-31 20:00 booked, 02-28 20:00 booked, 03-31 20:00 booked, 04-30 20:00 booked',
    'the last of the month comes back to the 31st');
SELECT is(series('2030-03-30 02:30', '1 day', 3), '03-30 02:30 booked, 03-31 03:30 booked, 04-01 02:30 booked',
    'a time that the clock skips is that of AT TIME ZONE');
SELECT is(series('2030-05-06 20:00', '10 minutes', 3), '05-06 20:00 booked, 05-06 20:10 refused, 05-06 20:20 refused',
    'repetitions that overlap each other');
SELECT is(series('2030-05-07 20:00', '1 week', 1), '05-07 20:00 booked', 'once is a series too');
SELECT is(series('2020-05-08 20:00', '10 years', 2), '05-08 20:00 refused, 05-08 20:00 booked', 'what is past is refused');

-- On record as one act.
SELECT enter('anna') \g /dev/null
SELECT results_eq(
    $$SELECT actor_id, account_id, facts ->> 'times', facts ->> 'booked', facts ->> 'every' FROM practiceacl.activity
      WHERE act = 'series.booked' ORDER BY sequence LIMIT 1$$,
    $$VALUES (account('hugo'), account('anna'), '7', '4', 'P0M7DT0.000000S')$$, 'one entry');
SELECT is((SELECT count(*)::int FROM practiceacl.activity WHERE facts::text ~ 'Pat|knee'), 0, 'no patient in the facts');
SELECT is((SELECT subject_id FROM practiceacl.activity WHERE act = 'series.booked' ORDER BY sequence LIMIT 1),
    (SELECT DISTINCT series_id FROM practiceacl.appointment WHERE id IN (SELECT appointment_id FROM made)), 'it names the series');
SELECT enter('adam') \g /dev/null
SELECT is((SELECT count(*)::int FROM practiceacl.verify_activity((SELECT id FROM place WHERE name = 'clinic')) WHERE first_broken <> 0), 0, 'and the chain holds');

SELECT * FROM finish();
ROLLBACK;
