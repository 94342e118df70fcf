-- The clinic of the README, for the other pages: two doctors with an agenda,
-- a secretary without one, two appointments.  Run it in an empty database as a
-- superuser:  \i doc/clinic.sql
--
-- Leaves in psql's variables the organization (:lilas), the agendas
-- (:alice_agenda, :bruno_agenda), the accounts (:alice, :bruno, :chloe, :anne)
-- and the tokens of sessions (:alice_token, :chloe_token, :anne_token); and
-- the role clinic_app, with an application's privileges.

\set QUIET on
CREATE EXTENSION practiceacl;
SELECT current_database() AS clinic \gset
ALTER DATABASE :"clinic" SET timezone = 'Europe/Paris';
SET timezone = 'Europe/Paris';
CREATE ROLE clinic_app;
SELECT practiceacl.grant_application('clinic_app') AS granted \gset

SELECT organization_id AS lilas, account_id AS anne, temporary_password AS anne_password
FROM practiceacl.create_organization(
    'Cabinet des Lilas', 'anne.roche@lilas.example', 'Anne', 'Roche') \gset
SELECT practiceacl.log_in('anne.roche@lilas.example', :'anne_password') AS anne_token \gset
BEGIN;
SELECT practiceacl.enter(:'anne_token') AS me \gset
SELECT practiceacl.change_password(:'anne_password', 'plum jam on toast') AS changed \gset

SELECT account_id AS alice, agenda_id AS alice_agenda, temporary_password AS alice_password
FROM practiceacl.create_user(:'lilas',
    'alice.martin@lilas.example', 'Alice', 'Martin', job_title => 'general practitioner',
    agenda => '{"name": "Dr Martin", "data_controller": "Dr Alice Martin", "slot_minutes": 20,
                "openings": [{"weekday": 1, "from": "08:00", "to": "12:00"},
                             {"weekday": 1, "from": "14:00", "to": "18:00"}]}') \gset
SELECT account_id AS bruno, agenda_id AS bruno_agenda
FROM practiceacl.create_user(:'lilas',
    'bruno.petit@lilas.example', 'Bruno', 'Petit', job_title => 'paediatrician',
    agenda => '{"name": "Dr Petit", "data_controller": "Dr Bruno Petit"}') \gset
SELECT account_id AS chloe, temporary_password AS chloe_password
FROM practiceacl.create_user(:'lilas',
    'chloe.durand@lilas.example', 'Chloé', 'Durand', job_title => 'secretary',
    access => jsonb_build_array(
        jsonb_build_object('agenda', :'alice_agenda', 'rights', 'book'))) \gset
COMMIT;

SELECT practiceacl.log_in('alice.martin@lilas.example', :'alice_password') AS alice_token \gset
BEGIN;
SELECT practiceacl.enter(:'alice_token') AS me \gset
SELECT practiceacl.change_password(:'alice_password', 'a quiet little river') AS changed \gset
SELECT practiceacl.book(:'alice_agenda', '2059-03-03 09:00', patient => 'Marc Lefort', private => true) AS marc \gset
COMMIT;

SELECT practiceacl.log_in('chloe.durand@lilas.example', :'chloe_password') AS chloe_token \gset
BEGIN;
SELECT practiceacl.enter(:'chloe_token') AS me \gset
SELECT practiceacl.change_password(:'chloe_password', 'three green parrots') AS changed \gset
SELECT practiceacl.book(:'alice_agenda', '2059-03-03 08:20', patient => 'Jeanne Moreau') AS jeanne \gset
COMMIT;
\set QUIET off
