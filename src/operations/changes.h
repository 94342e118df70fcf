/*
 * changes.h
 *		What changed on the calendars that somebody may read.
 */
#ifndef PACL_CHANGES_H
#define PACL_CHANGES_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/uuid.h"

#define PACL_CHANGES_MAX 10000

typedef struct PaclChange
{
	const char *cursor;			/* to go on from after this change */
	const pg_uuid_t *agenda_id; /* null: of all calendars */
	const pg_uuid_t *appointment_id;	/* null: none, several, or a private
										 * one */
	const char *change;
	TimestampTz at;
} PaclChange;

typedef void (*PaclChangeCallback) (void *state, const PaclChange *change);

/*
 * Calls back for what has changed since a cursor (text that an earlier call
 * gave, or null to begin now), in order, at most so many times.  Nothing is
 * skipped, whoever commits when.  A caller who may no longer read the same
 * calendars gets one change, "reload", and the cursor of now.  Raises 28000;
 * 22023 for a number out of bounds and for a cursor that is not the caller's, of
 * another database or of a future that is gone; 0A000 on a standby and unless
 * READ COMMITTED; 40001 if a cursor cannot be given at this moment.
 */
extern void pacl_changes_since(const char *cursor, int max_rows,
							   PaclChangeCallback visit, void *state);

/* By an operator: whether announcements name the agendas concerned. */
extern void pacl_changes_announce_agendas(bool enabled);

#endif							/* PACL_CHANGES_H */
