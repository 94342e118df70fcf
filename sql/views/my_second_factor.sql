/* One's own second factor. */

/* The secret is nobody's to read, so the view is its owner's. */
CREATE VIEW practiceacl.my_second_factor WITH (security_barrier) AS
    SELECT f.confirmed_at AS since,
           (SELECT count(*) FROM practiceacl.recovery_code r
            WHERE r.account_id = f.account_id) AS recovery_codes
    FROM practiceacl.second_factor f
    WHERE practiceacl.is_me(f.account_id) AND NOT f.confirmed_at IS NULL
    OFFSET 0;
COMMENT ON VIEW practiceacl.my_second_factor IS
    'the caller''s second factor: one row, or none';
COMMENT ON COLUMN practiceacl.my_second_factor.since IS 'when it was confirmed';
COMMENT ON COLUMN practiceacl.my_second_factor.recovery_codes IS
    'how many recovery codes are left; renew_recovery_codes() makes new ones';
