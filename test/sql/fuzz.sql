-- Rubbish: in texts of rights, in tokens, in ids, in JSON, from the wire.
-- Whatever comes, the answer is one of the errors that are meant for it.
\getenv tree PG_ABS_SRCDIR
\set clinic :tree /setup/clinic.sql
\set ECHO none
\i :clinic
SELECT record.begin_all() \g /dev/null
\set ECHO all
\pset format unaligned
\pset tuples_only on
\set VERBOSITY terse

-- Texts made of what such texts are made of, and of what they are not.
CREATE FUNCTION clinic.rubbish(pieces text[], most int) RETURNS text LANGUAGE sql VOLATILE AS $$
    SELECT coalesce(string_agg(pieces[1 + floor(random() * cardinality(pieces))::int], ''), '')
    FROM generate_series(1, floor(random() * most)::int)
$$;
GRANT CREATE ON SCHEMA clinic TO clinic_app;
SET client_min_messages = error;
SET ROLE clinic_app;
SELECT setseed(0.42) \g /dev/null

-- Rights: what is taken comes out in one form, and that is taken as the same.
CREATE TEMP TABLE rights_text AS
SELECT rubbish('{none,read,BOOK,book_in_hours,owner,overbook,private,billing,+,+,+," ",é,\\,%s,++,"\t",public_profile,x}', 8) AS words
FROM generate_series(1, 20000);
SELECT code(format('SELECT %L::practiceacl.rights', words)) AS answer, count(*) > 100 AS often FROM rights_text GROUP BY 1 ORDER BY 1;
CREATE TEMP TABLE rights_taken AS
SELECT words, words::practiceacl.rights AS rights FROM (SELECT * FROM rights_text OFFSET 0) t
WHERE code(format('SELECT %L::practiceacl.rights', words)) = 'done';
SELECT count(*) FROM rights_taken WHERE NOT rights::text::practiceacl.rights OPERATOR(practiceacl.=) rights OR rights::text ~ '[A-Z ]';
SELECT count(*) FROM rights_taken a, (SELECT * FROM rights_taken LIMIT 20) b
WHERE (a.rights OPERATOR(practiceacl.@>) b.rights AND a.rights OPERATOR(practiceacl.<) b.rights)
   OR NOT (a.rights OPERATOR(practiceacl.|) b.rights) OPERATOR(practiceacl.@>) a.rights
   OR NOT a.rights OPERATOR(practiceacl.@>) (a.rights OPERATOR(practiceacl.&) b.rights);

-- A megabyte of it.
SELECT repeat('read+', 209715)::practiceacl.rights;
SELECT (repeat('private+', 131071) || 'read')::practiceacl.rights;
SELECT repeat('é', 524288)::practiceacl.rights;
SELECT repeat(' ', 1048576)::practiceacl.rights;
SELECT regexp_replace(left(refusal(format('SELECT %L::practiceacl.rights', repeat('x', 1048576))), 300), 'x{50,}', 'x...');

