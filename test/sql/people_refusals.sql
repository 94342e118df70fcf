-- What is said of accounts, to operators and administrators: code, stable
-- word, message, facts and advice.
BEGIN;
SET LOCAL practiceacl.password_memory = '8kB';
CREATE ROLE people_operator;
SELECT practiceacl.grant_operator('people_operator');
CREATE ROLE people_app;
SELECT practiceacl.grant_application('people_app');
CREATE FUNCTION pg_temp.refusal(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    word text;
    detail text;
    hint text;
BEGIN
    EXECUTE statement;
    RETURN 'done';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS word = CONSTRAINT_NAME, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    RETURN concat_ws(E'\n  ', rtrim(SQLSTATE || ' ' || word), SQLERRM, nullif(detail, ''), nullif(hint, ''));
END $$;
\pset format unaligned
\pset tuples_only on
INSERT INTO practiceacl.account (id, email, first_name, last_name) VALUES
    ('00000000-0000-7000-8000-0000000000a1', 'eve@people.test', 'Eve', 'East');
SELECT practiceacl.digest_emails() \g /dev/null
SELECT organization_id AS centre, account_id AS manager
FROM practiceacl.create_organization('Health Centre', 'marc@centre.test', 'Marc', 'Moreau') \gset
SELECT practiceacl.open_session(:'manager') AS manager_token \gset

-- The support desk
SET LOCAL ROLE people_operator;
SELECT practiceacl.block_email('eve@people.test', 'complaints'); -- warns
SELECT practiceacl.block_email('nobody@people.test', 'complaints');
SELECT pg_temp.refusal($$SELECT practiceacl.block_account('00000000-0000-7000-8000-0000000000a1', ' ')$$);
SELECT pg_temp.refusal($$SELECT practiceacl.block_account('00000000-0000-7000-8000-000000000001', 'stolen')$$);
SELECT pg_temp.refusal($$SELECT practiceacl.unblock_account('00000000-0000-7000-8000-0000000000a1')$$);
SELECT practiceacl.block_account('00000000-0000-7000-8000-0000000000a1', 'stolen');
SELECT practiceacl.block_email('eve@people.test', 'blocked already'); -- says nothing
SELECT practiceacl.unblock_account('00000000-0000-7000-8000-0000000000a1');
SELECT pg_temp.refusal($$SELECT practiceacl.reopen_organization('00000000-0000-7000-8000-000000000001')$$);
RESET ROLE;

-- An administrator
SET LOCAL ROLE people_app;
SELECT practiceacl.enter(:'manager_token') \g /dev/null
SELECT account_id AS dora FROM practiceacl.create_user(:'centre', 'dora@centre.test', 'Dora', 'Doc') \gset
SELECT pg_temp.refusal(format('SELECT practiceacl.renew_temporary_password(%L)', :'manager'));
SELECT pg_temp.refusal($$SELECT practiceacl.renew_temporary_password('00000000-0000-7000-8000-0000000000a1')$$);
SELECT practiceacl.renew_temporary_password(:'dora') IS NOT NULL;

-- A correction, and somebody who comes back to an agenda
SELECT practiceacl.update_user(:'centre', :'dora', '{"email": "dora.doc@centre.test"}'); -- tells that the password has ended
RESET ROLE;
SELECT practiceacl.confirm_session(:'manager_token') \g /dev/null
SET LOCAL ROLE people_app;
SELECT account_id AS ulla FROM practiceacl.create_user(:'centre', 'ulla@centre.test', 'Ulla', 'Users', admin => 'users') \gset
SELECT account_id AS emil FROM practiceacl.create_user(:'centre', 'emil@centre.test', 'Emil', 'Else',
    agenda => '{"name": "Emil''s patients", "data_controller": "Emil"}') \gset
SELECT * FROM practiceacl.remove_user(:'centre', :'emil');
RESET ROLE;
SELECT practiceacl.open_session(:'ulla') AS ulla_token \gset
SET LOCAL ROLE people_app;
SELECT practiceacl.enter(:'ulla_token') \g /dev/null
SELECT pg_temp.refusal(format('SELECT practiceacl.invite_user(%L, %L, %L, %L)', :'centre', 'emil@centre.test', 'Emil', 'Else'));
SELECT practiceacl.enter(:'manager_token') \g /dev/null

-- Too many invitations
RESET ROLE;
SET LOCAL practiceacl.invitations_per_hour = 2;
UPDATE practiceacl.outbox SET created_at = now() - interval '55 minutes';
SET LOCAL ROLE people_app;
SELECT regexp_replace(pg_temp.refusal(format('SELECT practiceacl.invite_user(%L, %L, %L, %L)', :'centre', 'ada@people.test', 'Ada', 'Lovelace')), '\d+ seconds', '… seconds');
RESET ROLE;
UPDATE practiceacl.outbox SET sent_by = '00000000-0000-7000-8000-0000000000a1' WHERE sent_by IS NOT NULL;
SET LOCAL practiceacl.invitations_per_hour = 1;
SET LOCAL ROLE people_app;
SELECT regexp_replace(pg_temp.refusal(format('SELECT practiceacl.invite_user(%L, %L, %L, %L)', :'centre', 'ada@people.test', 'Ada', 'Lovelace')), '\d+ seconds', '… seconds');
RESET ROLE;
SET LOCAL practiceacl.invitations_per_hour = 0;
SET LOCAL ROLE people_app;
SELECT count(practiceacl.renew_temporary_password(:'dora')) FROM generate_series(1, 10);
SELECT regexp_replace(pg_temp.refusal(format('SELECT practiceacl.renew_temporary_password(%L)', :'dora')), '\d+ seconds', '… seconds');
RESET ROLE;
ROLLBACK;
