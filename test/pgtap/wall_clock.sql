-- When the rules of a time zone change, what was booked for ten in the morning
-- is shown at eleven: it is found, and moved back or left.
BEGIN;
\ir ../setup/clinic.sql
SELECT plan(38);
CREATE ROLE clock_operator;
SELECT practiceacl.grant_operator('clock_operator');
GRANT USAGE ON SCHEMA clinic TO clock_operator;
INSERT INTO practiceacl.agenda (organization_id, id, holder_id, time_zone, name, data_controller)
VALUES (org('north'), id(900), account('anna'), 'America/Vancouver', 'West', 'North'),
       (org('north'), id(901), account('anna'), 'Asia/Tokyo', 'East', 'North');
SELECT record.begin_all() \g /dev/null
UPDATE practiceacl.account SET mobile = '+33600000001', sms_copies = true WHERE id = account('anna');
SELECT may('anna', 'book+edit_past+private', 'bert') \g /dev/null

CREATE FUNCTION clinic.clocks() RETURNS TABLE (id uuid, local_start timestamp, local_end timestamp) LANGUAGE sql SECURITY DEFINER AS $$
    SELECT id, local_start, local_end FROM practiceacl.appointment UNION ALL SELECT id, local_start, local_end FROM practiceacl.absence
$$;
SET LOCAL ROLE clinic_app;
SELECT enter('anna') \g /dev/null

-- What the clock is to show is kept wherever something is placed.
SELECT practiceacl.book(agenda('anna'), '2058-03-04 10:00Z', '2058-03-04 10:30Z', appointment_id => id(1)) \g /dev/null
SELECT is((SELECT c::text FROM clocks() c WHERE id = id(1)), format('(%s,"2058-03-04 11:00:00","2058-03-04 11:30:00")', id(1)), 'as it is booked');
SELECT practiceacl.move_appointment(id(1), '2058-07-01 10:00Z') \g /dev/null
SELECT is((SELECT local_start FROM clocks() WHERE id = id(1)), '2058-07-01 12:00', 'as it is moved');
SELECT practiceacl.move_appointment(id(1), '2058-07-01 10:00Z', agenda_id => id(900)) \g /dev/null
SELECT is((SELECT local_start FROM clocks() WHERE id = id(1)),
    '2058-07-01 10:00Z'::timestamptz AT TIME ZONE 'America/Vancouver', 'on the clock of the agenda to which it is moved');
SELECT practiceacl.cancel_appointment(id(1)) \g /dev/null
SELECT practiceacl.book(id(900), '2058-11-12 18:00Z', appointment_id => id(2)) \g /dev/null
SELECT practiceacl.swap_appointments(id(2), practiceacl.book(agenda('anna'), '2058-03-05 10:00Z', appointment_id => id(3))) \g /dev/null
SELECT is((SELECT array_agg(local_start ORDER BY id) FROM clocks() WHERE id IN (id(2), id(3))),
    ARRAY['2058-03-05 11:00', '2058-11-12 18:00Z'::timestamptz AT TIME ZONE 'America/Vancouver'], 'of two that change places');
CREATE TEMP TABLE clinic_staged AS SELECT 'k' AS key, agenda('anna') AS agenda_id, '2058-03-06 11:00'::timestamp AS starts_at, '2058-03-06 12:00'::timestamp AS ends_at;
SELECT appointment_id AS imported FROM practiceacl.import_appointments('clinic_staged') \gset
SELECT is((SELECT local_end FROM clocks() WHERE id = :'imported'), '2058-03-06 12:00', 'as it is imported');
SELECT count(*) FROM practiceacl.book_series(agenda('anna'), '2058-03-28 07:00Z', '2058-03-28 07:15Z', '1 week', 2, appointment_id => id(10)) \g /dev/null
SELECT practiceacl.add_absence(agenda('anna'), '2058-03-29 22:00Z', '2058-03-31 22:00Z', every => '1 week', times => 2, absence_id => id(20)) \g /dev/null
SELECT results_eq($$ SELECT local_start, local_end FROM clocks() WHERE local_start >= '2058-03-28' AND local_end < '2058-04-09' ORDER BY 1 $$,
    $$ VALUES ('2058-03-28 08:00'::timestamp, '2058-03-28 08:15'::timestamp), ('2058-03-29 23:00', '2058-04-01 00:00'),
        ('2058-04-04 08:00', '2058-04-04 08:15'), ('2058-04-05 23:00', '2058-04-08 00:00') $$, 'each of a series, and of absences, whatever clocks change between');
