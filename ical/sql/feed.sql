\echo Use "CREATE EXTENSION practiceacl_ical" to load this file. \quit

/* Calendars by a secret address, for programs that know no session. */

CREATE TABLE practiceacl.feed (
    organization_id uuid        NOT NULL,
    id              uuid        NOT NULL DEFAULT practiceacl.new_id(),
    agenda_id       uuid        NOT NULL,
    account_id      uuid        NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    expires_at      timestamptz,
    detail          text        NOT NULL,
    digest          bytea       NOT NULL,
    CONSTRAINT feed_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT feed_agenda_fkey FOREIGN KEY (organization_id, agenda_id)
        REFERENCES practiceacl.agenda (organization_id, id) ON DELETE CASCADE,
    CONSTRAINT feed_account_fkey FOREIGN KEY (account_id)
        REFERENCES practiceacl.account (id) ON DELETE CASCADE,
    CONSTRAINT feed_detail_is_known CHECK (detail IN ('busy', 'titles', 'full')),
    CONSTRAINT feed_digest_is_long CHECK (octet_length(digest) = 32)
);
CREATE UNIQUE INDEX feed_digest_idx ON practiceacl.feed (digest);
CREATE INDEX feed_account_idx ON practiceacl.feed (account_id);
CREATE INDEX feed_agenda_idx ON practiceacl.feed (agenda_id);
ALTER TABLE practiceacl.feed ENABLE ROW LEVEL SECURITY;
COMMENT ON TABLE practiceacl.feed IS 'secret addresses of agendas, each with the rights of the account that made it; granted to nobody, see my_feeds';
COMMENT ON COLUMN practiceacl.feed.account_id IS 'who made it: what it shows is what they may read when it is read';
COMMENT ON COLUMN practiceacl.feed.expires_at IS 'until when it can be read; null for as long as it is not revoked';
COMMENT ON COLUMN practiceacl.feed.detail IS 'busy: when the agenda is taken; titles: what for; full: with patients and notes';
COMMENT ON COLUMN practiceacl.feed.digest IS 'SHA-256 of the token, which is nowhere';
SELECT pg_catalog.pg_extension_config_dump('practiceacl.feed', '');

/* An address that was given out goes on working in the cell to which its organization moves. */
DO $$
BEGIN
    IF pg_catalog.to_regprocedure('practiceacl.add_organization_table(regclass, name)') IS NOT NULL THEN
        PERFORM practiceacl.add_organization_table('practiceacl.feed');
    END IF;
END $$;

/* What C does: content lines, the rules of a zone, secrets. */

CREATE FUNCTION practiceacl.ical_line(name text, value text) RETURNS text
    AS 'MODULE_PATHNAME', 'practiceacl_ical_line'
    LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION practiceacl.ical_line(text, text) IS
    'owner: a property of iCalendar with its value as TEXT, escaped, folded at 75 octets between characters; nothing for null';

CREATE FUNCTION practiceacl.ical_zone(time_zone text, from_time timestamptz, until_time timestamptz) RETURNS text
    AS 'MODULE_PATHNAME', 'practiceacl_ical_zone'
    LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION practiceacl.ical_zone(text, timestamptz, timestamptz) IS
    'owner: a VTIMEZONE with every change of the clocks between two moments, by the rules that the server has';

CREATE FUNCTION practiceacl.ical_token() RETURNS text
    AS 'MODULE_PATHNAME', 'practiceacl_ical_token'
    LANGUAGE C VOLATILE;
COMMENT ON FUNCTION practiceacl.ical_token() IS
    'owner: a new secret: 256 random bits in base64url';

CREATE FUNCTION practiceacl.feed_digest(token text) RETURNS bytea
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$ SELECT sha256(convert_to('practiceacl feed ' || token, 'UTF8')) $$;
COMMENT ON FUNCTION practiceacl.feed_digest(text) IS
    'owner: what is kept of a token: its SHA-256, of no use for another purpose';

/*
 * 28000 for nobody, and what the core says to a caller who lacks a step
 * (PA031, PA032).
 */
