/* Following the record, and its proof. */

CREATE FUNCTION practiceacl.activity_horizon() RETURNS uuid
    AS 'MODULE_PATHNAME', 'practiceacl_activity_horizon'
    LANGUAGE C VOLATILE SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.activity_horizon() IS
    'an id below which no further activity can appear to later statements of the caller; for programs that follow the table activity themselves';

CREATE FUNCTION practiceacl.activity_since(
    "cursor" uuid DEFAULT NULL, max_rows integer DEFAULT 1000
) RETURNS SETOF practiceacl.activity
    AS 'MODULE_PATHNAME', 'practiceacl_activity_since'
    LANGUAGE C VOLATILE ROWS 100 SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.activity_since(uuid, integer) IS
    'the activity that the caller may see after the entry whose id is given, in order of ids, max_rows at the most; for clients that poll with the last id they got: nothing is ever skipped';

CREATE FUNCTION practiceacl.changes_since(
    "cursor" text DEFAULT NULL, max_rows integer DEFAULT 500
) RETURNS TABLE ("cursor" text, agenda_id uuid, appointment_id uuid, change text, at timestamptz)
    AS 'MODULE_PATHNAME', 'practiceacl_changes_since'
    LANGUAGE C VOLATILE SECURITY DEFINER ROWS 10 SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.changes_since(text, integer) IS
    'what changed on the calendars that the caller may read, after the cursor that the caller was given last: booked, moved, moved_away, updated, status, cancelled, with the appointment; busy for a private one; series, imported, absence, hold, openings, agenda: read this calendar again; days, several, reload: read all again. Without a cursor one row, begin, with the cursor of now';

CREATE FUNCTION practiceacl.announce_agendas(enabled boolean) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_announce_agendas'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.announce_agendas(boolean) IS
    'whether announcements on the channel practiceacl_activity name the agenda concerned, after the id of the entry; everybody who may connect can listen; for operators';

CREATE FUNCTION practiceacl.verify_activity(organization_id uuid)
    RETURNS TABLE (chain uuid, entries bigint, first_broken bigint)
    AS 'MODULE_PATHNAME', 'practiceacl_verify_activity'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.verify_activity(uuid) IS
    'recomputes every chain of the organization: first_broken is the number of the first entry that is not what was recorded, null if all are; 1 also of a chain that is missing, or was begun again, although what it tells of is there; null or the nil UUID is the chain of the database, for operators';

CREATE FUNCTION practiceacl.record_act(
    act text, agenda_id uuid, account_id uuid DEFAULT NULL,
    subject_id uuid DEFAULT NULL, facts jsonb DEFAULT NULL
) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_record_act'
    LANGUAGE C VOLATILE;
COMMENT ON FUNCTION practiceacl.record_act(text, uuid, uuid, uuid, jsonb) IS
    'owner: for functions of extensions beside this one: what the caller does on an agenda is on record, under a word of the extension''s own; about which account and which thing, with facts that name nobody';

CREATE FUNCTION practiceacl.beside_acts() RETURNS TABLE (act text, meaning text)
    AS 'MODULE_PATHNAME', 'practiceacl_beside_acts'
    LANGUAGE C VOLATILE SECURITY DEFINER ROWS 10 SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.beside_acts() IS
    'operator: the words that extensions beside this one write into the record, and what they mean, as their functions NAME_acts() say; part of the view acts';

CREATE FUNCTION practiceacl.activity_heads()
    RETURNS TABLE (organization_id uuid, chain uuid, entries bigint, head bytea)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT c.organization_id, c.chain, c.entries, c.head
    FROM practiceacl.activity_chain c
    ORDER BY 1, 2;
END;
COMMENT ON FUNCTION practiceacl.activity_heads() IS
    'the last hash of every chain: kept outside the database, it proves that nothing was rewritten since';

/*
 * Entries of long ago in files: written, looked at with practiceacl-verify, and
 * only then deleted here.
 */
CREATE FUNCTION practiceacl.export_activity(
    organization_id uuid, before timestamptz, details boolean DEFAULT false
) RETURNS SETOF text
    AS 'MODULE_PATHNAME', 'practiceacl_export_activity'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.export_activity(uuid, timestamptz, boolean) IS
    'the lines of a file with what the record of an organization has from before a moment at least 90 days ago, for practiceacl-verify; without names, unless details is true; null or the nil UUID is what belongs to no organization; changes nothing; for operators';

CREATE FUNCTION practiceacl.seal_activity(
    organization_id uuid, before timestamptz, digest text
) RETURNS bigint
    AS 'MODULE_PATHNAME', 'practiceacl_seal_activity'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.seal_activity(uuid, timestamptz, text) IS
    'deletes what export_activity() gave, with its details, and leaves a seal from which the chains go on; only if digest, which practiceacl-verify prints, is that of these entries; returns how many entries went; for operators';

CREATE FUNCTION practiceacl.activity_seals()
    RETURNS TABLE (organization_id uuid, chain uuid, first_entry bigint, last_entry bigint,
                   previous bytea, hash bytea, digest bytea, sealed_before timestamptz, sealed_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT s.organization_id, s.chain, s.first_entry, s.last_entry, s.previous, s.hash, s.digest, s.sealed_before, s.sealed_at
    FROM practiceacl.activity_seal s
    ORDER BY 1, 2, 3;
END;
COMMENT ON FUNCTION practiceacl.activity_seals() IS
    'which stretches of which chains stand in which files; practiceacl-verify --seals holds the files against it';

CREATE FUNCTION practiceacl.seals_digest(organization_id uuid) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT encode(sha256(convert_to(string_agg(format('%s %s %s %s %s %s', s.chain, s.first_entry, s.last_entry,
               encode(s.previous, 'hex'), encode(s.hash, 'hex'), encode(s.digest, 'hex')),
               E'\n' ORDER BY s.chain, s.first_entry), 'UTF8')), 'hex')
    FROM practiceacl.activity_seal s WHERE s.organization_id = seals_digest.organization_id;
END;
COMMENT ON FUNCTION practiceacl.seals_digest(uuid) IS
    'a digest of all seals of an organization, which the entry activity.sealed names; for the owner and health()';
