-- Giving, changing and taking rights, with periods and without.
BEGIN;
SELECT plan(42);

SELECT organization_id AS org, account_id AS boss
FROM practiceacl.create_organization('Clinic', 'boss@r.test', 'Bo', 'Boss') \gset
SELECT practiceacl.open_session(:'boss') AS boss_token \gset
SELECT practiceacl.enter(:'boss_token') \g /dev/null
SELECT account_id AS doc, agenda_id AS agenda
FROM practiceacl.create_user(:'org', 'doc@r.test', 'Dora', 'Doc', agenda => '{"data_controller": "Doc"}') \gset
SELECT account_id AS sec FROM practiceacl.create_user(:'org', 'sec@r.test', 'Sam', 'Sec') \gset
SELECT account_id AS deputy FROM practiceacl.create_user(:'org', 'dep@r.test', 'Dee', 'Puty') \gset
SELECT practiceacl.open_session(:'doc') AS doc_token \gset
SELECT practiceacl.open_session(:'deputy') AS deputy_token \gset

CREATE VIEW pg_temp.sec_grants AS
SELECT rights::text, valid_during, source, granted_by
FROM practiceacl.access_grant g JOIN practiceacl.account a ON a.id = g.account_id
WHERE a.email = 'sec@r.test' ORDER BY valid_during;
CREATE FUNCTION pg_temp.at(days int) RETURNS timestamptz LANGUAGE sql AS
$$SELECT date_trunc('day', now()) + days * interval '1 day'$$;
CREATE FUNCTION pg_temp.during(a int, b int, bounds text DEFAULT '[)') RETURNS tstzrange LANGUAGE sql AS
$$SELECT tstzrange(pg_temp.at(a), pg_temp.at(b), bounds)$$;
SELECT set_config('test.agenda', :'agenda', true), set_config('test.sec', :'sec', true) \g /dev/null
CREATE FUNCTION pg_temp.give(rights text, during tstzrange DEFAULT NULL) RETURNS void LANGUAGE sql AS
$$SELECT practiceacl.set_rights(current_setting('test.agenda')::uuid, current_setting('test.sec')::uuid,
                                rights::practiceacl.rights, during)$$;
DELETE FROM practiceacl.outbox;

-- the first right, the messages, the record
SELECT practiceacl.enter(:'doc_token') \g /dev/null
SELECT lives_ok($$SELECT pg_temp.give('book')$$, 'the holder gives a right');
SELECT results_eq('SELECT rights, valid_during, source FROM pg_temp.sec_grants',
    $$VALUES ('book', '(,)'::tstzrange, 'hand')$$, 'the grant has no end');
SELECT is((SELECT granted_by FROM pg_temp.sec_grants), :'doc'::uuid, 'given by the holder');
SELECT results_eq(
    $$SELECT kind, a.last_name FROM practiceacl.outbox o JOIN practiceacl.account a ON a.id = o.account_id ORDER BY 1, 2$$,
    $$VALUES ('rights_changed', 'Sec'), ('user_added', 'Boss'), ('user_added', 'Doc')$$,
    'the account hears of a right, holder and administrators of somebody new');
SELECT results_eq(
    $$SELECT act, facts->>'before', facts->>'after', account_id FROM practiceacl.activity WHERE act = 'rights.set'$$,
    format($$VALUES ('rights.set', 'none', 'book', %L::uuid)$$, :'sec'), 'the act is on the agenda''s chain');

-- a period inside splits
DELETE FROM practiceacl.outbox;
SELECT pg_temp.give('read', pg_temp.during(2, 4)) \g /dev/null
SELECT results_eq('SELECT rights, valid_during FROM pg_temp.sec_grants',
    $$VALUES ('book', tstzrange(NULL, pg_temp.at(2))), ('read', pg_temp.during(2, 4)), ('book', tstzrange(pg_temp.at(4), NULL))$$,
    'a period replaces what overlaps it, and the rest stays');
SELECT results_eq('SELECT rights::text, valid_during, kind FROM practiceacl.access_history WHERE kind = ''grant''',
    $$VALUES ('book', '(,)'::tstzrange, 'grant')$$,
    'what was replaced is history');
SELECT results_eq('SELECT DISTINCT kind FROM practiceacl.outbox', $$VALUES ('rights_changed')$$,
    'everybody hears of a change of rights');

