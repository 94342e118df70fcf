-- Which columns of views are never null: the list never_null, which programs that
-- generate types read, against two practices in which everything is there that can
-- be left out, masked, erased, archived, closed or joined to nothing.
BEGIN;
\ir ../setup/clinic.sql
SELECT plan(6);

-- As little as each table takes.
UPDATE practiceacl.account SET mobile = NULL;
INSERT INTO practiceacl.account (id, email, first_name, last_name, status) VALUES
    (clinic.id(1), 'gone@north.test', 'Gone', 'Away', 'active');
INSERT INTO practiceacl.membership (organization_id, account_id, status) VALUES (org('north'), clinic.id(1), 'removed');
INSERT INTO practiceacl.agenda (organization_id, id, kind, time_zone, name, data_controller) VALUES
    (org('north'), clinic.id(2), 'room', 'Europe/Paris', 'Room', 'North');
INSERT INTO practiceacl.agenda (organization_id, id, holder_id, time_zone, name, data_controller, archived_at) VALUES
    (org('north'), clinic.id(3), account('lena'), 'Europe/Paris', 'Archived', 'North', now());
INSERT INTO practiceacl.access_grant (organization_id, agenda_id, account_id, rights)
SELECT org('north'), g, a, 'owner+private' FROM unnest(ARRAY[clinic.id(2), clinic.id(3)]) g, unnest(ARRAY[account('sara'), account('carl')]) a;
SELECT may('carl', 'owner+private', 'anna') \g /dev/null
INSERT INTO practiceacl.appointment_type (organization_id, id, name, minutes) VALUES (org('north'), clinic.id(4), 'Visit', 20);
INSERT INTO practiceacl.appointment_type (organization_id, id, name, minutes, archived_at) VALUES (org('north'), clinic.id(5), 'Former', 20, now());
INSERT INTO practiceacl.agenda_type (organization_id, agenda_id, type_id) SELECT org('north'), g, clinic.id(4) FROM unnest(ARRAY[agenda('anna'), clinic.id(2)]) g;
INSERT INTO practiceacl.opening (organization_id, agenda_id, weekday, opens_at, closes_at) SELECT org('north'), agenda('anna'), d, '08:00', '18:00' FROM generate_series(1, 7) d;
INSERT INTO practiceacl.appointment (organization_id, id, agenda_id, starts_at, ends_at, created_by, private) VALUES
    (org('north'), clinic.id(10), agenda('anna'), at('08:00'), at('08:30'), account('anna'), false),
    (org('north'), clinic.id(11), agenda('anna'), at('09:00'), at('09:30'), account('anna'), true),
    (org('north'), clinic.id(12), clinic.id(3), at('09:00'), at('09:30'), account('anna'), false),
    (org('south'), clinic.id(13), agenda('olga'), at('09:00'), at('09:30'), account('olga'), false);
INSERT INTO practiceacl.absence (organization_id, agenda_id, starts_at, ends_at, created_by) VALUES
    (org('north'), agenda('anna'), at('12:00'), at('13:00'), account('anna'));
