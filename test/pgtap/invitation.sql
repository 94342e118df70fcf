-- Invitations: who may make them, what becomes of them, what is refused.
BEGIN;
\ir support/people.psql
SELECT plan(153);

\set accept 'SELECT * FROM practiceacl.accept_invitation(%L, %L)'
RESET ROLE;
CREATE FUNCTION people.state(which uuid) RETURNS text LANGUAGE sql AS
    'SELECT status FROM practiceacl.invitation WHERE id = which';
SET LOCAL ROLE :app;

-- The people: a doctor with an agenda, a colleague; and another clinic.
SELECT account_id AS dora, agenda_id AS agenda, temporary_password AS dora_word FROM practiceacl.create_user(
    :'centre', 'dora@centre.test', 'Dora', 'Doc', agenda => '{"data_controller": "Dora Doc"}') \gset
SELECT note('agenda', :'agenda'), note('centre', :'centre') \g /dev/null
SELECT account_id AS carl, temporary_password AS carl_word FROM practiceacl.create_user(
    :'centre', 'carl@centre.test', 'Carl', 'Colleague',
    access => jsonb_build_array(jsonb_build_object('agenda', :'agenda', 'rights', 'book'))) \gset
SELECT keep('dora', practiceacl.log_in('dora@centre.test', :'dora_word')) \g /dev/null
SELECT keep('carl', practiceacl.log_in('carl@centre.test', :'carl_word')) \g /dev/null
SELECT enter('dora') \g /dev/null
SELECT practiceacl.change_password(:'dora_word', 'dora''s own words') \g /dev/null
RESET ROLE;
SELECT organization_id AS elsewhere, account_id AS rival
FROM practiceacl.create_organization('Elsewhere', 'rival@else.test', 'Rita', 'Rival') \gset
SELECT keep('rival', practiceacl.open_session(:'rival')) \g /dev/null
SET LOCAL ROLE :app;

-- Who may invite
SELECT enter(NULL) \g /dev/null
SELECT is(refusal(format('SELECT practiceacl.invite_user(%L, %L, %L, %L)', :'centre', 'x@x.test', 'X', 'Y')), '28000',
    'nobody invites without a session');
SELECT enter('dora') \g /dev/null
SELECT throws_ok(format('SELECT practiceacl.invite_user(%L, %L, %L, %L)', :'centre', 'x@x.test', 'X', 'Y'), '42501',
    'must be an administrator of the organization', 'nor without being an administrator');
SELECT enter('carl') \g /dev/null
SELECT is(refusal(format('SELECT practiceacl.invite_user(%L, %L, %L, %L)', :'centre', 'x@x.test', 'X', 'Y')), 'PA031',
    'nor with a temporary password');
SELECT enter('rival') \g /dev/null
SELECT throws_ok(format('SELECT practiceacl.invite_user(%L, %L, %L, %L)', :'centre', 'x@x.test', 'X', 'Y'), 'PT404',
    'organization does not exist or is not visible to you', 'nor to another''s organization');

