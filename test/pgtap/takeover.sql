-- Attempts to take over an account, or an organization, by its invitations.
-- Rita, who administers the organization Elsewhere, tries most of them.  None
-- works.
BEGIN;
\ir support/people.psql
SELECT plan(79);

RESET ROLE;
SELECT organization_id AS elsewhere, account_id AS rita, temporary_password AS word
FROM practiceacl.create_organization('Elsewhere', 'rita@else.test', 'Rita', 'Rival') \gset
SELECT practiceacl.set_mailer_key(decode(repeat('09', 32), 'hex')) \g /dev/null
-- The mail is sealed.  This stands for reading it: its digest is put in place of the sealed token's.
\set mailed 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8'
CREATE FUNCTION people.read_reset_mail(address text) RETURNS void SECURITY DEFINER LANGUAGE sql AS $$
    UPDATE practiceacl.account_token SET digest = '\x0aeba895dfb98c3c21f05330c5b0dc4f5573e9d6169bc9c3c7402e3dab3f2eee'
    WHERE digest = (SELECT t.digest FROM practiceacl.account_token t JOIN practiceacl.account a ON a.id = t.account_id
                    WHERE a.email = address AND kind = 'password_reset' LIMIT 1) $$;
CREATE FUNCTION people.read_address_mail() RETURNS void SECURITY DEFINER LANGUAGE sql AS $$
    UPDATE practiceacl.account_token SET digest = '\x08dfe1c48fd7ea7b8c082564974c807c1da5c4f6028acfa3288562a43072cdf7'
    WHERE kind = 'email_change' $$;
CREATE FUNCTION people.place(address text, organization uuid) RETURNS text SECURITY DEFINER LANGUAGE sql AS $$
    SELECT m.status || ' ' || m.admin FROM practiceacl.membership m JOIN practiceacl.account a ON a.id = m.account_id
    WHERE a.email = address AND m.organization_id = organization $$;
SET LOCAL ROLE :app;
SELECT keep('rita', practiceacl.log_in('rita@else.test', :'word')) \g /dev/null
SELECT enter('rita') \g /dev/null
SELECT practiceacl.change_password(:'word', 'rita''s own words') \g /dev/null
SELECT enter('manager') \g /dev/null
SELECT agenda_id AS agenda, account_id AS doctor, temporary_password AS word FROM practiceacl.create_user(
    :'centre', 'doctor@centre.test', 'Denis', 'Blanc', agenda => '{"data_controller": "Dr Blanc", "name": "Dr Blanc"}') \gset
