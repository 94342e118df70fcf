/*
 * Who sees which rows.  Reading is all that anybody is granted; that no
 * policy speaks of INSERT, UPDATE or DELETE means that a privilege given by
 * mistake opens no row.
 *
 * A policy is made of calls of functions on the direct reader, boolean columns,
 * IS NULL, AND, OR and NOT, and of nothing else: then it is evaluated before
 * every condition of a query (see COST_OF_FIRST in src/api/access_support.c),
 * and an index serves it (src/api/index_guard.c).
 *
 * Tables without a policy are for nobody but the extension's own functions.
 */

ALTER TABLE practiceacl.account ENABLE ROW LEVEL SECURITY;
CREATE POLICY account_read ON practiceacl.account FOR SELECT
    USING (practiceacl.is_me(id));

ALTER TABLE practiceacl.session ENABLE ROW LEVEL SECURITY;
CREATE POLICY session_read ON practiceacl.session FOR SELECT
    USING (practiceacl.is_me(account_id));

ALTER TABLE practiceacl.role_account ENABLE ROW LEVEL SECURITY;
CREATE POLICY role_account_read ON practiceacl.role_account FOR SELECT
    USING (practiceacl.is_me(account_id));

ALTER TABLE practiceacl.organization ENABLE ROW LEVEL SECURITY;
CREATE POLICY organization_read ON practiceacl.organization FOR SELECT
    USING (practiceacl.is_member(id));

ALTER TABLE practiceacl.service_offer ENABLE ROW LEVEL SECURITY;
CREATE POLICY service_offer_read ON practiceacl.service_offer FOR SELECT
    USING (practiceacl.reads_service_offer(code));

ALTER TABLE practiceacl.membership ENABLE ROW LEVEL SECURITY;
CREATE POLICY membership_read ON practiceacl.membership FOR SELECT
    USING (practiceacl.is_me(account_id)
           OR practiceacl.is_admin(organization_id, 'users'));

ALTER TABLE practiceacl.invitation ENABLE ROW LEVEL SECURITY;
CREATE POLICY invitation_read ON practiceacl.invitation FOR SELECT
    USING (practiceacl.is_admin(organization_id, 'users'));

ALTER TABLE practiceacl.agenda ENABLE ROW LEVEL SECURITY;
CREATE POLICY agenda_read ON practiceacl.agenda FOR SELECT
    USING (practiceacl.can(id, 'freebusy')
           OR practiceacl.is_admin(organization_id, 'users'));

ALTER TABLE practiceacl.appointment_type ENABLE ROW LEVEL SECURITY;
CREATE POLICY appointment_type_read ON practiceacl.appointment_type FOR SELECT
    USING (practiceacl.is_member(organization_id));

ALTER TABLE practiceacl.agenda_type ENABLE ROW LEVEL SECURITY;
CREATE POLICY agenda_type_read ON practiceacl.agenda_type FOR SELECT
    USING (practiceacl.can(agenda_id, 'freebusy')
           OR practiceacl.is_admin(organization_id, 'users'));

ALTER TABLE practiceacl.opening ENABLE ROW LEVEL SECURITY;
CREATE POLICY opening_read ON practiceacl.opening FOR SELECT
    USING (practiceacl.can(agenda_id, 'freebusy'));

ALTER TABLE practiceacl.closing ENABLE ROW LEVEL SECURITY;
CREATE POLICY closing_read ON practiceacl.closing FOR SELECT
    USING (practiceacl.is_member(organization_id));

ALTER TABLE practiceacl.absence ENABLE ROW LEVEL SECURITY;
CREATE POLICY absence_read ON practiceacl.absence FOR SELECT
    USING (practiceacl.can(agenda_id, 'read')
           AND (reason IS NULL OR practiceacl.can(agenda_id, 'read+private')));

ALTER TABLE practiceacl.access_grant ENABLE ROW LEVEL SECURITY;
CREATE POLICY access_grant_read ON practiceacl.access_grant FOR SELECT
    USING (practiceacl.is_me(account_id)
           OR practiceacl.can(agenda_id, 'owner')
           OR practiceacl.is_admin(organization_id, 'users'));

ALTER TABLE practiceacl.access_history ENABLE ROW LEVEL SECURITY;
CREATE POLICY access_history_read ON practiceacl.access_history FOR SELECT
    USING (practiceacl.is_me(account_id)
           OR practiceacl.can(agenda_id, 'owner')
           OR practiceacl.is_admin(organization_id, 'users'));

ALTER TABLE practiceacl.agenda_group ENABLE ROW LEVEL SECURITY;
CREATE POLICY agenda_group_read ON practiceacl.agenda_group FOR SELECT
    USING (practiceacl.is_member(organization_id));

ALTER TABLE practiceacl.agenda_group_member ENABLE ROW LEVEL SECURITY;
CREATE POLICY agenda_group_member_read ON practiceacl.agenda_group_member FOR SELECT
    USING (practiceacl.can(agenda_id, 'freebusy')
           OR practiceacl.is_admin(organization_id, 'users'));

ALTER TABLE practiceacl.group_grant ENABLE ROW LEVEL SECURITY;
CREATE POLICY group_grant_read ON practiceacl.group_grant FOR SELECT
    USING (practiceacl.is_me(account_id)
           OR practiceacl.is_admin(organization_id, 'users'));

ALTER TABLE practiceacl.profile ENABLE ROW LEVEL SECURITY;
CREATE POLICY profile_read ON practiceacl.profile FOR SELECT
    USING (practiceacl.is_admin(organization_id, 'users'));

ALTER TABLE practiceacl.profile_right ENABLE ROW LEVEL SECURITY;
CREATE POLICY profile_right_read ON practiceacl.profile_right FOR SELECT
    USING (practiceacl.is_admin(organization_id, 'users'));

