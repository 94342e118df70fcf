/*
 * What others have built on the extension.  DROP EXTENSION refuses while there
 * is any of it; with CASCADE it goes too, and a table that was protected stays
 * under row security without the policy that opened it.
 */

CREATE VIEW practiceacl.drop_effects (object, effect) AS
WITH member AS (
    SELECT d.classid, d.objid
    FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_extension e
        ON d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
        AND d.refobjid = e.oid AND e.extname = 'practiceacl'
    WHERE d.deptype = 'e'
), dependent AS (
    SELECT DISTINCT d.classid, d.objid, d.objsubid
    FROM pg_catalog.pg_depend d JOIN member m ON d.refclassid = m.classid AND d.refobjid = m.objid
    WHERE d.deptype IN ('n', 'a')
      AND d.classid NOT IN ('pg_catalog.pg_amop'::pg_catalog.regclass, 'pg_catalog.pg_amproc'::pg_catalog.regclass)  -- parts of our operator families
      AND NOT EXISTS (SELECT FROM member o WHERE o.classid = d.classid AND o.objid = d.objid)
), located AS (
    SELECT d.*, CASE d.classid
        WHEN 'pg_catalog.pg_class'::pg_catalog.regclass THEN coalesce(
            (SELECT i.indrelid FROM pg_catalog.pg_index i WHERE i.indexrelid = d.objid), d.objid)
        WHEN 'pg_catalog.pg_policy'::pg_catalog.regclass THEN
            (SELECT p.polrelid FROM pg_catalog.pg_policy p WHERE p.oid = d.objid)
        WHEN 'pg_catalog.pg_rewrite'::pg_catalog.regclass THEN
            (SELECT r.ev_class FROM pg_catalog.pg_rewrite r WHERE r.oid = d.objid)
        WHEN 'pg_catalog.pg_constraint'::pg_catalog.regclass THEN
            (SELECT c.conrelid FROM pg_catalog.pg_constraint c WHERE c.oid = d.objid)
        WHEN 'pg_catalog.pg_attrdef'::pg_catalog.regclass THEN
            (SELECT a.adrelid FROM pg_catalog.pg_attrdef a WHERE a.oid = d.objid)
        WHEN 'pg_catalog.pg_trigger'::pg_catalog.regclass THEN
            (SELECT t.tgrelid FROM pg_catalog.pg_trigger t WHERE t.oid = d.objid)
        ELSE 0 END AS relation
    FROM dependent d
)
SELECT DISTINCT CASE l.classid
        WHEN 'pg_catalog.pg_rewrite'::pg_catalog.regclass
            THEN pg_catalog.pg_describe_object('pg_catalog.pg_class'::pg_catalog.regclass, l.relation, 0)
        ELSE pg_catalog.pg_describe_object(l.classid, l.objid, l.objsubid) END,
    CASE
        WHEN l.classid = 'pg_catalog.pg_policy'::pg_catalog.regclass AND c.relrowsecurity
            THEN pg_catalog.format('is dropped; nobody reads %s then%s: call practiceacl.unprotect() first, or give it another policy',
                l.relation::pg_catalog.regclass, CASE WHEN c.relforcerowsecurity THEN ', its owner included' ELSE ' but its owner' END)
        WHEN l.objsubid > 0 THEN 'is dropped, with what is in it'
        ELSE 'is dropped'
    END
FROM located l
LEFT JOIN pg_catalog.pg_class c ON c.oid = l.relation
WHERE NOT EXISTS (SELECT FROM member m
    WHERE m.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND m.objid = l.relation);
COMMENT ON VIEW practiceacl.drop_effects IS
    'what DROP EXTENSION practiceacl CASCADE would take away from others, and which tables it would leave closed to everybody; for operators';
COMMENT ON COLUMN practiceacl.drop_effects.object IS
    'a view, function, policy, constraint, column or other object that is not the extension''s and rests on it';
COMMENT ON COLUMN practiceacl.drop_effects.effect IS
    'what becomes of it, and what to do before';
