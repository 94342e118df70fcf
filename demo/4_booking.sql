-- Booking, refused and allowed; and what is on record afterwards.

\qecho
\qecho '── Sonia books for Claire; the same slot cannot be booked again ────────────────'
\qecho
-- A Tuesday that neither today nor the file reaches, so that the story is the
-- same on every day and with every file.
SELECT date_trunc('week', greatest(now(), (SELECT max(ends_at) FROM staging.encounter)))
       + interval '15 days 9 hours' AS tuesday,
       date_trunc('week', greatest(now(), (SELECT max(ends_at) FROM staging.encounter)))
       + interval '16 days 9 hours' AS wednesday \gset
BEGIN;
SELECT practiceacl.enter(:'sonias_token') \g /dev/null
\set ECHO queries
SELECT practiceacl.book(:'claires_agenda', :'tuesday', patient => 'Jeanne Roy') \g /dev/null
\set ON_ERROR_STOP off
SAVEPOINT before;
SELECT practiceacl.book(:'claires_agenda', :'tuesday', patient => 'Karim Haddad');
ROLLBACK TO before;
\set ECHO none
\qecho
\qecho '── nor is booking allowed where they only see free and busy ────────────────────'
\qecho
\set ECHO queries
SELECT practiceacl.book(:'pauls_agenda', :'tuesday', patient => 'Karim Haddad');
ROLLBACK TO before;
\set ON_ERROR_STOP on
\set ECHO none
\qecho
\qecho '── but double booking on purpose is a right of its own, and wants a reason ─────'
\qecho
\set ECHO queries
SELECT practiceacl.book(:'claires_agenda', :'tuesday', patient => 'Karim Haddad',
                        overbook => true, reason => 'high fever, Dr Martin agreed') \g /dev/null
SELECT starts_at, patient, overbooked FROM practiceacl.appointment
WHERE agenda_id = :'claires_agenda' AND starts_at >= :'tuesday'
ORDER BY starts_at, overbooked LIMIT 3;
\set ECHO none
COMMIT;

\qecho
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

\qecho
\qecho '── How the planner reads a calendar: by index, through the rights ──────────────'
\qecho
BEGIN;
SELECT practiceacl.enter(:'sonias_token') \g /dev/null
\set ECHO queries
EXPLAIN (COSTS OFF)
SELECT * FROM practiceacl.appointment
WHERE starts_at >= :'tuesday' AND starts_at < :'wednesday';
\set ECHO none
COMMIT;

\qecho
\qecho '── Claire, the administrator, reads the record, and it verifies ────────────────'
\qecho
BEGIN;
SELECT practiceacl.enter(:'claires_token') \g /dev/null
\set ECHO queries
SELECT a.recorded_at::time(0) AS at, u.name AS who, a.act
FROM practiceacl.activity AS a
LEFT JOIN practiceacl.user_directory AS u ON u.account_id = a.actor_id
ORDER BY a.id DESC LIMIT 8;
SELECT count(*) AS chains, sum(entries) AS entries, count(first_broken) AS broken
FROM practiceacl.verify_activity(:'practice');
\set ECHO none
COMMIT;
