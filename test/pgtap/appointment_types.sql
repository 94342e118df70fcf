-- Types of appointments: who makes them, where they are offered, what booking
-- takes from them, and that what they require holds on every path.
BEGIN;
\ir ../setup/clinic.sql
SELECT record.begin_all() \g /dev/null
SELECT plan(115);

INSERT INTO practiceacl.opening (organization_id, agenda_id, weekday, opens_at, closes_at)
VALUES (org('north'), agenda('anna'), 1, '09:00', '18:00'),
       (org('north'), agenda('bert'), 1, '09:00', '18:00');
CREATE TABLE clinic.type (name text, id uuid);
GRANT ALL ON clinic.type TO clinic_app;
CREATE FUNCTION clinic.type(name text) RETURNS uuid LANGUAGE sql STABLE
RETURN (SELECT t.id FROM clinic.type t WHERE t.name = type.name);

-- Who may make one.
SET LOCAL ROLE clinic_app;
SELECT is(code(format($$ SELECT practiceacl.set_appointment_type(org('north'), 'Check-up', '{"duration": 20}') FROM enter(%L) $$, who)), expected, who || ' makes a type')
FROM (VALUES ('anna', '42501'), ('sara', '42501'), ('olga', 'PT404'), ('carl', 'done')) AS v (who, expected);
SELECT is(code($$ SELECT practiceacl.set_appointment_type(agenda('nobody'), 'Check-up', '{"duration": 20}') $$), 'PT404', 'nor in an organization that does not exist');
INSERT INTO clinic.type SELECT 'check-up', type_id FROM practiceacl.appointment_types;
INSERT INTO clinic.type VALUES
    ('surgery', practiceacl.set_appointment_type(org('north'), ' Surgery ', '{"duration": "1 hour", "buffer_before": 15, "buffer_after": "00:30", "rights": "private", "color": "#33AAcc", "attributes": {"room": true}}')),
    ('call', practiceacl.set_appointment_type(org('north'), 'Call', '{"duration": 5, "rights": "none"}'));
SELECT results_eq(
    $$ SELECT name, duration, buffer_before, buffer_after, rights::text, color, attributes, archived_at FROM practiceacl.appointment_types WHERE type_id = type('surgery') $$,
    $$ VALUES ('Surgery', interval '1 hour', interval '15 min', interval '30 min', 'book_in_hours+private', '#33aacc', '{"room": true}'::jsonb, NULL::timestamptz) $$,
    'a type is what its settings say');
SELECT is((SELECT rights::text FROM practiceacl.appointment_types WHERE type_id = type('call')), 'book_in_hours', 'no type is booked by those who may not book');

-- Settings that are of no use.
SELECT is(code(format($$ SELECT practiceacl.set_appointment_type(org('north'), %L, %L) $$, name, settings)), expected, concat_ws(' ', left(replace(name, E'\n', ' '), 20), settings))
FROM (VALUES
    ('X', '{}', '22023'), ('X', '[]', '22023'), ('X', 'null', '22023'), ('X', NULL, '22023'), ('X', '{"duration": null}', '22023'),
    ('X', '{"duration": 0}', '22023'), ('X', '{"duration": -5}', '22023'), ('X', '{"duration": "1 month"}', '22023'),
    ('X', '{"duration": "1 year"}', '22023'), ('X', '{"duration": "8 days"}', '22023'), ('X', '{"duration": "30 seconds"}', '22023'),
    ('X', '{"duration": 1.5}', '22023'), ('X', '{"duration": "soon"}', '22023'), ('X', '{"duration": "999999999999 days"}', '22023'),
    ('X', '{"duration": true}', '22023'), ('X', '{"duration": 99999999999999}', '22023'),
    ('X', '{"duration": 10, "buffer_before": -1}', '22023'), ('X', '{"duration": 10, "buffer_after": 1441}', '22023'),
    ('X', '{"duration": 10, "buffer": 5}', '22023'), ('X', '{"duration": 10, "rights": "sometimes"}', '22023'),
    ('X', '{"duration": 10, "color": "red;background:url(x)"}', '22023'), ('X', '{"duration": 10, "attributes": 7}', '22023'),
    ('  ', '{"duration": 10}', '22023'), (NULL, '{"duration": 10}', '22004'), (repeat('x', 201), '{"duration": 10}', '22001'),
    (E'a\nb', '{"duration": 10}', '22023'), ('check-UP', '{"duration": 10}', '23505')) AS v (name, settings, expected);
