-- Holds: they refuse others, serve their owner, lapse by themselves, and show
-- who shares a login.
BEGIN;
\ir support/clinic.psql
SELECT plan(65);

SELECT join_clinic('anna'), hold_agenda('anna') \g /dev/null
SELECT join_clinic('bona'), may('bona', 'book', 'anna') \g /dev/null
SELECT join_clinic('cleo'), may('cleo', 'book', 'anna') \g /dev/null
SELECT join_clinic('hugo'), may('hugo', 'book_in_hours', 'anna') \g /dev/null
SELECT join_clinic('rene'), may('rene', 'read', 'anna') \g /dev/null
SELECT join_clinic('fred'), may('fred', 'freebusy', 'anna') \g /dev/null
SELECT join_clinic('sven', 'elsewhere') \g /dev/null
SELECT log_everybody_in() \g /dev/null
SELECT enter('anna') \g /dev/null
SELECT practiceacl.set_openings(agenda('anna'), '[{"weekday": 1, "from": "08:00", "to": "12:00"}]') \g /dev/null
SELECT practiceacl.add_absence(agenda('anna'), at('2058-03-04 11:00'), at('2058-03-04 12:00')) \g /dev/null
CREATE ROLE clinic_person;
SELECT practiceacl.grant_application('clinic_person') \g /dev/null
SET LOCAL ROLE clinic_application;
SELECT practiceacl.book(agenda('anna'), at('2058-03-04 10:00'), at('2058-03-04 10:30'), private => true) \g /dev/null

CREATE FUNCTION clinic.hold(from_time timestamp, until timestamp, lifetime interval DEFAULT '2 min') RETURNS text LANGUAGE sql AS $$
    SELECT refusal(format('SELECT practiceacl.hold_slot(agenda(''anna''), %L, %L, %L)', at(from_time), at(until), lifetime));
$$;
CREATE FUNCTION clinic.booked(from_time timestamp, until timestamp) RETURNS text LANGUAGE sql AS $$
    SELECT refusal(format('SELECT practiceacl.book(agenda(''anna''), %L, %L)', at(from_time), at(until)));
$$;

-- As a booking would be allowed to, and no more.
SELECT enter('hugo') \g /dev/null
SELECT is(hold('2058-03-04 07:30', '2058-03-04 08:15'), 'PA020', 'with book_in_hours a slot outside the openings cannot be held');
SELECT is(hold('2058-03-04 10:45', '2058-03-04 11:15'), 'PA021', 'nor one in an absence');
SELECT is(hold('2058-03-04 10:15', '2058-03-04 10:45'), '23P01', 'a taken slot cannot be held');
SELECT is(hold('2020-03-02 09:00', '2020-03-02 09:15'), 'PA022', 'nor a past one');
SELECT is(hold('2058-03-04 09:15', '2058-03-04 09:00'), '22023', 'nor one that ends before it begins');
SELECT is(hold('infinity', 'infinity'), '22023', 'nor an infinite one');
SELECT enter('rene') \g /dev/null
SELECT is(hold('2058-03-04 08:00', '2058-03-04 08:15'), '42501', 'the level read is not enough');
SELECT enter('sven') \g /dev/null
SELECT is(hold('2058-03-04 08:00', '2058-03-04 08:15'), 'PT404', 'a stranger finds no agenda');
SELECT set_config('practiceacl.session', '', true) \g /dev/null
SELECT is(hold('2058-03-04 08:00', '2058-03-04 08:15'), '28000', 'an anonymous caller is refused');

-- How long.
SELECT enter('bona') \g /dev/null
SELECT is(hold('2058-03-04 08:00', '2058-03-04 08:15', '0'), '22023', 'a lifetime of zero is refused');
SELECT is(hold('2058-03-04 08:00', '2058-03-04 08:15', '-1 min'), '22023', 'a negative lifetime is refused');
SELECT is(hold('2058-03-04 08:00', '2058-03-04 08:15', '1 year'), '22023', 'a lifetime of a year is refused');
SELECT is(hold('2058-03-04 08:00', '2058-03-04 08:15', '1 day -23:50'), '22023', 'a lifetime of mixed units is compared as a whole');
SELECT is(hold('2058-03-04 08:00', '2058-03-04 08:15', '15 min 0.000001 s'), '22023', 'a lifetime a microsecond too long is refused');
SELECT throws_ok($$SELECT practiceacl.hold_slot(agenda('anna'), at('2058-03-04 08:00'), NULL, NULL)$$, '22004', 'lifetime must not be null');
SELECT is(hold('2058-03-04 08:00', '2058-03-04 08:15', '15 min'), NULL, 'a lifetime of 15 minutes is allowed');
SELECT ok((SELECT expires_at BETWEEN statement_timestamp() + interval '14 min' AND statement_timestamp() + interval '15 min'
           FROM practiceacl.slot_presence), 'are 15 minutes');

