-- Who has looked: what a transaction was given is on record when it has
-- committed, however it was given, and nothing else is.
\ir support/clinic.psql
SELECT plan(91);

SELECT join_clinic('anna'), hold_agenda('anna') \g /dev/null
SELECT join_clinic('bert'), hold_agenda('bert', 'Pacific/Auckland') \g /dev/null
SELECT join_clinic('sara'), join_clinic('nora'), join_clinic('olaf'), join_clinic('fred') \g /dev/null
SELECT join_clinic('adam', admin => 'full'), join_clinic('ursa', admin => 'users') \g /dev/null
SELECT join_clinic('sven', 'elsewhere', 'full'), hold_agenda('sven', organization => 'elsewhere') \g /dev/null
SELECT may('sara', 'read', 'anna'), may('sara', 'book', 'bert'), may('olaf', 'owner', 'anna'), may('fred', 'freebusy', 'anna') \g /dev/null
SELECT may('nora', 'read', 'bert') \g /dev/null
SELECT log_everybody_in() \g /dev/null
INSERT INTO practiceacl.appointment (organization_id, agenda_id, starts_at, ends_at, created_by, patient, patient_ref)
SELECT g.organization_id, g.id, at('2058-03-04 08:00') + n * interval '1 h', at('2058-03-04 08:15') + n * interval '1 h',
       g.holder_id, g.name || ' ' || n, 'ref ' || n
FROM practiceacl.agenda g, generate_series(1, 200) AS n;
INSERT INTO practiceacl.absence (organization_id, agenda_id, starts_at, ends_at, created_by)
SELECT organization_id, id, at('2059-03-04 08:00'), at('2059-03-04 10:00'), holder_id FROM practiceacl.agenda;
INSERT INTO practiceacl.opening (organization_id, agenda_id, weekday, opens_at, closes_at, valid_from, valid_until)
SELECT organization_id, id, 1, '08:00', '18:00', '2026-01-01', '2070-01-01' FROM practiceacl.agenda;
CREATE TABLE clinic.document (agenda_id uuid, title text);
CREATE TABLE clinic.colour (agenda_id uuid, name text);
GRANT SELECT, UPDATE ON clinic.document, clinic.colour TO clinic_application;
SELECT practiceacl.protect('clinic.document', 'agenda_id') \g /dev/null
ALTER TABLE clinic.colour ENABLE ROW LEVEL SECURITY;
CREATE POLICY colour_read ON clinic.colour FOR SELECT USING (practiceacl.can(agenda_id, 'freebusy'));
INSERT INTO clinic.document SELECT id, name FROM practiceacl.agenda;
INSERT INTO clinic.colour SELECT id, name FROM practiceacl.agenda;
CREATE TABLE clinic.sheet AS TABLE clinic.document;
CREATE VIEW clinic.sheets WITH (security_barrier) AS
    SELECT * FROM clinic.sheet WHERE agenda_id = ANY (practiceacl.agendas('read'));
CREATE VIEW clinic.everything AS SELECT agenda_id, patient FROM practiceacl.appointment WHERE practiceacl.can(agenda_id);
GRANT SELECT ON clinic.sheets, clinic.everything TO clinic_application;
VACUUM ANALYZE;

-- What stands on record since the last look: an exclamation mark is an emergency.
CREATE FUNCTION clinic.noted() RETURNS text LANGUAGE sql AS $$
    WITH gone AS (DELETE FROM practiceacl.reading_note RETURNING *)
    SELECT string_agg(note.line, '; ' ORDER BY note.line)
    FROM (SELECT p.name || CASE WHEN g.emergency THEN '!' ELSE '' END || ' '
                 || (SELECT string_agg(h.name, ' ' ORDER BY h.name) FROM person h WHERE h.agenda_id = ANY (g.agendas)) AS line
          FROM gone g JOIN person p USING (account_id)) AS note
$$;
-- Runs a statement in a transaction of its own as somebody, and tells what was noted.
CREATE PROCEDURE clinic.act(who text, statement text) LANGUAGE plpgsql AS $$
BEGIN
    SET LOCAL client_min_messages = error;
    PERFORM clinic.enter(who);
    SET LOCAL ROLE clinic_application;
    EXECUTE statement;
    COMMIT;
