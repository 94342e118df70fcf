/*
 * Tables beside the core's that move with organizations, a parent before its
 * children: those with the trigger that add_organization_table() makes.
 */
CREATE VIEW practiceacl.registered_table
    (relation, qualified_name, organization_column, position, enabled) WITH (security_invoker) AS
WITH RECURSIVE registered AS (
    SELECT t.tgrelid, pg_catalog.format('%I.%I', n.nspname, c.relname) COLLATE "default" AS qualified_name,
           pg_catalog.convert_from(pg_catalog.substr(t.tgargs, 1, pg_catalog.octet_length(t.tgargs) - 1),
               pg_catalog.getdatabaseencoding()) COLLATE "default" AS organization_column,
           t.tgenabled IN ('O', 'A') AS enabled
    FROM pg_catalog.pg_trigger t
    JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE t.tgfoid = 'practiceacl.require_organization_here()'::pg_catalog.regprocedure AND t.tgparentid = 0
), generation AS (
    SELECT tgrelid, 0 AS depth FROM registered
    UNION
    SELECT f.conrelid, g.depth + 1
    FROM generation g
    JOIN pg_catalog.pg_constraint f ON f.confrelid = g.tgrelid AND f.contype = 'f' AND f.conrelid <> f.confrelid
    JOIN registered r ON r.tgrelid = f.conrelid
    WHERE g.depth < (SELECT count(*) FROM registered)
)
SELECT r.tgrelid::pg_catalog.regclass, r.qualified_name, r.organization_column,
       300 + (SELECT max(g.depth) FROM generation g WHERE g.tgrelid = r.tgrelid), r.enabled
FROM registered r;
COMMENT ON VIEW practiceacl.registered_table IS
    'the tables that add_organization_table() registered: their place in organization_tables, and whether the trigger that says so is enabled';

/*
 * What becomes of every table when an organization moves to another cell, a
 * parent before its children.  Publications, comparisons and deletions are
 * made from it; %L is the organization's id.
 *
 * What a publication filters by must be in the replica identity, or the source
 * could not update its rows any more: that is why organization_id comes first
 * in the keys, and why the tables whose key is a secret, a message or an entry of
 * the record have all columns for it.
 */
CREATE VIEW practiceacl.organization_tables
    (position, table_name, on_move, moved_rows, forgotten_rows, compared, reason, qualified_name) WITH (security_invoker) AS
SELECT position, table_name, on_move,
       CASE on_move WHEN 'replicated' THEN coalesce(moved, 'organization_id = %L') END,
       CASE WHEN on_move = 'replicated' OR forgotten IS NOT NULL
            THEN coalesce(forgotten, moved, 'organization_id = %L') END,
       compared, reason, pg_catalog.format('practiceacl.%I', table_name)