INSERT INTO practiceacl.closing (organization_id, id, from_date, until_date, name, created_by) VALUES (org('north'), clinic.id(20), '2065-03-02', '2065-03-02', 'Closed', account('carl'));
INSERT INTO practiceacl.closing (organization_id, id, from_date, until_date, name, created_by) VALUES (org('north'), clinic.id(21), '2065-03-09', '2065-03-09', 'Closed', account('carl'));
INSERT INTO practiceacl.slot_hold (organization_id, agenda_id, session_id, account_id, starts_at, ends_at, expires_at)
SELECT org('north'), agenda('anna'), s.id, s.account_id, at('15:00'), at('15:20'), now() + interval '1 hour' FROM practiceacl.session s WHERE s.account_id IN (account('anna'), account('sara'));
INSERT INTO practiceacl.agenda_group (organization_id, id, name) VALUES (org('north'), clinic.id(30), 'Site');
INSERT INTO practiceacl.agenda_group_member (organization_id, group_id, agenda_id) VALUES (org('north'), clinic.id(30), agenda('bert'));
INSERT INTO practiceacl.group_grant (organization_id, group_id, account_id, rights) VALUES (org('north'), clinic.id(30), account('lena'), 'read');
INSERT INTO practiceacl.profile (organization_id, id, name) VALUES (org('north'), clinic.id(31), 'Desk');
INSERT INTO practiceacl.profile_right (organization_id, profile_id, group_id, rights) VALUES (org('north'), clinic.id(31), clinic.id(30), 'book');
INSERT INTO practiceacl.profile_member (organization_id, profile_id, account_id) VALUES (org('north'), clinic.id(31), account('sara'));
INSERT INTO practiceacl.invitation (organization_id, id, email, invited_by, first_name, last_name, expires_at, offer) VALUES (org('north'), clinic.id(40), 'new@north.test', account('carl'), 'New', 'Comer', now() + interval '1 day', '{}');
INSERT INTO practiceacl.rights_request (organization_id, id, agenda_id, account_id, requested_by, rights, source, consent, expires_at) VALUES (org('north'), clinic.id(50), agenda('anna'), account('lena'), account('lena'), 'read', 'request', false, now() + interval '1 day');
INSERT INTO practiceacl.notice (title, body) VALUES ('News', 'None');
INSERT INTO practiceacl.service_offer VALUES ('none', 'None', 1);
INSERT INTO practiceacl.waiting_list_entry (organization_id, id, joined_by, from_date, until_date) VALUES (org('north'), clinic.id(60), account('anna'), '2065-03-02', '2065-03-02');
INSERT INTO practiceacl.waiting_list_agenda (organization_id, entry_id, agenda_id) VALUES (org('north'), clinic.id(60), agenda('anna'));
INSERT INTO practiceacl.waiting_list_entry (organization_id, id, joined_by, from_date, until_date) VALUES (org('north'), clinic.id(61), account('anna'), '2065-03-03', '2065-03-03');
INSERT INTO practiceacl.waiting_list_agenda (organization_id, entry_id, agenda_id) VALUES (org('north'), clinic.id(61), agenda('anna'));

UPDATE practiceacl.membership SET features = 'none+export' WHERE account_id = account('anna');

UPDATE practiceacl.agenda SET offer_minutes = NULL WHERE id = agenda('anna');
INSERT INTO practiceacl.slot_offer (organization_id, agenda_id, entry_id, starts_at, ends_at, occupied_from, occupied_until, offered_at, expires_at)
VALUES (org('north'), agenda('anna'), clinic.id(60), at('16:00'), at('16:20'), at('16:00'), at('16:20'), now(), now() + interval '1 hour');

INSERT INTO practiceacl.organization_cell (organization_id, cell, generation) VALUES (org('north'), 'here', 1);
CREATE TABLE clinic.moving (organization_id uuid, id uuid, PRIMARY KEY (organization_id, id));
SELECT practiceacl.add_organization_table('clinic.moving') \g /dev/null

-- What was given long ago by somebody who is erased, who waits, what was shifted, what is rare.
UPDATE practiceacl.access_grant SET granted_at = now() - interval '200 days', granted_by = clinic.id(1) WHERE account_id = account('sara');
INSERT INTO practiceacl.group_grant (organization_id, group_id, account_id, rights, granted_by) VALUES (org('north'), clinic.id(30), account('carl'), 'read', clinic.id(1));
UPDATE practiceacl.invitation SET invited_by = clinic.id(1);
UPDATE practiceacl.appointment SET local_end = starts_at AT TIME ZONE 'UTC' WHERE id = clinic.id(10);
INSERT INTO practiceacl.second_factor (account_id, id, sealed, confirmed_at) VALUES (account('olga'), clinic.id(80), '\x00', now());
UPDATE practiceacl.account SET second_factor_id = clinic.id(80) WHERE id = account('olga');
UPDATE practiceacl.session SET second_factor_id = clinic.id(80) WHERE account_id = account('olga');
INSERT INTO practiceacl.activity_entry (organization_id, chain, sequence, id, recorded_at, agenda_id, act, facts, hash)
VALUES (org('north'), agenda('anna'), 1, practiceacl.new_id(), now(), agenda('anna'), 'access.broken_glass', '{}', '\x00');
SELECT practiceacl.delete_account(clinic.id(1)) \g /dev/null
INSERT INTO practiceacl.access_review (organization_id, id, started_by, ends_at) VALUES (org('north'), clinic.id(70), account('carl'), now() + interval '20 days');
INSERT INTO practiceacl.access_review_item (organization_id, review_id, grant_id, agenda_id, account_id, rights)
SELECT organization_id, clinic.id(70), id, agenda_id, account_id, rights FROM practiceacl.access_grant WHERE organization_id = org('north');
INSERT INTO practiceacl.access_review_item (organization_id, review_id, grant_id, group_id, account_id, rights)
SELECT organization_id, clinic.id(70), id, group_id, account_id, rights FROM practiceacl.group_grant;
INSERT INTO practiceacl.access_review_item (organization_id, review_id, grant_id, profile_id, account_id, rights)
SELECT organization_id, clinic.id(70), id, profile_id, account('sara'), rights FROM practiceacl.profile_right;

