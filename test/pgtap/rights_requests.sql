-- Asking for rights: who may ask, who sees it, who answers, when it is too late.
BEGIN;
SELECT plan(89);
SET client_min_messages = warning;

CREATE ROLE requests_app;
CREATE ROLE requests_operator;
SELECT practiceacl.grant_application('requests_app') \g /dev/null
SELECT practiceacl.grant_operator('requests_operator') \g /dev/null

CREATE TABLE people (name text PRIMARY KEY, id uuid, token text);
CREATE TABLE stage (org uuid, agenda uuid, second uuid, foreign_agenda uuid);
DO $$
DECLARE
    o uuid; other uuid; boss uuid; rival uuid; a uuid; b uuid; f uuid; person uuid; name text;
BEGIN
    SELECT organization_id, account_id INTO o, boss
      FROM practiceacl.create_organization('Clinic', 'boss@q.test', 'Bo', 'Boss');
    SELECT organization_id, account_id INTO other, rival
      FROM practiceacl.create_organization('Elsewhere', 'rival@q.test', 'Ri', 'Val');
    PERFORM practiceacl.enter(practiceacl.open_session(rival));
    SELECT agenda_id INTO f FROM practiceacl.create_user(other, 'far@q.test', 'Far', 'Away', agenda => '{"data_controller": "far"}');
    PERFORM practiceacl.enter(t), practiceacl.confirm_session(t) FROM practiceacl.open_session(boss) t;
    SELECT account_id, agenda_id INTO person, a FROM practiceacl.create_user(o, 'doc@q.test', 'Dora', 'Doc',
        agenda => '{"data_controller": "Doc", "name": "Dora''s"}');
    INSERT INTO people VALUES ('boss', boss), ('rival', rival), ('doc', person);
    SELECT account_id, agenda_id INTO person, b FROM practiceacl.create_user(o, 'med@q.test', 'Mia', 'Med',
        agenda => '{"data_controller": "Med", "name": "Mia''s"}');
    INSERT INTO people VALUES ('med', person);
    FOREACH name IN ARRAY '{sec,temp,deputy,users}'::text[] LOOP
        SELECT account_id INTO person FROM practiceacl.create_user(o, name || '@q.test', initcap(name), 'X',
            admin => CASE name WHEN 'users' THEN 'users' ELSE 'none' END);
        INSERT INTO people VALUES (name, person);
    END LOOP;
    PERFORM practiceacl.enter(practiceacl.open_session(id)) FROM people p WHERE p.name = 'doc';
    PERFORM practiceacl.set_rights(a, id, 'owner+overbook', tstzrange(NULL, now() + interval '7 days')) FROM people p WHERE p.name = 'deputy';
    PERFORM practiceacl.set_rights(a, id, 'freebusy') FROM people p WHERE p.name = 'temp';
    INSERT INTO stage VALUES (o, a, b, f);
END $$;
UPDATE people SET token = practiceacl.open_session(id);
DELETE FROM practiceacl.outbox;
GRANT SELECT ON people, stage TO requests_app, requests_operator;

CREATE FUNCTION pg_temp.be(who text) RETURNS void LANGUAGE plpgsql AS
$$BEGIN PERFORM set_config('practiceacl.session', (SELECT token FROM people WHERE name = who), true); END$$;
CREATE FUNCTION pg_temp.account(who text) RETURNS uuid STABLE LANGUAGE sql AS $$SELECT id FROM people WHERE name = who$$;
CREATE FUNCTION pg_temp.ask(who text, rights text, during tstzrange DEFAULT NULL) RETURNS uuid LANGUAGE plpgsql AS
$$BEGIN PERFORM pg_temp.be(who); RETURN practiceacl.request_rights((SELECT agenda FROM stage), rights::practiceacl.rights, 'for ' || who, during); END$$;
CREATE FUNCTION pg_temp.answer(who text, request uuid, yes boolean, rights text DEFAULT NULL, reason text DEFAULT NULL)
RETURNS void LANGUAGE plpgsql AS
$$BEGIN PERFORM pg_temp.be(who); PERFORM practiceacl.answer_request(request, yes, rights::practiceacl.rights, reason); END$$;
-- Who sees the request, and whether they can answer it.
CREATE FUNCTION pg_temp.seen(request uuid) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE p record;
BEGIN
    FOR p IN SELECT * FROM people ORDER BY name LOOP
        PERFORM pg_temp.be(p.name);
        RETURN QUERY SELECT p.name || CASE WHEN mine_to_answer THEN '!' ELSE '' END
            FROM practiceacl.rights_requests WHERE request_id = request AND status = 'pending';
    END LOOP;
