\echo Use "CREATE EXTENSION practiceacl" to load this file. \quit

/* Before anything is made: whose schema this is, and what is in it. */
CREATE FUNCTION practiceacl.check_schema() RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_check_schema'
    LANGUAGE C VOLATILE SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.check_schema() IS
    'fails unless the schema is the extension''s alone; the first step of the install and update scripts';
SELECT practiceacl.check_schema();

COMMENT ON SCHEMA practiceacl IS
    'users, rights and calendars of medical practices';
