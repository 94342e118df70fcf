/*
 * What reporting tools draw.  No name of a person, no address, note or
 * message is ever selected here, so there is nothing to hide; the views are
 * their owner's because reporting roles may read no table.  They speak of all
 * organizations, unless reports_on() says otherwise.  So organizations come
 * first, and everything else is looked up for each of those that reports_on()
 * lets pass: OFFSET 0 keeps a condition from outside from choosing rows of the
 * others, which could be counted.  One organization's answer costs that
 * organization's data.
 *
 * Those with many days are no security barriers, since tools compare the day in
 * ways that are not leakproof, day::timestamptz, and a barrier would work out
 * every day before it asks which are wanted.  What a barrier does is done by
 * OFFSET 0 or an aggregate in each subquery that reads a table: no condition
 * from outside gets in.
 */

/*
 * Days come first and appointments are looked up for each, so a condition on
 * the day becomes a range of the index (agenda_id, starts_at).  Openings are
 * turned into instants before they are added up: a day on which the clock is
 * changed has the minutes that it really has.  OFFSET 0 has the span worked out
 * once an agenda; it is bounded, since one appointment in the year 290000 would
 * else make a hundred million days for everybody who draws a chart.
 */
CREATE VIEW practiceacl.report_utilisation AS
    SELECT o.id AS organization_id,
           o.name AS organization,
           g.id AS agenda_id,
           g.name AS agenda,
           d.day::date AS day,
           opened.minutes AS opening_minutes,
           booked.minutes AS booked_minutes,
           round(booked.minutes / nullif(opened.minutes, 0), 4) AS utilisation,
           booked.appointments,
           booked.no_shows,
           booked.cancelled
    FROM (
        SELECT x.id, x.name
        FROM practiceacl.organization x
        WHERE practiceacl.reports_on(x.id)
        OFFSET 0
    ) AS o
    CROSS JOIN LATERAL (
        SELECT x.id, x.name, x.created_at,
               practiceacl.known_zone(x.time_zone) AS time_zone
        FROM practiceacl.agenda x
        WHERE x.organization_id = o.id
        OFFSET 0
    ) AS g
    CROSS JOIN LATERAL (
        SELECT (least(g.created_at,
                      (SELECT min(p.starts_at) FROM practiceacl.appointment p
                       WHERE p.agenda_id = g.id
                         AND p.starts_at >= practiceacl.reading_time() - interval '100 years'),
                      (SELECT min(p.starts_at) FROM practiceacl.appointment_archive p
                       WHERE p.agenda_id = g.id
                         AND p.starts_at >= practiceacl.reading_time() - interval '100 years'))
                AT TIME ZONE g.time_zone)::date AS first,
               (greatest(practiceacl.reading_time() + interval '8 weeks',
                         (SELECT max(p.starts_at) FROM practiceacl.appointment p
                          WHERE p.agenda_id = g.id
                            AND p.starts_at < practiceacl.reading_time() + interval '10 years'))
                AT TIME ZONE g.time_zone)::date AS last
        OFFSET 0
    ) AS span
    CROSS JOIN LATERAL (
        SELECT span.first + n.number AS day
        FROM generate_series(0, span.last - span.first) AS n (number)
    ) AS d
    CROSS JOIN LATERAL (
        SELECT d.day::timestamp AT TIME ZONE g.time_zone AS from_time,
               (d.day + 1)::timestamp AT TIME ZONE g.time_zone AS until_time
    ) AS bounds
    CROSS JOIN LATERAL (
        SELECT coalesce(round(sum(extract(epoch FROM upper(piece) - lower(piece))) / 60, 2), 0) AS minutes
        FROM unnest((
            SELECT range_agg(tstzrange((d.day + w.opens_at) AT TIME ZONE g.time_zone,
                                       greatest((d.day + w.opens_at) AT TIME ZONE g.time_zone,
                                                (d.day + w.closes_at) AT TIME ZONE g.time_zone)))
            FROM practiceacl.opening w
            WHERE w.agenda_id = g.id
              AND w.weekday = extract(isodow FROM d.day)::smallint
              AND d.day BETWEEN w.valid_from AND w.valid_until
              AND (w.from_week IS NULL
                   OR (d.day >= w.from_week AND (d.day - w.from_week) / 7 % w.every_weeks = 0))
              AND NOT EXISTS (
                  SELECT FROM practiceacl.closing k
                  WHERE k.organization_id = o.id
                    AND k.from_date <= d.day
                    AND k.until_date >= d.day)
        ) - coalesce((
            SELECT range_agg(tstzrange(b.starts_at, b.ends_at))
            FROM practiceacl.absence b
            WHERE b.agenda_id = g.id
              AND b.ends_at > bounds.from_time
              AND b.starts_at < bounds.until_time + interval '1 day'
        ), '{}'::tstzmultirange)) AS piece
    ) AS opened
    CROSS JOIN LATERAL (
        SELECT coalesce(round(sum(extract(epoch FROM p.ends_at - p.starts_at))
                              FILTER (WHERE p.cancelled_at IS NULL) / 60, 2), 0) AS minutes,
               count(*) FILTER (WHERE p.cancelled_at IS NULL) AS appointments,
               count(*) FILTER (WHERE p.status = 'no_show') AS no_shows,
               count(*) FILTER (WHERE p.cancelled_at IS NOT NULL) AS cancelled
        FROM (
            SELECT a.agenda_id, a.starts_at, a.ends_at, a.cancelled_at, a.status
            FROM practiceacl.appointment a
            UNION ALL
            SELECT a.agenda_id, a.starts_at, a.ends_at, a.cancelled_at, a.status
            FROM practiceacl.appointment_archive a
        ) AS p
        WHERE p.agenda_id = g.id
          AND p.starts_at >= bounds.from_time
          AND p.starts_at < bounds.until_time
    ) AS booked;
