-- What is said about invitations, to those who make them and to those who have one.
BEGIN;
SET LOCAL practiceacl.password_memory = '8kB';
CREATE ROLE invitation_app;
SELECT practiceacl.grant_application('invitation_app');
SELECT organization_id AS centre, account_id AS manager
FROM practiceacl.create_organization('Health Centre', 'marc@centre.test', 'Marc', 'Moreau') \gset
SELECT practiceacl.open_session(:'manager') AS manager \gset
SELECT practiceacl.enter(:'manager') IS NOT NULL AS entered;
SELECT account_id AS dora, agenda_id AS agenda
FROM practiceacl.create_user(:'centre', 'dora@centre.test', 'Dora', 'Doc', agenda => '{"data_controller": "Dora Doc"}') \gset
SELECT practiceacl.open_session(:'dora') AS dora \gset
SET LOCAL ROLE invitation_app;

-- To those who make them
SAVEPOINT here;
SELECT practiceacl.invite_user(:'centre', 'ada at people', 'Ada', 'Lovelace');
ROLLBACK TO here;
SELECT practiceacl.invite_user(:'centre', 'ada@people.test', '', 'Lovelace');
ROLLBACK TO here;
SELECT practiceacl.invite_user(:'centre', 'ada@people.test', 'Ada', 'Lovelace', lifetime => '2 years');
ROLLBACK TO here;
SELECT practiceacl.invite_user(:'centre', 'ada@people.test', 'Ada', 'Lovelace', lifetime => NULL);
ROLLBACK TO here;
SELECT practiceacl.invite_user(:'centre', 'ada@people.test', 'Ada', 'Lovelace', admin => 'chief');
ROLLBACK TO here;
SELECT practiceacl.invite_user(:'centre', 'ada@people.test', 'Ada', 'Lovelace', admin => 'full');
ROLLBACK TO here;
SELECT practiceacl.invite_user(:'centre', 'ada@people.test', 'Ada', 'Lovelace', agenda => '{"data_controller": "Ada", "slot": 15}');
ROLLBACK TO here;
SELECT practiceacl.invite_user(:'centre', 'ada@people.test', 'Ada', 'Lovelace', agenda => '{}');
ROLLBACK TO here;
SELECT practiceacl.invite_user(:'centre', 'ada@people.test', 'Ada', 'Lovelace', access => '[{"rights": "read"}]');
ROLLBACK TO here;
SELECT practiceacl.invite_user(:'centre', 'ada@people.test', 'Ada', 'Lovelace', access => '[{"agenda": "00000000-0000-7000-8000-000000000001", "rights": "peek"}]');
ROLLBACK TO here;
SELECT practiceacl.invite_user(:'centre', 'ada@people.test', 'Ada', 'Lovelace', access => '[{"agenda": "00000000-0000-7000-8000-000000000001", "rights": "read"}]');
ROLLBACK TO here;
SELECT practiceacl.invite_user(:'centre', 'ada@people.test', 'Ada', 'Lovelace', clone_from => '00000000-0000-7000-8000-000000000001');
ROLLBACK TO here;
SELECT practiceacl.invite_user(:'centre', 'ada@people.test', 'Ada', 'Lovelace', features => 'public_profile');
ROLLBACK TO here;
SELECT practiceacl.invite_user(:'centre', 'DORA@centre.test', 'Dora', 'Doc');
ROLLBACK TO here;
SELECT practiceacl.revoke_invitation('00000000-0000-7000-8000-000000000001');
ROLLBACK TO here;
SELECT practiceacl.enter(:'dora') IS NOT NULL AS entered;
SELECT practiceacl.invite_user(:'centre', 'ada@people.test', 'Ada', 'Lovelace');
ROLLBACK TO here;

