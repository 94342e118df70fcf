/*
 * uuid.h
 *		Identifiers: UUID version 7 (RFC 9562, section 5.7).
 */
#ifndef PACL_UUID_H
#define PACL_UUID_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/uuid.h"

/* The organization and the chain of what belongs to the whole database. */
extern const pg_uuid_t pacl_nil_uuid;

/* Writes a new identifier: ordered by time to a fraction of a millisecond. */
extern void pacl_uuid_make(pg_uuid_t *id);

/*
 * The time in an identifier: its milliseconds and 4096ths of one, as a number
 * that orders identifiers.  The second writes an identifier of a given time.
 */
extern uint64 pacl_uuid_tick(const pg_uuid_t *id);
extern void pacl_uuid_set_tick(pg_uuid_t *id, uint64 tick);

/* The hour of that time, since 1970; indexes are made of it, so it is frozen. */
extern int32 pacl_uuid_hour(const pg_uuid_t *id);

/*
 * Writes the smallest identifier that can have been made at a moment: what
 * was made since then is found by an index on the identifier.
 */
extern void pacl_uuid_floor(pg_uuid_t *id, TimestampTz moment);

static inline int
pacl_uuid_compare(const pg_uuid_t *a, const pg_uuid_t *b)
{
	return memcmp(a->data, b->data, UUID_LEN);
}

static inline bool
pacl_uuid_equal(const pg_uuid_t *a, const pg_uuid_t *b)
{
	return memcmp(a->data, b->data, UUID_LEN) == 0;
}

static inline bool
pacl_uuid_is_nil(const pg_uuid_t *id)
{
	return pacl_uuid_equal(id, &pacl_nil_uuid);
}

/*
 * Mixes all 16 bytes into 64 bits.  The low half of a version 7 identifier is
 * random already; the high half keeps foreign identifiers apart.
 */
static inline uint64
pacl_uuid_hash(const pg_uuid_t *id)
{
	uint64		high;
	uint64		low;

	memcpy(&high, id->data, sizeof(high));
	memcpy(&low, id->data + sizeof(high), sizeof(low));
	low ^= high * UINT64CONST(0x9E3779B97F4A7C15);
	low ^= low >> 32;
	return low * UINT64CONST(0xD6E8FEB86659FD93);
}

/* For qsort over an array of identifiers. */
extern int	pacl_uuid_qsort_compare(const void *a, const void *b);

/* The 36 characters and a terminator, palloc'd. */
extern char *pacl_uuid_text(const pg_uuid_t *id);

#endif							/* PACL_UUID_H */
