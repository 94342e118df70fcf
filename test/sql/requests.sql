-- What is read by those who ask for rights, answer, and wait for consent.
\getenv tree PG_ABS_SRCDIR
\set clinic :tree /setup/clinic.sql
\set ECHO none
\i :clinic
\set ECHO all
SET client_min_messages = notice;
UPDATE practiceacl.account SET first_used_at = now();
SET ROLE clinic_app;
BEGIN;
SELECT clinic.enter('sara') \g /dev/null
\set ON_ERROR_ROLLBACK on

-- asking
SELECT practiceacl.set_openings(clinic.agenda('anna'), '[]'); -- fails
SELECT practiceacl.update_agenda(clinic.agenda('anna'), '{"public_profile": {"a": 1}}'); -- fails
SELECT practiceacl.request_rights(clinic.agenda('anna'), 'none', 'x'); -- fails
SELECT practiceacl.request_rights(clinic.agenda('anna'), 'messaging', 'x'); -- fails
SELECT practiceacl.request_rights(clinic.agenda('anna'), 'book+public_profile', 'x'); -- fails
SELECT practiceacl.request_rights(clinic.agenda('anna'), 'read', 'x'); -- fails
SELECT practiceacl.request_rights(clinic.agenda('olga'), 'read', 'x'); -- fails
SELECT practiceacl.request_rights(clinic.agenda('nobody'), 'read', 'x'); -- fails
SELECT practiceacl.request_rights(clinic.agenda('anna'), 'openings', E'\t \n'); -- fails
SELECT practiceacl.request_rights(clinic.agenda('anna'), 'openings', repeat('x', 1001)); -- fails
SELECT practiceacl.request_rights(clinic.agenda('anna'), 'openings', 'x', 'empty'); -- fails
SELECT practiceacl.request_rights(clinic.agenda('anna'), 'openings', 'x', '[1999-01-01, 2000-01-01)'); -- fails
SELECT practiceacl.request_rights(NULL, 'openings', 'x'); -- fails
SELECT practiceacl.request_rights(clinic.agenda('anna'), NULL, 'x'); -- fails
SELECT practiceacl.request_rights(clinic.agenda('anna'), 'openings', NULL); -- fails
SELECT practiceacl.request_rights(clinic.agenda('anna'), 'openings', 'the new hours') AS request \gset

-- answering
SELECT practiceacl.answer_request(:'request', true); -- fails
SELECT practiceacl.answer_request(NULL, true); -- fails
SELECT practiceacl.answer_request(:'request', NULL); -- fails
SELECT practiceacl.answer_request(clinic.agenda('anna'), true); -- fails
SELECT clinic.enter('olga') \g /dev/null
SELECT practiceacl.answer_request(:'request', true); -- fails
SELECT clinic.enter('bert') \g /dev/null
SELECT practiceacl.answer_request(:'request', true); -- fails
SELECT clinic.enter('carl') \g /dev/null
SELECT practiceacl.answer_request(:'request', true, 'openings+billing'); -- fails
SELECT practiceacl.answer_request(:'request', true, 'none'); -- fails
SELECT practiceacl.answer_request(:'request', false, 'read'); -- fails
SELECT practiceacl.answer_request(:'request', false, reason => repeat('x', 1001)); -- fails
SELECT practiceacl.answer_request(:'request', true, 'absences', 'for the summer');
SELECT practiceacl.answer_request(:'request', true); -- fails
SELECT clinic.enter('sara') \g /dev/null
SELECT agenda_name, user_name, rights, reason, status, granted, answered_by_name, answer, mine_to_answer
FROM practiceacl.rights_requests;
SELECT count(practiceacl.request_rights(clinic.agenda('bert'), 'book', 'x')) FROM generate_series(1, 19);
SELECT practiceacl.request_rights(clinic.agenda('bert'), 'book', 'x'); -- fails

-- the holder's consent
SELECT clinic.enter('carl') \g /dev/null
SELECT practiceacl.update_organization(clinic.org('north'), '{"holder_consents": 1}'); -- fails
SELECT practiceacl.update_organization(clinic.org('north'), '{"holder_consents": true}');
SELECT practiceacl.set_rights(clinic.agenda('bert'), clinic.account('lena'), 'read');
SELECT practiceacl.clone_rights(clinic.org('north'), clinic.account('sara'), clinic.account('lena'));
SELECT user_name, rights, source, requested_by_name, mine_to_answer FROM practiceacl.rights_requests
WHERE consent AND status = 'pending' ORDER BY rights;
SELECT request_id AS request FROM practiceacl.rights_requests
WHERE consent AND status = 'pending' AND rights OPERATOR(practiceacl.=) 'read' \gset
SELECT practiceacl.answer_request(:'request', true); -- fails
SELECT practiceacl.disable_user(clinic.org('north'), clinic.account('bert'));
SELECT practiceacl.set_rights(clinic.agenda('bert'), clinic.account('lena'), 'read');
SELECT practiceacl.update_organization(clinic.org('north'), '{"holder_consents": false}'); -- fails
ROLLBACK;
RESET ROLE;
SET client_min_messages = warning;
DROP SCHEMA clinic CASCADE;
DROP OWNED BY clinic_app;
DROP ROLE clinic_app;
