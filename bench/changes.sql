-- What a screen costs that asks what changed, as the record grows: a reader of
-- 15 agendas and one of 300, of a practice of 1,000; nothing new, and five
-- changes; against the same rows read by hand without row security.
--
--     make bench TESTS=changes
--     psql -X -d DATABASE -v most=2000000 -f bench/changes.sql

\set ON_ERROR_STOP on
\set QUIET on
\if :{?most} \else \set most 500000 \endif
\pset footer off
SET client_min_messages = warning;
SET synchronous_commit = off;

CREATE SCHEMA bench;
CREATE FUNCTION bench.id(kind int, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE
    RETURN (lpad(kind::text, 8, '0') || '-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid;
INSERT INTO practiceacl.organization (id, name) VALUES (bench.id(1, 0), 'practice');
INSERT INTO practiceacl.account (id, email, first_name, last_name)
SELECT bench.id(2, n), n || '@bench.example', 'First', 'Last' FROM generate_series(0, 2) AS n;
SELECT practiceacl.digest_emails() \g /dev/null
INSERT INTO practiceacl.membership (organization_id, account_id) SELECT bench.id(1, 0), id FROM practiceacl.account;
INSERT INTO practiceacl.agenda (organization_id, id, holder_id, time_zone, name, data_controller)
SELECT bench.id(1, 0), bench.id(3, n), bench.id(2, 0), 'Europe/Paris', 'agenda ' || n, 'controller'
FROM generate_series(0, 999) AS n;
INSERT INTO practiceacl.access_grant (organization_id, agenda_id, account_id, rights)
SELECT bench.id(1, 0), bench.id(3, n), bench.id(2, 1), 'read'::practiceacl.rights FROM generate_series(0, 14) AS n
UNION ALL
SELECT bench.id(1, 0), bench.id(3, n), bench.id(2, 2), 'read'::practiceacl.rights FROM generate_series(0, 299) AS n;

-- Entries of years ago, one every five minutes.
CREATE PROCEDURE bench.fill(first bigint, last bigint) LANGUAGE sql AS $$
    INSERT INTO practiceacl.activity_entry (organization_id, chain, sequence, id, recorded_at, agenda_id, act, subject_id, facts, hash)
    SELECT bench.id(1, 0), bench.id(3, n % 1000), -n, (lpad(to_hex(1500000000000 + n * 300000), 12, '0') || '70008000000000000000')::uuid,
        to_timestamp(1500000000 + n * 300), bench.id(3, n % 1000), 'appointment.booked', bench.id(4, n), '{}', '\x00'
    FROM generate_series(first, last) AS n;
$$;
CREATE TABLE bench.client (name text, who uuid, token text, last text);
INSERT INTO bench.client
SELECT CASE n WHEN 1 THEN '15 agendas' ELSE '300 agendas' END, bench.id(2, n), practiceacl.open_session(bench.id(2, n))
FROM generate_series(1, 2) AS n;
CREATE TABLE bench.taken (entries bigint, client text, task text, microseconds float8);

-- Each question in a transaction of its own, so that nothing is remembered.
CREATE PROCEDURE bench.watch(task text) LANGUAGE plpgsql AS $$
DECLARE
    c bench.client;
    began timestamptz;
    best float8;
    spent float8;
    entries bigint := (SELECT count(*) FROM practiceacl.activity) / 1000 * 1000;
BEGIN
    FOR c IN SELECT * FROM bench.client LOOP
        best := 'Infinity';
        FOR round IN 1 .. 7 LOOP
            spent := 0;
            FOR i IN 1 .. 50 LOOP
                COMMIT;
                PERFORM set_config('practiceacl.session', c.token, true);
                began := clock_timestamp();
                PERFORM count(*) FROM practiceacl.changes_since(c.last);
                spent := spent + extract(epoch FROM clock_timestamp() - began) * 1e6;
            END LOOP;
            best := least(best, spent / 50);
        END LOOP;
        INSERT INTO bench.taken VALUES (entries, c.name, task, best);
        best := 'Infinity';
        FOR round IN 1 .. 7 LOOP
            began := clock_timestamp();
            FOR i IN 1 .. 50 LOOP
                PERFORM count(*) FROM practiceacl.activity e
                WHERE e.agenda_id = ANY (ARRAY(SELECT g.agenda_id FROM practiceacl.access_grant g WHERE g.account_id = c.who))
                  AND e.recorded_at > now() - interval '1 min' AND e.id > '01900000-0000-7000-8000-000000000000'
                  AND practiceacl.id_hour(e.id) >= practiceacl.id_hour('01900000-0000-7000-8000-000000000000');
            END LOOP;
            best := least(best, extract(epoch FROM clock_timestamp() - began) * 1e6 / 50);
        END LOOP;
        INSERT INTO bench.taken VALUES (entries, c.name, task || ', by hand', best);
    END LOOP;
END $$;
CREATE PROCEDURE bench.start() LANGUAGE plpgsql AS $$
DECLARE
    c bench.client;
BEGIN
    FOR c IN SELECT * FROM bench.client LOOP
        COMMIT;
        PERFORM set_config('practiceacl.session', c.token, true);
        UPDATE bench.client SET last = (SELECT s.cursor FROM practiceacl.changes_since() s) WHERE who = c.who;
    END LOOP;
END $$;
CREATE PROCEDURE bench.change(day date) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('practiceacl.session', practiceacl.open_session(bench.id(2, 0)), true);
    PERFORM practiceacl.book(bench.id(3, n), day + time '08:00' + n * interval '1 hour') FROM generate_series(0, 4) AS n;
END $$;

SET session_replication_role = replica;
CALL bench.fill(1, 10000);
RESET session_replication_role;
VACUUM ANALYZE practiceacl.activity_entry;
CALL bench.start();
CALL bench.watch('nothing new');
CALL bench.change('2058-01-01');
CALL bench.watch('five changes');
SET session_replication_role = replica;
SELECT format('CALL bench.fill(10001, %s)', :most) \gexec
RESET session_replication_role;
VACUUM ANALYZE practiceacl.activity_entry;
CALL bench.start();
CALL bench.watch('nothing new');
CALL bench.change('2058-01-02');
CALL bench.watch('five changes');
SELECT client, task, entries, round(microseconds::numeric, 1) AS "µs" FROM bench.taken ORDER BY client, task, entries;
