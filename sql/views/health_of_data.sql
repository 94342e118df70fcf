/*
 * What is wrong in the rows.  One row a problem; health() puts them together.
 */

CREATE VIEW practiceacl.health_of_data (check_name, problem) AS
SELECT 'activity', CASE v.entries
    WHEN 0 THEN pg_catalog.format('chain %s of organization %s is missing', v.chain, o.id)
    ELSE pg_catalog.format('chain %s of organization %s is broken at entry %s of %s',
        v.chain, o.id, v.first_broken, v.entries) END
FROM (SELECT id FROM practiceacl.organization
      UNION SELECT organization_id FROM practiceacl.activity_chain
      UNION SELECT '00000000-0000-0000-0000-000000000000') AS o,
     practiceacl.verify_activity(o.id) AS v
WHERE v.first_broken IS NOT NULL

/* If any two overlap, then some two overlap that start one after the other. */
UNION ALL
SELECT 'appointments', pg_catalog.format('appointment %s on agenda %s overlaps the next', s.id, s.agenda_id)
FROM (SELECT a.id, a.agenda_id, a.occupied_until,
             pg_catalog.lead(a.occupied_from) OVER (PARTITION BY a.agenda_id ORDER BY a.occupied_from, a.occupied_until) AS next_from
      FROM practiceacl.every_appointment a
      WHERE a.cancelled_at IS NULL AND NOT a.overbooked) AS s
WHERE s.next_from < s.occupied_until
UNION ALL
SELECT 'appointments', pg_catalog.format('appointment %s on agenda %s is not as the one that it is part of: %s', p.id, p.agenda_id, p.part_of)
FROM practiceacl.every_appointment p
LEFT JOIN practiceacl.every_appointment a ON a.organization_id = p.organization_id AND a.id = p.part_of
WHERE p.part_of IS NOT NULL
  AND (a.part_of, a.occupied_from, a.occupied_until, a.starts_at, a.ends_at, a.status, a.private)
      IS DISTINCT FROM (NULL::uuid, p.occupied_from, p.occupied_until, p.starts_at, p.ends_at, p.status, p.private)
UNION ALL
SELECT 'appointments', pg_catalog.format('appointment %s on agenda %s is in the archive and in use', a.id, a.agenda_id)
FROM practiceacl.appointment_archive a
JOIN practiceacl.appointment p ON p.organization_id = a.organization_id AND p.id = a.id

UNION ALL
SELECT 'administrators', pg_catalog.format('organization %s has no full administrator who can act: enable or unblock one, or call renew_temporary_password()', o.id)
FROM practiceacl.organization o
WHERE o.closed_at IS NULL AND NOT EXISTS (
    SELECT FROM practiceacl.membership m JOIN practiceacl.account a ON a.id = m.account_id
    WHERE m.organization_id = o.id AND m.admin = 'full'
      AND m.status IN ('active', 'unlisted') AND a.status = 'active'
      AND (EXISTS (SELECT FROM practiceacl.role_account r WHERE r.account_id = a.id)
           OR NOT EXISTS (SELECT FROM practiceacl.password p
                          WHERE p.account_id = a.id AND p.temporary_until <= practiceacl.reading_time())))

UNION ALL
SELECT 'orphans', pg_catalog.format('rows of %s refer to rows of %s that are not there: %s (%s)',
    r.from_table, r.to_table, r.rows, r.constraint_name)
FROM practiceacl.broken_references() AS r
UNION ALL
SELECT 'orphans', pg_catalog.format('the address of account %s is not found by its digest: call practiceacl.digest_emails()', a.id)
FROM practiceacl.account a
WHERE a.email IS NOT NULL
  AND NOT EXISTS (SELECT FROM practiceacl.account_email e WHERE e.account_id = a.id)