SELECT is(refusal($$ SELECT practiceacl.set_appointment_type(org('north'), 'X', '{"duration": 10, "buffer": 5}') $$),
    E'22023 unknown key "buffer" in settings\n  HINT: The keys are duration, buffer_before, buffer_after, rights, color, attributes.', 'an unknown key is named');
SELECT is(code($$ SELECT practiceacl.set_appointment_type(org('north'), 'Week', '{"duration": "7 days"}') $$), 'done', 'a week is not too long');

-- Changing one: what is not given stays; what changes nothing is not recorded.
SELECT is(practiceacl.set_appointment_type(org('north'), NULL, '{"buffer_after": 10}', type('check-up')), type('check-up'), 'a pause is added');
SELECT is((SELECT name || duration || buffer_after FROM practiceacl.appointment_types WHERE type_id = type('check-up')), 'Check-up00:20:0000:10:00', 'and the rest stays');
SELECT is((SELECT count(*) FROM practiceacl.activity WHERE act = 'appointment_type.changed'), 1::bigint, 'which is on record');
SELECT is(practiceacl.set_appointment_type(org('north'), 'Check-up', '{"duration": 20, "buffer_after": 10, "rights": "none"}', type('check-up')), type('check-up'), 'saying it again');
SELECT is((SELECT count(*) FROM practiceacl.activity WHERE act = 'appointment_type.changed'), 1::bigint, 'is not');
SELECT is(code($$ SELECT practiceacl.set_appointment_type(org('north'), 'CALL', '{}', type('check-up')) $$), '23505', 'two types of one name');
SELECT is(code($$ SELECT practiceacl.set_appointment_type(org('north'), 'Y', '{}', id(1)) $$), 'PT404', 'a type that does not exist');
INSERT INTO clinic.type SELECT 'south', practiceacl.set_appointment_type(org('south'), 'Check-up', '{"duration": 20}') FROM enter('olga');
SELECT enter('carl') \g /dev/null
SELECT is(refusal($$ SELECT practiceacl.set_appointment_type(org('north'), 'Y', '{}', type('south')) $$),
    refusal($$ SELECT practiceacl.set_appointment_type(org('north'), 'Y', '{}', id(1)) $$), 'one of another organization is as unknown');

-- Offers: by owners of the agenda and administrators.
SELECT may('lena', 'owner', 'bert'), may('sara', 'openings', 'anna') \g /dev/null
SELECT is(code(format($$ SELECT practiceacl.offer_type(agenda(%L), type('check-up')) FROM enter(%L) $$, whose, who)), expected, who || ' offers a type on the agenda of ' || whose)
FROM (VALUES ('sara', 'anna', '42501'), ('olga', 'anna', 'PT404'), ('anna', 'anna', 'done'), ('lena', 'bert', 'done'), ('anna', 'bert', 'PT404'), ('carl', 'bert', 'done')) AS v (who, whose, expected);
SELECT enter('carl') \g /dev/null
SELECT is((SELECT count(*) FROM practiceacl.activity WHERE act = 'appointment_type.offered'), 2::bigint, 'offered twice is offered once');
SELECT is(code($$ SELECT practiceacl.offer_type(agenda('anna'), type('south')) $$), 'PT404', 'not one of another organization');
SELECT is(code(format($$ SELECT practiceacl.offer_type(agenda('anna'), type('check-up'), %L) $$, duration)), '22023', 'not for ' || duration)
FROM (VALUES ('0 min'), ('-1 hour'), ('1 month'), ('1 year'), ('90 seconds')) AS v (duration);
SELECT is(code($$ SELECT practiceacl.offer_type(agenda('bert'), type('check-up'), '40 minutes') $$), 'done', 'another duration there');
SELECT is(code($$ SELECT practiceacl.offer_type(agenda('anna'), type('surgery')) $$), 'done', 'surgery with anna only');
SELECT enter('lena') \g /dev/null
SELECT results_eq($$ SELECT name, duration, bookable FROM practiceacl.agenda_types WHERE agenda_id = agenda('bert') $$,
    $$ VALUES ('Check-up', interval '40 min', true) $$, 'the view shows it as this agenda has it');
