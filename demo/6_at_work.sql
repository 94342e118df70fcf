-- The calendar at work: openings, free slots, a hold, an emergency, a week.

\qecho
\qecho '── Claire opens the calendar on Tuesdays; free_slots() finds what is free ──────'
\qecho
SELECT :'tuesday'::timestamptz + interval '7 days' AS next_tuesday,
       :'tuesday'::timestamptz + interval '8 days' AS wednesday \gset
BEGIN;
SELECT practiceacl.enter(:'claires_token') \g /dev/null
\set ECHO queries
SELECT practiceacl.set_openings(:'claires_agenda',
    '[{"weekday": 2, "from": "09:00", "to": "10:30"}]') \g /dev/null
SELECT starts_at, ends_at
FROM practiceacl.free_slots(:'claires_agenda', :'next_tuesday', :'wednesday');
\set ECHO none
COMMIT;
\qecho
\qecho '── Mina has a slot open: nobody else can book it meanwhile ─────────────────────'
\qecho
SELECT starts_at AS slot FROM (SELECT :'next_tuesday'::timestamptz + interval '65 days' AS starts_at) AS s \gset
BEGIN;
SELECT practiceacl.enter(:'minas_token') \g /dev/null
\set ECHO queries
SELECT practiceacl.hold_slot(:'claires_agenda', :'slot') AS hold \gset
\set ECHO none
COMMIT;
BEGIN;
SELECT practiceacl.enter(:'claires_token') \g /dev/null
\set ECHO queries
SELECT agenda, name, starts_at, own FROM practiceacl.slot_presence;
\set ON_ERROR_STOP off
SAVEPOINT before;
SELECT practiceacl.book(:'claires_agenda', :'slot', patient => 'Karim Haddad');
ROLLBACK TO before;
\set ON_ERROR_STOP on
\set ECHO none
COMMIT;
\qecho
\qecho '── An emergency: Paul opens Claire''s calendar, and everybody concerned is told ─'
\qecho
\connect - clinic_sso
SELECT practiceacl.open_session(:'paul', client => 'demo') AS pauls_token \gset
\connect - clinic_app
BEGIN;
SELECT practiceacl.enter(:'pauls_token') \g /dev/null
\set ECHO queries
SELECT practiceacl.break_glass(:'claires_agenda',
    'a patient collapsed in the waiting room') > now() AS open;
\set ECHO none
COMMIT;
\qecho
\qecho '── A week of the calendar, as psql shows it ────────────────────────────────────'
\qecho
BEGIN;
SELECT practiceacl.enter(:'claires_token') \g /dev/null
\set ECHO queries
SELECT * FROM practiceacl.week(:'claires_agenda', :'tuesday'::date - 1) LIMIT 12;
\set ECHO none
COMMIT;
\connect - postgres
\qecho
\qecho '── And the operator asks whether all is well ───────────────────────────────────'
\qecho
\set ECHO queries
SELECT check_name, ok FROM practiceacl.health() ORDER BY ok, check_name;
\set ECHO none
