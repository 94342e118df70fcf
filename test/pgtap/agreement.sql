-- Every way to ask "may this account do that on this agenda" gives the same
-- answer, on twenty thousand random cases, and it is the answer that the rule
-- itself gives, written here a second time.
BEGIN;
SELECT plan(17);
SET client_min_messages = warning;
SET LOCAL TimeZone = 'UTC';
SELECT setseed(0.42) \g /dev/null

CREATE ROLE agreement_application;
SELECT practiceacl.grant_application('agreement_application') \g /dev/null
CREATE SCHEMA agreement;
GRANT USAGE ON SCHEMA agreement TO agreement_application;
SET search_path = agreement, practiceacl, public;

CREATE TABLE organization AS SELECT n, practiceacl.new_id() AS id FROM generate_series(1, 3) AS n;
CREATE TABLE person AS
SELECT n, practiceacl.new_id() AS id, 1 + n % 3 AS home, NULL::text AS token FROM generate_series(1, 60) AS n;
CREATE TABLE calendar AS
SELECT n, practiceacl.new_id() AS id, 1 + n % 3 AS home FROM generate_series(1, 36) AS n;
CREATE TABLE wanted (rights practiceacl.rights);
INSERT INTO wanted VALUES ('freebusy'), ('read'), ('book_in_hours'), ('book'), ('absences'), ('openings'),
    ('owner'), ('read+private'), ('book+overbook'), ('freebusy+messaging'), ('read+private+patient_file'),
    ('export'), ('none'), ('owner+public_profile'), ('billing+statistics');

CREATE FUNCTION some_rights() RETURNS practiceacl.rights VOLATILE LANGUAGE sql AS $$
    SELECT ((ARRAY['freebusy', 'freebusy', 'read', 'read', 'book_in_hours', 'book', 'book', 'absences', 'openings',
                   'owner'])[1 + floor(random() * 10)]
            || CASE WHEN random() < 0.2 THEN '+private' ELSE '' END
            || CASE WHEN random() < 0.2 THEN '+overbook' ELSE '' END
            || CASE WHEN random() < 0.2 THEN '+messaging' ELSE '' END
            || CASE WHEN random() < 0.1 THEN '+billing+statistics' ELSE '' END)::practiceacl.rights
$$;
CREATE FUNCTION some_period() RETURNS tstzrange VOLATILE LANGUAGE sql AS $$
    SELECT CASE WHEN x < 0.4 THEN '(,)'::tstzrange
                WHEN x < 0.5 THEN tstzrange(now() - y, now() - y / 2)
                WHEN x < 0.6 THEN tstzrange(now() + y / 2, now() + y)
                WHEN x < 0.7 THEN tstzrange(NULL, now() + y)
                WHEN x < 0.8 THEN tstzrange(now() - y, NULL)
                WHEN x < 0.9 THEN tstzrange(NULL, now() - y)
                ELSE tstzrange(now() - y, now() + y) END
    FROM (SELECT random() AS x, (1 + random() * 100) * interval '1 day' AS y OFFSET 0) AS r
$$;

INSERT INTO practiceacl.organization (id, name) SELECT id, 'Organization ' || n FROM organization;
INSERT INTO practiceacl.account (id, email, first_name, last_name)
SELECT id, 'p' || n || '@agreement.test', 'P', n::text FROM person;
/* Everybody at home; every fifth also next door.  1 to 3 are the administrators. */
INSERT INTO practiceacl.membership (organization_id, account_id, admin, status, features)
SELECT o.id, p.id,
       CASE WHEN p.n <= 3 AND o.n = p.home THEN 'full' WHEN p.n <= 6 THEN 'users' ELSE 'none' END,
       'active',
       (ARRAY['none', 'none', 'private', 'messaging+export', 'private+patient_file', 'public_profile+export'])[1 + floor(random() * 6)]::practiceacl.rights
FROM person p JOIN organization o ON o.n = p.home OR p.n % 5 = 0 AND o.n = 1 + p.home % 3;
INSERT INTO practiceacl.agenda (organization_id, id, holder_id, time_zone, name, data_controller)
SELECT o.id, c.id, (SELECT m.account_id FROM practiceacl.membership m WHERE m.organization_id = o.id
                    ORDER BY md5(m.account_id::text || c.n) LIMIT 1), 'Europe/Paris', 'Calendar ' || c.n, 'Clinic'
