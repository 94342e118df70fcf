-- Nothing looks at a row before the policy does.  Of every table that has a
-- policy and of every view that asks itself, every column is put into leakproof
-- conditions of every shape, under every setting that changes plans.  They are
-- marked by what they compare with, so the plan shows where they went: behind
-- the policy in a filter and in a recheck, and into an index only beside the
-- policy's own condition.  A new table or view is tested because it is there.
BEGIN;
\ir ../setup/clinic.sql
SELECT plan(26);
SET LOCAL jit = off;   -- for what the settings make of the queries of the test

-- A table of the application's, with indexes of all sorts, and its partition.
CREATE TABLE public.letter (
    id uuid PRIMARY KEY DEFAULT practiceacl.new_id(), agenda_id uuid NOT NULL,
    patient text, written timestamptz, draft boolean NOT NULL DEFAULT false);
CREATE INDEX ON public.letter (agenda_id, written);
CREATE INDEX ON public.letter (patient);
CREATE INDEX ON public.letter (written, agenda_id);
CREATE INDEX ON public.letter (agenda_id) WHERE draft;
CREATE INDEX ON public.letter USING hash (agenda_id);
CREATE TABLE public.visit (agenda_id uuid NOT NULL, at timestamptz NOT NULL, patient text) PARTITION BY RANGE (at);
CREATE TABLE public.visit_all PARTITION OF public.visit FOR VALUES FROM (MINVALUE) TO (MAXVALUE);
CREATE INDEX ON public.visit (agenda_id, at);
CREATE INDEX ON public.visit (patient);
SET LOCAL client_min_messages = error;
SELECT practiceacl.protect('public.letter') \g /dev/null
SELECT practiceacl.protect('public.visit') \g /dev/null
-- Another policy, which PostgreSQL would put in front.
CREATE POLICY written ON public.letter AS RESTRICTIVE USING (written < 'infinity');
GRANT SELECT, UPDATE ON public.letter, public.visit TO clinic_app;
-- Views of their owner that ask themselves, and that the planner takes into the query.
CREATE VIEW public.letters AS SELECT * FROM public.letter WHERE practiceacl.can(agenda_id, 'read');
CREATE VIEW public.drafts AS SELECT l.*, i FROM generate_series(1, 2) AS i LEFT JOIN public.letter l ON l.draft AND practiceacl.can(l.agenda_id, 'read');
GRANT SELECT ON public.letters, public.drafts TO clinic_app;
-- The same with a policy as others write them: what the test must find.
CREATE FUNCTION clinic.mine(agenda_id uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS 'BEGIN RETURN false; END';
CREATE TABLE clinic.ordinary (LIKE public.letter INCLUDING ALL);
ALTER TABLE clinic.ordinary ENABLE ROW LEVEL SECURITY;
CREATE POLICY ordinary ON clinic.ordinary USING (clinic.mine(agenda_id));

CREATE TABLE clinic.subject AS
SELECT c.oid::regclass AS relation, c.relkind = 'v' AS is_view
FROM pg_class c
WHERE (EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid) AND c.oid <> 'clinic.ordinary'::regclass)
   OR (c.relnamespace = 'practiceacl'::regnamespace AND c.relkind = 'v'
       AND 'security_barrier=true' = ANY (c.reloptions))
   OR c.oid IN ('public.letters'::regclass, 'public.drafts'::regclass);
SELECT cmp_ok((SELECT count(*) FROM clinic.subject), '>=', 31::bigint, 'there are tables and views to ask');

-- Values that stand in no plan but for a condition of ours.
CREATE TABLE clinic.mark (type regtype PRIMARY KEY, value text, other text);
INSERT INTO clinic.mark VALUES
    ('text', 'mark-1', 'mark-2'),
    ('uuid', 'feedface-0000-4000-8000-000000000001', 'feedface-0000-4000-8000-000000000002'),
    ('timestamptz', '2077-07-07 00:00:00+00', '2077-07-07 00:00:01+00'),
    ('date', '2077-07-07', '2077-07-08'), ('time', '07:07:07.77', '07:07:07.78'),
    ('int4', '770077', '770078'), ('int8', '770077', '770078'), ('int2', '7707', '7708'), ('oid', '770077', '770078');
