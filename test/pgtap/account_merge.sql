-- People whom two cells, or two addresses, know twice: register_account() and
-- merge_account(), with every column that names an account.
BEGIN;
\ir ../setup/clinic.sql
\ir ../setup/totp.sql
SELECT plan(78);
SET LOCAL practiceacl.password_memory = '8kB';
SET LOCAL practiceacl.password_passes = 1;
CREATE ROLE merge_login;
CREATE ROLE merge_desk;
CREATE ROLE merge_zoe;
SELECT practiceacl.grant_authenticator('merge_login'), practiceacl.grant_operator('merge_desk') \g /dev/null
GRANT USAGE ON SCHEMA public, clinic TO merge_login, merge_desk;
\set north '''00000000-0000-7000-8000-000000000001'''
\set south '''00000000-0000-7000-8000-000000000002'''
\set zoe '''00000000-0000-7000-8000-0000000000e1'''
\set other '''00000000-0000-7000-8000-0000000000e2'''
\set new '''00000000-0000-7000-8000-0000000000e3'''

-- The decisions.
CREATE TEMP VIEW its_column AS
SELECT c.relname::text COLLATE "C" AS table_name, a.attname::text COLLATE "C" AS column_name, a.atttypid::regtype::text AS type
FROM pg_class c JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
JOIN pg_extension e ON e.oid = d.refobjid AND d.refclassid = 'pg_extension'::regclass AND e.extname = 'practiceacl'
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relkind IN ('r', 'p');
-- What an id names that is no account; a column of another name needs a decision.
CREATE TEMP VIEW undecided AS
SELECT table_name, column_name FROM its_column
WHERE (type = 'uuid' AND column_name <> ALL (ARRAY['organization_id', 'id', 'agenda_id', 'chain', 'session_id', 'series_id', 'group_id',
        'profile_id', 'grant_id', 'review_id', 'invitation_id', 'notice_id', 'entry_id', 'type_id', 'appointment_type', 'appointment_id',
        'part_of', 'second_factor_id', 'claim', 'comes_with'])
    OR type = 'uuid[]' AND (table_name, column_name) NOT IN (('opening', 'types'), ('reading_note', 'agendas'))
    -- Within values: activity stays, invitation and outbox follow, the others name no account.
    OR type = 'jsonb' AND (table_name, column_name) NOT IN (('activity', 'facts'), ('activity_entry', 'facts'), ('invitation', 'offer'), ('outbox', 'payload'),
        ('invitation', 'left_out'), ('agenda', 'public_profile'), ('appointment', 'attributes'), ('appointment_archive', 'attributes'), ('appointment_type', 'attributes'),
        ('organization_move', 'heads')))
EXCEPT SELECT table_name, column_name FROM practiceacl.account_columns;
SELECT is_empty('SELECT * FROM undecided', 'each column that may name an account has a decision: add a new one to sql/views/account_columns.sql');
SELECT is_empty('SELECT table_name, column_name FROM practiceacl.account_columns EXCEPT SELECT table_name, column_name FROM its_column',
    'and there is none about what is no column');
SELECT is_empty($$SELECT * FROM practiceacl.account_columns WHERE on_merge NOT IN ('follows', 'united', 'ends', 'stays') OR btrim(reason) = ''$$,
    'a decision is one of four, with its reason');
SAVEPOINT column_added;
ALTER TABLE practiceacl.closing ADD COLUMN confirmed_by uuid;
SELECT is((SELECT string_agg(table_name || '.' || column_name, ' ') FROM undecided), 'closing.confirmed_by', 'a new column is noticed');
ROLLBACK TO column_added;