UNION ALL
SELECT 'grants', pg_catalog.format('grant %s is still there for %s, who was removed', g.id, g.account_id)
FROM practiceacl.access_grant g
JOIN practiceacl.membership m USING (organization_id, account_id)
WHERE m.status = 'removed'
UNION ALL
SELECT 'grants', pg_catalog.format('grant %s has %s, which only a holder may have', g.id, g.rights)
FROM practiceacl.access_grant g JOIN practiceacl.agenda a ON a.organization_id = g.organization_id AND a.id = g.agenda_id
WHERE 'public_profile' = ANY (practiceacl.flags(g.rights)) AND a.holder_id IS DISTINCT FROM g.account_id
UNION ALL
SELECT 'grants', pg_catalog.format('%s is still there for %s, who was removed', g.kept, g.account_id)
FROM (SELECT organization_id, account_id, 'group grant ' || id AS kept FROM practiceacl.group_grant
      UNION ALL SELECT organization_id, account_id, 'profile ' || profile_id FROM practiceacl.profile_member) AS g
JOIN practiceacl.membership m USING (organization_id, account_id)
WHERE m.status = 'removed'
UNION ALL
SELECT 'grants', pg_catalog.format('what %s has by groups and profiles in %s does not hold: membership.shares is false', m.account_id, m.organization_id)
FROM practiceacl.membership m
WHERE NOT m.shares AND EXISTS (SELECT FROM practiceacl.member_grant g
    WHERE g.organization_id = m.organization_id AND g.account_id = m.account_id AND g.source IN ('group', 'profile'))
UNION ALL
SELECT 'grants', pg_catalog.format('group or profile %s gives %s, which makes an owner', coalesce(s.profile_id, s.group_id, s.organization_id), s.rights)
FROM practiceacl.shared_grant s
WHERE practiceacl.level(s.rights) = 'owner' OR 'public_profile' = ANY (practiceacl.flags(s.rights))
UNION ALL
SELECT 'grants', pg_catalog.format('%s has %s on all agendas of %s, those to come included, whose holders are to consent', s.account_id, s.rights, s.organization_id)
FROM practiceacl.shared_grant s JOIN practiceacl.organization o ON o.id = s.organization_id
WHERE o.holder_consents AND s.group_id IS NULL AND s.agenda_id IS NULL
  AND s.rights OPERATOR(practiceacl.@>) 'read'::practiceacl.rights
  AND (upper_inf(s.valid_during) OR upper(s.valid_during) > practiceacl.reading_time())
UNION ALL
SELECT 'grants', pg_catalog.format('the features of profile %s name a level: %s', p.id, p.features)
FROM practiceacl.profile p WHERE practiceacl.level(p.features) <> 'none'
UNION ALL
SELECT 'grants', pg_catalog.format('the features of %s in %s name a level: %s', m.account_id, m.organization_id, m.features)
FROM practiceacl.membership m WHERE practiceacl.level(m.features) <> 'none'

UNION ALL
SELECT 'erasure', pg_catalog.format('account %s is deleted and still has %s', a.id, k.kept)
FROM practiceacl.account a CROSS JOIN LATERAL (
    SELECT 'a password' FROM practiceacl.password p WHERE p.account_id = a.id
    UNION ALL SELECT 'a session' FROM practiceacl.session s JOIN practiceacl.session_token t ON t.session_id = s.id
        WHERE s.account_id = a.id AND s.ended_at IS NULL
    UNION ALL SELECT 'a second factor' FROM practiceacl.second_factor f WHERE f.account_id = a.id
    UNION ALL SELECT 'a recovery code' FROM practiceacl.recovery_code c WHERE c.account_id = a.id
    UNION ALL SELECT 'a token' FROM practiceacl.account_token t WHERE t.account_id = a.id
    UNION ALL SELECT 'a mapped role' FROM practiceacl.role_account r WHERE r.account_id = a.id
    UNION ALL SELECT 'a place in an organization' FROM practiceacl.membership m
        WHERE m.account_id = a.id AND m.status <> 'removed'
    UNION ALL SELECT 'personal details in the activity' FROM practiceacl.activity_detail d WHERE d.erased_with = a.id
) AS k (kept)
WHERE a.status = 'deleted'

/* Nothing that is booked is lost when its doctor goes, so somebody must look at it. */
UNION ALL
SELECT 'agendas', pg_catalog.format('agenda %s (%s) has %s appointments to come, the first on %s, and %s: transfer_agenda() gives it to a colleague',
    u.agenda_id, u.organization, u.appointments, u.first_starts_at,
    CASE WHEN u.archived THEN 'is archived' ELSE 'nobody serves it' END)