CREATE TABLE clinic.guess AS SELECT
    'x'::text, '00000000-0000-4000-8000-000000000001'::uuid, '2058-01-01Z'::timestamptz AS timestamptz,
    '2058-01-01'::date, '07:00'::time AS time, 1::int4, 1::int8, 1::int2, 1::oid;
GRANT SELECT ON clinic.guess TO PUBLIC;

-- The conditions on one column; with a join, the clauses of a join.
CREATE FUNCTION clinic.conditions(relation regclass, how text) RETURNS SETOF text LANGUAGE sql STABLE AS $$
    SELECT condition
    FROM pg_attribute a
    JOIN pg_type y ON y.oid = a.atttypid
    LEFT JOIN clinic.mark m ON m.type = a.atttypid,
    LATERAL unnest(CASE
        WHEN how = 'join' AND m.type IS NOT NULL THEN ARRAY[
            format('t.%I = guessed.%I', attname, y.typname), format('t.%I < guessed.%I', attname, y.typname)]
        WHEN how = 'literal' AND a.atttypid = 'bool'::regtype THEN ARRAY[
            format('(t.%I AND t.%I IS NULL)', attname, attname), format('t.%I', attname), format('NOT t.%I', attname)]
        WHEN how = 'literal' AND m.type IS NOT NULL THEN ARRAY[
            format('t.%1$I = %2$L AND (t.%1$I, t.%1$I) < (%2$L, %3$L)', attname, m.value, m.other),
            format('t.%1$I < %2$L AND t.%1$I < ANY (ARRAY[%2$L, %3$L]::%4$s[]) AND t.%1$I IS NOT NULL AND '
                   '(practiceacl.is_me(%5$L) OR practiceacl.is_me(%6$L) OR t.%1$I < %2$L)',
                   attname, m.value, m.other, m.type, clinic.account('anna'), clinic.account('bert')),
            format('t.%I = ANY (ARRAY[%L, %L]::%s[])', attname, m.value, m.other, m.type),
            format('(t.%1$I IS NULL OR t.%1$I > %2$L)', attname, m.value)]
        ELSE '{}' END) AS condition
    WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped
$$;

-- An index that is read from its end, to find the first rows of the caller's.
CREATE FUNCTION clinic.walks(plan jsonb) RETURNS SETOF text LANGUAGE sql AS $$
    SELECT scan ->> 'Index Name' FROM jsonb_path_query(plan, '$.** ? (exists (@."Index Name") && !exists (@."Index Cond"))') scan
