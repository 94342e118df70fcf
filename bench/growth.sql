-- What grows with the practice and what does not: one check of one user while
-- the grants of everybody else grow; the memory of a large access set; the
-- cloning of many rights.
--
--     make bench TESTS=growth
--     psql -X -d DATABASE -v most=10000000 -f bench/growth.sql

\set ON_ERROR_STOP on
\set QUIET on
\if :{?most} \else \set most 1000000 \endif
\pset footer off
SET client_min_messages = warning;
SET synchronous_commit = off;

CREATE SCHEMA bench;
CREATE FUNCTION bench.id(kind int, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE
    RETURN (lpad(kind::text, 8, '0') || '-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid;
INSERT INTO practiceacl.organization (id, name) VALUES (bench.id(1, 0), 'practice');
INSERT INTO practiceacl.account (id, email, first_name, last_name)
SELECT bench.id(2, n), n || '@bench.example', 'First', 'Last' FROM generate_series(0, 9999) AS n;
INSERT INTO practiceacl.membership (organization_id, account_id, admin)
SELECT bench.id(1, 0), bench.id(2, n), CASE n WHEN 3 THEN 'full' ELSE 'none' END
FROM generate_series(0, 9999) AS n;
INSERT INTO practiceacl.agenda (organization_id, id, holder_id, time_zone, name, data_controller)
SELECT bench.id(1, 0), bench.id(3, n), bench.id(2, 0), 'Europe/Paris', 'agenda ' || n, 'controller'
FROM generate_series(0, 9999) AS n;
-- The user who is watched has 15 agendas, another one all 10,000.
INSERT INTO practiceacl.access_grant (organization_id, agenda_id, account_id, rights)
SELECT bench.id(1, 0), bench.id(3, n * 600), bench.id(2, 1), 'read'::practiceacl.rights FROM generate_series(0, 14) AS n
UNION ALL
SELECT bench.id(1, 0), bench.id(3, n), bench.id(2, 2), 'read'::practiceacl.rights FROM generate_series(0, 9999) AS n;

CREATE TABLE bench.taken (grants bigint, task text, microseconds float8);

/* Checks in transactions of their own, so that nothing is remembered. */
CREATE PROCEDURE bench.watch(checks int) LANGUAGE plpgsql AS $$
DECLARE
    token text := practiceacl.open_session(bench.id(2, 1));
    grants bigint := (SELECT count(*) FROM practiceacl.access_grant);
    best float8 := 'Infinity';
    spent float8;
    began timestamptz;
    allowed boolean;
BEGIN
    COMMIT;
    FOR round IN 1 .. 7 LOOP
        spent := 0;
        FOR i IN 1 .. checks LOOP
            PERFORM set_config('practiceacl.session', token, true);
            began := clock_timestamp();
            allowed := practiceacl.can(bench.id(3, (i % 15) * 600));
            spent := spent + extract(epoch FROM clock_timestamp() - began) * 1e6;
            IF NOT allowed THEN
                RAISE 'the user must be allowed';
            END IF;
            COMMIT;
        END LOOP;
        best := least(best, spent / checks);
    END LOOP;
    INSERT INTO bench.taken VALUES (grants, 'can() by one user, nothing remembered', best);
END $$;

-- Everybody else's grants, without the checks that a dump would not make either.
SET session_replication_role = replica;
VACUUM ANALYZE practiceacl.access_grant;
CALL bench.watch(1000);
\set step 100000
INSERT INTO practiceacl.access_grant (organization_id, agenda_id, account_id, rights)
SELECT bench.id(1, 0), bench.id(3, n % 10000), bench.id(2, 10 + n / 10000 % 9000), 'read'
FROM generate_series(1, :step) AS n;
VACUUM ANALYZE practiceacl.access_grant;
CALL bench.watch(1000);
INSERT INTO practiceacl.access_grant (organization_id, agenda_id, account_id, rights)
SELECT bench.id(1, 0), bench.id(3, n % 10000), bench.id(2, 10 + n / 10000 % 9000), 'read'
FROM generate_series(:step + 1, :most) AS n;
VACUUM ANALYZE practiceacl.access_grant;
CALL bench.watch(1000);
RESET session_replication_role;

SELECT task, grants, round(microseconds::numeric, 2) AS "µs",
       round((microseconds / first_value(microseconds) OVER (ORDER BY grants))::numeric, 2) AS "times the first"
FROM bench.taken ORDER BY grants;

\echo 'Memory of the access set of a user of 10,000 agendas (target: under 1 MiB):'
BEGIN;
SELECT set_config('practiceacl.session', practiceacl.open_session(bench.id(2, 2)), true) \g /dev/null
SELECT cardinality(practiceacl.agendas()) AS agendas \gset
SELECT :agendas AS agendas, total_bytes AS bytes, round(total_bytes / 1048576.0, 2) AS "MiB"
FROM pg_backend_memory_contexts WHERE name = 'practiceacl access';
COMMIT;

\echo 'A clinic of 2,000 agendas and 500 members, by a grant each, by what every colleague has, by a group and by a profile:'
INSERT INTO practiceacl.organization (id, name) VALUES
    (bench.id(1, 1), 'by grant'), (bench.id(1, 2), 'by default'), (bench.id(1, 3), 'by group'), (bench.id(1, 4), 'by profile');
INSERT INTO practiceacl.membership (organization_id, account_id)
SELECT bench.id(1, o), bench.id(2, o * 1000 + n) FROM generate_series(1, 4) AS o, generate_series(0, 499) AS n;
INSERT INTO practiceacl.agenda (organization_id, id, holder_id, time_zone, name, data_controller, colleague_rights)
SELECT bench.id(1, o), bench.id(3, 20000 + o * 2000 + n), bench.id(2, o * 1000), 'Europe/Paris', 'agenda ' || n, 'controller',
       CASE o WHEN 2 THEN 'read' ELSE 'none' END::practiceacl.rights
FROM generate_series(1, 4) AS o, generate_series(0, 1999) AS n;
INSERT INTO practiceacl.access_grant (organization_id, agenda_id, account_id, rights)
SELECT bench.id(1, 1), bench.id(3, 22000 + n), bench.id(2, 1001), 'read' FROM generate_series(0, 1999) AS n;
INSERT INTO practiceacl.agenda_group (organization_id, id, name) VALUES (bench.id(1, 3), bench.id(9, 1), 'Site');
INSERT INTO practiceacl.agenda_group_member (organization_id, group_id, agenda_id)
SELECT organization_id, bench.id(9, 1), id FROM practiceacl.agenda WHERE organization_id = bench.id(1, 3);
INSERT INTO practiceacl.group_grant (organization_id, group_id, account_id, rights)
SELECT organization_id, bench.id(9, 1), account_id, 'read' FROM practiceacl.membership WHERE organization_id = bench.id(1, 3);
INSERT INTO practiceacl.profile (organization_id, id, name) VALUES (bench.id(1, 4), bench.id(9, 2), 'Reception');
INSERT INTO practiceacl.profile_right (organization_id, profile_id, rights) VALUES (bench.id(1, 4), bench.id(9, 2), 'read');
INSERT INTO practiceacl.profile_member (organization_id, profile_id, account_id)
SELECT organization_id, bench.id(9, 2), account_id FROM practiceacl.membership WHERE organization_id = bench.id(1, 4);
UPDATE practiceacl.membership SET shares = true WHERE organization_id IN (bench.id(1, 3), bench.id(1, 4));
VACUUM ANALYZE practiceacl.access_grant;
VACUUM ANALYZE practiceacl.agenda;
VACUUM ANALYZE practiceacl.agenda_group_member;
VACUUM ANALYZE practiceacl.group_grant;
CREATE TABLE bench.opened (way text, task text, microseconds float8);
CREATE PROCEDURE bench.open_all(o int, way text) LANGUAGE plpgsql AS $$
DECLARE
    token text := practiceacl.open_session(bench.id(2, o * 1000 + 1));
    one float8 := 'Infinity';
    every float8 := 'Infinity';
    began timestamptz;
BEGIN
    COMMIT;
    FOR turn IN 0 .. 199 LOOP
        PERFORM set_config('practiceacl.session', token, true);
        began := clock_timestamp();
        IF NOT practiceacl.can(bench.id(3, 20000 + o * 2000 + turn * 10)) THEN RAISE 'must be allowed'; END IF;
        one := least(one, extract(epoch FROM clock_timestamp() - began) * 1e6);
        COMMIT;
        PERFORM set_config('practiceacl.session', token, true);
        began := clock_timestamp();
        IF cardinality(practiceacl.agendas()) <> 2000 THEN RAISE 'must be all'; END IF;
        every := least(every, extract(epoch FROM clock_timestamp() - began) * 1e6);
        COMMIT;
    END LOOP;
    INSERT INTO bench.opened VALUES (way, 'one check', one), (way, 'all 2,000', every);
END $$;
CALL bench.open_all(1, 'a grant each');
CALL bench.open_all(2, 'every colleague');
CALL bench.open_all(3, 'a group');
CALL bench.open_all(4, 'a profile');
SELECT task, way, round(microseconds::numeric, 1) AS "µs",
       round((microseconds / max(microseconds) FILTER (WHERE way = 'a grant each') OVER (PARTITION BY task))::numeric, 2) AS "times by grant"
FROM bench.opened ORDER BY task DESC, way;

\echo 'Cloning rights (target: 1,000 agendas in 30 ms, and linear):'
CREATE TABLE bench.cloned (agendas int, ms float8);
CREATE PROCEDURE bench.clone(agendas int) LANGUAGE plpgsql AS $$
DECLARE
    token text := practiceacl.open_session(bench.id(2, 3));
    colleague uuid := bench.id(2, 9100 + agendas / 500);
    best float8 := 'Infinity';
    began timestamptz;
    cloned bigint;
BEGIN
    INSERT INTO practiceacl.access_grant (organization_id, agenda_id, account_id, rights)
    SELECT bench.id(1, 0), bench.id(3, n), colleague, 'book' FROM generate_series(1, agendas) AS n;
    COMMIT;
    FOR turn IN 1 .. 5 LOOP
        PERFORM set_config('practiceacl.session', token, true);
        began := clock_timestamp();
        SELECT count(*) INTO cloned
        FROM practiceacl.clone_rights(bench.id(1, 0), colleague, bench.id(2, 9500 + turn + agendas / 100));
        best := least(best, extract(epoch FROM clock_timestamp() - began) * 1000);
        IF cloned <> agendas THEN
            RAISE 'cloned % of %', cloned, agendas;
        END IF;
        COMMIT;
    END LOOP;
    INSERT INTO bench.cloned VALUES (agendas, best);
END $$;
CALL bench.clone(1000);
CALL bench.clone(2000);
CALL bench.clone(4000);
SELECT agendas, round(ms::numeric, 1) AS ms, round((ms * 1000 / agendas)::numeric, 1) AS "µs an agenda"
FROM bench.cloned ORDER BY agendas;

DROP SCHEMA bench CASCADE;
