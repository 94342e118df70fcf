\echo Use "ALTER EXTENSION practiceacl UPDATE" to load this file. \quit

/*
 * What changes between 0.1.0 and 0.2.0 and cannot be replaced: columns,
 * constraints, indexes, functions with other arguments.  The line "-- modules"
 * stands for everything that can: see tools/update-script.
 */

/* Before anything is made: whose schema this is, and what is in it. */
CREATE FUNCTION practiceacl.check_schema() RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_check_schema'
    LANGUAGE C VOLATILE SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.check_schema() IS
    'fails unless the schema is the extension''s alone; the first step of the install and update scripts';
SELECT practiceacl.check_schema();

DROP INDEX practiceacl.slot_hold_session_idx;
ALTER TABLE practiceacl.account DROP CONSTRAINT account_email_key;
DROP INDEX practiceacl.invitation_email_idx;
ALTER TABLE practiceacl.agenda
    ADD COLUMN archived_at timestamptz,
    ADD COLUMN colleague_rights practiceacl.rights NOT NULL DEFAULT 'none',
    ADD COLUMN colleague_rights_since timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN colleague_rights_by uuid,
    ADD COLUMN kind text NOT NULL DEFAULT 'person',
    ALTER COLUMN holder_id DROP NOT NULL,
    ADD CONSTRAINT agenda_kind_is_known CHECK (kind IN ('person', 'room', 'device')),
    ADD CONSTRAINT agenda_of_person_has_holder CHECK ((kind = 'person') = (holder_id IS NOT NULL)),
    ADD CONSTRAINT agenda_colleague_rights_below_owner CHECK (practiceacl.level(colleague_rights) <> 'owner'
        AND NOT 'public_profile' = ANY (practiceacl.flags(colleague_rights)));
ALTER TABLE practiceacl.organization
    ADD COLUMN colleague_rights practiceacl.rights NOT NULL DEFAULT 'none',
    ADD CONSTRAINT organization_colleague_rights_below_owner CHECK (practiceacl.level(colleague_rights) <> 'owner'
        AND NOT 'public_profile' = ANY (practiceacl.flags(colleague_rights)));
ALTER TABLE practiceacl.access_history
    ALTER COLUMN account_id DROP NOT NULL,
    ADD COLUMN group_id   uuid,
    ADD COLUMN profile_id uuid,
    DROP CONSTRAINT access_history_kind_is_known,
    DROP CONSTRAINT access_history_agenda_unless_membership,
    ADD CONSTRAINT access_history_kind_is_known CHECK (kind IN ('grant', 'holder', 'membership', 'colleagues',
        'group_agenda', 'group_grant', 'profile_features', 'profile_right', 'profile_member')),
    ADD CONSTRAINT access_history_agenda_of_kind CHECK (kind = 'profile_right'
        OR (agenda_id IS NULL) = (kind IN ('membership', 'group_grant', 'profile_features', 'profile_member'))),
    ADD CONSTRAINT access_history_account_of_kind CHECK (
        (account_id IS NULL) = (kind IN ('colleagues', 'group_agenda', 'profile_features', 'profile_right'))),
    ADD CONSTRAINT access_history_profile_of_kind CHECK ((profile_id IS NULL) = (kind NOT LIKE 'profile%'));
ALTER TABLE practiceacl.membership ADD COLUMN shares boolean NOT NULL DEFAULT false;
ALTER TABLE practiceacl.invitation ADD COLUMN left_out jsonb;
ALTER TABLE practiceacl.outbox
    ADD COLUMN sent_by        uuid,
    ADD COLUMN appointment_id uuid,
    ADD COLUMN due_at         timestamptz,
    ADD CONSTRAINT outbox_reminder_is_due CHECK (kind NOT IN ('reminder', 'slot_offer') OR due_at IS NOT NULL);
ALTER TABLE practiceacl.agenda
    ADD COLUMN location_name    text,
    ADD COLUMN location_address text,
    ADD COLUMN reminders        interval[] NOT NULL DEFAULT '{}',
    ADD COLUMN offer_minutes    integer DEFAULT 120,
    ADD CONSTRAINT agenda_location_is_short CHECK (length(location_name) <= 200 AND length(location_address) <= 500),
    ADD CONSTRAINT agenda_reminders_are_few CHECK (cardinality(reminders) <= 10),
    ADD CONSTRAINT agenda_offers_lapse CHECK (offer_minutes BETWEEN 10 AND 10080);
