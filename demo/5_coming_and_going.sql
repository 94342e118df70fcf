-- A secretary is invited and logs in with a password of their own; a colleague's
-- rights are cloned; somebody leaves, and no session of theirs keeps a right.

\qecho
\qecho '── Claire invites a secretary; the token goes to them by mail ──────────────────'
\qecho
BEGIN;
SELECT practiceacl.enter(:'claires_token') \g /dev/null
\set ECHO queries
SELECT token AS invitation, expires_at::date AS good_until
FROM practiceacl.invite_user(:'practice', 'mina.leroy@clinic.example', 'Mina', 'Leroy',
                             'secretary', clone_from => :'sonia') \gset
\set ECHO none
SELECT email, status, times_sent FROM practiceacl.invitation_status;
COMMIT;
\qecho
\qecho '── Mina accepts with a password that nobody else knows; it works once ──────────'
\qecho
\set ECHO queries
SELECT account_id AS mina FROM practiceacl.accept_invitation(:'invitation', 'un cheval, une agrafe') \gset
\set ON_ERROR_STOP off
SELECT practiceacl.accept_invitation(:'invitation', 'somebody else''s password');
\set ON_ERROR_STOP on
SELECT practiceacl.log_in('mina.leroy@clinic.example', 'a wrong password') IS NULL AS refused;
SELECT practiceacl.log_in('mina.leroy@clinic.example', 'un cheval, une agrafe') AS minas_token \gset
\set ECHO none
\qecho
\qecho '── Mina has what Sonia has, and explain_access() tells why ─────────────────────'
\qecho
BEGIN;
SELECT practiceacl.enter(:'claires_token') \g /dev/null
\set ECHO queries
SELECT source, rights, act, granted_by_name
FROM practiceacl.explain_access(:'mina', :'claires_agenda');
SELECT name, practiceacl.level(rights) FROM practiceacl.who_can(:'claires_agenda', 'book') ORDER BY name;
\set ECHO none
\qecho
\qecho '── Sonia leaves: the session ends with the rights, in the same instant ─────────'
\qecho
\set ECHO queries
SELECT count(*) AS orphaned_appointments FROM practiceacl.remove_user(:'practice', :'sonia');
\set ECHO none
COMMIT;
\set ON_ERROR_STOP off
\set ECHO queries
SELECT practiceacl.enter(:'sonias_token');
\set ECHO none
\set ON_ERROR_STOP on
