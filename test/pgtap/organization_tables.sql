-- Every table has a decision about a move to another cell, and a publication
-- made from it lets the source go on working.
BEGIN;
SELECT plan(10);

CREATE TEMP VIEW its_table AS
SELECT c.oid, c.relname::text AS table_name,
    EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'organization_id') AS of_tenant
FROM pg_class c JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
JOIN pg_extension e ON e.oid = d.refobjid AND d.refclassid = 'pg_extension'::regclass AND e.extname = 'practiceacl'
WHERE c.relkind = 'r';

SELECT is_empty('SELECT table_name FROM its_table EXCEPT SELECT table_name FROM practiceacl.organization_tables',
    'each table has a decision: add a new one to sql/views/organization_tables.sql');
SELECT is_empty('SELECT table_name FROM practiceacl.organization_tables EXCEPT SELECT table_name FROM its_table',
    'and there is none about what is no table');
SELECT is_empty('SELECT table_name FROM practiceacl.organization_tables GROUP BY 1 HAVING count(*) > 1', 'nor two about one');
SELECT is_empty($$ SELECT table_name FROM practiceacl.organization_tables
    WHERE on_move NOT IN ('replicated', 'registered', 'stays') OR btrim(reason) = '' $$, 'a decision is one of three, with its reason');

-- A tenant's rows that do not travel are listed here once more, on purpose.
SELECT set_eq($$ SELECT table_name FROM its_table JOIN practiceacl.organization_tables USING (table_name)
    WHERE of_tenant AND on_move <> 'replicated' $$, ARRAY['slot_hold', 'organization_move', 'organization_cell', 'activity', 'activity_detail'],
    'rows of an organization travel, but for what is listed');
SELECT is_empty($$ SELECT table_name FROM its_table JOIN practiceacl.organization_tables USING (table_name)
    WHERE NOT of_tenant AND on_move = 'replicated' AND table_name <> 'organization' $$, 'and nothing else does');
SELECT is_empty($$ SELECT table_name FROM its_table JOIN practiceacl.organization_tables USING (table_name)
    WHERE of_tenant AND forgotten_rows IS NULL AND table_name NOT IN ('organization_move', 'organization_cell', 'activity', 'activity_detail') $$,
    'rows of an organization are deleted in the end, but for where it went');
SELECT is_empty($$ SELECT f.conname FROM pg_constraint f
    JOIN practiceacl.organization_tables child ON f.conrelid = ('practiceacl.' || child.table_name)::regclass
    JOIN practiceacl.organization_tables parent ON f.confrelid = ('practiceacl.' || parent.table_name)::regclass
    WHERE f.contype = 'f' AND child.forgotten_rows IS NOT NULL AND parent.forgotten_rows IS NOT NULL
        AND child.position <= parent.position $$, 'a parent comes before its children, so that they can be deleted the other way round');

-- PostgreSQL refuses UPDATE and DELETE on a published table whose filter reads
-- what is not in its replica identity: for everybody, not for the move alone.
CREATE FUNCTION pg_temp.refused() RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    name text;
    field text;
BEGIN
    FOR name IN SELECT table_name FROM practiceacl.organization_tables WHERE on_move = 'replicated' LOOP
        SELECT attname INTO field FROM pg_attribute
        WHERE attrelid = ('practiceacl.' || name)::regclass AND attnum > 0 AND attgenerated = '' ORDER BY attnum LIMIT 1;
        BEGIN
            EXECUTE format('UPDATE practiceacl.%I SET %I = %2$I WHERE false', name, field);
            EXECUTE format('DELETE FROM practiceacl.%I WHERE false', name);
        EXCEPTION WHEN OTHERS THEN
            RETURN NEXT name || ': ' || sqlerrm;
        END;
    END LOOP;
END $$;
SET LOCAL client_min_messages = error;      -- a warning while wal_level is not logical
DO $$ BEGIN
    EXECUTE (SELECT 'CREATE PUBLICATION one_organization FOR TABLE '
        || string_agg(format('practiceacl.%I WHERE (%s)', table_name, format(moved_rows, '00000000-0000-7000-8000-000000000001')), ', ')
        FROM practiceacl.organization_tables WHERE on_move = 'replicated');
END $$;
SELECT is_empty('SELECT * FROM pg_temp.refused()', 'every table that is published can be written as before');
ALTER TABLE practiceacl.outbox REPLICA IDENTITY DEFAULT;
SELECT isnt_empty('SELECT * FROM pg_temp.refused()', 'which is to be seen where it is not so');

SELECT * FROM finish();
ROLLBACK;
