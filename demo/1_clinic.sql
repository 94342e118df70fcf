-- The stage: roles, two practices, their people, their calendars.

\pset footer off
\qecho
\qecho '── A database, the extension, and a role for each kind of program ──────────────'
\qecho
\set ECHO queries
CREATE EXTENSION practiceacl;

CREATE ROLE clinic_app LOGIN;      -- the back end: no power of its own
CREATE ROLE clinic_sso LOGIN;      -- the log-in service: opens sessions
CREATE ROLE clinic_support LOGIN;  -- the operator
SELECT practiceacl.grant_application('clinic_app') \g /dev/null
SELECT practiceacl.grant_authenticator('clinic_sso') \g /dev/null
SELECT practiceacl.grant_operator('clinic_support') \g /dev/null
\set ECHO none

-- The encounters, as they come.
SET client_min_messages = warning;
CREATE SCHEMA staging;
CREATE TABLE staging.encounter (
    id text, starts_at timestamptz, ends_at timestamptz, patient text,
    practice uuid, provider uuid, class text, description text);
\copy staging.encounter FROM pstdin WITH (FORMAT csv, HEADER)
CREATE TABLE staging.practice AS
SELECT practice AS source_id, row_number() OVER (ORDER BY count(*) DESC, practice) AS rank,
       CASE WHEN :'own_data' THEN 'Practice ' || left(practice::text, 8)
            WHEN count(DISTINCT provider) > 1 THEN 'Cabinet de la République'
            ELSE 'Maison des Tilleuls' END AS name,
       NULL::uuid AS organization_id
FROM staging.encounter GROUP BY practice;
CREATE TABLE staging.provider AS
SELECT provider AS source_id, min(practice::text)::uuid AS practice, count(*) AS encounters,
       row_number() OVER (PARTITION BY min(practice::text) ORDER BY count(*) DESC, provider) AS place,
       NULL::text AS first_name, NULL::text AS last_name,
       NULL::uuid AS account_id, NULL::uuid AS agenda_id
FROM staging.encounter GROUP BY provider;
UPDATE staging.provider AS p
SET first_name = coalesce(n.first_name, 'Provider'), last_name = coalesce(n.last_name, left(p.source_id::text, 8))
FROM staging.provider AS q
LEFT JOIN LATERAL (
    SELECT * FROM (VALUES (1, 1, 'Claire', 'Martin'), (1, 2, 'Paul', 'Durand'), (2, 1, 'Nadia', 'Benali'))
        AS named (rank, place, first_name, last_name)
    WHERE NOT :'own_data' AND named.place = q.place
      AND named.rank = (SELECT rank FROM staging.practice WHERE source_id = q.practice)) AS n ON true
WHERE q.source_id = p.source_id;
SELECT count(*) AS encounters, count(DISTINCT practice) AS practices, count(DISTINCT provider) AS providers,
       min(starts_at)::date AS first_day, max(starts_at)::date AS last_day
FROM staging.encounter \gset

\qecho
\qecho '── The practices:' :practices 'organizations with' :providers 'practitioners, from' :data_name '──'
\qecho
\qecho 'The operator makes an organization and its first administrator:'
\qecho
\qecho '  SELECT * FROM practiceacl.create_organization(name, admin_email, first_name, last_name);'
\qecho
-- One for each practice of the file; its first practitioner administers it.
CREATE TABLE staging.made AS
SELECT r.source_id, m.*
FROM staging.practice AS r
JOIN staging.provider AS p ON p.practice = r.source_id AND p.place = 1
CROSS JOIN LATERAL practiceacl.create_organization(
    r.name, 'admin' || r.rank || '@clinic.example', p.first_name, p.last_name) AS m;
UPDATE staging.practice AS r SET organization_id = m.organization_id FROM staging.made AS m WHERE m.source_id = r.source_id;
UPDATE staging.provider AS p SET account_id = m.account_id FROM staging.made AS m WHERE m.source_id = p.practice AND p.place = 1;
GRANT USAGE ON SCHEMA staging TO clinic_app, clinic_sso;
GRANT SELECT, UPDATE ON ALL TABLES IN SCHEMA staging TO clinic_app;

\qecho 'Each administrator adds a calendar of their own, and an account with one for each colleague:'
\qecho
\qecho '  SELECT practiceacl.add_agenda(organization_id, account_id, ''{"name": ...}'');'
\qecho '  SELECT * FROM practiceacl.create_user(organization_id, email, first_name, last_name,'
\qecho '                                        agenda => ...);'
\qecho
\o /dev/null
SELECT 'BEGIN',
       format('SELECT set_config(%L, practiceacl.open_session(%L), true)', 'practiceacl.session', p.account_id),
       format('UPDATE staging.provider SET agenda_id = practiceacl.add_agenda(%L, %L, %L) WHERE source_id = %L',
              r.organization_id, p.account_id,
              json_build_object('name', p.first_name || ' ' || p.last_name, 'data_controller', r.name), p.source_id),
       (SELECT string_agg(format(
            'UPDATE staging.provider SET (account_id, agenda_id) = (SELECT account_id, agenda_id FROM practiceacl.create_user(%L, %L, %L, %L, job_title => %L, agenda => %L)) WHERE source_id = %L',
            r.organization_id, lower(c.last_name) || '@clinic.example', c.first_name, c.last_name, 'practitioner',
            json_build_object('name', c.first_name || ' ' || c.last_name, 'data_controller', r.name), c.source_id), '; ')
        FROM staging.provider AS c WHERE c.practice = p.practice AND c.place > 1),
       'COMMIT'
FROM staging.provider AS p JOIN staging.practice AS r ON r.source_id = p.practice
WHERE p.place = 1 ORDER BY r.rank \gexec
\o

-- The practice on stage is the largest; what it lacks is a second calendar.
SELECT r.organization_id AS practice, r.name AS practice_name, p.account_id AS claire, p.agenda_id AS claires_agenda,
       p.first_name || ' ' || p.last_name AS claires_name
FROM staging.practice AS r JOIN staging.provider AS p ON p.practice = r.source_id AND p.place = 1
WHERE r.rank = 1 \gset
SELECT p.account_id AS nadia, p.agenda_id AS nadias_agenda
FROM staging.practice AS r JOIN staging.provider AS p ON p.practice = r.source_id AND p.place = 1
WHERE r.rank = 2 \gset
\if :own_data
BEGIN;
SELECT set_config('practiceacl.session', practiceacl.open_session(:'claire'), true) \g /dev/null
SELECT account_id AS paul, agenda_id AS pauls_agenda
FROM practiceacl.create_user(:'practice', 'paul.durand@clinic.example', 'Paul', 'Durand', 'practitioner',
    agenda => '{"name": "Paul Durand", "data_controller": "Paul Durand"}') \gset
COMMIT;
\else
SELECT account_id AS paul, agenda_id AS pauls_agenda FROM staging.provider WHERE last_name = 'Durand' \gset
\endif
