-- What is left of an invitation when its time, its inviter or its invitee has gone.
BEGIN;
\ir support/people.psql
SELECT plan(29);

SELECT enter('manager') \g /dev/null
SELECT account_id AS dora, agenda_id AS agenda FROM practiceacl.create_user(
    :'centre', 'dora@centre.test', 'Dora', 'Doc', agenda => '{"data_controller": "Dora Doc"}') \gset
SELECT account_id AS emil, agenda_id AS other FROM practiceacl.create_user(
    :'centre', 'emil@centre.test', 'Emil', 'Doc', agenda => '{"data_controller": "Emil Doc"}') \gset
RESET ROLE;
SELECT organization_id AS elsewhere, account_id AS rita
FROM practiceacl.create_organization('Elsewhere', 'rita@else.test', 'Rita', 'Rival') \gset
SELECT keep('rita', practiceacl.open_session(:'rita')) \g /dev/null
-- Somebody takes the address to which an invitation went.
CREATE FUNCTION people.take_address(who uuid, address text) RETURNS bigint LANGUAGE sql SECURITY DEFINER AS $$
    UPDATE practiceacl.account SET email = address WHERE id = who;
    DELETE FROM practiceacl.account_email WHERE account_id = who;
    SELECT practiceacl.digest_emails() $$;
CREATE FUNCTION people.log_in_as(name text, who uuid) RETURNS boolean LANGUAGE sql SECURITY DEFINER AS
    'SELECT people.keep(name, practiceacl.open_session(who))';
CREATE FUNCTION people.status_of(which uuid) RETURNS text LANGUAGE sql SECURITY DEFINER AS
    'SELECT status FROM practiceacl.invitation WHERE id = which';
