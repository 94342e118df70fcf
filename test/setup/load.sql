-- A practice at work, for tests that put a server under load: twenty agendas,
-- thirty people with passwords, and another practice next door.  Filled by
-- Load.pm, by the extension's functions, before anybody acts.
--
-- What the clients do is one of the acts below.  Each notes how it went in
-- load.outcome; what is done to an appointment is noted in load.ledger in the
-- same transaction, so that afterwards the two must agree.
CREATE ROLE load_app LOGIN;
CREATE ROLE load_login LOGIN;
SELECT practiceacl.grant_application('load_app');
SELECT practiceacl.grant_authenticator('load_login');

CREATE SCHEMA load;
GRANT USAGE ON SCHEMA load TO PUBLIC;
ALTER DEFAULT PRIVILEGES IN SCHEMA load GRANT SELECT, INSERT ON TABLES TO PUBLIC;
ALTER DEFAULT PRIVILEGES IN SCHEMA load GRANT USAGE ON SEQUENCES TO PUBLIC;

CREATE TABLE load.person (
    number int PRIMARY KEY, organization_id uuid, account_id uuid, agenda_id uuid, email text, password text);
CREATE TABLE load.room (agenda_id uuid);
CREATE TABLE load.type (type_id uuid);
CREATE TABLE load.token (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, person int, token text);
CREATE INDEX ON load.token (person, id);
CREATE TABLE load.invited (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, invitation_id uuid, token text);
CREATE TABLE load.accepted (invitation text, account_id uuid);
CREATE TABLE load.outcome (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, act text, code text, message text, serial boolean NOT NULL DEFAULT false);
-- In the order in which things were done to one appointment: a row is written
-- while the lock on its agenda is held.
CREATE TABLE load.ledger (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, appointment_id uuid, act text,
    agenda_id uuid, starts_at timestamptz, ends_at timestamptz, status text);
CREATE INDEX ON load.ledger (appointment_id, id);
-- What became of those who wait, in the transaction in which it did.
CREATE TABLE load.waiting (entry_id uuid, act text);
CREATE SEQUENCE load.visit;

CREATE FUNCTION load.pick(choices anyarray) RETURNS anyelement LANGUAGE sql VOLATILE
AS 'SELECT choices[1 + floor(random() * cardinality(choices))::int]';

-- A quarter of an hour of the three weeks around today.
CREATE FUNCTION load.slot() RETURNS timestamptz LANGUAGE sql VOLATILE
RETURN date_trunc('day', now()) + floor(random() * 21 - 1)::int * interval '1 day'
    + interval '7 h' + floor(random() * 44)::int * interval '15 min';

-- A type of appointment, and often none.
CREATE FUNCTION load.type() RETURNS uuid LANGUAGE sql VOLATILE
RETURN CASE WHEN random() < 0.4 THEN load.pick((SELECT array_agg(t.type_id) FROM load.type t)) END;

CREATE FUNCTION load.colleague() RETURNS uuid LANGUAGE sql VOLATILE
RETURN (SELECT p.account_id FROM load.person AS p, (SELECT floor(random() * 30)::int + 1 AS number) AS one
        WHERE p.number = one.number);

-- One's own, one of the two that everybody wants, one that the caller may open,
-- or any: then what is tried is mostly refused.
CREATE FUNCTION load.agenda() RETURNS uuid LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    die float := random();
    chosen uuid;
BEGIN
    IF die < 0.25 THEN
        SELECT p.agenda_id INTO chosen FROM load.person p WHERE p.account_id = practiceacl.current_account();
    ELSIF die < 0.5 THEN
        SELECT p.agenda_id INTO chosen FROM load.person p WHERE p.number = CASE WHEN die < 0.4 THEN 1 ELSE 2 END;
    ELSIF die < 0.9 THEN
        chosen := load.pick(practiceacl.agendas('freebusy'));
    END IF;
    RETURN coalesce(chosen, load.pick((SELECT array_agg(agenda_id) FROM load.person WHERE agenda_id IS NOT NULL)));
END $$;

-- One that the caller may see and that was not cancelled.
CREATE FUNCTION load.appointment() RETURNS practiceacl.appointment LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    agenda uuid := load.agenda();
    slot timestamptz := load.slot();
    found practiceacl.appointment;
