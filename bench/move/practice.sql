-- A practice of 30 agendas, and appointments of the past on them, each booked as
-- people book.  :appointments of them.
\set ON_ERROR_STOP on
\set QUIET on
SET client_min_messages = warning;
SET synchronous_commit = off;

CREATE SCHEMA bench;
CREATE FUNCTION bench.id(kind int, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE
    RETURN (lpad(kind::text, 8, '0') || '-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid;
INSERT INTO practiceacl.organization (id, name) VALUES (bench.id(1, 0), 'practice');
INSERT INTO practiceacl.account (id, email, first_name, last_name)
SELECT bench.id(2, n), n || '@bench.example', 'First', 'Last' FROM generate_series(0, 29) AS n;
INSERT INTO practiceacl.membership (organization_id, account_id)
SELECT bench.id(1, 0), bench.id(2, n) FROM generate_series(0, 29) AS n;
INSERT INTO practiceacl.agenda (organization_id, id, holder_id, time_zone, name, data_controller)
SELECT bench.id(1, 0), bench.id(3, n), bench.id(2, n), 'Europe/Paris', 'agenda ' || n, 'controller'
FROM generate_series(0, 29) AS n;
\ir ../../test/setup/record.sql
SELECT record.begin_all() \g /dev/null
CREATE TABLE bench.desk AS
SELECT n, practiceacl.open_session(bench.id(2, n)) AS token FROM generate_series(0, 29) AS n;

-- A transaction for each agenda's hundred.
CREATE PROCEDURE bench.fill(appointments int) LANGUAGE plpgsql AS $$
BEGIN
    FOR hundred IN 0 .. appointments / 100 - 1 LOOP
        PERFORM set_config('practiceacl.session', (SELECT token FROM bench.desk WHERE n = hundred % 30), true);
        PERFORM practiceacl.book(bench.id(3, hundred % 30), at, at + interval '20 min', patient => 'Patient ' || at)
        FROM generate_series(0, 99) AS n,
            LATERAL (SELECT timestamptz '2050-01-01 00:00Z' + (hundred / 30 * 100 + n) * interval '20 min' AS at) AS t;
        COMMIT;
    END LOOP;
END $$;
CALL bench.fill(:appointments);
VACUUM ANALYZE;
