-- What the support desk does: blocks accounts, renews temporary passwords, reopens organizations.
BEGIN;
\ir support/people.psql
SELECT plan(67);

RESET ROLE;
CREATE ROLE support_desk;
SELECT practiceacl.grant_operator('support_desk') \g /dev/null
CREATE FUNCTION people.lapse(who uuid) RETURNS void LANGUAGE sql SECURITY DEFINER AS
    'UPDATE practiceacl.password SET temporary_until = now() - interval ''1 minute'' WHERE account_id = who';
GRANT USAGE ON SCHEMA people TO support_desk;
SET LOCAL ROLE :app;
SELECT enter('manager') \g /dev/null
SELECT account_id AS dora, agenda_id AS agenda, temporary_password AS dora_word FROM practiceacl.create_user(
    :'centre', 'dora@centre.test', 'Dora', 'Doc', agenda => '{"data_controller": "Dora Doc"}') \gset
SELECT account_id AS carl, temporary_password AS carl_word FROM practiceacl.create_user(:'centre', 'carl@centre.test', 'Carl', 'Colleague',
    access => jsonb_build_array(jsonb_build_object('agenda', :'agenda', 'rights', 'read'))) \gset
SELECT keep('carl', practiceacl.log_in('carl@centre.test', :'carl_word', 'desk')) \g /dev/null
SELECT enter('carl') \g /dev/null
SELECT practiceacl.change_password(:'carl_word', 'carl''s own words') \g /dev/null

-- A temporary password that lapsed: without a mailer nothing could renew it.
SELECT lapse(:'dora') \g /dev/null
SELECT is(practiceacl.log_in('dora@centre.test', :'dora_word', 'phone'), NULL, 'a lapsed temporary password lets nobody in');
SELECT enter('manager') \g /dev/null
SELECT practiceacl.renew_temporary_password(:'dora') AS word \gset
SELECT matches(:'word'::text, '^[a-z2-9]{5}(-[a-z2-9]{5}){3}$', 'an administrator renews it');
SELECT isnt(:'word'::text, :'dora_word'::text, 'the new one is another');
SELECT is((SELECT count(*) FROM practiceacl.activity WHERE act = 'password.renewed' AND account_id = :'dora' AND actor_id = :'manager'
           AND organization_id = :'centre'), 1::bigint, 'the renewal is on record');
RESET ROLE;
SELECT is((SELECT count(*) FROM practiceacl.outbox WHERE kind = 'welcome' AND account_id = :'dora' AND payload ->> 'organization' = 'Health Centre'), 2::bigint,
    'another welcome is queued');
SET LOCAL ROLE :app;
SELECT enter('carl') \g /dev/null
SELECT is(refusal(format('SELECT practiceacl.renew_temporary_password(%L)', :'dora')), '42501', 'a colleague cannot renew it');
SELECT enter(NULL) \g /dev/null
SELECT is(refusal(format('SELECT practiceacl.renew_temporary_password(%L)', :'dora')), '28000', 'nor can an anonymous caller');
SELECT is(practiceacl.log_in('dora@centre.test', :'dora_word', 'phone'), NULL, 'the old temporary password no longer works');
SELECT keep('dora', practiceacl.log_in('dora@centre.test', :'word', 'phone')) \g /dev/null
SELECT enter('dora') \g /dev/null
SELECT is(refusal('SELECT practiceacl.update_my_account(''{}'')'), 'PA031', 'the new one is temporary too');
SELECT practiceacl.change_password(:'word', 'dora''s own words') \g /dev/null
SELECT enter('manager') \g /dev/null
SELECT throws_ok(format('SELECT practiceacl.renew_temporary_password(%L)', :'dora'), '42501', 'account has been used',
    'an administrator cannot renew the password of a used account');
