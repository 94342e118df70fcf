-- Passwords: authentication, slowed down for guesses.
BEGIN;
SELECT plan(61);

-- The cheapest hash there is: what is tested is not its cost.
SET LOCAL practiceacl.password_memory = '8kB';
SET LOCAL practiceacl.password_passes = 1;

CREATE ROLE password_app;
SELECT practiceacl.grant_application('password_app') AS done \gset

INSERT INTO practiceacl.account (id, email, first_name, last_name, status) VALUES
    ('00000000-0000-7000-8000-00000000000a', 'anne@example.org', 'Anne', 'Martin', 'active'),
    ('00000000-0000-7000-8000-00000000000b', 'bruno@example.org', 'Bruno', 'Petit', 'active'),
    ('00000000-0000-7000-8000-00000000000c', 'blocked@example.org', 'Carl', 'Roux', 'blocked'),
    ('00000000-0000-7000-8000-00000000000d', 'disabled@example.org', 'Dora', 'Blanc', 'active'),
    ('00000000-0000-7000-8000-00000000000e', 'never@example.org', 'Emil', 'Noir', 'active');
SELECT practiceacl.digest_emails() \g /dev/null
INSERT INTO practiceacl.organization (id, name) VALUES ('00000000-0000-7000-8000-0000000000f1', 'Clinic');
INSERT INTO practiceacl.membership (organization_id, account_id, status) VALUES
    ('00000000-0000-7000-8000-0000000000f1', '00000000-0000-7000-8000-00000000000a', 'active'),
    ('00000000-0000-7000-8000-0000000000f1', '00000000-0000-7000-8000-00000000000d', 'disabled');
-- "correct horse" and, for Bruno, the temporary "temporary pass"
INSERT INTO practiceacl.password (account_id, hash, temporary_until)
SELECT id,
       CASE email WHEN 'bruno@example.org'
            THEN '$argon2id$v=19$m=8,t=1,p=1$rtRsi6urD062e7oyhu7kxQ$gy3+CtEihkR/xe9c8AbjVVEkWqmAd76Vuyjd3zbNVGY'
            ELSE '$argon2id$v=19$m=8,t=1,p=1$UEvJRVDOYdFbKLPyLQ4r4g$RxC5Otr59zIWc8tHgSkr2xm4pc4xmXtkP5lZznvREh0' END,
       CASE email WHEN 'bruno@example.org' THEN now() + interval '7 days' END
FROM practiceacl.account WHERE email <> 'never@example.org';

-- Refused: one answer for all
SET LOCAL ROLE password_app;
SELECT is(practiceacl.log_in(email, password, 'test ' || why), NULL, 'log_in refuses ' || why)
FROM (VALUES
    ('anne@example.org', 'wrong horse', 'a wrong password'),
    ('anne@example.org', 'Correct horse', 'a password in other case'),
    ('nobody@example.org', 'correct horse', 'an unknown address'),
    ('not an address', 'correct horse', 'what is no address'),
    ('', 'correct horse', 'an empty address'),
    ('blocked@example.org', 'correct horse', 'a blocked account'),
    ('disabled@example.org', 'correct horse', 'an account that is disabled in every organization'),
    ('never@example.org', 'correct horse', 'an account without a password')) AS v (email, password, why);
SELECT throws_ok('SELECT practiceacl.log_in(''anne@example.org'', '''')', '22023', 'password must not be empty', 'an empty password is an error');
SELECT throws_ok('SELECT practiceacl.log_in(''anne@example.org'', repeat(''x'', 1048576))', '22023', 'password is too long', 'a password of a megabyte is an error');
SELECT throws_ok('SELECT practiceacl.log_in(''anne@example.org'', NULL)', '22004', 'password must not be null', 'a null password is an error');
SELECT throws_ok('SELECT practiceacl.log_in(NULL, ''x'')', '22004', 'email must not be null', 'a null address is an error');
SELECT throws_ok('SELECT * FROM practiceacl.password', '42501', NULL, 'the application cannot read passwords');
SELECT throws_ok('SELECT * FROM practiceacl.log_in_failure', '42501', NULL, 'nor counters of failures');

RESET ROLE;
SELECT bag_eq('SELECT facts ->> ''reason'' FROM practiceacl.activity WHERE act = ''log_in.refused''',
    ARRAY['password', 'password', 'unknown', 'unknown', 'unknown', 'disabled', 'disabled', 'no_password'],
    'each refusal is on record with its reason');
