-- A review: every grant of an organization is confirmed by somebody who could
-- give it, or ends with the review, without anything having to run then.
BEGIN;
SELECT plan(60);
\ir support/clinic.psql
SELECT join_clinic(who, admin => CASE who WHEN 'boss' THEN 'full' WHEN 'chief' THEN 'users' ELSE 'none' END)
FROM unnest('{doc,mate,sec,aide,boss,chief,owner}'::text[]) AS who \g /dev/null
SELECT join_clinic('far', 'elsewhere'), join_clinic('lord', 'elsewhere', 'full') \g /dev/null
SELECT hold_agenda('doc'), hold_agenda('mate'), hold_agenda('far', organization => 'elsewhere') \g /dev/null
SELECT set_config('test.org', id::text, false) FROM place WHERE name = 'clinic' \g /dev/null
CREATE FUNCTION org() RETURNS uuid LANGUAGE sql STABLE AS $$SELECT current_setting('test.org')::uuid$$;
/* The review's last day, and the moment in which it ends. */
CREATE FUNCTION last_day() RETURNS date STABLE LANGUAGE sql AS $$SELECT (now() AT TIME ZONE 'Europe/Paris')::date + 14$$;
CREATE FUNCTION midnight() RETURNS timestamptz STABLE LANGUAGE sql AS $$SELECT (last_day() + 1)::timestamp AT TIME ZONE 'Europe/Paris'$$;
SELECT may('sec', 'book', 'doc'), may('sec', 'read', 'mate', tstzrange(NULL, now() + interval '90 days')),
       may('aide', 'read', 'doc', tstzrange(NULL, now() + interval '3 days')), may('aide', 'read', 'mate', tstzrange(now() + interval '60 days', NULL)),
       may('owner', 'owner', 'doc'), may('boss', 'read', 'doc'), may('far', 'read', 'far') \g /dev/null
INSERT INTO practiceacl.access_grant (organization_id, agenda_id, account_id, rights, valid_during, source)
SELECT organization_id, id, account('aide'), 'read', tstzrange(now(), now() + interval '1 h'), 'break_glass' FROM practiceacl.agenda WHERE id = agenda('mate');
SELECT log_everybody_in() \g /dev/null
CREATE FUNCTION ends(who text, whose text) RETURNS timestamptz STABLE SECURITY DEFINER LANGUAGE sql AS $$
    SELECT max(coalesce(upper(valid_during), 'infinity')) FROM practiceacl.access_grant WHERE account_id = clinic.account(who) AND agenda_id = clinic.agenda(whose)
        AND source <> 'break_glass' $$;
CREATE TABLE review (id uuid);
GRANT ALL ON review TO clinic_application;
CREATE FUNCTION review() RETURNS uuid STABLE LANGUAGE sql AS 'SELECT id FROM clinic.review';
SET ROLE clinic_application;

-- Begun by a full administrator.
SELECT enter('chief') \g /dev/null
SELECT throws_ok('SELECT practiceacl.start_review(org(), last_day())', '42501', NULL, 'a review is a full administrator''s');
SELECT enter('lord') \g /dev/null
SELECT throws_ok('SELECT practiceacl.start_review(org(), last_day())', 'PT404', NULL, 'of the organization');
SELECT enter('boss') \g /dev/null
SELECT throws_ok(format('SELECT practiceacl.start_review(org(), %L)', d), '22023', NULL, 'not until ' || d)
FROM unnest('{2020-01-01,-infinity,infinity,2400-01-01,5874897-12-31}'::date[]) AS d;
SELECT throws_ok('SELECT practiceacl.start_review(org(), NULL)', '22004', NULL, 'nor for ever');
INSERT INTO review SELECT practiceacl.start_review(org(), last_day());
SELECT throws_ok('SELECT practiceacl.start_review(org(), last_day())', '55000', NULL, 'one at a time');
SELECT set_eq('SELECT agenda_name, user_name, rights::text, valid_until, review_ends_at, status FROM practiceacl.review_list',
    $$VALUES ('Doc', 'Sec Test', 'book', NULL, midnight(), 'pending'), ('Mate', 'Sec Test', 'read', now() + interval '90 days', midnight(), 'pending'),
             ('Doc', 'Owner Test', 'owner', NULL, midnight(), 'pending'), ('Doc', 'Boss Test', 'read', NULL, midnight(), 'pending')$$,
    'every grant that reaches beyond it is on the list: none that ends before, begins after, is an emergency or of elsewhere');
