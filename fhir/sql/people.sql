/* Who treats, where, and which calendars there are. */

CREATE VIEW practiceacl.fhir_practitioner WITH (security_invoker, security_barrier) AS
    SELECT d.account_id AS id,
           d.organization_id,
           d.joined_at AS last_updated,
           pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
               'resourceType', 'Practitioner',
               'id', d.account_id,
               'meta', CASE WHEN d.joined_at IS NOT NULL THEN
                   practiceacl.fhir_object('lastUpdated', practiceacl.fhir_instant(d.joined_at)) END,
               'active', d.status = 'active',
               'name', pg_catalog.jsonb_build_array(pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
                   'use', 'official',
                   'text', nullif(pg_catalog.btrim(d.name), ''),
                   'family', nullif(pg_catalog.btrim(d.last_name), ''),
                   'given', CASE WHEN pg_catalog.btrim(d.first_name) <> '' THEN
                       pg_catalog.jsonb_build_array(pg_catalog.btrim(d.first_name)) END))),
               'telecom', CASE WHEN d.email IS NOT NULL THEN pg_catalog.jsonb_build_array(
                   practiceacl.fhir_object('system', 'email', 'value', d.email, 'use', 'work')) END)) AS resource
    FROM practiceacl.user_directory d;
COMMENT ON VIEW practiceacl.fhir_practitioner IS
    'FHIR R4 Practitioner: the people of user_directory, a row an organization; of colleagues name alone';
COMMENT ON COLUMN practiceacl.fhir_practitioner.last_updated IS 'since when they belong to the organization; null for whoever may not see that';

CREATE VIEW practiceacl.fhir_practitioner_role WITH (security_invoker, security_barrier) AS
    SELECT pg_catalog.replace(d.organization_id::text || d.account_id::text, '-', '') AS id,
           d.organization_id,
           d.account_id,
           d.joined_at AS last_updated,
           pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
               'resourceType', 'PractitionerRole',
               'id', pg_catalog.replace(d.organization_id::text || d.account_id::text, '-', ''),
               'active', d.status = 'active',
               'practitioner', practiceacl.fhir_reference('Practitioner', d.account_id::text, d.name),
               'organization', practiceacl.fhir_reference('Organization', d.organization_id::text, o.name),
               'code', CASE WHEN pg_catalog.btrim(d.job_title) <> '' THEN pg_catalog.jsonb_build_array(
                   practiceacl.fhir_object('text', pg_catalog.btrim(d.job_title))) END,
               'availableTime', (
                   SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
                              'daysOfWeek', pg_catalog.jsonb_build_array(('{mon,tue,wed,thu,fri,sat,sun}'::text[])[p.weekday]),
                              'availableStartTime', pg_catalog.to_char(p.opens_at, 'HH24:MI:SS'),
                              'availableEndTime', pg_catalog.to_char(least(p.closes_at, '23:59:59'), 'HH24:MI:SS'))
                          ORDER BY p.weekday, p.opens_at)
                   FROM practiceacl.agenda g
                   JOIN practiceacl.opening p ON p.organization_id = g.organization_id AND p.agenda_id = g.id
                   WHERE g.organization_id = d.organization_id AND g.holder_id = d.account_id
                     AND g.archived_at IS NULL AND p.every_weeks = 1
                     AND (practiceacl.reading_time() AT TIME ZONE g.time_zone)::date BETWEEN p.valid_from AND p.valid_until))) AS resource
    FROM practiceacl.user_directory d
    JOIN practiceacl.organization o ON o.id = d.organization_id;
COMMENT ON VIEW practiceacl.fhir_practitioner_role IS
    'FHIR R4 PractitionerRole: a person in an organization, with the weekly opening hours of their agendas';
COMMENT ON COLUMN practiceacl.fhir_practitioner_role.id IS 'both ids without hyphens: 64 characters, which is as many as FHIR takes';

CREATE VIEW practiceacl.fhir_location WITH (security_invoker, security_barrier) AS
    SELECT l.id, l.organization_id, l.agenda_id, NULL::timestamptz AS last_updated,
           pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
               'resourceType', 'Location',
               'id', l.id,
               'status', CASE WHEN l.archived_at IS NULL THEN 'active' ELSE 'inactive' END,
               'name', l.name,
               'mode', 'instance',
               'physicalType', CASE WHEN l.agenda_id IS NOT NULL THEN pg_catalog.jsonb_build_object(
                   'coding', pg_catalog.jsonb_build_array(practiceacl.fhir_object(
                       'system', 'http://terminology.hl7.org/CodeSystem/location-physical-type',
                       'code', 'ro', 'display', 'Room'))) END,
               'address', CASE WHEN pg_catalog.btrim(l.address) <> '' THEN
                   practiceacl.fhir_object('text', pg_catalog.btrim(l.address)) END,
               'managingOrganization', practiceacl.fhir_reference('Organization', l.organization_id::text, l.organization))) AS resource
    FROM (SELECT g.agenda_id AS id, g.organization_id, g.organization, g.agenda_id, g.name,
                 g.location_address AS address, g.archived_at
          FROM practiceacl.my_agendas g
          WHERE g.kind = 'room'
          UNION ALL
          SELECT DISTINCT pg_catalog.md5(pg_catalog.concat_ws(E'\n', g.organization_id, g.location_name, g.location_address))::uuid,
                 g.organization_id, g.organization, NULL::uuid, g.location_name, g.location_address, NULL::timestamptz
          FROM practiceacl.my_agendas g
          WHERE pg_catalog.btrim(g.location_name) <> '' AND g.kind = 'person') AS l;
COMMENT ON VIEW practiceacl.fhir_location IS
    'FHIR R4 Location: rooms that are agendas, and where people''s agendas take place (location_name)';
COMMENT ON COLUMN practiceacl.fhir_location.agenda_id IS 'of a room; null of a place';

CREATE FUNCTION practiceacl.fhir_actor(kind text, agenda_id uuid, name text, holder_id uuid, holder_name text) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE kind
        WHEN 'person' THEN practiceacl.fhir_reference('Practitioner', holder_id::text, holder_name)
        WHEN 'room' THEN practiceacl.fhir_reference('Location', agenda_id::text, name)
        ELSE practiceacl.fhir_reference('Device', agenda_id::text, name) END;
COMMENT ON FUNCTION practiceacl.fhir_actor(text, uuid, text, uuid, text) IS
    'whose or what calendar an agenda is: a Practitioner, a Location or a Device';

CREATE VIEW practiceacl.fhir_schedule WITH (security_invoker, security_barrier) AS
    SELECT g.agenda_id AS id, g.organization_id, g.agenda_id,
           NULL::timestamptz AS last_updated,
           pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
               'resourceType', 'Schedule',
               'id', g.agenda_id,
               'active', g.archived_at IS NULL,
               'serviceType', (
                   SELECT pg_catalog.jsonb_agg(practiceacl.fhir_object('text', t.name) ORDER BY t.name, t.type_id)
                   FROM practiceacl.agenda_types t
                   WHERE t.organization_id = g.organization_id AND t.agenda_id = g.agenda_id),
               'actor', pg_catalog.jsonb_build_array(
                   practiceacl.fhir_actor(g.kind, g.agenda_id, g.name, g.holder_id, g.holder_name)),
               'comment', g.name)) AS resource
    FROM practiceacl.my_agendas g;
COMMENT ON VIEW practiceacl.fhir_schedule IS
    'FHIR R4 Schedule: the agendas of my_agendas';