END $$;

-- Emergencies alone, unless the server is set to more.
SELECT is(current_setting('practiceacl.record_reading'), 'emergency', 'only emergencies are noted at first');
CALL act('sara', 'SELECT count(*) FROM practiceacl.appointment');
SELECT is(noted(), NULL, 'a reading with granted rights is not');
CALL act('nora', format('SELECT practiceacl.break_glass(%L, ''collapsed''), count(*) FROM practiceacl.appointment', agenda('anna')));
CALL act('nora', 'SELECT count(*) FROM practiceacl.appointment');
SELECT is(noted(), 'nora! anna', 'of all that is read in an emergency, the agenda that it is for');
CALL act('nora', format('SELECT count(*) FROM practiceacl.appointment WHERE agenda_id = %L', agenda('bert')));
SELECT is(noted(), NULL, 'nothing of another');
CALL act('sara', format('SELECT practiceacl.break_glass(%L, ''collapsed'')', agenda('anna')));
SELECT is(noted(), NULL, 'emergency access that is not used gives nothing');
CALL act('sara', 'SELECT FROM practiceacl.calendar');
SELECT is(noted(), 'sara! anna', 'it is one also for those who may read anyway');
CALL act('nora', 'SELECT FROM practiceacl.calendar WHERE agenda_id IS NULL');
SELECT is(noted(), NULL, 'no row, no note');
UPDATE practiceacl.access_grant SET valid_during = tstzrange(now() - interval '2 h', now() - interval '1 h') WHERE source = 'break_glass';
CALL act('sara', 'SELECT FROM practiceacl.calendar');
SELECT is(noted(), NULL, 'when the emergency has ended, no more');

