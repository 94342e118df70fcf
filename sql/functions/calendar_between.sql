/* The calendar of a range of time. */

CREATE FUNCTION practiceacl.calendar_between(
    from_time timestamptz, until_time timestamptz, agendas uuid[] DEFAULT NULL
) RETURNS SETOF practiceacl.calendar
    AS 'MODULE_PATHNAME', 'practiceacl_calendar_between'
    LANGUAGE C STABLE PARALLEL SAFE ROWS 100 COST 10000;
COMMENT ON FUNCTION practiceacl.calendar_between(timestamptz, timestamptz, uuid[]) IS
    'the rows of calendar that overlap [from_time, until_time) with their pauses, on these agendas or on all that the caller may read: at the cost of that range, however much is past; a bound may be infinite';
