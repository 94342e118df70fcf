-- ALTER DEFAULT PRIVILEGES of the installing role apply to whatever CREATE
-- EXTENSION practiceacl makes; yet nobody gets anything.
CREATE EXTENSION pgtap;
BEGIN;
SELECT plan(16);
CREATE ROLE bi;
CREATE ROLE support;
ALTER DEFAULT PRIVILEGES GRANT ALL ON FUNCTIONS TO bi, PUBLIC;
ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO bi WITH GRANT OPTION;
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC;
ALTER DEFAULT PRIVILEGES GRANT ALL ON SEQUENCES TO bi, PUBLIC;
ALTER DEFAULT PRIVILEGES GRANT ALL ON TYPES TO bi;
ALTER DEFAULT PRIVILEGES REVOKE USAGE ON TYPES FROM PUBLIC;
ALTER DEFAULT PRIVILEGES GRANT ALL ON SCHEMAS TO bi, PUBLIC;

-- Every privilege on an object of the extension, its columns and its schema.
CREATE VIEW pg_temp.held AS
WITH member AS (
    SELECT d.classid, d.objid FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'practiceacl'
    WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e')
SELECT p.oid::regprocedure::text AS object, 'function' AS kind, a.grantee, a.privilege_type AS privilege, p.proowner AS owner
FROM member m JOIN pg_proc p ON p.oid = m.objid AND m.classid = 'pg_proc'::regclass, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
UNION ALL
SELECT c.oid::regclass::text, 'relation', a.grantee, a.privilege_type, c.relowner
FROM member m JOIN pg_class c ON c.oid = m.objid AND m.classid = 'pg_class'::regclass, aclexplode(c.relacl) a
UNION ALL
SELECT c.oid::regclass || '.' || t.attname, 'column', a.grantee, a.privilege_type, c.relowner
FROM member m JOIN pg_class c ON c.oid = m.objid AND m.classid = 'pg_class'::regclass JOIN pg_attribute t ON t.attrelid = c.oid, aclexplode(t.attacl) a
UNION ALL
SELECT t.oid::regtype::text, 'type', a.grantee, a.privilege_type, t.typowner
FROM member m JOIN pg_type t ON t.oid = m.objid AND m.classid = 'pg_type'::regclass, aclexplode(coalesce(t.typacl, acldefault('T', t.typowner))) a
UNION ALL
SELECT n.nspname, 'schema', a.grantee, a.privilege_type, n.nspowner
FROM pg_namespace n, aclexplode(n.nspacl) a WHERE n.nspname = 'practiceacl';
CREATE VIEW pg_temp.strange AS
SELECT kind, object, privilege, CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END AS grantee
FROM pg_temp.held h
WHERE grantee <> owner
  AND NOT (grantee = 0 AND (kind = 'type' OR (kind = 'schema' AND privilege = 'USAGE')));
-- What PUBLIC is meant to have can be told only where the extension stands.
CREATE FUNCTION pg_temp.unmeant() RETURNS SETOF pg_temp.strange LANGUAGE plpgsql AS $$ BEGIN
    RETURN QUERY SELECT s.* FROM pg_temp.strange s
    WHERE NOT (s.grantee = 'PUBLIC' AND s.kind = 'function' AND s.object IN (
        SELECT i.name FROM practiceacl.intended_privileges i WHERE i.audience = 'public'));
END $$;
CREATE FUNCTION pg_temp.say_sick() RETURNS SETOF text LANGUAGE plpgsql AS $$ BEGIN
    RETURN QUERY SELECT detail FROM practiceacl.health() WHERE check_name IN ('privileges', 'roles', 'schema') AND NOT ok;
END $$;

SAVEPOINT before;
CREATE EXTENSION practiceacl;
SELECT is_empty('SELECT * FROM pg_temp.unmeant()', 'an installation leaves nobody anything');
SELECT is_empty('SELECT * FROM pg_temp.say_sick()', 'health() agrees');
SET LOCAL ROLE bi;
SELECT throws_ok('SELECT practiceacl.open_session(practiceacl.new_id())', '42501', NULL, 'the role opens no session');
SELECT throws_ok('SELECT * FROM practiceacl.claim_messages()', '42501', NULL, 'claims no message');
SELECT throws_ok('SELECT * FROM practiceacl.appointment', '42501', NULL, 'and reads nothing');
SELECT throws_ok('CREATE TABLE practiceacl.x ()', '42501', NULL, 'nor creates anything');
SELECT lives_ok($$ SELECT 'read'::practiceacl.rights OPERATOR(practiceacl.@>) 'freebusy'::practiceacl.rights $$, 'but has the types, as everybody');
RESET ROLE;
ROLLBACK TO before;

-- A schema that was there, with such privileges.
CREATE SCHEMA practiceacl;
REVOKE CREATE ON SCHEMA practiceacl FROM bi, PUBLIC;
CREATE EXTENSION practiceacl;
SELECT is_empty('SELECT * FROM pg_temp.unmeant()', 'nor does one into a schema that was there');
ROLLBACK TO before;

-- An update of a healthy release.
ALTER DEFAULT PRIVILEGES REVOKE ALL ON FUNCTIONS FROM bi;
ALTER DEFAULT PRIVILEGES REVOKE ALL ON TABLES FROM bi, PUBLIC;
ALTER DEFAULT PRIVILEGES REVOKE ALL ON TYPES FROM bi;
ALTER DEFAULT PRIVILEGES GRANT USAGE ON TYPES TO PUBLIC;
ALTER DEFAULT PRIVILEGES REVOKE ALL ON SCHEMAS FROM bi, PUBLIC;
CREATE EXTENSION practiceacl VERSION '0.1.0';
SELECT practiceacl.grant_operator('support') \g /dev/null
CREATE TEMP TABLE was AS SELECT object, privilege FROM pg_temp.held WHERE grantee = 'support'::regrole;
ALTER DEFAULT PRIVILEGES GRANT ALL ON FUNCTIONS TO bi, PUBLIC;
ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO bi, PUBLIC;
ALTER DEFAULT PRIVILEGES GRANT ALL ON TYPES TO bi;
ALTER DEFAULT PRIVILEGES REVOKE USAGE ON TYPES FROM PUBLIC;
ALTER EXTENSION practiceacl UPDATE;
SELECT is_empty($$ SELECT * FROM pg_temp.unmeant() WHERE grantee <> 'support' $$, 'an update leaves nobody anything new');
SELECT isnt_empty('SELECT * FROM was', 'a role that had been granted something');
SELECT is_empty($$ SELECT object, privilege FROM was WHERE object IN (SELECT object FROM pg_temp.held)
                   EXCEPT SELECT object, privilege FROM pg_temp.held WHERE grantee = 'support'::regrole $$, 'keeps it');
SELECT is_empty($$ SELECT i.objoid FROM pg_init_privs i, aclexplode(i.initprivs) a
                   WHERE a.grantee IN ('support'::regrole, 'bi'::regrole) $$, 'as its own, so that a dump has it');
SELECT is_empty($$ SELECT 1 FROM pg_temp.say_sick() AS detail WHERE detail !~ 'support' $$, 'health() agrees');
SET LOCAL ROLE bi;
SELECT throws_ok('SELECT practiceacl.check_schema()', '42501', NULL, 'what is new is not the role''s');
SELECT lives_ok($$ SELECT 'read'::practiceacl.rights OPERATOR(practiceacl.@>) 'freebusy'::practiceacl.rights $$, 'and the types are everybody''s');
RESET ROLE;
SELECT throws_ok('SET LOCAL ROLE bi; SELECT practiceacl.seal_privileges()', '42501', NULL, 'nobody else seals');
SELECT * FROM finish();
ROLLBACK;
