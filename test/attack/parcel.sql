-- Attack: a parcel that a cell run by somebody else made.  What it says of people
-- whom this cell does not know is taken in no other form than from themselves, and of
-- those whom it knows nothing.
BEGIN;
\ir ../setup/clinic.sql
SELECT plan(13);
CREATE ROLE parcel_operator;
SELECT practiceacl.grant_operator('parcel_operator') \g /dev/null
GRANT USAGE ON SCHEMA clinic TO parcel_operator;

-- What adopting says to a parcel with this person in it; or "taken".
CREATE FUNCTION clinic.adopting(person jsonb) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    word text;
BEGIN
    PERFORM practiceacl.adopt_organization('00000000-0000-7000-8000-0000000000f1', 'host=x', jsonb_build_object(
        'organization_id', '00000000-0000-7000-8000-0000000000f1', 'seal', 'x', 'tables', '[]'::jsonb,
        'version', (SELECT extversion FROM pg_extension WHERE extname = 'practiceacl'),
        'people', jsonb_build_array('{"id": "00000000-0000-7000-8000-0000000000f2", "status": "active",
            "email": "new@elsewhere.test", "first_name": "A", "last_name": "B", "country": "FR",
            "time_zone": "Europe/Paris", "sms_copies": false}'::jsonb || person)));
    RETURN 'taken';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS word = CONSTRAINT_NAME;
    RETURN SQLSTATE || ' ' || word;
END $$;
SET LOCAL ROLE parcel_operator;
SELECT is(clinic.adopting('{"email": "OLGA@South.Test"}'), '23505 accounts_differ', 'the address of somebody else, in capitals');
SELECT is(clinic.adopting('{"email": "not an address"}'), '22023 email_address', 'what is no address');
SELECT is(clinic.adopting(jsonb_build_object('email', E'a@b.test\nBcc: c@d.test')), '22023 email_address', 'a line too many for a mailer');
SELECT matches(clinic.adopting(jsonb_build_object('first_name', E'A\x1b[31m')), '^22023 ', 'a name that a terminal obeys');
SELECT is(clinic.adopting('{"last_name": " "}'), '22023 blank', 'no name');
SELECT is(clinic.adopting('{"time_zone": "Mars/Olympus"}'), '22023 time_zone_unknown', 'a time zone that there is not');
SELECT is(clinic.adopting('{"country": "ABCD"}'), '22023 country_unknown', 'a country that there is not');
SELECT is(clinic.adopting('{"country": null}'), '22023 wrong_parcel', 'none');
SELECT is(clinic.adopting('{"status": null}'), '22023 wrong_parcel', 'nor a status');
SELECT is(clinic.adopting('{"status": "operator"}'), '23514 account_status_is_known', 'a status that there is not');
SELECT matches(clinic.adopting('{"mobile": "0900 CALL ME"}'), '^22023 ', 'what is no number');
SELECT is(clinic.adopting(jsonb_build_object('id', account('olga'), 'email', 'olga@south.test', 'first_name', 'Mallory', 'status', 'blocked')), 'taken',
    'of whom the cell knows');
RESET ROLE;
SELECT is((SELECT first_name || ' ' || status FROM practiceacl.account WHERE id = account('olga')), 'Olga active', 'nothing is changed');
SELECT * FROM finish();
ROLLBACK;
