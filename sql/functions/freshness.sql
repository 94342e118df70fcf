/* Reading on a standby what was written on the primary. */

CREATE FUNCTION practiceacl.commit_position() RETURNS xid8
    AS 'MODULE_PATHNAME', 'practiceacl_commit_position'
    LANGUAGE C VOLATILE SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.commit_position() IS
    'on the primary, in the transaction that writes: what require_fresh() takes on a standby; it covers what this transaction has seen and what it writes, before the call and after it';

CREATE PROCEDURE practiceacl.require_fresh(commit_position xid8, wait interval DEFAULT '1 second')
    AS 'MODULE_PATHNAME', 'practiceacl_require_fresh'
    LANGUAGE C SET search_path = pg_catalog, pg_temp;
COMMENT ON PROCEDURE practiceacl.require_fresh(xid8, interval) IS
    'on a standby: waits at most that long, up to a minute, until it shows what was committed with this commit_position(), and otherwise refuses with PA051; on the primary it returns at once; CALL it in READ COMMITTED, before enter() or after it';
