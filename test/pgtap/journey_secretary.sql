-- The secretary: the manager of a centre gives them a login of their own, on the
-- calendars of two doctors, between whom they switch all day long.
BEGIN;
\ir support/people.psql
SELECT plan(35);

-- "Create the practitioners, each with an agenda": the two doctors, and a third with whom the secretary has nothing to do.
SELECT account_id AS anne, agenda_id AS annes, temporary_password AS anne_word FROM practiceacl.create_user(
    :'centre', 'anne@centre.test', 'Anne', 'Petit', job_title => 'Dermatologist',
    agenda => '{"data_controller": "Dr Petit", "name": "Dr Petit", "slot_minutes": 20}') \gset
SELECT account_id AS bruno, agenda_id AS brunos, temporary_password AS bruno_word FROM practiceacl.create_user(
    :'centre', 'bruno@centre.test', 'Bruno', 'Roux', job_title => 'Cardiologist',
    agenda => '{"data_controller": "Dr Roux", "name": "Dr Roux"}') \gset
SELECT agenda_id AS thirds FROM practiceacl.create_user(
    :'centre', 'clara@centre.test', 'Clara', 'Vidal', agenda => '{"data_controller": "Dr Vidal"}') \gset
SELECT keep('anne', practiceacl.log_in('anne@centre.test', :'anne_word')),
       keep('bruno', practiceacl.log_in('bruno@centre.test', :'bruno_word')) \g /dev/null
SELECT enter('anne') \g /dev/null
SELECT practiceacl.change_password(:'anne_word', 'anne''s own words') \g /dev/null
SELECT enter('bruno') \g /dev/null
SELECT practiceacl.change_password(:'bruno_word', 'bruno''s own words') \g /dev/null

-- "Invite the secretary: name, address, the calendars to manage, and what they may do."
SELECT enter('manager') \g /dev/null
SELECT token AS link FROM practiceacl.invite_user(:'centre', 'Sofia@Secretaries.test', 'Sofia', 'Leroy',
    job_title => 'Secretary', access => jsonb_build_array(
        jsonb_build_object('agenda', :'annes', 'rights', 'book+messaging'),
        jsonb_build_object('agenda', :'brunos', 'rights', 'book'))) \gset
SELECT results_eq('SELECT name, email, status, times_sent, invited_by_name FROM practiceacl.invitation_status',
    $$VALUES ('Sofia Leroy', 'sofia@secretaries.test', 'pending', 1, 'Marc Moreau')$$, 'the manager sees that the invitation waits');
SELECT is((SELECT count(*) FROM practiceacl.user_directory WHERE job_title = 'Secretary'), 0::bigint, 'and that no user was created yet');
SELECT is((SELECT count(*) FROM practiceacl.access_matrix WHERE user_name = 'Sofia Leroy'), 0::bigint, 'and that no rights were granted yet');

-- "The secretary follows the link in the mail and chooses a password."
SELECT enter(NULL) \g /dev/null
SELECT account_id AS sofia, keep('sofia', session) FROM practiceacl.accept_invitation(
    :'link', 'a password of my own', last_name => 'Leroy-Blanc', client => 'reception') \gset
SELECT enter('sofia') \g /dev/null
SELECT results_eq('SELECT name, admin, job_title FROM practiceacl.my_organizations',
    $$VALUES ('Health Centre', 'none', 'Secretary')$$, 'the secretary is a member of the centre');
SELECT results_eq('SELECT first_name, last_name, email FROM practiceacl.user_directory WHERE account_id = practiceacl.current_account()',
    $$VALUES ('Sofia', 'Leroy-Blanc', 'sofia@secretaries.test')$$, 'under the name that was corrected on acceptance');
SELECT keep('sofia', practiceacl.log_in('sofia@secretaries.test', 'a password of my own', 'reception')) \g /dev/null
SELECT enter('sofia') \g /dev/null
SELECT is(practiceacl.current_account(), :'sofia'::uuid, 'the secretary logs in to an account of their own, not to a doctor''s');

-- "After logging in, choose the calendar to work on."
SELECT results_eq('SELECT name, holder_name, rights::text, own, current FROM practiceacl.my_agendas ORDER BY name',
    $$VALUES ('Dr Petit', 'Anne Petit', 'book+messaging', false, false), ('Dr Roux', 'Bruno Roux', 'book', false, false)$$,
    'two calendars are offered, and none is chosen yet');
SELECT is(practiceacl.current_agenda(), NULL, 'no calendar is current before the choice');
SELECT practiceacl.choose_agenda(:'annes') \g /dev/null
SELECT is(practiceacl.current_agenda(), :'annes'::uuid, 'the secretary chooses that of Dr Petit');
SELECT results_eq('SELECT name FROM practiceacl.my_agendas WHERE current', $$VALUES ('Dr Petit')$$, 'my_agendas marks it as current');
SELECT is(refusal(format('SELECT practiceacl.choose_agenda(%L)', :'thirds')), 'PT404', 'that of Dr Vidal cannot be chosen');
SELECT is(practiceacl.current_agenda(), :'annes'::uuid, 'and the choice stays as it was');

-- "Take an appointment for the doctor."
SELECT practiceacl.book(practiceacl.current_agenda(), '2058-03-04 09:00+01', patient => 'Mme Garnier') AS garnier \gset
SELECT results_eq('SELECT starts_at, ends_at, patient FROM practiceacl.calendar',
    $$VALUES ('2058-03-04 09:00+01'::timestamptz, '2058-03-04 09:20+01'::timestamptz, 'Mme Garnier')$$,
    'the appointment is as long as Dr Petit''s slots');
