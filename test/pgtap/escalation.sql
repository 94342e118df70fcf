-- Who may give what to whom: every kind of actor tries every act, and exactly
-- the allowed ones pass.  Each attempt is undone, so none depends on another.
BEGIN;
SELECT plan(1571);

CREATE ROLE escalation_app;
SELECT practiceacl.grant_application('escalation_app');

CREATE TABLE cast_of (name text PRIMARY KEY, id uuid, token text);
CREATE TABLE stage (organization uuid, agenda uuid, foreign_agenda uuid, asked uuid, asked_by_admin uuid, consent uuid,
                    site uuid, profile uuid, held uuid);

DO $$
DECLARE
    org uuid; other uuid; a uuid; f uuid;
    boss uuid; rival uuid; person uuid; name text;
BEGIN
    SELECT organization_id, account_id INTO org, boss
      FROM practiceacl.create_organization('Clinic', 'full@e.test', 'Fay', 'Full');
    SELECT organization_id, account_id INTO other, rival
      FROM practiceacl.create_organization('Elsewhere', 'stranger@e.test', 'Stu', 'Stranger');
    INSERT INTO cast_of VALUES ('full', boss), ('stranger', rival);

    PERFORM practiceacl.enter(t), practiceacl.confirm_session(t) FROM practiceacl.open_session(rival) t;
    SELECT agenda_id INTO f FROM practiceacl.create_user(other, 'far@e.test', 'Far', 'Away',
        agenda => '{"data_controller": "far"}');

    PERFORM practiceacl.enter(t), practiceacl.confirm_session(t) FROM practiceacl.open_session(boss) t;
    SELECT account_id, agenda_id INTO person, a FROM practiceacl.create_user(org, 'holder@e.test', 'Hal', 'Holder',
        agenda => '{"data_controller": "me"}');
    INSERT INTO cast_of VALUES ('holder', person);
    FOREACH name IN ARRAY '{users,full2,users2,owner,openings,member,sec}'::text[] LOOP
        SELECT account_id INTO person FROM practiceacl.create_user(org, name || '@e.test', name, 'X',
            admin => CASE name WHEN 'full2' THEN 'full' WHEN 'users' THEN 'users' WHEN 'users2' THEN 'users' ELSE 'none' END);
        INSERT INTO cast_of VALUES (name, person);
    END LOOP;
    PERFORM practiceacl.set_rights(a, id, 'openings') FROM cast_of c WHERE c.name = 'openings';
    PERFORM practiceacl.enter(practiceacl.open_session(id)) FROM cast_of c WHERE c.name = 'holder';
    PERFORM practiceacl.set_rights(a, id, 'owner+overbook', tstzrange(NULL, now() + interval '7 days'))
       FROM cast_of c WHERE c.name = 'owner';
    INSERT INTO stage VALUES (org, a, f);
    /* A group with the agenda, and two profiles, which nobody has yet. */
    PERFORM practiceacl.enter(t), practiceacl.confirm_session(t) FROM practiceacl.open_session(boss) t;
    UPDATE stage SET site = practiceacl.set_agenda_group(org, 'site', ARRAY[a]);
    UPDATE stage SET profile = practiceacl.set_profile(org, 'nurses',
        jsonb_build_object('rights', jsonb_build_array(jsonb_build_object('group', site, 'rights', 'read'))));
    UPDATE stage SET held = practiceacl.set_profile(org, 'guests',
        jsonb_build_object('rights', jsonb_build_array(jsonb_build_object('group', site, 'rights', 'freebusy'))));
END $$;
UPDATE cast_of SET token = practiceacl.open_session(id);
CREATE FUNCTION pg_temp.ask(name text, rights practiceacl.rights) RETURNS uuid LANGUAGE plpgsql AS $$
BEGIN
    PERFORM practiceacl.enter(token) FROM cast_of c WHERE c.name = ask.name;
    RETURN (SELECT practiceacl.request_rights(agenda, rights, 'x') FROM stage);
END $$;
UPDATE stage SET asked = pg_temp.ask('sec', 'book'), asked_by_admin = pg_temp.ask('users2', 'read');
INSERT INTO cast_of SELECT name || '!', id, practiceacl.open_session(id) FROM cast_of WHERE name IN ('full', 'users');
SELECT practiceacl.confirm_session(token) FROM cast_of WHERE name LIKE '%!';
INSERT INTO cast_of VALUES ('nobody', NULL, '');
UPDATE practiceacl.account SET first_used_at = NULL WHERE email IN ('sec@e.test', 'users2@e.test');