FROM calendar c JOIN organization o ON o.n = c.home;
INSERT INTO practiceacl.access_grant (organization_id, agenda_id, account_id, rights, valid_during, source, granted_at)
SELECT m.organization_id, g.id, m.account_id, some_rights(), some_period(), 'hand', now() - random() * interval '200 days'
FROM practiceacl.membership m JOIN practiceacl.agenda g USING (organization_id), generate_series(1, 2)
WHERE random() < 0.35;
/* Holders who were given something before they held the calendar. */
INSERT INTO practiceacl.access_grant (organization_id, agenda_id, account_id, rights, source)
SELECT organization_id, id, holder_id, 'owner+private', 'hand' FROM practiceacl.agenda WHERE random() < 0.5;
/* Emergencies: some lapsed. */
INSERT INTO practiceacl.access_grant (organization_id, agenda_id, account_id, rights, valid_during, source, reason, granted_at)
SELECT m.organization_id, g.id, m.account_id, 'read+private+patient_file',
       tstzrange(now() - x * interval '1 hour', now() + (2 - x) * interval '1 hour'), 'break_glass', 'fainted',
       now() - x * interval '1 hour'
FROM (SELECT m.account_id, m.organization_id, 4 * random() AS x
      FROM practiceacl.membership m OFFSET 0) AS m
JOIN practiceacl.agenda g USING (organization_id)
WHERE random() < 0.05;
/* Two fifths of the calendars have something for every colleague. */
UPDATE practiceacl.agenda SET colleague_rights = (
    SELECT CASE WHEN r @> 'owner' THEN 'openings+export' ELSE r END FROM (SELECT some_rights() AS r WHERE agenda.id IS NOT NULL OFFSET 0) AS s)
WHERE random() < 0.4;
/* Groups of calendars, rights on them and on everything, some by profiles. */
INSERT INTO practiceacl.agenda_group (organization_id, id, name)
SELECT id, practiceacl.new_id(), 'Group ' || k FROM organization, generate_series(1, 4) AS k;
INSERT INTO practiceacl.agenda_group_member (organization_id, group_id, agenda_id)
SELECT g.organization_id, g.id, a.id FROM practiceacl.agenda_group g JOIN practiceacl.agenda a USING (organization_id) WHERE random() < 0.3;
INSERT INTO practiceacl.group_grant (organization_id, group_id, account_id, rights, valid_during)
SELECT organization_id, CASE WHEN random() < 0.1 THEN NULL ELSE g.id END, account_id, least(some_rights(), 'openings+private'), some_period()
FROM practiceacl.agenda_group g JOIN practiceacl.membership m USING (organization_id) WHERE random() < 0.12;
INSERT INTO practiceacl.profile (organization_id, id, name, features)
SELECT id, practiceacl.new_id(), 'Profile ' || k, (ARRAY['none', 'private', 'messaging+export'])[k]::practiceacl.rights FROM organization, generate_series(1, 3) AS k;
INSERT INTO practiceacl.profile_right (organization_id, profile_id, group_id, agenda_id, rights)
SELECT p.organization_id, p.id, CASE WHEN k = 1 THEN g.group_id END, CASE WHEN k = 2 THEN g.agenda_id END, least(some_rights(), 'openings+private')
FROM practiceacl.profile p, generate_series(1, 3) AS k,
     LATERAL (SELECT * FROM practiceacl.agenda_group_member x WHERE x.organization_id = p.organization_id ORDER BY md5(x.agenda_id::text || p.id || k) LIMIT 1) AS g
WHERE k < 3 OR random() < 0.3;
INSERT INTO practiceacl.profile_member (organization_id, profile_id, account_id)
SELECT p.organization_id, p.id, m.account_id FROM practiceacl.profile p JOIN practiceacl.membership m USING (organization_id) WHERE random() < 0.15;
UPDATE practiceacl.membership SET shares = true;
/* Those whose only grants have ended are former colleagues: more of them. */
UPDATE practiceacl.access_grant SET valid_during = tstzrange(now() - interval '9 days', now() - random() * interval '8 days')
WHERE account_id IN (SELECT id FROM person WHERE n % 4 = 3);
DELETE FROM practiceacl.profile_member WHERE account_id IN (SELECT id FROM person WHERE n % 4 = 3);
UPDATE practiceacl.profile_member SET valid_until = now() + (random() - 0.5) * interval '9 days' WHERE random() < 0.4;
UPDATE practiceacl.group_grant SET valid_during = tstzrange(now() - interval '9 days', now() - random() * interval '8 days')
WHERE account_id IN (SELECT id FROM person WHERE n % 4 = 3);
/* One appointment a calendar, and a private one: what the tables really show. */
INSERT INTO practiceacl.appointment (organization_id, agenda_id, starts_at, ends_at, created_by, private, patient)
SELECT organization_id, id, now() + p * interval '1 hour', now() + p * interval '1 hour' + interval '15 minutes',
       holder_id, p = 1, 'Somebody'
