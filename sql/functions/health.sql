/* Every invariant, checked. */

CREATE FUNCTION practiceacl.health()
    RETURNS TABLE (check_name text, ok boolean, detail text)
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    SET jit = off   -- many small questions, each asked once
BEGIN ATOMIC
    WITH problem AS (
        SELECT * FROM practiceacl.health_of_catalog
        UNION ALL SELECT * FROM practiceacl.health_of_data
        UNION ALL SELECT * FROM practiceacl.health_of_record
        UNION ALL SELECT * FROM practiceacl.health_of_settings
        UNION ALL SELECT * FROM practiceacl.health_of_secrets
    ), numbered AS (
        SELECT p.check_name, p.problem,
               row_number() OVER (PARTITION BY p.check_name ORDER BY p.problem) AS number,
               count(*) OVER (PARTITION BY p.check_name) AS problems
        FROM problem p
    ), told AS (
        SELECT n.check_name,
               string_agg(n.problem, E'\n' ORDER BY n.number)
                   || CASE WHEN max(n.problems) > 5
                      THEN format(E'\nand %s more', max(n.problems) - 5) ELSE '' END AS problems
        FROM numbered n WHERE n.number <= 5
        GROUP BY n.check_name
    )
    SELECT c.check_name, t.problems IS NULL, coalesce(t.problems, c.promise)
    FROM (VALUES
        (1, 'version', 'the module is the extension''s version'),
        (2, 'activity', 'every chain is whole'),
        (3, 'appointments', 'no two appointments of an agenda overlap, unless deliberately overbooked'),
        (4, 'administrators', 'every organization has a full administrator'),
        (5, 'orphans', 'nothing refers to what is not there'),
        (6, 'losses', 'everything that the record tells of is there'),
        (7, 'grants', 'nobody has rights that a rule would not give'),
        (8, 'erasure', 'of a deleted account nothing personal is left'),
        (9, 'mapped_roles', 'every mapped role is the one that was mapped'),
        (10, 'messages', 'no message is stuck'),
        (11, 'constraints', 'all are in place and in force'),
        (12, 'policies', 'they are as installed'),
        (13, 'privileges', 'nobody has more than intended, PUBLIC only the types'),
        (14, 'roles', 'each has its audiences whole, and row security binds the application'),
        (15, 'tables', 'they are the owner''s, with their own columns, under row security, without others'' triggers, and dumped'),
        (16, 'views', 'each reads as its caller or checks inside'),
        (17, 'functions', 'they are the owner''s, with a pinned search_path'),
        (18, 'schema', 'nothing of others stands in it'),
        (19, 'protected_tables', 'the application''s tables that were protected are'),
        (20, 'moving_tables', 'those that move with organizations can'),
        (21, 'agendas', 'where somebody is expected, somebody serves'),
        (22, 'time_zones', 'the server knows every one'),
        (23, 'settings', 'no secret is logged, keys are outside of the database, and the rules are in force'),
        (24, 'statements', 'those of the module fit the tables'),
        (25, 'secrets', 'each is sealed, and can be opened'),
        (26, 'moves', 'no organization is stuck between two cells, or open in one that it has left')
    ) AS c (number, check_name, promise)
    LEFT JOIN told t ON t.check_name = c.check_name
    ORDER BY c.number;
END;
COMMENT ON FUNCTION practiceacl.health() IS
    'checks every invariant: one row a check, with the first problems in detail if it is not ok; reads everything, so it takes a while; for operators';