BEGIN
    SELECT * INTO found FROM practiceacl.appointment
    WHERE agenda_id = agenda AND starts_at >= slot AND cancelled_at IS NULL ORDER BY starts_at, id LIMIT 1;
    RETURN found;
END $$;

CREATE FUNCTION load.note(what text, which uuid) RETURNS void LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    INSERT INTO load.ledger (appointment_id, act, agenda_id, starts_at, ends_at, status)
    SELECT a.id, what, a.agenda_id, a.starts_at, a.ends_at, a.status FROM practiceacl.appointment a,
        (SELECT coalesce(part_of, id) AS id FROM practiceacl.appointment WHERE id = which) AS whole
    WHERE a.id = whole.id OR a.part_of = whole.id;
END;

-- The token of somebody who is at work: of the session that they have, or of a
-- new one; "none" if they may not.
CREATE FUNCTION load.arrive(who int) RETURNS text LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    person load.person;
    old text;
    new text;
BEGIN
    SELECT token INTO old FROM load.token t WHERE t.person = who ORDER BY id DESC LIMIT 1;
    BEGIN
        PERFORM practiceacl.enter(old);
        RETURN old;
    EXCEPTION WHEN invalid_authorization_specification OR null_value_not_allowed THEN
    END;
    -- A disabled person does not try every time: that would soon be too often.
    IF old IS NOT NULL AND random() < 0.7 THEN
        RETURN 'none';
    END IF;
    SELECT * INTO person FROM load.person WHERE number = who;
    BEGIN
        new := practiceacl.log_in(person.email, person.password, 'desk ' || floor(random() * 1000));
    EXCEPTION WHEN OTHERS THEN
        INSERT INTO load.outcome (act, code, message) VALUES ('log_in', SQLSTATE, SQLERRM);
        RETURN 'none';
    END;
    INSERT INTO load.outcome (act, code) VALUES ('log_in', CASE WHEN new IS NULL THEN 'refused' ELSE '00000' END);
    IF new IS NULL THEN
        RETURN 'none';
    END IF;
    INSERT INTO load.token (person, token) VALUES (who, new);
    RETURN new;
END $$;

-- What must be true within one statement, whatever happens around it.
CREATE FUNCTION load.look() RETURNS void LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    agenda uuid := load.agenda();
    day timestamptz := date_trunc('day', load.slot());
    wrong bigint;
BEGIN
    SELECT count(*) INTO wrong FROM practiceacl.appointment a WHERE NOT practiceacl.can(a.agenda_id, 'read');
    IF wrong > 0 THEN
        RAISE EXCEPTION '% appointments are visible that are not readable', wrong USING ERRCODE = 'LOAD1';
    END IF;
    SELECT count(*) INTO wrong
    FROM practiceacl.appointment a
    WHERE a.agenda_id = agenda AND NOT a.private AND a.cancelled_at IS NULL
        AND practiceacl.can(agenda, 'read')
        AND NOT EXISTS (SELECT FROM practiceacl.calendar c WHERE c.agenda_id = agenda AND c.id = a.id AND c.starts_at = a.starts_at);
    IF wrong > 0 THEN
        RAISE EXCEPTION '% appointments are not in the calendar', wrong USING ERRCODE = 'LOAD2';
    END IF;
    IF practiceacl.can(agenda, 'freebusy') THEN
        -- Rights may go between the two statements; then it is not found.
        SELECT count(*) INTO wrong
        FROM practiceacl.free_slots(agenda, day, day + interval '1 day') f
        JOIN practiceacl.busy b ON b.agenda_id = agenda AND b.starts_at < f.ends_at AND f.starts_at < b.ends_at
        WHERE NOT EXISTS (SELECT FROM practiceacl.slot_hold h
            WHERE h.agenda_id = agenda AND h.starts_at = b.starts_at AND h.ends_at = b.ends_at);
        IF wrong > 0 THEN
            RAISE EXCEPTION '% free slots are taken', wrong USING ERRCODE = 'LOAD3';
        END IF;
    END IF;
    PERFORM FROM practiceacl.my_agendas;
    PERFORM FROM practiceacl.my_organizations;
    PERFORM FROM practiceacl.user_directory;
    PERFORM FROM practiceacl.access_matrix;
    PERFORM FROM practiceacl.slot_presence;
    PERFORM FROM practiceacl.activity_since(NULL, 50);
    PERFORM FROM practiceacl.changes_since();
