-- What Grafana and Metabase send, as the role that they connect with: it works,
-- the period and the organization reach what is read, and catalogs and mistakes
-- tell nothing of what the role may not see.  The starter dashboard's queries are
-- run as they stand.
BEGIN;
SELECT plan(47);
\ir support/clinic.psql
\set dashboard `cat "$PRACTICEACL_TREE/examples/reporting/dashboard.json"`
SET LOCAL TimeZone = 'UTC';
SET LOCAL jit = off;
SELECT join_clinic('ada', admin => 'full'), join_clinic('doc'), join_clinic('far', 'elsewhere') \g /dev/null
SELECT hold_agenda('ada'), hold_agenda('doc'), hold_agenda('far', organization => 'elsewhere') \g /dev/null
UPDATE practiceacl.agenda SET created_at = at('2026-01-01 00:00');
INSERT INTO practiceacl.opening (organization_id, agenda_id, weekday, opens_at, closes_at)
SELECT organization_id, id, weekday, '09:00', '11:00' FROM practiceacl.agenda, generate_series(1, 5) AS weekday;
/* A half hour on each day of a hundred and twenty, and its entry on record. */
INSERT INTO practiceacl.appointment (organization_id, agenda_id, starts_at, ends_at, created_by, status, patient)
SELECT organization_id, id, at(d + time '09:00'), at(d + time '09:30'), holder_id, CASE WHEN extract(day FROM d) = 1 THEN 'no_show' ELSE 'booked' END, 'P'
FROM practiceacl.agenda, generate_series(timestamp '2026-01-01', '2026-04-30', '1 day') AS d;
INSERT INTO practiceacl.activity_entry (organization_id, chain, sequence, id, recorded_at, agenda_id, actor_id, act, facts, hash)
SELECT organization_id, agenda_id, row_number() OVER (PARTITION BY agenda_id ORDER BY starts_at),
       (lpad(to_hex((extract(epoch FROM starts_at) * 1000 + 1)::bigint), 12, '0') || substr(replace(id::text, '-', ''), 13))::uuid,
       starts_at, agenda_id, created_by, 'appointment.booked', '{}'::jsonb, '\x00'::bytea
FROM practiceacl.appointment
UNION ALL
/* An act that only the one organization has, to be listened for. */
SELECT organization_id, agenda_id, 1000, practiceacl.new_id(), now(), agenda_id, holder_id, 'clinic', '{}'::jsonb, '\x00'::bytea
FROM (SELECT organization_id, id AS agenda_id, holder_id FROM practiceacl.agenda WHERE id = agenda('doc')) AS g;
SELECT may('ada', 'read', 'doc', tstzrange(NULL, now() + interval '10 days')) \g /dev/null
ANALYZE practiceacl.appointment, practiceacl.activity;
SELECT id AS clinic FROM place WHERE name = 'clinic' \gset
SELECT id AS elsewhere FROM place WHERE name = 'elsewhere' \gset

CREATE ROLE reporting_tool;
CREATE ROLE reporting_one;
SELECT practiceacl.grant_reporting(role) FROM unnest(ARRAY['reporting_tool', 'reporting_one']::regrole[]) AS role \g /dev/null
SELECT practiceacl.map_role('reporting_one', account('far')) \g /dev/null
GRANT USAGE, CREATE ON SCHEMA clinic TO reporting_tool, reporting_one;
GRANT SELECT ON place TO reporting_tool, reporting_one;

