-- The colleague whose rights are copied, the administrator who has to give
-- the password again, and the user who is no longer listed without any access.
BEGIN;
\ir support/people.psql
SELECT plan(40);

-- A centre with three doctors and an experienced secretary.
SELECT agenda_id AS annes, account_id AS anne, temporary_password AS word FROM practiceacl.create_user(
    :'centre', 'anne@centre.test', 'Anne', 'Petit', agenda => '{"data_controller": "Dr Petit", "name": "Dr Petit"}') \gset
SELECT agenda_id AS brunos FROM practiceacl.create_user(
    :'centre', 'bruno@centre.test', 'Bruno', 'Roux', agenda => '{"data_controller": "Dr Roux", "name": "Dr Roux"}') \gset
SELECT agenda_id AS claras FROM practiceacl.create_user(
    :'centre', 'clara@centre.test', 'Clara', 'Vidal', agenda => '{"data_controller": "Dr Vidal", "name": "Dr Vidal"}') \gset
SELECT keep('anne', practiceacl.log_in('anne@centre.test', :'word')) \g /dev/null
SELECT enter('anne') \g /dev/null
SELECT practiceacl.change_password(:'word', 'anne''s own words') \g /dev/null
SELECT enter('manager') \g /dev/null
SELECT account_id AS marie FROM practiceacl.create_user(:'centre', 'marie@centre.test', 'Marie', 'Dupont', job_title => 'Secretary',
    access => jsonb_build_array(jsonb_build_object('agenda', :'annes', 'rights', 'absences+edit_past'),
                                jsonb_build_object('agenda', :'brunos', 'rights', 'book'))) \gset
SELECT practiceacl.set_rights(:'claras', :'marie', 'read', tstzrange(now(), now() + interval '30 days')) \g /dev/null
SELECT enter('anne') \g /dev/null
SELECT practiceacl.set_rights(:'annes', :'marie', 'owner+edit_past') \g /dev/null
SELECT enter('manager') \g /dev/null
\set matrix 'SELECT agenda_name, rights::text, valid_until IS NULL FROM practiceacl.access_matrix WHERE account_id = %L ORDER BY agenda_name'

-- "Create a user like a colleague": Julie is to do what Marie does.
SELECT account_id AS julie, temporary_password AS word FROM practiceacl.create_user(:'centre', 'julie@centre.test', 'Julie', 'Morel',
    job_title => 'Secretary', clone_from => :'marie') \gset
SELECT results_eq(format(:'matrix', :'julie'),
    $$VALUES ('Dr Petit', 'openings+edit_past', true), ('Dr Roux', 'book', true), ('Dr Vidal', 'read', false)$$,
    'Julie has what Marie has, for as long, but is no owner: an administrator cannot grant that');
SELECT results_eq(format(:'matrix', :'marie'),
    $$VALUES ('Dr Petit', 'owner+edit_past', true), ('Dr Roux', 'book', true), ('Dr Vidal', 'read', false)$$, 'Marie keeps the same rights');
SELECT keep('julie', practiceacl.log_in('julie@centre.test', :'word')) \g /dev/null
SELECT enter('julie') \g /dev/null
SELECT practiceacl.change_password(:'word', 'julie''s own words') \g /dev/null
SELECT set_eq('SELECT name, rights::text FROM practiceacl.my_agendas',
    $$VALUES ('Dr Petit', 'openings+edit_past'), ('Dr Roux', 'book'), ('Dr Vidal', 'read')$$, 'Julie sees the same three calendars');
SELECT isnt(practiceacl.book(:'brunos', '2058-03-04 09:00+01', patient => 'Mme Lambert'), NULL, 'and can book');
SELECT is(refusal(format('SELECT practiceacl.book(%L, %L)', :'claras', '2058-03-04 09:00+01')), '42501', 'where Marie could');
SELECT is(refusal(format('SELECT practiceacl.clone_rights(%L, %L, %L)', :'centre', :'marie', :'julie')), '42501',
    'a user who is no administrator cannot clone rights');

-- "Copy the rights of a colleague" onto somebody who is there already.
SELECT enter('manager') \g /dev/null
SELECT account_id AS karim, temporary_password AS karim_word FROM practiceacl.create_user(:'centre', 'karim@centre.test', 'Karim', 'Haddad',
    job_title => 'Trainee', access => jsonb_build_array(jsonb_build_object('agenda', :'brunos', 'rights', 'openings'))) \gset
