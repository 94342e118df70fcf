-- Appointments that recur, at the same time of the clock on the wall.
BEGIN;
\ir support/clinic.psql
SELECT plan(56);

SELECT join_clinic('anna'), hold_agenda('anna') \g /dev/null
SELECT join_clinic('bona'), may('bona', 'book', 'anna') \g /dev/null
SELECT join_clinic('hugo'), may('hugo', 'book_in_hours', 'anna') \g /dev/null
SELECT join_clinic('rene'), may('rene', 'read', 'anna') \g /dev/null
SELECT join_clinic('sven', 'elsewhere') \g /dev/null
SELECT join_clinic('adam', admin => 'full') \g /dev/null
SELECT record.begin_all() \g /dev/null
SELECT log_everybody_in() \g /dev/null
SET LOCAL ROLE clinic_application;
SELECT enter('anna') \g /dev/null
SELECT practiceacl.set_openings(agenda('anna'), '[{"weekday": 1, "from": "08:00", "to": "12:00", "valid_until": "2058-04-08"}]') \g /dev/null
INSERT INTO kept VALUES ('taken', practiceacl.book(agenda('anna'), at('2058-03-18 09:10'), at('2058-03-18 09:40')));
INSERT INTO kept SELECT 'absence', absence_id FROM practiceacl.add_absence(agenda('anna'), at('2058-03-25'), at('2058-03-26'));

CREATE FUNCTION clinic.series(from_time timestamp, every interval, times int, until timestamp DEFAULT NULL) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(to_char(starts_at AT TIME ZONE 'Europe/Paris', 'MM-DD HH24:MI') || ' ' || outcome, ', ' ORDER BY ordinality)
    FROM practiceacl.book_series(agenda('anna'), at(from_time), at(coalesce(until, from_time + interval '30 min')), every, times, 'Pat') WITH ORDINALITY;
$$;
CREATE FUNCTION clinic.series_refusal(every text, times int) RETURNS text LANGUAGE sql AS $$
    SELECT refusal(format('SELECT practiceacl.book_series(agenda(''anna''), at(''2058-03-04 09:00''), at(''2058-03-04 09:30''), %L, %s)', every, times));
$$;

-- What makes no sense.
SELECT enter('bona') \g /dev/null
SELECT is(series_refusal('0', 3), '22023', 'an interval of zero is refused');
SELECT is(series_refusal('-1 week', 3), '22023', 'a negative interval is refused');
SELECT is(series_refusal('1 month -1 day', 3), '22023', 'an interval of mixed signs is refused');
SELECT is(series_refusal('1000 years', 3), '22023', 'an interval that is too long is refused');
SELECT is(series_refusal('1 week', 0), '22023', 'zero times are refused');
SELECT is(series_refusal('1 week', -1), '22023', 'negative times are refused');
SELECT is(series_refusal('1 week', 501), '22023', 'too many times are refused');
SELECT throws_ok($$SELECT practiceacl.book_series(agenda('anna'), at('2058-03-04'), at('2058-03-05'), NULL, 2)$$, '22004', 'every must not be null');
SELECT throws_ok($$SELECT practiceacl.book_series(agenda('anna'), at('2058-03-05'), at('2058-03-04'), '1 week', 2)$$, '22023');

-- Who may not.
SELECT enter('rene') \g /dev/null
SELECT is(series_refusal('1 week', 3), '42501', 'the level read is not enough');
SELECT enter('sven') \g /dev/null
SELECT is(series_refusal('1 week', 3), 'PT404', 'a stranger finds no agenda');

-- In hours: what fits is booked, what does not is named.
SELECT enter('hugo') \g /dev/null
CREATE TEMPORARY TABLE made AS
    SELECT * FROM practiceacl.book_series(agenda('anna'), at('2058-03-04 09:00'), at('2058-03-04 09:30'), '1 week', 7, 'Pat', 'knee')
    WITH ORDINALITY AS s (starts_at, appointment_id, outcome, detail, word, number);
SELECT results_eq(
    $$SELECT to_char(starts_at AT TIME ZONE 'Europe/Paris', 'MM-DD HH24:MI'), outcome FROM made ORDER BY number$$,
    $$VALUES ('03-04 09:00', 'booked'), ('03-11 09:00', 'booked'), ('03-18 09:00', 'refused'), ('03-25 09:00', 'refused'),
             ('04-01 09:00', 'booked'), ('04-08 09:00', 'booked'), ('04-15 09:00', 'refused')$$,
    'the same time on the wall, over the change of the clock; taken, absent and closed are left out');
