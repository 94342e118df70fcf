/*
 * What gives whom which rights on which agenda, one row each: what the
 * extension's own statements and views ask where it does not matter whether an
 * agenda was named or reached by a group or a profile.
 */
CREATE VIEW practiceacl.shared_grant AS
    SELECT g.organization_id, g.account_id, g.group_id, NULL::uuid AS agenda_id, NULL::uuid AS profile_id,
           g.rights, g.valid_during, 'group' AS source, g.granted_by, g.granted_at,
           coalesce(n.name, 'all') AS name
    FROM practiceacl.group_grant g
    LEFT JOIN practiceacl.agenda_group n ON n.organization_id = g.organization_id AND n.id = g.group_id
    UNION ALL
    SELECT m.organization_id, m.account_id, r.group_id, r.agenda_id, r.profile_id,
           r.rights, tstzrange(NULL, m.valid_until), 'profile', m.given_by, greatest(m.since, r.granted_at), p.name
    FROM practiceacl.profile_member m
    JOIN practiceacl.profile p ON p.organization_id = m.organization_id AND p.id = m.profile_id
    JOIN practiceacl.profile_right r ON r.organization_id = m.organization_id AND r.profile_id = m.profile_id;
COMMENT ON VIEW practiceacl.shared_grant IS
    'rights that accounts have by groups and profiles, as they were given: on a group, on one agenda, or, where neither is named, on all agendas';

CREATE VIEW practiceacl.every_grant AS
    SELECT organization_id, agenda_id, account_id, rights, valid_during, source, granted_by, granted_at, reason,
           NULL::uuid AS profile_id
    FROM practiceacl.access_grant
    UNION ALL
    SELECT organization_id, agenda_id, account_id, rights, valid_during, source, granted_by, granted_at, name,
           profile_id
    FROM practiceacl.shared_grant
    WHERE agenda_id IS NOT NULL
    UNION ALL
    SELECT s.organization_id, a.agenda_id, s.account_id, s.rights, s.valid_during, s.source, s.granted_by,
           greatest(s.granted_at, a.since), s.name, s.profile_id
    FROM practiceacl.shared_grant s
    JOIN practiceacl.agenda_group_member a ON a.organization_id = s.organization_id AND a.group_id = s.group_id
    UNION ALL
    SELECT s.organization_id, a.id, s.account_id, s.rights, s.valid_during, s.source, s.granted_by,
           greatest(s.granted_at, a.created_at), s.name, s.profile_id
    FROM practiceacl.shared_grant s
    JOIN practiceacl.agenda a ON a.organization_id = s.organization_id
    WHERE s.group_id IS NULL AND s.agenda_id IS NULL;
COMMENT ON VIEW practiceacl.every_grant IS
    'every grant on every agenda: of one agenda, by a group, by a profile; the reason of the last two is the name of the group or profile';

CREATE VIEW practiceacl.member_grant AS
    SELECT organization_id, account_id, valid_during, source
    FROM practiceacl.access_grant
    UNION ALL
    SELECT organization_id, account_id, valid_during, 'group'
    FROM practiceacl.group_grant
    UNION ALL
    SELECT organization_id, account_id, tstzrange(NULL, valid_until), 'profile'
    FROM practiceacl.profile_member;
COMMENT ON VIEW practiceacl.member_grant IS
    'by what a member belongs to the organization, and when: who has had something and has nothing now or to come is a former colleague';

CREATE VIEW practiceacl.member_features AS
    SELECT m.organization_id, m.account_id, m.status,
           m.features OPERATOR(practiceacl.|) coalesce((
               SELECT practiceacl.rights_union(p.features)
               FROM practiceacl.profile_member x
               JOIN practiceacl.profile p ON p.organization_id = x.organization_id AND p.id = x.profile_id
               WHERE x.organization_id = m.organization_id AND x.account_id = m.account_id
                 AND (x.valid_until IS NULL OR x.valid_until > practiceacl.reading_time())
           ), 'none'::practiceacl.rights) AS features
    FROM practiceacl.membership m;
COMMENT ON VIEW practiceacl.member_features IS
    'the features of each member: their own, and those of their profiles';