END $$;
-- What the view says of the request to the one who asked.
CREATE FUNCTION pg_temp.status(request uuid) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_temp.be((SELECT p.name FROM people p JOIN practiceacl.rights_request r ON r.account_id = p.id WHERE r.id = request));
    RETURN (SELECT status FROM practiceacl.rights_requests WHERE request_id = request);
END $$;
CREATE FUNCTION pg_temp.mail() RETURNS TABLE (kind text, recipient text) LANGUAGE sql SECURITY DEFINER AS
$$DELETE FROM practiceacl.outbox RETURNING kind, split_part(recipient, '@', 1)$$;
ALTER FUNCTION pg_temp.status(uuid) SECURITY DEFINER;
CREATE FUNCTION pg_temp.addresses() RETURNS SETOF text LANGUAGE sql SECURITY DEFINER AS
$$SELECT payload::text FROM practiceacl.outbox WHERE kind LIKE 'rights_%' AND payload::text ~ '@'$$;
SELECT practiceacl.confirm_session(token) FROM people WHERE name = 'boss' \g /dev/null

SET LOCAL ROLE requests_app;

-- Asking, and who hears of it
SELECT pg_temp.ask('sec', 'book+messaging') AS request \gset
SELECT results_eq($$SELECT * FROM pg_temp.mail() ORDER BY 1, 2$$,
    $$VALUES ('rights_requested', 'boss'), ('rights_requested', 'deputy'), ('rights_requested', 'doc'), ('rights_requested', 'users')$$,
    'those who can answer are told');
SELECT set_eq(format('SELECT pg_temp.seen(%L)', :'request'), ARRAY['sec', 'boss!', 'deputy!', 'doc!', 'users!'],
    'they and who asked see it, nobody else');
SELECT pg_temp.be('sec') \g /dev/null
SELECT results_eq($$SELECT agenda_name, user_name, rights::text, reason, status, mine_to_answer, consent, expires_at = requested_at + interval '14 days' FROM practiceacl.rights_requests$$,
    $$VALUES (NULL, 'Sec X', 'book+messaging', 'for sec', 'pending', false, false, true)$$,
    'the requester does not learn the name of an agenda on which they have no right');
SELECT is((SELECT count(*) FROM practiceacl.agenda), 0::bigint, 'nor anything else of it');
SELECT pg_temp.be('users') \g /dev/null
SELECT results_eq($$SELECT agenda_name, requested_by_name FROM practiceacl.rights_requests$$,
    $$VALUES ('Dora''s', 'Sec X')$$, 'those who decide see which agenda it is');

-- What cannot be asked
SELECT throws_ok(format('SELECT pg_temp.ask(%L, %L)', who, rights), sqlstate_, message, what)
FROM (VALUES
    ('sec', 'none', '22023', 'rights must not be "none"', 'nothing'),
    ('sec', 'messaging', '22023', 'rights without a level allow nothing: "none+messaging"', 'flags alone'),
    ('sec', 'book+public_profile', 'PA012', 'only the holder of an agenda can have public_profile', 'what nobody can be given'),
    ('temp', 'freebusy', '22023', 'you have these rights already', 'what one has'),
    ('doc', 'book', '22023', 'you have these rights already', 'what a holder has'),
    ('rival', 'book', 'PT404', 'agenda does not exist or is not visible to you', 'what is another tenant''s')) AS t (who, rights, sqlstate_, message, what);