SELECT is((SELECT count(*)::int FROM made WHERE (appointment_id IS NULL) <> (outcome = 'refused')), 0, 'each booked time has an id');
SELECT is((SELECT count(*)::int FROM made WHERE (detail IS NULL) <> (outcome = 'booked')), 0, 'each refused time has a reason');
SELECT matches((SELECT detail FROM made WHERE number = 3), 'already taken', 'a taken time says so');
SELECT matches((SELECT detail FROM made WHERE number = 4), 'absent', 'a time in an absence says so');
SELECT matches((SELECT detail FROM made WHERE number = 7), 'not open', 'a time outside the openings says so');
SELECT results_eq(
    $$SELECT count(*)::int, count(DISTINCT series_id)::int, bool_and(patient = 'Pat' AND note = 'knee' AND ends_at - starts_at = interval '30 min')
      FROM practiceacl.appointment WHERE id IN (SELECT appointment_id FROM made)$$,
    $$VALUES (4, 1, true)$$, 'the appointments share a series id');

-- At any time.
SELECT enter('bona') \g /dev/null
SELECT is(series('2058-01-31 20:00', '1 month', 4), '01-31 20:00 booked, 02-28 20:00 booked, 03-31 20:00 booked, 04-30 20:00 booked',
    'the last of the month comes back to the 31st');
SELECT is(series('2058-03-30 02:30', '1 day', 3), '03-30 02:30 booked, 03-31 03:30 booked, 04-01 02:30 booked',
    'a time that the clock skips is that of AT TIME ZONE');
SELECT is(series('2058-05-06 20:00', '10 minutes', 3), '05-06 20:00 booked, 05-06 20:10 refused, 05-06 20:20 refused',
    'repetitions that overlap each other');
SELECT is(series('2058-05-07 20:00', '1 week', 1), '05-07 20:00 booked', 'a series of one is possible');
SELECT is(series((to_char(now() - interval '5 years', 'YYYY') || '-05-08 20:00')::timestamp, '10 years', 2), '05-08 20:00 refused, 05-08 20:00 booked', 'past times are refused');

-- On record as one act.
SELECT enter('anna') \g /dev/null
SELECT results_eq(
    $$SELECT actor_id, account_id, facts ->> 'times', facts ->> 'booked', facts ->> 'every' FROM practiceacl.activity
      WHERE act = 'series.booked' ORDER BY sequence LIMIT 1$$,
    $$VALUES (account('hugo'), account('anna'), '7', '4', 'P0M7DT0.000000S')$$, 'a series makes one entry of its own');
SELECT is((SELECT count(*)::int FROM practiceacl.activity WHERE facts::text ~ 'Pat|knee'), 0, 'the facts do not name the patient');
SELECT is((SELECT subject_id FROM practiceacl.activity WHERE act = 'series.booked' ORDER BY sequence LIMIT 1),
    (SELECT DISTINCT series_id FROM practiceacl.appointment WHERE id IN (SELECT appointment_id FROM made)), 'the entry names the series');
SELECT enter('adam') \g /dev/null
SELECT is((SELECT count(*)::int FROM practiceacl.verify_activity((SELECT id FROM place WHERE name = 'clinic')) WHERE first_broken <> 0), 0, 'and the chain verifies');


-- Both local times stay, in the nights in which the clock changes too.
SELECT enter('anna') \g /dev/null
CREATE FUNCTION clinic.nights(from_time timestamp, until timestamp, every interval, times int) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    booked uuid[] := ARRAY(SELECT appointment_id FROM practiceacl.book_series(agenda('anna'), at(from_time), at(until), every, times));
BEGIN
    RETURN (SELECT string_agg(to_char(a.starts_at AT TIME ZONE 'Europe/Paris', 'MM-DD HH24:MI') || to_char(a.ends_at AT TIME ZONE 'Europe/Paris', ' MM-DD HH24:MI'), ', ' ORDER BY a.starts_at)
            FROM practiceacl.appointment a WHERE a.id = ANY (booked));
