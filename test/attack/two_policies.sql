-- Attack: rows that one may write and not read.  An UPDATE asks two policies,
-- what may be written and what may be read; a condition between them tells of
-- rows that pass only the first, by what the second reads when it is asked.
BEGIN;
\ir ../setup/clinic.sql
SELECT plan(5);
SET LOCAL jit = off;
CREATE TABLE public.note (id uuid DEFAULT practiceacl.new_id() PRIMARY KEY, agenda_id uuid NOT NULL, patient text);
INSERT INTO public.note (agenda_id, patient) SELECT agenda('anna'), 'secretum' FROM generate_series(1, 20);
SELECT practiceacl.protect('public.note', read => 'read+private', write => 'book') \g /dev/null
GRANT SELECT, UPDATE ON public.note TO clinic_app;
CREATE TABLE clinic.watched AS
SELECT c.oid FROM pg_class c
WHERE c.relnamespace = 'practiceacl'::regnamespace AND c.relkind IN ('r', 'i');
GRANT SELECT ON clinic.watched TO PUBLIC;

-- What is counted of an update that changes nothing, each time from a memory that is empty.
CREATE FUNCTION clinic.counted(condition text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    before bigint;
    after bigint;
BEGIN
    EXECUTE format('PREPARE probe AS UPDATE public.note SET patient = NULL WHERE %s', condition);
    EXECUTE 'EXPLAIN EXECUTE probe';
    BEGIN
        RAISE EXCEPTION USING ERRCODE = 'T0001';
    EXCEPTION WHEN SQLSTATE 'T0001' THEN
        NULL;
    END;
    SELECT sum(pg_stat_get_xact_numscans(w.oid)) INTO before FROM clinic.watched w;
    EXECUTE 'EXECUTE probe';
    SELECT sum(pg_stat_get_xact_numscans(w.oid)) INTO after FROM clinic.watched w;
    DEALLOCATE probe;
    RETURN after - before;
END $$;
CREATE FUNCTION clinic.filter(condition text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    plan jsonb;
BEGIN
    EXECUTE format('EXPLAIN (FORMAT JSON) UPDATE public.note SET patient = NULL WHERE %s', condition) INTO plan;
    RETURN jsonb_path_query_first(plan, '$.**.Filter') #>> '{}';
END $$;

-- Sara may book on Anna's agenda, and has not the flag "private".
SET LOCAL ROLE clinic_app;
SELECT enter('sara') \g /dev/null
SELECT is((SELECT count(*) FROM public.note), 0::bigint, 'somebody who books sees none of them');
SELECT is(counted($$ patient = 'secretum' $$), counted($$ patient = 'secretvm' $$), '=: 0 bits');
SELECT is(counted($$ patient < 'secretum' $$), counted($$ patient <= 'secretum' $$), '<: 0 bits');
SELECT matches(filter($$ patient = 'secretum' $$), '^\(practiceacl\.can\([^)]*\) AND practiceacl\.can\([^)]*\) AND \(patient = ',
    'both policies come before the condition');
RESET ROLE;
SELECT is((SELECT count(*) FROM public.note WHERE patient = 'secretum'), 20::bigint, 'what was hidden is there');
SELECT * FROM finish();
ROLLBACK;
