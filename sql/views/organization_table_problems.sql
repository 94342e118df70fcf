/*
 * Why tables beside the core's cannot move with organizations.  A subscription
 * and what deletes afterwards write as a superuser, so whatever runs when a row
 * is written must be a superuser's: the table, its partitions, and the functions
 * of triggers, constraints, indexes, generated columns and domains.
 */
CREATE VIEW practiceacl.organization_table_problems (relation, registered, problem) WITH (security_invoker) AS
WITH RECURSIVE part AS (
    SELECT r.relation::oid AS root, r.relation::oid AS oid, r.organization_column
    FROM practiceacl.registered_table r
    UNION
    SELECT p.root, i.inhrelid, p.organization_column
    FROM part p JOIN pg_catalog.pg_inherits i ON i.inhparent = p.oid
), relation AS (
    SELECT p.root, p.organization_column, c.*, a.attnum AS organization_attnum, a.atttypid AS organization_type
    FROM part p
    JOIN pg_catalog.pg_class c ON c.oid = p.oid
    LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname::text = p.organization_column
        AND a.attnum > 0 AND NOT a.attisdropped
), moving AS (
    SELECT r.oid, r.organization_attnum AS attnum FROM relation r
    UNION ALL
    SELECT c.oid, a.attnum
    FROM practiceacl.organization_tables t
    JOIN pg_catalog.pg_class c ON c.relname = t.table_name
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'practiceacl'
    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
        AND a.attname = CASE t.table_name WHEN 'organization' THEN 'id' ELSE 'organization_id' END
    WHERE t.forgotten_rows IS NOT NULL
), foreign_key AS (
    SELECT f.conrelid, f.confrelid, f.conname, child.attnum IS NOT NULL AS moves,
           EXISTS (SELECT FROM unnest(f.conkey, f.confkey) AS pair (here, there)
               WHERE pair.here = child.attnum AND pair.there = parent.attnum) AS has_organization
    FROM pg_catalog.pg_constraint f
    JOIN moving parent ON parent.oid = f.confrelid
    LEFT JOIN moving child ON child.oid = f.conrelid
    WHERE f.contype = 'f' AND f.conparentid = 0
), code (root, classid, objid) AS (
    SELECT p.root, 'pg_catalog.pg_class'::pg_catalog.regclass::oid, p.oid FROM part p
    UNION
    SELECT c.root, d.classid, d.objid
    FROM code c, LATERAL (
        /* What belongs to it, ... */
        SELECT d.classid, d.objid FROM pg_catalog.pg_depend d
        WHERE d.refclassid = c.classid AND d.refobjid = c.objid AND d.deptype IN ('a', 'i')
          AND d.classid IN ('pg_catalog.pg_class'::pg_catalog.regclass, 'pg_catalog.pg_trigger'::pg_catalog.regclass,
              'pg_catalog.pg_constraint'::pg_catalog.regclass, 'pg_catalog.pg_attrdef'::pg_catalog.regclass,
              'pg_catalog.pg_statistic_ext'::pg_catalog.regclass)
        UNION ALL
        /* ... and what that uses. */
        SELECT d.refclassid, d.refobjid FROM pg_catalog.pg_depend d
        WHERE d.classid = c.classid AND d.objid = c.objid AND d.deptype IN ('n', 'i')
          AND (d.refclassid IN ('pg_catalog.pg_proc'::pg_catalog.regclass, 'pg_catalog.pg_operator'::pg_catalog.regclass,
                  'pg_catalog.pg_type'::pg_catalog.regclass)
              OR d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass)
    ) AS d (classid, objid)
), problem (relation, registered, problem) AS (
    SELECT root, true, 'has been switched off: ENABLE its trigger practiceacl_organization'
    FROM practiceacl.registered_table r, LATERAL (SELECT r.relation::oid AS root) AS self WHERE NOT r.enabled
    UNION ALL
    SELECT root, true, 'is a partition: add_organization_table() the table that it is of'
    FROM relation WHERE oid = root AND relispartition
    UNION ALL
    SELECT root, true, pg_catalog.format('has rows that are in no table of its own, but in %s', oid::pg_catalog.regclass)
    FROM relation WHERE relkind NOT IN ('r', 'p')
    UNION ALL
    SELECT root, true, pg_catalog.format('is not logged%s', CASE WHEN oid <> root THEN ' in ' || oid::pg_catalog.regclass END)
    FROM relation WHERE relpersistence <> 'p'
    UNION ALL
    SELECT r.root, true, 'inherits: partitions move, children do not'
    FROM relation r JOIN pg_catalog.pg_inherits i ON r.oid IN (i.inhrelid, i.inhparent)
    JOIN pg_catalog.pg_class child ON child.oid = i.inhrelid AND NOT child.relispartition
    WHERE r.oid = r.root
    UNION ALL
    SELECT root, true, pg_catalog.format('has no column %I of the type uuid', organization_column)
    FROM relation WHERE oid = root AND organization_type IS DISTINCT FROM 'uuid'::pg_catalog.regtype
    UNION ALL
    SELECT r.root, true, 'has no primary key'
    FROM relation r WHERE r.oid = r.root AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_index i WHERE i.indrelid = r.oid AND i.indisprimary)
    UNION ALL
    SELECT r.root, true, pg_catalog.format('has a replica identity without %I, so its rows could not be changed while they move: put it into the primary key, or ALTER TABLE %s REPLICA IDENTITY FULL',
        r.organization_column, r.oid::pg_catalog.regclass)
    FROM relation r
    WHERE r.relkind = 'r' AND r.relreplident <> 'f' AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_index i
        WHERE i.indrelid = r.oid AND r.organization_attnum = ANY (i.indkey) AND i.indimmediate
          AND CASE r.relreplident WHEN 'd' THEN i.indisprimary WHEN 'i' THEN i.indisreplident ELSE false END)
    UNION ALL
    SELECT r.root, true, pg_catalog.format('has a rule %I', w.rulename)
    FROM relation r JOIN pg_catalog.pg_rewrite w ON w.ev_class = r.oid
    UNION ALL
    SELECT r.root, true, pg_catalog.format('%sbelongs to %I, who is no superuser and decides what runs when a row is written',
        CASE WHEN r.oid <> r.root THEN 'has the partition ' || r.oid::pg_catalog.regclass || ', which ' ELSE '' END, o.rolname)
    FROM relation r JOIN pg_catalog.pg_roles o ON o.oid = r.relowner WHERE NOT o.rolsuper
    UNION ALL
    SELECT DISTINCT r.root, true, pg_catalog.format('lets %s make triggers: REVOKE TRIGGER ON %s',
        CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::pg_catalog.regrole::text END, r.oid::pg_catalog.regclass)
    FROM relation r, pg_catalog.aclexplode(r.relacl) a
    WHERE a.privilege_type = 'TRIGGER' AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_roles o WHERE o.oid = a.grantee AND (o.rolsuper OR o.oid = r.relowner))
    UNION ALL
    SELECT DISTINCT c.root, true, pg_catalog.format('runs %s of %I, who is no superuser', p.oid::pg_catalog.regprocedure, o.rolname)
    FROM code c
    JOIN pg_catalog.pg_proc p ON c.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND p.oid = c.objid
    JOIN pg_catalog.pg_roles o ON o.oid = p.proowner WHERE NOT o.rolsuper
    UNION ALL
    /* Replicated foreign keys are not checked: that both ends are of one organization must be certain. */
    SELECT f.conrelid, true, pg_catalog.format('has a foreign key %I to %s without the organization',
        f.conname, f.confrelid::pg_catalog.regclass)
    FROM foreign_key f JOIN part p ON p.oid = f.conrelid WHERE NOT f.has_organization
    UNION ALL
    SELECT f.conrelid, false, pg_catalog.format('refers to %s, whose rows move, and does not move itself', f.confrelid::pg_catalog.regclass)
    FROM foreign_key f
    WHERE NOT f.moves AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_extension x ON x.oid = d.refobjid AND x.extname = 'practiceacl'
        WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = f.conrelid AND d.deptype = 'e'
          AND d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass)
    UNION ALL
    /* Two servers count from 1. */
    SELECT DISTINCT r.root, true, pg_catalog.format('has the same %I as the rows of another cell, and %s is unique without the organization',
        a.attname, i.indexrelid::pg_catalog.regclass)
    FROM relation r
    JOIN pg_catalog.pg_index i ON i.indrelid = r.oid AND i.indisunique AND NOT r.organization_attnum = ANY (i.indkey)
    JOIN pg_catalog.pg_attribute a ON a.attrelid = r.oid AND a.attnum = ANY (i.indkey)
    WHERE r.oid = r.root
      AND (a.attidentity <> '' OR EXISTS (
          SELECT FROM pg_catalog.pg_attrdef e
          JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND d.objid = e.oid
              AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
          JOIN pg_catalog.pg_class s ON s.oid = d.refobjid AND s.relkind = 'S'
          WHERE e.adrelid = r.oid AND e.adnum = a.attnum))
)
SELECT DISTINCT p.relation::pg_catalog.regclass, p.registered, p.problem FROM problem p;
COMMENT ON VIEW practiceacl.organization_table_problems IS
    'why organizations cannot move: of tables that add_organization_table() registered, and of those that refer to rows that move and are not registered';
