-- What a refusal says to a program: a word in constraint_name, the argument in
-- column_name, the kind of what does not exist in table_name.
BEGIN;
\ir support/clinic.psql
SELECT plan(40);

SELECT join_clinic('anna'), hold_agenda('anna') \g /dev/null
SELECT join_clinic('bona'), may('bona', 'book_in_hours', 'anna') \g /dev/null
SELECT join_clinic('rene'), may('rene', 'read', 'anna') \g /dev/null
SELECT join_clinic('carl', admin => 'users') \g /dev/null
SELECT join_clinic('sven', 'elsewhere'), hold_agenda('sven', organization => 'elsewhere') \g /dev/null
SELECT log_everybody_in() \g /dev/null
SELECT enter('anna') \g /dev/null
SELECT practiceacl.set_openings(agenda('anna'), '[{"weekday": 1, "from": "08:00", "to": "12:00"}]') \g /dev/null
SELECT practiceacl.add_absence(agenda('anna'), at('2058-03-04 11:00'), at('2058-03-04 12:00')) \g /dev/null
SET LOCAL ROLE clinic_application;
INSERT INTO kept VALUES ('ten', practiceacl.book(agenda('anna'), at('2058-03-04 10:00')));
SELECT practiceacl.hold_slot(agenda('anna'), at('2058-03-04 09:00')) \g /dev/null