ALTER TABLE practiceacl.outbox
    DROP CONSTRAINT outbox_kind_is_known,
    ADD CONSTRAINT outbox_kind_is_known CHECK (kind IN ('welcome', 'invitation', 'password_reset', 'email_change',
        'user_added', 'user_removed', 'rights_changed', 'break_glass', 'patient_message', 'appointment_copy',
        'rights_requested', 'rights_answered', 'second_factor', 'review_started', 'reminder', 'slot_offer'));
ALTER TABLE practiceacl.access_grant
    DROP CONSTRAINT access_grant_source_is_known,
    ADD CONSTRAINT access_grant_source_is_known CHECK (source IN ('hand', 'creation', 'invitation', 'clone', 'substitute', 'break_glass', 'request'));
ALTER TABLE practiceacl.organization ADD COLUMN holder_consents boolean NOT NULL DEFAULT false;
ALTER TABLE practiceacl.account
    ADD COLUMN second_factor_id uuid,
    ADD COLUMN merged_into uuid,
    ADD CONSTRAINT account_merged_is_deleted CHECK (merged_into IS NULL OR status = 'deleted');
ALTER TABLE practiceacl.session
    ADD COLUMN second_factor_id        uuid,
    ADD COLUMN second_factor_elsewhere boolean NOT NULL DEFAULT false;
ALTER TABLE practiceacl.organization
    ADD COLUMN second_factor text NOT NULL DEFAULT 'nobody',
    ADD CONSTRAINT organization_second_factor_is_known CHECK (second_factor IN ('nobody', 'administrators', 'everyone'));
ALTER TABLE practiceacl.opening
    ADD COLUMN every_weeks smallint NOT NULL DEFAULT 1,
    ADD COLUMN from_week   date,
    ADD COLUMN types       uuid[],
    ADD CONSTRAINT opening_types_are_some CHECK (cardinality(types) BETWEEN 1 AND 100),
    ADD CONSTRAINT opening_weeks_within_a_year CHECK (every_weeks BETWEEN 1 AND 52),
    ADD CONSTRAINT opening_first_week_unless_every CHECK ((every_weeks = 1) = (from_week IS NULL)),
    ADD CONSTRAINT opening_first_week_is_a_monday CHECK (isfinite(from_week) AND extract(isodow FROM from_week) = 1);
ALTER TABLE practiceacl.absence
    ADD COLUMN series_id   uuid,
    ADD COLUMN local_start timestamp,
    ADD COLUMN local_end   timestamp,
    ADD COLUMN substitute_id uuid;
ALTER TABLE practiceacl.appointment
    ADD COLUMN version      integer     NOT NULL DEFAULT 1,
    ADD COLUMN updated_at   timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN status_since timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN patient_ref  text,
    ADD COLUMN contact      text,
    ADD COLUMN local_start  timestamp,
    ADD COLUMN local_end    timestamp,
    ADD COLUMN minutes_before integer   NOT NULL DEFAULT 0,
    ADD COLUMN minutes_after  integer   NOT NULL DEFAULT 0,
    ADD COLUMN occupied_from  timestamptz NOT NULL GENERATED ALWAYS AS (
        ((starts_at AT TIME ZONE interval '0') - interval '1 minute' * minutes_before)
            AT TIME ZONE interval '0') STORED,
    ADD COLUMN occupied_until timestamptz NOT NULL GENERATED ALWAYS AS (
        ((ends_at AT TIME ZONE interval '0') + interval '1 minute' * minutes_after)
            AT TIME ZONE interval '0') STORED,
    ADD COLUMN appointment_type uuid,
    ADD COLUMN part_of uuid,
    ADD CONSTRAINT appointment_part_is_anonymous CHECK (part_of IS NULL OR patient IS NULL AND note IS NULL
        AND patient_ref IS NULL AND contact IS NULL AND attributes = '{}'),
    ADD CONSTRAINT appointment_pauses_are_short CHECK (minutes_before BETWEEN 0 AND 1440 AND minutes_after BETWEEN 0 AND 1440),
    ADD CONSTRAINT appointment_patient_ref_is_short CHECK (length(patient_ref) <= 200),
    ADD CONSTRAINT appointment_contact_is_short CHECK (length(contact) <= 500);
