-- Days on which a whole organization is closed: who closes them, who sees
-- them, and that every way of taking a time respects them.
BEGIN;
\ir support/clinic.psql
SELECT plan(59);

SELECT join_clinic('anna'), hold_agenda('anna') \g /dev/null
SELECT join_clinic('kiri'), hold_agenda('kiri', 'Pacific/Auckland') \g /dev/null
SELECT join_clinic('nuka'), hold_agenda('nuka', 'America/Nuuk') \g /dev/null
SELECT join_clinic('eve', 'elsewhere'), hold_agenda('eve', organization => 'elsewhere'), join_clinic('otto', 'elsewhere', 'full') \g /dev/null
SELECT join_clinic('adam', admin => 'full'), join_clinic('ulla', admin => 'users'), join_clinic('colm'), join_clinic('gone') \g /dev/null
SELECT join_clinic('hugo') \g /dev/null
SELECT may('hugo', 'book_in_hours', who) FROM unnest('{anna,kiri,nuka}'::text[]) AS who \g /dev/null
SELECT join_clinic('bess'), may('bess', 'book', 'anna'), join_clinic('fred'), may('fred', 'freebusy', 'anna'), join_clinic('rene'), may('rene', 'read', 'anna') \g /dev/null
INSERT INTO practiceacl.opening (organization_id, agenda_id, weekday, opens_at, closes_at)
    SELECT organization_id, id, day, '00:00', '24:00' FROM practiceacl.agenda, generate_series(1, 7) AS day;
SELECT log_everybody_in() \g /dev/null
UPDATE practiceacl.membership SET status = 'disabled' WHERE account_id = account('gone');
GRANT ALL ON person, place, kept TO clinic_application;

CREATE FUNCTION clinic.clinic_id() RETURNS uuid STABLE LANGUAGE sql AS $$SELECT id FROM place WHERE name = 'clinic'$$;
CREATE FUNCTION clinic.close_for(who text, from_date date, until_date date, name text DEFAULT 'Christmas') RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM enter(who);
    RETURN refusal(format('SELECT practiceacl.close_days(%L, %L, %L, %L)', clinic_id(), from_date, until_date, name));
