/*
 * The columns of views that always have a value, which the catalog does not tell:
 * for programs that make types of views.  test/pgtap/never_null.sql holds it
 * against views of rows in which everything is missing that can be.
 */
CREATE VIEW practiceacl.never_null (view_name, column_name) WITH (security_invoker) AS
SELECT view_name, pg_catalog.regexp_split_to_table(pg_catalog.btrim(columns, E' \n'), '\s+')
FROM (VALUES
    ('access_matrix', '
        organization_id account_id user_name agenda_id agenda_name rights level flags source'),
    ('account_columns', '
        table_name column_name on_merge reason'),
    ('acts', '
        act meaning'),
    ('agenda_groups', '
        organization_id group_id name everything agendas'),
    ('agenda_types', '
        organization_id agenda_id type_id name duration buffer_before buffer_after rights bookable level
        flags'),
    ('appointment_types', '
        organization_id type_id name duration buffer_before buffer_after rights attributes level flags'),
    ('busy', '
        agenda_id starts_at ends_at occupied_from occupied_until'),
    ('calendar', '
        kind agenda_id starts_at ends_at status private occupied_from occupied_until'),
    ('closing_conflicts', '
        organization_id closing_id name agenda_id starts_at ends_at'),
    ('drop_effects', '
        object effect'),
    ('every_appointment', '
        organization_id agenda_id id starts_at ends_at created_at created_by private overbooked status
        attributes version updated_at status_since minutes_before minutes_after occupied_from occupied_until'),
    ('group_rights', '
        organization_id group_id group_name account_id user_name rights level flags valid_during granted_at'),
    ('invitation_status', '
        organization_id invitation_id email name status times_sent last_sent_at created_at expires_at
        invited_by invited_by_name'),
    ('my_agendas', '
        organization_id organization agenda_id name rights own current time_zone slot_minutes
        colleague_rights level flags kind reminders'),
    ('my_features', '
        organization_id feature'),
    ('my_organizations', '
        organization_id name country time_zone admin features joined_at second_factor'),
    ('my_second_factor', '
        since recovery_codes'),
    ('my_sessions', '
        id opened_at last_seen_at expires_at current second_factor'),
    ('never_null', '
        view_name column_name'),
    ('notices', '
        notice_id published_at title body'),
    ('organization_cells', '
        organization_id cell generation since'),
    ('organization_tables', '
        position table_name on_move compared reason qualified_name'),
    ('profile_people', '
        organization_id profile_id profile_name account_id user_name since'),
    ('profiles', '
        organization_id profile_id name settings people'),
    ('registered_table', '
        relation qualified_name organization_column position enabled'),
    ('report_access_review', '
        organization_id organization agenda_id agenda account_id unused lapses_soon exceeds_usual'),
    ('report_activity', '
        organization_id organization day act entries accounts agendas'),
    ('report_security', '
        organization_id organization day refused_log_ins shared_log_ins break_glass_uses overbookings
        emergency_readings'),
    ('report_subscriptions', '
        organization_id organization agenda_id agenda monthly_price organization_monthly_total
        organization_agendas subscribed_since'),
    ('report_utilisation', '
        organization_id organization agenda_id agenda day opening_minutes booked_minutes appointments
        no_shows cancelled'),
    ('review_list', '
        organization_id review_id account_id user_name rights review_ends_at status level flags'),
    ('rights_requests', '
        organization_id request_id agenda_id account_id user_name rights valid_during consent source
        requested_at requested_by requested_by_name status mine_to_answer expires_at level flags'),
    ('role_privileges', '
        audience object_type object'),
    ('service_offers', '
        code name monthly_price'),
    ('shifted_times', '
        organization_id agenda_id time_zone kind id starts_at ends_at shown_start shown_end'),
    ('slot_offers', '
        organization_id offer_id agenda_id entry_id starts_at ends_at offered_at expires_at state'),
    ('slot_presence', '
        agenda_id agenda hold_id account_id name starts_at ends_at expires_at own shared_log_in'),
    ('table_sizes', '
        table_name rows bytes index_bytes'),
    ('user_directory', '
        organization_id account_id first_name last_name name'),
    ('waiting_list', '
        organization_id entry_id agenda_id joined_at joined_by from_date until_date day_from day_until'),
    ('waiting_list_matches', '
        organization_id entry_id agenda_id starts_at ends_at place joined_at')
) AS never_null (view_name, columns);
COMMENT ON VIEW practiceacl.never_null IS
    'the columns of the views for applications, reports and operators that are never null; for programs that generate types, run by operators';
COMMENT ON COLUMN practiceacl.never_null.view_name IS 'a view of this schema';
COMMENT ON COLUMN practiceacl.never_null.column_name IS 'one of its columns; those that are not listed can be null';
