-- One absurd appointment costs nobody a chart: what report_utilisation counts
-- is bounded, whatever is booked.
BEGIN;
\ir support/people.psql
SELECT plan(4);

-- Days are those of the agenda, whose time zone need not be the server's.
SELECT (now() AT TIME ZONE 'Europe/Paris')::date AS today \gset

SELECT practiceacl.add_agenda(:'centre', :'manager', '{"data_controller": "C"}') AS agenda \gset
SELECT practiceacl.book(:'agenda', (date :'today' + 7 + time '10:00') AT TIME ZONE 'Europe/Paris'),
       practiceacl.book(:'agenda', '4714-11-30 10:00+00 BC'),
       practiceacl.book(:'agenda', '1000-01-01 10:00+00'),
       practiceacl.book(:'agenda', '290000-01-01 10:00+00') \g /dev/null

RESET ROLE;
CREATE ROLE report_bounds_chart;
SELECT practiceacl.grant_reporting('report_bounds_chart') \g /dev/null
GRANT USAGE ON SCHEMA people TO report_bounds_chart;
SET LOCAL ROLE report_bounds_chart;
SELECT set_config('practiceacl.session', '', true) \g /dev/null
SET LOCAL statement_timeout = '20s';
SELECT is((SELECT sum(appointments)::int FROM practiceacl.report_utilisation WHERE day > :'today'),
    1, 'what is booked for next week is counted');
SELECT ok(min(day) = :'today', 'the first day is when the agenda was made') FROM practiceacl.report_utilisation;
SELECT ok(max(day) BETWEEN date :'today' + 55 AND date :'today' + 57, 'the last is eight weeks from now')
FROM practiceacl.report_utilisation;

RESET ROLE;
SELECT practiceacl.enter(token) FROM people.presence WHERE name = 'manager' \g /dev/null
SELECT practiceacl.book(:'agenda', now() - interval '80 years'), practiceacl.book(:'agenda', now() + interval '9 years') \g /dev/null
SET LOCAL ROLE report_bounds_chart;
SELECT set_config('practiceacl.session', '', true) \g /dev/null
SELECT results_eq(
    format('SELECT extract(year FROM day) FROM practiceacl.report_utilisation WHERE appointments > 0 AND day <> %L ORDER BY day', date :'today' + 7),
    $$SELECT extract(year FROM (now() + n * interval '1 year') AT TIME ZONE 'Europe/Paris') FROM unnest(ARRAY[-80, 9]) AS n$$,
    'what is old or far ahead is counted as well');

SELECT * FROM finish();
ROLLBACK;
