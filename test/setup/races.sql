-- What isolation tests begin with: tools/check puts this into their databases.
-- A test calls one of the set_up procedures in its setup, and clean_up() in its
-- teardown.  Rows are put in directly, with fixed ids: the organization is ...01,
-- accounts are ...a1 and on, agendas ...b1 and on.
CREATE SCHEMA races;
GRANT USAGE ON SCHEMA races TO PUBLIC;

-- Three people of one practice: anna holds two agendas, on which sara and lena
-- may book and overbook.
CREATE PROCEDURE races.set_up_booking() LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO practiceacl.organization (id, name) VALUES ('00000000-0000-7000-8000-000000000001', 'Practice');
    INSERT INTO practiceacl.account (id, email, first_name, last_name) VALUES
        ('00000000-0000-7000-8000-0000000000a1', 'anna@x.test', 'Anna', 'A'),
        ('00000000-0000-7000-8000-0000000000a2', 'sara@x.test', 'Sara', 'S'),
        ('00000000-0000-7000-8000-0000000000a3', 'lena@x.test', 'Lena', 'L');
    INSERT INTO practiceacl.membership (organization_id, account_id, admin)
        SELECT '00000000-0000-7000-8000-000000000001', id, 'none' FROM practiceacl.account;
    CALL races.make_agendas(2, '00000000-0000-7000-8000-0000000000a1');
    INSERT INTO practiceacl.access_grant (organization_id, agenda_id, account_id, rights)
        SELECT g.organization_id, g.id, a.id, 'book+overbook'
        FROM practiceacl.agenda g, practiceacl.account a WHERE a.email <> 'anna@x.test';
    CALL races.log_everybody_in();
    CREATE VIEW standing AS
        SELECT right(agenda_id::text, 2) AS agenda, right(id::text, 2) AS appointment,
            to_char(starts_at AT TIME ZONE 'UTC', 'HH24:MI') AS starts,
            to_char(ends_at AT TIME ZONE 'UTC', 'HH24:MI') AS ends, status, overbooked
        FROM practiceacl.appointment ORDER BY starts_at, ends_at;
    CREATE VIEW unsound AS
        SELECT 'overlap' AS what, a.id FROM practiceacl.appointment a JOIN practiceacl.appointment b
            ON a.agenda_id = b.agenda_id AND a.id < b.id AND a.occupied_from < b.occupied_until AND b.occupied_from < a.occupied_until
            WHERE a.cancelled_at IS NULL AND b.cancelled_at IS NULL AND NOT a.overbooked AND NOT b.overbooked
        UNION ALL
        SELECT 'broken record', chain FROM practiceacl.verify_activity('00000000-0000-7000-8000-000000000001')
            WHERE first_broken IS NOT NULL;
END $$;

-- Two full administrators, boss and vice; doc holds an agenda, on which model
-- and sec may book.  All have just reauthenticated.
CREATE PROCEDURE races.set_up_administration() LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO practiceacl.organization (id, name) VALUES ('00000000-0000-7000-8000-000000000001', 'Practice');
    INSERT INTO practiceacl.account (id, email, first_name, last_name) VALUES
        ('00000000-0000-7000-8000-0000000000a1', 'boss@x.test', 'Bo', 'Boss'),
        ('00000000-0000-7000-8000-0000000000a2', 'vice@x.test', 'Vi', 'Vice'),
        ('00000000-0000-7000-8000-0000000000a3', 'doc@x.test', 'Dora', 'Doc'),
        ('00000000-0000-7000-8000-0000000000a4', 'model@x.test', 'Mo', 'Model'),
        ('00000000-0000-7000-8000-0000000000a5', 'sec@x.test', 'Sam', 'Sec');
    INSERT INTO practiceacl.membership (organization_id, account_id, admin)
        SELECT '00000000-0000-7000-8000-000000000001', id,
            CASE WHEN email ~ '^(boss|vice)' THEN 'full' ELSE 'none' END FROM practiceacl.account;
    CALL races.make_agendas(1, '00000000-0000-7000-8000-0000000000a3');
    INSERT INTO practiceacl.access_grant (organization_id, agenda_id, account_id, rights)
        SELECT g.organization_id, g.id, a.id, 'book'
        FROM practiceacl.agenda g, practiceacl.account a WHERE a.email ~ '^(model|sec)';
    CALL races.log_everybody_in();
    PERFORM practiceacl.confirm_session(token) FROM token;
    CREATE VIEW standing AS
        SELECT a.last_name, m.admin, m.status, string_agg(g.rights::text, ',') AS rights
        FROM practiceacl.membership m JOIN practiceacl.account a ON a.id = m.account_id
        LEFT JOIN practiceacl.access_grant g ON g.account_id = a.id
        GROUP BY 1, 2, 3 ORDER BY 1;
    CREATE VIEW unsound AS
        SELECT 'broken record' AS what, chain FROM practiceacl.verify_activity('00000000-0000-7000-8000-000000000001')
            WHERE first_broken > 0
        UNION ALL
        SELECT 'no administrator', NULL WHERE NOT EXISTS
            (SELECT FROM practiceacl.membership WHERE admin = 'full' AND status = 'active');
