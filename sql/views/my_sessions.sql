/* One's own presences. */

CREATE VIEW practiceacl.my_sessions WITH (security_invoker) AS
SELECT s.id, s.opened_at, s.last_seen_at, s.expires_at, s.client,
       s.id = practiceacl.current_session() AS current,
       s.agenda_id AS agenda,
       NOT s.second_factor_id IS NULL OR s.second_factor_elsewhere AS second_factor
FROM practiceacl.session s
WHERE s.account_id = practiceacl.reading_account()
  AND s.ended_at IS NULL
  AND s.expires_at > practiceacl.reading_time()
  AND (current_setting('practiceacl.session_idle_timeout')::interval = '0'
       OR s.last_seen_at + current_setting('practiceacl.session_idle_timeout')::interval
          > practiceacl.reading_time());
COMMENT ON VIEW practiceacl.my_sessions IS
    'the caller''s live sessions; current is the one in use';
COMMENT ON COLUMN practiceacl.my_sessions.second_factor IS
    'a second factor was given in it';
