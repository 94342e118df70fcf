/* People, and the secrets that prove them.  Nobody is granted the secrets. */

CREATE TABLE practiceacl.account (
    id            uuid        NOT NULL DEFAULT practiceacl.new_id(),
    status        text        NOT NULL DEFAULT 'active',
    email         text,
    first_name    text        NOT NULL,
    last_name     text        NOT NULL,
    mobile        text,
    country       text        NOT NULL DEFAULT 'FR',
    time_zone     text        NOT NULL DEFAULT 'Europe/Paris',
    sms_copies    boolean     NOT NULL DEFAULT false,
    created_at    timestamptz NOT NULL DEFAULT now(),
    first_used_at timestamptz,
    second_factor_id uuid,
    merged_into   uuid,
    CONSTRAINT account_pkey PRIMARY KEY (id),
    CONSTRAINT account_status_is_known CHECK (status IN ('active', 'blocked', 'deleted')),
    CONSTRAINT account_email_unless_deleted CHECK ((status = 'deleted') = (email IS NULL)),
    CONSTRAINT account_email_is_folded CHECK (email = lower(email) AND length(email) <= 254),
    CONSTRAINT account_names_are_short CHECK (length(first_name) <= 100 AND length(last_name) <= 100),
    CONSTRAINT account_merged_is_deleted CHECK (merged_into IS NULL OR status = 'deleted')
);
CREATE INDEX account_merged_idx ON practiceacl.account (merged_into) WHERE merged_into IS NOT NULL;
COMMENT ON TABLE practiceacl.account IS 'a person, once in the whole database, known by one e-mail address';
COMMENT ON COLUMN practiceacl.account.email IS 'folded to lower case; null once the account is deleted';
COMMENT ON COLUMN practiceacl.account.sms_copies IS 'wants a text message for every appointment booked by others';
COMMENT ON COLUMN practiceacl.account.first_used_at IS 'first log-in; until then the administrator who made the account may correct it';
COMMENT ON COLUMN practiceacl.account.second_factor_id IS 'the second factor that every session must give; null without one';
COMMENT ON COLUMN practiceacl.account.merged_into IS 'of an id that the record still names: the account that the person has now; see merge_account()';

/*
 * No index of a table that people may read holds an address: an index
 * condition runs before any policy, and what it found can be counted.
 */
CREATE TABLE practiceacl.account_email (
    digest     bytea NOT NULL,
    account_id uuid  NOT NULL,
    CONSTRAINT account_email_pkey PRIMARY KEY (digest),
    CONSTRAINT account_email_account_key UNIQUE (account_id),
    CONSTRAINT account_email_account_fkey FOREIGN KEY (account_id) REFERENCES practiceacl.account (id)
);
COMMENT ON TABLE practiceacl.account_email IS 'keyed digests of the accounts'' addresses: they make an address unique, and it is looked up by them; granted to nobody';

CREATE TABLE practiceacl.email_key (
    only_one boolean NOT NULL DEFAULT true,
    key      bytea,
    sealed   bytea,
    CONSTRAINT email_key_pkey PRIMARY KEY (only_one),
    CONSTRAINT email_key_is_one CHECK (only_one),
    CONSTRAINT email_key_is_long CHECK (octet_length(key) = 32),
    CONSTRAINT email_key_is_sealed_or_not CHECK ((key IS NULL) <> (sealed IS NULL))
);
COMMENT ON TABLE practiceacl.email_key IS 'what digests of addresses are keyed with, made when the first one is needed; granted to nobody';
COMMENT ON COLUMN practiceacl.email_key.key IS 'in clear: there was no key file when it was made, and seal_secrets() was not called since';
COMMENT ON COLUMN practiceacl.email_key.sealed IS 'sealed with a key of practiceacl.key_file';

CREATE TABLE practiceacl.password (
    account_id      uuid        NOT NULL,
    hash            text        NOT NULL,
    changed_at      timestamptz NOT NULL DEFAULT now(),
    temporary_until timestamptz,
    CONSTRAINT password_pkey PRIMARY KEY (account_id),
    CONSTRAINT password_account_fkey FOREIGN KEY (account_id) REFERENCES practiceacl.account (id)
);
COMMENT ON TABLE practiceacl.password IS 'Argon2id hashes; granted to nobody';
COMMENT ON COLUMN practiceacl.password.temporary_until IS 'when a temporary password lapses; null for one that the person chose';

CREATE TABLE practiceacl.account_token (
    digest      bytea       NOT NULL,
    account_id  uuid        NOT NULL,
    kind        text        NOT NULL,
    new_email   text,
    created_at  timestamptz NOT NULL DEFAULT now(),
    expires_at  timestamptz NOT NULL,
    CONSTRAINT account_token_pkey PRIMARY KEY (digest),
    CONSTRAINT account_token_account_fkey FOREIGN KEY (account_id) REFERENCES practiceacl.account (id),
    CONSTRAINT account_token_kind_is_known CHECK (kind IN ('password_reset', 'email_change')),
    CONSTRAINT account_token_email_if_changed CHECK ((kind = 'email_change') = (new_email IS NOT NULL))
);
CREATE INDEX account_token_account_idx ON practiceacl.account_token (account_id);
COMMENT ON TABLE practiceacl.account_token IS 'digests of the tokens that reset a password or confirm an address; granted to nobody';

CREATE TABLE practiceacl.blocked_email (
    digest     bytea       NOT NULL,
    reason     text        NOT NULL,
    blocked_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT blocked_email_pkey PRIMARY KEY (digest)
);
COMMENT ON TABLE practiceacl.blocked_email IS 'digests of addresses that no account may take; granted to nobody';

CREATE TABLE practiceacl.log_in_failure (
    digest       bytea       NOT NULL,
    failures     integer     NOT NULL,
    last_at      timestamptz NOT NULL,
    CONSTRAINT log_in_failure_pkey PRIMARY KEY (digest)
);
COMMENT ON TABLE practiceacl.log_in_failure IS 'recent refused log-ins, by digest of the address and of the pair of address and client; granted to nobody';