SELECT results_eq(format($$SELECT g.name, c.before::text, c.after::text FROM practiceacl.clone_rights(%L, %L, %L) c
        JOIN practiceacl.agenda g ON g.id = c.agenda_id ORDER BY 1$$, :'centre', :'julie', :'karim'),
    $$VALUES ('Dr Petit', 'none', 'openings+edit_past'), ('Dr Vidal', 'none', 'read')$$,
    'the result is what changes, before and after; higher rights stay');
SELECT results_eq(format('SELECT count(*) FROM practiceacl.clone_rights(%L, %L, %L)', :'centre', :'julie', :'karim'), 'VALUES (0::bigint)',
    'a second run changes nothing');
SELECT results_eq(format($$SELECT g.name, c.before::text, c.after::text FROM practiceacl.clone_rights(%L, %L, %L, replace => true) c
        JOIN practiceacl.agenda g ON g.id = c.agenda_id ORDER BY 1$$, :'centre', :'julie', :'karim'),
    $$VALUES ('Dr Roux', 'openings', 'book')$$, 'replacing also takes away what the colleague does not have');
SELECT is(refusal(format('SELECT practiceacl.clone_rights(%L, %L, %L)', :'centre', :'julie', practiceacl.new_id())), 'PT404', 'cloning to an unknown user is refused');

-- An invitation may copy too, and then copies what the colleague has on that day.
SELECT token AS link FROM practiceacl.invite_user(:'centre', 'leo@people.test', 'Leo', 'Colin', clone_from => :'karim') \gset
SELECT practiceacl.set_rights(:'claras', :'karim', 'none') \g /dev/null
SELECT enter(NULL) \g /dev/null
SELECT account_id AS leo, keep('leo', session) FROM practiceacl.accept_invitation(:'link', 'leo''s own words') \gset
SELECT enter('leo') \g /dev/null
SELECT set_eq('SELECT name, rights::text FROM practiceacl.my_agendas',
    $$VALUES ('Dr Petit', 'openings+edit_past'), ('Dr Roux', 'book')$$, 'Leo has what Karim had at the time of acceptance');
SELECT is(refusal(format('SELECT practiceacl.set_rights(%L, %L, %L)', :'annes', :'julie', 'none')), '42501', 'copied rights below owner cannot be passed on');

-- "Make a user an administrator": the password is asked for again.
SELECT enter('manager') \g /dev/null
SELECT throws_ok(format('SELECT practiceacl.set_admin(%L, %L, %L)', :'centre', :'julie', 'full'), 'PA010',
    'reauthentication required', 'the manager is asked for the password');
SELECT throws_ok(format('SELECT practiceacl.reauthenticate(%L)', 'julie''s own words'), '28P01', 'wrong password', 'which is nobody else''s');
SELECT is(refusal(format('SELECT practiceacl.set_admin(%L, %L, %L)', :'centre', :'julie', 'full')), 'PA010', 'so it stays refused');
SELECT ok(practiceacl.reauthenticate('manager''s own words') BETWEEN now() + interval '4 minutes' AND clock_timestamp() + interval '5 minutes',
    'with it, five minutes');
SELECT practiceacl.set_admin(:'centre', :'julie', 'users') \g /dev/null
SELECT is((SELECT admin FROM practiceacl.user_directory WHERE account_id = :'julie'), 'users', 'Julie manages users now');
SELECT token AS link FROM practiceacl.invite_user(:'centre', 'deputy@people.test', 'Dora', 'Deputy', admin => 'full') \gset
SELECT enter(NULL) \g /dev/null
SELECT account_id AS deputy, keep('deputy', session) FROM practiceacl.accept_invitation(:'link', 'deputy''s own words') \gset
SELECT enter('deputy') \g /dev/null
SELECT ok(practiceacl.is_admin(:'centre', 'full'), 'and a deputy was invited as administrator');
SELECT is((SELECT count(*) FROM practiceacl.calendar), 0::bigint, 'an administrator level shows no patient');
SELECT is(refusal(format('SELECT practiceacl.set_admin(%L, %L, %L)', :'centre', :'karim', 'users')), 'PA010',
    'having just chosen a password is not enough to appoint another administrator');

