-- What a report costs: one organization, one month, in a database with a
-- tenth of the organizations and in the whole one.  The organization's data
-- are the same, so its answer should take the same time.
--
--     make bench TESTS=reports
--     psql -X -d DATABASE -v rows=200000 -f bench/reports.sql
--
-- The database needs the extension, nothing in it, and a superuser.

\set ON_ERROR_STOP on
\set QUIET on
\if :{?rows} \else \set rows 2000000 \endif
\if :{?organizations} \else \set organizations 200 \endif
\pset footer off

SET client_min_messages = warning;
SET TimeZone = 'Europe/Paris';
CREATE SCHEMA bench;
CREATE FUNCTION bench.id(kind int, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE
    RETURN (lpad(kind::text, 8, '0') || '-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid;

/* Organizations first to last, each with 25 agendas, 50 people and the same share of everything. */
CREATE PROCEDURE bench.add(first int, last int, appointments int) LANGUAGE sql AS $$
    INSERT INTO practiceacl.organization (id, name)
    SELECT bench.id(1, o), 'practice ' || o FROM generate_series(first, last) AS o;
    INSERT INTO practiceacl.account (id, email, first_name, last_name)
    SELECT bench.id(2, o * 50 + p), o || '.' || p || '@bench.example', 'First', 'Last'
    FROM generate_series(first, last) AS o, generate_series(0, 49) AS p;
    INSERT INTO practiceacl.membership (organization_id, account_id)
    SELECT bench.id(1, o), bench.id(2, o * 50 + p) FROM generate_series(first, last) AS o, generate_series(0, 49) AS p;
    INSERT INTO practiceacl.agenda (organization_id, id, holder_id, time_zone, name, data_controller, created_at)
    SELECT bench.id(1, o), bench.id(3, o * 25 + a), bench.id(2, o * 50 + a), 'Europe/Paris', 'agenda ' || a, 'controller', '2026-01-05'
    FROM generate_series(first, last) AS o, generate_series(0, 24) AS a;
    INSERT INTO practiceacl.access_grant (organization_id, agenda_id, account_id, rights, granted_at)
    SELECT bench.id(1, o), bench.id(3, o * 25 + a), bench.id(2, o * 50 + 25 + p), 'book', '2026-01-05'
    FROM generate_series(first, last) AS o, generate_series(0, 24) AS a, generate_series(0, 24) AS p;
    INSERT INTO practiceacl.opening (organization_id, agenda_id, weekday, opens_at, closes_at)
    SELECT g.organization_id, g.id, d, h::time, h::time + interval '4 hours'
    FROM practiceacl.agenda g, generate_series(1, 5) AS d, unnest(ARRAY['08:00', '14:00']) AS h
    WHERE g.organization_id BETWEEN bench.id(1, first) AND bench.id(1, last);
    INSERT INTO practiceacl.appointment (organization_id, agenda_id, starts_at, ends_at, created_by, patient)
    SELECT g.organization_id, g.id, t, t + interval '15 minutes', g.holder_id, 'Patient'
    FROM practiceacl.agenda g, generate_series(0, appointments - 1) AS n,
         LATERAL (SELECT timestamptz '2026-01-05 08:00' + n / 8 * interval '1 day' + n % 8 * interval '30 minutes' AS t) AS at
    WHERE g.organization_id BETWEEN bench.id(1, first) AND bench.id(1, last);
    INSERT INTO practiceacl.activity_entry (organization_id, chain, sequence, id, recorded_at, agenda_id, actor_id, act, facts, hash)
    SELECT organization_id, agenda_id, row_number() OVER (PARTITION BY agenda_id),
           (lpad(to_hex((extract(epoch FROM starts_at) * 1000)::bigint), 12, '0') || substr(replace(id::text, '-', ''), 13))::uuid, starts_at, agenda_id, created_by,
           'appointment.booked', CASE WHEN extract(minute FROM starts_at) = 0 AND extract(hour FROM starts_at) = 8
                                      THEN '{"overbooked": true}'::jsonb ELSE '{}' END, '\x00'
    FROM practiceacl.appointment
    WHERE organization_id BETWEEN bench.id(1, first) AND bench.id(1, last);
$$;

CREATE TABLE bench.question (report text PRIMARY KEY, query text);
INSERT INTO bench.question
SELECT report, format('SELECT * FROM practiceacl.%I WHERE organization_id = %L', report, bench.id(1, 5))
       || CASE WHEN dated THEN ' AND day BETWEEN ''2026-01-01'' AND ''2026-01-31''' ELSE '' END
FROM (VALUES ('report_utilisation', true), ('report_access_review', false), ('report_subscriptions', false),
             ('report_security', true), ('report_activity', true)) AS v (report, dated);
CREATE TABLE bench.timing (report text, share text, rows bigint, ms numeric);

/* The best of seven, in milliseconds. */
CREATE FUNCTION bench.time_of(query text, OUT rows bigint, OUT ms numeric) LANGUAGE plpgsql AS $$
DECLARE
    began timestamptz;
    took numeric;
BEGIN
    FOR i IN 1 .. 7 LOOP
        began := clock_timestamp();
        EXECUTE 'SELECT count(*) FROM (' || query || ' OFFSET 0) AS report' INTO rows;
        took := 1000 * extract(epoch FROM clock_timestamp() - began);
        ms := least(ms, took);
    END LOOP;
END $$;

\echo 'Making a tenth of' :rows 'appointments ...'
CALL bench.add(1, :organizations / 10, :rows / :organizations / 25);
VACUUM ANALYZE;
INSERT INTO bench.timing SELECT report, 'tenth', t.* FROM bench.question, bench.time_of(query) AS t;
\echo 'Making the rest ...'
CALL bench.add(:organizations / 10 + 1, :organizations, :rows / :organizations / 25);
VACUUM ANALYZE;
INSERT INTO bench.timing SELECT report, 'whole', t.* FROM bench.question, bench.time_of(query) AS t;

\echo
\echo 'One organization of' :organizations', one month: milliseconds.  The target is a ratio near 1.'
SELECT a.report, b.rows, round(a.ms, 2) AS "tenth of the data", round(b.ms, 2) AS "all of it",
       round(b.ms / a.ms, 2) AS ratio
FROM bench.timing a JOIN bench.timing b USING (report)
WHERE a.share = 'tenth' AND b.share = 'whole'
ORDER BY a.report;

-- The tables that one organization's month reads, by which index.
\pset tuples_only on
EXPLAIN (COSTS OFF)
SELECT * FROM practiceacl.report_utilisation
WHERE organization_id = bench.id(1, 5) AND day BETWEEN '2026-01-01' AND '2026-01-31';
\pset tuples_only off
DROP SCHEMA bench CASCADE;
