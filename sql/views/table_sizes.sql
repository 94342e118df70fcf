/* How large the tables are: for monitors. */

CREATE VIEW practiceacl.table_sizes WITH (security_barrier) AS
    SELECT c.relname AS table_name,
           greatest(c.reltuples, 0)::bigint AS rows,
           pg_table_size(c.oid) AS bytes,
           pg_indexes_size(c.oid) AS index_bytes
    FROM pg_class c
    JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid
        AND d.objsubid = 0 AND d.deptype = 'e'
        AND d.refclassid = 'pg_extension'::regclass
    JOIN pg_extension e ON e.oid = d.refobjid
    WHERE e.extname = 'practiceacl' AND c.relkind = 'r';
COMMENT ON VIEW practiceacl.table_sizes IS
    'the extension''s tables with their sizes on disk; rows is an estimate, as of the last ANALYZE or VACUUM';
COMMENT ON COLUMN practiceacl.table_sizes.bytes IS
    'the table with its out-of-line values';
