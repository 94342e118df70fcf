-- Attack: code in tables of the application that a move would run as a superuser,
-- by the subscription that writes their rows or by what deletes them afterwards.
BEGIN;
\ir ../setup/clinic.sql
SELECT plan(20);
CREATE ROLE attack_owner;
CREATE ROLE attack_desk;
SELECT practiceacl.grant_operator('attack_desk') \g /dev/null
CREATE TABLE clinic.ran (who text);
GRANT USAGE ON SCHEMA clinic TO attack_owner, attack_desk;
GRANT INSERT, SELECT ON clinic.ran TO PUBLIC;
CREATE FUNCTION clinic.steal() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO clinic.ran VALUES (current_user); RETURN NULL; END';
CREATE FUNCTION clinic.note() RETURNS void LANGUAGE plpgsql AS 'BEGIN INSERT INTO clinic.ran VALUES (current_user); END';
CREATE FUNCTION clinic.steal(uuid) RETURNS uuid LANGUAGE plpgsql IMMUTABLE AS 'BEGIN PERFORM clinic.note(); RETURN $1; END';
ALTER FUNCTION clinic.steal() OWNER TO attack_owner;
ALTER FUNCTION clinic.steal(uuid) OWNER TO attack_owner;
CREATE TABLE clinic.letter (organization_id uuid, id uuid, PRIMARY KEY (organization_id, id));
SELECT practiceacl.add_organization_table('clinic.letter') \g /dev/null

-- Where the organization is in the last steps of a move, with what gets through them.
SELECT 'practiceacl_move_' || replace(org('north')::text, '-', '') AS publication \gset
SELECT encode(sha256('received x'), 'hex') AS receipt, session_user AS boss \gset
INSERT INTO practiceacl.organization_move (organization_id, state, seal, key) VALUES (org('north'), 'published', 'x', 'x');
SET LOCAL client_min_messages = error;
SELECT format('CREATE PUBLICATION %I FOR TABLE clinic.letter', :'publication') \gexec
RESET client_min_messages;
SELECT set_config('attack.receipt', :'receipt', true) \g /dev/null
SET LOCAL session_replication_role = replica;
INSERT INTO clinic.letter VALUES (org('north'), id(1));
RESET session_replication_role;

