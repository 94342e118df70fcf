-- Colleagues are found, whatever one's keyboard.
BEGIN;
SELECT plan(46);

CREATE ROLE search_app;
SELECT practiceacl.grant_application('search_app');
SELECT organization_id AS org, account_id AS boss
FROM practiceacl.create_organization('Clinic', 'boss@s.test', 'Bo', 'Boss') \gset
SELECT organization_id AS other, account_id AS rival
FROM practiceacl.create_organization('Other', 'rival@s.test', 'Ri', 'Val') \gset
SELECT practiceacl.enter(practiceacl.open_session(:'boss')) \g /dev/null
INSERT INTO practiceacl.account (id, email, first_name, last_name)
SELECT ('00000000-0000-7000-8000-0000000000' || n)::uuid, email, first, last FROM (VALUES
    (11, 'a@s.test', 'Éloïse', 'Lefèvre'), (12, 'b@s.test', 'Jean-Noël', 'Cœur'), (13, 'c@s.test', 'Søren', 'Łukasz'),
    (14, 'd@s.test', 'Ana', 'O’Brien'), (15, 'e@s.test', 'Jürgen', 'Groß'), (16, 'f_100%@s.test', 'Per', 'Cent'),
    (17, 'g@s.test', 'Dis', 'Abled'), (18, 'h@s.test', 'Un', 'Listed'), (19, 'i@s.test', 'Re', 'Moved'),
    (20, 'j@s.test', 'Ｆｕｌｌ', 'Width'), (21, 'jean-luc@s.test', 'Jean-Luc', 'd''Arc'), (22, 'l@s.test', 'Dora', 'Doctor'),
    (23, 'm@s.test', 'St. John', 'Anne‑Marie')) x (n, email, first, last);
INSERT INTO practiceacl.membership (organization_id, account_id, job_title, status)
SELECT :'org', id, 'job ' || email, CASE email WHEN 'g@s.test' THEN 'disabled' WHEN 'h@s.test' THEN 'unlisted' WHEN 'i@s.test' THEN 'removed' ELSE 'active' END
FROM practiceacl.account WHERE id::text LIKE '00000000-0000-7000-8000-%';
INSERT INTO practiceacl.account (id, email, first_name, last_name)
SELECT ('00000000-0000-7000-9000-0000000001' || n)::uuid, 'same' || n || '@s.test', 'Same', 'Name' FROM generate_series(10, 34) n;
INSERT INTO practiceacl.membership (organization_id, account_id)
SELECT :'org', id FROM practiceacl.account WHERE last_name = 'Name';
SELECT set_config('test.org', :'org', true) \g /dev/null
CREATE FUNCTION pg_temp.found(query text, OUT text) LANGUAGE sql AS
$$SELECT string_agg(last_name, ',') FROM practiceacl.search_users(current_setting('test.org')::uuid, query)$$;

