-- An import of what people really stage: texts, and columns by other names.
BEGIN;
\ir ../setup/clinic.sql
SELECT record.begin_all() \g /dev/null
SELECT plan(23);
GRANT CREATE ON SCHEMA clinic TO clinic_app;
SET LOCAL TimeZone = 'America/Lima';
SET LOCAL ROLE clinic_app;
SELECT enter('anna') \g /dev/null

CREATE TABLE clinic.staged (key text, agenda_id text, starts_at text, ends_at text, patient varchar(20));
INSERT INTO clinic.staged VALUES
    ('1', agenda('anna'), '2058-03-04 09:00Z', '2058-03-04T09:30:00+00', 'Ada'),
    ('2', 'Anna', '2058-03-04 10:00Z', '2058-03-04 10:30Z', NULL),
    ('3', agenda('anna'), 'soon', '2058-03-04 11:30Z', NULL),
    ('4', agenda('anna'), '2058-03-04 12:00Z', '04/03/2058 12:30', NULL),
    ('5', agenda('anna'), '2058-02-30 12:00Z', '2058-03-04 12:30Z', NULL),
    ('6', agenda('anna'), 'infinity', '2058-03-04 12:30Z', NULL),
    ('7', agenda('anna'), repeat('é', 5000), '2058-03-04 12:30Z', NULL),
    ('8', agenda('anna'), '', '', NULL),
    ('9', agenda('anna'), NULL, '2058-03-04 13:30Z', NULL),
    ('a', agenda('anna'), '2058-03-04 15:00', '2058-03-04T15:30:00', 'Wall'),
    ('b', upper(agenda('anna')::text), '2058-03-04 09:15Z', '2058-03-04 09:30Z', 'Taken');
SELECT results_eq($$ SELECT key, outcome, split_part(detail, ': App', 1) FROM practiceacl.import_appointments('clinic.staged') ORDER BY key $$,
    format($$ VALUES ('1', 'booked', NULL),
        ('2', 'refused', 'agenda_id is not a UUID: "Anna"'),
        ('3', 'refused', 'starts_at is not a time as ISO 8601 has it: "soon"'),
        ('4', 'refused', 'ends_at is not a time as ISO 8601 has it: "04/03/2058 12:30"'),
        ('5', 'refused', 'starts_at is not a time as ISO 8601 has it: "2058-02-30 12:00Z"'),
        ('6', 'refused', 'starts_at is not a time as ISO 8601 has it: "infinity"'),
        ('7', 'refused', 'starts_at is not a time as ISO 8601 has it: "%s"'),
        ('8', 'refused', 'starts_at is not a time as ISO 8601 has it: ""'),
        ('9', 'refused', 'starts_at is null'),
        ('a', 'booked', NULL),
        ('b', 'refused', 'this slot is already taken') $$, repeat('é', 30)),
    'what is no id or time refuses its row alone');
SELECT results_eq($$ SELECT patient, starts_at, ends_at FROM practiceacl.appointment WHERE starts_at >= '2058-01-01' ORDER BY starts_at $$,
    $$ VALUES ('Ada', '2058-03-04 09:00Z'::timestamptz, '2058-03-04 09:30Z'::timestamptz), ('Wall', '2058-03-04 14:00Z', '2058-03-04 14:30Z') $$,
    'the others are booked; without a zone a text is on the agenda''s wall clock');
SELECT is((SELECT facts ->> 'refused' FROM practiceacl.activity WHERE act = 'appointment.imported'), '8', 'the record counts those refused whose agenda is known');

-- Types that may be beyond the range of what they become.
SET LOCAL DateStyle = 'SQL, DMY';
CREATE TABLE clinic.staged_days (key integer, agenda_id uuid, starts_at timestamp, ends_at date);
INSERT INTO clinic.staged_days VALUES (1, agenda('anna'), '2058-06-04 22:00', '2058-06-05'), (2, agenda('anna'), '2058-06-05 09:00', '5874897-12-31'),
    (3, agenda('anna'), '294276-12-31 23:59:59', '294276-12-31');
SELECT results_eq($$ SELECT key, outcome FROM practiceacl.import_appointments('clinic.staged_days') ORDER BY key $$,
    $$ VALUES ('1', 'booked'), ('2', 'refused'), ('3', 'refused') $$, 'days and times without a zone, whatever DateStyle is');
SELECT ok(EXISTS (SELECT FROM practiceacl.appointment WHERE (starts_at, ends_at) = ('2058-06-04T22:00+02'::timestamptz, '2058-06-05T00:00+02'::timestamptz)),
    'mean what they say');
RESET DateStyle;

