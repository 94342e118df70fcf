-- The exact words of what booking refuses.
\getenv tree PG_ABS_SRCDIR
\set clinic :tree /setup/clinic.sql
\set ECHO none
\i :clinic
\set ECHO all
\pset format unaligned
\pset tuples_only on
\pset null (null)
BEGIN;
SET LOCAL ROLE clinic_app;
-- Nobody in particular.
SELECT refusal($$ SELECT practiceacl.book(agenda('anna'), at('09:00')) $$);
SELECT practiceacl.enter('not a token');
ROLLBACK;
BEGIN;
SELECT may('lena', 'read', 'anna') \g /dev/null
INSERT INTO practiceacl.appointment (organization_id, agenda_id, id, starts_at, ends_at, created_by)
VALUES (org('north'), agenda('anna'), id(90), '2001-01-01 09:00Z', '2001-01-01 09:30Z', account('anna')),
       (org('south'), agenda('olga'), id(91), at('09:00'), at('09:30'), account('olga'));
SET LOCAL ROLE clinic_app;
SELECT enter('anna') \g /dev/null
SELECT practiceacl.book(agenda('anna'), at('09:00'), at('09:30'), patient => 'Marie', appointment_id => id(1));
SELECT practiceacl.book(agenda('anna'), at('09:30'), at('10:00'), patient => 'Paul', private => true, appointment_id => id(2));
SELECT practiceacl.book(agenda('anna'), at('18:00'), at('18:30'), appointment_id => id(3));
SELECT practiceacl.cancel_appointment(id(3)) \g /dev/null
SELECT enter('sara') \g /dev/null

-- Nulls.
SELECT refusal($$ SELECT practiceacl.book(NULL, at('11:00')) $$);
SELECT refusal($$ SELECT practiceacl.book(agenda('anna'), NULL) $$);
SELECT refusal($$ SELECT practiceacl.book(agenda('anna'), at('11:00'), private => NULL) $$);
SELECT refusal($$ SELECT practiceacl.book(agenda('anna'), at('11:00'), overbook => NULL) $$);
SELECT refusal($$ SELECT practiceacl.move_appointment(NULL, at('11:00')) $$);
SELECT refusal($$ SELECT practiceacl.move_appointment(id(1), NULL) $$);
SELECT refusal($$ SELECT practiceacl.move_appointment(id(1), at('11:00'), overbook => NULL) $$);
SELECT refusal($$ SELECT practiceacl.update_appointment(NULL, '{}') $$);
SELECT refusal($$ SELECT practiceacl.update_appointment(id(1), NULL) $$);
SELECT refusal($$ SELECT practiceacl.cancel_appointment(NULL) $$);
SELECT refusal($$ SELECT practiceacl.set_status(NULL, 'done') $$);
SELECT refusal($$ SELECT practiceacl.set_status(id(1), NULL) $$);
SELECT refusal($$ SELECT * FROM practiceacl.import_appointments(NULL) $$);

-- Times that are none.
SELECT refusal($$ SELECT practiceacl.book(agenda('anna'), at('11:00'), at('10:30')) $$);
SELECT refusal($$ SELECT practiceacl.book(agenda('anna'), at('11:00'), at('11:00')) $$);
SELECT refusal($$ SELECT practiceacl.book(agenda('anna'), '-infinity', at('11:00')) $$);
SELECT refusal($$ SELECT practiceacl.book(agenda('anna'), at('11:00'), 'infinity') $$);
SELECT refusal($$ SELECT practiceacl.book(agenda('anna'), 'infinity') $$);
SELECT refusal($$ SELECT practiceacl.move_appointment(id(1), at('11:00'), at('10:30')) $$);
SELECT refusal($$ SELECT practiceacl.move_appointment(id(1), 'infinity') $$);
SELECT refusal($$ SELECT practiceacl.move_appointment(id(1), '-infinity', at('11:00')) $$);
SELECT refusal($$ SELECT practiceacl.book(agenda('anna'), '4714-11-24 00:00Z BC') $$);
SELECT refusal($$ SELECT practiceacl.book(agenda('anna'), '4714-11-24 00:00Z BC', at('08:00')) $$);
SELECT refusal($$ SELECT practiceacl.book(agenda('anna'), '294276-12-31 23:50Z') $$);
SELECT refusal($$ SELECT practiceacl.book(agenda('anna'), '294276-12-31 23:59:59.999999Z') $$);
SELECT refusal($$ SELECT practiceacl.book(agenda('anna'), '294276-12-31 23:59:00Z', '294276-12-31 23:59:59.999999Z', appointment_id => id(4)) $$);
SELECT refusal($$ SELECT practiceacl.move_appointment(id(1), '294276-12-31 23:50Z') $$);
SELECT enter('anna') \g /dev/null
SELECT refusal($$ SELECT practiceacl.book(agenda('anna'), at('20:00'), '2065-12-31 22:00Z', appointment_id => id(5)) $$);
SELECT refusal($$ SELECT practiceacl.move_appointment(id(5), '294276-08-01 00:00Z') $$);
SELECT refusal($$ SELECT practiceacl.cancel_appointment(id(5)) $$);

