-- What has had its time goes; the record stays.
BEGIN;
SELECT plan(17);

CREATE ROLE purge_operator;
CREATE ROLE purge_app;
SELECT practiceacl.grant_operator('purge_operator');
SELECT practiceacl.grant_application('purge_app');

INSERT INTO practiceacl.organization (id, name) VALUES ('00000000-0000-7000-8000-000000000001', 'Practice');
INSERT INTO practiceacl.account (id, email, first_name, last_name) VALUES
    ('00000000-0000-7000-8000-0000000000a1', 'holder@x.test', 'Hol', 'Der');
INSERT INTO practiceacl.membership (organization_id, account_id)
VALUES ('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000a1');
INSERT INTO practiceacl.agenda (organization_id, id, holder_id, time_zone, name, data_controller) VALUES
    ('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000b1',
     '00000000-0000-7000-8000-0000000000a1', 'Europe/Paris', 'Room 1', 'Practice');

-- Of each kind, one that is long gone, one that ended lately, one that lives.
CREATE TEMP TABLE ages (name text, at timestamptz);
INSERT INTO ages VALUES ('old', now() - interval '31 days'), ('late', now() - interval '29 days'), ('live', now() + interval '1 day');
GRANT SELECT ON ages TO PUBLIC;
INSERT INTO practiceacl.session (account_id, expires_at, client)
SELECT '00000000-0000-7000-8000-0000000000a1', at, name FROM ages;
INSERT INTO practiceacl.session (account_id, expires_at, ended_at, client)
SELECT '00000000-0000-7000-8000-0000000000a1', now() + interval '1 day', at, 'ended ' || name FROM ages WHERE name <> 'live';
INSERT INTO practiceacl.session_token (digest, session_id) SELECT convert_to(client, 'UTF8'), id FROM practiceacl.session;
INSERT INTO practiceacl.slot_hold (organization_id, agenda_id, session_id, account_id, starts_at, ends_at, expires_at)
SELECT '00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000b1', practiceacl.new_id(),
    '00000000-0000-7000-8000-0000000000a1', '2065-01-05 08:00Z', '2065-01-05 09:00Z', at FROM ages;
INSERT INTO practiceacl.outbox (kind, recipient, payload, sent_at, created_at)
SELECT 'welcome', name, '{}', CASE WHEN name <> 'live' THEN at END, now() - interval '1 year' FROM ages;
INSERT INTO practiceacl.invitation (organization_id, email, invited_by, expires_at, status, settled_at, first_name, last_name, offer)
SELECT '00000000-0000-7000-8000-000000000001', status || ' ' || name, practiceacl.new_id(), at, status,
    CASE WHEN status <> 'pending' THEN at END, 'In', 'Vited', '{}'
FROM ages, unnest(ARRAY['pending', 'accepted', 'declined', 'revoked']) AS status;
INSERT INTO practiceacl.invitation_token (digest, organization_id, invitation_id)
SELECT convert_to(email, 'UTF8'), organization_id, id FROM practiceacl.invitation;
INSERT INTO practiceacl.log_in_failure (digest, failures, last_at)
SELECT convert_to(name, 'UTF8'), 1, at FROM ages;
INSERT INTO practiceacl.account_token (digest, account_id, kind, expires_at)
SELECT convert_to(name, 'UTF8'), '00000000-0000-7000-8000-0000000000a1', 'password_reset', at FROM ages;
INSERT INTO practiceacl.account (email, first_name, last_name)
SELECT coalesce(name, 'confirmed') || '@x.test', 'En', 'Rolled' FROM ages RIGHT JOIN generate_series(1, 2) ON name <> 'live' AND generate_series = 1;
INSERT INTO practiceacl.second_factor (account_id, id, sealed, enrolled_at, confirmed_at)
SELECT a.id, practiceacl.new_id(), '', coalesce(g.at, now() - interval '1 year'), CASE WHEN g.at IS NULL THEN now() END
FROM practiceacl.account a LEFT JOIN ages g ON a.email = g.name || '@x.test' WHERE a.last_name = 'Rolled';
SELECT practiceacl.publish_notice('x', 'y');
UPDATE practiceacl.activity SET recorded_at = now() - interval '10 years';

SET LOCAL ROLE purge_app;
SELECT throws_ok($$ SELECT * FROM practiceacl.purge('30 days') $$, '42501', NULL, 'for operators');
SET LOCAL ROLE purge_operator;
SELECT throws_ok($$ SELECT * FROM practiceacl.purge('-1 day') $$, '22023', NULL, 'nothing of the future');
SELECT throws_ok($$ SELECT * FROM practiceacl.purge('0') $$, '22023', NULL, 'not everything');
SELECT throws_ok($$ SELECT * FROM practiceacl.purge('1 month -31 days') $$, '22023', NULL, 'not by a mixed interval');
SELECT throws_ok($$ SELECT * FROM practiceacl.purge(NULL) $$, '22004', 'older_than must not be null', 'not an unknown age');
SELECT results_eq($$ SELECT * FROM practiceacl.purge('30 days') $$, $$ VALUES
    ('sessions', 2::bigint), ('holds', 1), ('messages', 1), ('invitations', 3), ('refused log-ins', 1), ('tokens', 1), ('requests for rights', 0), ('enrolments', 1), ('notes of readings', 0), ('readings', 0) $$,
    'of each kind what is long gone');
SELECT results_eq($$ SELECT sum(rows) FROM practiceacl.purge('30 days') $$, ARRAY[0::numeric], 'and nothing twice');
RESET ROLE;
SELECT set_eq('SELECT client FROM practiceacl.session', ARRAY['late', 'live', 'ended late'], 'sessions');
SELECT is(count(*), 3::bigint, 'with their tokens') FROM practiceacl.session_token;
SELECT is(count(*), 2::bigint, 'holds') FROM practiceacl.slot_hold;
SELECT set_eq('SELECT email FROM practiceacl.second_factor f JOIN practiceacl.account a ON a.id = f.account_id', ARRAY['late@x.test', 'confirmed@x.test'], 'enrolments, but none that was confirmed');
SELECT set_eq('SELECT recipient FROM practiceacl.outbox WHERE kind = ''welcome''', ARRAY['late', 'live'], 'messages; the unsent never go');
SELECT set_eq('SELECT email FROM practiceacl.invitation', ARRAY['accepted old', 'accepted late', 'accepted live',
    'pending late', 'pending live', 'declined late', 'declined live', 'revoked late', 'revoked live'],
    'invitations; the accepted never go');
SELECT is(count(*), 9::bigint, 'with their tokens') FROM practiceacl.invitation_token;
SELECT is(count(*), 2::bigint, 'refused log-ins') FROM practiceacl.log_in_failure;
SELECT is(count(*), 1::bigint, 'the record never goes') FROM practiceacl.activity WHERE act = 'notice.published';
SELECT results_eq($$ SELECT act, operator, facts->'sessions' FROM practiceacl.activity WHERE act = 'database.purged' ORDER BY sequence LIMIT 1 $$,
    $$ VALUES ('database.purged', 'purge_operator', '2'::jsonb) $$, 'and says what was purged');

SELECT * FROM finish();
ROLLBACK;