-- Twice a year the wall clock is no clock.  New York and Lord Howe have other hours of it.
SELECT enter('carl') \g /dev/null
SELECT practiceacl.update_agenda(agenda('bert'), '{"time_zone": "Australia/Lord_Howe"}') \g /dev/null
SELECT enter('anna') \g /dev/null
RESET ROLE;
SELECT may('anna', 'book+edit_past', 'bert') \g /dev/null
SET LOCAL ROLE clinic_app;
CREATE TABLE clinic.staged_clock AS
SELECT key, agenda(whose) AS agenda_id, starts_at, ends_at
FROM (VALUES
    ('skipped start', 'anna', '2058-03-31 02:30', '2058-03-31 03:30'),
    ('skipped end', 'anna', '2058-03-31 01:30', '2058-03-31 02:00'),
    ('before', 'anna', '2058-03-31 01:30', '2058-03-31 01:59:59.999999'),
    ('after', 'anna', '2058-03-31 03:00', '2058-03-31 04:00'),
    ('twice', 'anna', '2058-10-27 02:00', '2058-10-27 03:00'),
    ('twice end', 'anna', '2058-10-27 01:30', '2058-10-27 02:59'),
    ('first', 'anna', '2058-10-27 02:00+02', '2058-10-27 02:30+02'),
    ('second', 'anna', '2058-10-27 02:00+01', '2058-10-27 02:30+01'),
    ('around', 'anna', '2058-10-27 01:59', '2058-10-27 02:00+02'),
    ('half skipped', 'bert', '2058-10-06 02:15', '2058-10-06 02:45'),
    ('half hour later', 'bert', '2058-10-06 02:30', '2058-10-06 02:45'),
    ('half twice', 'bert', '2058-04-07 01:45', '2058-04-07 02:15'),
    ('not twice', 'bert', '2058-04-07 02:00', '2058-04-07 02:15'),
    ('nobody''s', 'olga', '2058-03-31 02:30', '2058-03-31 03:30')) AS v (key, whose, starts_at, ends_at);
CREATE TEMP TABLE of_clock AS SELECT * FROM practiceacl.import_appointments('clinic.staged_clock');
SELECT results_eq($$ SELECT key, detail FROM of_clock WHERE outcome = 'refused' ORDER BY key $$,
    $$ VALUES ('half skipped', 'starts_at is a time that the clocks of Australia/Lord_Howe skip: "2058-10-06 02:15"'),
        ('half twice', 'starts_at is a time that the clocks of Australia/Lord_Howe show twice, so it needs an offset: "2058-04-07 01:45"'),
        ('nobody''s', 'agenda does not exist or is not visible to you'),
        ('skipped end', 'ends_at is a time that the clocks of Europe/Paris skip: "2058-03-31 02:00"'),
        ('skipped start', 'starts_at is a time that the clocks of Europe/Paris skip: "2058-03-31 02:30"'),
        ('twice', 'starts_at is a time that the clocks of Europe/Paris show twice, so it needs an offset: "2058-10-27 02:00"'),
        ('twice end', 'ends_at is a time that the clocks of Europe/Paris show twice, so it needs an offset: "2058-10-27 02:59"') $$,
    'what a clock skips or shows twice refuses its row, and tells no zone of an agenda that one does not know');
SELECT results_eq($$ SELECT key, starts_at AT TIME ZONE 'UTC' FROM of_clock JOIN practiceacl.appointment a ON a.id = appointment_id ORDER BY 2 $$,
    $$ VALUES ('before', '2058-03-31 00:30'::timestamp), ('after', '2058-03-31 01:00'), ('not twice', '2058-04-06 15:30'), ('half hour later', '2058-10-05 15:30'),
        ('around', '2058-10-26 23:59'), ('first', '2058-10-27 00:00'), ('second', '2058-10-27 01:00') $$,
    'all others are what they say');

-- The same staging means the same on every connection, in every type.
CREATE TABLE clinic.staged_zones AS
SELECT 'k' AS key, agenda('anna') AS agenda_id, '2058-11-05'::date AS starts_at, '2058-11-05 00:30'::timestamp AS ends_at;
CREATE FUNCTION clinic.imported_at(zone text, style text) RETURNS timestamp LANGUAGE plpgsql AS $$
DECLARE
    at timestamp;
BEGIN
    PERFORM set_config('TimeZone', zone, true), set_config('DateStyle', style, true);
    PERFORM * FROM practiceacl.import_appointments('clinic.staged_zones');
    SELECT starts_at AT TIME ZONE 'UTC' INTO STRICT at FROM practiceacl.appointment WHERE starts_at BETWEEN '2058-11-03Z' AND '2058-11-07Z';
    RAISE EXCEPTION USING ERRCODE = 'UE001', MESSAGE = at::text;
EXCEPTION WHEN SQLSTATE 'UE001' THEN
    RETURN at;
END $$;
SELECT is(imported_at(zone, style), '2058-11-04 23:00', zone || ', ' || style)
FROM (VALUES ('UTC', 'ISO'), ('Pacific/Kiritimati', 'German'), ('America/Lima', 'SQL, DMY'), ('Asia/Kolkata', 'Postgres, MDY')) AS v (zone, style);

-- In the order of the times, not of their texts.
CREATE TABLE clinic.staged_order AS
SELECT key, agenda('anna') AS agenda_id, starts_at, ends_at
FROM (VALUES ('later', '2058-07-01 09:10-01', '2058-07-01 09:30-01'), ('none', 'x', 'y'), ('first', '2058-07-01 12:00+02', '2058-07-01 12:15+02')) AS v (key, starts_at, ends_at);
SELECT results_eq($$ SELECT key, outcome FROM practiceacl.import_appointments('clinic.staged_order') $$,
    $$ VALUES ('first', 'booked'), ('later', 'refused'), ('none', 'refused') $$, 'the earlier one is booked first');

