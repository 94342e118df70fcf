-- One act lets a colleague stand in for somebody who is away: on every agenda
-- of theirs, for a period, and then it is over.
BEGIN;
SELECT plan(44);
\ir support/clinic.psql
SELECT join_clinic(who, admin => CASE who WHEN 'boss' THEN 'full' WHEN 'chief' THEN 'users' ELSE 'none' END)
FROM unnest('{doc,mate,locum,sec,boss,chief,third}'::text[]) AS who \g /dev/null
SELECT join_clinic('far', 'elsewhere'), join_clinic('lord', 'elsewhere', 'full') \g /dev/null
SELECT hold_agenda('doc'), hold_agenda('mate'), hold_agenda('third'), hold_agenda('far', organization => 'elsewhere') \g /dev/null
INSERT INTO practiceacl.agenda (organization_id, id, holder_id, time_zone, name, data_controller, archived_at)
SELECT organization_id, practiceacl.new_id(), holder_id, time_zone, 'Old', 'Clinic', now() FROM practiceacl.agenda WHERE id = agenda('doc');
INSERT INTO practiceacl.membership (organization_id, account_id) SELECT id, account('doc') FROM place WHERE name = 'elsewhere';
SELECT may('doc', 'book+messaging', 'mate'), may('doc', 'owner', 'third'),
       may('doc', 'read', 'far') \g /dev/null
SELECT log_everybody_in() \g /dev/null
SELECT set_config('test.org', id::text, false) FROM place WHERE name = 'clinic' \g /dev/null
CREATE FUNCTION weeks() RETURNS tstzrange STABLE LANGUAGE sql AS $$SELECT tstzrange(now() - interval '1 hour', now() + interval '14 days')$$;
CREATE FUNCTION org() RETURNS uuid LANGUAGE sql STABLE AS $$SELECT current_setting('test.org')::uuid$$;
CREATE FUNCTION given() RETURNS TABLE (agenda text, rights text, during tstzrange, source text) STABLE SECURITY DEFINER LANGUAGE sql AS $$
    SELECT g.name, x.rights::text, x.valid_during, x.source FROM practiceacl.access_grant x JOIN practiceacl.agenda g ON g.id = x.agenda_id
    WHERE x.account_id = clinic.account('locum') ORDER BY 1 $$;
/* All rights below owner, as they are written. */
\set below 'openings+overbook+edit_past+private+patient_file+documents+messaging+billing+statistics+export'
SET ROLE clinic_application;

-- By an administrator.
SELECT enter('chief') \g /dev/null
SELECT set_eq($$SELECT g.name, s.rights::text FROM practiceacl.substitute(account('doc'), account('locum'), weeks()) s JOIN practiceacl.agenda g ON g.id = s.agenda_id$$,
    format($$VALUES ('Doc', %L), ('Mate', 'book+messaging'), ('Third', 'openings')$$, :'below'), 'one row for each agenda: held, granted, owned');
SELECT set_eq('SELECT * FROM given()', format($$VALUES ('Doc', %1$L, weeks(), 'substitute'), ('Mate', 'book+messaging', weeks(), 'substitute'), ('Third', 'openings', weeks(), 'substitute')$$, :'below'),
    'each has a grant for the period; the archived agenda and other organizations have none');
SELECT is((SELECT count(*) FROM practiceacl.substitute(account('doc'), account('locum'), weeks())), 3::bigint, 'the same again says the same');
SELECT is((SELECT count(*) FROM given()), 3::bigint, 'and gives nothing twice');
SELECT results_eq($$SELECT source, act, in_force, granted_by FROM practiceacl.explain_access(account('locum'), agenda('doc')) AS e (source, rights, valid_during, in_force, granted_by, name, granted_at, act, reason, why_not)$$,
    format($$VALUES ('grant', 'substitute', true, %L::uuid)$$, account('chief')), 'explain_access says by which act');
RESET ROLE;
SELECT set_eq('SELECT recipient FROM practiceacl.outbox', ARRAY['doc@example.org', 'mate@example.org', 'third@example.org', 'locum@example.org', 'boss@example.org', 'chief@example.org'],
    'the one who is away, the substitute, the holders and the administrators are told');
