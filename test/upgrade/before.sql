-- In a database of the last release with the module of today: every function
-- answers, or says which update is missing.  None may end the connection.
\set ON_ERROR_STOP on
CREATE ROLE upgrade_app;
SELECT practiceacl.grant_application('upgrade_app') \g /dev/null
SELECT practiceacl.grant_reporting('upgrade_app') \g /dev/null
DO $$
DECLARE
    call text;
    called int := 0;
BEGIN
    FOR call IN
        SELECT pg_catalog.format('SELECT practiceacl.%I(%s)', p.proname,
            (SELECT pg_catalog.string_agg('NULL::' || pg_catalog.format_type(t, NULL), ', ' ORDER BY n)
             FROM pg_catalog.unnest(p.proargtypes) WITH ORDINALITY AS a (t, n)))
        FROM pg_catalog.pg_depend d
        JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid AND e.extname = 'practiceacl'
        JOIN pg_catalog.pg_proc p ON p.oid = d.objid
        WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.deptype = 'e'
          AND p.prokind = 'f' AND 'internal'::pg_catalog.regtype <> ALL (p.proargtypes)
    LOOP
        called := called + 1;
        BEGIN
            EXECUTE call;
        EXCEPTION
            WHEN internal_error OR undefined_column OR undefined_table OR undefined_function THEN
                RAISE EXCEPTION '%: % %', call, SQLSTATE, SQLERRM;
            WHEN OTHERS THEN
                NULL;
        END;
    END LOOP;
    IF called < 100 THEN
        RAISE EXCEPTION 'only % functions were called', called;
    END IF;
END $$;
