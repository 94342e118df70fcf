-- Profiles: "what reception may do", said once, true for whoever is there.
BEGIN;
SELECT plan(78);
\ir support/clinic.psql
SELECT join_clinic(who, admin => CASE who WHEN 'boss' THEN 'full' WHEN 'chief' THEN 'users' ELSE 'none' END)
FROM unnest('{doc,mate,sec,temp,boss,chief}'::text[]) AS who \g /dev/null
SELECT join_clinic('far', 'elsewhere', 'full') \g /dev/null
SELECT hold_agenda('doc'), hold_agenda('mate'), hold_agenda('far', organization => 'elsewhere') \g /dev/null
SELECT log_everybody_in() \g /dev/null
SELECT practiceacl.confirm_session(token) FROM presence WHERE name = 'boss' AND number = 2 \g /dev/null
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
/* As settings: rights on everything, on one agenda. */
CREATE FUNCTION on_all(rights text, features text DEFAULT 'none') RETURNS jsonb LANGUAGE sql STABLE AS
    $$SELECT jsonb_build_object('rights', jsonb_build_array(jsonb_build_object('group', org(), 'rights', rights)), 'features', features)$$;
CREATE FUNCTION on_one(whose text, rights text) RETURNS jsonb LANGUAGE sql STABLE AS
    $$SELECT jsonb_build_object('rights', jsonb_build_array(jsonb_build_object('agenda', agenda(whose), 'rights', rights)))$$;
GRANT SELECT ON practiceacl.outbox TO clinic_application;
SET ROLE clinic_application;

-- Made, given, live.
SELECT enter('chief') \g /dev/null
SELECT practiceacl.set_profile(org(), 'Reception', on_all('read', 'messaging')) AS reception \gset
SELECT practiceacl.give_profile(org(), account('sec'), :'reception') \g /dev/null
SELECT is(has('sec', 'doc'), 'read+messaging', 'who has it has what it gives');
SELECT is(has('sec', 'mate'), 'read+messaging', 'everywhere');
SELECT results_eq('SELECT name, people, settings ->> ''features'' FROM practiceacl.profiles', $$VALUES ('Reception', 1::bigint, 'none+messaging')$$, 'it is listed');
SELECT results_eq($$SELECT source, rights::text, reason, granted_by_name FROM practiceacl.explain_access(account('sec'), agenda('doc'))$$,
    $$VALUES ('profile', 'read', 'Reception', 'Chief Test'), ('features', 'none+messaging', 'Reception', 'Chief Test')$$, 'explained by name');
SELECT set_eq($$SELECT agenda_name, rights::text, source FROM practiceacl.access_matrix WHERE account_id = account('sec')$$,
    $$VALUES ('Doc', 'read+messaging', 'profile'), ('Mate', 'read+messaging', 'profile')$$, 'so says the matrix');
SELECT is((SELECT features FROM practiceacl.user_directory WHERE account_id = account('sec')), '{messaging}'::text[], 'and the directory');
SELECT results_eq($$SELECT sources FROM practiceacl.access_at(clock_timestamp(), agenda('doc')) WHERE account_id = account('sec')$$,
    $$VALUES ('{profile,features}'::text[])$$, 'access_at knows it');
SELECT enter('sec') \g /dev/null
SELECT results_eq('SELECT feature FROM practiceacl.my_features WHERE agenda_id IS NULL', ARRAY['messaging'], 'my_features has them');
SELECT results_eq('SELECT profile_name, given_by_name FROM practiceacl.profile_people', $$VALUES ('Reception', 'Chief Test')$$, 'one sees what one has');
SELECT is((SELECT count(*) FROM practiceacl.profiles), 1::bigint, 'and what it gives');
SELECT enter('temp') \g /dev/null
SELECT is((SELECT count(*) FROM practiceacl.profiles) + (SELECT count(*) FROM practiceacl.profile_people), 0::bigint, 'others see nothing of it');
SELECT is_empty('SELECT * FROM practiceacl.profile_right', 'nor in the tables');

-- The job changes.
SELECT enter('chief') \g /dev/null
SELECT set_eq(format('SELECT * FROM practiceacl.preview_profile(%L, on_all(''book'', ''messaging+private''))', :'reception'),
    format('VALUES (%L::uuid, %L::uuid, %L::practiceacl.rights, %L::practiceacl.rights), (%L, %L, %L, %L)',
        account('sec'), agenda('doc'), 'read+messaging', 'book+messaging+private', account('sec'), agenda('mate'), 'read+messaging', 'book+messaging+private'),
    'a preview tells who would gain what');
