-- The views that show less than the row: calendar, busy, slot_presence.
BEGIN;
\ir support/clinic.psql
SELECT plan(31);

SELECT join_clinic('anna'), hold_agenda('anna') \g /dev/null
SELECT join_clinic('bert'), hold_agenda('bert') \g /dev/null
SELECT join_clinic('pris'), may('pris', 'read+private', 'anna') \g /dev/null
SELECT join_clinic('rene'), may('rene', 'read', 'anna') \g /dev/null
SELECT join_clinic('fred'), may('fred', 'freebusy', 'anna'), may('fred', 'read', 'bert') \g /dev/null
SELECT join_clinic('loki'), may('loki', 'read', 'anna', tstzrange(now() - interval '2 days', now() - interval '1 day')) \g /dev/null
SELECT join_clinic('adam', admin => 'full'), join_clinic('sven', 'elsewhere') \g /dev/null
SELECT log_everybody_in() \g /dev/null
SET LOCAL ROLE clinic_application;
SELECT enter('anna') \g /dev/null
INSERT INTO kept VALUES
    ('plain', practiceacl.book(agenda('anna'), at('2058-03-04 09:00'), patient => 'Plain', note => 'n1', attributes => '{"a": 1}')),
    ('secret', practiceacl.book(agenda('anna'), at('2058-03-04 10:00'), patient => 'Secret', note => 'n2', private => true, attributes => '{"a": 2}')),
    ('gone', practiceacl.book(agenda('anna'), at('2058-03-04 11:00'), patient => 'Gone', private => true));
SELECT practiceacl.cancel_appointment(kept('gone')) \g /dev/null
SELECT practiceacl.add_absence(agenda('anna'), at('2058-03-04 14:00'), at('2058-03-04 15:00'), 'away') \g /dev/null
SELECT practiceacl.hold_slot(agenda('anna'), at('2058-03-04 16:00')) \g /dev/null
SELECT enter('bert') \g /dev/null
SELECT practiceacl.book(agenda('bert'), at('2058-03-04 09:00'), patient => 'Berts') \g /dev/null

CREATE FUNCTION clinic.seen() RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(concat_ws('/', kind, to_char(starts_at AT TIME ZONE 'Europe/Paris', 'HH24'), status, patient, note, attributes ->> 'a'), ' ' ORDER BY starts_at)
    FROM practiceacl.calendar;
$$;

SELECT columns_are('practiceacl', 'busy', ARRAY['agenda_id', 'starts_at', 'ends_at', 'occupied_from', 'occupied_until'], 'busy has only the times');
SELECT is(refusal('INSERT INTO practiceacl.busy SELECT agenda_id, starts_at, ends_at FROM practiceacl.busy'), '55000', 'busy cannot be written');
SELECT enter('anna') \g /dev/null
SELECT is(seen(), 'appointment/09/booked/Plain/n1/1 appointment/10/booked/Secret/n2/2 absence/14/absent/away hold/16/held', 'the holder sees everything but cancelled appointments');
SELECT enter('pris') \g /dev/null
SELECT is(seen(), 'appointment/09/booked/Plain/n1/1 appointment/10/booked/Secret/n2/2 absence/14/absent/away hold/16/held', 'with private, private appointments are shown');
SELECT enter('rene') \g /dev/null
SELECT is(seen(), 'appointment/09/booked/Plain/n1/1 appointment/10/busy absence/14/absent hold/16/held', 'without it they are busy, and absences have no reason');
SELECT is((SELECT row(id, overbooked, series_id)::text FROM practiceacl.calendar WHERE status = 'busy'), '(,,)', 'nor an id');
SELECT is((SELECT count(*)::int FROM practiceacl.appointment WHERE private), 0, 'the table hides the private row');
SELECT is((SELECT count(*)::int FROM practiceacl.calendar WHERE patient LIKE 'S%' OR note = 'n2' OR attributes @> '{"a": 2}' OR id = kept('secret')), 0, 'and no condition reveals it');
SELECT is((SELECT count(*)::int FROM practiceacl.busy), 3, 'busy includes it');
SELECT enter('fred') \g /dev/null
SELECT is(seen(), 'appointment/09/booked/Berts', 'with freebusy the view calendar shows nothing of the agenda');
SELECT is((SELECT count(*)::int FROM practiceacl.busy WHERE agenda_id = agenda('anna')), 3, 'but busy shows the times');
SELECT is((SELECT count(*)::int FROM practiceacl.busy), 4, 'of every agenda with freebusy or more');
SELECT is((SELECT count(*)::int FROM practiceacl.slot_presence), 0, 'freebusy does not show who is booking');
SELECT enter('loki') \g /dev/null
SELECT is(seen(), NULL, 'a locum whose period is over sees nothing');
SELECT enter('adam') \g /dev/null
SELECT is(seen(), NULL, 'being an administrator gives no sight of an agenda');
SELECT is((SELECT count(*)::int FROM practiceacl.busy), 0, 'nor of its busy times');
SELECT is((SELECT count(*)::int FROM practiceacl.slot_presence), 0, 'nor of current bookings');
SELECT enter('sven') \g /dev/null
SELECT is(seen(), NULL, 'a stranger sees nothing in calendar');
SELECT is((SELECT count(*)::int FROM practiceacl.busy), 0, 'nor in busy');
SELECT set_config('practiceacl.session', '', true) \g /dev/null
SELECT is(seen(), NULL, 'an anonymous caller sees nothing, without an error');
SELECT set_config('practiceacl.session', 'no token at all', true) \g /dev/null
SELECT is((SELECT count(*)::int FROM practiceacl.busy), 0, 'nor with an invalid token');

