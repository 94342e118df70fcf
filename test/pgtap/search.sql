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
SELECT is(pg_temp.found('eloise'), 'Lefèvre', 'found without the accents of the name');
SELECT is(pg_temp.found('LEFEVRE'), 'Lefèvre', 'found in the other case');
SELECT is(pg_temp.found('LÈFEVRÉ'), 'Lefèvre', 'found with accents that the name does not have');
SELECT is(pg_temp.found('e' || U&'\0301' || 'lo'), 'Lefèvre', 'found with decomposed accents');
SELECT is(pg_temp.found('coeur'), 'Cœur', 'a ligature is found as two letters');
SELECT is(pg_temp.found('CŒUR'), 'Cœur', 'and as one');
SELECT is(pg_temp.found('soren luk'), 'Łukasz', 'letters with strokes are found, by first and last name');
SELECT is(pg_temp.found('o''br'), 'O’Brien', 'a name with an apostrophe is found');
SELECT is(pg_temp.found('GROSS'), 'Groß', 'a sharp s is found as ss');
SELECT is(pg_temp.found('lefevre eloise'), 'Lefèvre', 'found by last and first name');
SELECT is(pg_temp.found('  noel '), 'Cœur', 'blanks around the query are ignored');
SELECT is(pg_temp.found('full'), 'Width', 'full-width letters are folded');
SELECT is(pg_temp.found('%'), 'Cent', 'a percent sign is no wildcard');
SELECT is(pg_temp.found('f_1'), 'Cent', 'an administrator finds by address');
SELECT is(pg_temp.found('abled'), 'Abled', 'a disabled user is found');
SELECT is(pg_temp.found('listed'), NULL, 'an unlisted one is not');
SELECT is(pg_temp.found('moved'), NULL, 'nor a removed one');
SELECT is(pg_temp.found('rival'), NULL, 'nor a user of another organization');
SELECT is(pg_temp.found('\'), NULL, 'a backslash is no escape');
SELECT is(pg_temp.found('jean luc'), 'd''Arc', 'a hyphen is found as a blank');
SELECT is(pg_temp.found('Jean-Luc'), 'd''Arc', 'and as it is written');
SELECT is(pg_temp.found('d arc'), 'd''Arc', 'an apostrophe is found as a blank');
SELECT is(pg_temp.found('D’Arc, Jean'), 'd''Arc', 'or as another apostrophe');
SELECT is(pg_temp.found('Doctor, Dora'), 'Doctor', 'found by last name, comma, first name');
SELECT is(pg_temp.found('dora doctor'), 'Doctor', 'and by first name, comma, last name');
SELECT is(pg_temp.found('doc   do'), 'Doctor', 'found by parts of words in any order');
SELECT is(pg_temp.found('dora duck'), NULL, 'but every word must match');
SELECT is(pg_temp.found('st john anne marie'), 'Anne‑Marie', 'a full stop and a non-breaking hyphen are ignored');
SELECT is(pg_temp.found('jean-luc@s'), 'd''Arc', 'an address is searched as it is written');
SELECT is(pg_temp.found('+,'), NULL, 'a word in no name finds nobody');
SELECT is(pg_temp.found('-,'), NULL, 'a hyphen and a comma alone find nobody');

-- pages
SELECT is((SELECT count(*) FROM practiceacl.search_users(current_setting('test.org')::uuid, 'same name')), 10::bigint, 'a page has ten users');
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
    $$VALUES ('Abled'), ('Anne‑Marie'), ('Boss'), ('Cent'), ('Cœur')$$, 'an empty query lists everybody, sorted by name');
SELECT is((SELECT count(*) FROM practiceacl.search_users(current_setting('test.org')::uuid, NULL, page_size => 1000)), 37::bigint, 'and so does null');
SELECT throws_ok($$SELECT practiceacl.search_users(current_setting('test.org')::uuid, '', page_size => 0)$$, '22023', NULL, 'a page size of zero is refused');
SELECT throws_ok($$SELECT practiceacl.search_users(current_setting('test.org')::uuid, repeat('x', 1000000))$$, '22023', NULL, 'a query that is too long is refused');
SELECT results_eq($$SELECT email, admin, status, job_title FROM practiceacl.search_users(current_setting('test.org')::uuid, 'eloise')$$,
    $$VALUES ('a@s.test', 'none', 'active', 'job a@s.test')$$, 'an administrator sees all columns');
RESET ROLE;

-- the last of a page goes
CREATE FUNCTION pg_temp.page(after uuid, OUT text) LANGUAGE sql AS
$$SELECT string_agg(last_name, ',') FROM practiceacl.search_users(current_setting('test.org')::uuid, '', after, 4)$$;
SELECT is(pg_temp.page('00000000-0000-7000-8000-000000000015'), 'Lefèvre,Łukasz,Name,Name', 'the next page begins after the last name of the one before');
UPDATE practiceacl.membership SET status = 'removed' WHERE account_id = '00000000-0000-7000-8000-000000000015';
SELECT is(pg_temp.page('00000000-0000-7000-8000-000000000015'), 'Lefèvre,Łukasz,Name,Name', 'the next page follows although the user is removed');
SELECT practiceacl.delete_account('00000000-0000-7000-8000-000000000015') \g /dev/null
SELECT throws_ok($$SELECT pg_temp.page('00000000-0000-7000-8000-000000000015')$$, 'PT404', NULL, 'after an erased account the page does not start over');
SELECT throws_ok(format('SELECT pg_temp.page(%L)', :'rival'), 'PT404', NULL, 'nor after an account of another organization');

-- a colleague
SELECT practiceacl.enter(practiceacl.open_session('00000000-0000-7000-8000-000000000012')) \g /dev/null
SET LOCAL ROLE search_app;
SELECT results_eq($$SELECT first_name, last_name, email, admin, status, job_title FROM practiceacl.search_users(current_setting('test.org')::uuid, 'eloise')$$,
    $$VALUES ('Éloïse', 'Lefèvre', NULL::text, NULL::text, NULL::text, 'job a@s.test')$$, 'a colleague sees only name and job');
SELECT is(pg_temp.found('@s.test'), NULL, 'and finds nobody by address');
SELECT is(pg_temp.found('abled'), NULL, 'nor a disabled user');
RESET ROLE;
SELECT practiceacl.enter(practiceacl.open_session(:'rival')) \g /dev/null
SELECT throws_ok($$SELECT practiceacl.search_users(current_setting('test.org')::uuid, '')$$, 'PT404', NULL, 'a stranger finds no organization');

SELECT * FROM finish();
ROLLBACK;
