/* Appointments and absences that a change of a time zone's rules has shifted: see the view shifted_times. */

CREATE FUNCTION practiceacl.restore_wall_clock(
    agenda_id uuid DEFAULT NULL,
    OUT agenda uuid, OUT kind text, OUT id uuid, OUT starts_at timestamptz,
    OUT ends_at timestamptz, OUT outcome text, OUT detail text, OUT word text
) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'practiceacl_restore_wall_clock'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.restore_wall_clock(uuid) IS
    'moves the shifted_times of an agenda, or of all, back to what its wall clock was to show: one row for each, moved or refused with the reason, in the order of time. Recorded and told as any move; openings, absences and holds are not asked';

CREATE FUNCTION practiceacl.accept_wall_clock(agenda_id uuid) RETURNS bigint
    AS 'MODULE_PATHNAME', 'practiceacl_accept_wall_clock'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.accept_wall_clock(uuid) IS
    'leaves the shifted_times of an agenda at the moments where they are, and takes what its wall clock shows now for what it was to show; returns how many there were';
