-- Pauses, types and rooms against a slow reference: random acts, and the rule
-- written a second time in plain SQL, without index, lock or constraint, says
-- beforehand what comes of each.
BEGIN;
\ir ../setup/clinic.sql
SELECT record.begin_all() \g /dev/null
SELECT plan(9);
SELECT setseed(0.25);

-- Six agendas, two doctors and four rooms, and three types.
CREATE TABLE clinic.place AS
SELECT 1 AS n, agenda('anna') AS id UNION ALL SELECT 2, agenda('bert')
UNION ALL SELECT n, practiceacl.add_agenda(org('north'), NULL, format('{"kind": "room", "name": "Room %s"}', n)::jsonb) FROM enter('carl'), generate_series(3, 6) AS n;
CREATE TABLE clinic.kind (n int, id uuid, minutes int, before int, after int);
INSERT INTO clinic.kind
SELECT n, practiceacl.set_appointment_type(org('north'), 'Type ' || n, jsonb_build_object('duration', m, 'buffer_before', b, 'buffer_after', a)), m, b, a
FROM enter('carl'), (VALUES (1, 20, 0, 10), (2, 30, 15, 0), (3, 15, 5, 5)) AS v (n, m, b, a);
SELECT practiceacl.offer_type(p.id, k.id) FROM enter('carl'), clinic.place p, clinic.kind k \g /dev/null
INSERT INTO practiceacl.access_grant (organization_id, agenda_id, account_id, rights)
SELECT org('north'), id, account('lena'), 'book' FROM clinic.place;

-- The reference: what each appointment takes, minute by minute.
CREATE TABLE clinic.taken (whole int, place int, first boolean, starts int, ends int, before int, after int, kind int, stands boolean);
CREATE FUNCTION clinic.is_free(at_place int, from_minute int, until_minute int, except_whole int) RETURNS boolean LANGUAGE sql AS $$
    SELECT NOT EXISTS (SELECT FROM clinic.taken t, generate_series(t.starts - t.before, t.ends + t.after - 1) AS m
                       WHERE t.place = at_place AND t.stands AND t.whole <> except_whole AND m >= from_minute AND m < until_minute)
$$;
CREATE FUNCTION clinic.all_free(whole_number int, new_starts int, new_ends int, new_before int, new_after int) RETURNS boolean LANGUAGE sql AS $$
    SELECT bool_and(clinic.is_free(t.place, new_starts - new_before, new_ends + new_after, t.whole)) FROM clinic.taken t WHERE t.whole = whole_number
$$;
CREATE FUNCTION clinic.minute(m int) RETURNS timestamptz LANGUAGE sql IMMUTABLE RETURN clinic.at('08:00') + m * interval '1 minute';

