-- Attack: does anything that a role with free SQL can observe depend on a row
-- that is hidden from it?
--
-- The organization "west" is hidden from everybody here, and has a row in every
-- table, whose values are known to the test.  For every column of everything
-- that a role may read, in every shape of leakproof condition, the same query is
-- run twice: once so that the hidden row matches, once so that it does not.
-- What is compared is all that PostgreSQL shows: EXPLAIN (ANALYZE, BUFFERS) with
-- its estimates, the counters of scans and of tuples of every table and index
-- behind a policy, and the locks taken; each time after the savepoint's rollback
-- has emptied what the backend remembers.  A difference is a bit learnt.
--
-- One thing is let pass, which SECURITY.md tells: those who know the id of a row can
-- see that it exists.  The last assertions are the proof of the instrument: a
-- table whose policy is written as most are gives its rows away to it.
BEGIN;
\ir ../setup/clinic.sql
SELECT plan(15);
SET LOCAL jit = off;
SET LOCAL client_min_messages = error;

-- Names, e-mail, notes and reasons are 'secretum', times are of one day, and
-- ids: the organization ...e0, the account ...ea, the agenda ...eb, all else ...ec.
CREATE FUNCTION clinic.e(last text) RETURNS uuid LANGUAGE sql IMMUTABLE
    RETURN ('00000000-0000-7000-8000-0000000000' || last)::uuid;
