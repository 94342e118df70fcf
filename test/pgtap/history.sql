-- access_at(): who had which rights at a time, after a random walk of acts
-- through the functions that people use.  After every act the rights are
-- written down as they are then; at the end each of these moments is asked
-- for again.
BEGIN;
SELECT plan(13);
SET client_min_messages = warning;
SET LOCAL TimeZone = 'UTC';
SELECT setseed(0.7) \g /dev/null

CREATE ROLE history_application;
SELECT practiceacl.grant_application('history_application') \g /dev/null
CREATE SCHEMA history;
GRANT USAGE, CREATE ON SCHEMA history TO history_application;
SET search_path = history, public;

SELECT organization_id AS org, account_id AS boss
FROM practiceacl.create_organization('Clinic', 'boss@history.test', 'Bo', 'Boss') \gset
SELECT practiceacl.open_session(:'boss') AS boss_token \gset
SELECT practiceacl.confirm_session(:'boss_token') \g /dev/null
SELECT practiceacl.enter(:'boss_token') \g /dev/null
CREATE TABLE person (n int, account_id uuid, agenda_id uuid);
SELECT format($$INSERT INTO person SELECT %s, account_id, agenda_id
                FROM practiceacl.create_user(%L, 'p%s@history.test', 'P', '%s', agenda => %L)$$,
              n, :'org', n, n, CASE WHEN n <= 4 THEN '{"data_controller": "Clinic"}' END)
FROM generate_series(1, 9) AS n \gexec
GRANT SELECT ON person TO history_application;

