-- What the front desk adds to the clinic of "make demo": passwords, a
-- receptionist who may less, opening hours, and the appointments of the week of :day.
-- Run by tools/front-desk in the database clinic, as postgres.

\set QUIET on
\set ON_ERROR_STOP on
\o /dev/null
SET client_min_messages = warning;
SELECT p.account_id AS claire, p.agenda_id AS claires, r.organization_id AS practice
FROM staging.provider AS p JOIN staging.practice AS r ON r.source_id = p.practice
WHERE p.last_name = 'Martin' \gset
SELECT account_id AS paul, agenda_id AS pauls FROM staging.provider WHERE last_name = 'Durand' \gset
SELECT id AS mina FROM practiceacl.account WHERE first_name = 'Mina' AND last_name = 'Leroy' \gset
SELECT id AS room_1 FROM practiceacl.agenda WHERE name = 'Room 1' \gset
SELECT id AS room_2 FROM practiceacl.agenda WHERE name = 'Room 2' \gset
SELECT id AS scanner FROM practiceacl.agenda WHERE name = 'Scanner' \gset
SELECT holder_id AS ines, id AS iness FROM practiceacl.agenda WHERE name = 'Inès Moreau' \gset
SELECT id AS check_up FROM practiceacl.appointment_type WHERE name = 'Check-up' \gset
SELECT id AS ultrasound FROM practiceacl.appointment_type WHERE name = 'Ultrasound' \gset

-- Everybody chooses a password of their own, once: all the same one, for a demonstration.
\connect - clinic_support
SELECT practiceacl.renew_temporary_password(:'claire') AS claires_password \gset
SELECT practiceacl.renew_temporary_password(:'paul') AS pauls_password \gset
SELECT practiceacl.renew_temporary_password(:'mina') AS minas_password \gset
SELECT practiceacl.renew_temporary_password(:'ines') AS iness_password \gset
\connect - clinic_app
SELECT practiceacl.log_in('admin1@clinic.example', :'claires_password', 'front desk') AS claires_token,
       practiceacl.log_in('durand@clinic.example', :'pauls_password', 'front desk') AS pauls_token,
       practiceacl.log_in('mina.leroy@clinic.example', :'minas_password', 'front desk') AS minas_token \gset
BEGIN;
SELECT practiceacl.enter(:'minas_token');
SELECT practiceacl.change_password(:'minas_password', :'password');
COMMIT;
BEGIN;
SELECT practiceacl.enter(:'pauls_token');
SELECT practiceacl.change_password(:'pauls_password', :'password');
SELECT practiceacl.set_openings(:'pauls', (
    SELECT jsonb_agg(jsonb_build_object('weekday', weekday, 'from', hours[1], 'to', hours[2]))
    FROM generate_series(1, 5) AS weekday,
         (VALUES (ARRAY['09:00', '13:00']), (ARRAY['14:00', '17:30'])) AS of_day (hours)));
COMMIT;

BEGIN;
SELECT practiceacl.enter(:'claires_token');
SELECT practiceacl.change_password(:'claires_password', :'password');
SELECT practiceacl.set_openings(:'claires', (
    SELECT jsonb_agg(jsonb_build_object('weekday', weekday, 'from', hours[1], 'to', hours[2]))
    FROM generate_series(1, 6) AS weekday,
         (VALUES (ARRAY['08:00', '12:00']), (ARRAY['14:00', '18:00'])) AS of_day (hours)
    WHERE weekday < 6 OR hours[1] = '08:00'));
SELECT practiceacl.set_appointment_type(:'practice', 'Consultation', '{"duration": 15, "color": "#2f6f9f"}') AS consultation \gset
SELECT practiceacl.set_appointment_type(:'practice', 'Check-up',
    '{"duration": 30, "buffer_after": 10, "color": "#2e7d5b"}', :'check_up');
SELECT practiceacl.set_appointment_type(:'practice', 'Minor surgery',
    '{"duration": 45, "buffer_before": 15, "buffer_after": 15, "rights": "book+private", "color": "#9b3d6b"}') AS surgery \gset
