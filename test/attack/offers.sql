-- Attack: Lena books on Anna's agenda, where a patient waits who waits on Bert's,
-- too, and has no business there.  Whatever becomes free, is offered, lapses or is
-- declined on Bert's agenda, Lena sees the same of the list, its matches, the offers,
-- the record and the changes; and no contact leaves the tables by any other way.
BEGIN;
\ir ../setup/clinic.sql
SELECT plan(8);
SET LOCAL client_min_messages = error;
INSERT INTO practiceacl.opening (organization_id, agenda_id, weekday, opens_at, closes_at)
SELECT organization_id, id, 1, '09:00', '10:00' FROM practiceacl.agenda;
SELECT may('lena', 'book', 'anna'), may('sara', 'book', 'bert') \g /dev/null
SELECT record.begin_all() \g /dev/null
SELECT enter('bert') \g /dev/null
SELECT practiceacl.book(agenda('bert'), at('08:00'), appointment_id => id(1)) \g /dev/null
SELECT practiceacl.book(agenda('bert'), at('08:15'), appointment_id => id(2)) \g /dev/null
SELECT enter('anna') \g /dev/null
SELECT practiceacl.book(agenda('anna'), at('08:00') + n * interval '15 min', appointment_id => id(10 + n)) FROM generate_series(0, 3) AS n \g /dev/null
SELECT enter('sara') \g /dev/null
SELECT practiceacl.join_waiting_list(ARRAY[agenda('anna'), agenda('bert')], '2065-03-02', '2065-03-02', patient => 'Ann', contact => 'ann@x.test') AS ann \gset
SELECT practiceacl.join_waiting_list(ARRAY[agenda('bert')], '2065-03-02', '2065-03-02', patient => 'Ben', contact => 'ben@x.test') AS ben \gset

-- All that the application shows to Lena.
CREATE FUNCTION clinic.seen() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    said text;
BEGIN
    PERFORM clinic.enter('lena');
    PERFORM set_config('role', 'clinic_app', true);
    SELECT concat(
        (SELECT string_agg(w::text, ' ' ORDER BY w) FROM practiceacl.waiting_list AS w),
        (SELECT string_agg(w::text, ' ' ORDER BY w) FROM practiceacl.waiting_list_matches AS w),
        (SELECT string_agg(w::text, ' ' ORDER BY w) FROM practiceacl.slot_offers AS w),
        (SELECT string_agg(w::text, ' ' ORDER BY w) FROM practiceacl.my_agendas AS w),
        (SELECT string_agg(w::text, ' ' ORDER BY w) FROM practiceacl.activity AS w),
        (SELECT string_agg(w::text, ' ' ORDER BY w) FROM practiceacl.calendar AS w),
        (SELECT string_agg(w.agenda_id::text || w.change || w.appointment_id, ' ' ORDER BY w.appointment_id) FROM practiceacl.changes_since() AS w WHERE w.agenda_id = clinic.agenda('anna')))
    INTO said;
    PERFORM set_config('role', 'none', true);
    RETURN said;
END $$;
GRANT SELECT ON ALL TABLES IN SCHEMA clinic TO PUBLIC;
CREATE TEMP TABLE before AS SELECT clinic.seen() AS all_of_it;
SELECT ok(length(all_of_it) > 1000, 'there is something to see') FROM before;
SELECT enter('sara') \g /dev/null
SELECT practiceacl.cancel_appointment(id(1)) \g /dev/null
SELECT is((SELECT count(*) FROM practiceacl.slot_offer WHERE state = 'offered'), 1::bigint, 'a time is offered on the other agenda');
SELECT is(clinic.seen(), all_of_it, '0 bits of that') FROM before;
SELECT enter('sara') \g /dev/null
SELECT practiceacl.decline_offer((SELECT offer_id FROM practiceacl.slot_offers WHERE state = 'offered')) \g /dev/null
SELECT is(clinic.seen(), all_of_it, '0 bits of an answer') FROM before;

-- What Lena may see is seen: an offer on Anna's agenda.
SELECT enter('sara') \g /dev/null
SELECT practiceacl.leave_waiting_list(:'ben') \g /dev/null
SELECT practiceacl.cancel_appointment(id(10)) \g /dev/null
SELECT isnt(clinic.seen(), all_of_it, 'of an agenda where one books it is seen') FROM before;

-- Nobody but the mailer reads an address in a message, and nobody calls for one.
SET LOCAL ROLE clinic_app;
SELECT enter('lena') \g /dev/null
SELECT is(string_agg(code(format('SELECT * FROM practiceacl.%I', t)), ' '), '42501 42501 42501 42501 42501', 'the tables of the list, of offers and of messages are granted to nobody')
FROM unnest(ARRAY['waiting_list_entry', 'waiting_list_agenda', 'slot_offer', 'freed_time', 'outbox']) AS t;
SELECT is(string_agg(code(q), ' '), '42501 42501', 'nor is what the mailer calls') FROM unnest(ARRAY['SELECT practiceacl.offer_slots()', 'SELECT * FROM practiceacl.claim_messages()']) AS q;
SELECT is(code(format('SELECT practiceacl.decline_offer(%L)', practiceacl.new_id())), 'PT404', 'an offer elsewhere is one that there is not');
RESET ROLE;
SELECT * FROM finish();
ROLLBACK;
