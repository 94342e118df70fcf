/* Presences of people, and the database roles that stand for one person. */

CREATE TABLE practiceacl.session (
    id              uuid        NOT NULL DEFAULT practiceacl.new_id(),
    account_id      uuid        NOT NULL,
    opened_at       timestamptz NOT NULL DEFAULT now(),
    expires_at      timestamptz NOT NULL,
    last_seen_at    timestamptz NOT NULL DEFAULT now(),
    limited         boolean     NOT NULL DEFAULT false,
    ended_at        timestamptz,
    confirmed_until timestamptz,
    agenda_id       uuid,
    client          text,
    second_factor_id        uuid,
    second_factor_elsewhere boolean NOT NULL DEFAULT false,
    CONSTRAINT session_pkey PRIMARY KEY (id),
    CONSTRAINT session_account_fkey FOREIGN KEY (account_id) REFERENCES practiceacl.account (id),
    CONSTRAINT session_client_is_short CHECK (length(client) <= 500)
);
CREATE INDEX session_account_idx ON practiceacl.session (account_id);
COMMENT ON TABLE practiceacl.session IS 'a logged-in presence of an account, proved by an opaque token';
COMMENT ON COLUMN practiceacl.session.limited IS 'entered with a temporary password that has not been changed yet: may only change it';
COMMENT ON COLUMN practiceacl.session.confirmed_until IS 'until when this session counts as freshly authenticated';
COMMENT ON COLUMN practiceacl.session.agenda_id IS 'the calendar chosen to work on; checked wherever it is read, so no foreign key binds it';
COMMENT ON COLUMN practiceacl.session.second_factor_id IS 'the second factor that was given in it; it counts while it is the account''s';
COMMENT ON COLUMN practiceacl.session.second_factor_elsewhere IS 'the authenticator that opened it says that one was given there';

CREATE TABLE practiceacl.session_token (
    digest     bytea NOT NULL,
    session_id uuid  NOT NULL,
    CONSTRAINT session_token_pkey PRIMARY KEY (digest),
    CONSTRAINT session_token_session_fkey FOREIGN KEY (session_id) REFERENCES practiceacl.session (id)
);
CREATE INDEX session_token_session_idx ON practiceacl.session_token (session_id);
COMMENT ON TABLE practiceacl.session_token IS 'digests of the tokens of live sessions; a session without one has ended; granted to nobody';

CREATE TABLE practiceacl.role_account (
    role_oid   oid         NOT NULL,
    role_name  text        NOT NULL,
    account_id uuid        NOT NULL,
    mapped_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT role_account_pkey PRIMARY KEY (role_oid),
    CONSTRAINT role_account_name_key UNIQUE (role_name),
    CONSTRAINT role_account_account_fkey FOREIGN KEY (account_id) REFERENCES practiceacl.account (id)
);
COMMENT ON TABLE practiceacl.role_account IS 'database roles that are one person; name and OID must both match, so a restored mapping waits for the operator';
