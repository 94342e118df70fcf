-- The upgraded objects without the rows, for the tests that make their own.
SELECT pg_catalog.format('TRUNCATE %s', pg_catalog.string_agg(c.oid::pg_catalog.regclass::text, ', '))
FROM pg_catalog.pg_extension e, pg_catalog.pg_class c
WHERE e.extname = 'practiceacl' AND c.oid = ANY (e.extconfig) \gexec
-- What is new in an audience is granted by whoever runs the update.
SELECT practiceacl.grant_application('upgrade_app') \g /dev/null
