/*
 * Every table's rows are data of the user, so pg_dump writes them.  It orders
 * them by their foreign keys, of which none are circular.  One statement a
 * table, since each updates the same catalog row.
 */
SELECT pg_catalog.pg_extension_config_dump('practiceacl.organization', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.service_offer', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.account', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.account_email', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.email_key', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.password', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.second_factor', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.recovery_code', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.account_token', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.blocked_email', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.log_in_failure', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.session', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.session_token', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.role_account', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.membership', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.agenda', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.opening', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.closing', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.absence', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.access_grant', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.agenda_group', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.agenda_group_member', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.group_grant', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.profile', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.profile_right', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.profile_member', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.access_history', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.rights_request', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.access_review', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.access_review_item', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.reading_note', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.reading', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.invitation', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.invitation_token', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.appointment_type', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.agenda_type', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.appointment', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.slot_hold', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.waiting_list_entry', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.waiting_list_agenda', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.freed_time', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.slot_offer', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.activity_chain', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.activity', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.activity_detail', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.activity_seal', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.database_switch', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.mailer_key', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.outbox', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.organization_move', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.organization_cell', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.notice', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.notice_read', '');
