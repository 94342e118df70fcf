/*
 * The columns of the tables, as they are installed: change them with a table.
 * A column that somebody adds by hand is written to a dump, and the restore of
 * its table fails, for CREATE EXTENSION does not make it.
 */
CREATE VIEW practiceacl.expected_columns (table_name, column_name) AS
SELECT table_name, pg_catalog.regexp_split_to_table(pg_catalog.btrim(columns, E' \n'), '\s+')
FROM (VALUES
    ('absence', '
        organization_id id agenda_id starts_at ends_at created_at created_by reason series_id
        local_start local_end substitute_id'),
    ('access_grant', '
        organization_id id agenda_id account_id rights granted_at granted_by valid_during source reason'),
    ('access_history', '
        organization_id id agenda_id account_id kind rights granted_by ended_by recorded_during valid_during
        source status reason admin group_id profile_id'),
    ('access_review', '
        organization_id id started_at started_by ends_at cancelled_at'),
    ('access_review_item', '
        organization_id review_id grant_id agenda_id account_id rights valid_until confirmed_at confirmed_by group_id profile_id'),
    ('account', '
        id status email first_name last_name mobile country time_zone sms_copies created_at first_used_at
        second_factor_id merged_into'),
    ('account_email', '
        digest account_id'),
    ('account_token', '
        digest account_id kind new_email created_at expires_at'),
    ('activity', '
        organization_id chain sequence id recorded_at agenda_id actor_id session_id account_id subject_id
        act operator client facts detail_digest hash'),
    ('activity_chain', '
        organization_id chain entries head'),
    ('activity_detail', '
        organization_id chain sequence account_id salt detail id agenda_id erased_with'),
    ('activity_entry', '
        organization_id chain sequence id recorded_at agenda_id actor_id session_id account_id subject_id
        act operator client facts detail_digest hash salt detail erased_with'),
    ('activity_seal', '
        organization_id chain first_entry last_entry previous hash digest sealed_before sealed_at'),
    ('agenda', '
        organization_id id holder_id held_since created_at slot_minutes day_start day_split day_end
        time_zone name data_controller service_offer public_profile archived_at
        colleague_rights colleague_rights_since colleague_rights_by kind
        location_name location_address reminders offer_minutes'),
    ('agenda_type', '
        organization_id agenda_id type_id minutes'),
    ('agenda_group', '
        organization_id id name created_at created_by'),
    ('agenda_group_member', '
        organization_id group_id agenda_id since added_by'),
    ('appointment', '
        organization_id agenda_id id starts_at ends_at created_at created_by private overbooked status
        cancelled_at series_id patient note attributes version updated_at status_since patient_ref contact
        local_start local_end minutes_before minutes_after occupied_from occupied_until
        appointment_type part_of'),
    ('appointment_archive', '
        organization_id agenda_id id starts_at ends_at created_at created_by private overbooked status
        cancelled_at series_id patient note attributes version updated_at status_since patient_ref contact
        local_start local_end minutes_before minutes_after occupied_from occupied_until
        appointment_type part_of'),
    ('appointment_type', '
        organization_id id minutes minutes_before minutes_after rights created_at archived_at name color
        attributes'),
    ('blocked_email', '
        digest reason blocked_at'),
    ('awaited_credential', '
        account_id comes_with since'),
    ('closing', '
        organization_id id from_date until_date name created_at created_by'),
    ('database_switch', '
        name switched_on_at'),
    ('email_key', '
        only_one key sealed'),
    ('freed_time', '
        organization_id id agenda_id from_time until_time due_at freed_at'),
    ('group_grant', '
        organization_id id group_id account_id rights valid_during granted_at granted_by'),
    ('invitation', '
        organization_id id status email account_id invited_by created_at expires_at last_sent_at times_sent
        settled_at first_name last_name offer left_out'),
    ('invitation_token', '
        digest organization_id invitation_id superseded'),
    ('log_in_failure', '
        digest failures last_at'),
    ('mailer_key', '
        id public_key created_at'),
    ('membership', '
        organization_id account_id features status admin state_since joined_at last_log_in_at job_title
        work_mobile shares'),
    ('notice', '
        id published_at title body'),
    ('notice_read', '
        notice_id account_id read_at'),
    ('opening', '
        organization_id id agenda_id weekday opens_at closes_at valid_from valid_until
        every_weeks from_week types'),
    ('organization', '
        id name country time_zone created_at closed_at colleague_rights holder_consents second_factor'),
    ('organization_cell', '
        organization_id cell generation since'),
    ('organization_move', '
        organization_id state seal key moved_to since proof heads credential_key credentials_at'),
    ('outbox', '
        id organization_id kind channel account_id recipient created_at available_at sent_at claim
        claimed_until attempts last_error sealed_secret payload sent_by appointment_id
        due_at'),
    ('password', '
        account_id hash changed_at temporary_until'),
    ('profile', '
        organization_id id name features features_since features_by created_at created_by'),
    ('profile_member', '
        organization_id profile_id account_id since given_by valid_until id'),
    ('profile_right', '
        organization_id id profile_id group_id agenda_id rights granted_at granted_by'),
    ('recovery_code', '
        digest account_id'),
    ('reading', '
        organization_id agenda_id account_id day emergency times'),
    ('reading_note', '
        organization_id id account_id noted_at emergency agendas'),
    ('rights_request', '
        organization_id id agenda_id account_id requested_by rights granted valid_during source consent
        status requested_at expires_at answered_at answered_by reason answer'),
    ('role_account', '
        role_oid role_name account_id mapped_at'),
    ('second_factor', '
        account_id id sealed enrolled_at confirmed_at last_step'),
    ('service_offer', '
        code name monthly_price'),
    ('session', '
        id account_id opened_at expires_at last_seen_at limited ended_at confirmed_until agenda_id client
        second_factor_id second_factor_elsewhere'),
    ('session_token', '
        digest session_id'),
    ('slot_hold', '
        organization_id id agenda_id session_id account_id starts_at ends_at expires_at created_at
        shared_log_in minutes_before minutes_after occupied_from occupied_until'),
    ('slot_offer', '
        organization_id id agenda_id entry_id starts_at ends_at occupied_from occupied_until offered_at
        expires_at state ended_at'),
    ('waiting_list_agenda', '
        organization_id entry_id agenda_id'),
    ('waiting_list_entry', '
        organization_id id joined_at joined_by from_date until_date appointment_type patient patient_ref
        contact note weekdays day_from day_until')
) AS list (table_name, columns);
COMMENT ON VIEW practiceacl.expected_columns IS
    'the columns of the extension''s tables; health() compares';
