-- Who sees which rows: nobody without a session, nobody through a privilege
-- given by mistake, and everybody by a plan that goes by the index.
BEGIN;
\ir ../setup/clinic.sql
SELECT plan(65);

-- Something to hide in every table that can be read.
INSERT INTO practiceacl.service_offer VALUES ('basic', 'Basic', 10);
INSERT INTO practiceacl.notice (title, body) VALUES ('New', 'Something');
INSERT INTO practiceacl.opening (organization_id, agenda_id, weekday, opens_at, closes_at)
VALUES (org('north'), agenda('anna'), 1, '09:00', '18:00');
SET LOCAL ROLE clinic_app;
SELECT enter('anna') \g /dev/null
SELECT practiceacl.book(agenda('anna'), at('09:00'), patient => 'Marie', appointment_id => id(1)) \g /dev/null
SELECT practiceacl.add_absence(agenda('anna'), at('12:00'), at('13:00')) \g /dev/null
SELECT practiceacl.hold_slot(agenda('anna'), at('10:00')) \g /dev/null
SELECT practiceacl.set_rights(agenda('anna'), account('sara'), 'book+private') \g /dev/null
SELECT practiceacl.set_rights(agenda('anna'), account('sara'), 'book') \g /dev/null
SELECT is((SELECT count(*) FROM practiceacl.appointment), 1::bigint, 'there is something to see');
SET LOCAL practiceacl.session = '';
RESET ROLE;

-- How many rows the application's role sees in all that it may read; which
-- must be done by statements of its own, and without an error.
CREATE FUNCTION clinic.sees() RETURNS TABLE (relation text, n bigint) LANGUAGE plpgsql AS $$
BEGIN
    FOR relation IN
        SELECT c.oid::regclass::text FROM pg_class c
        WHERE c.relnamespace = 'practiceacl'::regnamespace AND c.relkind IN ('r', 'v')
            AND has_table_privilege(current_user, c.oid, 'SELECT')
        ORDER BY 1
    LOOP
        EXECUTE 'SELECT count(*) FROM ' || relation INTO n;
        RETURN NEXT;
    END LOOP;
END $$;

-- Calls every writing function that the application's role may call, with
-- arguments that are something; and once more with nulls.
CREATE FUNCTION clinic.something(type regtype) RETURNS text LANGUAGE sql AS $$
    SELECT format('%L::%s', CASE type::text
        WHEN 'uuid' THEN agenda('anna')::text
        WHEN 'uuid[]' THEN format('{%s}', agenda('anna'))
        WHEN 'text' THEN 'something'
        WHEN 'timestamp with time zone' THEN at('15:00')::text
        WHEN 'interval' THEN '1 hour'
        WHEN 'integer' THEN '1'
        WHEN 'boolean' THEN 'true'
        WHEN 'jsonb' THEN '{"no such key": 1}'
        WHEN 'practiceacl.rights' THEN 'read'
        WHEN 'tstzrange' THEN '[2065-01-01,2066-01-01)'
        WHEN 'date' THEN '2065-01-01'
        WHEN 'regclass' THEN 'clinic.staging'
        WHEN 'name' THEN 'agenda_id'
    END, type)
$$;
CREATE TABLE clinic.staging AS
SELECT 'one' AS key, agenda('anna') AS agenda_id, at('17:00') AS starts_at, at('17:15') AS ends_at;
CREATE FUNCTION clinic.writes() RETURNS TABLE (function text, given text, nulls text) LANGUAGE plpgsql AS $$
DECLARE
    f record;
BEGIN
    FOR f IN
        SELECT p.oid::regprocedure::text AS signature, p.oid::regproc::text AS name,
            (SELECT string_agg(something(t::regtype), ', ' ORDER BY n)
             FROM unnest(p.proargtypes) WITH ORDINALITY AS a (t, n)) AS arguments,
            (SELECT string_agg('NULL::' || t::regtype, ', ' ORDER BY n)
             FROM unnest(p.proargtypes) WITH ORDINALITY AS a (t, n)) AS nothing
        FROM pg_proc p
        WHERE p.pronamespace = 'practiceacl'::regnamespace AND p.provolatile = 'v' AND p.prokind = 'f'
            AND has_function_privilege(current_user, p.oid, 'EXECUTE')
            -- Open to everybody, or not about people: making ids, following
            -- the record (which shows nothing), protecting one's own tables.
            AND p.proname NOT IN ('log_in', 'request_password_reset', 'new_id', 'activity_since', 'activity_horizon', 'commit_position',
                                  'protect', 'unprotect')
        ORDER BY 1
    LOOP
        function := f.signature;
        given := code(format('SELECT * FROM %s(%s)', f.name, f.arguments));
        nulls := code(format('SELECT * FROM %s(%s)', f.name, f.nothing));
        RETURN NEXT;
    END LOOP;
