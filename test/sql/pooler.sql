-- One connection, handed from one client to another as a pooler in
-- transaction mode does: whatever way a transaction ends, nothing of who it
-- was for is left, not in the setting and not in any plan.
\getenv tree PG_ABS_SRCDIR
\set clinic :tree /setup/clinic.sql
\set ECHO none
\i :clinic
\set ECHO all
\set VERBOSITY terse
\pset format unaligned
\pset tuples_only on
\pset null (nobody)
GRANT CREATE ON SCHEMA clinic TO clinic_app;
SET ROLE clinic_app;
BEGIN;
SELECT enter('anna') \g /dev/null
SELECT practiceacl.book(agenda('anna'), at('09:00'), patient => 'of Anna', appointment_id => id(1));
SELECT enter('bert') \g /dev/null
SELECT practiceacl.book(agenda('bert'), at('09:00'), patient => 'of Bert', appointment_id => id(2));
COMMIT;

-- What a client keeps prepared on the server, and a pooler shares.
SET plan_cache_mode = force_generic_plan;
PREPARE mine AS SELECT patient FROM practiceacl.appointment ORDER BY 1;
PREPARE mine_by_view AS SELECT status, patient FROM practiceacl.calendar ORDER BY 2;
PREPARE may(uuid, practiceacl.rights) AS SELECT practiceacl.can($1, $2), practiceacl.rights_on($1), cardinality(practiceacl.agendas($2));
PREPARE who AS SELECT split_part(t.name, '@', 1) FROM (SELECT practiceacl.current_account() AS id) c LEFT JOIN clinic.token t USING (id);
PREPARE one(uuid) AS SELECT patient FROM practiceacl.appointment WHERE id = $1;
CREATE FUNCTION clinic.count_of(agenda uuid) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (SELECT count(*) FROM practiceacl.appointment WHERE agenda_id = agenda AND practiceacl.can(agenda));
END $$;

-- Committed.
BEGIN;
SELECT enter('anna') \g /dev/null
EXECUTE who; EXECUTE mine; EXECUTE mine_by_view; EXECUTE may(agenda('anna'), 'book'); EXECUTE one(id(2)); SELECT count_of(agenda('anna'));
COMMIT;
EXECUTE who; EXECUTE mine; EXECUTE mine_by_view; EXECUTE may(agenda('anna'), 'book'); EXECUTE one(id(1)); SELECT count_of(agenda('anna'));
BEGIN;
EXECUTE who; EXECUTE mine; EXECUTE may(agenda('anna'), 'none');
SELECT enter('bert') \g /dev/null
EXECUTE who; EXECUTE mine; EXECUTE mine_by_view; EXECUTE may(agenda('anna'), 'book'); EXECUTE one(id(2)); SELECT count_of(agenda('anna'));
COMMIT;

-- Rolled back, at once and with savepoints before.
BEGIN;
SELECT enter('anna') \g /dev/null
SAVEPOINT a;
SELECT enter('bert') \g /dev/null
RELEASE a;
EXECUTE who; EXECUTE mine;
ROLLBACK;
EXECUTE who; EXECUTE mine;

-- Failed: in our function, in another's, by a refused entry, by a commit that
-- becomes a rollback.
BEGIN;
SELECT enter('anna') \g /dev/null
SELECT practiceacl.book(agenda('anna'), at('09:00'));
COMMIT;
EXECUTE who; EXECUTE mine;
BEGIN;
SELECT enter('anna') \g /dev/null
SELECT 1 / 0;
ROLLBACK;
EXECUTE who; EXECUTE mine;
BEGIN;
SELECT enter('anna') \g /dev/null
SELECT practiceacl.enter('wrong');
COMMIT;
EXECUTE who;
BEGIN;
SELECT practiceacl.enter('wrong');
ROLLBACK AND CHAIN;
EXECUTE who;
ROLLBACK;

-- Chained transactions are others' already.
BEGIN;
SELECT enter('anna') \g /dev/null
COMMIT AND CHAIN;
EXECUTE who; EXECUTE mine;
COMMIT;

-- A cursor held beyond the transaction keeps what it had read, as any does.
BEGIN;
SELECT enter('anna') \g /dev/null
DECLARE held CURSOR WITH HOLD FOR SELECT patient FROM practiceacl.appointment;
COMMIT;
EXECUTE who;
FETCH ALL FROM held;
CLOSE held;

-- Outside a transaction, entering lasts as long as its statement: it warns.
SELECT enter('anna') IS NOT NULL;
EXECUTE who; EXECUTE mine;

-- Entering counts at once, even from row to row of one statement.
BEGIN;
SELECT name, practiceacl.can(agenda('anna')), practiceacl.current_account() = id AS is_current
FROM (SELECT name, id, practiceacl.enter(token) FROM clinic.token ORDER BY name OFFSET 0) AS entered;
ROLLBACK;
EXECUTE who;

-- What poolers say between clients.
BEGIN;
SELECT enter('anna') \g /dev/null
COMMIT;
RESET ROLE;
DISCARD ALL;
SET ROLE clinic_app;
SELECT practiceacl.current_account();
SELECT count(*) FROM practiceacl.appointment;
RESET ROLE;
SET client_min_messages = warning;
DROP SCHEMA clinic CASCADE;
DROP OWNED BY clinic_app;
DROP ROLE clinic_app;
