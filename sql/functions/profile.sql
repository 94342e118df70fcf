/* Profiles: named rights that people have as the profile has them. */

CREATE FUNCTION practiceacl.set_profile(
    organization_id uuid, name text, settings jsonb, profile_id uuid DEFAULT NULL
) RETURNS uuid
    AS 'MODULE_PATHNAME', 'practiceacl_set_profile'
    LANGUAGE C VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.set_profile(uuid, text, jsonb, uuid) IS
    'an administrator makes a profile or changes the one of this name, for all who have it: rights, a list of objects with rights and a group or an agenda, and features; a key that is left out stays as it is; profile_id names one that is to get another name';

CREATE FUNCTION practiceacl.remove_profile(profile_id uuid) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_remove_profile'
    LANGUAGE C VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.remove_profile(uuid) IS
    'an administrator removes a profile: who had it loses what it gave';

CREATE FUNCTION practiceacl.give_profile(organization_id uuid, account_id uuid, profile uuid) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_give_profile'
    LANGUAGE C VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.give_profile(uuid, uuid, uuid) IS
    'an administrator gives a member a profile, beside all that they have; somebody may have several';

CREATE FUNCTION practiceacl.take_profile(organization_id uuid, account_id uuid, profile uuid) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_take_profile'
    LANGUAGE C VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.take_profile(uuid, uuid, uuid) IS
    'an administrator takes a profile from a member; other rights stay';

CREATE FUNCTION practiceacl.preview_profile(
    profile uuid, settings jsonb,
    OUT account_id uuid, OUT agenda_id uuid, OUT before practiceacl.rights, OUT after practiceacl.rights
) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'practiceacl_preview_profile'
    LANGUAGE C STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.preview_profile(uuid, jsonb) IS
    'who would gain and lose what on which agenda if set_profile() were called with these settings: effective rights now and then, where they differ; writes nothing';
