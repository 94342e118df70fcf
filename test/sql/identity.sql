-- What is said to those who are not let in.
BEGIN;
SET LOCAL practiceacl.password_memory = '8kB';
CREATE ROLE identity_app;
SELECT practiceacl.grant_application('identity_app');
INSERT INTO practiceacl.account (id, email, first_name, last_name) VALUES
    ('00000000-0000-7000-8000-00000000000a', 'anne@example.org', 'Anne', 'Martin');
SELECT practiceacl.open_session('00000000-0000-7000-8000-00000000000a') AS token \gset
SET LOCAL ROLE identity_app;
SAVEPOINT here;

-- Not logged in
SELECT practiceacl.log_out();
ROLLBACK TO here;
SELECT practiceacl.enter('AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA');
ROLLBACK TO here;
SELECT practiceacl.enter(NULL);
ROLLBACK TO here;
SELECT practiceacl.reset_password('', 'a new password');
ROLLBACK TO here;

-- Passwords that nobody may have
SELECT practiceacl.log_in('anne@example.org', '');
ROLLBACK TO here;
SELECT practiceacl.log_in('anne@example.org', repeat('x', 1025));
ROLLBACK TO here;
SELECT practiceacl.reset_password('', 'short');
ROLLBACK TO here;

-- Too many attempts
SELECT practiceacl.log_in('anne@example.org', 'guess', 'here') FROM generate_series(1, 5);
\set VERBOSITY terse
SELECT practiceacl.log_in('anne@example.org', 'guess', 'here');
\set VERBOSITY default
ROLLBACK TO here;

-- Logged in
SELECT practiceacl.enter(:'token') IS NOT NULL AS entered;
SAVEPOINT here;
SHOW practiceacl.session;
SELECT current_setting('practiceacl.session');
SELECT name FROM pg_settings WHERE name = 'practiceacl.session';
SELECT practiceacl.reauthenticate('guess');
ROLLBACK TO here;
SELECT practiceacl.request_email_change('anne.martin@example.org');
ROLLBACK TO here;
SELECT practiceacl.confirm_email_change('AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA');
ROLLBACK TO here;
SELECT practiceacl.choose_agenda('00000000-0000-7000-8000-0000000000c1');
ROLLBACK TO here;
SELECT practiceacl.close_session('00000000-0000-7000-8000-0000000000c1');
ROLLBACK TO here;
SELECT practiceacl.update_my_account('{"surname": "Martin"}');
ROLLBACK TO here;
SELECT practiceacl.update_my_account('{"time_zone": "Mars/Olympus"}');
ROLLBACK TO here;

-- Addresses
RESET ROLE;
SAVEPOINT here;
SELECT practiceacl.block_email('Anne Martin', 'test');
ROLLBACK TO here;
SELECT practiceacl.block_email('anne@еxample.org', 'test');
ROLLBACK TO here;
SELECT practiceacl.unblock_email('anne@example.org');
ROLLBACK TO here;
SELECT practiceacl.unmap_role('identity_app');
ROLLBACK;

-- Outside a transaction block
SELECT practiceacl.enter('AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA');

-- A token is no default
\set VERBOSITY terse
ALTER ROLE CURRENT_USER SET practiceacl.session = 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET practiceacl.session = %L', current_database(), 'x'); END $$;
