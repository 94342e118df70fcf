/* Giving, taking and copying rights. */

CREATE FUNCTION practiceacl.set_rights(
    agenda_id uuid, account_id uuid, rights practiceacl.rights,
    valid_during tstzrange DEFAULT NULL
) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_set_rights'
    LANGUAGE C VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.set_rights(uuid, uuid, practiceacl.rights, tstzrange) IS
    'the one way to give, change and take rights: with a period in place of what overlaps it, without one of everything; none takes';

CREATE FUNCTION practiceacl.clone_rights(
    organization_id uuid, from_account uuid, to_account uuid,
    replace boolean DEFAULT false,
    OUT agenda_id uuid, OUT before practiceacl.rights,
    OUT after practiceacl.rights
) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'practiceacl_clone_rights'
    LANGUAGE C VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.clone_rights(uuid, uuid, uuid, boolean) IS
    'an administrator gives one member the granted rights of another on every agenda; one row for each agenda on which anything changed';
