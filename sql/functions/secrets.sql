/* Secrets that are sealed with keys outside of the database. */

CREATE FUNCTION practiceacl.seal_secrets() RETURNS bigint
    AS 'MODULE_PATHNAME', 'practiceacl_seal_secrets'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.seal_secrets() IS
    'operator: seals with the first key of practiceacl.key_file what is stored in clear or was sealed with another key; returns how many secrets that were';

CREATE FUNCTION practiceacl.key_file_problem() RETURNS text
    AS 'MODULE_PATHNAME', 'practiceacl_key_file_problem'
    LANGUAGE C VOLATILE;
COMMENT ON FUNCTION practiceacl.key_file_problem() IS
    'why secrets cannot be sealed with practiceacl.key_file, or null; for the owner and health()';

CREATE FUNCTION practiceacl.sealed_problem(kind text, row_id uuid, sealed bytea) RETURNS text
    AS 'MODULE_PATHNAME', 'practiceacl_sealed_problem'
    LANGUAGE C VOLATILE;
COMMENT ON FUNCTION practiceacl.sealed_problem(text, uuid, bytea) IS
    'why a sealed secret does not open with the first key of practiceacl.key_file, or null; for the owner and health()';
