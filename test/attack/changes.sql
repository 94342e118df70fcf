-- Attack: what is done on a calendar that its readers are not told of (who else
-- may read it, emergency access, who a private appointment is for) shows in
-- counters, buffers and locks of changes_since().  Each act is committed, or it
-- would be nothing to read.
\set QUIET on
\ir ../setup/clinic.sql
SELECT plan(9);
SET client_min_messages = error;
CREATE FUNCTION clinic.session(who text) RETURNS void LANGUAGE sql AS
    $$ SELECT set_config('practiceacl.session', token, false) FROM clinic.token WHERE name = who $$;
CREATE TABLE clinic.watched AS
SELECT array_agg(c.oid ORDER BY c.oid) AS oids FROM pg_class c
WHERE c.relkind IN ('r', 'i') AND c.relnamespace = 'practiceacl'::regnamespace;
GRANT SELECT ON clinic.watched TO PUBLIC;
-- What one sees of a query: its rows, plan and buffers, what was counted and locked.
CREATE FUNCTION clinic.observe(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    plan text;
    before bigint[];
    after bigint[];
    watched oid[] := (SELECT oids FROM clinic.watched);
BEGIN
    before := ARRAY(SELECT unnest(ARRAY[pg_stat_get_xact_numscans(o), pg_stat_get_xact_tuples_returned(o), pg_stat_get_xact_tuples_fetched(o), pg_stat_get_xact_blocks_fetched(o), pg_stat_get_xact_blocks_hit(o)])
                    FROM unnest(watched) o);
    EXECUTE 'EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, SUMMARY OFF, FORMAT JSON) ' || query INTO plan;
    after := ARRAY(SELECT unnest(ARRAY[pg_stat_get_xact_numscans(o), pg_stat_get_xact_tuples_returned(o), pg_stat_get_xact_tuples_fetched(o), pg_stat_get_xact_blocks_fetched(o), pg_stat_get_xact_blocks_hit(o)])
                    FROM unnest(watched) o);
    RETURN concat(regexp_replace(split_part(plan, '"Planning":', 1), '\s+', ' ', 'g'),
        (SELECT array_agg(a - b ORDER BY n) FROM unnest(after, before) WITH ORDINALITY AS u (a, b, n)),
        ARRAY(SELECT concat(l.locktype, l.relation::regclass, l.mode) FROM pg_locks l WHERE l.pid = pg_backend_pid() AND NOT l.relation = ANY (watched) ORDER BY 1));
END $$;

SELECT session('anna');
SELECT practiceacl.book(agenda('anna'), '2058-03-04 09:00Z', patient => 'Marie', private => true, appointment_id => '00000000-0000-7000-8000-0000000000d1');
SELECT session('sara');
SELECT c.cursor AS start FROM practiceacl.changes_since() c \gset
SELECT format('SELECT * FROM practiceacl.changes_since(%L)', :'start') AS asked \gset
-- Asks three times, each in a transaction of its own, and keeps the last answer.
CREATE TABLE clinic.answer (before text, after text);
INSERT INTO clinic.answer VALUES ('');
GRANT ALL ON clinic.answer TO clinic_app;
CREATE PROCEDURE clinic.ask(query text) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM clinic.session('sara');
    COMMIT;
    FOR n IN 1 .. 3 LOOP
        SET LOCAL ROLE clinic_app;
        UPDATE clinic.answer SET after = clinic.observe(query);
        COMMIT;
    END LOOP;
END $$;
CREATE FUNCTION clinic.learns() RETURNS boolean LANGUAGE sql AS 'SELECT before <> after FROM clinic.answer';
CALL ask(:'asked');
UPDATE answer SET before = after;
SELECT matches(before, '"Actual Rows": 0', 'nothing has changed') FROM answer;
CALL ask(:'asked');
SELECT ok(NOT learns(), 'asked again, nothing differs');

SELECT session('anna');
SELECT practiceacl.set_rights(agenda('anna'), account('lena'), r::practiceacl.rights)
FROM unnest('{read,book,read,none,book,read}'::text[]) r;
CALL ask(:'asked');
SELECT ok(NOT learns(), '0 bits: who else may read it');
SELECT session('anna');
SELECT practiceacl.set_status('00000000-0000-7000-8000-0000000000d1', 'arrived');
CALL ask(:'asked');
SELECT ok(NOT learns(), '0 bits: that the patient of a private appointment came');
SELECT session('anna');
SELECT practiceacl.update_appointment('00000000-0000-7000-8000-0000000000d1', '{"patient": "Jeanne", "note": "n"}');
CALL ask(:'asked');
SELECT ok(NOT learns(), '0 bits: whose it is');
SELECT session('lena');
SELECT practiceacl.break_glass(agenda('anna'), 'an emergency');
CALL ask(:'asked');
SELECT ok(NOT learns(), '0 bits: that somebody has taken emergency access');
SELECT session('olga');
SELECT practiceacl.book(agenda('olga'), '2058-03-04 09:00Z', patient => 'Other');
CALL ask(:'asked');
SELECT ok(NOT learns(), '0 bits: what another organization does');
-- The instrument does see something where there is something to see.
SELECT session('anna');
SELECT practiceacl.move_appointment('00000000-0000-7000-8000-0000000000d1', '2058-03-04 10:00Z');
CALL ask(:'asked');
SELECT ok(learns(), 'that it moves is told');
-- Read without an index; with them nothing is learnt of it either.
SET enable_bitmapscan = off;
CALL ask('SELECT * FROM practiceacl.activity');
UPDATE answer SET before = after;
SELECT session('anna');
SELECT practiceacl.set_rights(agenda('anna'), account('lena'), 'book+overbook');
CALL ask('SELECT * FROM practiceacl.activity');
SELECT ok(learns(), 'of the record itself, which shows no row, the counters tell that it grew');
RESET enable_bitmapscan;
SELECT * FROM finish();
RESET ROLE;
SELECT practiceacl.revoke_application('clinic_app');
DROP OWNED BY clinic_app;
DROP ROLE clinic_app;
