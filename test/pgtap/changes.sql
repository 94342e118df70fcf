-- What changed on the calendars that one may read.  Each act is a transaction of
-- its own: what is not committed is told to nobody.
SELECT plan(60);

CREATE ROLE changes_app;
SELECT practiceacl.grant_application('changes_app');
INSERT INTO practiceacl.organization (id, name) VALUES
    ('00000000-0000-7000-8000-000000000001', 'Practice'),
    ('00000000-0000-7000-8000-000000000002', 'Elsewhere');
INSERT INTO practiceacl.account (id, email, first_name, last_name)
SELECT ('00000000-0000-7000-8000-0000000000a' || n)::uuid, 'user' || n || '@x.test', 'U', 'Ser'
FROM generate_series(1, 5) AS n;
INSERT INTO practiceacl.membership (organization_id, account_id, admin)
SELECT ('00000000-0000-7000-8000-00000000000' || CASE n WHEN 5 THEN 2 ELSE 1 END)::uuid,
    ('00000000-0000-7000-8000-0000000000a' || n)::uuid, CASE n WHEN 1 THEN 'full' ELSE 'none' END
FROM generate_series(1, 5) AS n;
INSERT INTO practiceacl.agenda (organization_id, id, holder_id, time_zone, name, data_controller)
SELECT ('00000000-0000-7000-8000-00000000000' || CASE n WHEN 3 THEN 2 ELSE 1 END)::uuid,
    ('00000000-0000-7000-8000-0000000000b' || n)::uuid,
    ('00000000-0000-7000-8000-0000000000a' || CASE n WHEN 3 THEN 5 ELSE 1 END)::uuid, 'Europe/Paris', 'Room', 'Practice'
FROM generate_series(1, 3) AS n;
-- a1 holds b1 and b2, a2 reads b1, a3 reads b1 with what is private, a4 sees when b1 is busy.
INSERT INTO practiceacl.access_grant (organization_id, agenda_id, account_id, rights) VALUES
    ('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000b1', '00000000-0000-7000-8000-0000000000a2', 'read'),
    ('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000b1', '00000000-0000-7000-8000-0000000000a3', 'read+private'),
    ('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000b1', '00000000-0000-7000-8000-0000000000a4', 'freebusy');
SELECT record.begin_all();

CREATE TABLE client AS
SELECT 'a' || n AS name, practiceacl.open_session(('00000000-0000-7000-8000-0000000000a' || n)::uuid) AS token,
    NULL::text AS last
FROM generate_series(1, 5) AS n;
CREATE FUNCTION enter(who text) RETURNS void LANGUAGE sql AS
    $$ SELECT set_config('practiceacl.session', token, false) FROM client WHERE name = who $$;
-- What a client is told next, which then goes on from there.
CREATE FUNCTION next(who text, most int = 500) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    changes text[] = '{}';
    one record;
BEGIN
    PERFORM enter(who);
    FOR one IN SELECT * FROM practiceacl.changes_since((SELECT last FROM client WHERE name = who), most) LOOP
        changes = changes || concat_ws(' ', one.change, right(one.agenda_id::text, 2), right(one.appointment_id::text, 2));
        UPDATE client SET last = one.cursor WHERE name = who;
    END LOOP;
    RETURN array_to_string(changes, ', ');
END $$;
CREATE FUNCTION a(n int) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$ SELECT ('00000000-0000-7000-8000-0000000000b' || n)::uuid $$;
CREATE FUNCTION d(n int) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$ SELECT ('00000000-0000-7000-8000-0000000000d' || n)::uuid $$;

SELECT is(next(name), 'begin', name || ' begins now') FROM client ORDER BY name;
SELECT is(next('a1'), '', 'and is told of nothing that was before');

SELECT enter('a1');
SELECT practiceacl.book(a(1), '2065-01-05 08:00Z', patient => 'Patient', appointment_id => d(1));
SELECT practiceacl.book(a(2), '2065-01-05 08:00Z', patient => 'Patient', appointment_id => d(2));
SELECT is(next('a2'), 'booked b1 d1', 'a booking, on the calendar that one reads');
SELECT is(next('a1'), 'booked b1 d1, booked b2 d2', 'the holder of two is told of both');
SELECT is(next('a4'), '', 'whoever sees no more than when it is busy is told of nothing');
SELECT is(next('a5'), '', 'nor is another organization');
SELECT is(next('a2'), '', 'nothing is told twice');

SELECT enter('a1');
SELECT practiceacl.move_appointment(d(1), '2065-01-05 09:00Z');
SELECT practiceacl.update_appointment(d(1), '{"note": "late"}');
SELECT practiceacl.set_status(d(1), 'arrived');
SELECT practiceacl.cancel_appointment(d(1));
SELECT practiceacl.set_status(d(1), 'booked');
SELECT is(next('a2'), 'moved b1 d1, updated b1 d1, status b1 d1, cancelled b1 d1, booked b1 d1', 'everything that a calendar shows');
SELECT enter('a1');
SELECT practiceacl.move_appointment(d(1), '2065-01-05 10:00Z', agenda_id => a(2));
SELECT is(next('a2'), 'moved_away b1 d1', 'what goes to another agenda is gone here');
SELECT is(next('a1'), 'moved b1 d1, updated b1 d1, status b1 d1, cancelled b1 d1, booked b1 d1, moved_away b1 d1, moved b2 d1',
    'and has come there');