COMMENT ON VIEW practiceacl.report_utilisation IS
    'each agenda on each day, from its first (100 years back at most) to its last (10 years ahead at most), and at least to eight weeks from now: how long it was open and how much of that was booked';
COMMENT ON COLUMN practiceacl.report_utilisation.organization_id IS
    'the organization';
COMMENT ON COLUMN practiceacl.report_utilisation.organization IS
    'its name';
COMMENT ON COLUMN practiceacl.report_utilisation.agenda_id IS
    'the agenda';
COMMENT ON COLUMN practiceacl.report_utilisation.agenda IS
    'its name';
COMMENT ON COLUMN practiceacl.report_utilisation.appointments IS
    'how many begin on the day, without cancelled ones';
COMMENT ON COLUMN practiceacl.report_utilisation.no_shows IS
    'how many of these nobody came to';
COMMENT ON COLUMN practiceacl.report_utilisation.cancelled IS
    'how many more were cancelled';
COMMENT ON COLUMN practiceacl.report_utilisation.day IS
    'in the agenda''s local time';
COMMENT ON COLUMN practiceacl.report_utilisation.opening_minutes IS
    'openings of the day without absences, overlaps counted once; none where the organization is closed';
COMMENT ON COLUMN practiceacl.report_utilisation.booked_minutes IS
    'of the appointments that begin on the day and were not cancelled; overbooked ones count as well';
COMMENT ON COLUMN practiceacl.report_utilisation.utilisation IS
    'booked by opening minutes: above 1 when booked outside the openings or twice; null when closed';

