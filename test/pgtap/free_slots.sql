-- free_slots against an obvious reference: the openings of every date as a
-- multirange, minus everything busy, asked for every point of every grid.
-- 1,000 random weeks in five zones, with both changes of the clock: at two or
-- three in the morning, at midnight and the hour before it, by half an hour.
BEGIN;
\ir support/clinic.psql
SELECT plan(35);
SELECT setseed(0.20260329);

CREATE TABLE zone (number serial, name text, who text);
INSERT INTO zone (name, who) VALUES ('Europe/Paris', 'anna'), ('America/New_York', 'bert'),
    ('America/Havana', 'cara'), ('Australia/Lord_Howe', 'dora'), ('America/Nuuk', 'emil');
SELECT join_clinic(who), hold_agenda(who, name, 15) FROM zone ORDER BY number \g /dev/null
SELECT join_clinic('fred'), may('fred', 'freebusy', 'anna') \g /dev/null
SELECT join_clinic('hugo') \g /dev/null
SELECT may('hugo', 'book_in_hours+edit_past', who) FROM zone \g /dev/null
SELECT join_clinic('adam', admin => 'full'), join_clinic('sven', 'elsewhere') \g /dev/null
SELECT log_everybody_in() \g /dev/null
GRANT ALL ON zone TO clinic_application;

-- The dates on which the clock of a zone changes, and by how much.
CREATE TABLE change AS
SELECT z.name, d::date AS day,
       extract(epoch FROM ((d + interval '1 day') AT TIME ZONE z.name) - (d AT TIME ZONE z.name)) - 86400 AS seconds
FROM zone z, generate_series(timestamp '2027-01-01', '2063-12-31', '1 day') d
WHERE ((d + interval '1 day') AT TIME ZONE z.name) - (d AT TIME ZONE z.name) <> interval '24 hours';

-- Up to three openings a day at five-minute marks, often two that meet, some
-- for a time only; never overlapping.
CREATE FUNCTION clinic.random_openings(day date) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    result jsonb := '[]';
    marks  integer[];
    until  text;
BEGIN
    FOR weekday IN 1..7 LOOP
        SELECT array_agg(m ORDER BY m) INTO marks
        FROM (SELECT DISTINCT (CASE (random() * 3)::int WHEN 0 THEN random() * 288 WHEN 1 THEN 260 + random() * 28
                                    ELSE random() * 60 END)::int AS m
              FROM generate_series(1, (random() * 6)::int)) marks;
        FOR i IN 2..coalesce(cardinality(marks), 0) LOOP
            CONTINUE WHEN random() < 0.4;
            until := CASE WHEN random() < 0.1 THEN (day + (random() * 10)::int)::text END;
            result := result || jsonb_strip_nulls(jsonb_build_object('weekday', weekday,
                'from', lpad((marks[i-1] / 12)::text, 2, '0') || ':' || lpad((marks[i-1] % 12 * 5)::text, 2, '0'),
                'to', lpad((marks[i] / 12)::text, 2, '0') || ':' || lpad((marks[i] % 12 * 5)::text, 2, '0'),
                'valid_until', until)
                || CASE WHEN random() < 0.2 THEN jsonb_build_object('every_weeks', 2, 'from_week', date_trunc('week', day)::date + 7 * (1 - (random() * 3)::int)) ELSE '{}' END);
        END LOOP;
    END LOOP;
    RETURN result;
END $$;

