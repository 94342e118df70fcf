-- Users are made, described, promoted and demoted.
BEGIN;
SELECT plan(59);

SELECT organization_id AS org, account_id AS boss
FROM practiceacl.create_organization('Clinic', 'boss@u.test', 'Bo', 'Boss') \gset
SELECT organization_id AS other, account_id AS rival
FROM practiceacl.create_organization('Other', 'rival@u.test', 'Ri', 'Val') \gset
SELECT practiceacl.open_session(:'boss') AS boss_token \gset
SELECT practiceacl.open_session(:'rival') AS rival_token \gset
SELECT practiceacl.enter(:'boss_token') \g /dev/null
SELECT set_config('test.org', :'org', true), set_config('test.boss', :'boss', true) \g /dev/null

-- with an agenda
SELECT account_id AS doc, agenda_id AS agenda, temporary_password AS password, invitation_id IS NULL AND token IS NULL AS made
FROM practiceacl.create_user(:'org', ' Doc@U.test', 'Dora', 'Doc', 'dermatologist', agenda => '{"data_controller": "Dora"}',
    features => 'export', mobile => '+33 (0)6 12 34 56 78', country => 'ch', time_zone => 'Europe/Zurich') \gset
SELECT ok(:'made', 'a new address is a new account, without an invitation');
SELECT results_eq(format('SELECT email, first_name, last_name, mobile, country, time_zone, first_used_at FROM practiceacl.account WHERE id = %L', :'doc'),
    $$VALUES ('doc@u.test', 'Dora', 'Doc', '+33612345678', 'CH', 'Europe/Zurich', NULL::timestamptz)$$, 'the account has the given data');
SELECT results_eq(format('SELECT job_title, admin, status, features::text FROM practiceacl.membership WHERE account_id = %L', :'doc'),
    $$VALUES ('dermatologist', 'none', 'active', 'none+export')$$, 'the account is a member');
SELECT is((SELECT holder_id FROM practiceacl.agenda WHERE id = :'agenda'), :'doc'::uuid, 'and holds an agenda');
SELECT ok((SELECT temporary_until BETWEEN now() + interval '6 days' AND now() + interval '8 days' FROM practiceacl.password WHERE account_id = :'doc'), 'and has a temporary password');
SELECT is((SELECT count(*) FROM practiceacl.password WHERE hash LIKE '%' || :'password' || '%'), 0::bigint, 'which is stored as a hash');
SELECT results_eq(format('SELECT kind, recipient FROM practiceacl.outbox WHERE account_id = %L', :'doc'), $$VALUES ('welcome', 'doc@u.test')$$, 'the welcome is queued');

-- without
DELETE FROM practiceacl.outbox;
SELECT account_id AS sec, agenda_id IS NULL AS bare FROM practiceacl.create_user(:'org', 'sec@u.test', 'Sam', 'Sec',
    access => jsonb_build_array(jsonb_build_object('agenda', :'agenda', 'rights', 'book', 'valid_from', now() - interval '1 hour', 'valid_until', now() + interval '7 days'),
                                jsonb_build_object('agenda', :'agenda', 'rights', 'freebusy'))) \gset
SELECT ok(:'bare', 'a user without agenda holds none');
SELECT results_eq(format('SELECT rights::text, valid_during, source, granted_by FROM practiceacl.access_grant WHERE account_id = %L ORDER BY 1', :'sec'),
    format($$VALUES ('book', tstzrange(now() - interval '1 hour', now() + interval '7 days'), 'creation', %1$L::uuid), ('freebusy', '(,)', 'creation', %1$L)$$, :'boss'),
    'with rights, for a period and for good');
SELECT results_eq($$SELECT kind, a.last_name FROM practiceacl.outbox o JOIN practiceacl.account a ON a.id = o.account_id ORDER BY 1, 2$$,
    $$VALUES ('user_added', 'Boss'), ('user_added', 'Doc'), ('welcome', 'Sec')$$, 'holder and administrators hear of it, and the user');