-- The agenda's slot length, unless told.
INSERT INTO kept VALUES ('nine', practiceacl.hold_slot(agenda('anna'), at('2058-03-04 09:00')));
SELECT is((SELECT ends_at FROM practiceacl.slot_hold WHERE id = kept('nine')), at('2058-03-04 09:15'), 'without an end one slot of the agenda is held');

-- Others see who, and are refused.
SELECT enter('cleo') \g /dev/null
SELECT results_eq(
    $$SELECT agenda, name, starts_at, ends_at, own, shared_log_in FROM practiceacl.slot_presence WHERE hold_id = kept('nine')$$,
    $$VALUES ('Anna', 'Bona Test', at('2058-03-04 09:00'), at('2058-03-04 09:15'), false, false)$$, 'slot_presence shows the holds of others, with names');
SELECT is(booked('2058-03-04 09:10', '2058-03-04 09:30'), 'PA023', 'booking over a hold is refused');
SELECT is(hold('2058-03-04 09:10', '2058-03-04 09:30'), 'PA023', 'and so is holding over it');
SELECT is(hold('2058-03-04 09:15', '2058-03-04 09:30'), NULL, 'an adjacent slot is free');
SELECT throws_like($$SELECT practiceacl.book(agenda('anna'), at('2058-03-04 09:00'))$$, '%booking this slot%', 'the DETAIL names the holder and the time');
SELECT is((SELECT count(*)::int FROM practiceacl.free_slots(agenda('anna'), at('2058-03-04 08:45'), at('2058-03-04 09:30'))), 2,
    'what others hold is not free, what one holds oneself is');
SELECT enter('anna') \g /dev/null
SELECT is(booked('2058-03-04 09:00', '2058-03-04 09:15'), 'PA023', 'even the holder of the agenda is refused');
SELECT enter('rene') \g /dev/null
SELECT is((SELECT count(*)::int FROM practiceacl.slot_presence), 3, 'a reader of the agenda sees all holds');
SELECT is((SELECT count(*)::int FROM practiceacl.calendar WHERE kind = 'hold' AND status = 'held'), 3, 'and in the view calendar');
SELECT enter('fred') \g /dev/null
SELECT is((SELECT count(*)::int FROM practiceacl.slot_presence), 0, 'with freebusy no hold is visible in the view');
SELECT is((SELECT count(*)::int FROM practiceacl.slot_hold), 0, 'nor in the table');

-- It serves its owner, and is used up.
SELECT enter('bona') \g /dev/null
SELECT is(booked('2058-03-04 09:00', '2058-03-04 09:15'), NULL, 'the account that holds the slot can book it');
SELECT is((SELECT count(*)::int FROM practiceacl.slot_hold WHERE id = kept('nine')), 0, 'and the hold is used up');
SELECT is(hold('2058-03-04 08:05', '2058-03-04 08:20'), NULL, 'the same session again: the later hold replaces');
SELECT is((SELECT array_agg(to_char(starts_at AT TIME ZONE 'Europe/Paris', 'HH24:MI')) FROM practiceacl.slot_presence WHERE own), ARRAY['08:05'], 'the older hold that it overlaps');

-- Releasing.
INSERT INTO kept SELECT 'eight', hold_id FROM practiceacl.slot_presence WHERE own;
SELECT enter('cleo') \g /dev/null
SELECT throws_ok($$SELECT practiceacl.release_hold(kept('eight'))$$, 'PT404', 'hold does not exist or is not visible to you', 'another account cannot release it');
SELECT enter('bona', 2) \g /dev/null
SELECT lives_ok($$SELECT practiceacl.release_hold(kept('eight'))$$, 'its account can, from any session');
SELECT throws_ok($$SELECT practiceacl.release_hold(kept('eight'))$$, 'PT404', NULL, 'a hold is released once');
SELECT enter('cleo') \g /dev/null
SELECT is(hold('2058-03-04 08:05', '2058-03-04 08:20'), NULL, 'and others can hold the slot');

