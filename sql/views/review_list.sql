/*
 * What is under review, and what became of it.  The names are other accounts',
 * so the view is its owner's.
 */
CREATE VIEW practiceacl.review_list WITH (security_barrier) AS
    SELECT i.organization_id,
           i.review_id,
           i.agenda_id,
           g.name AS agenda_name,
           i.account_id,
           btrim(a.first_name || ' ' || a.last_name) AS user_name,
           i.rights,
           i.valid_until,
           r.ends_at AS review_ends_at,
           CASE WHEN i.confirmed_at IS NOT NULL THEN 'confirmed'
                WHEN r.cancelled_at IS NOT NULL THEN 'cancelled'
                WHEN NOT EXISTS (SELECT FROM practiceacl.access_grant x
                                 WHERE x.organization_id = i.organization_id
                                   AND x.id = i.grant_id
                                 UNION ALL
                                 SELECT FROM practiceacl.group_grant x
                                 WHERE x.organization_id = i.organization_id
                                   AND x.id = i.grant_id
                                 UNION ALL
                                 SELECT FROM practiceacl.profile_member x
                                 WHERE x.organization_id = i.organization_id
                                   AND x.id = i.grant_id) THEN 'changed'
                WHEN r.ends_at <= practiceacl.reading_time() THEN 'lapsed'
                ELSE 'pending' END AS status,
           i.confirmed_at,
           i.confirmed_by,
           btrim(b.first_name || ' ' || b.last_name) AS confirmed_by_name,
           practiceacl.level(i.rights) AS level,
           practiceacl.flags(i.rights) AS flags,
           i.group_id,
           CASE WHEN i.group_id = i.organization_id THEN 'all' ELSE n.name END AS group_name,
           i.profile_id,
           p.name AS profile_name
    FROM practiceacl.access_review_item i
    JOIN practiceacl.access_review r ON r.organization_id = i.organization_id
        AND r.id = i.review_id
    LEFT JOIN practiceacl.agenda g ON g.organization_id = i.organization_id
        AND g.id = i.agenda_id
    LEFT JOIN practiceacl.agenda_group n ON n.organization_id = i.organization_id
        AND n.id = i.group_id
    LEFT JOIN practiceacl.profile p ON p.organization_id = i.organization_id
        AND p.id = i.profile_id
    JOIN practiceacl.account a ON a.id = i.account_id
    LEFT JOIN practiceacl.account b ON b.id = i.confirmed_by
    WHERE practiceacl.is_me(i.account_id)
       OR practiceacl.can(i.agenda_id, 'owner')
       OR practiceacl.is_admin(i.organization_id, 'users')
    OFFSET 0;
COMMENT ON VIEW practiceacl.review_list IS
    'the grants of reviews: one''s own, those on agendas that one owns, and for administrators all of the organization';
COMMENT ON COLUMN practiceacl.review_list.agenda_id IS
    'null of what is on a group or comes by a profile: give confirm_right() the three columns as they are';
COMMENT ON COLUMN practiceacl.review_list.rights IS
    'of the grant; of a profile all that it gave when the review began';
COMMENT ON COLUMN practiceacl.review_list.valid_until IS
    'when the grant was to end before the review; null for one without an end';
COMMENT ON COLUMN practiceacl.review_list.review_ends_at IS
    'when it ends unless it is confirmed';
COMMENT ON COLUMN practiceacl.review_list.status IS
    'pending, confirmed, lapsed, changed (replaced or revoked since the review began), cancelled with the review';
