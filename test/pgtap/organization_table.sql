-- Tables of applications that move with organizations: who registers them, which
-- cannot move and why, and that nobody writes rows where their organization is not.
BEGIN;
\ir ../setup/clinic.sql
SELECT plan(61);
CREATE SCHEMA "we""ird";
CREATE TABLE "we""ird"."ta.ble %L" ("or""g %L" uuid, id bigint GENERATED ALWAYS AS IDENTITY, parent bigint, agenda uuid, author uuid REFERENCES practiceacl.account (id),
    body text, long integer GENERATED ALWAYS AS (length(body)) STORED, PRIMARY KEY ("or""g %L", id),
    FOREIGN KEY ("or""g %L", parent) REFERENCES "we""ird"."ta.ble %L", FOREIGN KEY ("or""g %L", agenda) REFERENCES practiceacl.agenda (organization_id, id));
CREATE TABLE clinic.child (organization_id uuid, parent bigint, id uuid DEFAULT practiceacl.new_id(), PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, parent) REFERENCES "we""ird"."ta.ble %L");
CREATE FUNCTION clinic.problems(name text) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(problem, '; ' ORDER BY problem) FROM practiceacl.organization_table_problems WHERE relation = name::regclass $$;
CREATE FUNCTION clinic.why_not(name text, col name DEFAULT 'organization_id') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    why text;
BEGIN
    PERFORM practiceacl.add_organization_table(name::regclass, col);
    RAISE EXCEPTION USING ERRCODE = 'ZZ001';
EXCEPTION WHEN SQLSTATE 'ZZ001' THEN
    RETURN NULL;
WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS why = PG_EXCEPTION_DETAIL;
    RETURN SQLSTATE || ' ' || coalesce(nullif(why, ''), SQLERRM);
END $$;

-- Registered, in order; once more, and taken back.
SELECT lives_ok($$ SELECT practiceacl.add_organization_table('child') $$, 'a superuser registers a table');
SELECT lives_ok($$ SELECT practiceacl.add_organization_table('"we""ird"."ta.ble %L"', 'or"g %L') $$, 'one with any name, and any column');
SELECT lives_ok($$ SELECT practiceacl.add_organization_table('child') $$, 'and again');
SELECT results_eq($$ SELECT concat_ws(' | ', table_name, on_move, moved_rows, forgotten_rows, compared) FROM practiceacl.organization_tables WHERE position BETWEEN 300 AND 399 ORDER BY position $$,
    $$ VALUES ('"we""ird"."ta.ble %L" | replicated | "or""g %%L" = %L | "or""g %%L" = %L | t'), ('clinic.child | replicated | organization_id = %L | organization_id = %L | t') $$,
    'both have a place in organization_tables, a parent before its children');
SELECT is_empty('SELECT * FROM practiceacl.organization_table_problems', 'and nothing keeps them from moving');
SELECT is((SELECT ok FROM practiceacl.health() WHERE check_name = 'moving_tables'), true, 'health() has nothing against it');
ALTER TABLE child RENAME TO grandchild;
SELECT matches((SELECT string_agg(table_name, ' ') FROM practiceacl.organization_tables WHERE position = 301), 'grandchild$', 'a rename is followed');
CREATE TABLE clinic.other (LIKE grandchild INCLUDING ALL);
SELECT practiceacl.add_organization_table('other') \g /dev/null
DROP TABLE other;
SELECT is((SELECT count(*) FROM practiceacl.registered_table), 2::bigint, 'and what is dropped is gone');
SELECT lives_ok($$ SELECT practiceacl.remove_organization_table('grandchild'), practiceacl.remove_organization_table('grandchild') $$, 'it is taken back, and again');
SELECT is((SELECT count(*) FROM practiceacl.registered_table), 1::bigint, 'then it does not move');
SELECT matches(problems('grandchild'), 'refers to "we""ird"."ta.ble %L", whose rows move, and does not move itself', 'and keeps what it refers to from moving');
SELECT is((SELECT ok FROM practiceacl.health() WHERE check_name = 'moving_tables'), true, 'which is no fault in itself');
SELECT practiceacl.add_organization_table('grandchild') \g /dev/null

-- A publication of them lets people go on working.
SET LOCAL client_min_messages = error;
DO $$ BEGIN
    EXECUTE (SELECT 'CREATE PUBLICATION one_organization FOR TABLE '
        || string_agg(format('%s WHERE (%s)', qualified_name, format(moved_rows, '00000000-0000-7000-8000-000000000001')), ', ')
        FROM practiceacl.organization_tables WHERE on_move = 'replicated');
END $$;
RESET client_min_messages;
SELECT lives_ok($$ INSERT INTO "we""ird"."ta.ble %L" ("or""g %L", body) VALUES (clinic.org('north'), 'a'), (clinic.org('south'), 'b');
    UPDATE "we""ird"."ta.ble %L" SET body = 'ab'; UPDATE grandchild SET parent = NULL; DELETE FROM grandchild $$, 'a publication of them lets people work');

