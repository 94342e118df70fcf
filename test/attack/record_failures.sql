-- Failures that other audit logs reported, tried on this one: who erases
-- somebody breaks the chain (tale-project/tale 1843, 2witstudios/PageSpace 541);
-- a stretch that is deleted leaves no trace (LegionIO 149); rows of a child are
-- read past the row security of its parent (raia-live/amfs 387).
BEGIN;
\ir ../setup/clinic.sql
SELECT plan(13);
SELECT record.begin_all() \g /dev/null

-- Sara acts, and is acted upon; names stand in the record.
SET LOCAL ROLE clinic_app;
SELECT enter('sara') \g /dev/null
SELECT practiceacl.book(agenda('anna'), at('09:00') + n * interval '1 hour', patient => 'Marie ' || n) FROM generate_series(0, 3) AS n \g /dev/null
SELECT enter('carl') \g /dev/null
SELECT practiceacl.update_user(org('north'), account('sara'), '{"job_title": "Secretary"}') \g /dev/null
RESET ROLE;
SELECT set_config('practiceacl.session', '', true) \g /dev/null
UPDATE practiceacl.activity_entry SET erased_with = account('sara') WHERE actor_id = account('sara') AND detail IS NOT NULL;

CREATE FUNCTION pg_temp.broken() RETURNS text LANGUAGE sql AS $$
    SELECT coalesce(string_agg(v.first_broken::text, ' '), 'whole') FROM practiceacl.verify_activity(org('north')) AS v WHERE v.first_broken IS NOT NULL
$$;
CREATE FUNCTION pg_temp.broken_after(tampering text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    found_at text;
BEGIN
    EXECUTE tampering;
    found_at := pg_temp.broken();
    RAISE EXCEPTION USING ERRCODE = 'ZZ001';
EXCEPTION WHEN SQLSTATE 'ZZ001' THEN
    RETURN found_at;
END $$;
SELECT is(pg_temp.broken(), 'whole', 'the record is whole');
SELECT is((SELECT count(*) FROM practiceacl.activity_detail WHERE detail ~ 'Marie'), 4::bigint, 'and has names');

-- A child has no policy of its own, and shows nothing by its own name.
SAVEPOINT granted;
GRANT ALL ON practiceacl.activity_entry TO clinic_app;
SET LOCAL ROLE clinic_app;
SELECT enter('anna') \g /dev/null
SELECT is((SELECT count(*) FROM practiceacl.activity_detail WHERE detail ~ 'Marie'), 4::bigint, 'whose calendar it is reads them where they are shown');
SELECT is_empty('SELECT * FROM practiceacl.activity_entry', 'not by the name of the rows');
SELECT enter('sara') \g /dev/null
SELECT cmp_ok((SELECT count(*) FROM practiceacl.activity), '>=', 4::bigint, 'who booked reads that they did');
SELECT is_empty('SELECT * FROM practiceacl.activity_detail', 'but not for whom');
SELECT is_empty($$ SELECT * FROM practiceacl.activity AS a WHERE to_jsonb(a)::text ~ 'Marie' $$, 'nor in the entry, which stands in the same row');
SELECT throws_ok('SELECT detail FROM practiceacl.activity', '42703', NULL, 'nor by its name');
SELECT throws_ok('SELECT (a::practiceacl.activity_entry).detail FROM practiceacl.activity AS a', '42846', NULL, 'nor by a cast to the whole row');
ROLLBACK TO granted;
SELECT set_config('practiceacl.session', '', true) \g /dev/null

-- Deleted by any of the three names, it is missed.
SELECT is((SELECT string_agg(pg_temp.broken_after(format('DELETE FROM practiceacl.%I WHERE chain = %L AND sequence BETWEEN 2 AND 3', name, agenda('anna'))), ', ')
    FROM unnest('{activity,activity_detail,activity_entry}'::text[]) AS name), '2, 2, 2', 'a stretch that is deleted is missed, by whatever name');
SELECT is(pg_temp.broken_after(format($$ UPDATE practiceacl.activity_detail SET detail = '{"patient": "Another"}' WHERE chain = %L AND sequence = 3 $$, agenda('anna'))), '3',
    'another name is found');

-- Who acts and is acted upon is erased, and nothing is broken.
SELECT practiceacl.delete_account(account('sara')) \g /dev/null
SELECT is(pg_temp.broken(), 'whole', 'an account is erased, the chains are whole');
SELECT is_empty($$ SELECT * FROM practiceacl.activity_entry AS e WHERE to_jsonb(e)::text ~ 'Marie|Sara|Simon' $$, 'and no name is left in any column');
SELECT * FROM finish();
ROLLBACK;
