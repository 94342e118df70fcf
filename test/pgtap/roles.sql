-- What a database role may do is given and taken as a whole, and what stands
-- in role_privileges is all that anybody has.
BEGIN;
SELECT plan(53);

-- The inventory: whoever adds a function, a table or a view must say whom it
-- is for.
CREATE VIEW pg_temp.member AS
SELECT d.classid, d.objid FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid
WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e' AND e.extname = 'practiceacl';

SELECT is_empty($$
    SELECT p.oid::regprocedure FROM pg_proc p JOIN member m ON m.objid = p.oid AND m.classid = 'pg_proc'::regclass
    WHERE p.oid NOT IN (SELECT object FROM practiceacl.intended_privileges)
$$, 'every function has an audience');
SELECT is_empty($$
    SELECT c.oid::regclass FROM pg_class c JOIN member m ON m.objid = c.oid AND m.classid = 'pg_class'::regclass
    WHERE c.relkind IN ('r', 'v', 'm', 'S', 'p', 'f')
      AND c.oid NOT IN (SELECT object FROM practiceacl.intended_privileges)
$$, 'every table and view has an audience');
SELECT is_empty($$
    SELECT object_type, object FROM practiceacl.role_privileges WHERE audience = 'owner'
    INTERSECT SELECT object_type, object FROM practiceacl.role_privileges WHERE audience <> 'owner'
$$, 'privileges of the owner are not granted to others');
SELECT is_empty($$
    SELECT audience, object FROM practiceacl.role_privileges
    GROUP BY audience, object HAVING count(*) > 1
$$, 'nothing is listed twice');
SELECT set_eq($$ SELECT DISTINCT audience FROM practiceacl.role_privileges $$,
    ARRAY['public', 'application', 'authenticator', 'mailer', 'reporting', 'operator', 'monitor', 'owner'],
    'the audiences');

-- PUBLIC: the types, and nothing that asks or changes anything.
SELECT set_eq(
    $$ SELECT object FROM practiceacl.given_privileges WHERE grantee = 0 $$,
    $$ SELECT object FROM practiceacl.intended_privileges WHERE audience = 'public' $$,
    'PUBLIC has what it is meant to have');
SELECT is_empty($$
    SELECT p.oid::regprocedure FROM pg_proc p JOIN practiceacl.given_privileges g ON g.object = p.oid
    WHERE g.grantee = 0 AND (p.prosecdef OR p.provolatile <> 'i')
        AND p.proname NOT IN ('is_me', 'reads_notice', 'reads_service_offer')
$$, 'PUBLIC has only immutable functions that run as the caller, and what policies ask of everybody');

CREATE ROLE roles_nobody;
CREATE ROLE roles_app;
CREATE ROLE roles_ops;
CREATE ROLE roles_rep;
CREATE ROLE roles_auth;
CREATE ROLE roles_mail;
CREATE ROLE "roles ""odd"" one";

SET LOCAL ROLE roles_nobody;
SELECT is('book'::practiceacl.rights OPERATOR(practiceacl.@>) 'read', true, 'anybody may use the types');
SELECT is(practiceacl.rights_union(r)::text, 'book+private', 'and their aggregate')
FROM (VALUES ('book'::practiceacl.rights), ('read+private')) AS v(r);
SELECT throws_ok($$ SELECT practiceacl.can(NULL) $$, '42501', NULL, 'but cannot call functions');
SELECT throws_ok($$ SELECT * FROM practiceacl.appointment $$, '42501', NULL, 'or read a table');
SELECT throws_ok($$ SELECT practiceacl.grant_operator('roles_nobody') $$, '42501', NULL,
    'nobody can make themselves an operator');
RESET ROLE;

-- EXECUTE on the function is not yet the right to give.
GRANT EXECUTE ON FUNCTION practiceacl.grant_operator(regrole) TO roles_nobody;
SET LOCAL ROLE roles_nobody;
SELECT throws_ok($$ SELECT practiceacl.grant_operator('roles_nobody') $$, '42501',
    'only the owner of the extension may give or take its privileges',
    'not even with the function in hand');
RESET ROLE;
REVOKE EXECUTE ON FUNCTION practiceacl.grant_operator(regrole) FROM roles_nobody;

SELECT lives_ok($$ SELECT practiceacl.grant_application('roles_app') $$, 'grant_application');
SELECT lives_ok($$ SELECT practiceacl.grant_authenticator('roles_auth') $$, 'grant_authenticator');
SELECT lives_ok($$ SELECT practiceacl.grant_mailer('roles_mail') $$, 'grant_mailer');
SELECT lives_ok($$ SELECT practiceacl.grant_reporting('roles_rep') $$, 'grant_reporting');
SELECT lives_ok($$ SELECT practiceacl.grant_operator('roles_ops') $$, 'grant_operator');

SELECT set_eq(
    $$ SELECT object, privilege, false FROM practiceacl.intended_privileges WHERE audience = 'application' $$,
    $$ SELECT object, privilege, grantable FROM practiceacl.given_privileges WHERE grantee = 'roles_app'::regrole $$,
    'the application has exactly what is listed');
SELECT set_eq(
    $$ SELECT object, privilege, false FROM practiceacl.intended_privileges WHERE audience = 'authenticator' $$,
    $$ SELECT object, privilege, grantable FROM practiceacl.given_privileges WHERE grantee = 'roles_auth'::regrole $$,
    'the authenticator too');
SELECT set_eq(
    $$ SELECT object, privilege, false FROM practiceacl.intended_privileges WHERE audience = 'mailer' $$,
    $$ SELECT object, privilege, grantable FROM practiceacl.given_privileges WHERE grantee = 'roles_mail'::regrole $$,
    'the mailer too');
