-- Appointments of long ago leave the table that is booked in, and are where they were
-- for everybody who looks or writes: under the same rights, once, and told to nobody.
-- Failures that users of other systems have reported in public are named where they
-- are tried; what a server does that is killed meanwhile is in test/tap/crash.pl
-- (open-dxp/opendxp, issue 180: the rows that were moved were there twice).
BEGIN;
\ir ../setup/clinic.sql
SELECT record.begin_all() \g /dev/null
SELECT plan(78);
CREATE ROLE archive_support;
SELECT practiceacl.grant_operator('archive_support') \g /dev/null
GRANT USAGE ON SCHEMA clinic TO archive_support;
CREATE ROLE archive_charts;
SELECT practiceacl.grant_reporting('archive_charts') \g /dev/null

-- So many days ago, at a time of day in UTC.
CREATE FUNCTION clinic.ago(days int, time_of_day time DEFAULT '09:00') RETURNS timestamptz LANGUAGE sql STABLE
RETURN (((now() AT TIME ZONE 'UTC')::date - days + time_of_day) AT TIME ZONE 'UTC');
-- Where a row is.
CREATE FUNCTION clinic.place(number int) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER AS $$
    SELECT string_agg(place, ' and ' ORDER BY place) FROM (
        SELECT 'in use' AS place FROM practiceacl.appointment WHERE id = clinic.id(number)
        UNION ALL SELECT 'archived' FROM practiceacl.appointment_archive WHERE id = clinic.id(number)) AS p
$$;
CREATE FUNCTION clinic.taken_on(days int, agendas uuid[] DEFAULT NULL) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT coalesce(string_agg(coalesce(patient, status), ', ' ORDER BY starts_at, patient), 'nothing')
    FROM practiceacl.calendar_between(ago(days, '00:00'), ago(days, '24:00'), agendas) WHERE kind = 'appointment'
$$;
CREATE FUNCTION clinic.viewed_on(days int) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT coalesce(string_agg(coalesce(patient, status), ', ' ORDER BY starts_at, patient), 'nothing')
    FROM practiceacl.calendar WHERE kind = 'appointment' AND starts_at >= ago(days, '00:00') AND starts_at < ago(days, '24:00')
