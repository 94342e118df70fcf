-- With holder_consents, what shows patients waits for the agenda's holder, by
-- whichever function it is given; what does not, and what is taken, does not.
BEGIN;
SELECT plan(79);
SET client_min_messages = warning;

CREATE ROLE consents_app;
SELECT practiceacl.grant_application('consents_app') \g /dev/null
CREATE TABLE people (name text PRIMARY KEY, id uuid, token text);
CREATE TABLE stage (org uuid, agenda uuid, second uuid);
DO $$
DECLARE
    o uuid; boss uuid; a uuid; b uuid; person uuid; name text;
BEGIN
    SELECT organization_id, account_id INTO o, boss
      FROM practiceacl.create_organization('Clinic', 'boss@h.test', 'Bo', 'Boss');
    PERFORM practiceacl.enter(t), practiceacl.confirm_session(t) FROM practiceacl.open_session(boss) t;
    SELECT account_id, agenda_id INTO person, a FROM practiceacl.create_user(o, 'doc@h.test', 'Dora', 'Doc',
        agenda => '{"data_controller": "Doc"}');
    INSERT INTO people VALUES ('boss', boss), ('doc', person);
    SELECT account_id, agenda_id INTO person, b FROM practiceacl.create_user(o, 'med@h.test', 'Mia', 'Med',
        agenda => '{"data_controller": "Med"}');
    INSERT INTO people VALUES ('med', person);
    FOREACH name IN ARRAY '{sec,model,deputy,users,busy}'::text[] LOOP
        SELECT account_id INTO person FROM practiceacl.create_user(o, name || '@h.test', initcap(name), 'X',
            admin => CASE name WHEN 'users' THEN 'users' ELSE 'none' END);
        INSERT INTO people VALUES (name, person);
    END LOOP;
    INSERT INTO stage VALUES (o, a, b);
    PERFORM practiceacl.enter(practiceacl.open_session(id)) FROM people p WHERE p.name = 'doc';
    PERFORM practiceacl.set_rights(a, id, 'owner+billing', tstzrange(NULL, now() + interval '30 days')) FROM people p WHERE p.name = 'deputy';
    PERFORM practiceacl.set_rights(a, id, 'book+private') FROM people p WHERE p.name = 'model';
    PERFORM practiceacl.set_rights(a, id, 'read') FROM people p WHERE p.name = 'users';
    PERFORM practiceacl.enter(practiceacl.open_session(id)) FROM people p WHERE p.name = 'med';
    PERFORM practiceacl.set_rights(b, id, 'freebusy') FROM people p WHERE p.name = 'model';
END $$;
UPDATE people SET token = practiceacl.open_session(id);
SELECT practiceacl.confirm_session(token) FROM people WHERE name IN ('boss', 'users') \g /dev/null
DELETE FROM practiceacl.outbox;
GRANT SELECT ON people, stage TO consents_app;