-- All.
SET practiceacl.record_reading = 'all';
CALL act('sara', 'SELECT FROM practiceacl.appointment');
SELECT is(noted(), 'sara anna bert', 'by the policy');
CALL act('sara', format('SELECT FROM practiceacl.appointment WHERE agenda_id = %L', agenda('bert')));
SELECT is(noted(), 'sara bert', 'of one agenda, not of all that could be read');
CALL act('sara', 'SELECT FROM practiceacl.appointment WHERE patient ILIKE ''anna%''');
SELECT is(noted(), 'sara anna', 'where the patient is found, not where they are looked for');
CALL act('sara', 'SELECT FROM practiceacl.calendar');
SELECT is(noted(), 'sara anna bert', 'by the view calendar');
CALL act('sara', 'SELECT FROM practiceacl.calendar WHERE patient ILIKE ''anna%''');
SELECT is(noted(), 'sara anna', 'of what is found in it');
CALL act('fred', 'SELECT FROM practiceacl.busy');
SELECT is(noted(), 'fred anna', 'by the view busy');
CALL act('sara', 'SELECT FROM practiceacl.absence');
SELECT is(noted(), 'sara anna bert', 'absences');
CALL act('sara', format('SELECT practiceacl.hold_slot(%L, ''2060-03-04 10:00Z'', ''2060-03-04 10:15Z'')', agenda('bert')));
CALL act('sara', 'SELECT FROM practiceacl.slot_presence');
SELECT is(noted(), 'sara bert', 'who holds a slot');
CALL act('sara', format('SELECT FROM practiceacl.calendar_between(%L, %L)', at('2058-03-04 00:00'), at('2058-03-05 00:00')));
SELECT is(noted(), 'sara anna bert', 'by calendar_between()');
CALL act('sara', 'SELECT FROM practiceacl.calendar_between(''2061-03-04'', ''2061-03-05'')');
SELECT is(noted(), NULL, 'which gave nothing of another time');
CALL act('sara', format('SELECT practiceacl.week(%L, ''2058-03-04'')', agenda('anna')));
SELECT is(noted(), 'sara anna', 'by week()');
CALL act('sara', 'SELECT practiceacl.appointments_of(''ref 3'')');
SELECT is(noted(), 'sara anna bert', 'by appointments_of()');
INSERT INTO practiceacl.appointment_archive (organization_id, agenda_id, starts_at, ends_at, created_by)
SELECT organization_id, id, '2020-03-04 10:00Z', '2020-03-04 11:00Z', holder_id FROM practiceacl.agenda;
CALL act('sara', format('SELECT FROM practiceacl.appointment_archive WHERE agenda_id = %L', agenda('anna')));
SELECT is(noted(), 'sara anna', 'of long ago');
CALL act('sara', 'SELECT FROM practiceacl.every_appointment WHERE starts_at < ''2021-01-01''');
SELECT is(noted(), 'sara anna bert', 'among all');
CALL act('sara', 'SELECT FROM practiceacl.calendar WHERE starts_at < ''2021-01-01''');
SELECT is(noted(), 'sara anna bert', 'in the calendar');
CALL act('sara', 'SELECT FROM practiceacl.calendar_between(''2020-03-04'', ''2020-03-05'')');
SELECT is(noted(), 'sara anna bert', 'by calendar_between()');
DELETE FROM practiceacl.appointment_archive;
CALL act('sara', 'SELECT count(*) FROM practiceacl.appointment');
SELECT is(noted(), 'sara anna bert', 'rows that are counted');
CALL act('sara', format('SELECT EXISTS (SELECT FROM practiceacl.appointment WHERE agenda_id = %L)', agenda('anna')));
SELECT is(noted(), 'sara anna', 'that there are any');
CALL act('sara', 'SELECT FROM practiceacl.appointment ORDER BY starts_at, patient LIMIT 1');
SELECT is(noted(), 'sara anna bert', 'rows that are sorted to find the first');
CALL act('sara', 'SELECT FROM clinic.document');
SELECT is(noted(), 'sara anna bert', 'an application''s own table under protect()');
CALL act('sara', 'SELECT FROM clinic.colour');
SELECT is(noted(), NULL, 'but for what freebusy suffices');
CALL act('sara', 'UPDATE clinic.document SET title = title WHERE title = ''Bert''');
SELECT is(noted(), 'sara bert', 'what is changed is read');
CALL act('sara', 'SELECT FROM clinic.document FOR UPDATE');
SELECT is(noted(), 'sara bert', 'and what is locked');
CALL act('sara', 'UPDATE clinic.document SET title = title RETURNING title');
SELECT is(noted(), 'sara bert', 'and what a change returns');
CALL act('sara', 'SELECT FROM clinic.sheets');
SELECT is(noted(), 'sara anna bert', 'a view that asks for the agendas');
CALL act('sara', 'SELECT FROM clinic.everything');
SELECT is(noted(), 'sara anna bert', 'a view of the owner that asks can()');