SELECT is((SELECT count(*) FROM practiceacl.agenda_types WHERE agenda_id = agenda('anna')), 0::bigint, 'nothing of agendas that one does not see');
SELECT is((SELECT count(*) FROM practiceacl.appointment_types), 4::bigint, 'every member sees the types');
SELECT enter('olga') \g /dev/null
SELECT is((SELECT count(*) FROM practiceacl.appointment_types), 1::bigint, 'of their own organization');

-- Booking.
RESET ROLE;
SELECT may('lena', 'book_in_hours', 'anna'), may('lena', 'book_in_hours', 'bert'), may('sara', 'book_in_hours+private', 'anna'), may('sara', 'book_in_hours+private', 'bert') \g /dev/null
SET LOCAL ROLE clinic_app;
SELECT enter('lena') \g /dev/null
SELECT is(practiceacl.book(agenda('anna'), at('09:00'), appointment_type => type('check-up'), appointment_id => id(1)), id(1), 'a check-up');
SELECT results_eq($$ SELECT ends_at, occupied_from, occupied_until, appointment_type, type_name, color FROM practiceacl.calendar WHERE id = id(1) $$,
    $$ VALUES (at('09:20'), at('09:00'), at('09:30'), type('check-up'), 'Check-up', NULL::text) $$, 'takes as long as its type, and its pause');
SELECT is(practiceacl.book(agenda('anna'), at('09:00'), appointment_type => type('check-up'), appointment_id => id(1)), id(1), 'asked again it is the same');
SELECT is(code($$ SELECT practiceacl.book(agenda('anna'), at('09:00'), at('09:20'), appointment_id => id(1)) $$), '23505', 'without the type it is another');
SELECT is(code($$ SELECT practiceacl.book(agenda('anna'), at('09:20'), appointment_type => type('check-up')) $$), '23P01', 'its pause is taken');
SELECT is(practiceacl.book(agenda('bert'), at('09:00'), appointment_type => type('check-up'), appointment_id => id(2)), id(2), 'elsewhere');
SELECT is((SELECT ends_at FROM practiceacl.appointment WHERE id = id(2)), at('09:40'), 'it takes as long as there');
SELECT is(practiceacl.book(agenda('bert'), at('10:00'), duration => '10 min', appointment_type => type('check-up'), appointment_id => id(3)), id(3), 'whoever says how long');
SELECT is((SELECT ends_at FROM practiceacl.appointment WHERE id = id(3)), at('10:10'), 'is believed');
SELECT is(refusal($$ SELECT practiceacl.book(agenda('anna'), at('11:00'), appointment_type => type('south')) $$),
    refusal($$ SELECT practiceacl.book(agenda('anna'), at('11:00'), appointment_type => id(1)) $$), 'a type of another organization is as unknown as none');
SELECT is(code($$ SELECT practiceacl.book(agenda('bert'), at('11:00'), appointment_type => type('surgery')) $$), '22023', 'what the agenda does not offer');
SELECT is(code($$ SELECT practiceacl.book(agenda('anna'), at('11:00'), appointment_type => type('surgery')) $$), '42501', 'what needs more rights');
SELECT is(code($$ SELECT practiceacl.book(agenda('anna'), at('11:00'), at('11:05'), appointment_type => type('surgery')) $$), '42501', 'however short');

