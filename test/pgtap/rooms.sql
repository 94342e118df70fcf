-- Agendas of rooms and devices: nobody holds them, and every rule that speaks
-- of a holder does without.
BEGIN;
\ir ../setup/clinic.sql
SELECT record.begin_all() \g /dev/null
SELECT plan(73);

CREATE TABLE clinic.room (name text, id uuid);
GRANT ALL ON clinic.room TO clinic_app;
CREATE FUNCTION clinic.room(name text) RETURNS uuid LANGUAGE sql STABLE
RETURN (SELECT r.id FROM clinic.room r WHERE r.name = room.name);
UPDATE practiceacl.session SET confirmed_until = now() + interval '5 minutes' WHERE account_id = account('carl');
SET LOCAL ROLE clinic_app;

-- Adding one.
SELECT is(code(format($$ SELECT practiceacl.add_agenda(org('north'), NULL, '{"kind": "room", "name": "Room"}') FROM enter(%L) $$, who)), expected, who || ' adds a room')
FROM (VALUES ('anna', '42501'), ('sara', '42501'), ('olga', 'PT404')) AS v (who, expected);
SELECT enter('carl') \g /dev/null
INSERT INTO clinic.room VALUES
    ('one', practiceacl.add_agenda(org('north'), NULL, '{"kind": "room", "name": "Room 1"}')),
    ('scanner', practiceacl.add_agenda(org('north'), NULL, '{"kind": "device", "name": "Scanner", "data_controller": "Radiology", "slot_minutes": 30, "openings": [{"weekday": 1, "from": "08:00", "to": "12:00"}]}'));
SELECT results_eq($$ SELECT kind, holder_id, name, data_controller, slot_minutes, service_offer FROM practiceacl.agenda WHERE kind <> 'person' ORDER BY name $$,
    $$ VALUES ('room', NULL::uuid, 'Room 1', 'North', 15, NULL::text), ('device', NULL, 'Scanner', 'Radiology', 30, NULL) $$, 'an administrator adds rooms and devices');
SELECT is(code(format($$ SELECT practiceacl.add_agenda(org('north'), %L, %L) $$, account, agenda)), '22023', concat_ws(' ', 'not', agenda, CASE WHEN account IS NULL THEN 'without' ELSE 'with' END, 'a holder'))
FROM (VALUES (NULL, '{"name": "X"}'), (NULL, '{"kind": "room"}'), (NULL, '{"kind": "person", "name": "X", "data_controller": "Y"}'),
             (NULL, '{"kind": "lift", "name": "X"}'), (NULL, '{"kind": 5, "name": "X"}'), (NULL, '{"kind": null, "name": "X"}'),
             (account('anna'), '{"kind": "room", "name": "X", "data_controller": "Y"}'), (account('anna'), '{"name": "X"}')) AS v (account, agenda);
SELECT is(code($$ SELECT practiceacl.add_agenda(org('north'), account('anna'), '{"kind": "person", "name": "X", "data_controller": "Y"}') $$), 'done', 'an agenda may say that it is a person''s');
SELECT is(code($$ SELECT practiceacl.create_user(org('north'), 'new@north.test', 'New', 'User', agenda => '{"kind": "room", "data_controller": "X"}') $$), '22023', 'no user is created with a room');
SELECT is(code($$ SELECT practiceacl.update_agenda(room('one'), '{"kind": "device"}') $$), '22023', 'a room stays a room');
RESET ROLE;
SELECT is(code($$ UPDATE practiceacl.agenda SET holder_id = account('anna') WHERE kind = 'room' $$), '23514', 'by constraint, too');
SELECT is(code($$ UPDATE practiceacl.agenda SET holder_id = NULL WHERE name = 'Bert' $$), '23514', 'and nobody''s agenda is only a room''s');
SET LOCAL ROLE clinic_app;

-- Rights on it: given by administrators as on any other, owned by nobody.
SELECT is(practiceacl.can(room('one'), 'freebusy'), false, 'who added it has no rights on it');
SELECT is(code($$ SELECT practiceacl.set_rights(room('one'), account('sara'), 'owner') $$), 'PA012', 'nobody is made its owner');
SELECT is(code($$ SELECT practiceacl.set_rights(room('one'), account('sara'), 'openings+private') $$), 'done', 'but somebody keeps its hours');
SELECT is(code($$ SELECT practiceacl.set_rights(room('one'), account('lena'), 'book') $$), 'done', 'and others book it');
SELECT is(code($$ SELECT practiceacl.set_rights(room('one'), account('olga'), 'read') $$), 'PT404', 'nobody of another organization');
SELECT is(code($$ SELECT practiceacl.set_rights(room('one'), account('carl'), 'book') $$), 'done', 'administrators give themselves rights after proving who they are');
SELECT is(code($$ SELECT practiceacl.set_colleague_rights(room('scanner'), 'freebusy') $$), 'done', 'every colleague sees when it is busy');
SELECT is(code($$ SELECT practiceacl.set_colleague_rights(room('scanner'), 'owner') $$), 'PA012', 'and none of them owns it');
SELECT results_eq($$ SELECT account_id, source FROM practiceacl.access_matrix WHERE agenda_id = room('one') AND account_id <> account('carl') ORDER BY user_name $$,
    $$ VALUES (account('lena'), 'hand'), (account('sara'), 'hand') $$, 'access_matrix has its grants');
