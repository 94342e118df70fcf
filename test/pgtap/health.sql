-- health() tells of every invariant that somebody breaks.
BEGIN;
SELECT plan(109);
SET LOCAL log_parameter_max_length = 0;
SET LOCAL practiceacl.password_memory = 19456;
SET LOCAL practiceacl.password_passes = 2;

CREATE ROLE health_app;
CREATE ROLE health_operator;
CREATE ROLE health_thief;
SELECT practiceacl.grant_application('health_app');
SELECT practiceacl.grant_operator('health_operator');

INSERT INTO practiceacl.organization (id, name) VALUES ('00000000-0000-7000-8000-000000000001', 'Practice');
INSERT INTO practiceacl.account (id, email, first_name, last_name) VALUES
    ('00000000-0000-7000-8000-0000000000a1', 'holder@x.test', 'Hol', 'Der'),
    ('00000000-0000-7000-8000-0000000000a2', 'admin@x.test', 'Ad', 'Min');
SELECT practiceacl.digest_emails() \g /dev/null
INSERT INTO practiceacl.membership (organization_id, account_id, admin) VALUES
    ('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000a1', 'none'),
    ('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000a2', 'full');
INSERT INTO practiceacl.agenda (organization_id, id, holder_id, time_zone, name, data_controller) VALUES
    ('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000b1',
     '00000000-0000-7000-8000-0000000000a1', 'Europe/Paris', 'Room 1', 'Practice');
SELECT record.begin_all() \g /dev/null
SELECT practiceacl.open_session('00000000-0000-7000-8000-0000000000a1') AS holder \gset
SELECT practiceacl.enter(:'holder');
SELECT practiceacl.book('00000000-0000-7000-8000-0000000000b1', '2065-01-05 08:00Z'::timestamptz + n * interval '1 h')
FROM generate_series(1, 3) AS n;
-- What the record tells of, one of each kind.
SELECT practiceacl.set_openings('00000000-0000-7000-8000-0000000000b1', '[{"weekday": 1, "from": "08:00", "to": "12:00"}]') \g /dev/null
SELECT practiceacl.add_absence('00000000-0000-7000-8000-0000000000b1', '2065-02-05', '2065-02-06') \g /dev/null
SELECT absence_id FROM practiceacl.add_absence('00000000-0000-7000-8000-0000000000b1', '2065-03-05', '2065-03-06') \gset
SELECT practiceacl.remove_absence(:'absence_id') \g /dev/null
SELECT practiceacl.set_rights('00000000-0000-7000-8000-0000000000b1', '00000000-0000-7000-8000-0000000000a2', 'read') \g /dev/null
SELECT practiceacl.open_session('00000000-0000-7000-8000-0000000000a2') AS admin \gset
SELECT practiceacl.enter(:'admin') \g /dev/null
SELECT practiceacl.invite_user('00000000-0000-7000-8000-000000000001', 'new@x.test', 'Ne', 'W') \g /dev/null
SELECT practiceacl.publish_notice('Closed', 'On Monday.') \g /dev/null
SELECT temporary_password FROM practiceacl.create_organization('Second', 'second@x.test', 'Sec', 'Ond') \gset
SELECT practiceacl.enter(practiceacl.log_in('second@x.test', :'temporary_password', 'c')) \g /dev/null
SELECT practiceacl.change_password(:'temporary_password', 'a password of their own') \g /dev/null
SELECT practiceacl.enter(:'holder') \g /dev/null
CREATE TABLE public.health_letter (agenda_id uuid);
SELECT practiceacl.protect('public.health_letter');
CREATE TABLE public.health_parted (agenda_id uuid) PARTITION BY LIST (agenda_id);
SELECT practiceacl.protect('public.health_parted');
-- Checks of constraints that wait would keep tables from being altered.
SET CONSTRAINTS ALL IMMEDIATE;

