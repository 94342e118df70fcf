-- What free_slots and find_slots offer, book takes; what they do not offer in the
-- openings, book refuses.  Random weeks, some with a change of the clock and some around
-- now; random openings, some of them every other week or for some types, closings, absences,
-- appointments with pauses and holds; every level; holders
-- who are there, disabled, and agendas that are archived.  One case is one slot
-- that one caller was or was not offered; with PRACTICEACL_LONG there are more.
BEGIN;
\ir support/clinic.psql
\getenv long PRACTICEACL_LONG
\if :{?long}
SELECT CASE WHEN :'long' = '' THEN 2000 ELSE 21000 END AS cases \gset
\else
\set cases 2000
\endif
SELECT plan(10);
SELECT setseed(0.12);

CREATE TABLE zone (number serial, name text, who text);
INSERT INTO zone (name, who) VALUES ('Europe/Paris', 'anna'), ('America/Havana', 'bert'), ('Australia/Lord_Howe', 'cara'), ('Asia/Kolkata', 'dora');
SELECT join_clinic(who), hold_agenda(who, name, 15) FROM zone ORDER BY number \g /dev/null
CREATE TABLE asker (who text, rights practiceacl.rights);
INSERT INTO asker SELECT 'w' || n, r FROM unnest('{freebusy,read,book_in_hours,book_in_hours+edit_past,book_in_hours+private,book,absences+overbook,openings,owner}'::practiceacl.rights[]) WITH ORDINALITY AS u (r, n);
SELECT join_clinic(who) FROM asker ORDER BY who \g /dev/null
SELECT may(a.who, a.rights, z.who) FROM asker a, zone z \g /dev/null
SELECT join_clinic('hold') \g /dev/null
SELECT may('hold', 'book', who) FROM zone \g /dev/null
SELECT log_everybody_in() \g /dev/null
INSERT INTO asker SELECT who, 'owner' FROM zone;    -- the holders themselves
CREATE TABLE change AS
SELECT z.name, d::date AS day FROM zone z, generate_series(timestamp '2064-01-01', '2067-12-31', '1 day') d
WHERE ((d + interval '1 day') AT TIME ZONE z.name) - (d AT TIME ZONE z.name) <> interval '24 hours';
CREATE TABLE type (id uuid);
INSERT INTO type VALUES (practiceacl.new_id()), (practiceacl.new_id());
INSERT INTO practiceacl.appointment_type (organization_id, id, name, minutes, minutes_before, minutes_after, rights)
SELECT l.id, t.id, t.id::text, 20, 10, 5, 'book_in_hours' FROM type t, place l WHERE l.name = 'clinic';
INSERT INTO practiceacl.agenda_type (organization_id, agenda_id, type_id)
SELECT g.organization_id, g.id, t.id FROM practiceacl.agenda g, type t;
CREATE TABLE verdict (asked text, offered boolean, level text, past boolean, served boolean, code text, slot tstzrange, who text);

