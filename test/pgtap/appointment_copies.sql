-- The holder of an agenda who wants it gets a text message about what others book.
BEGIN;
SELECT plan(23);

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
SELECT is_empty('SELECT * FROM practiceacl.outbox WHERE payload::text ~ ''Patient|note''', 'and not the patient');
SET LOCAL ROLE copies_app;
SELECT practiceacl.book('00000000-0000-7000-8000-0000000000b1', '2065-01-05 08:00Z', '2065-01-05 08:30Z',
    patient => 'Patient', note => 'a note', appointment_id => '00000000-0000-7000-8000-0000000000d1');
RESET ROLE;
SELECT is(count(*), 1::bigint, 'a retry tells nobody again') FROM practiceacl.outbox;

-- What was not sent yet is what holds now.
CREATE FUNCTION pg_temp.waiting() RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(payload ->> 'event' || to_char((payload ->> 'starts_at')::timestamptz AT TIME ZONE 'UTC', ' HH24'), ', ' ORDER BY created_at, id)
    FROM practiceacl.outbox WHERE sent_at IS NULL
$$;
CREATE FUNCTION pg_temp.send(n int) RETURNS text LANGUAGE sql AS $$
    WITH claimed AS MATERIALIZED (SELECT * FROM practiceacl.claim_messages(n, '1 min'))
    SELECT string_agg(payload ->> 'event' || coalesce(practiceacl.message_sent(message_id, claim)::text, ''), ', ' ORDER BY message_id) FROM claimed
$$;
SET LOCAL ROLE copies_app;
SELECT practiceacl.move_appointment('00000000-0000-7000-8000-0000000000d1', '2065-01-05 10:00Z');
RESET ROLE;
SELECT is(pg_temp.waiting(), 'booked 10', 'a holder who was never told of a booking is told where it is now');
SET LOCAL ROLE copies_app;
SELECT practiceacl.move_appointment('00000000-0000-7000-8000-0000000000d1', '2065-01-05 11:00Z', agenda_id => '00000000-0000-7000-8000-0000000000b2');
RESET ROLE;
SELECT is(pg_temp.waiting(), NULL, 'and nothing if it has gone; the other holder wants none');
SET LOCAL ROLE copies_app;
SELECT practiceacl.move_appointment('00000000-0000-7000-8000-0000000000d1', '2065-01-05 10:00Z', agenda_id => '00000000-0000-7000-8000-0000000000b1');
RESET ROLE;
SELECT is(pg_temp.send(5), 'moved', 'that it came is told');
SET LOCAL ROLE copies_app;
SELECT practiceacl.move_appointment('00000000-0000-7000-8000-0000000000d1', '2065-01-05 12:00Z');
SELECT practiceacl.move_appointment('00000000-0000-7000-8000-0000000000d1', '2065-01-05 13:00Z');
RESET ROLE;
SELECT is(pg_temp.waiting(), 'moved 13', 'of two moves the last');
SET LOCAL ROLE copies_app;
SELECT practiceacl.cancel_appointment('00000000-0000-7000-8000-0000000000d1');
RESET ROLE;
SELECT is(pg_temp.waiting(), 'cancelled 13', 'which a cancellation overtakes');
SET LOCAL ROLE copies_app;
SELECT practiceacl.set_status('00000000-0000-7000-8000-0000000000d1', 'booked');
RESET ROLE;
SELECT is(pg_temp.waiting(), NULL, 'and one who was never told of a cancellation is not told of its reversal');
SET LOCAL ROLE copies_app;
SELECT practiceacl.cancel_appointment('00000000-0000-7000-8000-0000000000d1');
RESET ROLE;
SELECT is(pg_temp.send(5), 'cancelled', 'it is told');
SET LOCAL ROLE copies_app;
SELECT practiceacl.set_status('00000000-0000-7000-8000-0000000000d1', 'booked');
RESET ROLE;
SELECT is(pg_temp.waiting(), 'booked 13', 'and so is what was taken back');

-- In order, also after a failure.
SELECT message_id, claim FROM practiceacl.claim_messages(5, '1 min') \gset
SET LOCAL ROLE copies_app;
SELECT practiceacl.cancel_appointment('00000000-0000-7000-8000-0000000000d1');
RESET ROLE;
SELECT is_empty($$SELECT * FROM practiceacl.claim_messages(5, '1 min')$$, 'the next waits for the one that is being sent');
SELECT practiceacl.message_failed(:'message_id', :'claim', 'no answer') \g /dev/null
SELECT is_empty($$SELECT * FROM practiceacl.claim_messages(5, '1 min')$$, 'and while that is tried again');
UPDATE practiceacl.outbox SET available_at = now() WHERE id = :'message_id';
SELECT is(pg_temp.send(5), 'booked', 'first the first');
SELECT is(pg_temp.send(5), 'cancelled', 'then the second');

-- A disabled member gets no more mail of the organization.
SAVEPOINT all_there;
INSERT INTO practiceacl.outbox (organization_id, kind, account_id, recipient, payload)
SELECT organization_id, 'rights_changed', account_id, 'x', '{}' FROM practiceacl.membership;
UPDATE practiceacl.membership SET admin = 'full' WHERE account_id = '00000000-0000-7000-8000-0000000000a3';
SET LOCAL ROLE copies_app;
SELECT practiceacl.disable_user('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000a1');
RESET ROLE;
SELECT is((SELECT array_agg(DISTINCT account_id ORDER BY account_id) FROM practiceacl.outbox WHERE sent_at IS NULL AND kind = 'rights_changed'),
    '{00000000-0000-7000-8000-0000000000a2,00000000-0000-7000-8000-0000000000a3}', 'unsent messages to a disabled member are withdrawn');
SET LOCAL ROLE copies_app;
SELECT practiceacl.book('00000000-0000-7000-8000-0000000000b2', '2065-01-06 08:00Z', appointment_id => '00000000-0000-7000-8000-0000000000d9');
RESET ROLE;
UPDATE practiceacl.membership SET status = 'disabled' WHERE account_id = '00000000-0000-7000-8000-0000000000a2';
UPDATE practiceacl.account SET sms_copies = true WHERE id = '00000000-0000-7000-8000-0000000000a2';
SET LOCAL ROLE copies_app;
SELECT practiceacl.cancel_appointment('00000000-0000-7000-8000-0000000000d9');
RESET ROLE;
SELECT is_empty($$SELECT FROM practiceacl.outbox WHERE kind = 'appointment_copy' AND sent_at IS NULL$$, 'and no copy goes to one');
-- What happens later on an agenda of theirs is told to the others alone.
UPDATE practiceacl.outbox SET sent_at = now();
SET LOCAL ROLE copies_app;
SELECT practiceacl.set_rights('00000000-0000-7000-8000-0000000000b2', '00000000-0000-7000-8000-0000000000a3', 'none');
RESET ROLE;
SELECT is((SELECT array_agg(account_id) FROM practiceacl.outbox WHERE sent_at IS NULL), '{00000000-0000-7000-8000-0000000000a3,00000000-0000-7000-8000-0000000000a3}',
    'nor any other message');
ROLLBACK TO all_there;
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
SELECT is_empty('SELECT * FROM practiceacl.outbox', 'nor for a holder who did not ask for them');

SELECT * FROM finish();
ROLLBACK;