END $$;

-- Each way of being nobody.
CREATE TABLE clinic.stranger (who text, token text);
INSERT INTO clinic.stranger VALUES
    ('no token', ''),
    ('a word', 'x'),
    ('a token that was never given', (SELECT translate(token, 'abcdefABCDEF', 'bcdefaBCDEFA') FROM clinic.token WHERE name = 'anna')),
    ('a megabyte', repeat('x', 1048576)),
    ('an expired one', practiceacl.open_session(account('anna'))),
    ('an idle one', practiceacl.open_session(account('anna'))),
    ('a logged-out one', practiceacl.open_session(account('anna'))),
    ('a blocked account''s', practiceacl.open_session(account('bert'))),
    ('one with a space before it', ' ' || (SELECT token FROM clinic.token WHERE name = 'anna')),
    ('one with more behind it', (SELECT token FROM clinic.token WHERE name = 'anna') || 'A');
CREATE FUNCTION clinic.session_of(who text) RETURNS uuid LANGUAGE sql AS $$
    SELECT set_config('practiceacl.session', (SELECT s.token FROM clinic.stranger s WHERE s.who = session_of.who), true);
    SELECT practiceacl.current_session();
$$;
UPDATE practiceacl.session SET expires_at = now() - interval '1 s' WHERE id = session_of('an expired one');
UPDATE practiceacl.session SET last_seen_at = now() - interval '3 h' WHERE id = session_of('an idle one');
SELECT isnt(session_of('a logged-out one'), NULL, 'before the log-out it is a session');
SET LOCAL ROLE clinic_app;
SELECT practiceacl.log_out() \g /dev/null
RESET ROLE;
UPDATE practiceacl.account SET status = 'blocked' WHERE id = account('bert');

SET LOCAL ROLE clinic_app;
SELECT is(
    (SELECT array_agg(relation)
     FROM (SELECT set_config('practiceacl.session', s.token, true)) AS entered, clinic.sees() WHERE n > 0),
    NULL, s.who || ' sees nothing anywhere, without an error')
FROM clinic.stranger s;
SELECT is(
    (SELECT array_agg(function || ': ' || given)
     FROM (SELECT set_config('practiceacl.session', s.token, true)) AS entered, clinic.writes()
     WHERE given <> '28000' OR nulls NOT IN ('28000', '22004')),
    NULL, s.who || ' is refused by every writing function')
FROM clinic.stranger s;
SELECT cmp_ok((SELECT count(*) FROM clinic.writes()), '>', 20::bigint, 'there are many writing functions');
SELECT ok(NOT bool_or(practiceacl.can(agenda, required)), 'can() is false for strangers, even for none')
FROM clinic.agenda('anna') agenda, unnest('{none,freebusy,read,overbook,owner}'::practiceacl.rights[]) required;
SELECT is(ROW(practiceacl.rights_on(agenda('anna')), practiceacl.agendas('none'), practiceacl.is_admin(org('north')),
              practiceacl.current_account(), practiceacl.current_session(), practiceacl.current_agenda()),
    ROW('none'::practiceacl.rights, '{}'::uuid[], false, NULL::uuid, NULL::uuid, NULL::uuid), 'and every question about the caller is answered with nothing');
SELECT enter('olga') \g /dev/null
SELECT ok(NOT practiceacl.can(agenda('anna'), 'none'), 'none is not had by strangers who are logged in either');
SELECT ok(NOT practiceacl.can(agenda('nobody'), 'none'), 'nor on an agenda that does not exist');
SELECT ok(practiceacl.can(agenda('olga'), 'none'), 'but it is true for anyone with some right');
SELECT is(practiceacl.can(NULL), false, 'on no agenda there is nothing') WHERE practiceacl.can(NULL) IS NOT NULL
UNION ALL SELECT pass('on no agenda there is nothing') WHERE practiceacl.can(NULL) IS NULL;

-- A privilege given by mistake opens no row.
RESET ROLE;
GRANT ALL ON ALL TABLES IN SCHEMA practiceacl TO clinic_app;
CREATE FUNCTION clinic.touches() RETURNS TABLE (relation text, act text, outcome text) LANGUAGE plpgsql AS $$
DECLARE
    t record;
    n bigint;
