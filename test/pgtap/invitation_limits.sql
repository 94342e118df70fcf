-- Nobody floods a mailbox with our mail: invitations and welcomes are counted.
BEGIN;
\ir support/people.psql
SELECT plan(26);

RESET ROLE;
SELECT organization_id AS elsewhere, account_id AS rita
FROM practiceacl.create_organization('Elsewhere', 'rita@else.test', 'Rita', 'Rival') \gset
SELECT keep('rita', practiceacl.open_session(:'rita')) \g /dev/null
CREATE FUNCTION people.mails(address text) RETURNS bigint LANGUAGE sql SECURITY DEFINER AS
    'SELECT count(*) FROM practiceacl.outbox WHERE recipient = address';
CREATE FUNCTION people.later(by interval) RETURNS void LANGUAGE sql SECURITY DEFINER AS
    'UPDATE practiceacl.outbox SET created_at = created_at - by';
CREATE FUNCTION people.detail(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE detail text;
BEGIN
    EXECUTE statement;
    RETURN NULL;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
    RETURN detail;
END $$;
-- As a mailer would.
CREATE FUNCTION people.send_all() RETURNS void LANGUAGE sql SECURITY DEFINER AS
    'UPDATE practiceacl.outbox SET sent_at = now() WHERE sent_at IS NULL';
SET LOCAL ROLE :app;

-- An address
SELECT enter('manager') \g /dev/null
SELECT invitation_id AS invitation FROM practiceacl.invite_user(:'centre', 'eve@people.test', 'Eve', 'East') \gset
SELECT count(practiceacl.resend_invitation(:'invitation')) FROM generate_series(1, 9) \g /dev/null
SELECT is(mails('eve@people.test'), 10::bigint, 'ten messages go to one address');
SELECT throws_ok(format('SELECT practiceacl.resend_invitation(%L)', :'invitation'), 'PA040', 'too many invitations', 'and no eleventh');
SELECT matches(detail(format('SELECT practiceacl.resend_invitation(%L)', :'invitation')), '^Wait 86[34][0-9][0-9] seconds before the next one\.$',
    'DETAIL says how long to wait');
SELECT is(mails('eve@people.test'), 10::bigint, 'a refusal sends nothing');
SELECT is((SELECT times_sent FROM practiceacl.invitation WHERE id = :'invitation'), 10, 'and leaves the invitation as it was');
SELECT practiceacl.delete_invitation(:'invitation') \g /dev/null
SELECT is(refusal(format('SELECT practiceacl.invite_user(%L, %L, %L, %L)', :'centre', 'EVE@people.test', 'Eve', 'East')), 'PA040',
    'deleting the invitation and making another is no way round');
SELECT is(refusal(format('SELECT practiceacl.create_user(%L, %L, %L, %L)', :'centre', 'eve@people.test', 'Eve', 'East')), 'PA040',
    'nor is making the user');
SELECT is(refusal(format('SELECT practiceacl.invite_user(%L, %L, %L, %L)', :'centre', 'eva@people.test', 'Eva', 'East')), NULL,
    'another person can be invited');
SELECT enter('rita') \g /dev/null
SELECT is(refusal(format('SELECT practiceacl.invite_user(%L, %L, %L, %L)', :'elsewhere', 'eve@people.test', 'Eve', 'East')), NULL,
    'another organization learns nothing of it');
SELECT later('23 hours 59 minutes') \g /dev/null
SELECT enter('manager') \g /dev/null
SELECT matches(detail(format('SELECT practiceacl.invite_user(%L, %L, %L, %L)', :'centre', 'eve@people.test', 'Eve', 'East')),
    '^Wait (60|5[0-9]) seconds before the next one\.$', 'a day later it is a minute');
SELECT later('2 minutes') \g /dev/null
SELECT is(refusal(format('SELECT practiceacl.invite_user(%L, %L, %L, %L)', :'centre', 'eve@people.test', 'Eve', 'East')), NULL, 'and then it is forgotten');

-- A mistyped address, corrected again and again
SELECT account_id AS typo FROM practiceacl.create_user(:'centre', 'typo0@people.test', 'Ty', 'Po') \gset
RESET ROLE;
INSERT INTO practiceacl.mailer_key (public_key) VALUES (decode(repeat('09', 32), 'hex'));
SET LOCAL ROLE :app;
SELECT send_all(), practiceacl.update_user(:'centre', :'typo', jsonb_build_object('email', 'typo' || n % 2 || '@people.test')) FROM generate_series(1, 19) n \g /dev/null
SELECT is(mails('typo0@people.test') + mails('typo1@people.test'), 20::bigint, 'ten for each address');
SELECT is(refusal(format('SELECT practiceacl.update_user(%L, %L, %L)', :'centre', :'typo', '{"email": "typo0@people.test"}')), 'PA040',
    'a welcome to a corrected address is counted too');
SELECT is(refusal(format('SELECT practiceacl.renew_temporary_password(%L)', :'typo')), 'PA040', 'and one with a new temporary password');
SELECT is(refusal(format('SELECT practiceacl.update_user(%L, %L, %L)', :'centre', :'typo', '{"first_name": "Tina"}')), NULL, 'a name is corrected without any mail');

-- Who invites, and the organization as a whole
RESET ROLE;
DELETE FROM practiceacl.outbox;
SET LOCAL practiceacl.invitations_per_hour = 3;
SET LOCAL ROLE :app;
SELECT is(refusal('SET practiceacl.invitations_per_hour = 1000'), '42501', 'the application does not choose the limit');
SELECT practiceacl.reauthenticate('manager''s own words') \g /dev/null
SELECT account_id AS vice FROM practiceacl.create_user(:'centre', 'vice@centre.test', 'Vi', 'Vice', admin => 'users') \gset
SELECT account_id AS third FROM practiceacl.create_user(:'centre', 'third@centre.test', 'Theo', 'Third', admin => 'users') \gset
SELECT is(refusal(format('SELECT practiceacl.invite_user(%L, %L, %L, %L)', :'centre', 'a@people.test', 'A', 'A')), NULL, 'three in an hour by one inviter');
SELECT is(refusal(format('SELECT practiceacl.invite_user(%L, %L, %L, %L)', :'centre', 'b@people.test', 'B', 'B')), 'PA040', 'and no fourth');
SELECT is((SELECT count(*) FROM practiceacl.invitation WHERE email = 'b@people.test'), 0::bigint, 'nothing is half done');
RESET ROLE;
SELECT keep('vice', practiceacl.open_session(:'vice')), keep('third', practiceacl.open_session(:'third')) \g /dev/null
SET LOCAL ROLE :app;
SELECT enter('vice') \g /dev/null
SELECT is(refusal(format('SELECT practiceacl.invite_user(%L, %L, %L, %L)', :'centre', n || '@people.test', 'N', 'N')), NULL, 'a second inviter has their own: ' || n)
FROM generate_series(1, 3) n;
SELECT enter('third') \g /dev/null
SELECT is(refusal(format('SELECT practiceacl.invite_user(%L, %L, %L, %L)', :'centre', 'c@people.test', 'C', 'C')), 'PA040',
    'but more administrators do not mean more mail: the organization has twice as many');
SELECT later('61 minutes') \g /dev/null
SELECT is(refusal(format('SELECT practiceacl.invite_user(%L, %L, %L, %L)', :'centre', 'c@people.test', 'C', 'C')), NULL, 'an hour later it goes on');
RESET ROLE;
SET LOCAL practiceacl.invitations_per_hour = 0;
SET LOCAL ROLE :app;
SELECT is((SELECT count(*) FROM generate_series(1, 20) n WHERE refusal(format('SELECT practiceacl.invite_user(%L, %L, %L, %L)', :'centre', n || '@many.test', 'N', 'N')) IS NULL),
    20::bigint, 'zero is no limit, for a day on which a hospital arrives');
SELECT is((SELECT count(*) FROM generate_series(1, 20) n WHERE refusal(format('SELECT practiceacl.resend_invitation(%L)', i.id)) IS NULL), 9::bigint,
    'and an address is still no more than one')
FROM practiceacl.invitation i WHERE email = '1@many.test';

SELECT * FROM finish();
ROLLBACK;
