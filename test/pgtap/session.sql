-- Sessions: who one is, from when, and until when.
BEGIN;
SELECT plan(98);

CREATE ROLE session_app;
CREATE ROLE session_door;
CREATE ROLE session_person;
SELECT practiceacl.grant_application('session_app') AS done \gset
SELECT practiceacl.grant_application('session_person') AS done \gset
SELECT practiceacl.grant_authenticator('session_door') AS done \gset

INSERT INTO practiceacl.account (id, email, first_name, last_name) VALUES
    ('00000000-0000-7000-8000-00000000000a', 'anne@example.org', 'Anne', 'Martin'),
    ('00000000-0000-7000-8000-00000000000b', 'bruno@example.org', 'Bruno', 'Petit');
INSERT INTO practiceacl.organization (id, name) VALUES
    ('00000000-0000-7000-8000-0000000000f1', 'Clinic One'),
    ('00000000-0000-7000-8000-0000000000f2', 'Clinic Two');
INSERT INTO practiceacl.membership (organization_id, account_id) VALUES
    ('00000000-0000-7000-8000-0000000000f1', '00000000-0000-7000-8000-00000000000a'),
    ('00000000-0000-7000-8000-0000000000f2', '00000000-0000-7000-8000-00000000000a'),
    ('00000000-0000-7000-8000-0000000000f1', '00000000-0000-7000-8000-00000000000b');
INSERT INTO practiceacl.agenda (organization_id, id, holder_id, time_zone, name, data_controller) VALUES
    ('00000000-0000-7000-8000-0000000000f1', '00000000-0000-7000-8000-0000000000c1',
     '00000000-0000-7000-8000-00000000000b', 'Europe/Paris', 'Bruno', 'Bruno Petit'),
    ('00000000-0000-7000-8000-0000000000f2', '00000000-0000-7000-8000-0000000000c2',
     '00000000-0000-7000-8000-00000000000a', 'Europe/Paris', 'Anne', 'Anne Martin');

-- Nobody
SET LOCAL ROLE session_app;
SELECT is(practiceacl.current_account(), NULL, 'without a session there is no account');
SELECT is(practiceacl.current_session(), NULL, 'without a session there is no current session');
SELECT is(practiceacl.current_agenda(), NULL, 'without a session there is no current agenda');
SELECT throws_ok('SELECT practiceacl.log_out()', '28000', 'not logged in', 'an anonymous caller cannot log out');
SELECT throws_ok('SELECT practiceacl.open_session(''00000000-0000-7000-8000-00000000000a'')', '42501', NULL,
    'an application cannot open sessions');
SELECT throws_ok('SELECT practiceacl.confirm_session(''x'')', '42501', NULL, 'the application cannot confirm sessions');
SELECT throws_ok('SELECT practiceacl.map_role(''session_app'', ''00000000-0000-7000-8000-00000000000a'')', '42501', NULL,
    'nor make a role a person');

-- Opening
SET LOCAL ROLE session_door;
SELECT throws_ok('SELECT practiceacl.open_session(NULL)', '22004', 'account_id must not be null', 'an account must be named');
SELECT throws_ok('SELECT practiceacl.open_session(''00000000-0000-7000-8000-00000000000e'')', 'PT404', NULL,
    'and must exist');
SELECT throws_ok('SELECT practiceacl.open_session(''00000000-0000-7000-8000-00000000000a'', ''0 s'')', '22023', NULL,
    'a session lasts at least a second');
SELECT throws_ok('SELECT practiceacl.open_session(''00000000-0000-7000-8000-00000000000a'', ''-1 h'')', '22023', NULL,
    'a session does not end before it begins');
SELECT throws_ok('SELECT practiceacl.open_session(''00000000-0000-7000-8000-00000000000a'', ''178000000 years'')', '22023', NULL,
    'nor does it last for ever');
SELECT throws_ok('SELECT practiceacl.open_session(''00000000-0000-7000-8000-00000000000a'', NULL)', '22004', NULL,
    'and it lasts for a known time');
SELECT practiceacl.open_session('00000000-0000-7000-8000-00000000000a', client => 'phone') AS anne \gset
SELECT practiceacl.open_session('00000000-0000-7000-8000-00000000000a', '1 h', 'desk') AS anne_desk \gset
SELECT practiceacl.open_session('00000000-0000-7000-8000-00000000000b', client => repeat('é', 9999)) AS bruno \gset
SELECT matches(:'anne'::text, '^[A-Za-z0-9_-]{43}$', 'a token is 256 bits in base64url');
SELECT isnt(:'anne'::text, :'anne_desk', 'each session has its own token');

