\echo Use "CREATE EXTENSION practiceacl" to load this file. \quit

COMMENT ON SCHEMA practiceacl IS
    'users, rights and calendars of medical practices';
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
IS 'behind the operator @>';
COMMENT ON FUNCTION practiceacl.rights_contained(practiceacl.rights, practiceacl.rights)
IS 'behind the operator <@';
COMMENT ON FUNCTION practiceacl.rights_or(practiceacl.rights, practiceacl.rights)
IS 'behind the operator |';
COMMENT ON FUNCTION practiceacl.rights_and(practiceacl.rights, practiceacl.rights)
IS 'behind the operator &';
COMMENT ON FUNCTION practiceacl.rights_minus(practiceacl.rights, practiceacl.rights)
IS 'behind the operator -';
COMMENT ON FUNCTION practiceacl.rights_eq(practiceacl.rights, practiceacl.rights)
IS 'behind the operator =';
COMMENT ON FUNCTION practiceacl.rights_ne(practiceacl.rights, practiceacl.rights)
IS 'behind the operator <>';
COMMENT ON FUNCTION practiceacl.rights_lt(practiceacl.rights, practiceacl.rights)
IS 'behind the operator <';
COMMENT ON FUNCTION practiceacl.rights_le(practiceacl.rights, practiceacl.rights)
IS 'behind the operator <=';
COMMENT ON FUNCTION practiceacl.rights_gt(practiceacl.rights, practiceacl.rights)
IS 'behind the operator >';
COMMENT ON FUNCTION practiceacl.rights_ge(practiceacl.rights, practiceacl.rights)
IS 'behind the operator >=';
COMMENT ON FUNCTION practiceacl.rights_cmp(practiceacl.rights, practiceacl.rights)
IS 'behind the btree class: less than, equal to or greater than zero';
COMMENT ON FUNCTION practiceacl.rights_hash(practiceacl.rights)
IS 'behind the hash class';
COMMENT ON FUNCTION practiceacl.rights_hash_extended(practiceacl.rights, bigint)
IS 'behind the hash class: with a seed';

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

