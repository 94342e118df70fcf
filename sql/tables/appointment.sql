/* What is booked, and what somebody is about to book. */

CREATE TABLE practiceacl.appointment (
    organization_id uuid        NOT NULL,
    agenda_id       uuid        NOT NULL,
    id              uuid        NOT NULL DEFAULT practiceacl.new_id(),
    starts_at       timestamptz NOT NULL,
    ends_at         timestamptz NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    created_by      uuid        NOT NULL,
    private         boolean     NOT NULL DEFAULT false,
    overbooked      boolean     NOT NULL DEFAULT false,
    status          text        NOT NULL DEFAULT 'booked',
    cancelled_at    timestamptz,
    series_id       uuid,
    patient         text,
    note            text,
    attributes      jsonb       NOT NULL DEFAULT '{}',
    version         integer     NOT NULL DEFAULT 1,
    updated_at      timestamptz NOT NULL DEFAULT now(),
    status_since    timestamptz NOT NULL DEFAULT now(),
    patient_ref     text,
    contact         text,
    local_start     timestamp,
    local_end       timestamp,
    minutes_before  integer     NOT NULL DEFAULT 0,
    minutes_after   integer     NOT NULL DEFAULT 0,
    occupied_from   timestamptz NOT NULL GENERATED ALWAYS AS (
        ((starts_at AT TIME ZONE interval '0') - interval '1 minute' * minutes_before)
            AT TIME ZONE interval '0') STORED,
    occupied_until  timestamptz NOT NULL GENERATED ALWAYS AS (
        ((ends_at AT TIME ZONE interval '0') + interval '1 minute' * minutes_after)
            AT TIME ZONE interval '0') STORED,
    appointment_type uuid,
    part_of         uuid,
    CONSTRAINT appointment_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT appointment_agenda_fkey FOREIGN KEY (organization_id, agenda_id)
        REFERENCES practiceacl.agenda (organization_id, id),
    CONSTRAINT appointment_type_fkey FOREIGN KEY (organization_id, appointment_type)
        REFERENCES practiceacl.appointment_type (organization_id, id),
    CONSTRAINT appointment_ends_after_start CHECK (ends_at > starts_at),
    CONSTRAINT appointment_is_finite CHECK (isfinite(starts_at) AND isfinite(ends_at)),
    CONSTRAINT appointment_status_is_known CHECK (status IN ('booked', 'arrived', 'done', 'no_show', 'cancelled')),
    CONSTRAINT appointment_cancelled_has_time CHECK ((status = 'cancelled') = (cancelled_at IS NOT NULL)),
    CONSTRAINT appointment_patient_is_short CHECK (length(patient) <= 500),
    CONSTRAINT appointment_note_is_short CHECK (length(note) <= 10000),
    CONSTRAINT appointment_patient_ref_is_short CHECK (length(patient_ref) <= 200),
    CONSTRAINT appointment_contact_is_short CHECK (length(contact) <= 500),
    CONSTRAINT appointment_attributes_are_an_object CHECK (jsonb_typeof(attributes) = 'object'),
    CONSTRAINT appointment_pauses_are_short CHECK (minutes_before BETWEEN 0 AND 1440 AND minutes_after BETWEEN 0 AND 1440),
    CONSTRAINT appointment_part_is_anonymous CHECK (part_of IS NULL OR patient IS NULL AND note IS NULL
        AND patient_ref IS NULL AND contact IS NULL AND attributes = '{}'),
    CONSTRAINT appointment_no_overlap EXCLUDE USING gist (
        practiceacl.slot(agenda_id, occupied_from, occupied_until, overbooked) WITH OPERATOR(practiceacl.#)
    ) WHERE (cancelled_at IS NULL)
);
CREATE INDEX appointment_id_idx ON practiceacl.appointment (id);
CREATE INDEX appointment_series_idx ON practiceacl.appointment (series_id) WHERE series_id IS NOT NULL;
CREATE INDEX appointment_part_idx ON practiceacl.appointment (part_of) WHERE part_of IS NOT NULL;
CREATE INDEX appointment_agenda_start_idx ON practiceacl.appointment (agenda_id, starts_at);
/* Not the private ones: a reader of the agenda without the flag could count whose they are. */
CREATE INDEX appointment_patient_idx ON practiceacl.appointment (agenda_id, patient_ref)
    WHERE patient_ref IS NOT NULL AND NOT private;
CREATE INDEX appointment_private_idx ON practiceacl.appointment (agenda_id, starts_at) WHERE private;
COMMENT ON TABLE practiceacl.appointment IS 'a booked time on an agenda, half-open: it may begin when the one before ends';
COMMENT ON COLUMN practiceacl.appointment.private IS 'seen only as busy by those without the flag private';
COMMENT ON COLUMN practiceacl.appointment.overbooked IS 'booked deliberately over another appointment';
COMMENT ON COLUMN practiceacl.appointment.version IS 'counts the changes, from 1: what expected_version is compared with';
COMMENT ON COLUMN practiceacl.appointment.status_since IS 'since when it has its status: how long somebody has been waiting';
COMMENT ON COLUMN practiceacl.appointment.patient_ref IS 'the application''s own key of the patient';
COMMENT ON COLUMN practiceacl.appointment.contact IS 'how to reach the patient';
COMMENT ON COLUMN practiceacl.appointment.local_start IS
    'what the agenda''s wall clock shows at starts_at by the time zone''s rules of when it was placed there; null if the server did not know the zone';
COMMENT ON COLUMN practiceacl.appointment.local_end IS 'the same of ends_at';
COMMENT ON COLUMN practiceacl.appointment.minutes_before IS
    'the pause that is kept before it, for preparation';
COMMENT ON COLUMN practiceacl.appointment.minutes_after IS
    'the pause that is kept after it, for cleaning or writing';
COMMENT ON COLUMN practiceacl.appointment.occupied_from IS
    'since when the agenda is taken: starts_at less the pause before';
COMMENT ON COLUMN practiceacl.appointment.occupied_until IS
    'until when the agenda is taken: ends_at and the pause after';
COMMENT ON COLUMN practiceacl.appointment.appointment_type IS
    'what the patient comes for; its pauses are those of when it was booked';
COMMENT ON COLUMN practiceacl.appointment.part_of IS
    'the appointment that takes this agenda as well: its time and its status are kept here, nothing of the patient';
COMMENT ON COLUMN practiceacl.appointment.attributes IS 'whatever the application wants to keep with it';
COMMENT ON CONSTRAINT appointment_no_overlap ON practiceacl.appointment IS
    'no two appointments of an agenda overlap, their pauses included, unless one was deliberately overbooked or cancelled';

CREATE TABLE practiceacl.slot_hold (
    organization_id uuid        NOT NULL,
    id              uuid        NOT NULL DEFAULT practiceacl.new_id(),
    agenda_id       uuid        NOT NULL,
    session_id      uuid        NOT NULL,
    account_id      uuid        NOT NULL,
    starts_at       timestamptz NOT NULL,
    ends_at         timestamptz NOT NULL,
    expires_at      timestamptz NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    shared_log_in   boolean     NOT NULL DEFAULT false,
    minutes_before  integer     NOT NULL DEFAULT 0,
    minutes_after   integer     NOT NULL DEFAULT 0,
    occupied_from   timestamptz NOT NULL GENERATED ALWAYS AS (
        ((starts_at AT TIME ZONE interval '0') - interval '1 minute' * minutes_before)
            AT TIME ZONE interval '0') STORED,
    occupied_until  timestamptz NOT NULL GENERATED ALWAYS AS (
        ((ends_at AT TIME ZONE interval '0') + interval '1 minute' * minutes_after)
            AT TIME ZONE interval '0') STORED,
    CONSTRAINT slot_hold_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT slot_hold_agenda_fkey FOREIGN KEY (organization_id, agenda_id)
        REFERENCES practiceacl.agenda (organization_id, id),
    CONSTRAINT slot_hold_ends_after_start CHECK (ends_at > starts_at),
    CONSTRAINT slot_hold_is_finite CHECK (isfinite(starts_at) AND isfinite(ends_at)),
    CONSTRAINT slot_hold_pauses_are_short CHECK (minutes_before BETWEEN 0 AND 1440 AND minutes_after BETWEEN 0 AND 1440)
);
CREATE INDEX slot_hold_agenda_idx ON practiceacl.slot_hold (agenda_id, occupied_until);
CREATE INDEX slot_hold_id_idx ON practiceacl.slot_hold (id);
CREATE INDEX slot_hold_account_idx ON practiceacl.slot_hold (account_id);
COMMENT ON TABLE practiceacl.slot_hold IS 'somebody has this slot open; others are refused until it lapses';
COMMENT ON COLUMN practiceacl.slot_hold.minutes_before IS 'the pause before, of the type that it is held for';
COMMENT ON COLUMN practiceacl.slot_hold.minutes_after IS 'the pause after';
COMMENT ON COLUMN practiceacl.slot_hold.occupied_from IS 'since when others are refused: starts_at less the pause before';
COMMENT ON COLUMN practiceacl.slot_hold.occupied_until IS 'and until when: ends_at and the pause after';
COMMENT ON COLUMN practiceacl.slot_hold.shared_log_in IS 'the same account held the slot in another session: two people share a login';
