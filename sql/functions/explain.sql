/* Who may do what on an agenda, why, and since when. */

CREATE FUNCTION practiceacl.who_can(
    agenda_id uuid, required practiceacl.rights DEFAULT 'read',
    OUT account_id uuid, OUT name text, OUT rights practiceacl.rights,
    OUT valid_until timestamptz
) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'practiceacl_who_can'
    LANGUAGE C STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    ROWS 10;
COMMENT ON FUNCTION practiceacl.who_can(uuid, practiceacl.rights) IS
    'everybody whose rights on the agenda cover what is required, and when the clock next changes these rights; for its owners and administrators, others see themselves';

CREATE FUNCTION practiceacl.explain_access(
    account_id uuid, agenda_id uuid,
    OUT source text, OUT rights practiceacl.rights,
    OUT valid_during tstzrange, OUT in_force boolean,
    OUT granted_by uuid, OUT granted_by_name text,
    OUT granted_at timestamptz, OUT act text, OUT reason text,
    OUT why_not text
) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'practiceacl_explain_access'
    LANGUAGE C STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    ROWS 3;
COMMENT ON FUNCTION practiceacl.explain_access(uuid, uuid) IS
    'every source of an account''s rights on an agenda (holder, grant, break_glass, features), by whom, when and by which act (hand, creation, invitation, clone, break_glass, request) it was given, and why_not where it is not in force; one row with the source none where there is nothing; for owners of the agenda and administrators, and for oneself';

CREATE FUNCTION practiceacl.access_at(
    at timestamptz, agenda_id uuid,
    OUT account_id uuid, OUT name text, OUT rights practiceacl.rights,
    OUT sources text[]
) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'practiceacl_access_at'
    LANGUAGE C STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    ROWS 10;
COMMENT ON FUNCTION practiceacl.access_at(timestamptz, uuid) IS
    'who had which rights on an agenda at that time, as it was then, whatever was given or taken since; for its owners and administrators, others see themselves';