GRANT SELECT ON cast_of, stage TO escalation_app;

-- Runs the act as the actor, says how it ended, and undoes it.
CREATE FUNCTION pg_temp.attempt(actor text, act text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    command text := act;
    waiting uuid[];
    one record;
BEGIN
    FOR one IN SELECT name, id FROM cast_of LOOP
        command := replace(command, ':' || one.name || ':', quote_nullable(one.id));
    END LOOP;
    SELECT replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(command, ':org:', quote_literal(organization)),
               ':agenda:', quote_literal(agenda)), ':foreign:', quote_literal(foreign_agenda)),
               ':asked:', quote_literal(asked)), ':asked_by_admin:', quote_literal(asked_by_admin)),
               ':consent:', quote_nullable(consent)),
               ':site:', quote_literal(site)), ':profile:', quote_literal(profile)), ':held:', quote_literal(held)),
               ':self:', quote_nullable((SELECT id FROM cast_of WHERE name = actor)))
      INTO command FROM stage;
    SELECT token INTO one FROM cast_of WHERE name = actor;
    PERFORM set_config('practiceacl.session', one.token, true);
    waiting := ARRAY(SELECT request_id FROM practiceacl.rights_requests WHERE consent AND status = 'pending');
    EXECUTE 'SELECT * FROM practiceacl.' || command;
    IF EXISTS (SELECT FROM practiceacl.rights_requests
               WHERE consent AND status = 'pending' AND request_id <> ALL (waiting)) THEN
        RAISE EXCEPTION USING ERRCODE = 'ZY001';
    END IF;
    RAISE EXCEPTION USING ERRCODE = 'ZZ000';
EXCEPTION
    WHEN SQLSTATE 'ZZ000' THEN RETURN 'ok';
    WHEN SQLSTATE 'ZY001' THEN RETURN 'waits';
    WHEN OTHERS THEN RETURN SQLSTATE;
END $$;

CREATE TABLE matrix (position serial, act text, expected text);
GRANT SELECT ON matrix TO escalation_app;
INSERT INTO matrix (act, expected) VALUES
--                                                                       full! full  users! users  holder owner openings member stranger nobody
('set_rights(:agenda:, :sec:, ''book'')',                               'ok    ok    ok    ok    ok    PA012 42501 PT404 PT404 28000'),
('set_rights(:agenda:, :sec:, ''book'', tstzrange(NULL, now() + ''1d''))',
                                                                        'ok    ok    ok    ok    ok    ok    42501 PT404 PT404 28000'),
('set_rights(:agenda:, :sec:, ''book'', tstzrange(now() + ''6d'', now() + ''8d''))',
                                                                        'ok    ok    ok    ok    ok    PA012 42501 PT404 PT404 28000'),
('set_rights(:agenda:, :sec:, ''read+overbook'', tstzrange(NULL, now() + ''1d''))',
                                                                        'ok    ok    ok    ok    ok    ok    42501 PT404 PT404 28000'),
('set_rights(:agenda:, :sec:, ''read+billing'', tstzrange(NULL, now() + ''1d''))',
                                                                        'ok    ok    ok    ok    ok    PA012 42501 PT404 PT404 28000'),
('set_rights(:agenda:, :sec:, ''owner'')',                              'PA012 PA012 PA012 PA012 ok    PA012 42501 PT404 PT404 28000'),
('set_rights(:agenda:, :sec:, ''owner'', tstzrange(NULL, now() + ''1d''))',
                                                                        'PA012 PA012 PA012 PA012 ok    ok    42501 PT404 PT404 28000'),
