-- Rows of the last release have no null where a view promises none.
BEGIN;
SELECT plan(2);
SET LOCAL client_min_messages = warning;
CREATE SCHEMA upgraded;
CREATE TABLE upgraded.seen (relation text, column_name text, nulls boolean);
CREATE FUNCTION upgraded.look() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    relation text;
BEGIN
    FOR relation IN SELECT DISTINCT view_name FROM practiceacl.never_null LOOP
        EXECUTE format('INSERT INTO upgraded.seen SELECT %L, key, bool_or(value = ''null'') FROM practiceacl.%I r, jsonb_each(to_jsonb(r)) GROUP BY key', relation, relation);
    END LOOP;
END $$;
CREATE FUNCTION upgraded.look_as(account_id uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM practiceacl.enter(practiceacl.open_session(account_id));
    PERFORM upgraded.look();
EXCEPTION WHEN OTHERS THEN
    NULL;       -- whoever cannot log in sees nothing
END $$;
SELECT upgraded.look() \g /dev/null
SELECT upgraded.look_as(id) FROM practiceacl.account \g /dev/null
SELECT cmp_ok((SELECT count(DISTINCT relation) FROM upgraded.seen), '>', 12::bigint, 'views show the rows of the last release');
SELECT is_empty('SELECT DISTINCT s.relation, s.column_name FROM upgraded.seen s JOIN practiceacl.never_null n ON n.view_name = s.relation AND n.column_name = s.column_name WHERE nulls',
    'and no null in a column that is never null');
SELECT * FROM finish();
ROLLBACK;
