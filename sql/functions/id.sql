/* Identifiers: before the tables, whose defaults call it. */

CREATE FUNCTION practiceacl.new_id() RETURNS uuid
    AS 'MODULE_PATHNAME', 'practiceacl_new_id'
    LANGUAGE C VOLATILE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION practiceacl.new_id() IS
    'a new UUID version 7: unique everywhere, and sorted by the time it was made';

/*
 * Indexes of the record hold it in place of the id: of an organization or a
 * person, the entries of an hour are one key of the index and a few bytes each.
 */
CREATE FUNCTION practiceacl.id_hour(id uuid) RETURNS integer
    AS 'MODULE_PATHNAME', 'practiceacl_id_hour'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION practiceacl.id_hour(uuid) IS
    'the hour in which an id was made, counted from 1970: beside a condition on activity.id, the same one on its hour lets the indexes of the record serve it';