('set_rights(:agenda:, :sec:, ''book+public_profile'')',                'PA012 PA012 PA012 PA012 PA012 PA012 42501 PT404 PT404 28000'),
('set_rights(:agenda:, :sec:, ''overbook'')',                           '22023 22023 22023 22023 22023 22023 42501 PT404 PT404 28000'),
('set_rights(:agenda:, :sec:, ''none'')',                               'ok    ok    ok    ok    ok    ok    42501 PT404 PT404 28000'),
('set_rights(:agenda:, :openings:, ''none'')',                          'ok    ok    ok    ok    ok    ok    42501 PT404 PT404 28000'),
-- for a period, in somebody's place
('substitute(:holder:, :sec:, tstzrange(now(), now() + ''1d''))',         'ok    ok    ok    ok    ok    42501 42501 42501 PT404 28000'),
('substitute(:holder:, :self:, tstzrange(now(), now() + ''1d''))',        'ok    PA010 ok    PA010 22023 42501 42501 42501 PT404 22004'),
('substitute(:holder:, :users2:, tstzrange(now(), now() + ''1d''))',      'ok    ok    42501 42501 ok    42501 42501 42501 PT404 28000'),
('substitute(:holder:, :stranger:, tstzrange(now(), now() + ''1d''))',    'PT404 PT404 PT404 PT404 PT404 PT404 PT404 PT404 PT404 28000'),
-- a review, after which rights may end
('start_review(:org:, (now() + ''9d'')::date)',                           'ok    ok    42501 42501 42501 42501 42501 42501 PT404 28000'),
('confirm_right((SELECT practiceacl.new_id()), :agenda:, :sec:)',       'PT404 PT404 PT404 PT404 PT404 PT404 PT404 PT404 PT404 28000'),
-- to every colleague, oneself among them
('set_colleague_rights(:agenda:, ''read+private'')',                    'ok    PA010 ok    PA010 ok    PA012 42501 PT404 PT404 28000'),
('set_colleague_rights(:agenda:, ''openings+overbook'')',               'ok    PA010 ok    PA010 ok    PA012 42501 PT404 PT404 28000'),
('set_colleague_rights(:agenda:, ''owner'')',                           'PA012 PA012 PA012 PA012 PA012 PA012 42501 PT404 PT404 28000'),
('set_colleague_rights(:agenda:, ''read+public_profile'')',             'PA012 PA012 PA012 PA012 PA012 PA012 42501 PT404 PT404 28000'),
('set_colleague_rights(:agenda:, ''private'')',                         '22023 22023 22023 22023 22023 22023 42501 PT404 PT404 28000'),
('set_colleague_rights(:agenda:, ''none'')',                            'ok    ok    ok    ok    ok    ok    42501 PT404 PT404 28000'),
('set_colleague_rights(:foreign:, ''read'')',                           'PT404 PT404 PT404 PT404 PT404 PT404 PT404 PT404 PA010 28000'),
('update_organization(:org:, ''{"colleague_rights": "read"}'')',        'ok    PA010 42501 42501 42501 42501 42501 42501 PT404 28000'),
('update_organization(:org:, ''{"colleague_rights": "owner"}'')',       'PA012 PA012 42501 42501 42501 42501 42501 42501 PT404 28000'),
('set_rights(:agenda:, :owner:, ''read'')',                             'ok    ok    ok    ok    ok    PA012 42501 PT404 PT404 28000'),
('set_rights(:agenda:, :holder:, ''none'')',                            '22023 22023 22023 22023 22023 22023 42501 PT404 PT404 28000'),
('set_rights(:agenda:, :stranger:, ''read'')',                          'PT404 PT404 PT404 PT404 PT404 PT404 42501 PT404 PT404 28000'),
('set_rights(:foreign:, :sec:, ''read'')',                              'PT404 PT404 PT404 PT404 PT404 PT404 PT404 PT404 PT404 28000'),
-- to oneself
('set_rights(:agenda:, :self:, ''book'')',                              'ok    PA010 ok    PA010 22023 PA012 42501 PT404 PT404 22004'),
('set_rights(:agenda:, :self:, ''owner'')',                             'PA012 PA012 PA012 PA012 22023 PA012 42501 PT404 PT404 22004'),
('set_rights(:agenda:, :self:, ''none'')',                              'ok    ok    ok    ok    22023 ok    42501 PT404 PT404 22004'),
('set_features(:org:, :self:, ''overbook'')',                           'ok    PA010 ok    PA010 42501 42501 42501 42501 PT404 22004'),
('clone_rights(:org:, :openings:, :self:)',                             'ok    PA010 ok    PA010 42501 42501 42501 42501 PT404 22004'),
('set_admin(:org:, :self:, ''full'')',                                  'ok    PA010 42501 42501 42501 42501 42501 42501 PT404 22004'),
('set_admin(:org:, :self:, ''none'')',                                  'ok    ok    42501 42501 42501 42501 42501 42501 PT404 22004'),
('transfer_agenda(:agenda:, :self:)',                                   'ok    PA010 42501 42501 22023 42501 42501 PT404 PT404 22004'),
('remove_user(:org:, :self:)',                                          'ok    ok    42501 42501 42501 42501 42501 42501 PT404 22004'),
-- to an administrator; an owner of the agenda decides about it, though
('set_rights(:agenda:, :full2:, ''book'', tstzrange(NULL, now() + ''1d''))',
                                                                        'ok    ok    42501 42501 ok    ok    42501 PT404 PT404 28000'),
