-- Feeds: who makes them, what they show, and when they stop.
BEGIN;
\ir ../../test/pgtap/support/clinic.psql
SELECT plan(72);

SELECT join_clinic('anna'), hold_agenda('anna') \g /dev/null
SELECT join_clinic('bert'), hold_agenda('bert') \g /dev/null
SELECT join_clinic('pris'), may('pris', 'read+private+export', 'anna') \g /dev/null
SELECT join_clinic('rene'), may('rene', 'read+export', 'anna') \g /dev/null
SELECT join_clinic('lena'), may('lena', 'read', 'anna') \g /dev/null
SELECT join_clinic('fred'), may('fred', 'freebusy', 'anna') \g /dev/null
SELECT join_clinic('adam', admin => 'full'), join_clinic('sven', 'elsewhere') \g /dev/null
SELECT log_everybody_in(), practiceacl.grant_ical('clinic_application') \g /dev/null
SELECT record.begin_all() \g /dev/null
CREATE TABLE clinic.address (name text, feed_id uuid, token text);
GRANT ALL ON clinic.address TO clinic_application;

-- Tomorrow at some time in Paris: a feed shows a year, not 2058.
CREATE FUNCTION clinic.soon(time_of_day time) RETURNS timestamptz LANGUAGE sql AS $$
    SELECT (((now() AT TIME ZONE 'Europe/Paris')::date + 1) + time_of_day) AT TIME ZONE 'Europe/Paris'
$$;
CREATE FUNCTION clinic.make(who text, detail text, whose text DEFAULT 'anna', lifetime interval DEFAULT NULL) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM enter(who);
    INSERT INTO address SELECT who || '/' || detail, c.* FROM practiceacl.create_feed(agenda(whose), detail, lifetime) c;
    RETURN 'made';
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE;
END $$;
CREATE FUNCTION clinic.token(name text) RETURNS text LANGUAGE sql AS $$
    SELECT a.token FROM address a WHERE a.name = token.name
$$;
-- What a stranger reads: the lines that begin with a property's name, unfolded.
CREATE FUNCTION clinic.shown(name text, property text DEFAULT 'SUMMARY') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    content text;
BEGIN
    PERFORM set_config('practiceacl.session', '', true);
    content := replace(practiceacl.feed(token(shown.name)), E'\r\n ', '');
    RETURN CASE WHEN content IS NULL THEN NULL ELSE coalesce((
        SELECT string_agg(split_part(line, property || ':', 2), ' | ')
        FROM regexp_split_to_table(content, '\r\n') AS line WHERE starts_with(line, property || ':')), '-') END;
END $$;

SET LOCAL ROLE clinic_application;
SELECT enter('anna') \g /dev/null
INSERT INTO kept VALUES
    ('plain', practiceacl.book(agenda('anna'), soon('09:00'), patient => 'Plain, P.', note => 'n1')),
    ('secret', practiceacl.book(agenda('anna'), soon('10:00'), patient => 'Secret', note => 'n2', private => true)),
    ('gone', practiceacl.book(agenda('anna'), soon('11:00'), patient => 'Gone'));
SELECT practiceacl.cancel_appointment(kept('gone')) \g /dev/null
SELECT practiceacl.add_absence(agenda('anna'), soon('14:00'), soon('15:00'), 'dentist') \g /dev/null
SELECT practiceacl.hold_slot(agenda('anna'), soon('16:00')) \g /dev/null