RESET ROLE;
SELECT is((SELECT expires_at - opened_at FROM practiceacl.session WHERE client = 'phone'), interval '12 hours',
    'a session lasts for 12 hours');
SELECT is((SELECT expires_at - opened_at FROM practiceacl.session WHERE client = 'desk'), interval '1 hour',
    'unless told otherwise');
SELECT is((SELECT length(client) FROM practiceacl.session WHERE account_id = '00000000-0000-7000-8000-00000000000b'), 500,
    'of a long client the beginning is kept');
SELECT isnt((SELECT first_used_at FROM practiceacl.account WHERE email = 'anne@example.org'), NULL,
    'the account has been used');
SELECT is((SELECT count(*) FROM practiceacl.membership
           WHERE account_id = '00000000-0000-7000-8000-00000000000a' AND last_log_in_at IS NOT NULL), 0::bigint,
    'a log-in of a member of two organizations counts for neither yet');
SELECT isnt((SELECT last_log_in_at FROM practiceacl.membership
             WHERE account_id = '00000000-0000-7000-8000-00000000000b'), NULL,
    'a log-in of a member of one counts for it');
SELECT is((SELECT count(*) FROM practiceacl.activity WHERE act = 'session.opened'), 3::bigint, 'sessions opened are on record');
SELECT is((SELECT count(*) FROM practiceacl.session_token WHERE encode(digest, 'escape') LIKE '%' || :'anne' || '%'), 0::bigint,
    'the token itself is not kept');

-- Entering: every token that is not valid
SET LOCAL ROLE session_app;
SELECT throws_ok(format('SELECT practiceacl.enter(%L)', token), '28000', 'session token is not valid', 'enter refuses ' || what)
FROM (VALUES
    (NULL, 'null'),
    ('', 'an empty token'),
    ('x', 'a short text'),
    (left(:'anne', 42), 'a token cut short'),
    (:'anne' || 'A', 'a token with something behind it'),
    (' ' || :'anne', 'a token with a blank before it'),
    (overlay(:'anne' PLACING CASE substr(:'anne', 20, 1) WHEN 'A' THEN 'B' ELSE 'A' END FROM 20), 'a token altered in one character'),
    (repeat('A', 43), 'an unknown token'),
    (repeat('x', 1000000), 'a megabyte')) AS bad (token, what);
SELECT is(practiceacl.current_account(), NULL, 'after refused entries the caller is still anonymous');
SET LOCAL practiceacl.session = 'whatever I like';
SELECT is(practiceacl.current_account(), NULL, 'a setting that is no token is anonymous, without an error');
SELECT is((SELECT count(*) FROM practiceacl.account), 0::bigint, 'an anonymous caller sees nothing');

-- Entering
SELECT is(practiceacl.enter(:'anne'), '00000000-0000-7000-8000-00000000000a', 'enter() returns the account');
SELECT is(practiceacl.current_account(), '00000000-0000-7000-8000-00000000000a', 'the entered account is the caller');
SELECT isnt(practiceacl.current_session(), NULL, 'and has a current session');
SELECT is(current_setting('practiceacl.session'), '(hidden)', 'current_setting() masks the token');
SELECT is((SELECT count(*) FROM pg_settings WHERE setting = :'anne'), 0::bigint, 'so does pg_settings');
SELECT is((SELECT array_agg(email) FROM practiceacl.account), '{anne@example.org}', 'the caller sees their own account');
SELECT is((SELECT array_agg(client ORDER BY client) FROM practiceacl.my_sessions), '{desk,phone}', 'and their own sessions');
SELECT is((SELECT array_agg(client) FROM practiceacl.my_sessions WHERE current), '{phone}', 'one of which is the current one');
SELECT is(practiceacl.enter(:'bruno'), '00000000-0000-7000-8000-00000000000b', 'another account may enter afterwards');
SELECT is((SELECT array_agg(email) FROM practiceacl.account), '{bruno@example.org}', 'and sees its own row only');