-- SQLSTATE, word, argument and table, with spaces between.
CREATE FUNCTION clinic.facts(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    word text;
    argument text;
    relation text;
BEGIN
    EXECUTE statement;
    RETURN 'done';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS word = CONSTRAINT_NAME, argument = COLUMN_NAME, relation = TABLE_NAME;
    RETURN concat_ws(' ', SQLSTATE, nullif(word, ''), nullif(argument, ''), nullif(relation, ''));
END $$;
CREATE FUNCTION clinic.booking(from_time timestamp, arguments text DEFAULT '') RETURNS text LANGUAGE sql AS $$
    SELECT facts(format('SELECT practiceacl.book(agenda(''anna''), %L%s)', at(from_time), arguments));
$$;

-- Bookings.
SELECT enter('bona') \g /dev/null
SELECT is(booking('2058-03-04 10:00'), '23P01 appointment_no_overlap', 'a taken slot has the name of the constraint');
SELECT is(booking('2058-03-04 09:00'), 'PA023 slot_held', 'a held slot');
SELECT is(booking('2058-03-04 07:00'), 'PA020 outside_openings', 'outside the openings');
SELECT is(booking('2058-03-04 11:00'), 'PA021 holder_absent', 'in an absence');
SELECT is(booking('2020-03-02 09:00'), 'PA022 in_the_past', 'in the past');
SELECT is(booking('infinity'), '22023 not_finite', 'never');
SELECT is(booking('2058-03-04 08:00', ', at(''2058-03-04 07:00'')'), '22023 ends_before_start ends_at', 'an end before the beginning');
SELECT is(booking('2058-03-04 08:00', ', duration => ''0'''), '22023 out_of_range duration', 'no duration');
SELECT is(booking('2058-03-04 08:00', ', patient => repeat(''x'', 10000)'), '22001 too_long patient', 'too long a text');
SELECT is(booking('2058-03-04 08:00', ', attributes => ''[]'''), '22023 not_an_object attributes', 'attributes that are no object');
SELECT is(facts('SELECT practiceacl.book(NULL, now())'), '22004 null_argument agenda_id', 'no agenda');
SELECT is(facts(format('SELECT practiceacl.book(agenda(''anna''), at(''2058-03-04 08:00''), appointment_id => %L)', kept('ten'))),
    '23505 id_in_use appointment_id', 'an identifier in use');
SELECT is(facts(format('SELECT practiceacl.move_appointment(%L, at(''2058-03-04 08:00''), expected_version => 9)', kept('ten'))),
    '40001 appointment_changed expected_version', 'another version');
SELECT is(facts(format('SELECT practiceacl.set_status(%L, ''gone'')', kept('ten'))), '22023 unknown_word status', 'no status');
SELECT is(facts(format('SELECT practiceacl.update_appointment(%L, ''{"nmae": 1}'')', kept('ten'))), '22023 unknown_key nmae', 'an unknown key');
SELECT is(facts(format('SELECT practiceacl.update_appointment(%L, ''{"private": 1}'')', kept('ten'))), '22023 wrong_type private', 'a value of another type');

-- Of many at once, each row has its word.
CREATE TABLE clinic.staging AS SELECT * FROM (VALUES
    ('fits', agenda('anna')::text, '2058-03-04T08:00+01', '2058-03-04T08:15+01'),
    ('taken', agenda('anna')::text, '2058-03-04T10:00+01', '2058-03-04T10:15+01'),
    ('early', agenda('anna')::text, '2058-03-04T07:00+01', '2058-03-04T07:15+01'),
    ('hidden', agenda('sven')::text, '2058-03-04T08:00+01', '2058-03-04T08:15+01'),
    ('nowhere', NULL, '2058-03-04T08:00+01', '2058-03-04T08:15+01'),
    ('unread', agenda('anna')::text, 'tomorrow', '2058-03-04T08:15+01')) AS r (key, agenda_id, starts_at, ends_at);
SELECT is((SELECT jsonb_object_agg(key, word) FROM practiceacl.import_appointments('clinic.staging')),
    '{"fits": null, "taken": "appointment_no_overlap", "early": "outside_openings", "hidden": "not_found", "nowhere": "null_argument", "unread": "wrong_type"}',
    'of an import');
SELECT results_eq($$SELECT outcome, word FROM practiceacl.book_series(agenda('anna'), at('2058-03-04 10:00'), at('2058-03-04 10:15'), '1 week', 2)$$,
    $$VALUES ('refused', 'appointment_no_overlap'), ('booked', NULL)$$, 'of a series');
SELECT results_eq(format($$SELECT outcome, word FROM practiceacl.move_appointments('[{"appointment_id": "%s", "starts_at": "2058-03-04T07:00+01:00"}]')$$, kept('ten')),
    $$VALUES ('refused', 'outside_openings')$$, 'of moves');
SELECT is_empty($$SELECT p.oid::regprocedure FROM pg_proc p WHERE p.pronamespace = 'practiceacl'::regnamespace
    AND 'outcome' = ANY (p.proargnames) AND NOT 'word' = ANY (p.proargnames)$$, 'whatever tells an outcome tells the word');

-- Rights.
SELECT enter('rene') \g /dev/null
SELECT is(booking('2058-03-04 08:00'), '42501 rights_missing', 'too few rights');
SELECT is(facts($$SELECT practiceacl.request_rights(agenda('anna'), 'book', ' ')$$), '22023 reason_missing reason', 'a request without a reason');
SELECT is(facts($$SELECT practiceacl.request_rights(agenda('anna'), 'read', 'please')$$), '22023 rights_held rights', 'a request for what they have');
SELECT is(facts($$SELECT practiceacl.add_agenda((SELECT id FROM place WHERE name = 'clinic'), account('rene'), '{}')$$),
    '42501 not_administrator', 'no administrator');
SELECT enter('anna') \g /dev/null
SELECT is(facts($$SELECT practiceacl.set_rights(agenda('anna'), account('anna'), 'read')$$), '22023 holders_rights account_id', 'the holder''s own rights');
SELECT is(facts($$SELECT practiceacl.set_rights(agenda('anna'), account('bona'), 'overbook')$$), '22023 level_missing rights', 'rights without a level');
SELECT is(facts($$SELECT 'red'::practiceacl.rights$$), '22P02 unknown_word', 'an unknown word of rights');
SELECT enter('carl') \g /dev/null
SELECT is(facts($$SELECT practiceacl.set_admin((SELECT id FROM place WHERE name = 'clinic'), account('bona'), 'full')$$),
    '42501 not_administrator', 'no full administrator');
SELECT is(facts($$SELECT practiceacl.create_user((SELECT id FROM place WHERE name = 'clinic'), 'x@example.org', ' ', 'X')$$),
    '22023 blank first_name', 'a blank name');
SELECT is(facts($$SELECT practiceacl.create_user((SELECT id FROM place WHERE name = 'clinic'), 'x@example.org', 'X', 'X', agenda => '{"name": "X"}')$$),
    '22023 missing_key data_controller', 'an agenda without its controller');
SELECT is(facts($$SELECT practiceacl.create_user((SELECT id FROM place WHERE name = 'clinic'), 'x@example.org', 'X', 'X', time_zone => 'Mars')$$),
    '22023 time_zone_unknown time_zone', 'no time zone');

-- What does not exist and what is not the caller's are one.
SELECT enter('bona') \g /dev/null
SELECT is(facts($$SELECT practiceacl.book(agenda('sven'), at('2058-03-04 08:00'))$$), 'PT404 not_found agenda', 'an agenda of strangers');
SELECT is(facts($$SELECT practiceacl.book(practiceacl.new_id(), at('2058-03-04 08:00'))$$), 'PT404 not_found agenda', 'none at all');
SELECT is(facts($$SELECT practiceacl.release_hold(practiceacl.new_id())$$), 'PT404 not_found slot_hold', 'a hold');
SELECT is(facts($$SELECT practiceacl.cancel_appointment(practiceacl.new_id())$$), 'PT404 not_found appointment', 'an appointment');

-- Sessions.
SELECT is(facts($$SELECT practiceacl.enter('nothing')$$), '28000 session_token', 'a bad token');
SELECT set_config('practiceacl.session', '', true) \g /dev/null
SELECT is(booking('2058-03-04 08:00'), '28000 not_logged_in', 'no session');
SELECT is(facts($$SELECT practiceacl.accept_invitation('nothing', 'a long enough password')$$), '28000 token token', 'no invitation');


-- Where DETAIL is said to tell the seconds to wait, it has no other number.
RESET ROLE;
SET LOCAL practiceacl.password_memory = '8kB';
CREATE FUNCTION clinic.haste(OUT detail text, OUT word text) LANGUAGE plpgsql AS $$
BEGIN
    FOR attempt IN 1 .. 100 LOOP
        PERFORM practiceacl.log_in('anna@example.org', 'wrong');
    END LOOP;
EXCEPTION WHEN SQLSTATE 'PA040' THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, word = CONSTRAINT_NAME;
END $$;
SELECT detail, word FROM haste() \gset haste_
SELECT is(regexp_count(:'haste_detail', '\d+'), 1, 'of too many attempts');
SELECT is(:'haste_word', 'attempts'::text, 'which have a word, too');
SELECT * FROM finish();
ROLLBACK;
