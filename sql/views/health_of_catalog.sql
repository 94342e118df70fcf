/*
 * What is wrong in the catalog: what somebody changed by hand.  One row a
 * problem; health() puts them together.
 */

/* The policies as the server writes them back: change both when one changes. */
CREATE VIEW practiceacl.expected_policies (table_name, policy, condition) AS
VALUES
    ('absence', 'absence_read',
        '(practiceacl.can(agenda_id, ''read''::practiceacl.rights) AND ((reason IS NULL) OR practiceacl.can(agenda_id, ''read+private''::practiceacl.rights)))'),
    ('access_grant', 'access_grant_read',
        '(practiceacl.is_me(account_id) OR practiceacl.can(agenda_id, ''owner''::practiceacl.rights) OR practiceacl.is_admin(organization_id, ''users''::text))'),
    ('access_history', 'access_history_read',
        '(practiceacl.is_me(account_id) OR practiceacl.can(agenda_id, ''owner''::practiceacl.rights) OR practiceacl.is_admin(organization_id, ''users''::text))'),
    ('access_review', 'access_review_read',
        'practiceacl.is_member(organization_id)'),
    ('access_review_item', 'access_review_item_read',
        '(practiceacl.is_me(account_id) OR practiceacl.can(agenda_id, ''owner''::practiceacl.rights) OR practiceacl.is_admin(organization_id, ''users''::text))'),
    ('account', 'account_read',
        'practiceacl.is_me(id)'),
    ('activity', 'activity_read',
        '(practiceacl.is_me(actor_id) OR practiceacl.can(agenda_id, ''owner''::practiceacl.rights) OR practiceacl.is_admin(organization_id, ''users''::text))'),
    ('activity_detail', 'activity_detail_read',
        '((detail IS NOT NULL) AND (practiceacl.can(agenda_id, ''owner+private''::practiceacl.rights) OR ((agenda_id IS NULL) AND practiceacl.is_admin(organization_id, ''users''::text))))'),
    ('agenda', 'agenda_read',
        '(practiceacl.can(id, ''freebusy''::practiceacl.rights) OR practiceacl.is_admin(organization_id, ''users''::text))'),
    ('agenda_type', 'agenda_type_read',
        '(practiceacl.can(agenda_id, ''freebusy''::practiceacl.rights) OR practiceacl.is_admin(organization_id, ''users''::text))'),
    ('appointment_type', 'appointment_type_read',
        'practiceacl.is_member(organization_id)'),
    ('appointment', 'appointment_read',
        '(practiceacl.can(agenda_id, ''read''::practiceacl.rights) AND ((NOT private) OR practiceacl.can(agenda_id, ''read+private''::practiceacl.rights)))'),
    ('closing', 'closing_read',
        'practiceacl.is_member(organization_id)'),
    ('agenda_group', 'agenda_group_read',
        'practiceacl.is_member(organization_id)'),
    ('agenda_group_member', 'agenda_group_member_read',
        '(practiceacl.can(agenda_id, ''freebusy''::practiceacl.rights) OR practiceacl.is_admin(organization_id, ''users''::text))'),
    ('appointment_archive', 'appointment_archive_read',
        '(practiceacl.can(agenda_id, ''read''::practiceacl.rights) AND ((NOT private) OR practiceacl.can(agenda_id, ''read+private''::practiceacl.rights)))'),
    ('group_grant', 'group_grant_read',
        '(practiceacl.is_me(account_id) OR practiceacl.is_admin(organization_id, ''users''::text))'),
    ('invitation', 'invitation_read',
        'practiceacl.is_admin(organization_id, ''users''::text)'),
    ('membership', 'membership_read',
        '(practiceacl.is_me(account_id) OR practiceacl.is_admin(organization_id, ''users''::text))'),
    ('notice', 'notice_read',
        'practiceacl.reads_notice(id)'),
    ('notice_read', 'notice_read_read',
        'practiceacl.is_me(account_id)'),
    ('opening', 'opening_read',
        'practiceacl.can(agenda_id, ''freebusy''::practiceacl.rights)'),
    ('organization', 'organization_read',
        'practiceacl.is_member(id)'),
    ('profile', 'profile_read',
        'practiceacl.is_admin(organization_id, ''users''::text)'),
    ('profile_member', 'profile_member_read',
        '(practiceacl.is_me(account_id) OR practiceacl.is_admin(organization_id, ''users''::text))'),
    ('profile_right', 'profile_right_read',
        'practiceacl.is_admin(organization_id, ''users''::text)'),
    ('rights_request', 'rights_request_read',
        '(practiceacl.is_me(account_id) OR practiceacl.can(agenda_id, ''owner''::practiceacl.rights) OR practiceacl.is_admin(organization_id, ''users''::text))'),
    ('role_account', 'role_account_read',
        'practiceacl.is_me(account_id)'),
    ('service_offer', 'service_offer_read',
        'practiceacl.reads_service_offer(code)'),
    ('session', 'session_read',
        'practiceacl.is_me(account_id)'),
    ('slot_hold', 'slot_hold_read',
        'practiceacl.can(agenda_id, ''read''::practiceacl.rights)');
