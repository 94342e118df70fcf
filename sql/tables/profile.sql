/* Profiles: named rights, which their people have as the profile has them. */

CREATE TABLE practiceacl.profile (
    organization_id uuid               NOT NULL,
    id              uuid               NOT NULL DEFAULT practiceacl.new_id(),
    name            text               NOT NULL,
    features        practiceacl.rights NOT NULL DEFAULT 'none',
    features_since  timestamptz        NOT NULL DEFAULT now(),
    features_by     uuid,
    created_at      timestamptz        NOT NULL DEFAULT now(),
    created_by      uuid,
    CONSTRAINT profile_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT profile_organization_fkey FOREIGN KEY (organization_id) REFERENCES practiceacl.organization (id)
);
CREATE INDEX profile_id_idx ON practiceacl.profile (id);
CREATE UNIQUE INDEX profile_name_key ON practiceacl.profile (organization_id, lower(name));
COMMENT ON TABLE practiceacl.profile IS 'named rights of an organization: reception, assistant; who has it has what it says now';
COMMENT ON COLUMN practiceacl.profile.features IS 'flags that hold on every agenda of the organization where its people have at least read';
COMMENT ON COLUMN practiceacl.profile.features_since IS 'since when the features are as they are; what was before stands in access_history';

CREATE TABLE practiceacl.profile_right (
    organization_id uuid               NOT NULL,
    id              uuid               NOT NULL DEFAULT practiceacl.new_id(),
    profile_id      uuid               NOT NULL,
    group_id        uuid,
    agenda_id       uuid,
    rights          practiceacl.rights NOT NULL,
    granted_at      timestamptz        NOT NULL DEFAULT now(),
    granted_by      uuid,
    CONSTRAINT profile_right_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT profile_right_profile_fkey FOREIGN KEY (organization_id, profile_id)
        REFERENCES practiceacl.profile (organization_id, id),
    CONSTRAINT profile_right_group_fkey FOREIGN KEY (organization_id, group_id)
        REFERENCES practiceacl.agenda_group (organization_id, id),
    CONSTRAINT profile_right_agenda_fkey FOREIGN KEY (organization_id, agenda_id)
        REFERENCES practiceacl.agenda (organization_id, id),
    CONSTRAINT profile_right_group_or_agenda CHECK (group_id IS NULL OR agenda_id IS NULL)
);
CREATE INDEX profile_right_profile_idx ON practiceacl.profile_right (profile_id);
CREATE INDEX profile_right_group_idx ON practiceacl.profile_right (group_id);
CREATE INDEX profile_right_agenda_idx ON practiceacl.profile_right (agenda_id);
COMMENT ON TABLE practiceacl.profile_right IS 'what a profile gives on a group of agendas, or on one agenda';
COMMENT ON COLUMN practiceacl.profile_right.group_id IS 'null, where there is no agenda either, for all agendas of the organization';

CREATE TABLE practiceacl.profile_member (
    organization_id uuid        NOT NULL,
    profile_id      uuid        NOT NULL,
    account_id      uuid        NOT NULL,
    since           timestamptz NOT NULL DEFAULT now(),
    given_by        uuid,
    valid_until     timestamptz,
    id              uuid        NOT NULL DEFAULT practiceacl.new_id(),
    CONSTRAINT profile_member_pkey PRIMARY KEY (organization_id, profile_id, account_id),
    CONSTRAINT profile_member_profile_fkey FOREIGN KEY (organization_id, profile_id)
        REFERENCES practiceacl.profile (organization_id, id),
    CONSTRAINT profile_member_membership_fkey FOREIGN KEY (organization_id, account_id)
        REFERENCES practiceacl.membership (organization_id, account_id)
);
CREATE INDEX profile_member_account_idx ON practiceacl.profile_member (account_id);
COMMENT ON TABLE practiceacl.profile_member IS 'somebody who has a profile';
COMMENT ON COLUMN practiceacl.profile_member.valid_until IS 'the end of a review in which it is not confirmed yet; null for one without an end';
