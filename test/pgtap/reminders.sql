-- Reminders: queued when an appointment is booked, due before it, gone with it.
BEGIN;
SELECT plan(69);

CREATE ROLE reminders_app;
SELECT practiceacl.grant_application('reminders_app');
CREATE ROLE reminders_mailer;
SELECT practiceacl.grant_mailer('reminders_mailer');
INSERT INTO practiceacl.organization (id, name) VALUES ('00000000-0000-7000-8000-000000000001', 'Practice');
INSERT INTO practiceacl.account (id, email, first_name, last_name) VALUES
    ('00000000-0000-7000-8000-0000000000a1', 'holder@x.test', 'Hol', 'Der'),
    ('00000000-0000-7000-8000-0000000000a2', 'secretary@x.test', 'Sec', 'Retary');
INSERT INTO practiceacl.membership (organization_id, account_id, admin)
SELECT '00000000-0000-7000-8000-000000000001', id, CASE last_name WHEN 'Der' THEN 'full' ELSE 'none' END FROM practiceacl.account;
INSERT INTO practiceacl.agenda (organization_id, id, holder_id, time_zone, name, data_controller)
SELECT '00000000-0000-7000-8000-000000000001', ('00000000-0000-7000-8000-0000000000b' || n)::uuid,
    '00000000-0000-7000-8000-0000000000a1', 'Europe/Paris', 'Oncology ' || n, 'Practice'
FROM generate_series(1, 2) AS n;
INSERT INTO practiceacl.access_grant (organization_id, agenda_id, account_id, rights)
SELECT organization_id, id, '00000000-0000-7000-8000-0000000000a2', 'book' FROM practiceacl.agenda;
SELECT practiceacl.open_session('00000000-0000-7000-8000-0000000000a1') AS holder \gset
SELECT practiceacl.open_session('00000000-0000-7000-8000-0000000000a2') AS secretary \gset
CREATE FUNCTION a(n int) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$ SELECT ('00000000-0000-7000-8000-0000000000b' || n)::uuid $$;
CREATE FUNCTION d(n int) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$ SELECT ('00000000-0000-7000-8000-0000000000d' || n)::uuid $$;
-- What waits: when, in Paris, and for whom.
CREATE FUNCTION pg_temp.waiting(appointment uuid) RETURNS text LANGUAGE sql AS $$
    SELECT coalesce(string_agg(to_char(due_at AT TIME ZONE 'Europe/Paris', 'DD.MM. HH24:MI ') || recipient, ', ' ORDER BY due_at), '')
    FROM practiceacl.outbox WHERE kind = 'reminder' AND sent_at IS NULL AND appointment_id = appointment $$;

-- What an agenda may say.
SELECT practiceacl.enter(:'holder') \g /dev/null
SELECT throws_ok(format('SELECT practiceacl.update_agenda(a(1), %L)', jsonb_build_object('reminders', bad::jsonb)), '22023', NULL, 'refused: ' || left(bad, 40))
FROM unnest(ARRAY['"2 days"', '[2]', '["soon"]', '["-2 hours"]', '["0"]', '["30 seconds"]', '["1000 years"]', '["1 month"]', '["2 days -3 hours"]',
    '["367 days"]', '["2 days", "48 hours"]', '[null]', '[["2 days"]]', '{"a": "2 days"}', '[""]',
    (SELECT jsonb_agg(n || ' hours')::text FROM generate_series(1, 100) n)]) AS bad;
SELECT lives_ok($$ SELECT practiceacl.update_agenda(a(1), '{"reminders": ["2 hours", "2 days"]}') $$, 'two days and two hours');
SELECT is(reminders, '{"2 days", "2 hours"}'::interval[], 'the longest first') FROM practiceacl.my_agendas WHERE agenda_id = a(1);
SELECT count(*) AS entries FROM practiceacl.activity \gset
SELECT practiceacl.update_agenda(a(1), '{"reminders": ["2 days", "2 hours"]}') \g /dev/null
SELECT is(count(*), :entries::bigint, 'the same again is no change') FROM practiceacl.activity;

