-- The reports: right numbers, of the right organizations, and by no path the
-- name of a patient, a note, a message or anything else that is personal.
BEGIN;
SELECT plan(41);
\ir support/clinic.psql
SET LOCAL TimeZone = 'Asia/Tokyo';
SELECT join_clinic('ada', admin => 'full'), join_clinic('doc'), join_clinic('sec'), join_clinic('far', 'elsewhere') \g /dev/null
SELECT hold_agenda('doc'), hold_agenda('sec'), hold_agenda('ada') \g /dev/null
SELECT hold_agenda('far', organization => 'elsewhere') \g /dev/null
UPDATE practiceacl.agenda SET created_at = at('2026-03-01 00:00');
INSERT INTO practiceacl.service_offer VALUES ('basic', 'Basic', 29.90), ('full', 'Full', 79);
UPDATE practiceacl.agenda SET service_offer = CASE id WHEN agenda('doc') THEN 'full' WHEN agenda('sec') THEN 'basic' END;

/* Sundays from 01:00 to 05:00, and again 04:00 to 06:00: five hours, four when the clock goes forward, six when it goes back. */
INSERT INTO practiceacl.opening (organization_id, agenda_id, weekday, opens_at, closes_at)
SELECT id, agenda('doc'), weekday, opens::time, closes::time
FROM place, (VALUES (7, '01:00', '05:00'), (7, '04:00', '06:00'), (1, '22:00', '24:00')) AS v (weekday, opens, closes)
WHERE name = 'clinic';
INSERT INTO practiceacl.absence (organization_id, agenda_id, starts_at, ends_at, created_by)
SELECT id, agenda('doc'), at(a::timestamp), at(b::timestamp), account('doc')
FROM place, (VALUES ('2026-04-05 00:00', '2026-04-05 02:30'), ('2026-04-05 02:00', '2026-04-05 03:00'), ('2026-04-12 05:45', '2026-04-13 23:00')) AS v (a, b)
WHERE name = 'clinic';
INSERT INTO practiceacl.appointment (organization_id, agenda_id, starts_at, ends_at, created_by, status, cancelled_at, overbooked, patient)
SELECT id, agenda('doc'), at(a::timestamp), at(a::timestamp) + minutes * interval '1 minute', account('doc'), status,
       CASE WHEN status = 'cancelled' THEN now() END, over, 'P'
FROM place, (VALUES ('2026-03-29 01:00', 30, 'done', false), ('2026-03-29 03:00', 30, 'no_show', false), ('2026-03-29 01:15', 30, 'booked', true),
                    ('2026-03-29 04:00', 60, 'cancelled', false), ('2026-04-06 23:30', 60, 'booked', false)) AS v (a, minutes, status, over)
WHERE name = 'clinic';

CREATE ROLE reports_reader;
CREATE ROLE reports_one;
SELECT practiceacl.grant_reporting('reports_reader'), practiceacl.grant_reporting('reports_one') \g /dev/null
GRANT USAGE ON SCHEMA clinic TO reports_reader, reports_one;
GRANT SELECT ON person, place TO reports_reader, reports_one;

SET SESSION AUTHORIZATION reports_reader;
PREPARE of_doc(date) AS SELECT opening_minutes, booked_minutes, utilisation, appointments, no_shows, cancelled
    FROM practiceacl.report_utilisation WHERE agenda_id = agenda('doc') AND day = $1;
SELECT results_eq($$ EXECUTE of_doc('2026-03-29') $$, $$ VALUES (240.00, 90.00, 0.3750, 3::bigint, 1::bigint, 1::bigint) $$,
    'the day on which the clock goes forward has an hour less');
SELECT results_eq($$ EXECUTE of_doc('2026-10-25') $$, $$ VALUES (360.00, 0.00, 0.0000, 0::bigint, 0::bigint, 0::bigint) $$,
    'that on which it goes back an hour more');