-- Who makes one.
SELECT is(make('anna', 'full'), 'made', 'the holder makes a full feed');
SELECT is(make('anna', 'titles'), 'made', 'and one of titles');
SELECT is(make('pris', 'full'), 'made', 'whoever may read and export makes a full one');
SELECT is(make('rene', 'full'), 'made', 'without the flag private, too');
SELECT is(make('lena', 'full'), '42501', 'reading alone is not enough to take it away');
SELECT is(make('lena', 'titles'), '42501', 'nor titles');
SELECT is(make('lena', 'busy'), 'made', 'but the busy times');
SELECT is(make('fred', 'busy'), 'made', 'freebusy is enough for these');
SELECT is(make('fred', 'titles'), '42501', 'and for no more');
SELECT is(make('adam', 'busy'), 'PT404', 'an administrator without rights makes none');
SELECT is(make('sven', 'busy'), 'PT404', 'nor does a stranger');
SELECT is(make('anna', 'everything'), '22023', 'a detail is one of three');
SELECT is(make('anna', 'busy', 'anna', '-1 day'), '22023', 'a lifetime is positive');
SELECT is(refusal('SELECT set_config(''practiceacl.session'', '''', true), practiceacl.create_feed(agenda(''anna''))'), '28000', 'nobody makes one without a session');
SELECT set_config('practiceacl.session', '', true) \g /dev/null
SELECT is(refusal('SELECT practiceacl.revoke_feed(practiceacl.new_id())'), '28000', 'nor revokes one');

-- What they show.
SELECT is(shown('anna/full'), 'Plain\, P. | Secret | Absent: dentist', 'all that the holder sees; no cancelled appointment, no hold');
SELECT is(shown('anna/full', 'DESCRIPTION'), 'n1 | n2', 'with the notes');
SELECT is(shown('anna/titles'), 'Appointment | Appointment | Absent', 'titles name no patient and no reason');
SELECT is(shown('anna/titles', 'DESCRIPTION'), '-', 'and have no notes');
SELECT is(shown('pris/full'), 'Plain\, P. | Secret | Absent: dentist', 'with the flag private, private appointments are shown');
SELECT is(shown('rene/full'), 'Plain\, P. | Busy | Absent', 'without it they are busy (Eventra #13381)');
SELECT ok(practiceacl.feed(token('rene/full')) NOT LIKE '%' || kept('secret') || '%', 'and have no id of theirs');
SELECT is(shown('lena/busy'), 'Busy | Busy | Busy', 'a busy feed has times alone');
SELECT is(shown('lena/busy', 'CLASS'), 'PRIVATE | PRIVATE | PRIVATE', 'every event is private: no program makes it public (AntAlmanac #963)');
RESET ROLE;
UPDATE practiceacl.agenda SET location_name = 'Les Lilas', location_address = E'3 rue X\n75011 Paris' WHERE id = agenda('anna');
SET LOCAL ROLE clinic_application;
SELECT is(shown('anna/titles', 'LOCATION'), 'Les Lilas\, 3 rue X\, 75011 Paris | Les Lilas\, 3 rue X\, 75011 Paris', 'appointments have a place');
SELECT is(shown('lena/busy', 'LOCATION'), '-', 'busy times have none');
SELECT is(shown('anna/full', 'SEQUENCE'), '0 | 0 | 0', 'the first version is sequence 0');
SELECT ok(practiceacl.feed(token('fred/busy')) NOT LIKE '%Plain%', 'no word of a patient is in a busy feed');

-- A tag changes with the content.
CREATE TABLE clinic.tag AS SELECT a.name, practiceacl.feed_tag(a.token) AS tag, practiceacl.feed(a.token) AS content FROM address a;
SELECT is((SELECT count(*)::int FROM tag t WHERE t.tag IS NULL OR t.content IS NULL), 0, 'every feed has a tag');
SELECT is((SELECT count(*)::int FROM tag t WHERE t.tag <> practiceacl.feed_tag(token(t.name)) OR t.content <> practiceacl.feed(token(t.name))), 0, 'read again, nothing has changed (nextcloud #58193)');
SELECT enter('anna') \g /dev/null
SELECT practiceacl.update_appointment(kept('plain'), '{"note": "n3"}') \g /dev/null
SELECT isnt((SELECT t.tag FROM tag t WHERE t.name = 'anna/full'), practiceacl.feed_tag(token('anna/full')), 'a changed note changes the tag of a full feed');
SELECT is((SELECT t.tag FROM tag t WHERE t.name = 'lena/busy'), practiceacl.feed_tag(token('lena/busy')), 'and not that of a busy one');
SELECT is(shown('anna/full', 'SEQUENCE'), '1 | 0 | 0', 'and its sequence');
SELECT enter('anna') \g /dev/null
UPDATE tag t SET tag = practiceacl.feed_tag(token(t.name)) \g /dev/null
SELECT practiceacl.cancel_appointment(kept('plain')) \g /dev/null
SELECT is((SELECT count(*)::int FROM tag t WHERE t.tag = practiceacl.feed_tag(token(t.name))), 0, 'what goes changes all of them (netbox-notices #70)');

-- Rights are those of the moment of reading.
SELECT is(practiceacl.feed('x'), NULL, 'no feed for what is no token');
SELECT is(practiceacl.feed(NULL), NULL, 'nor for null');
SELECT is(practiceacl.feed_tag(NULL), NULL, 'nor a tag');
SELECT enter('sven') \g /dev/null
SELECT isnt(practiceacl.feed(token('anna/full')), NULL, 'whoever has the address reads, whoever they are otherwise');
SELECT is(practiceacl.current_account(), account('sven'), 'and stays who they were');
SELECT is((SELECT count(*)::int FROM practiceacl.calendar), 0, 'with the rights that they had');
RESET ROLE;
DELETE FROM practiceacl.access_grant WHERE account_id = account('fred');
UPDATE practiceacl.access_grant SET rights = 'read' WHERE account_id = account('rene');
UPDATE practiceacl.access_grant SET rights = 'read+export' WHERE account_id = account('pris');
UPDATE practiceacl.account SET status = 'blocked' WHERE id = account('lena');
SET LOCAL ROLE clinic_application;
SELECT is(shown('fred/busy'), NULL, 'without rights the feed is refused at once');
SELECT is(practiceacl.feed_tag(token('fred/busy')), NULL, 'and so is its tag');
SELECT is(shown('rene/full'), 'Busy | Busy', 'without the flag export it is as one of busy times');
SELECT is(shown('pris/full'), 'Busy | Absent', 'without the flag private it shows no private appointment any more');
SELECT is(shown('lena/busy'), NULL, 'a blocked account''s feed is refused');

-- A second factor that is demanded and not there.
RESET ROLE;
UPDATE practiceacl.organization SET second_factor = 'everyone';
SET LOCAL ROLE clinic_application;
SELECT is(shown('anna/full'), NULL, 'whoever has to set up a second factor has no feed until then');
RESET ROLE;
UPDATE practiceacl.organization SET second_factor = 'nobody';
SET LOCAL ROLE clinic_application;
SELECT isnt(shown('anna/full'), NULL, 'then it comes back');

-- my_feeds, and the end.
SELECT enter('rene') \g /dev/null
SELECT is((SELECT string_agg(f.detail, ' ') FROM practiceacl.my_feeds f), 'full', 'my_feeds has one''s own');
SELECT is(refusal(format('SELECT practiceacl.revoke_feed(%L)', (SELECT feed_id FROM address WHERE name = 'anna/full'))), 'PT404', 'nobody revokes another''s');
SELECT enter('anna') \g /dev/null
SELECT is((SELECT count(*)::int FROM practiceacl.my_feeds), 6, 'an owner of the agenda sees those of others, too');
SELECT practiceacl.revoke_feed((SELECT feed_id FROM address WHERE name = 'rene/full')) \g /dev/null
SELECT is(practiceacl.feed(token('rene/full')), NULL, 'and revokes them');
SELECT set_config('practiceacl.session', '', true) \g /dev/null
SELECT is((SELECT count(*)::int FROM practiceacl.my_feeds), 0, 'nobody sees any without a session');
RESET ROLE;
UPDATE practiceacl.feed SET expires_at = now() - interval '1 second' WHERE account_id = account('anna') AND detail = 'full';
SELECT is(practiceacl.feed(token('anna/full')), NULL, 'a feed lapses');
SELECT isnt(practiceacl.feed(token('anna/titles')), NULL, 'another one does not');

-- On record, in the export, and gone with the account.
SELECT set_eq(format($$ SELECT a.act, a.actor_id, a.account_id, a.facts ->> 'detail' FROM practiceacl.activity a WHERE a.subject_id = %L $$, (SELECT feed_id FROM address WHERE name = 'rene/full')),
    $$ VALUES ('feed.created', account('rene'), NULL::uuid, 'full'), ('feed.revoked', account('anna'), account('rene'), NULL) $$, 'who made a feed and who ended it is on record');
SELECT is_empty('SELECT act FROM practiceacl.activity EXCEPT SELECT act FROM practiceacl.acts', 'every word of it is among those that an operator is told');
SELECT is((SELECT string_agg(act || ' ' || (meaning <> ''), ', ' ORDER BY act) FROM practiceacl.acts WHERE act LIKE 'feed.%'), 'feed.created true, feed.revoked true', 'the feeds'' with what they mean');
SELECT is_empty(format($$ SELECT 1 FROM practiceacl.verify_activity(%L) WHERE first_broken IS NOT NULL $$, (SELECT id FROM place WHERE name = 'clinic')), 'and the record verifies');
SELECT set_eq($$ SELECT f ->> 'detail' AS detail, f ->> 'agenda_id' AS agenda FROM jsonb_array_elements(practiceacl.export_account(account('anna')) -> 'feeds') f $$,
    $$ SELECT f.detail, f.agenda_id::text FROM practiceacl.feed f WHERE f.account_id = account('anna') $$, 'an export has the feeds');
SELECT ok(practiceacl.export_account(account('anna'))::text !~ 'digest', 'without what could find their secrets out');
SELECT is(practiceacl.export_account(account('sven')) -> 'feeds', '[]', 'and none of others');
UPDATE practiceacl.membership SET status = 'disabled' WHERE account_id = account('pris');
SELECT is(practiceacl.feed(token('pris/full')), NULL, 'a disabled colleague''s feed is refused');
UPDATE practiceacl.membership SET status = 'active' WHERE account_id = account('pris');
SELECT isnt(practiceacl.feed(token('pris/full')), NULL, 'until they are enabled again');
SELECT practiceacl.delete_account(account('pris')) \g /dev/null
SELECT is((SELECT count(*) FROM practiceacl.feed f WHERE f.account_id = account('pris')), 0::bigint, 'an erased account has none');
SELECT is(practiceacl.feed(token('pris/full')), NULL, 'and its address is refused');
SELECT practiceacl.close_organization((SELECT id FROM place WHERE name = 'clinic')) \g /dev/null
SELECT is(practiceacl.feed(token('anna/titles')), NULL, 'a closed organization has no feeds');

-- Privileges.
SELECT is((SELECT string_agg(p.proname, ' ' ORDER BY p.proname) FROM pg_proc p JOIN pg_depend d ON d.objid = p.oid AND d.deptype = 'e' JOIN pg_extension e ON e.oid = d.refobjid
           WHERE e.extname = 'practiceacl_ical' AND has_function_privilege('clinic_application', p.oid, 'EXECUTE')),
    'create_feed feed feed_tag import_calendar revoke_feed', 'an application may call these and no others');
SELECT is(has_table_privilege('clinic_application', 'practiceacl.feed', 'SELECT'), false, 'nobody is granted the table');
SELECT is((SELECT count(*)::int FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'practiceacl_ical'
           WHERE d.deptype = 'e' AND d.classid IN ('pg_proc'::regclass, 'pg_class'::regclass) AND obj_description(d.objid, d.classid::regclass::text::name) IS NULL
             AND NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = d.objid AND d.classid = 'pg_class'::regclass AND c.relkind NOT IN ('r', 'v'))), 0, 'every object has a comment');
SELECT is((SELECT string_agg(check_name || ': ' || detail, E'\n') FROM practiceacl.health() WHERE NOT ok AND detail LIKE '%feed%'), NULL, 'health() has nothing against them');
SELECT lives_ok('SELECT practiceacl.revoke_ical(''clinic_application'')', 'what was granted is taken back');
SELECT is(has_function_privilege('clinic_application', 'practiceacl.feed(text)', 'EXECUTE'), false, 'with the function');
SELECT * FROM finish();
ROLLBACK;
