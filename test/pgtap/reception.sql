-- What a reception does all day: retries, two people at one appointment,
-- patients who change places.
BEGIN;
\ir support/clinic.psql
SELECT plan(59);

SELECT join_clinic('anna'), hold_agenda('anna') \g /dev/null
SELECT join_clinic('bert'), hold_agenda('bert') \g /dev/null
SELECT join_clinic('otto', 'elsewhere'), hold_agenda('otto', organization => 'elsewhere') \g /dev/null
SELECT join_clinic('rita'), may('rita', 'book', 'anna'), may('rita', 'book', 'bert') \g /dev/null
SELECT join_clinic('hugo'), may('hugo', 'book_in_hours', 'anna'), may('hugo', 'read', 'bert') \g /dev/null
SELECT join_clinic('sven') \g /dev/null
SELECT record.begin_all() \g /dev/null
SELECT log_everybody_in() \g /dev/null
SET LOCAL ROLE clinic_application;
SELECT enter('rita') \g /dev/null

-- The same id again.
INSERT INTO kept VALUES ('one', practiceacl.new_id());
CREATE FUNCTION clinic.again(more text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    said text;
    id uuid;
BEGIN
    EXECUTE format('SELECT practiceacl.book(agenda_id => %L, starts_at => %L, appointment_id => %L%s)', agenda('anna'),
        at('2058-03-04 09:00'), kept('one'), more) INTO id;
    RETURN CASE WHEN id = kept('one') THEN 'the same' ELSE 'another' END;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS said = PG_EXCEPTION_DETAIL;
    RETURN SQLSTATE || ' ' || said;
END $$;
CREATE FUNCTION clinic.content(what text DEFAULT '', instead text DEFAULT '') RETURNS text LANGUAGE sql AS $$
    SELECT replace($q$, patient => 'Pat', note => 'knee', attributes => '{"a": 1, "b": [2]}', patient_ref => 'p1', contact => 'pat@example.org'$q$, what, instead)
$$;
SELECT is(again(content()), 'the same', 'the first call books');
SELECT is(again(content()), 'the same', 'a retry returns the same id');
SELECT is(again(content('"a": 1, "b": [2]', '"b":[2],"a":1.0')), 'the same', 'the same JSON, written otherwise, is the same');
SELECT is(again(content() || ', duration => ''15 min'''), 'the same', 'the same end, given as a length, is the same');
SELECT is(again(content('Pat', 'Paul')), '23505 That appointment differs in: patient.', 'another patient is named as the difference');
SELECT is(again(content('knee', 'foot')), '23505 That appointment differs in: note.', 'another note is named');
SELECT is(again(content('[2]', '[3]')), '23505 That appointment differs in: attributes.', 'other attributes are named');
SELECT is(again(content('p1', 'p2')), '23505 That appointment differs in: patient_ref.', 'another patient_ref is named');
SELECT is(again(content('pat@', 'paul@')), '23505 That appointment differs in: contact.', 'another contact is named');
SELECT is(again(content() || ', duration => ''20 min'''), '23505 That appointment differs in: ends_at.', 'another length is named');
SELECT is(again(''), '23505 That appointment differs in: patient, note, attributes, patient_ref, contact.', 'missing arguments are named');
SELECT is((SELECT count(*)::int FROM practiceacl.appointment WHERE patient IN ('Pat', 'Paul')), 1, 'one appointment was booked');
SELECT enter('anna') \g /dev/null
SELECT is(again(content()), '23505 ', 'another caller is not told the difference');
SELECT enter('rita') \g /dev/null

-- How long.
SELECT practiceacl.book(agenda('anna'), at('2058-03-05 09:00'), duration => '50 min') AS long \gset
SELECT is((SELECT ends_at - starts_at FROM practiceacl.appointment WHERE id = :'long'), interval '50 min', 'duration sets the length');
SELECT is(refusal(format('SELECT practiceacl.book(agenda(''anna''), at(''2058-03-05 11:00''), duration => %L)', d)), '22023', d)
FROM unnest('{0,-5 min,400 days}'::text[]) AS d;
SELECT is(refusal($$SELECT practiceacl.book(agenda('anna'), at('2058-03-05 11:00'), at('2058-03-05 12:00'), duration => '1 h')$$), '22023', 'ends_at and duration exclude each other');

-- Versions: nobody's change is lost.
SELECT is((SELECT row(version, patient_ref, contact)::text FROM practiceacl.appointment WHERE id = kept('one')), '(1,p1,pat@example.org)', 'the version begins with 1');
SELECT practiceacl.update_appointment(kept('one'), '{"note": "foot", "patient_ref": "p9"}', 1) \g /dev/null
SELECT is((SELECT version FROM practiceacl.appointment WHERE id = kept('one')), 2, 'each change increments the version');
SELECT throws_ok(format('SELECT practiceacl.update_appointment(%L, %L, 1)', kept('one'), '{"note": "hand"}'), '40001', 'appointment was changed meanwhile', 'an older expected_version is refused');
CREATE FUNCTION clinic.said(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    said text;
BEGIN
    EXECUTE statement;
    RETURN NULL;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS said = PG_EXCEPTION_DETAIL;
    RETURN said;
END $$;
SELECT matches(said(format('SELECT practiceacl.update_appointment(%L, %L, 1)', kept('one'), '{"note": "hand"}')), '^It has version 2 since .*, and not 1; changed since: note, patient_ref\.$', 'the DETAIL names what was changed');
SELECT practiceacl.move_appointment(kept('one'), at('2058-03-04 09:15'), expected_version => 2) \g /dev/null
SELECT matches(said(format('SELECT practiceacl.move_appointment(%L, %L, expected_version => 1)', kept('one'), at('2058-03-04 10:00'))), 'changed since: ends_at, note, patient_ref, starts_at\.$', 'by all changes since that version');
SELECT is(refusal(format('SELECT practiceacl.move_appointment(%L, %L, expected_version => %s)', kept('one'), at('2058-03-04 10:00'), v)), '40001', 'version ' || v)
FROM unnest('{2,4,0,-1,2147483647,-2147483647}'::int[]) AS v;
SELECT practiceacl.set_status(kept('one'), 'arrived') \g /dev/null
SELECT is((SELECT version FROM practiceacl.appointment WHERE id = kept('one')), 4, 'a change of status increments the version');
SELECT ok((SELECT status_since >= updated_at AND updated_at > created_at FROM practiceacl.appointment WHERE id = kept('one')), 'and sets status_since');
CREATE TEMPORARY TABLE waiting AS SELECT status_since, updated_at FROM practiceacl.appointment WHERE id = kept('one');
SELECT practiceacl.update_appointment(kept('one'), '{"note": "knee"}') \g /dev/null
SELECT is((SELECT status_since FROM practiceacl.appointment WHERE id = kept('one')), (SELECT status_since FROM waiting), 'a change of the note does not set status_since');
-- A change that changes nothing writes nothing.
CREATE TEMPORARY TABLE before AS SELECT version, (SELECT count(*) FROM practiceacl.activity) AS entries FROM practiceacl.appointment WHERE id = kept('one');
SELECT practiceacl.update_appointment(kept('one'), '{"note": "knee", "private": false, "attributes": {"b": [2], "a": 1}, "patient": "Pat", "contact": "pat@example.org"}') \g /dev/null
SELECT practiceacl.move_appointment(kept('one'), at('2058-03-04 09:15')) \g /dev/null
SELECT practiceacl.set_status(kept('one'), 'arrived') \g /dev/null
SELECT results_eq('SELECT version, (SELECT count(*) FROM practiceacl.activity) FROM practiceacl.appointment WHERE id = kept(''one'')', 'SELECT version, entries FROM before', 'a change that changes nothing writes nothing');

-- Why it was cancelled.
SELECT practiceacl.set_status(kept('one'), 'cancelled', 'flu') \g /dev/null
SELECT is(again(content()), '23505 That appointment differs in: starts_at, ends_at, patient_ref.', 'a retry after cancelling is refused');
SELECT is(refusal(format('SELECT practiceacl.set_status(%L, %L, %L)', kept('one'), 'booked', repeat('x', 1001))), '22001', 'a reason that is too long is refused');
RESET ROLE;
SELECT is((SELECT count(*)::int FROM practiceacl.activity_detail WHERE detail LIKE '%flu%'), 1, 'the reason is in the detail');
SET LOCAL ROLE clinic_application;

-- Two change places, on two agendas, of different length.
SELECT enter('rita') \g /dev/null
INSERT INTO kept VALUES ('a', practiceacl.book(agenda('anna'), at('2058-03-06 09:00'), at('2058-03-06 09:30'), 'A')),
    ('b', practiceacl.book(agenda('bert'), at('2058-03-06 10:00'), at('2058-03-06 11:00'), 'B')),
    ('c', practiceacl.book(agenda('anna'), at('2058-03-06 09:30'), at('2058-03-06 10:00'), 'C'));
CREATE VIEW clinic.places AS
    SELECT string_agg(a.patient || to_char(a.starts_at AT TIME ZONE 'Europe/Paris', 'HH24:MI') || to_char(a.ends_at AT TIME ZONE 'Europe/Paris', '-HH24:MI') || p.name, ' ' ORDER BY a.patient) AS places
    FROM practiceacl.appointment a JOIN person p USING (agenda_id) WHERE a.starts_at BETWEEN at('2058-03-06') AND at('2058-03-07') AND a.patient ~ '^[A-Z]$';
GRANT SELECT ON places TO clinic_application;
SELECT practiceacl.swap_appointments(kept('a'), kept('b')) \g /dev/null
SELECT is((SELECT places FROM places), 'A10:00-11:00bert B09:00-09:30anna C09:30-10:00anna', 'each appointment has the place of the other');
SELECT practiceacl.swap_appointments(kept('b'), kept('c')) \g /dev/null
SELECT is((SELECT places FROM places), 'A10:00-11:00bert B09:30-10:00anna C09:00-09:30anna', 'two on one agenda can be swapped');
SELECT throws_ok(format('SELECT practiceacl.swap_appointments(%L, %L)', kept('a'), kept('a')), '22023', NULL, 'an appointment cannot be swapped with itself');
SELECT throws_ok(format('SELECT practiceacl.swap_appointments(%L, %L)', kept('a'), practiceacl.new_id()), 'PT404', NULL, 'nor with one that does not exist');
SELECT throws_ok(format('SELECT practiceacl.swap_appointments(%L, %L)', kept('a'), kept('one')), '55000', NULL, 'nor with a cancelled one');
SELECT enter('hugo') \g /dev/null
SELECT throws_ok(format('SELECT practiceacl.swap_appointments(%L, %L)', kept('a'), kept('b')), '42501', NULL, 'a reader of an agenda cannot swap');
SELECT throws_ok(format('SELECT practiceacl.swap_appointments(%L, %L)', kept('b'), kept('c')), 'PA020', NULL, 'nor somebody who may not take the other time');
SELECT enter('sven') \g /dev/null
SELECT throws_ok(format('SELECT practiceacl.swap_appointments(%L, %L)', kept('a'), kept('b')), 'PT404', NULL, 'a stranger finds no appointment');
RESET ROLE;
SELECT is((SELECT count(*)::int FROM practiceacl.activity WHERE act = 'appointment.moved' AND subject_id IN (kept('a'), kept('b'), kept('c'))), 6, 'all of it is on record: on both agendas, where there are two');
SET LOCAL ROLE clinic_application;

-- Many at once: one into the place of another, whichever is named first.
SELECT enter('rita') \g /dev/null
CREATE FUNCTION clinic.moved(moves text) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(coalesce(k.name, '?') || ' ' || m.outcome || coalesce(': ' || m.detail, ''), E'\n' ORDER BY m.ordinality)
    FROM practiceacl.move_appointments(moves::jsonb) WITH ORDINALITY AS m LEFT JOIN kept k ON k.id = m.appointment_id;
$$;
SELECT is(moved(format('[{"appointment_id": "%s", "starts_at": "2058-03-06T09:30:00+01:00"}, {"appointment_id": "%s", "starts_at": "2058-03-06T10:00:00+01:00"}]', kept('c'), kept('b'))),
    E'c moved\nb moved', 'an appointment may take the place that another leaves');
SELECT is(moved(format('[{"appointment_id": "%s", "starts_at": "2058-03-06T10:00:00+01:00"}, {"appointment_id": "%s", "starts_at": "2058-03-06T09:30:00+01:00"}]', kept('c'), kept('b'))) ~ E'^c refused: this slot is already taken.*\nb refused: this slot is already taken', true, 'but two cannot change places by it');
SELECT is(moved(format('[{"appointment_id": "%s", "starts_at": "2058-03-06T12:00:00+01:00", "agenda_id": "%s", "ends_at": "2058-03-06T13:00:00+01:00", "expected_version": 1}]', kept('b'), agenda('bert'))) ~ 'refused: appointment was changed meanwhile: It has version 4', true, 'an older expected_version is refused');
SELECT is(moved(format('[{"appointment_id": "%s", "starts_at": "2058-03-06T12:00:00+01:00", "agenda_id": "%s", "ends_at": "2058-03-06T13:00:00+01:00", "expected_version": 4}]', kept('b'), agenda('bert'))), 'b moved', 'a move to another agenda works');
SELECT is((SELECT places FROM places), 'A10:00-11:00bert B12:00-13:00bert C09:30-10:00anna', 'the appointment is there');
SELECT is(moved(format('[{"appointment_id": "%s", "starts_at": "2058-03-06T10:30:00+01:00", "overbook": true, "reason": "urgent"}, {"appointment_id": "%s", "starts_at": "2058-03-06T09:00:00+01:00"}, {"appointment_id": "%s", "starts_at": "2058-03-06T09:00:00+01:00"}, {"appointment_id": "%s", "starts_at": "2058-03-06T09:00:00+01:00", "agenda_id": "%s"}]', kept('b'), kept('c'), kept('one'), kept('a'), agenda('otto'))),
    E'b refused: your rights on this agenda do not allow it: It needs book_in_hours+overbook; you have book.\nc moved\none refused: appointment is cancelled\na refused: agenda does not exist or is not visible to you', 'an outcome for each, whatever becomes of the others');
SELECT is(moved(format('[{"appointment_id": "%s", "starts_at": "2058-03-06T09:00:00+01:00"}]', practiceacl.new_id())), '? refused: appointment does not exist or is not visible to you', 'an empty array is allowed');
SELECT is(moved('[]'), NULL, 'a value that is no array is refused');
SELECT is(refusal(format('SELECT practiceacl.move_appointments(%L)', j)), '22023', j)
FROM unnest('{"{}","[1]","[{}]","[{\"appointment_id\": \"x\", \"starts_at\": \"2058-03-06T09:00:00Z\"}]"}'::text[]) AS j;
SELECT is(refusal('SELECT practiceacl.move_appointments(NULL)'), '22004', 'null is refused');

RESET ROLE;
SELECT is_empty($$SELECT v FROM practiceacl.organization o, practiceacl.verify_activity(o.id) v WHERE v.first_broken IS NOT NULL$$, 'the chains verify');
SELECT * FROM finish();
ROLLBACK;