-- Columns.
CREATE FUNCTION clinic.told(command text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    told text;
BEGIN
    EXECUTE command;
    RETURN 'done';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS told = PG_EXCEPTION_DETAIL;
    RETURN SQLSTATE || ' ' || told;
END $$;
CREATE TABLE clinic.staged_case ("Key" text, agenda_id uuid, starts_at timestamptz, ends_at timestamptz);
CREATE TABLE clinic.staged_more (key text, agenda_id uuid, starts_at timestamptz, ends_at timestamptz, gone text, "Patient" text, phone text);
ALTER TABLE clinic.staged_more DROP COLUMN gone;
CREATE TABLE clinic.staged_gone (LIKE clinic.staged_case);
ALTER TABLE clinic.staged_gone RENAME "Key" TO key;
ALTER TABLE clinic.staged_gone ADD COLUMN extra text;
ALTER TABLE clinic.staged_gone DROP COLUMN extra;
SELECT is(told($$ SELECT * FROM practiceacl.import_appointments('clinic.staged_case') $$),
    '42703 Expected are key, agenda_id, starts_at, ends_at, and patient, note and appointment_type where they are known; found are "Key", agenda_id, starts_at, ends_at.',
    'a name in capitals is another name');
SELECT is(told($$ SELECT * FROM practiceacl.import_appointments('clinic.staged_more') $$),
    '42703 Expected are key, agenda_id, starts_at, ends_at, and patient, note and appointment_type where they are known; found are key, agenda_id, starts_at, ends_at, "Patient", phone.',
    'what would be left out is told of');
SELECT is(told($$ SELECT * FROM practiceacl.import_appointments('clinic.staged_gone') $$), 'done', 'a column that was dropped is none');
SELECT format('CREATE TABLE clinic.staged_wide (%s)', string_agg('c' || n || ' int', ', ')) FROM generate_series(1, 30) AS n \gexec
SELECT matches(told($$ SELECT * FROM practiceacl.import_appointments('clinic.staged_wide') $$), 'c19, c20 and 10 more\.$', 'a long list is cut');
CREATE TABLE clinic.staged_bare ();
SELECT matches(told($$ SELECT * FROM practiceacl.import_appointments('clinic.staged_bare') $$), 'found are none\.$', 'an empty one too');

-- The holder of an agenda is told of future imported appointments, and not of past ones.
RESET ROLE;
UPDATE practiceacl.account SET mobile = '+33600000002', sms_copies = true WHERE id IN (account('bert'), account('anna'));
CREATE FUNCTION clinic.copies() RETURNS text LANGUAGE sql SECURITY DEFINER AS $$
    SELECT string_agg(concat_ws(' ', recipient, payload ->> 'event', payload ->> 'starts_at', payload ->> 'time_zone'), ', ' ORDER BY payload ->> 'starts_at')
    FROM practiceacl.outbox WHERE kind = 'appointment_copy'
$$;
SET LOCAL ROLE clinic_app;
CREATE TABLE clinic.staged_copies AS
SELECT whose || n AS key, agenda(whose) AS agenda_id, starts_at, starts_at + interval '15 min' AS ends_at
FROM unnest(ARRAY['anna', 'bert']) AS whose, unnest(ARRAY['2020-01-07 09:00Z', '2058-12-03 09:00Z', '2058-12-03 10:00Z']::timestamptz[]) WITH ORDINALITY AS t (starts_at, n);
SAVEPOINT imported;
SELECT is((SELECT count(*) FROM practiceacl.import_appointments('clinic.staged_copies', copies => false) WHERE outcome = 'booked'), 6::bigint, 'a migration');
SELECT is(copies(), NULL, 'that tells nobody');
ROLLBACK TO imported;
-- Ten thousand copies would be looked through ten thousand times.
SELECT seq_scan + idx_scan AS looked FROM pg_stat_xact_all_tables WHERE schemaname = 'practiceacl' AND relname = 'outbox' \gset
SELECT is((SELECT count(*) FROM practiceacl.import_appointments('clinic.staged_copies') WHERE outcome = 'booked'), 6::bigint, 'an import');
SELECT is(copies(), '+33600000002 booked 2058-12-03T09:00:00Z Australia/Lord_Howe, +33600000002 booked 2058-12-03T10:00:00Z Australia/Lord_Howe',
    'tells the other holder of what is to come');
SELECT is((SELECT seq_scan + idx_scan - 1 FROM pg_stat_xact_all_tables WHERE schemaname = 'practiceacl' AND relname = 'outbox'), :looked::bigint,
    'and looks for none that it would overtake');
RESET ROLE;
SELECT is_empty($$ SELECT * FROM practiceacl.verify_activity(org('north')) WHERE first_broken IS NOT NULL $$, 'and the record is whole');
SELECT * FROM finish();
ROLLBACK;
