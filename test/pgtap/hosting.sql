-- Where nobody is a superuser for long: the role that created the extension
-- owns it and needs the attribute no more.  (CREATE EXTENSION practiceacl: an
-- empty database.)
CREATE EXTENSION pgtap;
BEGIN;
SELECT plan(9);
CREATE ROLE hosting_owner SUPERUSER;
CREATE ROLE hosting_app;
CREATE ROLE hosting_operator;
DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO hosting_owner', current_database()); END $$;
SET LOCAL ROLE hosting_owner;
CREATE EXTENSION practiceacl;
RESET ROLE;
SET LOCAL practiceacl.password_memory = 19456;
SET LOCAL practiceacl.password_passes = 2;
ALTER ROLE hosting_owner NOSUPERUSER;

SET LOCAL ROLE hosting_owner;
SELECT lives_ok($$SELECT practiceacl.grant_application('hosting_app'), practiceacl.grant_operator('hosting_operator')$$, 'the owner gives roles their audience');
SET LOCAL ROLE hosting_operator;
SELECT * FROM practiceacl.create_organization('Practice', 'admin@x.test', 'Ad', 'Min') \gset
SELECT is_empty($$SELECT check_name, detail FROM practiceacl.health() WHERE NOT ok AND check_name <> 'settings'$$, 'all is well');
SELECT lives_ok($$SELECT practiceacl.map_role('hosting_app', account_id, personal => true) FROM practiceacl.create_organization('Second', 'second@x.test', 'Sec', 'Ond')$$, 'an operator maps a role');
SELECT lives_ok($$SELECT practiceacl.unmap_role('hosting_app')$$, 'and undoes it');
SELECT isnt_empty($$SELECT * FROM practiceacl.purge('1 year')$$, 'and purges');

SET LOCAL ROLE hosting_app;
SELECT practiceacl.log_in('admin@x.test', :'temporary_password', 'client') AS token \gset
SELECT practiceacl.enter(:'token') \g /dev/null
SELECT lives_ok(format('SELECT practiceacl.change_password(%L, %L)', :'temporary_password', 'a password of their own'), 'an account sets its password');
SELECT practiceacl.add_agenda(:'organization_id', :'account_id', '{"data_controller": "Practice"}') AS agenda \gset
SELECT practiceacl.book(:'agenda', '2058-03-04 09:00Z', patient => 'Zoe') \g /dev/null
SELECT results_eq('SELECT patient FROM practiceacl.appointment', ARRAY['Zoe'], 'books and reads');
SELECT set_config('practiceacl.session', '', true) \g /dev/null
SELECT is_empty('SELECT patient FROM practiceacl.appointment', 'without a session nothing is read');

SET LOCAL ROLE hosting_owner;
SELECT results_eq('SELECT patient FROM practiceacl.appointment', ARRAY['Zoe'], 'the owner sees all rows, as owners do');
RESET ROLE;
SELECT * FROM finish();
ROLLBACK;
