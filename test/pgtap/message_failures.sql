-- What went wrong elsewhere, tried here: failures of reminders and waiting lists that
-- users of other systems have reported in public.
BEGIN;
\ir ../setup/clinic.sql
SELECT plan(9);
SELECT record.begin_all() \g /dev/null
INSERT INTO practiceacl.opening (organization_id, agenda_id, weekday, opens_at, closes_at)
SELECT organization_id, id, 1, '09:00', '10:00' FROM practiceacl.agenda;
UPDATE practiceacl.agenda SET reminders = ARRAY[interval '2 hours', interval '1 day'];
CREATE FUNCTION pg_temp.due(who text) RETURNS bigint LANGUAGE sql AS $$
    SELECT count(*) FROM practiceacl.outbox WHERE recipient = who AND sent_at IS NULL $$;
SELECT enter('sara') \g /dev/null

-- calcom/cal.diy, issues 17785 and 6905: who had cancelled, or been asked to choose
-- another time, was reminded of the old one.
SELECT practiceacl.book(agenda('anna'), at('08:00'), contact => 'a@x.test', appointment_id => id(1)) \g /dev/null
SELECT practiceacl.move_appointment(id(1), at('08:15')) \g /dev/null
SELECT results_eq($$ SELECT DISTINCT payload ->> 'starts_at' FROM practiceacl.outbox WHERE recipient = 'a@x.test' $$, ARRAY[to_json(at('08:15')) #>> '{}'], 'only of the time that holds');
SELECT practiceacl.cancel_appointment(id(1)) \g /dev/null
SELECT is(pg_temp.due('a@x.test'), 0::bigint, 'and of none that is cancelled');

-- masslight/ottehr, issue 3980: a job that ran at set times sent each reminder three times.
SELECT practiceacl.book(agenda('anna'), at('08:00'), contact => 'b@x.test', appointment_id => id(2)) \g /dev/null
UPDATE practiceacl.outbox SET due_at = now() - n * interval '1 h', available_at = now() - n * interval '1 h'
FROM (SELECT id AS i, row_number() OVER (ORDER BY due_at DESC) AS n FROM practiceacl.outbox WHERE recipient = 'b@x.test') AS r WHERE i = id;
CREATE TEMP TABLE given AS SELECT * FROM practiceacl.claim_messages();
INSERT INTO given SELECT * FROM practiceacl.claim_messages();
INSERT INTO given SELECT * FROM practiceacl.claim_messages();
SELECT is((SELECT count(*) FROM given WHERE recipient = 'b@x.test'), 1::bigint, 'however often a mailer asks, and of two that are late, one is handed out');

-- consi/medisnip, issue 5: a time that had been told of once was never told of again,
-- although somebody had taken it and given it back.
SELECT practiceacl.cancel_appointment(id(2)) \g /dev/null
SELECT practiceacl.book(agenda('anna'), at('08:00') + n * interval '15 min', appointment_id => id(10 + n)) FROM generate_series(0, 3) AS n \g /dev/null
SELECT practiceacl.join_waiting_list(ARRAY[agenda('anna')], '2065-03-02', '2065-03-02', patient => 'Ann', contact => 'ann@x.test') AS ann \gset
SELECT practiceacl.cancel_appointment(id(10)) \g /dev/null
UPDATE practiceacl.outbox SET sent_at = now(), attempts = 1 WHERE recipient = 'ann@x.test';
SELECT practiceacl.book(agenda('anna'), at('08:00'), appointment_id => id(20)) \g /dev/null
SELECT practiceacl.cancel_appointment(id(20)) \g /dev/null
SELECT is(pg_temp.due('ann@x.test'), 1::bigint, 'taken and given back, it is offered again');

-- codefog/contao-events_subscriptions, issue 108, and SandeepVashishtha/Eventra, issue
-- 13392: who waited moved up when somebody cancelled, and not when there were more places.
SELECT practiceacl.book(agenda('anna'), at('08:00'), waiting_list_entry => :'ann', appointment_id => id(21)) \g /dev/null
SELECT practiceacl.join_waiting_list(ARRAY[agenda('anna')], '2065-03-02', '2065-03-02', patient => 'Ben', contact => 'ben@x.test') \g /dev/null
SELECT enter('anna') \g /dev/null
SELECT practiceacl.set_openings(agenda('anna'), '[{"weekday": 1, "from": "09:00", "to": "10:15"}]') \g /dev/null
SELECT is((SELECT starts_at FROM practiceacl.slot_offer WHERE state = 'offered'), at('09:00'), 'an opening that is longer is offered');
SELECT (practiceacl.add_absence(agenda('anna'), at('09:00'), at('09:15'))).absence_id AS absence \gset
SELECT is(pg_temp.due('ben@x.test'), 0::bigint, 'not while there is an absence');
SELECT practiceacl.remove_absence(:'absence') \g /dev/null
SELECT is(pg_temp.due('ben@x.test'), 1::bigint, 'and when it is over');

-- nextcloud/calendar, issue 2670: after the end of summer time a reminder came an hour early.
UPDATE practiceacl.agenda SET reminders = ARRAY[interval '1 day', interval '2 hours'];
SELECT practiceacl.book(agenda('anna'), '2065-10-25 10:00 Europe/Paris', contact => 'c@x.test') \g /dev/null
SELECT results_eq($$ SELECT due_at AT TIME ZONE 'Europe/Paris' FROM practiceacl.outbox WHERE recipient = 'c@x.test' ORDER BY 1 $$,
    $$ VALUES ('2065-10-24 10:00'::timestamp), ('2065-10-25 08:00') $$, 'a day before is the same hour the day before');
SELECT is((SELECT due_at FROM practiceacl.outbox WHERE recipient = 'c@x.test' ORDER BY 1 LIMIT 1), '2065-10-24 08:00Z'::timestamptz, 'by summer time');
SELECT * FROM finish();
ROLLBACK;
