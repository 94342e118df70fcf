-- A change that changes nothing writes nothing and mails nobody: each act is
-- done twice, and the second time no row of any table moves.
BEGIN;
SELECT plan(38);

CREATE ROLE same_app;
CREATE ROLE same_person;
SELECT practiceacl.grant_application('same_app');
INSERT INTO practiceacl.organization (id, name) VALUES ('00000000-0000-7000-8000-000000000001', 'Practice');
INSERT INTO practiceacl.account (id, email, first_name, last_name, mobile, sms_copies) VALUES
    ('00000000-0000-7000-8000-0000000000a1', 'boss@x.test', 'Bo', 'Ss', NULL, false),
    ('00000000-0000-7000-8000-0000000000a2', 'holder@x.test', 'Hol', 'Der', '+33600000002', true),
    ('00000000-0000-7000-8000-0000000000a3', 'secretary@x.test', 'Sec', 'Retary', NULL, false),
    ('00000000-0000-7000-8000-0000000000a4', 'new@x.test', 'Ne', 'W', NULL, false);
SELECT practiceacl.digest_emails();
INSERT INTO practiceacl.membership (organization_id, account_id, admin)
SELECT '00000000-0000-7000-8000-000000000001', id, CASE WHEN email ~ '^boss' THEN 'full' ELSE 'none' END
FROM practiceacl.account;
INSERT INTO practiceacl.agenda (organization_id, id, holder_id, time_zone, name, data_controller)
SELECT '00000000-0000-7000-8000-000000000001', ('00000000-0000-7000-8000-0000000000b' || n)::uuid,
    '00000000-0000-7000-8000-0000000000a2', 'Europe/Paris', 'Room ' || n, 'Practice'
FROM generate_series(1, 2) n;
SELECT practiceacl.open_session('00000000-0000-7000-8000-0000000000a1') AS boss \gset
SELECT practiceacl.open_session('00000000-0000-7000-8000-0000000000a2') AS holder \gset
SELECT practiceacl.confirm_session(:'boss');

/*
 * Where every row is: what was written again is somewhere else.  Only the heads
 * of the chains may be, as the lock of an organization writes them as they are.
 */
CREATE FUNCTION pg_temp.places() RETURNS text LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    places text := '';
    name text;
    rows text;
BEGIN
    FOR name IN SELECT relname FROM pg_class
                WHERE relnamespace = 'practiceacl'::regnamespace AND relkind = 'r' AND relname <> 'activity_chain' ORDER BY 1 LOOP
        EXECUTE format('SELECT string_agg(ctid::text || t::text, '' '' ORDER BY ctid) FROM practiceacl.%I t', name) INTO rows;
        places := md5(places || name || coalesce(rows, ''));
    END LOOP;
    RETURN places;
