-- Every level and every flag against every act: the level is asked of the time
-- that is taken, and today is not the past.  What is expected
-- is written out; "ok" is done, "-" is nothing seen, else the SQLSTATE.
BEGIN;
\ir support/clinic.psql

SELECT join_clinic('anna'), hold_agenda('anna') \g /dev/null
SELECT join_clinic('nina'), hold_agenda('nina', noon_zone()) \g /dev/null
SELECT join_clinic('otto'), hold_agenda('otto') \g /dev/null
SELECT join_clinic('zoe') \g /dev/null
CREATE TABLE rung (number serial, rights practiceacl.rights, who text GENERATED ALWAYS AS ('w' || number) STORED);
INSERT INTO rung (rights) SELECT unnest(ARRAY['none', 'freebusy', 'read', 'book_in_hours', 'book', 'absences', 'openings', 'owner',
    'book_in_hours+overbook', 'book_in_hours+edit_past', 'book_in_hours+private', 'book_in_hours+patient_file',
    'book_in_hours+documents', 'book_in_hours+messaging', 'book_in_hours+billing', 'book_in_hours+statistics',
    'book_in_hours+export', 'book_in_hours+public_profile']::practiceacl.rights[]);
SELECT join_clinic(who) FROM rung ORDER BY number \g /dev/null
SELECT may(who, rights, whose) FROM rung, unnest('{anna,nina,otto}'::text[]) AS whose WHERE rights <> 'none' \g /dev/null
SELECT log_everybody_in() \g /dev/null
UPDATE practiceacl.membership SET status = 'disabled' WHERE account_id = account('otto');

SELECT enter('anna') \g /dev/null
SELECT practiceacl.set_openings(agenda('anna'), '[{"weekday": 1, "from": "08:00", "to": "18:00"}]') \g /dev/null
INSERT INTO kept SELECT 'absence', absence_id FROM practiceacl.add_absence(agenda('anna'), at('2058-03-04 16:00'), at('2058-03-04 18:00'));
INSERT INTO kept VALUES
    ('open', practiceacl.book(agenda('anna'), at('2058-03-04 09:00'), at('2058-03-04 09:30'))),
    ('private', practiceacl.book(agenda('anna'), at('2058-03-04 10:00'), at('2058-03-04 10:30'), private => true)),
    ('past', practiceacl.book(agenda('anna'), at('2020-03-02 09:00'), at('2020-03-02 09:30'))),
    ('covered', practiceacl.book(agenda('anna'), at('2058-03-04 16:00'), at('2058-03-04 17:00'))),
    ('outside', practiceacl.book(agenda('anna'), at('2058-03-04 19:00'), at('2058-03-04 19:30')));

-- Around noon, on an agenda that is open day and night: what was this morning,
-- what was yesterday, and what is still to come of somebody who is disabled.
SELECT enter('nina') \g /dev/null
SELECT practiceacl.set_openings(agenda('nina'), (
    SELECT jsonb_agg(jsonb_build_object('weekday', day, 'from', '00:00', 'to', '24:00')) FROM generate_series(1, 7) AS day)) \g /dev/null
INSERT INTO kept VALUES
    ('morning', practiceacl.book(agenda('nina'), now() - interval '3 h', now() - interval '2 h')),
    ('yesterday', practiceacl.book(agenda('nina'), now() - interval '26 h', now() - interval '25 h')),
    ('next', practiceacl.book(agenda('nina'), now() + interval '3 h', now() + interval '4 h'));
INSERT INTO kept SELECT 'orphan', practiceacl.new_id();
INSERT INTO practiceacl.appointment (organization_id, agenda_id, id, starts_at, ends_at, created_by)
SELECT organization_id, id, kept('orphan'), at('2058-03-04 09:00'), at('2058-03-04 09:30'), holder_id
FROM practiceacl.agenda WHERE id = agenda('otto');

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
 $$SELECT count(*) FROM practiceacl.free_slots(agenda('anna'), at('2058-03-04'), at('2058-03-05'))$$,
                                                              '{PT404, ok,     ok,     ok,     ok,     ok,     ok,     ok}', '{}'),
