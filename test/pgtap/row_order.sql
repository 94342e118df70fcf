-- Rows come in the order that was asked for, whichever index gives them: an
-- index whose protected column is not the first one loses it on a server that
-- scans an array there value by value.
BEGIN;
SELECT plan(26);

CREATE ROLE row_order_app;
CREATE ROLE row_order_owner;
GRANT CREATE, USAGE ON SCHEMA public TO row_order_owner;
GRANT USAGE ON SCHEMA public TO row_order_app;
SELECT practiceacl.grant_application('row_order_app') \g /dev/null
SELECT practiceacl.grant_application('row_order_owner') \g /dev/null

-- Of four agendas one account holds the first and the third.
INSERT INTO practiceacl.organization (id, name) VALUES ('00000000-0000-7000-8000-000000000001', 'Practice');
INSERT INTO practiceacl.account (id, email, first_name, last_name) VALUES
    ('00000000-0000-7000-8000-0000000000a1', 'holder@x.test', 'Hol', 'Der'),
    ('00000000-0000-7000-8000-0000000000a2', 'other@x.test', 'Oth', 'Er');
INSERT INTO practiceacl.membership (organization_id, account_id)
SELECT '00000000-0000-7000-8000-000000000001', id FROM practiceacl.account;
INSERT INTO practiceacl.agenda (organization_id, id, holder_id, time_zone, name, data_controller)
SELECT '00000000-0000-7000-8000-000000000001', ('00000000-0000-7000-8000-0000000000b' || n)::uuid,
    ('00000000-0000-7000-8000-0000000000a' || CASE WHEN n IN (1, 3) THEN 1 ELSE 2 END)::uuid,
    'Europe/Paris', 'Room ' || n, 'Practice'
FROM generate_series(1, 4) n;
SELECT practiceacl.open_session('00000000-0000-7000-8000-0000000000a1') AS holder \gset

SET LOCAL ROLE row_order_owner;
CREATE TABLE public.row_order_visit (id int PRIMARY KEY, agenda_id uuid, room int, starts_at timestamptz);
INSERT INTO public.row_order_visit
SELECT n, ('00000000-0000-7000-8000-0000000000b' || 1 + n % 4)::uuid, n / 100,
    timestamptz '2058-03-04 08:00Z' + n * interval '1 minute'
FROM generate_series(1, 2000) n;
CREATE INDEX ON public.row_order_visit (starts_at, agenda_id);
CREATE INDEX ON public.row_order_visit (room, agenda_id, starts_at);
SELECT practiceacl.protect('public.row_order_visit') \g /dev/null
GRANT SELECT ON public.row_order_visit TO row_order_app;
ANALYZE public.row_order_visit;

SET LOCAL ROLE row_order_app;
SELECT practiceacl.enter(:'holder') \g /dev/null

-- The numbers with these remainders by 4 are those of the agendas held.
CREATE FUNCTION pg_temp.held(n int) RETURNS boolean LANGUAGE sql AS 'SELECT n % 4 IN (0, 2)';

\set order_by 'SELECT id FROM public.row_order_visit ORDER BY starts_at LIMIT 6'
\set backwards 'SELECT id FROM public.row_order_visit ORDER BY starts_at DESC LIMIT 6'
\set in_room 'SELECT id FROM public.row_order_visit WHERE room = 7 ORDER BY agenda_id, starts_at'
\set of_rooms 'SELECT room, min(id) FROM public.row_order_visit GROUP BY room ORDER BY room'
\set merged 'SELECT count(*)::int FROM public.row_order_visit a JOIN public.row_order_visit b USING (starts_at)'

SELECT set_config('row_order.' || name, query, true)
FROM (VALUES ('order_by', :'order_by'), ('backwards', :'backwards'), ('in_room', :'in_room'),
             ('of_rooms', :'of_rooms'), ('merged', :'merged')) q (name, query) \g /dev/null

CREATE FUNCTION pg_temp.orders(setting text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    RETURN NEXT results_eq(current_setting('row_order.order_by'),
        'SELECT n FROM generate_series(1, 20) n WHERE pg_temp.held(n) ORDER BY n LIMIT 6', setting || ': the first');
    RETURN NEXT results_eq(current_setting('row_order.backwards'),
        'SELECT n FROM generate_series(1900, 2000) n WHERE pg_temp.held(n) ORDER BY n DESC LIMIT 6', setting || ': the last');
    RETURN NEXT results_eq(current_setting('row_order.in_room'),
        'SELECT n FROM generate_series(700, 799) n WHERE pg_temp.held(n) ORDER BY n % 4, n', setting || ': by agenda and time');
    RETURN NEXT results_eq(current_setting('row_order.of_rooms'),
        'SELECT n / 100, min(n) FROM generate_series(1, 2000) n WHERE pg_temp.held(n) GROUP BY 1 ORDER BY 1', setting || ': groups');
    RETURN NEXT results_eq(current_setting('row_order.merged'), 'SELECT 1000', setting || ': joined');
END
$$;

SELECT * FROM pg_temp.orders('as planned');
SET LOCAL enable_sort = off;
SET LOCAL enable_seqscan = off;
SET LOCAL enable_bitmapscan = off;
SELECT * FROM pg_temp.orders('from an index');
SET LOCAL enable_hashjoin = off;
SET LOCAL enable_nestloop = off;
SET LOCAL enable_hashagg = off;
SELECT * FROM pg_temp.orders('merged');
SET LOCAL plan_cache_mode = force_generic_plan;
SELECT * FROM pg_temp.orders('by a generic plan');
RESET enable_seqscan;
RESET enable_bitmapscan;
RESET enable_sort;
SELECT * FROM pg_temp.orders('joined by merging');
SELECT is((SELECT count(*)::int FROM public.row_order_visit), 1000, 'the rows of the agendas held, and no other');

SELECT * FROM finish();
ROLLBACK;
