-- One line for each property of each object that the extension owns, without
-- OIDs, so that two databases can be compared with diff.
\pset format unaligned
\pset tuples_only on
\pset fieldsep '|'
SET search_path = pg_catalog;

CREATE TEMP VIEW member AS
SELECT d.classid, d.objid, pg_describe_object(d.classid, d.objid, 0) AS name
FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid
WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e' AND e.extname = 'practiceacl';
CREATE TEMP VIEW relation AS
SELECT c.*, m.name FROM member m JOIN pg_class c ON c.oid = m.objid AND m.classid = 'pg_class'::regclass;

-- Order within an array of privileges says when, not what; what was granted
-- to roles is not the extension's.
CREATE FUNCTION pg_temp.sorted(aclitem[]) RETURNS text LANGUAGE sql
AS 'SELECT string_agg(a::text, '','' ORDER BY a::text COLLATE "C") FROM unnest($1) a WHERE a::text ~ ''^(=|postgres=)''';

SELECT line FROM (
SELECT 'member ' || name FROM member
UNION ALL
SELECT 'comment ' || pg_describe_object(d.classoid, d.objoid, d.objsubid) || ': ' || description
FROM pg_description d JOIN member m ON m.classid = d.classoid AND m.objid = d.objoid
UNION ALL
SELECT 'function ' || name || ': ' || CASE WHEN prokind = 'a' THEN (SELECT concat_ws(',', aggtransfn, aggfinalfn, aggcombinefn, aggtranstype::regtype, agginitval) FROM pg_aggregate a WHERE aggfnoid = p.oid) ELSE pg_get_functiondef(p.oid) END
    || ' support ' || prosupport || ' leakproof ' || proleakproof || ' acl ' || coalesce(pg_temp.sorted(proacl), pg_temp.sorted(acldefault('f', proowner)))
FROM member m JOIN pg_proc p ON p.oid = m.objid AND m.classid = 'pg_proc'::regclass
UNION ALL
SELECT 'type ' || m.name || ': ' || (to_jsonb(t) - '{oid,typarray,typrelid,typowner,typnamespace,typelem}'::text[])::text
FROM member m JOIN pg_type t ON t.oid = m.objid AND m.classid = 'pg_type'::regclass
UNION ALL
SELECT 'operator ' || m.name || ': ' || concat_ws(',', oprcanmerge, oprcanhash, oprcode, oprrest, oprjoin, oprcom::regoperator, oprnegate::regoperator)
FROM member m JOIN pg_operator o ON o.oid = m.objid AND m.classid = 'pg_operator'::regclass
UNION ALL
SELECT 'class ' || m.name || ': ' || concat_ws(',', opcdefault, opcintype::regtype, opckeytype::regtype)
FROM member m JOIN pg_opclass o ON o.oid = m.objid AND m.classid = 'pg_opclass'::regclass
UNION ALL
SELECT 'family ' || pg_describe_object('pg_amop'::regclass, a.oid, 0) FROM pg_amop a JOIN member m ON m.objid = a.amopfamily AND m.classid = 'pg_opfamily'::regclass
UNION ALL
SELECT 'family ' || pg_describe_object('pg_amproc'::regclass, a.oid, 0) FROM pg_amproc a JOIN member m ON m.objid = a.amprocfamily AND m.classid = 'pg_opfamily'::regclass
UNION ALL
SELECT 'relation ' || name || ': ' || concat_ws(',', relkind, relpersistence, relrowsecurity, relforcerowsecurity, reloptions) || ' acl ' || coalesce(pg_temp.sorted(relacl), pg_temp.sorted(acldefault('r', relowner)))
FROM relation
UNION ALL
SELECT 'column ' || name || ' ' || row_number() OVER (PARTITION BY r.oid ORDER BY a.attnum) || ' ' || attname || ': '
    || concat_ws(',', format_type(atttypid, atttypmod), attnotnull, attidentity, attgenerated, attcollation::regcollation, coalesce(attstattarget, -1), attstorage,
                 pg_get_expr(d.adbin, d.adrelid), pg_temp.sorted(attacl))
FROM relation r JOIN pg_attribute a ON a.attrelid = r.oid AND attnum > 0 AND NOT attisdropped
LEFT JOIN pg_attrdef d ON d.adrelid = r.oid AND d.adnum = a.attnum
UNION ALL
SELECT 'view ' || name || ': ' || pg_get_viewdef(oid) FROM relation WHERE relkind = 'v'
UNION ALL
SELECT 'constraint ' || r.name || ' ' || conname || ': ' || pg_get_constraintdef(c.oid) || ' ' || convalidated
FROM relation r JOIN pg_constraint c ON c.conrelid = r.oid WHERE contype <> 'n'
UNION ALL
SELECT 'index ' || r.name || ': ' || pg_get_indexdef(i.indexrelid) || concat_ws(',', indisvalid, indisunique)
FROM relation r JOIN pg_index i ON i.indrelid = r.oid
UNION ALL
SELECT 'statistics ' || r.name || ': ' || pg_get_statisticsobjdef(s.oid) FROM relation r JOIN pg_statistic_ext s ON s.stxrelid = r.oid
UNION ALL
SELECT 'policy ' || r.name || ' ' || polname || ': ' || concat_ws(',', polcmd, polpermissive, polroles, pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid))
FROM relation r JOIN pg_policy p ON p.polrelid = r.oid
UNION ALL
SELECT 'trigger ' || r.name || ' ' || pg_get_triggerdef(t.oid) FROM relation r JOIN pg_trigger t ON t.tgrelid = r.oid WHERE NOT tgisinternal
UNION ALL
SELECT 'dump ' || c::regclass || ': ' || e.extcondition[n]
FROM pg_extension e, unnest(extconfig) WITH ORDINALITY AS u (c, n) WHERE extname = 'practiceacl'
UNION ALL
SELECT 'initial privileges ' || pg_describe_object(i.classoid, i.objoid, i.objsubid) || ': ' || pg_temp.sorted(i.initprivs)
FROM pg_init_privs i JOIN member m ON m.classid = i.classoid AND m.objid = i.objoid
UNION ALL
SELECT 'version ' || extversion FROM pg_extension WHERE extname = 'practiceacl'
) AS fingerprint (line)
ORDER BY line COLLATE "C";
