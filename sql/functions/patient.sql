/* Patients: their appointments, and their erasure. */

/*
 * Two arms: a private appointment is hidden from some of those who read its
 * agenda, and an index of whose it is would tell them. So the index by
 * patient_ref has none of these; they are few, and read all.
 */
CREATE FUNCTION practiceacl.appointments_of(patient_ref text)
    RETURNS TABLE (
        organization_id uuid, agenda_id uuid, appointment_id uuid,
        starts_at timestamptz, ends_at timestamptz, status text,
        private boolean, patient text, note text, contact text,
        attributes jsonb, version integer
    )
    LANGUAGE sql STABLE ROWS 20 SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT a.organization_id, a.agenda_id, a.id, a.starts_at, a.ends_at, a.status,
           a.private, a.patient, a.note, a.contact, a.attributes, a.version
    FROM practiceacl.every_appointment a
    WHERE a.patient_ref = appointments_of.patient_ref AND NOT a.private
    UNION ALL
    SELECT a.organization_id, a.agenda_id, a.id, a.starts_at, a.ends_at, a.status,
           a.private, a.patient, a.note, a.contact, a.attributes, a.version
    FROM practiceacl.every_appointment a
    WHERE a.patient_ref = appointments_of.patient_ref AND a.private
    ORDER BY 4, 3;
END;
COMMENT ON FUNCTION practiceacl.appointments_of(text) IS
    'the appointments of the patient whom the application knows by this key, as far as the caller may see them, in all their organizations, cancelled ones too, by time';

CREATE FUNCTION practiceacl.erase_patient(organization_id uuid, patient_ref text)
    RETURNS TABLE (what text, rows bigint)
    AS 'MODULE_PATHNAME', 'practiceacl_erase_patient'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.erase_patient(uuid, text) IS
    'takes what names the patient out of the organization''s appointments (patient, note, contact, patient_ref, attributes), of what the record says in clear about these, and of the outbox every message to their contacts; the times stay; by a full administrator who has reauthenticated';

CREATE FUNCTION practiceacl.purge_patients(older_than interval)
    RETURNS TABLE (what text, rows bigint)
    AS 'MODULE_PATHNAME', 'practiceacl_purge_patients'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.purge_patients(interval) IS
    'does what erase_patient does to every appointment that ended at least so long ago, forgets to whom messages went that were sent by then, and deletes what waiting lists say of periods that ended; for operators';
