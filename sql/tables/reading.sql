/* Who was given rows of which agenda. */

/*
 * A row a transaction: what it read of one organization for one account.  No
 * foreign key and no index but the key: a reader must not wait, lock or fail.
 */
CREATE TABLE practiceacl.reading_note (
    organization_id uuid        NOT NULL,
    id              uuid        NOT NULL DEFAULT practiceacl.new_id(),
    account_id      uuid        NOT NULL,
    noted_at        timestamptz NOT NULL,
    emergency       boolean     NOT NULL,
    agendas         uuid[]      NOT NULL,
    CONSTRAINT reading_note_pkey PRIMARY KEY (organization_id, id)
);
/* Random numbers do not shrink. */
ALTER TABLE practiceacl.reading_note ALTER COLUMN agendas SET STORAGE EXTERNAL;
COMMENT ON TABLE practiceacl.reading_note IS 'the agendas of which a transaction was given rows on behalf of an account, written before it commits; purge() adds them up into reading; granted to nobody';
COMMENT ON COLUMN practiceacl.reading_note.noted_at IS 'when the first of these rows was given';
COMMENT ON COLUMN practiceacl.reading_note.emergency IS 'whether the account had emergency access to them';

CREATE TABLE practiceacl.reading (
    organization_id uuid    NOT NULL,
    agenda_id       uuid    NOT NULL,
    account_id      uuid    NOT NULL,
    day             date    NOT NULL,
    emergency       boolean NOT NULL,
    times           bigint  NOT NULL,
    CONSTRAINT reading_pkey PRIMARY KEY (organization_id, agenda_id, account_id, day, emergency),
    CONSTRAINT reading_agenda_fkey FOREIGN KEY (organization_id, agenda_id)
        REFERENCES practiceacl.agenda (organization_id, id),
    CONSTRAINT reading_account_fkey FOREIGN KEY (account_id)
        REFERENCES practiceacl.account (id),
    CONSTRAINT reading_times_above_zero CHECK (times > 0)
);
COMMENT ON TABLE practiceacl.reading IS 'in how many transactions an account was given rows of an agenda on a day: reading_note, added up; granted to nobody';
COMMENT ON COLUMN practiceacl.reading.day IS 'in the agenda''s local time';

CREATE VIEW practiceacl.reading_by_day AS
    SELECT r.organization_id, r.agenda_id, r.account_id, r.day, r.emergency, r.times
    FROM practiceacl.reading r
    UNION ALL
    SELECT n.organization_id, g.id, n.account_id,
           (n.noted_at AT TIME ZONE practiceacl.known_zone(g.time_zone))::date,
           n.emergency, 1
    FROM practiceacl.reading_note n
    CROSS JOIN LATERAL unnest(n.agendas) AS u (agenda_id)
    JOIN practiceacl.agenda g ON g.organization_id = n.organization_id AND g.id = u.agenda_id;
COMMENT ON VIEW practiceacl.reading_by_day IS
    'all readings on record, added up or not; for the owner';
