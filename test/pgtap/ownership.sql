-- Whose account and whose agenda it is, when somebody is corrected, comes back, or hands on.
BEGIN;
\ir support/people.psql
SELECT plan(40);

RESET ROLE;
INSERT INTO practiceacl.mailer_key (public_key) VALUES (decode(repeat('09', 32), 'hex'));
CREATE FUNCTION people.log_in_as(name text, who uuid) RETURNS boolean LANGUAGE sql SECURITY DEFINER AS
    'SELECT people.keep(name, practiceacl.open_session(who))';
CREATE FUNCTION people.tokens_of(who uuid) RETURNS bigint LANGUAGE sql SECURITY DEFINER AS
    'SELECT count(*) FROM practiceacl.account_token WHERE account_id = who';
CREATE FUNCTION people.unsent(address text) RETURNS bigint LANGUAGE sql SECURITY DEFINER AS
    'SELECT count(*) FROM practiceacl.outbox WHERE recipient = address AND sent_at IS NULL';
CREATE FUNCTION people.detail(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE detail text;
BEGIN
    EXECUTE statement;
    RETURN NULL;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
    RETURN detail;
END $$;
CREATE FUNCTION people.tired() RETURNS void LANGUAGE sql SECURITY DEFINER AS 'UPDATE practiceacl.session SET confirmed_until = NULL';
CREATE FUNCTION people.forget_mail() RETURNS void LANGUAGE sql SECURITY DEFINER AS 'DELETE FROM practiceacl.outbox';
SET LOCAL ROLE :app;
SELECT enter('manager') \g /dev/null

-- 1. A mistyped address: what was sent there is of no use once it is corrected.
SELECT account_id AS nell, temporary_password AS word FROM practiceacl.create_user(:'centre', 'nel@people.test', 'Nell', 'New') \gset
SELECT enter(NULL) \g /dev/null
SELECT practiceacl.request_password_reset('nel@people.test') \g /dev/null
SELECT is(tokens_of(:'nell'), 1::bigint, 'the stranger asks for a reset');
SELECT enter('manager') \g /dev/null
SELECT is(unsent('nel@people.test'), 2::bigint, 'and a welcome to the wrong address is queued');
SELECT practiceacl.update_user(:'centre', :'nell', '{"email": "nell@people.test"}') \g /dev/null
SELECT is(tokens_of(:'nell'), 0::bigint, 'once the address is corrected, the token is gone');
SELECT is(unsent('nel@people.test'), 0::bigint, 'unsent messages to the wrong address are gone');
SELECT is(unsent('nell@people.test'), 1::bigint, 'and a welcome to the right address is queued');
SELECT enter(NULL) \g /dev/null
SELECT is(practiceacl.log_in('nell@people.test', :'word', 'stranger'), NULL, 'the temporary password sent to the wrong address no longer works');
SELECT enter('manager') \g /dev/null
SELECT practiceacl.renew_temporary_password(:'nell') AS word \gset
RESET ROLE;
DELETE FROM practiceacl.mailer_key;
SET LOCAL ROLE :app;
SELECT practiceacl.update_user(:'centre', :'nell', '{"email": "nell.new@people.test"}') \g /dev/null
SELECT enter(NULL) \g /dev/null
SELECT is(practiceacl.log_in('nell.new@people.test', :'word', 'stranger'), NULL, 'nor does it without a mailer, when the back end sent it');
SELECT enter('manager') \g /dev/null
SELECT practiceacl.renew_temporary_password(:'nell') AS word \gset
SELECT enter(NULL) \g /dev/null
SELECT isnt(practiceacl.log_in('nell.new@people.test', :'word', 'Nell''s phone'), NULL, 'a renewed temporary password works');

-- A holder who never logged in cannot be impersonated: anyone with a new password for the account would see the patients.
SELECT enter('manager') \g /dev/null
SELECT account_id AS hugo, agenda_id AS hugos FROM practiceacl.create_user(:'centre', 'hugo@people.test', 'Hugo', 'Holder',
    agenda => '{"data_controller": "Hugo"}', access => NULL) \gset
SELECT practiceacl.reauthenticate('manager''s own words') \g /dev/null
SELECT account_id AS uma FROM practiceacl.create_user(:'centre', 'uma@people.test', 'Uma', 'Users', admin => 'users') \gset
SELECT log_in_as('uma', :'uma') \g /dev/null
SELECT enter('uma') \g /dev/null
SELECT is(refusal(format('SELECT practiceacl.renew_temporary_password(%L)', :'hugo')), NULL, 'while nothing is booked, an administrator of users can renew the holder''s password');
SELECT is(refusal(format('SELECT practiceacl.update_user(%L, %L, %L)', :'centre', :'hugo', '{"email": "hugo.holder@people.test"}')), NULL, 'and correct the holder''s address');
RESET ROLE;
INSERT INTO practiceacl.appointment (organization_id, agenda_id, starts_at, ends_at, patient, created_by)
VALUES (:'centre', :'hugos', '2065-01-05 08:00Z', '2065-01-05 08:30Z', 'Pat Ient', :'manager');
SET LOCAL ROLE :app;
SELECT is(refusal(format('SELECT practiceacl.renew_temporary_password(%L)', :'hugo')), '42501', 'once there are appointments, they cannot renew the password');
SELECT is(refusal(format('SELECT practiceacl.update_user(%L, %L, %L)', :'centre', :'hugo', '{"email": "uma.too@people.test"}')), '42501', 'nor move the account to another address');
SELECT enter('manager') \g /dev/null
SELECT is(refusal(format('SELECT practiceacl.renew_temporary_password(%L)', :'hugo')), NULL, 'a full administrator who has reauthenticated can');
SELECT tired() \g /dev/null

-- 2. A removed holder comes back: the inviter thereby gives what they still hold.
SELECT enter('manager') \g /dev/null
SELECT practiceacl.reauthenticate('manager''s own words') \g /dev/null
SELECT account_id AS dora, agenda_id AS agenda FROM practiceacl.create_user(:'centre', 'dora@people.test', 'Dora', 'Doc',
    agenda => '{"name": "Dora''s patients", "data_controller": "Dora Doc"}') \gset
SELECT account_id AS emil, agenda_id AS other FROM practiceacl.create_user(:'centre', 'emil@people.test', 'Emil', 'Else',
    agenda => '{"data_controller": "Emil"}') \gset
SELECT account_id AS ulla FROM practiceacl.create_user(:'centre', 'ulla@people.test', 'Ulla', 'Users', admin => 'users') \gset
SELECT log_in_as('ulla', :'ulla'), log_in_as('emil', :'emil') \g /dev/null
SELECT * FROM practiceacl.remove_user(:'centre', :'dora') \g /dev/null
SELECT enter('ulla') \g /dev/null
SELECT format('SELECT practiceacl.invite_user(%L, %L, %L, %L, access => %L)', :'centre', 'dora@people.test', 'Dora', 'Doc',
    jsonb_build_array(jsonb_build_object('agenda', :'other', 'rights', 'freebusy'))) AS back \gset
SELECT throws_ok(:'back'::text, '42501', 'user still holds agendas of the organization', 'an administrator of users cannot bring back a holder, who would own the old agenda');
SELECT matches(detail(:'back'), 'Dora''s patients', 'the agenda is named in DETAIL');
SELECT is(refusal(format('SELECT practiceacl.create_user(%L, %L, %L, %L)', :'centre', 'dora@people.test', 'Dora', 'Doc')), '42501', 'nor by create_user');
SELECT enter('manager') \g /dev/null
SELECT tired() \g /dev/null
SELECT is(refusal(:'back'::text), 'PA010', 'a full administrator needs to reauthenticate');
SELECT practiceacl.reauthenticate('manager''s own words') \g /dev/null
SELECT invitation_id AS invitation, token AS link FROM practiceacl.invite_user(:'centre', 'dora@people.test', 'Dora', 'Doc',
    access => jsonb_build_array(jsonb_build_object('agenda', :'other', 'rights', 'freebusy'))) \gset
SELECT is((SELECT facts::jsonb -> 'holds' FROM practiceacl.activity WHERE act = 'invitation.created' AND subject_id = :'invitation'),
    jsonb_build_array(:'agenda'), 'the record names the agendas that the invitee still holds');
SELECT enter('ulla') \g /dev/null
SELECT is(refusal(format('SELECT practiceacl.resend_invitation(%L)', :'invitation')), '42501', 'sending the invitation again needs the same authority');
SELECT log_in_as('dora', :'dora') \g /dev/null
SELECT forget_mail() \g /dev/null
SELECT enter('dora') \g /dev/null
SELECT isnt((SELECT account_id FROM practiceacl.accept_invitation(:'link')), NULL, 'the former holder accepts');
SELECT is(practiceacl.rights_on(:'agenda')::text LIKE 'owner%', true, 'and owns the agenda again');
SELECT enter('manager') \g /dev/null
SELECT is((SELECT facts::jsonb -> 'holds' FROM practiceacl.activity WHERE act = 'user.added' AND account_id = :'dora' ORDER BY id DESC LIMIT 1),
    jsonb_build_array(:'agenda'), 'the record of the acceptance names the agenda');
RESET ROLE;
SELECT is((SELECT count(*) FROM practiceacl.outbox WHERE kind = 'user_added' AND recipient = 'manager@centre.test' AND payload -> 'holds' = jsonb_build_array(:'agenda')),
    1::bigint, 'the administrators are notified of it');
SET LOCAL ROLE :app;
-- The inviter is demoted before the invitation is accepted.
SELECT * FROM practiceacl.remove_user(:'centre', :'dora') \g /dev/null
SELECT practiceacl.set_admin(:'centre', :'ulla', 'full') \g /dev/null
SELECT token AS link FROM practiceacl.invite_user(:'centre', 'dora@people.test', 'Dora', 'Doc') \gset
SELECT enter('ulla') \g /dev/null
RESET ROLE;
SELECT practiceacl.confirm_session(token) FROM people.presence WHERE name = 'ulla' \g /dev/null
SET LOCAL ROLE :app;
SELECT practiceacl.set_admin(:'centre', :'manager', 'users') \g /dev/null
SELECT log_in_as('dora', :'dora') \g /dev/null
SELECT enter('dora') \g /dev/null
SELECT is(refusal(format('SELECT practiceacl.accept_invitation(%L)', :'link')), '42501', 'acceptance is refused when the inviter may no longer give it');
SELECT enter('ulla') \g /dev/null
SELECT practiceacl.transfer_agenda(:'agenda', :'emil') \g /dev/null
SELECT enter('dora') \g /dev/null
SELECT isnt((SELECT account_id FROM practiceacl.accept_invitation(:'link')), NULL, 'once the agenda has another holder, acceptance works');
SELECT is(practiceacl.rights_on(:'agenda')::text, 'none', 'and gives no right on the agenda');

-- 3. A former holder keeps no older grant below the ownership.
SELECT enter('ulla') \g /dev/null
SELECT practiceacl.set_admin(:'centre', :'manager', 'full') \g /dev/null
SELECT practiceacl.set_rights(:'agenda', :'dora', 'book+private') \g /dev/null
SELECT practiceacl.transfer_agenda(:'agenda', :'dora') \g /dev/null
SELECT is((SELECT count(*) FROM practiceacl.access_grant WHERE agenda_id = :'agenda' AND account_id = :'dora'), 0::bigint, 'the new holder''s grant is removed');
SELECT is((SELECT count(*) FROM practiceacl.access_history WHERE agenda_id = :'agenda' AND account_id = :'dora' AND kind = 'grant'), 1::bigint,
    'and kept in the history');
RESET ROLE;
-- As older versions left it.
INSERT INTO practiceacl.access_grant (organization_id, agenda_id, account_id, rights) VALUES (:'centre', :'agenda', :'dora', 'book+private');
SET LOCAL ROLE :app;
SELECT practiceacl.transfer_agenda(:'agenda', :'emil') \g /dev/null
SELECT enter('dora') \g /dev/null
SELECT is(practiceacl.rights_on(:'agenda')::text, 'none', 'the former holder has no right left');

-- 4. The last full administrator is one who can log in.
SELECT enter('ulla') \g /dev/null
SELECT account_id AS fresh, temporary_password AS fresh_word FROM practiceacl.create_user(:'centre', 'fresh@people.test', 'Fred', 'Fresh', admin => 'full') \gset
SELECT practiceacl.set_admin(:'centre', :'manager', 'none') \g /dev/null
SELECT is(refusal(format('SELECT practiceacl.set_admin(%L, %L, %L)', :'centre', :'ulla', 'none')), 'PA011', 'an account that was never used does not count');
SELECT is(refusal(format('SELECT practiceacl.disable_user(%L, %L)', :'centre', :'ulla')), 'PA011', 'so the other one cannot be disabled');
SELECT is(refusal(format('SELECT practiceacl.remove_user(%L, %L)', :'centre', :'ulla')), 'PA011', 'nor be removed');
SELECT is(refusal('SELECT practiceacl.delete_account()'), 'PA011', 'nor erase their own account');
SELECT is(refusal(format('SELECT practiceacl.set_admin(%L, %L, %L)', :'centre', :'fresh', 'users')), NULL, 'the one that was never used can be demoted');
SELECT practiceacl.set_admin(:'centre', :'fresh', 'full') \g /dev/null
SELECT enter(NULL) \g /dev/null
SELECT isnt(practiceacl.log_in('fresh@people.test', :'fresh_word', 'home'), NULL, 'the new administrator logs in');
RESET ROLE;
UPDATE practiceacl.password SET temporary_until = now() - interval '1 minute' WHERE account_id = :'fresh';
SET LOCAL ROLE :app;
SELECT enter('ulla') \g /dev/null
SELECT is(refusal(format('SELECT practiceacl.remove_user(%L, %L)', :'centre', :'ulla')), 'PA011', 'an administrator whose temporary password has lapsed does not count');
RESET ROLE;
SELECT is_empty($$SELECT detail FROM practiceacl.health() WHERE check_name = 'administrators' AND NOT ok$$, 'health() reports no organization without an administrator');
UPDATE practiceacl.membership SET admin = 'none' WHERE account_id = :'ulla';
SELECT results_eq($$SELECT ok, detail LIKE '%' || current_setting('test.centre') || '%renew_temporary_password%' FROM practiceacl.health() WHERE check_name = 'administrators'$$,
    'VALUES (false, true)', 'health() names an organization without one, and what to do')
FROM set_config('test.centre', :'centre', true);
UPDATE practiceacl.password SET temporary_until = NULL WHERE account_id = :'fresh';
SELECT practiceacl.open_session(:'fresh') \g /dev/null
SET LOCAL ROLE :app;
RESET ROLE;
UPDATE practiceacl.membership SET admin = 'full' WHERE account_id = :'ulla';
SET LOCAL ROLE :app;
SELECT enter('ulla') \g /dev/null
SELECT is(refusal(format('SELECT * FROM practiceacl.remove_user(%L, %L)', :'centre', :'ulla')), NULL, 'the last but one full administrator can be removed');
RESET ROLE;
SELECT is_empty(format('SELECT * FROM practiceacl.verify_activity(%L) WHERE first_broken > 0', :'centre'), 'the record verifies');

SELECT * FROM finish();
ROLLBACK;