-- A savepoint takes an identity back
SAVEPOINT before_anne;
SELECT practiceacl.enter(:'anne') AS done \gset
ROLLBACK TO before_anne;
SELECT is(practiceacl.current_account(), '00000000-0000-7000-8000-00000000000b', 'a rolled back enter is undone');
SET LOCAL plan_cache_mode = force_generic_plan;
PREPARE who AS SELECT practiceacl.current_account();
EXECUTE who \gset before_
SELECT practiceacl.enter(:'anne') AS done \gset
EXECUTE who \gset after_
SELECT isnt(:'before_current_account'::text, :'after_current_account', 'a generic plan looks up the caller again');
RESET plan_cache_mode;

-- Choosing an agenda
SELECT throws_ok('SELECT practiceacl.choose_agenda(''00000000-0000-7000-8000-0000000000c1'')', 'PT404', NULL,
    'an agenda on which one has no rights cannot be chosen');
SELECT throws_ok('SELECT practiceacl.choose_agenda(''00000000-0000-7000-8000-0000000000ce'')', 'PT404',
    'agenda does not exist or is not visible to you', 'an agenda of others is refused like one that does not exist');
SELECT throws_ok('SELECT practiceacl.choose_agenda(NULL)', '22004', NULL, 'null is refused as an agenda');
SELECT practiceacl.choose_agenda('00000000-0000-7000-8000-0000000000c2') AS done \gset
SELECT is(practiceacl.current_agenda(), '00000000-0000-7000-8000-0000000000c2', 'the chosen agenda is the current one');
SELECT is((SELECT agenda FROM practiceacl.my_sessions WHERE current), '00000000-0000-7000-8000-0000000000c2', 'and my_sessions shows it');
RESET ROLE;
SELECT is((SELECT array_agg(organization_id) FROM practiceacl.membership
           WHERE account_id = '00000000-0000-7000-8000-00000000000a' AND last_log_in_at IS NOT NULL),
    '{00000000-0000-7000-8000-0000000000f2}', 'choosing it counts as a log-in of its organization');
UPDATE practiceacl.membership SET status = 'disabled' WHERE organization_id = '00000000-0000-7000-8000-0000000000f2';
SELECT is(practiceacl.current_agenda(), NULL, 'it is not current once the right is gone');
UPDATE practiceacl.membership SET status = 'active' WHERE organization_id = '00000000-0000-7000-8000-0000000000f2';

-- Confirming
SELECT is((SELECT count(*) FROM practiceacl.session WHERE confirmed_until IS NOT NULL), 0::bigint, 'a new session is not freshly authenticated');
SET LOCAL ROLE session_door;
SELECT throws_ok('SELECT practiceacl.confirm_session(''x'')', '28000', NULL, 'a wrong token cannot be confirmed');
SELECT practiceacl.confirm_session(:'anne') AS done \gset
RESET ROLE;
SELECT ok((SELECT confirmed_until BETWEEN statement_timestamp() + interval '4 min' AND statement_timestamp() + interval '5 min'
           FROM practiceacl.session WHERE client = 'phone'), 'a confirmed session is fresh for five minutes');

-- The time of the last use
UPDATE practiceacl.session SET last_seen_at = now() - interval '50 s' WHERE client = 'phone';
SELECT practiceacl.enter(:'anne') AS done \gset
SELECT is((SELECT last_seen_at FROM practiceacl.session WHERE client = 'phone'), now() - interval '50 s',
    'a use within the minute is not noted');
UPDATE practiceacl.session SET last_seen_at = now() - interval '70 s' WHERE client = 'phone';
SET LOCAL ROLE session_app;
SELECT practiceacl.enter(:'anne') AS done \gset
RESET ROLE;
SELECT ok((SELECT last_seen_at >= now() FROM practiceacl.session WHERE client = 'phone'), 'a use after more than a minute is noted');

-- A token that may be stale
SET LOCAL ROLE session_app;
SELECT set_config('practiceacl.session', '', true) \g /dev/null
SELECT is(practiceacl.enter(:'anne', strict => false), '00000000-0000-7000-8000-00000000000a', 'enter(strict => false) enters a valid token');
SELECT is(practiceacl.enter('stale', strict => false), NULL, 'and returns null for an invalid one');
SELECT is(practiceacl.current_account(), NULL, 'the caller is then anonymous');
SELECT is(practiceacl.enter(NULL, strict => false), NULL, 'a null token is no error either');
SELECT throws_ok($$SELECT practiceacl.enter('stale', strict => true)$$, '28000', NULL, 'with strict => true it is an error');

