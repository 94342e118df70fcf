-- The second form of the constraint, with the organization in front, as a
-- sharded deployment wants it: booking goes by it as by the first.
BEGIN;
SELECT plan(6);
SET LOCAL client_min_messages = warning;
CREATE EXTENSION btree_gist;
ALTER TABLE practiceacl.appointment
    DROP CONSTRAINT appointment_no_overlap,
    ADD CONSTRAINT appointment_no_overlap EXCLUDE USING gist (
        organization_id WITH =,
        practiceacl.slot(agenda_id, occupied_from, occupied_until, overbooked) WITH OPERATOR(practiceacl.#)
    ) WHERE (cancelled_at IS NULL);
\ir ../setup/clinic.sql
SELECT enter('anna') \g /dev/null
SELECT lives_ok($$SELECT practiceacl.book(agenda('anna'), at('14:00'), at('15:00'))$$, 'a free slot is booked');
SELECT throws_ok($$SELECT practiceacl.book(agenda('anna'), at('14:30'), at('15:30'))$$, '23P01', 'this slot is already taken',
    'a taken one is refused by the rule');
SELECT lives_ok($$SELECT practiceacl.book(agenda('anna'), at('15:00'), at('15:30'))$$, 'the next begins when it ends');
SELECT lives_ok($$SELECT practiceacl.book(agenda('anna'), at('14:30'), at('14:45'), overbook => true, reason => 'urgent')$$,
    'booking over it is marked');
RESET ROLE;
SELECT throws_ok($$INSERT INTO practiceacl.appointment (organization_id, agenda_id, starts_at, ends_at, created_by)
    SELECT organization_id, agenda_id, starts_at, ends_at, created_by FROM practiceacl.appointment
    WHERE agenda_id = agenda('anna') AND starts_at = at('14:00')$$, '23P01', NULL, 'and by the constraint');
SELECT ok((SELECT ok FROM practiceacl.health() WHERE check_name = 'constraints'), 'health knows this form');
SELECT * FROM finish();
ROLLBACK;
