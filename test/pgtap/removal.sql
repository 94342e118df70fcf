-- Members leave, for a while or for good, and nothing is lost.
BEGIN;
SELECT plan(32);

SELECT organization_id AS org, account_id AS boss
FROM practiceacl.create_organization('Clinic', 'boss@l.test', 'Bo', 'Boss') \gset
SELECT organization_id AS other, account_id AS rival
FROM practiceacl.create_organization('Other', 'rival@l.test', 'Ri', 'Val') \gset
SELECT practiceacl.open_session(:'boss') AS boss_token \gset
SELECT practiceacl.enter(:'boss_token') \g /dev/null
SELECT account_id AS doc, agenda_id AS agenda
FROM practiceacl.create_user(:'org', 'doc@l.test', 'Dora', 'Doc', agenda => '{"data_controller": "Doc"}') \gset
SELECT account_id AS sec FROM practiceacl.create_user(:'org', 'sec@l.test', 'Sam', 'Sec',
    access => jsonb_build_array(jsonb_build_object('agenda', :'agenda', 'rights', 'book+edit_past')), features => 'billing') \gset
SELECT practiceacl.open_session(:'sec') AS sec_token \gset
SELECT practiceacl.open_session(:'doc') AS doc_token \gset

-- disabled
DELETE FROM practiceacl.outbox;
SELECT practiceacl.disable_user(:'org', :'sec') \g /dev/null
SELECT throws_ok(format('SELECT practiceacl.enter(%L)', :'sec_token'), '28000', NULL, 'the sessions of a disabled member end at once');
SELECT is((SELECT status FROM practiceacl.membership WHERE account_id = :'sec'), 'disabled', 'the membership is disabled');
SELECT is((SELECT count(*) FROM practiceacl.access_grant WHERE account_id = :'sec'), 1::bigint, 'the grants stay, out of force');
SELECT results_eq('SELECT kind, account_id FROM practiceacl.outbox ORDER BY 2',
    format($$VALUES ('rights_changed', %L::uuid), ('rights_changed', %L) ORDER BY 2$$, :'boss', :'doc'), 'holder and administrators hear of it');
SELECT results_eq($$SELECT act, agenda_id FROM practiceacl.activity WHERE act = 'user.disabled' ORDER BY agenda_id NULLS FIRST$$,
    format($$VALUES ('user.disabled', NULL::uuid), ('user.disabled', %L)$$, :'agenda'), 'on the organization''s chain and the agenda''s');