-- An open one
SELECT practiceacl.enter(:'manager') IS NOT NULL AS entered;
SELECT invitation_id AS ada, token AS token, expires_at - now() > interval '6 days' AS a_week
FROM practiceacl.invite_user(:'centre', 'ada@people.test', 'Ada', 'Lovelace') \gset
RESET ROLE;
UPDATE practiceacl.invitation SET expires_at = '2100-01-01 12:00 UTC';
SET LOCAL ROLE invitation_app;
SAVEPOINT here;
SELECT practiceacl.invite_user(:'centre', 'ada@people.test', 'Ada', 'Lovelace');
ROLLBACK TO here;
SELECT practiceacl.create_user(:'centre', 'ada@people.test', 'Ada', 'Lovelace');
ROLLBACK TO here;

-- To those who have one
SELECT practiceacl.accept_invitation('AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', 'a password');
ROLLBACK TO here;
SELECT practiceacl.accept_invitation(NULL, 'a password');
ROLLBACK TO here;
SELECT practiceacl.accept_invitation(:'token');
ROLLBACK TO here;
SELECT practiceacl.accept_invitation(:'token', '');
ROLLBACK TO here;
SELECT practiceacl.accept_invitation(:'token', 'short');
ROLLBACK TO here;
SELECT practiceacl.accept_invitation(:'token', repeat('x', 1025));
ROLLBACK TO here;
SELECT practiceacl.accept_invitation(:'token', 'a password', last_name => repeat('x', 101));
ROLLBACK TO here;
SELECT token IS NOT NULL AS resent FROM practiceacl.resend_invitation(:'ada');
SELECT practiceacl.accept_invitation(:'token', 'a password');
ROLLBACK TO here;
SELECT practiceacl.revoke_invitation(:'ada');
SAVEPOINT revoked;
SELECT practiceacl.accept_invitation(:'token', 'a password');
ROLLBACK TO revoked;
SELECT practiceacl.revoke_invitation(:'ada');
ROLLBACK TO here;
SELECT practiceacl.decline_invitation(:'token');
SAVEPOINT declined;
SELECT practiceacl.accept_invitation(:'token', 'a password');
ROLLBACK TO declined;
SELECT practiceacl.resend_invitation(:'ada');
ROLLBACK TO here;
RESET ROLE;
UPDATE practiceacl.invitation SET expires_at = '2020-01-01 12:00 UTC';
SET LOCAL ROLE invitation_app;
SELECT practiceacl.accept_invitation(:'token', 'a password');
ROLLBACK TO here;
SELECT account_id IS NOT NULL AS accepted, agenda_id, session IS NOT NULL AS session
FROM practiceacl.accept_invitation(:'token', 'a password');
SAVEPOINT accepted;
SELECT practiceacl.accept_invitation(:'token', 'a password');
ROLLBACK TO accepted;
SELECT practiceacl.revoke_invitation(:'ada');
ROLLBACK TO here;
RESET ROLE;
UPDATE practiceacl.membership SET admin = 'none' WHERE organization_id = :'centre';
SET LOCAL ROLE invitation_app;
SELECT practiceacl.accept_invitation(:'token', 'a password');
ROLLBACK TO here;

-- To those who have an account
RESET ROLE;
SELECT practiceacl.create_organization('Elsewhere', 'rita@else.test', 'Rita', 'Rival') IS NOT NULL AS made;
SET LOCAL ROLE invitation_app;
SELECT account_id, agenda_id, temporary_password, invitation_id IS NOT NULL AS invited, token IS NOT NULL AS token
FROM practiceacl.create_user(:'centre', 'rita@else.test', 'Rita', 'Rival');
SELECT practiceacl.delete_invitation(id) FROM practiceacl.invitation WHERE email = 'rita@else.test';
SELECT token AS token FROM practiceacl.create_user(:'centre', 'rita@else.test', 'Rita', 'Rival') \gset
SAVEPOINT here;
SELECT practiceacl.accept_invitation(:'token');
ROLLBACK TO here;
SELECT * FROM practiceacl.accept_invitation(:'token', 'not their password');
RESET ROLE;
SELECT practiceacl.open_session(id) AS rita FROM practiceacl.account WHERE email = 'rita@else.test' \gset
SET LOCAL ROLE invitation_app;
SELECT practiceacl.enter(:'rita') IS NOT NULL AS entered;
SELECT organization_id = :'centre' AS accepted, agenda_id, session FROM practiceacl.accept_invitation(:'token');
ROLLBACK;