-- Booked by a secretary, around the night in which the clocks go forward.
SET LOCAL ROLE reminders_app;
SELECT practiceacl.enter(:'secretary') \g /dev/null
SELECT practiceacl.book(a(1), '2065-03-30 10:00+02', contact => 'Mobile: 06 12 34 56 78; marie@x.test', patient => 'Marie', note => 'chemo', appointment_id => d(1)) \g /dev/null
SELECT practiceacl.book(a(1), '2065-03-30 11:00+02', patient => 'Anon', appointment_id => d(2)) \g /dev/null
SELECT practiceacl.book(a(2), '2065-03-30 11:00+02', contact => 'x@x.test', appointment_id => d(3)) \g /dev/null
RESET ROLE;
SELECT is(pg_temp.waiting(d(1)), '28.03. 10:00 +33612345678, 30.03. 08:00 +33612345678', 'the same wall-clock time two days before, and two hours before; the first address');
SELECT is(pg_temp.waiting(d(2)), '', 'without a contact none');
SELECT is(pg_temp.waiting(d(3)), '', 'on an agenda without reminders none');
SELECT is(channel, 'sms', 'by text message') FROM practiceacl.outbox WHERE appointment_id = d(1) LIMIT 1;
SELECT is_empty($$ SELECT FROM practiceacl.outbox WHERE payload::text ~ 'Marie|chemo|Oncology' $$, 'nothing that names the patient waits with it');
SET LOCAL client_min_messages = error;
SELECT practiceacl.book(a(1), '2065-03-30 12:00+02', contact => 'next door', appointment_id => d(4)) \g /dev/null
SELECT is(pg_temp.waiting(d(4)), '', 'a contact that is no address gets none');
SELECT practiceacl.book(a(1), now() + interval '1 day', contact => 'soon@x.test', appointment_id => d(5)) \g /dev/null
SELECT is((SELECT count(*) FROM practiceacl.outbox WHERE appointment_id = d(5)), 1::bigint, 'what would have been due already is not queued');
SELECT is(channel, 'email', 'an address is mailed to') FROM practiceacl.outbox WHERE appointment_id = d(5);

-- It follows its appointment.
SELECT practiceacl.move_appointment(d(1), '2065-04-02 15:00+02') \g /dev/null
SELECT is(pg_temp.waiting(d(1)), '31.03. 15:00 +33612345678, 02.04. 13:00 +33612345678', 'moved');
SELECT outcome FROM practiceacl.move_appointments(jsonb_build_array(jsonb_build_object('appointment_id', d(1), 'starts_at', '2065-04-03 15:00+02'))) \g /dev/null
SELECT is(pg_temp.waiting(d(1)), '01.04. 15:00 +33612345678, 03.04. 13:00 +33612345678', 'moved among many');
SELECT practiceacl.swap_appointments(d(1), d(2)) \g /dev/null
SELECT is(pg_temp.waiting(d(1)), '28.03. 11:00 +33612345678, 30.03. 09:00 +33612345678', 'swapped');
SELECT practiceacl.move_appointment(d(1), '2065-04-02 15:00+02', agenda_id => a(2)) \g /dev/null
SELECT is(pg_temp.waiting(d(1)), '', 'on an agenda without reminders');
SELECT practiceacl.move_appointment(d(1), '2065-04-02 15:00+02', agenda_id => a(1)) \g /dev/null
SELECT practiceacl.update_appointment(d(1), '{"contact": "marie@x.test"}') \g /dev/null
SELECT is(pg_temp.waiting(d(1)), '31.03. 15:00 marie@x.test, 02.04. 13:00 marie@x.test', 'another contact');
SELECT practiceacl.update_appointment(d(1), '{"contact": null}') \g /dev/null
SELECT is(pg_temp.waiting(d(1)), '', 'no contact any more');
SELECT practiceacl.update_appointment(d(1), '{"contact": "marie@x.test"}') \g /dev/null
SELECT practiceacl.cancel_appointment(d(1)) \g /dev/null
SELECT is(pg_temp.waiting(d(1)), '', 'cancelled');
SELECT practiceacl.set_status(d(1), 'booked') \g /dev/null
SELECT is(pg_temp.waiting(d(1)), '31.03. 15:00 marie@x.test, 02.04. 13:00 marie@x.test', 'reinstated');
SELECT practiceacl.set_status(d(1), 'arrived') \g /dev/null
SELECT is(pg_temp.waiting(d(1)), '', 'whoever is there needs none');
SELECT practiceacl.set_status(d(1), 'booked') \g /dev/null

