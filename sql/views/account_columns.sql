/*
 * What becomes of every column that names an account when merge_account() makes
 * two accounts one.  It is carried out from here: what follows and what is
 * united gets the id that stays, what ends is deleted.  Where an account only
 * gets another id, everything follows but what stays.
 */
CREATE VIEW practiceacl.account_columns (table_name, column_name, on_merge, reason) WITH (security_invoker) AS
VALUES
    ('absence', 'created_by', 'follows', 'who entered it'),
    ('absence', 'substitute_id', 'follows', 'who stands in'),
    ('access_grant', 'account_id', 'united', 'rights unite as they are; what one had on a calendar of the other ends'),
    ('access_grant', 'granted_by', 'follows', 'who gave it'),
    ('access_history', 'account_id', 'united', 'what was true; where both were members it stays under the two ids'),
    ('access_history', 'ended_by', 'follows', 'who ended it'),
    ('access_history', 'granted_by', 'follows', 'who gave it'),
    ('access_review', 'started_by', 'follows', 'who began it'),
    ('access_review_item', 'account_id', 'follows', 'whose right is reviewed'),
    ('access_review_item', 'confirmed_by', 'follows', 'who confirmed it'),
    ('account', 'id', 'stays', 'the former id is kept, deleted, and says whose it was'),
    ('account', 'merged_into', 'follows', 'ids that they had before'),
    ('account_email', 'account_id', 'ends', 'of two addresses one stays'),
    ('account_token', 'account_id', 'ends', 'proves somebody at the address that ends'),
    ('activity', 'account_id', 'stays', 'the chains hash it'),
    ('activity', 'actor_id', 'stays', 'the chains hash it'),
    ('activity', 'subject_id', 'stays', 'the chains hash it'),
    ('activity_detail', 'account_id', 'follows', 'is erased with the account'),
    ('agenda', 'colleague_rights_by', 'follows', 'who gave them'),
    ('agenda', 'holder_id', 'follows', 'whose calendar it is'),
    ('agenda_group', 'created_by', 'follows', 'who made it'),
    ('agenda_group_member', 'added_by', 'follows', 'who added it'),
    ('appointment', 'created_by', 'follows', 'who booked it'),
    ('closing', 'created_by', 'follows', 'who entered it'),
    ('group_grant', 'account_id', 'follows', 'rights unite as they are'),
    ('group_grant', 'granted_by', 'follows', 'who gave it'),
    ('invitation', 'account_id', 'follows', 'who accepted it'),
    ('invitation', 'invited_by', 'follows', 'who sent it'),
    ('membership', 'account_id', 'united', 'of two in one organization: the higher level, all flags'),
    ('notice_read', 'account_id', 'united', 'read is read'),
    ('outbox', 'account_id', 'follows', 'to whom it goes; a link for the address that ends is not sent'),
    ('outbox', 'sent_by', 'follows', 'who caused it'),
    ('password', 'account_id', 'ends', 'of two passwords one stays'),
    ('profile', 'created_by', 'follows', 'who made it'),
    ('profile', 'features_by', 'follows', 'who gave them'),
    ('profile_member', 'account_id', 'united', 'of the same profile twice: until the later end'),
    ('profile_member', 'given_by', 'follows', 'who gave it'),
    ('profile_right', 'granted_by', 'follows', 'who gave it'),
    ('reading', 'account_id', 'united', 'counts are added up'),
    ('reading_note', 'account_id', 'follows', 'who read'),
    ('recovery_code', 'account_id', 'ends', 'stands for a second factor under this id'),
    ('rights_request', 'account_id', 'united', 'of two that wait for the same calendar one is replaced'),
    ('rights_request', 'answered_by', 'follows', 'who answered'),
    ('rights_request', 'requested_by', 'follows', 'who asked'),
    ('role_account', 'account_id', 'follows', 'the role is the same person''s'),
    ('second_factor', 'account_id', 'ends', 'of two one stays; the only one is sealed again'),
    ('session', 'account_id', 'follows', 'who logged in; all sessions end'),
    ('slot_hold', 'account_id', 'ends', 'belongs to a session, which ends'),
    ('waiting_list_entry', 'joined_by', 'follows', 'who entered it');
COMMENT ON VIEW practiceacl.account_columns IS
    'what becomes of each column that names an account when two accounts are made one: it follows, is united where both have the same, ends, or stays';