BEGIN
    FOR t IN
        SELECT c.oid::regclass::text AS name, quote_ident(a.attname) AS column,
            (SELECT string_agg(quote_ident(w.attname), ', ') FROM pg_attribute w
             WHERE w.attrelid = c.oid AND w.attnum > 0 AND NOT w.attisdropped AND w.attgenerated = '') AS columns
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = 1
        WHERE c.relnamespace = 'practiceacl'::regnamespace AND c.relkind = 'r' ORDER BY 1
    LOOP
        relation := t.name;
        act := 'DELETE';
        EXECUTE 'DELETE FROM ' || t.name;
        GET DIAGNOSTICS n = ROW_COUNT;
        outcome := n;
        RETURN NEXT;
        act := 'UPDATE';
        EXECUTE format('UPDATE %s SET %s = %2$s', t.name, t.column);
        GET DIAGNOSTICS n = ROW_COUNT;
        outcome := n;
        RETURN NEXT;
        act := 'INSERT';
        outcome := code(format('INSERT INTO %1$s (%2$s) SELECT %2$s FROM (SELECT) AS one LEFT JOIN %1$s ON false', t.name, t.columns));
        RETURN NEXT;
        act := 'MERGE';
        outcome := code(format('MERGE INTO %1$s t USING (SELECT) AS one ON true WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN DO NOTHING', t.name));
        RETURN NEXT;
    END LOOP;
END $$;
SET LOCAL ROLE clinic_app;
SELECT enter('anna') \g /dev/null
SELECT is_empty($$ SELECT * FROM touches() WHERE act IN ('UPDATE', 'DELETE') AND outcome <> '0' $$, 'no row can be updated or deleted');
-- A null in a key may be found before the policy is asked.
SELECT is_empty($$ SELECT * FROM touches() WHERE act = 'INSERT' AND outcome NOT IN ('42501', '23502') $$, 'and none inserted');
SELECT throws_ok($$ INSERT INTO practiceacl.appointment (organization_id, agenda_id, starts_at, ends_at, created_by)
    VALUES (org('north'), agenda('anna'), at('20:00'), at('21:00'), account('anna')) $$, '42501', NULL, 'not by the holder on their own agenda');
SELECT throws_ok($$ INSERT INTO practiceacl.access_grant (organization_id, agenda_id, account_id, rights)
    VALUES (org('north'), agenda('bert'), account('anna'), 'owner') $$, '42501', NULL, 'nobody can insert rights for themselves');
SELECT is_empty('SELECT FROM practiceacl.' || secret, 'and nothing of ' || secret || ' is seen')
FROM unnest('{password,account_token,session_token,invitation_token,blocked_email,log_in_failure,activity_chain,mailer_key,outbox}'::text[]) secret;
RESET ROLE;
SELECT is((SELECT count(*) FROM practiceacl.appointment), 1::bigint, 'the rows are as they were');
REVOKE ALL ON ALL TABLES IN SCHEMA practiceacl FROM clinic_app;
SELECT practiceacl.grant_application('clinic_app') \g /dev/null

-- The caller is the account that was entered, whatever role runs the statement.
CREATE ROLE clinic_other;
CREATE ROLE clinic_owner;
GRANT clinic_other, clinic_owner TO clinic_app;
SELECT practiceacl.grant_application('clinic_owner') \g /dev/null
GRANT USAGE, CREATE ON SCHEMA clinic TO clinic_owner;
SET LOCAL ROLE clinic_owner;
CREATE VIEW clinic.plain AS SELECT id, agenda_id FROM practiceacl.appointment;
CREATE VIEW clinic.invoking WITH (security_invoker) AS SELECT id, agenda_id FROM practiceacl.appointment;
CREATE FUNCTION clinic.defining() RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS 'SELECT count(*) FROM practiceacl.appointment';
GRANT SELECT ON clinic.plain, clinic.invoking TO PUBLIC;
SET LOCAL ROLE clinic_app;
SELECT enter('anna') \g /dev/null
SELECT is((SELECT count(*) FROM clinic.plain), 1::bigint, 'a view of the application''s owner shows the caller''s rows');
SELECT is((SELECT count(*) FROM clinic.invoking), 1::bigint, 'so does a view with security_invoker');
SELECT is(clinic.defining(), 1::bigint, 'and a SECURITY DEFINER function');
SET LOCAL ROLE clinic_other;
SELECT is(practiceacl.level('read'), 'read', 'a role without privileges has the types');
SELECT is(code('SELECT * FROM ' || r), '42501', 'and neither rows nor questions by way of ' || r)
FROM unnest('{practiceacl.appointment,clinic.plain,clinic.invoking}'::text[]) r;
SELECT is(clinic.defining(), 1::bigint, 'while a definer''s function still sees for whom it runs');
SET LOCAL ROLE clinic_app;
SELECT enter('olga') \g /dev/null
SELECT is((SELECT count(*) FROM clinic.plain) + (SELECT count(*) FROM clinic.invoking) + clinic.defining(), 0::bigint,
    'a caller without a right sees nothing through any of them');
SET LOCAL practiceacl.session = '';
SELECT is((SELECT count(*) FROM clinic.plain) + clinic.defining(), 0::bigint, 'nor does an anonymous caller');