SELECT is(has('sec', 'doc'), 'read+messaging', 'and changes nothing');
SELECT is(practiceacl.set_profile(org(), 'reception', on_all('book', 'messaging+private')), :'reception'::uuid, 'the same name is the same profile');
SELECT is(has('sec', 'doc'), 'book+private+messaging', 'and all who have it have more');
SELECT is_empty(format('SELECT * FROM practiceacl.preview_profile(%L, on_all(''book'', ''messaging+private''))', :'reception'), 'what the profile says already changes nothing');
SELECT results_eq(format('SELECT agenda_id, before::text, after::text FROM practiceacl.preview_profile(%L, on_one(''doc'', ''book''))', :'reception'),
    format('VALUES (%L::uuid, %L, %L)', agenda('mate'), 'book+private+messaging', 'none'), 'or who would lose what');
SELECT practiceacl.set_profile(org(), NULL, on_one('doc', 'book'), :'reception') \g /dev/null
SELECT is(has('sec', 'mate'), 'none', 'what it says no more is gone');
SELECT is(has('sec', 'doc'), 'book+private+messaging', 'a key that is left out stays');
SELECT practiceacl.set_profile(org(), 'Front desk', '{}', :'reception') \g /dev/null
SELECT results_eq('SELECT name, settings -> ''rights'' -> 0 ->> ''agenda'' FROM practiceacl.profiles', format('VALUES (%L, %L)', 'Front desk', agenda('doc')), 'a new name, and nothing else');
SELECT is((SELECT count(*) FROM practiceacl.activity WHERE act = 'profile.changed' AND chain = org()), 4::bigint, 'one entry of the organization''s record for each change');
SELECT lives_ok(format('SELECT practiceacl.set_profile(%L, NULL, (SELECT settings FROM practiceacl.profiles WHERE profile_id = %L), %L)', org(), :'reception', :'reception'), 'what the view shows can be given back');
SELECT is((SELECT count(*) FROM practiceacl.activity WHERE act = 'profile.changed' AND chain = org()), 4::bigint, 'and is no change');

-- Several unite, with everything else.
SELECT practiceacl.set_profile(org(), 'Billing', on_all('read+billing')) AS billing \gset
SELECT practiceacl.give_profile(org(), account('sec'), :'billing') \g /dev/null
SELECT practiceacl.set_rights(agenda('mate'), account('sec'), 'freebusy+overbook') \g /dev/null
SELECT is(has('sec', 'doc'), 'book+private+messaging+billing', 'two profiles unite');
SELECT is(has('sec', 'mate'), 'read+overbook+private+messaging+billing', 'and with rights on one agenda');
SELECT practiceacl.take_profile(org(), account('sec'), :'reception') \g /dev/null
SELECT is(has('sec', 'mate'), 'read+overbook+billing', 'one is taken, with its features');
SELECT lives_ok(format('SELECT practiceacl.take_profile(%L, %L, %L)', org(), account('sec'), :'reception'), 'twice is once');
SELECT is((SELECT count(*) FROM practiceacl.activity WHERE act = 'profile.taken' AND chain = org()), 1::bigint, 'on record, too');
SELECT lives_ok(format('SELECT practiceacl.give_profile(%L, %L, %L)', org(), account('sec'), :'billing'), 'so is giving');

-- Whoever changes a profile gives to each of its people.
SELECT throws_ok(format('SELECT practiceacl.give_profile(%L, %L, %L)', org(), account('chief'), :'billing'), 'PA010', NULL, 'nothing to oneself without a password');
SELECT throws_ok(format('SELECT practiceacl.give_profile(%L, %L, %L)', org(), account('boss'), :'billing'), '42501', NULL, 'nothing to a full administrator');
SELECT enter('boss', 2) \g /dev/null
SELECT lives_ok(format('SELECT practiceacl.give_profile(%L, %L, %L)', org(), account('boss'), :'billing'), 'with a password it works');
SELECT enter('chief') \g /dev/null
SELECT throws_ok(format('SELECT practiceacl.set_profile(%L, %L, %L)', org(), 'Billing', on_all('openings')), '42501', NULL, 'then nobody below changes it');
SELECT throws_ok(format('SELECT practiceacl.remove_profile(%L)', :'billing'), '42501', NULL, 'or removes it');
SELECT enter('boss') \g /dev/null
SELECT throws_ok(format('SELECT practiceacl.set_profile(%L, %L, %L)', org(), 'Billing', on_all('openings')), 'PA010', NULL, 'nor does one who has it make it more without a password');
SELECT throws_ok(format('SELECT practiceacl.set_profile(%L, %L, %L)', org(), 'Billing', on_all('read+billing', 'export')), 'PA010', NULL, 'features are more, too');
SELECT lives_ok(format('SELECT practiceacl.set_profile(%L, %L, %L)', org(), 'Billing', on_all('read')), 'less is no matter');
SELECT enter('sec') \g /dev/null
SELECT throws_ok(format('SELECT practiceacl.set_profile(%L, %L, %L)', org(), 'Billing', on_all('book')), '42501', NULL, 'nobody else makes profiles');
SELECT throws_ok(format('SELECT * FROM practiceacl.preview_profile(%L, %L)', :'billing', on_all('book')), '42501', NULL, 'or looks at what they would do');