SELECT results_eq($$ SELECT DISTINCT source FROM practiceacl.access_matrix WHERE agenda_id = room('scanner') $$, $$ VALUES ('colleague') $$, 'and what colleagues have');
SELECT is((SELECT count(*) FROM practiceacl.who_can(room('one'), 'book')), 3::bigint, 'who_can() answers');
SELECT is((SELECT source FROM practiceacl.explain_access(account('lena'), room('one'))), 'grant', 'explain_access() explains');
SELECT is((SELECT count(*) FROM practiceacl.access_at(clock_timestamp(), room('one'))), 3::bigint, 'access_at() as well');
SELECT is((SELECT agendas FROM practiceacl.user_directory WHERE account_id = account('lena')), 2::bigint, 'the directory counts it');

SELECT enter('sara') \g /dev/null
SELECT results_eq($$ SELECT name, kind, own, holder_id, holder_name FROM practiceacl.my_agendas WHERE kind <> 'person' ORDER BY name $$,
    $$ VALUES ('Room 1', 'room', false, NULL::uuid, NULL::text), ('Scanner', 'device', false, NULL, NULL) $$, 'my_agendas shows it');
SELECT is(code($$ SELECT practiceacl.set_rights(room('one'), account('anna'), 'book') $$), '42501', 'who keeps its hours gives no rights');
SELECT is(code($$ SELECT practiceacl.set_openings(room('one'), '[{"weekday": 1, "from": "09:00", "to": "18:00"}]') $$), 'done', 'they open it');
SELECT is(code($$ SELECT practiceacl.add_absence(room('one'), at('12:00'), at('13:00'), 'painting') $$), 'done', 'and close it');

-- Booking on the room itself.
SELECT enter('lena') \g /dev/null
SELECT is(practiceacl.book(room('one'), at('09:00'), patient => 'Marie', appointment_id => id(1)), id(1), 'a room is booked');
SELECT is(code($$ SELECT practiceacl.book(room('one'), at('09:00')) $$), '23P01', 'once');
SELECT isnt(practiceacl.hold_slot(room('one'), at('10:00')), NULL, 'held');
SELECT is((SELECT count(*) FROM practiceacl.free_slots(room('one'), at('08:00'), at('10:00'))), 7::bigint, 'and has free slots');
SELECT is((SELECT string_agg(DISTINCT outcome, ' ') FROM practiceacl.book_series(room('one'), at('09:30'), at('09:45'), '1 week', 3)), 'booked', 'and series');
SELECT is(code($$ SELECT practiceacl.book(room('scanner'), at('09:00')) $$), '42501', 'with the rights for it');
SELECT is(code($$ SELECT practiceacl.choose_agenda(room('one')) $$), 'done', 'one may work on it');
SELECT is(code($$ SELECT practiceacl.request_rights(room('scanner'), 'book', 'for the clinic') $$), 'done', 'and ask for rights');
SELECT is(code($$ SELECT practiceacl.transfer_agenda(room('one'), account('anna')) $$), '42501', 'who is no administrator cannot give it to anybody');
SELECT is(code($$ SELECT practiceacl.reclaim_agenda(room('one')) $$), 'PT404', 'nor take it back');
SELECT is(code($$ SELECT practiceacl.update_agenda(room('one'), '{"public_profile": {"a": 1}}') $$), '42501', 'it has no public profile of anybody');
RESET ROLE;
DELETE FROM practiceacl.outbox;
SELECT is((SELECT count(*) FROM practiceacl.activity WHERE agenda_id = room('one') AND account_id = '00000000-0000-0000-0000-000000000000'), 0::bigint, 'nothing on record is about nobody');
SET LOCAL ROLE clinic_app;

