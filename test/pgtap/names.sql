-- A name is what one sees of it.
BEGIN;
\ir support/people.psql
SELECT plan(28);

SELECT enter('manager') \g /dev/null
SELECT account_id AS dora, agenda_id AS agenda FROM practiceacl.create_user(:'centre', 'dora@centre.test', U&'\00A0Dora\2003', U&'\3000Doc ',
    agenda => '{"data_controller": "Dora Doc"}') \gset
SELECT results_eq(format('SELECT first_name, last_name FROM practiceacl.user_directory WHERE account_id = %L', :'dora'),
    $$VALUES ('Dora', 'Doc')$$, 'the blanks of every script go from around a name');
SELECT throws_ok(format('SELECT practiceacl.create_user(%L, %L, %L, %L)', :'centre', 'x@x.test', U&'\3000\00A0', 'X'), '22023', 'first_name must not be blank',
    'nothing but blanks is no name');
SELECT throws_ok(format('SELECT practiceacl.create_user(%L, %L, %L, %L)', :'centre', 'x@x.test', first, last), '22023', message, why)
FROM (VALUES (U&'\202EcraM', 'Moreau', 'first_name must not contain invisible characters', 'a name that turns around what follows'),
             ('Marc', U&'Mor\200Beau', 'last_name must not contain invisible characters', 'a colleague''s name with a space without width'),
             ('Marc', U&'Moreau\FEFF', 'last_name must not contain invisible characters', 'or with a byte order mark'),
             ('Marc', U&'\2066Moreau\2069', 'last_name must not contain invisible characters', 'or isolated'),
             ('Marc', U&'Mor\00ADeau', 'last_name must not contain invisible characters', 'or with a hyphen that is not shown')) v (first, last, message, why);
SELECT throws_ok(format('SELECT practiceacl.invite_user(%L, %L, %L, %L)', :'centre', 'x@x.test', U&'\202EcraM', 'X'), '22023',
    'first_name must not contain invisible characters', 'nor is one invited');
SELECT throws_ok(format('SELECT practiceacl.create_user(%L, %L, %L, %L, job_title => %L)', :'centre', 'x@x.test', 'X', 'X', U&'Admin\200Bistrator'), '22023',
    'job_title must not contain invisible characters', 'nor with such a title');
SELECT throws_ok(format('SELECT practiceacl.update_my_account(%L)', jsonb_build_object('last_name', U&'Mo\202Ereau')), '22023',
    '"last_name" in changes must not contain invisible characters', 'nobody calls themselves so');
SELECT throws_ok(format('SELECT practiceacl.update_user(%L, %L, %L)', :'centre', :'dora', jsonb_build_object('first_name', U&'Do\2060ra')), '22023',
    '"first_name" in changes must not contain invisible characters', 'or is corrected so');
SELECT throws_ok(format('SELECT practiceacl.update_user(%L, %L, %L)', :'centre', :'dora', jsonb_build_object('job_title', U&'\061Cchief')), '22023',
    '"job_title" in changes must not contain invisible characters', 'or titled');
SELECT throws_ok(format('SELECT practiceacl.update_organization(%L, %L)', :'centre', jsonb_build_object('name', U&'Cent\200Dre')), '22023',
    '"name" in changes must not contain invisible characters', 'nor does an organization');
SELECT throws_ok(format('SELECT practiceacl.update_agenda(%L, %L)', :'agenda', jsonb_build_object('name', U&'Do\200Era')), '22023',
    '"name" in changes must not contain invisible characters', 'nor an agenda');
SELECT throws_ok(format('SELECT practiceacl.update_my_account(%L)', jsonb_build_object('first_name', E'Marc\tA')), '22023',
    '"first_name" in changes must be one line', 'a control is one still');
-- What is somebody's name stays theirs.
SELECT lives_ok(format('SELECT practiceacl.update_my_account(%L)', jsonb_build_object('first_name', n)), 'a name: ' || n)
FROM unnest(ARRAY['Jean-Noël', 'Éloïse', 'Łukasz', 'O’Brien', '李', 'Иван', 'محمد', U&'\0639\0644\06CC\200C\0631\0636\0627', 'नीलक्ष', 'Nguyễn', 'Dr. D''Arc, jr.']) n;
SELECT is((SELECT first_name FROM practiceacl.account), 'Dr. D''Arc, jr.', 'as it is written');
-- An invitee
SELECT token AS link FROM practiceacl.invite_user(:'centre', 'ada@people.test', 'Ada', 'Lovelace') \gset
SELECT enter(NULL) \g /dev/null
SELECT throws_ok(format('SELECT practiceacl.accept_invitation(%L, %L, %L)', :'link', 'ada''s own words', U&'Marc\200F'), '22023',
    'first_name must not contain invisible characters', 'an invitee corrects a name by the same rule');

SELECT * FROM finish();
ROLLBACK;
