/* Openings, closings, absences, free slots, holds. */

CREATE FUNCTION practiceacl.set_openings(
    agenda_id uuid, openings jsonb
) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_set_openings'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.set_openings(uuid, jsonb) IS
    'replaces all openings of an agenda; needs the level openings: [{"weekday": 1, "from": "08:00", "to": "12:30", "valid_from": date, "valid_until": date, "every_weeks": 2, "from_week": date, "types": [uuid]}, {"date": date, "from": "08:00", "to": "10:00"}], Monday being 1, in the agenda''s local time; from_week is the Monday of the first of these weeks, date a single day, types the types of appointments that it takes (any, and those without one, if left out)';

CREATE FUNCTION practiceacl.close_days(
    organization_id uuid, from_date date, until_date date, name text
) RETURNS uuid
    AS 'MODULE_PATHNAME', 'practiceacl_close_days'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.close_days(uuid, date, date, text) IS
    'closes all agendas of an organization for some days of at most a year, the first and the last included, each in its own time zone: a public holiday, works. Below the level book nobody books there (PA021); what is booked stays, see closing_conflicts. For full administrators';

CREATE FUNCTION practiceacl.reopen_days(closing_id uuid) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_reopen_days'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.reopen_days(uuid) IS
    'takes a closing back; for full administrators';

CREATE FUNCTION practiceacl.add_absence(
    agenda_id uuid, starts_at timestamptz, ends_at timestamptz,
    reason text DEFAULT NULL, every interval DEFAULT NULL,
    times integer DEFAULT NULL, absence_id uuid DEFAULT NULL,
    substitute uuid DEFAULT NULL,
    OUT absence_id uuid, OUT conflicts uuid[]
) RETURNS record
    AS 'MODULE_PATHNAME', 'practiceacl_add_absence'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.add_absence(uuid, timestamptz, timestamptz, text, interval, integer, uuid, uuid) IS
    'adds an absence, and with every and times its repetitions at the same local times, and names the appointments that they collide with, which stay as they are; with a client''s absence_id it can be retried; substitute is who stands in for the holder, as calendars and refusals say, and gets no rights by it (substitute() gives them); needs the level absences';

CREATE FUNCTION practiceacl.remove_absence(absence_id uuid) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_remove_absence'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.remove_absence(uuid) IS
    'removes an absence; needs the level absences';

CREATE FUNCTION practiceacl.free_slots(
    agenda_id uuid, from_time timestamptz, until_time timestamptz,
    duration interval DEFAULT NULL,
    OUT starts_at timestamptz, OUT ends_at timestamptz
) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'practiceacl_free_slots'
    LANGUAGE C STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    ROWS 200;
COMMENT ON FUNCTION practiceacl.free_slots(uuid, timestamptz, timestamptz, interval) IS
    'when an agenda could be booked within a range of at most 366 days: on the grid of its slot length from the beginning of each opening, without closings, absences, appointments and others'' holds; duration defaults to one slot; needs the level freebusy';

CREATE FUNCTION practiceacl.find_slots(
    from_time timestamptz, until_time timestamptz,
    agendas uuid[] DEFAULT NULL, appointment_type uuid DEFAULT NULL,
    duration interval DEFAULT NULL, also uuid[] DEFAULT NULL,
    also_any uuid[] DEFAULT NULL, weekdays integer[] DEFAULT NULL,
    day_from time DEFAULT NULL, day_until time DEFAULT NULL,
    max_results integer DEFAULT 20,
    OUT agenda_id uuid, OUT starts_at timestamptz, OUT ends_at timestamptz,
    OUT also uuid[]
) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'practiceacl_find_slots'
    LANGUAGE C STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    ROWS 20;
COMMENT ON FUNCTION practiceacl.find_slots(timestamptz, timestamptz, uuid[], uuid, interval, uuid[], uuid[], integer[], time, time, integer) IS
    'the first free slots, as free_slots has them, on any of many agendas (with level freebusy; all that the caller may book on, if none are given), by time, within a range of at most 366 days: for a type of appointment with its duration and pauses where it is offered, on days of the week (Monday is 1) and between hours of the agenda''s clock. All of also are free then, and one of also_any; both stand in also. It reads no further than it has to';

CREATE FUNCTION practiceacl.hold_slot(
    agenda_id uuid, starts_at timestamptz,
    ends_at timestamptz DEFAULT NULL,
    lifetime interval DEFAULT '2 minutes',
    appointment_type uuid DEFAULT NULL
) RETURNS uuid
    AS 'MODULE_PATHNAME', 'practiceacl_hold_slot'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.hold_slot(uuid, timestamptz, timestamptz, interval, uuid) IS
    'holds a slot that the caller could book, so that others are refused until it lapses (15 minutes at most) or they have booked it; for an appointment_type its pauses, too, and as long as it takes on this agenda without ends_at; at most 5 at once a session';

CREATE FUNCTION practiceacl.release_hold(hold_id uuid) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_release_hold'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.release_hold(uuid) IS
    'releases a hold of the caller''s own before it lapses';