SELECT pg_temp.be('sec') \g /dev/null
SELECT throws_ok(format($$SELECT practiceacl.request_rights(%L, 'book', 'x')$$, foreign_agenda), 'PT404', NULL, 'of another organization') FROM stage;
SELECT throws_ok($$SELECT practiceacl.request_rights(practiceacl.new_id(), 'book', 'x')$$, 'PT404', NULL, 'of nothing');
SELECT throws_ok(format($$SELECT practiceacl.request_rights(%L, 'book', E' \n')$$, agenda), '22023', 'a request for rights requires a reason', 'without a reason') FROM stage;
SELECT throws_ok(format($$SELECT practiceacl.request_rights(%L, 'book', repeat('x', 1001))$$, agenda), '22023', 'reason is too long', 'with a novel') FROM stage;
SELECT throws_ok(format($$SELECT practiceacl.request_rights(%L, 'book', 'x', tstzrange(now() - interval '2 d', now() - interval '1 d'))$$, agenda), '22023', 'valid_during is in the past', 'for a time that is over') FROM stage;
SELECT set_config('practiceacl.session', '', true) \g /dev/null
SELECT throws_ok(format($$SELECT practiceacl.request_rights(%L, 'book', 'x')$$, agenda), '28000', NULL, 'by nobody') FROM stage;
SELECT is_empty('SELECT FROM practiceacl.rights_requests', 'and sees no request either');

-- Answering: who may, and how much
SELECT throws_ok(format('SELECT pg_temp.answer(%L, %L, %s)', who, :'request', yes), sqlstate_, NULL, who || ' ' || yes)
FROM (VALUES ('sec', 'true', '42501'), ('temp', 'true', 'PT404'), ('temp', 'false', 'PT404'), ('med', 'true', 'PT404'),
    ('rival', 'true', 'PT404'), ('rival', 'false', 'PT404'), ('deputy', 'true', 'PA012')) AS t (who, yes, sqlstate_);
SELECT throws_ok(format('SELECT pg_temp.answer(%L, %L, true, %L)', 'boss', :'request', rights), '22023', message, 'with ' || rights)
FROM (VALUES ('none', 'rights must not be "none"'), ('openings', 'cannot grant more than was asked for'),
    ('book+billing', 'cannot grant more than was asked for')) AS t (rights, message);
SELECT throws_ok(format('SELECT pg_temp.answer(%L, %L, false, %L)', 'boss', :'request', 'read'), '22023',
    'rights must be null when a request is declined', 'a no gives nothing');
SELECT throws_ok($$SELECT pg_temp.answer('boss', practiceacl.new_id(), true)$$, 'PT404',
    'request does not exist or is not visible to you', 'there is no such request');
SELECT is_empty('SELECT * FROM pg_temp.mail()', 'nobody heard of what was refused');

SELECT lives_ok(format('SELECT pg_temp.answer(%L, %L, true, %L, %L)', 'users', :'request', 'read+messaging', 'read is enough'), 'an administrator grants a part');
SELECT results_eq($$SELECT * FROM pg_temp.mail() ORDER BY 1, 2$$,
    $$VALUES ('rights_answered', 'sec'), ('user_added', 'boss'), ('user_added', 'doc'), ('user_added', 'users')$$,
    'the requester is notified of the answer, the others of the rights');
SELECT pg_temp.be('sec') \g /dev/null
SELECT is(practiceacl.rights_on(agenda)::text, 'read+messaging', 'they are there') FROM stage;
SELECT results_eq($$SELECT rights::text, source, granted_by = pg_temp.account('users') FROM practiceacl.access_grant$$,
    $$VALUES ('read+messaging', 'request', true)$$, 'as a request''s');
SELECT results_eq($$SELECT source, act, in_force FROM practiceacl.explain_access(pg_temp.account('sec'), (SELECT agenda FROM stage))$$,
    $$VALUES ('grant', 'request', true)$$, 'which is explained');
SELECT is((SELECT source FROM practiceacl.access_matrix), 'request', 'and in the matrix');
SELECT results_eq($$SELECT sources FROM practiceacl.access_at(clock_timestamp(), (SELECT agenda FROM stage))$$, $$VALUES (ARRAY['request'])$$, 'and was so');
SELECT results_eq($$SELECT status, rights::text, granted::text, answer, answered_by_name, agenda_name FROM practiceacl.rights_requests$$,
    $$VALUES ('granted', 'book+messaging', 'read+messaging', 'read is enough', 'Users X', 'Dora''s')$$, 'the requester can read the answer');