-- across the edges, with inclusive and exclusive bounds
SELECT pg_temp.give('absences', pg_temp.during(3, 5, '(]')) \g /dev/null
SELECT results_eq('SELECT rights, valid_during FROM pg_temp.sec_grants',
    $$VALUES ('book', tstzrange(NULL, pg_temp.at(2))),
             ('read', tstzrange(pg_temp.at(2), pg_temp.at(3) + interval '1 us')),
             ('absences', tstzrange(pg_temp.at(3) + interval '1 us', pg_temp.at(5) + interval '1 us')),
             ('book', tstzrange(pg_temp.at(5) + interval '1 us', NULL))$$,
    'bounds are made half-open, edges are cut exactly');
SELECT pg_temp.give('none', pg_temp.during(1, 10)) \g /dev/null
SELECT results_eq('SELECT rights, valid_during FROM pg_temp.sec_grants',
    $$VALUES ('book', tstzrange(NULL, pg_temp.at(1))), ('book', tstzrange(pg_temp.at(10), NULL))$$,
    'none takes within a period');
SELECT pg_temp.give('openings', tstzrange(pg_temp.at(20), 'infinity')) \g /dev/null
SELECT is((SELECT valid_during FROM pg_temp.sec_grants WHERE rights = 'openings'), tstzrange(pg_temp.at(20), NULL),
    'an infinite end is no end');
SELECT pg_temp.give('freebusy') \g /dev/null
SELECT results_eq('SELECT rights, valid_during FROM pg_temp.sec_grants',
    $$VALUES ('freebusy', '(,)'::tstzrange)$$, 'without a period everything is replaced');

-- history: statements later than the giving
SELECT pg_sleep(0.01) \g /dev/null
SELECT pg_temp.give('read') \g /dev/null
SELECT results_eq(
    $$SELECT rights::text, source, granted_by, ended_by, upper(recorded_during) > lower(recorded_during)
      FROM practiceacl.access_history WHERE kind = 'grant' AND rights::text = 'freebusy'$$,
    format($$VALUES ('freebusy', 'hand', %1$L::uuid, %1$L::uuid, true)$$, :'doc'), 'the replaced grant is in the history');

-- periods that are none
SELECT throws_ok($$SELECT pg_temp.give('read', 'empty')$$, '22023', NULL, 'an empty period is refused');
SELECT throws_ok($$SELECT pg_temp.give('read', pg_temp.during(3, 3))$$, '22023', NULL, 'a period of zero length is refused');
SELECT throws_ok($$SELECT pg_temp.give('read', pg_temp.during(-3, -1))$$, '22023', NULL, 'a period that is over is refused');
SELECT throws_ok($$SELECT pg_temp.give('read', pg_temp.during(5, 3))$$, '22000', NULL, 'a reversed period is refused');
SELECT lives_ok($$SELECT pg_temp.give('read', pg_temp.during(-3, 1))$$, 'a period that has begun is allowed');

-- bad arguments
SELECT throws_ok('SELECT practiceacl.set_rights(NULL, NULL, NULL)', '22004', NULL, 'null is refused');
SELECT throws_ok(format('SELECT practiceacl.set_rights(%L, %L, ''none+book'')', :'agenda', :'sec'), '22P02', NULL, 'a text that is no rights is refused');
SELECT throws_ok(format('SELECT practiceacl.set_rights(%L, %L, ''overbook'')', :'agenda', :'sec'), '22023', NULL, 'rights with flags and no level are refused');
SELECT throws_ok(format('SELECT practiceacl.set_rights(%L, %L, ''read'')', practiceacl.new_id(), :'sec'), 'PT404', NULL, 'an unknown agenda is refused');
SELECT throws_ok(format('SELECT practiceacl.set_rights(%L, %L, ''read'')', :'agenda', practiceacl.new_id()), 'PT404', NULL, 'an unknown account is refused');
SELECT throws_ok(format('SELECT practiceacl.set_rights(%L, %L, ''none'')', :'agenda', :'doc'), '22023', NULL, 'changing the rights of the holder is refused');

