-- Sessions that lack a step, by everything that an application's role has:
-- what they read, and what they may do.
BEGIN;
\ir ../setup/clinic.sql
SELECT plan(19);
INSERT INTO practiceacl.membership (organization_id, account_id, admin)
SELECT org('south'), account('anna'), 'full';
UPDATE practiceacl.membership SET admin = 'full' WHERE account_id = account('anna');
SELECT practiceacl.open_session(account('anna')) AS whole,
       practiceacl.open_session(account('anna')) AS temporary,
       practiceacl.open_session(account('bert')) AS bert \gset
SELECT practiceacl.enter(:'whole') \g /dev/null
SELECT practiceacl.book(agenda('anna'), at('09:00'), patient => 'Marie') AS appointment,
       practiceacl.publish_notice('News', 'Words') AS notice \gset
SELECT practiceacl.hold_slot(agenda('anna'), at('10:00')) \g /dev/null
SELECT practiceacl.set_openings(agenda('anna'), '[{"weekday": 1, "from": "08:00", "to": "12:00"}]') \g /dev/null
SELECT practiceacl.add_absence(agenda('anna'), at('14:00'), at('15:00')) \g /dev/null
SELECT practiceacl.set_rights(agenda('anna'), account('bert'), 'read') \g /dev/null
SELECT practiceacl.set_rights(agenda('anna'), account('bert'), 'book') \g /dev/null
SELECT practiceacl.invite_user(org('north'), 'new@north.test', 'Ne', 'W') \g /dev/null
SELECT practiceacl.read_notice(:'notice') \g /dev/null
SELECT practiceacl.set_service_offer('full', 'Full', 10) \g /dev/null
INSERT INTO practiceacl.role_account VALUES (0, 'nobody', account('anna'));
SELECT set_config('practiceacl.session', '', true) \g /dev/null

-- The three ways to be half open.
UPDATE practiceacl.session SET limited = true
WHERE id = (SELECT id FROM practiceacl.session WHERE account_id = account('anna') ORDER BY id DESC LIMIT 1);
INSERT INTO practiceacl.second_factor (account_id, id, sealed, confirmed_at)
VALUES (account('anna'), practiceacl.new_id(), '', now());
CREATE FUNCTION clinic.lack(step text) RETURNS void LANGUAGE sql SECURITY DEFINER AS $$
    UPDATE practiceacl.account SET second_factor_id = CASE WHEN step = 'second_factor'
        THEN (SELECT id FROM practiceacl.second_factor) END WHERE id = clinic.account('anna');
    UPDATE practiceacl.organization SET second_factor = CASE WHEN step = 'enrolment' THEN 'administrators' ELSE 'nobody' END
    WHERE id = clinic.org('south');
$$;

