-- Entries of long ago go into files: nothing goes that is not in one, the chains
-- go on, and what names people does not come along.
BEGIN;
SELECT plan(51);

CREATE ROLE sealed_app;
CREATE ROLE sealed_operator;
CREATE ROLE sealed_watch;
SELECT practiceacl.grant_application('sealed_app');
SELECT practiceacl.grant_operator('sealed_operator');
SELECT practiceacl.grant_monitor('sealed_watch');
GRANT USAGE ON SCHEMA record TO sealed_operator;

CREATE FUNCTION pg_temp.o() RETURNS uuid LANGUAGE sql IMMUTABLE AS $$SELECT '00000000-0000-7000-8000-000000000001'::uuid$$;
CREATE FUNCTION pg_temp.g() RETURNS uuid LANGUAGE sql IMMUTABLE AS $$SELECT '00000000-0000-7000-8000-0000000000b1'::uuid$$;
CREATE FUNCTION pg_temp.visit(n int) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$SELECT ('00000000-0000-7000-8000-00000000c00' || n)::uuid$$;
INSERT INTO practiceacl.organization (id, name, created_at) VALUES (pg_temp.o(), 'Practice', '2020-01-01Z'),
    ('00000000-0000-7000-8000-000000000002', 'Another', '2020-01-01Z');
INSERT INTO practiceacl.account (id, email, first_name, last_name) VALUES
    ('00000000-0000-7000-8000-0000000000a1', 'holder@x.test', 'Hol', 'Der');
SELECT practiceacl.digest_emails() \g /dev/null
INSERT INTO practiceacl.membership (organization_id, account_id, admin) VALUES (pg_temp.o(), '00000000-0000-7000-8000-0000000000a1', 'full');
INSERT INTO practiceacl.agenda (organization_id, id, holder_id, time_zone, name, data_controller, created_at)
VALUES (pg_temp.o(), pg_temp.g(), '00000000-0000-7000-8000-0000000000a1', 'Europe/Paris', 'Room 1', 'Practice', '2020-01-01Z');
SELECT record.begin_all() \g /dev/null
SELECT record.append(pg_temp.o(), pg_temp.g(), pg_temp.g(), 'message.queued', '2020-02-01Z'::timestamptz + n * interval '1 day',
    pg_temp.visit(n), '{"channel": "email"}', format('{"recipient":"patient%s@x.test"}', n))
FROM generate_series(1, 4) AS n \g /dev/null
SELECT practiceacl.open_session('00000000-0000-7000-8000-0000000000a1') AS holder \gset
SET LOCAL ROLE sealed_app;
SELECT practiceacl.enter(:'holder') AS me \gset
SELECT practiceacl.book(pg_temp.g(), '2065-01-05 08:00Z', patient => 'Ann') AS ann \gset
RESET ROLE;
SET LOCAL practiceacl.session = '';

-- Who may.
SET LOCAL ROLE sealed_app;
SELECT throws_ok($$ SELECT practiceacl.export_activity(pg_temp.o(), '2021-01-01Z') $$, '42501', NULL, 'an application exports nothing');
SELECT throws_ok($$ SELECT practiceacl.seal_activity(pg_temp.o(), '2021-01-01Z', 'x') $$, '42501', NULL, 'and seals nothing');
SELECT throws_ok($$ SELECT * FROM practiceacl.activity_seals() $$, '42501', NULL, 'nor does it see what is sealed');
SELECT throws_ok($$ SELECT * FROM practiceacl.activity_seal $$, '42501', NULL, 'in no way');
SELECT practiceacl.enter(:'holder') AS me \gset
SELECT throws_ok($$ SELECT practiceacl.seal_activity(pg_temp.o(), '2021-01-01Z', 'x') $$, '42501', NULL, 'an administrator neither');
SET LOCAL practiceacl.session = '';
SET LOCAL ROLE sealed_watch;
SELECT throws_ok($$ SELECT practiceacl.export_activity(pg_temp.o(), '2021-01-01Z') $$, '42501', NULL, 'a monitor exports nothing');
SELECT is_empty('SELECT * FROM practiceacl.activity_seals()', 'but sees what is sealed');
SET LOCAL ROLE sealed_operator;

