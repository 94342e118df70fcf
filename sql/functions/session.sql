/* Sessions: opened, entered, raised, ended. */

CREATE FUNCTION practiceacl.open_session(
    account_id uuid, lifetime interval DEFAULT '12 hours',
    client text DEFAULT NULL
) RETURNS text
    AS 'MODULE_PATHNAME', 'practiceacl_open_session'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.open_session(uuid, interval, text) IS
    'authenticator: opens a session for an account that was authenticated elsewhere; returns its token';

CREATE FUNCTION practiceacl.confirm_session(token text) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_confirm_session'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.confirm_session(text) IS
    'authenticator: the session counts as freshly authenticated for 5 minutes, as after reauthenticate()';

/* It sets a parameter of the caller's: a SET clause would take it back. */
CREATE FUNCTION practiceacl.enter(token text) RETURNS uuid
    AS 'MODULE_PATHNAME', 'practiceacl_enter'
    LANGUAGE C VOLATILE;
COMMENT ON FUNCTION practiceacl.enter(text) IS
    'makes the rest of this transaction run on behalf of the session; returns its account; 28000 if the token is not valid';

CREATE FUNCTION practiceacl.log_out() RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_log_out'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.log_out() IS
    'ends this session';

CREATE FUNCTION practiceacl.current_account() RETURNS uuid
    AS 'MODULE_PATHNAME', 'practiceacl_current_account'
    LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION practiceacl.current_account() IS
    'the account on whose behalf this statement runs; null when anonymous';

CREATE FUNCTION practiceacl.current_session() RETURNS uuid
    AS 'MODULE_PATHNAME', 'practiceacl_current_session'
    LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION practiceacl.current_session() IS
    'the session in which this statement runs; null when anonymous, and for a mapped database role';
