-- "No such thing" and "not yours to see" are one error in all of its fields: the
-- code, the words for people, and the three fields for programs.  Every
-- function that takes an id is called with every id of another organization, and
-- with one that is nobody's.
BEGIN;
\ir ../setup/clinic.sql
SELECT plan(6);

-- What South has, a row of each kind.
CREATE TABLE clinic.hidden (kind text, id uuid);
INSERT INTO clinic.hidden VALUES ('organization', org('south')), ('account', account('olga')), ('agenda', agenda('olga'));
SELECT record.begin_all() \g /dev/null
SET LOCAL ROLE clinic_app;
SELECT enter('olga') \g /dev/null
SELECT practiceacl.book(agenda('olga'), at('09:00'), patient => 'Marie') AS appointment,
    practiceacl.hold_slot(agenda('olga'), at('10:00')) AS hold,
    practiceacl.current_session() AS session \gset
SELECT absence_id AS absence FROM practiceacl.add_absence(agenda('olga'), at('11:00'), at('12:00')) \gset
SELECT invitation_id AS invitation FROM practiceacl.invite_user(org('south'), 'nina@south.test', 'Nina', 'Noir') \gset
SELECT count(*) AS repeated FROM practiceacl.book_series(agenda('olga'), at('13:00'), at('13:30'), '1 week', 2) \gset
RESET ROLE;
INSERT INTO clinic.hidden VALUES ('appointment', :'appointment'), ('slot_hold', :'hold'), ('session', :'session'),
    ('absence', :'absence'), ('invitation', :'invitation');
INSERT INTO clinic.hidden SELECT DISTINCT 'series', series_id FROM practiceacl.appointment WHERE series_id IS NOT NULL;
GRANT SELECT ON clinic.hidden TO clinic_app;

-- A value for an argument: what North has, by the argument's name or its type.
CREATE FUNCTION clinic.something(argument text, type regtype) RETURNS text LANGUAGE sql AS $$
    SELECT CASE
        WHEN type = 'uuid'::regtype THEN quote_literal(CASE
            WHEN argument ~ 'organization' THEN org('north')
            WHEN argument ~ 'account' THEN account('bert')
            WHEN argument ~ 'agenda' THEN agenda('anna')
            ELSE '00000000-0000-7000-8000-0000000000ef' END)
        WHEN type = 'uuid[]'::regtype THEN format('ARRAY[%L::uuid]', agenda('anna'))
        WHEN type = 'text'::regtype THEN quote_literal('words')
        WHEN type = 'timestamptz'::regtype THEN quote_literal(at('15:00'))
        WHEN type = 'interval'::regtype THEN quote_literal('1 hour')
        WHEN type = 'jsonb'::regtype THEN quote_literal('{}')
        WHEN type = 'boolean'::regtype THEN 'true'
        WHEN type = 'practiceacl.rights'::regtype THEN quote_literal('read')
        WHEN type = 'tstzrange'::regtype THEN quote_literal('[2065-01-01,2066-01-01)')
        WHEN type = 'date'::regtype THEN quote_literal('2065-03-02')
        WHEN type = 'integer'::regtype THEN '1'
        ELSE 'NULL' END || '::' || type;
$$;

-- Everything that a call says, undone: an error in all of its fields, or how
-- many rows there were.
CREATE FUNCTION clinic.said(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    n bigint;
    message text;
    detail text;
    hint text;
    word text;
    argument text;
    relation text;
    place text;
    type text;
BEGIN
    EXECUTE statement INTO n;
    RAISE EXCEPTION USING errcode = 'ZZ000', message = n || ' rows';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT,
        word = CONSTRAINT_NAME, argument = COLUMN_NAME, relation = TABLE_NAME, place = SCHEMA_NAME, type = PG_DATATYPE_NAME;
    RETURN concat_ws(' | ', SQLSTATE, message, detail, hint, word, argument, relation, place, type);
END $$;

CREATE FUNCTION clinic.differences() RETURNS TABLE (what text) LANGUAGE plpgsql AS $$
DECLARE
    f record;
    h record;
    nothing text;
    something text;
BEGIN
    FOR f IN
        SELECT p.oid::regproc AS name, p.proargnames[k.n] AS argument,
            'SELECT count(*) FROM ' || p.oid::regproc || '(' || (
                SELECT string_agg(CASE WHEN a.n = k.n THEN '%L::uuid' ELSE replace(something(p.proargnames[a.n], a.t::regtype), '%', '%%') END, ', ' ORDER BY a.n)
                FROM unnest(p.proargtypes) WITH ORDINALITY AS a (t, n)) || ')' AS call
        FROM pg_proc p, unnest(p.proargtypes) WITH ORDINALITY AS k (t, n)
        WHERE p.pronamespace = 'practiceacl'::regnamespace AND p.prokind = 'f' AND k.t = 'uuid'::regtype
            AND p.proname NOT IN ('slot')
            AND has_function_privilege(current_user, p.oid, 'EXECUTE')
    LOOP
        nothing := said(format(f.call, '00000000-0000-7000-8000-0000000000ee'));
        FOR h IN SELECT * FROM clinic.hidden LOOP
            something := said(format(f.call, h.id));
            IF something <> nothing THEN
                what := format('%s, %s: of %s: %s, otherwise: %s', f.name, f.argument, h.kind, something, nothing);
                RETURN NEXT;
            END IF;
        END LOOP;
    END LOOP;
END $$;

SELECT is((SELECT count(*) FROM clinic.hidden), 9::bigint, 'South has a row of many kinds');
SET LOCAL ROLE clinic_app;
SELECT cmp_ok((SELECT count(*) FROM pg_proc p, unnest(p.proargtypes) AS t WHERE p.pronamespace = 'practiceacl'::regnamespace
    AND t = 'uuid'::regtype AND has_function_privilege(p.oid, 'EXECUTE')), '>', 60::bigint, 'there are many functions that take ids');
SELECT enter('olga') \g /dev/null
SELECT isnt_empty('SELECT * FROM clinic.differences()', 'South''s own administrator learns something, so that the test can fail');
SELECT enter('sara') \g /dev/null
SELECT is_empty('SELECT * FROM clinic.differences()', 'a secretary of North learns nothing');
SELECT enter('carl') \g /dev/null
SELECT is_empty('SELECT * FROM clinic.differences()', 'nor does an administrator');
SELECT enter('anna') \g /dev/null
SELECT is_empty('SELECT * FROM clinic.differences()', 'nor a doctor');
SELECT * FROM finish();
ROLLBACK;