CREATE FUNCTION practiceacl.feed_caller() RETURNS uuid
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    caller uuid := practiceacl.reading_account();
BEGIN
    IF caller IS NULL THEN
        PERFORM practiceacl.keep_session();
        RAISE EXCEPTION 'not logged in' USING ERRCODE = '28000', CONSTRAINT = 'not_logged_in';
    END IF;
    RETURN caller;
END $$;
COMMENT ON FUNCTION practiceacl.feed_caller() IS
    'owner: the account of a caller in whose session nothing is missing';

CREATE FUNCTION practiceacl.create_feed(
    agenda_id uuid, detail text DEFAULT 'busy', lifetime interval DEFAULT NULL,
    OUT feed_id uuid, OUT token text
) RETURNS record
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
#variable_conflict use_column
DECLARE
    caller uuid := practiceacl.feed_caller();
    rights practiceacl.rights := practiceacl.rights_on(create_feed.agenda_id);
BEGIN
    IF NOT coalesce(rights OPERATOR(practiceacl.@>) 'freebusy', false) THEN
        RAISE EXCEPTION 'agenda does not exist or is not visible to you'
            USING ERRCODE = 'PT404', CONSTRAINT = 'not_found', TABLE = 'agenda';
    END IF;
    IF create_feed.detail IS NULL OR create_feed.detail NOT IN ('busy', 'titles', 'full') THEN
        RAISE EXCEPTION 'detail must be busy, titles or full'
            USING ERRCODE = '22023', CONSTRAINT = 'unknown_word', COLUMN = 'detail';
    END IF;
    IF create_feed.detail <> 'busy' AND NOT rights OPERATOR(practiceacl.@>) 'read+export' THEN
        RAISE EXCEPTION 'your rights on the agenda do not allow this'
            USING ERRCODE = '42501', CONSTRAINT = 'rights_missing',
                  DETAIL = 'A feed that shows more than when the agenda is busy needs "read+export".',
                  HINT = 'Make a feed with the detail busy, or ask an owner of the agenda for the flag export.';
    END IF;
    IF lifetime < interval '1 minute' OR lifetime > interval '10 years' THEN
        RAISE EXCEPTION 'lifetime of a feed must be between one minute and 10 years'
            USING ERRCODE = '22023', CONSTRAINT = 'out_of_range', COLUMN = 'lifetime';
    END IF;
    DELETE FROM practiceacl.feed f WHERE f.account_id = caller AND f.expires_at < practiceacl.reading_time();
    /* No lock: one that a caller holds could keep others waiting, for a limit. */
    IF (SELECT count(*) FROM practiceacl.feed f WHERE f.account_id = caller) >= 100 THEN
        RAISE EXCEPTION 'too many feeds'
            USING ERRCODE = '54000', CONSTRAINT = 'too_many_feeds',
                  DETAIL = 'An account may have 100.', HINT = 'Revoke some: see my_feeds.';
    END IF;
    token := practiceacl.ical_token();
    feed_id := practiceacl.new_id();
    PERFORM practiceacl.record_act('feed.created', create_feed.agenda_id, subject_id => feed_id,
        facts => jsonb_build_object('detail', create_feed.detail, 'lifetime', create_feed.lifetime));
    INSERT INTO practiceacl.feed (organization_id, id, agenda_id, account_id, detail, expires_at, digest)
    SELECT g.organization_id, feed_id, g.id, caller, create_feed.detail,
           practiceacl.reading_time() + create_feed.lifetime, practiceacl.feed_digest(create_feed.token)
    FROM practiceacl.agenda g WHERE g.id = create_feed.agenda_id;
END $$;
COMMENT ON FUNCTION practiceacl.create_feed(uuid, text, interval) IS
    'makes a secret address of an agenda, for a phone that subscribes to it; it shows what its maker may read when it is read, at most: busy (needs freebusy) when the agenda is taken, titles what for, full with patients and notes (both need read+export). The token is returned once and kept nowhere; without lifetime it is good until revoke_feed()';

CREATE FUNCTION practiceacl.revoke_feed(feed_id uuid) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    caller uuid := practiceacl.feed_caller();
    ended practiceacl.feed;
