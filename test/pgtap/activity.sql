-- The record: nothing in it can be changed, left out or put in unnoticed;
-- what names people can be erased.
BEGIN;
SELECT plan(75);

CREATE ROLE activity_app;
CREATE ROLE activity_operator;
SELECT practiceacl.grant_application('activity_app');
SELECT practiceacl.grant_operator('activity_operator');

INSERT INTO practiceacl.organization (id, name) VALUES
    ('00000000-0000-7000-8000-000000000001', 'Practice'),
    ('00000000-0000-7000-8000-000000000002', 'Another');
INSERT INTO practiceacl.account (id, email, first_name, last_name) VALUES
    ('00000000-0000-7000-8000-0000000000a1', 'holder@x.test', 'Hol', 'Der'),
    ('00000000-0000-7000-8000-0000000000a2', 'admin@x.test', 'Ad', 'Min'),
    ('00000000-0000-7000-8000-0000000000a3', 'stranger@x.test', 'Stran', 'Ger');
INSERT INTO practiceacl.membership (organization_id, account_id, admin) VALUES
    ('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000a1', 'none'),
    ('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000a2', 'users'),
    ('00000000-0000-7000-8000-000000000002', '00000000-0000-7000-8000-0000000000a3', 'full');
INSERT INTO practiceacl.agenda (organization_id, id, holder_id, time_zone, name, data_controller) VALUES
    ('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000b1',
     '00000000-0000-7000-8000-0000000000a1', 'Europe/Paris', 'Room 1', 'Practice');
SELECT record.begin_all() \g /dev/null
SELECT practiceacl.open_session('00000000-0000-7000-8000-0000000000a1') AS holder \gset
SELECT practiceacl.open_session('00000000-0000-7000-8000-0000000000a2') AS admin \gset
SELECT practiceacl.open_session('00000000-0000-7000-8000-0000000000a3') AS stranger \gset

-- Four more entries on its chain, by the function that everybody calls.
SET LOCAL ROLE activity_app;
SELECT practiceacl.enter(:'holder');
SELECT practiceacl.book('00000000-0000-7000-8000-0000000000b1', '2065-01-05 08:00Z'::timestamptz + n * interval '1 h',
    patient => 'Patient ' || n) FROM generate_series(2, 5) AS n;
RESET ROLE;
SET LOCAL practiceacl.session = '';

SELECT results_eq($$ SELECT sequence, act, actor_id FROM practiceacl.activity
    WHERE chain = '00000000-0000-7000-8000-0000000000b1' ORDER BY sequence $$,
    $$ SELECT n, CASE n WHEN 1 THEN 'agenda.created' ELSE 'appointment.booked' END,
           CASE n WHEN 1 THEN NULL ELSE '00000000-0000-7000-8000-0000000000a1'::uuid END
       FROM generate_series(1::bigint, 5) AS n $$, 'every act is on record');
SELECT is_empty($$ SELECT * FROM practiceacl.activity WHERE to_jsonb(activity)::text ~ 'Patient' $$,
    'no name stands in it');
SELECT is(count(*), 4::bigint, 'the names are in activity_detail') FROM practiceacl.activity_detail WHERE detail ~ 'Patient [2-5]';
SELECT results_eq($$ SELECT * FROM practiceacl.verify_activity('00000000-0000-7000-8000-000000000001') $$,
    $$ VALUES ('00000000-0000-7000-8000-000000000001'::uuid, 1::bigint, NULL::bigint),
              ('00000000-0000-7000-8000-0000000000b1', 5, NULL) $$, 'the chains are whole');

-- What a tampering superuser does, what is found, and all undone again.
CREATE FUNCTION pg_temp.broken_after(tampering text, chain uuid DEFAULT '00000000-0000-7000-8000-0000000000b1', deletes boolean DEFAULT false)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    found_at text;
    organization uuid := CASE WHEN chain <> '00000000-0000-0000-0000-000000000000' THEN '00000000-0000-7000-8000-000000000001'::uuid END;
BEGIN
    BEGIN
        EXECUTE replace(replace(tampering, 'ENTRIES', 'practiceacl.activity'), 'OF3',
            $w$ WHERE chain = '00000000-0000-7000-8000-0000000000b1' AND sequence = 3 $w$);
        SELECT v.entries || ': ' || coalesce(v.first_broken::text, 'whole') INTO found_at
        FROM practiceacl.verify_activity(organization) v WHERE v.chain = broken_after.chain;
        RAISE EXCEPTION USING ERRCODE = 'ZZ001';
    EXCEPTION WHEN SQLSTATE 'ZZ001' THEN
        RETURN CASE WHEN deletes THEN found_at ELSE split_part(found_at, ': ', 2) END;
    END;
