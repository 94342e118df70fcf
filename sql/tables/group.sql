/* Groups of agendas, and the rights of accounts on them. */

CREATE TABLE practiceacl.agenda_group (
    organization_id uuid        NOT NULL,
    id              uuid        NOT NULL DEFAULT practiceacl.new_id(),
    name            text        NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    created_by      uuid,
    CONSTRAINT agenda_group_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT agenda_group_organization_fkey FOREIGN KEY (organization_id) REFERENCES practiceacl.organization (id),
    CONSTRAINT agenda_group_not_organization CHECK (id <> organization_id)
);
CREATE INDEX agenda_group_id_idx ON practiceacl.agenda_group (id);
CREATE UNIQUE INDEX agenda_group_name_key ON practiceacl.agenda_group (organization_id, lower(name));
COMMENT ON TABLE practiceacl.agenda_group IS 'a group of agendas: a site, a speciality; the group of all agendas of an organization has no row, and the id of the organization';

CREATE TABLE practiceacl.agenda_group_member (
    organization_id uuid        NOT NULL,
    group_id        uuid        NOT NULL,
    agenda_id       uuid        NOT NULL,
    since           timestamptz NOT NULL DEFAULT now(),
    added_by        uuid,
    CONSTRAINT agenda_group_member_pkey PRIMARY KEY (organization_id, group_id, agenda_id),
    CONSTRAINT agenda_group_member_group_fkey FOREIGN KEY (organization_id, group_id)
        REFERENCES practiceacl.agenda_group (organization_id, id),
    CONSTRAINT agenda_group_member_agenda_fkey FOREIGN KEY (organization_id, agenda_id)
        REFERENCES practiceacl.agenda (organization_id, id)
);
CREATE INDEX agenda_group_member_agenda_idx ON practiceacl.agenda_group_member (agenda_id);
COMMENT ON TABLE practiceacl.agenda_group_member IS 'an agenda of a group';

CREATE TABLE practiceacl.group_grant (
    organization_id uuid               NOT NULL,
    id              uuid               NOT NULL DEFAULT practiceacl.new_id(),
    group_id        uuid,
    account_id      uuid               NOT NULL,
    rights          practiceacl.rights NOT NULL,
    valid_during    tstzrange          NOT NULL DEFAULT tstzrange(NULL, NULL),
    granted_at      timestamptz        NOT NULL DEFAULT now(),
    granted_by      uuid,
    CONSTRAINT group_grant_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT group_grant_group_fkey FOREIGN KEY (organization_id, group_id)
        REFERENCES practiceacl.agenda_group (organization_id, id),
    CONSTRAINT group_grant_membership_fkey FOREIGN KEY (organization_id, account_id)
        REFERENCES practiceacl.membership (organization_id, account_id),
    CONSTRAINT group_grant_period_not_empty CHECK (NOT isempty(valid_during)),
    CONSTRAINT group_grant_period_is_half_open CHECK (
        (lower_inc(valid_during) OR lower_inf(valid_during)) AND NOT upper_inc(valid_during))
);
CREATE INDEX group_grant_account_idx ON practiceacl.group_grant (account_id);
CREATE INDEX group_grant_group_idx ON practiceacl.group_grant (group_id);
COMMENT ON TABLE practiceacl.group_grant IS 'rights of one account on every agenda of a group, perhaps only during a period; they unite with all others';
COMMENT ON COLUMN practiceacl.group_grant.group_id IS 'null for all agendas of the organization';
