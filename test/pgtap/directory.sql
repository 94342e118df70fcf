-- Who sees what of whom: directory, matrix, invitations, one's own things.
BEGIN;
SELECT plan(31);
\ir support/clinic.psql
SELECT join_clinic(who, admin => admin) FROM (VALUES ('ada', 'full'), ('uma', 'users'), ('doc', 'none'), ('sec', 'none'),
    ('dis', 'none'), ('gone', 'none'), ('unl', 'none')) AS v (who, admin) \g /dev/null
SELECT join_clinic('far', 'elsewhere', 'full') \g /dev/null
SELECT hold_agenda('doc'), hold_agenda('ada') \g /dev/null
SELECT hold_agenda('far', organization => 'elsewhere') \g /dev/null
SELECT may('sec', 'book', 'doc'), may('sec', 'freebusy', 'ada', tstzrange(now() - interval '2 days', now() - interval '1 day')),
       may('dis', 'read', 'doc'), may('unl', 'read', 'ada', tstzrange(now() + interval '1 day', NULL)) \g /dev/null
SELECT may('sec', 'read+private', 'doc', tstzrange(NULL, '2100-01-01')) \g /dev/null
UPDATE practiceacl.membership SET features = 'messaging', job_title = 'Secretary' WHERE account_id = account('sec');
SELECT log_everybody_in() \g /dev/null
UPDATE practiceacl.membership SET status = v.status
FROM (VALUES ('dis', 'disabled'), ('gone', 'removed'), ('unl', 'unlisted')) AS v (who, status) WHERE account_id = account(who);
INSERT INTO practiceacl.invitation (organization_id, status, email, account_id, invited_by, expires_at, settled_at, first_name, last_name, offer, times_sent)
SELECT l.id, v.status, v.email, account(v.who), account('uma'), now() + v.expires, CASE WHEN v.status <> 'pending' THEN now() END, 'In', 'Vited', '{}', 2
FROM place l, (VALUES ('pending', 'new@i.test', NULL, interval '1 day'), ('pending', 'late@i.test', NULL, interval '-1 day'),
    ('accepted', 'sec@i.test', 'sec', interval '1 day'), ('accepted', 'dis@i.test', 'dis', interval '1 day'),
    ('accepted', 'gone@i.test', 'gone', interval '-1 day'), ('declined', 'no@i.test', NULL, interval '-1 day'),
    ('revoked', 'undone@i.test', NULL, interval '1 day')) AS v (status, email, who, expires)
WHERE l.name = 'clinic';

SET ROLE clinic_application;
SELECT is_empty('SELECT * FROM practiceacl.user_directory', 'an anonymous caller sees no user');
SELECT is_empty('SELECT * FROM practiceacl.access_matrix', 'and no access');
SELECT is_empty('SELECT * FROM practiceacl.invitation_status', 'and no invitation');
SELECT is_empty('SELECT * FROM practiceacl.my_agendas', 'and no calendar');

SELECT enter('sec') \g /dev/null
SELECT set_eq('SELECT name FROM practiceacl.user_directory', ARRAY['Ada Test', 'Uma Test', 'Doc Test', 'Sec Test'],
    'a colleague sees the active colleagues, not the unlisted, disabled, removed or those elsewhere');
SELECT is_empty($$ SELECT * FROM practiceacl.user_directory
    WHERE name <> 'Sec Test' AND num_nonnulls(email, admin, status, last_log_in_at, joined_at, work_mobile, features, agendas) > 0 $$,
    'of others only name and job title');
SELECT results_eq($$ SELECT email, job_title, admin, status, agendas, last_log_in_at IS NOT NULL FROM practiceacl.user_directory WHERE account_id = account('sec') $$,
    $$ VALUES ('sec@example.org', 'Secretary', 'none', 'active', 1::bigint, true) $$, 'and of themselves everything');
SELECT results_eq('SELECT name, holds FROM practiceacl.user_directory WHERE holds IS NOT NULL', $$ VALUES ('Doc Test', '{Doc}'::text[]) $$,
    'holds names the calendars that the caller may know of');
SELECT results_eq('SELECT user_name, agenda_name, rights::text, level, source, valid_until FROM practiceacl.access_matrix',
    $$ VALUES ('Sec Test', 'Doc', 'book+private+messaging', 'book', 'hand', '2100-01-01'::timestamptz) $$,
    'the matrix shows the caller''s own rows: what is in force, united, with features');
SELECT results_eq('SELECT name, holder_name, rights::text, own, current FROM practiceacl.my_agendas',
    $$ VALUES ('Doc', 'Doc Test', 'book+private+messaging', false, false) $$, 'my_agendas lists what the caller may open');