-- Ids that are none, and another practice's: the same words.
SELECT refusal($$ SELECT practiceacl.book(agenda('nobody'), at('11:00')) $$);
SELECT refusal($$ SELECT practiceacl.book(agenda('olga'), at('11:00')) $$);
SELECT refusal($$ SELECT practiceacl.book(agenda('bert'), at('11:00')) $$);
SELECT refusal($$ SELECT practiceacl.move_appointment(id(99), at('11:00')) $$);
SELECT refusal($$ SELECT practiceacl.move_appointment(id(91), at('11:00')) $$);
SELECT refusal($$ SELECT practiceacl.move_appointment(id(1), at('11:00'), agenda_id => agenda('nobody')) $$);
SELECT refusal($$ SELECT practiceacl.move_appointment(id(1), at('11:00'), agenda_id => agenda('olga')) $$);
SELECT refusal($$ SELECT practiceacl.update_appointment(id(99), '{}') $$);
SELECT refusal($$ SELECT practiceacl.update_appointment(id(91), '{"note": "x"}') $$);
SELECT refusal($$ SELECT practiceacl.cancel_appointment(id(99)) $$);
SELECT refusal($$ SELECT practiceacl.cancel_appointment(id(91)) $$);
SELECT refusal($$ SELECT practiceacl.set_status(id(99), 'done') $$);
SELECT refusal($$ SELECT practiceacl.set_status(id(91), 'done') $$);

-- Too low on the ladder.
SELECT enter('lena') \g /dev/null
SELECT refusal($$ SELECT practiceacl.book(agenda('anna'), at('11:00')) $$);
SELECT refusal($$ SELECT practiceacl.move_appointment(id(1), at('11:00')) $$);
SELECT refusal($$ SELECT practiceacl.update_appointment(id(1), '{"note": "x"}') $$);
SELECT refusal($$ SELECT practiceacl.cancel_appointment(id(1)) $$);
SELECT refusal($$ SELECT practiceacl.set_status(id(1), 'arrived') $$);
SELECT refusal($$ SELECT practiceacl.cancel_appointment(id(2)) $$);
SELECT enter('carl') \g /dev/null
SELECT refusal($$ SELECT practiceacl.book(agenda('anna'), at('11:00')) $$);
SELECT refusal($$ SELECT practiceacl.cancel_appointment(id(1)) $$);
RESET ROLE;
SELECT may('lena', 'freebusy', 'anna') \g /dev/null
SET LOCAL ROLE clinic_app;
SELECT enter('lena') \g /dev/null
SELECT refusal($$ SELECT practiceacl.book(agenda('anna'), at('09:15')) $$);
SELECT refusal($$ SELECT practiceacl.cancel_appointment(id(1)) $$);
RESET ROLE;
SELECT may('lena', 'book_in_hours', 'anna') \g /dev/null
SET LOCAL ROLE clinic_app;
SELECT enter('lena') \g /dev/null
SELECT refusal($$ SELECT practiceacl.book(agenda('anna'), at('11:00')) $$);

-- The past.
SELECT enter('sara') \g /dev/null
SELECT refusal($$ SELECT practiceacl.book(agenda('anna'), '2001-01-01 09:00Z') $$);
SELECT refusal($$ SELECT practiceacl.move_appointment(id(90), at('11:00')) $$);
SELECT refusal($$ SELECT practiceacl.move_appointment(id(1), '2001-01-01 10:00Z') $$);
SELECT refusal($$ SELECT practiceacl.update_appointment(id(90), '{"note": "x"}') $$);
SELECT refusal($$ SELECT practiceacl.cancel_appointment(id(90)) $$);
SELECT refusal($$ SELECT practiceacl.set_status(id(90), 'done') $$);