ALTER TABLE practiceacl.profile_member ENABLE ROW LEVEL SECURITY;
CREATE POLICY profile_member_read ON practiceacl.profile_member FOR SELECT
    USING (practiceacl.is_me(account_id)
           OR practiceacl.is_admin(organization_id, 'users'));

ALTER TABLE practiceacl.access_review ENABLE ROW LEVEL SECURITY;
CREATE POLICY access_review_read ON practiceacl.access_review FOR SELECT
    USING (practiceacl.is_member(organization_id));

ALTER TABLE practiceacl.access_review_item ENABLE ROW LEVEL SECURITY;
CREATE POLICY access_review_item_read ON practiceacl.access_review_item FOR SELECT
    USING (practiceacl.is_me(account_id)
           OR practiceacl.can(agenda_id, 'owner')
           OR practiceacl.is_admin(organization_id, 'users'));

ALTER TABLE practiceacl.rights_request ENABLE ROW LEVEL SECURITY;
CREATE POLICY rights_request_read ON practiceacl.rights_request FOR SELECT
    USING (practiceacl.is_me(account_id)
           OR practiceacl.can(agenda_id, 'owner')
           OR practiceacl.is_admin(organization_id, 'users'));

ALTER TABLE practiceacl.appointment ENABLE ROW LEVEL SECURITY;
CREATE POLICY appointment_read ON practiceacl.appointment FOR SELECT
    USING (practiceacl.can(agenda_id, 'read')
           AND (NOT private OR practiceacl.can(agenda_id, 'read+private')));

ALTER TABLE practiceacl.appointment_archive ENABLE ROW LEVEL SECURITY;
CREATE POLICY appointment_archive_read ON practiceacl.appointment_archive FOR SELECT
    USING (practiceacl.can(agenda_id, 'read')
           AND (NOT private OR practiceacl.can(agenda_id, 'read+private')));

ALTER TABLE practiceacl.slot_hold ENABLE ROW LEVEL SECURITY;
CREATE POLICY slot_hold_read ON practiceacl.slot_hold FOR SELECT
    USING (practiceacl.can(agenda_id, 'read'));

ALTER TABLE practiceacl.activity ENABLE ROW LEVEL SECURITY;
CREATE POLICY activity_read ON practiceacl.activity FOR SELECT
    USING (practiceacl.is_me(actor_id)
           OR practiceacl.can(agenda_id, 'owner')
           OR practiceacl.is_admin(organization_id, 'users'));

/* Names of patients for those who may read them, names of users for administrators. */
ALTER TABLE practiceacl.activity_detail ENABLE ROW LEVEL SECURITY;
CREATE POLICY activity_detail_read ON practiceacl.activity_detail FOR SELECT
    USING (detail IS NOT NULL
           AND (practiceacl.can(agenda_id, 'owner+private')
                OR agenda_id IS NULL AND practiceacl.is_admin(organization_id, 'users')));

ALTER TABLE practiceacl.notice ENABLE ROW LEVEL SECURITY;
CREATE POLICY notice_read ON practiceacl.notice FOR SELECT
    USING (practiceacl.reads_notice(id));

ALTER TABLE practiceacl.notice_read ENABLE ROW LEVEL SECURITY;
CREATE POLICY notice_read_read ON practiceacl.notice_read FOR SELECT
    USING (practiceacl.is_me(account_id));

ALTER TABLE practiceacl.account_email ENABLE ROW LEVEL SECURITY;
ALTER TABLE practiceacl.email_key ENABLE ROW LEVEL SECURITY;
ALTER TABLE practiceacl.password ENABLE ROW LEVEL SECURITY;
ALTER TABLE practiceacl.second_factor ENABLE ROW LEVEL SECURITY;
ALTER TABLE practiceacl.recovery_code ENABLE ROW LEVEL SECURITY;
ALTER TABLE practiceacl.account_token ENABLE ROW LEVEL SECURITY;
ALTER TABLE practiceacl.blocked_email ENABLE ROW LEVEL SECURITY;
ALTER TABLE practiceacl.log_in_failure ENABLE ROW LEVEL SECURITY;
ALTER TABLE practiceacl.session_token ENABLE ROW LEVEL SECURITY;
ALTER TABLE practiceacl.invitation_token ENABLE ROW LEVEL SECURITY;
ALTER TABLE practiceacl.activity_chain ENABLE ROW LEVEL SECURITY;
ALTER TABLE practiceacl.activity_entry ENABLE ROW LEVEL SECURITY;
ALTER TABLE practiceacl.activity_seal ENABLE ROW LEVEL SECURITY;
ALTER TABLE practiceacl.database_switch ENABLE ROW LEVEL SECURITY;
ALTER TABLE practiceacl.mailer_key ENABLE ROW LEVEL SECURITY;
ALTER TABLE practiceacl.organization_move ENABLE ROW LEVEL SECURITY;
ALTER TABLE practiceacl.awaited_credential ENABLE ROW LEVEL SECURITY;
ALTER TABLE practiceacl.organization_cell ENABLE ROW LEVEL SECURITY;
ALTER TABLE practiceacl.outbox ENABLE ROW LEVEL SECURITY;
ALTER TABLE practiceacl.waiting_list_entry ENABLE ROW LEVEL SECURITY;
ALTER TABLE practiceacl.waiting_list_agenda ENABLE ROW LEVEL SECURITY;
ALTER TABLE practiceacl.freed_time ENABLE ROW LEVEL SECURITY;
ALTER TABLE practiceacl.slot_offer ENABLE ROW LEVEL SECURITY;
ALTER TABLE practiceacl.reading_note ENABLE ROW LEVEL SECURITY;
ALTER TABLE practiceacl.reading ENABLE ROW LEVEL SECURITY;