END $$;
SELECT is(nights('2059-03-29 20:00', '2059-03-30 08:00', '1 day', 2), '03-29 20:00 03-30 08:00, 03-30 20:00 03-31 08:00', 'a night of 11 hours ends at eight');
SELECT is(nights('2059-10-25 20:00', '2059-10-26 08:00', '1 day', 2), '10-25 20:00 10-26 08:00, 10-26 20:00 10-27 08:00', 'and one of 13');
SELECT is(nights('2060-03-27', '2060-03-28', '1 day', 3), '03-27 00:00 03-28 00:00, 03-28 00:00 03-29 00:00, 03-29 00:00 03-30 00:00', 'whole days leave no gap and do not collide');
SELECT is(nights('2060-10-30', '2060-10-31', '1 day', 3), '10-30 00:00 10-31 00:00, 10-31 00:00 11-01 00:00, 11-01 00:00 11-02 00:00', 'nor in autumn');
SELECT is(nights('2061-03-26 02:30', '2061-03-26 03:15', '1 day', 2), '03-26 02:30 03-26 03:15, 03-27 03:30 03-27 04:15', 'a time that the clock change would invert keeps its length');

-- Everything that book takes.
INSERT INTO kept VALUES ('weekly', practiceacl.new_id());
CREATE TEMPORARY TABLE weekly AS
    SELECT * FROM practiceacl.book_series(agenda('anna'), at('2062-01-02 09:00'), NULL, '1 week', 3, 'Pat', 'knee', private => true,
        attributes => '{"room": 4}', appointment_id => kept('weekly'), duration => '40 min', patient_ref => 'p-7', contact => '+33612345678') WITH ORDINALITY AS s (starts_at, appointment_id, outcome, detail, word, number);
SELECT is((SELECT appointment_id FROM weekly WHERE number = 1), kept('weekly'), 'the client''s id is the first one''s');
SELECT is((SELECT count(*)::int FROM practiceacl.appointment WHERE series_id = kept('weekly') AND private AND ends_at - starts_at = '40 min'
           AND patient = 'Pat' AND note = 'knee' AND attributes = '{"room": 4}' AND patient_ref = 'p-7' AND contact = '+33612345678'), 3, 'each appointment has all of the arguments');
SELECT results_eq($$SELECT starts_at, appointment_id, outcome FROM practiceacl.book_series(agenda('anna'), at('2062-01-02 09:00'), NULL, '1 week', 3, 'Pat', 'knee', private => true,
        attributes => '{"room": 4}', appointment_id => kept('weekly'), duration => '40 min', patient_ref => 'p-7', contact => '+33612345678')$$,
    'SELECT starts_at, appointment_id, outcome FROM weekly ORDER BY number', 'a retry returns the same rows');
SELECT is((SELECT count(*)::int FROM practiceacl.appointment WHERE patient_ref = 'p-7'), 3, 'and books nothing');
SELECT is((SELECT count(*)::int FROM practiceacl.book_series(agenda('anna'), at('2062-01-02 09:10'), NULL, '1 week', 3, 'Late', overbook => true, reason => 'urgent') WHERE outcome = 'booked'), 3, 'a series can overbook with a reason');
SELECT is((SELECT string_agg(DISTINCT outcome || detail, '') FROM practiceacl.book_series(agenda('anna'), at('2062-01-02 09:10'), NULL, '1 week', 3, overbook => true)), 'refusedoverbooking needs a reason', 'but not without one');
SELECT is(refusal($$SELECT practiceacl.book_series(agenda('anna'), at('2062-01-02 09:00'), at('2062-01-02 10:00'), '1 week', 3, duration => '1 h')$$), '22023', 'ends_at and duration exclude each other');
SELECT enter('bona') \g /dev/null
SELECT is((SELECT string_agg(DISTINCT outcome, '') FROM practiceacl.book_series(agenda('anna'), at('2062-06-05 09:00'), NULL, '1 week', 3, private => true)), 'refused', 'a private series needs the flag private');

-- A whole series moved: each takes the place that the next one leaves.
SELECT enter('anna') \g /dev/null
CREATE TEMPORARY TABLE daily AS SELECT * FROM practiceacl.book_series(agenda('anna'), at('2063-03-21 09:00'), at('2063-03-22 09:00'), '1 day', 8, 'Inpatient');
GRANT SELECT ON daily TO PUBLIC;
INSERT INTO kept SELECT 'daily', series_id FROM practiceacl.appointment WHERE id = (SELECT appointment_id FROM daily ORDER BY starts_at LIMIT 1);
INSERT INTO kept VALUES ('in the way', practiceacl.book(agenda('anna'), at('2063-03-29 12:00'), at('2063-03-29 13:00')));
SELECT results_eq($$SELECT to_char(starts_at AT TIME ZONE 'Europe/Paris', 'MM-DD HH24:MI'), outcome, detail IS NULL FROM practiceacl.move_series(kept('daily'), at('2063-03-23'), '-2 h')$$,
    $$VALUES ('03-23 09:00', 'refused', false), ('03-24 09:00', 'refused', false), ('03-25 09:00', 'refused', false), ('03-26 09:00', 'refused', false), ('03-27 09:00', 'refused', false), ('03-28 09:00', 'refused', false)$$,
    'nothing gets into the place of one that stays');