-- However it is executed.
SET enable_seqscan = off;
CALL act('sara', 'SELECT FROM practiceacl.appointment WHERE starts_at < ''2059-01-01''');
SELECT is(noted(), 'sara anna bert', 'by a bitmap of an index');
SET enable_bitmapscan = off;
CALL act('sara', 'SELECT FROM practiceacl.appointment WHERE starts_at < ''2059-01-01''');
SELECT is(noted(), 'sara anna bert', 'by an index');
CALL act('sara', 'SELECT agenda_id FROM practiceacl.appointment WHERE starts_at < ''2059-01-01''');
SELECT is(noted(), 'sara anna bert', 'by an index alone');
RESET enable_seqscan;
RESET enable_bitmapscan;
SELECT id AS one FROM practiceacl.appointment WHERE patient = 'Anna 1' \gset
CALL act('sara', format('SELECT FROM practiceacl.appointment WHERE id = %L', :'one'));
SELECT is(noted(), 'sara anna', 'by its id');
CALL act('sara', 'SELECT FROM practiceacl.appointment TABLESAMPLE SYSTEM (100)');
SELECT is(noted(), 'sara anna bert', 'a sample');
SET min_parallel_table_scan_size = 0;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET parallel_leader_participation = off;
ALTER TABLE clinic.document SET (parallel_workers = 2);
BEGIN;
SELECT enter('sara') \g /dev/null
SET LOCAL ROLE clinic_application;
CREATE FUNCTION clinic.plan_of(query text) RETURNS SETOF text LANGUAGE plpgsql AS 'BEGIN RETURN QUERY EXECUTE ''EXPLAIN '' || query; END';
SELECT ok(bool_or(plan LIKE '%Gather%'), 'a plan for parallel workers') FROM plan_of('SELECT title FROM clinic.document') AS plan;
SELECT count(*) FROM clinic.document \g /dev/null
COMMIT;
SELECT is(noted(), 'sara anna bert', 'is executed without them, and noted');
RESET min_parallel_table_scan_size;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET parallel_leader_participation;
SET jit = on;
SET jit_above_cost = 0;
CALL act('sara', 'SELECT FROM practiceacl.appointment WHERE patient ILIKE ''anna%''');
SELECT is(noted(), 'sara anna', 'by a plan that is compiled');
RESET jit;
RESET jit_above_cost;
SET plan_cache_mode = force_generic_plan;
CREATE FUNCTION clinic.count_all() RETURNS bigint LANGUAGE plpgsql AS 'BEGIN RETURN (SELECT count(*) FROM practiceacl.appointment); END';
CALL act('fred', 'SELECT clinic.count_all()');
CALL act('sara', 'SELECT clinic.count_all()');
CALL act('nora', 'SELECT clinic.count_all()');
SELECT is(noted(), 'nora bert; sara anna bert', 'by a plan that others used before');
RESET plan_cache_mode;
CALL act('sara', $$DO 'DECLARE r record; BEGIN FOR r IN SELECT FROM practiceacl.appointment LOOP EXIT; END LOOP; END'$$);
SELECT is(array_length(regexp_split_to_array(noted(), ' '), 1), 3, 'by a loop that ends early, what it fetched');
CALL act('sara', $$DO 'BEGIN PERFORM FROM practiceacl.appointment; RAISE ''x''; EXCEPTION WHEN OTHERS THEN NULL; END'$$);
SELECT is(noted(), 'sara anna bert', 'by a block that is rolled back');

BEGIN;
SELECT enter('sara') \g /dev/null
SET LOCAL ROLE clinic_application;
SAVEPOINT s;
SELECT count(*) FROM practiceacl.appointment WHERE patient LIKE 'Anna%' \g /dev/null
ROLLBACK TO s;
SELECT count(*) FROM practiceacl.busy WHERE agenda_id = agenda('bert') \g /dev/null
SELECT count(*) FROM practiceacl.calendar \g /dev/null
COMMIT;
SELECT is(noted(), 'sara anna bert', 'once a transaction, a savepoint that is rolled back included');
BEGIN;
SELECT enter('sara') \g /dev/null
SET LOCAL ROLE clinic_application;
DECLARE c CURSOR WITH HOLD FOR SELECT patient FROM practiceacl.appointment ORDER BY patient;
COMMIT;
SELECT is(noted(), 'sara anna bert', 'by a cursor that outlives its transaction');
CLOSE c;
BEGIN;
SELECT enter('sara') \g /dev/null
SET LOCAL ROLE clinic_application;
DECLARE c CURSOR FOR SELECT patient FROM practiceacl.appointment WHERE agenda_id = agenda('anna');
SELECT is(noted(), NULL, 'a cursor gives nothing before it is read') FROM set_config('role', 'none', true);
FETCH 1 FROM c \g /dev/null
COMMIT;
SELECT is(noted(), 'sara anna', 'but what is fetched, whoever the role is by then');
BEGIN;
SELECT enter('sara') \g /dev/null
SET LOCAL ROLE clinic_application;
COPY (SELECT patient FROM practiceacl.appointment) TO STDOUT \g /dev/null
COMMIT;
SELECT is(noted(), 'sara anna bert', 'by COPY');
CREATE ROLE clinic_other;
SELECT practiceacl.grant_application('clinic_other') \g /dev/null
BEGIN;
SELECT enter('sara') \g /dev/null
SET LOCAL ROLE clinic_application;
SELECT count(*) FROM practiceacl.appointment WHERE agenda_id = agenda('anna') \g /dev/null
RESET ROLE;
SET LOCAL ROLE clinic_other;
SELECT count(*) FROM practiceacl.busy \g /dev/null
COMMIT;
SELECT is(noted(), 'sara anna bert', 'after a change of the role as before');
DROP OWNED BY clinic_other;
DROP ROLE clinic_other;
BEGIN ISOLATION LEVEL SERIALIZABLE;
SELECT enter('sara') \g /dev/null
SET LOCAL ROLE clinic_application;
SELECT count(*) FROM practiceacl.appointment \g /dev/null
COMMIT;
SELECT is(noted(), 'sara anna bert', 'in a serializable transaction');
BEGIN;
SELECT enter('sara') \g /dev/null
SELECT enter('fred') \g /dev/null
SET LOCAL ROLE clinic_application;
SELECT count(*) FROM practiceacl.busy \g /dev/null
SELECT set_config('practiceacl.session', token, true) FROM presence WHERE name = 'sara' AND number = 1 \g /dev/null
SELECT count(*) FROM practiceacl.calendar \g /dev/null
COMMIT;
SELECT is(noted(), 'fred anna; sara anna bert', 'each of those on whose behalf a transaction reads');
BEGIN;
SELECT enter('sara') \g /dev/null
SET LOCAL ROLE clinic_application;
SELECT count(*) FROM practiceacl.appointment \g /dev/null
PREPARE TRANSACTION 'readings';
SELECT is(noted(), NULL, 'a prepared transaction has not committed');
COMMIT PREPARED 'readings';
SELECT is(noted(), 'sara anna bert', 'and then it has');

