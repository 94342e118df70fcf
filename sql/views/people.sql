/*
 * Who is here, and who may do what.  Row security can hide a row but not a
 * column of it, and a colleague's row is shown in part: these views are their
 * owner's and ask themselves.  What they ask is an index condition, so they
 * read the caller's organizations and not the whole database; OFFSET 0 keeps
 * the planner, who cannot know how few these are, from reading all accounts.
 * Around the rows that are the caller's to see it keeps conditions from outside
 * out, as in my_agendas; what is counted for each is counted for the rows that
 * these leave.
 */

CREATE VIEW practiceacl.user_directory WITH (security_barrier) AS
    SELECT u.organization_id,
           u.account_id,
           CASE WHEN u.whole THEN u.email END AS email,
           u.first_name,
           u.last_name,
           btrim(u.first_name || ' ' || u.last_name) AS name,
           u.job_title,
           CASE WHEN u.whole THEN u.admin END AS admin,
           CASE WHEN u.whole THEN
               CASE WHEN u.account_status = 'blocked' THEN u.account_status
                    WHEN u.status = 'active'
                        AND NOT practiceacl.is_colleague(u.organization_id, u.account_id)
                        THEN 'lapsed'
                    ELSE u.status END
           END AS status,
           CASE WHEN u.whole THEN u.last_log_in_at END AS last_log_in_at,
           CASE WHEN u.whole THEN u.joined_at END AS joined_at,
           CASE WHEN u.whole THEN u.work_mobile END AS work_mobile,
           CASE WHEN u.whole THEN (
               SELECT practiceacl.flags(f.features)
               FROM practiceacl.member_features f
               WHERE f.organization_id = u.organization_id
                 AND f.account_id = u.account_id
           ) END AS features,
           CASE WHEN u.whole THEN (
               SELECT count(*)
               FROM (SELECT x.agenda_id
                     FROM practiceacl.every_grant x
                     WHERE x.account_id = u.account_id
                       AND x.organization_id = u.organization_id
                       AND x.valid_during @> practiceacl.reading_time()
                     UNION
                     SELECT g.id
                     FROM practiceacl.agenda g
                     WHERE g.holder_id = u.account_id
                       AND g.organization_id = u.organization_id
                     UNION
                     SELECT g.id
                     FROM practiceacl.agenda g
                     WHERE g.organization_id = u.organization_id
                       AND g.colleague_rights OPERATOR(practiceacl.<>) 'none'::practiceacl.rights
                       AND practiceacl.is_colleague(u.organization_id, u.account_id)) AS agenda
               WHERE u.status = 'active'
           ) END AS agendas,
           (SELECT array_agg(g.name ORDER BY g.name)
            FROM practiceacl.agenda g
            WHERE g.holder_id = u.account_id
              AND g.organization_id = u.organization_id
              AND (u.whole OR practiceacl.can(g.id, 'freebusy'))) AS holds,
           CASE WHEN u.whole THEN u.second_factor END AS second_factor
    FROM (
        SELECT m.organization_id, m.account_id, m.job_title, m.admin, m.status,
               m.last_log_in_at, m.joined_at, m.work_mobile,
               a.email, a.first_name, a.last_name, a.status AS account_status, a.second_factor,
               m.account_id = practiceacl.reading_account()
                   OR practiceacl.is_admin(m.organization_id, 'users') AS whole
        FROM practiceacl.membership m
        CROSS JOIN LATERAL (
            SELECT p.email, p.first_name, p.last_name, p.status,
                   NOT p.second_factor_id IS NULL AS second_factor
            FROM practiceacl.account p
            WHERE p.id = m.account_id
            OFFSET 0
        ) AS a
        WHERE practiceacl.is_member(m.organization_id)
          AND (m.status = 'active'
                  AND (practiceacl.is_admin(m.organization_id, 'users')
                       OR practiceacl.is_colleague(m.organization_id, m.account_id))
               OR m.status = 'disabled'
                  AND practiceacl.is_admin(m.organization_id, 'users'))
        OFFSET 0
    ) AS u;
COMMENT ON VIEW practiceacl.user_directory IS
    'the people of the caller''s organizations: of colleagues only name and job, the other columns for administrators and for the caller themselves; an owner''s view that checks rights itself, since row security cannot mask a column';