BEGIN
    DELETE FROM practiceacl.feed f
    WHERE f.id = revoke_feed.feed_id
      AND (f.account_id = caller OR practiceacl.can(f.agenda_id, 'owner'))
    RETURNING * INTO ended;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'feed does not exist or is not visible to you'
            USING ERRCODE = 'PT404', CONSTRAINT = 'not_found', TABLE = 'feed';
    END IF;
    PERFORM practiceacl.record_act('feed.revoked', ended.agenda_id, account_id => ended.account_id, subject_id => ended.id);
END $$;
COMMENT ON FUNCTION practiceacl.revoke_feed(uuid) IS
    'ends a feed at once: one''s own, or anyone''s of an agenda on which one is owner';

CREATE VIEW practiceacl.my_feeds WITH (security_barrier) AS
    SELECT f.organization_id,
           f.id AS feed_id,
           f.agenda_id,
           g.name AS agenda,
           f.account_id = practiceacl.reading_account() AS own,
           f.account_id,
           pg_catalog.btrim(a.first_name || ' ' || a.last_name) AS account_name,
           f.detail,
           f.created_at,
           f.expires_at
    FROM (SELECT * FROM practiceacl.feed
          WHERE practiceacl.is_me(account_id) OR practiceacl.can(agenda_id, 'owner')
          OFFSET 0) AS f
    JOIN practiceacl.agenda g ON g.organization_id = f.organization_id AND g.id = f.agenda_id
    JOIN practiceacl.account a ON a.id = f.account_id
    OFFSET 0;
COMMENT ON VIEW practiceacl.my_feeds IS
    'the caller''s feeds, and those that others have made of agendas on which the caller is owner; never a token';
COMMENT ON COLUMN practiceacl.my_feeds.own IS 'whether the caller made it';
COMMENT ON COLUMN practiceacl.my_feeds.account_id IS 'who made it';

/* What the core calls: see src/base/beside.h. */

CREATE FUNCTION practiceacl.practiceacl_ical_account_data(account_id uuid) RETURNS jsonb
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    SELECT jsonb_build_object('feeds', coalesce(jsonb_agg(to_jsonb(f) - 'digest' ORDER BY f.created_at, f.id), '[]'))
    FROM practiceacl.feed f WHERE f.account_id = practiceacl_ical_account_data.account_id
    $$;
COMMENT ON FUNCTION practiceacl.practiceacl_ical_account_data(uuid) IS
    'owner: the feeds of an account, for export_account(): all but the digests of their secrets';

CREATE FUNCTION practiceacl.practiceacl_ical_account_erased(account_id uuid) RETURNS void
    LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DELETE FROM practiceacl.feed f WHERE f.account_id = practiceacl_ical_account_erased.account_id
    $$;
COMMENT ON FUNCTION practiceacl.practiceacl_ical_account_erased(uuid) IS
    'owner: ends the feeds of an account that is erased';

CREATE FUNCTION practiceacl.practiceacl_ical_acts() RETURNS TABLE (act text, meaning text)
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
    VALUES ('feed.created', 'a secret address of an agenda was made'),
           ('feed.revoked', 'a secret address of an agenda was ended')
    $$;
COMMENT ON FUNCTION practiceacl.practiceacl_ical_acts() IS
    'owner: the words that this extension writes into the record, for the view acts';

/*
 * Reading.  From open_feed() on the function that called it reads on behalf of
 * the feed's maker, until its end gives practiceacl.session back.
 */
CREATE FUNCTION practiceacl.open_feed(token text) RETURNS practiceacl.feed
    LANGUAGE plpgsql VOLATILE
    AS $$
DECLARE
    opened practiceacl.feed;
