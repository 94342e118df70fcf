/* Offers of a membership: made by administrators, taken up with a token. */

CREATE FUNCTION practiceacl.invite_user(
    organization_id uuid, email text, first_name text, last_name text,
    job_title text DEFAULT NULL, admin text DEFAULT 'none',
    agenda jsonb DEFAULT NULL, access jsonb DEFAULT NULL,
    clone_from uuid DEFAULT NULL,
    features practiceacl.rights DEFAULT 'none',
    mobile text DEFAULT NULL, country text DEFAULT NULL,
    time_zone text DEFAULT NULL, lifetime interval DEFAULT '7 days',
    profile uuid DEFAULT NULL,
    OUT invitation_id uuid, OUT token text, OUT expires_at timestamptz
) RETURNS record
    AS 'MODULE_PATHNAME', 'practiceacl_invite_user'
    LANGUAGE C VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.invite_user(uuid, text, text, text, text, text, jsonb, jsonb, uuid, practiceacl.rights, text, text, text, interval, uuid) IS
    'an administrator offers somebody what create_user would make; it is made when the person accepts, clone_from then copies what the colleague has then; one open invitation for each address';

CREATE FUNCTION practiceacl.resend_invitation(
    invitation_id uuid, OUT token text, OUT expires_at timestamptz
) RETURNS record
    AS 'MODULE_PATHNAME', 'practiceacl_resend_invitation'
    LANGUAGE C VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.resend_invitation(uuid) IS
    'an administrator sends a pending or lapsed invitation again, for as long as before, and answers for it from now on; the old token stops working';

CREATE FUNCTION practiceacl.revoke_invitation(invitation_id uuid) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_revoke_invitation'
    LANGUAGE C VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.revoke_invitation(uuid) IS
    'an administrator revokes a pending or lapsed invitation: its token is then refused with PA003';

CREATE FUNCTION practiceacl.delete_invitation(invitation_id uuid) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_delete_invitation'
    LANGUAGE C VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.delete_invitation(uuid) IS
    'an administrator deletes an invitation, in whatever state, from the list: its tokens become unknown; a user who has accepted it stays';

CREATE FUNCTION practiceacl.accept_invitation(
    token text, password text DEFAULT NULL, first_name text DEFAULT NULL,
    last_name text DEFAULT NULL, client text DEFAULT NULL,
    OUT account_id uuid, OUT organization_id uuid, OUT agenda_id uuid,
    OUT session text
) RETURNS record
    AS 'MODULE_PATHNAME', 'practiceacl_accept_invitation'
    LANGUAGE C VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.accept_invitation(text, text, text, text, text) IS
    'accepts an invitation, by anyone who has the token: a new account gets the password and the corrected names; of one that exists the password is verified, and all is null if it is wrong: then commit, so that it is on record; in a session of that account no password is needed, and session is null; rights that have lapsed or can no longer be given are left out, see invitation_status.left_out';

CREATE FUNCTION practiceacl.decline_invitation(token text) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_decline_invitation'
    LANGUAGE C VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.decline_invitation(text) IS
    'declines an invitation, by anyone who has the token; afterwards the token is used (PA002)';