COMMENT ON COLUMN practiceacl.user_directory.email IS
    'for administrators and oneself';
COMMENT ON COLUMN practiceacl.user_directory.admin IS
    'administrator level (none, users, full); for administrators and oneself';
COMMENT ON COLUMN practiceacl.user_directory.status IS
    'active, lapsed (the last access ended by itself: a former colleague, whom only administrators still see), disabled, or blocked by support; for administrators and oneself';
COMMENT ON COLUMN practiceacl.user_directory.last_log_in_at IS
    'last log-in that this organization may know of; for administrators and oneself';
COMMENT ON COLUMN practiceacl.user_directory.features IS
    'flags that hold on every agenda where the user has at least read, those of profiles included; for administrators and oneself';
COMMENT ON COLUMN practiceacl.user_directory.agendas IS
    'on how many calendars the user has any rights now; for administrators and oneself';
COMMENT ON COLUMN practiceacl.user_directory.second_factor IS
    'whether the person has a second factor; for administrators and oneself';
COMMENT ON COLUMN practiceacl.user_directory.holds IS
    'the names of the calendars that the user holds, as far as the caller may know of them';

CREATE VIEW practiceacl.access_matrix WITH (security_barrier) AS
    SELECT e.organization_id,
           e.account_id,
           btrim(a.first_name || ' ' || a.last_name) AS user_name,
           e.agenda_id,
           g.name AS agenda_name,
           r.rights,
           practiceacl.level(r.rights) AS level,
           practiceacl.flags(r.rights) AS flags,
           e.source,
           e.valid_until
    FROM (
        SELECT h.organization_id, h.id AS agenda_id, h.holder_id AS account_id,
               'owner+overbook+edit_past+private+patient_file+documents+messaging+billing+statistics+export+public_profile'::practiceacl.rights AS rights,
               'holder' AS source,
               NULL::timestamptz AS valid_until
        FROM practiceacl.agenda h
        WHERE h.organization_id = ANY (practiceacl.organizations())
        UNION ALL
        SELECT x.organization_id, x.agenda_id, x.account_id,
               practiceacl.rights_union(x.rights),
               string_agg(DISTINCT x.source, ', '),
               min(x.valid_until)
        FROM (
            SELECT x.organization_id, x.agenda_id, x.account_id, x.rights,
                   x.source, upper(x.valid_during) AS valid_until
            FROM practiceacl.every_grant x
            JOIN practiceacl.agenda h ON h.organization_id = ANY (practiceacl.organizations())
                AND h.organization_id = x.organization_id
                AND h.id = x.agenda_id
                AND h.holder_id IS DISTINCT FROM x.account_id
            WHERE x.organization_id = ANY (practiceacl.organizations())
              AND x.valid_during @> practiceacl.reading_time()
            UNION ALL
            SELECT h.organization_id, h.id, c.account_id, h.colleague_rights,
                   'colleague', NULL
            FROM (
                SELECT m.organization_id, m.account_id
                FROM practiceacl.membership m
                WHERE m.organization_id = ANY (practiceacl.organizations())
                  AND practiceacl.is_colleague(m.organization_id, m.account_id)
                OFFSET 0
            ) AS c
            JOIN practiceacl.agenda h ON h.organization_id = c.organization_id
                AND h.holder_id IS DISTINCT FROM c.account_id
            WHERE h.colleague_rights OPERATOR(practiceacl.<>) 'none'::practiceacl.rights
              AND (c.account_id = practiceacl.reading_account()
                   OR practiceacl.is_admin(h.organization_id, 'users')
                   OR practiceacl.can(h.id, 'owner'))
        ) AS x
        GROUP BY x.organization_id, x.agenda_id, x.account_id
    ) AS e
    JOIN practiceacl.member_features m ON m.organization_id = e.organization_id
        AND m.account_id = e.account_id
        AND m.status IN ('active', 'unlisted')
    JOIN practiceacl.account a ON a.id = e.account_id AND a.status = 'active'
    JOIN practiceacl.agenda g ON g.organization_id = e.organization_id
        AND g.id = e.agenda_id
    CROSS JOIN LATERAL (
        SELECT CASE WHEN e.rights OPERATOR(practiceacl.@>) 'read'::practiceacl.rights
                    THEN e.rights OPERATOR(practiceacl.|) (m.features
                         OPERATOR(practiceacl.-) 'public_profile'::practiceacl.rights)
                    ELSE e.rights END AS rights
    ) AS r
    WHERE e.rights OPERATOR(practiceacl.@>) 'freebusy'::practiceacl.rights
      AND (e.account_id = practiceacl.reading_account()
           OR practiceacl.can(e.agenda_id, 'owner')
           OR practiceacl.is_admin(e.organization_id, 'users'))
    OFFSET 0;
