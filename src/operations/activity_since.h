/*
 * activity_since.h
 *		Reading the record onwards, by clients that poll, and its proof.
 */
#ifndef PACL_ACTIVITY_SINCE_H
#define PACL_ACTIVITY_SINCE_H

#include "postgres.h"
#include "utils/uuid.h"

#include "base/activity.h"
#include "base/statement.h"

#define PACL_ACTIVITY_SINCE_MAX 10000

/*
 * Writes an id below which no entry can appear any more, to statements of the
 * caller that begin after this call: every entry of a transaction that may
 * still commit is at or above it, unless the caller may not be shown it.  The
 * nil UUID while there is nothing or that cannot be known.  Raises 0A000 on a
 * standby, which does not know which of the primary's transactions run.
 */
extern void pacl_activity_horizon(pg_uuid_t *horizon);

/*
 * For whoever reads the record in another way: between "newest" and what they
 * find that is not committed, nothing is missing.  Writes the newest id there
 * is, committed or not, and an id up to which nothing can be open any more, at
 * or above "after".  False if there is no entry at all; *known tells whether
 * anything else could be known, which is not so while a writer is stuck.
 * "function" is who asks, for 0A000 on a standby.
 */
extern bool pacl_activity_settled(const char *function, const pg_uuid_t *after,
								  pg_uuid_t *newest, pg_uuid_t *settled,
								  bool *known);

/* The id after the newest, from which on nothing has been written. */
extern void pacl_activity_end(const pg_uuid_t *newest, pg_uuid_t *end);

/*
 * 0A000 on a standby, and where a snapshot may be older than what has
 * committed since.
 */
extern void pacl_activity_require_latest(const char *function);

/*
 * The entries after a cursor (an entry's id, or null for the beginning), up
 * to the horizon, by id, at most so many; as the current user and under row
 * security.  One column, a row of practiceacl.activity.  Raises 22023 for a
 * limit outside 1 to PACL_ACTIVITY_SINCE_MAX, 0A000 unless READ COMMITTED, where an
 * older snapshot would skip what committed after it was taken.
 */
extern void pacl_activity_since(PaclRows *rows, const pg_uuid_t *cursor,
								int limit);

/*
 * Verifies the chains of an organization for one of its administrators or
 * for an operator; the nil UUID, the chain of the database, for an operator
 * only.  Others get PT404 or 42501, as from any guard.
 */
extern void pacl_activity_verify_for_caller(const pg_uuid_t *organization_id,
											PaclChainCallback visit, void *state);

#endif							/* PACL_ACTIVITY_SINCE_H */