FROM practiceacl.agenda, generate_series(0, 1) AS p;

UPDATE person SET token = practiceacl.open_session(id);
UPDATE practiceacl.membership
SET status = (ARRAY['active', 'active', 'active', 'active', 'unlisted', 'disabled', 'removed'])[1 + floor(random() * 7)]
WHERE account_id NOT IN (SELECT id FROM person WHERE n <= 6);
/* Blocked by support, whatever the organizations gave. */
UPDATE practiceacl.account SET status = 'blocked' WHERE id IN (SELECT id FROM person WHERE n IN (20, 40));

/*
 * The rule: the union of the grants in force, of those on groups of the
 * calendar and on all calendars, and of the profiles, from read upwards with
 * the flags of the membership and of the profiles (but public_profile is a holder's, on their own
 * calendar); a holder has all; nobody has anything who is
 * disabled, removed or blocked.  A calendar's rights for colleagues unite with
 * the grants of everyone who is a colleague: listed, and an administrator, a
 * holder, somebody with a grant now or to come, or never with one that ended.
 */
CREATE TABLE reached AS
SELECT a.id AS agenda_id, a.organization_id, g.id AS group_id
FROM practiceacl.agenda a, practiceacl.agenda_group g
WHERE EXISTS (SELECT FROM practiceacl.agenda_group_member x WHERE x.agenda_id = a.id AND x.group_id = g.id)
UNION ALL
SELECT id, organization_id, NULL FROM practiceacl.agenda;
CREATE TABLE profiled AS
SELECT m.account_id, r.agenda_id, t.rights
FROM practiceacl.profile_member m JOIN practiceacl.profile_right t USING (profile_id)
JOIN reached r ON r.organization_id = m.organization_id
    AND coalesce(m.valid_until > now(), true)
    AND CASE WHEN t.agenda_id IS NOT NULL THEN r.agenda_id = t.agenda_id AND r.group_id IS NULL
             WHEN t.group_id IS NULL THEN r.group_id IS NULL ELSE r.group_id = t.group_id END;
CREATE TABLE effective AS
SELECT p.id AS account_id, g.id AS agenda_id, g.organization_id,
       CASE WHEN m.status IS NULL OR m.status NOT IN ('active', 'unlisted') OR a.status <> 'active' THEN 'none'
            WHEN g.holder_id = p.id THEN 'owner+overbook+edit_past+private+patient_file+documents+messaging+billing+statistics+export+public_profile'
            WHEN u.rights @> 'read' THEN u.rights | (m.features - 'public_profile') | coalesce((
                SELECT practiceacl.rights_union(f.features) FROM practiceacl.profile f JOIN practiceacl.profile_member y ON y.profile_id = f.id
                WHERE y.account_id = p.id AND f.organization_id = g.organization_id AND coalesce(y.valid_until > now(), true)), 'none')
            ELSE u.rights END AS rights, m.status = 'active' AND c.colleague AS colleague
FROM person p
JOIN practiceacl.account a ON a.id = p.id
CROSS JOIN practiceacl.agenda g
LEFT JOIN practiceacl.membership m ON m.organization_id = g.organization_id AND m.account_id = p.id
CROSS JOIN LATERAL (
    SELECT m.admin <> 'none' OR EXISTS (SELECT FROM practiceacl.agenda h WHERE h.holder_id = p.id AND h.organization_id = m.organization_id)
        OR coalesce(bool_or(coalesce(upper(x.valid_during) > now(), true)) OR NOT bool_or(x.source <> 'break_glass'), true) AS colleague
    FROM (SELECT account_id, organization_id, valid_during, source FROM practiceacl.access_grant
          UNION ALL SELECT account_id, organization_id, valid_during, 'group' FROM practiceacl.group_grant
          UNION ALL SELECT account_id, organization_id, tstzrange(NULL, valid_until), 'profile' FROM practiceacl.profile_member) AS x
    WHERE x.account_id = p.id AND x.organization_id = m.organization_id) AS c
