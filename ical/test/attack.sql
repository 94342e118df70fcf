-- Somebody with free SQL and the application's privileges, against feeds:
-- what a token, an id or a plan tells them.
BEGIN;
\ir ../../test/pgtap/support/clinic.psql
SELECT plan(17);

SELECT join_clinic('anna'), hold_agenda('anna') \g /dev/null
SELECT join_clinic('mall') \g /dev/null
SELECT log_everybody_in(), practiceacl.grant_ical('clinic_application') \g /dev/null
CREATE TABLE clinic.secret (feed_id uuid, token text);
SET LOCAL ROLE clinic_application;
SELECT enter('anna') \g /dev/null
SELECT practiceacl.book(agenda('anna'), now() + interval '2 days', patient => 'Secret') \g /dev/null
RESET ROLE;
INSERT INTO clinic.secret SELECT * FROM practiceacl.create_feed(agenda('anna'), 'full');
CREATE TABLE clinic.found AS SELECT id, digest FROM practiceacl.feed;
GRANT SELECT ON clinic.found TO clinic_application;
SET LOCAL ROLE clinic_application;
SELECT enter('mall') \g /dev/null

-- What is in a stolen dump opens nothing.
SELECT is((SELECT string_agg(practiceacl.feed(v), '') FROM found, unnest(ARRAY[id::text, encode(digest, 'hex'), encode(digest, 'base64'), encode(digest, 'escape')]) AS v),
    NULL, 'neither its id nor its digest is a token');
SELECT is((SELECT count(practiceacl.feed(translate(encode(sha256(n::text::bytea), 'base64'), '+/=', '-_'))) FROM generate_series(1, 500) AS n), 0::bigint, '500 guesses: nothing');
RESET ROLE;
SELECT is((SELECT count(practiceacl.feed(p.token)) FROM presence p), 0::bigint, 'a session''s token is no feed''s');
SET LOCAL ROLE clinic_application;
RESET ROLE;
SELECT is((SELECT practiceacl.enter(s.token, strict => false) FROM secret s), NULL, 'nor a feed''s a session''s');
SELECT isnt((SELECT practiceacl.feed(s.token) FROM secret s), NULL, 'there is something to be had');
SELECT ok((SELECT length(s.token) = 43 AND s.token ~ '^[A-Za-z0-9_-]+$' FROM secret s), 'a token has 256 bits and can stand in an address');
SET LOCAL ROLE clinic_application;
SELECT enter('mall') \g /dev/null

-- What runs inside is not to be had outside.
SELECT is(refusal('SELECT practiceacl.read_as(practiceacl.current_account())'), '42501', 'nobody reads as somebody else');
SELECT is(refusal('SELECT practiceacl.open_feed(''x'')'), '42501', 'nor opens a feed without reading it');
SELECT is(refusal('SELECT practiceacl.feed_digest(''x'')'), '42501', 'nor computes digests');
SELECT is(refusal('SELECT * FROM practiceacl.feed'), '42501', 'the table is nobody''s');
SELECT is(refusal('SELECT * FROM practiceacl.ical_events(''BEGIN:VCALENDAR'', ''UTC'', now(), now())'), '42501', 'the library is behind import_calendar() alone');

-- What the caller plants or sets has no part in it.
CREATE FUNCTION pg_temp.feed_digest(text) RETURNS bytea LANGUAGE sql AS 'SELECT ''\x00''::bytea';
CREATE FUNCTION clinic.string_agg(text, text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'planted'; END $$;
SET LOCAL search_path = clinic, pg_temp, public, practiceacl, pg_catalog;
SET LOCAL standard_conforming_strings = off;
SET LOCAL timezone = 'Pacific/Apia';
SET LOCAL datestyle = 'SQL, DMY';
SET LOCAL row_security = off;
SELECT is(practiceacl.feed('x'), NULL, 'with another search_path and other settings');
RESET ROLE;
CREATE TABLE clinic.before AS SELECT practiceacl.feed(token) AS content, practiceacl.feed_tag(token) AS tag FROM secret;
SET LOCAL search_path = clinic, public, practiceacl;
SET LOCAL standard_conforming_strings = on;
SET LOCAL timezone = 'Europe/Paris';
SET LOCAL datestyle = 'ISO';
SELECT is((SELECT practiceacl.feed(token) || practiceacl.feed_tag(token) FROM secret), (SELECT content || tag FROM clinic.before), 'a feed is the same under all of them');
SET LOCAL ROLE clinic_application;
SELECT enter('mall') \g /dev/null

-- A condition in a query on my_feeds sees no row that its caller may not see.
CREATE FUNCTION clinic.leak(text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS $$ BEGIN RAISE EXCEPTION 'seen %', $1; END $$;
SELECT lives_ok('SELECT * FROM practiceacl.my_feeds WHERE clinic.leak(agenda) AND clinic.leak(account_name) AND clinic.leak(detail)', 'no function of the caller''s sees a hidden row');
CREATE FUNCTION clinic.plan(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    line text;
    lines text := '';
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF, BUFFERS OFF) ' || query LOOP
        lines := lines || line || E'\n';
    END LOOP;
    RETURN lines;
END $$;
SELECT is(plan(format('SELECT * FROM practiceacl.my_feeds WHERE feed_id = %L', (SELECT id FROM found))),
          plan(format('SELECT * FROM practiceacl.my_feeds WHERE feed_id = %L', (SELECT id FROM found))), 'a plan can be shown');
SELECT is(regexp_replace(plan(format('SELECT * FROM practiceacl.my_feeds WHERE feed_id = %L', (SELECT id FROM found))), '[0-9a-f]{8}-[0-9a-f-]{27}', 'ID', 'g'),
          regexp_replace(plan(format('SELECT * FROM practiceacl.my_feeds WHERE feed_id = %L', practiceacl.new_id())), '[0-9a-f]{8}-[0-9a-f-]{27}', 'ID', 'g'),
    'and is the same for a feed that there is and for one that there is not');
SELECT is(refusal(format('SELECT practiceacl.revoke_feed(%L)', (SELECT id FROM found))), 'PT404', 'revoking tells no more');
SELECT * FROM finish();
ROLLBACK;