SELECT is(refusal(format('SELECT practiceacl.renew_temporary_password(%L)', practiceacl.new_id())), 'PT404', 'an unknown account is refused');
SELECT is(refusal('SELECT practiceacl.renew_temporary_password(NULL)'), '22004', 'null is refused');
RESET ROLE;
SELECT organization_id AS elsewhere, account_id AS rita, temporary_password AS rita_word
FROM practiceacl.create_organization('Elsewhere', 'rita@else.test', 'Rita', 'Rival') \gset
SET LOCAL ROLE :app;
SELECT is(refusal(format('SELECT practiceacl.renew_temporary_password(%L)', :'rita')), 'PT404', 'a user of another organization is refused');
-- Anyone who appoints an administrator, or gives one a password, reauthenticates.
SELECT practiceacl.reauthenticate('manager''s own words') \g /dev/null
SELECT account_id AS anna FROM practiceacl.create_user(:'centre', 'anna@centre.test', 'Anna', 'Admin', admin => 'full') \gset
SELECT account_id AS ulla, temporary_password AS ulla_word FROM practiceacl.create_user(:'centre', 'ulla@centre.test', 'Ulla', 'Users', admin => 'users') \gset
SELECT isnt(practiceacl.renew_temporary_password(:'anna'), NULL, 'a full administrator can renew an administrator''s password');
RESET ROLE;
UPDATE practiceacl.session SET confirmed_until = NULL;
SELECT keep('ulla', practiceacl.open_session(:'ulla')) \g /dev/null
SET LOCAL ROLE :app;
SELECT is(refusal(format('SELECT practiceacl.renew_temporary_password(%L)', :'anna')), 'PA010', 'after they have reauthenticated');
SELECT enter('ulla') \g /dev/null
SELECT is(refusal(format('SELECT practiceacl.renew_temporary_password(%L)', :'anna')), '42501', 'an administrator of users cannot');
-- An operator may renew any.
RESET ROLE;
SET LOCAL ROLE support_desk;
SELECT enter(NULL) \g /dev/null
SELECT lapse(:'rita') \g /dev/null
SELECT practiceacl.renew_temporary_password(:'rita') AS word \gset
SELECT practiceacl.renew_temporary_password(:'dora') AS dora_word \gset
SELECT is(refusal(format('SELECT practiceacl.renew_temporary_password(%L)', '00000000-0000-7000-8000-000000000001')), 'PT404', 'an unknown account is refused to an operator too');
RESET ROLE;
SET LOCAL ROLE :app;
SELECT isnt(practiceacl.log_in('rita@else.test', :'word', 'home'), NULL, 'an operator renews the first administrator''s password');
SELECT is(refusal($$SELECT enter('dora')$$), '28000', 'renewal ends the sessions of a used account');
SELECT is(practiceacl.log_in('dora@centre.test', 'dora''s own words', 'tablet'), NULL, 'and the old password no longer works');
SELECT keep('dora', practiceacl.log_in('dora@centre.test', :'dora_word', 'tablet')) \g /dev/null
SELECT enter('dora') \g /dev/null
SELECT practiceacl.change_password(:'dora_word', 'dora''s new words') \g /dev/null
RESET ROLE;
SELECT is((SELECT count(*) FROM practiceacl.activity WHERE act = 'password.renewed' AND operator = 'support_desk' AND actor_id IS NULL), 2::bigint,
    'the record names the operator');

