-- Booking, refused and allowed; and what is on record afterwards.

\qecho '── Sonia books for Claire; the same slot cannot be booked again ────────────────'
\qecho
SELECT (date_trunc('week', now()) + interval '15 days 9 hours')::timestamptz AS tuesday \gset
BEGIN;
SELECT practiceacl.enter(:'sonias_token') \g /dev/null
\set ECHO queries
SELECT practiceacl.book(:'claires_agenda', :'tuesday', patient => 'Jeanne Roy') AS appointment \gset
\set ON_ERROR_STOP off
SAVEPOINT before;
SELECT practiceacl.book(:'claires_agenda', :'tuesday', patient => 'Karim Haddad');
ROLLBACK TO before;
\set ECHO none
\qecho '── nor may she book where she only sees free and busy ──────────────────────────'
\qecho
\set ECHO queries
SELECT practiceacl.book(:'pauls_agenda', :'tuesday', patient => 'Karim Haddad');
ROLLBACK TO before;
\set ON_ERROR_STOP on
\set ECHO none
\qecho '── but double booking on purpose is a right of its own, and wants a reason ─────'
\qecho
\set ECHO queries
SELECT practiceacl.book(:'claires_agenda', :'tuesday', patient => 'Karim Haddad',
                        overbook => true, reason => 'high fever, Dr Martin agreed') \g /dev/null
SELECT starts_at, patient, overbooked FROM practiceacl.appointment
WHERE agenda_id = :'claires_agenda' AND starts_at >= :'tuesday' ORDER BY starts_at, overbooked LIMIT 3;
\set ECHO none
COMMIT;

\qecho '── An attacker in the back end sees no token and gains no rights ───────────────'
\qecho
BEGIN;
SELECT practiceacl.enter(:'sonias_token') \g /dev/null
\set ECHO queries
SELECT current_setting('practiceacl.session') AS token;
\set ON_ERROR_STOP off
SAVEPOINT before;
SELECT * FROM practiceacl.session_token;
ROLLBACK TO before;
\set ON_ERROR_STOP on
\set ECHO none
COMMIT;

\qecho '── How the planner reads a calendar: by index, through the rights ──────────────'
\qecho
BEGIN;
SELECT practiceacl.enter(:'sonias_token') \g /dev/null
\set ECHO queries
EXPLAIN (COSTS OFF)
SELECT * FROM practiceacl.appointment
WHERE starts_at >= :'tuesday' AND starts_at < :'tuesday'::timestamptz + interval '7 days';
\set ECHO none
COMMIT;

\qecho '── Claire, the administrator, reads the record, and it verifies ────────────────'
\qecho
BEGIN;
SELECT practiceacl.enter(:'claires_token') \g /dev/null
\set ECHO queries
SELECT a.recorded_at::time(0) AS at, u.name AS who, a.act
FROM practiceacl.activity AS a
LEFT JOIN practiceacl.user_directory AS u ON u.account_id = a.actor_id
ORDER BY a.id DESC LIMIT 8;
SELECT count(*) AS chains, sum(entries) AS entries, count(*) FILTER (WHERE first_broken <> 0) AS broken
FROM practiceacl.verify_activity(:'practice');
\set ECHO none
COMMIT;