SELECT practiceacl.update_agenda(id(900), '{"name": "Far west"}') \g /dev/null
RESET ROLE;
SELECT is_empty('SELECT * FROM practiceacl.shifted_times', 'nothing is shifted');
SELECT is((SELECT ok FROM practiceacl.health() WHERE check_name = 'time_zones'), true, 'and nothing is wrong');

-- The zone of anna's agenda is put forward by a quarter of an hour, by law and by an update.
DELETE FROM practiceacl.appointment;
DELETE FROM practiceacl.absence;
DELETE FROM practiceacl.outbox;
INSERT INTO practiceacl.appointment (organization_id, agenda_id, id, starts_at, ends_at, created_by, overbooked, status, cancelled_at, local_start, local_end)
SELECT org('north'), agenda('anna'), id(n), starts_at, ends_at, account('sara'), over, status, CASE status WHEN 'cancelled' THEN now() END,
    starts_at AT TIME ZONE 'Europe/Paris' - shift, ends_at AT TIME ZONE 'Europe/Paris' - shift
FROM (VALUES
    (1, '2058-03-04 09:00Z'::timestamptz, '2058-03-04 09:15Z'::timestamptz, false, 'booked', interval '15 min'),
    (2, '2058-03-04 09:15Z', '2058-03-04 09:30Z', false, 'booked', '15 min'),
    (3, '2058-03-04 09:30Z', '2058-03-04 10:30Z', false, 'booked', '15 min'),
    (4, '2058-03-04 09:45Z', '2058-03-04 10:15Z', true, 'booked', '15 min'),        -- over 3
    (5, '2058-03-04 11:00Z', '2058-03-04 11:15Z', false, 'booked', '0'),            -- booked since, before 6
    (6, '2058-03-04 11:15Z', '2058-03-04 11:30Z', false, 'booked', '15 min'),
    (7, '2058-03-04 11:30Z', '2058-03-04 11:45Z', false, 'booked', '15 min'),       -- behind 6, which stays
    (8, '2058-03-04 12:00Z', '2058-03-04 12:15Z', false, 'cancelled', '15 min'),
    (9, now() - interval '30 days', date_trunc('day', now()) + interval '30 days 12 hours', false, 'arrived', '15 min'),
    (10, now() - interval '60 days', now() - interval '59 days', false, 'done', '15 min'),
    (11, '2058-03-31 01:10Z', '2058-03-31 01:40Z', false, 'booked', '15 min'),      -- 03:10 was to be 02:55
    (12, '2058-10-27 01:05Z', '2058-10-27 01:10Z', false, 'booked', '-15 min'),     -- 02:05 was to be 02:20
    (13, '2058-03-04 16:00Z', '2058-03-04 16:15Z', false, 'booked', '-15 min'),     -- the other way
    (14, '2058-03-04 16:15Z', '2058-03-04 16:30Z', false, 'booked', '-15 min')
) AS v (n, starts_at, ends_at, over, status, shift);
UPDATE practiceacl.appointment SET local_start = starts_at AT TIME ZONE 'Europe/Paris' WHERE id = id(9);
INSERT INTO practiceacl.absence (organization_id, agenda_id, id, starts_at, ends_at, created_by, local_start, local_end)
VALUES (org('north'), agenda('anna'), id(21), '2058-03-05 23:15Z', '2058-03-06 23:15Z', account('anna'), '2058-03-06 00:00', '2058-03-07 00:00'),
       (org('north'), agenda('anna'), id(22), '2058-03-07 23:00Z', '2058-03-08 23:00Z', account('anna'), '2058-03-08 00:00', '2058-03-09 00:00');
SELECT results_eq('SELECT id FROM practiceacl.shifted_times ORDER BY id',
    $$ SELECT id(n) FROM unnest('{1,2,3,4,6,7,9,11,12,13,14,21}'::int[]) n $$, 'what is to come is found, and what has not ended');
SELECT matches((SELECT detail FROM practiceacl.health() WHERE check_name = 'time_zones'),
    format('^12 appointments and absences of agenda %s, .*restore_wall_clock', agenda('anna')), 'health() names the agenda');

