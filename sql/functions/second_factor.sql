/* The second factor: codes of an authenticator app, and recovery codes. */

CREATE FUNCTION practiceacl.session_needs() RETURNS text
    AS 'MODULE_PATHNAME', 'practiceacl_session_needs'
    LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION practiceacl.session_needs() IS
    'names the step that this session lacks before it may read or do anything: second_factor, password_change or enrolment; null if it lacks none, and when anonymous';

CREATE FUNCTION practiceacl.enrol_second_factor(OUT secret text, OUT uri text) RETURNS record
    AS 'MODULE_PATHNAME', 'practiceacl_enrol_second_factor'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.enrol_second_factor() IS
    'makes a secret for the caller''s authenticator app, as text and as the address of a QR code; it counts once confirm_second_factor() has had a code of it, within an hour';

CREATE FUNCTION practiceacl.confirm_second_factor(code text) RETURNS text[]
    AS 'MODULE_PATHNAME', 'practiceacl_confirm_second_factor'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.confirm_second_factor(text) IS
    'confirms the second factor with a first code of the app: from then on every session of the caller needs one; returns ten recovery codes, which are shown only here';

CREATE FUNCTION practiceacl.second_factor(code text) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_second_factor'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.second_factor(text) IS
    'gives the second factor, a code of the app or a recovery code, each good for one use: the session, half open until then, is open';

CREATE FUNCTION practiceacl.remove_second_factor(code text) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_remove_second_factor'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.remove_second_factor(text) IS
    'removes the caller''s second factor; takes a code of the app, or a recovery code';

CREATE FUNCTION practiceacl.renew_recovery_codes(code text) RETURNS text[]
    AS 'MODULE_PATHNAME', 'practiceacl_renew_recovery_codes'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.renew_recovery_codes(text) IS
    'makes ten recovery codes in place of those that are left, and returns them; takes a code of the app, or a recovery code';

CREATE FUNCTION practiceacl.reset_second_factor(account_id uuid) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_reset_second_factor'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.reset_second_factor(uuid) IS
    'operator: removes the second factor of a person who has lost it and ends their sessions; the person is told by mail';