END $$;

-- Anna holds the agendas ...f1 and ...f2, open on Mondays from 8 to 18; Bona may
-- book at any time, Hugo within the openings.
CREATE PROCEDURE races.set_up_calendar() LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO practiceacl.organization (id, name)
        VALUES ('00000000-0000-7000-8000-00000000000a', 'clinic');
    INSERT INTO practiceacl.account (id, email, first_name, last_name) VALUES
        ('00000000-0000-7000-8000-000000000001', 'anna@example.org', 'Anna', 'Test'),
        ('00000000-0000-7000-8000-000000000002', 'bona@example.org', 'Bona', 'Test'),
        ('00000000-0000-7000-8000-000000000003', 'hugo@example.org', 'Hugo', 'Test');
    INSERT INTO practiceacl.membership (organization_id, account_id)
        SELECT '00000000-0000-7000-8000-00000000000a', id FROM practiceacl.account;
    INSERT INTO practiceacl.agenda (organization_id, id, holder_id, time_zone, name, data_controller)
        SELECT '00000000-0000-7000-8000-00000000000a', agenda::uuid,
            '00000000-0000-7000-8000-000000000001', 'Europe/Paris', 'Anna', 'Clinic'
        FROM unnest(ARRAY['00000000-0000-7000-8000-0000000000f1', '00000000-0000-7000-8000-0000000000f2']) agenda;
    INSERT INTO practiceacl.access_grant (organization_id, agenda_id, account_id, rights)
        SELECT g.organization_id, g.id, a.id,
            CASE a.first_name WHEN 'Bona' THEN 'book' ELSE 'book_in_hours' END::practiceacl.rights
        FROM practiceacl.agenda g, practiceacl.account a WHERE a.first_name <> 'Anna';
    INSERT INTO practiceacl.opening (organization_id, agenda_id, weekday, opens_at, closes_at)
        SELECT organization_id, id, 1, '08:00', '18:00' FROM practiceacl.agenda;
    CREATE TABLE presence AS
        SELECT first_name AS name, practiceacl.open_session(id) AS token FROM practiceacl.account;
END $$;

-- Some agendas of one holder, whose record has begun.
CREATE PROCEDURE races.make_agendas(number int, holder uuid) LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO practiceacl.agenda (organization_id, id, holder_id, time_zone, name, data_controller)
        SELECT '00000000-0000-7000-8000-000000000001', ('00000000-0000-7000-8000-0000000000b' || n)::uuid,
            holder, 'Europe/Paris', 'Agenda', 'Practice'
        FROM generate_series(1, number) AS n;
    PERFORM record.begin_all();
END $$;

-- The application's role, and a session for everybody.
CREATE PROCEDURE races.log_everybody_in() LANGUAGE plpgsql AS $$
BEGIN
    CREATE ROLE races_app;
    -- Not PERFORM, whose plan would keep the id of the role before.
    EXECUTE $q$SELECT practiceacl.grant_application('races_app')$q$;
    CREATE TABLE token AS
        SELECT split_part(email, '@', 1) AS name, practiceacl.open_session(id) AS token FROM practiceacl.account;
END $$;

-- What a session does from here on, it does as the application, for somebody.
-- Preceded by RESET ROLE: the role of the last permutation is gone.
CREATE PROCEDURE races.act_as(who text) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('practiceacl.session', (SELECT token FROM token WHERE name = who), false);
    PERFORM set_config('role', 'races_app', false);
END $$;

-- Takes away all that a permutation left.
CREATE PROCEDURE races.clean_up() LANGUAGE plpgsql AS $$
BEGIN
    SET LOCAL client_min_messages = warning;
    DROP VIEW IF EXISTS standing, unsound;
    DROP TABLE IF EXISTS token, presence;
    EXECUTE (SELECT 'TRUNCATE ' || string_agg(c.oid::regclass::text, ', ')
        FROM pg_depend d JOIN pg_class c ON c.oid = d.objid AND c.relkind = 'r'
        WHERE d.classid = 'pg_class'::regclass AND d.deptype = 'e'
            AND d.refobjid = (SELECT oid FROM pg_extension WHERE extname = 'practiceacl'));
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'races_app') THEN
        DROP OWNED BY races_app;
        DROP ROLE races_app;
    END IF;
END $$;