SET LOCAL ROLE clinic_app;
SELECT is(code('SELECT * FROM practiceacl.shifted_times'), '42501', 'it is no application''s business');
SELECT is(code('SELECT * FROM practiceacl.restore_wall_clock()'), '42501', 'nor to move it');
SELECT is(code(format('SELECT practiceacl.accept_wall_clock(%L)', agenda('anna'))), '42501', 'or to leave it');
RESET ROLE;
SET LOCAL ROLE clock_operator;
SELECT is(code(format('SELECT * FROM practiceacl.restore_wall_clock(%L)', id(999))), 'PT404', 'of no agenda there is nothing to restore');
SELECT is_empty(format('SELECT * FROM practiceacl.restore_wall_clock(%L)', agenda('bert')), 'nor of one on which nothing was shifted');
CREATE TEMP TABLE restored AS SELECT * FROM practiceacl.restore_wall_clock(agenda('anna'));
RESET ROLE;
SELECT results_eq('SELECT kind, id, outcome, detail FROM restored ORDER BY id',
    $$ VALUES ('appointment', id(1), 'moved', NULL), ('appointment', id(2), 'moved', NULL), ('appointment', id(3), 'moved', NULL), ('appointment', id(4), 'moved', NULL),
        ('appointment', id(6), 'refused', format('this slot is already taken: Appointment %s takes it.', id(5))),
        ('appointment', id(7), 'refused', format('this slot is already taken: Appointment %s takes it.', id(6))),
        ('appointment', id(9), 'moved', NULL),
        ('appointment', id(11), 'refused', 'the clocks of Europe/Paris skip this time'),
        ('appointment', id(12), 'refused', 'the clocks of Europe/Paris show this time twice'),
        ('appointment', id(13), 'moved', NULL), ('appointment', id(14), 'moved', NULL), ('absence', id(21), 'moved', NULL) $$,
    'each has an outcome');
SELECT is_empty($$ SELECT * FROM practiceacl.appointment p JOIN restored r USING (id) WHERE outcome = 'moved'
    AND (p.starts_at, p.ends_at, p.version) IS DISTINCT FROM (p.local_start AT TIME ZONE 'Europe/Paris', p.local_end AT TIME ZONE 'Europe/Paris', 2) $$,
    'those that were moved are where the clock shows what it was to show, and are other versions');
SELECT is_empty($$ SELECT * FROM practiceacl.appointment p LEFT JOIN restored r USING (id) WHERE outcome IS DISTINCT FROM 'moved' AND version <> 1 $$,
    'the others are as they were');
SELECT results_eq('SELECT id, starts_at, ends_at FROM practiceacl.absence ORDER BY id',
    $$ VALUES (id(21), '2058-03-05 23:00Z'::timestamptz, '2058-03-06 23:00Z'::timestamptz), (id(22), '2058-03-07 23:00Z', '2058-03-08 23:00Z') $$, 'a day off is that day again');
SELECT is((SELECT starts_at < now() AND ends_at AT TIME ZONE 'Europe/Paris' = local_end FROM practiceacl.appointment WHERE id = id(9)), true, 'what has begun ends when it was to end');
SELECT results_eq('SELECT id FROM practiceacl.shifted_times ORDER BY id', $$ SELECT id(n) FROM unnest('{6,7,11,12}'::int[]) n $$, 'what could not be moved is still found');
SELECT results_eq($$ SELECT act, count(*), bool_and(operator IS NOT NULL), min(facts ->> 'reason') FROM practiceacl.activity WHERE act ~ 'moved' AND agenda_id = agenda('anna')
        AND facts ? 'reason' GROUP BY 1 ORDER BY 1 $$,
    $$ VALUES ('absence.moved', 1::bigint, true, 'time_zone_rules'), ('appointment.moved', 7, true, 'time_zone_rules') $$, 'each move stands in the record, as an operator''s');
SELECT results_eq($$ SELECT payload ->> 'event', payload ->> 'starts_at' FROM practiceacl.outbox WHERE kind = 'appointment_copy' AND payload ->> 'appointment_id' = id(1)::text $$,
    $$ VALUES ('moved', '2058-03-04T08:45:00Z') $$, 'the holder who asked for copies is told');
SELECT is(count(*), 7::bigint, 'once for each') FROM practiceacl.outbox WHERE kind = 'appointment_copy';
SELECT is_empty('SELECT * FROM practiceacl.restore_wall_clock() WHERE outcome <> ''refused''', 'a second run moves nothing more');
UPDATE practiceacl.appointment SET status = 'cancelled', cancelled_at = now() WHERE id = id(5);
SELECT results_eq('SELECT id, outcome FROM practiceacl.restore_wall_clock() ORDER BY id',
    $$ VALUES (id(6), 'moved'), (id(7), 'moved'), (id(11), 'refused'), (id(12), 'refused') $$, 'until what stood there has gone');

-- What has begun later than it should have is history.
INSERT INTO practiceacl.appointment (organization_id, agenda_id, id, starts_at, ends_at, created_by, local_start, local_end)
SELECT org('north'), id(901), id(30), at, at + interval '1 hour', account('anna'), shown, shown + interval '1 hour'
FROM (SELECT now() - interval '30 min' AS at, (now() - interval '90 min') AT TIME ZONE 'Asia/Tokyo' AS shown) AS v;
SELECT results_eq(format('SELECT id, detail FROM practiceacl.restore_wall_clock(%L)', id(901)), $$ VALUES (id(30), 'it has begun') $$, 'what has begun is not begun again');

