/* What is enabled for the caller, in the organizations and on the calendars. */

CREATE VIEW practiceacl.my_features WITH (security_invoker) AS
SELECT m.organization_id, NULL::uuid AS agenda_id, NULL::text AS agenda,
       feature
FROM practiceacl.membership m,
     unnest(practiceacl.flags(practiceacl.features_in(m.organization_id))) AS feature
WHERE m.account_id = practiceacl.reading_account()
  AND m.status IN ('active', 'unlisted')
UNION ALL
SELECT a.organization_id, a.id, a.name, feature
FROM practiceacl.agenda a,
     unnest(practiceacl.flags(practiceacl.rights_on(a.id))) AS feature
WHERE practiceacl.can(a.id, 'freebusy');
COMMENT ON VIEW practiceacl.my_features IS
    'the flags that hold for the caller: a row for each of a membership''s features (without an agenda), and for each on each calendar';