-- Blocking an account
SET LOCAL ROLE :app;
SELECT is(refusal(format('SELECT practiceacl.block_account(%L, %L)', :'carl', 'x')), '42501', 'no back end blocks an account');
SELECT is(refusal(format('SELECT practiceacl.unblock_account(%L)', :'carl')), '42501', 'or unblocks one');
SELECT is(refusal(format('SELECT practiceacl.reopen_organization(%L)', :'centre')), '42501', 'or reopens an organization');
SELECT practiceacl.request_password_reset('dora@centre.test') \g /dev/null
RESET ROLE;
CREATE ROLE support_dora;
SELECT practiceacl.map_role('support_dora', :'dora') \g /dev/null
SELECT is((SELECT count(*) FROM practiceacl.account_token WHERE account_id = :'dora'), 1::bigint, 'a reset was asked for');
SET LOCAL ROLE :app;
SELECT enter('dora') \g /dev/null
SELECT practiceacl.set_openings(:'agenda', '[{"weekday": 5, "from": "09:00", "to": "12:00"}]') \g /dev/null
SELECT practiceacl.set_rights(:'agenda', :'carl', 'book') \g /dev/null
SELECT practiceacl.book(:'agenda', '2061-03-04 10:00+01', patient => 'Paul') AS paul \gset
SELECT enter('carl') \g /dev/null
SELECT isnt_empty(format('SELECT FROM practiceacl.free_slots(%L, %L, %L)', :'agenda', '2061-03-04', '2061-03-05'), 'a colleague is offered times on the agenda');
RESET ROLE;
SELECT count(*) AS mail FROM practiceacl.outbox WHERE account_id = :'dora' \gset
SET LOCAL ROLE support_desk;
SELECT is(refusal(format('SELECT practiceacl.block_account(%L, %L)', :'dora', ' ')), '22023', 'a blank reason is refused');
SELECT is(refusal(format('SELECT practiceacl.block_account(%L, NULL)', :'dora')), '22004', 'and a null one');
SELECT is(refusal(format('SELECT practiceacl.block_account(%L, %L)', '00000000-0000-7000-8000-000000000001', 'x')), 'PT404', 'an unknown account is refused');
SELECT is(refusal(format('SELECT practiceacl.unblock_account(%L)', :'dora')), '55000', 'an account that is not blocked cannot be unblocked');
SELECT practiceacl.block_account(:'dora', 'Dora''s phone was stolen') \g /dev/null
RESET ROLE;
SELECT is((SELECT status FROM practiceacl.account WHERE id = :'dora'), 'blocked', 'the account is blocked');
SELECT is((SELECT count(*) FROM practiceacl.account_token WHERE account_id = :'dora'), 0::bigint, 'the reset token that was sent is gone');
SELECT results_eq($$SELECT operator, a.account_id, facts::text LIKE '%phone%', d.detail::jsonb ->> 'reason'
    FROM practiceacl.activity a JOIN practiceacl.activity_detail d USING (organization_id, chain, sequence) WHERE act = 'account.blocked' AND d.detail IS NOT NULL$$,
    format($$VALUES ('support_desk', %L::uuid, false, 'Dora''s phone was stolen')$$, :'dora'), 'the record says by whom, and why where it can be erased');
SELECT throws_ok(format('SELECT practiceacl.open_session(%L)', :'dora'), 'PT404', NULL, 'no session can be opened for the account');
SELECT throws_ok(format('SELECT practiceacl.map_role(%L, %L)', 'support_dora', :'dora'), 'PT404', NULL, 'and no role mapped to it');
SET LOCAL ROLE :app;
SELECT is(refusal($$SELECT enter('dora')$$), '28000', 'its sessions have ended');
-- Nobody serves the agenda, whoever asks.
SELECT enter('carl') \g /dev/null
SELECT is(refusal(format('SELECT practiceacl.book(%L, %L)', :'agenda', '2061-03-04 11:00+01')), 'PA024', 'an agenda whose holder is blocked takes no booking');
SELECT is(refusal(format('SELECT practiceacl.hold_slot(%L, %L)', :'agenda', '2061-03-04 11:00+01')), 'PA024', 'nor a hold');
SELECT is(refusal(format('SELECT practiceacl.move_appointment(%L, %L)', :'paul', '2061-03-04 11:00+01')), 'PA024', 'nor a move to another of its times');
SELECT is_empty(format('SELECT FROM practiceacl.free_slots(%L, %L, %L)', :'agenda', '2061-03-04', '2061-03-05'), 'and offers nothing');
SELECT is(refusal(format('SELECT practiceacl.cancel_appointment(%L)', :'paul')), NULL, 'what is booked may be cancelled');
RESET ROLE;
UPDATE practiceacl.appointment SET status = 'booked', cancelled_at = NULL WHERE id = :'paul';
SELECT matches((SELECT detail FROM practiceacl.health() WHERE check_name = 'agendas' AND NOT ok), '1 appointments to come.* nobody serves it', 'health() names it');
SELECT results_eq(format('SELECT unserved_appointments FROM practiceacl.report_access_review WHERE agenda_id = %L AND grant_id IS NULL', :'agenda'),
    'VALUES (1::bigint)', 'and the review of rights');