CREATE FUNCTION pg_temp.be(who text) RETURNS void LANGUAGE plpgsql AS
$$BEGIN PERFORM set_config('practiceacl.session', (SELECT token FROM people WHERE name = who), true); END$$;
CREATE FUNCTION pg_temp.account(who text) RETURNS uuid STABLE LANGUAGE sql AS $$SELECT id FROM people WHERE name = who$$;
CREATE FUNCTION pg_temp.has(who text, which uuid DEFAULT NULL) RETURNS text LANGUAGE plpgsql AS
$$BEGIN PERFORM pg_temp.be(who); RETURN practiceacl.rights_on(coalesce(which, (SELECT agenda FROM stage))); END$$;
-- The requests that wait, as the holder of any agenda or an administrator sees them.
CREATE FUNCTION pg_temp.waiting() RETURNS SETOF text LANGUAGE sql SECURITY DEFINER AS $$
SELECT split_part(email, '@', 1) || ' ' || rights || ' ' || source FROM practiceacl.rights_request r
JOIN practiceacl.account a ON a.id = account_id WHERE r.status = 'pending' AND consent ORDER BY 1$$;
CREATE FUNCTION pg_temp.clear() RETURNS void LANGUAGE sql SECURITY DEFINER AS $$
DELETE FROM practiceacl.rights_request; DELETE FROM practiceacl.outbox$$;
CREATE FUNCTION pg_temp.mail() RETURNS TABLE (kind text, recipient text) LANGUAGE sql SECURITY DEFINER AS
$$DELETE FROM practiceacl.outbox RETURNING kind, split_part(recipient, '@', 1)$$;
-- Does the act as somebody, and says what came of it; the act is undone.
CREATE FUNCTION pg_temp.outcome(who text, act text, whom text DEFAULT 'sec') RETURNS text LANGUAGE plpgsql AS $$
DECLARE answer text;
BEGIN
    PERFORM pg_temp.be(who);
    EXECUTE act;
    answer := coalesce((SELECT string_agg(w, ', ') FROM pg_temp.waiting() AS w), 'given') || ': ' || pg_temp.has(whom);
    RAISE EXCEPTION USING ERRCODE = 'ZZ000', MESSAGE = answer;
EXCEPTION WHEN SQLSTATE 'ZZ000' THEN RETURN SQLERRM;
    WHEN OTHERS THEN RETURN SQLSTATE;
END $$;
CREATE FUNCTION pg_temp.set(rights text, whom text DEFAULT 'sec', during text DEFAULT NULL) RETURNS text LANGUAGE sql AS
$$SELECT format('SELECT practiceacl.set_rights((SELECT agenda FROM stage), %L, %L, %L)', pg_temp.account(whom), rights, during)$$;

SET LOCAL ROLE consents_app;

-- The switch
SELECT is(pg_temp.outcome('boss', pg_temp.set('book')), 'given: book', 'off at first');
SELECT throws_ok($$SELECT pg_temp.be('users'), practiceacl.update_organization((SELECT org FROM stage), '{"holder_consents": true}')$$, '42501', NULL, 'a full administrator''s');
SELECT throws_ok($$SELECT pg_temp.be('boss'), practiceacl.update_organization((SELECT org FROM stage), '{"holder_consents": "yes"}')$$, '22023', NULL, 'on or off');
SELECT pg_temp.be('boss') \g /dev/null
SELECT lives_ok($$SELECT practiceacl.update_organization((SELECT org FROM stage), '{"holder_consents": true}')$$, 'on');
SELECT is((SELECT holder_consents FROM practiceacl.organization), true, 'members can see that it is');
SELECT is((SELECT facts->>'holder_consents' FROM practiceacl.activity WHERE act = 'organization.changed'), 'true', 'it is on record');

-- What waits, and what does not
SELECT is(pg_temp.outcome(who, act), outcome, who || ': ' || act) FROM (VALUES
    ('boss', pg_temp.set('read'), 'sec read hand: none'),
    ('boss', pg_temp.set('openings+private'), 'sec openings+private hand: none'),
    ('boss', pg_temp.set('read', during => format('[%s, %s)', now(), now() + interval '1 day')), 'sec read hand: none'),
    ('boss', pg_temp.set('freebusy'), 'given: freebusy'),
    ('boss', pg_temp.set('owner'), 'PA012'),
    ('doc', pg_temp.set('owner'), 'given: owner'),
    ('deputy', pg_temp.set('book', during => format('[,%s)', now() + interval '30 days')), 'given: book'),
    -- an administrator gives at once what they have, and nothing beyond
    ('users', pg_temp.set('read'), 'given: read'),
    ('users', pg_temp.set('read+private'), 'sec read+private hand: none'),
    ('users', pg_temp.set('book'), 'sec book hand: none'),
    -- features and emergencies are no rights of theirs
    ('users', $$SELECT practiceacl.set_features((SELECT org FROM stage), pg_temp.account('users'), 'private');$$ || pg_temp.set('read+private'), 'sec read+private hand: none'),
    ('boss', $$SELECT practiceacl.break_glass((SELECT agenda FROM stage), 'x', '4 h');$$ || pg_temp.set('read'), 'sec read hand: none'),
    ('boss', $$SELECT practiceacl.break_glass((SELECT agenda FROM stage), 'x', '4 h');$$ || pg_temp.set('read', during => format('[%s, %s)', now(), now() + interval '1 h')), 'sec read hand: none')) AS t (who, act, outcome);
