\echo Use "ALTER EXTENSION practiceacl UPDATE" to load this file. \quit

/*
 * What changes between 0.1.0 and 0.2.0 and cannot be replaced: columns,
 * constraints, indexes, functions with other arguments.  The line "-- modules"
 * stands for everything that can: see tools/update-script.
 */

DROP INDEX practiceacl.slot_hold_session_idx;
ALTER TABLE practiceacl.account DROP CONSTRAINT account_email_key;
DROP INDEX practiceacl.invitation_email_idx;
ALTER TABLE practiceacl.agenda ADD COLUMN archived_at timestamptz;

-- modules

/* Addresses are looked up by keyed digests; the plain ones become keyed. */
SELECT practiceacl.digest_emails();
CREATE FUNCTION practiceacl.key_digest(bytea) RETURNS bytea
    AS 'MODULE_PATHNAME', 'practiceacl_key_digest' LANGUAGE C STRICT;
UPDATE practiceacl.blocked_email SET digest = practiceacl.key_digest(digest);
DROP FUNCTION practiceacl.key_digest(bytea);

/* PUBLIC has the types and what works on them, and nothing of what is new. */
DO $$
DECLARE
    new_function regprocedure;
BEGIN
    FOR new_function IN
        SELECT g.object::pg_catalog.regprocedure
        FROM practiceacl.given_privileges g
        WHERE g.grantee = 0 AND g.catalog = 'pg_catalog.pg_proc'::pg_catalog.regclass
          AND NOT EXISTS (SELECT FROM practiceacl.intended_privileges i
                          WHERE i.audience = 'public' AND i.catalog = g.catalog
                            AND i.object = g.object)
    LOOP
        EXECUTE pg_catalog.format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', new_function);
    END LOOP;
END $$;