SET LOCAL ROLE :app;
SELECT enter('manager') \g /dev/null
SELECT practiceacl.set_rights(:'agenda', :'carl', 'read') \g /dev/null
RESET ROLE;
SELECT is((SELECT count(*) FROM practiceacl.outbox WHERE account_id = :'dora'), :mail::bigint, 'a blocked account gets no mail of the organization');
SET LOCAL ROLE :app;
SELECT is(practiceacl.log_in('dora@centre.test', 'dora''s new words', 'watch'), NULL, 'the right password is refused');
SELECT is(practiceacl.log_in('dora@centre.test', 'wrong words', 'watch'), NULL, 'as a wrong one is');
SELECT practiceacl.request_password_reset('dora@centre.test') \g /dev/null
RESET ROLE;
SELECT is((SELECT count(*) FROM practiceacl.account_token WHERE account_id = :'dora'), 0::bigint, 'no reset token is sent');
SELECT results_eq($$SELECT organization_id, agenda_id FROM practiceacl.activity WHERE act = 'account.blocked' ORDER BY 1, 2$$,
    format($$VALUES ('00000000-0000-0000-0000-000000000000'::uuid, NULL::uuid), (%1$L, %2$L), (%1$L, NULL)$$, :'centre', :'agenda'),
    'it is on record for the database, the organization and the agenda');
SELECT lives_ok(format('SELECT practiceacl.block_account(%L, %L)', :'dora', 'again'), 'an account may be blocked twice');
SELECT is((SELECT count(*) FROM practiceacl.activity WHERE act = 'account.blocked'), 3::bigint, 'which is recorded once');
SET LOCAL ROLE :app;
SELECT enter('manager') \g /dev/null
SELECT is((SELECT status FROM practiceacl.user_directory WHERE account_id = :'dora'), 'blocked', 'the administrator sees the status');
SELECT is((SELECT count(*) FROM practiceacl.access_matrix WHERE account_id = :'dora'), 0::bigint, 'and no row in the matrix');
RESET ROLE;
-- A session that a log-in opened at the same moment does not live again.
INSERT INTO practiceacl.session (id, account_id, expires_at) VALUES ('00000000-0000-7000-8000-0000000000e1', :'dora', now() + interval '1 hour');
INSERT INTO practiceacl.session_token VALUES ('\x01', '00000000-0000-7000-8000-0000000000e1');
SET LOCAL ROLE support_desk;
SELECT practiceacl.unblock_account(:'dora') \g /dev/null
RESET ROLE;
SELECT is((SELECT count(*) FROM practiceacl.session_token t JOIN practiceacl.session s ON s.id = t.session_id WHERE s.account_id = :'dora'), 0::bigint,
    'an unblocked account has no session');
