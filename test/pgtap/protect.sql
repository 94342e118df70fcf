-- Any table of the application under the same rules.
BEGIN;
SELECT plan(43);

CREATE ROLE protect_app;
CREATE ROLE protect_owner;
CREATE ROLE protect_other;
GRANT CREATE, USAGE ON SCHEMA public TO protect_owner;
GRANT USAGE ON SCHEMA public TO protect_app, protect_other;
SELECT practiceacl.grant_application('protect_app');
SELECT practiceacl.grant_application('protect_owner');

INSERT INTO practiceacl.organization (id, name) VALUES ('00000000-0000-7000-8000-000000000001', 'Practice');
INSERT INTO practiceacl.account (id, email, first_name, last_name) VALUES
    ('00000000-0000-7000-8000-0000000000a1', 'holder@x.test', 'Hol', 'Der'),
    ('00000000-0000-7000-8000-0000000000a2', 'reader@x.test', 'Rea', 'Der'),
    ('00000000-0000-7000-8000-0000000000a3', 'stranger@x.test', 'Stran', 'Ger');
INSERT INTO practiceacl.membership (organization_id, account_id)
SELECT '00000000-0000-7000-8000-000000000001', id FROM practiceacl.account
WHERE email IN ('holder@x.test', 'reader@x.test');
INSERT INTO practiceacl.agenda (organization_id, id, holder_id, time_zone, name, data_controller) VALUES
    ('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000b1',
     '00000000-0000-7000-8000-0000000000a1', 'Europe/Paris', 'Room 1', 'Practice');
INSERT INTO practiceacl.access_grant (organization_id, agenda_id, account_id, rights) VALUES
    ('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000b1',
     '00000000-0000-7000-8000-0000000000a2', 'read');
SELECT practiceacl.open_session('00000000-0000-7000-8000-0000000000a1') AS holder \gset
SELECT practiceacl.open_session('00000000-0000-7000-8000-0000000000a2') AS reader \gset
SELECT practiceacl.open_session('00000000-0000-7000-8000-0000000000a3') AS stranger \gset

SET LOCAL ROLE protect_owner;
CREATE TABLE public.protect_letter (
    id int PRIMARY KEY, agenda_id uuid, "Other Agenda" uuid, number int, body text);
INSERT INTO public.protect_letter VALUES
    (1, '00000000-0000-7000-8000-0000000000b1', NULL, 1, 'to be read'),
    (2, '00000000-0000-7000-8000-0000000000b2', NULL, 2, 'of another agenda'),
    (3, NULL, '00000000-0000-7000-8000-0000000000b1', 3, 'of none');
GRANT ALL ON public.protect_letter TO protect_app, protect_other;
SELECT lives_ok($$ SELECT practiceacl.protect('public.protect_letter') $$, 'the owner protects a table');
SELECT is(
    (SELECT string_agg(concat_ws(' ', polname, polcmd, polpermissive, 'USING', pg_get_expr(polqual, polrelid),
                                 'CHECK', pg_get_expr(polwithcheck, polrelid)), E'\n' ORDER BY polname)
     FROM pg_policy WHERE polrelid = 'public.protect_letter'::regclass),
    concat_ws(E'\n',
        'practiceacl_delete d t USING practiceacl.can(agenda_id, ''book''::practiceacl.rights) CHECK',
        'practiceacl_insert a t USING CHECK practiceacl.can(agenda_id, ''book''::practiceacl.rights)',
        'practiceacl_read r t USING practiceacl.can(agenda_id, ''read''::practiceacl.rights) CHECK',
        'practiceacl_update w t USING practiceacl.can(agenda_id, ''book''::practiceacl.rights)'
            ' CHECK practiceacl.can(agenda_id, ''book''::practiceacl.rights)'),
    'one policy a command');
SELECT is(relrowsecurity AND relforcerowsecurity, true, 'row security is on, for the owner as well')
FROM pg_class WHERE oid = 'public.protect_letter'::regclass;
SELECT is_empty('SELECT * FROM public.protect_letter', 'without a session nothing is visible, not even to the table''s owner');

