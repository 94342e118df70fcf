-- An authenticator app in SQL, for tests: codes as RFC 6238 has them, made
-- from the secret as enrol_second_factor() shows it.
CREATE SCHEMA app;
GRANT USAGE ON SCHEMA app TO PUBLIC;

CREATE FUNCTION app.sha1(data bytea) RETURNS bytea LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    mask CONSTANT bigint := 4294967295;
    length CONSTANT bigint := octet_length(data);
    bytes bytea := data || '\x80'::bytea || decode(repeat('00', ((119 - length % 64) % 64)::int), 'hex') || int8send(length * 8);
    h bigint[] := ARRAY[1732584193, 4023233417, 2562383102, 271733878, 3285377520];
    w bigint[];
    a bigint; b bigint; c bigint; d bigint; e bigint; f bigint; k bigint; t bigint;
BEGIN
    FOR block IN 0 .. octet_length(bytes) / 64 - 1 LOOP
        FOR i IN 0 .. 15 LOOP
            w[i] := ('x' || encode(substr(bytes, block * 64 + i * 4 + 1, 4), 'hex'))::bit(32)::bigint & mask;
        END LOOP;
        FOR i IN 16 .. 79 LOOP
            t := w[i - 3] # w[i - 8] # w[i - 14] # w[i - 16];
            w[i] := ((t << 1) | (t >> 31)) & mask;
        END LOOP;
        a := h[1]; b := h[2]; c := h[3]; d := h[4]; e := h[5];
        FOR i IN 0 .. 79 LOOP
            CASE i / 20
                WHEN 0 THEN f := (b & c) | ((~b & mask) & d); k := 1518500249;
                WHEN 1 THEN f := b # c # d; k := 1859775393;
                WHEN 2 THEN f := (b & c) | (b & d) | (c & d); k := 2400959708;
                ELSE f := b # c # d; k := 3395469782;
            END CASE;
            t := ((((a << 5) | (a >> 27)) & mask) + f + e + k + w[i]) & mask;
            e := d; d := c; c := ((b << 30) | (b >> 2)) & mask; b := a; a := t;
        END LOOP;
        h := ARRAY[(h[1] + a) & mask, (h[2] + b) & mask, (h[3] + c) & mask, (h[4] + d) & mask, (h[5] + e) & mask];
    END LOOP;
    RETURN substr(int8send(h[1]), 5) || substr(int8send(h[2]), 5) || substr(int8send(h[3]), 5)
        || substr(int8send(h[4]), 5) || substr(int8send(h[5]), 5);
END $$;

CREATE FUNCTION app.xored(key bytea, pad int) RETURNS bytea LANGUAGE sql IMMUTABLE
RETURN (SELECT string_agg(set_byte('\x00', 0, CASE WHEN i < octet_length(key) THEN get_byte(key, i) ELSE 0 END # pad), '' ORDER BY i)
        FROM generate_series(0, 63) AS i);

CREATE FUNCTION app.from_base32(text) RETURNS bytea LANGUAGE sql IMMUTABLE
RETURN (SELECT string_agg(set_byte('\x00', 0, byte::bit(8)::int), '' ORDER BY n)
        FROM (SELECT n, substr(string_agg((position(substr($1, i, 1) IN 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567') - 1)::bit(5)::text, '' ORDER BY i), n * 8 + 1, 8) AS byte
              FROM generate_series(1, length($1)) AS i, generate_series(0, length($1) * 5 / 8 - 1) AS n GROUP BY n) AS b);

CREATE FUNCTION app.code_at(secret text, step bigint) RETURNS text LANGUAGE sql IMMUTABLE
RETURN (SELECT lpad(((('x' || encode(substr(mac, (get_byte(mac, 19) & 15) + 1, 4), 'hex'))::bit(32)::bigint & 2147483647) % 1000000)::text, 6, '0')
        FROM (SELECT app.sha1(app.xored(key, 92) || app.sha1(app.xored(key, 54) || int8send(step))) AS mac
              FROM app.from_base32(secret) AS key) AS m);

-- The code that the app shows, or showed or will show so many steps away.
CREATE FUNCTION app.code(secret text, steps int DEFAULT 0) RETURNS text LANGUAGE sql VOLATILE
RETURN app.code_at(secret, floor(extract(epoch FROM clock_timestamp()) / 30)::bigint + steps);