-- A person of another cell.
SET LOCAL ROLE clinic_app;
SELECT throws_ok(format('SELECT practiceacl.register_account(%L, %L, %L, %L)', :zoe, 'zoe@north.test', 'Zoe', 'Zola'), '42501', NULL, 'an application registers nobody');
SELECT throws_ok(format('SELECT practiceacl.merge_account(%L, %L)', :zoe, :other), '42501', NULL, 'nor merges');
SET LOCAL ROLE merge_login;
SELECT lives_ok(format('SELECT practiceacl.register_account(%L, %L, %L, %L, %L)', :zoe, ' Zoe@North.test', 'Zoe', 'Zola', '06 12 34 56 78'), 'the authenticator does');
SELECT lives_ok(format('SELECT practiceacl.register_account(%L, %L, %L, %L)', :zoe, 'zoe@north.test', 'Another', 'Name'), 'again it is nothing');
SELECT throws_ok(format('SELECT practiceacl.register_account(%L, %L, %L, %L)', :other, 'zoe@north.test', 'Zoe', 'Zola'), '23505', NULL, 'but for the address under another id');
SELECT throws_ok(format('SELECT practiceacl.register_account(%L, %L, %L, %L)', :zoe, 'zoe@home.test', 'Zoe', 'Zola'), '23505', NULL, 'or the id with another address');
SELECT throws_ok(format('SELECT practiceacl.register_account(%L, %L, %L, %L)', :other, wrong, 'Zoe', 'Zola'), '22023', NULL, 'no address: ' || wrong)
FROM unnest(ARRAY['', 'zoe', 'zoe@']) AS wrong;
SELECT throws_ok(format('SELECT practiceacl.register_account(%L, %L, %L, %L)', :other, 'zoe@home.test', '  ', 'Zola'), '22023', NULL, 'no name');
SELECT throws_ok(format('SELECT practiceacl.merge_account(%L, %L)', :zoe, :other), '42501', NULL, 'the authenticator does not merge');
RESET ROLE;
SELECT results_eq(format('SELECT status, email, first_name, mobile, first_used_at IS NOT NULL FROM practiceacl.account WHERE id = %L', :zoe),
    $$VALUES ('active', 'zoe@north.test', 'Zoe', '+33612345678', true)$$, 'as it was said first, and as one that was used');
SELECT practiceacl.block_email('gone@north.test', 'gone') \g /dev/null
SET LOCAL ROLE merge_login;
SELECT throws_ok(format('SELECT practiceacl.register_account(%L, %L, %L, %L)', :other, 'gone@north.test', 'Zoe', 'Zola'), 'PA030', NULL, 'nor an address that is blocked');
SELECT lives_ok(format('SELECT practiceacl.register_account(%L, %L, %L, %L)', :other, 'zoe@home.test', 'Zoe', 'Zola'), 'the same person by another address');
RESET ROLE;

-- Rows of both, in every table and column.
\set b5 '''00000000-0000-7000-8000-0000000000b5'''
\set b1 '''00000000-0000-7000-8000-0000000000b1'''
INSERT INTO practiceacl.membership (organization_id, account_id, admin, features, job_title, joined_at, shares) VALUES
    (:north, :zoe, 'users', 'messaging', 'Doctor', now() - interval '9 days', true), (:north, :other, 'none', 'billing', NULL, now(), false),
    (:south, :zoe, 'none', 'none', 'Guest', now(), false);
UPDATE practiceacl.membership SET state_since = now() - interval '9 days' WHERE account_id IN (:zoe, :other);
INSERT INTO practiceacl.agenda (organization_id, id, holder_id, time_zone, name, data_controller, colleague_rights_by) VALUES
    (:north, :b5, :zoe, 'Europe/Paris', 'Zoe', 'North', :zoe);
