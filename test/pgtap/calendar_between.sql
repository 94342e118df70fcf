-- calendar_between has exactly the rows and masks of the view calendar that
-- overlap a range: at random, for everybody, under every plan; and whom it
-- tells nothing.
BEGIN;
\ir support/clinic.psql
SELECT plan(24);
SELECT setseed(0.5);

SELECT join_clinic(who), hold_agenda(who, zone) FROM (VALUES ('anna', 'Europe/Paris'), ('bert', 'Pacific/Auckland'), ('cara', 'America/Nuuk')) AS h (who, zone) \g /dev/null
SELECT join_clinic('eve', 'elsewhere'), hold_agenda('eve', organization => 'elsewhere') \g /dev/null
SELECT join_clinic(who) FROM unnest('{rene,pria,fred,loki,hugo,mixy}'::text[]) AS who \g /dev/null
SELECT may('rene', 'read', 'anna'), may('rene', 'read', 'bert'), may('pria', 'read+private', 'anna'), may('fred', 'freebusy', 'anna') \g /dev/null
SELECT may('mixy', 'read+private', 'anna'), may('mixy', 'book', 'bert'), may('mixy', 'freebusy', 'cara') \g /dev/null
SELECT may('loki', 'read+private', 'anna', tstzrange(now() - interval '2 days', now() - interval '1 day')) \g /dev/null
SELECT join_clinic('adam', admin => 'full') \g /dev/null
SELECT log_everybody_in() \g /dev/null

-- Ten years; some stay for most of a year, some lie on others, some are gone.
INSERT INTO practiceacl.appointment (organization_id, agenda_id, starts_at, ends_at, created_by, overbooked, private, status, cancelled_at, patient, note, attributes, series_id, minutes_before, minutes_after)
SELECT g.organization_id, g.id, s, s + CASE WHEN random() < 0.02 THEN random() * interval '365 days' ELSE (5 + floor(random() * 90)) * interval '1 minute' END,
       g.holder_id, random() < 2, random() < 0.3, CASE WHEN gone THEN 'cancelled' WHEN random() < 0.2 THEN 'arrived' ELSE 'booked' END,
       CASE WHEN gone THEN now() END, CASE WHEN random() < 0.9 THEN 'P' || n END, CASE WHEN random() < 0.3 THEN repeat(md5(n::text), 200) END,
       jsonb_build_object('n', n), CASE WHEN random() < 0.2 THEN practiceacl.new_id() END,
       floor(random() * 3) * 20, floor(random() * 3) * 600
FROM practiceacl.agenda g, LATERAL (SELECT n, timestamptz '2058-01-01Z' + random() * interval '10 years' AS s, random() < 0.2 AS gone FROM generate_series(1, 1500) AS n WHERE g.id IS NOT NULL) AS t;
INSERT INTO practiceacl.appointment_type (organization_id, minutes, name, color)
SELECT o.id, 20, 'Type ' || n, CASE n WHEN 1 THEN '#3366cc' END FROM practiceacl.organization o, generate_series(1, 2) AS n;
UPDATE practiceacl.appointment a SET appointment_type = t.id
FROM practiceacl.appointment_type t
WHERE t.organization_id = a.organization_id AND t.name = 'Type ' || hashtext(a.id::text) % 4;
UPDATE practiceacl.appointment SET part_of = practiceacl.new_id(), patient = NULL, note = NULL, attributes = '{}'
WHERE hashtext(id::text) % 7 = 0;
INSERT INTO practiceacl.absence (organization_id, agenda_id, starts_at, ends_at, created_by, reason)
SELECT g.organization_id, g.id, s, s + (0.1 + random() * 20) * interval '1 day', g.holder_id, CASE WHEN random() < 0.5 THEN 'reason ' || n END
FROM practiceacl.agenda g, LATERAL (SELECT n, timestamptz '2058-01-01Z' + random() * interval '10 years' AS s FROM generate_series(1, 60) AS n WHERE g.id IS NOT NULL) AS t;
INSERT INTO practiceacl.slot_hold (organization_id, agenda_id, session_id, account_id, starts_at, ends_at, expires_at, created_at)
SELECT g.organization_id, g.id, g.id, g.holder_id, s, s + interval '3 days', now() + (random() * 20 - 8) * interval '1 minute', now() + CASE WHEN random() < 0.1 THEN interval '1 hour' ELSE interval '0' END
FROM practiceacl.agenda g, LATERAL (SELECT timestamptz '2058-01-01Z' + random() * interval '10 years' AS s FROM generate_series(1, 80) WHERE g.id IS NOT NULL) AS t;

