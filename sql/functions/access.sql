/* The questions that row security and back ends ask. */

CREATE FUNCTION practiceacl.access_support(internal) RETURNS internal
    AS 'MODULE_PATHNAME', 'practiceacl_access_support'
    LANGUAGE C STRICT;
COMMENT ON FUNCTION practiceacl.access_support(internal) IS
    'planner support for the functions that policies call: they come first, and index condition and selectivity where the column tells';

CREATE FUNCTION practiceacl.can(
    agenda_id uuid, required practiceacl.rights DEFAULT 'read'
) RETURNS boolean
    AS 'MODULE_PATHNAME', 'practiceacl_can'
    LANGUAGE C STABLE PARALLEL SAFE SUPPORT practiceacl.access_support;
COMMENT ON FUNCTION practiceacl.can(uuid, practiceacl.rights) IS
    'whether the caller''s rights on the agenda cover what is required; made for row-security policies, where it becomes an index condition';

CREATE FUNCTION practiceacl.agendas(
    required practiceacl.rights DEFAULT 'read'
) RETURNS uuid[]
    AS 'MODULE_PATHNAME', 'practiceacl_agendas'
    LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION practiceacl.agendas(practiceacl.rights) IS
    'the agendas on which the caller''s rights cover what is required, in ascending order';

CREATE FUNCTION practiceacl.rights_on(agenda_id uuid) RETURNS practiceacl.rights
    AS 'MODULE_PATHNAME', 'practiceacl_rights_on'
    LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION practiceacl.rights_on(uuid) IS
    'the caller''s rights on the agenda; none if they have none, or if there is no such agenda';

CREATE FUNCTION practiceacl.is_admin(
    organization_id uuid, level text DEFAULT 'full'
) RETURNS boolean
    AS 'MODULE_PATHNAME', 'practiceacl_is_admin'
    LANGUAGE C STABLE PARALLEL SAFE SUPPORT practiceacl.access_support;
COMMENT ON FUNCTION practiceacl.is_admin(uuid, text) IS
    'whether the caller is an administrator of the organization, of at least the level (users or full)';

CREATE FUNCTION practiceacl.is_member(organization_id uuid) RETURNS boolean
    AS 'MODULE_PATHNAME', 'practiceacl_is_member'
    LANGUAGE C STABLE PARALLEL SAFE SUPPORT practiceacl.access_support;
COMMENT ON FUNCTION practiceacl.is_member(uuid) IS
    'whether the caller belongs to the organization; for policies and views';

CREATE FUNCTION practiceacl.is_colleague(
    organization_id uuid, account_id uuid
) RETURNS boolean
    AS 'MODULE_PATHNAME', 'practiceacl_is_colleague'
    LANGUAGE C STABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION practiceacl.is_colleague(uuid, uuid) IS
    'whether the account belongs to the organization as a colleague of the caller''s: not disabled or removed, and with access now or to come, an agenda, or an administrator''s place, or never given access yet; a former colleague is one from the moment in which the last grant ends';

CREATE FUNCTION practiceacl.features_in(organization_id uuid) RETURNS practiceacl.rights
    AS 'MODULE_PATHNAME', 'practiceacl_features_in'
    LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION practiceacl.features_in(uuid) IS
    'the caller''s features in an organization, their own and those of their profiles; for views';

CREATE FUNCTION practiceacl.is_me(account_id uuid) RETURNS boolean
    AS 'MODULE_PATHNAME', 'practiceacl_is_me'
    LANGUAGE C STABLE PARALLEL SAFE SUPPORT practiceacl.access_support;
COMMENT ON FUNCTION practiceacl.is_me(uuid) IS
    'whether the account is the one whose own rows may be read: reading_account() = account_id, for policies, where nothing may be evaluated before it';

CREATE FUNCTION practiceacl.reads_notice(notice_id uuid) RETURNS boolean
    AS 'MODULE_PATHNAME', 'practiceacl_reads_notice'
    LANGUAGE C STABLE PARALLEL SAFE SUPPORT practiceacl.access_support;
COMMENT ON FUNCTION practiceacl.reads_notice(uuid) IS
    'whether the caller may read notices, whichever it is; for the policy of notice';

CREATE FUNCTION practiceacl.reads_service_offer(code text) RETURNS boolean
    AS 'MODULE_PATHNAME', 'practiceacl_reads_service_offer'
    LANGUAGE C STABLE PARALLEL SAFE SUPPORT practiceacl.access_support;
COMMENT ON FUNCTION practiceacl.reads_service_offer(text) IS
    'whether the caller may read service offers, whichever it is: everybody who is logged in, and operators; for the policy of service_offer';

CREATE FUNCTION practiceacl.reading_account() RETURNS uuid
    AS 'MODULE_PATHNAME', 'practiceacl_reading_account'
    LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION practiceacl.reading_account() IS
    'the account whose own rows may be read: null when anonymous or while a temporary password is unchanged; for policies and views';

CREATE FUNCTION practiceacl.read_as(account_id uuid) RETURNS boolean
    AS 'MODULE_PATHNAME', 'practiceacl_read_as'
    LANGUAGE C VOLATILE;
COMMENT ON FUNCTION practiceacl.read_as(uuid) IS
    'owner: for functions that know people by proofs of their own, and have SET clauses for practiceacl.session and for max_parallel_workers_per_gather = 0: the rest of such a function reads what the account may read, and can write nothing; false if the account may read nothing at all';

CREATE FUNCTION practiceacl.reading_time() RETURNS timestamptz
    AS 'MODULE_PATHNAME', 'practiceacl_reading_time'
    LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION practiceacl.reading_time() IS
    'the time that this statement compares periods with: read from the clock for each new view of the data, also inside a DO block; for policies and views';

/* AT TIME ZONE raises an error, which would be every row's of a view. */
CREATE FUNCTION practiceacl.known_zone(time_zone text) RETURNS text
    AS 'MODULE_PATHNAME', 'practiceacl_known_zone'
    LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION practiceacl.known_zone(text) IS
    'the time zone, or UTC where the server knows it no more, as after an update of its time zones; for views';

CREATE FUNCTION practiceacl.wall_clock(at timestamptz, time_zone text) RETURNS timestamp
    AS 'MODULE_PATHNAME', 'practiceacl_wall_clock'
    LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION practiceacl.wall_clock(timestamptz, text) IS
    'what the clocks of a time zone show at a moment, or null where the server knows no such zone; for views';

CREATE FUNCTION practiceacl.organizations(
    admin text DEFAULT 'none'
) RETURNS uuid[]
    AS 'MODULE_PATHNAME', 'practiceacl_organizations'
    LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION practiceacl.organizations(text) IS
    'the organizations in which the caller is active, if only with access to nothing, or administers at the level users or full, in ascending order; for policies and views, where = ANY (...) becomes an index condition';

CREATE FUNCTION practiceacl.reports_on(organization_id uuid) RETURNS boolean
    AS 'MODULE_PATHNAME', 'practiceacl_reports_on'
    LANGUAGE C STABLE PARALLEL SAFE SUPPORT practiceacl.access_support;
COMMENT ON FUNCTION practiceacl.reports_on(uuid) IS
    'whether a report speaks of the organization: of all for a reporting role, of the account''s own when the role is mapped to an account or a session is entered';