('hold in the openings',
 $$SELECT practiceacl.hold_slot(agenda('anna'), at('2058-03-04 11:00'))$$,
                                                              '{PT404, 42501,  42501,  ok,     ok,     ok,     ok,     ok}', '{}'),
('hold outside them',
 $$SELECT practiceacl.hold_slot(agenda('anna'), at('2058-03-04 20:00'))$$,
                                                              '{PT404, 42501,  42501,  PA020,  ok,     ok,     ok,     ok}', '{}'),
('book in the openings',
 $$SELECT practiceacl.book(agenda('anna'), at('2058-03-04 11:00'))$$,
                                                              '{PT404, 42501,  42501,  ok,     ok,     ok,     ok,     ok}', '{}'),
('book outside them',
 $$SELECT practiceacl.book(agenda('anna'), at('2058-03-04 20:00'))$$,
                                                              '{PT404, 42501,  42501,  PA020,  ok,     ok,     ok,     ok}', '{}'),
('book in an absence',
 $$SELECT practiceacl.book(agenda('anna'), at('2058-03-04 17:00'))$$,
                                                              '{PT404, 42501,  42501,  PA021,  ok,     ok,     ok,     ok}', '{}'),
('book in the past',
 $$SELECT practiceacl.book(agenda('anna'), at('2020-03-02 11:00'))$$,
                                                              '{PT404, 42501,  42501,  PA022,  PA022,  PA022,  PA022,  PA022}', '{"edit_past": "ok"}'),
('book what is taken',
 $$SELECT practiceacl.book(agenda('anna'), at('2058-03-04 09:00'))$$,
                                                              '{PT404, 42501,  42501,  23P01,  23P01,  23P01,  23P01,  23P01}', '{}'),
('book over it',
 $$SELECT practiceacl.book(agenda('anna'), at('2058-03-04 09:00'), overbook => true, reason => 'urgent')$$,
                                                              '{PT404, 42501,  42501,  42501,  42501,  42501,  42501,  42501}', '{"overbook": "ok"}'),
('book over it for no reason',
 $$SELECT practiceacl.book(agenda('anna'), at('2058-03-04 09:00'), overbook => true)$$,
                                                              '{PT404, 42501,  42501,  42501,  42501,  42501,  42501,  42501}', '{"overbook": "22023"}'),
('book over it outside the openings',
 $$SELECT practiceacl.book(agenda('anna'), at('2058-03-03 09:00'), overbook => true, reason => 'urgent')$$,
                                                              '{PT404, 42501,  42501,  PA020,  ok,     ok,     ok,     ok}', '{}'),
('move',
 $$SELECT practiceacl.move_appointment(kept('open'), at('2058-03-04 11:00'))$$,
                                                              '{PT404, PT404,  42501,  ok,     ok,     ok,     ok,     ok}', '{}'),
('move out of the openings',
 $$SELECT practiceacl.move_appointment(kept('open'), at('2058-03-04 20:00'))$$,
                                                              '{PT404, PT404,  42501,  PA020,  ok,     ok,     ok,     ok}', '{}'),
('move a private one',
 $$SELECT practiceacl.move_appointment(kept('private'), at('2058-03-04 11:00'))$$,
                                                              '{PT404, PT404,  PT404,  PT404,  PT404,  PT404,  PT404,  PT404}', '{"private": "ok"}'),
('cancel',
 $$SELECT practiceacl.cancel_appointment(kept('open'))$$,     '{PT404, PT404,  42501,  ok,     ok,     ok,     ok,     ok}', '{}'),
('cancel what has begun',
 $$SELECT practiceacl.cancel_appointment(kept('past'))$$,     '{PT404, PT404,  42501,  PA022,  PA022,  PA022,  PA022,  PA022}', '{"edit_past": "ok"}'),
