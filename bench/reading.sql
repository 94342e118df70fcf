-- What noting readings costs somebody who sees a week of the calendars of all
-- their agendas, with practiceacl.record_reading = emergency, which notes none
-- of theirs, and all: the view itself, as bench/access.sql measures it, within
-- one transaction; and whole transactions of a client that do nothing else, of
-- which each writes a row.
--
--     make bench TESTS=reading

\set ON_ERROR_STOP on
\set QUIET on
\if :{?seconds} \else \set seconds 4 \endif
\pset footer off
SET client_min_messages = warning;

CREATE SCHEMA bench;
CREATE FUNCTION bench.id(kind int, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE
    RETURN (lpad(kind::text, 8, '0') || '-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid;
INSERT INTO practiceacl.organization (id, name) VALUES (bench.id(1, 0), 'practice');
INSERT INTO practiceacl.account (id, email, first_name, last_name)
SELECT bench.id(2, n), n || '@bench.example', 'First', 'Last' FROM generate_series(0, 999) AS n;
INSERT INTO practiceacl.membership (organization_id, account_id)
SELECT bench.id(1, 0), bench.id(2, n) FROM generate_series(0, 999) AS n;
INSERT INTO practiceacl.agenda (organization_id, id, holder_id, time_zone, name, data_controller)
SELECT bench.id(1, 0), bench.id(3, n), bench.id(2, 0), 'Europe/Paris', 'agenda ' || n, 'controller'
FROM generate_series(0, 999) AS n;
INSERT INTO practiceacl.access_grant (organization_id, agenda_id, account_id, rights)
SELECT bench.id(1, 0), bench.id(3, n * 3), bench.id(2, 15), 'read'::practiceacl.rights FROM generate_series(0, 14) AS n
UNION ALL
SELECT bench.id(1, 0), bench.id(3, n * 3), bench.id(2, 300), 'read' FROM generate_series(0, 299) AS n;
-- Ten visits of an agenda a week, for fifty weeks.
INSERT INTO practiceacl.appointment (organization_id, agenda_id, starts_at, ends_at, created_at, created_by, patient)
SELECT bench.id(1, 0), bench.id(3, n % 1000), v.at, v.at + interval '15 min', now(), bench.id(2, 0), 'patient ' || n
FROM generate_series(0, 499999) AS n,
     LATERAL (SELECT timestamptz '2058-01-01 08:00Z' + n / 1000 * interval '16 hours 48 minutes' AS at) AS v;
CREATE ROLE bench_reader LOGIN;
SELECT practiceacl.grant_application('bench_reader') \g /dev/null
SELECT practiceacl.open_session(bench.id(2, 15)) AS token_15 \gset
SELECT practiceacl.open_session(bench.id(2, 300)) AS token_300 \gset
VACUUM ANALYZE;

CREATE TABLE bench.taken (what text, agendas int, setting text, ms float8);

/* The best of some runs within one transaction. */
CREATE FUNCTION bench.best(runs int) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
    best float8 := 'Infinity';
    began timestamptz;
BEGIN
    FOR i IN 1 .. runs LOOP
        began := clock_timestamp();
        EXECUTE 'SELECT count(*), max(patient) FROM practiceacl.calendar'
            ' WHERE starts_at >= timestamptz ''2058-03-04 00:00Z'' AND starts_at < timestamptz ''2058-03-11 00:00Z''';
        best := least(best, extract(epoch FROM clock_timestamp() - began) * 1000);
    END LOOP;
    RETURN best;
END $$;
CREATE PROCEDURE bench.measure(how_many int, setting text, token text) LANGUAGE plpgsql AS $$
DECLARE
    ms float8;
BEGIN
    SET LOCAL client_min_messages = error;
    PERFORM set_config('practiceacl.record_reading', setting, true), practiceacl.enter(token);
    SET LOCAL ROLE bench_reader;
    ms := bench.best(50);
    RESET ROLE;
    INSERT INTO bench.taken VALUES ('view', how_many, setting, ms);
    COMMIT;
END $$;
GRANT USAGE ON SCHEMA bench TO bench_reader;
SELECT current_database() AS database \gset
\setenv SECONDS_EACH :seconds
\setenv TOKEN_15 :token_15
\setenv TOKEN_300 :token_300
\echo 'Reading a week, by turns ...'
ALTER DATABASE :"database" SET practiceacl.record_reading = 'emergency';
CALL bench.measure(15, 'emergency', :'token_15');
CALL bench.measure(300, 'emergency', :'token_300');
\set ms `pgbench -n -U bench_reader -T $SECONDS_EACH -D token="'$TOKEN_15'" -f reading/week.sql | awk '/^latency average/ { print $4 }'`
INSERT INTO bench.taken VALUES ('transaction', 15, 'emergency', :ms);
\set ms `pgbench -n -U bench_reader -T $SECONDS_EACH -D token="'$TOKEN_300'" -f reading/week.sql | awk '/^latency average/ { print $4 }'`
INSERT INTO bench.taken VALUES ('transaction', 300, 'emergency', :ms);
ALTER DATABASE :"database" SET practiceacl.record_reading = 'all';
CALL bench.measure(15, 'all', :'token_15');
CALL bench.measure(300, 'all', :'token_300');
\set ms `pgbench -n -U bench_reader -T $SECONDS_EACH -D token="'$TOKEN_15'" -f reading/week.sql | awk '/^latency average/ { print $4 }'`
INSERT INTO bench.taken VALUES ('transaction', 15, 'all', :ms);
\set ms `pgbench -n -U bench_reader -T $SECONDS_EACH -D token="'$TOKEN_300'" -f reading/week.sql | awk '/^latency average/ { print $4 }'`
INSERT INTO bench.taken VALUES ('transaction', 300, 'all', :ms);
ALTER DATABASE :"database" SET practiceacl.record_reading = 'emergency';
CALL bench.measure(15, 'emergency', :'token_15');
CALL bench.measure(300, 'emergency', :'token_300');
\set ms `pgbench -n -U bench_reader -T $SECONDS_EACH -D token="'$TOKEN_15'" -f reading/week.sql | awk '/^latency average/ { print $4 }'`
INSERT INTO bench.taken VALUES ('transaction', 15, 'emergency', :ms);
\set ms `pgbench -n -U bench_reader -T $SECONDS_EACH -D token="'$TOKEN_300'" -f reading/week.sql | awk '/^latency average/ { print $4 }'`
INSERT INTO bench.taken VALUES ('transaction', 300, 'emergency', :ms);
ALTER DATABASE :"database" SET practiceacl.record_reading = 'all';
CALL bench.measure(15, 'all', :'token_15');
CALL bench.measure(300, 'all', :'token_300');
\set ms `pgbench -n -U bench_reader -T $SECONDS_EACH -D token="'$TOKEN_15'" -f reading/week.sql | awk '/^latency average/ { print $4 }'`
INSERT INTO bench.taken VALUES ('transaction', 15, 'all', :ms);
\set ms `pgbench -n -U bench_reader -T $SECONDS_EACH -D token="'$TOKEN_300'" -f reading/week.sql | awk '/^latency average/ { print $4 }'`
INSERT INTO bench.taken VALUES ('transaction', 300, 'all', :ms);
ALTER DATABASE :"database" SET practiceacl.record_reading = 'emergency';
CALL bench.measure(15, 'emergency', :'token_15');
CALL bench.measure(300, 'emergency', :'token_300');
\set ms `pgbench -n -U bench_reader -T $SECONDS_EACH -D token="'$TOKEN_15'" -f reading/week.sql | awk '/^latency average/ { print $4 }'`
INSERT INTO bench.taken VALUES ('transaction', 15, 'emergency', :ms);
\set ms `pgbench -n -U bench_reader -T $SECONDS_EACH -D token="'$TOKEN_300'" -f reading/week.sql | awk '/^latency average/ { print $4 }'`
INSERT INTO bench.taken VALUES ('transaction', 300, 'emergency', :ms);
ALTER DATABASE :"database" SET practiceacl.record_reading = 'all';
CALL bench.measure(15, 'all', :'token_15');
CALL bench.measure(300, 'all', :'token_300');
\set ms `pgbench -n -U bench_reader -T $SECONDS_EACH -D token="'$TOKEN_15'" -f reading/week.sql | awk '/^latency average/ { print $4 }'`
INSERT INTO bench.taken VALUES ('transaction', 15, 'all', :ms);
\set ms `pgbench -n -U bench_reader -T $SECONDS_EACH -D token="'$TOKEN_300'" -f reading/week.sql | awk '/^latency average/ { print $4 }'`
INSERT INTO bench.taken VALUES ('transaction', 300, 'all', :ms);
ALTER DATABASE :"database" SET practiceacl.record_reading = 'emergency';
CALL bench.measure(15, 'emergency', :'token_15');
CALL bench.measure(300, 'emergency', :'token_300');
\set ms `pgbench -n -U bench_reader -T $SECONDS_EACH -D token="'$TOKEN_15'" -f reading/week.sql | awk '/^latency average/ { print $4 }'`
INSERT INTO bench.taken VALUES ('transaction', 15, 'emergency', :ms);
\set ms `pgbench -n -U bench_reader -T $SECONDS_EACH -D token="'$TOKEN_300'" -f reading/week.sql | awk '/^latency average/ { print $4 }'`
INSERT INTO bench.taken VALUES ('transaction', 300, 'emergency', :ms);
ALTER DATABASE :"database" SET practiceacl.record_reading = 'all';
CALL bench.measure(15, 'all', :'token_15');
CALL bench.measure(300, 'all', :'token_300');
\set ms `pgbench -n -U bench_reader -T $SECONDS_EACH -D token="'$TOKEN_15'" -f reading/week.sql | awk '/^latency average/ { print $4 }'`
INSERT INTO bench.taken VALUES ('transaction', 15, 'all', :ms);
\set ms `pgbench -n -U bench_reader -T $SECONDS_EACH -D token="'$TOKEN_300'" -f reading/week.sql | awk '/^latency average/ { print $4 }'`
INSERT INTO bench.taken VALUES ('transaction', 300, 'all', :ms);
ALTER DATABASE :"database" SET practiceacl.record_reading = 'emergency';
CALL bench.measure(15, 'emergency', :'token_15');
CALL bench.measure(300, 'emergency', :'token_300');
\set ms `pgbench -n -U bench_reader -T $SECONDS_EACH -D token="'$TOKEN_15'" -f reading/week.sql | awk '/^latency average/ { print $4 }'`
INSERT INTO bench.taken VALUES ('transaction', 15, 'emergency', :ms);
\set ms `pgbench -n -U bench_reader -T $SECONDS_EACH -D token="'$TOKEN_300'" -f reading/week.sql | awk '/^latency average/ { print $4 }'`
INSERT INTO bench.taken VALUES ('transaction', 300, 'emergency', :ms);
ALTER DATABASE :"database" SET practiceacl.record_reading = 'all';
CALL bench.measure(15, 'all', :'token_15');
CALL bench.measure(300, 'all', :'token_300');
\set ms `pgbench -n -U bench_reader -T $SECONDS_EACH -D token="'$TOKEN_15'" -f reading/week.sql | awk '/^latency average/ { print $4 }'`
INSERT INTO bench.taken VALUES ('transaction', 15, 'all', :ms);
\set ms `pgbench -n -U bench_reader -T $SECONDS_EACH -D token="'$TOKEN_300'" -f reading/week.sql | awk '/^latency average/ { print $4 }'`
INSERT INTO bench.taken VALUES ('transaction', 300, 'all', :ms);

SELECT what, agendas AS "user's agendas", setting,
       round(min(ms)::numeric, 3) AS "ms, best of five",
       round((min(ms) / min(CASE setting WHEN 'emergency' THEN min(ms) END) OVER w)::numeric, 3) AS "times emergency",
       CASE WHEN what = 'view' AND setting = 'all' THEN 1.02 END AS "target at most"
FROM bench.taken GROUP BY what, agendas, setting
WINDOW w AS (PARTITION BY what, agendas)
ORDER BY what DESC, agendas, setting DESC;
SELECT count(*) AS notes, pg_size_pretty(pg_total_relation_size('practiceacl.reading_note')) AS size,
       pg_total_relation_size('practiceacl.reading_note') / count(*) AS "bytes each"
FROM practiceacl.reading_note;

DROP OWNED BY bench_reader;
DROP SCHEMA bench CASCADE;
DROP ROLE bench_reader;