BEGIN
    SELECT f.* INTO opened FROM practiceacl.feed f
    WHERE f.digest OPERATOR(pg_catalog.=) practiceacl.feed_digest(open_feed.token);
    IF opened.id IS NULL OR opened.expires_at <= practiceacl.reading_time()
       OR NOT practiceacl.read_as(opened.account_id)
       OR NOT practiceacl.can(opened.agenda_id, 'freebusy') THEN
        RETURN NULL;
    END IF;
    /* Whoever may no longer read or take away the rest still sees when it is busy. */
    IF NOT practiceacl.can(opened.agenda_id, 'read+export') THEN
        opened.detail := 'busy';
    END IF;
    RETURN opened;
END $$;
COMMENT ON FUNCTION practiceacl.open_feed(text) IS
    'owner: the feed of a token, null if it is refused; its caller reads as the maker from here on';

CREATE FUNCTION practiceacl.feed_range(
    time_zone text, OUT from_time timestamptz, OUT until_time timestamptz,
    OUT rules_from timestamptz, OUT rules_until timestamptz
) LANGUAGE sql STABLE STRICT
    AS $$
    SELECT (today - 31)::timestamp AT TIME ZONE time_zone,
           (today + 367)::timestamp AT TIME ZONE time_zone,
           pg_catalog.make_date(year - 1, 1, 1)::timestamp AT TIME ZONE time_zone,
           pg_catalog.make_date(year + 3, 1, 1)::timestamp AT TIME ZONE time_zone
    FROM (SELECT (practiceacl.reading_time() AT TIME ZONE time_zone)::date) AS now (today),
         LATERAL (SELECT extract(year FROM today)::integer) AS this (year)
    $$;
COMMENT ON FUNCTION practiceacl.feed_range(text) IS
    'owner: which time a feed shows, from 31 days ago to a year ahead, and of which its VTIMEZONE has the rules';

/* An event's texts depend on the detail, and on what calendar lets its maker see. */
CREATE FUNCTION practiceacl.feed_events(feed practiceacl.feed, from_time timestamptz, until_time timestamptz)
RETURNS TABLE (uid text, starts_at timestamptz, ends_at timestamptz, whole_days boolean,
               away boolean, summary text, description text, made_at timestamptz,
               changed_at timestamptz, sequence integer)
    LANGUAGE plpgsql STABLE
    AS $$
#variable_conflict use_column
BEGIN
    IF feed.detail = 'busy' THEN
        RETURN QUERY
        SELECT 'busy-' || pg_catalog.md5(feed.agenda_id || b.occupied_from::text || b.occupied_until::text) || '@practiceacl',
               b.occupied_from, b.occupied_until, false, false, 'Busy', NULL::text,
               feed.created_at, feed.created_at, 0
        FROM (SELECT occupied_from, occupied_until FROM practiceacl.busy
              WHERE agenda_id = feed.agenda_id AND starts_at < until_time + interval '1 day'
                AND starts_at > from_time - interval '400 days'
              UNION
              SELECT a.starts_at, a.ends_at FROM practiceacl.absence a
              WHERE a.agenda_id = feed.agenda_id AND a.ends_at > from_time
                AND a.starts_at <= from_time - interval '400 days') AS b
        WHERE b.occupied_until > from_time AND b.occupied_from < until_time;
        RETURN;
    END IF;
    RETURN QUERY
    SELECT DISTINCT
           coalesce(c.kind || '-' || c.id, 'busy-' || pg_catalog.md5(
               feed.agenda_id || c.starts_at::text || c.ends_at::text)) || '@practiceacl',
           c.starts_at, c.ends_at, c.kind = 'closing', c.kind <> 'appointment',
           CASE WHEN c.status = 'busy' THEN 'Busy'
                WHEN c.kind = 'absence' THEN
                    'Absent' || coalesce(': ' || CASE feed.detail WHEN 'full' THEN c.note END, '')
                             || coalesce(' (' || c.substitute_name || ' stands in)', '')
                WHEN c.kind = 'closing' THEN 'Closed' || coalesce(': ' || c.note, '')
                WHEN feed.detail = 'full' THEN coalesce(c.patient, c.type_name, 'Appointment')
                ELSE coalesce(c.type_name, 'Appointment') END,
           CASE WHEN c.kind = 'appointment' AND c.status <> 'busy' AND feed.detail = 'full' THEN
               nullif(pg_catalog.concat_ws(E'\n', CASE WHEN c.patient IS NOT NULL THEN c.type_name END, c.note), '') END,
           coalesce(p.created_at, b.created_at, k.created_at, feed.created_at),
           coalesce(p.updated_at, b.created_at, k.created_at, feed.created_at),
           coalesce(p.version - 1, 0)
    FROM practiceacl.calendar_between(from_time, until_time, ARRAY[feed.agenda_id]) c
    LEFT JOIN practiceacl.appointment p ON c.kind = 'appointment' AND p.id = c.id
    LEFT JOIN practiceacl.absence b ON c.kind = 'absence' AND b.id = c.id
    LEFT JOIN practiceacl.closing k ON c.kind = 'closing' AND k.id = c.id
    WHERE c.kind <> 'hold';