INSERT INTO practiceacl.organization (id, name, created_at, closed_at) VALUES (e('e0'), 'secretum', '2077-07-07Z', '2077-07-07Z');
INSERT INTO practiceacl.account (id, email, first_name, last_name, mobile, created_at, first_used_at)
VALUES (e('ea'), 'secretum', 'secretum', 'secretum', 'secretum', '2077-07-07Z', '2077-07-07Z');
INSERT INTO practiceacl.membership (organization_id, account_id, admin, state_since, joined_at, last_log_in_at, job_title, work_mobile)
VALUES (e('e0'), e('ea'), 'full', '2077-07-07Z', '2077-07-07Z', '2077-07-07Z', 'secretum', 'secretum');
INSERT INTO practiceacl.service_offer VALUES ('secretum', 'secretum', 77), ('public', 'public', 1);
INSERT INTO practiceacl.agenda (organization_id, id, holder_id, held_since, created_at, slot_minutes, day_start, time_zone, name, data_controller, service_offer)
VALUES (e('e0'), e('eb'), e('ea'), '2077-07-07Z', '2077-07-07Z', 77, '07:07', 'Europe/Paris', 'secretum', 'secretum', 'secretum');
INSERT INTO practiceacl.opening (organization_id, id, agenda_id, weekday, opens_at, closes_at, valid_from, valid_until)
VALUES (e('e0'), e('ec'), e('eb'), 7, '07:07', '17:07', '2077-07-07', '2077-07-07');
INSERT INTO practiceacl.absence (organization_id, id, agenda_id, starts_at, ends_at, created_at, created_by, reason, series_id)
VALUES (e('e0'), e('ec'), e('eb'), '2077-07-07Z', '2077-07-08Z', '2077-07-07Z', e('ea'), 'secretum', e('ec'));
INSERT INTO practiceacl.access_grant (organization_id, id, agenda_id, account_id, rights, granted_at, granted_by, reason)
VALUES (e('e0'), e('ec'), e('eb'), e('ea'), 'read', '2077-07-07Z', e('ea'), 'secretum');
INSERT INTO practiceacl.agenda_group (organization_id, id, name, created_at, created_by) VALUES (e('e0'), e('ec'), 'secretum', '2077-07-07Z', e('ea'));
INSERT INTO practiceacl.agenda_group_member (organization_id, group_id, agenda_id, since, added_by) VALUES (e('e0'), e('ec'), e('eb'), '2077-07-07Z', e('ea'));
INSERT INTO practiceacl.group_grant (organization_id, id, group_id, account_id, rights, granted_at, granted_by) VALUES (e('e0'), e('ec'), e('ec'), e('ea'), 'read', '2077-07-07Z', e('ea'));
INSERT INTO practiceacl.profile (organization_id, id, name, features_since, features_by, created_at, created_by) VALUES (e('e0'), e('ec'), 'secretum', '2077-07-07Z', e('ea'), '2077-07-07Z', e('ea'));
INSERT INTO practiceacl.profile_right (organization_id, id, profile_id, group_id, rights, granted_at, granted_by) VALUES (e('e0'), e('ec'), e('ec'), e('ec'), 'read', '2077-07-07Z', e('ea'));
INSERT INTO practiceacl.profile_member (organization_id, profile_id, account_id, since, given_by) VALUES (e('e0'), e('ec'), e('ea'), '2077-07-07Z', e('ea'));
INSERT INTO practiceacl.access_history (organization_id, id, agenda_id, account_id, kind, rights, granted_by, ended_by, recorded_during, source, reason)
VALUES (e('e0'), e('ec'), e('eb'), e('ea'), 'grant', 'read', e('ea'), e('ea'), tstzrange('2077-07-07Z', NULL), 'secretum', 'secretum');
INSERT INTO practiceacl.appointment (organization_id, agenda_id, id, starts_at, ends_at, created_at, created_by, private, series_id, patient, note, version, updated_at, status_since, patient_ref, contact)
VALUES (e('e0'), e('eb'), e('ec'), '2077-07-07Z', '2077-07-08Z', '2077-07-07Z', e('ea'), true, e('ec'), 'secretum', 'secretum', 77, '2077-07-07Z', '2077-07-07Z', 'secretum', 'secretum');
INSERT INTO practiceacl.appointment_archive (organization_id, agenda_id, id, starts_at, ends_at, created_at, created_by, private, series_id, patient, note, version, updated_at, status_since, patient_ref, contact)
SELECT organization_id, agenda_id, id, starts_at, ends_at, created_at, created_by, private, series_id, patient, note, version, updated_at, status_since, patient_ref, contact FROM practiceacl.appointment;
INSERT INTO practiceacl.slot_hold (organization_id, id, agenda_id, session_id, account_id, starts_at, ends_at, expires_at, created_at)
VALUES (e('e0'), e('ec'), e('eb'), e('ec'), e('ea'), '2077-07-07Z', '2077-07-08Z', '2077-07-07Z', '2077-07-07Z');
INSERT INTO practiceacl.invitation (organization_id, id, email, account_id, invited_by, created_at, expires_at, last_sent_at, times_sent, first_name, last_name, offer)
VALUES (e('e0'), e('ec'), 'secretum', e('ea'), e('ea'), '2077-07-07Z', '2077-07-07Z', '2077-07-07Z', 77, 'secretum', 'secretum', '{}');
INSERT INTO practiceacl.session (id, account_id, opened_at, expires_at, last_seen_at, agenda_id, client)
VALUES (e('ec'), e('ea'), '2077-07-07Z', '2077-07-07Z', '2077-07-07Z', e('eb'), 'secretum');
INSERT INTO practiceacl.role_account VALUES (770077, 'secretum', e('ea'), '2077-07-07Z');
INSERT INTO practiceacl.activity_entry (organization_id, chain, sequence, id, recorded_at, agenda_id, actor_id, session_id, account_id, subject_id, act, operator, client, facts, hash)
VALUES (e('e0'), e('eb'), 77, e('ec'), '2077-07-07Z', e('eb'), e('ea'), e('ec'), e('ea'), e('ec'), 'secretum', 'secretum', 'secretum', '{}', 'x'),
       (e('e0'), e('e0'), 77, e('ed'), '2077-07-07Z', NULL, NULL, NULL, NULL, NULL, 'secretum', 'secretum', 'secretum', '{}', 'x');