-- What is tried: what the owner of the table, or who may make triggers on it, has added.
CREATE FUNCTION clinic.attack(ddl text, OUT written text, OUT deleted text, OUT handed_over text, OUT forgotten text, OUT cancelled text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE ddl;
    DELETE FROM clinic.ran;
    -- A subscription, before PostgreSQL 16 or with run_as_owner, and a careless deletion.
    SET LOCAL session_replication_role = replica;
    BEGIN
        INSERT INTO clinic.letter VALUES (clinic.org('north'), clinic.id(2));
        written := (SELECT min(who) FROM clinic.ran);
        RAISE EXCEPTION USING ERRCODE = 'ZZ003';
    EXCEPTION WHEN SQLSTATE 'ZZ003' THEN NULL; END;
    SET LOCAL session_replication_role = origin;
    BEGIN
        DELETE FROM clinic.letter WHERE id = clinic.id(1);
        deleted := (SELECT min(who) FROM clinic.ran);
        RAISE EXCEPTION USING ERRCODE = 'ZZ003';
    EXCEPTION WHEN SQLSTATE 'ZZ003' THEN NULL; END;
    DELETE FROM clinic.ran;
    SET LOCAL ROLE attack_desk;
    handed_over := clinic.outcome(format('SELECT practiceacl.hand_over_organization(%L, ''b'')', clinic.org('north')));
    RESET ROLE;
    UPDATE practiceacl.organization_move SET state = 'released', moved_to = 'b';
    SET LOCAL ROLE attack_desk;
    forgotten := clinic.outcome(format('SELECT practiceacl.forget_organization(%L, %L)', clinic.org('north'), current_setting('attack.receipt')));
    RESET ROLE;
    UPDATE practiceacl.organization_move SET state = 'adopting', moved_to = NULL;
    SET LOCAL ROLE attack_desk;
    cancelled := clinic.outcome(format('SELECT practiceacl.cancel_move(%L)', clinic.org('north')));
    RESET ROLE;
    RAISE EXCEPTION USING ERRCODE = 'ZZ004', MESSAGE = concat_ws('|', coalesce(written, '-'), coalesce(deleted, '-'), handed_over, forgotten, cancelled);
EXCEPTION WHEN SQLSTATE 'ZZ004' THEN
    SELECT m[1], m[2], m[3], m[4], m[5] INTO written, deleted, handed_over, forgotten, cancelled FROM string_to_array(SQLERRM, '|') AS m;
END $$;
CREATE FUNCTION clinic.outcome(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    why text;
BEGIN
    EXECUTE statement;
    RAISE EXCEPTION USING ERRCODE = 'ZZ003', MESSAGE = concat_ws(' and ran as ', 'done', (SELECT min(who) FROM clinic.ran));
EXCEPTION WHEN SQLSTATE 'ZZ003' THEN
    RETURN SQLERRM;
WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS why = CONSTRAINT_NAME;
    RETURN coalesce(nullif(why, ''), SQLERRM);
END $$;

CREATE TEMP TABLE attempt AS
SELECT n, ddl, how, a.* FROM (VALUES
    (1, $$ CREATE TRIGGER steal AFTER INSERT OR DELETE ON clinic.letter FOR EACH ROW EXECUTE FUNCTION clinic.steal(); ALTER TABLE clinic.letter OWNER TO attack_owner, ENABLE ALWAYS TRIGGER steal $$, 'a trigger that fires always'),
    (2, $$ GRANT TRIGGER ON clinic.letter TO attack_owner; CREATE TRIGGER steal AFTER DELETE ON clinic.letter FOR EACH ROW EXECUTE FUNCTION clinic.steal() $$, 'one by somebody with the privilege TRIGGER'),
    (3, $$ CREATE TRIGGER steal AFTER INSERT ON clinic.letter FOR EACH ROW EXECUTE FUNCTION clinic.steal(); ALTER TABLE clinic.letter ENABLE REPLICA TRIGGER steal $$, 'a superuser''s trigger with a function of somebody else''s'),
    (4, $$ CREATE INDEX ON clinic.letter (clinic.steal(id)) $$, 'an index on an expression'),
    (5, $$ ALTER TABLE clinic.letter ADD CHECK (clinic.steal(id) IS NOT NULL) $$, 'a constraint'),
    (6, $$ ALTER TABLE clinic.letter ADD other uuid GENERATED ALWAYS AS (clinic.steal(id)) STORED $$, 'a generated column'),
    (7, $$ ALTER TABLE clinic.letter ADD other uuid DEFAULT clinic.steal('00000000-0000-7000-8000-000000000001') $$, 'a default')) AS tried (n, ddl, how),
    LATERAL clinic.attack(ddl) AS a;
SELECT is(coalesce(nullif(written, '-'), deleted), :'boss', how || ': without a word it would run as a superuser') FROM attempt ORDER BY n;
SELECT is(handed_over || ' ' || forgotten || ' ' || cancelled, 'table_cannot_move table_cannot_move table_cannot_move', how || ': refused, and nothing has run') FROM attempt ORDER BY n;

-- Nor does a move run what a superuser lets others have: rows that move are not deleted.
SELECT is((SELECT forgotten || ' ' || cancelled FROM clinic.attack('SELECT')), 'done done', 'without any of it, it is done');
SELECT is((SELECT deleted || ' ' || forgotten || ' ' || cancelled FROM clinic.attack($$ ALTER FUNCTION clinic.steal() OWNER TO CURRENT_USER;
    CREATE TRIGGER steal AFTER DELETE ON clinic.letter FOR EACH ROW EXECUTE FUNCTION clinic.steal() $$)), :'boss' || ' done done', 'a superuser''s own trigger is no obstacle, and does not run');
SELECT is((SELECT forgotten FROM clinic.attack($$ CREATE TABLE clinic.late (organization_id uuid, id uuid, PRIMARY KEY (organization_id, id));
    SELECT practiceacl.add_organization_table('clinic.late') $$)), 'table_cannot_move', 'what was registered after the move began is not deleted: it is nowhere else');

-- Tables under the name of one that moves.
SET LOCAL ROLE attack_desk;
SELECT throws_ok(format('SELECT practiceacl.adopt_organization(%L, %L, %L)', id(90), 'host=x', jsonb_build_object('organization_id', id(90), 'seal', 'x', 'version', (SELECT extversion FROM pg_extension WHERE extname = 'practiceacl'), 'people', '[]'::jsonb, 'service_offers', '[]'::jsonb,
    'tables', '[{"name": "pg_catalog.pg_authid", "organization_column": "oid", "columns": {}}]'::jsonb)), '55000', 'this cell lacks tables that move with the organization', 'what the source names is not taken for a table of ours');
SELECT throws_ok(format('SELECT practiceacl.adopt_organization(%L, %L, %L)', id(90), 'host=x', jsonb_build_object('organization_id', id(90), 'seal', 'x', 'version', (SELECT extversion FROM pg_extension WHERE extname = 'practiceacl'), 'people', '[]'::jsonb, 'service_offers', '[]'::jsonb,
    'tables', '[{"name": "clinic.letter", "organization_column": "organization_id", "columns": {"id": "uuid", "organization_id": "uuid", "extra": "text"}}]'::jsonb)), '55000', 'this cell lacks tables that move with the organization', 'nor are columns that are not there');
RESET ROLE;
SELECT is((SELECT count(*) FROM clinic.ran), 0::bigint, 'nothing has run');

SELECT * FROM finish();
ROLLBACK;
