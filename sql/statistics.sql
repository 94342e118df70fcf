/*
 * The planner keeps no statistics of what names people, is written freely, or
 * tells how many have a second factor.
 * How many rows it expects of patient < 'M' is everybody's to see, and follows
 * from the values that it has sampled, whoever may read them.
 */

ALTER TABLE practiceacl.organization
    ALTER COLUMN name SET STATISTICS 0,
    ALTER COLUMN second_factor SET STATISTICS 0;
ALTER TABLE practiceacl.account
    ALTER COLUMN email SET STATISTICS 0,
    ALTER COLUMN first_name SET STATISTICS 0,
    ALTER COLUMN last_name SET STATISTICS 0,
    ALTER COLUMN mobile SET STATISTICS 0,
    ALTER COLUMN second_factor_id SET STATISTICS 0;
ALTER TABLE practiceacl.account_token
    ALTER COLUMN new_email SET STATISTICS 0;
ALTER TABLE practiceacl.session
    ALTER COLUMN client SET STATISTICS 0,
    ALTER COLUMN second_factor_id SET STATISTICS 0,
    ALTER COLUMN second_factor_elsewhere SET STATISTICS 0;
ALTER TABLE practiceacl.role_account
    ALTER COLUMN role_name SET STATISTICS 0;
ALTER TABLE practiceacl.membership
    ALTER COLUMN job_title SET STATISTICS 0,
    ALTER COLUMN work_mobile SET STATISTICS 0;
ALTER TABLE practiceacl.agenda
    ALTER COLUMN name SET STATISTICS 0,
    ALTER COLUMN data_controller SET STATISTICS 0,
    ALTER COLUMN location_name SET STATISTICS 0,
    ALTER COLUMN location_address SET STATISTICS 0,
    ALTER COLUMN service_offer SET STATISTICS 0,
    ALTER COLUMN public_profile SET STATISTICS 0;
ALTER TABLE practiceacl.organization_move
    ALTER COLUMN seal SET STATISTICS 0,
    ALTER COLUMN key SET STATISTICS 0,
    ALTER COLUMN moved_to SET STATISTICS 0,
    ALTER COLUMN proof SET STATISTICS 0,
    ALTER COLUMN heads SET STATISTICS 0,
    ALTER COLUMN credential_key SET STATISTICS 0;
ALTER TABLE practiceacl.closing
    ALTER COLUMN name SET STATISTICS 0;
ALTER TABLE practiceacl.absence
    ALTER COLUMN reason SET STATISTICS 0;
ALTER TABLE practiceacl.access_grant
    ALTER COLUMN reason SET STATISTICS 0;
ALTER TABLE practiceacl.agenda_group
    ALTER COLUMN name SET STATISTICS 0;
ALTER TABLE practiceacl.profile
    ALTER COLUMN name SET STATISTICS 0;
ALTER TABLE practiceacl.access_history
    ALTER COLUMN reason SET STATISTICS 0;
ALTER TABLE practiceacl.rights_request
    ALTER COLUMN reason SET STATISTICS 0,
    ALTER COLUMN answer SET STATISTICS 0;
ALTER TABLE practiceacl.invitation
    ALTER COLUMN email SET STATISTICS 0,
    ALTER COLUMN first_name SET STATISTICS 0,
    ALTER COLUMN last_name SET STATISTICS 0,
    ALTER COLUMN offer SET STATISTICS 0;
ALTER TABLE practiceacl.appointment
    ALTER COLUMN patient SET STATISTICS 0,
    ALTER COLUMN note SET STATISTICS 0,
    ALTER COLUMN attributes SET STATISTICS 0,
    ALTER COLUMN patient_ref SET STATISTICS 0,
    ALTER COLUMN contact SET STATISTICS 0;
ALTER TABLE practiceacl.appointment_archive
    ALTER COLUMN patient SET STATISTICS 0,
    ALTER COLUMN note SET STATISTICS 0,
    ALTER COLUMN attributes SET STATISTICS 0,
    ALTER COLUMN patient_ref SET STATISTICS 0,
    ALTER COLUMN contact SET STATISTICS 0;
ALTER TABLE practiceacl.appointment_type
    ALTER COLUMN name SET STATISTICS 0,
    ALTER COLUMN color SET STATISTICS 0,
    ALTER COLUMN attributes SET STATISTICS 0;
ALTER TABLE practiceacl.waiting_list_entry
    ALTER COLUMN patient SET STATISTICS 0,
    ALTER COLUMN patient_ref SET STATISTICS 0,
    ALTER COLUMN contact SET STATISTICS 0,
    ALTER COLUMN note SET STATISTICS 0;
ALTER TABLE practiceacl.activity
    ALTER COLUMN client SET STATISTICS 0,
    ALTER COLUMN operator SET STATISTICS 0;
ALTER TABLE practiceacl.activity_detail
    ALTER COLUMN salt SET STATISTICS 0,
    ALTER COLUMN detail SET STATISTICS 0;
ALTER TABLE practiceacl.activity_entry
    ALTER COLUMN client SET STATISTICS 0,
    ALTER COLUMN operator SET STATISTICS 0,
    ALTER COLUMN salt SET STATISTICS 0,
    ALTER COLUMN detail SET STATISTICS 0;
ALTER TABLE practiceacl.outbox
    ALTER COLUMN recipient SET STATISTICS 0,
    ALTER COLUMN payload SET STATISTICS 0;

/*
 * Organizations may be few for ever, and autovacuum would look at no table of
 * less than fifty changes: the planner would take them for a hundred, and
 * what it expects of each report a hundred times.
 */
ALTER TABLE practiceacl.organization
    SET (autovacuum_analyze_threshold = 1, autovacuum_analyze_scale_factor = 0.1);