SELECT is((SELECT count(*) FROM practiceacl.activity WHERE act = 'log_in.refused' AND
           (facts::text ~ '@' OR actor_id IS NOT NULL)), 0::bigint, 'a refused log-in is recorded without address and actor');
SELECT is((SELECT count(*) FROM practiceacl.activity_detail WHERE detail ~ '@'), 0::bigint, 'the address is not in the detail either');

-- Let in
SET LOCAL ROLE password_app;
SELECT practiceacl.log_in(' Anne@Example.ORG ', 'correct horse', 'desk') AS anne \gset
SELECT matches(:'anne'::text, '^[A-Za-z0-9_-]{43}$', 'the right password opens a session, in whatever case the address is');
SELECT is(practiceacl.enter(:'anne'), '00000000-0000-7000-8000-00000000000a', 'which can be entered');
SELECT is((SELECT client FROM practiceacl.my_sessions), 'desk', 'and has the client');
RESET ROLE;
SELECT is((SELECT expires_at - opened_at FROM practiceacl.session WHERE client = 'desk'), interval '12 h', 'its lifetime is that of the setting');
SELECT isnt((SELECT last_log_in_at FROM practiceacl.membership WHERE account_id = '00000000-0000-7000-8000-00000000000a'), NULL,
    'the membership shows the last log-in');
SELECT isnt((SELECT first_used_at FROM practiceacl.account WHERE email = 'anne@example.org'), NULL, 'first_used_at is set');

-- The cost changed: the hash follows
SELECT hash AS cheap FROM practiceacl.password WHERE account_id = '00000000-0000-7000-8000-00000000000a' \gset
SET LOCAL practiceacl.password_passes = 2;
SELECT isnt(practiceacl.log_in('anne@example.org', 'correct horse', 'desk'), NULL, 'a hash of another cost is still accepted');
SELECT matches(hash, '^\$argon2id\$v=19\$m=8,t=2,p=1\$', 'and is replaced by one of the current cost')
FROM practiceacl.password WHERE account_id = '00000000-0000-7000-8000-00000000000a';
SELECT hash AS dear FROM practiceacl.password WHERE account_id = '00000000-0000-7000-8000-00000000000a' \gset
SELECT isnt(practiceacl.log_in('anne@example.org', 'correct horse', 'desk'), NULL, 'the new hash is accepted');
SELECT is((SELECT hash FROM practiceacl.password WHERE account_id = '00000000-0000-7000-8000-00000000000a'), :'dear',
    'and stays as long as the cost does');

-- Slowed
SET LOCAL ROLE password_app;
SELECT is(practiceacl.log_in('anne@example.org', 'guess ' || n, 'guesser'), NULL, 'guess ' || n) FROM generate_series(1, 5) AS n;
SELECT throws_ok('SELECT practiceacl.log_in(''anne@example.org'', ''correct horse'', ''guesser'')', 'PA040', 'too many attempts',
    'after five failures even the right password must wait');
SELECT isnt(practiceacl.log_in('anne@example.org', 'correct horse', 'desk'), NULL, 'but not from another client');
SELECT is(practiceacl.log_in('bruno@example.org', 'guess', 'guesser'), NULL, 'nor for another address');
RESET ROLE;
UPDATE practiceacl.log_in_failure SET failures = 1000, last_at = clock_timestamp() - interval '61 s' WHERE failures = 5;
SET LOCAL ROLE password_app;
SELECT isnt(practiceacl.log_in('anne@example.org', 'correct horse', 'guesser'), NULL, 'the wait is at most a minute');
SELECT is(practiceacl.log_in('anne@example.org', 'guess', 'guesser'), NULL, 'success resets the failures');
RESET ROLE;
UPDATE practiceacl.log_in_failure SET failures = 1000;
SET LOCAL ROLE password_app;
SELECT isnt(practiceacl.log_in('anne@example.org', 'correct horse', 'new'), NULL,
    'an address under attack is still open to a client that has not failed');
