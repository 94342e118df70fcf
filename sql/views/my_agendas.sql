/* The calendars that the caller may open. */

/*
 * The holder's name is another account's, so this view is its owner's.  OFFSET
 * 0 keeps conditions from outside out of it: they would choose rows of its
 * tables before can() does, and how many they chose can be counted.
 */
CREATE VIEW practiceacl.my_agendas WITH (security_barrier) AS
    SELECT g.organization_id,
           o.name AS organization,
           g.id AS agenda_id,
           g.name,
           g.holder_id,
           btrim(h.first_name || ' ' || h.last_name) AS holder_name,
           practiceacl.rights_on(g.id) AS rights,
           coalesce(g.holder_id = practiceacl.reading_account(), false) AS own,
           g.id IS NOT DISTINCT FROM practiceacl.current_agenda() AS current,
           g.time_zone,
           g.slot_minutes,
           g.archived_at,
           g.colleague_rights,
           practiceacl.level(practiceacl.rights_on(g.id)) AS level,
           practiceacl.flags(practiceacl.rights_on(g.id)) AS flags,
           g.kind,
           g.location_name,
           g.location_address,
           g.reminders,
           g.offer_minutes
    FROM practiceacl.agenda g
    JOIN practiceacl.organization o ON o.id = g.organization_id
    LEFT JOIN practiceacl.account h ON h.id = g.holder_id
    WHERE practiceacl.can(g.id, 'freebusy')
    OFFSET 0;
COMMENT ON VIEW practiceacl.my_agendas IS
    'all calendars that the caller may open, if only to see when they are busy, with the caller''s rights';
COMMENT ON COLUMN practiceacl.my_agendas.holder_id IS 'null of a room or device';
COMMENT ON COLUMN practiceacl.my_agendas.kind IS 'person, room or device';
COMMENT ON COLUMN practiceacl.my_agendas.own IS 'whether the caller is its holder';
COMMENT ON COLUMN practiceacl.my_agendas.current IS
    'chosen with choose_agenda() in this session';
COMMENT ON COLUMN practiceacl.my_agendas.archived_at IS
    'since when it takes no appointments; null while it is in use';
COMMENT ON COLUMN practiceacl.my_agendas.colleague_rights IS
    'what every colleague may do on it without a grant';
COMMENT ON COLUMN practiceacl.my_agendas.location_name IS
    'where its appointments take place';
COMMENT ON COLUMN practiceacl.my_agendas.reminders IS
    'how long before an appointment its contact is reminded of it';
COMMENT ON COLUMN practiceacl.my_agendas.offer_minutes IS
    'after how long an offer to a patient who waits lapses; null: times are offered to nobody';