END $$;

-- What the operator does at night.
CREATE FUNCTION load.purge() RETURNS bigint LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
RETURN (SELECT count(*) FROM practiceacl.purge('1 day'));

-- One act of whoever the token stands for.  Returns the appointment that it
-- made, if it made one.
CREATE FUNCTION load.act(what text, token text, OUT id uuid, OUT made int) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    mine practiceacl.appointment;
    slot timestamptz := load.slot();
    length interval := load.pick('{15 min,15 min,30 min,45 min}'::interval[]);
    agenda uuid;
    organization uuid;
    other uuid;
    period tstzrange;
    said text;
    type uuid := load.type();
BEGIN
    made := 0;
    PERFORM practiceacl.enter(token);
    agenda := load.agenda();
    organization := (SELECT p.organization_id FROM load.person p WHERE p.number = 1);
    CASE replace(what, 'serial ', '')
    WHEN 'book' THEN
        id := practiceacl.book(agenda, slot, slot + length, patient => 'Patient', private => random() < 0.1,
            contact => CASE WHEN random() < 0.5 THEN 'patient@load.test' END, appointment_type => type);
        PERFORM load.note('booked', id);
    -- With somebody else, and in one of the three rooms.
    WHEN 'visit' THEN
        id := practiceacl.book(agenda, slot, slot + length, patient => 'Patient',
            also => CASE WHEN random() < 0.4 THEN array_remove(ARRAY[load.agenda()], agenda) END,
            also_any => (SELECT array_agg(r.agenda_id ORDER BY random()) FROM load.room r WHERE r.agenda_id <> agenda));
        PERFORM load.note('booked', id);
    WHEN 'overbook' THEN
        mine := load.appointment();
        IF mine.id IS NULL THEN RETURN; END IF;
        id := practiceacl.book(mine.agenda_id, mine.starts_at, mine.ends_at, overbook => true, reason => 'urgent');
        PERFORM load.note('booked', id);
    WHEN 'book twice' THEN
        other := practiceacl.new_id();
        id := practiceacl.book(agenda, slot, slot + length, appointment_id => other);
        IF practiceacl.book(agenda, slot, slot + length, appointment_id => other) <> id OR other <> id THEN
            RAISE EXCEPTION 'a retry made another appointment' USING ERRCODE = 'LOAD4';
        END IF;
        PERFORM load.note('booked', id);
    WHEN 'hold and book' THEN
        PERFORM practiceacl.hold_slot(agenda, slot, slot + length, appointment_type => type);
        id := practiceacl.book(agenda, slot, slot + length, appointment_type => type);
        PERFORM load.note('booked', id);
    WHEN 'series' THEN
        PERFORM load.note('series', s.appointment_id)
        FROM practiceacl.book_series(agenda, slot, slot + length, '1 week', 3) AS s WHERE s.outcome = 'booked';
    WHEN 'move series' THEN
        SELECT a.series_id INTO other FROM practiceacl.appointment a
        WHERE a.agenda_id = agenda AND a.series_id IS NOT NULL AND a.cancelled_at IS NULL LIMIT 1;
        IF other IS NULL THEN RETURN; END IF;
        PERFORM load.note('moved', s.appointment_id)
        FROM practiceacl.move_series(other, now(), load.pick('{15 min,-15 min,1 day}'::interval[])) AS s WHERE s.outcome = 'moved';
    WHEN 'cancel series' THEN
        SELECT a.series_id INTO other FROM practiceacl.appointment a
        WHERE a.agenda_id = agenda AND a.series_id IS NOT NULL AND a.cancelled_at IS NULL LIMIT 1;
        IF other IS NULL THEN RETURN; END IF;
        PERFORM load.note('cancelled', s.appointment_id)
        FROM practiceacl.cancel_series(other, NULL, 'moved away') AS s WHERE s.outcome = 'cancelled';
    WHEN 'move many' THEN
        PERFORM load.note('moved', m.appointment_id)
        FROM practiceacl.move_appointments((
            SELECT coalesce(jsonb_agg(jsonb_build_object('appointment_id', a.id, 'starts_at', to_char((a.starts_at + interval '30 min') AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))), '[]')
            FROM (SELECT * FROM practiceacl.appointment p WHERE p.agenda_id = agenda AND p.starts_at >= slot AND p.cancelled_at IS NULL ORDER BY p.starts_at LIMIT 4) AS a)) AS m
        WHERE m.outcome = 'moved';
    WHEN 'swap' THEN
        mine := load.appointment();
        SELECT a.id INTO other FROM practiceacl.appointment a
        WHERE a.agenda_id = agenda AND a.starts_at >= slot AND a.cancelled_at IS NULL AND a.id <> mine.id
            AND (a.agenda_id, a.starts_at, a.ends_at) IS DISTINCT FROM (mine.agenda_id, mine.starts_at, mine.ends_at) ORDER BY a.starts_at LIMIT 1;
        IF mine.id IS NULL OR other IS NULL THEN RETURN; END IF;
        PERFORM practiceacl.swap_appointments(mine.id, other);
        PERFORM load.note('moved', mine.id);
        PERFORM load.note('moved', other);
    WHEN 'archive type' THEN
        other := load.pick((SELECT array_agg(t.type_id) FROM load.type t));
        PERFORM practiceacl.archive_appointment_type(other);
        PERFORM practiceacl.restore_appointment_type(other);
    WHEN 'archive' THEN
        PERFORM practiceacl.archive_agenda(agenda);
        PERFORM practiceacl.restore_agenda(agenda);
    WHEN 'move' THEN
        mine := load.appointment();
        IF mine.id IS NULL OR mine.starts_at = slot THEN RETURN; END IF;
        PERFORM practiceacl.move_appointment(mine.id, slot,
            agenda_id => CASE WHEN random() < 0.4 THEN agenda END);
        PERFORM load.note('moved', mine.id);
    WHEN 'update' THEN
        mine := load.appointment();
        IF mine.id IS NULL THEN RETURN; END IF;
        PERFORM practiceacl.update_appointment(mine.id, jsonb_build_object('note', 'called', 'private', false,
            'contact', load.pick('{patient@load.test,other@load.test,NULL}'::text[]), 'appointment_type', coalesce(type, mine.appointment_type)));
    WHEN 'cancel' THEN
        mine := load.appointment();
        IF mine.id IS NULL THEN RETURN; END IF;
        PERFORM practiceacl.cancel_appointment(mine.id, 'cannot come');
        PERFORM load.note('cancelled', mine.id);
    WHEN 'status' THEN
        mine := load.appointment();
        IF mine.id IS NULL THEN RETURN; END IF;
        PERFORM practiceacl.set_status(mine.id, load.pick('{booked,arrived,done,no_show,cancelled}'::text[]));
        PERFORM load.note('status', mine.id);
    WHEN 'wait' THEN
        INSERT INTO load.waiting
        SELECT practiceacl.join_waiting_list(CASE WHEN random() < 0.5 THEN ARRAY[agenda] ELSE array_agg(DISTINCT a) END,
            current_date + 1, current_date + 18, patient => 'Waiting', contact => 'waiting@load.test'), 'joined'
        FROM unnest(ARRAY[agenda, load.agenda()]) AS a;
    -- Who has waited longest, so that several book one.
    WHEN 'move up' THEN
        SELECT w.entry_id INTO other FROM practiceacl.waiting_list w ORDER BY w.joined_at, w.entry_id LIMIT 1;
        SELECT m.agenda_id, m.starts_at INTO agenda, slot FROM practiceacl.waiting_list_matches m WHERE m.entry_id = other LIMIT 1;
        IF NOT FOUND THEN RETURN; END IF;
        id := practiceacl.book(agenda, slot, waiting_list_entry => other);
        PERFORM load.note('booked', id);
        INSERT INTO load.waiting VALUES (other, 'booked');
    WHEN 'stop waiting' THEN
        SELECT w.entry_id INTO other FROM practiceacl.waiting_list w ORDER BY w.joined_at, w.entry_id LIMIT 1;
        IF other IS NULL THEN RETURN; END IF;
        PERFORM practiceacl.leave_waiting_list(other);
        INSERT INTO load.waiting VALUES (other, 'left');
    WHEN 'reminders' THEN
        PERFORM practiceacl.update_agenda(p.agenda_id, load.pick('{"{\"reminders\": []}","{\"reminders\": [\"2 hours\"]}","{\"reminders\": [\"2 days\", \"2 hours\"]}"}'::jsonb[]))
        FROM load.person p WHERE p.account_id = practiceacl.current_account();
    WHEN 'hold' THEN
        PERFORM practiceacl.hold_slot(agenda, slot, slot + length, load.pick('{1 s,1 min}'::interval[]));
    WHEN 'release' THEN
        SELECT h.hold_id INTO other FROM practiceacl.slot_presence h WHERE h.own LIMIT 1;
        IF other IS NULL THEN RETURN; END IF;
        PERFORM practiceacl.release_hold(other);
    WHEN 'openings' THEN
        PERFORM practiceacl.set_openings(agenda, (
            SELECT jsonb_agg(jsonb_build_object('weekday', day, 'from', f, 'to', '18:00'))
            FROM generate_series(1, 7) AS day, load.pick('{07:00,08:00,09:30}'::text[]) AS f));
    WHEN 'absence' THEN
        PERFORM practiceacl.add_absence(agenda, slot, slot + interval '2 h', 'training');
    WHEN 'return' THEN
        SELECT a.id INTO other FROM practiceacl.absence a WHERE practiceacl.can(a.agenda_id, 'absences') LIMIT 1;
        IF other IS NULL THEN RETURN; END IF;
        PERFORM practiceacl.remove_absence(other);
    WHEN 'give' THEN
        period := load.pick(ARRAY[NULL, tstzrange(now() - interval '1 h', now() + interval '2 s'),
            tstzrange(now(), now() + interval '1 day'), tstzrange(now() + interval '1 day', NULL)]);
        PERFORM practiceacl.set_rights(agenda, load.colleague(),
            load.pick('{read,book_in_hours,book,book+overbook,absences+private,openings+edit_past,owner}'::practiceacl.rights[]), period);
    WHEN 'take' THEN
        period := load.pick(ARRAY[NULL, tstzrange(now(), now() + interval '3 s')]);
        PERFORM practiceacl.set_rights(agenda, load.colleague(), 'none', period);
    WHEN 'clone' THEN
        PERFORM FROM practiceacl.clone_rights(organization, load.colleague(), load.colleague(), random() < 0.3);
    WHEN 'disable' THEN
        PERFORM practiceacl.disable_user(organization, load.colleague());
    WHEN 'enable' THEN
        SELECT u.account_id INTO other FROM practiceacl.user_directory u
        WHERE u.status = 'disabled' ORDER BY random() LIMIT 1;
        IF other IS NULL THEN RETURN; END IF;
        PERFORM practiceacl.enable_user(organization, other);
    WHEN 'invite' THEN
        other := practiceacl.new_id();
        INSERT INTO load.invited (invitation_id, token)
        SELECT i.invitation_id, i.token FROM practiceacl.invite_user(organization, other || '@load.test', 'New', 'Comer',
            clone_from => CASE WHEN random() < 0.5 THEN load.colleague() END) AS i;
    WHEN 'accept' THEN
        -- The newest, so that several contend for one.
        SELECT i.token INTO said FROM load.invited i ORDER BY i.id DESC LIMIT 1;
        IF said IS NULL THEN RETURN; END IF;
        PERFORM set_config('practiceacl.session', '', true);
        INSERT INTO load.accepted
        SELECT said, a.account_id FROM practiceacl.accept_invitation(said, 'a long new password') AS a;
    WHEN 'revoke' THEN
        SELECT i.invitation_id INTO other FROM load.invited i ORDER BY i.id DESC LIMIT 1;
        IF other IS NULL THEN RETURN; END IF;
        PERFORM practiceacl.revoke_invitation(other);
    WHEN 'break glass' THEN
        PERFORM practiceacl.break_glass(agenda, 'unconscious patient', '1 min');
    WHEN 'log out' THEN
        PERFORM practiceacl.log_out();
    WHEN 'guess' THEN
        IF practiceacl.log_in('nobody' || floor(random() * 1000) || '@load.test', 'guess', 'attacker') IS NOT NULL THEN
            RAISE EXCEPTION 'a stranger was let in' USING ERRCODE = 'LOAD5';
        END IF;
    WHEN 'purge' THEN
        PERFORM load.purge();
    WHEN 'look' THEN
        PERFORM load.look();
    END CASE;
    made := (id IS NOT NULL)::int;
    INSERT INTO load.outcome (act, code, serial)
    VALUES (what, '00000', current_setting('transaction_isolation') <> 'read committed');
