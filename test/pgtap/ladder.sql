-- The ladder: every level and every flag against every act.  What is expected
-- is written out; "ok" is done, "-" is nothing seen, else the SQLSTATE.
BEGIN;
\ir support/clinic.psql

SELECT join_clinic('anna'), hold_agenda('anna') \g /dev/null
SELECT join_clinic('zoe') \g /dev/null
CREATE TABLE rung (number serial, rights practiceacl.rights, who text GENERATED ALWAYS AS ('w' || number) STORED);
INSERT INTO rung (rights) SELECT unnest(ARRAY['none', 'freebusy', 'read', 'book_in_hours', 'book', 'absences', 'openings', 'owner',
    'book_in_hours+overbook', 'book_in_hours+edit_past', 'book_in_hours+private', 'book_in_hours+patient_file',
    'book_in_hours+documents', 'book_in_hours+messaging', 'book_in_hours+billing', 'book_in_hours+statistics',
    'book_in_hours+export', 'book_in_hours+public_profile']::practiceacl.rights[]);
SELECT join_clinic(who) FROM rung ORDER BY number \g /dev/null
SELECT may(who, rights, 'anna') FROM rung WHERE rights <> 'none' \g /dev/null
SELECT log_everybody_in() \g /dev/null

SELECT enter('anna') \g /dev/null
SELECT practiceacl.set_openings(agenda('anna'), '[{"weekday": 1, "from": "08:00", "to": "18:00"}]') \g /dev/null
INSERT INTO kept SELECT 'absence', absence_id FROM practiceacl.add_absence(agenda('anna'), at('2030-03-04 16:00'), at('2030-03-04 18:00'));
INSERT INTO kept VALUES
    ('open', practiceacl.book(agenda('anna'), at('2030-03-04 09:00'), at('2030-03-04 09:30'))),
    ('private', practiceacl.book(agenda('anna'), at('2030-03-04 10:00'), at('2030-03-04 10:30'), private => true)),
    ('past', practiceacl.book(agenda('anna'), at('2020-03-02 09:00'), at('2020-03-02 09:30')));

CREATE TABLE act (number serial, name text, statement text, by_level text[], by_flag jsonb DEFAULT '{}');
INSERT INTO act (name, statement, by_level, by_flag) VALUES
--                                                              none   freebusy read   in_hours book   absences openings owner
('see when it is busy',
 $$SELECT count(*) FROM practiceacl.busy$$,                   '{-,     ok,     ok,     ok,     ok,     ok,     ok,     ok}', '{}'),
('see appointments',
 $$SELECT count(*) FROM practiceacl.appointment WHERE NOT private$$,
                                                              '{-,     -,      ok,     ok,     ok,     ok,     ok,     ok}', '{}'),
('see private ones',
 $$SELECT count(*) FROM practiceacl.appointment WHERE private$$,
                                                              '{-,     -,      -,      -,      -,      -,      -,      -}', '{"private": "ok"}'),
('see the calendar',
 $$SELECT count(*) FROM practiceacl.calendar$$,               '{-,     -,      ok,     ok,     ok,     ok,     ok,     ok}', '{}'),
('see private ones in it in full',
 $$SELECT count(*) FROM practiceacl.calendar WHERE private AND status <> 'busy'$$,
                                                              '{-,     -,      -,      -,      -,      -,      -,      -}', '{"private": "ok"}'),
('see absences',
 $$SELECT count(*) FROM practiceacl.absence$$,                '{-,     -,      ok,     ok,     ok,     ok,     ok,     ok}', '{}'),
('see openings',
 $$SELECT count(*) FROM practiceacl.opening$$,                '{-,     ok,     ok,     ok,     ok,     ok,     ok,     ok}', '{}'),
('ask for free slots',
 $$SELECT count(*) FROM practiceacl.free_slots(agenda('anna'), at('2030-03-04'), at('2030-03-05'))$$,
                                                              '{PT404, ok,     ok,     ok,     ok,     ok,     ok,     ok}', '{}'),
('hold in the openings',
 $$SELECT practiceacl.hold_slot(agenda('anna'), at('2030-03-04 11:00'))$$,
                                                              '{PT404, 42501,  42501,  ok,     ok,     ok,     ok,     ok}', '{}'),
('hold outside them',
 $$SELECT practiceacl.hold_slot(agenda('anna'), at('2030-03-04 20:00'))$$,
                                                              '{PT404, 42501,  42501,  PA020,  ok,     ok,     ok,     ok}', '{}'),
('book in the openings',
 $$SELECT practiceacl.book(agenda('anna'), at('2030-03-04 11:00'))$$,
                                                              '{PT404, 42501,  42501,  ok,     ok,     ok,     ok,     ok}', '{}'),
('book outside them',
 $$SELECT practiceacl.book(agenda('anna'), at('2030-03-04 20:00'))$$,
                                                              '{PT404, 42501,  42501,  PA020,  ok,     ok,     ok,     ok}', '{}'),
('book in an absence',
 $$SELECT practiceacl.book(agenda('anna'), at('2030-03-04 17:00'))$$,
                                                              '{PT404, 42501,  42501,  PA021,  ok,     ok,     ok,     ok}', '{}'),
('book in the past',
 $$SELECT practiceacl.book(agenda('anna'), at('2020-03-02 11:00'))$$,
                                                              '{PT404, 42501,  42501,  PA022,  PA022,  PA022,  PA022,  PA022}', '{"edit_past": "ok"}'),
('book what is taken',
 $$SELECT practiceacl.book(agenda('anna'), at('2030-03-04 09:00'))$$,
                                                              '{PT404, 42501,  42501,  23P01,  23P01,  23P01,  23P01,  23P01}', '{}'),