SELECT is(ends('sec', 'doc'), midnight(), 'until it is confirmed it ends with the review');
SELECT is(ends('sec', 'mate'), midnight(), 'whatever its end was');
SELECT is(ends('aide', 'doc'), now() + interval '3 days', 'what ends before stays as it was');
SELECT results_eq($$SELECT valid_until FROM practiceacl.access_matrix WHERE account_id = account('sec') AND agenda_id = agenda('doc')$$, 'SELECT midnight()', 'the matrix says so');
RESET ROLE;
SELECT set_eq('SELECT recipient FROM practiceacl.outbox WHERE kind = ''review_started''', ARRAY['doc@example.org', 'mate@example.org', 'boss@example.org', 'chief@example.org'], 'holders and administrators are told');
SELECT is((SELECT facts ->> 'grants' FROM practiceacl.activity WHERE act = 'review.started'), '4', 'the record says how many');
SET ROLE clinic_application;

-- Confirmed by whoever could give it.
SELECT enter('sec') \g /dev/null
SELECT set_eq('SELECT agenda_name FROM practiceacl.review_list', '{Doc,Mate}'::text[], 'one sees what of one''s own is under review');
SELECT throws_ok($$SELECT practiceacl.confirm_right(review(), agenda('doc'), account('sec'))$$, '42501', NULL, 'but confirms nothing to oneself');
SELECT enter('owner') \g /dev/null
SELECT throws_ok($$SELECT practiceacl.confirm_right(review(), agenda('doc'), account('sec'))$$, 'PA012', NULL, 'an owner under review gives nothing beyond it');
SELECT enter('doc') \g /dev/null
SELECT set_eq('SELECT user_name FROM practiceacl.review_list', '{Sec Test,Owner Test,Boss Test}'::text[], 'a holder sees the list of their agenda');
SELECT lives_ok($$SELECT practiceacl.confirm_right(review(), agenda('doc'), account('owner'))$$, 'the holder confirms');
SELECT is(ends('owner', 'doc'), 'infinity', 'and the grant is without an end again');
SELECT lives_ok($$SELECT practiceacl.confirm_right(review(), agenda('doc'), account('owner'))$$, 'once more changes nothing');
SELECT throws_ok($$SELECT practiceacl.confirm_right(review(), agenda('mate'), account('sec'))$$, 'PT404', NULL, 'of a colleague''s agenda they confirm nothing');
SELECT enter('owner') \g /dev/null
SELECT lives_ok($$SELECT practiceacl.confirm_right(review(), agenda('doc'), account('sec'))$$, 'a confirmed owner confirms others');
SELECT enter('chief') \g /dev/null
SELECT lives_ok($$SELECT practiceacl.confirm_right(review(), agenda('mate'), account('sec'))$$, 'so does an administrator');
SELECT is(ends('sec', 'mate'), now() + interval '90 days', 'each grant gets the end that it had');
SELECT throws_ok($$SELECT practiceacl.confirm_right(review(), agenda('doc'), account('boss'))$$, '42501', NULL, 'who manages users does not touch a full administrator');
SELECT throws_ok($$SELECT practiceacl.confirm_right(review(), agenda('doc'), account('mate'))$$, 'PT404', NULL, 'what is not on the list is not confirmed');
SELECT enter('boss') \g /dev/null
SELECT throws_ok($$SELECT practiceacl.confirm_right(review(), agenda('doc'), account('boss'))$$, '42501', 'cannot confirm your own rights', 'nobody confirms their own right');
RESET ROLE;
SELECT practiceacl.confirm_session(token) FROM presence WHERE name = 'boss' AND number = 1 \g /dev/null
SET ROLE clinic_application;
SELECT enter('boss') \g /dev/null
SELECT throws_ok($$SELECT practiceacl.confirm_right(review(), agenda('doc'), account('boss'))$$, '42501', NULL, 'nor with their password');
SELECT enter('lord') \g /dev/null
SELECT throws_ok($$SELECT practiceacl.confirm_right(review(), agenda('doc'), account('sec'))$$, 'PT404', 'review does not exist or is not visible to you', 'elsewhere the review does not exist');
SELECT is_empty('SELECT * FROM practiceacl.review_list', 'nor its list');
SELECT is_empty('SELECT * FROM practiceacl.access_review', 'nor itself');
SELECT enter('mate') \g /dev/null
SELECT is_empty('SELECT * FROM practiceacl.access_review_item WHERE agenda_id <> agenda(''mate'')', 'a colleague sees none of other agendas');
SELECT enter('boss') \g /dev/null
SELECT results_eq($$SELECT DISTINCT confirmed_by_name FROM practiceacl.review_list WHERE status = 'confirmed' ORDER BY 1$$, '{Chief Test,Doc Test,Owner Test}'::text[], 'the list tells the auditor who confirmed what');