COMMENT ON VIEW practiceacl.access_matrix IS
    'user by agenda, the rights as they are now: the caller''s own, those on agendas that the caller owns, and for administrators all of the organization; SELECT user_name, agenda_name, level ... \crosstabview prints the matrix';
COMMENT ON COLUMN practiceacl.access_matrix.rights IS
    'effective now: the union of the grants in force, of what comes by groups and profiles and of what every colleague has, and the flags of the membership and its profiles from read upwards';
COMMENT ON COLUMN practiceacl.access_matrix.source IS
    'holder, or the acts that gave it: hand, creation, invitation, clone, substitute, break_glass, request; group and profile; colleague for what every colleague has';
COMMENT ON COLUMN practiceacl.access_matrix.valid_until IS
    'when the first of the grants in force lapses; null for none that does';

/* What became of an invitation, told by the membership that it led to. */
CREATE VIEW practiceacl.invitation_status WITH (security_barrier) AS
    SELECT i.organization_id,
           i.id AS invitation_id,
           i.email,
           btrim(i.first_name || ' ' || i.last_name) AS name,
           CASE
               WHEN i.status = 'pending' AND i.expires_at <= practiceacl.reading_time()
                   THEN 'expired'
               WHEN i.status = 'accepted'
                   AND (m.account_id IS NULL OR m.status IN ('disabled', 'removed'))
                   THEN 'revoked'
               ELSE i.status
           END AS status,
           i.times_sent,
           i.last_sent_at,
           i.created_at,
           i.expires_at,
           i.settled_at,
           i.invited_by,
           btrim(b.first_name || ' ' || b.last_name) AS invited_by_name,
           i.account_id,
           m.last_log_in_at,
           i.left_out
    FROM practiceacl.invitation i
    LEFT JOIN practiceacl.account b ON b.id = i.invited_by
    LEFT JOIN practiceacl.membership m ON m.organization_id = i.organization_id
        AND m.account_id = i.account_id
    WHERE practiceacl.is_admin(i.organization_id, 'users')
    OFFSET 0;
COMMENT ON VIEW practiceacl.invitation_status IS
    'the invitations of the organizations that the caller administers, and what became of them';
COMMENT ON COLUMN practiceacl.invitation_status.status IS
    'pending, accepted, declined, revoked (also when the user who accepted was disabled or removed since), expired';
COMMENT ON COLUMN practiceacl.invitation_status.settled_at IS
    'when it was accepted, declined or revoked';
COMMENT ON COLUMN practiceacl.invitation_status.last_log_in_at IS
    'last log-in here of the account that accepted';
COMMENT ON COLUMN practiceacl.invitation_status.left_out IS
    'what of the offer was not given on acceptance: objects with agenda_id and rights, clone_from or profile, and a reason (lapsed, agenda_gone, colleague_gone, profile_gone, not_grantable, holder_consents, mobile_not_a_number)';

/*
 * The name of an agenda is masked for an asker who has no right there.  What
 * each request refers to is looked up for it, as in user_directory.
 */
