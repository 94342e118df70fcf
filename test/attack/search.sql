-- Attack: find_slots, free_slots and calendar_between are asked of agendas that
-- are not the asker's, and of times at which others have appointments or closed
-- days.  What comes back, what is counted and what is locked is the same whether
-- there is such an agenda or not, and whatever others do.
BEGIN;
\ir ../setup/clinic.sql
SELECT plan(10);
SET LOCAL jit = off;
SET LOCAL client_min_messages = error;
INSERT INTO practiceacl.opening (organization_id, agenda_id, weekday, opens_at, closes_at)
SELECT organization_id, id, day, '08:00', '10:00' FROM practiceacl.agenda, generate_series(1, 7) AS day;
-- Indexes that have a root: that a table has its first row ever can be counted.
INSERT INTO practiceacl.appointment (organization_id, agenda_id, starts_at, ends_at, created_by)
VALUES (org('south'), agenda('olga'), '2057-03-04 08:00Z', '2057-03-04 09:00Z', account('olga'));
INSERT INTO practiceacl.closing (organization_id, from_date, until_date, name, created_by)
VALUES (org('south'), '2057-03-04', '2057-03-04', 'closed', account('olga'));
INSERT INTO practiceacl.absence (organization_id, agenda_id, starts_at, ends_at, created_by)
VALUES (org('south'), agenda('olga'), '2057-03-04 08:00Z', '2057-03-04 09:00Z', account('olga'));
CREATE FUNCTION clinic.session(who text) RETURNS void LANGUAGE sql AS
    $$ SELECT set_config('practiceacl.session', token, true) FROM clinic.token WHERE name = who $$;
CREATE TABLE clinic.watched AS
SELECT array_agg(c.oid ORDER BY c.oid) AS oids FROM pg_class c
WHERE c.relkind IN ('r', 'i') AND c.relnamespace = 'practiceacl'::regnamespace;
GRANT SELECT ON ALL TABLES IN SCHEMA clinic TO PUBLIC;
CREATE FUNCTION clinic.counted() RETURNS bigint[] LANGUAGE sql AS $$
    SELECT array_agg(n) FROM (SELECT unnest(ARRAY[pg_stat_get_xact_numscans(o), pg_stat_get_xact_tuples_returned(o), pg_stat_get_xact_tuples_fetched(o), pg_stat_get_xact_blocks_fetched(o)]) AS n
                              FROM clinic.watched, unnest(oids) o) AS c
$$;
-- What one sees of a query: its rows or its error, what was counted, what is locked.
CREATE FUNCTION clinic.observe(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    before bigint[];
    after bigint[];
    said text;
    detail text;
    hint text;
BEGIN
    FOR turn IN 1 .. 2 LOOP     -- what is remembered of oneself is no news
    before := counted();
    BEGIN
        EXECUTE 'SELECT string_agg(r::text, '' '') FROM (' || query || ') AS r' INTO said;
    EXCEPTION WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
        said := concat_ws('/', SQLSTATE, SQLERRM, detail, hint);
    END;
    after := counted();
    END LOOP;
    RETURN concat(said, (SELECT array_agg(a - b ORDER BY n) FROM unnest(after, before) WITH ORDINALITY AS u (a, b, n)),
        ARRAY(SELECT concat(l.locktype, l.mode) FROM pg_locks l WHERE l.pid = pg_backend_pid() AND l.relation IS NULL ORDER BY 1));
END $$;
CREATE FUNCTION clinic.same(one text, other text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    PERFORM observe(one), observe(other);    -- plans and caches are made
    RETURN observe(one) = observe(other);
END $$;
CREATE FUNCTION clinic.asks(function text, agenda uuid) RETURNS text LANGUAGE sql AS $$
    SELECT format(CASE function
        WHEN 'free_slots' THEN 'SELECT * FROM practiceacl.free_slots(%L, ''2058-03-04Z'', ''2058-03-05Z'')'
        WHEN 'find_slots' THEN 'SELECT * FROM practiceacl.find_slots(''2058-03-04Z'', ''2058-03-05Z'', ARRAY[%L]::uuid[])'
        WHEN 'beside' THEN 'SELECT * FROM practiceacl.find_slots(''2058-03-04Z'', ''2058-03-05Z'', also_any => ARRAY[%L]::uuid[])'
        ELSE 'SELECT * FROM practiceacl.calendar_between(''2058-03-04Z'', ''2058-03-05Z'', ARRAY[%L]::uuid[])' END, agenda)
$$;

SET LOCAL ROLE clinic_app;
SELECT session('sara') \g /dev/null
SELECT ok(same(asks(f, agenda('olga')), asks(f, '00000000-0000-7000-8000-00000000dead')), '0 bits: whether there is such an agenda, by ' || f)
FROM unnest('{free_slots,find_slots,beside,calendar_between}'::text[]) AS f;

-- What others do meanwhile.
CREATE TEMP TABLE seen AS SELECT what, NULL::text AS before FROM unnest(ARRAY[
    'SELECT * FROM practiceacl.find_slots(''2058-03-04Z'', ''2058-03-05Z'', max_results => 5)',
    'SELECT * FROM practiceacl.calendar_between(''2058-03-04Z'', ''2058-03-05Z'')']) AS what;
SELECT observe(what) FROM seen \g /dev/null
UPDATE seen SET before = observe(what);
SELECT ok(bool_and(before = observe(what)), 'asked again, nothing differs') FROM seen;
RESET ROLE;
INSERT INTO practiceacl.appointment (organization_id, agenda_id, starts_at, ends_at, created_by)
VALUES (org('south'), agenda('olga'), '2058-03-04 08:00Z', '2058-03-04 09:00Z', account('olga'));
INSERT INTO practiceacl.closing (organization_id, from_date, until_date, name, created_by)
VALUES (org('south'), '2058-03-04', '2058-03-04', 'closed', account('olga'));
INSERT INTO practiceacl.absence (organization_id, agenda_id, starts_at, ends_at, created_by)
VALUES (org('south'), agenda('olga'), '2058-03-04 08:00Z', '2058-03-04 09:00Z', account('olga'));
SET LOCAL ROLE clinic_app;
SELECT session('sara') \g /dev/null
SELECT ok(bool_and(before = observe(what)), '0 bits: what another organization books and closes') FROM seen;

-- The instrument sees something where there is something to see.
RESET ROLE;
INSERT INTO practiceacl.appointment (organization_id, agenda_id, starts_at, ends_at, created_by)
VALUES (org('north'), agenda('anna'), '2058-03-04 08:00Z', '2058-03-04 09:00Z', account('anna'));
SET LOCAL ROLE clinic_app;
SELECT session('sara') \g /dev/null
SELECT ok(bool_and(before <> observe(what)), 'what is booked on an agenda of their own, they see') FROM seen;
UPDATE seen SET before = observe(what);
RESET ROLE;
INSERT INTO practiceacl.closing (organization_id, from_date, until_date, name, created_by)
VALUES (org('north'), '2058-03-04', '2058-03-04', 'closed', account('anna'));
SET LOCAL ROLE clinic_app;
SELECT session('sara') \g /dev/null
SELECT ok(bool_and(before <> observe(what)), 'and what is closed there') FROM seen;
SELECT is_empty($$SELECT * FROM practiceacl.closing WHERE organization_id = org('south')$$, 'others'' closed days are not to be read');
SELECT is_empty($$SELECT * FROM practiceacl.closing_conflicts WHERE organization_id = org('south')$$, 'nor what collides with them');
SELECT * FROM finish();
ROLLBACK;