-- A series.
SELECT appointment_id AS series FROM practiceacl.book_series(a(1), '2065-05-04 08:00+02', '2065-05-04 08:30+02', '7 days', 3, contact => 's@x.test') LIMIT 1 \gset
SELECT series_id AS series FROM practiceacl.appointment WHERE id = :'series' \gset
CREATE FUNCTION pg_temp.of_series(text) RETURNS text LANGUAGE sql AS $$
    SELECT coalesce(string_agg(to_char(due_at AT TIME ZONE 'Europe/Paris', 'DD.MM. HH24'), ', ' ORDER BY due_at), '')
    FROM practiceacl.outbox WHERE kind = 'reminder' AND recipient = $1 $$;
SELECT is(pg_temp.of_series('s@x.test'), '02.05. 08, 04.05. 06, 09.05. 08, 11.05. 06, 16.05. 08, 18.05. 06', 'a series has them');
SELECT outcome FROM practiceacl.move_series(:'series', '2065-05-10 08:00Z', '1 day') \g /dev/null
SELECT is(pg_temp.of_series('s@x.test'), '02.05. 08, 04.05. 06, 10.05. 08, 12.05. 06, 17.05. 08, 19.05. 06', 'what is moved takes its own along');
SELECT outcome FROM practiceacl.cancel_series(:'series', '2065-05-15 08:00Z') \g /dev/null
SELECT is(pg_temp.of_series('s@x.test'), '02.05. 08, 04.05. 06, 10.05. 08, 12.05. 06', 'and what is cancelled loses it');

-- The agenda changes.
SELECT practiceacl.enter(:'holder') \g /dev/null
SELECT practiceacl.update_agenda(a(1), '{"reminders": ["1 day"]}') \g /dev/null
SELECT is(pg_temp.waiting(d(1)), '01.04. 15:00 marie@x.test', 'other intervals hold for what is booked');
SELECT practiceacl.update_agenda(a(1), '{"time_zone": "America/New_York"}') \g /dev/null
SELECT is(pg_temp.waiting(d(1)), '01.04. 15:00 marie@x.test', 'so does another zone');
SELECT practiceacl.update_agenda(a(1), '{"time_zone": "Europe/Paris"}') \g /dev/null
SELECT practiceacl.archive_agenda(a(1)) \g /dev/null
SELECT is((SELECT count(*) FROM practiceacl.outbox WHERE kind = 'reminder'), 0::bigint, 'an archived agenda reminds of nothing');
SELECT practiceacl.restore_agenda(a(1)) \g /dev/null
SELECT is(pg_temp.waiting(d(1)), '01.04. 15:00 marie@x.test', 'until it is brought back');
SELECT practiceacl.update_agenda(a(1), '{"location": {"name": "Annexe", "address": "2 rue Haute\n75001 Paris"}}') \g /dev/null

-- What the mailer gets: only what is due, as it is then.
CREATE FUNCTION pg_temp.claim() RETURNS SETOF jsonb LANGUAGE sql AS $$ SELECT payload FROM practiceacl.claim_messages() WHERE kind = 'reminder' $$;
SELECT is_empty('SELECT pg_temp.claim()', 'nothing is due');
-- As if their time had come.
CREATE FUNCTION pg_temp.make_due(appointment uuid, ago interval = '1 min') RETURNS void LANGUAGE sql AS $$
    UPDATE practiceacl.outbox SET due_at = now() - ago, available_at = now() - ago WHERE appointment_id = appointment AND sent_at IS NULL $$;
SELECT pg_temp.make_due(d(1)) \g /dev/null
SELECT set_config('practiceacl.session', '', true) \g /dev/null
SET LOCAL ROLE reminders_mailer;
CREATE TEMP TABLE claimed AS SELECT * FROM practiceacl.claim_messages();
RESET ROLE;
SELECT is(payload, jsonb_build_object('appointment_id', d(1), 'agenda_id', a(1), 'starts_at', '2065-04-02T13:00:00Z', 'ends_at', '2065-04-02T13:15:00Z',
    'time_zone', 'Europe/Paris', 'local_start', '2065-04-02T15:00', 'organization', 'Practice', 'holder', 'Hol Der',
    'location', jsonb_build_object('name', 'Annexe', 'address', E'2 rue Haute\n75001 Paris')), 'when by the wall clock there, where and with whom; nothing medical') FROM claimed;
