/* Calendars, and when they may be booked. */

CREATE TABLE practiceacl.agenda (
    organization_id uuid        NOT NULL,
    id              uuid        NOT NULL DEFAULT practiceacl.new_id(),
    holder_id       uuid,
    held_since      timestamptz NOT NULL DEFAULT now(),
    created_at      timestamptz NOT NULL DEFAULT now(),
    slot_minutes    integer     NOT NULL DEFAULT 15,
    day_start       time        NOT NULL DEFAULT '08:00',
    day_split       time        NOT NULL DEFAULT '13:00',
    day_end         time        NOT NULL DEFAULT '19:30',
    time_zone       text        NOT NULL,
    name            text        NOT NULL,
    data_controller text        NOT NULL,
    service_offer   text,
    public_profile  jsonb       NOT NULL DEFAULT '{}',
    archived_at     timestamptz,
    colleague_rights practiceacl.rights NOT NULL DEFAULT 'none',
    colleague_rights_since timestamptz NOT NULL DEFAULT now(),
    colleague_rights_by uuid,
    kind            text        NOT NULL DEFAULT 'person',
    location_name   text,
    location_address text,
    reminders       interval[]  NOT NULL DEFAULT '{}',
    offer_minutes   integer     DEFAULT 120,
    CONSTRAINT agenda_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT agenda_holder_fkey FOREIGN KEY (organization_id, holder_id)
        REFERENCES practiceacl.membership (organization_id, account_id),
    CONSTRAINT agenda_service_offer_fkey FOREIGN KEY (service_offer) REFERENCES practiceacl.service_offer (code),
    CONSTRAINT agenda_kind_is_known CHECK (kind IN ('person', 'room', 'device')),
    CONSTRAINT agenda_of_person_has_holder CHECK ((kind = 'person') = (holder_id IS NOT NULL)),
    CONSTRAINT agenda_slot_within_a_day CHECK (slot_minutes BETWEEN 1 AND 1440),
    CONSTRAINT agenda_day_in_order CHECK (day_start < day_split AND day_split < day_end),
    CONSTRAINT agenda_name_not_blank CHECK (btrim(name) <> '' AND length(name) <= 200),
    CONSTRAINT agenda_data_controller_not_blank CHECK (btrim(data_controller) <> '' AND length(data_controller) <= 300),
    CONSTRAINT agenda_location_is_short CHECK (length(location_name) <= 200 AND length(location_address) <= 500),
    CONSTRAINT agenda_reminders_are_few CHECK (cardinality(reminders) <= 10),
    CONSTRAINT agenda_offers_lapse CHECK (offer_minutes BETWEEN 10 AND 10080),
    CONSTRAINT agenda_colleague_rights_below_owner CHECK (practiceacl.level(colleague_rights) <> 'owner'
        AND NOT 'public_profile' = ANY (practiceacl.flags(colleague_rights)))
);
CREATE INDEX agenda_id_idx ON practiceacl.agenda (id);
CREATE INDEX agenda_holder_idx ON practiceacl.agenda (holder_id);
CREATE INDEX agenda_colleagues_idx ON practiceacl.agenda (organization_id)
    WHERE colleague_rights OPERATOR(practiceacl.<>) 'none'::practiceacl.rights;
COMMENT ON TABLE practiceacl.agenda IS 'one calendar of one organization, held by one account or that of a room or device';
COMMENT ON COLUMN practiceacl.agenda.holder_id IS 'whose calendar it is; null of a room or device';
COMMENT ON COLUMN practiceacl.agenda.kind IS 'person, room or device';
COMMENT ON COLUMN practiceacl.agenda.data_controller IS 'who answers for the patients'' data (GDPR, article 4)';
COMMENT ON COLUMN practiceacl.agenda.slot_minutes IS 'how long an appointment takes unless told otherwise';
COMMENT ON COLUMN practiceacl.agenda.day_split IS 'between morning and afternoon; with day_start and day_end it frames the display and bounds nothing';
COMMENT ON COLUMN practiceacl.agenda.public_profile IS 'what the public may read of the holder';
COMMENT ON COLUMN practiceacl.agenda.archived_at IS 'since when it takes no appointments and costs nothing; null while it is in use';
COMMENT ON COLUMN practiceacl.agenda.location_name IS 'where its appointments take place, as people call it';
COMMENT ON COLUMN practiceacl.agenda.location_address IS 'its postal address, in lines';
COMMENT ON COLUMN practiceacl.agenda.reminders IS 'how long before an appointment its contact is reminded of it';
COMMENT ON COLUMN practiceacl.agenda.offer_minutes IS 'after how long an offer to a patient who waits lapses; null: times are offered to nobody';
COMMENT ON COLUMN practiceacl.agenda.colleague_rights IS 'what every colleague in the organization may do on it without a grant';
COMMENT ON COLUMN practiceacl.agenda.colleague_rights_since IS 'since when these are as they are; what was before stands in access_history';
COMMENT ON COLUMN practiceacl.agenda.colleague_rights_by IS 'the account that set these; null for whoever created the agenda';

