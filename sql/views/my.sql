/* What the person who is logged in has. */

CREATE VIEW practiceacl.my_organizations WITH (security_invoker) AS
    SELECT o.id AS organization_id,
           o.name,
           o.country,
           o.time_zone,
           m.job_title,
           m.admin,
           m.features,
           m.joined_at,
           m.last_log_in_at
    FROM practiceacl.membership m
    JOIN practiceacl.organization o ON o.id = m.organization_id
    WHERE m.account_id = practiceacl.reading_account()
      AND m.status = 'active';
COMMENT ON VIEW practiceacl.my_organizations IS
    'the organizations that one belongs to, and one''s place in each';
COMMENT ON COLUMN practiceacl.my_organizations.admin IS
    'administrator level: none, users (who are not administrators), full';
COMMENT ON COLUMN practiceacl.my_organizations.features IS
    'flags that hold on every agenda of the organization where one has at least read';
COMMENT ON COLUMN practiceacl.my_organizations.last_log_in_at IS
    'last log-in that this organization may know of';

/* The holder's name is another account's, so this view is its owner's. */
CREATE VIEW practiceacl.my_agendas WITH (security_barrier) AS
    SELECT g.organization_id,
           o.name AS organization,
           g.id AS agenda_id,
           g.name,
           g.holder_id,
           btrim(h.first_name || ' ' || h.last_name) AS holder_name,
           practiceacl.rights_on(g.id) AS rights,
           g.holder_id = practiceacl.reading_account() AS own,
           g.id IS NOT DISTINCT FROM practiceacl.current_agenda() AS current,
           g.time_zone,
           g.slot_minutes
    FROM practiceacl.agenda g
    JOIN practiceacl.organization o ON o.id = g.organization_id
    JOIN practiceacl.account h ON h.id = g.holder_id
    WHERE practiceacl.can(g.id, 'freebusy');
COMMENT ON VIEW practiceacl.my_agendas IS
    'all calendars that one may open, if only to see when they are busy, with one''s rights';
COMMENT ON COLUMN practiceacl.my_agendas.own IS 'one is its holder';
COMMENT ON COLUMN practiceacl.my_agendas.current IS
    'chosen with choose_agenda() in this session';

CREATE VIEW practiceacl.my_features WITH (security_invoker) AS
    SELECT m.organization_id,
           o.name AS organization,
           g.id AS agenda_id,
           g.name AS agenda,
           practiceacl.level(g.rights) AS level,
           practiceacl.flags(g.rights) AS features,
           practiceacl.flags(m.features) AS everywhere
    FROM practiceacl.membership m
    JOIN practiceacl.organization o ON o.id = m.organization_id
    LEFT JOIN (
        SELECT a.organization_id, a.id, a.name, practiceacl.rights_on(a.id) AS rights
        FROM practiceacl.agenda a
        WHERE practiceacl.can(a.id, 'freebusy')
    ) AS g ON g.organization_id = m.organization_id
    WHERE m.account_id = practiceacl.reading_account()
      AND m.status = 'active';
COMMENT ON VIEW practiceacl.my_features IS
    'what is enabled for oneself on each calendar; an organization without one has a row without agenda';
COMMENT ON COLUMN practiceacl.my_features.features IS
    'all flags that one has on the agenda, from whichever source';
COMMENT ON COLUMN practiceacl.my_features.everywhere IS
    'those that the membership gives on every agenda where one has at least read';
