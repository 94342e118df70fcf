-- The second factor: set up, given, used once, taken away; and whose
-- organization demands it.
BEGIN;
\ir ../setup/clinic.sql
\ir ../setup/totp.sql
SELECT coalesce(practiceacl.key_file_problem(), '') ~ 'not set|cannot be used' AS no_key_file \gset
\if :no_key_file
SELECT plan(1);
SET LOCAL ROLE clinic_app;
SELECT enter('anna') \g /dev/null
SELECT throws_like('SELECT practiceacl.enrol_second_factor()', '%practiceacl.key_file%', 'without a key file nobody can enrol');
ROLLBACK;
\quit
\endif
SELECT plan(109);

-- What a test may do to somebody's clock: used steps are as good as new.
CREATE FUNCTION app.unused(name text) RETURNS void LANGUAGE sql AS $$
    WITH new AS (UPDATE practiceacl.second_factor SET id = practiceacl.new_id(), last_step = 0
                 WHERE account_id = clinic.account(name) RETURNING account_id, id),
    named AS (UPDATE practiceacl.account a SET second_factor_id = n.id FROM new n WHERE a.id = n.account_id AND NOT second_factor_id IS NULL)
    UPDATE practiceacl.session s SET second_factor_id = n.id FROM new n WHERE s.account_id = n.account_id AND NOT s.second_factor_id IS NULL
$$;
CREATE FUNCTION app.fresh(name text) RETURNS void LANGUAGE sql AS $$
    UPDATE practiceacl.session SET confirmed_until = clock_timestamp() + interval '4 min' WHERE account_id = clinic.account(name)
$$;
-- As the operator or the test itself, in between.
CREATE FUNCTION app.also(name text) RETURNS text LANGUAGE sql RETURN practiceacl.open_session(clinic.account(name), client => 'second');
CREATE FUNCTION app.acts(name text) RETURNS text LANGUAGE sql
RETURN (SELECT string_agg(act || coalesce(' ' || (facts ->> 'by'), ''), ', ' ORDER BY sequence, id) FROM practiceacl.activity
        WHERE account_id = clinic.account(name) AND act ~ 'factor|recovery');
CREATE FUNCTION app.mails(name text) RETURNS text LANGUAGE sql
RETURN (SELECT string_agg(payload ->> 'event', ', ' ORDER BY id) FROM practiceacl.outbox
        WHERE account_id = clinic.account(name) AND kind = 'second_factor');
SELECT practiceacl.set_mailer_key(decode(repeat('09', 32), 'hex')) \g /dev/null
SELECT app.also('anna') AS other, app.also('anna') AS third \gset

