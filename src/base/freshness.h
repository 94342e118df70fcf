/*
 * freshness.h
 *		Reading on a standby what was written on the primary.
 *
 * The position of a transaction is its own number: it covers what the
 * transaction has seen and what it writes, because its end comes later in the
 * log than theirs.  A position in the log itself would tell how much everybody
 * else writes; this number stands in xmin of the caller's own rows.
 */
#ifndef PACL_FRESHNESS_H
#define PACL_FRESHNESS_H

#include "postgres.h"
#include "access/transam.h"

/* The position of this transaction, which is made to have one; 25006 on a standby. */
extern FullTransactionId pacl_freshness_position(void);

/*
 * Waits at most so many microseconds until this server shows what the
 * transaction has done: PA051 if it does not.  At once on a primary.  0A000 if a
 * snapshot is held, which could keep the replay from going on.  For a
 * procedure: it lets go of the snapshot that CALL has taken.
 */
extern void pacl_freshness_require(FullTransactionId position, int64 wait);

#endif							/* PACL_FRESHNESS_H */
