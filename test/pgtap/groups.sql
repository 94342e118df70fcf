-- Groups of agendas: rights on a site, a speciality or everything, for agendas
-- that do not exist yet as well.
BEGIN;
SELECT plan(71);
\ir support/clinic.psql
SELECT join_clinic(who, admin => CASE who WHEN 'boss' THEN 'full' WHEN 'chief' THEN 'users' ELSE 'none' END)
FROM unnest('{doc,mate,third,sec,temp,boss,chief}'::text[]) AS who \g /dev/null
SELECT join_clinic('far', 'elsewhere', 'full') \g /dev/null
SELECT hold_agenda('doc'), hold_agenda('mate'), hold_agenda('third'), hold_agenda('far', organization => 'elsewhere') \g /dev/null
SELECT log_everybody_in() \g /dev/null
SELECT set_config('test.org', id::text, false) FROM place WHERE name = 'clinic' \g /dev/null
SELECT set_config('test.far', id::text, false) FROM place WHERE name = 'elsewhere' \g /dev/null
CREATE FUNCTION org() RETURNS uuid LANGUAGE sql STABLE AS $$SELECT current_setting('test.org')::uuid$$;
CREATE FUNCTION far() RETURNS uuid LANGUAGE sql STABLE AS $$SELECT current_setting('test.far')::uuid$$;
CREATE FUNCTION has(who text, whose text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    me text := (SELECT name FROM person WHERE account_id = practiceacl.current_account());
    found text;
BEGIN
    PERFORM enter(who);
    found := practiceacl.rights_on(agenda(whose))::text;
    PERFORM enter(me);
    RETURN found;
END $$;
CREATE FUNCTION all_of(who text) RETURNS TABLE (whose text, rights text) LANGUAGE sql AS $$
    SELECT p.name, has(who, p.name) FROM person p WHERE p.agenda_id IS NOT NULL AND has(who, p.name) <> 'none'
$$;
SELECT enter('doc') \g /dev/null
SELECT practiceacl.book(agenda('doc'), at('2058-03-04 09:00'), patient => 'Marie') \g /dev/null
SELECT enter('mate') \g /dev/null
SELECT practiceacl.book(agenda('mate'), at('2058-03-04 09:00'), patient => 'Paul') \g /dev/null
SET ROLE clinic_application;

-- A group is made, and somebody gets rights on it.
SELECT enter('chief') \g /dev/null
SELECT practiceacl.set_agenda_group(org(), ' Site north ', ARRAY[agenda('doc'), agenda('mate'), agenda('doc')]) AS north \gset
SELECT results_eq('SELECT name, everything, cardinality(agendas) FROM practiceacl.agenda_groups ORDER BY everything, name',
    $$VALUES ('Site north', false, 2), ('all', true, 3)$$, 'it is listed, beside the group of everything, which is always there');
SELECT practiceacl.set_group_rights(:'north', account('sec'), 'book') \g /dev/null
SELECT set_eq($$SELECT * FROM all_of('sec')$$, $$VALUES ('doc', 'book'), ('mate', 'book')$$, 'the rights are on every agenda of it');
SELECT enter('sec') \g /dev/null
SELECT set_eq('SELECT patient FROM practiceacl.appointment', '{Marie,Paul}'::text[], 'the rows are there');
SELECT set_eq('SELECT name, rights::text FROM practiceacl.my_agendas', $$VALUES ('Doc', 'book'), ('Mate', 'book')$$, 'my_agendas has them');
SELECT set_eq('SELECT agenda_name, rights::text, source FROM practiceacl.access_matrix', $$VALUES ('Doc', 'book', 'group'), ('Mate', 'book', 'group')$$, 'so has one''s own matrix');
SELECT results_eq('SELECT group_name, rights::text, level FROM practiceacl.group_rights', $$VALUES ('Site north', 'book', 'book')$$, 'group_rights says what one has');
SELECT results_eq($$SELECT source, rights::text, in_force, granted_by_name, reason FROM practiceacl.explain_access(account('sec'), agenda('doc'))$$,
    $$VALUES ('group', 'book', true, 'Chief Test', 'Site north')$$, 'explain_access names the group, and who gave the rights');
SELECT lives_ok(format('SELECT practiceacl.book(%L, %L)', agenda('mate'), at('2058-03-04 10:00')), 'booking works');
SET plan_cache_mode = force_generic_plan;
PREPARE patients AS SELECT patient FROM practiceacl.appointment WHERE agenda_id = $1 AND patient IS NOT NULL;
SELECT results_eq(format('EXECUTE patients(%L)', agenda('doc')), ARRAY['Marie'], 'under a generic plan too');
RESET plan_cache_mode;
SELECT is_empty($$SELECT * FROM practiceacl.group_rights WHERE account_id <> account('sec')$$, 'nobody sees the rights of others');
SELECT set_eq('SELECT group_id FROM practiceacl.agenda_group_member', ARRAY[:'north']::uuid[], 'a group is seen by the agendas that one may see');
SELECT throws_ok(format('SELECT practiceacl.set_group_rights(%L, %L, %L)', :'north', account('temp'), 'read'), '42501', NULL, 'only administrators give');
SELECT enter('temp') \g /dev/null
SELECT is_empty('SELECT * FROM practiceacl.appointment', 'somebody without rights on it sees nothing');
SELECT results_eq('SELECT name, cardinality(agendas) FROM practiceacl.agenda_groups ORDER BY name', $$VALUES ('Site north', 0), ('all', 0)$$, 'but knows that it is there, and of no agenda');

-- Agendas come and go.
SELECT enter('chief') \g /dev/null
SELECT is(practiceacl.set_agenda_group(org(), NULL, ARRAY[agenda('mate'), agenda('third')], :'north'), :'north'::uuid, 'other agendas, the same group');
SELECT set_eq($$SELECT * FROM all_of('sec')$$, $$VALUES ('mate', 'book'), ('third', 'book')$$, 'who has rights on it has them there from now on');
SELECT results_eq($$SELECT source, why_not ~ '^no rights' FROM practiceacl.explain_access(account('sec'), agenda('doc'))$$, $$VALUES ('none', true)$$, 'and no more on what left');
SELECT practiceacl.set_agenda_group(org(), 'North', NULL, :'north') \g /dev/null
SELECT results_eq('SELECT name, cardinality(agendas) FROM practiceacl.agenda_groups WHERE NOT everything', $$VALUES ('North', 2)$$, 'a new name leaves the agendas');
SELECT practiceacl.set_agenda_group(org(), 'Empty', '{}') AS empty \gset
SELECT lives_ok(format('SELECT practiceacl.set_group_rights(%L, %L, %L)', :'empty', account('temp'), 'read'), 'rights on a group without agendas');
SELECT is_empty($$SELECT * FROM all_of('temp')$$, 'are nothing yet');
SELECT practiceacl.set_group_rights(org(), account('temp'), 'freebusy+messaging') \g /dev/null
SELECT is((SELECT count(*) FROM all_of('temp')), 3::bigint, 'the organization''s id is the group of everything');
RESET ROLE;
SELECT join_clinic('new') \g /dev/null
SELECT hold_agenda('new') \g /dev/null
SET ROLE clinic_application;
SELECT is(has('temp', 'new'), 'freebusy+messaging', 'which has what comes later');
SELECT set_eq($$SELECT user_name FROM practiceacl.access_matrix WHERE agenda_id = agenda('new') AND source = 'group'$$, '{Temp Test}'::text[], 'the administrators'' matrix has it');
SELECT results_eq($$SELECT name, rights::text FROM practiceacl.who_can(agenda('third'), 'freebusy') w WHERE account_id <> account('third') ORDER BY name$$,
    $$VALUES ('Sec Test', 'book'), ('Temp Test', 'freebusy+messaging')$$, 'who_can too');
SELECT is((SELECT agendas FROM practiceacl.user_directory WHERE account_id = account('temp')), 4::bigint, 'and the directory');

-- Rights unite, have periods, and are taken.
RESET ROLE;
SELECT may('sec', 'read+private', 'mate') \g /dev/null
SET ROLE clinic_application;
SELECT is(has('sec', 'mate'), 'book+private', 'they unite with those on one agenda');
SELECT practiceacl.set_group_rights(:'north', account('sec'), 'openings', tstzrange(now() + interval '1 day', now() + interval '9 days')) \g /dev/null
SELECT is(has('sec', 'third'), 'book', 'a period to come changes nothing now');
SELECT is((SELECT count(*) FROM practiceacl.group_rights WHERE account_id = account('sec')), 3::bigint, 'around it the old rights stay');
SELECT practiceacl.set_group_rights(:'north', account('sec'), 'read', tstzrange(NULL, now() + interval '1 hour')) \g /dev/null
SELECT is(has('sec', 'third'), 'read', 'one that has begun does');
SELECT is((SELECT valid_until FROM practiceacl.who_can(agenda('third')) WHERE account_id = account('sec')), now() + interval '1 hour', 'who_can says until when');
SELECT practiceacl.set_group_rights(:'north', account('sec'), 'none') \g /dev/null
SELECT set_eq($$SELECT * FROM all_of('sec')$$, $$VALUES ('mate', 'read+private')$$, 'what is left is what one agenda gives');
SELECT is((SELECT rights::text FROM practiceacl.access_at(now() - interval '1 minute', agenda('third')) WHERE account_id = account('sec')), NULL, 'what began and ended in one transaction was never anybody''s');
SELECT practiceacl.set_group_rights(:'north', account('sec'), 'book') \g /dev/null
SELECT is((SELECT count(*) FROM practiceacl.activity WHERE act = 'group_rights.set' AND chain = org()), 7::bigint, 'each change is one entry of the organization''s record');
SELECT lives_ok(format('SELECT practiceacl.set_group_rights(%L, %L, %L)', :'north', account('sec'), 'book'), 'the same once more');
SELECT is((SELECT count(*) FROM practiceacl.activity WHERE act = 'group_rights.set' AND chain = org()), 7::bigint, 'is none');

-- Nobody gets more than may be given.
SELECT is(refusal(format('SELECT practiceacl.set_group_rights(%L, %L, %L)', :'north', account('sec'), 'owner')), 'PA012', 'no owners');
SELECT throws_ok(format('SELECT practiceacl.set_group_rights(%L, %L, %L)', :'north', account('sec'), 'openings+public_profile'), 'PA012', NULL, 'no holder''s flag');
SELECT throws_ok(format('SELECT practiceacl.set_group_rights(%L, %L, %L)', :'north', account('sec'), 'private'), '22023', NULL, 'no flags without a level');
SELECT throws_ok(format('SELECT practiceacl.set_group_rights(%L, %L, %L)', :'north', account('boss'), 'read'), '42501', NULL, 'who manages users gives a full administrator nothing');
SELECT throws_ok(format('SELECT practiceacl.set_group_rights(%L, %L, %L)', :'north', account('chief'), 'read'), 'PA010', NULL, 'themselves only with a password');
SELECT throws_ok(format('SELECT practiceacl.set_group_rights(%L, %L, %L, %L)', :'north', account('sec'), 'read', tstzrange(NULL, now() - interval '1 day')), '22023', NULL, 'a period that is over');
SELECT enter('boss') \g /dev/null
SELECT throws_ok(format('SELECT practiceacl.set_group_rights(%L, %L, %L)', :'north', account('boss'), 'read'), 'PA010', NULL, 'nor does a full one get anything by the way');
RESET ROLE;
SELECT practiceacl.confirm_session(token) FROM presence WHERE name = 'boss' \g /dev/null
SET ROLE clinic_application;
SELECT lives_ok(format('SELECT practiceacl.set_group_rights(%L, %L, %L)', :'north', account('boss'), 'read'), 'with a password, and the holders hear of it');
SELECT enter('chief') \g /dev/null
SELECT throws_ok(format('SELECT practiceacl.set_agenda_group(%L, NULL, %L, %L)', org(), ARRAY[agenda('doc'), agenda('mate'), agenda('third')], :'north'), '42501', NULL,
    'whose rights a full administrator''s are then, nobody else widens the group');
SELECT throws_ok(format('SELECT practiceacl.remove_agenda_group(%L)', :'north'), '42501', NULL, 'or removes it');

-- Names, and what is not there.
SELECT is(refusal(format('SELECT practiceacl.set_agenda_group(%L, %L, %L)', org(), 'NORTH', '{}')), '23505', 'a name is taken once');
SELECT throws_ok(format('SELECT practiceacl.set_agenda_group(%L, %L, %L)', org(), 'All', '{}'), '23505', NULL, 'and "all" always');
SELECT throws_ok(format('SELECT practiceacl.set_agenda_group(%L, %L, %L)', org(), E' \n', '{}'), '22023', NULL, 'blanks');
SELECT throws_ok(format('SELECT practiceacl.set_agenda_group(%L, %L, %L)', org(), repeat('x', 101), '{}'), '22023', NULL, 'a novel');
SELECT throws_ok(format('SELECT practiceacl.set_agenda_group(%L, NULL, %L)', org(), '{}'), '22004', NULL, 'no name');
SELECT throws_ok(format('SELECT practiceacl.set_agenda_group(%L, %L, %L)', org(), 'x', '{NULL}'), '22004', NULL, 'no agenda');
SELECT throws_ok(format('SELECT practiceacl.set_agenda_group(%L, %L, %L)', org(), 'x', ARRAY[agenda('far')]), 'PT404', NULL, 'another organization''s agenda does not exist');
SELECT throws_ok(format('SELECT practiceacl.set_agenda_group(%L, %L, %L)', org(), 'x', ARRAY[:'north'::uuid]), 'PT404', NULL, 'a group is no agenda');
SELECT throws_ok(format('SELECT practiceacl.set_agenda_group(%L, %L, %L, %L)', org(), 'x', '{}', org()), '22023', NULL, 'the group of everything stays');
SELECT throws_ok(format('SELECT practiceacl.set_agenda_group(%L, %L, %L)', far(), 'x', '{}'), 'PT404', NULL, 'another organization does not exist');
SELECT throws_ok(format('SELECT practiceacl.set_group_rights(%L, %L, %L)', :'empty', account('far'), 'read'), 'PT404', NULL, 'nor do its people');
SELECT enter('far') \g /dev/null
SELECT throws_ok(format('SELECT practiceacl.set_group_rights(%L, %L, %L)', :'north', account('far'), 'read'), 'PT404', 'group does not exist or is not visible to you', 'nor, for those, the group');
SELECT throws_ok(format('SELECT practiceacl.set_group_rights(%L, %L, %L)', practiceacl.new_id(), account('far'), 'read'), 'PT404', 'group does not exist or is not visible to you', 'as one that never was');
SELECT throws_ok(format('SELECT practiceacl.set_group_rights(%L, %L, %L)', org(), account('far'), 'read'), 'PT404', 'group does not exist or is not visible to you', 'and the group of everything there');
SELECT throws_ok(format('SELECT practiceacl.set_agenda_group(%L, %L, %L, %L)', far(), 'x', '{}', :'north'), 'PT404', 'group does not exist or is not visible to you', 'nor as one of their own');
SELECT is_empty('SELECT * FROM practiceacl.agenda_groups WHERE NOT everything', 'they see none of it');
SELECT set_config('practiceacl.session', '', false) \g /dev/null
SELECT throws_ok(format('SELECT practiceacl.remove_agenda_group(%L)', :'north'), '28000', NULL, 'nobody is asked who they are');

-- The end of people and groups.
SELECT enter('boss') \g /dev/null
SELECT is(has('temp', 'doc'), 'freebusy+messaging', 'before');
SELECT practiceacl.remove_user(org(), account('temp')) \g /dev/null
RESET ROLE;
SELECT is_empty($$SELECT * FROM practiceacl.group_grant WHERE account_id = account('temp')$$, 'who is removed has nothing on groups');
SELECT is((SELECT count(*) FROM practiceacl.access_history WHERE account_id = account('temp') AND kind = 'group_grant'), 2::bigint, 'but had, for the history');
SET ROLE clinic_application;
SELECT practiceacl.clone_rights(org(), account('sec'), account('mate')) \g /dev/null
SELECT is(has('mate', 'third'), 'book', 'a copy copies the group');
SELECT is((SELECT count(*) FROM practiceacl.group_rights WHERE account_id = account('mate')), 1::bigint, 'as such');
SELECT lives_ok(format('SELECT practiceacl.remove_agenda_group(%L)', :'north'), 'a group goes');
SELECT is(has('sec', 'third'), 'none', 'and the rights on it');
SELECT is(has('sec', 'mate'), 'read+private', 'not those on one agenda');
RESET ROLE;
SELECT is_empty('SELECT * FROM practiceacl.health() WHERE NOT ok AND check_name IN (''grants'', ''statements'', ''orphans'')', 'all is well');
SELECT * FROM finish();
ROLLBACK;
