-- The mailer's side of the outbox, and notices.
BEGIN;
SELECT plan(54);

CREATE ROLE messages_mailer;
CREATE ROLE messages_operator;
CREATE ROLE messages_app;
SELECT practiceacl.grant_mailer('messages_mailer');
SELECT practiceacl.grant_operator('messages_operator');
SELECT practiceacl.grant_application('messages_app');

INSERT INTO practiceacl.outbox (id, kind, recipient, payload, available_at, created_at, sealed_secret) VALUES
    ('00000000-0000-7000-8000-0000000000c1', 'welcome', 'one@x.test', '{"n": 1}', now() - interval '3 min', now() - interval '3 min', '\x01'),
    ('00000000-0000-7000-8000-0000000000c2', 'welcome', 'two@x.test', '{"n": 2}', now() - interval '2 min', now() - interval '2 min', NULL),
    ('00000000-0000-7000-8000-0000000000c3', 'welcome', 'three@x.test', '{"n": 3}', now() - interval '1 min', now() - interval '1 min', NULL),
    ('00000000-0000-7000-8000-0000000000c4', 'welcome', 'four@x.test', '{"n": 4}', now() + interval '1 min', now(), NULL);

SET LOCAL ROLE messages_mailer;
CREATE TEMP TABLE claimed AS SELECT * FROM practiceacl.claim_messages(2);
SELECT results_eq('SELECT recipient, (payload->>''n'')::int, attempts, channel FROM claimed',
    $$ VALUES ('one@x.test', 1, 1, 'email'), ('two@x.test', 2, 1, 'email') $$,
    'a batch, the longest-waiting first');
SELECT is(sealed_secret, '\x01', 'with its sealed secret') FROM claimed WHERE recipient = 'one@x.test';
CREATE TEMP TABLE claimed_next AS SELECT * FROM practiceacl.claim_messages();
SELECT results_eq('SELECT recipient FROM claimed_next', ARRAY['three@x.test'],
    'the next claim gets what nobody has, and nothing that must wait');
SELECT is_empty('SELECT * FROM practiceacl.claim_messages()', 'a second claim finds nothing');
SELECT isnt(a.claim, b.claim, 'each claim is its own') FROM claimed a, claimed_next b LIMIT 1;

SELECT throws_ok(format('SELECT practiceacl.message_sent(%L, %L)', a.message_id, b.claim), '55000',
    'the claim on this message has lapsed', 'a receipt with another claim is refused')
FROM claimed a, claimed_next b LIMIT 1;
SELECT lives_ok(format('SELECT practiceacl.message_sent(%L, %L)', message_id, claim), 'sent')
FROM claimed WHERE recipient = 'one@x.test';
SELECT lives_ok(format('SELECT practiceacl.message_sent(%L, %L)', message_id, claim), 'a repeated receipt is accepted')
FROM claimed WHERE recipient = 'one@x.test';
SELECT throws_ok(format('SELECT practiceacl.message_failed(%L, %L, %L)', message_id, claim, 'x'), '55000', NULL,
    'what was sent has not failed') FROM claimed WHERE recipient = 'one@x.test';
RESET ROLE;
SELECT ok(sent_at IS NOT NULL AND sealed_secret IS NULL, 'the sealed secret is erased')
FROM practiceacl.outbox WHERE recipient = 'one@x.test';

SET LOCAL ROLE messages_mailer;
SELECT lives_ok(format('SELECT practiceacl.message_failed(%L, %L, %L)', message_id, claim, 'no route'), 'failed')
FROM claimed WHERE recipient = 'two@x.test';
SELECT throws_ok(format('SELECT practiceacl.message_sent(%L, %L)', message_id, claim), '55000', NULL,
    'a claim that was given back is gone') FROM claimed WHERE recipient = 'two@x.test';
RESET ROLE;
SELECT ok(available_at BETWEEN now() + interval '50 s' AND clock_timestamp() + interval '60 s' AND last_error = 'no route',
    'it waits a minute') FROM practiceacl.outbox WHERE recipient = 'two@x.test';

-- A lapsed claim.
UPDATE practiceacl.outbox SET claimed_until = now() - interval '1 s', available_at = now() - interval '1 s'
WHERE recipient = 'three@x.test';
SET LOCAL ROLE messages_mailer;
SELECT throws_ok(format('SELECT practiceacl.message_sent(%L, %L)', message_id, claim), '55000', NULL,
    'a lapsed claim cannot acknowledge') FROM claimed_next;
SELECT throws_ok(format('SELECT practiceacl.message_failed(%L, %L, %L)', message_id, claim, 'late'), '55000', NULL,
    'nor fail') FROM claimed_next;