SET LOCAL ROLE search_app;
SELECT is(pg_temp.found('eloise'), 'Lefèvre', 'without the accents that a name has');
SELECT is(pg_temp.found('LEFEVRE'), 'Lefèvre', 'in the other case');
SELECT is(pg_temp.found('LÈFEVRÉ'), 'Lefèvre', 'with accents that it has not');
SELECT is(pg_temp.found('e' || U&'\0301' || 'lo'), 'Lefèvre', 'with accents taken apart');
SELECT is(pg_temp.found('coeur'), 'Cœur', 'a ligature as two letters');
SELECT is(pg_temp.found('CŒUR'), 'Cœur', 'and as one');
SELECT is(pg_temp.found('soren luk'), 'Łukasz', 'strokes, first and last name');
SELECT is(pg_temp.found('o''br'), 'O’Brien', 'an apostrophe');
SELECT is(pg_temp.found('GROSS'), 'Groß', 'a sharp s');
SELECT is(pg_temp.found('lefevre eloise'), 'Lefèvre', 'last and first name');
SELECT is(pg_temp.found('  noel '), 'Cœur', 'blanks around');
SELECT is(pg_temp.found('full'), 'Width', 'wide letters');
SELECT is(pg_temp.found('%'), 'Cent', 'a wildcard is a character');
SELECT is(pg_temp.found('f_1'), 'Cent', 'an administrator finds by address');
SELECT is(pg_temp.found('abled'), 'Abled', 'a disabled user is found');
SELECT is(pg_temp.found('listed'), NULL, 'an unlisted one is not');
SELECT is(pg_temp.found('moved'), NULL, 'nor a removed one');
SELECT is(pg_temp.found('rival'), NULL, 'nor another organization''s');
SELECT is(pg_temp.found('\'), NULL, 'a backslash is a character');
SELECT is(pg_temp.found('jean luc'), 'd''Arc', 'a hyphen as a blank');
SELECT is(pg_temp.found('Jean-Luc'), 'd''Arc', 'and as it is written');
SELECT is(pg_temp.found('d arc'), 'd''Arc', 'an apostrophe as a blank');
SELECT is(pg_temp.found('D’Arc, Jean'), 'd''Arc', 'or as another one');
SELECT is(pg_temp.found('Doctor, Dora'), 'Doctor', 'the last name first, with a comma');
SELECT is(pg_temp.found('dora doctor'), 'Doctor', 'and last');
SELECT is(pg_temp.found('doc   do'), 'Doctor', 'parts of words, in any order');
SELECT is(pg_temp.found('dora duck'), NULL, 'but every word');
SELECT is(pg_temp.found('st john anne marie'), 'Anne‑Marie', 'a full stop, and a hyphen that does not break');
SELECT is(pg_temp.found('jean-luc@s'), 'd''Arc', 'an address is searched as it is written');
SELECT is(pg_temp.found('+,'), NULL, 'what is in no name is nobody');
SELECT is(pg_temp.found('-,'), NULL, 'nor are a hyphen and a comma everybody');

-- pages
SELECT is((SELECT count(*) FROM practiceacl.search_users(current_setting('test.org')::uuid, 'same name')), 10::bigint, 'ten a page');
SELECT results_eq(
    $$WITH RECURSIVE page (rows, after) AS (
        SELECT array_agg(account_id), (array_agg(account_id))[count(*)] FROM practiceacl.search_users(current_setting('test.org')::uuid, 'same name', NULL, 4)
        UNION ALL
        SELECT n.rows, n.rows[cardinality(n.rows)] FROM page,
          LATERAL (SELECT array_agg(account_id) AS rows FROM practiceacl.search_users(current_setting('test.org')::uuid, 'same name', page.after, 4)) n
        WHERE n.rows IS NOT NULL)
      SELECT unnest(rows) FROM page$$,
    $$SELECT ('00000000-0000-7000-9000-0000000001' || n)::uuid FROM generate_series(10, 34) n$$,
    'page by page everybody once, also with one name');
SELECT results_eq($$SELECT last_name FROM practiceacl.search_users(current_setting('test.org')::uuid, '', page_size => 5)$$,
    $$VALUES ('Abled'), ('Anne‑Marie'), ('Boss'), ('Cent'), ('Cœur')$$, 'in the order of the letters; nothing asked is everybody');
SELECT is((SELECT count(*) FROM practiceacl.search_users(current_setting('test.org')::uuid, NULL, page_size => 1000)), 37::bigint, 'and so is null');
SELECT throws_ok($$SELECT practiceacl.search_users(current_setting('test.org')::uuid, '', page_size => 0)$$, '22023', NULL, 'an empty page');
SELECT throws_ok($$SELECT practiceacl.search_users(current_setting('test.org')::uuid, repeat('x', 1000000))$$, '22023', NULL, 'a long query');
SELECT results_eq($$SELECT email, admin, status, job_title FROM practiceacl.search_users(current_setting('test.org')::uuid, 'eloise')$$,
    $$VALUES ('a@s.test', 'none', 'active', 'job a@s.test')$$, 'what an administrator reads');
RESET ROLE;

-- the last of a page goes
CREATE FUNCTION pg_temp.page(after uuid, OUT text) LANGUAGE sql AS
$$SELECT string_agg(last_name, ',') FROM practiceacl.search_users(current_setting('test.org')::uuid, '', after, 4)$$;
SELECT is(pg_temp.page('00000000-0000-7000-8000-000000000015'), 'Lefèvre,Łukasz,Name,Name', 'what follows Groß');
UPDATE practiceacl.membership SET status = 'removed' WHERE account_id = '00000000-0000-7000-8000-000000000015';
SELECT is(pg_temp.page('00000000-0000-7000-8000-000000000015'), 'Lefèvre,Łukasz,Name,Name', 'the next page follows although the user is removed');
SELECT practiceacl.delete_account('00000000-0000-7000-8000-000000000015') \g /dev/null
SELECT throws_ok($$SELECT pg_temp.page('00000000-0000-7000-8000-000000000015')$$, 'PT404', NULL, 'erased, the page does not start over');
SELECT throws_ok(format('SELECT pg_temp.page(%L)', :'rival'), 'PT404', NULL, 'nor after a stranger, whose name is not told by it');

-- a colleague
SELECT practiceacl.enter(practiceacl.open_session('00000000-0000-7000-8000-000000000012')) \g /dev/null
SET LOCAL ROLE search_app;
SELECT results_eq($$SELECT first_name, last_name, email, admin, status, job_title FROM practiceacl.search_users(current_setting('test.org')::uuid, 'eloise')$$,
    $$VALUES ('Éloïse', 'Lefèvre', NULL::text, NULL::text, NULL::text, 'job a@s.test')$$, 'name and job');
SELECT is(pg_temp.found('@s.test'), NULL, 'finds nobody by address');
SELECT is(pg_temp.found('abled'), NULL, 'nor a disabled user');
RESET ROLE;
SELECT practiceacl.enter(practiceacl.open_session(:'rival')) \g /dev/null
SELECT throws_ok($$SELECT practiceacl.search_users(current_setting('test.org')::uuid, '')$$, 'PT404', NULL, 'a stranger finds no organization');

SELECT * FROM finish();
ROLLBACK;
