-- Offers: a time that became free goes to whoever waits for it, one after the other.
BEGIN;
\ir ../setup/clinic.sql
SELECT plan(80);
CREATE ROLE offers_mailer;
SELECT practiceacl.grant_mailer('offers_mailer');
INSERT INTO practiceacl.opening (organization_id, agenda_id, weekday, opens_at, closes_at)
SELECT organization_id, id, 1, '09:00', '10:00' FROM practiceacl.agenda;
SELECT may('lena', 'read', 'anna');
SELECT may('sara', 'book+overbook', 'bert');
SELECT record.begin_all() \g /dev/null
-- Monday the 2nd of March 2065 is full: four times from 8:00 to 9:00 by UTC.
SELECT enter('sara') \g /dev/null
SELECT practiceacl.book(agenda('anna'), at('08:00') + n * interval '15 min', appointment_id => id(n)) FROM generate_series(0, 3) AS n \g /dev/null
SELECT practiceacl.book(agenda('bert'), at('08:00') + n * interval '15 min', appointment_id => id(10 + n)) FROM generate_series(0, 3) AS n \g /dev/null

-- Who has an offer, of when.
CREATE FUNCTION pg_temp.offered() RETURNS text LANGUAGE sql AS $$
    SELECT coalesce(string_agg(e.patient || to_char(f.starts_at AT TIME ZONE 'UTC', ' HH24:MI'), ', ' ORDER BY f.starts_at, e.patient), '')
    FROM practiceacl.slot_offer f JOIN practiceacl.waiting_list_entry e ON e.id = f.entry_id WHERE f.state = 'offered' $$;
-- To whom a message waits.
CREATE FUNCTION pg_temp.messages() RETURNS text LANGUAGE sql AS $$
    SELECT coalesce(string_agg(recipient, ', ' ORDER BY recipient), '') FROM practiceacl.outbox WHERE kind = 'slot_offer' AND sent_at IS NULL $$;
-- As if the mailer had sent what waits, and time had passed until all offers are over.
CREATE FUNCTION pg_temp.send() RETURNS void LANGUAGE sql AS $$
    UPDATE practiceacl.outbox SET sent_at = now(), attempts = 1 WHERE kind = 'slot_offer' AND sent_at IS NULL $$;
CREATE FUNCTION pg_temp.pass() RETURNS void LANGUAGE sql AS $$
    UPDATE practiceacl.slot_offer SET expires_at = now() WHERE state = 'offered';
    UPDATE practiceacl.freed_time SET due_at = now() WHERE due_at < 'infinity' $$;
CREATE FUNCTION pg_temp.join(who text, agendas uuid[] = ARRAY[agenda('anna')], from_date date = '2065-03-02', until_date date = '2065-03-02', contact text = '', kind uuid = NULL, f time = NULL, u time = NULL)
RETURNS uuid LANGUAGE sql AS $$
    SELECT practiceacl.join_waiting_list(agendas, from_date, until_date, patient => who, contact => coalesce(nullif(contact, ''), lower(who) || '@x.test'), appointment_type => kind, day_from => f, day_until => u) $$;
CREATE FUNCTION pg_temp.leave_all() RETURNS void LANGUAGE sql AS $$
    SELECT practiceacl.leave_waiting_list(entry_id) FROM (SELECT DISTINCT entry_id FROM practiceacl.waiting_list) AS w $$;

-- Nobody waits: a cancellation leaves nothing behind.
SELECT practiceacl.cancel_appointment(id(0)) \g /dev/null
SELECT is((SELECT count(*) FROM practiceacl.freed_time), 0::bigint, 'where nobody waits nothing is noted');
SELECT practiceacl.set_status(id(0), 'booked') \g /dev/null

