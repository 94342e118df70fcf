-- One colleague is given the rights of another.
BEGIN;
SELECT plan(26);

SELECT organization_id AS org, account_id AS boss
FROM practiceacl.create_organization('Clinic', 'boss@c.test', 'Bo', 'Boss') \gset
SELECT practiceacl.open_session(:'boss') AS boss_token \gset
SELECT practiceacl.enter(:'boss_token') \g /dev/null
SELECT account_id AS doc, agenda_id AS a1
FROM practiceacl.create_user(:'org', 'doc@c.test', 'Dora', 'Doc', agenda => '{"data_controller": "Doc"}') \gset
SELECT practiceacl.add_agenda(:'org', :'doc', '{"data_controller": "Doc", "name": "two"}') AS a2 \gset
SELECT account_id AS kin, agenda_id AS a3
FROM practiceacl.create_user(:'org', 'kin@c.test', 'Kin', 'Esi', agenda => '{"data_controller": "Kin"}') \gset
SELECT account_id AS model FROM practiceacl.create_user(:'org', 'model@c.test', 'Mo', 'Del') \gset
SELECT account_id AS sec FROM practiceacl.create_user(:'org', 'sec@c.test', 'Sam', 'Sec') \gset
SELECT practiceacl.set_rights(:'a1', :'model', 'book+billing') \g /dev/null
SELECT practiceacl.set_rights(:'a2', :'model', 'read', tstzrange(now(), now() + interval '5 days')) \g /dev/null
SELECT practiceacl.set_rights(:'a2', :'model', 'book', tstzrange(now() + interval '5 days', now() + interval '9 days')) \g /dev/null
SELECT practiceacl.enter(practiceacl.open_session(:'kin')) \g /dev/null
SELECT practiceacl.set_rights(:'a3', :'model', 'owner+export') \g /dev/null
-- one lapsed, one for an emergency
INSERT INTO practiceacl.access_grant (organization_id, agenda_id, account_id, rights, valid_during, source) VALUES
    (:'org', :'a1', :'model', 'openings', tstzrange(now() - interval '2 days', now() - interval '1 day'), 'hand'),
    (:'org', :'a1', :'model', 'read+private', tstzrange(now(), now() + interval '1 hour'), 'break_glass');
SELECT practiceacl.enter(:'boss_token') \g /dev/null
DELETE FROM practiceacl.outbox;

CREATE FUNCTION pg_temp.grants_of(who uuid) RETURNS TABLE (agenda uuid, rights text, during tstzrange) LANGUAGE sql AS
$$SELECT agenda_id, rights::text, valid_during FROM practiceacl.access_grant WHERE account_id = who ORDER BY 1, 3$$;

SELECT results_eq(
    format('SELECT agenda_id, before::text, after::text FROM practiceacl.clone_rights(%L, %L, %L)', :'org', :'model', :'sec'),
    format($$VALUES (%L::uuid, 'none', 'book+billing'), (%L, 'none', 'book'), (%L, 'none', 'openings+export') ORDER BY 1$$, :'a1', :'a2', :'a3'),
    'one row for each agenda, before and after');
SELECT results_eq(format('SELECT * FROM pg_temp.grants_of(%L)', :'sec'),
    format($$VALUES (%L::uuid, 'book+billing', '(,)'::tstzrange),
             (%L, 'read', tstzrange(now(), now() + interval '5 days')),
             (%L, 'book', tstzrange(now() + interval '5 days', now() + interval '9 days')),
             (%L, 'openings+export', '(,)') ORDER BY 1, 3$$, :'a1', :'a2', :'a2', :'a3'),
    'periods are kept, owner is openings, neither the lapsed nor the emergency one is there');
SELECT is((SELECT DISTINCT source || granted_by FROM practiceacl.access_grant WHERE account_id = :'sec'), 'clone' || :'boss',
    'given by the administrator, by cloning');
SELECT results_eq(
    $$SELECT kind, a.last_name, count(*) FROM practiceacl.outbox o JOIN practiceacl.account a ON a.id = o.account_id GROUP BY 1, 2 ORDER BY 1, 2$$,
    $$VALUES ('rights_changed', 'Boss', 1::bigint), ('rights_changed', 'Sec', 1), ('user_added', 'Doc', 1), ('user_added', 'Esi', 1)$$,
    'each holder hears of somebody new once');
SELECT is((SELECT count(*) FROM practiceacl.activity WHERE act = 'rights.cloned' AND agenda_id IS NOT NULL), 3::bigint,
    'an entry on each agenda''s chain');
SELECT is((SELECT (facts->>'agendas')::int FROM practiceacl.activity WHERE act = 'rights.cloned' AND agenda_id IS NULL), 3,
    'and one on the organization''s');
SELECT is_empty(format('SELECT * FROM practiceacl.clone_rights(%L, %L, %L)', :'org', :'model', :'sec'), 'a second run changes nothing');
SELECT is((SELECT count(*) FROM pg_temp.grants_of(:'sec')), 4::bigint, 'and makes no second grant');

