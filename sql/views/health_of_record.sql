/*
 * What the record tells of and is not there: a restore that broke off, or that
 * worked in an order which the foreign keys did not allow, leaves tables empty
 * without a contradiction in what is left.  Sessions, holds, messages and ended
 * invitations are purged and lapse by themselves, so nothing can be said of them.
 */

CREATE VIEW practiceacl.health_of_record (check_name, problem) AS
WITH told AS (
    SELECT a.organization_id, a.recorded_at, a.sequence, a.agenda_id, a.account_id, a.subject_id, a.act, a.facts
    FROM practiceacl.activity a
    WHERE a.act IN ('organization.created', 'user.added', 'agenda.created', 'openings.changed',
        'days.closed', 'days.reopened', 'absence.added', 'absence.removed', 'appointment.booked', 'appointment.imported', 'series.booked',
        'rights.set', 'rights.cloned', 'rights.taken', 'invitation.created', 'invitation.accepted',
        'invitation.declined', 'invitation.revoked', 'invitation.deleted', 'password.changed',
        'password.reset', 'mailer_key.set', 'notice.published')
), latest_openings AS (
    SELECT DISTINCT ON (t.agenda_id) t.agenda_id, t.facts
    FROM told t WHERE t.act = 'openings.changed'
    ORDER BY t.agenda_id, t.recorded_at DESC, t.sequence DESC
), latest_rights AS (
    SELECT DISTINCT ON (t.agenda_id, t.account_id) t.agenda_id, t.account_id, t.recorded_at, t.act,
        CASE t.act WHEN 'rights.set' THEN t.facts ->> 'rights' ELSE t.facts ->> 'after' END AS rights
    FROM told t WHERE t.act IN ('rights.set', 'rights.cloned', 'rights.taken')
    ORDER BY t.agenda_id, t.account_id, t.recorded_at DESC, t.sequence DESC
), booked AS (
    SELECT t.organization_id, sum(CASE t.act WHEN 'appointment.booked' THEN 1 ELSE (t.facts ->> 'booked')::bigint END) AS appointments
    FROM told t WHERE t.act IN ('appointment.booked', 'appointment.imported', 'series.booked')
    GROUP BY t.organization_id
), present AS (
    SELECT p.organization_id, count(*) AS appointments FROM practiceacl.every_appointment p GROUP BY p.organization_id
)
SELECT 'losses', pg_catalog.format('%s of %s appointments of organization %s are missing',
    b.appointments - coalesce(p.appointments, 0), b.appointments, b.organization_id)
FROM booked b LEFT JOIN present p USING (organization_id)
WHERE b.appointments > coalesce(p.appointments, 0)

UNION ALL
SELECT 'losses', pg_catalog.format('organization %s is missing', t.organization_id)
FROM told t
WHERE t.act = 'organization.created'
  AND NOT EXISTS (SELECT FROM practiceacl.organization o WHERE o.id = t.organization_id)
UNION ALL
SELECT 'losses', pg_catalog.format('the membership of %s in %s is missing', t.account_id, t.organization_id)
FROM told t
WHERE t.act = 'user.added'
  AND NOT EXISTS (SELECT FROM practiceacl.membership m
      WHERE m.organization_id = t.organization_id AND m.account_id = t.account_id)
UNION ALL
SELECT 'losses', pg_catalog.format('agenda %s is missing', t.agenda_id)
FROM told t
WHERE t.act = 'agenda.created'
  AND NOT EXISTS (SELECT FROM practiceacl.agenda g WHERE g.id = t.agenda_id)
UNION ALL
SELECT 'losses', pg_catalog.format('the openings of agenda %s are missing', l.agenda_id)
FROM latest_openings l
WHERE pg_catalog.jsonb_array_length(l.facts -> 'after') > 0
  AND NOT EXISTS (SELECT FROM practiceacl.opening o WHERE o.agenda_id = l.agenda_id)
