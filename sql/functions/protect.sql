/* The application's own tables under the same rules. */

CREATE FUNCTION practiceacl.protect(
    target regclass,
    agenda_column name DEFAULT 'agenda_id',
    read practiceacl.rights DEFAULT 'read',
    write practiceacl.rights DEFAULT 'book'
) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_protect'
    LANGUAGE C VOLATILE SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.protect(regclass, name, practiceacl.rights, practiceacl.rights) IS
    'puts a table of the application, its partitions and its children under row security: a row is visible to those with the rights on the agenda in its column; for the table''s owner';

CREATE FUNCTION practiceacl.unprotect(target regclass) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_unprotect'
    LANGUAGE C VOLATILE SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.unprotect(regclass) IS
    'removes what protect() made; row security stays on where other policies stay';
