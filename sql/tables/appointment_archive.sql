/*
 * Appointments that ended long ago: archive_appointments() brings them here.
 *
 * The same columns as appointment, in the same order: both are read by the same
 * numbers (src/reader/relation.h), and every_appointment is the two together.
 * Nothing is booked here, so there is no constraint against overlaps and none of
 * what a row was checked by when it was written; whoever books in the past looks
 * here (src/reader/overlap.c).  Rows come agenda by agenda and in order of time.
 */
CREATE TABLE practiceacl.appointment_archive (
    LIKE practiceacl.appointment INCLUDING DEFAULTS INCLUDING GENERATED,
    CONSTRAINT appointment_archive_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT appointment_archive_agenda_fkey FOREIGN KEY (organization_id, agenda_id)
        REFERENCES practiceacl.agenda (organization_id, id),
    CONSTRAINT appointment_archive_type_fkey FOREIGN KEY (organization_id, appointment_type)
        REFERENCES practiceacl.appointment_type (organization_id, id)
);
CREATE INDEX appointment_archive_id_idx ON practiceacl.appointment_archive (id);
CREATE INDEX appointment_archive_series_idx ON practiceacl.appointment_archive (series_id) WHERE series_id IS NOT NULL;
CREATE INDEX appointment_archive_part_idx ON practiceacl.appointment_archive (part_of) WHERE part_of IS NOT NULL;
CREATE INDEX appointment_archive_agenda_start_idx ON practiceacl.appointment_archive (agenda_id, starts_at);
/* Those that take more than a day: the others are found by when they start. */
CREATE INDEX appointment_archive_long_idx ON practiceacl.appointment_archive (agenda_id, occupied_until)
    WHERE occupied_until - occupied_from > interval '1 day';
/* As of appointment: not the private ones. */
CREATE INDEX appointment_archive_patient_idx ON practiceacl.appointment_archive (agenda_id, patient_ref)
    WHERE patient_ref IS NOT NULL AND NOT private;
CREATE INDEX appointment_archive_private_idx ON practiceacl.appointment_archive (agenda_id, starts_at) WHERE private;
COMMENT ON TABLE practiceacl.appointment_archive IS
    'appointments that ended long ago, columns as in appointment; one that is changed goes back there by itself';
