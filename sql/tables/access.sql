/* Rights of accounts on agendas: as they are, and as they were. */

CREATE TABLE practiceacl.access_grant (
    organization_id uuid               NOT NULL,
    id              uuid               NOT NULL DEFAULT practiceacl.new_id(),
    agenda_id       uuid               NOT NULL,
    account_id      uuid               NOT NULL,
    rights          practiceacl.rights NOT NULL,
    granted_at      timestamptz        NOT NULL DEFAULT now(),
    granted_by      uuid,
    valid_during    tstzrange          NOT NULL DEFAULT tstzrange(NULL, NULL),
    source          text               NOT NULL DEFAULT 'hand',
    reason          text,
    CONSTRAINT access_grant_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT access_grant_agenda_fkey FOREIGN KEY (organization_id, agenda_id)
        REFERENCES practiceacl.agenda (organization_id, id),
    CONSTRAINT access_grant_membership_fkey FOREIGN KEY (organization_id, account_id)
        REFERENCES practiceacl.membership (organization_id, account_id),
    CONSTRAINT access_grant_period_not_empty CHECK (NOT isempty(valid_during)),
    CONSTRAINT access_grant_period_is_half_open CHECK (
        (lower_inc(valid_during) OR lower_inf(valid_during)) AND NOT upper_inc(valid_during)),
    CONSTRAINT access_grant_source_is_known CHECK (source IN ('hand', 'creation', 'invitation', 'clone', 'substitute', 'break_glass', 'request'))
);
CREATE INDEX access_grant_account_idx ON practiceacl.access_grant (account_id, agenda_id);
CREATE INDEX access_grant_agenda_idx ON practiceacl.access_grant (agenda_id);
CREATE INDEX access_grant_emergency_idx ON practiceacl.access_grant (account_id, agenda_id)
    WHERE source = 'break_glass';
COMMENT ON TABLE practiceacl.access_grant IS 'rights of one account on one agenda, perhaps only during a period; several unite';
COMMENT ON COLUMN practiceacl.access_grant.granted_by IS 'the account that gave it; null for an operator';
COMMENT ON COLUMN practiceacl.access_grant.source IS 'by which act: hand, creation of the user, invitation, clone, substitute, break_glass, request';

CREATE TABLE practiceacl.access_history (
    organization_id uuid               NOT NULL,
    id              uuid               NOT NULL DEFAULT practiceacl.new_id(),
    agenda_id       uuid,
    account_id      uuid,
    kind            text               NOT NULL,
    rights          practiceacl.rights NOT NULL,
    granted_by      uuid,
    ended_by        uuid,
    recorded_during tstzrange          NOT NULL,
    valid_during    tstzrange          NOT NULL DEFAULT tstzrange(NULL, NULL),
    source          text,
    status          text,
    reason          text,
    admin           text,
    group_id        uuid,
    profile_id      uuid,
    CONSTRAINT access_history_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT access_history_kind_is_known CHECK (kind IN ('grant', 'holder', 'membership', 'colleagues',
        'group_agenda', 'group_grant', 'profile_features', 'profile_right', 'profile_member')),
    CONSTRAINT access_history_agenda_of_kind CHECK (kind = 'profile_right'
        OR (agenda_id IS NULL) = (kind IN ('membership', 'group_grant', 'profile_features', 'profile_member'))),
    CONSTRAINT access_history_account_of_kind CHECK (
        (account_id IS NULL) = (kind IN ('colleagues', 'group_agenda', 'profile_features', 'profile_right'))),
    CONSTRAINT access_history_profile_of_kind CHECK ((profile_id IS NULL) = (kind NOT LIKE 'profile%'))
);
CREATE INDEX access_history_agenda_idx ON practiceacl.access_history (agenda_id, account_id);
CREATE INDEX access_history_account_idx ON practiceacl.access_history (account_id, organization_id);
CREATE INDEX access_history_shared_idx ON practiceacl.access_history (organization_id, kind)
    WHERE kind IN ('group_agenda', 'group_grant', 'profile_features', 'profile_right', 'profile_member');
