/* Types of appointments, and which agendas offer them. */

CREATE FUNCTION practiceacl.set_appointment_type(
    organization_id uuid, name text, settings jsonb, type_id uuid DEFAULT NULL
) RETURNS uuid
    AS 'MODULE_PATHNAME', 'practiceacl_set_appointment_type'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.set_appointment_type(uuid, text, jsonb, uuid) IS
    'an administrator makes a type of appointments, or with type_id changes one: settings duration (at most a week), buffer_before and buffer_after (pauses, at most a day; each a number of minutes or an interval), rights (needed on an agenda to book it there), color (#rrggbb), attributes; what is booked already stays as it is';

CREATE FUNCTION practiceacl.archive_appointment_type(type_id uuid) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_archive_appointment_type'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.archive_appointment_type(uuid) IS
    'takes a type out of use: appointments keep it, none is booked with it; for administrators';

CREATE FUNCTION practiceacl.restore_appointment_type(type_id uuid) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_restore_appointment_type'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.restore_appointment_type(uuid) IS
    'brings an archived type back into use, on the agendas that offered it; for administrators';

CREATE FUNCTION practiceacl.offer_type(
    agenda_id uuid, type_id uuid, duration interval DEFAULT NULL
) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_offer_type'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.offer_type(uuid, uuid, interval) IS
    'lets a type be booked on an agenda, where it may take another duration; for owners of the agenda and administrators';

CREATE FUNCTION practiceacl.withdraw_type(agenda_id uuid, type_id uuid) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_withdraw_type'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.withdraw_type(uuid, uuid) IS
    'ends that a type is booked on an agenda; what is booked stays; for owners of the agenda and administrators';
