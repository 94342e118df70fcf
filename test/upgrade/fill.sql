-- The acts whose rows test/upgrade/rows.sql holds: done by the functions of
-- 0.1.0, run by that release, so that every table has rows of every kind.
-- Kept to tell where the rows come from.  A release is
-- frozen: neither file changes any more.
\set ON_ERROR_STOP on
SET TimeZone = 'UTC';
SELECT organization_id AS org, account_id AS alice, temporary_password AS alice_password
FROM practiceacl.create_organization('Cabinet Lumiere', 'alice@lumiere.test', 'Alice', 'Martin') \gset
SELECT practiceacl.set_service_offer('agenda', 'Agenda', 129);
SELECT practiceacl.set_mailer_key('\xde9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f') \g /dev/null

BEGIN;
SELECT practiceacl.log_in('alice@lumiere.test', :'alice_password', 'laptop') AS token \gset
SELECT practiceacl.enter(:'token');
SELECT practiceacl.change_password(:'alice_password', 'correct horse battery');
SELECT practiceacl.reauthenticate('correct horse battery');
COMMIT;
BEGIN;
SELECT practiceacl.enter(:'token');
SELECT practiceacl.add_agenda(:'org', :'alice', '{"name": "Alice", "data_controller": "Cabinet Lumiere", "service_offer": "agenda", "openings": [{"weekday": 1, "from": "08:00", "to": "12:00"}, {"weekday": 2, "from": "08:00", "to": "18:00"}]}') AS alice_agenda \gset
SELECT account_id AS bruno, agenda_id AS bruno_agenda, temporary_password AS bruno_password
FROM practiceacl.create_user(:'org', 'bruno@lumiere.test', 'Bruno', 'Petit', 'doctor',
    agenda => '{"name": "Bruno", "data_controller": "Cabinet Lumiere"}') \gset
SELECT account_id AS sonia, temporary_password AS sonia_password
FROM practiceacl.create_user(:'org', 'sonia@lumiere.test', 'Sonia', 'Faure', 'secretary',
    access => pg_catalog.format('[{"agenda": "%s", "rights": "book+overbook"}, {"agenda": "%s", "rights": "read"}]', :'alice_agenda', :'bruno_agenda')::jsonb,
    mobile => '+33 6 12 34 56 78') \gset
SELECT account_id AS leo FROM practiceacl.create_user(:'org', 'leo@lumiere.test', 'Leo', 'Roux',
    clone_from => :'sonia') \gset
SELECT practiceacl.set_rights(:'alice_agenda', :'leo', 'openings', tstzrange('2030-01-01', '2030-02-01'));
SELECT practiceacl.set_features(:'org', :'sonia', 'billing+documents');
SELECT practiceacl.set_admin(:'org', :'sonia', 'users');
SELECT invitation_id AS open_invitation FROM practiceacl.invite_user(:'org', 'nina@example.test', 'Nina', 'Blanc', lifetime => '300 days') \gset
SELECT token AS accepted_token FROM practiceacl.invite_user(:'org', 'omar@example.test', 'Omar', 'Noir',
    agenda => '{"name": "Omar", "data_controller": "Cabinet Lumiere"}') \gset
SELECT token AS declined_token FROM practiceacl.invite_user(:'org', 'paul@example.test', 'Paul', 'Gris') \gset
SELECT invitation_id AS revoked_invitation FROM practiceacl.invite_user(:'org', 'rose@example.test', 'Rose', 'Vert') \gset
SELECT practiceacl.revoke_invitation(:'revoked_invitation');
SELECT practiceacl.book(:'alice_agenda', '2030-03-04 09:00', patient => 'Jeanne Moreau', note => 'first visit', private => true) AS visit \gset
SELECT practiceacl.book(:'alice_agenda', '2030-03-04 09:00', patient => 'Louis Garnier', overbook => true, reason => 'urgent') AS over \gset
SELECT practiceacl.book(:'alice_agenda', '2030-03-04 10:00', '2030-03-04 10:30', patient => 'Marc Blanc') AS moved \gset
SELECT practiceacl.move_appointment(:'moved', '2030-03-04 11:00');
SELECT practiceacl.book(:'alice_agenda', '2030-03-05 09:00') AS cancelled \gset
SELECT practiceacl.cancel_appointment(:'cancelled', 'ill');
SELECT * FROM practiceacl.book_series(:'alice_agenda', '2030-03-11 08:00', '2030-03-11 08:20', '1 week', 3, 'Eva Brun');
SELECT practiceacl.add_absence(:'alice_agenda', '2030-04-01', '2030-04-08', 'congress');
SELECT practiceacl.hold_slot(:'alice_agenda', '2030-03-12 09:00', lifetime => '15 minutes');
SELECT practiceacl.break_glass(:'bruno_agenda', 'patient unconscious');
SELECT practiceacl.send_message(:'alice_agenda', 'jeanne@example.test', 'Visit', 'See you on Monday');
COMMIT;
SELECT account_id AS omar FROM practiceacl.accept_invitation(:'accepted_token', 'omar''s own passphrase') \gset
SELECT practiceacl.decline_invitation(:'declined_token');
SELECT practiceacl.log_in('alice@lumiere.test', 'wrong', 'laptop');
SELECT practiceacl.log_in('nobody@lumiere.test', 'wrong', 'phone');
SELECT practiceacl.request_password_reset('bruno@lumiere.test');
SELECT practiceacl.publish_notice('Version 0.1.0', 'The first one.') AS notice \gset
BEGIN;
SELECT practiceacl.enter(:'token');
SELECT practiceacl.read_notice(:'notice');
SELECT practiceacl.request_email_change('alice@example.test');
SELECT practiceacl.disable_user(:'org', :'leo');
SELECT count(*) FROM practiceacl.remove_user(:'org', :'bruno');
COMMIT;
SELECT practiceacl.block_email('spam@example.test', 'spam');
SELECT practiceacl.delete_account(:'bruno');