SELECT is((SELECT count(*) FROM practiceacl.outbox), 6::bigint, 'each once, although it was said twice');
SELECT is((SELECT count(*) FROM practiceacl.activity WHERE act = 'rights.substituted' AND facts ->> 'for_account' = account('doc')::text), 3::bigint, 'an entry on each agenda''s chain');
SELECT is((SELECT facts ->> 'rights' FROM practiceacl.activity WHERE act = 'rights.substituted' AND agenda_id = agenda('mate')), 'book+messaging', 'says what was given');
SET ROLE clinic_application;

-- It works, and ends by itself.
SELECT enter('locum') \g /dev/null
SELECT isnt(practiceacl.book(agenda('doc'), at('2058-03-04 09:00'), private => true), NULL, 'the substitute works for the one who is away');
SELECT is((SELECT count(*) FROM practiceacl.appointment), 1::bigint, 'sees what is private');
SELECT throws_ok(format('SELECT practiceacl.set_rights(%L, %L, %L)', agenda('doc'), account('sec'), 'read'), '42501', NULL, 'but gives no rights');
SELECT throws_ok(format('SELECT * FROM practiceacl.substitute(%L, %L, %L)', account('doc'), account('sec'), weeks()), '42501', NULL, 'nor finds a substitute for themselves');
RESET ROLE;
UPDATE practiceacl.access_grant SET valid_during = tstzrange(now() - interval '14 days', now() - interval '1 hour') WHERE source = 'substitute';
SET ROLE clinic_application;
SELECT enter('locum') \g /dev/null
SELECT is(practiceacl.agendas(), '{}', 'when the period is over nothing is left');

-- Periods are those of the grants, and more is not given for less.
RESET ROLE;
DELETE FROM practiceacl.access_grant WHERE account_id = account('locum');
UPDATE practiceacl.access_grant SET valid_during = tstzrange(now() + interval '2 days', now() + interval '4 days') WHERE account_id = account('doc') AND agenda_id = agenda('mate');
SELECT may('locum', 'openings+private', 'third') \g /dev/null
SET ROLE clinic_application;
SELECT enter('boss') \g /dev/null
SELECT practiceacl.substitute(account('doc'), account('locum'), weeks()) \g /dev/null
SELECT is((SELECT during FROM given() WHERE agenda = 'Mate'), tstzrange(now() + interval '2 days', now() + interval '4 days'), 'a grant of the one who is away keeps its own period');
SELECT is((SELECT array_agg(source) FROM given() WHERE agenda = 'Third'), '{hand}'::text[], 'what the substitute has anyway is not given');

-- By the one who is away.
RESET ROLE;
DELETE FROM practiceacl.access_grant WHERE account_id = account('locum');
SET ROLE clinic_application;
SELECT enter('doc') \g /dev/null
SELECT set_eq($$SELECT g.name, s.rights::text FROM practiceacl.substitute(account('doc'), account('locum'), weeks()) s JOIN practiceacl.agenda g ON g.id = s.agenda_id$$,
    format($$VALUES ('Doc', %L), ('Third', 'openings')$$, :'below'), 'on the agendas that they hold or own, for they may give nothing on others');
SELECT results_eq(format('SELECT agenda_id FROM practiceacl.substitute(%L, %L, %L, %L)', account('doc'), account('sec'), weeks(), ARRAY[agenda('doc')]),
    ARRAY[agenda('doc')], 'or on those that are named');
SELECT throws_ok(format('SELECT * FROM practiceacl.substitute(%L, %L, %L, %L)', account('doc'), account('sec'), weeks(), ARRAY[agenda('doc'), agenda('mate')]),
    'PT404', NULL, 'which must be of these');
SELECT is((SELECT count(*) FROM practiceacl.access_matrix WHERE account_id = account('sec') AND source = 'substitute'), 1::bigint, 'nothing of which is half done');
SELECT is_empty(format('SELECT * FROM practiceacl.substitute(%L, %L, %L, %L)', account('doc'), account('sec'), weeks(), '{}'), 'none named is none');

-- Called off, and arranged once more for the same time.
SELECT practiceacl.set_rights(agenda('doc'), account('sec'), 'none') \g /dev/null
SELECT is((SELECT count(*) FROM practiceacl.access_matrix WHERE account_id = account('sec')), 0::bigint, 'a substitution is called off with set_rights');
SELECT is((SELECT count(*) FROM practiceacl.substitute(account('doc'), account('sec'), weeks(), ARRAY[agenda('doc')])), 1::bigint, 'and can be arranged again');
SELECT is((SELECT count(*) FROM practiceacl.access_matrix WHERE account_id = account('sec') AND source = 'substitute'), 1::bigint, 'which takes effect');