-- To set up.
SET LOCAL ROLE clinic_app;
SELECT is(practiceacl.session_needs(), NULL::text, 'nobody needs nothing');
SELECT is(code('SELECT practiceacl.enrol_second_factor()'), '28000', 'nobody has no second factor');
SELECT enter('anna') \g /dev/null
SELECT is(practiceacl.session_needs(), NULL::text, 'anna needs nothing');
SELECT is(code('SELECT practiceacl.enrol_second_factor()'), 'PA010', 'setting up a second factor needs reauthentication');
SELECT is(code($$SELECT practiceacl.second_factor('123456')$$), '55000', 'second_factor() is refused without a second factor');
SELECT is(code($$SELECT practiceacl.remove_second_factor('123456')$$), '55000', 'nor removes one');
SELECT is(code($$SELECT practiceacl.renew_recovery_codes('123456')$$), '55000', 'nor has recovery codes');
SELECT is(code($$SELECT practiceacl.confirm_second_factor('123456')$$), '55000', 'nor confirms one');
RESET ROLE;
SELECT app.fresh('anna') \g /dev/null
SET LOCAL ROLE clinic_app;
SELECT secret AS older FROM practiceacl.enrol_second_factor() \gset
SELECT secret, uri FROM practiceacl.enrol_second_factor() \gset
SELECT matches(:'secret'::text, '^[A-Z2-7]{32}$', 'a secret to type');
SELECT is(:'uri', 'otpauth://totp/North:anna%40north.test?secret=' || :'secret' || '&issuer=North&algorithm=SHA1&digits=6&period=30', 'and an address to scan');
SELECT is(practiceacl.session_needs(), NULL::text, 'until it is confirmed nothing changes');
SELECT is_empty('SELECT * FROM practiceacl.my_second_factor', 'and it does not count');
SELECT is(code('SELECT practiceacl.confirm_second_factor(NULL)'), '22004', 'null is no code');
SELECT is(code(format('SELECT practiceacl.confirm_second_factor(%L)', app.code(:'older'))), '28P01', 'a code of the secret of before does not confirm it');
RESET ROLE;
UPDATE practiceacl.second_factor SET enrolled_at = now() - interval '61 min';
SET LOCAL ROLE clinic_app;
SELECT is(code(format('SELECT practiceacl.confirm_second_factor(%L)', app.code(:'secret'))), '55000', 'nor after an hour');
RESET ROLE;
UPDATE practiceacl.second_factor SET enrolled_at = now() + interval '1 min';
SET LOCAL ROLE clinic_app;
SELECT is(code(format('SELECT practiceacl.confirm_second_factor(%L)', app.code(:'secret'))), '55000', 'nor one of a time to come');
RESET ROLE;
UPDATE practiceacl.second_factor SET enrolled_at = now();
SET LOCAL ROLE clinic_app;
SELECT app.code(:'secret') AS first_code \gset
SELECT practiceacl.confirm_second_factor(:'first_code') AS codes \gset
SELECT is((SELECT count(DISTINCT c) FROM unnest(:'codes'::text[]) AS c WHERE c ~ '^([a-z2-7]{4}-){3}[a-z2-7]{4}$'), 10::bigint, 'ten recovery codes');
SELECT is(practiceacl.session_needs(), NULL::text, 'the session goes on');
SELECT results_eq('SELECT since IS NOT NULL, recovery_codes FROM practiceacl.my_second_factor', 'VALUES (true, 10::bigint)', 'anna sees that they have one');
SELECT results_eq('SELECT second_factor FROM practiceacl.my_sessions WHERE current', 'VALUES (true)', 'and that this session has it');
SELECT is(code('SELECT practiceacl.enrol_second_factor()'), '55000', 'another one needs that this one is removed');
SELECT is(code(format('SELECT practiceacl.confirm_second_factor(%L)', app.code(:'secret', 1))), '55000', 'nothing is confirmed twice');
SELECT is((SELECT second_factor FROM practiceacl.user_directory WHERE account_id = account('anna')), true, 'the directory shows it to anna');
SELECT enter('carl') \g /dev/null
SELECT results_eq('SELECT first_name, second_factor FROM practiceacl.user_directory ORDER BY 1',
    $$VALUES ('Anna', true), ('Bert', false), ('Carl', false), ('Lena', false), ('Sara', false)$$, 'an administrator sees who has one');
SELECT is_empty('SELECT * FROM practiceacl.my_second_factor', 'and nothing else of it');
SELECT enter('sara') \g /dev/null
SELECT is_empty('SELECT FROM practiceacl.user_directory WHERE second_factor AND account_id <> account(''sara'')', 'a colleague does not');
SELECT is(code('SELECT * FROM practiceacl.' || t), '42501', 'no way to ' || t) FROM unnest('{second_factor,recovery_code}'::text[]) AS t;

