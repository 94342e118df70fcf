-- Attack: how many rows the planner expects of a condition follows from the
-- values that ANALYZE has sampled, hidden ones too, and EXPLAIN tells it.  For
-- columns that name people or are written freely it has no statistics: the
-- estimate is the same whether everybody has the value or nobody.
BEGIN;
\ir ../setup/clinic.sql
SELECT plan(7);
SET LOCAL client_min_messages = error;
INSERT INTO practiceacl.appointment (organization_id, agenda_id, starts_at, ends_at, created_by, patient, note, patient_ref, contact)
SELECT org('north'), agenda(whose), at('08:00') + n * interval '1 hour', at('08:30') + n * interval '1 hour', account('anna'), v, v, v, v
FROM generate_series(1, 1000) n, unnest(ARRAY['anna', 'bert']) whose, LATERAL (SELECT CASE WHEN whose = 'bert' OR n % 2 = 0 THEN 'Zola' ELSE 'A' || n END) x (v);
INSERT INTO practiceacl.account (email, first_name, last_name, mobile)
SELECT 'zola' || n || '@north.test', 'Zola', 'Zola', 'Zola' FROM generate_series(1, 1000) n;
INSERT INTO practiceacl.membership (organization_id, account_id, job_title, work_mobile)
SELECT org('north'), id, 'Zola', 'Zola' FROM practiceacl.account WHERE first_name = 'Zola';
INSERT INTO practiceacl.activity_entry (organization_id, chain, sequence, id, recorded_at, agenda_id, act, facts, hash, salt, detail)
SELECT org('north'), agenda('anna'), n + 10000, practiceacl.new_id(), now(), agenda('anna'), 'x.y', '{}', 'x', 'x', 'Zola' FROM generate_series(1, 1000) n;
INSERT INTO practiceacl.organization (name, closed_at) SELECT 'Zola', now() FROM generate_series(1, 1000);
INSERT INTO practiceacl.membership (organization_id, account_id)
SELECT id, account('sara') FROM practiceacl.organization WHERE name = 'Zola';
CREATE TABLE clinic.ordinary AS SELECT * FROM practiceacl.appointment;
GRANT SELECT ON clinic.ordinary TO PUBLIC;
ANALYZE;

CREATE FUNCTION clinic.expected(relation text, condition text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    plan json;
BEGIN
    EXECUTE format('EXPLAIN (FORMAT JSON) SELECT * FROM %s WHERE %s', relation, condition) INTO plan;
    RETURN concat_ws(' ', plan -> 0 -> 'Plan' ->> 'Plan Rows', plan -> 0 -> 'Plan' ->> 'Total Cost');
END $$;
-- Whether it expects other numbers of one value than of another.
CREATE FUNCTION clinic.told(relation text, name text) RETURNS SETOF text LANGUAGE sql AS $$
    SELECT format('%s.%s %s', relation, name, one)
    FROM (VALUES ('= ''Zola''', '= ''Nobody'''), ('< ''M''', '< ''Zz'''), ('= ANY (ARRAY[''Zola'', ''B''])', '= ANY (ARRAY[''Nobody'', ''B''])'),
                 ('<> ''Zola''', '<> ''Nobody''')) v (one, two)
    WHERE expected(relation, name || ' ' || one) <> expected(relation, name || ' ' || two)
$$;
SELECT isnt_empty($$ SELECT FROM pg_statistic s WHERE starelid = 'practiceacl.appointment'::regclass $$, 'there are statistics');
SELECT is_empty($$
    SELECT format('%s.%s', c.relname, a.attname) FROM pg_statistic s
    JOIN pg_attribute a ON attrelid = starelid AND attnum = staattnum JOIN pg_class c ON c.oid = starelid
    WHERE c.relnamespace = 'practiceacl'::regnamespace AND a.atttypid = 'text'::regtype
    EXCEPT SELECT unnest(ARRAY['account.status', 'account.country', 'account.time_zone', 'appointment.status', 'membership.status', 'membership.admin',
        'organization.country', 'organization.time_zone', 'organization_move.state', 'activity.act', 'activity_entry.act', 'agenda.kind', 'agenda.time_zone', 'access_grant.source'])
$$, 'of texts only for those whose words are the extension''s or the world''s');
SET LOCAL ROLE clinic_app;
SELECT enter('sara') \g /dev/null
SELECT cmp_ok((SELECT count(*) FROM practiceacl.appointment), '>', 1000::bigint, 'the caller sees enough for numbers to differ');
SELECT is_empty($$ SELECT told('practiceacl.appointment', n) FROM unnest(ARRAY['patient', 'note', 'patient_ref', 'contact']) n $$, 'of patients: 0 bits');
SELECT is_empty($$ SELECT told('practiceacl.organization', 'name') UNION ALL SELECT told('practiceacl.account', n) FROM unnest(ARRAY['email', 'first_name', 'last_name', 'mobile']) n
                   UNION ALL SELECT told('practiceacl.membership', n) FROM unnest(ARRAY['job_title', 'work_mobile']) n
                   UNION ALL SELECT told('practiceacl.activity_detail', 'detail') $$, 'of users and organizations: 0 bits');
SELECT is_empty($$ SELECT told('practiceacl.calendar', n) FROM unnest(ARRAY['patient', 'note']) n $$, 'nor by a view');
SELECT isnt_empty($$ SELECT told('clinic.ordinary', 'patient') $$, 'another table gives it away');
SELECT * FROM finish();
ROLLBACK;
