/*
 * Who waits is seen where one may book: can() on the agenda comes first, and
 * nothing from outside reaches into it (OFFSET 0), as in my_agendas.
 */
CREATE VIEW practiceacl.waiting_list WITH (security_barrier) AS
    SELECT w.organization_id,
           w.entry_id,
           w.agenda_id,
           e.joined_at,
           e.joined_by,
           e.from_date,
           e.until_date,
           e.appointment_type,
           e.patient,
           e.patient_ref,
           e.contact,
           e.note,
           e.weekdays,
           e.day_from,
           e.day_until
    FROM practiceacl.waiting_list_agenda w
    JOIN practiceacl.waiting_list_entry e
      ON e.organization_id = w.organization_id AND e.id = w.entry_id
    WHERE practiceacl.can(w.agenda_id, 'book_in_hours')
    OFFSET 0;
COMMENT ON VIEW practiceacl.waiting_list IS
    'who waits for a time on the agendas on which the caller may book: a row for each entry and agenda';
COMMENT ON COLUMN practiceacl.waiting_list.until_date IS
    'the last day that would do';
COMMENT ON COLUMN practiceacl.waiting_list.weekdays IS
    'the days of the week that would do, Monday being 1; null: any';
COMMENT ON COLUMN practiceacl.waiting_list.day_from IS
    'the earliest hour that would do, by the agenda''s clock';
COMMENT ON COLUMN practiceacl.waiting_list.day_until IS
    'when it has to be over, by the agenda''s clock';

CREATE VIEW practiceacl.waiting_list_matches WITH (security_invoker) AS
    SELECT w.organization_id,
           w.entry_id,
           w.agenda_id,
           s.starts_at,
           s.ends_at,
           row_number() OVER (PARTITION BY w.agenda_id, s.starts_at ORDER BY w.joined_at, w.entry_id) AS place,
           w.joined_at,
           w.appointment_type,
           w.patient,
           w.patient_ref,
           w.contact,
           w.note
    FROM practiceacl.waiting_list w
    JOIN practiceacl.my_agendas g ON g.agenda_id = w.agenda_id
    CROSS JOIN LATERAL (
        SELECT f.starts_at, f.ends_at
        FROM practiceacl.find_slots(
            greatest(w.from_date::timestamp AT TIME ZONE g.time_zone, practiceacl.reading_time()),
            (w.until_date + 1)::timestamp AT TIME ZONE g.time_zone,
            agendas => ARRAY[w.agenda_id], appointment_type => w.appointment_type,
            weekdays => w.weekdays, day_from => w.day_from, day_until => w.day_until,
            max_results => 1) AS f
        WHERE (w.until_date + 1)::timestamp AT TIME ZONE g.time_zone > practiceacl.reading_time()
    ) AS s
    OFFSET 0;
COMMENT ON VIEW practiceacl.waiting_list_matches IS
    'the first free time of each agenda for each patient who waits for it, as find_slots has it; place tells who of those who could have the same time joined first';
COMMENT ON COLUMN practiceacl.waiting_list_matches.place IS
    'the order in which those whom the same time would suit have joined';

CREATE VIEW practiceacl.slot_offers WITH (security_barrier) AS
    SELECT f.organization_id,
           f.id AS offer_id,
           f.agenda_id,
           f.entry_id,
           f.starts_at,
           f.ends_at,
           f.offered_at,
           m.sent_at,
           f.expires_at,
           CASE WHEN f.state = 'offered' AND f.expires_at <= practiceacl.reading_time() THEN 'lapsed'
                ELSE f.state END AS state
    FROM practiceacl.slot_offer f
    LEFT JOIN practiceacl.outbox m ON m.id = f.id
    WHERE practiceacl.can(f.agenda_id, 'book_in_hours')
    OFFSET 0;
COMMENT ON VIEW practiceacl.slot_offers IS
    'which times were offered to whom on the waiting list, on the agendas on which the caller may book; an accepted offer is gone with its entry';
COMMENT ON COLUMN practiceacl.slot_offers.sent_at IS
    'when the mailer handed the message over; null while it waits, or was taken back';
COMMENT ON COLUMN practiceacl.slot_offers.state IS
    'offered, lapsed, declined, or withdrawn because the time was not free any more';