CREATE TABLE clinic.played (act text, expected text, code text);
CREATE FUNCTION clinic.play(acts int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    act text; expected text; got text; w int; s int; e int; k clinic.kind; t clinic.taken; target int;
    places int[]; any_of int[]; chosen int; part uuid;
BEGIN
    FOR n IN 1 .. acts LOOP
        act := (ARRAY['book', 'book', 'book', 'move', 'move', 'room', 'cancel', 'take back', 'type', 'swap'])[1 + floor(random() * 10)];
        s := floor(random() * 60) * 5;
        SELECT * INTO k FROM clinic.kind ORDER BY random() LIMIT 1;
        IF act = 'book' THEN
            SELECT array_agg(p) INTO places FROM (SELECT p FROM generate_series(1, 6) AS p ORDER BY random() LIMIT 1 + floor(random() * 3)) AS x;
            SELECT coalesce(array_agg(p), '{}') INTO any_of FROM (SELECT p FROM generate_series(1, 6) AS p WHERE p <> ALL (places) AND random() < 0.3 ORDER BY random()) AS x;
            e := s + k.minutes;
            SELECT p INTO chosen FROM unnest(any_of) WITH ORDINALITY AS x (p, o) WHERE is_free(p, s - k.before, e + k.after, 0) ORDER BY o LIMIT 1;
            expected := CASE WHEN (SELECT bool_and(is_free(p, s - k.before, e + k.after, 0)) FROM unnest(places) AS p)
                                  AND (any_of = '{}' OR chosen IS NOT NULL) THEN 'done' ELSE '23P01' END;
            got := code(format('SELECT practiceacl.book(%L, %L, appointment_type => %L, patient => %L, also => %L, also_any => %L, appointment_id => id(%s))',
                (SELECT id FROM place p WHERE p.n = places[1]), minute(s), k.id, 'P' || n,
                (SELECT array_agg(p.id) FROM place p WHERE p.n = ANY (places[2:])),
                (SELECT array_agg(p.id ORDER BY array_position(any_of, p.n)) FROM place p WHERE p.n = ANY (any_of)), n));
            IF expected = 'done' THEN
                INSERT INTO clinic.taken SELECT n, p, p = places[1], s, e, k.before, k.after, k.n, true
                FROM unnest(places || CASE WHEN any_of = '{}' THEN '{}' ELSE ARRAY[chosen] END) AS p;
            END IF;
        ELSE
            SELECT * INTO t FROM clinic.taken WHERE stands = (act <> 'take back') ORDER BY random() LIMIT 1;
            CONTINUE WHEN t IS NULL;
            w := t.whole;
            SELECT id INTO part FROM practiceacl.appointment WHERE id(w) IN (id, part_of) AND agenda_id = (SELECT id FROM place p WHERE p.n = t.place);
            CASE act
            WHEN 'move' THEN
                e := s + t.ends - t.starts;
                expected := CASE WHEN all_free(w, s, e, t.before, t.after) THEN 'done' ELSE '23P01' END;
                got := code(format('SELECT practiceacl.move_appointment(%L, %L)', part, minute(s)));
                IF expected = 'done' THEN UPDATE clinic.taken SET starts = s, ends = e WHERE whole = w; END IF;
            WHEN 'room' THEN
                target := 1 + floor(random() * 6);
                CONTINUE WHEN EXISTS (SELECT FROM clinic.taken x WHERE x.whole = w AND x.place = target);
                expected := CASE WHEN is_free(target, t.starts - t.before, t.ends + t.after, w) THEN 'done' ELSE '23P01' END;
                got := code(format('SELECT practiceacl.move_appointment(%L, %L, agenda_id => %L)', part, minute(t.starts), (SELECT id FROM place p WHERE p.n = target)));
                IF expected = 'done' THEN UPDATE clinic.taken SET place = target WHERE whole = w AND place = t.place; END IF;
            WHEN 'cancel' THEN
                expected := 'done';
                got := code(format('SELECT practiceacl.cancel_appointment(%L)', part));
                UPDATE clinic.taken SET stands = false WHERE whole = w;
            WHEN 'take back' THEN
                expected := CASE WHEN all_free(w, t.starts, t.ends, t.before, t.after) THEN 'done' ELSE '23P01' END;
                got := code(format('SELECT practiceacl.set_status(%L, ''booked'')', part));
                IF expected = 'done' THEN UPDATE clinic.taken SET stands = true WHERE whole = w; END IF;
            WHEN 'type' THEN
                CONTINUE WHEN t.kind = k.n;
                expected := CASE WHEN all_free(w, t.starts, t.ends, k.before, k.after) THEN 'done' ELSE '23P01' END;
                got := code(format('SELECT practiceacl.update_appointment(%L, %L)', part, jsonb_build_object('appointment_type', k.id)));
                IF expected = 'done' THEN UPDATE clinic.taken SET before = k.before, after = k.after, kind = k.n WHERE whole = w; END IF;
            WHEN 'swap' THEN
                -- With whom it can be, which takes one agenda as well.
                DECLARE o clinic.taken; BEGIN
                    SELECT x.* INTO o FROM clinic.taken x WHERE x.stands AND x.whole <> w AND (SELECT count(*) FROM clinic.taken y WHERE y.whole = x.whole) = 1 ORDER BY random() LIMIT 1;
                    CONTINUE WHEN o IS NULL OR (SELECT count(*) FROM clinic.taken y WHERE y.whole = w) > 1;
                    expected := CASE WHEN
                        NOT EXISTS (SELECT FROM clinic.taken x WHERE x.stands AND x.whole NOT IN (w, o.whole)
                            AND (x.place = o.place AND x.starts - x.before < o.ends + t.after AND x.ends + x.after > o.starts - t.before
                                 OR x.place = t.place AND x.starts - x.before < t.ends + o.after AND x.ends + x.after > t.starts - o.before))
                        AND NOT (o.place = t.place AND o.starts - t.before < t.ends + o.after AND o.ends + t.after > t.starts - o.before)
                        THEN 'done' ELSE '23P01' END;
                    got := code(format('SELECT practiceacl.swap_appointments(%L, %L)', id(w), id(o.whole)));
                    IF expected = 'done' THEN
                        UPDATE clinic.taken SET place = o.place, starts = o.starts, ends = o.ends WHERE whole = w;
                        UPDATE clinic.taken SET place = t.place, starts = t.starts, ends = t.ends WHERE whole = o.whole;
                    END IF;
                END;
            END CASE;
        END IF;
        INSERT INTO clinic.played VALUES (act, expected, got);
    END LOOP;
END $$;
GRANT ALL ON ALL TABLES IN SCHEMA clinic TO clinic_app;
SET LOCAL ROLE clinic_app;
SELECT enter('lena') \g /dev/null
SELECT play(900) \g /dev/null
RESET ROLE;

SELECT is_empty($$ SELECT act, expected, code, count(*) FROM played WHERE expected <> code GROUP BY 1, 2, 3 $$, 'every act ends as the reference says');
SELECT ok((SELECT count(*) FROM played) > 600, 'of many');
SELECT ok((SELECT min(n) FROM (SELECT count(*) AS n FROM played GROUP BY act, expected HAVING expected = 'done') AS x) > 5, 'each of which is done');
SELECT ok((SELECT min(n) FROM (SELECT count(*) AS n FROM played WHERE act <> 'cancel' GROUP BY act, expected HAVING expected <> 'done') AS x) > 5, 'and refused');
SELECT bag_eq($$ SELECT (SELECT p.n FROM place p WHERE p.id = a.agenda_id) AS place, a.part_of IS NULL AS first, a.starts_at, a.ends_at, a.occupied_from, a.occupied_until, a.cancelled_at IS NULL AS stands FROM practiceacl.appointment a $$,
    $$ SELECT t.place, t.first, minute(t.starts) AS a, minute(t.ends) AS b, minute(t.starts - t.before) AS c, minute(t.ends + t.after) AS d, t.stands FROM taken t $$, 'and what stands is what the reference has');
SELECT is_empty($$ SELECT FROM practiceacl.appointment WHERE part_of IS NOT NULL AND (patient IS NOT NULL OR appointment_type IS NOT NULL) $$, 'no part names a patient');
SELECT is_empty($$ SELECT FROM practiceacl.verify_activity(org('north')) WHERE first_broken IS NOT NULL $$, 'the record is whole');
SELECT is((SELECT ok FROM practiceacl.health() WHERE check_name = 'appointments'), true, 'health() agrees');
SELECT cmp_ok((SELECT count(*) FROM practiceacl.appointment WHERE part_of IS NOT NULL), '>', 100::bigint, 'many take rooms');
SELECT * FROM finish();
ROLLBACK;
