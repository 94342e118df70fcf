-- A telephone number is one, wherever it is given.
BEGIN;
\ir support/people.psql
SELECT plan(22);

RESET ROLE;
CREATE FUNCTION people.mobile_of(who uuid) RETURNS text LANGUAGE sql SECURITY DEFINER AS
    'SELECT mobile FROM practiceacl.account WHERE id = who';
CREATE FUNCTION people.detail(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE detail text;
BEGIN
    EXECUTE statement;
    RETURN NULL;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
    RETURN detail;
END $$;
SET LOCAL ROLE :app;
SELECT enter('manager') \g /dev/null

-- A user
SELECT account_id AS dora, agenda_id AS agenda FROM practiceacl.create_user(:'centre', 'dora@centre.test', 'Dora', 'Doc',
    agenda => '{"data_controller": "Dora Doc"}', mobile => '06 12 34 56 78') \gset
SELECT is(mobile_of(:'dora'), '+33612345678', 'a national number is the organization''s country''s');
SELECT account_id AS carl FROM practiceacl.create_user(:'centre', 'carl@centre.test', 'Carl', 'Colin', mobile => '0470 12 34 56', country => 'BE') \gset
SELECT is(mobile_of(:'carl'), '+32470123456', 'or that of the person''s own');
SELECT throws_ok(format('SELECT practiceacl.create_user(%L, %L, %L, %L, mobile => %L)', :'centre', 'x@x.test', 'X', 'X', number), '22023',
    'mobile must be a phone number', 'no number: ' || number)
FROM unnest('{12, call me, +33 6, 6 12 34 56 78, +33 6 12 34 56 7O}'::text[]) number;
SELECT is(detail(format('SELECT practiceacl.create_user(%L, %L, %L, %L, mobile => %L, country => %L)', :'centre', 'x@x.test', 'X', 'X', '06 12 34 56 78', 'JP')),
    'As a phone number, it has no country code.', 'of a country that is not known it needs the code');
-- A correction
SELECT practiceacl.update_user(:'centre', :'dora', '{"mobile": "+33 (0)6 87 65 43 21", "work_mobile": "01 02 03 04 05"}') \g /dev/null
SELECT is(mobile_of(:'dora'), '+33687654321', 'the trunk zero is understood');
SELECT is((SELECT work_mobile FROM practiceacl.membership WHERE account_id = :'dora'), '+33102030405', 'at work too');
SELECT practiceacl.update_user(:'centre', :'carl', '{"work_mobile": "0033 6 12 34 56 78"}') \g /dev/null
SELECT is((SELECT work_mobile FROM practiceacl.membership WHERE account_id = :'carl'), '+33612345678', 'and 00');
SELECT throws_ok(format('SELECT practiceacl.update_user(%L, %L, %L)', :'centre', :'dora', '{"work_mobile": "12"}'), '22023',
    '"work_mobile" in changes must be a phone number', 'the rule is one');
SELECT practiceacl.update_user(:'centre', :'carl', '{"work_mobile": " "}') \g /dev/null
SELECT is((SELECT work_mobile FROM practiceacl.membership WHERE account_id = :'carl'), NULL, 'nothing but blanks is no number');
-- Oneself
SELECT practiceacl.update_my_account('{"mobile": "06.12.34.56.78"}') \g /dev/null
SELECT is((SELECT mobile FROM practiceacl.account), '+33612345678', 'with dots');
SELECT practiceacl.update_my_account('{"mobile": "079 123 45 67", "country": "CH"}') \g /dev/null
SELECT is((SELECT mobile FROM practiceacl.account), '+41791234567', 'of the country that is given with it');
SELECT throws_ok('SELECT practiceacl.update_my_account(''{"mobile": "06 12 34 56"}'')', '22023', '"mobile" in changes must be a phone number', 'a digit was lost');
-- An invitation
SELECT token AS link FROM practiceacl.invite_user(:'centre', 'ada@people.test', 'Ada', 'Lovelace', mobile => '06 12 34 56 78') \gset
SELECT token AS older, invitation_id AS older_id FROM practiceacl.invite_user(:'centre', 'old@people.test', 'Otto', 'Older', mobile => '06 12 34 56 78') \gset
RESET ROLE;
-- As 0.1.0 took it.
UPDATE practiceacl.invitation SET offer = offer || '{"mobile": "at home"}' WHERE id = :'older_id';
SET LOCAL ROLE :app;
SELECT is((SELECT offer ->> 'mobile' FROM practiceacl.invitation WHERE email = 'ada@people.test'), '+33612345678', 'an invitation holds it as it is called');
SELECT enter(NULL) \g /dev/null
SELECT account_id AS ada FROM practiceacl.accept_invitation(:'link', 'ada''s own words') \gset
SELECT is(mobile_of(:'ada'), '+33612345678', 'so is the number given on acceptance');
SELECT account_id AS otto FROM practiceacl.accept_invitation(:'older', 'otto''s own words') \gset
SELECT is(mobile_of(:'otto'), NULL, 'what an older one has for a number keeps nobody out');
SELECT enter('manager') \g /dev/null
SELECT is((SELECT left_out -> 0 ->> 'reason' FROM practiceacl.invitation_status WHERE email = 'old@people.test'), 'mobile_not_a_number', 'and is told');
-- A message to a patient
RESET ROLE;
SELECT keep('dora', practiceacl.open_session(:'dora')) \g /dev/null
SET LOCAL ROLE :app;
SELECT enter('dora') \g /dev/null
SELECT practiceacl.send_message(:'agenda', '06 12 34 56 78', NULL, 'See you.') \g /dev/null
SELECT is(refusal(format('SELECT practiceacl.send_message(%L, %L, NULL, %L)', :'agenda', '6 12 34', 'See you.')), '22023', 'a patient''s number too');
RESET ROLE;
SELECT is((SELECT recipient FROM practiceacl.outbox WHERE kind = 'patient_message'), '+33612345678', 'and is sent to in one form');

SELECT * FROM finish();
ROLLBACK;