-- What cannot be.
SELECT enter('chief') \g /dev/null
SELECT throws_ok(format('SELECT practiceacl.set_profile(%L, %L, %L)', org(), 'x', on_all('owner')), 'PA012', NULL, 'owners');
SELECT throws_ok(format('SELECT practiceacl.set_profile(%L, %L, %L)', org(), 'x', on_all('none')), '22023', NULL, 'rights that are none');
SELECT throws_ok(format('SELECT practiceacl.set_profile(%L, %L, %L)', org(), 'x', '{"rights": [{"rights": "read"}]}'), '22023', NULL, 'rights on nothing');
SELECT throws_ok(format('SELECT practiceacl.set_profile(%L, %L, %L)', org(), 'x', jsonb_build_object('rights', jsonb_build_array(
    jsonb_build_object('group', org(), 'rights', 'read'), jsonb_build_object('group', org(), 'rights', 'book')))), '22023', NULL, 'two rights on one thing');
SELECT throws_ok(format('SELECT practiceacl.set_profile(%L, %L, %L)', org(), 'x', '{"right": []}'), '22023', NULL, 'an unknown key');
SELECT throws_ok(format('SELECT practiceacl.set_profile(%L, %L, %L)', org(), 'x', '{"features": "read"}'), '22023', NULL, 'features with a level');
SELECT throws_ok(format('SELECT practiceacl.set_profile(%L, %L, %L)', org(), 'x', '{"features": "public_profile"}'), 'PA012', NULL, 'the holder''s flag');
SELECT throws_ok(format('SELECT practiceacl.set_profile(%L, %L, %L)', org(), 'x', on_one('far', 'read')), 'PT404', NULL, 'an agenda of another organization');
SELECT throws_ok(format('SELECT practiceacl.set_profile(%L, %L, %L)', org(), 'x', jsonb_build_object('rights', jsonb_build_array(jsonb_build_object('group', far(), 'rights', 'read')))),
    'PT404', NULL, 'or a group');
SELECT throws_ok(format('SELECT practiceacl.set_profile(%L, %L, %L, %L)', org(), 'Billing', '{}', :'reception'), '23505', NULL, 'a name that is taken');
SELECT enter('far') \g /dev/null
SELECT throws_ok(format('SELECT practiceacl.give_profile(%L, %L, %L)', far(), account('far'), :'billing'), 'PT404', NULL, 'a profile of another organization');
SELECT throws_ok(format('SELECT practiceacl.remove_profile(%L)', :'billing'), 'PT404', NULL, 'does not exist');
SELECT throws_ok(format('SELECT * FROM practiceacl.preview_profile(%L, %L)', :'billing', '{}'), 'PT404', NULL, 'for any function');
SELECT throws_ok(format('SELECT practiceacl.give_profile(%L, %L, %L)', org(), account('sec'), :'billing'), 'PT404', NULL, 'nor does the other organization');

-- New people, copies, departures.
SELECT enter('chief') \g /dev/null
SELECT account_id AS newcomer FROM practiceacl.create_user(org(), 'new@example.org', 'New', 'Comer', profile => :'reception') \gset
SELECT is((SELECT rights::text FROM practiceacl.who_can(agenda('doc')) WHERE account_id = :'newcomer'), 'book+private+messaging', 'a user is made with a profile');
SELECT throws_ok(format('SELECT practiceacl.create_user(%L, %L, %L, %L, profile => %L)', org(), 'x@example.org', 'X', 'Y', practiceacl.new_id()), 'PT404', NULL, 'that there is');
SELECT token AS invitation FROM practiceacl.invite_user(org(), 'guest@example.org', 'Guest', 'Test', profile => :'reception') \gset
SELECT account_id AS guest FROM practiceacl.accept_invitation(:'invitation', 'a password that nobody knows') \gset
SELECT enter('chief') \g /dev/null
SELECT is((SELECT rights::text FROM practiceacl.who_can(agenda('doc')) WHERE account_id = :'guest'), 'book+private+messaging', 'or invited with one');
SELECT results_eq(format('SELECT agenda_id, before::text, after::text FROM practiceacl.clone_rights(%L, %L, %L)', org(), :'guest', account('temp')),
    format('VALUES (%L::uuid, %L, %L)', agenda('doc'), 'none', 'book'), 'a copy has the profile');
