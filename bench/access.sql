-- What access control costs: the same rows read through can(), through the
-- policies that people write by hand, and without row security.  All in one
-- run, by turns; the ratios are what counts.
--
--     make bench TESTS=access
--     psql -X -d DATABASE -v rows=200000 -f bench/access.sql
--
-- The database needs the extension, nothing in it, and a superuser.

\set ON_ERROR_STOP on
\set QUIET on
\if :{?rows} \else \set rows 2000000 \endif
\if :{?agendas} \else \set agendas 5000 \endif
\if :{?grants} \else \set grants 200000 \endif
\pset footer off

SET client_min_messages = warning;
SET jit = off;
CREATE SCHEMA bench;
CREATE FUNCTION bench.id(kind int, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE
    RETURN (lpad(kind::text, 8, '0') || '-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid;

\echo 'Making' :rows 'appointments on' :agendas 'agendas, and' :grants 'grants ...'
-- One organization for each 50 agendas; its first member holds them.
INSERT INTO practiceacl.organization (id, name)
SELECT bench.id(1, n), 'practice ' || n FROM generate_series(0, :agendas / 50 - 1) AS n;
INSERT INTO practiceacl.account (id, email, first_name, last_name)
SELECT bench.id(2, n), n || '@bench.example', 'First', 'Last'
FROM generate_series(0, greatest(:grants / 40, 1000)) AS n;
INSERT INTO practiceacl.membership (organization_id, account_id)
SELECT bench.id(1, o), bench.id(2, o) FROM generate_series(0, :agendas / 50 - 1) AS o;
INSERT INTO practiceacl.agenda (organization_id, id, holder_id, time_zone, name, data_controller)
SELECT bench.id(1, n / 50), bench.id(3, n), bench.id(2, n / 50), 'Europe/Paris', 'agenda ' || n, 'controller'
FROM generate_series(0, :agendas - 1) AS n;

-- Everybody has 40 agendas but account 1,000 minus something: the readers.
CREATE TABLE bench.reader (account_id uuid PRIMARY KEY, agendas int NOT NULL);
INSERT INTO bench.reader VALUES (bench.id(2, 501), 15), (bench.id(2, 502), 300);
CREATE TABLE bench.granted AS
SELECT bench.id(2, 600 + n / 40) AS account_id,
       bench.id(3, (n * 7919 + n / 40) % :agendas) AS agenda_id
FROM generate_series(0, :grants - 400) AS n
WHERE 600 + n / 40 <= greatest(:grants / 40, 1000)
UNION
SELECT r.account_id, bench.id(3, n * (:agendas / r.agendas))
FROM bench.reader AS r, generate_series(0, r.agendas - 1) AS n;
INSERT INTO practiceacl.membership (organization_id, account_id)
SELECT DISTINCT a.organization_id, g.account_id
FROM bench.granted AS g JOIN practiceacl.agenda AS a ON a.id = g.agenda_id
ON CONFLICT DO NOTHING;
INSERT INTO practiceacl.access_grant (organization_id, agenda_id, account_id, rights)
SELECT a.organization_id, g.agenda_id, g.account_id, 'read+private'
FROM bench.granted AS g JOIN practiceacl.agenda AS a ON a.id = g.agenda_id;
CREATE UNIQUE INDEX ON bench.granted (account_id, agenda_id);

-- The rows: four visits of an agenda a week, in the order of time, for about
-- two years.  As the extension's own table, without an index on time alone.
CREATE TABLE bench.visit (
    organization_id uuid NOT NULL, agenda_id uuid NOT NULL, id uuid NOT NULL,
    starts_at timestamptz NOT NULL, ends_at timestamptz NOT NULL,
    private boolean NOT NULL, overbooked boolean NOT NULL, patient text);
INSERT INTO bench.visit
SELECT bench.id(1, n % :agendas / 50), bench.id(3, n % :agendas), bench.id(4, n),
       timestamptz '2026-01-05 08:00Z' + n / :agendas * interval '42 hours',
       timestamptz '2026-01-05 08:15Z' + n / :agendas * interval '42 hours',
       false, false, 'patient ' || n
FROM generate_series(0, :rows - 1) AS n;
ALTER TABLE bench.visit ADD PRIMARY KEY (organization_id, id);
CREATE INDEX ON bench.visit (id);
CREATE INDEX visit_agenda ON bench.visit (agenda_id, starts_at);
VACUUM ANALYZE;

-- The policies.
CREATE ROLE bench_reader;
GRANT USAGE ON SCHEMA bench TO bench_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA bench TO bench_reader;
SELECT practiceacl.grant_application('bench_reader') \g /dev/null
CREATE FUNCTION bench.me() RETURNS uuid LANGUAGE sql STABLE
    RETURN nullif(current_setting('bench.account', true), '')::uuid;
CREATE FUNCTION bench.may_read(agenda uuid) RETURNS boolean LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
    'SELECT EXISTS (SELECT FROM bench.granted WHERE account_id = bench.me() AND agenda_id = $1)';
CREATE FUNCTION bench.my_agendas() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS
    'SELECT array_agg(agenda_id) FROM bench.granted WHERE account_id = bench.me()';

CREATE TABLE bench.form (number int PRIMARY KEY, name text NOT NULL, condition text);
INSERT INTO bench.form VALUES
    (1, 'no row security', NULL),
    (2, 'can()', 'practiceacl.can(agenda_id, ''read'')'),
    (3, '= ANY ((SELECT array))', 'agenda_id = ANY ((SELECT bench.my_agendas())::uuid[])'),
    (4, 'EXISTS', 'EXISTS (SELECT FROM bench.granted AS g WHERE g.account_id = bench.me() AND g.agenda_id = visit.agenda_id)'),
    (5, 'SQL function per row', 'bench.may_read(agenda_id)');

CREATE TABLE bench.taken (task text, agendas int, form int, ms float8);

/* Puts a form of policy in place. */
CREATE PROCEDURE bench.use_form(which int) LANGUAGE plpgsql AS $$
DECLARE
    f bench.form;
BEGIN
    SELECT * INTO f FROM bench.form WHERE number = which;
    DROP POLICY IF EXISTS p ON bench.visit;
    IF f.condition IS NULL THEN
        ALTER TABLE bench.visit DISABLE ROW LEVEL SECURITY;
    ELSE
        ALTER TABLE bench.visit ENABLE ROW LEVEL SECURITY;
        EXECUTE format('CREATE POLICY p ON bench.visit FOR SELECT USING (%s)', f.condition);
    END IF;
END $$;

/* The best of some runs of a query, as the reader, who is already set. */
CREATE FUNCTION bench.best(query text, runs int) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
    best float8 := 'Infinity';
    began timestamptz;
BEGIN
    FOR i IN 1 .. runs LOOP
        began := clock_timestamp();
        EXECUTE query;
        best := least(best, extract(epoch FROM clock_timestamp() - began) * 1000);
    END LOOP;
    RETURN best;
END $$;

/* Microseconds of one read by key, prepared; the best of some rounds. */
CREATE FUNCTION bench.by_key(agendas int, reads int) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
    best float8 := 'Infinity';
    began timestamptz;
    found_patient text;
    step int := 5000 / agendas;
BEGIN
    FOR round IN 1 .. 5 LOOP
        began := clock_timestamp();
        FOR i IN 1 .. reads LOOP
            SELECT patient INTO found_patient FROM bench.visit
            WHERE organization_id = bench.id(1, i % agendas * step / 50)
              AND id = bench.id(4, i % agendas * step);
        END LOOP;
        best := least(best, extract(epoch FROM clock_timestamp() - began) * 1e6 / reads);
    END LOOP;
    RETURN best;
END $$;

/* One task in all forms, in the reader's role and transaction. */
CREATE PROCEDURE bench.measure(task text, how_many int, query text, runs int, forms int[]) LANGUAGE plpgsql AS $$
DECLARE
    who uuid := (SELECT account_id FROM bench.reader WHERE agendas = how_many);
    token text := practiceacl.open_session(who);
    form_number int;
    ms float8;
BEGIN
    FOR form_number IN SELECT number FROM bench.form WHERE number = ANY (forms) ORDER BY number LOOP
        CALL bench.use_form(form_number);
        SET LOCAL client_min_messages = error;
        PERFORM practiceacl.enter(token), set_config('bench.account', who::text, true);
        SET LOCAL ROLE bench_reader;
        IF query IS NULL THEN
            ms := bench.by_key(how_many, 5000) / 1000;
        ELSE
            ms := bench.best(query, CASE WHEN form_number = 5 THEN 1 ELSE runs END);
        END IF;
        RESET ROLE;
        INSERT INTO bench.taken VALUES (task, how_many, form_number, ms);
        COMMIT;
    END LOOP;
END $$;

\echo 'Measuring ...'
\set week 'SELECT count(*), max(patient) FROM bench.visit WHERE starts_at >= ''2026-06-01 00:00Z'' AND starts_at < ''2026-06-08 00:00Z'''
CALL bench.measure('week view', 15, :'week', 20, '{1,2,3,4,5}');
CALL bench.measure('week view', 300, :'week', 20, '{1,2,3,4}');
CALL bench.measure('one row by key', 15, NULL, 0, '{1,2,3,4}');
CALL bench.measure('one row by key', 300, NULL, 0, '{1,2,3,4}');
SET enable_indexscan = off;
SET enable_bitmapscan = off;
SET enable_indexonlyscan = off;
SET max_parallel_workers_per_gather = 0;
CALL bench.measure('full scan, no index', 15, 'SELECT count(*), max(patient) FROM bench.visit', 5, '{1,2}');
CALL bench.measure('full scan, no index', 300, 'SELECT count(*), max(patient) FROM bench.visit', 5, '{1,2}');
CALL bench.measure('full scan, count(*) alone', 15, 'SELECT count(*) FROM bench.visit', 5, '{1,2}');
CALL bench.measure('full scan, count(*) alone', 300, 'SELECT count(*) FROM bench.visit', 5, '{1,2}');
RESET enable_indexscan;
RESET enable_bitmapscan;
RESET enable_indexonlyscan;

\echo
SELECT task, agendas AS "user's agendas", form.name AS form,
       round(ms::numeric, 4) AS ms,
       round((ms / min(ms) FILTER (WHERE form = 2) OVER w)::numeric, 2) AS "times can()",
       round(((ms - min(ms) FILTER (WHERE form = 1) OVER w) * 1000)::numeric, 1) AS "µs above none"
FROM bench.taken JOIN bench.form ON form = number
WINDOW w AS (PARTITION BY task, agendas)
ORDER BY task DESC, agendas, form;

DROP OWNED BY bench_reader;
DROP SCHEMA bench CASCADE;
DROP ROLE bench_reader;