-- One after the other, in the order in which they joined.
SELECT practiceacl.join_waiting_list(ARRAY[agenda('anna')], '2065-03-02', '2065-03-02', patient => 'Zoe') \g /dev/null
SELECT practiceacl.cancel_appointment(id(1)), practiceacl.set_status(id(1), 'booked') \g /dev/null
SELECT is((SELECT count(*) FROM practiceacl.freed_time), 0::bigint, 'nor for whom nobody can reach');
SELECT pg_temp.join('Ann') AS ann \gset
SELECT pg_temp.join('Ben') AS ben \gset
SELECT pg_temp.join('Cat') AS cat \gset
SELECT is(pg_temp.offered(), '', 'who joins is offered nothing by that');
SELECT practiceacl.cancel_appointment(id(1)) \g /dev/null
SELECT is(pg_temp.offered(), 'Ann 08:15', 'a cancelled time is offered to who has waited longest');
SELECT is(pg_temp.messages(), 'ann@x.test', 'by one message');
SELECT results_eq('SELECT place, patient FROM practiceacl.waiting_list_matches ORDER BY place', $$ VALUES (1::bigint, 'Zoe'), (2, 'Ann'), (3, 'Ben'), (4, 'Cat') $$, 'the list still shows whom it would suit');
SELECT practiceacl.cancel_appointment(id(2)) \g /dev/null
SELECT is(pg_temp.offered(), 'Ann 08:15, Ben 08:30', 'the next time to the next: one offer at a time');
SELECT is((SELECT string_agg(facts ->> 'starts_at', ' ' ORDER BY id) FROM practiceacl.activity WHERE act = 'slot.offered' AND actor_id = account('sara')), '2065-03-02T08:15:00Z 2065-03-02T08:30:00Z', 'on record');
SELECT is_empty($$ SELECT FROM practiceacl.activity WHERE act LIKE 'slot.%' AND facts::text ~* 'ann|ben|x.test' $$, '... without names');

-- It lapses; the mailer asks.
SELECT pg_temp.send(), pg_temp.pass() \g /dev/null
SELECT set_config('practiceacl.session', '', true) \g /dev/null
SET LOCAL ROLE offers_mailer;
SELECT is(practiceacl.offer_slots(), 2::bigint, 'what has lapsed goes on');
SELECT is(practiceacl.offer_slots(), 0::bigint, '... once');
RESET ROLE;
SELECT is(pg_temp.offered(), 'Cat 08:15, Ann 08:30', 'to who has not been asked, then to the next; nobody is offered again what they let pass');
SELECT enter('sara') \g /dev/null
SELECT results_eq('SELECT state, starts_at FROM practiceacl.slot_offers ORDER BY state, starts_at', $$ VALUES ('lapsed', at('08:15')), ('lapsed', at('08:30')), ('offered', at('08:15')), ('offered', at('08:30')) $$, 'the view tells');
SELECT is((SELECT count(*) FROM practiceacl.activity WHERE act = 'slot.offer_ended' AND operator = 'offers_mailer' AND facts ->> 'outcome' = 'lapsed'), 2::bigint, 'and the record, who made it so');

-- It is declined.
SELECT pg_temp.join('Dan', f => '09:30') AS dan \gset
SELECT offer_id AS offer FROM practiceacl.slot_offers WHERE state = 'offered' AND entry_id = :'cat' \gset
SELECT practiceacl.decline_offer(:'offer') \g /dev/null
SELECT is(pg_temp.offered(), 'Ben 08:15, Ann 08:30', 'declined: to the next whom it would suit');
SELECT is((SELECT count(*) FROM practiceacl.waiting_list WHERE entry_id = :'cat'), 1::bigint, '... and the patient waits on');
SELECT throws_ok(format('SELECT practiceacl.decline_offer(%L)', :'offer'), '55000', 'the offer has ended already', 'it ends once');
SELECT is(pg_temp.messages(), 'ann@x.test, ben@x.test', 'an unsent message goes with its offer');
-- Accepted.
SELECT practiceacl.book(agenda('anna'), at('08:15'), waiting_list_entry => :'ben', appointment_id => id(20)) \g /dev/null
SELECT is((SELECT patient FROM practiceacl.appointment WHERE id = id(20)), 'Ben', 'accepted by booking it');
SELECT is(pg_temp.offered() || ' ' || pg_temp.messages(), 'Ann 08:30 ann@x.test', '... which ends the offer');
SELECT practiceacl.leave_waiting_list(:'ann') \g /dev/null
SELECT is(pg_temp.offered(), 'Cat 08:30', 'who leaves makes way for the next');
SELECT practiceacl.leave_waiting_list(:'cat') \g /dev/null
SELECT is(pg_temp.offered(), 'Dan 08:30', '... at an hour that would do');

