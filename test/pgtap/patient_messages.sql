-- Writing to patients on behalf of the holder of an agenda.
BEGIN;
\ir support/clinic.psql
SELECT plan(32);

SELECT join_clinic('anna'), hold_agenda('anna') \g /dev/null
SELECT join_clinic('bert'), hold_agenda('bert') \g /dev/null
SELECT join_clinic('mona'), may('mona', 'read+messaging', 'anna'), may('mona', 'freebusy+messaging', 'bert') \g /dev/null
SELECT join_clinic('bona'), may('bona', 'openings+private', 'anna') \g /dev/null
SELECT join_clinic('sven', 'elsewhere') \g /dev/null
SELECT log_everybody_in() \g /dev/null
SET LOCAL ROLE clinic_application;

CREATE FUNCTION clinic.sent(recipient text, subject text DEFAULT 'Your visit', body text DEFAULT 'See you on Monday.', whose text DEFAULT 'anna')
RETURNS text LANGUAGE sql AS $$
    SELECT refusal(format('SELECT practiceacl.send_message(%L, %L, %L, %L)', agenda(whose), recipient, subject, body));
$$;

-- Who may not.
SELECT is(sent('pat@example.org'), '28000', 'nobody');
SELECT enter('sven') \g /dev/null
SELECT is(sent('pat@example.org'), 'PT404', 'a stranger finds no agenda');
SELECT enter('bona') \g /dev/null
SELECT is(sent('pat@example.org'), '42501', 'without the flag messaging nobody, however high the level');
SELECT enter('mona') \g /dev/null
SELECT is(sent('pat@example.org', whose => 'bert'), '42501', 'nor with the flag and less than read');

-- To whom.
SELECT is(sent(''), '22023', 'to nobody');
SELECT is(sent('pat'), '22023', 'to what is no address');
SELECT is(sent('pat@'), '22023', 'to half an address');
SELECT is(sent('pat@example.org, eve@example.org'), '22023', 'to two');
SELECT is(sent(E'pat@example.org\nBcc: eve@example.org'), '22023', 'to a second behind a line break');
SELECT is(sent('612345678'), '22023', 'to a number of no country');
SELECT is(sent('+061234567'), '22023', 'to a country that begins with 0');
SELECT is(sent('+33 6'), '22023', 'to a number that is too short');
SELECT is(sent('+33 6 12 34 56 78 90 12 34 56'), '22023', 'to one that is too long');
SELECT is(sent('+33 6 12 34 5x 78'), '22023', 'to one with a letter');

-- What.
SELECT is(sent('pat@example.org', ''), '22023', 'no subject');
SELECT is(sent('pat@example.org', NULL), '22023', 'none at all');
SELECT is(sent('pat@example.org', E'Hello\nBcc: eve@example.org'), '22023', 'a subject that begins another header');
SELECT is(sent('pat@example.org', repeat('x', 201)), '22023', 'a subject that is a body');
SELECT is(sent('pat@example.org', 'x', ' '), '22023', 'no body');
SELECT is(sent('pat@example.org', 'x', repeat('x', 10001)), '22023', 'a book');
SELECT throws_ok($$SELECT practiceacl.send_message(agenda('anna'), 'pat@example.org', 'x', NULL)$$, '22004', 'body must not be null');

-- What is queued, and what is on record.
INSERT INTO kept VALUES
    ('mail', practiceacl.send_message(agenda('anna'), ' Pat@Example.ORG ', 'Your visit', 'See you on Monday.')),
    ('sms', practiceacl.send_message(agenda('anna'), '+33 6.12-34(56)78', NULL, 'See you.'));
RESET ROLE;
SELECT results_eq(
    $$SELECT kind, channel, recipient, payload ->> 'sender', payload ->> 'on_behalf_of', payload ->> 'subject', payload ->> 'body'
      FROM practiceacl.outbox WHERE id = kept('mail')$$,
    $$VALUES ('patient_message', 'email', 'pat@example.org', 'Mona Test', 'Anna Test', 'Your visit', 'See you on Monday.')$$,
    'an e-mail from the assistant, on behalf of the holder');
SELECT results_eq($$SELECT channel, recipient, payload ->> 'subject' FROM practiceacl.outbox WHERE id = kept('sms')$$,
    $$VALUES ('sms', '+33612345678', NULL::text)$$, 'a text message');
SET LOCAL ROLE clinic_application;
SELECT is(refusal('SELECT 1 FROM practiceacl.outbox'), '42501', 'the outbox is nobody''s to read');
SELECT enter('anna') \g /dev/null
SELECT results_eq(
    $$SELECT actor_id, account_id, subject_id, facts ->> 'channel' FROM practiceacl.activity WHERE act = 'message.queued' ORDER BY sequence$$,
    $$VALUES (account('mona'), account('anna'), kept('mail'), 'email'), (account('mona'), account('anna'), kept('sms'), 'sms')$$,
    'the record shows both');
SELECT is((SELECT count(*)::int FROM practiceacl.activity WHERE facts::text ~* 'monday|pat@|3361|visit'), 0, 'no word of it, and no patient, in the facts');
SELECT is((SELECT count(*)::int FROM practiceacl.activity_detail WHERE detail LIKE '%pat@example.org%'), 1, 'the recipient where it can be erased');
SELECT is((SELECT count(*)::int FROM practiceacl.activity_detail WHERE detail LIKE '%Monday%'), 0, 'the words nowhere');

-- How many: 60 an hour from an agenda, whoever writes.
SELECT is((SELECT count(*)::int FROM generate_series(1, 58) n WHERE sent('p' || n || '@example.org') IS NULL), 58, 'sixty an hour');
SELECT is(sent('p61@example.org'), 'PA040', 'not the sixty-first');
SELECT enter('mona') \g /dev/null
SELECT is(sent('p61@example.org'), 'PA040', 'from nobody');
SELECT enter('bert') \g /dev/null
SELECT is(sent('p61@example.org', whose => 'bert'), NULL, 'other agendas have their own');

SELECT * FROM finish();
ROLLBACK;