CREATE FUNCTION clinic.fill(agenda uuid, zone text, from_time timestamptz) RETURNS void LANGUAGE sql AS $$
    DELETE FROM practiceacl.appointment WHERE agenda_id = agenda;
    DELETE FROM practiceacl.absence WHERE agenda_id = agenda;
    DELETE FROM practiceacl.slot_hold WHERE agenda_id = agenda;
    DELETE FROM practiceacl.opening WHERE agenda_id = agenda;
    DELETE FROM practiceacl.closing;
    INSERT INTO practiceacl.opening (organization_id, agenda_id, weekday, opens_at, closes_at, every_weeks, from_week, types)
    SELECT g.organization_id, g.id, day, at, least(at + (1 + floor(random() * 5)) * interval '1 hour', time '23:45'),
           weeks, CASE WHEN weeks > 1 THEN date_trunc('week', from_time AT TIME ZONE zone)::date + 7 * (1 - floor(random() * 4)::int) END,
           CASE WHEN random() < 0.3 THEN (SELECT array_agg(id) FROM (SELECT t.id FROM type t WHERE weeks > 0 ORDER BY random() LIMIT 1 + floor(random() * 2)) AS few) END
    FROM practiceacl.agenda g, generate_series(1, 7) AS day, unnest('{00:10,06:00,11:30,17:00}'::time[]) AS at,
         LATERAL (SELECT CASE WHEN random() < 0.8 OR at IS NULL THEN 1 ELSE 2 + floor(random() * 2) END AS weeks) AS w
    WHERE g.id = agenda AND random() < 0.7;
    INSERT INTO practiceacl.closing (organization_id, from_date, until_date, name, created_by)
    SELECT g.organization_id, day, day + floor(random() * 2)::int, 'closed', g.holder_id
    FROM practiceacl.agenda g, LATERAL (SELECT (from_time AT TIME ZONE zone)::date + floor(random() * 3)::int AS day) AS d
    WHERE g.id = agenda AND random() < 0.2;
    INSERT INTO practiceacl.appointment (organization_id, agenda_id, starts_at, ends_at, created_by, overbooked, private, minutes_before, minutes_after, status, cancelled_at)
    SELECT g.organization_id, g.id, s, s + (5 + floor(random() * 90)) * interval '1 minute', g.holder_id, true, random() < 0.3,
           floor(random() * 3) * 10, floor(random() * 3) * 10, CASE WHEN gone THEN 'cancelled' ELSE 'booked' END, CASE WHEN gone THEN now() END
    FROM practiceacl.agenda g, LATERAL (SELECT from_time + floor(random() * 4320) * interval '1 minute' AS s, random() < 0.2 AS gone FROM generate_series(1, 12)) AS t
    WHERE g.id = agenda;
    INSERT INTO practiceacl.absence (organization_id, agenda_id, starts_at, ends_at, created_by)
    SELECT g.organization_id, g.id, s, s + (30 + floor(random() * 600)) * interval '1 minute', g.holder_id
    FROM practiceacl.agenda g, LATERAL (SELECT from_time + floor(random() * 4320) * interval '1 minute' AS s FROM generate_series(1, 2)) AS t
    WHERE g.id = agenda AND random() < 0.7;
    INSERT INTO practiceacl.slot_hold (organization_id, agenda_id, session_id, account_id, minutes_before, minutes_after, starts_at, ends_at, expires_at)
    SELECT g.organization_id, g.id, x.id, x.account_id, floor(random() * 2) * 10, floor(random() * 2) * 10, s, s + interval '40 minutes', clock_timestamp() + CASE WHEN random() < 0.3 THEN interval '-1 minute' ELSE interval '10 minutes' END
    FROM practiceacl.agenda g,
         LATERAL (SELECT from_time + floor(random() * 4320) * interval '1 minute' AS s FROM generate_series(1, 6)) AS t,
         LATERAL (SELECT h.id, h.account_id FROM practiceacl.session h WHERE s IS NOT NULL ORDER BY random() LIMIT 1) AS x
    WHERE g.id = agenda;
$$;

-- Every point of the grid of the openings, offered or not.
CREATE FUNCTION clinic.grid(agenda uuid, zone text, from_time timestamptz, until_time timestamptz, length interval) RETURNS SETOF timestamptz LANGUAGE sql AS $$
    SELECT DISTINCT point
    FROM practiceacl.opening o,
         generate_series((from_time AT TIME ZONE zone)::date - 2, (until_time AT TIME ZONE zone)::date + 2, interval '1 day') AS day,
         LATERAL (SELECT (day::timestamp + o.opens_at) AT TIME ZONE zone AS opens, (day::timestamp + o.closes_at) AT TIME ZONE zone AS closes) AS i,
         generate_series(opens, closes - interval '1 microsecond', interval '15 min') AS point
    WHERE o.agenda_id = agenda AND o.weekday = extract(isodow FROM day) AND opens < closes
      AND (o.from_week IS NULL OR (day::date >= o.from_week AND (day::date - o.from_week) / 7 % o.every_weeks = 0))
      AND point >= from_time AND point + length <= until_time
$$;

-- Books, and takes it back whatever comes of it.
CREATE FUNCTION clinic.attempt(agenda uuid, from_time timestamptz, until_time timestamptz, type uuid) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM practiceacl.book(agenda, from_time, until_time, appointment_type => type);
    RAISE EXCEPTION USING ERRCODE = 'ZZ000';
EXCEPTION
    WHEN SQLSTATE 'ZZ000' THEN RETURN NULL;
    WHEN OTHERS THEN RETURN SQLSTATE;