-- What gives no row of a calendar.
CALL act('sara', 'EXPLAIN SELECT FROM practiceacl.appointment');
CALL act('sara', 'SELECT FROM practiceacl.my_agendas');
CALL act('sara', 'SELECT FROM practiceacl.agenda');
CALL act('sara', 'SELECT FROM practiceacl.opening');
CALL act('sara', 'SELECT practiceacl.can(agenda_id) FROM clinic.person');
CALL act('sara', format('SELECT practiceacl.free_slots(%L, ''2058-03-04'', ''2058-03-11'')', agenda('bert')));
CALL act('olaf', format('SELECT practiceacl.who_can(%L), practiceacl.readings(%1$L)', agenda('anna')));
CALL act('sara', format('SELECT practiceacl.book(%L, ''2058-06-04 10:00Z'')', agenda('bert')));
SELECT is(noted(), NULL, 'not: plans, lists of agendas, opening hours, checks, free slots, rights, booking');
CALL act('anna', 'SELECT count(*) FROM practiceacl.calendar');
SELECT is(noted(), NULL, 'nor what holders read of their own');
CALL act('adam', 'SELECT count(*) FROM practiceacl.calendar');
CALL act('sven', format('SELECT count(*) FROM practiceacl.calendar WHERE agenda_id = %L', agenda('anna')));
SELECT is(noted(), NULL, 'nor who may read nothing');
SELECT count(*) FROM practiceacl.appointment \g /dev/null
SELECT count(*) FROM practiceacl.report_utilisation \g /dev/null
SELECT is(noted(), NULL, 'nor who is nobody: operators and reports');

-- Who does not want to be noted.
BEGIN;
SELECT enter('sara') \g /dev/null
SET LOCAL ROLE clinic_application;
CREATE FUNCTION clinic.spy(patient text) RETURNS boolean LANGUAGE plpgsql AS
    'BEGIN INSERT INTO pg_temp.seen VALUES (patient); RETURN false; END';