SELECT record.begin_all() \g /dev/null
INSERT INTO practiceacl.access_grant (organization_id, id, agenda_id, account_id, rights, granted_by, granted_at)
SELECT :north::uuid, '00000000-0000-7000-8000-0000000000d1'::uuid, :b1::uuid, :zoe::uuid, 'book'::practiceacl.rights, :zoe::uuid, now() - interval '1 day'
UNION ALL SELECT :north, practiceacl.new_id(), :b1, :other, 'read', NULL, now() - interval '1 day'
UNION ALL SELECT :north, practiceacl.new_id(), :b5, :other, 'read', :zoe, now() - interval '1 day'
UNION ALL SELECT :south, practiceacl.new_id(), '00000000-0000-7000-8000-0000000000b9', :zoe, 'read', NULL, now() - interval '1 day';
INSERT INTO practiceacl.access_history (organization_id, agenda_id, account_id, kind, rights, granted_by, ended_by, recorded_during) VALUES
    (:north, :b1, :zoe, 'grant', 'read', :zoe, :zoe, tstzrange(now() - interval '3 days', now() - interval '2 days')),
    (:south, '00000000-0000-7000-8000-0000000000b9', :zoe, 'grant', 'read', :zoe, :zoe, tstzrange(now() - interval '3 days', now() - interval '2 days'));
INSERT INTO practiceacl.rights_request (organization_id, agenda_id, account_id, requested_by, rights, expires_at, answered_by, status, answered_at) VALUES
    (:north, :b1, :zoe, :zoe, 'book', now() + interval '1 day', NULL, 'pending', NULL),
    (:north, :b1, :other, :other, 'book', now() + interval '1 day', NULL, 'pending', NULL),
    (:north, :b5, :other, :other, 'book', now() + interval '1 day', NULL, 'pending', NULL),
    (:south, '00000000-0000-7000-8000-0000000000b9', :zoe, :zoe, 'book', now() + interval '1 day', :zoe, 'declined', now());
INSERT INTO practiceacl.access_review (organization_id, id, started_by, ends_at) VALUES (:north, '00000000-0000-7000-8000-0000000000d2', :zoe, now() + interval '1 day');
INSERT INTO practiceacl.access_review_item (organization_id, review_id, grant_id, agenda_id, account_id, rights, confirmed_by) VALUES
    (:north, '00000000-0000-7000-8000-0000000000d2', '00000000-0000-7000-8000-0000000000d1', :b1, :zoe, 'book', :zoe);
INSERT INTO practiceacl.absence (organization_id, agenda_id, starts_at, ends_at, created_by, substitute_id) VALUES
    (:north, :b5, '2058-02-01 10:00Z', '2058-02-02 10:15Z', :zoe, :zoe);
INSERT INTO practiceacl.closing (organization_id, from_date, until_date, name, created_by) VALUES (:north, '2058-03-01', '2058-03-02', 'Works', :zoe);
INSERT INTO practiceacl.appointment (organization_id, agenda_id, starts_at, ends_at, created_by, patient) VALUES
    (:north, :b5, '2058-01-01 10:00Z', '2058-01-01 10:15Z', :zoe, 'Marie'), (:north, :b5, '2020-01-01 10:00Z', '2020-01-01 10:15Z', :zoe, 'Marie');
SELECT practiceacl.archive_appointments('2021-01-01Z');
INSERT INTO practiceacl.agenda_group (organization_id, id, name, created_by) VALUES (:north, '00000000-0000-7000-8000-0000000000d3', 'Site', :zoe);
INSERT INTO practiceacl.agenda_group_member (organization_id, group_id, agenda_id, added_by) VALUES (:north, '00000000-0000-7000-8000-0000000000d3', :b1, :zoe);
INSERT INTO practiceacl.group_grant (organization_id, group_id, account_id, rights, granted_by) VALUES (:north, '00000000-0000-7000-8000-0000000000d3', :zoe, 'freebusy', :zoe);
INSERT INTO practiceacl.profile (organization_id, id, name, features_by, created_by) VALUES (:north, '00000000-0000-7000-8000-0000000000d4', 'Desk', :zoe, :zoe);
INSERT INTO practiceacl.profile_right (organization_id, profile_id, agenda_id, rights, granted_by) VALUES (:north, '00000000-0000-7000-8000-0000000000d4', :b1, 'freebusy', :zoe);
INSERT INTO practiceacl.profile_member (organization_id, profile_id, account_id, given_by, valid_until, since) VALUES
    (:north, '00000000-0000-7000-8000-0000000000d4', :zoe, :zoe, NULL, now() - interval '1 day'),
    (:north, '00000000-0000-7000-8000-0000000000d4', :other, NULL, now() + interval '1 day', now() - interval '1 day');