-- What a type requires holds on every path.
SELECT is(code($$ SELECT practiceacl.update_appointment(id(1), jsonb_build_object('appointment_type', type('surgery'))) $$), '42501', 'update_appointment()');
SELECT is((SELECT string_agg(DISTINCT outcome, ' ') FROM practiceacl.book_series(agenda('anna'), at('11:00'), NULL, '1 week', 3, appointment_type => type('surgery'))), 'refused', 'book_series()');
CREATE TEMP TABLE staging AS SELECT 'a' AS key, agenda('anna') AS agenda_id, at('11:00') AS starts_at, NULL::timestamptz AS ends_at, type('surgery') AS appointment_type
UNION ALL SELECT 'b', agenda('anna'), at('12:00'), NULL, type('check-up')
UNION ALL SELECT 'c', agenda('anna'), at('12:25'), NULL, type('check-up')
UNION ALL SELECT 'd', agenda('anna'), at('12:30'), at('12:35'), type('check-up');
SELECT results_eq($$ SELECT key, outcome FROM practiceacl.import_appointments('staging') $$,
    $$ VALUES ('a', 'refused'), ('b', 'booked'), ('c', 'refused'), ('d', 'booked') $$, 'import_appointments()');
SELECT enter('sara') \g /dev/null
SELECT is(practiceacl.book(agenda('anna'), at('14:00'), appointment_type => type('surgery'), appointment_id => id(4)), id(4), 'with the rights it is booked');
SELECT enter('lena') \g /dev/null
SELECT is(code($$ SELECT practiceacl.move_appointment(id(4), at('15:00')) $$), '42501', 'move_appointment()');
SELECT is((SELECT outcome FROM practiceacl.move_appointments(jsonb_build_array(jsonb_build_object('appointment_id', id(4), 'starts_at', at('15:00'))))), 'refused', 'move_appointments()');
SELECT is(code($$ SELECT practiceacl.swap_appointments(id(1), id(4)) $$), '42501', 'swap_appointments()');
SELECT is(code($$ SELECT practiceacl.cancel_appointment(id(4)) $$), 'done', 'whoever may book may cancel');
SELECT is(code($$ SELECT practiceacl.set_status(id(4), 'booked') $$), '42501', 'but not take it back');
SELECT enter('sara') \g /dev/null
SELECT is(code($$ SELECT practiceacl.set_status(id(4), 'booked') $$), 'done', 'with the rights one does');
SELECT is(code($$ SELECT practiceacl.move_appointment(id(4), at('15:00'), agenda_id => agenda('bert')) $$), '22023', 'it is not moved to an agenda that does not offer it');
SELECT is(code($$ SELECT practiceacl.move_appointment(id(1), at('15:00'), agenda_id => agenda('bert')) $$), 'done', 'to one that does');
SELECT results_eq($$ SELECT ends_at, occupied_until FROM practiceacl.appointment WHERE id = id(1) $$,
    $$ VALUES (at('15:20'), at('15:30')) $$, 'it keeps its length and its pauses');
SELECT is(code($$ SELECT practiceacl.update_appointment(id(4), '{"appointment_type": null}') $$), 'done', 'a type is taken off');
SELECT results_eq($$ SELECT occupied_from, occupied_until, version FROM practiceacl.appointment WHERE id = id(4) $$,
    $$ VALUES (at('14:00'), at('15:00'), 4) $$, 'and its pauses go');
SELECT is(practiceacl.book(agenda('anna'), at('15:10'), appointment_id => id(5)), id(5), 'so that others are booked');
SELECT is(code($$ SELECT practiceacl.update_appointment(id(4), jsonb_build_object('appointment_type', type('surgery'))) $$), '23P01', 'then they are in the way of taking it on');
SELECT is(code($$ SELECT practiceacl.cancel_appointment(id(5)) $$), 'done', 'without them');
SELECT is(code($$ SELECT practiceacl.update_appointment(id(4), jsonb_build_object('appointment_type', type('surgery'), 'note', 'late'), 4) $$), 'done', 'it is taken on');
SELECT is(refusal($$ SELECT practiceacl.update_appointment(id(4), '{"note": "x"}', 4) $$) ~ 'changed since: appointment_type, note', true, 'and whoever had it open learns that');