SELECT throws_ok(format('SELECT practiceacl.book(%L, %L)', :'annes', '2058-03-04 09:10+01'), '23P01', 'this slot is already taken',
    'a second appointment at the same time is refused');
SELECT practiceacl.send_message(:'annes', 'garnier@patients.test', 'Your appointment', 'Monday at nine') IS NOT NULL AS sent \gset
SELECT is(:'sent'::boolean, true, 'the secretary writes to the patient on behalf of Dr Petit');

-- "Switch to the other calendar at any time."
SELECT practiceacl.choose_agenda(:'brunos') \g /dev/null
SELECT is(practiceacl.current_agenda(), :'brunos'::uuid, 'the secretary switches to Dr Roux');
SELECT practiceacl.book(practiceacl.current_agenda(), '2058-03-04 09:10+01', patient => 'M. Simon') AS simon \gset
SELECT is((SELECT ends_at - starts_at FROM practiceacl.appointment WHERE id = :'simon'), interval '15 minutes', 'whose slots are shorter');
SELECT is(refusal(format('SELECT practiceacl.send_message(%L, %L, %L, %L)', :'brunos', 'simon@patients.test', 'Hello', 'You')), '42501',
    'without messaging, the secretary cannot write to Dr Roux''s patients');
SELECT practiceacl.move_appointment(:'simon', '2058-03-04 10:00+01', agenda_id => :'annes') \g /dev/null
SELECT is((SELECT agenda_id FROM practiceacl.appointment WHERE id = :'simon'), :'annes'::uuid, 'an appointment is moved from one calendar to the other');
SELECT set_eq('SELECT agenda_id, patient FROM practiceacl.calendar',
    format($$VALUES (%L::uuid, 'Mme Garnier'), (%L::uuid, 'M. Simon')$$, :'annes', :'annes'), 'and sees both calendars side by side');

-- "Each computer has its own choice."
SELECT keep('sofia at home', practiceacl.log_in('sofia@secretaries.test', 'a password of my own', 'home')) \g /dev/null
SELECT enter('sofia at home') \g /dev/null
SELECT is(practiceacl.current_agenda(), NULL, 'in a second session nothing is chosen yet');
SELECT practiceacl.choose_agenda(:'annes') \g /dev/null
SELECT enter('sofia') \g /dev/null
SELECT is(practiceacl.current_agenda(), :'brunos'::uuid, 'and the choice of the first session is as before');

-- The holder's private appointments.
SELECT enter('anne') \g /dev/null
SELECT practiceacl.book(:'annes', '2058-03-04 12:00+01', patient => 'My dentist', private => true) \g /dev/null
SELECT enter('sofia') \g /dev/null
SELECT results_eq('SELECT kind, status, patient FROM practiceacl.calendar WHERE private', $$VALUES ('appointment', 'busy', NULL::text)$$,
    'a private appointment of Dr Petit is only shown as busy');
SELECT is((SELECT count(*) FROM practiceacl.appointment WHERE private), 0::bigint, 'and the table shows no row for it');

-- Who did what
SELECT enter('anne') \g /dev/null
SELECT set_eq(format($$SELECT act FROM practiceacl.activity WHERE actor_id = %L AND agenda_id = %L$$, :'sofia', :'annes'),
    $$VALUES ('rights.set'), ('agenda.chosen'), ('appointment.booked'), ('message.queued'), ('appointment.moved')$$,
    'Dr Petit sees what the secretary did on the calendar');
SELECT is((SELECT count(*) FROM practiceacl.activity WHERE actor_id = :'sofia' AND agenda_id = :'brunos'), 0::bigint,
    'and not what the secretary did on another');
RESET ROLE;
SELECT set_eq(format($$SELECT kind, recipient FROM practiceacl.outbox WHERE payload->>'account_id' = %L$$, :'sofia'),
    $$VALUES ('user_added', 'anne@centre.test'), ('user_added', 'bruno@centre.test'), ('user_added', 'manager@centre.test'),
             ('welcome', 'sofia@secretaries.test')$$, 'both doctors and the manager were told, nobody else');
SET LOCAL ROLE :app;
SELECT enter('manager') \g /dev/null
SELECT results_eq('SELECT status, account_id, last_log_in_at IS NOT NULL FROM practiceacl.invitation_status',
    format($$VALUES ('accepted', %L::uuid, true)$$, :'sofia'), 'the manager sees that the invitation was accepted, and the last log-in');
SELECT is((SELECT count(*) FROM practiceacl.calendar), 0::bigint, 'but no appointment: administering users does not include reading calendars');

-- "Withdraw an access at any time": Dr Roux does so while the secretary works on that calendar.
SELECT enter('bruno') \g /dev/null
SELECT practiceacl.set_rights(:'brunos', :'sofia', 'none') \g /dev/null
SELECT enter('sofia') \g /dev/null
SELECT is(practiceacl.current_agenda(), NULL, 'at once no calendar is current');
SELECT results_eq('SELECT name FROM practiceacl.my_agendas', $$VALUES ('Dr Petit')$$, 'and one calendar is left');
SELECT is(refusal(format('SELECT practiceacl.book(%L, %L)', :'brunos', '2058-03-05 09:00+01')), 'PT404', 'the other does not exist for the secretary');
SELECT is((SELECT count(*) FROM practiceacl.calendar WHERE agenda_id = :'brunos'), 0::bigint, 'and shows no rows');
SELECT is(practiceacl.rights_on(:'annes')::text, 'book+messaging', 'the rights on that of Dr Petit are as they were');
SELECT enter('sofia at home') \g /dev/null
SELECT is(practiceacl.current_agenda(), :'annes'::uuid, 'and so is the choice of the other session');

SELECT * FROM finish();
ROLLBACK;
