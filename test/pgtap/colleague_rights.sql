-- What every colleague may do on an agenda without a grant: one rule, from the
-- first minute, for agendas and people that do not exist yet as well.
BEGIN;
SELECT plan(58);
\ir support/clinic.psql
SELECT join_clinic(who, admin => CASE who WHEN 'boss' THEN 'full' WHEN 'chief' THEN 'users' ELSE 'none' END)
FROM unnest('{doc,mate,sec,boss,chief,ended,off,lost}'::text[]) AS who \g /dev/null
SELECT join_clinic('far', 'elsewhere') \g /dev/null
SELECT hold_agenda('doc'), hold_agenda('mate'), hold_agenda('far', organization => 'elsewhere') \g /dev/null
SELECT may('ended', 'book', 'doc', tstzrange(now() - interval '9 days', now() - interval '1 hour')) \g /dev/null
SELECT log_everybody_in() \g /dev/null
UPDATE practiceacl.membership SET status = v.status
FROM (VALUES ('off', 'disabled'), ('lost', 'unlisted')) AS v (who, status) WHERE account_id = account(who);
SELECT set_config('test.org', id::text, false) FROM place WHERE name = 'clinic' \g /dev/null
CREATE FUNCTION org() RETURNS uuid LANGUAGE sql STABLE AS $$SELECT current_setting('test.org')::uuid$$;
/* The rights of everybody on an agenda, as each finds them. */
CREATE FUNCTION found(whose text) RETURNS TABLE (who text, rights text) LANGUAGE plpgsql AS $$
BEGIN
    FOR who IN SELECT p.name FROM presence p WHERE p.number = 1 ORDER BY 1 LOOP
        PERFORM enter(who);
        rights := practiceacl.rights_on(agenda(whose))::text;
        IF rights <> 'none' AND who <> whose THEN RETURN NEXT; END IF;
    END LOOP;
    PERFORM enter(whose);
END $$;
SET ROLE clinic_application;

-- The holder opens the calendar.
SELECT enter('doc') \g /dev/null
SELECT practiceacl.book(agenda('doc'), at('2058-03-04 09:00'), patient => 'Marie') AS marie \gset
SELECT practiceacl.book(agenda('doc'), at('2058-03-04 10:00'), patient => 'Paul', private => true) AS paul \gset
SELECT is_empty($$SELECT * FROM found('doc')$$, 'at first nobody has anything without a grant');
SELECT practiceacl.set_colleague_rights(agenda('doc'), 'read') \g /dev/null
SELECT set_eq($$SELECT * FROM found('doc')$$, $$VALUES ('boss', 'read'), ('chief', 'read'), ('mate', 'read'), ('sec', 'read')$$,
    'then every colleague reads: nobody disabled, unlisted, of yesterday or from elsewhere');
SELECT enter('sec') \g /dev/null
SELECT results_eq('SELECT patient FROM practiceacl.appointment', ARRAY['Marie'], 'the rows are there, but for the private one');
SELECT results_eq('SELECT name, rights::text, colleague_rights::text, own FROM practiceacl.my_agendas', $$VALUES ('Doc', 'read', 'read', false)$$, 'my_agendas has it');
SELECT results_eq('SELECT agenda_name, rights::text, source, valid_until FROM practiceacl.access_matrix', $$VALUES ('Doc', 'read', 'colleague', NULL::timestamptz)$$, 'so has one''s own matrix');
SELECT is(practiceacl.agendas('read'), ARRAY[agenda('doc')], 'agendas() names it');
SELECT results_eq($$SELECT source, rights::text, in_force, granted_by, why_not FROM practiceacl.explain_access(account('sec'), agenda('doc'))$$,
    format('VALUES (%L, %L, true, %L::uuid, NULL::text)', 'colleague', 'read', account('doc')), 'explain_access says where it comes from, and who set it');
