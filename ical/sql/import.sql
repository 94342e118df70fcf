/* Calendar files, through the functions that anybody books with. */

CREATE FUNCTION practiceacl.ical_events(
    ics text, time_zone text, since timestamptz, until_time timestamptz,
    OUT key text, OUT kind text, OUT starts_at timestamptz, OUT ends_at timestamptz,
    OUT summary text, OUT description text, OUT private boolean, OUT detail text
) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'practiceacl_ical_events'
    LANGUAGE C STABLE STRICT ROWS 1000;
COMMENT ON FUNCTION practiceacl.ical_events(text, text, timestamptz, timestamptz) IS
    'owner: the events of a calendar file, repetitions expanded; times without a zone are of the zone given, what ended before since is skipped, repetitions without end stop at until_time. kind is appointment or absence, or, with a reason in detail, skipped, refused or shortened';

CREATE FUNCTION practiceacl.imported_id(agenda_id uuid, key text) RETURNS uuid
    LANGUAGE sql IMMUTABLE STRICT
    AS $$
    SELECT pg_catalog.encode(pg_catalog.set_byte(pg_catalog.set_byte(h, 6, (pg_catalog.get_byte(h, 6) & 15) | 128),
                  8, (pg_catalog.get_byte(h, 8) & 63) | 128), 'hex')::uuid
    FROM (SELECT pg_catalog.substr(pg_catalog.sha256(pg_catalog.convert_to(agenda_id || ' ' || key, 'UTF8')), 1, 16)) AS digest (h)
    $$;
COMMENT ON FUNCTION practiceacl.imported_id(uuid, text) IS
    'owner: the id of what an event becomes on an agenda: the same at each import, so that a file can be imported again';

CREATE FUNCTION practiceacl.import_event(
    agenda_id uuid, kind text, id uuid, starts_at timestamptz, ends_at timestamptz,
    summary text, description text, private boolean,
    OUT outcome text, OUT detail text, OUT word text
) LANGUAGE plpgsql VOLATILE
    AS $$
DECLARE
    message text;
    facts text;
    conflicts uuid[];
    known boolean;
BEGIN
    IF kind = 'absence' THEN
        SELECT EXISTS (SELECT FROM practiceacl.absence a WHERE a.id = import_event.id) INTO known;
        SELECT a.conflicts INTO conflicts
        FROM practiceacl.add_absence(agenda_id, starts_at, ends_at, summary, absence_id => import_event.id) a;
        outcome := CASE WHEN known THEN 'unchanged' ELSE 'absent' END;
        IF NOT known AND pg_catalog.cardinality(conflicts) > 0 THEN
            detail := pg_catalog.format('appointments that it collides with: %s', pg_catalog.cardinality(conflicts));
        END IF;
    ELSE
        SELECT EXISTS (SELECT FROM practiceacl.appointment a WHERE a.id = import_event.id) INTO known;
        PERFORM practiceacl.book(agenda_id, starts_at, ends_at, patient => summary, note => description,
                                 private => import_event.private, appointment_id => import_event.id);
        outcome := CASE WHEN known THEN 'unchanged' ELSE 'booked' END;
    END IF;
EXCEPTION WHEN OTHERS THEN
    /* What is wrong with the event, not with the transaction or the server. */
    IF pg_catalog.left(SQLSTATE, 2) NOT IN ('22', '23', '42', 'PA', 'PT', '55') THEN
        RAISE;
    END IF;
    GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, facts = PG_EXCEPTION_DETAIL, word = CONSTRAINT_NAME;
    word := nullif(word, '');
    outcome := 'refused';
    detail := pg_catalog.concat_ws('. ', message, nullif(facts, ''));
END $$;
COMMENT ON FUNCTION practiceacl.import_event(uuid, text, uuid, timestamptz, timestamptz, text, text, boolean) IS
    'owner: books an event or adds it as an absence, as the caller may; or tells why not';

CREATE FUNCTION practiceacl.import_calendar(
    agenda_id uuid, ics text,
    OUT key text, OUT appointment_id uuid, OUT absence_id uuid, OUT outcome text, OUT detail text,
    OUT word text
) RETURNS SETOF record
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    caller uuid := practiceacl.feed_caller();
    rights practiceacl.rights := practiceacl.rights_on(import_calendar.agenda_id);
    now timestamptz := practiceacl.reading_time();
    zone text;
    event record;
    id uuid;
BEGIN
    IF NOT coalesce(rights OPERATOR(practiceacl.@>) 'freebusy', false) THEN
        RAISE EXCEPTION 'agenda does not exist or is not visible to you'
            USING ERRCODE = 'PT404', CONSTRAINT = 'not_found', TABLE = 'agenda';
    END IF;
    IF NOT rights OPERATOR(practiceacl.@>) 'book_in_hours' THEN
        RAISE EXCEPTION 'your rights on the agenda do not allow this'
            USING ERRCODE = '42501', CONSTRAINT = 'rights_missing', DETAIL = 'This needs "book_in_hours".';
    END IF;
    IF ics IS NULL THEN
        RAISE EXCEPTION 'ics must not be null'
            USING ERRCODE = '22004', CONSTRAINT = 'null_argument', COLUMN = 'ics';
    END IF;
    SELECT practiceacl.known_zone(g.time_zone) INTO zone
    FROM practiceacl.agenda g WHERE g.id = import_calendar.agenda_id;
    FOR event IN
        SELECT e.* FROM practiceacl.ical_events(ics, zone, now, now + interval '366 days') e
    LOOP
        key := event.key;
        appointment_id := NULL;
        absence_id := NULL;
        outcome := event.kind;
        detail := event.detail;
        word := NULL;
        IF event.kind IN ('appointment', 'absence') THEN
            id := practiceacl.imported_id(import_calendar.agenda_id, event.key);
            SELECT * INTO outcome, detail, word
            FROM practiceacl.import_event(import_calendar.agenda_id, event.kind, id, event.starts_at,
                event.ends_at, event.summary, event.description, event.private);
            IF outcome <> 'refused' AND event.kind = 'absence' THEN
                absence_id := id;
            ELSIF outcome <> 'refused' THEN
                appointment_id := id;
            END IF;
        END IF;
        RETURN NEXT;
    END LOOP;
END $$;
COMMENT ON FUNCTION practiceacl.import_calendar(uuid, text) IS
    'books the events of an iCalendar file, its whole days and times out of office as absences, with the caller''s rights; tells of each whether it was booked, absent, unchanged since it was imported before, skipped (cancelled, over, takes no time), refused and why, with the word of the refusal where the core refused it, or shortened (repeats without end: a year of it is imported). The file may have 10 MiB and 10,000 events';
