/* What is new in the product, and what of it the caller has read. */

CREATE VIEW practiceacl.notices WITH (security_invoker = true) AS
SELECT n.id AS notice_id, n.published_at, n.title, n.body, r.read_at
FROM practiceacl.notice n
LEFT JOIN practiceacl.notice_read r ON r.notice_id = n.id
    AND r.account_id = practiceacl.reading_account()
ORDER BY n.published_at DESC, n.id DESC;
COMMENT ON VIEW practiceacl.notices IS
    'what is new in the product, the newest first; read_at is null until the caller has read it';
