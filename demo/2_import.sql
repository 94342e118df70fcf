-- The calendars fill up from the file.

\qecho
\qecho '── The encounters are imported, by each practitioner into their own calendar ───'
\qecho
\qecho '  BEGIN;'
\qecho '  SELECT practiceacl.enter(token);'
\qecho '  SELECT * FROM practiceacl.import_appointments(''visits'');'
\qecho '  COMMIT;'
\qecho
CREATE TABLE staging.imported (key text, appointment_id uuid, outcome text, detail text, word text);
CREATE TABLE staging.token AS
SELECT account_id, agenda_id, source_id, practiceacl.open_session(account_id, client => 'import') AS token
FROM staging.provider;
GRANT SELECT ON staging.token TO clinic_app;
GRANT INSERT, SELECT ON staging.imported TO clinic_app;
GRANT TEMPORARY ON DATABASE clinic TO clinic_app;
\connect - clinic_app
SET client_min_messages = warning;
CREATE TEMPORARY TABLE visits (key text, agenda_id uuid, starts_at timestamptz, ends_at timestamptz, patient text, note text);
\o /dev/null
SELECT 'BEGIN',
       format('SELECT practiceacl.enter(%L)', token),
       'TRUNCATE visits',
       format('INSERT INTO visits SELECT id, %L, starts_at, ends_at, %L || left(patient, 8), description FROM staging.encounter WHERE provider = %L',
              agenda_id, 'Patient ', source_id),
       'INSERT INTO staging.imported SELECT * FROM practiceacl.import_appointments(''visits'')',
       'COMMIT'
FROM staging.token \gexec
\o
SELECT outcome, count(*) FROM staging.imported GROUP BY outcome ORDER BY outcome;
\qecho 'One row out for each row in; a refusal says with what it collides:'
\qecho
SELECT left(key, 8) || '…' AS key, replace(replace(detail, ': Appointment', e':\nappointment'), ' takes it', e'\ntakes it') AS detail
FROM staging.imported WHERE outcome = 'refused' ORDER BY staging.imported.key LIMIT 2;
\connect - postgres
DROP TABLE staging.token;