EXCEPTION WHEN OTHERS THEN
    id := NULL;
    made := 0;
    INSERT INTO load.outcome (act, code, message, serial)
    VALUES (what, SQLSTATE, SQLERRM, current_setting('transaction_isolation') <> 'read committed');
END $$;

-- What must be true of every database that was under this load, however the
-- load ended: one row for each thing that is not.
CREATE FUNCTION load.problems() RETURNS SETOF text LANGUAGE sql VOLATILE AS $$
    SELECT format('%s and %s overlap', a.id, b.id)
    FROM practiceacl.appointment a
    JOIN practiceacl.appointment b ON a.agenda_id = b.agenda_id AND a.id < b.id
        AND a.occupied_from < b.occupied_until AND b.occupied_from < a.occupied_until
    WHERE a.cancelled_at IS NULL AND b.cancelled_at IS NULL AND NOT a.overbooked AND NOT b.overbooked
    UNION ALL
    SELECT format('two people hold %s at %s', a.agenda_id, a.starts_at)
    FROM practiceacl.slot_hold a
    JOIN practiceacl.slot_hold b ON a.agenda_id = b.agenda_id AND a.id < b.id AND a.account_id <> b.account_id
        AND a.occupied_from < b.occupied_until AND b.occupied_from < a.occupied_until
    WHERE a.expires_at > now() AND b.expires_at > now()
    UNION ALL
    SELECT format('chain %s is broken at %s of %s', v.chain, v.first_broken, v.entries)
    FROM (SELECT id FROM practiceacl.organization UNION ALL SELECT NULL) AS o,
        practiceacl.verify_activity(o.id) AS v
    WHERE v.first_broken IS NOT NULL
    UNION ALL
    SELECT format('chain %s has %s entries and says %s', h.chain, count(a.chain), h.entries)
    FROM practiceacl.activity_heads() AS h
    LEFT JOIN practiceacl.activity a ON a.organization_id = h.organization_id AND a.chain = h.chain
    GROUP BY h.organization_id, h.chain, h.entries HAVING count(a.chain) <> h.entries
    UNION ALL
    SELECT format('appointment %s is not what was done last: %s, %s', coalesce(l.appointment_id, a.id), l, a)
    FROM (SELECT DISTINCT ON (appointment_id) * FROM load.ledger ORDER BY appointment_id, id DESC) AS l
    FULL JOIN practiceacl.appointment a ON a.id = l.appointment_id
    WHERE (l.agenda_id, l.starts_at, l.ends_at, l.status) IS DISTINCT FROM (a.agenda_id, a.starts_at, a.ends_at, a.status)
    UNION ALL
    SELECT format('appointment %s was %s, and that is not on record', l.appointment_id, l.act)
    FROM load.ledger l
    WHERE l.act IN ('booked', 'moved', 'cancelled') AND NOT EXISTS (
        SELECT FROM practiceacl.activity a WHERE a.subject_id = l.appointment_id AND a.act = 'appointment.' || l.act)
    UNION ALL
    SELECT format('%s bookings, but %s on record', count(*), recorded.bookings)
    FROM load.ledger l, (SELECT count(*) FROM practiceacl.activity WHERE act = 'appointment.booked') AS recorded (bookings)
    WHERE l.act = 'booked' GROUP BY recorded.bookings HAVING count(*) <> recorded.bookings
    UNION ALL
    SELECT format('%s waits and was done with %s times', entry_id, count(*))
    FROM load.waiting WHERE act <> 'joined' GROUP BY entry_id HAVING count(*) > 1
    UNION ALL
    SELECT format('entry %s of the waiting list: %s, but %s', coalesce(w.entry_id, e.id), w.acts,
                  CASE WHEN e.id IS NULL THEN 'not there' ELSE 'there' END)
    FROM (SELECT entry_id, array_agg(act) AS acts FROM load.waiting GROUP BY entry_id) AS w
    FULL JOIN practiceacl.waiting_list_entry e ON e.id = w.entry_id
    WHERE (e.id IS NOT NULL) IS DISTINCT FROM (w.acts = '{joined}')
    UNION ALL
    SELECT format('a reminder of appointment %s, %s at %s, is of %s', a.id, a.status, a.starts_at, o.payload)
    FROM practiceacl.outbox o JOIN practiceacl.appointment a ON a.id = o.appointment_id
    WHERE o.kind = 'reminder' AND (a.status <> 'booked' OR a.contact IS DISTINCT FROM o.recipient
          OR (o.payload ->> 'starts_at')::timestamptz <> a.starts_at)
    UNION ALL
    SELECT format('appointment %s has %s of its %s reminders', a.id, count(o.id), count(*))
    FROM practiceacl.appointment a JOIN practiceacl.agenda g ON g.id = a.agenda_id
    CROSS JOIN LATERAL (SELECT (a.starts_at AT TIME ZONE g.time_zone - i) AT TIME ZONE g.time_zone AS due_at FROM unnest(g.reminders) AS i) AS due
    LEFT JOIN practiceacl.outbox o ON o.kind = 'reminder' AND o.appointment_id = a.id AND o.due_at = due.due_at
    WHERE a.status = 'booked' AND a.contact IS NOT NULL AND due.due_at > now() + interval '5 minutes'
    GROUP BY a.id HAVING count(o.id) < count(*)
    UNION ALL
    SELECT format('%s has on offer what %s takes from %s to %s', o.entry_id, a.id, a.occupied_from, a.occupied_until)
    FROM practiceacl.slot_offer o JOIN practiceacl.appointment a ON a.agenda_id = o.agenda_id
        AND a.occupied_from < o.occupied_until AND o.occupied_from < a.occupied_until
    WHERE o.state = 'offered' AND a.cancelled_at IS NULL
    UNION ALL
    SELECT format('a message of offer %s, which is %s', m.id, coalesce(o.state, 'gone'))
    FROM practiceacl.outbox m LEFT JOIN practiceacl.slot_offer o ON o.id = m.id
    WHERE m.kind = 'slot_offer' AND m.sent_at IS NULL AND o.state IS DISTINCT FROM 'offered'
    UNION ALL
    SELECT format('invitation %s was accepted %s times', invitation, count(*))
    FROM load.accepted GROUP BY invitation HAVING count(*) > 1
    UNION ALL
    SELECT format('%s accepted and is no member', a.account_id)
    FROM load.accepted a
    WHERE NOT EXISTS (SELECT FROM practiceacl.membership m WHERE m.account_id = a.account_id)
    UNION ALL
    SELECT format('rights of %s on %s twice at one time', a.account_id, a.agenda_id)
    FROM practiceacl.access_grant a
    JOIN practiceacl.access_grant b ON a.agenda_id = b.agenda_id AND a.account_id = b.account_id AND a.id < b.id
    WHERE a.source = 'hand' AND b.source = 'hand'
        AND a.valid_during && b.valid_during
    UNION ALL
    SELECT format('health: %s: %s', check_name, detail)
    FROM practiceacl.health() WHERE NOT ok AND check_name NOT IN ('messages', 'settings', 'agendas')
    UNION ALL
    SELECT format('%s said %s: %s', act, code, min(message))
    FROM load.outcome
    WHERE NOT (code IN ('00000', 'refused', '23P01', '28000', '42501', 'PT404', '55000', '22023')
               OR code ~ '^PA0'
               -- Somebody else was faster: for a transaction with an old state, and for
               -- one that waited for the lock on an agenda that is now the wrong one.
               OR code = '40001' AND (serial OR message = 'the appointment was moved to another agenda meanwhile'))
    GROUP BY act, code
