/*
 * Tables of applications and of other extensions that move with organizations.
 * What says so is a trigger of the table's own: it follows a rename, goes with
 * the table, and is in every dump of it.
 */

CREATE FUNCTION practiceacl.require_organization_here() RETURNS trigger
    AS 'MODULE_PATHNAME', 'practiceacl_require_organization_here'
    LANGUAGE C VOLATILE SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.require_organization_here() IS
    'owner: the trigger of a table that moves with organizations: refuses to write rows of one that is not open in this cell (PA050); its argument is the column with the organization';

CREATE FUNCTION practiceacl.add_organization_table(target regclass, organization_column name DEFAULT 'organization_id') RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_add_organization_table'
    LANGUAGE C VOLATILE SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.add_organization_table(regclass, name) IS
    'superuser: from now on the rows of a table of an application, or of an extension beside this one, move with their organization to another cell, and are written in the cell where it is open; may be repeated';

CREATE FUNCTION practiceacl.remove_organization_table(target regclass) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_remove_organization_table'
    LANGUAGE C VOLATILE SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.remove_organization_table(regclass) IS
    'superuser: takes back add_organization_table(): the rows of the table stay where they are';