-- What tells a holder tells nobody, or the administrators alone.
SELECT enter('bert') \g /dev/null
SELECT isnt(practiceacl.break_glass(room('one'), 'A patient has collapsed there'), NULL, 'in an emergency anybody reads it');
RESET ROLE;
SELECT results_eq($$ SELECT kind, account_id FROM practiceacl.outbox $$, $$ VALUES ('break_glass', account('carl')) $$, 'of which the administrators hear');
SET LOCAL ROLE clinic_app;
SELECT enter('carl') \g /dev/null
SELECT is((SELECT status FROM practiceacl.rights_requests WHERE agenda_id = room('scanner')), 'pending', 'administrators see requests');
SELECT is(code($$ SELECT practiceacl.answer_request((SELECT request_id FROM practiceacl.rights_requests), true) $$), 'done', 'and answer them');
SELECT is(code($$ SELECT practiceacl.set_rights(room('one'), account('anna'), 'read+messaging') $$), 'done', 'somebody may write to patients');
SELECT is(code($$ SELECT practiceacl.transfer_agenda(room('one'), account('anna')) $$), '55000', 'a room is nobody''s to be given');
SELECT is(code($$ SELECT practiceacl.update_agenda(room('one'), '{"name": "Room A", "slot_minutes": 20}') $$), 'done', 'administrators change it');
SELECT is(code($$ SELECT practiceacl.update_organization(org('north'), '{"holder_consents": true}') $$), 'done', 'where holders consent');
SELECT is(code($$ SELECT practiceacl.set_rights(room('one'), account('bert'), 'read') $$), 'done', 'rights on a room');
SELECT is((SELECT level FROM practiceacl.access_matrix WHERE agenda_id = room('one') AND account_id = account('bert')), 'read', 'wait for nobody');
SELECT isnt((SELECT count(*) FROM practiceacl.clone_rights(org('north'), account('lena'), account('bert'))), 0::bigint, 'they are cloned');
SELECT is(code($$ SELECT practiceacl.substitute(account('lena'), account('anna'), tstzrange(now(), now() + interval '1 day')) $$), 'done', 'and lent to substitutes');
SELECT is((SELECT count(*) FROM practiceacl.access_grant WHERE agenda_id = room('one') AND account_id = account('anna') AND source = 'substitute'), 1::bigint, 'those of rooms, too');
SELECT is(code($$ SELECT practiceacl.set_group_rights(practiceacl.set_agenda_group(org('north'), 'Rooms', ARRAY[room('one'), room('scanner')]), account('anna'), 'freebusy') $$), 'done', 'in groups');
SELECT is((SELECT count(*) FROM practiceacl.access_matrix WHERE agenda_id IN (room('one'), room('scanner')) AND account_id = account('anna') AND source LIKE '%group%'), 2::bigint, 'of rooms');
SELECT isnt(practiceacl.start_review(org('north'), (now() AT TIME ZONE 'Europe/Paris')::date + 7), NULL, 'and reviewed');
SELECT isnt((SELECT count(*) FROM practiceacl.review_list WHERE agenda_id = room('one')), 0::bigint, 'with the others');
SELECT enter('anna') \g /dev/null
SELECT is(code($$ SELECT practiceacl.send_message(room('one'), 'marie@x.test', 'Hello', 'Come at nine.') $$), '55000', 'nobody writes on behalf of a room');
SELECT is((SELECT string_agg(DISTINCT note, ' ') FROM practiceacl.calendar WHERE agenda_id = room('one') AND kind = 'absence'), NULL, 'why it is closed is for those with private');

-- Its end.
SELECT enter('carl') \g /dev/null
SELECT is(code($$ SELECT practiceacl.remove_user(org('north'), account('lena')) $$), 'done', 'whoever booked it may leave');
RESET ROLE;
SELECT is((SELECT count(*) FROM practiceacl.unserved_agenda WHERE agenda_id = room('one')), 0::bigint, 'a room is served without a holder');
SET LOCAL ROLE clinic_app;
SELECT is(code($$ SELECT practiceacl.archive_agenda(room('one')) $$), 'done', 'it is archived');
SELECT is(code($$ SELECT practiceacl.book(room('one'), at('15:00')) $$), 'PA024', 'and takes no bookings');
RESET ROLE;
SELECT is((SELECT appointments FROM practiceacl.unserved_agenda WHERE agenda_id = room('one')), 4::bigint, 'what is booked there is named');
SET LOCAL ROLE clinic_app;
SELECT is(code($$ SELECT practiceacl.restore_agenda(room('one')) $$), 'done', 'and brought back');
RESET ROLE;
SELECT is((SELECT string_agg(check_name || ': ' || detail, ' ') FROM practiceacl.health() WHERE NOT ok AND check_name NOT IN ('settings', 'secrets', 'administrators')), NULL, 'health() is content');
SELECT * FROM finish();
ROLLBACK;