CREATE FUNCTION clinic.differing(from_time timestamptz, until_time timestamptz, wanted uuid[]) RETURNS bigint LANGUAGE sql AS $$
    WITH one AS (SELECT c::text AS row FROM practiceacl.calendar_between(from_time, until_time, wanted) AS c),
    other AS (SELECT c::text AS row FROM practiceacl.calendar c
              WHERE occupied_from < until_time AND occupied_until > from_time AND (wanted IS NULL OR agenda_id = ANY (wanted)))
    SELECT count(*) FROM ((TABLE one EXCEPT ALL TABLE other) UNION ALL (TABLE other EXCEPT ALL TABLE one)) AS d
$$;
CREATE TABLE compared (who text, found bigint, differing bigint);
GRANT ALL ON compared TO clinic_application;
CREATE FUNCTION clinic.compare_calendars(who text, ranges integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    f timestamptz;
    u timestamptz;
    wanted uuid[];
BEGIN
    PERFORM enter(who);
    FOR n IN 1 .. ranges LOOP
        f := (ARRAY['-infinity', timestamptz '2057-12-25Z' + random() * interval '10 years', timestamptz '2057-12-25Z' + random() * interval '10 years'])[1 + floor(random() * 3)];
        u := CASE WHEN random() < 0.1 THEN 'infinity' WHEN isfinite(f) THEN f + (ARRAY['1 minute', '1 day', '7 days', '400 days'])[1 + floor(random() * 4)]::interval ELSE '2058-03-01Z' END;
        wanted := CASE WHEN random() < 0.5 THEN (SELECT array_agg(CASE WHEN random() < 0.1 THEN practiceacl.new_id() ELSE p.agenda_id END) FROM person p, generate_series(1, 2) WHERE p.agenda_id IS NOT NULL AND random() < 0.5) END;
        INSERT INTO compared SELECT who, (SELECT count(*) FROM practiceacl.calendar_between(f, u, wanted)), differing(f, u, wanted);
    END LOOP;
END $$;

SET LOCAL ROLE clinic_application;
SELECT compare_calendars(name, 25) FROM person \g /dev/null
SELECT is((SELECT sum(differing) FROM compared)::int, 0, 'calendar_between has exactly the rows and masks of calendar, for everybody');
SELECT ok((SELECT min(s) > 20 FROM (SELECT sum(found) AS s FROM compared WHERE who IN ('anna', 'bert', 'rene', 'pria', 'mixy', 'eve') GROUP BY who) AS t), 'and they are many');
SELECT is((SELECT sum(found) FROM compared WHERE who IN ('fred', 'loki', 'hugo', 'adam'))::int, 0, 'freebusy, a right that is over, a colleague and an administrator have none');
SET LOCAL enable_seqscan = off;
TRUNCATE compared;
SELECT compare_calendars(who, 15) FROM unnest('{anna,rene,mixy}'::text[]) AS who \g /dev/null
SELECT is((SELECT sum(differing) FROM compared)::int, 0, 'the same by index');
RESET enable_seqscan;

-- What the mask hides stays hidden behind conditions.
SELECT enter('rene') \g /dev/null
SELECT is((SELECT count(*)::int FROM practiceacl.calendar_between('-infinity', 'infinity') WHERE private AND (patient IS NOT NULL OR note IS NOT NULL OR attributes IS NOT NULL OR id IS NOT NULL OR series_id IS NOT NULL OR overbooked IS NOT NULL OR status <> 'busy')), 0, 'a private appointment is busy, and nothing else');
SELECT cmp_ok((SELECT count(*) FROM practiceacl.calendar_between('-infinity', 'infinity') WHERE private), '>', 500::bigint, 'and there are some');
SELECT is((SELECT count(*)::int FROM practiceacl.calendar_between('-infinity', 'infinity') WHERE kind = 'absence' AND note IS NOT NULL), 0, 'absences have no reason without private');

-- Half-open, as everything.
SELECT enter('anna') \g /dev/null
SELECT practiceacl.book(agenda('anna'), at('2070-03-04 09:00'), at('2070-03-04 10:00'), patient => 'Edge') \g /dev/null
SELECT is_empty($$SELECT * FROM practiceacl.calendar_between(at('2070-03-04 10:00'), at('2070-03-04 11:00'))$$, 'what ends when the range begins is not in it');
SELECT is_empty($$SELECT * FROM practiceacl.calendar_between(at('2070-03-04 08:00'), at('2070-03-04 09:00'))$$, 'nor what begins when it ends');
SELECT is((SELECT patient FROM practiceacl.calendar_between(at('2070-03-04 09:59:59.999999'), at('2070-03-04 10:00'))), 'Edge', 'a microsecond is');
SELECT is((SELECT patient FROM practiceacl.calendar_between(at('2070-03-04 00:00'), 'infinity')), 'Edge', 'a range may be without an end');

-- Generic plans and the next person.
PREPARE day (timestamptz) AS SELECT count(*)::int FROM practiceacl.calendar_between($1, $1 + interval '1 day');
SET LOCAL plan_cache_mode = force_generic_plan;
CREATE FUNCTION clinic.day_of(who text) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    n int;
BEGIN
    PERFORM enter(who);
    EXECUTE $q$EXECUTE day ('2070-03-04Z')$q$ INTO n;
    RETURN n;
END $$;
SELECT is(day_of('anna'), 1, 'a generic plan for the holder');
SELECT is(day_of('eve'), 0, 'shows a stranger nothing');
SELECT is(day_of('pria'), 1, 'a reader the same day');
SELECT is(day_of('adam'), 0, 'and an administrator nothing');

-- Bad input.
SELECT enter('anna') \g /dev/null
SELECT is(refusal($$SELECT practiceacl.calendar_between(NULL, now())$$), '22004', 'null is no bound');
SELECT is(refusal($$SELECT practiceacl.calendar_between(now(), NULL)$$), '22004', 'at neither end');
SELECT is(refusal($$SELECT practiceacl.calendar_between(now(), now())$$), '22023', 'an empty range is an error');
SELECT is(refusal($$SELECT practiceacl.calendar_between(now(), now() - interval '1 day')$$), '22023', 'as is a reversed one');
SELECT is(refusal($$SELECT practiceacl.calendar_between(now(), 'infinity', ARRAY[NULL]::uuid[])$$), '22004', 'and null among the agendas');
SELECT is((SELECT count(*)::int FROM practiceacl.calendar_between('2058-01-01Z', 'infinity', '{}')), 0, 'no agendas have no rows');
SELECT is((SELECT count(*) FROM practiceacl.calendar_between('2058-01-01Z', 'infinity', (SELECT array_agg(practiceacl.new_id()) || array_fill(agenda('anna'), ARRAY[5000]) FROM generate_series(1, 5000)))),
    (SELECT count(*) FROM practiceacl.calendar_between('2058-01-01Z', 'infinity', ARRAY[agenda('anna')])), 'ten thousand agendas, of which one is real, once');
SELECT set_config('practiceacl.session', '', true) \g /dev/null
SELECT is((SELECT count(*)::int FROM practiceacl.calendar_between('-infinity', 'infinity')), 0, 'nobody sees nothing, without an error');
RESET ROLE;
SELECT is((SELECT count(*)::int FROM practiceacl.calendar_between('-infinity', 'infinity', (SELECT array_agg(id) FROM practiceacl.agenda))), 0, 'nor does a superuser who is nobody');
SELECT * FROM finish();
ROLLBACK;
