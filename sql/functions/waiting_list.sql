/* The waiting list. */

CREATE FUNCTION practiceacl.join_waiting_list(
    agendas uuid[], from_date date, until_date date,
    patient text DEFAULT NULL, patient_ref text DEFAULT NULL,
    contact text DEFAULT NULL, appointment_type uuid DEFAULT NULL,
    note text DEFAULT NULL, weekdays integer[] DEFAULT NULL,
    day_from time DEFAULT NULL, day_until time DEFAULT NULL
) RETURNS uuid
    AS 'MODULE_PATHNAME', 'practiceacl_join_waiting_list'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.join_waiting_list(uuid[], date, date, text, text, text, uuid, text, integer[], time, time) IS
    'puts a patient on the waiting list of agendas of one organization, any of which would do, for a period of at most 366 days, perhaps on some weekdays (Monday is 1) and at some hours of the day only, by the agendas'' clocks; needs book_in_hours on each; book() with the entry''s id takes them off again';

CREATE FUNCTION practiceacl.leave_waiting_list(entry_id uuid) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_leave_waiting_list'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.leave_waiting_list(uuid) IS
    'takes a patient off the waiting list, and deletes what it said of them; by anyone who may book on one of its agendas';

CREATE FUNCTION practiceacl.decline_offer(offer_id uuid) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_decline_offer'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.decline_offer(uuid) IS
    'ends the offer of a time to a patient who does not want it, and offers it to the next who waits; the patient waits on; by anyone who may book on its agenda; to accept an offer is to book() with the entry''s id';

CREATE FUNCTION practiceacl.offer_slots() RETURNS bigint
    AS 'MODULE_PATHNAME', 'practiceacl_offer_slots'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.offer_slots() IS
    'for the mailer, before claim_messages() and in a transaction of its own: ends offers that have lapsed, offers their times to the next who wait, and returns how many offers were queued; agendas on which somebody acts at the moment are left for the next call';