SELECT is(recipient, 'marie@x.test', 'to the contact') FROM claimed;
SELECT is(count(practiceacl.message_sent(message_id, claim)), 1::bigint, 'it is sent') FROM claimed;
SELECT practiceacl.enter(:'holder') \g /dev/null
SELECT practiceacl.update_appointment(d(1), '{"contact": "x@x.test"}'), practiceacl.update_appointment(d(1), '{"contact": "marie@x.test"}') \g /dev/null
SELECT is((SELECT count(*) FROM practiceacl.outbox WHERE appointment_id = d(1) AND sent_at IS NULL AND due_at < now()), 0::bigint, 'once');

-- An act by another program that forgot its reminders: what does not stand is not reminded of.
SELECT pg_temp.make_due(d(5)) \g /dev/null
UPDATE practiceacl.appointment SET status = 'cancelled', cancelled_at = now() WHERE id = d(5);
SELECT is_empty('SELECT pg_temp.claim()', 'the claim looks at the appointment itself');
SELECT is((SELECT count(*) FROM practiceacl.outbox WHERE appointment_id = d(5)), 0::bigint, 'and drops what is idle');

-- A mailer that was down sends one, not two.
SELECT practiceacl.update_agenda(a(1), '{"reminders": ["10 days", "2 hours"]}') \g /dev/null
SELECT practiceacl.book(a(1), '2065-06-01 08:00Z', contact => 'down@x.test', appointment_id => d(6)) \g /dev/null
UPDATE practiceacl.outbox SET due_at = now() - interval '1 hour' * n, available_at = now() - interval '1 hour' * n
FROM (SELECT id AS i, row_number() OVER (ORDER BY due_at DESC) AS n FROM practiceacl.outbox WHERE appointment_id = d(6)) AS r WHERE i = id;
SELECT results_eq('SELECT pg_temp.claim() ->> ''appointment_id''', ARRAY[d(6)::text], 'of two that are late the last');

-- A claim in flight when the appointment moves: it is not handed out again.
SELECT practiceacl.move_appointment(d(6), '2065-07-01 08:00Z') \g /dev/null
UPDATE practiceacl.outbox SET claimed_until = now() - interval '1 s', available_at = now() - interval '1 s' WHERE recipient = 'down@x.test' AND claim IS NOT NULL;
SELECT is_empty('SELECT pg_temp.claim()', 'what a sender had when the appointment moved is not handed out again');

-- A patient is erased.
SELECT practiceacl.confirm_session(:'holder') \g /dev/null
SELECT practiceacl.update_appointment(d(6), '{"patient_ref": "P6"}') \g /dev/null
SELECT practiceacl.erase_patient('00000000-0000-7000-8000-000000000001', 'P6') \g /dev/null
SELECT is_empty($$ SELECT FROM practiceacl.outbox WHERE appointment_id = d(6) OR recipient = 'down@x.test' $$, 'with the patient everything goes');

-- A place.
SELECT throws_ok(format('SELECT practiceacl.update_agenda(a(1), %L)', jsonb_build_object('location', bad::jsonb)), '22023', NULL, 'no place: ' || left(bad, 40))
FROM unnest(ARRAY['"Annexe"', '{"town": "Paris"}', '{"name": 1}', '["a"]', jsonb_build_object('name', repeat('x', 201))::text]) AS bad;
SELECT practiceacl.update_agenda(a(1), '{"location": null}') \g /dev/null
SELECT is(ROW(location_name, location_address), ROW(NULL::text, NULL::text), 'none again') FROM practiceacl.my_agendas WHERE agenda_id = a(1);
SELECT is(practiceacl.add_agenda('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000a2',
    '{"data_controller": "X", "reminders": ["1 day"], "location": {"name": "There"}}') IS NOT NULL, true, 'a new agenda may say both');

-- Nobody floods anybody: so many of one account to one address within a day.
SELECT practiceacl.update_agenda(a(1), '{"reminders": ["2 hours"]}') \g /dev/null
SELECT practiceacl.enter(:'secretary') \g /dev/null
CREATE FUNCTION pg_temp.to(text) RETURNS bigint LANGUAGE sql AS $$ SELECT count(*) FROM practiceacl.outbox WHERE recipient = $1 $$;
SELECT practiceacl.book(a(1), '2065-09-07 06:00Z'::timestamptz + n * interval '15 min', contact => 'flood@x.test', appointment_id => practiceacl.new_id()) FROM generate_series(1, 25) AS n \g /dev/null
SELECT is(pg_temp.to('flood@x.test'), 20::bigint, 'twenty reminders within a day, whatever is booked');
SELECT is((SELECT count(*) FROM practiceacl.appointment WHERE contact = 'flood@x.test'), 25::bigint, 'and all is booked');
SELECT results_eq($$ SELECT facts, actor_id FROM practiceacl.activity WHERE act = 'messages.withheld' GROUP BY facts, actor_id HAVING count(*) = 5 $$,
    $$ VALUES ('{"kind": "reminder", "messages": 1}'::jsonb, '00000000-0000-7000-8000-0000000000a2'::uuid) $$, 'what was left out is on record');