UPDATE practiceacl.activity_detail SET salt = 'x', detail = 'secretum', erased_with = e('ea') WHERE chain = e('eb') AND sequence = 77;
INSERT INTO practiceacl.notice (id, published_at, title, body) VALUES (e('ec'), '2077-07-07Z', 'secretum', 'secretum');
INSERT INTO practiceacl.notice_read VALUES (e('ec'), e('ea'), '2077-07-07Z');

-- Rows of one's own, so that indexes have what they may find: groups and profiles of
-- those who attack, so that what is read of these is looked at, too.
INSERT INTO practiceacl.agenda_group (organization_id, id, name) VALUES (org('north'), e('a1'), 'Site');
INSERT INTO practiceacl.agenda_group_member (organization_id, group_id, agenda_id) VALUES (org('north'), e('a1'), agenda('anna'));
INSERT INTO practiceacl.group_grant (organization_id, group_id, account_id, rights)
SELECT org('north'), e('a1'), account(who), 'freebusy' FROM unnest(ARRAY['sara', 'lena']) AS who;
INSERT INTO practiceacl.profile (organization_id, id, name) VALUES (org('north'), e('a2'), 'Desk');
INSERT INTO practiceacl.profile_right (organization_id, profile_id, group_id, rights) VALUES (org('north'), e('a2'), e('a1'), 'freebusy');
INSERT INTO practiceacl.profile_member (organization_id, profile_id, account_id) VALUES (org('north'), e('a2'), account('sara'));
UPDATE practiceacl.membership SET shares = true;
INSERT INTO practiceacl.appointment (organization_id, agenda_id, starts_at, ends_at, created_by, private, patient)
SELECT org('north'), agenda(whose), at('08:00') + n * interval '1 hour', at('08:30') + n * interval '1 hour', account(whose), n % 3 = 0, 'patient ' || n
FROM unnest(ARRAY['anna', 'bert']) AS whose, generate_series(1, 20) n;
INSERT INTO practiceacl.appointment_archive (organization_id, agenda_id, starts_at, ends_at, created_by, private, patient)
SELECT organization_id, agenda_id, starts_at - interval '1 year', ends_at - interval '1 year', created_by, private, patient
FROM practiceacl.appointment WHERE organization_id = org('north');
INSERT INTO practiceacl.activity_entry (organization_id, chain, sequence, id, recorded_at, agenda_id, actor_id, act, facts, hash)
SELECT org('north'), agenda('anna'), 1000 + n, practiceacl.new_id(), now(), agenda('anna'), account(CASE n % 2 WHEN 0 THEN 'sara' ELSE 'anna' END), 'x', '{}', 'x'
FROM generate_series(1, 20) n;

