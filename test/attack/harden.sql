-- doc/harden.sql: what it takes away, from whom, and that monitoring goes on.
\o /dev/null
\ir ../../doc/harden.sql
\ir ../../doc/harden.sql
\o
BEGIN;
\ir ../setup/clinic.sql
SELECT plan(20);
CREATE ROLE harden_monitor;
GRANT pg_monitor TO harden_monitor;

SELECT is_empty($$
    SELECT p.oid::regprocedure FROM pg_proc p
    WHERE p.pronamespace = 'pg_catalog'::regnamespace AND has_function_privilege('public', p.oid, 'EXECUTE')
      AND (p.proname ~ '^pg_stat_get_(xact_)?(numscans|tuples|blocks|live|dead|mod_since|ins_since|lastscan|last_|vacuum|analyze|autovacuum|autoanalyze|total_)'
           OR p.proname ~ '^pg_(relation|table|indexes|total_relation)_size$' OR p.proname = 'pg_lock_status')
$$, 'PUBLIC has no function that counts what was read, sizes or locks');
SET LOCAL ROLE clinic_app;
SELECT throws_ok($$ SELECT pg_stat_get_xact_numscans('practiceacl.session'::regclass) $$, '42501', NULL, 'no counters of this transaction');
SELECT throws_ok($$ SELECT * FROM pg_stat_user_tables $$, '42501', NULL, 'nor in all');
SELECT throws_ok($$ SELECT * FROM pg_statio_user_indexes $$, '42501', NULL, 'nor of buffers');
SELECT throws_ok($$ SELECT * FROM pg_locks $$, '42501', NULL, 'no locks');
SELECT throws_ok($$ SELECT pubname FROM pg_publication $$, '42501', NULL, 'no organizations that move, by the names of publications');
SELECT throws_ok($$ SELECT slot_name FROM pg_replication_slots $$, '42501', NULL, 'of slots');
SELECT throws_ok($$ SELECT subname FROM pg_subscription $$, '42501', NULL, 'or of subscriptions');
SELECT throws_ok($$ SELECT subname FROM pg_stat_subscription_stats $$, '42501', NULL, 'of their errors');
SELECT throws_ok($$ SELECT pg_describe_object('pg_subscription'::regclass, n, 0) FROM generate_series(16384, 16500) AS n $$, '42501', NULL,
    'nor by guessing numbers');
SELECT throws_ok($$ SELECT (pg_identify_object('pg_publication'::regclass, n, 0)).name FROM generate_series(16384, 16500) AS n $$, '42501', NULL,
    'in whatever form');
SELECT throws_ok($$ SELECT pg_logical_emit_message(false, '', '') $$, '42501', NULL, 'no position in the log');
SELECT throws_ok($$ SELECT pg_last_wal_replay_lsn() $$, '42501', NULL, 'no position in the log of a standby');
SELECT throws_ok($$ SELECT pg_total_relation_size('practiceacl.appointment') $$, '42501', NULL, 'no sizes');
SELECT lives_ok($$ SELECT * FROM pg_stat_activity $$, 'one''s own activity');
SET LOCAL ROLE harden_monitor;
SELECT lives_ok($$ SELECT * FROM pg_stat_user_tables $$, 'monitoring sees the tables');
SELECT lives_ok($$ SELECT count(*) FROM pg_locks $$, 'and the locks');
RESET ROLE;

SET LOCAL ROLE clinic_app;
SELECT enter('anna') \g /dev/null
SELECT lives_ok($$ SELECT practiceacl.book(agenda('anna'), at('09:00'), patient => 'Marie') $$, 'people work as ever');
SELECT lives_ok($$ SELECT * FROM practiceacl.activity_since() $$, 'and follow the record');
RESET ROLE;
SELECT is_empty($$ SELECT * FROM practiceacl.health() WHERE NOT ok AND detail ~ 'pg_|permission' $$, 'health() has nothing against it');
SELECT * FROM finish();
ROLLBACK;