-- What is no invitation
SELECT enter('manager') \g /dev/null
\set invite 'SELECT * FROM practiceacl.invite_user(''' :centre ''', %L, %L, %L)'
SELECT throws_ok(format(:'invite', 'no address', 'X', 'Y'), '22023', NULL, 'a malformed address');
SELECT throws_ok(format(:'invite', repeat('x', 250) || '@x.test', 'X', 'Y'), '22023', NULL, 'an over-long address');
SELECT throws_ok(format(:'invite', 'pаul@x.test', 'X', 'Y'), '22023', NULL, 'a Cyrillic a in an address');
SELECT throws_ok(format(:'invite', NULL, 'X', 'Y'), '22004', 'email must not be null', 'no address');
SELECT throws_ok(format(:'invite', 'x@x.test', ' ', 'Y'), '22023', 'first_name must not be blank', 'a blank name');
SELECT throws_ok(format(:'invite', 'x@x.test', E'X\r\nBcc: all@x.test', 'Y'), '22023', 'first_name must be one line',
    'a name that would write the header of a message');
SELECT throws_ok($$SELECT practiceacl.update_my_account('{"last_name": "Moreau\r\nBcc: all@x.test"}')$$, '22023',
    '"last_name" in changes must be one line', 'nor does the person''s own change allow it');
SELECT throws_ok(format(:'invite', 'x@x.test', 'X', repeat('y', 101)), '22023', 'last_name is too long', 'a long name');
\set lasting 'SELECT practiceacl.invite_user(''' :centre ''', ''x@x.test'', ''X'', ''Y'', lifetime => %L)'
SELECT throws_ok(format(:'lasting', '0'), '22023', 'lifetime of an invitation must be between one second and 366 days', 'no lifetime');
SELECT is(refusal(format(:'lasting', '-1 day')), '22023', 'a lifetime in the past');
SELECT is(refusal(format(:'lasting', '367 days')), '22023', 'more than a year');
SELECT is(refusal(format(:'lasting', '100000000 years')), '22023', 'for ever');
SELECT throws_ok(format(:'lasting', NULL), '22004', 'lifetime must not be null', 'a lifetime of null');
\set offering 'SELECT practiceacl.invite_user(''' :centre ''', ''x@x.test'', ''X'', ''Y'', %s)'
SELECT throws_like(format(:'offering', $$agenda => '{"data_controller": "X", "colour": 1}'$$), '%"colour"%', 'an unknown key is named');
SELECT throws_like(format(:'offering', $$agenda => '{}'$$), '%"data_controller"%', 'a missing one too');
SELECT throws_like(format(:'offering', $$access => '[{"agenda": 7, "rights": "read"}]'$$), '%"agenda"%', 'and a mistyped one');
SELECT is(refusal(format(:'offering', format($$access => '[{"agenda": "%s", "rights": "owner"}]'$$, :'agenda'))), 'PA012',
    'an administrator offers no owner''s rights');
SELECT is(refusal(format(:'offering', $$access => '[{"agenda": "00000000-0000-7000-8000-000000000001", "rights": "read"}]'$$)), 'PT404',
    'nor rights on an agenda that is not the organization''s');
SELECT is(refusal(format(:'offering', format('clone_from => %L', :'rival'))), 'PT404', 'nor those of a stranger');
SELECT is(refusal(format(:'offering', $$admin => 'god'$$)), '22023', 'an unknown level');
SELECT is(refusal(format(:'offering', $$admin => 'full'$$)), 'PA010', 'an administrator is invited only after the password');
SELECT is(refusal(format(:'offering', $$admin => 'users'$$)), 'PA010', 'of whatever level');
SELECT throws_ok(format(:'invite', ' Dora@Centre.TEST ', 'X', 'Y'), '23505',
    'user is already a member of the organization', 'a member cannot be invited, however the address is written');
SELECT is((SELECT count(*) FROM practiceacl.invitation), 0::bigint, 'none of the refused calls made an invitation');

-- A first invitation
SELECT invitation_id AS ada, token AS ada_token, expires_at AS ada_expires FROM practiceacl.invite_user(
    :'centre', 'Ada@People.test', 'Adda', 'Lovelace', job_title => 'Assistant',
    access => jsonb_build_array(jsonb_build_object('agenda', :'agenda', 'rights', 'book_in_hours'))) \gset
SELECT matches(:'ada_token'::text, '^[A-Za-z0-9_-]{43}$', 'an invitation has a token of 256 bits');
SELECT results_eq('SELECT status, email, times_sent, expires_at - last_sent_at, account_id, invited_by FROM practiceacl.invitation',
    format($$VALUES ('pending', 'ada@people.test', 1, interval '7 days', NULL::uuid, %L::uuid)$$, :'manager'),
    'it is pending for 7 days, to the folded address, in the manager''s name');
SELECT throws_ok(format(:'invite', 'ada@people.test', 'Ada', 'L'), '23505', 'an open invitation to this address already exists',
    'an address has one open invitation');
SELECT is(refusal(format('SELECT practiceacl.create_user(%L, %L, %L, %L)', :'centre', 'ada@people.test', 'Ada', 'L')), '23505',
    'and the user cannot be created meanwhile');
SELECT enter('dora') \g /dev/null
SELECT is((SELECT count(*) FROM practiceacl.invitation), 0::bigint, 'a colleague sees no invitation');
SELECT throws_ok(format('SELECT practiceacl.%I(%L)', f, :'ada'), 'PT404', 'invitation does not exist or is not visible to you', f || ' is refused to a colleague')
FROM unnest('{resend_invitation,revoke_invitation,delete_invitation}'::text[]) AS f;
SELECT enter('rival') \g /dev/null
SELECT is((SELECT count(*) FROM practiceacl.invitation), 0::bigint, 'nor does another organization''s administrator');
SELECT throws_ok(format('SELECT practiceacl.%I(%L)', f, :'ada'), 'PT404', 'invitation does not exist or is not visible to you', f || ' is refused to a stranger')
FROM unnest('{resend_invitation,revoke_invitation,delete_invitation}'::text[]) AS f;
SELECT enter('manager') \g /dev/null
SELECT is(refusal(format('SELECT practiceacl.%I(%L)', f, practiceacl.new_id())), 'PT404', f || ' of an unknown invitation')
FROM unnest('{resend_invitation,revoke_invitation,delete_invitation}'::text[]) AS f;
SELECT is(refusal(format('SELECT practiceacl.%I(NULL)', f)), '22004', f || ' of null')
FROM unnest('{resend_invitation,revoke_invitation,delete_invitation}'::text[]) AS f;
RESET ROLE;
SELECT results_eq(
    $$SELECT kind, recipient, account_id, payload->>'organization', payload->>'invited_first_name', payload->>'last_name'
      FROM practiceacl.outbox WHERE kind = 'invitation'$$,
    $$VALUES ('invitation', 'ada@people.test', NULL::uuid, 'Health Centre', 'Adda', 'Moreau')$$,
    'the message goes to the address and says who invites whom');
SELECT is((SELECT count(*) FROM practiceacl.outbox o WHERE o::text LIKE '%' || :'ada_token' || '%')
        + (SELECT count(*) FROM practiceacl.invitation_token t WHERE t::text LIKE '%' || :'ada_token' || '%')
        + (SELECT count(*) FROM practiceacl.activity a WHERE a::text LIKE '%' || :'ada_token' || '%'), 0::bigint,
    'the token is stored nowhere in clear');
SELECT is((SELECT count(*) FROM practiceacl.account WHERE email = 'ada@people.test'), 0::bigint, 'nor is there an account yet');
SELECT is((SELECT count(*) FROM practiceacl.activity a LEFT JOIN practiceacl.activity_detail d USING (organization_id, chain, sequence)
           WHERE a.act = 'invitation.created' AND a.subject_id = :'ada' AND a.actor_id = :'manager'
             AND a::text || coalesce(d.detail, '') NOT LIKE '%people.test%'), 1::bigint,
    'the record names the inviter, and the invitee by id only');
SET LOCAL ROLE :app;

-- Accepting: a new account
SELECT enter(NULL) \g /dev/null
SELECT throws_ok(format(:'accept', :'ada_token', NULL), '22004', 'password must not be null', 'a new account needs a password');
SELECT throws_ok(format(:'accept', :'ada_token', ''), '22023', 'password must not be empty', 'and none that is empty');
SELECT throws_ok(format(:'accept', :'ada_token', 'short'), '22023', 'password is too short', 'or short');
SELECT throws_ok(format(:'accept', :'ada_token', repeat('x', 1000000)), '22023', 'password is too long', 'or a megabyte');
SELECT throws_ok(format('SELECT practiceacl.accept_invitation(%L, %L, first_name => %L)', :'ada_token', 'ada''s own words', ' '),
    '22023', 'first_name must not be blank', 'and a name');
SELECT throws_ok('SELECT practiceacl.accept_invitation(NULL)', '22004', 'token must not be null', 'and a token');
SELECT account_id AS ada_account, organization_id, coalesce(agenda_id::text, 'none') AS agenda_id, keep('ada', session)
FROM practiceacl.accept_invitation(:'ada_token', 'ada''s own words', first_name => ' Ada ', client => 'phone') \gset accepted_
\set ada_account :accepted_ada_account
SELECT is(:'accepted_organization_id'::uuid, :'centre'::uuid, 'the invitee joins the organization');
SELECT is(:'accepted_agenda_id'::text, 'none', 'without an agenda, if none was offered');
SELECT enter('ada') \g /dev/null
SELECT is(practiceacl.current_account(), :'ada_account'::uuid, 'and is logged in');
SELECT is(practiceacl.rights_on(:'agenda')::text, 'book_in_hours', 'with the rights that were offered');
SELECT isnt(practiceacl.log_in('ada@people.test', 'ada''s own words'), NULL, 'the password is the one chosen on acceptance');
SELECT enter('manager') \g /dev/null
SELECT results_eq('SELECT status, account_id, settled_at IS NOT NULL FROM practiceacl.invitation',
    format($$VALUES ('accepted', %L::uuid, true)$$, :'ada_account'), 'the invitation is accepted');
SELECT results_eq(format('SELECT status, admin, job_title, last_log_in_at IS NOT NULL FROM practiceacl.membership WHERE account_id = %L', :'ada_account'),
    $$VALUES ('active', 'none', 'Assistant', true)$$, 'the membership is active, with a last log-in');
SELECT results_eq(format('SELECT source, granted_by FROM practiceacl.access_grant WHERE account_id = %L', :'ada_account'),
    format($$VALUES ('invitation', %L::uuid)$$, :'manager'), 'the grant names the inviter as its grantor');
RESET ROLE;
SELECT results_eq($$SELECT first_name, last_name, country, time_zone FROM practiceacl.account WHERE email = 'ada@people.test'$$,
    $$VALUES ('Ada', 'Lovelace', 'FR', 'Europe/Paris')$$, 'the name that was corrected, the other as it was');
SELECT set_eq(format($$SELECT kind, recipient FROM practiceacl.outbox WHERE payload->>'account_id' = %L$$, :'ada_account'),
    $$VALUES ('user_added', 'manager@centre.test'), ('user_added', 'dora@centre.test'), ('welcome', 'ada@people.test')$$,
    'administrator and holder are notified, the new user is welcomed');
SELECT set_eq(format($$SELECT act FROM practiceacl.activity WHERE actor_id = %L AND organization_id = %L$$, :'ada_account', :'centre'),
    $$VALUES ('invitation.accepted'), ('user.added'), ('rights.set')$$, 'the new user is recorded as the actor');
SELECT is((SELECT facts->>'invited_by' FROM practiceacl.activity WHERE act = 'invitation.accepted'), :'manager',
    'on the manager''s invitation');
SET LOCAL ROLE :app;

-- What is settled stays so
SELECT throws_ok(format(:'accept', :'ada_token', 'ada''s own words'), 'PA002', 'invitation has been accepted', 'a token works once');
SELECT is(refusal(format(:'accept', :'ada_token', 'another''s words')), 'PA002', 'whatever the password');
SELECT is(refusal(format('SELECT practiceacl.decline_invitation(%L)', :'ada_token')), 'PA002', 'and cannot be declined afterwards');
SELECT throws_ok(format('SELECT practiceacl.resend_invitation(%L)', :'ada'), '55000', 'invitation is no longer open', 'or sent again');
SELECT is(refusal(format('SELECT practiceacl.revoke_invitation(%L)', :'ada')), '55000', 'or revoked');
SELECT is(refusal(format(:'invite', 'ada@people.test', 'Ada', 'L')), '23505', 'nor is the address invited again');

-- Sent again
SELECT invitation_id AS ben, token AS ben_token FROM practiceacl.invite_user(
    :'centre', 'ben@people.test', 'Ben', 'Brown', lifetime => '2 days') \gset
SELECT token AS ben_again FROM practiceacl.resend_invitation(:'ben') \gset
SELECT isnt(:'ben_again'::text, :'ben_token', 'when sent again, it has another token');
SELECT results_eq(format('SELECT times_sent, expires_at - last_sent_at FROM practiceacl.invitation WHERE id = %L', :'ben'),
    $$VALUES (2, interval '2 days')$$, 'it was sent twice, and lasts as long as before');
SELECT throws_ok(format(:'accept', :'ben_token', 'ben''s own words'), 'PA003', 'invitation has been superseded', 'the old token is superseded');
SELECT is(refusal(format('SELECT practiceacl.decline_invitation(%L)', :'ben_token')), 'PA003', 'also for declining');
SELECT token AS ben_third FROM practiceacl.resend_invitation(:'ben') \gset
SELECT is(refusal(format(:'accept', :'ben_again', 'ben''s own words')), 'PA003', 'and the second token by the third');
SELECT isnt((SELECT account_id FROM practiceacl.accept_invitation(:'ben_third', 'ben''s own words')), NULL, 'the third token works');
SELECT is(refusal(format(:'accept', :'ben_token', 'ben''s own words')), 'PA003', 'the old one stays superseded');

-- Revoked
SELECT invitation_id AS cleo, token AS cleo_token FROM practiceacl.invite_user(:'centre', 'cleo@people.test', 'Cleo', 'Clark') \gset
SELECT practiceacl.revoke_invitation(:'cleo') \g /dev/null
SELECT is(state(:'cleo'), 'revoked', 'an invitation is revoked');
SELECT throws_ok(format(:'accept', :'cleo_token', 'cleo''s own words'), 'PA003', 'invitation has been revoked', 'a revoked token is refused');
SELECT is(refusal(format('SELECT practiceacl.decline_invitation(%L)', :'cleo_token')), 'PA003', 'and cannot decline');
SELECT is(refusal(format('SELECT practiceacl.revoke_invitation(%L)', :'cleo')), '55000', 'it cannot be revoked twice');
SELECT is(refusal(format('SELECT practiceacl.resend_invitation(%L)', :'cleo')), '55000', 'or sent again');
SELECT invitation_id AS cleo_again, token AS cleo_token_again FROM practiceacl.invite_user(:'centre', 'cleo@people.test', 'Cleo', 'Clark') \gset
SELECT is(refusal(format(:'accept', :'cleo_token', 'cleo''s own words')), 'PA003', 'a new invitation does not bring the old token back');

-- Declined
SELECT enter(NULL) \g /dev/null
SELECT practiceacl.decline_invitation(:'cleo_token_again') \g /dev/null
SELECT enter('manager') \g /dev/null
SELECT is(state(:'cleo_again'), 'declined', 'an invitation is declined');
SELECT throws_ok(format(:'accept', :'cleo_token_again', 'cleo''s own words'), 'PA002', 'invitation has been declined', 'a declined token cannot accept');
SELECT is(refusal(format('SELECT practiceacl.decline_invitation(%L)', :'cleo_token_again')), 'PA002', 'or decline again');
SELECT is(refusal(format('SELECT practiceacl.%I(%L)', f, :'cleo_again')), '55000', f || ' is refused then')
FROM unnest('{resend_invitation,revoke_invitation}'::text[]) AS f;

-- Lapsed
SELECT invitation_id AS dan, token AS dan_token FROM practiceacl.invite_user(
    :'centre', 'dan@people.test', 'Dan', 'Dove', lifetime => '1 second') \gset
SELECT pg_sleep(1.05) \g /dev/null
SELECT throws_ok(format(:'accept', :'dan_token', 'dan''s own words'), 'PA001', 'invitation has expired', 'after its lifetime it has expired');
SELECT is(refusal(format('SELECT practiceacl.decline_invitation(%L)', :'dan_token')), 'PA001', 'an expired token cannot decline');
SELECT token AS dan_again FROM practiceacl.resend_invitation(:'dan') \gset
SELECT isnt((SELECT token FROM practiceacl.resend_invitation(:'dan')), NULL, 'an expired invitation can be sent again');
SELECT is(refusal(format(:'accept', :'dan_token', 'dan''s own words')), 'PA003', 'the old token is then superseded');
SELECT pg_sleep(1.05) \g /dev/null
SELECT invitation_id AS dan_new, token AS dan_new_token FROM practiceacl.invite_user(:'centre', 'dan@people.test', 'Dan', 'Dove') \gset
SELECT throws_ok(format('SELECT practiceacl.resend_invitation(%L)', :'dan'), '23505', 'an open invitation to this address already exists',
    'beside a newer invitation, an expired one is not sent again');
SELECT is(refusal(format('SELECT practiceacl.revoke_invitation(%L)', :'dan')), NULL, 'but can be revoked');

-- Deleted
SELECT practiceacl.delete_invitation(:'dan_new') \g /dev/null
SELECT throws_ok(format(:'accept', :'dan_new_token', 'dan''s own words'), '28000', 'invitation token is not valid', 'the token of a deleted invitation is unknown');
SELECT is((SELECT count(*) FROM practiceacl.invitation WHERE id = :'dan_new'), 0::bigint, 'a deleted invitation is on no list');
SELECT is(refusal(format('SELECT practiceacl.delete_invitation(%L)', :'dan_new')), 'PT404', 'it cannot be deleted twice');
SELECT practiceacl.delete_invitation(:'ada') \g /dev/null
SELECT is(refusal(format(:'accept', :'ada_token', 'ada''s own words')), '28000', 'also of one that was accepted');
SELECT enter('ada') \g /dev/null
SELECT is(practiceacl.rights_on(:'agenda')::text, 'book_in_hours', 'deleting the invitation leaves the member');
SELECT enter('manager') \g /dev/null

-- Somebody who has an account elsewhere
RESET ROLE;
SET LOCAL ROLE :app;
SELECT enter('rival') \g /dev/null
SELECT token AS eve_token FROM practiceacl.invite_user(:'elsewhere', 'eve@people.test', 'Eve', 'East') \gset
SELECT account_id AS eve, keep('eve', session) FROM practiceacl.accept_invitation(:'eve_token', 'eve''s own words') \gset
SELECT enter('manager') \g /dev/null
SELECT concat(account_id, agenda_id, temporary_password) AS told, invitation_id AS eve_invitation, token AS eve_token
FROM practiceacl.create_user(:'centre', 'EVE@people.test', 'Eva', 'Est',
    agenda => '{"data_controller": "Eve East", "name": "Eve here"}') \gset known_
SELECT is(:'known_told'::text, '',
    'create_user does not disclose that the account exists');
SELECT is(state(:'known_eve_invitation'), 'pending', 'it makes an invitation instead');
SELECT is((SELECT count(*) FROM practiceacl.membership WHERE account_id = :'eve' AND organization_id = :'centre'), 0::bigint,
    'and no membership before acceptance');
SELECT is((SELECT count(*) FROM practiceacl.agenda WHERE name = 'Eve here'), 0::bigint, 'and no agenda');
SELECT enter(NULL) \g /dev/null
SELECT throws_ok(format(:'accept', :'known_eve_token', NULL), '22004', 'password must not be null', 'outside a session of the account its password is needed');
SELECT results_eq(format(:'accept', :'known_eve_token', 'somebody''s own words'), 'VALUES (NULL::uuid, NULL::uuid, NULL::uuid, NULL::text)',
    'a wrong password returns nulls');
SELECT enter('manager') \g /dev/null
SELECT is(state(:'known_eve_invitation'), 'pending', 'and the invitation stays pending');
RESET ROLE;
SELECT is((SELECT count(*) FROM practiceacl.activity WHERE act = 'log_in.refused' AND account_id = :'eve'), 1::bigint,
    'the attempt is on record');
SET LOCAL ROLE :app;
SELECT practiceacl.accept_invitation(:'known_eve_token', 'guess ' || n, client => 'guesser') FROM generate_series(1, 5) n \g /dev/null
SELECT throws_ok(format('SELECT practiceacl.accept_invitation(%L, %L, client => %L)', :'known_eve_token', 'guess 6', 'guesser'),
    'PA040', 'too many attempts', 'guessing is slowed down');
SELECT enter(NULL) \g /dev/null
SELECT account_id, organization_id, agenda_id, session IS NOT NULL AS session
FROM practiceacl.accept_invitation(:'known_eve_token', 'eve''s own words', 'Hacked', 'Name', 'phone') \gset joined_
SELECT is(:'joined_account_id'::uuid, :'eve'::uuid, 'with the password of the account, that account joins');
SELECT enter('eve') \g /dev/null
SELECT results_eq(format('SELECT name, slot_minutes FROM practiceacl.agenda WHERE id = %L', :'joined_agenda_id'),
    $$VALUES ('Eve here', 15)$$, 'now the invitee holds the agenda');
SELECT is(practiceacl.can(:'joined_agenda_id', 'owner+public_profile'), true, 'as its holder');
SELECT set_eq('SELECT name FROM practiceacl.my_organizations', $$VALUES ('Health Centre'), ('Elsewhere')$$, 'in both organizations');
SELECT results_eq('SELECT first_name, last_name FROM practiceacl.account', $$VALUES ('Eve', 'East')$$, 'accepting does not rename an existing account');
SELECT isnt(practiceacl.log_in('eve@people.test', 'eve''s own words'), NULL, 'nor change its password');

-- In the invitee's own session no password is needed
SELECT enter('manager') \g /dev/null
SELECT * FROM practiceacl.remove_user(:'centre', :'eve') \g /dev/null
-- Eve still holds an agenda: inviting Eve needs a full administrator's password.
SELECT practiceacl.reauthenticate('manager''s own words') \g /dev/null
SELECT invitation_id AS eve_invitation, token AS eve_token FROM practiceacl.invite_user(:'centre', 'eve@people.test', 'Eve', 'East') \gset
SELECT enter('rival') \g /dev/null
SELECT throws_ok(format(:'accept', :'eve_token', NULL), '22004', 'password must not be null', 'another account''s session does not accept');
SELECT enter('eve') \g /dev/null
SELECT results_eq(format('SELECT account_id, organization_id, session FROM practiceacl.accept_invitation(%L)', :'eve_token'),
    format('VALUES (%L::uuid, %L::uuid, NULL::text)', :'eve', :'centre'), 'a removed member joins again from their own session, which goes on');
SELECT enter('manager') \g /dev/null
SELECT results_eq(format('SELECT status FROM practiceacl.invitation WHERE account_id = %L ORDER BY id', :'eve'),
    $$VALUES ('revoked'), ('accepted')$$, 'the invitation accepted before the removal reads revoked');

-- A temporary password is not the person's own
SELECT enter('rival') \g /dev/null
SELECT token AS carl_token FROM practiceacl.invite_user(:'elsewhere', 'carl@centre.test', 'Carl', 'Colleague') \gset
SELECT enter(NULL) \g /dev/null
SELECT throws_ok(format(:'accept', :'carl_token', :'carl_word'), 'PA031', 'temporary password must be changed first',
    'a temporary password cannot accept');
SELECT enter('carl') \g /dev/null
SELECT is(refusal(format(:'accept', :'carl_token', NULL)), 'PA031', 'nor can a session that it opened');
SELECT practiceacl.change_password(:'carl_word', 'carl''s own words') \g /dev/null
SELECT is(refusal(format(:'accept', :'carl_token', NULL)), NULL, 'after the password is changed, the invitation is accepted');

-- clone_from is what the colleague has at acceptance
SELECT enter('manager') \g /dev/null
SELECT token AS fay_token FROM practiceacl.invite_user(:'centre', 'fay@people.test', 'Fay', 'Finch', clone_from => :'carl') \gset
SELECT practiceacl.set_rights(:'agenda', :'carl', 'absences') \g /dev/null
SELECT enter(NULL) \g /dev/null
SELECT keep('fay', session) FROM practiceacl.accept_invitation(:'fay_token', 'fay''s own words') \g /dev/null
SELECT enter('fay') \g /dev/null
SELECT is(practiceacl.rights_on(:'agenda')::text, 'absences', 'clone_from gives the rights that the colleague has at acceptance');

-- Administrators
SELECT enter('manager') \g /dev/null
SELECT practiceacl.reauthenticate('manager''s own words') \g /dev/null
SELECT token AS gus_token FROM practiceacl.invite_user(:'centre', 'gus@people.test', 'Gus', 'Gray', admin => 'users') \gset
SELECT invitation_id AS hal, token AS hal_token FROM practiceacl.invite_user(:'centre', 'hal@people.test', 'Hal', 'Hill', admin => 'full') \gset
SELECT account_id AS gus, keep('gus', session) FROM practiceacl.accept_invitation(:'gus_token', 'gus''s own words') \gset
SELECT enter('gus') \g /dev/null
SELECT practiceacl.reauthenticate('gus''s own words') \g /dev/null
SELECT is(refusal(format(:'offering', $$admin => 'users'$$)), '42501', 'an administrator of users cannot invite an administrator');
SELECT throws_ok(format('SELECT practiceacl.%I(%L)', f, :'hal'), '42501', 'must be a full administrator of the organization',
    f || ' is refused for the invitation of an administrator')
FROM unnest('{resend_invitation,revoke_invitation,delete_invitation}'::text[]) AS f;
SELECT invitation_id AS ivy, token AS ivy_token FROM practiceacl.invite_user(:'centre', 'ivy@people.test', 'Ivy', 'Iles',
    access => jsonb_build_array(jsonb_build_object('agenda', :'agenda', 'rights', 'read'))) \gset
SELECT invitation_id AS jon, token AS jon_token FROM practiceacl.invite_user(:'centre', 'jon@people.test', 'Jon', 'Jay') \gset

-- The inviter's authority is checked again
SELECT enter('manager') \g /dev/null
SELECT practiceacl.set_admin(:'centre', :'gus', 'none') \g /dev/null
SELECT enter(NULL) \g /dev/null
SELECT throws_ok(format(:'accept', :'ivy_token', 'ivy''s own words'), '42501', 'the rights offered by this invitation can no longer be granted',
    'the invitation of a former administrator cannot be accepted');
SELECT enter('manager') \g /dev/null
SELECT is(state(:'ivy'), 'pending', 'the invitation stays pending');
SELECT is((SELECT count(*) FROM practiceacl.search_users(:'centre', 'ivy@people.test')), 0::bigint, 'and no user was created');
SELECT token AS ivy_again FROM practiceacl.resend_invitation(:'ivy') \gset
SELECT is((SELECT invited_by FROM practiceacl.invitation WHERE id = :'ivy'), :'manager'::uuid, 'sending it again makes the sender its inviter');
SELECT isnt((SELECT account_id FROM practiceacl.accept_invitation(:'ivy_again', 'ivy''s own words')), NULL, 'and then it can be accepted');
SELECT practiceacl.set_admin(:'centre', :'gus', 'users') \g /dev/null
SELECT practiceacl.disable_user(:'centre', :'gus') \g /dev/null
SELECT is(refusal(format(:'accept', :'jon_token', 'jon''s own words')), '42501', 'the invitation of a disabled administrator cannot be accepted');
SELECT practiceacl.enable_user(:'centre', :'gus') \g /dev/null
SELECT * FROM practiceacl.remove_user(:'centre', :'gus') \g /dev/null
SELECT is(refusal(format(:'accept', :'jon_token', 'jon''s own words')), '42501', 'nor that of a removed one');
SELECT practiceacl.revoke_invitation(:'jon') \g /dev/null
SELECT token AS kim_token FROM practiceacl.invite_user(:'centre', 'kim@people.test', 'Kim', 'King', clone_from => :'carl') \gset
SELECT * FROM practiceacl.remove_user(:'centre', :'carl') \g /dev/null
SELECT isnt((SELECT account_id FROM practiceacl.accept_invitation(:'kim_token', 'kim''s own words')), NULL,
    'without the rights of a colleague who left, the rest is accepted');
SELECT token AS lea_token FROM practiceacl.invite_user(:'centre', 'lea@people.test', 'Lea', 'Lamb', access => jsonb_build_array(
    jsonb_build_object('agenda', :'agenda', 'rights', 'read', 'valid_until', clock_timestamp() + interval '1 second'))) \gset
SELECT pg_sleep(1.05) \g /dev/null
SELECT isnt((SELECT account_id FROM practiceacl.accept_invitation(:'lea_token', 'lea''s own words')), NULL,
    'and without those whose time is over: see invitation_lapse');

-- An administrator accepts
SELECT isnt((SELECT account_id FROM practiceacl.accept_invitation(:'hal_token', 'hal''s own words')), NULL, 'an administrator joins');
SELECT is((SELECT admin FROM practiceacl.search_users(:'centre', 'hal@people.test')), 'full', 'with the level that was offered');

-- Members who are disabled, or no longer listed
SELECT account_id AS ada_id FROM practiceacl.search_users(:'centre', 'ada@people.test') \gset
SELECT practiceacl.disable_user(:'centre', :'ada_id') \g /dev/null
SELECT throws_ok(format(:'invite', 'ada@people.test', 'Ada', 'L'), '23505', 'user is already a member of the organization',
    'a disabled member cannot be invited');
SELECT practiceacl.enable_user(:'centre', :'ada_id') \g /dev/null
SELECT practiceacl.set_rights(:'agenda', :'ada_id', 'none') \g /dev/null
SELECT is((SELECT status FROM practiceacl.membership WHERE account_id = :'ada_id'), 'unlisted', 'a member without any access is unlisted');
SELECT token AS ada_token FROM practiceacl.invite_user(:'centre', 'ada@people.test', 'Ada', 'L', job_title => 'Back again') \gset
SELECT isnt((SELECT account_id FROM practiceacl.accept_invitation(:'ada_token', 'ada''s own words')), NULL, 'and can be invited and join again');
SELECT results_eq(format('SELECT status, job_title FROM practiceacl.membership WHERE account_id = %L', :'ada_id'),
    $$VALUES ('active', 'Back again')$$, 'and is active again');

-- Blocked addresses
RESET ROLE;
SELECT practiceacl.block_email('mad@people.test', 'abuse') \g /dev/null
SET LOCAL ROLE :app;
SELECT is(refusal(format(:'invite', 'MAD@people.test', 'Mad', 'Max')), 'PA030', 'a blocked address is not invited');
SELECT invitation_id AS ned, token AS ned_token FROM practiceacl.invite_user(:'centre', 'ned@people.test', 'Ned', 'Nash') \gset
RESET ROLE;
SELECT practiceacl.block_email('ned@people.test', 'abuse') \g /dev/null
SET LOCAL ROLE :app;
SELECT is(refusal(format(:'accept', :'ned_token', 'ned''s own words')), 'PA030', 'an address that was blocked later cannot accept');
SELECT is(refusal(format('SELECT practiceacl.resend_invitation(%L)', :'ned')), 'PA030', 'nor is the invitation sent there again');

-- Secrets that the back end is not told
RESET ROLE;
SET LOCAL practiceacl.return_secrets = off;
SET LOCAL ROLE :app;
SELECT is(refusal(format(:'invite', 'ola@people.test', 'Ola', 'Olsen')), '55000', 'without a mailer and without return_secrets no token is made');
RESET ROLE;
SELECT practiceacl.set_mailer_key(decode(repeat('09', 32), 'hex')) \g /dev/null
SET LOCAL ROLE :app;
SELECT results_eq(format('SELECT token FROM practiceacl.invite_user(%L, %L, %L, %L)', :'centre', 'ola@people.test', 'Ola', 'Olsen'),
    'VALUES (NULL::text)', 'with a mailer, the token is not returned');
SELECT is((SELECT token FROM practiceacl.resend_invitation(i.id)), NULL, 'nor when sent again')
FROM practiceacl.invitation i WHERE email = 'ola@people.test';
RESET ROLE;
SELECT is((SELECT count(*) FROM practiceacl.outbox WHERE recipient = 'ola@people.test' AND length(sealed_secret) = 43 + 48), 2::bigint,
    'it is in the outbox, sealed');

-- And all of it is on record
SELECT set_eq($$SELECT DISTINCT act FROM practiceacl.activity WHERE act LIKE 'invitation.%'$$,
    $$VALUES ('invitation.created'), ('invitation.resent'), ('invitation.revoked'), ('invitation.deleted'),
             ('invitation.accepted'), ('invitation.declined')$$, 'every step is recorded');
SELECT is((SELECT count(*) FROM practiceacl.verify_activity(:'centre') WHERE first_broken IS NOT NULL), 0::bigint, 'the chain verifies');

SELECT * FROM finish();
ROLLBACK;
