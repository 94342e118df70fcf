/* Types of appointments, and where they can be booked. */

CREATE VIEW practiceacl.appointment_types WITH (security_invoker) AS
    SELECT t.organization_id,
           t.id AS type_id,
           t.name,
           make_interval(mins => t.minutes) AS duration,
           make_interval(mins => t.minutes_before) AS buffer_before,
           make_interval(mins => t.minutes_after) AS buffer_after,
           t.rights,
           t.color,
           t.attributes,
           t.archived_at,
           practiceacl.level(t.rights) AS level,
           practiceacl.flags(t.rights) AS flags
    FROM practiceacl.appointment_type t;
COMMENT ON VIEW practiceacl.appointment_types IS
    'the types of appointments of the organizations that the caller belongs to';
COMMENT ON COLUMN practiceacl.appointment_types.rights IS
    'what one needs on an agenda to book it there';
COMMENT ON COLUMN practiceacl.appointment_types.archived_at IS
    'since when it is booked no more; null while it is in use';

CREATE VIEW practiceacl.agenda_types WITH (security_invoker) AS
    SELECT o.organization_id,
           o.agenda_id,
           o.type_id,
           t.name,
           make_interval(mins => coalesce(o.minutes, t.minutes)) AS duration,
           make_interval(mins => t.minutes_before) AS buffer_before,
           make_interval(mins => t.minutes_after) AS buffer_after,
           t.rights,
           t.color,
           practiceacl.can(o.agenda_id, t.rights) AS bookable,
           practiceacl.level(t.rights) AS level,
           practiceacl.flags(t.rights) AS flags
    FROM practiceacl.agenda_type o
    JOIN practiceacl.appointment_type t
      ON t.organization_id = o.organization_id AND t.id = o.type_id
    WHERE t.archived_at IS NULL;
COMMENT ON VIEW practiceacl.agenda_types IS
    'which types each agenda offers, for those who may see when it is busy and for administrators; archived ones are left out';
COMMENT ON COLUMN practiceacl.agenda_types.duration IS 'how long it takes on this agenda';
COMMENT ON COLUMN practiceacl.agenda_types.bookable IS 'whether the caller has the rights that it needs';
