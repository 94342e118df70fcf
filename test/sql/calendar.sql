-- The agenda at work: openings, absences, holds, emergencies, messages,
-- series; what is said to whom.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS practiceacl;
SET timezone = 'Europe/Paris';
SET datestyle = 'ISO';
\set SHOW_CONTEXT never
\set anna '''00000000-0000-7000-8000-0000000000f1'''
INSERT INTO practiceacl.organization (id, name) VALUES ('00000000-0000-7000-8000-00000000000a', 'Clinic');
INSERT INTO practiceacl.account (email, first_name, last_name)
    SELECT lower(name) || '@example.org', name, 'Test' FROM unnest(ARRAY['Anna', 'Abel', 'Bona', 'Hugo', 'Rene', 'Fred', 'Nora']) name;
INSERT INTO practiceacl.membership (organization_id, account_id)
    SELECT o.id, a.id FROM practiceacl.organization o, practiceacl.account a;
INSERT INTO practiceacl.agenda (organization_id, id, holder_id, time_zone, name, data_controller)
    SELECT o.id, :anna, a.id, 'Europe/Paris', 'Dr Anna', 'Clinic' FROM practiceacl.organization o, practiceacl.account a WHERE first_name = 'Anna';
INSERT INTO practiceacl.access_grant (organization_id, agenda_id, account_id, rights)
    SELECT o.id, :anna, a.id, v.rights::practiceacl.rights FROM practiceacl.organization o, practiceacl.account a
    JOIN (VALUES ('Abel', 'absences'), ('Bona', 'book+private+messaging'), ('Hugo', 'book_in_hours'), ('Rene', 'read'), ('Fred', 'freebusy')) v (name, rights)
        ON v.name = a.first_name;
