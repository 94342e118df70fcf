/* Who has looked. */

CREATE FUNCTION practiceacl.readings(
    agenda_id uuid, since timestamptz DEFAULT NULL,
    OUT account_id uuid, OUT name text, OUT day date, OUT times bigint,
    OUT emergency boolean
) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'practiceacl_readings'
    LANGUAGE C STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    ROWS 30;
COMMENT ON FUNCTION practiceacl.readings(uuid, timestamptz) IS
    'who was given rows of the agenda on which day of it, in how many transactions and whether under emergency access, newest first: of everybody but the holder with practiceacl.record_reading = all, otherwise of emergencies; for owners of the agenda and full administrators';