/* What remains booked when a holder is disabled, blocked or goes, or an agenda is archived. */
CREATE VIEW practiceacl.unserved_agenda AS
    SELECT g.organization_id,
           o.name AS organization,
           g.id AS agenda_id,
           g.name AS agenda,
           g.holder_id,
           g.archived_at IS NOT NULL AS archived,
           booked.appointments,
           booked.first_starts_at
    FROM practiceacl.agenda g
    JOIN practiceacl.organization o ON o.id = g.organization_id
    CROSS JOIN LATERAL (
        SELECT count(*) AS appointments, min(p.starts_at) AS first_starts_at
        FROM practiceacl.appointment p
        WHERE p.agenda_id = g.id
          AND p.starts_at >= statement_timestamp()
          AND p.cancelled_at IS NULL
    ) AS booked
    WHERE o.closed_at IS NULL
      AND booked.appointments > 0
      AND (g.archived_at IS NOT NULL
           OR NOT g.holder_id IS NULL
              AND NOT EXISTS (SELECT FROM practiceacl.membership m
                          JOIN practiceacl.account a ON a.id = m.account_id AND a.status = 'active'
                          WHERE m.organization_id = g.organization_id
                            AND m.account_id = g.holder_id
                            AND m.status IN ('active', 'unlisted')));
COMMENT ON VIEW practiceacl.unserved_agenda IS
    'agendas that take no new appointments and still have some to come';

CREATE VIEW practiceacl.report_access_review WITH (security_barrier) AS
    SELECT o.id AS organization_id,
           o.name AS organization,
           found.agenda_id,
           found.agenda,
           found.account_id,
           found.grant_id,
           found.rights,
           found.granted_at,
           found.valid_until,
           found.last_used_at,
           found.unused,
           found.lapses_soon,
           found.exceeds_usual,
           found.usual_rights,
           found.unserved_appointments,
           practiceacl.level(found.rights) AS level,
           practiceacl.flags(found.rights) AS flags
    FROM (
        SELECT x.id, x.name
        FROM practiceacl.organization x
        WHERE practiceacl.reports_on(x.id)
        OFFSET 0
    ) AS o
    CROSS JOIN LATERAL (
        SELECT * FROM (
            SELECT g.id AS agenda_id,
                   g.name AS agenda,
                   x.account_id,
                   x.id AS grant_id,
                   x.rights,
                   x.granted_at,
                   upper(x.valid_during) AS valid_until,
                   used.last_used_at,
                   greatest(used.last_used_at, x.granted_at, lower(x.valid_during))
                       < practiceacl.reading_time() - interval '90 days' AS unused,
                   coalesce(upper(x.valid_during) <= practiceacl.reading_time() + interval '30 days', false) AS lapses_soon,
                   coalesce(usual.agendas > 2
                            AND NOT usual.rights OPERATOR(practiceacl.@>) x.rights, false) AS exceeds_usual,
                   usual.rights AS usual_rights,
                   NULL::bigint AS unserved_appointments
            FROM practiceacl.access_grant x
            JOIN practiceacl.agenda g ON g.organization_id = o.id
                AND g.id = x.agenda_id
            LEFT JOIN (
                SELECT y.account_id,
                       mode() WITHIN GROUP (ORDER BY y.rights USING OPERATOR(practiceacl.<)) AS rights,
                       count(DISTINCT y.agenda_id) AS agendas
                FROM practiceacl.access_grant y
                WHERE y.organization_id = o.id
                  AND (upper_inf(y.valid_during) OR upper(y.valid_during) > practiceacl.reading_time())
                GROUP BY y.account_id
            ) AS usual ON usual.account_id = x.account_id
            LEFT JOIN (
                SELECT a.agenda_id, a.actor_id, max(a.recorded_at) AS last_used_at
                FROM practiceacl.activity a
                WHERE a.organization_id = o.id
                  AND a.agenda_id IS NOT NULL
                GROUP BY a.agenda_id, a.actor_id
            ) AS used ON used.agenda_id = x.agenda_id
                AND used.actor_id = x.account_id
            WHERE x.organization_id = o.id
              AND (upper_inf(x.valid_during) OR upper(x.valid_during) > practiceacl.reading_time())
        ) AS review
        WHERE review.unused OR review.lapses_soon OR review.exceeds_usual
        UNION ALL
        SELECT u.agenda_id, u.agenda, u.holder_id,
               NULL, NULL, NULL, NULL, NULL, false, false, false, NULL, u.appointments
        FROM practiceacl.unserved_agenda u
        WHERE u.organization_id = o.id
        OFFSET 0
    ) AS found;
