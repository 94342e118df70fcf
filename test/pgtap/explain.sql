-- Who can, and why: who_can() and explain_access().
BEGIN;
SELECT plan(37);
\ir support/clinic.psql
SELECT join_clinic(who, admin => admin) FROM (VALUES ('ada', 'users'), ('doc', 'none'), ('sec', 'none'), ('own', 'none'),
    ('lap', 'none'), ('yet', 'none'), ('dis', 'none'), ('gone', 'none'), ('blk', 'none'), ('none', 'none'), ('glass', 'none')) AS v (who, admin) \g /dev/null
SELECT join_clinic('far', 'elsewhere', 'full') \g /dev/null
SELECT hold_agenda('doc') \g /dev/null
SELECT hold_agenda('far', organization => 'elsewhere') \g /dev/null
SELECT may('sec', 'read', 'doc'), may('sec', 'book+overbook', 'doc', tstzrange(now() - interval '1 day', '2100-01-01')),
       may('own', 'owner', 'doc'), may('dis', 'read', 'doc'), may('blk', 'read', 'doc'), may('gone', 'read', 'doc'),
       may('lap', 'read', 'doc', tstzrange(NULL, now() - interval '1 day')),
       may('yet', 'freebusy', 'doc', tstzrange('2100-01-01', NULL)) \g /dev/null
UPDATE practiceacl.access_grant SET granted_by = account('doc'), source = 'clone', granted_at = '2026-01-01' WHERE account_id = account('sec') AND upper_inf(valid_during);
UPDATE practiceacl.membership SET features = 'messaging' WHERE account_id IN (account('sec'), account('yet'));
SELECT log_everybody_in() \g /dev/null
UPDATE practiceacl.membership SET status = v.status
FROM (VALUES ('dis', 'disabled'), ('gone', 'removed')) AS v (who, status) WHERE account_id = account(who);
UPDATE practiceacl.account SET status = 'blocked' WHERE id = account('blk');
CREATE FUNCTION clinic.why(who text, on_agenda_of text DEFAULT 'doc')
RETURNS TABLE (source text, rights text, in_force boolean, granted_by_name text, act text, why_not text) LANGUAGE sql AS $$
    SELECT source, rights::text, in_force, granted_by_name, act, why_not FROM practiceacl.explain_access(account(who), agenda(on_agenda_of))
$$;
SET ROLE clinic_application;

SELECT throws_ok($$ SELECT * FROM practiceacl.who_can(agenda('doc')) $$, '28000', NULL, 'an anonymous caller cannot call who_can()');
SELECT throws_ok($$ SELECT * FROM practiceacl.explain_access(account('sec'), agenda('doc')) $$, '28000', NULL, 'nor explain_access()');

SELECT enter('glass') \g /dev/null
SELECT practiceacl.break_glass(agenda('doc'), 'the patient fainted', '1 hour') AS until \gset
SELECT enter('doc') \g /dev/null
SELECT results_eq($$ SELECT name, rights::text FROM practiceacl.who_can(agenda('doc')) $$,
    $$ VALUES ('Doc Test', 'owner+overbook+edit_past+private+patient_file+documents+messaging+billing+statistics+export+public_profile'),
              ('Glass Test', 'read+private+patient_file'), ('Own Test', 'owner'), ('Sec Test', 'book+overbook+messaging') $$,
    'who_can() leaves out the disabled, removed and blocked, and rights not in force');
SELECT results_eq($$ SELECT name FROM practiceacl.who_can(agenda('doc'), 'book+messaging') $$, ARRAY['Doc Test', 'Sec Test'], 'who_can() with flags');
SELECT results_eq($$ SELECT name FROM practiceacl.who_can(agenda('doc'), 'messaging') $$, ARRAY['Doc Test', 'Sec Test'], 'flags alone mean at least read');
SELECT results_eq($$ SELECT name, valid_until FROM practiceacl.who_can(agenda('doc')) WHERE valid_until IS NOT NULL AND name <> 'Glass Test' $$,
    $$ VALUES ('Sec Test', '2100-01-01'::timestamptz) $$, 'valid_until says when the rights end');
SELECT is((SELECT valid_until FROM practiceacl.who_can(agenda('doc')) WHERE name = 'Glass Test'), :'until'::timestamptz, 'also for emergency access');

SELECT results_eq($$ SELECT * FROM why('doc') $$,
    $$ VALUES ('holder', 'owner+overbook+edit_past+private+patient_file+documents+messaging+billing+statistics+export+public_profile', true, NULL, NULL, NULL) $$,
    'the holder');
SELECT results_eq($$ SELECT * FROM why('sec') $$,
    $$ VALUES ('grant', 'read', true, 'Doc Test', 'clone', NULL), ('grant', 'book+overbook', true, NULL, 'hand', NULL),
              ('features', 'none+messaging', true, NULL, NULL, NULL) $$, 'each grant, by whom and by which act, and the features');
SELECT results_eq($$ SELECT granted_at, valid_during FROM practiceacl.explain_access(account('sec'), agenda('doc')) WHERE act = 'clone' $$,
    $$ VALUES ('2026-01-01'::timestamptz, '(,)'::tstzrange) $$, 'granted_at and valid_during are those of the grant');