SELECT practiceacl.offer_type(a, t)
FROM unnest(ARRAY[:'claires', :'pauls', :'iness']::uuid[]) AS a,
     unnest(ARRAY[:'consultation', :'check_up']::uuid[]) AS t;
SELECT practiceacl.offer_type(:'claires', :'surgery');
-- Mina books on all three, Hugo in Claire's hours only.
SELECT practiceacl.set_rights(:'pauls', :'mina', 'book');
SELECT practiceacl.set_rights(:'iness', :'mina', 'book');
SELECT account_id AS hugo, temporary_password AS hugos_password
FROM practiceacl.create_user(:'practice', 'hugo.blanc@clinic.example', 'Hugo', 'Blanc', 'receptionist',
    access => jsonb_build_array(
        jsonb_build_object('agenda', :'claires', 'rights', 'book_in_hours'),
        jsonb_build_object('agenda', :'pauls', 'rights', 'read'),
        jsonb_build_object('agenda', :'iness', 'rights', 'freebusy'))) \gset
COMMIT;
SELECT practiceacl.log_in('ines.moreau@clinic.example', :'iness_password', 'front desk') AS iness_token,
       practiceacl.log_in('hugo.blanc@clinic.example', :'hugos_password', 'front desk') AS hugos_token \gset
BEGIN;
SELECT practiceacl.enter(:'hugos_token');
SELECT practiceacl.change_password(:'hugos_password', :'password');
COMMIT;
BEGIN;
SELECT practiceacl.enter(:'iness_token');
SELECT practiceacl.change_password(:'iness_password', :'password');
SELECT practiceacl.update_agenda(:'iness', '{"slot_minutes": 15}');
SELECT practiceacl.set_openings(:'iness', '[
    {"weekday": 1, "from": "08:30", "to": "12:30"}, {"weekday": 1, "from": "13:30", "to": "17:00"},
    {"weekday": 2, "from": "08:30", "to": "12:30"}, {"weekday": 2, "from": "13:30", "to": "17:00"},
    {"weekday": 3, "from": "08:30", "to": "12:30"},
    {"weekday": 4, "from": "08:30", "to": "12:30"}, {"weekday": 4, "from": "13:30", "to": "17:00"},
    {"weekday": 5, "from": "08:30", "to": "12:30"}]');
COMMIT;

-- The week, each doctor's appointments by the doctor: who comes when and for what (c, u, s:
-- check-up, ultrasound, surgery), day by day in turns of five.  What the demo's own
-- appointments leave no room for is left out.
\connect - postgres
CREATE TABLE staging.visit AS
SELECT agenda, (date_trunc('week', :'day'::date) + make_interval(days => d) + at::time) AT TIME ZONE 'Europe/Paris' AS starts_at,
       (ARRAY['Jeanne Roy', 'Karim Haddad', 'Lucie Bernard', 'Marc Lefort', 'Amina Diallo', 'Théo Girard', 'Rosa Lopes',
              'Hélène Caron', 'Omar Sy', 'Julie Petit', 'Victor Hugo Nunes', 'Éva Blanc', 'Samuel Levy', 'Nora Klein',
              'Pierre Morel', 'Zoé Lambert', 'Ivan Petrov', 'Clara Fontaine'])
           [1 + (place * 5 + d * 7 + turn * 4) % 18] AS patient,
       type
FROM (VALUES (:'claires'::uuid, 1), (:'pauls', 2), (:'iness', 3)) AS doctor (agenda, turn),
     generate_series(0, 5) AS d,
     LATERAL (SELECT * FROM (VALUES
        (1, '08:00', '-'), (2, '08:15', '-'), (3, '09:00', 'c'), (4, '10:00', '-'), (5, '10:15', '-'), (6, '11:00', 's'),
        (7, '14:00', '-'), (8, '14:30', 'c'), (9, '15:30', 'u'), (10, '16:45', '-'), (11, '09:15', '-'), (12, '09:30', '-'),
        (13, '10:45', 'c'), (14, '11:45', '-'), (15, '14:15', '-'), (16, '15:00', 'c'), (17, '16:00', '-'), (18, '13:45', '-'))
        AS planned (place, at, type)) AS planned
