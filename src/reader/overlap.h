/*
 * overlap.h
 *		Appointments that overlap a time on an agenda.
 */
#ifndef PACL_OVERLAP_H
#define PACL_OVERLAP_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/uuid.h"

typedef struct PaclOverlap
{
	pg_uuid_t	appointment_id;
	TimestampTz occupied_from;
	TimestampTz occupied_until;
	bool		private;
	bool		pauses;			/* it occupies more than its own time */
} PaclOverlap;

/*
 * The first appointment (by start) of the agenda that, with its pauses,
 * overlaps the time, is not cancelled and is not the one that is passed (or null); deliberately
 * overbooked ones count.  Reads with the latest snapshot the isolation level
 * allows, through the index of appointment_no_overlap.  False if there is
 * none.
 */
extern bool pacl_overlap_find(const pg_uuid_t *agenda_id,
							  TimestampTz from, TimestampTz until,
							  const pg_uuid_t *except, PaclOverlap *found);

#endif							/* PACL_OVERLAP_H */