SELECT results_eq($$ EXECUTE of_doc('2026-03-22') $$, $$ VALUES (300.00, 0.00, 0.0000, 0::bigint, 0::bigint, 0::bigint) $$, 'overlapping openings count once');
SELECT results_eq($$ EXECUTE of_doc('2026-04-05') $$, $$ VALUES (180.00, 0.00, 0.0000, 0::bigint, 0::bigint, 0::bigint) $$, 'absences are taken off, overlapping ones once');
SELECT results_eq($$ EXECUTE of_doc('2026-04-06') $$, $$ VALUES (120.00, 60.00, 0.5000, 1::bigint, 0::bigint, 0::bigint) $$, 'an appointment belongs to the day on which it begins');
SELECT results_eq($$ EXECUTE of_doc('2026-04-12') $$, $$ VALUES (285.00, 0.00, 0.0000, 0::bigint, 0::bigint, 0::bigint) $$, 'an absence over several days cuts the first');
SELECT results_eq($$ EXECUTE of_doc('2026-04-13') $$, $$ VALUES (60.00, 0.00, 0.0000, 0::bigint, 0::bigint, 0::bigint) $$, 'and the last');
SELECT results_eq($$ EXECUTE of_doc('2026-04-07') $$, $$ VALUES (0.00, 0.00, NULL::numeric, 0::bigint, 0::bigint, 0::bigint) $$, 'a closed day has no rate');
SELECT is((SELECT min(day) FROM practiceacl.report_utilisation WHERE agenda_id = agenda('sec')), '2026-03-01'::date, 'an agenda''s days begin with it');
SELECT results_eq($$ SELECT agenda, service_offer, monthly_price, organization_monthly_total, organization_agendas FROM practiceacl.report_subscriptions WHERE organization = 'clinic' ORDER BY 1 $$,
    $$ VALUES ('Ada', NULL, 0::numeric, 108.90, 3::bigint), ('Doc', 'full', 79, 108.90, 3), ('Sec', 'basic', 29.90, 108.90, 3) $$, 'what is subscribed to, and the total');
RESET SESSION AUTHORIZATION;

/* Grants to review. */
SELECT may('sec', what::practiceacl.rights, whose) FROM (VALUES ('read', 'doc'), ('owner', 'ada')) AS v (what, whose) \g /dev/null
SELECT hold_agenda('ada') \g /dev/null
SELECT may('sec', 'read', 'ada') \g /dev/null
SELECT may('ada', 'read', 'doc', tstzrange(NULL, now() + interval '10 days')), may('ada', 'book', 'sec'), may('doc', 'book', 'sec') \g /dev/null
UPDATE practiceacl.access_grant SET granted_at = now() - interval '100 days' WHERE account_id IN (account('sec'), account('doc'));
SELECT log_everybody_in() \g /dev/null
SELECT enter('doc') \g /dev/null
SELECT practiceacl.choose_agenda(agenda('sec')) \g /dev/null
SET LOCAL practiceacl.session = '';
SET SESSION AUTHORIZATION reports_reader;
SELECT set_eq($$ SELECT p.name, r.agenda, r.rights::text, r.unused, r.lapses_soon, r.exceeds_usual FROM practiceacl.report_access_review r JOIN person p USING (account_id) $$,
    $$ VALUES ('sec', 'Doc', 'read', true, false, false), ('sec', 'Ada', 'owner', true, false, true), ('sec', 'Ada', 'read', true, false, false),
              ('ada', 'Doc', 'read', false, true, false) $$, 'unused, lapsing and unusual grants; a chosen calendar is used');
RESET SESSION AUTHORIZATION;

/* Events. */
SELECT enter('sec') \g /dev/null
SELECT practiceacl.break_glass(agenda('sec'), 'emergency') \g /dev/null
SELECT may('sec', 'book+overbook', 'ada') \g /dev/null
SELECT practiceacl.book(agenda('ada'), at('2058-03-04 09:00'), at('2058-03-04 10:00')) \g /dev/null
SELECT practiceacl.book(agenda('ada'), at('2058-03-04 09:30'), at('2058-03-04 10:00'), overbook => true, reason => 'urgent') \g /dev/null
SELECT practiceacl.hold_slot(agenda('ada'), at('2058-03-05 09:00')) \g /dev/null
SELECT enter('sec', 2) \g /dev/null
SELECT practiceacl.hold_slot(agenda('ada'), at('2058-03-05 09:00')) \g /dev/null
SET LOCAL practiceacl.session = '';
SELECT practiceacl.log_in('sec@example.org', 'not the password') \g /dev/null
SET SESSION AUTHORIZATION reports_reader;
SELECT results_eq($$ SELECT organization, day, refused_log_ins, shared_log_ins, break_glass_uses, overbookings FROM practiceacl.report_security $$,
    $$ VALUES ('clinic', (now() AT TIME ZONE 'Europe/Paris')::date, 1::bigint, 1::bigint, 1::bigint, 1::bigint) $$, 'what should not happen often');