SELECT throws_ok(format('SELECT practiceacl.book(%L, %L)', agenda('doc'), at('2058-03-04 11:00')), '42501', NULL, 'reading is not booking');
SELECT is((SELECT agendas FROM practiceacl.user_directory WHERE account_id = account('sec')), 1::bigint, 'the directory counts the calendar');
SET plan_cache_mode = force_generic_plan;
PREPARE patients AS SELECT patient FROM practiceacl.appointment WHERE agenda_id = $1;
SELECT results_eq(format('EXECUTE patients(%L)', agenda('doc')), ARRAY['Marie'], 'under a generic plan too');
RESET plan_cache_mode;
SELECT enter('ended') \g /dev/null
SELECT is_empty('SELECT * FROM practiceacl.appointment', 'a former colleague reads nothing');
SELECT enter('far') \g /dev/null
SELECT is_empty('SELECT * FROM practiceacl.appointment', 'nor does another organization');
SELECT throws_ok(format('SELECT practiceacl.set_colleague_rights(%L, %L)', agenda('doc'), 'read'), 'PT404', NULL, 'for which the calendar does not exist');
SELECT set_config('practiceacl.session', '', false) \g /dev/null
SELECT is_empty('SELECT * FROM practiceacl.appointment', 'nobody reads nothing');

-- What an administrator and the holder are told of it.
SELECT enter('boss') \g /dev/null
SELECT set_eq($$SELECT p.name, w.rights::text, w.until FROM practiceacl.who_can(agenda('doc'), 'read') w (account_id, name, rights, until) JOIN person p USING (account_id)$$,
    $$VALUES ('doc', 'owner+overbook+edit_past+private+patient_file+documents+messaging+billing+statistics+export+public_profile', NULL::timestamptz),
             ('boss', 'read', NULL), ('chief', 'read', NULL), ('mate', 'read', NULL), ('sec', 'read', NULL)$$, 'who_can names every colleague');
SELECT set_eq($$SELECT user_name FROM practiceacl.access_matrix WHERE agenda_id = agenda('doc') AND source = 'colleague'$$,
    '{Boss Test,Chief Test,Mate Test,Sec Test}'::text[], 'so does the matrix');
SELECT set_eq($$SELECT p.name FROM practiceacl.access_at(clock_timestamp(), agenda('doc')) a JOIN person p USING (account_id) WHERE a.sources @> '{colleague}'$$,
    '{boss,chief,mate,sec}'::text[], 'and access_at');
SELECT results_eq($$SELECT source, why_not FROM practiceacl.explain_access(account('ended'), agenda('doc'))$$,
    $$VALUES ('grant', 'lapsed'), ('colleague', 'a former colleague')$$, 'why a former colleague has it not');
SELECT results_eq($$SELECT source, why_not FROM practiceacl.explain_access(account('off'), agenda('doc'))$$,
    $$VALUES ('colleague', 'disabled in the organization')$$, 'and a disabled one');
SELECT enter('doc') \g /dev/null
SELECT set_eq($$SELECT user_name FROM practiceacl.access_matrix WHERE agenda_id = agenda('doc') AND source = 'colleague'$$,
    '{Boss Test,Chief Test,Mate Test,Sec Test}'::text[], 'the holder sees in the matrix who has it');
SELECT is_empty($$SELECT * FROM practiceacl.access_matrix WHERE agenda_id <> agenda('doc')$$, 'and of other calendars nothing');

-- Grants add to it, features join it.
RESET ROLE;
SELECT may('sec', 'freebusy+messaging', 'doc'), may('mate', 'book', 'doc') \g /dev/null
UPDATE practiceacl.membership SET features = 'private+export' WHERE account_id = account('mate');
SET ROLE clinic_application;
SELECT set_eq($$SELECT * FROM found('doc') WHERE who IN ('sec', 'mate')$$, $$VALUES ('sec', 'read+messaging'), ('mate', 'book+private+export')$$, 'the rights unite, and features join from read upwards');
SELECT enter('mate') \g /dev/null
SELECT set_eq('SELECT patient FROM practiceacl.appointment', '{Marie,Paul}'::text[], 'as the rows do');
SELECT is((SELECT source FROM practiceacl.access_matrix WHERE account_id = account('mate') AND agenda_id = agenda('doc')), 'colleague, hand', 'the matrix names both sources');

-- Who comes later has it from the first minute.
SELECT enter('chief') \g /dev/null
SELECT account_id AS novice FROM practiceacl.create_user(org(), 'novice@example.org', 'No', 'Vice') \gset
SELECT is((SELECT rights::text FROM practiceacl.access_matrix WHERE account_id = :'novice'), 'read', 'a new user has it at once');
SELECT results_eq(format('SELECT rights::text FROM practiceacl.who_can(%L, %L) WHERE account_id = %L', agenda('doc'), 'read', :'novice'), ARRAY['read'], 'and is told of');