('set_rights(:agenda:, :users2:, ''none'')',                            'ok    ok    42501 42501 ok    ok    42501 PT404 PT404 28000'),
('set_features(:org:, :users2:, ''overbook'')',                         'ok    ok    42501 42501 42501 42501 42501 42501 PT404 28000'),
('clone_rights(:org:, :openings:, :full2:)',                            'ok    ok    42501 42501 42501 42501 42501 42501 PT404 28000'),
('update_user(:org:, :full2:, ''{"job_title": "x"}'')',                 'ok    ok    42501 42501 42501 42501 42501 42501 PT404 28000'),
('renew_temporary_password(:users2:)',                                  'ok    PA010 42501 42501 42501 42501 42501 42501 PT404 28000'),
('update_user(:org:, :users2:, ''{"email": "mine@e.test"}'')',          'ok    PA010 42501 42501 42501 42501 42501 42501 PT404 28000'),
('disable_user(:org:, :users2:)',                                       'ok    ok    42501 42501 42501 42501 42501 42501 PT404 28000'),
('enable_user(:org:, :full2:)',                                         'ok    ok    42501 42501 42501 42501 42501 42501 PT404 28000'),
('remove_user(:org:, :full2:)',                                         'ok    ok    42501 42501 42501 42501 42501 42501 PT404 28000'),
('add_agenda(:org:, :full2:, ''{"data_controller": "x"}'')',            'ok    ok    42501 42501 42501 42501 42501 42501 PT404 28000'),
('set_admin(:org:, :full2:, ''none'')',                                 'ok    ok    42501 42501 42501 42501 42501 42501 PT404 28000'),
('set_admin(:org:, :users2:, ''full'')',                                'ok    PA010 42501 42501 42501 42501 42501 42501 PT404 28000'),
-- making administrators
('set_admin(:org:, :sec:, ''users'')',                                  'ok    PA010 42501 42501 42501 42501 42501 42501 PT404 28000'),
('create_user(:org:, ''n@e.test'', ''N'', ''N'', admin => ''users'')',  'ok    PA010 42501 42501 42501 42501 42501 42501 PT404 28000'),
('create_user(:org:, ''n@e.test'', ''N'', ''N'', admin => ''full'')',   'ok    PA010 42501 42501 42501 42501 42501 42501 PT404 28000'),
-- users
('create_user(:org:, ''n@e.test'', ''N'', ''N'')',                      'ok    ok    ok    ok    42501 42501 42501 42501 PT404 28000'),
('create_user(:org:, ''n@e.test'', ''N'', ''N'', access => jsonb_build_array(jsonb_build_object(''agenda'', :agenda:, ''rights'', ''openings+billing'')))',
                                                                        'ok    ok    ok    ok    42501 42501 42501 42501 PT404 28000'),
('create_user(:org:, ''n@e.test'', ''N'', ''N'', access => jsonb_build_array(jsonb_build_object(''agenda'', :agenda:, ''rights'', ''owner'')))',
                                                                        'PA012 PA012 PA012 PA012 42501 42501 42501 42501 PT404 28000'),
('create_user(:org:, ''n@e.test'', ''N'', ''N'', access => jsonb_build_array(jsonb_build_object(''agenda'', :foreign:, ''rights'', ''read'')))',
                                                                        'PT404 PT404 PT404 PT404 42501 42501 42501 42501 PT404 28000'),
('create_user(:org:, ''n@e.test'', ''N'', ''N'', clone_from => :stranger:)',
                                                                        'PT404 PT404 PT404 PT404 42501 42501 42501 42501 PT404 28000'),
('create_user(:org:, ''n@e.test'', ''N'', ''N'', features => ''public_profile'')',
                                                                        'PA012 PA012 PA012 PA012 42501 42501 42501 42501 PT404 28000'),