END $$;

-- What the holder has booked without a type gets one; NULL where they could not book.
CREATE TABLE retyped (who text, code text, retyped text);
CREATE FUNCTION clinic.retype(holder text, who text, agenda uuid, from_time timestamptz, until_time timestamptz, type uuid) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    appointment uuid;
    changes boolean := false;
    got text := 'done';
BEGIN
    PERFORM enter(holder);
    appointment := practiceacl.book(agenda, from_time, until_time);
    PERFORM enter(who);
    changes := true;
    PERFORM practiceacl.update_appointment(appointment, jsonb_build_object('appointment_type', type));
    RAISE EXCEPTION USING ERRCODE = 'ZZ000';
EXCEPTION
    WHEN SQLSTATE 'ZZ000' THEN PERFORM enter(who); RETURN 'done';
    WHEN OTHERS THEN got := SQLSTATE; PERFORM enter(who); RETURN CASE WHEN changes THEN got END;
END $$;

-- Holds it for a type, and books what is held.
CREATE TABLE held (who text, code text, held text, again text);
CREATE FUNCTION clinic.hold(agenda uuid, from_time timestamptz, until_time timestamptz, type uuid) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
    again text;
BEGIN
    PERFORM practiceacl.hold_slot(agenda, from_time, until_time, appointment_type => type);
    again := coalesce(attempt(agenda, from_time, until_time, type), 'done');
    RAISE EXCEPTION USING ERRCODE = 'ZZ000';
EXCEPTION
    WHEN SQLSTATE 'ZZ000' THEN RETURN ARRAY['done', again];
    WHEN OTHERS THEN RETURN ARRAY[SQLSTATE, NULL];
END $$;

-- The same question to free_slots, to find_slots, and to find_slots for a type.
CREATE FUNCTION clinic.offered(asked text, agenda uuid, from_time timestamptz, until_time timestamptz, length interval, type uuid) RETURNS SETOF timestamptz LANGUAGE sql AS $$
    SELECT starts_at FROM practiceacl.free_slots(agenda, from_time, until_time, length) WHERE asked = 'free_slots'
    UNION ALL
    SELECT starts_at FROM practiceacl.find_slots(from_time, until_time, ARRAY[agenda], type, length, max_results => 1000) WHERE asked <> 'free_slots'
$$;