INSERT INTO practiceacl.invitation (organization_id, email, account_id, invited_by, expires_at, first_name, last_name, offer, status, settled_at) VALUES
    (:north, 'zoe@north.test', :zoe, :zoe, now(), 'Zoe', 'Zola', '{}', 'accepted', now()),
    (:south, 'somebody@south.test', NULL, :zoe, now() + interval '1 day', 'Some', 'Body', jsonb_build_object('clone_from', :zoe), 'pending', NULL),
    (:south, 'zoe@north.test', NULL, clinic.account('olga'), now() + interval '1 day', 'Zoe', 'Zola', '{}', 'pending', NULL);
INSERT INTO practiceacl.notice (id, title, body) VALUES ('00000000-0000-7000-8000-0000000000d5', 'New', 'New'), ('00000000-0000-7000-8000-0000000000d6', 'Newer', 'Newer');
INSERT INTO practiceacl.notice_read (notice_id, account_id) VALUES
    ('00000000-0000-7000-8000-0000000000d5', :zoe), ('00000000-0000-7000-8000-0000000000d5', :other), ('00000000-0000-7000-8000-0000000000d6', :zoe);
INSERT INTO practiceacl.outbox (kind, account_id, sent_by, recipient, payload, sealed_secret) VALUES
    ('user_added', :zoe, :zoe, 'zoe@north.test', jsonb_build_object('account_id', :zoe, 'requested_by_id', :zoe), NULL),
    ('password_reset', :zoe, NULL, 'zoe@north.test', '{}', 'sealed');
INSERT INTO practiceacl.reading (organization_id, agenda_id, account_id, day, emergency, times) VALUES
    (:north, :b1, :zoe, '2026-01-01', false, 2), (:north, :b1, :other, '2026-01-01', false, 3), (:north, :b1, :zoe, '2026-01-02', false, 5);
INSERT INTO practiceacl.reading_note (organization_id, account_id, noted_at, emergency, agendas) VALUES (:north, :zoe, now(), false, ARRAY[:b1::uuid]);
INSERT INTO practiceacl.waiting_list_entry (organization_id, joined_by, from_date, until_date) VALUES (:north, :zoe, '2058-01-01', '2058-01-02');
INSERT INTO practiceacl.password (account_id, hash) VALUES (:zoe, 'of zoe'), (:other, 'of the other');
INSERT INTO practiceacl.recovery_code (digest, account_id) VALUES ('\x01', :zoe);
INSERT INTO practiceacl.second_factor (account_id, id, sealed) VALUES (:zoe, practiceacl.new_id(), '\x01');
INSERT INTO practiceacl.awaited_credential (account_id, comes_with) VALUES (:zoe, practiceacl.new_id());
INSERT INTO practiceacl.account_token (digest, account_id, kind, expires_at) VALUES ('\x01', :zoe, 'password_reset', now() + interval '1 day');
INSERT INTO practiceacl.account (id, status, first_name, last_name, merged_into) VALUES (practiceacl.new_id(), 'deleted', 'Zoe', 'Zola', :zoe);
SELECT practiceacl.map_role('merge_zoe', :zoe) \g /dev/null
SELECT practiceacl.open_session(:zoe) AS zoe_session, practiceacl.open_session(:other) AS other_session \gset
INSERT INTO practiceacl.slot_hold (organization_id, agenda_id, session_id, account_id, starts_at, ends_at, expires_at)
SELECT :north::uuid, :b1::uuid, id, :zoe::uuid, '2058-01-01 12:00Z'::timestamptz, '2058-01-01 12:15Z'::timestamptz, now() + interval '5 min' FROM practiceacl.session WHERE account_id = :zoe;
SET LOCAL ROLE clinic_app;
SELECT practiceacl.enter(:'zoe_session') \g /dev/null
SELECT practiceacl.book(:b5, '2058-01-01 11:00Z', '2058-01-01 11:15Z', patient => 'Marie') \g /dev/null
RESET ROLE;
SELECT set_config('practiceacl.session', '', true) \g /dev/null
UPDATE practiceacl.activity_detail SET erased_with = :zoe;

