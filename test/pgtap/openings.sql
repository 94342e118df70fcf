-- Openings: what is accepted, what is refused and in which words, and what
-- they mean for somebody who may book only in them.
BEGIN;
\ir support/clinic.psql
SELECT plan(70);

SELECT join_clinic('anna'), hold_agenda('anna') \g /dev/null
SELECT join_clinic('olga'), may('olga', 'openings', 'anna') \g /dev/null
SELECT join_clinic('abel'), may('abel', 'absences', 'anna') \g /dev/null
SELECT join_clinic('hugo'), may('hugo', 'book_in_hours', 'anna') \g /dev/null
SELECT join_clinic('adam', admin => 'full') \g /dev/null
SELECT join_clinic('sven', 'elsewhere') \g /dev/null
SELECT log_everybody_in() \g /dev/null
SET LOCAL ROLE clinic_application;

-- Who may.
SELECT throws_ok($$SELECT practiceacl.set_openings(agenda('anna'), '[]')$$, '28000');
SELECT enter('abel') \g /dev/null
SELECT throws_ok($$SELECT practiceacl.set_openings(agenda('anna'), '[]')$$, '42501', NULL,
    'the level below openings is not enough');
SELECT enter('adam') \g /dev/null
SELECT throws_ok($$SELECT practiceacl.set_openings(agenda('anna'), '[]')$$, '42501', NULL,
    'administrators have no rights on agendas by themselves');
SELECT enter('sven') \g /dev/null
SELECT throws_ok($$SELECT practiceacl.set_openings(agenda('anna'), '[]')$$, 'PT404', NULL,
    'a stranger hears that there is no such agenda');
SELECT throws_ok($$SELECT practiceacl.set_openings(practiceacl.new_id(), '[]')$$, 'PT404',
    'agenda does not exist or is not visible to you', 'and gets the same error for one that does not exist');