SELECT is(pg_temp.outcome('boss', pg_temp.set('read', 'boss'), 'boss'), 'boss read hand: none', 'what one takes waits, too');
SELECT is(pg_temp.outcome('users', pg_temp.set('book', 'users'), 'users'), 'users book hand: read', 'and what one has stays');
SELECT is(pg_temp.outcome('boss', pg_temp.set(rights, 'model'), 'model'), outcome, 'taking does not wait: ' || rights)
FROM (VALUES ('none', 'given: none'), ('read', 'given: read'), ('book', 'given: book'), ('freebusy', 'given: freebusy'),
             ('openings', 'model openings hand: book+private')) AS t (rights, outcome);

-- Every other path
SELECT is(pg_temp.outcome('boss', $$SELECT practiceacl.clone_rights((SELECT org FROM stage), pg_temp.account('model'), pg_temp.account('sec'))$$),
    'sec book+private clone: none', 'a clone');
SELECT is(pg_temp.outcome('boss', $$SELECT practiceacl.clone_rights((SELECT org FROM stage), pg_temp.account('model'), pg_temp.account('sec')); DELETE FROM pg_temp.nothing$$),
    '42P01', 'an error is told');
SELECT is(pg_temp.outcome('doc', $$SELECT pg_temp.be('boss'); SELECT practiceacl.clone_rights((SELECT org FROM stage), pg_temp.account('sec'), pg_temp.account('model'), replace => true)$$, 'model'),
    'given: none', 'a clone that takes');
SELECT is(pg_temp.outcome('boss', $$SELECT pg_temp.clear(); SELECT practiceacl.create_user((SELECT org FROM stage), 'new@h.test', 'New', 'X', access => jsonb_build_array(
    jsonb_build_object('agenda', (SELECT agenda FROM stage), 'rights', 'book'), jsonb_build_object('agenda', (SELECT second FROM stage), 'rights', 'freebusy')))$$),
    'new book creation: none', 'a new user');
SELECT is(pg_temp.outcome('boss', $$SELECT practiceacl.create_user((SELECT org FROM stage), 'new@h.test', 'New', 'X', clone_from => pg_temp.account('model'))$$),
    'new book+private creation: none', 'a new user like another');
SELECT is(pg_temp.outcome(who, format('SELECT practiceacl.set_colleague_rights((SELECT agenda FROM stage), %L)', rights)), outcome, 'for every colleague: ' || rights || ' by ' || who)
FROM (VALUES ('boss', 'read', 'boss read colleague: none'), ('boss', 'freebusy', 'given: freebusy'), ('users', 'read', 'given: read'),
    ('users', 'book', 'users book colleague: none'), ('doc', 'book', 'given: book'), ('deputy', 'read', 'PA012')) AS t (who, rights, outcome);
SELECT is(pg_temp.outcome('doc', $$SELECT practiceacl.set_colleague_rights((SELECT agenda FROM stage), 'book+private');
    SELECT pg_temp.be('boss'); SELECT practiceacl.set_colleague_rights((SELECT agenda FROM stage), 'read')$$), 'given: read', 'lowering it does not wait');
SELECT is(pg_temp.outcome('boss', $$SELECT practiceacl.set_colleague_rights((SELECT agenda FROM stage), 'read');
    SELECT practiceacl.set_colleague_rights((SELECT agenda FROM stage), 'none')$$), 'given: none', 'taking it takes back what waits');