-- Appointments, absences, holds of others, of oneself and lapsed.
CREATE FUNCTION clinic.fill_week(agenda uuid, holder uuid, other uuid, monday timestamptz) RETURNS void LANGUAGE sql AS $$
    DELETE FROM practiceacl.appointment WHERE agenda_id = agenda;
    DELETE FROM practiceacl.absence WHERE agenda_id = agenda;
    DELETE FROM practiceacl.slot_hold WHERE agenda_id = agenda;
    DELETE FROM practiceacl.closing;
    INSERT INTO practiceacl.closing (organization_id, from_date, until_date, name, created_by)
    SELECT g.organization_id, day, day + (random() * 1)::int, 'closed', holder
    FROM practiceacl.agenda g, LATERAL (SELECT (monday AT TIME ZONE g.time_zone)::date + (random() * 7)::int - 1 AS day) AS d
    WHERE g.id = agenda AND random() < 0.2;
    INSERT INTO practiceacl.appointment (organization_id, agenda_id, starts_at, ends_at, created_by, overbooked, private, minutes_before, minutes_after, status, cancelled_at)
    SELECT g.organization_id, g.id, s, s + (5 + (random() * 90)::int) * interval '1 minute', holder, true, random() < 0.3,
           (random() * 2)::int * 15, (random() * 2)::int * 15,
           CASE WHEN cancelled THEN 'cancelled' ELSE 'booked' END, CASE WHEN cancelled THEN now() END
    FROM practiceacl.agenda g,
         LATERAL (SELECT monday + (random() * 10080)::int * interval '1 minute' AS s, random() < 0.2 AS cancelled
                  FROM generate_series(0, (random() * 25)::int)) AS t
    WHERE g.id = agenda;
    INSERT INTO practiceacl.absence (organization_id, agenda_id, starts_at, ends_at, created_by)
    SELECT g.organization_id, g.id, s, s + (30 + (random() * 900)::int) * interval '1 minute', holder
    FROM practiceacl.agenda g,
         LATERAL (SELECT monday + (random() * 10080)::int * interval '1 minute' AS s
                  FROM generate_series(1, (random() * 2)::int)) AS t
    WHERE g.id = agenda;
    INSERT INTO practiceacl.slot_hold (organization_id, agenda_id, session_id, account_id, minutes_before, minutes_after, starts_at, ends_at, expires_at)
    SELECT g.organization_id, g.id, g.id, CASE WHEN random() < 0.5 THEN holder ELSE other END, floor(random() * 3) * 10, floor(random() * 3) * 10,
           s, s + interval '20 minutes', now() + CASE WHEN random() < 0.3 THEN interval '-1 minute' ELSE interval '1 hour' END
    FROM practiceacl.agenda g,
         LATERAL (SELECT monday + (random() * 10080)::int * interval '1 minute' AS s
                  FROM generate_series(1, (random() * 6)::int)) AS t
    WHERE g.id = agenda;
$$;

CREATE FUNCTION clinic.opened(agenda uuid, zone text, from_time timestamptz, until_time timestamptz)
RETURNS TABLE (opens timestamptz, closes timestamptz) LANGUAGE sql AS $$
    SELECT (day + o.opens_at) AT TIME ZONE zone, (day + o.closes_at) AT TIME ZONE zone
    FROM practiceacl.opening o,
         generate_series(from_time - interval '4 days', until_time + interval '4 days', interval '1 day') AS around,
         LATERAL (SELECT (around AT TIME ZONE 'UTC')::date AS day) AS dates
    WHERE o.agenda_id = agenda AND extract(isodow FROM day) = o.weekday AND day BETWEEN o.valid_from AND o.valid_until
      AND (o.from_week IS NULL OR (day >= o.from_week AND (day - o.from_week) / 7 % o.every_weeks = 0));
$$;

CREATE FUNCTION clinic.reference(agenda uuid, asker uuid, zone text, slot interval, length interval, from_time timestamptz, until_time timestamptz)
RETURNS TABLE (starts_at timestamptz, ends_at timestamptz) LANGUAGE sql AS $$
    WITH placed AS (
        SELECT * FROM opened(agenda, zone, from_time, until_time)
    ), open AS (
        SELECT coalesce(range_agg(tstzrange(opens, closes)), '{}') AS times FROM placed WHERE opens < closes
    ), busy AS (
        SELECT coalesce(range_agg(tstzrange(b.starts_at, b.ends_at)), '{}') AS times
        FROM (SELECT a.occupied_from AS starts_at, a.occupied_until AS ends_at FROM practiceacl.appointment a WHERE agenda_id = agenda AND status <> 'cancelled'
              UNION ALL SELECT a.starts_at, a.ends_at FROM practiceacl.absence a WHERE agenda_id = agenda
              UNION ALL SELECT c.from_date::timestamp AT TIME ZONE zone, (c.until_date + 1)::timestamp AT TIME ZONE zone FROM practiceacl.closing c
              UNION ALL SELECT h.occupied_from, h.occupied_until FROM practiceacl.slot_hold h
                        WHERE agenda_id = agenda AND expires_at > statement_timestamp() AND account_id <> asker) AS b
    )
    SELECT DISTINCT point, point + length
    FROM placed, open, busy, generate_series(opens, closes - interval '1 microsecond', slot) AS point
    WHERE opens < closes AND point >= from_time AND point + length <= until_time
      AND open.times - busy.times @> tstzrange(point, point + length);