END $$;
COMMENT ON FUNCTION practiceacl.feed_events(practiceacl.feed, timestamptz, timestamptz) IS
    'owner: what a feed shows, for whoever reads as its maker; a private appointment as in calendar, cancelled ones not at all: programs that subscribe drop what is gone, and many show a cancelled event';

/*
 * Local time, so that a client says what the clocks will say; around a change of
 * the clocks, where local times are ambiguous, and where the VTIMEZONE ends, UTC.
 */
CREATE FUNCTION practiceacl.feed_time(name text, at timestamptz, time_zone text, rules_from timestamptz, rules_until timestamptz)
RETURNS text LANGUAGE sql STABLE
    AS $$
    SELECT CASE WHEN time_zone = 'UTC' OR at < rules_from + interval '1 day' OR at >= rules_until
                  OR (at + interval '3 hours') AT TIME ZONE time_zone <> (at AT TIME ZONE time_zone) + interval '3 hours'
                  OR (at - interval '3 hours') AT TIME ZONE time_zone <> (at AT TIME ZONE time_zone) - interval '3 hours'
           THEN name || pg_catalog.to_char(least(at, '9999-12-31') AT TIME ZONE 'UTC', '":"YYYYMMDD"T"HH24MISS"Z"')
           ELSE name || ';TZID=' || time_zone || pg_catalog.to_char(at AT TIME ZONE time_zone, '":"YYYYMMDD"T"HH24MISS')
           END || E'\r\n'
    $$;
COMMENT ON FUNCTION practiceacl.feed_time(text, timestamptz, text, timestamptz, timestamptz) IS
    'owner: a property whose value is a time';

CREATE FUNCTION practiceacl.feed_place(feed practiceacl.feed, agenda practiceacl.agenda) RETURNS text
    LANGUAGE sql IMMUTABLE
    AS $$
    SELECT CASE WHEN feed.detail <> 'busy' THEN
        nullif(pg_catalog.concat_ws(', ', agenda.location_name, pg_catalog.replace(agenda.location_address, E'\n', ', ')), '') END
    $$;
COMMENT ON FUNCTION practiceacl.feed_place(practiceacl.feed, practiceacl.agenda) IS
    'owner: where the appointments take place, unless the feed shows busy times alone';

CREATE FUNCTION practiceacl.feed(token text) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET practiceacl.session = ''
    SET max_parallel_workers_per_gather = 0 SET timezone = 'UTC' SET datestyle = 'ISO'
    AS $$
DECLARE
    opened practiceacl.feed := practiceacl.open_feed(token);
    zone text;
    title text;
    place text;
    span record;
    events text;
    stamp constant text := 'YYYYMMDD"T"HH24MISS"Z"';