COMMENT ON VIEW practiceacl.report_access_review IS
    'items to review: grants that nobody used for 90 days, that expire within 30 days or that exceed what the colleague usually has; and agendas with appointments to come that nobody serves';
COMMENT ON COLUMN practiceacl.report_access_review.organization_id IS
    'the organization';
COMMENT ON COLUMN practiceacl.report_access_review.organization IS
    'its name';
COMMENT ON COLUMN practiceacl.report_access_review.agenda_id IS
    'the agenda';
COMMENT ON COLUMN practiceacl.report_access_review.agenda IS
    'its name';
COMMENT ON COLUMN practiceacl.report_access_review.grant_id IS
    'the grant; null for an agenda that nobody serves';
COMMENT ON COLUMN practiceacl.report_access_review.rights IS
    'what was granted; null for an agenda that nobody serves';
COMMENT ON COLUMN practiceacl.report_access_review.level IS
    'the level of rights, as a word';
COMMENT ON COLUMN practiceacl.report_access_review.flags IS
    'the flags of rights, as words';
COMMENT ON COLUMN practiceacl.report_access_review.granted_at IS
    'when it was granted, or last changed; null for an agenda that nobody serves';
COMMENT ON COLUMN practiceacl.report_access_review.valid_until IS
    'when it expires; null if it does not';
COMMENT ON COLUMN practiceacl.report_access_review.lapses_soon IS
    'expires within 30 days';
COMMENT ON COLUMN practiceacl.report_access_review.unserved_appointments IS
    'of an agenda that is archived or whose holder is disabled, blocked or gone (account_id is the holder): how many appointments are to come; null for a grant';
COMMENT ON COLUMN practiceacl.report_access_review.account_id IS
    'an id, which only the organization''s administrators can put a name to';
COMMENT ON COLUMN practiceacl.report_access_review.last_used_at IS
    'the account''s last recorded act on the agenda, choosing it as the current one included; reading alone leaves no trace';
COMMENT ON COLUMN practiceacl.report_access_review.unused IS
    'not used for 90 days, nor given or begun within them';
COMMENT ON COLUMN practiceacl.report_access_review.exceeds_usual IS
    'not covered by usual_rights, for an account with three agendas or more';
COMMENT ON COLUMN practiceacl.report_access_review.usual_rights IS
    'the rights that the account has most often in the organization';

CREATE VIEW practiceacl.report_subscriptions WITH (security_barrier) AS
    SELECT o.id AS organization_id,
           o.name AS organization,
           found.agenda_id,
           found.agenda,
           found.service_offer,
           found.service_offer_name,
           found.monthly_price,
           found.organization_monthly_total,
           found.organization_agendas,
           found.subscribed_since
    FROM (
        SELECT x.id, x.name, practiceacl.known_zone(x.time_zone) AS time_zone
        FROM practiceacl.organization x
        WHERE practiceacl.reports_on(x.id)
          AND x.closed_at IS NULL
        OFFSET 0
    ) AS o
    CROSS JOIN LATERAL (
        SELECT g.id AS agenda_id,
               g.name AS agenda,
               g.service_offer,
               s.name AS service_offer_name,
               coalesce(s.monthly_price, 0) AS monthly_price,
               sum(coalesce(s.monthly_price, 0)) OVER () AS organization_monthly_total,
               count(*) OVER () AS organization_agendas,
               (g.created_at AT TIME ZONE o.time_zone)::date AS subscribed_since
        FROM practiceacl.agenda g
        LEFT JOIN practiceacl.service_offer s ON s.code = g.service_offer
        WHERE g.organization_id = o.id
          AND g.archived_at IS NULL
        OFFSET 0
    ) AS found;