-- Somebody else books it first.
SELECT practiceacl.book(agenda('anna'), at('08:30'), patient => 'Other', appointment_id => id(21)) \g /dev/null
SELECT is(pg_temp.offered() || pg_temp.messages(), '', 'booked by somebody else, it is withdrawn, and the message vanishes');
SELECT is((SELECT facts ->> 'outcome' FROM practiceacl.activity WHERE act = 'slot.offer_ended' ORDER BY id DESC LIMIT 1), 'withdrawn', '... on record');
SELECT practiceacl.cancel_appointment(id(21)) \g /dev/null
SELECT is(pg_temp.offered(), 'Dan 08:30', 'free again, it may be offered again');
SELECT practiceacl.set_status(id(21), 'booked') \g /dev/null
SELECT is(pg_temp.offered() || pg_temp.messages(), '', 'reinstated');
SELECT practiceacl.move_appointment(id(21), at('15:00')) \g /dev/null
SELECT is(pg_temp.offered(), 'Dan 08:30', 'moved away');
SELECT practiceacl.move_appointment(id(3), at('08:30')) \g /dev/null
SELECT is(pg_temp.offered(), 'Dan 08:45', 'another one moved onto it: its old place');
SELECT practiceacl.move_appointment(id(3), at('08:45')) \g /dev/null
SELECT is(pg_temp.offered(), 'Dan 08:30', 'and back');
SELECT outcome FROM practiceacl.move_appointments(jsonb_build_array(jsonb_build_object('appointment_id', id(3), 'starts_at', at('16:00')), jsonb_build_object('appointment_id', id(21), 'starts_at', at('08:45')))) \g /dev/null
SELECT is(pg_temp.offered(), 'Dan 08:30', 'what one act frees and takes again is offered to nobody');
SELECT pg_temp.leave_all() \g /dev/null
SELECT is((SELECT count(*) FROM practiceacl.freed_time) + (SELECT count(*) FROM practiceacl.slot_offer), 0::bigint, 'with the last who waits all is forgotten');
SELECT is(pg_temp.messages(), '', '... and no message goes out');