-- The plan, among 5,000 agendas of which one may read 15.
RESET ROLE;
INSERT INTO practiceacl.agenda (organization_id, id, holder_id, time_zone, name, data_controller)
SELECT org('south'), ('00000000-0000-7000-9000-' || lpad(n::text, 12, '0'))::uuid, account('olga'), 'UTC', 'Room ' || n, 'South'
FROM generate_series(1, 5000) AS n;
INSERT INTO practiceacl.appointment (organization_id, agenda_id, starts_at, ends_at, created_by)
SELECT org('south'), ('00000000-0000-7000-9000-' || lpad(n::text, 12, '0'))::uuid,
    at('00:00') + k * interval '1 day', at('00:30') + k * interval '1 day', account('olga')
FROM generate_series(1, 5000) AS n, generate_series(1, 20) AS k;
INSERT INTO practiceacl.membership (organization_id, account_id) VALUES (org('south'), account('lena'));
INSERT INTO practiceacl.access_grant (organization_id, agenda_id, account_id, rights)
SELECT org('south'), ('00000000-0000-7000-9000-' || lpad((n * 300)::text, 12, '0'))::uuid, account('lena'), 'read'
FROM generate_series(1, 15) AS n;
ANALYZE practiceacl.appointment, practiceacl.agenda, practiceacl.access_grant;
CREATE FUNCTION clinic.explained(query text) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    plan jsonb;
BEGIN
    EXECUTE 'EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) ' || query INTO plan;
    RETURN plan -> 0 -> 'Plan';
END $$;
CREATE FUNCTION clinic.condition(plan jsonb) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(c #>> '{}', ' AND ') FROM jsonb_path_query(plan, '$.**."Index Cond"') c
$$;
SET LOCAL ROLE clinic_app;
SELECT enter('lena') \g /dev/null
SELECT is(cardinality(practiceacl.agendas('read')), 15, 'the caller may read 15 of 5,000 agendas');
CREATE TEMP TABLE week AS SELECT explained($$ SELECT * FROM practiceacl.appointment
    WHERE starts_at >= '2065-03-09Z' AND starts_at < '2065-03-16Z' $$) AS plan;
SELECT is((plan ->> 'Actual Rows')::numeric, 105::numeric, 'a week has 105 rows for the caller') FROM week;
SELECT matches(condition(plan), 'agenda_id = ANY \(+practiceacl\.agendas\(''read''', 'can() has become an index condition') FROM week;
SELECT matches(condition(plan), 'starts_at >= .* AND .*starts_at < ', 'together with the times') FROM week;
SELECT ok((plan ->> 'Plan Rows')::numeric BETWEEN 35 AND 315, format('and %s rows are within 3 times of 105', plan ->> 'Plan Rows')) FROM week;
SELECT ok((p ->> 'Plan Rows')::numeric BETWEEN 100 AND 900, format('the estimate of all rows, %s, is within 3 times of 300', p ->> 'Plan Rows'))
FROM explained('SELECT * FROM practiceacl.appointment') p;
SELECT is((SELECT count(*) FROM practiceacl.appointment), 300::bigint, 'the caller sees 300');

-- Parallel workers, and every other way to scan, give the same rows.
DO $$ BEGIN
    PERFORM set_config(CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'debug_parallel_query'
                            ELSE 'force_parallel_mode' END, 'on', true);
END $$;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL min_parallel_index_scan_size = 0;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
CREATE TEMP TABLE seen (how text, rows text);
INSERT INTO seen SELECT 'alone', md5(string_agg(id::text, ',' ORDER BY id)) FROM (SELECT id FROM practiceacl.appointment) a;
SET LOCAL enable_indexscan = off;
SET LOCAL enable_bitmapscan = off;
SET LOCAL enable_indexonlyscan = off;
CREATE TEMP TABLE parallel AS SELECT explained('SELECT id FROM practiceacl.appointment') AS plan;
SELECT ok(plan @? '$.**."Workers Launched" ? (@ > 0)' AND plan @? '$.** ? (@."Node Type" == "Seq Scan" && @."Parallel Aware" == true)',
    'a scan by workers') FROM parallel;
SELECT is((plan ->> 'Actual Rows')::numeric, 300::numeric, 'sees the same 300') FROM parallel;
SELECT is((SELECT md5(string_agg(id::text, ',' ORDER BY id)) FROM practiceacl.appointment), (SELECT rows FROM seen), 'row by row');
SET LOCAL max_parallel_workers_per_gather = 0;
SELECT is((SELECT md5(string_agg(id::text, ',' ORDER BY id)) FROM practiceacl.appointment), (SELECT rows FROM seen), 'and so does a scan of the table');
SELECT enter('carl') \g /dev/null
SELECT is((SELECT count(*) FROM practiceacl.appointment), 0::bigint, 'an administrator without rights sees none');

SELECT * FROM finish();
ROLLBACK;
