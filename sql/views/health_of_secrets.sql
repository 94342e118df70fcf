/*
 * What is wrong with sealed secrets.  One row a problem; health() puts them
 * together.
 */

CREATE VIEW practiceacl.health_of_secrets (check_name, problem) AS
SELECT 'secrets', 'the key of addresses'' digests is stored in clear, so every dump has it: call practiceacl.seal_secrets()'
FROM practiceacl.email_key k
WHERE k.key IS NOT NULL AND practiceacl.key_file_problem() IS NULL
UNION ALL
SELECT 'secrets', pg_catalog.format('the key of addresses'' digests is one of the secrets that are %s', p.problem)
FROM practiceacl.email_key k, practiceacl.sealed_problem('email_key', NULL, k.sealed) AS p (problem)
WHERE k.sealed IS NOT NULL AND p.problem IS NOT NULL
UNION ALL
SELECT 'secrets', pg_catalog.format('the second factors of %s accounts are %s', count(*), p.problem)
FROM practiceacl.second_factor f, practiceacl.sealed_problem('second_factor', f.account_id, f.sealed) AS p (problem)
WHERE p.problem IS NOT NULL
GROUP BY p.problem
UNION ALL
SELECT 'secrets', pg_catalog.format('the key for the passwords that come with organization %s is one of the secrets that are %s', m.organization_id, p.problem)
FROM practiceacl.organization_move m, practiceacl.sealed_problem('credential_key', m.organization_id, m.credential_key) AS p (problem)
WHERE m.credential_key IS NOT NULL AND p.problem IS NOT NULL
UNION ALL
SELECT 'secrets', pg_catalog.format('the second factor of account %s is missing: take it with practiceacl.reset_second_factor()', a.id)
FROM practiceacl.account a
WHERE NOT a.second_factor_id IS NULL
  AND NOT EXISTS (SELECT FROM practiceacl.second_factor f WHERE f.id = a.second_factor_id AND f.account_id = a.id)
UNION ALL
SELECT 'secrets', 'the key of addresses'' digests is missing: nobody can log in; restore practiceacl.email_key'
WHERE NOT EXISTS (SELECT FROM practiceacl.email_key)
  AND (EXISTS (SELECT FROM practiceacl.account_email) OR EXISTS (SELECT FROM practiceacl.blocked_email));
COMMENT ON VIEW practiceacl.health_of_secrets IS
    'secrets that are in clear, or cannot be opened, one a row';