SELECT keep('doctor', practiceacl.log_in('doctor@centre.test', :'word')) \g /dev/null
SELECT enter('doctor') \g /dev/null
SELECT practiceacl.change_password(:'word', 'doctor''s own words') \g /dev/null
\set access 'jsonb_build_array(jsonb_build_object(''agenda'', ''' :agenda ''', ''rights'', ''read''))'

-- 1. Rita makes an account for a stranger's address, sets its password, and waits for another clinic to add it.
SELECT enter('rita') \g /dev/null
SELECT account_id AS vera, temporary_password AS word FROM practiceacl.create_user(:'elsewhere', 'vera@people.test', 'Vera', 'Stranger') \gset
SELECT keep('rita as vera', practiceacl.log_in('vera@people.test', :'word', 'rita''s desk')) \g /dev/null
SELECT enter('rita as vera') \g /dev/null
SELECT practiceacl.change_password(:'word', 'what rita has chosen') \g /dev/null
SELECT practiceacl.reauthenticate('what rita has chosen') \g /dev/null
SELECT practiceacl.request_email_change('rita2@else.test') \g /dev/null
SELECT read_address_mail() \g /dev/null
SELECT enter('manager') \g /dev/null
SELECT account_id IS NULL AND agenda_id IS NULL AND temporary_password IS NULL AS nothing, invitation_id AS invitation, token AS link
FROM practiceacl.create_user(:'centre', 'vera@people.test', 'Vera', 'Weiss', access => :access,
    agenda => '{"data_controller": "Dr Weiss"}') \gset
SELECT is(:'nothing'::boolean, true, 'the clinic that adds Vera is told nothing of the account');
SELECT is((SELECT count(*) FROM practiceacl.user_directory WHERE email = 'vera@people.test'), 0::bigint, 'and lists nobody until Vera accepts');
SELECT enter('rita as vera') \g /dev/null
SELECT is((SELECT count(*) FROM practiceacl.my_organizations WHERE organization_id = :'centre'), 0::bigint,
    'Rita, logged in as Vera, is not in the clinic');
SELECT is((SELECT count(*) FROM practiceacl.my_agendas), 0::bigint, 'opens no calendar of it');
SELECT is((SELECT count(*) FROM practiceacl.invitation), 0::bigint, 'does not see the invitation');
SELECT is(refusal(format('SELECT practiceacl.resend_invitation(%L)', :'invitation')), 'PT404', 'and cannot have it sent again');
SELECT is(refusal(format('SELECT practiceacl.accept_invitation(%L)', :'invitation')), '28000', 'the id of an invitation is not its token');
SELECT enter('rita') \g /dev/null
SELECT is(refusal(format('SELECT practiceacl.resend_invitation(%L)', :'invitation')), 'PT404', 'nor can Rita have it sent again from the account Rita');
-- Vera gets the mail.
SELECT enter(NULL) \g /dev/null
SELECT results_eq(format('SELECT account_id, session FROM practiceacl.accept_invitation(%L, %L)', :'link', 'vera''s own words'),
    'VALUES (NULL::uuid, NULL::text)', 'Vera does not know the password of the account with that address');
SELECT is(place('vera@people.test', :'centre'), NULL, 'so nobody joins');
SELECT practiceacl.request_password_reset('vera@people.test') \g /dev/null
SELECT read_reset_mail('vera@people.test') \g /dev/null
SELECT keep('vera', practiceacl.reset_password(:'mailed', 'vera''s own words')) \g /dev/null
SELECT is(refusal($$SELECT enter('rita as vera')$$), '28000', 'once Vera resets the password by mail, the session that Rita opened has ended');
SELECT enter(NULL) \g /dev/null
SELECT is(practiceacl.log_in('vera@people.test', 'what rita has chosen', 'rita''s desk'), NULL, 'and Rita does not log in again');
SELECT is(practiceacl.log_in('vera@people.test', :'word', 'rita''s desk'), NULL, 'not with the temporary password either');
SELECT enter('vera') \g /dev/null
SELECT is(refusal('SELECT practiceacl.confirm_email_change(''' || :'mailed' || ''')'), '28000', 'the change of address that Rita requested is no longer valid');
SELECT isnt((SELECT agenda_id FROM practiceacl.accept_invitation(:'link')), NULL, 'now Vera accepts, and has an agenda');
SELECT is(place('vera@people.test', :'centre'), 'active none', 'in the clinic that invited Vera');
-- Rita still administers the other half.
SELECT enter('rita') \g /dev/null
SELECT is(refusal(format('SELECT practiceacl.update_user(%L, %L, %L)', :'elsewhere', :'vera', '{"email": "rita2@else.test"}')), '42501',
    'an administrator of the organization that made the account cannot change its address');
SELECT is(refusal(format('SELECT practiceacl.update_user(%L, %L, %L)', :'elsewhere', :'vera', '{"last_name": "Rival"}')), '42501', 'or its name');
SELECT practiceacl.disable_user(:'elsewhere', :'vera') \g /dev/null
SELECT is(refusal($$SELECT enter('vera')$$), NULL, 'disabling Vera there ends no session here');
SELECT isnt(practiceacl.log_in('vera@people.test', 'vera''s own words', 'clinic'), NULL, 'and does not prevent a log-in');
SELECT enter('rita') \g /dev/null
SELECT * FROM practiceacl.remove_user(:'elsewhere', :'vera') \g /dev/null
SELECT is(place('vera@people.test', :'centre'), 'active none', 'removing Vera there changes no membership here');

-- 2. Rita leaves the account unused, and knows its temporary password.
SELECT account_id AS vito, temporary_password AS word FROM practiceacl.create_user(:'elsewhere', 'vito@people.test', 'Vito', 'Stranger') \gset
SELECT enter('manager') \g /dev/null
SELECT token AS link FROM practiceacl.invite_user(:'centre', 'vito@people.test', 'Vito', 'Weiss', access => :access) \gset
SELECT enter(NULL) \g /dev/null
SELECT is(refusal(format('SELECT practiceacl.accept_invitation(%L, %L)', :'link', :'word')), 'PA031',
    'nobody joins with a temporary password, since Rita knows it');
SELECT keep('rita as vito', practiceacl.log_in('vito@people.test', :'word')) \g /dev/null
SELECT enter('rita as vito') \g /dev/null
SELECT is(refusal(format('SELECT practiceacl.accept_invitation(%L)', :'link')), 'PA031', 'or in a session that it opened');
SELECT is(place('vito@people.test', :'centre'), NULL, 'so nobody joins');
SELECT enter(NULL) \g /dev/null
SELECT practiceacl.request_password_reset('vito@people.test') \g /dev/null
SELECT read_reset_mail('vito@people.test') \g /dev/null
SELECT keep('vito', practiceacl.reset_password(:'mailed', 'vito''s own words')) \g /dev/null
SELECT is(refusal($$SELECT enter('rita as vito')$$), '28000', 'when Vito chooses a password, Rita''s session ends');
SELECT enter(NULL) \g /dev/null
SELECT is((SELECT organization_id FROM practiceacl.accept_invitation(:'link', 'vito''s own words')), :'centre'::uuid, 'and Vito joins with that password');

-- 3. Rita moves the account, made for Viola, to another address, or back.
SELECT enter('rita') \g /dev/null
SELECT account_id AS viola FROM practiceacl.create_user(:'elsewhere', 'viola@people.test', 'Viola', 'Stranger') \gset
SELECT enter('manager') \g /dev/null
SELECT token AS link FROM practiceacl.invite_user(:'centre', 'viola@people.test', 'Viola', 'Weiss', access => :access) \gset
SELECT enter('rita') \g /dev/null
SELECT is(refusal(format('SELECT practiceacl.update_user(%L, %L, %L)', :'elsewhere', :'viola', '{"email": "Doctor@centre.test"}')), '23505',
    'an account cannot get the address of another, however it is written');
SELECT practiceacl.update_user(:'elsewhere', :'viola', '{"email": "rita3@else.test"}') \g /dev/null
SELECT enter(NULL) \g /dev/null
SELECT account_id AS violas FROM practiceacl.accept_invitation(:'link', 'viola''s own words') \gset
SELECT isnt(:'violas'::uuid, :'viola'::uuid, 'the invitation belongs to the address, not to the account that had it before');
SELECT is(place('rita3@else.test', :'centre'), NULL, 'which gains nothing by it');
SELECT enter('rita') \g /dev/null
SELECT is(refusal(format('SELECT practiceacl.update_user(%L, %L, %L)', :'elsewhere', :'viola', '{"email": "viola@people.test"}')), '23505',
    'and cannot get the address back');

-- 4. The manager, whose back end is told the tokens, accepts another's invitation with a password of their own.
SELECT token AS link FROM practiceacl.invite_user(:'elsewhere', 'eve@people.test', 'Eve', 'East') \gset
SELECT enter(NULL) \g /dev/null
SELECT keep('eve', session) FROM practiceacl.accept_invitation(:'link', 'eve''s own words') \g /dev/null
SELECT enter('manager') \g /dev/null
SELECT invitation_id AS invitation, token AS link FROM practiceacl.invite_user(:'centre', 'eve@people.test', 'Eve', 'East', access => :access) \gset
SELECT results_eq(format('SELECT account_id, session FROM practiceacl.accept_invitation(%L, %L)', :'link', 'manager''s own words'),
    'VALUES (NULL::uuid, NULL::text)', 'the manager''s password is not that of the invited account');
SELECT is(refusal(format('SELECT practiceacl.accept_invitation(%L)', :'link')), '22004', 'and the manager''s session is not enough');
SELECT is((SELECT status FROM practiceacl.invitation WHERE id = :'invitation'), 'pending', 'the invitation still waits for Eve');
SELECT is(practiceacl.log_in('eve@people.test', 'manager''s own words'), NULL, 'the manager cannot log in with the password that was tried');
SELECT isnt(practiceacl.log_in('eve@people.test', 'eve''s own words', 'phone'), NULL, 'and Eve can with the old one');
SELECT practiceacl.accept_invitation(:'link', 'guess ' || n, client => 'manager''s desk') FROM generate_series(1, 5) n \g /dev/null
SELECT is(refusal(format('SELECT practiceacl.accept_invitation(%L, %L, client => %L)', :'link', 'eve''s own words', 'manager''s desk')), 'PA040',
    'guessing is slowed down, even before a right guess');
SELECT isnt(practiceacl.log_in('eve@people.test', 'eve''s own words', 'phone'), NULL, 'and Eve is not slowed down');
-- For an address without an account the manager can: the account is one that a manager could have created anyway, and the address's owner takes it over by mail.
SELECT token AS link FROM practiceacl.invite_user(:'centre', 'nell@people.test', 'Nell', 'New') \gset
SELECT account_id AS nell, keep('manager as nell', session) FROM practiceacl.accept_invitation(:'link', 'manager''s second words') \gset
SELECT enter('rita') \g /dev/null
SELECT token AS link FROM practiceacl.invite_user(:'elsewhere', 'nell@people.test', 'Nell', 'New') \gset
SELECT enter(NULL) \g /dev/null
SELECT practiceacl.request_password_reset('nell@people.test') \g /dev/null
SELECT read_reset_mail('nell@people.test') \g /dev/null
SELECT keep('nell', practiceacl.reset_password(:'mailed', 'nell''s own words')) \g /dev/null
SELECT is(refusal($$SELECT enter('manager as nell')$$), '28000', 'when Nell resets the password, the manager''s session in that account ends');
SELECT is(practiceacl.log_in('nell@people.test', 'manager''s second words'), NULL, 'and the manager''s password for it is refused');

-- 5. Rita changes the address of another clinic's doctor.
SELECT enter('rita') \g /dev/null
SELECT is(refusal(format('SELECT practiceacl.update_user(%L, %L, %L)', :'elsewhere', :'doctor', '{"email": "rita4@else.test"}')), 'PT404',
    'a user of another organization does not exist for Rita');
SELECT is(refusal(format('SELECT practiceacl.update_user(%L, %L, %L)', :'centre', :'doctor', '{"email": "rita4@else.test"}')), 'PT404',
    'nor does the doctor''s organization');
SELECT token AS link FROM practiceacl.invite_user(:'elsewhere', 'doctor@centre.test', 'Denis', 'Noir') \gset
SELECT is(refusal(format('SELECT practiceacl.update_user(%L, %L, %L)', :'elsewhere', :'doctor', '{"email": "rita4@else.test"}')), 'PT404',
    'an invitation alone does not make the doctor a user');
SELECT is((SELECT count(*) FROM practiceacl.account WHERE id = :'doctor'), 0::bigint, 'nor does Rita see the doctor''s account');
SELECT enter('doctor') \g /dev/null
SELECT is((SELECT organization_id FROM practiceacl.accept_invitation(:'link')), :'elsewhere'::uuid, 'the doctor joins Elsewhere too');
SELECT enter('rita') \g /dev/null
SELECT is(refusal(format('SELECT practiceacl.update_user(%L, %L, %L)', :'elsewhere', :'doctor', jsonb_build_object(key, value))), '42501',
    'an administrator cannot change the doctor''s ' || key)
FROM (VALUES ('email', 'rita4@else.test'), ('first_name', 'Rita'), ('last_name', 'Rival'), ('mobile', '+33 6 11 11 11 11'),
    ('country', 'BE'), ('time_zone', 'Europe/Brussels')) AS v (key, value);
SELECT is(refusal(format('SELECT practiceacl.set_rights(%L, %L, %L)', :'agenda', :'rita', 'read')), 'PT404', 'Rita cannot take rights on the doctor''s calendar');
SELECT is(refusal('SELECT practiceacl.open_session(''' || :'doctor' || ''')'), '42501', 'nor open a session as the doctor');
SELECT is(refusal('SELECT practiceacl.delete_account(''' || :'doctor' || ''')'), '42501', 'nor delete the doctor''s account');

-- 6. Somebody invites themselves, under another address, with more than they may grant.
SELECT enter('manager') \g /dev/null
SELECT practiceacl.reauthenticate('manager''s own words') \g /dev/null
SELECT token AS link FROM practiceacl.invite_user(:'centre', 'gus@people.test', 'Gus', 'Gray', admin => 'users') \gset
SELECT enter(NULL) \g /dev/null
SELECT account_id AS gus, keep('gus', session) FROM practiceacl.accept_invitation(:'link', 'gus''s own words') \gset
SELECT enter('gus') \g /dev/null
SELECT practiceacl.reauthenticate('gus''s own words') \g /dev/null
\set oneself 'SELECT practiceacl.invite_user(''' :centre ''', ''gus2@people.test'', ''Gus'', ''Again'', %s)'
SELECT is(refusal(format(:'oneself', $$admin => 'full'$$)), '42501', 'an administrator of users cannot come back as a full administrator');
SELECT is(refusal(format(:'oneself', $$admin => 'users'$$)), '42501', 'nor as an administrator of users');
SELECT is(refusal(format(:'oneself', format($$access => '[{"agenda": "%s", "rights": "owner"}]'$$, :'agenda'))), 'PA012', 'nor as the owner of an agenda');
SELECT is(refusal(format(:'oneself', format($$access => '[{"agenda": "%s", "rights": "book+public_profile"}]'$$, :'agenda'))), 'PA012',
    'nor with the holder''s own flag');
SELECT is(refusal(format(:'oneself', $$features => 'public_profile'$$)), 'PA012', 'nor with that flag as a feature');
SELECT is(refusal(format(:'oneself', $$features => 'book'$$)), '22023', 'nor with a level as a feature');
SELECT is(refusal(format('SELECT practiceacl.invite_user(%L, %L, %L, %L, access => %L)', :'centre', 'GUS@people.test', 'Gus', 'Gray',
    format('[{"agenda": "%s", "rights": "read"}]', :'agenda'))), '23505', 'nor under the address of their own account');
SELECT token AS link FROM practiceacl.invite_user(:'centre', 'gus2@people.test', 'Gus', 'Again', clone_from => :'doctor') \gset
SELECT is(refusal(format('SELECT practiceacl.accept_invitation(%L)', :'link')), '22004', 'a session of the first address does not accept for the second');
SELECT keep('gus2', session) FROM practiceacl.accept_invitation(:'link', 'gus''s other words') \g /dev/null
SELECT enter('gus2') \g /dev/null
SELECT ok(NOT practiceacl.can(:'agenda', 'owner'), 'copying the holder''s rights does not make anyone an owner');
-- The manager invites an administrator, and is then demoted.
SELECT enter('manager') \g /dev/null
SELECT token AS accomplice FROM practiceacl.invite_user(:'centre', 'accomplice@people.test', 'Ann', 'Accomplice', admin => 'full') \gset
SELECT token AS heir FROM practiceacl.invite_user(:'centre', 'heir@people.test', 'Hera', 'Heir', admin => 'full') \gset
SELECT enter(NULL) \g /dev/null
SELECT account_id AS heir_id, keep('heir', session) FROM practiceacl.accept_invitation(:'heir', 'heir''s own words') \gset
SELECT enter('heir') \g /dev/null
SELECT practiceacl.reauthenticate('heir''s own words') \g /dev/null
SELECT practiceacl.set_admin(:'centre', :'manager', 'users') \g /dev/null
SELECT enter(NULL) \g /dev/null
SELECT is(refusal(format('SELECT practiceacl.accept_invitation(%L, %L)', :'accomplice', 'accomplice''s words')), '42501',
    'an invitation is worth what its inviter may grant at acceptance');
SELECT is(place('accomplice@people.test', :'centre'), NULL, 'and nobody becomes a member');
SELECT enter('manager') \g /dev/null
SELECT is(refusal(format('SELECT practiceacl.resend_invitation(%L)', id)), '42501', 'nor can the manager send it again')
FROM practiceacl.invitation WHERE email = 'accomplice@people.test';

-- 7. Tokens that are none.
SELECT token AS link FROM practiceacl.invite_user(:'centre', 'zoe@people.test', 'Zoe', 'Zed') \gset
SELECT enter(NULL) \g /dev/null
SELECT is((SELECT count(*) FROM generate_series(1, 43) at, regexp_split_to_table('AZaz09-_=% ', '') c
           WHERE c <> substr(:'link', at, 1) AND refusal(format('SELECT practiceacl.accept_invitation(%L, %L)',
               overlay(:'link' PLACING c FROM at FOR 1), 'zoe''s own words')) IS DISTINCT FROM '28000'), 0::bigint,
    'a token altered in any one character');
SELECT is((SELECT count(*) FROM regexp_split_to_table('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_', '') c
           WHERE c <> right(:'link', 1) AND refusal(format('SELECT practiceacl.accept_invitation(%L, %L)',
               left(:'link', 42) || c, 'zoe''s own words')) IS DISTINCT FROM '28000'), 0::bigint, 'also in the unused bits of the last character');
SELECT is((SELECT count(*) FROM generate_series(0, 42) length WHERE refusal(format('SELECT practiceacl.accept_invitation(%L, %L)',
               left(:'link', length), 'zoe''s own words')) IS DISTINCT FROM '28000'), 0::bigint, 'a token cut short, down to nothing');
SELECT is(refusal(format('SELECT practiceacl.accept_invitation(%L, %L)', token, 'zoe''s own words')), '28000', what)
FROM (VALUES (:'link' || 'A', 'too long'), (' ' || :'link', 'with a blank before it'), (:'link' || E'\n', 'with a line''s end after it'),
    (repeat('A', 1000000), 'a megabyte'), (:'mailed', 'of another kind'), ('%', 'a pattern')) AS v (token, what);
SELECT is(refusal(format('SELECT practiceacl.accept_invitation(%L, %L)', p.token, 'zoe''s own words')), '28000', 'a session''s token')
FROM presence p WHERE name = 'heir';
SELECT is(refusal(format('SELECT practiceacl.decline_invitation(%L)', left(:'link', 42))), '28000', 'a token cut short does not decline either');
SELECT throws_ok(format('SELECT practiceacl.%s', call), '28000', NULL, 'an invitation''s token is nothing to ' || call)
FROM unnest(ARRAY[format('enter(%L)', :'link'), format('reset_password(%L, ''zoe''''s own words'')', :'link')]) AS call;
SELECT isnt((SELECT account_id FROM practiceacl.accept_invitation(:'link', 'zoe''s own words')), NULL, 'and the true token works');

SELECT * FROM finish();
ROLLBACK;