-- Booking for a colleague, and losing that again.
SELECT enter('doc') \g /dev/null
SELECT practiceacl.set_openings(agenda('doc'), '[{"weekday": 1, "from": "08:00", "to": "12:00"}]') \g /dev/null
SELECT practiceacl.set_colleague_rights(agenda('doc'), 'book_in_hours') \g /dev/null
SELECT enter('sec') \g /dev/null
SELECT isnt(practiceacl.book(agenda('doc'), at('2058-03-04 08:00'), patient => 'Zoe'), NULL, 'a colleague books in the openings');
SELECT throws_ok(format('SELECT practiceacl.book(%L, %L)', agenda('doc'), at('2058-03-04 14:00')), 'PA020', NULL, 'and not outside of them');
SELECT isnt_empty(format('SELECT * FROM practiceacl.free_slots(%L, %L, %L)', agenda('doc'), at('2058-03-04 00:00'), at('2058-03-05 00:00')), 'is offered what they may book');
SELECT practiceacl.hold_slot(agenda('doc'), at('2058-03-04 11:00'), at('2058-03-04 11:15')) \g /dev/null
SELECT enter('mate') \g /dev/null
SELECT practiceacl.hold_slot(agenda('doc'), at('2058-03-04 11:30'), at('2058-03-04 11:45')) \g /dev/null
SELECT enter('doc') \g /dev/null
SELECT practiceacl.set_colleague_rights(agenda('doc'), 'freebusy') \g /dev/null
RESET ROLE;
SELECT results_eq('SELECT account_id FROM practiceacl.slot_hold', ARRAY[account('mate')], 'whoever can book no more holds nothing; whoever has a grant does');
SET ROLE clinic_application;
SELECT enter('sec') \g /dev/null
SELECT is_empty('SELECT * FROM practiceacl.appointment', 'what was shown is hidden at once');
SELECT isnt_empty($$SELECT * FROM practiceacl.busy WHERE agenda_id = agenda('doc')$$, 'but that the calendar is taken');

-- The past is as it was.
RESET ROLE;
SELECT results_eq('SELECT rights::text FROM practiceacl.access_history WHERE kind = ''colleagues'' AND account_id IS NULL ORDER BY id', '{read,book_in_hours}'::text[],
    'what every colleague had is kept');
DELETE FROM practiceacl.access_history WHERE kind = 'colleagues';
UPDATE practiceacl.agenda SET colleague_rights_since = now() - interval '20 days', created_at = now() - interval '90 days',
    held_since = now() - interval '90 days' WHERE id = agenda('doc');
UPDATE practiceacl.membership SET state_since = now() - interval '80 days' WHERE organization_id = org();
INSERT INTO practiceacl.access_history (organization_id, agenda_id, kind, rights, recorded_during)
VALUES (org(), agenda('doc'), 'colleagues', 'book', tstzrange(now() - interval '40 days', now() - interval '20 days'));
SET ROLE clinic_application;
SELECT enter('boss') \g /dev/null
SELECT is(practiceacl.set_colleague_rights(agenda('doc'), 'none')::text, '', 'an administrator may close it without a password');
SELECT is((SELECT rights::text FROM practiceacl.access_at(now() - interval '30 days', agenda('doc')) WHERE account_id = account('boss')), 'book', 'access_at knows what it was');
SELECT is((SELECT rights::text FROM practiceacl.access_at(now() - interval '10 days', agenda('doc')) WHERE account_id = account('boss')), 'freebusy', 'and what it was afterwards');
SELECT is_empty(format('SELECT * FROM practiceacl.access_at(%L, %L) WHERE account_id = %L', now() - interval '50 days', agenda('doc'), account('boss')), 'and that before there was nothing');
SELECT is((SELECT rights::text FROM practiceacl.access_history WHERE kind = 'colleagues' ORDER BY upper(recorded_during) DESC LIMIT 1), 'freebusy', 'an administrator reads the history');
SELECT enter('sec') \g /dev/null
SELECT is_empty('SELECT * FROM practiceacl.access_history WHERE kind = ''colleagues''', 'a colleague does not');

