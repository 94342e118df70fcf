/*
 * throttle_store.h
 *		Rows of the throttle's counters.
 */
#ifndef PACL_THROTTLE_STORE_H
#define PACL_THROTTLE_STORE_H

#include "postgres.h"
#include "datatype/timestamp.h"

#include "base/shared_count.h"
#include "pure/token.h"

/* What is remembered of a digest, unless it is older than "since". */
extern void pacl_throttle_store_read(const PaclDigest *digest,
									 TimestampTz since, PaclCount *count);

/*
 * One more at a moment; what is older than "since" is forgotten.  False, and
 * nothing written, while another transaction is writing the same one: nobody
 * waits for somebody who fails and does not commit.
 */
extern bool pacl_throttle_store_add(const PaclDigest *digest,
									TimestampTz at, TimestampTz since);

/* Forgets it, unless another transaction is writing it. */
extern void pacl_throttle_store_clear(const PaclDigest *digest);

#endif							/* PACL_THROTTLE_STORE_H */
