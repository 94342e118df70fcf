/*
 * Every table's rows are data of the user, so pg_dump writes them.  It orders
 * them by their foreign keys, of which none are circular.
 */
SELECT pg_catalog.pg_extension_config_dump(c.oid::regclass, '')
FROM pg_catalog.pg_class c
WHERE c.relnamespace = 'practiceacl'::regnamespace AND c.relkind = 'r'
ORDER BY c.relname;
