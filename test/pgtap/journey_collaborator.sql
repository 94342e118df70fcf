-- The collaborator, a user with agenda, and the assistant, a user without:
-- the one is booked by patients and subscribes to an offer, the other works
-- on the calendar of the one, and costs nothing.
BEGIN;
\ir support/people.psql
SELECT plan(39);

RESET ROLE;
SELECT practiceacl.set_service_offer('comfort', 'Comfort', 79.90), practiceacl.set_service_offer('basic', 'Basic', 29) \g /dev/null
SET LOCAL ROLE :app;

-- "Before creating the user, see what it costs."
SELECT enter('manager') \g /dev/null
SELECT set_eq('SELECT code, monthly_price FROM practiceacl.service_offers', $$VALUES ('comfort', 79.90), ('basic', 29)$$,
    'the price of every offer can be read before the user is made');

-- "Create a user with agenda."
\set make 'SELECT * FROM practiceacl.create_user(''' :centre ''', ''nora@centre.test'', ''Nora'', ''Faure'', agenda => %L)'
SELECT throws_like(format(:'make', '{"name": "Nora"}'), '%"data_controller"%', 'somebody must be responsible for the data');
SELECT throws_like(format(:'make', '{"data_controller": "Nora Faure", "service_offer": "luxury"}'), '%luxury%', 'an offer must exist');
SELECT throws_like(format(:'make', '{"data_controller": "Nora Faure", "slot": 20}'), '%"slot"%', 'a key that nobody knows is named');
SELECT account_id AS nora, agenda_id AS noras, temporary_password AS word, invitation_id IS NULL AS no_invitation
FROM practiceacl.create_user(:'centre', 'nora@centre.test', 'Nora', 'Faure', job_title => 'Physiotherapist', mobile => '+33 6 00 00 00 00',
    agenda => '{"name": "Nora Faure", "data_controller": "Nora Faure", "service_offer": "comfort", "slot_minutes": 30,
                "day_start": "08:30", "day_split": "12:30", "day_end": "18:00",
                "openings": [{"weekday": 1, "from": "09:00", "to": "11:00"}, {"weekday": 1, "from": "14:00", "to": "15:00"}]}') \gset
SELECT is(:'no_invitation'::boolean, true, 'a new address needs no invitation');
SELECT results_eq(format('SELECT name, service_offer, slot_minutes, day_end::text, time_zone FROM practiceacl.agenda WHERE id = %L', :'noras'),
    $$VALUES ('Nora Faure', 'comfort', 30, '18:00:00', 'Europe/Paris')$$, 'the agenda is as asked for');

-- "The user logs in with the temporary password, and must change it."
SELECT enter(NULL) \g /dev/null
SELECT keep('nora', practiceacl.log_in('nora@centre.test', :'word', 'practice')) \g /dev/null
SELECT enter('nora') \g /dev/null
SELECT is((SELECT count(*) FROM practiceacl.my_agendas), 0::bigint, 'before the password is changed, no agenda is visible');
SELECT is(refusal(format('SELECT practiceacl.book(%L, %L)', :'noras', '2058-03-04 09:00+01')), 'PA031', 'and nothing can be booked');
SELECT practiceacl.change_password(:'word', 'nora''s own words') \g /dev/null
SELECT results_eq('SELECT name, own, rights::text LIKE ''owner+%'' FROM practiceacl.my_agendas', $$VALUES ('Nora Faure', true, true)$$,
    'after it, the holder owns the agenda');
SELECT is(practiceacl.log_in('nora@centre.test', :'word'), NULL, 'and the temporary password no longer works');
SELECT ok('public_profile' IN (SELECT feature FROM practiceacl.my_features WHERE agenda_id = :'noras'),
    'the holder can read which features are enabled');
SELECT lives_ok(format('SELECT practiceacl.update_agenda(%L, %L)', :'noras', '{"public_profile": {"about": "Backs and knees"}}'),
    'the holder edits the public profile');
SELECT results_eq(format('SELECT starts_at FROM practiceacl.free_slots(%L, %L, %L)', :'noras', '2058-03-04', '2058-03-05'),
    $$VALUES ('2058-03-04 09:00+01'::timestamptz), ('2058-03-04 09:30+01'), ('2058-03-04 10:00+01'), ('2058-03-04 10:30+01'),
             ('2058-03-04 14:00+01'), ('2058-03-04 14:30+01')$$, 'the openings have free slots every half hour');

-- "Create a user without agenda", for Nora's calendar.
SELECT enter('manager') \g /dev/null
SELECT is(refusal(format('SELECT practiceacl.create_user(%L, %L, %L, %L, features => %L)', :'centre', 'paul@centre.test', 'Paul', 'Girard',
    'public_profile')), 'PA012', 'a user without agenda cannot have public_profile');
SELECT account_id AS paul, temporary_password AS word, agenda_id IS NULL AS without
FROM practiceacl.create_user(:'centre', 'paul@centre.test', 'Paul', 'Girard', job_title => 'Assistant',
    features => 'statistics', access => jsonb_build_array(jsonb_build_object('agenda', :'noras', 'rights', 'book_in_hours'))) \gset
SELECT is(:'without'::boolean, true, 'the assistant has no agenda');
SELECT is((SELECT coalesce(sum(o.monthly_price), 0) FROM practiceacl.agenda g JOIN practiceacl.service_offers o ON o.code = g.service_offer
           WHERE g.holder_id = :'paul'), 0::numeric, 'and costs nothing');
SELECT is((SELECT sum(o.monthly_price) FROM practiceacl.agenda g JOIN practiceacl.service_offers o ON o.code = g.service_offer), 79.90,
    'the centre pays for one agenda');
SELECT results_eq($$SELECT user_name, agenda_name, level, source FROM practiceacl.access_matrix ORDER BY 1$$,
    $$VALUES ('Nora Faure', 'Nora Faure', 'owner', 'holder'), ('Paul Girard', 'Nora Faure', 'book_in_hours', 'creation')$$,
    'the matrix shows who has what');
SELECT enter(NULL) \g /dev/null
SELECT keep('paul', practiceacl.log_in('paul@centre.test', :'word')) \g /dev/null
SELECT enter('paul') \g /dev/null
SELECT practiceacl.change_password(:'word', 'paul''s own words') \g /dev/null
SELECT results_eq('SELECT name, own, rights::text FROM practiceacl.my_agendas',
    $$VALUES ('Nora Faure', false, 'book_in_hours+statistics')$$, 'Paul works on Nora''s calendar, with the features that the centre enabled');
SELECT set_eq('SELECT feature, agenda FROM practiceacl.my_features', $$VALUES ('statistics', NULL), ('statistics', 'Nora Faure')$$,
    'which Paul can read');

-- What the assistant may
SELECT practiceacl.book(:'noras', '2058-03-04 09:30+01', patient => 'Mme Henry') AS henry \gset
SELECT is((SELECT ends_at FROM practiceacl.appointment WHERE id = :'henry'), '2058-03-04 10:00+01'::timestamptz, 'the assistant books inside the openings');
SELECT is(refusal(format('SELECT practiceacl.book(%L, %L)', :'noras', '2058-03-04 12:00+01')), 'PA020', 'and not outside them');
SELECT is(refusal(format('SELECT practiceacl.add_absence(%L, %L, %L)', :'noras', '2058-03-04 14:00+01', '2058-03-04 15:00+01')), '42501',
    'the assistant cannot add absences');
SELECT is(refusal(format('SELECT practiceacl.set_openings(%L, %L)', :'noras', '[]')), '42501', 'nor set openings');
SELECT is(refusal(format('SELECT practiceacl.set_rights(%L, %L, %L)', :'noras', :'manager', 'read')), '42501', 'nor grant rights');
SELECT is(refusal(format('SELECT practiceacl.update_agenda(%L, %L)', :'noras', '{"public_profile": {}}')), '42501', 'nor edit the holder''s public profile');
SELECT throws_ok(format('SELECT practiceacl.create_user(%L, %L, %L, %L)', :'centre', 'friend@x.test', 'A', 'Friend'), '42501',
    'must be an administrator of the organization', 'nor create users');

-- What the collaborator may
SELECT enter('nora') \g /dev/null
SELECT conflicts AS conflicts FROM practiceacl.add_absence(:'noras', '2058-03-04 09:00+01', '2058-03-04 11:00+01', 'Training') \gset
SELECT is(:'conflicts'::uuid[], ARRAY[:'henry'::uuid], 'adding an absence names the appointments that it conflicts with');
SELECT practiceacl.move_appointment(:'henry', '2058-03-04 12:00+01', reason => 'before lunch') \g /dev/null
SELECT is((SELECT starts_at FROM practiceacl.appointment), '2058-03-04 12:00+01'::timestamptz, 'the holder may book at any time');
SELECT enter('paul') \g /dev/null
SELECT is(refusal(format('SELECT practiceacl.book(%L, %L)', :'noras', '2058-03-04 09:00+01')), 'PA021', 'the assistant cannot book during the absence');
SELECT results_eq(format('SELECT starts_at FROM practiceacl.free_slots(%L, %L, %L)', :'noras', '2058-03-04', '2058-03-05'),
    $$VALUES ('2058-03-04 14:00+01'::timestamptz), ('2058-03-04 14:30+01')$$, 'and is offered what is left of the day');

-- "Give rights on your own agenda", "take them".
SELECT enter('nora') \g /dev/null
SELECT practiceacl.set_rights(:'noras', :'paul', 'absences+edit_past') \g /dev/null
SELECT enter('paul') \g /dev/null
SELECT is(practiceacl.rights_on(:'noras')::text, 'absences+edit_past+statistics', 'the holder gives the assistant more rights');
SELECT lives_ok(format('SELECT practiceacl.add_absence(%L, %L, %L)', :'noras', '2058-03-11 14:00+01', '2058-03-11 15:00+01'), 'and the assistant uses them');

-- The assistant becomes a collaborator.
SELECT enter('manager') \g /dev/null
SELECT practiceacl.add_agenda(:'centre', :'paul', '{"data_controller": "Paul Girard", "name": "Paul Girard", "service_offer": "basic"}') AS pauls \gset
SELECT enter('paul') \g /dev/null
SELECT set_eq('SELECT name, own FROM practiceacl.my_agendas', $$VALUES ('Nora Faure', false), ('Paul Girard', true)$$,
    'Paul holds an agenda and works on another');
SELECT lives_ok(format('SELECT practiceacl.update_agenda(%L, %L)', :'pauls', '{"public_profile": {"about": "Shoulders"}}'), 'may edit its public profile');
SELECT is(refusal(format('SELECT practiceacl.update_agenda(%L, %L)', :'noras', '{"public_profile": {}}')), '42501', 'and still not Nora''s');
SELECT enter('manager') \g /dev/null
SELECT is((SELECT sum(o.monthly_price) FROM practiceacl.agenda g JOIN practiceacl.service_offers o ON o.code = g.service_offer), 108.90,
    'and from now on the centre pays for two');

-- Leaving: what is booked on the agenda is handed over, not lost.
SELECT results_eq(format('SELECT appointment_id, agenda_id FROM practiceacl.remove_user(%L, %L)', :'centre', :'nora'),
    format('VALUES (%L::uuid, %L::uuid)', :'henry', :'noras'), 'removing the collaborator names the future appointments');
SELECT practiceacl.reauthenticate('manager''s own words') \g /dev/null
SELECT practiceacl.transfer_agenda(:'noras', :'paul') \g /dev/null
SELECT enter('paul') \g /dev/null
SELECT results_eq('SELECT patient, agenda_id FROM practiceacl.appointment', format($$VALUES ('Mme Henry', %L::uuid)$$, :'noras'),
    'and the calendar goes to the former assistant');

SELECT * FROM finish();
ROLLBACK;