FROM (VALUES
    (10, 'organization', 'replicated', 'id = %L', NULL, true, 'the tenant itself'),
    (20, 'membership', 'replicated', NULL, NULL, true, 'its people''s places in it'),
    (30, 'agenda', 'replicated', NULL, NULL, true, 'its calendars'),
    (40, 'opening', 'replicated', NULL, NULL, true, 'of its calendars'),
    (50, 'closing', 'replicated', NULL, NULL, true, 'its closed days'),
    (60, 'absence', 'replicated', NULL, NULL, true, 'of its calendars'),
    (70, 'access_grant', 'replicated', NULL, NULL, true, 'rights on its calendars'),
    (80, 'agenda_group', 'replicated', NULL, NULL, true, 'its groups of agendas'),
    (90, 'agenda_group_member', 'replicated', NULL, NULL, true, 'of its groups'),
    (100, 'group_grant', 'replicated', NULL, NULL, true, 'rights on its groups'),
    (110, 'profile', 'replicated', NULL, NULL, true, 'its profiles'),
    (120, 'profile_right', 'replicated', NULL, NULL, true, 'of its profiles'),
    (130, 'profile_member', 'replicated', NULL, NULL, true, 'who has its profiles'),
    (140, 'access_history', 'replicated', NULL, NULL, true, 'what was true in it'),
    (150, 'rights_request', 'replicated', NULL, NULL, true, 'what is asked for in it'),
    (160, 'access_review', 'replicated', NULL, NULL, true, 'its reviews'),
    (170, 'access_review_item', 'replicated', NULL, NULL, true, 'of its reviews'),
    (180, 'invitation', 'replicated', NULL, NULL, true, 'its invitations'),
    (190, 'invitation_token', 'replicated', NULL, NULL, true, 'a link that was sent is good in the new cell; only its digest is stored'),
    (200, 'appointment_type', 'replicated', NULL, NULL, true, 'its types of appointments'),
    (210, 'agenda_type', 'replicated', NULL, NULL, true, 'which agenda offers which'),
    (220, 'appointment', 'replicated', NULL, NULL, true, 'its appointments'),
    (221, 'appointment_archive', 'replicated', NULL, NULL, true, 'its appointments of long ago'),
    (222, 'waiting_list_entry', 'replicated', NULL, NULL, true, 'who waits for its calendars'),
    (224, 'waiting_list_agenda', 'replicated', NULL, NULL, true, 'for which of them'),
    (226, 'freed_time', 'replicated', NULL, NULL, true, 'what became free and is offered to them'),
    (228, 'slot_offer', 'replicated', NULL, NULL, true, 'to whom; the message waits in the outbox'),
    (230, 'slot_hold', 'stays', NULL, 'organization_id = %L', false, 'belongs to a session, lapses within minutes, and is deleted with the organization'),
    (240, 'activity_chain', 'replicated', NULL, NULL, true, 'the heads of its chains'),
    (245, 'activity', 'stays', NULL, NULL, false, 'has no rows but those of activity_entry'),
    (247, 'activity_detail', 'stays', NULL, NULL, false, 'has no rows but those of activity_entry'),
    (250, 'activity_entry', 'replicated', NULL, NULL, true, 'its record'),
    (255, 'activity_seal', 'replicated', NULL, NULL, true, 'what of its record stands in files'),
    (270, 'reading_note', 'replicated', NULL, NULL, false, 'who read in it; written while people read'),
    (280, 'reading', 'replicated', NULL, NULL, false, 'the same, added up by purge()'),
    (290, 'outbox', 'replicated', 'organization_id = %L AND sent_at IS NULL AND sealed_secret IS NULL',
        'organization_id = %L AND (sent_at IS NOT NULL OR sealed_secret IS NULL)', false,
        'what waits is sent by the cell where the organization is open; what holds a secret that is sealed for this cell''s mailer is sent from here'),
    (400, 'account', 'registered', NULL, NULL, false, 'people are in every cell where they belong to somebody, under one id: see register_account()'),
    (410, 'account_email', 'registered', NULL, NULL, false, 'each cell keys its digests of addresses with a key of its own'),
    (500, 'service_offer', 'stays', NULL, NULL, false, 'each cell has the operator''s price list; a move is refused while a code is missing'),
    (505, 'organization_move', 'stays', NULL, NULL, false, 'each cell''s own knowledge of its moves'),
    (506, 'awaited_credential', 'stays', NULL, NULL, false, 'each cell''s own knowledge of whose password may come'),
    (507, 'organization_cell', 'stays', NULL, NULL, false, 'the directory of all cells: see publish_directory()'),
    (510, 'password', 'stays', NULL, NULL, false, 'what proves a person travels only if it is asked for: see seal_credentials()'),
    (520, 'second_factor', 'stays', NULL, NULL, false, 'what proves a person travels only if it is asked for: see seal_credentials()'),
    (530, 'recovery_code', 'stays', NULL, NULL, false, 'what proves a person travels only if it is asked for: see seal_credentials()'),
    (540, 'account_token', 'stays', NULL, NULL, false, 'of a link that leads to this cell, and lapses soon'),
    (550, 'session', 'stays', NULL, NULL, false, 'a person logs in at each cell'),
    (560, 'session_token', 'stays', NULL, NULL, false, 'a person logs in at each cell'),
    (570, 'role_account', 'stays', NULL, NULL, false, 'roles are of a server'),
    (580, 'log_in_failure', 'stays', NULL, NULL, false, 'counts of this cell''s log-ins'),
    (590, 'blocked_email', 'stays', NULL, NULL, false, 'each cell refuses its own addresses; a move is refused for people whom the target does not take'),
    (600, 'email_key', 'stays', NULL, NULL, false, 'the key of this cell'),
    (610, 'mailer_key', 'stays', NULL, NULL, false, 'the key of this cell''s mailer'),
    (615, 'database_switch', 'stays', NULL, NULL, false, 'what the operators of this cell have switched on'),
    (620, 'notice', 'stays', NULL, NULL, false, 'the operator tells each cell'),
    (630, 'notice_read', 'stays', NULL, NULL, false, 'of this cell''s notices')
) AS decision (position, table_name, on_move, moved, forgotten, compared, reason)
UNION ALL
SELECT r.position, r.qualified_name, 'replicated', r.rows, r.rows, true, 'see add_organization_table()', r.qualified_name
FROM (SELECT t.position, t.qualified_name,
             pg_catalog.replace(pg_catalog.quote_ident(t.organization_column), '%', '%%') || ' = %L' AS rows
      FROM practiceacl.registered_table t) AS r;
COMMENT ON VIEW practiceacl.organization_tables IS
    'what becomes of each table when an organization moves to another cell: its rows are replicated, its people registered, or it stays; and what is deleted afterwards';
COMMENT ON COLUMN practiceacl.organization_tables.qualified_name IS 'with its schema, quoted as SQL needs it';
