-- Attack: the first query of a connection, planned before the module was loaded
-- and could have a say.  (Planning the policy loads it.)
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE ROLE attack_first;
SELECT practiceacl.grant_application('attack_first') \g /dev/null
CREATE TABLE public.first_query (number int, plan text);
GRANT INSERT ON public.first_query TO attack_first;
CREATE FUNCTION public.note(number int, query text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    plan json;
BEGIN
    EXECUTE 'EXPLAIN (FORMAT JSON) ' || query INTO plan;
    INSERT INTO public.first_query VALUES (number, plan);
END $$;
\c
SET enable_seqscan = off;
SET ROLE attack_first;
SELECT note(1, $$ SELECT * FROM practiceacl.membership WHERE account_id = '00000000-0000-7000-8000-0000000000aa' $$) \g /dev/null
\c
SET enable_seqscan = off;
SET ROLE attack_first;
SELECT note(2, $$ SELECT * FROM practiceacl.busy WHERE starts_at > '2077-07-07' $$) \g /dev/null
\c
SET ROLE attack_first;
SELECT note(3, $$ SELECT * FROM practiceacl.service_offer WHERE name < 'm' $$) \g /dev/null
\c
SET enable_seqscan = off;
SELECT note(4, $$ SELECT * FROM practiceacl.membership WHERE account_id = '00000000-0000-7000-8000-0000000000aa' $$) \g /dev/null
\c
SET client_min_messages = warning;
DROP OWNED BY attack_first;
DROP ROLE attack_first;
SELECT plan(4);
SELECT unalike(plan, '%"Index Cond": "(account_id = ''%', 'a table: no index by the caller''s condition') FROM first_query WHERE number = 1;
SELECT unalike(plan, '%"Index Cond": "(starts_at >%', 'a view: neither') FROM first_query WHERE number = 2;
SELECT alike(plan, '%"(practiceacl.reads_service_offer(code) AND (name < %', 'the policy comes first') FROM first_query WHERE number = 3;
SELECT alike(plan, '%"Index Cond": "(account_id = ''%', 'and the owner''s query does use the index') FROM first_query WHERE number = 4;
SELECT * FROM finish();