-- Changed meanwhile; over.
SELECT enter('doc') \g /dev/null
SELECT practiceacl.set_rights(agenda('doc'), account('boss'), 'freebusy') \g /dev/null
SELECT throws_ok($$SELECT practiceacl.confirm_right(review(), agenda('doc'), account('boss'))$$, '55000', 'the rights have changed since the review began', 'what has been changed since is not brought back');
SELECT is((SELECT status FROM practiceacl.review_list WHERE account_id = account('boss')), 'changed', 'and the list says so');
SELECT enter('boss') \g /dev/null
SELECT practiceacl.cancel_review(review()) \g /dev/null
SELECT throws_ok('SELECT practiceacl.cancel_review(review())', '55000', NULL, 'called off, it is over');
UPDATE review SET id = practiceacl.start_review(org(), last_day());
SELECT is(ends('sec', 'doc'), midnight(), 'another begins again');
SELECT practiceacl.cancel_review(review()) \g /dev/null
SELECT is(ends('sec', 'doc'), 'infinity', 'calling it off gives everything back its end');
UPDATE review SET id = practiceacl.start_review(org(), last_day());
RESET ROLE;
UPDATE practiceacl.access_review SET started_at = now() - interval '9 days', ends_at = now() - interval '1 h' WHERE id = review();
UPDATE practiceacl.access_grant SET valid_during = tstzrange(lower(valid_during), now() - interval '1 h') WHERE upper(valid_during) = midnight();
SET ROLE clinic_application;
SELECT enter('sec') \g /dev/null
SELECT is(practiceacl.agendas(), '{}', 'after its end nothing is left of what nobody confirmed');
SELECT enter('doc') \g /dev/null
SELECT throws_ok($$SELECT practiceacl.confirm_right(review(), agenda('doc'), account('sec'))$$, '55000', 'the review is over', 'and it is too late to confirm');
SELECT is((SELECT status FROM practiceacl.review_list WHERE account_id = account('sec') AND review_id = review()), 'lapsed', 'the list says that it lapsed');

-- What is given on groups and by profiles is reviewed, too.
SELECT enter('boss') \g /dev/null
SELECT practiceacl.set_agenda_group(org(), 'Site', ARRAY[agenda('doc'), agenda('mate')]) AS site \gset
SELECT practiceacl.set_group_rights(:'site', account('aide'), 'book') \g /dev/null
SELECT practiceacl.set_group_rights(org(), account('sec'), 'freebusy') \g /dev/null
SELECT practiceacl.set_profile(org(), 'Desk', jsonb_build_object('features', 'messaging', 'rights', jsonb_build_array(jsonb_build_object('group', :'site', 'rights', 'read')))) AS desk \gset
SELECT practiceacl.give_profile(org(), account('sec'), :'desk') \g /dev/null
UPDATE review SET id = practiceacl.start_review(org(), last_day());
SELECT set_eq($$SELECT user_name, group_name, profile_name, level FROM practiceacl.review_list WHERE review_id = review() AND agenda_id IS NULL$$,
    $$VALUES ('Aide Test', 'Site', NULL, 'book'), ('Sec Test', 'all', NULL, 'freebusy'), ('Sec Test', NULL, 'Desk', 'read')$$, 'they are on the list');