END $$;
-- Null unless both times went well.
CREATE FUNCTION pg_temp.twice(act text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    before text := pg_temp.places();
    once text;
BEGIN
    EXECUTE act;
    once := pg_temp.places();
    EXECUTE act;
    RETURN CASE WHEN once = before THEN 'nothing happened' WHEN pg_temp.places() = once THEN 'once' ELSE 'twice' END;
END $$;

SET LOCAL ROLE same_app;
SELECT practiceacl.enter(:'boss');
SELECT is(pg_temp.twice(act), 'once', act) FROM unnest(ARRAY[
    $$SELECT practiceacl.update_organization('00000000-0000-7000-8000-000000000001', '{"name": "Surgery", "country": "BE", "time_zone": "Europe/Brussels"}')$$,
    $$SELECT practiceacl.update_agenda('00000000-0000-7000-8000-0000000000b1', '{"name": "Red room", "slot_minutes": 20, "day_start": "07:00", "data_controller": "Surgery", "time_zone": "Europe/Brussels"}')$$,
    $$SELECT practiceacl.update_user('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000a3', '{"job_title": "Secretary", "work_mobile": "+33 6 00 00 00 09"}')$$,
    $$SELECT practiceacl.update_user('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000a4', '{"email": "newer@x.test", "first_name": "Newer", "mobile": "+32 470 00 00 00", "country": "BE", "time_zone": "Europe/Brussels"}')$$,
    $$SELECT practiceacl.set_features('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000a3', 'billing')$$,
    $$SELECT practiceacl.set_rights('00000000-0000-7000-8000-0000000000b1', '00000000-0000-7000-8000-0000000000a3', 'book')$$,
    $$SELECT practiceacl.set_rights('00000000-0000-7000-8000-0000000000b2', '00000000-0000-7000-8000-0000000000a3', 'book', '[2065-01-01, 2065-02-01)')$$,
    $$SELECT practiceacl.clone_rights('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000a3', '00000000-0000-7000-8000-0000000000a4')$$,
    $$SELECT practiceacl.set_rights('00000000-0000-7000-8000-0000000000b1', '00000000-0000-7000-8000-0000000000a4', 'none')$$,
    $$SELECT practiceacl.set_admin('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000a3', 'users')$$,
    $$SELECT practiceacl.archive_agenda('00000000-0000-7000-8000-0000000000b2')$$,
    $$SELECT practiceacl.restore_agenda('00000000-0000-7000-8000-0000000000b2')$$,
    $$SELECT practiceacl.disable_user('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000a4')$$,
    $$SELECT practiceacl.enable_user('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000a4')$$,
    $$SELECT practiceacl.update_organization('00000000-0000-7000-8000-000000000001', '{"holder_consents": true, "colleague_rights": "freebusy"}')$$]) act;

-- A form sends back what it shows of a person whose data are their own; what it does not show is not guessed.
SELECT is(pg_temp.twice($$SELECT practiceacl.update_user('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000a2',
    '{"job_title": "Doctor", "first_name": "Hol", "last_name": "Der", "email": "HOLDER@x.test"}')$$), 'once', 'the names and the address may be sent back as they are');
SELECT throws_ok($$SELECT practiceacl.update_user('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000a2', '{"first_name": "Hal"}')$$,
    '42501', NULL, 'and not as others');
SELECT throws_ok($$SELECT practiceacl.update_user('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000a2', '{"mobile": "+33600000002"}')$$,
    '42501', NULL, 'whether a mobile number is right is not told');
SELECT throws_ok($$SELECT practiceacl.update_user('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000a2', '{"mobile": "+33600000009"}')$$,
    '42501', NULL, 'nor whether it is wrong');

SELECT practiceacl.enter(:'holder');
SELECT is(pg_temp.twice(act), 'once', act) FROM unnest(ARRAY[
    $$SELECT practiceacl.update_my_account('{"first_name": "Holda", "mobile": "+33600000003", "country": "BE", "time_zone": "Europe/Brussels", "sms_copies": false}')$$,
    $$SELECT practiceacl.update_agenda('00000000-0000-7000-8000-0000000000b1', '{"public_profile": {"speaks": ["fr"]}}')$$,
    $$SELECT practiceacl.set_openings('00000000-0000-7000-8000-0000000000b1',
        '[{"weekday": 2, "from": "08:00", "to": "12:00"}, {"weekday": 1, "from": "14:00", "to": "18:00"},
          {"weekday": 1, "from": "08:00", "to": "12:30", "valid_from": "2065-01-01"}]')$$,
    $$SELECT practiceacl.add_absence('00000000-0000-7000-8000-0000000000b1', '2065-03-02', '2065-03-03', absence_id => '00000000-0000-7000-8000-0000000000e1')$$,
    $$SELECT practiceacl.set_colleague_rights('00000000-0000-7000-8000-0000000000b1', 'read')$$,
    $$SELECT practiceacl.set_rights('00000000-0000-7000-8000-0000000000b2', '00000000-0000-7000-8000-0000000000a3', 'read', '[2065-05-01, 2065-06-01)')$$,
    $$SELECT practiceacl.choose_agenda('00000000-0000-7000-8000-0000000000b1')$$,
    $$SELECT practiceacl.book('00000000-0000-7000-8000-0000000000b1', '2065-01-05 08:00Z', appointment_id => '00000000-0000-7000-8000-0000000000d1')$$,
    $$SELECT practiceacl.move_appointment('00000000-0000-7000-8000-0000000000d1', '2065-01-05 09:00Z')$$,
    $$SELECT practiceacl.update_appointment('00000000-0000-7000-8000-0000000000d1', '{"patient": "P", "note": "n", "private": true, "attributes": {"a": 1}, "patient_ref": "r", "contact": "c"}')$$,
    $$SELECT practiceacl.set_status('00000000-0000-7000-8000-0000000000d1', 'cancelled')$$,
    $$SELECT practiceacl.set_status('00000000-0000-7000-8000-0000000000d1', 'booked')$$,
    $$SELECT practiceacl.cancel_appointment('00000000-0000-7000-8000-0000000000d1')$$]) act;
RESET ROLE;

SELECT is(pg_temp.twice(act), 'once', act) FROM unnest(ARRAY[
    $$SELECT practiceacl.set_service_offer('basic', 'Basic', 10)$$,
    $$SELECT practiceacl.map_role('same_person', '00000000-0000-7000-8000-0000000000a3')$$,
    $$SELECT practiceacl.announce_agendas(true)$$,
    $$SELECT practiceacl.block_email('nobody@x.test', 'spam')$$,
    $$SELECT practiceacl.block_account('00000000-0000-7000-8000-0000000000a4', 'spam')$$,
    $$SELECT practiceacl.set_mailer_key('\x8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a')$$]) act;

SELECT finish();
ROLLBACK;
