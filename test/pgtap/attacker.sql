-- Somebody has injected SQL into the application, and so acts as its role,
-- in a session of one of its users.  What can they do besides being that user?
BEGIN;
\ir ../setup/clinic.sql
SELECT record.begin_all() \g /dev/null
SELECT plan(51);
GRANT CREATE ON SCHEMA clinic TO clinic_app;
SET LOCAL ROLE clinic_app;
SELECT enter('bert') \g /dev/null
SELECT practiceacl.book(agenda('bert'), at('09:00'), patient => 'Hidden', note => 'secret', appointment_id => id(9)) \g /dev/null
SELECT enter('anna') \g /dev/null
SELECT practiceacl.book(agenda('anna'), at('09:00'), patient => 'Shown', appointment_id => id(1)) \g /dev/null
RESET ROLE;
INSERT INTO practiceacl.password (account_id, hash) VALUES (account('anna'), 'something');
ANALYZE practiceacl.appointment;
SELECT token AS mine FROM clinic.token WHERE name = 'anna' \gset
CREATE FUNCTION clinic.tells(what text) RETURNS boolean LANGUAGE sql AS $$
    SELECT what LIKE '%' || token || '%' FROM clinic.token WHERE name = 'anna'
$$;
SET LOCAL ROLE clinic_app;

-- The token is not to be had.
SELECT is(current_setting('practiceacl.session'), '(hidden)', 'current_setting() does not show it');
SELECT is_empty($$ SELECT * FROM pg_settings WHERE name = 'practiceacl.session' $$, 'nor pg_settings');
SELECT is_empty($$ SELECT * FROM pg_settings s WHERE tells(s::text) $$, 'in any row');
SELECT ok(NOT tells(set_config('practiceacl.session', :'mine', true)), 'set_config() does not give it back');
SELECT is(practiceacl.current_account(), account('anna'), 'though it sets it');
SELECT is(code($$ CREATE FUNCTION clinic.keeps() RETURNS void LANGUAGE sql SET practiceacl.session FROM CURRENT AS '' $$), '55P02',
    'no function keeps it');
SELECT is(code('SHOW practiceacl.session'), 'done', 'SHOW is allowed, and shows as little');
SELECT is(code(format('ALTER ROLE clinic_app SET practiceacl.session = %L', :'mine')), '55P02', 'it cannot become a role''s default');
SELECT is_empty($$ SELECT * FROM pg_db_role_setting s WHERE tells(s::text) $$, 'and has not');
SELECT is(practiceacl.enter(:'mine'), account('anna'), 'enter() returns the account, not the token');
SELECT is_empty($$ SELECT * FROM practiceacl.session s WHERE tells(s::text) $$, 'no row holds it');
SELECT is(code('SELECT * FROM practiceacl.' || t), '42501', 'no way to ' || t)
FROM unnest('{password,session_token,account_token,activity_chain,mailer_key,outbox}'::text[]) t;

