/* What is to be sent, and the key that seals its secrets. */

CREATE TABLE practiceacl.mailer_key (
    id         uuid        NOT NULL DEFAULT practiceacl.new_id(),
    public_key bytea       NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT mailer_key_pkey PRIMARY KEY (id),
    CONSTRAINT mailer_key_is_curve25519 CHECK (octet_length(public_key) = 32)
);
COMMENT ON TABLE practiceacl.mailer_key IS 'public keys of the mailer, the newest in use; granted to nobody';

CREATE TABLE practiceacl.outbox (
    id              uuid        NOT NULL DEFAULT practiceacl.new_id(),
    organization_id uuid,
    kind            text        NOT NULL,
    channel         text        NOT NULL DEFAULT 'email',
    account_id      uuid,
    recipient       text        NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    available_at    timestamptz NOT NULL DEFAULT now(),
    sent_at         timestamptz,
    claim           uuid,
    claimed_until   timestamptz,
    attempts        integer     NOT NULL DEFAULT 0,
    last_error      text,
    sealed_secret   bytea,
    payload         jsonb       NOT NULL,
    sent_by         uuid,
    appointment_id  uuid,
    due_at          timestamptz,
    CONSTRAINT outbox_pkey PRIMARY KEY (id),
    CONSTRAINT outbox_kind_is_known CHECK (kind IN ('welcome', 'invitation', 'password_reset', 'email_change',
        'user_added', 'user_removed', 'rights_changed', 'break_glass', 'patient_message', 'appointment_copy',
        'rights_requested', 'rights_answered', 'second_factor', 'review_started', 'reminder', 'slot_offer')),
    CONSTRAINT outbox_channel_is_known CHECK (channel IN ('email', 'sms')),
    CONSTRAINT outbox_reminder_is_due CHECK (kind NOT IN ('reminder', 'slot_offer') OR due_at IS NOT NULL)
);
CREATE INDEX outbox_waiting_idx ON practiceacl.outbox (available_at) WHERE sent_at IS NULL;
CREATE INDEX outbox_account_idx ON practiceacl.outbox (account_id);
CREATE INDEX outbox_copy_idx ON practiceacl.outbox ((payload ->> 'appointment_id'))
    WHERE kind = 'appointment_copy' AND sent_at IS NULL;
CREATE INDEX outbox_sent_by_idx ON practiceacl.outbox (sent_by, created_at) WHERE sent_by IS NOT NULL;
CREATE INDEX outbox_sent_from_idx ON practiceacl.outbox (organization_id, created_at) WHERE sent_by IS NOT NULL;
CREATE INDEX outbox_ahead_idx ON practiceacl.outbox (created_at) WHERE sent_at IS NULL;
CREATE INDEX outbox_reminder_idx ON practiceacl.outbox (appointment_id) WHERE kind = 'reminder';
CREATE INDEX outbox_caused_idx ON practiceacl.outbox (organization_id, recipient, due_at) WHERE kind IN ('reminder', 'slot_offer');
/* A publication of what waits filters by more than the key: see organization_tables. */
ALTER TABLE practiceacl.outbox REPLICA IDENTITY FULL;
COMMENT ON TABLE practiceacl.outbox IS 'messages for the mailer to send, each at least once; granted to nobody';
COMMENT ON COLUMN practiceacl.outbox.sealed_secret IS 'a token or temporary password, sealed to the mailer''s public key';
COMMENT ON COLUMN practiceacl.outbox.sent_by IS 'the administrator who caused an invitation or a welcome: by these they are counted and limited';
COMMENT ON COLUMN practiceacl.outbox.appointment_id IS 'of a reminder what it is of; null once it is not to be sent any more';
COMMENT ON COLUMN practiceacl.outbox.due_at IS 'of a reminder or an offer when it is to go out; null: at once';
COMMENT ON COLUMN practiceacl.outbox.available_at IS 'when it may be claimed next: moved on by claims and failures; infinity once it is put aside';