-- A type that changes or goes.
SELECT enter('carl') \g /dev/null
SELECT is(practiceacl.set_appointment_type(org('north'), NULL, '{"duration": 30, "buffer_after": 0}', type('check-up')), type('check-up'), 'a type becomes longer');
SELECT enter('lena') \g /dev/null
SELECT results_eq($$ SELECT ends_at, occupied_until FROM practiceacl.appointment WHERE id = id(1) $$,
    $$ VALUES (at('15:20'), at('15:30')) $$, 'what is booked stays as it is');
SELECT is(practiceacl.book(agenda('bert'), at('09:00'), appointment_type => type('check-up'), appointment_id => id(2)), id(2), 'and can be asked for again');
SELECT is(code($$ SELECT practiceacl.archive_appointment_type(type('check-up')) $$), '42501', 'a type is archived by administrators only');
SELECT is(code($$ SELECT practiceacl.withdraw_type(agenda('anna'), type('check-up')) $$), '42501', 'and withdrawn by them and owners');
SELECT enter('olga') \g /dev/null
SELECT is(code($$ SELECT practiceacl.archive_appointment_type(type('check-up')) $$), 'PT404', 'others do not know of it');
SELECT enter('carl') \g /dev/null
SELECT is(code($$ SELECT practiceacl.archive_appointment_type(type('check-up')) $$), 'done', 'they do');
SELECT is(code($$ SELECT practiceacl.offer_type(agenda('anna'), type('check-up')) $$), '55000', 'an archived type is not offered');
SELECT enter('lena') \g /dev/null
SELECT is(code($$ SELECT practiceacl.book(agenda('anna'), at('16:00'), appointment_type => type('check-up')) $$), '55000', 'nor booked');
SELECT is(practiceacl.book(agenda('bert'), at('09:00'), appointment_type => type('check-up'), appointment_id => id(2)), id(2), 'what was booked can be asked for again');
SELECT is(code($$ SELECT practiceacl.move_appointment(id(1), at('15:00'), agenda_id => agenda('anna')) $$), '23P01', 'and moved');
SELECT is(code($$ SELECT practiceacl.move_appointment(id(1), at('16:00'), agenda_id => agenda('anna')) $$), 'done', 'where there is room');
SELECT enter('carl') \g /dev/null
SELECT is(code($$ SELECT practiceacl.restore_appointment_type(type('check-up')) $$), 'done', 'it is brought back');
SELECT is(code($$ SELECT practiceacl.withdraw_type(agenda('anna'), type('check-up')) $$), 'done', 'withdrawn from an agenda');
SELECT is((SELECT array_agg(act || coalesce(facts ->> 'minutes', '') ORDER BY id) FROM practiceacl.activity WHERE subject_id = type('check-up')),
    '{appointment_type.created20,appointment_type.changed20,appointment_type.offered,appointment_type.offered,appointment_type.offered40,appointment_type.changed30,appointment_type.archived,appointment_type.restored,appointment_type.withdrawn}', 'and all of it is on record');
SELECT enter('lena') \g /dev/null
SELECT is(code($$ SELECT practiceacl.book(agenda('anna'), at('16:30'), appointment_type => type('check-up')) $$), '22023', 'then it is not booked there');

-- A private appointment does not tell what it is for.
SELECT enter('sara') \g /dev/null
SELECT is(code($$ SELECT practiceacl.update_appointment(id(4), '{"private": true}') $$), 'done', 'a private one');
SELECT enter('lena') \g /dev/null
SELECT results_eq($$ SELECT status, appointment_type, type_name, color FROM practiceacl.calendar WHERE starts_at = at('14:00') $$,
    $$ VALUES ('busy', NULL::uuid, NULL::text, NULL::text) $$, 'is busy, and of no type');
RESET ROLE;
SELECT is_empty($$ SELECT * FROM practiceacl.health() WHERE NOT ok AND check_name NOT IN ('settings', 'secrets', 'administrators') $$, 'health() is content');
SELECT * FROM finish();
ROLLBACK;
