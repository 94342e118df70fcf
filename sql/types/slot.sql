-- The type slot: what must not collide, an agenda's half-open time, and the
-- index class that an exclusion constraint rests on:
--
--     EXCLUDE USING gist (
--         practiceacl.slot(agenda_id, occupied_from, occupied_until, overbooked)
--         WITH OPERATOR(practiceacl.#)
--     ) WHERE (cancelled_at IS NULL)

CREATE TYPE practiceacl.slot;

CREATE FUNCTION practiceacl.slot_in(cstring)
RETURNS practiceacl.slot
AS 'MODULE_PATHNAME', 'practiceacl_slot_in'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION practiceacl.slot_out(practiceacl.slot)
RETURNS cstring
AS 'MODULE_PATHNAME', 'practiceacl_slot_out'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION practiceacl.slot_recv(internal)
RETURNS practiceacl.slot
AS 'MODULE_PATHNAME', 'practiceacl_slot_recv'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION practiceacl.slot_send(practiceacl.slot)
RETURNS bytea
AS 'MODULE_PATHNAME', 'practiceacl_slot_send'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE TYPE practiceacl.slot (
    INPUT = practiceacl.slot_in,
    OUTPUT = practiceacl.slot_out,
    RECEIVE = practiceacl.slot_recv,
    SEND = practiceacl.slot_send,
    INTERNALLENGTH = 40,
    ALIGNMENT = double,
    STORAGE = plain
);

COMMENT ON TYPE practiceacl.slot
IS 'an agenda, a half-open time and whether it was deliberately booked over another: agenda [start,end) overbooked';

COMMENT ON FUNCTION practiceacl.slot_in(cstring)
IS 'slot from text';
COMMENT ON FUNCTION practiceacl.slot_out(practiceacl.slot)
IS 'slot to text, in UTC whatever the settings are';
COMMENT ON FUNCTION practiceacl.slot_recv(internal)
IS 'slot from binary form';
COMMENT ON FUNCTION practiceacl.slot_send(practiceacl.slot)
IS 'slot to binary form';

CREATE FUNCTION practiceacl.slot(
    agenda_id uuid,
    starts_at timestamptz,
    ends_at timestamptz,
    overbooked boolean DEFAULT false
)
RETURNS practiceacl.slot
AS 'MODULE_PATHNAME', 'practiceacl_slot'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;

COMMENT ON FUNCTION practiceacl.slot(uuid, timestamptz, timestamptz, boolean)
IS 'the slot of an agenda from a time until before another; never fails, and one that ends no later than it starts is empty';

CREATE FUNCTION practiceacl.slot_overlaps(practiceacl.slot, practiceacl.slot)
RETURNS boolean
AS 'MODULE_PATHNAME', 'practiceacl_slot_overlaps'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;

CREATE FUNCTION practiceacl.slot_collides(practiceacl.slot, practiceacl.slot)
RETURNS boolean
AS 'MODULE_PATHNAME', 'practiceacl_slot_collides'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;

COMMENT ON FUNCTION practiceacl.slot_overlaps(practiceacl.slot, practiceacl.slot)
IS 'implementation of operator &&';
COMMENT ON FUNCTION practiceacl.slot_collides(practiceacl.slot, practiceacl.slot)
IS 'implementation of operator #';

CREATE OPERATOR practiceacl.&& (
    LEFTARG = practiceacl.slot,
    RIGHTARG = practiceacl.slot,
    FUNCTION = practiceacl.slot_overlaps,
    COMMUTATOR = OPERATOR(practiceacl.&&),
    RESTRICT = pg_catalog.contsel,
    JOIN = pg_catalog.contjoinsel
);

CREATE OPERATOR practiceacl.# (
    LEFTARG = practiceacl.slot,
    RIGHTARG = practiceacl.slot,
    FUNCTION = practiceacl.slot_collides,
    COMMUTATOR = OPERATOR(practiceacl.#),
    RESTRICT = pg_catalog.contsel,
    JOIN = pg_catalog.contjoinsel
);

COMMENT ON OPERATOR practiceacl.&& (practiceacl.slot, practiceacl.slot)
IS 'both are of one agenda and share time, overbooked or not';
COMMENT ON OPERATOR practiceacl.# (practiceacl.slot, practiceacl.slot)
IS 'both are of one agenda and share time, and neither is overbooked';

-- The key of an index entry. It has no use outside one.

CREATE TYPE practiceacl.slot_box;

CREATE FUNCTION practiceacl.slot_box_in(cstring)
RETURNS practiceacl.slot_box
AS 'MODULE_PATHNAME', 'practiceacl_slot_box_in'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION practiceacl.slot_box_out(practiceacl.slot_box)
RETURNS cstring
AS 'MODULE_PATHNAME', 'practiceacl_slot_box_out'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE TYPE practiceacl.slot_box (
    INPUT = practiceacl.slot_box_in,
    OUTPUT = practiceacl.slot_box_out,
    INTERNALLENGTH = 24,
    ALIGNMENT = double,
    STORAGE = plain
);

COMMENT ON TYPE practiceacl.slot_box
IS 'the key of an index on slots; internal';

COMMENT ON FUNCTION practiceacl.slot_box_in(cstring)
IS 'always refuses: only an index makes a slot_box';
COMMENT ON FUNCTION practiceacl.slot_box_out(practiceacl.slot_box)
IS 'the bounds of an index entry: hashes of agendas, and times in microseconds since 2000';

CREATE FUNCTION practiceacl.slot_gist_consistent(internal, practiceacl.slot, smallint, oid, internal)
RETURNS boolean
AS 'MODULE_PATHNAME', 'practiceacl_slot_gist_consistent'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION practiceacl.slot_gist_union(internal, internal)
RETURNS practiceacl.slot_box
AS 'MODULE_PATHNAME', 'practiceacl_slot_gist_union'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION practiceacl.slot_gist_compress(internal)
RETURNS internal
AS 'MODULE_PATHNAME', 'practiceacl_slot_gist_compress'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION practiceacl.slot_gist_penalty(internal, internal, internal)
RETURNS internal
AS 'MODULE_PATHNAME', 'practiceacl_slot_gist_penalty'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION practiceacl.slot_gist_picksplit(internal, internal)
RETURNS internal
AS 'MODULE_PATHNAME', 'practiceacl_slot_gist_picksplit'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION practiceacl.slot_gist_same(practiceacl.slot_box, practiceacl.slot_box, internal)
RETURNS internal
AS 'MODULE_PATHNAME', 'practiceacl_slot_gist_same'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION practiceacl.slot_gist_sortsupport(internal)
RETURNS void
AS 'MODULE_PATHNAME', 'practiceacl_slot_gist_sortsupport'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION practiceacl.slot_gist_consistent(internal, practiceacl.slot, smallint, oid, internal)
IS 'support function of the operator class slot_ops: whether an entry may satisfy a search';
COMMENT ON FUNCTION practiceacl.slot_gist_union(internal, internal)
IS 'support function of the operator class slot_ops: the box of several entries';
COMMENT ON FUNCTION practiceacl.slot_gist_compress(internal)
IS 'support function of the operator class slot_ops: the box of a slot';
COMMENT ON FUNCTION practiceacl.slot_gist_penalty(internal, internal, internal)
IS 'support function of the operator class slot_ops: the cost of putting an entry below another';
COMMENT ON FUNCTION practiceacl.slot_gist_picksplit(internal, internal)
IS 'support function of the operator class slot_ops: cuts a page in two';
COMMENT ON FUNCTION practiceacl.slot_gist_same(practiceacl.slot_box, practiceacl.slot_box, internal)
IS 'support function of the operator class slot_ops: whether two entries are the same';
COMMENT ON FUNCTION practiceacl.slot_gist_sortsupport(internal)
IS 'support function of the operator class slot_ops: how a build sorts';

CREATE OPERATOR CLASS practiceacl.slot_ops
DEFAULT FOR TYPE practiceacl.slot USING gist AS
    OPERATOR 1 practiceacl.&&,
    OPERATOR 2 practiceacl.#,
    FUNCTION 1 practiceacl.slot_gist_consistent(internal, practiceacl.slot, smallint, oid, internal),
    FUNCTION 2 practiceacl.slot_gist_union(internal, internal),
    FUNCTION 3 practiceacl.slot_gist_compress(internal),
    FUNCTION 5 practiceacl.slot_gist_penalty(internal, internal, internal),
    FUNCTION 6 practiceacl.slot_gist_picksplit(internal, internal),
    FUNCTION 7 practiceacl.slot_gist_same(practiceacl.slot_box, practiceacl.slot_box, internal),
    FUNCTION 11 practiceacl.slot_gist_sortsupport(internal),
    STORAGE practiceacl.slot_box;

COMMENT ON OPERATOR CLASS practiceacl.slot_ops USING gist
IS 'finds slots that overlap or collide';
COMMENT ON OPERATOR FAMILY practiceacl.slot_ops USING gist
IS 'finds slots that overlap or collide';