-- Who may.
CREATE ROLE tables_owner;
GRANT tables_owner TO clinic_app;
GRANT ALL ON SCHEMA clinic, public TO tables_owner;
SELECT practiceacl.grant_operator('tables_owner') \g /dev/null
GRANT EXECUTE ON FUNCTION practiceacl.add_organization_table, practiceacl.remove_organization_table TO tables_owner;
SET LOCAL ROLE tables_owner;
CREATE TABLE clinic.theirs (organization_id uuid, id uuid, PRIMARY KEY (organization_id, id));
SELECT throws_ok($$ SELECT practiceacl.add_organization_table('clinic.theirs') $$, '42501', 'must be superuser to say which tables move with organizations', 'an owner who is no superuser may not');
SELECT throws_ok($$ SELECT practiceacl.remove_organization_table('clinic.theirs') $$, '42501', NULL, 'nor take it back');
SELECT throws_ok($$ CREATE TRIGGER t AFTER INSERT ON clinic.theirs FOR EACH ROW EXECUTE FUNCTION practiceacl.require_organization_here('organization_id') $$, '42501', NULL, 'nor make the trigger by hand');
SELECT lives_ok($$ SELECT count(*) FROM practiceacl.organization_tables $$, 'operators see what moves');
RESET ROLE;
SELECT is(why_not('clinic.theirs'), '55000 clinic.theirs belongs to tables_owner, who is no superuser and decides what runs when a row is written.', 'a superuser may not for them');

-- What cannot move.
SELECT throws_ok($$ SELECT practiceacl.add_organization_table(NULL) $$, '22004', NULL, 'no table');
SELECT throws_ok($$ SELECT practiceacl.add_organization_table('grandchild', NULL) $$, '22004', NULL, 'no column');
SELECT matches(why_not('practiceacl.appointment'), '^42809', 'the extension''s own');
SELECT matches(why_not('pg_catalog.pg_class', 'oid'), '^42809', 'the system''s');
SELECT matches(why_not('practiceacl.calendar'), '^42809', 'a view');
SELECT throws_ok($$ SELECT practiceacl.add_organization_table(4000000000::oid) $$, '42P01', NULL, 'none that exists');
CREATE TABLE clinic.plain (organization_id uuid, other text, id uuid PRIMARY KEY);
SELECT matches(why_not('plain'), 'replica identity without organization_id', 'a key without the organization');
SELECT matches(why_not('plain', 'other'), 'has no column other of the type uuid', 'no uuid');
SELECT matches(why_not('plain', 'nowhere'), 'has no column nowhere', 'no such column');
ALTER TABLE plain REPLICA IDENTITY FULL;
SELECT is(why_not('plain'), NULL, 'which the whole row as identity makes good');
ALTER TABLE plain DROP CONSTRAINT plain_pkey;
SELECT matches(why_not('plain'), 'has no primary key', 'no primary key');
ALTER TABLE plain ADD PRIMARY KEY (organization_id, id) DEFERRABLE, REPLICA IDENTITY DEFAULT;
SELECT matches(why_not('plain'), 'replica identity without', 'a key that is checked late is no identity');
CREATE UNLOGGED TABLE clinic.unlogged (organization_id uuid, id uuid, PRIMARY KEY (organization_id, id));
SELECT matches(why_not('unlogged'), 'is not logged', 'an unlogged table');
CREATE TEMP TABLE temporary (organization_id uuid, id uuid, PRIMARY KEY (organization_id, id));
SELECT matches(why_not('temporary'), 'is not logged', 'a temporary one');
CREATE TABLE clinic.good (organization_id uuid, id uuid, PRIMARY KEY (organization_id, id));
CREATE TABLE clinic.heir () INHERITS (good);
SELECT matches(why_not('good'), 'inherits', 'a parent of others');
SELECT matches(why_not('heir'), 'inherits', 'and a child');
DROP TABLE heir;
SELECT is(why_not('good'), NULL, 'alone it can');
CREATE RULE silent AS ON DELETE TO good DO INSTEAD NOTHING;
SELECT matches(why_not('good'), 'has a rule silent', 'one with a rule');
DROP RULE silent ON good;
CREATE TABLE clinic.counted (organization_id uuid, id bigserial UNIQUE, PRIMARY KEY (organization_id, id));
SELECT matches(why_not('counted'), 'has the same id as the rows of another cell, and clinic.counted_id_key is unique without the organization', 'what two cells count');
CREATE TABLE clinic.loose (organization_id uuid, id uuid, good uuid, PRIMARY KEY (organization_id, id));
ALTER TABLE good ADD UNIQUE (id);
SELECT practiceacl.add_organization_table('good') \g /dev/null
ALTER TABLE loose ADD CONSTRAINT to_good FOREIGN KEY (good) REFERENCES good (id);
SELECT matches(why_not('loose'), 'has a foreign key to_good to .*good without the organization', 'a reference that may lead to another organization');
CREATE TABLE clinic.parted (organization_id uuid, id uuid, at date, body text, PRIMARY KEY (organization_id, id, at)) PARTITION BY RANGE (at);
CREATE TABLE clinic.part PARTITION OF parted FOR VALUES FROM ('2058-01-01') TO ('2059-01-01');
SELECT matches(why_not('part'), 'is a partition', 'a partition');
ALTER TABLE part OWNER TO tables_owner;
SELECT matches(why_not('parted'), 'has the partition .*part, which belongs to tables_owner', 'a partition of somebody else''s');
ALTER TABLE part OWNER TO CURRENT_USER;
ALTER TABLE part REPLICA IDENTITY NOTHING;
SELECT matches(why_not('parted'), 'ALTER TABLE .*part REPLICA IDENTITY FULL', 'one that cannot be changed');
ALTER TABLE part REPLICA IDENTITY DEFAULT;
SELECT is(why_not('parted'), NULL, 'a partitioned table can move');

