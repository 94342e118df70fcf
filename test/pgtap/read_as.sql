-- read_as(): functions of the owner's that read on behalf of somebody.
BEGIN;
\ir support/clinic.psql
SELECT plan(16);

SELECT join_clinic('anna'), hold_agenda('anna') \g /dev/null
SELECT join_clinic('bert'), hold_agenda('bert') \g /dev/null
SELECT log_everybody_in() \g /dev/null
SELECT enter('anna') \g /dev/null
SELECT practiceacl.book(agenda('anna'), at('2058-03-04 09:00'), patient => 'Annas') \g /dev/null

-- What an extension beside this one would have.
CREATE FUNCTION clinic.read_for(who uuid, OUT allowed boolean, OUT patients text, OUT me uuid, OUT written text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET practiceacl.session = '' SET max_parallel_workers_per_gather = 0 AS $$
BEGIN
    allowed := practiceacl.read_as(who);
    SELECT string_agg(patient, ' ') INTO patients FROM practiceacl.calendar;
    me := practiceacl.current_account();
    BEGIN
        PERFORM practiceacl.cancel_appointment(id) FROM practiceacl.calendar;
        PERFORM practiceacl.update_my_account('{"country": "DE"}');
        written := 'done';
    EXCEPTION WHEN OTHERS THEN
        written := SQLSTATE;
    END;
END $$;
CREATE FUNCTION clinic.read_and_fail(who uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET practiceacl.session = '' AS $$
BEGIN
    PERFORM practiceacl.read_as(who);
    RAISE EXCEPTION 'too bad';
END $$;

SET LOCAL ROLE clinic_application;
SELECT is(refusal('SELECT practiceacl.read_as(practiceacl.new_id())'), '42501', 'an application may not call it');
SELECT enter('bert') \g /dev/null
SELECT is((SELECT patients FROM read_for(account('anna'))), 'Annas', 'it reads what the account may read');
SELECT is((SELECT me FROM read_for(account('anna'))), account('anna'), 'as that account');
SELECT is((SELECT written FROM read_for(account('anna'))), '28000', 'and can write nothing');
SELECT is(practiceacl.current_account(), account('bert'), 'afterwards the caller is who they were');
SELECT is((SELECT count(*)::int FROM practiceacl.calendar), 0, 'with their own rights');
SELECT is((SELECT patients FROM read_for(account('bert'))), NULL, 'another one reads nothing');
SELECT is((SELECT allowed FROM read_for(account('bert'))), true, 'though they may read');
SELECT is(refusal(format('SELECT clinic.read_and_fail(%L)', account('anna'))), 'P0001', 'a function that fails');
SELECT is(practiceacl.current_account(), account('bert'), 'gives the caller back, too');
SELECT set_config('practiceacl.session', '', true) \g /dev/null
SELECT is((SELECT patients FROM read_for(account('anna'))), 'Annas', 'the caller may be nobody');
SELECT is(practiceacl.current_account(), NULL, 'and stays so');
SELECT is((SELECT allowed FROM read_for(practiceacl.new_id())), false, 'nobody reads for an unknown account');
RESET ROLE;
UPDATE practiceacl.account SET status = 'blocked' WHERE id = account('anna');
SELECT is((SELECT row(allowed, patients)::text FROM read_for(account('anna'))), '(f,)', 'nor for a blocked one');
UPDATE practiceacl.account SET status = 'active', second_factor_id = practiceacl.new_id() WHERE id = account('anna');
SELECT is((SELECT patients FROM read_for(account('anna'))), 'Annas', 'a second factor that the account has counts as given');
UPDATE practiceacl.account SET second_factor_id = NULL WHERE id = account('anna');
UPDATE practiceacl.organization SET second_factor = 'everyone';
SELECT is((SELECT allowed FROM read_for(account('anna'))), false, 'one that it has to set up does not');
SELECT * FROM finish();
ROLLBACK;
