/* Who is about to book what.  OFFSET 0 as in my_agendas. */
CREATE VIEW practiceacl.slot_presence WITH (security_barrier) AS
    SELECT h.agenda_id,
           g.name AS agenda,
           h.id AS hold_id,
           h.account_id,
           btrim(a.first_name || ' ' || a.last_name) AS name,
           h.starts_at,
           h.ends_at,
           h.expires_at,
           h.account_id = practiceacl.reading_account() AS own,
           h.shared_log_in
    FROM practiceacl.slot_hold h
    JOIN practiceacl.agenda g ON g.id = h.agenda_id
    JOIN practiceacl.account a ON a.id = h.account_id
    WHERE practiceacl.can(h.agenda_id, 'read')
      AND h.expires_at > practiceacl.reading_time()
      AND h.created_at < practiceacl.reading_time() + interval '15 min'
    OFFSET 0;
COMMENT ON VIEW practiceacl.slot_presence IS
    'who has which slot open until when, on the agendas that the caller may read';
COMMENT ON COLUMN practiceacl.slot_presence.own IS 'whether the caller''s own account holds it';
COMMENT ON COLUMN practiceacl.slot_presence.shared_log_in IS
    'the same account has the slot open in another session: two people share a login';