CREATE TEMP TABLE claimed_again AS SELECT * FROM practiceacl.claim_messages(lease => '1 hour');
SELECT results_eq('SELECT recipient, attempts FROM claimed_again', $$ VALUES ('three@x.test', 2) $$,
    'and the message goes to the next');
SELECT throws_ok(format('SELECT practiceacl.message_sent(%L, %L)', message_id, claim), '55000', NULL,
    'whose claim the old one is not') FROM claimed_next;

-- Exponential back-off, then aside, but never lost.
RESET ROLE;
UPDATE practiceacl.outbox SET attempts = 5 WHERE recipient = 'three@x.test';
SELECT practiceacl.message_failed(message_id, claim, repeat('é', 5000)) FROM claimed_again;
SELECT ok(available_at BETWEEN now() + interval '15 min' AND clock_timestamp() + interval '16 min', 'the wait doubles with each failure')
FROM practiceacl.outbox WHERE recipient = 'three@x.test';
SELECT is(octet_length(last_error), 2000, 'a long error is cut at a character boundary')
FROM practiceacl.outbox WHERE recipient = 'three@x.test';
UPDATE practiceacl.outbox SET attempts = 11, available_at = now() WHERE recipient = 'three@x.test';
SELECT practiceacl.message_failed(message_id, claim, 'dead') FROM practiceacl.claim_messages();
SELECT is(available_at, 'infinity'::timestamptz, 'after 12 failures a message is put aside')
FROM practiceacl.outbox WHERE recipient = 'three@x.test';
SET LOCAL ROLE messages_operator;
SELECT is(practiceacl.retry_messages(), 1::bigint, 'until an operator calls retry_messages()');
SET LOCAL ROLE messages_mailer;
SELECT results_eq('SELECT recipient, attempts FROM practiceacl.claim_messages()', $$ VALUES ('three@x.test', 1) $$,
    'and it is sent again');

-- A sender that ends without an answer: what it had is handed out one by one,
-- so that the message that ends senders takes no other with it.
RESET ROLE;
INSERT INTO practiceacl.outbox (id, kind, recipient, payload, available_at, created_at)
SELECT ('00000000-0000-7000-8000-0000000000d' || n)::uuid, 'welcome', 'batch' || n || '@x.test', '{}',
       now() - n * interval '1 hour', now() - n * interval '1 hour'
FROM generate_series(1, 3) AS n;
SET LOCAL ROLE messages_mailer;
SELECT is(count(*), 3::bigint, 'a batch of three') FROM practiceacl.claim_messages();
RESET ROLE;
UPDATE practiceacl.outbox SET available_at = available_at - interval '1 day', claimed_until = now() - interval '1 s'
WHERE recipient LIKE 'batch%';
INSERT INTO practiceacl.outbox (id, kind, recipient, payload, available_at) VALUES
    ('00000000-0000-7000-8000-0000000000d4', 'welcome', 'batch4@x.test', '{}', now() - interval '1 s');
SET LOCAL ROLE messages_mailer;
SELECT is(count(*), 1::bigint, 'when nobody answered, each is claimed alone') FROM practiceacl.claim_messages();
SELECT is(count(*), 1::bigint, 'and so the next') FROM practiceacl.claim_messages();
SELECT is(count(*), 1::bigint, 'and the last') FROM practiceacl.claim_messages();
SELECT results_eq('SELECT recipient, attempts FROM practiceacl.claim_messages()', $$ VALUES ('batch4@x.test', 1) $$,
    'what nobody had is not held up');
RESET ROLE;
SELECT matches((SELECT detail FROM practiceacl.health() WHERE check_name = 'messages'), 'claimed again and again',
    'health sees their age, although none is late');
UPDATE practiceacl.outbox SET attempts = 12, available_at = now() WHERE recipient = 'batch1@x.test';
SET LOCAL ROLE messages_mailer;
SELECT is_empty('SELECT * FROM practiceacl.claim_messages()', 'after 12 claims it is not handed out');
RESET ROLE;
SELECT results_eq($$ SELECT available_at, last_error, claim FROM practiceacl.outbox WHERE recipient = 'batch1@x.test' $$,
    $$ VALUES ('infinity'::timestamptz, 'no sender answered', NULL::uuid) $$, 'but put aside');

-- One that was made while the clock was ahead does not wait for that time.
INSERT INTO practiceacl.outbox (kind, recipient, payload, created_at, available_at) VALUES
    ('welcome', 'ahead@x.test', '{}', now() + interval '1 day', now() + interval '1 day');
SET LOCAL ROLE messages_mailer;
SELECT results_eq('SELECT recipient FROM practiceacl.claim_messages()', $$ VALUES ('ahead@x.test') $$,
    'a message from before the clock was set back is sent');