CREATE TEMP TABLE seen (patient text);
SELECT FROM practiceacl.appointment WHERE agenda_id = agenda('anna') AND spy(patient) \g /dev/null
RESET ROLE;
SELECT is((SELECT count(*)::int FROM seen), 200, 'a condition that shows rows and then refuses them');
COMMIT;
SELECT is(noted(), 'sara anna', 'is shown nothing that is not noted');
BEGIN;
SELECT enter('sara') \g /dev/null
SET LOCAL ROLE clinic_application;
SELECT FROM practiceacl.calendar WHERE agenda_id = agenda('anna') AND spy(patient) \g /dev/null
COMMIT;
SELECT is(noted(), 'sara anna', 'nor through a view');
SET enable_seqscan = off;
BEGIN;
SELECT enter('sara') \g /dev/null
SET LOCAL ROLE clinic_application;
DECLARE c CURSOR FOR SELECT patient FROM practiceacl.appointment WHERE starts_at < '2059-01-01' ORDER BY agenda_id, starts_at;
FETCH 1 FROM c \g /dev/null
SELECT set_config('practiceacl.session', '', true) \g /dev/null
FETCH ALL FROM c \g /dev/null
COMMIT;
SELECT is(noted(), 'sara anna bert', 'who forgets their token on the way is known from before');
CREATE FUNCTION clinic.become(nobody boolean) RETURNS timestamptz LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF nobody AND current_setting('clinic.armed', true) = 'yes' THEN
        PERFORM set_config('practiceacl.session', '', true);
    END IF;
    RETURN '2057-01-01';
END $$;
SET plan_cache_mode = force_generic_plan;
BEGIN;
SELECT enter('sara') \g /dev/null
SET LOCAL ROLE clinic_application;
PREPARE vanishing AS SELECT count(*) FROM practiceacl.appointment WHERE starts_at > become(true) AND starts_at < '2059-01-01';
EXPLAIN EXECUTE vanishing \g /dev/null
SET LOCAL clinic.armed = 'yes';
EXECUTE vanishing \gset
SELECT is(practiceacl.current_account(), NULL, 'or does so where the agendas are known and no row is fetched');
COMMIT;
SELECT is((:count > 400) || ' ' || noted(), 'true sara anna bert', 'is known, too');
RESET plan_cache_mode;
RESET enable_seqscan;
SET ROLE clinic_application;
SELECT throws_ok('SET practiceacl.record_reading = emergency', '42501', NULL, 'an application cannot turn it off');
SELECT throws_ok('ALTER ROLE clinic_application SET practiceacl.record_reading = emergency', '42501', NULL, 'nor for its next connection');
SELECT throws_ok('SELECT FROM practiceacl.reading_note', '42501', NULL, 'nor read what is noted');
SELECT throws_ok('DELETE FROM practiceacl.reading_note', '42501', NULL, 'nor delete it');
SELECT throws_ok('INSERT INTO practiceacl.reading_note VALUES (practiceacl.new_id(), practiceacl.new_id(), practiceacl.new_id(), now(), true, ''{}'')', '42501', NULL, 'nor invent it');
RESET ROLE;

-- Who may ask.
INSERT INTO practiceacl.reading_note (organization_id, account_id, noted_at, emergency, agendas)
SELECT l.id, account(n.who), n.at, n.emergency, ARRAY[agenda('anna'), agenda('bert')]
FROM place l, (VALUES ('sara', timestamptz '2058-03-04 23:30Z', false), ('sara', '2058-03-05 08:00Z', false),
                      ('sara', '2058-03-05 09:00Z', true), ('nora', '2058-03-05 08:00Z', false)) AS n (who, at, emergency)
WHERE l.name = 'clinic';
INSERT INTO practiceacl.reading_note (organization_id, account_id, noted_at, emergency, agendas)
SELECT l.id, account('sven'), '2058-03-05', false, ARRAY[agenda('anna'), agenda('sven')] FROM place l WHERE l.name = 'elsewhere';
CREATE VIEW clinic.of_anna AS SELECT name, day, times, emergency FROM practiceacl.readings(agenda('anna'));
PREPARE answer AS VALUES ('Nora Test', date '2058-03-05', 1::bigint, false), ('Sara Test', '2058-03-05', 2, false),
    ('Sara Test', '2058-03-05', 1, true);
GRANT SELECT ON of_anna TO clinic_application;
BEGIN;
SET LOCAL ROLE clinic_application;
SELECT enter('anna') \g /dev/null
SELECT results_eq('TABLE of_anna', 'answer', 'the holder is told who has looked, by days of the agenda');
SELECT results_eq(format('SELECT name, times FROM practiceacl.readings(%L, %L)', agenda('anna'), '2058-03-05 20:00Z'),
    $$VALUES ('Nora Test', 1::bigint), ('Sara Test', 2), ('Sara Test', 1)$$, 'since a moment, from its day on');
