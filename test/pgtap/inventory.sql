-- What the extension is made of, held against what was decided about it.
BEGIN;
SELECT plan(29);

CREATE TEMP VIEW member AS
SELECT d.classid, d.objid, pg_describe_object(d.classid, d.objid, 0) AS what
FROM pg_depend d JOIN pg_extension e ON d.refobjid = e.oid AND d.refclassid = 'pg_extension'::regclass
WHERE e.extname = 'practiceacl' AND d.deptype = 'e';
CREATE TEMP VIEW its_table AS
SELECT c.* FROM pg_class c JOIN member m ON m.classid = 'pg_class'::regclass AND m.objid = c.oid WHERE c.relkind = 'r';
CREATE TEMP VIEW its_function AS
SELECT p.*, p.oid::regprocedure AS signature FROM pg_proc p JOIN member m ON m.classid = 'pg_proc'::regclass AND m.objid = p.oid;
-- Every constraint and unique index, with the names of its first columns.
CREATE TEMP VIEW its_key AS
SELECT t.oid::regclass AS relation, x.conname AS name, x.contype AS kind, x.confrelid, x.confdeltype,
    (SELECT attname FROM pg_attribute WHERE attrelid = t.oid AND attnum = x.conkey[1]) AS first,
    (SELECT attname FROM pg_attribute WHERE attrelid = x.confrelid AND attnum = x.confkey[1]) AS first_there
FROM its_table t JOIN pg_constraint x ON x.conrelid = t.oid AND x.contype IN ('p', 'u', 'x', 'f')
UNION ALL
SELECT t.oid, i.indexrelid::regclass::name, 'i', 0, NULL,
    (SELECT attname FROM pg_attribute WHERE attrelid = t.oid AND attnum = i.indkey[0]), NULL
FROM its_table t JOIN pg_index i ON i.indrelid = t.oid AND i.indisunique;
CREATE TEMP VIEW tenant AS
SELECT t.oid FROM its_table t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attname = 'organization_id'
WHERE t.relname <> 'outbox';     -- some messages are no organization's

-- Explained.
SELECT isnt_empty('SELECT * FROM member', 'there is an extension');
SELECT is_empty($$ SELECT what FROM member
    WHERE obj_description(objid, (SELECT relname FROM pg_class WHERE oid = classid)) IS NULL
        -- An array, and what a table's rows are: members since PostgreSQL 18, though nobody made them.
        AND NOT EXISTS (SELECT FROM pg_type WHERE oid = objid AND (typcategory = 'A' OR typrelid <> 0)) $$, 'every object has a comment');
SELECT is_empty($$ SELECT what FROM member
    WHERE obj_description(objid, (SELECT relname FROM pg_class WHERE oid = classid)) ~* 'todo|fixme|xxx|^\s*$' $$, 'that says something');

-- Functions.
SELECT is_empty($$ SELECT signature FROM its_function WHERE prosecdef
    AND (proconfig IS NULL OR NOT 'search_path=pg_catalog, pg_temp' = ANY (proconfig)) $$,
    'every function that runs as its owner pins the search path, with temporary objects last');
SELECT is_empty($$ SELECT f.signature FROM its_function f JOIN pg_language l ON l.oid = f.prolang
    WHERE l.lanname NOT IN ('c', 'internal') AND NOT (l.lanname = 'sql' AND f.prosqlbody IS NOT NULL) AND f.prokind <> 'a' $$,
    'functions are C, or SQL that was parsed when they were made');
SELECT is_empty($$ SELECT signature FROM its_function WHERE prosecdef AND has_function_privilege('public', oid, 'EXECUTE') $$,
    'PUBLIC runs nothing as the owner');
SELECT is_empty($$ SELECT f.signature FROM its_function f
    WHERE has_function_privilege('public', f.oid, 'EXECUTE') AND f.provolatile <> 'i'
        AND f.proname NOT IN ('is_me', 'reads_notice', 'reads_service_offer') $$, 'and only what works on values, or what policies ask of everybody');
SELECT is_empty($$ SELECT f.signature FROM its_function f JOIN member m ON m.classid = 'pg_operator'::regclass
    JOIN pg_operator o ON o.oid = m.objid AND o.oprcode = f.oid WHERE NOT f.proleakproof $$, 'operators are leakproof');
