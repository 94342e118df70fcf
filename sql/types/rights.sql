-- The type rights: a level and flags, in eight bytes.

CREATE TYPE practiceacl.rights;

CREATE FUNCTION practiceacl.rights_in(cstring)
RETURNS practiceacl.rights
AS 'MODULE_PATHNAME', 'practiceacl_rights_in'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION practiceacl.rights_out(practiceacl.rights)
RETURNS cstring
AS 'MODULE_PATHNAME', 'practiceacl_rights_out'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION practiceacl.rights_recv(internal)
RETURNS practiceacl.rights
AS 'MODULE_PATHNAME', 'practiceacl_rights_recv'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION practiceacl.rights_send(practiceacl.rights)
RETURNS bytea
AS 'MODULE_PATHNAME', 'practiceacl_rights_send'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE TYPE practiceacl.rights (
    INPUT = practiceacl.rights_in,
    OUTPUT = practiceacl.rights_out,
    RECEIVE = practiceacl.rights_recv,
    SEND = practiceacl.rights_send,
    INTERNALLENGTH = 8,
    PASSEDBYVALUE,
    ALIGNMENT = double,
    STORAGE = plain
);

COMMENT ON TYPE practiceacl.rights
IS 'what one account may do on one agenda: a level (none, freebusy, read, book_in_hours, book, absences, openings, owner) and flags (overbook, edit_past, private, patient_file, documents, messaging, billing, statistics, export, public_profile), joined by +';

COMMENT ON FUNCTION practiceacl.rights_in(cstring)
IS 'rights from text';
COMMENT ON FUNCTION practiceacl.rights_out(practiceacl.rights)
IS 'rights to text';
COMMENT ON FUNCTION practiceacl.rights_recv(internal)
IS 'rights from binary form';
COMMENT ON FUNCTION practiceacl.rights_send(practiceacl.rights)
IS 'rights to binary form';

-- What the operators call. None of these raises or reveals an argument, so
-- the planner may use them below a row security policy.

CREATE FUNCTION practiceacl.rights_contains(practiceacl.rights, practiceacl.rights)
RETURNS boolean
AS 'MODULE_PATHNAME', 'practiceacl_rights_contains'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;

CREATE FUNCTION practiceacl.rights_contained(practiceacl.rights, practiceacl.rights)
RETURNS boolean
AS 'MODULE_PATHNAME', 'practiceacl_rights_contained'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;

CREATE FUNCTION practiceacl.rights_or(practiceacl.rights, practiceacl.rights)
RETURNS practiceacl.rights
AS 'MODULE_PATHNAME', 'practiceacl_rights_or'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;

CREATE FUNCTION practiceacl.rights_and(practiceacl.rights, practiceacl.rights)
RETURNS practiceacl.rights
AS 'MODULE_PATHNAME', 'practiceacl_rights_and'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;

CREATE FUNCTION practiceacl.rights_minus(practiceacl.rights, practiceacl.rights)
RETURNS practiceacl.rights
AS 'MODULE_PATHNAME', 'practiceacl_rights_minus'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;

CREATE FUNCTION practiceacl.rights_eq(practiceacl.rights, practiceacl.rights)
RETURNS boolean
AS 'MODULE_PATHNAME', 'practiceacl_rights_eq'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;

CREATE FUNCTION practiceacl.rights_ne(practiceacl.rights, practiceacl.rights)
RETURNS boolean
AS 'MODULE_PATHNAME', 'practiceacl_rights_ne'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;

CREATE FUNCTION practiceacl.rights_lt(practiceacl.rights, practiceacl.rights)
RETURNS boolean
AS 'MODULE_PATHNAME', 'practiceacl_rights_lt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;

CREATE FUNCTION practiceacl.rights_le(practiceacl.rights, practiceacl.rights)
RETURNS boolean
AS 'MODULE_PATHNAME', 'practiceacl_rights_le'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;

CREATE FUNCTION practiceacl.rights_gt(practiceacl.rights, practiceacl.rights)
RETURNS boolean
AS 'MODULE_PATHNAME', 'practiceacl_rights_gt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;

CREATE FUNCTION practiceacl.rights_ge(practiceacl.rights, practiceacl.rights)
RETURNS boolean
AS 'MODULE_PATHNAME', 'practiceacl_rights_ge'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;

CREATE FUNCTION practiceacl.rights_cmp(practiceacl.rights, practiceacl.rights)
RETURNS integer
AS 'MODULE_PATHNAME', 'practiceacl_rights_cmp'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;

CREATE FUNCTION practiceacl.rights_hash(practiceacl.rights)
RETURNS integer
AS 'MODULE_PATHNAME', 'practiceacl_rights_hash'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;

CREATE FUNCTION practiceacl.rights_hash_extended(practiceacl.rights, bigint)
RETURNS bigint
AS 'MODULE_PATHNAME', 'practiceacl_rights_hash_extended'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;