SELECT is(pg_temp.outcome('boss', $$SELECT practiceacl.set_colleague_rights((SELECT agenda FROM stage), 'read');
    SELECT pg_temp.be('doc'); SELECT practiceacl.answer_request(request_id, true) FROM practiceacl.rights_requests WHERE mine_to_answer$$), 'given: read', 'the holder consents for all');
SELECT is(pg_temp.outcome('boss', $$SELECT practiceacl.set_colleague_rights((SELECT agenda FROM stage), 'read');
    SELECT practiceacl.set_rights((SELECT agenda FROM stage), pg_temp.account('boss'), 'book')$$), 'boss book hand, boss read colleague: none', 'one does not replace the other');
SELECT is(pg_temp.outcome('boss', $$SELECT practiceacl.update_organization((SELECT org FROM stage), '{"colleague_rights": "read+billing"}');
    SELECT practiceacl.add_agenda((SELECT org FROM stage), pg_temp.account('busy'), '{"data_controller": "x"}');
    SELECT pg_temp.be('sec'); DO $x$ BEGIN IF practiceacl.agendas('freebusy') = practiceacl.agendas('read') THEN RAISE division_by_zero; END IF; END $x$;$$), 'given: none', 'a default opens no new agenda to readers');
SELECT pg_temp.be('boss') \g /dev/null
SELECT token AS invitation FROM practiceacl.invite_user((SELECT org FROM stage), 'guest@h.test', 'Gus', 'Guest', access => jsonb_build_array(
    jsonb_build_object('agenda', (SELECT agenda FROM stage), 'rights', 'book')), clone_from => pg_temp.account('model')) \gset
SELECT set_config('practiceacl.session', '', true) \g /dev/null
SELECT account_id AS guest, session AS guest_token FROM practiceacl.accept_invitation(:'invitation', 'a long password of mine') \gset
SELECT results_eq('SELECT pg_temp.waiting()', ARRAY['guest book invitation', 'guest book+private invitation'], 'an invitation');
SELECT practiceacl.enter(:'guest_token') \g /dev/null
SELECT is(cardinality(practiceacl.agendas()), 0, 'gives nothing yet');
SELECT is((SELECT count(*) FROM practiceacl.rights_requests WHERE status = 'pending'), 2::bigint, 'the account that is to get the rights sees the requests');
SELECT pg_temp.be('boss') \g /dev/null
SELECT results_eq($$SELECT x->>'rights', x->>'reason' FROM practiceacl.invitation_status, jsonb_array_elements(left_out) x WHERE account_id IS NOT NULL AND left_out IS NOT NULL$$,
    $$VALUES ('book', 'holder_consents')$$, 'the inviter sees what was not given');
SELECT is((SELECT status FROM practiceacl.user_directory WHERE email = 'guest@h.test'), 'active', 'a user whose rights wait for consent is a colleague');
SELECT is((SELECT count(*) FROM practiceacl.rights_requests WHERE mine_to_answer), 0::bigint, 'it is not the administrator''s to answer');
SELECT pg_temp.be('doc') \g /dev/null
SELECT is((SELECT count(*) FROM practiceacl.rights_requests WHERE mine_to_answer), 2::bigint, 'but the holder''s');
SELECT practiceacl.answer_request(request_id, true) FROM practiceacl.rights_requests WHERE mine_to_answer AND rights OPERATOR(practiceacl.@>) 'read+private' \g /dev/null
SELECT is_empty('SELECT pg_temp.waiting()', 'consenting to more answers the other requests');
SELECT results_eq(format($$SELECT rights::text, source, granted_by = pg_temp.account('doc') FROM practiceacl.access_grant WHERE account_id = %L$$, :'guest'),
    $$VALUES ('book+private', 'request', true)$$, 'the grant names the consenting holder as its grantor');
SELECT pg_temp.clear() \g /dev/null