COMMENT ON VIEW practiceacl.expected_policies IS
    'the policies of the extension''s tables, all permissive, for SELECT and for everybody; health() compares';

CREATE VIEW practiceacl.health_of_catalog (check_name, problem) AS
WITH extension AS (
    SELECT e.oid, e.extowner AS owner, e.extconfig, e.extversion
    FROM pg_catalog.pg_extension e WHERE e.extname = 'practiceacl'
), member AS (
    SELECT d.classid, d.objid
    FROM extension e
    JOIN pg_catalog.pg_depend d ON d.refobjid = e.oid AND d.deptype = 'e'
        AND d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
), beside AS (
    /* Of extensions that require this one and are a superuser's, as it is. */
    SELECT d.classid, d.objid
    FROM extension e
    JOIN pg_catalog.pg_depend r ON r.refobjid = e.oid
        AND r.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
        AND r.classid = 'pg_catalog.pg_extension'::pg_catalog.regclass
    JOIN pg_catalog.pg_extension x ON x.oid = r.objid
    JOIN pg_catalog.pg_roles o ON o.oid = x.extowner AND (o.rolsuper OR o.oid = e.owner)
    JOIN pg_catalog.pg_depend d ON d.refobjid = x.oid AND d.deptype = 'e'
        AND d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
), relation AS (
    SELECT c.* FROM member m
    JOIN pg_catalog.pg_class c ON c.oid = m.objid
    WHERE m.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
), routine AS (
    SELECT p.* FROM member m
    JOIN pg_catalog.pg_proc p ON p.oid = m.objid
    WHERE m.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
), policy AS (
    SELECT r.relname::text AS table_name, p.polname::text AS policy,
           pg_catalog.pg_get_expr(p.polqual, p.polrelid) AS condition,
           p.polcmd = 'r' AND p.polpermissive AND p.polroles = '{0}'
               AND p.polwithcheck IS NULL AS usual
    FROM relation r JOIN pg_catalog.pg_policy p ON p.polrelid = r.oid
), given AS MATERIALIZED (
    SELECT * FROM practiceacl.given_privileges
), intended AS MATERIALIZED (
    SELECT * FROM practiceacl.intended_privileges
), audience_of_role AS MATERIALIZED (
    SELECT g.grantee, i.audience
    FROM given g JOIN intended i USING (catalog, object, privilege)
    WHERE g.grantee <> 0 AND i.audience NOT IN ('public', 'owner')
    GROUP BY g.grantee, i.audience
    HAVING count(*) = (SELECT count(*) FROM intended n WHERE n.audience = i.audience)
), guarded AS (
    SELECT DISTINCT c.oid, c.relrowsecurity, c.relforcerowsecurity
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_policy p ON p.polrelid = c.oid
    WHERE p.polname IN ('practiceacl_read', 'practiceacl_insert', 'practiceacl_update', 'practiceacl_delete')
)

SELECT 'version', pg_catalog.format(
    'the extension is %s, the loaded module %s: run ALTER EXTENSION practiceacl UPDATE, or connect again',
    extversion, practiceacl.module_version())
FROM extension WHERE extversion <> practiceacl.module_version()

UNION ALL
SELECT 'functions', pg_catalog.format('%s belongs to %s', r.oid::pg_catalog.regprocedure, r.proowner::pg_catalog.regrole)
FROM routine r, extension e WHERE r.proowner <> e.owner
UNION ALL
SELECT 'functions', pg_catalog.format('%s runs as its owner without a pinned search_path', r.oid::pg_catalog.regprocedure)
FROM routine r
WHERE r.prosecdef
  AND NOT coalesce('search_path=pg_catalog, pg_temp' = ANY (r.proconfig), false)
UNION ALL
SELECT 'functions', pg_catalog.format('%s is not the module''s', r.oid::pg_catalog.regprocedure)
FROM routine r JOIN pg_catalog.pg_language l ON l.oid = r.prolang
WHERE l.lanname NOT IN ('c', 'sql', 'internal')
   OR (l.lanname = 'c' AND r.probin <> '$libdir/practiceacl')

