/*
 * throttle_store.h
 *		Rows that count what was tried too often.
 */
#ifndef PACL_THROTTLE_STORE_H
#define PACL_THROTTLE_STORE_H

#include "postgres.h"
#include "datatype/timestamp.h"

#include "pure/token.h"

typedef struct PaclCount
{
	int			count;			/* 0 if nothing is remembered */
	TimestampTz last_at;		/* if count is not 0 */
} PaclCount;

/* What is remembered of a digest, unless it is older than "since". */
extern void pacl_throttle_store_read(const PaclDigest *digest,
									 TimestampTz since, PaclCount *count);

/* One more at a moment; what is older than "since" is forgotten. */
extern void pacl_throttle_store_add(const PaclDigest *digest,
									TimestampTz at, TimestampTz since);

extern void pacl_throttle_store_clear(const PaclDigest *digest);

#endif							/* PACL_THROTTLE_STORE_H */