END $$;

-- Each column of the third entry, one at a time; the two that say which
-- chain it is in are further down.
SELECT is(pg_temp.broken_after(format('UPDATE ENTRIES SET %I = %s OF3', attname,
        CASE atttypid
            WHEN 'uuid'::regtype THEN 'practiceacl.new_id()'
            WHEN 'text'::regtype THEN $$'x'$$
            WHEN 'timestamptz'::regtype THEN $$recorded_at + interval '1 us'$$
            WHEN 'jsonb'::regtype THEN $$facts || '{"x": 1}'$$
            WHEN 'bytea'::regtype THEN $$decode(repeat('00', 32), 'hex')$$
        END)), '3', 'a changed ' || attname || ' is found')
FROM pg_attribute WHERE attrelid = 'practiceacl.activity'::regclass AND attnum > 0
    AND attname NOT IN ('organization_id', 'chain', 'sequence', 'client') ORDER BY attnum;
SELECT is(pg_temp.broken_after('UPDATE ENTRIES SET client = NULL OF3'), 'whole', 'erasing the client is not a change');
SELECT is(pg_temp.broken_after(format('UPDATE ENTRIES SET %I = NULL OF3', attname)), '3',
    'a removed ' || attname || ' is found')
FROM pg_attribute WHERE attrelid = 'practiceacl.activity'::regclass
    AND attname IN ('actor_id', 'agenda_id', 'detail_digest')
ORDER BY attnum;
SELECT is(pg_temp.broken_after('UPDATE ENTRIES SET sequence = 30 OF3'), '3', 'a changed sequence number is found');
SELECT is(pg_temp.broken_after('UPDATE ENTRIES SET chain = practiceacl.new_id() OF3'), '3', 'an entry moved to another chain is found');
SELECT is(pg_temp.broken_after('UPDATE ENTRIES SET organization_id = practiceacl.new_id() OF3'), '3', 'an entry moved to another organization is found');
SELECT is(pg_temp.broken_after('DELETE FROM ENTRIES OF3'), '3', 'a deleted entry is found');
SELECT is(pg_temp.broken_after('DELETE FROM ENTRIES WHERE sequence = 1 AND agenda_id IS NOT NULL'), '1', 'a deleted first entry is found');
SELECT is(pg_temp.broken_after('DELETE FROM ENTRIES WHERE sequence = 5 AND agenda_id IS NOT NULL'), '5', 'a deleted last entry is found');
SELECT is(pg_temp.broken_after('DELETE FROM ENTRIES WHERE sequence >= 4 AND agenda_id IS NOT NULL'), '4', 'a deleted end of the chain is found');
SELECT is(pg_temp.broken_after('DELETE FROM ENTRIES WHERE agenda_id IS NOT NULL'), '1', 'a chain without entries is found');
SELECT is(pg_temp.broken_after($$ INSERT INTO practiceacl.activity_entry SELECT organization_id, chain, 6, practiceacl.new_id(),
    recorded_at, agenda_id, actor_id, session_id, account_id, subject_id, act, operator, client, facts, detail_digest, hash
    FROM ENTRIES OF3 $$), '6', 'an entry put in at the end');
SELECT is(pg_temp.broken_after($$ INSERT INTO practiceacl.activity_entry SELECT organization_id, chain, 0, practiceacl.new_id(),
    recorded_at, agenda_id, actor_id, session_id, account_id, subject_id, act, operator, client, facts, detail_digest, hash
    FROM ENTRIES OF3 $$), '1', 'or before the first');
SELECT is(pg_temp.broken_after($$
    UPDATE ENTRIES SET sequence = CASE sequence WHEN 2 THEN 1004 ELSE 1002 END WHERE sequence IN (2, 4) AND agenda_id IS NOT NULL;
    UPDATE ENTRIES SET sequence = sequence - 1000 WHERE sequence > 1000 $$), '2', 'two swapped');
SELECT is(pg_temp.broken_after('DELETE FROM practiceacl.activity_chain'), '1', 'a deleted head is found');
SELECT is(pg_temp.broken_after($$ UPDATE practiceacl.activity_chain SET head = '' $$), '6', 'a malformed head is found');
SELECT is(pg_temp.broken_after('UPDATE practiceacl.activity_chain SET entries = 4'), '5', 'a head that was set back is found');
SELECT is(pg_temp.broken_after($$ UPDATE practiceacl.activity_detail SET detail = '{"patient": "Another"}' OF3 $$), '3', 'another name in the detail is found');
SELECT is(pg_temp.broken_after($$ UPDATE practiceacl.activity_detail SET salt = '\x00' OF3 $$), '3', 'another salt is found');
SELECT is(pg_temp.broken_after('UPDATE practiceacl.activity_detail SET salt = NULL, detail = NULL OF3'), 'whole', 'erasing a detail breaks nothing');
SELECT is(pg_temp.broken_after('SELECT 1'), 'whole', 'the chain verifies after the changes were undone');

