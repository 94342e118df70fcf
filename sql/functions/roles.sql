/*
 * What a database role may do, given and taken as a whole.  These run with
 * their caller's privileges: only the extension's owner can use them.
 */

CREATE FUNCTION practiceacl.grant_application(role regrole) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_grant_application'
    LANGUAGE C VOLATILE SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.grant_application(regrole) IS
    'grants a role what the application''s back end needs: the functions for people, and reading under row security';

CREATE FUNCTION practiceacl.grant_authenticator(role regrole) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_grant_authenticator'
    LANGUAGE C VOLATILE SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.grant_authenticator(regrole) IS
    'grants a role what a back end that authenticates people elsewhere needs; the role can then act as anyone';

CREATE FUNCTION practiceacl.grant_mailer(role regrole) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_grant_mailer'
    LANGUAGE C VOLATILE SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.grant_mailer(regrole) IS
    'grants a role what the program that sends e-mail and text messages needs';

CREATE FUNCTION practiceacl.grant_reporting(role regrole) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_grant_reporting'
    LANGUAGE C VOLATILE SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.grant_reporting(regrole) IS
    'grants a role the report views, which hold no patient data, and nothing else';

CREATE FUNCTION practiceacl.grant_operator(role regrole) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_grant_operator'
    LANGUAGE C VOLATILE SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.grant_operator(regrole) IS
    'grants a role what the support desk needs: organizations, service offers, notices, mapped roles, erasure, health';

CREATE FUNCTION practiceacl.grant_monitor(role regrole) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_grant_monitor'
    LANGUAGE C VOLATILE SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.grant_monitor(regrole) IS
    'grants a role what monitoring needs, and nothing that changes anything: health, the proofs of the record, the sizes of the tables';

CREATE FUNCTION practiceacl.revoke_application(role regrole) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_revoke_application'
    LANGUAGE C VOLATILE SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.revoke_application(regrole) IS
    'revokes what grant_application() granted, except what the role needs for another privilege set that it has';

CREATE FUNCTION practiceacl.revoke_authenticator(role regrole) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_revoke_authenticator'
    LANGUAGE C VOLATILE SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.revoke_authenticator(regrole) IS
    'revokes what grant_authenticator() granted, except what the role needs for another privilege set that it has';

CREATE FUNCTION practiceacl.revoke_mailer(role regrole) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_revoke_mailer'
    LANGUAGE C VOLATILE SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.revoke_mailer(regrole) IS
    'revokes what grant_mailer() granted, except what the role needs for another privilege set that it has';

CREATE FUNCTION practiceacl.revoke_reporting(role regrole) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_revoke_reporting'
    LANGUAGE C VOLATILE SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.revoke_reporting(regrole) IS
    'revokes what grant_reporting() granted, except what the role needs for another privilege set that it has';

CREATE FUNCTION practiceacl.revoke_operator(role regrole) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_revoke_operator'
    LANGUAGE C VOLATILE SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.revoke_operator(regrole) IS
    'revokes what grant_operator() granted, except what the role needs for another privilege set that it has';

CREATE FUNCTION practiceacl.revoke_monitor(role regrole) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_revoke_monitor'
    LANGUAGE C VOLATILE SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.revoke_monitor(regrole) IS
    'revokes what grant_monitor() granted, except what the role needs for another privilege set that it has';
