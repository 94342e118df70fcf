/* Where one belongs. */

CREATE VIEW practiceacl.my_organizations WITH (security_invoker) AS
SELECT o.id AS organization_id, o.name, o.country, o.time_zone,
       m.admin, practiceacl.flags(m.features) AS features,
       m.job_title, m.work_mobile, m.joined_at, m.last_log_in_at,
       o.second_factor
FROM practiceacl.membership m
JOIN practiceacl.organization o ON o.id = m.organization_id
WHERE m.account_id = practiceacl.reading_account()
  AND m.status = 'active';
COMMENT ON VIEW practiceacl.my_organizations IS
    'the organizations that the caller belongs to, and as what; for the choice after a log-in';
COMMENT ON COLUMN practiceacl.my_organizations.second_factor IS
    'who must give a second factor there: nobody, administrators, everyone';
