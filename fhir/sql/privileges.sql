/* Who may read them; PUBLIC, and whom default privileges name, nothing. */

CREATE FUNCTION practiceacl.grant_fhir(role regrole) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    EXECUTE format('GRANT SELECT ON practiceacl.fhir_practitioner, practiceacl.fhir_practitioner_role, practiceacl.fhir_location, practiceacl.fhir_schedule, practiceacl.fhir_slot, practiceacl.fhir_appointment TO %s', role);
    EXECUTE format('GRANT EXECUTE ON FUNCTION practiceacl.fhir_appointments, practiceacl.fhir_changes, practiceacl.fhir_entry, practiceacl.fhir_actor, practiceacl.fhir_reference, practiceacl.fhir_object, practiceacl.fhir_instant TO %s', role);
END $$;
COMMENT ON FUNCTION practiceacl.grant_fhir(regrole) IS
    'grants a role, beside what grant_application() gives it, the FHIR views and functions';

CREATE FUNCTION practiceacl.revoke_fhir(role regrole) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    EXECUTE format('REVOKE SELECT ON practiceacl.fhir_practitioner, practiceacl.fhir_practitioner_role, practiceacl.fhir_location, practiceacl.fhir_schedule, practiceacl.fhir_slot, practiceacl.fhir_appointment FROM %s', role);
    EXECUTE format('REVOKE EXECUTE ON FUNCTION practiceacl.fhir_appointments, practiceacl.fhir_changes, practiceacl.fhir_entry, practiceacl.fhir_actor, practiceacl.fhir_reference, practiceacl.fhir_object, practiceacl.fhir_instant FROM %s', role);
END $$;
COMMENT ON FUNCTION practiceacl.revoke_fhir(regrole) IS
    'takes what grant_fhir() gave';
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
        JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid AND e.extname = 'practiceacl_fhir'
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
