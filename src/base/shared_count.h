/*
 * shared_count.h
 *		Counts that no rollback undoes.
 *
 * Whoever guesses may roll back each guess, or connect again, and a count in a
 * table goes back with it.  So what a transaction has counted stands in memory
 * that all servers share, from before it is known how the transaction ends;
 * when it commits, the table has it and the memory lets it go.  What is
 * counted of a key is therefore the sum of both.
 *
 * A count fades: one that nothing was added to for an hour is zero.  Where
 * there is no room, the lowest gives way.  The memory is the server's; each
 * database counts for itself.
 *
 * Everything here is about (sub)transactions: what their end makes of a count
 * is said when it is made.
 */
#ifndef PACL_SHARED_COUNT_H
#define PACL_SHARED_COUNT_H

#include "postgres.h"
#include "datatype/timestamp.h"

#include "pure/token.h"

/* An hour without an addition, and all is forgotten. */
#define PACL_COUNT_MEMORY	(USECS_PER_HOUR)

typedef struct PaclCount
{
	int			count;			/* 0 if nothing is remembered */
	TimestampTz last_at;		/* if count is not 0 */
} PaclCount;

/*
 * What a key is of.  Messages and requests cost whoever makes them next to
 * nothing: they have a part of the memory of their own, and cannot push out
 * what costs a computation of Argon2id each.
 */
typedef enum PaclCountArea
{
	PACL_COUNT_ATTEMPTS,
	PACL_COUNT_MESSAGES
} PaclCountArea;

/* Makes a digest a key of an area, in its last bit; of every key before use. */
extern void pacl_shared_count_assign(PaclDigest *key, PaclCountArea area);

/* While the server loads its libraries: asks for the memory. */
extern void pacl_shared_count_startup(void);

/* Whether there is such memory; without it every count is zero. */
extern bool pacl_shared_count_works(void);

/*
 * What is counted of a key, without what this transaction has counted and
 * the table shows it.
 */
extern void pacl_shared_count_read(const PaclDigest *key, TimestampTz now,
								   PaclCount *count);

/* One more, for good. */
extern void pacl_shared_count_add(const PaclDigest *key, TimestampTz now);

/* One more, for good, if it is below a limit; whether it was. */
extern bool pacl_shared_count_add_below(const PaclDigest *key,
										TimestampTz now, int limit);

/*
 * One more, which the caller has also written to the table: until the
 * transaction commits, for good if it does not.
 */
extern void pacl_shared_count_add_written(const PaclDigest *key,
										  TimestampTz now);

/* One more if the (sub)transaction does not commit. */
extern void pacl_shared_count_if_undone(const PaclDigest *key);

/*
 * One is at it: counts until it is settled, and for good if the
 * (sub)transaction ends before.
 */
extern void pacl_shared_count_begin(const PaclDigest *key, TimestampTz now);
extern void pacl_shared_count_settle(const PaclDigest *key);

/* Nothing is remembered of the key. */
extern void pacl_shared_count_clear(const PaclDigest *key);

/*
 * Takes what is counted, for whoever writes it down; it is back if the
 * (sub)transaction does not commit.
 */
extern int	pacl_shared_count_take(const PaclDigest *key, TimestampTz now);

#endif							/* PACL_SHARED_COUNT_H */
