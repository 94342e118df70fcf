/*
 * Moves that somebody must look at.  One row a problem; health() and
 * organization_move() tell them.
 */

CREATE VIEW practiceacl.move_problem (organization_id, problem) AS
WITH move AS (
    SELECT m.organization_id, m.state, m.moved_to, m.since,
           'practiceacl_move_' || replace(m.organization_id::text, '-', '') AS name,
           practiceacl.reading_time() - m.since AS age,
           /* The lock of practiceacl-move: its session in the source has it. */
           EXISTS (SELECT FROM pg_catalog.pg_locks l WHERE l.locktype = 'advisory'
               AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = current_database())
               AND l.classid::bigint = hashtext('practiceacl_move')::bigint & 4294967295
               AND l.objid::bigint = hashtext(m.organization_id::text)::bigint & 4294967295) AS at_work
    FROM practiceacl.organization_move m
)
SELECT m.organization_id, pg_catalog.format(
    'organization %s has been closed here since %s, on its way to "%s": run practiceacl-move again, or with --cancel',
    m.organization_id, m.since, m.moved_to)
FROM move m WHERE m.state IN ('handed_over', 'released') AND m.age > interval '1 minute'
UNION ALL
SELECT m.organization_id, pg_catalog.format(
    'organization %s has been on its way to another cell since %s and nobody moves it%s: run practiceacl-move again, or with --cancel',
    m.organization_id, m.since,
    CASE WHEN s.wal_status = 'lost' THEN ', and its replication slot is lost'
         WHEN s.slot_name IS NOT NULL THEN ', while its replication slot keeps the write-ahead log'
         ELSE '' END)
FROM move m
LEFT JOIN pg_catalog.pg_replication_slots s ON s.slot_name = m.name AND s.database = current_database()
WHERE m.state = 'published' AND m.age > interval '1 minute' AND NOT m.at_work
UNION ALL
SELECT m.organization_id, pg_catalog.format(
    'organization %s has been coming from another cell since %s%s: is practiceacl-move at work? run it again, or with --cancel',
    m.organization_id, m.since, CASE WHEN s.oid IS NULL THEN ', and has no subscription' ELSE '' END)
FROM move m
LEFT JOIN (pg_catalog.pg_subscription s JOIN pg_catalog.pg_database d ON d.oid = s.subdbid AND d.datname = current_database())
    ON s.subname = m.name
WHERE m.state = 'adopting' AND m.age > CASE WHEN s.oid IS NULL THEN interval '1 minute' ELSE interval '1 hour' END
UNION ALL
/* What a backup, or a standby that lagged, brought back. */
SELECT c.organization_id, pg_catalog.format(
    'organization %s has %s entries in its chain here, and the directory has it with %s in "%s": this server was restored or promoted from before that; %s',
    c.organization_id, h.entries, c.generation, c.cell,
    CASE WHEN c.cell = current_setting('cluster_name') THEN 'see "Failover" in doc/standbys.md for what is lost'
         ELSE 'practiceacl-move from here to there closes it here' END)
FROM practiceacl.organization_cell c
JOIN practiceacl.activity_chain h ON h.organization_id = c.organization_id AND h.chain = c.organization_id
LEFT JOIN practiceacl.organization_move m ON m.organization_id = c.organization_id
WHERE c.generation > h.entries AND (m.state IS NULL OR m.state IN ('published', 'received'));
COMMENT ON VIEW practiceacl.move_problem IS
    'organizations that are stuck between two cells, or open in one that they have left, and what to do; health() tells of them';
