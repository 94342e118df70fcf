-- What DROP EXTENSION … CASCADE takes away and leaves behind is told before.
BEGIN;
SELECT plan(13);
CREATE ROLE uninstall_owner;
CREATE ROLE uninstall_operator;
GRANT CREATE, USAGE ON SCHEMA public TO uninstall_owner;
SELECT practiceacl.grant_application('uninstall_owner') \g /dev/null
SELECT practiceacl.grant_operator('uninstall_operator') \g /dev/null
GRANT REFERENCES ON practiceacl.appointment TO uninstall_owner;

CREATE FUNCTION pg_temp.effects() RETURNS SETOF text LANGUAGE sql AS
    'SELECT object || '': '' || effect FROM practiceacl.drop_effects ORDER BY object';
SELECT is_empty('SELECT * FROM pg_temp.effects()', 'nothing is built on it yet');

SET LOCAL ROLE uninstall_owner;
CREATE TABLE public.uninstall_letter (id int PRIMARY KEY, agenda_id uuid);
INSERT INTO public.uninstall_letter VALUES (1, NULL);
SELECT practiceacl.protect('public.uninstall_letter');
CREATE TABLE public.uninstall_role (name text, rights practiceacl.rights DEFAULT 'read', CHECK (practiceacl.level(rights) <> 'owner'));
INSERT INTO public.uninstall_role VALUES ('secretary', 'book');
CREATE VIEW public.uninstall_day AS SELECT starts_at FROM practiceacl.calendar;
CREATE FUNCTION public.uninstall_may(practiceacl.rights) RETURNS boolean LANGUAGE sql AS 'SELECT true';
CREATE TABLE public.uninstall_note (agenda_id uuid);
ALTER TABLE public.uninstall_note ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON public.uninstall_note USING (practiceacl.can(agenda_id));

SET LOCAL ROLE uninstall_operator;
SELECT bag_has('SELECT object FROM practiceacl.drop_effects',
    $$VALUES ('view uninstall_day'), ('function uninstall_may(practiceacl.rights)'), ('policy own on table uninstall_note'),
             ('column rights of table uninstall_role'), ('policy practiceacl_read on table uninstall_letter')$$,
    'an operator sees what others have built on it');
SELECT matches(effect, '^is dropped; nobody reads uninstall_letter then, its owner included: call practiceacl.unprotect\(\) first', 'a protected table is closed')
FROM practiceacl.drop_effects WHERE object = 'policy practiceacl_read on table uninstall_letter';
SELECT matches(effect, '^is dropped; nobody reads uninstall_note then but its owner', 'another one only to others')
FROM practiceacl.drop_effects WHERE object = 'policy own on table uninstall_note';
SELECT is(effect, 'is dropped, with what is in it', 'a column with our type is lost')
FROM practiceacl.drop_effects WHERE object = 'column rights of table uninstall_role';
SELECT is_empty($$SELECT * FROM practiceacl.drop_effects WHERE object LIKE '%practiceacl.activity%' OR object LIKE '%practiceacl.appointment%'$$,
    'what is the extension''s own is not told of');
RESET ROLE;
SELECT throws_ok('DROP EXTENSION practiceacl', '2BP01', NULL, 'without CASCADE nothing happens');

-- The advice: nothing of the protected table is left, whoever reads it.
SAVEPOINT advised;
SET LOCAL ROLE uninstall_owner;
SELECT practiceacl.unprotect('public.uninstall_letter');
RESET ROLE;
SELECT is_empty($$SELECT * FROM practiceacl.drop_effects WHERE object LIKE '%uninstall_letter%'$$, 'nothing is told of a table that is unprotected');
SET LOCAL client_min_messages = warning;
DROP EXTENSION practiceacl CASCADE;
SET LOCAL ROLE uninstall_owner;
SELECT results_eq('SELECT id FROM public.uninstall_letter', ARRAY[1], 'its owner reads it');
RESET ROLE;
ROLLBACK TO advised;

-- Without it: as it was told.
SET LOCAL client_min_messages = warning;
DROP EXTENSION practiceacl CASCADE;
SELECT is(ARRAY[to_regclass('public.uninstall_day')::text, to_regproc('public.uninstall_may')::text], ARRAY[NULL, NULL]::text[], 'view and function are gone');
SELECT columns_are('public', 'uninstall_role', ARRAY['name'], 'and the column');
SET LOCAL ROLE uninstall_owner;
SELECT is_empty('SELECT id FROM public.uninstall_letter', 'its owner reads nothing of the letters');
SELECT is((SELECT count(*)::int FROM public.uninstall_role), 1, 'the rest of the other table is there');
RESET ROLE;

SELECT * FROM finish();
ROLLBACK;