-- Let pass, taken by somebody, and free once more: that is another chance.
SELECT pg_temp.join('Joe', f => '09:30', u => '09:45') AS joe \gset
SELECT practiceacl.book(agenda('anna'), at('08:30'), appointment_id => id(25)) \g /dev/null
SELECT practiceacl.cancel_appointment(id(25)) \g /dev/null
SELECT practiceacl.decline_offer((SELECT offer_id FROM practiceacl.slot_offers WHERE state = 'offered')) \g /dev/null
SELECT is(pg_temp.offered(), '', 'declined, and nobody else waits');
-- As if that had been an hour ago.
UPDATE practiceacl.slot_offer SET ended_at = now() - interval '1 hour' WHERE state = 'declined';
UPDATE practiceacl.freed_time SET freed_at = freed_at - interval '2 hours', due_at = now();
SELECT practiceacl.offer_slots() \g /dev/null
SELECT is(pg_temp.offered(), '', 'nobody is asked twice');
SELECT practiceacl.set_status(id(25), 'booked'), practiceacl.cancel_appointment(id(25)) \g /dev/null
SELECT is(pg_temp.offered(), 'Joe 08:30', 'unless it was taken meanwhile');
-- Over while the mailer was down: the offer ends, and the patient may be offered another time.
UPDATE practiceacl.slot_offer SET expires_at = now() - interval '1 h', starts_at = now() - interval '30 min', ends_at = now() - interval '15 min', occupied_from = now() - interval '30 min', occupied_until = now() - interval '15 min' WHERE state = 'offered';
UPDATE practiceacl.freed_time SET from_time = now() - interval '30 min' - n * interval '1 s', until_time = now() - interval '15 min', due_at = now() - interval '1 h' FROM (SELECT id AS i, row_number() OVER () AS n FROM practiceacl.freed_time) AS r WHERE i = id;
SELECT practiceacl.offer_slots() \g /dev/null
SELECT is((SELECT count(*) FROM practiceacl.slot_offer WHERE state = 'offered') + (SELECT count(*) FROM practiceacl.freed_time), 0::bigint, 'what is over is ended and forgotten, however late');
SELECT pg_temp.leave_all() \g /dev/null

-- Absences, openings, closings, the agenda itself.
SELECT pg_temp.join('Eva', f => '09:30', u => '09:45') AS eva \gset
SELECT enter('anna') \g /dev/null
SELECT practiceacl.move_appointment(id(21), at('16:30')) \g /dev/null
SELECT practiceacl.move_appointment(id(3), at('08:45')) \g /dev/null
SELECT is(pg_temp.offered(), '', 'what would not do is not offered');
SELECT practiceacl.book(agenda('anna'), at('08:30'), appointment_id => id(24)) \g /dev/null
SELECT (practiceacl.add_absence(agenda('anna'), at('08:00'), at('10:00'))).absence_id AS absence \gset
SELECT practiceacl.cancel_appointment(id(24)) \g /dev/null
SELECT is(pg_temp.offered(), '', 'nothing is offered in an absence');
SELECT practiceacl.remove_absence(:'absence') \g /dev/null
SELECT is(pg_temp.offered(), 'Eva 08:30', 'an absence removed');
SELECT (practiceacl.add_absence(agenda('anna'), at('08:40'), at('10:00'))).absence_id AS absence \gset
SELECT is(pg_temp.offered() || pg_temp.messages(), '', 'an absence added');
SELECT practiceacl.remove_absence(:'absence') \g /dev/null
SELECT practiceacl.set_openings(agenda('anna'), '[{"weekday": 1, "from": "11:00", "to": "12:00"}]') \g /dev/null
SELECT is(pg_temp.offered() || pg_temp.messages(), '', 'an opening taken away');
SELECT practiceacl.set_openings(agenda('anna'), '[{"weekday": 1, "from": "09:00", "to": "10:00"}, {"weekday": 1, "from": "11:00", "to": "12:00"}]') \g /dev/null
SELECT is(pg_temp.offered(), 'Eva 08:30', 'an opening added');
RESET ROLE;
UPDATE practiceacl.membership SET admin = 'full' WHERE account_id = account('carl');
SELECT practiceacl.confirm_session(token) FROM clinic.token WHERE name = 'carl' \g /dev/null
SELECT enter('carl') \g /dev/null
SELECT practiceacl.close_days(org('north'), '2065-03-02', '2065-03-02', 'Works') AS works \gset
SELECT practiceacl.offer_slots() \g /dev/null
SELECT is(pg_temp.offered() || pg_temp.messages(), '', 'days closed: when the mailer asks next');
SELECT practiceacl.reopen_days(:'works') \g /dev/null
SELECT is(practiceacl.offer_slots(), 1::bigint, 'days reopened: the same');
SELECT practiceacl.archive_agenda(agenda('anna')) \g /dev/null
SELECT is(pg_temp.offered() || pg_temp.messages(), '', 'an archived agenda offers nothing');
SELECT practiceacl.restore_agenda(agenda('anna')) \g /dev/null
SELECT is(pg_temp.offered(), 'Eva 08:30', 'until it is brought back');
SELECT practiceacl.update_agenda(agenda('anna'), '{"offer_minutes": null}') \g /dev/null
SELECT is(pg_temp.offered() || pg_temp.messages(), '', 'nor one that is told so');
SELECT throws_ok(format('SELECT practiceacl.update_agenda(agenda(%L), %L)', 'anna', jsonb_build_object('offer_minutes', bad::jsonb)), '22023', NULL, 'refused: ' || bad)
FROM unnest(ARRAY['0', '9', '-60', '10081', '"1 year"', '"soon"', '1.5']) AS bad;
SELECT practiceacl.update_agenda(agenda('anna'), '{"offer_minutes": "3 hours"}') \g /dev/null
SELECT is(offer_minutes, 180, 'as long as the agenda says') FROM practiceacl.my_agendas WHERE agenda_id = agenda('anna');
SELECT is((SELECT f.expires_at - m.due_at FROM practiceacl.slot_offer f JOIN practiceacl.outbox m USING (id) WHERE f.state = 'offered'), interval '3 hours', 'an offer lasts, from when it goes out');
SELECT ok(bool_and((due_at AT TIME ZONE 'Europe/Paris')::time >= '08:00' AND (due_at AT TIME ZONE 'Europe/Paris')::time < '20:00' AND due_at >= now()), 'and nobody is written to at night') FROM practiceacl.outbox WHERE kind = 'slot_offer';

