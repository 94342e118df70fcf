-- What the last release wrote is whole after the update, and goes on.
BEGIN;
SELECT plan(8);
SELECT is((SELECT count(*) FROM practiceacl.appointment), 7::bigint, 'every appointment is there');
SELECT is_empty($$ SELECT id FROM practiceacl.appointment JOIN practiceacl.agenda g (o, agenda) ON agenda = agenda_id
                   WHERE ends_at > now() AND (local_start, local_end) IS DISTINCT FROM (starts_at AT TIME ZONE time_zone, ends_at AT TIME ZONE time_zone) $$,
                'and where the wall clock has those to come');
SELECT is((SELECT string_agg(DISTINCT (first_broken IS NULL)::text, ',')
           FROM practiceacl.organization o, LATERAL practiceacl.verify_activity(o.id)), 'true', 'every chain verifies');
-- What is new in an audience is granted by whoever runs the update.
SELECT practiceacl.grant_application('upgrade_app') \g /dev/null
SELECT is_empty('SELECT check_name, detail FROM practiceacl.health() WHERE NOT ok
                 AND check_name <> ''messages''', 'health() is clean but for messages that wait since then');
SELECT is_empty('SELECT grantee FROM practiceacl.given_privileges WHERE grantee = 0
                 AND object NOT IN (SELECT object FROM practiceacl.intended_privileges WHERE audience = ''public'')',
                'PUBLIC has nothing new');
SELECT is_empty('SELECT objoid FROM pg_init_privs i, aclexplode(i.initprivs) a JOIN pg_roles r ON r.oid = a.grantee
                 WHERE r.rolname = ''upgrade_app''', 'what a role was granted is still the database''s, and dumped');
SELECT practiceacl.log_in('alice@lumiere.test', 'correct horse battery', 'desktop') AS token \gset
SELECT isnt(:'token'::text, NULL, 'a password of before opens a session');
SELECT practiceacl.enter(:'token') AS alice \gset
SELECT is((SELECT count(*) FROM practiceacl.my_agendas WHERE name = 'Alice'), 1::bigint, 'in which the calendar of before is there');
SELECT finish();
ROLLBACK;
