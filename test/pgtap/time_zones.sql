-- Names of time zones, and what a server does that has lost one.
BEGIN;
\ir ../setup/clinic.sql
SELECT plan(30);

-- What is a place, or says what it is.
SET LOCAL ROLE clinic_app;
SELECT enter('carl') \g /dev/null
SELECT is(code(format($$ SELECT practiceacl.update_organization(org('north'), '{"time_zone": "%s"}') $$, wrong)), '22023', wrong || ' is no place')
FROM unnest('{localtime,Factory,posixrules,CET,est,MET,EST5EDT,posix/Europe/Paris,right/Europe/Paris,CEST,CET-1CEST}'::text[]) AS wrong;
SELECT is(code(format($$ SELECT practiceacl.update_organization(org('north'), '{"time_zone": "%s"}') $$, good)), 'done', good || ' is one')
FROM unnest('{UTC,Etc/GMT+5,America/Argentina/Buenos_Aires,europe/paris}'::text[]) AS good;
RESET ROLE;
SELECT is(time_zone, 'Europe/Paris', 'as the IANA database writes it') FROM practiceacl.organization WHERE id = org('north');

-- Bert's agenda, and the other practice, lie where the server knows no place.
INSERT INTO practiceacl.opening (organization_id, agenda_id, weekday, opens_at, closes_at)
SELECT organization_id, id, 1, '08:00', '18:00' FROM practiceacl.agenda;
UPDATE practiceacl.agenda SET time_zone = 'Mars/Base' WHERE id = agenda('bert');
UPDATE practiceacl.organization SET time_zone = 'Mars/Base' WHERE id = org('south');
INSERT INTO practiceacl.appointment (organization_id, agenda_id, id, starts_at, ends_at, patient, created_by) VALUES
    (org('north'), agenda('bert'), id(1), date_trunc('week', now()) + interval '7 days 09:00', date_trunc('week', now()) + interval '7 days 09:30', 'Seen', account('bert'));
SELECT may('lena', 'book_in_hours', 'bert'), may('sara', 'book', 'bert') \g /dev/null
SELECT is(practiceacl.known_zone(zone), known, zone || ' is known as ' || known)
FROM (VALUES ('Europe/Paris', 'Europe/Paris'), ('Mars/Base', 'UTC'), (repeat('x', 300), 'UTC'), ('', 'UTC')) AS v (zone, known);

CREATE ROLE time_zones_chart;
SELECT practiceacl.grant_reporting('time_zones_chart') \g /dev/null
SET LOCAL ROLE time_zones_chart;
SELECT set_config('practiceacl.session', '', true) \g /dev/null
SELECT set_eq('SELECT DISTINCT agenda_id FROM practiceacl.report_utilisation', ARRAY[agenda('anna'), agenda('bert'), agenda('olga')], 'report_utilisation tells of every agenda');
SELECT is(max(opening_minutes), 600::numeric, 'of that one by UTC') FROM practiceacl.report_utilisation WHERE agenda_id = agenda('bert');
SELECT is(count(DISTINCT organization_id), 2::bigint, 'report_subscriptions of every practice') FROM practiceacl.report_subscriptions;
SELECT lives_ok('TABLE practiceacl.report_security', 'so do the others');
SELECT lives_ok('TABLE practiceacl.report_activity', 'each of them');

SET LOCAL ROLE clinic_app;
SELECT enter('lena') \g /dev/null
SELECT is(w.monday, 'Seen', 'a week is shown, in UTC')
FROM practiceacl.week(agenda('bert'), (date_trunc('week', now()) + interval '7 days')::date) AS w WHERE w.hour = '09:00';
SELECT is_empty($$ SELECT * FROM practiceacl.free_slots(agenda('bert'), at('00:00'), at('23:00')) $$, 'no slot is offered');
CREATE TEMP TABLE staged AS SELECT g AS key, agenda(g) AS agenda_id, at('10:00') AS starts_at, at('10:30') AS ends_at FROM unnest('{anna,bert}'::text[]) AS g;
SELECT may('lena', 'book_in_hours', 'anna') \g /dev/null
SELECT results_eq($$ SELECT key, outcome, detail FROM practiceacl.import_appointments('staged') ORDER BY key $$,
    $$ VALUES ('anna', 'booked', NULL), ('bert', 'refused', 'the server knows no time zone "Mars/Base": Nobody can tell when the agenda is open.') $$,
    'by whoever books in hours nothing is booked there, and on others everything is');
RESET ROLE;

SELECT is(detail, format(E'the server knows no time zone "Mars/Base" of agenda %s: it is shown in UTC and is never open, until update_agenda() gives it another\n'
        'the server knows no time zone "Mars/Base" of organization %s: its days are those of UTC, until update_organization() gives it another', agenda('bert'), org('south')),
    'health() names both')
FROM practiceacl.health() WHERE check_name = 'time_zones' AND NOT ok;
SET LOCAL ROLE clinic_app;
SELECT enter('carl') \g /dev/null
SELECT is(code($$ SELECT practiceacl.update_agenda(agenda('bert'), '{"time_zone": "Europe/Paris"}') $$), 'done', 'which is mended by a name that is known');
SELECT * FROM finish();
ROLLBACK;