-- A request that an administrator grants waits for the holder
SELECT pg_temp.be('sec') \g /dev/null
SELECT practiceacl.request_rights(agenda, 'book+billing', 'x') AS request FROM stage \gset
SELECT pg_temp.be('boss') \g /dev/null
SELECT * FROM pg_temp.mail() \g /dev/null
SELECT lives_ok(format('SELECT practiceacl.answer_request(%L, true, %L)', :'request', 'book'), 'an administrator says yes');
SELECT results_eq('SELECT pg_temp.waiting()', ARRAY['sec book request'], 'which waits, as far as they said yes');
SELECT results_eq('SELECT * FROM pg_temp.mail() ORDER BY 2', $$VALUES ('rights_requested', 'deputy'), ('rights_requested', 'doc')$$, 'those who can consent are told');
SELECT throws_ok(format('SELECT practiceacl.answer_request(%L, true)', :'request'), '42501', 'only the holder of the agenda can consent to these rights', 'a second yes does not do');
SELECT pg_temp.be('users') \g /dev/null
SELECT throws_ok(format('SELECT practiceacl.answer_request(%L, true)', :'request'), '42501', NULL, 'nor one of another administrator');
SELECT pg_temp.be('sec') \g /dev/null
SELECT throws_ok(format('SELECT practiceacl.answer_request(%L, true)', :'request'), '42501', NULL, 'nor one''s own');
SELECT pg_temp.be('deputy') \g /dev/null
SELECT throws_ok(format('SELECT practiceacl.answer_request(%L, true)', :'request'), 'PA012', NULL, 'an owner consents to no more than they have');
SELECT pg_temp.be('doc') \g /dev/null
SELECT lives_ok(format('SELECT practiceacl.answer_request(%L, true)', :'request'), 'the holder does');
SELECT is(pg_temp.has('sec'), 'book', 'then it is given');
SELECT pg_temp.be('doc') \g /dev/null
SELECT practiceacl.set_rights(agenda, pg_temp.account('sec'), 'none') FROM stage \g /dev/null
SELECT pg_temp.clear() \g /dev/null

-- An older proposal does not outlive a newer decision
SELECT pg_temp.be('boss') \g /dev/null
SELECT practiceacl.set_rights(agenda, pg_temp.account('sec'), 'openings') FROM stage \g /dev/null
SELECT practiceacl.set_rights(agenda, pg_temp.account('sec'), 'none') FROM stage \g /dev/null
SELECT is_empty('SELECT pg_temp.waiting()', 'taking rights withdraws the requests that wait');
SELECT practiceacl.set_rights(agenda, pg_temp.account('sec'), 'openings') FROM stage \g /dev/null
SELECT practiceacl.set_rights(agenda, pg_temp.account('sec'), 'book') FROM stage \g /dev/null
SELECT results_eq('SELECT pg_temp.waiting()', ARRAY['sec book hand'], 'a newer one replaces it');
SELECT practiceacl.set_rights(agenda, pg_temp.account('sec'), 'read', tstzrange(now() + interval '1 d', now() + interval '2 d')) FROM stage \g /dev/null
SELECT results_eq('SELECT pg_temp.waiting()', ARRAY['sec read hand'], 'so far as the periods overlap');
SELECT practiceacl.set_rights(agenda, pg_temp.account('sec'), 'book', tstzrange(now() + interval '3 d', now() + interval '4 d')) FROM stage \g /dev/null
SELECT results_eq('SELECT pg_temp.waiting()', ARRAY['sec book hand', 'sec read hand'], 'others stand beside it');