SELECT throws_ok(format('SELECT pg_temp.answer(%L, %L, %s)', who, :'request', yes), '55000', 'request is no longer pending', who || ' again')
FROM (VALUES ('users', 'true'), ('boss', 'true'), ('doc', 'false'), ('sec', 'false')) AS t (who, yes);
SELECT pg_temp.be('boss') \g /dev/null
SELECT results_eq($$SELECT act, facts->>'rights', facts->>'status', facts->>'granted', facts->>'after' FROM practiceacl.activity WHERE agenda_id = (SELECT agenda FROM stage) AND account_id = pg_temp.account('sec') ORDER BY sequence$$,
    $$VALUES ('rights.requested', 'book+messaging', NULL, NULL, NULL), ('rights.answered', NULL, 'granted', 'read+messaging', NULL),
             ('rights.set', 'read+messaging', NULL, NULL, 'read+messaging')$$, 'all of it is on the agenda''s chain');

-- What is granted comes beside what is there
SELECT pg_temp.ask('sec', 'book') AS request \gset
SELECT pg_temp.answer('doc', :'request', true) \g /dev/null
SELECT pg_temp.be('sec') \g /dev/null
SELECT is(practiceacl.rights_on(agenda)::text, 'book+messaging', 'nothing is lost by asking for more') FROM stage;

-- Limits in time: an owner until Friday gives until Friday
SELECT pg_temp.ask('med', 'read') AS request \gset
SELECT throws_ok(format('SELECT pg_temp.answer(%L, %L, true)', 'deputy', :'request'), 'PA012', 'cannot grant rights for longer than you have them', 'no longer than their own');
SELECT pg_temp.ask('med', 'read', tstzrange(NULL, now() + interval '5 days')) AS shorter \gset
SELECT is(pg_temp.status(:'request'), 'replaced', 'a new request replaces the one before');
SELECT throws_ok(format('SELECT pg_temp.answer(%L, %L, true)', 'boss', :'request'), '55000', NULL, 'which nobody can grant any more');
SELECT lives_ok(format('SELECT pg_temp.answer(%L, %L, true)', 'deputy', :'shorter'), 'an owner grants what they have themselves');
SELECT pg_temp.be('med') \g /dev/null
SELECT is((SELECT upper(valid_during) FROM practiceacl.access_grant), now() + interval '5 days', 'for the time that was asked for');

-- Declined, withdrawn
SELECT pg_temp.ask('temp', 'read') AS request \gset
SELECT * FROM pg_temp.mail() \g /dev/null
SELECT pg_temp.answer('deputy', :'request', false, reason => 'not yet') \g /dev/null
SELECT is(pg_temp.status(:'request'), 'declined', 'declined');
SELECT results_eq('SELECT * FROM pg_temp.mail()', $$VALUES ('rights_answered', 'temp')$$, 'which only who asked hears');
SELECT is((SELECT answer FROM practiceacl.rights_requests WHERE request_id = :'request'), 'not yet', 'with the reason');
SELECT pg_temp.ask('temp', 'read') AS request \gset
SELECT * FROM pg_temp.mail() \g /dev/null
SELECT pg_temp.answer('temp', :'request', false) \g /dev/null
SELECT is(pg_temp.status(:'request'), 'withdrawn', 'withdrawn');
SELECT is_empty('SELECT * FROM pg_temp.mail()', 'silently');

-- An administrator's request is for full administrators and owners; theirs for another
SELECT pg_temp.ask('users', 'read') AS request \gset
SELECT set_eq(format('SELECT pg_temp.seen(%L)', :'request'), ARRAY['boss!', 'deputy!', 'doc!', 'users'], 'nobody below full touches an administrator');
SELECT throws_ok(format('SELECT pg_temp.answer(%L, %L, true)', 'users', :'request'), '42501', 'cannot grant your own request', 'an administrator neither');
SELECT pg_temp.answer('users', :'request', false) \g /dev/null