('change the note',
 $$SELECT practiceacl.update_appointment(kept('open'), '{"note": "x"}')$$,
                                                              '{PT404, PT404,  42501,  ok,     ok,     ok,     ok,     ok}', '{}'),
('move away from an absence',
 $$SELECT practiceacl.move_appointment(kept('covered'), at('2058-03-04 11:00'))$$,
                                                              '{PT404, PT404,  42501,  ok,     ok,     ok,     ok,     ok}', '{}'),
('move within an absence',
 $$SELECT practiceacl.move_appointment(kept('covered'), at('2058-03-04 16:15'))$$,
                                                              '{PT404, PT404,  42501,  PA021,  ok,     ok,     ok,     ok}', '{}'),
('make shorter in an absence',
 $$SELECT practiceacl.move_appointment(kept('covered'), at('2058-03-04 16:15'), at('2058-03-04 16:45'))$$,
                                                              '{PT404, PT404,  42501,  ok,     ok,     ok,     ok,     ok}', '{}'),
('make longer in an absence',
 $$SELECT practiceacl.move_appointment(kept('covered'), at('2058-03-04 16:00'), at('2058-03-04 17:15'))$$,
                                                              '{PT404, PT404,  42501,  PA021,  ok,     ok,     ok,     ok}', '{}'),
('move into an absence',
 $$SELECT practiceacl.move_appointment(kept('open'), at('2058-03-04 17:30'))$$,
                                                              '{PT404, PT404,  42501,  PA021,  ok,     ok,     ok,     ok}', '{}'),
('cancel in an absence',
 $$SELECT practiceacl.cancel_appointment(kept('covered'))$$,  '{PT404, PT404,  42501,  ok,     ok,     ok,     ok,     ok}', '{}'),
('change the note in an absence',
 $$SELECT practiceacl.update_appointment(kept('covered'), '{"note": "x"}')$$,
                                                              '{PT404, PT404,  42501,  ok,     ok,     ok,     ok,     ok}', '{}'),
('say in an absence who came',
 $$SELECT practiceacl.set_status(kept('covered'), 'arrived')$$,
                                                              '{PT404, PT404,  42501,  ok,     ok,     ok,     ok,     ok}', '{}'),
('move away from outside the openings',
 $$SELECT practiceacl.move_appointment(kept('outside'), at('2058-03-04 11:00'))$$,
                                                              '{PT404, PT404,  42501,  ok,     ok,     ok,     ok,     ok}', '{}'),
('cancel outside the openings',
 $$SELECT practiceacl.cancel_appointment(kept('outside'))$$,  '{PT404, PT404,  42501,  ok,     ok,     ok,     ok,     ok}', '{}'),
('say at noon who came this morning',
 $$SELECT practiceacl.set_status(kept('morning'), 'no_show')$$,
                                                              '{PT404, PT404,  42501,  ok,     ok,     ok,     ok,     ok}', '{}'),
('note something of this morning',
 $$SELECT practiceacl.update_appointment(kept('morning'), '{"note": "x"}')$$,
                                                              '{PT404, PT404,  42501,  ok,     ok,     ok,     ok,     ok}', '{}'),
('cancel something of this morning',
 $$SELECT practiceacl.cancel_appointment(kept('morning'))$$,  '{PT404, PT404,  42501,  ok,     ok,     ok,     ok,     ok}', '{}'),
('move something of this morning to the afternoon',
 $$SELECT practiceacl.move_appointment(kept('morning'), now() + interval '2 h')$$,
                                                              '{PT404, PT404,  42501,  ok,     ok,     ok,     ok,     ok}', '{}'),
('move something to this morning',
 $$SELECT practiceacl.move_appointment(kept('next'), now() - interval '90 min')$$,
                                                              '{PT404, PT404,  42501,  PA022,  PA022,  PA022,  PA022,  PA022}', '{"edit_past": "ok"}'),