SELECT is((SELECT detail::jsonb->>'email' FROM practiceacl.activity_detail WHERE erased_with = :'sec'), 'sec@u.test', 'the record has no names');
SELECT practiceacl.enter(practiceacl.open_session(:'sec')) \g /dev/null
SELECT is(practiceacl.rights_on(:'agenda')::text, 'book', 'the new user may book');
SELECT results_eq('SELECT agenda_id, feature FROM practiceacl.my_features', 'SELECT NULL::uuid, NULL::text LIMIT 0', 'and has no features');
SELECT practiceacl.enter(:'boss_token') \g /dev/null

-- refusals
CREATE FUNCTION pg_temp.hint_of(command text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE hint text;
BEGIN
    EXECUTE command;
    RETURN NULL;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
    RETURN hint;
END $$;
CREATE FUNCTION pg_temp.make(email text, first text DEFAULT 'N', last text DEFAULT 'N', title text DEFAULT NULL, admin text DEFAULT 'none',
    agenda jsonb DEFAULT NULL, access jsonb DEFAULT NULL, country text DEFAULT NULL, zone text DEFAULT NULL, mobile text DEFAULT NULL) RETURNS void LANGUAGE sql AS
$$SELECT practiceacl.create_user(current_setting('test.org')::uuid, email, first, last, title, admin, agenda, access, country => country, time_zone => zone, mobile => mobile)$$;
-- Of many at once, the one that failed is named.
CREATE FUNCTION pg_temp.context_of(command text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE context text;
BEGIN
    EXECUTE command;
    RETURN NULL;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS context = PG_EXCEPTION_CONTEXT;
    RETURN context;
END $$;
SELECT matches(pg_temp.context_of(format($q$SELECT practiceacl.create_user(current_setting('test.org')::uuid, v.email, v.first, 'N')
    FROM (VALUES ('one@u.test', 'A'), ('two@u.test', %s), ('three@u.test', 'C')) AS v (email, first)$q$, wrong)),
    '^creating the user with the address "two@u\.test"', 'the address of the row with ' || wrong)
FROM unnest(ARRAY['NULL', $$repeat('x', 1000)$$, $$''$$]) AS wrong;
SELECT throws_ok($$SELECT pg_temp.make('SEC@u.test')$$, '23505', 'user is already a member of the organization', 'the address of a member is refused');
SELECT throws_ok($$SELECT pg_temp.make('x')$$, '22023', NULL, 'an invalid address is refused');
SELECT throws_ok($$SELECT pg_temp.make(repeat('x', 300) || '@u.test')$$, '22023', NULL, 'a long address is refused');
SELECT throws_ok($$SELECT pg_temp.make('n@u.test', ' ')$$, '22023', 'first_name must not be blank', 'a blank name is refused');
SELECT throws_ok($$SELECT pg_temp.make('n@u.test', last => repeat('x', 101))$$, '22023', 'last_name is too long', 'a long name is refused');
SELECT throws_ok($$SELECT pg_temp.make('n@u.test', title => repeat('x', 201))$$, '22023', 'job_title is too long', 'a long title is refused');
SELECT throws_ok($$SELECT pg_temp.make('n@u.test', admin => 'root')$$, '22023', '"root" is not an administrator level', 'an unknown level is refused');
SELECT throws_ok($$SELECT pg_temp.make('n@u.test', country => 'France')$$, '22023', NULL, 'an invalid country is refused');
SELECT throws_ok($$SELECT pg_temp.make('n@u.test', zone => 'Paris')$$, '22023', NULL, 'an unknown time zone is refused');
SELECT throws_ok($$SELECT pg_temp.make('n@u.test', agenda => '{"data_controler": "x"}')$$, '22023', 'unknown key "data_controler" in agenda', 'an unknown key of the agenda is refused');
SELECT throws_ok($$SELECT pg_temp.make('n@u.test', access => '{}')$$, '22023', 'access must be a JSON array', 'access that is no array is refused');
SELECT throws_ok($$SELECT pg_temp.make('n@u.test', access => '[7]')$$, '22023', 'access must be a JSON object', 'an item that is no object is refused');
SELECT throws_ok($$SELECT pg_temp.make('n@u.test', access => '[{"rights": "read"}]')$$, '22023', '"agenda" is missing in access', 'an item without an agenda is refused');
SELECT throws_ok($$SELECT pg_temp.make('n@u.test', access => '[{"agenda": "x", "rights": "read"}]')$$, '22023', '"agenda" in access is not of the right kind', 'an agenda that is no id is refused');
SELECT throws_ok($$SELECT pg_temp.make('n@u.test', access => jsonb_build_array(jsonb_build_object('agenda', practiceacl.new_id(), 'rights', 'raed')))$$, '22023', '"rights" in access does not name rights: "raed"', 'a text that is no rights is refused');
SELECT throws_ok($$SELECT pg_temp.make('n@u.test', access => jsonb_build_array(jsonb_build_object('agenda', practiceacl.new_id(), 'rights', 'none')))$$, '22023', NULL, 'the rights none are refused');
SELECT throws_ok($$SELECT pg_temp.make('n@u.test', access => jsonb_build_array(jsonb_build_object('agenda', practiceacl.new_id(), 'rights', 'read', 'until', 'x')))$$, '22023', 'unknown key "until" in access', 'an unknown key is refused');
SELECT throws_ok($$SELECT pg_temp.make('n@u.test', access => jsonb_build_array(jsonb_build_object('agenda', practiceacl.new_id(), 'rights', 'read', 'valid_until', 'infinity')))$$, '22023', NULL, 'an infinite time is refused');
SELECT throws_ok(format($$SELECT pg_temp.make('n@u.test', access => jsonb_build_array(jsonb_build_object('agenda', %L, 'rights', 'read', 'valid_from', '2100-01-02', 'valid_until', '2100-01-01')))$$, :'agenda'), '22023', NULL, 'a reversed period is refused');
SELECT throws_ok($$SELECT practiceacl.create_user(NULL, 'n@u.test', 'N', 'N')$$, '22004', NULL, 'null is refused');
UPDATE practiceacl.account SET status = 'blocked' WHERE id = :'sec';
SELECT throws_ok($$SELECT pg_temp.make('sec@u.test')$$, 'PA030', NULL, 'a blocked account''s address is refused');
UPDATE practiceacl.account SET status = 'active' WHERE id = :'sec';
SELECT is((SELECT count(*) FROM practiceacl.account WHERE email = 'n@u.test'), 0::bigint, 'the refused calls made no account');

-- corrections: only while nobody has used the account
SELECT account_id AS typo FROM practiceacl.create_user(:'org', 'tpyo@u.test', 'Tpyo', 'X') \gset
SELECT hash AS old_hash FROM practiceacl.password WHERE account_id = :'typo' \gset
SELECT lives_ok(format($$SELECT practiceacl.update_user(%L, %L, '{"first_name": "Typo", "email": "Typo@u.test", "mobile": null, "country": "be", "time_zone": "Europe/Brussels", "job_title": "temp", "work_mobile": "06 12 34 56 78"}')$$, :'org', :'typo'), 'an unused account can be corrected');
SELECT results_eq(format('SELECT first_name, email, country, time_zone FROM practiceacl.account WHERE id = %L', :'typo'), $$VALUES ('Typo', 'typo@u.test', 'BE', 'Europe/Brussels')$$, 'the account is corrected');
SELECT results_eq(format('SELECT job_title, work_mobile FROM practiceacl.membership WHERE account_id = %L', :'typo'), $$VALUES ('temp', '+33612345678')$$, 'and the membership');
SELECT isnt((SELECT hash FROM practiceacl.password WHERE account_id = :'typo'), :'old_hash', 'without a mailer the password that was handed over ends too');
SELECT hash AS old_hash FROM practiceacl.password WHERE account_id = :'typo' \gset
INSERT INTO practiceacl.mailer_key (public_key) VALUES (decode(repeat('09', 32), 'hex'));
DELETE FROM practiceacl.outbox;
SELECT practiceacl.update_user(:'org', :'typo', '{"email": "again@u.test"}') \g /dev/null
SELECT isnt((SELECT hash FROM practiceacl.password WHERE account_id = :'typo'), :'old_hash', 'with one, what went to the wrong address is worth nothing');
SELECT results_eq('SELECT kind, recipient, sealed_secret IS NOT NULL FROM practiceacl.outbox', $$VALUES ('welcome', 'again@u.test', true)$$, 'and a welcome goes to the corrected address');
SELECT throws_ok(format($$SELECT practiceacl.update_user(%L, %L, '{"email": "doc@u.test"}')$$, :'org', :'typo'), '23505', NULL, 'an address cannot be corrected to another account''s');
SELECT throws_ok(format($$SELECT practiceacl.update_user(%L, %L, '{"admin": "full"}')$$, :'org', :'typo'), '22023', 'unknown key "admin" in changes', 'the administrator level is no key of update_user');
INSERT INTO practiceacl.membership (organization_id, account_id) VALUES (:'other', :'typo');
SELECT throws_ok(format($$SELECT practiceacl.update_user(%L, %L, '{"last_name": "Y"}')$$, :'org', :'typo'), '42501', NULL, 'not once another organization knows the person');
SELECT throws_ok(format($$SELECT practiceacl.update_user(%L, %L, '{"email": "mine@u.test"}')$$, :'org', :'sec'), '42501', NULL, 'not the address of a user who has logged in');
SELECT lives_ok(format($$SELECT practiceacl.update_user(%L, %L, '{"job_title": null}')$$, :'org', :'sec'), 'the job title can always be changed');

-- administrators
SELECT practiceacl.confirm_session(:'boss_token') \g /dev/null
SELECT practiceacl.set_admin(:'org', :'sec', 'full') \g /dev/null
SELECT is((SELECT admin FROM practiceacl.membership WHERE organization_id = :'org' AND account_id = :'sec'), 'full', 'set_admin makes a full administrator');
SELECT practiceacl.set_admin(:'org', :'boss', 'none') \g /dev/null
SELECT throws_ok(format($$SELECT practiceacl.set_admin(%L, %L, 'full')$$, :'org', :'boss'), '42501', NULL, 'a former full administrator cannot set a level');
SELECT is(pg_temp.hint_of(format($$SELECT practiceacl.set_admin(%L, %L, 'full')$$, :'org', :'boss')), '', 'nor is told of anybody, being no colleague either');
UPDATE practiceacl.membership SET status = 'active' WHERE organization_id = :'org' AND account_id = :'boss';
SELECT matches(pg_temp.hint_of(format($$SELECT practiceacl.set_admin(%L, %L, 'full')$$, :'org', :'boss')), 'Sam Sec', 'a colleague learns whom to ask');
UPDATE practiceacl.membership SET status = 'unlisted' WHERE organization_id = :'org' AND account_id = :'boss';
SELECT practiceacl.enter(practiceacl.open_session(:'sec')) \g /dev/null
SELECT throws_ok(format($$SELECT practiceacl.set_admin(%L, %L, 'none')$$, :'org', :'sec'), 'PA011', NULL, 'the last full administrator cannot be demoted');
SELECT throws_ok(format($$SELECT practiceacl.set_admin(%L, %L, 'users')$$, :'org', :'sec'), 'PA010', NULL, 'to a lower level only after reauthentication');
SELECT throws_ok(format($$SELECT practiceacl.disable_user(%L, %L)$$, :'org', :'sec'), 'PA011', NULL, 'and cannot be disabled');
SELECT throws_ok(format($$SELECT practiceacl.remove_user(%L, %L)$$, :'org', :'sec'), 'PA011', NULL, 'and cannot be removed');
SELECT is((SELECT status FROM practiceacl.membership WHERE account_id = :'boss'), 'unlisted', 'the former one has no access and is not listed');
SELECT is_empty(format('SELECT * FROM practiceacl.verify_activity(%L) WHERE first_broken > 0', :'org'), 'the chain verifies');

SELECT * FROM finish();
ROLLBACK;
