-- Substitutes: a locum is rights with a period, from the holder or from an
-- administrator, on one agenda or several; they lapse by themselves.
BEGIN;
\ir support/clinic.psql
SELECT plan(20);

SELECT join_clinic('anna'), hold_agenda('anna') \g /dev/null
SELECT join_clinic('bert'), hold_agenda('bert') \g /dev/null
SELECT join_clinic('loki'), hold_agenda('loki') \g /dev/null
SELECT join_clinic('olga'), may('olga', 'owner', 'anna', tstzrange(NULL, now() + interval '7 days')) \g /dev/null
SELECT join_clinic('adam', admin => 'users') \g /dev/null
SELECT log_everybody_in() \g /dev/null
SET LOCAL ROLE clinic_application;

CREATE FUNCTION clinic.lent(whose text, what text, days_from numeric, days_until numeric) RETURNS text LANGUAGE sql AS $$
    SELECT refusal(format('SELECT practiceacl.set_rights(%L, %L, %L, %L)', agenda(whose), account('loki'), what,
        tstzrange(now() + days_from * interval '1 day', now() + days_until * interval '1 day')));
$$;
CREATE FUNCTION clinic.booked(whose text) RETURNS text LANGUAGE sql AS $$
    SELECT refusal(format('SELECT practiceacl.cancel_appointment(practiceacl.book(%L, %L))', agenda(whose), at('2058-03-04 09:00')));
$$;

-- By the holder, and by an administrator for a colleague.
SELECT enter('anna') \g /dev/null
SELECT is(lent('anna', 'absences', -1, 14), NULL, 'the holder grants rights for two weeks');
SELECT is(lent('bert', 'read', -1, 14), 'PT404', 'but not on a colleague''s agenda');
SELECT enter('adam') \g /dev/null
SELECT is(lent('bert', 'book', 0, 7), NULL, 'an administrator can, on a colleague''s agenda');
SELECT is(lent('bert', 'owner', 0, 7), 'PA012', 'but not the level owner');

-- While it lasts.
SELECT enter('loki') \g /dev/null
SELECT is(practiceacl.rights_on(agenda('anna'))::text, 'absences', 'the locum has the granted rights');
SELECT is(practiceacl.rights_on(agenda('bert'))::text, 'book', 'on each of the agendas');
SELECT is((SELECT count(*)::int FROM unnest(practiceacl.agendas('book'))), 3, 'beside their own agenda');
SELECT is(booked('anna'), NULL, 'and can book for a day after the period');
SELECT is(refusal(format('SELECT practiceacl.add_absence(%L, %L, %L)', agenda('anna'), at('2058-03-05'), at('2058-03-06'))), NULL, 'and add absences');
SELECT is(refusal(format('SELECT practiceacl.set_rights(%L, %L, %L)', agenda('anna'), account('bert'), 'read')), '42501', 'but not grant rights');

-- Nobody can grant rights for longer than their own.
SELECT enter('olga') \g /dev/null
SELECT is(lent('anna', 'book', 1, 8), 'PA012', 'an owner for a week cannot grant rights beyond it');
SELECT is(lent('anna', 'book', 1, 6), NULL, 'but can within the week');

-- A period replaces what it overlaps, and leaves the rest.
SELECT enter('loki') \g /dev/null
SELECT results_eq(
    $$SELECT rights::text, round(extract(epoch FROM upper(valid_during) - now()) / 86400)::int FROM practiceacl.access_grant
      WHERE agenda_id = agenda('anna') AND account_id = account('loki') ORDER BY 2$$,
    $$VALUES ('absences', 1), ('book', 6), ('absences', 14)$$, 'three periods, one after the other');
SELECT is(practiceacl.rights_on(agenda('anna'))::text, 'absences', 'the rights of today are as before');

-- It begins and lapses by itself.
RESET ROLE;
UPDATE practiceacl.access_grant SET valid_during = tstzrange(lower(valid_during) - interval '2 days', upper(valid_during) - interval '2 days')
WHERE account_id = account('loki') AND agenda_id = agenda('anna');
SET LOCAL ROLE clinic_application;
SELECT enter('loki') \g /dev/null
SELECT is(practiceacl.rights_on(agenda('anna'))::text, 'book', 'two days later the next period is in force');
RESET ROLE;
UPDATE practiceacl.access_grant SET valid_during = tstzrange(lower(valid_during) - interval '20 days', upper(valid_during) - interval '20 days')
WHERE account_id = account('loki');
SET LOCAL ROLE clinic_application;
SELECT enter('loki') \g /dev/null
SELECT is(practiceacl.rights_on(agenda('anna'))::text, 'none', 'after the last period there are no rights');
SELECT is(booked('anna'), 'PT404', 'the agenda is not visible');
SELECT is((SELECT count(*)::int FROM practiceacl.calendar WHERE agenda_id <> agenda('loki')), 0, 'nor its calendar');

-- It stays on record.
SELECT enter('anna') \g /dev/null
SELECT is((SELECT count(*)::int FROM practiceacl.access_grant WHERE account_id = account('loki') AND agenda_id = agenda('anna')), 3,
    'lapsed grants can still be read');
SELECT results_eq(
    $$SELECT DISTINCT actor_id FROM practiceacl.activity WHERE agenda_id = agenda('anna') AND act = 'absence.added'$$,
    $$VALUES (account('loki'))$$, 'and so can what the locum did');

SELECT * FROM finish();
ROLLBACK;
