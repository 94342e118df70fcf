/*
 * Who may touch what.  role_privileges is the one place where it stands: the
 * grant_... and revoke_... functions read it, health() and the inventory test
 * compare the catalog with it.  A name stands for every function of that
 * name; one with argument types for that function alone.
 *
 * Audiences that no function grants: "public" is what PUBLIC has, "owner" is
 * what the extension keeps for itself and for its owner.
 */

CREATE VIEW practiceacl.role_privileges (audience, object_type, object) AS
SELECT audience, object_type,
       pg_catalog.regexp_split_to_table(pg_catalog.btrim(objects, E' \n'), '\s+')
FROM (VALUES
    ('public', 'function', '
        rights_in rights_out rights_recv rights_send
        rights_contains rights_contained rights_or rights_and rights_minus
        rights_eq rights_ne rights_lt rights_le rights_gt rights_ge
        rights_cmp rights_hash rights_hash_extended
        level flags rights_union
        slot_in slot_out slot_recv slot_send
        slot slot_overlaps slot_collides slot_box_in slot_box_out
        slot_gist_consistent slot_gist_union slot_gist_compress
        slot_gist_penalty slot_gist_picksplit slot_gist_same
        slot_gist_sortsupport
        is_me reads_notice reads_service_offer'),

    /* The application's back end, on behalf of the people who use it. */
    ('application', 'function', '
        log_in enter keep_session log_out current_account current_session
        close_session close_other_sessions reauthenticate change_password
        request_password_reset reset_password update_my_account
        session_needs enrol_second_factor confirm_second_factor second_factor
        remove_second_factor renew_recovery_codes
        request_email_change confirm_email_change
        choose_agenda current_agenda
        update_organization create_user add_agenda update_agenda
        transfer_agenda reclaim_agenda archive_agenda restore_agenda
        update_user search_users
        set_rights set_colleague_rights substitute set_features set_admin
        clone_rights request_rights answer_request
        set_agenda_group remove_agenda_group set_group_rights
        set_profile remove_profile give_profile take_profile preview_profile
        start_review confirm_right cancel_review
        disable_user enable_user remove_user renew_temporary_password
        delete_account() export_account()
        invite_user resend_invitation revoke_invitation delete_invitation
        accept_invitation decline_invitation
        can agendas rights_on is_admin is_member is_colleague features_in organizations
        reading_account reading_time known_zone
        who_can explain_access access_at readings week break_glass
        protect unprotect
        set_appointment_type archive_appointment_type restore_appointment_type
        offer_type withdraw_type
        book explain_slot book_series move_appointment update_appointment
        move_appointments swap_appointments cancel_series move_series
        cancel_appointment set_status import_appointments
        join_waiting_list leave_waiting_list decline_offer
        appointments_of erase_patient
        hold_slot release_hold
        set_openings close_days reopen_days add_absence remove_absence
        free_slots find_slots calendar_between
        send_message
        verify_activity activity_since activity_horizon changes_since
        organization_cell
        commit_position require_fresh
        read_notice new_id id_hour'),
    ('application', 'table', '
        account session role_account organization service_offer membership
        invitation agenda opening closing absence access_grant access_history rights_request
        access_review access_review_item
        appointment_type agenda_type
        agenda_group agenda_group_member group_grant profile profile_right profile_member
        appointment appointment_archive slot_hold activity activity_detail notice notice_read'),
    ('application', 'view', '
        my_organizations my_agendas my_features my_sessions my_second_factor
        agenda_groups group_rights profiles profile_people
        user_directory access_matrix invitation_status rights_requests review_list
        appointment_types agenda_types waiting_list waiting_list_matches slot_offers
        every_appointment calendar busy closing_conflicts slot_presence service_offers notices'),

    /* A back end that authenticates people elsewhere. */
    ('authenticator', 'function', 'open_session confirm_session register_account'),

    /* The program that sends e-mail and text messages. */
    ('mailer', 'function', 'offer_slots claim_messages message_sent message_failed'),

    /* Tools that draw charts. */
    ('reporting', 'function', 'reports_on reading_time known_zone id_hour'),
    ('reporting', 'view', '
        report_utilisation report_access_review report_subscriptions
        report_security report_activity'),

    /* The support desk. */
    ('operator', 'function', '
        create_organization close_organization reopen_organization
        set_service_offer
        block_account unblock_account renew_temporary_password
        reset_second_factor
        publish_notice announce_agendas map_role unmap_role
        delete_account(uuid) export_account(uuid) block_email unblock_email
        restore_wall_clock accept_wall_clock
        verify_activity activity_heads beside_acts health purge purge_patients
        archive_appointments restore_appointments
        export_activity seal_activity activity_seals
        publish_organization organization_parcel hand_over_organization
        release_organization forget_organization
        adopt_organization receive_organization
        cancel_move organization_move organization_cell merge_account
        publish_directory follow_directory organizations_here set_organization_cells
        set_mailer_key retry_messages seal_secrets reports_on reading_account
        reading_time known_zone wall_clock id_hour'),
    ('operator', 'table', 'service_offer'),
    ('operator', 'view', '
        service_offers role_privileges drop_effects acts never_null shifted_times
        organization_tables registered_table account_columns organization_cells
        report_utilisation report_access_review report_subscriptions
        report_security report_activity'),

    /* What watches, and changes nothing. */
    ('monitor', 'function', 'health verify_activity activity_heads activity_seals'),
    ('monitor', 'view', 'table_sizes role_privileges'),

    ('owner', 'function', '
        accept_credentials seal_credentials
        access_support read_as record_act module_version check_schema check_arrival seal_privileges digest_emails broken_references broken_statements has_shared_counts
        key_file_problem sealed_problem
        add_organization_table remove_organization_table require_organization_here
        grant_application grant_authenticator grant_mailer grant_reporting
        grant_operator grant_monitor seals_digest
        revoke_application revoke_authenticator revoke_mailer
        revoke_reporting revoke_operator revoke_monitor'),
    ('owner', 'table', '
        organization_cell awaited_credential
        activity_seal
        password second_factor recovery_code account_email email_key account_token blocked_email log_in_failure session_token
        invitation_token activity_chain activity_entry database_switch organization_move mailer_key outbox
        waiting_list_entry waiting_list_agenda freed_time slot_offer reading_note reading'),
    ('owner', 'view', '
        move_problem unserved_agenda shared_grant every_grant member_grant member_features reading_by_day
        intended_privileges given_privileges expected_policies expected_columns
        organization_table_problems
        health_of_data health_of_record health_of_catalog health_of_settings health_of_secrets')
) AS list (audience, object_type, objects);
COMMENT ON VIEW practiceacl.role_privileges IS
    'which audience (application, authenticator, mailer, reporting, operator, monitor; public, owner) needs what: a function, or reading a table or view';

CREATE VIEW practiceacl.intended_privileges AS
SELECT r.audience, 'pg_catalog.pg_proc'::pg_catalog.regclass::oid AS catalog,
       p.oid AS object, 'EXECUTE' AS privilege,
       p.oid::pg_catalog.regprocedure::text AS name
FROM practiceacl.role_privileges r
JOIN pg_catalog.pg_proc p ON r.object IN (
    p.proname::text,
    p.proname || '(' || pg_catalog.oidvectortypes(p.proargtypes) || ')')
JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
    AND d.objid = p.oid AND d.deptype = 'e'
JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid AND e.extname = 'practiceacl'
WHERE r.object_type = 'function'
  AND d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
UNION ALL
SELECT r.audience, 'pg_catalog.pg_class'::pg_catalog.regclass::oid, c.oid, 'SELECT',
       c.oid::pg_catalog.regclass::text
FROM practiceacl.role_privileges r
JOIN pg_catalog.pg_class c ON r.object = c.relname
JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
    AND d.objid = c.oid AND d.objsubid = 0 AND d.deptype = 'e'
JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid AND e.extname = 'practiceacl'
WHERE d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
  AND ((r.object_type = 'table' AND c.relkind = 'r')
       OR (r.object_type = 'view' AND c.relkind = 'v'));
COMMENT ON VIEW practiceacl.intended_privileges IS
    'role_privileges, each name resolved to the extension''s objects of that name';

CREATE VIEW practiceacl.given_privileges AS
SELECT 'pg_catalog.pg_proc'::pg_catalog.regclass::oid AS catalog, p.oid AS object,
       a.grantee, a.privilege_type AS privilege, a.is_grantable AS grantable,
       p.oid::pg_catalog.regprocedure::text AS name
FROM pg_catalog.pg_extension e
JOIN pg_catalog.pg_depend d ON d.refobjid = e.oid AND d.deptype = 'e'
    AND d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
    AND d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
JOIN pg_catalog.pg_proc p ON p.oid = d.objid,
     pg_catalog.aclexplode(coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))) a
WHERE e.extname = 'practiceacl' AND a.grantee <> p.proowner
UNION ALL
SELECT 'pg_catalog.pg_class'::pg_catalog.regclass::oid, c.oid,
       a.grantee, a.privilege_type, a.is_grantable,
       c.oid::pg_catalog.regclass::text
FROM pg_catalog.pg_extension e
JOIN pg_catalog.pg_depend d ON d.refobjid = e.oid AND d.deptype = 'e'
    AND d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
    AND d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
JOIN pg_catalog.pg_class c ON c.oid = d.objid
CROSS JOIN LATERAL (
    SELECT acl.grantee, acl.privilege_type, acl.is_grantable
    FROM pg_catalog.aclexplode(c.relacl) acl
    UNION ALL
    SELECT acl.grantee, pg_catalog.format('%s (%I)', acl.privilege_type, t.attname), acl.is_grantable
    FROM pg_catalog.pg_attribute t, pg_catalog.aclexplode(t.attacl) acl
    WHERE t.attrelid = c.oid) a
WHERE e.extname = 'practiceacl' AND a.grantee <> c.relowner;
COMMENT ON VIEW practiceacl.given_privileges IS
    'every privilege on the extension''s functions, tables, views and their columns that somebody other than their owner has';
