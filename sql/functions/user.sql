/* The people of an organization. */

CREATE FUNCTION practiceacl.create_user(
    organization_id uuid, email text, first_name text, last_name text,
    job_title text DEFAULT NULL, admin text DEFAULT 'none',
    agenda jsonb DEFAULT NULL, access jsonb DEFAULT NULL,
    clone_from uuid DEFAULT NULL,
    features practiceacl.rights DEFAULT 'none',
    mobile text DEFAULT NULL, country text DEFAULT NULL,
    time_zone text DEFAULT NULL, profile uuid DEFAULT NULL,
    OUT account_id uuid, OUT agenda_id uuid, OUT temporary_password text,
    OUT invitation_id uuid, OUT token text
) RETURNS record
    AS 'MODULE_PATHNAME', 'practiceacl_create_user'
    LANGUAGE C VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.create_user(uuid, text, text, text, text, text, jsonb, jsonb, uuid, practiceacl.rights, text, text, text, uuid) IS
    'an administrator makes a user, with an agenda or without, with rights on others'' agendas, with those of a colleague, with a profile; if the address has an account, only invitation_id and token are returned, and the user is made when the person accepts';

CREATE FUNCTION practiceacl.update_user(organization_id uuid, account_id uuid, changes jsonb) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_update_user'
    LANGUAGE C VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.update_user(uuid, uuid, jsonb) IS
    'an administrator changes job_title or work_mobile; and corrects first_name, last_name, email, mobile, country, time_zone of an account that nobody has used yet; another address ends the temporary password and what was sent to the old one';

CREATE FUNCTION practiceacl.set_features(organization_id uuid, account_id uuid, features practiceacl.rights) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_set_features'
    LANGUAGE C VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.set_features(uuid, uuid, practiceacl.rights) IS
    'an administrator sets the flags that hold on every agenda where the member has at least read';

CREATE FUNCTION practiceacl.set_admin(organization_id uuid, account_id uuid, admin text) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_set_admin'
    LANGUAGE C VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.set_admin(uuid, uuid, text) IS
    'a full administrator makes somebody an administrator (none, users, full); making one needs reauthenticate()';

CREATE FUNCTION practiceacl.disable_user(organization_id uuid, account_id uuid) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_disable_user'
    LANGUAGE C VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.disable_user(uuid, uuid) IS
    'an administrator disables a member: rights stay as they are and allow nothing, sessions end, open invitations to the member are revoked';

CREATE FUNCTION practiceacl.enable_user(organization_id uuid, account_id uuid) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_enable_user'
    LANGUAGE C VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.enable_user(uuid, uuid) IS
    'an administrator enables a disabled member again';

CREATE FUNCTION practiceacl.remove_user(
    organization_id uuid, account_id uuid,
    OUT appointment_id uuid, OUT agenda_id uuid, OUT starts_at timestamptz
) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'practiceacl_remove_user'
    LANGUAGE C VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.remove_user(uuid, uuid) IS
    'an administrator removes a member, takes every access and revokes open invitations to them; returns what is booked from now on on agendas that the user held';

CREATE FUNCTION practiceacl.search_users(
    organization_id uuid, query text, after uuid DEFAULT NULL,
    page_size integer DEFAULT 10,
    OUT account_id uuid, OUT first_name text, OUT last_name text,
    OUT email text, OUT job_title text, OUT admin text, OUT status text
) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'practiceacl_search_users'
    LANGUAGE C VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.search_users(uuid, text, uuid, integer) IS
    'members in whose name every word of the query stands (or, for administrators, in whose address the query does), accents, case, hyphens, apostrophes and commas ignored; after is the last account of the page before, PT404 once that is erased';
