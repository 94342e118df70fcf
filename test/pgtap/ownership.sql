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

-- 1. A mistyped address: what the stranger who reads it was sent is worth nothing once it is corrected.
SELECT account_id AS nell, temporary_password AS word FROM practiceacl.create_user(:'centre', 'nel@people.test', 'Nell', 'New') \gset
SELECT enter(NULL) \g /dev/null
SELECT practiceacl.request_password_reset('nel@people.test') \g /dev/null
SELECT is(tokens_of(:'nell'), 1::bigint, 'the stranger asks for a reset');
SELECT enter('manager') \g /dev/null
SELECT is(unsent('nel@people.test'), 2::bigint, 'and has a welcome on its way');
SELECT practiceacl.update_user(:'centre', :'nell', '{"email": "nell@people.test"}') \g /dev/null
SELECT is(tokens_of(:'nell'), 0::bigint, 'the address corrected, the token is gone');
SELECT is(unsent('nel@people.test'), 0::bigint, 'what had not been sent is not sent there');
SELECT is(unsent('nell@people.test'), 1::bigint, 'but a welcome to the right one');
SELECT enter(NULL) \g /dev/null
SELECT is(practiceacl.log_in('nell@people.test', :'word', 'stranger'), NULL, 'nor does the temporary password let the stranger in');
SELECT enter('manager') \g /dev/null
SELECT practiceacl.renew_temporary_password(:'nell') AS word \gset
RESET ROLE;
DELETE FROM practiceacl.mailer_key;
SET LOCAL ROLE :app;
SELECT practiceacl.update_user(:'centre', :'nell', '{"email": "nell.new@people.test"}') \g /dev/null
SELECT enter(NULL) \g /dev/null
SELECT is(practiceacl.log_in('nell.new@people.test', :'word', 'stranger'), NULL, 'nor without a mailer, where the back end sent it there itself');
SELECT enter('manager') \g /dev/null
SELECT practiceacl.renew_temporary_password(:'nell') AS word \gset
SELECT enter(NULL) \g /dev/null
SELECT isnt(practiceacl.log_in('nell.new@people.test', :'word', 'Nell''s phone'), NULL, 'a renewed one does, for whom it is meant');

-- A holder who has never come is not impersonated: whoever has the new password sees the patients.
SELECT enter('manager') \g /dev/null
SELECT account_id AS hugo, agenda_id AS hugos FROM practiceacl.create_user(:'centre', 'hugo@people.test', 'Hugo', 'Holder',
    agenda => '{"data_controller": "Hugo"}', access => NULL) \gset
SELECT practiceacl.reauthenticate('manager''s own words') \g /dev/null
SELECT account_id AS uma FROM practiceacl.create_user(:'centre', 'uma@people.test', 'Uma', 'Users', admin => 'users') \gset
SELECT log_in_as('uma', :'uma') \g /dev/null
SELECT enter('uma') \g /dev/null
SELECT is(refusal(format('SELECT practiceacl.renew_temporary_password(%L)', :'hugo')), NULL, 'while nothing is booked, who manages users renews his password');
SELECT is(refusal(format('SELECT practiceacl.update_user(%L, %L, %L)', :'centre', :'hugo', '{"email": "hugo.holder@people.test"}')), NULL, 'and corrects his address');
RESET ROLE;
INSERT INTO practiceacl.appointment (organization_id, agenda_id, starts_at, ends_at, patient, created_by)
VALUES (:'centre', :'hugos', '2065-01-05 08:00Z', '2065-01-05 08:30Z', 'Pat Ient', :'manager');
SET LOCAL ROLE :app;
SELECT is(refusal(format('SELECT practiceacl.renew_temporary_password(%L)', :'hugo')), '42501', 'once there are patients, no longer');
SELECT is(refusal(format('SELECT practiceacl.update_user(%L, %L, %L)', :'centre', :'hugo', '{"email": "uma.too@people.test"}')), '42501', 'nor moves his account to another address');
SELECT enter('manager') \g /dev/null
SELECT is(refusal(format('SELECT practiceacl.renew_temporary_password(%L)', :'hugo')), NULL, 'a full administrator with a fresh password does');
SELECT tired() \g /dev/null