SET LOCAL ROLE :app;
\set access 'jsonb_build_array(jsonb_build_object(''agenda'', ''' :agenda ''', ''rights'', ''book''))'

-- 1. Somebody with an open invitation is removed: the old link is dead.
SELECT enter('manager') \g /dev/null
SELECT invitation_id AS invitation, token AS link FROM practiceacl.invite_user(:'centre', 'nora@new.test', 'Nora', 'Noir', access => :access) \gset
SELECT account_id AS nora FROM practiceacl.create_user(:'centre', 'nora@old.test', 'Nora', 'Noir', access => :access) \gset
SELECT enter('rita') \g /dev/null
SELECT invitation_id AS others, token AS others_link FROM practiceacl.invite_user(:'elsewhere', 'nora@new.test', 'Nora', 'Noir') \gset
SELECT take_address(:'nora', 'nora@new.test') \g /dev/null
SELECT enter('manager') \g /dev/null
SELECT * FROM practiceacl.remove_user(:'centre', :'nora') \g /dev/null
SELECT is(status_of(:'invitation'), 'revoked', 'a removed member''s open invitation is revoked');
SELECT is((SELECT count(*) FROM practiceacl.activity WHERE act = 'invitation.revoked' AND subject_id = :'invitation' AND account_id = :'nora'),
    1::bigint, 'which is on record, with whose it was');
SELECT log_in_as('nora', :'nora') \g /dev/null
SELECT enter('nora') \g /dev/null
SELECT is(refusal(format('SELECT practiceacl.accept_invitation(%L)', :'link')), 'PA003', 'so the removed member cannot come back by it');
SELECT is((SELECT count(*) FROM practiceacl.my_organizations), 0::bigint, 'and belongs nowhere');
SELECT enter('manager') \g /dev/null
SELECT is(refusal(format('SELECT practiceacl.resend_invitation(%L)', :'invitation')), '55000', 'nor is it sent again');
SELECT is(status_of(:'others'), 'pending', 'another organization''s invitation is its own');
SELECT enter('nora') \g /dev/null
SELECT is((SELECT organization_id FROM practiceacl.accept_invitation(:'others_link')), :'elsewhere'::uuid, 'and is accepted');
SELECT enter('manager') \g /dev/null
SELECT isnt((SELECT invitation_id FROM practiceacl.invite_user(:'centre', 'nora@new.test', 'Nora', 'Noir')), NULL, 'the removed member can be invited again');

-- Nor by one that went to an address that the removed member takes afterwards.
SELECT invitation_id AS invitation, token AS link FROM practiceacl.invite_user(:'centre', 'olga@later.test', 'Olga', 'Later', access => :access) \gset
SELECT account_id AS olga FROM practiceacl.create_user(:'centre', 'olga@first.test', 'Olga', 'First', access => :access) \gset
SELECT pg_sleep(0.001), * FROM practiceacl.remove_user(:'centre', :'olga') \g /dev/null
SELECT take_address(:'olga', 'olga@later.test'), log_in_as('olga', :'olga') \g /dev/null
SELECT enter('olga') \g /dev/null
SELECT is(refusal(format('SELECT practiceacl.accept_invitation(%L)', :'link')), 'PA003', 'an invitation from before the removal brings nobody back');
SELECT enter('manager') \g /dev/null
SELECT token AS link FROM practiceacl.resend_invitation(:'invitation') \gset
SELECT enter('olga') \g /dev/null
SELECT isnt((SELECT account_id FROM practiceacl.accept_invitation(:'link')), NULL, 'sent again by an administrator, it does');
SELECT enter('manager') \g /dev/null

-- 2. The same for a member who is disabled, and enabled again later.
SELECT invitation_id AS invitation, token AS link FROM practiceacl.invite_user(:'centre', 'dan@new.test', 'Dan', 'Dun', access => :access) \gset
SELECT account_id AS dan FROM practiceacl.create_user(:'centre', 'dan@old.test', 'Dan', 'Dun', access => :access) \gset
SELECT take_address(:'dan', 'dan@new.test') \g /dev/null
SELECT practiceacl.disable_user(:'centre', :'dan') \g /dev/null
SELECT is(status_of(:'invitation'), 'revoked', 'a disabled member''s open invitation is revoked');
SELECT practiceacl.enable_user(:'centre', :'dan') \g /dev/null
SELECT practiceacl.set_rights(:'agenda', :'dan', 'none') \g /dev/null
SELECT log_in_as('dan', :'dan') \g /dev/null
SELECT enter('dan') \g /dev/null
SELECT is(refusal(format('SELECT practiceacl.accept_invitation(%L)', :'link')), 'PA003', 'and brings nothing back when the right was taken');

-- 3. What has lapsed since, or can no longer be given, is left out; the rest is given.
SELECT enter('manager') \g /dev/null
SELECT practiceacl.reauthenticate('manager''s own words') \g /dev/null
SELECT practiceacl.set_admin(:'centre', :'dora', 'users') \g /dev/null
SELECT account_id AS gone FROM practiceacl.create_user(:'centre', 'gone@centre.test', 'Gus', 'Gone', access => :access) \gset
SELECT log_in_as('dora', :'dora') \g /dev/null
SELECT enter('dora') \g /dev/null
SELECT invitation_id AS invitation, token AS link FROM practiceacl.invite_user(:'centre', 'lena@new.test', 'Lena', 'Locum', clone_from => :'gone',
    access => jsonb_build_array(
        jsonb_build_object('agenda', :'agenda', 'rights', 'owner'),
        jsonb_build_object('agenda', :'other', 'rights', 'book', 'valid_until', '2058-01-01T00:00:00Z'),
        jsonb_build_object('agenda', :'other', 'rights', 'read'))) \gset
RESET ROLE;
UPDATE practiceacl.invitation SET offer = jsonb_set(offer, '{access,1,valid_until}', to_jsonb(now() - interval '1 minute')) WHERE id = :'invitation';
SET LOCAL ROLE :app;
SELECT enter('manager') \g /dev/null
SELECT practiceacl.transfer_agenda(:'agenda', :'emil') \g /dev/null
SELECT * FROM practiceacl.remove_user(:'centre', :'gone') \g /dev/null
SELECT enter('dora') \g /dev/null
SELECT is(refusal(format('SELECT practiceacl.resend_invitation(%L)', :'invitation')), 'PA012', 'a sender who may no longer give the rights cannot send it again');
RESET ROLE;
DELETE FROM practiceacl.outbox;
SET LOCAL ROLE :app;
SELECT enter(NULL) \g /dev/null
SELECT account_id AS lena, keep('lena', session) FROM practiceacl.accept_invitation(:'link', 'lena''s own words') \gset
SELECT enter('lena') \g /dev/null
SELECT is(practiceacl.rights_on(:'other')::text, 'read', 'what can still be given is given');
SELECT is(practiceacl.rights_on(:'agenda')::text, 'none', 'what the inviter may no longer give is not, nor what a colleague who has gone had');
SELECT is((SELECT count(*) FROM practiceacl.access_grant), 1::bigint, 'and the lapsed period makes no grant');
SELECT enter('manager') \g /dev/null
SELECT results_eq(format('SELECT status, jsonb_path_query_array(left_out, ''$[*].reason'') FROM practiceacl.invitation WHERE id = %L', :'invitation'),
    $$VALUES ('accepted', '["not_grantable", "lapsed", "colleague_gone"]'::jsonb)$$, 'an administrator reads what was left out, and why');
SELECT is((SELECT left_out -> 1 ->> 'agenda_id' FROM practiceacl.invitation WHERE id = :'invitation'), :'other', 'on which agenda');
SELECT is((SELECT jsonb_array_length(left_out) FROM practiceacl.invitation_status WHERE invitation_id = :'invitation'), 3, 'among the invitations too');
SELECT is((SELECT jsonb_array_length(facts::jsonb -> 'left_out') FROM practiceacl.activity WHERE act = 'user.added' AND account_id = :'lena'), 3, 'on record');
RESET ROLE;
SELECT is((SELECT count(*) FROM practiceacl.outbox WHERE kind = 'user_added' AND jsonb_array_length(payload -> 'left_out') = 3
           AND recipient = 'manager@centre.test'), 1::bigint, 'and in the message to the administrators');
SET LOCAL ROLE :app;
SELECT is((SELECT left_out FROM practiceacl.invitation_status WHERE name = 'Nora Noir' AND status = 'pending'), NULL, 'of others nothing was left out');

-- 4. A locum who is late: all of it has lapsed.
SELECT invitation_id AS invitation, token AS link FROM practiceacl.invite_user(:'centre', 'late@new.test', 'Lou', 'Late',
    access => jsonb_build_array(jsonb_build_object('agenda', :'other', 'rights', 'book', 'valid_until', '2058-01-01T00:00:00Z'))) \gset
RESET ROLE;
UPDATE practiceacl.invitation SET offer = jsonb_set(offer, '{access,0,valid_until}', to_jsonb(now() - interval '1 minute')) WHERE id = :'invitation';
SET LOCAL ROLE :app;
SELECT enter('manager') \g /dev/null
SELECT token AS link FROM practiceacl.resend_invitation(:'invitation') \gset
SELECT isnt(:'link'::text, '', 'an invitation of which something has lapsed can be sent again');
SELECT enter(NULL) \g /dev/null
SELECT account_id AS late FROM practiceacl.accept_invitation(:'link', 'lou''s own words') \gset
SELECT isnt(:'late'::text, '', 'and be accepted');
SELECT enter('manager') \g /dev/null
SELECT is((SELECT status FROM practiceacl.membership WHERE account_id = :'late'), 'unlisted', 'it brings a place without any access, which is not listed');
SELECT is((SELECT count(*) FROM practiceacl.activity WHERE act = 'user.unlisted' AND account_id = :'late'), 1::bigint, 'as the record says');

-- 5. The place of an administrator, and the inviter's own, are no items: without them there is no invitation.
SELECT practiceacl.reauthenticate('manager''s own words') \g /dev/null
SELECT token AS link FROM practiceacl.invite_user(:'centre', 'anna@new.test', 'Anna', 'Admin', admin => 'full') \gset
SELECT enter('dora') \g /dev/null
SELECT token AS second_link FROM practiceacl.invite_user(:'centre', 'ines@new.test', 'Ines', 'Invited') \gset
SELECT enter('manager') \g /dev/null
SELECT practiceacl.set_admin(:'centre', :'dora', 'none') \g /dev/null
SELECT enter(NULL) \g /dev/null
SELECT is(refusal(format('SELECT practiceacl.accept_invitation(%L, %L)', :'second_link', 'ines''s own words')), '42501', 'the inviter must still be an administrator');
RESET ROLE;
UPDATE practiceacl.membership SET admin = 'users' WHERE account_id = :'manager';
SET LOCAL ROLE :app;
SELECT is(refusal(format('SELECT practiceacl.accept_invitation(%L, %L)', :'link', 'anna''s own words')), '42501', 'and a full one for an administrator');
RESET ROLE;
SELECT is_empty(format('SELECT * FROM practiceacl.verify_activity(%L) WHERE first_broken > 0', :'centre'), 'the record verifies');

SELECT * FROM finish();
ROLLBACK;