UNION ALL
SELECT 'tables', pg_catalog.format('%s belongs to %s', r.oid::pg_catalog.regclass, r.relowner::pg_catalog.regrole)
FROM relation r, extension e WHERE r.relowner <> e.owner
UNION ALL
SELECT 'tables', pg_catalog.format('row security of %s is off', r.oid::pg_catalog.regclass)
FROM relation r WHERE r.relkind = 'r' AND NOT r.relrowsecurity
UNION ALL
SELECT 'tables', pg_catalog.format('row security of %s is forced on its owner', r.oid::pg_catalog.regclass)
FROM relation r WHERE r.relforcerowsecurity
UNION ALL
SELECT 'tables', pg_catalog.format('%s is not written to a dump', r.oid::pg_catalog.regclass)
FROM relation r, extension e WHERE r.relkind = 'r' AND r.oid <> ALL (e.extconfig)
UNION ALL
SELECT 'tables', pg_catalog.format('%s is not logged and does not outlive a crash', r.oid::pg_catalog.regclass)
FROM relation r WHERE r.relpersistence <> 'p'
UNION ALL
SELECT 'tables', pg_catalog.format('%s has a trigger %I', r.oid::pg_catalog.regclass, t.tgname)
FROM relation r JOIN pg_catalog.pg_trigger t ON t.tgrelid = r.oid
WHERE NOT t.tgisinternal AND t.tgname NOT IN ('arrival', 'arrival_of_truncate')
UNION ALL
SELECT 'tables', pg_catalog.format('%s takes what any cell sends: its trigger %I is missing or switched off', r.oid::pg_catalog.regclass, n.name)
FROM relation r CROSS JOIN (VALUES ('arrival'), ('arrival_of_truncate')) AS n (name)
WHERE r.relkind = 'r' AND NOT EXISTS (
    SELECT FROM pg_catalog.pg_trigger t
    WHERE t.tgrelid = r.oid AND t.tgname = n.name AND t.tgenabled = 'R'
      AND t.tgfoid = pg_catalog.to_regprocedure('practiceacl.check_arrival()'))
UNION ALL
SELECT 'tables', pg_catalog.format('%s has a rule %I', r.oid::pg_catalog.regclass, w.rulename)
FROM relation r JOIN pg_catalog.pg_rewrite w ON w.ev_class = r.oid WHERE r.relkind = 'r'
UNION ALL
SELECT 'tables', pg_catalog.format('%s has a child %s', r.oid::pg_catalog.regclass, i.inhrelid::pg_catalog.regclass)
FROM relation r JOIN pg_catalog.pg_inherits i ON i.inhparent = r.oid
WHERE NOT (r.relname IN ('activity', 'activity_detail') AND i.inhrelid = 'practiceacl.activity_entry'::pg_catalog.regclass)
UNION ALL
SELECT 'tables', pg_catalog.format('%s has a column %I of somebody''s: it is dumped, and the restore of the table fails; keep it in a table of your own',
    r.oid::pg_catalog.regclass, a.attname)
FROM relation r JOIN pg_catalog.pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE r.relkind = 'r' AND NOT EXISTS (
    SELECT FROM practiceacl.expected_columns x WHERE x.table_name = r.relname AND x.column_name = a.attname)
UNION ALL
SELECT 'tables', pg_catalog.format('%s lacks its column %I', r.oid::pg_catalog.regclass, x.column_name)
FROM relation r JOIN practiceacl.expected_columns x ON x.table_name = r.relname
WHERE r.relkind = 'r' AND NOT EXISTS (
    SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = r.oid AND a.attname = x.column_name
      AND a.attnum > 0 AND NOT a.attisdropped)

UNION ALL
SELECT 'constraints', 'practiceacl.appointment has no constraint appointment_no_overlap as it should be'
WHERE NOT EXISTS (
    SELECT FROM pg_catalog.pg_constraint c JOIN relation r ON r.oid = c.conrelid
    WHERE r.relname = 'appointment' AND c.conname = 'appointment_no_overlap' AND c.contype = 'x'
      /* As it is made, or with the organization in front, for shards. */
      AND pg_catalog.replace(pg_catalog.pg_get_constraintdef(c.oid), 'organization_id WITH =, ', '') =
        'EXCLUDE USING gist (practiceacl.slot(agenda_id, occupied_from, occupied_until, overbooked)'
        ' WITH OPERATOR(practiceacl.#)) WHERE ((cancelled_at IS NULL))')
