/* Series: an appointment and its repetitions. */

CREATE FUNCTION practiceacl.book_series(
    agenda_id uuid, starts_at timestamptz, ends_at timestamptz,
    every interval, times integer,
    patient text DEFAULT NULL, note text DEFAULT NULL,
    private boolean DEFAULT false, overbook boolean DEFAULT false,
    reason text DEFAULT NULL, attributes jsonb DEFAULT NULL,
    appointment_id uuid DEFAULT NULL, duration interval DEFAULT NULL,
    patient_ref text DEFAULT NULL, contact text DEFAULT NULL,
    appointment_type uuid DEFAULT NULL,
    also uuid[] DEFAULT NULL, also_any uuid[] DEFAULT NULL,
    OUT starts_at timestamptz, OUT appointment_id uuid,
    OUT outcome text, OUT detail text, OUT word text
) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'practiceacl_book_series'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.book_series(uuid, timestamptz, timestamptz, interval, integer, text, text, boolean, boolean, text, jsonb, uuid, interval, text, text, uuid, uuid[], uuid[]) IS
    'books an appointment and its repetitions, each from and to the same local times; what fits is booked, what does not is named with the reason; at most 500 times; appointment_id is the first one''s, and with it the series can be retried';

CREATE FUNCTION practiceacl.cancel_series(
    series_id uuid, from_time timestamptz DEFAULT NULL,
    reason text DEFAULT NULL,
    OUT starts_at timestamptz, OUT appointment_id uuid,
    OUT outcome text, OUT detail text, OUT word text
) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'practiceacl_cancel_series'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.cancel_series(uuid, timestamptz, text) IS
    'cancels the appointments of a series that begin at from_time (now, if it is null) or later, and tells of each whether it was cancelled or why not';

CREATE FUNCTION practiceacl.move_series(
    series_id uuid, from_time timestamptz, by interval,
    OUT starts_at timestamptz, OUT appointment_id uuid,
    OUT outcome text, OUT detail text, OUT word text
) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'practiceacl_move_series'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.move_series(uuid, timestamptz, interval) IS
    'moves the appointments of a series that begin at from_time or later by an interval of local time, and tells of each whether it was moved or why not; starts_at is where it is afterwards';
