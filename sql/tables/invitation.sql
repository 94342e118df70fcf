/* Offers of a membership. */

CREATE TABLE practiceacl.invitation (
    organization_id uuid        NOT NULL,
    id              uuid        NOT NULL DEFAULT practiceacl.new_id(),
    status          text        NOT NULL DEFAULT 'pending',
    email           text        NOT NULL,
    account_id      uuid,
    invited_by      uuid        NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    expires_at      timestamptz NOT NULL,
    last_sent_at    timestamptz NOT NULL DEFAULT now(),
    times_sent      integer     NOT NULL DEFAULT 1,
    settled_at      timestamptz,
    first_name      text        NOT NULL,
    last_name       text        NOT NULL,
    offer           jsonb       NOT NULL,
    left_out        jsonb,
    CONSTRAINT invitation_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT invitation_organization_fkey FOREIGN KEY (organization_id) REFERENCES practiceacl.organization (id),
    CONSTRAINT invitation_account_fkey FOREIGN KEY (account_id) REFERENCES practiceacl.account (id),
    CONSTRAINT invitation_status_is_known CHECK (status IN ('pending', 'accepted', 'declined', 'revoked')),
    CONSTRAINT invitation_settled_unless_pending CHECK ((status = 'pending') = (settled_at IS NULL))
);
CREATE INDEX invitation_id_idx ON practiceacl.invitation (id);
COMMENT ON TABLE practiceacl.invitation IS 'the offer of a membership, redeemed once with a secret token';
COMMENT ON COLUMN practiceacl.invitation.account_id IS 'the account that accepted';
COMMENT ON COLUMN practiceacl.invitation.offer IS 'what acceptance brings: job title, administrator level, features, agenda, access, clone_from';
COMMENT ON COLUMN practiceacl.invitation.left_out IS 'what of the offer was not given when it was accepted, because it had lapsed, was gone, or was no longer the inviter''s to give: an array of objects with a reason';

CREATE TABLE practiceacl.invitation_token (
    digest          bytea   NOT NULL,
    organization_id uuid    NOT NULL,
    invitation_id   uuid    NOT NULL,
    superseded      boolean NOT NULL DEFAULT false,
    CONSTRAINT invitation_token_pkey PRIMARY KEY (digest),
    CONSTRAINT invitation_token_invitation_fkey FOREIGN KEY (organization_id, invitation_id)
        REFERENCES practiceacl.invitation (organization_id, id)
);
CREATE INDEX invitation_token_invitation_idx ON practiceacl.invitation_token (invitation_id);
/* A publication filters by the organization, which is not in the key: see organization_tables. */
ALTER TABLE practiceacl.invitation_token REPLICA IDENTITY FULL;
COMMENT ON TABLE practiceacl.invitation_token IS 'digests of invitations'' tokens, also of superseded ones, so that an old link can be told from a forged one; granted to nobody';