CREATE TABLE presence AS SELECT first_name AS name, practiceacl.open_session(id) AS token FROM practiceacl.account;
CREATE ROLE regress_pacl_calendar;
SELECT practiceacl.grant_application('regress_pacl_calendar');
GRANT SELECT ON presence TO regress_pacl_calendar;
SET ROLE regress_pacl_calendar;
CREATE FUNCTION pg_temp.enter(who text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM practiceacl.enter(token) FROM presence WHERE name = who;
END $$;
BEGIN;
\set ON_ERROR_ROLLBACK on

-- Openings.
SELECT practiceacl.set_openings(:anna, '[]');  -- fails: nobody
SELECT pg_temp.enter('Abel') \g /dev/null
SELECT practiceacl.set_openings(:anna, '[]');  -- fails: not enough
SELECT pg_temp.enter('Anna') \g /dev/null
SELECT practiceacl.set_openings(:anna, '[{"weekday": 1, "from": "08:00", "to": "12:00"}, {"weekday": 1, "from": "14:00", "to": "18:00"}]');
SELECT practiceacl.set_openings(:anna, '"Monday"');  -- fails
SELECT practiceacl.set_openings(:anna, '[{"weekday": 8, "from": "08:00", "to": "12:00"}]');  -- fails
SELECT practiceacl.set_openings(:anna, '[{"weekday": 1, "from": "22:00", "to": "02:00"}]');  -- fails
SELECT practiceacl.set_openings(:anna, '[{"weekday": 1, "from": "half past", "to": "02:00"}]');  -- fails
SELECT practiceacl.set_openings(:anna, '[{"weekday": 1, "from": "08:00", "to": "12:00"}, {"weekday": 1, "from": "10:00", "to": "14:00"}]');  -- fails
SELECT practiceacl.set_openings(:anna, '[{"weekday": 1, "from": "08:00", "to": "12:00", "until": "2058-01-01"}]');  -- fails
SELECT practiceacl.set_openings(:anna, '[{"weekday": 1, "from": "08:00", "to": "12:00", "valid_from": "tomorrow"}]');  -- fails

-- Absences.
SELECT practiceacl.book(:anna, '2058-03-04 09:00') IS NOT NULL AS booked;
SELECT practiceacl.book(:anna, '2058-03-04 09:15', patient => 'Pat', private => true) IS NOT NULL AS booked;
SELECT pg_temp.enter('Bona') \g /dev/null
SELECT practiceacl.add_absence(:anna, '2058-03-04 16:00', '2058-03-04 17:00');  -- fails
SELECT pg_temp.enter('Abel') \g /dev/null
SELECT practiceacl.add_absence(:anna, '2058-03-04 17:00', '2058-03-04 16:00');  -- fails
SELECT practiceacl.add_absence(:anna, '2058-03-04 16:00', 'infinity');  -- fails
SELECT practiceacl.add_absence('00000000-0000-7000-8000-0000000000f2', '2058-03-04 16:00', '2058-03-04 17:00');  -- fails
SELECT practiceacl.remove_absence('00000000-0000-7000-8000-0000000000f2');  -- fails
SELECT cardinality(conflicts) AS conflicts FROM practiceacl.add_absence(:anna, '2058-03-04 16:00', '2058-03-04 18:00', 'training');

-- In hours.
SELECT pg_temp.enter('Hugo') \g /dev/null
SELECT practiceacl.hold_slot(:anna, '2058-03-04 07:30');  -- fails
SELECT practiceacl.hold_slot(:anna, '2058-03-04 16:30');  -- fails
SELECT practiceacl.hold_slot(:anna, '2058-03-04 09:15');  -- fails
SELECT * FROM practiceacl.free_slots(:anna, '2058-03-04 08:50', '2058-03-04 10:00');
SELECT * FROM practiceacl.free_slots(:anna, '2058-03-04', '2058-03-05', '2 hours');
SELECT * FROM practiceacl.free_slots(:anna, '2058-03-05', '2058-03-04');  -- fails
SELECT * FROM practiceacl.free_slots(:anna, '2058-03-04', '2060-03-04');  -- fails
SELECT * FROM practiceacl.free_slots(:anna, '2058-03-04', '2058-03-05', '0');  -- fails

-- Holds.
SELECT practiceacl.hold_slot(:anna, '2058-03-04 10:00', lifetime => '0');  -- fails
SELECT practiceacl.hold_slot(:anna, '2058-03-04 10:00', lifetime => '1 year');  -- fails
SELECT practiceacl.hold_slot(:anna, '2058-03-04 10:00') IS NOT NULL AS held;
SELECT pg_temp.enter('Bona') \g /dev/null
\set VERBOSITY terse
SELECT practiceacl.book(:anna, '2058-03-04 10:00');  -- fails
\set VERBOSITY default
SELECT practiceacl.release_hold('00000000-0000-7000-8000-0000000000f2');  -- fails
SELECT count(practiceacl.hold_slot(:anna, '2058-03-04 20:00'::timestamptz + n * interval '15 min')) AS held FROM generate_series(1, 5) n;
SELECT practiceacl.hold_slot(:anna, '2058-03-04 22:00');  -- fails
SELECT agenda, name, starts_at, ends_at, own, shared_log_in FROM practiceacl.slot_presence WHERE starts_at < '2058-03-04 12:00';

-- What each of them sees of that morning.
SELECT kind, starts_at, ends_at, status, private, patient, note FROM practiceacl.calendar WHERE starts_at < '2058-03-04 18:00' ORDER BY starts_at;
SELECT pg_temp.enter('Rene') \g /dev/null
SELECT kind, starts_at, ends_at, status, private, patient, note FROM practiceacl.calendar WHERE starts_at < '2058-03-04 18:00' ORDER BY starts_at;
SELECT pg_temp.enter('Fred') \g /dev/null
SELECT kind, starts_at, ends_at, status, private, patient, note FROM practiceacl.calendar WHERE starts_at < '2058-03-04 18:00' ORDER BY starts_at;
SELECT starts_at, ends_at FROM practiceacl.busy ORDER BY starts_at;
SELECT pg_temp.enter('Nora') \g /dev/null
SELECT starts_at, ends_at FROM practiceacl.busy ORDER BY starts_at;

-- In an emergency.
SELECT practiceacl.break_glass(:anna, '  ');  -- fails
SELECT practiceacl.break_glass(:anna, 'Pat collapsed', '5 hours');  -- fails
SELECT practiceacl.break_glass(:anna, 'Pat collapsed') > now() AS until;
SELECT kind, starts_at, ends_at, status, private, patient, note FROM practiceacl.calendar WHERE starts_at < '2058-03-04 09:30' ORDER BY starts_at;
SELECT count(practiceacl.break_glass(:anna, 'Pat collapsed')) FROM generate_series(1, 2);
SELECT practiceacl.break_glass(:anna, 'Pat collapsed');  -- fails

-- On behalf of.
SELECT practiceacl.send_message(:anna, 'pat@example.org', 'Hello', 'See you.');  -- fails
SELECT pg_temp.enter('Bona') \g /dev/null
SELECT practiceacl.send_message(:anna, 'pat', 'Hello', 'See you.');  -- fails
SELECT practiceacl.send_message(:anna, 'pat@example', 'Hello', '');  -- fails
SELECT practiceacl.send_message(:anna, 'pat@example.org', '', 'See you.');  -- fails
SELECT practiceacl.send_message(:anna, 'pat@example.org', 'Hello', '');  -- fails
SELECT practiceacl.send_message(:anna, 'pat@example.org', E'Hello\nto: eve', 'See you.');  -- fails
SELECT count(practiceacl.send_message(:anna, 'pat@example.org', 'Hello', 'See you.')) FROM generate_series(1, 60);
SELECT practiceacl.send_message(:anna, 'pat@example.org', 'Hello', 'See you.');  -- fails

-- Recurring.
SELECT practiceacl.book_series(:anna, '2058-03-25 08:00', '2058-03-25 08:30', '-1 week', 3);  -- fails
SELECT practiceacl.book_series(:anna, '2058-03-25 08:00', '2058-03-25 08:30', '1 week', 1000);  -- fails
SELECT pg_temp.enter('Hugo') \g /dev/null
SELECT starts_at, appointment_id IS NOT NULL AS booked, outcome, detail
FROM practiceacl.book_series(:anna, '2058-03-25 08:00', '2058-03-25 08:30', '3 days 12 hours', 3);
COMMIT;

RESET ROLE;
DROP OWNED BY regress_pacl_calendar;
DROP ROLE regress_pacl_calendar;