-- Tokens.
SELECT code(format('SELECT practiceacl.enter(%L)', rubbish('{a,Z,0,-,_,=," ",é,pacl,s_,.,/,\\,%}', 60))) AS answer, count(*)
FROM generate_series(1, 5000) GROUP BY 1;
SELECT code(format('SELECT practiceacl.enter(%L)', repeat('a', 1048576)));
SELECT code('SELECT practiceacl.enter(NULL)');
SELECT code('SELECT practiceacl.enter('''')');
SET practiceacl.session = 'rubbish';
SELECT count(*) FROM practiceacl.appointment;
RESET practiceacl.session;

-- Every function of the application with rubbish for arguments, in somebody's
-- session: any answer but a crash or an error that speaks of the inside.
BEGIN;
SELECT enter('anna') \g /dev/null
CREATE FUNCTION clinic.rubbish_of(type regtype) RETURNS text LANGUAGE sql VOLATILE AS $$
    SELECT CASE WHEN random() < 0.1 THEN 'NULL::' || type ELSE format('%L::%s', CASE type::text
        WHEN 'uuid' THEN (ARRAY[agenda('anna'), agenda('olga'), agenda('nobody'), account('anna'), account('olga'), org('north'), org('south'), id(1)])[1 + floor(random() * 8)::int]::text
        WHEN 'text' THEN rubbish('{none,full,x,é," ",@,.,north,test,anna@north.test,booked,"\n",%s,\\,''}', 6) || repeat('x', (random() < 0.05)::int * 1048576)
        WHEN 'timestamp with time zone' THEN (ARRAY['infinity', '-infinity', '4714-11-24 00:00Z BC', '294276-12-31 23:59:59.999999Z', '2065-03-02 09:00Z', '2000-01-01Z'])[1 + floor(random() * 6)::int]
        WHEN 'interval' THEN (ARRAY['0', '1 hour', '-1 hour', '178000000 years', '-178000000 years', '2147483647 days', '1 month -30 days'])[1 + floor(random() * 7)::int]
        WHEN 'integer' THEN (ARRAY['0', '-1', '1', '2147483647', '-2147483648'])[1 + floor(random() * 5)::int]
        WHEN 'boolean' THEN (random() < 0.5)::text
        WHEN 'jsonb' THEN (ARRAY['{}', '[]', 'null', '1e1000', '"x"', '{"name": null}', '[{}]', '[null]', '[[]]', '{"patient": {"a": 1}}',
            '{"name": "x", "data_controller": "y", "slot_minutes": 1e9}', '[{"weekday": 1.5, "from": "25:00", "to": ""}]', '[{"agenda": "x", "rights": 1}]'])[1 + floor(random() * 13)::int]
        WHEN 'practiceacl.rights' THEN (ARRAY['none', 'owner+private', 'public_profile', 'read', 'overbook'])[1 + floor(random() * 5)::int]
        WHEN 'tstzrange' THEN (ARRAY['empty', '(,)', '[infinity,infinity]', '[-infinity,2065-01-01)', '(2065-01-01,2065-01-01 00:00:00.000001]'])[1 + floor(random() * 5)::int]
        WHEN 'regclass' THEN (ARRAY['0', '1259', '4294967295', 'practiceacl.appointment'])[1 + floor(random() * 4)::int]
        WHEN 'name' THEN (ARRAY['', 'x', 'agenda_id'])[1 + floor(random() * 3)::int]
        END, type) END
$$;
CREATE TEMP TABLE answers AS
SELECT f.signature, refusal(format('SELECT * FROM %s(%s)', f.name,
        (SELECT string_agg(rubbish_of(t::regtype), ', ' ORDER BY n) FROM unnest(f.types) WITH ORDINALITY AS a (t, n) WHERE k > 0))) AS answer
FROM (SELECT p.oid::regprocedure AS signature, p.oid::regproc AS name, p.proargtypes AS types FROM pg_proc p
      WHERE p.pronamespace = 'practiceacl'::regnamespace AND p.prokind = 'f'
          AND has_function_privilege(p.oid, 'EXECUTE')
          AND NOT 'internal'::regtype = ANY (p.proargtypes::oid[]) AND NOT 'cstring'::regtype = ANY (p.proargtypes::oid[])
          AND p.proname !~ '^(log_out|close_|enter|log_in|delete_account|export_account|reset_password|accept_invitation|reauthenticate|change_password|rights_|slot)'
      OFFSET 0) f, generate_series(1, 60) AS k;
SELECT count(DISTINCT signature) > 30 AS many FROM answers;
-- XX000 is an error that nobody foresaw; the others come from queries and
-- constraints of ours, before which the functions should have refused.
SELECT signature, left(answer, 300) FROM answers WHERE answer ~ '^(XX|23514|23502|23503|42601|42883|0A000)' GROUP BY 1, 2 ORDER BY 1, 2;
SELECT signature, left(answer, 300) FROM answers WHERE answer ~ 'pacl_|constraint "|\.c:|SPI' GROUP BY 1, 2 ORDER BY 1, 2;
SELECT DISTINCT signature FROM answers WHERE length(answer) > 2000;
RESET ROLE;
SELECT count(*) FROM practiceacl.verify_activity(org('north')) WHERE first_broken IS NOT NULL;
ROLLBACK;

-- Bytes that are no text, from a client that says they are.
\set bad `printf 'book\377'`
\set cut `printf 'book\303'`
\encoding SQL_ASCII
SELECT :'bad'::practiceacl.rights;
SELECT practiceacl.enter(:'cut');
\encoding LATIN1
SELECT convert_to(:'bad', 'UTF8') = '\x626f6f6bc3bf' AS understood;
SELECT code(format('SELECT %L::practiceacl.rights', :'bad'));
\encoding UTF8
SELECT convert_from('\x626f6f6b00', 'UTF8')::practiceacl.rights;
SELECT 'the server is still here';

RESET ROLE;
DROP SCHEMA clinic CASCADE;
DROP OWNED BY clinic_app;
DROP ROLE clinic_app;