SET LOCAL ROLE health_operator;
-- A server that we only visit may have no key file.
RESET ROLE;
SELECT coalesce(practiceacl.key_file_problem(), 'none') AS key_file \gset
SET LOCAL ROLE health_operator;
SELECT is_empty(format('SELECT check_name, detail FROM practiceacl.health() WHERE NOT ok AND detail <> %L', :'key_file'), 'all is well');
SELECT is(count(*), 26::bigint, 'every check is told of') FROM practiceacl.health() WHERE detail <> '';
SET LOCAL ROLE health_app;
SELECT throws_ok('SELECT * FROM practiceacl.health()', '42501', NULL, 'to operators only');
RESET ROLE;
SELECT is_empty($$
    SELECT check_name FROM (SELECT check_name FROM practiceacl.health_of_catalog
        UNION SELECT check_name FROM practiceacl.health_of_data
        UNION SELECT check_name FROM practiceacl.health_of_record
        UNION SELECT check_name FROM practiceacl.health_of_settings
        UNION SELECT check_name FROM practiceacl.health_of_secrets) AS p
    WHERE check_name NOT IN (SELECT check_name FROM practiceacl.health())
$$, 'and none is told of that is not listed');

-- Breaks something, asks, and undoes it: the checks that failed and what
-- they said.
CREATE FUNCTION pg_temp.after(breaking text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    told text;
BEGIN
    BEGIN
        EXECUTE breaking;
        -- Without what a server lacks that we only visit.
        SELECT string_agg(h.check_name || ': ' || regexp_replace(h.detail, '^practiceacl.key_file is not set[^\n]*\n', ''), E'\n') INTO told FROM practiceacl.health() h
        WHERE NOT h.ok AND h.detail IS DISTINCT FROM practiceacl.key_file_problem();
        RAISE EXCEPTION USING ERRCODE = 'ZZ001';
    EXCEPTION WHEN SQLSTATE 'ZZ001' THEN
        RETURN coalesce(told, 'all is well');
    END;
END $$;
CREATE FUNCTION pg_temp.told(breaking text, expected text) RETURNS SETOF text LANGUAGE sql AS $$
    SELECT matches(pg_temp.after(breaking), '^' || expected, regexp_replace(breaking, '\s+', ' ', 'g'))
$$;

-- The record
SELECT pg_temp.told('UPDATE practiceacl.activity SET act = ''x'' WHERE sequence = 2', 'activity: chain .*0b1 .* broken at entry 2 of 9');
SELECT pg_temp.told('DELETE FROM practiceacl.activity_chain', 'activity: chain');
SELECT pg_temp.told('DELETE FROM practiceacl.activity WHERE agenda_id IS NOT NULL; DELETE FROM practiceacl.activity_chain WHERE chain <> organization_id',
    'activity: chain .*0b1 of organization .*0001 is missing');
-- Rows
SELECT pg_temp.told('ALTER TABLE practiceacl.appointment DROP CONSTRAINT appointment_no_overlap;
    UPDATE practiceacl.appointment SET ends_at = ends_at + interval ''1 h'' WHERE starts_at = ''2065-01-05 09:00Z''',
    'appointments: appointment .* overlaps the next\nconstraints: practiceacl.appointment has no constraint appointment_no_overlap');
SELECT pg_temp.told('UPDATE practiceacl.membership SET admin = ''users'' WHERE admin = ''full''', 'administrators: organization .*0001');
SELECT pg_temp.told('UPDATE practiceacl.membership SET status = ''disabled'' WHERE admin = ''full''', 'administrators: ');
SELECT pg_temp.told('UPDATE practiceacl.account SET status = ''blocked'' WHERE email = ''admin@x.test''', 'administrators: ');
SELECT pg_temp.told('SET LOCAL session_replication_role = replica; DELETE FROM practiceacl.membership WHERE admin = ''none''; SET LOCAL session_replication_role = origin',
    'orphans: .*rows of practiceacl.agenda refer to rows of practiceacl.membership that are not there: 1 \(agenda_holder_fkey');
SELECT pg_temp.told('SET LOCAL session_replication_role = replica; DELETE FROM practiceacl.agenda; SET LOCAL session_replication_role = origin',
    'orphans: .*rows of practiceacl.appointment refer to rows of practiceacl.agenda that are not there: 3 \(appointment_agenda_fkey');
SELECT pg_temp.told('SET LOCAL session_replication_role = replica; DELETE FROM practiceacl.account WHERE email = ''holder@x.test''; SET LOCAL session_replication_role = origin',
    'orphans: .*rows of practiceacl.membership refer to rows of practiceacl.account that are not there: 1 \(membership_account_fkey');
SELECT pg_temp.told('INSERT INTO practiceacl.access_grant (organization_id, agenda_id, account_id, rights)
    VALUES (''00000000-0000-7000-8000-000000000001'', ''00000000-0000-7000-8000-0000000000b1'', ''00000000-0000-7000-8000-0000000000a2'', ''read'');
    SET LOCAL session_replication_role = replica; UPDATE practiceacl.access_grant SET agenda_id = practiceacl.new_id(); SET LOCAL session_replication_role = origin',
    'orphans: .*rows of practiceacl.access_grant refer to rows of practiceacl.agenda that are not there: 2 \(access_grant_agenda_fkey');
-- A restore that lost a table
CREATE FUNCTION pg_temp.told_without(lost text, expected text) RETURNS SETOF text LANGUAGE sql AS $$
    SELECT pg_temp.told(format('SET LOCAL session_replication_role = replica; DELETE FROM practiceacl.%s; SET LOCAL session_replication_role = origin', lost), expected)
$$;
SELECT pg_temp.told_without('appointment', 'losses: 3 of 3 appointments of organization .*0001 are missing$');
SELECT pg_temp.told_without('opening', 'losses: the openings of agenda .*0b1 are missing$');
SELECT pg_temp.told_without('absence', 'losses: absence .* on agenda .*0b1 is missing$');
SELECT pg_temp.told_without('access_grant', 'losses: the rights of .*0a2 on agenda .*0b1 are missing: read$');
SELECT pg_temp.told_without('password', 'losses: the password of account .* is missing$');
SELECT pg_temp.told_without('invitation', 'orphans: .*\nlosses: invitation .* is missing$');
SELECT pg_temp.told_without('notice', 'losses: notice .* is missing$');
SELECT pg_temp.told_without('membership WHERE admin = ''full'' AND account_id <> ''00000000-0000-7000-8000-0000000000a2''', 'administrators: .*\nlosses: the membership of .* in .* is missing$');
SELECT pg_temp.told_without('organization WHERE name = ''Second''', 'orphans: .*membership_organization_fkey.*\nlosses: organization .* is missing$');
-- Every foreign key is held against the rows, whichever table it is of.
SELECT pg_temp.told('SET LOCAL session_replication_role = replica; UPDATE practiceacl.session_token SET session_id = practiceacl.new_id(); SET LOCAL session_replication_role = origin',
    'orphans: rows of practiceacl.session_token refer to rows of practiceacl.session that are not there: 3 ');
SELECT is_empty('SELECT * FROM practiceacl.broken_references()', 'nothing refers to what is not there');

SELECT pg_temp.told('INSERT INTO practiceacl.access_grant (organization_id, agenda_id, account_id, rights)
    VALUES (''00000000-0000-7000-8000-000000000001'', ''00000000-0000-7000-8000-0000000000b1'', ''00000000-0000-7000-8000-0000000000a2'', ''read+public_profile'')',
    'grants: .* only a holder');
SELECT pg_temp.told('INSERT INTO practiceacl.access_grant (organization_id, agenda_id, account_id, rights)
    VALUES (''00000000-0000-7000-8000-000000000001'', ''00000000-0000-7000-8000-0000000000b1'', ''00000000-0000-7000-8000-0000000000a1'', ''read'');
    UPDATE practiceacl.membership SET status = ''removed'' WHERE admin = ''none''',
    'grants: .* removed');
SELECT pg_temp.told('UPDATE practiceacl.membership SET features = ''read+export''', 'grants: the features');
SELECT pg_temp.told('UPDATE practiceacl.account SET status = ''deleted'', email = NULL WHERE email = ''holder@x.test''',
    'erasure: account .* deleted and still has');
SELECT pg_temp.told('INSERT INTO practiceacl.role_account VALUES (1, ''health_app'', ''00000000-0000-7000-8000-0000000000a1'')',
    'mapped_roles: role health_app');
SELECT pg_temp.told(format('SELECT practiceacl.map_role(''health_thief'', ''00000000-0000-7000-8000-0000000000a1''); %s', given),
    '(roles: [^\n]*\n)?mapped_roles: role health_thief is mapped to an account and ' || what)
FROM (VALUES ('SELECT practiceacl.grant_authenticator(''health_thief'')', 'has the privileges of the authenticator or the mailer'),
             ('SELECT practiceacl.grant_mailer(''health_thief'')', 'has the privileges of the authenticator or the mailer'),
             ('ALTER ROLE health_thief SUPERUSER', 'is a superuser')) AS v (given, what);
SELECT pg_temp.told('INSERT INTO practiceacl.outbox (kind, recipient, payload, available_at) VALUES (''welcome'', ''x'', ''{}'', ''infinity'')',
    'messages: message .* put aside');
SELECT pg_temp.told('INSERT INTO practiceacl.outbox (kind, recipient, payload, available_at) VALUES (''welcome'', ''x'', ''{}'', now() - interval ''2 h'')',
    'messages: 1 messages have waited');
SELECT pg_temp.told('INSERT INTO practiceacl.freed_time (organization_id, agenda_id, from_time, until_time, due_at)
    SELECT organization_id, id, ''2065-01-05 08:00Z'', ''2065-01-05 09:00Z'', now() - interval ''2 h'' FROM practiceacl.agenda LIMIT 1',
    'messages: 1 times that became free have waited');
-- Constraints
SELECT pg_temp.told('ALTER TABLE practiceacl.appointment DROP CONSTRAINT appointment_no_overlap;
    ALTER TABLE practiceacl.appointment ADD CONSTRAINT appointment_no_overlap EXCLUDE USING gist
    (practiceacl.slot(agenda_id, occupied_from, occupied_until, overbooked) WITH OPERATOR(practiceacl.#)) WHERE (cancelled_at IS NULL AND private)',
    'constraints: practiceacl.appointment has no constraint');
SELECT pg_temp.told('ALTER TABLE practiceacl.appointment DROP CONSTRAINT appointment_pkey', 'constraints: practiceacl.appointment has no primary key');
SELECT pg_temp.told('ALTER TABLE practiceacl.appointment ADD CONSTRAINT x CHECK (ends_at > ''2000-01-01'') NOT VALID', 'constraints: x of practiceacl.appointment is not valid');
SELECT pg_temp.told('UPDATE pg_index SET indisvalid = false WHERE indexrelid = ''practiceacl.appointment_id_idx''::regclass', 'constraints: index practiceacl.appointment_id_idx');
SELECT pg_temp.told('ALTER TABLE practiceacl.access_grant DISABLE TRIGGER ALL', 'constraints: a foreign key of practiceacl.access_grant');
-- Policies
SELECT pg_temp.told('DROP POLICY appointment_read ON practiceacl.appointment', 'policies: practiceacl.appointment has not its policy');
SELECT pg_temp.told('ALTER POLICY appointment_read ON practiceacl.appointment USING (true)', 'policies: practiceacl.appointment has not');
SELECT pg_temp.told('ALTER POLICY appointment_read ON practiceacl.appointment TO health_app', 'policies: practiceacl.appointment has not');
SELECT pg_temp.told('CREATE POLICY x ON practiceacl.password USING (true)', 'policies: practiceacl.password has a policy x');
SELECT pg_temp.told('CREATE POLICY x ON practiceacl.appointment AS RESTRICTIVE USING (true)', 'policies: practiceacl.appointment has a policy x');
-- Privileges
SELECT pg_temp.told('GRANT TRUNCATE ON practiceacl.appointment TO health_app', 'privileges: health_app has TRUNCATE on practiceacl.appointment');
SELECT pg_temp.told('GRANT TRIGGER ON practiceacl.appointment TO health_app', 'privileges: health_app has TRIGGER');
SELECT pg_temp.told('GRANT REFERENCES ON practiceacl.appointment TO health_app', 'privileges: health_app has REFERENCES');
SELECT pg_temp.told('GRANT INSERT ON practiceacl.appointment TO health_app', 'privileges: health_app has INSERT');
SELECT pg_temp.told('GRANT SELECT (note) ON practiceacl.appointment TO health_app', 'privileges: health_app has SELECT \(note\)');
SELECT pg_temp.told('GRANT UPDATE (note) ON practiceacl.appointment TO health_app', 'privileges: health_app has UPDATE');
SELECT pg_temp.told('GRANT SELECT ON practiceacl.session_token TO health_app', 'privileges: health_app has SELECT on practiceacl.session_token');
SELECT pg_temp.told('GRANT SELECT ON practiceacl.appointment TO PUBLIC', 'privileges: PUBLIC has SELECT');
SELECT pg_temp.told('GRANT EXECUTE ON FUNCTION practiceacl.health() TO PUBLIC', 'privileges: PUBLIC has EXECUTE on practiceacl.health');
SELECT pg_temp.told('GRANT EXECUTE ON FUNCTION practiceacl.can TO health_app WITH GRANT OPTION', 'privileges: health_app has EXECUTE .* with grant option');
SELECT pg_temp.told('REVOKE EXECUTE ON FUNCTION practiceacl.rights_eq FROM PUBLIC', 'privileges: PUBLIC has not EXECUTE on practiceacl.rights_eq');
SELECT pg_temp.told('GRANT CREATE ON SCHEMA practiceacl TO health_app', 'privileges: health_app has CREATE on the schema');
-- Roles
SELECT pg_temp.told('GRANT EXECUTE ON FUNCTION practiceacl.health() TO health_thief', 'roles: health_thief has 1');
SELECT pg_temp.told('GRANT EXECUTE ON FUNCTION practiceacl.open_session(uuid, interval, text) TO health_app', 'roles: health_app has 1');
SELECT pg_temp.told('REVOKE EXECUTE ON FUNCTION practiceacl.book FROM health_app', 'roles: health_app has');
SELECT pg_temp.told('ALTER ROLE health_app BYPASSRLS', 'roles: row security does not bind health_app');
-- Tables
SELECT pg_temp.told('ALTER TABLE practiceacl.password DISABLE ROW LEVEL SECURITY', 'tables: row security of practiceacl.password is off');
SELECT pg_temp.told('ALTER TABLE practiceacl.notice FORCE ROW LEVEL SECURITY', 'tables: row security of practiceacl.notice is forced');
SELECT pg_temp.told('ALTER TABLE practiceacl.notice OWNER TO health_thief', '(privileges: .*\n)?tables: practiceacl.notice belongs to health_thief');
SELECT pg_temp.told('CREATE TRIGGER x AFTER INSERT ON practiceacl.notice EXECUTE FUNCTION pg_catalog.suppress_redundant_updates_trigger()',
    'tables: practiceacl.notice has a trigger x');
SELECT pg_temp.told('CREATE RULE x AS ON DELETE TO practiceacl.notice DO INSTEAD NOTHING', 'tables: practiceacl.notice has a rule x');
SELECT pg_temp.told('CREATE TABLE public.health_child () INHERITS (practiceacl.notice)', 'tables: practiceacl.notice has a child');
SELECT pg_temp.told('UPDATE pg_extension SET extconfig = extconfig[2:] WHERE extname = ''practiceacl''', 'tables: .* not written to a dump');
SELECT pg_temp.told('ALTER TABLE practiceacl.account ADD COLUMN nickname text', 'tables: practiceacl.account has a column nickname of somebody''s: .*restore');
SELECT pg_temp.told('ALTER TABLE practiceacl.password DROP COLUMN changed_at', 'tables: practiceacl.password lacks its column changed_at');
SELECT pg_temp.told('ALTER TABLE practiceacl.slot_hold SET UNLOGGED', 'tables: practiceacl.slot_hold is not logged');
-- Views
SELECT pg_temp.told('ALTER VIEW practiceacl.notices RESET (security_invoker)', 'views: practiceacl.notices');
-- Statements that are seldom run
SELECT pg_temp.told('ALTER TABLE practiceacl.log_in_failure RENAME last_at TO at',
    '(.*\n)*statements: .*purge: column "last_at" does not exist');
SELECT pg_temp.told('ALTER TABLE practiceacl.email_key RENAME key TO secret',
    '(.*\n)*statements: address: column "key" does not exist');
-- Functions
SELECT pg_temp.told('ALTER FUNCTION practiceacl.book RESET search_path', 'functions: practiceacl.book.* without a pinned search_path');
SELECT pg_temp.told('ALTER FUNCTION practiceacl.book SET search_path = pg_catalog, public', 'functions: practiceacl.book.* without a pinned');
SELECT pg_temp.told('ALTER FUNCTION practiceacl.enter(text, boolean) SECURITY DEFINER', 'functions: practiceacl.enter');
SELECT pg_temp.told('ALTER FUNCTION practiceacl.new_id OWNER TO health_thief', '(privileges: .*\n)?functions: practiceacl.new_id.* belongs to health_thief');
SELECT pg_temp.told($$CREATE OR REPLACE FUNCTION practiceacl.new_id() RETURNS uuid LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'$$,
    'functions: practiceacl.new_id\(\) is not the module');
-- The schema
SELECT pg_temp.told($$CREATE FUNCTION practiceacl.can(text) RETURNS boolean LANGUAGE sql AS 'SELECT true'$$, 'schema: practiceacl.can\(text\) is not the extension');
SELECT pg_temp.told('CREATE TABLE practiceacl.x ()', 'schema: practiceacl.x is not the extension');
SELECT pg_temp.told('CREATE DOMAIN practiceacl.x AS text', 'schema: type practiceacl.x is not the extension');
SELECT pg_temp.told('CREATE CAST (practiceacl.rights AS text) WITH INOUT AS IMPLICIT', 'schema: the cast from practiceacl.rights to text is not the extension');
SELECT pg_temp.told('ALTER SCHEMA practiceacl OWNER TO health_thief', '(privileges: .*\n)?schema: the schema practiceacl belongs to health_thief');
-- The application's tables
SELECT pg_temp.told('ALTER TABLE public.health_letter DISABLE ROW LEVEL SECURITY', 'protected_tables: row security of public.health_letter is off');
SELECT pg_temp.told('ALTER TABLE public.health_letter NO FORCE ROW LEVEL SECURITY', 'protected_tables: row security of public.health_letter is not forced');
SELECT pg_temp.told('CREATE POLICY x ON public.health_letter USING (true)', 'protected_tables: public.health_letter has a permissive policy x');
SELECT pg_temp.told('CREATE TABLE public.health_part PARTITION OF public.health_parted DEFAULT', 'protected_tables: public.health_part is a part of public.health_parted');
-- Moves between cells
CREATE FUNCTION pg_temp.told_of_move(state text, cell text, expected text) RETURNS SETOF text LANGUAGE sql AS $$
    SELECT pg_temp.told(format('INSERT INTO practiceacl.organization_move (organization_id, state, seal, moved_to, since)
        VALUES (''00000000-0000-7000-8000-000000000001'', %L, ''x'', %L, now() - interval ''2 min'')', state, cell), expected)
$$;
SELECT pg_temp.told_of_move('handed_over', 'b', 'moves: organization .*0001 has been closed here since .*, on its way to "b": run practiceacl-move again, or with --cancel$');
SELECT pg_temp.told_of_move('released', 'b', 'moves: organization .*0001 has been closed here');
SELECT pg_temp.told_of_move('published', NULL, 'moves: organization .*0001 has been on its way .* and nobody moves it: run');
SELECT pg_temp.told_of_move('adopting', NULL, '(?!losses).*moves: organization .*0001 has been coming .*, and has no subscription: ');
SELECT pg_temp.told('INSERT INTO practiceacl.organization_cell VALUES (''00000000-0000-7000-8000-000000000001'', ''b'', 1000000)',
    'moves: organization .*0001 has \d+ entries in its chain here, and the directory has it with 1000000 in "b": .* practiceacl-move from here to there closes it here$');
SELECT is(pg_temp.after('SELECT pg_advisory_xact_lock(hashtext(''practiceacl_move''), hashtext(''00000000-0000-7000-8000-000000000001''));
    INSERT INTO practiceacl.organization_move (organization_id, state, seal, since) VALUES (''00000000-0000-7000-8000-000000000001'', ''published'', ''x'', now() - interval ''1 day'')'),
    'all is well', 'a move at which somebody works may take its time');
SAVEPOINT moving;
INSERT INTO practiceacl.organization_move (organization_id, state, seal, moved_to, since) VALUES ('00000000-0000-7000-8000-000000000001', 'released', 'x', 'b', now() - interval '2 min');
SELECT matches(problem, '^organization .*0001 has been closed here', 'which the move tells, too') FROM practiceacl.organization_move('00000000-0000-7000-8000-000000000001');
ROLLBACK TO moving;
-- Settings
SELECT pg_temp.told('SET LOCAL log_parameter_max_length = 100', 'settings: log_parameter_max_length is 100');
SELECT pg_temp.told('ALTER ROLE health_app SET log_parameter_max_length = -1', 'settings: log_parameter_max_length of health_app is -1');
SELECT pg_temp.told('SET LOCAL practiceacl.return_secrets = off', 'settings: practiceacl.return_secrets is off');
SELECT pg_temp.told('SET LOCAL practiceacl.password_memory = 1024', 'settings: a password costs 1024 kB');

-- Secrets
SELECT practiceacl.key_file_problem() IS NULL AS has_key_file \gset
\if :has_key_file
SELECT pg_temp.told('UPDATE practiceacl.email_key SET sealed = NULL, key = decode(repeat(''09'', 32), ''hex'')', 'secrets: the key of addresses'' digests is stored in clear');
SELECT pg_temp.told('UPDATE practiceacl.email_key SET sealed = overlay(sealed PLACING ''x''::bytea FROM 3)', 'secrets: .* sealed with key "xnly", which practiceacl.key_file does not have');
SELECT pg_temp.told('UPDATE practiceacl.email_key SET sealed = sealed || ''x''', 'secrets: .* sealed for another row, or with another key than the "only" of practiceacl.key_file');
SELECT pg_temp.told('UPDATE practiceacl.email_key SET sealed = ''''', 'secrets: .* another key than the "\?"');
\else
SELECT skip('no key file', 4);
\endif
SELECT pg_temp.told('DELETE FROM practiceacl.email_key', 'secrets: the key of addresses'' digests is missing');

SELECT pg_temp.told('UPDATE pg_extension SET extversion = ''0.0.1'' WHERE extname = ''practiceacl''', 'version: the extension is 0.0.1');

SELECT is(pg_temp.after('SELECT 1'), 'all is well', 'and all this has been undone');
INSERT INTO practiceacl.outbox (kind, recipient, payload, available_at)
SELECT 'welcome', 'x', '{}', 'infinity' FROM generate_series(1, 8);
SELECT matches(detail, '^([^\n]+\n){5}and 3 more$', 'of many problems the first are told') FROM practiceacl.health() WHERE check_name = 'messages';

SELECT * FROM finish();
ROLLBACK;