SELECT is(practiceacl.log_in('anne@example.org', 'guess', 'newer'), NULL, 'which may fail once');
SELECT throws_ok('SELECT practiceacl.log_in(''anne@example.org'', ''correct horse'', ''newer'')', 'PA040', NULL, 'and then has to wait');
RESET ROLE;
UPDATE practiceacl.log_in_failure SET last_at = clock_timestamp() - interval '9 s';
SET LOCAL ROLE password_app;
SELECT isnt(practiceacl.log_in('anne@example.org', 'correct horse', 'newer'), NULL, 'a shared wait lasts some seconds');

-- Raising the session
SELECT practiceacl.enter(:'anne') AS done \gset
SELECT throws_ok('SELECT practiceacl.reauthenticate(''wrong horse'')', '28P01', 'wrong password', 'a wrong password does not reauthenticate');
SELECT ok(practiceacl.reauthenticate('correct horse') BETWEEN statement_timestamp() + interval '299 s' AND statement_timestamp() + interval '301 s',
    'the right one does, for five minutes');
SELECT throws_ok('SELECT practiceacl.reauthenticate(''wrong horse'')', '28P01', NULL, 'wrong again: ' || n) FROM generate_series(1, 5) AS n;
SELECT throws_ok('SELECT practiceacl.reauthenticate(''correct horse'')', 'PA040', NULL, 'guesses at reauthentication are slowed down');

-- Changing it, a temporary one first
SET LOCAL practiceacl.session = '';
SELECT throws_ok('SELECT practiceacl.change_password(''x'', ''new password'')', '28000', NULL, 'an anonymous caller cannot change a password');
SELECT practiceacl.log_in('bruno@example.org', 'temporary pass', 'one') AS bruno \gset
SELECT practiceacl.log_in('bruno@example.org', 'temporary pass', 'two') AS bruno_two \gset
SELECT practiceacl.enter(:'bruno') AS done \gset
SELECT is((SELECT count(*) FROM practiceacl.account), 0::bigint, 'until a temporary password is changed, nothing is visible');
SELECT throws_ok('SELECT practiceacl.update_my_account(''{}'')', 'PA031', NULL, 'and nothing can be written');
SELECT throws_ok('SELECT practiceacl.change_password(''temporary pass'', ''short'')', '22023', 'password is too short', 'a short new password is refused');
SELECT throws_ok('SELECT practiceacl.change_password(''temporary pass'', ''temporary pass'')', '22023', NULL, 'and the same as before');
SELECT throws_ok('SELECT practiceacl.change_password(''not it'', ''new password'')', '28P01', NULL, 'and a wrong old password');
SELECT practiceacl.change_password('temporary pass', 'nouveau mot de passe né') AS done \gset
SELECT is((SELECT array_agg(email) FROM practiceacl.account), '{bruno@example.org}', 'after the change the caller can read');
SELECT throws_ok(format('SELECT practiceacl.enter(%L)', :'bruno_two'), '28000', NULL, 'the other session has ended');
SELECT isnt(practiceacl.log_in('bruno@example.org', 'nouveau mot de passe né', 'three'), NULL, 'the new password logs in');
SELECT is(practiceacl.log_in('bruno@example.org', 'temporary pass', 'three'), NULL, 'the old one does not');
RESET ROLE;
SELECT is((SELECT limited FROM practiceacl.session WHERE client = 'three'), false, 'the next session is not limited');
UPDATE practiceacl.password SET temporary_until = now() - interval '1 s' WHERE account_id = '00000000-0000-7000-8000-00000000000b';
SELECT is(practiceacl.log_in('bruno@example.org', 'nouveau mot de passe né', 'four'), NULL, 'a temporary password lapses');

SELECT * FROM finish();
ROLLBACK;
