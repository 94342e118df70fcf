/*
 * What is wrong in the server's settings.  One row a problem; health() puts
 * them together.
 */

CREATE VIEW practiceacl.health_of_settings (check_name, problem) AS
SELECT 'settings', pg_catalog.format(
    '%s is %s: tokens and passwords that are bound to statements reach the server''s log; set it to 0', name, setting)
FROM pg_catalog.pg_settings
WHERE name IN ('log_parameter_max_length', 'log_parameter_max_length_on_error') AND setting <> '0'
UNION ALL
SELECT 'settings', pg_catalog.format(
    '%s of %s is %s: tokens and passwords reach the server''s log; set it to 0', split.name,
    coalesce(nullif(s.setrole, 0)::pg_catalog.regrole::text, 'this database'), split.value)
FROM pg_catalog.pg_db_role_setting s,
     unnest(s.setconfig) AS config,
     LATERAL (SELECT pg_catalog.split_part(config, '=', 1) AS name, pg_catalog.split_part(config, '=', 2) AS value) AS split
WHERE s.setdatabase IN (0, (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = current_database()))
  AND split.name IN ('log_parameter_max_length', 'log_parameter_max_length_on_error') AND split.value <> '0'
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
SELECT 'settings', pg_catalog.format('a password costs %s kB and %s passes: the least that is recommended is 19456 kB and 2',
    m.setting, p.setting)
FROM pg_catalog.pg_settings m, pg_catalog.pg_settings p
WHERE m.name = 'practiceacl.password_memory' AND p.name = 'practiceacl.password_passes'
  AND m.setting::bigint * p.setting::bigint < 19456 * 2;
COMMENT ON VIEW practiceacl.health_of_settings IS
    'settings of the server that endanger secrets or rules, one a row';
