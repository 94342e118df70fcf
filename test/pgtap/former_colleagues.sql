-- A member whose last grant has ended by the clock is a former colleague: for
-- themselves, for the others, for administrators.
BEGIN;
SELECT plan(28);
\ir support/clinic.psql
SELECT join_clinic(who, admin => CASE who WHEN 'boss' THEN 'full' WHEN 'chief' THEN 'users' ELSE 'none' END)
FROM unnest('{doc,sec,boss,chief,never,ended,soon,rescued,saviour,holder,gone,off,both,lost}'::text[]) AS who \g /dev/null
SELECT join_clinic('far', 'elsewhere'), join_clinic('mate', 'elsewhere') \g /dev/null
SELECT hold_agenda('doc'), hold_agenda('holder'), hold_agenda('far', organization => 'elsewhere') \g /dev/null
CREATE FUNCTION past() RETURNS tstzrange STABLE LANGUAGE sql AS $$SELECT tstzrange(now() - interval '9 days', now() - interval '1 hour')$$;
INSERT INTO practiceacl.membership (organization_id, account_id) SELECT id, account('both') FROM place WHERE name = 'elsewhere';
SELECT may('sec', 'book', 'doc'), may('ended', 'book', 'doc', past()), may('chief', 'book', 'doc', past()), may('holder', 'book', 'doc', past()),
       may('soon', 'read', 'doc', past()), may('soon', 'read', 'holder', tstzrange(now() + interval '1 day', NULL)),
       may('rescued', 'read', 'doc', past()), may('both', 'read', 'doc', past()), may('both', 'read', 'far'), may('mate', 'read', 'far'),
       may('gone', 'read', 'doc', past()), may('off', 'read', 'doc', past()), may('lost', 'read', 'doc', past()) \g /dev/null
INSERT INTO practiceacl.access_grant (organization_id, agenda_id, account_id, rights, valid_during, source)
SELECT g.organization_id, g.id, account(who), 'read', during, 'break_glass'
FROM practiceacl.agenda g, (VALUES ('rescued', tstzrange(now() - interval '1 hour', now() + interval '1 hour')), ('saviour', past())) AS v (who, during)
WHERE g.id = agenda('doc');
SELECT log_everybody_in() \g /dev/null
UPDATE practiceacl.membership SET status = v.status
FROM (VALUES ('gone', 'removed'), ('off', 'disabled'), ('lost', 'unlisted')) AS v (who, status) WHERE account_id = account(who);
SELECT set_config('test.org', id::text, false) FROM place WHERE name = 'clinic' \g /dev/null
CREATE FUNCTION org() RETURNS uuid LANGUAGE sql STABLE AS $$SELECT current_setting('test.org')::uuid$$;

CREATE FUNCTION hint() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    hint text;
BEGIN
    PERFORM practiceacl.set_features(org(), account('sec'), 'none');
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
    RETURN btrim(SQLSTATE || ' ' || hint);
END $$;

-- What everybody finds of themselves.
CREATE TABLE own (who text, belongs boolean);
GRANT ALL ON own TO clinic_application;
CREATE FUNCTION look() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    name text;
BEGIN
    FOR name IN SELECT p.name FROM person p LOOP
        PERFORM enter(name);
        INSERT INTO own SELECT name, practiceacl.is_member(org());
    END LOOP;
END $$;
SET ROLE clinic_application;
SELECT look() \g /dev/null
SELECT set_eq('SELECT who FROM own WHERE belongs', '{doc,sec,boss,chief,never,soon,rescued,saviour,holder}'::text[],
    'colleagues: with a grant now or to come, an agenda, an administrator''s place, or never given one');

SELECT enter('sec') \g /dev/null
CREATE TEMP VIEW listed AS SELECT p.name AS who, d.* FROM practiceacl.user_directory d JOIN person p USING (account_id);
SELECT set_eq('SELECT who FROM listed', 'SELECT who FROM own WHERE belongs', 'a colleague is shown those who find themselves so');
SELECT set_eq($$ SELECT p.name FROM practiceacl.search_users(org(), '', page_size => 100) u JOIN person p USING (account_id) $$,
    'SELECT who FROM own WHERE belongs', 'and finds them');
SELECT set_eq('SELECT name FROM person WHERE practiceacl.is_colleague(org(), account_id)',
    'SELECT who FROM own WHERE belongs', 'and is told so');
SELECT is_empty($$ SELECT FROM practiceacl.search_users(org(), 'ended') $$, 'a former colleague is not found by name');
SELECT is_empty('SELECT FROM practiceacl.access_matrix WHERE user_name = ''Ended Test''', 'nor in the matrix');
SELECT is(practiceacl.is_colleague((SELECT id FROM place WHERE name = 'elsewhere'), account('mate')), false,
    'of an organization that is none of theirs nobody is told');
SELECT is(practiceacl.is_colleague(org(), NULL), NULL, 'null is nobody');