-- Whoever could answer, and no longer can: as bugs of others had it
SELECT pg_temp.ask('temp', 'read', tstzrange(NULL, now() + interval '1 day')) AS request \gset
SELECT set_eq(format('SELECT pg_temp.seen(%L)', :'request'), ARRAY['boss!', 'deputy!', 'doc!', 'temp', 'users!'], 'five know of it');
SELECT pg_temp.be('boss'), practiceacl.set_admin(org, pg_temp.account('users'), 'none') FROM stage \g /dev/null
SELECT pg_temp.be('doc'), practiceacl.set_rights(agenda, pg_temp.account('deputy'), 'book') FROM stage \g /dev/null
SELECT set_eq(format('SELECT pg_temp.seen(%L)', :'request'), ARRAY['boss!', 'doc!', 'temp'], 'a former administrator no longer sees the request');
SELECT throws_ok(format('SELECT pg_temp.answer(%L, %L, %s)', who, :'request', yes), 'PT404', NULL, who || ' who was: ' || yes)
FROM (VALUES ('users', 'true'), ('users', 'false'), ('deputy', 'true'), ('deputy', 'false')) AS t (who, yes);
SELECT is_empty($$SELECT FROM pg_temp.addresses()$$, 'no message names an address');
DO $$ BEGIN
    BEGIN
        PERFORM set_config('test.undone', pg_temp.ask('sec', 'openings')::text, true);
        RAISE division_by_zero;
    EXCEPTION WHEN division_by_zero THEN NULL;
    END;
END $$;
SELECT pg_temp.be('sec') \g /dev/null
SELECT is((SELECT count(*) FROM practiceacl.rights_requests WHERE status = 'pending'), 0::bigint, 'what was undone was not asked');
SELECT pg_temp.be('rival') \g /dev/null
SELECT is((SELECT count(*) FROM practiceacl.rights_request) + (SELECT count(*) FROM practiceacl.rights_requests), 0::bigint, 'another tenant sees nothing');
SELECT pg_temp.be('med') \g /dev/null
SELECT is((SELECT count(*) FROM practiceacl.rights_request WHERE account_id <> pg_temp.account('med')), 0::bigint, 'nor a colleague');
SELECT pg_temp.be('boss'), practiceacl.set_admin(org, pg_temp.account('users'), 'users') FROM stage \g /dev/null
SELECT pg_temp.be('doc'), practiceacl.set_rights(agenda, pg_temp.account('deputy'), 'owner') FROM stage \g /dev/null