SELECT is((SELECT upper(valid_during) FROM practiceacl.explain_access(account('aide'), agenda('mate')) WHERE source = 'group'), midnight(), 'and end with the review');
SELECT results_eq($$SELECT source, rights::text, upper(valid_during) FROM practiceacl.explain_access(account('sec'), agenda('doc')) WHERE in_force ORDER BY 1, 2$$,
    $$VALUES ('features', 'none+messaging', midnight()), ('group', 'freebusy', midnight()), ('profile', 'read', midnight())$$, 'the explanation says so of each');
SELECT is((SELECT valid_until FROM practiceacl.who_can(agenda('doc')) WHERE account_id = account('sec')), midnight(), 'so does who_can');
SELECT throws_ok($$SELECT practiceacl.confirm_right(review(), NULL, account('sec'))$$, '22023', NULL, 'one of the three is named');
SELECT throws_ok(format('SELECT practiceacl.confirm_right(review(), NULL, account(''aide''), group_id => %L)', org()), 'PT404', NULL, 'and is under review');
SELECT enter('doc') \g /dev/null
SELECT throws_ok(format('SELECT practiceacl.confirm_right(review(), NULL, account(''aide''), group_id => %L)', :'site'), '42501', NULL, 'a holder confirms no group');
SELECT enter('chief') \g /dev/null
SELECT lives_ok(format('SELECT practiceacl.confirm_right(review(), NULL, account(''aide''), group_id => %L)', :'site'), 'an administrator does');
SELECT lives_ok(format('SELECT practiceacl.confirm_right(review(), NULL, account(''sec''), profile_id => %L)', :'desk'), 'and a profile');
SELECT is((SELECT count(*) FROM practiceacl.review_list WHERE review_id = review() AND status = 'confirmed'), 2::bigint, 'the list has it');
SELECT is((SELECT upper(valid_during) FROM practiceacl.explain_access(account('aide'), agenda('mate')) WHERE source = 'group'), NULL, 'then there is no end any more');
RESET ROLE;
UPDATE practiceacl.access_review SET started_at = now() - interval '9 days', ends_at = now() - interval '1 h' WHERE id = review();
UPDATE practiceacl.group_grant SET valid_during = tstzrange(lower(valid_during), now() - interval '1 h') WHERE upper(valid_during) = midnight();
UPDATE practiceacl.profile_member SET valid_until = now() - interval '1 h';
SET ROLE clinic_application;
SELECT enter('sec') \g /dev/null
SELECT is(practiceacl.agendas('freebusy'), '{}', 'what nobody confirms is over, a profile as well');
SELECT is_empty('SELECT feature FROM practiceacl.my_features', 'with its features');
SELECT results_eq($$SELECT source, why_not FROM practiceacl.explain_access(account('sec'), agenda('mate')) WHERE source IN ('profile', 'features') ORDER BY 1$$, $$VALUES ('features', 'lapsed'), ('profile', 'lapsed')$$, 'for a reason that one is told');
SELECT enter('boss') \g /dev/null
SELECT practiceacl.give_profile(org(), account('sec'), :'desk') \g /dev/null
SELECT is((SELECT rights::text FROM practiceacl.who_can(agenda('doc')) WHERE account_id = account('sec')), 'read+messaging', 'given again it holds again');
RESET ROLE;
SELECT is_empty('SELECT check_name, detail FROM practiceacl.health() WHERE NOT ok AND check_name IN (''tables'', ''constraints'', ''statements'', ''grants'', ''losses'', ''policies'', ''orphans'')', 'health() finds nothing wrong');
SELECT * FROM finish();
ROLLBACK;