-- How many rows each table and view gives.
CREATE FUNCTION clinic.rows_of(relation text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    n bigint;
BEGIN
    EXECUTE 'SELECT count(*) FROM practiceacl.' || relation INTO n;
    RETURN n;
END $$;
CREATE FUNCTION clinic.readable() RETURNS TABLE (relation text) LANGUAGE sql SECURITY DEFINER AS $$
    SELECT object FROM practiceacl.role_privileges WHERE audience = 'application' AND object_type IN ('table', 'view') $$;

-- Every function, with arguments of rows that there are.
CREATE FUNCTION clinic.example(argument regtype, name text) RETURNS text LANGUAGE sql AS $$
    SELECT CASE argument::text
        WHEN 'uuid' THEN quote_literal(CASE name
            WHEN 'organization_id' THEN clinic.org('north') WHEN 'account_id' THEN clinic.account('bert')
            WHEN 'appointment_id' THEN current_setting('clinic.appointment')::uuid ELSE clinic.agenda('anna') END)
        WHEN 'uuid[]' THEN quote_literal(ARRAY[clinic.agenda('anna')])
        WHEN 'text' THEN quote_literal('a text of no meaning')
        WHEN 'practiceacl.rights' THEN quote_literal('read')
        WHEN 'timestamp with time zone' THEN quote_literal('2058-03-04 09:00Z')
        WHEN 'tstzrange' THEN quote_literal('[2058-03-04 09:00Z,2058-03-04 10:00Z)')
        WHEN 'jsonb' THEN quote_literal('{}')
        WHEN 'interval' THEN quote_literal('1 hour')
        WHEN 'boolean' THEN 'true'
        WHEN 'date' THEN quote_literal('2058-03-04')
        WHEN 'regclass' THEN quote_literal('clinic.staging')
        ELSE CASE WHEN argument IN ('integer', 'bigint') THEN '1' ELSE 'NULL' END
    END || '::' || argument
$$;
CREATE TABLE clinic.staging (key text, agenda_id uuid, starts_at timestamptz, ends_at timestamptz);
ALTER TABLE clinic.staging OWNER TO clinic_app;
CREATE FUNCTION clinic.calls() RETURNS TABLE (name text, call text) LANGUAGE sql SECURITY DEFINER AS $$
    SELECT p.proname::text, format('SELECT * FROM practiceacl.%I(%s) AS f', p.proname,
        (SELECT string_agg(clinic.example(t, p.proargnames[n]), ', ' ORDER BY n)
         FROM unnest(p.proargtypes) WITH ORDINALITY AS a (t, n)))
    FROM practiceacl.intended_privileges i JOIN pg_proc p ON p.oid = i.object AND i.catalog = 'pg_proc'::regclass
    WHERE i.audience = 'application' AND p.provolatile = 'v' AND p.prokind = 'f' $$;

-- What every call comes to, without a trace: its SQLSTATE.
CREATE FUNCTION clinic.outcome(call text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    outcome text;
BEGIN
    BEGIN
        EXECUTE call;
        RAISE EXCEPTION USING ERRCODE = 'ZZ000';
    EXCEPTION WHEN OTHERS THEN
        outcome := SQLSTATE;
    END;
    RETURN outcome;
END $$;
SELECT set_config('clinic.appointment', :'appointment', true) \g /dev/null
CREATE TABLE clinic.open (name text);
INSERT INTO clinic.open SELECT unnest(ARRAY[
    -- For everybody, and by nobody's leave.
    'log_in', 'enter', 'request_password_reset', 'reset_password', 'accept_invitation', 'decline_invitation', 'new_id',
    -- To go, what asks as its caller, and what reads: nothing, as is seen below.
    'log_out', 'protect', 'unprotect', 'activity_since', 'activity_horizon', 'commit_position']);
GRANT SELECT ON clinic.open TO PUBLIC;

SET LOCAL ROLE clinic_app;
SELECT practiceacl.enter(:'whole') \g /dev/null
SELECT cmp_ok((SELECT count(*) FROM readable() WHERE rows_of(relation) > 0), '>', 22::bigint, 'a whole session reads something of most tables and views');
SELECT cmp_ok((SELECT count(*) FROM calls()), '>', 60::bigint, 'there are calls to try');
SELECT cmp_ok((SELECT count(*) FROM calls() WHERE outcome(call) = 'ZZ000'), '>', 15::bigint, 'of which it makes some');
SELECT is_empty('SELECT name, outcome(call) FROM calls() WHERE outcome(call) IN (''PA031'', ''PA032'')', 'and none lacks it a step');

-- A temporary password: known from before, and the measure for the others.
CREATE FUNCTION pg_temp.learns(step text) RETURNS SETOF text LANGUAGE sql AS $$
    SELECT is(practiceacl.session_needs(), CASE step WHEN 'PA031' THEN 'password_change' ELSE current_setting('clinic.step') END, 'it lacks: ' || practiceacl.session_needs())
    UNION ALL
    SELECT is((SELECT sum(rows_of(relation)) FROM readable()), 0::numeric, '0 rows, so 0 bits, of every table and view')
    UNION ALL
    SELECT is((SELECT string_agg(name || ' ' || outcome, ', ') FROM (SELECT name, outcome(call) FROM calls()) AS c
               WHERE outcome <> step AND name NOT IN (SELECT o.name FROM clinic.open o)
                 AND NOT (name, outcome, current_setting('clinic.step')) IN (SELECT * FROM (VALUES
                    ('change_password', '28P01', 'password_change'), ('change_password', '22023', 'password_change'),
                    ('second_factor', '28P01', 'second_factor'),
                    ('reauthenticate', '28P01', 'enrolment'),
                    ('enrol_second_factor', 'PA010', 'enrolment'), ('enrol_second_factor', '55000', 'enrolment'),
                    ('confirm_second_factor', '55000', 'enrolment'), ('confirm_second_factor', '28P01', 'enrolment')) AS allowed)), NULL::text,
        'everything that writes is refused, but the step itself')
    UNION ALL
    SELECT is(practiceacl.agendas(), '{}'::uuid[], 'no agenda')
    UNION ALL
    SELECT is((SELECT count(*) FROM practiceacl.activity_since(NULL)), 0::bigint, 'nothing of the record')
$$;
SELECT set_config('clinic.step', 'password_change', true) \g /dev/null
SELECT practiceacl.enter(:'temporary') \g /dev/null
SELECT pg_temp.learns('PA031');

SELECT set_config('clinic.step', 'second_factor', true) \g /dev/null
SELECT clinic.lack('second_factor') \g /dev/null
SELECT practiceacl.enter(:'whole') \g /dev/null
SELECT pg_temp.learns('PA032');

SELECT set_config('clinic.step', 'enrolment', true) \g /dev/null
SELECT clinic.lack('enrolment') \g /dev/null
SELECT practiceacl.enter(:'whole') \g /dev/null
SELECT pg_temp.learns('PA032');

SELECT * FROM finish();
ROLLBACK;
