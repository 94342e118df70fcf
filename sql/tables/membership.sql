/* Who belongs to which organization. */

CREATE TABLE practiceacl.membership (
    organization_id uuid               NOT NULL,
    account_id      uuid               NOT NULL,
    features        practiceacl.rights NOT NULL DEFAULT 'none',
    status          text               NOT NULL DEFAULT 'active',
    admin           text               NOT NULL DEFAULT 'none',
    state_since     timestamptz        NOT NULL DEFAULT now(),
    joined_at       timestamptz        NOT NULL DEFAULT now(),
    last_log_in_at  timestamptz,
    job_title       text,
    work_mobile     text,
    shares          boolean            NOT NULL DEFAULT false,
    CONSTRAINT membership_pkey PRIMARY KEY (organization_id, account_id),
    CONSTRAINT membership_organization_fkey FOREIGN KEY (organization_id) REFERENCES practiceacl.organization (id),
    CONSTRAINT membership_account_fkey FOREIGN KEY (account_id) REFERENCES practiceacl.account (id),
    CONSTRAINT membership_status_is_known CHECK (status IN ('active', 'unlisted', 'disabled', 'removed')),
    CONSTRAINT membership_admin_is_known CHECK (admin IN ('none', 'users', 'full')),
    CONSTRAINT membership_job_title_is_short CHECK (length(job_title) <= 200)
);
CREATE INDEX membership_account_idx ON practiceacl.membership (account_id);
COMMENT ON TABLE practiceacl.membership IS 'an account''s place in one organization';
COMMENT ON COLUMN practiceacl.membership.features IS 'flags that hold on every agenda of the organization where the member has at least read';
COMMENT ON COLUMN practiceacl.membership.status IS 'active; unlisted (active, but the last access was taken); disabled; removed';
COMMENT ON COLUMN practiceacl.membership.admin IS 'administrator level: none, users (who are not administrators), full';
COMMENT ON COLUMN practiceacl.membership.state_since IS 'since when status, admin and features are as they are; what was before stands in access_history';
COMMENT ON COLUMN practiceacl.membership.shares IS 'whether they have, or have ever had, anything by a group of agendas or a profile: of all others, nobody looks there';
COMMENT ON COLUMN practiceacl.membership.last_log_in_at IS 'last log-in that this organization may know of';
