-- Reading in an emergency: members only, for a reason, for a while, a few
-- times a day, and never in secret.
BEGIN;
\ir support/clinic.psql
SELECT plan(38);

SELECT join_clinic('anna'), hold_agenda('anna') \g /dev/null
SELECT join_clinic('bert'), hold_agenda('bert') \g /dev/null
SELECT join_clinic('nora') \g /dev/null
SELECT join_clinic('dora') \g /dev/null
SELECT join_clinic('lena') \g /dev/null
SELECT join_clinic('lara') \g /dev/null
SELECT join_clinic('adam', admin => 'full'), join_clinic('ursa', admin => 'users') \g /dev/null
SELECT join_clinic('sven', 'elsewhere') \g /dev/null
SELECT log_everybody_in() \g /dev/null
UPDATE practiceacl.membership SET status = 'disabled' WHERE account_id = account('dora');
UPDATE practiceacl.membership SET status = 'unlisted' WHERE account_id = account('lena');
SET LOCAL ROLE clinic_application;
SELECT enter('anna') \g /dev/null
INSERT INTO kept VALUES ('secret', practiceacl.book(agenda('anna'), at('2058-03-04 10:00'), at('2058-03-04 10:30'), patient => 'P', private => true));

CREATE FUNCTION clinic.emergency(whose text, reason text, duration interval DEFAULT '1 h') RETURNS text LANGUAGE sql AS $$
    SELECT refusal(format('SELECT practiceacl.break_glass(%L, %L, %L)', agenda(whose), reason, duration));
$$;

-- Who may not.
SELECT set_config('practiceacl.session', '', true) \g /dev/null
SELECT is(emergency('anna', 'collapsed'), '28000', 'an anonymous caller is refused');
SELECT enter('sven') \g /dev/null
SELECT is(emergency('anna', 'collapsed'), 'PT404', 'a stranger finds no agenda');
SELECT enter('dora') \g /dev/null
SELECT is(emergency('anna', 'collapsed'), 'PT404', 'nor does a member who was disabled');
SELECT enter('lena') \g /dev/null
SELECT is(emergency('anna', 'collapsed'), 'PT404', 'nor one whose last access was taken');


-- A locum whose time has come to its end is a former colleague, although
-- nobody has said so; one whose time is to come is a colleague already.
RESET ROLE;
SELECT organization_id AS org FROM practiceacl.agenda WHERE id = agenda('bert') \gset
INSERT INTO practiceacl.access_grant (organization_id, agenda_id, account_id, rights, valid_during)
SELECT organization_id, id, account('lara'), 'read', tstzrange(now() - interval '1 month', now() + interval '1 day')
FROM practiceacl.agenda WHERE id = agenda('bert');
SET LOCAL ROLE clinic_application;
SELECT enter('lara') \g /dev/null
SELECT isnt_empty('SELECT FROM practiceacl.user_directory WHERE account_id <> practiceacl.current_account()', 'a locum knows colleagues');
RESET ROLE;
UPDATE practiceacl.access_grant SET valid_during = tstzrange(now() - interval '1 month', now()) WHERE account_id = account('lara');
SET LOCAL ROLE clinic_application;
SELECT is(emergency('anna', 'collapsed'), 'PT404', 'whose time has ended finds no agenda in an emergency');
SELECT is_empty('SELECT FROM practiceacl.user_directory', 'and sees no colleague');
SELECT is_empty('SELECT FROM practiceacl.organization', 'or the organization');
SELECT throws_ok(format('SELECT practiceacl.search_users(%L, %L)', :'org', 'a'), 'PT404', NULL, 'or any user by searching');
RESET ROLE;
UPDATE practiceacl.access_grant SET valid_during = tstzrange(now() + interval '1 month', NULL) WHERE account_id = account('lara');
SET LOCAL ROLE clinic_application;
SELECT isnt_empty('SELECT FROM practiceacl.organization', 'whose time is to come belongs already');
RESET ROLE;
UPDATE practiceacl.access_grant SET valid_during = tstzrange(now() - interval '1 month', now()) WHERE account_id = account('lara');
UPDATE practiceacl.membership SET admin = 'users' WHERE account_id = account('lara');
SET LOCAL ROLE clinic_application;
SELECT isnt_empty('SELECT FROM practiceacl.organization', 'an administrator belongs');
RESET ROLE;
UPDATE practiceacl.membership SET admin = 'none' WHERE account_id = account('lara');
UPDATE practiceacl.access_grant SET source = 'break_glass' WHERE account_id = account('lara');
SET LOCAL ROLE clinic_application;
SELECT isnt_empty('SELECT FROM practiceacl.organization', 'and whoever had nothing but an emergency');

