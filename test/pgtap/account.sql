-- A person's own account: its details, its address, its erasure.
BEGIN;
SELECT plan(85);

SET LOCAL practiceacl.password_memory = '8kB';
SET LOCAL practiceacl.password_passes = 1;

CREATE ROLE account_app;
CREATE ROLE account_desk;
SELECT practiceacl.grant_application('account_app') AS done \gset
SELECT practiceacl.grant_operator('account_desk') AS done \gset

SELECT practiceacl.set_mailer_key('\x8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a') \g /dev/null
INSERT INTO practiceacl.account (id, email, first_name, last_name, mobile) VALUES
    ('00000000-0000-7000-8000-00000000000a', 'anne@example.org', 'Anne', 'Quelquechose', '+33600000001'),
    ('00000000-0000-7000-8000-00000000000b', 'bruno@example.org', 'Bruno', 'Petit', NULL);
SELECT practiceacl.digest_emails() \g /dev/null
INSERT INTO practiceacl.organization (id, name) VALUES ('00000000-0000-7000-8000-0000000000f1', 'Clinic One');
INSERT INTO practiceacl.membership (organization_id, account_id, admin, job_title, work_mobile) VALUES
    ('00000000-0000-7000-8000-0000000000f1', '00000000-0000-7000-8000-00000000000a', 'full', 'Doctor Quelquechose', '+33600000002'),
    ('00000000-0000-7000-8000-0000000000f1', '00000000-0000-7000-8000-00000000000b', 'users', NULL, NULL);
INSERT INTO practiceacl.agenda (organization_id, id, holder_id, time_zone, name, data_controller, public_profile) VALUES
    ('00000000-0000-7000-8000-0000000000f1', '00000000-0000-7000-8000-0000000000c1',
     '00000000-0000-7000-8000-00000000000a', 'Europe/Paris', 'Room 1', 'The clinic', '{"about": "Dr Quelquechose"}'),
    ('00000000-0000-7000-8000-0000000000f1', '00000000-0000-7000-8000-0000000000c2',
     '00000000-0000-7000-8000-00000000000b', 'Europe/Paris', 'Room 2', 'The clinic', '{}');
SELECT record.begin_all() \g /dev/null
INSERT INTO practiceacl.access_grant (organization_id, agenda_id, account_id, rights) VALUES
    ('00000000-0000-7000-8000-0000000000f1', '00000000-0000-7000-8000-0000000000c2', '00000000-0000-7000-8000-00000000000a', 'book');
INSERT INTO practiceacl.appointment (organization_id, agenda_id, starts_at, ends_at, created_by, patient) VALUES
    ('00000000-0000-7000-8000-0000000000f1', '00000000-0000-7000-8000-0000000000c1', '2058-01-01 10:00Z', '2058-01-01 10:15Z',
     '00000000-0000-7000-8000-00000000000a', 'Patient Unique');
INSERT INTO practiceacl.absence (organization_id, agenda_id, starts_at, ends_at, created_by, reason) VALUES
    ('00000000-0000-7000-8000-0000000000f1', '00000000-0000-7000-8000-0000000000c1', '2058-02-01 10:00Z', '2058-02-02 10:15Z',
     '00000000-0000-7000-8000-00000000000a', 'Quelquechose is ill');
INSERT INTO practiceacl.invitation (organization_id, id, email, invited_by, expires_at, first_name, last_name, offer) VALUES
    ('00000000-0000-7000-8000-0000000000f1', '00000000-0000-7000-8000-0000000000d1', 'anne@example.org',
     '00000000-0000-7000-8000-00000000000b', now() + interval '1 day', 'Anne', 'Quelquechose', '{"mobile": "+33600000001"}');
INSERT INTO practiceacl.outbox (kind, account_id, recipient, payload) VALUES
    ('welcome', '00000000-0000-7000-8000-00000000000a', 'anne@example.org', '{"first_name": "Anne"}'),
    ('user_added', '00000000-0000-7000-8000-00000000000b', 'bruno@example.org',
     '{"account_id": "00000000-0000-7000-8000-00000000000a", "last_name": "Quelquechose"}');
INSERT INTO practiceacl.password (account_id, hash) VALUES
    ('00000000-0000-7000-8000-00000000000a', '$argon2id$v=19$m=8,t=1,p=1$UEvJRVDOYdFbKLPyLQ4r4g$RxC5Otr59zIWc8tHgSkr2xm4pc4xmXtkP5lZznvREh0');

