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

-- "She logs in with the temporary password, and must change it."
SELECT enter(NULL) \g /dev/null
SELECT keep('nora', practiceacl.log_in('nora@centre.test', :'word', 'her practice')) \g /dev/null
SELECT enter('nora') \g /dev/null
SELECT is((SELECT count(*) FROM practiceacl.my_agendas), 0::bigint, 'before that she sees nothing');
SELECT is(refusal(format('SELECT practiceacl.book(%L, %L)', :'noras', '2058-03-04 09:00+01')), 'PA031', 'and does nothing');
SELECT practiceacl.change_password(:'word', 'nora''s own words') \g /dev/null
SELECT results_eq('SELECT name, own, rights::text LIKE ''owner+%'' FROM practiceacl.my_agendas', $$VALUES ('Nora Faure', true, true)$$,
    'then her own calendar is hers');
SELECT is(practiceacl.log_in('nora@centre.test', :'word'), NULL, 'and the temporary password is worth nothing');
SELECT ok('public_profile' IN (SELECT feature FROM practiceacl.my_features WHERE agenda_id = :'noras'),
    'what is enabled she can read herself');
SELECT lives_ok(format('SELECT practiceacl.update_agenda(%L, %L)', :'noras', '{"public_profile": {"about": "Backs and knees"}}'),
    'she presents herself to the public');
SELECT results_eq(format('SELECT starts_at FROM practiceacl.free_slots(%L, %L, %L)', :'noras', '2058-03-04', '2058-03-05'),
    $$VALUES ('2058-03-04 09:00+01'::timestamptz), ('2058-03-04 09:30+01'), ('2058-03-04 10:00+01'), ('2058-03-04 10:30+01'),
             ('2058-03-04 14:00+01'), ('2058-03-04 14:30+01')$$, 'she is free in her openings, every half hour');

-- "Create a user without agenda", for her calendar.
SELECT enter('manager') \g /dev/null
SELECT is(refusal(format('SELECT practiceacl.create_user(%L, %L, %L, %L, features => %L)', :'centre', 'paul@centre.test', 'Paul', 'Girard',
    'public_profile')), 'PA012', 'who has no agenda has no public profile');
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
    $$VALUES ('Nora Faure', false, 'book_in_hours+statistics')$$, 'he works on her calendar, with what the centre enabled for him');
SELECT set_eq('SELECT feature, agenda FROM practiceacl.my_features', $$VALUES ('statistics', NULL), ('statistics', 'Nora Faure')$$,
    'which he can read');

-- What the assistant may
SELECT practiceacl.book(:'noras', '2058-03-04 09:30+01', patient => 'Mme Henry') AS henry \gset
SELECT is((SELECT ends_at FROM practiceacl.appointment WHERE id = :'henry'), '2058-03-04 10:00+01'::timestamptz, 'he books in her openings');
SELECT is(refusal(format('SELECT practiceacl.book(%L, %L)', :'noras', '2058-03-04 12:00+01')), 'PA020', 'and not outside');
SELECT is(refusal(format('SELECT practiceacl.add_absence(%L, %L, %L)', :'noras', '2058-03-04 14:00+01', '2058-03-04 15:00+01')), '42501',
    'he does not say when she is away');
SELECT is(refusal(format('SELECT practiceacl.set_openings(%L, %L)', :'noras', '[]')), '42501', 'nor when she works');
SELECT is(refusal(format('SELECT practiceacl.set_rights(%L, %L, %L)', :'noras', :'manager', 'read')), '42501', 'nor who else may look');
SELECT is(refusal(format('SELECT practiceacl.update_agenda(%L, %L)', :'noras', '{"public_profile": {}}')), '42501', 'nor how she presents herself');
SELECT throws_ok(format('SELECT practiceacl.create_user(%L, %L, %L, %L)', :'centre', 'friend@x.test', 'A', 'Friend'), '42501',
    'must be an administrator of the organization', 'nor does he make users');

-- What the collaborator may
SELECT enter('nora') \g /dev/null
SELECT conflicts AS conflicts FROM practiceacl.add_absence(:'noras', '2058-03-04 09:00+01', '2058-03-04 11:00+01', 'Training') \gset
SELECT is(:'conflicts'::uuid[], ARRAY[:'henry'::uuid], 'she goes away, and learns whose appointment that hits');
SELECT practiceacl.move_appointment(:'henry', '2058-03-04 12:00+01', reason => 'before lunch') \g /dev/null
SELECT is((SELECT starts_at FROM practiceacl.appointment), '2058-03-04 12:00+01'::timestamptz, 'she may book herself at any time');
SELECT enter('paul') \g /dev/null
SELECT is(refusal(format('SELECT practiceacl.book(%L, %L)', :'noras', '2058-03-04 09:00+01')), 'PA021', 'he is told that she is away');
SELECT results_eq(format('SELECT starts_at FROM practiceacl.free_slots(%L, %L, %L)', :'noras', '2058-03-04', '2058-03-05'),
    $$VALUES ('2058-03-04 14:00+01'::timestamptz), ('2058-03-04 14:30+01')$$, 'and what is left of the day');

-- "Give rights on your own agenda", "take them".
SELECT enter('nora') \g /dev/null
SELECT practiceacl.set_rights(:'noras', :'paul', 'absences+edit_past') \g /dev/null
SELECT enter('paul') \g /dev/null
SELECT is(practiceacl.rights_on(:'noras')::text, 'absences+edit_past+statistics', 'her assistant is given more by herself');
SELECT lives_ok(format('SELECT practiceacl.add_absence(%L, %L, %L)', :'noras', '2058-03-11 14:00+01', '2058-03-11 15:00+01'), 'and uses it');

-- The assistant becomes a collaborator.
SELECT enter('manager') \g /dev/null
SELECT practiceacl.add_agenda(:'centre', :'paul', '{"data_controller": "Paul Girard", "name": "Paul Girard", "service_offer": "basic"}') AS pauls \gset
SELECT enter('paul') \g /dev/null
SELECT set_eq('SELECT name, own FROM practiceacl.my_agendas', $$VALUES ('Nora Faure', false), ('Paul Girard', true)$$,
    'with an agenda of his own he is both');
SELECT lives_ok(format('SELECT practiceacl.update_agenda(%L, %L)', :'pauls', '{"public_profile": {"about": "Shoulders"}}'), 'may present himself');
SELECT is(refusal(format('SELECT practiceacl.update_agenda(%L, %L)', :'noras', '{"public_profile": {}}')), '42501', 'and still not her');
SELECT enter('manager') \g /dev/null
SELECT is((SELECT sum(o.monthly_price) FROM practiceacl.agenda g JOIN practiceacl.service_offers o ON o.code = g.service_offer), 108.90,
    'and from now on the centre pays for two');

-- Leaving: what is booked on her agenda is handed over, not lost.
SELECT results_eq(format('SELECT appointment_id, agenda_id FROM practiceacl.remove_user(%L, %L)', :'centre', :'nora'),
    format('VALUES (%L::uuid, %L::uuid)', :'henry', :'noras'), 'the collaborator leaves, and her future appointments are named');
SELECT practiceacl.reauthenticate('manager''s own words') \g /dev/null
SELECT practiceacl.transfer_agenda(:'noras', :'paul') \g /dev/null
SELECT enter('paul') \g /dev/null
SELECT results_eq('SELECT patient, agenda_id FROM practiceacl.appointment', format($$VALUES ('Mme Henry', %L::uuid)$$, :'noras'),
    'and her calendar goes to who was her assistant');

SELECT * FROM finish();
ROLLBACK;