-- A table of the application's, and one with a policy of the usual kind.
CREATE TABLE public.letter (id uuid DEFAULT practiceacl.new_id() PRIMARY KEY, agenda_id uuid NOT NULL, patient text, created_at timestamptz);
CREATE INDEX ON public.letter (patient);
CREATE INDEX ON public.letter (agenda_id, created_at);
CREATE INDEX ON public.letter (created_at) WHERE patient < 'z';
INSERT INTO public.letter VALUES (e('ec'), e('eb'), 'secretum', '2077-07-07Z'), (e('ed'), agenda('anna'), 'mine', '2058-01-01Z');
SELECT practiceacl.protect('public.letter') \g /dev/null
CREATE TABLE clinic.allowed (agenda_id uuid PRIMARY KEY);
CREATE FUNCTION clinic.allows(agenda_id uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS 'SELECT EXISTS (SELECT FROM clinic.allowed a WHERE a.agenda_id = $1)';
CREATE TABLE clinic.ordinary (LIKE public.letter INCLUDING ALL);
INSERT INTO clinic.ordinary SELECT * FROM public.letter;
ALTER TABLE clinic.ordinary ENABLE ROW LEVEL SECURITY;
CREATE POLICY ordinary ON clinic.ordinary USING (clinic.allows(agenda_id));
CREATE VIEW public.letters AS SELECT * FROM public.letter WHERE practiceacl.can(agenda_id, 'read');
GRANT SELECT ON public.letter, public.letters, clinic.ordinary TO PUBLIC;

CREATE ROLE attack_mapped LOGIN;
CREATE ROLE attack_reports LOGIN;
CREATE ROLE attack_reports_mapped LOGIN;
SELECT practiceacl.grant_application('attack_mapped') \g /dev/null
SELECT practiceacl.grant_reporting('attack_reports') \g /dev/null
SELECT practiceacl.grant_reporting('attack_reports_mapped') \g /dev/null
INSERT INTO practiceacl.role_account (role_oid, role_name, account_id)
SELECT oid, rolname, account('lena') FROM pg_roles WHERE rolname IN ('attack_mapped');
INSERT INTO practiceacl.role_account (role_oid, role_name, account_id)
SELECT oid, rolname, account('bert') FROM pg_roles WHERE rolname IN ('attack_reports_mapped');

-- The hidden value of a column, and one that nothing has.
CREATE FUNCTION clinic.secret(type regtype, name text, OUT hidden text, OUT other text) LANGUAGE sql IMMUTABLE AS $$
    SELECT v[1], v[2]
    FROM (SELECT CASE type
        WHEN 'text'::regtype THEN '{secretum,secretvm}'
        WHEN 'uuid'::regtype THEN ARRAY[e(CASE
            WHEN name IN ('organization_id') THEN 'e0'
            WHEN name IN ('agenda_id', 'chain', 'agenda') THEN 'eb'
            WHEN name IN ('account_id', 'holder_id', 'actor_id', 'created_by', 'granted_by', 'ended_by', 'invited_by', 'added_by', 'given_by', 'features_by') THEN 'ea'
            ELSE 'ec' END), e('e9')]::text[]
        WHEN 'timestamptz'::regtype THEN ARRAY[CASE WHEN name IN ('ends_at') THEN '2077-07-08Z' ELSE '2077-07-07Z' END, '2077-07-09Z']
        WHEN 'date'::regtype THEN '{2077-07-07,2077-07-09}'
        WHEN 'time'::regtype THEN '{07:07,07:09}'
        WHEN 'int4'::regtype THEN '{77,79}' WHEN 'int8'::regtype THEN '{77,79}' WHEN 'int2'::regtype THEN '{7,9}'
        WHEN 'oid'::regtype THEN '{770077,770079}' END::text[] AS v) AS v
$$;

-- Pairs of queries that differ only for rows with the hidden value.
CREATE FUNCTION clinic.pairs(relation regclass, anonymous boolean, shapes text) RETURNS TABLE (shape text, name name, type regtype, one text, two text) LANGUAGE sql STABLE AS $$
    SELECT s.shape, a.attname, a.atttypid, q.one, q.two
    FROM pg_attribute a
    CROSS JOIN LATERAL clinic.secret(a.atttypid, a.attname) AS secret,
    LATERAL (VALUES
        ('=', 't.column = HIDDEN', 't.column = OTHER'),
        ('<', 't.column < HIDDEN', 't.column <= HIDDEN'),
        ('= ANY', 't.column = ANY (ARRAY[HIDDEN])', 't.column = ANY (ARRAY[OTHER])'),
        ('< ANY', 't.column < ANY (ARRAY[HIDDEN, HIDDEN])', 't.column <= ANY (ARRAY[HIDDEN, HIDDEN])'),
        ('row', '(t.column, t.column) < (HIDDEN, HIDDEN)', '(t.column, t.column) <= (HIDDEN, HIDDEN)'),
        ('or', '(practiceacl.is_me(''00000000-0000-7000-8000-0000000000ff'') OR practiceacl.is_me(''00000000-0000-7000-8000-0000000000ff'') OR t.column < HIDDEN)',
               '(practiceacl.is_me(''00000000-0000-7000-8000-0000000000ff'') OR practiceacl.is_me(''00000000-0000-7000-8000-0000000000ff'') OR t.column <= HIDDEN)'),
        ('join', 't.column IN (SELECT v FROM (VALUES (HIDDEN), (HIDDEN)) AS v (v) OFFSET 0)', 't.column IN (SELECT v FROM (VALUES (OTHER), (OTHER)) AS v (v) OFFSET 0)'),
        ('null', '(t.column IS NULL OR t.column = HIDDEN)', '(t.column IS NULL OR t.column = OTHER)'),
        ('boolean', 't.column', 'NOT t.column')) AS s (shape, one, two),
    LATERAL (SELECT replace(s.one, 'column', quote_ident(a.attname)), replace(s.two, 'column', quote_ident(a.attname))) AS r (one, two),
    LATERAL (SELECT CASE WHEN secret.hidden IS NULL THEN r.one ELSE replace(replace(r.one, 'HIDDEN', format('%L::%s', secret.hidden, a.atttypid::regtype)), 'OTHER', format('%L::%s', secret.other, a.atttypid::regtype)) END,
                    CASE WHEN secret.hidden IS NULL THEN r.two ELSE replace(replace(r.two, 'HIDDEN', format('%L::%s', secret.hidden, a.atttypid::regtype)), 'OTHER', format('%L::%s', secret.other, a.atttypid::regtype)) END) AS q (one, two)
    WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped
      AND CASE s.shape WHEN 'boolean' THEN anonymous AND a.atttypid = 'bool'::regtype
                            AND EXISTS (SELECT FROM pg_class c WHERE c.oid = relation AND c.relkind = 'r')
                       /* That a row exists is told to those who know its id. */
                       ELSE secret.hidden IS NOT NULL AND NOT (s.shape IN ('=', '= ANY', 'join', 'null')
                           AND (a.attname = 'id' OR (relation::text, a.attname) IN (('practiceacl.notices', 'notice_id'), ('practiceacl.my_features', 'agenda_id')))) END
      AND s.shape ~ ('^(' || shapes || ')$')
    ORDER BY a.attnum
$$;

-- What moves when somebody reads: the table itself, and what a policy asks.
CREATE TABLE clinic.watched AS
SELECT r.oid::regclass AS relation, array_agg(DISTINCT w.oid) AS oids
FROM pg_class r, pg_class w LEFT JOIN pg_index i ON i.indexrelid = w.oid
WHERE r.relkind IN ('r', 'v') AND r.relnamespace IN ('practiceacl'::regnamespace, 'clinic'::regnamespace, 'public'::regnamespace)
  AND w.relkind IN ('r', 'i') AND coalesce(i.indrelid, w.oid) = ANY ('{
    practiceacl.session, practiceacl.session_token, practiceacl.account, practiceacl.role_account,
    practiceacl.membership, practiceacl.access_grant, practiceacl.agenda, practiceacl.agenda_group_member,
    practiceacl.group_grant, practiceacl.profile, practiceacl.profile_right, practiceacl.profile_member, clinic.allowed}'::regclass[] || r.oid::regclass)
GROUP BY r.oid;

-- All that one can observe of a query, and nothing of it stays.  It has been
-- planned before, since planning asks who is calling.  The conditions themselves
-- are what one has typed.
CREATE FUNCTION clinic.observe(relation regclass) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    plan text;
    before bigint[];
    after bigint[];
    locks text[];
    oids oid[] := (SELECT w.oids FROM clinic.watched w WHERE w.relation = observe.relation);
    o oid;
BEGIN
    FOREACH o IN ARRAY oids LOOP
        before := before || pg_stat_get_xact_numscans(o) || pg_stat_get_xact_tuples_returned(o)
            || pg_stat_get_xact_tuples_fetched(o) || pg_stat_get_xact_blocks_fetched(o);
    END LOOP;
    EXECUTE 'EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, SUMMARY OFF, FORMAT JSON) EXECUTE probe' INTO plan;
    FOREACH o IN ARRAY oids LOOP
        after := after || pg_stat_get_xact_numscans(o) || pg_stat_get_xact_tuples_returned(o)
            || pg_stat_get_xact_tuples_fetched(o) || pg_stat_get_xact_blocks_fetched(o);
    END LOOP;
    locks := ARRAY(SELECT l.relation::regclass || l.mode FROM pg_locks l WHERE l.pid = pg_backend_pid() AND l.relation = ANY (oids) ORDER BY 1);
    RAISE EXCEPTION USING ERRCODE = 'T0001', MESSAGE = concat(
        regexp_replace(split_part(plan, '"Planning":', 1), '^ *"[A-Za-z -]*(Filter|Cond)": ".*\n', '', 'gn'),
        (SELECT array_agg(a - b ORDER BY n) FROM unnest(after, before) WITH ORDINALITY AS u (a, b, n)), locks);
EXCEPTION WHEN SQLSTATE 'T0001' THEN
    RETURN SQLERRM;
END $$;

CREATE FUNCTION clinic.probe(query text, relation regclass) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    seen text;
BEGIN
    EXECUTE 'PREPARE probe AS ' || query;
    EXECUTE 'EXPLAIN EXECUTE probe' INTO seen;
    BEGIN
        RAISE EXCEPTION USING ERRCODE = 'T0001';    -- what planning has learnt is forgotten
    EXCEPTION WHEN SQLSTATE 'T0001' THEN
        NULL;
    END;
    seen := observe(relation);
    DEALLOCATE probe;
    RETURN seen;
END $$;

-- The bits learnt: pairs with two answers, and again two when asked again.
CREATE FUNCTION clinic.learnt(relations regclass[], anonymous boolean DEFAULT false, shapes text DEFAULT '<|= ANY|< ANY') RETURNS TABLE (relation regclass, name name, shape text, how text) LANGUAGE plpgsql AS $$
DECLARE
    p record;
    visible boolean;
    secret record;
    one text;
    two text;
BEGIN
    FOREACH relation IN ARRAY relations LOOP
        FOR p IN SELECT * FROM clinic.pairs(relation, anonymous, shapes) LOOP
            IF p.name IS DISTINCT FROM name THEN
                secret := clinic.secret(p.type, p.name);
                visible := false;
                IF secret.hidden IS NOT NULL THEN
                    EXECUTE format('SELECT EXISTS (SELECT FROM %s WHERE %I IN (%L, %L))', relation, p.name, secret.hidden, secret.other) INTO visible;
                END IF;
                name := p.name;
            END IF;
            CONTINUE WHEN visible;
            FOR attempt IN 1 .. 3 LOOP
                one := probe(format('SELECT * FROM %s t WHERE %s', relation, p.one), relation);
                two := probe(format('SELECT * FROM %s t WHERE %s', relation, p.two), relation);
                -- These have other conditions, and a partial index serves the one.
                IF p.shape = 'boolean' THEN
                    one := regexp_replace(one, '"Index Name": "[^"]*"', '', 'g');
                    two := regexp_replace(two, '"Index Name": "[^"]*"', '', 'g');
                END IF;
                EXIT WHEN one = two;
            END LOOP;
            IF one <> two THEN
                shape := p.shape;
                how := (SELECT string_agg(btrim(a) || ' / ' || btrim(b), '; ')
                        FROM unnest(string_to_array(one, E'\n'), string_to_array(two, E'\n')) AS u (a, b) WHERE a IS DISTINCT FROM b);
                RETURN NEXT;
            END IF;
        END LOOP;
    END LOOP;
END $$;
CREATE FUNCTION clinic.readable() RETURNS regclass[] LANGUAGE sql STABLE AS $$
    SELECT array_agg(c.oid::regclass ORDER BY c.oid) FROM pg_class c
    WHERE c.relkind IN ('r', 'v') AND (c.relnamespace = 'practiceacl'::regnamespace OR c.oid IN ('public.letter'::regclass, 'public.letters'::regclass))
      AND has_table_privilege(c.oid, 'SELECT')
      AND c.relname NOT IN ('role_privileges') AND (c.relnamespace <> 'public'::regnamespace OR has_function_privilege('practiceacl.agendas(practiceacl.rights)', 'EXECUTE'))
$$;
GRANT SELECT ON ALL TABLES IN SCHEMA clinic TO PUBLIC;

-- Nobody.
SET LOCAL ROLE clinic_app;
SELECT cmp_ok(cardinality(readable()), '>=', 28, 'there is much to read');
SELECT is_empty($$ SELECT * FROM learnt(readable(), true, '.*') $$, 'without a token: 0 bits');
SET LOCAL enable_seqscan = off;
SELECT is_empty($$ SELECT * FROM learnt(readable(), true) $$, 'by indexes: 0 bits');
SET LOCAL enable_bitmapscan = off;
SET LOCAL cpu_operator_cost = 0;
SELECT is_empty($$ SELECT * FROM learnt(readable(), true) $$, 'by index scans, where conditions cost nothing: 0 bits');
RESET cpu_operator_cost;
RESET enable_bitmapscan;
RESET enable_seqscan;

-- A colleague without rights, one with some, another organization's administrator.
SELECT enter('lena') \g /dev/null
SELECT is_empty($$ SELECT * FROM learnt(readable()) $$, 'a colleague without rights: 0 bits');
SELECT enter('sara') \g /dev/null
SELECT is_empty($$ SELECT * FROM learnt(readable()) $$, 'a secretary: 0 bits');
SET LOCAL enable_seqscan = off;
SELECT is_empty($$ SELECT * FROM learnt(readable()) $$, 'by indexes: 0 bits');
RESET enable_seqscan;
SELECT enter('olga') \g /dev/null
SELECT is_empty($$ SELECT * FROM learnt(readable()) $$, 'another organization''s administrator: 0 bits');
SET LOCAL practiceacl.session = '';
RESET ROLE;

-- Database roles.
SET LOCAL SESSION AUTHORIZATION attack_mapped;
SELECT is((SELECT count(*) FROM practiceacl.account), 1::bigint, 'a role that is mapped to an account is that account');
SELECT is_empty($$ SELECT * FROM learnt(readable()) $$, 'and learns 0 bits');
SET LOCAL SESSION AUTHORIZATION attack_reports_mapped;
SELECT is((SELECT count(*) FROM practiceacl.report_subscriptions), 2::bigint, 'a mapped reporting role has its own reports');
SELECT is_empty($$ SELECT * FROM learnt(readable()) $$, 'and learns 0 bits of others');
RESET SESSION AUTHORIZATION;

-- The instrument works: of an ordinary policy it learns the order in which
-- conditions are evaluated, and what an index fetched.
SET LOCAL ROLE clinic_app;
CREATE TEMP TABLE control AS SELECT * FROM learnt(ARRAY['clinic.ordinary'::regclass], true, '.*');
SELECT ok((SELECT count(*) FROM control WHERE name = 'patient' AND shape IN ('=', '<', '= ANY', '< ANY')) >= 2,
    format('an ordinary policy gives away %s bits to the same attack', (SELECT count(*) FROM control)));
SET LOCAL enable_seqscan = off;
SELECT isnt_empty($$ SELECT * FROM learnt(ARRAY['clinic.ordinary'::regclass], true, '.*') WHERE how LIKE '%Rows Removed by Filter%' $$, 'and others by its indexes');
RESET ROLE;
SELECT isnt_empty($$ SELECT * FROM practiceacl.appointment WHERE patient = 'secretum' $$, 'what was hidden is there');

SELECT * FROM finish();
ROLLBACK;
