/*
 * What arrives from another cell.
 *
 * Looked at in sessions that replicate, and in no others.
 */
CREATE FUNCTION practiceacl.check_arrival() RETURNS trigger
    AS 'MODULE_PATHNAME', 'practiceacl_check_arrival'
    LANGUAGE C SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.check_arrival() IS
    'trigger of every table, for what a subscription of a move or of the directory brings: refuses rows that are not of the organization that moves';

DO $arrival$
DECLARE
    t record;
BEGIN
    FOR t IN
        SELECT c.relname, d.on_move, d.compared
        FROM pg_catalog.pg_class c LEFT JOIN practiceacl.organization_tables d ON d.table_name = c.relname
        WHERE c.relnamespace = 'practiceacl'::pg_catalog.regnamespace AND c.relkind = 'r' ORDER BY c.relname
    LOOP
        EXECUTE pg_catalog.format('CREATE TRIGGER arrival AFTER INSERT OR UPDATE OR DELETE ON practiceacl.%I'
            ' FOR EACH ROW EXECUTE FUNCTION practiceacl.check_arrival(%L, %L)', t.relname, t.on_move, t.compared);
        EXECUTE pg_catalog.format('CREATE TRIGGER arrival_of_truncate BEFORE TRUNCATE ON practiceacl.%I'
            ' EXECUTE FUNCTION practiceacl.check_arrival(%L, %L)', t.relname, t.on_move, t.compared);
        EXECUTE pg_catalog.format('ALTER TABLE practiceacl.%I ENABLE REPLICA TRIGGER arrival,'
            ' ENABLE REPLICA TRIGGER arrival_of_truncate', t.relname);
        EXECUTE pg_catalog.format('COMMENT ON TRIGGER arrival ON practiceacl.%I IS %L', t.relname,
            'looks at the rows that another cell sends');
        EXECUTE pg_catalog.format('COMMENT ON TRIGGER arrival_of_truncate ON practiceacl.%I IS %L', t.relname,
            'lets no other cell empty the table');
    END LOOP;
END $arrival$;