FROM practiceacl.unserved_agenda u

/* Names go when the server's time zones are updated, or in a move to another server. */
UNION ALL
SELECT 'time_zones', pg_catalog.format('the server knows no time zone "%s" of agenda %s: it is shown in UTC and is never open, until update_agenda() gives it another', g.time_zone, g.id)
FROM practiceacl.agenda g WHERE practiceacl.known_zone(g.time_zone) <> g.time_zone
UNION ALL
SELECT 'time_zones', pg_catalog.format('the server knows no time zone "%s" of organization %s: its days are those of UTC, until update_organization() gives it another', o.time_zone, o.id)
FROM practiceacl.organization o WHERE practiceacl.known_zone(o.time_zone) <> o.time_zone AND o.closed_at IS NULL

UNION ALL
SELECT 'time_zones', pg_catalog.format('%s appointments and absences of agenda %s, the first on %s, are at another time of day than when they were placed, by new rules of the zone %s: see shifted_times; restore_wall_clock() moves them, accept_wall_clock() leaves them',
    count(*), t.agenda_id, min(t.starts_at), t.time_zone)
FROM practiceacl.shifted_times t GROUP BY t.agenda_id, t.time_zone

UNION ALL
SELECT 'mapped_roles', pg_catalog.format('role %I was mapped with another OID: map_role() it again if it is the same person', m.role_name)
FROM practiceacl.role_account m
WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_roles r WHERE r.oid = m.role_oid AND r.rolname = m.role_name)
UNION ALL
SELECT 'mapped_roles', pg_catalog.format('role %I is mapped to an account and %s: everybody for whom it connects is that person', m.role_name,
    CASE WHEN r.rolsuper THEN 'is a superuser' ELSE 'has the privileges of the authenticator or the mailer' END)
FROM practiceacl.role_account m
JOIN pg_catalog.pg_roles r ON r.oid = m.role_oid AND r.rolname = m.role_name
WHERE r.rolsuper
   OR pg_catalog.has_function_privilege(r.oid, 'practiceacl.open_session(uuid, interval, text)', 'EXECUTE')
   OR pg_catalog.has_function_privilege(r.oid, 'practiceacl.claim_messages(integer, interval)', 'EXECUTE')

UNION ALL
SELECT 'messages', pg_catalog.format('message %s (%s) was put aside after %s attempts: %s; retry_messages() takes it up again',
    b.id, b.kind, b.attempts, coalesce(b.last_error, 'no answer'))
FROM practiceacl.outbox b WHERE b.sent_at IS NULL AND b.available_at = 'infinity'
UNION ALL
SELECT 'messages', pg_catalog.format('%s messages have waited for more than an hour, the longest since %s: does the mailer run?',
    count(*), min(b.available_at))
FROM practiceacl.outbox b
WHERE b.sent_at IS NULL AND b.available_at < practiceacl.reading_time() - interval '1 hour'
HAVING count(*) > 0
UNION ALL
SELECT 'messages', pg_catalog.format('%s messages that were claimed again and again have not been sent for more than an hour, the oldest of %s: do senders end without an answer?',
    count(*), min(b.created_at))
FROM practiceacl.outbox b
WHERE b.sent_at IS NULL AND b.available_at < 'infinity' AND b.attempts > 1
  AND coalesce(b.due_at, b.created_at) < practiceacl.reading_time() - interval '1 hour'
HAVING count(*) > 0
UNION ALL
SELECT 'messages', pg_catalog.format('%s times that became free have waited for more than an hour to be offered, the longest since %s: does the mailer call offer_slots()?',
    count(*), min(t.due_at))
FROM practiceacl.freed_time t
WHERE t.due_at < practiceacl.reading_time() - interval '1 hour' AND t.until_time > practiceacl.reading_time()
  AND NOT EXISTS (SELECT FROM practiceacl.organization_move v WHERE v.organization_id = t.organization_id
    AND v.state IN ('adopting', 'handed_over', 'released'))
HAVING count(*) > 0

UNION ALL
SELECT 'moves', p.problem FROM practiceacl.move_problem p;
COMMENT ON VIEW practiceacl.health_of_data IS
    'problems of the rows: broken chains, overlaps, orphans, leftovers, one a row';