-- A type: its length and pauses, and who offers it.
SELECT practiceacl.set_appointment_type(org('north'), 'Long', '{"duration": "30 min", "buffer_after": "15 min"}') AS long \gset
SELECT practiceacl.offer_type(agenda('anna'), :'long') \g /dev/null
SELECT enter('sara') \g /dev/null
SELECT pg_temp.leave_all() \g /dev/null
SELECT pg_temp.join('Fay', kind => :'long') AS fay \gset
SELECT practiceacl.cancel_appointment(id(0)) \g /dev/null
SELECT is(pg_temp.offered(), '', 'a quarter of an hour is not enough');
SELECT practiceacl.cancel_appointment(id(20)) \g /dev/null
SELECT is(pg_temp.offered(), 'Fay 08:00', 'with the times around it and its pause it is');
SELECT practiceacl.book(agenda('anna'), at('08:30'), appointment_id => id(22)) \g /dev/null
SELECT is(pg_temp.offered(), '', 'booked in its pause, it is withdrawn') ;
SELECT enter('carl') \g /dev/null
SELECT practiceacl.archive_appointment_type(:'long') \g /dev/null
SELECT enter('sara') \g /dev/null
SELECT practiceacl.cancel_appointment(id(22)) \g /dev/null
SELECT is(pg_temp.offered(), '', 'an archived type is offered to nobody');
SELECT pg_temp.leave_all() \g /dev/null

-- On two agendas: one offer.
SELECT pg_temp.join('Gus', ARRAY[agenda('anna'), agenda('bert')]) AS gus \gset
SELECT practiceacl.cancel_appointment(id(10)) \g /dev/null
SELECT practiceacl.cancel_appointment(id(11)) \g /dev/null
SELECT is(pg_temp.offered(), 'Gus 08:00', 'who waits on two has one');
SELECT practiceacl.book(agenda('anna'), at('08:15'), waiting_list_entry => :'gus', appointment_id => id(23)) \g /dev/null
SELECT is(pg_temp.offered() || pg_temp.messages(), '', 'booked elsewhere, it is closed there');

