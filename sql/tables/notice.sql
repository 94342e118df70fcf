/* What is new in the product. */

CREATE TABLE practiceacl.notice (
    id           uuid        NOT NULL DEFAULT practiceacl.new_id(),
    published_at timestamptz NOT NULL DEFAULT now(),
    title        text        NOT NULL,
    body         text        NOT NULL,
    CONSTRAINT notice_pkey PRIMARY KEY (id),
    CONSTRAINT notice_title_not_blank CHECK (btrim(title) <> '' AND length(title) <= 200)
);
COMMENT ON TABLE practiceacl.notice IS 'what the operator told everybody';

CREATE TABLE practiceacl.notice_read (
    notice_id  uuid        NOT NULL,
    account_id uuid        NOT NULL,
    read_at    timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT notice_read_pkey PRIMARY KEY (notice_id, account_id),
    CONSTRAINT notice_read_notice_fkey FOREIGN KEY (notice_id) REFERENCES practiceacl.notice (id),
    CONSTRAINT notice_read_account_fkey FOREIGN KEY (account_id) REFERENCES practiceacl.account (id)
);
CREATE INDEX notice_read_account_idx ON practiceacl.notice_read (account_id, notice_id);
COMMENT ON TABLE practiceacl.notice_read IS 'who has read which notice';
