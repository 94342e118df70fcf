/* Calendars. */

CREATE FUNCTION practiceacl.add_agenda(organization_id uuid, account_id uuid, agenda jsonb) RETURNS uuid
    AS 'MODULE_PATHNAME', 'practiceacl_add_agenda'
    LANGUAGE C VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.add_agenda(uuid, uuid, jsonb) IS
    'an administrator adds an agenda, held by a member: {name, data_controller (required), service_offer, slot_minutes, day_start, day_split, day_end, time_zone, openings, location (name, address), reminders (intervals before the start), offer_minutes (until an offer to a patient who waits lapses, 120 unless it is said; null for no offers)}; or without account_id that of a room or device: {"kind": "room" or "device", "name", ...}, on which they give rights as on any other';

CREATE FUNCTION practiceacl.update_agenda(agenda_id uuid, changes jsonb) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_update_agenda'
    LANGUAGE C VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.update_agenda(uuid, jsonb) IS
    'changes name, slot_minutes, day_start, day_split, day_end, location (name, address), reminders, offer_minutes (owner or administrator), data_controller, service_offer, time_zone (administrator), public_profile (holder)';

CREATE FUNCTION practiceacl.transfer_agenda(agenda_id uuid, to_account uuid) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_transfer_agenda'
    LANGUAGE C VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.transfer_agenda(uuid, uuid) IS
    'makes another member the holder; rights of others stay; for the holder, or for a full administrator who has just given their password (PA010), and then the former holder may take it back for 7 days';

CREATE FUNCTION practiceacl.reclaim_agenda(agenda_id uuid) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_reclaim_agenda'
    LANGUAGE C VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.reclaim_agenda(uuid) IS
    'takes an agenda back that somebody else has transferred away from the caller within 7 days';

CREATE FUNCTION practiceacl.archive_agenda(agenda_id uuid) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_archive_agenda'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.archive_agenda(uuid) IS
    'takes an agenda out of use: it stays readable, takes no new appointments and costs nothing; for administrators';

CREATE FUNCTION practiceacl.restore_agenda(agenda_id uuid) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_restore_agenda'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.restore_agenda(uuid) IS
    'brings an archived agenda back into use; for administrators';
