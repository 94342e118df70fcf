-- For tests that put organizations and agendas in by hand: begins their chains
-- of the record, as the functions that make them do.  Their databases have it
-- from the start.  An entry's hash is BLAKE2b, which no function of PostgreSQL
-- computes.
CREATE SCHEMA record;

CREATE FUNCTION record.sum64(a bigint, b bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT ((((a >> 32) & 4294967295) + ((b >> 32) & 4294967295) + (((a & 4294967295) + (b & 4294967295)) >> 32)) << 32)
        | (((a & 4294967295) + (b & 4294967295)) & 4294967295)
$$;

CREATE FUNCTION record.rotated(a bigint, n int) RETURNS bigint LANGUAGE sql IMMUTABLE AS
    $$SELECT ((a >> n) & ((1::bigint << (64 - n)) - 1)) | (a << (64 - n))$$;

-- Eight bytes, the least significant first.
CREATE FUNCTION record.word(bytes bytea, at int) RETURNS bigint LANGUAGE sql IMMUTABLE AS
    $$SELECT bit_or(get_byte(bytes, at + n)::bigint << (8 * n)) FROM generate_series(0, 7) AS n$$;

CREATE FUNCTION record.word_bytes(a bigint) RETURNS bytea LANGUAGE sql IMMUTABLE AS
    $$SELECT string_agg(substr(int8send(a), 8 - n, 1), '' ORDER BY n) FROM generate_series(0, 7) AS n$$;

CREATE FUNCTION record.blake2b(message bytea) RETURNS bytea LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    start CONSTANT bigint[] := ARRAY[x'6a09e667f3bcc908', x'bb67ae8584caa73b', x'3c6ef372fe94f82b', x'a54ff53a5f1d36f1',
        x'510e527fade682d1', x'9b05688c2b3e6c1f', x'1f83d9abfb41bd6b', x'5be0cd19137e2179']::bigint[];
    sigma CONSTANT int[] := ARRAY[
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15], [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
        [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4], [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
        [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13], [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
        [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11], [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
        [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5], [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0]];
    mixed CONSTANT int[] := ARRAY[[1, 5, 9, 13], [2, 6, 10, 14], [3, 7, 11, 15], [4, 8, 12, 16],
        [1, 6, 11, 16], [2, 7, 12, 13], [3, 8, 9, 14], [4, 5, 10, 15]];
    h bigint[] := start;
    v bigint[];
    m bigint[];
    size CONSTANT int := length(message);
    blocks CONSTANT int := greatest((size + 127) / 128, 1);
    padded CONSTANT bytea := message || decode(repeat('00', blocks * 128 - size), 'hex');
    a int; b int; c int; d int;
BEGIN
    h[1] := h[1] # x'01010020'::bigint;
    FOR block IN 1 .. blocks LOOP
        SELECT array_agg(record.word(padded, (block - 1) * 128 + 8 * n) ORDER BY n) INTO m FROM generate_series(0, 15) AS n;
        v := h || start;
        v[13] := v[13] # least(block * 128, size)::bigint;
        IF block = blocks THEN
            v[15] := ~ v[15];
        END IF;
        FOR round IN 0 .. 11 LOOP
            FOR step IN 1 .. 8 LOOP
                a := mixed[step][1]; b := mixed[step][2]; c := mixed[step][3]; d := mixed[step][4];
                v[a] := record.sum64(record.sum64(v[a], v[b]), m[1 + sigma[1 + round % 10][2 * step - 1]]);
                v[d] := record.rotated(v[d] # v[a], 32);
                v[c] := record.sum64(v[c], v[d]);
                v[b] := record.rotated(v[b] # v[c], 24);
                v[a] := record.sum64(record.sum64(v[a], v[b]), m[1 + sigma[1 + round % 10][2 * step]]);
                v[d] := record.rotated(v[d] # v[a], 16);
                v[c] := record.sum64(v[c], v[d]);
                v[b] := record.rotated(v[b] # v[c], 63);
            END LOOP;
        END LOOP;
        SELECT array_agg(h[n] # v[n] # v[n + 8] ORDER BY n) INTO h FROM generate_series(1, 8) AS n;
    END LOOP;
    RETURN (SELECT string_agg(record.word_bytes(h[n]), '' ORDER BY n) FROM generate_series(1, 4) AS n);
END $$;

-- A field as src/base/activity.c has it.
CREATE FUNCTION record.field(bytes bytea) RETURNS bytea LANGUAGE sql IMMUTABLE AS
    $$SELECT coalesce('\x01'::bytea || int4send(length(bytes)) || bytes, '\x00')$$;

-- Appends an entry to a chain, also one of long ago; returns its number.
CREATE FUNCTION record.append(organization uuid, of_chain uuid, agenda uuid, act text, recorded_at timestamptz,
    subject uuid DEFAULT NULL, facts jsonb DEFAULT '{}', detail text DEFAULT NULL, by text DEFAULT 'by hand') RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    id CONSTANT uuid := practiceacl.new_id();
    salt CONSTANT bytea := '\x00010203';
    last practiceacl.activity_chain;
    hash bytea;
    digest bytea := CASE WHEN detail IS NOT NULL THEN record.blake2b(record.field(salt) || record.field(convert_to(detail, 'UTF8'))) END;
    number bigint;
BEGIN
    SELECT * INTO last FROM practiceacl.activity_chain c WHERE c.organization_id = organization AND c.chain = of_chain;
    number := coalesce(last.entries, 0) + 1;
    hash := record.blake2b(record.field(coalesce(last.head, decode(repeat('00', 32), 'hex')))
        || record.field(uuid_send(organization)) || record.field(uuid_send(of_chain)) || record.field(int8send(number))
        || record.field(uuid_send(id))
        || record.field(int8send((extract(epoch FROM recorded_at - '2000-01-01Z'::timestamptz) * 1000000)::bigint))
        || record.field(uuid_send(agenda))
        || record.field(NULL) || record.field(NULL) || record.field(NULL) || record.field(uuid_send(subject))
        || record.field(convert_to(act, 'UTF8')) || record.field(convert_to(by, 'UTF8')) || record.field(convert_to(facts::text, 'UTF8'))
        || record.field(digest));
    INSERT INTO practiceacl.activity_chain (organization_id, chain, entries, head) VALUES (organization, of_chain, number, hash)
    ON CONFLICT ON CONSTRAINT activity_chain_pkey DO UPDATE SET entries = number, head = excluded.head;
    INSERT INTO practiceacl.activity_entry (organization_id, chain, sequence, id, recorded_at, agenda_id, subject_id, act, operator, facts, detail_digest, hash, salt, detail)
    VALUES (organization, of_chain, number, id, recorded_at, agenda, subject, act, by, facts, digest, hash,
            CASE WHEN detail IS NOT NULL THEN salt END, detail);
    RETURN number;
END $$;

-- Begins the chain of every organization and agenda that has none.
CREATE FUNCTION record.begin_all() RETURNS void LANGUAGE sql AS $$
    SELECT record.append(m.organization_id, m.chain, m.agenda_id, m.act, m.created_at)
    FROM (SELECT o.id AS organization_id, o.id AS chain, NULL::uuid AS agenda_id, 'organization.created' AS act, o.created_at
          FROM practiceacl.organization o
          UNION ALL
          SELECT g.organization_id, g.id, g.id, 'agenda.created', g.created_at FROM practiceacl.agenda g) AS m
    WHERE NOT EXISTS (SELECT FROM practiceacl.activity_chain c WHERE c.organization_id = m.organization_id AND c.chain = m.chain)
$$;
