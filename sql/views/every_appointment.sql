/* What of appointments is in use, and what is in the archive, as one. */
CREATE VIEW practiceacl.every_appointment WITH (security_invoker) AS
    SELECT * FROM practiceacl.appointment
    UNION ALL
    SELECT * FROM practiceacl.appointment_archive;
COMMENT ON VIEW practiceacl.every_appointment IS
    'the rows of appointment and of appointment_archive, as far as the caller may read them';