('create_user(:org:, ''sec@e.test'', ''N'', ''N'')',                    '23505 23505 23505 23505 42501 42501 42501 42501 PT404 28000'),
('clone_rights(:org:, :owner:, :sec:)',                                 'ok    ok    ok    ok    42501 42501 42501 42501 PT404 28000'),
('clone_rights(:org:, :stranger:, :sec:)',                              'PT404 PT404 PT404 PT404 42501 42501 42501 42501 PT404 28000'),
('set_features(:org:, :sec:, ''overbook'')',                            'ok    ok    ok    ok    42501 42501 42501 42501 PT404 28000'),
('set_features(:org:, :sec:, ''read'')',                                '22023 22023 22023 22023 42501 42501 42501 42501 PT404 28000'),
('set_features(:org:, :sec:, ''public_profile'')',                      'PA012 PA012 PA012 PA012 42501 42501 42501 42501 PT404 28000'),
('set_features(:org:, :holder:, ''public_profile'')',                   'ok    ok    ok    ok    42501 42501 42501 42501 PT404 28000'),
('update_user(:org:, :sec:, ''{"job_title": "x"}'')',                   'ok    ok    ok    ok    42501 42501 42501 42501 PT404 28000'),
('update_user(:org:, :sec:, ''{"email": "right@e.test"}'')',            'ok    ok    ok    ok    42501 42501 42501 42501 PT404 28000'),
('renew_temporary_password(:sec:)',                                     'ok    ok    ok    ok    42501 42501 42501 42501 PT404 28000'),
('renew_temporary_password(:holder:)',                                  '42501 42501 42501 42501 42501 42501 42501 42501 PT404 28000'),
('update_user(:org:, :holder:, ''{"email": "mine@e.test"}'')',          '42501 42501 42501 42501 42501 42501 42501 42501 PT404 28000'),
('disable_user(:org:, :sec:)',                                          'ok    ok    ok    ok    42501 42501 42501 42501 PT404 28000'),
('remove_user(:org:, :sec:)',                                           'ok    ok    ok    ok    42501 42501 42501 42501 PT404 28000'),
('remove_user(:org:, :stranger:)',                                      'PT404 PT404 PT404 PT404 42501 42501 42501 42501 PT404 28000'),
-- agendas and the organization
('add_agenda(:org:, :sec:, ''{"data_controller": "x"}'')',              'ok    ok    ok    ok    42501 42501 42501 42501 PT404 28000'),
-- all rights on the holder's patients: to oneself, to a colleague, to a puppet
('transfer_agenda(:agenda:, :sec:)',                                    'ok    PA010 42501 42501 ok    42501 42501 PT404 PT404 28000'),
('transfer_agenda(:agenda:, :full2:)',                                  'ok    PA010 42501 42501 ok    42501 42501 PT404 PT404 28000'),
('transfer_agenda(:agenda:, (SELECT account_id FROM practiceacl.create_user(:org:, ''puppet@e.test'', ''Pup'', ''Pet'')))',
                                                                        'ok    PA010 42501 42501 42501 42501 42501 42501 PT404 28000'),
