/* Tenants, and what they may buy. */

CREATE FUNCTION practiceacl.create_organization(
    name text, admin_email text, admin_first_name text, admin_last_name text,
    country text DEFAULT 'FR', time_zone text DEFAULT 'Europe/Paris',
    OUT organization_id uuid, OUT account_id uuid, OUT temporary_password text
) RETURNS record
    AS 'MODULE_PATHNAME', 'practiceacl_create_organization'
    LANGUAGE C VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.create_organization(text, text, text, text, text, text) IS
    'operator: creates an organization and, for an address without an account, its first full administrator';

CREATE FUNCTION practiceacl.update_organization(organization_id uuid, changes jsonb) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_update_organization'
    LANGUAGE C VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.update_organization(uuid, jsonb) IS
    'a full administrator changes name, country, time_zone, colleague_rights (what every colleague may do on agendas created from then on), holder_consents (whether rights that show patients wait for the holder''s consent; to switch it off, reauthenticate) or second_factor (nobody, administrators, everyone: who must give one)';

CREATE FUNCTION practiceacl.close_organization(organization_id uuid) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_close_organization'
    LANGUAGE C VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.close_organization(uuid) IS
    'operator: closes an organization: disables all members; the data stays';

CREATE FUNCTION practiceacl.reopen_organization(organization_id uuid) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_reopen_organization'
    LANGUAGE C VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.reopen_organization(uuid) IS
    'operator: reopens an organization: the members whom close_organization() disabled are again what they were';

CREATE FUNCTION practiceacl.set_service_offer(code text, name text, monthly_price numeric) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_set_service_offer'
    LANGUAGE C VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.set_service_offer(text, text, numeric) IS
    'operator: creates or changes a service offer, to which agendas may be subscribed';