$$;

CREATE TABLE outcome (zone text, week timestamptz, slots bigint, missing bigint, invented bigint, ordered boolean, shift double precision);

CREATE TABLE verdict (covered boolean, refused boolean);

-- What a caller with book_in_hours may book: any interval, not only
-- one of the grid.
CREATE FUNCTION clinic.compare_intervals(agenda uuid, zone text, monday timestamptz) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    s    timestamptz;
    e    timestamptz;
BEGIN
    PERFORM enter('hugo');
    FOR i IN 1..2 LOOP
        SELECT opens INTO s FROM opened(agenda, zone, monday, monday + interval '7 days') ORDER BY random() LIMIT 1;
        CONTINUE WHEN s IS NULL;
        s := s + ((random() * 60)::int - 5) * interval '1 minute';
        e := s + (1 + (random() * 90)::int) * interval '1 minute';
        INSERT INTO verdict
        SELECT coalesce(range_agg(tstzrange(opens, closes)) FILTER (WHERE opens < closes), '{}') @> tstzrange(s, e),
               refusal(format('SELECT practiceacl.hold_slot(%L, %L, %L)', agenda, s, e)) IS NOT DISTINCT FROM 'PA020'
        FROM opened(agenda, zone, s, e);
    END LOOP;
END $$;

CREATE FUNCTION clinic.compare_weeks() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    z       zone;
    monday  timestamptz;
    until   timestamptz;
    day     date;
    shift   double precision;
    length  interval;
    minutes integer;
BEGIN
    FOR n IN 1..1000 LOOP
        SELECT * INTO z FROM zone WHERE number = 1 + n % 5;
        shift := 0;
        IF random() < 0.6 THEN
            SELECT c.day - (random() * 6)::int, c.seconds INTO day, shift FROM change c WHERE c.name = z.name ORDER BY random() LIMIT 1;
        ELSE
            day := date '2027-01-01' + (random() * 3000)::int;
        END IF;
        monday := (day + (random() * 1440)::int * interval '1 minute') AT TIME ZONE z.name;
        until := monday + interval '7 days' + (random() * 100)::int * interval '1 minute';
        minutes := (ARRAY[5, 10, 15, 20, 45])[1 + (random() * 4)::int];
        length := CASE WHEN random() < 0.5 THEN (5 + (random() * 150)::int) * interval '1 minute' END;
        PERFORM enter(z.who);
        UPDATE practiceacl.agenda SET slot_minutes = minutes WHERE id = agenda(z.who);
        PERFORM practiceacl.set_openings(agenda(z.who), random_openings(day));
        PERFORM fill_week(agenda(z.who), account(z.who), account('fred'), monday);
        WITH ours AS MATERIALIZED (
            SELECT * FROM practiceacl.free_slots(agenda(z.who), monday, until, length) WITH ORDINALITY
        ), theirs AS MATERIALIZED (
            SELECT * FROM reference(agenda(z.who), account(z.who), z.name, minutes * interval '1 minute',
                                    coalesce(length, minutes * interval '1 minute'), monday, until)
        )
        INSERT INTO outcome
        SELECT z.name, monday, (SELECT count(*) FROM ours),
               (SELECT count(*) FROM (TABLE theirs EXCEPT ALL SELECT o.starts_at, o.ends_at FROM ours o) AS d),
               (SELECT count(*) FROM (SELECT o.starts_at, o.ends_at FROM ours o EXCEPT ALL TABLE theirs) AS d),
               (SELECT coalesce(bool_and(later), true)
                FROM (SELECT o.starts_at > lag(o.starts_at) OVER (ORDER BY ordinality) AS later FROM ours o) AS d),
               shift;
        PERFORM compare_intervals(agenda(z.who), z.name, monday);
    END LOOP;