-- united with what there is
SELECT practiceacl.set_rights(:'a1', :'sec', 'absences') \g /dev/null
SELECT results_eq(
    format('SELECT agenda_id, before::text, after::text FROM practiceacl.clone_rights(%L, %L, %L)', :'org', :'model', :'sec'),
    format($$VALUES (%L::uuid, 'absences', 'absences+billing')$$, :'a1'), 'existing grants stay');

-- replaced
SELECT practiceacl.set_rights(:'a3', :'sec', 'none') \g /dev/null
SELECT practiceacl.set_rights(:'a3', :'model', 'none') \g /dev/null
SELECT practiceacl.set_rights(:'a3', :'sec', 'read') \g /dev/null
DELETE FROM practiceacl.outbox;
SELECT results_eq(
    format('SELECT agenda_id, before::text, after::text FROM practiceacl.clone_rights(%L, %L, %L, replace => true)', :'org', :'model', :'sec'),
    format($$VALUES (%L::uuid, 'absences+billing', 'book+billing'), (%L, 'read', 'none') ORDER BY 1$$, :'a1', :'a3'),
    'with replace, what the model lacks goes');
SELECT results_eq(format('SELECT * FROM pg_temp.grants_of(%L)', :'sec'),
    format($$SELECT agenda_id, rights::text, valid_during FROM practiceacl.access_grant
             WHERE account_id = %L AND source <> 'break_glass' AND (upper_inf(valid_during) OR upper(valid_during) > now()) ORDER BY 1, 3$$, :'model'),
    'and both have the same');
SELECT isnt_empty(format($$SELECT FROM practiceacl.access_history WHERE account_id = %L AND agenda_id = %L AND rights::text = 'read' AND ended_by = %L$$,
    :'sec', :'a3', :'boss'), 'revoked grants are in the history');
SELECT is((SELECT kind FROM practiceacl.outbox WHERE account_id = :'kin'), 'user_removed', 'a holder is told of a user who lost the last right');
SELECT is((SELECT kind FROM practiceacl.outbox WHERE account_id = :'doc'), 'rights_changed', 'and of users whose rights changed');

-- to somebody with agendas of their own; from somebody who only holds
SELECT is((SELECT count(*) FROM practiceacl.clone_rights(:'org', :'model', :'doc')), 0::bigint, 'no rights are granted on agendas that the receiver holds');
SELECT is_empty(format('SELECT * FROM practiceacl.clone_rights(%L, %L, %L)', :'org', :'kin', :'sec'), 'ownership by holding is not copied');
SELECT throws_ok(format('SELECT practiceacl.clone_rights(%L, %L, %1$L)', :'org', :'sec'), 'PT404', NULL, 'an unknown colleague is refused');
SELECT throws_ok(format('SELECT practiceacl.clone_rights(%L, %2$L, %2$L)', :'org', :'sec'), '22023', NULL, 'nobody can be cloned from themselves');

-- taking the last access by replacing
SELECT account_id AS bare FROM practiceacl.create_user(:'org', 'bare@c.test', 'Ba', 'Re') \gset
SELECT is((SELECT count(*) FROM practiceacl.clone_rights(:'org', :'bare', :'sec', true)), 2::bigint, 'replacing by a colleague without rights revokes all');
SELECT is((SELECT status FROM practiceacl.membership WHERE account_id = :'sec'), 'unlisted', 'and the user is unlisted');

-- in making a user: united with access
SELECT account_id AS new FROM practiceacl.create_user(:'org', 'new@c.test', 'Ne', 'W', clone_from => :'model',
    access => jsonb_build_array(jsonb_build_object('agenda', :'a1', 'rights', 'freebusy+export'),
                                jsonb_build_object('agenda', :'a3', 'rights', 'read', 'valid_until', now() + interval '1 day'))) \gset
SELECT practiceacl.enter(practiceacl.open_session(:'new')) \g /dev/null
SELECT is(practiceacl.rights_on(:'a1')::text, 'book+billing+export', 'clone_from and access are united');
SELECT is(practiceacl.rights_on(:'a2')::text, 'read', 'a grant whose period is in force is copied');
SELECT is(practiceacl.rights_on(:'a3')::text, 'read', 'access alone is granted as given');
SELECT is((SELECT count(*) FROM practiceacl.access_grant WHERE account_id = :'new' AND source = 'creation'), 5::bigint, 'the source of the grants is creation');

-- a thousand agendas are one act
SELECT practiceacl.enter(:'boss_token') \g /dev/null
INSERT INTO practiceacl.agenda (organization_id, holder_id, time_zone, name, data_controller)
SELECT :'org', :'doc', 'Europe/Paris', 'n' || i, 'x' FROM generate_series(1, 1000) i;
INSERT INTO practiceacl.access_grant (organization_id, agenda_id, account_id, rights)
SELECT :'org', id, :'model', 'book' FROM practiceacl.agenda WHERE name LIKE 'n%';
SELECT record.begin_all() \g /dev/null
SELECT is((SELECT count(*) FROM practiceacl.clone_rights(:'org', :'model', :'bare') WHERE after::text LIKE 'book%'), 1002::bigint, 'all agendas are copied');
SELECT is_empty(format('SELECT * FROM practiceacl.verify_activity(%L) WHERE first_broken > 0', :'org'), 'the chains verify');

SELECT * FROM finish();
ROLLBACK;
