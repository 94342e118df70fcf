/* Log-in and passwords; sessions: opened, entered, raised, ended. */

CREATE FUNCTION practiceacl.log_in(
    email text, password text, client text DEFAULT NULL
) RETURNS text
    AS 'MODULE_PATHNAME', 'practiceacl_log_in'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.log_in(text, text, text) IS
    'opens a session and returns its token; null when refused, and then commit, so that it is on record; after too many attempts PA040 says how long to wait';

CREATE FUNCTION practiceacl.reauthenticate(password text) RETURNS timestamptz
    AS 'MODULE_PATHNAME', 'practiceacl_reauthenticate'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.reauthenticate(text) IS
    'the session counts as freshly authenticated for 5 minutes; returns until when; takes the password or, from a person with a second factor, a code of their app';

CREATE FUNCTION practiceacl.change_password(old_password text, new_password text) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_change_password'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.change_password(text, text) IS
    'sets one''s own password, of 8 characters to 1 KiB, and ends one''s other sessions';

CREATE FUNCTION practiceacl.request_password_reset(email text) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_request_password_reset'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.request_password_reset(text) IS
    'sends a token to the address if an account has it; always the same answer';

CREATE FUNCTION practiceacl.reset_password(token text, new_password text) RETURNS text
    AS 'MODULE_PATHNAME', 'practiceacl_reset_password'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.reset_password(text, text) IS
    'sets the password of the account to which the token was sent, ends all its sessions and opens one, whose token is returned';

CREATE FUNCTION practiceacl.open_session(
    account_id uuid, lifetime interval DEFAULT '12 hours',
    client text DEFAULT NULL
) RETURNS text
    AS 'MODULE_PATHNAME', 'practiceacl_open_session'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.open_session(uuid, interval, text) IS
    'authenticator: opens a session for an account that was authenticated elsewhere; returns its token';

CREATE FUNCTION practiceacl.open_session(
    account_id uuid, lifetime interval, client text, second_factor boolean
) RETURNS text
    AS 'MODULE_PATHNAME', 'practiceacl_open_session'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.open_session(uuid, interval, text, boolean) IS
    'authenticator: opens a session in the same way; with second_factor => true the person gave a second factor elsewhere, and none is needed here';

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

CREATE FUNCTION practiceacl.enter(token text, strict boolean) RETURNS uuid
    AS 'MODULE_PATHNAME', 'practiceacl_enter'
    LANGUAGE C VOLATILE;
COMMENT ON FUNCTION practiceacl.enter(text, boolean) IS
    'the same; with strict => false a token that is not valid is no error: returns null, and the rest of this transaction is anonymous';

CREATE FUNCTION practiceacl.keep_session() RETURNS timestamptz
    AS 'MODULE_PATHNAME', 'practiceacl_keep_session'
    LANGUAGE C VOLATILE;
COMMENT ON FUNCTION practiceacl.keep_session() IS
    'notes that this session is in use, for programs whose other transactions only read; returns until when it lasts without another use';

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

CREATE FUNCTION practiceacl.close_session(session_id uuid) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_close_session'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.close_session(uuid) IS
    'ends one of the caller''s sessions';

CREATE FUNCTION practiceacl.close_other_sessions() RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_close_other_sessions'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.close_other_sessions() IS
    'ends all of the caller''s sessions but this one';

CREATE FUNCTION practiceacl.choose_agenda(agenda_id uuid) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_choose_agenda'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.choose_agenda(uuid) IS
    'the calendar that this session works on, for users who may open several; counts as a log-in of its organization';

CREATE FUNCTION practiceacl.current_agenda() RETURNS uuid
    AS 'MODULE_PATHNAME', 'practiceacl_current_agenda'
    LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION practiceacl.current_agenda() IS
    'the calendar that this session chose; null if it chose none or may no longer open it';