-- An agenda that nobody serves, in either way.
RESET ROLE;
SAVEPOINT served;
UPDATE practiceacl.membership SET status = 'disabled' WHERE account_id = account('anna');
SET LOCAL ROLE clinic_app;
SELECT refusal($$ SELECT practiceacl.book(agenda('anna'), at('20:00')) $$);
RESET ROLE;
UPDATE practiceacl.membership SET status = 'active' WHERE account_id = account('anna');
UPDATE practiceacl.agenda SET archived_at = now() WHERE id = agenda('anna');
SET LOCAL ROLE clinic_app;
SELECT refusal($$ SELECT practiceacl.book(agenda('anna'), at('20:00')) $$);
ROLLBACK TO SAVEPOINT served;
SET LOCAL ROLE clinic_app;
-- What is taken, told as far as one may read it.
SELECT refusal($$ SELECT practiceacl.book(agenda('anna'), at('09:15')) $$);
SELECT refusal($$ SELECT practiceacl.book(agenda('anna'), at('09:45')) $$);
SELECT refusal($$ SELECT practiceacl.move_appointment(id(1), at('09:45')) $$);
SELECT refusal($$ SELECT practiceacl.book(agenda('anna'), at('09:15'), overbook => true, reason => 'urgent') $$);
SELECT enter('anna') \g /dev/null
SELECT refusal($$ SELECT practiceacl.book(agenda('anna'), at('09:45')) $$);
SELECT refusal($$ SELECT practiceacl.book(agenda('anna'), at('09:15'), overbook => true) $$);
SELECT refusal($$ SELECT practiceacl.book(agenda('anna'), at('09:15'), overbook => true, reason => E' \t\n') $$);
SELECT refusal($$ SELECT practiceacl.move_appointment(id(1), at('09:45'), overbook => true) $$);

-- Ids that clients make.
SELECT refusal($$ SELECT practiceacl.book(agenda('anna'), at('11:00'), appointment_id => id(1)) $$);
SELECT refusal($$ SELECT practiceacl.book(agenda('anna'), at('18:00'), at('18:30'), appointment_id => id(3)) $$);

-- Texts and attributes.
SELECT refusal($$ SELECT practiceacl.book(agenda('anna'), at('11:00'), patient => repeat('é', 501)) $$);
SELECT refusal($$ SELECT practiceacl.book(agenda('anna'), at('11:00'), note => repeat('é', 10001)) $$);
SELECT refusal($$ SELECT practiceacl.book(agenda('anna'), at('11:00'), patient => repeat('x', 1048576)) $$);
SELECT refusal($$ SELECT practiceacl.book(agenda('anna'), at('09:15'), overbook => true, reason => repeat('x', 1048576)) $$);
SELECT refusal($$ SELECT practiceacl.move_appointment(id(1), at('11:00'), reason => repeat('x', 1048576)) $$);
SELECT refusal($$ SELECT practiceacl.cancel_appointment(id(1), repeat('x', 1048576)) $$);
SELECT refusal($$ SELECT practiceacl.book(agenda('anna'), at('11:00'), attributes => '[]') $$);
SELECT refusal($$ SELECT practiceacl.book(agenda('anna'), at('11:00'), attributes => '"x"') $$);
SELECT refusal($$ SELECT practiceacl.book(agenda('anna'), at('11:00'), attributes => 'null') $$);
SELECT refusal($$ SELECT practiceacl.update_appointment(id(1), '[]') $$);
SELECT refusal($$ SELECT practiceacl.update_appointment(id(1), '1') $$);
SELECT refusal($$ SELECT practiceacl.update_appointment(id(1), '{"colour": "red"}') $$);
SELECT refusal($$ SELECT practiceacl.update_appointment(id(1), '{"Patient": "x"}') $$);
SELECT refusal($$ SELECT practiceacl.update_appointment(id(1), jsonb_build_object(repeat('k', 1048576), 1)) $$);
SELECT refusal($$ SELECT practiceacl.update_appointment(id(1), '{"private": "yes"}') $$);
SELECT refusal($$ SELECT practiceacl.update_appointment(id(1), '{"private": null}') $$);
SELECT refusal($$ SELECT practiceacl.update_appointment(id(1), '{"patient": 1}') $$);
SELECT refusal($$ SELECT practiceacl.update_appointment(id(1), '{"attributes": []}') $$);
SELECT refusal($$ SELECT practiceacl.update_appointment(id(1), '{"attributes": null}') $$);
SELECT refusal($$ SELECT practiceacl.update_appointment(id(1), jsonb_build_object('patient', repeat('é', 501))) $$);
SELECT refusal($$ SELECT practiceacl.update_appointment(id(1), jsonb_build_object('note', repeat('é', 10001))) $$);
SELECT refusal($$ SELECT practiceacl.set_status(id(1), 'gone') $$);
SELECT refusal($$ SELECT practiceacl.set_status(id(1), 'Booked') $$);
SELECT refusal($$ SELECT practiceacl.set_status(id(1), repeat('é', 1000)) $$);