-- What is refused.
SELECT throws_ok($$ SELECT practiceacl.export_activity(pg_temp.o(), now() - interval '89 days') $$, '22023', 'before must be at least 90 days ago', 'nothing recent');
SELECT throws_ok($$ SELECT practiceacl.seal_activity(pg_temp.o(), now() - interval '89 days', 'x') $$, '22023', NULL, 'is sealed either');
SELECT throws_ok($$ SELECT practiceacl.export_activity(pg_temp.o(), 'infinity') $$, '22023', NULL, 'nor everything');
SELECT throws_ok($$ SELECT practiceacl.export_activity(pg_temp.o(), NULL) $$, '22004', NULL, 'nor at no moment');
SELECT throws_ok($$ SELECT practiceacl.export_activity('00000000-0000-7000-8000-0000000000ff', '2021-01-01Z') $$, 'PT404', NULL, 'of nobody');
SELECT throws_ok($$ SELECT practiceacl.seal_activity(pg_temp.o(), '2021-01-01Z', repeat('0', 64)) $$, '22023', NULL, 'a wrong digest');
SELECT throws_ok($$ SELECT practiceacl.seal_activity(pg_temp.o(), '2021-01-01Z', '') $$, '22023', NULL, 'an empty one');
SELECT throws_ok($$ SELECT practiceacl.seal_activity(pg_temp.o(), '2021-01-01Z', NULL) $$, '22004', NULL, 'none');

-- The file.
CREATE TEMP TABLE line AS SELECT row_number() OVER () AS n, l FROM practiceacl.export_activity(pg_temp.o(), '2020-02-04Z') AS l;
SELECT is((SELECT array_agg(split_part(l, ' ', 1) ORDER BY n) FROM line),
    '{practiceacl-activity,chain,entry,chain,entry,entry,entry,end}', 'a file has the beginning of each chain');
SELECT is((SELECT l FROM line WHERE n = 2), 'chain ' || pg_temp.o() || ' 1 1 ' || repeat('0', 64), 'from its first entry on');
SELECT is_empty($$ SELECT l FROM line WHERE l ~ '^detail'
    OR CASE WHEN l ~ '^entry' THEN position('patient'::bytea IN decode(substr(l, 7), 'base64')) > 0 END $$, 'without a name');
SELECT is((SELECT count(*) FROM practiceacl.export_activity(pg_temp.o(), '2020-02-04Z', true) AS l WHERE l ~ '^detail'), 2::bigint, 'unless they are wanted');
RESET ROLE;
CREATE FUNCTION pg_temp.digest_of(organization uuid, before timestamptz, details boolean DEFAULT false) RETURNS text LANGUAGE sql AS $$
    SELECT encode(record.blake2b(convert_to(string_agg(l || E'\n', '' ORDER BY n), 'UTF8')), 'hex')
    FROM practiceacl.export_activity(organization, before, details) WITH ORDINALITY AS f (l, n) WHERE l !~ '^detail'
$$;
SELECT pg_temp.digest_of(pg_temp.o(), '2020-02-04Z') AS digest \gset
SELECT is(pg_temp.digest_of(pg_temp.o(), '2020-02-04Z', true), :'digest', 'which do not change its digest');
SELECT is((SELECT count(*) FROM practiceacl.activity WHERE organization_id = pg_temp.o()), 7::bigint, 'writing it changed nothing');
SELECT throws_ok(format($$ SELECT practiceacl.seal_activity(pg_temp.o(), '2020-02-05Z', %L) $$, :'digest'), '22023', NULL, 'the digest of less than would go');
SELECT throws_ok(format($$ SELECT practiceacl.seal_activity(pg_temp.o(), '2020-02-03Z', %L) $$, :'digest'), '22023', NULL, 'or of more');
SELECT throws_ok(format($$ SELECT practiceacl.seal_activity('00000000-0000-7000-8000-000000000002', '2020-02-04Z', %L) $$, :'digest'), '22023', NULL,
    'or of another organization');