CREATE FUNCTION pg_temp.naming(account uuid) RETURNS TABLE (table_name text, column_name text, on_merge text, n bigint) LANGUAGE plpgsql AS $$
BEGIN
    FOR table_name, column_name, on_merge IN SELECT c.table_name, c.column_name, c.on_merge FROM practiceacl.account_columns c LOOP
        EXECUTE format('SELECT count(*) FROM practiceacl.%I WHERE %I = $1', table_name, column_name) INTO n USING account;
        RETURN NEXT;
    END LOOP;
END $$;
SELECT is_empty(format($$SELECT table_name, column_name FROM pg_temp.naming(%L) WHERE n = 0 AND (table_name, column_name) NOT IN (('activity', 'subject_id'), ('activity_entry', 'subject_id'))$$, :zoe),
    'the test has a row for each column');
CREATE TEMP TABLE chain_before AS SELECT * FROM practiceacl.activity;

-- What is refused.
SET LOCAL ROLE merge_desk;
SELECT is(code(format('SELECT practiceacl.merge_account(%L, %L)', :zoe, :zoe)), '22023', 'nobody becomes themselves');
SELECT is(code(format('SELECT practiceacl.merge_account(%L, %L)', :new, :zoe)), 'PT404', 'nobody becomes somebody');
SELECT is(code('SELECT practiceacl.merge_account(NULL, NULL)'), '22004', 'null is nobody');
RESET ROLE;
SAVEPOINT refused;
UPDATE practiceacl.membership SET status = 'disabled' WHERE account_id = :other AND organization_id = :north;
SELECT throws_like(format('SELECT practiceacl.merge_account(%L, %L)', :zoe, :other), '%disabled where the other one works%', 'what an administrator took does not come back');
UPDATE practiceacl.membership SET status = 'disabled' WHERE account_id = :zoe AND organization_id = :north;
SELECT lives_ok(format('SELECT practiceacl.merge_account(%L, %L)', :zoe, :other), 'where both are disabled they can be one');
SELECT is((SELECT status FROM practiceacl.membership WHERE account_id = :other AND organization_id = :north), 'disabled', 'which is disabled');
ROLLBACK TO refused;
UPDATE practiceacl.account SET first_used_at = NULL WHERE id = :other;
UPDATE practiceacl.password SET temporary_until = now() + interval '1 day' WHERE account_id = :other;
SELECT lives_ok(format('SELECT practiceacl.merge_account(%L, %L)', :zoe, :other), 'into an account that an administrator made and nobody has used');
SELECT is_empty('SELECT 1 FROM practiceacl.password WHERE account_id = ''00000000-0000-7000-8000-0000000000e2''', 'whose temporary password is void');
SELECT isnt((SELECT first_used_at FROM practiceacl.account WHERE id = :other), NULL, 'and which is nobody else''s to correct any more');
ROLLBACK TO refused;
UPDATE practiceacl.account SET status = 'blocked' WHERE id = :zoe;
SELECT throws_like(format('SELECT practiceacl.merge_account(%L, %L)', :zoe, :other), '%blocked%', 'nor what support took');
ROLLBACK TO refused;
INSERT INTO practiceacl.organization_move (organization_id, state, seal) VALUES (:south, 'published', 'x');
SELECT throws_like(format('SELECT practiceacl.merge_account(%L, %L)', :zoe, :other), '%are moving%', 'nor while an organization of theirs moves');
SELECT throws_like(format('SELECT practiceacl.merge_account(%L, %L)', :other, :zoe), '%are moving%', 'whoever of them it is');
ROLLBACK TO refused;
SELECT isnt_empty('SELECT * FROM practiceacl.membership WHERE account_id = ''00000000-0000-7000-8000-0000000000e1''', 'all of it changed nothing');