SELECT practiceacl.open_session('00000000-0000-7000-8000-00000000000a', client => 'Quelquechose''s phone') AS anne \gset
SELECT practiceacl.open_session('00000000-0000-7000-8000-00000000000b') AS bruno \gset

-- Changing one's own details
SET LOCAL ROLE account_app;
SELECT throws_ok('SELECT practiceacl.update_my_account(''{"mobile": "1"}'')', '28000', NULL, 'without a session nothing can be changed');
SELECT practiceacl.enter(:'anne') AS done \gset
SELECT practiceacl.update_my_account('{"first_name": "Anna", "mobile": null, "country": "BE", "time_zone": "Europe/Brussels", "sms_copies": true}') AS done \gset
SELECT results_eq('SELECT first_name, last_name, mobile, country, time_zone, sms_copies FROM practiceacl.account',
    $$VALUES ('Anna'::text, 'Quelquechose'::text, NULL::text, 'BE'::text, 'Europe/Brussels'::text, true)$$,
    'the named keys change, and nothing else');
SELECT throws_ok(format('SELECT practiceacl.update_my_account(%L)', changes), '22023', NULL, 'refused: ' || changes)
FROM (VALUES ('{"name": "x"}'), ('{"email": "x@example.org"}'), ('{"first_name": 7}'), ('{"first_name": null}'), ('{"last_name": "  "}'),
    ('{"sms_copies": "yes"}'), ('{"country": "France"}'), ('{"time_zone": "Mars/Olympus"}'), ('[]'), ('7')) AS v (changes);
SELECT throws_ok(format('SELECT practiceacl.update_my_account(%L)', jsonb_build_object('last_name', repeat('x', 101))), '22023', NULL, 'refused: a name of 101 characters');
SELECT throws_ok('SELECT practiceacl.update_my_account(''{"nam": "x"}'')', '22023', 'unknown key "nam" in changes', 'the error names the key');
SELECT throws_ok('SELECT practiceacl.update_my_account(NULL)', '22004', NULL, 'null is refused');

-- Another address
SELECT throws_ok('SELECT practiceacl.request_email_change(''new@example.org'')', 'PA010', NULL, 'changing the address needs reauthentication');
SELECT practiceacl.reauthenticate('correct horse') AS done \gset
SELECT throws_ok(format('SELECT practiceacl.request_email_change(%L)', address), '22023', NULL, 'refused as an address: ' || left(replace(address, E'\n', ' '), 30))
FROM (VALUES (''), ('x'), ('x@'), ('@example.org'), ('a@b@example.org'), ('a b@example.org'), ('a@example'), ('a@-example.org'), ('a..b@example.org'),
    ('a@example..org'), ('a@127.0.0.1'), ('anné@example.org'), ('anne@еxample.org'), (repeat('a', 65) || '@example.org'),
    ('a@' || repeat('b.', 130) || 'org'), (E'a\n@example.org')) AS v (address);
SELECT throws_ok('SELECT practiceacl.request_email_change('' ANNE@example.org'')', '22023', 'new address must differ from the current one', 'the current address is refused');
SELECT lives_ok('SELECT practiceacl.request_email_change(''Bruno@example.org'')', 'that another account has the address is not disclosed');
RESET ROLE;
SELECT is((SELECT count(*) FROM practiceacl.outbox WHERE kind = 'email_change'), 0::bigint, 'but nothing is sent');
SET LOCAL ROLE account_app;
SELECT lives_ok('SELECT practiceacl.request_email_change(''new@example.org'')', 'an unused address is accepted');
RESET ROLE;
SELECT results_eq('SELECT recipient, octet_length(sealed_secret) FROM practiceacl.outbox WHERE kind = ''email_change''',
    $$VALUES ('new@example.org'::text, 43 + 48)$$, 'a sealed token goes to the new address');
-- A token that the test knows, in place of the sealed one
UPDATE practiceacl.account_token SET digest = '\x08dfe1c48fd7ea7b8c082564974c807c1da5c4f6028acfa3288562a43072cdf7' WHERE kind = 'email_change';
SET LOCAL ROLE account_app;
SELECT throws_ok('SELECT practiceacl.confirm_email_change(''ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8'')', '28000', NULL, 'an unknown token confirms nothing');
SELECT practiceacl.enter(:'bruno') AS done \gset
SELECT throws_ok('SELECT practiceacl.confirm_email_change(''AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8'')', '28000', NULL, 'another account cannot confirm it');
SELECT practiceacl.enter(:'anne') AS done \gset
SELECT throws_ok('SELECT practiceacl.reset_password(''AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8'', ''new password'')', '28000', NULL,
    'a token for an address resets no password');