CREATE TABLE practiceacl.opening (
    organization_id uuid     NOT NULL,
    id              uuid     NOT NULL DEFAULT practiceacl.new_id(),
    agenda_id       uuid     NOT NULL,
    weekday         smallint NOT NULL,
    opens_at        time     NOT NULL,
    closes_at       time     NOT NULL,
    valid_from      date     NOT NULL DEFAULT '-infinity',
    valid_until     date     NOT NULL DEFAULT 'infinity',
    every_weeks     smallint NOT NULL DEFAULT 1,
    from_week       date,
    types           uuid[],
    CONSTRAINT opening_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT opening_agenda_fkey FOREIGN KEY (organization_id, agenda_id) REFERENCES practiceacl.agenda (organization_id, id),
    CONSTRAINT opening_weekday_is_iso CHECK (weekday BETWEEN 1 AND 7),
    CONSTRAINT opening_ends_after_start CHECK (closes_at > opens_at),
    CONSTRAINT opening_valid_in_order CHECK (valid_until >= valid_from),
    CONSTRAINT opening_weeks_within_a_year CHECK (every_weeks BETWEEN 1 AND 52),
    CONSTRAINT opening_first_week_unless_every CHECK ((every_weeks = 1) = (from_week IS NULL)),
    CONSTRAINT opening_first_week_is_a_monday CHECK (isfinite(from_week) AND extract(isodow FROM from_week) = 1),
    CONSTRAINT opening_types_are_some CHECK (cardinality(types) BETWEEN 1 AND 100)
);
CREATE INDEX opening_agenda_idx ON practiceacl.opening (agenda_id, weekday);
COMMENT ON TABLE practiceacl.opening IS 'when an agenda may be booked: weekly or every so many weeks, in local wall time of the agenda''s zone';
COMMENT ON COLUMN practiceacl.opening.weekday IS 'ISO 8601: Monday is 1, Sunday 7';
COMMENT ON COLUMN practiceacl.opening.valid_until IS 'the last day on which it holds';
COMMENT ON COLUMN practiceacl.opening.every_weeks IS 'how many weeks there are from one to the next';
COMMENT ON COLUMN practiceacl.opening.from_week IS 'the Monday of the week in which it holds first; null if every week';
COMMENT ON COLUMN practiceacl.opening.types IS 'the types of appointments that it takes; null for any, and for those without a type';

CREATE TABLE practiceacl.absence (
    organization_id uuid        NOT NULL,
    id              uuid        NOT NULL DEFAULT practiceacl.new_id(),
    agenda_id       uuid        NOT NULL,
    starts_at       timestamptz NOT NULL,
    ends_at         timestamptz NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    created_by      uuid        NOT NULL,
    reason          text,
    series_id       uuid,
    local_start     timestamp,
    local_end       timestamp,
    substitute_id   uuid,
    CONSTRAINT absence_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT absence_agenda_fkey FOREIGN KEY (organization_id, agenda_id) REFERENCES practiceacl.agenda (organization_id, id),
    CONSTRAINT absence_ends_after_start CHECK (ends_at > starts_at),
    CONSTRAINT absence_is_finite CHECK (isfinite(starts_at) AND isfinite(ends_at))
);
CREATE INDEX absence_agenda_idx ON practiceacl.absence (agenda_id, ends_at);
CREATE INDEX absence_id_idx ON practiceacl.absence (id);
CREATE INDEX absence_series_idx ON practiceacl.absence (series_id) WHERE series_id IS NOT NULL;
COMMENT ON TABLE practiceacl.absence IS 'when an agenda may not be booked';
COMMENT ON COLUMN practiceacl.absence.reason IS 'for those with the flag private: anyone else sees an absence with a reason in the view calendar only';
COMMENT ON COLUMN practiceacl.absence.local_start IS 'as of an appointment';
COMMENT ON COLUMN practiceacl.absence.local_end IS 'as of an appointment';
COMMENT ON COLUMN practiceacl.absence.substitute_id IS 'the account that stands in for the holder';
COMMENT ON COLUMN practiceacl.absence.series_id IS 'the first of the absences that repeat each other';

CREATE TABLE practiceacl.closing (
    organization_id uuid        NOT NULL,
    id              uuid        NOT NULL DEFAULT practiceacl.new_id(),
    from_date       date        NOT NULL,
    until_date      date        NOT NULL,
    name            text        NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    created_by      uuid        NOT NULL,
    CONSTRAINT closing_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT closing_organization_fkey FOREIGN KEY (organization_id) REFERENCES practiceacl.organization (id),
    CONSTRAINT closing_days_in_order CHECK (until_date >= from_date),
    CONSTRAINT closing_has_dates CHECK (from_date >= '0001-01-01' AND until_date <= '9999-12-31'),
    CONSTRAINT closing_name_not_blank CHECK (btrim(name) <> '' AND length(name) <= 200)
);
CREATE INDEX closing_organization_idx ON practiceacl.closing (organization_id, until_date);
CREATE INDEX closing_id_idx ON practiceacl.closing (id);
COMMENT ON TABLE practiceacl.closing IS 'days on which all agendas of an organization are closed: public holidays, works';
COMMENT ON COLUMN practiceacl.closing.from_date IS 'the first day, from midnight on in each agenda''s own time zone';
COMMENT ON COLUMN practiceacl.closing.until_date IS 'the last day';
COMMENT ON COLUMN practiceacl.closing.name IS 'what the closing is for, seen by every member of the organization';