CREATE FUNCTION clinic.compare(cases integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    z zone;
    a asker;
    target uuid;
    start timestamptz;
    length interval;
    served text;
    question text;
    kind uuid;
    done integer := 0;
BEGIN
    WHILE done < cases LOOP
        SELECT * INTO z FROM zone ORDER BY random() LIMIT 1;
        target := agenda(z.who);
        start := CASE floor(random() * 3) WHEN 0 THEN date_trunc('hour', clock_timestamp()) - interval '1 day'
            WHEN 1 THEN (SELECT c.day::timestamp AT TIME ZONE z.name FROM change c WHERE c.name = z.name ORDER BY random() LIMIT 1) END;
        start := coalesce(start, (date '2064-01-01' + floor(random() * 1000)::int)::timestamp AT TIME ZONE z.name) - interval '1 day';
        served := (ARRAY['yes', 'yes', 'yes', 'yes', 'yes', 'disabled', 'archived', 'removed'])[1 + floor(random() * 8)];
        PERFORM fill(target, z.name, start);
        UPDATE practiceacl.agenda SET archived_at = CASE WHEN served = 'archived' THEN now() END WHERE id = target;
        UPDATE practiceacl.membership SET status = CASE WHEN served IN ('disabled', 'removed') THEN served ELSE 'active' END WHERE account_id = account(z.who);
        FOR a IN SELECT * FROM asker WHERE who LIKE 'w%' OR (who = z.who AND served IN ('yes', 'archived')) ORDER BY random() LIMIT 4 LOOP
            length := (ARRAY['15 min', '20 min', '50 min'])[1 + floor(random() * 3)]::interval;
            question := (ARRAY['free_slots', 'find_slots', 'a type'])[1 + floor(random() * 3)];
            kind := CASE WHEN question = 'a type' THEN (SELECT id FROM type ORDER BY random() LIMIT 1) END;
            PERFORM enter(a.who);
            INSERT INTO verdict
            SELECT question, g.offered, practiceacl.level(a.rights), g.point < clock_timestamp() + interval '5 seconds', served = 'yes',
                   attempt(target, g.point, g.point + length, kind), tstzrange(g.point, g.point + length), a.who
            FROM (SELECT p AS point, f IS NOT NULL AS offered
                  FROM grid(target, z.name, start, start + interval '3 days', length) AS p
                  FULL JOIN offered(question, target, start, start + interval '3 days', length, kind) AS f ON f = p
                  ORDER BY random() LIMIT 40) AS g;
            IF served = 'yes' THEN
                kind := (SELECT id FROM type ORDER BY random() LIMIT 1);
                INSERT INTO retyped
                SELECT a.who, coalesce(attempt(target, p, p + length, kind), 'done'), retype(z.who, a.who, target, p, p + length, kind)
                FROM (SELECT p FROM grid(target, z.name, start, start + interval '3 days', length) AS p WHERE p > clock_timestamp() ORDER BY random() LIMIT 30) AS g;
                INSERT INTO held
                SELECT a.who, coalesce(attempt(target, p, p + length, kind), 'done'), h[1], h[2]
                FROM (SELECT p FROM grid(target, z.name, start, start + interval '3 days', length) AS p WHERE p > clock_timestamp() ORDER BY random() LIMIT 30) AS g, hold(target, p, p + length, kind) AS h;
            END IF;
        END LOOP;
        done := (SELECT count(*) FROM verdict);
    END LOOP;
END $$;
SELECT compare(:cases) \g /dev/null

SELECT cmp_ok((SELECT count(*) FROM verdict), '>=', :cases::bigint, 'so many cases');
SELECT is_empty($$SELECT * FROM verdict WHERE slot IS NULL OR lower(slot) IS NULL$$, 'nothing is offered off the grid of the openings');
SELECT is_empty($$SELECT * FROM verdict WHERE offered AND code IS NOT NULL AND level NOT IN ('freebusy', 'read')$$,
    'whatever is offered to somebody who may book, book takes');
SELECT is_empty($$SELECT * FROM verdict WHERE offered AND NOT served$$, 'where nobody serves nothing is offered');
-- The running slot is not offered, though whoever walks in is booked in it.
SELECT is_empty($$SELECT * FROM verdict WHERE NOT offered AND code IS NULL AND level = 'book_in_hours' AND NOT past$$,
    'what is not offered in the openings, book refuses to those who may book in hours');
SELECT is_empty('SELECT * FROM held WHERE code <> held', 'what book takes of a type can be held for it, and nothing else');
SELECT is_empty($$SELECT * FROM held WHERE again <> 'done'$$, 'and what is held is booked');
SELECT cmp_ok((SELECT count(DISTINCT held) FROM held), '>=', 5::bigint, 'with many an answer');
-- An appointment gets a type where book would take one of it, but for closings and
-- absences: the visit is there already.  The holder's own holds went when they booked.
SELECT is_empty($$SELECT r.who, code, retyped FROM retyped r WHERE retyped <> code AND code NOT IN ('PA021', 'PA023') AND NOT EXISTS (SELECT FROM asker a WHERE a.who = r.who AND practiceacl.level(a.rights) = 'freebusy')$$,
    'an appointment gets a type where book takes one of that type');
SELECT cmp_ok((SELECT count(*) FROM retyped WHERE retyped = 'PA020'), '>', 0::bigint, 'and not where the openings are for others');
\if :{?long}
SELECT diag(format('%s: %s cases, %s offered, %s of them booked', asked, count(*), count(*) FILTER (WHERE offered), count(*) FILTER (WHERE offered AND code IS NULL))) FROM verdict GROUP BY asked;
SELECT diag(format('%s cases, of which %s offered, %s of them booked; refused with %s', count(*), count(*) FILTER (WHERE offered), count(*) FILTER (WHERE offered AND code IS NULL),
    (SELECT string_agg(code || ' ' || n, ', ') FROM (SELECT code, count(*) AS n FROM verdict WHERE code IS NOT NULL GROUP BY code ORDER BY code) AS c))) FROM verdict;
\endif
SELECT * FROM finish();
ROLLBACK;