SELECT practiceacl.confirm_email_change('AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8') AS done \gset
SELECT is((SELECT email FROM practiceacl.account), 'new@example.org', 'the confirmed address is the account''s');
SELECT throws_ok('SELECT practiceacl.confirm_email_change(''AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8'')', '28000', NULL, 'a token confirms once');
RESET ROLE;
SELECT is((SELECT count(*) FROM practiceacl.outbox WHERE kind = 'email_change' AND recipient = 'anne@example.org'), 1::bigint, 'the old address is notified');

-- A forgotten password
SET LOCAL practiceacl.session = '';
SET LOCAL ROLE account_app;
SELECT lives_ok(format('SELECT practiceacl.request_password_reset(%L)', address), 'one answer for ' || what)
FROM (VALUES ('new@example.org', 'a known address'), ('nobody@example.org', 'an unknown address'), ('x', 'no address'), ('NEW@example.org', 'a known address again'),
    ('new@example.org', 'a third time'), ('new@example.org', 'a fourth')) AS v (address, what);
RESET ROLE;
SELECT is((SELECT count(*) FROM practiceacl.outbox WHERE kind = 'password_reset' AND recipient = 'new@example.org'), 3::bigint, 'at most three messages are sent in an hour');
SELECT is((SELECT count(*) FROM practiceacl.outbox WHERE kind = 'password_reset'), 3::bigint, 'and none to another address');
UPDATE practiceacl.account_token SET digest = '\x0aeba895dfb98c3c21f05330c5b0dc4f5573e9d6169bc9c3c7402e3dab3f2eee'
WHERE digest = (SELECT digest FROM practiceacl.account_token WHERE kind = 'password_reset' LIMIT 1);
SET LOCAL ROLE account_app;
SELECT throws_ok(format('SELECT practiceacl.reset_password(%L, ''new password'')', token), '28000', 'token is not valid', 'no token: ' || what)
FROM (VALUES ('', 'empty'), ('AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh', 'cut short'), ('BAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8', 'altered'), (:'anne', 'a session''s')) AS v (token, what);
SELECT throws_ok('SELECT practiceacl.reset_password(''AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8'', ''short'')', '22023', NULL, 'a short password is refused');
SELECT practiceacl.reset_password('AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8', 'new password') AS again \gset
SELECT throws_ok('SELECT practiceacl.reset_password(''AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8'', ''new password'')', '28000', NULL, 'a token works once');
SELECT throws_ok(format('SELECT practiceacl.enter(%L)', :'anne'), '28000', NULL, 'all sessions have ended');
SELECT is(practiceacl.enter(:'again'), '00000000-0000-7000-8000-00000000000a', 'but the new session is valid');
SELECT isnt(practiceacl.log_in('new@example.org', 'new password', 'x'), NULL, 'the new password logs in');
RESET ROLE;
SELECT is((SELECT count(*) FROM practiceacl.account_token), 0::bigint, 'no other token is left');