SELECT throws_ok(format('SELECT practiceacl.open_session(%L)', :'sec'), 'PT404', NULL, 'no session can be opened without an active membership');
INSERT INTO practiceacl.membership (organization_id, account_id) VALUES (:'other', :'sec');
SELECT practiceacl.open_session(:'sec') AS sec_token \gset
SELECT practiceacl.enter(:'sec_token') \g /dev/null
SELECT is(practiceacl.rights_on(:'agenda')::text, 'none', 'a disabled member has no rights in a new session');
SELECT results_eq('SELECT name FROM practiceacl.my_organizations', $$VALUES ('Other')$$, 'and sees only the other organization');
SELECT throws_ok(format('SELECT practiceacl.search_users(%L, '''')', :'org'), 'PT404', NULL, 'and cannot search for users');
SELECT practiceacl.enter(:'boss_token') \g /dev/null
SELECT practiceacl.enable_user(:'org', :'sec') \g /dev/null
SELECT practiceacl.enter(:'sec_token') \g /dev/null
SELECT is(practiceacl.rights_on(:'agenda')::text, 'book+edit_past+billing', 'enabled, all is as it was');
SELECT practiceacl.enter(:'boss_token') \g /dev/null
SELECT throws_ok(format('SELECT practiceacl.disable_user(%L, %L)', :'org', :'rival'), 'PT404', NULL, 'not another organization''s member');
SELECT throws_ok(format('SELECT practiceacl.disable_user(%L, %L)', :'other', :'rival'), 'PT404', NULL, 'nor in another organization');

-- a session stays where another place works
SELECT practiceacl.disable_user(:'org', :'sec') \g /dev/null
SELECT lives_ok(format('SELECT practiceacl.enter(%L)', :'sec_token'), 'a member of another organization stays logged in');
SELECT is(practiceacl.rights_on(:'agenda')::text, 'none', 'without rights here');
SELECT practiceacl.enter(:'boss_token') \g /dev/null

-- removed: somebody without an agenda
DELETE FROM practiceacl.outbox;
SELECT pg_sleep(0.01) \g /dev/null
SELECT is_empty(format('SELECT * FROM practiceacl.remove_user(%L, %L)', :'org', :'sec'), 'removing a user who holds no agenda returns no appointments');
SELECT is((SELECT count(*) FROM practiceacl.access_grant WHERE account_id = :'sec'), 0::bigint, 'every right is taken');
SELECT results_eq($$SELECT rights::text, ended_by FROM practiceacl.access_history WHERE kind = 'grant'$$,
    format($$VALUES ('book+edit_past', %L::uuid)$$, :'boss'), 'and is history');
SELECT results_eq(format('SELECT status, admin, features::text FROM practiceacl.membership WHERE organization_id = %L AND account_id = %L', :'org', :'sec'),
    $$VALUES ('removed', 'none', 'none')$$, 'nothing is left of the membership');
SELECT isnt_empty(format($$SELECT FROM practiceacl.access_history WHERE kind = 'membership' AND account_id = %L AND rights::text = 'none+billing'$$, :'sec'), 'but what it was');
SELECT results_eq($$SELECT kind, account_id FROM practiceacl.outbox ORDER BY 2$$,
    format($$VALUES ('user_removed', %L::uuid), ('user_removed', %L) ORDER BY 2$$, :'boss', :'doc'), 'holder and administrators hear of it');
SELECT throws_ok(format('SELECT practiceacl.remove_user(%L, %L)', :'org', :'sec'), 'PT404', NULL, 'nobody is removed twice');
SELECT throws_ok(format('SELECT practiceacl.enable_user(%L, %L)', :'org', :'sec'), 'PT404', NULL, 'nor enabled again');

-- removed: the holder
INSERT INTO practiceacl.appointment (organization_id, agenda_id, id, starts_at, ends_at, created_by, status, cancelled_at)
SELECT :'org', :'agenda', ('00000000-0000-7000-8000-00000000000' || n)::uuid, now() + d, now() + d + interval '15 min', :'doc', s,
       CASE s WHEN 'cancelled' THEN now() END
FROM (VALUES (1, interval '-1 day', 'done'), (2, '2 days', 'booked'), (3, '1 day', 'booked'), (4, '3 days', 'cancelled')) x (n, d, s);
SELECT results_eq(format('SELECT appointment_id, agenda_id, starts_at FROM practiceacl.remove_user(%L, %L)', :'org', :'doc'),
    format($$VALUES ('00000000-0000-7000-8000-000000000003'::uuid, %1$L::uuid, now() + interval '1 day'),
                    ('00000000-0000-7000-8000-000000000002', %1$L, now() + interval '2 days')$$, :'agenda'),
    'what is booked from now on is told, in order of time');
SELECT is((SELECT count(*) FROM practiceacl.appointment), 4::bigint, 'and stays');
SELECT is((SELECT holder_id FROM practiceacl.agenda), :'doc'::uuid, 'the agenda waits for somebody');
SELECT throws_ok(format('SELECT practiceacl.enter(%L)', :'doc_token'), '28000', NULL, 'its holder is gone');
SELECT is(practiceacl.rights_on(:'agenda')::text, 'none', 'an administrator sees it no better');
SELECT account_id AS heir FROM practiceacl.create_user(:'org', 'heir@l.test', 'Hera', 'Heir') \gset
SELECT practiceacl.confirm_session(:'boss_token') \g /dev/null
SELECT practiceacl.transfer_agenda(:'agenda', :'heir') \g /dev/null
SELECT practiceacl.enter(practiceacl.open_session(:'heir')) \g /dev/null
SELECT is((SELECT count(*) FROM practiceacl.appointment WHERE practiceacl.can(agenda_id, 'owner')), 4::bigint, 'the new holder has all appointments');

-- an account that was removed can be an account elsewhere
SELECT is((SELECT status FROM practiceacl.account WHERE id = :'doc'), 'active', 'the account is the person''s');
INSERT INTO practiceacl.membership (organization_id, account_id) VALUES (:'other', :'doc');
SELECT practiceacl.enter(practiceacl.open_session(:'doc')) \g /dev/null
SELECT is(practiceacl.rights_on(:'agenda')::text, 'none', 'a removed user who logs in again has no rights here');
SELECT practiceacl.enter(:'boss_token') \g /dev/null
SELECT throws_ok(format('SELECT practiceacl.remove_user(%L, %L)', :'org', :'boss'), 'PA011', NULL, 'the last administrator stays');
SELECT is_empty(format('SELECT * FROM practiceacl.verify_activity(%L) WHERE first_broken > 0', :'org'), 'the record verifies');

SELECT * FROM finish();
ROLLBACK;