-- To give.
SELECT practiceacl.enter(:'other') \g /dev/null
SELECT is(practiceacl.session_needs(), 'second_factor', 'every other session of anna''s is half open at once');
SELECT is(practiceacl.current_account(), account('anna'), 'it knows whose it is');
SELECT is_empty('SELECT * FROM practiceacl.account', 'reads nothing');
SELECT is_empty('SELECT * FROM practiceacl.my_agendas', 'no calendar');
SELECT is(practiceacl.can(agenda('anna')), false, 'has no right');
SELECT is(code('SELECT practiceacl.book(agenda(''anna''), at(''09:00''))'), 'PA032', 'and writes nothing');
SELECT throws_matching('SELECT practiceacl.update_my_account(''{}'')', 'second factor needed', 'but is told what is missing');
SELECT is(code('SELECT practiceacl.enrol_second_factor()'), 'PA032', 'sets up no other one');
SELECT is(code(format('SELECT practiceacl.confirm_second_factor(%L)', app.code(:'secret'))), 'PA032', 'confirms none');
SELECT is(code(format('SELECT practiceacl.remove_second_factor(%L)', app.code(:'secret', 1))), 'PA032', 'removes none, not even with a code');
SELECT is(code(format('SELECT practiceacl.renew_recovery_codes(%L)', app.code(:'secret', 1))), 'PA032', 'asks for no codes');
SELECT is(code('SELECT practiceacl.reauthenticate(''whatever'')'), 'PA032', 'is not raised');
SELECT is(code('SELECT practiceacl.change_password(''whatever'', ''whatever else'')'), 'PA032', 'and changes no password');
SELECT is(code(format('SELECT practiceacl.second_factor(%L)', :'first_code')), '28P01', 'the code that confirmed is used up');
SELECT app.code(:'secret', 1) AS next_code \gset
SELECT lives_ok(format('SELECT practiceacl.second_factor(%L)', :'next_code'), 'the next one opens it');
SELECT is(practiceacl.session_needs(), NULL::text, 'nothing is missing');
SELECT isnt_empty('SELECT * FROM practiceacl.my_agendas', 'and reads');
SELECT practiceacl.enter(:'third') \g /dev/null
SELECT is(code(format('SELECT practiceacl.second_factor(%L)', :'next_code')), '28P01', 'in another session the same code does not');
SELECT is(code(format('SELECT practiceacl.second_factor(%L)', app.code(:'secret'))), '28P01', 'nor an earlier one');
RESET ROLE;
SELECT app.unused('anna') \g /dev/null
SET LOCAL ROLE clinic_app;
SELECT is(code(format('SELECT practiceacl.second_factor(%L)', app.code(:'secret', n))), '28P01', 'nor one of ' || n || ' steps away')
FROM unnest(ARRAY[-5, 5]) AS n;
SELECT lives_ok(format('SELECT practiceacl.second_factor(%L)', regexp_replace(app.code(:'secret'), '(...)', ' \1 ')), 'as an app shows it, in two groups');
RESET ROLE;
SELECT app.also('anna') AS fourth \gset
SET LOCAL ROLE clinic_app;
SELECT practiceacl.enter(:'fourth') \g /dev/null
SELECT is(code($$SELECT practiceacl.second_factor('abcd-efgh-ijkl-mnop')$$), '28P01', 'a made-up recovery code does not open it');
SELECT lives_ok(format('SELECT practiceacl.second_factor(%L)', upper(translate((:'codes'::text[])[3], '-', ' '))), 'one of the ten does, however it is typed');
SELECT is((SELECT recovery_codes FROM practiceacl.my_second_factor), 9::bigint, 'nine are left');
SELECT is(code(format('SELECT practiceacl.second_factor(%L)', (:'codes'::text[])[3])), '28P01', 'it is used up');

-- To prove again.
RESET ROLE;
UPDATE practiceacl.session SET confirmed_until = NULL;
SELECT app.unused('anna') \g /dev/null
SET LOCAL ROLE clinic_app;
SELECT lives_ok(format('SELECT practiceacl.reauthenticate(%L)', app.code(:'secret')), 'reauthenticate() takes a code');
SELECT is(code(format('SELECT practiceacl.reauthenticate(%L)', app.code(:'secret', -1))), '28P01', 'once');
SELECT is(code(format('SELECT practiceacl.reauthenticate(%L)', (:'codes'::text[])[4])), '28P01', 'no recovery code, which may be a password');
SELECT is((SELECT recovery_codes FROM practiceacl.my_second_factor), 9::bigint, 'which is not used up by that');

-- New recovery codes.
SELECT is(code('SELECT practiceacl.renew_recovery_codes(''000000'')'), '28P01', 'new codes need a code');
SELECT practiceacl.renew_recovery_codes((:'codes'::text[])[5]) AS new_codes \gset
SELECT is(code(format('SELECT practiceacl.second_factor(%L)', (:'codes'::text[])[6])), '28P01', 'the old ones are worth nothing');
SELECT is((SELECT recovery_codes FROM practiceacl.my_second_factor), 10::bigint, 'ten new ones are');

-- To remove.
SELECT is(code('SELECT practiceacl.remove_second_factor(''000000'')'), '28P01', 'it is not removed by a wrong code');
RESET ROLE;
SELECT app.also('anna') AS fifth \gset
SET LOCAL ROLE clinic_app;
SELECT lives_ok(format('SELECT practiceacl.remove_second_factor(%L)', (:'new_codes'::text[])[1]), 'but by a right one');
SELECT is_empty('SELECT * FROM practiceacl.my_second_factor', 'there is none');
SELECT practiceacl.enter(:'fifth') \g /dev/null
SELECT is(practiceacl.session_needs(), NULL::text, 'and no session needs it');
SELECT is(code(format('SELECT practiceacl.second_factor(%L)', (:'new_codes'::text[])[2])), '55000', 'its recovery codes are gone');
RESET ROLE;
SELECT is_empty('SELECT FROM practiceacl.second_factor UNION ALL SELECT FROM practiceacl.recovery_code', 'nothing of it is kept');
SELECT is(app.acts('anna'), 'second_factor.enrolled, second_factor.enrolled, second_factor.confirmed, second_factor.given app, second_factor.given app, second_factor.given recovery_code, recovery_codes.renewed, second_factor.removed',
    'all of it is on record');
