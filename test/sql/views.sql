-- How psql prints what people look at: the matrix, the directory, a week.
SET client_min_messages = warning;
SET TimeZone = 'Europe/Paris';
BEGIN;
\set ECHO none
\getenv inputdir PG_ABS_SRCDIR
\set clinic :inputdir '/pgtap/support/clinic.psql'
\i :clinic
\set ECHO all
SET search_path = clinic, pg_catalog;
SELECT join_clinic('ada', admin => 'full'), join_clinic('ben'), join_clinic('cléo'), join_clinic('sam'), join_clinic('tess') \g /dev/null
SELECT hold_agenda('ada'), hold_agenda('ben', slot_minutes => 30), hold_agenda('cléo') \g /dev/null
SELECT may('sam', 'book', 'ada'), may('sam', 'book+messaging', 'ben'), may('tess', 'freebusy', 'ben'),
       may('tess', 'read+private', 'ada'), may('ben', 'read', 'cléo', tstzrange(NULL, '2001-01-01')) \g /dev/null
UPDATE practiceacl.membership SET job_title = 'Secretary' WHERE account_id = account('sam');
SELECT log_everybody_in() \g /dev/null
INSERT INTO practiceacl.opening (organization_id, agenda_id, weekday, opens_at, closes_at)
SELECT id, agenda('ada'), weekday, opens::time, closes::time
FROM place, generate_series(1, 5) AS weekday, (VALUES ('09:00', '12:00'), ('14:00', '17:00')) AS v (opens, closes)
WHERE name = 'clinic' AND NOT (weekday = 3 AND opens = '14:00');
INSERT INTO practiceacl.appointment (organization_id, agenda_id, starts_at, ends_at, created_by, patient, private, overbooked)
SELECT id, agenda('ada'), at(a::timestamp), at(b::timestamp), account('sam'), patient, secret, over
FROM place, (VALUES
    ('2058-03-04 09:00', '2058-03-04 09:30', 'Marie Curie', false, false),
    ('2058-03-04 10:00', '2058-03-04 11:30', 'Émile Zola', false, false),
    ('2058-03-05 14:00', '2058-03-05 14:15', 'Anne', false, false),
    ('2058-03-05 14:15', '2058-03-05 14:30', 'Bruno', false, false),
    ('2058-03-05 14:20', '2058-03-05 14:40', 'Chloé', false, true),
    ('2058-03-06 11:00', '2058-03-06 12:00', 'Secret Name', true, false),
    ('2058-03-07 07:15', '2058-03-07 07:45', 'Early Bird', false, false),
    ('2058-03-08 16:30', '2058-03-08 17:00', NULL, false, false),
    ('2058-03-11 09:00', '2058-03-11 10:00', 'Next Week', false, false)) AS v (a, b, patient, secret, over)
WHERE name = 'clinic';
INSERT INTO practiceacl.absence (organization_id, agenda_id, starts_at, ends_at, created_by, reason)
SELECT id, agenda('ada'), at('2058-03-07 14:00'), at('2058-03-08 12:00'), account('ada'), 'course' FROM place WHERE name = 'clinic';
SET ROLE clinic_application;
SET search_path = clinic, pg_catalog;

SELECT enter('ada') \g /dev/null
-- An administrator's matrix: user by agenda.
SELECT user_name, agenda_name, level FROM practiceacl.access_matrix ORDER BY user_name, agenda_name \crosstabview user_name agenda_name level agenda_name
SELECT user_name, agenda_name, rights, source FROM practiceacl.access_matrix WHERE level <> 'owner' ORDER BY 1, 2;
SELECT name, email, job_title, admin, status, agendas, holds FROM practiceacl.user_directory ORDER BY name;

-- A secretary's week of the calendar, private appointments as busy.
SELECT enter('sam') \g /dev/null
SELECT * FROM practiceacl.week(agenda('ada'), '2058-03-06');
-- Those who may see them do; an hour a line.
SELECT enter('tess') \g /dev/null
SELECT * FROM practiceacl.week(agenda('ada'), '2058-03-04', '1 hour');
-- Freebusy is not enough, and a stranger's calendar is as one that does not exist.
SELECT * FROM practiceacl.week(agenda('ben'), '2058-03-04');
SELECT * FROM practiceacl.week(agenda('cléo'), '2058-03-04');
SELECT organization, name, holder_name, rights, own FROM practiceacl.my_agendas ORDER BY name;
SELECT name, email, job_title, admin, agendas, holds FROM practiceacl.user_directory ORDER BY name;
RESET ROLE;
ROLLBACK;