-- A broken chain goes nowhere.
SAVEPOINT tampered;
UPDATE practiceacl.activity SET facts = '{"channel": "sms"}' WHERE subject_id = pg_temp.visit(2);
SELECT throws_ok($$ SELECT count(*) FROM practiceacl.export_activity(pg_temp.o(), '2020-02-04Z') $$, 'XX001',
    'chain ' || pg_temp.g() || ' is broken at entry 3', 'what was tampered with is not exported');
SELECT throws_ok(format($$ SELECT practiceacl.seal_activity(pg_temp.o(), '2020-02-04Z', %L) $$, :'digest'), 'XX001', NULL, 'nor deleted');
ROLLBACK TO tampered;

-- An account erased in between does not matter.
UPDATE practiceacl.activity SET client = NULL;
UPDATE practiceacl.activity_detail SET salt = NULL, detail = NULL WHERE sequence = 2;
SET LOCAL ROLE sealed_operator;
SELECT is(practiceacl.seal_activity(pg_temp.o(), '2020-02-04Z', upper(:'digest')), 4::bigint, 'with its digest the entries go');
RESET ROLE;
SELECT results_eq($$ SELECT chain, sequence FROM practiceacl.activity WHERE organization_id = pg_temp.o() ORDER BY 1, 2 $$,
    $$ VALUES (pg_temp.o(), 2::bigint), (pg_temp.g(), 4), (pg_temp.g(), 5), (pg_temp.g(), 6) $$, 'those of long ago');
SELECT results_eq($$ SELECT sequence FROM practiceacl.activity_detail WHERE organization_id = pg_temp.o() AND detail IS NOT NULL ORDER BY 1 $$,
    ARRAY[4, 5, 6]::bigint[], 'with their details');
SELECT results_eq($$ SELECT chain, entries, first_broken FROM practiceacl.verify_activity(pg_temp.o()) $$,
    $$ VALUES (pg_temp.o(), 2::bigint, NULL::bigint), (pg_temp.g(), 6, NULL) $$, 'the chains are whole');
SELECT results_eq($$ SELECT chain, first_entry, last_entry, encode(digest, 'hex') FROM practiceacl.activity_seals() $$,
    format($$ VALUES (pg_temp.o(), 1::bigint, 1::bigint, %L), (pg_temp.g(), 1, 3, %1$L) $$, :'digest'), 'what went is listed');
SELECT is((SELECT array[facts ->> 'entries', facts ->> 'chains', facts ->> 'digest'] FROM practiceacl.activity WHERE act = 'activity.sealed'),
    ARRAY['4', '2', :'digest'], 'and on record');
SELECT throws_ok(format($$ SELECT practiceacl.seal_activity(pg_temp.o(), '2020-02-04Z', %L) $$, :'digest'), '22023', NULL, 'it cannot go twice');
SELECT is_empty($$ SELECT detail FROM practiceacl.health() WHERE check_name IN ('activity', 'losses') AND NOT ok $$, 'nothing is missed');

-- It goes on.
SET LOCAL ROLE sealed_app;
SELECT practiceacl.enter(:'holder') AS me \gset
SELECT isnt(practiceacl.book(pg_temp.g(), '2065-01-05 09:00Z', patient => 'Bob'), NULL, 'people book');
RESET ROLE;
SET LOCAL practiceacl.session = '';
SELECT pg_temp.digest_of(pg_temp.o(), '2021-01-01Z') AS second \gset
SELECT is((SELECT array_agg(l ORDER BY n) FROM practiceacl.export_activity(pg_temp.o(), '2021-01-01Z') WITH ORDINALITY AS f (l, n) WHERE l ~ '^chain'),
    ARRAY['chain ' || pg_temp.g() || ' 4 5 ' || (SELECT encode(hash, 'hex') FROM practiceacl.activity_seals() WHERE chain = pg_temp.g())],
    'a second file goes on from the first');
