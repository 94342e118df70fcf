-- Absences: who may enter them, what they collide with, whom they keep out.
BEGIN;
\ir support/clinic.psql
SELECT plan(57);

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
INSERT INTO kept VALUES ('nine', practiceacl.book(agenda('anna'), at('2058-03-04 09:00'), at('2058-03-04 10:00'))),
    ('ten', practiceacl.book(agenda('anna'), at('2058-03-04 10:00'), at('2058-03-04 11:00'), private => true)),
    ('eleven', practiceacl.book(agenda('anna'), at('2058-03-04 11:00'), at('2058-03-04 12:00'))),
    ('gone', practiceacl.book(agenda('anna'), at('2058-03-04 12:00'), at('2058-03-04 13:00')));
SELECT practiceacl.cancel_appointment(kept('gone')) \g /dev/null

-- Who may.
CREATE FUNCTION clinic.absence(whose text, from_time timestamp, until timestamp) RETURNS text LANGUAGE sql AS $$
    SELECT refusal(format('SELECT practiceacl.add_absence(%L, %L, %L)', agenda(whose), at(from_time), at(until)));
$$;
SELECT enter('bona') \g /dev/null
SELECT is(absence('anna', '2058-03-04 09:30', '2058-03-04 11:30'), '42501', 'the level book is not enough');
SELECT enter('abel') \g /dev/null
SELECT is(absence('bert', '2058-03-04 09:30', '2058-03-04 11:30'), 'PT404', 'on a colleague''s agenda that the caller cannot see');
SELECT is(absence('anna', '2058-03-04 11:30', '2058-03-04 09:30'), '22023', 'an absence that ends before it begins is refused');
SELECT is(absence('anna', '2058-03-04 11:30', '2058-03-04 11:30'), '22023', 'an empty absence is refused');
SELECT is(absence('anna', '2058-03-04 11:30', 'infinity'), '22023', 'an infinite absence is refused');
SELECT is(absence('anna', '2058-03-04 11:30', '2073-03-04 11:30'), '22023', 'an absence of 15 years is refused');
SELECT throws_ok($$SELECT practiceacl.add_absence(agenda('anna'), NULL, now())$$, '22004', 'starts_at must not be null');
SELECT throws_ok($$SELECT practiceacl.add_absence(agenda('anna'), at('2058-03-04'), at('2058-03-05'), repeat('x', 1001))$$,
    '22023', 'reason is too long');

-- The collisions.
CREATE TEMPORARY TABLE added AS
    SELECT * FROM practiceacl.add_absence(agenda('anna'), at('2058-03-04 09:30'), at('2058-03-04 11:00'), 'training');
SELECT is((SELECT conflicts FROM added), ARRAY[kept('nine')],
    'it names what it collides with, not a private one, nor what touches it, nor what is cancelled');
SAVEPOINT seen;
SELECT enter('anna') \g /dev/null
SELECT is((SELECT conflicts FROM practiceacl.add_absence(agenda('anna'), at('2058-03-04 09:30'), at('2058-03-04 11:00'))), ARRAY[kept('nine'), kept('ten')],
    'private ones are named to those who may see them, in order');
ROLLBACK TO seen;
SELECT enter('abel') \g /dev/null
SELECT is((SELECT status FROM practiceacl.appointment WHERE id = kept('nine')), 'booked', 'and leaves the appointments as they are');
SELECT is((SELECT conflicts FROM practiceacl.add_absence(agenda('anna'), at('2058-03-04 12:30'), at('2058-03-04 12:45'))),
    '{}'::uuid[], 'no collision is an empty array');
SELECT is_empty('SELECT FROM practiceacl.absence WHERE reason IS NOT NULL', 'the reason is not shown without the flag private');
RESET ROLE;
SELECT is((SELECT reason FROM practiceacl.absence WHERE id = (SELECT absence_id FROM added)), 'training', 'but the absence is there');
SET LOCAL ROLE clinic_application;

-- Whom it keeps out.
CREATE FUNCTION clinic.booked(from_time timestamp, until timestamp) RETURNS text LANGUAGE sql AS $$
    SELECT refusal(format('SELECT practiceacl.cancel_appointment(practiceacl.book(agenda(''anna''), %L, %L))', at(from_time), at(until)));
$$;
SELECT enter('anna') \g /dev/null
SELECT practiceacl.cancel_appointment(kept('nine')) \g /dev/null
SELECT enter('hugo') \g /dev/null
SELECT is(booked('2058-03-04 09:00', '2058-03-04 09:30'), NULL, 'a booking may end when the absence begins');
SELECT is(booked('2058-03-04 09:15', '2058-03-04 09:31'), 'PA021', 'with book_in_hours it may not end a minute later');
SELECT is(absence('anna', '2058-03-04 14:00', '2058-03-04 15:00'), '42501');
SELECT throws_ok($$SELECT practiceacl.remove_absence((SELECT absence_id FROM added))$$, '42501', NULL,
    'a caller who may see it but not remove it is told so');
