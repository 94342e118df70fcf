/* Who may call what; PUBLIC, and whom default privileges name, nothing. */

CREATE FUNCTION practiceacl.grant_ical(role regrole) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    EXECUTE format('GRANT EXECUTE ON FUNCTION practiceacl.create_feed, practiceacl.revoke_feed, practiceacl.feed, practiceacl.feed_tag, practiceacl.import_calendar TO %s', role);
    EXECUTE format('GRANT SELECT ON practiceacl.my_feeds TO %s', role);
END $$;
COMMENT ON FUNCTION practiceacl.grant_ical(regrole) IS
    'grants a role, beside what grant_application() gives it, the functions and the view of calendar feeds and files';

CREATE FUNCTION practiceacl.revoke_ical(role regrole) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    EXECUTE format('REVOKE EXECUTE ON FUNCTION practiceacl.create_feed, practiceacl.revoke_feed, practiceacl.feed, practiceacl.feed_tag, practiceacl.import_calendar FROM %s', role);
    EXECUTE format('REVOKE SELECT ON practiceacl.my_feeds FROM %s', role);
END $$;
COMMENT ON FUNCTION practiceacl.revoke_ical(regrole) IS
    'takes what grant_ical() gave';

DO $$
DECLARE
    given record;
BEGIN
    FOR given IN
        SELECT CASE d.classid WHEN 'pg_catalog.pg_proc'::pg_catalog.regclass
                    THEN 'ROUTINE ' || d.objid::pg_catalog.regprocedure
                    ELSE 'TABLE ' || d.objid::pg_catalog.regclass END AS what,
               CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::pg_catalog.regrole::text END AS whom
        FROM pg_catalog.pg_depend d
        JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid AND e.extname = 'practiceacl_ical'
        LEFT JOIN pg_catalog.pg_proc p ON d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND p.oid = d.objid
        LEFT JOIN pg_catalog.pg_class c ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND c.oid = d.objid,
        LATERAL pg_catalog.aclexplode(coalesce(p.proacl, c.relacl,
            CASE WHEN p.oid IS NOT NULL THEN pg_catalog.acldefault('f', p.proowner) END)) a
        WHERE d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND d.deptype = 'e'
          AND a.grantee <> coalesce(p.proowner, c.relowner)
    LOOP
        EXECUTE pg_catalog.format('REVOKE ALL ON %s FROM %s CASCADE', given.what, given.whom);
    END LOOP;
END $$;
