/* When a calendar is free or taken, and by what. */

CREATE VIEW practiceacl.fhir_slot WITH (security_invoker, security_barrier) AS
    SELECT s.id, g.organization_id, s.agenda_id, NULL::timestamptz AS last_updated,
           s.starts_at, s.ends_at, s.status,
           pg_catalog.jsonb_build_object(
               'resourceType', 'Slot',
               'id', s.id,
               'schedule', practiceacl.fhir_reference('Schedule', s.agenda_id::text, g.name),
               'status', s.status,
               'start', practiceacl.fhir_instant(s.starts_at),
               'end', practiceacl.fhir_instant(s.ends_at)) AS resource
    FROM practiceacl.agenda g
    CROSS JOIN LATERAL (
        SELECT DISTINCT ON (t.id) t.id, g.id AS agenda_id, t.starts_at, t.ends_at, t.status
        FROM (
            SELECT pg_catalog.concat_ws('-', g.id, extract(epoch FROM f.starts_at)::bigint,
                       (extract(epoch FROM f.ends_at - f.starts_at) / 60)::bigint) AS id,
                   f.starts_at, f.ends_at, 'free'::text AS status, 1 AS rank
            FROM practiceacl.free_slots(g.id, practiceacl.reading_time(), practiceacl.reading_time() + interval '28 days') f
            WHERE g.archived_at IS NULL AND practiceacl.can(g.id, 'freebusy')
            UNION ALL
            SELECT pg_catalog.concat_ws('-', g.id, extract(epoch FROM b.occupied_from)::bigint,
                       (extract(epoch FROM b.occupied_until - b.occupied_from) / 60)::bigint),
                   b.occupied_from, b.occupied_until, 'busy', 0
            FROM practiceacl.busy b
            WHERE b.agenda_id = g.id
              AND b.ends_at > practiceacl.reading_time()
              AND b.starts_at < practiceacl.reading_time() + interval '28 days') AS t
        ORDER BY t.id, t.rank
    ) AS s;
COMMENT ON VIEW practiceacl.fhir_slot IS
    'FHIR R4 Slot: of the agendas on which the caller has freebusy, for the next 28 days: when they can be booked (free), and when they are taken (busy, pauses, absences and closings included)';
COMMENT ON COLUMN practiceacl.fhir_slot.id IS 'the agenda''s id, when it begins and how many minutes it takes';

CREATE VIEW practiceacl.fhir_appointment WITH (security_invoker, security_barrier) AS
    SELECT a.id, a.organization_id, a.agenda_id, a.updated_at AS last_updated, a.starts_at, a.ends_at, a.status,
           pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
               'resourceType', 'Appointment',
               'id', a.id,
               'meta', practiceacl.fhir_object('versionId', a.version::text, 'lastUpdated', practiceacl.fhir_instant(a.updated_at)),
               'status', CASE a.status WHEN 'done' THEN 'fulfilled' WHEN 'no_show' THEN 'noshow' ELSE a.status END,
               'serviceType', CASE WHEN t.name IS NOT NULL THEN pg_catalog.jsonb_build_array(practiceacl.fhir_object('text', t.name)) END,
               'supportingInformation', pg_catalog.jsonb_build_array(practiceacl.fhir_reference('Schedule', g.agenda_id::text, g.name))
                   || CASE WHEN a.part_of IS NOT NULL THEN practiceacl.fhir_reference('Appointment', a.part_of::text, NULL) ELSE '[]' END,
               'start', practiceacl.fhir_instant(a.starts_at),
               'end', practiceacl.fhir_instant(a.ends_at),
               'minutesDuration', CASE WHEN a.ends_at - a.starts_at >= interval '1 minute' THEN
                   pg_catalog.floor(extract(epoch FROM a.ends_at - a.starts_at) / 60)::bigint END,
               'created', practiceacl.fhir_instant(a.created_at),
               'comment', CASE WHEN a.note ~ '\S' THEN a.note END,
               'participant', pg_catalog.jsonb_build_array(pg_catalog.jsonb_build_object(
                       'actor', practiceacl.fhir_actor(g.kind, g.agenda_id, g.name, g.holder_id, g.holder_name), 'status', 'accepted'))
                   || CASE WHEN coalesce(a.patient, a.patient_ref) ~ '\S' THEN
                       pg_catalog.jsonb_build_array(pg_catalog.jsonb_build_object(
                           'actor', pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
                               'type', 'Patient',
                               'identifier', CASE WHEN a.patient_ref ~ '\S' THEN practiceacl.fhir_object('value', a.patient_ref) END,
                               'display', CASE WHEN a.patient ~ '\S' THEN a.patient END)),
                           'status', 'accepted'))
                     ELSE '[]' END)) AS resource
    FROM practiceacl.every_appointment a
    JOIN practiceacl.my_agendas g ON g.organization_id = a.organization_id AND g.agenda_id = a.agenda_id
    LEFT JOIN practiceacl.appointment_type t ON t.organization_id = a.organization_id AND t.id = a.appointment_type
    UNION ALL
    SELECT NULL, g.organization_id, c.agenda_id, NULL, c.starts_at, c.ends_at, 'busy',
           pg_catalog.jsonb_build_object(
               'resourceType', 'Appointment',
               'status', 'booked',
               'supportingInformation', pg_catalog.jsonb_build_array(practiceacl.fhir_reference('Schedule', g.agenda_id::text, g.name)),
               'start', practiceacl.fhir_instant(c.starts_at),
               'end', practiceacl.fhir_instant(c.ends_at),
               'participant', pg_catalog.jsonb_build_array(pg_catalog.jsonb_build_object(
                   'actor', practiceacl.fhir_actor(g.kind, g.agenda_id, g.name, g.holder_id, g.holder_name), 'status', 'accepted')))
    FROM practiceacl.calendar c
    JOIN practiceacl.my_agendas g ON g.agenda_id = c.agenda_id
    WHERE c.kind = 'appointment' AND c.status = 'busy';
COMMENT ON VIEW practiceacl.fhir_appointment IS
    'FHIR R4 Appointment: the appointments that the caller may read, cancelled ones included; private ones, for those without the flag private, only as that the time is taken, without an id';
COMMENT ON COLUMN practiceacl.fhir_appointment.status IS 'as the core has it, or busy of a private one; in resource as FHIR has it';
COMMENT ON COLUMN practiceacl.fhir_appointment.last_updated IS 'when it was changed last; null of a private one';