-- What is asked of a member.
SELECT enter('nora') \g /dev/null
SELECT is((SELECT count(*)::int FROM practiceacl.appointment), 0, 'a colleague sees nothing before the emergency');
SELECT is(emergency('anna', ''), '22023', 'a missing reason is refused');
SELECT is(emergency('anna', E' \t\n'), '22023', 'a blank reason is refused');
SELECT is(emergency('anna', repeat('x', 1001)), '22023', 'a reason that is too long is refused');
SELECT throws_ok($$SELECT practiceacl.break_glass(agenda('anna'), NULL)$$, '22004', 'reason must not be null');
SELECT throws_ok($$SELECT practiceacl.break_glass(NULL, 'x')$$, '22004', 'agenda_id must not be null');
SELECT is(emergency('anna', 'collapsed', '0'), '22023', 'a duration of zero is refused');
SELECT is(emergency('anna', 'collapsed', '-1 h'), '22023', 'a negative duration is refused');
SELECT is(emergency('anna', 'collapsed', '4 h 1 s'), '22023', 'a duration of more than four hours is refused');
SELECT is(emergency('anna', 'collapsed', '1 month'), '22023', 'a duration of a month is refused');
SELECT is((SELECT count(*)::int FROM practiceacl.access_grant), 0, 'the refused calls granted nothing');

-- What it gives.
CREATE TEMPORARY TABLE given AS SELECT practiceacl.break_glass(agenda('anna'), 'Mr P collapsed in the hall') AS until;
SELECT ok((SELECT until BETWEEN now() + interval '1 hour' AND clock_timestamp() + interval '1 hour' FROM given), 'it lasts an hour by default');
SELECT is(practiceacl.rights_on(agenda('anna'))::text, 'read+private+patient_file', 'the rights are read, private and patient_file');
SELECT is((SELECT patient FROM practiceacl.appointment WHERE id = kept('secret')), 'P', 'private appointments are visible');
SELECT throws_ok($$SELECT practiceacl.cancel_appointment(kept('secret'))$$, '42501', NULL, 'changing appointments is refused');
SELECT is(practiceacl.can(agenda('bert')), false, 'and other agendas stay hidden');
SELECT results_eq($$SELECT source, reason, upper(valid_during) FROM practiceacl.access_grant WHERE account_id = account('nora')$$,
    $$SELECT 'break_glass', 'Mr P collapsed in the hall', until FROM given$$, 'the grant says what it is');

-- Who hears of it.
RESET ROLE;
SELECT results_eq(
    $$SELECT recipient, payload ->> 'name', payload ->> 'agenda', payload ->> 'reason' FROM practiceacl.outbox
      WHERE kind = 'break_glass' ORDER BY recipient$$,
    $$SELECT who || '@example.org', 'Nora Test', 'Anna', 'Mr P collapsed in the hall' FROM unnest(ARRAY['adam', 'anna', 'ursa']) who$$,
    'the holder and the administrators, each once');
SET LOCAL ROLE clinic_application;
SELECT enter('anna') \g /dev/null
SELECT results_eq(
    $$SELECT actor_id, account_id, facts ->> 'rights' FROM practiceacl.activity WHERE act = 'access.broken_glass'$$,
    $$VALUES (account('nora'), account('nora'), 'read+private+patient_file')$$, 'it stands out in the activity');
SELECT is((SELECT count(*)::int FROM practiceacl.activity WHERE facts::text LIKE '%collapsed%'), 0, 'the reason, which may name a patient, is not in the facts');
SELECT is((SELECT count(*)::int FROM practiceacl.activity_detail WHERE detail LIKE '%collapsed%'), 1, 'it is in the detail');

-- How often.
SELECT enter('nora') \g /dev/null
SELECT is(emergency('bert', 'collapsed', '4 h'), NULL, 'a second emergency within a day is allowed');
SELECT is(emergency('anna', 'collapsed'), NULL, 'so is a third');
SELECT is(emergency('anna', 'collapsed'), 'PA040', 'a fourth is refused');
SELECT enter('ursa') \g /dev/null
SELECT is(emergency('anna', 'collapsed'), NULL, 'the limit of three is per account');

-- It lapses by itself.
RESET ROLE;
UPDATE practiceacl.access_grant SET valid_during = tstzrange(lower(valid_during) - interval '2 h', lower(valid_during) - interval '1 h')
WHERE source = 'break_glass';
SET LOCAL ROLE clinic_application;
SELECT enter('nora') \g /dev/null
SELECT is((SELECT count(*)::int FROM practiceacl.appointment), 0, 'when the time is over nothing is visible');

SELECT * FROM finish();
ROLLBACK;