SELECT enter('bona') \g /dev/null
SELECT is(booked('2058-03-04 09:15', '2058-03-04 09:31'), NULL, 'with book it may');
SELECT is((SELECT string_agg(coalesce(note, '-'), ',') FROM practiceacl.calendar WHERE kind = 'absence'), '-,-', 'a reader sees it in the view calendar, without its reason');
SELECT is((SELECT count(*)::int FROM practiceacl.absence), 1, 'and in the table only absences without a reason');
SELECT enter('fred') \g /dev/null
SELECT is((SELECT count(*)::int FROM practiceacl.absence), 0, 'freebusy does not show absences');
SELECT enter('sven') \g /dev/null
SELECT is((SELECT count(*)::int FROM practiceacl.absence), 0, 'a stranger sees none');
SELECT throws_ok(format('SELECT practiceacl.remove_absence(%L)', (SELECT absence_id FROM added)), 'PT404',
    'absence does not exist or is not visible to you', 'nor can the caller remove it, or learn that it is there');
SELECT throws_ok('SELECT practiceacl.remove_absence(practiceacl.new_id())', 'PT404',
    'absence does not exist or is not visible to you', 'which sounds just like this');
SELECT enter('fred') \g /dev/null
SELECT throws_ok(format('SELECT practiceacl.remove_absence(%L)', (SELECT absence_id FROM added)), 'PT404', NULL,
    'freebusy learns nothing either');

-- Removing.
SELECT enter('abel') \g /dev/null
SELECT lives_ok(format('SELECT practiceacl.remove_absence(%L)', (SELECT absence_id FROM added)), 'the level absences is enough to remove one');
SELECT throws_ok(format('SELECT practiceacl.remove_absence(%L)', (SELECT absence_id FROM added)), 'PT404', NULL, 'an absence is removed once');
SELECT enter('hugo') \g /dev/null
SELECT is(booked('2058-03-04 09:15', '2058-03-04 09:31'), NULL, 'and the time can be booked again');

-- The record: on whose behalf, and what; the reason apart.
SELECT enter('anna') \g /dev/null
SELECT results_eq(
    $$SELECT act, actor_id, account_id, facts ->> 'conflicts' FROM practiceacl.activity
      WHERE subject_id = (SELECT absence_id FROM added) ORDER BY sequence$$,
    $$VALUES ('absence.added', account('abel'), account('anna'), '2'),
             ('absence.removed', account('abel'), account('anna'), NULL)$$,
    'the record names the actor and the holder');
SELECT is((SELECT count(*)::int FROM practiceacl.activity WHERE facts::text LIKE '%training%'), 0, 'the reason is not in the facts of the entry');
SELECT is((SELECT count(*)::int FROM practiceacl.activity_detail WHERE detail LIKE '%training%'), 2, 'it is in the detail');
SELECT results_eq(
    $$SELECT kind, status, note FROM practiceacl.calendar WHERE agenda_id = agenda('anna') AND kind = 'absence'$$,
    $$VALUES ('absence', 'absent', NULL::text)$$, 'the calendar shows what is left');
SELECT is((SELECT count(*)::int FROM practiceacl.busy WHERE agenda_id = agenda('anna')), 3, 'and so does busy');


-- Every Friday afternoon of a winter, on both sides of the change of the clock;
-- asked for twice, since the answer was lost.
SELECT enter('anna') \g /dev/null
INSERT INTO kept VALUES ('fridays', practiceacl.new_id());
INSERT INTO kept VALUES ('friday', practiceacl.book(agenda('anna'), at('2059-03-28 14:00'), at('2059-03-28 15:00')));
INSERT INTO kept VALUES ('april', practiceacl.book(agenda('anna'), at('2059-04-04 17:30'), at('2059-04-04 18:00')));
CREATE TEMPORARY TABLE fridays AS
    SELECT * FROM practiceacl.add_absence(agenda('anna'), at('2059-03-14 13:00'), at('2059-03-14 18:00'), 'choir', '1 week', 4, kept('fridays'));
SELECT is((SELECT absence_id FROM fridays), kept('fridays'), 'the client''s id is the first one''s');
SELECT is((SELECT conflicts FROM fridays), ARRAY[kept('friday'), kept('april')], 'all conflicts are named');
CREATE VIEW clinic.friday AS
    SELECT string_agg(to_char(starts_at AT TIME ZONE 'Europe/Paris', 'MM-DD HH24:MI') || to_char(ends_at AT TIME ZONE 'Europe/Paris', '-HH24:MI'), ' ' ORDER BY starts_at) AS times
    FROM practiceacl.absence WHERE series_id = kept('fridays');