('reclaim_agenda(:agenda:)',                                            'PT404 PT404 PT404 PT404 PT404 PT404 PT404 PT404 PT404 28000'),
('update_agenda(:agenda:, ''{"name": "x"}'')',                          'ok    ok    ok    ok    ok    ok    42501 PT404 PT404 28000'),
('update_agenda(:agenda:, ''{"data_controller": "x"}'')',               'ok    ok    ok    ok    42501 42501 42501 PT404 PT404 28000'),
('update_agenda(:agenda:, ''{"public_profile": {"a": 1}}'')',           '42501 42501 42501 42501 ok    42501 42501 PT404 PT404 28000'),
('update_organization(:org:, ''{"name": "x"}'')',                       'ok    ok    42501 42501 42501 42501 42501 42501 PT404 28000'),
-- on groups of agendas, and by profiles
('set_agenda_group(:org:, ''x'', ARRAY[:agenda:]::uuid[])',                     'ok    ok    ok    ok    42501 42501 42501 42501 PT404 28000'),
('set_agenda_group(:org:, ''x'', ARRAY[:foreign:]::uuid[])',                    'PT404 PT404 PT404 PT404 42501 42501 42501 42501 PT404 28000'),
('set_agenda_group(:org:, NULL, ''{}'', :site:)',                       'ok    ok    ok    ok    42501 42501 42501 42501 PT404 28000'),
('remove_agenda_group(:site:)',                                         'ok    ok    ok    ok    42501 42501 42501 42501 PT404 28000'),
('set_group_rights(:site:, :sec:, ''openings+billing'')',               'ok    ok    ok    ok    42501 42501 42501 42501 PT404 28000'),
('set_group_rights(:org:, :sec:, ''read'')',                            'ok    ok    ok    ok    42501 42501 42501 42501 PT404 28000'),
('set_group_rights(:site:, :sec:, ''owner'')',                          'PA012 PA012 PA012 PA012 42501 42501 42501 42501 PT404 28000'),
('set_group_rights(:site:, :self:, ''read'')',                          'ok    PA010 ok    PA010 42501 42501 42501 42501 PT404 22004'),
('set_group_rights(:site:, :full2:, ''read'')',                         'ok    ok    42501 42501 42501 42501 42501 42501 PT404 28000'),
('set_group_rights(:site:, :stranger:, ''read'')',                      'PT404 PT404 PT404 PT404 42501 42501 42501 42501 PT404 28000'),
('set_profile(:org:, ''x'', ''{"features": "export"}'')',               'ok    ok    ok    ok    42501 42501 42501 42501 PT404 28000'),
('set_profile(:org:, NULL, ''{"features": "export"}'', :held:)',        'ok    ok    ok    ok    42501 42501 42501 42501 PT404 28000'),
('set_profile(:org:, ''x'', ''{"features": "public_profile"}'')',       'PA012 PA012 PA012 PA012 42501 42501 42501 42501 PT404 28000'),
('set_profile(:org:, ''x'', jsonb_build_object(''rights'', jsonb_build_array(jsonb_build_object(''group'', :org:, ''rights'', ''owner''))))', 'PA012 PA012 PA012 PA012 42501 42501 42501 42501 PT404 28000'),
('set_profile(:org:, ''x'', jsonb_build_object(''rights'', jsonb_build_array(jsonb_build_object(''agenda'', :foreign:, ''rights'', ''read''))))', 'PT404 PT404 PT404 PT404 42501 42501 42501 42501 PT404 28000'),
('preview_profile(:profile:, ''{}'')',                                  'ok    ok    ok    ok    42501 42501 42501 42501 PT404 28000'),
('remove_profile(:profile:)',                                           'ok    ok    ok    ok    42501 42501 42501 42501 PT404 28000'),
('give_profile(:org:, :sec:, :profile:)',                               'ok    ok    ok    ok    42501 42501 42501 42501 PT404 28000'),
('give_profile(:org:, :self:, :profile:)',                              'ok    PA010 ok    PA010 42501 42501 42501 42501 PT404 22004'),
('give_profile(:org:, :users2:, :profile:)',                            'ok    ok    42501 42501 42501 42501 42501 42501 PT404 28000'),
('give_profile(:org:, :stranger:, :profile:)',                          'PT404 PT404 PT404 PT404 42501 42501 42501 42501 PT404 28000'),
('take_profile(:org:, :users2:, :profile:)',                            'ok    ok    42501 42501 42501 42501 42501 42501 PT404 28000'),
('create_user(:org:, ''n@e.test'', ''N'', ''N'', profile => :profile:)', 'ok    ok    ok    ok    42501 42501 42501 42501 PT404 28000'),
('invite_user(:org:, ''n@e.test'', ''N'', ''N'', profile => :profile:)', 'ok    ok    ok    ok    42501 42501 42501 42501 PT404 28000'),
-- asking, and answering what others have asked: sec for book, users2 for read
('request_rights(:agenda:, ''book'', ''x'')',                           'ok    ok    ok    ok    22023 ok    22023 ok    PT404 28000'),
('request_rights(:agenda:, ''read+public_profile'', ''x'')',            'PA012 PA012 PA012 PA012 PA012 PA012 PA012 PA012 PT404 28000'),
('request_rights(:foreign:, ''book'', ''x'')',                          'PT404 PT404 PT404 PT404 PT404 PT404 PT404 PT404 ok    28000'),
('answer_request(:asked:, true)',                                       'ok    ok    ok    ok    ok    PA012 PT404 PT404 PT404 28000'),
('answer_request(:asked:, true, ''read'')',                             'ok    ok    ok    ok    ok    PA012 PT404 PT404 PT404 28000'),
('answer_request(:asked:, true, ''owner'')',                            '22023 22023 22023 22023 22023 22023 PT404 PT404 PT404 28000'),
('answer_request(:asked:, false)',                                      'ok    ok    ok    ok    ok    ok    PT404 PT404 PT404 28000'),
('answer_request(:asked_by_admin:, true)',                              'ok    ok    42501 42501 ok    PA012 PT404 PT404 PT404 28000'),
('answer_request(:asked_by_admin:, false)',                             'ok    ok    42501 42501 ok    ok    PT404 PT404 PT404 28000'),
('answer_request((SELECT practiceacl.request_rights(:agenda:, ''book'', ''x'')), true)',
                                                                        '42501 42501 42501 42501 22023 42501 22023 42501 PT404 28000'),