SELECT is((SELECT count(*) FROM practiceacl.activity WHERE act = 'account.unblocked' AND account_id = :'dora'), 3::bigint, 'unblocking is on record there, too');
SET LOCAL ROLE :app;
SELECT keep('dora', practiceacl.log_in('dora@centre.test', 'dora''s new words', 'ring')) \g /dev/null
SELECT is(refusal($$SELECT enter('dora')$$), NULL, 'the old password works again');
SELECT is(refusal(format('SELECT practiceacl.book(%L, %L)', :'agenda', '2061-03-04 11:00+01')), NULL, 'and the agenda is served');
-- A deleted account.
RESET ROLE;
SET LOCAL ROLE support_desk;
SELECT practiceacl.delete_account(:'carl') \g /dev/null
SELECT is(refusal(format('SELECT practiceacl.block_account(%L, %L)', :'carl', 'x')), 'PT404', 'a deleted account cannot be blocked');
SELECT is(refusal(format('SELECT practiceacl.unblock_account(%L)', :'carl')), 'PT404', 'nor unblocked');
SELECT is(refusal(format('SELECT practiceacl.renew_temporary_password(%L)', :'carl')), 'PT404', 'nor given a password');

-- Closing and reopening an organization
RESET ROLE;
SET LOCAL ROLE :app;
SELECT enter('manager') \g /dev/null
SELECT account_id AS off FROM practiceacl.create_user(:'centre', 'off@centre.test', 'Otto', 'Off',
    access => jsonb_build_array(jsonb_build_object('agenda', :'agenda', 'rights', 'read'))) \gset
SELECT practiceacl.disable_user(:'centre', :'off') \g /dev/null
SELECT account_id AS bare FROM practiceacl.create_user(:'centre', 'bare@centre.test', 'Bea', 'Bare',
    access => jsonb_build_array(jsonb_build_object('agenda', :'agenda', 'rights', 'read'))) \gset
SELECT practiceacl.set_rights(:'agenda', :'bare', 'none') \g /dev/null
RESET ROLE;
CREATE TEMPORARY TABLE before_closing AS
    SELECT account_id, status, admin, features::text FROM practiceacl.membership WHERE organization_id = :'centre';
SET LOCAL ROLE support_desk;
SELECT practiceacl.close_organization(:'centre') \g /dev/null
SELECT practiceacl.reopen_organization(:'centre') \g /dev/null
RESET ROLE;
SELECT is((SELECT closed_at FROM practiceacl.organization WHERE id = :'centre'), NULL, 'an organization is reopened');
SELECT set_eq(format('SELECT account_id, status, admin, features::text FROM practiceacl.membership WHERE organization_id = %L', :'centre'),
    'SELECT * FROM before_closing', 'each member is what they were: those who were disabled before stay so');
SELECT is((SELECT count(*) FROM practiceacl.access_history WHERE organization_id = :'centre' AND kind = 'membership' AND status = 'disabled'
           AND account_id = :'manager'), 1::bigint, 'the history has the time between');
SELECT is((SELECT operator FROM practiceacl.activity WHERE act = 'organization.reopened'), 'support_desk', 'the record names the operator');
SET LOCAL ROLE support_desk;
SELECT practiceacl.reopen_organization(:'centre') \g /dev/null
SELECT is(refusal(format('SELECT practiceacl.reopen_organization(%L)', '00000000-0000-7000-8000-000000000001')), 'PT404', 'an unknown organization is refused');
RESET ROLE;
SELECT is((SELECT count(*) FROM practiceacl.activity WHERE act = 'organization.reopened'), 1::bigint, 'reopening twice makes one entry');
SET LOCAL ROLE :app;
SELECT keep('manager', practiceacl.log_in('manager@centre.test', 'manager''s own words', 'den')) \g /dev/null
SELECT enter('manager') \g /dev/null
SELECT ok(practiceacl.is_admin(:'centre'), 'its administrator can log in and administer');
RESET ROLE;
SELECT is_empty(format('SELECT * FROM unnest(ARRAY[%L, %L]::uuid[]) o, practiceacl.verify_activity(o) WHERE first_broken > 0', :'centre',
    '00000000-0000-0000-0000-000000000000'), 'the record verifies');
SELECT * FROM finish();
ROLLBACK;