/* Grafana's macros: what its data source for PostgreSQL makes of them, arguments up to the first parenthesis. */
CREATE FUNCTION clinic.grafana(query text, from_time text, to_time text, organizations text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    hit text[];
    argument text[];
BEGIN
    query := replace(query, '${organization}', organizations);
    LOOP
        hit := regexp_match(query, '(\$(__\w+)\(([^)]*)\))');
        EXIT WHEN hit IS NULL;
        argument := regexp_split_to_array(btrim(hit[3]), '\s*,\s*');
        query := replace(query, hit[1], CASE hit[2]
            WHEN '__time' THEN argument[1] || ' AS "time"'
            WHEN '__timeEpoch' THEN format('extract(epoch from %s) as "time"', argument[1])
            WHEN '__timeFilter' THEN format('%s BETWEEN %L AND %L', argument[1], from_time, to_time)
            WHEN '__timeFrom' THEN quote_literal(from_time)
            WHEN '__timeTo' THEN quote_literal(to_time)
            WHEN '__timeGroup' THEN format('floor(extract(epoch from %s)/%2$s)*%2$s', argument[1], extract(epoch FROM btrim(argument[2], '''')::interval)::integer)
            WHEN '__timeGroupAlias' THEN format('floor(extract(epoch from %s)/%2$s)*%2$s AS "time"', argument[1], extract(epoch FROM btrim(argument[2], '''')::interval)::integer)
            WHEN '__unixEpochFilter' THEN format('%1$s >= %2$s AND %1$s <= %3$s', argument[1], extract(epoch FROM from_time::timestamptz)::bigint, extract(epoch FROM to_time::timestamptz)::bigint)
            ELSE format('unknown_macro_%s()', hit[2]) END);
    END LOOP;
    RETURN (query);
END $$;
/* A query's rows as text, in their order. */
CREATE FUNCTION clinic.answer(query text) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
    answer text[];
BEGIN
    EXECUTE format('SELECT array_agg(btrim(r::text, ''()'')) FROM (%s) AS r', query) INTO answer;
    RETURN coalesce(answer, '{}');
END $$;
/* How often, and for how many rows, a plan looked into a table. */
CREATE FUNCTION clinic.looks(query text, table_name text, OUT times bigint, OUT rows bigint) LANGUAGE plpgsql AS $$
DECLARE
    plan jsonb;
BEGIN
    EXECUTE 'EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) ' || query INTO plan;
    SELECT max((node ->> 'Actual Loops')::bigint),
           sum((node ->> 'Actual Loops')::numeric * ((node ->> 'Actual Rows')::numeric + coalesce((node ->> 'Rows Removed by Filter')::numeric, 0)))
    INTO times, rows
    FROM jsonb_path_query(plan, 'strict $.** ? (@."Relation Name" == $name)', jsonb_build_object('name', table_name)) AS node;
END $$;
CREATE FUNCTION clinic.state_of(query text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE query;
    RETURN '00000';
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE;
END $$;

-- Every column says what it is: that is what the tools show.
SELECT is_empty($$
    SELECT c.oid::regclass, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
    WHERE c.relnamespace = 'practiceacl'::regnamespace AND c.relname LIKE 'report\_%' AND col_description(c.oid, a.attnum) IS NULL
$$, 'each column of each report has a comment');

SET SESSION AUTHORIZATION reporting_tool;

-- Time buckets.
\set april '$$2026-04-01T00:00:00Z$$, $$2026-04-30T23:59:59.999Z$$, quote_literal(:''clinic'')'
SELECT is(answer(grafana('SELECT $__timeGroupAlias(day, ''7d''), sum(appointments) FROM practiceacl.report_utilisation
    WHERE $__timeFilter(day) AND organization_id IN (${organization}) GROUP BY 1 ORDER BY 1', :april)),
    '{"1774483200,2","1775088000,14","1775692800,14","1776297600,14","1776902400,14","1777507200,2"}', 'Grafana: $__timeGroup and $__timeFilter');
SELECT is(answer(grafana('SELECT $__time(day::timestamptz), booked_minutes FROM practiceacl.report_utilisation
    WHERE $__timeFilter(day::timestamptz) AND agenda = ''Doc'' AND day < $__timeFrom()::date + 2 ORDER BY 1', :april)),
    '{"\"2026-04-01 00:00:00+00\",30.00","\"2026-04-02 00:00:00+00\",30.00"}', '$__time of day::timestamptz');
SELECT is(answer('SELECT extract(epoch from day) as "time", opening_minutes FROM practiceacl.report_utilisation
    WHERE extract(epoch from day) >= 1775001600 AND extract(epoch from day) <= 1775087999 AND agenda = ''Doc'''),
    '{"1775001600,120.00"}', 'a time in seconds');
SELECT is(answer($$SELECT DATE_TRUNC('month', CAST("source"."day" AS date)), SUM("source"."no_shows")
    FROM (SELECT "practiceacl"."report_utilisation"."organization_id" AS "organization_id", "practiceacl"."report_utilisation"."day" AS "day",
                 "practiceacl"."report_utilisation"."no_shows" AS "no_shows" FROM "practiceacl"."report_utilisation") AS "source"
    WHERE "source"."day" >= DATE '2026-01-01' AND "source"."day" < DATE '2026-03-01'
    GROUP BY 1 ORDER BY 1 LIMIT 2000$$),
    '{"\"2026-01-01 00:00:00+00\",3","\"2026-02-01 00:00:00+00\",3"}', 'Metabase: by month, of a subselect');
SELECT is(answer($$SELECT CAST(DATE_TRUNC('week', CAST(day AS timestamp)) AS date), count(*) FROM practiceacl.report_utilisation
    WHERE CAST(day AS timestamp) >= timestamp with time zone '2026-04-06 00:00:00.000Z' AND CAST(day AS timestamp) < timestamp with time zone '2026-04-20 00:00:00.000Z'
      AND organization = 'elsewhere' GROUP BY 1 ORDER BY 1$$),
    '{"2026-04-06,7","2026-04-13,7"}', 'by week, of CAST(day AS timestamp)');
SELECT is(answer($$SELECT (CAST(extract(dow from day) AS integer) + 6) % 7 + 1 AS weekday, avg(utilisation) FROM practiceacl.report_utilisation
    WHERE day BETWEEN date '2026-04-06' AND date '2026-04-12' AND organization = 'elsewhere' GROUP BY 1 ORDER BY 1$$),
    '{"1,0.25000000000000000000","2,0.25000000000000000000","3,0.25000000000000000000","4,0.25000000000000000000","5,0.25000000000000000000","6,","7,"}',
    'by day of the week: closed days have no rate');
SELECT is(answer($$SELECT count(distinct "source"."agenda_id"), max("source"."day") FROM
    (SELECT * FROM practiceacl.report_utilisation WHERE (lower("practiceacl"."report_utilisation"."agenda") LIKE '%doc%') AND day <= '2026-04-30') AS "source" LIMIT 2000$$),
    '{"1,2026-04-30"}', 'a filter of text');

-- A day has no time zone: of which days is what a browser in Paris or New York calls 6 April?
CREATE TABLE clinic.form (name text, column_name text);
INSERT INTO form VALUES ('day', 'day'), ('day::timestamptz', 'day::timestamptz');
CREATE FUNCTION clinic.days(column_name text, from_time text, to_time text, session_zone text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('TimeZone', session_zone, true);
    RETURN array_to_string(answer(grafana(format('SELECT day FROM practiceacl.report_utilisation WHERE $__timeFilter(%s) AND agenda = ''Doc'' ORDER BY day', column_name),
        from_time, to_time, '')), ' ');
END $$;
SELECT is(days(column_name, '2026-04-06T00:00:00Z', '2026-04-06T23:59:59.999Z', 'UTC'), '2026-04-06', 'a dashboard in UTC: ' || name) FROM form;
SELECT is(days('day', '2026-04-05T22:00:00Z', '2026-04-06T21:59:59.999Z', 'Europe/Paris'), '2026-04-05 2026-04-06', 'in Paris, day: one too many');
SELECT is(days('day::timestamptz', '2026-04-05T22:00:00Z', '2026-04-06T21:59:59.999Z', 'Europe/Paris'), '2026-04-06', 'day::timestamptz: right, when the connection is in Paris as well');
SELECT is(days('day::timestamptz', '2026-04-06T04:00:00Z', '2026-04-07T03:59:59.999Z', 'America/New_York'), '2026-04-06', 'or both in New York');
SELECT is(days('day::timestamptz', '2026-04-06T04:00:00Z', '2026-04-07T03:59:59.999Z', 'UTC'), '2026-04-07', 'and wrong where they differ');
SET LOCAL TimeZone = 'UTC';

-- The period reaches what is read, however the tool compares it: two agendas for a week, out of many weeks.
CREATE TABLE clinic.period (condition text);
INSERT INTO period VALUES
    ($$day BETWEEN '2026-04-06' AND '2026-04-12'$$),
    ($$day BETWEEN '2026-04-06T00:00:00Z' AND '2026-04-12T23:59:59.999Z'$$),
    ($$day::timestamptz BETWEEN '2026-04-06T00:00:00Z' AND '2026-04-12T23:59:59.999Z'$$),
    ($$day >= timestamptz '2026-04-06 00:00Z' AND day < timestamptz '2026-04-13 00:00Z'$$),
    ($$CAST(day AS timestamp) >= timestamp with time zone '2026-04-06 00:00Z' AND CAST(day AS timestamp) < timestamp with time zone '2026-04-13 00:00Z'$$),
    ($$date_trunc('week', day) = '2026-04-06'$$),
    ($$extract(epoch from day) BETWEEN 1775433600 AND 1776038399$$);
SELECT is((l.times <= 14 AND l.rows <= 20)::text, 'true', 'utilisation looks at its days only: ' || condition)
FROM period, LATERAL looks(format('SELECT * FROM practiceacl.report_utilisation WHERE organization_id = %L AND ', :'clinic') || condition, 'appointment') AS l;
SELECT is((l.times <= 7 AND l.rows <= 40)::text, 'true', 'and activity at theirs: ' || condition)
FROM period, LATERAL looks(format('SELECT * FROM practiceacl.report_activity WHERE organization_id = %L AND ', :'clinic') || condition, 'activity') AS l;
SELECT cmp_ok((SELECT l.times FROM looks('SELECT * FROM practiceacl.report_activity', 'activity') AS l), '>', 300::bigint, 'and at every day of the record otherwise');
SELECT is((SELECT sum(entries) FROM practiceacl.report_activity WHERE act = 'appointment.booked'), 360::numeric, 'which is counted without a gap');
SELECT is((SELECT count(*) FROM (SELECT day FROM practiceacl.report_activity WHERE organization = 'clinic' AND act = 'appointment.booked' AND day::timestamptz <= '2026-04-30' GROUP BY day, entries, accounts, agendas HAVING entries = 2 AND accounts = 2 AND agendas = 2) AS d),
    120::bigint, 'each entry on its day');

-- The starter dashboard.
RESET SESSION AUTHORIZATION;
CREATE TABLE clinic.panel AS
SELECT p ->> 'title' AS title, t ->> 'rawSql' AS query, t ->> 'format' AS format
FROM jsonb_path_query(:'dashboard'::jsonb, '$.panels[*]') AS p, jsonb_path_query(p, '$.targets[*]') AS t
UNION ALL
SELECT v ->> 'label', v ->> 'query', 'variable' FROM jsonb_path_query(:'dashboard'::jsonb, '$.templating.list[*] ? (@.type == "query")') AS v;
GRANT SELECT ON panel TO reporting_tool, reporting_one;
SET SESSION AUTHORIZATION reporting_tool;
SELECT cmp_ok((SELECT count(*) FROM panel), '>', 8::bigint, 'the dashboard is found');
SELECT is_empty(format($$ SELECT title, state FROM panel, LATERAL clinic.state_of(clinic.grafana(query, '2026-04-01T00:00:00Z', '2026-04-30T23:59:59.999Z', %L)) AS state WHERE state <> '00000' $$,
    quote_literal(:'clinic') || ',' || quote_literal(:'elsewhere')), 'each of its queries runs as the reporting role');
SELECT is_empty(format($$ SELECT title FROM panel WHERE title NOT IN ('What should be rare', 'Agendas, a month')
    AND clinic.answer(clinic.grafana(query, '2026-04-01T00:00:00Z', '2026-04-30T23:59:59.999Z', %L)) IN ('{}', '{NULL}', '{""}') $$,
    quote_literal(:'clinic') || ',' || quote_literal(:'elsewhere')), 'and shows something');
SELECT is_empty($$ SELECT title FROM panel WHERE format = 'time_series'
    AND grafana(query, '', '', '') !~ 'AS "time"' $$, 'a series has its column "time"');

-- What they ask the catalogs for when they connect and look for tables.
SELECT set_eq($$ SELECT quote_ident(table_name) FROM information_schema.tables
    WHERE quote_ident(table_schema) NOT IN ('information_schema', 'pg_catalog', '_timescaledb_cache', 'clinic', 'public') AND table_schema !~ '^pg_temp' $$,
    ARRAY['report_utilisation', 'report_access_review', 'report_subscriptions', 'report_security', 'report_activity'],
    'Grafana''s list of tables has the five reports');
SELECT is_empty($$ SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'practiceacl' AND table_name !~ '^report_' $$, 'and its columns are theirs');
SELECT set_eq($$ SELECT n.nspname || '.' || c.relname
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON c.relnamespace = n.oid
    LEFT JOIN pg_catalog.pg_description d ON c.oid = d.objoid AND d.objsubid = 0 AND d.classoid = 'pg_class'::regclass
    LEFT JOIN pg_stat_user_tables stat ON n.nspname = stat.schemaname AND c.relname = stat.relname
    WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'clinic', 'public') AND c.relkind IN ('r', 'p', 'v', 'f', 'm')
      AND pg_catalog.has_schema_privilege(current_user, n.nspname, 'USAGE')
      AND (pg_catalog.has_any_column_privilege(current_user, c.oid, 'SELECT')) $$,
    ARRAY['practiceacl.report_utilisation', 'practiceacl.report_access_review', 'practiceacl.report_subscriptions', 'practiceacl.report_security', 'practiceacl.report_activity'],
    'so do Metabase''s');
SELECT is_empty($$ SELECT c.table_name, c.column_name
    FROM information_schema.columns c
    LEFT JOIN (SELECT tc.table_schema, tc.table_name, kc.column_name FROM information_schema.table_constraints tc
               JOIN information_schema.key_column_usage kc ON tc.constraint_name = kc.constraint_name AND tc.table_schema = kc.table_schema AND tc.table_name = kc.table_name
               WHERE tc.constraint_type = 'PRIMARY KEY') AS pk
        ON c.table_schema = pk.table_schema AND c.table_name = pk.table_name AND c.column_name = pk.column_name
    WHERE c.table_schema = 'practiceacl'
      AND col_description(CAST(CAST(format('%I.%I', CAST(c.table_schema AS text), CAST(c.table_name AS text)) AS regclass) AS oid), c.ordinal_position) IS NULL $$,
    'each column that it describes has its comment');
SELECT is_empty($$ SELECT relname, state_of(format('SELECT true FROM "practiceacl".%I WHERE 1 <> 1 LIMIT 0', relname))
    FROM pg_class WHERE relnamespace = 'practiceacl'::regnamespace AND relkind IN ('r', 'v')
      AND (state_of(format('SELECT true FROM "practiceacl".%I WHERE 1 <> 1 LIMIT 0', relname)) = '00000') <> (relname ~ '^report_') $$,
    'its probe of each relation succeeds for the reports and no other');
SELECT is_empty($$ SELECT query, state FROM unnest(ARRAY[
        'SELECT current_setting(''server_version_num'')::int / 100', 'SELECT extversion FROM pg_extension WHERE extname = ''timescaledb''',
        'SELECT nspname, typname FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.oid IN (SELECT DISTINCT enumtypid FROM pg_enum e)',
        'SHOW timezone', 'SET SESSION TIMEZONE TO ''Europe/Paris''', 'SET SESSION TIMEZONE TO ''UTC''',
        'SELECT tmp.table_name, pg_catalog.pg_get_indexdef(tmp.ci_oid, tmp.pos, false) FROM (SELECT ct.relname AS table_name, ci.oid AS ci_oid, (information_schema._pg_expandarray(i.indkey)).n AS pos
            FROM pg_catalog.pg_class ct JOIN pg_catalog.pg_index i ON ct.oid = i.indrelid JOIN pg_catalog.pg_class ci ON ci.oid = i.indexrelid) AS tmp WHERE tmp.pos = 1']) AS query,
    LATERAL state_of(query) AS state WHERE state <> '00000' $$, 'what else they ask is answered');

-- Attacks.  A role that stands for a person of "elsewhere" and defines functions of
-- its own hears nothing of "clinic", whatever the planner is told, and no mistake
-- that it provokes depends on what is hidden.
SET SESSION AUTHORIZATION reporting_one;
/* Said to be immutable, so that nothing but the view keeps the planner from calling it early. */
CREATE FUNCTION clinic.eavesdrop(words text) RETURNS boolean IMMUTABLE COST 0.0000001 LANGUAGE plpgsql AS $$
BEGIN
    IF strpos(current_setting('clinic.heard', true), '<' || words || '>') = 0 THEN
        PERFORM set_config('clinic.heard', concat(current_setting('clinic.heard', true), '<', words, '>'), false);
    END IF;
    RETURN true;
END $$;
SET clinic.heard = '';
CREATE FUNCTION clinic.listen(without text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    c record;
BEGIN
    PERFORM set_config(setting, 'off', true) FROM unnest(string_to_array(without, ' ')) AS setting;
    FOR c IN SELECT a.attrelid::regclass AS report, a.attname FROM pg_attribute a JOIN pg_class r ON r.oid = a.attrelid
             WHERE r.relnamespace = 'practiceacl'::regnamespace AND r.relname LIKE 'report\_%' AND a.attnum > 0 LOOP
        EXECUTE format('SELECT count(*) FROM %s r WHERE eavesdrop(r.%I::text) AND day_of(r) > ''2026-04-23''', c.report, c.attname);
    END LOOP;
    PERFORM set_config(setting, 'on', true) FROM unnest(string_to_array(without, ' ')) AS setting;
END $$;
CREATE FUNCTION clinic.day_of(r anyelement) RETURNS date LANGUAGE sql AS $$ SELECT coalesce((to_jsonb(r) ->> 'day')::date, '2026-04-30') $$;
SELECT listen(without) FROM unnest(ARRAY['', 'enable_indexscan enable_bitmapscan', 'enable_seqscan', 'enable_nestloop', 'enable_hashjoin enable_mergejoin']) AS without \g /dev/null
SELECT matches(current_setting('clinic.heard'), '<elsewhere>', 'its own function is called with what a report shows');
RESET SESSION AUTHORIZATION;
SELECT is_empty($$ SELECT words FROM regexp_split_to_table(btrim(current_setting('clinic.heard'), '<>'), '><') AS words WHERE words IN ('clinic', 'Doc', 'Ada')
    OR words IN (SELECT unnest(ARRAY[id, organization_id, holder_id])::text FROM practiceacl.agenda WHERE name IN ('Doc', 'Ada')) $$, 'and with nothing of another organization');
SET SESSION AUTHORIZATION reporting_one;
SELECT is_empty(format($$ SELECT relname, state FROM pg_class,
    LATERAL state_of(format('SELECT * FROM practiceacl.%%I WHERE 1 / (CASE WHEN organization_id = %%L OR organization = ''clinic'' THEN 0 ELSE 1 END) = 1', relname, %L::uuid)) AS state
    WHERE relnamespace = 'practiceacl'::regnamespace AND relname LIKE 'report\_%%' AND state <> '00000' $$, :'clinic'), 'a division by zero for the hidden organization does not happen');
SELECT is_empty($$ SELECT query, state FROM (SELECT replace(q, 'X', what) AS query FROM unnest(ARRAY['appointment', 'account', 'activity', 'calendar', 'unserved_agenda', 'reading_by_day']) AS what,
        unnest(ARRAY['EXPLAIN SELECT * FROM practiceacl.X', 'SELECT count(*) FROM practiceacl.X', 'TABLE practiceacl.X', 'COPY practiceacl.X TO STDOUT', 'ANALYZE practiceacl.X; SELECT 1/0',
            'DECLARE c CURSOR FOR SELECT 1 FROM practiceacl.X', 'CREATE TEMP TABLE t (LIKE practiceacl.X); SELECT 1 / count(*) FROM t']) AS q) AS asked, LATERAL state_of(query) AS state
    WHERE state = '00000' $$, 'nor does it read or explain a table or a view that is not its own');
SELECT is_empty($$ SELECT p.oid::regprocedure FROM pg_proc p JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
    JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'practiceacl'
    WHERE p.provolatile = 'v' AND has_function_privilege(p.oid, 'EXECUTE') $$, 'or calls a function that writes');
SELECT is_empty($$ SELECT tablename FROM pg_stats WHERE schemaname = 'practiceacl' UNION ALL SELECT statistics_name FROM pg_stats_ext $$, 'statistics of the planner: none');
RESET SESSION AUTHORIZATION;

SELECT * FROM finish();
ROLLBACK;