UNION ALL
SELECT 'losses', pg_catalog.format('closing %s of organization %s is missing', t.subject_id, t.organization_id)
FROM told t
WHERE t.act = 'days.closed'
  AND NOT EXISTS (SELECT FROM practiceacl.closing k WHERE k.id = t.subject_id)
  AND NOT EXISTS (SELECT FROM told r WHERE r.act = 'days.reopened' AND r.subject_id = t.subject_id)
UNION ALL
SELECT 'losses', pg_catalog.format('absence %s on agenda %s is missing', t.subject_id, t.agenda_id)
FROM told t
WHERE t.act = 'absence.added'
  AND NOT EXISTS (SELECT FROM practiceacl.absence b WHERE b.id = t.subject_id)
  AND NOT EXISTS (SELECT FROM told r WHERE r.act = 'absence.removed' AND r.subject_id = t.subject_id)

/* What somebody had and lost stands in the history, with the rights it had. */
UNION ALL
SELECT 'losses', pg_catalog.format('the rights of %s on agenda %s are missing: %s', l.account_id, l.agenda_id, l.rights)
FROM latest_rights l
WHERE l.act <> 'rights.taken' AND l.rights <> 'none'
  AND NOT EXISTS (SELECT FROM practiceacl.access_grant g
      WHERE g.account_id = l.account_id AND g.agenda_id = l.agenda_id)
  AND NOT EXISTS (SELECT FROM practiceacl.access_history h
      WHERE h.account_id = l.account_id AND h.agenda_id = l.agenda_id
        AND h.rights::text = l.rights AND upper(h.recorded_during) >= l.recorded_at)

UNION ALL
SELECT 'losses', pg_catalog.format('the password of account %s is missing', a.id)
FROM practiceacl.account a
WHERE a.status <> 'deleted'
  AND a.id IN (SELECT t.account_id FROM told t WHERE t.act IN ('password.changed', 'password.reset'))
  AND NOT EXISTS (SELECT FROM practiceacl.password p WHERE p.account_id = a.id)
UNION ALL
SELECT 'losses', pg_catalog.format('invitation %s is missing', t.subject_id)
FROM told t
WHERE t.act = 'invitation.created'
  AND (t.facts ->> 'expires_at')::timestamptz > practiceacl.reading_time()
  AND NOT EXISTS (SELECT FROM practiceacl.invitation i WHERE i.id = t.subject_id)
  AND NOT EXISTS (SELECT FROM told r WHERE r.subject_id = t.subject_id
      AND r.act IN ('invitation.accepted', 'invitation.declined', 'invitation.revoked', 'invitation.deleted'))
UNION ALL
SELECT 'losses', pg_catalog.format('notice %s is missing', t.subject_id)
FROM told t
WHERE t.act = 'notice.published' AND t.subject_id IS NOT NULL
  AND NOT EXISTS (SELECT FROM practiceacl.notice n WHERE n.id = t.subject_id)
UNION ALL
SELECT 'losses', 'the mailer''s key is missing: set_mailer_key()'
WHERE EXISTS (SELECT FROM told t WHERE t.act = 'mailer_key.set')
  AND NOT EXISTS (SELECT FROM practiceacl.mailer_key)

/* The last sealing names all seals: one that was put in or changed by hand is none. */
UNION ALL
SELECT 'activity', pg_catalog.format('the seals of organization %s are not those that seal_activity() made', s.organization_id)
FROM (SELECT DISTINCT organization_id FROM practiceacl.activity_seal) AS s
WHERE practiceacl.seals_digest(s.organization_id) IS DISTINCT FROM (
    SELECT a.facts ->> 'seals' FROM practiceacl.activity a
    WHERE a.organization_id = s.organization_id AND a.act = 'activity.sealed'
    ORDER BY a.id DESC LIMIT 1);
COMMENT ON VIEW practiceacl.health_of_record IS
    'what the record tells of and is missing, one a row';