('say today who came yesterday',
 $$SELECT practiceacl.set_status(kept('yesterday'), 'done')$$,
                                                              '{PT404, PT404,  42501,  PA022,  PA022,  PA022,  PA022,  PA022}', '{"edit_past": "ok"}'),
('note something of yesterday',
 $$SELECT practiceacl.update_appointment(kept('yesterday'), '{"note": "x"}')$$,
                                                              '{PT404, PT404,  42501,  PA022,  PA022,  PA022,  PA022,  PA022}', '{"edit_past": "ok"}'),
('book for somebody who walks in',
 $$SELECT practiceacl.book(agenda('nina'), now() - interval '14 min')$$,
                                                              '{PT404, 42501,  42501,  ok,     ok,     ok,     ok,     ok}', '{}'),
('book what began more than a slot ago',
 $$SELECT practiceacl.book(agenda('nina'), now() - interval '16 min')$$,
                                                              '{PT404, 42501,  42501,  PA022,  PA022,  PA022,  PA022,  PA022}', '{"edit_past": "ok"}'),
('book where nobody serves',
 $$SELECT practiceacl.book(agenda('otto'), at('2058-03-04 11:00'))$$,
                                                              '{PT404, 42501,  42501,  PA024,  PA024,  PA024,  PA024,  PA024}', '{}'),
('hold where nobody serves',
 $$SELECT practiceacl.hold_slot(agenda('otto'), at('2058-03-04 11:00'))$$,
                                                              '{PT404, 42501,  42501,  PA024,  PA024,  PA024,  PA024,  PA024}', '{}'),
('move to where nobody serves',
 $$SELECT practiceacl.move_appointment(kept('open'), at('2058-03-04 11:00'), agenda_id => agenda('otto'))$$,
                                                              '{PT404, PT404,  42501,  PA024,  PA024,  PA024,  PA024,  PA024}', '{}'),
('move away from where nobody serves',
 $$SELECT practiceacl.move_appointment(kept('orphan'), at('2058-03-04 11:00'), agenda_id => agenda('anna'))$$,
                                                              '{PT404, PT404,  42501,  ok,     ok,     ok,     ok,     ok}', '{}'),
('cancel where nobody serves',
 $$SELECT practiceacl.cancel_appointment(kept('orphan'))$$,   '{PT404, PT404,  42501,  ok,     ok,     ok,     ok,     ok}', '{}'),
('make an appointment private',
 $$SELECT practiceacl.update_appointment(kept('open'), '{"private": true}')$$,
                                                              '{PT404, PT404,  42501,  42501,  42501,  42501,  42501,  42501}', '{"private": "ok"}'),
('book a private one',
 $$SELECT practiceacl.book(agenda('anna'), at('2058-03-04 11:00'), private => true)$$,
                                                              '{PT404, 42501,  42501,  42501,  42501,  42501,  42501,  42501}', '{"private": "ok"}'),
('add an absence',
 $$SELECT practiceacl.add_absence(agenda('anna'), at('2058-03-05'), at('2058-03-06'))$$,
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

SELECT plan(1028);
SET LOCAL ROLE clinic_application;
SELECT is(attempt(e.who, e.statement), e.outcome, e.rights::text || ': ' || e.name)
FROM expectation e ORDER BY e.act, e.rung;

-- The holder has it all.
SELECT is((SELECT array_agg(name ORDER BY number) FROM act
           WHERE attempt('anna', statement) <> 'ok' AND name NOT IN ('book what is taken', 'book over it for no reason')
                 AND statement NOT LIKE '%''nina''%' AND statement NOT LIKE '%''otto''%'
                 AND statement !~ 'morning|yesterday|next|orphan'),
    NULL, 'the holder may do everything');
SELECT is((SELECT array_agg(attempt('anna', statement) ORDER BY number) FROM act
           WHERE name IN ('book what is taken', 'book over it for no reason')),
    ARRAY['23P01', '22023'], 'but not book twice by mistake');

SELECT * FROM finish();
ROLLBACK;
