-- Two practices with fixed ids, for tests that show exact words: made by
-- rows, not by the functions under test, so that it does not change with them.
--
--   north: anna and bert hold an agenda each, carl is its administrator,
--          sara (a secretary) may book on anna's and read bert's,
--          lena has the rights that a test gives with clinic.may()
--   south: olga holds an agenda; nobody of north has anything there
--
-- A test includes this as superuser, then acts as the role clinic_app.
SET client_min_messages = warning;
SET TimeZone = 'UTC';
SET DateStyle = 'ISO';
SET intervalstyle = 'postgres';

CREATE ROLE clinic_app;
SELECT practiceacl.grant_application('clinic_app') \g /dev/null
CREATE SCHEMA clinic;
GRANT USAGE ON SCHEMA clinic TO PUBLIC;
ALTER DEFAULT PRIVILEGES IN SCHEMA clinic GRANT SELECT ON TABLES TO PUBLIC;

INSERT INTO practiceacl.organization (id, name) VALUES
    ('00000000-0000-7000-8000-000000000001', 'North'),
    ('00000000-0000-7000-8000-000000000002', 'South');
INSERT INTO practiceacl.account (id, email, first_name, last_name) VALUES
    ('00000000-0000-7000-8000-0000000000a1', 'anna@north.test', 'Anna', 'Arnaud'),
    ('00000000-0000-7000-8000-0000000000a2', 'bert@north.test', 'Bert', 'Brun'),
    ('00000000-0000-7000-8000-0000000000a3', 'carl@north.test', 'Carl', 'Colin'),
    ('00000000-0000-7000-8000-0000000000a4', 'sara@north.test', 'Sara', 'Simon'),
    ('00000000-0000-7000-8000-0000000000a5', 'lena@north.test', 'Lena', 'Leroy'),
    ('00000000-0000-7000-8000-0000000000a9', 'olga@south.test', 'Olga', 'Olivier');
SELECT practiceacl.digest_emails() \g /dev/null
INSERT INTO practiceacl.membership (organization_id, account_id, admin)
SELECT CASE email WHEN 'olga@south.test' THEN '00000000-0000-7000-8000-000000000002'
                  ELSE '00000000-0000-7000-8000-000000000001' END::uuid, id,
       CASE WHEN email IN ('carl@north.test', 'olga@south.test') THEN 'full' ELSE 'none' END
FROM practiceacl.account;
INSERT INTO practiceacl.agenda (organization_id, id, holder_id, time_zone, name, data_controller) VALUES
    ('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000b1',
     '00000000-0000-7000-8000-0000000000a1', 'Europe/Paris', 'Anna', 'North'),
    ('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000b2',
     '00000000-0000-7000-8000-0000000000a2', 'Europe/Paris', 'Bert', 'North'),
    ('00000000-0000-7000-8000-000000000002', '00000000-0000-7000-8000-0000000000b9',
     '00000000-0000-7000-8000-0000000000a9', 'Europe/Paris', 'Olga', 'South');
INSERT INTO practiceacl.access_grant (organization_id, agenda_id, account_id, rights) VALUES
    ('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000b1',
     '00000000-0000-7000-8000-0000000000a4', 'book'),
    ('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000b2',
     '00000000-0000-7000-8000-0000000000a4', 'read');

CREATE TABLE clinic.token AS
SELECT split_part(email, '@', 1) AS name, id, practiceacl.open_session(id) AS token
FROM practiceacl.account;

CREATE FUNCTION clinic.account(name text) RETURNS uuid LANGUAGE sql IMMUTABLE
RETURN CASE name WHEN 'anna' THEN '00000000-0000-7000-8000-0000000000a1'
                 WHEN 'bert' THEN '00000000-0000-7000-8000-0000000000a2'
                 WHEN 'carl' THEN '00000000-0000-7000-8000-0000000000a3'
                 WHEN 'sara' THEN '00000000-0000-7000-8000-0000000000a4'
                 WHEN 'lena' THEN '00000000-0000-7000-8000-0000000000a5'
                 WHEN 'olga' THEN '00000000-0000-7000-8000-0000000000a9' END::uuid;

-- The agenda that somebody holds; "nobody" gives one that does not exist.
CREATE FUNCTION clinic.agenda(name text) RETURNS uuid LANGUAGE sql IMMUTABLE
RETURN CASE name WHEN 'anna' THEN '00000000-0000-7000-8000-0000000000b1'
                 WHEN 'bert' THEN '00000000-0000-7000-8000-0000000000b2'
                 WHEN 'olga' THEN '00000000-0000-7000-8000-0000000000b9'
                 WHEN 'nobody' THEN '00000000-0000-7000-8000-0000000000bf' END::uuid;

CREATE FUNCTION clinic.org(name text) RETURNS uuid LANGUAGE sql IMMUTABLE
RETURN CASE name WHEN 'north' THEN '00000000-0000-7000-8000-000000000001'
                 WHEN 'south' THEN '00000000-0000-7000-8000-000000000002' END::uuid;

-- Monday the 2nd of March 2065 at some time of day in UTC.
CREATE FUNCTION clinic.at(time_of_day time) RETURNS timestamptz LANGUAGE sql IMMUTABLE
RETURN (('2065-03-02'::date + time_of_day) AT TIME ZONE 'UTC');

-- An appointment's id that a test chooses.
CREATE FUNCTION clinic.id(number int) RETURNS uuid LANGUAGE sql IMMUTABLE
RETURN ('00000000-0000-7000-8000-00000c' || lpad(number::text, 6, '0'))::uuid;

-- Who acts from here on, in this transaction.
CREATE FUNCTION clinic.enter(who text) RETURNS uuid LANGUAGE sql VOLATILE
RETURN practiceacl.enter((SELECT t.token FROM clinic.token t WHERE t.name = who));

-- Makes these the only rights that somebody has on an agenda; null takes all.
CREATE FUNCTION clinic.may(who text, rights practiceacl.rights, whose text) RETURNS void
LANGUAGE sql SECURITY DEFINER AS $$
    DELETE FROM practiceacl.access_grant
    WHERE account_id = clinic.account(who) AND agenda_id = clinic.agenda(whose);
    INSERT INTO practiceacl.access_grant (organization_id, agenda_id, account_id, rights)
    SELECT organization_id, id, clinic.account(who), may.rights
    FROM practiceacl.agenda WHERE id = clinic.agenda(whose) AND may.rights IS NOT NULL;
$$;

-- What a statement says when it is refused; "done" if it is not.
CREATE FUNCTION clinic.refusal(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    message text;
    detail text;
    hint text;
BEGIN
    EXECUTE statement;
    RETURN 'done';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL,
        hint = PG_EXCEPTION_HINT;
    RETURN SQLSTATE || ' ' || message
        || CASE WHEN detail <> '' THEN E'\n  DETAIL: ' || detail ELSE '' END
        || CASE WHEN hint <> '' THEN E'\n  HINT: ' || hint ELSE '' END;
END $$;

-- Its code alone.
CREATE FUNCTION clinic.code(statement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement;
    RETURN 'done';
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE;
END $$;
SET search_path = public, clinic;
