/* The record: entries chained by hash, with what names people beside the hash. */

CREATE TABLE practiceacl.activity_chain (
    organization_id uuid   NOT NULL,
    chain           uuid   NOT NULL,
    entries         bigint NOT NULL,
    head            bytea  NOT NULL,
    CONSTRAINT activity_chain_pkey PRIMARY KEY (organization_id, chain)
) WITH (fillfactor = 50);
COMMENT ON TABLE practiceacl.activity_chain IS 'the head of every chain: an entry can follow it only once; granted to nobody';

/*
 * What people read of it are two tables without rows of their own, each with its
 * own row security: what was done, and what was said of people in clear.  The
 * rows of both are those of activity_entry, which nobody is granted.
 */
CREATE TABLE practiceacl.activity (
    organization_id uuid        NOT NULL,
    chain           uuid        NOT NULL,
    sequence        bigint      NOT NULL,
    id              uuid        NOT NULL,
    recorded_at     timestamptz NOT NULL,
    agenda_id       uuid,
    actor_id        uuid,
    session_id      uuid,
    account_id      uuid,
    subject_id      uuid,
    act             text        NOT NULL,
    operator        text,
    client          text,
    facts           jsonb       NOT NULL,
    detail_digest   bytea,
    hash            bytea       NOT NULL,
    CONSTRAINT activity_is_in_activity_entry CHECK (false) NO INHERIT
);
COMMENT ON TABLE practiceacl.activity IS 'who did what, when, on whose behalf: append only, each entry carrying the hash of itself and its predecessor; its rows are those of activity_entry';
COMMENT ON COLUMN practiceacl.activity.organization_id IS 'the nil UUID for the chain of the database';
COMMENT ON COLUMN practiceacl.activity.chain IS 'the agenda, the organization, or the nil UUID';
COMMENT ON COLUMN practiceacl.activity.actor_id IS 'the account that acted; null for an operator or somebody unknown';
COMMENT ON COLUMN practiceacl.activity.account_id IS 'the account that the act was about; the nil UUID for an address that nobody has, so that the entry does not show it';
COMMENT ON COLUMN practiceacl.activity.subject_id IS 'the appointment, invitation, absence or message that the act was about';
COMMENT ON COLUMN practiceacl.activity.act IS 'noun.participle, as in appointment.booked; the view acts says what each means';
COMMENT ON COLUMN practiceacl.activity.operator IS 'the database role, when the act was an operator''s';
COMMENT ON COLUMN practiceacl.activity.client IS 'what the session was opened from; not part of the hash, since it is erased with the account';
COMMENT ON COLUMN practiceacl.activity.facts IS 'ids and codes, before and after; never a name';
COMMENT ON COLUMN practiceacl.activity.detail_digest IS 'salted BLAKE2b of what stands in activity_detail, if anything does or did';
COMMENT ON COLUMN practiceacl.activity.hash IS 'BLAKE2b of the predecessor''s hash and this entry, but for the client';

CREATE TABLE practiceacl.activity_detail (
    organization_id uuid   NOT NULL,
    chain           uuid   NOT NULL,
    sequence        bigint NOT NULL,
    account_id      uuid,
    salt            bytea,
    detail          text,
    id              uuid,
    agenda_id       uuid,
    erased_with     uuid,
    CONSTRAINT activity_detail_is_in_activity_entry CHECK (false) NO INHERIT
);
COMMENT ON TABLE practiceacl.activity_detail IS 'what an entry says of people in clear, as JSON text; its rows are those of activity_entry, and who deletes one deletes the entry: to erase, set salt and detail to null, and the chain still verifies';
COMMENT ON COLUMN practiceacl.activity_detail.account_id IS 'the account that the entry is about';
COMMENT ON COLUMN practiceacl.activity_detail.detail IS 'null if there was nothing to say, or it was erased';
COMMENT ON COLUMN practiceacl.activity_detail.erased_with IS 'the account whose data it holds, to be erased with it';

/* A child has the columns of both, each once: no row of a detail needs a key of its own. */
CREATE TABLE practiceacl.activity_entry (
    CONSTRAINT activity_id_pkey PRIMARY KEY (id)
) INHERITS (practiceacl.activity, practiceacl.activity_detail);
/*
 * A move filters by the organization, which the key has not; entries are updated
 * only where somebody is erased.
 */
ALTER TABLE practiceacl.activity_entry REPLICA IDENTITY FULL;
/*
 * Each entry is in these four, so they are as small as can be: entries of an hour
 * share one key.  A chain is that of an agenda, in the order of ids, or one of
 * the few entries without one.
 */
CREATE INDEX activity_agenda_idx ON practiceacl.activity_entry (agenda_id, practiceacl.id_hour(id));
CREATE INDEX activity_actor_idx ON practiceacl.activity_entry (actor_id, practiceacl.id_hour(id));
CREATE INDEX activity_organization_idx ON practiceacl.activity_entry (organization_id, practiceacl.id_hour(id));
CREATE INDEX activity_chain_idx ON practiceacl.activity_entry (organization_id, chain, sequence) WHERE agenda_id IS NULL;
CREATE INDEX activity_security_idx ON practiceacl.activity_entry (organization_id, recorded_at)
    WHERE act IN ('log_in.shared', 'access.broken_glass') OR facts ? 'overbooked';
CREATE INDEX activity_refused_idx ON practiceacl.activity_entry (account_id, recorded_at)
    WHERE act = 'log_in.refused';
/* What is about all calendars of an organization, for changes_since(). */
CREATE INDEX activity_calendars_idx ON practiceacl.activity_entry (organization_id, id)
    WHERE agenda_id IS NULL AND act IN ('patient.erased', 'days.closed', 'days.reopened');
/* What is erased with an account. */
CREATE INDEX activity_detail_account_idx ON practiceacl.activity_entry (erased_with)
    WHERE erased_with IS NOT NULL;
COMMENT ON TABLE practiceacl.activity_entry IS 'the rows of activity and of activity_detail: what an entry says of people stands beside it, is not in its hash but for a digest, and is erased by setting salt and detail to null; granted to nobody';

CREATE TABLE practiceacl.activity_seal (
    organization_id uuid        NOT NULL,
    chain           uuid        NOT NULL,
    first_entry     bigint      NOT NULL,
    last_entry      bigint      NOT NULL,
    previous        bytea       NOT NULL,
    hash            bytea       NOT NULL,
    digest          bytea       NOT NULL,
    sealed_before   timestamptz NOT NULL,
    sealed_at       timestamptz NOT NULL,
    CONSTRAINT activity_seal_pkey PRIMARY KEY (organization_id, chain, first_entry)
);
COMMENT ON TABLE practiceacl.activity_seal IS 'the stretches of chains that stand in files and not here any more: what is left of a chain goes on from its last one; granted to nobody';
COMMENT ON COLUMN practiceacl.activity_seal.previous IS 'the hash of the entry before the first';
COMMENT ON COLUMN practiceacl.activity_seal.hash IS 'the hash of the last entry';
COMMENT ON COLUMN practiceacl.activity_seal.digest IS 'BLAKE2b of the file, which practiceacl-verify prints';
COMMENT ON COLUMN practiceacl.activity_seal.sealed_before IS 'the entries were recorded before it';

CREATE TABLE practiceacl.database_switch (
    name           text        NOT NULL,
    switched_on_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT database_switch_pkey PRIMARY KEY (name),
    CONSTRAINT database_switch_is_known CHECK (name IN ('announce_agendas'))
);
COMMENT ON TABLE practiceacl.database_switch IS 'what operators have switched on in this database; granted to nobody';