SET LOCAL ROLE protect_app;
SELECT practiceacl.enter(:'holder');
SELECT results_eq('SELECT id FROM public.protect_letter', ARRAY[1], 'the holder sees the agenda''s rows');
SELECT lives_ok($$ UPDATE public.protect_letter SET body = 'read' $$, 'writes them');
SELECT throws_ok($$ INSERT INTO public.protect_letter VALUES (4, '00000000-0000-7000-8000-0000000000b2') $$,
    '42501', NULL, 'but not on another agenda');
SELECT throws_ok($$ UPDATE public.protect_letter SET agenda_id = NULL $$, '42501', NULL,
    'nor gives a row away to nobody');
SELECT practiceacl.enter(:'reader');
SELECT results_eq('SELECT id FROM public.protect_letter', ARRAY[1], 'a reader reads');
SELECT is_empty('UPDATE public.protect_letter SET body = NULL RETURNING id', 'and updates nothing');
SELECT is_empty('DELETE FROM public.protect_letter RETURNING id', 'nor deletes');
SELECT practiceacl.enter(:'stranger');
SELECT is_empty('SELECT id FROM public.protect_letter', 'a stranger sees nothing');

-- Again, with other rights and another column.
SET LOCAL ROLE protect_owner;
SELECT lives_ok($$ SELECT practiceacl.protect('public.protect_letter', 'Other Agenda',
    read => 'freebusy+documents', write => 'owner') $$, 'protecting again replaces');
SELECT is(string_agg(pg_get_expr(polqual, polrelid), E'\n'),
    'practiceacl.can("Other Agenda", ''freebusy+documents''::practiceacl.rights)',
    'with the new column and rights')
FROM pg_policy WHERE polrelid = 'public.protect_letter'::regclass AND polcmd = 'r';

-- Refusals.
SELECT throws_ok($$ SELECT practiceacl.protect('public.protect_letter', read => 'private') $$, '22023',
    'the rights in argument "read" name no level', 'rights to read without a level');
SELECT throws_ok($$ SELECT practiceacl.protect('public.protect_letter', write => 'none') $$, '22023',
    'the rights in argument "write" name no level', 'rights to write without a level');
SELECT throws_ok($$ SELECT practiceacl.protect('public.protect_letter', 'nowhere') $$, '42703', NULL, 'no such column');
SELECT throws_ok($$ SELECT practiceacl.protect('public.protect_letter', 'body') $$, '42804', NULL, 'not a uuid');
SELECT throws_ok($$ SELECT practiceacl.protect('public.protect_letter', 'ctid') $$, '42804', NULL, 'a system column');
SELECT throws_ok($$ SELECT practiceacl.protect(NULL) $$, '22004', 'target must not be null', 'no table');
SELECT throws_ok($$ SELECT practiceacl.protect('public.protect_letter', NULL) $$, '22004', NULL, 'no column');
SELECT throws_ok($$ SELECT practiceacl.protect('public.protect_letter', write => NULL) $$, '22004', NULL, 'no rights');
CREATE VIEW public.protect_view AS SELECT * FROM public.protect_letter;
SELECT throws_ok($$ SELECT practiceacl.protect('public.protect_view') $$, '42809', NULL, 'a view');
CREATE MATERIALIZED VIEW public.protect_matview AS SELECT 1 AS agenda_id;
SELECT throws_ok($$ SELECT practiceacl.protect('public.protect_matview') $$, '42809', NULL, 'a materialized view');
SELECT throws_ok($$ SELECT practiceacl.protect('public.protect_letter_pkey') $$, '42809', NULL, 'an index');
SELECT throws_ok($$ SELECT practiceacl.protect(4000000000::oid) $$, '42P01', NULL, 'a table that does not exist');
RESET ROLE;
SELECT throws_ok($$ SELECT practiceacl.protect('practiceacl.appointment') $$, '42809', NULL, 'the extension''s own');
SELECT throws_ok($$ SELECT practiceacl.protect('pg_catalog.pg_class', 'oid') $$, '42809', NULL, 'the system''s');
CREATE FOREIGN DATA WRAPPER protect_wrapper;
CREATE SERVER protect_server FOREIGN DATA WRAPPER protect_wrapper;
CREATE FOREIGN TABLE public.protect_foreign (agenda_id uuid) SERVER protect_server;
SELECT throws_ok($$ SELECT practiceacl.protect('public.protect_foreign') $$, '42809', NULL, 'a foreign table');
SET LOCAL ROLE protect_app;
SELECT throws_ok($$ SELECT practiceacl.protect('public.protect_letter') $$, '42501', NULL, 'somebody else''s table');
SELECT throws_ok($$ SELECT practiceacl.unprotect('public.protect_letter') $$, '42501', NULL, 'and its release');
SET LOCAL ROLE protect_owner;
CREATE POLICY everybody ON public.protect_letter USING (true);
SELECT throws_ok($$ SELECT practiceacl.protect('public.protect_letter') $$, '55000', NULL, 'another permissive policy');
ALTER POLICY everybody ON public.protect_letter RENAME TO "practiceacl_READ";
SELECT throws_ok($$ SELECT practiceacl.protect('public.protect_letter') $$, '55000', NULL, 'one that looks like ours');
DROP POLICY "practiceacl_READ" ON public.protect_letter;
CREATE POLICY odd_numbers ON public.protect_letter AS RESTRICTIVE USING (number % 2 = 1);
SELECT lives_ok($$ SELECT practiceacl.protect('public.protect_letter') $$, 'a restrictive one may stay');