-- Whatever runs when a row is written is a superuser's.
CREATE FUNCTION clinic.theirs(text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
ALTER FUNCTION clinic.theirs(text) OWNER TO tables_owner;
CREATE FUNCTION clinic.fire() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
ALTER FUNCTION clinic.fire() OWNER TO tables_owner;
CREATE FUNCTION clinic.tried(ddl text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    found text;
BEGIN
    EXECUTE ddl;
    found := why_not('parted');
    RAISE EXCEPTION USING ERRCODE = 'ZZ002', MESSAGE = coalesce(found, 'none');
EXCEPTION WHEN SQLSTATE 'ZZ002' THEN
    RETURN SQLERRM;
END $$;
SELECT matches(tried(ddl), 'runs .*(theirs|fire)\(.* of tables_owner', how) FROM (VALUES
    ('CREATE TRIGGER t AFTER INSERT ON parted FOR EACH ROW EXECUTE FUNCTION fire()', 'the function of a trigger'),
    ('CREATE TRIGGER t AFTER INSERT ON part FOR EACH ROW EXECUTE FUNCTION fire(); ALTER TABLE part ENABLE ALWAYS TRIGGER t', 'and of a partition''s'),
    ('CREATE INDEX ON part (clinic.theirs(body))', 'of an index'),
    ('CREATE INDEX ON parted (id) WHERE clinic.theirs(body)', 'of its predicate'),
    ('ALTER TABLE parted ADD CHECK (clinic.theirs(body))', 'of a constraint'),
    ('ALTER TABLE parted ADD extra boolean GENERATED ALWAYS AS (clinic.theirs(body)) STORED', 'of a generated column'),
    ('ALTER TABLE parted ADD extra boolean DEFAULT clinic.theirs(NULL)', 'of a default'),
    ('CREATE DOMAIN clinic.word AS text CHECK (clinic.theirs(VALUE)); ALTER TABLE parted ADD extra clinic.word[]', 'of a domain'),
    ('CREATE OPERATOR clinic.~~~ (RIGHTARG = text, FUNCTION = clinic.theirs); ALTER TABLE parted ADD CHECK (OPERATOR(clinic.~~~) body)', 'of an operator')) AS attack (ddl, how);
GRANT TRIGGER ON good TO tables_owner;
SELECT matches(problems('good'), 'lets tables_owner make triggers: REVOKE TRIGGER', 'nor may others make triggers');
SELECT is((SELECT ok FROM practiceacl.health() WHERE check_name = 'moving_tables'), false, 'health() tells');
REVOKE TRIGGER ON good FROM tables_owner;
ALTER TABLE good DISABLE TRIGGER practiceacl_organization;
SELECT matches(problems('good'), 'has been switched off', 'and what was switched off');
ALTER TABLE good ENABLE TRIGGER practiceacl_organization;
ALTER TABLE good RENAME organization_id TO tenant;
SELECT matches(problems('good'), 'has no column organization_id', 'and a column that was renamed');
SELECT lives_ok($$ INSERT INTO good VALUES (clinic.org('north'), clinic.id(1)) $$, 'though people write');
SELECT practiceacl.add_organization_table('good', 'tenant') \g /dev/null

-- Written where the organization is, and nowhere else.
CREATE FUNCTION clinic.outcome(statement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement;
    RETURN 'done';
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE;
END $$;
-- A transaction that has written for an organization keeps it here: this one is new to us.
INSERT INTO practiceacl.organization_move (organization_id, state, seal, moved_to) VALUES (clinic.id(90), 'handed_over', 'x', 'b');
SET LOCAL session_replication_role = replica;
INSERT INTO good VALUES (clinic.id(90), clinic.id(90)), (clinic.id(91), clinic.id(91));
RESET session_replication_role;
SELECT is(outcome(statement), 'PA050', 'what is handed over is not written: ' || left(statement, 25)) FROM (VALUES
    ($$ INSERT INTO good VALUES (clinic.id(90), clinic.id(3)) $$),
    ($$ UPDATE good SET id = id WHERE tenant = clinic.id(90) $$), ($$ DELETE FROM good WHERE tenant = clinic.id(90) $$),
    ($$ UPDATE good SET tenant = clinic.id(90) WHERE tenant = clinic.id(91) $$)) AS s (statement);
SELECT is(outcome($$ UPDATE good SET id = id WHERE tenant = clinic.id(91) $$), 'done', 'of others it is');

SELECT * FROM finish();
ROLLBACK;