-- 2. A removed holder comes back: what they still hold is given by whoever brings them back.
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
SELECT throws_ok(:'back'::text, '42501', 'user still holds agendas of the organization', 'who manages users does not make her the owner of her old agenda');
SELECT matches(detail(:'back'), 'Dora''s patients', 'which is named');
SELECT is(refusal(format('SELECT practiceacl.create_user(%L, %L, %L, %L)', :'centre', 'dora@people.test', 'Dora', 'Doc')), '42501', 'on no path');
SELECT enter('manager') \g /dev/null
SELECT tired() \g /dev/null
SELECT is(refusal(:'back'::text), 'PA010', 'a full administrator may, with a fresh password');
SELECT practiceacl.reauthenticate('manager''s own words') \g /dev/null
SELECT invitation_id AS invitation, token AS link FROM practiceacl.invite_user(:'centre', 'dora@people.test', 'Dora', 'Doc',
    access => jsonb_build_array(jsonb_build_object('agenda', :'other', 'rights', 'freebusy'))) \gset
SELECT is((SELECT facts::jsonb -> 'holds' FROM practiceacl.activity WHERE act = 'invitation.created' AND subject_id = :'invitation'),
    jsonb_build_array(:'agenda'), 'the record names what she still holds');
SELECT enter('ulla') \g /dev/null
SELECT is(refusal(format('SELECT practiceacl.resend_invitation(%L)', :'invitation')), '42501', 'and sending it again needs the same');
SELECT log_in_as('dora', :'dora') \g /dev/null
SELECT forget_mail() \g /dev/null
SELECT enter('dora') \g /dev/null
SELECT isnt((SELECT account_id FROM practiceacl.accept_invitation(:'link')), NULL, 'she comes back');
SELECT is(practiceacl.rights_on(:'agenda')::text LIKE 'owner%', true, 'and owns her agenda');
SELECT enter('manager') \g /dev/null
SELECT is((SELECT facts::jsonb -> 'holds' FROM practiceacl.activity WHERE act = 'user.added' AND account_id = :'dora' ORDER BY id DESC LIMIT 1),
    jsonb_build_array(:'agenda'), 'as the record says');
RESET ROLE;
SELECT is((SELECT count(*) FROM practiceacl.outbox WHERE kind = 'user_added' AND recipient = 'manager@centre.test' AND payload -> 'holds' = jsonb_build_array(:'agenda')),
    1::bigint, 'and the administrators hear');
SET LOCAL ROLE :app;
-- The inviter falls before she accepts.
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
SELECT is(refusal(format('SELECT practiceacl.accept_invitation(%L)', :'link')), '42501', 'what an inviter may no longer give is not given on acceptance');
SELECT enter('ulla') \g /dev/null
SELECT practiceacl.transfer_agenda(:'agenda', :'emil') \g /dev/null
SELECT enter('dora') \g /dev/null
SELECT isnt((SELECT account_id FROM practiceacl.accept_invitation(:'link')), NULL, 'once somebody else has the agenda, she comes back without it');
SELECT is(practiceacl.rights_on(:'agenda')::text, 'none', 'and without any right there');

-- 3. A former holder keeps no older grant below the ownership.
SELECT enter('ulla') \g /dev/null
SELECT practiceacl.set_admin(:'centre', :'manager', 'full') \g /dev/null
SELECT practiceacl.set_rights(:'agenda', :'dora', 'book+private') \g /dev/null
SELECT practiceacl.transfer_agenda(:'agenda', :'dora') \g /dev/null
SELECT is((SELECT count(*) FROM practiceacl.access_grant WHERE agenda_id = :'agenda' AND account_id = :'dora'), 0::bigint, 'who becomes the holder needs no grant');
SELECT is((SELECT count(*) FROM practiceacl.access_history WHERE agenda_id = :'agenda' AND account_id = :'dora' AND kind = 'grant'), 1::bigint,
    'the history keeps it');
