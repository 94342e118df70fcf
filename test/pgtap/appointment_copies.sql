-- Who holds an agenda and wants it gets a text message about what others book.
BEGIN;
SELECT plan(9);

CREATE ROLE copies_app;
SELECT practiceacl.grant_application('copies_app');
INSERT INTO practiceacl.organization (id, name) VALUES ('00000000-0000-7000-8000-000000000001', 'Practice');
INSERT INTO practiceacl.account (id, email, first_name, last_name, mobile, sms_copies) VALUES
    ('00000000-0000-7000-8000-0000000000a1', 'holder@x.test', 'Hol', 'Der', '+33600000001', true),
    ('00000000-0000-7000-8000-0000000000a2', 'other@x.test', 'Oth', 'Er', '+33600000002', false),
    ('00000000-0000-7000-8000-0000000000a3', 'secretary@x.test', 'Sec', 'Retary', '+33600000003', true);
INSERT INTO practiceacl.membership (organization_id, account_id)
SELECT '00000000-0000-7000-8000-000000000001', id FROM practiceacl.account;
INSERT INTO practiceacl.agenda (organization_id, id, holder_id, time_zone, name, data_controller) VALUES
    ('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000b1',
     '00000000-0000-7000-8000-0000000000a1', 'Europe/Paris', 'Room 1', 'Practice'),
    ('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000b2',
     '00000000-0000-7000-8000-0000000000a2', 'Europe/Paris', 'Room 2', 'Practice');
INSERT INTO practiceacl.access_grant (organization_id, agenda_id, account_id, rights)
SELECT organization_id, id, '00000000-0000-7000-8000-0000000000a3', 'book' FROM practiceacl.agenda;
SELECT practiceacl.open_session('00000000-0000-7000-8000-0000000000a1') AS holder \gset
SELECT practiceacl.open_session('00000000-0000-7000-8000-0000000000a3') AS secretary \gset

SET LOCAL ROLE copies_app;
SELECT practiceacl.enter(:'secretary');
SELECT practiceacl.book('00000000-0000-7000-8000-0000000000b1', '2065-01-05 08:00Z', '2065-01-05 08:30Z',
    patient => 'Patient', note => 'a note', appointment_id => '00000000-0000-7000-8000-0000000000d1');
RESET ROLE;
SELECT results_eq('SELECT kind, channel, recipient, account_id FROM practiceacl.outbox',
    $$ VALUES ('appointment_copy', 'sms', '+33600000001', '00000000-0000-7000-8000-0000000000a1'::uuid) $$,
    'the holder gets a text message');
SELECT results_eq('SELECT payload - ''appointment_id'' FROM practiceacl.outbox',
    $$ VALUES ('{"event": "booked", "agenda_id": "00000000-0000-7000-8000-0000000000b1", "agenda": "Room 1",
        "starts_at": "2065-01-05T08:00:00Z", "ends_at": "2065-01-05T08:30:00Z", "time_zone": "Europe/Paris"}'::jsonb) $$,
    'that says when');
SELECT is_empty('SELECT * FROM practiceacl.outbox WHERE payload::text ~ ''Patient|note''', 'and not who');
SET LOCAL ROLE copies_app;
SELECT practiceacl.book('00000000-0000-7000-8000-0000000000b1', '2065-01-05 08:00Z', '2065-01-05 08:30Z',
    patient => 'Patient', note => 'a note', appointment_id => '00000000-0000-7000-8000-0000000000d1');
RESET ROLE;
SELECT is(count(*), 1::bigint, 'a retry tells nobody again') FROM practiceacl.outbox;

SET LOCAL ROLE copies_app;
SELECT practiceacl.move_appointment('00000000-0000-7000-8000-0000000000d1', '2065-01-05 10:00Z');
SELECT practiceacl.move_appointment('00000000-0000-7000-8000-0000000000d1', '2065-01-05 11:00Z',
    agenda_id => '00000000-0000-7000-8000-0000000000b2');
SELECT practiceacl.cancel_appointment('00000000-0000-7000-8000-0000000000d1');
RESET ROLE;
SELECT results_eq($$ SELECT payload->>'event', payload->>'starts_at' FROM practiceacl.outbox ORDER BY id OFFSET 1 $$,
    $$ VALUES ('moved', '2065-01-05T10:00:00Z'), ('moved_away', '2065-01-05T10:00:00Z') $$,
    'a move, and a move away; the other holder wants none');
DELETE FROM practiceacl.outbox;

SET LOCAL ROLE copies_app;
SELECT practiceacl.enter(:'holder');
SELECT practiceacl.book('00000000-0000-7000-8000-0000000000b1', '2065-01-05 08:00Z', appointment_id => '00000000-0000-7000-8000-0000000000d2');
RESET ROLE;
SELECT is_empty('SELECT * FROM practiceacl.outbox', 'of one''s own bookings there is no copy');
SET LOCAL ROLE copies_app;
SELECT practiceacl.enter(:'secretary');
SELECT practiceacl.cancel_appointment('00000000-0000-7000-8000-0000000000d2');
RESET ROLE;
SELECT results_eq($$ SELECT payload->>'event' FROM practiceacl.outbox $$, ARRAY['cancelled'], 'a cancellation');
DELETE FROM practiceacl.outbox;
UPDATE practiceacl.account SET mobile = NULL;
SET LOCAL ROLE copies_app;
SELECT practiceacl.book('00000000-0000-7000-8000-0000000000b1', '2065-01-05 08:00Z');
RESET ROLE;
SELECT is_empty('SELECT * FROM practiceacl.outbox', 'without a mobile number there is none');
UPDATE practiceacl.account SET mobile = '+33600000001', sms_copies = false;
SET LOCAL ROLE copies_app;
SELECT practiceacl.book('00000000-0000-7000-8000-0000000000b1', '2065-01-05 09:00Z');
RESET ROLE;
SELECT is_empty('SELECT * FROM practiceacl.outbox', 'nor for who did not ask');

SELECT * FROM finish();
ROLLBACK;
