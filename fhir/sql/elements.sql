\echo Use "CREATE EXTENSION practiceacl_fhir" to load this file. \quit

/*
 * Elements that resources share.  Every view of this extension runs as its caller
 * and reads the core's views and tables: nobody sees here what they may not see
 * there.
 */

CREATE FUNCTION practiceacl.fhir_instant(at timestamptz) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN pg_catalog.to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
COMMENT ON FUNCTION practiceacl.fhir_instant(timestamptz) IS
    'a moment as FHIR''s type instant, in UTC';

CREATE FUNCTION practiceacl.fhir_object(VARIADIC members text[]) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_object(members));
COMMENT ON FUNCTION practiceacl.fhir_object(text[]) IS
    'an object of texts: names and values by turns, without those that are null; FHIR knows no null';

CREATE FUNCTION practiceacl.fhir_reference(kind text, id text, display text) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN practiceacl.fhir_object('reference', kind || '/' || id, 'type', kind, 'display', nullif(pg_catalog.btrim(display), ''));
COMMENT ON FUNCTION practiceacl.fhir_reference(text, text, text) IS
    'a reference to a resource, with its name';