SELECT is(practiceacl.seal_activity(pg_temp.o(), '2021-01-01Z', :'second'), 2::bigint, 'and is sealed');
SELECT is((SELECT array_agg(first_broken) FROM practiceacl.verify_activity(pg_temp.o())), '{NULL,NULL}', 'the chains are whole again');

-- Tampering with what is sealed.
CREATE FUNCTION pg_temp.found_after(tampering text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    found text;
BEGIN
    BEGIN
        EXECUTE tampering;
        SELECT coalesce(string_agg(v.first_broken::text, ',' ORDER BY v.chain), 'whole') || ' ' || (SELECT ok FROM practiceacl.health() WHERE check_name = 'activity')
        INTO found FROM practiceacl.verify_activity(pg_temp.o()) v WHERE v.first_broken IS NOT NULL;
        RAISE EXCEPTION USING ERRCODE = 'ZZ001';
    EXCEPTION WHEN SQLSTATE 'ZZ001' THEN
        RETURN found;
    END;
END $$;
SELECT is(pg_temp.found_after('SELECT 1'), 'whole true', 'nothing is wrong at first');
SELECT is(pg_temp.found_after('DELETE FROM practiceacl.activity_seal WHERE chain = pg_temp.g() AND first_entry = 1'), '1 false', 'a missing seal is found');
SELECT is(pg_temp.found_after('DELETE FROM practiceacl.activity_seal WHERE chain = pg_temp.g() AND first_entry = 4'), '4 false', 'also the last');
SELECT is(pg_temp.found_after('DELETE FROM practiceacl.activity_seal'), '1,1 false', 'and all');
SELECT is(pg_temp.found_after($$ UPDATE practiceacl.activity_seal SET hash = decode(repeat('00', 32), 'hex') WHERE first_entry = 4 $$), '6 false', 'another hash');
SELECT is(pg_temp.found_after($$ UPDATE practiceacl.activity_seal SET digest = decode(repeat('00', 32), 'hex') WHERE first_entry = 4 $$), 'whole false', 'another file''s digest');
SELECT is(pg_temp.found_after($$ UPDATE practiceacl.activity_seal SET last_entry = 6 WHERE first_entry = 4 $$), '7 false', 'an end further on');
SELECT is(pg_temp.found_after($$ WITH gone AS (DELETE FROM practiceacl.activity WHERE chain = pg_temp.g() AND sequence = 6 RETURNING hash)
    INSERT INTO practiceacl.activity_seal SELECT organization_id, chain, 6, 6, s.hash, g.hash, digest, sealed_before, sealed_at
    FROM practiceacl.activity_seal s, gone g WHERE chain = pg_temp.g() AND first_entry = 4 $$), 'whole false', 'a seal put over an entry that was deleted');

-- What else reads the record.
SET LOCAL ROLE sealed_operator;
SELECT lives_ok($$ SELECT * FROM practiceacl.purge_patients('1 day') $$, 'patients are purged as before');
RESET ROLE;

-- What belongs to no organization.
SELECT record.append('00000000-0000-0000-0000-000000000000', '00000000-0000-0000-0000-000000000007', NULL, 'notice.published', '2020-01-01Z') \g /dev/null
SELECT practiceacl.seal_activity(NULL, '2021-01-01Z', pg_temp.digest_of('00000000-0000-0000-0000-000000000000', '2021-01-01Z')) AS sealed \gset
SELECT is(:sealed, 1, 'the chains of the database are sealed as well');
SELECT is_empty('SELECT chain FROM practiceacl.verify_activity(NULL) WHERE first_broken IS NOT NULL', 'and whole');
SELECT is((SELECT detail FROM practiceacl.health() WHERE check_name = 'activity'), 'every chain is whole', 'health() agrees');
SELECT is_empty('SELECT 1 FROM practiceacl.broken_statements()', 'every statement fits');
SELECT * FROM finish();
ROLLBACK;