WHERE (place + d + turn) % 3 > 0 AND (d < 5 OR at < '12:00')
  AND CASE turn WHEN 1 THEN place <= 10 WHEN 2 THEN place BETWEEN 7 AND 17 AND type NOT IN ('s', 'u') AND d < 5
                ELSE place IN (3, 4, 5, 7, 12, 13, 14, 16, 18) AND d NOT IN (2, 5) END;
GRANT SELECT ON staging.visit TO clinic_app;

\connect - clinic_app
SELECT format('BEGIN; SELECT practiceacl.enter(%L)', token),
       format($$SELECT practiceacl.book(agenda, starts_at, patient => patient,
                    appointment_type => CASE type WHEN 'c' THEN %2$L::uuid WHEN 's' THEN %3$L ELSE %4$L END)
              FROM staging.visit
              WHERE agenda = %1$L AND type <> 'u' AND NOT EXISTS (
                  SELECT FROM practiceacl.explain_slot(agenda, starts_at,
                      appointment_type => CASE type WHEN 'c' THEN %2$L::uuid WHEN 's' THEN %3$L ELSE %4$L END)
                  WHERE severity = 'refused')$$, agenda, :'check_up', :'surgery', :'consultation'),
       'COMMIT'
FROM (VALUES (:'claires_token', :'claires'), (:'pauls_token', :'pauls'), (:'iness_token', :'iness')) AS who (token, agenda) \gexec
BEGIN;
SELECT practiceacl.enter(practiceacl.log_in('mina.leroy@clinic.example', :'password', 'front desk'));
SELECT practiceacl.book(agenda, starts_at, patient => patient, appointment_type => :'ultrasound',
    also => ARRAY[:'scanner']::uuid[], also_any => ARRAY[:'room_1', :'room_2']::uuid[])
FROM staging.visit
WHERE type = 'u' AND NOT EXISTS (
    SELECT FROM practiceacl.explain_slot(agenda, starts_at, appointment_type => :'ultrasound',
        also => ARRAY[:'scanner']::uuid[], also_any => ARRAY[:'room_1', :'room_2']::uuid[]) WHERE severity = 'refused');
COMMIT;

\connect - postgres
SELECT (:'day'::date + time '09:45') AT TIME ZONE 'Europe/Paris' AS early,
       (date_trunc('week', :'day'::date) + interval '3 days 14 hours') AT TIME ZONE 'Europe/Paris' AS thursday,
       (:'day'::date + time '11:30') AT TIME ZONE 'Europe/Paris' AS noon \gset
\connect - clinic_app
BEGIN;
SELECT practiceacl.enter(:'claires_token');
SELECT practiceacl.book(:'claires', :'early', patient => 'Nadia Benali', private => true)
WHERE NOT EXISTS (SELECT FROM practiceacl.explain_slot(:'claires', :'early') WHERE severity = 'refused');
COMMIT;
BEGIN;
SELECT practiceacl.enter(:'pauls_token');
SELECT practiceacl.add_absence(:'pauls', :'thursday', :'thursday'::timestamptz + interval '4 hours', 'Training', substitute => :'claire');
COMMIT;
BEGIN;
SELECT practiceacl.enter(:'iness_token');
SELECT practiceacl.add_absence(:'iness', :'noon', :'noon'::timestamptz + interval '1 hour', 'School meeting');
-- The day is under way: who came and who did not.
SELECT practiceacl.set_status(id, (ARRAY['done', 'no_show', 'arrived'])[place])
FROM (SELECT id, row_number() OVER (ORDER BY starts_at) AS place FROM practiceacl.appointment
      WHERE agenda_id = :'iness' AND starts_at::date = :'day'::date) AS visit
WHERE place <= 3;
COMMIT;
BEGIN;
SELECT practiceacl.enter(:'claires_token');
SELECT practiceacl.set_status(id, CASE place WHEN 4 THEN 'arrived' WHEN 3 THEN 'booked' ELSE 'done' END)
FROM (SELECT id, row_number() OVER (ORDER BY starts_at) AS place FROM practiceacl.appointment
      WHERE agenda_id = :'claires' AND starts_at::date = :'day'::date) AS visit
WHERE place <= 4;
COMMIT;

\connect - postgres
DROP TABLE staging.visit;