$$;
-- Whether a filter or a recheck begins with the policy.
CREATE FUNCTION clinic.asks_first(condition text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT condition ~ '^\(*(practiceacl\.)?(can|is_me|is_admin|is_member|reads_notice|reads_service_offer|reports_on)\('
$$;
CREATE FUNCTION clinic.by_id(condition text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT condition ~ '^\(+([a-z_0-9]+\.)?id = [^<>]*$' OR condition ~ '^\(guessed\.uuid = ([a-z_0-9]+\.)?id\)$'
$$;
-- Whether an index is searched for the caller's own, or for one row by its id.
CREATE FUNCTION clinic.is_confined(condition text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT condition ~ '(= ANY \(+|= )(practiceacl\.)?(agendas|organizations|reading_account)\('
        OR by_id(condition)
$$;
CREATE FUNCTION clinic.is_marked(condition text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT condition ~ 'mark-|feedface|2077-07-0|07:07:07|7700?7|\mguessed\.|\$\d'
$$;

-- The scans of a plan that look at a row before the policy does; a marked
-- condition of a join is evaluated for rows that have passed it.
CREATE FUNCTION clinic.breaches(plan jsonb) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    child jsonb;
    condition text := plan ->> 'Index Cond';
BEGIN
    IF plan ? 'Index Name' AND is_marked(condition) AND NOT is_confined(condition) THEN
        RETURN NEXT format('%s: %s', plan ->> 'Index Name', condition);
    END IF;
    IF plan ? 'Relation Name' AND plan ->> 'Relation Name' <> 'guess' THEN
        IF is_marked(plan ->> 'Filter') AND NOT asks_first(plan ->> 'Filter')
            AND NOT coalesce(is_confined(condition), false) THEN
            RETURN NEXT format('%s: filter %s', plan ->> 'Relation Name', plan ->> 'Filter');
        END IF;
        IF is_marked(plan ->> 'Recheck Cond') AND NOT asks_first(plan ->> 'Recheck Cond')
            AND NOT by_id(plan ->> 'Recheck Cond') THEN
            RETURN NEXT format('%s: recheck %s', plan ->> 'Relation Name', plan ->> 'Recheck Cond');
        END IF;
    END IF;
    FOR child IN SELECT jsonb_array_elements(plan -> 'Plans') LOOP
        RETURN QUERY SELECT clinic.breaches(child);
    END LOOP;
END $$;

CREATE FUNCTION clinic.explained(query text) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    plan json;
BEGIN
    EXECUTE 'EXPLAIN (FORMAT JSON) ' || query INTO plan;
    RETURN plan::jsonb -> 0 -> 'Plan';
END $$;

-- As the caller: every condition on every column of every relation.
CREATE FUNCTION clinic.breaches_of(how text, relations regclass[]) RETURNS TABLE (relation regclass, condition text, breach text) LANGUAGE plpgsql AS $$
BEGIN
    FOREACH relation IN ARRAY relations LOOP
        FOREACH condition IN ARRAY coalesce((SELECT p.conditions FROM clinic.prepared p WHERE p.relation = breaches_of.relation AND p.how = breaches_of.how), '{}') LOOP
            FOR breach IN SELECT breaches(explained(
                CASE how WHEN 'join' THEN format('SELECT * FROM clinic.guess guessed JOIN %s t ON %s', relation, condition)
                     ELSE format('SELECT * FROM %s t WHERE %s', relation, condition) END)) LOOP
                RETURN NEXT;
            END LOOP;
        END LOOP;
    END LOOP;
END $$;
CREATE FUNCTION clinic.subjects() RETURNS regclass[] LANGUAGE sql STABLE SECURITY DEFINER AS $$
    SELECT array_agg(s.relation ORDER BY s.relation::text) FROM clinic.subject s
    WHERE has_table_privilege('clinic_app', s.relation, 'SELECT')
$$;
CREATE TABLE clinic.prepared AS
SELECT s.relation, how, array_agg(c) AS conditions
FROM (SELECT relation FROM clinic.subject UNION SELECT 'clinic.ordinary') s, unnest(ARRAY['literal', 'join']) how, conditions(s.relation, how) c
GROUP BY s.relation, how;
GRANT SELECT ON clinic.mark, clinic.ordinary, clinic.subject, clinic.prepared TO PUBLIC;

-- The instrument finds what there is to find: with an ordinary policy each of
-- the shapes, and with ours what the owner, whom it does not bind, is planned.
SET LOCAL ROLE clinic_app;
CREATE TEMP TABLE found AS SELECT * FROM breaches_of('literal', ARRAY['clinic.ordinary'::regclass]);
SELECT cmp_ok((SELECT count(DISTINCT condition) FROM found), '>=', 12::bigint, 'under an ordinary policy the conditions run first');
SELECT ok(EXISTS (SELECT FROM found WHERE breach ~ 'idx: .*patient|pkey: '), 'and choose what an index fetches');
RESET ROLE;
SET LOCAL enable_seqscan = off;
SELECT isnt_empty($$ SELECT breach FROM breaches_of('literal', ARRAY['practiceacl.appointment'::regclass]) $$,
    'the owner has all indexes');
SET LOCAL enable_seqscan = on;

SELECT is(is_marked($$(practiceacl.can(agenda_id, 'read'::practiceacl.rights) AND (id = 'feedface-0000-4000-8000-000000000001'::uuid))$$), true, 'a mark is seen');

SET LOCAL ROLE clinic_app;
SELECT is_empty($$ SELECT * FROM breaches_of('literal', subjects()) $$, 'nobody: nothing comes before the policy');
SELECT is_empty($$ SELECT * FROM breaches_of('join', subjects()) $$, 'nor by a join');
SELECT enter('sara') \g /dev/null
SELECT is_empty($$ SELECT * FROM breaches_of('literal', subjects()) $$, 'somebody with rights: the same');
SELECT is_empty($$ SELECT * FROM breaches_of('join', subjects()) $$, 'and by a join');

SET LOCAL enable_seqscan = off;
SELECT is_empty($$ SELECT * FROM breaches_of('literal', subjects()) $$, 'without sequential scans');
SELECT is_empty($$ SELECT * FROM breaches_of('join', subjects()) $$, 'joined');
SET LOCAL enable_bitmapscan = off;
SELECT is_empty($$ SELECT * FROM breaches_of('literal', subjects()) $$, 'by index scans');
SET LOCAL enable_hashjoin = off;
SET LOCAL enable_nestloop = off;
SELECT is_empty($$ SELECT * FROM breaches_of('join', subjects()) $$, 'by merge joins');
SET LOCAL enable_nestloop = on;
SET LOCAL enable_mergejoin = off;
SET LOCAL enable_material = off;
SELECT is_empty($$ SELECT * FROM breaches_of('join', subjects()) $$, 'by nested loops');
SET LOCAL enable_bitmapscan = on;
SET LOCAL enable_indexscan = off;
SET LOCAL enable_indexonlyscan = off;
SELECT is_empty($$ SELECT * FROM breaches_of('literal', subjects()) $$, 'by bitmaps');
SELECT is_empty($$ SELECT * FROM breaches_of('join', subjects()) $$, 'by bitmaps, joined');
SET LOCAL enable_indexscan = on;
SET LOCAL enable_seqscan = on;

-- What the caller says of costs.
SET LOCAL cpu_operator_cost = 0;
SELECT is_empty($$ SELECT * FROM breaches_of('literal', subjects()) $$, 'where operators cost nothing');
SET LOCAL cpu_tuple_cost = 0;
SET LOCAL cpu_index_tuple_cost = 0;
SET LOCAL seq_page_cost = 0;
SET LOCAL random_page_cost = 0;
SELECT is_empty($$ SELECT * FROM breaches_of('literal', subjects()) $$, 'where nothing does');
SET LOCAL seq_page_cost = 1000000;
SELECT is_empty($$ SELECT * FROM breaches_of('literal', subjects()) $$, 'where only indexes do not');
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL min_parallel_index_scan_size = 0;
SELECT is_empty($$ SELECT * FROM breaches_of('literal', subjects()) $$, 'by workers');

-- The first rows, the least, and the order of an index.
RESET ROLE;
CREATE FUNCTION clinic.firsts(relation regclass, name name) RETURNS SETOF text LANGUAGE sql AS $$
    SELECT walks(explained(format('SELECT * FROM %s t ORDER BY %I LIMIT 1', relation, name)))
    UNION ALL
    SELECT walks(explained(format('SELECT FROM %s t ORDER BY %I DESC LIMIT 1', relation, name)))
$$;
SET LOCAL ROLE clinic_app;
SET LOCAL enable_sort = off;
SET LOCAL enable_seqscan = off;
SELECT is_empty($$
    SELECT s.relation, attname, firsts(s.relation, attname)
    FROM clinic.subject s JOIN pg_attribute a ON attrelid = s.relation AND attnum > 0 AND NOT attisdropped AND atttypid <> 'jsonb'::regtype
    WHERE NOT s.is_view AND s.relation = ANY (subjects())
$$, 'nor is an index walked for the first in its order');
SELECT is_empty($$
    SELECT s.relation, walks(explained(format('SELECT min(%I) FROM %s', attname, s.relation)))
    FROM clinic.subject s JOIN pg_attribute a ON attrelid = s.relation AND attnum > 0 AND NOT attisdropped AND atttypid IN (SELECT type FROM clinic.mark WHERE type <> 'uuid'::regtype)
    WHERE NOT s.is_view AND s.relation = ANY (subjects())
$$, 'or for the least');
SET LOCAL enable_sort = on;
SET LOCAL enable_seqscan = on;

-- A plan for parameters that are not known yet.
SET LOCAL plan_cache_mode = force_generic_plan;
RESET ROLE;
CREATE FUNCTION clinic.generic(relation regclass, name name, type regtype) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    plan json;
BEGIN
    EXECUTE format('PREPARE guessed(%s, %s[]) AS SELECT * FROM %s t WHERE %I < $1 AND %I < ANY ($2)', type, type, relation, name, name);
    EXECUTE format('EXPLAIN (FORMAT JSON) EXECUTE guessed(NULL, NULL)') INTO plan;
    DEALLOCATE guessed;
    RETURN plan::jsonb -> 0 -> 'Plan';
END $$;
SET LOCAL ROLE clinic_app;
SELECT is_empty($$
    SELECT s, a.attname, breach
    FROM unnest(subjects()) s, pg_attribute a, clinic.mark m, breaches(clinic.generic(s, a.attname, m.type)) AS breach
    WHERE a.attrelid = s AND a.attnum > 0 AND m.type = a.atttypid
$$, 'nor in a generic plan');

-- UPDATE asks two policies.
SELECT is_empty($$
    SELECT condition, breach
    FROM conditions('public.letter', 'literal') condition, breaches(explained('UPDATE public.letter t SET draft = draft WHERE ' || condition)) AS breach
$$, 'nor in an update');

-- What is kept of indexes: a row by its id, a week by its agenda, arms of an OR.
RESET seq_page_cost;
RESET random_page_cost;
RESET cpu_tuple_cost;
RESET cpu_index_tuple_cost;
RESET cpu_operator_cost;
SET LOCAL enable_seqscan = off;
SELECT is((SELECT string_agg(DISTINCT jsonb_path_query_first(plan, '$.**."Index Name"') #>> '{}', ' ') FROM
    (VALUES (explained($$ SELECT * FROM practiceacl.appointment WHERE id = 'feedface-0000-4000-8000-000000000001' $$)),
            (explained($$ SELECT * FROM practiceacl.appointment WHERE agenda_id = 'feedface-0000-4000-8000-000000000001' AND starts_at > '2077-07-07' $$)),
            (explained($$ SELECT * FROM public.letter WHERE id = 'feedface-0000-4000-8000-000000000001' $$))) v (plan)),
    'appointment_agenda_start_idx appointment_id_idx letter_pkey', 'what one looks for has its index still');
SELECT is_empty($$
    SELECT name, index FROM unnest(ARRAY['agenda_id', 'actor_id', 'organization_id']) name,
        LATERAL (SELECT jsonb_path_query(explained(format('SELECT * FROM practiceacl.activity WHERE id = %L AND %I = %L',
            'feedface-0000-4000-8000-000000000001', name, 'feedface-0000-4000-8000-000000000001')), '$.**."Index Name"') #>> '{}') i (index)
    WHERE index <> 'activity_id_pkey'
$$, 'but none that tells what belongs to an id that one knows');
SELECT * FROM finish();
ROLLBACK;