SELECT set_eq(
    $$ SELECT object, privilege, false FROM practiceacl.intended_privileges WHERE audience = 'operator' $$,
    $$ SELECT object, privilege, grantable FROM practiceacl.given_privileges WHERE grantee = 'roles_ops'::regrole $$,
    'the operator too');

SET LOCAL ROLE roles_app;
SELECT is(practiceacl.can(practiceacl.new_id()), false, 'the application can call can()');
SELECT is_empty('SELECT * FROM practiceacl.appointment', 'and read under row security');
SELECT throws_ok('DELETE FROM practiceacl.appointment', '42501', NULL, 'but cannot write a table');
SELECT throws_ok('SELECT * FROM practiceacl.session_token', '42501', NULL, 'or read secrets');
SELECT throws_ok($$ SELECT practiceacl.open_session(practiceacl.new_id()) $$, '42501', NULL,
    'nor opens sessions for others');
RESET ROLE;
SET LOCAL ROLE roles_mail;
SELECT is_empty('SELECT * FROM practiceacl.claim_messages()', 'the mailer can claim messages');
SELECT throws_ok('SELECT * FROM practiceacl.outbox', '42501', NULL, 'but read no table');
RESET ROLE;

-- Monitoring does not need the operator's role.
CREATE ROLE roles_mon;
SELECT lives_ok($$ SELECT practiceacl.grant_monitor('roles_mon') $$, 'grant_monitor');
SELECT set_eq(
    $$ SELECT object, privilege, false FROM practiceacl.intended_privileges WHERE audience = 'monitor' $$,
    $$ SELECT object, privilege, grantable FROM practiceacl.given_privileges WHERE grantee = 'roles_mon'::regrole $$,
    'the monitor has exactly what is listed');
SELECT organization_id AS watched FROM practiceacl.create_organization('Watched', 'w@x.test', 'W', 'W') \gset
SET LOCAL ROLE roles_mon;
SELECT isnt_empty('SELECT * FROM practiceacl.health()', 'the monitor can call health()');
SELECT isnt_empty(format('SELECT * FROM practiceacl.verify_activity(%L)', :'watched'), 'and for the proof of an organization''s record');
SELECT lives_ok('SELECT * FROM practiceacl.verify_activity(NULL)', 'and for that of the database');
SELECT isnt_empty('SELECT * FROM practiceacl.activity_heads()', 'and activity_heads()');
SELECT ok((SELECT count(*) FROM practiceacl.table_sizes WHERE bytes + index_bytes > 0 AND rows >= 0) > 20, 'and read table_sizes');
SELECT throws_ok(statement, '42501', NULL, 'but changes nothing: ' || statement)
FROM unnest(ARRAY['SELECT practiceacl.purge(''1 year'')', 'SELECT practiceacl.close_organization(NULL)', 'SELECT practiceacl.block_account(NULL, NULL)',
    'SELECT practiceacl.renew_temporary_password(NULL)', 'SELECT * FROM practiceacl.account']) AS statement;
RESET ROLE;
SELECT practiceacl.grant_operator('roles_mon') \g /dev/null
SELECT practiceacl.revoke_operator('roles_mon') \g /dev/null
SELECT set_eq(
    $$ SELECT object FROM practiceacl.intended_privileges WHERE audience = 'monitor' $$,
    $$ SELECT object FROM practiceacl.given_privileges WHERE grantee = 'roles_mon'::regrole $$,
    'no longer an operator, still a monitor');
SELECT practiceacl.revoke_monitor('roles_mon') \g /dev/null
SELECT is_empty($$ SELECT * FROM practiceacl.given_privileges WHERE grantee = 'roles_mon'::regrole $$, 'revoke_monitor revokes everything');

-- Granting twice is granting once; revoking takes all.
SELECT lives_ok($$ SELECT practiceacl.grant_mailer('roles_mail') $$, 'a second grant changes nothing');
SELECT lives_ok($$ SELECT practiceacl.revoke_mailer('roles_mail') $$, 'revoke_mailer');
SELECT is_empty($$ SELECT * FROM practiceacl.given_privileges WHERE grantee = 'roles_mail'::regrole $$,
    'takes all');
SELECT lives_ok($$ SELECT practiceacl.revoke_mailer('roles_mail') $$, 'revoking again is no error');

-- A role with two audiences keeps what the other needs.
SELECT practiceacl.grant_operator('roles_app');
SELECT practiceacl.revoke_operator('roles_app');
SELECT set_eq(
    $$ SELECT object FROM practiceacl.intended_privileges WHERE audience = 'application' $$,
    $$ SELECT object FROM practiceacl.given_privileges WHERE grantee = 'roles_app'::regrole $$,
    'no longer an operator, still the application');

SELECT lives_ok($$ SELECT practiceacl.grant_application('"roles ""odd"" one"') $$, 'odd role names are accepted');
SELECT isnt_empty($$ SELECT * FROM practiceacl.given_privileges
    WHERE grantee = '"roles ""odd"" one"'::regrole $$, 'and the right role gets the privileges');
SELECT throws_ok($$ SELECT practiceacl.grant_mailer(NULL) $$, '22004', 'role must not be null', 'null is refused');
SELECT throws_ok($$ SELECT practiceacl.grant_mailer('4000000000'::oid::regrole) $$, '42704', NULL, 'an unknown role is refused');

-- A path that belongs to somebody else changes nothing.
CREATE SCHEMA roles_trap;
CREATE VIEW roles_trap.intended_privileges AS SELECT 'mailer'::text AS audience;
SET LOCAL search_path = roles_trap, public;
SELECT lives_ok($$ SELECT practiceacl.revoke_operator('roles_ops') $$, 'the caller''s search_path does not matter');

SELECT * FROM finish();
ROLLBACK;