-- Whoever may not book there learns nothing of it.
SELECT pg_temp.join('Hal', ARRAY[agenda('bert')], contact => '06 12 34 56 78') AS hal \gset
SELECT practiceacl.cancel_appointment(id(12)) \g /dev/null
SELECT id AS offer FROM practiceacl.slot_offer WHERE state = 'offered' \gset
SET LOCAL ROLE clinic_app;
SELECT enter('lena') \g /dev/null
SELECT is_empty('SELECT * FROM practiceacl.slot_offers', 'who only reads sees no offers');
SELECT is(code(format('SELECT practiceacl.decline_offer(%L)', :'offer')), 'PT404', 'nor declines them');
SELECT is(code('SELECT practiceacl.offer_slots()'), '42501', 'the application is no mailer');
RESET ROLE;

-- What the mailer gets.
UPDATE practiceacl.outbox SET available_at = now() WHERE kind = 'slot_offer';
SELECT set_config('practiceacl.session', '', true) \g /dev/null
SET LOCAL ROLE offers_mailer;
SELECT payload AS claimed, recipient, message_id, claim FROM practiceacl.claim_messages() WHERE kind = 'slot_offer' \gset
RESET ROLE;
SELECT is(:'claimed'::jsonb - 'expires_at' - 'local_expiry', jsonb_build_object('offer_id', :'offer', 'waiting_list_entry', :'hal', 'agenda_id', agenda('bert'), 'starts_at', '2065-03-02T08:00:00Z', 'ends_at', '2065-03-02T08:15:00Z',
    'time_zone', 'Europe/Paris', 'local_start', '2065-03-02T09:00', 'organization', 'North', 'holder', 'Bert Brun', 'location', NULL), 'when, where, with whom and until when; no name of a patient');
SELECT is(:'recipient'::text, '+33612345678', 'to the contact');
-- In a sender's hands when it is withdrawn: not handed out again.
SELECT enter('sara') \g /dev/null
SELECT practiceacl.set_status(id(10), 'booked') \g /dev/null
UPDATE practiceacl.outbox SET claimed_until = now() - interval '1 s', available_at = now() - interval '1 s' WHERE id = :'offer';
SELECT is((SELECT count(*) FROM practiceacl.claim_messages() WHERE message_id = :'offer'), 0::bigint, 'what was withdrawn meanwhile is not handed out again');

-- Erased: nothing of the patient stays in the outbox.
SELECT pg_temp.leave_all() \g /dev/null
SELECT practiceacl.join_waiting_list(ARRAY[agenda('anna')], '2065-03-02', '2065-03-02', patient => 'Ida', patient_ref => 'P9', contact => 'ida@x.test') \g /dev/null
SELECT practiceacl.cancel_appointment(id(23)) \g /dev/null
SELECT ok(pg_temp.messages() ~ 'ida@x.test', 'offered');
SELECT pg_temp.send() \g /dev/null
SELECT enter('carl') \g /dev/null
SELECT practiceacl.erase_patient(org('north'), 'P9') \g /dev/null
SELECT is((SELECT count(*) FROM practiceacl.slot_offer) + (SELECT count(*) FROM practiceacl.outbox WHERE recipient = 'ida@x.test'), 0::bigint, 'an erased patient has no offer, and no message is left');

-- At night nobody is written to: whatever hour it is, somewhere it is two, seven, noon and nine in the evening.
SELECT practiceacl.set_openings(agenda('olga'), (SELECT jsonb_agg(jsonb_build_object('weekday', d, 'from', '00:00', 'to', '24:00')) FROM generate_series(1, 7) AS d)) FROM enter('olga') \g /dev/null
SELECT pg_temp.join('Kim', ARRAY[agenda('olga')], '2065-03-01', '2065-03-04') AS kim \gset
SELECT practiceacl.book(agenda('olga'), at('08:00'), appointment_id => id(30)) \g /dev/null
CREATE FUNCTION pg_temp.written_at(wanted int) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    -- The zone whose clock shows that hour now; the names count the other way round.
    east int := (wanted - extract(hour FROM clock_timestamp() AT TIME ZONE 'UTC')::int + 36) % 24 - 12;
    zone text := format('Etc/GMT%s%s', CASE WHEN east > 0 THEN '-' ELSE '+' END, abs(east));
    due timestamptz;
    lasts interval;
