/* Organizations that are moving between cells, or have moved. */

CREATE TABLE practiceacl.organization_move (
    organization_id uuid        NOT NULL,
    state           text        NOT NULL,
    seal            text        NOT NULL,
    key             text,
    moved_to        text,
    since           timestamptz NOT NULL DEFAULT now(),
    proof           text,
    heads           jsonb,
    credential_key  bytea,
    credentials_at  timestamptz,
    CONSTRAINT organization_move_pkey PRIMARY KEY (organization_id),
    CONSTRAINT organization_move_state_is_known CHECK (state IN ('published', 'handed_over', 'released', 'forgotten', 'adopting', 'received')),
    CONSTRAINT organization_move_cell_once_closed CHECK ((state IN ('handed_over', 'released', 'forgotten')) = (moved_to IS NOT NULL)),
    CONSTRAINT organization_move_cell_is_short CHECK (btrim(moved_to) <> '' AND length(moved_to) <= 200)
);
COMMENT ON TABLE practiceacl.organization_move IS 'organizations on their way to or from another cell: an organization is open here unless a row says otherwise; granted to nobody';
COMMENT ON COLUMN practiceacl.organization_move.state IS 'here is the source: published (open), handed_over (read only), released (closed), forgotten (deleted); here is the target: adopting (closed), received (open)';
COMMENT ON COLUMN practiceacl.organization_move.seal IS 'SHA-256 of the key, by which the target knows the source''s word';
COMMENT ON COLUMN practiceacl.organization_move.key IS 'what the source gives out once it has closed, and the target opens with; made by the source';
COMMENT ON COLUMN practiceacl.organization_move.moved_to IS 'the name of the cell where the organization is or will be';
COMMENT ON COLUMN practiceacl.organization_move.proof IS 'of what the source had when it was handed over: the heads of all chains and how many rows of each table';
COMMENT ON COLUMN practiceacl.organization_move.heads IS 'the heads of all chains of an organization that was deleted here: chain, entries, hash';
COMMENT ON COLUMN practiceacl.organization_move.credential_key IS 'in the target, until it has opened: what opens people''s passwords and second factors that come along, sealed with a key of practiceacl.key_file';
COMMENT ON COLUMN practiceacl.organization_move.credentials_at IS 'when people''s passwords and second factors were last sealed for the target, or taken over from the source; null if nobody asked for them';

CREATE TABLE practiceacl.awaited_credential (
    account_id uuid        NOT NULL,
    comes_with uuid        NOT NULL,
    since      timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT awaited_credential_pkey PRIMARY KEY (account_id),
    CONSTRAINT awaited_credential_account_fkey FOREIGN KEY (account_id) REFERENCES practiceacl.account (id)
);
COMMENT ON TABLE practiceacl.awaited_credential IS 'accounts that only a move has made here, or that have left with one: with the same organization their password and second factor may come; granted to nobody';
COMMENT ON COLUMN practiceacl.awaited_credential.comes_with IS 'the organization';