SELECT enter('olga') \g /dev/null
SELECT lives_ok($$SELECT practiceacl.set_openings(agenda('anna'), '[
    {"weekday": 1, "from": "08:00", "to": "12:00"},
    {"weekday": 1, "from": "12:00", "to": "14:00"},
    {"weekday": 2, "from": "20:00", "to": "24:00"},
    {"weekday": 3, "from": "00:00", "to": "02:00"},
    {"weekday": 5, "from": "09:00", "to": "10:00", "valid_from": "2058-03-01", "valid_until": "2058-03-08"},
    {"weekday": 5, "from": "09:30", "to": "11:00", "valid_from": "2058-03-09"}
]')$$, 'the level openings is enough');
SELECT results_eq(
    $$SELECT weekday::int, opens_at::text, closes_at::text, valid_from::text, valid_until::text
      FROM practiceacl.opening WHERE agenda_id = agenda('anna') ORDER BY 1, 2$$,
    $$VALUES (1, '08:00:00', '12:00:00', '-infinity', 'infinity'),
             (1, '12:00:00', '14:00:00', '-infinity', 'infinity'),
             (2, '20:00:00', '24:00:00', '-infinity', 'infinity'),
             (3, '00:00:00', '02:00:00', '-infinity', 'infinity'),
             (5, '09:00:00', '10:00:00', '2058-03-01', '2058-03-08'),
             (5, '09:30:00', '11:00:00', '2058-03-09', 'infinity')$$,
    'what was said is what stands');

-- What a booker in hours may take.
SELECT enter('hugo') \g /dev/null
CREATE FUNCTION clinic.booked(from_time timestamp, until timestamp) RETURNS text LANGUAGE sql AS $$
    SELECT refusal(format('SELECT practiceacl.cancel_appointment(practiceacl.book(agenda(''anna''), %L, %L))', at(from_time), at(until)));
$$;
SELECT is(booked('2058-03-04 08:00', '2058-03-04 08:15'), NULL, 'covered from the first moment');
SELECT is(booked('2058-03-04 11:45', '2058-03-04 12:15'), NULL, 'adjacent openings count as one');
SELECT is(booked('2058-03-04 08:00', '2058-03-04 14:00'), NULL, 'covered to the last moment');
SELECT is(booked('2058-03-04 07:59', '2058-03-04 08:15'), 'PA020', 'a minute too early is not covered');
SELECT is(booked('2058-03-04 13:50', '2058-03-04 14:01'), 'PA020', 'a minute too long is not covered');
SELECT is(booked('2058-03-05 23:30', '2058-03-06 00:30'), NULL, 'covered across midnight, by 24:00 and 00:00');
SELECT is(booked('2058-03-05 23:30', '2058-03-06 02:01'), 'PA020', 'across midnight and too long is not covered');
SELECT is(booked('2058-03-08 09:00', '2058-03-08 09:30'), NULL, 'covered on the last day of validity');
SELECT is(booked('2058-03-15 09:00', '2058-03-15 09:30'), 'PA020', 'not covered after it');
SELECT is(booked('2058-03-15 10:30', '2058-03-15 11:00'), NULL, 'covered by the later opening');
SELECT is(booked('2058-03-08 10:30', '2058-03-08 11:00'), 'PA020', 'which is not valid before its first day');
SELECT is(booked('2058-03-07 09:00', '2058-03-07 09:15'), 'PA020', 'a day without openings is not covered');

-- Bad input: an error that names it, and nothing changed.
SELECT enter('olga') \g /dev/null
CREATE FUNCTION clinic.refused(openings jsonb, message text, why text) RETURNS text LANGUAGE sql AS $$
    SELECT throws_ok(format('SELECT practiceacl.set_openings(agenda(''anna''), %L)', openings), '22023', message, why);
$$;
SELECT refused('{}', 'openings must be a JSON array', 'a value that is no array is refused');
SELECT refused('3', 'openings must be a JSON array', 'a scalar is refused');
SELECT refused('[3]', 'opening 1 is not a JSON object', 'an item that is no object is refused');
SELECT refused('[{"weekday": 1, "from": "08:00"}]', 'opening 1: "to" is missing', 'a missing end is refused');
SELECT refused('[{"weekday": 8, "from": "08:00", "to": "09:00"}]', 'opening 1: 8 is not a day of the week', 'weekday 8 is refused');
SELECT refused('[{"weekday": 0, "from": "08:00", "to": "09:00"}]', 'opening 1: 0 is not a day of the week', 'weekday 0 is refused');
SELECT refused('[{"weekday": 1.5, "from": "08:00", "to": "09:00"}]', 'opening 1: 1.5 is not a day of the week', 'a fraction as weekday is refused');
SELECT refused('[{"weekday": "1", "from": "08:00", "to": "09:00"}]', 'opening 1: "1" is not a day of the week', 'a text as weekday is refused');
SELECT refused('[{"weekday": 1e30, "from": "08:00", "to": "09:00"}]', 'opening 1: 1000000000000000000000000000000 is not a day of the week', 'an immense weekday is refused');
SELECT refused('[{"weekday": 1, "from": "12:00", "to": "08:00"}]', 'opening 1 ends before it begins', 'an end before the beginning is refused');
SELECT refused('[{"weekday": 1, "from": "22:00", "to": "02:00"}]', 'opening 1 ends before it begins', 'an opening across midnight is refused');
SELECT refused('[{"weekday": 1, "from": "08:00", "to": "08:00"}]', 'opening 1 ends before it begins', 'an empty opening is refused');
SELECT refused('[{"weekday": 1, "from": "24:00", "to": "24:01"}]', 'opening 1: "24:01" is not a time of day for "to"', 'a time after 24:00 is refused');
SELECT refused('[{"weekday": 1, "from": "8", "to": "09:00"}]', 'opening 1: "8" is not a time of day for "from"', 'a text that is no time is refused');
SELECT refused('[{"weekday": 1, "from": "now", "to": "09:00"}]', 'opening 1: "now" is not a time of day for "from"', 'words like "noon" or "now" are refused');
SELECT refused('[{"weekday": 1, "from": "08:00", "to": "09:00", "form": 1}]', 'opening 1: unknown key "form"', 'a misspelt key is refused');
SELECT refused('[{"weekday": 1, "from": "08:00", "to": "09:00", "valid_from": "2058-02-30"}]', 'opening 1: "2058-02-30" is not a date for "valid_from"', 'a date that does not exist is refused');
SELECT refused('[{"weekday": 1, "from": "08:00", "to": "09:00", "valid_from": "2058-03-02", "valid_until": "2058-03-01"}]', 'opening 1: "valid_until" is before "valid_from"', 'a validity that ends before it begins is refused');
SELECT refused('[{"weekday": 1, "from": "08:00", "to": "12:00"}, {"weekday": 2, "from": "08:00", "to": "12:00"}, {"weekday": 1, "from": "11:59", "to": "13:00"}]', 'openings 1 and 3 overlap', 'overlapping openings are refused');
SELECT refused('[{"weekday": 1, "from": "08:00", "to": "12:00", "valid_until": "2058-06-30"}, {"weekday": 1, "from": "09:00", "to": "10:00", "valid_from": "2058-06-30"}]', 'openings 1 and 2 overlap', 'validities that share a day are refused');
SELECT throws_ok($$SELECT practiceacl.set_openings(agenda('anna'), NULL)$$, '22004', 'openings must not be null', 'null is refused');
SELECT is((SELECT count(*)::int FROM practiceacl.opening WHERE agenda_id = agenda('anna')), 6, 'the refused calls changed nothing');

-- The record says what was and what is.
SELECT lives_ok($$SELECT practiceacl.set_openings(agenda('anna'), '[{"weekday": 7, "from": "10:00", "to": "11:00:30", "valid_until": null}]')$$);
SELECT enter('anna') \g /dev/null
SELECT is((SELECT facts -> 'after' FROM practiceacl.activity WHERE agenda_id = agenda('anna') AND act = 'openings.changed'
           ORDER BY sequence DESC LIMIT 1),
    '[{"weekday": 7, "from": "10:00", "to": "11:00:30"}]'::jsonb, 'old and new hours are on record');

-- Open day and night: still no booking until the end of time makes others wait.
SELECT practiceacl.set_openings(agenda('anna'), (SELECT jsonb_agg(jsonb_build_object('weekday', day, 'from', '00:00', 'to', '24:00'))
    FROM generate_series(1, 7) AS day)) \g /dev/null
SELECT enter('hugo') \g /dev/null
SET LOCAL statement_timeout = '10s';
SELECT lives_ok($$SELECT practiceacl.book(agenda('anna'), '2063-01-01', '2063-12-31')$$, 'a year, day and night');
SELECT throws_ok($$SELECT practiceacl.book(agenda('anna'), '2064-01-01', '290000-01-01')$$, '22023', NULL, 'a booking without end is refused');
RESET statement_timeout;


-- Every other week: counted from a Monday, so that they alternate over the end
-- of a year with 53 weeks, where two weeks of odd numbers meet (in 2060: 53 and
-- 1), and where programs that count by the number have both or none.
SELECT enter('olga') \g /dev/null
SELECT lives_ok($$SELECT practiceacl.set_openings(agenda('anna'), '[
    {"weekday": 2, "from": "08:00", "to": "09:00", "every_weeks": 2, "from_week": "2060-12-13"},
    {"weekday": 2, "from": "08:30", "to": "09:30", "every_weeks": 2, "from_week": "2060-12-20"},
    {"weekday": 4, "from": "08:00", "to": "09:00", "every_weeks": 3, "from_week": "2060-12-13", "valid_until": "2061-02-01"},
    {"date": "2060-12-24", "from": "07:00", "to": "08:00"}
]')$$, 'openings of every so many weeks, and of a single day');
CREATE FUNCTION clinic.days_open(from_date date, until_date date, hour text) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(to_char(starts_at AT TIME ZONE 'Europe/Paris', 'MM-DD'), ' ' ORDER BY starts_at)
    FROM practiceacl.free_slots(agenda('anna'), at(from_date), at(until_date))
    WHERE to_char(starts_at AT TIME ZONE 'Europe/Paris', 'HH24:MI') = hour;
$$;
SELECT is(days_open('2060-12-01', '2061-02-28', '08:00'), '12-14 12-16 12-28 01-06 01-11 01-25 01-27 02-08 02-22', 'every second and every third week, over a week 53, from the first on');
SELECT is(days_open('2060-12-01', '2061-01-31', '09:15'), '12-21 01-04 01-18', 'and the weeks between');
SELECT is(days_open('2060-12-01', '2061-12-01', '07:00'), '12-24', 'a single day is open once');
SELECT is((SELECT string_agg(weekday || ' ' || valid_from || ' ' || valid_until || ' ' || every_weeks || coalesce(' ' || from_week, ''), ', ' ORDER BY weekday, opens_at) FROM practiceacl.opening WHERE agenda_id = agenda('anna')),
    '2 -infinity infinity 2 2060-12-13, 2 -infinity infinity 2 2060-12-20, 4 -infinity 2061-02-01 3 2060-12-13, 5 2060-12-24 2060-12-24 1', 'what was said is what stands');
SELECT enter('hugo') \g /dev/null
SELECT is(booked('2060-12-28 08:00', '2060-12-28 08:30'), NULL, 'booked in its week');
SELECT is(booked('2061-01-04 08:00', '2061-01-04 08:15'), 'PA020', 'and not in the next');
SELECT is(booked('2061-01-04 08:30', '2061-01-04 09:30'), NULL, 'which has its own hours');
SELECT is(booked('2060-11-30 08:00', '2060-11-30 08:15'), 'PA020', 'nor before the first week');
SELECT is(booked('2060-12-24 07:00', '2060-12-24 08:00'), NULL, 'booked on the single day');
SELECT is(booked('2060-12-31 07:00', '2060-12-31 08:00'), 'PA020', 'and on no other');
-- A schedule that is saved again keeps its weeks.
SELECT enter('olga') \g /dev/null
RESET ROLE;
CREATE TABLE clinic.told AS SELECT facts -> 'after' AS openings, count(*) OVER ()::int AS n FROM practiceacl.activity WHERE act = 'openings.changed' AND agenda_id = agenda('anna') ORDER BY sequence DESC LIMIT 1;
GRANT SELECT ON told TO clinic_application;
SET LOCAL ROLE clinic_application;
SELECT practiceacl.set_openings(agenda('anna'), openings) FROM told \g /dev/null
RESET ROLE;
SELECT is((SELECT count(*)::int FROM practiceacl.activity WHERE act = 'openings.changed' AND agenda_id = agenda('anna')), (SELECT n FROM told), 'the record tells them as they can be set again, and the same is no change');
SET LOCAL ROLE clinic_application;
SELECT is(days_open('2060-12-01', '2061-01-31', '09:15'), '12-21 01-04 01-18', 'in the same weeks');

SELECT refused('[{"weekday": 1, "from": "08:00", "to": "09:00", "every_weeks": 0, "from_week": "2060-12-13"}]', 'opening 1: 0 is not a number of weeks', 'no weeks are refused');
SELECT refused('[{"weekday": 1, "from": "08:00", "to": "09:00", "every_weeks": 53, "from_week": "2060-12-13"}]', 'opening 1: 53 is not a number of weeks', 'more than a year, too');
SELECT refused('[{"weekday": 1, "from": "08:00", "to": "09:00", "every_weeks": 1.5, "from_week": "2060-12-13"}]', 'opening 1: 1.5 is not a number of weeks', 'and half weeks');
SELECT refused('[{"weekday": 1, "from": "08:00", "to": "09:00", "every_weeks": 2}]', 'opening 1: "every_weeks" needs "from_week"', 'weeks need a first');
SELECT refused('[{"weekday": 1, "from": "08:00", "to": "09:00", "from_week": "2060-12-13"}]', 'opening 1: "from_week" needs "every_weeks"', 'and a first needs to know how many');
SELECT refused('[{"weekday": 1, "from": "08:00", "to": "09:00", "every_weeks": 2, "from_week": "2060-12-14"}]', 'opening 1: "from_week" is not a Monday', 'which is a Monday');
SELECT refused('[{"date": "2060-12-24", "weekday": 5, "from": "08:00", "to": "09:00"}]', 'opening 1: "date" is a single day, and does not repeat', 'a day is not a day of the week');
SELECT refused('[{"date": null, "from": "08:00", "to": "09:00"}]', 'opening 1: null is not a date for "date"', 'nor null');
SELECT refused('[{"weekday": 1, "from": "08:00", "to": "09:00", "every_weeks": 2, "from_week": "2060-12-13"}, {"weekday": 1, "from": "08:30", "to": "09:30", "every_weeks": 3, "from_week": "2060-12-20"}]', 'openings 1 and 2 overlap', 'every second and every third week meet');
SELECT lives_ok($$SELECT practiceacl.set_openings(agenda('anna'), '[{"weekday": 1, "from": "08:00", "to": "09:00", "every_weeks": 2, "from_week": "2060-12-13", "valid_until": "2060-12-31"}, {"weekday": 1, "from": "08:30", "to": "09:30", "every_weeks": 3, "from_week": "2060-12-20"}]')$$, 'unless one has ended before they do');
SELECT lives_ok($$SELECT practiceacl.set_openings(agenda('anna'), '[{"weekday": 1, "from": "08:00", "to": "09:00", "every_weeks": 4, "from_week": "2060-12-13"}, {"weekday": 1, "from": "08:30", "to": "09:30", "every_weeks": 6, "from_week": "2060-12-20"}]')$$, 'every fourth and every sixth can miss each other');
SELECT refused('[{"weekday": 5, "from": "08:00", "to": "09:00"}, {"date": "2060-12-24", "from": "08:30", "to": "09:30"}]', 'openings 1 and 2 overlap', 'a single day may not overlap its weekday');
SELECT * FROM finish();
ROLLBACK;
