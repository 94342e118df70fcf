-- import_calendar(): what becomes of the events of a file.
BEGIN;
\ir ../../test/pgtap/support/clinic.psql
SELECT plan(47);

SELECT join_clinic('anna'), hold_agenda('anna') \g /dev/null
SELECT join_clinic('bora'), may('bora', 'book', 'anna') \g /dev/null
SELECT join_clinic('rene'), may('rene', 'read', 'anna') \g /dev/null
SELECT join_clinic('sven', 'elsewhere') \g /dev/null
SELECT log_everybody_in(), practiceacl.grant_ical('clinic_application') \g /dev/null

CREATE FUNCTION clinic.file(VARIADIC events text[]) RETURNS text LANGUAGE sql AS $$
    SELECT E'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\n'
        || (SELECT string_agg(E'BEGIN:VEVENT\r\n' || replace(e, E'\n', E'\r\n') || E'\r\nEND:VEVENT\r\n', '' ORDER BY n) FROM unnest(events) WITH ORDINALITY u (e, n))
        || E'END:VCALENDAR\r\n'
$$;
-- In words: key, outcome, detail, and when in Paris.
CREATE FUNCTION clinic.import(ics text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    done jsonb;
BEGIN
    SELECT jsonb_agg(to_jsonb(i)) INTO done FROM practiceacl.import_calendar(agenda('anna'), ics) i;
    RETURN (SELECT string_agg(concat_ws(' ', i.key, i.outcome, i.detail,
            to_char(coalesce(a.starts_at, b.starts_at) AT TIME ZONE 'Europe/Paris', 'YYYY-MM-DD"T"HH24:MI'),
            to_char(coalesce(a.ends_at, b.ends_at) AT TIME ZONE 'Europe/Paris', '"-"HH24:MI')), E'\n')
        FROM jsonb_to_recordset(done) AS i (key text, appointment_id uuid, absence_id uuid, outcome text, detail text)
        LEFT JOIN practiceacl.calendar a ON a.kind = 'appointment' AND a.id = i.appointment_id
        LEFT JOIN practiceacl.calendar b ON b.kind = 'absence' AND b.id = i.absence_id);
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE || ' ' || SQLERRM;
END $$;
CREATE FUNCTION clinic.many(count integer, event text) RETURNS text LANGUAGE sql AS $$
    SELECT clinic.file(VARIADIC (SELECT array_agg(replace(event, '%', n::text)) FROM generate_series(1, count) AS n))
$$;

SET LOCAL ROLE clinic_application;
SELECT set_config('practiceacl.session', '', true) \g /dev/null
SELECT is(import(file('UID:x')), '28000 not logged in', 'nobody imports without a session');
SELECT enter('sven') \g /dev/null
SELECT is(import(file('UID:x')), 'PT404 agenda does not exist or is not visible to you', 'nor a stranger');
SELECT enter('rene') \g /dev/null
SELECT is(import(file('UID:x')), '42501 your rights on the agenda do not allow this', 'nor a reader');
SELECT enter('anna') \g /dev/null

SELECT is(import(file(E'UID:a1\nDTSTART:20580304T080000Z\nDTEND:20580304T083000Z\nSUMMARY:Marc\\, Lefort\nDESCRIPTION:two\\nlines')),
    'a1 booked 2058-03-04T09:00 -09:30', 'a time in UTC');
SELECT is((SELECT patient || '/' || note FROM practiceacl.calendar WHERE agenda_id = agenda('anna') AND starts_at = at('2058-03-04 09:00')), E'Marc, Lefort/two\nlines', 'the summary is the patient, the description the note');
SELECT is(import(file(E'UID:a1\nDTSTART:20580304T080000Z\nDTEND:20580304T083000Z\nSUMMARY:Marc\\, Lefort\nDESCRIPTION:two\\nlines')),
    'a1 unchanged 2058-03-04T09:00 -09:30', 'the same file again changes nothing');
SELECT matches(import(file(E'UID:a1\nDTSTART:20580304T080000Z\nDTEND:20580304T084500Z\nSUMMARY:Other')), '^a1 refused ', 'the same event with other content is refused');
SELECT is(import(file(E'UID:a2\nDTSTART;TZID=America/New_York:20580304T080000\nDTEND;TZID=America/New_York:20580304T090000\nSUMMARY:x')),
    'a2 booked 2058-03-04T14:00 -15:00', 'a zone by IANA''s name');
SELECT is(import(file(E'UID:a3\nDTSTART;TZID=/citadel.org/20220101_1/Europe/London:20580304T150000\nDURATION:PT45M\nSUMMARY:x')),
    'a3 booked 2058-03-04T16:00 -16:45', 'with a program''s name in front of it, and a duration');
SELECT is(import(file(E'UID:a4\nDTSTART:20580305T080000\nDTEND:20580305T081500\nSUMMARY:x')),
    'a4 booked 2058-03-05T08:00 -08:15', 'a floating time is of the agenda''s zone');
SELECT is(import(file(E'UID:a5\nDTSTART:20580305T090000\nSUMMARY:x')),
    'a5 booked 2058-03-05T09:00 -09:15', 'without an end it takes a slot');
SELECT is(import(file(E'UID:a6\nDTSTART;TZID=Nowhere/Atall:20580305T100000\nSUMMARY:x')),
    'a6 refused nobody knows its time zone "Nowhere/Atall"', 'an unknown zone is refused');
SELECT is(import(file(E'UID:a7\nDTSTART;TZID=Eastern Standard Time:20580305T100000\nSUMMARY:x')),
    'a7 refused nobody knows its time zone "Eastern Standard Time"', 'so is Microsoft''s name for one, alone');
SELECT is(import(replace(file(E'UID:a8\nDTSTART;TZID=Eastern Standard Time:20580908T140000\nDTEND;TZID=Eastern Standard Time:20580908T143000\nSUMMARY:x'),
        E'PRODID', E'BEGIN:VTIMEZONE\r\nTZID:Eastern Standard Time\r\nBEGIN:STANDARD\r\nDTSTART:16010101T020000\r\nTZOFFSETFROM:-0400\r\nTZOFFSETTO:-0500\r\nRRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=1SU;BYMONTH=11\r\nEND:STANDARD\r\nBEGIN:DAYLIGHT\r\nDTSTART:16010101T020000\r\nTZOFFSETFROM:-0500\r\nTZOFFSETTO:-0400\r\nRRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=2SU;BYMONTH=3\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\nPRODID')),
    'a8 booked 2058-09-08T20:00 -20:30', 'but not with the rules that the file brings (FossifyOrg #535)');
SELECT is(import(replace(file(E'UID:a9\nDTSTART;TZID=Mad:20580305T100000\nSUMMARY:x'),
        E'PRODID', E'BEGIN:VTIMEZONE\r\nTZID:Mad\r\nBEGIN:STANDARD\r\nDTSTART:16010101T020000\r\nTZOFFSETFROM:-0400\r\nTZOFFSETTO:-0500\r\nRRULE:FREQ=SECONDLY\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\nPRODID')),
    'a9 refused nobody knows its time zone "Mad"', 'rules that change the clocks every second are none');

-- The clocks change on the 31st of March and the 27th of October 2058.
SELECT is(import(file(E'UID:b1\nDTSTART;TZID=Europe/Paris:20580329T090000\nDTEND;TZID=Europe/Paris:20580329T093000\nRRULE:FREQ=DAILY;COUNT=4\nSUMMARY:x')),
    E'b1/20580329T090000 booked 2058-03-29T09:00 -09:30\nb1/20580330T090000 booked 2058-03-30T09:00 -09:30\nb1/20580331T090000 booked 2058-03-31T09:00 -09:30\nb1/20580401T090000 booked 2058-04-01T09:00 -09:30',
    'repetitions are of the same local time across a change of the clocks');
SELECT is(import(file(E'UID:b2\nDTSTART;TZID=Europe/Paris:20580331T023000\nDURATION:PT15M\nSUMMARY:x')),
    'b2 booked 2058-03-31T03:30 -03:45', 'a time that the clocks skip is the one that they show instead');
SELECT is(import(file(E'UID:b3\nDTSTART;TZID=Europe/Paris:20580506T090000\nDTEND;TZID=Europe/Paris:20580506T091500\nRRULE:FREQ=WEEKLY;UNTIL=20580520T070000Z\nEXDATE;TZID=Europe/Paris:20580513T090000\nSUMMARY:x')),
    E'b3/20580506T090000 booked 2058-05-06T09:00 -09:15\nb3/20580520T090000 booked 2058-05-20T09:00 -09:15',
    'UNTIL in UTC includes the last one, EXDATE takes one out');
SELECT is(import(file(E'UID:b4\nDTSTART;TZID=Europe/Paris:20580603T090000\nDTEND;TZID=Europe/Paris:20580603T091500\nRRULE:FREQ=DAILY;COUNT=2\nSUMMARY:x',
        E'UID:b4\nRECURRENCE-ID;TZID=Europe/Paris:20580604T090000\nDTSTART;TZID=Europe/Paris:20580604T110000\nDTEND;TZID=Europe/Paris:20580604T111500\nSUMMARY:x')),
    E'b4/20580603T090000 booked 2058-06-03T09:00 -09:15\nb4/20580604T090000 booked 2058-06-04T11:00 -11:15',
    'an event of its own replaces one repetition');
SELECT matches(import(file(E'UID:b5\nDTSTART;TZID=Europe/Paris:20580701T090000\nDTEND;TZID=Europe/Paris:20580701T091500\nRRULE:FREQ=WEEKLY\nSUMMARY:x')),
    '^b5/20580701T090000 booked [^\n]*\n.*\nb5/20590630T090000 booked [^\n]*\nb5 shortened it repeats without end: those of a year are imported$', 'endless repetitions end after a year, and that is said');
SELECT is((SELECT count(*)::int FROM practiceacl.import_calendar(agenda('anna'), file(
        E'UID:b6\nDTSTART;TZID=Europe/Paris:20200101T060000\nDTEND;TZID=Europe/Paris:20200101T060500\nRRULE:FREQ=WEEKLY\nSUMMARY:x')) WHERE outcome = 'booked') BETWEEN 51 AND 53,
    true, 'an endless one that began long ago is booked for a year');
SELECT is(import(file(E'UID:b7\nDTSTART:20580801T090000\nRRULE:FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30\nSUMMARY:x')),
    'b7 refused it repeats more often than daily, or by a rule that cannot be read', 'no rule by the second');
SELECT matches(import(file(E'UID:b8\nDTSTART:20580801T090000\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30\nSUMMARY:x')),
    '^b8 ', 'a rule that never comes true ends');
SELECT is(import(file(E'UID:b9\nDTSTART:20200801T090000\nRRULE:FREQ=DAILY;COUNT=3\nSUMMARY:x')), 'b9 skipped it is over', 'repetitions that are over are skipped');

-- Absences, and what is passed over.
SELECT is(import(file(E'UID:c1\nDTSTART;VALUE=DATE:20580815\nDTEND;VALUE=DATE:20580817\nSUMMARY:holidays')),
    'c1 absent 2058-08-15T00:00 -00:00', 'whole days are an absence');
SELECT is(import(file(E'UID:c2\nDTSTART;VALUE=DATE:20580331\nSUMMARY:one day')), E'c2 absent appointments that it collides with: 2 2058-03-31T00:00 -00:00', 'one day if no end is said, 23 hours long on this one; collisions are counted');
SELECT is(import(file(E'UID:c3\nDTSTART:20580821T090000\nDTEND:20580821T120000\nX-MICROSOFT-CDO-BUSYSTATUS:OOF\nSUMMARY:out')),
    'c3 absent 2058-08-21T09:00 -12:00', 'so is a time out of office');
SELECT is(import(file(E'UID:c4\nDTSTART:20580820T090000\nSTATUS:CANCELLED\nSUMMARY:x')), 'c4 skipped it is cancelled', 'what is cancelled is skipped');
SELECT is(import(file(E'UID:c5\nDTSTART:20580820T090000\nTRANSP:TRANSPARENT\nSUMMARY:x')), 'c5 skipped it takes no time', 'and what takes no time');
SELECT is(import(file(E'UID:c6\nDTSTART:20200820T090000\nSUMMARY:x')), 'c6 skipped it is over', 'and what is over');
SELECT matches(import(file(E'UID:c7\nDTSTART:20580304T081500Z\nDTEND:20580304T084500Z\nSUMMARY:x', E'UID:c8\nDTSTART:20580304T100000Z\nDTEND:20580304T101500Z\nSUMMARY:x')),
    E'^c7 refused this slot is already taken.*\nc8 booked', 'a taken slot is refused, the next event is not');
SELECT is(import(file(E'UID:c9\nDTSTART:20580820T090000\nDTEND:20580820T080000\nSUMMARY:x')), 'c9 refused its end cannot be read, or is not after its start', 'no event ends before it begins');
SELECT is(import(file(E'DTSTART:20580820T160000\nSUMMARY:x')) ~ '^[0-9a-f]{16} booked', true, 'without a UID it gets a key of what it says');
SELECT is(import(file(E'UID:d1\nDTSTART:yesterday\nSUMMARY:x')), 'd1 refused it has no start that can be read', 'a start that is none');
SELECT is(import(file(E'UID:d2\nDTSTART:20580821T160000\nCLASS:PRIVATE\nSUMMARY:hidden')), 'd2 booked 2058-08-21T16:00 -16:15', 'a private event');
SELECT is((SELECT private FROM practiceacl.appointment WHERE patient = 'hidden'), true, 'is a private appointment');

-- All rights apply.
SELECT enter('bora') \g /dev/null
SELECT matches(import(file(E'UID:e1\nDTSTART:20580822T090000\nSUMMARY:x', E'UID:e2\nDTSTART;VALUE=DATE:20580823\nSUMMARY:x', E'UID:e3\nDTSTART:20580822T100000\nCLASS:PRIVATE\nSUMMARY:x')),
    E'^e1 booked[^\n]*\ne2 refused [^\n]*\ne3 refused [^\n]*$', 'without the level absences no absence, without private nothing private');
SELECT enter('anna') \g /dev/null

-- Files that are none, and that are too much.
SELECT is(import('garbage'), '22P02 this is no calendar file', 'garbage is none');
SELECT is(import(''), '22P02 this is no calendar file', 'nor is nothing');
SELECT is(import(NULL), '22004 ics must not be null', 'nor null');
SELECT is(import(E'BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:f1\nDTSTART:20580901T090000\n'), 'event 1 refused the file breaks off in it', 'a file that breaks off');
SELECT is(import(E'BEGIN:VCALENDAR\nBEGIN:VEVENT\nBEGIN:VEVENT\nUID:f2\nDTSTART:20580901T090000\nEND:VEVENT\nEND:VCALENDAR'), E'event 1 refused the file breaks off in it\nf2 booked 2058-09-01T09:00 -09:15', 'an event without its end spoils no other');
SELECT is(import(E'BEGIN:VCALENDAR\n' || repeat('x', 11 * 1024 * 1024)), '54000 calendar is larger than 10 MiB', '11 MB are too much');
SELECT is(import(many(10001, E'UID:%\nDTSTART:20200101T090000')), '54000 calendar has more than 10000 events and repetitions', 'and 10,001 events');
SELECT is((SELECT count(*)::int FROM practiceacl.import_calendar(agenda('anna'), many(1500, E'UID:g%\nDTSTART:20200101T090000\nDESCRIPTION:' || repeat('long ', 1300)))), 1500, 'a file of 10 MB is read');
SELECT is((SELECT count(*)::int FROM practiceacl.import_calendar(agenda('anna'), file(E'UID:h1\nDTSTART:20580902T090000\nDESCRIPTION:' || repeat('x', 70000)))
    WHERE outcome = 'refused'), 1, 'an event of more than 64 KiB is not');
SELECT results_eq($$ SELECT outcome, word FROM practiceacl.import_calendar(agenda('anna'), file(E'UID:i1\nDTSTART:20580304T081500Z\nDTEND:20580304T084500Z\nSUMMARY:x', E'UID:i2\nDTSTART:yesterday\nSUMMARY:x')) $$,
    $$ VALUES ('refused', 'appointment_no_overlap'), ('refused', NULL) $$, 'what the core refuses has its word');
SELECT * FROM finish();
ROLLBACK;