SELECT enter('julie') \g /dev/null
SELECT is(refusal(format('SELECT practiceacl.disable_user(%L, %L)', :'centre', :'manager')), '42501', 'an administrator of users cannot disable an administrator');
SELECT is(refusal(format('SELECT practiceacl.set_admin(%L, %L, %L)', :'centre', :'julie', 'full')), '42501', 'nor promote themselves');
SELECT lives_ok(format('SELECT practiceacl.set_rights(%L, %L, %L)', :'claras', :'karim', 'read'), 'but can give Karim the lost right back');
SELECT is(refusal(format('SELECT practiceacl.set_rights(%L, %L, %L)', :'claras', :'julie', 'book')), 'PA010',
    'rights for oneself need reauthentication');
SELECT practiceacl.reauthenticate('julie''s own words') \g /dev/null
SELECT lives_ok(format('SELECT practiceacl.set_rights(%L, %L, %L)', :'claras', :'julie', 'book'), 'and are granted after it');
RESET ROLE;
SELECT is((SELECT count(*) FROM practiceacl.outbox WHERE kind = 'rights_changed' AND recipient = 'clara@centre.test'
        AND payload->>'account_id' = :'julie'), 1::bigint, 'and Dr Vidal is notified');
SET LOCAL ROLE :app;

-- The last full administrator stays.
SELECT enter('deputy') \g /dev/null
SELECT practiceacl.reauthenticate('deputy''s own words') \g /dev/null
SELECT lives_ok(format('SELECT practiceacl.set_admin(%L, %L, %L)', :'centre', :'manager', 'none'), 'the deputy can demote the other administrator');
SELECT is(refusal(format('SELECT practiceacl.set_admin(%L, %L, %L)', :'centre', :'deputy', 'users')), 'PA011', 'and cannot step down as the last one');
SELECT is(refusal(format('SELECT * FROM practiceacl.remove_user(%L, %L)', :'centre', :'deputy')), 'PA011', 'nor be removed');

-- "When the last access is taken, the user is no longer listed."
SELECT is((SELECT count(*) FROM practiceacl.user_directory WHERE account_id = :'leo'), 1::bigint, 'Leo is listed');
SELECT practiceacl.set_rights(:'annes', :'leo', 'none') \g /dev/null
SELECT is((SELECT count(*) FROM practiceacl.user_directory WHERE account_id = :'leo'), 1::bigint, 'and stays listed with one access less');
SELECT enter('anne') \g /dev/null
SELECT is(refusal(format('SELECT practiceacl.set_rights(%L, %L, %L)', :'brunos', :'leo', 'none')), 'PT404', 'Dr Petit cannot take rights on another''s calendar');
SELECT enter('julie') \g /dev/null
SELECT practiceacl.set_rights(:'brunos', :'leo', 'none') \g /dev/null
SELECT is((SELECT count(*) FROM practiceacl.user_directory WHERE account_id = :'leo'), 0::bigint, 'without any access Leo is no longer listed');
SELECT is((SELECT count(*) FROM practiceacl.search_users(:'centre', 'leo')), 0::bigint, 'nor found by search_users');
SELECT enter('leo') \g /dev/null
SELECT is((SELECT count(*) FROM practiceacl.my_agendas), 0::bigint, 'Leo sees no calendar');
SELECT is((SELECT count(*) FROM practiceacl.my_organizations), 0::bigint, 'and no organization');
SELECT enter('julie') \g /dev/null
SELECT is((SELECT count(*) FROM practiceacl.user_directory WHERE account_id = :'manager'), 0::bigint,
    'a former administrator without a calendar is not listed either');
SELECT token AS link FROM practiceacl.invite_user(:'centre', 'leo@people.test', 'Leo', 'Colin',
    access => jsonb_build_array(jsonb_build_object('agenda', :'annes', 'rights', 'read',
        'valid_from', now() + interval '7 days', 'valid_until', now() + interval '14 days'))) \gset
SELECT enter('leo') \g /dev/null
SELECT is((SELECT account_id FROM practiceacl.accept_invitation(:'link')), :'leo'::uuid, 'Leo accepts rights for a week to come');
SELECT is((SELECT count(*) FROM practiceacl.my_agendas), 0::bigint, 'which are not in force yet');
SELECT enter('julie') \g /dev/null
SELECT is((SELECT count(*) FROM practiceacl.user_directory WHERE account_id = :'leo'), 1::bigint, 'but Leo is listed');

SELECT * FROM finish();
ROLLBACK;