COMMENT ON VIEW practiceacl.report_subscriptions IS
    'what each agenda of the organizations that are not closed costs a month; archived agendas and users without an agenda cost nothing';
COMMENT ON COLUMN practiceacl.report_subscriptions.organization_id IS
    'the organization';
COMMENT ON COLUMN practiceacl.report_subscriptions.organization IS
    'its name';
COMMENT ON COLUMN practiceacl.report_subscriptions.agenda_id IS
    'the agenda';
COMMENT ON COLUMN practiceacl.report_subscriptions.agenda IS
    'its name';
COMMENT ON COLUMN practiceacl.report_subscriptions.service_offer IS
    'the code of what the agenda is subscribed to; null for nothing';
COMMENT ON COLUMN practiceacl.report_subscriptions.service_offer_name IS
    'its name; null for nothing';
COMMENT ON COLUMN practiceacl.report_subscriptions.organization_monthly_total IS
    'what all of the organizations agendas cost a month';
COMMENT ON COLUMN practiceacl.report_subscriptions.organization_agendas IS
    'how many agendas the organization has, without archived ones';
COMMENT ON COLUMN practiceacl.report_subscriptions.monthly_price IS
    '0 without a service offer';
COMMENT ON COLUMN practiceacl.report_subscriptions.subscribed_since IS
    'when the agenda was made, in the organization''s local time';

/*
 * The first arm reads the partial index of what matters for security; its
 * condition is the index's, word for word.  Refused log-ins stand in the
 * chain of the database and belong to every organization of the account.
 */
CREATE VIEW practiceacl.report_security WITH (security_barrier) AS
    SELECT o.id AS organization_id,
           o.name AS organization,
           found.day,
           found.refused_log_ins,
           found.shared_log_ins,
           found.break_glass_uses,
           found.overbookings,
           found.emergency_readings
    FROM (
        SELECT x.id, x.name, practiceacl.known_zone(x.time_zone) AS time_zone
        FROM practiceacl.organization x
        WHERE practiceacl.reports_on(x.id)
        OFFSET 0
    ) AS o
    CROSS JOIN LATERAL (
        SELECT e.day,
               count(*) FILTER (WHERE e.act = 'log_in.refused') AS refused_log_ins,
               count(*) FILTER (WHERE e.act = 'log_in.shared') AS shared_log_ins,
               count(*) FILTER (WHERE e.act = 'access.broken_glass') AS break_glass_uses,
               count(*) FILTER (WHERE e.overbooked) AS overbookings,
               coalesce(sum(e.readings), 0)::bigint AS emergency_readings
        FROM (
            SELECT (a.recorded_at AT TIME ZONE o.time_zone)::date AS day,
                   a.act, a.facts ? 'overbooked' AS overbooked, 0 AS readings
            FROM practiceacl.activity a
            WHERE a.organization_id = o.id
              AND (a.act IN ('log_in.shared', 'access.broken_glass') OR a.facts ? 'overbooked')
            UNION ALL
            SELECT (a.recorded_at AT TIME ZONE o.time_zone)::date, a.act, false, 0
            FROM practiceacl.membership m
            JOIN practiceacl.activity a ON a.account_id = m.account_id
                AND a.act = 'log_in.refused'
            WHERE m.organization_id = o.id
              AND m.status <> 'removed'
            UNION ALL
            SELECT r.day, NULL, false, r.times
            FROM practiceacl.reading_by_day r
            WHERE r.organization_id = o.id
              AND r.emergency
        ) AS e
        GROUP BY e.day
        OFFSET 0
    ) AS found;
COMMENT ON VIEW practiceacl.report_security IS
    'by organization and day: events that should be rare; days without any are left out';
COMMENT ON COLUMN practiceacl.report_security.organization_id IS
    'the organization';
COMMENT ON COLUMN practiceacl.report_security.organization IS
    'its name';
