-- One person, two places, one time: a warning to those who may see both.
\set QUIET on
\getenv tree PG_ABS_SRCDIR
\set clinic :tree /setup/clinic.sql
BEGIN;
\i :clinic
\set ECHO all
-- Anna also has an agenda in an annexe of north, a second one in the centre, and one
-- in south.  Sara may book on all of north's, bert sees when the annexe is busy,
-- lena knows of none but the first, olga is in south.
INSERT INTO practiceacl.membership (organization_id, account_id) VALUES (org('south'), account('anna'));
INSERT INTO practiceacl.agenda (organization_id, id, holder_id, time_zone, name, data_controller, location_name) VALUES
    (org('north'), '00000000-0000-7000-8000-0000000000b4', account('anna'), 'Europe/Paris', 'Annexe', 'North', 'Annexe'),
    (org('north'), '00000000-0000-7000-8000-0000000000b5', account('anna'), 'Europe/Paris', 'Second chair', 'North', 'Centre'),
    (org('south'), '00000000-0000-7000-8000-0000000000b6', account('anna'), 'Europe/Paris', 'South', 'South', 'Hospital');
UPDATE practiceacl.agenda SET location_name = 'Centre' WHERE id = agenda('anna');
INSERT INTO practiceacl.access_grant (organization_id, agenda_id, account_id, rights) VALUES
    (org('north'), '00000000-0000-7000-8000-0000000000b4', account('sara'), 'book'),
    (org('north'), '00000000-0000-7000-8000-0000000000b5', account('sara'), 'book'),
    (org('north'), '00000000-0000-7000-8000-0000000000b4', account('bert'), 'freebusy'),
    (org('north'), agenda('anna'), account('bert'), 'book'),
    (org('north'), agenda('anna'), account('lena'), 'book'),
    (org('south'), '00000000-0000-7000-8000-0000000000b6', account('olga'), 'book');
\set annexe '''00000000-0000-7000-8000-0000000000b4'''
\set chair '''00000000-0000-7000-8000-0000000000b5'''
\set south '''00000000-0000-7000-8000-0000000000b6'''
SET client_min_messages = notice;
SET LOCAL ROLE clinic_app;
SELECT enter('sara') \g /dev/null
SELECT practiceacl.book(:annexe, at('09:00'), patient => 'Marie', appointment_id => id(1)) \g /dev/null
SELECT enter('olga') \g /dev/null
SELECT practiceacl.book(:south, at('11:00'), patient => 'Jeanne', appointment_id => id(2)) \g /dev/null
\set QUIET off
\set SHOW_CONTEXT never
SAVEPOINT here;

-- sara may see both: warned, and booked.
SELECT enter('sara') \g /dev/null
SELECT practiceacl.book(agenda('anna'), at('09:00')) IS NOT NULL AS booked;
ROLLBACK TO here;
-- Another time, and a second agenda in the same place: nothing to warn of.
SELECT enter('sara') \g /dev/null
SELECT practiceacl.book(agenda('anna'), at('09:15')) IS NOT NULL AS booked;
SELECT practiceacl.book(:chair, at('09:15')) IS NOT NULL AS booked;
-- A move is warned of like a booking.
SELECT practiceacl.book(agenda('anna'), at('10:00'), appointment_id => id(3)) \g /dev/null
SELECT practiceacl.move_appointment(id(3), at('08:50'));
SELECT practiceacl.move_appointment(id(3), at('10:00'));
ROLLBACK TO here;
-- bert sees that the annexe is busy.
SELECT enter('bert') \g /dev/null
SELECT practiceacl.book(agenda('anna'), at('09:00')) IS NOT NULL AS booked;
ROLLBACK TO here;
-- lena does not: nothing is said.
SELECT enter('lena') \g /dev/null
SELECT practiceacl.book(agenda('anna'), at('09:00')) IS NOT NULL AS booked;
ROLLBACK TO here;
-- What is booked in the other organization nobody of this one learns,
SELECT enter('sara') \g /dev/null
SELECT practiceacl.book(agenda('anna'), at('11:00')) IS NOT NULL AS booked;
ROLLBACK TO here;
-- nor the other way round;
SELECT enter('olga') \g /dev/null
SELECT practiceacl.book(:south, at('09:00')) IS NOT NULL AS booked;
ROLLBACK TO here;
-- but whose agendas they are.
SELECT enter('anna') \g /dev/null
SELECT practiceacl.book(agenda('anna'), at('11:00')) IS NOT NULL AS booked;
ROLLBACK TO here;
-- What is cancelled is in nobody's way.
SELECT enter('sara') \g /dev/null
SELECT practiceacl.cancel_appointment(id(1)) \g /dev/null
SELECT practiceacl.book(agenda('anna'), at('09:00')) IS NOT NULL AS booked;
ROLLBACK;
