-- A driver that binds nothing writes tokens and passwords into the text of its
-- statements, and pg_stat_activity shows the text to every program of the same
-- role.  What it shows once the statement is at work:
BEGIN;
\ir ../setup/clinic.sql
SELECT plan(6);
SELECT token AS anna FROM clinic.token WHERE name = 'anna' \gset

-- The view keeps its rows until the transaction ends, or until it is told.
CREATE FUNCTION pg_temp.shown() RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_stat_clear_snapshot();
    RETURN (SELECT a.query FROM pg_stat_activity a WHERE a.pid = pg_backend_pid());
END $$;
CREATE TEMP TABLE seen (what text, text text);

INSERT INTO seen SELECT 'control', pg_temp.shown();
SELECT matches(text, 'control', 'what is no secret is shown, so that the test can fail') FROM seen WHERE what = 'control';
INSERT INTO seen SELECT 'enter', pg_temp.shown() FROM practiceacl.enter(:'anna');
SELECT unalike(text, '%' || :'anna' || '%', 'no token of enter()') FROM seen WHERE what = 'enter';
INSERT INTO seen SELECT 'log_in', pg_temp.shown() FROM (SELECT practiceacl.log_in('anna@north.test', 'plain as day') OFFSET 0) AS done;
SELECT unalike(text, '%plain as day%', 'no password of log_in()') FROM seen WHERE what = 'log_in';
INSERT INTO seen SELECT 'other', pg_temp.shown()
    FROM (SELECT count(*) FROM (SELECT practiceacl.session_needs()) AS a) AS a;
SELECT matches(text, 'other', 'other statements are shown as they are') FROM seen WHERE what = 'other';

-- What EXECUTE is given stands in its text.
PREPARE bound(text) AS INSERT INTO seen SELECT 'bound', pg_temp.shown() FROM practiceacl.enter($1);
EXECUTE bound(:'anna');
SELECT unalike(text, '%' || :'anna' || '%', 'nor of EXECUTE, whose values are text too') FROM seen WHERE what = 'bound';
SELECT is((SELECT count(*) FROM seen WHERE text LIKE '%(hidden%'), 3::bigint, 'three statements were hidden');
SELECT * FROM finish();
ROLLBACK;