END $$;
-- What a statement is refused with, and its word.
CREATE FUNCTION clinic.refused(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    word text;
BEGIN
    EXECUTE statement;
    RETURN NULL;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS word = CONSTRAINT_NAME;
    RETURN SQLSTATE || ' ' || word;
END $$;

SET LOCAL ROLE clinic_application;
-- Booked before the days are closed: 25 December 2058 is a Wednesday.
SELECT enter('anna') \g /dev/null
INSERT INTO kept VALUES
    ('before', practiceacl.book(agenda('anna'), at('2058-12-25 09:00'), patient => 'Early')),
    ('secret', practiceacl.book(agenda('anna'), at('2058-12-25 10:00'), patient => 'Secret', private => true)),
    ('gone', practiceacl.book(agenda('anna'), at('2058-12-25 11:00'), patient => 'Gone')),
    ('next', practiceacl.book(agenda('anna'), at('2058-12-26 09:00'), patient => 'Next')),
    ('across', practiceacl.book(agenda('anna'), at('2058-12-24 23:30'), at('2058-12-25 00:30'), patient => 'Across'));
SELECT practiceacl.cancel_appointment(kept('gone')) \g /dev/null

-- Who may close.
SELECT is(close_for('ulla', '2058-12-25', '2058-12-25'), '42501', 'an administrator of users may not close days');
SELECT is(close_for('anna', '2058-12-25', '2058-12-25'), '42501', 'nor may a holder');
SELECT is(close_for('otto', '2058-12-25', '2058-12-25'), 'PT404', 'to the administrator of another organization there is none');
SELECT is(close_for('gone', '2058-12-25', '2058-12-25'), 'PT404', 'nor to a disabled member');
SELECT set_config('practiceacl.session', '', true) \g /dev/null
SELECT is(refusal($$SELECT practiceacl.close_days(clinic_id(), '2058-12-25', '2058-12-25', 'x')$$), '28000', 'nobody closes nothing');
SELECT enter('adam') \g /dev/null
INSERT INTO kept VALUES ('closing', practiceacl.close_days(clinic_id(), '2058-12-25', '2058-12-25', 'Christmas'));
SELECT is((SELECT count(*)::int FROM practiceacl.closing), 1, 'a full administrator does');

-- Bad input.
SELECT is(refused($$SELECT practiceacl.close_days(clinic_id(), '2058-12-26', '2058-12-25', 'x')$$), '22023 ends_before_start', 'days in order');
SELECT is(refused($$SELECT practiceacl.close_days(clinic_id(), '2058-01-01', '2059-01-02', 'x')$$), '22023 too_long', 'a year at most');
SELECT is(refused($$SELECT practiceacl.close_days(clinic_id(), '-infinity', '2059-01-02', 'x')$$), '22023 out_of_range', 'finite days');
SELECT is(refused($$SELECT practiceacl.close_days(clinic_id(), '2059-01-02', 'infinity', 'x')$$), '22023 out_of_range', 'at both ends');
SELECT is(refused($$SELECT practiceacl.close_days(clinic_id(), '12000-01-02', '12000-01-02', 'x')$$), '22023 out_of_range', 'in a year of four digits');
SELECT is(refused($$SELECT practiceacl.close_days(clinic_id(), '0044-03-15 BC', '0044-03-15 BC', 'x')$$), '22023 out_of_range', 'of our era');
SELECT is(refused($$SELECT practiceacl.close_days(clinic_id(), '2059-01-02', '2059-01-02', E' \n ')$$), '22023 blank', 'with a name');
SELECT is(refused($$SELECT practiceacl.close_days(clinic_id(), '2059-01-02', '2059-01-02', repeat('x', 201))$$), '22001 too_long', 'that is short');
SELECT is(refusal($$SELECT practiceacl.close_days(clinic_id(), NULL, '2059-01-02', 'x')$$), '22004', 'and no nulls');
SELECT is(refusal($$SELECT practiceacl.close_days(clinic_id(), '2059-01-02', '2059-01-02', NULL)$$), '22004', 'anywhere');
SELECT is(refusal($$SELECT practiceacl.close_days(practiceacl.new_id(), '2059-01-02', '2059-01-02', 'x')$$), 'PT404', 'an organization that does not exist');
SELECT is(refusal($$SELECT practiceacl.reopen_days(practiceacl.new_id())$$), 'PT404', 'a closing that does not exist');

-- Who sees what.
CREATE FUNCTION clinic.closings_seen() RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(concat_ws('/', p.name, to_char(c.starts_at AT TIME ZONE 'UTC', 'DD HH24:MI'), to_char(c.ends_at AT TIME ZONE 'UTC', 'DD HH24:MI'), c.status, c.note, c.id = kept('closing')), ' ' ORDER BY p.name)
    FROM practiceacl.calendar c JOIN person p ON p.agenda_id = c.agenda_id WHERE c.kind = 'closing';
$$;
SELECT enter('hugo') \g /dev/null
SELECT is(closings_seen(), 'anna/24 23:00/25 23:00/closed/Christmas/t kiri/24 11:00/25 11:00/closed/Christmas/t nuka/25 02:00/26 02:00/closed/Christmas/t', 'each agenda is closed from midnight to midnight of its own zone');
SELECT bag_eq($$SELECT c::text FROM practiceacl.calendar_between('-infinity', 'infinity') c$$, $$SELECT c::text FROM practiceacl.calendar c$$, 'calendar_between agrees');
SELECT bag_eq($$SELECT c::text FROM practiceacl.calendar_between('2058-12-25 23:00Z', '2058-12-26 01:00Z') c$$,
    $$SELECT c::text FROM practiceacl.calendar c WHERE occupied_from < '2058-12-26 01:00Z' AND occupied_until > '2058-12-25 23:00Z'$$, 'also at the edge of a day');
SELECT is((SELECT count(*)::int FROM practiceacl.calendar_between('2058-12-25 23:00Z', '2058-12-26 01:00Z') WHERE kind = 'closing'), 1, 'where one agenda is still closed');
SELECT enter('fred') \g /dev/null
SELECT is(closings_seen(), NULL, 'freebusy sees no calendar');
SELECT is((SELECT count(*)::int FROM practiceacl.busy WHERE starts_at = '2058-12-24 23:00Z' AND ends_at = '2058-12-25 23:00Z'), 1, 'but that it is busy');
SELECT is((SELECT count(*)::int FROM practiceacl.closing), 1, 'and every member the closing');
SELECT enter('colm') \g /dev/null
SELECT is((SELECT count(*)::int FROM practiceacl.closing) || '/' || (SELECT count(*) FROM practiceacl.busy) || '/' || (SELECT count(*) FROM practiceacl.calendar), '1/0/0', 'a member without rights sees the closing, and no agenda');
SELECT enter('eve') \g /dev/null
SELECT is((SELECT count(*)::int FROM practiceacl.closing) || '/' || (SELECT count(*) FROM practiceacl.calendar), '0/0', 'another organization sees neither');
SELECT is(refusal($$SELECT practiceacl.book(agenda('eve'), at('2058-12-25 09:00'))$$), NULL, 'and works');
SELECT enter('otto') \g /dev/null
SELECT is(refusal(format('SELECT practiceacl.reopen_days(%L)', kept('closing'))), 'PT404', 'nor opens its administrator what is not theirs');

-- Every way of taking a time.
SELECT enter('hugo') \g /dev/null
SELECT is(refused($$SELECT practiceacl.book(agenda('anna'), at('2058-12-25 14:00'))$$), 'PA021 closed', 'in hours nobody books on closed days');
SELECT is(refused($$SELECT practiceacl.hold_slot(agenda('anna'), at('2058-12-25 14:00'))$$), 'PA021 closed', 'nor holds');
SELECT is(refused(format($$SELECT practiceacl.move_appointment(%L, at('2058-12-25 14:00'))$$, kept('next'))), 'PA021 closed', 'nor moves there, as others let people reschedule to days off');
SELECT is(refused($$SELECT practiceacl.book(agenda('anna'), at('2058-12-24 23:45'), at('2058-12-25 00:15'))$$), 'PA021 closed', 'nor reaches into the day');
SELECT is((SELECT string_agg(outcome || coalesce(' ' || detail, ''), '; ' ORDER BY starts_at) FROM practiceacl.book_series(agenda('anna'), at('2058-12-24 15:00'), at('2058-12-24 15:15'), '1 day', 3)),
    'booked; refused the organization is closed at this time: Christmas, on 2058-12-25.; booked', 'a series leaves the day out, and says why');
SELECT is((SELECT outcome FROM practiceacl.move_appointments(jsonb_build_array(jsonb_build_object('appointment_id', kept('next'), 'starts_at', at('2058-12-25 16:00'))))), 'refused', 'nor are several moved there');
CREATE TEMP TABLE staging AS SELECT 'k' AS key, agenda('anna') AS agenda_id, at('2058-12-25 17:00') AS starts_at, at('2058-12-25 17:15') AS ends_at;
SELECT is((SELECT outcome || ' ' || detail FROM practiceacl.import_appointments('staging')), 'refused the organization is closed at this time: Christmas, on 2058-12-25.', 'nor imported');
SELECT is((SELECT count(*)::int FROM practiceacl.free_slots(agenda('anna'), at('2058-12-25 00:00'), at('2058-12-26 00:00'))), 0, 'nothing is offered');
SELECT isnt((SELECT count(*)::int FROM practiceacl.free_slots(agenda('anna'), at('2058-12-26 00:00'), at('2058-12-27 00:00'))), 0, 'but on the next day');
SELECT is((SELECT max(ends_at) FROM practiceacl.free_slots(agenda('kiri'), '2058-12-23Z', '2058-12-25 00:00Z')), '2058-12-24 11:00Z'::timestamptz, 'in Auckland the day closes when it begins there');
SELECT is((SELECT min(starts_at) FROM practiceacl.free_slots(agenda('nuka'), '2058-12-25 05:00Z', '2058-12-27Z')), '2058-12-26 02:00Z'::timestamptz, 'in Nuuk it opens with the next day there');
SELECT is(refusal(format($$SELECT practiceacl.move_appointment(%L, at('2058-12-27 14:00'))$$, kept('before'))), NULL, 'what is booked there can be moved away');
SELECT is(refusal(format($$SELECT practiceacl.move_appointment(%L, at('2058-12-25 09:00'))$$, kept('before'))), 'PA021', 'and not back');
SELECT enter('bess') \g /dev/null
SELECT is(refusal($$SELECT practiceacl.book(agenda('anna'), at('2058-12-25 14:00'), patient => 'Anyway')$$), NULL, 'the level book may book nevertheless, as over an absence');
SELECT is(refusal(format($$SELECT practiceacl.move_appointment(%L, at('2058-12-25 09:00'))$$, kept('before'))), NULL, 'and move');

-- What stands there.
CREATE FUNCTION clinic.conflicts() RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(coalesce((SELECT k.name FROM kept k WHERE k.id = c.appointment_id), CASE WHEN c.appointment_id IS NULL THEN 'busy' ELSE 'other' END), ' ' ORDER BY c.starts_at)
    FROM practiceacl.closing_conflicts c WHERE c.closing_id = kept('closing') AND c.name = 'Christmas';
$$;
SELECT enter('anna') \g /dev/null
SELECT is(conflicts(), 'across before secret other', 'the holder sees what collides');
SELECT enter('rene') \g /dev/null
SELECT is(conflicts(), 'across before busy other', 'a reader sees a private appointment as busy');
SELECT enter('adam') \g /dev/null
SELECT is(conflicts(), NULL, 'being an administrator gives no sight of appointments');
SELECT enter('fred') \g /dev/null
SELECT is(conflicts(), NULL, 'nor does freebusy');
SELECT enter('anna') \g /dev/null
SELECT is((SELECT count(*)::int FROM practiceacl.week(agenda('anna'), '2058-12-25') WHERE wednesday = '(closed)'), 1, 'the week shows it');
RESET ROLE;
INSERT INTO practiceacl.closing (organization_id, from_date, until_date, name, created_by)
    SELECT clinic_id(), d + 7, d + 7, 'Soon', account('adam') FROM (SELECT (now() AT TIME ZONE 'Europe/Paris')::date AS d) AS today;
SELECT is((SELECT string_agg((opening_minutes > 0)::text, ' ' ORDER BY day) FROM practiceacl.report_utilisation, (SELECT (now() AT TIME ZONE 'Europe/Paris')::date AS d) AS today WHERE agenda_id = agenda('anna') AND day BETWEEN d + 6 AND d + 8), 'true false true', 'and the report has no openings on closed days');
DELETE FROM practiceacl.closing WHERE name = 'Soon';
SELECT is((SELECT string_agg(act, ' ' ORDER BY recorded_at) FROM practiceacl.activity WHERE subject_id = kept('closing')), 'days.closed', 'it is on record');
SELECT is_empty($$SELECT * FROM practiceacl.activity WHERE subject_id = kept('closing') AND facts::text LIKE '%Christmas%'$$, 'its name only in what can be erased');

-- Days of 23 and 25 hours.
SET LOCAL ROLE clinic_application;
SELECT enter('adam') \g /dev/null
SELECT practiceacl.close_days(clinic_id(), d, d, 'Clock') FROM (VALUES (date '2059-03-30'), ('2059-10-26')) AS v (d) \g /dev/null
SELECT enter('hugo') \g /dev/null
SELECT is((SELECT string_agg((ends_at - starts_at)::text, ' ' ORDER BY starts_at) FROM practiceacl.calendar WHERE note = 'Clock' AND agenda_id = agenda('anna')), '23:00:00 1 day 01:00:00', 'a day has 23 or 25 hours');
SELECT is((SELECT count(*)::int FROM practiceacl.free_slots(agenda('anna'), at('2059-03-30 00:00'), at('2059-03-31 00:00'))) + (SELECT count(*)::int FROM practiceacl.free_slots(agenda('anna'), at('2059-10-26 00:00'), at('2059-10-27 00:00'))), 0, 'and is closed all through');

-- Two closings of one day; one goes.
SELECT enter('adam') \g /dev/null
INSERT INTO kept VALUES ('works', practiceacl.close_days(clinic_id(), '2058-12-24', '2058-12-26', 'Works'));
SELECT is(refusal($$SELECT practiceacl.reopen_days(kept('closing'))$$), NULL, 'a closing is taken back');
SELECT is(refusal($$SELECT practiceacl.reopen_days(kept('closing'))$$), 'PT404', 'once');
SELECT enter('hugo') \g /dev/null
SELECT is(refused($$SELECT practiceacl.book(agenda('anna'), at('2058-12-25 18:00'))$$), 'PA021 closed', 'the other one stays');
SELECT enter('adam') \g /dev/null
SELECT practiceacl.reopen_days(kept('works')) \g /dev/null
SELECT enter('hugo') \g /dev/null
SELECT is(refused($$SELECT practiceacl.book(agenda('anna'), at('2058-12-25 18:00'))$$), NULL, 'until it goes, too');
RESET ROLE;
SELECT enter('otto') \g /dev/null
SELECT is((SELECT count(*)::int FROM practiceacl.calendar_between('-infinity', 'infinity') WHERE kind = 'closing'), 0, 'and the other organization has seen nothing');
SELECT * FROM finish();
ROLLBACK;
