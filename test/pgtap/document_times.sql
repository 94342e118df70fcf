-- Days and times inside documents mean the same on every connection.
BEGIN;
\ir support/people.psql
SELECT plan(16);

SELECT enter('manager') \g /dev/null
SELECT practiceacl.add_agenda(:'centre', :'manager', '{"data_controller": "C"}') AS agenda \gset

RESET ROLE;
-- A new user each time, with rights for a period: as it is stored, in UTC.
CREATE FUNCTION people.period_of(whole jsonb) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    made uuid;
BEGIN
    SELECT account_id INTO made FROM practiceacl.create_user(people.noted_id('centre'), 'u' || gen_random_uuid() || '@people.test', 'U', 'Ser',
        access => jsonb_build_array(whole || jsonb_build_object('agenda', people.noted('agenda'), 'rights', 'read')));
    RETURN (SELECT to_char(lower(valid_during) AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') || ' '
                || coalesce(to_char(upper(valid_during) AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI'), 'for good')
            FROM practiceacl.access_grant WHERE account_id = made);
END $$;
SELECT note('centre', :'centre'), note('agenda', :'agenda') \g /dev/null
SET LOCAL ROLE :app;
SELECT enter('manager') \g /dev/null

SET LOCAL TimeZone = 'Asia/Tokyo';
SET LOCAL DateStyle = 'SQL, DMY';
SELECT is(people.period_of('{"valid_from": "2058-02-01T08:00Z", "valid_until": "2058-03-01T08:00+01:00"}'), '2058-02-01 08:00 2058-03-01 07:00', 'a zone that is given counts');
SELECT is(people.period_of('{"valid_from": "2058-02-01 08:00", "valid_until": "2058-08-01"}'), '2058-02-01 07:00 2058-07-31 22:00',
    'without one it is the organization''s wall clock, summer and winter, not the connection''s');
SET LOCAL TimeZone = 'America/New_York';
SET LOCAL DateStyle = 'ISO, MDY';
SELECT is(people.period_of('{"valid_from": "2058-02-01 08:00", "valid_until": "2058-08-01"}'), '2058-02-01 07:00 2058-07-31 22:00', 'on any other connection too');
SELECT is(people.period_of(jsonb_build_object('valid_from', '2058-02-01 08:00:00.5+00'::timestamptz)), '2058-02-01 08:00 for good', 'as jsonb writes a moment');

SELECT is(refusal(format('SELECT people.period_of(%L)', jsonb_build_object('valid_until', wrong))), '22023', wrong || ' is none')
FROM unnest('{01/02/2031,tomorrow,infinity,2031-02-29,2058-02-01 08:00 Europe/Paris,20580201}'::text[]) AS wrong;

-- An invitation says what was meant when it was made.
SELECT invitation_id FROM practiceacl.invite_user(:'centre', 'late@people.test', 'La', 'Te',
    access => jsonb_build_array(jsonb_build_object('agenda', :'agenda', 'rights', 'read', 'valid_until', '2058-08-01'))) \gset
RESET ROLE;
SELECT is(offer #>> '{access,0,valid_until}', '2058-07-31T22:00:00Z', 'an invitation keeps the moment, not the words') FROM practiceacl.invitation WHERE id = :'invitation_id';
SET LOCAL ROLE :app;
SELECT enter('manager') \g /dev/null

-- Times of day.
SELECT is(refusal(format('SELECT practiceacl.update_agenda(%L, %L)', :'agenda', jsonb_build_object('day_start', wrong))), '22023', wrong || ' is no time of day')
FROM unnest('{8 AM,08:30+02,allballs}'::text[]) AS wrong;
SELECT is(refusal(format('SELECT practiceacl.update_agenda(%L, %L)', :'agenda', '{"day_start": "08:30", "day_end": "24:00"}')), NULL, 'hours and minutes are');

-- A move says when, wherever its clock hangs.
SELECT practiceacl.book(:'agenda', '2058-03-04 09:00Z') AS visit \gset
SELECT matches((SELECT outcome || coalesce(detail, '') FROM practiceacl.move_appointments(jsonb_build_array(jsonb_build_object('appointment_id', :'visit', 'starts_at', '2058-03-05T10:00Z')))), '^moved', 'a move with a zone');

SELECT * FROM finish();
ROLLBACK;
