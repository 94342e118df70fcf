-- The directory of the cells: who tells it, who asks it, and that what is
-- stale or forged does no harm.  That it follows moves: test/cells/directory.pl.
BEGIN;
\ir ../setup/clinic.sql
SELECT record.begin_all() \g /dev/null
SELECT plan(32);
CREATE ROLE directory_operator;
SELECT practiceacl.grant_operator('directory_operator') \g /dev/null
GRANT USAGE ON SCHEMA clinic TO directory_operator;

SET LOCAL ROLE directory_operator;
SELECT is(practiceacl.organizations_here(org('north')) -> 0 ->> 'organization_id', org('north')::text, 'what is open here is named');
SELECT is(jsonb_array_length(practiceacl.organizations_here(org('north'))), 1, 'one if one is asked for');
SELECT cmp_ok((practiceacl.organizations_here(org('north')) -> 0 ->> 'generation')::bigint, '>=', 1::bigint, 'with a number that grows with its record');
SELECT is(practiceacl.organizations_here('00000000-0000-7000-8000-0000000000ff'), '[]', 'what is not here is not');
SELECT is(practiceacl.set_organization_cells('a', practiceacl.organizations_here()), jsonb_array_length(practiceacl.organizations_here())::bigint,
    'the directory is told of all of them');
SELECT is(practiceacl.set_organization_cells('a', practiceacl.organizations_here()), 0::bigint, 'which is no news the second time');
SELECT is((SELECT count(*)::int FROM practiceacl.organization_cells WHERE cell = 'a'), jsonb_array_length(practiceacl.organizations_here()), 'an operator reads it');
SELECT is(practiceacl.organization_cell(org('north')), 'a', 'and looks one up');
SELECT is(practiceacl.organization_cell('00000000-0000-7000-8000-0000000000ff'), NULL, 'nothing is known of another');

-- What is older loses.
CREATE FUNCTION pg_temp.tell(cell text, generation bigint) RETURNS bigint LANGUAGE sql AS $$
    SELECT practiceacl.set_organization_cells($1, jsonb_build_array(jsonb_build_object('organization_id', clinic.org('north'), 'generation', $2)))
$$;
SELECT is(pg_temp.tell('b', 0), 0::bigint, 'a cell that had it before is not believed');
SELECT is(practiceacl.organization_cell(org('north')), 'a', 'and changes nothing');
SELECT is(pg_temp.tell('b', 1000), 1::bigint, 'one that has it since is');
SELECT is(pg_temp.tell('c', 1000), 0::bigint, 'of two the first');
SELECT is(pg_temp.tell('c', 999), 0::bigint, 'an older one not');
SELECT is((SELECT cell || ' ' || generation FROM practiceacl.organization_cells WHERE organization_id = org('north')), 'b 1000', 'so the number only grows');
RESET ROLE;
SELECT is((SELECT string_agg(facts ->> 'cell' || ' ' || (facts ->> 'organizations'), ', ' ORDER BY id) FROM practiceacl.activity
    WHERE act = 'directory.changed' AND operator = 'directory_operator' AND facts ->> 'cell' = 'b'), 'b 1', 'each change is on record');

-- It says where to ask, and opens nothing.
SELECT enter('anna') \g /dev/null
SET LOCAL ROLE clinic_app;
SELECT lives_ok($$ SELECT practiceacl.book(agenda('anna'), at('09:00')) $$, 'where the organization is open, the directory may say what it likes');
SELECT is(practiceacl.organization_cell(org('north')), 'b', 'anybody who knows an organization is told its cell');
SELECT throws_ok('SELECT FROM practiceacl.organization_cell', '42501', NULL, 'nobody but an operator which organizations there are');
SELECT throws_ok('SELECT FROM practiceacl.organization_cells', '42501', NULL, 'nor in which cells');
SELECT throws_ok('SELECT practiceacl.organizations_here()', '42501', NULL, 'nor which are here');
SELECT throws_ok($$ SELECT practiceacl.set_organization_cells('mine', '[]') $$, '42501', NULL, 'nor tells it anything');
SELECT throws_ok('SELECT practiceacl.publish_directory()', '42501', NULL, 'nor publishes it');
SELECT throws_ok($$ SELECT practiceacl.follow_directory('') $$, '42501', NULL, 'nor has it follow somebody');
RESET ROLE;
INSERT INTO practiceacl.organization_move (organization_id, state, seal, moved_to) VALUES (org('north'), 'released', 'x', 'd');
SELECT is(practiceacl.organization_cell(org('north')), 'd', 'a cell that gave it away knows better than the directory');
SELECT is(practiceacl.organizations_here(org('north')), '[]', 'and does not say that it has it');

SELECT throws_ok($$ SELECT practiceacl.set_organization_cells(E' \t', '[]') $$, '22023', NULL, 'a cell has a name');
SELECT throws_ok($$ SELECT practiceacl.set_organization_cells(NULL, '[]') $$, '22004', NULL, 'null is none');
SELECT is(practiceacl.set_organization_cells('a', '[{"organization_id": null, "generation": 7}, {"generation": 7}, {"name": "x"}]'), 0::bigint,
    'what names no organization says nothing');
SELECT matches(practiceacl.follow_directory('host=a'),
    $p$^CREATE SUBSCRIPTION practiceacl_directory CONNECTION 'host=a options=''-c row_security=off''' PUBLICATION practiceacl_directory WITH \(slot_name = 'practiceacl_directory_\d+_\d+'\)$$p$, 'who follows is told how');
SELECT matches(practiceacl.follow_directory(string), expected, 'which works for a connection string in the form of an address, too: ' || string)
FROM (VALUES ('postgresql://u:p@a/clinic', $$'postgresql://u:p@a/clinic\?options=-c%20row_security%3Doff'$$),
             ('postgres:///clinic?host=/tmp&port=1', $$'postgres:///clinic\?host=/tmp&port=1&options=-c%20row_security%3Doff'$$)) AS f (string, expected);
SELECT * FROM finish();
ROLLBACK;