$$;

-- The people: 1 to 3 are full administrators, 4 of users; 1 to 20 hold an
-- agenda.  31 is the practice next door, where nothing is ever refused.
CREATE PROCEDURE load.make_people() LANGUAGE plpgsql AS $$
DECLARE
    first record;
    next_door record;
    made record;
    token text;
    agenda text := '{"name": "Agenda", "data_controller": "Practice", "slot_minutes": 15, "reminders": ["2 days", "2 hours"]}';
BEGIN
    SELECT * INTO first FROM practiceacl.create_organization('Practice', 'person1@load.test', 'Person', 'One');
    INSERT INTO load.person VALUES (1, first.organization_id, first.account_id, NULL, 'person1@load.test', first.temporary_password);
    SELECT * INTO next_door FROM practiceacl.create_organization('Next door', 'person31@load.test', 'Next', 'Door');
    INSERT INTO load.person VALUES (31, next_door.organization_id, next_door.account_id, NULL, 'person31@load.test', next_door.temporary_password);

    FOR made IN SELECT * FROM load.person LOOP
        token := practiceacl.open_session(made.account_id);
        PERFORM practiceacl.confirm_session(token);
        PERFORM practiceacl.enter(token);
        UPDATE load.person SET agenda_id = practiceacl.add_agenda(made.organization_id, made.account_id, agenda::jsonb)
        WHERE number = made.number;
    END LOOP;

    token := practiceacl.open_session(first.account_id);
    PERFORM practiceacl.confirm_session(token);
    PERFORM practiceacl.enter(token);
    FOR n IN 2 .. 30 LOOP
        SELECT * INTO made FROM practiceacl.create_user(first.organization_id, 'person' || n || '@load.test', 'Person', 'No. ' || n,
            admin => CASE WHEN n <= 3 THEN 'full' WHEN n = 4 THEN 'users' ELSE 'none' END,
            agenda => CASE WHEN n <= 20 THEN agenda::jsonb END,
            access => CASE WHEN n > 20 THEN jsonb_build_array(jsonb_build_object(
                'agenda', (SELECT p.agenda_id FROM load.person p WHERE p.number = n - 20), 'rights', 'book')) END);
        INSERT INTO load.person VALUES (n, first.organization_id, made.account_id, made.agenda_id,
            'person' || n || '@load.test', made.temporary_password);
    END LOOP;
    PERFORM practiceacl.set_rights(held.agenda_id, p.account_id,
        (ARRAY['book', 'read', 'absences+private', 'book_in_hours', 'book+overbook'])[1 + (p.number * 7 + held.number) % 5]::practiceacl.rights)
    FROM load.person p, load.person held
    WHERE p.number BETWEEN 2 AND 30 AND held.number BETWEEN 1 AND 20 AND p.number <> held.number
        AND (p.number + held.number) % 3 = 0;

    INSERT INTO load.room SELECT practiceacl.add_agenda(first.organization_id, NULL, jsonb_build_object('kind', 'room', 'name', 'Room ' || n))
    FROM generate_series(1, 3) AS n;
    PERFORM practiceacl.set_rights(r.agenda_id, p.account_id, 'book') FROM load.room r, load.person p WHERE p.number BETWEEN 2 AND 30;

    INSERT INTO load.type
    SELECT practiceacl.set_appointment_type(first.organization_id, 'Type ' || n, jsonb_build_object('duration', 15 * n, 'buffer_before', 5 * n, 'buffer_after', 10))
    FROM generate_series(1, 2) AS n;
    PERFORM practiceacl.offer_type(p.agenda_id, t.type_id) FROM load.type t, load.person p WHERE p.number BETWEEN 1 AND 20;

    FOR made IN SELECT * FROM load.person LOOP
        token := practiceacl.log_in(made.email, made.password);
        PERFORM practiceacl.enter(token);
        PERFORM practiceacl.change_password(made.password, 'long password of ' || made.email);
        UPDATE load.person SET password = 'long password of ' || made.email WHERE number = made.number;
        IF made.agenda_id IS NOT NULL THEN
            PERFORM practiceacl.set_openings(made.agenda_id, (
                SELECT jsonb_agg(jsonb_build_object('weekday', day, 'from', '08:00', 'to', '18:00')) FROM generate_series(1, 7) AS day));
        END IF;
    END LOOP;
    COMMIT;
END $$;