COMMENT ON TABLE practiceacl.access_history IS 'grants, rights of all colleagues, holdings, memberships, groups and profiles that have been replaced or revoked: with the living rows, all that was ever true';
COMMENT ON COLUMN practiceacl.access_history.recorded_during IS 'from when until when it stood in its table';
COMMENT ON COLUMN practiceacl.access_history.rights IS 'of the grant, or of all colleagues; for a membership or a profile its features; for a holder all of them; none where there are none';
COMMENT ON COLUMN practiceacl.access_history.account_id IS 'null for what all colleagues had, for agendas of a group and for what a profile said';
COMMENT ON COLUMN practiceacl.access_history.status IS 'of a membership only';
COMMENT ON COLUMN practiceacl.access_history.admin IS 'administrator level; of a membership only';
COMMENT ON COLUMN practiceacl.access_history.group_id IS 'of what was given on a group of agendas; null for all agendas of the organization';

/* What is asked for and not given yet, and what became of it. */
CREATE TABLE practiceacl.rights_request (
    organization_id uuid               NOT NULL,
    id              uuid               NOT NULL DEFAULT practiceacl.new_id(),
    agenda_id       uuid               NOT NULL,
    account_id      uuid               NOT NULL,
    requested_by    uuid               NOT NULL,
    rights          practiceacl.rights NOT NULL,
    granted         practiceacl.rights,
    valid_during    tstzrange          NOT NULL DEFAULT tstzrange(NULL, NULL),
    source          text               NOT NULL DEFAULT 'request',
    consent         boolean            NOT NULL DEFAULT false,
    status          text               NOT NULL DEFAULT 'pending',
    requested_at    timestamptz        NOT NULL DEFAULT now(),
    expires_at      timestamptz        NOT NULL,
    answered_at     timestamptz,
    answered_by     uuid,
    reason          text,
    answer          text,
    CONSTRAINT rights_request_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT rights_request_agenda_fkey FOREIGN KEY (organization_id, agenda_id)
        REFERENCES practiceacl.agenda (organization_id, id),
    CONSTRAINT rights_request_membership_fkey FOREIGN KEY (organization_id, account_id)
        REFERENCES practiceacl.membership (organization_id, account_id),
    CONSTRAINT rights_request_period_not_empty CHECK (NOT isempty(valid_during)),
    CONSTRAINT rights_request_source_is_known CHECK (source IN ('request', 'hand', 'creation', 'invitation', 'clone', 'substitute', 'colleague')),
    CONSTRAINT rights_request_status_is_known CHECK (status IN ('pending', 'granted', 'declined', 'withdrawn', 'replaced', 'lapsed')),
    CONSTRAINT rights_request_answered_unless_pending CHECK ((status = 'pending') = (answered_at IS NULL)),
    CONSTRAINT rights_request_granted_if_granted CHECK ((status = 'granted') = (granted IS NOT NULL))
);
CREATE INDEX rights_request_id_idx ON practiceacl.rights_request (id);
CREATE INDEX rights_request_account_idx ON practiceacl.rights_request (account_id, agenda_id);
CREATE INDEX rights_request_agenda_idx ON practiceacl.rights_request (agenda_id);
CREATE UNIQUE INDEX rights_request_one_pending ON practiceacl.rights_request (organization_id, agenda_id, account_id)
    WHERE status = 'pending' AND source = 'request';