-- All that is held
SET LOCAL ROLE account_app;
SELECT practiceacl.export_account() AS export \gset
SELECT is(:'export'::jsonb #>> '{account,email}', 'new@example.org', 'the export has the account');
SELECT is((SELECT array_agg(key ORDER BY key) FROM jsonb_each(:'export') WHERE value NOT IN ('[]', 'null')),
    '{absences,account,activity,agendas,appointments_made,grants,invitations,memberships,messages,password,sessions}', 'and every table with data of the account');
SELECT ok(:'export'::text !~ 'Patient Unique' AND :'export'::text !~ 'argon2', 'but no patient, and no secret');
RESET ROLE;
INSERT INTO practiceacl.outbox (kind, account_id, recipient, payload)
VALUES ('patient_message', '00000000-0000-7000-8000-00000000000a', 'patient@home.test', '{"text": "Your Results"}');
SELECT ok(export ~ 'patient_message' AND export !~ 'patient@home.test|Your Results', 'that a patient was written to, but not where nor what')
FROM CAST(practiceacl.export_account('00000000-0000-7000-8000-00000000000a') AS text) AS export;
DELETE FROM practiceacl.outbox WHERE kind = 'patient_message';
SET LOCAL ROLE account_app;
SELECT throws_ok('SELECT practiceacl.export_account(''00000000-0000-7000-8000-00000000000b'')', '42501', NULL, 'of others only an operator asks');

-- Going
SELECT throws_ok('SELECT practiceacl.delete_account(''00000000-0000-7000-8000-00000000000b'')', '42501', NULL, 'nobody deletes others');
RESET ROLE;
UPDATE practiceacl.session SET confirmed_until = NULL;
SET LOCAL ROLE account_app;
SELECT throws_ok('SELECT practiceacl.delete_account()', 'PA010', NULL, 'deleting one''s account needs reauthentication');
RESET ROLE;
UPDATE practiceacl.session SET confirmed_until = clock_timestamp() + interval '5 min';
SET LOCAL ROLE account_app;
SELECT throws_ok('SELECT practiceacl.delete_account()', 'PA011', 'cannot remove the last full administrator', 'the last administrator stays');
RESET ROLE;
UPDATE practiceacl.membership SET admin = 'full' WHERE account_id = '00000000-0000-7000-8000-00000000000b';
SET LOCAL ROLE account_app;
SELECT practiceacl.delete_account() AS done \gset
SELECT is(practiceacl.current_account(), NULL, 'afterwards the session belongs to nobody');
RESET ROLE;
CREATE FUNCTION pg_temp.content_of(relation regclass) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    content text;
BEGIN
    EXECUTE format('SELECT string_agg(r::text, '' '') FROM %s AS r', relation) INTO content;
    RETURN content;
END $$;
CREATE TEMP TABLE left_over AS
SELECT c.oid::regclass::text AS name, pg_temp.content_of(c.oid) AS content
FROM pg_class c WHERE c.relnamespace = 'practiceacl'::regnamespace AND c.relkind = 'r';
SELECT is((SELECT array_agg(name) FROM left_over WHERE content ~* 'Quelquechose|anne@example|new@example|\+336' AND name <> 'practiceacl.activity'),
    NULL, 'no table still identifies the person');
SELECT is((SELECT array_agg(DISTINCT act) FROM practiceacl.activity WHERE act || facts::text ~* 'Quelquechose|anne@example|new@example|\+336'),
    NULL, 'nor do the facts of the record');
SELECT is((SELECT count(*) FROM practiceacl.activity WHERE actor_id = '00000000-0000-7000-8000-00000000000a' AND client IS NOT NULL), 0::bigint, 'the record no longer names the client');
SELECT ok((SELECT bool_and(first_broken IS NULL AND entries > 0) FROM practiceacl.verify_activity('00000000-0000-0000-0000-000000000000')), 'the record of the database verifies');
SELECT ok((SELECT bool_and(first_broken IS NULL AND entries > 0) FROM practiceacl.verify_activity('00000000-0000-7000-8000-0000000000f1')), 'and that of the organization');
SELECT is((SELECT status FROM practiceacl.account WHERE id = '00000000-0000-7000-8000-00000000000a'), 'deleted', 'the account''s row stays, as deleted');
SELECT is((SELECT status || ' ' || admin FROM practiceacl.membership WHERE account_id = '00000000-0000-7000-8000-00000000000a'), 'removed none', 'its membership is removed');
SELECT is((SELECT count(*) FROM practiceacl.access_history WHERE account_id = '00000000-0000-7000-8000-00000000000a'), 2::bigint, 'its rights are in the history');
SELECT is((SELECT count(*) FROM practiceacl.appointment), 1::bigint, 'the calendar is as it was');
SELECT is((SELECT status FROM practiceacl.invitation), 'revoked', 'the invitation is revoked');
SELECT throws_ok('SELECT practiceacl.delete_account(''00000000-0000-7000-8000-00000000000a'')', 'PT404', NULL, 'a deleted account cannot be deleted again');
SELECT throws_ok('SELECT practiceacl.open_session(''00000000-0000-7000-8000-00000000000a'')', 'PT404', NULL, 'nor can a session be opened for it');

-- Blocked addresses
SET LOCAL ROLE account_desk;
SELECT practiceacl.unblock_email('New@example.org') AS done \gset
SELECT throws_ok('SELECT practiceacl.unblock_email(''new@example.org'')', 'PT404', 'address is not blocked', 'the address of the deleted account was blocked until then');
SELECT practiceacl.block_email('spam@example.org', 'spam') AS done \gset
SELECT lives_ok('SELECT practiceacl.block_email(''spam@example.org'', ''spam again'')', 'an address may be blocked twice');
RESET ROLE;
SELECT is((SELECT count(*) FROM practiceacl.activity WHERE act LIKE 'email.%blocked' AND operator = 'account_desk'), 3::bigint, 'the operator''s acts are on record');

SELECT * FROM finish();
ROLLBACK;