SELECT practiceacl.book(a(1), '2065-09-09 06:00Z', contact => 'flood@x.test') \g /dev/null
SELECT is(pg_temp.to('flood@x.test'), 21::bigint, 'another day is another day');
SELECT practiceacl.enter(:'holder') \g /dev/null
SELECT practiceacl.book(a(1), '2065-09-07 15:00Z', contact => 'flood@x.test') \g /dev/null
SELECT is(pg_temp.to('flood@x.test'), 22::bigint, 'nobody uses up what others may cause');
SELECT practiceacl.enter(:'secretary') \g /dev/null
DO $$ BEGIN FOR n IN 1 .. 30 LOOP
    PERFORM practiceacl.book(a(1), '2065-09-14 06:00Z', contact => 'loop@x.test', appointment_id => ('00000000-0000-7000-8000-0000000001' || lpad(n::text, 2, '0'))::uuid);
    UPDATE practiceacl.outbox SET sent_at = now() WHERE recipient = 'loop@x.test' AND n <= 25;
    PERFORM practiceacl.cancel_appointment(('00000000-0000-7000-8000-0000000001' || lpad(n::text, 2, '0'))::uuid);
END LOOP; END $$;
SELECT is(pg_temp.to('loop@x.test'), 20::bigint, 'booked and cancelled in a loop, as if each were sent: what was sent counts');
DO $$ BEGIN FOR n IN 1 .. 30 LOOP
    PERFORM practiceacl.book(a(1), '2065-09-14 08:00Z', contact => 'idle@x.test', appointment_id => ('00000000-0000-7000-8000-0000000002' || lpad(n::text, 2, '0'))::uuid);
    PERFORM practiceacl.cancel_appointment(('00000000-0000-7000-8000-0000000002' || lpad(n::text, 2, '0'))::uuid);
END LOOP; END $$;
SELECT practiceacl.book(a(1), '2065-09-14 08:00Z', contact => 'idle@x.test') \g /dev/null
SELECT is(pg_temp.to('idle@x.test'), 1::bigint, 'what was never sent does not');
SELECT count(*) FROM practiceacl.book_series(a(1), '2065-10-05 06:00Z', '2065-10-05 06:15Z', '7 days', 30, contact => 'weekly@x.test') \g /dev/null
SELECT practiceacl.enter(:'holder') \g /dev/null
SELECT practiceacl.update_agenda(a(1), '{"reminders": ["3 hours"]}') \g /dev/null
SELECT is(pg_temp.to('weekly@x.test'), 30::bigint, 'thirty in thirty weeks are not many, also when all are set again at once');

-- Ten thousand that wait cost a claim nothing.
INSERT INTO practiceacl.outbox (kind, channel, organization_id, appointment_id, recipient, due_at, available_at, payload)
SELECT 'reminder', 'email', '00000000-0000-7000-8000-000000000001', practiceacl.new_id(), n || '@x.test', due, due, '{}'
FROM generate_series(1, 10000) AS n, LATERAL (SELECT now() + n * interval '1 min') AS d (due);
ANALYZE practiceacl.outbox;
CREATE FUNCTION pg_temp.tuples_read() RETURNS bigint LANGUAGE sql AS $$
    SELECT sum(pg_stat_get_xact_tuples_returned(o) + pg_stat_get_xact_tuples_fetched(o))::bigint
    FROM (SELECT 'practiceacl.outbox'::regclass UNION ALL SELECT indexrelid FROM pg_index WHERE indrelid = 'practiceacl.outbox'::regclass) AS r (o) $$;
SELECT pg_temp.tuples_read() AS before \gset
SELECT count(*) FROM practiceacl.claim_messages() \g /dev/null
SELECT cmp_ok(pg_temp.tuples_read() - :before, '<', 500::bigint, 'a claim reads what is due, and not what is due later');

SELECT * FROM finish();
ROLLBACK;