-- Or it is left.
SELECT is(practiceacl.accept_wall_clock(agenda('anna')), 2::bigint, 'two are left where they are');
SELECT is(practiceacl.accept_wall_clock(agenda('anna')), 0::bigint, 'once');
SELECT results_eq($$ SELECT local_start FROM practiceacl.appointment WHERE id IN (id(11), id(12)) ORDER BY 1 $$,
    $$ VALUES ('2058-03-31 03:10'::timestamp), ('2058-10-27 02:05') $$, 'and that is what they are meant to be');

-- As British Columbia did in 2026: no more winter time.  Phoenix has those rules.
DELETE FROM practiceacl.appointment WHERE agenda_id = id(900);
SET LOCAL ROLE clinic_app;
SELECT practiceacl.book(id(900), '2058-07-10 17:00Z', appointment_id => id(50)) \g /dev/null
SELECT practiceacl.book_series(id(900), '2058-10-29 17:00Z', '2058-10-29 17:30Z', '1 week', 3, appointment_id => id(51)) \g /dev/null
SELECT practiceacl.add_absence(id(900), '2058-10-01 07:00Z', '2059-01-01 08:00Z', absence_id => id(52)) \g /dev/null
RESET ROLE;
UPDATE practiceacl.agenda SET time_zone = 'America/Phoenix' WHERE id = id(900);
SELECT results_eq(format('SELECT kind, local_start, shown_start, local_end, shown_end FROM practiceacl.shifted_times WHERE agenda_id = %L ORDER BY starts_at', id(900)),
    $$ VALUES ('absence', '2058-10-01 00:00'::timestamp, '2058-10-01 00:00'::timestamp, '2059-01-01 00:00'::timestamp, '2059-01-01 01:00'::timestamp),
        ('appointment', '2058-11-05 10:00', '2058-11-05 11:00', '2058-11-05 10:30', '2058-11-05 11:30'),
        ('appointment', '2058-11-12 10:00', '2058-11-12 11:00', '2058-11-12 10:30', '2058-11-12 11:30') $$, 'ten in the morning has become eleven, from November on');
SELECT results_eq(format('SELECT outcome FROM practiceacl.restore_wall_clock(%L)', id(900)), $$ VALUES ('moved'), ('moved'), ('moved') $$, 'all is moved');
SELECT results_eq(format('SELECT starts_at FROM practiceacl.appointment WHERE agenda_id = %L UNION ALL SELECT ends_at FROM practiceacl.absence WHERE agenda_id = %1$L ORDER BY 1', id(900)),
    $$ VALUES ('2058-07-10 10:00-07'::timestamptz), ('2058-10-29 10:00-07'), ('2058-11-05 10:00-07'), ('2058-11-12 10:00-07'), ('2059-01-01 00:00-07') $$, 'and is at ten again, in summer as in winter');

-- Another zone is another clock, and no change of rules.
SET LOCAL ROLE clinic_app;
SELECT enter('carl') \g /dev/null
SELECT practiceacl.update_agenda(agenda('anna'), '{"time_zone": "Europe/London"}') \g /dev/null
RESET ROLE;
SELECT is((SELECT local_start FROM practiceacl.appointment WHERE id = id(1)), '2058-03-04 08:45', 'an agenda that gets another zone keeps its moments');
SELECT is_empty(format('SELECT * FROM practiceacl.shifted_times WHERE agenda_id = %L', agenda('anna')), 'and nothing is shifted by it');
UPDATE practiceacl.agenda SET time_zone = 'Europe/Atlantis' WHERE id = agenda('anna');
SELECT is_empty(format('SELECT * FROM practiceacl.shifted_times WHERE agenda_id = %L', agenda('anna')), 'nor by a zone that is lost');
SET LOCAL ROLE clinic_app;
SELECT enter('anna') \g /dev/null
SELECT practiceacl.book(agenda('anna'), '2058-05-06 10:00Z', appointment_id => id(40)) \g /dev/null
RESET ROLE;
SELECT is((SELECT local_start FROM practiceacl.appointment WHERE id = id(40)), NULL, 'where nobody knows what a clock shows, nothing is kept');
SELECT is_empty($$ SELECT * FROM practiceacl.verify_activity(org('north')) WHERE first_broken IS NOT NULL $$, 'and the record is whole');
SELECT * FROM finish();
ROLLBACK;