-- Two become one.
UPDATE practiceacl.second_factor SET confirmed_at = NULL WHERE account_id = :zoe;
SET LOCAL ROLE merge_desk;
SELECT cmp_ok(practiceacl.merge_account(:zoe, :other), '>', 30::bigint, 'zoe becomes the other');
RESET ROLE;
SELECT is((SELECT string_agg(table_name || '.' || column_name, ' ' ORDER BY table_name, column_name) FROM pg_temp.naming(:zoe) WHERE n > 0),
    'access_history.account_id account.id activity.account_id activity.actor_id activity.subject_id activity_detail.account_id'
    ' activity_entry.account_id activity_entry.actor_id activity_entry.subject_id',
    'nothing names the former id but the record and what was true');
SELECT is_empty(format('SELECT 1 FROM practiceacl.access_history WHERE account_id = %L AND organization_id = %L', :zoe, :south), 'where only that one was a member that follows, too');
SELECT is((SELECT count(*) FROM practiceacl.broken_references()), 0::bigint, 'every reference is whole');
SELECT is_empty('SELECT * FROM chain_before EXCEPT SELECT * FROM practiceacl.activity', 'no entry of the record has changed');
SELECT is((SELECT count(*) FROM practiceacl.organization o, practiceacl.verify_activity(o.id) v WHERE v.first_broken IS NOT NULL), 0::bigint, 'and every chain is whole');
SELECT results_eq($$SELECT organization_id, count(*) FILTER (WHERE agenda_id IS NULL), count(agenda_id) FROM practiceacl.activity
        WHERE act = 'account.merged' AND account_id = '00000000-0000-7000-8000-0000000000e2' AND subject_id = '00000000-0000-7000-8000-0000000000e1'
            AND operator = 'merge_desk' GROUP BY 1 ORDER BY 1$$,
    $$VALUES ('00000000-0000-0000-0000-000000000000'::uuid, 1::bigint, 0::bigint), ('00000000-0000-7000-8000-000000000001', 1, 2), ('00000000-0000-7000-8000-000000000002', 1, 1)$$,
    'the record of the database, of both organizations and of the calendars names the alias');
SELECT results_eq($$SELECT status, email, mobile, merged_into FROM practiceacl.account WHERE id = '00000000-0000-7000-8000-0000000000e1'$$,
    $$VALUES ('deleted', NULL::text, NULL::text, '00000000-0000-7000-8000-0000000000e2'::uuid)$$, 'the former id says whose it was');
SELECT is((SELECT count(*) FROM practiceacl.account WHERE merged_into = :other), 2::bigint, 'as do those of before');
SELECT results_eq($$SELECT admin, features::text, job_title, joined_at < now() - interval '8 days', shares FROM practiceacl.membership
        WHERE account_id = '00000000-0000-7000-8000-0000000000e2' AND organization_id = '00000000-0000-7000-8000-000000000001'$$,
    $$VALUES ('users', 'none+messaging+billing', 'Doctor', true, true)$$, 'of two memberships the greater, all flags, the older');
SELECT results_eq($$SELECT account_id, admin, rights::text FROM practiceacl.access_history WHERE kind = 'membership' AND NOT upper_inf(recorded_during) ORDER BY 1$$,
    $$VALUES ('00000000-0000-7000-8000-0000000000e1'::uuid, 'users', 'none+messaging'), ('00000000-0000-7000-8000-0000000000e2', 'none', 'none+billing')$$,
    'and what the two were is kept');
SELECT is((SELECT holder_id FROM practiceacl.agenda WHERE id = :b5), :other::uuid, 'the calendar is theirs');
SELECT is_empty($$SELECT 1 FROM practiceacl.access_grant WHERE agenda_id = '00000000-0000-7000-8000-0000000000b5'$$, 'on which they need no rights');
SELECT results_eq($$SELECT rights::text FROM practiceacl.access_grant WHERE account_id = '00000000-0000-7000-8000-0000000000e2'
    AND agenda_id = '00000000-0000-7000-8000-0000000000b1' ORDER BY 1$$, $$VALUES ('book'), ('read')$$, 'elsewhere rights unite');