CREATE VIEW practiceacl.rights_requests WITH (security_barrier) AS
    SELECT q.organization_id,
           q.request_id,
           q.agenda_id,
           CASE WHEN q.decides OR practiceacl.can(q.agenda_id, 'freebusy') THEN q.agenda_name END AS agenda_name,
           q.account_id,
           q.user_name,
           q.rights,
           q.valid_during,
           q.reason,
           q.consent,
           q.source,
           q.requested_at,
           q.requested_by,
           q.requested_by_name,
           q.status,
           q.status = 'pending' AND q.account_id <> practiceacl.reading_account()
               AND (practiceacl.can(q.agenda_id, 'owner')
                    OR NOT q.consent AND practiceacl.is_admin(q.organization_id, q.needed)) AS mine_to_answer,
           q.expires_at,
           q.answered_at,
           q.answered_by,
           q.answered_by_name,
           q.granted,
           q.answer,
           practiceacl.level(q.rights) AS level,
           practiceacl.flags(q.rights) AS flags
    FROM (
        SELECT r.organization_id, r.id AS request_id, r.agenda_id, g.name AS agenda_name, r.account_id,
               btrim(a.first_name || ' ' || a.last_name) AS user_name,
               r.rights, r.valid_during, r.reason, r.consent, r.source, r.requested_at, r.requested_by,
               btrim(b.first_name || ' ' || b.last_name) AS requested_by_name,
               CASE WHEN r.status = 'pending'
                   AND (r.expires_at <= practiceacl.reading_time() OR g.archived_at IS NOT NULL
                        OR g.holder_id = r.account_id
                        OR m.status NOT IN ('active', 'unlisted') OR a.status <> 'active')
                   THEN 'lapsed' ELSE r.status END AS status,
               CASE m.admin WHEN 'none' THEN 'users' ELSE 'full' END AS needed,
               practiceacl.can(r.agenda_id, 'owner')
                   OR practiceacl.is_admin(r.organization_id, 'users') AS decides,
               r.expires_at, r.answered_at, r.answered_by,
               btrim(c.first_name || ' ' || c.last_name) AS answered_by_name,
               r.granted, r.answer
        FROM practiceacl.rights_request r
        CROSS JOIN LATERAL (SELECT x.name, x.holder_id, x.archived_at FROM practiceacl.agenda x
            WHERE x.organization_id = r.organization_id AND x.id = r.agenda_id OFFSET 0) AS g
        CROSS JOIN LATERAL (SELECT x.status, x.admin FROM practiceacl.membership x
            WHERE x.organization_id = r.organization_id AND x.account_id = r.account_id OFFSET 0) AS m
        CROSS JOIN LATERAL (SELECT x.first_name, x.last_name, x.status FROM practiceacl.account x
            WHERE x.id = r.account_id OFFSET 0) AS a
        CROSS JOIN LATERAL (SELECT x.first_name, x.last_name FROM practiceacl.account x
            WHERE x.id = r.requested_by OFFSET 0) AS b
        LEFT JOIN LATERAL (SELECT x.first_name, x.last_name FROM practiceacl.account x
            WHERE x.id = r.answered_by OFFSET 0) AS c ON true
        WHERE practiceacl.is_me(r.account_id)
           OR practiceacl.can(r.agenda_id, 'owner')
           OR practiceacl.is_admin(r.organization_id, 'users')
        OFFSET 0
    ) AS q;
COMMENT ON VIEW practiceacl.rights_requests IS
    'requests for rights: the caller''s own, those on agendas that they own, and for administrators all of the organization';
COMMENT ON COLUMN practiceacl.rights_requests.agenda_name IS
    'null for an asker who has no right on the agenda';
COMMENT ON COLUMN practiceacl.rights_requests.requested_by IS
    'the user themselves, or who gave the rights that wait for consent';
COMMENT ON COLUMN practiceacl.rights_requests.consent IS
    'only the holder of the agenda, or an owner who has the rights, can grant it';
COMMENT ON COLUMN practiceacl.rights_requests.source IS
    'by which act: request; hand, creation, invitation, clone or substitute where somebody else gave the rights; colleague where they are for every colleague';
COMMENT ON COLUMN practiceacl.rights_requests.status IS
    'pending, granted, declined, withdrawn, replaced by a newer one, or lapsed: not answered in time, given otherwise, or the user or the agenda is gone';
COMMENT ON COLUMN practiceacl.rights_requests.mine_to_answer IS
    'pending, and the caller can answer it with answer_request()';
COMMENT ON COLUMN practiceacl.rights_requests.granted IS
    'what was granted, perhaps less than was asked for';
COMMENT ON COLUMN practiceacl.rights_requests.answer IS
    'what the one who answered wrote';
