-- Reception: a search over three doctors, a visit with a room, somebody who waits.

\qecho
\qecho '── A third doctor, and the hours of all three ──────────────────────────────────'
\qecho
-- A week in which nothing of the story so far lies.
SELECT d AS monday, d + 365 AS year_later, d + 1 + time '09:00' AS nine, d + 1 + time '11:00' AS eleven
FROM (SELECT :'tuesday'::timestamptz::date + 20 AS d) AS day \gset
BEGIN;
SELECT practiceacl.enter(:'claires_token') \g /dev/null
\set ECHO queries
SELECT agenda_id AS ines_agenda
FROM practiceacl.create_user(:'practice', 'ines.moreau@clinic.example', 'Inès', 'Moreau', 'practitioner',
    agenda => '{"name": "Inès Moreau", "data_controller": "Inès Moreau", "reminders": ["2 days", "2 hours"],
                "slot_minutes": 30, "openings": [{"weekday": 2, "from": "09:00", "to": "11:00"}]}') \gset
\set ECHO none
SELECT practiceacl.set_openings(:'claires_agenda', '[{"weekday": 2, "from": "09:00", "to": "10:00"}]') \g /dev/null
SELECT practiceacl.set_rights(:'pauls_agenda', :'mina', 'book') \g /dev/null
SELECT practiceacl.set_rights(:'ines_agenda', :'mina', 'book') \g /dev/null
SELECT practiceacl.set_appointment_type(:'practice', 'Check-up', '{"duration": "25 minutes", "buffer_after": 5}') AS check_up \gset
SELECT practiceacl.offer_type(a, :'check_up')
FROM unnest(ARRAY[:'claires_agenda', :'pauls_agenda', :'ines_agenda']::uuid[]) AS a \g /dev/null
COMMIT;
BEGIN;
SELECT practiceacl.enter(:'pauls_token') \g /dev/null
SELECT practiceacl.set_openings(:'pauls_agenda', '[{"weekday": 2, "from": "09:30", "to": "11:00"}]') \g /dev/null
COMMIT;

\qecho
\qecho '── Mina looks for the first check-up with any of them, in a room that is free ──'
\qecho
BEGIN;
SELECT practiceacl.enter(:'minas_token') \g /dev/null
SELECT practiceacl.book(:'room_1', :'nine', duration => '30 minutes', note => 'painter') \g /dev/null
\set ECHO queries
SELECT to_char(s.starts_at, 'Dy DD Mon HH24:MI') AS begins, to_char(s.ends_at, 'HH24:MI') AS ends,
       d.name AS doctor, r.name AS room
FROM practiceacl.find_slots(:'monday', :'year_later', appointment_type => :'check_up',
                            agendas => ARRAY[:'claires_agenda', :'pauls_agenda', :'ines_agenda']::uuid[],
                            also_any => ARRAY[:'room_1', :'room_2']::uuid[], max_results => 5) AS s
JOIN practiceacl.my_agendas AS d USING (agenda_id)
JOIN practiceacl.my_agendas AS r ON r.agenda_id = s.also[1]
ORDER BY s.starts_at, d.name;
\set ECHO none

\qecho
\qecho '── asks what stands in the way elsewhere, and books ────────────────────────────'
\qecho
\set ECHO queries
SELECT severity, code, message
FROM practiceacl.explain_slot(:'claires_agenda', :'eleven', appointment_type => :'check_up',
                              also => ARRAY[:'room_1']::uuid[]);
SELECT severity, code, message
FROM practiceacl.explain_slot(:'claires_agenda', :'nine', appointment_type => :'check_up',
                              also => ARRAY[:'room_1']::uuid[]);
SELECT practiceacl.book(:'claires_agenda', :'nine', patient => 'Marc Lefort',
                        appointment_type => :'check_up', also_any => ARRAY[:'room_1', :'room_2']::uuid[]) \g /dev/null
\set ECHO none
SELECT count(practiceacl.book(:'ines_agenda', starts_at, patient => 'Patient ' || n)) AS booked
FROM practiceacl.free_slots(:'ines_agenda', :'monday'::date, :'monday'::date + 7) WITH ORDINALITY AS f (starts_at, ends_at, n) \g /dev/null
\qecho
\qecho 'The Tuesday of the three doctors and the two rooms:'
\qecho
SELECT to_char(c.starts_at, 'HH24:MI') AS hour, m.name AS agenda, coalesce(c.patient, c.note, 'taken') AS what
FROM practiceacl.calendar_between(:'monday'::date, :'monday'::date + 7) AS c
JOIN practiceacl.my_agendas AS m USING (agenda_id)
ORDER BY c.starts_at, m.name \crosstabview hour agenda what
COMMIT;

\qecho
\qecho '── Inès has no time left: Zoé waits, and moves up when somebody cancels ────────'
\qecho
BEGIN;
SELECT practiceacl.enter(:'minas_token') \g /dev/null
\set ECHO queries
SELECT practiceacl.join_waiting_list(ARRAY[:'ines_agenda']::uuid[], :'monday'::date, :'monday'::date + 6,
                                     patient => 'Zoé Petit', contact => '06 12 34 56 78') AS zoe \gset
SELECT count(*) AS matches FROM practiceacl.waiting_list_matches;
SELECT practiceacl.cancel_appointment(id, 'ill')
FROM practiceacl.appointment WHERE agenda_id = :'ines_agenda' AND patient = 'Patient 2' \g /dev/null
SELECT place, patient, contact, starts_at FROM practiceacl.waiting_list_matches;
SELECT practiceacl.book(:'ines_agenda', starts_at, waiting_list_entry => :'zoe')
FROM practiceacl.waiting_list_matches \g /dev/null
SELECT starts_at, status, patient FROM practiceacl.appointment
WHERE agenda_id = :'ines_agenda' ORDER BY starts_at, status;
\set ECHO none
COMMIT;
\connect - postgres
\qecho
\qecho '── A mailer will be given the reminders of Zoé''s visit when they are due ───────'
\qecho
\set ECHO queries
SELECT kind, recipient, due_at FROM practiceacl.outbox WHERE kind = 'reminder' ORDER BY due_at;
\set ECHO none
\connect - clinic_app