END $$;
SELECT compare_weeks() \g /dev/null

SELECT is((SELECT count(*)::int FROM outcome), 1000, 'a thousand weeks were compared');
SELECT is((SELECT sum(missing)::int FROM outcome), 0, 'no free slot was lost');
SELECT is((SELECT sum(invented)::int FROM outcome), 0, 'no slot was offered that is not free');
SELECT ok((SELECT bool_and(ordered) FROM outcome), 'the slots are in order, each once');
SELECT cmp_ok((SELECT sum(slots) FROM outcome), '>', 40000::numeric, 'enough weeks have slots');
SELECT is((SELECT count(DISTINCT zone)::int FROM outcome WHERE shift < 0), 5, 'in every zone weeks in which the clock goes forward');
SELECT is((SELECT count(DISTINCT zone)::int FROM outcome WHERE shift > 0), 5, 'and weeks in which the clock goes back');
SELECT cmp_ok((SELECT count(*) FROM outcome WHERE shift <> 0 AND slots > 0), '>', 400::bigint, 'many of these weeks have slots');
SELECT is((SELECT count(*)::int FROM verdict WHERE covered = refused), 0, 'book_in_hours allows exactly what the openings cover');
SELECT cmp_ok((SELECT least(count(*) FILTER (WHERE covered), count(*) FILTER (WHERE NOT covered)) FROM verdict), '>', 300::bigint, 'both outcomes occur often');

-- An opening in the hour that the clock of Nuuk skips before midnight falls
-- into the next date, and is found from there.
SELECT enter('emil') \g /dev/null
DELETE FROM practiceacl.appointment; DELETE FROM practiceacl.absence; DELETE FROM practiceacl.slot_hold;
UPDATE practiceacl.agenda SET slot_minutes = 15 WHERE id = agenda('emil');
SELECT practiceacl.set_openings(agenda('emil'), '[{"weekday": 6, "from": "23:15", "to": "23:45"}]') \g /dev/null
CREATE FUNCTION clinic.skipped(minutes integer) RETURNS timestamptz LANGUAGE sql AS
    $$SELECT (timestamp '2058-03-30 23:15' AT TIME ZONE 'America/Nuuk') + minutes * interval '1 minute'$$;
SELECT is((SELECT array_agg(starts_at) FROM practiceacl.free_slots(agenda('emil'), skipped(0), skipped(60))),
    ARRAY[skipped(0), skipped(15)], 'what the clock skips before midnight is free after it');
SELECT enter('hugo') \g /dev/null
SELECT is(refusal(format('SELECT practiceacl.hold_slot(%L, %L, %L)', agenda('emil'), skipped(0), skipped(30))), NULL, 'and can be booked');
SELECT is(refusal(format('SELECT practiceacl.hold_slot(%L, %L, %L)', agenda('emil'), skipped(0), skipped(31))), 'PA020', 'but not for longer');

-- Known days, as a person would count.
SELECT enter('anna') \g /dev/null
UPDATE practiceacl.agenda SET slot_minutes = 30 WHERE id = agenda('anna');
DELETE FROM practiceacl.appointment; DELETE FROM practiceacl.absence; DELETE FROM practiceacl.slot_hold;
SELECT practiceacl.set_openings(agenda('anna'), '[{"weekday": 7, "from": "01:00", "to": "04:00"}, {"weekday": 1, "from": "08:00", "to": "09:15"}]') \g /dev/null
CREATE FUNCTION clinic.free(from_time timestamptz, until_time timestamptz, length interval DEFAULT NULL) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(to_char(starts_at AT TIME ZONE 'Europe/Paris', 'HH24:MI'), ' ' ORDER BY ordinality)
    FROM practiceacl.free_slots(agenda('anna'), from_time, until_time, length) WITH ORDINALITY;
