-- Calendars: made, described, handed on.
BEGIN;
SELECT plan(70);

SELECT organization_id AS org, account_id AS boss
FROM practiceacl.create_organization('Clinic', 'boss@a.test', 'Bo', 'Boss', time_zone => 'Europe/Lisbon') \gset
SELECT practiceacl.open_session(:'boss') AS boss_token \gset
SELECT practiceacl.set_service_offer('basic', 'Basic', 49) \g /dev/null
SELECT practiceacl.enter(:'boss_token') \g /dev/null
SELECT account_id AS doc, agenda_id AS agenda
FROM practiceacl.create_user(:'org', 'doc@a.test', 'Dora', 'Doc', agenda => '{"data_controller": "Dr Doc"}') \gset
SELECT account_id AS sec FROM practiceacl.create_user(:'org', 'sec@a.test', 'Sam', 'Sec') \gset
SELECT practiceacl.open_session(:'doc') AS doc_token \gset
SELECT practiceacl.open_session(:'sec') AS sec_token \gset
SELECT set_config('test.org', :'org', true), set_config('test.doc', :'doc', true),
       set_config('test.sec', :'sec', true), set_config('test.agenda', :'agenda', true) \g /dev/null
CREATE FUNCTION pg_temp.add(agenda jsonb) RETURNS uuid LANGUAGE sql AS
$$SELECT practiceacl.add_agenda(current_setting('test.org')::uuid, current_setting('test.doc')::uuid, agenda)$$;
CREATE FUNCTION pg_temp.change(changes jsonb) RETURNS void LANGUAGE sql AS
$$SELECT practiceacl.update_agenda(current_setting('test.agenda')::uuid, changes)$$;

-- what holds unless told otherwise
SELECT results_eq(
    'SELECT name, data_controller, service_offer, slot_minutes, day_start, day_split, day_end, time_zone, public_profile::text FROM practiceacl.agenda',
    $$VALUES ('Dora Doc', 'Dr Doc', NULL::text, 15, '08:00'::time, '13:00'::time, '19:30'::time, 'Europe/Lisbon', '{}')$$,
    'the defaults, the organization''s zone, the holder''s name');
SELECT is((SELECT holder_id FROM practiceacl.agenda), :'doc'::uuid, 'the user holds the agenda that was added');
SELECT is((SELECT count(*) FROM practiceacl.opening), 0::bigint, 'an agenda has no openings unless given');

-- all of it
SELECT pg_temp.add('{"name": "Room 2", "data_controller": "Clinic", "service_offer": "basic", "slot_minutes": 20,
    "day_start": "09:00", "day_split": "12:30", "day_end": "18:00", "time_zone": "atlantic/azores",
    "openings": [{"weekday": 1, "from": "09:00", "to": "12:00"}, {"weekday": 2, "from": "14:00", "to": "18:00"}]}') AS second \gset
SELECT results_eq(
    format('SELECT name, service_offer, slot_minutes, day_start, time_zone FROM practiceacl.agenda WHERE id = %L', :'second'),
    $$VALUES ('Room 2', 'basic', 20, '09:00'::time, 'Atlantic/Azores')$$, 'the columns are as given');
SELECT is((SELECT count(*) FROM practiceacl.opening WHERE agenda_id = :'second'), 2::bigint, 'the openings are as given');
SELECT results_eq(format('SELECT act, account_id FROM practiceacl.activity WHERE agenda_id = %L', :'second'),
    format($$VALUES ('agenda.created', %L::uuid)$$, :'doc'), 'on its chain');

