/* What a person proves beside their password.  Nobody is granted any of it. */

/*
 * At most one of a person: the one that their account names counts; another
 * waits for the code that proves it was taken over into an app.
 */
CREATE TABLE practiceacl.second_factor (
    account_id   uuid        NOT NULL,
    id           uuid        NOT NULL,
    sealed       bytea       NOT NULL,
    enrolled_at  timestamptz NOT NULL DEFAULT now(),
    confirmed_at timestamptz,
    last_step    bigint      NOT NULL DEFAULT 0,
    CONSTRAINT second_factor_pkey PRIMARY KEY (account_id),
    CONSTRAINT second_factor_account_fkey FOREIGN KEY (account_id) REFERENCES practiceacl.account (id)
);
COMMENT ON TABLE practiceacl.second_factor IS 'secrets that authenticator apps compute codes from; granted to nobody';
COMMENT ON COLUMN practiceacl.second_factor.sealed IS 'the secret, sealed for this row with a key of practiceacl.key_file';
COMMENT ON COLUMN practiceacl.second_factor.confirmed_at IS 'when the first code was given; null while none was';
COMMENT ON COLUMN practiceacl.second_factor.last_step IS 'number of the 30 seconds, since 1970, whose code was used last: that code and all before are used up';

CREATE TABLE practiceacl.recovery_code (
    digest     bytea NOT NULL,
    account_id uuid  NOT NULL,
    CONSTRAINT recovery_code_pkey PRIMARY KEY (digest),
    CONSTRAINT recovery_code_account_fkey FOREIGN KEY (account_id) REFERENCES practiceacl.account (id)
);
CREATE INDEX recovery_code_account_idx ON practiceacl.recovery_code (account_id);
COMMENT ON TABLE practiceacl.recovery_code IS 'digests of the codes, each of which stands once for the second factor; granted to nobody';
