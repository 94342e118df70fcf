-- What refused people read: the words, the facts and the advice.
SET timezone = 'UTC';
SET datestyle = 'ISO';
CREATE ROLE regress_refusals;
SELECT practiceacl.grant_application('regress_refusals');
SELECT organization_id AS org, account_id AS boss
FROM practiceacl.create_organization('Clinic', 'boss@x.test', 'Bo', 'Boss') \gset
SELECT practiceacl.open_session(:'boss') AS boss_token \gset
SELECT practiceacl.confirm_session(:'boss_token') \g /dev/null
BEGIN;
SELECT practiceacl.enter(:'boss_token') \g /dev/null
SELECT account_id AS doc, agenda_id AS agenda
FROM practiceacl.create_user(:'org', 'doc@x.test', 'Dora', 'Doc', agenda => '{"data_controller": "Doc"}') \gset
SELECT account_id AS vice FROM practiceacl.create_user(:'org', 'vice@x.test', 'Vi', 'Vice', admin => 'full') \gset
SELECT account_id AS usr FROM practiceacl.create_user(:'org', 'usr@x.test', 'Us', 'Er', admin => 'users') \gset
SELECT account_id AS sec FROM practiceacl.create_user(:'org', 'sec@x.test', 'Sam', 'Sec',
    access => jsonb_build_array(jsonb_build_object('agenda', :'agenda', 'rights', 'book'))) \gset
SELECT account_id AS deputy FROM practiceacl.create_user(:'org', 'dep@x.test', 'Dee', 'Puty') \gset
SELECT practiceacl.enter(practiceacl.open_session(:'doc')) \g /dev/null
SELECT practiceacl.set_rights(:'agenda', :'deputy', 'owner', '[,2100-01-01)') \g /dev/null
COMMIT;
SELECT practiceacl.open_session(:'sec') AS sec_token, practiceacl.open_session(:'usr') AS usr_token,
       practiceacl.open_session(:'deputy') AS deputy_token, practiceacl.open_session(:'vice') AS vice_token \gset
SET ROLE regress_refusals;

-- nobody
SELECT practiceacl.set_rights(:'agenda', :'sec', 'read'); -- fails

-- somebody without the authority
SELECT set_config('practiceacl.session', :'sec_token', false) \g /dev/null
SELECT practiceacl.set_rights(:'agenda', :'sec', 'openings'); -- fails
SELECT * FROM practiceacl.create_user(:'org', 'x@x.test', 'X', 'X'); -- fails
SELECT practiceacl.set_admin(:'org', :'sec', 'full'); -- fails

-- an administrator of users
SELECT set_config('practiceacl.session', :'usr_token', false) \g /dev/null
SELECT practiceacl.set_admin(:'org', :'sec', 'users'); -- fails
SELECT practiceacl.disable_user(:'org', :'vice'); -- fails
SELECT practiceacl.set_rights(:'agenda', :'sec', 'owner+billing'); -- fails
SELECT practiceacl.set_rights(:'agenda', :'usr', 'read'); -- fails
SELECT practiceacl.set_rights(:'agenda', :'sec', 'read+public_profile'); -- fails
SELECT practiceacl.set_rights(:'agenda', :'sec', 'billing+export'); -- fails
SELECT practiceacl.set_rights(:'agenda', :'doc', 'none'); -- fails
SELECT practiceacl.set_rights(:'agenda', :'sec', 'read', 'empty'); -- fails
SELECT practiceacl.set_rights(:'agenda', :'sec', 'read', '[2000-01-01,2001-01-01)'); -- fails
SELECT practiceacl.set_features(:'org', :'sec', 'read+billing'); -- fails
SELECT practiceacl.set_features(:'org', :'sec', 'public_profile'); -- fails
SELECT practiceacl.update_user(:'org', :'doc', '{"email": "mine@x.test"}'); -- fails
SELECT practiceacl.update_user(:'org', :'sec', '{"titel": "x"}'); -- fails
SELECT practiceacl.update_agenda(:'agenda', '{"slot_minutes": "ten"}'); -- fails
SELECT practiceacl.update_agenda(:'agenda', '{"time_zone": "Europe/Pairs"}'); -- fails
SELECT practiceacl.update_agenda(:'agenda', '{"service_offer": "gold"}'); -- fails
SELECT practiceacl.update_agenda(:'agenda', '{"day_end": "12:00"}'); -- fails
SELECT practiceacl.transfer_agenda(:'agenda', :'doc'); -- fails
SELECT practiceacl.clone_rights(:'org', :'sec', :'usr'); -- fails

-- an owner for a while
SELECT set_config('practiceacl.session', :'deputy_token', false) \g /dev/null
SELECT practiceacl.set_rights(:'agenda', :'sec', 'read', '[,2100-06-01)'); -- fails
SELECT practiceacl.set_rights(:'agenda', :'sec', 'read+billing', '[,2099-06-01)'); -- fails
SELECT practiceacl.update_agenda(:'agenda', '{"data_controller": "x"}'); -- fails

-- the last full administrator
SELECT set_config('practiceacl.session', :'boss_token', false) \g /dev/null
SELECT practiceacl.disable_user(:'org', :'vice');
SELECT practiceacl.set_admin(:'org', :'vice', 'users');
SELECT practiceacl.set_admin(:'org', :'vice', 'full'); -- fails
SELECT practiceacl.set_admin(:'org', :'boss', 'none'); -- fails
SELECT practiceacl.remove_user(:'org', :'boss'); -- fails
SELECT * FROM practiceacl.create_user(:'org', 'dep@x.test', 'X', 'X'); -- fails
SELECT practiceacl.update_user(:'org', :'sec', '{"admin": "full"}'); -- fails

RESET ROLE;
DROP OWNED BY regress_refusals;
DROP ROLE regress_refusals;