SELECT results_eq($$SELECT account_id, status FROM practiceacl.rights_request WHERE organization_id = '00000000-0000-7000-8000-000000000001' ORDER BY status$$,
    $$VALUES ('00000000-0000-7000-8000-0000000000e2'::uuid, 'lapsed'), ('00000000-0000-7000-8000-0000000000e2', 'pending'), ('00000000-0000-7000-8000-0000000000e2', 'replaced')$$,
    'of what is asked for twice one waits, and for their own calendar nothing');
SELECT results_eq($$SELECT account_id, valid_until FROM practiceacl.profile_member$$,
    $$VALUES ('00000000-0000-7000-8000-0000000000e2'::uuid, NULL::timestamptz)$$, 'the profile is theirs, as long as either had it');
SELECT is((SELECT count(*) FROM practiceacl.notice_read WHERE account_id = :other), 2::bigint, 'two notices are read');
SELECT results_eq($$SELECT day, times FROM practiceacl.reading WHERE account_id = '00000000-0000-7000-8000-0000000000e2' ORDER BY 1$$,
    $$VALUES ('2026-01-01'::date, 5::bigint), ('2026-01-02', 5)$$, 'readings are added up');
SELECT is((SELECT hash FROM practiceacl.password WHERE account_id = :other), 'of the other', 'their password is the one that stays');
SELECT is_empty($$SELECT 1 FROM practiceacl.outbox WHERE kind = 'password_reset'$$, 'a link for the address that went is not sent');
SELECT is((SELECT payload ->> 'account_id' || (payload ->> 'requested_by_id') FROM practiceacl.outbox WHERE kind = 'user_added' AND payload ? 'requested_by_id'),
    :other || :other, 'messages name them');
SELECT results_eq($$SELECT email, offer ->> 'clone_from' FROM practiceacl.invitation WHERE status = 'pending' ORDER BY 1$$,
    $$VALUES ('somebody@south.test', '00000000-0000-7000-8000-0000000000e2'), ('zoe@home.test', NULL)$$, 'and so do invitations');