SELECT is(app.mails('anna'), 'confirmed, recovery_code_used, recovery_codes_renewed, removed', 'anna was told of what changed');
SELECT is_empty(format($$SELECT FROM practiceacl.activity a LEFT JOIN practiceacl.activity_detail d USING (organization_id, chain, sequence)
    WHERE a::text || coalesce(d::text, '') ~ %L$$, concat_ws('|', :'secret', :'first_code', :'next_code', (:'codes'::text[])[3])), 'no code and no secret is');

-- An organization demands it.
SET LOCAL ROLE clinic_app;
SELECT enter('anna') \g /dev/null
SELECT is(code($$SELECT practiceacl.update_organization(org('north'), '{"second_factor": "everyone"}')$$), '42501', 'a full administrator demands it');
SELECT enter('carl') \g /dev/null
SELECT is(code($$SELECT practiceacl.update_organization(org('north'), '{"second_factor": "all"}')$$), '22023', 'of nobody, administrators or everyone');
SELECT is(code($$SELECT practiceacl.update_organization(org('north'), '{"second_factor": "everyone"}')$$), 'PA010', 'having just proved who they are');
RESET ROLE;
SELECT app.fresh('carl') \g /dev/null
SET LOCAL ROLE clinic_app;
SELECT is(code($$SELECT practiceacl.update_organization(org('north'), '{"second_factor": "administrators"}')$$), 'PA032', 'and having one themselves');
SELECT is(code($$SELECT practiceacl.update_organization(org('north'), '{"second_factor": "nobody"}')$$), 'done', 'what changes nothing needs nothing');
SELECT secret AS carls FROM practiceacl.enrol_second_factor() \gset
SELECT practiceacl.confirm_second_factor(app.code(:'carls')) AS carls_codes \gset
SELECT is(code($$SELECT practiceacl.update_organization(org('north'), '{"second_factor": "administrators"}')$$), 'done', 'then of administrators');
SELECT results_eq('SELECT second_factor FROM practiceacl.my_organizations', $$VALUES ('administrators')$$, 'members see the rule in my_organizations');
SELECT enter('sara') \g /dev/null
SELECT is(practiceacl.session_needs(), NULL::text, 'others need none');
SELECT enter('carl') \g /dev/null
RESET ROLE;
UPDATE practiceacl.membership SET admin = 'users' WHERE account_id = account('bert');
SET LOCAL ROLE clinic_app;
SELECT enter('bert') \g /dev/null
SELECT is(practiceacl.session_needs(), 'enrolment', 'an administrator without one sets it up first');
SELECT enter('carl') \g /dev/null
SELECT practiceacl.update_organization(org('north'), '{"second_factor": "everyone"}') \g /dev/null
SELECT enter('olga') \g /dev/null
SELECT is(practiceacl.session_needs(), NULL::text, 'another organization has its own rule');
SELECT enter('sara') \g /dev/null
SELECT is(practiceacl.session_needs(), 'enrolment', 'of everyone');
SELECT is_empty('SELECT * FROM practiceacl.my_agendas', 'the session that there was reads nothing from now on');
SELECT throws_matching($$SELECT practiceacl.book(agenda('anna'), at('09:00'))$$, 'second factor must be enrolled first', 'and is told what is missing');
SELECT is(code('SELECT practiceacl.book(agenda(''anna''), at(''09:00''))'), 'PA032', 'with the same code');
SELECT is(code($$SELECT practiceacl.second_factor('123456')$$), 'PA032', 'there is none to give');
SELECT is(code($$SELECT practiceacl.change_password('whatever', 'whatever else')$$), 'PA032', 'nothing else is done before');
SELECT is(code('SELECT practiceacl.enrol_second_factor()'), 'PA010', 'to set it up, who they are is proved again');
SELECT is(code($$SELECT practiceacl.reauthenticate('wrong password')$$), '28P01', 'which is possible');
RESET ROLE;
SELECT app.fresh('sara') \g /dev/null
SET LOCAL ROLE clinic_app;
SELECT secret AS saras FROM practiceacl.enrol_second_factor() \gset
SELECT practiceacl.confirm_second_factor(app.code(:'saras')) AS saras_codes \gset
SELECT isnt_empty('SELECT * FROM practiceacl.my_agendas', 'then the session is open');
SELECT practiceacl.remove_second_factor((:'saras_codes'::text[])[1]) \g /dev/null
SELECT is(practiceacl.session_needs(), 'enrolment', 'after removing it, another one has to be set up');
SELECT is(code('SELECT practiceacl.log_out()'), 'done', 'or goes');