COMMENT ON TABLE practiceacl.rights_request IS 'rights on an agenda that a member asks for, or that wait for the consent of its holder';
COMMENT ON COLUMN practiceacl.rights_request.account_id IS 'who is to have the rights; who gave them, where they are for every colleague';
COMMENT ON COLUMN practiceacl.rights_request.requested_by IS 'the same account, or who gave the rights that wait for consent';
COMMENT ON COLUMN practiceacl.rights_request.granted IS 'what was granted, perhaps less than was asked for';
COMMENT ON COLUMN practiceacl.rights_request.source IS 'by which act: request, or hand, creation, invitation, clone, substitute where somebody else gave the rights; colleague for what was to be given to every colleague';
COMMENT ON COLUMN practiceacl.rights_request.consent IS 'only the holder of the agenda, or an owner who has the rights, can grant it';
COMMENT ON COLUMN practiceacl.rights_request.status IS 'pending, granted, declined, withdrawn, replaced by a newer one, lapsed; one that is pending after expires_at has lapsed, too';
COMMENT ON COLUMN practiceacl.rights_request.reason IS 'what the one who asked wrote';
COMMENT ON COLUMN practiceacl.rights_request.answer IS 'what the one who answered wrote';

CREATE TABLE practiceacl.access_review (
    organization_id uuid        NOT NULL,
    id              uuid        NOT NULL DEFAULT practiceacl.new_id(),
    started_at      timestamptz NOT NULL DEFAULT now(),
    started_by      uuid        NOT NULL,
    ends_at         timestamptz NOT NULL,
    cancelled_at    timestamptz,
    CONSTRAINT access_review_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT access_review_organization_fkey FOREIGN KEY (organization_id) REFERENCES practiceacl.organization (id),
    CONSTRAINT access_review_ends_after_start CHECK (ends_at > started_at)
);
CREATE INDEX access_review_id_idx ON practiceacl.access_review (id);
COMMENT ON TABLE practiceacl.access_review IS 'a review of all grants of an organization: each is confirmed, or ends with it';
COMMENT ON COLUMN practiceacl.access_review.cancelled_at IS 'when it was called off, and what was not confirmed got its old end back';

CREATE TABLE practiceacl.access_review_item (
    organization_id uuid               NOT NULL,
    review_id       uuid               NOT NULL,
    grant_id        uuid               NOT NULL,
    agenda_id       uuid,
    account_id      uuid               NOT NULL,
    rights          practiceacl.rights NOT NULL,
    valid_until     timestamptz,
    confirmed_at    timestamptz,
    confirmed_by    uuid,
    group_id        uuid,
    profile_id      uuid,
    CONSTRAINT access_review_item_pkey PRIMARY KEY (organization_id, review_id, grant_id),
    CONSTRAINT access_review_item_review_fkey FOREIGN KEY (organization_id, review_id)
        REFERENCES practiceacl.access_review (organization_id, id),
    CONSTRAINT access_review_item_agenda_fkey FOREIGN KEY (organization_id, agenda_id)
        REFERENCES practiceacl.agenda (organization_id, id),
    CONSTRAINT access_review_item_membership_fkey FOREIGN KEY (organization_id, account_id)
        REFERENCES practiceacl.membership (organization_id, account_id),
    CONSTRAINT access_review_item_names_one CHECK (num_nonnulls(agenda_id, group_id, profile_id) = 1)
);
CREATE INDEX access_review_item_agenda_idx ON practiceacl.access_review_item (agenda_id);
CREATE INDEX access_review_item_account_idx ON practiceacl.access_review_item (account_id);
COMMENT ON TABLE practiceacl.access_review_item IS 'one grant of a review; while it is not confirmed, the grant ends with the review';
COMMENT ON COLUMN practiceacl.access_review_item.grant_id IS 'the grant, on an agenda or a group, or the having of a profile; it may have been replaced or revoked since';
COMMENT ON COLUMN practiceacl.access_review_item.group_id IS 'of a grant on a group; the organization''s id for all agendas';
COMMENT ON COLUMN practiceacl.access_review_item.rights IS 'of the grant; of a profile all that it gave when the review began';
COMMENT ON COLUMN practiceacl.access_review_item.valid_until IS 'when the grant was to end before the review; null for one without an end';
