-- find_slots: the first free slots of many agendas are those of free_slots,
-- merged; filters, types, what has to be free beside; who learns what.
BEGIN;
\ir support/clinic.psql
SELECT plan(71);
SELECT setseed(0.77);

CREATE TABLE zone (number serial, name text, who text);
INSERT INTO zone (name, who) VALUES ('Europe/Paris', 'anna'), ('Europe/Paris', 'bert'), ('America/Havana', 'cara'), ('Australia/Lord_Howe', 'dora'), ('Asia/Kolkata', 'emil'), ('Pacific/Auckland', 'fria');
SELECT join_clinic(who), hold_agenda(who, name, 15) FROM zone ORDER BY number \g /dev/null
SELECT join_clinic('eve', 'elsewhere'), hold_agenda('eve', organization => 'elsewhere'), join_clinic('otto', 'elsewhere', 'full') \g /dev/null
SELECT join_clinic(who) FROM unnest('{hugo,bess,watch,half,loki}'::text[]) AS who \g /dev/null
SELECT may('hugo', 'book_in_hours', who), may('bess', 'book+edit_past', who), may('watch', 'freebusy', who) FROM zone \g /dev/null
SELECT may('half', 'book_in_hours', 'anna'), may('half', 'read', 'bert'), may('loki', 'book', 'anna', tstzrange(now() - interval '2 days', now() - interval '1 day')) \g /dev/null
SELECT join_clinic('adam', admin => 'full') \g /dev/null
SELECT log_everybody_in() \g /dev/null
GRANT ALL ON zone TO clinic_application;
CREATE FUNCTION clinic.clinic_id() RETURNS uuid STABLE LANGUAGE sql AS $$SELECT id FROM place WHERE name = 'clinic'$$;
CREATE FUNCTION clinic.all_agendas() RETURNS uuid[] STABLE LANGUAGE sql AS $$SELECT array_agg(agenda_id) FROM person WHERE agenda_id IS NOT NULL AND name <> 'eve'$$;

-- Calendars that are nearly full, nearly empty, seldom open, closed.
CREATE FUNCTION clinic.fill_all(day date, load double precision) RETURNS void LANGUAGE sql AS $$
    DELETE FROM practiceacl.appointment; DELETE FROM practiceacl.absence; DELETE FROM practiceacl.opening; DELETE FROM practiceacl.closing; DELETE FROM practiceacl.slot_hold;
    INSERT INTO practiceacl.opening (organization_id, agenda_id, weekday, opens_at, closes_at, every_weeks, from_week)
    SELECT g.organization_id, g.id, d, at, least(at + (1 + floor(random() * 4)) * interval '1 hour', time '23:45'), weeks,
           CASE WHEN weeks > 1 THEN date_trunc('week', day)::date END
    FROM practiceacl.agenda g, generate_series(1, 7) AS d, unnest('{00:10,08:00,13:30,19:00}'::time[]) AS at,
         LATERAL (SELECT CASE WHEN random() < 0.7 OR at IS NULL THEN 1 ELSE 3 END AS weeks) AS w
    WHERE random() < 0.5;
    INSERT INTO practiceacl.appointment (organization_id, agenda_id, starts_at, ends_at, created_by, overbooked, minutes_before, minutes_after)
    SELECT g.organization_id, g.id, s, s + (15 + floor(random() * 60)) * interval '1 minute', g.holder_id, true, floor(random() * 2) * 10, floor(random() * 2) * 10
    FROM practiceacl.agenda g, generate_series(day::timestamptz, day + interval '24 days', '20 minutes') AS s WHERE random() < load;
    INSERT INTO practiceacl.absence (organization_id, agenda_id, starts_at, ends_at, created_by)
    SELECT g.organization_id, g.id, s, s + random() * interval '4 days', g.holder_id
    FROM practiceacl.agenda g, generate_series(day::timestamptz, day + interval '24 days', '5 days') AS s WHERE random() < 0.3;
    INSERT INTO practiceacl.closing (organization_id, from_date, until_date, name, created_by)
    SELECT clinic_id(), day + 3, day + 4, 'closed', account('anna') WHERE random() < 0.5;
    INSERT INTO practiceacl.slot_hold (organization_id, agenda_id, session_id, account_id, starts_at, ends_at, expires_at)
    SELECT g.organization_id, g.id, g.id, account('loki'), s, s + interval '2 hours', now() + interval '1 hour'
    FROM practiceacl.agenda g, generate_series(day::timestamptz, day + interval '5 days', '1 day') AS s WHERE random() < 0.3;
