/* Moving organizations between cells: the source's part, then the target's. */

CREATE FUNCTION practiceacl.publish_organization(organization_id uuid) RETURNS text
    AS 'MODULE_PATHNAME', 'practiceacl_publish_organization'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.publish_organization(uuid) IS
    'operator, in the source: begins to move an organization to another cell: makes a publication of its rows and returns its name; the organization stays open; may be repeated';

CREATE FUNCTION practiceacl.organization_parcel(organization_id uuid) RETURNS jsonb
    AS 'MODULE_PATHNAME', 'practiceacl_organization_parcel'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.organization_parcel(uuid) IS
    'operator, in the source: what the target has to know of an organization that is moving and no publication brings: the people whom it needs, and the seal of the move';

CREATE FUNCTION practiceacl.hand_over_organization(organization_id uuid, moved_to text) RETURNS text
    AS 'MODULE_PATHNAME', 'practiceacl_hand_over_organization'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.hand_over_organization(uuid, text) IS
    'operator, in the source: waits for those who are writing, and refuses writing from then on with PA050, which names the cell moved_to; reading goes on; returns the proof that organization_move() shows in the target once it has everything; may be repeated';

CREATE FUNCTION practiceacl.release_organization(organization_id uuid) RETURNS jsonb
    AS 'MODULE_PATHNAME', 'practiceacl_release_organization'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.release_organization(uuid) IS
    'operator, in the source: closes an organization that was handed over to its people here, and returns the parcel with the key that opens it in the target; may be repeated';

CREATE FUNCTION practiceacl.forget_organization(organization_id uuid, receipt text) RETURNS bigint
    AS 'MODULE_PATHNAME', 'practiceacl_forget_organization'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.forget_organization(uuid, text) IS
    'operator, in the source: deletes an organization for which receive_organization() gave a receipt, and returns how many rows; the heads of its chains stay';

CREATE FUNCTION practiceacl.adopt_organization(organization_id uuid, connection text, parcel jsonb) RETURNS text
    AS 'MODULE_PATHNAME', 'practiceacl_adopt_organization'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.adopt_organization(uuid, text, jsonb) IS
    'operator, in the target: gets ready for an organization of another cell, registers its people, and returns the CREATE SUBSCRIPTION to run, with the connection to the source; the organization is closed here until receive_organization(); may be repeated';

CREATE FUNCTION practiceacl.receive_organization(organization_id uuid, parcel jsonb, credentials bytea DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'practiceacl_receive_organization'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.receive_organization(uuid, jsonb, bytea) IS
    'operator, in the target: opens an organization with what release_organization() returned, if the heads of all chains and the rows are those of the source; takes over what seal_credentials() returned there, for the people whom only this move has made known here; returns the receipt for forget_organization(); may be repeated';

CREATE FUNCTION practiceacl.accept_credentials(organization_id uuid) RETURNS bytea
    AS 'MODULE_PATHNAME', 'practiceacl_accept_credentials'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.accept_credentials(uuid) IS
    'owner, in the target: makes, for an organization that is adopted, the key that passwords and second factors of its people are sealed for, and returns its public half; needs practiceacl.key_file; may be repeated';

CREATE FUNCTION practiceacl.seal_credentials(organization_id uuid, public_key bytea) RETURNS bytea
    AS 'MODULE_PATHNAME', 'practiceacl_seal_credentials'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.seal_credentials(uuid, bytea) IS
    'owner, in the source: the passwords (hashes) and second factors of the people of an organization that is moving, as they are now, sealed so that only the target opens them, whose accept_credentials() returned the key; forget_organization() then takes them from those who belong to nobody else here';

CREATE FUNCTION practiceacl.cancel_move(organization_id uuid, receipt text DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'practiceacl_cancel_move'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.cancel_move(uuid, text) IS
    'operator: calls a move off: the target deletes what it adopted and returns a receipt; the source opens the organization again, and once it was released wants that receipt';

CREATE FUNCTION practiceacl.organization_move(
    organization_id uuid,
    OUT state text, OUT moved_to text, OUT since timestamptz,
    OUT chains bigint, OUT entries bigint, OUT tables_ready bigint, OUT tables bigint,
    OUT lag_bytes bigint, OUT proof text, OUT problem text
) RETURNS record
    AS 'MODULE_PATHNAME', 'practiceacl_organization_move'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.organization_move(uuid) IS
    'operator: how far a move is: its state here, chains and entries that are here, tables copied of how many (target), bytes that the target has not confirmed (source), the proof of what is here now, and what to do if the move is stuck';

CREATE FUNCTION practiceacl.organization_cell(organization_id uuid) RETURNS text
    AS 'MODULE_PATHNAME', 'practiceacl_organization_cell'
    LANGUAGE C STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.organization_cell(uuid) IS
    'the name of the cell to which an organization has moved from here, or where the directory has it; null if nothing is known of it';

CREATE FUNCTION practiceacl.publish_directory() RETURNS text
    AS 'MODULE_PATHNAME', 'practiceacl_publish_directory'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.publish_directory() IS
    'operator: lets this cell keep the directory of all cells: makes its publication and returns its name; may be repeated';

CREATE FUNCTION practiceacl.follow_directory(connection text) RETURNS text
    AS 'MODULE_PATHNAME', 'practiceacl_follow_directory'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.follow_directory(text) IS
    'operator: gets this cell ready to follow the directory that another keeps, and returns the CREATE SUBSCRIPTION to run, with the connection to it; null if it follows already';

CREATE FUNCTION practiceacl.organizations_here(organization_id uuid DEFAULT NULL) RETURNS jsonb
    AS 'MODULE_PATHNAME', 'practiceacl_organizations_here'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.organizations_here(uuid) IS
    'operator: the organizations that are open in this cell, or the one, for set_organization_cells()';

CREATE FUNCTION practiceacl.set_organization_cells(cell text, organizations jsonb) RETURNS bigint
    AS 'MODULE_PATHNAME', 'practiceacl_set_organization_cells'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.set_organization_cells(text, jsonb) IS
    'operator, in the cell that keeps the directory: notes that the organizations, as organizations_here() gave them, are in the cell of this name; what is older than what the directory has changes nothing; returns how many it changed; may be repeated';

CREATE FUNCTION practiceacl.register_account(
    account_id uuid, email text, first_name text, last_name text,
    mobile text DEFAULT NULL, country text DEFAULT 'FR', time_zone text DEFAULT 'Europe/Paris'
) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_register_account'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.register_account(uuid, text, text, text, text, text, text) IS
    'authenticator: makes the account of a person whom another cell knows, under the id that they have there; without a password; nothing if the cell has it already';

CREATE FUNCTION practiceacl.merge_account(from_account uuid, into_account uuid) RETURNS bigint
    AS 'MODULE_PATHNAME', 'practiceacl_merge_account'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.merge_account(uuid, uuid) IS
    'operator: two accounts of one person become one, or an account gets the id that the person has in another cell; every row that names the account follows, as account_columns says, but for the record, whose chains stay as they are and which names the former id; returns how many rows';
