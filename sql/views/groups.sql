/*
 * Groups of agendas and profiles, as the caller may see them.  What they name
 * is other people's, so these views are their owner's; OFFSET 0 keeps
 * conditions from outside out, as in my_agendas.
 */

CREATE VIEW practiceacl.agenda_groups WITH (security_barrier) AS
    SELECT n.organization_id, n.group_id, n.name, n.everything,
           ARRAY(SELECT g.id
                 FROM practiceacl.agenda g
                 WHERE g.organization_id = n.organization_id
                   AND (n.everything OR EXISTS (
                       SELECT FROM practiceacl.agenda_group_member x
                       WHERE x.organization_id = n.organization_id
                         AND x.group_id = n.group_id AND x.agenda_id = g.id))
                   AND (practiceacl.is_admin(g.organization_id, 'users')
                        OR practiceacl.can(g.id, 'freebusy'))
                 ORDER BY g.name, g.id) AS agendas
    FROM (
        SELECT o.id AS organization_id, o.id AS group_id, 'all' AS name, true AS everything
        FROM practiceacl.organization o
        WHERE practiceacl.is_member(o.id)
        UNION ALL
        SELECT a.organization_id, a.id, a.name, false
        FROM practiceacl.agenda_group a
        WHERE practiceacl.is_member(a.organization_id)
        OFFSET 0
    ) AS n;
COMMENT ON VIEW practiceacl.agenda_groups IS
    'the groups of agendas of the caller''s organizations; of the agendas those that the caller may know of';
COMMENT ON COLUMN practiceacl.agenda_groups.group_id IS
    'for set_group_rights() and profiles; of all agendas of an organization its own id';
COMMENT ON COLUMN practiceacl.agenda_groups.everything IS
    'whether it is the group of all agendas, which has those to come, too';

CREATE VIEW practiceacl.group_rights WITH (security_barrier) AS
    SELECT g.organization_id,
           coalesce(g.group_id, g.organization_id) AS group_id,
           coalesce(n.name, 'all') AS group_name,
           g.account_id,
           btrim(a.first_name || ' ' || a.last_name) AS user_name,
           g.rights,
           practiceacl.level(g.rights) AS level,
           practiceacl.flags(g.rights) AS flags,
           g.valid_during,
           g.granted_at,
           g.granted_by,
           btrim(b.first_name || ' ' || b.last_name) AS granted_by_name
    FROM (
        SELECT x.*
        FROM practiceacl.group_grant x
        WHERE practiceacl.is_me(x.account_id)
           OR practiceacl.is_admin(x.organization_id, 'users')
        OFFSET 0
    ) AS g
    LEFT JOIN practiceacl.agenda_group n ON n.organization_id = g.organization_id AND n.id = g.group_id
    JOIN practiceacl.account a ON a.id = g.account_id
    LEFT JOIN practiceacl.account b ON b.id = g.granted_by
    OFFSET 0;
COMMENT ON VIEW practiceacl.group_rights IS
    'what accounts may do on groups of agendas: the caller''s own rights, and for administrators all of the organization';

CREATE VIEW practiceacl.profiles WITH (security_barrier) AS
    SELECT p.organization_id,
           p.id AS profile_id,
           p.name,
           jsonb_build_object('features', p.features::text, 'rights', coalesce((
               SELECT jsonb_agg(jsonb_build_object(
                          CASE WHEN r.agenda_id IS NULL THEN 'group' ELSE 'agenda' END,
                          coalesce(r.agenda_id, r.group_id, r.organization_id),
                          'rights', r.rights::text) ORDER BY r.id)
               FROM practiceacl.profile_right r
               WHERE r.organization_id = p.organization_id AND r.profile_id = p.id), '[]')) AS settings,
           (SELECT count(*)
            FROM practiceacl.profile_member m
            WHERE m.organization_id = p.organization_id AND m.profile_id = p.id) AS people
    FROM (
        SELECT x.*
        FROM practiceacl.profile x
        WHERE practiceacl.is_admin(x.organization_id, 'users')
        UNION
        SELECT x.*
        FROM practiceacl.profile_member m
        JOIN practiceacl.profile x ON x.organization_id = m.organization_id AND x.id = m.profile_id
        WHERE practiceacl.is_me(m.account_id) AND practiceacl.is_member(m.organization_id)
        OFFSET 0
    ) AS p;
COMMENT ON VIEW practiceacl.profiles IS
    'profiles: the caller''s own, and for administrators all of the organization';
COMMENT ON COLUMN practiceacl.profiles.settings IS
    'as set_profile() takes them';
COMMENT ON COLUMN practiceacl.profiles.people IS
    'how many have it';

CREATE VIEW practiceacl.profile_people WITH (security_barrier) AS
    SELECT m.organization_id,
           m.profile_id,
           p.name AS profile_name,
           m.account_id,
           btrim(a.first_name || ' ' || a.last_name) AS user_name,
           m.since,
           m.given_by,
           btrim(b.first_name || ' ' || b.last_name) AS given_by_name
    FROM (
        SELECT x.*
        FROM practiceacl.profile_member x
        WHERE practiceacl.is_me(x.account_id) AND practiceacl.is_member(x.organization_id)
           OR practiceacl.is_admin(x.organization_id, 'users')
        OFFSET 0
    ) AS m
    JOIN practiceacl.profile p ON p.organization_id = m.organization_id AND p.id = m.profile_id
    JOIN practiceacl.account a ON a.id = m.account_id
    LEFT JOIN practiceacl.account b ON b.id = m.given_by
    OFFSET 0;
COMMENT ON VIEW practiceacl.profile_people IS
    'who has which profile: the caller''s own, and for administrators all of the organization';
