-- An address is unique and found by a keyed digest that nobody can read.
BEGIN;
\ir ../setup/clinic.sql
SELECT plan(13);

SELECT is((SELECT count(*) FROM practiceacl.account_email), (SELECT count(*) FROM practiceacl.account), 'every address has a digest');
SELECT is((SELECT count(*) FROM practiceacl.email_key), 1::bigint, 'under one key');
SELECT throws_ok($$ INSERT INTO practiceacl.email_key (key) VALUES (decode(repeat('09', 32), 'hex')) $$, '23505', NULL, 'of which there is only one');
SELECT throws_ok($$ INSERT INTO practiceacl.email_key (only_one, key) VALUES (false, decode(repeat('09', 32), 'hex')) $$, '23514', NULL, 'ever');
SELECT is_empty($$ SELECT FROM practiceacl.account a JOIN practiceacl.account_email e ON e.account_id = a.id
    WHERE e.digest IN (sha256(a.email::bytea), a.email::bytea) $$, 'which are no plain hashes');
SELECT is(practiceacl.digest_emails(), 0::bigint, 'none is made twice');
INSERT INTO practiceacl.account (email, first_name, last_name) VALUES ('anna@north.test', 'A', 'Twin');
SELECT throws_ok('SELECT practiceacl.digest_emails()', '23505', NULL, 'an address written by hand a second time is refused one');
DELETE FROM practiceacl.account WHERE last_name = 'Twin';

-- No index on what people may read holds an address.  Those of the patients
-- keys begin with the agenda and leave private ones out: the policy bounds them.
SELECT is_empty($$ SELECT x.indexrelid::regclass FROM pg_index x
    JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = ANY (x.indkey)
    WHERE x.indrelid::regclass IN (SELECT ('practiceacl.' || object)::regclass FROM practiceacl.role_privileges
                                   WHERE audience = 'application' AND object_type = 'table')
      AND a.attname ~ 'email|name|patient|note|reason|client|title|mobile' AND a.attname <> 'role_name'
      AND x.indexrelid <> ALL ('{practiceacl.appointment_patient_idx,practiceacl.appointment_archive_patient_idx}'::regclass[]) $$,
    'no index of a table that people may read holds what names a person');

SET LOCAL ROLE clinic_app;
SELECT is(code('SELECT * FROM practiceacl.' || t), '42501', 'no way to ' || t)
FROM unnest('{account_email,email_key}'::text[]) t;
SELECT enter('anna') \g /dev/null
RESET ROLE;
UPDATE practiceacl.session SET confirmed_until = now() + interval '3 min';
SET LOCAL ROLE clinic_app;
SELECT practiceacl.request_email_change('  New@North.TEST ') AS asked \g /dev/null
RESET ROLE;
SELECT is((SELECT count(*) FROM practiceacl.account_token WHERE new_email = 'new@north.test'), 1::bigint, 'a free address may be taken');
SET LOCAL ROLE clinic_app;
SELECT practiceacl.request_email_change('BERT@north.test') AS asked \g /dev/null
RESET ROLE;
SELECT is((SELECT count(*) FROM practiceacl.account_token WHERE new_email = 'bert@north.test'), 0::bigint, 'one that somebody has may not, whatever its case');
SELECT practiceacl.delete_account(account('bert')) AS done \g /dev/null
SELECT is_empty($$ SELECT FROM practiceacl.account_email WHERE account_id = account('bert') $$, 'an erased account has no digest');

SELECT * FROM finish();
ROLLBACK;