/* Its key is made from the time with its pauses now; of what there is, from the same time as before. */
ALTER TABLE practiceacl.appointment DROP CONSTRAINT appointment_no_overlap;
ALTER TABLE practiceacl.appointment ADD CONSTRAINT appointment_no_overlap EXCLUDE USING gist (
        practiceacl.slot(agenda_id, occupied_from, occupied_until, overbooked) WITH OPERATOR(practiceacl.#)
    ) WHERE (cancelled_at IS NULL);
ALTER TABLE practiceacl.slot_hold
    ADD COLUMN minutes_before integer   NOT NULL DEFAULT 0,
    ADD COLUMN minutes_after  integer   NOT NULL DEFAULT 0,
    ADD COLUMN occupied_from  timestamptz NOT NULL GENERATED ALWAYS AS (
        ((starts_at AT TIME ZONE interval '0') - interval '1 minute' * minutes_before)
            AT TIME ZONE interval '0') STORED,
    ADD COLUMN occupied_until timestamptz NOT NULL GENERATED ALWAYS AS (
        ((ends_at AT TIME ZONE interval '0') + interval '1 minute' * minutes_after)
            AT TIME ZONE interval '0') STORED,
    ADD CONSTRAINT slot_hold_pauses_are_short CHECK (minutes_before BETWEEN 0 AND 1440 AND minutes_after BETWEEN 0 AND 1440);
DROP INDEX practiceacl.slot_hold_agenda_idx;
CREATE INDEX slot_hold_agenda_idx ON practiceacl.slot_hold (agenda_id, occupied_until);
DROP FUNCTION practiceacl.hold_slot(uuid, timestamptz, timestamptz, interval);
ALTER TABLE practiceacl.invitation_token REPLICA IDENTITY FULL;
ALTER TABLE practiceacl.outbox REPLICA IDENTITY FULL;
/*
 * The record with fewer and smaller indexes, and an entry with its detail in one
 * row: two thirds of what they took was not what they say.  They move to
 * activity_entry as they are, and what is granted on the two tables stays so.
 */
ALTER TABLE practiceacl.activity DROP CONSTRAINT activity_pkey;
DROP INDEX practiceacl.activity_id_idx;
DROP INDEX practiceacl.activity_actor_idx;
DROP INDEX practiceacl.activity_agenda_idx;
DROP INDEX practiceacl.activity_security_idx;
DROP INDEX practiceacl.activity_refused_idx;
DROP INDEX practiceacl.activity_detail_account_idx;
ALTER TABLE practiceacl.activity_detail
    DROP CONSTRAINT activity_detail_pkey,
    ALTER COLUMN salt DROP NOT NULL,
    ALTER COLUMN detail DROP NOT NULL,
    ADD COLUMN id          uuid,
    ADD COLUMN agenda_id   uuid,
    ADD COLUMN erased_with uuid;
DROP FUNCTION practiceacl.book(uuid, timestamptz, timestamptz, text, text, boolean, boolean, text, jsonb, uuid);
DROP FUNCTION practiceacl.move_appointment(uuid, timestamptz, timestamptz, uuid, boolean, text);
DROP FUNCTION practiceacl.update_appointment(uuid, jsonb);
DROP FUNCTION practiceacl.set_status(uuid, text);
DROP FUNCTION practiceacl.book_series(uuid, timestamptz, timestamptz, interval, integer, text, text);
DROP FUNCTION practiceacl.import_appointments(regclass);
DROP FUNCTION practiceacl.add_absence(uuid, timestamptz, timestamptz, text);
DROP FUNCTION practiceacl.map_role(regrole, uuid);
DROP FUNCTION practiceacl.activity_since(uuid, integer);
DROP FUNCTION practiceacl.create_user(uuid, text, text, text, text, text, jsonb, jsonb, uuid, practiceacl.rights, text, text, text);
DROP FUNCTION practiceacl.invite_user(uuid, text, text, text, text, text, jsonb, jsonb, uuid, practiceacl.rights, text, text, text, interval);

-- modules

INSERT INTO practiceacl.activity_entry (organization_id, chain, sequence, id, recorded_at, agenda_id, actor_id,
    session_id, account_id, subject_id, act, operator, client, facts, detail_digest, hash, salt, detail, erased_with)
SELECT a.organization_id, a.chain, a.sequence, a.id, a.recorded_at, a.agenda_id, a.actor_id,
    a.session_id, a.account_id, a.subject_id, a.act, a.operator, a.client, a.facts, a.detail_digest, a.hash,
    d.salt, d.detail, d.account_id
FROM ONLY practiceacl.activity a
LEFT JOIN ONLY practiceacl.activity_detail d USING (organization_id, chain, sequence)
ORDER BY a.id;
TRUNCATE ONLY practiceacl.activity, ONLY practiceacl.activity_detail;
ALTER TABLE practiceacl.activity ADD CONSTRAINT activity_is_in_activity_entry CHECK (false) NO INHERIT;
ALTER TABLE practiceacl.activity_detail ADD CONSTRAINT activity_detail_is_in_activity_entry CHECK (false) NO INHERIT;
CREATE INDEX activity_agenda_idx ON practiceacl.activity_entry (agenda_id, practiceacl.id_hour(id));
CREATE INDEX activity_actor_idx ON practiceacl.activity_entry (actor_id, practiceacl.id_hour(id));
CREATE INDEX activity_security_idx ON practiceacl.activity_entry (organization_id, recorded_at)
    WHERE act IN ('log_in.shared', 'access.broken_glass') OR facts ? 'overbooked';
CREATE INDEX activity_refused_idx ON practiceacl.activity_entry (account_id, recorded_at)
    WHERE act = 'log_in.refused';
CREATE INDEX activity_detail_account_idx ON practiceacl.activity_entry (erased_with)
    WHERE erased_with IS NOT NULL;
ALTER TABLE practiceacl.appointment ADD CONSTRAINT appointment_type_fkey
    FOREIGN KEY (organization_id, appointment_type) REFERENCES practiceacl.appointment_type (organization_id, id);

/*
 * Addresses are looked up by keyed digests; the plain ones become keyed.  They
 * come first: digest_emails() makes no key where there are digests already.
 */
CREATE FUNCTION practiceacl.key_digest(bytea) RETURNS bytea
    AS 'MODULE_PATHNAME', 'practiceacl_key_digest' LANGUAGE C STRICT;
UPDATE practiceacl.blocked_email SET digest = practiceacl.key_digest(digest);
DROP FUNCTION practiceacl.key_digest(bytea);
SELECT practiceacl.digest_emails();

/* What has not ended is where today's rules of the time zones have it. */
UPDATE practiceacl.appointment p
SET local_start = practiceacl.wall_clock(p.starts_at, g.time_zone),
    local_end = practiceacl.wall_clock(p.ends_at, g.time_zone)
FROM practiceacl.agenda g
WHERE g.organization_id = p.organization_id AND g.id = p.agenda_id
  AND p.ends_at > pg_catalog.now();
UPDATE practiceacl.absence b
SET local_start = practiceacl.wall_clock(b.starts_at, g.time_zone),
    local_end = practiceacl.wall_clock(b.ends_at, g.time_zone)
FROM practiceacl.agenda g
WHERE g.organization_id = b.organization_id AND g.id = b.agenda_id
  AND b.ends_at > pg_catalog.now();

/* Moments in offers become ISO 8601, as this connection reads them: invitations keep no words any more. */
UPDATE practiceacl.invitation SET offer = pg_catalog.jsonb_set(offer, '{access}', (
    SELECT pg_catalog.jsonb_agg(item
        || CASE WHEN item ->> 'valid_from' IS NULL THEN '{}'
           ELSE pg_catalog.jsonb_build_object('valid_from', (item ->> 'valid_from')::timestamptz) END
        || CASE WHEN item ->> 'valid_until' IS NULL THEN '{}'
           ELSE pg_catalog.jsonb_build_object('valid_until', (item ->> 'valid_until')::timestamptz) END ORDER BY n)
    FROM pg_catalog.jsonb_array_elements(offer -> 'access') WITH ORDINALITY AS a (item, n)))
WHERE pg_catalog.jsonb_typeof(offer -> 'access') = 'array' AND offer -> 'access' <> '[]';

/* What the planner knew of columns of which it shall know nothing any more. */
DELETE FROM pg_catalog.pg_statistic s
USING pg_catalog.pg_attribute a, pg_catalog.pg_class c
WHERE a.attrelid = s.starelid AND a.attnum = s.staattnum
  AND a.attstattarget = 0
  AND c.oid = a.attrelid
  AND c.relnamespace = 'practiceacl'::pg_catalog.regnamespace;

/* As sql/public.sql grants them: policies call them for everybody. */
GRANT EXECUTE ON FUNCTION
    practiceacl.is_me, practiceacl.reads_notice,
    practiceacl.reads_service_offer
    TO PUBLIC;
