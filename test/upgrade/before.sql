-- In a database of the last release with the module of today: every function
-- answers, or says which update is missing.  None may end the connection, and
-- none may say in words of its own that something does not exist.
\set ON_ERROR_STOP on
CREATE ROLE upgrade_app;
SELECT practiceacl.grant_application('upgrade_app') \g /dev/null
SELECT practiceacl.grant_reporting('upgrade_app') \g /dev/null

-- Arguments of each type: null, and then of rows that there are, so that a
-- function gets as far as its statements.
CREATE FUNCTION pg_temp.example(argument regtype) RETURNS text LANGUAGE sql AS $$
    SELECT CASE argument::text
        WHEN 'uuid' THEN (SELECT quote_literal(id) FROM practiceacl.agenda ORDER BY id LIMIT 1)
        WHEN 'uuid[]' THEN (SELECT quote_literal(array_agg(id)) FROM practiceacl.agenda)
        WHEN 'text' THEN quote_literal('alice@lumiere.test')
        WHEN 'text[]' THEN quote_literal('{one,two}')
        WHEN 'practiceacl.rights' THEN quote_literal('read')
        WHEN 'timestamp with time zone' THEN quote_literal('2058-03-04 09:00Z')
        WHEN 'tstzrange' THEN quote_literal('[2058-03-04 09:00Z,2058-03-04 10:00Z)')
        WHEN 'jsonb' THEN quote_literal('{}')
        WHEN 'interval' THEN quote_literal('1 day')
        WHEN 'boolean' THEN 'true'
        WHEN 'bytea' THEN quote_literal('\x00')
        ELSE CASE WHEN argument IN ('integer', 'bigint', 'smallint', 'numeric', 'double precision') THEN '1' ELSE 'NULL' END
    END || '::' || argument
$$;

-- Calls every function and reads every relation; the number of those that
-- named the update, none of which failed in another way for want of an object.
CREATE FUNCTION pg_temp.outdated(given boolean) RETURNS int LANGUAGE plpgsql AS $outer$
DECLARE
    call text;
    called int := 0;
    outdated int := 0;
BEGIN
    FOR call IN
        SELECT format('SELECT practiceacl.%I(%s)', p.proname,
            (SELECT string_agg(CASE WHEN given THEN coalesce(pg_temp.example(t), 'NULL') ELSE 'NULL::' || t::regtype END, ', ' ORDER BY n)
             FROM unnest(p.proargtypes) WITH ORDINALITY AS a (t, n)))
        FROM pg_depend d
        JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'practiceacl'
        JOIN pg_proc p ON p.oid = d.objid
        WHERE d.classid = 'pg_proc'::regclass AND d.deptype = 'e'
          AND p.prokind = 'f' AND 'internal'::regtype <> ALL (p.proargtypes)
        UNION ALL
        SELECT format('SELECT count(*) FROM %s', c.oid::regclass)
        FROM pg_class c WHERE c.relnamespace = 'practiceacl'::regnamespace AND c.relkind IN ('r', 'v')
    LOOP
        called := called + 1;
        BEGIN
            EXECUTE call;
        EXCEPTION
            WHEN object_not_in_prerequisite_state THEN
                outdated := outdated + (SQLERRM ~ 'of version 0.1.0 in this database')::int;
            WHEN internal_error OR invalid_table_definition OR undefined_column OR undefined_table
                OR undefined_function OR undefined_object OR undefined_parameter THEN
                RAISE EXCEPTION '%: % %', call, SQLSTATE, SQLERRM;
            WHEN OTHERS THEN
                NULL;
        END;
    END LOOP;
    IF called < 150 THEN
        RAISE EXCEPTION 'only % functions and relations were tried', called;
    END IF;
    RETURN outdated;
END $outer$;

-- As nobody, then as a database role that is an administrator: who that is, is
-- among what is outdated, so a session cannot be opened.  Nothing of it stays.
BEGIN;
SELECT pg_temp.outdated(false) \g /dev/null
SELECT pg_temp.outdated(true) AS of_nobody \gset
INSERT INTO practiceacl.role_account (role_oid, role_name, account_id)
SELECT r.oid, r.rolname, a.id FROM pg_roles r, practiceacl.account a
WHERE r.rolname = session_user AND a.email = 'alice@lumiere.test';
SELECT pg_temp.outdated(true) AS of_administrator \gset
ROLLBACK;
\echo :of_nobody and :of_administrator calls named the update
SELECT 1 / (:of_nobody > 0 AND :of_administrator > 0)::int AS "the arguments reach something" \g /dev/null