UNION ALL
SELECT 'constraints', pg_catalog.format('%s has no primary key', r.oid::pg_catalog.regclass)
FROM relation r
WHERE r.relkind = 'r' AND r.relname NOT IN ('activity', 'activity_detail') AND NOT EXISTS (
    SELECT FROM pg_catalog.pg_constraint c WHERE c.conrelid = r.oid AND c.contype = 'p')
UNION ALL
SELECT 'constraints', pg_catalog.format('%I of %s is not valid', c.conname, r.oid::pg_catalog.regclass)
FROM relation r JOIN pg_catalog.pg_constraint c ON c.conrelid = r.oid WHERE NOT c.convalidated
UNION ALL
SELECT 'constraints', pg_catalog.format('index %s of %s is not valid', i.indexrelid::pg_catalog.regclass, r.oid::pg_catalog.regclass)
FROM relation r JOIN pg_catalog.pg_index i ON i.indrelid = r.oid
WHERE NOT (i.indisvalid AND i.indisready AND i.indislive)
UNION ALL
SELECT DISTINCT 'constraints', pg_catalog.format('a foreign key of %s is switched off', r.oid::pg_catalog.regclass)
FROM relation r JOIN pg_catalog.pg_trigger t ON t.tgrelid = r.oid
WHERE t.tgisinternal AND t.tgenabled <> 'O'

UNION ALL
SELECT 'policies', pg_catalog.format('practiceacl.%I has not its policy %I', table_name, policy)
FROM (SELECT table_name, policy, condition FROM practiceacl.expected_policies
      EXCEPT SELECT table_name, policy, condition FROM policy WHERE usual) AS missing
UNION ALL
SELECT 'policies', pg_catalog.format('practiceacl.%I has a policy %I of somebody''s', table_name, policy)
FROM (SELECT table_name, policy FROM policy
      EXCEPT SELECT table_name, policy FROM practiceacl.expected_policies) AS more

UNION ALL
SELECT 'views', pg_catalog.format('%s has neither security_invoker nor security_barrier', r.oid::pg_catalog.regclass)
FROM relation r JOIN intended i ON i.object = r.oid
WHERE r.relkind = 'v' AND i.audience IN ('application', 'reporting')
  AND NOT coalesce(r.reloptions && ARRAY['security_invoker=true', 'security_barrier=true'], false)
  AND NOT r.oid = ANY ('{practiceacl.report_utilisation, practiceacl.report_activity}'::pg_catalog.regclass[])

UNION ALL
SELECT 'privileges', pg_catalog.format('%s has %s on %s%s',
    CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE g.grantee::pg_catalog.regrole::text END,
    g.privilege, g.name, CASE WHEN g.grantable THEN ' with grant option' ELSE '' END)
FROM given g
WHERE g.grantable OR NOT EXISTS (
    SELECT FROM intended i
    WHERE i.catalog = g.catalog AND i.object = g.object AND i.privilege = g.privilege
      AND i.audience <> 'owner' AND (i.audience = 'public') = (g.grantee = 0))
UNION ALL
SELECT 'privileges', pg_catalog.format('PUBLIC has not %s on %s, so the types do not work', i.privilege, i.name)
FROM intended i
WHERE i.audience = 'public' AND NOT EXISTS (
    SELECT FROM given g
    WHERE g.grantee = 0 AND g.catalog = i.catalog AND g.object = i.object AND g.privilege = i.privilege)
UNION ALL
SELECT 'privileges', pg_catalog.format('%s has %s on the schema practiceacl',
    CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::pg_catalog.regrole::text END, a.privilege_type)
FROM extension e, pg_catalog.pg_namespace n, pg_catalog.aclexplode(n.nspacl) a
WHERE n.nspname = 'practiceacl' AND a.grantee NOT IN (e.owner, n.nspowner)
  AND (a.grantee <> 0 OR a.privilege_type <> 'USAGE')

UNION ALL
SELECT 'roles', pg_catalog.format('%s has %s that come with no audience which it has whole, such as %s: grant it again or revoke it',
    g.grantee::pg_catalog.regrole, count(*), min(g.name))
FROM given g
WHERE g.grantee <> 0 AND EXISTS (
    SELECT FROM intended i
    WHERE i.catalog = g.catalog AND i.object = g.object AND i.privilege = g.privilege
      AND i.audience NOT IN ('public', 'owner'))
  AND NOT EXISTS (
    SELECT FROM intended i
    JOIN audience_of_role a ON a.audience = i.audience
    WHERE a.grantee = g.grantee AND i.catalog = g.catalog
      AND i.object = g.object AND i.privilege = g.privilege)
