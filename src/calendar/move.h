/*
 * move.h
 *		Moving appointments: one, many, two with each other.
 */
#ifndef PACL_MOVE_H
#define PACL_MOVE_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/jsonb.h"
#include "utils/uuid.h"

#include "calendar/appointment_guard.h"

#define PACL_MOVE_MAX 1000

typedef struct PaclMove
{
	pg_uuid_t	appointment_id;
	const pg_uuid_t *agenda_id; /* null: it stays on its agenda */
	TimestampTz starts_at;
	bool		has_end;		/* without: it keeps its length */
	TimestampTz ends_at;
	bool		overbook;
	const char *reason;			/* or null */
	int			expected_version;	/* or PACL_ANY_VERSION */
} PaclMove;

/* Moves one; raises why it may not be. */
extern void pacl_move(const PaclMove *move);

/*
 * Moves those that may be moved, and writes for each why it was not, or null.
 * One may take the place that another leaves.
 */
extern void pacl_move_many(const PaclMove *moves, int count,
						   PaclRefusal **refusals);

/* Null refusal for what was moved. */
typedef void (*PaclMoveCallback) (void *state, const pg_uuid_t *appointment_id,
								  const PaclRefusal *refusal);

/*
 * The same for a JSON array of at most PACL_MOVE_MAX objects; calls back for
 * each, in their order.  Raises 22023 for any other value.
 */
extern void pacl_move_json(Jsonb *moves, PaclMoveCallback visit, void *state);

/*
 * Exchanges the agendas and times of two appointments of one organization.
 * Raises why it may not be; holds do not matter, since nothing becomes taken.
 */
extern void pacl_move_swap(const pg_uuid_t *one, const pg_uuid_t *other);

#endif							/* PACL_MOVE_H */