-- Kept in use by a program that otherwise only reads
SELECT practiceacl.enter(:'anne') AS done \gset
RESET ROLE;
UPDATE practiceacl.session SET last_seen_at = clock_timestamp() - interval '100 min' WHERE client = 'phone';
SET LOCAL ROLE session_app;
SELECT ok(practiceacl.keep_session() BETWEEN clock_timestamp() + interval '119 min' AND clock_timestamp() + interval '121 min',
    'a session that is kept lasts for the idle time from now on');
RESET ROLE;
SELECT ok(last_seen_at > clock_timestamp() - interval '1 min', 'its use is noted') FROM practiceacl.session WHERE client = 'phone';
UPDATE practiceacl.session SET expires_at = clock_timestamp() + interval '10 min' WHERE client = 'phone';
SET LOCAL ROLE session_app;
SELECT ok(practiceacl.keep_session() < clock_timestamp() + interval '11 min', 'but not beyond its lifetime');
SELECT set_config('practiceacl.session', '', true) AS done \gset
SELECT throws_ok('SELECT practiceacl.keep_session()', '28000', NULL, 'an anonymous caller cannot call keep_session()');
RESET ROLE;
UPDATE practiceacl.session SET expires_at = now() + interval '10 h' WHERE client = 'phone';
SELECT practiceacl.enter(:'anne') AS done \gset

-- Ends: idle, lapsed, blocked, closed, logged out
UPDATE practiceacl.session SET last_seen_at = now() - interval '3 h' WHERE client = 'phone';
SELECT is(practiceacl.current_account(), NULL, 'an idle session is anonymous');
SET LOCAL practiceacl.session_idle_timeout = 0;
SELECT isnt(practiceacl.current_account(), NULL, 'unless the idle time is 0');
SELECT is((SELECT count(*) FROM practiceacl.my_sessions), 2::bigint, 'and my_sessions agrees');
RESET practiceacl.session_idle_timeout;
UPDATE practiceacl.session SET last_seen_at = now(), expires_at = statement_timestamp() WHERE client = 'phone';
SELECT is(practiceacl.current_account(), NULL, 'a lapsed session is anonymous');
UPDATE practiceacl.session SET expires_at = now() + interval '1 h' WHERE client = 'phone';
UPDATE practiceacl.account SET status = 'blocked' WHERE email = 'anne@example.org';
SELECT throws_ok(format('SELECT practiceacl.enter(%L)', :'anne'), '28000', NULL, 'a blocked account has no session');
UPDATE practiceacl.account SET status = 'active' WHERE email = 'anne@example.org';
SET LOCAL ROLE session_app;
SELECT practiceacl.enter(:'anne') AS done \gset
SELECT throws_ok('SELECT practiceacl.close_session(''00000000-0000-7000-8000-0000000000ee'')', 'PT404', NULL,
    'a session that is none cannot be closed');
SELECT practiceacl.close_other_sessions() AS done \gset
SELECT throws_ok(format('SELECT practiceacl.enter(%L)', :'anne_desk'), '28000', NULL, 'the other sessions are closed');
SELECT practiceacl.enter(:'anne') AS done \gset
SELECT practiceacl.log_out() AS done \gset
SELECT is(practiceacl.current_account(), NULL, 'a closed session is anonymous at once');
SELECT throws_ok(format('SELECT practiceacl.enter(%L)', :'anne'), '28000', NULL, 'and its token cannot be entered');

-- A role of one's own
RESET ROLE;
SET LOCAL practiceacl.session = '';
CREATE ROLE session_mailer;
CREATE ROLE session_super SUPERUSER;
CREATE ROLE session_member IN ROLE session_person;
SELECT practiceacl.grant_mailer('session_mailer') AS done \gset
SELECT throws_ok(format('SELECT practiceacl.map_role(%L, %L)', role, '00000000-0000-7000-8000-00000000000a'), '55000', message, 'a shared role cannot be mapped')
FROM (VALUES ('session_door', 'role "session_door" has the privileges of the authenticator'),
             ('session_mailer', 'role "session_mailer" has the privileges of the mailer'),
             ('session_super', 'role "session_super" is a superuser')) AS shared (role, message);
SELECT throws_ok(format('SELECT practiceacl.map_role(%L, %L, personal => true)', role, '00000000-0000-7000-8000-00000000000a'), '55000', message, 'not even with personal => true')
FROM (VALUES ('session_door', 'role "session_door" has the privileges of the authenticator'),
             ('session_mailer', 'role "session_mailer" has the privileges of the mailer'),
             ('session_super', 'role "session_super" is a superuser')) AS shared (role, message);