-- A union over nothing is no rights, not an unknown: who holds no grant may
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
-- The type slot: what must not collide, an agenda's half-open time, and the
-- index class that an exclusion constraint rests on:
--
--     EXCLUDE USING gist (
--         practiceacl.slot(agenda_id, starts_at, ends_at, overbooked)
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
IS 'behind the operator &&';
COMMENT ON FUNCTION practiceacl.slot_collides(practiceacl.slot, practiceacl.slot)
IS 'behind the operator #';

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
IS 'behind the index class slot_ops: whether an entry may satisfy a search';
COMMENT ON FUNCTION practiceacl.slot_gist_union(internal, internal)
IS 'behind the index class slot_ops: the box of several entries';
COMMENT ON FUNCTION practiceacl.slot_gist_compress(internal)
IS 'behind the index class slot_ops: the box of a slot';
COMMENT ON FUNCTION practiceacl.slot_gist_penalty(internal, internal, internal)
IS 'behind the index class slot_ops: the cost of putting an entry below another';
COMMENT ON FUNCTION practiceacl.slot_gist_picksplit(internal, internal)
IS 'behind the index class slot_ops: cuts a page in two';
COMMENT ON FUNCTION practiceacl.slot_gist_same(practiceacl.slot_box, practiceacl.slot_box, internal)
IS 'behind the index class slot_ops: whether two entries are the same';
COMMENT ON FUNCTION practiceacl.slot_gist_sortsupport(internal)
IS 'behind the index class slot_ops: how a build sorts';

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
/* Identifiers: before the tables, whose defaults call it. */

CREATE FUNCTION practiceacl.new_id() RETURNS uuid
    AS 'MODULE_PATHNAME', 'practiceacl_new_id'
    LANGUAGE C VOLATILE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION practiceacl.new_id() IS
    'a new UUID version 7: unique everywhere, and sorted by the time it was made';
/* What belongs to nobody in particular: tenants, and what they may buy. */

CREATE TABLE practiceacl.organization (
    id          uuid        NOT NULL DEFAULT practiceacl.new_id(),
    name        text        NOT NULL,
    country     text        NOT NULL DEFAULT 'FR',
    time_zone   text        NOT NULL DEFAULT 'Europe/Paris',
    created_at  timestamptz NOT NULL DEFAULT now(),
    closed_at   timestamptz,
    CONSTRAINT organization_pkey PRIMARY KEY (id),
    CONSTRAINT organization_name_not_blank CHECK (btrim(name) <> '' AND length(name) <= 200),
    CONSTRAINT organization_country_is_iso3166 CHECK (country ~ '^[A-Z]{2}$')
);
COMMENT ON TABLE practiceacl.organization IS 'a practice or a clinic: the tenant';
COMMENT ON COLUMN practiceacl.organization.country IS 'ISO 3166-1 alpha-2';
COMMENT ON COLUMN practiceacl.organization.time_zone IS 'IANA name; the zone of agendas that name none';
COMMENT ON COLUMN practiceacl.organization.closed_at IS 'when the operator closed it; null while it works';

CREATE TABLE practiceacl.service_offer (
    code          text    NOT NULL,
    name          text    NOT NULL,
    monthly_price numeric NOT NULL,
    CONSTRAINT service_offer_pkey PRIMARY KEY (code),
    CONSTRAINT service_offer_code_is_a_word CHECK (code ~ '^[a-z][a-z0-9_]{0,62}$'),
    CONSTRAINT service_offer_price_is_finite CHECK (monthly_price >= 0 AND monthly_price < 'Infinity')
);
COMMENT ON TABLE practiceacl.service_offer IS 'what an agenda costs a month; a user without an agenda costs nothing';
/* People, and the secrets that prove them.  Nobody is granted the secrets. */

CREATE TABLE practiceacl.account (
    id            uuid        NOT NULL DEFAULT practiceacl.new_id(),
    status        text        NOT NULL DEFAULT 'active',
    email         text,
    first_name    text        NOT NULL,
    last_name     text        NOT NULL,
    mobile        text,
    country       text        NOT NULL DEFAULT 'FR',
    time_zone     text        NOT NULL DEFAULT 'Europe/Paris',
    sms_copies    boolean     NOT NULL DEFAULT false,
    created_at    timestamptz NOT NULL DEFAULT now(),
    first_used_at timestamptz,
    CONSTRAINT account_pkey PRIMARY KEY (id),
    CONSTRAINT account_email_key UNIQUE (email),
    CONSTRAINT account_status_is_known CHECK (status IN ('active', 'blocked', 'deleted')),
    CONSTRAINT account_email_unless_deleted CHECK ((status = 'deleted') = (email IS NULL)),
    CONSTRAINT account_email_is_folded CHECK (email = lower(email) AND length(email) <= 254),
    CONSTRAINT account_names_are_short CHECK (length(first_name) <= 100 AND length(last_name) <= 100)
);
COMMENT ON TABLE practiceacl.account IS 'a person, once in the whole database, known by one e-mail address';
COMMENT ON COLUMN practiceacl.account.email IS 'folded to lower case; null once the account is deleted';
COMMENT ON COLUMN practiceacl.account.sms_copies IS 'wants a text message for every appointment booked by others';
COMMENT ON COLUMN practiceacl.account.first_used_at IS 'first log-in; until then the administrator who made the account may correct it';

CREATE TABLE practiceacl.password (
    account_id      uuid        NOT NULL,
    hash            text        NOT NULL,
    changed_at      timestamptz NOT NULL DEFAULT now(),
    temporary_until timestamptz,
    CONSTRAINT password_pkey PRIMARY KEY (account_id),
    CONSTRAINT password_account_fkey FOREIGN KEY (account_id) REFERENCES practiceacl.account (id)
);
COMMENT ON TABLE practiceacl.password IS 'Argon2id hashes; granted to nobody';
COMMENT ON COLUMN practiceacl.password.temporary_until IS 'when a temporary password lapses; null for one that the person chose';

CREATE TABLE practiceacl.account_token (
    digest      bytea       NOT NULL,
    account_id  uuid        NOT NULL,
    kind        text        NOT NULL,
    new_email   text,
    created_at  timestamptz NOT NULL DEFAULT now(),
    expires_at  timestamptz NOT NULL,
    CONSTRAINT account_token_pkey PRIMARY KEY (digest),
    CONSTRAINT account_token_account_fkey FOREIGN KEY (account_id) REFERENCES practiceacl.account (id),
    CONSTRAINT account_token_kind_is_known CHECK (kind IN ('password_reset', 'email_change')),
    CONSTRAINT account_token_email_if_changed CHECK ((kind = 'email_change') = (new_email IS NOT NULL))
);
CREATE INDEX account_token_account_idx ON practiceacl.account_token (account_id);
COMMENT ON TABLE practiceacl.account_token IS 'digests of the tokens that reset a password or confirm an address; granted to nobody';

CREATE TABLE practiceacl.blocked_email (
    digest     bytea       NOT NULL,
    reason     text        NOT NULL,
    blocked_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT blocked_email_pkey PRIMARY KEY (digest)
);
COMMENT ON TABLE practiceacl.blocked_email IS 'digests of addresses that no account may take; granted to nobody';

CREATE TABLE practiceacl.log_in_failure (
    digest       bytea       NOT NULL,
    failures     integer     NOT NULL,
    last_at      timestamptz NOT NULL,
    CONSTRAINT log_in_failure_pkey PRIMARY KEY (digest)
);
COMMENT ON TABLE practiceacl.log_in_failure IS 'recent refused log-ins, by digest of the address and of the pair of address and client; granted to nobody';
/* Presences of people, and the database roles that stand for one person. */

CREATE TABLE practiceacl.session (
    id              uuid        NOT NULL DEFAULT practiceacl.new_id(),
    account_id      uuid        NOT NULL,
    opened_at       timestamptz NOT NULL DEFAULT now(),
    expires_at      timestamptz NOT NULL,
    last_seen_at    timestamptz NOT NULL DEFAULT now(),
    limited         boolean     NOT NULL DEFAULT false,
    ended_at        timestamptz,
    confirmed_until timestamptz,
    agenda_id       uuid,
    client          text,
    CONSTRAINT session_pkey PRIMARY KEY (id),
    CONSTRAINT session_account_fkey FOREIGN KEY (account_id) REFERENCES practiceacl.account (id),
    CONSTRAINT session_client_is_short CHECK (length(client) <= 500)
);
CREATE INDEX session_account_idx ON practiceacl.session (account_id);
COMMENT ON TABLE practiceacl.session IS 'a logged-in presence of an account, proved by an opaque token';
COMMENT ON COLUMN practiceacl.session.limited IS 'entered with a temporary password that has not been changed yet: may only change it';
COMMENT ON COLUMN practiceacl.session.confirmed_until IS 'until when this session counts as freshly authenticated';
COMMENT ON COLUMN practiceacl.session.agenda_id IS 'the calendar chosen to work on; checked wherever it is read, so no foreign key binds it';

CREATE TABLE practiceacl.session_token (
    digest     bytea NOT NULL,
    session_id uuid  NOT NULL,
    CONSTRAINT session_token_pkey PRIMARY KEY (digest),
    CONSTRAINT session_token_session_fkey FOREIGN KEY (session_id) REFERENCES practiceacl.session (id)
);
CREATE INDEX session_token_session_idx ON practiceacl.session_token (session_id);
COMMENT ON TABLE practiceacl.session_token IS 'digests of the tokens of live sessions; a session without one has ended; granted to nobody';

CREATE TABLE practiceacl.role_account (
    role_oid   oid         NOT NULL,
    role_name  text        NOT NULL,
    account_id uuid        NOT NULL,
    mapped_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT role_account_pkey PRIMARY KEY (role_oid),
    CONSTRAINT role_account_name_key UNIQUE (role_name),
    CONSTRAINT role_account_account_fkey FOREIGN KEY (account_id) REFERENCES practiceacl.account (id)
);
COMMENT ON TABLE practiceacl.role_account IS 'database roles that are one person; name and OID must both match, so a restored mapping waits for the operator';
/* Who belongs to which organization. */

CREATE TABLE practiceacl.membership (
    organization_id uuid               NOT NULL,
    account_id      uuid               NOT NULL,
    features        practiceacl.rights NOT NULL DEFAULT 'none',
    status          text               NOT NULL DEFAULT 'active',
    admin           text               NOT NULL DEFAULT 'none',
    state_since     timestamptz        NOT NULL DEFAULT now(),
    joined_at       timestamptz        NOT NULL DEFAULT now(),
    last_log_in_at  timestamptz,
    job_title       text,
    work_mobile     text,
    CONSTRAINT membership_pkey PRIMARY KEY (organization_id, account_id),
    CONSTRAINT membership_organization_fkey FOREIGN KEY (organization_id) REFERENCES practiceacl.organization (id),
    CONSTRAINT membership_account_fkey FOREIGN KEY (account_id) REFERENCES practiceacl.account (id),
    CONSTRAINT membership_status_is_known CHECK (status IN ('active', 'unlisted', 'disabled', 'removed')),
    CONSTRAINT membership_admin_is_known CHECK (admin IN ('none', 'users', 'full')),
    CONSTRAINT membership_job_title_is_short CHECK (length(job_title) <= 200)
);
CREATE INDEX membership_account_idx ON practiceacl.membership (account_id);
COMMENT ON TABLE practiceacl.membership IS 'an account''s place in one organization';
COMMENT ON COLUMN practiceacl.membership.features IS 'flags that hold on every agenda of the organization where the member has at least read';
COMMENT ON COLUMN practiceacl.membership.status IS 'active; unlisted (active, but the last access was taken); disabled; removed';
COMMENT ON COLUMN practiceacl.membership.admin IS 'administrator level: none, users (who are not administrators), full';
COMMENT ON COLUMN practiceacl.membership.state_since IS 'since when status, admin and features are as they are; what was before stands in access_history';
COMMENT ON COLUMN practiceacl.membership.last_log_in_at IS 'last log-in that this organization may know of';
/* Calendars, and when they may be booked. */

CREATE TABLE practiceacl.agenda (
    organization_id uuid        NOT NULL,
    id              uuid        NOT NULL DEFAULT practiceacl.new_id(),
    holder_id       uuid        NOT NULL,
    held_since      timestamptz NOT NULL DEFAULT now(),
    created_at      timestamptz NOT NULL DEFAULT now(),
    slot_minutes    integer     NOT NULL DEFAULT 15,
    day_start       time        NOT NULL DEFAULT '08:00',
    day_split       time        NOT NULL DEFAULT '13:00',
    day_end         time        NOT NULL DEFAULT '19:30',
    time_zone       text        NOT NULL,
    name            text        NOT NULL,
    data_controller text        NOT NULL,
    service_offer   text,
    public_profile  jsonb       NOT NULL DEFAULT '{}',
    CONSTRAINT agenda_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT agenda_holder_fkey FOREIGN KEY (organization_id, holder_id)
        REFERENCES practiceacl.membership (organization_id, account_id),
    CONSTRAINT agenda_service_offer_fkey FOREIGN KEY (service_offer) REFERENCES practiceacl.service_offer (code),
    CONSTRAINT agenda_slot_within_a_day CHECK (slot_minutes BETWEEN 1 AND 1440),
    CONSTRAINT agenda_day_in_order CHECK (day_start < day_split AND day_split < day_end),
    CONSTRAINT agenda_name_not_blank CHECK (btrim(name) <> '' AND length(name) <= 200),
    CONSTRAINT agenda_data_controller_not_blank CHECK (btrim(data_controller) <> '' AND length(data_controller) <= 300)
);
CREATE INDEX agenda_id_idx ON practiceacl.agenda (id);
CREATE INDEX agenda_holder_idx ON practiceacl.agenda (holder_id);
COMMENT ON TABLE practiceacl.agenda IS 'one calendar of one organization, held by one account';
COMMENT ON COLUMN practiceacl.agenda.data_controller IS 'who answers for the patients'' data (GDPR, article 4)';
COMMENT ON COLUMN practiceacl.agenda.slot_minutes IS 'how long an appointment takes unless told otherwise';
COMMENT ON COLUMN practiceacl.agenda.day_split IS 'between morning and afternoon; with day_start and day_end it frames the display and bounds nothing';
COMMENT ON COLUMN practiceacl.agenda.public_profile IS 'what the public may read of the holder';

CREATE TABLE practiceacl.opening (
    organization_id uuid     NOT NULL,
    id              uuid     NOT NULL DEFAULT practiceacl.new_id(),
    agenda_id       uuid     NOT NULL,
    weekday         smallint NOT NULL,
    opens_at        time     NOT NULL,
    closes_at       time     NOT NULL,
    valid_from      date     NOT NULL DEFAULT '-infinity',
    valid_until     date     NOT NULL DEFAULT 'infinity',
    CONSTRAINT opening_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT opening_agenda_fkey FOREIGN KEY (organization_id, agenda_id) REFERENCES practiceacl.agenda (organization_id, id),
    CONSTRAINT opening_weekday_is_iso CHECK (weekday BETWEEN 1 AND 7),
    CONSTRAINT opening_ends_after_start CHECK (closes_at > opens_at),
    CONSTRAINT opening_valid_in_order CHECK (valid_until >= valid_from)
);
CREATE INDEX opening_agenda_idx ON practiceacl.opening (agenda_id, weekday);
COMMENT ON TABLE practiceacl.opening IS 'when an agenda may be booked: weekly, in local wall time of the agenda''s zone';
COMMENT ON COLUMN practiceacl.opening.weekday IS 'ISO 8601: Monday is 1, Sunday 7';
COMMENT ON COLUMN practiceacl.opening.valid_until IS 'the last day on which it holds';

CREATE TABLE practiceacl.absence (
    organization_id uuid        NOT NULL,
    id              uuid        NOT NULL DEFAULT practiceacl.new_id(),
    agenda_id       uuid        NOT NULL,
    starts_at       timestamptz NOT NULL,
    ends_at         timestamptz NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    created_by      uuid        NOT NULL,
    reason          text,
    CONSTRAINT absence_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT absence_agenda_fkey FOREIGN KEY (organization_id, agenda_id) REFERENCES practiceacl.agenda (organization_id, id),
    CONSTRAINT absence_ends_after_start CHECK (ends_at > starts_at),
    CONSTRAINT absence_is_finite CHECK (isfinite(starts_at) AND isfinite(ends_at))
);
CREATE INDEX absence_agenda_idx ON practiceacl.absence (agenda_id, ends_at);
CREATE INDEX absence_id_idx ON practiceacl.absence (id);
COMMENT ON TABLE practiceacl.absence IS 'when an agenda may not be booked';
/* Rights of accounts on agendas: as they are, and as they were. */

CREATE TABLE practiceacl.access_grant (
    organization_id uuid               NOT NULL,
    id              uuid               NOT NULL DEFAULT practiceacl.new_id(),
    agenda_id       uuid               NOT NULL,
    account_id      uuid               NOT NULL,
    rights          practiceacl.rights NOT NULL,
    granted_at      timestamptz        NOT NULL DEFAULT now(),
    granted_by      uuid,
    valid_during    tstzrange          NOT NULL DEFAULT tstzrange(NULL, NULL),
    source          text               NOT NULL DEFAULT 'hand',
    reason          text,
    CONSTRAINT access_grant_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT access_grant_agenda_fkey FOREIGN KEY (organization_id, agenda_id)
        REFERENCES practiceacl.agenda (organization_id, id),
    CONSTRAINT access_grant_membership_fkey FOREIGN KEY (organization_id, account_id)
        REFERENCES practiceacl.membership (organization_id, account_id),
    CONSTRAINT access_grant_period_not_empty CHECK (NOT isempty(valid_during)),
    CONSTRAINT access_grant_period_is_half_open CHECK (
        (lower_inc(valid_during) OR lower_inf(valid_during)) AND NOT upper_inc(valid_during)),
    CONSTRAINT access_grant_source_is_known CHECK (source IN ('hand', 'creation', 'invitation', 'clone', 'break_glass'))
);
CREATE INDEX access_grant_account_idx ON practiceacl.access_grant (account_id, agenda_id);
CREATE INDEX access_grant_agenda_idx ON practiceacl.access_grant (agenda_id);
COMMENT ON TABLE practiceacl.access_grant IS 'rights of one account on one agenda, perhaps only during a period; several unite';
COMMENT ON COLUMN practiceacl.access_grant.granted_by IS 'the account that gave it; null for an operator';
COMMENT ON COLUMN practiceacl.access_grant.source IS 'by which act: hand, creation of the user, invitation, clone, break_glass';

CREATE TABLE practiceacl.access_history (
    organization_id uuid               NOT NULL,
    id              uuid               NOT NULL DEFAULT practiceacl.new_id(),
    agenda_id       uuid,
    account_id      uuid               NOT NULL,
    kind            text               NOT NULL,
    rights          practiceacl.rights NOT NULL,
    granted_by      uuid,
    ended_by        uuid,
    recorded_during tstzrange          NOT NULL,
    valid_during    tstzrange          NOT NULL DEFAULT tstzrange(NULL, NULL),
    source          text,
    status          text,
    reason          text,
    admin           text,
    CONSTRAINT access_history_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT access_history_kind_is_known CHECK (kind IN ('grant', 'holder', 'membership')),
    CONSTRAINT access_history_agenda_unless_membership CHECK ((kind = 'membership') = (agenda_id IS NULL))
);
CREATE INDEX access_history_agenda_idx ON practiceacl.access_history (agenda_id, account_id);
CREATE INDEX access_history_account_idx ON practiceacl.access_history (account_id, organization_id);
COMMENT ON TABLE practiceacl.access_history IS 'grants, holdings and memberships that have been replaced or taken: with the living rows, all that was ever true';
COMMENT ON COLUMN practiceacl.access_history.recorded_during IS 'from when until when it stood in its table';
COMMENT ON COLUMN practiceacl.access_history.rights IS 'the grant''s rights; for a membership its features; for a holder all of them';
COMMENT ON COLUMN practiceacl.access_history.status IS 'of a membership only';
COMMENT ON COLUMN practiceacl.access_history.admin IS 'administrator level; of a membership only';
/* Offers of a membership. */

CREATE TABLE practiceacl.invitation (
    organization_id uuid        NOT NULL,
    id              uuid        NOT NULL DEFAULT practiceacl.new_id(),
    status          text        NOT NULL DEFAULT 'pending',
    email           text        NOT NULL,
    account_id      uuid,
    invited_by      uuid        NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    expires_at      timestamptz NOT NULL,
    last_sent_at    timestamptz NOT NULL DEFAULT now(),
    times_sent      integer     NOT NULL DEFAULT 1,
    settled_at      timestamptz,
    first_name      text        NOT NULL,
    last_name       text        NOT NULL,
    offer           jsonb       NOT NULL,
    CONSTRAINT invitation_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT invitation_organization_fkey FOREIGN KEY (organization_id) REFERENCES practiceacl.organization (id),
    CONSTRAINT invitation_account_fkey FOREIGN KEY (account_id) REFERENCES practiceacl.account (id),
    CONSTRAINT invitation_status_is_known CHECK (status IN ('pending', 'accepted', 'declined', 'revoked')),
    CONSTRAINT invitation_settled_unless_pending CHECK ((status = 'pending') = (settled_at IS NULL))
);
CREATE INDEX invitation_id_idx ON practiceacl.invitation (id);
CREATE INDEX invitation_email_idx ON practiceacl.invitation (email);
COMMENT ON TABLE practiceacl.invitation IS 'the offer of a membership, redeemed once with a secret token';
COMMENT ON COLUMN practiceacl.invitation.account_id IS 'the account that accepted';
COMMENT ON COLUMN practiceacl.invitation.offer IS 'what acceptance brings: job title, administrator level, features, agenda, access, clone_from';

CREATE TABLE practiceacl.invitation_token (
    digest          bytea   NOT NULL,
    organization_id uuid    NOT NULL,
    invitation_id   uuid    NOT NULL,
    superseded      boolean NOT NULL DEFAULT false,
    CONSTRAINT invitation_token_pkey PRIMARY KEY (digest),
    CONSTRAINT invitation_token_invitation_fkey FOREIGN KEY (organization_id, invitation_id)
        REFERENCES practiceacl.invitation (organization_id, id)
);
CREATE INDEX invitation_token_invitation_idx ON practiceacl.invitation_token (invitation_id);
COMMENT ON TABLE practiceacl.invitation_token IS 'digests of invitations'' tokens, also of superseded ones, so that an old link can be told from a forged one; granted to nobody';
/* What is booked, and what somebody is about to book. */

CREATE TABLE practiceacl.appointment (
    organization_id uuid        NOT NULL,
    agenda_id       uuid        NOT NULL,
    id              uuid        NOT NULL DEFAULT practiceacl.new_id(),
    starts_at       timestamptz NOT NULL,
    ends_at         timestamptz NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    created_by      uuid        NOT NULL,
    private         boolean     NOT NULL DEFAULT false,
    overbooked      boolean     NOT NULL DEFAULT false,
    status          text        NOT NULL DEFAULT 'booked',
    cancelled_at    timestamptz,
    series_id       uuid,
    patient         text,
    note            text,
    attributes      jsonb       NOT NULL DEFAULT '{}',
    CONSTRAINT appointment_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT appointment_agenda_fkey FOREIGN KEY (organization_id, agenda_id)
        REFERENCES practiceacl.agenda (organization_id, id),
    CONSTRAINT appointment_ends_after_start CHECK (ends_at > starts_at),
    CONSTRAINT appointment_is_finite CHECK (isfinite(starts_at) AND isfinite(ends_at)),
    CONSTRAINT appointment_status_is_known CHECK (status IN ('booked', 'arrived', 'done', 'no_show', 'cancelled')),
    CONSTRAINT appointment_cancelled_has_time CHECK ((status = 'cancelled') = (cancelled_at IS NOT NULL)),
    CONSTRAINT appointment_patient_is_short CHECK (length(patient) <= 500),
    CONSTRAINT appointment_note_is_short CHECK (length(note) <= 10000),
    CONSTRAINT appointment_attributes_are_an_object CHECK (jsonb_typeof(attributes) = 'object'),
    CONSTRAINT appointment_no_overlap EXCLUDE USING gist (
        practiceacl.slot(agenda_id, starts_at, ends_at, overbooked) WITH OPERATOR(practiceacl.#)
    ) WHERE (cancelled_at IS NULL)
);
CREATE INDEX appointment_id_idx ON practiceacl.appointment (id);
CREATE INDEX appointment_agenda_start_idx ON practiceacl.appointment (agenda_id, starts_at);
COMMENT ON TABLE practiceacl.appointment IS 'a booked time on an agenda, half-open: it may begin when the one before ends';
COMMENT ON COLUMN practiceacl.appointment.private IS 'seen only as busy by who lacks the flag private';
COMMENT ON COLUMN practiceacl.appointment.overbooked IS 'booked deliberately over another appointment';
COMMENT ON COLUMN practiceacl.appointment.attributes IS 'whatever the application wants to keep with it';
COMMENT ON CONSTRAINT appointment_no_overlap ON practiceacl.appointment IS
    'no two appointments of an agenda overlap, unless one was deliberately overbooked or cancelled';

CREATE TABLE practiceacl.slot_hold (
    organization_id uuid        NOT NULL,
    id              uuid        NOT NULL DEFAULT practiceacl.new_id(),
    agenda_id       uuid        NOT NULL,
    session_id      uuid        NOT NULL,
    account_id      uuid        NOT NULL,
    starts_at       timestamptz NOT NULL,
    ends_at         timestamptz NOT NULL,
    expires_at      timestamptz NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    shared_log_in   boolean     NOT NULL DEFAULT false,
    CONSTRAINT slot_hold_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT slot_hold_agenda_fkey FOREIGN KEY (organization_id, agenda_id)
        REFERENCES practiceacl.agenda (organization_id, id),
    CONSTRAINT slot_hold_ends_after_start CHECK (ends_at > starts_at),
    CONSTRAINT slot_hold_is_finite CHECK (isfinite(starts_at) AND isfinite(ends_at))
);
CREATE INDEX slot_hold_agenda_idx ON practiceacl.slot_hold (agenda_id, ends_at);
CREATE INDEX slot_hold_id_idx ON practiceacl.slot_hold (id);
CREATE INDEX slot_hold_session_idx ON practiceacl.slot_hold (session_id);
COMMENT ON TABLE practiceacl.slot_hold IS 'somebody has this slot open; others are refused until it lapses';
COMMENT ON COLUMN practiceacl.slot_hold.shared_log_in IS 'the same account held the slot in another session: two people share a login';
/* The record: entries chained by hash, and apart from them what names people. */

CREATE TABLE practiceacl.activity_chain (
    organization_id uuid   NOT NULL,
    chain           uuid   NOT NULL,
    entries         bigint NOT NULL,
    head            bytea  NOT NULL,
    CONSTRAINT activity_chain_pkey PRIMARY KEY (organization_id, chain)
) WITH (fillfactor = 50);
COMMENT ON TABLE practiceacl.activity_chain IS 'the head of every chain: an entry can follow it only once; granted to nobody';

CREATE TABLE practiceacl.activity (
    organization_id uuid        NOT NULL,
    chain           uuid        NOT NULL,
    sequence        bigint      NOT NULL,
    id              uuid        NOT NULL,
    recorded_at     timestamptz NOT NULL,
    agenda_id       uuid,
    actor_id        uuid,
    session_id      uuid,
    account_id      uuid,
    subject_id      uuid,
    act             text        NOT NULL,
    operator        text,
    client          text,
    facts           jsonb       NOT NULL,
    detail_digest   bytea,
    hash            bytea       NOT NULL,
    CONSTRAINT activity_pkey PRIMARY KEY (organization_id, chain, sequence)
);
CREATE INDEX activity_id_idx ON practiceacl.activity (id);
CREATE INDEX activity_agenda_idx ON practiceacl.activity (agenda_id, id);
CREATE INDEX activity_actor_idx ON practiceacl.activity (actor_id, id);
CREATE INDEX activity_security_idx ON practiceacl.activity (organization_id, recorded_at)
    WHERE act IN ('log_in.shared', 'access.broken_glass') OR facts ? 'overbooked';
CREATE INDEX activity_refused_idx ON practiceacl.activity (account_id, recorded_at)
    WHERE act = 'log_in.refused';
COMMENT ON TABLE practiceacl.activity IS 'who did what, when, on whose behalf: append only, each entry carrying the hash of itself and its predecessor';
COMMENT ON COLUMN practiceacl.activity.organization_id IS 'the nil UUID for the chain of the database';
COMMENT ON COLUMN practiceacl.activity.chain IS 'the agenda, the organization, or the nil UUID';
COMMENT ON COLUMN practiceacl.activity.actor_id IS 'the account that acted; null for an operator or somebody unknown';
COMMENT ON COLUMN practiceacl.activity.account_id IS 'the account that the act was about';
COMMENT ON COLUMN practiceacl.activity.subject_id IS 'the appointment, invitation, absence or message that the act was about';
COMMENT ON COLUMN practiceacl.activity.act IS 'noun.participle, as in appointment.booked';
COMMENT ON COLUMN practiceacl.activity.operator IS 'the database role, when the act was an operator''s';
COMMENT ON COLUMN practiceacl.activity.client IS 'what the session was opened from; not part of the hash, since it is erased with the account';
COMMENT ON COLUMN practiceacl.activity.facts IS 'ids and codes, before and after; never a name';
COMMENT ON COLUMN practiceacl.activity.detail_digest IS 'salted BLAKE2b of what stands in activity_detail, if anything does or did';
COMMENT ON COLUMN practiceacl.activity.hash IS 'BLAKE2b of the predecessor''s hash and this entry, but for the client';

CREATE TABLE practiceacl.activity_detail (
    organization_id uuid   NOT NULL,
    chain           uuid   NOT NULL,
    sequence        bigint NOT NULL,
    account_id      uuid,
    salt            bytea  NOT NULL,
    detail          text   NOT NULL,
    CONSTRAINT activity_detail_pkey PRIMARY KEY (organization_id, chain, sequence)
);
CREATE INDEX activity_detail_account_idx ON practiceacl.activity_detail (account_id) WHERE account_id IS NOT NULL;
COMMENT ON TABLE practiceacl.activity_detail IS 'what an entry says of people in clear, as JSON text; erasable, and the chain still verifies';
COMMENT ON COLUMN practiceacl.activity_detail.account_id IS 'the account whose data it holds, to be erased with it';
/* What is to be sent, and the key that seals its secrets. */

CREATE TABLE practiceacl.mailer_key (
    id         uuid        NOT NULL DEFAULT practiceacl.new_id(),
    public_key bytea       NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT mailer_key_pkey PRIMARY KEY (id),
    CONSTRAINT mailer_key_is_curve25519 CHECK (octet_length(public_key) = 32)
);
COMMENT ON TABLE practiceacl.mailer_key IS 'public keys of the mailer, the newest in use; granted to nobody';

CREATE TABLE practiceacl.outbox (
    id              uuid        NOT NULL DEFAULT practiceacl.new_id(),
    organization_id uuid,
    kind            text        NOT NULL,
    channel         text        NOT NULL DEFAULT 'email',
    account_id      uuid,
    recipient       text        NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    available_at    timestamptz NOT NULL DEFAULT now(),
    sent_at         timestamptz,
    claim           uuid,
    claimed_until   timestamptz,
    attempts        integer     NOT NULL DEFAULT 0,
    last_error      text,
    sealed_secret   bytea,
    payload         jsonb       NOT NULL,
    CONSTRAINT outbox_pkey PRIMARY KEY (id),
    CONSTRAINT outbox_kind_is_known CHECK (kind IN ('welcome', 'invitation', 'password_reset', 'email_change',
        'user_added', 'user_removed', 'rights_changed', 'break_glass', 'patient_message', 'appointment_copy')),
    CONSTRAINT outbox_channel_is_known CHECK (channel IN ('email', 'sms'))
);
CREATE INDEX outbox_waiting_idx ON practiceacl.outbox (available_at) WHERE sent_at IS NULL;
CREATE INDEX outbox_account_idx ON practiceacl.outbox (account_id);
COMMENT ON TABLE practiceacl.outbox IS 'messages for the mailer to send, each at least once; granted to nobody';
COMMENT ON COLUMN practiceacl.outbox.sealed_secret IS 'a token or temporary password, sealed to the mailer''s public key';
/* What is new in the product. */

CREATE TABLE practiceacl.notice (
    id           uuid        NOT NULL DEFAULT practiceacl.new_id(),
    published_at timestamptz NOT NULL DEFAULT now(),
    title        text        NOT NULL,
    body         text        NOT NULL,
    CONSTRAINT notice_pkey PRIMARY KEY (id),
    CONSTRAINT notice_title_not_blank CHECK (btrim(title) <> '' AND length(title) <= 200)
);
COMMENT ON TABLE practiceacl.notice IS 'what the operator told everybody';

CREATE TABLE practiceacl.notice_read (
    notice_id  uuid        NOT NULL,
    account_id uuid        NOT NULL,
    read_at    timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT notice_read_pkey PRIMARY KEY (notice_id, account_id),
    CONSTRAINT notice_read_notice_fkey FOREIGN KEY (notice_id) REFERENCES practiceacl.notice (id),
    CONSTRAINT notice_read_account_fkey FOREIGN KEY (account_id) REFERENCES practiceacl.account (id)
);
COMMENT ON TABLE practiceacl.notice_read IS 'who has read which notice';
/* The questions that row security and back ends ask. */

CREATE FUNCTION practiceacl.access_support(internal) RETURNS internal
    AS 'MODULE_PATHNAME', 'practiceacl_access_support'
    LANGUAGE C STRICT;
COMMENT ON FUNCTION practiceacl.access_support(internal) IS
    'planner support for can() and is_admin(): index condition, selectivity and cost';

CREATE FUNCTION practiceacl.can(
    agenda_id uuid, required practiceacl.rights DEFAULT 'read'
) RETURNS boolean
    AS 'MODULE_PATHNAME', 'practiceacl_can'
    LANGUAGE C STABLE PARALLEL SAFE SUPPORT practiceacl.access_support;
COMMENT ON FUNCTION practiceacl.can(uuid, practiceacl.rights) IS
    'whether the caller''s rights on the agenda cover what is required; made for row-security policies, where it becomes an index condition';

CREATE FUNCTION practiceacl.agendas(
    required practiceacl.rights DEFAULT 'read'
) RETURNS uuid[]
    AS 'MODULE_PATHNAME', 'practiceacl_agendas'
    LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION practiceacl.agendas(practiceacl.rights) IS
    'the agendas on which the caller''s rights cover what is required, in ascending order';

CREATE FUNCTION practiceacl.rights_on(agenda_id uuid) RETURNS practiceacl.rights
    AS 'MODULE_PATHNAME', 'practiceacl_rights_on'
    LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION practiceacl.rights_on(uuid) IS
    'all that the caller may do on the agenda; none for strangers';

CREATE FUNCTION practiceacl.is_admin(
    organization_id uuid, level text DEFAULT 'full'
) RETURNS boolean
    AS 'MODULE_PATHNAME', 'practiceacl_is_admin'
    LANGUAGE C STABLE PARALLEL SAFE SUPPORT practiceacl.access_support;
COMMENT ON FUNCTION practiceacl.is_admin(uuid, text) IS
    'whether the caller is an administrator of the organization, of at least the level (users or full)';

CREATE FUNCTION practiceacl.is_member(organization_id uuid) RETURNS boolean
    AS 'MODULE_PATHNAME', 'practiceacl_is_member'
    LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION practiceacl.is_member(uuid) IS
    'whether the caller belongs to the organization; for policies and views';

CREATE FUNCTION practiceacl.reading_account() RETURNS uuid
    AS 'MODULE_PATHNAME', 'practiceacl_reading_account'
    LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION practiceacl.reading_account() IS
    'the account whose own rows may be read: null when anonymous or while a temporary password is unchanged; for policies and views';

CREATE FUNCTION practiceacl.organizations(
    admin text DEFAULT 'none'
) RETURNS uuid[]
    AS 'MODULE_PATHNAME', 'practiceacl_organizations'
    LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION practiceacl.organizations(text) IS
    'the organizations in which the caller is active, if only with access to nothing, or administers at the level users or full, in ascending order; for policies and views, where = ANY (...) becomes an index condition';

CREATE FUNCTION practiceacl.reports_on(organization_id uuid) RETURNS boolean
    AS 'MODULE_PATHNAME', 'practiceacl_reports_on'
    LANGUAGE C STABLE PARALLEL SAFE COST 100;
COMMENT ON FUNCTION practiceacl.reports_on(uuid) IS
    'whether a report speaks of the organization: of all for a reporting role, of the account''s own when the role is mapped to an account or a session is entered';
/* Log-in and passwords; sessions: opened, entered, raised, ended. */

CREATE FUNCTION practiceacl.log_in(
    email text, password text, client text DEFAULT NULL
) RETURNS text
    AS 'MODULE_PATHNAME', 'practiceacl_log_in'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.log_in(text, text, text) IS
    'opens a session and returns its token; null when refused, and then commit, so that it is on record; who tries too often is told in PA040 how long to wait';

CREATE FUNCTION practiceacl.reauthenticate(password text) RETURNS timestamptz
    AS 'MODULE_PATHNAME', 'practiceacl_reauthenticate'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.reauthenticate(text) IS
    'the session counts as freshly authenticated for 5 minutes; returns until when';

CREATE FUNCTION practiceacl.change_password(old_password text, new_password text) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_change_password'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.change_password(text, text) IS
    'sets one''s own password, of 8 characters to 1 KiB, and ends one''s other sessions';

CREATE FUNCTION practiceacl.request_password_reset(email text) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_request_password_reset'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.request_password_reset(text) IS
    'sends a token to the address if an account has it; always the same answer';

CREATE FUNCTION practiceacl.reset_password(token text, new_password text) RETURNS text
    AS 'MODULE_PATHNAME', 'practiceacl_reset_password'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.reset_password(text, text) IS
    'sets the password of who was sent the token, ends all sessions and opens one, whose token is returned';

CREATE FUNCTION practiceacl.open_session(
    account_id uuid, lifetime interval DEFAULT '12 hours',
    client text DEFAULT NULL
) RETURNS text
    AS 'MODULE_PATHNAME', 'practiceacl_open_session'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.open_session(uuid, interval, text) IS
    'authenticator: opens a session for an account that was authenticated elsewhere; returns its token';

CREATE FUNCTION practiceacl.confirm_session(token text) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_confirm_session'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.confirm_session(text) IS
    'authenticator: the session counts as freshly authenticated for 5 minutes, as after reauthenticate()';

/* It sets a parameter of the caller's: a SET clause would take it back. */
CREATE FUNCTION practiceacl.enter(token text) RETURNS uuid
    AS 'MODULE_PATHNAME', 'practiceacl_enter'
    LANGUAGE C VOLATILE;
COMMENT ON FUNCTION practiceacl.enter(text) IS
    'makes the rest of this transaction run on behalf of the session; returns its account; 28000 if the token is not valid';

CREATE FUNCTION practiceacl.log_out() RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_log_out'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.log_out() IS
    'ends this session';

CREATE FUNCTION practiceacl.current_account() RETURNS uuid
    AS 'MODULE_PATHNAME', 'practiceacl_current_account'
    LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION practiceacl.current_account() IS
    'the account on whose behalf this statement runs; null when anonymous';

CREATE FUNCTION practiceacl.current_session() RETURNS uuid
    AS 'MODULE_PATHNAME', 'practiceacl_current_session'
    LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION practiceacl.current_session() IS
    'the session in which this statement runs; null when anonymous, and for a mapped database role';

CREATE FUNCTION practiceacl.close_session(session_id uuid) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_close_session'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.close_session(uuid) IS
    'ends one of the caller''s sessions';

CREATE FUNCTION practiceacl.close_other_sessions() RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_close_other_sessions'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.close_other_sessions() IS
    'ends all of the caller''s sessions but this one';

CREATE FUNCTION practiceacl.choose_agenda(agenda_id uuid) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_choose_agenda'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.choose_agenda(uuid) IS
    'the calendar that this session works on, for who may open several; counts as a log-in of its organization';

CREATE FUNCTION practiceacl.current_agenda() RETURNS uuid
    AS 'MODULE_PATHNAME', 'practiceacl_current_agenda'
    LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION practiceacl.current_agenda() IS
    'the calendar that this session chose; null if it chose none or may no longer open it';
/* Accounts as persons: what only the person, or an operator, may do. */

CREATE FUNCTION practiceacl.update_my_account(changes jsonb) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_update_my_account'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.update_my_account(jsonb) IS
    'changes what the caller says of herself: first_name, last_name, mobile, country, time_zone, sms_copies';

CREATE FUNCTION practiceacl.request_email_change(new_email text) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_request_email_change'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.request_email_change(text) IS
    'sends a token to the new address, which confirm_email_change() takes; whether somebody has the address already is not told';

CREATE FUNCTION practiceacl.confirm_email_change(token text) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_confirm_email_change'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.confirm_email_change(text) IS
    'the address to which the token was sent becomes the caller''s';

CREATE FUNCTION practiceacl.delete_account() RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_delete_own_account'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.delete_account() IS
    'erases the caller''s account: her data goes, her calendars stay, the activity stays verifiable, her address stays blocked';

CREATE FUNCTION practiceacl.delete_account(account_id uuid) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_delete_account'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.delete_account(uuid) IS
    'operator: erases an account, as its owner could';

CREATE FUNCTION practiceacl.export_account() RETURNS jsonb
    AS 'MODULE_PATHNAME', 'practiceacl_export_own_account'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.export_account() IS
    'all that is held about the caller';

CREATE FUNCTION practiceacl.export_account(account_id uuid) RETURNS jsonb
    AS 'MODULE_PATHNAME', 'practiceacl_export_account'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.export_account(uuid) IS
    'operator: all that is held about a person';

CREATE FUNCTION practiceacl.block_email(email text, reason text) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_block_email'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.block_email(text, text) IS
    'operator: no account may take the address';

CREATE FUNCTION practiceacl.unblock_email(email text) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_unblock_email'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.unblock_email(text) IS
    'operator: an address that was blocked, by support or by deleting its account, may be taken again';

CREATE FUNCTION practiceacl.map_role(role regrole, account_id uuid) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_map_role'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.map_role(regrole, uuid) IS
    'operator: who connects as this database role is this account, without a token; confirm it again after a restore';

CREATE FUNCTION practiceacl.unmap_role(role regrole) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_unmap_role'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.unmap_role(regrole) IS
    'operator: the database role is no account any more';
/* Tenants, and what they may buy. */

CREATE FUNCTION practiceacl.create_organization(
    name text, admin_email text, admin_first_name text, admin_last_name text,
    country text DEFAULT 'FR', time_zone text DEFAULT 'Europe/Paris',
    OUT organization_id uuid, OUT account_id uuid, OUT temporary_password text
) RETURNS record
    AS 'MODULE_PATHNAME', 'practiceacl_create_organization'
    LANGUAGE C VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.create_organization(text, text, text, text, text, text) IS
    'the operator''s: makes an organization and, for an address without an account, its first full administrator';

CREATE FUNCTION practiceacl.update_organization(organization_id uuid, changes jsonb) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_update_organization'
    LANGUAGE C VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.update_organization(uuid, jsonb) IS
    'a full administrator changes name, country or time_zone';

CREATE FUNCTION practiceacl.close_organization(organization_id uuid) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_close_organization'
    LANGUAGE C VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.close_organization(uuid) IS
    'the operator''s: disables all members; the data stays';

CREATE FUNCTION practiceacl.set_service_offer(code text, name text, monthly_price numeric) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_set_service_offer'
    LANGUAGE C VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.set_service_offer(text, text, numeric) IS
    'the operator''s: makes or changes what an agenda may be subscribed to';
/* The people of an organization. */

CREATE FUNCTION practiceacl.create_user(
    organization_id uuid, email text, first_name text, last_name text,
    job_title text DEFAULT NULL, admin text DEFAULT 'none',
    agenda jsonb DEFAULT NULL, access jsonb DEFAULT NULL,
    clone_from uuid DEFAULT NULL,
    features practiceacl.rights DEFAULT 'none',
    mobile text DEFAULT NULL, country text DEFAULT NULL,
    time_zone text DEFAULT NULL,
    OUT account_id uuid, OUT agenda_id uuid, OUT temporary_password text,
    OUT invitation_id uuid, OUT token text
) RETURNS record
    AS 'MODULE_PATHNAME', 'practiceacl_create_user'
    LANGUAGE C VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.create_user(uuid, text, text, text, text, text, jsonb, jsonb, uuid, practiceacl.rights, text, text, text) IS
    'an administrator makes a user, with an agenda or without, with rights on others'' agendas, with those of a colleague; if the address has an account, only invitation_id and token are returned, and the user is made when the person accepts';

CREATE FUNCTION practiceacl.update_user(organization_id uuid, account_id uuid, changes jsonb) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_update_user'
    LANGUAGE C VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.update_user(uuid, uuid, jsonb) IS
    'an administrator changes job_title or work_mobile; and corrects first_name, last_name, email, mobile, country, time_zone of an account that nobody has used yet';

CREATE FUNCTION practiceacl.set_features(organization_id uuid, account_id uuid, features practiceacl.rights) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_set_features'
    LANGUAGE C VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.set_features(uuid, uuid, practiceacl.rights) IS
    'an administrator sets the flags that hold on every agenda where the member has at least read';

CREATE FUNCTION practiceacl.set_admin(organization_id uuid, account_id uuid, admin text) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_set_admin'
    LANGUAGE C VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.set_admin(uuid, uuid, text) IS
    'a full administrator makes somebody an administrator (none, users, full); making one needs reauthenticate()';

CREATE FUNCTION practiceacl.disable_user(organization_id uuid, account_id uuid) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_disable_user'
    LANGUAGE C VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.disable_user(uuid, uuid) IS
    'an administrator disables a member: rights stay as they are and allow nothing, sessions end';

CREATE FUNCTION practiceacl.enable_user(organization_id uuid, account_id uuid) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_enable_user'
    LANGUAGE C VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.enable_user(uuid, uuid) IS
    'an administrator enables a disabled member again';

CREATE FUNCTION practiceacl.remove_user(
    organization_id uuid, account_id uuid,
    OUT appointment_id uuid, OUT agenda_id uuid, OUT starts_at timestamptz
) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'practiceacl_remove_user'
    LANGUAGE C VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.remove_user(uuid, uuid) IS
    'an administrator removes a member and takes every access; returns what is booked from now on on agendas that the user held';

CREATE FUNCTION practiceacl.search_users(
    organization_id uuid, query text, after uuid DEFAULT NULL,
    page_size integer DEFAULT 10,
    OUT account_id uuid, OUT first_name text, OUT last_name text,
    OUT email text, OUT job_title text, OUT admin text, OUT status text
) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'practiceacl_search_users'
    LANGUAGE C VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.search_users(uuid, text, uuid, integer) IS
    'members whose name (or, for administrators, address) has the query in it, accents and case ignored; after is the last account of the page before';
/* Offers of a membership: made by administrators, taken up with a token. */

CREATE FUNCTION practiceacl.invite_user(
    organization_id uuid, email text, first_name text, last_name text,
    job_title text DEFAULT NULL, admin text DEFAULT 'none',
    agenda jsonb DEFAULT NULL, access jsonb DEFAULT NULL,
    clone_from uuid DEFAULT NULL,
    features practiceacl.rights DEFAULT 'none',
    mobile text DEFAULT NULL, country text DEFAULT NULL,
    time_zone text DEFAULT NULL, lifetime interval DEFAULT '7 days',
    OUT invitation_id uuid, OUT token text, OUT expires_at timestamptz
) RETURNS record
    AS 'MODULE_PATHNAME', 'practiceacl_invite_user'
    LANGUAGE C VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.invite_user(uuid, text, text, text, text, text, jsonb, jsonb, uuid, practiceacl.rights, text, text, text, interval) IS
    'an administrator offers somebody what create_user would make; it is made when the person accepts, clone_from then copies what the colleague has then; one open invitation for each address';

CREATE FUNCTION practiceacl.resend_invitation(
    invitation_id uuid, OUT token text, OUT expires_at timestamptz
) RETURNS record
    AS 'MODULE_PATHNAME', 'practiceacl_resend_invitation'
    LANGUAGE C VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.resend_invitation(uuid) IS
    'an administrator sends a pending or lapsed invitation again, for as long as before, and answers for it from now on; the old token stops working';

CREATE FUNCTION practiceacl.revoke_invitation(invitation_id uuid) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_revoke_invitation'
    LANGUAGE C VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.revoke_invitation(uuid) IS
    'an administrator takes a pending or lapsed invitation back: its token gives PA003';

CREATE FUNCTION practiceacl.delete_invitation(invitation_id uuid) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_delete_invitation'
    LANGUAGE C VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.delete_invitation(uuid) IS
    'an administrator takes an invitation, in whatever state, off the list: its tokens are unknown; who has accepted stays';

CREATE FUNCTION practiceacl.accept_invitation(
    token text, password text DEFAULT NULL, first_name text DEFAULT NULL,
    last_name text DEFAULT NULL, client text DEFAULT NULL,
    OUT account_id uuid, OUT organization_id uuid, OUT agenda_id uuid,
    OUT session text
) RETURNS record
    AS 'MODULE_PATHNAME', 'practiceacl_accept_invitation'
    LANGUAGE C VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.accept_invitation(text, text, text, text, text) IS
    'whoever has the token joins: a new account gets the password and the corrected names; of one that exists the password is verified, and all is null if it is wrong: then commit, so that it is on record; in a session of that account no password is needed, and session is null';

CREATE FUNCTION practiceacl.decline_invitation(token text) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_decline_invitation'
    LANGUAGE C VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.decline_invitation(text) IS
    'whoever has the token does not want to join; afterwards the token is used (PA002)';
/* Calendars. */

CREATE FUNCTION practiceacl.add_agenda(organization_id uuid, account_id uuid, agenda jsonb) RETURNS uuid
    AS 'MODULE_PATHNAME', 'practiceacl_add_agenda'
    LANGUAGE C VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.add_agenda(uuid, uuid, jsonb) IS
    'an administrator gives a member an agenda';

CREATE FUNCTION practiceacl.update_agenda(agenda_id uuid, changes jsonb) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_update_agenda'
    LANGUAGE C VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.update_agenda(uuid, jsonb) IS
    'changes name, slot_minutes, day_start, day_split, day_end (owner or administrator), data_controller, service_offer, time_zone (administrator), public_profile (holder)';

CREATE FUNCTION practiceacl.transfer_agenda(agenda_id uuid, to_account uuid) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_transfer_agenda'
    LANGUAGE C VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.transfer_agenda(uuid, uuid) IS
    'an administrator makes another member the holder; rights of others stay';
/* Giving, taking and copying rights. */

CREATE FUNCTION practiceacl.set_rights(
    agenda_id uuid, account_id uuid, rights practiceacl.rights,
    valid_during tstzrange DEFAULT NULL
) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_set_rights'
    LANGUAGE C VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.set_rights(uuid, uuid, practiceacl.rights, tstzrange) IS
    'the one way to give, change and take rights: with a period in place of what overlaps it, without one of everything; none takes';

CREATE FUNCTION practiceacl.clone_rights(
    organization_id uuid, from_account uuid, to_account uuid,
    replace boolean DEFAULT false,
    OUT agenda_id uuid, OUT before practiceacl.rights,
    OUT after practiceacl.rights
) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'practiceacl_clone_rights'
    LANGUAGE C VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.clone_rights(uuid, uuid, uuid, boolean) IS
    'an administrator gives one member the granted rights of another on every agenda; one row for each agenda on which anything changed';
/* Who may do what on an agenda, why, and since when. */

CREATE FUNCTION practiceacl.who_can(
    agenda_id uuid, required practiceacl.rights DEFAULT 'read',
    OUT account_id uuid, OUT name text, OUT rights practiceacl.rights,
    OUT valid_until timestamptz
) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'practiceacl_who_can'
    LANGUAGE C STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    ROWS 10;
COMMENT ON FUNCTION practiceacl.who_can(uuid, practiceacl.rights) IS
    'everybody whose rights on the agenda cover what is required, and when the clock next changes these rights; for its owners and administrators, others see themselves';

CREATE FUNCTION practiceacl.explain_access(
    account_id uuid, agenda_id uuid,
    OUT source text, OUT rights practiceacl.rights,
    OUT valid_during tstzrange, OUT in_force boolean,
    OUT granted_by uuid, OUT granted_by_name text,
    OUT granted_at timestamptz, OUT act text, OUT reason text,
    OUT why_not text
) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'practiceacl_explain_access'
    LANGUAGE C STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    ROWS 3;
COMMENT ON FUNCTION practiceacl.explain_access(uuid, uuid) IS
    'every source of an account''s rights on an agenda (holder, grant, break_glass, features), by whom, when and by which act (hand, creation, invitation, clone, break_glass) it was given, and why_not where it is not in force; one row with the source none where there is nothing; for owners of the agenda and administrators, and for oneself';

CREATE FUNCTION practiceacl.access_at(
    at timestamptz, agenda_id uuid,
    OUT account_id uuid, OUT name text, OUT rights practiceacl.rights,
    OUT sources text[]
) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'practiceacl_access_at'
    LANGUAGE C STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    ROWS 10;
COMMENT ON FUNCTION practiceacl.access_at(timestamptz, uuid) IS
    'who had which rights on an agenda at that time, as it was then, whatever was given or taken since; for its owners and administrators, others see themselves';
/* Booking, moving, changing, cancelling, importing. */

CREATE FUNCTION practiceacl.book(
    agenda_id uuid, starts_at timestamptz, ends_at timestamptz DEFAULT NULL,
    patient text DEFAULT NULL, note text DEFAULT NULL,
    private boolean DEFAULT false, overbook boolean DEFAULT false,
    reason text DEFAULT NULL, attributes jsonb DEFAULT NULL,
    appointment_id uuid DEFAULT NULL
) RETURNS uuid
    AS 'MODULE_PATHNAME', 'practiceacl_book'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.book(uuid, timestamptz, timestamptz, text, text, boolean, boolean, text, jsonb, uuid) IS
    'books an appointment and returns its id; without ends_at it takes the agenda''s slot length; with a client''s appointment_id it can be retried; a taken slot is 23P01';

CREATE FUNCTION practiceacl.move_appointment(
    appointment_id uuid, starts_at timestamptz,
    ends_at timestamptz DEFAULT NULL, agenda_id uuid DEFAULT NULL,
    overbook boolean DEFAULT false, reason text DEFAULT NULL
) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_move_appointment'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.move_appointment(uuid, timestamptz, timestamptz, uuid, boolean, text) IS
    'moves an appointment to another time, and to another agenda if one is given; without ends_at it keeps its length';

CREATE FUNCTION practiceacl.update_appointment(
    appointment_id uuid, changes jsonb
) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_update_appointment'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.update_appointment(uuid, jsonb) IS
    'changes what an appointment says: keys patient, note, private, attributes';

CREATE FUNCTION practiceacl.cancel_appointment(
    appointment_id uuid, reason text DEFAULT NULL
) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_cancel_appointment'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.cancel_appointment(uuid, text) IS
    'cancels an appointment and frees its slot; it stays on record';

CREATE FUNCTION practiceacl.set_status(
    appointment_id uuid, status text
) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_set_status'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.set_status(uuid, text) IS
    'sets the status of an appointment: booked, arrived, done, no_show or cancelled';

/*
 * Runs as its caller: the staging relation, and whatever is behind it, is
 * read with the caller's own privileges, before the owner acts.
 */
CREATE FUNCTION practiceacl.import_appointments(
    staging regclass,
    OUT key text, OUT appointment_id uuid, OUT outcome text, OUT detail text
) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'practiceacl_import_appointments'
    LANGUAGE C VOLATILE;
COMMENT ON FUNCTION practiceacl.import_appointments(regclass) IS
    'books the rows of any relation with columns key, agenda_id, starts_at, ends_at and perhaps patient and note, in the order starts_at, ends_at, key; tells of each whether it was booked or why it was refused';
/* Openings, absences, free slots, holds. */

CREATE FUNCTION practiceacl.set_openings(
    agenda_id uuid, openings jsonb
) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_set_openings'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.set_openings(uuid, jsonb) IS
    'replaces all openings of an agenda; needs the level openings: [{"weekday": 1, "from": "08:00", "to": "12:30", "valid_from": date, "valid_until": date}], Monday being 1, in the agenda''s local time';

CREATE FUNCTION practiceacl.add_absence(
    agenda_id uuid, starts_at timestamptz, ends_at timestamptz,
    reason text DEFAULT NULL,
    OUT absence_id uuid, OUT conflicts uuid[]
) RETURNS record
    AS 'MODULE_PATHNAME', 'practiceacl_add_absence'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.add_absence(uuid, timestamptz, timestamptz, text) IS
    'adds an absence and names the appointments that it collides with, which stay as they are; needs the level absences';

CREATE FUNCTION practiceacl.remove_absence(absence_id uuid) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_remove_absence'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.remove_absence(uuid) IS
    'removes an absence; needs the level absences';

CREATE FUNCTION practiceacl.free_slots(
    agenda_id uuid, from_time timestamptz, until_time timestamptz,
    duration interval DEFAULT NULL,
    OUT starts_at timestamptz, OUT ends_at timestamptz
) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'practiceacl_free_slots'
    LANGUAGE C STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    ROWS 200;
COMMENT ON FUNCTION practiceacl.free_slots(uuid, timestamptz, timestamptz, interval) IS
    'when an agenda could be booked within a range of at most 366 days: on the grid of its slot length from the beginning of each opening, without absences, appointments and others'' holds; duration defaults to one slot; needs the level freebusy';

CREATE FUNCTION practiceacl.hold_slot(
    agenda_id uuid, starts_at timestamptz,
    ends_at timestamptz DEFAULT NULL,
    lifetime interval DEFAULT '2 minutes'
) RETURNS uuid
    AS 'MODULE_PATHNAME', 'practiceacl_hold_slot'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.hold_slot(uuid, timestamptz, timestamptz, interval) IS
    'holds a slot that the caller could book, so that others are refused until it lapses (15 minutes at most) or she has booked it; at most 5 at once a session';

CREATE FUNCTION practiceacl.release_hold(hold_id uuid) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_release_hold'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.release_hold(uuid) IS
    'gives up a hold of one''s own before it lapses';
/* Emergencies, messages to patients, series. */

CREATE FUNCTION practiceacl.break_glass(
    agenda_id uuid, reason text, duration interval DEFAULT '1 hour'
) RETURNS timestamptz
    AS 'MODULE_PATHNAME', 'practiceacl_break_glass'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.break_glass(uuid, text, interval) IS
    'emergency reading (read+private+patient_file) of an agenda of one''s organization, until the time that it returns: 4 hours at most, 3 times within 24 hours; the holder and the administrators are told at once';

CREATE FUNCTION practiceacl.send_message(
    agenda_id uuid, recipient text, subject text, body text
) RETURNS uuid
    AS 'MODULE_PATHNAME', 'practiceacl_send_message'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.send_message(uuid, text, text, text) IS
    'queues a message to a patient (e-mail address or international phone number) on behalf of the agenda''s holder; needs messaging; at most 60 an hour and 300 a day from an agenda';

CREATE FUNCTION practiceacl.book_series(
    agenda_id uuid, starts_at timestamptz, ends_at timestamptz,
    every interval, times integer,
    patient text DEFAULT NULL, note text DEFAULT NULL,
    OUT starts_at timestamptz, OUT appointment_id uuid,
    OUT outcome text, OUT detail text
) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'practiceacl_book_series'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.book_series(uuid, timestamptz, timestamptz, interval, integer, text, text) IS
    'books an appointment and its repetitions at the same local time; what fits is booked, what does not is named with the reason; at most 500 times';
/* Following the record, and its proof. */

CREATE FUNCTION practiceacl.activity_horizon() RETURNS uuid
    AS 'MODULE_PATHNAME', 'practiceacl_activity_horizon'
    LANGUAGE C VOLATILE SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.activity_horizon() IS
    'an id below which no further activity can appear to later statements; for programs that follow the table activity themselves';

CREATE FUNCTION practiceacl.activity_since(
    "cursor" uuid DEFAULT NULL, "limit" integer DEFAULT 1000
) RETURNS SETOF practiceacl.activity
    AS 'MODULE_PATHNAME', 'practiceacl_activity_since'
    LANGUAGE C VOLATILE ROWS 100 SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.activity_since(uuid, integer) IS
    'the activity that the caller may see after the entry whose id is given, in order of ids; for clients that poll with the last id they got: nothing is ever skipped';

CREATE FUNCTION practiceacl.verify_activity(organization_id uuid)
    RETURNS TABLE (chain uuid, entries bigint, first_broken bigint)
    AS 'MODULE_PATHNAME', 'practiceacl_verify_activity'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.verify_activity(uuid) IS
    'recomputes every chain of the organization: first_broken is the number of the first entry that is not what was recorded, null if all are; null or the nil UUID is the chain of the database, for operators';

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
/* For the program that sends e-mail and text messages. */

CREATE FUNCTION practiceacl.claim_messages(
    batch integer DEFAULT 100, lease interval DEFAULT '5 min'
) RETURNS TABLE (
    message_id uuid, claim uuid, kind text, channel text,
    organization_id uuid, recipient text, payload jsonb,
    sealed_secret bytea, attempts integer, created_at timestamptz
)
    AS 'MODULE_PATHNAME', 'practiceacl_claim_messages'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.claim_messages(integer, interval) IS
    'takes up to batch messages to send before the lease ends; several senders may run at once; each message goes out at least once, with its id as idempotency key';

CREATE FUNCTION practiceacl.message_sent(message_id uuid, claim uuid) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_message_sent'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.message_sent(uuid, uuid) IS
    'the message has been handed to the provider; its sealed secret is erased; 55000 if the claim has lapsed';

CREATE FUNCTION practiceacl.message_failed(message_id uuid, claim uuid, error text) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_message_failed'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.message_failed(uuid, uuid, text) IS
    'the message could not be sent: it waits, each time twice as long; after 12 attempts it is put aside, and health() tells of it';

CREATE FUNCTION practiceacl.retry_messages() RETURNS bigint
    AS 'MODULE_PATHNAME', 'practiceacl_retry_messages'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.retry_messages() IS
    'lets the messages that were put aside wait for a sender again, and returns how many; for operators';

CREATE FUNCTION practiceacl.set_mailer_key(public_key bytea) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_set_mailer_key'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.set_mailer_key(bytea) IS
    'the X25519 public key (32 bytes) to which secrets in messages are sealed from now on; only the mailer has the other half; for operators';

CREATE FUNCTION practiceacl.publish_notice(title text, body text) RETURNS uuid
    AS 'MODULE_PATHNAME', 'practiceacl_publish_notice'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.publish_notice(text, text) IS
    'tells everybody what is new in the product, and returns the notice''s id; for operators';

CREATE FUNCTION practiceacl.read_notice(notice_id uuid) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_read_notice'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.read_notice(uuid) IS
    'notes that the caller has read a notice';
/*
 * What a database role may do, given and taken as a whole.  These run with
 * their caller's privileges: only the extension's owner can use them.
 */

CREATE FUNCTION practiceacl.grant_application(role regrole) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_grant_application'
    LANGUAGE C VOLATILE SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.grant_application(regrole) IS
    'gives a role what the application''s back end needs: the functions for people, and reading under row security';

CREATE FUNCTION practiceacl.grant_authenticator(role regrole) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_grant_authenticator'
    LANGUAGE C VOLATILE SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.grant_authenticator(regrole) IS
    'gives a role what a back end needs that authenticates people elsewhere; who has it can be anyone';

CREATE FUNCTION practiceacl.grant_mailer(role regrole) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_grant_mailer'
    LANGUAGE C VOLATILE SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.grant_mailer(regrole) IS
    'gives a role what the program needs that sends e-mail and text messages';

CREATE FUNCTION practiceacl.grant_reporting(role regrole) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_grant_reporting'
    LANGUAGE C VOLATILE SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.grant_reporting(regrole) IS
    'gives a role the report views, which hold no patient data, and nothing else';

CREATE FUNCTION practiceacl.grant_operator(role regrole) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_grant_operator'
    LANGUAGE C VOLATILE SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.grant_operator(regrole) IS
    'gives a role what the support desk needs: organizations, service offers, notices, mapped roles, erasure, health';

CREATE FUNCTION practiceacl.revoke_application(role regrole) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_revoke_application'
    LANGUAGE C VOLATILE SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.revoke_application(regrole) IS
    'takes what grant_application() gave, except what the role also has as something else';

CREATE FUNCTION practiceacl.revoke_authenticator(role regrole) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_revoke_authenticator'
    LANGUAGE C VOLATILE SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.revoke_authenticator(regrole) IS
    'takes what grant_authenticator() gave, except what the role also has as something else';

CREATE FUNCTION practiceacl.revoke_mailer(role regrole) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_revoke_mailer'
    LANGUAGE C VOLATILE SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.revoke_mailer(regrole) IS
    'takes what grant_mailer() gave, except what the role also has as something else';

CREATE FUNCTION practiceacl.revoke_reporting(role regrole) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_revoke_reporting'
    LANGUAGE C VOLATILE SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.revoke_reporting(regrole) IS
    'takes what grant_reporting() gave, except what the role also has as something else';

CREATE FUNCTION practiceacl.revoke_operator(role regrole) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_revoke_operator'
    LANGUAGE C VOLATILE SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.revoke_operator(regrole) IS
    'takes what grant_operator() gave, except what the role also has as something else';
/* The application's own tables under the same rules. */

CREATE FUNCTION practiceacl.protect(
    target regclass,
    agenda_column name DEFAULT 'agenda_id',
    read practiceacl.rights DEFAULT 'read',
    write practiceacl.rights DEFAULT 'book'
) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_protect'
    LANGUAGE C VOLATILE SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.protect(regclass, name, practiceacl.rights, practiceacl.rights) IS
    'puts a table of the application, its partitions and its children under row security: a row is for who has the rights on the agenda in its column; for the table''s owner';

CREATE FUNCTION practiceacl.unprotect(target regclass) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_unprotect'
    LANGUAGE C VOLATILE SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.unprotect(regclass) IS
    'takes away what protect() made; row security stays on where other policies stay';
/* One's own presences. */

CREATE VIEW practiceacl.my_sessions WITH (security_invoker) AS
SELECT s.id, s.opened_at, s.last_seen_at, s.expires_at, s.client,
       s.id = practiceacl.current_session() AS current,
       s.agenda_id AS agenda
FROM practiceacl.session s
WHERE s.account_id = practiceacl.reading_account()
  AND s.ended_at IS NULL
  AND s.expires_at > statement_timestamp()
  AND (current_setting('practiceacl.session_idle_timeout')::interval = '0'
       OR s.last_seen_at + current_setting('practiceacl.session_idle_timeout')::interval
          > statement_timestamp());
COMMENT ON VIEW practiceacl.my_sessions IS
    'where one is logged in; current is the session that asks';
/*
 * Row security can hide a row but not a column of it, so this view is its
 * owner's, and asks itself: can() in every arm becomes an index condition.
 */
CREATE VIEW practiceacl.calendar WITH (security_barrier) AS
    SELECT 'appointment'::text AS kind,
           a.agenda_id,
           CASE WHEN masked.private THEN NULL ELSE a.id END AS id,
           a.starts_at,
           a.ends_at,
           CASE WHEN masked.private THEN 'busy' ELSE a.status END AS status,
           a.private,
           CASE WHEN masked.private THEN NULL ELSE a.overbooked END AS overbooked,
           CASE WHEN masked.private THEN NULL ELSE a.patient END AS patient,
           CASE WHEN masked.private THEN NULL ELSE a.note END AS note,
           CASE WHEN masked.private THEN NULL ELSE a.attributes END AS attributes,
           CASE WHEN masked.private THEN NULL ELSE a.series_id END AS series_id
    FROM practiceacl.appointment a
    CROSS JOIN LATERAL (
        SELECT a.private AND NOT practiceacl.can(a.agenda_id, 'read+private') AS private
    ) AS masked
    WHERE practiceacl.can(a.agenda_id, 'read')
      AND a.cancelled_at IS NULL
    UNION ALL
    SELECT 'absence', b.agenda_id, b.id, b.starts_at, b.ends_at, 'absent',
           false, NULL, NULL, b.reason, NULL, NULL
    FROM practiceacl.absence b
    WHERE practiceacl.can(b.agenda_id, 'read')
    UNION ALL
    SELECT 'hold', h.agenda_id, h.id, h.starts_at, h.ends_at, 'held',
           false, NULL, NULL, NULL, NULL, NULL
    FROM practiceacl.slot_hold h
    WHERE practiceacl.can(h.agenda_id, 'read')
      AND h.expires_at > statement_timestamp();
COMMENT ON VIEW practiceacl.calendar IS
    'appointments that are not cancelled, absences and live holds of the agendas one may read; a private appointment as busy for who lacks the flag private';
COMMENT ON COLUMN practiceacl.calendar.kind IS 'appointment, absence or hold';
COMMENT ON COLUMN practiceacl.calendar.status IS
    'of an appointment its status, or busy where it is private; absent; held';
COMMENT ON COLUMN practiceacl.calendar.note IS
    'of an absence its reason';
/* The one thing that freebusy shows: when, and nothing else. */
CREATE VIEW practiceacl.busy WITH (security_barrier) AS
    SELECT a.agenda_id, a.starts_at, a.ends_at
    FROM practiceacl.appointment a
    WHERE practiceacl.can(a.agenda_id, 'freebusy')
      AND a.cancelled_at IS NULL
    UNION ALL
    SELECT b.agenda_id, b.starts_at, b.ends_at
    FROM practiceacl.absence b
    WHERE practiceacl.can(b.agenda_id, 'freebusy');
COMMENT ON VIEW practiceacl.busy IS
    'when an agenda is booked or its holder absent, for who has freebusy on it or more; overlapping times stand as they are';
/* Who is about to book what. */
CREATE VIEW practiceacl.slot_presence WITH (security_barrier) AS
    SELECT h.agenda_id,
           g.name AS agenda,
           h.id AS hold_id,
           h.account_id,
           btrim(a.first_name || ' ' || a.last_name) AS name,
           h.starts_at,
           h.ends_at,
           h.expires_at,
           h.account_id = practiceacl.reading_account() AS own,
           h.shared_log_in
    FROM practiceacl.slot_hold h
    JOIN practiceacl.agenda g ON g.id = h.agenda_id
    JOIN practiceacl.account a ON a.id = h.account_id
    WHERE practiceacl.can(h.agenda_id, 'read')
      AND h.expires_at > statement_timestamp();
COMMENT ON VIEW practiceacl.slot_presence IS
    'who has which slot open until when, on the agendas one may read';
COMMENT ON COLUMN practiceacl.slot_presence.own IS 'held by one''s own account';
COMMENT ON COLUMN practiceacl.slot_presence.shared_log_in IS
    'the same account has the slot open in another session: two people share a login';
/* What is new in the product, and what of it the caller has read. */

CREATE VIEW practiceacl.notices WITH (security_invoker = true) AS
SELECT n.id AS notice_id, n.published_at, n.title, n.body, r.read_at
FROM practiceacl.notice n
LEFT JOIN practiceacl.notice_read r ON r.notice_id = n.id
    AND r.account_id = practiceacl.reading_account()
ORDER BY n.published_at DESC, n.id DESC;
COMMENT ON VIEW practiceacl.notices IS
    'what is new in the product, the newest first; read_at is null until the caller has read it';
/* The calendars that one may open. */

/* The holder's name is another account's, so this view is its owner's. */
CREATE VIEW practiceacl.my_agendas WITH (security_barrier) AS
    SELECT g.organization_id,
           o.name AS organization,
           g.id AS agenda_id,
           g.name,
           g.holder_id,
           btrim(h.first_name || ' ' || h.last_name) AS holder_name,
           practiceacl.rights_on(g.id) AS rights,
           g.holder_id = practiceacl.reading_account() AS own,
           g.id IS NOT DISTINCT FROM practiceacl.current_agenda() AS current,
           g.time_zone,
           g.slot_minutes
    FROM practiceacl.agenda g
    JOIN practiceacl.organization o ON o.id = g.organization_id
    JOIN practiceacl.account h ON h.id = g.holder_id
    WHERE practiceacl.can(g.id, 'freebusy');
COMMENT ON VIEW practiceacl.my_agendas IS
    'all calendars that one may open, if only to see when they are busy, with one''s rights';
COMMENT ON COLUMN practiceacl.my_agendas.own IS 'one is its holder';
COMMENT ON COLUMN practiceacl.my_agendas.current IS
    'chosen with choose_agenda() in this session';
/* What is enabled for oneself, in the organizations and on the calendars. */

CREATE VIEW practiceacl.my_features WITH (security_invoker) AS
SELECT m.organization_id, NULL::uuid AS agenda_id, NULL::text AS agenda,
       feature
FROM practiceacl.membership m,
     unnest(practiceacl.flags(m.features)) AS feature
WHERE m.account_id = practiceacl.reading_account()
  AND m.status IN ('active', 'unlisted')
UNION ALL
SELECT a.organization_id, a.id, a.name, feature
FROM practiceacl.agenda a,
     unnest(practiceacl.flags(practiceacl.rights_on(a.id))) AS feature
WHERE practiceacl.can(a.id, 'freebusy');
COMMENT ON VIEW practiceacl.my_features IS
    'the flags that hold for oneself: a row for each of a membership''s features (without an agenda), and for each on each calendar';
/* Where one belongs. */

CREATE VIEW practiceacl.my_organizations WITH (security_invoker) AS
SELECT o.id AS organization_id, o.name, o.country, o.time_zone,
       m.admin, practiceacl.flags(m.features) AS features,
       m.job_title, m.work_mobile, m.joined_at, m.last_log_in_at
FROM practiceacl.membership m
JOIN practiceacl.organization o ON o.id = m.organization_id
WHERE m.account_id = practiceacl.reading_account()
  AND m.status = 'active';
COMMENT ON VIEW practiceacl.my_organizations IS
    'the organizations one belongs to, and as what; for the choice after a log-in';
/* What an agenda may be subscribed to. */

CREATE VIEW practiceacl.service_offers WITH (security_invoker) AS
SELECT code, name, monthly_price
FROM practiceacl.service_offer;
COMMENT ON VIEW practiceacl.service_offers IS
    'what an agenda costs a month under each offer; a user without an agenda costs nothing';
/*
 * Who is here, and who may do what.  Row security can hide a row but not a
 * column of it, and a colleague's row is shown in part: these views are their
 * owner's and ask themselves.  organizations() is an index condition, so they
 * read the caller's organizations and not the whole database; OFFSET 0 keeps
 * the planner, who cannot know how few these are, from reading all accounts.
 */

CREATE VIEW practiceacl.user_directory WITH (security_barrier) AS
    SELECT m.organization_id,
           m.account_id,
           CASE WHEN shown.whole THEN a.email END AS email,
           a.first_name,
           a.last_name,
           btrim(a.first_name || ' ' || a.last_name) AS name,
           m.job_title,
           CASE WHEN shown.whole THEN m.admin END AS admin,
           CASE WHEN shown.whole THEN
               CASE WHEN a.status = 'blocked' THEN a.status ELSE m.status END
           END AS status,
           CASE WHEN shown.whole THEN m.last_log_in_at END AS last_log_in_at,
           CASE WHEN shown.whole THEN m.joined_at END AS joined_at,
           CASE WHEN shown.whole THEN m.work_mobile END AS work_mobile,
           CASE WHEN shown.whole THEN practiceacl.flags(m.features) END AS features,
           CASE WHEN shown.whole THEN (
               SELECT count(*)
               FROM (SELECT x.agenda_id
                     FROM practiceacl.access_grant x
                     WHERE x.account_id = m.account_id
                       AND x.organization_id = m.organization_id
                       AND x.valid_during @> statement_timestamp()
                     UNION
                     SELECT g.id
                     FROM practiceacl.agenda g
                     WHERE g.holder_id = m.account_id
                       AND g.organization_id = m.organization_id) AS agenda
               WHERE m.status = 'active'
           ) END AS agendas,
           (SELECT array_agg(g.name ORDER BY g.name)
            FROM practiceacl.agenda g
            WHERE g.holder_id = m.account_id
              AND g.organization_id = m.organization_id
              AND (shown.whole OR practiceacl.can(g.id, 'freebusy'))) AS holds
    FROM practiceacl.membership m
    CROSS JOIN LATERAL (
        SELECT p.email, p.first_name, p.last_name, p.status
        FROM practiceacl.account p
        WHERE p.id = m.account_id
        OFFSET 0
    ) AS a
    CROSS JOIN LATERAL (
        SELECT m.account_id = practiceacl.reading_account()
            OR practiceacl.is_admin(m.organization_id, 'users') AS whole
    ) AS shown
    WHERE m.organization_id = ANY (practiceacl.organizations())
      AND practiceacl.is_member(m.organization_id)
      AND (m.status = 'active'
           OR m.status = 'disabled'
              AND practiceacl.is_admin(m.organization_id, 'users'));
COMMENT ON VIEW practiceacl.user_directory IS
    'the people of one''s organizations: of colleagues name and job, for administrators and of oneself the rest too; the view is its owner''s and asks itself, since row security cannot mask a column';
COMMENT ON COLUMN practiceacl.user_directory.email IS
    'for administrators and oneself';
COMMENT ON COLUMN practiceacl.user_directory.admin IS
    'administrator level (none, users, full); for administrators and oneself';
COMMENT ON COLUMN practiceacl.user_directory.status IS
    'active, disabled, or blocked by support; for administrators and oneself';
COMMENT ON COLUMN practiceacl.user_directory.last_log_in_at IS
    'last log-in that this organization may know of; for administrators and oneself';
COMMENT ON COLUMN practiceacl.user_directory.features IS
    'flags that hold on every agenda where the user has at least read; for administrators and oneself';
COMMENT ON COLUMN practiceacl.user_directory.agendas IS
    'on how many calendars the user has any rights now; for administrators and oneself';
COMMENT ON COLUMN practiceacl.user_directory.holds IS
    'the names of the calendars that the user holds, as far as one may know of them';

CREATE VIEW practiceacl.access_matrix WITH (security_barrier) AS
    SELECT e.organization_id,
           e.account_id,
           btrim(a.first_name || ' ' || a.last_name) AS user_name,
           e.agenda_id,
           g.name AS agenda_name,
           r.rights,
           practiceacl.level(r.rights) AS level,
           practiceacl.flags(r.rights) AS flags,
           e.source,
           e.valid_until
    FROM (
        SELECT h.organization_id, h.id AS agenda_id, h.holder_id AS account_id,
               'owner+overbook+edit_past+private+patient_file+documents+messaging+billing+statistics+export+public_profile'::practiceacl.rights AS rights,
               'holder' AS source,
               NULL::timestamptz AS valid_until
        FROM practiceacl.agenda h
        WHERE h.organization_id = ANY (practiceacl.organizations())
        UNION ALL
        SELECT x.organization_id, x.agenda_id, x.account_id,
               practiceacl.rights_union(x.rights),
               string_agg(DISTINCT x.source, ', '),
               min(upper(x.valid_during))
        FROM practiceacl.access_grant x
        JOIN practiceacl.agenda h ON h.organization_id = ANY (practiceacl.organizations())
            AND h.organization_id = x.organization_id
            AND h.id = x.agenda_id
            AND h.holder_id <> x.account_id
        WHERE x.organization_id = ANY (practiceacl.organizations())
          AND x.valid_during @> statement_timestamp()
        GROUP BY x.organization_id, x.agenda_id, x.account_id
    ) AS e
    JOIN practiceacl.membership m ON m.organization_id = e.organization_id
        AND m.account_id = e.account_id
        AND m.status IN ('active', 'unlisted')
    JOIN practiceacl.account a ON a.id = e.account_id AND a.status = 'active'
    JOIN practiceacl.agenda g ON g.organization_id = e.organization_id
        AND g.id = e.agenda_id
    CROSS JOIN LATERAL (
        SELECT CASE WHEN e.rights OPERATOR(practiceacl.@>) 'read'::practiceacl.rights
                    THEN e.rights OPERATOR(practiceacl.|) (m.features
                         OPERATOR(practiceacl.-) 'public_profile'::practiceacl.rights)
                    ELSE e.rights END AS rights
    ) AS r
    WHERE e.rights OPERATOR(practiceacl.@>) 'freebusy'::practiceacl.rights
      AND (e.account_id = practiceacl.reading_account()
           OR practiceacl.can(e.agenda_id, 'owner')
           OR practiceacl.is_admin(e.organization_id, 'users'));
COMMENT ON VIEW practiceacl.access_matrix IS
    'user by agenda, the rights as they are now: one''s own, those on agendas that one owns, and for administrators all of the organization; SELECT user_name, agenda_name, level … \crosstabview prints the matrix';
COMMENT ON COLUMN practiceacl.access_matrix.rights IS
    'effective now: the union of the grants in force, and the flags of the membership from read upwards';
COMMENT ON COLUMN practiceacl.access_matrix.source IS
    'holder, or the acts that gave it: hand, creation, invitation, clone, break_glass';
COMMENT ON COLUMN practiceacl.access_matrix.valid_until IS
    'when the first of the grants in force lapses; null for none that does';

/* What became of an invitation, told by the membership that it led to. */
CREATE VIEW practiceacl.invitation_status WITH (security_barrier) AS
    SELECT i.organization_id,
           i.id AS invitation_id,
           i.email,
           btrim(i.first_name || ' ' || i.last_name) AS name,
           CASE
               WHEN i.status = 'pending' AND i.expires_at <= statement_timestamp()
                   THEN 'expired'
               WHEN i.status = 'accepted'
                   AND (m.account_id IS NULL OR m.status IN ('disabled', 'removed'))
                   THEN 'revoked'
               ELSE i.status
           END AS status,
           i.times_sent,
           i.last_sent_at,
           i.created_at,
           i.expires_at,
           i.settled_at,
           i.invited_by,
           btrim(b.first_name || ' ' || b.last_name) AS invited_by_name,
           i.account_id,
           m.last_log_in_at
    FROM practiceacl.invitation i
    LEFT JOIN practiceacl.account b ON b.id = i.invited_by
    LEFT JOIN practiceacl.membership m ON m.organization_id = i.organization_id
        AND m.account_id = i.account_id
    WHERE i.organization_id = ANY (practiceacl.organizations('users'));
COMMENT ON VIEW practiceacl.invitation_status IS
    'the invitations of the organizations that one administers, and what became of them';
COMMENT ON COLUMN practiceacl.invitation_status.status IS
    'pending, accepted, declined, revoked (also when the user who accepted was disabled or removed since), expired';
COMMENT ON COLUMN practiceacl.invitation_status.settled_at IS
    'when it was accepted, declined or revoked';
COMMENT ON COLUMN practiceacl.invitation_status.last_log_in_at IS
    'last log-in here of who accepted';
/*
 * A week of a calendar for a terminal.  It runs with its caller's privileges
 * on the view calendar, so it shows what that shows; ten characters a cell
 * make a line of 98.  A week is too little to compile anything for.
 */

CREATE FUNCTION practiceacl.week(
    agenda_id uuid, day date DEFAULT NULL,
    step interval DEFAULT '30 minutes'
) RETURNS TABLE (
    hour text, monday text, tuesday text, wednesday text, thursday text,
    friday text, saturday text, sunday text
)
    LANGUAGE sql STABLE ROWS 30 SET search_path = pg_catalog, pg_temp
    SET jit = off
BEGIN ATOMIC
    WITH frame AS (
        SELECT g.id, g.time_zone, g.day_start, g.day_end,
               date_trunc('week', coalesce(week.day::timestamp,
                   statement_timestamp() AT TIME ZONE g.time_zone))::date AS monday
        FROM practiceacl.agenda g
        WHERE g.id = week.agenda_id
          AND practiceacl.can(g.id, 'read')
          AND week.step >= '1 minute' AND week.step <= '1 day'
    ), bounds AS MATERIALIZED (
        SELECT f.*, f.monday::timestamp AT TIME ZONE f.time_zone AS from_time,
               (f.monday + 7)::timestamp AT TIME ZONE f.time_zone AS until_time
        FROM frame f
    ), entry AS MATERIALIZED (
        SELECT c.kind, c.starts_at, c.ends_at,
               CASE c.kind WHEN 'absence' THEN '(absent)' WHEN 'hold' THEN '(held)'
                    ELSE CASE WHEN c.status = 'busy' THEN 'busy' ELSE coalesce(c.patient, 'booked') END
               END AS words,
               c.starts_at AT TIME ZONE b.time_zone AS local_start,
               c.ends_at AT TIME ZONE b.time_zone AS local_end
        FROM bounds b
        JOIN practiceacl.calendar c ON c.agenda_id = b.id
        WHERE c.agenda_id = week.agenda_id
          AND c.starts_at < (SELECT until_time FROM bounds)
          AND c.ends_at > (SELECT from_time FROM bounds)
          AND (c.kind = 'absence'
               OR c.starts_at > (SELECT from_time FROM bounds) - interval '31 days')
    ), shown AS MATERIALIZED (
        SELECT least(date_trunc('hour', b.day_start - time '00:00'),
                     (SELECT min(date_trunc('hour', e.local_start::time - time '00:00'))
                      FROM entry e WHERE e.kind = 'appointment')) AS first,
               greatest(b.day_end - time '00:00',
                        (SELECT max(e.local_start::time - time '00:00') + interval '1 minute'
                         FROM entry e WHERE e.kind = 'appointment')) AS last
        FROM bounds b
    ), cell AS MATERIALIZED (
        SELECT line.number, d.number AS day,
               s.first + line.number * week.step AS at,
               b.monday + d.number - 1 AS date,
               (b.monday + d.number - 1)::timestamp + s.first + line.number * week.step AS local_from,
               ((b.monday + d.number - 1)::timestamp + s.first + line.number * week.step)
                   AT TIME ZONE b.time_zone AS from_time,
               ((b.monday + d.number - 1)::timestamp
                   + least(s.first + (line.number + 1) * week.step, interval '24 hours'))
                   AT TIME ZONE b.time_zone AS until_time
        FROM bounds b
        CROSS JOIN shown s
        CROSS JOIN generate_series(0, ceil(extract(epoch FROM s.last - s.first)
            / extract(epoch FROM week.step))::integer - 1) AS line (number)
        CROSS JOIN generate_series(1, 7) AS d (number)
    ), filled AS (
        SELECT c.number, c.at, c.day,
               CASE
                   WHEN e.starting > 1 THEN rpad(left(e.words, 7), 7) || ' +' || least(e.starting - 1, 9)
                   WHEN e.starting = 1 THEN left(e.words, 10)
                   WHEN e.running THEN ':'
                   WHEN NOT open.open THEN '.'
                   ELSE ''
               END AS words
        FROM cell c
        CROSS JOIN LATERAL (
            SELECT count(*) FILTER (WHERE x.begins) AS starting,
                   (array_agg(x.words ORDER BY x.rank, x.starts_at, x.words) FILTER (WHERE x.begins))[1] AS words,
                   count(*) > 0 AS running
            FROM (SELECT e.words, e.starts_at, (e.kind <> 'appointment')::integer AS rank,
                         e.starts_at >= c.from_time OR c.number = 0 AS begins
                  FROM entry e
                  WHERE e.starts_at < c.until_time AND e.ends_at > c.from_time) AS x
        ) AS e
        CROSS JOIN LATERAL (
            SELECT EXISTS (
                SELECT FROM practiceacl.opening o
                WHERE o.agenda_id = week.agenda_id
                  AND o.weekday = c.day
                  AND c.date BETWEEN o.valid_from AND o.valid_until
                  AND o.opens_at - time '00:00' < c.at + week.step
                  AND o.closes_at - time '00:00' > c.at) AS open
        ) AS open
    )
    SELECT table_of_week.hour, table_of_week.monday, table_of_week.tuesday,
           table_of_week.wednesday, table_of_week.thursday, table_of_week.friday,
           table_of_week.saturday, table_of_week.sunday
    FROM (
        SELECT -1 AS number, '' AS hour, to_char(b.monday, 'YYYY-MM-DD') AS monday,
               to_char(b.monday + 1, 'YYYY-MM-DD') AS tuesday, to_char(b.monday + 2, 'YYYY-MM-DD') AS wednesday,
               to_char(b.monday + 3, 'YYYY-MM-DD') AS thursday, to_char(b.monday + 4, 'YYYY-MM-DD') AS friday,
               to_char(b.monday + 5, 'YYYY-MM-DD') AS saturday, to_char(b.monday + 6, 'YYYY-MM-DD') AS sunday
        FROM bounds b
        UNION ALL
        SELECT f.number, to_char(f.at, 'HH24:MI'),
               max(f.words) FILTER (WHERE f.day = 1), max(f.words) FILTER (WHERE f.day = 2),
               max(f.words) FILTER (WHERE f.day = 3), max(f.words) FILTER (WHERE f.day = 4),
               max(f.words) FILTER (WHERE f.day = 5), max(f.words) FILTER (WHERE f.day = 6),
               max(f.words) FILTER (WHERE f.day = 7)
        FROM filled f
        GROUP BY f.number, f.at
    ) AS table_of_week
    ORDER BY table_of_week.number;
END;
COMMENT ON FUNCTION practiceacl.week(uuid, date, interval) IS
    'a week of a calendar that one may read, hours down and days across, in the agenda''s local time; day is any day of it (today by default). A cell names who begins in it (+2: two more), : goes on, . is closed';
/*
 * What reporting tools draw.  No name of a person, no address, note or
 * message is ever selected here, so there is nothing to hide; the views are
 * their owner's because reporting roles may read no table.  They speak of all
 * organizations, unless reports_on() says otherwise.  Conditions on
 * organization_id and day are leakproof and reach the indexes, so one
 * organization's answer costs that organization's data.
 */

/*
 * Days come first and appointments are looked up for each, so a condition on
 * the day becomes a range of the index (agenda_id, starts_at).  Openings are
 * turned into instants before they are added up: a day on which the clock is
 * changed has the minutes that it really has.  OFFSET 0 has the span worked out
 * once an agenda; it is bounded, since one appointment in the year 290000 would
 * else make a hundred million days for everybody who draws a chart.
 */
CREATE VIEW practiceacl.report_utilisation WITH (security_barrier) AS
    SELECT o.id AS organization_id,
           o.name AS organization,
           g.id AS agenda_id,
           g.name AS agenda,
           d.day::date AS day,
           opened.minutes AS opening_minutes,
           booked.minutes AS booked_minutes,
           round(booked.minutes / nullif(opened.minutes, 0), 4) AS utilisation,
           booked.appointments,
           booked.no_shows,
           booked.cancelled
    FROM practiceacl.organization o
    JOIN practiceacl.agenda g ON g.organization_id = o.id
    CROSS JOIN LATERAL (
        SELECT (least(g.created_at,
                      (SELECT min(p.starts_at) FROM practiceacl.appointment p
                       WHERE p.agenda_id = g.id
                         AND p.starts_at >= statement_timestamp() - interval '100 years'))
                AT TIME ZONE g.time_zone)::date AS first,
               (greatest(statement_timestamp() + interval '8 weeks',
                         (SELECT max(p.starts_at) FROM practiceacl.appointment p
                          WHERE p.agenda_id = g.id
                            AND p.starts_at < statement_timestamp() + interval '10 years'))
                AT TIME ZONE g.time_zone)::date AS last
        OFFSET 0
    ) AS span
    CROSS JOIN LATERAL (
        SELECT span.first + n.number AS day
        FROM generate_series(0, span.last - span.first) AS n (number)
    ) AS d
    CROSS JOIN LATERAL (
        SELECT d.day::timestamp AT TIME ZONE g.time_zone AS from_time,
               (d.day + 1)::timestamp AT TIME ZONE g.time_zone AS until_time
    ) AS bounds
    CROSS JOIN LATERAL (
        SELECT coalesce(round(sum(extract(epoch FROM upper(piece) - lower(piece))) / 60, 2), 0) AS minutes
        FROM unnest((
            SELECT range_agg(tstzrange((d.day + w.opens_at) AT TIME ZONE g.time_zone,
                                       greatest((d.day + w.opens_at) AT TIME ZONE g.time_zone,
                                                (d.day + w.closes_at) AT TIME ZONE g.time_zone)))
            FROM practiceacl.opening w
            WHERE w.agenda_id = g.id
              AND w.weekday = extract(isodow FROM d.day)::smallint
              AND d.day BETWEEN w.valid_from AND w.valid_until
        ) - coalesce((
            SELECT range_agg(tstzrange(b.starts_at, b.ends_at))
            FROM practiceacl.absence b
            WHERE b.agenda_id = g.id
              AND b.ends_at > bounds.from_time
              AND b.starts_at < bounds.until_time + interval '1 day'
        ), '{}'::tstzmultirange)) AS piece
    ) AS opened
    CROSS JOIN LATERAL (
        SELECT coalesce(round(sum(extract(epoch FROM p.ends_at - p.starts_at))
                              FILTER (WHERE p.cancelled_at IS NULL) / 60, 2), 0) AS minutes,
               count(*) FILTER (WHERE p.cancelled_at IS NULL) AS appointments,
               count(*) FILTER (WHERE p.status = 'no_show') AS no_shows,
               count(*) FILTER (WHERE p.cancelled_at IS NOT NULL) AS cancelled
        FROM practiceacl.appointment p
        WHERE p.agenda_id = g.id
          AND p.starts_at >= bounds.from_time
          AND p.starts_at < bounds.until_time
    ) AS booked
    WHERE practiceacl.reports_on(o.id);
COMMENT ON VIEW practiceacl.report_utilisation IS
    'each agenda on each day, from its first (100 years back at most) to its last (10 years ahead at most), and at least to eight weeks from now: how long it was open and how much of that was booked';
COMMENT ON COLUMN practiceacl.report_utilisation.day IS
    'in the agenda''s local time';
COMMENT ON COLUMN practiceacl.report_utilisation.opening_minutes IS
    'openings of the day without absences, overlaps counted once';
COMMENT ON COLUMN practiceacl.report_utilisation.booked_minutes IS
    'of the appointments that begin on the day and were not cancelled; overbooked ones count as well';
COMMENT ON COLUMN practiceacl.report_utilisation.utilisation IS
    'booked by opening minutes: above 1 when booked outside the openings or twice; null when closed';

CREATE VIEW practiceacl.report_access_review WITH (security_barrier) AS
    SELECT found.organization_id,
           found.organization,
           found.agenda_id,
           found.agenda,
           found.account_id,
           found.grant_id,
           found.rights,
           found.granted_at,
           found.valid_until,
           found.last_used_at,
           found.unused,
           found.lapses_soon,
           found.exceeds_usual,
           found.usual_rights
    FROM (
        SELECT o.id AS organization_id,
               o.name AS organization,
               g.id AS agenda_id,
               g.name AS agenda,
               x.account_id,
               x.id AS grant_id,
               x.rights,
               x.granted_at,
               upper(x.valid_during) AS valid_until,
               used.last_used_at,
               greatest(used.last_used_at, x.granted_at, lower(x.valid_during))
                   < statement_timestamp() - interval '90 days' AS unused,
               coalesce(upper(x.valid_during) <= statement_timestamp() + interval '30 days', false) AS lapses_soon,
               coalesce(usual.agendas > 2
                        AND NOT usual.rights OPERATOR(practiceacl.@>) x.rights, false) AS exceeds_usual,
               usual.rights AS usual_rights
        FROM practiceacl.organization o
        JOIN practiceacl.access_grant x ON x.organization_id = o.id
        JOIN practiceacl.agenda g ON g.organization_id = x.organization_id
            AND g.id = x.agenda_id
        LEFT JOIN (
            SELECT y.organization_id, y.account_id,
                   mode() WITHIN GROUP (ORDER BY y.rights USING OPERATOR(practiceacl.<)) AS rights,
                   count(DISTINCT y.agenda_id) AS agendas
            FROM practiceacl.access_grant y
            WHERE upper_inf(y.valid_during) OR upper(y.valid_during) > statement_timestamp()
            GROUP BY y.organization_id, y.account_id
        ) AS usual ON usual.organization_id = o.id
            AND usual.account_id = x.account_id
        LEFT JOIN (
            SELECT a.organization_id, a.agenda_id, a.actor_id, max(a.recorded_at) AS last_used_at
            FROM practiceacl.activity a
            WHERE a.agenda_id IS NOT NULL
            GROUP BY a.organization_id, a.agenda_id, a.actor_id
        ) AS used ON used.organization_id = o.id
            AND used.agenda_id = x.agenda_id
            AND used.actor_id = x.account_id
        WHERE practiceacl.reports_on(o.id)
          AND (upper_inf(x.valid_during) OR upper(x.valid_during) > statement_timestamp())
    ) AS found
    WHERE found.unused OR found.lapses_soon OR found.exceeds_usual;
COMMENT ON VIEW practiceacl.report_access_review IS
    'living grants that deserve a look: nobody used them for 90 days, they lapse within 30 days, or they exceed what the colleague usually has';
COMMENT ON COLUMN practiceacl.report_access_review.account_id IS
    'an id, which only the organization''s administrators can put a name to';
COMMENT ON COLUMN practiceacl.report_access_review.last_used_at IS
    'the account''s last recorded act on the agenda, choosing it as the current one included; reading alone leaves no trace';
COMMENT ON COLUMN practiceacl.report_access_review.unused IS
    'not used for 90 days, nor given or begun within them';
COMMENT ON COLUMN practiceacl.report_access_review.exceeds_usual IS
    'not covered by usual_rights, for an account with three agendas or more';
COMMENT ON COLUMN practiceacl.report_access_review.usual_rights IS
    'the rights that the account has most often in the organization';

CREATE VIEW practiceacl.report_subscriptions WITH (security_barrier) AS
    SELECT o.id AS organization_id,
           o.name AS organization,
           g.id AS agenda_id,
           g.name AS agenda,
           g.service_offer,
           s.name AS service_offer_name,
           coalesce(s.monthly_price, 0) AS monthly_price,
           sum(coalesce(s.monthly_price, 0)) OVER (PARTITION BY o.id) AS organization_monthly_total,
           count(*) OVER (PARTITION BY o.id) AS organization_agendas,
           (g.created_at AT TIME ZONE o.time_zone)::date AS subscribed_since
    FROM practiceacl.organization o
    JOIN practiceacl.agenda g ON g.organization_id = o.id
    LEFT JOIN practiceacl.service_offer s ON s.code = g.service_offer
    WHERE o.closed_at IS NULL
      AND practiceacl.reports_on(o.id);
COMMENT ON VIEW practiceacl.report_subscriptions IS
    'what each agenda of the organizations that are not closed costs a month; users without an agenda cost nothing';
COMMENT ON COLUMN practiceacl.report_subscriptions.monthly_price IS
    '0 without a service offer';
COMMENT ON COLUMN practiceacl.report_subscriptions.subscribed_since IS
    'when the agenda was made, in the organization''s local time';

/*
 * The first arm reads the partial index of what matters for security; its
 * condition is the index's, word for word.  Refused log-ins stand in the
 * chain of the database and belong to every organization of the account.
 */
CREATE VIEW practiceacl.report_security WITH (security_barrier) AS
    SELECT o.id AS organization_id,
           o.name AS organization,
           (e.recorded_at AT TIME ZONE o.time_zone)::date AS day,
           count(*) FILTER (WHERE e.act = 'log_in.refused') AS refused_log_ins,
           count(*) FILTER (WHERE e.act = 'log_in.shared') AS shared_log_ins,
           count(*) FILTER (WHERE e.act = 'access.broken_glass') AS break_glass_uses,
           count(*) FILTER (WHERE e.overbooked) AS overbookings
    FROM practiceacl.organization o
    CROSS JOIN LATERAL (
        SELECT a.recorded_at, a.act, a.facts ? 'overbooked' AS overbooked
        FROM practiceacl.activity a
        WHERE a.organization_id = o.id
          AND (a.act IN ('log_in.shared', 'access.broken_glass') OR a.facts ? 'overbooked')
        UNION ALL
        SELECT a.recorded_at, a.act, false
        FROM practiceacl.membership m
        JOIN practiceacl.activity a ON a.account_id = m.account_id
            AND a.act = 'log_in.refused'
        WHERE m.organization_id = o.id
          AND m.status <> 'removed'
    ) AS e
    WHERE practiceacl.reports_on(o.id)
    GROUP BY o.id, o.name, (e.recorded_at AT TIME ZONE o.time_zone)::date;
COMMENT ON VIEW practiceacl.report_security IS
    'by organization and day: what should not happen often; days on which nothing did are left out';
COMMENT ON COLUMN practiceacl.report_security.refused_log_ins IS
    'of the organization''s members; attempts on addresses that nobody has belong to no organization';
COMMENT ON COLUMN practiceacl.report_security.shared_log_ins IS
    'the same account had one slot open in two sessions';
COMMENT ON COLUMN practiceacl.report_security.day IS
    'in the organization''s local time';

CREATE VIEW practiceacl.report_activity WITH (security_barrier) AS
    SELECT o.id AS organization_id,
           o.name AS organization,
           (a.recorded_at AT TIME ZONE o.time_zone)::date AS day,
           a.act,
           count(*) AS entries,
           count(DISTINCT a.actor_id) AS accounts,
           count(DISTINCT a.agenda_id) AS agendas
    FROM practiceacl.organization o
    JOIN practiceacl.activity a ON a.organization_id = o.id
    WHERE practiceacl.reports_on(o.id)
    GROUP BY o.id, o.name, (a.recorded_at AT TIME ZONE o.time_zone)::date, a.act;
COMMENT ON VIEW practiceacl.report_activity IS
    'by organization, day and act: how many entries of the record, by how many accounts, on how many agendas';
COMMENT ON COLUMN practiceacl.report_activity.act IS
    'noun.participle, as in appointment.booked';
COMMENT ON COLUMN practiceacl.report_activity.day IS
    'in the organization''s local time';
/*
 * Who sees which rows.  Reading is all that anybody is granted; that no
 * policy speaks of INSERT, UPDATE or DELETE means that a privilege given by
 * mistake opens no row.  Every condition is a call of a function on the
 * direct reader: no subquery, no recursion.
 *
 * Tables without a policy are for nobody but the extension's own functions.
 */

ALTER TABLE practiceacl.account ENABLE ROW LEVEL SECURITY;
CREATE POLICY account_read ON practiceacl.account FOR SELECT
    USING (id = practiceacl.reading_account());

ALTER TABLE practiceacl.session ENABLE ROW LEVEL SECURITY;
CREATE POLICY session_read ON practiceacl.session FOR SELECT
    USING (account_id = practiceacl.reading_account());

ALTER TABLE practiceacl.role_account ENABLE ROW LEVEL SECURITY;
CREATE POLICY role_account_read ON practiceacl.role_account FOR SELECT
    USING (account_id = practiceacl.reading_account());

ALTER TABLE practiceacl.organization ENABLE ROW LEVEL SECURITY;
CREATE POLICY organization_read ON practiceacl.organization FOR SELECT
    USING (practiceacl.is_member(id));

ALTER TABLE practiceacl.service_offer ENABLE ROW LEVEL SECURITY;
CREATE POLICY service_offer_read ON practiceacl.service_offer FOR SELECT
    USING (practiceacl.reading_account() IS NOT NULL
           OR pg_catalog.has_function_privilege(    /* operators, whose list it is */
               'practiceacl.set_service_offer(text, text, numeric)', 'EXECUTE'));

ALTER TABLE practiceacl.membership ENABLE ROW LEVEL SECURITY;
CREATE POLICY membership_read ON practiceacl.membership FOR SELECT
    USING (account_id = practiceacl.reading_account()
           OR practiceacl.is_admin(organization_id, 'users'));

ALTER TABLE practiceacl.invitation ENABLE ROW LEVEL SECURITY;
CREATE POLICY invitation_read ON practiceacl.invitation FOR SELECT
    USING (practiceacl.is_admin(organization_id, 'users'));

ALTER TABLE practiceacl.agenda ENABLE ROW LEVEL SECURITY;
CREATE POLICY agenda_read ON practiceacl.agenda FOR SELECT
    USING (practiceacl.can(id, 'freebusy')
           OR practiceacl.is_admin(organization_id, 'users'));

ALTER TABLE practiceacl.opening ENABLE ROW LEVEL SECURITY;
CREATE POLICY opening_read ON practiceacl.opening FOR SELECT
    USING (practiceacl.can(agenda_id, 'freebusy'));

ALTER TABLE practiceacl.absence ENABLE ROW LEVEL SECURITY;
CREATE POLICY absence_read ON practiceacl.absence FOR SELECT
    USING (practiceacl.can(agenda_id, 'read'));

ALTER TABLE practiceacl.access_grant ENABLE ROW LEVEL SECURITY;
CREATE POLICY access_grant_read ON practiceacl.access_grant FOR SELECT
    USING (account_id = practiceacl.reading_account()
           OR practiceacl.can(agenda_id, 'owner')
           OR practiceacl.is_admin(organization_id, 'users'));

ALTER TABLE practiceacl.access_history ENABLE ROW LEVEL SECURITY;
CREATE POLICY access_history_read ON practiceacl.access_history FOR SELECT
    USING (account_id = practiceacl.reading_account()
           OR practiceacl.can(agenda_id, 'owner')
           OR practiceacl.is_admin(organization_id, 'users'));

ALTER TABLE practiceacl.appointment ENABLE ROW LEVEL SECURITY;
CREATE POLICY appointment_read ON practiceacl.appointment FOR SELECT
    USING (practiceacl.can(agenda_id, 'read')
           AND (NOT private OR practiceacl.can(agenda_id, 'read+private')));

ALTER TABLE practiceacl.slot_hold ENABLE ROW LEVEL SECURITY;
CREATE POLICY slot_hold_read ON practiceacl.slot_hold FOR SELECT
    USING (practiceacl.can(agenda_id, 'read'));

ALTER TABLE practiceacl.activity ENABLE ROW LEVEL SECURITY;
CREATE POLICY activity_read ON practiceacl.activity FOR SELECT
    USING (actor_id = practiceacl.reading_account()
           OR practiceacl.can(agenda_id, 'owner')
           OR practiceacl.is_admin(organization_id, 'users'));

/* Names of patients for who may read them, names of users for administrators. */
ALTER TABLE practiceacl.activity_detail ENABLE ROW LEVEL SECURITY;
CREATE POLICY activity_detail_read ON practiceacl.activity_detail FOR SELECT
    USING (practiceacl.can(chain, 'owner+private')
           OR (chain = organization_id
               AND practiceacl.is_admin(organization_id, 'users')));

ALTER TABLE practiceacl.notice ENABLE ROW LEVEL SECURITY;
CREATE POLICY notice_read ON practiceacl.notice FOR SELECT
    USING (practiceacl.reading_account() IS NOT NULL);

ALTER TABLE practiceacl.notice_read ENABLE ROW LEVEL SECURITY;
CREATE POLICY notice_read_read ON practiceacl.notice_read FOR SELECT
    USING (account_id = practiceacl.reading_account());

ALTER TABLE practiceacl.password ENABLE ROW LEVEL SECURITY;
ALTER TABLE practiceacl.account_token ENABLE ROW LEVEL SECURITY;
ALTER TABLE practiceacl.blocked_email ENABLE ROW LEVEL SECURITY;
ALTER TABLE practiceacl.log_in_failure ENABLE ROW LEVEL SECURITY;
ALTER TABLE practiceacl.session_token ENABLE ROW LEVEL SECURITY;
ALTER TABLE practiceacl.invitation_token ENABLE ROW LEVEL SECURITY;
ALTER TABLE practiceacl.activity_chain ENABLE ROW LEVEL SECURITY;
ALTER TABLE practiceacl.mailer_key ENABLE ROW LEVEL SECURITY;
ALTER TABLE practiceacl.outbox ENABLE ROW LEVEL SECURITY;
/*
 * Who may touch what.  role_privileges is the one place where it stands: the
 * grant_… and revoke_… functions read it, health() and the inventory test
 * compare the catalog with it.  A name stands for every function of that
 * name; one with argument types for that function alone.
 *
 * Audiences that no function grants: "public" is what PUBLIC has, "owner" is
 * what the extension keeps for itself and for its owner.
 */

CREATE VIEW practiceacl.role_privileges (audience, object_type, object) AS
SELECT audience, object_type,
       pg_catalog.regexp_split_to_table(pg_catalog.btrim(objects, E' \n'), '\s+')
FROM (VALUES
    ('public', 'function', '
        rights_in rights_out rights_recv rights_send
        rights_contains rights_contained rights_or rights_and rights_minus
        rights_eq rights_ne rights_lt rights_le rights_gt rights_ge
        rights_cmp rights_hash rights_hash_extended
        level flags rights_union
        slot_in slot_out slot_recv slot_send
        slot slot_overlaps slot_collides slot_box_in slot_box_out
        slot_gist_consistent slot_gist_union slot_gist_compress
        slot_gist_penalty slot_gist_picksplit slot_gist_same
        slot_gist_sortsupport'),

    /* The application's back end, on behalf of the people who use it. */
    ('application', 'function', '
        log_in enter log_out current_account current_session
        close_session close_other_sessions reauthenticate change_password
        request_password_reset reset_password update_my_account
        request_email_change confirm_email_change
        choose_agenda current_agenda
        update_organization create_user add_agenda update_agenda
        transfer_agenda update_user search_users
        set_rights set_features set_admin clone_rights
        disable_user enable_user remove_user
        delete_account() export_account()
        invite_user resend_invitation revoke_invitation delete_invitation
        accept_invitation decline_invitation
        can agendas rights_on is_admin is_member organizations
        reading_account
        who_can explain_access access_at week break_glass
        protect unprotect
        book book_series move_appointment update_appointment
        cancel_appointment set_status import_appointments
        hold_slot release_hold
        set_openings add_absence remove_absence free_slots
        send_message
        verify_activity activity_since activity_horizon
        read_notice new_id'),
    ('application', 'table', '
        account session role_account organization service_offer membership
        invitation agenda opening absence access_grant access_history
        appointment slot_hold activity activity_detail notice notice_read'),
    ('application', 'view', '
        my_organizations my_agendas my_features my_sessions
        user_directory access_matrix invitation_status
        calendar busy slot_presence service_offers notices'),

    /* A back end that authenticates people elsewhere. */
    ('authenticator', 'function', 'open_session confirm_session'),

    /* The program that sends e-mail and text messages. */
    ('mailer', 'function', 'claim_messages message_sent message_failed'),

    /* Tools that draw charts. */
    ('reporting', 'function', 'reports_on'),
    ('reporting', 'view', '
        report_utilisation report_access_review report_subscriptions
        report_security report_activity'),

    /* The support desk and the monitoring. */
    ('operator', 'function', '
        create_organization close_organization set_service_offer
        publish_notice map_role unmap_role
        delete_account(uuid) export_account(uuid) block_email unblock_email
        verify_activity activity_heads health purge
        set_mailer_key retry_messages reports_on reading_account'),
    ('operator', 'table', 'service_offer'),
    ('operator', 'view', '
        service_offers role_privileges
        report_utilisation report_access_review report_subscriptions
        report_security report_activity'),

    ('owner', 'function', '
        access_support module_version
        grant_application grant_authenticator grant_mailer grant_reporting
        grant_operator
        revoke_application revoke_authenticator revoke_mailer
        revoke_reporting revoke_operator'),
    ('owner', 'table', '
        password account_token blocked_email log_in_failure session_token
        invitation_token activity_chain mailer_key outbox'),
    ('owner', 'view', '
        intended_privileges given_privileges expected_policies
        health_of_data health_of_catalog health_of_settings')
) AS list (audience, object_type, objects);
COMMENT ON VIEW practiceacl.role_privileges IS
    'which audience (application, authenticator, mailer, reporting, operator; public, owner) needs what: a function, or reading a table or view';

CREATE VIEW practiceacl.intended_privileges AS
SELECT r.audience, 'pg_catalog.pg_proc'::pg_catalog.regclass::oid AS catalog,
       p.oid AS object, 'EXECUTE' AS privilege,
       p.oid::pg_catalog.regprocedure::text AS name
FROM practiceacl.role_privileges r
JOIN pg_catalog.pg_proc p ON r.object IN (
    p.proname::text,
    p.proname || '(' || pg_catalog.oidvectortypes(p.proargtypes) || ')')
JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
    AND d.objid = p.oid AND d.deptype = 'e'
JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid AND e.extname = 'practiceacl'
WHERE r.object_type = 'function'
  AND d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
UNION ALL
SELECT r.audience, 'pg_catalog.pg_class'::pg_catalog.regclass::oid, c.oid, 'SELECT',
       c.oid::pg_catalog.regclass::text
FROM practiceacl.role_privileges r
JOIN pg_catalog.pg_class c ON r.object = c.relname
JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
    AND d.objid = c.oid AND d.objsubid = 0 AND d.deptype = 'e'
JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid AND e.extname = 'practiceacl'
WHERE d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
  AND ((r.object_type = 'table' AND c.relkind = 'r')
       OR (r.object_type = 'view' AND c.relkind = 'v'));
COMMENT ON VIEW practiceacl.intended_privileges IS
    'role_privileges, each name resolved to the extension''s objects of that name';

CREATE VIEW practiceacl.given_privileges AS
SELECT 'pg_catalog.pg_proc'::pg_catalog.regclass::oid AS catalog, p.oid AS object,
       a.grantee, a.privilege_type AS privilege, a.is_grantable AS grantable,
       p.oid::pg_catalog.regprocedure::text AS name
FROM pg_catalog.pg_extension e
JOIN pg_catalog.pg_depend d ON d.refobjid = e.oid AND d.deptype = 'e'
    AND d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
    AND d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
JOIN pg_catalog.pg_proc p ON p.oid = d.objid,
     pg_catalog.aclexplode(coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))) a
WHERE e.extname = 'practiceacl' AND a.grantee <> p.proowner
UNION ALL
SELECT 'pg_catalog.pg_class'::pg_catalog.regclass::oid, c.oid,
       a.grantee, a.privilege_type, a.is_grantable,
       c.oid::pg_catalog.regclass::text
FROM pg_catalog.pg_extension e
JOIN pg_catalog.pg_depend d ON d.refobjid = e.oid AND d.deptype = 'e'
    AND d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
    AND d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
JOIN pg_catalog.pg_class c ON c.oid = d.objid
CROSS JOIN LATERAL (
    SELECT acl.grantee, acl.privilege_type, acl.is_grantable
    FROM pg_catalog.aclexplode(c.relacl) acl
    UNION ALL
    SELECT acl.grantee, pg_catalog.format('%s (%I)', acl.privilege_type, t.attname), acl.is_grantable
    FROM pg_catalog.pg_attribute t, pg_catalog.aclexplode(t.attacl) acl
    WHERE t.attrelid = c.oid) a
WHERE e.extname = 'practiceacl' AND a.grantee <> c.relowner;
COMMENT ON VIEW practiceacl.given_privileges IS
    'every privilege on the extension''s functions, tables, views and their columns that somebody other than their owner has';
/* Operating: what may go, and which version runs. */

CREATE FUNCTION practiceacl.purge(older_than interval)
    RETURNS TABLE (what text, rows bigint)
    AS 'MODULE_PATHNAME', 'practiceacl_purge'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.purge(interval) IS
    'deletes what ended at least so long ago: sessions, holds, sent messages, invitations that nobody accepted, refused log-ins, lapsed tokens; never the activity; for operators';

CREATE FUNCTION practiceacl.module_version() RETURNS text
    AS 'MODULE_PATHNAME', 'practiceacl_module_version'
    LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION practiceacl.module_version() IS
    'the version of the module that this connection has loaded';
/*
 * What is wrong in the rows.  One row a problem; health() puts them together.
 */

CREATE VIEW practiceacl.health_of_data (check_name, problem) AS
SELECT 'activity', pg_catalog.format('chain %s of organization %s is broken at entry %s of %s',
    v.chain, o.id, v.first_broken, v.entries)
FROM (SELECT id FROM practiceacl.organization
      UNION SELECT organization_id FROM practiceacl.activity_chain
      UNION SELECT '00000000-0000-0000-0000-000000000000') AS o,
     practiceacl.verify_activity(o.id) AS v
WHERE v.first_broken IS NOT NULL

/* If any two overlap, then some two overlap that start one after the other. */
UNION ALL
SELECT 'appointments', pg_catalog.format('appointment %s on agenda %s overlaps the next', s.id, s.agenda_id)
FROM (SELECT a.id, a.agenda_id, a.ends_at,
             pg_catalog.lead(a.starts_at) OVER (PARTITION BY a.agenda_id ORDER BY a.starts_at, a.ends_at) AS next_starts_at
      FROM practiceacl.appointment a
      WHERE a.cancelled_at IS NULL AND NOT a.overbooked) AS s
WHERE s.next_starts_at < s.ends_at

UNION ALL
SELECT 'administrators', pg_catalog.format('organization %s has no full administrator who can act', o.id)
FROM practiceacl.organization o
WHERE o.closed_at IS NULL AND NOT EXISTS (
    SELECT FROM practiceacl.membership m JOIN practiceacl.account a ON a.id = m.account_id
    WHERE m.organization_id = o.id AND m.admin = 'full'
      AND m.status IN ('active', 'unlisted') AND a.status = 'active')

UNION ALL
SELECT 'orphans', pg_catalog.format('membership of %s in %s has no %s', m.account_id, m.organization_id,
    CASE WHEN o.id IS NULL THEN 'organization' ELSE 'account' END)
FROM practiceacl.membership m
LEFT JOIN practiceacl.organization o ON o.id = m.organization_id
LEFT JOIN practiceacl.account a ON a.id = m.account_id
WHERE o.id IS NULL OR a.id IS NULL
UNION ALL
SELECT 'orphans', pg_catalog.format('agenda %s has a holder who is no member', g.id)
FROM practiceacl.agenda g
WHERE NOT EXISTS (SELECT FROM practiceacl.membership m
    WHERE m.organization_id = g.organization_id AND m.account_id = g.holder_id)
UNION ALL
SELECT 'orphans', pg_catalog.format('grant %s is of a person or on an agenda that is not there', g.id)
FROM practiceacl.access_grant g
WHERE NOT EXISTS (SELECT FROM practiceacl.membership m
        WHERE m.organization_id = g.organization_id AND m.account_id = g.account_id)
   OR NOT EXISTS (SELECT FROM practiceacl.agenda a
        WHERE a.organization_id = g.organization_id AND a.id = g.agenda_id)
UNION ALL
SELECT 'orphans', pg_catalog.format('appointment %s is on an agenda that is not there', p.id)
FROM practiceacl.appointment p
WHERE NOT EXISTS (SELECT FROM practiceacl.agenda a
    WHERE a.organization_id = p.organization_id AND a.id = p.agenda_id)

UNION ALL
SELECT 'grants', pg_catalog.format('grant %s is still there for %s, who was removed', g.id, g.account_id)
FROM practiceacl.access_grant g
JOIN practiceacl.membership m USING (organization_id, account_id)
WHERE m.status = 'removed'
UNION ALL
SELECT 'grants', pg_catalog.format('grant %s has %s, which only a holder may have', g.id, g.rights)
FROM practiceacl.access_grant g JOIN practiceacl.agenda a ON a.organization_id = g.organization_id AND a.id = g.agenda_id
WHERE 'public_profile' = ANY (practiceacl.flags(g.rights)) AND a.holder_id <> g.account_id
UNION ALL
SELECT 'grants', pg_catalog.format('the features of %s in %s name a level: %s', m.account_id, m.organization_id, m.features)
FROM practiceacl.membership m WHERE practiceacl.level(m.features) <> 'none'

UNION ALL
SELECT 'erasure', pg_catalog.format('account %s is deleted and still has %s', a.id, k.kept)
FROM practiceacl.account a CROSS JOIN LATERAL (
    SELECT 'a password' FROM practiceacl.password p WHERE p.account_id = a.id
    UNION ALL SELECT 'a session' FROM practiceacl.session s JOIN practiceacl.session_token t ON t.session_id = s.id
        WHERE s.account_id = a.id AND s.ended_at IS NULL
    UNION ALL SELECT 'a token' FROM practiceacl.account_token t WHERE t.account_id = a.id
    UNION ALL SELECT 'a mapped role' FROM practiceacl.role_account r WHERE r.account_id = a.id
    UNION ALL SELECT 'a place in an organization' FROM practiceacl.membership m
        WHERE m.account_id = a.id AND m.status <> 'removed'
    UNION ALL SELECT 'personal details in the activity' FROM practiceacl.activity_detail d WHERE d.account_id = a.id
) AS k (kept)
WHERE a.status = 'deleted'

UNION ALL
SELECT 'mapped_roles', pg_catalog.format('role %I was mapped with another OID: map_role() it again if it is the same person', m.role_name)
FROM practiceacl.role_account m
WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_roles r WHERE r.oid = m.role_oid AND r.rolname = m.role_name)

UNION ALL
SELECT 'messages', pg_catalog.format('message %s (%s) was put aside after %s attempts: %s; retry_messages() takes it up again',
    b.id, b.kind, b.attempts, coalesce(b.last_error, 'no answer'))
FROM practiceacl.outbox b WHERE b.sent_at IS NULL AND b.available_at = 'infinity'
UNION ALL
SELECT 'messages', pg_catalog.format('%s messages have waited for more than an hour, the longest since %s: does the mailer run?',
    count(*), min(b.available_at))
FROM practiceacl.outbox b
WHERE b.sent_at IS NULL AND b.available_at < statement_timestamp() - interval '1 hour'
HAVING count(*) > 0;
COMMENT ON VIEW practiceacl.health_of_data IS
    'problems of the rows: broken chains, overlaps, orphans, leftovers, one a row';
/*
 * What is wrong in the catalog: what somebody changed by hand.  One row a
 * problem; health() puts them together.
 */

/* The policies as the server writes them back: change both when one changes. */
CREATE VIEW practiceacl.expected_policies (table_name, policy, condition) AS
VALUES
    ('absence', 'absence_read',
        'practiceacl.can(agenda_id, ''read''::practiceacl.rights)'),
    ('access_grant', 'access_grant_read',
        '((account_id = practiceacl.reading_account()) OR practiceacl.can(agenda_id, ''owner''::practiceacl.rights) OR practiceacl.is_admin(organization_id, ''users''::text))'),
    ('access_history', 'access_history_read',
        '((account_id = practiceacl.reading_account()) OR practiceacl.can(agenda_id, ''owner''::practiceacl.rights) OR practiceacl.is_admin(organization_id, ''users''::text))'),
    ('account', 'account_read',
        '(id = practiceacl.reading_account())'),
    ('activity', 'activity_read',
        '((actor_id = practiceacl.reading_account()) OR practiceacl.can(agenda_id, ''owner''::practiceacl.rights) OR practiceacl.is_admin(organization_id, ''users''::text))'),
    ('activity_detail', 'activity_detail_read',
        '(practiceacl.can(chain, ''owner+private''::practiceacl.rights) OR ((chain = organization_id) AND practiceacl.is_admin(organization_id, ''users''::text)))'),
    ('agenda', 'agenda_read',
        '(practiceacl.can(id, ''freebusy''::practiceacl.rights) OR practiceacl.is_admin(organization_id, ''users''::text))'),
    ('appointment', 'appointment_read',
        '(practiceacl.can(agenda_id, ''read''::practiceacl.rights) AND ((NOT private) OR practiceacl.can(agenda_id, ''read+private''::practiceacl.rights)))'),
    ('invitation', 'invitation_read',
        'practiceacl.is_admin(organization_id, ''users''::text)'),
    ('membership', 'membership_read',
        '((account_id = practiceacl.reading_account()) OR practiceacl.is_admin(organization_id, ''users''::text))'),
    ('notice', 'notice_read',
        '(practiceacl.reading_account() IS NOT NULL)'),
    ('notice_read', 'notice_read_read',
        '(account_id = practiceacl.reading_account())'),
    ('opening', 'opening_read',
        'practiceacl.can(agenda_id, ''freebusy''::practiceacl.rights)'),
    ('organization', 'organization_read',
        'practiceacl.is_member(id)'),
    ('role_account', 'role_account_read',
        '(account_id = practiceacl.reading_account())'),
    ('service_offer', 'service_offer_read',
        '((practiceacl.reading_account() IS NOT NULL) OR has_function_privilege(''practiceacl.set_service_offer(text, text, numeric)''::text, ''EXECUTE''::text))'),
    ('session', 'session_read',
        '(account_id = practiceacl.reading_account())'),
    ('slot_hold', 'slot_hold_read',
        'practiceacl.can(agenda_id, ''read''::practiceacl.rights)');
COMMENT ON VIEW practiceacl.expected_policies IS
    'the policies of the extension''s tables, all permissive, for SELECT and for everybody; health() compares';

CREATE VIEW practiceacl.health_of_catalog (check_name, problem) AS
WITH extension AS (
    SELECT e.oid, e.extowner AS owner, e.extconfig, e.extversion
    FROM pg_catalog.pg_extension e WHERE e.extname = 'practiceacl'
), member AS (
    SELECT d.classid, d.objid
    FROM extension e
    JOIN pg_catalog.pg_depend d ON d.refobjid = e.oid AND d.deptype = 'e'
        AND d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
), relation AS (
    SELECT c.* FROM member m
    JOIN pg_catalog.pg_class c ON c.oid = m.objid
    WHERE m.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
), routine AS (
    SELECT p.* FROM member m
    JOIN pg_catalog.pg_proc p ON p.oid = m.objid
    WHERE m.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
), policy AS (
    SELECT r.relname::text AS table_name, p.polname::text AS policy,
           pg_catalog.pg_get_expr(p.polqual, p.polrelid) AS condition,
           p.polcmd = 'r' AND p.polpermissive AND p.polroles = '{0}'
               AND p.polwithcheck IS NULL AS usual
    FROM relation r JOIN pg_catalog.pg_policy p ON p.polrelid = r.oid
), given AS MATERIALIZED (
    SELECT * FROM practiceacl.given_privileges
), intended AS MATERIALIZED (
    SELECT * FROM practiceacl.intended_privileges
), audience_of_role AS MATERIALIZED (
    SELECT g.grantee, i.audience
    FROM given g JOIN intended i USING (catalog, object, privilege)
    WHERE g.grantee <> 0 AND i.audience NOT IN ('public', 'owner')
    GROUP BY g.grantee, i.audience
    HAVING count(*) = (SELECT count(*) FROM intended n WHERE n.audience = i.audience)
), guarded AS (
    SELECT DISTINCT c.oid, c.relrowsecurity, c.relforcerowsecurity
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_policy p ON p.polrelid = c.oid
    WHERE p.polname IN ('practiceacl_read', 'practiceacl_insert', 'practiceacl_update', 'practiceacl_delete')
)

SELECT 'version', pg_catalog.format(
    'the extension is %s, the loaded module %s: run ALTER EXTENSION practiceacl UPDATE, or connect anew',
    extversion, practiceacl.module_version())
FROM extension WHERE extversion <> practiceacl.module_version()

UNION ALL
SELECT 'functions', pg_catalog.format('%s belongs to %s', r.oid::pg_catalog.regprocedure, r.proowner::pg_catalog.regrole)
FROM routine r, extension e WHERE r.proowner <> e.owner
UNION ALL
SELECT 'functions', pg_catalog.format('%s runs as its owner without a pinned search_path', r.oid::pg_catalog.regprocedure)
FROM routine r
WHERE r.prosecdef
  AND NOT coalesce('search_path=pg_catalog, pg_temp' = ANY (r.proconfig), false)
UNION ALL
SELECT 'functions', pg_catalog.format('%s is not the module''s', r.oid::pg_catalog.regprocedure)
FROM routine r JOIN pg_catalog.pg_language l ON l.oid = r.prolang
WHERE l.lanname NOT IN ('c', 'sql', 'internal')
   OR (l.lanname = 'c' AND r.probin <> '$libdir/practiceacl')

UNION ALL
SELECT 'tables', pg_catalog.format('%s belongs to %s', r.oid::pg_catalog.regclass, r.relowner::pg_catalog.regrole)
FROM relation r, extension e WHERE r.relowner <> e.owner
UNION ALL
SELECT 'tables', pg_catalog.format('row security of %s is off', r.oid::pg_catalog.regclass)
FROM relation r WHERE r.relkind = 'r' AND NOT r.relrowsecurity
UNION ALL
SELECT 'tables', pg_catalog.format('row security of %s is forced on its owner', r.oid::pg_catalog.regclass)
FROM relation r WHERE r.relforcerowsecurity
UNION ALL
SELECT 'tables', pg_catalog.format('%s is not written to a dump', r.oid::pg_catalog.regclass)
FROM relation r, extension e WHERE r.relkind = 'r' AND r.oid <> ALL (e.extconfig)
UNION ALL
SELECT 'tables', pg_catalog.format('%s is not logged and does not outlive a crash', r.oid::pg_catalog.regclass)
FROM relation r WHERE r.relpersistence <> 'p'
UNION ALL
SELECT 'tables', pg_catalog.format('%s has a trigger %I', r.oid::pg_catalog.regclass, t.tgname)
FROM relation r JOIN pg_catalog.pg_trigger t ON t.tgrelid = r.oid WHERE NOT t.tgisinternal
UNION ALL
SELECT 'tables', pg_catalog.format('%s has a rule %I', r.oid::pg_catalog.regclass, w.rulename)
FROM relation r JOIN pg_catalog.pg_rewrite w ON w.ev_class = r.oid WHERE r.relkind = 'r'
UNION ALL
SELECT 'tables', pg_catalog.format('%s has a child %s', r.oid::pg_catalog.regclass, i.inhrelid::pg_catalog.regclass)
FROM relation r JOIN pg_catalog.pg_inherits i ON i.inhparent = r.oid

UNION ALL
SELECT 'constraints', 'practiceacl.appointment has no constraint appointment_no_overlap as it should be'
WHERE NOT EXISTS (
    SELECT FROM pg_catalog.pg_constraint c JOIN relation r ON r.oid = c.conrelid
    WHERE r.relname = 'appointment' AND c.conname = 'appointment_no_overlap' AND c.contype = 'x'
      /* As it is made, or with the organization in front, for shards. */
      AND pg_catalog.replace(pg_catalog.pg_get_constraintdef(c.oid), 'organization_id WITH =, ', '') =
        'EXCLUDE USING gist (practiceacl.slot(agenda_id, starts_at, ends_at, overbooked)'
        ' WITH OPERATOR(practiceacl.#)) WHERE ((cancelled_at IS NULL))')
UNION ALL
SELECT 'constraints', pg_catalog.format('%s has no primary key', r.oid::pg_catalog.regclass)
FROM relation r
WHERE r.relkind = 'r' AND NOT EXISTS (
    SELECT FROM pg_catalog.pg_constraint c WHERE c.conrelid = r.oid AND c.contype = 'p')
UNION ALL
SELECT 'constraints', pg_catalog.format('%I of %s is not valid', c.conname, r.oid::pg_catalog.regclass)
FROM relation r JOIN pg_catalog.pg_constraint c ON c.conrelid = r.oid WHERE NOT c.convalidated
UNION ALL
SELECT 'constraints', pg_catalog.format('index %s of %s is not valid', i.indexrelid::pg_catalog.regclass, r.oid::pg_catalog.regclass)
FROM relation r JOIN pg_catalog.pg_index i ON i.indrelid = r.oid
WHERE NOT (i.indisvalid AND i.indisready AND i.indislive)
UNION ALL
SELECT DISTINCT 'constraints', pg_catalog.format('a foreign key of %s is switched off', r.oid::pg_catalog.regclass)
FROM relation r JOIN pg_catalog.pg_trigger t ON t.tgrelid = r.oid
WHERE t.tgisinternal AND t.tgenabled <> 'O'

UNION ALL
SELECT 'policies', pg_catalog.format('practiceacl.%I has not its policy %I', table_name, policy)
FROM (SELECT table_name, policy, condition FROM practiceacl.expected_policies
      EXCEPT SELECT table_name, policy, condition FROM policy WHERE usual) AS missing
UNION ALL
SELECT 'policies', pg_catalog.format('practiceacl.%I has a policy %I of somebody''s', table_name, policy)
FROM (SELECT table_name, policy FROM policy
      EXCEPT SELECT table_name, policy FROM practiceacl.expected_policies) AS more

UNION ALL
SELECT 'views', pg_catalog.format('%s has neither security_invoker nor security_barrier', r.oid::pg_catalog.regclass)
FROM relation r JOIN intended i ON i.object = r.oid
WHERE r.relkind = 'v' AND i.audience IN ('application', 'reporting')
  AND NOT coalesce(r.reloptions && ARRAY['security_invoker=true', 'security_barrier=true'], false)

UNION ALL
SELECT 'privileges', pg_catalog.format('%s has %s on %s%s',
    CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE g.grantee::pg_catalog.regrole::text END,
    g.privilege, g.name, CASE WHEN g.grantable THEN ' with grant option' ELSE '' END)
FROM given g
WHERE g.grantable OR NOT EXISTS (
    SELECT FROM intended i
    WHERE i.catalog = g.catalog AND i.object = g.object AND i.privilege = g.privilege
      AND i.audience <> 'owner' AND (i.audience = 'public') = (g.grantee = 0))
UNION ALL
SELECT 'privileges', pg_catalog.format('PUBLIC has not %s on %s, so the types do not work', i.privilege, i.name)
FROM intended i
WHERE i.audience = 'public' AND NOT EXISTS (
    SELECT FROM given g
    WHERE g.grantee = 0 AND g.catalog = i.catalog AND g.object = i.object AND g.privilege = i.privilege)
UNION ALL
SELECT 'privileges', pg_catalog.format('%s has %s on the schema practiceacl',
    CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::pg_catalog.regrole::text END, a.privilege_type)
FROM extension e, pg_catalog.pg_namespace n, pg_catalog.aclexplode(n.nspacl) a
WHERE n.nspname = 'practiceacl' AND a.grantee NOT IN (e.owner, n.nspowner)
  AND (a.grantee <> 0 OR a.privilege_type <> 'USAGE')

UNION ALL
SELECT 'roles', pg_catalog.format('%s has %s that come with no audience which it has whole, such as %s: grant it again or revoke it',
    g.grantee::pg_catalog.regrole, count(*), min(g.name))
FROM given g
WHERE g.grantee <> 0 AND EXISTS (
    SELECT FROM intended i
    WHERE i.catalog = g.catalog AND i.object = g.object AND i.privilege = g.privilege
      AND i.audience NOT IN ('public', 'owner'))
  AND NOT EXISTS (
    SELECT FROM intended i
    JOIN audience_of_role a ON a.audience = i.audience
    WHERE a.grantee = g.grantee AND i.catalog = g.catalog
      AND i.object = g.object AND i.privilege = g.privilege)
GROUP BY g.grantee
UNION ALL
SELECT 'roles', pg_catalog.format('row security does not bind %s, which has the application''s privileges', a.grantee::pg_catalog.regrole)
FROM audience_of_role a JOIN pg_catalog.pg_roles r ON r.oid = a.grantee
WHERE a.audience = 'application' AND (r.rolsuper OR r.rolbypassrls)

UNION ALL
SELECT 'schema', pg_catalog.format('the schema practiceacl belongs to %s', n.nspowner::pg_catalog.regrole)
FROM extension e, pg_catalog.pg_namespace n
WHERE n.nspname = 'practiceacl' AND n.nspowner <> e.owner
UNION ALL
SELECT 'schema', pg_catalog.format('%s is not the extension''s', p.oid::pg_catalog.regprocedure)
FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname = 'practiceacl' AND p.oid NOT IN (SELECT oid FROM routine)
UNION ALL
SELECT 'schema', pg_catalog.format('%s is not the extension''s', c.oid::pg_catalog.regclass)
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'practiceacl' AND c.relkind IN ('r', 'v', 'm', 'S', 'f', 'p')
  AND c.oid NOT IN (SELECT oid FROM relation)

UNION ALL
SELECT 'protected_tables', pg_catalog.format('row security of %s is %s: protect() it again', oid::pg_catalog.regclass,
    CASE WHEN relrowsecurity THEN 'not forced on its owner' ELSE 'off' END)
FROM guarded WHERE NOT (relrowsecurity AND relforcerowsecurity)
UNION ALL
SELECT 'protected_tables', pg_catalog.format('%s has a permissive policy %I beside ours', g.oid::pg_catalog.regclass, p.polname)
FROM guarded g JOIN pg_catalog.pg_policy p ON p.polrelid = g.oid
WHERE p.polpermissive
  AND p.polname NOT IN ('practiceacl_read', 'practiceacl_insert', 'practiceacl_update', 'practiceacl_delete')
UNION ALL
SELECT 'protected_tables', pg_catalog.format('%s is a part of %s and not protected with it: protect() that again',
    i.inhrelid::pg_catalog.regclass, i.inhparent::pg_catalog.regclass)
FROM pg_catalog.pg_inherits i JOIN guarded g ON g.oid = i.inhparent
JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid
WHERE c.relkind IN ('r', 'p') AND i.inhrelid NOT IN (SELECT oid FROM guarded);
COMMENT ON VIEW practiceacl.health_of_catalog IS
    'problems of privileges, policies, functions, tables and constraints that were changed by hand, one a row';
/*
 * What is wrong in the server's settings.  One row a problem; health() puts
 * them together.
 */

CREATE VIEW practiceacl.health_of_settings (check_name, problem) AS
SELECT 'settings', pg_catalog.format(
    '%s is %s: tokens and passwords that are bound to statements reach the server''s log; set it to 0', name, setting)
FROM pg_catalog.pg_settings
WHERE name IN ('log_parameter_max_length', 'log_parameter_max_length_on_error') AND setting <> '0'
UNION ALL
SELECT 'settings', pg_catalog.format(
    '%s of %s is %s: tokens and passwords reach the server''s log; set it to 0', split.name,
    coalesce(nullif(s.setrole, 0)::pg_catalog.regrole::text, 'this database'), split.value)
FROM pg_catalog.pg_db_role_setting s,
     unnest(s.setconfig) AS config,
     LATERAL (SELECT pg_catalog.split_part(config, '=', 1) AS name, pg_catalog.split_part(config, '=', 2) AS value) AS split
WHERE s.setdatabase IN (0, (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = current_database()))
  AND split.name IN ('log_parameter_max_length', 'log_parameter_max_length_on_error') AND split.value <> '0'
UNION ALL
SELECT 'settings', 'track_activities is off: activity_since() stands still while others write'
WHERE NOT current_setting('track_activities')::boolean
UNION ALL
SELECT 'settings', pg_catalog.format('transaction %s has been prepared since %s: activity_since() stands still until it ends', gid, prepared)
FROM pg_catalog.pg_prepared_xacts
WHERE database = current_database() AND prepared < statement_timestamp() - interval '10 min'
UNION ALL
SELECT 'settings', 'session_replication_role is replica: foreign keys are not checked'
WHERE current_setting('session_replication_role') = 'replica'
UNION ALL
SELECT 'settings', 'practiceacl.return_secrets is off and the mailer has no key: nobody can be invited; use set_mailer_key()'
WHERE NOT current_setting('practiceacl.return_secrets')::boolean
  AND NOT EXISTS (SELECT FROM practiceacl.mailer_key)
UNION ALL
SELECT 'settings', pg_catalog.format('a password costs %s kB and %s passes: the least that is recommended is 19456 kB and 2',
    m.setting, p.setting)
FROM pg_catalog.pg_settings m, pg_catalog.pg_settings p
WHERE m.name = 'practiceacl.password_memory' AND p.name = 'practiceacl.password_passes'
  AND m.setting::bigint * p.setting::bigint < 19456 * 2;
COMMENT ON VIEW practiceacl.health_of_settings IS
    'settings of the server that endanger secrets or rules, one a row';
/* Every invariant, checked. */

CREATE FUNCTION practiceacl.health()
    RETURNS TABLE (check_name text, ok boolean, detail text)
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    SET jit = off   -- many small questions, each asked once
BEGIN ATOMIC
    WITH problem AS (
        SELECT * FROM practiceacl.health_of_catalog
        UNION ALL SELECT * FROM practiceacl.health_of_data
        UNION ALL SELECT * FROM practiceacl.health_of_settings
    ), numbered AS (
        SELECT p.check_name, p.problem,
               row_number() OVER (PARTITION BY p.check_name ORDER BY p.problem) AS number,
               count(*) OVER (PARTITION BY p.check_name) AS problems
        FROM problem p
    ), told AS (
        SELECT n.check_name,
               string_agg(n.problem, E'\n' ORDER BY n.number)
                   || CASE WHEN max(n.problems) > 5
                      THEN format(E'\nand %s more', max(n.problems) - 5) ELSE '' END AS problems
        FROM numbered n WHERE n.number <= 5
        GROUP BY n.check_name
    )
    SELECT c.check_name, t.problems IS NULL, coalesce(t.problems, c.promise)
    FROM (VALUES
        (1, 'version', 'the module is the extension''s version'),
        (2, 'activity', 'every chain is whole'),
        (3, 'appointments', 'no two appointments of an agenda overlap, unless deliberately overbooked'),
        (4, 'administrators', 'every organization has a full administrator'),
        (5, 'orphans', 'nothing refers to what is not there'),
        (6, 'grants', 'nobody has rights that a rule would not give'),
        (7, 'erasure', 'of a deleted account nothing personal is left'),
        (8, 'mapped_roles', 'every mapped role is the one that was mapped'),
        (9, 'messages', 'no message is stuck'),
        (10, 'constraints', 'all are in place and in force'),
        (11, 'policies', 'they are as installed'),
        (12, 'privileges', 'nobody has more than intended, PUBLIC only the types'),
        (13, 'roles', 'each has its audiences whole, and row security binds the application'),
        (14, 'tables', 'they are the owner''s, under row security, without triggers, and dumped'),
        (15, 'views', 'each reads as its caller or checks inside'),
        (16, 'functions', 'they are the owner''s, with a pinned search_path'),
        (17, 'schema', 'nothing of others stands in it'),
        (18, 'protected_tables', 'the application''s tables that were protected are'),
        (19, 'settings', 'no secret is logged, and the rules are in force')
    ) AS c (number, check_name, promise)
    LEFT JOIN told t ON t.check_name = c.check_name
    ORDER BY c.number;
END;
COMMENT ON FUNCTION practiceacl.health() IS
    'checks every invariant: one row a check, with the first problems in detail if it is not ok; reads everything, so it takes a while; for operators';
/* PUBLIC has the types and what works on them, and nothing else. */
GRANT USAGE ON SCHEMA practiceacl TO PUBLIC;
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA practiceacl FROM PUBLIC;
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
    practiceacl.slot_gist_sortsupport
    TO PUBLIC;
/*
 * Every table's rows are data of the user, so pg_dump writes them.  It orders
 * them by their foreign keys, of which none are circular.  One statement a
 * table, since each updates the same catalog row.
 */
SELECT pg_catalog.pg_extension_config_dump('practiceacl.organization', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.service_offer', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.account', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.password', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.account_token', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.blocked_email', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.log_in_failure', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.session', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.session_token', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.role_account', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.membership', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.agenda', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.opening', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.absence', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.access_grant', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.access_history', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.invitation', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.invitation_token', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.appointment', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.slot_hold', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.activity_chain', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.activity', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.activity_detail', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.mailer_key', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.outbox', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.notice', '');
SELECT pg_catalog.pg_extension_config_dump('practiceacl.notice_read', '');