-- what is wrong is named
SELECT throws_ok($$SELECT pg_temp.add('{"name": "x"}')$$, '22023', '"data_controller" is missing in agenda', 'the data controller is required');
SELECT throws_ok($$SELECT pg_temp.add('{"data_controller": null}')$$, '22023', '"data_controller" in agenda must not be null', 'a null data controller is refused');
SELECT throws_ok($$SELECT pg_temp.add('{"data_controller": " "}')$$, '22023', '"data_controller" in agenda must not be blank', 'a blank data controller is refused');
SELECT throws_ok($$SELECT pg_temp.add('{"data_controller": "x", "slotminutes": 5}')$$, '22023', 'unknown key "slotminutes" in agenda', 'an unknown key is refused');
SELECT throws_ok($$SELECT pg_temp.add('{"data_controller": "x", "slot_minutes": 0}')$$, '22023', NULL, 'a slot of zero is refused');
SELECT throws_ok($$SELECT pg_temp.add('{"data_controller": "x", "slot_minutes": 1441}')$$, '22023', NULL, 'a slot longer than a day is refused');
SELECT throws_ok($$SELECT pg_temp.add('{"data_controller": "x", "slot_minutes": 7.5}')$$, '22023', '"slot_minutes" in agenda is not of the right kind', 'half a minute is refused');
SELECT throws_ok($$SELECT pg_temp.add('{"data_controller": "x", "slot_minutes": 1e300}')$$, '22023', '"slot_minutes" in agenda is not of the right kind', 'an immense number is refused');
SELECT throws_ok($$SELECT pg_temp.add('{"data_controller": "x", "day_start": "8 o''clock"}')$$, '22023', '"day_start" in agenda is not of the right kind', 'a text that is no time is refused');
SELECT throws_ok($$SELECT pg_temp.add('{"data_controller": "x", "day_start": "20:00"}')$$, '22023', NULL, 'a day that ends before it starts is refused');
SELECT throws_ok($$SELECT pg_temp.add('{"data_controller": "x", "time_zone": "Mars"}')$$, '22023', NULL, 'an unknown time zone is refused');
SELECT throws_ok($$SELECT pg_temp.add('{"data_controller": "x", "service_offer": "gold"}')$$, '22023', NULL, 'an unknown service offer is refused');
SELECT throws_ok($$SELECT pg_temp.add('{"data_controller": "x", "openings": [{"weekday": 9, "from": "09:00", "to": "12:00"}]}')$$, '22023', NULL, 'an unknown weekday is refused');
SELECT throws_ok($$SELECT pg_temp.add(jsonb_build_object('data_controller', 'x', 'name', repeat('x', 201)))$$, '22023', '"name" in agenda is too long', 'a name that is too long is refused');
SELECT throws_ok($$SELECT pg_temp.add('"x"')$$, '22023', 'agenda must be a JSON object', 'a value that is no object is refused');
SELECT throws_ok($$SELECT pg_temp.add(NULL)$$, '22004', NULL, 'null is refused');

-- changes by an administrator
SELECT lives_ok($$SELECT pg_temp.change('{"name": "Dr Doc", "data_controller": "Clinic", "service_offer": "basic", "time_zone": "Europe/Paris", "slot_minutes": 10}')$$, 'an administrator can change the agenda');
SELECT results_eq(format('SELECT name, data_controller, service_offer, time_zone, slot_minutes FROM practiceacl.agenda WHERE id = %L', :'agenda'),
    $$VALUES ('Dr Doc', 'Clinic', 'basic', 'Europe/Paris', 10)$$, 'all of it');
SELECT lives_ok($$SELECT pg_temp.change('{"service_offer": null}')$$, 'the service offer can be set to null');
SELECT throws_ok($$SELECT pg_temp.change('{"day_split": "07:00"}')$$, '22023', NULL, 'day hours are checked against those of the row');
SELECT throws_ok($$SELECT pg_temp.change('{"openings": []}')$$, '22023', 'unknown key "openings" in changes', 'openings cannot be changed by update_agenda');
SELECT throws_ok($$SELECT pg_temp.change('{"public_profile": {}}')$$, '42501', NULL, 'only the holder can change the public profile');
SELECT throws_ok(format('SELECT practiceacl.update_agenda(%L, ''{}'')', practiceacl.new_id()), 'PT404', NULL, 'an unknown agenda is refused');

-- by the holder
SELECT practiceacl.enter(:'doc_token') \g /dev/null
SELECT lives_ok($$SELECT pg_temp.change('{"day_start": "07:30", "public_profile": {"speaks": ["fr", "pt"]}}')$$, 'the holder can change hours and profile');
SELECT throws_ok($$SELECT pg_temp.change('{"public_profile": "x"}')$$, '22023', NULL, 'a profile that is no object is refused');
SELECT throws_ok($$SELECT pg_temp.change('{"service_offer": "basic"}')$$, '42501', NULL, 'the holder cannot change the service offer');

-- handed on
SELECT practiceacl.set_rights(:'agenda', :'boss', 'read') \g /dev/null
SELECT practiceacl.enter(:'boss_token') \g /dev/null
SELECT practiceacl.set_features(:'org', :'doc', 'public_profile') \g /dev/null
DELETE FROM practiceacl.outbox;
SELECT throws_ok(format('SELECT practiceacl.transfer_agenda(%L, %L)', :'agenda', :'doc'), '22023', NULL, 'transferring to the present holder is refused');
SELECT throws_ok(format('SELECT practiceacl.transfer_agenda(%L, %L)', :'agenda', practiceacl.new_id()), 'PT404', NULL, 'transferring to an unknown account is refused');
SELECT throws_ok(format('SELECT practiceacl.transfer_agenda(%L, %L)', :'agenda', :'sec'), 'PA010', NULL, 'an administrator needs to reauthenticate');
SELECT practiceacl.confirm_session(:'boss_token') \g /dev/null
SELECT practiceacl.transfer_agenda(:'agenda', :'sec') \g /dev/null
SELECT results_eq(format('SELECT holder_id, public_profile::text FROM practiceacl.agenda WHERE id = %L', :'agenda'),
    format($$VALUES (%L::uuid, '{}')$$, :'sec'), 'it has another holder, and the old one''s profile is gone');