BEGIN
    IF opened.id IS NULL THEN
        RETURN NULL;
    END IF;
    SELECT practiceacl.known_zone(g.time_zone), g.name, practiceacl.feed_place(opened, g) INTO zone, title, place
    FROM practiceacl.agenda g WHERE g.id = opened.agenda_id;
    SELECT * INTO span FROM practiceacl.feed_range(zone);
    SELECT string_agg(
        E'BEGIN:VEVENT\r\n'
        || practiceacl.ical_line('UID', e.uid)
        || 'DTSTAMP:' || to_char(e.changed_at, stamp) || E'\r\n'
        || 'CREATED:' || to_char(e.made_at, stamp) || E'\r\n'
        || 'LAST-MODIFIED:' || to_char(e.changed_at, stamp) || E'\r\n'
        || 'SEQUENCE:' || e.sequence || E'\r\n'
        || CASE WHEN e.whole_days THEN
               to_char(e.starts_at AT TIME ZONE zone, '"DTSTART;VALUE=DATE:"YYYYMMDD') || E'\r\n'
               || to_char(e.ends_at AT TIME ZONE zone, '"DTEND;VALUE=DATE:"YYYYMMDD') || E'\r\n'
           ELSE
               practiceacl.feed_time('DTSTART', e.starts_at, zone, span.rules_from, span.rules_until)
               || practiceacl.feed_time('DTEND', e.ends_at, zone, span.rules_from, span.rules_until)
           END
        || practiceacl.ical_line('SUMMARY', e.summary)
        || practiceacl.ical_line('DESCRIPTION', e.description)
        || practiceacl.ical_line('LOCATION', CASE WHEN NOT e.away THEN place END)
        || E'STATUS:CONFIRMED\r\nTRANSP:OPAQUE\r\nCLASS:PRIVATE\r\nX-MICROSOFT-CDO-BUSYSTATUS:'
        || CASE WHEN e.away THEN 'OOF' ELSE 'BUSY' END
        || E'\r\nEND:VEVENT\r\n', '' ORDER BY e.starts_at, e.uid)
    INTO events
    FROM practiceacl.feed_events(opened, span.from_time, span.until_time) e;
    /* No UID of the calendar (RFC 7986): vdirsyncer takes it for that of every event. */
    RETURN E'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//practiceacl//practiceacl_ical//EN\r\n'
        || E'CALSCALE:GREGORIAN\r\nMETHOD:PUBLISH\r\n'
        || practiceacl.ical_line('NAME', title)
        || practiceacl.ical_line('X-WR-CALNAME', title)
        || practiceacl.ical_line('X-WR-TIMEZONE', zone)
        || E'REFRESH-INTERVAL;VALUE=DURATION:PT15M\r\nX-PUBLISHED-TTL:PT15M\r\n'
        || CASE WHEN zone = 'UTC' THEN '' ELSE practiceacl.ical_zone(zone, span.rules_from, span.rules_until) END
        || coalesce(events, '')
        || E'END:VCALENDAR\r\n';
END $$;
COMMENT ON FUNCTION practiceacl.feed(text) IS
    'the calendar of a feed as iCalendar (RFC 5545, 7986), text/calendar; null if it is refused: the token is unknown, revoked or lapsed, or its maker may no longer see the agenda. From 31 days ago to a year ahead';

CREATE FUNCTION practiceacl.feed_tag(token text) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET practiceacl.session = ''
    SET max_parallel_workers_per_gather = 0 SET timezone = 'UTC' SET datestyle = 'ISO'
    AS $$
DECLARE
    opened practiceacl.feed := practiceacl.open_feed(token);
    zone text;
    title text;
    place text;
    span record;
    content text;
BEGIN
    IF opened.id IS NULL THEN
        RETURN NULL;
    END IF;
    SELECT practiceacl.known_zone(g.time_zone), g.name, practiceacl.feed_place(opened, g) INTO zone, title, place
    FROM practiceacl.agenda g WHERE g.id = opened.agenda_id;
    SELECT * INTO span FROM practiceacl.feed_range(zone);
    SELECT string_agg(e::text, E'\n' ORDER BY e.starts_at, e.uid) INTO content
    FROM practiceacl.feed_events(opened, span.from_time, span.until_time) e;
    RETURN encode(sha256(convert_to(concat_ws(E'\n', '1', opened.id, title, zone, place,
        practiceacl.ical_zone(zone, span.rules_from, span.rules_until), content), 'UTF8')), 'hex');
END $$;
COMMENT ON FUNCTION practiceacl.feed_tag(text) IS
    'changes when, and only when, feed() does: an entity tag for HTTP''s If-None-Match; null if the feed is refused';