SELECT is_empty('SELECT 1 FROM practiceacl.session_token t JOIN practiceacl.session s ON s.id = t.session_id
    WHERE s.account_id = ''00000000-0000-7000-8000-0000000000e2''', 'both are logged out');
SET LOCAL ROLE clinic_app;
SELECT enter('carl') \g /dev/null
SELECT is_empty($$SELECT account_id FROM practiceacl.access_at(now() - interval '1 hour', '00000000-0000-7000-8000-0000000000b1') AS a GROUP BY account_id HAVING count(*) > 1$$,
    'what was true can be asked');
SELECT is((SELECT array_agg(account_id ORDER BY account_id)::text FROM practiceacl.access_at(now() - interval '60 hours', :b1)
    WHERE account_id IN (:zoe, :other)), format('{%s}', :zoe), 'what was true before is told under the former id');
RESET ROLE;
SELECT set_config('practiceacl.session', '', true) \g /dev/null

-- The former id is nobody else's.
SET LOCAL ROLE merge_login;
SELECT throws_ok(format('SELECT practiceacl.register_account(%L, %L, %L, %L)', :zoe, 'zoe@new.test', 'Zoe', 'Zola'), '23505', NULL, 'nobody is registered under it');
SELECT throws_ok(format('SELECT practiceacl.open_session(%L)', :zoe), 'PT404', NULL, 'nor logs in');
SELECT lives_ok(format('SELECT practiceacl.open_session(%L)', :other), 'but under the one that stays');
RESET ROLE;
SELECT is(code(format('SELECT practiceacl.merge_account(%L, %L)', :zoe, :new)), 'PT404', 'nor is it merged again');
SELECT is(code(format('SELECT practiceacl.merge_account(%L, %L)', clinic.account('anna'), :zoe)), 'PT404', 'or anybody into it');

-- One gets another id, and may have the former one again.
SELECT practiceacl.open_session(:other) AS token \gset
SELECT lives_ok(format('SELECT practiceacl.merge_account(%L, %L)', :other, :new), 'the account gets a new id');
SELECT is((SELECT count(*) FROM practiceacl.broken_references()), 0::bigint, 'every reference is whole');
SELECT results_eq($$SELECT status, email, first_name FROM practiceacl.account WHERE id = '00000000-0000-7000-8000-0000000000e3'$$,
    $$VALUES ('active', 'zoe@home.test', 'Zoe')$$, 'and it is as it was');
SELECT is((SELECT account_id FROM practiceacl.account_email e JOIN practiceacl.account a ON a.id = e.account_id WHERE a.email = 'zoe@home.test'), :new::uuid, 'known by its address');
SELECT is((SELECT hash FROM practiceacl.password WHERE account_id = :new), 'of the other', 'with its password');
SELECT is((SELECT count(*) FROM practiceacl.account WHERE merged_into = :new), 3::bigint, 'and its former ids');
SET LOCAL ROLE clinic_app;
SELECT is(practiceacl.enter(:'token'), :new::uuid, 'who is logged in stays so');
RESET ROLE;
SELECT set_config('practiceacl.session', '', true) \g /dev/null
SELECT is(jsonb_array_length(practiceacl.export_account(:new) -> 'former_ids'), 3, 'what is told to them names their former ids');
SELECT isnt_empty($$SELECT 1 FROM jsonb_array_elements(practiceacl.export_account('00000000-0000-7000-8000-0000000000e3') -> 'activity') AS e
    WHERE e ->> 'actor_id' = '00000000-0000-7000-8000-0000000000e1' AND e ->> 'act' = 'appointment.booked'$$, 'and what they did under one');
SELECT lives_ok(format('SELECT practiceacl.merge_account(%L, %L)', :new, :other), 'an id that was theirs they can have again');
SELECT results_eq($$SELECT id, merged_into FROM practiceacl.account WHERE id IN ('00000000-0000-7000-8000-0000000000e2', '00000000-0000-7000-8000-0000000000e3') ORDER BY 1$$,
    $$VALUES ('00000000-0000-7000-8000-0000000000e2'::uuid, NULL::uuid), ('00000000-0000-7000-8000-0000000000e3', '00000000-0000-7000-8000-0000000000e2')$$, 'and is an alias no more');
SELECT practiceacl.delete_account(:other) \g /dev/null
SELECT is_empty($$SELECT 1 FROM practiceacl.account WHERE first_name = 'Zoe'$$, 'erased, none of their ids has a name');

-- The second factor.
SELECT coalesce(practiceacl.key_file_problem(), '') ~ 'not set|cannot be used' AS no_key_file \gset
\if :no_key_file
SELECT skip('practiceacl.key_file is not set', 4);
\else
UPDATE practiceacl.session SET confirmed_until = clock_timestamp() + interval '4 min' WHERE account_id = clinic.account('bert');
SET LOCAL ROLE clinic_app;
SELECT enter('bert') \g /dev/null
SELECT secret FROM practiceacl.enrol_second_factor() \gset
SELECT practiceacl.confirm_second_factor(app.code(:'secret')) \g /dev/null
RESET ROLE;
SELECT set_config('practiceacl.session', '', true) \g /dev/null
UPDATE practiceacl.second_factor SET last_step = 0;
SELECT lives_ok(format('SELECT practiceacl.merge_account(%L, %L)', clinic.account('bert'), clinic.account('sara')), 'bert becomes sara, who has no second factor');
SELECT practiceacl.open_session(clinic.account('sara')) AS token \gset
SET LOCAL ROLE clinic_app;
SELECT practiceacl.enter(:'token') \g /dev/null
SELECT is(practiceacl.session_needs(), 'second_factor', 'who needs it from now on');
SELECT lives_ok(format('SELECT practiceacl.second_factor(%L)', app.code(:'secret')), 'and gives it');
SELECT is(practiceacl.session_needs(), NULL, 'nothing else is needed');
RESET ROLE;
\endif
SELECT * FROM finish();
ROLLBACK;
