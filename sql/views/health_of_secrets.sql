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
SELECT 'secrets', 'the key of addresses'' digests is missing: nobody can log in; restore practiceacl.email_key'
WHERE NOT EXISTS (SELECT FROM practiceacl.email_key)
  AND (EXISTS (SELECT FROM practiceacl.account_email) OR EXISTS (SELECT FROM practiceacl.blocked_email));
COMMENT ON VIEW practiceacl.health_of_secrets IS
    'secrets that are in clear, or cannot be opened, one a row';