SELECT is_empty($$ SELECT f.signature FROM its_function f JOIN pg_amproc p ON p.amproc = f.oid JOIN pg_opfamily o ON o.oid = p.amprocfamily
    JOIN pg_am a ON a.oid = o.opfmethod WHERE a.amname IN ('btree', 'hash') AND NOT f.proleakproof AND f.proname !~ 'sortsupport|equalimage' $$,
    'and so is what their classes compare with');
SELECT is_empty($$ SELECT signature FROM its_function WHERE proleakproof AND NOT proisstrict $$, 'what is leakproof is not asked about nulls');
-- cursor is a word that stands for itself; what is reserved must be quoted in every call.
SELECT is_empty($$ SELECT f.signature, argument FROM its_function f, unnest(f.proargnames) WITH ORDINALITY AS a (argument, n)
    JOIN pg_get_keywords() k ON k.word = argument
    WHERE k.catcode IN ('R', 'C') AND coalesce(f.proargmodes[n], 'i') IN ('i', 'b', 'v') $$, 'no argument has the name of a reserved word');

-- Views.
SELECT is_empty($$ SELECT c.oid::regclass FROM pg_class c JOIN member m ON m.classid = 'pg_class'::regclass AND m.objid = c.oid
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.atttypid = 'practiceacl.rights'::regtype AND a.attname = 'rights'
    WHERE c.relkind = 'v' AND c.oid IN (SELECT i.object FROM practiceacl.intended_privileges i WHERE i.audience <> 'owner')
      AND (SELECT count(*) FROM pg_attribute o WHERE o.attrelid = c.oid
        AND (o.attname, o.atttypid) IN (('level', 'text'::regtype), ('flags', 'text[]'::regtype))) < 2 $$,
    'every view that shows rights shows their level and their flags, for programs that do not know the type');

-- Tables.
SELECT is_empty('SELECT oid::regclass FROM its_table WHERE NOT relrowsecurity', 'row security is on for every table');
SELECT is_empty($$ SELECT p.polrelid::regclass, polname FROM pg_policy p JOIN its_table t ON t.oid = p.polrelid
    WHERE polcmd <> 'r' OR polroles <> '{0}' OR NOT polpermissive $$, 'policies are of reading, and the same for every role');
SELECT is_empty($$ SELECT p.polrelid::regclass, polname FROM pg_policy p JOIN its_table t ON t.oid = p.polrelid
    WHERE p.polqual::text ~ 'SUBLINK|SUBPLAN' $$, 'no policy has a subquery');
SELECT is_empty($$ SELECT oid::regclass FROM its_table WHERE NOT oid = ANY (
    (SELECT extconfig FROM pg_extension WHERE extname = 'practiceacl')::oid[]) $$, 'every table is dumped');
SELECT is((SELECT array_agg(DISTINCT condition) FROM pg_extension, unnest(extcondition) AS condition WHERE extname = 'practiceacl'),
    '{""}', 'with all its rows');
CREATE FUNCTION pg_temp.rows_of(relation regclass) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    n bigint;
BEGIN
    EXECUTE 'SELECT count(*) FROM ' || relation INTO n;
    RETURN n;
END $$;
SELECT is_empty('SELECT oid::regclass FROM its_table WHERE pg_temp.rows_of(oid) > 0', 'and none that a restore would meet');
-- But for entries of the record, of which there are too many for longer keys.
SELECT is_empty($$ SELECT relation, name, kind, first FROM its_key JOIN tenant ON tenant.oid = relation AND name !~ '^(practiceacl.)?activity_(id|detail)_pkey$'
    WHERE first IS DISTINCT FROM 'organization_id' AND kind IN ('p', 'u', 'x', 'i')
        -- The compact forms; and a secret is looked for before anybody knows whose it is.
        AND name NOT IN ('appointment_no_overlap', 'slot_offer_no_overlap', 'invitation_token_pkey', 'practiceacl.invitation_token_pkey') $$,
    'organization_id is first in every key of a tenant');