-- Bounds.
SELECT throws_ok('SELECT * FROM practiceacl.claim_messages(0)', '22023', NULL, 'a batch of zero is refused');
SELECT throws_ok('SELECT * FROM practiceacl.claim_messages(100000)', '22023', NULL, 'too large a batch is refused');
SELECT throws_ok('SELECT * FROM practiceacl.claim_messages(NULL)', '22004', NULL, 'a null batch is refused');
SELECT throws_ok($$ SELECT * FROM practiceacl.claim_messages(1, '-1 h') $$, '22023', NULL, 'a negative lease is refused');
SELECT throws_ok($$ SELECT * FROM practiceacl.claim_messages(1, '1 month') $$, '22023', NULL, 'too long a lease is refused');
SELECT throws_ok($$ SELECT practiceacl.message_sent(practiceacl.new_id(), practiceacl.new_id()) $$, '42501', NULL, 'the mailer cannot call functions for people');
SELECT throws_ok($$ SELECT practiceacl.message_sent('00000000-0000-7000-8000-0000000000ff', '00000000-0000-7000-8000-0000000000ff') $$,
    'PT404', NULL, 'an unknown message is refused');
SELECT throws_ok($$ SELECT practiceacl.message_sent('00000000-0000-7000-8000-0000000000c4', '00000000-0000-7000-8000-0000000000ff') $$,
    '55000', NULL, 'a message that was not claimed is refused');

-- The key.
SELECT throws_ok($$ SELECT practiceacl.set_mailer_key('\x00') $$, '42501', NULL, 'the mailer cannot set its key');
SET LOCAL ROLE messages_operator;
SELECT throws_ok($$ SELECT practiceacl.set_mailer_key('\x00') $$, '22023', NULL, 'a short key is refused');
SELECT throws_ok($$ SELECT practiceacl.set_mailer_key(decode(repeat('00', 32), 'hex')) $$, '22023', NULL, 'a key of low order is refused');
SELECT lives_ok($$ SELECT practiceacl.set_mailer_key(decode(repeat('09', 32), 'hex')) $$, 'a valid key is accepted');
RESET ROLE;
SELECT results_eq($$ SELECT act, operator FROM practiceacl.activity ORDER BY sequence DESC LIMIT 1 $$,
    $$ VALUES ('mailer_key.set', 'messages_operator') $$, 'setting the key is on record');

-- Notices.
SET LOCAL ROLE messages_operator;
SELECT practiceacl.publish_notice('Old', 'first') AS old \gset
SELECT practiceacl.publish_notice('News', 'second') AS news \gset
SELECT throws_ok($$ SELECT practiceacl.publish_notice(' ', 'x') $$, '22023', NULL, 'a blank title is refused');
SELECT throws_ok($$ SELECT practiceacl.publish_notice(repeat('x', 201), 'x') $$, '22023', NULL, 'too long a title is refused');
SELECT throws_ok($$ SELECT practiceacl.publish_notice('x', NULL) $$, '22004', 'body must not be null', 'a blank body is refused');
RESET ROLE;
INSERT INTO practiceacl.account (id, email, first_name, last_name) VALUES
    ('00000000-0000-7000-8000-0000000000a1', 'reader@x.test', 'Rea', 'Der'),
    ('00000000-0000-7000-8000-0000000000a2', 'other@x.test', 'Oth', 'Er');
SELECT practiceacl.open_session('00000000-0000-7000-8000-0000000000a1') AS reader \gset
SELECT practiceacl.open_session('00000000-0000-7000-8000-0000000000a2') AS other \gset
SET LOCAL ROLE messages_app;
SELECT is_empty('SELECT * FROM practiceacl.notices', 'an anonymous caller sees no notices');
SELECT throws_ok(format('SELECT practiceacl.read_notice(%L)', :'news'), '28000', NULL, 'and cannot mark one as read');
SELECT throws_ok($$ SELECT practiceacl.publish_notice('x', 'y') $$, '42501', NULL, 'the application cannot publish one');
SELECT practiceacl.enter(:'reader');
SELECT results_eq('SELECT title, read_at FROM practiceacl.notices',
    $$ VALUES ('News', NULL::timestamptz), ('Old', NULL) $$, 'notices are listed newest first');
SELECT practiceacl.read_notice(:'news');
SELECT practiceacl.read_notice(:'news');
SELECT results_eq('SELECT title, read_at IS NOT NULL FROM practiceacl.notices',
    $$ VALUES ('News', true), ('Old', false) $$, 'read_notice() marks the notice');
SELECT throws_ok($$ SELECT practiceacl.read_notice('00000000-0000-7000-8000-0000000000ff') $$, 'PT404', NULL, 'an unknown notice is refused');
SELECT practiceacl.enter(:'other');
SELECT results_eq('SELECT title, read_at IS NOT NULL FROM practiceacl.notices',
    $$ VALUES ('News', false), ('Old', false) $$, 'the mark is per account');

SELECT * FROM finish();
ROLLBACK;
