/* The second factor: codes of an authenticator app, and recovery codes. */

CREATE FUNCTION practiceacl.session_needs() RETURNS text
    AS 'MODULE_PATHNAME', 'practiceacl_session_needs'
    LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION practiceacl.session_needs() IS
    'the step that this session lacks before it may read or do anything: second_factor, password_change or enrolment; null if it lacks none, and for nobody';

CREATE FUNCTION practiceacl.enrol_second_factor(OUT secret text, OUT uri text) RETURNS record
    AS 'MODULE_PATHNAME', 'practiceacl_enrol_second_factor'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.enrol_second_factor() IS
    'makes a secret for the caller''s authenticator app, as text and as the address of a QR code; it counts once confirm_second_factor() has had a code of it, within an hour';

CREATE FUNCTION practiceacl.confirm_second_factor(code text) RETURNS text[]
    AS 'MODULE_PATHNAME', 'practiceacl_confirm_second_factor'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.confirm_second_factor(text) IS
    'from now on every session of the caller needs a code; returns ten recovery codes, which are shown only here';

CREATE FUNCTION practiceacl.second_factor(code text) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_second_factor'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.second_factor(text) IS
    'opens the session, which is half open until then: takes a code of the app, or a recovery code; each is good for one use';

CREATE FUNCTION practiceacl.remove_second_factor(code text) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_remove_second_factor'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.remove_second_factor(text) IS
    'the caller has no second factor any more: takes a code of the app, or a recovery code';

CREATE FUNCTION practiceacl.renew_recovery_codes(code text) RETURNS text[]
    AS 'MODULE_PATHNAME', 'practiceacl_renew_recovery_codes'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.renew_recovery_codes(text) IS
    'ten new recovery codes in place of those that are left: takes a code of the app, or a recovery code';

CREATE FUNCTION practiceacl.reset_second_factor(account_id uuid) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_reset_second_factor'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.reset_second_factor(uuid) IS
    'operator: takes the second factor of a person who has lost it, and ends their sessions; they are told by mail';