-- Released.
SELECT lives_ok($$ SELECT practiceacl.unprotect('public.protect_letter') $$, 'unprotect');
SELECT set_eq($$ SELECT polname::text FROM pg_policy WHERE polrelid = 'public.protect_letter'::regclass $$,
    ARRAY['odd_numbers'], 'takes exactly ours');
SELECT is(relrowsecurity, true, 'row security stays for the other policy')
FROM pg_class WHERE oid = 'public.protect_letter'::regclass;
DROP POLICY odd_numbers ON public.protect_letter;
SELECT practiceacl.protect('public.protect_letter');
SELECT practiceacl.unprotect('public.protect_letter');
SELECT is(relrowsecurity OR relforcerowsecurity, false, 'and goes with the last')
FROM pg_class WHERE oid = 'public.protect_letter'::regclass;
ALTER TABLE public.protect_letter ENABLE ROW LEVEL SECURITY;
SELECT practiceacl.unprotect('public.protect_letter');
SELECT is(relrowsecurity, true, 'what somebody else switched on is not switched off')
FROM pg_class WHERE oid = 'public.protect_letter'::regclass;

-- A partition can be read by its own name.
CREATE TABLE public.protect_parted (id int, agenda_id uuid) PARTITION BY RANGE (id);
CREATE TABLE public.protect_part PARTITION OF public.protect_parted FOR VALUES FROM (0) TO (10);
INSERT INTO public.protect_parted VALUES
    (1, '00000000-0000-7000-8000-0000000000b1'), (2, '00000000-0000-7000-8000-0000000000b2');
SELECT practiceacl.protect('public.protect_parted');
SELECT practiceacl.enter(:'holder');
SELECT results_eq('SELECT id FROM public.protect_parted', ARRAY[1], 'a partitioned table is protected');
SELECT results_eq('SELECT id FROM public.protect_part', ARRAY[1], 'and each of its partitions');
SELECT practiceacl.unprotect('public.protect_parted');
SELECT is_empty($$ SELECT * FROM pg_policy WHERE polrelid IN ('public.protect_part'::regclass,
    'public.protect_parted'::regclass) $$, 'and released');

-- A role's own temporary objects do not come between.
CREATE FUNCTION pg_temp.can(uuid, practiceacl.rights) RETURNS boolean LANGUAGE sql AS 'SELECT true';
SET LOCAL search_path = pg_temp, public;
SELECT practiceacl.protect('public.protect_parted');
SELECT is(pg_get_expr(polqual, polrelid), 'practiceacl.can(agenda_id, ''read''::practiceacl.rights)', 'the search path is not followed')
FROM pg_policy WHERE polrelid = 'public.protect_parted'::regclass AND polcmd = 'r';

SELECT * FROM finish();
ROLLBACK;