-- Whoever was authenticated elsewhere.
RESET ROLE;
SELECT practiceacl.open_session(account('sara'), '1 h', 'sso', true) AS elsewhere,
       practiceacl.open_session(account('sara'), '1 h', 'sso', false) AS without,
       practiceacl.open_session(account('carl'), '1 h', 'sso', true) AS carl_elsewhere,
       practiceacl.open_session(account('carl')) AS carl_without \gset
SET LOCAL ROLE clinic_app;
SELECT is(code('SELECT practiceacl.open_session(account(''sara''), ''1 h'', ''x'', true)'), '42501', 'an application cannot say where it was');
SELECT practiceacl.enter(:'elsewhere') \g /dev/null
SELECT is(practiceacl.session_needs(), NULL::text, 'a second factor that was given where they were authenticated counts');
SELECT practiceacl.enter(:'without') \g /dev/null
SELECT is(practiceacl.session_needs(), 'enrolment', 'if there was one');
SELECT practiceacl.enter(:'carl_elsewhere') \g /dev/null
SELECT is(practiceacl.session_needs(), NULL::text, 'also for an account with a second factor here');
SELECT practiceacl.enter(:'carl_without') \g /dev/null
SELECT is(practiceacl.session_needs(), 'second_factor', 'otherwise an account gives its second factor here');

-- A database role.
RESET ROLE;
SELECT set_config('practiceacl.session', '', true) \g /dev/null
INSERT INTO practiceacl.role_account SELECT oid, rolname, account('carl') FROM pg_roles WHERE rolname = session_user;
SELECT is(practiceacl.session_needs(), 'second_factor', 'a mapped role is one proof');
SELECT throws_matching('SELECT practiceacl.log_out()', 'no session in use', 'which has no session');
SELECT throws_matching($$SELECT practiceacl.second_factor('123456')$$, 'no session in use', 'to give another in');
SELECT throws_matching($$SELECT practiceacl.update_my_account('{}')$$, 'second factor needed', 'it does nothing');
DELETE FROM practiceacl.role_account;

-- Lost.
SET LOCAL ROLE clinic_app;
SELECT is(code('SELECT practiceacl.reset_second_factor(account(''carl''))'), '42501', 'nobody but support takes it');
RESET ROLE;
SELECT practiceacl.reset_second_factor(account('carl')) \g /dev/null
SELECT is(app.mails('carl'), 'confirmed, reset', 'the account is notified');
SELECT is((SELECT count(*) FROM practiceacl.session s JOIN practiceacl.session_token t ON t.session_id = s.id WHERE account_id = account('carl')), 0::bigint, 'all sessions end');
SELECT throws_ok('SELECT practiceacl.reset_second_factor(account(''carl''))', '55000', 'there is no second factor', 'what is not there is not taken');
SELECT throws_ok('SELECT practiceacl.reset_second_factor(practiceacl.new_id())', 'PT404', NULL, 'nor from nobody');
SELECT is((SELECT facts ->> 'second_factor' FROM practiceacl.activity WHERE act = 'organization.changed' ORDER BY sequence DESC LIMIT 1), 'everyone', 'the demand is on record');

-- Told and erased.
SELECT practiceacl.open_session(account('lena'), '1 h', 'sso', true) AS lena \gset
SELECT practiceacl.enter(:'lena') \g /dev/null
SELECT app.fresh('lena') \g /dev/null
SELECT secret AS lenas FROM practiceacl.enrol_second_factor() \gset
SELECT practiceacl.confirm_second_factor(app.code(:'lenas')) AS lenas_codes \gset
SELECT is(practiceacl.export_account(account('lena')) -> 'second_factors' -> 0 ->> 'recovery_codes', '10', 'a person is told that they have one');
SELECT unalike(practiceacl.export_account(account('lena'))::text, '%' || encode((SELECT sealed FROM practiceacl.second_factor WHERE account_id = account('lena')), 'hex') || '%', 'not what it is, even sealed');
SELECT practiceacl.delete_account(account('lena')) \g /dev/null
SELECT is_empty($$SELECT FROM practiceacl.second_factor WHERE account_id = account('lena') UNION ALL
    SELECT FROM practiceacl.recovery_code WHERE account_id = account('lena') UNION ALL
    SELECT FROM practiceacl.account WHERE id = account('lena') AND NOT second_factor_id IS NULL$$, 'an erased account has no second factor');

SELECT * FROM finish();
ROLLBACK;