-- The holder declines; who proposed is told, who was to get it need not know
SELECT request_id AS request FROM practiceacl.rights_requests WHERE status = 'pending' AND rights OPERATOR(practiceacl.=) 'read' \gset
SELECT * FROM pg_temp.mail() \g /dev/null
SELECT pg_temp.be('doc') \g /dev/null
SELECT practiceacl.answer_request(:'request', false, reason => 'no') \g /dev/null
SELECT results_eq('SELECT * FROM pg_temp.mail()', $$VALUES ('rights_answered', 'boss')$$, 'the proposer is notified of the refusal');
SELECT is(pg_temp.has('sec'), 'none', 'and nothing was given');
SELECT pg_temp.be('boss') \g /dev/null
SELECT request_id AS request FROM practiceacl.rights_requests WHERE status = 'pending' \gset
SELECT practiceacl.answer_request(:'request', false) \g /dev/null
SELECT is((SELECT status FROM practiceacl.rights_requests WHERE request_id = :'request'), 'withdrawn', 'the proposer can withdraw the request');

SELECT practiceacl.set_rights(agenda, pg_temp.account('sec'), 'read') FROM stage \g /dev/null
SELECT request_id AS request FROM practiceacl.rights_requests WHERE status = 'pending' \gset
SELECT * FROM pg_temp.mail() \g /dev/null
SELECT pg_temp.be('sec') \g /dev/null
SELECT lives_ok(format('SELECT practiceacl.answer_request(%L, false)', :'request'), 'nobody has to take what is given to them');
SELECT results_eq('SELECT * FROM pg_temp.mail()', $$VALUES ('rights_answered', 'boss')$$, 'and who meant to give it hears of it');
SELECT pg_temp.be('boss') \g /dev/null

-- Nobody there to consent: the agenda gets another holder
SELECT practiceacl.disable_user(org, pg_temp.account('med')) FROM stage \g /dev/null
SELECT lives_ok($$SELECT practiceacl.set_rights(second, pg_temp.account('sec'), 'read') FROM stage$$, 'the act is not stopped');
SELECT is(practiceacl.rights_on(second)::text, 'none', 'nothing is given') FROM stage;
SELECT request_id AS request FROM practiceacl.rights_requests WHERE status = 'pending' \gset
SELECT practiceacl.transfer_agenda(second, pg_temp.account('doc')) FROM stage \g /dev/null
SELECT pg_temp.be('doc') \g /dev/null
SELECT lives_ok(format('SELECT practiceacl.answer_request(%L, true)', :'request'), 'the new holder consents');
SELECT is(pg_temp.has('sec', second), 'read', 'then it is given') FROM stage;

-- The emergency stays, and is no way to more
SELECT is(pg_temp.outcome('busy', $$SELECT practiceacl.break_glass((SELECT agenda FROM stage), 'x')$$, 'busy'), 'given: read+private+patient_file', 'an emergency waits for nobody');

-- Off again: not by a session that was left open
SELECT pg_temp.clear() \g /dev/null
SELECT pg_temp.be('boss') \g /dev/null
SELECT practiceacl.set_rights(agenda, pg_temp.account('sec'), 'book') FROM stage \g /dev/null
RESET ROLE;
UPDATE practiceacl.session SET confirmed_until = now() - interval '1 minute' WHERE account_id = pg_temp.account('boss');
SET LOCAL ROLE consents_app;
SELECT throws_ok($$SELECT practiceacl.update_organization((SELECT org FROM stage), '{"holder_consents": false}')$$, 'PA010', NULL, 'off: not without a password');
RESET ROLE;
SELECT practiceacl.confirm_session(token) FROM people WHERE name = 'boss' \g /dev/null
SET LOCAL ROLE consents_app;
SELECT lives_ok($$SELECT practiceacl.update_organization((SELECT org FROM stage), '{"holder_consents": false}')$$, 'with it');
SELECT request_id AS request FROM practiceacl.rights_requests WHERE status = 'pending' \gset
SELECT lives_ok(format('SELECT practiceacl.answer_request(%L, true)', :'request'), 'what waits is then an administrator''s, too');
SELECT is(pg_temp.has('sec'), 'book', 'and given');
RESET ROLE;
SELECT is_empty($$SELECT * FROM practiceacl.verify_activity((SELECT org FROM stage)) WHERE first_broken IS NOT NULL$$, 'all of it is on record');

SELECT * FROM finish();
ROLLBACK;
