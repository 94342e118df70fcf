/* Many resources in one. */

CREATE FUNCTION practiceacl.fhir_entry(resource jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
        'fullUrl', CASE WHEN resource ->> 'id' ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
                        THEN 'urn:uuid:' || (resource ->> 'id') END,
        'resource', resource));
COMMENT ON FUNCTION practiceacl.fhir_entry(jsonb) IS
    'a resource as an entry of a Bundle';

CREATE FUNCTION practiceacl.fhir_appointments(
    last_updated timestamptz DEFAULT NULL, agenda_id uuid DEFAULT NULL,
    from_time timestamptz DEFAULT NULL, until_time timestamptz DEFAULT NULL,
    max_rows integer DEFAULT 500
) RETURNS jsonb
    LANGUAGE sql STABLE
    AS $$
    SELECT pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
        'resourceType', 'Bundle', 'type', 'searchset',
        'timestamp', practiceacl.fhir_instant(practiceacl.reading_time()),
        'entry', pg_catalog.jsonb_agg(practiceacl.fhir_entry(found.resource) || '{"search": {"mode": "match"}}'
                                      ORDER BY found.starts_at, found.id)))
    FROM (SELECT v.* FROM practiceacl.fhir_appointment v
          WHERE (fhir_appointments.last_updated IS NULL OR v.last_updated >= fhir_appointments.last_updated)
            AND (fhir_appointments.agenda_id IS NULL OR v.agenda_id = fhir_appointments.agenda_id)
            AND (from_time IS NULL OR v.ends_at > from_time)
            AND (until_time IS NULL OR v.starts_at < until_time)
          ORDER BY v.starts_at, v.id
          LIMIT least(greatest(max_rows, 0), 10000)) AS found
    $$;
COMMENT ON FUNCTION practiceacl.fhir_appointments(timestamptz, uuid, timestamptz, timestamptz, integer) IS
    'a Bundle (searchset) of the rows of fhir_appointment: with last_updated those that were changed since (_lastUpdated=ge), of one agenda, that overlap a range; at most max_rows, in the order of their start. To follow changes without a gap, call fhir_changes()';

CREATE FUNCTION practiceacl.fhir_changes(
    "cursor" text DEFAULT NULL, max_rows integer DEFAULT 500,
    OUT next_cursor text, OUT bundle jsonb
) RETURNS record
    LANGUAGE plpgsql VOLATILE
    AS $$
DECLARE
    changed record;
    schedules uuid[] := '{}';
    appointments uuid[] := '{}';
    everything boolean := false;
BEGIN
    next_cursor := "cursor";
    FOR changed IN SELECT c.* FROM practiceacl.changes_since("cursor", max_rows) c LOOP
        next_cursor := changed."cursor";
        everything := everything OR changed.change IN ('days', 'several', 'reload');
        IF changed.appointment_id IS NOT NULL AND changed.change <> 'moved_away' THEN
            appointments := appointments || changed.appointment_id;
        ELSIF changed.agenda_id IS NOT NULL THEN
            schedules := schedules || changed.agenda_id;
        END IF;
    END LOOP;
    SELECT pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
        'resourceType', 'Bundle', 'type', 'collection',
        'timestamp', practiceacl.fhir_instant(practiceacl.reading_time()),
        'entry', pg_catalog.jsonb_agg(practiceacl.fhir_entry(found.resource))))
    INTO bundle
    FROM (SELECT a.resource FROM practiceacl.fhir_appointment a WHERE a.id = ANY (appointments)
          UNION ALL
          SELECT s.resource FROM practiceacl.fhir_schedule s WHERE everything OR s.id = ANY (schedules)) AS found;
END $$;
COMMENT ON FUNCTION practiceacl.fhir_changes(text, integer) IS
    'what changed since the cursor (changes_since()), as a Bundle: each Appointment as it is now, and each Schedule of which everything is to be read again; and the next cursor. Without one, the cursor of now';
