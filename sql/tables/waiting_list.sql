/* Who waits for a time to become free. */

CREATE TABLE practiceacl.waiting_list_entry (
    organization_id  uuid        NOT NULL,
    id               uuid        NOT NULL DEFAULT practiceacl.new_id(),
    joined_at        timestamptz NOT NULL DEFAULT now(),
    joined_by        uuid        NOT NULL,
    from_date        date        NOT NULL,
    until_date       date        NOT NULL,
    appointment_type uuid,
    patient          text,
    patient_ref      text,
    contact          text,
    note             text,
    weekdays         integer[],
    day_from         time        NOT NULL DEFAULT '00:00',
    day_until        time        NOT NULL DEFAULT '24:00',
    CONSTRAINT waiting_list_entry_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT waiting_list_entry_dates_in_order CHECK (until_date >= from_date AND until_date - from_date <= 366),
    CONSTRAINT waiting_list_entry_patient_is_short CHECK (length(patient) <= 500),
    CONSTRAINT waiting_list_entry_patient_ref_is_short CHECK (length(patient_ref) <= 200),
    CONSTRAINT waiting_list_entry_contact_is_short CHECK (length(contact) <= 500),
    CONSTRAINT waiting_list_entry_note_is_short CHECK (length(note) <= 10000),
    CONSTRAINT waiting_list_entry_weekdays_are_days CHECK (weekdays <@ '{1,2,3,4,5,6,7}' AND cardinality(weekdays) BETWEEN 1 AND 7),
    CONSTRAINT waiting_list_entry_hours_in_order CHECK (day_until > day_from)
);
CREATE INDEX waiting_list_entry_id_idx ON practiceacl.waiting_list_entry (id);
COMMENT ON TABLE practiceacl.waiting_list_entry IS 'patients who wait for a time to become free, deleted when they have one or leave; read through the view waiting_list, granted to nobody';
COMMENT ON COLUMN practiceacl.waiting_list_entry.until_date IS 'the last day that would do, by the agenda''s clock';
COMMENT ON COLUMN practiceacl.waiting_list_entry.weekdays IS 'the days of the week that would do, Monday being 1; null: any';
COMMENT ON COLUMN practiceacl.waiting_list_entry.day_from IS 'the earliest hour that would do, by the agenda''s clock';
COMMENT ON COLUMN practiceacl.waiting_list_entry.day_until IS 'when it has to be over, by the agenda''s clock; 24:00: at any time';
COMMENT ON COLUMN practiceacl.waiting_list_entry.patient_ref IS 'the application''s own key of the patient';

CREATE TABLE practiceacl.waiting_list_agenda (
    organization_id uuid NOT NULL,
    entry_id        uuid NOT NULL,
    agenda_id       uuid NOT NULL,
    CONSTRAINT waiting_list_agenda_pkey PRIMARY KEY (organization_id, entry_id, agenda_id),
    CONSTRAINT waiting_list_agenda_entry_fkey FOREIGN KEY (organization_id, entry_id)
        REFERENCES practiceacl.waiting_list_entry (organization_id, id),
    CONSTRAINT waiting_list_agenda_agenda_fkey FOREIGN KEY (organization_id, agenda_id)
        REFERENCES practiceacl.agenda (organization_id, id)
);
CREATE INDEX waiting_list_agenda_agenda_idx ON practiceacl.waiting_list_agenda (agenda_id);
COMMENT ON TABLE practiceacl.waiting_list_agenda IS 'the agendas of which any would do; granted to nobody';

CREATE TABLE practiceacl.freed_time (
    organization_id uuid        NOT NULL,
    id              uuid        NOT NULL DEFAULT practiceacl.new_id(),
    agenda_id       uuid        NOT NULL,
    from_time       timestamptz NOT NULL,
    until_time      timestamptz NOT NULL,
    due_at          timestamptz NOT NULL,
    freed_at        timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT freed_time_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT freed_time_agenda_fkey FOREIGN KEY (organization_id, agenda_id)
        REFERENCES practiceacl.agenda (organization_id, id),
    CONSTRAINT freed_time_once UNIQUE (organization_id, agenda_id, from_time, until_time),
    CONSTRAINT freed_time_in_order CHECK (until_time > from_time)
);
CREATE INDEX freed_time_agenda_idx ON practiceacl.freed_time (agenda_id);
CREATE INDEX freed_time_due_idx ON practiceacl.freed_time (due_at);
COMMENT ON TABLE practiceacl.freed_time IS 'what became free where somebody waits who can be reached, until it is over; granted to nobody';
COMMENT ON COLUMN practiceacl.freed_time.freed_at IS 'when it became free the last time: what a patient has let pass before that, they may be offered again';
COMMENT ON COLUMN practiceacl.freed_time.due_at IS 'when offer_slots() is to look whether it can be offered; infinity: when something changes';

CREATE TABLE practiceacl.slot_offer (
    organization_id uuid        NOT NULL,
    id              uuid        NOT NULL DEFAULT practiceacl.new_id(),
    agenda_id       uuid        NOT NULL,
    entry_id        uuid        NOT NULL,
    starts_at       timestamptz NOT NULL,
    ends_at         timestamptz NOT NULL,
    occupied_from   timestamptz NOT NULL,
    occupied_until  timestamptz NOT NULL,
    offered_at      timestamptz NOT NULL,
    expires_at      timestamptz NOT NULL,
    state           text        NOT NULL DEFAULT 'offered',
    ended_at        timestamptz,
    CONSTRAINT slot_offer_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT slot_offer_agenda_fkey FOREIGN KEY (organization_id, agenda_id)
        REFERENCES practiceacl.agenda (organization_id, id),
    CONSTRAINT slot_offer_entry_fkey FOREIGN KEY (organization_id, entry_id)
        REFERENCES practiceacl.waiting_list_entry (organization_id, id),
    CONSTRAINT slot_offer_state_is_known CHECK (state IN ('offered', 'lapsed', 'declined', 'withdrawn')),
    CONSTRAINT slot_offer_ended_has_time CHECK ((state = 'offered') = (ended_at IS NULL)),
    CONSTRAINT slot_offer_ends_after_start CHECK (ends_at > starts_at AND occupied_from <= starts_at AND occupied_until >= ends_at),
    CONSTRAINT slot_offer_no_overlap EXCLUDE USING gist (
        practiceacl.slot(agenda_id, occupied_from, occupied_until, false) WITH OPERATOR(practiceacl.#)
    ) WHERE (state = 'offered')
);
CREATE UNIQUE INDEX slot_offer_one_at_a_time ON practiceacl.slot_offer (organization_id, entry_id) WHERE state = 'offered';
CREATE INDEX slot_offer_entry_idx ON practiceacl.slot_offer (organization_id, entry_id);
CREATE INDEX slot_offer_agenda_idx ON practiceacl.slot_offer (agenda_id, starts_at);
CREATE INDEX slot_offer_id_idx ON practiceacl.slot_offer (id);
COMMENT ON TABLE practiceacl.slot_offer IS 'times that were offered to patients who wait, each with a message of its id in the outbox; deleted with the entry; read through the view slot_offers, granted to nobody';
COMMENT ON COLUMN practiceacl.slot_offer.occupied_from IS 'since when the agenda would be taken: starts_at less the pause before';
COMMENT ON COLUMN practiceacl.slot_offer.state IS 'offered until it lapses, is declined, or the time is not free any more (withdrawn)';