-- Five at once.
SELECT enter('bona') \g /dev/null
SELECT is((SELECT string_agg(coalesce(hold('2058-03-04 14:00'::timestamp + n * interval '1 hour', '2058-03-04 14:15'::timestamp + n * interval '1 hour'), 'held'), ' ')
           FROM generate_series(1, 6) n), 'held held held held held PA040', 'five at once a session, not six');
SELECT enter('bona', 2) \g /dev/null
SELECT is(hold('2058-03-04 21:00', '2058-03-04 21:15'), NULL, 'the limit of five is per session');

-- One login, two sessions, one slot.
SELECT is(hold('2058-03-04 15:10', '2058-03-04 15:25'), NULL, 'two sessions of one account can hold one slot');
SELECT is((SELECT count(*)::int FROM practiceacl.slot_presence WHERE shared_log_in AND own), 2, 'both holds are flagged');
SELECT is((SELECT count(*)::int FROM practiceacl.slot_presence WHERE shared_log_in AND NOT own), 0, 'and holds of others are not');
SELECT is(booked('2058-03-04 15:10', '2058-03-04 15:25'), NULL, 'one of the two books');
SELECT is((SELECT count(*)::int FROM practiceacl.slot_presence WHERE shared_log_in AND own), 1, 'and uses up only the hold of that session');
SELECT enter('bona') \g /dev/null
SELECT is(booked('2058-03-04 15:00', '2058-03-04 15:15'), '23P01', 'the other session is refused');
SELECT is(booked('2058-03-04 21:00', '2058-03-04 21:15'), NULL, 'a session can book what another session of the account holds');
SELECT is((SELECT shared_log_in FROM practiceacl.slot_presence WHERE starts_at = at('2058-03-04 21:00')), true, 'which is flagged as well');
SELECT enter('anna') \g /dev/null
SELECT results_eq(
    $$SELECT act, actor_id, account_id, facts ? 'other_session', session_id::text <> facts ->> 'other_session'
      FROM practiceacl.activity WHERE act = 'log_in.shared' ORDER BY sequence$$,
    $$VALUES ('log_in.shared', account('bona'), account('bona'), true, true), ('log_in.shared', account('bona'), account('bona'), true, true)$$,
    'the record says which two sessions');
SELECT is((SELECT count(*)::int FROM practiceacl.activity WHERE act = 'slot.released'), 1, 'and by whom it was released');

-- Lapsing needs nobody.
RESET ROLE;
UPDATE practiceacl.slot_hold SET expires_at = now() - interval '1 second';
SET LOCAL ROLE clinic_application;
SELECT is((SELECT count(*)::int FROM practiceacl.slot_presence), 0, 'a lapsed hold is not in slot_presence');
SELECT is((SELECT count(*)::int FROM practiceacl.calendar WHERE kind = 'hold'), 0, 'nor in the view calendar');
SELECT is(booked('2058-03-04 16:00', '2058-03-04 16:15'), NULL, 'and refuses nobody');
SELECT is(hold('2058-03-04 17:00', '2058-03-04 17:15'), NULL);
RESET ROLE;
SELECT is((SELECT count(*)::int FROM practiceacl.slot_hold), 1, 'the next hold on the agenda deletes lapsed ones');

-- A caller without a session cannot hold.
INSERT INTO practiceacl.role_account (role_oid, role_name, account_id)
    SELECT oid, rolname, account('bona') FROM pg_roles WHERE rolname = 'clinic_person';
SET SESSION AUTHORIZATION clinic_person;
SELECT set_config('practiceacl.session', '', true) \g /dev/null
SELECT throws_ok(format('SELECT practiceacl.hold_slot(%L, %L)', (SELECT agenda_id FROM practiceacl.access_grant), '2058-03-04 16:30+01'),
    '28000', 'cannot hold a slot without a session', 'a mapped role has no session');