-- What is cancelled.
SELECT refusal($$ SELECT practiceacl.move_appointment(id(3), at('11:00')) $$);
SELECT refusal($$ SELECT practiceacl.update_appointment(id(3), '{"note": "x"}') $$);
SELECT practiceacl.book(agenda('anna'), at('18:15'), appointment_id => id(6));
SELECT refusal($$ SELECT practiceacl.set_status(id(3), 'booked') $$);

-- Nothing of all that has left a trace.
SELECT id, starts_at, ends_at, status, patient, note FROM practiceacl.appointment ORDER BY starts_at, id;
ROLLBACK;

-- Imports.
GRANT CREATE ON SCHEMA clinic TO clinic_app;
BEGIN;
INSERT INTO practiceacl.appointment (organization_id, agenda_id, id, starts_at, ends_at, created_by, private)
VALUES (org('north'), agenda('anna'), id(1), at('09:00'), at('09:30'), account('anna'), false),
       (org('north'), agenda('anna'), id(2), at('09:30'), at('10:00'), account('anna'), true);
SET LOCAL ROLE clinic_app;
CREATE FUNCTION clinic.import(staging regclass) RETURNS SETOF text LANGUAGE sql AS $$
    SELECT concat_ws(' ', coalesce(key, '(null)'), outcome,
        '- ' || regexp_replace(detail, '(?!0{8})0[0-9a-f]{7}-[0-9a-f-]{27}', '(its id)')) FROM practiceacl.import_appointments(staging)
$$;
CREATE TABLE clinic.staging (key text, agenda_id uuid, starts_at timestamptz, ends_at timestamptz, patient text, note text);
SELECT refusal($$ SELECT * FROM practiceacl.import_appointments('clinic.staging') $$);
SELECT enter('sara') \g /dev/null
SELECT import('clinic.staging');
INSERT INTO clinic.staging VALUES
    ('taken', agenda('anna'), at('09:15'), at('09:45'), NULL, NULL),
    ('taken by a private one', agenda('anna'), at('09:45'), at('10:15'), NULL, NULL),
    ('free', agenda('anna'), at('10:00'), at('10:30'), 'Zoé', 'first'),
    ('free', agenda('anna'), at('10:00'), at('10:30'), 'Zoé', 'first'),
    ('in its own way', agenda('anna'), at('10:15'), at('10:45'), NULL, NULL),
    ('no agenda', NULL, at('11:00'), at('11:30'), NULL, NULL),
    ('no start', agenda('anna'), NULL, at('11:30'), NULL, NULL),
    ('no end', agenda('anna'), at('11:00'), NULL, NULL, NULL),
    (NULL, agenda('anna'), at('12:00'), at('12:30'), NULL, NULL),
    (NULL, NULL, NULL, NULL, NULL, NULL),
    ('reversed', agenda('anna'), at('13:00'), at('12:30'), NULL, NULL),
    ('empty', agenda('anna'), at('13:00'), at('13:00'), NULL, NULL),
    ('for ever', agenda('anna'), at('13:00'), 'infinity', NULL, NULL),
    ('since ever', agenda('anna'), '-infinity', at('13:00'), NULL, NULL),
    ('4714 BC', agenda('anna'), '4714-11-24 00:00Z BC', '4713-01-01 BC', NULL, NULL),
    ('294276', agenda('anna'), '294276-12-31 23:00Z', '294276-12-31 23:59:59.999999Z', NULL, NULL),
    ('past', agenda('anna'), '2001-01-01 09:00Z', '2001-01-01 09:30Z', NULL, NULL),
    ('only read', agenda('bert'), at('09:00'), at('09:30'), NULL, NULL),
    ('unknown', agenda('nobody'), at('09:00'), at('09:30'), NULL, NULL),
    ('another practice''s', agenda('olga'), at('09:00'), at('09:30'), NULL, NULL),
    ('long name', agenda('anna'), at('14:00'), at('14:30'), repeat('é', 501), NULL),
    ('long note', agenda('anna'), at('14:00'), at('14:30'), NULL, repeat('é', 10001));
