-- A visit that needs a room and a device, for as long as its type takes.

\qecho
\qecho '── Claire says how long an ultrasound takes, and makes the rooms ───────────────'
\qecho
BEGIN;
SELECT practiceacl.enter(:'claires_token') \g /dev/null
\set ECHO queries
SELECT practiceacl.set_appointment_type(:'practice', 'Ultrasound',
    '{"duration": "30 minutes", "buffer_after": 15, "color": "#3366cc"}') AS ultrasound \gset
SELECT practiceacl.offer_type(:'claires_agenda', :'ultrasound') \g /dev/null
SELECT practiceacl.add_agenda(:'practice', NULL, '{"kind": "room", "name": "Room 1"}') AS room_1 \gset
SELECT practiceacl.add_agenda(:'practice', NULL, '{"kind": "room", "name": "Room 2"}') AS room_2 \gset
SELECT practiceacl.add_agenda(:'practice', NULL, '{"kind": "device", "name": "Scanner"}') AS scanner \gset
SELECT practiceacl.set_rights(a, :'sonia', 'book')
FROM unnest(ARRAY[:'room_1', :'room_2', :'scanner']::uuid[]) AS a \g /dev/null
\set ECHO none
COMMIT;

\qecho
\qecho '── Sonia books it: with the scanner, and the first room that is free ───────────'
\qecho
BEGIN;
SELECT practiceacl.enter(:'sonias_token') \g /dev/null
\set ECHO queries
SELECT practiceacl.book(:'room_1', :'wednesday'::timestamptz + interval '5 days', note => 'painter') \g /dev/null
SELECT practiceacl.book(:'claires_agenda', :'wednesday'::timestamptz + interval '5 days',
    patient => 'Nadia Benali', appointment_type => :'ultrasound',
    also => ARRAY[:'scanner']::uuid[],
    also_any => ARRAY[:'room_1', :'room_2']::uuid[]) AS visit \gset
SELECT m.name AS agenda, a.patient, a.starts_at::time, a.ends_at::time, a.occupied_until::time
FROM practiceacl.appointment AS a JOIN practiceacl.my_agendas AS m USING (agenda_id)
WHERE :'visit' IN (a.id, a.part_of) ORDER BY a.part_of IS NOT NULL, m.name;
\set ON_ERROR_STOP off
SAVEPOINT before;
-- The scanner is cleaned then.
SELECT practiceacl.book(:'scanner', :'wednesday'::timestamptz + interval '5 days 35 minutes');
ROLLBACK TO before;
\set ON_ERROR_STOP on
SELECT practiceacl.move_appointment(:'visit', :'wednesday'::timestamptz + interval '5 days 1 hour') \g /dev/null
SELECT m.name AS agenda, a.starts_at::time, a.occupied_until::time
FROM practiceacl.appointment AS a JOIN practiceacl.my_agendas AS m USING (agenda_id)
WHERE :'visit' IN (a.id, a.part_of) ORDER BY a.part_of IS NOT NULL, m.name;
\set ECHO none
COMMIT;