$$;
CREATE FUNCTION clinic.plan_of(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    line   text;
    result text := '';
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || statement LOOP
        result := result || line || E'\n';
    END LOOP;
    RETURN result;
END $$;
CREATE TABLE clinic.room AS
SELECT practiceacl.add_agenda(org('north'), NULL, '{"kind": "room", "name": "Room"}') AS id FROM enter('carl');
INSERT INTO practiceacl.access_grant (organization_id, agenda_id, account_id, rights)
SELECT org('north'), id, account('anna'), 'book+edit_past' FROM clinic.room;
SELECT may('sara', 'book+edit_past+overbook', 'anna'), may('lena', 'read', 'anna') \g /dev/null

SET LOCAL ROLE clinic_app;
SELECT enter('anna') \g /dev/null
SELECT practiceacl.book(agenda('anna'), ago(400), ago(400, '09:20'), patient => 'Marie', note => 'knee', patient_ref => 'p1', contact => 'marie@example.org',
        attributes => '{"a": 1}', also => ARRAY[(SELECT id FROM room)], appointment_id => id(1)),
    practiceacl.book(agenda('anna'), ago(400, '10:00'), ago(400, '10:20'), patient => 'Paul', private => true, patient_ref => 'p2', appointment_id => id(2)),
    practiceacl.book(agenda('anna'), ago(420, '11:00'), ago(420, '11:20'), patient => 'Gone', appointment_id => id(3)),
    practiceacl.book(agenda('anna'), ago(403), ago(397, '06:00'), patient => 'Stay', patient_ref => 'p1', overbook => true, reason => 'on call', appointment_id => id(4)),
    practiceacl.book(agenda('anna'), ago(60), ago(60, '09:20'), patient => 'Last', appointment_id => id(5)),
    practiceacl.book(agenda('anna'), ago(10), ago(10, '09:20'), patient => 'Lately', patient_ref => 'p1', appointment_id => id(6)) \g /dev/null
SELECT practiceacl.set_status(id(1), 'done'), practiceacl.cancel_appointment(id(3)) \g /dev/null
RESET ROLE;
CREATE TABLE clinic.before AS SELECT * FROM practiceacl.appointment;
CREATE TABLE clinic.entries AS SELECT count(*) AS n FROM practiceacl.activity WHERE agenda_id IS NOT NULL;
SET LOCAL ROLE clinic_app;
RESET ROLE;

-- What is written in one can be written in the other; nothing is cut off on the way
-- (open-dxp/opendxp, pull request 185: the archive's columns had stayed shorter for years).
CREATE FUNCTION clinic.columns_of(relation regclass) RETURNS TABLE (number int2, name name, type text, required boolean, made "char", how text) LANGUAGE sql STABLE AS $$
    SELECT a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attgenerated, pg_get_expr(d.adbin, d.adrelid)
    FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE a.attrelid = relation AND a.attnum > 0
$$;
SELECT results_eq($$ SELECT * FROM clinic.columns_of('practiceacl.appointment_archive') ORDER BY 1 $$, $$ SELECT * FROM clinic.columns_of('practiceacl.appointment') ORDER BY 1 $$, 'both tables have the same columns');

-- What goes, and when.
SELECT throws_ok('SELECT practiceacl.archive_appointments(now() - interval ''55 days'')', '22023', 'before must be at least 56 days ago', 'what ended lately is still worked on');
SELECT throws_ok('SELECT practiceacl.archive_appointments(''infinity'')', '22023', NULL, 'and what is to come even more');
SELECT throws_ok('SELECT practiceacl.archive_appointments(NULL)', '22004', NULL, 'a time has to be given');
SELECT throws_ok(format('SELECT practiceacl.archive_appointments(now() - interval ''1 year'', %s)', n), '22023', NULL, 'not ' || n || ' at once') FROM unnest('{0,-1,100001}'::int[]) AS n;
SET LOCAL ROLE clinic_app;
SELECT throws_ok('SELECT practiceacl.archive_appointments(now() - interval ''1 year'')', '42501', NULL, 'by no application');
SELECT throws_ok('SELECT practiceacl.restore_appointments(now() - interval ''9 years'')', '42501', NULL, 'nor back');
RESET ROLE;
SET LOCAL ROLE archive_support;
SELECT is(practiceacl.archive_appointments(now() - interval '300 days', 1), 1::bigint, 'as many as are asked for');
SELECT is(practiceacl.archive_appointments(now() - interval '300 days'), 4::bigint, 'then the others, with the part in the room');
SELECT is(practiceacl.archive_appointments(now() - interval '300 days'), 0::bigint, 'until there are none');
RESET ROLE;
SELECT results_eq('SELECT n, place(n) FROM generate_series(1, 6) AS n', $$ VALUES (1, 'archived'), (2, 'archived'), (3, 'archived'), (4, 'archived'), (5, 'in use'), (6, 'in use') $$,
    'what ended before, a cancelled one and a long stay too');
SELECT set_eq('SELECT * FROM practiceacl.every_appointment', 'SELECT * FROM clinic.before', 'each as it was');
SELECT results_eq($$ SELECT act, facts - 'before' FROM practiceacl.activity WHERE act LIKE 'appointments.%' ORDER BY id $$,
    $$ VALUES ('appointments.archived', '{"appointments": 1, "agendas": 1}'::jsonb), ('appointments.archived', '{"appointments": 4, "agendas": 1}') $$, 'one entry an act, with counts and no names');
SELECT is((SELECT count(*) FROM practiceacl.activity WHERE agenda_id IS NOT NULL), (SELECT n FROM entries), 'none on an agenda');
SELECT is_empty('SELECT * FROM practiceacl.health() WHERE NOT ok AND check_name NOT IN (''settings'', ''secrets'')', 'and health() is content');

-- It is read where it was, as it was, by the same people.
SET LOCAL ROLE clinic_app;
SELECT enter('anna') \g /dev/null
SELECT is(taken_on(400, ARRAY[agenda('anna')]), 'Stay, Marie, Paul', 'calendar_between() shows it, without what was cancelled');
SELECT is((SELECT count(*) FROM practiceacl.calendar_between(ago(400, '00:00'), ago(399, '00:00'), ARRAY[(SELECT id FROM room)]) WHERE part_of = id(1)), 1::bigint, 'and the part in the room');
SELECT is((SELECT string_agg(patient, ', ' ORDER BY starts_at) FROM practiceacl.calendar_between('-infinity', 'infinity', ARRAY[agenda('anna')]) WHERE kind = 'appointment'),
    'Stay, Marie, Paul, Last, Lately', 'in all of time, each once');
SELECT is((SELECT string_agg(patient, ', ') FROM practiceacl.calendar_between(ago(398, '00:00'), ago(398, '01:00'), ARRAY[agenda('anna')])), 'Stay', 'one that began days before');
SELECT is((SELECT string_agg(patient, ', ') FROM practiceacl.calendar_between(ago(400, '09:10'), ago(400, '09:11'), ARRAY[agenda('anna')]) WHERE overbooked IS FALSE), 'Marie', 'one around a minute');
SELECT is((SELECT count(*) FROM practiceacl.calendar_between(ago(400, '09:20'), ago(400, '10:00'), ARRAY[agenda('anna')])), 1::bigint, 'and none that only touches it');
SELECT set_eq($$ SELECT kind, agenda_id, id, starts_at, ends_at, status, private, overbooked, patient, note, attributes, series_id, occupied_from, occupied_until, appointment_type, part_of
        FROM practiceacl.calendar WHERE kind = 'appointment' $$,
    $$ SELECT 'appointment', agenda_id, id, starts_at, ends_at, status, private, overbooked, patient, note, attributes, series_id, occupied_from, occupied_until, appointment_type, part_of
        FROM practiceacl.every_appointment WHERE cancelled_at IS NULL $$, 'and so does the view calendar');
SELECT is((SELECT count(*) FROM practiceacl.appointment), 2::bigint, 'the table has what is in use');
SELECT is((SELECT count(*) FROM practiceacl.every_appointment), 7::bigint, 'and every_appointment all');
SELECT set_config('enable_' || name, 'off', true) FROM unnest('{seqscan,bitmapscan,hashjoin,mergejoin,material,memoize}'::text[]) AS name \g /dev/null
SELECT matches(plan_of($$ SELECT c.patient, a.version FROM practiceacl.calendar_between('2020-01-01', now()) AS c LEFT JOIN practiceacl.every_appointment AS a ON a.id = c.id $$),
    'appointment_id_idx[^>]*Index Cond: .id = c.id.*appointment_archive_id_idx[^>]*Index Cond: .id = c.id', 'what else is known of them is found by its id in either table');
SELECT set_config('enable_' || name, 'on', true) FROM unnest('{seqscan,bitmapscan,hashjoin,mergejoin,material,memoize}'::text[]) AS name \g /dev/null
SELECT results_eq($$ SELECT patient, starts_at FROM practiceacl.appointments_of('p1') $$, $$ VALUES ('Stay', ago(403)), ('Marie', ago(400)), ('Lately', ago(10)) $$, 'a patient''s are together');
SELECT is((SELECT count(*) FROM practiceacl.appointments_of('p2')), 1::bigint, 'private ones too');
SELECT enter('lena') \g /dev/null
SELECT is(taken_on(400), 'Stay, Marie, busy', 'a private one is busy for those who may not see it');
SELECT is(viewed_on(400), 'Marie, busy', 'in the view, too');
SELECT is((SELECT count(*) FROM practiceacl.appointment_archive WHERE agenda_id = agenda('anna')), 3::bigint, 'and not in the archive for them');
SELECT is((SELECT count(*) FROM practiceacl.appointments_of('p2')), 0::bigint, 'nor among a patient''s');
RESET ROLE;
SELECT may('lena', 'freebusy', 'anna') \g /dev/null
SET LOCAL ROLE clinic_app;
SELECT is(taken_on(400), 'nothing', 'who sees only when the agenda is taken');
SELECT is((SELECT count(*) FROM practiceacl.busy WHERE starts_at = ago(400)), 1::bigint, 'sees that it was');
SELECT is((SELECT count(*) FROM practiceacl.every_appointment), 0::bigint, 'and no row');
SELECT enter('olga') \g /dev/null
SELECT is((SELECT count(*) FROM practiceacl.appointment_archive) + (SELECT count(*) FROM practiceacl.busy), 0::bigint, 'others see nothing');
SELECT is(code(format('SELECT practiceacl.update_appointment(%L, ''{"note": "x"}'')', id(1))), 'PT404', 'and can change nothing: it is not there for them');
RESET ROLE;
SELECT set_config('practiceacl.session', '', true) \g /dev/null
SET LOCAL ROLE archive_charts;
SELECT results_eq($$ SELECT appointments, no_shows, cancelled, booked_minutes::int FROM practiceacl.report_utilisation WHERE agenda_id = agenda('anna') AND day = (ago(400) AT TIME ZONE 'Europe/Paris')::date $$,
    $$ VALUES (2::bigint, 0::bigint, 0::bigint, 40) $$, 'reports count it on its day');
RESET ROLE;
SELECT is((SELECT count(*) FROM jsonb_array_elements(practiceacl.export_account(account('anna')) -> 'appointments_made')), 7::bigint, 'who made it is told so');

-- No time of long ago is booked twice.
SET LOCAL ROLE clinic_app;
SELECT enter('sara') \g /dev/null
SELECT is(code(format('SELECT practiceacl.book(%L, %L, %L)', agenda('anna'), ago(400, '09:10'), ago(400, '09:30'))), '23P01', 'a time that is taken in the archive is taken');
SELECT matches(refusal(format('SELECT practiceacl.book(%L, %L, %L)', agenda('anna'), ago(400, '10:10'), ago(400, '10:30'))), 'The agenda is busy from|Appointment .* takes it', 'with the reason that one may know');
SELECT is(code(format('SELECT practiceacl.book(%L, %L, %L)', agenda('anna'), ago(398, '03:00'), ago(398, '04:00'))), '23P01', 'by a long stay, too');
SELECT is(code(format('SELECT practiceacl.move_appointment(%L, %L)', id(5), ago(400))), '23P01', 'nothing is moved there');
SELECT is(code(format('SELECT practiceacl.book(%L, %L, %L, appointment_id => %L)', agenda('anna'), ago(300), ago(300, '09:20'), id(1))), '23505', 'an id is used once');
CREATE TEMP TABLE staging (key text, agenda_id uuid, starts_at timestamptz, ends_at timestamptz, patient text);
INSERT INTO staging VALUES ('twice', agenda('anna'), ago(400, '09:00'), ago(400, '09:20'), 'Marie'), ('free', agenda('anna'), ago(410), ago(410, '09:20'), 'Old');
SELECT results_eq($$ SELECT key, outcome, word FROM practiceacl.import_appointments('staging') ORDER BY key $$, $$ VALUES ('free', 'booked', NULL), ('twice', 'refused', 'appointment_no_overlap') $$, 'an import finds what is taken and what is free');
SELECT lives_ok(format('SELECT practiceacl.book(%L, %L, %L, overbook => true, reason => ''forgotten'', appointment_id => %L)', agenda('anna'), ago(400, '09:10'), ago(400, '09:30'), id(7)), 'over it, for those who may');

-- Whoever corrects one finds it, as if it had never been away (rubyforgood/casa, issue 2903:
-- what was archived could not be corrected, so archiving was taken out again; odoo/odoo,
-- issue 27267: nor deleted).
SELECT enter('anna') \g /dev/null
SELECT lives_ok(format('SELECT practiceacl.update_appointment(%L, ''{"note": "the other knee"}'', 2)', id(1)), 'a note of last year is corrected');
RESET ROLE;
SELECT is(place(1), 'in use', 'the appointment is in use again');
SELECT results_eq($$ SELECT a.note, a.version, a.status, a.status_since, a.created_at, a.attributes FROM practiceacl.appointment a WHERE id = id(1) $$,
    $$ SELECT 'the other knee', b.version + 1, b.status, b.status_since, b.created_at, b.attributes FROM clinic.before b WHERE id = id(1) $$, 'once, and otherwise as it was');
SELECT is((SELECT count(*) FROM practiceacl.appointment WHERE part_of = id(1)), 1::bigint, 'with its part');
SET LOCAL ROLE clinic_app;
SELECT lives_ok(format('SELECT practiceacl.set_status(%L, ''booked'')', id(3)), 'one that was cancelled is taken back');
SELECT lives_ok(format('SELECT practiceacl.cancel_appointment(%L)', id(2)), 'one is cancelled');
SELECT is(taken_on(400, ARRAY[agenda('anna')]) || '; ' || taken_on(420), 'Stay, Marie, booked; Gone', 'and the calendar says so');
RESET ROLE;
SELECT is((SELECT string_agg(n || ' ' || place(n), ', ') FROM generate_series(2, 4) AS n), '2 in use, 3 in use, 4 archived', 'what is not touched stays');
SET LOCAL ROLE archive_support;
SELECT is(practiceacl.archive_appointments(now() - interval '300 days'), 6::bigint, 'the next time they go again');
RESET ROLE;

-- A series, from a moment of long ago on; and who may not change moves nothing.
SELECT may('lena', 'read', 'anna'), may('sara', 'book', 'anna') \g /dev/null
SET LOCAL ROLE clinic_app;
SELECT enter('anna') \g /dev/null
CREATE TEMP TABLE weekly AS SELECT * FROM practiceacl.book_series(agenda('anna'), ago(500), ago(500, '09:20'), '7 days', 3, patient => 'Weekly');
RESET ROLE;
SELECT series_id AS weekly FROM practiceacl.appointment WHERE patient = 'Weekly' LIMIT 1 \gset
SELECT is(practiceacl.archive_appointments(now() - interval '300 days'), 3::bigint, 'a series goes');
SET LOCAL ROLE clinic_app;
SELECT is_empty(format('SELECT * FROM practiceacl.cancel_series(%L)', :'weekly'), 'nothing of it is to come');
SELECT enter('lena') \g /dev/null
SELECT is((SELECT count(*) FROM practiceacl.cancel_series(:'weekly', '-infinity') WHERE outcome = 'refused'), 3::bigint, 'a reader cancels none of it');
SELECT is(code(format('SELECT practiceacl.update_appointment(%L, ''{"note": "x"}'')', id(4))), '42501', 'and corrects nothing');
SELECT enter('sara') \g /dev/null
SELECT is((SELECT count(*) FROM practiceacl.cancel_series(:'weekly', '-infinity') WHERE word = 'in_the_past'), 3::bigint, 'nor does somebody who may not write what is past');
RESET ROLE;
SELECT is((SELECT count(*) FROM practiceacl.appointment_archive WHERE series_id = :'weekly'), 3::bigint, 'and nothing has moved for them');
SET LOCAL ROLE clinic_app;
SELECT enter('anna') \g /dev/null
SELECT is((SELECT count(*) FROM practiceacl.cancel_series(:'weekly', ago(494)) WHERE outcome = 'cancelled'), 2::bigint, 'who may cancels what began since some day');
RESET ROLE;
SELECT is((SELECT string_agg(DISTINCT status, ', ') FROM practiceacl.appointment WHERE series_id = :'weekly'), 'cancelled', 'these are in use again');
SELECT may('sara', 'book+edit_past+overbook', 'anna') \g /dev/null

-- Whatever is asked for, it is given as before: times, pauses and stays at random.
SELECT setseed(0.5) \g /dev/null
CREATE TABLE clinic.scattered AS SELECT n, at, at + floor(random() ^ 6 * 30 * 24 * 60 + 1) * interval '1 minute' AS until,
    floor(random() ^ 3 * 1440)::int AS pause, random() < 0.1 AS cancelled
FROM generate_series(1, 400) AS n, LATERAL (SELECT ago(900) + floor(random() * 300 * 24 * 60) * interval '1 minute' + n * interval '0' AS at) AS t;
INSERT INTO practiceacl.appointment (organization_id, agenda_id, starts_at, ends_at, created_by, overbooked, minutes_before, minutes_after, patient, status, cancelled_at)
SELECT org('north'), agenda('bert'), at, until, account('bert'), true, pause, pause / 2, 'scattered ' || n, CASE WHEN cancelled THEN 'cancelled' ELSE 'booked' END, CASE WHEN cancelled THEN now() END
FROM clinic.scattered;
CREATE TABLE clinic.asked AS SELECT n, at AS from_time, at + floor(random() ^ 4 * 60 * 24 * 60 + 1) * interval '1 minute' AS until_time
FROM generate_series(1, 300) AS n, LATERAL (SELECT ago(930) + floor(random() * 400 * 24 * 60) * interval '1 minute' + n * interval '0' AS at) AS t
UNION ALL SELECT 301, '-infinity', ago(700) UNION ALL SELECT 302, ago(700), 'infinity';
CREATE FUNCTION clinic.answers() RETURNS TABLE (n int, answer text) LANGUAGE sql STABLE AS $$
    SELECT a.n, (SELECT count(*) || ' ' || md5(coalesce(string_agg(c::text, '' ORDER BY c.id), '')) FROM practiceacl.calendar_between(a.from_time, a.until_time, ARRAY[agenda('bert')]) AS c) FROM clinic.asked a
$$;
SELECT set_config('practiceacl.session', token, true) FROM clinic.token WHERE name = 'bert' \g /dev/null
CREATE TABLE clinic.answered AS SELECT * FROM clinic.answers();
SELECT cmp_ok(count(DISTINCT answer), '>', 200::bigint, 'many answers') FROM clinic.answered;
SELECT is(practiceacl.archive_appointments(now() - interval '300 days'), 402::bigint, 'all of them go');
SELECT set_eq('SELECT * FROM clinic.answers()', 'SELECT * FROM clinic.answered', 'and are given as they were');
DELETE FROM practiceacl.appointment_archive WHERE patient LIKE 'scattered%';

-- What is erased is erased there as well (margince/margince, issue 2446: one of two ways
-- to forget somebody did not know all places).
SET LOCAL ROLE clinic_app;
SELECT enter('carl'), practiceacl.session_needs() \g /dev/null
RESET ROLE;
UPDATE practiceacl.session SET confirmed_until = now() + interval '5 minutes' \g /dev/null
SET LOCAL ROLE clinic_app;
SELECT results_eq($$ SELECT what, rows FROM practiceacl.erase_patient(org('north'), 'p1') WHERE what = 'appointments' $$, $$ VALUES ('appointments', 3::bigint) $$, 'a patient is erased from the archive');
RESET ROLE;
SELECT is_empty($$ SELECT * FROM practiceacl.every_appointment WHERE patient_ref = 'p1' OR patient IN ('Marie', 'Stay', 'Lately') OR contact IS NOT NULL OR note LIKE '%knee%' $$, 'from everywhere');
SELECT is_empty($$ SELECT FROM practiceacl.activity_detail d JOIN practiceacl.activity e USING (organization_id, chain, sequence) WHERE e.subject_id = id(1) AND d.detail IS NOT NULL $$, 'the record names them no more');
SET LOCAL ROLE archive_support;
SELECT results_eq($$ SELECT what, rows FROM practiceacl.purge_patients('300 days') WHERE what = 'appointments' $$, $$ VALUES ('appointments', 6::bigint) $$, 'purge_patients() empties it');
RESET ROLE;
SELECT is((SELECT count(*) FROM practiceacl.appointment_archive WHERE num_nonnulls(patient, note, contact, patient_ref) > 0 OR attributes <> '{}'), 0::bigint, 'all of it');

-- And back.
SET LOCAL ROLE archive_support;
SELECT is(practiceacl.restore_appointments(now() - interval '9 years', agenda('bert')), 0::bigint, 'of an agenda that has none');
SELECT is(practiceacl.restore_appointments(ago(399)), 1::bigint, 'what ended since some day comes back');
SELECT is(practiceacl.restore_appointments('-infinity'), 9::bigint, 'and all');
RESET ROLE;
SELECT is((SELECT count(*) FROM practiceacl.appointment_archive), 0::bigint, 'nothing is left there');
SELECT is_empty('SELECT * FROM practiceacl.health() WHERE NOT ok AND check_name NOT IN (''settings'', ''secrets'')', 'and health() is content');

-- A cell that is about to move, or has moved, keeps its rows where they are.
INSERT INTO practiceacl.organization_move (organization_id, state, seal, key) SELECT org('north'), 'adopting', '\x00', '\x00' \g /dev/null
SELECT is(practiceacl.archive_appointments(now() - interval '300 days'), 0::bigint, 'of an organization that is being moved nothing goes');

SELECT * FROM finish();
ROLLBACK;