/* What was noted after each act, as the living tables had it. */
CREATE TABLE noted (n int, at timestamptz, account_id uuid, agenda_id uuid, rights practiceacl.rights);
CREATE TABLE act (n int, at timestamptz, statement text, refused text);
CREATE FUNCTION attempt(number int, statement text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement;
    INSERT INTO act VALUES (number, statement_timestamp(), statement, NULL);
EXCEPTION WHEN OTHERS THEN
    INSERT INTO act VALUES (number, statement_timestamp(), statement, SQLSTATE);
END $$;
CREATE FUNCTION note(number int) RETURNS void LANGUAGE sql AS $$
    INSERT INTO noted
    SELECT number, statement_timestamp(), account_id, agenda_id, rights FROM practiceacl.access_matrix
$$;

CREATE FUNCTION somebody() RETURNS uuid VOLATILE LANGUAGE sql AS
    'SELECT account_id FROM person ORDER BY random() LIMIT 1';
CREATE FUNCTION some_calendar() RETURNS uuid VOLATILE LANGUAGE sql AS
    'SELECT agenda_id FROM person WHERE agenda_id IS NOT NULL ORDER BY random() LIMIT 1';
CREATE FUNCTION some_act(number int, org uuid) RETURNS text VOLATILE LANGUAGE sql AS $$
    SELECT CASE
        WHEN x < 0.50 THEN format('SELECT practiceacl.set_rights(%L, %L, %L, %L)', some_calendar(), somebody(),
            (ARRAY['none', 'freebusy', 'read', 'book', 'book+overbook', 'read+private', 'openings'])[1 + floor(random() * 7)],
            (ARRAY[NULL, NULL, tstzrange(now() - y, now() + y), tstzrange(NULL, now() + y), tstzrange(now() + y, NULL),
                   tstzrange(now() - y, NULL)])[1 + floor(random() * 6)])
        WHEN x < 0.62 THEN format('SELECT practiceacl.set_features(%L, %L, %L)', org, somebody(),
            (ARRAY['none', 'private', 'messaging', 'private+messaging+export'])[1 + floor(random() * 4)])
        WHEN x < 0.70 THEN format('SELECT practiceacl.disable_user(%L, %L)', org, somebody())
        WHEN x < 0.80 THEN format('SELECT practiceacl.enable_user(%L, m.account_id)
            FROM practiceacl.membership m WHERE m.organization_id = %L AND m.status = ''disabled'' LIMIT 1', org, org)
        WHEN x < 0.88 THEN format('SELECT practiceacl.transfer_agenda(%L, %L)', some_calendar(), somebody())
        WHEN x < 0.98 THEN format('SELECT practiceacl.clone_rights(%L, %L, %L, %L)', org, somebody(), somebody(), random() < 0.5)
        ELSE format('SELECT practiceacl.remove_user(%L, %L)', org, somebody()) END
    FROM (SELECT random() AS x, (1 + random() * 50) * interval '1 day' AS y OFFSET 0) AS r
$$;
SELECT clock_timestamp() AS before \gset
SELECT unnest(ARRAY[format('SELECT history.attempt(%s, %L)', n, some_act(n, :'org')), format('SELECT history.note(%s)', n)])
FROM generate_series(1, 250) AS n \gexec
\g /dev/null

SELECT cmp_ok((SELECT count(*) FROM act WHERE refused IS NULL), '>', 100::bigint, 'most acts of the walk succeed');
SELECT is_empty($$ SELECT * FROM act WHERE refused IN ('XX000', '42883', '42601', '22P02', '42703') $$,
    'and the others are refused for reasons of the domain');
SELECT is((SELECT count(DISTINCT kind) FROM practiceacl.access_history), 3::bigint,
    'grants, holders and memberships have been replaced on the way');

CREATE TABLE remembered AS
SELECT m.n, m.at, a.account_id, g.agenda_id, a.rights
FROM (SELECT DISTINCT n, at FROM noted) AS m
CROSS JOIN (SELECT agenda_id FROM person WHERE agenda_id IS NOT NULL) AS g
CROSS JOIN LATERAL practiceacl.access_at(m.at, g.agenda_id) AS a;
SELECT cmp_ok((SELECT count(*) FROM noted), '>', 1000::bigint, 'there is much to remember');
SELECT set_eq('SELECT n, account_id, agenda_id, rights FROM remembered',
    'SELECT n, account_id, agenda_id, rights FROM noted', 'every moment is remembered as it was');
SELECT is_empty(format('SELECT * FROM person, practiceacl.access_at(%L::timestamptz - interval ''1 day'', agenda_id) WHERE agenda_id IS NOT NULL', :'before'),
    'before there was anybody, nobody could');

/* One story in full. */
SELECT account_id AS doc, agenda_id AS agenda
FROM practiceacl.create_user(:'org', 'doc@history.test', 'Dora', 'Doc', agenda => '{"data_controller": "Doc"}') \gset
SELECT account_id AS sec FROM practiceacl.create_user(:'org', 'sec@history.test', 'Sam', 'Sec') \gset
SELECT practiceacl.set_rights(:'agenda', :'sec', 'book') \g /dev/null
SELECT clock_timestamp() AS t1 \gset
SELECT practiceacl.set_rights(:'agenda', :'sec', 'read') \g /dev/null
SELECT practiceacl.set_features(:'org', :'sec', 'private') \g /dev/null
SELECT clock_timestamp() AS t2 \gset
SELECT practiceacl.disable_user(:'org', :'sec') \g /dev/null
SELECT clock_timestamp() AS t3 \gset
SELECT practiceacl.enable_user(:'org', :'sec') \g /dev/null
SELECT practiceacl.set_rights(:'agenda', :'sec', 'none') \g /dev/null
SELECT clock_timestamp() AS t4 \gset
PREPARE sec_at(timestamptz) AS SELECT rights::text, sources FROM practiceacl.access_at($1, current_setting('t.agenda')::uuid) WHERE name = 'Sam Sec';
SELECT set_config('t.agenda', :'agenda', true) \g /dev/null
SELECT results_eq(format('EXECUTE sec_at(%L)', :'t1'), $$VALUES ('book', '{hand}'::text[])$$, 'what was given');
SELECT results_eq(format('EXECUTE sec_at(%L)', :'t2'), $$VALUES ('read+private', '{hand,features}'::text[])$$, 'what replaced it, with the features of then');
SELECT is_empty(format('EXECUTE sec_at(%L)', :'t3'), 'nothing while disabled');
SELECT is_empty(format('EXECUTE sec_at(%L)', :'t4'), 'nothing after it was taken');

/* Who may ask. */
SELECT practiceacl.open_session(:'sec') AS sec_token \gset
SELECT practiceacl.set_rights(:'agenda', :'sec', 'freebusy') \g /dev/null
SET ROLE history_application;
SELECT practiceacl.enter(:'sec_token') \g /dev/null
SELECT results_eq(format('SELECT name, rights::text FROM practiceacl.access_at(%L, %L)', :'t1', :'agenda'),
    $$VALUES ('Sam Sec', 'book')$$, 'anyone who is neither owner nor administrator sees only their own history');
SELECT throws_ok(format('SELECT * FROM practiceacl.access_at(now(), %L)', '00000000-0000-7000-8000-0000000000ff'), 'PT404', NULL,
    'and nothing of an agenda that the caller may not know of');
SELECT throws_ok(format('SELECT * FROM practiceacl.access_at(NULL, %L)', :'agenda'), '22004', NULL, 'a time is needed');
SELECT * FROM finish();
ROLLBACK;
