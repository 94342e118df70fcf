-- A schema that somebody made before the extension: whatever they left in it,
-- the installation refuses.  (CREATE EXTENSION practiceacl: an empty database.)
CREATE EXTENSION pgtap;
CREATE SCHEMA practiceacl;
GRANT CREATE ON SCHEMA practiceacl TO PUBLIC;
BEGIN;
SELECT plan(22);
CREATE ROLE planter;
CREATE ROLE other_superuser SUPERUSER;

-- What the install says after something was planted; all of it undone.
CREATE FUNCTION pg_temp.after(planting text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    said text := 'installed';
BEGIN
    BEGIN
        EXECUTE planting;
        BEGIN
            CREATE EXTENSION practiceacl;
        EXCEPTION WHEN OTHERS THEN
            GET STACKED DIAGNOSTICS said = PG_EXCEPTION_DETAIL;
            said := SQLERRM || ': ' || said;
        END;
        RAISE EXCEPTION USING ERRCODE = 'AB000', MESSAGE = said;
    EXCEPTION WHEN SQLSTATE 'AB000' THEN
        RETURN SQLERRM;
    END;
END $$;

SELECT is(pg_temp.after('SELECT 1'), 'others may create objects in schema "practiceacl": CREATE is granted to PUBLIC.',
    'not where others may create');
SELECT is(pg_temp.after('REVOKE CREATE ON SCHEMA practiceacl FROM PUBLIC'), 'installed', 'until they may not');
DROP SCHEMA practiceacl;
SELECT is(pg_temp.after('SELECT 1'), 'installed', 'into nothing');
SELECT is(pg_temp.after('CREATE SCHEMA practiceacl'), 'installed', 'into a schema of the installer''s, as a restore makes it');
SELECT is(pg_temp.after('CREATE SCHEMA practiceacl AUTHORIZATION other_superuser'), 'installed', 'or of another superuser''s');
SELECT is(pg_temp.after('CREATE SCHEMA practiceacl AUTHORIZATION planter'),
    'schema "practiceacl" belongs to role "planter": Its owner could change every object of the extension.', 'into nobody else''s');
SELECT matches(pg_temp.after('CREATE SCHEMA practiceacl; ' || planted), '^schema "practiceacl" is not empty: .*' || what, planted)
FROM (VALUES
    ('CREATE FUNCTION practiceacl.log_in(varchar, varchar) RETURNS text LANGUAGE sql AS ''SELECT $2''', 'function practiceacl.log_in\('),
    ('CREATE FUNCTION practiceacl.format(text, uuid) RETURNS text LANGUAGE sql AS ''SELECT $1''', 'format'),
    ('CREATE TABLE practiceacl.x ()', 'table practiceacl.x'),
    ('CREATE VIEW practiceacl.x AS SELECT 1', 'view practiceacl.x'),
    ('CREATE SEQUENCE practiceacl.x', 'sequence practiceacl.x'),
    ('CREATE TYPE practiceacl.x AS ENUM ()', 'type practiceacl.x'),
    ('CREATE DOMAIN practiceacl.x AS text', 'type practiceacl.x'),
    ('CREATE OPERATOR practiceacl.= (FUNCTION = texteq, LEFTARG = text, RIGHTARG = uuid)', 'operator practiceacl.=|=') ,
    ('CREATE OPERATOR FAMILY practiceacl.x USING btree', 'operator family practiceacl.x'),
    ('CREATE COLLATION practiceacl.x FROM "C"', 'collation practiceacl.x'),
    ('CREATE TEXT SEARCH CONFIGURATION practiceacl.x (COPY = simple)', 'text search configuration practiceacl.x'),
    ('CREATE CONVERSION practiceacl.x FOR ''UTF8'' TO ''LATIN1'' FROM utf8_to_iso8859_1', 'conversion practiceacl.x'),
    ('CREATE AGGREGATE practiceacl.x (int) (SFUNC = int4pl, STYPE = int)', 'function practiceacl.x'),
    ('ALTER DEFAULT PRIVILEGES IN SCHEMA practiceacl GRANT EXECUTE ON FUNCTIONS TO planter', 'default privileges')
) AS p (planted, what) WHERE planted !~ 'FUNCTION = texteq';
SELECT matches(pg_temp.after('CREATE SCHEMA practiceacl; CREATE FUNCTION practiceacl.eq(text, uuid) RETURNS boolean LANGUAGE sql AS ''SELECT true'';
    CREATE OPERATOR practiceacl.= (FUNCTION = practiceacl.eq, LEFTARG = text, RIGHTARG = uuid)'), 'is not empty: .*operator', 'an operator');

-- The update looks as well.
SELECT matches(pg_temp.after('SELECT 1'), 'installed', 'and nothing of this is left');
CREATE EXTENSION practiceacl VERSION '0.1.0';
GRANT CREATE ON SCHEMA practiceacl TO planter;
SET LOCAL ROLE planter;
CREATE FUNCTION practiceacl.log_in(varchar, varchar) RETURNS text LANGUAGE sql AS 'SELECT $2';
RESET ROLE;
REVOKE CREATE ON SCHEMA practiceacl FROM planter;
SELECT throws_matching('ALTER EXTENSION practiceacl UPDATE', 'schema "practiceacl" is not empty', 'the update refuses what somebody planted since');
SELECT * FROM finish();
ROLLBACK;