-- Page by page.
SELECT is(next('a3', 1), 'booked b1 d1', 'at most so many');
SELECT is(next('a3', 2), 'moved b1 d1, updated b1 d1', 'the next');
SELECT is(next('a3'), 'status b1 d1, cancelled b1 d1, booked b1 d1, moved_away b1 d1', 'and the rest');

-- A private appointment is busy, and no more.
SELECT enter('a1');
SELECT practiceacl.book(a(1), '2065-01-06 08:00Z', patient => 'Patient', private => true, appointment_id => d(3));
SELECT is(next('a2'), 'busy b1', 'of a private appointment that something busy changed');
SELECT is(next('a3'), 'booked b1 d3', 'with the flag, all');
SELECT enter('a1');
SELECT practiceacl.set_status(d(3), 'arrived');
SELECT practiceacl.update_appointment(d(3), '{"patient": "Another"}');
SELECT is(next('a2'), '', 'that it arrives is not to be seen in the calendar, so it is not told');
SELECT is(next('a3'), 'status b1 d3, updated b1 d3', 'but with the flag');
SELECT enter('a1');
SELECT practiceacl.move_appointment(d(3), '2065-01-06 09:00Z');
SELECT is(next('a2', 1), 'busy b1', 'that it moves is, and what is hidden before it is in nobody''s way');
SELECT enter('a1');
SELECT practiceacl.update_appointment(d(3), '{"private": false}');
SELECT is(next('a2'), 'updated b1 d3', 'one that is private no longer is told of');
SELECT enter('a1');
SELECT practiceacl.update_appointment(d(3), '{"private": true}');
SELECT is(next('a2'), 'busy b1', 'one that becomes private has become busy');
SELECT enter('a1');
SELECT practiceacl.cancel_appointment(d(3));
SELECT practiceacl.set_status(d(3), 'booked');
SELECT is(next('a2'), 'busy b1, busy b1', 'cancelled and back');

-- Into the archive: nothing of a calendar has changed, and what was private stays that
-- (derekantrican/GAS-ICS-Sync, issue 109: what was over went from the calendars that follow).
SELECT next('a1');
SELECT enter('a1');
SELECT practiceacl.book(a(1), date_trunc('hour', now()) - interval '90 days', patient => 'Patient', private => true, appointment_id => d(7));
SELECT practiceacl.book(a(1), date_trunc('hour', now()) - interval '91 days', patient => 'Patient', appointment_id => d(8));
SELECT practiceacl.archive_appointments(now() - interval '57 days');
SELECT is(next('a2'), 'busy b1, booked b1 d8', 'a private booking that is archived by now');
SELECT is(next('a1'), 'booked b1 d7, booked b1 d8', 'of the archive itself nobody hears');
SELECT is((SELECT count(*) FROM practiceacl.appointment_archive), 2::bigint, 'in which they are');
SELECT practiceacl.update_appointment(d(8), '{"note": "late"}');
SELECT practiceacl.update_appointment(d(7), '{"note": "late"}');
SELECT is(next('a2'), 'updated b1 d8', 'one that comes back has changed as any');
SELECT is(next('a1'), 'updated b1 d8, updated b1 d7', 'and once');
SELECT practiceacl.archive_appointments(now() - interval '57 days');
SELECT is(next('a1'), '', 'gone again, for nobody');

