/* Identifiers: before the tables, whose defaults call it. */

CREATE FUNCTION practiceacl.new_id() RETURNS uuid
    AS 'MODULE_PATHNAME', 'practiceacl_new_id'
    LANGUAGE C VOLATILE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION practiceacl.new_id() IS
    'a new UUID version 7: unique everywhere, and sorted by the time it was made';