$$;
SET LOCAL ROLE clinic_application;
SELECT is(free(at('2058-03-24'), at('2058-03-25')), '01:00 01:30 02:00 02:30 03:00 03:30', 'an ordinary Sunday night has six half hours');
SELECT is(free(at('2058-03-31'), at('2058-04-01')), '01:00 01:30 03:00 03:30', 'one has four when the clock goes forward');
SELECT is(free(at('2058-10-27'), at('2058-10-28')), '01:00 01:30 02:00 02:30 02:00 02:30 03:00 03:30', 'one has eight when it goes back');
SELECT is(free(at('2058-03-04'), at('2058-03-05')), '08:00 08:30', 'what is left of an opening after its last whole slot is none');
SELECT is(free(at('2058-03-04'), at('2058-03-05'), '45 minutes'), '08:00 08:30', 'a longer duration begins on the grid too');
SELECT is(free(at('2058-03-04'), at('2058-03-05'), '2 hours'), NULL, 'a duration that is too long has no slot');
SELECT is(free(at('2058-03-04 08:10'), at('2058-03-05')), '08:30', 'a range that begins within a slot leaves it out');
SELECT is(free(at('2058-03-04'), at('2058-03-04 08:59')), '08:00', 'so does a range that ends within a slot');
SELECT is(practiceacl.book(agenda('anna'), at('2058-03-04 08:30'), at('2058-03-04 08:40'), private => true) IS NOT NULL, true);

-- Who may ask.
SELECT enter('fred') \g /dev/null
SELECT is(free(at('2058-03-04'), at('2058-03-05')), '08:00', 'freebusy is enough, also for what a private appointment leaves');
SELECT enter('adam') \g /dev/null
SELECT throws_ok($$SELECT free(at('2058-03-04'), at('2058-03-05'))$$, '42501', NULL, 'an administrator without rights is refused');
SELECT enter('sven') \g /dev/null
SELECT throws_ok($$SELECT free(at('2058-03-04'), at('2058-03-05'))$$, 'PT404', NULL, 'for a stranger there is no such agenda');
SELECT enter('') \g /dev/null
SELECT set_config('practiceacl.session', '', true) \g /dev/null
SELECT throws_ok($$SELECT free(at('2058-03-04'), at('2058-03-05'))$$, '28000', NULL, 'an anonymous caller is refused');

-- What makes no sense is said.
SELECT enter('anna') \g /dev/null
SELECT throws_ok($$SELECT free(at('2058-03-05'), at('2058-03-05'))$$, '22023', NULL, 'an empty range is refused');
SELECT throws_ok($$SELECT free(at('2058-03-05'), at('2058-03-04'))$$, '22023', NULL, 'a reversed range is refused');
SELECT throws_ok($$SELECT free(at('2058-03-05'), 'infinity')$$, '22023', NULL, 'an infinite range is refused');
SELECT throws_ok($$SELECT free(at('2058-01-01'), at('2059-01-03'))$$, '22023', NULL, 'a range of more than 366 days is refused');
SELECT throws_ok($$SELECT free(at('2058-03-04'), at('2058-03-05'), '0')$$, '22023', NULL, 'a length of zero is refused');
SELECT throws_ok($$SELECT free(at('2058-03-04'), at('2058-03-05'), '-15 minutes')$$, '22023', NULL, 'a negative length is refused');
SELECT throws_ok($$SELECT free(at('2058-03-04'), at('2058-03-05'), '1 month')$$, '22023', NULL, 'a length of a month is refused');
SELECT throws_ok($$SELECT free(at('2058-03-04'), at('2058-03-05'), '178956970 days')$$, '22023', NULL, 'an immense length is refused');

-- It only reads: what a hot standby can do.
SET LOCAL transaction_read_only = on;
SELECT is(free(at('2058-03-04'), at('2058-03-05')), '08:00', 'a read-only transaction is enough');

SELECT * FROM finish();
ROLLBACK;