COMMENT ON COLUMN practiceacl.report_security.break_glass_uses IS
    'how often somebody took access in an emergency';
COMMENT ON COLUMN practiceacl.report_security.overbookings IS
    'appointments booked or moved to where there was one already';
COMMENT ON COLUMN practiceacl.report_security.refused_log_ins IS
    'of the organization''s members; attempts on addresses that nobody has belong to no organization';
COMMENT ON COLUMN practiceacl.report_security.shared_log_ins IS
    'the same account had one slot open in two sessions';
COMMENT ON COLUMN practiceacl.report_security.emergency_readings IS
    'transactions that were given rows of an agenda under emergency access, each agenda counted, on the agenda''s day';
COMMENT ON COLUMN practiceacl.report_security.day IS
    'in the organization''s local time';

/*
 * Days come first, as in report_utilisation, and the entries of each are looked
 * up by (organization_id, id_hour(id)).  An id is made after the entry's time is
 * taken; six hours are allowed for one whose transaction waited, and for a clock
 * that was set back.
 */
CREATE VIEW practiceacl.report_activity AS
    SELECT o.id AS organization_id,
           o.name AS organization,
           d.day::date AS day,
           found.act,
           found.entries,
           found.accounts,
           found.agendas
    FROM (
        SELECT x.id, x.name, practiceacl.known_zone(x.time_zone) AS time_zone
        FROM practiceacl.organization x
        WHERE practiceacl.reports_on(x.id)
        OFFSET 0
    ) AS o
    CROSS JOIN LATERAL (
        SELECT (greatest(coalesce((SELECT a.recorded_at FROM practiceacl.activity a
                                   WHERE a.organization_id = o.id
                                   ORDER BY practiceacl.id_hour(a.id) LIMIT 1), practiceacl.reading_time()),
                         practiceacl.reading_time() - interval '100 years')
                AT TIME ZONE o.time_zone)::date - 1 AS first,
               (practiceacl.reading_time() AT TIME ZONE o.time_zone)::date + 1 AS last
        OFFSET 0
    ) AS span
    CROSS JOIN LATERAL (
        SELECT span.first + n.number AS day
        FROM generate_series(0, span.last - span.first) AS n (number)
    ) AS d
    CROSS JOIN LATERAL (
        SELECT floor(extract(epoch FROM d.day::timestamp AT TIME ZONE o.time_zone) / 3600)::integer - 6 AS from_hour,
               floor(extract(epoch FROM (d.day + 1)::timestamp AT TIME ZONE o.time_zone) / 3600)::integer + 6 AS until_hour
    ) AS bounds
    CROSS JOIN LATERAL (
        SELECT a.act,
               count(*) AS entries,
               count(DISTINCT a.actor_id) AS accounts,
               count(DISTINCT a.agenda_id) AS agendas
        FROM practiceacl.activity a
        WHERE a.organization_id = o.id
          AND practiceacl.id_hour(a.id) BETWEEN bounds.from_hour AND bounds.until_hour
          AND (a.recorded_at AT TIME ZONE o.time_zone)::date = d.day
        GROUP BY a.act
        OFFSET 0
    ) AS found;
COMMENT ON VIEW practiceacl.report_activity IS
    'by organization, day and act: how many entries of the record, by how many accounts, on how many agendas';
COMMENT ON COLUMN practiceacl.report_activity.organization_id IS
    'the organization';
COMMENT ON COLUMN practiceacl.report_activity.organization IS
    'its name';
COMMENT ON COLUMN practiceacl.report_activity.entries IS
    'how many entries of the record';
COMMENT ON COLUMN practiceacl.report_activity.accounts IS
    'by how many accounts';
COMMENT ON COLUMN practiceacl.report_activity.agendas IS
    'on how many agendas';
COMMENT ON COLUMN practiceacl.report_activity.act IS
    'noun.participle, as in appointment.booked';
COMMENT ON COLUMN practiceacl.report_activity.day IS
    'in the organization''s local time';