-- A cheap function that tells what it is shown must be shown nothing more.
CREATE TABLE clinic.overheard (what text);
CREATE FUNCTION clinic.listen(what text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS $$
BEGIN
    INSERT INTO overheard VALUES (what);
    RETURN true;
END $$;
SELECT enter('rene') \g /dev/null
SELECT count(*) FROM practiceacl.calendar WHERE listen(patient) AND listen(note) \g /dev/null
SELECT count(*) FROM practiceacl.busy WHERE listen(starts_at::text) AND agenda_id = agenda('bert') \g /dev/null
SELECT count(*) FROM practiceacl.slot_presence WHERE listen(name) \g /dev/null
SELECT is((SELECT count(*)::int FROM overheard WHERE what ~ 'Secret|n2|Gone|Berts'), 0, 'a leaky function sees no hidden row');
SELECT is((SELECT count(*)::int FROM overheard WHERE what IN ('Plain', 'n1', 'Anna Test')), 3, 'but the visible ones');

-- The index conditions that make a week quick.
RESET ROLE;
INSERT INTO practiceacl.appointment (organization_id, agenda_id, starts_at, ends_at, created_by, overbooked)
    SELECT g.organization_id, g.id, t, t + interval '1 minute', g.holder_id, true
    FROM practiceacl.agenda g, generate_series(at('2059-01-01'), at('2059-03-01'), '20 minutes') t;
ANALYZE practiceacl.appointment;
CREATE FUNCTION clinic.plan_of(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    line   text;
    result text := '';
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || statement LOOP
        result := result || line || E'\n';
    END LOOP;
    RETURN result;
END $$;
SET LOCAL ROLE clinic_application;
SET LOCAL enable_seqscan = off;
SELECT enter('rene') \g /dev/null
SELECT matches(plan_of($$SELECT * FROM practiceacl.calendar WHERE starts_at >= '2058-03-04 00:00Z' AND starts_at < '2058-03-11 00:00Z'$$),
    'appointment_agenda_start_idx.*Index Cond: \(\(agenda_id = ANY[^\n]*starts_at >=', 'a week of calendar uses the index on agenda and time');
SELECT matches(plan_of($$SELECT * FROM practiceacl.busy WHERE starts_at >= '2058-03-04 00:00Z' AND starts_at < '2058-03-11 00:00Z'$$),
    'appointment_agenda_start_idx.*Index Cond: \(\(agenda_id = ANY[^\n]*starts_at >=', 'so does busy');
SELECT matches(plan_of('SELECT * FROM practiceacl.slot_presence'), 'slot_hold_agenda_idx.*Index Cond: \(agenda_id = ANY', 'slot_presence uses the index on the agenda');
SELECT is((SELECT count(*)::int FROM pg_class WHERE relnamespace = 'practiceacl'::regnamespace AND relname IN ('calendar', 'busy', 'slot_presence')
           AND 'security_barrier=true' = ANY (reloptions)), 3, 'all three views are security barriers');


-- The week tells the truth of what began long ago, and of a patient without a name.
RESET ROLE;
SET LOCAL ROLE clinic_application;
SELECT enter('anna') \g /dev/null
SELECT practiceacl.book(agenda('anna'), at('2060-01-05 09:00'), at('2060-12-31 09:00'), patient => 'Long') \g /dev/null
SELECT practiceacl.book(agenda('anna'), at('2061-03-07 09:00'), at('2061-03-07 10:00'), patient => E' \t ') \g /dev/null
SELECT practiceacl.book(agenda('anna'), at('2061-03-08 09:00'), at('2061-03-08 10:00'), patient => E'Ann\nLee') \g /dev/null
SELECT is((SELECT count(*)::int FROM practiceacl.week(agenda('anna'), '2060-12-20') WHERE hour = '10:00' AND monday = ':' AND sunday = ':'), 1, 'what began eleven months ago is still taken');
SELECT is((SELECT friday FROM practiceacl.week(agenda('anna'), '2060-12-31') WHERE hour = '09:00'), '.', 'until it ends');
SELECT is((SELECT monday FROM practiceacl.week(agenda('anna'), '2061-03-07') WHERE hour = '09:00'), 'booked', 'a blank patient is not shown as free');
SELECT is((SELECT tuesday FROM practiceacl.week(agenda('anna'), '2061-03-07') WHERE hour = '09:00'), 'Ann Lee', 'a patient with line breaks stays on one line');

SELECT * FROM finish();
ROLLBACK;
