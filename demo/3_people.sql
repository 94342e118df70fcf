-- A secretary without a calendar, a locum for a week, and who sees what.

\connect - clinic_sso
SELECT practiceacl.open_session(:'claire', client => 'demo') AS claires_token \gset
SELECT practiceacl.open_session(:'paul', client => 'demo') AS pauls_token \gset

\connect - clinic_app
\qecho
\qecho '── A secretary without a calendar, on two others with different levels ─────────'
\qecho
BEGIN;
SELECT practiceacl.enter(:'claires_token') \g /dev/null
\set ECHO none
\qecho '  SELECT account_id FROM practiceacl.create_user(organization_id,'
\qecho '      ''sonia.petit@clinic.example'', ''Sonia'', ''Petit'', ''secretary'', access => ''['
\qecho '          {"agenda": ..., "rights": "book+overbook"}, {"agenda": ..., "rights": "freebusy"}]'');'
\qecho
SELECT account_id AS sonia
FROM practiceacl.create_user(:'practice', 'sonia.petit@clinic.example', 'Sonia', 'Petit', 'secretary',
    access => jsonb_build_array(
        jsonb_build_object('agenda', :'claires_agenda', 'rights', 'book+overbook'),
        jsonb_build_object('agenda', :'pauls_agenda', 'rights', 'freebusy'))) \gset
\set ECHO none
\qecho
\qecho '── and a locum, who stands in for one week ─────────────────────────────────────'
\qecho
\set ECHO none
\qecho '  ... ''leo.roux@clinic.example'', ''Léo'', ''Roux'', ''locum'', access => ''[{"agenda": ...,'
\qecho '      "rights": "book+private", "valid_from": monday, "valid_until": monday + 7 days}]'');'
\qecho
SELECT account_id AS leo
FROM practiceacl.create_user(:'practice', 'leo.roux@clinic.example', 'Léo', 'Roux', 'locum',
    access => jsonb_build_array(jsonb_build_object('agenda', :'claires_agenda', 'rights', 'book+private',
        'valid_from', date_trunc('week', now()), 'valid_until', date_trunc('week', now()) + interval '7 days'))) \gset
\set ECHO none
\qecho
\qecho 'Who may do what here, as the administrator sees it:'
\qecho
SELECT user_name, agenda_name, CASE level WHEN 'owner' THEN 'owner' ELSE rights::text END AS rights
FROM practiceacl.access_matrix ORDER BY user_name, agenda_name \crosstabview user_name agenda_name rights
COMMIT;

\connect - clinic_sso
SELECT practiceacl.open_session(:'sonia', client => 'demo') AS sonias_token \gset

\connect - clinic_app
\qecho
\qecho '── Nobody is logged in: nothing is there, and nothing fails ────────────────────'
\qecho
\set ECHO queries
SELECT count(*) FROM practiceacl.appointment;
\set ECHO none
\qecho
\qecho '── Sonia logs in: the same query shows what they may read ──────────────────────'
\qecho
BEGIN;
SELECT practiceacl.enter(:'sonias_token') \g /dev/null
\set ECHO queries
SELECT count(*) FROM practiceacl.appointment;
SELECT name, holder_name, rights FROM practiceacl.my_agendas ORDER BY name;
SELECT name, job_title, email FROM practiceacl.user_directory ORDER BY name;
\set ECHO none
COMMIT;