SELECT results_eq($$ SELECT * FROM why('glass') $$, $$ VALUES ('break_glass', 'read+private+patient_file', true, 'Glass Test', 'break_glass', NULL) $$, 'emergency access is a source of its own');
SELECT is((SELECT reason FROM practiceacl.explain_access(account('glass'), agenda('doc'))), 'the patient fainted', 'and has its reason');
SELECT results_eq($$ SELECT source, why_not FROM why('lap') $$, $$ VALUES ('grant', 'lapsed') $$, 'a lapsed grant says so');
SELECT results_eq($$ SELECT source, in_force, why_not FROM why('yet') $$,
    $$ VALUES ('grant', false, 'not yet'), ('features', false, 'features hold from read upwards') $$, 'a future grant says so, and features need read');
SELECT results_eq($$ SELECT source, in_force, why_not FROM why('dis') $$, $$ VALUES ('grant', false, 'disabled in the organization') $$, 'a disabled member''s grant says so');
SELECT results_eq($$ SELECT source, in_force, why_not FROM why('gone') $$, $$ VALUES ('grant', false, 'removed from the organization') $$, 'a removed member''s grant says so');
SELECT results_eq($$ SELECT source, in_force, why_not FROM why('blk') $$, $$ VALUES ('grant', false, 'the account is blocked') $$, 'a blocked account''s grant says so');
SELECT results_eq($$ SELECT * FROM why('none') $$, $$ VALUES ('none', 'none', false, NULL, NULL, 'no rights were ever given') $$, 'a member without any source says so');
SELECT results_eq($$ SELECT source, why_not FROM why('far') $$, $$ VALUES ('none', 'not a member of the organization') $$, 'an account of another organization says so');
SELECT results_eq($$ SELECT source, why_not FROM practiceacl.explain_access('00000000-0000-7000-8000-0000000000ee', agenda('doc')) $$,
    $$ VALUES ('none', 'not a member of the organization') $$, 'an unknown account is explained like a stranger');
SELECT practiceacl.set_rights(agenda('doc'), account('sec'), 'none') \g /dev/null
SELECT matches((SELECT why_not FROM why('sec') WHERE source = 'none'), '^taken \d{4}-\d\d-\d\d \d\d:\d\d UTC by Doc Test$', 'why_not says that the right was taken, when, and by whom');
SELECT practiceacl.set_rights(agenda('doc'), account('sec'), 'freebusy') \g /dev/null

SELECT enter('own') \g /dev/null
SELECT is((SELECT count(*) FROM practiceacl.who_can(agenda('doc'))), 3::bigint, 'an owner who does not hold the agenda may ask as well');
SELECT is((SELECT why_not FROM why('lap')), 'lapsed', 'and is told why a right is not in force');
SELECT enter('ada') \g /dev/null
SELECT is((SELECT count(*) FROM practiceacl.who_can(agenda('doc'), 'freebusy')), 4::bigint, 'an administrator without a right on the agenda may ask too');
SELECT results_eq($$ SELECT * FROM why('ada') $$, $$ VALUES ('none', 'none', false, NULL, NULL, 'no rights were ever given') $$, 'and is told that they were never given a right');
SELECT throws_ok($$ SELECT * FROM practiceacl.who_can(agenda('far')) $$, 'PT404', NULL, 'but not about another organization');
SELECT throws_ok($$ SELECT * FROM practiceacl.explain_access(account('ada'), agenda('far')) $$, 'PT404', NULL, 'not even about themselves');

SELECT enter('sec') \g /dev/null
SELECT results_eq($$ SELECT name, rights::text FROM practiceacl.who_can(agenda('doc'), 'freebusy') $$, $$ VALUES ('Sec Test', 'freebusy') $$,
    'anyone who has some right sees themselves');
SELECT is_empty($$ SELECT * FROM practiceacl.who_can(agenda('doc'), 'book') $$, 'up to their own rights');
SELECT results_eq($$ SELECT source, rights FROM why('sec') WHERE in_force $$, $$ VALUES ('grant', 'freebusy') $$, 'and why they have them');
SELECT throws_ok($$ SELECT * FROM why('own') $$, '42501', 'must be an owner of the agenda or an administrator', 'but not the rights of others');
SELECT throws_ok($$ SELECT * FROM practiceacl.who_can(NULL) $$, '22004', NULL, 'an agenda is needed');

SELECT enter('lap') \g /dev/null
SELECT results_eq($$ SELECT source, why_not FROM why('lap') $$, $$ VALUES ('grant', 'lapsed') $$, 'an account whose rights lapsed is told why');
SELECT throws_ok($$ SELECT * FROM why('sec') $$, 'PT404', NULL, 'and nothing else');
SELECT throws_ok($$ SELECT * FROM practiceacl.who_can(agenda('doc')) $$, 'PT404', NULL, 'who_can() is refused without any right');
SELECT enter('none') \g /dev/null
SELECT throws_ok($$ SELECT * FROM why('none') $$, 'PT404', NULL, 'explain_access() is refused like an agenda that does not exist');
SELECT throws_ok($$ SELECT * FROM practiceacl.explain_access(account('none'), '00000000-0000-7000-8000-0000000000ee') $$, 'PT404', NULL, 'and so is an agenda that does not exist');
RESET ROLE;
SELECT * FROM finish();
ROLLBACK;
