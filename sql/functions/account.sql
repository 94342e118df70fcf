/* Accounts as persons: what only the person, or an operator, may do. */

CREATE FUNCTION practiceacl.map_role(role regrole, account_id uuid) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_map_role'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.map_role(regrole, uuid) IS
    'operator: who connects as this database role is this account, without a token; confirm it again after a restore';

CREATE FUNCTION practiceacl.unmap_role(role regrole) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_unmap_role'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.unmap_role(regrole) IS
    'operator: the database role is no account any more';