SELECT results_eq($$SELECT to_char(starts_at AT TIME ZONE 'Europe/Paris', 'MM-DD HH24:MI'), outcome FROM practiceacl.move_series(kept('daily'), at('2063-03-21'), '-2 h')$$,
    $$VALUES ('03-21 07:00', 'moved'), ('03-22 07:00', 'moved'), ('03-23 07:00', 'moved'), ('03-24 07:00', 'moved'), ('03-25 07:00', 'moved'), ('03-26 07:00', 'moved'), ('03-27 07:00', 'moved'), ('03-28 07:00', 'moved')$$,
    'all of them, in local time, over the change of the clock');
SELECT results_eq($$SELECT to_char(starts_at AT TIME ZONE 'Europe/Paris', 'MM-DD HH24:MI'), outcome FROM practiceacl.move_series(kept('daily'), at('2063-03-27'), '2 h')$$,
    $$VALUES ('03-27 09:00', 'moved'), ('03-28 09:00', 'moved')$$, 'and back from a date on, each into the place that the next one leaves');
SELECT is((SELECT string_agg(outcome, ' ') FROM practiceacl.move_series(kept('daily'), at('2063-03-28'), '1 day')), 'refused', 'a conflict is named');
SELECT is((SELECT count(*)::int FROM practiceacl.activity WHERE act = 'appointment.moved' AND subject_id IN (SELECT appointment_id FROM daily)), 10, 'each move is on record');
SELECT enter('rene') \g /dev/null
SELECT is((SELECT string_agg(DISTINCT outcome, ' ') FROM practiceacl.move_series(kept('daily'), at('2063-03-21'), '1 h')), 'refused', 'a reader can move none');
SELECT is((SELECT string_agg(DISTINCT outcome, ' ') FROM practiceacl.cancel_series(kept('daily'), at('2063-03-21'))), 'refused', 'and cancel none');
SELECT enter('sven') \g /dev/null
SELECT throws_ok(format('SELECT practiceacl.move_series(%L, %L, %L)', kept('daily'), at('2063-03-21'), '1 h'), 'PT404', 'series does not exist or is not visible to you');
SELECT throws_ok(format('SELECT practiceacl.cancel_series(%L)', kept('daily')), 'PT404', 'series does not exist or is not visible to you');
SELECT throws_ok('SELECT practiceacl.cancel_series(practiceacl.new_id())', 'PT404', 'series does not exist or is not visible to you');

-- And cancelled, from a date on, then all.
SELECT enter('hugo') \g /dev/null
SELECT results_eq($$SELECT to_char(starts_at AT TIME ZONE 'Europe/Paris', 'MM-DD'), outcome FROM practiceacl.cancel_series(kept('daily'), at('2063-03-27'), 'recovered')$$,
    $$VALUES ('03-27', 'cancelled'), ('03-28', 'cancelled')$$, 'a series can be cancelled from a date on, whatever the openings are');
SELECT is((SELECT string_agg(outcome, ' ') FROM practiceacl.cancel_series(kept('daily'))), 'cancelled cancelled cancelled cancelled cancelled cancelled', 'the rest can be cancelled');
SELECT is_empty($$SELECT * FROM practiceacl.cancel_series(kept('daily'))$$, 'a further call finds nothing to cancel');
SELECT throws_ok(format('SELECT practiceacl.cancel_series(%L)', kept('weekly')), 'PT404', NULL, 'private appointments of a series are not visible without the flag');
RESET ROLE;
SELECT is((SELECT count(*)::int FROM practiceacl.activity_detail WHERE detail LIKE '%recovered%'), 2, 'the reason is in the detail');
SELECT is_empty($$SELECT v FROM practiceacl.organization o, practiceacl.verify_activity(o.id) v WHERE v.first_broken IS NOT NULL$$, 'the chain verifies');

SELECT * FROM finish();
ROLLBACK;