SELECT is_empty($$ SELECT relation, name FROM its_key JOIN tenant ON tenant.oid = relation
    WHERE kind = 'f' AND confrelid IN (SELECT oid FROM tenant) AND (first <> 'organization_id' OR first_there <> 'organization_id') $$,
    'and in every reference between tenants');
SELECT is_empty($$ SELECT relation, name FROM its_key
    WHERE kind = 'f' AND confrelid IN (SELECT oid FROM tenant) AND relation NOT IN (SELECT oid FROM tenant) $$,
    'nothing global refers to a tenant');
SELECT is_empty($$ SELECT relation, name FROM its_key WHERE kind = 'f' AND confdeltype <> 'a' $$, 'no reference deletes or empties');
SELECT is_empty($$ WITH RECURSIVE path (start, here) AS (
        SELECT relation::oid, confrelid FROM its_key WHERE kind = 'f' AND confrelid <> relation
        UNION SELECT start, confrelid FROM path JOIN its_key ON relation = here AND kind = 'f' AND confrelid <> relation)
    SELECT start::regclass FROM path WHERE start = here $$, 'no references go in a circle');
SELECT is_empty($$ SELECT t.oid::regclass, a.attname FROM its_table t JOIN pg_attribute a ON a.attrelid = t.oid
    WHERE a.attidentity <> '' OR (SELECT typtype FROM pg_type WHERE oid = a.atttypid) = 'e' $$, 'no identity, no enumeration');
-- Of a type, what it is made of: an array's elements, a domain's base, a row's columns, a range's bounds.
SELECT is_empty($$ WITH RECURSIVE part (relation, attribute, type) AS (
        SELECT t.oid::regclass, a.attname, a.atttypid FROM its_table t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0
        UNION
        SELECT relation, attribute, inner_type FROM part JOIN pg_type y ON y.oid = part.type CROSS JOIN LATERAL (
            VALUES (y.typelem), (y.typbasetype), ((SELECT rngsubtype FROM pg_range WHERE rngtypid = y.oid))
            UNION ALL SELECT atttypid FROM pg_attribute WHERE attrelid = y.typrelid AND attnum > 0) AS made_of (inner_type)
        WHERE inner_type <> 0)
    SELECT relation, attribute FROM part JOIN pg_type y ON y.oid = part.type
    WHERE y.typname LIKE 'reg%' OR y.typname IN ('aclitem', 'line', 'sql_identifier', 'unknown') $$, 'nothing that pg_upgrade refuses');
SELECT is_empty($$ SELECT c.oid::regclass FROM pg_class c WHERE relpersistence <> 'p'
    AND (c.relnamespace = 'practiceacl'::regnamespace OR c.oid IN (SELECT objid FROM member WHERE classid = 'pg_class'::regclass)) $$,
    'and nothing that a crash empties or a standby lacks');
SELECT is_empty($$ SELECT what FROM member JOIN pg_class c ON classid = 'pg_class'::regclass AND c.oid = objid
    WHERE relkind NOT IN ('r', 'v') $$, 'no sequence, and nothing else beside tables and views');
SELECT is_empty($$ SELECT t.oid::regclass, g.tgname FROM its_table t JOIN pg_trigger g ON g.tgrelid = t.oid AND NOT g.tgisinternal
        AND (g.tgname, g.tgfoid, g.tgenabled) NOT IN (('arrival', 'practiceacl.check_arrival'::regproc, 'R'),
            ('arrival_of_truncate', 'practiceacl.check_arrival'::regproc, 'R'))
    UNION ALL SELECT t.oid::regclass, r.rulename FROM its_table t JOIN pg_rewrite r ON r.ev_class = t.oid $$, 'no rules, and no triggers but those of what arrives');

-- Views show rows by their invoker's rights, or are a barrier.
SELECT is_empty($$ SELECT c.oid::regclass FROM member JOIN pg_class c ON classid = 'pg_class'::regclass AND c.oid = objid
    WHERE relkind = 'v' AND relname IN (SELECT object FROM practiceacl.role_privileges WHERE audience = 'application')
        AND NOT coalesce(reloptions && '{security_invoker=true,security_invoker=on,security_invoker=1,security_barrier=true}', false) $$,
    'a view for people is its invoker''s, or a barrier');

SELECT * FROM finish();
ROLLBACK;