-- A chain deleted whole, its head too, is missed as long as that is there of
-- which it tells; nor is it enough to begin it again.
CREATE FUNCTION pg_temp.deleted(chain uuid, then_done text) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.broken_after(replace('DELETE FROM ENTRIES WHERE chain = CHAIN;
        DELETE FROM practiceacl.activity_chain WHERE chain = CHAIN;', 'CHAIN', quote_literal(chain)) || then_done, chain, true)
$$;
SELECT is(pg_temp.deleted('00000000-0000-7000-8000-0000000000b1', ''), '0: 1', 'the chain of an agenda');
SELECT is(pg_temp.deleted('00000000-0000-7000-8000-000000000001', ''), '0: 1', 'the chain of an organization');
SELECT is(pg_temp.deleted('00000000-0000-0000-0000-000000000000', ''), '0: 1', 'the chain of the database');
SELECT is(pg_temp.deleted('00000000-0000-7000-8000-0000000000b1', format($$ SELECT practiceacl.enter(%L);
    SELECT practiceacl.book('00000000-0000-7000-8000-0000000000b1', '2065-01-06 08:00Z') $$, :'holder')), '1: 1', 'and that of an agenda begun again');
SELECT is(pg_temp.deleted('00000000-0000-7000-8000-000000000001', format($$ SELECT practiceacl.enter(%L);
    SELECT practiceacl.invite_user('00000000-0000-7000-8000-000000000001', 'new@x.test', 'Ne', 'W') $$, :'admin')), '1: 1', 'of an organization');
SELECT is(pg_temp.deleted('00000000-0000-0000-0000-000000000000',
    $$ SELECT practiceacl.open_session('00000000-0000-7000-8000-0000000000a1') $$), '1: 1', 'of the database');
SELECT is(pg_temp.deleted('00000000-0000-0000-0000-000000000000', $$ DELETE FROM practiceacl.session_token; DELETE FROM practiceacl.session;
    SELECT practiceacl.publish_notice('Closed', 'On Monday.') $$), '1: 1', 'also when sessions have been purged');
SELECT is(pg_temp.deleted('00000000-0000-0000-0000-000000000000', $$ UPDATE practiceacl.account SET first_used_at = NULL $$), NULL,
    'where nobody has ever come, it need not be there');
SELECT is(pg_temp.deleted('00000000-0000-0000-0000-000000000000', $$ UPDATE practiceacl.account SET first_used_at = NULL; $$ || made), '0: 1', made)
FROM unnest(ARRAY[$$INSERT INTO practiceacl.notice (title, body, published_at) VALUES ('x', 'x', now())$$,
    $$INSERT INTO practiceacl.mailer_key (public_key) VALUES (decode(repeat('09', 32), 'hex'))$$,
    $$INSERT INTO practiceacl.service_offer VALUES ('x', 'x', 1)$$]) AS made;
SELECT is(pg_temp.broken_after('UPDATE practiceacl.session SET opened_at = now() - interval ''9 days'', expires_at = now() - interval ''8 days'';
    SELECT practiceacl.purge(''1 day''); SELECT practiceacl.delete_account(''00000000-0000-7000-8000-0000000000a1'')', chain), 'whole',
    'what is purged and erased is missed nowhere')
FROM unnest('{00000000-0000-7000-8000-0000000000b1,00000000-0000-7000-8000-000000000001,00000000-0000-0000-0000-000000000000}'::uuid[]) AS chain;

-- The database has several chains: those who write at once have one each.
SAVEPOINT several;
SELECT record.append('00000000-0000-0000-0000-000000000000', ('00000000-0000-0000-0000-00000000000' || n)::uuid, NULL, 'log_in.refused', now())
FROM generate_series(6, 8) AS n, generate_series(1, 2) \g /dev/null
SELECT is((SELECT array_agg(entries ORDER BY chain) FROM practiceacl.verify_activity(NULL)
    WHERE first_broken IS NULL AND chain <> '00000000-0000-0000-0000-000000000000'), '{2,2,2}', 'those of the database are as many as are written at once');
ROLLBACK TO several;

-- What is read as two tables is one row in a third, which stays closed.
SELECT throws_ok($$ INSERT INTO practiceacl.activity SELECT * FROM practiceacl.activity LIMIT 1 $$, '23514', NULL, 'no entry stands beside the others, where nobody verifies it');
SELECT throws_ok($$ INSERT INTO practiceacl.activity_detail SELECT * FROM practiceacl.activity_detail LIMIT 1 $$, '23514', NULL, 'nor a detail');
SELECT results_eq('SELECT id, chain, sequence, salt, detail FROM practiceacl.activity_detail ORDER BY 1', 'SELECT id, chain, sequence, salt, detail FROM practiceacl.activity_entry ORDER BY 1',
    'a detail is beside its entry');
SAVEPOINT granted;
GRANT ALL ON practiceacl.activity_entry TO activity_app;
SET LOCAL ROLE activity_app;
SELECT practiceacl.enter(:'holder') \g /dev/null
SELECT is_empty('SELECT * FROM practiceacl.activity_entry', 'a privilege that was granted by mistake shows nothing');
WITH gone AS (DELETE FROM practiceacl.activity_entry RETURNING 1) SELECT is(count(*), 0::bigint, 'and deletes nothing') FROM gone;
ROLLBACK TO granted;

-- Who may verify.
SET LOCAL ROLE activity_operator;
SELECT is(count(*), 2::bigint, 'an operator can verify any organization')
FROM practiceacl.verify_activity('00000000-0000-7000-8000-000000000001') WHERE first_broken IS NULL;
SELECT lives_ok('SELECT * FROM practiceacl.verify_activity(NULL)', 'and the chain of the database');
SELECT results_eq($$ SELECT chain, entries, length(head) FROM practiceacl.activity_heads()
    WHERE organization_id = '00000000-0000-7000-8000-000000000001' $$,
    $$ VALUES ('00000000-0000-7000-8000-000000000001'::uuid, 1::bigint, 32), ('00000000-0000-7000-8000-0000000000b1', 5, 32) $$, 'and has the heads');
SET LOCAL ROLE activity_app;
SELECT throws_ok($$ SELECT * FROM practiceacl.verify_activity('00000000-0000-7000-8000-000000000001') $$, '28000', NULL,
    'the anonymous do not');
SELECT practiceacl.enter(:'admin');
SELECT is(count(*), 2::bigint, 'an administrator can verify their own organization')
FROM practiceacl.verify_activity('00000000-0000-7000-8000-000000000001') WHERE first_broken IS NULL;
SELECT throws_ok($$ SELECT * FROM practiceacl.verify_activity('00000000-0000-7000-8000-000000000002') $$, 'PT404', NULL, 'but no other organization');
SELECT throws_ok($$ SELECT * FROM practiceacl.verify_activity(NULL) $$, 'PT404', NULL, 'nor the chain of the database');
SELECT practiceacl.enter(:'holder');
SELECT throws_ok($$ SELECT * FROM practiceacl.verify_activity('00000000-0000-7000-8000-000000000001') $$, '42501', NULL,
    'and a member does not');

-- Following it.
SELECT is_empty('SELECT * FROM practiceacl.activity_since()', 'uncommitted entries are not shown, not even to their author');
RESET ROLE;
UPDATE practiceacl.activity SET id = ('00000000-0000-7000-8000-00000000000' || sequence)::uuid
WHERE chain = '00000000-0000-7000-8000-0000000000b1';
SET LOCAL ROLE activity_app;
SELECT results_eq('SELECT sequence FROM practiceacl.activity_since()', ARRAY[1, 2, 3, 4, 5]::bigint[], 'activity_since() returns entries in order');
SELECT results_eq($$ SELECT sequence FROM practiceacl.activity_since("cursor" => '00000000-0000-7000-8000-000000000002', max_rows => 2) $$,
    ARRAY[3, 4]::bigint[], 'onwards from a cursor, so many at a time');
SELECT practiceacl.enter(:'stranger');
SELECT is_empty('SELECT * FROM practiceacl.activity_since()', 'under row security');
SELECT is(practiceacl.id_hour(id), (extract(epoch FROM made) / 3600)::int, 'an id tells its hour: ' || made)
FROM (VALUES ('019b76da-a800-7000-8000-000000000000'::uuid, '2026-01-01 00:00Z'::timestamptz)) AS v (id, made);
SELECT ok(practiceacl.id_hour(practiceacl.new_id()) - floor(extract(epoch FROM clock_timestamp()) / 3600) IN (0, -1), 'also a new one');
SELECT is(practiceacl.id_hour('ffffffff-ffff-ffff-ffff-ffffffffffff'), 78187493, 'and what was never made has one');
SELECT throws_ok('SELECT * FROM practiceacl.activity_since(max_rows => 0)', '22023', NULL, 'max_rows of zero is refused');
SELECT throws_ok('SELECT * FROM practiceacl.activity_since(max_rows => NULL)', '22004', NULL, 'a null max_rows is refused');

SELECT * FROM finish();
ROLLBACK;