('answer_request((SELECT practiceacl.request_rights(:agenda:, ''book'', ''x'')), false)',
                                                                        'ok    ok    ok    ok    22023 ok    22023 ok    PT404 28000'),
('update_organization(:org:, ''{"holder_consents": true}'')',           'ok    ok    42501 42501 42501 42501 42501 42501 PT404 28000'),
('create_organization(''Mine'', ''m@e.test'', ''M'', ''M'')',           '42501 42501 42501 42501 42501 42501 42501 42501 42501 42501'),
('close_organization(:org:)',                                           '42501 42501 42501 42501 42501 42501 42501 42501 42501 42501');

SET LOCAL ROLE escalation_app;
SELECT is(pg_temp.attempt(actor, act), outcome, actor || ': ' || act)
FROM matrix,
     unnest('{full!,full,users!,users,holder,owner,openings,member,stranger,nobody}'::text[],
            regexp_split_to_array(expected, ' +')) AS cell (actor, outcome)
ORDER BY position, actor;
RESET ROLE;

-- With holder_consents: what shows patients waits, whichever way it is given.
SET LOCAL client_min_messages = warning;
DO $$
DECLARE s stage; BEGIN
    SELECT * INTO s FROM stage;
    PERFORM practiceacl.enter(token) FROM cast_of WHERE name = 'full!';
    PERFORM practiceacl.update_organization(s.organization, '{"holder_consents": true}');
    PERFORM practiceacl.set_rights(s.agenda, id, 'read') FROM cast_of WHERE name = 'sec';
END $$;
UPDATE stage SET consent = (SELECT id FROM practiceacl.rights_request WHERE consent);
TRUNCATE matrix;
INSERT INTO matrix (act, expected) VALUES
--                                                                       full! full  users! users  holder owner openings member stranger nobody
('set_rights(:agenda:, :sec:, ''book'')',                               'waits waits waits waits ok    PA012 42501 PT404 PT404 28000'),
('set_rights(:agenda:, :sec:, ''book'', tstzrange(NULL, now() + ''1d''))',
                                                                        'waits waits waits waits ok    ok    42501 PT404 PT404 28000'),
('set_rights(:agenda:, :sec:, ''freebusy'')',                           'ok    ok    ok    ok    ok    PA012 42501 PT404 PT404 28000'),
('set_rights(:agenda:, :sec:, ''none'')',                               'ok    ok    ok    ok    ok    ok    42501 PT404 PT404 28000'),
('set_rights(:agenda:, :self:, ''book'')',                              'waits PA010 waits PA010 22023 PA012 42501 PT404 PT404 22004'),
('set_rights(:agenda:, :openings:, ''none'')',                          'ok    ok    ok    ok    ok    ok    42501 PT404 PT404 28000'),
('set_rights(:agenda:, :openings:, ''read'')',                          'ok    ok    ok    ok    ok    PA012 42501 PT404 PT404 28000'),
('set_rights(:agenda:, :openings:, ''openings+private'')',              'waits waits waits waits ok    PA012 42501 PT404 PT404 28000'),
('set_colleague_rights(:agenda:, ''read'')',                            'waits PA010 waits PA010 ok    PA012 42501 PT404 PT404 28000'),
('set_colleague_rights(:agenda:, ''freebusy'')',                        'ok    PA010 ok    PA010 ok    PA012 42501 PT404 PT404 28000'),
('clone_rights(:org:, :openings:, :sec:)',                              'waits waits waits waits 42501 42501 42501 42501 PT404 28000'),
('clone_rights(:org:, :openings:, :self:)',                             'waits PA010 waits PA010 42501 42501 42501 42501 PT404 22004'),
('substitute(:holder:, :sec:, tstzrange(now(), now() + ''1d''))',         'waits waits waits waits ok    42501 42501 42501 PT404 28000'),
('substitute(:holder:, :self:, tstzrange(now(), now() + ''1d''))',        'waits PA010 waits PA010 22023 42501 42501 42501 PT404 22004'),
('create_user(:org:, ''n@e.test'', ''N'', ''N'', access => jsonb_build_array(jsonb_build_object(''agenda'', :agenda:, ''rights'', ''read'')))',
                                                                        'waits waits waits waits 42501 42501 42501 42501 PT404 28000'),
('create_user(:org:, ''n@e.test'', ''N'', ''N'', clone_from => :openings:)',
                                                                        'waits waits waits waits 42501 42501 42501 42501 PT404 28000'),