-- What everybody who may read a view sees of it, and whether a column was ever null.
CREATE TABLE clinic.seen (relation text, column_name text, nulls boolean);
GRANT INSERT ON clinic.seen TO PUBLIC;
CREATE FUNCTION clinic.look(audiences text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    relation text;
BEGIN
    FOR relation IN SELECT DISTINCT object FROM clinic.public_view WHERE audience = ANY (audiences) LOOP
        EXECUTE format('INSERT INTO clinic.seen SELECT %L, key, bool_or(value = ''null'') FROM practiceacl.%I r, jsonb_each(to_jsonb(r)) GROUP BY key', relation, relation);
    END LOOP;
END $$;
CREATE TABLE clinic.public_view AS
SELECT r.audience, r.object FROM practiceacl.role_privileges r JOIN pg_class c ON c.relname = r.object AND c.relnamespace = 'practiceacl'::regnamespace AND c.relkind = 'v'
WHERE r.object_type = 'view' AND r.audience <> 'owner';
GRANT SELECT ON clinic.public_view TO PUBLIC;
SELECT look('{operator,monitor,reporting}') \g /dev/null
SET LOCAL ROLE clinic_app;
SELECT enter(name), look('{application}') FROM token \g /dev/null
RESET ROLE;

CREATE TABLE clinic.column_seen AS
SELECT relation, column_name, bool_or(nulls) AS nulls FROM clinic.seen GROUP BY 1, 2;
-- Null for reasons that rows do not show here: somebody whom a database role stands for
-- may never have logged in; either of two local times may be the one that is known.
CREATE TABLE clinic.rarely_null AS SELECT * FROM (VALUES ('my_organizations', 'last_log_in_at'), ('shifted_times', 'local_end')) AS v (relation, column_name);
SELECT is_empty('SELECT object FROM public_view WHERE object NOT IN (SELECT relation FROM column_seen)', 'every view for somebody shows something');
SELECT is_empty('SELECT relation, column_seen.column_name FROM column_seen JOIN practiceacl.never_null ON view_name = relation AND never_null.column_name = column_seen.column_name WHERE nulls', 'no column that is never null is null');
SELECT is_empty('SELECT relation, column_name FROM column_seen WHERE NOT nulls
    EXCEPT SELECT view_name, column_name FROM practiceacl.never_null EXCEPT SELECT relation, column_name FROM rarely_null', 'and all that never are are listed');
SELECT is_empty('SELECT view_name, column_name FROM practiceacl.never_null EXCEPT SELECT relation, column_name FROM column_seen', 'nothing else is listed');
SELECT is_empty('SELECT view_name, column_name FROM practiceacl.never_null GROUP BY 1, 2 HAVING count(*) > 1', 'nor anything twice');
CREATE ROLE never_null_reader;
SELECT practiceacl.grant_operator('never_null_reader') \g /dev/null
SET LOCAL ROLE never_null_reader;
SELECT cmp_ok((SELECT count(*) FROM practiceacl.never_null), '>', 200::bigint, 'an operator reads the list');
SELECT * FROM finish();
ROLLBACK;