-- Somebody else's agenda that the substitute holds already.
SELECT enter('chief') \g /dev/null
SELECT is_empty($$SELECT * FROM practiceacl.substitute(account('doc'), account('mate'), weeks()) s WHERE s.agenda_id = agenda('mate')$$, 'nobody is given anything on what they hold');

-- Refused.
SELECT throws_ok(format('SELECT * FROM practiceacl.substitute(%L, %L, %L)', account(f), account(b), d), code, NULL, what)
FROM (VALUES ('doc', 'doc', '[2058-01-01,2058-02-01)', '22023', 'nobody stands in for themselves'),
             ('doc', 'sec', '[2058-01-01,)', '22023', 'without an end it is no substitution'),
             ('doc', 'sec', '[2020-01-01,2020-02-01)', '22023', 'the past needs no substitute'),
             ('doc', 'sec', 'empty', '22023', 'nor does no time'),
             ('doc', 'sec', NULL, '22004', 'a period must be given'),
             ('doc', 'far', '[2058-01-01,2058-02-01)', 'PT404', 'somebody from elsewhere does not exist'),
             ('far', 'sec', '[2058-01-01,2058-02-01)', 'PT404', 'neither way'),
             ('doc', 'boss', '[2058-01-01,2058-02-01)', '42501', 'an administrator of users cannot substitute for a full administrator'),
             ('doc', 'chief', '[2058-01-01,2058-02-01)', 'PA010', 'and gives nothing to themselves without a password')) AS v (f, b, d, code, what);
SELECT enter('lord') \g /dev/null
SELECT throws_ok(format('SELECT * FROM practiceacl.substitute(%L, %L, %L)', account('doc'), account('sec'), weeks()), 'PT404', NULL, 'another organization''s administrator learns nothing');
SELECT enter('sec') \g /dev/null
SELECT throws_ok(format('SELECT * FROM practiceacl.substitute(%L, %L, %L)', account('doc'), account('third'), weeks()), '42501', NULL, 'a colleague is told whom to ask');
SELECT set_config('practiceacl.session', '', false) \g /dev/null
SELECT throws_ok(format('SELECT * FROM practiceacl.substitute(%L, %L, %L)', account('doc'), account('sec'), weeks()), '28000', NULL, 'nobody arranges nothing');

-- Who was removed from the list is one of it again, and health() is well.
SELECT enter('boss') \g /dev/null
RESET ROLE;
UPDATE practiceacl.membership SET status = 'unlisted' WHERE account_id = account('sec');
DELETE FROM practiceacl.access_grant WHERE account_id = account('sec');
SET ROLE clinic_application;
SELECT enter('boss') \g /dev/null
SELECT practiceacl.substitute(account('doc'), account('sec'), weeks()) \g /dev/null
RESET ROLE;
SELECT is((SELECT status FROM practiceacl.membership WHERE account_id = account('sec')), 'active', 'a substitute is listed');
-- Where holders consent, what an administrator arranges waits for them.
DELETE FROM practiceacl.access_grant WHERE account_id = account('locum');
UPDATE practiceacl.organization SET holder_consents = true WHERE id = org();
SET ROLE clinic_application;
SELECT enter('boss') \g /dev/null
SELECT is_empty($$SELECT * FROM practiceacl.substitute(account('doc'), account('locum'), weeks())$$, 'with holder_consents nothing takes effect at once');
SELECT is_empty($$SELECT * FROM practiceacl.substitute(account('doc'), account('locum'), weeks())$$, 'nor when it is said again');
SELECT is((SELECT count(*) FROM practiceacl.rights_requests WHERE account_id = account('locum') AND status = 'pending'), 3::bigint, 'but waits on each agenda, once');
SELECT is_empty('SELECT * FROM given()', 'and is not given');
SELECT enter('doc') \g /dev/null
SELECT is((SELECT count(*) FROM practiceacl.substitute(account('doc'), account('locum'), weeks(), ARRAY[agenda('doc')])), 1::bigint, 'the holder needs nobody''s consent');
RESET ROLE;
SELECT is_empty('SELECT check_name, detail FROM practiceacl.health() WHERE NOT ok AND check_name IN (''tables'', ''constraints'', ''statements'', ''grants'', ''losses'')', 'health() finds nothing wrong');
SELECT * FROM finish();
ROLLBACK;
