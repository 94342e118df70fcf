/* Accounts as persons: what only the person, or an operator, may do. */

CREATE FUNCTION practiceacl.update_my_account(changes jsonb) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_update_my_account'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.update_my_account(jsonb) IS
    'changes the caller''s own account: keys first_name, last_name, mobile, country, time_zone, sms_copies';

CREATE FUNCTION practiceacl.request_email_change(new_email text) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_request_email_change'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.request_email_change(text) IS
    'sends a token to the new address, which confirm_email_change() takes; whether somebody has the address already is not told';

CREATE FUNCTION practiceacl.confirm_email_change(token text) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_confirm_email_change'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.confirm_email_change(text) IS
    'makes the address to which the token was sent the caller''s';

CREATE FUNCTION practiceacl.delete_account() RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_delete_own_account'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.delete_account() IS
    'erases the caller''s account: their personal data are deleted, their calendars stay, the activity stays verifiable, the address stays blocked';

CREATE FUNCTION practiceacl.delete_account(account_id uuid) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_delete_account'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.delete_account(uuid) IS
    'operator: erases an account, as its owner could';

CREATE FUNCTION practiceacl.export_account() RETURNS jsonb
    AS 'MODULE_PATHNAME', 'practiceacl_export_own_account'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.export_account() IS
    'returns all data that is held about the caller';

CREATE FUNCTION practiceacl.export_account(account_id uuid) RETURNS jsonb
    AS 'MODULE_PATHNAME', 'practiceacl_export_account'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.export_account(uuid) IS
    'operator: returns all data that is held about a person';

CREATE FUNCTION practiceacl.block_account(account_id uuid, reason text) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_block_account'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.block_account(uuid, text) IS
    'operator: blocks an account: its sessions and tokens end, its log-ins are refused as with a wrong password, and the agendas that it holds take no new appointments, until unblock_account()';

CREATE FUNCTION practiceacl.unblock_account(account_id uuid) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_unblock_account'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.unblock_account(uuid) IS
    'operator: lets a blocked account log in again, with the password that it has';

CREATE FUNCTION practiceacl.renew_temporary_password(account_id uuid) RETURNS text
    AS 'MODULE_PATHNAME', 'practiceacl_renew_temporary_password'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.renew_temporary_password(uuid) IS
    'makes a new temporary password, valid for 7 days, for an account that was never used, by an administrator of its only organization (a full one with a fresh authentication, for administrators and for holders of agendas in use); for any account, ending its sessions, by an operator; it goes out with a welcome, and is returned while practiceacl.return_secrets is on';

CREATE FUNCTION practiceacl.block_email(email text, reason text) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_block_email'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.block_email(text, text) IS
    'operator: blocks an address, so that no account may take it; a warning tells of an account that has it already, and keeps it';

CREATE FUNCTION practiceacl.unblock_email(email text) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_unblock_email'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.unblock_email(text) IS
    'operator: frees an address that was blocked, by an operator or by the deletion of its account';

CREATE FUNCTION practiceacl.map_role(
    role regrole, account_id uuid, personal boolean DEFAULT false
) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_map_role'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.map_role(regrole, uuid, boolean) IS
    'operator: maps a database role to an account, so that whoever connects as the role is that account without a token; confirm it again after a restore; personal says of the only role with the privileges of an application that it is this person''s all the same, and no pool''s';

CREATE FUNCTION practiceacl.unmap_role(role regrole) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_unmap_role'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.unmap_role(regrole) IS
    'operator: ends the mapping of a database role to an account';

CREATE FUNCTION practiceacl.digest_emails() RETURNS bigint
    AS 'MODULE_PATHNAME', 'practiceacl_digest_emails'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.digest_emails() IS
    'makes the missing digests of accounts'' addresses, and returns how many: for accounts that were written by hand, and for the update from 0.1.0; for the owner';