('book over it',
 $$SELECT practiceacl.book(agenda('anna'), at('2030-03-04 09:00'), overbook => true, reason => 'urgent')$$,
                                                              '{PT404, 42501,  42501,  42501,  42501,  42501,  42501,  42501}', '{"overbook": "ok"}'),
('book over it for no reason',
 $$SELECT practiceacl.book(agenda('anna'), at('2030-03-04 09:00'), overbook => true)$$,
                                                              '{PT404, 42501,  42501,  42501,  42501,  42501,  42501,  42501}', '{"overbook": "22023"}'),
('book over it outside the openings',
 $$SELECT practiceacl.book(agenda('anna'), at('2030-03-03 09:00'), overbook => true, reason => 'urgent')$$,
                                                              '{PT404, 42501,  42501,  PA020,  ok,     ok,     ok,     ok}', '{}'),
('move',
 $$SELECT practiceacl.move_appointment(kept('open'), at('2030-03-04 11:00'))$$,
                                                              '{PT404, PT404,  42501,  ok,     ok,     ok,     ok,     ok}', '{}'),
('move out of the openings',
 $$SELECT practiceacl.move_appointment(kept('open'), at('2030-03-04 20:00'))$$,
                                                              '{PT404, PT404,  42501,  PA020,  ok,     ok,     ok,     ok}', '{}'),
('move a private one',
 $$SELECT practiceacl.move_appointment(kept('private'), at('2030-03-04 11:00'))$$,
                                                              '{PT404, PT404,  PT404,  PT404,  PT404,  PT404,  PT404,  PT404}', '{"private": "ok"}'),
('cancel',
 $$SELECT practiceacl.cancel_appointment(kept('open'))$$,     '{PT404, PT404,  42501,  ok,     ok,     ok,     ok,     ok}', '{}'),
('cancel what has begun',
 $$SELECT practiceacl.cancel_appointment(kept('past'))$$,     '{PT404, PT404,  42501,  PA022,  PA022,  PA022,  PA022,  PA022}', '{"edit_past": "ok"}'),
('change the note',
 $$SELECT practiceacl.update_appointment(kept('open'), '{"note": "x"}')$$,
                                                              '{PT404, PT404,  42501,  ok,     ok,     ok,     ok,     ok}', '{}'),
('add an absence',
 $$SELECT practiceacl.add_absence(agenda('anna'), at('2030-03-05'), at('2030-03-06'))$$,
                                                              '{PT404, 42501,  42501,  42501,  42501,  ok,     ok,     ok}', '{}'),
('remove an absence',
 $$SELECT practiceacl.remove_absence(kept('absence'))$$,      '{PT404, PT404,  42501,  42501,  42501,  ok,     ok,     ok}', '{}'),
('change the openings',
 $$SELECT practiceacl.set_openings(agenda('anna'), '[]')$$,   '{PT404, 42501,  42501,  42501,  42501,  42501,  ok,     ok}', '{}'),
('write to a patient',
 $$SELECT practiceacl.send_message(agenda('anna'), 'pat@example.org', 'x', 'y')$$,
                                                              '{PT404, 42501,  42501,  42501,  42501,  42501,  42501,  42501}', '{"messaging": "ok"}'),
('read in an emergency',
 $$SELECT practiceacl.break_glass(agenda('anna'), 'collapsed')$$,
                                                              '{ok,    ok,     ok,     ok,     ok,     ok,     ok,     ok}', '{}'),
('give rights',
 $$SELECT practiceacl.set_rights(agenda('anna'), account('zoe'), 'read')$$,
                                                              '{PT404, 42501,  42501,  42501,  42501,  42501,  42501,  ok}', '{}'),
('give a flag that one lacks',
 $$SELECT practiceacl.set_rights(agenda('anna'), account('zoe'), 'read+private')$$,
                                                              '{PT404, 42501,  42501,  42501,  42501,  42501,  42501,  PA012}', '{}');

CREATE VIEW expectation AS
SELECT a.number AS act, r.number AS rung, r.who, r.rights, a.name, a.statement,
       CASE WHEN r.number <= 8 THEN a.by_level[r.number]
            ELSE coalesce(a.by_flag ->> (practiceacl.flags(r.rights))[1], a.by_level[4]) END AS outcome
FROM act a, rung r;
GRANT SELECT ON act, rung, expectation TO clinic_application;

-- Tries it, and takes it back whatever comes of it.
CREATE FUNCTION clinic.attempt(who text, statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    answer text;
BEGIN
    PERFORM enter(who);
    EXECUTE statement INTO answer;
    RAISE EXCEPTION USING ERRCODE = 'ZZ000', MESSAGE = CASE WHEN answer = '0' THEN '-' ELSE 'ok' END;
EXCEPTION
    WHEN SQLSTATE 'ZZ000' THEN RETURN SQLERRM;
    WHEN OTHERS THEN RETURN SQLSTATE;
END $$;

SELECT plan(560);
SET LOCAL ROLE clinic_application;
SELECT is(attempt(e.who, e.statement), e.outcome, e.rights::text || ': ' || e.name)
FROM expectation e ORDER BY e.act, e.rung;

-- The holder has it all.
SELECT is((SELECT array_agg(name ORDER BY number) FROM act
           WHERE attempt('anna', statement) <> 'ok' AND name NOT IN ('book what is taken', 'book over it for no reason')),
    NULL, 'the holder may do everything');
SELECT is((SELECT array_agg(attempt('anna', statement) ORDER BY number) FROM act
           WHERE name IN ('book what is taken', 'book over it for no reason')),
    ARRAY['23P01', '22023'], 'but not book twice by mistake');

SELECT * FROM finish();
ROLLBACK;