COMMENT ON FUNCTION practiceacl.rights_contains(practiceacl.rights, practiceacl.rights)
IS 'implementation of operator @>';
COMMENT ON FUNCTION practiceacl.rights_contained(practiceacl.rights, practiceacl.rights)
IS 'implementation of operator <@';
COMMENT ON FUNCTION practiceacl.rights_or(practiceacl.rights, practiceacl.rights)
IS 'implementation of operator |';
COMMENT ON FUNCTION practiceacl.rights_and(practiceacl.rights, practiceacl.rights)
IS 'implementation of operator &';
COMMENT ON FUNCTION practiceacl.rights_minus(practiceacl.rights, practiceacl.rights)
IS 'implementation of operator -';
COMMENT ON FUNCTION practiceacl.rights_eq(practiceacl.rights, practiceacl.rights)
IS 'implementation of operator =';
COMMENT ON FUNCTION practiceacl.rights_ne(practiceacl.rights, practiceacl.rights)
IS 'implementation of operator <>';
COMMENT ON FUNCTION practiceacl.rights_lt(practiceacl.rights, practiceacl.rights)
IS 'implementation of operator <';
COMMENT ON FUNCTION practiceacl.rights_le(practiceacl.rights, practiceacl.rights)
IS 'implementation of operator <=';
COMMENT ON FUNCTION practiceacl.rights_gt(practiceacl.rights, practiceacl.rights)
IS 'implementation of operator >';
COMMENT ON FUNCTION practiceacl.rights_ge(practiceacl.rights, practiceacl.rights)
IS 'implementation of operator >=';
COMMENT ON FUNCTION practiceacl.rights_cmp(practiceacl.rights, practiceacl.rights)
IS 'support function of the btree class: less than, equal to or greater than zero';
COMMENT ON FUNCTION practiceacl.rights_hash(practiceacl.rights)
IS 'support function of the hash class';
COMMENT ON FUNCTION practiceacl.rights_hash_extended(practiceacl.rights, bigint)
IS 'support function of the hash class: with a seed';

CREATE OPERATOR practiceacl.@> (
    LEFTARG = practiceacl.rights,
    RIGHTARG = practiceacl.rights,
    FUNCTION = practiceacl.rights_contains,
    COMMUTATOR = OPERATOR(practiceacl.<@),
    RESTRICT = pg_catalog.matchingsel,
    JOIN = pg_catalog.matchingjoinsel
);

CREATE OPERATOR practiceacl.<@ (
    LEFTARG = practiceacl.rights,
    RIGHTARG = practiceacl.rights,
    FUNCTION = practiceacl.rights_contained,
    COMMUTATOR = OPERATOR(practiceacl.@>),
    RESTRICT = pg_catalog.matchingsel,
    JOIN = pg_catalog.matchingjoinsel
);

CREATE OPERATOR practiceacl.| (
    LEFTARG = practiceacl.rights,
    RIGHTARG = practiceacl.rights,
    FUNCTION = practiceacl.rights_or,
    COMMUTATOR = OPERATOR(practiceacl.|)
);

CREATE OPERATOR practiceacl.& (
    LEFTARG = practiceacl.rights,
    RIGHTARG = practiceacl.rights,
    FUNCTION = practiceacl.rights_and,
    COMMUTATOR = OPERATOR(practiceacl.&)
);

CREATE OPERATOR practiceacl.- (
    LEFTARG = practiceacl.rights,
    RIGHTARG = practiceacl.rights,
    FUNCTION = practiceacl.rights_minus
);

CREATE OPERATOR practiceacl.= (
    LEFTARG = practiceacl.rights,
    RIGHTARG = practiceacl.rights,
    FUNCTION = practiceacl.rights_eq,
    COMMUTATOR = OPERATOR(practiceacl.=),
    NEGATOR = OPERATOR(practiceacl.<>),
    RESTRICT = pg_catalog.eqsel,
    JOIN = pg_catalog.eqjoinsel,
    HASHES,
    MERGES
);

CREATE OPERATOR practiceacl.<> (
    LEFTARG = practiceacl.rights,
    RIGHTARG = practiceacl.rights,
    FUNCTION = practiceacl.rights_ne,
    COMMUTATOR = OPERATOR(practiceacl.<>),
    NEGATOR = OPERATOR(practiceacl.=),
    RESTRICT = pg_catalog.neqsel,
    JOIN = pg_catalog.neqjoinsel
);

CREATE OPERATOR practiceacl.< (
    LEFTARG = practiceacl.rights,
    RIGHTARG = practiceacl.rights,
    FUNCTION = practiceacl.rights_lt,
    COMMUTATOR = OPERATOR(practiceacl.>),
    NEGATOR = OPERATOR(practiceacl.>=),
    RESTRICT = pg_catalog.scalarltsel,
    JOIN = pg_catalog.scalarltjoinsel
);

CREATE OPERATOR practiceacl.<= (
    LEFTARG = practiceacl.rights,
    RIGHTARG = practiceacl.rights,
    FUNCTION = practiceacl.rights_le,
    COMMUTATOR = OPERATOR(practiceacl.>=),
    NEGATOR = OPERATOR(practiceacl.>),
    RESTRICT = pg_catalog.scalarlesel,
    JOIN = pg_catalog.scalarlejoinsel
);