SELECT is_empty(format('SELECT FROM practiceacl.readings(%L, %L)', agenda('anna'), '2058-03-05 23:00Z'), 'which is over at midnight there');
SELECT enter('olaf') \g /dev/null
SELECT results_eq('TABLE of_anna', 'answer', 'so is whoever is owner on it');
SELECT enter('adam') \g /dev/null
SELECT results_eq('TABLE of_anna', 'answer', 'and a full administrator');
SELECT results_eq(format('SELECT day, times FROM practiceacl.readings(%L) WHERE name = ''Sara Test'' AND NOT emergency', agenda('bert')),
    $$VALUES (date '2058-03-05', 2::bigint)$$, 'of another agenda by the days of its own zone');
SELECT enter('ursa') \g /dev/null
SELECT throws_ok('TABLE of_anna', '42501', NULL, 'not one who administers users alone');
SELECT enter('sara') \g /dev/null
SELECT throws_ok('TABLE of_anna', '42501', NULL, 'nor who may read it');
SELECT enter('nora') \g /dev/null
SELECT throws_ok('TABLE of_anna', 'PT404', NULL, 'to others it does not exist');
SELECT enter('sven') \g /dev/null
SELECT throws_ok('TABLE of_anna', 'PT404', NULL, 'as to strangers');
SELECT set_config('practiceacl.session', '', true) \g /dev/null
SELECT throws_ok('TABLE of_anna', '28000', NULL, 'and nobody is told nothing');
SELECT throws_ok('SELECT practiceacl.readings(NULL)', '22004', NULL, 'agenda_id must not be null');
RESET ROLE;

-- What becomes of it.
SELECT is(jsonb_array_length(practiceacl.export_account(account('sara')) -> 'readings'), 4, 'people are told what is on record of them');
SELECT results_eq($$SELECT day, emergency_readings FROM practiceacl.report_security WHERE emergency_readings > 0$$,
    $$VALUES (date '2058-03-05', 2::bigint)$$, 'reports count emergencies');
UPDATE practiceacl.reading_note SET noted_at = noted_at - interval '50 years';
CREATE TEMP TABLE before AS
    SELECT agenda_id, account_id, day, emergency, sum(times) AS times FROM practiceacl.reading_by_day GROUP BY 1, 2, 3, 4;
SET LOCAL practiceacl.reading_retention = '36500d';
SELECT results_eq($$SELECT what, rows FROM practiceacl.purge('30 days') WHERE what LIKE '%readings'$$,
    $$VALUES ('notes of readings', 5::bigint), ('readings', 0)$$, 'purge() adds up the notes');
SELECT is((SELECT count(*) FROM practiceacl.reading_note), 0::bigint, 'of which none is left');
SELECT set_eq('SELECT agenda_id, account_id, day, emergency, times FROM practiceacl.reading', 'TABLE before', 'and nothing of what they say is lost');
INSERT INTO practiceacl.reading_note (organization_id, account_id, noted_at, emergency, agendas)
SELECT l.id, account('nora'), '2008-03-05 08:00Z', false, ARRAY[agenda('anna')] FROM place l WHERE l.name = 'clinic';
SELECT is((SELECT rows FROM practiceacl.purge('30 days') WHERE what = 'notes of readings'), 1::bigint, 'a later one');
SELECT is((SELECT times FROM practiceacl.reading WHERE account_id = account('nora') AND agenda_id = agenda('anna')), 2::bigint, 'is added to the same day');
SET LOCAL practiceacl.reading_retention = '1000d';
SELECT is((SELECT rows FROM practiceacl.purge('30 days') WHERE what = 'readings'), (SELECT count(*) FROM before), 'what is older than the retention goes');
SELECT is((SELECT count(*) FROM practiceacl.reading_by_day), 0::bigint, 'and nothing is left of it');
ROLLBACK;
SELECT * FROM finish();
DROP OWNED BY clinic_application;
DROP ROLE clinic_application;