RESET SESSION AUTHORIZATION;

-- Sessions cost nothing: the account has a bound of its own.
RESET ROLE;
DELETE FROM practiceacl.slot_hold;
CREATE TEMP TABLE presence (n int, token text);
GRANT SELECT ON presence TO PUBLIC;
INSERT INTO presence SELECT n, practiceacl.open_session(id)
FROM practiceacl.account, generate_series(1, 30) AS n WHERE first_name = 'Bona';
SET LOCAL ROLE clinic_application;
CREATE FUNCTION pg_temp.held_by(n int) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM practiceacl.enter(token) FROM presence p WHERE p.n = held_by.n;
    RETURN coalesce(hold('2058-04-01 08:00'::timestamp + n * interval '15 min', '2058-04-01 08:15'::timestamp + n * interval '15 min'), 'held');
END $$;
SELECT results_eq('SELECT pg_temp.held_by(n) AS said, count(*) FROM generate_series(1, 30) AS n GROUP BY 1 ORDER BY 1 DESC',
    $$ VALUES ('held', 20::bigint), ('PA040', 10) $$, 'twenty at once an account, in however many sessions');
RESET ROLE;
UPDATE practiceacl.slot_hold SET created_at = now() + interval '1 day', expires_at = now() + interval '1 day 2 min';
SET LOCAL ROLE clinic_application;
SELECT enter('cleo') \g /dev/null
SELECT is(booked('2058-04-01 08:15', '2058-04-01 08:30'), NULL, 'a hold from before the clock was set back refuses nobody');
RESET ROLE;


-- A hold ends with what it rests on: the session, the right, the membership.
RESET ROLE;
DELETE FROM practiceacl.slot_hold;
SELECT account('cleo') AS cleo, account('bona') AS bona, account('hugo') AS hugo, agenda('anna') AS annas, organization_id AS org
FROM practiceacl.agenda WHERE id = agenda('anna') \gset
SELECT practiceacl.open_session(:'cleo') AS other_token \gset
SELECT join_clinic('adam', admin => 'full') \g /dev/null
SELECT practiceacl.open_session(account('adam')) AS adam_token \gset
SET LOCAL ROLE clinic_application;
SELECT practiceacl.enter(:'other_token') \g /dev/null
SELECT is(hold('2058-03-04 08:00', '2058-03-04 08:15'), NULL, 'a hold in a second session');
SELECT enter('cleo') \g /dev/null
SELECT is(hold('2058-03-04 08:15', '2058-03-04 08:30'), NULL, 'a hold in the first session');
SELECT practiceacl.enter(:'other_token') \g /dev/null
SELECT practiceacl.log_out() \g /dev/null
RESET ROLE;
SELECT results_eq('SELECT starts_at FROM practiceacl.slot_hold', ARRAY[at('2058-03-04 08:15')], 'logging out ends the holds of that session, not of others');
SET LOCAL ROLE clinic_application;
SELECT enter('bona') \g /dev/null
SELECT is(hold('2058-03-04 08:30', '2058-03-04 08:45'), NULL, 'two accounts hold slots');
SELECT enter('hugo') \g /dev/null
SELECT is(hold('2058-03-04 08:45', '2058-03-04 09:00'), NULL, 'slots');
SELECT practiceacl.enter(:'adam_token') \g /dev/null
SELECT practiceacl.set_rights(:'annas', :'cleo', 'read') \g /dev/null
RESET ROLE;
SELECT bag_eq('SELECT account_id FROM practiceacl.slot_hold', ARRAY[:'bona', :'hugo']::uuid[], 'losing the right to book ends the holds');
SET LOCAL ROLE clinic_application;
SELECT practiceacl.disable_user(:'org', :'bona') \g /dev/null
RESET ROLE;
SELECT bag_eq('SELECT account_id FROM practiceacl.slot_hold', ARRAY[:'hugo']::uuid[], 'so does being disabled');
SET LOCAL ROLE clinic_application;
SELECT practiceacl.remove_user(:'org', :'hugo') \g /dev/null
RESET ROLE;
SELECT is_empty('SELECT FROM practiceacl.slot_hold', 'and being removed');

SELECT * FROM finish();
ROLLBACK;
