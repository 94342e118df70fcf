-- harden.sql: takes away from PUBLIC what PostgreSQL lets every role observe of
-- what others do.  Optional; for a superuser, once in each database that has
-- practiceacl, and again after an upgrade of PostgreSQL:
--
--     psql -d DATABASE -f harden.sql
--
-- No row of anybody becomes readable without it.  What it ends is counting: the
-- scans, rows and buffers of each table and index, their sizes, the locks that
-- are held; and the names of organizations that are moving to another cell, by
-- their ids.  Monitoring goes on with the role pg_monitor or pg_read_all_stats.
-- Programs that use practiceacl need none of it.  pg_dump keeps what this does; one
-- that is run by no superuser needs pg_read_all_stats from then on.
--
-- Undo: GRANT EXECUTE ON FUNCTION ... TO PUBLIC for the functions it names.
SET client_min_messages = warning;
BEGIN;

CREATE FUNCTION pg_temp.withdraw(what text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('REVOKE ALL ON %s FROM PUBLIC', what);
    EXECUTE format('GRANT %s ON %s TO pg_read_all_stats',
                   CASE WHEN what LIKE 'FUNCTION %' THEN 'EXECUTE' ELSE 'SELECT' END, what);
END $$;

-- What was read of a table or index: pg_stat_get_numscans(oid) and its like, of
-- this transaction and in all; and where the server counts reads of any kind.
-- How large they are: pg_relation_size and its like.  Who holds which lock.  How
-- much is written ahead, and replayed.  Which organizations move: they are in the
-- names and row filters of publications, subscriptions and slots, which are also
-- told to whoever asks what an object of some number is.
SELECT p.oid::regprocedure AS "no longer for PUBLIC", pg_temp.withdraw('FUNCTION ' || p.oid::regprocedure)
FROM pg_proc p
WHERE p.pronamespace = 'pg_catalog'::regnamespace
  AND (p.proname ~ '^pg_stat_get_' AND p.proargtypes::text = 'oid'::regtype::oid::text
           AND p.proname !~ '^pg_stat_get_(db|function|subscription)_'
       OR p.proname IN ('pg_stat_get_io', 'pg_stat_get_wal', 'pg_stat_get_backend_io', 'pg_stat_get_backend_wal',
                        'pg_stat_force_next_flush', 'pg_lock_status',
                        'pg_current_wal_lsn', 'pg_current_wal_insert_lsn', 'pg_current_wal_flush_lsn',
                        'pg_last_wal_replay_lsn', 'pg_last_wal_receive_lsn', 'pg_control_checkpoint', 'pg_control_recovery',
                        'pg_logical_emit_message', 'pg_get_replication_slots', 'pg_get_publication_tables',
                        'pg_stat_get_subscription', 'pg_stat_get_subscription_stats',
                        'pg_describe_object', 'pg_identify_object', 'pg_identify_object_as_address',
                        'pg_relation_size', 'pg_table_size', 'pg_indexes_size', 'pg_total_relation_size'))
ORDER BY 1;
SELECT pg_temp.withdraw('TABLE pg_catalog.' || c.relname)
FROM pg_class c
WHERE c.relnamespace = 'pg_catalog'::regnamespace
  AND c.relname IN ('pg_locks', 'pg_publication', 'pg_publication_rel', 'pg_stat_subscription_stats')
ORDER BY c.relname;
-- The connection, with its password, is for superusers only, as ever.
REVOKE ALL ON pg_catalog.pg_subscription FROM PUBLIC;
GRANT SELECT (oid, subdbid, subname, subowner, subenabled) ON pg_catalog.pg_subscription TO pg_read_all_stats;

DROP FUNCTION pg_temp.withdraw(text);
COMMIT;
RESET client_min_messages;