RESET ROLE;
-- As older versions left it.
INSERT INTO practiceacl.access_grant (organization_id, agenda_id, account_id, rights) VALUES (:'centre', :'agenda', :'dora', 'book+private');
SET LOCAL ROLE :app;
SELECT practiceacl.transfer_agenda(:'agenda', :'emil') \g /dev/null
SELECT enter('dora') \g /dev/null
SELECT is(practiceacl.rights_on(:'agenda')::text, 'none', 'who was the holder has nothing left');

-- 4. The last full administrator is one who can log in.
SELECT enter('ulla') \g /dev/null
SELECT account_id AS fresh, temporary_password AS fresh_word FROM practiceacl.create_user(:'centre', 'fresh@people.test', 'Fred', 'Fresh', admin => 'full') \gset
SELECT practiceacl.set_admin(:'centre', :'manager', 'none') \g /dev/null
SELECT is(refusal(format('SELECT practiceacl.set_admin(%L, %L, %L)', :'centre', :'ulla', 'none')), 'PA011', 'an account that was never used does not count');
SELECT is(refusal(format('SELECT practiceacl.disable_user(%L, %L)', :'centre', :'ulla')), 'PA011', 'so she is not disabled');
SELECT is(refusal(format('SELECT practiceacl.remove_user(%L, %L)', :'centre', :'ulla')), 'PA011', 'nor removed');
SELECT is(refusal('SELECT practiceacl.delete_account()'), 'PA011', 'nor does she erase herself');
SELECT is(refusal(format('SELECT practiceacl.set_admin(%L, %L, %L)', :'centre', :'fresh', 'users')), NULL, 'but the one who never came can go');
SELECT practiceacl.set_admin(:'centre', :'fresh', 'full') \g /dev/null
SELECT enter(NULL) \g /dev/null
SELECT isnt(practiceacl.log_in('fresh@people.test', :'fresh_word', 'home'), NULL, 'he comes');
RESET ROLE;
UPDATE practiceacl.password SET temporary_until = now() - interval '1 minute' WHERE account_id = :'fresh';
SET LOCAL ROLE :app;
SELECT enter('ulla') \g /dev/null
SELECT is(refusal(format('SELECT practiceacl.remove_user(%L, %L)', :'centre', :'ulla')), 'PA011', 'with a temporary password that has lapsed he cannot come again');
RESET ROLE;
SELECT is_empty($$SELECT detail FROM practiceacl.health() WHERE check_name = 'administrators' AND NOT ok$$, 'the organization has an administrator');
UPDATE practiceacl.membership SET admin = 'none' WHERE account_id = :'ulla';
SELECT results_eq($$SELECT ok, detail LIKE '%' || current_setting('test.centre') || '%renew_temporary_password%' FROM practiceacl.health() WHERE check_name = 'administrators'$$,
    'VALUES (false, true)', 'health() names one that nobody can lead, and what to do')
FROM set_config('test.centre', :'centre', true);
UPDATE practiceacl.password SET temporary_until = NULL WHERE account_id = :'fresh';
SELECT practiceacl.open_session(:'fresh') \g /dev/null
SET LOCAL ROLE :app;
RESET ROLE;
UPDATE practiceacl.membership SET admin = 'full' WHERE account_id = :'ulla';
SET LOCAL ROLE :app;
SELECT enter('ulla') \g /dev/null
SELECT is(refusal(format('SELECT * FROM practiceacl.remove_user(%L, %L)', :'centre', :'ulla')), NULL, 'with another who can log in, she goes');
RESET ROLE;
SELECT is_empty(format('SELECT * FROM practiceacl.verify_activity(%L) WHERE first_broken > 0', :'centre'), 'the record verifies');

SELECT * FROM finish();
ROLLBACK;