CROSS JOIN LATERAL (
    SELECT practiceacl.rights_union(x.rights) AS rights FROM (
        SELECT x.rights FROM practiceacl.access_grant x
        WHERE x.account_id = p.id AND x.agenda_id = g.id
          AND (lower(x.valid_during) IS NULL OR lower(x.valid_during) <= now())
          AND (upper(x.valid_during) IS NULL OR upper(x.valid_during) > now())
        UNION ALL
        SELECT x.rights FROM practiceacl.group_grant x JOIN reached r ON r.group_id IS NOT DISTINCT FROM x.group_id
        WHERE x.account_id = p.id AND r.agenda_id = g.id AND r.organization_id = x.organization_id AND x.valid_during @> now()
        UNION ALL
        SELECT x.rights FROM profiled x WHERE x.account_id = p.id AND x.agenda_id = g.id
        UNION ALL
        SELECT g.colleague_rights WHERE m.status = 'active' AND c.colleague) AS x) AS u;

CREATE TABLE trial AS
SELECT row_number() OVER () AS n, e.account_id, e.agenda_id, e.required,
       e.rights @> CASE practiceacl.level(e.required) WHEN 'none' THEN e.required | 'read' ELSE e.required END AS expected
FROM (SELECT account_id, agenda_id, e.rights, w.rights AS required
      FROM effective e CROSS JOIN wanted w
      ORDER BY random() * CASE e.rights WHEN 'none' THEN 4 ELSE 1 END
      LIMIT 20000) AS e;
CREATE TABLE answer (n bigint, way text, allowed boolean);
CREATE TABLE shown (account_id uuid, agenda_id uuid, way text, rights practiceacl.rights);
GRANT SELECT ON ALL TABLES IN SCHEMA agreement TO agreement_application;
GRANT INSERT ON answer, shown TO agreement_application;