SELECT results_eq($$ SELECT organization, day, entries, accounts, agendas FROM practiceacl.report_activity WHERE act = 'appointment.booked' $$,
    $$ VALUES ('clinic', (now() AT TIME ZONE 'Europe/Paris')::date, 2::bigint, 1::bigint, 1::bigint) $$, 'the record, counted');

/* One organization's answer costs that organization's data: the condition reaches the indexes. */
CREATE FUNCTION pg_temp.plan_of(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    line text;
    lines text := '';
BEGIN
    FOR line IN EXECUTE 'EXPLAIN ' || query LOOP
        lines := lines || line || E'\n';
    END LOOP;
    RETURN lines;
END $$;
SET LOCAL enable_seqscan = off;
SELECT matches(pg_temp.plan_of(format('SELECT * FROM practiceacl.%I WHERE organization_id = %L', report, (SELECT id FROM place WHERE name = 'clinic'))),
    'Index Cond: \(\(?organization_id = (o|x)\.id', report || ' looks one organization up')
FROM unnest(ARRAY['report_utilisation', 'report_access_review', 'report_subscriptions', 'report_security', 'report_activity']) AS report;
SELECT matches(pg_temp.plan_of($$ SELECT * FROM practiceacl.report_utilisation WHERE day BETWEEN '2026-04-01' AND '2026-04-30' $$),
    'Index Cond: [^\n]*agenda_id = [^\n]*starts_at >= [^\n]*starts_at < ', 'and report_utilisation the appointments of the days asked for');
RESET enable_seqscan;

/* All organizations, or those of the account that the role stands for. */
SELECT is((SELECT count(DISTINCT organization) FROM practiceacl.report_subscriptions), 2::bigint, 'a reporting role sees all organizations');
RESET SESSION AUTHORIZATION;
SELECT practiceacl.map_role('reports_one', account('far')) \g /dev/null
SET SESSION AUTHORIZATION reports_one;
SELECT is((SELECT array_agg(DISTINCT organization) FROM practiceacl.report_subscriptions), ARRAY['elsewhere'], 'one that is mapped, those of its account');
SELECT is((SELECT array_agg(DISTINCT organization) FROM practiceacl.report_utilisation), ARRAY['elsewhere'], 'in report_utilisation');
SELECT is_empty('SELECT * FROM practiceacl.report_security', 'in report_security');
SELECT is_empty('SELECT * FROM practiceacl.report_access_review', 'in report_access_review');
SELECT is_empty($$ SELECT * FROM practiceacl.report_activity WHERE organization <> 'elsewhere' $$, 'in report_activity');
SET LOCAL practiceacl.session = 'not a token';
SELECT is_empty('SELECT * FROM practiceacl.report_subscriptions', 'a bad token does not fall back');
SET LOCAL practiceacl.session = '';
RESET SESSION AUTHORIZATION;
UPDATE practiceacl.role_account SET role_oid = 1 WHERE role_name = 'reports_one';
SET SESSION AUTHORIZATION reports_one;
SELECT is_empty('SELECT * FROM practiceacl.report_subscriptions', 'a mapping that waits for the operator after a restore shows nothing');
RESET SESSION AUTHORIZATION;
UPDATE practiceacl.role_account SET role_oid = 'reports_one'::regrole, role_name = 'reports_former' WHERE role_name = 'reports_one';
SET SESSION AUTHORIZATION reports_one;
SELECT is_empty('SELECT * FROM practiceacl.report_subscriptions', 'nor does one of a role that was renamed');
RESET SESSION AUTHORIZATION;

/*
 * A sentinel in every column of text or JSON that is not known to be
 * impersonal: a new column is personal until this list says otherwise.  The
 * sentinel is never written in one piece in a statement that the role runs.
 */
INSERT INTO practiceacl.outbox (organization_id, kind, channel, recipient, payload)
SELECT id, 'patient_message', 'email', 'x@example.org', '{}' FROM place LIMIT 1;
INSERT INTO practiceacl.invitation (organization_id, email, invited_by, expires_at, first_name, last_name, offer)
SELECT id, 'x@example.org', account('ada'), now(), 'x', 'x', '{}' FROM place LIMIT 1;
INSERT INTO practiceacl.activity_entry (organization_id, chain, sequence, id, recorded_at, act, facts, hash, salt, detail)
SELECT organization_id, chain, 1000, practiceacl.new_id(), now(), 'x.y', '{}', '\x00', '\x00', '{}' FROM practiceacl.activity_chain LIMIT 1;
INSERT INTO practiceacl.access_history (organization_id, agenda_id, account_id, kind, rights, recorded_during)
SELECT id, agenda('doc'), account('sec'), 'grant', 'read', tstzrange(now() - interval '1 day', now()) FROM place WHERE name = 'clinic';
INSERT INTO practiceacl.slot_hold (organization_id, agenda_id, session_id, account_id, starts_at, ends_at, expires_at)
SELECT id, agenda('doc'), practiceacl.new_id(), account('sec'), now(), now() + interval '1 hour', now() + interval '1 hour' FROM place WHERE name = 'clinic';

CREATE TABLE impersonal (relation text, column_name text);
INSERT INTO impersonal SELECT split_part(c, '.', 1), split_part(c, '.', 2) FROM regexp_split_to_table(btrim('
    access_grant.source access_history.kind access_history.source access_history.status access_history.admin
    account.status account.country account.time_zone activity.act activity.facts activity.operator
    activity_entry.act activity_entry.facts activity_entry.operator
    agenda.kind agenda.name agenda.time_zone agenda.service_offer agenda.data_controller
    appointment.status invitation.status membership.status membership.admin
    notice.title notice.body organization.name organization.country organization.time_zone organization.second_factor
    outbox.kind outbox.channel role_account.role_name
    service_offer.code service_offer.name account_token.kind', E' \n'), '\s+') AS c;
CREATE FUNCTION sentinel() RETURNS text IMMUTABLE LANGUAGE sql AS $$SELECT 'zyx' || 'wvu'$$;
CREATE FUNCTION plant() RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    c record;
BEGIN
    FOR c IN
        SELECT r.relname, a.attname, a.atttypid::regtype AS type, i.indisunique
        FROM pg_class r
        JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
        LEFT JOIN LATERAL (SELECT true AS indisunique FROM pg_index i
                           WHERE i.indrelid = r.oid AND i.indisunique AND a.attnum = ANY (i.indkey::int2[]) LIMIT 1) AS i ON true
        WHERE r.relnamespace = 'practiceacl'::regnamespace AND r.relkind = 'r'
          AND a.atttypid IN ('text'::regtype, 'jsonb'::regtype, 'json'::regtype, 'varchar'::regtype, 'name'::regtype)
          AND NOT EXISTS (SELECT FROM impersonal WHERE relation = r.relname AND column_name = a.attname)
    LOOP
        EXECUTE format('UPDATE practiceacl.%I SET %I = %s', c.relname, c.attname,
            CASE WHEN c.type IN ('jsonb'::regtype, 'json'::regtype) THEN format('jsonb_build_object(%L, %L)::%s', sentinel(), sentinel(), c.type)
                 WHEN c.indisunique THEN format('%L || md5(random()::text)', sentinel())
                 ELSE quote_literal(sentinel()) END);
        RETURN NEXT c.relname || '.' || c.attname;
    END LOOP;
END $$;
CREATE TABLE planted AS SELECT plant() AS place;
SELECT bag_has('SELECT place FROM planted', $$ VALUES ('appointment.patient'), ('appointment.note'), ('appointment.attributes'),
    ('outbox.payload'), ('outbox.recipient'), ('account.last_name'), ('account.email'), ('activity_detail.detail'), ('absence.reason') $$,
    'the sentinel is planted wherever people are spoken of');
SELECT ok((SELECT bool_and(p.patient = sentinel()) FROM practiceacl.appointment p), 'and is there');
ANALYZE practiceacl.appointment, practiceacl.account, practiceacl.outbox;

CREATE FUNCTION finds(relation text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    found boolean;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT FROM %s r WHERE r::text LIKE ''%%'' || sentinel() || ''%%'')', relation) INTO found;
    RETURN CASE WHEN found THEN 'found' ELSE 'clean' END;
EXCEPTION WHEN insufficient_privilege THEN
    RETURN 'refused';
WHEN OTHERS THEN
    RETURN 'failed: ' || SQLERRM;
END $$;
CREATE FUNCTION finds_text(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    answer text;
BEGIN
    EXECUTE query INTO answer;
    RETURN CASE WHEN answer LIKE '%' || sentinel() || '%' THEN 'found' ELSE 'clean' END;
EXCEPTION
    WHEN insufficient_privilege THEN
        RETURN 'refused';
    WHEN feature_not_supported THEN     -- a server without XML
        RETURN 'clean';
END $$;
CREATE TABLE heard (words text);
GRANT INSERT, SELECT ON heard TO reports_reader;
GRANT CREATE, USAGE ON SCHEMA clinic TO reports_reader;

SET SESSION AUTHORIZATION reports_reader;
SELECT is(sentinel() IS NOT NULL, true, 'the role runs what follows');
SELECT set_eq($$ SELECT relname FROM pg_class WHERE relnamespace = 'practiceacl'::regnamespace AND relkind IN ('r', 'v', 'm', 'p', 'f', 'S')
                 AND has_any_column_privilege(oid, 'SELECT, INSERT, UPDATE, REFERENCES') $$,
    ARRAY['report_utilisation', 'report_access_review', 'report_subscriptions', 'report_security', 'report_activity'],
    'it may touch the five reports, and not a column of anything else');
SELECT set_eq($$ SELECT relname FROM pg_class WHERE relnamespace = 'practiceacl'::regnamespace AND relkind IN ('r', 'v') AND finds(oid::regclass::text) <> 'refused' $$,
    ARRAY['report_utilisation', 'report_access_review', 'report_subscriptions', 'report_security', 'report_activity'],
    'every other relation refuses it');
SELECT is_empty($$ SELECT oid::regclass, finds(oid::regclass::text) FROM pg_class
                   WHERE relkind IN ('r', 'v', 'm', 'p', 'f') AND relnamespace <> 'pg_toast'::regnamespace
                     AND relnamespace <> 'clinic'::regnamespace AND relnamespace <> pg_my_temp_schema()
                     AND has_any_column_privilege(oid, 'SELECT') AND finds(oid::regclass::text) = 'found' $$,
    'no row of any relation of the database, the catalogs and statistics among them, has it in any column');
SELECT results_eq($$ SELECT finds(oid::regclass::text), count(*) FROM pg_class
                     WHERE relnamespace = 'practiceacl'::regnamespace AND relname LIKE 'report\_%' GROUP BY 1 $$,
    $$ VALUES ('clean', 5::bigint) $$, 'nor has any of the reports');
SELECT is_empty($$ SELECT 1 FROM pg_stats WHERE schemaname = 'practiceacl' $$, 'the planner''s statistics show it nothing');
SELECT set_eq($$ SELECT p.proname FROM pg_proc p WHERE p.pronamespace = 'practiceacl'::regnamespace AND has_function_privilege(p.oid, 'EXECUTE')
                 AND (p.prosecdef OR p.provolatile <> 'i') AND NOT EXISTS (
                     SELECT FROM pg_type t WHERE p.oid IN (t.typinput, t.typoutput, t.typreceive, t.typsend)) $$,
    ARRAY['reports_on', 'reading_time', 'known_zone', 'is_me', 'reads_notice', 'reads_service_offer'],
    'the functions that it may call are those of the types, of the policies, the time, a zone that the server knows, and whether a report speaks of an organization');
SELECT is(finds_text(format($$ SELECT practiceacl.reports_on(%L)::text $$, (SELECT id FROM place LIMIT 1))), 'clean', 'which says no more than that');
SELECT is_empty($$ SELECT w.what FROM (VALUES
        ('query_to_xml(''SELECT * FROM practiceacl.appointment'', true, true, '''')'),
        ('table_to_xml(''practiceacl.account'', true, true, '''')'), ('schema_to_xml(''practiceacl'', true, true, '''')'),
        ('database_to_xml(true, true, '''')'), ('ts_stat(''SELECT to_tsvector(patient) FROM practiceacl.appointment'')'),
        ('pg_get_viewdef(''practiceacl.report_activity'')')) AS w (what)
    WHERE finds_text('SELECT ' || w.what || '::text') = 'found' $$, 'functions of PostgreSQL that read tables fetch nothing either');

/* A function that costs nothing is called before any condition of the view, if it can be. */
CREATE FUNCTION eavesdrop(words text) RETURNS boolean COST 0.0000001 LANGUAGE plpgsql AS
$$ BEGIN INSERT INTO heard VALUES (words); RETURN true; END $$;
SELECT format('SELECT count(*) FROM practiceacl.%I r WHERE eavesdrop(r::text)', relname)
FROM pg_class WHERE relnamespace = 'practiceacl'::regnamespace AND relname LIKE 'report\_%'
\o /dev/null
\gexec
\o
SELECT isnt_empty('SELECT * FROM heard', 'one''s own function is called with what a report shows');
SELECT is_empty($$ SELECT * FROM heard WHERE words LIKE '%' || sentinel() || '%' $$, 'and hears no more than that');
RESET SESSION AUTHORIZATION;
SELECT * FROM finish();
ROLLBACK;
