/* Whatever ALTER DEFAULT PRIVILEGES gave to anybody is taken away. */
CREATE FUNCTION practiceacl.seal_privileges() RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_seal_privileges'
    LANGUAGE C VOLATILE SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.seal_privileges() IS
    'leaves what this transaction has made of the extension to its owner, and to PUBLIC what is meant for it; the last step of the install and update scripts';
SELECT practiceacl.seal_privileges();

/*
 * PUBLIC has the types and what works on them, and what policies ask beside
 * can(), is_admin() and is_member(), which tells nobody but of themselves.
 */
GRANT USAGE ON SCHEMA practiceacl TO PUBLIC;
REVOKE EXECUTE ON ALL ROUTINES IN SCHEMA practiceacl FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
    practiceacl.rights_in, practiceacl.rights_out,
    practiceacl.rights_recv, practiceacl.rights_send,
    practiceacl.rights_contains, practiceacl.rights_contained,
    practiceacl.rights_or, practiceacl.rights_and, practiceacl.rights_minus,
    practiceacl.rights_eq, practiceacl.rights_ne, practiceacl.rights_lt,
    practiceacl.rights_le, practiceacl.rights_gt, practiceacl.rights_ge,
    practiceacl.rights_cmp, practiceacl.rights_hash,
    practiceacl.rights_hash_extended,
    practiceacl.level, practiceacl.flags, practiceacl.rights_union,
    practiceacl.slot_in, practiceacl.slot_out,
    practiceacl.slot_recv, practiceacl.slot_send,
    practiceacl.slot, practiceacl.slot_overlaps, practiceacl.slot_collides,
    practiceacl.slot_box_in, practiceacl.slot_box_out,
    practiceacl.slot_gist_consistent, practiceacl.slot_gist_union,
    practiceacl.slot_gist_compress, practiceacl.slot_gist_penalty,
    practiceacl.slot_gist_picksplit, practiceacl.slot_gist_same,
    practiceacl.slot_gist_sortsupport,
    practiceacl.is_me, practiceacl.reads_notice,
    practiceacl.reads_service_offer
    TO PUBLIC;