SELECT practiceacl.choose_agenda(agenda('doc')) \g /dev/null
SELECT results_eq('SELECT name FROM practiceacl.my_agendas WHERE current', ARRAY['Doc'], 'and which one is current');
SELECT results_eq('SELECT name, job_title FROM practiceacl.my_organizations', $$ VALUES ('clinic', 'Secretary') $$, 'my_organizations lists the caller''s organization');
SELECT set_eq('SELECT agenda, feature FROM practiceacl.my_features', $$ VALUES (NULL, 'messaging'), ('Doc', 'private'), ('Doc', 'messaging') $$,
    'my_features lists what is enabled for the caller');
SELECT is_empty('SELECT * FROM practiceacl.invitation_status', 'no invitations');
SELECT is(practiceacl.organizations(), ARRAY[(SELECT id FROM place WHERE name = 'clinic')], 'organizations() has the caller''s organization');
SELECT is(practiceacl.organizations('users'), '{}', 'and none with administrator level users');
SELECT throws_ok($$ SELECT practiceacl.organizations('boss') $$, '22023', '"boss" is not an administrator level', 'an unknown administrator level is refused');

SELECT enter('doc') \g /dev/null
SELECT set_eq('SELECT user_name, level FROM practiceacl.access_matrix', $$ VALUES ('Doc Test', 'owner'), ('Sec Test', 'book') $$,
    'the owner of a calendar sees who may what on it');
SELECT is_empty($$ SELECT * FROM practiceacl.user_directory WHERE email IS NOT NULL AND name <> 'Doc Test' $$, 'but no address');

SELECT enter('uma') \g /dev/null
SELECT set_eq('SELECT name, status, email IS NOT NULL FROM practiceacl.user_directory',
    $$ VALUES ('Ada Test', 'active', true), ('Uma Test', 'active', true), ('Doc Test', 'active', true), ('Sec Test', 'active', true), ('Dis Test', 'disabled', true) $$,
    'an administrator sees the disabled too, with address and status');
SELECT set_eq('SELECT name, agendas, holds FROM practiceacl.user_directory WHERE agendas > 0',
    $$ VALUES ('Ada Test', 1::bigint, '{Ada}'::text[]), ('Doc Test', 1, '{Doc}'), ('Sec Test', 1, NULL) $$, 'and how many calendars each has');
SELECT set_eq('SELECT user_name, agenda_name, level FROM practiceacl.access_matrix',
    $$ VALUES ('Ada Test', 'Ada', 'owner'), ('Doc Test', 'Doc', 'owner'), ('Sec Test', 'Doc', 'book') $$,
    'the whole matrix of the organization, without disabled users and future rights');
SELECT is_empty('SELECT * FROM practiceacl.my_agendas', 'being an administrator opens no calendar');
SELECT set_eq('SELECT email, status, times_sent, invited_by_name FROM practiceacl.invitation_status',
    $$ VALUES ('new@i.test', 'pending', 2, 'Uma Test'), ('late@i.test', 'expired', 2, 'Uma Test'), ('sec@i.test', 'accepted', 2, 'Uma Test'),
              ('dis@i.test', 'revoked', 2, 'Uma Test'), ('gone@i.test', 'revoked', 2, 'Uma Test'), ('no@i.test', 'declined', 2, 'Uma Test'),
              ('undone@i.test', 'revoked', 2, 'Uma Test') $$, 'invitations follow the membership that they led to');
SELECT results_eq('SELECT email FROM practiceacl.invitation_status WHERE last_log_in_at IS NOT NULL AND status = ''accepted''', ARRAY['sec@i.test'],
    'the last log-in is that of the accepting account');

SELECT enter('far') \g /dev/null
SELECT set_eq('SELECT name FROM practiceacl.user_directory', ARRAY['Far Test'], 'another organization''s administrator sees their own users');
SELECT is_empty('SELECT * FROM practiceacl.invitation_status', 'no invitations of other organizations');
SELECT set_eq('SELECT user_name FROM practiceacl.access_matrix', ARRAY['Far Test'], 'and no access there');

SELECT enter('unl') \g /dev/null
SELECT is_empty('SELECT * FROM practiceacl.user_directory', 'an unlisted member sees nobody');
SELECT enter('dis') \g /dev/null
SELECT is_empty('SELECT * FROM practiceacl.user_directory', 'nor does a disabled member');
SELECT is_empty('SELECT * FROM practiceacl.access_matrix', 'and has no row in the matrix');
RESET ROLE;
SELECT * FROM finish();
ROLLBACK;
