/* Operating: what may go, what refers to nothing, and which version runs. */

CREATE FUNCTION practiceacl.purge(older_than interval)
    RETURNS TABLE (what text, rows bigint)
    AS 'MODULE_PATHNAME', 'practiceacl_purge'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.purge(interval) IS
    'deletes what ended at least so long ago: sessions, holds, sent messages, invitations that nobody accepted, refused log-ins, lapsed tokens, and, after practiceacl.reading_retention, what was noted of readings, which it adds up by day; never the activity; for operators';

CREATE FUNCTION practiceacl.archive_appointments(before timestamptz, max_rows integer DEFAULT 5000) RETURNS bigint
    AS 'MODULE_PATHNAME', 'practiceacl_archive_appointments'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.archive_appointments(timestamptz, integer) IS
    'moves up to about max_rows appointments that ended before then, at least 8 weeks ago, into appointment_archive, and returns how many; agendas on which somebody is booking are left for the next call: call it until it returns 0; for operators';

CREATE FUNCTION practiceacl.restore_appointments(ended_since timestamptz, agenda_id uuid DEFAULT NULL, max_rows integer DEFAULT 5000) RETURNS bigint
    AS 'MODULE_PATHNAME', 'practiceacl_restore_appointments'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.restore_appointments(timestamptz, uuid, integer) IS
    'brings up to about max_rows archived appointments that ended at that time or later, of one agenda or of all, back into appointment, and returns how many: call it until it returns 0; for operators';

CREATE FUNCTION practiceacl.module_version() RETURNS text
    AS 'MODULE_PATHNAME', 'practiceacl_module_version'
    LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION practiceacl.module_version() IS
    'the version of the module that this connection has loaded';

CREATE FUNCTION practiceacl.has_shared_counts() RETURNS boolean
    AS 'MODULE_PATHNAME', 'practiceacl_has_shared_counts'
    LANGUAGE C VOLATILE;
COMMENT ON FUNCTION practiceacl.has_shared_counts() IS
    'whether wrong passwords are counted in memory that all connections share, where no rollback undoes it; for the owner and health()';

CREATE FUNCTION practiceacl.broken_references()
    RETURNS TABLE (constraint_name text, from_table text, to_table text, rows bigint)
    AS 'MODULE_PATHNAME', 'practiceacl_broken_references'
    LANGUAGE C VOLATILE SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.broken_references() IS
    'the foreign keys of the extension''s tables that the rows break, as a restore with triggers off can leave them; for the owner and health()';

CREATE FUNCTION practiceacl.broken_statements()
    RETURNS TABLE (file text, statement text, problem text)
    AS 'MODULE_PATHNAME', 'practiceacl_broken_statements'
    LANGUAGE C VOLATILE SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.broken_statements() IS
    'the statements of the module that the tables of this database do not fit, as after a change by hand; parses all and runs none; for the owner and health()';