SELECT is((SELECT count(*) FROM practiceacl.profile_people WHERE profile_id = :'reception'), 3::bigint, 'as such');
SELECT is((SELECT count(*) FROM practiceacl.activity WHERE act = 'rights.cloned' AND chain = org()), 1::bigint, 'it is on record');
SELECT is_empty(format('SELECT * FROM practiceacl.clone_rights(%L, %L, %L)', org(), :'guest', account('temp')), 'the same copy again');
SELECT is((SELECT count(*) FROM practiceacl.activity WHERE act = 'rights.cloned' AND chain = org()), 1::bigint, 'is nothing');
SELECT practiceacl.remove_user(org(), :'guest') \g /dev/null
SELECT is((SELECT count(*) FROM practiceacl.profile_people WHERE profile_id = :'reception'), 2::bigint, 'who leaves has it no more');
SELECT practiceacl.remove_profile(:'reception') \g /dev/null
SELECT is(has('temp', 'doc'), 'none', 'a profile goes, and what it gave');

-- Where holders consent, groups and profiles show no patients.
SELECT enter('boss', 2) \g /dev/null
SELECT throws_ok($$SELECT practiceacl.update_organization(org(), '{"holder_consents": true}')$$, '55000', NULL, 'the switch waits for rights on all agendas to be taken');
SELECT practiceacl.remove_profile(:'billing') \g /dev/null
SELECT practiceacl.set_agenda_group(org(), 'North', ARRAY[agenda('doc')]) AS north \gset
SELECT practiceacl.set_group_rights(:'north', account('mate'), 'book') \g /dev/null
SELECT practiceacl.set_profile(org(), 'Full', on_all('read')) AS full \gset
SELECT lives_ok($$SELECT practiceacl.update_organization(org(), '{"holder_consents": true}')$$, 'then it is on');
SELECT is(has('mate', 'doc'), 'book', 'what was given on a group before stays');
SELECT throws_ok(format('SELECT practiceacl.set_agenda_group(%L, NULL, %L, %L)', org(), ARRAY[agenda('doc'), agenda('mate')], :'north'), '42501', NULL, 'but no agenda joins');
SELECT throws_ok(format('SELECT practiceacl.set_group_rights(%L, %L, %L)', :'north', account('sec'), 'read'), '42501', NULL, 'nobody else gets rights on it');
SELECT lives_ok(format('SELECT practiceacl.set_group_rights(%L, %L, %L)', :'north', account('mate'), 'read'), 'less is possible');
SELECT lives_ok(format('SELECT practiceacl.set_group_rights(%L, %L, %L)', :'north', account('sec'), 'freebusy'), 'and what shows no patient');
SELECT throws_ok(format('SELECT practiceacl.give_profile(%L, %L, %L)', org(), account('sec'), :'full'), '42501', NULL, 'no profile does it');
SELECT throws_ok(format('SELECT practiceacl.create_user(%L, %L, %L, %L, profile => %L)', org(), 'y@example.org', 'X', 'Y', :'full'), '42501', NULL, 'nor for somebody new');
SELECT lives_ok(format('SELECT practiceacl.set_profile(%L, %L, %L)', org(), 'Light', on_all('freebusy')), 'one that shows when they are busy');
SELECT results_eq(format('SELECT before::text, after::text FROM practiceacl.clone_rights(%L, %L, %L)', org(), account('mate'), account('temp')), 'SELECT NULL::text, NULL::text WHERE false', 'a copy gives nothing by the way');
SELECT set_eq($$SELECT agenda_name, rights::text FROM practiceacl.rights_requests WHERE account_id = account('temp')$$, $$VALUES ('Doc', 'read')$$, 'but asks the holder, for each agenda');
RESET ROLE;
SELECT is((SELECT status FROM practiceacl.membership WHERE account_id = account('temp')), 'unlisted', 'who has nothing left is not listed any more');
SELECT is_empty('SELECT * FROM practiceacl.health() WHERE NOT ok AND check_name IN (''grants'', ''statements'', ''orphans'')', 'all is well');
SELECT * FROM finish();
ROLLBACK;