-- Who may, and what.
SELECT enter('boss') \g /dev/null
SELECT throws_ok(format('SELECT practiceacl.set_colleague_rights(%L, %L)', agenda('doc'), 'read'), 'PA010', NULL, 'an administrator is among the colleagues, and gives the password to open it');
RESET ROLE;
SELECT practiceacl.confirm_session(token) FROM presence WHERE name IN ('boss', 'chief') AND number = 1 \g /dev/null
DELETE FROM practiceacl.outbox;
SET ROLE clinic_application;
SELECT enter('boss') \g /dev/null
SELECT lives_ok(format('SELECT practiceacl.set_colleague_rights(%L, %L)', agenda('doc'), 'read+export'), 'then it is opened');
SELECT lives_ok(format('SELECT practiceacl.set_colleague_rights(%L, %L)', agenda('doc'), 'read+export'), 'the same again changes nothing');
RESET ROLE;
SELECT results_eq('SELECT recipient, kind, payload ->> ''after'' FROM practiceacl.outbox', $$VALUES ('doc@example.org', 'rights_changed', 'read+export')$$, 'the holder is told, once');
SELECT is((SELECT count(*) FROM practiceacl.activity WHERE act = 'colleague_rights.set' AND actor_id = account('boss')), 2::bigint, 'and the record has it');
SET ROLE clinic_application;
SELECT enter('doc') \g /dev/null
SELECT throws_ok(format('SELECT practiceacl.set_colleague_rights(%L, %L)', agenda('doc'), what), code, NULL, 'not: ' || coalesce(what, 'null'))
FROM (VALUES ('owner', 'PA012'), ('read+public_profile', 'PA012'), ('private', '22023'), (NULL, '22004')) AS v (what, code);
SELECT enter('mate') \g /dev/null
SELECT throws_ok(format('SELECT practiceacl.set_colleague_rights(%L, %L)', agenda('doc'), 'book'), '42501', NULL, 'only an owner of the agenda can set the colleagues'' rights');

-- The organization's default is for agendas to come.
SELECT enter('chief') \g /dev/null
SELECT throws_ok($$SELECT practiceacl.update_organization(org(), '{"colleague_rights": "read"}')$$, '42501', NULL, 'the default is a full administrator''s');
SELECT enter('boss') \g /dev/null
SELECT throws_ok($$SELECT practiceacl.update_organization(org(), '{"colleague_rights": "owner"}')$$, 'PA012', NULL, 'and below owner');
SELECT lives_ok($$SELECT practiceacl.update_organization(org(), '{"colleague_rights": "book"}')$$, 'it is set');
SELECT agenda_id AS later FROM practiceacl.create_user(org(), 'later@example.org', 'La', 'Ter', agenda => '{"data_controller": "x"}') \gset
SELECT enter('sec') \g /dev/null
SELECT is(practiceacl.rights_on(:'later')::text, 'book', 'an agenda that is created from then on has it');
SELECT is(practiceacl.rights_on(agenda('mate'))::text, 'none', 'one that was there has not');

-- Where colleagues have rights, the last grant is not the last access.
SELECT enter('doc') \g /dev/null
SELECT practiceacl.set_rights(agenda('doc'), account('sec'), 'none') \g /dev/null
SELECT enter('sec') \g /dev/null
SELECT is(practiceacl.rights_on(agenda('doc'))::text, 'read+export', 'whose only grant is revoked keeps what every colleague has');
RESET ROLE;
SELECT is((SELECT status FROM practiceacl.membership WHERE account_id = account('sec')), 'active', 'and is one of them');
SELECT may('ended', 'freebusy', 'mate', tstzrange(now() + interval '1 day', now() + interval '3 days')) \g /dev/null
SET ROLE clinic_application;
SELECT enter('doc') \g /dev/null
SELECT is((SELECT w.until FROM practiceacl.who_can(agenda('doc'), 'read') w (account_id, name, rights, until) WHERE account_id = account('ended')),
    now() + interval '3 days', 'somebody with a grant to come is a colleague until it ends, and who_can says so');
RESET ROLE;
SELECT is_empty('SELECT check_name, detail FROM practiceacl.health() WHERE NOT ok AND check_name IN (''tables'', ''constraints'', ''statements'', ''grants'', ''losses'')', 'health() finds nothing wrong');
SELECT * FROM finish();
ROLLBACK;