-- an owner for a while
SELECT practiceacl.set_rights(:'agenda', :'deputy', 'owner', pg_temp.during(-1, 7)) \g /dev/null
SELECT practiceacl.set_rights(:'agenda', :'deputy', 'read', tstzrange(pg_temp.at(7), NULL)) \g /dev/null
SELECT practiceacl.enter(:'deputy_token') \g /dev/null
SELECT lives_ok($$SELECT pg_temp.give('absences', pg_temp.during(0, 7))$$, 'a grantor can give rights up to the end of their own');
SELECT throws_ok($$SELECT pg_temp.give('absences', pg_temp.during(0, 8))$$, 'PA012', NULL, 'not a day beyond');
SELECT throws_ok($$SELECT pg_temp.give('read', pg_temp.during(8, 9))$$, 'PA012', NULL, 'not even lower rights that the grantor still has then, without owner');
SELECT throws_ok($$SELECT pg_temp.give('read+billing', pg_temp.during(1, 2))$$, 'PA012', NULL, 'not a flag that the grantor lacks');
SELECT practiceacl.enter(:'boss_token') \g /dev/null
SELECT practiceacl.set_features(:'org', :'deputy', 'billing') \g /dev/null
SELECT is((SELECT count(*) FROM practiceacl.outbox WHERE kind = 'rights_changed' AND account_id = :'doc'
           AND payload->>'changed' = 'features' AND payload->>'after' = 'none+billing'), 1::bigint,
    'the holder hears of a feature as of any right');
SELECT practiceacl.enter(:'deputy_token') \g /dev/null
SELECT lives_ok($$SELECT pg_temp.give('read+billing', pg_temp.during(1, 2))$$, 'but a flag that the grantor has as a feature');

-- emergency reading stays, unless everything is taken
INSERT INTO practiceacl.access_grant (organization_id, agenda_id, account_id, rights, valid_during, source)
VALUES (:'org', :'agenda', :'sec', 'read+private', tstzrange(now(), now() + interval '1 hour'), 'break_glass');
SELECT practiceacl.enter(:'doc_token') \g /dev/null
SELECT pg_temp.give('book') \g /dev/null
SELECT is((SELECT count(*) FROM pg_temp.sec_grants WHERE source = 'break_glass'), 1::bigint, 'a change leaves emergency access');
SELECT pg_temp.give('none') \g /dev/null
SELECT is((SELECT count(*) FROM pg_temp.sec_grants), 0::bigint, 'none takes it too');

-- the last access, and the first again
SELECT is((SELECT status FROM practiceacl.membership WHERE account_id = :'sec'), 'unlisted', 'a user without any access is unlisted');
SELECT is((SELECT count(*) FROM practiceacl.outbox WHERE kind = 'user_removed' AND account_id = :'doc'), 1::bigint,
    'the holder hears of it, once');
SELECT practiceacl.enter(practiceacl.open_session(:'sec')) \g /dev/null
SELECT is_empty('SELECT * FROM practiceacl.my_organizations', 'an unlisted member sees no organization');
SELECT practiceacl.enter(:'doc_token') \g /dev/null
SELECT pg_temp.give('read', pg_temp.during(30, 31)) \g /dev/null
SELECT is((SELECT status FROM practiceacl.membership WHERE account_id = :'sec'), 'active', 'future access lists the user again');
SELECT results_eq(format($$SELECT status FROM practiceacl.access_history WHERE kind = 'membership' AND account_id = %L ORDER BY recorded_during$$, :'sec'),
    $$VALUES ('active'), ('unlisted')$$, 'both states are in the history');
SELECT results_eq($$SELECT act FROM practiceacl.activity WHERE act LIKE 'user.%listed' ORDER BY sequence$$,
    $$VALUES ('user.unlisted'), ('user.listed')$$, 'and on record');

-- taking nothing is nothing
SELECT pg_temp.give('none') \g /dev/null
SELECT count(*) AS entries FROM practiceacl.activity \gset
SELECT pg_temp.give('none') \g /dev/null
SELECT is((SELECT count(*) FROM practiceacl.activity), :entries::bigint, 'taking rights that do not exist leaves no trace');

-- somebody disabled may be prepared; somebody removed may not
SELECT practiceacl.enter(:'boss_token') \g /dev/null
SELECT practiceacl.disable_user(:'org', :'sec') \g /dev/null
SELECT lives_ok($$SELECT pg_temp.give('read')$$, 'a disabled member may be given rights for later');
SELECT practiceacl.remove_user(:'org', :'sec') \g /dev/null
SELECT throws_ok($$SELECT pg_temp.give('read')$$, 'PT404', NULL, 'but not to a removed one');
SELECT is_empty($$SELECT * FROM practiceacl.verify_activity((SELECT id FROM practiceacl.organization)) WHERE first_broken IS NOT NULL AND first_broken <> 0$$,
    'the record verifies');

SELECT * FROM finish();
ROLLBACK;