SELECT results_eq($$SELECT account_id, rights::text LIKE 'owner+%', ended_by FROM practiceacl.access_history WHERE kind = 'holder'$$,
    format($$VALUES (%L::uuid, true, %L::uuid)$$, :'doc', :'boss'), 'the former holder is in the history');
SELECT isnt_empty(format($$SELECT FROM practiceacl.access_grant WHERE agenda_id = %L AND account_id = %L$$, :'agenda', :'boss'), 'rights of others stay');
SELECT results_eq('SELECT account_id FROM practiceacl.outbox WHERE kind = ''rights_changed'' ORDER BY 1',
    format('VALUES (%L::uuid), (%L), (%L) ORDER BY 1', :'boss', :'doc', :'sec'), 'both are told, and the administrators');
SELECT is_empty('SELECT FROM practiceacl.outbox WHERE kind = ''rights_changed'' AND (payload ->> ''reclaim_until'')::timestamptz NOT BETWEEN now() + interval ''7 days'' AND clock_timestamp() + interval ''7 days''',
    'and until when it can be taken back');
SELECT practiceacl.enter(:'doc_token') \g /dev/null
SELECT is(practiceacl.rights_on(:'agenda')::text, 'none', 'the former holder has no rights left');

-- taken back
SAVEPOINT lost;
SELECT practiceacl.reclaim_agenda(:'agenda') \g /dev/null
SELECT ok(practiceacl.can(:'agenda', 'owner+private'), 'but can reclaim the agenda');
SELECT throws_ok(format('SELECT practiceacl.reclaim_agenda(%L)', :'agenda'), '22023', 'user already holds this agenda', 'it can be reclaimed once');
SELECT practiceacl.enter(:'sec_token') \g /dev/null
SELECT is(practiceacl.rights_on(:'agenda')::text, 'none', 'it can be reclaimed after a further transfer');
ROLLBACK TO lost;
SELECT practiceacl.enter(:'boss_token') \g /dev/null
SELECT throws_ok(format('SELECT practiceacl.reclaim_agenda(%L)', :'agenda'), 'PT404', 'agenda does not exist or is not visible to you', 'nobody else can reclaim it');
UPDATE practiceacl.access_history SET recorded_during = tstzrange(now() - interval '9 days', now() - interval '7 days') WHERE kind = 'holder';
SELECT practiceacl.enter(:'doc_token') \g /dev/null
SELECT throws_ok(format('SELECT practiceacl.reclaim_agenda(%L)', :'agenda'), 'PT404', NULL, 'nor the former holder after seven days');
ROLLBACK TO lost;
-- given away by the holder, it is given
SELECT practiceacl.transfer_agenda(agenda_id, :'sec') FROM (SELECT id AS agenda_id FROM practiceacl.agenda WHERE holder_id = :'doc') own \g /dev/null
SELECT is_empty(format('SELECT FROM practiceacl.agenda WHERE holder_id = %L', :'doc'), 'a holder can transfer their own agenda');
SELECT throws_ok(format('SELECT practiceacl.reclaim_agenda(agenda_id) FROM practiceacl.access_history WHERE account_id = %1$L AND ended_by = %1$L', :'doc'), 'PT404', NULL, 'and then has no rights on it');
ROLLBACK TO lost;
SELECT practiceacl.enter(:'doc_token') \g /dev/null
SELECT is((SELECT features::text FROM practiceacl.membership WHERE account_id = :'doc'), 'none+public_profile', 'the user holds another agenda, so the flag stays');
SELECT practiceacl.enter(:'sec_token') \g /dev/null
SELECT ok(practiceacl.can(:'agenda', 'owner+public_profile'), 'the new holder has all rights');
SELECT practiceacl.enter(:'boss_token') \g /dev/null
SELECT practiceacl.transfer_agenda(:'second', :'sec') \g /dev/null
SELECT results_eq(format('SELECT features::text, status FROM practiceacl.membership WHERE account_id = %L', :'doc'),
    $$VALUES ('none', 'unlisted')$$, 'with the last agenda go the flag and the listing');