$$;
CREATE TABLE outcome (who text, load double precision, most int, found int, wrong bigint, ordered boolean, full_answer boolean);
CREATE FUNCTION clinic.compare_searches(cases int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    day date;
    load double precision;
    asker text;
    f timestamptz;
    u timestamptz;
    wanted uuid[];
    length interval;
    days int[];
    day_from time;
    day_until time;
    most int;
BEGIN
    FOR n IN 1 .. cases LOOP
        IF n % 5 = 1 THEN
            day := date '2064-01-01' + floor(random() * 1000)::int;
            IF random() < 0.3 THEN day := (now() AT TIME ZONE 'Europe/Paris')::date - 2; END IF;
            IF random() < 0.3 THEN day := (ARRAY['2064-03-25', '2064-10-20', '2064-04-01', '2064-03-06', '2064-10-30'])[1 + floor(random() * 5)]::date; END IF;
            load := (ARRAY[0, 0.2, 0.55])[1 + floor(random() * 3)];
            PERFORM fill_all(day, load);
        END IF;
        asker := (ARRAY['hugo', 'bess', 'watch', 'anna', 'half'])[1 + floor(random() * 5)];
        PERFORM enter(asker);
        f := day + random() * interval '4 days';
        u := f + (ARRAY['3 hours', '1 day', '8 days', '20 days'])[1 + floor(random() * 4)]::interval;
        wanted := CASE WHEN asker = 'watch' THEN all_agendas() WHEN asker IN ('anna', 'half') OR random() < 0.3 THEN NULL
            ELSE (SELECT array_agg(agenda_id) FROM (SELECT agenda_id FROM person WHERE agenda_id IS NOT NULL AND name <> 'eve' ORDER BY random() LIMIT 1 + floor(random() * 6)) AS p) END;
        length := CASE WHEN random() < 0.5 THEN (5 + floor(random() * 100)) * interval '1 minute' END;
        days := CASE WHEN random() < 0.3 THEN ARRAY[1 + floor(random() * 7)::int, 1 + floor(random() * 7)::int] END;
        day_from := CASE WHEN random() < 0.3 THEN time '07:00' + floor(random() * 8) * interval '1 hour' END;
        day_until := CASE WHEN random() < 0.3 THEN time '16:00' + floor(random() * 7) * interval '1 hour' END;
        most := 1 + floor(random() * 40);
        WITH ours AS MATERIALIZED (
            SELECT s.agenda_id, s.starts_at, s.ends_at, row_number() OVER () AS n
            FROM practiceacl.find_slots(f, u, wanted, duration => length, weekdays => days, day_from => day_from, day_until => day_until, max_results => most) AS s
        ), theirs AS MATERIALIZED (
            SELECT g.id AS agenda_id, s.starts_at, s.ends_at, row_number() OVER (ORDER BY s.starts_at, g.id) AS n
            FROM practiceacl.agenda g CROSS JOIN LATERAL (
                SELECT * FROM practiceacl.free_slots(g.id, f, u, length)
                WHERE (CASE WHEN wanted IS NULL THEN practiceacl.can(g.id, 'book_in_hours') ELSE g.id = ANY (wanted) END)) AS s
            WHERE (CASE WHEN wanted IS NULL THEN practiceacl.can(g.id, 'book_in_hours') ELSE g.id = ANY (wanted) END)
              AND (days IS NULL OR extract(isodow FROM s.starts_at AT TIME ZONE g.time_zone) = ANY (days))
              AND (s.starts_at AT TIME ZONE g.time_zone)::time >= coalesce(day_from, '00:00')
              AND (day_until IS NULL OR ((s.ends_at AT TIME ZONE g.time_zone)::time <= day_until
                   AND (s.ends_at AT TIME ZONE g.time_zone)::date = (s.starts_at AT TIME ZONE g.time_zone)::date))
            ORDER BY s.starts_at, g.id LIMIT most
        )
        INSERT INTO outcome
        SELECT asker, load, most, (SELECT count(*) FROM ours),
               (SELECT count(*) FROM ((TABLE ours EXCEPT TABLE theirs) UNION ALL (TABLE theirs EXCEPT TABLE ours)) AS d),
               (SELECT bool_and(o.n = r) FROM (SELECT ours.n, row_number() OVER (ORDER BY starts_at, agenda_id) AS r FROM ours) AS o),
               (SELECT count(*) FROM ours) = most;
    END LOOP;
END $$;
-- free_slots() refuses agendas that are not the asker's, so only those are asked.
CREATE POLICY all_agendas ON practiceacl.agenda USING (true);
SELECT compare_searches(200) \g /dev/null
SELECT is((SELECT sum(wrong) FROM outcome)::int, 0, '200 searches find exactly the first of all free slots');
SELECT is((SELECT count(*)::int FROM outcome WHERE NOT ordered), 0, 'in order of time, and then of agendas');
SELECT cmp_ok((SELECT count(*) FROM outcome WHERE full_answer AND load = 0.55), '>', 5::bigint, 'many of them in full calendars');
SELECT cmp_ok((SELECT count(*) FROM outcome WHERE NOT full_answer AND found > 0), '>', 10::bigint, 'many with fewer than were wanted');

-- A quiet week to look at by hand: Monday is 2058-03-04.
SELECT fill_all('2058-02-25', 0) \g /dev/null
DELETE FROM practiceacl.opening; DELETE FROM practiceacl.absence; DELETE FROM practiceacl.closing; DELETE FROM practiceacl.slot_hold;
INSERT INTO practiceacl.opening (organization_id, agenda_id, weekday, opens_at, closes_at)
    SELECT organization_id, id, day, '08:00', '10:00' FROM practiceacl.agenda, generate_series(1, 5) AS day WHERE id IN (agenda('anna'), agenda('bert'), agenda('eve'));
CREATE FUNCTION clinic.told(from_time timestamptz, until_time timestamptz, most int DEFAULT 20) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(p.name || ' ' || to_char(s.starts_at AT TIME ZONE 'Europe/Paris', 'DD HH24:MI'), ', ' ORDER BY s.n)
    FROM (SELECT f.*, row_number() OVER () AS n FROM practiceacl.find_slots(from_time, until_time, max_results => most) f) AS s JOIN person p ON p.agenda_id = s.agenda_id;
$$;
SET LOCAL ROLE clinic_application;
SELECT enter('hugo') \g /dev/null
SELECT is(told(at('2058-03-04'), at('2058-03-11'), 4), 'anna 04 08:00, bert 04 08:00, anna 04 08:15, bert 04 08:15', 'earliest first, by agenda');
SELECT is((SELECT string_agg(also::text, '') FROM practiceacl.find_slots(at('2058-03-04'), at('2058-03-11'), max_results => 1)), '{}', 'with nothing beside');
SELECT is((SELECT count(*)::int FROM practiceacl.find_slots(at('2058-03-04 09:50'), at('2058-03-05 08:15'))), 2, 'a range ends with the last that has ended');
SELECT enter('half') \g /dev/null
SELECT is(told(at('2058-03-04'), at('2058-03-11'), 2), 'anna 04 08:00, anna 04 08:15', 'without agendas only those on which one may book');
SELECT enter('loki') \g /dev/null
SELECT is(told(at('2058-03-04'), at('2058-03-11')), NULL, 'and none where that is over');
SELECT enter('adam') \g /dev/null
SELECT is(told(at('2058-03-04'), at('2058-03-11')), NULL, 'being an administrator books nothing');
SELECT is(refusal($$SELECT practiceacl.find_slots(at('2058-03-04'), at('2058-03-11'), ARRAY[agenda('anna')])$$), '42501', 'nor sees what is free');
SELECT enter('eve') \g /dev/null
SELECT is(told(at('2058-03-04'), at('2058-03-11'), 1), 'eve 04 08:00', 'another organization finds its own');
SELECT is(refusal($$SELECT practiceacl.find_slots(at('2058-03-04'), at('2058-03-11'), ARRAY[agenda('eve'), agenda('anna')])$$), 'PT404', 'and not what is not theirs');
SELECT is(refusal($$SELECT practiceacl.find_slots(at('2058-03-04'), at('2058-03-11'), ARRAY[practiceacl.new_id()])$$), 'PT404', 'which is as if it were not there');
SELECT is(refusal($$SELECT practiceacl.find_slots(at('2058-03-04'), at('2058-03-11'), also => ARRAY[agenda('anna')])$$), 'PT404', 'nor beside');
SELECT is(refusal($$SELECT practiceacl.find_slots(at('2058-03-04'), at('2058-03-11'), also_any => ARRAY[agenda('anna')])$$), 'PT404', 'nor as one of several');
SELECT set_config('practiceacl.session', '', true) \g /dev/null
SELECT is(refusal($$SELECT practiceacl.find_slots(at('2058-03-04'), at('2058-03-11'))$$), '28000', 'nobody searches nothing');

-- Bad input.
SELECT enter('hugo') \g /dev/null
CREATE FUNCTION clinic.bad(arguments text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    word text;
BEGIN
    EXECUTE 'SELECT practiceacl.find_slots(' || arguments || ')';
    RETURN NULL;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS word = CONSTRAINT_NAME;
    RETURN SQLSTATE || ' ' || word;
END $$;
SELECT is(bad($$NULL, now()$$), '22004 null_argument', 'null bounds');
SELECT is(bad($$now(), now()$$), '22023 ends_before_start', 'an empty range');
SELECT is(bad($$now(), now() - interval '1 day'$$), '22023 ends_before_start', 'a reversed range');
SELECT is(bad($$now(), 'infinity'$$), '22023 ends_before_start', 'an infinite range');
SELECT is(bad($$now(), now() + interval '367 days'$$), '22023 out_of_range', 'more than a year');
SELECT is(bad($$now(), now() + interval '1 day', max_results => 0$$), '22023 out_of_range', 'no results');
SELECT is(bad($$now(), now() + interval '1 day', max_results => -1$$), '22023 out_of_range', 'fewer than none');
SELECT is(bad($$now(), now() + interval '1 day', max_results => 1001$$), '22023 out_of_range', 'too many');
SELECT is(bad($$now(), now() + interval '1 day', max_results => 2147483647$$), '22023 out_of_range', 'as many as there are');
SELECT is(bad($$now(), now() + interval '1 day', max_results => NULL$$), '22004 null_argument', 'null results');
SELECT is(bad($$now(), now() + interval '1 day', weekdays => '{0}'$$), '22023 out_of_range', 'a day 0 of the week');
SELECT is(bad($$now(), now() + interval '1 day', weekdays => '{1,8}'$$), '22023 out_of_range', 'a day 8');
SELECT is(bad($$now(), now() + interval '1 day', weekdays => '{NULL}'$$), '22023 out_of_range', 'a null day');
SELECT is(bad($$now(), now() + interval '1 day', weekdays => '{}'$$), '22023 out_of_range', 'no day');
SELECT is(bad($$now(), now() + interval '1 day', day_from => '12:00', day_until => '11:00'$$), '22023 ends_before_start', 'hours that end before they begin');
SELECT is(bad($$now(), now() + interval '1 day', day_from => '12:00', day_until => '12:00'$$), '22023 ends_before_start', 'no hours');
SELECT is(bad($$now(), now() + interval '1 day', duration => '0'$$), '22023 out_of_range', 'no duration');
SELECT is(bad($$now(), now() + interval '1 day', duration => '-5 min'$$), '22023 out_of_range', 'a negative one');
SELECT is(bad($$now(), now() + interval '1 day', duration => '1 month'$$), '22023 out_of_range', 'a month');
SELECT is(bad($$now(), now() + interval '1 day', '{NULL}'$$), '22004 null_argument', 'null among the agendas');
SELECT is(bad($$now(), now() + interval '1 day', also => '{NULL}'$$), '22004 null_argument', 'among what is beside');
SELECT is(bad($$now(), now() + interval '1 day', (SELECT array_agg(practiceacl.new_id()) FROM generate_series(1, 10001))$$), '22023 too_many_items', 'more than ten thousand agendas');
SELECT is(bad($$now(), now() + interval '1 day', also => (SELECT array_agg(practiceacl.new_id()) FROM generate_series(1, 101))$$), '22023 too_many_items', 'more than a hundred beside');
SELECT is(bad($$now(), now() + interval '1 day', appointment_type => practiceacl.new_id()$$), 'PT404 not_found', 'a type that does not exist');
SELECT is((SELECT count(*)::int FROM practiceacl.find_slots(at('2058-03-04'), at('2058-03-11'), '{}')), 0, 'no agendas have no slots');
SELECT is((SELECT count(*)::int FROM practiceacl.find_slots(at('2058-03-04'), at('2058-03-11'), array_fill(agenda('anna'), ARRAY[10000]), max_results => 1000)), 40, 'ten thousand times the same is one');

-- Types: their duration and pauses, where they are offered, to whom; openings
-- for some types only.
RESET ROLE;
SELECT join_clinic('boss', admin => 'full') \g /dev/null
INSERT INTO presence SELECT 'boss', 1, practiceacl.open_session(account('boss')) \g /dev/null
SET LOCAL ROLE clinic_application;
SELECT enter('boss') \g /dev/null
INSERT INTO kept VALUES ('scan', practiceacl.set_appointment_type(clinic_id(), 'Scan', '{"duration": "30 min", "buffer_before": "10 min", "buffer_after": "5 min"}'));
INSERT INTO kept VALUES ('shot', practiceacl.set_appointment_type(clinic_id(), 'Shot', '{"duration": "15 min"}'));
INSERT INTO kept VALUES ('special', practiceacl.set_appointment_type(clinic_id(), 'Special', '{"duration": "15 min", "rights": "book"}'));
SELECT practiceacl.offer_type(agenda('anna'), kept('scan')), practiceacl.offer_type(agenda('bert'), kept('scan'), '45 min'), practiceacl.offer_type(agenda('anna'), kept('shot')), practiceacl.offer_type(agenda('anna'), kept('special')) \g /dev/null
CREATE FUNCTION clinic.typed(type text) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(p.name || ' ' || to_char(s.starts_at AT TIME ZONE 'Europe/Paris', 'HH24:MI') || '-' || to_char(s.ends_at AT TIME ZONE 'Europe/Paris', 'HH24:MI'), ', ' ORDER BY s.n)
    FROM (SELECT f.*, row_number() OVER () AS n FROM practiceacl.find_slots(at('2058-03-04'), at('2058-03-05'), appointment_type => kept(type)) f) AS s JOIN person p ON p.agenda_id = s.agenda_id;
$$;
SELECT enter('bess') \g /dev/null
SELECT practiceacl.book(agenda('anna'), at('2058-03-04 08:45'), at('2058-03-04 09:15')) \g /dev/null
SELECT enter('hugo') \g /dev/null
SELECT is(typed('scan'), 'anna 08:00-08:30, bert 08:00-08:45, bert 08:15-09:00, bert 08:30-09:15, bert 08:45-09:30, bert 09:00-09:45, bert 09:15-10:00, anna 09:30-10:00', 'a type takes its time, and its pauses fit');
SELECT is(typed('special'), NULL, 'a type that one may not book is not offered');
SELECT is(bad($$now(), now() + interval '1 day', appointment_type => kept('scan'), agendas => ARRAY[agenda('cara')]$$), NULL, 'an agenda that does not offer it is no error');
SELECT enter('bess') \g /dev/null
SELECT is(typed('special'), 'anna 08:00-08:15, anna 08:15-08:30, anna 08:30-08:45, anna 09:15-09:30, anna 09:30-09:45, anna 09:45-10:00', 'but to whoever may');
SELECT enter('anna') \g /dev/null
SELECT is(refusal($$SELECT practiceacl.set_openings(agenda('anna'), jsonb_build_array(jsonb_build_object('weekday', 1, 'from', '08:00', 'to', '08:30', 'types', jsonb_build_array(practiceacl.new_id()))))$$), '22023', 'an opening for a type that there is not');
SELECT is(refusal($$SELECT practiceacl.set_openings(agenda('anna'), '[{"weekday": 1, "from": "08:00", "to": "08:30", "types": []}]')$$), '22023', 'for no type');
SELECT is(refusal($$SELECT practiceacl.set_openings(agenda('anna'), '[{"weekday": 1, "from": "08:00", "to": "08:30", "types": ["x"]}]')$$), '22023', 'for what is no type');
SELECT is(refusal($$SELECT practiceacl.set_openings(agenda('anna'), '[{"weekday": 1, "from": "08:00", "to": "08:30", "types": "x"}]')$$), '22023', 'nor an array');
SELECT practiceacl.set_openings(agenda('anna'), jsonb_build_array(
    jsonb_build_object('weekday', 1, 'from', '08:00', 'to', '08:30', 'types', jsonb_build_array(kept('shot'))),
    jsonb_build_object('weekday', 1, 'from', '09:15', 'to', '09:30', 'types', jsonb_build_array(kept('scan'), kept('shot'))),
    jsonb_build_object('weekday', 1, 'from', '09:30', 'to', '10:00'))) \g /dev/null
SELECT enter('hugo') \g /dev/null
SELECT is(typed('shot'), 'anna 08:00-08:15, anna 08:15-08:30, anna 09:15-09:30, anna 09:30-09:45, anna 09:45-10:00', 'openings for this type, for several and for any');
SELECT is(told(at('2058-03-04 00:00'), at('2058-03-04 09:45')), 'bert 04 08:00, bert 04 08:15, bert 04 08:30, bert 04 08:45, bert 04 09:00, bert 04 09:15, anna 04 09:30, bert 04 09:30', 'without a type only openings for any');
SELECT is(refusal($$SELECT practiceacl.cancel_appointment(practiceacl.book(agenda('anna'), at('2058-03-04 08:00'), appointment_type => kept('shot')))$$), NULL, 'book agrees');
SELECT is(refusal($$SELECT practiceacl.book(agenda('anna'), at('2058-03-04 08:00'))$$), 'PA020', 'that it is for the type alone');
SELECT is(refusal($$SELECT practiceacl.book(agenda('anna'), at('2058-03-04 08:00'), appointment_type => kept('scan'))$$), 'PA020', 'and not for others');
SELECT is(refusal($$SELECT practiceacl.hold_slot(agenda('anna'), at('2058-03-04 08:00'))$$), NULL, 'a hold does not say yet what it is for');
SELECT enter('eve') \g /dev/null
SELECT is(bad($$now(), now() + interval '1 day', appointment_type => kept('shot')$$), 'PT404 not_found', 'a type of another organization is none');
SELECT enter('boss') \g /dev/null
SELECT practiceacl.archive_appointment_type(kept('shot')) \g /dev/null
SELECT enter('hugo') \g /dev/null
SELECT is(typed('shot'), NULL, 'an archived type is offered nowhere');

-- Others have offered 8:00 where 9:00 was meant, or one hour more or less, in the
-- weeks of a change of the clock: in New York it goes back on 2058-11-03.
RESET ROLE;
SELECT join_clinic('york'), hold_agenda('york', 'America/New_York', 60) \g /dev/null
INSERT INTO practiceacl.opening (organization_id, agenda_id, weekday, opens_at, closes_at)
    SELECT organization_id, id, day, '09:00', '17:00' FROM practiceacl.agenda, generate_series(1, 7) AS day WHERE id = agenda('york');
SELECT may('hugo', 'book_in_hours', 'york') \g /dev/null
SET LOCAL ROLE clinic_application;
SELECT enter('hugo') \g /dev/null
SELECT is((SELECT string_agg(DISTINCT to_char(starts_at AT TIME ZONE 'America/New_York', 'HH24'), ' ' ORDER BY to_char(starts_at AT TIME ZONE 'America/New_York', 'HH24')) || ' ' || count(*)
    FROM practiceacl.find_slots('2058-11-01 00:00-04', '2058-11-06 00:00-05', ARRAY[agenda('york')], max_results => 100)), '09 10 11 12 13 14 15 16 40', 'every day has the same hours over a change of the clock');
SELECT is((SELECT string_agg(to_char(starts_at AT TIME ZONE 'UTC', 'DD HH24:MI'), ' ' ORDER BY starts_at)
    FROM practiceacl.find_slots('2058-11-02 00:00-04', '2058-11-05 00:00-05', ARRAY[agenda('york')], weekdays => '{7,1}', day_from => '16:00', day_until => '17:00')), '03 21:00 04 21:00', 'and the hours and days that are asked for are those of the agenda');

-- Beside: all of these, and one of those.
RESET ROLE;
DELETE FROM practiceacl.appointment; DELETE FROM practiceacl.slot_hold; DELETE FROM practiceacl.opening;
INSERT INTO practiceacl.opening (organization_id, agenda_id, weekday, opens_at, closes_at)
    SELECT organization_id, id, 1, '08:00', '09:00' FROM practiceacl.agenda WHERE id IN (agenda('anna'), agenda('bert'));
INSERT INTO practiceacl.appointment (organization_id, agenda_id, starts_at, ends_at, created_by)
    SELECT clinic_id(), agenda(who), at(('2058-03-04 ' || f)::timestamp), at(('2058-03-04 ' || u)::timestamp), account(who)
    FROM (VALUES ('cara', '08:00', '08:15'), ('dora', '08:30', '08:45'), ('emil', '08:00', '08:30'), ('fria', '08:45', '09:00')) AS b (who, f, u);
CREATE FUNCTION clinic.beside(also text[], also_any text[], among text[] DEFAULT '{anna}') RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(to_char(s.starts_at AT TIME ZONE 'Europe/Paris', 'HH24:MI') || ' ' || coalesce((SELECT string_agg(p.name, '+' ORDER BY u.n) FROM unnest(s.also) WITH ORDINALITY AS u (id, n) JOIN person p ON p.agenda_id = u.id), '-'), ', ' ORDER BY s.starts_at, s.agenda_id)
    FROM practiceacl.find_slots(at('2058-03-04'), at('2058-03-05'), (SELECT array_agg(agenda(a)) FROM unnest(among) AS a),
        also => (SELECT array_agg(agenda(a) ORDER BY n) FROM unnest(also) WITH ORDINALITY AS u (a, n)), also_any => (SELECT array_agg(agenda(a) ORDER BY n) FROM unnest(also_any) WITH ORDINALITY AS u (a, n))) AS s;
$$;
SET LOCAL ROLE clinic_application;
SELECT enter('bess') \g /dev/null
SELECT is(beside('{cara}', NULL), '08:15 cara, 08:30 cara, 08:45 cara', 'a room without openings is open to whoever may book at any time');
SELECT is(beside('{cara,dora}', NULL), '08:15 cara+dora, 08:45 cara+dora', 'all of them are free');
SELECT is(beside(NULL, '{emil,fria}'), '08:00 fria, 08:15 fria, 08:30 emil, 08:45 emil', 'one of several, the first that is free');
SELECT is(beside('{cara}', '{dora,fria}'), '08:15 cara+dora, 08:30 cara+fria, 08:45 cara+dora', 'all of these and one of those');
SELECT enter('hugo') \g /dev/null
SELECT is(beside('{cara}', NULL), NULL, 'who books in hours finds no room without openings, as book has it');

-- What is offered with others beside, book takes; what is not offered in the
-- openings, book refuses to whoever books in hours.
RESET ROLE;
CREATE TABLE verdict (who text, offered boolean, code text);
GRANT ALL ON verdict TO clinic_application;
UPDATE practiceacl.agenda SET time_zone = 'Europe/Paris' WHERE id = ANY (all_agendas());
CREATE FUNCTION clinic.fill_beside() RETURNS void LANGUAGE sql AS $$
    DELETE FROM practiceacl.appointment; DELETE FROM practiceacl.absence; DELETE FROM practiceacl.opening; DELETE FROM practiceacl.slot_hold;
    INSERT INTO practiceacl.opening (organization_id, agenda_id, weekday, opens_at, closes_at)
    SELECT g.organization_id, g.id, 1, at, at + interval '2 hours' FROM practiceacl.agenda g, unnest('{08:00,14:00}'::time[]) AS at WHERE g.id = agenda('anna') OR random() < 0.7;
    INSERT INTO practiceacl.appointment (organization_id, agenda_id, starts_at, ends_at, created_by, overbooked, minutes_after)
    SELECT g.organization_id, g.id, s, s + interval '20 minutes', account('anna'), true, 5
    FROM practiceacl.agenda g, generate_series(at('2058-03-04 08:00'), at('2058-03-04 16:00'), '25 minutes') AS s WHERE random() < 0.15;
    INSERT INTO practiceacl.absence (organization_id, agenda_id, starts_at, ends_at, created_by)
    SELECT g.organization_id, g.id, at('2058-03-04 09:00'), at('2058-03-04 09:30'), account('anna') FROM practiceacl.agenda g WHERE random() < CASE WHEN g.id IN (agenda('dora'), agenda('emil')) THEN 0.5 ELSE 0.1 END;
    INSERT INTO practiceacl.slot_hold (organization_id, agenda_id, session_id, account_id, starts_at, ends_at, expires_at)
    SELECT g.organization_id, g.id, g.id, account('loki'), at('2058-03-04 14:30'), at('2058-03-04 15:00'), now() + interval '10 minutes' FROM practiceacl.agenda g WHERE random() < 0.2;
$$;
CREATE FUNCTION clinic.attempt(from_time timestamptz, also uuid[], also_any uuid[], offered uuid[]) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    whole uuid;
    taken uuid[];
BEGIN
    whole := practiceacl.book(agenda('anna'), from_time, also => attempt.also, also_any => attempt.also_any, appointment_type => kept('scan'));
    taken := (SELECT array_agg(agenda_id ORDER BY agenda_id) FROM practiceacl.appointment WHERE part_of = whole);
    RAISE EXCEPTION USING ERRCODE = CASE WHEN offered IS NULL OR taken IS NOT DISTINCT FROM (SELECT array_agg(o ORDER BY o) FROM unnest(offered) AS o) THEN 'ZZ000' ELSE 'YY001' END;
EXCEPTION
    WHEN SQLSTATE 'ZZ000' THEN RETURN NULL;
    WHEN OTHERS THEN RETURN SQLSTATE;
END $$;
CREATE FUNCTION clinic.compare_beside(times int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    asker text;
    a uuid[];
    any_of uuid[];
BEGIN
    FOR n IN 1 .. times LOOP
        PERFORM fill_beside();
        FOREACH asker IN ARRAY '{hugo,bess}'::text[] LOOP
            PERFORM enter(asker);
            a := (SELECT array_agg(agenda(w)) FROM unnest('{bert,cara}'::text[]) AS w WHERE random() < 0.4);
            any_of := (SELECT array_agg(agenda(w)) FROM unnest('{dora,emil,fria}'::text[]) AS w WHERE random() < 0.6);
            INSERT INTO verdict
            SELECT asker, f.starts_at IS NOT NULL,
                   attempt(p, a, any_of, f.also)
            FROM (SELECT o + q * interval '15 minutes' AS p FROM unnest(ARRAY[at('2058-03-04 08:00'), at('2058-03-04 14:00')]) AS o, generate_series(0, 7) AS q) AS grid
            FULL JOIN practiceacl.find_slots(at('2058-03-04'), at('2058-03-05'), ARRAY[agenda('anna')], kept('scan'), also => a, also_any => any_of, max_results => 1000) AS f ON f.starts_at = p;
        END LOOP;
    END LOOP;
END $$;
SELECT compare_beside(60) \g /dev/null
SELECT is_empty($$SELECT * FROM verdict WHERE offered AND code IS NOT NULL$$, 'what is offered with others beside, book takes, and the same of them');
SELECT is_empty($$SELECT * FROM verdict WHERE NOT offered AND code IS NULL AND who = 'hugo'$$, 'what is not offered, book refuses in hours');
SELECT cmp_ok((SELECT count(*) FROM verdict WHERE offered), '>', 50::bigint, 'many were offered');
SELECT cmp_ok((SELECT count(*) FROM verdict WHERE NOT offered), '>', 100::bigint, 'and many not');
SELECT enter('hugo') \g /dev/null
SELECT is((SELECT count(*)::int FROM practiceacl.find_slots(at('2058-03-04'), at('2058-03-05'), ARRAY[agenda('anna')], also => ARRAY[agenda('anna')])), 0, 'an agenda is not beside itself, as book has it');
SELECT * FROM finish();
ROLLBACK;