/* What a person is told, and what they see. */
CREATE FUNCTION ask(who uuid, with_token text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM practiceacl.enter(with_token);
    /* The first questions of a statement are looked up one by one. */
    INSERT INTO answer
    SELECT t.n, 'can at first', practiceacl.can(t.agenda_id, t.required)
    FROM (SELECT t.* FROM trial t JOIN effective e USING (account_id, agenda_id)
          WHERE t.account_id = who ORDER BY e.rights DESC LIMIT 8) AS t;
    INSERT INTO answer
    SELECT t.n, 'can', practiceacl.can(t.agenda_id, t.required) FROM trial t WHERE t.account_id = who
    UNION ALL
    SELECT t.n, 'agendas', t.agenda_id = ANY (practiceacl.agendas(t.required)) FROM trial t WHERE t.account_id = who
    UNION ALL
    SELECT t.n, 'rights_on', practiceacl.rights_on(t.agenda_id)
               @> CASE practiceacl.level(t.required) WHEN 'none' THEN t.required | 'read' ELSE t.required END
    FROM trial t WHERE t.account_id = who;
    INSERT INTO shown
    SELECT who, agenda_id, 'own access_matrix', rights FROM practiceacl.access_matrix WHERE account_id = who
    UNION ALL
    SELECT who, agenda_id, 'my_agendas', rights FROM practiceacl.my_agendas
    UNION ALL
    SELECT DISTINCT who, agenda_id, 'busy', NULL::practiceacl.rights FROM practiceacl.busy
    UNION ALL
    SELECT who, agenda_id, 'appointment', NULL FROM practiceacl.appointment WHERE NOT private
    UNION ALL
    SELECT who, agenda_id, 'private', NULL FROM practiceacl.appointment WHERE private;
END $$;

/* What an administrator is told of others. */
CREATE FUNCTION ask_about_others(place uuid, with_token text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM practiceacl.enter(with_token);
    INSERT INTO answer
    SELECT t.n, 'who_can', w.account_id IS NOT NULL
    FROM trial t
    JOIN effective e USING (account_id, agenda_id)
    LEFT JOIN (SELECT q.agenda_id, q.required, c.account_id
               FROM (SELECT DISTINCT t2.agenda_id, t2.required
                     FROM trial t2 JOIN effective e2 USING (account_id, agenda_id)
                     WHERE e2.organization_id = place) AS q,
                    practiceacl.who_can(q.agenda_id, q.required) AS c) AS w
        ON w.agenda_id = t.agenda_id AND w.required = t.required AND w.account_id = t.account_id
    WHERE e.organization_id = place;
    INSERT INTO shown
    SELECT e.account_id, e.agenda_id, 'explain_access',
           coalesce(practiceacl.rights_union(x.rights) FILTER (WHERE x.in_force), 'none')
    FROM effective e, practiceacl.explain_access(e.account_id, e.agenda_id) AS x
    WHERE e.organization_id = place
    GROUP BY e.account_id, e.agenda_id
    UNION ALL
    SELECT m.account_id, m.agenda_id, 'access_matrix', m.rights
    FROM practiceacl.access_matrix m WHERE m.organization_id = place
    UNION ALL
    SELECT a.account_id, e.agenda_id, 'access_at', a.rights
    FROM (SELECT DISTINCT agenda_id FROM effective WHERE organization_id = place) AS e,
         practiceacl.access_at(now(), e.agenda_id) AS a;
END $$;

SET ROLE agreement_application;
SELECT ask(id, token) FROM person WHERE n NOT IN (20, 40) \g /dev/null
SELECT ask_about_others(o.id, p.token) FROM person p JOIN organization o ON o.n = p.home WHERE p.n <= 3 \g /dev/null
RESET ROLE;

SELECT is((SELECT count(*) FROM trial), 20000::bigint, 'twenty thousand cases');
SELECT ok((SELECT count(*) FILTER (WHERE expected) > 1500 AND count(*) FILTER (WHERE NOT expected) > 1500 FROM trial),
    'of which many are allowed and many are not');
SELECT is((SELECT count(*) FROM effective e JOIN practiceacl.membership m USING (organization_id, account_id)
           WHERE m.status = 'disabled' AND EXISTS (
               SELECT FROM practiceacl.access_grant x
               WHERE x.account_id = e.account_id AND x.agenda_id = e.agenda_id)) > 10, true,
    'among them grants of disabled members');
SELECT ok((SELECT count(*) FILTER (WHERE e.colleague) > 100 AND count(*) FILTER (WHERE NOT e.colleague AND m.status = 'active') > 5
           FROM effective e JOIN practiceacl.agenda g ON g.id = e.agenda_id AND g.colleague_rights <> 'none'
           JOIN practiceacl.membership m ON m.organization_id = e.organization_id AND m.account_id = e.account_id),
    'and calendars with rights for colleagues, and former colleagues');

SELECT ok((SELECT count(*) FILTER (WHERE x.source = 'group') > 50 AND count(*) FILTER (WHERE x.source = 'profile') > 40
           FROM practiceacl.every_grant x), 'and much that is given by groups and profiles');

CREATE FUNCTION disagreements(asked text) RETURNS SETOF trial LANGUAGE sql AS $$
    SELECT t.* FROM trial t LEFT JOIN answer a ON a.n = t.n AND a.way = asked
    WHERE t.expected IS DISTINCT FROM a.allowed
      AND NOT (a.allowed IS NULL AND NOT t.expected AND t.account_id IN (SELECT id FROM person WHERE n IN (20, 40)))
$$;
SELECT is_empty(format('SELECT * FROM disagreements(%L)', way), way || ' agrees with the rule')
FROM unnest(ARRAY['can', 'agendas', 'rights_on', 'who_can']) AS way;

SELECT is_empty($$ SELECT t.*, a.allowed FROM trial t JOIN answer a USING (n) WHERE a.way = 'can at first' AND a.allowed <> t.expected $$,
    'can agrees from the first question');

/* A way that shows rights shows those that are there, and no others. */
SELECT set_eq(format('SELECT account_id, agenda_id, rights FROM shown WHERE way = %L AND rights <> ''none''', way),
    'SELECT account_id, agenda_id, rights FROM effective WHERE rights <> ''none''',
    way || ' agrees with the rule')
FROM unnest(ARRAY['explain_access', 'access_matrix', 'own access_matrix', 'my_agendas']) AS way;
SELECT set_eq(
    'SELECT account_id, agenda_id, rights FROM shown WHERE way = ''access_at'' AND account_id NOT IN (SELECT id FROM person WHERE n IN (20, 40))',
    'SELECT account_id, agenda_id, rights FROM effective WHERE rights <> ''none''',
    'access_at this moment agrees with the rule');
SELECT set_eq(
    'SELECT account_id, agenda_id, way FROM shown WHERE way IN (''appointment'', ''private'')',
    'SELECT account_id, agenda_id, way FROM effective, (VALUES (''appointment'', ''read''::practiceacl.rights), (''private'', ''read+private'')) AS v (way, needed)
     WHERE rights @> needed',
    'and so do the rows of the table appointment');
SELECT set_eq('SELECT account_id, agenda_id FROM shown WHERE way = ''busy''',
    'SELECT account_id, agenda_id FROM effective WHERE rights @> ''freebusy''', 'and the view busy');
SELECT * FROM finish();
ROLLBACK;
