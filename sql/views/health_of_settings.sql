/*
 * What is wrong in the server's settings.  One row a problem; health() puts
 * them together.
 */

CREATE VIEW practiceacl.health_of_settings (check_name, problem) AS
WITH hazard (name, harmless, effect) AS (VALUES
    ('log_parameter_max_length', '^0$', 'values that are bound to statements, passwords among them, reach the server''s log'),
    ('log_parameter_max_length_on_error', '^0$', 'values that are bound to failing statements, passwords among them, reach the server''s log'),
    ('debug_print_parse', '^(off|false|no|0)$', 'values in statements reach the server''s log'),
    ('debug_print_rewritten', '^(off|false|no|0)$', 'values in statements reach the server''s log'),
    ('debug_print_plan', '^(off|false|no|0)$', 'values that are bound to statements reach the server''s log in their plans'),
    ('pgaudit.log_parameter', '^(off|false|no|0)$', 'values that are bound to statements, passwords among them, reach the server''s log'),
    ('auto_explain.log_verbose', '^(off|false|no|0)$', 'passwords that are bound to statements reach the server''s log in the output lists of their plans'),
    ('auto_explain.log_parameter_max_length', '^0$', 'values that are bound to statements, passwords among them, reach the server''s log'),
    ('auto_explain.log_min_duration', '^-1$', 'values that conditions compare with, names of patients among them, reach the server''s log in plans')
), setting (name, value, place) AS (
    SELECT h.name, pg_catalog.current_setting(h.name, true), NULL
    FROM hazard h
    /* A module that is not loaded here may be loaded elsewhere: its defaults
       count where it is, what is configured counts everywhere. */
    WHERE pg_catalog.current_setting(h.name, true) IS NOT NULL
    UNION ALL
    SELECT split.name, split.value,
           coalesce(nullif(s.setrole, 0)::pg_catalog.regrole::text, 'this database')
    FROM pg_catalog.pg_db_role_setting s,
         unnest(s.setconfig) AS config,
         LATERAL (SELECT pg_catalog.split_part(config, '=', 1) AS name, pg_catalog.split_part(config, '=', 2) AS value) AS split
    WHERE s.setdatabase IN (0, (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = current_database()))
)
/* auto_explain writes nothing while its least duration is -1. */
SELECT 'settings', pg_catalog.format('%s%s is %s: %s', s.name, ' of ' || s.place, s.value, h.effect)
FROM setting s JOIN hazard h ON h.name = s.name
WHERE pg_catalog.lower(s.value) !~ h.harmless
  AND (s.name !~ '^auto_explain' OR s.name = 'auto_explain.log_min_duration' OR EXISTS (
      SELECT FROM setting d WHERE d.name = 'auto_explain.log_min_duration' AND d.value !~ '^-'))
UNION ALL
/* A prepared transaction keeps its locks without a process: their tag has a fourth field that no SQL function sets. */
SELECT 'settings', pg_catalog.format('prepared transaction %s of %s has held what others wait for since %s: COMMIT PREPARED or ROLLBACK PREPARED it',
    pg_catalog.quote_literal(x.gid), x.owner, x.prepared)
FROM pg_catalog.pg_prepared_xacts x
WHERE x.database = current_database()
  AND EXISTS (SELECT FROM pg_catalog.pg_locks own JOIN pg_catalog.pg_locks l USING (virtualtransaction)
      WHERE own.locktype = 'transactionid' AND own.transactionid = x.transaction AND own.pid IS NULL
        AND l.locktype = 'advisory' AND l.pid IS NULL AND l.objsubid >= 20480)  -- see LockClass in src/base/lock.c
UNION ALL
SELECT 'settings', 'there is no shared memory left for counting wrong passwords, so a rollback undoes the count: add practiceacl to shared_preload_libraries'
WHERE NOT practiceacl.has_shared_counts()
UNION ALL
SELECT 'settings', pg_catalog.format(
    'the server''s queue of notifications is full to %s %%: practiceacl.notify announces nothing; look for sessions that listen in an open transaction',
    (100 * pg_catalog.pg_notification_queue_usage())::integer)
WHERE pg_catalog.pg_notification_queue_usage() > 0.4 AND current_setting('practiceacl.notify')::boolean
UNION ALL
SELECT 'settings', pg_catalog.format('transaction %s has been prepared since %s: activity_since() waits for it if it wrote an entry', gid, prepared)
FROM pg_catalog.pg_prepared_xacts
WHERE database = current_database() AND prepared < practiceacl.reading_time() - interval '10 min'
UNION ALL
SELECT 'settings', 'session_replication_role is replica: foreign keys are not checked'
WHERE current_setting('session_replication_role') = 'replica'
UNION ALL
SELECT 'settings', 'practiceacl.return_secrets is off and the mailer has no key: nobody can be invited; use set_mailer_key()'
WHERE NOT current_setting('practiceacl.return_secrets')::boolean
  AND NOT EXISTS (SELECT FROM practiceacl.mailer_key)
UNION ALL
SELECT 'settings', p.problem
FROM practiceacl.key_file_problem() AS p (problem)
WHERE p.problem IS NOT NULL
UNION ALL
SELECT 'settings', pg_catalog.format('a password costs %s kB and %s passes: the least that is recommended is 19456 kB and 2',
    m.setting, p.setting)
FROM pg_catalog.pg_settings m, pg_catalog.pg_settings p
WHERE m.name = 'practiceacl.password_memory' AND p.name = 'practiceacl.password_passes'
  AND m.setting::bigint * p.setting::bigint < 19456 * 2;
COMMENT ON VIEW practiceacl.health_of_settings IS
    'settings of the server that endanger secrets or rules, one a row';