-- And nobody opens the archive for what cannot be in it.
CREATE FUNCTION opens(statement text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement;
    RETURN EXISTS (SELECT FROM pg_locks WHERE pid = pg_backend_pid() AND relation = 'practiceacl.appointment_archive'::regclass);
END $$;
SELECT enter('a1');
SELECT is(opens('SELECT count(*) FROM practiceacl.calendar_between(now() - interval ''40 days'', now())'), false, 'these weeks are read without the archive');
SELECT is(opens('SELECT practiceacl.book(a(1), ''2065-01-11 08:00Z'')'), false, 'nor for a booking');
SELECT is(opens('SELECT count(*) FROM practiceacl.find_slots(''2065-02-01'', ''2065-03-01'')'), false, 'nor for a search');
SELECT is(opens('SELECT count(*) FROM practiceacl.calendar_between(now() - interval ''60 days'', now())'), true, 'but for a time of long ago');
SELECT next('a1'), next('a2');

-- What is not one appointment.
SELECT enter('a1');
SELECT count(*) FROM practiceacl.book_series(a(1), '2065-02-02 08:00Z', '2065-02-02 08:30Z', '7 days', 3);
SELECT (practiceacl.add_absence(a(1), '2065-03-01 08:00Z', '2065-03-02 08:00Z', 'holiday')).absence_id AS absence \gset
SELECT practiceacl.remove_absence(:'absence');
SELECT practiceacl.hold_slot(a(1), '2065-04-01 08:00Z') AS hold \gset
SELECT practiceacl.release_hold(:'hold');
SELECT practiceacl.set_openings(a(1), '[{"weekday": 1, "from": "08:00", "to": "12:00"}]');
SELECT practiceacl.update_agenda(a(1), '{"slot_minutes": 20}');
SELECT is(next('a2'), 'series b1, absence b1, absence b1, hold b1, hold b1, openings b1, agenda b1', 'the agenda is to be read again');
-- Not what is none of the calendar's.
SELECT enter('a1');
SELECT practiceacl.set_rights(a(1), '00000000-0000-7000-8000-0000000000a4', 'none');
SELECT practiceacl.set_colleague_rights(a(2), 'freebusy');
SELECT is(next('a2'), '', 'who else may read a calendar is told to nobody');

-- A patient who is erased is gone from all calendars of the organization.
SELECT enter('a1');
SELECT practiceacl.update_appointment(d(1), '{"patient_ref": "P1"}');
SELECT practiceacl.confirm_session(token) FROM client WHERE name = 'a1';
SELECT practiceacl.erase_patient('00000000-0000-7000-8000-000000000001', 'P1');
SELECT is(next('a2'), 'several', 'an erased patient: all calendars are to be read again');
SELECT is(next('a5'), '', 'not those of another organization');

SELECT enter('a1');
SELECT practiceacl.close_days('00000000-0000-7000-8000-000000000001', '2065-05-01', '2065-05-01', 'Labour day') AS closing \gset
SELECT practiceacl.reopen_days(:'closing');
SELECT is(next('a2'), 'days, days', 'days that are closed, and opened again');

-- Calendars that come and go.
SELECT enter('a1');
SELECT practiceacl.set_rights(a(2), '00000000-0000-7000-8000-0000000000a2', 'read');
SELECT practiceacl.book(a(2), '2065-01-07 08:00Z', appointment_id => d(4));
SELECT is(next('a2'), 'reload', 'whoever gets another calendar begins again');
SELECT is(next('a2'), '', 'and has everything then');
SELECT enter('a1');
SELECT practiceacl.cancel_appointment(d(4));
SELECT is(next('a2'), 'cancelled b2 d4', 'and is told of both from then on');
SELECT enter('a1');
SELECT practiceacl.set_rights(a(2), '00000000-0000-7000-8000-0000000000a2', 'none');
SELECT practiceacl.book(a(2), '2065-01-08 08:00Z', appointment_id => d(5));
SELECT is(next('a2'), 'reload', 'whoever loses one is told so');
SELECT is(next('a2'), '', 'and of nothing on it');
SELECT enter('a1');
SELECT practiceacl.set_rights(a(1), '00000000-0000-7000-8000-0000000000a2', 'read+private');
SELECT is(next('a2'), 'reload', 'and whoever sees what is private');

-- Cursors that are none.
SELECT enter('a2');
SELECT throws_like(format('SELECT * FROM practiceacl.changes_since(%L)', bad),
    'cursor is not one that changes_since() has given to you', 'not a cursor: ' || what)
FROM client, LATERAL (VALUES ('', 'nothing'), ('0', 'a number'), (repeat('A', 76), 'letters'), (left(last, 75), 'a part'), (last || 'A', 'more'),
    (left(last, 5) || CASE substr(last, 6, 1) WHEN 'B' THEN 'C' ELSE 'B' END || substr(last, 7), 'another position'),
    ((SELECT last FROM client WHERE name = 'a3'), 'somebody else''s')) AS b (bad, what)
WHERE name = 'a2' ORDER BY what;
SELECT throws_ok(format('SELECT * FROM practiceacl.changes_since(%L)', left(last, 30) || 'AAAA' || substr(last, 35)),
    '22023', 'cursor is of another database', 'of another database') FROM client WHERE name = 'a2';
SELECT throws_ok('SELECT * FROM practiceacl.changes_since(max_rows => ' || n || ')', CASE n WHEN 'NULL' THEN '22004' ELSE '22023' END, NULL, n || ' rows')
FROM unnest(ARRAY['0', '-1', '10001', 'NULL']) AS n;

-- A state of the files that is older than the cursor.
SELECT enter('a1');
SELECT practiceacl.book(a(1), '2065-01-09 08:00Z', appointment_id => d(6));
SELECT next('a2');
DELETE FROM practiceacl.activity WHERE subject_id = d(6);
SELECT throws_like('SELECT next(''a2'')', 'cursor is of the future', 'what it has seen is not there any more');

-- Nobody.
SET practiceacl.session = '';
SELECT throws_ok('SELECT * FROM practiceacl.changes_since()', '28000', NULL, 'nobody is told so, not that nothing changed');

SELECT * FROM finish();
SELECT practiceacl.revoke_application('changes_app');
DROP ROLE changes_app;