-- Rows that are hidden are never seen by functions of the caller.
CREATE TABLE clinic.overheard (what text);
CREATE FUNCTION clinic.leak(what text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS $$
BEGIN
    INSERT INTO clinic.overheard VALUES (what);
    RETURN true;
END $$;
CREATE OPERATOR clinic.<<< (FUNCTION = clinic.leak, RIGHTARG = text);
SELECT count(*) FROM practiceacl.appointment WHERE leak(patient) AND leak(note) \g /dev/null
SELECT count(*) FROM practiceacl.appointment WHERE leak(patient) IS NULL OR (<<< note) \g /dev/null
SELECT count(*) FROM practiceacl.calendar WHERE leak(patient) AND leak(note) \g /dev/null
SELECT count(*) FROM practiceacl.busy WHERE leak(starts_at::text || agenda_id) \g /dev/null
SELECT count(*) FROM practiceacl.agenda WHERE leak(name) \g /dev/null
SELECT count(*) FROM practiceacl.account WHERE leak(email) \g /dev/null
SELECT count(*) FROM practiceacl.user_directory WHERE leak(name) AND leak(email) \g /dev/null
SELECT count(*) FROM practiceacl.activity_detail WHERE leak(detail) \g /dev/null
SELECT ok(bool_or(what = 'Shown'), 'a function in a condition sees what the caller sees') FROM clinic.overheard;
SELECT is_empty(format($$ SELECT * FROM clinic.overheard WHERE what ~ 'Hidden|secret|olga|bert@|%s' $$, agenda('bert')), 'and nothing else');
SELECT lives_ok($$ SELECT * FROM practiceacl.appointment WHERE 1 / (CASE WHEN patient = 'Hidden' THEN 0 ELSE 1 END) = 1 $$,
    'no error betrays a hidden row');
SELECT is_empty($$ SELECT * FROM pg_stats WHERE schemaname = 'practiceacl' $$, 'nor do statistics');
SELECT is(code('SELECT * FROM practiceacl.appointment TABLESAMPLE SYSTEM (100) WHERE patient = ''Hidden'''), 'done', 'sampling is allowed');
SELECT is_empty('SELECT * FROM practiceacl.appointment TABLESAMPLE SYSTEM (100) WHERE patient = ''Hidden''', 'and samples what one may see');
SELECT is_empty('SELECT * FROM practiceacl.appointment WHERE ctid = ''(0,1)'' AND patient = ''Hidden''', 'so does asking by place');
SET LOCAL row_security = off;
SELECT is(code('SELECT * FROM practiceacl.appointment'), '42501', 'turning row security off opens nothing');
SELECT is(code($$ SELECT practiceacl.book(agenda('anna'), at('10:00')) $$), 'done', 'and does not disturb booking');
SET LOCAL row_security = on;
SELECT is(code('SELECT * FROM practiceacl.appointment FOR UPDATE'), '42501', 'rows cannot be locked');
SELECT is(code('LOCK TABLE practiceacl.appointment IN ROW EXCLUSIVE MODE'), '42501', 'nor the table');
SELECT is(code('LOCK TABLE practiceacl.access_grant IN ACCESS EXCLUSIVE MODE'), '42501', 'any of them');
SELECT is(code('TRUNCATE practiceacl.appointment'), '42501', 'nor emptied');
SELECT is(code('CREATE TABLE practiceacl.mine ()'), '42501', 'nothing is made in the schema');
SELECT is(code('CREATE TRIGGER mine BEFORE INSERT ON practiceacl.appointment EXECUTE FUNCTION suppress_redundant_updates_trigger()'), '42501',
    'no trigger on a table');

-- What the caller stages is read as the caller.
CREATE TABLE clinic.trace (who text, secret text);
CREATE FUNCTION clinic.try_secret() RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO clinic.trace VALUES (current_user || ' for ' || session_user, code('SELECT * FROM practiceacl.password'));
    RETURN 'key';
END $$;
CREATE VIEW clinic.staged AS
SELECT try_secret() AS key, agenda('anna') AS agenda_id, at('11:00') AS starts_at, at('11:15') AS ends_at;
CREATE TYPE clinic.sly AS (key text);
CREATE FUNCTION clinic.sly_to_text(clinic.sly) RETURNS text LANGUAGE sql AS 'SELECT try_secret()';
CREATE CAST (clinic.sly AS text) WITH FUNCTION clinic.sly_to_text(clinic.sly) AS ASSIGNMENT;
CREATE TABLE clinic.staged_sly AS
SELECT ROW('k')::clinic.sly AS key, agenda('anna') AS agenda_id, at('11:15') AS starts_at, at('11:30') AS ends_at;
CREATE TABLE clinic.staged_guarded AS
SELECT 'g' AS key, agenda('anna') AS agenda_id, at('11:30') AS starts_at, at('11:45') AS ends_at;
ALTER TABLE clinic.staged_guarded ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY sly ON clinic.staged_guarded USING (try_secret() IS NOT NULL);
SELECT is((SELECT outcome FROM practiceacl.import_appointments('clinic.staged')), 'booked', 'a view is staged');
SELECT is((SELECT outcome FROM practiceacl.import_appointments('clinic.staged_sly')), 'booked', 'a type with a cast of the caller''s');
SELECT is((SELECT outcome FROM practiceacl.import_appointments('clinic.staged_guarded')), 'booked', 'a table with a policy of the caller''s');
SELECT is((SELECT count(*) FROM clinic.trace), 3::bigint, 'each ran the caller''s function');
SELECT is_empty($$ SELECT * FROM clinic.trace WHERE who NOT LIKE 'clinic\_app for %' OR secret <> '42501' $$,
    'as the caller, who may not read the secrets');
CREATE FUNCTION clinic.again() RETURNS text LANGUAGE sql AS $$
    SELECT key FROM practiceacl.import_appointments('clinic.staged_guarded') $$;
CREATE VIEW clinic.staged_again AS
SELECT again() AS key, agenda('anna') AS agenda_id, at('12:00') AS starts_at, at('12:15') AS ends_at;
SELECT is((SELECT outcome FROM practiceacl.import_appointments('clinic.staged_again')), 'booked', 'an import within an import');
-- Becoming somebody else while one's rows are being read.
CREATE VIEW clinic.staged_change AS
SELECT 'c' AS key, agenda('anna') AS agenda_id, at('12:30') AS starts_at, at('12:45') AS ends_at
WHERE enter('olga') IS NOT NULL;
SELECT is((SELECT detail FROM practiceacl.import_appointments('clinic.staged_change')), 'agenda does not exist or is not visible to you',
    'a caller who entered another session meanwhile books as that account');
SELECT enter('anna') \g /dev/null

-- A search path full of traps.
CREATE TABLE clinic.sprung (trap text);
CREATE FUNCTION clinic.trap(name text) RETURNS void LANGUAGE plpgsql AS 'BEGIN INSERT INTO clinic.sprung VALUES (name); END';
CREATE FUNCTION clinic.uuid_trap(uuid, uuid) RETURNS boolean LANGUAGE sql AS $$ SELECT clinic.trap('uuid ='); SELECT true $$;
CREATE OPERATOR clinic.= (FUNCTION = clinic.uuid_trap, LEFTARG = uuid, RIGHTARG = uuid);
CREATE FUNCTION clinic.text_trap(text, text) RETURNS boolean LANGUAGE sql AS $$ SELECT clinic.trap('text ='); SELECT true $$;
CREATE OPERATOR clinic.= (FUNCTION = clinic.text_trap, LEFTARG = text, RIGHTARG = text);
CREATE FUNCTION clinic.time_trap(timestamptz, timestamptz) RETURNS boolean LANGUAGE sql AS $$ SELECT clinic.trap('time >'); SELECT true $$;
CREATE OPERATOR clinic.> (FUNCTION = clinic.time_trap, LEFTARG = timestamptz, RIGHTARG = timestamptz);
CREATE FUNCTION clinic.rights_trap(practiceacl.rights, practiceacl.rights) RETURNS boolean LANGUAGE sql AS $$ SELECT clinic.trap('rights @>'); SELECT true $$;
CREATE OPERATOR clinic.@> (FUNCTION = clinic.rights_trap, LEFTARG = practiceacl.rights, RIGHTARG = practiceacl.rights);
CREATE FUNCTION clinic.can(uuid, practiceacl.rights) RETURNS boolean LANGUAGE sql AS $$ SELECT clinic.trap('can'); SELECT true $$;
CREATE FUNCTION clinic.now() RETURNS timestamptz LANGUAGE sql AS $$ SELECT clinic.trap('now'); SELECT '2001-01-01Z'::timestamptz $$;
CREATE FUNCTION clinic.coalesce_all(text) RETURNS text LANGUAGE sql AS $$ SELECT 'x' $$;
CREATE FUNCTION clinic.unnest(uuid[]) RETURNS SETOF uuid LANGUAGE sql AS $$ SELECT clinic.trap('unnest'); SELECT agenda('bert') $$;
CREATE DOMAIN clinic.text AS pg_catalog.text CHECK (clinic.trap('text') IS NOT NULL OR true);
CREATE TEMP TABLE appointment (id uuid, agenda_id uuid);
CREATE TEMP TABLE access_grant (LIKE practiceacl.access_grant INCLUDING DEFAULTS);
INSERT INTO access_grant (organization_id, id, agenda_id, account_id, rights)
VALUES (org('north'), id(50), agenda('bert'), account('anna'), 'owner');
CREATE TEMP TABLE pg_class (LIKE pg_catalog.pg_class);
CREATE TEMP TABLE pg_proc (LIKE pg_catalog.pg_proc);
CREATE TEMP TABLE session (LIKE practiceacl.session);
CREATE TEMP TABLE staged_plain AS
SELECT 'p'::pg_catalog.text AS key, agenda('anna') AS agenda_id, at('13:00') AS starts_at, at('13:15') AS ends_at;
DELETE FROM clinic.sprung;
SET LOCAL search_path = clinic, pg_temp, pg_catalog, public;
SELECT practiceacl.enter(token) FROM clinic.token WHERE name OPERATOR(pg_catalog.=) 'anna' \g /dev/null
DELETE FROM clinic.sprung;
CREATE TEMP TABLE under_traps AS SELECT
    (SELECT count(*) FROM practiceacl.appointment) AS rows,
    (SELECT count(*) FROM practiceacl.calendar) AS calendar,
    (SELECT count(*) FROM practiceacl.my_agendas) AS agendas,
    (SELECT count(*) FROM practiceacl.user_directory) AS directory,
    practiceacl.can(clinic.agenda('bert')) AS can_bert,
    practiceacl.book(clinic.agenda('anna'), clinic.at('14:00'), appointment_id => clinic.id(14)) AS booked,
    (SELECT outcome FROM practiceacl.import_appointments('staged_plain')) AS imported,
    (SELECT count(*) FROM practiceacl.free_slots(clinic.agenda('anna'), clinic.at('06:00'), clinic.at('20:00'))) AS free;
SELECT practiceacl.move_appointment(clinic.id(14), clinic.at('14:15')), practiceacl.set_status(clinic.id(14), 'arrived'),
    practiceacl.set_rights(clinic.agenda('anna'), clinic.account('sara'), 'read') \g /dev/null
SET LOCAL search_path = public, clinic;
SELECT is((SELECT array_agg(DISTINCT trap) FROM clinic.sprung), NULL, 'no trap in the search path is sprung');
SELECT is(can_bert, false, 'and nothing is opened by them') FROM under_traps;
SELECT is(ROW(booked, imported), ROW(id(14), 'booked'::pg_catalog.text), 'booking is as it is') FROM under_traps;
SELECT is((SELECT count(*) FROM practiceacl.appointment WHERE patient OPERATOR(pg_catalog.=) 'Hidden'), 0::bigint, 'the hidden row stays hidden');
DROP OPERATOR clinic.= (uuid, uuid), clinic.= (text, text), clinic.> (timestamptz, timestamptz), clinic.@> (practiceacl.rights, practiceacl.rights);
DROP DOMAIN clinic.text;
DROP TABLE pg_temp.appointment, pg_temp.access_grant, pg_temp.pg_class, pg_temp.pg_proc, pg_temp.session;

-- Settings that change how things are written do not change what is recorded.
SELECT enter('anna') \g /dev/null
SET LOCAL DateStyle = 'SQL, DMY';
SET LOCAL TimeZone = 'Asia/Kathmandu';
SET LOCAL IntervalStyle = 'sql_standard';
SET LOCAL bytea_output = 'escape';
SET LOCAL extra_float_digits = -15;
SET LOCAL quote_all_identifiers = on;
SET LOCAL standard_conforming_strings = off;
SET LOCAL backslash_quote = on;
SET LOCAL escape_string_warning = off;
SET LOCAL transform_null_equals = on;
SET LOCAL check_function_bodies = off;
SET LOCAL enable_indexscan = off;
SET LOCAL enable_bitmapscan = off;
SET LOCAL work_mem = '64kB';
SET LOCAL jit_above_cost = 0;
SELECT is(practiceacl.book(agenda('anna'), at('16:00'), patient => 'O\\''Neill', appointment_id => id(16)), id(16), 'odd settings do not disturb booking');
SELECT practiceacl.update_appointment(id(16), '{"attributes": {"x": 1.50}, "note": "\\u00e9"}') \g /dev/null
SELECT set_eq('SELECT * FROM (SELECT count(*) FROM practiceacl.appointment) c', ARRAY[9::bigint], 'nor reading');
RESET ROLE;
SET LOCAL TimeZone = 'UTC';
SET LOCAL DateStyle = 'ISO';
SET LOCAL bytea_output = 'hex';
SELECT is((SELECT facts ->> 'starts_at' FROM practiceacl.activity WHERE subject_id = id(16) AND act = 'appointment.booked'),
    '2065-03-02T16:00:00Z', 'what is recorded is in one form');
SELECT is_empty('SELECT * FROM practiceacl.verify_activity(org(''north'')) WHERE first_broken IS NOT NULL', 'and verifies under any');

-- Identity goes with the transaction and its savepoints.
SET LOCAL ROLE clinic_app;
SELECT enter('anna') \g /dev/null
SAVEPOINT s;
SELECT enter('olga') \g /dev/null
SELECT is(practiceacl.current_account(), account('olga'), 'after a savepoint, somebody else');
ROLLBACK TO s;
SELECT is(practiceacl.current_account(), account('anna'), 'rolled back, the first again');
SELECT is(code('SELECT practiceacl.enter(''x'')'), '28000', 'an invalid token is refused');
SELECT is(practiceacl.current_account(), account('anna'), 'the session stays that of the same account');

SELECT * FROM finish();
ROLLBACK;
