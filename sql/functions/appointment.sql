/* Booking, moving, changing, cancelling, importing. */

CREATE FUNCTION practiceacl.book(
    agenda_id uuid, starts_at timestamptz, ends_at timestamptz DEFAULT NULL,
    patient text DEFAULT NULL, note text DEFAULT NULL,
    private boolean DEFAULT false, overbook boolean DEFAULT false,
    reason text DEFAULT NULL, attributes jsonb DEFAULT NULL,
    appointment_id uuid DEFAULT NULL, duration interval DEFAULT NULL,
    patient_ref text DEFAULT NULL, contact text DEFAULT NULL,
    appointment_type uuid DEFAULT NULL,
    also uuid[] DEFAULT NULL, also_any uuid[] DEFAULT NULL,
    waiting_list_entry uuid DEFAULT NULL
) RETURNS uuid
    AS 'MODULE_PATHNAME', 'practiceacl_book'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.book(uuid, timestamptz, timestamptz, text, text, boolean, boolean, text, jsonb, uuid, interval, text, text, uuid, uuid[], uuid[], uuid) IS
    'books an appointment and returns its id; without ends_at or duration it takes as long as its appointment_type on this agenda, or the agenda''s slot length; a type keeps its pauses free, too; also names further agendas that it takes, also_any several of which it takes the first that is free: all or nothing, with a row on each that is part_of it; a waiting_list_entry gives what is not said of the patient, and is off the list; with a client''s appointment_id it can be retried, and the same id with other content is 23505; a taken slot is 23P01';

CREATE FUNCTION practiceacl.explain_slot(
    agenda_id uuid, starts_at timestamptz, ends_at timestamptz DEFAULT NULL,
    patient text DEFAULT NULL, note text DEFAULT NULL,
    private boolean DEFAULT false, overbook boolean DEFAULT false,
    reason text DEFAULT NULL, attributes jsonb DEFAULT NULL,
    appointment_id uuid DEFAULT NULL, duration interval DEFAULT NULL,
    patient_ref text DEFAULT NULL, contact text DEFAULT NULL,
    appointment_type uuid DEFAULT NULL,
    also uuid[] DEFAULT NULL, also_any uuid[] DEFAULT NULL,
    OUT severity text, OUT code text, OUT word text, OUT message text, OUT facts jsonb
) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'practiceacl_explain_slot'
    LANGUAGE C STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    ROWS 3;
COMMENT ON FUNCTION practiceacl.explain_slot(uuid, timestamptz, timestamptz, text, text, boolean, boolean, text, jsonb, uuid, interval, text, text, uuid, uuid[], uuid[]) IS
    'all that stands in the way of book() with these arguments for the caller (severity refused, the first as book would refuse it), and what they should know of though it would succeed (warning): SQLSTATE, word, message, and the facts for programs, times in UTC; no row with refused means that book succeeds; takes no lock and writes nothing';

CREATE FUNCTION practiceacl.move_appointment(
    appointment_id uuid, starts_at timestamptz,
    ends_at timestamptz DEFAULT NULL, agenda_id uuid DEFAULT NULL,
    overbook boolean DEFAULT false, reason text DEFAULT NULL,
    expected_version integer DEFAULT NULL
) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_move_appointment'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.move_appointment(uuid, timestamptz, timestamptz, uuid, boolean, text, integer) IS
    'moves an appointment to another time, with all that it takes, and to another agenda if one is given: what is named moves there, the whole or a part; without ends_at it keeps its length; 40001 if it has another version than expected';

CREATE FUNCTION practiceacl.move_appointments(
    moves jsonb,
    OUT appointment_id uuid, OUT outcome text, OUT detail text, OUT word text
) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'practiceacl_move_appointments'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.move_appointments(jsonb) IS
    'moves many at once: [{"appointment_id", "starts_at", "ends_at", "agenda_id", "overbook", "reason", "expected_version"}], the first two required; tells of each whether it was moved or why it was refused; one may take the place that another leaves';

CREATE FUNCTION practiceacl.swap_appointments(
    one uuid, other uuid
) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_swap_appointments'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.swap_appointments(uuid, uuid) IS
    'exchanges the places of two appointments: each takes the agenda and the time of the other';

CREATE FUNCTION practiceacl.update_appointment(
    appointment_id uuid, changes jsonb,
    expected_version integer DEFAULT NULL
) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_update_appointment'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.update_appointment(uuid, jsonb, integer) IS
    'changes what an appointment says: keys patient, note, private, attributes, patient_ref, contact, appointment_type (with its pauses; the time stays); 40001 if it has another version than expected';

CREATE FUNCTION practiceacl.cancel_appointment(
    appointment_id uuid, reason text DEFAULT NULL
) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_cancel_appointment'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.cancel_appointment(uuid, text) IS
    'cancels an appointment and frees its slot; it stays on record';

CREATE FUNCTION practiceacl.set_status(
    appointment_id uuid, status text, reason text DEFAULT NULL
) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_set_status'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.set_status(uuid, text, text) IS
    'sets the status of an appointment: booked, arrived, done, no_show or cancelled';

/*
 * Runs as its caller: the staging relation, and whatever is behind it, is
 * read with the caller's own privileges, before the owner acts.
 */
CREATE FUNCTION practiceacl.import_appointments(
    staging regclass, copies boolean DEFAULT true,
    OUT key text, OUT appointment_id uuid, OUT outcome text, OUT detail text, OUT word text
) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'practiceacl_import_appointments'
    LANGUAGE C VOLATILE;
COMMENT ON FUNCTION practiceacl.import_appointments(regclass, boolean) IS
    'books the rows of any relation with columns key, agenda_id, starts_at, ends_at and perhaps patient and note, and no others, in the order starts_at, ends_at, key; tells of each whether it was booked or why it was refused. Ids and times may be text, times as ISO 8601 has them; without a zone they are on the agenda''s wall clock. Holders who asked for copies hear of what is to come, unless copies is false';