GROUP BY g.grantee
UNION ALL
SELECT 'roles', pg_catalog.format('row security does not bind %s, which has the application''s privileges', a.grantee::pg_catalog.regrole)
FROM audience_of_role a JOIN pg_catalog.pg_roles r ON r.oid = a.grantee
WHERE a.audience = 'application' AND (r.rolsuper OR r.rolbypassrls)

UNION ALL
SELECT 'schema', pg_catalog.format('the schema practiceacl belongs to %s', n.nspowner::pg_catalog.regrole)
FROM extension e, pg_catalog.pg_namespace n
WHERE n.nspname = 'practiceacl' AND n.nspowner <> e.owner
UNION ALL
SELECT 'schema', pg_catalog.format('%s is not the extension''s', p.oid::pg_catalog.regprocedure)
FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname = 'practiceacl' AND p.oid NOT IN (SELECT oid FROM routine)
  AND NOT EXISTS (SELECT FROM beside b WHERE b.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND b.objid = p.oid)
UNION ALL
SELECT 'schema', pg_catalog.format('%s is not the extension''s', c.oid::pg_catalog.regclass)
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'practiceacl' AND c.relkind IN ('r', 'v', 'm', 'S', 'f', 'p')
  AND c.oid NOT IN (SELECT oid FROM relation)
  AND NOT EXISTS (SELECT FROM beside b WHERE b.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND b.objid = c.oid)
UNION ALL
SELECT 'schema', pg_catalog.format('%s is not the extension''s', pg_catalog.pg_describe_object(d.classid, d.objid, 0))
FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_namespace n ON n.oid = d.refobjid
WHERE d.refclassid = 'pg_catalog.pg_namespace'::pg_catalog.regclass AND n.nspname = 'practiceacl'
  AND d.classid NOT IN ('pg_catalog.pg_proc'::pg_catalog.regclass, 'pg_catalog.pg_class'::pg_catalog.regclass,
      'pg_catalog.pg_extension'::pg_catalog.regclass)
  AND NOT EXISTS (SELECT FROM member m WHERE m.classid = d.classid AND m.objid = d.objid)
  AND NOT EXISTS (SELECT FROM beside b WHERE b.classid = d.classid AND b.objid = d.objid)
UNION ALL
SELECT 'schema', pg_catalog.format('the %s is not the extension''s',
    pg_catalog.pg_describe_object('pg_catalog.pg_cast'::pg_catalog.regclass, c.oid, 0))
FROM pg_catalog.pg_cast c
WHERE EXISTS (SELECT FROM member m WHERE m.classid = 'pg_catalog.pg_type'::pg_catalog.regclass
              AND m.objid IN (c.castsource, c.casttarget))
  AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_catalog.pg_cast'::pg_catalog.regclass AND m.objid = c.oid)

UNION ALL
SELECT 'protected_tables', pg_catalog.format('row security of %s is %s: protect() it again', oid::pg_catalog.regclass,
    CASE WHEN relrowsecurity THEN 'not forced on its owner' ELSE 'off' END)
FROM guarded WHERE NOT (relrowsecurity AND relforcerowsecurity)
UNION ALL
SELECT 'protected_tables', pg_catalog.format('%s has a permissive policy %I beside ours', g.oid::pg_catalog.regclass, p.polname)
FROM guarded g JOIN pg_catalog.pg_policy p ON p.polrelid = g.oid
WHERE p.polpermissive
  AND p.polname NOT IN ('practiceacl_read', 'practiceacl_insert', 'practiceacl_update', 'practiceacl_delete')
UNION ALL
SELECT 'protected_tables', pg_catalog.format('%s is a part of %s and not protected with it: protect() that again',
    i.inhrelid::pg_catalog.regclass, i.inhparent::pg_catalog.regclass)
FROM pg_catalog.pg_inherits i JOIN guarded g ON g.oid = i.inhparent
JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid
WHERE c.relkind IN ('r', 'p') AND i.inhrelid NOT IN (SELECT oid FROM guarded)

UNION ALL
SELECT 'moving_tables', pg_catalog.format('%s %s', p.relation, p.problem)
FROM practiceacl.organization_table_problems p WHERE p.registered

UNION ALL
SELECT 'statements', pg_catalog.format('%s: %s', b.file, b.problem)
FROM practiceacl.broken_statements() b;
COMMENT ON VIEW practiceacl.health_of_catalog IS
    'problems of privileges, policies, functions, tables and constraints that were changed by hand, one a row';
