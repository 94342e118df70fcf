/* What people come for, how long it takes, and on which agendas. */

CREATE TABLE practiceacl.appointment_type (
    organization_id uuid               NOT NULL,
    id              uuid               NOT NULL DEFAULT practiceacl.new_id(),
    minutes         integer            NOT NULL,
    minutes_before  integer            NOT NULL DEFAULT 0,
    minutes_after   integer            NOT NULL DEFAULT 0,
    rights          practiceacl.rights NOT NULL DEFAULT 'book_in_hours',
    created_at      timestamptz        NOT NULL DEFAULT now(),
    archived_at     timestamptz,
    name            text               NOT NULL,
    color           text,
    attributes      jsonb              NOT NULL DEFAULT '{}',
    CONSTRAINT appointment_type_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT appointment_type_organization_fkey FOREIGN KEY (organization_id) REFERENCES practiceacl.organization (id),
    CONSTRAINT appointment_type_minutes_in_week CHECK (minutes BETWEEN 1 AND 10080),
    CONSTRAINT appointment_type_pauses_are_short CHECK (minutes_before BETWEEN 0 AND 1440 AND minutes_after BETWEEN 0 AND 1440),
    CONSTRAINT appointment_type_name_is_short CHECK (length(name) <= 200),
    CONSTRAINT appointment_type_color_is_hex CHECK (color ~ '^#[0-9a-f]{6}$'),
    CONSTRAINT appointment_type_attributes_are_an_object CHECK (jsonb_typeof(attributes) = 'object')
);
CREATE INDEX appointment_type_id_idx ON practiceacl.appointment_type (id);
COMMENT ON TABLE practiceacl.appointment_type IS 'what an organization''s patients come for, and how long that takes';
COMMENT ON COLUMN practiceacl.appointment_type.minutes IS 'how long it takes, unless an agenda has another duration';
COMMENT ON COLUMN practiceacl.appointment_type.minutes_before IS 'the pause that is kept before it, for preparation';
COMMENT ON COLUMN practiceacl.appointment_type.minutes_after IS 'the pause that is kept after it, for cleaning or writing';
COMMENT ON COLUMN practiceacl.appointment_type.rights IS 'what one needs on an agenda to book it there';
COMMENT ON COLUMN practiceacl.appointment_type.archived_at IS 'since when it is booked no more; null while it is in use';
COMMENT ON COLUMN practiceacl.appointment_type.color IS 'for display: #rrggbb';
COMMENT ON COLUMN practiceacl.appointment_type.attributes IS 'whatever the application wants to keep with it';

CREATE TABLE practiceacl.agenda_type (
    organization_id uuid    NOT NULL,
    agenda_id       uuid    NOT NULL,
    type_id         uuid    NOT NULL,
    minutes         integer,
    CONSTRAINT agenda_type_pkey PRIMARY KEY (organization_id, agenda_id, type_id),
    CONSTRAINT agenda_type_agenda_fkey FOREIGN KEY (organization_id, agenda_id) REFERENCES practiceacl.agenda (organization_id, id),
    CONSTRAINT agenda_type_type_fkey FOREIGN KEY (organization_id, type_id) REFERENCES practiceacl.appointment_type (organization_id, id),
    CONSTRAINT agenda_type_minutes_in_week CHECK (minutes BETWEEN 1 AND 10080)
);
CREATE INDEX agenda_type_agenda_idx ON practiceacl.agenda_type (agenda_id);
COMMENT ON TABLE practiceacl.agenda_type IS 'which types of appointments an agenda offers';
COMMENT ON COLUMN practiceacl.agenda_type.minutes IS 'how long it takes there; null for as long as anywhere';