CREATE OPERATOR practiceacl.> (
    LEFTARG = practiceacl.rights,
    RIGHTARG = practiceacl.rights,
    FUNCTION = practiceacl.rights_gt,
    COMMUTATOR = OPERATOR(practiceacl.<),
    NEGATOR = OPERATOR(practiceacl.<=),
    RESTRICT = pg_catalog.scalargtsel,
    JOIN = pg_catalog.scalargtjoinsel
);

CREATE OPERATOR practiceacl.>= (
    LEFTARG = practiceacl.rights,
    RIGHTARG = practiceacl.rights,
    FUNCTION = practiceacl.rights_ge,
    COMMUTATOR = OPERATOR(practiceacl.<=),
    NEGATOR = OPERATOR(practiceacl.<),
    RESTRICT = pg_catalog.scalargesel,
    JOIN = pg_catalog.scalargejoinsel
);

COMMENT ON OPERATOR practiceacl.@> (practiceacl.rights, practiceacl.rights)
IS 'whether the first covers the second: a level at least as high, and all its flags';
COMMENT ON OPERATOR practiceacl.<@ (practiceacl.rights, practiceacl.rights)
IS 'whether the second covers the first';
COMMENT ON OPERATOR practiceacl.| (practiceacl.rights, practiceacl.rights)
IS 'the higher level and the flags of either';
COMMENT ON OPERATOR practiceacl.& (practiceacl.rights, practiceacl.rights)
IS 'the lower level and the flags of both';
COMMENT ON OPERATOR practiceacl.- (practiceacl.rights, practiceacl.rights)
IS 'the first without the flags of the second; its level stays';
COMMENT ON OPERATOR practiceacl.= (practiceacl.rights, practiceacl.rights)
IS 'equal';
COMMENT ON OPERATOR practiceacl.<> (practiceacl.rights, practiceacl.rights)
IS 'not equal';
COMMENT ON OPERATOR practiceacl.< (practiceacl.rights, practiceacl.rights)
IS 'less, in an order that agrees with @>';
COMMENT ON OPERATOR practiceacl.<= (practiceacl.rights, practiceacl.rights)
IS 'less or equal, in an order that agrees with @>';
COMMENT ON OPERATOR practiceacl.> (practiceacl.rights, practiceacl.rights)
IS 'greater, in an order that agrees with @>';
COMMENT ON OPERATOR practiceacl.>= (practiceacl.rights, practiceacl.rights)
IS 'greater or equal, in an order that agrees with @>';

CREATE OPERATOR CLASS practiceacl.rights_ops
DEFAULT FOR TYPE practiceacl.rights USING btree AS
    OPERATOR 1 practiceacl.<,
    OPERATOR 2 practiceacl.<=,
    OPERATOR 3 practiceacl.=,
    OPERATOR 4 practiceacl.>=,
    OPERATOR 5 practiceacl.>,
    FUNCTION 1 practiceacl.rights_cmp(practiceacl.rights, practiceacl.rights),
    FUNCTION 4 pg_catalog.btequalimage(oid);

COMMENT ON OPERATOR CLASS practiceacl.rights_ops USING btree
IS 'a total order of rights that agrees with @>';
COMMENT ON OPERATOR FAMILY practiceacl.rights_ops USING btree
IS 'a total order of rights that agrees with @>';

CREATE OPERATOR CLASS practiceacl.rights_ops
DEFAULT FOR TYPE practiceacl.rights USING hash AS
    OPERATOR 1 practiceacl.=,
    FUNCTION 1 practiceacl.rights_hash(practiceacl.rights),
    FUNCTION 2 practiceacl.rights_hash_extended(practiceacl.rights, bigint);

COMMENT ON OPERATOR CLASS practiceacl.rights_ops USING hash
IS 'equality of rights';
COMMENT ON OPERATOR FAMILY practiceacl.rights_ops USING hash
IS 'equality of rights';

CREATE FUNCTION practiceacl.level(rights practiceacl.rights)
RETURNS text
AS 'MODULE_PATHNAME', 'practiceacl_level'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;

CREATE FUNCTION practiceacl.flags(rights practiceacl.rights)
RETURNS text[]
AS 'MODULE_PATHNAME', 'practiceacl_flags'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;

COMMENT ON FUNCTION practiceacl.level(practiceacl.rights)
IS 'the level of rights, as a word';
COMMENT ON FUNCTION practiceacl.flags(practiceacl.rights)
IS 'the flags of rights, as words in canonical order';

-- A union over nothing is no rights, not an unknown: somebody without a grant may
-- do nothing.
CREATE AGGREGATE practiceacl.rights_union(practiceacl.rights) (
    SFUNC = practiceacl.rights_or,
    STYPE = practiceacl.rights,
    COMBINEFUNC = practiceacl.rights_or,
    INITCOND = 'none',
    PARALLEL = SAFE
);

COMMENT ON AGGREGATE practiceacl.rights_union(practiceacl.rights)
IS 'the highest level and the flags of all rights that are not null; none if there are no such rights';