SELECT enter('mate') \g /dev/null
SELECT set_eq('SELECT who FROM listed', '{far,both,mate}'::text[], 'a former colleague in one organization is a colleague in the other');

SELECT enter('ended') \g /dev/null
SELECT is_empty('SELECT FROM practiceacl.user_directory', 'a former colleague sees nobody, not even themselves');
SELECT is((SELECT count(*) FROM person WHERE practiceacl.is_colleague(org(), account_id)), 0::bigint, 'nor is told of anybody');
SELECT is(hint(), '42501', 'nor whom of the administrators to ask');
SELECT enter('lost') \g /dev/null
SELECT is(hint(), '42501', 'as when the access was taken');
SELECT enter('sec') \g /dev/null
SELECT is(hint(), '42501 Ask Boss Test.', 'a colleague is told');

-- Administrators still have them, to remove or to bring back.
SELECT enter('chief') \g /dev/null
SELECT set_eq('SELECT who, status, agendas FROM listed WHERE status <> ''active''',
    $$ VALUES ('ended', 'lapsed', 0::bigint), ('off', 'disabled', 0), ('both', 'lapsed', 0) $$, 'an administrator sees whose time is over');
SELECT is((SELECT count(*) FROM listed), 12::bigint, 'beside the colleagues');
SELECT results_eq($$ SELECT status, email FROM practiceacl.search_users(org(), 'ended') $$, $$ VALUES ('lapsed', 'ended@example.org') $$, 'finds them');
SELECT set_eq($$ SELECT status FROM practiceacl.search_users(org(), '', page_size => 100) $$, '{active,lapsed,disabled}'::text[], 'among the others');
SELECT is(practiceacl.is_colleague(org(), account('ended')), false, 'knows that they are former ones');
SELECT results_eq($$ SELECT why_not FROM practiceacl.explain_access(account('ended'), agenda('doc')) $$, $$ VALUES ('lapsed') $$, 'and why');
SELECT lives_ok($$ SELECT practiceacl.set_rights(agenda('doc'), account('ended'), 'read') $$, 'brings one back');
SELECT is((SELECT status FROM listed WHERE who = 'ended'), 'active', 'and is a colleague again');
SELECT lives_ok($$ SELECT practiceacl.remove_user(org(), account('both')) $$, 'and removes another');
SELECT is((SELECT count(*) FROM listed WHERE who = 'both'), 0::bigint, 'and is no longer listed');
SELECT enter('sec') \g /dev/null
SELECT is((SELECT count(*) FROM listed WHERE who = 'ended'), 1::bigint, 'colleagues see the user again');

-- What was read of others is counted nowhere.
CREATE FUNCTION counts() RETURNS bigint LANGUAGE sql AS $$
    SELECT sum(pg_stat_get_xact_numscans(c.oid) + pg_stat_get_xact_tuples_returned(c.oid) + pg_stat_get_xact_tuples_fetched(c.oid)
               + pg_stat_get_xact_blocks_fetched(c.oid))::bigint
    FROM pg_class c WHERE relnamespace = 'practiceacl'::regnamespace AND relname ~ '^(access_grant|agenda)'
$$;
SELECT enter('sec') \g /dev/null
SELECT practiceacl.is_colleague(org(), account('sec')), counts() AS before \gset
SELECT practiceacl.is_colleague(org(), account('soon')), practiceacl.is_colleague(org(), account('ended')), practiceacl.is_colleague(org(), account('holder')) \g /dev/null
SELECT is(counts(), :'before'::bigint, 'no counter tells what colleagues have');
RESET ROLE;

-- A clock that runs, in one transaction.
SELECT may('lost', 'read', 'doc', tstzrange(NULL, clock_timestamp() + interval '2 s')) \g /dev/null
UPDATE practiceacl.membership SET status = 'active' WHERE account_id = account('lost');
SELECT upper(valid_during) AS until FROM practiceacl.access_grant WHERE account_id = account('lost') AND upper(valid_during) > now() \gset
CREATE FUNCTION seen(until timestamptz) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    before bigint; after bigint; early boolean;
BEGIN
    SELECT count(*) INTO before FROM practiceacl.user_directory WHERE account_id = account('lost');
    early := clock_timestamp() < until;
    WHILE clock_timestamp() <= until LOOP PERFORM pg_sleep(0.05); END LOOP;
    SELECT count(*) INTO after FROM practiceacl.user_directory WHERE account_id = account('lost');
    RETURN CASE WHEN early THEN before ELSE 1 END || ',' || after;
END $$;
SET ROLE clinic_application;
SELECT enter('sec') \g /dev/null
SELECT is(seen(:'until'), '1,0', 'a colleague until the moment, and not afterwards, within one statement of the client');
SELECT enter('chief') \g /dev/null
SELECT is((SELECT status FROM listed WHERE who = 'lost'), 'lapsed', 'an administrator is told');
RESET ROLE;
SELECT * FROM finish();
ROLLBACK;