('accept_invitation((SELECT token FROM practiceacl.invite_user(:org:, ''n@e.test'', ''N'', ''N'', access => jsonb_build_array(jsonb_build_object(''agenda'', :agenda:, ''rights'', ''read'')))), ''a long password'')',
                                                                        'waits waits waits waits 42501 42501 42501 42501 PT404 28000'),
('accept_invitation((SELECT token FROM practiceacl.invite_user(:org:, ''n@e.test'', ''N'', ''N'', clone_from => :openings:)), ''a long password'')',
                                                                        'waits waits waits waits 42501 42501 42501 42501 PT404 28000'),
('answer_request(:asked:, true)',                                       'waits waits waits waits ok    PA012 PT404 PT404 PT404 28000'),
('answer_request(:asked_by_admin:, true)',                              'waits waits 42501 42501 ok    PA012 PT404 PT404 PT404 28000'),
('answer_request(:consent:, true)',                                     '42501 42501 42501 42501 ok    PA012 PT404 PT404 PT404 28000'),
('answer_request(:consent:, false)',                                    'ok    ok    ok    ok    ok    ok    PT404 PT404 PT404 28000'),
('set_group_rights(:site:, :sec:, ''read'')',                           '42501 42501 42501 42501 42501 42501 42501 42501 PT404 28000'),
('set_group_rights(:org:, :sec:, ''read'')',                            '42501 42501 42501 42501 42501 42501 42501 42501 PT404 28000'),
('set_group_rights(:site:, :sec:, ''freebusy'')',                       'ok    ok    ok    ok    42501 42501 42501 42501 PT404 28000'),
('give_profile(:org:, :sec:, :profile:)',                               '42501 42501 42501 42501 42501 42501 42501 42501 PT404 28000'),
('give_profile(:org:, :sec:, :held:)',                                  'ok    ok    ok    ok    42501 42501 42501 42501 PT404 28000'),
('create_user(:org:, ''n@e.test'', ''N'', ''N'', profile => :profile:)', '42501 42501 42501 42501 42501 42501 42501 42501 PT404 28000'),
('invite_user(:org:, ''n@e.test'', ''N'', ''N'', profile => :profile:)', '42501 42501 42501 42501 42501 42501 42501 42501 PT404 28000'),
('update_organization(:org:, ''{"colleague_rights": "read"}'')',        'ok    PA010 42501 42501 42501 42501 42501 42501 PT404 28000'),
('update_organization(:org:, ''{"holder_consents": false}'')',          'ok    PA010 42501 42501 42501 42501 42501 42501 PT404 28000'),
('set_features(:org:, :sec:, ''private'')',                             'ok    ok    ok    ok    42501 42501 42501 42501 PT404 28000'),
('transfer_agenda(:agenda:, :sec:)',                                    'ok    PA010 42501 42501 ok    42501 42501 PT404 PT404 28000'),
('break_glass(:agenda:, ''x'')',                                        'ok    ok    ok    ok    ok    ok    ok    ok    PT404 28000');
SET LOCAL ROLE escalation_app;
SELECT is(pg_temp.attempt(actor, act), outcome, 'with consent: ' || actor || ': ' || act)
FROM matrix,
     unnest('{full!,full,users!,users,holder,owner,openings,member,stranger,nobody}'::text[],
            regexp_split_to_array(expected, ' +')) AS cell (actor, outcome)
ORDER BY position, actor;
RESET ROLE;
DO $$ BEGIN
    PERFORM practiceacl.enter(token) FROM cast_of WHERE name = 'full!';
    PERFORM practiceacl.update_organization(organization, '{"holder_consents": false}') FROM stage;
END $$;

-- What is copied from an owner is below owner, and keeps its end.
DO $$
DECLARE s stage; BEGIN
    SELECT * INTO s FROM stage;
    PERFORM practiceacl.enter(token) FROM cast_of WHERE name = 'users';
    PERFORM practiceacl.clone_rights(s.organization, o.id, t.id)
       FROM cast_of o, cast_of t WHERE o.name = 'owner' AND t.name = 'sec';
END $$;
SELECT results_eq(
    $$SELECT rights::text, upper(valid_during) = now() + interval '7 days', source
      FROM practiceacl.access_grant g JOIN cast_of c ON c.id = g.account_id WHERE c.name = 'sec'$$,
    $$VALUES ('openings+overbook', true, 'clone')$$,
    'cloning an owner gives openings, for as long');

SELECT * FROM finish();
ROLLBACK;