-- The only role that serves an application is the application's.
SAVEPOINT only_one;
SELECT practiceacl.revoke_application('session_app') AS done \gset
SELECT practiceacl.revoke_application(oid::regrole) FROM pg_roles WHERE rolname = 'upgrade_app' \g /dev/null
SELECT throws_ok('SELECT practiceacl.map_role(''session_person'', ''00000000-0000-7000-8000-00000000000a'')', '55000',
    'role "session_person" has the privileges of the application', 'the only role of an application cannot be mapped');
SELECT lives_ok('SELECT practiceacl.map_role(''session_person'', ''00000000-0000-7000-8000-00000000000a'', personal => true)', 'unless it is said to be a person''s');
ROLLBACK TO only_one;
SELECT throws_ok('SELECT practiceacl.map_role(''session_person'', ''00000000-0000-7000-8000-00000000000a'', personal => NULL)', '22004', NULL, 'personal must not be null');
SELECT practiceacl.map_role('session_person', '00000000-0000-7000-8000-00000000000a') AS done \gset
SELECT lives_ok('SELECT practiceacl.map_role(''session_person'', ''00000000-0000-7000-8000-00000000000a'')', 'the same mapping again is fine');
SET LOCAL SESSION AUTHORIZATION session_person;
SELECT is(practiceacl.current_account(), '00000000-0000-7000-8000-00000000000a', 'a mapped role is its account');
SELECT is(practiceacl.current_session(), NULL, 'and has no session');
SET LOCAL practiceacl.session = 'x';
SELECT is(practiceacl.current_account(), NULL, 'a bad token does not fall back on the role');
SET LOCAL practiceacl.session = '';
RESET SESSION AUTHORIZATION;
UPDATE practiceacl.role_account SET role_name = 'somebody_else';
SET LOCAL SESSION AUTHORIZATION session_person;
SELECT is(practiceacl.current_account(), NULL, 'a mapping whose role name does not match is ignored');
RESET SESSION AUTHORIZATION;
UPDATE practiceacl.role_account SET role_name = 'session_person', role_oid = 1;
SELECT lives_ok('SELECT practiceacl.map_role(''session_person'', ''00000000-0000-7000-8000-00000000000a'')', 'also after a restore');
SELECT practiceacl.map_role('session_person', '00000000-0000-7000-8000-00000000000b') AS done \gset
SET LOCAL SESSION AUTHORIZATION session_person;
SELECT is(practiceacl.current_account(), '00000000-0000-7000-8000-00000000000b', 'the operator confirms it again');
RESET SESSION AUTHORIZATION;
SELECT practiceacl.unmap_role('session_person') AS done \gset
SELECT throws_ok('SELECT practiceacl.unmap_role(''session_person'')', 'PT404', NULL, 'an unmapped role cannot be unmapped');
SELECT throws_ok('SELECT practiceacl.map_role(4294967294::oid::regrole, ''00000000-0000-7000-8000-00000000000b'')', '42704', NULL,
    'a role that is none cannot be mapped');

-- Many sessions: the one that was used longest ago makes way.
RESET ROLE;
SELECT set_config('practiceacl.session', '', true) AS done \gset
DELETE FROM practiceacl.session_token;
CREATE TEMP TABLE many (n int, token text);
GRANT SELECT ON many TO session_app;
INSERT INTO many SELECT n, practiceacl.open_session('00000000-0000-7000-8000-00000000000b') FROM generate_series(1, 103) AS n;
SELECT is((SELECT count(*) FROM practiceacl.session_token t JOIN practiceacl.session s ON s.id = t.session_id
           WHERE s.account_id = '00000000-0000-7000-8000-00000000000b'), 100::bigint, 'an account has a hundred live sessions and no more');
SELECT is((SELECT sum((facts ->> 'others_ended')::int) FROM practiceacl.activity WHERE act = 'session.opened'), 3::bigint,
    'each that made way is on record');
SET LOCAL ROLE session_app;
SELECT is((SELECT practiceacl.enter(token) FROM many WHERE n = 103), '00000000-0000-7000-8000-00000000000b', 'the newest session works');
RESET ROLE;

SELECT * FROM finish();
ROLLBACK;