BEGIN
    PERFORM clinic.enter('olga');
    PERFORM practiceacl.update_agenda(clinic.agenda('olga'), jsonb_build_object('time_zone', zone));
    PERFORM practiceacl.set_status(clinic.id(30), 'booked'), practiceacl.cancel_appointment(clinic.id(30));
    SELECT m.due_at, f.expires_at - m.due_at INTO due, lasts FROM practiceacl.slot_offer f JOIN practiceacl.outbox m USING (id) WHERE f.state = 'offered';
    PERFORM practiceacl.set_status(clinic.id(30), 'booked');
    RETURN concat_ws(' ', (due AT TIME ZONE zone)::date - (now() AT TIME ZONE zone)::date, CASE WHEN due BETWEEN now() AND clock_timestamp() THEN 'now' ELSE (due AT TIME ZONE zone)::time::text END, lasts);
END $$;
SELECT is(pg_temp.written_at(hour), told, format('at %s o''clock', hour))
FROM (VALUES (2, '0 08:00:00 02:00:00'), (7, '0 08:00:00 02:00:00'), (8, '0 now 02:00:00'), (19, '0 now 02:00:00'), (20, '1 08:00:00 02:00:00'), (23, '1 08:00:00 02:00:00')) AS v (hour, told);

-- What begins soon is a matter of the telephone.
SELECT practiceacl.update_agenda(agenda('olga'), jsonb_build_object('time_zone', format('Etc/GMT%s%s', CASE WHEN east > 0 THEN '-' ELSE '+' END, abs(east)))) FROM (SELECT (9 - extract(hour FROM now() AT TIME ZONE 'UTC')::int + 36) % 24 - 12) AS e (east) \g /dev/null
SELECT pg_temp.leave_all() \g /dev/null
SELECT (now() AT TIME ZONE time_zone)::date AS today FROM practiceacl.my_agendas WHERE agenda_id = agenda('olga') \gset
SELECT pg_temp.join('Lea', ARRAY[agenda('olga')], :'today', :'today') AS lea \gset
SELECT practiceacl.book(agenda('olga'), date_trunc('hour', now()) + n * interval '15 min', appointment_id => id(30 + n)) FROM generate_series(4, 12) AS n \g /dev/null
SELECT practiceacl.cancel_appointment(id(34)) \g /dev/null
SELECT is_empty('SELECT FROM practiceacl.slot_offer', 'what begins within the hour is offered to nobody');
SELECT practiceacl.cancel_appointment(id(30 + n)) FROM generate_series(8, 12) AS n \g /dev/null
SELECT ok(starts_at >= now() + interval '1 hour' AND expires_at <= starts_at - interval '30 min' AND expires_at > now(), 'what begins soon has to be answered half an hour before') FROM practiceacl.slot_offer;

-- An organization that is closed offers nothing, and sends nothing.
RESET ROLE;
SELECT practiceacl.close_organization(org('south')) \g /dev/null
UPDATE practiceacl.outbox SET available_at = now() - interval '1 s' WHERE kind = 'slot_offer';
SELECT is((SELECT count(*) FROM practiceacl.claim_messages() WHERE kind = 'slot_offer' AND organization_id = org('south')), 0::bigint, 'a closed organization sends no offers');
UPDATE practiceacl.freed_time SET due_at = now();
SELECT practiceacl.offer_slots() \g /dev/null
SELECT is((SELECT count(*) FROM practiceacl.slot_offer f WHERE organization_id = org('south') AND state = 'offered'), 0::bigint, 'nor makes any');
SELECT * FROM finish();
ROLLBACK;