-- Too late
CREATE FUNCTION pg_temp.overtaken(who text, act text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    request uuid := pg_temp.ask('temp', 'read');
    answer text;
BEGIN
    PERFORM pg_temp.be(who);
    EXECUTE act;
    BEGIN
        PERFORM pg_temp.answer('doc', request, true);
        RAISE EXCEPTION 'granted';
    EXCEPTION WHEN OTHERS THEN answer := SQLSTATE;
    END;
    PERFORM pg_temp.be('boss');
    answer := answer || ' ' || (SELECT status FROM practiceacl.rights_requests WHERE request_id = request);
    RAISE EXCEPTION USING ERRCODE = 'ZZ000', MESSAGE = answer;
EXCEPTION WHEN SQLSTATE 'ZZ000' THEN RETURN SQLERRM;
END $$;
SELECT is(pg_temp.overtaken(who, act), outcome, act) FROM (VALUES
    ('doc', $$SELECT practiceacl.set_rights((SELECT agenda FROM stage), pg_temp.account('temp'), 'book')$$, '55000 lapsed'),
    ('doc', $$SELECT practiceacl.set_rights((SELECT agenda FROM stage), pg_temp.account('temp'), 'read+private')$$, '55000 lapsed'),
    ('users', $$SELECT practiceacl.clone_rights((SELECT org FROM stage), pg_temp.account('sec'), pg_temp.account('temp'))$$, '55000 lapsed'),
    ('users', $$SELECT practiceacl.disable_user((SELECT org FROM stage), pg_temp.account('temp'))$$, '55000 lapsed'),
    ('users', $$SELECT practiceacl.disable_user((SELECT org FROM stage), pg_temp.account('temp')); SELECT practiceacl.enable_user((SELECT org FROM stage), pg_temp.account('temp'))$$, '55000 lapsed'),
    ('users', $$SELECT practiceacl.remove_user((SELECT org FROM stage), pg_temp.account('temp'))$$, '55000 lapsed'),
    ('users', $$SELECT practiceacl.archive_agenda((SELECT agenda FROM stage))$$, '55000 lapsed'),
    ('users', $$SELECT practiceacl.archive_agenda((SELECT agenda FROM stage)); SELECT practiceacl.restore_agenda((SELECT agenda FROM stage))$$, '55000 lapsed'),
    ('doc', $$SELECT practiceacl.transfer_agenda((SELECT agenda FROM stage), pg_temp.account('temp'))$$, 'PT404 lapsed')) AS t (who, act, outcome);
RESET ROLE;
CREATE FUNCTION pg_temp.later(interval) RETURNS void LANGUAGE sql AS $$
UPDATE practiceacl.rights_request SET requested_at = requested_at - $1, expires_at = expires_at - $1 WHERE status = 'pending'$$;
SELECT pg_temp.ask('temp', 'read') AS request \gset
SELECT pg_temp.later('14 days') \g /dev/null
SELECT throws_ok(format('SELECT pg_temp.answer(%L, %L, true)', 'doc', :'request'), '55000', NULL, 'after 14 days it has lapsed');
SELECT is(pg_temp.status(:'request'), 'lapsed', 'and says so');
SET LOCAL ROLE requests_app;
SELECT pg_temp.ask('temp', 'read', tstzrange(NULL, now() + interval '1 day')) AS request \gset
SELECT pg_temp.be('temp') \g /dev/null
SELECT is((SELECT expires_at FROM practiceacl.rights_requests WHERE request_id = :'request'), now() + interval '1 day', 'it waits no longer than its own period');
RESET ROLE;

-- Blocked by support: neither the asker's nor the answerer's
UPDATE practiceacl.account SET status = 'blocked' WHERE id = pg_temp.account('temp');
SELECT throws_ok(format('SELECT pg_temp.answer(%L, %L, true)', 'doc', :'request'), '55000', NULL, 'an account that is blocked gets nothing');
UPDATE practiceacl.account SET status = 'active' WHERE id = pg_temp.account('temp');

-- Bounded, also for who withdraws each
DELETE FROM practiceacl.rights_request;
SET LOCAL ROLE requests_app;
SELECT count(pg_temp.ask('temp', 'read')) FROM generate_series(1, 20) \g /dev/null
SELECT throws_ok($$SELECT pg_temp.ask('temp', 'read')$$, 'PA040', 'too many requests for rights within a day', 'twenty a day');
SELECT pg_temp.be('boss') \g /dev/null
SELECT results_eq('SELECT status, count(*) FROM practiceacl.rights_requests GROUP BY 1 ORDER BY 1', $$VALUES ('pending', 1::bigint), ('replaced', 19)$$, 'of which one is pending');
RESET ROLE;
SELECT pg_temp.later('1 day') \g /dev/null
UPDATE practiceacl.rights_request SET requested_at = requested_at - interval '1 day';
SELECT lives_ok($$SELECT pg_temp.ask('temp', 'read')$$, 'and twenty tomorrow');

-- Nobody writes the table
SET LOCAL ROLE requests_app;
SELECT throws_ok($$UPDATE practiceacl.rights_request SET status = 'granted'$$, '42501', NULL, 'not by hand');

-- Told, erased, purged
RESET ROLE;
SELECT is(jsonb_array_length(practiceacl.export_account(pg_temp.account('temp')) -> 'requests'), 21, 'what was asked is told');
SELECT practiceacl.delete_account(pg_temp.account('temp')) \g /dev/null
SELECT is_empty($$SELECT FROM practiceacl.rights_request WHERE status = 'pending' OR reason IS NOT NULL$$, 'erasing an account ends its requests and erases their reasons');
SELECT is_empty($$SELECT FROM practiceacl.outbox WHERE payload ->> 'account_id' = pg_temp.account('temp')::text AND payload ?| '{first_name,requested_by,request_reason,answer}'$$, 'in messages neither');
UPDATE practiceacl.rights_request SET answered_at = now() - interval '40 days';
SELECT results_eq($$SELECT rows FROM practiceacl.purge('30 days') WHERE what = 'requests for rights'$$, ARRAY[21::bigint], 'old ones are purged');
SELECT results_eq($$SELECT check_name, detail FROM practiceacl.health() WHERE NOT ok AND check_name NOT IN ('settings', 'mailer', 'messages', 'key_file', 'secrets', 'preload')$$,
    $$SELECT NULL::text, NULL::text WHERE false$$, 'and health() is content');

SELECT * FROM finish();
ROLLBACK;