-- archived, and brought back: nothing is lost, nothing new is taken
SELECT practiceacl.enter(:'sec_token') \g /dev/null
SELECT practiceacl.book(:'agenda', '2061-03-01 09:00+00', patient => 'Paul') AS booked \gset
SELECT practiceacl.set_openings(:'agenda', '[{"weekday": 2, "from": "08:00", "to": "10:00"}]') \g /dev/null
SELECT throws_ok(format('SELECT practiceacl.archive_agenda(%L)', :'agenda'), '42501', NULL, 'the holder cannot archive the agenda');
SELECT practiceacl.enter(:'boss_token') \g /dev/null
SELECT throws_ok(format('SELECT practiceacl.archive_agenda(%L)', practiceacl.new_id()), 'PT404', NULL, 'an unknown agenda cannot be archived');
SELECT practiceacl.archive_agenda(:'agenda') \g /dev/null
SELECT practiceacl.archive_agenda(:'agenda') \g /dev/null
SELECT is((SELECT count(*) FROM practiceacl.activity WHERE act = 'agenda.archived' AND agenda_id = :'agenda'), 1::bigint, 'archiving twice makes one entry');
SELECT practiceacl.enter(:'sec_token') \g /dev/null
SELECT throws_ok(format('SELECT practiceacl.book(%L, %L)', :'agenda', '2061-03-01 10:00+00'), 'PA024', 'agenda takes no new appointments', 'an archived agenda takes no booking');
SELECT is_empty(format('SELECT FROM practiceacl.free_slots(%L, %L, %L)', :'agenda', '2061-03-01', '2061-03-02'), 'and offers no slots');
SELECT results_eq(format('SELECT patient FROM practiceacl.calendar WHERE agenda_id = %L', :'agenda'), $$VALUES ('Paul')$$, 'its appointments stay');
SELECT isnt((SELECT archived_at FROM practiceacl.my_agendas WHERE agenda_id = :'agenda'), NULL, 'archived_at is set');
SELECT is_empty(format('SELECT FROM practiceacl.report_subscriptions WHERE agenda_id = %L', :'agenda'), 'an archived agenda costs nothing');
SELECT results_eq(format('SELECT unserved_appointments FROM practiceacl.report_access_review WHERE agenda_id = %L AND grant_id IS NULL', :'agenda'),
    'VALUES (1::bigint)', 'what is to come there is reported');
SELECT matches((SELECT detail FROM practiceacl.health() WHERE check_name = 'agendas' AND NOT ok), '1 appointments to come.* is archived', 'health() names it');
SELECT lives_ok(format('SELECT practiceacl.set_status(%L, %L)', :'booked', 'cancelled'), 'its appointments can be cancelled');
SELECT throws_ok(format('SELECT practiceacl.set_status(%L, %L)', :'booked', 'booked'), 'PA024', NULL, 'but not reinstated');
SELECT practiceacl.enter(:'boss_token') \g /dev/null
SELECT practiceacl.restore_agenda(:'agenda') \g /dev/null
SELECT practiceacl.enter(:'sec_token') \g /dev/null
SELECT lives_ok(format('SELECT practiceacl.set_status(%L, %L)', :'booked', 'booked'), 'after restoring, they can be reinstated');
SELECT isnt_empty(format('SELECT FROM practiceacl.free_slots(%L, %L, %L)', :'agenda', '2061-03-01', '2061-03-02'), 'and it is offered again');
SELECT isnt_empty(format('SELECT FROM practiceacl.report_subscriptions WHERE agenda_id = %L', :'agenda'), 'and the agenda costs again');

-- disabled is as good as archived, but for the words
SELECT practiceacl.set_rights(:'agenda', :'boss', 'book') \g /dev/null
SELECT practiceacl.enter(:'boss_token') \g /dev/null
SELECT practiceacl.disable_user(:'org', :'sec') \g /dev/null
SELECT throws_ok(format('SELECT practiceacl.book(%L, %L)', :'agenda', '2061-03-01 10:00+00'), 'PA024', NULL, 'the agenda of a disabled holder takes no booking');
SELECT is_empty(format('SELECT FROM practiceacl.free_slots(%L, %L, %L)', :'agenda', '2061-03-01', '2061-03-02'), 'and offers no slots');
SELECT matches((SELECT detail FROM practiceacl.health() WHERE check_name = 'agendas' AND NOT ok), 'nobody serves it', 'health() names it');
SELECT practiceacl.enable_user(:'org', :'sec') \g /dev/null
SELECT is_empty(format('SELECT * FROM practiceacl.verify_activity(%L) WHERE first_broken > 0', :'org'), 'the chain verifies');

SELECT * FROM finish();
ROLLBACK;