SELECT import('clinic.staging');
SELECT starts_at, ends_at, patient, note FROM practiceacl.appointment ORDER BY starts_at;
SELECT act, facts FROM practiceacl.activity WHERE act = 'appointment.imported';
SELECT 'again:', import FROM import('clinic.staging') WHERE import ~ '^(free|294276)';

-- Staging relations that are not as they should be.
CREATE TABLE clinic.bare (key text, agenda_id uuid, starts_at timestamptz);
CREATE TABLE clinic."Odd ""name"" of a table" (key int, agenda_id text, starts_at text, ends_at date);
INSERT INTO clinic."Odd ""name"" of a table" VALUES (7, agenda('anna'), '2065-03-03 15:00Z', '2065-03-04');
CREATE TABLE clinic.words (LIKE clinic."Odd ""name"" of a table");
INSERT INTO clinic.words VALUES (8, 'anna', '2065-03-03 15:00Z', '2065-03-04');
CREATE TABLE clinic.numbers (key int, agenda_id uuid, starts_at int, ends_at int);
CREATE VIEW clinic.seen AS SELECT 'of a view' AS key, agenda('anna') AS agenda_id, at('16:00') AS starts_at, at('16:15') AS ends_at;
CREATE TEMP TABLE pg_class AS SELECT 'of a temporary table' AS key, agenda('anna') AS agenda_id, at('16:15') AS starts_at, at('16:30') AS ends_at;
CREATE MATERIALIZED VIEW clinic.kept AS SELECT 'of a materialized view' AS key, agenda('anna') AS agenda_id, at('16:30') AS starts_at, at('16:45') AS ends_at;
CREATE TYPE clinic.shape AS (key text, agenda_id uuid, starts_at timestamptz, ends_at timestamptz);
CREATE SEQUENCE clinic.counter;
CREATE INDEX staging_key ON clinic.staging (key);
CREATE VIEW clinic.failing AS SELECT key, agenda_id, starts_at, starts_at + (1 / (random() * 0)) * interval '1 s' AS ends_at FROM clinic.staging;
SELECT refusal($$ SELECT * FROM practiceacl.import_appointments('clinic.bare') $$);
SELECT refusal($$ SELECT * FROM practiceacl.import_appointments(0) $$);
SELECT refusal($$ SELECT * FROM practiceacl.import_appointments(4294967295) $$);
SELECT import('clinic.words');
SELECT refusal($$ SELECT * FROM practiceacl.import_appointments('clinic.numbers') $$);
SELECT code($$ SELECT * FROM practiceacl.import_appointments('clinic.shape') $$); -- PostgreSQL's own words, which vary
SELECT refusal($$ SELECT * FROM practiceacl.import_appointments('clinic.counter') $$);
SELECT refusal($$ SELECT * FROM practiceacl.import_appointments('clinic.staging_key') $$);
SELECT refusal($$ SELECT * FROM practiceacl.import_appointments('clinic.failing') $$);
SELECT refusal($$ SELECT * FROM practiceacl.import_appointments('practiceacl.password') $$);
SELECT refusal($$ SELECT * FROM practiceacl.import_appointments('practiceacl.outbox') $$);
SELECT import('clinic."Odd ""name"" of a table"');
SELECT import('clinic.seen');
SELECT import('pg_temp.pg_class');
SELECT import('clinic.kept');
RESET ROLE;
CREATE TABLE clinic.secret (LIKE clinic.staging);
REVOKE SELECT ON clinic.secret FROM PUBLIC;
CREATE SCHEMA clinic_hidden;
CREATE TABLE clinic_hidden.staging (LIKE clinic.staging);
SET LOCAL ROLE clinic_app;
SELECT refusal($$ SELECT * FROM practiceacl.import_appointments('clinic.secret') $$);
SELECT refusal(format('SELECT * FROM practiceacl.import_appointments(%s)', oid))
FROM pg_catalog.pg_class WHERE relname = 'staging' AND relnamespace <> 'clinic'::regnamespace;
ROLLBACK;
DROP SCHEMA clinic CASCADE;
DROP OWNED BY clinic_app;
DROP ROLE clinic_app;