SELECT is((SELECT times FROM friday), '03-14 13:00-18:00 03-21 13:00-18:00 03-28 13:00-18:00 04-04 13:00-18:00', 'repetitions have the same local times');
SELECT is((SELECT conflicts FROM practiceacl.add_absence(agenda('anna'), at('2059-03-14 13:00'), at('2059-03-14 18:00'), 'choir', '1 week', 4, kept('fridays'))),
    ARRAY[kept('friday'), kept('april')], 'a retry is told the same');
SELECT is((SELECT count(*)::int FROM practiceacl.absence WHERE reason = 'choir'), 4, 'a retry adds nothing');
SELECT throws_ok(format('SELECT practiceacl.add_absence(agenda(''anna''), %L, %L, %L, absence_id => %L)', at('2059-03-14 13:00'), at('2059-03-14 18:00'), 'other', kept('fridays')),
    '23505', 'absence_id is already in use', 'the same id with another reason is no retry');
SELECT throws_ok(format('SELECT practiceacl.add_absence(agenda(''anna''), %L, %L, %L, absence_id => %L)', at('2059-03-14 13:00'), at('2059-03-14 19:00'), 'choir', kept('fridays')),
    '23505', NULL, 'nor with another time');
SELECT is(refusal(format('SELECT practiceacl.add_absence(agenda(''anna''), %L, %L, every => %L, times => %s)', at('2059-03-14 13:00'), at('2059-03-14 18:00'), e, n)), '22023', e || ' ' || n)
FROM (VALUES ('0', 3), ('-1 week', 3), ('1 week', 0), ('1 week', 501)) AS bad (e, n);
SELECT is(refusal(format('SELECT practiceacl.add_absence(agenda(''anna''), %L, %L, times => 2)', at('2059-03-14 13:00'), at('2059-03-14 18:00'))), '22023', 'times without every is refused');
-- Whole days stay whole in the night of the change.
CREATE TEMPORARY TABLE sundays AS SELECT * FROM practiceacl.add_absence(agenda('anna'), at('2059-03-23'), at('2059-03-24'), every => '1 week', times => 2);
SELECT is((SELECT max(ends_at) FROM practiceacl.absence WHERE series_id = (SELECT absence_id FROM sundays)), at('2059-03-31'), 'a day of 23 hours ends at midnight');
SELECT is((SELECT max(ends_at - starts_at) FROM practiceacl.absence WHERE starts_at = at('2059-03-30')), interval '23 hours', 'and has 23 hours');

-- Somebody stands in: calendars say who, and so does the refusal.
SELECT absence_id AS stood_in FROM practiceacl.add_absence(agenda('anna'), at('2060-03-01'), at('2060-03-06'), substitute => account('bert')) \gset
SELECT results_eq($$SELECT substitute_id, substitute_name FROM practiceacl.calendar WHERE kind = 'absence' AND starts_at = at('2060-03-01')$$,
    $$SELECT account('bert'), 'Bert Test'$$, 'the calendar names who stands in');
SELECT results_eq($$SELECT substitute_id, substitute_name FROM practiceacl.calendar_between(at('2060-03-02'), at('2060-03-03')) WHERE kind = 'absence'$$,
    $$SELECT account('bert'), 'Bert Test'$$, 'also of a range');
SELECT is((SELECT facts ->> 'substitute' FROM practiceacl.activity WHERE subject_id = :'stood_in'), account('bert')::text, 'it is on record');
SELECT throws_ok(format('SELECT practiceacl.add_absence(agenda(''anna''), %L, %L, substitute => account(''anna''))', at('2060-03-01'), at('2060-03-06')), '22023', NULL, 'not the holder');
SELECT throws_ok(format('SELECT practiceacl.add_absence(agenda(''anna''), %L, %L, substitute => account(''sven''))', at('2060-03-01'), at('2060-03-06')), 'PT404', NULL, 'nor somebody from elsewhere');
SELECT throws_ok(format('SELECT practiceacl.add_absence(agenda(''anna''), %L, %L, absence_id => %L, substitute => account(''abel''))', at('2060-03-01'), at('2060-03-06'), :'stood_in'), '23505', NULL, 'a retry with somebody else is no retry');
SELECT is(practiceacl.rights_on(agenda('bert'))::text, 'none', 'nobody gets rights by it');
SELECT enter('hugo') \g /dev/null
CREATE FUNCTION pg_temp.why(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE detail text;
BEGIN
    EXECUTE statement;
    RETURN 'done';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
    RETURN concat(SQLSTATE, ': ', detail);
END $$;
SELECT is(pg_temp.why(format('SELECT practiceacl.book(agenda(''anna''), %L)', at('2060-03-01 09:00'))), 'PA021: Bert Test stands in.', 'whoever is refused learns whom to ask');
RESET ROLE;
UPDATE practiceacl.membership SET status = 'disabled' WHERE account_id = account('bert');
SET LOCAL ROLE clinic_application;
SELECT is(pg_temp.why(format('SELECT practiceacl.book(agenda(''anna''), %L)', at('2060-03-01 09:00'))), 'PA021: ', 'unless that person is gone');

SELECT * FROM finish();
ROLLBACK;
